# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control plane under /_cloud/: what tests do to the cloud. One function per call, in one table."""

from __future__ import annotations

import dataclasses
import json
import math
import typing as t

from local_cloud.accounts import Account
from local_cloud.effects import EFFECTS
from local_cloud.faults import Fault
from local_cloud.routing import Routes
from local_cloud.script import Task
from local_cloud.vendors import VENDORS
from local_cloud.world import BadInstruction, World

Json = t.Any
Value = t.TypeVar("Value")


@dataclasses.dataclass
class Cloud:
    """The server's state: the routes are for good, the world can be begun anew."""

    routes: Routes
    scenario: dict[str, Json] = dataclasses.field(default_factory=dict)
    world: World = dataclasses.field(default_factory=World)

    def begin(self) -> None:
        """A new world as the scenario describes it."""
        self.world = World()
        self.fill(self.scenario)

    def fill(self, sections: dict[str, Json]) -> None:
        """Add what a scenario describes."""
        for name, value in sections.items():
            if name not in SECTIONS:
                raise BadInstruction(f"unknown section {name!r}, known are {sorted(SECTIONS)}")
            SECTIONS[name](self, value)


def build(kind: type[Value], given: Json) -> Value:
    """A data class from JSON; a misspelt name is an error, not a silent default."""
    if not isinstance(given, dict):
        raise BadInstruction(f"expected an object, got {type(given).__name__}")
    try:
        return kind(**given)
    except TypeError as problem:
        raise BadInstruction(str(problem)) from None


def many(given: Json) -> list[Json]:
    return given if isinstance(given, list) else [given]


def add_tasks(cloud: Cloud, given: Json) -> Json:
    tasks = [build(Task, one) for one in many(given)]
    for task in tasks:
        task.provider = task.provider or cloud.routes.providers.get(task.service, "")
        if (task.provider, task.service) not in cloud.routes.services:
            raise BadInstruction(f"unknown service {task.provider}/{task.service}")
    for task in tasks:
        cloud.world.add_task(task)
    return {"added": len(tasks)}


def add_accounts(cloud: Cloud, given: Json) -> Json:
    accounts = [build(Account, one) for one in many(given)]
    for account in accounts:
        if account.provider not in VENDORS:
            raise BadInstruction(f"unknown provider {account.provider!r}")
        cloud.world.add_account(account)
    return {"added": len(accounts)}


def add_faults(cloud: Cloud, given: Json) -> Json:
    faults = [build(Fault, one) for one in many(given)]
    for fault in faults:
        if fault.kind not in EFFECTS:
            raise BadInstruction(f"unknown kind {fault.kind!r}, known are {sorted(EFFECTS)}")
        if not cloud.routes.matches(fault.api):
            raise BadInstruction(f"no API matches {fault.api!r}")
    return {"ids": [cloud.world.add_fault(fault) for fault in faults]}


def change_settings(cloud: Cloud, given: Json) -> Json:
    cloud.world.change_settings(given)
    return show_settings(cloud, given)


SECTIONS: dict[str, t.Callable[[Cloud, Json], Json]] = {
    "settings": change_settings,
    "accounts": add_accounts,
    "tasks": add_tasks,
    "faults": add_faults,
}


def show_settings(cloud: Cloud, dummy: Json) -> Json:
    return dataclasses.asdict(cloud.world.settings)


def show_tasks(cloud: Cloud, dummy: Json) -> Json:
    tasks = [task for group in cloud.world.tasks.values() for task in group.values()]
    names = ("provider", "service", "id", "region", "instance_id", "born", "script")
    return [{name: getattr(task, name) for name in names} for task in tasks]


def remove_tasks(cloud: Cloud, given: Json) -> Json:
    """Those of a service, one of them, or all."""
    removed = 0
    for (dummy, service), tasks in cloud.world.tasks.items():
        for task_id in [key for key in tasks if matches(given, service=service, id=key)]:
            del tasks[task_id]
            removed += 1
    return {"removed": removed}


def matches(given: Json, **facts: str) -> bool:
    return all(given.get(name, value) == value for name, value in facts.items())


def show_faults(cloud: Cloud, dummy: Json) -> Json:
    return [{"id": number, **fault.facts()} for number, fault in cloud.world.faults.items()]


def remove_faults(cloud: Cloud, given: Json) -> Json:
    chosen = [number for number in cloud.world.faults if matches(given, id=str(number))]
    for number in chosen:
        del cloud.world.faults[number]
    return {"removed": len(chosen)}


def remove_accounts(cloud: Cloud, given: Json) -> Json:
    """A revoked key is unknown; so is a token of that name."""
    key = str(given.get("access_key", ""))
    found = [pair for pair in cloud.world.keys if pair[1] == key]
    for pair in found:
        del cloud.world.keys[pair]
    token = cloud.world.tokens.pop(str(given.get("auth_token", "")), None)
    return {"removed": len(found) + (token is not None)}


def show_clock(cloud: Cloud, dummy: Json) -> Json:
    return {"now": cloud.world.now(), "offset": cloud.world.offset}


def move_clock(cloud: Cloud, given: Json) -> Json:
    seconds = float(given.get("advance", 0.0))
    if not (math.isfinite(seconds) and seconds >= 0):
        raise BadInstruction("time only goes on")
    cloud.world.offset += seconds
    return show_clock(cloud, given)


def show_calls(cloud: Cloud, dummy: Json) -> Json:
    return cloud.world.counts.facts()


def show_log(cloud: Cloud, given: Json) -> Json:
    entries = list(cloud.world.log)
    last = int(given.get("last", len(entries)))
    return entries[-last:] if last else []


def take_log(cloud: Cloud, given: Json) -> Json:
    """The oldest entries, which are forgotten."""
    log = cloud.world.log
    return [log.popleft() for dummy in range(min(len(log), int(given.get("first", len(log)))))]


def show_state(cloud: Cloud, given: Json) -> Json:
    world = cloud.world
    return {
        "clock": show_clock(cloud, given),
        "tasks": sum(map(len, world.tasks.values())),
        "faults": show_faults(cloud, given),
        "settings": show_settings(cloud, given),
        "calls": show_calls(cloud, given),
        "apis": sorted(cloud.routes.keys),
        "locked": sorted(key for key, until in world.locked.items() if world.now() < until),
    }


def reset(cloud: Cloud, given: Json) -> Json:
    """A new world, with what is given in it besides the scenario."""
    cloud.begin()
    cloud.fill(given)
    return show_clock(cloud, given)


def follow_clock(cloud: Cloud, given: Json) -> Json:
    """Go by seconds that somebody else keeps in a file from now on; without a file stand where it left off."""
    cloud.world.follow(str(given["file"]))
    return show_clock(cloud, given)


CONTROL: dict[tuple[str, str], t.Callable[[Cloud, Json], Json]] = {
    ("GET", "state"): show_state,
    ("GET", "tasks"): show_tasks,
    ("POST", "tasks"): add_tasks,
    ("DELETE", "tasks"): remove_tasks,
    ("GET", "faults"): show_faults,
    ("POST", "faults"): add_faults,
    ("DELETE", "faults"): remove_faults,
    ("POST", "accounts"): add_accounts,
    ("DELETE", "accounts"): remove_accounts,
    ("GET", "settings"): show_settings,
    ("POST", "settings"): change_settings,
    ("GET", "clock"): show_clock,
    ("POST", "clock"): move_clock,
    ("PUT", "clock"): follow_clock,
    ("GET", "calls"): show_calls,
    ("GET", "log"): show_log,
    ("DELETE", "log"): take_log,
    ("POST", "reset"): reset,
}


def command(cloud: Cloud, method: str, name: str, query: t.Mapping[str, str], body: bytes) -> Json:
    """Carry out one call: its argument is the JSON body, or the query when there is none."""
    action = CONTROL.get((method, name))
    if action is None:
        raise BadInstruction(f"no such call: {method} {name}")
    try:
        given = json.loads(body) if body else dict(query)
        return action(cloud, given)
    except (ValueError, TypeError, AttributeError) as problem:
        raise BadInstruction(str(problem)) from None
