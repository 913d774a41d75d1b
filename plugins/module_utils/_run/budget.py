# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Shares the rate of a lane between all waits of a user on a machine, through a small file for each lane.

A file holds how the lane stands: a rate, a number of tokens, and times of the machine's monotonic clock. These count from the
start of the machine, so it also holds when that was. Its name is a hash of the lane and of the names in the credentials;
nothing secret is in either. Who needs a call takes the next free place in the queue under a lock of the file, so that all
waits take turns, and makes the call when its time has come. The kernel drops the lock of a process that dies. If the
file or its folder cannot be used, a wait uses a rate of its own, without a warning.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import math
import os
import stat
import threading
import time
import typing as t
from pathlib import Path

from .._core.values import Environ
from .._wait.rate import LEAST_PART, Allowance, RateLimiter, Standing, fresh

# Bytes of a file. It is always written as a whole.
SIZE = 512
# Seconds to wait for a lock, which others hold for a fraction of a millisecond, and between two tries.
PATIENCE = 1.0
NAP = 0.002
# Seconds for which the limit of a wait holds for all others after its last call.
MEMORY = 60.0
# A place in the queue that is so many seconds old counts no more: its call would come together with later ones.
LATE = 1.0
# No lane is closed for longer.
AHEAD = 86_400.0
# Seconds that the start of the machine may seem to move. If it moves by more, the clock was set, or the times in a file are of an
# earlier start, and mean nothing.
DRIFT = 5.0
# A debt of more calls is of a damaged file, and so is one that takes longer to work off than a lane is closed at most.
MOST_DEBT = 10_000.0
# What is written may differ from what was meant by so much, as numbers are rounded.
_ABOVE, _BELOW = 1.001, 0.999
# Seconds of rest after which it does not matter any more that a lane was throttled.
REST = 600.0
# Seconds after which a file that nobody has used is removed.
OLD = 30 * 86_400.0
FOLDER = Path("multicloud.tasks", "lanes")


class Record(t.NamedTuple):
    """What a file holds: how the lane stands, by the lowest allowance of those who use it, which holds ``until`` a time."""

    standing: Standing
    allowance: Allowance
    until: float

    def by(self, allowance: Allowance, now: float) -> Record:
        """The same for a wait with this allowance. The lower one holds, and the other again once nobody has the lower one."""
        if self.allowance.rate < allowance.rate and now < self.until:
            return self
        until = now + _memory_of(allowance)
        if now - self.standing.at > REST:
            return Record(fresh(allowance)._replace(at=now), allowance, until)
        # A rate that was throttled is so much lower than the new allowance as it was than the old one.
        rate = allowance.rate * min(1.0, self.standing.rate / self.allowance.rate)
        tokens = min(self.standing.tokens, allowance.burst)
        return Record(self.standing._replace(rate=rate, tokens=tokens), allowance, until)


def machine_start() -> float:
    """Return when the monotonic clock began to count, in seconds of the epoch."""
    return time.time() - time.monotonic()


def to_bytes(record: Record, started: float) -> bytes:
    """Return a record as the content of a file, on a machine that was ``started`` then."""
    standing = record.standing._replace(halved_at=max(record.standing.halved_at, -1.0))
    content = {"lane": [*standing], "allowance": [*record.allowance], "until": record.until, "started": started}
    text = json.dumps(content)
    return text.encode("ascii").ljust(SIZE - 1) + b"\n"


def from_bytes(data: bytes, now: float, started: float) -> t.Optional[Record]:
    """Return the record in a file; None if it holds none, or one of which the times or numbers cannot be."""
    try:
        content = json.loads(data)
        rate, tokens, at, closings, halved_at = map(float, content["lane"])
        allowance, until = Allowance(*map(float, content["allowance"])), float(content["until"])
        moved = abs(float(content["started"]) - started)
        standing = Standing(rate, tokens, at, int(closings), halved_at)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    record = Record(standing, allowance, until)
    is_finite = all(map(math.isfinite, (*standing, *allowance, until, moved)))
    return record if is_finite and moved <= DRIFT and _is_possible(record) and _is_in_time(record, now) else None


def _is_possible(record: Record) -> bool:
    """Return whether the numbers of a lane, which other processes wrote, are plausible. None may block a wait forever."""
    standing, allowance = record.standing, record.allowance
    if not (allowance.rate >= 1 / AHEAD and allowance.burst >= 1 and 0 <= allowance.window <= AHEAD):
        return False
    least = allowance.rate * LEAST_PART * _BELOW
    most_debt = min(MOST_DEBT, 1 + AHEAD * standing.rate)
    return (
        least <= standing.rate <= allowance.rate * _ABOVE
        and -most_debt <= standing.tokens <= allowance.burst * _ABOVE
        and standing.closings >= 0
    )


def _is_in_time(record: Record, now: float) -> bool:
    """Say whether the times can be those of this moment: a limit holds for so long after a call as its writer had set it."""
    standing = record.standing
    # The caller may not have looked at the clock since another wait has written.
    last_use = max(now, standing.at)
    return max(standing.at, standing.halved_at) <= now + AHEAD and record.until <= last_use + _memory_of(
        record.allowance
    )


def _memory_of(allowance: Allowance) -> float:
    """Return the seconds for which an allowance holds for all others after a call."""
    return MEMORY + min(1 / allowance.rate, AHEAD / 2)


class SharedRateLimiter(RateLimiter):
    """A rate limiter whose bucket lies in a file. Threads may use it at the same time.

    ``_place`` is when the next look may begin that this wait has queued for, and ``_closings`` what the lane was like then.
    """

    def __init__(self, path: Path, allowance: Allowance) -> None:
        super().__init__(allowance)
        self._own_allowance = allowance
        self._path: t.Optional[Path] = path
        self._threads = threading.RLock()
        self._place: t.Optional[float] = None
        self._closings = 0
        self._is_closed = False

    def ready_at(self, now: float) -> float:
        """The time of the place in the queue; without one, when the lane is open: a place is taken when it is needed."""
        if self._path is None:
            return super().ready_at(now)
        return max(now, self.standing.at) if self._place is None else max(now, self._place)

    def begin(self, now: float) -> bool:
        """Take a place in the queue, or begin a look if the time of that place has come."""
        with self._shared(now) as is_shared:
            if not is_shared:
                return super().begin(now)
            if self._place is None or self._closings != self.standing.closings or now > self._place + LATE:
                self._place = self._queue(now)
            if self._place > now:
                return False
            self._place = None
            return True

    def turn(self, now: float) -> float:
        """Take a place in the queue for one more call of a look, and return its time."""
        with self._shared(now) as is_shared:
            return self._queue(now) if is_shared else now

    def take(self, now: float, calls: float = 1.0) -> None:
        """Count calls that were made."""
        if calls:
            with self._shared(now):
                super().take(now, calls)

    def throttled(self, begun: float, now: float, retry_after: t.Optional[float], most: float = float("inf")) -> None:
        """Note that the API throttled a call, for all who share the lane. They queue anew, so their places are no debt."""
        with self._shared(now) as is_shared:
            if is_shared:
                self.standing = self.standing._replace(tokens=max(0.0, self.standing.tokens))
            super().throttled(begun, now, retry_after, min(most, AHEAD))

    def good(self) -> None:
        """Note that a call was answered. Nothing is to be won back by most, and then the file is left alone."""
        if self.standing.rate < self.allowance.rate:
            with self._shared(None):
                super().good()

    def close(self, now: float) -> None:
        """Let the limit of this wait hold no longer for others. Those who have the same limit set it again."""
        with self._shared(now):
            self._is_closed = True

    def _queue(self, now: float) -> float:
        """Take the next place: its token may be one that is yet to come."""
        self._closings = self.standing.closings
        super().take(now)
        missing = max(0.0, -self.standing.tokens - 1e-9)
        return max(now, self.standing.at) + missing / self.standing.rate

    @contextlib.contextmanager
    def _shared(self, now: t.Optional[float]) -> t.Iterator[bool]:
        """Have the lane as the file has it, and write it back; yield False if there is no such file, now or any more."""
        with self._threads, contextlib.ExitStack() as stack:
            file = self._opened(stack) if self._path else None
            if file is None:
                yield False
                return
            record = self._read(file, self.standing.at if now is None else now)
            self.standing, self.allowance = record.standing, record.allowance
            yield True
            until = 0.0 if self._is_closed and self.allowance == self._own_allowance else record.until
            self._write(file, record._replace(standing=self.standing, until=until))

    def _read(self, file: int, now: float) -> Record:
        """Read the file. What cannot be in it is ignored, and then this wait goes on by what it knows itself."""
        data = b""
        with contextlib.suppress(OSError):
            data = os.pread(file, SIZE, 0)
        record = from_bytes(data, now, machine_start()) or Record(self.standing, self.allowance, now)
        return record.by(self._own_allowance, now)

    def _write(self, file: int, record: Record) -> None:
        try:
            os.pwrite(file, to_bytes(record, machine_start()), 0)
        except OSError:  # The disk may be full.
            self._leave()

    def _opened(self, stack: contextlib.ExitStack) -> t.Optional[int]:
        """Open and lock the file. If that fails, the rate is that of this wait alone from now on."""
        try:
            return stack.enter_context(_locked(t.cast(Path, self._path)))
        except OSError:
            self._leave()
            return None

    def _leave(self) -> None:
        """Count for this wait alone from now on."""
        self._path, self._place = None, None
        self.allowance = self._own_allowance


@contextlib.contextmanager
def _locked(path: Path) -> t.Iterator[int]:
    """Open a file of this user and lock it; raise an OSError if it is not theirs alone, or somebody else keeps the lock."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        status = os.fstat(file)
        mine = status.st_uid == os.geteuid() and status.st_nlink == 1 and not status.st_mode & 0o077
        if not mine or not stat.S_ISREG(status.st_mode):
            raise PermissionError(f"{path} is not a file of this user alone")
        _lock(file)
        try:
            yield file
        finally:
            # A process that was forked meanwhile has the file, too, and would keep the lock.
            fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        os.close(file)


def _lock(file: int) -> None:
    """Lock a file, with patience. A process that is stopped while it holds the lock must not stop all others."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise
        time.sleep(NAP)


class Budgets:
    """The files of a user's lanes, in a folder of the user's cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_ready: t.Optional[bool] = None

    def rate(self, lane: t.Sequence[str], allowance: Allowance) -> RateLimiter:
        """Return what counts the calls of a lane, which its parts name."""
        if self._is_ready is None:
            self._is_ready = self._prepare()
        if not self._is_ready:
            return RateLimiter(allowance)
        # Homes may lie on a file server, but a clock is that of one machine.
        name = hashlib.sha256(json.dumps([os.uname().nodename, *lane]).encode()).hexdigest()[:32]
        return SharedRateLimiter(self._folder / name, allowance)

    def _prepare(self) -> bool:
        """Make the folder and remove old files from it; return False if there can be none that is of this user alone."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = self._folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
                return False
            self._clean()
        except (OSError, ValueError):  # ValueError is from a path that no path can be.
            return False
        return True

    def _clean(self) -> None:
        """Remove files that nobody has used for long. A wait that has one of them open counts for itself from then on."""
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < time.time() - OLD:
                        Path(entry.path).unlink()


def budgets_of(environ: Environ) -> t.Optional[Budgets]:
    """Return the budgets of the user whose environment this is; None without a home or a cache directory."""
    cache, home = Path(environ.get("XDG_CACHE_HOME", "")), Path(environ.get("HOME", ""))
    if cache.is_absolute():
        return Budgets(cache / FOLDER)
    return Budgets(home / ".cache" / FOLDER) if home.is_absolute() else None
