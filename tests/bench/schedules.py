# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When others look: their schedules as data, the seconds between one look and the next. The first look is at once."""

from __future__ import annotations

import itertools
import random
import typing as t
from functools import partial

Sleeps = t.Iterator[float]
Schedule = t.Callable[[random.Random], Sleeps]


def every(seconds: float, chance: random.Random) -> Sleeps:
    """Always the same."""
    return itertools.repeat(seconds)


def growing(first: float, factor: float, most: float, chance: random.Random) -> Sleeps:
    """Longer each time, up to a bound."""
    sleep = first
    while True:
        yield sleep
        sleep = min(most, sleep * factor)


def growing_jittered(first: float, factor: float, most: float, jitter: float, chance: random.Random) -> Sleeps:
    """The same, and up to ``jitter`` seconds more."""
    return (sleep + jitter * chance.random() for sleep in growing(first, factor, most, chance))


def full_jitter(least: float, first: float, factor: float, most: float, chance: random.Random) -> Sleeps:
    """Anything between ``least`` and a growing bound."""
    return (chance.uniform(least, bound) for bound in growing(first, factor, most, chance))


SCHEDULES: dict[str, Schedule] = {
    "Ansible until, delay 5": partial(every, 5.0),
    "botocore, 15 s": partial(every, 15.0),
    "ARM, 30 s": partial(every, 30.0),
    "Terraform x2 <= 10 s": partial(growing, 0.1, 2.0, 10.0),
    "Smithy 2..120 s, full jitter": partial(full_jitter, 2.0, 2.0, 2.0, 120.0),
    "gcloud x1.4 <= 180 s": partial(growing_jittered, 2.0, 1.4, 180.0, 1.0),
    "google-api-core x1.5 <= 20 s, full jitter": partial(full_jitter, 0.0, 1.0, 1.5, 20.0),
}
BOTOCORE = "botocore, 15 s"
