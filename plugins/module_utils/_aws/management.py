# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of AWS Systems Manager."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SKIPPED, SUCCEEDED, UNKNOWN
from .._service.model import Batch, Call, Cancel, Listing, Pages, Rule, Service, Start
from .words import states

_TARGET = "AmazonSSM"
# From https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html: what the details of a command, or of
# a part of it, say of a failure.
_FAILURES = ", ".join(
    f"'{word}'"
    for word in (
        *("AccessDenied", "Canceled", "Cancelled", "DeliveryTimedOut", "ExecutionTimedOut", "Failed", "Incomplete"),
        *("InvalidPlatform", "LimitExceeded", "NoInstancesInTag", "RateExceeded", "Terminated", "Undeliverable"),
    )
)

_ALARMED = Rule(
    "state == 'succeeded' && item.TriggeredAlarms[?State == 'ALARM']",
    PARTIAL,
    "it has succeeded, and an alarm that was to stop it has gone off",
)

SSM_COMMAND = Service(
    name="ssm_command",
    title="AWS Systems Manager: commands of Run Command",
    doc="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html",
    product="ssm",
    protocol="json-1.1",
    target=_TARGET,
    read=Call("ListCommands", json={"CommandId": "{task_id}"}),
    items="Commands",
    started_by=Start(("Command.CommandId",)),
    facts={
        "id": "CommandId",
        "name": "DocumentName",
        "native_state": "Status",
        "created_at": "RequestedDateTime",
        "expires_at": "ExpiresAfter",
        "error": "contains(['Failed', 'TimedOut', 'Cancelled'], Status) && {code: StatusDetails}",
        # CompletedCount has the targets on which it failed, too.
        "counts": "{total: TargetCount, failed: sum([ErrorCount || `0`, DeliveryTimedOutCount || `0`])}",
        "outputs": "{bucket: OutputS3BucketName, prefix: OutputS3KeyPrefix}",
    },
    states={
        "pending": PENDING,
        **states("inprogress cancelling", RUNNING),
        "success": SUCCEEDED,
        **states("failed timedout", FAILED),
        "cancelled": CANCELLED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.TargetCount == `0`", SKIPPED, "it was sent to no node: no target has matched"
        ),
        Rule(
            f"state == 'succeeded' && contains([{_FAILURES}], item.StatusDetails)",
            PARTIAL,
            "its details say something else than success",
        ),
        # The counts tell of targets that have failed.
        Rule(
            "state == 'succeeded' && !(to_number(item.ErrorCount) > `0` || to_number(item.DeliveryTimedOutCount) > `0`)"
            " && item.CompletedCount != null && !(to_number(item.CompletedCount) >= to_number(item.TargetCount))",
            UNKNOWN,
            "it says that it has succeeded, and that it has ended on fewer targets than it was sent to",
        ),
        _ALARMED,
    ),
    codes=((r"^InvalidCommandId$", "", NotFound),),
    listing=Listing(
        Call(
            "ListCommands",
            json={
                "InstanceId": "{resource_id}",
                "Filters": [
                    {"key": "{native_state:=Status}", "value": "{native_state}"},
                    {"key": "{name:=DocumentName}", "value": "{name}"},
                    {"key": "{created_after:=InvokedAfter}", "value": "{created_after}"},
                    {"key": "{created_before:=InvokedBefore}", "value": "{created_before}"},
                ],
                "MaxResults": "{page_size:int}",
                "NextToken": "{token}",
            },
        ),
        items="Commands",
        pages=Pages(50, token="NextToken"),
        states=("Pending", "InProgress", "Success", "Cancelled", "Failed", "TimedOut", "Cancelling"),
    ),
    batch=Batch(),
    cancel=Cancel(Call("CancelCommand", json={"CommandId": "{task_id}"})),
    advice="A command that failed on some of its nodes is V(partial), even within the limit of errors that it was given. The fact"
    " RV(tasks[].name) is its document.",
)

_STEP_STATES = {
    **states("pending waiting pendingapproval scheduled pendingchangecalendaroverride", PENDING),
    **states("inprogress cancelling approved runbookinprogress changecalendaroverrideapproved", RUNNING),
    **states("success completedwithsuccess", SUCCEEDED),
    "exited": SKIPPED,
    **states("failed timedout rejected changecalendaroverriderejected completedwithfailure", FAILED),
    "cancelled": CANCELLED,
}
_OF_TARGETS = "TargetsSummary.{total: TotalCount, succeeded: SuccessfulCount, failed: FailedCount}"
# A step may fail without an end of the execution: what its document makes of it counts, and not the number.
_ENDED_BADLY = (
    "['Failed', 'TimedOut', 'Rejected', 'ChangeCalendarOverrideRejected', 'CompletedWithFailure', 'Cancelled']"
)

SSM_AUTOMATION = Service(
    name="ssm_automation",
    title="AWS Systems Manager: executions of Automation runbooks",
    doc="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetAutomationExecution.html",
    product="ssm",
    protocol="json-1.1",
    target=_TARGET,
    read=Call("GetAutomationExecution", json={"AutomationExecutionId": "{task_id}"}),
    root="AutomationExecution",
    started_by=Start(("AutomationExecutionId",)),
    facts={
        "id": "AutomationExecutionId",
        "name": "DocumentName",
        "resource_id": "Target",
        "native_state": "AutomationExecutionStatus",
        "started_at": "ExecutionStartTime",
        "finished_at": "ExecutionEndTime",
        "error": f"{{code: contains({_ENDED_BADLY}, AutomationExecutionStatus) && AutomationExecutionStatus || '',"
        " message: FailureMessage}",
        "counts": _OF_TARGETS,
        "subtasks": "StepExecutions",
        "outputs": "Outputs",
    },
    subtask="{name: StepName, native_state: StepStatus, error: {code: ResponseCode, message: FailureMessage}}",
    item_states=(("", _STEP_STATES),),
    states=_STEP_STATES,
    rules=(
        Rule("state == 'succeeded' && item.FailureMessage", PARTIAL, "it has succeeded, and tells of a failure"),
        Rule("state == 'succeeded' && item.WarningMessage", PARTIAL, "it has succeeded with a warning"),
        _ALARMED,
    ),
    codes=((r"^AutomationExecutionNotFoundException$", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeAutomationExecutions",
            json={
                "Filters": [
                    {"Key": "{native_state:=ExecutionStatus}", "Values": ["{native_state}"]},
                    {"Key": "{name:=DocumentNamePrefix}", "Values": ["{name}"]},
                    {"Key": "{created_after:=StartTimeAfter}", "Values": ["{created_after}"]},
                    {"Key": "{created_before:=StartTimeBefore}", "Values": ["{created_before}"]},
                ],
                "MaxResults": "{page_size:int}",
                "NextToken": "{token}",
            },
        ),
        items="AutomationExecutionMetadataList",
        pages=Pages(50, token="NextToken"),
        states=(
            *("Pending", "InProgress", "Waiting", "Success", "TimedOut", "Cancelling", "Cancelled", "Failed"),
            *("PendingApproval", "Approved", "Rejected", "Scheduled", "RunbookInProgress", "Exited"),
            *("PendingChangeCalendarOverride", "ChangeCalendarOverrideApproved", "ChangeCalendarOverrideRejected"),
            *("CompletedWithSuccess", "CompletedWithFailure"),
        ),
        # An item has neither the steps nor the targets.
        facts={"counts": "", "subtasks": ""},
        judge=False,
    ),
    batch=Batch(),
    cancel=Cancel(Call("StopAutomationExecution", json={"AutomationExecutionId": "{task_id}", "Type": "Cancel"})),
    advice="One that waits for an approval or a calendar is V(pending). One that was left early by its runbook is C(Exited),"
    " which is V(skipped).",
)
