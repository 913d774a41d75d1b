# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of AWS DataSync."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Call, Cancel, Listing, Pages, Rule, Service, Start
from .words import states, whole_arn

_FAILED_FILES = "sum(values(item.FilesFailed)[]) > `0`"

DATASYNC_EXECUTION = Service(
    name="datasync_execution",
    title="AWS DataSync: executions of tasks",
    doc="https://docs.aws.amazon.com/datasync/latest/userguide/API_DescribeTaskExecution.html",
    product="datasync",
    protocol="json-1.1",
    target="FmrsService",
    read=Call("DescribeTaskExecution", json={"TaskExecutionArn": "{task_id}"}),
    started_by=Start(("TaskExecutionArn",)),
    facts={
        "id": "TaskExecutionArn",
        "name": "TaskMode",
        "native_state": "Status",
        "created_at": "LaunchTime",
        "started_at": "StartTime",
        "finished_at": "EndTime",
        "error": "{code: Result.ErrorCode || ReportResult.ErrorCode, message: Result.ErrorDetail || ReportResult.ErrorDetail}",
        "outputs": "{files: FilesTransferred, size: BytesTransferred, skipped: FilesSkipped, deleted: FilesDeleted}",
    },
    states={
        "queued": PENDING,
        **states("launching preparing transferring verifying cancelling", RUNNING),
        "success": SUCCEEDED,
        "error": FAILED,
    },
    rules=(
        Rule(
            f"state == 'succeeded' && item.FilesFailed && {_FAILED_FILES}"
            f" || state == 'succeeded' && item.FoldersFailed && {_FAILED_FILES.replace('Files', 'Folders')}",
            PARTIAL,
            "some of its files or folders have failed",
        ),
        Rule(
            "state == 'succeeded' && (item.Result.PrepareStatus == 'ERROR' || item.Result.TransferStatus == 'ERROR'"
            " || item.Result.VerifyStatus == 'ERROR')",
            PARTIAL,
            "one of its phases has failed",
        ),
        Rule("state == 'succeeded' && item.ReportResult.Status == 'ERROR'", PARTIAL, "its report has failed"),
        SUCCESS_WITH_ERROR,
    ),
    # The code is that of any bad request.
    codes=(
        (
            r"^InvalidRequestException$",
            r"(?i)(not found|does not exist|no such|was not found|unable to find)",
            NotFound,
        ),
    ),
    qualified=(
        whole_arn("datasync", "task/.+/execution/.+", "task/task-1234567890abcdef0/execution/exec-1234567890abcdef0"),
    ),
    listing=Listing(
        Call(
            "ListTaskExecutions",
            json={"TaskArn": "{resource_id}", "MaxResults": "{page_size:int}", "NextToken": "{token}"},
        ),
        items="TaskExecutions",
        pages=Pages(100, token="NextToken"),
        facts=dict.fromkeys(("created_at", "started_at", "finished_at"), ""),
        judge=False,
    ),
    cancel=Cancel(Call("CancelTaskExecution", json={"TaskExecutionArn": "{task_id}"})),
    advice="An execution that was cancelled is C(ERROR), and so V(failed). One of which some files have failed is V(partial).",
)
