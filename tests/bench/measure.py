# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measuring on a noisy machine: everything in turns, medians, and ratios of what was measured side by side."""

from __future__ import annotations

import dataclasses
import resource
import statistics
import time
import typing as t

Work = t.Callable[[], object]


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of CPU."""

    wall: float
    cpu: float


def own(work: Work) -> Cost:
    """What work in this process costs."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def children(work: Work) -> Cost:
    """What work in processes that have ended when it returns costs, all that they started included."""
    wall, cpu = time.perf_counter(), _children_cpu()
    work()
    return Cost(time.perf_counter() - wall, _children_cpu() - cpu)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turns(
    works: t.Mapping[str, Work], rounds: int, meter: t.Callable[[Work], Cost], warm: bool = True
) -> dict[str, list[Cost]]:
    """The costs of each piece of work in each round; every second round goes backwards, so that no place is the best."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for work in works.values() if warm else ():
        work()
    for turn in range(rounds):
        names = list(works) if turn % 2 == 0 else list(works)[::-1]
        for name in names:
            costs[name].append(meter(works[name]))
    return costs


def repeated(work: Work, times: int) -> Work:
    """The same work many times over."""

    def block() -> None:
        for dummy in range(times):
            work()

    return block


def median(costs: t.Sequence[Cost], kind: str = "cpu") -> float:
    """The middle of what was measured."""
    return float(statistics.median(getattr(cost, kind) for cost in costs))


def ratio(ours: t.Sequence[Cost], theirs: t.Sequence[Cost], kind: str = "cpu") -> float:
    """The middle of the ratios of each round: what slows both does not count."""
    return float(statistics.median(getattr(a, kind) / getattr(b, kind) for a, b in zip(ours, theirs)))


def spread(values: t.Iterable[float]) -> float:
    """How far the middle half of the values lies apart, as a part of their middle."""
    ordered = sorted(values)
    low, dummy, high = statistics.quantiles(ordered, n=4)
    return (high - low) / statistics.median(ordered)
