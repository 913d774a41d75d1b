# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What the durations of earlier runs say about a task: how long it usually takes, and when to look. Pure. Times are in seconds.

Nothing here judges a task. It only sets a pace and an estimate.
"""

from __future__ import annotations

import bisect
import itertools
import math
import typing as t

from .._core.task import Facts

# From so many runs on, they say something. No more than the latest are kept.
LEAST_RUNS = 5
MOST_RUNS = 50

# A run counts half as much as the one that came so many runs after it, so that a job that has changed is learnt anew.
HALF_LIFE = 15
# The runs are made a smooth law by a kernel on the logarithm of each: as wide as the distance to the neighbour that has this part
# of the runs within it, and at least so wide, which is a part of the duration.
NEIGHBOURS = 0.25
NARROWEST = 0.02
# The law is a table from far before the first run to far after the last, in widths of a kernel, with so many steps.
MARGIN = 4.0
STEPS = 160

# How late an end is seen on the average, in parts of the longest interval: what is sought, unless that takes more looks than
# one in such a part of the longest interval. The figures are compared with the schedules of others in docs/bench.
DELAY = 0.057
MEAN_INTERVAL = 0.25
# If fewer of such tasks than this last so long, the task is off its history.
LEAST_LEFT = 0.01

# What ``expected`` calls low and high: so many runs were shorter, and so many longer.
TAIL = 0.1


class Expected(t.NamedTuple):
    """How long a task usually takes, in seconds, by so many earlier ``runs``; the ``longest`` of them."""

    median: float
    low: float
    high: float
    runs: int
    longest: float

    def facts(self) -> Facts:
        """Return the fact ``expected`` of a task."""
        return {"median": self.median, "low": self.low, "high": self.high, "runs": self.runs}


class Law:
    """How long tasks of one kind take: the ``runs`` in seconds, the latest last; at least LEAST_RUNS of them.

    Each is between SHORTEST and LONGEST, see duration.py.

    The best rate of looks follows the square root of the hazard of an end: the density of ends over the part that still runs.
    Then the mean delay is the square of the integral of sqrt(density * running), over twice the number of looks.
    """

    def __init__(self, runs: t.Sequence[float], longest_interval: float) -> None:
        runs = runs[-MOST_RUNS:]
        weighted = [(seconds, 2 ** (-age / HALF_LIFE)) for age, seconds in enumerate(reversed(runs))]
        weighted.sort()
        self.expected = _expected(weighted)
        self._table(weighted)
        self._place_looks(longest_interval)

    def _table(self, weighted: t.Sequence[tuple[float, float]]) -> None:
        """Tabulate which part of the tasks still runs at which time."""
        logs = [math.log(seconds) for seconds, dummy in weighted]
        widths = _widths(logs)
        first = min(middle - MARGIN * width for middle, width in zip(logs, widths))
        last = max(middle + MARGIN * width for middle, width in zip(logs, widths))
        steps = [first + (last - first) * step / STEPS for step in range(STEPS + 1)]
        weights = [weight for dummy, weight in weighted]
        total = sum(weights)
        kernels = list(zip(logs, widths, weights))
        self._times = [math.exp(step) for step in steps]
        self._running = [
            sum(weight * _beyond((step - middle) / width) for middle, width, weight in kernels) / total
            for step in steps
        ]

    def _place_looks(self, longest_interval: float) -> None:
        """Tabulate how many looks are to be made up to each time."""
        steps = list(zip(self._times, self._times[1:], self._running, self._running[1:]))
        # Of each step: the number of ends that is likely, the time, and the part of the tasks that still run.
        parts = [(r1 - r2, t2 - t1, max((r1 + r2) / 2, 1e-12)) for t1, t2, r1, r2 in steps]
        whole = sum(math.sqrt(ends * seconds * running) for ends, seconds, running in parts)
        mean = sum(ends * (t1 + t2) / 2 for (ends, dummy, dummy2), (t1, t2, *dummy3) in zip(parts, steps))
        most = mean / (MEAN_INTERVAL * longest_interval)
        delay = max(DELAY * longest_interval, whole**2 / (2 * most))
        looks = (math.sqrt(ends * seconds / running) * whole / (2 * delay) for ends, seconds, running in parts)
        self._looks = list(itertools.accumulate(looks, initial=0.0))

    def next_look(self, age: float) -> t.Optional[float]:
        """Seconds to the next look at a task of this age; None if it is so far off its history that nothing is known of it."""
        wanted = _value_at(age, self._times, self._looks) + 1
        if age >= self._times[-1] or wanted >= self._looks[-1]:
            return None
        return max(0.0, _value_at(wanted, self._looks, self._times) - age)

    def left(self, age: float) -> t.Optional[float]:
        """Seconds that half of the tasks of this age still need; None if hardly one has gone on for so long."""
        running = _value_at(age, self._times, self._running)
        if running < LEAST_LEFT:
            return None
        ended = [1 - part for part in self._running]
        return max(0.0, _value_at(1 - running / 2, ended, self._times) - age)


def _beyond(width: float) -> float:
    """Return which part of a normal law lies beyond so many widths of it."""
    return 0.5 * math.erfc(width / math.sqrt(2))


def _widths(logs: t.Sequence[float]) -> list[float]:
    """Return the width of the kernel of each run. The logarithms are in order."""
    near = max(2, round(NEIGHBOURS * len(logs)))
    widths = []
    for place, middle in enumerate(logs):
        distances = sorted(abs(middle - other) for other in logs[max(0, place - near) : place + near + 1])
        widths.append(max(NARROWEST, distances[near]))
    return widths


def _value_at(place: float, places: t.Sequence[float], values: t.Sequence[float]) -> float:
    """Return the value at a place of a table, on a straight line between two of its rows; beyond its ends the first or last."""
    row = bisect.bisect_right(places, place)
    if row in (0, len(places)):
        return values[0] if row == 0 else values[-1]
    part = (place - places[row - 1]) / (places[row] - places[row - 1])
    return values[row - 1] + part * (values[row] - values[row - 1])


def _expected(weighted: t.Sequence[tuple[float, float]]) -> Expected:
    """Return what is usual among runs with their weights, the shortest first."""
    sums = list(itertools.accumulate(weight for dummy, weight in weighted))
    low, median, high = (
        round(weighted[min(bisect.bisect_left(sums, part * sums[-1]), len(sums) - 1)][0], 1)
        for part in (TAIL, 0.5, 1 - TAIL)
    )
    return Expected(median, low, high, len(weighted), weighted[-1][0])
