# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in simulated time: its looks are real HTTP to the local cloud, and days of listening pass in a moment."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from ansible_collections.multicloud.tasks.plugins.module_utils._run.workers import Result
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item
from ansible_collections.multicloud.tasks.plugins.plugin_utils._eda.source import Source
from local_cloud.client import ControlPlane
from support.lanes import no_file
from support.simulated import (
    ENVIRON,
    Latency,
    Made,
    SimulatedTime,
    SimulatedWorkers,
    prompt,
    undisturbed,
)

Event = dict[str, t.Any]
Plans = t.Mapping[float, t.Callable[[], object]]


class MortalWorkers(SimulatedWorkers):
    """Workers that carry out plans at their time, and stop the source in the end: by itself that would listen for ever."""

    def __init__(self, time: SimulatedTime, latency: Latency, seconds: float, plans: Plans) -> None:
        super().__init__(time, latency)
        self.end = time.seconds + seconds
        self.plans = sorted((time.seconds + at, number, plan) for number, (at, plan) in enumerate(plans.items()))
        self.frontend: Frontend | None = None

    def results(self, seconds: float) -> list[Result]:
        """What has arrived until the next plan, or the end."""
        until = min([self.end, *(at for at, dummy, plan in self.plans[:1])])
        found = super().results(min(seconds, max(0.0, until - self.time.seconds)))
        while self.plans and self.plans[0][0] <= self.time.seconds:
            self.time.tell()
            self.plans.pop(0)[2]()
        if self.time.seconds >= self.end and self.frontend:
            self.frontend.stop()
        return found


@dataclass
class Heard:
    """What a source has told: each event with its second, in order."""

    events: list[tuple[float, Event]]
    made: list[Made]
    warnings: list[str]
    source: Source

    def told(self) -> list[tuple[str, str | None, str | None]]:
        """The id of each event, and what has changed."""
        facts = [event["cloud_task"] for dummy, event in self.events]
        return [(task["id"], task["change"]["from"], task["change"]["to"]) for task in facts]

    def facts(self, number: int = -1) -> dict[str, t.Any]:
        """The facts of one event, the last one if no other is named."""
        return t.cast("dict[str, t.Any]", self.events[number][1]["cloud_task"])


def listen(
    cloud: ControlPlane,
    given: t.Mapping[str, t.Any],
    seconds: float,
    plans: Plans | None = None,
    latency: Latency = prompt,
    environ: t.Mapping[str, str] = ENVIRON,
    read: t.Callable[[str], str | None] = no_file,
    dies_after: int | None = None,
) -> Heard:
    """What a source with these arguments tells in so many seconds.

    Where it ``dies_after`` so many events, those that come later are not taken, nor written down.
    """
    source = Source({"endpoint": cloud.url, **given})
    time = SimulatedTime(cloud)
    workers = MortalWorkers(time, latency, seconds, plans or {})
    heard = Heard([], workers.made, [], source)

    def seen(items: t.Sequence[Item]) -> None:
        for update in source.reporter.updates(items):
            if update.event is not None and len(heard.events) == dies_after:
                return
            if update.event is not None:
                heard.events.append((time.seconds, update.event))
            source.checkpoint.record(update, time.clock())
            source.save()

    world = Frontend(
        dict(environ),
        read,
        source.mask,
        lambda line: None,
        heard.warnings.append,
        workers=lambda: workers,
        clock=time.clock,
        on_change=seen,
        bound=False,
    )
    workers.frontend = world
    with contextlib.closing(time), contextlib.closing(source), undisturbed():
        order = source.plan()
        if order.selectors:
            wait(order, world)
    return heard
