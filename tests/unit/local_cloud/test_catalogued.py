# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call that leaves something out does not see, and that no filter is passed over: as the real services have it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.client import LocalCloud
from support.callers import AlibabaCaller

Json = dict[str, t.Any]
REGION = {"RegionId": "cn-hangzhou"}
USUAL: Json = {
    "dts": {**REGION, "Region": "cn-hangzhou"},
    "ecs_image": REGION,
    "ecs_snapshot": REGION,
    "hbr_backup_job": {},
    "rds": {**REGION, "FromStartTime": "2026-01-01T00:00:00Z", "ToStartTime": "2036-01-01T00:00:00Z"},
}
SYNC: Json = {"JobType": "sync", "Status": "Synchronizing"}

# A service, the fields of a task of it, an action, its parameters, and whether the task is seen.
SEEN: dict[str, tuple[str, Json, str, Json, bool]] = {
    "an image that is made": ("ecs_image", {"Status": "Creating"}, "DescribeImages", {}, False),
    "an image that is made, by its id": (
        "ecs_image",
        {"Status": "Creating"},
        "DescribeImages",
        {"ImageId": "t-1"},
        False,
    ),
    "an image that is made, asked for by its status": (
        "ecs_image",
        {"Status": "Creating"},
        "DescribeImages",
        {"ImageId": "t-1", "Status": "Waiting,Creating"},
        True,
    ),
    "an image": ("ecs_image", {"Status": "Available"}, "DescribeImages", {"ImageId": "t-1"}, True),
    "another status": ("ecs_snapshot", {"Status": "progressing"}, "DescribeSnapshots", {"Status": "failed"}, False),
    "a synchronization": ("dts", SYNC, "DescribeDtsJobs", {}, False),
    "a synchronization, asked for": ("dts", SYNC, "DescribeDtsJobs", {"JobType": "SYNC"}, True),
    "a migration": ("dts", {}, "DescribeDtsJobs", {}, True),
    "what is backed up": ("hbr_backup_job", {"SourceType": "NAS"}, "DescribeBackupJobs2", {"SourceType": "OSS"}, False),
    "what is backed up, asked for": (
        "hbr_backup_job",
        {"SourceType": "NAS"},
        "DescribeBackupJobs2",
        {"SourceType": "NAS"},
        True,
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_a_call_sees(local_cloud: LocalCloud, name: str) -> None:
    service, fields, action, params, seen = SEEN[name]
    local_cloud.add({"provider": "alibaba", "service": service, "id": "t-1", "script": [[0, fields]]})
    answer = ask(local_cloud, service, action, params)
    assert answer.status == 200
    assert ('"t-1"' in answer.body.decode()) is seen


UNREAD = {
    "a name that is spelled wrong": ("rds", "DescribeHistoryTasks", {"Statuss": "Running"}),
    "a filter that the catalogue does not have": ("ecs_snapshot", "DescribeSnapshots", {"InstanceId": "i-1"}),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_filter_that_is_not_honoured_is_refused(local_cloud: LocalCloud, name: str) -> None:
    service, action, params = UNREAD[name]
    assert [ask(local_cloud, service, action, sent).status for sent in ({}, params)] == [200, 400]


def ask(cloud: LocalCloud, service: str, action: str, params: Json) -> t.Any:
    """One call, at the place of the service."""
    caller = AlibabaCaller(cloud.url, prefix=f"/{service}")
    return caller.rpc(PROVIDERS["alibaba"].services[service].version, action, **{**USUAL[service], **params})
