# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a user wrote to what is asked, and the message where that cannot work."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import TERMINAL, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._options.condition import condition
from ansible_collections.multicloud.tasks.plugins.module_utils._options.entries import flatten
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import Plan, plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import info_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check, check_id, plain
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Selector
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import path_of, query_of
from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.unused_defaults import without_unused
from support.nowhere import NOWHERE

Options = dict[str, t.Any]

ECS: Options = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}
ONE: Options = {**ECS, "task_ids": ["t-1"]}
DB: Options = {"provider": "huawei", "service": "taurusdb", "region": "cn-north-4"}
NOVA: Options = {"provider": "openstack", "service": "nova_image", "task_ids": ["s-1"]}
FILTERED: Options = {
    **ECS,
    "name": "ExportImage",
    "resource_id": "m-1",
    "states": ["running", "failed"],
    "created_after": "2026-03-01T20:00:00+0800",
    "created_before": "2026-03-02",
    "limit": 7,
}
DEFINITION: Options = {
    "name": "my_jobs",
    "product": "eci",
    "version": "2018-08-08",
    "read": {"action": "DescribeJob", "query": {"JobId": "{task_id}"}},
    "facts": {"native_state": "Status"},
    "states": {"Done": "succeeded"},
}
FACTS = Task(
    "alibaba", "hbr", "cn-shanghai", "t-7", "running", name="InstallBackupClientsTask", resource_id="i-1"
).facts()
WAITED = {**FACTS, "outcome": "timed_out", "reason": "x", "looks": 3, "detection_delay_max": None}
ARGUMENTS = {"module_args": {"service": "ecs", "region": "r-9", "provider": None}}


def order(given: Options, check_mode: bool = False) -> Plan:
    """All that a wait is told."""
    return plan_of(PROVIDERS, given, check_mode)


def asked(given: Options) -> list[tuple[str, str, t.Any, t.Optional[str]]]:
    """Who is asked for what: provider, service, region and id."""
    return [(ask.provider.name, ask.service.name, ask.options["region"], ask.task_id) for ask in order(given).selectors]


def said(given: Options) -> str:
    """The complaint about these options."""
    with pytest.raises(OptionError) as caught:
        order(given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def without(options: Options, *names: str) -> Options:
    """The options but these."""
    return {name: value for name, value in options.items() if name not in names}


# name: options, what the message says: the name of the option first, then what would be right.
BAD: dict[str, tuple[Options, list[str]]] = {
    "nothing": ({}, ["provider is missing", "alibaba, aws, azure, google, huawei"]),
    "unknown provider": (
        {**ONE, "provider": "ibm"},
        ["provider: 'ibm' is not known", "alibaba, aws, azure, google, huawei"],
    ),
    "no service": (without(ONE, "service"), ["service is missing", "ecs_snapshot, eflo, hbr"]),
    "unknown service": ({**ONE, "service": "ims"}, ["service", "ecs_snapshot, eflo, hbr", "ims"]),
    "another provider's service": (
        {**DB, "service": "hbr", "id": "1"},
        ["service: hbr is one of alibaba; huawei has cbr", "taurusdb"],
    ),
    "a service with a slip": (
        {**ONE, "service": "esc"},
        ["service: did you mean ecs? alibaba has ack", "and no 'esc'"],
    ),
    "a service that is a list": (
        {"tasks": [{**ONE, "service": ["ecs"]}]},
        ["tasks[0]: service: it is a list, and not a text"],
    ),
    "what a service takes besides an id": (
        {**DB, "service": "mrs", "id": "1"},
        ["cluster_id is missing: mrs cannot", "give it: The cluster that runs the jobs, or the facts of a task"],
    ),
    "a choice that a service takes besides an id": (
        {**ONE, "service": "hbr_backup_job"},
        ["source_type is missing: hbr_backup_job cannot", "give one of ECS_FILE, OSS"],
    ),
    "another provider's option": ({**ONE, "project_id": "p"}, ["project_id"]),
    "an option that nobody has": ({**ONE, "intervall": 3}, ["intervall", "interval"]),
    "an option of auth that nobody has": (
        {"provider": "openstack", "service": "image", "id": "1", "auth": {"usernam": "me"}},
        ["auth.usernam: there is no such option here; did you mean username? there are", "project_name"],
    ),
    "an option of auth inside tasks": (
        {"tasks": [{"provider": "openstack", "service": "image", "id": "1", "auth": {"usernam": "me"}}]},
        ["tasks[0]: auth.usernam: there is", "did you mean username?"],
    ),
    "a retry option": ({**ONE, "retries": 3}, ["retries"]),
    "a list that cannot be": ({**ECS, "service": "hbr"}, ["task_ids is missing", "hbr has no call that lists"]),
    "empty list of ids": ({**ECS, "task_ids": []}, ["task_ids: the list is empty", "leave the option out"]),
    "empty id": ({**ECS, "task_ids": [""]}, ["task_ids: an id is empty", "leave the option out"]),
    "blank id": ({**ECS, "task_ids": ["  "]}, ["task_ids: an id is empty", "leave the option out"]),
    "an id of null": ({**ECS, "task_ids": [None]}, ["task_ids holds an id that is null", "when:"]),
    "an id of null among others": ({**ECS, "task_ids": ["t-1", None]}, ["task_ids holds an id that is null"]),
    "an id of one dot": ({**ECS, "task_ids": ["."]}, ["task_ids: '.' is not an id", "as the cloud returned it"]),
    "an id of two dots": ({**ECS, "task_ids": [".."]}, ["task_ids: '..' is not an id", "as the cloud returned it"]),
    "an id of three dots": ({**ECS, "task_ids": ["..."]}, ["task_ids: '...' is not an id"]),
    "an id with a line break": ({**ECS, "task_ids": ["a\nb"]}, ["task_ids: 'a\\nb' is not an id"]),
    "an id with an escape": ({**ECS, "task_ids": ["a\x1bb"]}, ["task_ids: 'a\\x1bb' is not an id"]),
    "the second id is bad": ({**ECS, "task_ids": ["t-1", ".."]}, ["task_ids: '..' is not an id"]),
    "an instance of dots": ({**DB, "instance_id": ".."}, ["instance_id: '..' is not an id"]),
    "empty list of tasks": ({"tasks": []}, ["tasks: the list is empty", "nothing to wait for", "when:"]),
    "tasks that are text": ({"tasks": "x"}, ["tasks: it is a text, and not a list"]),
    "tasks that are one result": ({"tasks": {"tasks": [FACTS]}}, ["tasks: it is one dictionary, and not a list"]),
    "a task that is an id": ({"tasks": ["t-1"]}, ["tasks[0]: it is a text, and not a task", "ids alone as task_ids"]),
    "a task that is a number": ({"tasks": [5]}, ["tasks[0]: it is a number, and not a task"]),
    "a task that is null": ({"tasks": [None]}, ["tasks[0]: it is null, and not a task"]),
    "a task without a provider": (
        {"tasks": [{"id": "1"}]},
        ["tasks[0]: provider is missing", "alibaba, aws, azure, google, huawei"],
    ),
    "a task that holds nothing": ({**ECS, "tasks": [{}]}, ["tasks[0]: it is a dictionary, and no facts of a task"]),
    "a provider that is a list": ({"tasks": [{"provider": ["x"]}]}, ["tasks[0]: provider: it is a list"]),
    "a task without a service": ({"tasks": [{"provider": "huawei"}]}, ["tasks[0]: service is missing", "taurusdb"]),
    "an unknown option inside tasks": ({"tasks": [ONE, {**ONE, "task_idz": 1}]}, ["tasks[1]: task_idz", "task_id"]),
    "an option of the wait inside tasks": ({"tasks": [{**ONE, "heartbeat": 3}]}, ["tasks[0]: heartbeat"]),
    "a bad id inside tasks": ({"tasks": [{**ECS, "id": ".."}]}, ["tasks[0]: id: '..' is not an id"]),
    "an id that is a dict": (
        {"tasks": [{**ECS, "id": {"a": 1}}]},
        ["tasks[0]: id: a dictionary is not the id of a task; take the id from it"],
    ),
    "a bad number inside tasks": ({"tasks": [{**ONE, "limit": -3}]}, ["tasks[0]: limit: -3 must be 1 or more"]),
    "an entry of ids and of a result": (
        {"tasks": [{**ONE, "tasks": [FACTS]}]},
        ["tasks[0]: it names tasks as task_ids and as tasks", "give one of them"],
    ),
    "an entry of facts and of results": (
        {"tasks": [{**FACTS, "results": [{"tasks": [FACTS]}]}]},
        ["tasks[0]: it names tasks as id and as results", "give one of them"],
    ),
    "an entry of two kinds of results": (
        {"tasks": [{"results": [{"tasks": [FACTS]}], "tasks": [ONE]}]},
        ["tasks[0]: it names tasks as results and as tasks", "give one of them"],
    ),
    "both task_ids and tasks": ({**ONE, "tasks": [ONE]}, ["task_ids: give either task_ids or tasks, not both"]),
    "a service option of another service": (
        {**ONE, "instance_id": "rm-1"},
        ["instance_id: rds_backup takes it, and not ecs; leave it out, or give the service that is meant"],
    ),
    "a service option of another service in an entry": (
        {"tasks": [ONE, {**ONE, "instance_id": "rm-1"}]},
        ["tasks[1]: instance_id: rds_backup takes it, and not ecs"],
    ),
    "a service option of several others": (
        {**DB, "service": "ims", "id": "1", "instance_id": "in07"},
        ["instance_id: taurusdb and rds take it, and not ims"],
    ),
    "a service option that no entry takes": (
        {"tasks": [ONE, {**ECS, "service": "hbr", "id": "2"}], "instance_id": "rm-1"},
        ["instance_id: rds_backup takes it, and not ecs or hbr"],
    ),
    "a service option of another cloud than all entries": (
        {"tasks": [{**DB, "task_ids": ["t-1"]}], "source_type": "NAS"},
        ["source_type: hbr_backup_job takes it, and not taurusdb"],
    ),
    "an option of another cloud than all entries": (
        {"tasks": [ONE], "project_id": "p-1"},
        ["project_id: Google Cloud and Huawei Cloud take it, and not ecs"],
    ),
    "a list that is in something that is not told": (
        {**ECS, "service": "ack"},
        ["cluster_id is missing: ack lists tasks of one only; give it, or ids"],
    ),
    "a service option beside a definition": (
        {"provider": "alibaba", "definition": DEFINITION, "id": "1", "region": "cn-hangzhou", "instance_id": "rm-1"},
        ["instance_id: rds_backup takes it, and not my_jobs"],
    ),
    **{
        f"{name} beside ids": (
            {**ONE, name: value},
            [f"{name}: it chooses from a list", f"leave {name} out, or the id"],
        )
        for name, value in FILTERED.items()
        if name not in ECS
    },
    "a filter beside an id in an entry": (
        {"tasks": [{**ONE, "name": "ExportImage"}]},
        ["tasks[0]: name: it chooses from a list"],
    ),
    "a filter that is no fact beside facts": ({"tasks": [{**FACTS, "states": ["running"]}]}, ["tasks[0]: states: it"]),
    "filters where no entry lists": ({**FILTERED, "tasks": [FACTS]}, ["name: it chooses from a list"]),
    "negative timeout": ({**ONE, "timeout": -1}, ["timeout: -1 must be 0 or more"]),
    "timeout that is no number": ({**ONE, "timeout": "long"}, ["timeout: 'long' is not a duration", "30m", "1h30m"]),
    "timeout that is not a number": ({**ONE, "timeout": float("nan")}, ["timeout: nan must be"]),
    "negative delay": ({**ONE, "delay": -0.5}, ["delay: -0.5 must be 0 or more"]),
    "interval of 0": ({**ONE, "interval": 0}, ["interval: 0 must be more than 0"]),
    "min_interval of 0": ({**ONE, "min_interval": 0}, ["min_interval: 0 must be more than 0"]),
    "max_interval of 0": ({**ONE, "max_interval": 0}, ["max_interval: 0 must be more than 0"]),
    "bounds the wrong way round": ({**ONE, "min_interval": 50, "max_interval": 3}, ["min_interval", "max_interval"]),
    "negative not_found_timeout": ({**ONE, "not_found_timeout": -1}, ["not_found_timeout: -1 must be 0 or more"]),
    "negative unreachable_timeout": ({**ONE, "unreachable_timeout": -1}, ["unreachable_timeout: -1 must be 0"]),
    "stall_timeout of 0": ({**ONE, "stall_timeout": 0}, ["stall_timeout: 0 must be more than 0"]),
    "rate_limit of 0": ({**ONE, "rate_limit": 0}, ["rate_limit: 0 must be more than 0"]),
    "heartbeat of 0": ({**ONE, "heartbeat": 0}, ["heartbeat: 0 must be more than 0"]),
    "request_timeout of 0": ({**ONE, "request_timeout": 0}, ["request_timeout: 0 must be more than 0"]),
    "limit of 0": ({**ECS, "limit": 0}, ["limit: 0 must be 1 or more"]),
    "required of 0": ({**ONE, "required": 0}, ["required: '0' must be all, or a number of tasks, 1 or more"]),
    "more required than there are": (
        {**ONE, "required": 2},
        ["required: 2 tasks cannot succeed", "there is only 1 task", "or all"],
    ),
    "more required than there are entries": (
        {"tasks": [ONE, ONE], "required": 3},
        ["required: 3 tasks cannot succeed, for there are only 2 tasks to wait for"],
    ),
    "required that is a word": ({**ONE, "required": "most"}, ["required: 'most' must be all"]),
    "required that is a fraction": ({**ONE, "required": 0.5}, ["required: '0.5' must be all"]),
    "a state that is none": ({**ONE, "success_states": ["done"]}, ["success_states", "succeeded", "done"]),
    "a state that is no end": ({**ONE, "success_states": ["running"]}, ["success_states", "succeeded", "running"]),
    "a filter by a state that is none": ({**ECS, "states": ["done"]}, ["states", "succeeded", "done"]),
    "a time that is none": ({**ECS, "created_after": "today"}, ["created_after: 'today'", "2026-01-31T12:00:00Z"]),
    "another time that is none": (
        {**ECS, "created_before": "1.1."},
        ["created_before: '1.1.'", "2026-01-31T12:00:00Z"],
    ),
    "broken success_when": ({**ONE, "success_when": "a.["}, ["success_when: 'a.[' is not a JMESPath"]),
    "broken failure_when": ({**ONE, "failure_when": "=="}, ["failure_when: '==' is not a JMESPath"]),
    "a success_when that is a list": (
        {**ONE, "success_when": ["progress > `50`"]},
        ["success_when: it is a list, and not a text"],
    ),
    "a journal that is a list": ({**ONE, "journal": []}, ["journal: it is a list, and not a text"]),
    "a profile that is a list in an entry": (
        {"tasks": [{**ONE, "profile": ["a"]}]},
        ["tasks[0]: profile: it is a list, and not a text"],
    ),
    "a password that is a dictionary": (
        {**NOVA, "auth": {"password": {"a": "SECRET"}}},
        ["auth.password: it is a dictionary, and not a text"],
    ),
    "auth that is true": ({**NOVA, "auth": True}, ["auth: a boolean cannot be read as dict"]),
    "auth that is a text": ({**NOVA, "auth": "all of it"}, ["auth: "]),
    "a limit without end": ({**ECS, "name": "x", "limit": float("inf")}, ["limit: it must be 1 or more"]),
    "a timeout of too many digits": ({**ONE, "timeout": 10**400}, ["timeout: "]),
    "a limit of too many digits": ({**ECS, "name": "x", "limit": 10**400}, ["limit: it must be 1 or more"]),
    "states that are the text of an empty list": ({**ECS, "name": "x", "states": "[]"}, ["states is empty"]),
    "tasks that are the text of an empty list": ({"tasks": "[ ]"}, ["tasks: the list is empty"]),
    "a span in the place of a time": ({**ECS, "created_after": 3600}, ["created_after: '3600' is not a time"]),
    "a journal that no path can be": ({**ONE, "journal": "a\0b"}, ["journal: 'a\\x00b' holds what no path may"]),
    "a journal of half a character": ({**ONE, "journal": "a\ud800"}, ["journal: 'a\\ud800' holds what no path may"]),
    "a journal that is not there": ({"journal": f"{NOWHERE}/j.json"}, ["journal: ", "cannot be read", "right path"]),
}


@pytest.mark.parametrize(("given", "fragments"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_with_the_name_of_the_option_and_what_would_be_right(
    given: Options, fragments: list[str]
) -> None:
    text = said(given)
    assert [fragment for fragment in fragments if fragment not in text] == []


IDS = {
    "slash": "a/b",
    "space": "a b",
    "another alphabet": "任",
    "query": "a?b=c&d#e",
    "percent": "%2e",
    "a number": "7",
}


@pytest.mark.parametrize("id", IDS.values(), ids=IDS.keys())
@pytest.mark.parametrize("options", [ECS, {**ECS, "service": "bdrc"}, DB], ids=["ecs", "bdrc", "taurusdb"])
def test_an_id_of_any_letters_is_asked_for_as_it_is(options: Options, id: str) -> None:
    (ask,) = order({**options, "task_ids": [id]}).selectors
    assert ask.task_id == id
    values = {"task_id": ask.task_id, "region": "r", "project_id": "p"}
    path, query = path_of(ask.service.read, values), query_of(ask.service.read, values)
    assert id in dict(query).values() or path.count("/") == ask.service.read.path.count("/")
    assert path.isascii()
    assert not set(path) & set("?&# ")


def test_white_space_around_an_id_is_not_part_of_it() -> None:
    assert check_id("task_ids", " t-1 ") == "t-1"


# name: options, what is asked.
GOOD: dict[str, tuple[Options, list[tuple[t.Any, ...]]]] = {
    "one id": (ONE, [("alibaba", "ecs", "cn-hangzhou", "t-1")]),
    "ids": (
        {**ECS, "task_ids": ["a", "b"]},
        [("alibaba", "ecs", "cn-hangzhou", "a"), ("alibaba", "ecs", "cn-hangzhou", "b")],
    ),
    "an id by the name task_id": ({**ECS, "task_id": "a"}, [("alibaba", "ecs", "cn-hangzhou", "a")]),
    "an id by the name id": ({**ECS, "id": "a"}, [("alibaba", "ecs", "cn-hangzhou", "a")]),
    "no id: a list": ({**ECS, "name": "ExportImage"}, [("alibaba", "ecs", "cn-hangzhou", None)]),
    "aliases": (
        {"provider": "alibaba", "service": "ecs", "alicloud_region": "r", "ak": "k", "sk": "s", "id": "a"},
        [("alibaba", "ecs", "r", "a")],
    ),
    "providers mixed": (
        {"tasks": [{**ECS, "id": "a"}, {**DB, "task_id": "b"}, {**ECS, "service": "hbr", "task_ids": ["c", "d"]}]},
        [
            ("alibaba", "ecs", "cn-hangzhou", "a"),
            ("huawei", "taurusdb", "cn-north-4", "b"),
            ("alibaba", "hbr", "cn-hangzhou", "c"),
            ("alibaba", "hbr", "cn-hangzhou", "d"),
        ],
    ),
    "flat options are defaults": (
        {**ECS, "tasks": [{"id": "a"}, {"id": "b", "region": "r2"}, {"id": "c", "service": "bdrc"}]},
        [
            ("alibaba", "ecs", "cn-hangzhou", "a"),
            ("alibaba", "ecs", "r2", "b"),
            ("alibaba", "bdrc", "cn-hangzhou", "c"),
        ],
    ),
    "facts of a task": ({"tasks": [FACTS]}, [("alibaba", "hbr", "cn-shanghai", "t-7")]),
    "facts of a task that was waited for": ({"tasks": [WAITED]}, [("alibaba", "hbr", "cn-shanghai", "t-7")]),
    "facts of a task without a region": ({"tasks": [{**FACTS, "region": None}]}, [("alibaba", "hbr", None, "t-7")]),
    "a registered result": (
        {"tasks": [{"tasks": [FACTS, FACTS], "missing": [], "changed": False}]},
        [("alibaba", "hbr", "cn-shanghai", "t-7")] * 2,
    ),
    "a registered loop": (
        {"tasks": [{"results": [{"tasks": [FACTS], "item": 1}, {"tasks": [{**FACTS, "id": "t-8"}], "item": 2}]}]},
        [("alibaba", "hbr", "cn-shanghai", "t-7"), ("alibaba", "hbr", "cn-shanghai", "t-8")],
    ),
    "a loop over the results of a wait that failed": (
        {"tasks": [{"results": [{"tasks": [WAITED], "failed": True, "msg": "x"}]}]},
        [("alibaba", "hbr", "cn-shanghai", "t-7")],
    ),
    "an id that was missing, known by the others": (
        {"tasks": [{"tasks": [FACTS], "missing": ["t-9"]}]},
        [("alibaba", "hbr", "cn-shanghai", "t-7"), ("alibaba", "hbr", "cn-shanghai", "t-9")],
    ),
    "an id that was missing, known by the arguments": (
        {"provider": "alibaba", "tasks": [{"tasks": [], "missing": ["t-9"], "invocation": ARGUMENTS}]},
        [("alibaba", "ecs", "r-9", "t-9")],
    ),
    "ids that were missing in a loop": (
        {
            "provider": "alibaba",
            "tasks": [{"results": [{"tasks": [], "missing": [id], "invocation": ARGUMENTS} for id in "ab"]}],
        },
        [("alibaba", "ecs", "r-9", "a"), ("alibaba", "ecs", "r-9", "b")],
    ),
}


# name: options, those of them that are defaults of the play, those that count.
USUAL: dict[str, tuple[Options, set[str], set[str]]] = {
    "another service's": ({**ONE, "instance_id": "rm-1"}, {"instance_id", "region"}, {*ONE}),
    "another service's, given": ({**ONE, "instance_id": "rm-1"}, {"region"}, {*ONE, "instance_id"}),
    "another cloud's": ({**ONE, "project_id": "p-1", "cluster_id": "c"}, {"project_id", "cluster_id"}, {*ONE}),
    "of the service": ({**DB, "instance_id": "in07"}, {"instance_id"}, {*DB, "instance_id"}),
    "filters beside ids": ({**ONE, "limit": 5, "name": "a"}, {"limit", "name"}, {*ONE}),
    "filters beside an id": ({**ECS, "id": "t-1", "limit": 5}, {"limit"}, {*ECS, "id"}),
    "filters of a list": ({**ECS, "limit": 5}, {"limit"}, {*ECS, "limit"}),
    "filters of an entry that lists": ({"tasks": [FACTS, ECS], "limit": 5}, {"limit"}, {"tasks", "limit"}),
    "of an entry": ({"tasks": [FACTS, DB], "instance_id": "i"}, {"instance_id"}, {"tasks", "instance_id"}),
    "of no entry": ({"tasks": [FACTS], "instance_id": "i"}, {"instance_id"}, {"tasks"}),
    "beside an entry's definition": (
        {
            "tasks": [{"definition": DEFINITION, "id": "1"}],
            "service": "rds_backup",
            "provider": "alibaba",
            "instance_id": "i",
        },
        {"instance_id"},
        {"tasks", "service", "provider"},
    ),
    "of the wait and the connection": ({**ONE, "timeout": 5, "ak": "x"}, {"timeout", "ak"}, {*ONE, "timeout", "ak"}),
    "beside a journal": (
        {"journal": "j", "limit": 5, "project_id": "p"},
        {"limit", "project_id"},
        {"journal", "project_id"},
    ),
    "beside what is no task": ({"tasks": ["t-1"], "limit": 5}, {"limit"}, {"tasks", "limit"}),
    "beside a result that is none": (
        {"tasks": [{"tasks": [], "missing": 5}], "limit": 5},
        {"limit"},
        {"tasks", "limit"},
    ),
    "beside a task that is text": (
        {"tasks": "provider=alibaba service=ecs id=t-1", "region": "r", "timeout": 5},
        {"region", "timeout"},
        {"tasks", "region", "timeout"},
    ),
    "beside a result": (
        {**ECS, "started_by": {"TaskId": "t-1"}, "limit": 5, "instance_id": "i"},
        {"limit", "instance_id"},
        {*ECS, "started_by"},
    ),
    "beside entries that are results": (
        {**ECS, "tasks": [{"changed": True, "TaskId": "t-1"}], "limit": 5, "instance_id": "i"},
        {"limit", "instance_id"},
        {*ECS, "tasks"},
    ),
    "beside entries with results": (
        {"tasks": [{**ECS, "started_by": {"TaskId": "t-1"}}], "limit": 5, "instance_id": "i"},
        {"limit", "instance_id"},
        {"tasks"},
    ),
    "of nobody": ({**ONE, "nothing": 5}, {"nothing"}, {*ONE, "nothing"}),
}


@pytest.mark.parametrize(("given", "defaults", "left"), USUAL.values(), ids=USUAL.keys())
def test_a_default_of_the_play_counts_where_something_asked_for_takes_it(
    given: Options, defaults: set[str], left: set[str]
) -> None:
    assert set(without_unused(PROVIDERS, given, defaults)) == left


def test_a_default_of_another_cloud_is_idle_beside_a_journal_and_beside_a_text(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(json.dumps([{**ECS, "task_id": "t-1"}]), encoding="utf-8")
    for given in ({"journal": str(journal)}, {"provider": "alibaba", "tasks": "service=ecs task_id=t-1"}):
        left = without_unused(PROVIDERS, {**given, "project_id": "p", "region": "r"}, {"project_id", "region"})
        assert set(left) == {*given, "region"}


UNKNOWN_FACTS = {
    "count.failed > `0`": "did you mean counts?",
    "!stat": "did you mean state?",
    "subtasks[?state == 'failed'] && eror": "did you mean error?",
    "contains(nam, 'x')": "did you mean name?",
}


@pytest.mark.parametrize(("expression", "hint"), UNKNOWN_FACTS.items())
@pytest.mark.parametrize("option", ["success_when", "failure_when"])
def test_a_condition_on_a_fact_that_no_task_has_is_refused(option: str, expression: str, hint: str) -> None:
    told = said({**ONE, option: expression})
    assert told.startswith(f"{option}: ")
    assert hint in told


@pytest.mark.parametrize("expression", ["'succeeded'", "`true`", "`1` == `1`", "['state']", "!`[]`"])
@pytest.mark.parametrize("option", ["success_when", "failure_when"])
def test_a_condition_that_looks_at_no_fact_is_refused(option: str, expression: str) -> None:
    assert "uses no fact of a task" in said({**ONE, option: expression})


KNOWN_FACTS = [
    "counts.failed > `0`",
    "subtasks[?odd == 'failed'].other",
    "outputs.Anything",
    "raw.TaskStatus",
    "[state, name][0]",
    "{a: state}.b",
    "@",
    "sort_by(subtasks, &odd)[0].other || contains(keys(@), 'x')",
    "subtasks | [0].odd",
]


@pytest.mark.parametrize("expression", KNOWN_FACTS)
def test_a_condition_may_look_for_anything_in_a_fact(expression: str) -> None:
    assert condition("failure_when", expression)


def test_an_option_that_some_entry_takes_is_fine_for_the_step() -> None:
    backup = {**ECS, "service": "rds_backup", "id": "b-1"}
    first, second = order({"tasks": [ONE, backup], "instance_id": "rm-1"}).selectors
    assert (first.values, second.values) == ({}, {"instance_id": "rm-1"})


def test_an_id_that_was_missing_is_asked_for_without_what_its_service_does_not_take() -> None:
    arguments = {"service": "ecs", "region": "r-9", "instance_id": "rm-1", "project_id": None}
    missing = {"provider": "alibaba", "tasks": [], "missing": ["t-1"], "invocation": {"module_args": arguments}}
    assert asked({"tasks": [missing]}) == [("alibaba", "ecs", "r-9", "t-1")]


def test_names_of_facts_beside_an_id_are_facts() -> None:
    few = {"provider": "alibaba", "service": "hbr", "region": "cn-shanghai", "id": "t-7", "name": "Install"}
    assert asked({"tasks": [few]}) == [("alibaba", "hbr", "cn-shanghai", "t-7")]


@pytest.mark.parametrize(("given", "expected"), GOOD.values(), ids=GOOD.keys())
def test_good_input_is_asked_in_its_order(given: Options, expected: list[tuple[t.Any, ...]]) -> None:
    assert asked(given) == expected


# name: what stands in tasks, what the message says.
EMPTY_RESULTS: dict[str, tuple[t.Any, str]] = {
    "a step that was skipped": (
        {"skipped": True, "changed": False},
        "tasks[0]: it is the result of a step that was skipped",
    ),
    "a step that has failed": ({"failed": True, "msg": "x"}, "tasks[0]: it is the result of a step that has failed"),
    "a step in the background": (
        {"ansible_job_id": "j1.2", "started": 1, "finished": 0, "results_file": "/x", "changed": True},
        "tasks[0]: it is the result of a step that still runs in the background",
    ),
    "a round of a loop that was skipped": ({"results": [{"skipped": True, "item": 1}]}, "a step that was skipped"),
    "one of two rounds has failed": (
        {"results": [{"tasks": [FACTS]}, {"failed": True, "msg": "x"}]},
        "tasks[0].results[1]: it is the",
    ),
    "a step that has failed and says why": (
        {"failed": True, "tasks": [], "msg": "No credentials\nfor Alibaba Cloud"},
        "reject('failed'); the step said: No credentials for Alibaba Cloud",
    ),
    "one of two rounds has failed and holds an empty list": (
        {"results": [{"tasks": [FACTS]}, {"failed": True, "tasks": [], "msg": "x"}]},
        "tasks[0].results[1]: it is the result of a step that has failed",
    ),
    "a loop that was skipped as a whole": (
        {"results": [], "skipped": True},
        "tasks[0]: it is the result of a step that was",
    ),
    "a result without tasks": (
        {"tasks": [], "missing": []},
        "tasks[0]: it is the result of a step that has found no task",
    ),
    "a missing id of nobody knows what": ({"tasks": [], "missing": ["t-9"]}, "its missing id t-9 has no service"),
    "tasks that are text": ({"tasks": "x"}, "tasks[0]: it looks like a registered result, but has no list"),
    "results that are a dict": ({"results": {}}, "tasks[0]: it looks like a registered result, but has no list"),
    "results that hold numbers": ({"results": [1]}, "tasks[0].results[0]: it is a number, and not a task"),
}


@pytest.mark.parametrize(("entry", "fragment"), EMPTY_RESULTS.values(), ids=EMPTY_RESULTS.keys())
def test_a_registered_result_that_holds_no_task_is_refused(entry: t.Any, fragment: str) -> None:
    assert fragment in said({"tasks": [entry]})


def test_an_id_in_facts_is_one_id_whatever_is_in_it() -> None:
    asks = order({"tasks": [{**FACTS, "id": "a,b"}]}).selectors
    assert [ask.task_id for ask in asks] == ["a,b"]


def test_flattening_loses_no_task() -> None:
    entries = [
        {"results": [{"tasks": [{"id": "a"}, {"id": "b"}]}, {"id": "c"}]},
        {"id": "d"},
        {"tasks": [{"tasks": [{"id": "e"}]}]},
    ]
    assert [placed.facts["id"] for placed in flatten(PROVIDERS, entries, [])] == ["a", "b", "c", "d", "e"]


def filters(ask: Selector) -> tuple[t.Any, ...]:
    """The filters of a list."""
    told = ask.filters
    return told.name, told.resource_id, told.states, told.created_after, told.created_before, told.limit


EXPECTED = ("ExportImage", "m-1", ("running", "failed"), "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z", 7)


def test_filters_are_read_with_times_in_utc() -> None:
    (ask,) = order(FILTERED).selectors
    assert filters(ask) == EXPECTED


def test_filters_inside_tasks_are_read_too() -> None:
    (ask,) = order({"tasks": [FILTERED]}).selectors
    assert filters(ask) == EXPECTED


def test_flat_filters_are_defaults_of_an_entry_that_lists() -> None:
    (ask,) = order({**FILTERED, "tasks": [{"region": "cn-hangzhou"}]}).selectors
    assert filters(ask) == EXPECTED


def test_flat_filters_are_not_for_an_entry_with_an_id() -> None:
    first, second = order({**FILTERED, "tasks": [FACTS, {"region": "cn-hangzhou"}]}).selectors
    assert (first.task_id, first.filters.name) == ("t-7", None)
    assert filters(second) == EXPECTED


def test_an_instance_is_asked_for_its_task() -> None:
    (ask,) = order({**DB, "instance_id": " in07 "}).selectors
    assert (ask.task_id, ask.values, "instance_id" in ask.options) == (None, {"instance_id": "in07"}, False)


def test_the_policy_is_what_the_options_say() -> None:
    told = order(
        {
            **ONE,
            "timeout": 10,
            "delay": 1,
            "interval": 3,
            "min_interval": 4,
            "max_interval": 5,
            "required": "1",
            "fail_fast": False,
            "success_states": ["partial"],
            "not_found_timeout": 6,
            "unreachable_timeout": 7,
            "stall_timeout": 8,
            "request_timeout": 9,
            "rate_limit": 0.5,
            "heartbeat": 11,
        }
    )
    policy = told.policy
    assert (policy.timeout, policy.delay, policy.required, policy.fail_fast) == (10, 1, 1, False)
    assert (policy.pace.interval, policy.pace.shortest, policy.pace.longest) == (3, 4, 5)
    assert (policy.success_states, policy.not_found_timeout, policy.unreachable_timeout) == (("partial",), 6, 7)
    assert (policy.stall_timeout, policy.grace, told.rate_limit, told.heartbeat) == (8, 9, 0.5, 11)


def test_the_defaults_are_those_of_the_contract() -> None:
    told = order(ONE)
    policy = told.policy
    assert (policy.timeout, policy.delay, policy.required, policy.fail_fast) == (3600, 0, None, True)
    assert (policy.pace.interval, policy.pace.shortest, policy.pace.longest) == (None, 2, 120)
    assert (policy.success_states, policy.success_when, policy.failure_when) == (("succeeded",), None, None)
    assert (policy.not_found_timeout, policy.unreachable_timeout, policy.stall_timeout) == (60, 600, None)
    assert (told.rate_limit, told.heartbeat, told.journal, told.check) == (None, 60, None, False)


def test_check_mode_looks_once_at_once_and_writes_no_journal(tmp_path: Path) -> None:
    told = order({**ONE, "delay": 60, "journal": str(tmp_path / "j.json")}, check_mode=True)
    assert (told.policy.timeout, told.policy.delay, told.journal, told.check) == (0, 0, None, True)


def test_more_may_be_required_than_is_known_where_a_list_may_find_more() -> None:
    assert order({**ECS, "name": "ExportImage", "required": 12}).policy.required == 12


def test_a_journal_alone_is_what_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    ended = {**WAITED, "outcome": "succeeded", "state": "succeeded", "observed_at": "2026-03-01T12:00:00Z"}
    path.write_text(json.dumps([ended, {**FACTS, "id": "t-8"}]), encoding="utf-8")
    first, second = order({"journal": str(path)}).selectors
    assert (first.task_id, second.task_id) == ("t-7", "t-8")
    assert first.record is not None
    assert first.record["outcome"] == "succeeded"
    assert second.record is None


def test_a_file_that_is_no_journal_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_text("not a journal", encoding="utf-8")
    assert "is not a journal" in said({**ONE, "journal": str(path)})
    assert asked({**ONE, "journal": str(tmp_path / "new.json")}) == [("alibaba", "ecs", "cn-hangzhou", "t-1")]


JOURNALS = {
    "[]": "the list is empty",
    "{}": "it is not a list of tasks",
    "x": "it is not JSON",
    "[{}]": "its entry 0 has no provider",
}


@pytest.mark.parametrize(("content", "fragment"), JOURNALS.items(), ids=JOURNALS.keys())
def test_a_journal_that_holds_no_task_is_refused(tmp_path: Path, content: str, fragment: str) -> None:
    path = tmp_path / "journal.json"
    path.write_text(content, encoding="utf-8")
    assert fragment in said({"journal": str(path)})


# name: expression, facts, whether it holds.
CONDITIONS: dict[str, tuple[str, Options, bool]] = {
    "a comparison that holds": ("progress >= `50`", {"progress": 60.0}, True),
    "a comparison that does not hold": ("progress >= `50`", {"progress": 40.0}, False),
    "a number of nothing": ("progress >= `50`", {"progress": None}, False),
    "what is not there": ("outputs.image_id", {"outputs": {}}, False),
    "what is there": ("outputs.image_id", {"outputs": {"image_id": "m-1"}}, True),
    "a 0 is something": ("counts.failed", {"counts": {"failed": 0}}, True),
    "an empty list is nothing": ("subtasks[?state=='failed']", {"subtasks": []}, False),
    "a function": ("starts_with(native_state, 'Fin')", {"native_state": "Finished"}, True),
}


@pytest.mark.parametrize(("expression", "facts", "expected"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_condition_holds_where_jmespath_says_so(expression: str, facts: Options, expected: bool) -> None:
    holds = condition("success_when", expression)
    assert holds
    assert holds(facts) is expected


def test_no_condition_is_none() -> None:
    assert condition("success_when", None) is None
    assert condition("success_when", "") is None


NEVER_WORK = [
    "nope(id)",
    "starts_with(id)",
    "a ||",
    "length(progress, id)",
    f"{'!' * 3000}id",
    f"outputs[{'9' * 5000}]",
]


@pytest.mark.parametrize("expression", NEVER_WORK, ids=[expression[:30] for expression in NEVER_WORK])
def test_a_condition_that_can_never_work_is_refused_before_any_call(expression: str) -> None:
    with pytest.raises(OptionError, match=r"failure_when: .* is not a JMESPath"):
        condition("failure_when", expression)


# On this task. Some of them jmespath itself would call false, so that a guard never closes.
ODD_TASK: Options = {
    "id": "t-1",
    "progress": 5.0,
    "outputs": {"size": "30"},
    "raw": {"ids": ["a"]},
    "subtasks": [{"state": "failed"}],
    "counts": {"failed": 1},
}
DO_NOT_WORK = [
    "length(progress)",
    "outputs.size > `1`",
    "!(outputs.size > `1`)",
    "contains(id, progress)",
    "contains(id, error)",
    "raw.ids[::0]",
    "merge(counts, error)",
    "subtasks[?state == 'failed'] > `0`",
    "counts > `0`",
    "counts[?failed > `0`]",
]


@pytest.mark.parametrize("text", ["false", "False", " null", "None"])
@pytest.mark.parametrize("name", ["success_when", "failure_when"])
def test_a_condition_that_finds_a_text_such_as_false_is_an_error(name: str, text: str) -> None:
    holds = condition(name, "outputs.ready")
    assert holds
    assert holds({"outputs": {"ready": "yes"}})
    with pytest.raises(
        OptionError, match=rf"{name}: .* finds the text '{text}', which is true in JMESPath; compare it"
    ):
        holds({"outputs": {"ready": text}})


@pytest.mark.parametrize("expression", DO_NOT_WORK)
def test_a_condition_that_does_not_work_on_facts_names_its_option(expression: str) -> None:
    holds = condition("failure_when", expression)
    assert holds
    with pytest.raises(OptionError, match=r"failure_when: .* does not work on the facts of a task"):
        holds(ODD_TASK)


class Tagged(str):
    """Text as ansible-core 2.19 hands it to plugins."""


def test_plain_data_holds_no_tagged_text() -> None:
    data = plain({Tagged("a"): [Tagged("b"), 1, None, True, {"c": Tagged("d")}]})
    assert data == {"a": ["b", 1, None, True, {"c": "d"}]}
    assert {type(data["a"][0]), type(next(iter(data))), type(data["a"][4]["c"])} == {str}


def test_an_info_module_asks_in_the_same_way() -> None:
    provider = PROVIDERS["alibaba"]
    options = check(info_spec(provider), {"service": "ecs", "task_id": ["b", "a"], "region": "r"})
    assert [ask.task_id for ask in selectors_of_one(provider, options)] == ["b", "a"]


@pytest.mark.parametrize("outcome", TERMINAL)
def test_what_a_wait_has_seen_end_is_known_when_it_goes_on(outcome: str) -> None:
    seen = {**WAITED, "outcome": outcome, "observed_at": "2026-03-01T12:00:00Z"}
    (ask,) = order({"tasks": [seen]}).selectors
    assert ask.record == seen
    (again,) = order({"tasks": [without(seen, "outcome")]}).selectors
    assert again.record is None
