# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a watch on a fake clock and feeds it with observations, for tests of what a wait shows."""

from __future__ import annotations

import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Observation, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import Watch

EVERY = 10.0


def task(id: str, state: str = "running", progress: float | None = None, **facts: t.Any) -> Task:
    """Return a task as a reader does."""
    all_facts: dict[str, t.Any] = {"native_state": state.title(), "name": "ExportImage", **facts}
    return Task("alibaba", "ecs", "r", id, state, progress=progress, **all_facts)


def watching(ids: t.Sequence[str | None], **options: t.Any) -> Watch:
    """Return a watch that looks every 10 s. An id that is None stands for a query."""
    targets = [Target("lane", "account", "alibaba", "ecs", "r", id, label="" if id else "name=Export") for id in ids]
    policy = Policy(**{"pace": Pace(interval=EVERY), "fail_fast": False, **options})
    return Watch(targets, policy, lambda target: Limits(1e18, 10_000), 0.0, lambda: 0.5)


def sees(watch: Watch, now: float, **seen: Observation) -> None:
    """Let everything that is due be observed."""
    while looks := watch.due(now):
        for look in looks:
            watch.take(LookResult(look, {item: seen[str(item.target.task_id)] for item in look.items}), now)


BROKEN = task("b", "failed", error={"code": "InvalidOSSBucket.NotFound", "message": "The bucket is gone"})
