# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Builds the lines that are shown while a wait runs. Pure."""

from __future__ import annotations

import heapq
import typing as t
from collections import Counter
from weakref import WeakKeyDictionary

from .._core.task import PENDING, RUNNING, TERMINAL, UNKNOWN, Task, why_undecided
from .._core.values import Clean
from .._wait.duration import age_of
from .._wait.estimate import has_exact_start, rounded, seconds_left
from .._wait.item import Item
from .._wait.policy import ABANDONED, OUTCOMES
from .._wait.watch import Watch
from .result import MAX_NAME, ONCE_WORDS, brief, clock, ending, label, spoken, usual, word_for

# Of more tasks than this, only failures and counts are shown, not each change.
MANY_TASKS = 20
# Progress in percent: the change that is worth a line, and the least from which to estimate the end.
PROGRESS_STEP = 5.0
MIN_PROGRESS = 10.0
# The least time between two lines of counts of many tasks: in seconds, and as a share of the time waited so far.
COUNTS_INTERVAL = 5.0
COUNTS_INTERVAL_SHARE = 0.1
# How many tasks a line names if there are too many to name all.
MAX_NAMED = 3
# Seconds after which a line says that a task cannot be read, and that it has not changed or been seen.
UNREAD_AFTER = 30.0
UNCHANGED_AFTER = 60.0
# The most characters of a line that names every task, and of an error within a line.
MAX_LINE = 300
MAX_ERROR = 160


class ProgressLines:
    """The lines to show while a wait runs: changes as they come, and a line at least every ``heartbeat`` s.

    For many tasks there are counts when these change, less often the longer the wait has lasted. Each heartbeat names the slowest
    tasks, and of failures of the same kind only the first few are shown, so that hours of waiting take a page or two.
    """

    def __init__(self, watch: Watch, heartbeat: float, clean: t.Optional[Clean] = None) -> None:
        self.watch = watch
        self.heartbeat = heartbeat
        self.clean = clean
        self.changed = False
        self.news: list[Item] = []
        self._last_line_at = self._last_counts_at = self._last_named_at = watch.start
        self._has_moved = False
        self._was_unread = False
        self._counts = ""
        # Weak, because the event source runs for ever and drops what has ended.
        self._shown: t.MutableMapping[Item, tuple[t.Optional[str], t.Optional[str], float]] = WeakKeyDictionary()
        self._unreported: list[Item] = []
        self._last_bad_at = watch.start - COUNTS_INTERVAL
        self._reported_by_kind: Counter[tuple[t.Optional[str], ...]] = Counter()
        self._reported_words: set[tuple[str, str, str]] = set()
        self._new_words: list[tuple[str, str, str]] = []

    @property
    def due(self) -> float:
        """Return when the next line is due even if nothing changes, in seconds of the watch's clock."""
        return self._last_line_at + self.heartbeat

    def at(self, now: float) -> list[str]:
        """Return the lines for this moment, oldest first. Not every change is worth a line; ``news`` holds all of them."""
        changed = self.news = [item for item in self.watch.changes() if not item.replaced]
        self.changed = bool(changed)
        self._note_unknown(changed)
        lines = self._of_many(changed, now) if len(self.watch.items) > MANY_TASKS else self._of_few(changed, now)
        if lines:
            self._last_line_at = now
        return [f"{clock(now - self.watch.start)} {line}" for line in lines]

    # Unknown native states

    def unknown(self) -> list[str]:
        """Return one line for each native state that no table knows; each is reported once."""
        new, self._new_words = self._new_words, []
        return [
            f"{service} calls a state {brief(word, MAX_NAME, self.clean)!r}, "
            + (f"but {brief(why, MAX_ERROR, self.clean)}: " if why else "which is unknown here: ")
            + "it counts neither as an end nor as a success"
            for service, word, why in new
        ]

    def _note_unknown(self, changed: t.Sequence[Item]) -> None:
        # A task that was only seen in a list, and is yet to be read, has no state so far.
        tasks = [item.task for item in changed if item.task and item.seen_at is not None]
        undecided = [task for task in tasks if task.state == UNKNOWN and (task.native_state or why_undecided(task))]
        words = {
            (f"{task.provider} {task.service}", str(task.native_state or ""), why_undecided(task)) for task in undecided
        } - self._reported_words
        self._reported_words |= words
        self._new_words += sorted(words)

    # Few tasks

    def _of_few(self, changed: t.Sequence[Item], now: float) -> list[str]:
        lines = [self._changed_line(item, now) for item in changed if self._is_news(item)]
        unread = [item for item in self.watch.items if item.open and _silence(item, now) >= UNREAD_AFTER]
        # Changes of other tasks must not hide that one cannot be read.
        hidden = bool(unread) and now >= self._last_named_at + self.heartbeat
        first = self._is_first_unread(unread)
        if (not lines and now >= self.due) or hidden or first:
            lines.append(self._standing(now))
        return lines

    def _is_first_unread(self, unread: t.Sequence[Item]) -> bool:
        """Return whether, for the first time, a task that was never seen cannot be read. Soon, as a key or name may be wrong."""
        before, self._was_unread = self._was_unread, self._was_unread or any(item.seen_at is None for item in unread)
        return self._was_unread and not before

    def _is_news(self, item: Item) -> bool:
        """Return whether the task has ended, has another native state, or has progressed by a step."""
        native, progress = (item.task.native_state, item.task.progress or 0.0) if item.task else (None, 0.0)
        before = self._shown.get(item)
        if before and before[:2] == (item.outcome, native) and abs(progress - before[2]) < PROGRESS_STEP:
            return False
        self._shown[item] = (item.outcome, native, progress)
        return True

    def _changed_line(self, item: Item, now: float) -> str:
        if item.outcome is None:
            return self._standing_of(item, now)
        return f"{label(item, self.clean)} {spoken(item.outcome)}" if item.good else ending(item, self.clean)

    # Many tasks

    def _of_many(self, changed: t.Sequence[Item], now: float) -> list[str]:
        self._has_moved = self._has_moved or bool(changed)
        self._unreported += [item for item in changed if item.outcome not in (None, ABANDONED) and not item.good]
        lines = []
        if self._unreported and (self.watch.done or now >= self._last_bad_at + COUNTS_INTERVAL):
            lines += self._bad_ends(now)
        if now >= self._last_named_at + self.heartbeat:
            lines.append(self._standing(now))
        elif self._has_moved and (self.watch.done or now >= self._last_counts_at + self._counts_interval(now)):
            lines += self._changed_counts(now)
        return lines

    def _counts_interval(self, now: float) -> float:
        """Return the least seconds between two lines of counts."""
        return max(COUNTS_INTERVAL, COUNTS_INTERVAL_SHARE * (now - self.watch.start))

    def _changed_counts(self, now: float) -> list[str]:
        """Return the counts, if they have changed."""
        before = self._counts
        open_items = self._count(now)
        return [] if self._counts == before else [self._counts + _estimate(open_items, now)]

    def _bad_ends(self, now: float) -> list[str]:
        """Return the tasks that have failed since the last time: the first few of each kind, and how many more there are."""
        bad, self._unreported, self._last_bad_at = self._unreported, [], now
        # Rank each task by how many of its kind came before, so that a new kind is shown before one that was reported.
        ranks = [self._rank(item) for item in bad]
        order = sorted(range(len(bad)), key=ranks.__getitem__)
        shown = [bad[n] for n in order if ranks[n] < MAX_NAMED][:MAX_NAMED]
        more = Counter(map(word_for, bad))
        more.subtract(map(word_for, shown))
        rest = ", ".join(f"{count} more {word}" for word, count in more.items() if count)
        return [ending(item, self.clean) for item in shown] + ([f"and {rest}"] if shown and rest else [])

    def _rank(self, item: Item) -> int:
        code = item.reason.partition(":")[0][:MAX_NAME]
        kind = (item.target.provider, item.target.service, item.outcome, code)
        self._reported_by_kind[kind] += 1
        return self._reported_by_kind[kind] - 1

    # Standing

    def _count(self, now: float) -> list[Item]:
        """Update the counts, and return the tasks that have not ended. Queries that have found tasks are not counted."""
        self._last_counts_at, self._has_moved = now, False
        items = [item for item in self.watch.items if not item.replaced]
        self._counts = _counts(items)
        return [item for item in items if item.open]

    def _standing(self, now: float) -> str:
        """Return the counts with every open task if that fits on a line, else with the slowest tasks and the reads that fail."""
        self._last_named_at = now
        open_items = self._count(now)
        if not open_items:
            return self._counts
        tasks = "; ".join(
            self._standing_of(item, now) for item in (open_items if len(open_items) <= MANY_TASKS else ())
        )
        if len(open_items) <= MAX_NAMED or (tasks and len(self._counts) + len(tasks) < MAX_LINE):
            return f"{self._counts}: {tasks}"
        head = self._counts + _estimate(open_items, now)
        return "; ".join([head, *self._unread(open_items, now), *self._slowest(open_items, now)])

    def _unread(self, open_items: t.Sequence[Item], now: float) -> list[str]:
        """Return how many tasks have been unreadable for long, and why the longest of them is."""
        unread = [item for item in open_items if _silence(item, now) >= UNREAD_AFTER]
        if not unread:
            return []
        worst = max(unread, key=lambda item: _silence(item, now))
        return [f"{len(unread)} cannot be read: {label(worst, self.clean)} {_why_unread(worst, now, self.clean)}"]

    def _slowest(self, open_items: t.Sequence[Item], now: float) -> list[str]:
        """Return the few readable tasks that seem to need the longest."""
        running = [item for item in open_items if item.task and not item.unjudged]
        readable = [item for item in running if _silence(item, now) < UNREAD_AFTER]
        slowest = heapq.nlargest(MAX_NAMED, readable, key=lambda item: _slowness(item, now))
        return ["slowest: " + "; ".join(self._standing_of(item, now) for item in slowest)] if slowest else []

    def _standing_of(self, item: Item, now: float) -> str:
        """Return an open task and how it stands."""
        how = (
            _describe_unseen(item, now, self.clean)
            if item.task is None
            else _describe_seen(item, item.task, now, self.clean)
        )
        return f"{label(item, self.clean)} {', '.join(how)}"


_NOT_LOOKED_AT = "not looked at yet"
_NOT_SEEN = "not seen yet"
# A list shows it, and it is yet to be read alone.
_TO_BE_READ = "about to be read"
_ENDED = "ended, reading the details"
_UNKNOWN = "in an unknown state"
_ORDER = (
    *(spoken(outcome) for outcome in OUTCOMES),
    *ONCE_WORDS,
    RUNNING,
    PENDING,
    _UNKNOWN,
    _ENDED,
    _TO_BE_READ,
    _NOT_SEEN,
    _NOT_LOOKED_AT,
)


def _counts(items: t.Sequence[Item]) -> str:
    """Return how many tasks have ended in which way, and how the others stand. An id that was given twice counts twice."""
    ended_counts: Counter[str] = Counter()
    open_counts: Counter[str] = Counter()
    for item in items:
        (open_counts if item.open else ended_counts)[_standing_word(item)] += item.weight
    ways = f" ({_joined(ended_counts)})" if ended_counts else ""
    rest = f", {_joined(open_counts)}" if open_counts else ""
    return f"{sum(ended_counts.values())} of {sum(ended_counts.values()) + sum(open_counts.values())} ended{ways}{rest}"


def _joined(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in sorted(counts, key=_ORDER.index))


def _standing_word(item: Item) -> str:
    if item.outcome is not None:
        return word_for(item)
    if not item.looks:
        return _NOT_LOOKED_AT
    if item.task is None:
        return _NOT_SEEN
    if item.unjudged:
        return _ENDED
    if item.task.state in (RUNNING, PENDING):
        return item.task.state
    return _TO_BE_READ if item.seen_at is None else _UNKNOWN


def _describe_seen(item: Item, task: Task, now: float, clean: t.Optional[Clean]) -> list[str]:
    """Describe a task: native state, progress, step, time left, and how long it is unchanged or why it cannot be read."""
    if item.unjudged:
        return [_ENDED, *([_why_unread(item, now, clean)] if _silence(item, now) >= UNREAD_AFTER else [])]
    parts = [brief(task.native_state or "no state", MAX_NAME, clean)]
    parts += [] if task.progress is None else [f"{task.progress:.0f} %"]
    parts += [f"step {brief(step, MAX_NAME, clean)}" for step in _steps(task)[:1]]
    if _silence(item, now) >= UNREAD_AFTER:
        return [*parts, _why_unread(item, now, clean)]
    left = _seconds_left(item, now)
    parts += [] if left is None else [f"about {_shown_left(item, left)} left"]
    return [*parts, *_compared(item, now), *_age(item, item.seen_at, now)]


def _compared(item: Item, now: float) -> list[str]:
    """Return how long such tasks take, or that this one has gone on for longer than any."""
    if item.law is None:
        return []
    expected, age = item.law.expected, age_of(item, now)
    if age is not None and age > expected.longest:
        return [f"longer than in any of {expected.runs} runs"]
    return [usual(expected.facts())]


def _age(item: Item, seen: t.Optional[float], now: float) -> list[str]:
    """Return for how long the task has been seen unchanged, and how long ago it was seen if looks are rare."""
    if seen is None:
        return []
    unchanged = [f"unchanged for {clock(seen - item.changed_at)}"] if seen - item.changed_at >= UNCHANGED_AFTER else []
    return unchanged + ([f"seen {clock(now - seen)} ago"] if now - seen >= UNCHANGED_AFTER else [])


def _describe_unseen(item: Item, now: float, clean: t.Optional[Clean]) -> list[str]:
    if item.error is not None:
        return [_NOT_SEEN, _why_unread(item, now, clean)]
    if item.looks:
        return [_NOT_SEEN]
    return [_NOT_LOOKED_AT, *([f"first look in {clock(item.due_at - now)}"] if item.due_at - now >= 1 else [])]


def _steps(task: Task) -> list[str]:
    """Return the names of the steps that have not ended."""
    return [str(step["name"]) for step in task.subtasks if step["state"] not in TERMINAL and step["name"]]


def _silence(item: Item, now: float) -> float:
    """Return the seconds since the task was last seen if looks at it fail, else 0."""
    since = item.first_look_at if item.seen_at is None else item.seen_at
    return 0.0 if item.error is None or since is None else now - since


def _why_unread(item: Item, now: float, clean: t.Optional[Clean]) -> str:
    """Return for how long the task cannot be read, and why."""
    if item.error is None:
        return ""
    query = item.target.task_id is None
    words = {"throttled": "throttled", "not_found": "nothing found" if query else "not found"}
    why = brief(str(item.error), MAX_ERROR, clean)
    return f"{words.get(item.error.kind, 'no answer')} for {clock(_silence(item, now))}: {why}"


def _seconds_left(item: Item, now: float) -> t.Optional[float]:
    """Return the estimated seconds until the task ends; None if there is no estimate, or its time is over."""
    task = item.task
    if task is None or item.seen_at is None or item.unjudged:
        return None
    if task.remaining is not None:
        left: t.Optional[float] = task.remaining - (now - item.seen_at)
    else:
        left = _seconds_left_by_progress(item, task, now)
    if left is None and item.law:
        age = age_of(item, now)
        left = None if age is None or age > item.law.expected.longest else item.law.left(age)
    return left if left is not None and left > 0 else None


def _seconds_left_by_progress(item: Item, task: Task, now: float) -> t.Optional[float]:
    """Estimate the seconds left from the last change of progress."""
    if item.seen_at is None or (task.progress or 0.0) < MIN_PROGRESS:
        return None
    left = seconds_left(item, task, max(0.0, item.seen_at - item.changed_at))
    return None if left is None else left - (now - item.changed_at)


def _shown_left(item: Item, left: float) -> str:
    """Return the time left; rounded where it is estimated from when the task was first seen."""
    is_known = item.task is not None and (item.task.remaining is not None or has_exact_start(item.task))
    return clock(left if is_known else rounded(left))


def _slowness(item: Item, now: float) -> tuple[bool, float]:
    """Return a sort key: tasks with progress rank above others, then by seconds left, or by the time since the last change."""
    left = _seconds_left(item, now)
    tells = item.task is not None and (item.task.progress is not None or item.task.remaining is not None)
    return tells, now - item.changed_at if left is None else left


def _estimate(open_items: t.Sequence[Item], now: float) -> str:
    known = [(left, item) for item in open_items for left in [_seconds_left(item, now)] if left is not None]
    if not known:
        return ""
    longest, slowest = max(known, key=lambda pair: pair[0])
    return f", about {_shown_left(slowest, longest)} left" + ("" if len(known) == len(open_items) else " at least")
