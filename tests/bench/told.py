# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What waiting for a task costs: the calls, and the delay until its end is seen."""

from __future__ import annotations

import random
import statistics
import typing as t

from bench.result import Row
from bench.schedules import Schedule


class Told(t.NamedTuple):
    """Of many tasks: calls each, and the delay of seeing the end."""

    calls: float
    delay: float
    late: float

    def cells(self) -> Row:
        return (self.calls, self.delay, self.late)


class Met(t.NamedTuple):
    """One task that was waited for."""

    calls: int
    delay: float


def told(met: t.Sequence[Met]) -> Told:
    delays = sorted(one.delay for one in met)
    late = delays[int(0.95 * len(delays))]
    return Told(statistics.fmean(one.calls for one in met), statistics.fmean(delays), late)


def by_schedule(schedule: Schedule, lasts: float, chance: random.Random) -> Met:
    """Looks at the times of a schedule until the end is seen."""
    now, calls = 0.0, 1
    sleeps = schedule(chance)
    while now < lasts:
        now += next(sleeps)
        calls += 1
    return Met(calls, now - lasts)
