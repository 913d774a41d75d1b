# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Amazon RDS and Amazon DynamoDB."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Cancel, Listing, Pages, Rule, Service, Start
from .words import in_arn, rds_filter, states, whole_arn

RDS_VERSION = "2014-10-31"
_RDS_PAGE = {"MaxRecords": "{page_size}", "Marker": "{token}"}

_SNAPSHOT_STATES = {
    **states("creating copying modifying rebooting resetting-master-credentials deleting", RUNNING),
    "available": SUCCEEDED,
    **states("failed incompatible-restore incompatible-parameters", FAILED),
    "deleted": CANCELLED,
}

RDS_SNAPSHOT = Service(
    name="rds_snapshot",
    title="Amazon RDS: snapshots of DB instances, and copies of them",
    doc="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html",
    product="rds",
    version=RDS_VERSION,
    protocol="query",
    lists=("DBSnapshots",),
    read=Call("DescribeDBSnapshots", form={"DBSnapshotIdentifier": "{task_id}"}),
    items="DBSnapshots",
    started_by=Start(("DBSnapshot.DBSnapshotIdentifier", "db_snapshot_identifier")),
    facts={
        "id": "DBSnapshotIdentifier",
        "name": "SnapshotType",
        "resource_id": "DBInstanceIdentifier",
        "native_state": "Status",
        "progress": "PercentProgress",
        "created_at": "SnapshotCreateTime",
        "outputs": "{snapshot_arn: DBSnapshotArn, engine: Engine, engine_version: EngineVersion, size: AllocatedStorage}",
        "details": details(
            "SnapshotType AvailabilityZone StorageType Encrypted KmsKeyId SourceRegion SourceDBSnapshotIdentifier"
        ),
    },
    states=_SNAPSHOT_STATES,
    codes=((r"^DBSnapshotNotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=(in_arn("rds", "snapshot:", "my-snapshot", "DBSnapshotArn"),),
    listing=Listing(
        Call(
            "DescribeDBSnapshots",
            form={"DBInstanceIdentifier": "{resource_id}", "SnapshotType": "{name}", **_RDS_PAGE},
        ),
        items="DBSnapshots",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(
        100,
        2,
        Call("DescribeDBSnapshots", form={**rds_filter("db-snapshot-id", "{task_ids:each}"), **_RDS_PAGE}),
        items="DBSnapshots",
        judge=True,
        pages=Pages(100, token="Marker"),
    ),
    no_evidence="DBSnapshot of the API has neither an error nor a count: nothing but Status says how the snapshot ended.",
    advice="The name of a snapshot is its type: C(manual), C(automated) or C(awsbackup).",
)

RDS_CLUSTER_SNAPSHOT = Service(
    name="rds_cluster_snapshot",
    title="Amazon RDS, DocumentDB and Neptune: snapshots of DB clusters, and copies of them",
    doc="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterSnapshots.html",
    product="rds",
    version=RDS_VERSION,
    protocol="query",
    lists=("DBClusterSnapshots",),
    read=Call("DescribeDBClusterSnapshots", form={"DBClusterSnapshotIdentifier": "{task_id}"}),
    items="DBClusterSnapshots",
    started_by=Start(("DBClusterSnapshot.DBClusterSnapshotIdentifier", "db_cluster_snapshot_identifier")),
    facts={
        "id": "DBClusterSnapshotIdentifier",
        "name": "SnapshotType",
        "resource_id": "DBClusterIdentifier",
        "native_state": "Status",
        "progress": "PercentProgress",
        "created_at": "SnapshotCreateTime",
        "outputs": "{snapshot_arn: DBClusterSnapshotArn, engine: Engine, engine_version: EngineVersion, size: AllocatedStorage}",
        "details": details("SnapshotType StorageType StorageEncrypted KmsKeyId SourceDBClusterSnapshotArn"),
    },
    states=_SNAPSHOT_STATES,
    codes=((r"^DBClusterSnapshotNotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=(in_arn("rds", "cluster-snapshot:", "my-snapshot", "DBClusterSnapshotArn"),),
    listing=Listing(
        Call(
            "DescribeDBClusterSnapshots",
            form={"DBClusterIdentifier": "{resource_id}", "SnapshotType": "{name}", **_RDS_PAGE},
        ),
        items="DBClusterSnapshots",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(
        100,
        2,
        Call(
            "DescribeDBClusterSnapshots", form={**rds_filter("db-cluster-snapshot-id", "{task_ids:each}"), **_RDS_PAGE}
        ),
        items="DBClusterSnapshots",
        judge=True,
        pages=Pages(100, token="Marker"),
    ),
    no_evidence="DBClusterSnapshot of the API has neither an error nor a count: nothing but Status says how the snapshot ended.",
    advice="The name of a snapshot is its type: C(manual), C(automated) or C(awsbackup).",
)

# What was asked for is not done while its values wait, whatever the word for the state is.
_WAITING = Rule(
    "state == 'succeeded' && item.PendingModifiedValues && values(item.PendingModifiedValues)[?@]",
    RUNNING,
    "values of a modification wait to be applied",
)
_REPLICATION = "StatusInfos[?Normal == 'false'] | [0].{code: Status, message: Message}"

RDS_INSTANCE = Service(
    name="rds_instance",
    title="Amazon RDS: restores, starts and modifications of DB instances",
    doc="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html",
    product="rds",
    version=RDS_VERSION,
    protocol="query",
    lists=("DBInstances", "DBParameterGroups", "OptionGroupMemberships", "StatusInfos"),
    read=Call("DescribeDBInstances", form={"DBInstanceIdentifier": "{task_id}"}),
    items="DBInstances",
    started_by=Start(("DBInstance.DBInstanceIdentifier", "db_instance_identifier")),
    facts={
        "id": "DBInstanceIdentifier",
        "name": "Engine",
        "resource_id": "DBInstanceArn",
        "native_state": "DBInstanceStatus",
        "progress": "PercentProgress",
        "created_at": "InstanceCreateTime",
        "error": _REPLICATION,
        "outputs": "{instance_arn: DBInstanceArn, address: Endpoint.Address, port: Endpoint.Port, engine: Engine,"
        " engine_version: EngineVersion, class: DBInstanceClass, size: AllocatedStorage}",
    },
    states={
        **states("backing-up configuring-associated-roles configuring-enhanced-monitoring", RUNNING),
        **states("configuring-iam-database-auth configuring-log-exports converting-to-vpc creating", RUNNING),
        **states("delete-precheck deleting maintenance modifying moving-to-vpc rebooting renaming", RUNNING),
        **states("resetting-master-credentials starting stopping storage-config-upgrade", RUNNING),
        **states("storage-initialization upgrading", RUNNING),
        # The storage can be used while it is optimized.
        **states("available stopped storage-optimization", SUCCEEDED),
        **states("failed inaccessible-encryption-credentials", FAILED),
        **states("inaccessible-encryption-credentials-recoverable incompatible-create incompatible-network", FAILED),
        **states("incompatible-option-group incompatible-parameters incompatible-restore", FAILED),
        **states("insufficient-capacity restore-error storage-full", FAILED),
        "deleted": CANCELLED,
    },
    rules=(
        _WAITING,
        Rule(
            "state == 'succeeded' && (item.DBParameterGroups[?ParameterApplyStatus == 'applying']"
            " || item.OptionGroupMemberships[?Status == 'applying'])",
            RUNNING,
            "its parameters or options are being applied",
        ),
        SUCCESS_WITH_ERROR,
    ),
    codes=((r"^DBInstanceNotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=(in_arn("rds", "db:", "my-database", "DBInstanceArn"),),
    listing=Listing(
        Call("DescribeDBInstances", form={**rds_filter("engine", "{name}"), **_RDS_PAGE}),
        items="DBInstances",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(
        100,
        2,
        Call("DescribeDBInstances", form={**rds_filter("db-instance-id", "{task_ids:each}"), **_RDS_PAGE}),
        items="DBInstances",
        judge=True,
        pages=Pages(100, token="Marker"),
    ),
    lasting=True,
    advice="For some seconds after a restore or a modification was asked for, an instance may still be C(available) as before."
    " Values that are left for the next maintenance window count as waiting. C(stopped) is the end of a stop.",
)

RDS_CLUSTER = Service(
    name="rds_cluster",
    title="Amazon RDS, DocumentDB and Neptune: restores, starts and modifications of DB clusters",
    doc="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html",
    product="rds",
    version=RDS_VERSION,
    protocol="query",
    lists=("DBClusters", "DBClusterMembers", "StatusInfos"),
    read=Call("DescribeDBClusters", form={"DBClusterIdentifier": "{task_id}"}),
    items="DBClusters",
    started_by=Start(("DBCluster.DBClusterIdentifier", "db_cluster_identifier")),
    facts={
        "id": "DBClusterIdentifier",
        "name": "Engine",
        "resource_id": "DBClusterArn",
        "native_state": "Status",
        "progress": "PercentProgress",
        "created_at": "ClusterCreateTime",
        "error": _REPLICATION,
        "outputs": "{cluster_arn: DBClusterArn, address: Endpoint, port: Port, engine: Engine, engine_version: EngineVersion,"
        " members: DBClusterMembers[].DBInstanceIdentifier}",
    },
    states={
        **states("backing-up backtracking configuring-iam-database-auth creating deleting failing-over", RUNNING),
        **states("maintenance migrating modifying preparing-data-migration promoting rebooting renaming", RUNNING),
        **states("resetting-master-credentials scaling-compute scaling-storage starting stopping", RUNNING),
        **states("storage-optimization update-iam-db-auth upgrading", RUNNING),
        **states("available stopped", SUCCEEDED),
        **states("failed cloning-failed inaccessible-encryption-credentials", FAILED),
        **states("inaccessible-encryption-credentials-recoverable incompatible-parameters", FAILED),
        **states("incompatible-restore migration-failed", FAILED),
        "deleted": CANCELLED,
    },
    rules=(
        _WAITING,
        Rule(
            "state == 'succeeded' && item.DBClusterMembers[?DBClusterParameterGroupStatus == 'applying']",
            RUNNING,
            "its parameters are being applied",
        ),
        SUCCESS_WITH_ERROR,
    ),
    codes=((r"^DBClusterNotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=(in_arn("rds", "cluster:", "my-cluster", "DBClusterArn"),),
    listing=Listing(
        Call("DescribeDBClusters", form={**rds_filter("engine", "{name}"), **_RDS_PAGE}),
        items="DBClusters",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(
        100,
        2,
        Call("DescribeDBClusters", form={**rds_filter("db-cluster-id", "{task_ids:each}"), **_RDS_PAGE}),
        items="DBClusters",
        judge=True,
        pages=Pages(100, token="Marker"),
    ),
    lasting=True,
    advice="A cluster that is restored has no instances: wait for those that are added to it as V(rds_instance). For some seconds"
    " after a restore or a modification was asked for, a cluster may still be C(available) as before.",
)

RDS_EXPORT = Service(
    name="rds_export",
    title="Amazon RDS: exports of snapshots and clusters to Amazon S3",
    doc="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeExportTasks.html",
    product="rds",
    version=RDS_VERSION,
    protocol="query",
    lists=("ExportTasks", "ExportOnly"),
    read=Call("DescribeExportTasks", form={"ExportTaskIdentifier": "{task_id}"}),
    items="ExportTasks",
    started_by=Start(("ExportTaskIdentifier",)),
    facts={
        "id": "ExportTaskIdentifier",
        "name": "SourceType",
        "resource_id": "SourceArn",
        "native_state": "Status",
        "progress": "PercentProgress",
        "started_at": "TaskStartTime",
        "finished_at": "TaskEndTime",
        # A warning tells of tables that were left out.
        "error": "{message: FailureCause || WarningMessage}",
        "outputs": "{bucket: S3Bucket, prefix: S3Prefix, size_gb: TotalExtractedDataInGB}",
        "details": details("SourceType ExportOnly IamRoleArn KmsKeyId"),
    },
    states={
        **states("starting in_progress canceling", RUNNING),
        "complete": SUCCEEDED,
        "failed": FAILED,
        "canceled": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^ExportTaskNotFound(Fault)?$", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeExportTasks",
            form={"SourceArn": "{resource_id}", "SourceType": "{name}", **_RDS_PAGE},
        ),
        items="ExportTasks",
        pages=Pages(100, token="Marker"),
    ),
    batch=Batch(
        100,
        2,
        Call("DescribeExportTasks", form={**rds_filter("export-task-identifier", "{task_ids:each}"), **_RDS_PAGE}),
        items="ExportTasks",
        judge=True,
        pages=Pages(100, token="Marker"),
    ),
    cancel=Cancel(Call("CancelExportTask", form={"ExportTaskIdentifier": "{task_id}"})),
    advice="An export that is C(COMPLETE) with a warning is V(partial): the warning names the tables that were left out.",
)

DYNAMODB_EXPORT = Service(
    name="dynamodb_export",
    title="Amazon DynamoDB: exports of tables to Amazon S3",
    doc="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html",
    product="dynamodb",
    protocol="json-1.0",
    target="DynamoDB_20120810",
    read=Call("DescribeExport", json={"ExportArn": "{task_id}"}),
    root="ExportDescription",
    started_by=Start(("ExportDescription.ExportArn",)),
    facts={
        "id": "ExportArn",
        "name": "ExportType",
        "resource_id": "TableArn",
        "native_state": "ExportStatus",
        "started_at": "StartTime",
        "finished_at": "EndTime",
        "error": "{code: FailureCode, message: FailureMessage}",
        "outputs": "{bucket: S3Bucket, prefix: S3Prefix, manifest: ExportManifest, items: ItemCount, size: BilledSizeBytes}",
        "details": details("ExportFormat ExportType TableId S3SseAlgorithm"),
    },
    states={"in_progress": RUNNING, "completed": SUCCEEDED, "failed": FAILED},
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^ExportNotFoundException$", "", NotFound),),
    qualified=(whole_arn("dynamodb", "table/.+/.+", "table/my-table/export/01700000000000-a1b2c3d4"),),
    listing=Listing(
        Call(
            "ListExports",
            json={"TableArn": "{resource_id}", "MaxResults": "{page_size:int}", "NextToken": "{token}"},
        ),
        items="ExportSummaries",
        pages=Pages(25, token="NextToken"),
        # A summary tells no more than the state and the type.
        facts={**dict.fromkeys(("resource_id", "started_at", "finished_at"), ""), "details": details("ExportType")},
        judge=False,
    ),
    batch=Batch(),
)

DYNAMODB_BACKUP = Service(
    name="dynamodb_backup",
    title="Amazon DynamoDB: backups of tables on demand",
    doc="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html",
    product="dynamodb",
    protocol="json-1.0",
    target="DynamoDB_20120810",
    read=Call("DescribeBackup", json={"BackupArn": "{task_id}"}),
    root="BackupDescription",
    started_by=Start(("BackupDetails.BackupArn",)),
    facts={
        "id": "BackupDetails.BackupArn",
        "name": "BackupDetails.BackupName",
        "resource_id": "SourceTableDetails.TableName",
        "native_state": "BackupDetails.BackupStatus",
        "created_at": "BackupDetails.BackupCreationDateTime",
        "expires_at": "BackupDetails.BackupExpiryDateTime",
        "outputs": "{size: BackupDetails.BackupSizeBytes, type: BackupDetails.BackupType}",
    },
    states={"creating": RUNNING, "available": SUCCEEDED, "deleted": CANCELLED},
    codes=((r"^BackupNotFoundException$", "", NotFound),),
    qualified=(whole_arn("dynamodb", "table/.+/backup/.+", "table/my-table/backup/01700000000000-a1b2c3d4"),),
    listing=Listing(
        Call(
            "ListBackups",
            json={
                "TableName": "{resource_id}",
                "Limit": "{page_size:int}",
                "TimeRangeLowerBound": "{created_after:epoch:int}",
                "TimeRangeUpperBound": "{created_before:epoch:int}",
                "ExclusiveStartBackupArn": "{token}",
                "BackupType": "ALL",
            },
        ),
        items="BackupSummaries",
        pages=Pages(100, token="LastEvaluatedBackupArn"),
        facts={
            "id": "BackupArn",
            "name": "BackupName",
            "resource_id": "TableName",
            "native_state": "BackupStatus",
            "created_at": "BackupCreationDateTime",
            "expires_at": "BackupExpiryDateTime",
            "outputs": "{size: BackupSizeBytes, type: BackupType}",
        },
    ),
    batch=Batch(),
    no_evidence="BackupDescription of the API has neither an error nor a count, and no word for a failure: the call that asks for"
    " a backup tells of it.",
)

DYNAMODB_TABLE = Service(
    name="dynamodb_table",
    title="Amazon DynamoDB: restores and changes of tables",
    doc="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html",
    product="dynamodb",
    protocol="json-1.0",
    target="DynamoDB_20120810",
    read=Call("DescribeTable", json={"TableName": "{task_id}"}),
    root="Table",
    started_by=Start(("TableDescription.TableName", "table_name")),
    facts={
        "id": "TableName",
        "resource_id": "TableArn",
        "native_state": "TableStatus",
        "created_at": "CreationDateTime",
        "outputs": "{table_arn: TableArn, items: ItemCount, size: TableSizeBytes}",
    },
    states={
        **states("creating updating deleting archiving", RUNNING),
        "active": SUCCEEDED,
        **states("inaccessible_encryption_credentials replication_not_authorized", FAILED),
        # Its key was out of reach for so long that it is kept as a backup.
        "archived": FAILED,
    },
    rules=(
        Rule("state == 'succeeded' && item.RestoreSummary.RestoreInProgress", RUNNING, "its restore goes on"),
        Rule(
            "state == 'succeeded' && item.GlobalSecondaryIndexes[?IndexStatus != 'ACTIVE' || Backfilling]",
            RUNNING,
            "an index of it is being made or changed",
        ),
        Rule(
            "state == 'succeeded' && item.Replicas[?contains(['CREATING', 'UPDATING', 'DELETING', 'ARCHIVING'],"
            " ReplicaStatus || '')]",
            RUNNING,
            "a replica of it is being made or changed",
        ),
        Rule(
            "state == 'succeeded' && item.Replicas[?ReplicaStatus && ReplicaStatus != 'ACTIVE']",
            PARTIAL,
            "a replica of it is not active",
        ),
    ),
    codes=((r"^(ResourceNotFoundException|TableNotFoundException)$", "", NotFound),),
    qualified=(in_arn("dynamodb", "table/", "my-table", "TableArn"),),
    lasting=True,
    advice="Tables cannot be listed: the API lists their names, without a state.",
)
