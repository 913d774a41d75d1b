# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Amazon EC2 and EBS."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Cancel, Codes, Listing, Pages, Quota, Service, Start
from .words import ec2_filter, in_arn, states

VERSION = "2016-11-15"
_PAGE = {"MaxResults": "{page_size}", "NextToken": "{token}"}
_NAME = "tagSet[?key == 'Name'].value | [0]"

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
    started_by=Start(("SnapshotId", "snapshot_id", "Snapshots[].SnapshotId")),
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
        "details": details("description storageTier availabilityZone ownerId kmsKeyId outpostArn"),
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
    qualified=(in_arn("ec2", "snapshot/", "snap-1234567890abcdef0"),),
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

# Deprecated and disabled images are left out unless they are asked for.
_ALL_IMAGES = {"IncludeDeprecated": "true", "IncludeDisabled": "true"}

EC2_IMAGE = Service(
    name="ec2_image",
    title="Amazon EC2: images (AMIs), and copies of them",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("imagesSet", "tagSet"),
    read=Call("DescribeImages", form={"ImageId.1": "{task_id}", **_ALL_IMAGES}),
    items="imagesSet",
    started_by=Start(("ImageId", "image_id")),
    facts={
        "id": "imageId",
        "name": "name",
        "resource_id": "sourceInstanceId || sourceImageId",
        "native_state": "imageState",
        "created_at": "creationDate",
        "error": "{code: stateReason.code, message: stateReason.message}",
        "outputs": "{image_id: imageId, location: imageLocation, architecture: architecture}",
        "details": details(
            "name description platformDetails imageType rootDeviceType rootDeviceName virtualizationType"
            " sourceImageId sourceImageRegion"
        ),
    },
    states={
        **states("pending transient", RUNNING),
        "available": SUCCEEDED,
        **states("failed error invalid", FAILED),
        "deregistered": CANCELLED,
        "disabled": EXPIRED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=(
        (r"^InvalidAMIID\.(NotFound|Unavailable)$", "", NotFound),
        (r"^InvalidAMIID\.Malformed$", "", NotFound),
    ),
    qualified=(in_arn("ec2", "image/", "ami-1234567890abcdef0"),),
    listing=Listing(
        # Without an owner, it lists the public images of the world.
        Call("DescribeImages", form={"Owner.1": "self", **_ALL_IMAGES, **ec2_filter("name", "{name}"), **_PAGE}),
        items="imagesSet",
        pages=Pages(1000, token="nextToken"),
    ),
    batch=Batch(
        200,
        2,
        Call("DescribeImages", form={**_ALL_IMAGES, **ec2_filter("image-id", "{task_ids:each}"), **_PAGE}),
        items="imagesSet",
        judge=True,
        pages=Pages(1000, token="nextToken"),
    ),
    quota=Quota(4.0),
    advice="An image is C(available) only after its snapshots, which alone have a percentage: see V(ec2_snapshot).",
)

# What each of these tasks says while it goes on. The guide of VM Import has more words than the API.
_TASK_STATES = {
    **states("active pending preparing validating validated updating converting deleting", RUNNING),
    "completed": SUCCEEDED,
    # It was cancelled, or it has failed: only its message may tell which.
    **states("deleted error", FAILED),
}
_TASK_CODES: Codes = ((r"^Invalid(ConversionTaskId|ExportTaskID|ImportTaskId)\.(NotFound|Malformed)$", "", NotFound),)
_TASK_WORDS = ("active", "completed", "deleting", "deleted")
_TASK_ADVICE = "A task that failed or was cancelled is C(deleted), and its message says why."

EC2_EXPORT_IMAGE = Service(
    name="ec2_export_image",
    title="Amazon EC2: exports of images to Amazon S3",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeExportImageTasks.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("exportImageTaskSet", "tagSet"),
    read=Call("DescribeExportImageTasks", form={"ExportImageTaskId.1": "{task_id}"}),
    items="exportImageTaskSet",
    started_by=Start(("ExportImageTaskId",)),
    facts={
        "id": "exportImageTaskId",
        "name": _NAME,
        "resource_id": "imageId",
        "native_state": "status",
        "progress": "progress",
        # While it goes on, the message is the step that it is at.
        "error": "contains(['deleting', 'deleted', 'error'], status) && {message: statusMessage}",
        "outputs": "{bucket: s3ExportLocation.s3Bucket, prefix: s3ExportLocation.s3Prefix}",
        "details": details("description"),
    },
    states=_TASK_STATES,
    codes=_TASK_CODES,
    qualified=(in_arn("ec2", "export-image-task/", "export-ami-1234567890abcdef0"),),
    listing=Listing(
        Call("DescribeExportImageTasks", form={**ec2_filter("task-state", "{native_state}"), **_PAGE}),
        items="exportImageTaskSet",
        pages=Pages(100, token="nextToken"),
        states=_TASK_WORDS,
    ),
    batch=Batch(),
    cancel=Cancel(Call("CancelExportTask", form={"ExportTaskId": "{task_id}"})),
    no_evidence="ExportImageTask has no error besides its message, which is the step of a task that goes well, too.",
    quota=Quota(4.0),
    advice=_TASK_ADVICE,
)

EC2_IMPORT_IMAGE = Service(
    name="ec2_import_image",
    title="Amazon EC2: imports of images by VM Import",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImportImageTasks.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("importImageTaskSet", "snapshotDetailSet", "tagSet"),
    read=Call("DescribeImportImageTasks", form={"ImportTaskId.1": "{task_id}"}),
    items="importImageTaskSet",
    started_by=Start(("ImportTaskId",)),
    facts={
        "id": "importTaskId",
        "name": _NAME,
        "resource_id": "imageId",
        "native_state": "status",
        "progress": "progress",
        "error": "contains(['deleting', 'deleted', 'error'], status) && {message: statusMessage}",
        "subtasks": "snapshotDetailSet",
        "outputs": "{image_id: imageId, snapshot_ids: snapshotDetailSet[].snapshotId}",
        "details": details("description platform architecture licenseType encrypted kmsKeyId"),
    },
    subtask="{name: deviceName || description, native_state: status, progress: progress,"
    " error: contains(['deleting', 'deleted', 'error'], status || '') && {message: statusMessage},"
    " outputs: {snapshot_id: snapshotId}}",
    item_states=(("", _TASK_STATES),),
    items_decide=True,
    states=_TASK_STATES,
    codes=_TASK_CODES,
    qualified=(in_arn("ec2", "import-image-task/", "import-ami-1234567890abcdef0"),),
    listing=Listing(
        Call("DescribeImportImageTasks", form={**ec2_filter("task-state", "{native_state}", start="Filters"), **_PAGE}),
        items="importImageTaskSet",
        pages=Pages(100, token="nextToken"),
        states=_TASK_WORDS,
    ),
    batch=Batch(),
    cancel=Cancel(Call("CancelImportTask", form={"ImportTaskId": "{task_id}"})),
    quota=Quota(4.0),
    advice=_TASK_ADVICE,
)

EC2_IMPORT_SNAPSHOT = Service(
    name="ec2_import_snapshot",
    title="Amazon EC2: imports of disks as snapshots",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImportSnapshotTasks.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("importSnapshotTaskSet", "tagSet"),
    read=Call("DescribeImportSnapshotTasks", form={"ImportTaskId.1": "{task_id}"}),
    items="importSnapshotTaskSet",
    started_by=Start(("ImportTaskId",)),
    facts={
        "id": "importTaskId",
        "name": _NAME,
        "resource_id": "snapshotTaskDetail.snapshotId",
        "native_state": "snapshotTaskDetail.status",
        "progress": "snapshotTaskDetail.progress",
        "error": "contains(['deleting', 'deleted', 'error'], snapshotTaskDetail.status)"
        " && {message: snapshotTaskDetail.statusMessage}",
        "outputs": "{snapshot_id: snapshotTaskDetail.snapshotId, size: snapshotTaskDetail.diskImageSize}",
        "details": details(
            "description snapshotTaskDetail.format snapshotTaskDetail.encrypted snapshotTaskDetail.kmsKeyId"
            " bucket=snapshotTaskDetail.userBucket.s3Bucket object=snapshotTaskDetail.userBucket.s3Key"
        ),
    },
    states=_TASK_STATES,
    codes=_TASK_CODES,
    qualified=(in_arn("ec2", "import-snapshot-task/", "import-snap-1234567890abcdef0"),),
    listing=Listing(
        Call("DescribeImportSnapshotTasks", form=_PAGE),
        items="importSnapshotTaskSet",
        pages=Pages(100, token="nextToken"),
    ),
    batch=Batch(),
    cancel=Cancel(Call("CancelImportTask", form={"ImportTaskId": "{task_id}"})),
    no_evidence="SnapshotTaskDetail has no error besides its message, which is the step of a task that goes well, too.",
    quota=Quota(4.0),
    advice=_TASK_ADVICE,
)

EC2_VOLUME_MODIFICATION = Service(
    name="ec2_volume_modification",
    title="Amazon EBS: modifications of volumes",
    doc="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html",
    product="ec2",
    version=VERSION,
    protocol="ec2",
    lists=("volumeModificationSet",),
    read=Call("DescribeVolumesModifications", form={"VolumeId.1": "{task_id}"}),
    items="volumeModificationSet",
    started_by=Start(("VolumeModification.VolumeId", "volume_id")),
    facts={
        "id": "volumeId",
        "name": "targetVolumeType",
        "resource_id": "volumeId",
        "native_state": "modificationState",
        "progress": "progress",
        "started_at": "startTime",
        "finished_at": "endTime",
        # One that goes well has a message about its progress.
        "error": "modificationState == 'failed' && {message: statusMessage}",
        "outputs": "{size: targetSize, volume_type: targetVolumeType, iops: targetIops, throughput: targetThroughput}",
    },
    states={**states("modifying optimizing", RUNNING), "completed": SUCCEEDED, "failed": FAILED},
    codes=((r"^InvalidVolume(Modification|ID)?\.(NotFound|Malformed)$", "", NotFound),),
    qualified=(in_arn("ec2", "volume/", "vol-1234567890abcdef0"),),
    listing=Listing(
        Call("DescribeVolumesModifications", form={**ec2_filter("modification-state", "{native_state}"), **_PAGE}),
        items="volumeModificationSet",
        pages=Pages(500, token="nextToken"),
        states=("modifying", "optimizing", "completed", "failed"),
    ),
    batch=Batch(
        200,
        2,
        Call("DescribeVolumesModifications", form={**ec2_filter("volume-id", "{task_ids:each}"), **_PAGE}),
        items="volumeModificationSet",
        judge=True,
        pages=Pages(500, token="nextToken"),
    ),
    lasting=True,
    no_evidence="VolumeModification has no error besides its message, which tells of the progress of one that goes well, too.",
    quota=Quota(4.0),
    advice="The id is that of the volume, of which the API knows the last modification only. While it is C(optimizing), the new"
    " size can be used, and the work goes on.",
)
