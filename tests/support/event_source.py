# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the event source in simulated time: its looks are real HTTP to the local cloud, and days pass in a moment."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from ansible_collections.multicloud.tasks.plugins.module_utils._run.workers import Result
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item
from ansible_collections.multicloud.tasks.plugins.plugin_utils._eda.source import Source
from local_cloud.client import ControlPlane
from support.clients import no_file
from support.simulated import (
    ENVIRON,
    Latency,
    PlayedLook,
    SimulatedTime,
    SimulatedWorkers,
    prompt,
    undisturbed,
)

Event = dict[str, t.Any]
Plans = t.Mapping[float, t.Callable[[], object]]


class ScheduledWorkers(SimulatedWorkers):
    """Workers that also carry out plans at their time, and stop the source at the end, which by itself would run for ever."""

    def __init__(self, time: SimulatedTime, latency: Latency, seconds: float, plans: Plans) -> None:
        super().__init__(time, latency)
        self.end = time.seconds + seconds
        self.plans = sorted((time.seconds + at, number, plan) for number, (at, plan) in enumerate(plans.items()))
        self.frontend: Frontend | None = None

    def results(self, seconds: float) -> list[Result]:
        """Return the results that have arrived until the next plan, or the end."""
        limit = min([self.end, *(at for at, dummy, plan in self.plans[:1])])
        results = super().results(min(seconds, max(0.0, limit - self.time.seconds)))
        while self.plans and self.plans[0][0] <= self.time.seconds:
            self.time.tell()
            self.plans.pop(0)[2]()
        if self.time.seconds >= self.end and self.frontend:
            self.frontend.stop()
        return results


@dataclass
class Heard:
    """What a source has delivered: each event with its second, in order."""

    events: list[tuple[float, Event]]
    made: list[PlayedLook]
    warnings: list[str]
    source: Source

    def told(self) -> list[tuple[str, str | None, str | None]]:
        """Return the id of each event, and what has changed."""
        facts = [event["cloud_task"] for dummy, event in self.events]
        return [(task["id"], task["change"]["from"], task["change"]["to"]) for task in facts]

    def facts(self, number: int = -1) -> dict[str, t.Any]:
        """Return the facts of one event, by default of the last."""
        return t.cast("dict[str, t.Any]", self.events[number][1]["cloud_task"])


def listen(
    cloud: ControlPlane,
    arguments: t.Mapping[str, t.Any],
    seconds: float,
    plans: Plans | None = None,
    latency: Latency = prompt,
    environ: t.Mapping[str, str] | None = None,
    read: t.Callable[[str], str | None] = no_file,
    dies_after: int | None = None,
) -> Heard:
    """Run a source with these arguments for so many seconds; return what it has delivered.

    After ``dies_after`` events it delivers and records nothing more.
    """
    source = Source({"endpoint": cloud.url, **arguments})
    time = SimulatedTime(cloud)
    workers = ScheduledWorkers(time, latency, seconds, plans or {})
    heard = Heard([], workers.made, [], source)

    def record(items: t.Sequence[Item]) -> None:
        for update in source.reporter.updates(items):
            if update.event is not None and len(heard.events) == dies_after:
                return
            if update.event is not None:
                heard.events.append((time.seconds, update.event))
            source.checkpoint.record(update, time.clock())
            source.save()

    frontend = Frontend(
        Host(time.clock, ENVIRON if environ is None else environ, read),
        source.mask,
        lambda line: None,
        heard.warnings.append,
        workers=lambda: workers,
        on_change=record,
        bound=False,
    )
    workers.frontend = frontend
    with contextlib.closing(time), contextlib.closing(source), undisturbed():
        plan = source.plan()
        if plan.selectors:
            wait(plan, frontend)
    return heard
