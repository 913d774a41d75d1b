# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait in simulated time: its looks are real HTTP to the local cloud, whose clock goes along, and hours pass in a moment."""

from __future__ import annotations

import heapq
import itertools
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ansible_collections.multicloud.tasks.plugins.module_utils._crew import Brought, Crew, make
from ansible_collections.multicloud.tasks.plugins.module_utils._mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._order import Order, order_of
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._schedule import Looking
from ansible_collections.multicloud.tasks.plugins.module_utils._wait import World, wait
from local_cloud import accounts
from local_cloud.client import ControlPlane
from local_cloud.lanes import no_file

ENVIRON: dict[str, str] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "HUAWEICLOUD_SDK_AK": accounts.HUAWEI_KEY,
    "HUAWEICLOUD_SDK_SK": accounts.HUAWEI_SECRET,
}
Latency = t.Callable[[Looking], float]


def prompt(look: Looking) -> float:
    """Every look takes 50 ms."""
    return 0.05


class SimulatedTime:
    """Seconds since the simulation began, for the wait, its clients and the cloud alike."""

    def __init__(self, cloud: ControlPlane) -> None:
        cloud.settings(dates_are="clock")
        self.cloud = cloud
        self.start = cloud.now()
        self.seconds = 0.0
        self._told = 0.0

    def clock(self) -> datetime:
        """The time of day."""
        return datetime.fromtimestamp(self.start + self.seconds, timezone.utc)

    def tell(self) -> None:
        """Have the cloud's clock show the same."""
        if self.seconds > self._told:
            self.cloud.advance(self.seconds - self._told)
            self._told = self.seconds


class SimulatedCrew(Crew):
    """Makes each look at once, and brings it after as many simulated seconds as ``latency`` says."""

    def __init__(self, time: SimulatedTime, latency: Latency = prompt) -> None:
        super().__init__()
        self.time = time
        self.latency = latency
        self.looks: list[tuple[float, Looking]] = []
        self._arrivals: list[tuple[float, int, Brought]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Simulated seconds."""
        return self.time.seconds

    def begin(self, look: Looking, parallel: int) -> None:
        """Make the look now; its outcome is under way for a while."""
        self.time.tell()
        self.looks.append((self.time.seconds, look))
        arrival = self.time.seconds + self.latency(look)
        heapq.heappush(self._arrivals, (arrival, next(self._order), make(look)))

    def brought(self, seconds: float) -> list[Brought]:
        """What has arrived; time jumps to the next arrival, or on by so many seconds."""
        until = self.time.seconds + max(0.0, seconds)
        self.time.seconds = max(self.time.seconds, min([until, *(each[0] for each in self._arrivals[:1])]))
        found: list[Brought] = []
        while self._arrivals and self._arrivals[0][0] <= self.time.seconds:
            found.append(heapq.heappop(self._arrivals)[2])
        return found


@dataclass
class Simulated:
    """A wait that has been simulated: its result, what it said, and its looks with their times."""

    result: dict[str, t.Any]
    lines: list[str]
    warnings: list[str]
    looks: list[tuple[float, Looking]]
    seconds: float
    order: Order = field(repr=False)

    def outcomes(self) -> dict[str, str]:
        """The outcome of each task by its id."""
        return {task["id"]: task["outcome"] for task in self.result["tasks"]}


def simulate(
    cloud: ControlPlane,
    given: t.Mapping[str, t.Any],
    latency: Latency = prompt,
    environ: t.Mapping[str, str] | None = None,
    read: t.Callable[[str], str | None] = no_file,
    check: bool = False,
) -> Simulated:
    """A wait with these options, played to its end. The cloud's scripts count from now on as well."""
    time = SimulatedTime(cloud)
    crew = SimulatedCrew(time, latency)
    lines: list[str] = []
    warnings: list[str] = []
    world = World(
        dict(ENVIRON if environ is None else environ),
        read,
        Mask(),
        lines.append,
        warnings.append,
        crew=lambda: crew,
        clock=time.clock,
    )
    order = order_of(PROVIDERS, {"endpoint": cloud.url, **given}, check)
    result = wait(order, world)
    return Simulated(result, lines, warnings, crew.looks, time.seconds, order)
