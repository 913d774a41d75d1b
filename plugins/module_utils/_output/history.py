# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keeps a history: a file that says how long tasks took, for the pace of later waits. They share it, one writes at a time."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
import tempfile
import time
import typing as t
from pathlib import Path

from .._core.errors import OptionError
from .._core.task import Facts
from .._wait.duration import LONGEST, SHORTEST
from .._wait.history import MOST_RUNS
from .own_file import path_of, refuse_file_of_others, refuse_link_of_others, refuse_open_folder

# What the file says of itself.
FORMAT = "multicloud.tasks history 1"
# So many kinds of tasks are kept, those that ended last, and a file of more bytes is not read.
MOST_KINDS = 1000
MOST_BYTES = 4_000_000
# For how long a wait that has ended tries to write if others do, in seconds, and how often.
PATIENCE = 5.0
POLL_INTERVAL = 0.05

_HARM = "say how long tasks take"


class Kind(t.NamedTuple):
    """What tasks have in common that take about as long as each other. The ``account`` is a hash, and nothing is secret."""

    provider: str
    service: str
    account: str
    name: str
    resource_id: str


class Run(t.NamedTuple):
    """How long one task took, in seconds, and a ``mark`` of it, so that two waits for it count once."""

    seconds: float
    mark: str


Runs = dict[Kind, list[Run]]
"""The runs of each kind, the latest last. The kind that has ended last is the last."""


class InUseError(OptionError):
    """Another wait is writing."""


class HistoryFile:
    """A JSON file, replaced as a whole, and readable by the owner only.

    Every method raises an OptionError if the file cannot be used. It is then left as it is: the path may be that of another file.
    """

    def __init__(self, path: str) -> None:
        self.path = path_of("history", path)

    def read(self) -> Runs:
        """Return what the file holds; nothing if there is none."""
        try:
            with open(self.path, "rb", opener=_open_file) as file:
                return self._content(file.fileno())
        except (FileNotFoundError, NotADirectoryError):
            self._refuse_link()
            return {}
        except OSError as exc:
            raise self._error(f"cannot be read ({exc.strerror})") from exc

    def add(self, new: Runs, patience: float = 0.0) -> Runs:
        """Add runs, and return all that the file then holds. Raises an InUseError if others keep writing for so many seconds."""
        try:
            with self._locked(patience) as descriptor:
                runs = merged(self._content(descriptor), new)
                self._replace(runs)
        except OSError as exc:
            raise self._error(f"cannot be written ({exc.strerror})") from exc
        return runs

    @contextlib.contextmanager
    def _locked(self, patience: float) -> t.Iterator[int]:
        """Lock the file at the path, which is made if there is none, for as long as the context lasts."""
        ends_at = time.monotonic() + patience
        descriptor = self._try_lock()
        while descriptor is None:
            if time.monotonic() >= ends_at:
                raise InUseError(f"history: {self.path} is in use by other waits")
            time.sleep(POLL_INTERVAL)
            descriptor = self._try_lock()
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _try_lock(self) -> t.Optional[int]:
        """Return the locked file; None if another wait holds the lock, or has replaced the file meanwhile."""
        refuse_open_folder("history", self.path)
        descriptor = self._open_or_make()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(self.path.stat(), os.fstat(descriptor)):
                return descriptor
        except (BlockingIOError, FileNotFoundError):
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    def _open_or_make(self) -> int:
        """Open the file, or make it at the path itself: through a link it would be made in another place."""
        flags = os.O_RDWR | os.O_NONBLOCK
        try:
            return os.open(self.path, flags)
        except FileNotFoundError:
            self._refuse_link()
        return os.open(self.path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def _refuse_link(self) -> None:
        refuse_link_of_others("history", self.path)
        if self.path.is_symlink():
            raise self._error("is a link to a file that is not there")

    def _content(self, descriptor: int) -> Runs:
        """Return what an open file holds. It is checked itself, because another may have taken its name since."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise self._error("is no plain file")
        refuse_file_of_others("history", self.path, status, _HARM)
        refuse_open_folder("history", self.path)
        if status.st_size > MOST_BYTES:
            raise self._error(f"has more than {MOST_BYTES // 1_000_000} MB, which no history has")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            text = file.read(MOST_BYTES)
        return self._runs_in(text) if text.strip() else {}

    def _runs_in(self, text: bytes) -> Runs:
        try:
            data = json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError) as exc:
            raise self._error("is no history of waits: it is not JSON") from exc
        if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("kinds"), list):
            raise self._error("is no history of waits")
        return dict(each for each in map(_read_kind, data["kinds"]) if each[1])

    def _replace(self, runs: Runs) -> None:
        text = json.dumps({"format": FORMAT, "kinds": [_written(kind, each) for kind, each in runs.items()]})
        # mkstemp makes a new file of mode 0600. replace puts it in place of a link instead of writing through it.
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".history-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _error(self, why: str) -> OptionError:
        return OptionError(f"history: {self.path} {why}; it is left as it is, remove it or give another path")


def merged(runs: Runs, new: Runs) -> Runs:
    """Return the runs with new ones, without those that are there already, and no more than are kept."""
    every = dict(runs)
    for kind, added in new.items():
        known = every.pop(kind, [])
        marks = {run.mark for run in known}
        every[kind] = [*known, *(run for run in added if run.mark not in marks)][-MOST_RUNS:]
    return dict(list(every.items())[-MOST_KINDS:])


def _written(kind: Kind, runs: t.Sequence[Run]) -> Facts:
    return {**kind._asdict(), "runs": [list(run) for run in runs]}


def _read_kind(data: t.Any) -> tuple[Kind, list[Run]]:
    """Return a kind and those of its runs that are sound; no runs if nothing of it is."""
    facts = data if isinstance(data, dict) else {}
    runs = facts.get("runs")
    kind = Kind(*(str(facts.get(name) or "") for name in Kind._fields))
    return kind, [Run(float(run[0]), run[1]) for run in runs if _is_sound(run)][-MOST_RUNS:] if isinstance(
        runs, list
    ) else []


def _is_sound(run: t.Any) -> bool:
    return (
        isinstance(run, list)
        and len(run) == len(Run._fields)
        and isinstance(run[0], (int, float))
        and not isinstance(run[0], bool)
        and SHORTEST <= run[0] <= LONGEST
        and isinstance(run[1], str)
    )


def _open_file(path: str, flags: int) -> int:
    """Open without blocking: the name may be that of a pipe, which would wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK)
