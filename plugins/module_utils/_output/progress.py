# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The lines that are shown while a wait goes on. Pure."""

from __future__ import annotations

import heapq
import typing as t
from collections import Counter
from weakref import WeakKeyDictionary

from .._core.task import PENDING, RUNNING, TERMINAL, UNKNOWN, Task, why_undecided
from .._core.values import Clean
from .._wait.item import Item
from .._wait.pacing import time_left
from .._wait.policy import ABANDONED, OUTCOMES
from .._wait.watch import Watch
from .report import NAME, brief, clock, ending, label, spoken

# From so many tasks on, single ones are not shown as they move: only what goes wrong, and counts.
MANY = 20
# How far progress moves, in percent, before a line tells of it; and how far it must be to guess from it when it ends.
STEP = 5.0
GUESS = 10.0
# Of many tasks, counts are shown at most so often, in seconds, and less often the longer the wait has lasted.
QUIET = 5.0
QUIET_OF_WAITED = 0.1
# Where there are too many, so many are named.
FEW = 3
# Seconds from which on it is worth a word that a task cannot be read, and that nothing of it has changed or was seen.
SILENT = 30.0
UNCHANGED = 60.0
# Characters: of a line that names every task, of an error by the way.
LINE = 300
ERROR = 160


class ProgressLines:
    """The lines to show while a wait goes on: changes as they come, and a sign of life after ``heartbeat`` s of silence.

    Of many tasks there are counts when they change, the less often the longer the wait has lasted, the slowest with every
    heartbeat, and the first few that end badly in the same way: hours of it are a page or two.
    """

    def __init__(self, watch: Watch, heartbeat: float, clean: t.Optional[Clean] = None) -> None:
        self.watch = watch
        self.heartbeat = heartbeat
        self.clean = clean
        self.changed = False
        self.news: list[Item] = []
        self._said = self._counted = self._named = watch.start
        self._moved = False
        self._troubled = False
        self._counts = ""
        # Weak, for who listens for ever drops what has ended.
        self._shown: t.MutableMapping[Item, tuple[t.Optional[str], t.Optional[str], float]] = WeakKeyDictionary()
        self._bad: list[Item] = []
        self._told = watch.start - QUIET
        self._kinds: Counter[tuple[t.Optional[str], ...]] = Counter()
        self._warned: set[tuple[str, str, str]] = set()
        self._unsaid: list[tuple[str, str, str]] = []

    @property
    def due(self) -> float:
        """When the next sign of life is due."""
        return self._said + self.heartbeat

    def at(self, now: float) -> list[str]:
        """What there is to say now, oldest first. Not every change is worth a line: ``news`` has all of them."""
        changed = self.news = [item for item in self.watch.changes() if not item.settled]
        self.changed = bool(changed)
        self._note_unknown(changed)
        said = self._of_many(changed, now) if len(self.watch.items) > MANY else self._of_few(changed, now)
        if said:
            self._said = now
        return [f"{clock(now - self.watch.start)} {line}" for line in said]

    # Words that nobody knows

    def unknown(self) -> list[str]:
        """What to say of native words that no table holds, each once."""
        new, self._unsaid = self._unsaid, []
        return [
            f"{service} calls a state {brief(word, NAME, self.clean)!r}, "
            + (f"but {brief(why, ERROR, self.clean)}: " if why else "which is not known here: ")
            + "it is taken neither for an end nor for a success"
            for service, word, why in new
        ]

    def _note_unknown(self, changed: t.Sequence[Item]) -> None:
        # What was only glimpsed has no state yet, whatever its word.
        tasks = [item.task for item in changed if item.task and item.seen is not None]
        odd = [task for task in tasks if task.state == UNKNOWN and (task.native_state or why_undecided(task))]
        words = {
            (f"{task.provider} {task.service}", str(task.native_state or ""), why_undecided(task)) for task in odd
        } - self._warned
        self._warned |= words
        self._unsaid += sorted(words)

    # Few tasks

    def _of_few(self, changed: t.Sequence[Item], now: float) -> list[str]:
        said = [self._change(item, now) for item in changed if self._is_news(item)]
        silent = [item for item in self.watch.items if item.open and _silence(item, now) >= SILENT]
        # Others that move must not hide that one cannot be read.
        hidden = bool(silent) and now >= self._named + self.heartbeat
        first = self._is_first_trouble(silent)
        if (not said and now >= self.due) or hidden or first:
            said.append(self._standing(now))
        return said

    def _is_first_trouble(self, silent: t.Sequence[Item]) -> bool:
        """Whether something that has never been seen cannot be read: told once, and soon, for it may be a wrong key or name."""
        before, self._troubled = self._troubled, self._troubled or any(item.seen is None for item in silent)
        return self._troubled and not before

    def _is_news(self, item: Item) -> bool:
        """Whether there is an end, another word, or a step of progress."""
        native, progress = (item.task.native_state, item.task.progress or 0.0) if item.task else (None, 0.0)
        before = self._shown.get(item)
        if before and before[:2] == (item.outcome, native) and abs(progress - before[2]) < STEP:
            return False
        self._shown[item] = (item.outcome, native, progress)
        return True

    def _change(self, item: Item, now: float) -> str:
        if item.outcome is None:
            return self._going(item, now)
        return f"{label(item, self.clean)} {spoken(item.outcome)}" if item.good else ending(item, self.clean)

    # Many tasks

    def _of_many(self, changed: t.Sequence[Item], now: float) -> list[str]:
        self._moved = self._moved or bool(changed)
        self._bad += [item for item in changed if item.outcome not in (None, ABANDONED) and not item.good]
        said = []
        if self._bad and (self.watch.done or now >= self._told + QUIET):
            said += self._bad_ends(now)
        if now >= self._named + self.heartbeat:
            said.append(self._standing(now))
        elif self._moved and (self.watch.done or now >= self._counted + self._pause(now)):
            said += self._news(now)
        return said

    def _pause(self, now: float) -> float:
        """Seconds between two lines of counts."""
        return max(QUIET, QUIET_OF_WAITED * (now - self.watch.start))

    def _news(self, now: float) -> list[str]:
        """The counts, if they are others than before."""
        before = self._counts
        going = self._count(now)
        return [] if self._counts == before else [self._counts + _estimate(going, now)]

    def _bad_ends(self, now: float) -> list[str]:
        """What has ended badly since the last time: the first few of each kind, and how many more."""
        bad, self._bad, self._told = self._bad, [], now
        # How many of its kind came before each, so that a new kind is told of before one that is known.
        ranks = [self._rank(item) for item in bad]
        order = sorted(range(len(bad)), key=ranks.__getitem__)
        told = [bad[n] for n in order if ranks[n] < FEW][:FEW]
        more = Counter(item.outcome for item in bad)
        more.subtract(item.outcome for item in told)
        rest = ", ".join(f"{count} more {spoken(word)}" for word, count in more.items() if count)
        return [ending(item, self.clean) for item in told] + ([f"and {rest}"] if told and rest else [])

    def _rank(self, item: Item) -> int:
        code = item.reason.partition(":")[0][:NAME]
        kind = (item.target.provider, item.target.service, item.outcome, code)
        self._kinds[kind] += 1
        return self._kinds[kind] - 1

    # How they stand

    def _count(self, now: float) -> list[Item]:
        """Count how many stand how; those that go on. A query that has found tasks is none of them."""
        self._counted, self._moved = now, False
        items = [item for item in self.watch.items if not item.settled]
        self._counts = _counts(items)
        return [item for item in items if item.open]

    def _standing(self, now: float) -> str:
        """Counts; then every task that goes on if that fits on a line, else the slowest and what keeps us from seeing them."""
        self._named = now
        going = self._count(now)
        if not going:
            return self._counts
        named = "; ".join(self._going(item, now) for item in (going if len(going) <= MANY else ()))
        if len(going) <= FEW or (named and len(self._counts) + len(named) < LINE):
            return f"{self._counts}: {named}"
        head = self._counts + _estimate(going, now)
        return "; ".join([head, *self._unread(going, now), *self._slowest(going, now)])

    def _unread(self, going: t.Sequence[Item], now: float) -> list[str]:
        """How many cannot be read for long, and why, by the one for which that is longest."""
        silent = [item for item in going if _silence(item, now) >= SILENT]
        if not silent:
            return []
        worst = max(silent, key=lambda item: _silence(item, now))
        return [f"{len(silent)} cannot be read: {label(worst, self.clean)} {_trouble(worst, now, self.clean)}"]

    def _slowest(self, going: t.Sequence[Item], now: float) -> list[str]:
        """The few that seem to need longest, of those that can be read."""
        seen = [item for item in going if item.task and _silence(item, now) < SILENT]
        slowest = heapq.nlargest(FEW, seen, key=lambda item: _slowness(item, now))
        return ["slowest: " + "; ".join(self._going(item, now) for item in slowest)] if slowest else []

    def _going(self, item: Item, now: float) -> str:
        """A task that goes on, and how it stands."""
        how = _unseen(item, now, self.clean) if item.task is None else _seen(item, item.task, now, self.clean)
        return f"{label(item, self.clean)} {', '.join(how)}"


_NOT_LOOKED_AT = "not looked at yet"
_NOT_SEEN = "not seen yet"
# A list shows it as ended, and it is looked at once more, alone.
_TO_BE_READ = "about to be read"
_ODD = "in an unknown state"
_ORDER = (*(spoken(outcome) for outcome in OUTCOMES), RUNNING, PENDING, _ODD, _TO_BE_READ, _NOT_SEEN, _NOT_LOOKED_AT)


def _counts(items: t.Sequence[Item]) -> str:
    """How many have ended, in which ways, and how the others stand. What was asked for twice counts twice, as in the result."""
    ended: Counter[str] = Counter()
    going: Counter[str] = Counter()
    for item in items:
        (going if item.open else ended)[_word(item)] += item.weight
    ways = f" ({_listed(ended)})" if ended else ""
    rest = f", {_listed(going)}" if going else ""
    return f"{sum(ended.values())} of {sum(ended.values()) + sum(going.values())} ended{ways}{rest}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in sorted(counts, key=_ORDER.index))


def _word(item: Item) -> str:
    if item.outcome is not None:
        return spoken(item.outcome)
    if not item.looks:
        return _NOT_LOOKED_AT
    if item.task is None:
        return _NOT_SEEN
    if item.task.state in (RUNNING, PENDING):
        return item.task.state
    return _TO_BE_READ if item.seen is None else _ODD


def _seen(item: Item, task: Task, now: float, clean: t.Optional[Clean]) -> list[str]:
    """How a task stands: its own word, progress and step; how long yet, how long it has not moved, or why that is not known."""
    parts = [brief(task.native_state or "no state", NAME, clean)]
    parts += [] if task.progress is None else [f"{task.progress:.0f} %"]
    parts += [f"step {brief(step, NAME, clean)}" for step in _steps(task)[:1]]
    if _silence(item, now) >= SILENT:
        return [*parts, _trouble(item, now, clean)]
    left = _left(item, now)
    parts += [] if left is None else [f"about {clock(left)} left"]
    return [*parts, *_age(item, item.seen, now)]


def _age(item: Item, seen: t.Optional[float], now: float) -> list[str]:
    """For how long nothing has changed as far as was seen, and how old that is where looks are rare."""
    if seen is None:
        return []
    unchanged = [f"unchanged for {clock(seen - item.changed)}"] if seen - item.changed >= UNCHANGED else []
    return unchanged + ([f"seen {clock(now - seen)} ago"] if now - seen >= UNCHANGED else [])


def _unseen(item: Item, now: float, clean: t.Optional[Clean]) -> list[str]:
    if item.error is not None:
        return [_NOT_SEEN, _trouble(item, now, clean)]
    if item.looks:
        return [_NOT_SEEN]
    return [_NOT_LOOKED_AT, *([f"first look in {clock(item.due - now)}"] if item.due - now >= 1 else [])]


def _steps(task: Task) -> list[str]:
    """The steps that have not ended."""
    return [str(step["name"]) for step in task.subtasks if step["state"] not in TERMINAL and step["name"]]


def _silence(item: Item, now: float) -> float:
    """Seconds since the task was last seen, if looks at it fail; else 0."""
    since = item.first_look if item.seen is None else item.seen
    return 0.0 if item.error is None or since is None else now - since


def _trouble(item: Item, now: float, clean: t.Optional[Clean]) -> str:
    """For how long the task cannot be read, and why."""
    if item.error is None:
        return ""
    query = item.target.task_id is None
    words = {"throttled": "throttled", "not_found": "nothing found" if query else "not found"}
    why = brief(str(item.error), ERROR, clean)
    return f"{words.get(item.error.kind, 'no answer')} for {clock(_silence(item, now))}: {why}"


def _left(item: Item, now: float) -> t.Optional[float]:
    """Seconds until its end, as far as that can be told: not once the time is over at which it was to end."""
    task = item.task
    if task is None or item.seen is None:
        return None
    if task.remaining is not None:
        left: t.Optional[float] = task.remaining - (now - item.seen)
    else:
        left = _guess(task, max(0.0, item.seen - item.changed), now - item.changed)
    return left if left is not None and left > 0 else None


def _guess(task: Task, stood: float, since: float) -> t.Optional[float]:
    """Seconds that progress suggests: as it was when it last moved, ``stood`` s before the last look and ``since`` s ago."""
    if task.duration is None or (task.progress or 0.0) < GUESS:
        return None
    then = time_left(task.progress, max(0.0, task.duration - stood), None)
    return None if then is None else then - since


def _slowness(item: Item, now: float) -> tuple[bool, float]:
    """Seconds that it needs yet, taken to be as many as it has stood still where that cannot be told; first those that tell."""
    left = _left(item, now)
    tells = item.task is not None and (item.task.progress is not None or item.task.remaining is not None)
    return tells, now - item.changed if left is None else left


def _estimate(going: t.Sequence[Item], now: float) -> str:
    told = [left for left in (_left(item, now) for item in going) if left is not None]
    if not told:
        return ""
    return f", about {clock(max(told))} left" + ("" if len(told) == len(going) else " at least")
