# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of services that operate others: OOS, ROS, ACK, Lingjun (EFLO) and Cloud Control."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SKIPPED, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import (
    SUCCESS_WITH_ERROR,
    Batch,
    Call,
    Cancel,
    Listing,
    Option,
    Pages,
    Quota,
    Rule,
    Service,
    Start,
)
from .groups import IN_GROUP, RESOURCE_GROUP

_GOING = ", ".join(f"item.Counters.{word}" for word in ("Running", "Started", "Waiting", "Queued", "Pending"))

OOS = Service(
    name="oos",
    title="CloudOps Orchestration Service: executions of templates",
    doc="https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listexecutions",
    started_by=Start(("Execution.ExecutionId", "ExecutionId", "executions.execution_id")),
    product="oos",
    version="2019-06-01",
    needs=("region",),
    # Without IncludeChildExecution the API does not find child executions.
    read=Call(
        "ListExecutions",
        method="POST",
        query={"RegionId": "{region}", "ExecutionId": "{task_id}", "IncludeChildExecution": "true", **IN_GROUP},
    ),
    options=(RESOURCE_GROUP,),
    items="Executions",
    facts={
        "id": "ExecutionId",
        "name": "TemplateName",
        "native_state": "Status",
        "created_at": "CreateDate",
        "started_at": "StartDate",
        "updated_at": "UpdateDate",
        "finished_at": "EndDate",
        "error": "StatusMessage || StatusReason",
        "result": "Outputs",
        # The number of succeeded tasks is left out: the total includes tasks whose condition did not hold.
        "counts": "{total: Counters.Total, failed: Counters.Failed}",
        "details": details(
            "AccountId Category Counters CurrentTasks Description ExecutedBy IsParent "
            "LastSuccessfulTriggerTime LastTriggerOutputs LastTriggerStatus LastTriggerStatusMessage "
            "LastTriggerTime Mode NextScheduleTime ParentExecutionId RamRole ResourceGroupId "
            "ResourceStatus SafetyCheck StatusMessage StatusReason Tags Targets TemplateId "
            "TemplateVersion WaitingStatus"
        ),
    },
    # The execution is waiting for a trigger or for a person's approval.
    states={
        "started": PENDING,
        "queued": PENDING,
        "pending": PENDING,
        "waiting": PENDING,
        "running": RUNNING,
        "success": SUCCEEDED,
        "failed": FAILED,
        "cancelled": CANCELLED,
        "skipped": SKIPPED,
    },
    rules=(
        Rule(
            f"state == 'succeeded' && [{_GOING}][?to_number(@) > `0`]",
            UNKNOWN,
            "it says that it has succeeded, and counts tasks of its own that have not ended",
        ),
    ),
    codes=((r"^EntityNotExists?\.Execution", "", NotFound),),
    listing=Listing(
        Call(
            "ListExecutions",
            method="POST",
            query={
                "RegionId": "{region}",
                "TemplateName": "{name}",
                **IN_GROUP,
                "Status": "{native_state}",
                "StartDateAfter": "{created_after}",
                "StartDateBefore": "{created_before}",
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="Executions",
        pages=Pages(100, token="NextToken"),
        states=("Running", "Started", "Success", "Failed", "Waiting", "Cancelled", "Pending", "Skipped"),
    ),
    cancel=Cancel(Call("CancelExecution", method="POST", query={"RegionId": "{region}", "ExecutionId": "{task_id}"})),
    # What the page gives most calls of this API.
    quota=Quota(300.0, 60.0, source="https://help.aliyun.com/zh/oos/developer-reference/api-oos-2019-06-01-quota"),
    advice="An execution that is Waiting may wait for a person for ever: set C(stall_timeout).",
)

_STACK_ACTIONS = ("CREATE", "UPDATE", "DELETE", "CHECK", "IMPORT_CREATE", "IMPORT_UPDATE")
# After a rollback the action has not been done, even if the rollback succeeded.
_STACK_ROLLBACKS = ("ROLLBACK", "CREATE_ROLLBACK", "IMPORT_CREATE_ROLLBACK", "IMPORT_UPDATE_ROLLBACK")
_STACK_STATES = {
    "review_in_progress": PENDING,
    **{f"{verb}_IN_PROGRESS".lower(): RUNNING for verb in (*_STACK_ACTIONS, *_STACK_ROLLBACKS)},
    **{f"{verb}_COMPLETE".lower(): SUCCEEDED for verb in _STACK_ACTIONS},
    **{f"{verb}_FAILED".lower(): FAILED for verb in (*_STACK_ACTIONS, *_STACK_ROLLBACKS)},
    **{f"{verb}_COMPLETE".lower(): FAILED for verb in _STACK_ROLLBACKS},
    # A play that waits for a new stack cannot continue without it.
    "delete_complete": CANCELLED,
}
# StatusReason is also set on success.
_STACK_ERROR = (
    "(ends_with(Status, 'FAILED') || contains(Status, 'ROLLBACK')) && {code: OperationInfo.Code, message: StatusReason}"
)
_STACK_ITEM = {"progress": "", "outputs": "", "counts": "", "error": _STACK_ERROR}

ROS = Service(
    name="ros",
    title="Resource Orchestration Service: stacks",
    doc="https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-getstack",
    started_by=Start(("StackId", "stack.stack_id")),
    product="ros",
    version="2019-09-10",
    host="ros.aliyuncs.com",
    needs=("region",),
    read=Call(
        "GetStack",
        method="POST",
        query={"RegionId": "{region}", "StackId": "{task_id}", "ShowResourceProgress": "PercentageOnly"},
    ),
    # The calls that list stacks take it, and the one that reads a single stack does not.
    options=(RESOURCE_GROUP,),
    facts={
        "id": "StackId",
        "name": "StackName",
        "native_state": "Status",
        "progress": "ResourceProgress.StackActionProgress",
        "created_at": "CreateTime",
        "updated_at": "UpdateTime",
        "error": _STACK_ERROR.replace("StatusReason", "RollbackFailedRootReason || StatusReason"),
        "outputs": "Outputs[].{Name: OutputKey, Value: OutputValue}",
        # The numbers of resources are documented for new stacks only, and only if the percentage is not requested.
        "counts": "{total: ResourceProgress.TotalResourceCount, failed: ResourceProgress.FailedResourceCount}",
        "details": details(
            "CheckedStackResourceCount DeletionProtection Description DisableRollback DriftDetectionTime "
            "Interface Log NotCheckedStackResourceCount NotificationURLs OperationInfo OrderIds "
            "ParentStackId RamRoleName ResourceGroupId ResourceProgress RollbackFailedRootReason "
            "RootStackId ServiceManaged ServiceName StackDriftStatus StackType StatusReason Tags "
            "TemplateDescription TemplateId TemplateScratchId TemplateURL TemplateVersion "
            "TimeoutInMinutes"
        ),
    },
    states=_STACK_STATES,
    codes=((r"^StackNotFound$", "", NotFound),),
    listing=Listing(
        Call(
            "ListStacks",
            method="POST",
            query={
                "RegionId": "{region}",
                "StackName.1": "{name}",
                **IN_GROUP,
                "Status.1": "{native_state}",
                "StartTime": "{created_after}",
                "EndTime": "{created_before}",
                "PageNumber": "{page}",
                "PageSize": "{page_size}",
            },
        ),
        items="Stacks",
        pages=Pages(50, total="TotalCount"),
        facts=_STACK_ITEM,
        states=tuple(word.upper() for word in _STACK_STATES),
    ),
    batch=Batch(
        size=50,
        least=10,
        call=Call(
            "ListStacks",
            method="POST",
            query={"RegionId": "{region}", "StackIds.{n}": "{task_ids:each}", "PageSize": "50", **IN_GROUP},
        ),
        items="Stacks",
        facts=_STACK_ITEM,
    ),
    lasting=True,
    # What the page gives most calls of this API.
    quota=Quota(100.0, 60.0, source="https://help.aliyun.com/zh/ros/developer-reference/api-ros-2019-09-10-quota"),
    advice=(
        "A stack that was rolled back is V(failed), however well the rollback went; RV(tasks[].error) has the reason. "
        "One that is deleted is V(cancelled): add it to C(success_states) to wait for a deletion."
    ),
)

ACK = Service(
    name="ack",
    title="Container Service for Kubernetes: tasks of clusters and node pools",
    doc=(
        "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/"
        "api-cs-2015-12-15-describetaskinfo"
    ),
    started_by=Start(("task_id", "taskId")),
    product="cs",
    version="2015-12-15",
    hosts={"cn-beijing-gov-1": "cs.aliyuncs.com"},
    read=Call("DescribeTaskInfo", path="/tasks/{task_id}"),
    facts={
        "id": "task_id",
        "name": "task_type",
        "resource_id": "cluster_id",
        "native_state": "state",
        "created_at": "created",
        "updated_at": "updated",
        "error": "{code: error.code, message: error.message}",
        "outputs": "outputs",
        "subtasks": "task_result",
        "details": details("current_stage events stages target"),
    },
    subtask="{name: data, native_state: status}",
    # The API reference has fail; its other pages and the vendor's tools have failed. Pausing and cancelling have calls,
    # but no states.
    states={
        "running": RUNNING,
        "paused": PENDING,
        "success": SUCCEEDED,
        "fail": FAILED,
        "failed": FAILED,
        "canceled": CANCELLED,
        "cancelled": CANCELLED,
    },
    item_states=(("", {"initial": PENDING, "success": SUCCEEDED, "failed": FAILED}),),
    items_decide=True,
    # The stages have no names. The events are those of Kubernetes: an event with an error does not mean that the task failed.
    rules=(
        Rule(
            "state == 'succeeded' && item.stages[?state == 'fail' || state == 'failed']",
            PARTIAL,
            "a stage of it failed",
        ),
        Rule("state == 'succeeded' && item.stages[?state == 'running']", RUNNING, "a stage of it goes on"),
        SUCCESS_WITH_ERROR,
    ),
    # The code for an unknown id is not documented. It was seen as 400 with a text (aliyun/alibaba-cloud-sdk-go#476).
    codes=(
        (r"(?i)^((error|invalid)?task(_?id)?\.?not_?(found|exist)|(error)?invalid_?task_?id)", "", NotFound),
        (r"^400$", r"(?i)\btask\b.{0,100} not found", NotFound),
    ),
    options=(
        Option(
            "cluster_id",
            about=("The cluster whose tasks are listed.", "A task that is known by its id does not need it."),
            required=False,
            fact="resource_id",
        ),
    ),
    # The items of a list do not say how the task went on the nodes.
    listing=Listing(
        Call(
            "DescribeClusterTasks",
            path="/clusters/{cluster_id}/tasks",
            query={"page_number": "{page}", "page_size": "{page_size}"},
        ),
        items="tasks",
        pages=Pages(50, total="page_info.total_count"),
        facts={"resource_id": "", "outputs": "", "subtasks": ""},
        judge=False,
    ),
    cancel=Cancel(Call("CancelTask", path="/tasks/{task_id}/cancel", method="POST")),
    quota=Quota(2.0),
    advice="Tasks are listed of one cluster: C(cluster_id) says of which.",
)

EFLO = Service(
    name="eflo",
    title="Intelligent Computing LINGJUN: tasks of clusters and nodes",
    doc="https://www.alibabacloud.com/help/en/pai/developer-reference/api-eflo-controller-2022-12-15-describetask",
    started_by=Start(("TaskId",)),
    product="eflo-controller",
    version="2022-12-15",
    read=Call("DescribeTask", method="POST", form={"TaskId": "{task_id}"}),
    # The answer has no task id.
    facts={
        "name": "TaskType",
        "resource_id": "ClusterId",
        "native_state": "TaskState",
        "created_at": "CreateTime",
        "updated_at": "UpdateTime",
        "error": "Message",
        # The work of a step on one node is a task of its own.
        "subtasks": "[Steps, Steps[].SubTasks[]][]",
        "details": details("ClusterName NodeIds"),
    },
    subtask="{name: not_null(StepName, TaskId), native_state: not_null(StepState, TaskState), error: {message: Message}}",
    # The API reference has execution_fail. The vendor's tools also know execution_failed and execution_cancelled.
    states={
        "waiting_to_run": PENDING,
        "running": RUNNING,
        "execution_success": SUCCEEDED,
        "execution_fail": FAILED,
        "execution_failed": FAILED,
        "execution_cancelled": CANCELLED,
    },
    item_states=(
        (
            "",
            {
                "waiting_to_run": PENDING,
                "running": RUNNING,
                "execution_success": SUCCEEDED,
                "execution_fail": FAILED,
                "execution_failed": FAILED,
                "execution_cancelled": CANCELLED,
            },
        ),
    ),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
    # For missing resources this API returns RESOURCE_NOT_FOUND, as aliyun/terraform-provider-alicloud shows. The code
    # for a missing task is not documented.
    codes=((r"(?i)^(Task|Resource)[._]?Not_?(Found|Exist)|^InvalidTaskId", "", NotFound),),
    quota=Quota(
        100.0, source="https://help.aliyun.com/zh/pai/developer-reference/api-eflo-controller-2022-12-15-quota"
    ),
    advice="The API has no call that lists tasks.",
)

_INTERNATIONAL_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-hongkong",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "me-east-1",
    "us-east-1",
    "us-west-1",
)
_CHINESE_REGIONS = (
    "cn-beijing",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shenzhen",
    "cn-wulanchabu",
    "cn-zhangjiakou",
)

CLOUDCONTROL = Service(
    name="cloudcontrol",
    title="Cloud Control API: tasks that create, update or delete a resource of any service",
    doc="https://www.alibabacloud.com/help/en/cloud-control-api/developer-reference/api-cloudcontrol-2022-08-30-gettask",
    started_by=Start(("taskId",)),
    product="cloudcontrol",
    version="2022-08-30",
    hosts={
        **dict.fromkeys(_CHINESE_REGIONS, "cloudcontrol.aliyuncs.com"),
        **dict.fromkeys(_INTERNATIONAL_REGIONS, "cloudcontrol.ap-southeast-1.aliyuncs.com"),
    },
    read=Call("GetTask", path="/api/v1/tasks/{task_id}"),
    root="task",
    facts={
        "id": "taskId",
        "name": "taskAction",
        "resource_id": "resourceId || resourcePath",
        "native_state": "status",
        "created_at": "createTime",
        "error": "{code: error.code, message: error.message}",
        "outputs": "{resource_id: resourceId, resource_type: resourceType, product: product}",
        "details": details("resourcePath"),
    },
    states={
        "pending": PENDING,
        "running": RUNNING,
        "cancelling": RUNNING,
        "succeeded": SUCCEEDED,
        "failed": FAILED,
        "cancelled": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^InvalidTask\.NotFound$", "", NotFound),),
    cancel=Cancel(Call("CancelTask", path="/api/v1/tasks/{task_id}/operation/cancel", method="PUT")),
    quota=Quota(5.0),
    advice="The vendor allows 100 calls a second. The API has no call that lists tasks.",
)

SERVICES = (OOS, ROS, ACK, EFLO, CLOUDCONTROL)
