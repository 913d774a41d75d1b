# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asynchronous operations of Azure Resource Manager, by the URLs of both kinds of headers.

https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
"""

from __future__ import annotations

import datetime

from local_cloud.api import Api, Call, Problem, Reply, fields_of, find_task
from local_cloud.script import Fields, Task
from local_cloud.services._azure import own_subscription, right_version

ENDS = {"succeeded", "failed", "canceled"}
GOING = {"Retry-After": "10"}
UNKNOWN = Problem(404, "OperationNotFound", "The operation could not be found.")


def template(task: Task) -> Fields:
    born = datetime.datetime.fromtimestamp(task.born, datetime.timezone.utc)
    return {"name": task.id, "status": "InProgress", "startTime": born.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")}


def told(call: Call) -> tuple[Fields, bool]:
    """What the operation says by now, and whether it has ended."""
    task, scripted = find_task(call, call.params["task_id"])
    fields = fields_of(call.api, task, scripted)
    return fields, str(fields["status"]).lower() in ENDS


def monitor(call: Call) -> Reply:
    """The URL of Azure-AsyncOperation and Operation-Location: the status."""
    fields, ended = told(call)
    return Reply(fields, 200, {} if ended else GOING)


def result(call: Call) -> Reply:
    """The URL of Location: nothing while it goes on, then the result, or what has failed."""
    fields, ended = told(call)
    if not ended:
        return Reply("", 202, GOING)
    return Reply(fields if fields["status"] != "Succeeded" else {"id": "/subscriptions/x", "name": "made"}, 200)


SUBSCRIPTION = "/subscriptions/{subscription_id}"
PATHS = {
    "Operation_Get": (monitor, f"{SUBSCRIPTION}/providers/{{namespace}}/locations/{{location}}/operations/{{task_id}}"),
    "Operation_GetResult": (result, f"{SUBSCRIPTION}/operationresults/{{task_id}}"),
}
APIS = tuple(
    Api(
        provider="azure",
        service="operation",
        name=name,
        answer=answer,
        path=path,
        id_param="task_id",
        template=template,
        not_found=UNKNOWN,
        checks=(own_subscription, right_version("2020-01-01")),
    )
    for name, (answer, path) in PATHS.items()
)
