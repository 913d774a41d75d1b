# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of AWS Backup."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import Batch, Call, Cancel, Codes, Listing, Pages, Rule, Service, Start
from .words import states

_CODES: Codes = ((r"^ResourceNotFoundException$", "", NotFound),)

# The job of a composite resource has a job for each part.
_PARTS = (
    "ChildJobsInState && {total: sum(values(ChildJobsInState)), succeeded: ChildJobsInState.COMPLETED || `0`,"
    " failed: sum([ChildJobsInState.FAILED || `0`, ChildJobsInState.ABORTED || `0`, ChildJobsInState.EXPIRED || `0`,"
    " ChildJobsInState.PARTIAL || `0`])}"
)
# Without an error, the category is SUCCESS.
_ISSUE = "MessageCategory != 'SUCCESS' && {code: MessageCategory, message: StatusMessage}"
_WITH_ISSUES = Rule(
    "state == 'succeeded' && error",
    PARTIAL,
    "it is completed with issues: its message and its category say with which",
)

BACKUP_JOB = Service(
    name="backup_job",
    title="AWS Backup: backup jobs",
    doc="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupJob.html",
    product="backup",
    protocol="rest-json",
    read=Call("DescribeBackupJob", path="/backup-jobs/{task_id}"),
    started_by=Start(("BackupJobId",)),
    facts={
        "id": "BackupJobId",
        "name": "ResourceType",
        "resource_id": "ResourceArn",
        "native_state": "State",
        "progress": "PercentDone",
        "created_at": "CreationDate",
        "started_at": "InitiationDate",
        "finished_at": "CompletionDate",
        "error": _ISSUE,
        "counts": _PARTS,
        "outputs": "{recovery_point_arn: RecoveryPointArn, backup_vault: BackupVaultName, size: BackupSizeInBytes}",
        "details": details(
            "ResourceName BackupVaultArn BackupType IamRoleArn AccountId IsParent ParentJobId"
            " BytesTransferred backup_plan_arn=CreatedBy.BackupPlanArn"
        ),
    },
    states={
        **states("created pending", PENDING),
        **states("running aborting", RUNNING),
        "completed": SUCCEEDED,
        "partial": PARTIAL,
        "failed": FAILED,
        "aborted": CANCELLED,
        "expired": EXPIRED,
    },
    rules=(_WITH_ISSUES,),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListBackupJobs",
            path="/backup-jobs/",
            query={
                "resourceArn": "{resource_id}",
                "state": "{native_state}",
                "resourceType": "{name}",
                "createdAfter": "{created_after}",
                "createdBefore": "{created_before}",
                "maxResults": "{page_size}",
                "nextToken": "{token}",
            },
        ),
        items="BackupJobs",
        pages=Pages(100, token="NextToken"),
        states=("CREATED", "PENDING", "RUNNING", "ABORTING", "ABORTED", "COMPLETED", "FAILED", "EXPIRED", "PARTIAL"),
        # A list does not tell of the jobs of a composite resource.
        judge=False,
    ),
    batch=Batch(),
    cancel=Cancel(Call("StopBackupJob", path="/backup-jobs/{task_id}", method="POST")),
    advice="The console says C(Completed with issues) of a job that is V(partial) here. A job that did not start in time is"
    " V(expired).",
)

BACKUP_RESTORE_JOB = Service(
    name="backup_restore_job",
    title="AWS Backup: restore jobs",
    doc="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRestoreJob.html",
    product="backup",
    protocol="rest-json",
    read=Call("DescribeRestoreJob", path="/restore-jobs/{task_id}"),
    started_by=Start(("RestoreJobId",)),
    facts={
        "id": "RestoreJobId",
        "name": "ResourceType",
        "resource_id": "SourceResourceArn",
        "native_state": "Status",
        "progress": "PercentDone",
        "created_at": "CreationDate",
        "finished_at": "CompletionDate",
        # A job that goes on has a message, too. A restore test has a second end: what has validated the resource.
        "error": "contains(['FAILED', 'ABORTED'], Status) && {message: StatusMessage}"
        " || contains(['FAILED', 'TIMED_OUT'], ValidationStatus || '')"
        " && {code: ValidationStatus, message: ValidationStatusMessage}",
        "outputs": "{resource_arn: CreatedResourceArn, recovery_point_arn: RecoveryPointArn, size: BackupSizeInBytes,"
        " validation: ValidationStatus}",
        "details": details(
            "BackupVaultArn IamRoleArn AccountId IsParent ParentJobId ExpectedCompletionTimeMinutes"
            " restore_testing_plan_arn=CreatedBy.RestoreTestingPlanArn DeletionStatus"
        ),
    },
    states={
        "pending": PENDING,
        "running": RUNNING,
        "completed": SUCCEEDED,
        "failed": FAILED,
        "aborted": CANCELLED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.ValidationStatus == 'VALIDATING'",
            RUNNING,
            "it is restored, and being validated",
        ),
        Rule(
            "state == 'succeeded' && item.ValidationStatus && item.ValidationStatus != 'SUCCESSFUL'",
            PARTIAL,
            "it is restored, and its validation has not succeeded",
        ),
    ),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListRestoreJobs",
            path="/restore-jobs/",
            query={
                "resourceType": "{name}",
                "createdBefore": "{created_before}",
                "createdAfter": "{created_after}",
                "status": "{native_state}",
                "maxResults": "{page_size}",
                "nextToken": "{token}",
            },
        ),
        items="RestoreJobs",
        pages=Pages(100, token="NextToken"),
        states=("PENDING", "RUNNING", "COMPLETED", "ABORTED", "FAILED"),
    ),
    batch=Batch(),
    advice="A restore test ends when its validation ends. A restored database still makes its first backup"
    " after the job is C(COMPLETED): also wait for V(rds_instance) or V(rds_cluster).",
)

BACKUP_COPY_JOB = Service(
    name="backup_copy_job",
    title="AWS Backup: copies of recovery points to other vaults, regions and accounts",
    doc="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeCopyJob.html",
    product="backup",
    protocol="rest-json",
    read=Call("DescribeCopyJob", path="/copy-jobs/{task_id}"),
    root="CopyJob",
    started_by=Start(("CopyJobId",)),
    facts={
        "id": "CopyJobId",
        "name": "ResourceType",
        "resource_id": "ResourceArn",
        "native_state": "State",
        "created_at": "CreationDate",
        "finished_at": "CompletionDate",
        "error": _ISSUE,
        "counts": _PARTS,
        "outputs": "{recovery_point_arn: DestinationRecoveryPointArn, backup_vault_arn: DestinationBackupVaultArn,"
        " size: BackupSizeInBytes}",
        "details": details(
            "ResourceName SourceBackupVaultArn SourceRecoveryPointArn IamRoleArn AccountId IsParent"
            " ParentJobId backup_plan_arn=CreatedBy.BackupPlanArn"
        ),
    },
    states={
        "created": PENDING,
        "running": RUNNING,
        "completed": SUCCEEDED,
        "partial": PARTIAL,
        "failed": FAILED,
    },
    rules=(_WITH_ISSUES,),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListCopyJobs",
            path="/copy-jobs/",
            query={
                "resourceArn": "{resource_id}",
                "state": "{native_state}",
                "createdBefore": "{created_before}",
                "createdAfter": "{created_after}",
                "resourceType": "{name}",
                "maxResults": "{page_size}",
                "nextToken": "{token}",
            },
        ),
        items="CopyJobs",
        pages=Pages(100, token="NextToken"),
        states=("CREATED", "RUNNING", "COMPLETED", "FAILED", "PARTIAL"),
        # As with backup jobs, the job alone is sure to tell of its parts.
        judge=False,
    ),
    batch=Batch(),
    advice="The API has no percentage of a copy.",
)
