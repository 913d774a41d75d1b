# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that run again and again and tell no progress: what a history of them is worth. Simulated, nothing is called."""

from __future__ import annotations

import math
import random
import typing as t
from functools import partial

from ansible_collections.multicloud.tasks.plugins.module_utils._wait.history import Law
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import ADAPTIVE
from bench.result import Cell, Goal, Table
from bench.schedules import BOTOCORE, SCHEDULES
from bench.told import Met, Told, by_schedule, told

PAST = 20
HISTORIES = 150
RUNS = 20
SEED = 20261201
MOST_CALLS = 0.5
MOST_DELAY = 1.0

Draw = t.Callable[[random.Random], float]


class Job(t.NamedTuple):
    """How long a job took in its last runs, oldest first, and how long it takes now."""

    past: t.Sequence[Draw]
    now: Draw


def log_normal(median: float, sigma: float, chance: random.Random) -> float:
    return chance.lognormvariate(math.log(median), sigma)


def steady(median: float, sigma: float) -> Job:
    draw = partial(log_normal, median, sigma)
    return Job([draw] * PAST, draw)


def shifted(before: float, after: float, runs: int) -> Job:
    """A job that takes longer since so many runs."""
    old, new = partial(log_normal, before, 0.1), partial(log_normal, after, 0.1)
    return Job([old] * (PAST - runs) + [new] * runs, new)


def two_ways(short: float, long: float, share: float) -> Job:
    """A job that is short in this share of its runs: an increment, else the whole."""

    def draw(chance: random.Random) -> float:
        return log_normal(short if chance.random() < share else long, 0.1, chance)

    return Job([draw] * PAST, draw)


JOBS: dict[str, Job] = {
    **{
        f"{name}, sigma {sigma:g}": steady(median, sigma)
        for name, median in (("60 s", 60.0), ("15 min", 900.0), ("90 min", 5400.0))
        for sigma in (0.1, 0.2, 0.4)
    },
    "15 min, now 22 min for the first time": shifted(900.0, 1350.0, 0),
    "15 min, 22 min since 3 runs": shifted(900.0, 1350.0, 3),
    "15 min, 22 min since 10 runs": shifted(900.0, 1350.0, 10),
    "5 min in 6 of 10 runs, else 20 min": two_ways(300.0, 1200.0, 0.6),
}
# Half of botocore's calls at no more than its delay is a goal for these.
GOALS = tuple(f"{median}, sigma {sigma}" for median in ("15 min", "90 min") for sigma in ("0.1", "0.2"))


def by_law(law: t.Optional[Law], lasts: float, chance: random.Random) -> Met:
    """Looks as Watch makes them at a task that tells no progress, with a history or without one."""
    now, calls = 0.0, 1
    while now < lasts:
        phase = ADAPTIVE.phase(chance.random) if calls == 1 else 0.0
        usual = law.next_look(now) if law else None
        now += ADAPTIVE.next_look(now, None, now, chance.random, usual) + phase
        calls += 1
    return Met(calls, now - lasts)


class Compared(t.NamedTuple):
    """The same runs with a history, without one, and by botocore."""

    ours: Told
    blind: Told
    botocore: Told

    def cells(self) -> tuple[Cell, ...]:
        ratios = (self.ours.calls / self.botocore.calls, self.ours.delay / self.botocore.delay)
        others = (self.blind.calls, self.blind.delay, self.botocore.calls, self.botocore.delay)
        return (*self.ours.cells(), *ratios, *others)


def compared(job: Job) -> Compared:
    """Many histories of a job, and some runs after each."""
    chance = random.Random(SEED)
    found: tuple[list[Met], list[Met], list[Met]] = ([], [], [])
    for dummy in range(HISTORIES):
        law = Law([draw(chance) for draw in job.past], ADAPTIVE.longest)
        for lasts in (job.now(chance) for dummy in range(RUNS)):
            found[0].append(by_law(law, lasts, chance))
            found[1].append(by_law(None, lasts, chance))
            found[2].append(by_schedule(SCHEDULES[BOTOCORE], lasts, chance))
    return Compared(*(told(met) for met in found))


def table(every: t.Mapping[str, Compared]) -> Table:
    columns = (
        *("job", "calls", "delay", "p95", "calls / botocore's", "delay / botocore's"),
        *("without history: calls", "delay", "botocore: calls", "delay"),
    )
    title = f"Repeated jobs that tell no progress, by their last {PAST} runs"
    return Table(title, columns, tuple((name, *one.cells()) for name, one in every.items()))


def goals(every: t.Mapping[str, Compared]) -> list[Goal]:
    return [
        goal
        for name in GOALS
        for goal in (
            Goal(
                f"history, {name}: calls / botocore's", every[name].ours.calls / every[name].botocore.calls, MOST_CALLS
            ),
            Goal(
                f"history, {name}: delay / botocore's", every[name].ours.delay / every[name].botocore.delay, MOST_DELAY
            ),
        )
    ]


NOTE = (
    f"repeated jobs: {HISTORIES} histories of {PAST} runs, {RUNS} runs after each, log-normal; the law "
    "that shifts and that of two modes with sigma 0.1"
)
