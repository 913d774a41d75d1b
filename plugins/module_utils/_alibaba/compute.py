# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Elastic Compute Service: tasks, snapshots, images and command invocations."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Cancel, Listing, Pages, Quota, Rule, Service, Start
from .groups import IN_GROUP, RESOURCE_GROUP

# Regions whose host names follow no documented rule, from the vendor's SDK.
_CENTRAL = ("cn-beijing-gov-1", "cn-hangzhou-finance", "cn-north-2-gov-1")
_HANGZHOU = ("cn-shanghai-finance-1", "cn-shenzhen-finance-1")
_VERSION = "2014-05-26"
_HOSTS = {
    **dict.fromkeys(_CENTRAL, "ecs.aliyuncs.com"),
    **dict.fromkeys(_HANGZHOU, "ecs-cn-hangzhou.aliyuncs.com"),
}

# It holds for each API of a region and account. The page gives calls that read 500 or 1,000 a minute, so this is the lesser.
_QUOTA = Quota(
    500.0, 60.0, source="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-quota"
)

ECS = Service(
    name="ecs",
    title="Elastic Compute Service: import and export of images, changes of disks",
    doc="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetaskattribute",
    started_by=Start(("TaskId",)),
    product="ecs",
    version=_VERSION,
    hosts=_HOSTS,
    needs=("region",),
    read=Call(
        "DescribeTaskAttribute",
        method="POST",
        query={"RegionId": "{region}", "TaskId": "{task_id}"},
    ),
    facts={
        "id": "TaskId",
        "name": "TaskAction",
        "native_state": "TaskStatus",
        "progress": "TaskProcess",
        "created_at": "CreationTime",
        "finished_at": "FinishedTime",
        "counts": "{total: TotalCount, succeeded: SuccessCount, failed: FailedCount}",
        "outputs": "OperationProgressSet.OperationProgress[].RelatedItemSet.RelatedItem[]",
        "subtasks": "OperationProgressSet.OperationProgress",
        "cancellable": "SupportCancel",
    },
    subtask=(
        "{native_state: OperationStatus, error: {code: ErrorCode, message: ErrorMsg}, outputs: RelatedItemSet.RelatedItem}"
    ),
    # Waiting, Pending, Paused and Deleted are no longer in the API reference, but they were in older versions.
    states={
        "waiting": PENDING,
        "pending": PENDING,
        "paused": PENDING,
        "processing": RUNNING,
        "finished": SUCCEEDED,
        "failed": FAILED,
        "deleted": CANCELLED,
    },
    item_states=(("", {"success": SUCCEEDED, "failed": FAILED, "processing": RUNNING, "waiting": PENDING}),),
    items_decide=True,
    codes=((r"^InvalidTaskId\.NotFound$", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeTasks",
            method="POST",
            query={
                "RegionId": "{region}",
                "TaskAction": "{name}",
                "TaskStatus": "{native_state}",
                "StartTime": "{created_after}",
                "EndTime": "{created_before}",
                "ResourceIds.1": "{resource_id}",
                "PageNumber": "{page}",
                "PageSize": "{page_size}",
            },
        ),
        items="not_null(TaskSet.Task, TaskSet[].Task[])",
        pages=Pages(100, total="TotalCount"),
        facts={"resource_id": "ResourceId"},
        # The API silently ignores any other word and returns all tasks.
        states=("Processing", "Finished", "Failed"),
        judge=False,
    ),
    batch=Batch(
        size=100,
        least=10,
        call=Call(
            "DescribeTasks",
            method="POST",
            query={"RegionId": "{region}", "TaskIds": "{task_ids}", "PageSize": "100"},
        ),
        items="not_null(TaskSet.Task, TaskSet[].Task[])",
        facts={"resource_id": "ResourceId", "progress": ""},
    ),
    cancel=Cancel(
        Call("CancelTask", method="POST", query={"RegionId": "{region}", "TaskId": "{task_id}"}),
        when="cancellable != `false`",
    ),
    quota=_QUOTA,
    advice="Image exports take minutes to hours; progress comes in whole percents.",
)

_SNAPSHOTS = {
    **IN_GROUP,
    "RegionId": "{region}",
    "SnapshotName": "{name}",
    "DiskId": "{resource_id}",
    "Status": "{native_state}",
    "MaxResults": "{page_size}",
    "NextToken": "{token}",
}

ECS_SNAPSHOT = Service(
    name="ecs_snapshot",
    title="Elastic Compute Service: snapshots of disks",
    doc="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots",
    started_by=Start(("SnapshotId",)),
    product="ecs",
    version=_VERSION,
    hosts=_HOSTS,
    needs=("region",),
    read=Call(
        "DescribeSnapshots", method="POST", query={"RegionId": "{region}", "SnapshotIds": '["{task_id}"]', **IN_GROUP}
    ),
    options=(RESOURCE_GROUP,),
    items="Snapshots.Snapshot",
    facts={
        "id": "SnapshotId",
        "name": "SnapshotName",
        "resource_id": "SourceDiskId",
        "native_state": "Status",
        "progress": "Progress",
        "remaining": "RemainTime",
        "created_at": "CreationTime",
        "updated_at": "LastModifiedTime",
        "details": details(
            "Available Category Description Encrypted FullSnapshotSizeInBytes InstantAccess "
            "InstantAccessRetentionDays KMSKeyId ProductCode ResourceGroupId RetentionDays SnapshotLinkId "
            "SnapshotSN SnapshotType SourceDiskSize SourceDiskType SourceRegionId SourceSnapshotId "
            "SourceStorageType Tags Usage"
        ),
    },
    states={"progressing": RUNNING, "accomplished": SUCCEEDED, "failed": FAILED},
    no_evidence="It has no error and no parts. Available tells whether it can be used now: some can be while they are made.",
    codes=((r"^InvalidSnapshotIds?\.NotFound$", "", NotFound),),
    listing=Listing(
        Call("DescribeSnapshots", method="POST", query=_SNAPSHOTS),
        items="Snapshots.Snapshot",
        pages=Pages(100, token="NextToken"),
        states=("progressing", "accomplished", "failed"),
    ),
    batch=Batch(
        size=100,
        least=10,
        call=Call(
            "DescribeSnapshots",
            method="POST",
            query={"RegionId": "{region}", "SnapshotIds": "{task_ids:json}", "MaxResults": "100", **IN_GROUP},
        ),
        items="Snapshots.Snapshot",
        judge=True,
    ),
    quota=_QUOTA,
    advice="A first snapshot copies the whole disk, and its progress comes in whole percents.",
)

# Without this filter the API returns available images only, and an image in creation would be unknown.
_ANY_STATUS = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"

ECS_IMAGE = Service(
    name="ecs_image",
    title="Elastic Compute Service: custom images while they are made, copied or imported",
    doc="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages",
    started_by=Start(("ImageId", "image_id", "image.id")),
    product="ecs",
    version=_VERSION,
    hosts=_HOSTS,
    needs=("region",),
    read=Call(
        "DescribeImages",
        method="POST",
        query={"RegionId": "{region}", "ImageId": "{task_id}", "Status": _ANY_STATUS, "PageSize": "100", **IN_GROUP},
    ),
    options=(RESOURCE_GROUP,),
    items="Images.Image",
    facts={
        "id": "ImageId",
        "name": "ImageName",
        "native_state": "Status",
        "progress": "Progress",
        "remaining": "max(DiskDeviceMappings.DiskDeviceMapping[].RemainTime)",
        "created_at": "CreationTime",
        "details": details(
            "Architecture BootMode Description DetectionOptions DiskDeviceMappings Features ImageFamily "
            "ImageOwnerAlias ImageOwnerId ImageVersion IsCopied IsPublic IsSelfShared IsSubscribed "
            "IsSupportCloudinit IsSupportIoOptimized LicenseType LoginAsNonRootSupported OSName OSNameEn "
            "OSType Platform ProductCode ResourceGroupId SecureBootOptions Size SupplierName Tags Usable "
            "Usage"
        ),
    },
    # A deprecated image exists, but a play that waits for an image does not want to use it.
    states={
        "waiting": PENDING,
        "creating": RUNNING,
        "available": SUCCEEDED,
        "unavailable": FAILED,
        "createfailed": FAILED,
        "deprecated": EXPIRED,
    },
    no_evidence="It has no error. Disks have a progress and no state; DetectionOptions rates the system in the image.",
    codes=((r"^InvalidImageId\.NotFound$", "", NotFound),),
    listing=Listing(
        # The account's own images. The list of all images is the vendor's catalogue.
        Call(
            "DescribeImages",
            method="POST",
            query={
                "RegionId": "{region}",
                "ImageOwnerAlias": "self",
                "ImageName": "{name}",
                "Status": _ANY_STATUS,
                **IN_GROUP,
                "PageNumber": "{page}",
                "PageSize": "{page_size}",
            },
        ),
        items="Images.Image",
        pages=Pages(100, total="TotalCount"),
    ),
    quota=_QUOTA,
    advice="An image is Available once it can be used; one that was copied or imported may take hours.",
)

_INSTANCE_STATES = {
    "pending": PENDING,
    "scheduled": PENDING,
    "running": RUNNING,
    "stopping": RUNNING,
    "success": SUCCEEDED,
    "failed": FAILED,
    "error": FAILED,
    "timeout": FAILED,
    "invalid": FAILED,
    "aborted": FAILED,
    # The command was stopped before its end.
    "cancelled": FAILED,
    "terminated": FAILED,
    "stopped": FAILED,
}

ECS_INVOCATION = Service(
    name="ecs_invocation",
    title="Elastic Compute Service: commands of Cloud Assistant on instances",
    doc="https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinvocations",
    started_by=Start(("InvokeId",)),
    product="ecs",
    version=_VERSION,
    hosts=_HOSTS,
    needs=("region",),
    # The output of the commands is left out, because it may hold secrets.
    read=Call(
        "DescribeInvocations", method="POST", query={"RegionId": "{region}", "InvokeId": "{task_id}", **IN_GROUP}
    ),
    options=(RESOURCE_GROUP,),
    items="Invocations.Invocation",
    facts={
        "id": "InvokeId",
        "name": "CommandName",
        "native_state": "InvokeStatus",
        "created_at": "CreationTime",
        "finished_at": "max(InvokeInstances.InvokeInstance[].FinishTime)",
        "subtasks": "InvokeInstances.InvokeInstance",
        "details": details(
            "CommandDescription CommandId CommandType ContainerId ContainerName Frequency "
            "InvocationStatus Launcher OssOutputDelivery RepeatMode Tags TerminationMode Timed Timeout "
            "Username WorkingDir"
        ),
    },
    subtask=(
        "{name: InstanceId, native_state: InvocationStatus || InstanceInvokeStatus, "
        "error: {code: ErrorCode, message: ErrorInfo}, outputs: {exit_code: ExitCode}}"
    ),
    states={
        "pending": PENDING,
        "scheduled": PENDING,
        "running": RUNNING,
        "stopping": RUNNING,
        "finished": SUCCEEDED,
        "success": SUCCEEDED,
        "partialfailed": PARTIAL,
        "failed": FAILED,
        "stopped": CANCELLED,
    },
    item_states=(("", _INSTANCE_STATES),),
    items_decide=True,
    rules=(
        Rule(
            "state == 'succeeded' && !subtasks",
            UNKNOWN,
            "that an invocation has finished does not say how: its instances do, and there are none in the answer",
        ),
        # An invocation has two status fields, an older and a newer one.
        Rule(
            "state == 'succeeded' && contains(['Pending', 'Scheduled', 'Running', 'Stopping'], item.InvocationStatus || '')",
            RUNNING,
            "its InvocationStatus says that it goes on",
        ),
        SUCCESS_WITH_ERROR,
        Rule("state == 'succeeded' && item.InvocationStatus == 'Failed'", FAILED, "its InvocationStatus is Failed"),
        Rule(
            "state == 'succeeded' && item.InvocationStatus && !contains(['Success', 'Finished'], item.InvocationStatus)",
            PARTIAL,
            "its InvocationStatus is not Success",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?!contains(['0', 'null'], to_string(outputs.exit_code))]",
            PARTIAL,
            "a command has ended with another exit code than 0",
        ),
    ),
    codes=((r"^InvalidInvo(ke|cation)Id\.NotFound$", "", NotFound),),
    listing=Listing(
        Call(
            "DescribeInvocations",
            method="POST",
            query={
                "RegionId": "{region}",
                "CommandName": "{name}",
                **IN_GROUP,
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="Invocations.Invocation",
        pages=Pages(50, token="NextToken"),
    ),
    cancel=Cancel(Call("StopInvocation", method="POST", query={"RegionId": "{region}", "InvokeId": "{task_id}"})),
    quota=_QUOTA,
    advice="A command on a schedule is Running until it is stopped: wait for one that runs once.",
)

SERVICES = (ECS, ECS_SNAPSHOT, ECS_IMAGE, ECS_INVOCATION)
