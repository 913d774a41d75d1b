# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure Compute: resources that are made, copied and replicated, and run commands."""

from __future__ import annotations

from .._core.task import CANCELLED, EXPIRED, FAILED, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.model import Listing, Pages, Rule, Service
from .arm import ENDS, GROUP, HOST, RESOURCE_GROUP, arm_call, in_id, is_one_of, named, start_of, states

_COMPUTE = f"{GROUP}/Microsoft.Compute"
_RESOURCE_STATES = {
    **states("creating updating", RUNNING),
    **ENDS,
    "deleting": CANCELLED,
}
_COPIED_IN_BACKGROUND = Rule(
    "state == 'succeeded' && progress < `100`",
    RUNNING,
    "it exists, and its data are still being copied in the background",
)

_DISK_VERSION = "2023-04-02"
_SNAPSHOT = f"{_COMPUTE}/snapshots/{{task_id}}"

SNAPSHOT = Service(
    name="snapshot",
    title="Azure Compute: snapshots of managed disks, and copies of them to other regions",
    doc="https://learn.microsoft.com/rest/api/compute/snapshots/get",
    product="management",
    host=HOST,
    version=_DISK_VERSION,
    options=(RESOURCE_GROUP,),
    read=arm_call("Snapshots_Get", _SNAPSHOT, "Microsoft.Compute/snapshots/read"),
    started_by=start_of(_SNAPSHOT),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "name",
        "resource_id": "properties.creationData.sourceResourceId",
        "native_state": "properties.provisioningState",
        "progress": "properties.completionPercent",
        "created_at": "properties.timeCreated",
        "error": "properties.copyCompletionError.{code: errorCode, message: errorMessage}",
        "outputs": "{snapshot_id: id, unique_id: properties.uniqueId, size: properties.diskSizeGB,"
        " access_state: properties.snapshotAccessState}",
    },
    states=_RESOURCE_STATES,
    others=RUNNING,
    rules=(
        Rule("item.properties.copyCompletionError", FAILED, "the copy of its data has failed"),
        _COPIED_IN_BACKGROUND,
    ),
    any_case=True,
    qualified=(in_id(_SNAPSHOT, "my-snapshot"),),
    listing=Listing(
        arm_call(
            "Snapshots_ListByResourceGroup",
            f"{_COMPUTE}/snapshots",
            "Microsoft.Compute/snapshots/read",
        ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # Only the snapshot alone is sure to have the progress of a copy.
        judge=False,
    ),
    lasting=True,
    advice="A snapshot that is a copy (C(CopyStart)) is C(Succeeded) as soon as it exists. It is V(succeeded) when all of its"
    " data are copied.",
)

_DISK = f"{_COMPUTE}/disks/{{task_id}}"

DISK = Service(
    name="disk",
    title="Azure Compute: managed disks",
    doc="https://learn.microsoft.com/rest/api/compute/disks/get",
    product="management",
    host=HOST,
    version=_DISK_VERSION,
    options=(RESOURCE_GROUP,),
    read=arm_call("Disks_Get", _DISK, "Microsoft.Compute/disks/read"),
    started_by=start_of(_DISK),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "name",
        "resource_id": "properties.creationData.sourceResourceId",
        "native_state": "properties.provisioningState",
        "progress": "properties.completionPercent",
        "created_at": "properties.timeCreated",
        "outputs": "{disk_id: id, unique_id: properties.uniqueId, size: properties.diskSizeGB,"
        " disk_state: properties.diskState, tier: properties.tier}",
    },
    states=_RESOURCE_STATES,
    others=RUNNING,
    rules=(
        _COPIED_IN_BACKGROUND,
        Rule(
            "state == 'succeeded' && item.properties.propertyUpdatesInProgress",
            RUNNING,
            "its change to another performance tier goes on",
        ),
    ),
    any_case=True,
    qualified=(in_id(_DISK, "my-disk"),),
    listing=Listing(
        arm_call("Disks_ListByResourceGroup", f"{_COMPUTE}/disks", "Microsoft.Compute/disks/read"),
        items="value",
        pages=Pages(0, link="nextLink"),
        judge=False,
    ),
    lasting=True,
    advice="A disk that is made from a snapshot or by a copy is V(succeeded) when all of its data are there. Right after a"
    " change, a disk may still tell of the change before: wait for its operation with V(operation).",
)

_COMPUTE_VERSION = "2023-07-01"
_IMAGE = f"{_COMPUTE}/images/{{task_id}}"

IMAGE = Service(
    name="image",
    title="Azure Compute: managed images",
    doc="https://learn.microsoft.com/rest/api/compute/images/get",
    product="management",
    host=HOST,
    version=_COMPUTE_VERSION,
    options=(RESOURCE_GROUP,),
    read=arm_call("Images_Get", _IMAGE, "Microsoft.Compute/images/read"),
    started_by=start_of(_IMAGE),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "name",
        "resource_id": "properties.sourceVirtualMachine.id",
        "native_state": "properties.provisioningState",
        "outputs": "{image_id: id, hyper_v_generation: properties.hyperVGeneration}",
    },
    states=_RESOURCE_STATES,
    others=RUNNING,
    any_case=True,
    qualified=(in_id(_IMAGE, "my-image"),),
    listing=Listing(
        arm_call("Images_ListByResourceGroup", f"{_COMPUTE}/images", "Microsoft.Compute/images/read"),
        items="value",
        pages=Pages(0, link="nextLink"),
        judge=False,
    ),
    lasting=True,
    no_evidence="Image has no error, no percentage and no times: provisioningState is all that it tells of its course.",
    advice="The API tells neither times nor progress of an image.",
)

_IMAGE_VERSIONS = f"{_COMPUTE}/galleries/{{gallery_name}}/images/{{gallery_image_name}}/versions"
_IMAGE_VERSION = f"{_IMAGE_VERSIONS}/{{task_id}}"
_IMAGE_VERSION_READ = "Microsoft.Compute/galleries/images/versions/read"
_AGGREGATED = "item.properties.replicationStatus.aggregatedState"

GALLERY_IMAGE_VERSION = Service(
    name="gallery_image_version",
    title="Azure Compute Gallery: versions of images, and their replication to regions",
    doc="https://learn.microsoft.com/rest/api/compute/gallery-image-versions/get",
    product="management",
    host=HOST,
    version="2022-03-03",
    options=(
        RESOURCE_GROUP,
        named("gallery_name", "gallery"),
        named("gallery_image_name", "image definition in the gallery"),
    ),
    # Without this, no replication is told.
    read=arm_call(
        "GalleryImageVersions_Get",
        _IMAGE_VERSION,
        _IMAGE_VERSION_READ,
        {"$expand": "ReplicationStatus"},
    ),
    started_by=start_of(_IMAGE_VERSION),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "name",
        "resource_id": "properties.storageProfile.source.id",
        "native_state": "properties.provisioningState",
        "created_at": "properties.publishingProfile.publishedDate",
        "outputs": "{image_version_id: id}",
        "subtasks": "properties.replicationStatus.summary",
    },
    subtask="{name: region, native_state: state, progress: progress, error: state == 'Failed' && {message: details}}",
    item_states=(("", {"replicating": RUNNING, "completed": SUCCEEDED, "failed": FAILED}),),
    items_decide=True,
    states={**_RESOURCE_STATES, "migrating": RUNNING},
    others=RUNNING,
    rules=(
        Rule(
            f"state == 'succeeded' && {is_one_of(_AGGREGATED, 'InProgress')}",
            RUNNING,
            "it is made, and being replicated",
        ),
        Rule(
            f"state == 'succeeded' && {is_one_of(_AGGREGATED, 'Failed')} && subtasks[?state == 'failed'] == `[]`",
            FAILED,
            "its replication has failed",
        ),
        Rule(
            f"state == 'succeeded' && !{is_one_of(_AGGREGATED, 'Completed Failed')}",
            UNKNOWN,
            "it does not tell whether it is replicated",
        ),
    ),
    any_case=True,
    qualified=(in_id(_IMAGE_VERSION, "1.0.0"),),
    listing=Listing(
        arm_call("GalleryImageVersions_ListByGalleryImage", _IMAGE_VERSIONS, _IMAGE_VERSION_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # An item does not tell of replication.
        facts={"subtasks": ""},
        judge=False,
    ),
    lasting=True,
    advice="A version is V(succeeded) when it is replicated to all of its regions, and V(partial) if that has failed in some.",
)

_RUN_COMMANDS = f"{_COMPUTE}/virtualMachines/{{vm_name}}/runCommands"
_RUN_COMMAND = f"{_RUN_COMMANDS}/{{task_id}}"
_RUN_COMMAND_READ = "Microsoft.Compute/virtualMachines/runCommands/read"
_PROVISIONING = "item.properties.provisioningState"
_WITH_OUTPUT = {"$expand": "instanceView"}

RUN_COMMAND = Service(
    name="run_command",
    title="Azure Compute: managed run commands of virtual machines",
    doc="https://learn.microsoft.com/rest/api/compute/virtual-machine-run-commands/get-by-virtual-machine",
    product="management",
    host=HOST,
    version=_COMPUTE_VERSION,
    options=(RESOURCE_GROUP, named("vm_name", "virtual machine")),
    read=arm_call(
        "VirtualMachineRunCommands_GetByVirtualMachine",
        _RUN_COMMAND,
        _RUN_COMMAND_READ,
        _WITH_OUTPUT,
    ),
    started_by=start_of(_RUN_COMMAND),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "name",
        # Whether the resource exists says nothing about the script.
        "native_state": "properties.instanceView.executionState",
        "started_at": "properties.instanceView.startTime",
        "finished_at": "properties.instanceView.endTime",
        # A script that goes well may write to its standard error, too.
        "error": "contains(['Failed', 'TimedOut', 'Canceled'], properties.instanceView.executionState || '')"
        " && {message: properties.instanceView.executionMessage || properties.instanceView.error}",
        "outputs": "properties.instanceView.{exit_code: exitCode, output: output, error_output: error}",
    },
    states={
        "pending": PENDING,
        "running": RUNNING,
        "succeeded": SUCCEEDED,
        "failed": FAILED,
        "timedout": EXPIRED,
        "canceled": CANCELLED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.properties.instanceView.exitCode"
            " && item.properties.instanceView.exitCode != `0`",
            FAILED,
            "its script has ended with the exit code {item.properties.instanceView.exitCode}",
        ),
        Rule(
            f"contains(['succeeded', 'unknown'], state) && {is_one_of(_PROVISIONING, 'Creating Updating Deleting')}",
            RUNNING,
            "the command is being changed, and what it tells may be of the run before",
        ),
        Rule(
            f"contains(['succeeded', 'unknown'], state) && {is_one_of(_PROVISIONING, 'Failed Canceled Cancelled')}",
            FAILED,
            "the command could not be run",
        ),
        Rule(
            f"state == 'succeeded' && {_PROVISIONING} != `null` && !{is_one_of(_PROVISIONING, 'Succeeded')}",
            UNKNOWN,
            "the command itself is neither made nor being changed",
        ),
    ),
    any_case=True,
    qualified=(in_id(_RUN_COMMAND, "my-command"),),
    listing=Listing(
        arm_call(
            "VirtualMachineRunCommands_ListByVirtualMachine",
            _RUN_COMMANDS,
            _RUN_COMMAND_READ,
            _WITH_OUTPUT,
        ),
        items="value",
        pages=Pages(0, link="nextLink"),
        # An item may come without the view of the instance.
        judge=False,
    ),
    lasting=True,
    advice="A command is as good as its script: an exit code other than 0 is V(failed), whatever the command itself is, and"
    " one that ran out of time is V(expired). The action C(runCommand) of a virtual machine is an operation: see"
    " V(operation).",
)
