# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait for what the step before has started: by ansible.builtin.uri, and by a command line that printed JSON."""

from __future__ import annotations

import json
import typing as t

import pytest

from integration.playing import KEYS, Played, Player
from local_cloud import accounts
from local_cloud.client import LocalCloud

Json = t.Any

QUICK: dict[str, Json] = {"min_interval": 0.1, "max_interval": 0.3, "timeout": 30, "rate_limit": 20}
HUSH = "hush-what-another-step-has-seen"
"""A secret in the result of the step that started a task."""

TOKEN = {
    "name": "Log in",
    "ansible.builtin.uri": {
        "url": "{{ endpoint }}/identity/v3/auth/tokens",
        "method": "POST",
        "body_format": "json",
        "body": {
            "auth": {
                "identity": {
                    "methods": ["application_credential"],
                    "application_credential": {
                        "id": accounts.OPENSTACK_CREDENTIAL,
                        "secret": accounts.OPENSTACK_SECRET,
                    },
                }
            }
        },
        "status_code": 201,
    },
    "register": "token",
}


def post(name: str, path: str, body: Json) -> Json:
    """A step that starts something in OpenStack, and what it has answered."""
    request = {
        "url": f"{{{{ endpoint }}}}{path}",
        "method": "POST",
        "body_format": "json",
        "body": body,
        "status_code": 202,
        "headers": {"X-Auth-Token": "{{ token.x_subject_token }}", "X-Hush": HUSH},
    }
    return {"name": name, "ansible.builtin.uri": request, "register": name}


def printed(name: str, words: list[str], answer: Json, **keywords: Json) -> Json:
    """A step that runs the command line of a vendor, here one that prints its answer and no more."""
    program = f"import json; print(json.dumps({answer!r}))"
    argv = ["{{ ansible_playbook_python }}", "-c", program, *words]
    return {"name": name, "ansible.builtin.command": {"argv": argv}, "register": name, **keywords}


def wait(name: str = "Wait", **options: Json) -> Json:
    return {"name": name, "multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}", **QUICK, **options}}


def play(player: Player, steps: list[Json], *flags: str, **keywords: Json) -> Played:
    return player.play([{"hosts": "localhost", "gather_facts": False, "tasks": steps, **keywords}], *flags)


def scripted(provider: str, service: str, task_id: str, before: Json, after: Json, seconds: float = 1) -> Json:
    return {"provider": provider, "service": service, "id": task_id, "script": [[0, before], [seconds, after]]}


def exported(*ids: str) -> list[Json]:
    return [scripted("alibaba", "ecs", each, {"TaskStatus": "Processing"}, {"TaskStatus": "Finished"}) for each in ids]


EXPORT = ["ecs", "ExportImage", "--RegionId", "cn-hangzhou", "--ImageId", "m-1"]


def outcomes(played: Played, name: str = "Wait") -> list[tuple[str, str, str]]:
    return [(task["service"], task["id"], task["outcome"]) for task in played[name]["tasks"]]


def test_a_wait_takes_what_a_command_line_has_printed(cloud: LocalCloud, player: Player) -> None:
    cloud.add(*exported("t-cli"))
    steps = [
        printed("export", EXPORT, {"TaskId": "t-cli", "RequestId": "R-1", "Hush": HUSH}),
        wait(provider="alibaba", service="ecs", started_by="{{ export }}"),
    ]
    played = play(player, steps, "-vvv")
    assert played.code == 0, played.text
    assert outcomes(played) == [("ecs", "t-cli", "succeeded")]
    assert played["Wait"]["tasks"][0]["region"] == "cn-hangzhou"
    assert HUSH not in json.dumps(played["Wait"])


def test_a_wait_takes_what_uri_was_answered_in_the_body_and_in_a_header(cloud: LocalCloud, player: Player) -> None:
    cloud.add(
        scripted("openstack", "cinder_backup", "b-uri", {"status": "creating"}, {"status": "available"}),
        scripted("openstack", "image", "i-uri", {"status": "saving"}, {"status": "active"}),
    )
    project = "{{ token.json.token.project.id }}"
    steps = [
        TOKEN,
        post("backup", f"/cinder_backup/v3/{project}/backups", {"backup": {"volume_id": "v-1", "name": "b-uri"}}),
        post("image", "/nova_image/v2.1/servers/s-1/action", {"createImage": {"name": "i-uri"}}),
        wait(
            provider="openstack",
            tasks=[
                {"service": "cinder_backup", "started_by": "{{ backup }}"},
                {"service": "image", "started_by": "{{ image }}"},
            ],
            journal=str(player.folder / "started.json"),
        ),
    ]
    played = play(player, steps)
    assert played.code == 0, played.text
    assert outcomes(played) == [("cinder_backup", "b-uri", "succeeded"), ("image", "i-uri", "succeeded")]
    assert HUSH not in json.dumps(played["Wait"])
    assert HUSH not in (player.folder / "started.json").read_text(encoding="utf-8")


LOOP = {"loop": ["t-one", "t-two", "t-none"], "when": "item != 't-none'"}


@pytest.mark.parametrize(
    "form", [{"tasks": "{{ exports.results }}"}, {"started_by": "{{ exports }}"}], ids=["tasks", "started_by"]
)
def test_a_loop_that_started_tasks_is_waited_for_without_what_it_skipped(
    cloud: LocalCloud, player: Player, form: Json
) -> None:
    cloud.add(*exported("t-one", "t-two"))
    step = printed("exports", EXPORT, "ITEM", **LOOP)
    argv = step["ansible.builtin.command"]["argv"]
    argv[2] = argv[2].replace("'ITEM'", "{'TaskId': '{{ item }}'}")
    played = play(player, [step, wait(provider="alibaba", service="ecs", **form)])
    assert played.code == 0, played.text
    assert outcomes(played) == [("ecs", "t-one", "succeeded"), ("ecs", "t-two", "succeeded")]
    assert "left out as items of a loop that were skipped" in " ".join(played.text.split())


SHIPPED: dict[str, Json] = {"async": {"async": 60, "poll": 1}, "another host": {"delegate_to": "other"}}
MODULES: dict[str, Json] = {"wait_for_cloud_task": {**QUICK, "provider": "alibaba"}, "alibaba_cloud_task_info": {}}


def test_a_result_is_not_sent_along_with_the_module(cloud: LocalCloud, player: Player) -> None:
    cloud.add(*exported("t-sent"))
    options: Json = {"endpoint": "{{ endpoint }}", "service": "ecs", "started_by": "{{ export }}"}
    looks = [
        {"name": f"{module}, {way}", f"multicloud.tasks.{module}": {**options, **own}, **keywords}
        for module, own in MODULES.items()
        for way, keywords in SHIPPED.items()
    ]
    steps = [printed("export", EXPORT, {"TaskId": "t-sent", "Hush": HUSH}), *looks]
    hosts = {"localhost": {}, "other": {}}
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": steps}]
    played = player.play(plays, "-vvv", hosts=hosts, environ=KEYS)
    assert played.code == 0, played.text
    for look in looks:
        told = played[look["name"]]
        assert [(task["id"], task["region"]) for task in told["tasks"]] == [("t-sent", "cn-hangzhou")], look["name"]
        assert HUSH not in json.dumps(told), look["name"]


def test_an_info_module_reads_what_was_started_and_tells_nothing_of_the_step(cloud: LocalCloud, player: Player) -> None:
    cloud.add(*exported("t-info"))
    steps = [
        printed("export", EXPORT, {"TaskId": "t-info", "Hush": HUSH}),
        {
            "name": "Look",
            "multicloud.tasks.alibaba_cloud_task_info": {
                "endpoint": "{{ endpoint }}",
                "service": "ecs",
                "started_by": "{{ export }}",
            },
        },
    ]
    played = play(player, steps, "-vvv")
    assert played.code == 0, played.text
    assert [(task["id"], task["region"]) for task in played["Look"]["tasks"]] == [("t-info", "cn-hangzhou")]
    assert HUSH not in json.dumps(played["Look"])


def test_a_role_waits_for_what_was_started(cloud: LocalCloud, player: Player) -> None:
    cloud.add(*exported("t-role"))
    gate = {
        "name": "Gate",
        "ansible.builtin.include_role": {"name": "multicloud.tasks.gate_image_export"},
        "vars": {
            "gate_image_export_tasks": [{"provider": "alibaba", "service": "ecs", "started_by": "{{ export }}"}],
            "gate_min_interval": 0.1,
            "gate_max_interval": 0.3,
        },
    }
    defaults = {"multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}"}}
    played = play(player, [printed("export", EXPORT, {"TaskId": "t-role"}), gate], module_defaults=defaults)
    assert played.code == 0, played.text


def test_check_mode_goes_on_where_nothing_was_started(cloud: LocalCloud, player: Player) -> None:
    """The step before is skipped then, and so is the wait: the rest of the playbook is checked, too."""
    cloud.reset()
    gate = {
        "name": "Gate",
        "ansible.builtin.include_role": {"name": "multicloud.tasks.gate_image_export"},
        "vars": {"gate_image_export_tasks": [{"provider": "alibaba", "service": "ecs", "started_by": "{{ export }}"}]},
    }
    info = {"endpoint": "{{ endpoint }}", "service": "ecs", "started_by": "{{ export }}"}
    steps = [
        printed("export", EXPORT, {"TaskId": "t-dry"}),
        wait(provider="alibaba", service="ecs", started_by="{{ export }}"),
        wait("Ship", provider="alibaba", service="ecs", tasks=["{{ export }}"]) | {"delegate_to": "other"},
        {"name": "Look", "multicloud.tasks.alibaba_cloud_task_info": info},
        {
            "name": "Ship a look",
            "multicloud.tasks.alibaba_cloud_task_info": info,
            "delegate_to": "other",
            "become": False,
        },
        gate,
    ]
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": steps}]
    played = player.play(plays, "--check", hosts={"localhost": {}, "other": {}}, environ=KEYS)
    assert played.code == 0, played.text
    for name in ("Wait", "Ship", "Look", "Ship a look"):
        assert played[name]["status"] == "skipped"
        assert "in check mode nothing was started" in played[name]["msg"]
    assert cloud.calls()["total"] == 0


UNRELATED: dict[str, tuple[Json, list[str]]] = {
    "another command": (
        printed("other", ["ecs", "DescribeRegions"], {"Regions": [], "Hush": HUSH}),
        ["has no id of a task of alibaba ecs", "TaskId in the JSON that its command printed (stdout)", "as task_id"],
    ),
    "a command that prints a table": (
        {"name": "other", "ansible.builtin.command": {"argv": ["echo", HUSH]}, "register": "other"},
        ["is no JSON object", "-f json"],
    ),
    "a step that was skipped": (
        {**printed("other", EXPORT, {"TaskId": "t-1"}), "when": False},
        ["started_by: it is the result of a step that was skipped"],
    ),
    "a step that has failed": (
        {"name": "other", "ansible.builtin.command": {"argv": ["false"]}, "register": "other", "ignore_errors": True},
        ["started_by: it is the result of a step that has failed"],
    ),
    "a step that failed and was made to pass": (
        {"name": "other", "ansible.builtin.command": {"argv": ["false"]}, "register": "other", "failed_when": False},
        ["its command has ended with 1"],
    ),
}


def test_a_result_that_tells_no_id_is_refused_before_any_call(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    asked = {"provider": "alibaba", "service": "ecs", "started_by": "{{ other }}"}
    steps = [
        each
        for name, (step, dummy) in UNRELATED.items()
        for each in (step, {**wait(f"Wait for {name}", **asked), "ignore_errors": True})
    ]
    played = play(player, steps)
    assert played.code == 0, played.text
    for name, (dummy, fragments) in UNRELATED.items():
        told = played[f"Wait for {name}"]
        assert told["status"] == "failed", name
        assert [fragment for fragment in fragments if fragment not in told["msg"]] == [], name
        assert HUSH not in json.dumps(told), name
    assert cloud.calls()["total"] == 0
