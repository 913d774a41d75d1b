# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One, a hundred, a thousand and ten thousand tasks in one step: calls, their rate, delay, CPU and memory."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from bench.result import Goal, Result, Row, Table
from local_cloud.client import LocalCloud, environment

FAST = 200.0
QUOTA = PROVIDERS["alibaba"].services["ecs"].quota
BATCH = 100
FIRST, LAST = 6.0, 30.0
PIECE = 1000
MOST_MEMORY = 200.0
MOST_CPU = 5.0
PATIENCE = 280
ENDED = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1, "FinishedTime": "2026-01-01T00:00Z"}

Json = t.Any


class Case(t.NamedTuple):
    """So many tasks at a rate; ``rate`` None is the service's own default."""

    tasks: int
    rate: float | None

    @property
    def most_per_second(self) -> float:
        return self.rate or QUOTA.burst

    @property
    def title(self) -> str:
        usual = f"default rate for {QUOTA.calls:g} in {QUOTA.seconds:g} s"
        return f"{self.tasks} tasks, " + (f"rate_limit {self.rate:g}/s" if self.rate else usual)


# Side by side where they are small: most of their time is spent asleep.
GROUPS: tuple[tuple[Case, ...], ...] = (
    (Case(1, FAST), Case(100, FAST), Case(1000, FAST), Case(1, None), Case(100, None)),
    (Case(10_000, FAST),),
)


class Seen(t.NamedTuple):
    """What one case has shown: the first round alone, the wait, and what the server counted."""

    case: Case
    first_round: int
    wait: dict[str, Json]
    calls: dict[str, Json]
    after_last: float

    @property
    def peak(self) -> int:
        return int(self.calls["peak_per_second"]["*"])

    @property
    def batches(self) -> int:
        return int(self.calls["apis"].get("ecs.DescribeTasks", 0))

    @property
    def cpu_per_task(self) -> float:
        return float(self.wait["cpu"]) / self.case.tasks * 1000


def task(number: int, count: int) -> dict[str, Json]:
    """A task that moves a few times and ends; all of them end evenly spread."""
    end = LAST if count == 1 else FIRST + (LAST - FIRST) * number / (count - 1)
    moves = [[end * part / 4, {"TaskProcess": f"{25 * part}%"}] for part in range(4)]
    return {"service": "ecs", "id": f"t-{number:05}", "script": [*moves, [end, ENDED]]}


def fill(cloud: LocalCloud, tasks: t.Sequence[dict[str, Json]]) -> float:
    """Add tasks, as many at a time as a request may hold; when the last one did begin, on the cloud's clock."""
    for start in range(0, len(tasks), PIECE):
        cloud.add(*tasks[start : start + PIECE])
    return cloud.now()


def start(cloud: LocalCloud, case: Case, check: bool) -> dict[str, Json]:
    """A wait in a process of its own."""
    ids = [f"t-{number:05}" for number in range(case.tasks)]
    options = {"endpoint": cloud.url, "task_ids": ids, "timeout": PATIENCE, "fail_fast": not check}
    given = {"options": {**options, **({"rate_limit": case.rate} if case.rate else {})}, "check": check}
    command = [sys.executable, "-m", "bench.waiter"]
    done = subprocess.run(
        command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, env=environment(), check=True
    )
    found: dict[str, Json] = json.loads(done.stdout)
    return found


def seen(case: Case) -> Seen:
    """A round over tasks that all run, then a wait for tasks that end, on a cloud of its own."""
    with LocalCloud() as cloud:
        fill(cloud, [{**task(number, case.tasks), "script": [[0, {}]]} for number in range(case.tasks)])
        start(cloud, case, check=True)
        first_round = int(cloud.calls()["total"])
        cloud.reset()
        born = fill(cloud, [task(number, case.tasks) for number in range(case.tasks)])
        found = start(cloud, case, check=False)
        wanted = {"total": case.tasks, "succeeded": case.tasks}
        if found["summary"] != wanted:
            raise RuntimeError(f"{case.title}: {found['summary']}")
        return Seen(case, first_round, found, cloud.calls(), found["end"] - born - LAST)


def row(found: Seen) -> Row:
    wait = found.wait
    costs = (wait["cpu"], found.cpu_per_task, wait["memory"])
    counts = (found.first_round, wait["requests"], found.batches, found.peak)
    return (found.case.title, *counts, found.after_last, wait["wall"], *costs)


COLUMNS = (
    "wait",
    "calls of a round",
    "calls in all",
    "in batches",
    "peak calls/s",
    "s after the last end",
    "wall s",
    "CPU s",
    "CPU ms a task",
    "max RSS MB",
)


def goals(found: Seen) -> list[Goal]:
    case = found.case
    calls = float(math.ceil(case.tasks / BATCH))
    usual = [
        Goal(f"{case.title}: calls of a round", float(found.first_round), most=calls, least=calls),
        Goal(f"{case.title}: peak calls/s as the server counts", float(found.peak), most=case.most_per_second),
        Goal(f"{case.title}: times throttled", float(found.wait["throttled"]), most=0.0),
    ]
    if case.tasks < 10_000:
        return usual
    memory = Goal(f"{case.title}: max RSS, MB", found.wait["memory"], most=MOST_MEMORY)
    return [*usual, memory, Goal(f"{case.title}: CPU ms a task", found.cpu_per_task, most=MOST_CPU)]


def run(say: t.Callable[[str], None]) -> Result:
    """All cases."""
    found: list[Seen] = []
    for group in GROUPS:
        with ThreadPoolExecutor(len(group)) as pool:
            found += pool.map(seen, group)
        for one in found[-len(group) :]:
            say(f"{one.case.title}: {one.wait['wall']:.0f} s, {one.cpu_per_task:.2f} ms of CPU a task")
    note = (
        f"the tasks end evenly spread over the seconds {FIRST:g} to {LAST:g}; each end costs one call for its details; "
        "CPU and memory are those of the process that waits; the calls of a round are those of check mode"
    )
    table = Table("Many tasks in one step", COLUMNS, tuple(row(one) for one in found))
    return Result((table,), tuple(goal for one in found for goal in goals(one)), (note,))
