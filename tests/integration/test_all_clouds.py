# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of every cloud in one wait, which ends well, or badly for one of them."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from integration import scenes
from integration.playing import KEYS, Player
from integration.test_openstack import Json, play, scripted, wait
from local_cloud import accounts
from local_cloud.client import LocalCloud


class OfCloud(t.NamedTuple):
    """A task of a cloud: what it is asked by, and what the API says while it goes on, and at its ends."""

    options: Json
    going: Json
    succeeded: Json
    failed: Json


TASKS: dict[str, OfCloud] = {
    "alibaba": OfCloud(
        {"service": "ecs", "region": "cn-hangzhou", "id": "t-1"},
        {"TaskStatus": "Processing"},
        {"TaskStatus": "Finished"},
        {"TaskStatus": "Failed"},
    ),
    "aws": OfCloud(
        {"service": "backup_job", "region": "eu-west-1", "id": "B-1"},
        {"State": "RUNNING"},
        {"State": "COMPLETED"},
        {"State": "FAILED"},
    ),
    "azure": OfCloud(
        {
            "service": "recovery_services_job",
            "subscription_id": accounts.AZURE_SUBSCRIPTION,
            "resource_group": "backups",
            "vault_name": "nightly",
            "id": "7e57ab1e-0000-4000-8000-00000000000a",
        },
        {"properties": {"status": "InProgress"}},
        scenes.AZURE_BACKED_UP,
        {"properties": {"status": "Failed"}},
    ),
    "google": OfCloud(
        {"service": "sql_operation", "project": accounts.GOOGLE_PROJECT, "id": "op-1"},
        {"status": "RUNNING"},
        {"status": "DONE"},
        {"status": "DONE", "error": {"errors": [{"code": "ERROR_RDBMS", "message": "no"}]}},
    ),
    "huawei": OfCloud(
        {"service": "taurusdb", "region": "cn-north-4", "id": "j-1"},
        {"status": "Running"},
        {"status": "Completed"},
        {"status": "Failed"},
    ),
    "openstack": OfCloud(
        {"service": "cinder_backup", "id": "b-1"},
        {"status": "creating"},
        {"status": "available"},
        {"status": "error"},
    ),
}


def entries() -> list[Json]:
    return [{"provider": provider, **task.options} for provider, task in TASKS.items()]


def add(cloud: LocalCloud, failing: str = "") -> None:
    """The tasks of all clouds, of which one fails."""
    cloud.add(
        *(
            scripted(
                provider,
                task.options["service"],
                task.options["id"],
                task.going,
                task.failed if provider == failing else task.succeeded,
            )
            for provider, task in TASKS.items()
        )
    )


def test_every_cloud_is_among_them() -> None:
    assert set(TASKS) == set(PROVIDERS)


def test_a_task_of_every_cloud_is_waited_for_in_one_step(cloud: LocalCloud, player: Player) -> None:
    add(cloud)
    played = play(player, [wait(tasks=entries())])
    assert played.code == 0, played.text
    result = played["Wait"]
    assert {task["provider"]: task["outcome"] for task in result["tasks"]} == dict.fromkeys(TASKS, "succeeded")
    # The id of a subscription is part of ids.
    secrets = set(KEYS.values()) - {accounts.AZURE_SUBSCRIPTION}
    assert [secret for secret in secrets if secret in json.dumps(result)] == []


@pytest.mark.parametrize("failing", TASKS)
def test_one_that_fails_is_named(cloud: LocalCloud, player: Player, failing: str) -> None:
    add(cloud, failing)
    played = play(player, [wait(tasks=entries(), fail_fast=False)])
    assert played.code
    outcomes = {task["provider"]: task["outcome"] for task in played["Wait"]["tasks"]}
    assert outcomes == {**dict.fromkeys(TASKS, "succeeded"), failing: "failed"}
    assert TASKS[failing].options["id"] in played["Wait"]["msg"]
