# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a whole process costs: our modules against those that do nothing, and against one with the vendor's SDK."""

from __future__ import annotations

import typing as t

from bench.ansible import REGION, Ansible, ansible
from bench.measure import Cost, Work, children, in_turns, median, ratio, spread
from bench.result import Goal, Result, Row, Table
from local_cloud.client import LocalCloud

ROUNDS = 15
ENDED = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1}
TASK = {"service": "ecs", "id": "t-1", "script": [[0, ENDED]]}
KINDS = ("wall", "cpu")


class Pair(t.NamedTuple):
    """What is compared with what, and the most that it may cost."""

    ours: str
    theirs: str
    most: float


WHERE = (
    "on the controller our info modules do their work in the process of ansible; sent as a module, one costs what its sources "
    "do: ansible-core parses each file to find what else to send, and Python compiles them at every start"
)
FLOOR = (
    "of what a wait costs above an action that does nothing, the action with one requests.get shows the part of the packages "
    "that are required; the rest are our own sources, compiled at every start, for ansible-core keeps no bytecode of collections"
)
PAIRS = (
    Pair("alibaba_cloud_task_info", "ping", 1.15),
    Pair("alibaba_cloud_task_info", "the same with the SDK", 1.0),
    Pair("wait_for_cloud_task, one ended task", "an action that does nothing", 1.4),
)


def works(tool: Ansible, url: str) -> dict[str, Work]:
    """The processes by name."""
    where = {"endpoint": url, "region": REGION}
    task = {**where, "service": "ecs", "task_ids": ["t-1"]}
    return {
        "ping": lambda: tool.ask("ansible.builtin.ping"),
        "alibaba_cloud_task_info": lambda: tool.ask("multicloud.tasks.alibaba_cloud_task_info", **task),
        "one requests.get, one jmespath.search": lambda: tool.ask("bench.lab.plain_get", url=f"{url}/_cloud/clock"),
        "alibaba_cloud_task_info, sent as a module": lambda: tool.ask(
            "multicloud.tasks.alibaba_cloud_task_info", tool.sent, **task
        ),
        "the same with the SDK": lambda: tool.ask("bench.lab.sdk_task_info", task_id="t-1", **where),
        "an action that does nothing": lambda: tool.ask("bench.lab.noop"),
        "an action with one requests.get, one jmespath.search": lambda: tool.ask(
            "bench.lab.get_here", url=f"{url}/_cloud/clock"
        ),
        "wait_for_cloud_task, one ended task": lambda: tool.ask(
            "multicloud.tasks.wait_for_cloud_task", provider="alibaba", **task
        ),
    }


def row(name: str, costs: t.Mapping[str, list[Cost]]) -> Row:
    found = costs[name]
    noise = spread(cost.cpu for cost in found)
    return (name, *(median(found, kind) * 1000 for kind in KINDS), ratio(found, costs["ping"]), f"{noise:.0%}")


def goals(costs: t.Mapping[str, list[Cost]]) -> list[Goal]:
    return [
        Goal(f"{pair.ours} / {pair.theirs}, {kind}", ratio(costs[pair.ours], costs[pair.theirs], kind), most=pair.most)
        for pair in PAIRS
        for kind in KINDS
    ]


def run(say: t.Callable[[str], None]) -> Result:
    """All of them in turns."""
    with LocalCloud() as cloud, ansible() as tool:
        cloud.add(TASK)
        costs = in_turns(works(tool, cloud.url), ROUNDS, children)
    for name, found in costs.items():
        say(f"{name}: {median(found, 'wall'):.2f} s")
    rows = tuple(row(name, costs) for name in costs)
    table = Table("Whole processes", ("ansible localhost -m", "wall ms", "CPU ms", "CPU / ping", "spread of CPU"), rows)
    return Result(
        (table,),
        tuple(goals(costs)),
        (f"medians of {ROUNDS} rounds in turns; ratios are medians of pairs", WHERE, FLOOR),
    )
