# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of AWS CloudFormation and AWS Step Functions."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Call, Cancel, Listing, Option, Pages, Rule, Service, Start
from .words import states, whole_arn

_CLOUDFORMATION_VERSION = "2010-05-15"

CLOUDFORMATION_STACK = Service(
    name="cloudformation_stack",
    title="AWS CloudFormation: operations on stacks",
    doc="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html",
    product="cloudformation",
    version=_CLOUDFORMATION_VERSION,
    protocol="query",
    lists=("Stacks", "StackSummaries", "Outputs"),
    read=Call("DescribeStacks", form={"StackName": "{task_id}"}),
    items="Stacks",
    started_by=Start(("StackId",)),
    facts={
        "id": "StackId",
        "name": "StackName",
        "resource_id": "StackName",
        "native_state": "StackStatus",
        "created_at": "CreationTime",
        "started_at": "LastUpdatedTime",
        # An operation that goes well has a reason, too: who has asked for it.
        "error": "(contains(StackStatus, 'FAILED') || contains(StackStatus, 'ROLLBACK')"
        " || contains(StackStatusReason || '', 'failed to')) && {message: StackStatusReason}",
        "outputs": "Outputs[].{Name: OutputKey, Value: OutputValue}",
    },
    states={
        "review_in_progress": PENDING,
        **states("update_in_progress create_in_progress delete_in_progress rollback_in_progress", RUNNING),
        **states("update_complete_cleanup_in_progress update_rollback_in_progress", RUNNING),
        **states(
            "update_rollback_complete_cleanup_in_progress import_in_progress import_rollback_in_progress", RUNNING
        ),
        **states("create_complete delete_complete update_complete import_complete", SUCCEEDED),
        # What was asked for is undone.
        **states("rollback_complete update_rollback_complete import_rollback_complete", FAILED),
        **states("create_failed delete_failed rollback_failed update_failed", FAILED),
        **states("update_rollback_failed import_rollback_failed", FAILED),
    },
    rules=(
        Rule(
            "state == 'succeeded' && native_state == 'DELETE_COMPLETE' && error",
            FAILED,
            "it is deleted because it could not be created",
        ),
        Rule(
            "state == 'succeeded' && item.DetailedStatus == 'VALIDATION_FAILED'",
            FAILED,
            "the validation of its template has failed",
        ),
    ),
    codes=((r"^ValidationError$", r"(?i)does not exist", NotFound),),
    # The name of a stack that is deleted is unknown, or that of the next one.
    alias="StackName",
    qualified=(whole_arn("cloudformation", "stack/.+", "stack/my-stack/7e57ab1e-0000-4000-8000-000000000001"),),
    listing=Listing(
        Call("ListStacks", form={"StackStatusFilter.member.1": "{native_state}", "NextToken": "{token}"}),
        items="StackSummaries",
        pages=Pages(100, token="NextToken"),
        states=(
            *("CREATE_IN_PROGRESS", "CREATE_FAILED", "CREATE_COMPLETE", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"),
            *("ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE", "UPDATE_IN_PROGRESS"),
            *("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS"),
            *("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
            *("REVIEW_IN_PROGRESS", "IMPORT_IN_PROGRESS", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_IN_PROGRESS"),
            *("IMPORT_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE"),
        ),
        # A summary has neither the outputs nor the details.
        judge=False,
    ),
    cancel=Cancel(
        Call("CancelUpdateStack", form={"StackName": "{task_id}"}), when="native_state == 'UPDATE_IN_PROGRESS'"
    ),
    lasting=True,
    advice="A stack that was rolled back is V(failed). The id is the name of a stack or its ARN: of a name, the ARN is asked for"
    " after the first look, and tells of a stack that is deleted, too. C(DELETE_COMPLETE) is the end of a deletion. Only an"
    " update can be cancelled.",
)

_STACK_SET = Option(
    name="stack_set",
    about=("The name or the id of the stack set that the operation is on.",),
)

CLOUDFORMATION_STACK_SET_OPERATION = Service(
    name="cloudformation_stack_set_operation",
    title="AWS CloudFormation: operations on stack sets",
    doc="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSetOperation.html",
    product="cloudformation",
    version=_CLOUDFORMATION_VERSION,
    protocol="query",
    lists=("Summaries",),
    options=(_STACK_SET,),
    read=Call("DescribeStackSetOperation", form={"StackSetName": "{stack_set}", "OperationId": "{task_id}"}),
    root="StackSetOperation",
    started_by=Start(("OperationId",), parameters={"stack_set": ("stack-set-name", "StackSetName")}),
    facts={
        "id": "OperationId",
        "name": "Action",
        "resource_id": "StackSetId",
        "native_state": "Status",
        "created_at": "CreationTimestamp",
        "finished_at": "EndTimestamp",
        "error": "contains(['FAILED', 'STOPPED'], Status) && {message: StatusReason}",
        "counts": "StatusDetails && {total: StatusDetails.TotalStackInstancesCount,"
        " failed: StatusDetails.FailedStackInstancesCount}",
    },
    states={
        "queued": PENDING,
        **states("running stopping", RUNNING),
        "succeeded": SUCCEEDED,
        "failed": FAILED,
        "stopped": CANCELLED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && (item.StackSetDriftDetectionDetails.DriftDetectionStatus == 'IN_PROGRESS'"
            " || to_number(item.StackSetDriftDetectionDetails.InProgressStackInstancesCount) > `0`)",
            RUNNING,
            "drift is still looked for in some of the stack instances",
        ),
        Rule(
            "state == 'succeeded' && (contains(['FAILED', 'PARTIAL_SUCCESS', 'STOPPED'],"
            " item.StackSetDriftDetectionDetails.DriftDetectionStatus || '')"
            " || to_number(item.StackSetDriftDetectionDetails.FailedStackInstancesCount) > `0`)",
            PARTIAL,
            "drift was not looked for in all of the stack instances",
        ),
    ),
    codes=((r"^(StackSetNotFound|OperationNotFound)(Exception)?$", "", NotFound),),
    listing=Listing(
        Call(
            "ListStackSetOperations",
            form={"StackSetName": "{stack_set}", "MaxResults": "{page_size}", "NextToken": "{token}"},
        ),
        items="Summaries",
        pages=Pages(100, token="NextToken"),
        # A summary has no results of a detection of drift.
        facts={"resource_id": ""},
        judge=False,
    ),
    cancel=Cancel(
        Call("StopStackSetOperation", form={"StackSetName": "{stack_set}", "OperationId": "{task_id}"}),
    ),
    advice="An operation that failed for some of the stack instances, within its tolerance, is V(partial).",
)

STEPFUNCTIONS_EXECUTION = Service(
    name="stepfunctions_execution",
    title="AWS Step Functions: executions of standard state machines",
    doc="https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html",
    product="states",
    protocol="json-1.0",
    target="AWSStepFunctions",
    read=Call("DescribeExecution", json={"executionArn": "{task_id}"}),
    started_by=Start(("executionArn", "execution_arn")),
    facts={
        "id": "executionArn",
        "name": "name",
        "resource_id": "stateMachineArn",
        "native_state": "status",
        "started_at": "startDate",
        "finished_at": "stopDate",
        "error": "{code: error, message: cause}",
        "result": "output",
    },
    states={
        "pending_redrive": PENDING,
        "running": RUNNING,
        "succeeded": SUCCEEDED,
        **states("failed timed_out", FAILED),
        "aborted": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^(ExecutionDoesNotExist|StateMachineDoesNotExist)$", "", NotFound),),
    qualified=(whole_arn("states", "execution:.+", "execution:my-machine:7e57ab1e-0000-4000-8000-000000000001"),),
    listing=Listing(
        Call(
            "ListExecutions",
            json={
                "stateMachineArn": "{resource_id}",
                "statusFilter": "{native_state}",
                "maxResults": "{page_size:int}",
                "nextToken": "{token}",
            },
        ),
        items="executions",
        pages=Pages(1000, token="nextToken"),
        states=("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"),
        # An item has neither the error nor the output.
        facts={"result": ""},
        judge=False,
    ),
    cancel=Cancel(Call("StopExecution", json={"executionArn": "{task_id}"})),
    advice="A list is that of one state machine, whose ARN is the resource. Executions of express state machines cannot be read."
    " An execution that failed and is started again keeps its id.",
)
