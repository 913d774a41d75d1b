# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""For how long a task has run, and how long it took: as well as its API tells, and no better. Pure. Times are in seconds."""

from __future__ import annotations

import typing as t

from .._core.task import PENDING, SUCCEEDED, Task
from .._core.values import to_datetime
from .item import Item

# Some APIs cut times to the minute. A time on the full minute may be one of these.
MINUTE = 60.0
# Durations are not learnt if they are known no better than to this part.
UNCERTAIN = 0.35
# A run takes so many seconds, at least and at most. Others can only be of a damaged history, and no law can be made of them.
SHORTEST = 0.1
LONGEST = 1e9


class Span(t.NamedTuple):
    """Seconds that are known to be between two bounds."""

    least: float
    most: float

    @property
    def middle(self) -> float:
        """The best guess."""
        return (self.least + self.most) / 2


def age_of(item: Item, now: float) -> t.Optional[float]:
    """Return for how long a task runs, in seconds; None if its API does not tell when it began, or it waits for its turn.

    A start that is cut to the minute is taken to be in the middle of what it may be.
    """
    if item.task is None or item.start is None or item.task.state == PENDING:
        return None
    return _since_start(item, item.task, now - item.start, now).middle


def learnt_from(item: Item) -> t.Optional[float]:
    """Return how long a task took, in seconds; None if it has not succeeded, or if that is not known well enough.

    If the API does not tell when it ended, only a wait that has seen it run knows: that was since the look before the last.
    """
    task, gap = item.task, item.detection_delay_max
    if task is None or task.state != SUCCEEDED or item.sighted is None:
        return None
    seen = None if item.start is None or gap is None else item.answered_at - item.start
    duration = seen if task.finished_at is None else task.duration
    if duration is None:
        return None
    span = _since_start(item, task, duration, item.answered_at)
    span = Span(span.least - (gap or 0.0), span.most) if task.finished_at is None else span
    span = Span(span.least, span.most + MINUTE) if _is_cut(task.finished_at) else span
    is_known = SHORTEST <= span.middle <= LONGEST and span.most - span.least <= UNCERTAIN * span.middle
    return round(span.middle, 1) if is_known else None


def _since_start(item: Item, task: Task, duration: float, at: float) -> Span:
    """Return the duration since a start that may be cut to the minute. What was seen for a while had begun before that."""
    seen_for = at - (at if item.sighted is None else item.sighted)
    is_cut = _is_cut(task.started_at or task.created_at)
    cut = min(MINUTE, max(0.0, duration - seen_for)) if is_cut else 0.0
    return Span(duration - cut, duration)


def _is_cut(text: t.Optional[str]) -> bool:
    moment = to_datetime(text)
    return moment is not None and moment.second == 0 and moment.microsecond == 0
