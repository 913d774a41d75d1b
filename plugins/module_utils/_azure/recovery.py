# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure Backup, in both kinds of vaults, and of Azure Site Recovery."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SKIPPED, SUCCEEDED, UNKNOWN
from .._service.model import SUCCESS_WITH_ERROR, Cancel, Listing, Pages, Rule, Service
from .arm import GROUP, HOST, RESOURCE_GROUP, arm_call, in_id, is_one_of, named, start_of, states

_VAULT_NAME = named("vault_name", "vault", selects=False)


def _parts(path: str) -> tuple[Rule, ...]:
    """Return the rules for a job that is completed, and whose parts at a ``path`` are not. A part may be left out, though."""
    return (
        Rule(
            f"state == 'succeeded' && (type({path} || `[]`) != 'array' || {path}[?type(@) != 'object'])",
            UNKNOWN,
            "it is completed, and its parts cannot be read",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?contains(['failed', 'partial', 'cancelled'], state)]",
            PARTIAL,
            "it is completed, and a part of it is not",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?contains(['pending', 'running'], state)]",
            RUNNING,
            "it is completed, and a part of it goes on",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?state == 'unknown']",
            UNKNOWN,
            "it is completed, and a part of it says what is not known here",
        ),
    )


_VAULT = f"{GROUP}/Microsoft.RecoveryServices/vaults/{{vault_name}}"
_RECOVERY_JOB = f"{_VAULT}/backupJobs/{{task_id}}"

_BACKUP_STATES = {
    **states("inprogress cancelling", RUNNING),
    "completed": SUCCEEDED,
    "completedwithwarnings": PARTIAL,
    "failed": FAILED,
    "cancelled": CANCELLED,
}

RECOVERY_SERVICES_JOB = Service(
    name="recovery_services_job",
    title="Azure Backup: jobs of Recovery Services vaults",
    doc="https://learn.microsoft.com/rest/api/backup/job-details/get",
    product="management",
    host=HOST,
    version="2024-04-01",
    options=(RESOURCE_GROUP, _VAULT_NAME),
    read=arm_call("JobDetails_Get", _RECOVERY_JOB, "Microsoft.RecoveryServices/Vaults/backupJobs/read"),
    started_by=start_of(_RECOVERY_JOB),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.operation",
        "resource_id": "properties.entityFriendlyName",
        "native_state": "properties.status",
        "progress": "properties.extendedInfo.progressPercentage",
        "remaining": "properties.extendedInfo.estimatedRemainingDuration",
        "cancellable": "contains(properties.actionsInfo || `[]`, 'Cancellable')",
        "started_at": "properties.startTime",
        "finished_at": "properties.endTime",
        "error": "properties.errorDetails[0].{code: errorCode, message: errorString || errorTitle}"
        " || {message: properties.extendedInfo.dynamicErrorMessage}",
        "outputs": "properties.extendedInfo.propertyBag",
        "subtasks": "properties.extendedInfo.tasksList",
    },
    subtask="{name: taskId, native_state: status, progress: progressPercentage}",
    item_states=(("", {**_BACKUP_STATES, "notstarted": PENDING, "skipped": SKIPPED}),),
    states=_BACKUP_STATES,
    rules=(SUCCESS_WITH_ERROR, *_parts("item.properties.extendedInfo.tasksList")),
    any_case=True,
    qualified=(in_id(_RECOVERY_JOB),),
    listing=Listing(
        arm_call(
            "BackupJobs_List",
            f"{_VAULT}/backupJobs",
            "Microsoft.RecoveryServices/Vaults/backupJobs/read",
            # The API has its own form of times, and takes both or none.
            {
                "$filter": "startTime eq '{created_after:%Y-%m-%d %I:%M:%S %p}'"
                " and endTime eq '{created_before|now:%Y-%m-%d %I:%M:%S %p}'"
            },
        ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # An item has neither progress nor tasks.
        facts={"progress": "", "remaining": "", "outputs": "", "subtasks": ""},
        judge=False,
    ),
    cancel=Cancel(
        arm_call(
            "JobCancellations_Trigger",
            f"{_RECOVERY_JOB}/cancel",
            "Microsoft.RecoveryServices/Vaults/backupJobs/cancel/action",
            method="POST",
        ),
        when="cancellable",
    ),
    advice="A backup that is triggered through the API first is an operation of V(operation), which ends as soon as the job"
    " exists, and names it. A job that is C(CompletedWithWarnings) is V(partial). A job can be cancelled as long as it"
    " says so; while data are transferred, the API refuses. Jobs of the MARS agent appear only after they have ended.",
)

_BACKUP_VAULT = f"{GROUP}/Microsoft.DataProtection/backupVaults/{{vault_name}}"
_PROTECTION_JOB = f"{_BACKUP_VAULT}/backupJobs/{{task_id}}"
_PROTECTION_READ = "Microsoft.DataProtection/backupVaults/backupJobs/read"
_PROTECTION_STATES = {**_BACKUP_STATES, "paused": PENDING}

DATA_PROTECTION_JOB = Service(
    name="data_protection_job",
    title="Azure Backup: jobs of Backup vaults, such as those of disks, blobs, AKS and PostgreSQL",
    doc="https://learn.microsoft.com/rest/api/dataprotection/jobs/get",
    product="management",
    host=HOST,
    version="2024-04-01",
    options=(RESOURCE_GROUP, _VAULT_NAME),
    read=arm_call("Jobs_Get", _PROTECTION_JOB, _PROTECTION_READ),
    started_by=start_of(_PROTECTION_JOB, "jobId && contains(jobId, '/backupJobs/') && jobId"),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.operation",
        "resource_id": "properties.dataSourceId",
        "native_state": "properties.status",
        "started_at": "properties.startTime",
        "finished_at": "properties.endTime",
        "error": "properties.errorDetails[0].{code: code, message: message}",
        "outputs": "{recovery_point_id: properties.extendedInfo.targetRecoverPoint.recoveryPointID,"
        " recovery_destination: properties.extendedInfo.recoveryDestination,"
        " data_transferred: properties.extendedInfo.dataTransferredInBytes}",
        "subtasks": "properties.extendedInfo.subTasks",
    },
    subtask="{name: taskName, native_state: taskStatus, progress: taskProgress}",
    item_states=(("", {**_PROTECTION_STATES, "notstarted": PENDING, "skipped": SKIPPED}),),
    states=_PROTECTION_STATES,
    rules=(
        SUCCESS_WITH_ERROR,
        *_parts("item.properties.extendedInfo.subTasks"),
        Rule(
            "state == 'succeeded' && item.properties.extendedInfo.warningDetails",
            PARTIAL,
            "it is completed, and tells of a warning: {item.properties.extendedInfo.warningDetails[0].warning.message}",
        ),
    ),
    any_case=True,
    qualified=(in_id(_PROTECTION_JOB),),
    listing=Listing(
        arm_call("Jobs_List", f"{_BACKUP_VAULT}/backupJobs", _PROTECTION_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # Only the job alone is sure to have the warnings and the parts.
        judge=False,
    ),
    advice="A backup or a restore that is triggered through the API first is an operation of V(operation), which ends as soon"
    " as the job exists, and names it. A job that is C(CompletedWithWarnings) is V(partial). The API cannot cancel a job.",
)

_REPLICATION_JOB = f"{_VAULT}/replicationJobs/{{task_id}}"
_DESCRIPTION = "item.properties.stateDescription"
_REPLICATION_READ = "Microsoft.RecoveryServices/vaults/replicationJobs/read"
_REPLICATION_STATES = {
    **states("notstarted suspended", PENDING),
    **states("inprogress cancelling", RUNNING),
    "succeeded": SUCCEEDED,
    "failed": FAILED,
    "cancelled": CANCELLED,
}

SITE_RECOVERY_JOB = Service(
    name="site_recovery_job",
    title="Azure Site Recovery: jobs, such as failovers, test failovers and recovery plans",
    doc="https://learn.microsoft.com/rest/api/site-recovery/replication-jobs/get",
    product="management",
    host=HOST,
    version="2023-08-01",
    options=(RESOURCE_GROUP, _VAULT_NAME),
    read=arm_call("ReplicationJobs_Get", _REPLICATION_JOB, _REPLICATION_READ),
    started_by=start_of(_REPLICATION_JOB),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.friendlyName",
        "resource_id": "properties.targetObjectId",
        "native_state": "properties.state",
        "cancellable": "contains(properties.allowedActions || `[]`, 'Cancel')",
        "started_at": "properties.startTime",
        "finished_at": "properties.endTime",
        "error": "properties.errors[0].{code: serviceErrorDetails.code || providerErrorDetails.errorCode,"
        " message: serviceErrorDetails.message || providerErrorDetails.errorMessage}",
        "subtasks": "properties.tasks",
    },
    subtask="{name: friendlyName || taskId, native_state: state,"
    " error: errors[0].{code: serviceErrorDetails.code || providerErrorDetails.errorCode,"
    " message: serviceErrorDetails.message || providerErrorDetails.errorMessage}}",
    item_states=(("", {**_REPLICATION_STATES, "skipped": SKIPPED}),),
    states=_REPLICATION_STATES,
    rules=(
        Rule(
            f"state == 'succeeded' && {is_one_of(_DESCRIPTION, 'PartiallySucceeded CompletedWithInformation')}",
            PARTIAL,
            "it has succeeded in part: its description is {item.properties.stateDescription}",
        ),
        Rule(
            f"state == 'succeeded' && {is_one_of(_DESCRIPTION, 'Skipped')}",
            SKIPPED,
            "there was nothing to do: its description is Skipped",
        ),
        Rule(
            f"state == 'succeeded' && {is_one_of(_DESCRIPTION, 'Failed Cancelled InProgress NotStarted')}",
            UNKNOWN,
            "it has succeeded, and its description says otherwise: {item.properties.stateDescription}",
        ),
        SUCCESS_WITH_ERROR,
        *_parts("item.properties.tasks"),
    ),
    any_case=True,
    qualified=(in_id(_REPLICATION_JOB),),
    listing=Listing(
        arm_call("ReplicationJobs_List", f"{_VAULT}/replicationJobs", _REPLICATION_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        judge=False,
    ),
    cancel=Cancel(
        arm_call(
            "ReplicationJobs_Cancel",
            f"{_REPLICATION_JOB}/cancel",
            "Microsoft.RecoveryServices/vaults/replicationJobs/cancel/action",
            method="POST",
        ),
        when="cancellable",
    ),
    advice="A job that is C(Suspended) waits for a person, such as in a manual step of a recovery plan, and is V(pending)."
    " C(Succeeded) is V(partial) if its description says C(PartiallySucceeded) or C(CompletedWithInformation), and"
    " V(skipped) if it says C(Skipped).",
)
