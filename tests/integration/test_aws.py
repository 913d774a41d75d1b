# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS from a playbook: beside other clouds in one wait, with its module and the group, and with a service of the user's."""

from __future__ import annotations

import json

from integration.playing import KEYS, Player
from integration.test_openstack import Json, play, scripted, wait
from local_cloud import accounts
from local_cloud.client import LocalCloud

EXPORT = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-a1b2c3d4"
SCRIPTS: list[Json] = [
    scripted("aws", "backup_job", "B-1", {"State": "RUNNING"}, {"State": "COMPLETED"}),
    scripted("aws", "ec2_snapshot", "snap-1", {"status": "pending"}, {"status": "completed"}),
    scripted("aws", "rds_snapshot", "nightly", {"Status": "creating"}, {"Status": "available"}),
    scripted("aws", "dynamodb_export", EXPORT, {"ExportStatus": "IN_PROGRESS"}, {"ExportStatus": "COMPLETED"}),
    scripted(
        "aws",
        "ssm_command",
        "c-1",
        {"Status": "InProgress"},
        {"Status": "Success", "StatusDetails": "Success", "CompletedCount": 3},
    ),
]
TASKS: list[Json] = [
    *({"provider": "aws", "service": each["service"], "region": "eu-west-1", "id": each["id"]} for each in SCRIPTS[:3]),
    {"provider": "aws", "service": "dynamodb_export", "id": EXPORT},
    {"provider": "aws", "service": "ssm_command", "region": "eu-west-1", "id": "c-1"},
]


def test_tasks_of_aws_and_two_other_clouds_are_waited_for_in_one_step(cloud: LocalCloud, player: Player) -> None:
    cloud.add(
        *SCRIPTS,
        scripted("alibaba", "ecs", "t-a", {"TaskStatus": "Processing"}, {"TaskStatus": "Finished"}),
        scripted("openstack", "cinder_backup", "t-b", {"status": "creating"}, {"status": "available"}),
    )
    tasks = [
        *TASKS,
        {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "id": "t-a"},
        {"provider": "openstack", "service": "cinder_backup", "id": "t-b"},
    ]
    played = play(player, [wait(tasks=tasks)])
    assert played.code == 0, played.text
    result = played["Wait"]
    assert [(task["id"], task["outcome"]) for task in result["tasks"]] == [(task["id"], "succeeded") for task in tasks]
    assert [secret for secret in KEYS.values() if secret in json.dumps(result)] == []


def test_a_bad_secret_is_refused_once_and_shown_nowhere(cloud: LocalCloud, player: Player) -> None:
    secret = "KeptSecretOfAws0123456789/abcdefghijklmnop"
    cloud.add(*SCRIPTS)
    keys = {"access_key": accounts.AWS_KEY, "secret_key": secret}
    played = play(player, [wait(tasks=[{**task, **keys} for task in TASKS], fail_fast=False)])
    assert {task["outcome"] for task in played["Wait"]["tasks"]} == {"unauthorized"}
    assert secret not in played.text


MINE: Json = {
    "name": "my_snapshots",
    "product": "ec2",
    "protocol": "ec2",
    "version": "2016-11-15",
    "read": {"action": "DescribeSnapshots", "method": "POST", "form": {"SnapshotId.1": "{task_id}"}},
    "lists": ["snapshotSet"],
    "items": "snapshotSet",
    "facts": {"id": "snapshotId", "native_state": "status"},
    "states": {"pending": "running", "completed": "succeeded", "error": "failed"},
}


def test_the_module_its_group_and_a_definition(cloud: LocalCloud, player: Player) -> None:
    cloud.add(*SCRIPTS)
    usual = {"endpoint": cloud.url, "region": "eu-west-1"}
    steps = [
        {
            "name": "Read",
            "multicloud.tasks.aws_cloud_task_info": {"service": "ec2_snapshot", "task_ids": ["snap-1", "snap-2"]},
        },
        {"name": "Define", "multicloud.tasks.aws_cloud_task_info": {"definition": MINE, "task_id": "snap-1"}},
        {
            "name": "Refuse",
            "multicloud.tasks.aws_cloud_task_info": {
                "definition": {
                    **MINE,
                    "read": {**MINE["read"], "form": {"Action": "DeleteSnapshot", "Id": "{task_id}"}},
                },
                "task_id": "snap-1",
            },
            "ignore_errors": True,
        },
        {
            "name": "Contradict",
            "multicloud.tasks.aws_cloud_task_info": {
                "service": "dynamodb_export",
                "task_id": EXPORT,
                "region": "us-east-1",
            },
            "ignore_errors": True,
        },
    ]
    played = play(player, steps, module_defaults={"group/multicloud.tasks.aws": usual})
    assert played.code == 0, played.text
    assert ([task["id"] for task in played["Read"]["tasks"]], played["Read"]["missing"]) == (["snap-1"], ["snap-2"])
    assert played["Define"]["tasks"][0]["service"] == "my_snapshots"
    assert "definition.read.form.Action" in played["Refuse"]["msg"]
    assert "'us-east-1' is given" in played["Contradict"]["msg"]
