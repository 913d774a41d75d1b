# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every parameter that the page of an API documents is an option that arrives, and every element of its answer is a fact.

What an answer has is compared with the table, so that a new element of the local cloud's answer needs a row here.
"""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._module.info import checked_params, info
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import info_spec, secret_names
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.script import Fields

INSTANCE = "0123456789abcdef0123456789abcdefin07"
AUTH_TOKEN = "a-token-of-the-table"
DETAIL = {"resourceTypes": ["ACS::NAS::FileSystem"]}
COUNTED = {"resourceCounts": [{"resourceType": "ACS::NAS::FileSystem", "count": 7}]}
CLIENT = {"instanceId": "i-table", "clientId": "c-table", "clientStatus": "ACTIVATED"}


class Parameter(t.NamedTuple):
    """The option that a parameter is, its value, and where the call has it: among its parameters or its headers."""

    option: str
    value: str
    place: str = "params"


class Element(t.NamedTuple):
    """The fact that an element of an answer is, as a JMESPath, and its value there."""

    fact: str
    value: t.Any


class Page(t.NamedTuple):
    """A page of an API: what it takes, what it answers, and a task that tells all of it."""

    provider: str
    service: str
    api: str
    task_id: str
    script: Fields
    parameters: t.Mapping[str, Parameter]
    elements: t.Mapping[str, Element]
    """By the path of an element in the answer; [] is a list."""
    more: t.Mapping[str, t.Any] = {}
    """Options that the page does not have: keys, regions."""
    settings: t.Mapping[str, t.Any] = {}
    detail: t.Mapping[str, t.Any] = {}

    def options(self) -> dict[str, t.Any]:
        given = {parameter.option: parameter.value for parameter in self.parameters.values()}
        return {"service": self.service, **KEYS.get(self.provider, {}), **self.more, **given}


KEYS = {"alibaba": {"access_key": accounts.ALIBABA_KEY, "secret_key": accounts.ALIBABA_SECRET}}
OUTPUT = {"Name": "OSSObject", "Value": "table_m-1_t-1.vhd"}
OPERATION = {
    "OperationStatus": "Failed",
    "ErrorCode": "TableCode",
    "ErrorMsg": "an error of the table",
    "RelatedItemSet": {"RelatedItem": [OUTPUT]},
}
ITEMS = "OperationProgressSet.OperationProgress[]"

PAGES = {
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetaskattribute
    "ecs": Page(
        "alibaba",
        "ecs",
        "ecs.DescribeTaskAttribute",
        "t-table",
        {
            "TaskAction": "ImportImage",
            "TaskStatus": "Finished",
            "TaskProcess": "60%",
            "SupportCancel": "true",
            "TotalCount": 3,
            "SuccessCount": 2,
            "FailedCount": 1,
            "CreationTime": "2026-02-03T04:05Z",
            "FinishedTime": "2026-02-03T05:06Z",
            "OperationProgressSet": {"OperationProgress": [OPERATION]},
        },
        {"RegionId": Parameter("region", "cn-beijing"), "TaskId": Parameter("task_id", "t-table")},
        {
            "CreationTime": Element("created_at", "2026-02-03T04:05:00Z"),
            "SupportCancel": Element("cancellable", True),
            "TotalCount": Element("counts.total", 3),
            "SuccessCount": Element("counts.succeeded", 2),
            "FailedCount": Element("counts.failed", 1),
            "RegionId": Element("region", "cn-beijing"),
            "TaskAction": Element("name", "ImportImage"),
            "RequestId": Element("request_id", ...),
            "TaskStatus": Element("native_state", "Finished"),
            "TaskProcess": Element("progress", 60.0),
            "FinishedTime": Element("finished_at", "2026-02-03T05:06:00Z"),
            "TaskId": Element("id", "t-table"),
            f"{ITEMS}.ErrorMsg": Element("subtasks[0].error.message", "an error of the table"),
            f"{ITEMS}.ErrorCode": Element("subtasks[0].error.code", "TableCode"),
            f"{ITEMS}.OperationStatus": Element("subtasks[0].native_state", "Failed"),
            f"{ITEMS}.RelatedItemSet.RelatedItem[].Name": Element("keys(subtasks[0].outputs)", ["OSSObject"]),
            f"{ITEMS}.RelatedItemSet.RelatedItem[].Value": Element("outputs.OSSObject", "table_m-1_t-1.vhd"),
        },
    ),
    # https://www.alibabacloud.com/help/en/cloud-backup/developer-reference/api-hbr-2017-09-08-describetask
    "hbr": Page(
        "alibaba",
        "hbr",
        "hbr.DescribeTask",
        "t-table",
        {
            "Progress": 30,
            "CompletedTime": 1770098760,
            "Result": json.dumps([CLIENT]),
            "Description": "completed",
            "UpdatedTime": 1770098700,
            "Success": True,
            "Code": "200",
            "Message": "fine",
            "Name": "UpdateBackupClientsTask",
            "CreatedTime": 1770095100,
        },
        {
            "Token": Parameter("token", "an-access-token-of-the-table"),
            "TaskId": Parameter("task_id", "t-table"),
            "ResourceGroupId": Parameter("resource_group_id", "rg-table"),
        },
        {
            "Progress": Element("progress", 30.0),
            "RequestId": Element("request_id", ...),
            "CompletedTime": Element("finished_at", "2026-02-03T06:06:00Z"),
            "Result": Element("result", [CLIENT]),
            "Description": Element("native_state", "completed"),
            "UpdatedTime": Element("updated_at", "2026-02-03T06:05:00Z"),
            "Success": Element("details.success", True),
            "Code": Element("details.code", "200"),
            "Message": Element("details.message", "fine"),
            "Name": Element("name", "UpdateBackupClientsTask"),
            "CreatedTime": Element("created_at", "2026-02-03T05:05:00Z"),
        },
        more={"region": "cn-hangzhou"},
    ),
    # https://www.alibabacloud.com/help/en/bdrc/developer-reference/api-bdrc-2023-08-08-describetask
    "bdrc": Page(
        "alibaba",
        "bdrc",
        "bdrc.DescribeTask",
        "t-table",
        {
            "TaskName": "scan of the table",
            "TaskDescription": "a description",
            "TaskType": "CHECK_RULES",
            "TaskPriority": "LOW",
            "RequestId": "11111111-2222-4333-8444-555555555555",
            "TaskDetail": json.dumps(DETAIL),
            "ExecutionId": "e-table",
            "Progress": 2500,
            "TaskStatus": "COMPLETE",
            "ErrorMessage": "an error of the table",
            "StartTime": 1770095100,
            "CompleteTime": 1770098700,
            "ExpireTime": 1770098760,
            "TaskResult": json.dumps(COUNTED),
        },
        {"TaskId": Parameter("task_id", "t-table")},
        {
            "Data.TaskId": Element("id", "t-table"),
            "Data.TaskName": Element("details.task_name", "scan of the table"),
            "Data.TaskDescription": Element("details.task_description", "a description"),
            "Data.TaskType": Element("name", "CHECK_RULES"),
            "Data.TaskPriority": Element("details.task_priority", "LOW"),
            "Data.RequestId": Element("details.request_id", "11111111-2222-4333-8444-555555555555"),
            "Data.TaskDetail": Element("details.task_detail", DETAIL),
            "Data.ExecutionId": Element("details.execution_id", "e-table"),
            "Data.Progress": Element("progress", 25.0),
            "Data.TaskStatus": Element("native_state", "COMPLETE"),
            "Data.ErrorMessage": Element("error.message", "an error of the table"),
            "Data.StartTime": Element("started_at", "2026-02-03T05:05:00Z"),
            "Data.CompleteTime": Element("finished_at", "2026-02-03T06:05:00Z"),
            "Data.ExpireTime": Element("expires_at", "2026-02-03T06:06:00Z"),
            "Data.TaskResult": Element("result", COUNTED),
            "RequestId": Element("request_id", ...),
        },
        more={"region": "cn-shanghai"},
    ),
    # https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowTaskDetails.html
    "taurusdb": Page(
        "huawei",
        "taurusdb",
        "taurusdb.ShowTaskDetails",
        "866b0000-1111-4222-8333-000000000001",
        {"name": "RestoreTableTaurus", "instance": {"id": INSTANCE, "name": "taurusdb-table"}},
        {
            "project_id": Parameter("project_id", accounts.PROJECTS["cn-north-4"]),
            "instance_id": Parameter("instance_id", INSTANCE),
            "X-Auth-Token": Parameter("auth_token", AUTH_TOKEN, "headers"),
            "X-Language": Parameter("language", "zh-cn", "headers"),
        },
        {
            "instance_id": Element("resource_id", INSTANCE),
            "instance_name": Element("details.instance_name", "taurusdb-table"),
            "job_id": Element("id", "866b0000-1111-4222-8333-000000000001"),
            "job_name": Element("name", "RestoreTableTaurus"),
            "status": Element("native_state", "Running"),
            "sub_task_list[].sub_task_name": Element("subtasks[0].name", "COPY_DATA"),
            "sub_task_list[].percent": Element("subtasks[0].progress", 35.0),
            "sub_task_list[].status": Element("subtasks[0].native_state", "running"),
            "sub_task_list[].remaining_time": Element("subtasks[0].remaining", 44.0),
        },
        more={"region": "cn-north-4"},
        settings={"documented_detail": True, "projects": accounts.PROJECTS},
        detail={
            "status": "Running",
            "sub_task_list": [{"sub_task_name": "COPY_DATA", "percent": 35, "status": "running", "remaining_time": 44}],
        },
    ),
}
PARAMETERS = [(page, name) for page, told in PAGES.items() for name in told.parameters]
ELEMENTS = [(page, path) for page, told in PAGES.items() for path in told.elements]


class Told(t.NamedTuple):
    """What came of reading the task of a page: its facts, the request as it arrived, and the answer."""

    facts: Fields
    request: Fields
    answer: t.Any


def read(cloud: LocalCloud, page: Page, **changed: t.Any) -> Told:
    """Read the task of a page by the options of the module, over HTTP."""
    cloud.settings(log_answers=True, log_requests=True, **page.settings)
    cloud.account("huawei", auth_token=AUTH_TOKEN, project="cn-north-4")
    detail = {"detail": [[0, dict(page.detail)]]} if page.detail else {}
    where = {"instance_id": INSTANCE} if page.service == "taurusdb" else {}
    task = {"provider": page.provider, "service": page.service, "id": page.task_id, "script": [[0, page.script]]}
    cloud.add({**task, **where, **detail})
    provider = PROVIDERS[page.provider]
    options = {**page.options(), "endpoint": cloud.url, **changed}
    given = {name: value for name, value in options.items() if value is not None}
    result = info(provider, checked_params(provider, given), Mask(), print)
    entry = next(entry for entry in cloud.log() if entry["api"] == page.api)
    return Told(result["tasks"][0], entry, json.loads(entry["answer"]))


def paths_in(answer: t.Any, path: str = "") -> set[str]:
    """The paths of all values in an answer."""
    if isinstance(answer, dict):
        return set().union(*(paths_in(value, f"{path}.{name}".lstrip(".")) for name, value in answer.items()))
    if isinstance(answer, list):
        return set().union(*(paths_in(value, f"{path}[]") for value in answer))
    return {path}


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_documented_parameter_is_an_option_that_arrives(local_cloud: LocalCloud, name: str, parameter: str) -> None:
    page = PAGES[name]
    row = page.parameters[parameter]
    request = read(local_cloud, page).request
    sent = request[row.place]
    assert sent.get(parameter.lower() if row.place == "headers" else parameter) == row.value
    assert request["status"] == 200


@pytest.mark.parametrize(("name", "path"), ELEMENTS)
def test_a_documented_element_is_a_fact(local_cloud: LocalCloud, name: str, path: str) -> None:
    page = PAGES[name]
    element = page.elements[path]
    told = read(local_cloud, page)
    value = told.answer["RequestId"] if element.value is ... else element.value
    assert search(element.fact, told.facts) == value
    assert value not in (None, "", [], {})


@pytest.mark.parametrize("name", PAGES)
def test_the_table_has_every_element_of_the_answer(local_cloud: LocalCloud, name: str) -> None:
    assert paths_in(read(local_cloud, PAGES[name]).answer) == set(PAGES[name].elements)


# Parameters that a call has only if their option is given.
OPTIONAL = {("hbr", "Token"): "token", ("hbr", "ResourceGroupId"): "resource_group_id"}


@pytest.mark.parametrize(("name", "parameter"), OPTIONAL, ids=lambda value: value)
def test_a_parameter_that_is_not_given_is_not_sent(local_cloud: LocalCloud, name: str, parameter: str) -> None:
    request = read(local_cloud, PAGES[name], **{OPTIONAL[name, parameter]: None}).request
    assert parameter not in request["params"]


GROUPED = [
    (name, lists)
    for name, service in PROVIDERS["alibaba"].services.items()
    if "resource_group_id" in [option.name for option in service.options]
    # Stacks are read by a call that takes no group.
    for lists in ([True] if name == "ros" else [False, True] if service.listing else [False])
]


@pytest.mark.parametrize(
    ("name", "lists"), GROUPED, ids=[f"{name} {'list' if lists else 'id'}" for name, lists in GROUPED]
)
def test_a_resource_group_arrives_with_an_id_and_with_a_list(local_cloud: LocalCloud, name: str, lists: bool) -> None:
    local_cloud.settings(log_requests=True)
    local_cloud.add({"provider": "alibaba", "service": name, "id": "t-1", "script": [[0, {}]]})
    asked = {"states": ["running", "pending"]} if lists else {"task_id": "t-1"}
    where = {"region": "cn-hangzhou", "endpoint": local_cloud.url, "resource_group_id": "rg-table"}
    options = {"service": name, **KEYS["alibaba"], **where, **asked}
    info(PROVIDERS["alibaba"], checked_params(PROVIDERS["alibaba"], options), Mask(), print)
    assert {entry["params"].get("ResourceGroupId") for entry in local_cloud.log()[:1]} == {"rg-table"}


def test_answers_are_in_english_unless_another_language_is_given(local_cloud: LocalCloud) -> None:
    assert read(local_cloud, PAGES["taurusdb"], language=None).request["headers"]["x-language"] == "en-us"


def test_the_access_token_is_a_secret() -> None:
    assert "token" in secret_names(info_spec(PROVIDERS["alibaba"]))
