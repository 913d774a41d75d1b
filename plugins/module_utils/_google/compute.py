# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Compute Engine: operations, snapshots, images and machine images."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import Batch, Call, Listing, Pages, Quota, Rule, Service, Start, States
from .places import ZONE, host_of
from .words import CODES, ID, INCOMPLETE, PROJECT, items, names, states

_HOST = host_of("compute")
_ROOT = f"{_HOST}/compute/v1"
# Reads of operations, other reads and lists have a quota each, of the project and by the minute.
_QUOTA = Quota(1500.0, 60.0, source="https://docs.cloud.google.com/compute/api-quota")
_LIST = {
    "filter": "status = {native_state}",
    "maxResults": "{page_size}",
    "pageToken": "{token}",
}
_PAGES = Pages(500, token="nextPageToken")
# All that is in a project, by zone and region, is in an object of lists. Of one place, it is a list.
_OPERATIONS = "not_null(items.*.operations[], items, `[]`)"

COMPUTE_OPERATION = Service(
    name="compute_operation",
    title="Compute Engine: operations of zones, of regions and of the whole project",
    doc="https://docs.cloud.google.com/compute/docs/reference/rest/v1/zoneOperations",
    product="compute",
    host=_HOST,
    options=(ZONE,),
    read=Call(
        "operations.get",
        path="/compute/v1/projects/{project}/[zones/{zone}|regions/{region}|global]/operations/{task_id}",
        permissions=(
            "compute.zoneOperations.get",
            "compute.regionOperations.get",
            "compute.globalOperations.get",
        ),
    ),
    started_by=Start(
        ("kind == 'compute#operation' && (selfLink || name)",),
        parameters={"zone": ("zone",)},
    ),
    facts={
        "id": "name",
        "name": "operationType",
        "resource_id": "targetLink",
        "native_state": "status",
        "created_at": "insertTime",
        "started_at": "startTime",
        "finished_at": "endTime",
        "error": "error.errors[0] && {code: error.errors[0].code, message: error.errors[0].message}"
        " || {code: httpErrorStatusCode, message: httpErrorMessage}",
        "outputs": "{target: targetLink, target_id: targetId, warnings: warnings[].{code: code, message: message}}",
        # The progress is neither linear nor meant to be guessed with, as the reference says.
        "details": details(
            "progress zone region user statusMessage description operationGroupId clientOperationId selfLink"
            " errors=error.errors[1:].{code:code,message:message}"
        ),
    },
    states={"pending": PENDING, "running": RUNNING, "done": SUCCEEDED},
    rules=(
        Rule(
            "state == 'succeeded' && (item.error != `null` || item.httpErrorMessage"
            " || to_number(item.httpErrorStatusCode || `0`) >= `400`)",
            FAILED,
            "it is done, with an error",
        ),
        Rule(
            "state == 'succeeded' && item.httpErrorStatusCode && to_number(item.httpErrorStatusCode) == `null`",
            UNKNOWN,
            "it is done, with an HTTP status that cannot be read",
        ),
    ),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=names(
        rf"{PROJECT}/(?:zones/(?P<zone>[^/?#]+)|regions/(?P<region>[^/?#]+)|global)/operations/{ID}",
        "projects/my-project/zones/europe-west1-b/operations/operation-1772366400000-1a2b3c",
        _ROOT,
    ),
    listing=Listing(
        Call(
            "operations.list",
            path="/compute/v1/projects/{project}/[zones/{zone}|regions/{region}|aggregated]/operations",
            query=_LIST,
            permissions=(
                "compute.zoneOperations.list",
                "compute.regionOperations.list",
                "compute.globalOperations.list",
            ),
        ),
        items=_OPERATIONS,
        pages=_PAGES,
        states=("PENDING", "RUNNING", "DONE"),
    ),
    batch=Batch(),
    quota=_QUOTA,
    advice="An operation that is C(DONE) has failed if it has an error. Its resource may not be ready yet: a snapshot may still"
    " be uploaded, so wait for V(snapshot). The API forgets an operation between an hour and 14 days after its end.",
)


def _resource(
    name: str,
    title: str,
    doc: str,
    *,
    collection: str,
    permission: str,
    states: States,
    resource_id: str,
    outputs: str,
    more: str,
    started_by: Start,
    no_evidence: str,
    advice: str = "",
) -> Service:
    """Return the service of a kind of resource that is made in the background. ``collection`` is its part of a path."""
    return Service(
        name=name,
        title=title,
        doc=doc,
        product="compute",
        host=_HOST,
        read=Call(
            f"{collection}.get",
            path=f"/compute/v1/projects/{{project}}/global/{collection}/{{task_id}}",
            permissions=(f"compute.{permission}.get",),
        ),
        started_by=started_by,
        facts={
            "id": "name",
            "name": "name",
            "resource_id": resource_id,
            "native_state": "status",
            "created_at": "creationTimestamp",
            "outputs": outputs,
            "details": details(f"description labels storageLocations selfLink {more}"),
        },
        states=states,
        codes=CODES,
        refused=INCOMPLETE,
        qualified=names(
            rf"{PROJECT}/global/{collection}/{ID}",
            f"projects/my-project/global/{collection}/my-{name.replace('_', '-')}",
            _ROOT,
        ),
        listing=Listing(
            Call(
                f"{collection}.list",
                path=f"/compute/v1/projects/{{project}}/global/{collection}",
                query=_LIST,
                permissions=(f"compute.{permission}.list",),
            ),
            items=items("items"),
            pages=_PAGES,
            states=tuple(word.upper() for word in states),
        ),
        batch=Batch(),
        quota=_QUOTA,
        no_evidence=no_evidence,
        advice=advice,
    )


_TARGET = "kind == 'compute#operation' && contains(targetLink || '', '/{}/') && targetLink"

SNAPSHOT = _resource(
    "snapshot",
    "Compute Engine: snapshots of disks",
    "https://docs.cloud.google.com/compute/docs/reference/rest/v1/snapshots",
    collection="snapshots",
    permission="snapshots",
    states={
        **states("creating uploading", RUNNING),
        "ready": SUCCEEDED,
        "failed": FAILED,
        "deleting": CANCELLED,
    },
    resource_id="sourceDisk || sourceInstantSnapshot",
    outputs="{self_link: selfLink, size: storageBytes, disk_size_gb: diskSizeGb}",
    more="snapshotType chainName storageBytesStatus architecture autoCreated sourceInstantSnapshot",
    started_by=Start(
        (
            "kind == 'compute#snapshot' && (selfLink || name)",
            _TARGET.format("snapshots"),
            # The module google.cloud.gcp_compute_snapshot.
            "labelFingerprint && diskSizeGb && !kind && !archiveSizeBytes && name",
        )
    ),
    no_evidence="A snapshot has no error and no counts. That its storageBytesStatus is UPDATING says only that its size is not"
    " known yet.",
)

IMAGE = _resource(
    "image",
    "Compute Engine: images",
    "https://docs.cloud.google.com/compute/docs/reference/rest/v1/images",
    collection="images",
    permission="images",
    # What the API calls pending has begun.
    states={"pending": RUNNING, "ready": SUCCEEDED, "failed": FAILED, "deleting": CANCELLED},
    resource_id="sourceDisk || sourceSnapshot || sourceImage",
    outputs="{self_link: selfLink, family: family, size: archiveSizeBytes, disk_size_gb: diskSizeGb}",
    more="architecture sourceType deprecated_state=deprecated.state",
    started_by=Start(
        (
            "kind == 'compute#image' && (selfLink || name)",
            _TARGET.format("images"),
            # The module google.cloud.gcp_compute_image.
            "archiveSizeBytes && !kind && name",
        )
    ),
    no_evidence="An image has no error and no counts.",
    advice="An import or an export of an image is a V(build).",
)

MACHINE_IMAGE = _resource(
    "machine_image",
    "Compute Engine: machine images",
    "https://docs.cloud.google.com/compute/docs/reference/rest/v1/machineImages",
    collection="machineImages",
    permission="machineImages",
    states={
        **states("creating uploading", RUNNING),
        "ready": SUCCEEDED,
        "invalid": FAILED,
        "deleting": CANCELLED,
    },
    resource_id="sourceInstance",
    outputs="{self_link: selfLink, size: totalStorageBytes}",
    more="guestFlush",
    started_by=Start(
        ("kind == 'compute#machineImage' && (selfLink || name)", _TARGET.format("machineImages")),
    ),
    no_evidence="A machine image has no error and no counts.",
)
