# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A play over many hosts, each with a wait of its own, against one quota: what the server throttles, and when ends are told."""

from __future__ import annotations

import json
import pathlib
import tempfile
import time
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._run.budget import Budgets
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.rate import Allowance, RateLimiter
from bench.ansible import REGION, Ansible, ansible
from bench.result import Goal, Result, Row, Table
from local_cloud.client import LocalCloud

HOSTS, FORKS = 40, 20
RATE = 2
QUOTA = {"calls": 150, "window": 60.0}
LENGTH = 60.0
# The second half of the hosts begins when the first has ended.
SECOND_BEGINS = 75.0
MOST_LATE = 30.0
TIMES = 2000
MOST_US = 150.0

Json = t.Any


class Seen(t.NamedTuple):
    """What the server has seen of a play: its calls, those that it throttled, and how long after its end each task was read."""

    title: str
    calls: int
    throttled: int
    late: list[float]
    wall: float


def hosts() -> list[str]:
    """The names of the hosts."""
    return [f"h{number:02}" for number in range(HOSTS)]


def end_of(number: int) -> float:
    """When the task of a host ends, in seconds after the beginning of the play."""
    return LENGTH if number < FORKS else SECOND_BEGINS + LENGTH


def play(program: Ansible, url: str) -> None:
    """One wait per host, with 20 forks."""
    wait = {
        "provider": "alibaba",
        "service": "ecs",
        "region": REGION,
        "endpoint": url,
        "task_id": "t-{{ inventory_hostname }}",
        "rate_limit": RATE,
        "timeout": 600,
        "progress": False,
    }
    path = program.folder / "forks.json"
    tasks = [{"name": "Wait", "multicloud.tasks.wait_for_cloud_task": wait}]
    variables = {"ansible_connection": "local"}
    path.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "vars": variables, "tasks": tasks}]), "utf-8")
    program.run("ansible-playbook", "-i", ",".join(hosts()) + ",", "-f", str(FORKS), str(path))


def seen(title: str, cache: t.Callable[[pathlib.Path], str]) -> Seen:
    """The play on a cloud of its own."""
    with LocalCloud() as cloud, ansible() as program:
        program.environ["XDG_CACHE_HOME"] = cache(program.folder)
        cloud.settings(log_length=100_000)
        cloud.fault("throttle", "ecs.*", **QUOTA)
        ended = {
            "TaskStatus": "Finished",
            "TaskProcess": "100%",
            "SuccessCount": 1,
            "FinishedTime": "2026-01-01T00:00Z",
        }
        scripts = [[[0, {"TaskProcess": "40%"}], [end_of(number), ended]] for number in range(HOSTS)]
        cloud.add(*({"service": "ecs", "id": f"t-{host}", "script": script} for host, script in zip(hosts(), scripts)))
        born, began = cloud.now(), time.monotonic()
        play(program, cloud.url)
        wall = time.monotonic() - began
        log, calls = cloud.log(), cloud.calls()
        late = [
            min(
                entry["now"] - born - end_of(number)
                for entry in about(log, host)
                if entry["now"] - born >= end_of(number)
            )
            for number, host in enumerate(hosts())
        ]
        return Seen(title, int(calls["total"]), sum(calls["throttled"].values()), late, wall)


def about(log: t.Iterable[dict[str, Json]], host: str) -> list[dict[str, Json]]:
    """The calls about the task of a host that were answered."""
    return [entry for entry in log if f"t-{host}" in entry.get("ids", ()) and not entry["fault"]]


def cost(rate: RateLimiter) -> float:
    """Microseconds of CPU to take a place for a look, to begin it, and to count one more call."""
    began = time.process_time()
    for number in range(TIMES):
        now = 1000.0 + number
        rate.ready_at(now)
        rate.begin(now)
        rate.take(now, 1)
    return (time.process_time() - began) / TIMES * 1e6


def row(one: Seen) -> Row:
    return (one.title, one.calls, one.throttled, sum(one.late) / len(one.late), max(one.late), one.wall)


COLUMNS = ("the waits", "calls", "throttled", "mean s until an end is read", "most", "wall s of the play")
SHARED = "share a budget"


def run(say: t.Callable[[str], None]) -> Result:
    """The play with and without a place for the budget, and what that costs a look."""
    found = [
        seen("count each for itself", lambda folder: "/dev/null"),
        seen(SHARED, lambda folder: str(folder / "cache")),
    ]
    for one in found:
        say(f"waits that {one.title}: {one.calls} calls, {one.throttled} throttled, {max(one.late):.1f} s at most")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        shared = Budgets(pathlib.Path(name)).rate(("a lane",), Allowance(1e6))
        costs = (cost(RateLimiter(Allowance(1e6))), cost(shared))
    note = (
        f"{HOSTS} hosts, {FORKS} forks, a task of {LENGTH:g} s for each, rate_limit {RATE}; the server lets "
        f"{QUOTA['calls']:g} calls in any {QUOTA['window']:g} s through"
    )
    tables = (
        Table("Many hosts, one quota", COLUMNS, tuple(row(one) for one in found)),
        Table(
            "What counting a look costs",
            ("the wait", "us of CPU a look"),
            (("for itself", costs[0]), (SHARED, costs[1])),
        ),
    )
    ours = found[-1]
    goals = (
        Goal("calls that the server throttled", float(ours.throttled), most=0.0),
        Goal("s until the last end is read", max(ours.late), most=MOST_LATE),
        Goal("us of CPU that sharing costs a look", costs[1] - costs[0], most=MOST_US),
    )
    return Result(tables, goals, (note,))
