# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smallest schedule that still fails: tasks, troubles, steps and options are left out one by one."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from soak.dialects import Json
from soak.schedules import Schedule

TRIES = 400


def smallest(schedule: Schedule, fails: t.Callable[[Schedule], bool], tries: int = TRIES) -> Schedule:
    """Whatever can be left out one after the other without which it fails as well."""
    budget = iter(range(tries))
    while True:
        found = next((one for one in smaller(schedule) if next(budget, None) is not None and fails(one)), None)
        if found is None:
            return schedule
        schedule = found


def smaller(schedule: Schedule) -> t.Iterator[Schedule]:
    """The schedule with one thing less, the largest things first."""
    yield from (without_entry(schedule, number) for number in range(len(schedule.entries)) if len(schedule.entries) > 1)
    yield from (replace(schedule, faults=rest) for rest in without_one(schedule.faults))
    yield from (replace(schedule, **{name: value}) for name, value in PLAIN.items() if getattr(schedule, name) != value)
    yield from (replace(schedule, options=rest) for rest in without_option(schedule.options))
    yield from (replace(schedule, tasks=tasks) for tasks in with_fewer_steps(schedule.tasks))


PLAIN: Json = {
    **dict.fromkeys(("resumed", "journal", "check"), False),
    "hangs": 0.0,
    "latency": (0.05, 0.05),
    "accounts": [],
    "settings": {},
}


def without_one(items: list[t.Any]) -> t.Iterator[list[t.Any]]:
    return (items[:number] + items[number + 1 :] for number in range(len(items)))


def without_entry(schedule: Schedule, number: int) -> Schedule:
    """Without the task that it asks for, too, unless another entry asks for the same."""
    entries = schedule.entries[:number] + schedule.entries[number + 1 :]
    gone = {schedule.entries[number].get("task_id")} - {entry.get("task_id") for entry in entries}
    return replace(schedule, entries=entries, tasks=[task for task in schedule.tasks if task["id"] not in gone])


def without_option(options: Json) -> t.Iterator[Json]:
    """The timeout stays, it decides how long it takes; and what has no default here."""
    names = [name for name in options if name not in ("timeout", "fail_fast")]
    return ({key: value for key, value in options.items() if key != name} for name in names)


def with_fewer_steps(tasks: list[Json]) -> t.Iterator[list[Json]]:
    for number, task in enumerate(tasks):
        if len(task["script"]) > 1:
            for script in without_one(task["script"]):
                yield [*tasks[:number], {**task, "script": script}, *tasks[number + 1 :]]
