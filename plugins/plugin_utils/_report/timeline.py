# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Tasks on a line of time: where a bar begins, how long it is, which times are written below. Pure; times are in UTC."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

from ...module_utils._core.values import to_datetime
from .results import Facts

# At most so many parts between the times that are written below, and how many seconds such a part may have.
PARTS = 4
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
        """Where a time lies, in percent of the width."""
        left, right = (self.place(moment) for moment in span)
        return {"left": left, "width": round(right - left, 3)}

    def place(self, moment: datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return round(100 * min(1.0, max(0.0, share)), 3)

    def ticks(self) -> list[dict[str, t.Any]]:
        """The times to write below, and where: round ones, at most ``PARTS`` + 1."""
        step = next((step for step in STEPS if step * PARTS >= self.seconds), STEPS[-1])
        first = -int(-self.start.timestamp() // step) * step
        moments = [datetime.fromtimestamp(second, timezone.utc) for second in range(first, _after(self.end), step)]
        return [{"left": self.place(moment), "text": _written(moment, step)} for moment in moments]


def axis_of(spans: t.Iterable[Span | None]) -> Axis | None:
    """The time from the earliest beginning to the latest end; None where there are none."""
    known = [span for span in spans if span]
    if not known:
        return None
    start, end = min(span[0] for span in known), max(span[1] for span in known)
    return Axis(start, max(end, start + timedelta(seconds=1)))


def span_of(task: Facts, now: datetime | None) -> Span | None:
    """From the start (or creation) of a task to its end, or to when it was last seen. None where no start is known."""
    start = _first(task, "started_at", "created_at")
    end = _first(task, "finished_at", "observed_at") or now
    if start is None and end is not None and task.get("duration") is not None:
        start = _earlier(end, task["duration"])
    if start is None or end is None:
        return None
    # The clock of a cloud is not ours: an end before the start is none.
    return start, max(start, end)


def wait_of(result: Facts, now: datetime | None) -> Span | None:
    """When the wait itself went on, which ended now."""
    elapsed = result.get("elapsed")
    start = _earlier(now, elapsed) if now and isinstance(elapsed, (int, float)) else None
    return (start, now) if start and now else None


def _first(task: Facts, *names: str) -> datetime | None:
    return next((moment for moment in (to_datetime(task.get(name)) for name in names) if moment), None)


def _earlier(moment: datetime, seconds: float) -> datetime | None:
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        return None


def _after(moment: datetime) -> int:
    return int(moment.timestamp()) + 1


def _written(moment: datetime, step: int) -> str:
    """A time as short as it can be told from its neighbours; midnight shows the day."""
    if step >= _DAY or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.strftime("%Y-%m-%d" if step >= 90 * _DAY else "%b %d")
    return moment.strftime("%H:%M:%S" if step < _MINUTE else "%H:%M")
