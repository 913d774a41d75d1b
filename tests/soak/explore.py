# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many schedules of one profile; the first that is wrong is made as small as it gets, and told so that it can be played again."""

from __future__ import annotations

import os
import random
import shlex

from local_cloud.client import ControlPlane
from soak.oracle import complaints
from soak.play import play
from soak.schedules import Profile, Schedule, draw
from soak.shrink import smallest

TIMES = "MULTICLOUD_SCHEDULES"
"""The variable that says how many times as many schedules are played."""


def explore(cloud: ControlPlane, profile: Profile, number: int) -> None:
    """Play so many schedules. They are the same in every run, and with more of them these come first."""
    for count in range(int(number * float(os.environ.get(TIMES, "1")))):
        schedule = draw(random.Random(f"{profile.name} {count}"), profile)
        wrong = judged(cloud, schedule)
        assert not wrong, report(cloud, f"{profile.name} {count}", schedule, wrong)


def judged(cloud: ControlPlane, schedule: Schedule) -> list[str]:
    """What is wrong with a wait by this schedule; an exception that comes out of it is."""
    try:
        return complaints(play(cloud, schedule))
    except Exception as exc:  # noqa: BLE001 - whatever it is, it is what was looked for
        return [f"raised {type(exc).__name__}: {exc}"]


def report(cloud: ControlPlane, name: str, schedule: Schedule, wrong: list[str]) -> str:
    """What was wrong, and the smallest schedule with which the same check complains."""
    check = wrong[0].partition(":")[0]
    small = smallest(schedule, lambda other: any(text.startswith(check) for text in judged(cloud, other)))
    first = [f"schedule «{name}» is wrong:", *wrong[:5]]
    second = ["the smallest that is wrong like this:", *judged(cloud, small)[:5]]
    again = ["play it again:", f"./dev soak --replay {shlex.quote(small.to_json())}"]
    return "\n".join([*first, *second, *again])
