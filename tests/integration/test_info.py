# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info modules, each case a module run of its own: what every service says, and how an answer is got."""

from __future__ import annotations

import pathlib
import sys
import typing as t

import pytest

from integration import scenes
from integration.cases import TASKS, Case, Table, check, play
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import INSTANCE, RESTORE, instance, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.rows import check_each

FACTS = {
    *("provider", "service", "region", "id", "name", "resource_id", "state", "native_state", "terminal", "succeeded"),
    *("progress", "created_at", "started_at", "updated_at", "finished_at", "expires_at", "duration", "remaining"),
    *("error", "result", "outputs", "details", "counts", "subtasks", "cancellable", "request_id", "observed_at", "raw"),
}

HANGZHOU: Json = {"region": "cn-hangzhou"}
SHANGHAI: Json = {"region": "cn-shanghai"}
BEIJING: Json = {"region": "cn-north-4"}


def many(count: int) -> tuple[Json, ...]:
    return tuple(scene("ecs", f"t-many-{number:03}", {"TaskAction": "ImportImage"}) for number in range(count))


def ids(prefix: str, *numbers: int) -> list[str]:
    return [f"{prefix}{number:03}" for number in numbers]


ALIBABA: dict[str, Case] = {
    "export_runs": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-runs"},
        (scene("ecs", "e-runs", scenes.EXPORTING),),
        facts={
            "provider": "alibaba",
            "service": "ecs",
            "region": "cn-hangzhou",
            "name": "ExportImage",
            "state": "running",
            "native_state": "Processing",
            "terminal": False,
            "progress": 40.0,
            "finished_at": None,
            "error": None,
            "cancellable": True,
        },
        result={"missing": [], "changed": False},
    ),
    "export_done": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-done"},
        (scene("ecs", "e-done", scenes.EXPORTED),),
        facts={
            "state": "succeeded",
            "succeeded": True,
            "terminal": True,
            "progress": 100.0,
            "finished_at": "2026-01-31T12:19:00Z",
            "outputs": {"OSSBucket": "images", "OSSObject": "gate_m-1_t-1.vhd"},
            "counts": {"total": 1, "succeeded": 1, "failed": 0},
            "cancellable": False,
        },
    ),
    "export_failed": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-failed"},
        (scene("ecs", "e-failed", scenes.EXPORT_FAILED),),
        facts={
            "state": "failed",
            "succeeded": False,
            "error": dict(zip(("code", "message"), scenes.BUCKET_MISSING, strict=True)),
        },
    ),
    "export_partial": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-partial"},
        (scene("ecs", "e-partial", scenes.EXPORT_PARTIAL),),
        facts={"state": "partial", "succeeded": False, "counts": {"total": 3, "succeeded": 2, "failed": 1}},
    ),
    "ecs_order_and_missing": Case(
        {"service": "ecs", **HANGZHOU, "task_ids": ["e-done", "e-none", "e-runs", "e-failed"]},
        result={"missing": ["e-none"]},
    ),
    "ecs_word_nobody_knows": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-odd"},
        (scene("ecs", "e-odd", {"TaskStatus": "Archived"}),),
        facts={"state": "unknown", "native_state": "Archived", "terminal": False, "succeeded": False},
    ),
    "ecs_by_aliases": Case(
        {
            "service": "ecs",
            "alicloud_region": "cn-hangzhou",
            "task_id": "e-done",
            "alicloud_access_key": accounts.ALIBABA_KEY,
            "alicloud_secret_key": accounts.ALIBABA_SECRET,
        },
        facts={"state": "succeeded"},
    ),
    "ecs_list_of_many": Case(
        {"service": "ecs", **HANGZHOU, "name": "ImportImage", "limit": 1000, "states": ["running"]}, many(130)
    ),
    "ecs_list_with_limit": Case({"service": "ecs", **HANGZHOU, "name": "ImportImage", "limit": 7}),
    "ecs_list_of_failed": Case(
        {"service": "ecs", **HANGZHOU, "states": ["failed", "partial"], "name": "ExportImage"},
    ),
    "ecs_list_of_a_resource": Case(
        {"service": "ecs", **HANGZHOU, "resource_id": "m-special"},
        (scene("ecs", "e-special", {"TaskAction": "ModifyImageAttribute"}, item={"ResourceId": "m-special"}),),
    ),
    "ecs_list_from_the_future": Case(
        {"service": "ecs", **HANGZHOU, "created_after": scenes.minutes_ago(-60)}, result={"tasks": []}
    ),
    "ecs_list_in_a_time": Case(
        {
            "service": "ecs",
            **HANGZHOU,
            "name": "ImportImage",
            "limit": 3,
            "created_after": scenes.minutes_ago(60),
            "created_before": scenes.minutes_ago(-60),
        },
    ),
    "install_runs": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-runs"},
        (scene("hbr", "h-runs", scenes.INSTALLING),),
        facts={"state": "running", "native_state": "created", "progress": 40.0, "id": "h-runs"},
    ),
    "install_done": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-done"},
        (scene("hbr", "h-done", scenes.INSTALLED),),
        facts={
            "state": "succeeded",
            "finished_at": "2026-01-31T12:19:00Z",
            "counts": {"total": 2, "succeeded": 2, "failed": 0},
        },
    ),
    "install_done_with_an_empty_object": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-object"},
        (scene("hbr", "h-object", {**scenes.INSTALLED, "Result": {}}),),
        facts={"state": "succeeded", "subtasks": []},
    ),
    "install_partial": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-partial"},
        (scene("hbr", "h-partial", scenes.INSTALL_PARTIAL),),
        facts={
            "state": "partial",
            "succeeded": False,
            "error": {"code": "CloudAssistNotRunningOnInstance", "message": None},
        },
    ),
    "install_failed": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-failed"},
        (scene("hbr", "h-failed", scenes.INSTALL_FAILED),),
        facts={"state": "failed", "native_state": "completed", "progress": None},
    ),
    "hbr_success_false": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-false"},
        (scene("hbr", "h-false", {"Success": False, "Code": "NoPermission", "Message": "No right to this vault."}),),
        status="failed",
        says=("NoPermission", "No right to this vault"),
        calls=1,
    ),
    "hbr_success_false_then_fine": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-blink"},
        (scene("hbr", "h-blink", scenes.INSTALLED),),
        (
            {
                "kind": "answer",
                "api": "hbr.*",
                "task": "h-blink",
                "times": 1,
                "body": {"Success": False, "Code": "500", "Message": "Failed to query the task."},
            },
        ),
        facts={"state": "succeeded"},
        calls=2,
    ),
    "hbr_missing": Case(
        {"service": "hbr", **HANGZHOU, "task_ids": ["h-none", "h-done"]},
        facts={"id": "h-done"},
        result={"missing": ["h-none"]},
    ),
    "hbr_cannot_list": Case(
        {"service": "hbr", **HANGZHOU}, status="failed", says=("task_ids", "hbr", "no call that lists tasks"), calls=0
    ),
    "scan_runs": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-runs"},
        (scene("bdrc", "b-runs", scenes.SCANNING),),
        facts={"state": "running", "native_state": "RUNNING", "progress": 42.0, "name": "UPDATE_RESOURCES"},
    ),
    "scan_done": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-done"},
        (scene("bdrc", "b-done", scenes.SCANNED),),
        facts={
            "state": "succeeded",
            "progress": 100.0,
            "finished_at": "2026-01-31T12:19:00Z",
            "result": {"resourceCounts": [{"resourceType": "ACS::OSS::Bucket", "count": 2}]},
        },
    ),
    "scan_failed": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-failed"},
        (scene("bdrc", "b-failed", scenes.SCAN_FAILED),),
        facts={"state": "failed", "error": {"code": None, "message": "The service-linked role was deleted."}},
    ),
    "scan_expired": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-expired"},
        (scene("bdrc", "b-expired", scenes.SCAN_EXPIRED),),
        facts={"state": "expired", "terminal": True},
    ),
    "scan_cancelled": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-cancelled"},
        (scene("bdrc", "b-cancelled", scenes.SCAN_CANCELLED),),
        facts={"state": "cancelled", "terminal": True},
    ),
    "bdrc_missing": Case(
        {"service": "bdrc", **SHANGHAI, "task_ids": ["b-done", "b-none"]},
        facts={"id": "b-done"},
        result={"missing": ["b-none"]},
    ),
    "bdrc_list_by_token": Case(
        {"service": "bdrc", **SHANGHAI, "name": "CHECK_RULES", "limit": 1000},
        tuple(scene("bdrc", f"b-many-{number:03}", {"TaskType": "CHECK_RULES"}) for number in range(520)),
    ),
    "bdrc_where_it_is_not": Case(
        {"service": "bdrc", **HANGZHOU, "task_id": "b-done", "endpoint": ""},
        status="failed",
        says=("region", "bdrc", "cn-shanghai", "ap-southeast-1", "endpoint"),
    ),
    "sts_token": Case(
        {
            "service": "ecs",
            **HANGZHOU,
            "task_id": "e-done",
            "access_key": accounts.ALIBABA_STS_KEY,
            "secret_key": accounts.ALIBABA_STS_SECRET,
            "security_token": accounts.ALIBABA_STS_TOKEN,
        },
        facts={"state": "succeeded"},
    ),
    "throttled_then_fine": Case(
        {"service": "ecs", **HANGZHOU, "task_id": "e-throttled"},
        # Of an operation that no list here asks for: a list looks once more at what has ended.
        (scene("ecs", "e-throttled", {**scenes.EXPORTED, "TaskAction": "ModifyDiskSpec"}),),
        ({"kind": "throttle", "api": "ecs.*", "task": "e-throttled", "burst": 0, "times": 2, "retry_after": 0.05},),
        facts={"state": "succeeded"},
        calls=3,
    ),
    "broken_then_fine": Case(
        {"service": "hbr", **HANGZHOU, "task_id": "h-broken"},
        (scene("hbr", "h-broken", scenes.INSTALLED),),
        ({"kind": "html", "api": "hbr.*", "task": "h-broken", "times": 1},),
        facts={"state": "succeeded"},
        calls=2,
    ),
    "denied": Case(
        {"service": "bdrc", **SHANGHAI, "task_id": "b-denied"},
        (scene("bdrc", "b-denied", scenes.SCANNED),),
        (
            {
                "kind": "error",
                "api": "bdrc.*",
                "task": "b-denied",
                "status": 403,
                "code": "Forbidden.RAM",
                "message": "The user is not authorized to operate on the resource.",
            },
        ),
        status="failed",
        says=("Forbidden.RAM", "not authorized"),
        calls=1,
    ),
    "wrong_secret": Case(
        {
            "service": "ecs",
            **HANGZHOU,
            "task_id": "e-done",
            "access_key": accounts.ALIBABA_KEY,
            "secret_key": "NotTheSecretOfThisKey000000000",
        },
        status="failed",
        says=("SignatureDoesNotMatch",),
    ),
}

HUAWEI: dict[str, Case] = {
    "restore_runs": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-runs"},
        (scenes.restore("j-runs", scenes.RESTORING, instance_id=instance(1)),),
        facts={
            "provider": "huawei",
            "state": "running",
            "name": RESTORE,
            "progress": 65.0,
            "remaining": 66.0,
            "resource_id": instance(1),
        },
    ),
    "restore_done": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-done"},
        (scenes.restore("j-done", scenes.RESTORED, instance_id=instance(2)),),
        facts={
            "state": "succeeded",
            "finished_at": "2026-01-31T12:19:00Z",
            "outputs": {"instance": {"endpoint": "192.168.0.10:3306"}},
            "remaining": None,
        },
    ),
    "restore_failed": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-failed"},
        (scenes.restore("j-failed", scenes.RESTORE_FAILED, instance_id=instance(3)),),
        facts={"state": "failed", "error": {"code": None, "message": "The backup file is damaged."}},
    ),
    "restore_waits_for_a_person": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-asks"},
        (scenes.restore("j-asks", scenes.RESTORE_WAITS, instance_id=instance(4)),),
        facts={"state": "pending", "native_state": "Unauthorized"},
    ),
    "a_job_without_steps": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-plain"},
        (scene("taurusdb", "j-plain", {"name": "CreateMysqlInstance"}, instance_id=instance(5)),),
        facts={"state": "running", "subtasks": []},
    ),
    "jobs_in_order_and_missing": Case(
        {"service": "taurusdb", **BEIJING, "task_ids": ["j-failed", "j-none", "j-done"]},
        result={"missing": ["j-none"]},
    ),
    "a_failing_detail_spoils_nothing": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-detail"},
        (scenes.restore("j-detail", scenes.RESTORED, instance_id=instance(6)),),
        (
            {
                "kind": "error",
                "api": "taurusdb.ShowTaskDetails",
                "task": "j-detail",
                "status": 400,
                "code": "DBS.280001",
            },
        ),
        facts={"state": "succeeded", "subtasks": []},
        calls=2,
    ),
    "a_broken_detail_is_not_waited_for": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-broken"},
        (scenes.restore("j-broken", scenes.RESTORING, instance_id=instance(10)),),
        ({"kind": "error", "api": "taurusdb.ShowTaskDetails", "task": "j-broken", "times": 1},),
        facts={"state": "running", "subtasks": []},
        calls=2,
    ),
    "a_broken_detail_of_an_end_is_asked_for_again": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-ended"},
        (scenes.restore("j-ended", scenes.RESTORED, instance_id=instance(11)),),
        ({"kind": "error", "api": "taurusdb.ShowTaskDetails", "task": "j-ended", "times": 1},),
        facts={"state": "succeeded"},
        calls=3,
    ),
    "by_instance_alone": Case(
        {"service": "taurusdb", **BEIJING, "instance_id": instance(7)},
        (
            scenes.restore(
                "j-old", scenes.RESTORED, instance_id=instance(7), item={"created_time": "2026-01-01T00:00:00+0000"}
            ),
            scenes.restore("j-new", scenes.RESTORING, instance_id=instance(7)),
        ),
        facts={"id": "j-new", "state": "running", "progress": 65.0},
        result={"missing": []},
    ),
    "by_instance_nothing_there": Case(
        {"service": "taurusdb", **BEIJING, "instance_id": instance(99)}, result={"tasks": []}
    ),
    "jobs_of_an_instance": Case(
        {"service": "taurusdb", **BEIJING, "instance_id": instance(7), "states": ["succeeded"]},
        facts={"id": "j-old"},
    ),
    "jobs_by_name": Case({"service": "taurusdb", **BEIJING, "name": "CreateMysqlInstance"}, facts={"id": "j-plain"}),
    "with_project": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-done", "project_id": accounts.PROJECTS["cn-north-4"]},
        facts={"state": "succeeded"},
    ),
    "in_a_region_with_another_project": Case(
        {"service": "taurusdb", "region": "eu-west-101", "task_id": "j-europe"},
        (scenes.restore("j-europe", scenes.RESTORED, region="eu-west-101", instance_id=instance(8)),),
        facts={"state": "succeeded", "region": "eu-west-101"},
    ),
    "with_a_token": Case(
        {
            "service": "taurusdb",
            **BEIJING,
            "task_id": "j-done",
            "auth_token": "MIIlocal-cloud-token",
            "project_id": accounts.PROJECTS["cn-north-4"],
        },
        facts={"state": "succeeded"},
    ),
    "with_a_password": Case(
        {
            "service": "taurusdb",
            **BEIJING,
            "task_id": "j-done",
            "username": accounts.HUAWEI_USER,
            "password": accounts.HUAWEI_PASSWORD,
            "domain_name": accounts.HUAWEI_DOMAIN,
        },
        facts={"state": "succeeded"},
    ),
    "with_a_wrong_password": Case(
        {
            "service": "taurusdb",
            **BEIJING,
            "task_id": "j-done",
            "username": accounts.HUAWEI_USER,
            "password": "not-the-password",
            "domain_name": accounts.HUAWEI_DOMAIN,
        },
        status="failed",
        says=("The username or password is wrong",),
    ),
    "huawei_denied": Case(
        {"service": "taurusdb", **BEIJING, "task_id": "j-denied"},
        (scene("taurusdb", "j-denied", scenes.RESTORED, instance_id=instance(9)),),
        (
            {
                "kind": "error",
                "api": "*",
                "task": "j-denied",
                "status": 403,
                "code": "APIGW.0302",
                "message": "No rights.",
            },
        ),
        status="failed",
        says=("APIGW.0302", "No rights"),
        calls=1,
    ),
}

TABLES: dict[str, Table] = {"alibaba": ALIBABA, "huawei": HUAWEI}
AS_MODULE = {
    *(name for name in ALIBABA if "_list_" in name),
    *("export_runs", "ecs_order_and_missing", "ecs_by_aliases", "install_done", "scan_done", "sts_token"),
    *("throttled_then_fine", "broken_then_fine", "denied", "wrong_secret", "hbr_cannot_list"),
    *("restore_done", "jobs_in_order_and_missing", "a_failing_detail_spoils_nothing", "by_instance_alone"),
    *("with_a_token", "with_a_password", "with_a_wrong_password", "huawei_denied"),
}
"""The rows that are also run as a module, a process each: what it is given and returns. States are read alike in both."""


def another_python(folder: pathlib.Path) -> str:
    """The same one under another name: to Ansible it is one that only a module can use."""
    script = folder / "another-python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.fixture(scope="module", params=["in the process of ansible", "as a module"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def tables(way: str) -> dict[str, Table]:
    """The rows that are played."""
    assert {name for table in TABLES.values() for name in table} >= AS_MODULE
    chosen = {
        group: {name: case for name, case in table.items() if name in AS_MODULE} for group, table in TABLES.items()
    }
    return chosen if way == "as a module" else TABLES


@pytest.fixture(scope="module")
def info(way: str, tables: dict[str, Table], cloud: LocalCloud, player: Player) -> Played:
    cloud.reset()
    cloud.account("huawei", auth_token="MIIlocal-cloud-token", project="cn-north-4")
    played = {name for table in tables.values() for name in table}
    # Rows ask for tasks of others.
    for name, case in (row for table in TABLES.values() for row in table.items()):
        if name not in played:
            cloud.add(*case.scene)
    python = another_python(player.folder) if way == "as a module" else None
    # Every other run of a case is in check mode: it only reads.
    return play(cloud, player, "--check", python=python, **tables)


@pytest.fixture(scope="module")
def result(info: Played) -> t.Callable[[str], Json]:
    found = {host: told for task in TASKS.values() for host, told in info.results.get(task, {}).items()}
    return lambda name: found[name]


def test_info(tables: dict[str, Table], result: t.Callable[[str], Json]) -> None:
    rows = {name: (name, case) for table in tables.values() for name, case in table.items()}
    check_each(rows, lambda row: check(row[1], result(row[0])))


def test_info_never_says_changed_and_never_throws(info: Played) -> None:
    assert info.code == 0, info.stderr
    assert "Traceback" not in info.text
    changed = [host for task in TASKS.values() for host, told in info.results.get(task, {}).items() if told["changed"]]
    assert changed == []


def test_info_returns_every_fact_of_every_service(info: Played) -> None:
    tasks = [
        task
        for name in TASKS.values()
        for told in info.results.get(name, {}).values()
        for task in told.get("tasks", ())
    ]
    assert {task["service"] for task in tasks} == {"ecs", "hbr", "bdrc", "taurusdb"}
    assert {frozenset(task) for task in tasks} == {frozenset(FACTS)}


def test_info_keeps_the_order_asked(result: t.Callable[[str], Json]) -> None:
    assert [task["id"] for task in result("ecs_order_and_missing")["tasks"]] == ["e-done", "e-runs", "e-failed"]
    assert [task["id"] for task in result("jobs_in_order_and_missing")["tasks"]] == ["j-failed", "j-done"]


def test_info_lists_all_pages_and_no_more_than_the_limit(result: t.Callable[[str], Json]) -> None:
    listed = {name: [task["id"] for task in result(name)["tasks"]] for name in ALIBABA if "_list_" in name}
    assert listed["ecs_list_of_many"] == ids("t-many-", *range(130))
    assert listed["ecs_list_with_limit"] == ids("t-many-", *range(7))
    assert listed["ecs_list_of_failed"] == ["e-failed", "e-partial"]
    assert listed["ecs_list_of_a_resource"] == ["e-special"]
    assert listed["ecs_list_in_a_time"] == ids("t-many-", 0, 1, 2)
    assert listed["bdrc_list_by_token"] == ids("b-many-", *range(520))


def test_info_asks_for_whole_pages(info: Played, cloud: LocalCloud) -> None:
    queries = [entry["query"] for entry in cloud.log() if entry["api"] == "ecs.DescribeTasks"]
    assert queries
    assert all("PageSize=100" in query for query in queries)
    assert any("PageNumber=2" in query for query in queries)
    assert any("NextToken=" in entry["query"] for entry in cloud.log() if entry["api"] == "bdrc.DescribeTasks")


def test_info_makes_no_more_calls_than_needed(info: Played, tables: dict[str, Table], cloud: LocalCloud) -> None:
    asked = cloud.calls()["tasks"]
    counted = {name: case for table in tables.values() for name, case in table.items() if case.calls and case.scene}
    told = {name: asked[case.scene[0]["id"]] for name, case in counted.items()}
    assert told == {name: case.calls for name, case in counted.items()}


SUDO = """\
#!/bin/sh
while [ "$1" != /bin/sh ]; do shift; done
exec "$@"
"""
"""Becomes nobody else, but is asked to."""

SENT: dict[str, tuple[Json, bool]] = {
    "here": ({}, False),
    "here, as the Python of Ansible is named": (
        {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
        False,
    ),
    "here, for another host": ({"delegate_to": "localhost"}, False),
    "with another Python": ({"vars": {"ansible_python_interpreter": "{{ another }}"}}, True),
    "on another host": ({"delegate_to": "elsewhere"}, True),
    "in the background": ({"async": 60, "poll": 1}, True),
    "as another user": ({"become": True, "vars": {"ansible_become_exe": "{{ sudo }}"}}, True),
}
"""How a step is written, and whether a module is sent for it."""


@pytest.mark.parametrize("way", SENT)
def test_info_is_sent_only_where_it_is_not_here(cloud: LocalCloud, player: Player, way: str) -> None:
    cloud.reset()
    cloud.add(scene("ecs", "t-1", scenes.EXPORTED))
    keywords, sent = SENT[way]
    folder = player.fresh()
    (folder / "sudo").write_text(SUDO)
    (folder / "sudo").chmod(0o755)
    arguments = {"service": "ecs", **HANGZHOU, "task_id": "t-1", "endpoint": "{{ endpoint }}"}
    step = {"name": "Info", "multicloud.tasks.alibaba_cloud_task_info": arguments, **keywords}
    played = player.play(
        [{"hosts": "here", "gather_facts": False, "tasks": [step]}],
        hosts={"here": {}, "elsewhere": {"ansible_python_interpreter": another_python(folder)}},
        environ={**KEYS, "ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TMP": str(folder / "sent")},
        another=another_python(folder),
        sudo=str(folder / "sudo"),
    )
    assert played.code == 0, played.text
    assert [task["state"] for task in played["Info"]["tasks"]] == ["succeeded"]
    assert any(folder.glob("sent/ansible-tmp-*/AnsiballZ_*")) is sent


def test_info_by_instance_where_the_detail_is_as_documented(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.settings(documented_detail=True)
    cloud.add(scenes.restore("j-example", scenes.RESTORING, instance_id=INSTANCE))
    cloud.add({**scene("taurusdb", "j-hidden", scenes.RESTORING), "listed": False, "instance_id": instance(1)})
    played, facts = player.ask("huawei_cloud_task_info", service="taurusdb", **BEIJING, instance_id=INSTANCE)
    assert played.code == 0, played.text
    assert [(task["id"], task["state"], task["progress"]) for task in facts["tasks"]] == [
        ("j-example", "running", 65.0)
    ]
    apis = cloud.calls()["apis"]
    assert (apis["taurusdb.ShowTaskDetails"], apis.get("taurusdb.ListImmediateJobs", 0)) == (1, 0)


def test_info_does_not_take_the_vendors_own_example_for_success(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.settings(documented_detail=True)
    cloud.add({**scene("taurusdb", "j-1", {}), "detail": [[0, {"sub_task_list": scenes.STEPS_EXAMPLE}]]})
    # The job itself is not known any more, so that only the detail tells.
    cloud.fault("vanish", "taurusdb.ShowGaussMySqlJobInfo")
    dummy, facts = player.ask("huawei_cloud_task_info", service="taurusdb", **BEIJING, instance_id=INSTANCE)
    task = facts["tasks"][0]
    assert (task["state"] in ("succeeded", "failed"), task["terminal"], task["succeeded"]) == (False, False, False)
    assert (task["subtasks"][0]["state"], task["progress"], task["remaining"]) == ("running", 19.0, 66.0)


def test_info_renews_a_token_once_when_it_ends(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(scenes.restore("j-1", scenes.RESTORING), scenes.restore("j-2", scenes.RESTORED))
    cloud.fault("expired", "taurusdb.ShowGaussMySqlJobInfo", skip=1, times=1)
    password: Json = {
        "username": accounts.HUAWEI_USER,
        "password": accounts.HUAWEI_PASSWORD,
        "domain_name": accounts.HUAWEI_DOMAIN,
    }
    played, facts = player.ask(
        "huawei_cloud_task_info", service="taurusdb", **BEIJING, task_ids=["j-1", "j-2"], **password, environ={}
    )
    assert played.code == 0, played.text
    assert [task["state"] for task in facts["tasks"]] == ["running", "succeeded"]
    assert cloud.calls()["tokens"] == 2


def test_info_finds_the_project_once(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(scenes.restore("j-1", scenes.RESTORED), scenes.restore("j-2", scenes.RESTORED))
    dummy, facts = player.ask("huawei_cloud_task_info", service="taurusdb", **BEIJING, task_ids=["j-1", "j-2"])
    assert len(facts["tasks"]) == 2
    assert cloud.calls()["apis"]["iam.KeystoneListProjects"] == 1


def test_info_gives_up_on_throttling_without_claiming_anything(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(scene("ecs", "t-1", scenes.EXPORTED))
    cloud.fault("throttle", "ecs.*", burst=0, retry_after=0.05)
    played, facts = player.ask("alibaba_cloud_task_info", service="ecs", **HANGZHOU, task_id="t-1", environ=KEYS)
    assert (played.code, facts["changed"]) == (2, False)
    assert "Throttling" in facts["msg"]
    assert facts["failure"]["kind"] == "throttled"
    assert "tasks" not in facts
