# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks wait for what boto3 has started in an emulator by others, which verifies signatures and judges permissions."""

from __future__ import annotations

import itertools
import json
import pathlib
import typing as t

import botocore.exceptions
import pytest

from aws.conftest import REGION, User
from integration.playing import Played, Player

Json = t.Any
NUMBERS = itertools.count(1)
PERMISSIONS = pathlib.Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "guide_permissions.rst"


def wait(player: Player, user: User, **options: Json) -> Played:
    """A play of one step, which waits."""
    asked = {"provider": "aws", "endpoint": user.url, "timeout": 60, **options}
    step = {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": asked, "register": "waited"}
    play = {"name": "Play", "hosts": "localhost", "gather_facts": False, "tasks": [step]}
    return player.play([play], environ=user.environ)


def documented_policy() -> Json:
    """The statements of the policy that the documentation has for AWS."""
    of_aws = PERMISSIONS.read_text(encoding="utf-8").split("\nAWS\n---", 1)[1]
    policy, dummy = json.JSONDecoder().raw_decode(of_aws[of_aws.index("{") :])
    return policy["Statement"]


def export(operator: User, bucket: str) -> str:
    """The ARN of an export of a new table."""
    name = f"table-{next(NUMBERS)}"
    dynamodb = operator.client("dynamodb")
    table = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    arn = table["TableDescription"]["TableArn"]
    started = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket, S3Prefix="exports")
    return str(started["ExportDescription"]["ExportArn"])


def snapshot(operator: User) -> str:
    """The id of a snapshot of a new volume."""
    ec2 = operator.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)
    return str(ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"])


def database_snapshot(operator: User) -> str:
    """The ARN of a snapshot of a new database."""
    rds, name = operator.client("rds"), f"db-{next(NUMBERS)}"
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="app",
        MasterUserPassword="made-up-0123",
    )
    made = rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-snapshot")
    return str(made["DBSnapshot"]["DBSnapshotArn"])


def command(operator: User) -> str:
    """The id of a command on a new instance."""
    image = operator.client("ec2").describe_images()["Images"][0]["ImageId"]
    made = operator.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)
    sent = operator.client("ssm").send_command(
        InstanceIds=[made["Instances"][0]["InstanceId"]],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["true"]},
    )
    return str(sent["Command"]["CommandId"])


def test_tasks_of_four_protocols_in_one_wait_with_the_documented_policy(operator: User, player: Player) -> None:
    reader = operator.make_user(f"reader-{next(NUMBERS)}", documented_policy())
    operator.client("s3").create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": REGION})
    tasks = [
        {"service": "dynamodb_export", "task_id": export(operator, "exports")},
        {"service": "rds_snapshot", "task_id": database_snapshot(operator)},
        {"service": "ec2_snapshot", "task_id": snapshot(operator), "region": REGION},
        {"service": "ssm_command", "task_id": command(operator), "region": REGION},
    ]
    played = wait(player, reader, tasks=tasks)
    assert played.code == 0, played.text
    assert [task["outcome"] for task in played["Wait"]["tasks"]] == ["succeeded"] * len(tasks)
    assert {task["region"] for task in played["Wait"]["tasks"]} == {REGION}


def test_an_export_without_a_bucket_fails_and_says_why(operator: User, player: Player) -> None:
    played = wait(player, operator, service="dynamodb_export", task_id=export(operator, "there-is-none"))
    (task,) = played["Wait"]["tasks"]
    assert (played.code, task["outcome"], task["error"]["code"]) == (2, "failed", "S3NoSuchBucket")


def test_many_snapshots_are_read_by_a_filter_and_one_is_missing(operator: User, player: Player) -> None:
    ids = [snapshot(operator) for dummy in range(3)]
    unknown = "snap-00000000000000001"
    options = {"service": "ec2_snapshot", "region": REGION, "task_ids": [*ids, unknown]}
    played = wait(player, operator, **options, not_found_timeout=0, fail_fast=False)
    outcomes = {task["id"]: task["outcome"] for task in played["Wait"]["tasks"]}
    assert outcomes == {**dict.fromkeys(ids, "succeeded"), unknown: "not_found"}


SERVICES = ("ec2_snapshot", "rds_snapshot", "dynamodb_export", "ssm_command")


@pytest.mark.parametrize("service", SERVICES)
def test_another_secret_is_refused_and_not_tried_again(operator: User, player: Player, service: str) -> None:
    stranger = User(operator.url, operator.access_key, "another-secret")
    played = wait(player, stranger, service=service, region=REGION, task_id="any-0001")
    (task,) = played["Wait"]["tasks"]
    assert (task["outcome"], task["looks"]) == ("unauthorized", 1)
    assert "another-secret" not in played.text


@pytest.mark.parametrize("service", SERVICES)
def test_who_may_not_read_is_told_so(operator: User, player: Player, service: str) -> None:
    name = f"nobody-{next(NUMBERS)}"
    nobody = operator.make_user(name, [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}])
    played = wait(player, nobody, service=service, region=REGION, task_id="any-0001")
    (task,) = played["Wait"]["tasks"]
    assert (task["outcome"], task["looks"]) == ("unauthorized", 1)


def test_the_waiter_of_boto3_takes_a_snapshot_that_never_was_for_one_that_is_complete(
    operator: User, player: Player
) -> None:
    never = "there-never-was-one"
    operator.client("rds").get_waiter("db_snapshot_completed").wait(
        DBSnapshotIdentifier=never, WaiterConfig={"MaxAttempts": 1}
    )
    played = wait(player, operator, service="rds_snapshot", region=REGION, task_id=never, not_found_timeout=0)
    assert (played.code, played["Wait"]["tasks"][0]["outcome"]) == (2, "not_found")
    with pytest.raises(botocore.exceptions.ClientError, match="DBSnapshotNotFound"):
        operator.client("rds").describe_db_snapshots(DBSnapshotIdentifier=never)
