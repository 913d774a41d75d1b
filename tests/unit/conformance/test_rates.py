# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The default rate of each service never runs into the quota that its vendor documents, however many tasks are waited for:
behaviour 55 of docs/behaviours.md."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from local_cloud.client import LocalCloud
from support.clients import INSTANCE
from support.shapes import each_value
from support.simulated import simulate
from support.stage import Stage, documented
from support.subjects import SUBJECTS, Subject

# What the pages of the vendors tell: calls in seconds. If they tell nothing of the API itself, it is what they tell of most of
# its neighbours.
QUOTAS: dict[str, tuple[float, float]] = {
    **dict.fromkeys((f"alibaba-{name}" for name in ("ecs", "ecs_snapshot", "ecs_image", "ecs_invocation")), (500, 60)),
    **dict.fromkeys((f"alibaba-{name}" for name in ("hbr", "hbr_backup_job", "hbr_restore_job")), (600, 60)),
    "alibaba-bdrc": (10, 1),
    "alibaba-dts": (20, 1),
    "alibaba-eflo": (100, 1),
    "alibaba-oos": (300, 60),
    "alibaba-ros": (100, 60),
    "alibaba-tair": (200, 60),
    "azure-deployment": (25, 1),
    **dict.fromkeys(
        (f"google-{name}" for name in ("compute_operation", "snapshot", "image", "machine_image")), (1500, 60)
    ),
    "huawei-rds": (60, 60),
}
# The most calls per second of any service of which no page tells a quota: a lane never makes more than half of what is assumed.
# Those of Huawei Cloud stay below the least that is told of one.
MOST_GUESSED = {"alibaba": 2.5, "aws": 2.0, "azure": 2.0, "google": 1.0, "huawei": 0.8, "openstack": 2.0}
TASKS = 120


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_55_a_quota_is_that_of_the_vendor_or_a_careful_guess(subject: Subject) -> None:
    quota = subject.service.quota
    if str(subject) in QUOTAS:
        assert (quota.calls, quota.seconds) == QUOTAS[str(subject)]
        assert quota.source.startswith("https://")
    else:
        assert quota.source == ""
        assert not quota.is_window
        assert 0 < quota.rate <= MOST_GUESSED[subject.provider.name]


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_55_a_lane_takes_half_of_a_quota_at_most(subject: Subject) -> None:
    quota = subject.service.quota
    assert quota.rate <= 0.5 * quota.calls / quota.seconds
    assert quota.burst + quota.rate * quota.window <= max(1, 0.8 * quota.calls)


@pytest.mark.parametrize("subject", each_value("provider", ("is_window", "parallel"), "batch"), ids=str)
def test_55_many_tasks_are_looked_at_no_faster_than_the_default_rate(local_cloud: LocalCloud, subject: Subject) -> None:
    script: list[t.Any] = [
        [0, {**subject.plain(), **subject.showing(subject.going)}],
        [300, subject.showing(SUCCEEDED)],
    ]
    named = {"provider": subject.provider.name, "service": subject.service.name, "script": script}
    local_cloud.add(*({**named, "id": f"t-{n}", "instance_id": INSTANCE} for n in range(TASKS)))
    # Where it is counted by the second, the vendor's quota is higher, and no vendor counts as strictly.
    local_cloud.fault("throttle", subject.apis, **documented(subject.service.quota))
    asked = Stage(local_cloud, subject).ask(task_ids=[f"t-{n}" for n in range(TASKS)], timeout=7200)
    waited = simulate(local_cloud, asked)
    assert waited.result["summary"] == {"total": TASKS, "succeeded": TASKS}
    assert waited.result["throttled"] == 0
    assert local_cloud.calls()["throttled"] == {}
