# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""How long a task has taken and still needs, by no time that is only known to the minute. Pure."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta

from .._core.task import Task
from .._core.values import is_exact, to_datetime
from .item import Item
from .pacing import time_left

# The least progress, in percent, that tells how fast a task is.
MIN_GAIN = 5.0
# A time without seconds may be this much later than it says.
_MOST_LATE = timedelta(seconds=59)


def has_exact_start(task: Task) -> bool:
    """Return whether the start of a task is known to the second, as far as it is told."""
    start = task.started_at or task.created_at
    return start is None or is_exact(start)


def seconds_left(item: Item, task: Task, unchanged: float = 0.0) -> t.Optional[float]:
    """Return how long a task still needs, ``unchanged`` seconds before it was last seen; None if nothing tells.

    That is the API's own word, or what its progress suggests: since its start, or since it was first seen.
    """
    if task.remaining is not None or (has_exact_start(task) and task.duration is not None):
        took = None if task.duration is None else max(0.0, task.duration - unchanged)
        return time_left(task.progress, took, task.remaining)
    if item.first is None or item.seen_at is None or task.progress is None or item.first.progress is None:
        return None
    gain = task.progress - item.first.progress
    if gain < MIN_GAIN:
        return None
    return max(0.0, item.seen_at - unchanged - item.first.at) * (100.0 - task.progress) / gain


def rounded(seconds: float) -> float:
    """Return an uncertain time to ten seconds, from two minutes on to half a minute, from ten on to a minute."""
    step = 10.0 if seconds < 120 else 30.0 if seconds < 600 else 60.0
    return max(step, step * round(seconds / step))


def duration_of(item: Item, task: Task) -> t.Optional[float]:
    """Return the seconds from the start of a task to its end, or to when it was last seen.

    Where the API tells a time to the minute only, the first and the last sight count, as far as they are within that minute.
    """
    start, end = (to_datetime(moment) for moment in (task.started_at or task.created_at, task.finished_at))
    seen = to_datetime(task.observed_at)
    first = to_datetime(item.first.observed_at) if item.first else None
    exact_end = end is None or is_exact(str(task.finished_at))
    if start is None or (has_exact_start(task) and exact_end):
        return task.duration
    begun = start if has_exact_start(task) else _within(start, first)
    ended = (end or seen) if exact_end or end is None else _within(end, seen)
    return task.duration if ended is None else max(0.0, (ended - begun).total_seconds())


def _within(minute: datetime, seen: t.Optional[datetime]) -> datetime:
    """Return the time of a sight within the minute, else the middle of the minute."""
    if seen is not None and seen <= minute + _MOST_LATE:
        return max(minute, seen)
    return minute + _MOST_LATE / 2
