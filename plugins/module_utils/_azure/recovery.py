# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure Backup and Azure Site Recovery."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PARTIAL, RUNNING, SUCCEEDED
from .._service.model import Call, Cancel, Option, Service
from .arm import GROUP, HOST, RESOURCE_GROUP

_VAULT = f"{GROUP}/Microsoft.RecoveryServices/vaults/{{vault_name}}"
VAULT_NAME = Option("vault_name", ("The name of the Recovery Services vault.",))

RECOVERY_SERVICES_JOB = Service(
    name="recovery_services_job",
    title="Azure Backup: jobs of a Recovery Services vault",
    doc="https://learn.microsoft.com/en-us/rest/api/backup/job-details/get",
    product="recoveryservices",
    host=HOST,
    version="2024-04-01",
    options=(RESOURCE_GROUP, VAULT_NAME),
    read=Call(
        "JobDetails_Get",
        path=f"{_VAULT}/backupJobs/{{task_id}}",
        permissions=("Microsoft.RecoveryServices/Vaults/backupJobs/read",),
    ),
    facts={
        "id": "name",
        "name": "properties.operation",
        "resource_id": "properties.entityFriendlyName",
        "native_state": "properties.status",
        "progress": "properties.extendedInfo.progressPercentage",
        "started_at": "properties.startTime",
        "finished_at": "properties.endTime",
        "error": "properties.errorDetails[0].{code: errorCode, message: errorString}",
        "subtasks": "properties.extendedInfo.tasksList",
        "outputs": "properties.extendedInfo.propertyBag",
        "cancellable": "properties.actionsInfo && contains(properties.actionsInfo, 'Cancellable')",
    },
    subtask="{id: taskId, native_state: status, progress: progressPercentage}",
    states={
        "inprogress": RUNNING,
        "cancelling": RUNNING,
        "completed": SUCCEEDED,
        "completedwithwarnings": PARTIAL,
        "failed": FAILED,
        "cancelled": CANCELLED,
    },
    cancel=Cancel(
        Call(
            "JobCancellations_Trigger",
            path=f"{_VAULT}/backupJobs/{{task_id}}/cancel",
            method="POST",
            permissions=("Microsoft.RecoveryServices/Vaults/backupJobs/cancel/action",),
        ),
    ),
)
