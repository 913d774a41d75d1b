# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How late an end is seen, and at how many calls: our pace against the schedules of others. Simulated, nothing is called."""

from __future__ import annotations

import math
import random
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import RUNNING, SUCCEEDED, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.history import Law
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import ADAPTIVE, time_left
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import Watch
from bench import repeated
from bench.result import Goal, Points, Result, Table
from bench.schedules import BOTOCORE, SCHEDULES
from bench.told import Met, Told, by_schedule, told
from bench.traces import MODELS, SHAPES, Shows, along

TASKS = 4000
SPREAD = 0.8
MEDIANS = {"10 s": 10.0, "60 s": 60.0, "15 min": 900.0, "90 min": 5400.0}
MIDDLE = "15 min"
CHECKED = 150
SEED = 20261122
MOST_CALLS = 0.5
MOST_DELAY = 1.0
BLIND = "ours, no progress"
# Calls times delay without progress, relative to a fixed interval, at most. A shorter wait than 60 s has too few looks for that.
MOST_PRODUCT = {"60 s": 1.5, "15 min": 1.35, "90 min": 1.35}


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


def by_watch(shows: Shows, lasts: float, chance: random.Random, law: t.Optional[Law] = None) -> Met:
    """The same by the wait itself, on a clock that jumps from look to look."""
    target = Target("lane", "account", "bench", "bench", None, "t-1")
    watch = Watch(
        [target], Policy(timeout=1e9, law_of=lambda dummy: law), lambda dummy: Limits(1e6), 0.0, chance.random
    )
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


def checked_law(name: str) -> Goal:
    """Law alone and the whole Watch over the same few runs of a repeated job: they are to tell the same."""
    job = repeated.JOBS[name]
    chance = random.Random(SEED + 4)
    law = Law([draw(chance) for draw in job.past], ADAPTIVE.longest)
    runs = [job.now(chance) for dummy in range(CHECKED)]
    watch = told([by_watch(MODELS["no progress"](chance), lasts, chance, law) for lasts in runs])
    alone = told([repeated.by_law(law, lasts, chance) for lasts in runs])
    return Goal(f"Watch against Law alone over the same runs, {name}: calls", watch.calls / alone.calls, 1.05, 0.95)


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


def goals(every: t.Mapping[str, t.Mapping[str, Told]]) -> list[Goal]:
    """Half of botocore's calls at no more than its delay with progress; without, no schedule is better in both."""
    base = every[MIDDLE][BOTOCORE]
    ours = {name: one for name, one in every[MIDDLE].items() if name.startswith("ours") and name != BLIND}
    with_progress = [
        goal
        for name, one in ours.items()
        for goal in (
            Goal(f"{MIDDLE}, {name}: calls / botocore's", one.calls / base.calls, most=MOST_CALLS),
            Goal(f"{MIDDLE}, {name}: mean delay / botocore's", one.delay / base.delay, most=MOST_DELAY),
        )
    ]
    better = [
        Goal(f"{name}, {BLIND}: schedules with fewer calls and less delay", len(beaten_by(one)), most=0)
        for name, one in every.items()
    ]
    return [*with_progress, *better, *(product(name, every[name], most) for name, most in MOST_PRODUCT.items())]


def beaten_by(found: t.Mapping[str, Told]) -> list[str]:
    """The schedules that make fewer calls than our pace without progress, and see the end sooner."""
    ours = found[BLIND]
    return [name for name in SCHEDULES if found[name].calls < ours.calls and found[name].delay < ours.delay]


def product(name: str, found: t.Mapping[str, Told], most: float) -> Goal:
    """Calls times delay without progress, relative to those of botocore's fixed interval."""
    ours, fixed = found[BLIND], found[BOTOCORE]
    ratio = ours.calls * ours.delay / (fixed.calls * fixed.delay)
    return Goal(f"{name}, {BLIND}: calls x mean delay / those of a fixed interval", ratio, most=most)


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
    jobs = {name: repeated.compared(job) for name, job in repeated.JOBS.items()}
    say(f"{len(jobs)} repeated jobs")
    pace, watch = checked(MEDIANS[MIDDLE])
    base = every[MIDDLE][BOTOCORE]
    least = floor(MEDIANS[MIDDLE], base.calls * MOST_CALLS)
    same = Goal("Watch against Pace alone over the same tasks: mean delay", watch.delay / pace.delay, 1.05, 0.95)
    return Result(
        (*tables(every), repeated.table(jobs)),
        (*goals(every), *repeated.goals(jobs), same, checked_law(f"{MIDDLE}, sigma 0.2")),
        (*notes(base, least, pace, watch), repeated.NOTE),
        points(every),
    )


def notes(base: Told, least: float, pace: Told, watch: Told) -> tuple[str, str, str]:
    half = f"{base.calls * MOST_CALLS:.0f} calls mean {least:.1f} s or more (botocore: {base.delay:.1f} s)"
    alone = f"Pace alone: {pace.calls:.1f}, {pace.delay:.1f} s"
    return (
        f"{TASKS} log-normal tasks (sigma {SPREAD:g}) for each median, the first look at once, one seed",
        f"without progress and without a history nobody has that, even if the law of all durations were known: {half}",
        f"Watch itself, over {CHECKED} of the tasks: {watch.calls:.1f} calls, {watch.delay:.1f} s; {alone}",
    )
