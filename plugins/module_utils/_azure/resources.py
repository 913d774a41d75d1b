# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure Resource Manager itself: operations of any resource provider by their URL, and deployments."""

from __future__ import annotations

from .._core.task import CANCELLED, PARTIAL, PENDING, RUNNING, SKIPPED, SUCCEEDED, UNKNOWN
from .._service.model import (
    SUCCESS_WITH_ERROR,
    Call,
    Cancel,
    Detail,
    Listing,
    Option,
    Pages,
    Rule,
    Service,
    Start,
)
from .arm import ENDS, HOST, QUOTA, RESOURCE_GROUP, arm_call, in_id, start_of, states

_HEADERS = ("Azure-AsyncOperation", "Operation-Location", "Location")
_OPERATION_HEADER = Option(
    name="operation_header",
    about=(
        "The header that the URL of the operation came in.",
        (
            "An operation by C(Location) ends with its result, which has no status. By the other headers, an answer without a"
            " status is none. When this option is not given, the URL decides: one with C(operationResults) in its path, or"
            " C(monitor=true) in its query, is by C(Location). O(started_by) tells the header, too."
        ),
    ),
    required=False,
    choices=_HEADERS,
    selects=False,
)
# Of the URLs of the resource providers, these are by Location.
_ENDS_WITH_ITS_RESULT = (
    "(options.operation_header == 'Location' || !(options.operation_header)"
    " && (contains(id, 'perationResult') || contains(id, 'perationresult') || contains(id, 'monitor=true')))"
)
_JOB = "item.body.properties.jobId || join(', ', item.body.properties.jobIds || `[]`)"
_IS_OF_BACKUP_VAULT = "item.body.properties.objectType == 'OperationJobExtendedInfo'"
_STARTED_A_JOB = (
    "state == 'succeeded' && (contains(item.body.properties.objectType || '', 'JobExtendedInfo')"
    " || contains(item.body.properties.objectType || '', 'JobsExtendedInfo')"
    " || item.body.status && item.body.properties.jobId)"
)

OPERATION = Service(
    name="operation",
    title="Azure: asynchronous operations of any resource provider, by the URL that the answer to their start tells",
    doc="https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    product="management",
    host=HOST,
    options=(_OPERATION_HEADER,),
    # Each resource provider has an action of its own.
    read=Call(
        "Operation_Get",
        path="{task_id:url}",
        permissions=(
            "Microsoft.Compute/locations/operations/read",
            "Microsoft.Resources/subscriptions/operationresults/read",
        ),
    ),
    envelope=True,
    started_by=Start(headers=tuple((name, "") for name in _HEADERS), header_option="operation_header"),
    facts={
        "resource_id": "body.resourceId",
        "native_state": "body.status || body.properties.provisioningState || join(' ', ['HTTP', to_string(status)])",
        "progress": "body.percentComplete",
        "started_at": "body.startTime",
        "finished_at": "body.endTime",
        "error": "body.error.{code: code, message: message} || body.properties.error.{code: code, message: message}"
        " || {message: body.properties.errorMessage}",
        # What else the properties hold may be a secret, such as the URL by which a disk can be downloaded.
        "outputs": "{job_id: body.properties.jobId, resource_location: body.resourceLocation}",
    },
    states={
        **ENDS,
        **states("inprogress accepted creating updating deleting", RUNNING),
        "http 200": SUCCEEDED,
        "http 201": SUCCEEDED,
        "http 202": RUNNING,
        "http 204": SUCCEEDED,
    },
    others=RUNNING,
    rules=(
        Rule(
            "type(item.body) == 'object' && contains(keys(item.body), 'status')"
            " && (type(item.body.status) != 'string' || !(item.body.status))",
            UNKNOWN,
            "its answer has an empty status",
        ),
        Rule("state == 'succeeded' && item.status == `202`", RUNNING, "its answer says that it was only accepted"),
        Rule(
            f"{_STARTED_A_JOB} && {_IS_OF_BACKUP_VAULT}",
            SKIPPED,
            f"it has only started a job; wait for data_protection_job with the id {{{_JOB}}}",
        ),
        Rule(
            _STARTED_A_JOB,
            SKIPPED,
            f"it has only started a job; wait for recovery_services_job with the id {{{_JOB}}}",
        ),
        Rule(
            f"contains(['HTTP 200', 'HTTP 201'], native_state || '') && !{_ENDS_WITH_ITS_RESULT}"
            " || native_state == 'HTTP 204' && options.operation_header && options.operation_header != 'Location'",
            UNKNOWN,
            "its answer has no status; if its URL is from the header Location, say so by operation_header",
        ),
        SUCCESS_WITH_ERROR,
        Rule(
            "state == 'succeeded' && item.body.properties.validateOperationResponse.validationResults",
            PARTIAL,
            "it has validated what was asked for, and tells of problems:"
            " {item.body.properties.validateOperationResponse.validationResults[0].message}",
        ),
    ),
    advice="The id is the URL of the header C(Azure-AsyncOperation), C(Operation-Location) or C(Location), as it is; of"
    " several, the first of these. It must be on the host of Azure Resource Manager. Every status is V(running) but"
    " C(Succeeded), C(Failed) and C(Canceled). An operation that has only started a job of Azure Backup is V(skipped),"
    " and its reason names the job. To follow operations, the credentials need a role on the resource group or on the"
    " subscription: one on the resource alone is not enough. Each resource provider has an action of its own to read its"
    " operations, and the role Reader has all of them.",
)

_SCOPES = (
    "providers/Microsoft.Management/managementGroups/{management_group}",
    "subscriptions/{subscription_id}/resourceGroups/{resource_group}",
    "subscriptions/{subscription_id}",
)
_DEPLOYMENTS = "providers/Microsoft.Resources/deployments"
_IN_SCOPE = f"/[{'|'.join(_SCOPES)}]/{_DEPLOYMENTS}"
_DEPLOYMENT = f"{_IN_SCOPE}/{{task_id}}"
_DEPLOYMENT_READ = "Microsoft.Resources/deployments/read"

DEPLOYMENT = Service(
    name="deployment",
    title="Azure Resource Manager: deployments of templates",
    doc="https://learn.microsoft.com/rest/api/resources/deployments/get",
    product="management",
    host=HOST,
    version="2022-09-01",
    options=(
        RESOURCE_GROUP._replace(
            about=(
                "The resource group of the deployment, if it is in one. The full resource id of a task tells it, too.",
            ),
            required=False,
        ),
        Option(
            "management_group",
            ("The management group of the deployment, if it is in one. The full resource id of a task tells it, too.",),
            required=False,
            selects=False,
        ),
    ),
    read=arm_call("Deployments_Get", _DEPLOYMENT, _DEPLOYMENT_READ),
    started_by=start_of(_DEPLOYMENT)._replace(
        urls=(r"(?i)^https://[^/?#]+(?P<task_id>/[^?#]+/providers/Microsoft\.Resources/deployments/[^/?#]+)(?:\?|$)",),
    ),
    facts={
        "id": "id",
        "name": "name",
        "native_state": "properties.provisioningState",
        "updated_at": "properties.timestamp",
        "finished_at": "properties.timestamp",
        "error": "properties.error.{code: code, message: message}",
        "outputs": "properties.outputs",
        "details": "{full_id: id, correlation_id: properties.correlationId, mode: properties.mode}",
    },
    states={
        **states("accepted notspecified", PENDING),
        **states("running ready creating created updating deleting", RUNNING),
        **ENDS,
        "deleted": CANCELLED,
    },
    others=RUNNING,
    rules=(SUCCESS_WITH_ERROR,),
    any_case=True,
    qualified=tuple(in_id(f"/{scope}/{_DEPLOYMENTS}/{{task_id}}", "my-deployment") for scope in _SCOPES),
    # The deployment itself says only that an operation has failed.
    detail=Detail(
        arm_call(
            "DeploymentOperations_List", f"{_DEPLOYMENT}/operations", "Microsoft.Resources/deployments/operations/read"
        ),
        when="state == 'failed'",
        facts={
            "error": "value[?properties.provisioningState == 'Failed'] | [0].properties"
            ".{code: statusMessage.error.code || statusCode, message: join(': ', ["
            "targetResource.resourceName || targetResource.id || provisioningOperation || 'an operation',"
            " statusMessage.error.details[0].message || statusMessage.error.message || to_string(statusMessage)])}",
            "subtasks": "value",
        },
    ),
    subtask="{name: properties.targetResource.id || properties.provisioningOperation,"
    " native_state: properties.provisioningState,"
    " error: properties.statusMessage.error.{code: code, message: message}}",
    item_states=(("", {**states("running creating", RUNNING), **ENDS}),),
    listing=Listing(
        arm_call(
            "Deployments_List",
            _IN_SCOPE,
            _DEPLOYMENT_READ,
            {"$filter": "provisioningState eq '{native_state}'", "$top": "{page_size}"},
        ),
        items="value",
        pages=Pages(100, link="nextLink"),
        states=("Accepted", "Running", "Succeeded", "Failed", "Canceled"),
        judge=False,
    ),
    cancel=Cancel(
        arm_call(
            "Deployments_Cancel",
            f"{_DEPLOYMENT}/cancel",
            "Microsoft.Resources/deployments/cancel/action",
            method="POST",
        ),
        when="contains(['Accepted', 'Running'], native_state || '')",
    ),
    lasting=True,
    quota=QUOTA,
    advice="The reason of a deployment that has failed is that of its first operation that has. Its sub-tasks are its"
    " operations then. A name is used again by the next deployment, and Azure deletes old deployments. Without a"
    " resource group and a management group, it is a deployment of the subscription. A deployment of the tenant can be"
    " followed as an operation: see V(operation). It can be cancelled while it is C(Accepted) or C(Running).",
)
