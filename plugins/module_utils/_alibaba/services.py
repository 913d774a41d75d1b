# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The task APIs of Alibaba Cloud that we know: one value each."""

from __future__ import annotations

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CloudError, NotFound
from ansible_collections.multicloud.tasks.plugins.module_utils._service import (
    Batch,
    Call,
    Cancel,
    Listing,
    Pages,
    Rule,
    Service,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._task import (
    CANCELLED,
    EXPIRED,
    FAILED,
    PENDING,
    RUNNING,
    SUCCEEDED,
)

# The regions that no public rule covers (the official SDK's own table).
_CENTRAL = ("cn-beijing-gov-1", "cn-hangzhou-finance", "cn-north-2-gov-1")
_HANGZHOU = ("cn-shanghai-finance-1", "cn-shenzhen-finance-1")

ECS = Service(
    name="ecs",
    title="Elastic Compute Service: import and export of images, changes of disks",
    doc="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetaskattribute",
    product="ecs",
    version="2014-05-26",
    hosts={
        **dict.fromkeys(_CENTRAL, "ecs.aliyuncs.com"),
        **dict.fromkeys(_HANGZHOU, "ecs-cn-hangzhou.aliyuncs.com"),
    },
    needs=("region",),
    read=Call(
        "DescribeTaskAttribute",
        method="POST",
        query={"RegionId": "{region}", "TaskId": "{task_id}"},
    ),
    facts={
        "id": "TaskId",
        "name": "TaskAction",
        "native_state": "TaskStatus",
        "progress": "TaskProcess",
        "created_at": "CreationTime",
        "finished_at": "FinishedTime",
        "counts": "{total: TotalCount, succeeded: SuccessCount, failed: FailedCount}",
        "outputs": "OperationProgressSet.OperationProgress[].RelatedItemSet.RelatedItem[]",
        "subtasks": "OperationProgressSet.OperationProgress",
        "cancellable": "SupportCancel",
    },
    subtask=(
        "{native_state: OperationStatus, error: {code: ErrorCode, message: ErrorMsg}, outputs: RelatedItemSet.RelatedItem}"
    ),
    # Waiting, Pending, Paused and Deleted left today's pages, older ones of the vendor have them.
    states={
        "waiting": PENDING,
        "pending": PENDING,
        "paused": PENDING,
        "processing": RUNNING,
        "finished": SUCCEEDED,
        "failed": FAILED,
        "deleted": CANCELLED,
    },
    item_states=(("", {"success": SUCCEEDED, "failed": FAILED, "processing": RUNNING, "waiting": PENDING}),),
    items_decide=True,
    codes=((r"^InvalidTaskId\.NotFound$", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeTasks",
            method="POST",
            query={
                "RegionId": "{region}",
                "TaskAction": "{name}",
                "TaskStatus": "{native_state}",
                "StartTime": "{created_after}",
                "EndTime": "{created_before}",
                "ResourceIds.1": "{resource_id}",
                "PageNumber": "{page}",
                "PageSize": "{page_size}",
            },
        ),
        items="not_null(TaskSet.Task, TaskSet[].Task[])",
        pages=Pages(100, total="TotalCount"),
        facts={"resource_id": "ResourceId"},
        # Any other word is silently ignored by the API, which then returns everything.
        states=("Processing", "Finished", "Failed"),
        judge=False,
    ),
    batch=Batch(
        size=100,
        least=10,
        call=Call(
            "DescribeTasks",
            method="POST",
            query={"RegionId": "{region}", "TaskIds": "{task_ids}", "PageSize": "100"},
        ),
        items="not_null(TaskSet.Task, TaskSet[].Task[])",
        facts={"resource_id": "ResourceId", "progress": ""},
    ),
    cancel=Cancel(
        Call("CancelTask", method="POST", query={"RegionId": "{region}", "TaskId": "{task_id}"}),
        when="cancellable != `false`",
    ),
    rate=2.0,
    advice="Image exports take minutes to hours; progress comes in whole percents.",
)

HBR = Service(
    name="hbr",
    title="Cloud Backup: installing and updating of backup clients, and other asynchronous jobs",
    doc="https://www.alibabacloud.com/help/en/cloud-backup/developer-reference/api-hbr-2017-09-08-describetask",
    product="hbr",
    version="2017-09-08",
    hosts={"cn-beijing-gov-1": "hbr.aliyuncs.com"},
    read=Call("DescribeTask", method="POST", query={"TaskId": "{task_id}"}),
    # The answer has no task id; the state is in Description, and Message is about the call.
    facts={
        "name": "Name",
        "native_state": "Description",
        "progress": "Progress",
        "created_at": "CreatedTime",
        "updated_at": "UpdatedTime",
        "finished_at": "CompletedTime",
        "result": "Result",
        "subtasks": "Result",
    },
    subtask=(
        "{name: instanceId, native_state: clientStatus, error: {code: errorCode}, outputs: {client_id: clientId}}"
    ),
    states={"created": RUNNING, "completed": SUCCEEDED, "expired": EXPIRED, "cancelled": CANCELLED},
    item_states=(
        (
            "Uninstall",
            {
                "not_installed": SUCCEEDED,
                "uninstalling": RUNNING,
                "uninstall_failed": FAILED,
                "install_failed": FAILED,
                "activated": FAILED,
                "registered": FAILED,
                "deactivated": FAILED,
                "stopped": FAILED,
                "unknown": FAILED,
            },
        ),
        (
            "",
            {
                "activated": SUCCEEDED,
                "registered": RUNNING,
                "installing": RUNNING,
                "upgrading": RUNNING,
                "uninstalling": RUNNING,
                "install_failed": FAILED,
                "upgrade_failed": FAILED,
                "uninstall_failed": FAILED,
                "not_installed": FAILED,
                "deactivated": FAILED,
                "stopped": FAILED,
                "unknown": FAILED,
            },
        ),
    ),
    items_decide=True,
    rules=(
        Rule("to_number(raw.Progress) == `-1`", FAILED, "Progress is -1, by which the API says that the job failed"),
    ),
    refused="contains([`false`, 'false', 'False'], Success)",
    codes=(
        (r"^(Task|Resource)NotFound$", "", NotFound),
        # Comes with HTTP 500, but no retry makes this type of task readable.
        (r"^TaskTypeNotSupported$", "", CloudError),
    ),
    rate=2.5,
    advice="The vendor advises a first look after 30 to 60 s and one every 30 s; jobs expire after 15 minutes.",
)

BDRC = Service(
    name="bdrc",
    title="Backup and Disaster Recovery Center: scans of resources and checks of rules",
    doc="https://www.alibabacloud.com/help/en/bdrc/developer-reference/api-bdrc-2023-08-08-describetask",
    product="bdrc",
    version="2023-08-08",
    regions=("cn-shanghai", "ap-southeast-1", "cn-shanghai-finance-1"),
    read=Call("DescribeTask", path="/api/v1/tasks/{task_id}"),
    root="Data",
    scale=10_000.0,
    facts={
        "id": "TaskId",
        "name": "TaskType",
        "native_state": "TaskStatus",
        "progress": "Progress",
        "started_at": "StartTime",
        "finished_at": "CompleteTime",
        "expires_at": "ExpireTime",
        "error": "ErrorMessage",
        "result": "TaskResult",
    },
    states={
        "created": PENDING,
        "running": RUNNING,
        "complete": SUCCEEDED,
        "failed": FAILED,
        "expired": EXPIRED,
        "canceled": CANCELLED,
    },
    # Which code an unknown id gets is not documented: a 200 without data is taken for one, too.
    absent="RequestId && !Data",
    codes=((r"^(InvalidTask(Id)?|Task|Resource)\.?(Not|Un)(Found|Exist)", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeTasks",
            path="/api/v1/tasks",
            query={
                "TaskType": "{name}",
                "TaskStatus": "{native_state}",
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="Data.Content || (Data && `[]`)",
        pages=Pages(500, token="Data.NextToken"),
        states=("CREATED", "RUNNING", "COMPLETE", "FAILED", "EXPIRED", "CANCELED"),
    ),
    # Its list knows no ids, so all tasks of the account are on its pages.
    batch=Batch(size=500, least=10),
    rate=2.5,
    advice="The vendor allows 10 calls a second and account.",
)

SERVICES: dict[str, Service] = {service.name: service for service in (ECS, HBR, BDRC)}
