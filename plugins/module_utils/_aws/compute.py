# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Amazon EC2 and EBS."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Listing, Pages, Quota, Service
from .words import ec2_filter, in_arn

VERSION = "2016-11-15"

EC2_SNAPSHOT = Service(
    name="ec2_snapshot",
    title="Amazon EBS: snapshots of volumes, and copies of them",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("snapshotSet", "tagSet"),
    read=Call("DescribeSnapshots", form={"SnapshotId.1": "{task_id}"}),
    items="snapshotSet",
    facts={
        "id": "snapshotId",
        "name": "tagSet[?key == 'Name'].value | [0]",
        "resource_id": "volumeId",
        "native_state": "status",
        "progress": "progress",
        "started_at": "startTime",
        "finished_at": "completionTime",
        "error": "statusMessage",
        "outputs": "{snapshot_id: snapshotId, volume_size: volumeSize, encrypted: encrypted}",
    },
    # In the recycle bin, it can be recovered.
    states={
        "recoverable": PENDING,
        "pending": RUNNING,
        "recovering": RUNNING,
        "completed": SUCCEEDED,
        "error": FAILED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^InvalidSnapshot\.NotFound$", "", NotFound), (r"^InvalidSnapshotID\.Malformed$", "", NotFound)),
    qualified=in_arn("ec2", "snapshot/", "snap-1234567890abcdef0"),
    listing=Listing(
        # Without an owner, it lists the public snapshots of the world.
        Call(
            "DescribeSnapshots",
            form={
                "Owner.1": "self",
                **ec2_filter("volume-id", "{resource_id}"),
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="snapshotSet",
        pages=Pages(1000, token="nextToken"),
    ),
    # An id that is not known fails a call by ids, and is just not there in one by a filter.
    batch=Batch(
        200,
        2,
        Call(
            "DescribeSnapshots",
            form={
                **ec2_filter("snapshot-id", "{task_ids:each}"),
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="snapshotSet",
        judge=True,
        pages=Pages(1000, token="nextToken"),
    ),
    quota=Quota(4.0),
    advice="A copy that failed stays as a snapshot in the state C(error).",
)
