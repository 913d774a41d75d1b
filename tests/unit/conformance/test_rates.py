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
from support.shapes import one_of_each
from support.simulated import simulate
from support.stage import Stage
from support.subjects import Subject, those

ECS = 500 / 60  # "500 to 1000 calls a minute" for most of its APIs
CLOUD_BACKUP = 600 / 60
# Calls per second that the vendor lets through for one account, as its pages say; where they say nothing of the API itself, the
# least that they say of its neighbours.
QUOTAS: dict[str, float] = {
    **dict.fromkeys((f"alibaba-{name}" for name in ("ecs", "ecs_snapshot", "ecs_image", "ecs_invocation")), ECS),
    **dict.fromkeys((f"alibaba-{name}" for name in ("hbr", "hbr_backup_job", "hbr_restore_job")), CLOUD_BACKUP),
    "alibaba-bdrc": 10.0,
    "alibaba-dts": 20.0,
    "alibaba-eflo": 100.0,
    "alibaba-cloudcontrol": 100.0,
    "huawei-rds": 60 / 60,
}
# Of other services the pages tell no quota: none has less than the least that is told of one of the same vendor. The clouds of
# OpenStack are everybody's own, and no page can tell theirs.
UNTOLD = {
    vendor: min(quota for name, quota in QUOTAS.items() if name.startswith(vendor)) for vendor in ("alibaba", "huawei")
}
TASKS = 120


def quota_of(subject: Subject) -> float:
    """Calls per second."""
    return QUOTAS.get(str(subject), UNTOLD[subject.provider.name])


TOLD = those(lambda subject: subject.provider.name in UNTOLD)


@pytest.mark.parametrize("subject", TOLD, ids=str)
def test_55_the_default_rate_is_below_the_quota_of_the_vendor(subject: Subject) -> None:
    assert 0 < subject.service.rate <= quota_of(subject)


@pytest.mark.parametrize("subject", one_of_each("rate", "parallel", "batch"), ids=str)
def test_55_many_tasks_are_looked_at_no_faster_than_the_default_rate(local_cloud: LocalCloud, subject: Subject) -> None:
    script: list[t.Any] = [
        [0, {**subject.plain(), **subject.showing(subject.going)}],
        [300, subject.showing(SUCCEEDED)],
    ]
    named = {"provider": subject.provider.name, "service": subject.service.name, "script": script}
    local_cloud.add(*({**named, "id": f"t-{n}", "instance_id": INSTANCE} for n in range(TASKS)))
    # The vendor's quota is higher, and no vendor counts as strictly.
    local_cloud.fault("throttle", subject.apis, rate=subject.service.rate, burst=1)
    asked = Stage(local_cloud, subject).ask(task_ids=[f"t-{n}" for n in range(TASKS)], timeout=7200)
    waited = simulate(local_cloud, asked)
    assert waited.result["summary"] == {"total": TASKS, "succeeded": TASKS}
    assert waited.result["throttled"] == 0
    assert local_cloud.calls()["throttled"] == {}
