# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud ECS 2014-05-26: one task in full, up to 100 in a list that tells less, and their cancellation."""

from __future__ import annotations

import datetime
import re
import typing as t

from local_cloud.api import (
    Api,
    Call,
    Check,
    Problem,
    Refusal,
    all_seen,
    fields_of,
    find_task,
    visible_tasks,
    whole_number,
)
from local_cloud.script import Fields, Task
from local_cloud.services._alibaba import check_region

VERSION = "2014-05-26"
ITEM_FIELDS = (
    "TaskId",
    "TaskAction",
    "TaskStatus",
    "SupportCancel",
    "CreationTime",
    "FinishedTime",
    "ResourceId",
)
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
FILTERED_STATES = ("Finished", "Processing", "Failed")
CANCELLABLE_ACTIONS = ("ImportImage", "ExportImage")

UNKNOWN_TASK = Problem(400, "InvalidTaskId.NotFound", 'The specified "TaskId" is not found.')
TOO_MANY_IDS = Problem(400, "InvalidParameter", 'The specified parameter "TaskIds" holds more than 100 ids.')
BAD_PAGE = Problem(400, "InvalidParameter", 'The specified parameter "PageNumber" or "PageSize" is not valid.')
BAD_TIME = Problem(400, "InvalidParameter", 'The specified parameter "StartTime" or "EndTime" is not valid.')
NOT_SUPPORTED = Problem(
    403, "InvalidTaskId.TaskActionNotSupport", "The specified task action does not support this operation."
)
WRONG_STATE = Problem(
    403, "InvalidTaskId.IncorrectTaskStatus", "The current status of the task does not support this operation."
)


def minute(epoch: float) -> str:
    """ECS tells times in UTC and cuts them to the minute."""
    return datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%MZ")


def task_template(task: Task) -> Fields:
    return {
        "RegionId": task.region or "cn-hangzhou",
        "TaskAction": "ExportImage",
        "TaskStatus": "Processing",
        "TaskProcess": "0%",
        "SupportCancel": "true",
        "TotalCount": 1,
        "SuccessCount": 0,
        "FailedCount": 0,
        "CreationTime": minute(task.born),
        "FinishedTime": "",
        "OperationProgressSet": {"OperationProgress": []},
    }


def item_template(task: Task) -> Fields:
    return {**task_template(task), "ResourceId": "m-localcloud0000000001", **task.item}


def attribute(call: Call) -> Fields:
    """The one task in full; what only a list tells is left out."""
    task, scripted = find_task(call, call.params["TaskId"])
    fields = {"RegionId": call.params["RegionId"]} | fields_of(call.api, task, scripted)
    fields.pop("ResourceId", None)
    return fields if "SuccessCount" in scripted else counted(fields)


def counted(fields: Fields) -> Fields:
    """What has finished has counted all of its parts: those that did not fail have succeeded."""
    total, failed = fields["TotalCount"], fields["FailedCount"]
    if fields["TaskStatus"] != "Finished" or not (isinstance(total, int) and isinstance(failed, int)):
        return fields
    return {**fields, "SuccessCount": total - failed}


def between(item: Fields, start: str, end: str) -> bool:
    """The list filters by creation, which is known to the minute only."""
    return (not start or start[:16] <= item["CreationTime"][:16]) and (not end or item["CreationTime"][:16] <= end[:16])


def check_times(call: Call) -> None:
    for name in ("StartTime", "EndTime"):
        text = call.params.get(name) or "2000-01-01T00:00:00Z"
        if not TIME.fullmatch(text):
            raise Refusal(BAD_TIME)


def resource_ids(params: t.Mapping[str, str]) -> set[str]:
    return {value for name, value in params.items() if name.startswith("ResourceIds.")}


def wanted(call: Call) -> t.Callable[[Fields], bool]:
    """The list's filters; a TaskStatus it does not know does not filter at all."""
    params = call.params
    ids, resources, action = set(call.task_ids), resource_ids(params), params.get("TaskAction", "")
    state = params.get("TaskStatus", "")
    state = state if state in FILTERED_STATES else ""
    start, end = params.get("StartTime", ""), params.get("EndTime", "")
    tests: tuple[t.Callable[[Fields], bool], ...] = (
        lambda item: not ids or item["TaskId"] in ids,
        lambda item: not resources or item["ResourceId"] in resources,
        lambda item: not action or item["TaskAction"] == action,
        lambda item: not state or item["TaskStatus"] == state,
        lambda item: between(item, start, end),
    )
    return lambda item: all(test(item) for test in tests)


def asked_tasks(call: Call) -> list[tuple[Task, Fields]]:
    """Ids are looked up instead of searched for: a lane asks for 100 out of 10,000."""
    if not call.task_ids:
        return visible_tasks(call)
    return all_seen(call, (call.world.task("alibaba", "ecs", task_id) for task_id in dict.fromkeys(call.task_ids)))


def describe_tasks(call: Call) -> Fields:
    if len(call.task_ids) > 100:
        raise Refusal(TOO_MANY_IDS)
    number = whole_number(call, "PageNumber", 1, BAD_PAGE)
    size = whole_number(call, "PageSize", 10, BAD_PAGE)
    if number < 1 or not 1 <= size <= 100:
        raise Refusal(BAD_PAGE)
    items = [fields_of(call.api, task, scripted) for task, scripted in asked_tasks(call)]
    chosen = list(filter(wanted(call), items))
    page = [{name: item[name] for name in ITEM_FIELDS} for item in chosen[(number - 1) * size : number * size]]
    facts = {"PageNumber": number, "PageSize": size, "TotalCount": len(chosen), "RegionId": call.params["RegionId"]}
    return {**facts, "TaskSet": {"Task": page}}


def cancel_task(call: Call) -> Fields:
    """The call only starts the cancellation; the task says `Deleted` from the next look on."""
    task, scripted = find_task(call, call.params["TaskId"])
    fields = fields_of(call.api, task, scripted)
    if fields["TaskAction"] not in CANCELLABLE_ACTIONS:
        raise Refusal(NOT_SUPPORTED)
    if fields["TaskStatus"] != "Processing":
        raise Refusal(WRONG_STATE)
    task.turn(call.now, {"TaskStatus": "Deleted", "SupportCancel": "false", "FinishedTime": minute(call.now)})
    return {}


def rpc(
    name: str,
    answer: t.Callable[[Call], Fields],
    required: tuple[str, ...],
    id_param: str,
    template: t.Callable[[Task], Fields] = task_template,
    checks: tuple[Check, ...] = (check_region,),
) -> Api:
    return Api(
        provider="alibaba",
        service="ecs",
        name=name,
        version=VERSION,
        methods=("GET", "POST"),
        answer=answer,
        required=required,
        id_param=id_param,
        id_field="TaskId",
        batch=id_param == "TaskIds",
        template=template,
        not_found=UNKNOWN_TASK,
        checks=checks,
    )


APIS = (
    rpc("DescribeTaskAttribute", attribute, ("RegionId", "TaskId"), "TaskId"),
    rpc("DescribeTasks", describe_tasks, ("RegionId",), "TaskIds", item_template, (check_region, check_times)),
    rpc("CancelTask", cancel_task, ("RegionId", "TaskId"), "TaskId"),
)
