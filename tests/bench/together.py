# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many tasks that end within a few seconds, at default rates, against quotas that the server counts: when the last is told."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor

from bench.result import Goal, Result, Row, Table
from local_cloud.client import LocalCloud, environment

FIRST, LAST = 54.0, 60.0
PATIENCE = 280
FOREVER = 10_000.0

Json = t.Any
Fields = dict[str, Json]


class Case(t.NamedTuple):
    """So many tasks of a service, the quota that the server enforces, and the seconds in which all ends are to be told."""

    service: str
    tasks: int
    quota: t.Mapping[str, float]
    most: float
    failing: bool = False
    options: t.Mapping[str, str] = {}

    @property
    def title(self) -> str:
        bucket = f"{self.quota['calls']:g} calls in {self.quota['window']:g} s"
        what = "one fails, the others go on" if self.failing else "all succeed"
        return f"{self.tasks} {self.service} tasks, {bucket}, {what}"


MINUTE = {"calls": 500, "window": 60.0}
SECOND = {"calls": 10, "window": 1.0}
CASES = (
    Case("ecs", 60, MINUTE, 8.0),
    Case("ecs", 300, MINUTE, 45.0),
    Case("ecs", 300, MINUTE, 8.0, failing=True),
    # A condition is judged by a look at each task alone, which takes all that the lane may.
    Case("bdrc", 60, SECOND, 20.0, options={"success_when": "terminal && succeeded"}),
)
ECS = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1, "FinishedTime": "2026-01-01T00:00Z"}
FAILED = {**ECS, "TaskStatus": "Failed", "SuccessCount": 0, "FailedCount": 1}
ENDED: dict[str, Fields] = {"ecs": ECS, "bdrc": {"TaskStatus": "COMPLETE", "Progress": 10000}}
# An ECS task says nothing of its progress in a batch, so that the end comes unannounced.
RUNNING: dict[str, Fields] = {"ecs": {"TaskProcess": "40%"}, "bdrc": {"TaskStatus": "RUNNING", "Progress": 4000}}


class Seen(t.NamedTuple):
    """What one case has shown."""

    case: Case
    wait: Fields
    calls: Fields
    after_last: float
    throttled: int


def task(case: Case, number: int) -> Fields:
    """A task that ends within the few seconds. If one is to fail, that is the last, and no other ends."""
    end = FIRST + (LAST - FIRST) * number / (case.tasks - 1)
    is_last = number == case.tasks - 1
    after = FAILED if is_last else RUNNING[case.service]
    script = [[0, RUNNING[case.service]], [end, after if case.failing else ENDED[case.service]]]
    return {"service": case.service, "id": f"t-{number:05}", "script": script}


def waited(cloud: LocalCloud, case: Case) -> Fields:
    """The wait, in a process of its own, with no option but what to wait for."""
    ids = [f"t-{number:05}" for number in range(case.tasks)]
    options = {"service": case.service, "endpoint": cloud.url, "task_ids": ids, "timeout": PATIENCE, **case.options}
    done = subprocess.run(
        [sys.executable, "-m", "bench.waiter"],
        input=json.dumps({"options": options, "check": False}),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        check=True,
    )
    found: Fields = json.loads(done.stdout)
    return found


def seen(case: Case) -> Seen:
    """One case on a cloud of its own."""
    with LocalCloud() as cloud:
        cloud.fault("throttle", f"{case.service}.*", **case.quota)
        cloud.add(*(task(case, number) for number in range(case.tasks)))
        born = cloud.now()
        found = waited(cloud, case)
        counts = found["summary"]
        wanted = {"failed": 1, "abandoned": case.tasks - 1} if case.failing else {"succeeded": case.tasks}
        if counts != {"total": case.tasks, **wanted}:
            raise RuntimeError(f"{case.title}: {counts}")
        calls = cloud.calls()
        return Seen(case, found, calls, found["end"] - born - LAST, sum(calls["throttled"].values()))


COLUMNS = ("wait", "s after the last end", "calls in all", "peak calls/s", "throttled", "CPU s")


def row(found: Seen) -> Row:
    peak = int(found.calls["peak_per_second"]["*"])
    return (found.case.title, found.after_last, found.wait["requests"], peak, found.throttled, found.wait["cpu"])


def goals(found: Seen) -> list[Goal]:
    title = found.case.title
    return [
        Goal(f"{title}: s after the last end until all are told", found.after_last, most=found.case.most),
        Goal(f"{title}: calls that the server throttled", float(found.throttled), most=0.0),
    ]


def run(say: t.Callable[[str], None]) -> Result:
    """All cases, side by side: most of their time is spent asleep."""
    with ThreadPoolExecutor(len(CASES)) as pool:
        found = list(pool.map(seen, CASES))
    for one in found:
        say(f"{one.case.title}: {one.after_last:.1f} s after the last end, {one.throttled} throttled")
    note = (
        f"the tasks end evenly spread over the seconds {FIRST:g} to {LAST:g}; no rate_limit is given; the server counts calls in "
        "any stretch of its window, for each API; a batch does not tell how an ECS task ended, so each costs a call of its own"
    )
    table = Table("Many that end together, at default rates", COLUMNS, tuple(row(one) for one in found))
    return Result((table,), tuple(goal for one in found for goal in goals(one)), (note,))
