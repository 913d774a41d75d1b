# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of cases: what the cloud plays, what is asked, what is to come of it. A whole table is one playbook run."""

from __future__ import annotations

import dataclasses
import typing as t

from integration.playing import Json, Played, Player
from local_cloud.client import LocalCloud

TASKS = {"alibaba": "Info of Alibaba Cloud", "huawei": "Info of Huawei Cloud", "wait": "Wait"}


@dataclasses.dataclass(frozen=True)
class Case:
    """One row. ``facts`` is what the only task says, ``result`` what the step returns, ``says`` parts of its message."""

    arguments: dict[str, Json]
    scene: tuple[Json, ...] = ()
    faults: tuple[Json, ...] = ()
    facts: dict[str, Json] = dataclasses.field(default_factory=dict)
    result: dict[str, Json] = dataclasses.field(default_factory=dict)
    status: str = "ok"
    says: tuple[str, ...] = ()
    variables: dict[str, str] = dataclasses.field(default_factory=dict)
    calls: int | None = None


Table = t.Mapping[str, Case]


def play(cloud: LocalCloud, player: Player, *flags: str, python: str | None = None, **tables: Table) -> Played:
    """Set the stage for all cases, and run them side by side; with another Python than that of ansible, if one is named."""
    chosen: dict[str, str] = {"ansible_python_interpreter": python} if python else {}
    hosts: dict[str, Json] = {}
    for group, table in tables.items():
        for name, case in table.items():
            hosts[name] = {"groups": [group], "arguments": case.arguments, "variables": case.variables, **chosen}
    for case in (case for table in tables.values() for case in table.values()):
        cloud.add(*case.scene)
        for fault in case.faults:
            cloud.fault(**fault)
    return player.play("cases.yml", *flags, hosts=hosts)


def check(case: Case, result: Json) -> None:
    """Compare only what the row names."""
    message = str(result.get("msg", ""))
    tasks = result.get("tasks") or [{}]
    told = {
        "status": result["status"],
        "says": tuple(part for part in case.says if part in message),
        "lines": message.count("\n"),
        "traceback": "Traceback" in message or "Traceback (most recent" in str(result.get("exception")),
        "result": {name: result.get(name) for name in case.result},
        "tasks": len(tasks) if case.facts else 1,
        "facts": {name: tasks[0].get(name) for name in case.facts},
    }
    wanted = {
        "status": case.status,
        "says": case.says,
        "lines": 0,
        "traceback": False,
        "result": case.result,
        "tasks": 1,
        "facts": case.facts,
    }
    wrong = {name: (told[name], value) for name, value in wanted.items() if told[name] != value}
    assert not wrong, f"(told, wanted): {wrong}, message: {message}"
