# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How late an end is seen, and at how many calls: our pace against the schedules of others. Simulated, nothing is called."""

from __future__ import annotations

import math
import random
import statistics
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import RUNNING, SUCCEEDED, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import ADAPTIVE, time_left
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.schedule import Limits, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import Watch
from bench.result import Goal, Points, Result, Row, Table
from bench.schedules import BOTOCORE, SCHEDULES, Schedule
from bench.traces import MODELS, SHAPES, Shows, along

TASKS = 4000
SPREAD = 0.8
MEDIANS = {"60 s": 60.0, "15 min": 900.0, "90 min": 5400.0}
MIDDLE = "15 min"
CHECKED = 150
SEED = 20261122
MOST_CALLS = 0.5
MOST_DELAY = 1.0


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


def by_schedule(schedule: Schedule, lasts: float, chance: random.Random) -> Met:
    """Looks at the times of a schedule until the end is seen."""
    now, calls = 0.0, 1
    sleeps = schedule(chance)
    while now < lasts:
        now += next(sleeps)
        calls += 1
    return Met(calls, now - lasts)


def by_pace(shows: Shows, lasts: float, chance: random.Random) -> Met:
    """Looks as Watch makes them: the pace is told what the last look has shown."""
    now, calls, changed = 0.0, 1, 0.0
    shown: t.Optional[float] = None
    while now < lasts:
        before, shown = shown, shows(now / lasts)
        changed = changed if shown == before else now
        phase = ADAPTIVE.phase(chance.random) if calls == 1 else 0.0
        now += ADAPTIVE.next_look(now, time_left(shown, now, None), now - changed, chance.random) + phase
        calls += 1
    return Met(calls, now - lasts)


def by_watch(shows: Shows, lasts: float, chance: random.Random) -> Met:
    """The same by the wait itself, on a clock that jumps from look to look."""
    target = Target("lane", "account", "bench", "bench", None, "t-1")
    watch = Watch([target], Policy(timeout=1e9), lambda dummy: Limits(1e6), 0.0, chance.random)
    now = 0.0
    while not watch.done:
        for look in watch.due(now):
            ended = now >= lasts
            state, progress = (SUCCEEDED, 100.0) if ended else (RUNNING, shows(now / lasts))
            seen = Task("bench", "bench", None, "t-1", state, progress=progress, duration=now)
            watch.take(LookResult(look, dict.fromkeys(look.items, seen)), now)
        if not watch.done:
            now = watch.wake_at(now)
    return Met(watch.requests, now - lasts)


def told(met: t.Sequence[Met]) -> Told:
    delays = sorted(one.delay for one in met)
    late = delays[int(0.95 * len(delays))]
    return Told(statistics.fmean(one.calls for one in met), statistics.fmean(delays), late)


def durations(median: float, count: int = TASKS) -> list[float]:
    """The same tasks for everybody."""
    chance = random.Random(SEED)
    return [chance.lognormvariate(math.log(median), SPREAD) for dummy in range(count)]


def simulated(median: float) -> dict[str, Told]:
    """All schedules and models over tasks of one median."""
    tasks = durations(median)
    chance = random.Random(SEED + 1)
    found = {name: told([by_schedule(one, lasts, chance) for lasts in tasks]) for name, one in SCHEDULES.items()}
    for name, model in MODELS.items():
        found[f"ours, {name}"] = told([by_pace(model(chance), lasts, chance) for lasts in tasks])
    return found


def along_shapes(median: float) -> dict[str, Told]:
    """Our pace over the shapes of recorded progress."""
    chance = random.Random(SEED + 2)
    tasks = durations(median)
    return {name: told([by_pace(along(shape), lasts, chance) for lasts in tasks]) for name, shape in SHAPES.items()}


def checked(median: float) -> tuple[Told, Told]:
    """Pace alone and the whole Watch over the same few tasks: they are to tell the same."""
    tasks = durations(median, CHECKED)
    both: list[Told] = []
    for way in (by_pace, by_watch):
        chance = random.Random(SEED + 3)
        both.append(told([way(MODELS["mildly non-linear"](chance), lasts, chance) for lasts in tasks]))
    return both[0], both[1]


def floor(median: float, calls: float, steps: int = 20_000) -> float:
    """The least mean delay that any schedule has at so many calls, if there is no progress but the law of the durations is known.

    Looks at a rate r(t) cost the integral of S r and come late by that of f / 2r; the best r follows the square root of the
    hazard f / S, and the delay is then the square of the integral of sqrt(f S), over twice the calls.
    """
    total, width = 0.0, 12.0 / steps
    for step in range(steps):
        z = -6.0 + width * (step + 0.5)
        survives = 0.5 * math.erfc(z / math.sqrt(2))
        seconds = median * math.exp(SPREAD * z)
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / (SPREAD * seconds)
        total += math.sqrt(density * survives) * SPREAD * seconds * width
    return total**2 / (2 * calls)


def goals(found: t.Mapping[str, Told]) -> list[Goal]:
    """Half of botocore's calls at no more than its delay, for each model."""
    base = found[BOTOCORE]
    ours = {name: one for name, one in found.items() if name.startswith("ours")}
    return [
        goal
        for name, one in ours.items()
        for goal in (
            Goal(f"{MIDDLE}, {name}: calls / botocore's", one.calls / base.calls, most=MOST_CALLS),
            Goal(f"{MIDDLE}, {name}: mean delay / botocore's", one.delay / base.delay, most=MOST_DELAY),
        )
    ]


def points(every: t.Mapping[str, t.Mapping[str, Told]]) -> Points:
    series = {
        f"median {median}": [(name, one.calls, one.delay) for name, one in found.items()]
        for median, found in every.items()
    }
    return Points("Calls per task against the delay of seeing its end", "calls per task", "mean delay, s", series)


def tables(every: t.Mapping[str, t.Mapping[str, Told]]) -> tuple[Table, Table]:
    names = list(every[MIDDLE])
    rows = tuple((name, *(cell for found in every.values() for cell in found[name].cells())) for name in names)
    heads = tuple(f"{median}: {what}" for median in every for what in ("calls", "delay", "p95"))
    base = every[MIDDLE][BOTOCORE]
    shapes = along_shapes(MEDIANS[MIDDLE])
    shaped = tuple((name, *one.cells(), one.calls / base.calls, one.delay / base.delay) for name, one in shapes.items())
    columns = ("shape", "calls", "delay", "p95", "calls / botocore's", "delay / botocore's")
    return (
        Table("Calls per task, mean delay and 95th percentile of the delay in s", ("schedule", *heads), rows),
        Table(f"Our pace over shapes of recorded progress, median {MIDDLE}", columns, shaped),
    )


def run(say: t.Callable[[str], None]) -> Result:
    """All of it."""
    every: dict[str, dict[str, Told]] = {}
    for name, median in MEDIANS.items():
        every[name] = simulated(median)
        say(f"median {name}: {TASKS} tasks, {len(every[name])} schedules")
    pace, watch = checked(MEDIANS[MIDDLE])
    base = every[MIDDLE][BOTOCORE]
    least = floor(MEDIANS[MIDDLE], base.calls * MOST_CALLS)
    same = Goal("Watch against Pace alone over the same tasks: mean delay", watch.delay / pace.delay, 1.05, 0.95)
    return Result(tables(every), (*goals(every[MIDDLE]), same), notes(base, least, pace, watch), points(every))


def notes(base: Told, least: float, pace: Told, watch: Told) -> tuple[str, str, str]:
    half = f"{base.calls * MOST_CALLS:.0f} calls mean {least:.1f} s or more (botocore: {base.delay:.1f} s)"
    alone = f"Pace alone: {pace.calls:.1f}, {pace.delay:.1f} s"
    return (
        f"{TASKS} log-normal tasks (sigma {SPREAD:g}) for each median, the first look at once, one seed",
        f"without progress nobody has that, even with the law of the durations known beforehand: {half}",
        f"Watch itself, over {CHECKED} of the tasks: {watch.calls:.1f} calls, {watch.delay:.1f} s; {alone}",
    )
