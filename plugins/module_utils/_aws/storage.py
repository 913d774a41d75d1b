# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of backups and snapshots of Amazon FSx, Amazon Redshift and Amazon ElastiCache."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Listing, Pages, Service, Start
from .words import in_arn, states

FSX_BACKUP = Service(
    name="fsx_backup",
    title="Amazon FSx: backups of file systems and volumes, and copies of them",
    doc="https://docs.aws.amazon.com/fsx/latest/APIReference/API_DescribeBackups.html",
    product="fsx",
    protocol="json-1.1",
    target="AWSSimbaAPIService_v20180301",
    read=Call("DescribeBackups", json={"BackupIds": ["{task_id}"]}),
    items="Backups",
    started_by=Start(("Backup.BackupId",)),
    facts={
        "id": "BackupId",
        "name": "Type",
        "resource_id": "FileSystem.FileSystemId",
        "native_state": "Lifecycle",
        "progress": "ProgressPercent",
        "created_at": "CreationTime",
        "error": "FailureDetails.Message",
        "outputs": "{backup_arn: ResourceARN, size: SizeInBytes}",
        "details": details(
            "Type ResourceType KmsKeyId file_system_type=FileSystem.FileSystemType SourceBackupId SourceBackupRegion"
        ),
    },
    states={
        "pending": PENDING,
        **states("creating transferring copying", RUNNING),
        "available": SUCCEEDED,
        "failed": FAILED,
        "deleted": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^(BackupNotFound|FileSystemNotFound|VolumeNotFound)$", "", NotFound),),
    qualified=(in_arn("fsx", "backup/", "backup-1234567890abcdef0"),),
    listing=Listing(
        Call(
            "DescribeBackups",
            json={
                "Filters": [
                    {"Name": "{resource_id:=file-system-id}", "Values": ["{resource_id}"]},
                    {"Name": "{name:=backup-type}", "Values": ["{name}"]},
                ],
                "MaxResults": "{page_size:int}",
                "NextToken": "{token}",
            },
        ),
        items="Backups",
        pages=Pages(100, token="NextToken"),
    ),
    # An id that is not known fails a call by ids, of which there is no filter: read the list.
    batch=Batch(),
    advice="The name of a backup is its type: C(USER_INITIATED), C(AUTOMATIC) or C(AWS_BACKUP).",
)

REDSHIFT_SNAPSHOT = Service(
    name="redshift_snapshot",
    title="Amazon Redshift: snapshots of clusters, and copies of them",
    doc="https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html",
    product="redshift",
    version="2012-12-01",
    protocol="query",
    lists=("Snapshots",),
    read=Call("DescribeClusterSnapshots", form={"SnapshotIdentifier": "{task_id}"}),
    items="Snapshots",
    started_by=Start(("Snapshot.SnapshotIdentifier",)),
    facts={
        "id": "SnapshotIdentifier",
        "name": "SnapshotType",
        "resource_id": "ClusterIdentifier",
        "native_state": "Status",
        "remaining": "EstimatedSecondsToCompletion",
        "created_at": "SnapshotCreateTime",
        "outputs": "{snapshot_arn: SnapshotArn, size_mb: TotalBackupSizeInMegaBytes}",
        "details": details("SnapshotType NodeType NumberOfNodes Encrypted KmsKeyId"),
    },
    states={"creating": RUNNING, "available": SUCCEEDED, "failed": FAILED, "deleted": CANCELLED},
    codes=((r"^Cluster(Snapshot)?NotFound(Fault)?$", "", NotFound),),
    any_case=True,
    listing=Listing(
        Call(
            "DescribeClusterSnapshots",
            form={
                "ClusterIdentifier": "{resource_id}",
                "SnapshotType": "{name}",
                "StartTime": "{created_after}",
                "EndTime": "{created_before}",
                "MaxRecords": "{page_size}",
                "Marker": "{token}",
            },
        ),
        items="Snapshots",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(),
    no_evidence="Snapshot of the API has neither an error nor a count: nothing but Status says how the snapshot ended.",
)

ELASTICACHE_SNAPSHOT = Service(
    name="elasticache_snapshot",
    title="Amazon ElastiCache: snapshots of caches, and copies of them",
    doc="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html",
    product="elasticache",
    version="2015-02-02",
    protocol="query",
    lists=("Snapshots", "NodeSnapshots"),
    read=Call("DescribeSnapshots", form={"SnapshotName": "{task_id}"}),
    items="Snapshots",
    started_by=Start(("Snapshot.SnapshotName",)),
    facts={
        "id": "SnapshotName",
        "name": "SnapshotSource",
        "resource_id": "ReplicationGroupId || CacheClusterId",
        "native_state": "SnapshotStatus",
        "created_at": "NodeSnapshots[0].SnapshotCreateTime",
        "outputs": "{snapshot_arn: ARN, engine: Engine, engine_version: EngineVersion}",
    },
    states={
        **states("creating restoring copying deleting exporting", RUNNING),
        "available": SUCCEEDED,
        "failed": FAILED,
    },
    codes=((r"^(CacheCluster|Snapshot)NotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=(in_arn("elasticache", "snapshot:", "my-snapshot", "ARN"),),
    listing=Listing(
        Call(
            "DescribeSnapshots",
            form={"CacheClusterId": "{resource_id}", "Marker": "{token}", "MaxRecords": "{page_size}"},
        ),
        items="Snapshots",
        pages=Pages(50, token="Marker"),
    ),
    batch=Batch(),
    no_evidence="Snapshot of the API has neither an error nor a count: nothing but SnapshotStatus says how the snapshot ended.",
)
