# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Thousands of tasks of all services in one wait of hours, with every trouble there is."""

from __future__ import annotations

import random

from soak.dialects import DIALECTS, Json
from soak.faults import REFUSALS, TROUBLES, Scene, draw_fault
from soak.schedules import Schedule, draw_task, entry_of

OPTIONS: Json = {
    "fail_fast": False,
    "min_interval": 15.0,
    "max_interval": 600.0,
    "not_found_timeout": 1800.0,
    "unreachable_timeout": 1800.0,
    "success_states": ["succeeded", "partial"],
    "request_timeout": 20.0,
}
EACH = 2
HURRIED = 4
# What ends a key ends all that is asked with it: it comes at last.
LATE = 0.95


def draw_crowd(chance: random.Random, number: int, hours: float) -> Schedule:
    """So many tasks on a lane of each service, and troubles that come and go."""
    lasts = hours * 3600.0
    options = {**OPTIONS, "timeout": lasts}
    schedule = Schedule(chance.randrange(2**32), [], options, latency=(0.05, 3.0), hangs=0.0005)
    dialects = list(DIALECTS.values())
    for count in range(number):
        dialect = dialects[count % len(dialects)]
        schedule.entries.append(entry_of(dialect, task_id=f"t-{count}"))
        if count % 50:
            schedule.tasks.append(draw_task(chance, dialect, f"t-{count}", lasts))
    scene = Scene(chance, schedule.tasks)
    schedule.faults = [passing(scene, name, lasts) for name in TROUBLES if name != "refusal" for dummy in range(EACH)]
    schedule.faults += [one_refused(scene), *(slow(scene, schedule) for dummy in range(HURRIED))]
    schedule.faults += [late_refusal(scene, lasts)] if chance.random() < 0.25 else []
    return schedule


def passing(scene: Scene, name: str, lasts: float) -> Json:
    """A trouble of some minutes; what would leave little to wait for comes once, or hits one task."""
    fault = draw_fault(scene, name, lasts)
    fault |= {"after": scene.chance.uniform(0.0, lasts), "lasts": scene.chance.uniform(10.0, 300.0)}
    one = {"task": scene.task()}
    mild: dict[str, Json] = {"vanish": one, "unknown": one, "expired": {"times": 1}}
    return {**fault, **mild.get(name, {})}


def one_refused(scene: Scene) -> Json:
    """Access denied for one task is no reason to give up on the others of its lane."""
    task = scene.chance.choice(scene.tasks)
    status, code, message = next(row for row in REFUSALS[DIALECTS[task["service"]].provider] if row[0] == 403)
    refused = {"status": status, "code": code, "message": message}
    return {"kind": "error", "api": f"{task['service']}.*", "task": task["id"], "after": 60.0, **refused}


def late_refusal(scene: Scene, lasts: float) -> Json:
    return {**draw_fault(scene, "refusal", lasts), "after": LATE * lasts}


def slow(scene: Scene, schedule: Schedule) -> Json:
    """A task on a lane of its own, whose answers take more real time than its calls have."""
    dialect = DIALECTS[scene.service()]
    name = f"t-slow-{len(schedule.entries)}"
    schedule.entries.append(entry_of(dialect, task_id=name, request_timeout=0.2))
    schedule.tasks.append(draw_task(scene.chance, dialect, name, float(schedule.options["timeout"])))
    kind = scene.one_of({"kind": "stall", "seconds": 0.5}, {"kind": "slow_body", "bytes_per_second": 500.0})
    return {**kind, "task": name, "times": 3, "skip": scene.chance.randint(0, 3)}
