# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack from a playbook: beside the other clouds in one wait, with a cloud of clouds.yaml, with its module and the group."""

from __future__ import annotations

import json
import typing as t

from integration.playing import KEYS, Played, Player
from local_cloud import accounts
from local_cloud.client import LocalCloud

Json = t.Any

QUICK: dict[str, Json] = {"min_interval": 0.1, "max_interval": 0.3, "timeout": 30, "rate_limit": 20}
LATER = 2


def scripted(provider: str, service: str, task_id: str, before: Json, after: Json) -> Json:
    """A task that goes on for some seconds."""
    return {"provider": provider, "service": service, "id": task_id, "script": [[0, before], [LATER, after]]}


def play(player: Player, steps: list[Json], environ: t.Mapping[str, str] | None = None, **keywords: Json) -> Played:
    return player.play([{"hosts": "localhost", "gather_facts": False, "tasks": steps, **keywords}], environ=environ)


def wait(**options: Json) -> Json:
    return {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}", **QUICK, **options}}


def test_tasks_of_three_clouds_are_waited_for_in_one_step(cloud: LocalCloud, player: Player) -> None:
    cloud.add(
        scripted("alibaba", "ecs", "t-a", {"TaskStatus": "Processing"}, {"TaskStatus": "Finished"}),
        scripted("huawei", "taurusdb", "t-h", {"status": "Running"}, {"status": "Completed"}),
        scripted("openstack", "cinder_backup", "t-b", {"status": "creating"}, {"status": "available"}),
        scripted("openstack", "glance_import", "t-i", {"status": "processing"}, {"status": "success"}),
        scripted("openstack", "nova_image", "t-n", {}, {"OS-EXT-STS:task_state": None}),
    )
    tasks = [
        {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "id": "t-a"},
        {"provider": "huawei", "service": "taurusdb", "region": "cn-north-4", "id": "t-h"},
        *({"provider": "openstack", "service": name, "id": each} for name, each in OPENSTACK.items()),
    ]
    played = play(player, [wait(tasks=tasks)])
    assert played.code == 0, played.text
    result = played["Wait"]
    assert [(task["id"], task["outcome"]) for task in result["tasks"]] == [(task["id"], "succeeded") for task in tasks]
    assert [secret for secret in KEYS.values() if secret in json.dumps(result)] == []


OPENSTACK = {"cinder_backup": "t-b", "glance_import": "t-i", "nova_image": "t-n"}


def test_a_failure_in_openstack_ends_the_wait_for_the_other_cloud(cloud: LocalCloud, player: Player) -> None:
    cloud.add(
        scripted("alibaba", "ecs", "t-long", {"TaskStatus": "Processing"}, {"TaskStatus": "Processing"}),
        scripted(
            "openstack",
            "cinder_backup",
            "t-bad",
            {"status": "creating"},
            {"status": "error", "fail_reason": "no space left on the backup store"},
        ),
    )
    tasks = [
        {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "id": "t-long"},
        {"provider": "openstack", "service": "cinder_backup", "id": "t-bad"},
    ]
    played = play(player, [wait(tasks=tasks)])
    assert played.code == 2
    result = played["Wait"]
    assert [task["outcome"] for task in result["tasks"]] == ["abandoned", "failed"]
    assert "openstack cinder_backup t-bad" in result["msg"]
    assert "no space left on the backup store" in result["msg"]


def test_the_gates_of_backups_and_of_images_take_those_of_openstack(cloud: LocalCloud, player: Player) -> None:
    cloud.add(
        scripted("openstack", "cinder_backup", "t-gb", {"status": "creating"}, {"status": "available"}),
        scripted("openstack", "glance_import", "t-gi", {"status": "processing"}, {"status": "success"}),
        scripted("openstack", "image", "t-gm", {"status": "saving"}, {"status": "active"}),
    )

    def gate(role: str, **ids: str) -> Json:
        tasks = [{"provider": "openstack", "service": service, "id": each} for service, each in ids.items()]
        role_vars = {f"{role}_tasks": tasks, "gate_min_interval": 0.1, "gate_max_interval": 0.3, "gate_timeout": 30}
        return {
            "name": role,
            "ansible.builtin.include_role": {"name": f"multicloud.tasks.{role}"},
            "vars": role_vars,
        }

    steps = [
        gate("gate_backup", cinder_backup="t-gb"),
        {"name": "Left of backups", "ansible.builtin.debug": {"var": "gate_result.summary"}},
        gate("gate_image_export", glance_import="t-gi", image="t-gm"),
        {"name": "Left of images", "ansible.builtin.debug": {"var": "gate_image_export_objects"}},
    ]
    defaults = {"multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}"}}
    played = play(player, steps, module_defaults=defaults)
    assert played.code == 0, played.text
    assert played["Left of backups"]["gate_result.summary"] == {"total": 1, "succeeded": 1}
    made = played["Left of images"]["gate_image_export_objects"]
    assert [(told["task_id"], told["image_id"]) for told in made] == [("t-gi", "t-gi"), ("t-gm", "t-gm")]


def test_a_cloud_of_clouds_yaml_is_named_once_for_a_block(cloud: LocalCloud, player: Player) -> None:
    """The password is in secure.yaml; the module finds it as a module does, and the facts it returns are waited for."""
    folder = player.home / ".config" / "openstack"
    folder.mkdir(parents=True)
    place = f"{cloud.url}/identity/v3"
    lines = ["clouds:", "  here:", "    region_name: RegionOne", "    auth:", f"      auth_url: {place}"]
    lines += [f"      username: {accounts.OPENSTACK_USER}", f"      project_name: {accounts.OPENSTACK_PROJECT}"]
    (folder / "clouds.yaml").write_text("\n".join([*lines, "  other: {}", ""]), encoding="utf-8")
    secure = {"clouds": {"here": {"auth": {"password": accounts.OPENSTACK_PASSWORD}}}}
    (folder / "secure.yaml").write_text(json.dumps(secure), encoding="utf-8")
    (folder / "secure.yaml").chmod(0o600)
    cloud.add(scripted("openstack", "cinder_volume", "t-v", {"status": "extending"}, {"status": "in-use"}))
    read = {"service": "cinder_volume", "task_id": "t-v"}
    steps = [
        {"name": "Read", "multicloud.tasks.openstack_cloud_task_info": read, "register": "found"},
        {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": {**QUICK, "tasks": "{{ found.tasks }}"}},
    ]
    groups = {"group/multicloud.tasks.openstack": {"cloud": "here", "interface": "internal"}}
    played = play(player, steps, environ={}, module_defaults=groups)
    assert played.code == 0, played.text
    (task,) = played["Wait"]["tasks"]
    assert (task["outcome"], task["native_state"], task["region"]) == ("succeeded", "in-use", "RegionOne")
    assert accounts.OPENSTACK_PASSWORD not in played.text
