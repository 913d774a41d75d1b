# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait in simulated time: its looks are real HTTP to the local cloud, whose clock goes along, and hours pass in a moment."""

from __future__ import annotations

import contextlib
import heapq
import tempfile
import typing as t
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from ansible_collections.multicloud.tasks.plugins.module_utils import _wait
from ansible_collections.multicloud.tasks.plugins.module_utils._crew import Brought, Crew, make
from ansible_collections.multicloud.tasks.plugins.module_utils._mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._order import Order, order_of
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._schedule import Item, Looking
from ansible_collections.multicloud.tasks.plugins.module_utils._wait import World, wait
from local_cloud import accounts
from local_cloud.client import ControlPlane
from local_cloud.lanes import no_file
from local_cloud.world import SECONDS, Seconds

ENVIRON: dict[str, str] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "HUAWEICLOUD_SDK_AK": accounts.HUAWEI_KEY,
    "HUAWEICLOUD_SDK_SK": accounts.HUAWEI_SECRET,
    "OS_APPLICATION_CREDENTIAL_ID": accounts.OPENSTACK_CREDENTIAL,
    "OS_APPLICATION_CREDENTIAL_SECRET": accounts.OPENSTACK_SECRET,
}
Latency = t.Callable[[Looking], float]


def prompt(look: Looking) -> float:
    """Every look takes 50 ms."""
    return 0.05


class SimulatedTime:
    """Seconds since the simulation began, for the wait, its clients and the cloud alike."""

    def __init__(self, cloud: ControlPlane) -> None:
        cloud.settings(dates_are="clock", clock="stopped")
        self.cloud = cloud
        self.seconds = 0.0
        self._shown = 0.0
        # The cloud's clock goes along without being told: calls for that would be a third of all that a simulation makes.
        with tempfile.NamedTemporaryFile(prefix="seconds-") as file:
            file.write(SECONDS.pack(0.0))
            file.flush()
            self._shared = Seconds(file.name)
            self.start = cloud.follow(file.name)

    def clock(self) -> datetime:
        """The time of day."""
        return datetime.fromtimestamp(self.start + self.seconds, timezone.utc)

    def tell(self) -> None:
        """Have the cloud's clock show the same."""
        self._show(max(self.seconds, self._shown))

    def rest(self, seconds: float) -> None:
        """Have the cloud's clock go ahead: one look makes several calls, with a rest between them."""
        self._show(self._shown + seconds)

    def _show(self, seconds: float) -> None:
        self._shown = seconds
        self._shared.write(seconds)

    def close(self) -> None:
        """Have the clock stand at the end."""
        self.tell()
        self.cloud.follow("")
        self._shared.close()


@dataclass(frozen=True)
class Made:
    """A look that was made: when it began and was to be back, what it cost, and which of its items were open by then."""

    begun: float
    arrived: float
    look: Looking
    calls: int
    open: tuple[Item, ...] = ()


class SimulatedCrew(Crew):
    """Makes each look at once, and brings it after as many simulated seconds as ``latency`` says."""

    def __init__(self, time: SimulatedTime, latency: Latency = prompt) -> None:
        super().__init__()
        self.time = time
        self.latency = latency
        self.made: list[Made] = []
        self._arrivals: list[tuple[float, int, Brought]] = []

    def now(self) -> float:
        """Simulated seconds."""
        return self.time.seconds

    def begin(self, look: Looking, parallel: int) -> None:
        """Make the look now; its outcome is under way for a while."""
        self.time.tell()
        rests: list[float] = []

        def rest(seconds: float) -> None:
            rests.append(seconds)
            self.time.rest(seconds)

        arrival, brought = self.time.seconds + self.latency(look), make(look, rest)
        arrival += sum(rests)
        heapq.heappush(self._arrivals, (arrival, len(self.made), brought))
        self.made.append(Made(self.time.seconds, arrival, look, brought.calls))

    def brought(self, seconds: float) -> list[Brought]:
        """What has arrived; time jumps to the next arrival, or on by so many seconds."""
        until = self.time.seconds + max(0.0, seconds)
        self.time.seconds = max(self.time.seconds, min([until, *(each[0] for each in self._arrivals[:1])]))
        found: list[Brought] = []
        while self._arrivals and self._arrivals[0][0] <= self.time.seconds:
            dummy, number, brought = heapq.heappop(self._arrivals)
            opened = tuple(item for item in brought.look.items if item.open)
            self.made[number] = replace(self.made[number], open=opened)
            found.append(brought)
        return found


@dataclass
class Simulated:
    """A wait that has been simulated: its result, what it said, and its looks with their times."""

    result: dict[str, t.Any]
    lines: list[str]
    warnings: list[str]
    made: list[Made]
    start: float  # on the cloud's clock
    seconds: float
    order: Order = field(repr=False)

    def outcomes(self) -> dict[str, str]:
        """The outcome of each task by its id."""
        return {task["id"]: task["outcome"] for task in self.result["tasks"]}


@contextlib.contextmanager
def undisturbed() -> t.Iterator[None]:
    """No looking up from a sleep: nobody interrupts a simulation, and its hours would be full of it."""
    usual, _wait.LOOK_UP = _wait.LOOK_UP, 3600.0
    try:
        yield
    finally:
        _wait.LOOK_UP = usual


def simulate(
    cloud: ControlPlane,
    given: t.Mapping[str, t.Any],
    latency: Latency = prompt,
    environ: t.Mapping[str, str] | None = None,
    read: t.Callable[[str], str | None] = no_file,
    check: bool = False,
) -> Simulated:
    """A wait with these options, played to its end."""
    order = order_of(PROVIDERS, {"endpoint": cloud.url, **given}, check)
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
    with contextlib.closing(time), undisturbed():
        result = wait(order, world)
    return Simulated(result, lines, warnings, crew.made, time.start, time.seconds, order)
