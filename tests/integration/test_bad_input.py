# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may get wrong: each row is refused before any call, with a message that names the option and the way out."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import unquote

import pytest

from integration import scenes
from integration.cases import TASKS, Case, Table, check, play
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import ask
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.nowhere import NOWHERE

ECS = {"service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
JOB = {"service": "taurusdb", "region": "cn-north-4", "task_id": "j-1"}
ONE = ask("ecs", "t-1")
# A row that is not refused, as it should be, ends soon.
FLAT = {**ONE, "timeout": 5, "not_found_timeout": 0.3}
NO_ALIBABA_KEYS = {**dict.fromkeys(KEYS, ""), "ALIBABA_CLOUD_REGION_ID": ""}
CONFIG = {
    "current": "sso",
    "profiles": [
        {"name": "sso", "mode": "CloudSSO"},
        {"name": "half", "mode": "AK", "access_key_id": "LTAIhalf"},
    ],
}


def refused(arguments: dict[str, Json], *says: str, variables: dict[str, str] | None = None) -> Case:
    return Case(arguments, status="failed", says=says, variables=variables or {})


ALIBABA: Table = {
    "no_service": refused({"region": "cn-hangzhou"}, "service"),
    "unknown_service": refused({**ECS, "service": "oss"}, "service", "bdrc", "ecs", "hbr", "oss"),
    "unknown_option": refused({**ECS, "task": "t-1"}, "task", "task_ids"),
    "another_clouds_option": refused({**ECS, "project_id": "p-1"}, "project_id"),
    "no_region": refused({**ECS, "region": None}, "region is missing", "cn-hangzhou", "ALIBABA_CLOUD_REGION_ID"),
    "no_ids": refused({**ECS, "task_id": []}, "task_id", "empty"),
    "empty_id": refused({**ECS, "task_id": [""]}, "task_id", "empty"),
    "dotted_id": refused({**ECS, "task_id": ".."}, "task_id", ".."),
    "id_with_a_line_end": refused({**ECS, "task_id": "t-1\nt-2"}, "task_id"),
    "null_ids": refused({**ECS, "task_id": None}, "task_id is null", "when:"),
    "id_that_is_a_dictionary": refused(
        {**ECS, "task_id": {"value": "t-1"}}, "task_id: a dictionary is not the id of a task"
    ),
    "ids_that_are_a_text": refused({**ECS, "task_id": "[t-1, t-2]"}, "task_id: it is a text", "from_json"),
    "garbage_for_a_time": refused(
        {"service": "ecs", "region": "cn-hangzhou", "created_after": "yesterday"},
        "created_after",
        "yesterday",
        "2026-01-31T",
    ),
    "month_13": refused(
        {"service": "ecs", "region": "cn-hangzhou", "created_before": "2026-13-01T00:00:00Z"}, "created_before"
    ),
    "unknown_state": refused(
        {"service": "ecs", "region": "cn-hangzhou", "states": ["done"]}, "states", "succeeded", "done"
    ),
    "limit_0": refused({"service": "ecs", "region": "cn-hangzhou", "limit": 0}, "limit", "1"),
    "negative_request_timeout": refused({**ECS, "request_timeout": -1}, "request_timeout", "more than 0"),
    "nan_request_timeout": refused({**ECS, "request_timeout": "nan"}, "request_timeout"),
    "word_for_a_number": refused({**ECS, "request_timeout": "soon"}, "request_timeout"),
    "unencrypted_endpoint": refused({**ECS, "endpoint": "http://ecs.cn-hangzhou.aliyuncs.com"}, "endpoint", "https://"),
    "endpoint_that_only_looks_like_this_machine": refused(
        {**ECS, "endpoint": "http://127.0.0.1.example.com"}, "endpoint", "https://"
    ),
    "endpoint_with_a_user": refused({**ECS, "endpoint": "https://user:pass@ecs.aliyuncs.com"}, "endpoint"),
    "endpoint_without_a_scheme": refused({**ECS, "endpoint": "ecs.aliyuncs.com"}, "endpoint", "https://"),
    "endpoint_with_a_query": refused({**ECS, "endpoint": "https://ecs.aliyuncs.com/?a=b"}, "endpoint"),
    "endpoint_of_another_kind": refused({**ECS, "endpoint": "file:///etc/passwd"}, "endpoint"),
    "no_keys": refused(
        ECS,
        *("No credentials for Alibaba Cloud", "access_key", "secret_key", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        *("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_ACCESS_KEY", "~/.aliyun/config.json", "profile"),
        variables={**NO_ALIBABA_KEYS, "ALIBABA_CLOUD_PROFILE": "none"},
    ),
    "half_a_key_pair": refused(
        {**ECS, "access_key": accounts.ALIBABA_KEY}, "access_key", "secret_key", "sources are never combined"
    ),
    "half_a_key_pair_in_the_environment": refused(
        ECS,
        *("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        variables={"ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""},
    ),
    "half_a_key_pair_in_a_profile": refused(
        {**ECS, "profile": "half"}, "profile", "half", "access_key_secret", variables=NO_ALIBABA_KEYS
    ),
    "profile_of_another_mode": refused({**ECS, "profile": "sso"}, "profile", "sso", "CloudSSO", "AK", "StsToken"),
    "unknown_profile": refused({**ECS, "profile": "prod"}, "profile", "prod", "sso", "half"),
    "key_with_white_space_inside": refused(
        {**ECS, "access_key": "LTAI 5t", "secret_key": "x"}, "access_key", "white space"
    ),
    "hbr_without_ids": refused({"service": "hbr", "region": "cn-hangzhou"}, "task_ids", "hbr"),
    "filter_beside_an_id": refused({**ECS, "states": ["running"]}, "states: it chooses from a list", "or the id"),
    "unknown_network": refused({**ECS, "network": "private"}, "network", "public", "vpc"),
}

HUAWEI: Table = {
    "unknown_huawei_service": refused({**JOB, "service": "rdbms"}, "service", "taurusdb"),
    "no_huawei_region": refused({**JOB, "region": None}, "region is missing", "HW_REGION_NAME"),
    "no_huawei_keys": refused(
        JOB,
        *("No credentials for Huawei Cloud", "access_key", "auth_token", "username", "password", "domain_name"),
        *("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HW_ACCESS_KEY", "OS_ACCESS_KEY", "~/.huaweicloud/credentials"),
        variables=dict.fromkeys(KEYS, ""),
    ),
    "half_a_huawei_key_pair": refused({**JOB, "sk": "Invented0123"}, "secret_key", "access_key"),
    "password_without_a_user": refused({**JOB, "password": "Invented0123"}, "password", "username", "domain_name"),
    "unencrypted_iam_endpoint": refused(
        {**JOB, "iam_endpoint": "http://iam.myhuaweicloud.com"}, "iam_endpoint", "https://"
    ),
}

WAIT: Table = {
    "no_provider": refused(
        {"service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}, "provider", "alibaba", "huawei"
    ),
    "unknown_provider": refused({**FLAT, "provider": "acme"}, "provider", "acme", "alibaba", "huawei"),
    "no_wait_service": refused(
        {"provider": "alibaba", "region": "cn-hangzhou", "task_id": "t-1"}, "service", "ecs", "hbr"
    ),
    "unknown_wait_service": refused({**FLAT, "service": "taurusdb"}, "service", "ecs", "hbr", "taurusdb"),
    "unknown_wait_option": refused({**FLAT, "wait_timeouts": 5}, "wait_timeouts", "did you mean wait_timeout"),
    "no_wait_region": refused({**FLAT, "region": None}, "region is missing"),
    "no_tasks": refused({"tasks": []}, "tasks", "empty"),
    "tasks_and_ids": refused({**FLAT, "tasks": [ONE]}, "task_ids", "tasks"),
    "entry_that_is_an_id": refused({"tasks": ["t-1"]}, "tasks[0]: it is a text, and not a task", "task_id", "task_ids"),
    "null_tasks": refused({"tasks": None}, "tasks is null", "when:"),
    "tasks_that_are_a_text": refused({"tasks": "[{provider: alibaba}]"}, "tasks: it is a text", "from_json"),
    "null_filter": refused(
        {"provider": "alibaba", "service": "ecs", "name": "x", "resource_id": None}, "resource_id is null"
    ),
    "no_filter": refused(
        {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "limit": 5},
        *("task_ids is missing", "whoever has started them", "resource_id"),
    ),
    "result_of_another_module": refused(
        {"tasks": [{"changed": True, "failed": False, "rc": 0, "stdout": "t-1"}]},
        *("tasks[0]: it is the result of another step", "take the id out of it"),
    ),
    "empty_result_among_results": refused(
        {"tasks": [{"tasks": [ONE]}, {"tasks": [], "missing": []}]}, "tasks[1]: it is the result of a step", "no task"
    ),
    "tasks_that_are_one_dictionary": refused({"tasks": ONE}, "tasks: it is one dictionary, and not a list"),
    "another_services_option": refused(
        {**FLAT, "instance_id": "rm-1"}, "instance_id: rds_backup takes it, and not ecs"
    ),
    "entry_with_another_services_option": refused(
        {"tasks": [{**ONE, "instance_id": "rm-1"}]}, "tasks[0]: instance_id: rds_backup takes it, and not ecs"
    ),
    "wait_filter_beside_an_id": refused({**FLAT, "name": "ExportImage"}, "name: it chooses from a list", "or the id"),
    "entry_with_an_unknown_option": refused({"tasks": [ONE, {**ONE, "timout": 5}]}, "tasks[1]", "timout"),
    "entry_with_an_option_of_the_wait": refused({"tasks": [{**ONE, "interval": 5}]}, "tasks[0]", "interval"),
    "entry_of_an_unknown_provider": refused({"tasks": [{**ONE, "provider": "acme"}]}, "tasks[0]", "provider", "acme"),
    "entry_without_a_provider": refused({"tasks": [{"service": "ecs", "task_id": "t-1"}]}, "tasks[0]", "provider"),
    "entry_without_a_service": refused({"tasks": [{"provider": "alibaba", "task_id": "t-1"}]}, "tasks[0]", "service"),
    "entry_with_an_empty_id": refused({"tasks": [{**ONE, "task_id": " "}]}, "tasks[0]", "empty"),
    "entry_with_an_option_of_another_cloud": refused(
        {"tasks": [{**ONE, "project_id": "p-1"}]}, "tasks[0]", "project_id"
    ),
    "result_of_a_skipped_step": refused({"tasks": [{"skipped": True, "changed": False}]}, "tasks[0]", "skipped"),
    "result_of_a_failed_step": refused({"tasks": [{"failed": True, "msg": "no"}]}, "tasks[0]", "failed"),
    "result_of_a_failed_step_with_an_empty_list": refused(
        {"tasks": [{"failed": True, "tasks": [], "msg": "No credentials"}]}, "tasks[0]", "failed", "No credentials"
    ),
    "negative_timeout": refused({**FLAT, "timeout": -1}, "timeout", "-1", "0 or more"),
    "negative_delay": refused({**FLAT, "delay": -0.5}, "delay", "0 or more"),
    "interval_0": refused({**FLAT, "interval": 0}, "interval", "more than 0"),
    "endless_timeout": refused({**FLAT, "timeout": "inf"}, "timeout"),
    "rate_0": refused({**FLAT, "rate_limit": 0}, "rate_limit", "more than 0"),
    "heartbeat_0": refused({**FLAT, "heartbeat": 0}, "heartbeat", "more than 0"),
    "min_over_max": refused({**FLAT, "min_interval": 9, "max_interval": 3}, "min_interval", "max_interval"),
    "negative_stall": refused({**FLAT, "stall_timeout": -3}, "stall_timeout"),
    "broken_expression": refused({**FLAT, "success_when": "state == "}, "success_when", "JMESPath"),
    "broken_failure_expression": refused({**FLAT, "failure_when": "counts.["}, "failure_when", "JMESPath"),
    "unknown_function": refused({**FLAT, "success_when": "has(state, 'a')"}, "success_when", "has"),
    "required_0": refused({**FLAT, "required": 0}, "required", "all", "1"),
    "required_too_many": refused({**FLAT, "required": 2}, "required", "all", "1"),
    "required_most": refused({**FLAT, "required": "most"}, "required", "most", "all"),
    "state_that_is_no_end": refused({**FLAT, "success_states": ["running"]}, "success_states", "running", "succeeded"),
    "no_success_states": refused({**FLAT, "success_states": []}, "success_states"),
    "journal_that_is_not_there": refused({"journal": f"{NOWHERE}/journal.json"}, "journal", f"{NOWHERE}/journal.json"),
    "journal_that_cannot_be_written": refused({**FLAT, "journal": f"{NOWHERE}/journal.json"}, "journal"),
    "wait_unencrypted": refused({**FLAT, "endpoint": "http://ecs.aliyuncs.com"}, "endpoint", "https://"),
    "entry_unencrypted": refused({"tasks": [{**ONE, "endpoint": "http://ecs.aliyuncs.com"}]}, "endpoint", "https://"),
    "wait_without_keys": refused(
        FLAT, "No credentials for Alibaba Cloud", "access_key", "ALIBABA_CLOUD_ACCESS_KEY_ID", variables=NO_ALIBABA_KEYS
    ),
    "wait_with_a_wrong_profile": refused({**FLAT, "profile": "sso"}, "profile", "CloudSSO"),
}

TABLES: dict[str, Table] = {"alibaba": ALIBABA, "huawei": HUAWEI, "wait": WAIT}
ROWS = [(group, name) for group, table in TABLES.items() for name in table]
ODD_IDS = ["t/1", "t 1", "t-任", "../t-1", "t-1?x=1&y=2", "t%2F1", "t-1#a", "t+1"]


@pytest.fixture(scope="module")
def bad(cloud: LocalCloud, player: Player) -> Played:
    config = player.home / ".aliyun" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    played = play(cloud, player, **TABLES)
    config.unlink()
    return played


@pytest.fixture(scope="module")
def calls_of_bad_input(bad: Played, cloud: LocalCloud) -> Json:
    return cloud.calls()


@pytest.mark.parametrize(("group", "name"), ROWS, ids=[name for dummy, name in ROWS])
def test_bad_input_is_refused(group: str, name: str, bad: Played) -> None:
    check(TABLES[group][name], bad.results[TASKS[group]][name])


def test_bad_input_costs_no_call(calls_of_bad_input: Json) -> None:
    # Whether this machine has keys of its own is part of finding them.
    assert [api for api in calls_of_bad_input["apis"] if not api.startswith("metadata.")] == []


def test_bad_input_shows_no_traceback(bad: Played) -> None:
    assert "Traceback" not in bad.text
    assert "internal error" not in bad.text


@pytest.mark.parametrize("service", ["ecs", "bdrc", "taurusdb"])
def test_odd_ids_reach_the_api_as_they_are(cloud: LocalCloud, player: Player, service: str) -> None:
    cloud.reset()
    cloud.add(*(scenes.scene(service, task_id, {}) for task_id in ODD_IDS))
    asked = ask(service, task_ids=ODD_IDS)
    provider = asked.pop("provider")
    played, facts = player.ask(f"{provider}_cloud_task_info", **{**asked, "region": asked["region"]})
    assert played.code == 0, played.text
    assert [task["id"] for task in facts["tasks"]] == ODD_IDS
    sent = [entry["path"] + "?" + entry["query"] for entry in cloud.log() if "iam" not in entry["api"]]
    assert not [line for line in sent if not line.isascii() or " " in line]
    assert [any(task_id in unquote(line) for line in sent) for task_id in ODD_IDS] == [True] * len(ODD_IDS)


SHIPPED: dict[str, tuple[dict[str, Json], str]] = {
    "null_ids": ({"service": "ecs", "task_id": None}, "task_id is null"),
    "null_filter": ({"service": "ecs", "name": "x", "resource_id": None}, "resource_id is null"),
    "null_limit": ({"service": "ecs", "name": "x", "limit": None}, "limit is null"),
    "null_tasks": ({"tasks": None, "journal": "/nowhere"}, "tasks is null"),
    "empty_tasks": ({"tasks": ""}, "tasks is empty"),
    "null_filter_in_an_entry": ({"tasks": [{"service": "ecs", "name": None}]}, "tasks[0]: name is null"),
    "no_filter": ({"service": "ecs", "region": "cn-hangzhou"}, "task_ids is missing"),
    "text_of_a_list": ({"service": "ecs", "task_ids": "[t-1, t-2]"}, "task_ids: it is a text"),
    "text_of_entries": ({"tasks": "[{id: t-1}, {id: t-2}]"}, "tasks: it is a text"),
}


def test_bad_input_of_what_is_sent_to_a_host_is_refused_in_the_same_words(cloud: LocalCloud, player: Player) -> None:
    """A module cannot tell null from what is not given, and core cuts texts at their commas."""
    cloud.reset()
    cloud.add(scenes.scene("ecs", "t-1", scenes.EXPORTED), scenes.scene("ecs", "t-2", scenes.EXPORTED))
    good = {"service": "ecs", "region": "cn-hangzhou", "task_ids": '["t-1", "t-2"]'}
    rows = {**{name: given for name, (given, dummy) in SHIPPED.items()}, "good": good}
    steps = [
        {
            "name": name,
            "multicloud.tasks.wait_for_cloud_task": {
                "provider": "alibaba",
                "endpoint": cloud.url,
                "timeout": 5,
                **given,
            },
            "async": 60,
            "poll": 1,
            "ignore_errors": True,
        }
        for name, given in rows.items()
    ]
    ids = {"service": "ecs", "region": "cn-hangzhou", "endpoint": cloud.url}
    for name, given in (("read_null", None), ("read_good", good["task_ids"])):
        read = {**ids, "task_id": given}
        about = {"async": 60, "poll": 1, "ignore_errors": True}
        steps.append({"name": name, "multicloud.tasks.alibaba_cloud_task_info": read, **about})
    play = [{"name": "Sent", "hosts": "localhost", "gather_facts": False, "tasks": steps}]
    played = player.play(play)
    assert [name for name, (dummy, says) in SHIPPED.items() if not played[name]["msg"].startswith(says)] == []
    assert played["read_null"]["msg"].startswith("task_id is null")
    for name in ("good", "read_good"):
        assert [task["id"] for task in played[name]["tasks"]] == ["t-1", "t-2"]


ADHOC: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "info": ("alibaba_cloud_task_info", "service=oss region=cn-hangzhou task_id=t-1", ("service", "ecs")),
    "wait": ("wait_for_cloud_task", "provider=alibaba service=oss region=cn-hangzhou task_id=t-1", ("service", "ecs")),
    "times": (
        "wait_for_cloud_task",
        "provider=alibaba service=ecs region=cn-hangzhou task_id=t-1 timeout=soon",
        ("timeout",),
    ),
}


@pytest.mark.parametrize("name", ADHOC)
def test_bad_input_ad_hoc(player: Player, name: str) -> None:
    module, arguments, says = ADHOC[name]
    words: t.Sequence[str] = ("localhost", "-m", f"multicloud.tasks.{module}", "-a", arguments)
    played = player.start("ansible", *words).finish()
    assert played.code == 2
    assert "Traceback" not in played.text
    assert [part for part in says if part not in played.text] == []
