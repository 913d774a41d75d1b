# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of AWS Backup."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.model import Batch, Call, Cancel, Codes, Listing, Pages, Rule, Service
from .words import states

_CODES: Codes = ((r"^ResourceNotFoundException$", "", NotFound),)

BACKUP_JOB = Service(
    name="backup_job",
    title="AWS Backup: backup jobs",
    doc="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupJob.html",
    product="backup",
    protocol="rest-json",
    read=Call("DescribeBackupJob", path="/backup-jobs/{task_id}"),
    facts={
        "id": "BackupJobId",
        "name": "ResourceType",
        "resource_id": "ResourceArn",
        "native_state": "State",
        "progress": "PercentDone",
        "created_at": "CreationDate",
        "started_at": "InitiationDate",
        "finished_at": "CompletionDate",
        # Without an error, the category is SUCCESS.
        "error": "MessageCategory != 'SUCCESS' && {code: MessageCategory, message: StatusMessage}",
        # The job of a composite resource has a job for each part.
        "counts": "ChildJobsInState && {total: sum(values(ChildJobsInState)), succeeded: ChildJobsInState.COMPLETED || `0`,"
        " failed: sum([ChildJobsInState.FAILED || `0`, ChildJobsInState.ABORTED || `0`, ChildJobsInState.EXPIRED || `0`,"
        " ChildJobsInState.PARTIAL || `0`])}",
        "outputs": "{recovery_point_arn: RecoveryPointArn, backup_vault: BackupVaultName, size: BackupSizeInBytes}",
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
    rules=(
        Rule(
            "state == 'succeeded' && error",
            PARTIAL,
            "it is completed with issues: its message and its category say with which",
        ),
    ),
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
