# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Amazon RDS and Amazon DynamoDB."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Listing, Pages, Service
from .words import in_arn, rds_filter, states, whole_arn

RDS_VERSION = "2014-10-31"
_RDS_PAGE = {"MaxRecords": "{page_size}", "Marker": "{token}"}

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
    facts={
        "id": "DBSnapshotIdentifier",
        "name": "SnapshotType",
        "resource_id": "DBInstanceIdentifier",
        "native_state": "Status",
        "progress": "PercentProgress",
        "created_at": "SnapshotCreateTime",
        "outputs": "{snapshot_arn: DBSnapshotArn, engine: Engine, engine_version: EngineVersion, size: AllocatedStorage}",
    },
    states={
        **states("creating copying modifying rebooting resetting-master-credentials deleting", RUNNING),
        "available": SUCCEEDED,
        **states("failed incompatible-restore incompatible-parameters", FAILED),
        "deleted": CANCELLED,
    },
    codes=((r"^DBSnapshotNotFound(Fault)?$", "", NotFound),),
    any_case=True,
    qualified=in_arn("rds", "snapshot:", "my-snapshot"),
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

DYNAMODB_EXPORT = Service(
    name="dynamodb_export",
    title="Amazon DynamoDB: exports of tables to Amazon S3",
    doc="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html",
    product="dynamodb",
    protocol="json-1.0",
    target="DynamoDB_20120810",
    read=Call("DescribeExport", json={"ExportArn": "{task_id}"}),
    root="ExportDescription",
    facts={
        "id": "ExportArn",
        "name": "ExportType",
        "resource_id": "TableArn",
        "native_state": "ExportStatus",
        "started_at": "StartTime",
        "finished_at": "EndTime",
        "error": "{code: FailureCode, message: FailureMessage}",
        "outputs": "{bucket: S3Bucket, prefix: S3Prefix, manifest: ExportManifest, items: ItemCount, size: BilledSizeBytes}",
    },
    states={"in_progress": RUNNING, "completed": SUCCEEDED, "failed": FAILED},
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^ExportNotFoundException$", "", NotFound),),
    qualified=whole_arn("dynamodb", "table/.+/.+", "table/my-table/export/01700000000000-a1b2c3d4"),
    listing=Listing(
        Call(
            "ListExports",
            json={"TableArn": "{resource_id}", "MaxResults": "{page_size:int}", "NextToken": "{token}"},
        ),
        items="ExportSummaries",
        pages=Pages(25, token="NextToken"),
        # A summary tells no more than the state and the type.
        facts=dict.fromkeys(("resource_id", "started_at", "finished_at"), ""),
        judge=False,
    ),
    batch=Batch(),
)
