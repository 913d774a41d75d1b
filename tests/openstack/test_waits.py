# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks that wait for what the official client has started, beside tasks of the other clouds."""

from __future__ import annotations

import typing as t

import pytest

from integration.playing import KEYS, Played, Player
from local_cloud.client import LocalCloud
from openstack.client import Openstack, login
from openstack.parts import SHORT_LIFE, Site
from openstack.reading import end_backup
from openstack.source import Source, soon
from openstack.test_reads import imported

Json = t.Any


def wait(player: Player, environ: dict[str, str], **options: Json) -> Played:
    """A play of one step, which waits."""
    step = {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": options, "register": "waited"}
    play = {"name": "Play", "hosts": "localhost", "gather_facts": False, "tasks": [step]}
    return player.play([play], environ=environ)


def entry(service: str, task_id: str, **more: Json) -> Json:
    return {"provider": "openstack", "service": service, "task_id": task_id, **more}


def test_an_import_a_backup_and_tasks_of_two_other_clouds_in_one_wait(
    site: Site, operator: Openstack, root: Openstack, images: Source, player: Player, local_cloud: LocalCloud
) -> None:
    image = imported(operator, site, "/held")
    volume = operator.make("volume", "create", "--size", "1", "gate")
    root.run("volume", "set", "--state", "available", volume)
    backup = operator.make("volume", "backup", "create", volume)
    local_cloud.add(
        {
            "provider": "alibaba",
            "service": "ecs",
            "id": "t-1",
            "script": [[0, {"TaskStatus": "Processing"}], [9, {"TaskStatus": "Finished"}]],
        },
        {
            "provider": "huawei",
            "service": "taurusdb",
            "id": "j-1",
            "script": [[0, {"status": "Running"}], [9, {"status": "Completed"}]],
        },
    )
    soon(5, images.let_go.set)
    soon(2, lambda: end_backup(site, backup, "available"))
    tasks = [
        entry("glance_import", image),
        entry("image", image),
        entry("cinder_backup", backup),
        {
            "provider": "alibaba",
            "service": "ecs",
            "region": "cn-hangzhou",
            "task_id": "t-1",
            "endpoint": local_cloud.url,
        },
        {
            "provider": "huawei",
            "service": "taurusdb",
            "region": "cn-north-4",
            "task_id": "j-1",
            "endpoint": local_cloud.url,
        },
    ]
    usual = {name: value for name, value in KEYS.items() if not name.startswith("OS_")}
    played = wait(player, {**usual, **operator.environ}, tasks=tasks, timeout=120)
    result = played["Wait"]
    assert played.code == 0, played.text
    assert [task["outcome"] for task in result["tasks"]] == ["succeeded"] * len(tasks)
    assert {task["provider"] for task in result["tasks"]} == {"alibaba", "huawei", "openstack"}
    assert "openstack glance_import" in played.stdout
    assert operator.environ["OS_PASSWORD"] not in played.text


def test_an_import_that_fails_fails_the_step_with_its_reason(
    site: Site, operator: Openstack, images: Source, player: Player
) -> None:
    image = imported(operator, site, "/missing")
    played = wait(player, operator.environ, provider="openstack", service="glance_import", task_id=image, timeout=60)
    assert played.code == 2
    result = played["Wait"]
    assert result["tasks"][0]["outcome"] == "failed"
    assert image in result["msg"]
    assert result["tasks"][0]["error"]["message"] in result["msg"]
    assert result["elapsed"] < 30


def test_tokens_that_end_sooner_carry_a_wait(site: Site, operator: Openstack, root: Openstack, player: Player) -> None:
    volume = operator.make("volume", "create", "--size", "1", "slow")
    soon(1.5 * SHORT_LIFE, lambda: root.run("volume", "set", "--state", "available", volume))
    environ = login(site, "keystone-short")
    played = wait(player, environ, tasks=[entry("cinder_volume", volume)], interval=1, timeout=120)
    assert played.code == 0, played.text
    result = played["Wait"]
    assert result["tasks"][0]["outcome"] == "succeeded"
    assert result["elapsed"] > SHORT_LIFE


def test_a_resource_that_is_deleted_is_gone_and_no_success(
    operator: Openstack, root: Openstack, player: Player
) -> None:
    image = operator.make("image", "create", "--disk-format", "raw", "--container-format", "bare", "doomed")
    soon(6, lambda: operator.run("image", "delete", image))
    played = wait(player, operator.environ, tasks=[entry("image", image)], interval=1, timeout=60)
    assert played.code == 2
    assert played["Wait"]["tasks"][0]["outcome"] == "vanished"


@pytest.mark.parametrize("service", ["glance_import", "cinder_backup"])
def test_an_id_that_nobody_knows_is_not_found(operator: Openstack, player: Player, service: str) -> None:
    given = {"tasks": [entry(service, "00000000-0000-4000-8000-000000000000")], "not_found_timeout": 3, "interval": 1}
    played = wait(player, operator.environ, **given)
    assert played.code == 2
    assert played["Wait"]["tasks"][0]["outcome"] == "not_found"
