# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Places tasks on an axis of time: where each bar begins, how long it is, and which times are labelled. Pure; UTC."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

from ...module_utils._core.values import format_time, is_exact, to_datetime
from .results import Facts

# The most parts into which labels divide the axis, and the seconds that a part may have.
MAX_PARTS = 4
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * number for number in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * number for number in (1, 2, 3, 6, 12)),
    *(_DAY * number for number in (1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650)),
)

Span = tuple[datetime, datetime]


class Axis(t.NamedTuple):
    """The time that a page shows, from its left to its right edge; never empty."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    def part(self, span: Span) -> dict[str, float]:
        """Return the position and the width of a span, in percent of the width of the axis."""
        left, right = (self.place(moment) for moment in span)
        return {"left": left, "width": round(right - left, 3)}

    def place(self, moment: datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return round(100 * min(1.0, max(0.0, share)), 3)

    def ticks(self) -> list[dict[str, t.Any]]:
        """Return the labels and their positions: round times, at most ``MAX_PARTS`` + 1."""
        step = next((step for step in STEPS if step * MAX_PARTS >= self.seconds), STEPS[-1])
        first = -int(-self.start.timestamp() // step) * step
        moments = [
            datetime.fromtimestamp(second, timezone.utc) for second in range(first, _second_after(self.end), step)
        ]
        return [{"left": self.place(moment), "text": _tick_text(moment, step)} for moment in moments]


def axis_of(spans: t.Iterable[Span | None]) -> Axis | None:
    """Return the axis from the earliest start to the latest end; None if there are no spans."""
    known = [span for span in spans if span]
    if not known:
        return None
    start, end = min(span[0] for span in known), max(span[1] for span in known)
    return Axis(start, max(end, start + timedelta(seconds=1)))


def span_of(task: Facts, now: datetime | None, wait: Span | None = None) -> Span | None:
    """Return the time from the start (or creation) of a task to its end, or to when it was last seen; None without a start.

    A time that is only known to the minute is moved within it to the start of the ``wait``, or to when the end was seen.
    """
    start = _within(_first(task, "started_at", "created_at"), wait[0] if wait else None)
    end = _within(_first(task, "finished_at"), _first(task, "observed_at")) or _first(task, "observed_at") or now
    if start is None and end is not None and task.get("duration") is not None:
        start = _minus(end, task["duration"])
    if start is None or end is None:
        return None
    # The clock of a cloud differs from ours, so the end may seem to be before the start.
    return start, max(start, end)


def _within(moment: datetime | None, seen: datetime | None) -> datetime | None:
    """Return a time, moved to when the task was seen if it may be that of the same minute."""
    if moment is None or seen is None or is_exact(format_time(moment)):
        return moment
    return max(moment, seen) if seen < moment + timedelta(minutes=1) else moment


def wait_of(result: Facts, now: datetime | None) -> Span | None:
    """Return the time of the wait itself, which ended at ``now``."""
    elapsed = result.get("elapsed")
    start = _minus(now, elapsed) if now and isinstance(elapsed, (int, float)) else None
    return (start, now) if start and now else None


def _first(task: Facts, *names: str) -> datetime | None:
    return next((moment for moment in (to_datetime(task.get(name)) for name in names) if moment), None)


def _minus(moment: datetime, seconds: float) -> datetime | None:
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        return None


def _second_after(moment: datetime) -> int:
    return int(moment.timestamp()) + 1


def _tick_text(moment: datetime, step: int) -> str:
    """Return a time as short as its neighbours allow. Midnight shows the day."""
    if step >= _DAY or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.strftime("%Y-%m-%d" if step >= 90 * _DAY else "%b %d")
    return moment.strftime("%H:%M:%S" if step < _MINUTE else "%H:%M")
