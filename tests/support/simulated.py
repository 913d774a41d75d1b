# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a wait in simulated time, in which hours pass in a moment: its looks are real HTTP to the local cloud."""

from __future__ import annotations

import contextlib
import heapq
import tempfile
import threading
import typing as t
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import Plan, plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run import runner as _wait
from ansible_collections.multicloud.tasks.plugins.module_utils._run.budget import Budgets
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.looks import carry_out
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from ansible_collections.multicloud.tasks.plugins.module_utils._run.workers import Job, Result, Workers
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look
from local_cloud import accounts
from local_cloud.client import ControlPlane
from local_cloud.world import SECONDS, Seconds
from support.clients import no_file

SECRETS: dict[str, str] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "AWS_ACCESS_KEY_ID": accounts.AWS_KEY,
    "AWS_SECRET_ACCESS_KEY": accounts.AWS_SECRET,
    "AZURE_SECRET": accounts.AZURE_SECRET,
    "GCP_ACCESS_TOKEN": accounts.GOOGLE_TOKEN,
    "HUAWEICLOUD_SDK_AK": accounts.HUAWEI_KEY,
    "HUAWEICLOUD_SDK_SK": accounts.HUAWEI_SECRET,
    "OS_APPLICATION_CREDENTIAL_ID": accounts.OPENSTACK_CREDENTIAL,
    "OS_APPLICATION_CREDENTIAL_SECRET": accounts.OPENSTACK_SECRET,
}
ENVIRON = {
    **SECRETS,
    "AZURE_TENANT": accounts.AZURE_TENANT,
    "AZURE_CLIENT_ID": accounts.AZURE_CLIENT,
    "AZURE_SUBSCRIPTION_ID": accounts.AZURE_SUBSCRIPTION,
    "GOOGLE_CLOUD_PROJECT": accounts.GOOGLE_PROJECT,
}
Latency = t.Callable[[Look], float]


class Cancellation(Look):
    """A call that asks a cloud to cancel a task, as a look at that task."""


def look_of(job: Job) -> Look:
    """The look that a job of a wait makes."""
    assert isinstance(job, partial)
    first, second, *dummy = job.args
    return first if isinstance(first, Look) else Cancellation(first.target.lane, (first,), second)


def prompt(look: Look) -> float:
    """Return 0.05: every look takes 50 ms."""
    return 0.05


class SimulatedTime:
    """The seconds since the simulation began, for the wait, its clients and the cloud alike."""

    def __init__(self, cloud: ControlPlane) -> None:
        cloud.settings(dates_are="clock", clock="stopped")
        self.cloud = cloud
        self.seconds = 0.0
        # The cloud reads the seconds from a shared file. Calls to set its clock would be a third of all calls of a simulation.
        with tempfile.NamedTemporaryFile(prefix="seconds-") as file:
            file.write(SECONDS.pack(0.0))
            file.flush()
            self._shared = Seconds(file.name)
            self.start = cloud.follow(file.name)

    def clock(self) -> datetime:
        """Return the simulated time of day."""
        return datetime.fromtimestamp(self.start + self.seconds, timezone.utc)

    def tell(self) -> None:
        """Set the cloud's clock to the same time."""
        self._shared.write(self.seconds)

    def close(self) -> None:
        """Stop the cloud's clock at the end."""
        self.tell()
        self.cloud.follow("")
        self._shared.close()


@dataclass(frozen=True)
class PlayedLook:
    """A look that was carried out: when it began and ended, its number of calls, and its items that were open at the end."""

    begun: float
    arrived: float
    look: Look
    calls: int
    open: tuple[Item, ...] = ()


class PausedLook:
    """A look in a thread of its own, which runs only when told to: until its next pause, or its end.

    Other looks run meanwhile, at their own time, but never two at once.
    """

    def __init__(self, look: Look) -> None:
        self.result: Result | None = None
        self._seconds = 0.0
        self._over = False
        self._goes_on = threading.Semaphore(0)
        self._rests = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._work, args=(look,), daemon=True)
        self._thread.start()

    def go_on(self) -> float:
        """Run until the next pause, and return its length in seconds; meaningless once ``results`` is set."""
        self._goes_on.release()
        self._rests.acquire()
        return self._seconds

    def give_up(self) -> int:
        """End the look at its pause, because the wait is over; return the number of its calls."""
        self._over = True
        self._goes_on.release()
        self._thread.join()
        return self.result.calls if self.result else 0

    def _work(self, look: Look) -> None:
        self._goes_on.acquire()
        self.result = carry_out(look, self._rest)
        self._rests.release()

    def _rest(self, seconds: float) -> None:
        self._seconds = seconds
        self._rests.release()
        self._goes_on.acquire()
        if self._over:
            raise Unavailable("the wait is over")


class SimulatedWorkers(Workers):
    """Carries out each look at once, and returns its result after ``latency`` simulated seconds.

    A look that turns pages makes each call at its own time.
    """

    def __init__(self, time: SimulatedTime, latency: Latency = prompt) -> None:
        super().__init__()
        self.time = time
        self.latency = latency
        self.made: list[PlayedLook] = []
        self._arrivals: list[tuple[float, int, Result]] = []
        self._resting: list[tuple[float, int, PausedLook]] = []

    def now(self) -> float:
        """Return the simulated seconds."""
        return self.time.seconds

    def submit(self, lane: t.Hashable, parallel: int, job: Job) -> None:
        """Carry out the look, or its first call, now; its result arrives later."""
        number, look = len(self.made), look_of(job)
        self.made.append(PlayedLook(self.time.seconds, self.time.seconds, look, 0))
        if look.page_pause:
            self._go_on(number, PausedLook(look))
            return
        self.time.tell()
        self._send(number, job())

    def _go_on(self, number: int, resting: PausedLook) -> None:
        self.time.tell()
        seconds = resting.go_on()
        if resting.result:
            self._send(number, resting.result)
        else:
            heapq.heappush(self._resting, (self.time.seconds + seconds, number, resting))

    def _send(self, number: int, result: Result) -> None:
        arrival = self.time.seconds + self.latency(self.made[number].look)
        self.made[number] = replace(self.made[number], arrived=arrival, calls=result.calls)
        heapq.heappush(self._arrivals, (arrival, number, result))

    def results(self, seconds: float) -> list[Result]:
        """Return the results that have arrived. Time jumps to the next arrival, but at most by ``seconds``."""
        end = self.time.seconds + max(0.0, seconds)
        while self._resting and self._resting[0][0] <= min([end, *(each[0] for each in self._arrivals[:1])]):
            at, number, resting = heapq.heappop(self._resting)
            self.time.seconds = max(self.time.seconds, at)
            self._go_on(number, resting)
        self.time.seconds = max(self.time.seconds, min([end, *(each[0] for each in self._arrivals[:1])]))
        arrived: list[Result] = []
        while self._arrivals and self._arrivals[0][0] <= self.time.seconds:
            dummy, number, result = heapq.heappop(self._arrivals)
            opened = tuple(item for item in self.made[number].look.items if item.open)
            self.made[number] = replace(self.made[number], open=opened)
            arrived.append(result)
        return arrived

    def close(self) -> None:
        """End all looks that are paused."""
        super().close()
        for dummy, number, resting in self._resting:
            self.made[number] = replace(self.made[number], calls=resting.give_up())


@dataclass
class Simulated:
    """A simulated wait: its result, the lines that it showed, its looks with their times, and its calls if they were wanted."""

    result: dict[str, t.Any]
    lines: list[str]
    warnings: list[str]
    made: list[PlayedLook]
    start: float  # on the cloud's clock
    seconds: float
    plan: Plan = field(repr=False)
    calls: list[dict[str, t.Any]] = field(default_factory=list, repr=False)

    def outcomes(self) -> dict[str, str]:
        """Return the outcome of each task by its id."""
        return {task["id"]: task["outcome"] for task in self.result["tasks"]}


@contextlib.contextmanager
def undisturbed() -> t.Iterator[None]:
    """Keep the wait from waking up to look for interrupts: a simulation has none, and its hours would be full of that."""
    default, _wait.MAX_SLEEP = _wait.MAX_SLEEP, 3600.0
    try:
        yield
    finally:
        _wait.MAX_SLEEP = default


def simulate(
    cloud: ControlPlane,
    options: t.Mapping[str, t.Any],
    latency: Latency = prompt,
    environ: t.Mapping[str, str] | None = None,
    read: t.Callable[[str], str | None] = no_file,
    check: bool = False,
    record: bool = False,
    budgets: Budgets | None = None,
) -> Simulated:
    """Run a wait with these options to its end; with ``record``, note its calls."""
    plan = plan_of(PROVIDERS, {"endpoint": cloud.url, "raw": True, **options}, check)
    time = SimulatedTime(cloud)
    workers = SimulatedWorkers(time, latency)
    lines: list[str] = []
    warnings: list[str] = []
    frontend = Frontend(
        Host(time.clock, ENVIRON if environ is None else environ, read),
        Mask(),
        lines.append,
        warnings.append,
        workers=lambda: workers,
        budgets=budgets,
    )
    calls: list[dict[str, t.Any]] = []
    frontend.record = calls.append if record else None
    with contextlib.closing(time), undisturbed():
        result = wait(plan, frontend)
    return Simulated(result, lines, warnings, workers.made, time.start, time.seconds, plan, calls)
