# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays a schedule: a local cloud is made as it says, and the wait goes by in simulated time over real HTTP."""

from __future__ import annotations

import pathlib
import random
import tempfile
import typing as t
from dataclasses import dataclass, field

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look
from local_cloud.client import ControlPlane
from soak.dialects import Json
from soak.schedules import Schedule
from support.simulated import Simulated, simulate

# More calls than the longest wait makes.
LOG_LENGTH = 1_000_000
AT_ONCE = 2000
NEVER = 1e12


@dataclass
class Played:
    """What became of a schedule: its waits, one after the other, what the cloud wrote down, what the journal held at last."""

    schedule: Schedule
    waits: list[Simulated] = field(default_factory=list)
    journals: list[str] = field(default_factory=list)
    refused: str = ""
    log: t.Iterable[Json] = ()
    start: float = 0.0


class Latency:
    """How long looks take."""

    def __init__(self, schedule: Schedule) -> None:
        self.chance = random.Random(schedule.seed)
        self.schedule = schedule

    def __call__(self, look: Look) -> float:
        hangs = self.chance.random() < self.schedule.hangs
        return NEVER if hangs else self.chance.uniform(*self.schedule.latency)


def prepare(cloud: ControlPlane, schedule: Schedule) -> None:
    """A new world, whose clock stands still until the wait moves it."""
    settings = {"clock": "stopped", "log_answers": True, "log_length": LOG_LENGTH, **schedule.settings}
    sections = {"tasks": schedule.tasks, "faults": schedule.faults, "accounts": schedule.accounts}
    cloud.control("POST", "reset", {"settings": settings, **sections})


def play(cloud: ControlPlane, schedule: Schedule) -> Played:
    """The wait, and where the schedule says so a second one that goes on by the journal of the first."""
    prepare(cloud, schedule)
    random.seed(schedule.seed)
    played = Played(schedule, start=cloud.now())
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        journal = pathlib.Path(folder, "journal")
        given = [{**schedule.options, "tasks": schedule.entries}]
        given += [dict(schedule.options)] if schedule.resumed and not has_query(schedule) else []
        for options in given:
            one(cloud, played, options, journal)
    played.log = taken(cloud)
    return played


def has_query(schedule: Schedule) -> bool:
    return any("task_id" not in entry for entry in schedule.entries)


def one(cloud: ControlPlane, played: Played, options: Json, journal: pathlib.Path) -> None:
    schedule = played.schedule
    kept = {"journal": str(journal)} if schedule.journal else {}
    try:
        wait = simulate(cloud, {**options, **kept}, latency=Latency(schedule), check=schedule.check)
    except OptionError as problem:
        played.refused = str(problem)
        return
    played.waits.append(wait)
    played.journals.append(journal.read_text(encoding="utf-8") if journal.exists() else "")


def taken(cloud: ControlPlane) -> t.Iterator[Json]:
    """The log from its beginning, in pieces."""
    while entries := cloud.control("DELETE", "log", first=AT_ONCE):
        yield from entries
