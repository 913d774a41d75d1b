# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure Data Factory and Azure Automation."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Cancel, Listing, Pages, Service, Start
from .arm import GROUP, HOST, RESOURCE_GROUP, arm_call, in_id, named, start_of, states

_FACTORY = f"{GROUP}/Microsoft.DataFactory/factories/{{factory_name}}"
_PIPELINE_RUN = f"{_FACTORY}/pipelineruns/{{task_id}}"

PIPELINE_RUN = Service(
    name="pipeline_run",
    title="Azure Data Factory: runs of pipelines",
    doc="https://learn.microsoft.com/rest/api/datafactory/pipeline-runs/get",
    product="management",
    host=HOST,
    version="2018-06-01",
    options=(RESOURCE_GROUP, named("factory_name", "data factory", selects=False)),
    read=arm_call("PipelineRuns_Get", _PIPELINE_RUN, "Microsoft.DataFactory/factories/pipelineruns/read"),
    started_by=Start(
        ("runId", "run_id"),
        urls=(
            r"(?i)/resourceGroups/(?P<resource_group>[^/?#]+)/providers/[^/?#]+/factories/(?P<factory_name>[^/?#]+)/pipelines/",
        ),
        parameters={
            "resource_group": ("resource-group", "resource_group"),
            "factory_name": ("factory-name", "factory_name"),
        },
    ),
    facts={
        "details": "{full_id: id}",
        "id": "runId",
        "name": "pipelineName",
        "native_state": "status",
        "started_at": "runStart",
        "updated_at": "lastUpdated",
        "finished_at": "runEnd",
        "error": "{message: message}",
        "outputs": "{run_group_id: runGroupId, invoked_by: invokedBy.name}",
    },
    states={
        "queued": PENDING,
        **states("inprogress canceling", RUNNING),
        "succeeded": SUCCEEDED,
        "failed": FAILED,
        "cancelled": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    any_case=True,
    qualified=(in_id(_PIPELINE_RUN),),
    listing=Listing(
        arm_call(
            "PipelineRuns_QueryByFactory",
            f"{_FACTORY}/queryPipelineRuns",
            "Microsoft.DataFactory/factories/querypipelineruns/action",
            method="POST",
            # Both times are needed. The API keeps runs for 45 days.
            json={
                "lastUpdatedAfter": "{created_after|now-45d}",
                "lastUpdatedBefore": "{now+1d}",
                "filters": [
                    {
                        "operand": "{name:=PipelineName}",
                        "operator": "{name:=Equals}",
                        "values": ["{name}"],
                    },
                    {
                        "operand": "{native_state:=Status}",
                        "operator": "{native_state:=Equals}",
                        "values": ["{native_state}"],
                    },
                ],
                "continuationToken": "{token}",
            },
        ),
        items="value",
        pages=Pages(100, token="continuationToken"),
        states=("Queued", "InProgress", "Succeeded", "Failed", "Canceling", "Cancelled"),
    ),
    cancel=Cancel(
        arm_call(
            "PipelineRuns_Cancel",
            f"{_PIPELINE_RUN}/cancel",
            "Microsoft.DataFactory/factories/pipelineruns/cancel/action",
            method="POST",
        )
    ),
    advice="A run that is started again keeps its group, and has another id.",
)

_AUTOMATION_JOBS = f"{GROUP}/Microsoft.Automation/automationAccounts/{{automation_account_name}}/jobs"
_AUTOMATION_JOB = f"{_AUTOMATION_JOBS}/{{task_id}}"
_AUTOMATION_READ = "Microsoft.Automation/automationAccounts/jobs/read"

AUTOMATION_JOB = Service(
    name="automation_job",
    title="Azure Automation: jobs of runbooks",
    doc="https://learn.microsoft.com/rest/api/automation/job/get",
    product="management",
    host=HOST,
    version="2022-08-08",
    options=(RESOURCE_GROUP, named("automation_account_name", "Automation account", selects=False)),
    read=arm_call("Job_Get", _AUTOMATION_JOB, _AUTOMATION_READ),
    started_by=start_of(_AUTOMATION_JOB),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.runbook.name",
        "native_state": "properties.status",
        "created_at": "properties.creationTime",
        "started_at": "properties.startTime",
        "updated_at": "properties.lastModifiedTime",
        "finished_at": "properties.endTime",
        "error": "{message: properties.exception}",
    },
    states={
        **states("new blocked suspended disconnected", PENDING),
        **states("activating running suspending stopping resuming removing", RUNNING),
        "completed": SUCCEEDED,
        "failed": FAILED,
        "stopped": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    any_case=True,
    qualified=(in_id(_AUTOMATION_JOB),),
    listing=Listing(
        arm_call("Job_ListByAutomationAccount", _AUTOMATION_JOBS, _AUTOMATION_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # An item has no exception.
        judge=False,
    ),
    cancel=Cancel(
        arm_call(
            "Job_Stop",
            f"{_AUTOMATION_JOB}/stop",
            "Microsoft.Automation/automationAccounts/jobs/stop/action",
            method="POST",
        ),
    ),
    advice="A job that is C(Suspended) waits for someone to resume it, and is V(pending). What a runbook writes to its error"
    " stream does not make its job fail: let it throw.",
)
