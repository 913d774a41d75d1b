# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud Backup and Disaster Recovery Center 2023-08-08: resource-oriented paths, progress up to 10000."""

from __future__ import annotations

import base64
import binascii

from local_cloud.accounts import stable_id
from local_cloud.api import Api, Call, Problem, Refusal, fields_of, visible_tasks, whole_number
from local_cloud.script import Fields, Task

BAD_PAGE = Problem(400, "BadRequest.InvalidParameter", "The specified parameter is invalid.")
BAD_TOKEN = Problem(400, "BadRequest.InvalidNextToken", "The specified NextToken is invalid.")


def task_template(task: Task) -> Fields:
    return {
        "TaskName": task.id,
        "TaskDescription": "",
        "TaskType": "UPDATE_RESOURCES",
        "TaskPriority": "HIGH",
        "TaskStatus": "CREATED",
        "Progress": 0,
        "TaskDetail": '{"resourceTypes":["ACS::ECS::Instance"]}',
        "TaskResult": "",
        "ErrorMessage": "",
        "ExecutionId": "",
        "RequestId": stable_id(task.id).upper(),
        "StartTime": int(task.born),
        "ExpireTime": int(task.born) + 86_400,
    }


def read_token(text: str) -> int:
    """The position in an opaque token that this server made; anything else is refused."""
    try:
        kind, dummy, position = base64.urlsafe_b64decode(text.encode()).decode().partition(":")
        if kind != "from":
            raise ValueError(kind)
        return int(position)
    except (ValueError, binascii.Error):
        raise Refusal(BAD_TOKEN) from None


def write_token(position: int) -> str:
    return base64.urlsafe_b64encode(f"from:{position}".encode()).decode()


def describe_tasks(call: Call) -> Fields:
    """MaxResults outside 10 to 500 is clamped without a word; TotalCount is not returned."""
    size = min(max(whole_number(call, "MaxResults", 10, BAD_PAGE), 10), 500)
    token = call.params.get("NextToken", "")
    start = read_token(token) if token else 0
    content = [fields_of(call.api, task, scripted) for task, scripted in visible_tasks(call)]
    for name in ("TaskStatus", "TaskType"):
        wanted = call.params.get(name)
        content = [item for item in content if not wanted or item[name] == wanted]
    following = write_token(start + size) if start + size < len(content) else ""
    return {"Data": {"Content": content[start : start + size], "NextToken": following, "MaxResults": size}}


APIS = (
    Api(
        provider="alibaba",
        service="bdrc",
        name="DescribeTasks",
        version="2023-08-08",
        path="/api/v1/tasks",
        id_field="TaskId",
        template=task_template,
        answer=describe_tasks,
    ),
    Api(
        provider="alibaba",
        service="bdrc",
        name="DescribeTask",
        version="2023-08-08",
        path="/api/v1/tasks/{TaskId}",
        id_param="TaskId",
        id_field="TaskId",
        root="Data",
        template=task_template,
        # The vendor's code for an unknown task id is in no document: setting `not_found` can replace it.
        not_found=Problem(404, "ResourceNotFound", "The specified resource is not found."),
    ),
)
