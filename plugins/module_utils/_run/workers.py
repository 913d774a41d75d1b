# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Threads that do the jobs of a wait: as many at the same time as a lane may have."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import typing as t

from .._core.errors import Unavailable


class Result(t.Protocol):
    """What a job returns: whatever it is, it says how many calls it has cost."""

    @property
    def calls(self) -> int:
        """The number of calls made."""


Job = t.Callable[[], Result]
"""Any function that calls a cloud. It must not raise: a thread that dies tells nobody."""

_Jobs = queue.SimpleQueue[t.Optional[Job]]


class Workers:
    """Who does the jobs of a wait, and whose clock it goes by: threads, started when they are needed."""

    def __init__(self) -> None:
        # The one kind of queue that a signal handler may fill while it is being read.
        self._results: queue.SimpleQueue[t.Optional[Result]] = queue.SimpleQueue()
        self._jobs: dict[t.Hashable, _Jobs] = {}
        self._threads: dict[t.Hashable, int] = {}
        self._closed = threading.Event()

    def now(self) -> float:
        """Seconds on a clock that only goes forward."""
        return time.monotonic()

    def submit(self, lane: t.Hashable, parallel: int, job: Job) -> None:
        """Do a job in one of the ``parallel`` threads of its lane."""
        jobs = self._jobs.setdefault(lane, queue.SimpleQueue())
        jobs.put(job)
        if self._threads.get(lane, 0) < parallel:
            self._threads[lane] = self._threads.get(lane, 0) + 1
            threading.Thread(target=self._work, args=(jobs,), daemon=True).start()

    def _work(self, jobs: _Jobs) -> None:
        while True:
            job = jobs.get()
            if job is None:
                return
            self._results.put(job())

    def rest(self, seconds: float) -> None:
        """Pause a job between two of its calls. Raises Unavailable once the wait is over, so that it makes no more of them."""
        if self._closed.wait(seconds):
            raise Unavailable("the wait is over")

    def results(self, seconds: float) -> list[Result]:
        """Return all results that are there; if there are none, wait up to so many seconds for the first."""
        results: list[Result] = []
        with contextlib.suppress(queue.Empty):
            while True:
                wait = 0.0 if results else max(0.0, seconds)
                result = self._results.get(timeout=wait) if wait else self._results.get_nowait()
                if result is None:
                    return results
                results.append(result)
        return results

    def wake(self) -> None:
        """Have ``results`` return at once; a signal handler may call it."""
        self._results.put(None)

    def close(self) -> None:
        """Let the threads end after their current call. They are daemons, so one that hangs in it delays nobody."""
        self._closed.set()
        for lane, jobs in self._jobs.items():
            for dummy in range(self._threads[lane]):
                jobs.put(None)
