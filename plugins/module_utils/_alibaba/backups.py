# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Cloud Backup (HBR) and of the Backup and Disaster Recovery Center (BDRC)."""

from __future__ import annotations

from .._core.errors import CloudError, NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
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

_HBR_HOSTS = {"cn-beijing-gov-1": "hbr.aliyuncs.com"}
_HBR_VERSION = "2017-09-08"
_HBR_REFUSED = "contains([`false`, 'false', 'False'], Success)"
_HBR_NOT_FOUND = (r"^(Task|Resource)NotFound$", "", NotFound)

# The quotas of the vendor hold for each API of a region and account. The page gives most calls of HBR 600 a minute.
_HBR_QUOTA = Quota(
    600.0, 60.0, source="https://help.aliyun.com/zh/cloud-backup/developer-reference/api-hbr-2017-09-08-quota"
)
_BDRC_QUOTA = Quota(
    10.0, source="https://www.alibabacloud.com/help/en/bdrc/developer-reference/api-bdrc-2023-08-08-quota"
)

HBR = Service(
    name="hbr",
    title="Cloud Backup: installing and updating of backup clients, and other asynchronous jobs",
    doc="https://www.alibabacloud.com/help/en/cloud-backup/developer-reference/api-hbr-2017-09-08-describetask",
    started_by=Start(("TaskId",)),
    product="hbr",
    version=_HBR_VERSION,
    hosts=_HBR_HOSTS,
    read=Call("DescribeTask", method="POST", query={"TaskId": "{task_id}", "Token": "{token}", **IN_GROUP}),
    options=(
        RESOURCE_GROUP,
        Option("token", about=("The access token that the API takes.",), required=False, secret=True),
    ),
    # The answer has no task id; the state is in Description, and Message is about the call.
    facts={
        "name": "Name",
        "native_state": "Description",
        "progress": "Progress",
        "created_at": "CreatedTime",
        "updated_at": "UpdatedTime",
        "finished_at": "CompletedTime",
        "result": "Result",
        "subtasks": "Result",
        "details": details("Code Message Success"),
    },
    subtask=(
        "{name: instanceId, native_state: clientStatus, error: {code: errorCode}, outputs: {client_id: clientId}}"
    ),
    states={"created": RUNNING, "completed": SUCCEEDED, "expired": EXPIRED, "cancelled": CANCELLED},
    item_states=(
        (
            "Uninstall",
            {
                "not_installed": SUCCEEDED,
                "uninstalling": RUNNING,
                "uninstall_failed": FAILED,
                "install_failed": FAILED,
                "activated": FAILED,
                "registered": FAILED,
                "deactivated": FAILED,
                "stopped": FAILED,
                "unknown": FAILED,
            },
        ),
        (
            "",
            {
                "activated": SUCCEEDED,
                "registered": RUNNING,
                "installing": RUNNING,
                "upgrading": RUNNING,
                "uninstalling": RUNNING,
                "install_failed": FAILED,
                "upgrade_failed": FAILED,
                "uninstall_failed": FAILED,
                "not_installed": FAILED,
                "deactivated": FAILED,
                "stopped": FAILED,
                "unknown": FAILED,
            },
        ),
    ),
    items_decide=True,
    rules=(
        Rule("to_number(raw.Progress) == `-1`", FAILED, "Progress is -1, by which the API says that the job failed"),
        SUCCESS_WITH_ERROR,
    ),
    refused=_HBR_REFUSED,
    codes=(
        _HBR_NOT_FOUND,
        # The API sends this with HTTP 500, but no retry makes this type of task readable.
        (r"^TaskTypeNotSupported$", "", CloudError),
    ),
    quota=_HBR_QUOTA,
    advice="The vendor advises a first look after 30 to 60 s and one every 30 s; jobs expire after 15 minutes.",
)

# The states of backup and restore jobs. The API reference lists only some of them for each; the vendor's tools know the rest.
_JOB_STATES = {
    "created": PENDING,
    "queued": PENDING,
    "running": RUNNING,
    "canceling": RUNNING,
    "complete": SUCCEEDED,
    "partial_complete": PARTIAL,
    "failed": FAILED,
    "unavailable": FAILED,
    "canceled": CANCELLED,
    "expired": EXPIRED,
}
_JOB_FACTS = {
    "native_state": "Status",
    "progress": "Progress",
    "created_at": "CreatedTime",
    "started_at": "StartTime",
    "updated_at": "UpdatedTime",
    "finished_at": "CompleteTime",
    "error": "ErrorMessage",
}
# By the example in the API reference, the status of a copy has the words of a job.
_COPY_IS_RUNNING = "['CREATED', 'QUEUED', 'RUNNING']"

HBR_BACKUP_JOB = Service(
    name="hbr_backup_job",
    title="Cloud Backup: backup jobs",
    doc="https://www.alibabacloud.com/help/en/cloud-backup/developer-reference/api-hbr-2017-09-08-describebackupjobs2",
    started_by=Start(("JobId",), parameters={"source_type": ("SourceType",)}),
    product="hbr",
    version=_HBR_VERSION,
    hosts=_HBR_HOSTS,
    options=(
        Option(
            "source_type",
            about=("What is backed up, as the API calls it.",),
            fact="name",
            choices=(
                "ECS_FILE",
                "OSS",
                "NAS",
                "OTS",
                "UDM_ECS",
                "UDM_ECS_DISK",
                "COMMON_NAS",
                "File",
                "SYNC",
            ),
        ),
    ),
    read=Call(
        "DescribeBackupJobs2",
        method="POST",
        query={
            "SourceType": "{source_type}",
            "Filters.1.Key": "JobId",
            "Filters.1.Operator": "IN",
            "Filters.1.Values.1": "{task_id}",
        },
    ),
    items="BackupJobs.BackupJob",
    scale=10_000.0,
    facts={
        **_JOB_FACTS,
        "id": "JobId",
        "name": "SourceType",
        "resource_id": "InstanceId || Bucket || FileSystemId || InstanceName || ClientId",
        "outputs": (
            "{vault_id: VaultId, snapshot_id: Detail.NativeSnapshotId, "
            "destination_snapshot_id: Detail.DestinationSnapshotId}"
        ),
        "details": details(
            "ActualBytes ActualFiles ActualItems BackupType Bucket BytesDone BytesTotal ChangeListPath "
            "ClientId CreateTime CrossAccountRoleName CrossAccountType CrossAccountUserId "
            "DestDataSourceDetail DestDataSourceId DestSourceType Detail Exclude FileSystemId FilesDone "
            "FilesTotal Identifier Include InstanceId InstanceName ItemsDone ItemsTotal JobName Options "
            "OtsDetail Paths PlanId Prefix Report Speed SpeedLimit TableName TriggerMode"
        ),
    },
    states=_JOB_STATES,
    # There is no rule for the numbers of items and bytes, because an increment is less than the whole. There is none
    # for the names of report files either.
    rules=(
        SUCCESS_WITH_ERROR,
        Rule(
            "state == 'succeeded' && item.Detail.DestinationNativeSnapshotErrorMessage",
            PARTIAL,
            "the backup was made, but it was not copied to the other region: DestinationNativeSnapshotErrorMessage says why",
        ),
        Rule(
            f"state == 'succeeded' && contains({_COPY_IS_RUNNING}, item.Detail.DestinationNativeSnapshotStatus || '')",
            RUNNING,
            "the backup was made, and is being copied to the other region",
        ),
        Rule(
            "state == 'succeeded' && item.Detail.DestinationNativeSnapshotStatus"
            " && item.Detail.DestinationNativeSnapshotStatus != 'COMPLETE'",
            PARTIAL,
            "the backup was made, but its copy in the other region is not complete",
        ),
    ),
    refused=_HBR_REFUSED,
    codes=(_HBR_NOT_FOUND,),
    listing=Listing(
        Call(
            "DescribeBackupJobs2",
            method="POST",
            query={"SourceType": "{source_type}", "PageNumber": "{page}", "PageSize": "{page_size}"},
        ),
        items="BackupJobs.BackupJob",
        pages=Pages(99, total="TotalCount"),
    ),
    batch=Batch(
        size=50,
        least=5,
        call=Call(
            "DescribeBackupJobs2",
            method="POST",
            query={
                "SourceType": "{source_type}",
                "Filters.1.Key": "JobId",
                "Filters.1.Operator": "IN",
                "Filters.1.Values.{n}": "{task_ids:each}",
                "PageSize": "99",
            },
        ),
        items="BackupJobs.BackupJob",
        judge=True,
    ),
    cancel=Cancel(Call("CancelBackupJob", method="POST", query={"JobId": "{task_id}"})),
    quota=_HBR_QUOTA,
    advice="A job that is PARTIAL_COMPLETE has backed up some of its files: add V(partial) to C(success_states) if that will do.",
)

HBR_RESTORE_JOB = Service(
    name="hbr_restore_job",
    title="Cloud Backup: restore jobs",
    doc="https://www.alibabacloud.com/help/en/cloud-backup/developer-reference/api-hbr-2017-09-08-describerestorejobs2",
    started_by=Start(("RestoreId",), parameters={"restore_type": ("RestoreType",)}),
    product="hbr",
    version=_HBR_VERSION,
    hosts=_HBR_HOSTS,
    options=(
        Option(
            "restore_type",
            about=("What is restored, as the API calls it.",),
            fact="name",
            choices=("ECS_FILE", "OSS", "NAS", "COMMON_FILE_SYSTEM", "OTS_TABLE", "UDM_ECS_ROLLBACK"),
        ),
    ),
    # The API reference has no filter for the id of a restore job, but the vendor's own tools use this one. If the API
    # ignores it, the newest 99 jobs come back, and the requested one is picked from them.
    read=Call(
        "DescribeRestoreJobs2",
        method="POST",
        query={
            "RestoreType": "{restore_type}",
            "Filters.1.Key": "RestoreId",
            "Filters.1.Operator": "IN",
            "Filters.1.Values.1": "{task_id}",
            "PageSize": "99",
        },
    ),
    items="RestoreJobs.RestoreJob",
    scale=10_000.0,
    facts={
        **_JOB_FACTS,
        "id": "RestoreId",
        "name": "RestoreType",
        "resource_id": "TargetInstanceId || TargetBucket || TargetFileSystemId || TargetInstanceName || TargetClientId",
        "expires_at": "ExpireTime",
        "outputs": "{vault_id: VaultId, snapshot_id: SnapshotId, target_path: TargetPath, error_file: ErrorFile}",
        "details": details(
            "ActualBytes ActualItems BytesDone BytesTotal ClusterId CrossAccountRoleName CrossAccountType "
            "CrossAccountUserId Exclude FailbackDetail Include ItemsDone ItemsTotal MeteringBytesDone "
            "MeteringBytesTotal Options OtsDetail ParentId Report SnapshotHash SourceInstanceId "
            "SourceResourceId SourceType Speed StorageClass TargetBucket TargetClientId TargetCreateTime "
            "TargetDataSourceId TargetFileSystemId TargetInstanceId TargetInstanceName TargetPrefix "
            "TargetTableName TargetTime UdmDetail"
        ),
    },
    states=_JOB_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    refused=_HBR_REFUSED,
    codes=(_HBR_NOT_FOUND,),
    listing=Listing(
        Call(
            "DescribeRestoreJobs2",
            method="POST",
            query={"RestoreType": "{restore_type}", "PageNumber": "{page}", "PageSize": "{page_size}"},
        ),
        items="RestoreJobs.RestoreJob",
        pages=Pages(99, total="TotalCount"),
    ),
    # The API may ignore that filter, so many jobs are looked for in the list.
    batch=Batch(),
    cancel=Cancel(Call("CancelRestoreJob", method="POST", query={"RestoreId": "{task_id}"})),
    quota=_HBR_QUOTA,
    advice="A job that is PARTIAL_COMPLETE has restored some of its files; RV(tasks[].outputs) may name a list of the others.",
)

BDRC = Service(
    name="bdrc",
    title="Backup and Disaster Recovery Center: scans of resources and checks of rules",
    doc="https://www.alibabacloud.com/help/en/bdrc/developer-reference/api-bdrc-2023-08-08-describetask",
    started_by=Start(("Data.TaskId", "TaskId")),
    product="bdrc",
    version="2023-08-08",
    regions=("cn-shanghai", "ap-southeast-1", "cn-shanghai-finance-1"),
    read=Call("DescribeTask", path="/api/v1/tasks/{task_id}"),
    root="Data",
    scale=10_000.0,
    facts={
        "id": "TaskId",
        "name": "TaskType",
        "native_state": "TaskStatus",
        "progress": "Progress",
        "started_at": "StartTime",
        "finished_at": "CompleteTime",
        "expires_at": "ExpireTime",
        "error": "ErrorMessage",
        "result": "TaskResult",
        "details": details("TaskName TaskDescription TaskPriority TaskDetail RequestId ExecutionId"),
    },
    states={
        "created": PENDING,
        "running": RUNNING,
        "complete": SUCCEEDED,
        "failed": FAILED,
        "expired": EXPIRED,
        "canceled": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    # The code for an unknown id is not documented. A 200 without data counts as one, too.
    absent="RequestId && !Data",
    codes=((r"^(InvalidTask(Id)?|Task|Resource)\.?(Not|Un)(Found|Exist)", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeTasks",
            path="/api/v1/tasks",
            query={
                "TaskType": "{name}",
                "TaskStatus": "{native_state}",
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="Data.Content || (Data && `[]`)",
        pages=Pages(500, token="Data.NextToken"),
        states=("CREATED", "RUNNING", "COMPLETE", "FAILED", "EXPIRED", "CANCELED"),
    ),
    # The list has no filter for ids, so its pages hold all tasks of the account.
    batch=Batch(),
    quota=_BDRC_QUOTA,
    advice="The vendor allows 10 calls a second and account.",
)

SERVICES = (HBR, HBR_BACKUP_JOB, HBR_RESTORE_JOB, BDRC)
