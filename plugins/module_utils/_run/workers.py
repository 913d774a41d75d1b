# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Looks carried out by threads: as many at the same time as a lane may have."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import typing as t
from datetime import timedelta
from functools import partial

from .._api.lister import TaskLister
from .._api.reader import TaskReader
from .._core.errors import CloudError, OptionError, Throttled, Unavailable
from .._core.task import CancelAccepted, Observation
from .._service.selector import Selector
from .._wait.item import Item
from .._wait.schedule import Look


class LookResult(t.NamedTuple):
    """What a look has brought: ``observations``, or ``answers`` where it was to cancel."""

    look: Look
    observations: t.Mapping[Item, Observation]
    calls: int
    hidden: t.Optional[Throttled]
    answers: t.Mapping[Item, t.Union[CancelAccepted, CloudError]] = {}


class Workers:
    """Who makes the looks of a wait, and whose clock it goes by: threads, begun when they are needed."""

    def __init__(self) -> None:
        # The one kind of queue that may be filled by a signal handler while it is being read.
        self._brought: queue.SimpleQueue[t.Optional[LookResult]] = queue.SimpleQueue()
        self._looks: dict[t.Hashable, queue.SimpleQueue[t.Optional[Look]]] = {}
        self._threads: dict[t.Hashable, int] = {}
        self._closed = threading.Event()

    def now(self) -> float:
        """Seconds on a clock that only goes forward."""
        return time.monotonic()

    def submit(self, look: Look, parallel: int) -> None:
        """Make a look, in one of ``parallel`` threads of its lane."""
        looks = self._looks.setdefault(look.lane, queue.SimpleQueue())
        looks.put(look)
        if self._threads.get(look.lane, 0) < parallel:
            self._threads[look.lane] = self._threads.get(look.lane, 0) + 1
            threading.Thread(target=self._work, args=(looks,), daemon=True).start()

    def _work(self, looks: queue.SimpleQueue[t.Optional[Look]]) -> None:
        while True:
            look = looks.get()
            if look is None:
                return
            self._brought.put(carry_out(look, self._rest))

    def _rest(self, seconds: float) -> None:
        """Nothing, for so many seconds; a look that is still turning pages when all is over turns no more."""
        if self._closed.wait(seconds):
            raise Unavailable("the wait is over")

    def results(self, seconds: float) -> list[LookResult]:
        """All that looks have brought; if there is nothing yet, what comes first within so many seconds."""
        found: list[LookResult] = []
        with contextlib.suppress(queue.Empty):
            while True:
                wait = 0.0 if found else max(0.0, seconds)
                each = self._brought.get(timeout=wait) if wait else self._brought.get_nowait()
                if each is None:
                    return found
                found.append(each)
        return found

    def wake(self) -> None:
        """Have ``results`` return at once; a signal handler may call it."""
        self._brought.put(None)

    def close(self) -> None:
        """Let the threads end after the call that they are at; they are daemons, and one that hangs in it holds nobody up."""
        self._closed.set()
        for reader, looks in self._looks.items():
            for dummy in range(self._threads[reader]):
                looks.put(None)


def carry_out(look: Look, rest: t.Callable[[float], None] = time.sleep) -> LookResult:
    """Make a look, with a rest of so many seconds between the calls of one that turns pages.

    Whatever goes wrong in it becomes what was seen, for a thread that dies tells nobody.
    """
    reader, sight = _way(look)
    if look.cancel:
        answers = {item: _cancelled(reader, item) for item in look.items}
        return LookResult(look, {}, max(1, reader.calls), None, answers)
    if look.page_pause:
        reader.rest = partial(rest, look.page_pause)
    try:
        observations = sight()
    except CloudError as exc:
        observations = dict.fromkeys(look.items, exc)
    except OptionError as exc:
        observations = dict.fromkeys(look.items, CloudError(str(exc)))
    except Exception as exc:  # noqa: BLE001 - a defect of ours: said in the reason, neither raised nor tried again
        observations = dict.fromkeys(look.items, CloudError(f"internal error: {type(exc).__name__}: {exc}"))
    return LookResult(look, observations, max(1, reader.calls), reader.throttled)


def _way(look: Look) -> tuple[TaskReader, t.Callable[[], t.Mapping[Item, Observation]]]:
    """Who makes a look, and how. What sees many tasks takes time to import, and a wait for a few never needs it."""
    item = look.items[0]
    selector: Selector
    selector, client = item.target.ask
    if look.cancel or (item.target.task_id is not None and len(look.items) == 1):
        reader = TaskReader(client, selector.service)
        return reader, lambda: {item: reader.read({**selector.values, "task_id": item.target.task_id})}
    from .._api.lister import TaskLister  # noqa: PLC0415

    lists = TaskLister(client, selector.service)
    return lists, partial(sight, lists, look)


def _cancelled(reader: TaskReader, item: Item) -> t.Union[CancelAccepted, CloudError]:
    """What the cloud has answered to the request to cancel a task."""
    selector: Selector = item.target.ask[0]
    try:
        return reader.cancel(selector.values, item.task)
    except CloudError as exc:
        return exc
    except OptionError as exc:
        return CloudError(str(exc))
    except Exception as exc:  # noqa: BLE001 - a defect of ours: said in the answer, neither raised nor tried again
        return CloudError(f"internal error: {type(exc).__name__}: {exc}")


def sight(lists: TaskLister, look: Look) -> dict[Item, Observation]:
    """What such a look has seen of each."""
    items = look.items
    selectors: list[Selector] = [item.target.ask[0] for item in items]
    if items[0].target.task_id is None and selectors[0].following:
        read_at = selectors[0].following.read_at
        if items[0].seen is not None:
            read_at = lists.client.now() - timedelta(seconds=look.begun - items[0].seen)
        return {items[0]: lists.observe_new(selectors[0].values, selectors[0].filters.since(read_at))}
    if items[0].target.task_id is None:
        return {items[0]: lists.observe(selectors[0].values, selectors[0].filters)}
    return _sight_many(lists, items)


def _sight_many(lists: TaskLister, items: t.Sequence[Item]) -> dict[Item, Observation]:
    """The tasks of a batch: one call for all that are asked for with the same values, for it takes each of these once."""
    groups: dict[frozenset[tuple[str, t.Optional[str]]], list[Item]] = {}
    for item in items:
        groups.setdefault(frozenset(item.target.ask[0].values.items()), []).append(item)
    found: dict[Item, Observation] = {}
    for group in groups.values():
        seen = lists.read_many([str(item.target.task_id) for item in group], group[0].target.ask[0].values)
        found.update({item: seen[str(item.target.task_id)] for item in group})
    return found
