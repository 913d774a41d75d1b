# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of OpenStack.

The states are those of the services' own sources and API references. ``advice`` says what a state can tell and what
not.
"""

from __future__ import annotations

import typing as t

from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import (
    SUCCESS_WITH_ERROR,
    Batch,
    Call,
    Detail,
    Listing,
    Pages,
    Quota,
    Rule,
    Service,
    Start,
    States,
)


def _states(words: str, state: str) -> dict[str, str]:
    """Map each of these native words to the same state."""
    return dict.fromkeys(words.split(), state)


def _pages(items: str, links: str) -> Pages:
    """Return paging that continues after the last item of a page, for as long as there is a link to a next page."""
    return Pages(100, token=f"{links} && {items}[-1].id")


_PAGE = {"limit": "{page_size}", "marker": "{token}"}

_TASK_STATES: States = {"pending": PENDING, "processing": RUNNING, "success": SUCCEEDED, "failure": FAILED}
_TASK_FACTS: t.Mapping[str, str] = {
    "id": "id",
    "name": "type",
    "native_state": "status",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "expires_at": "expires_at",
    "resource_id": "image_id || input.image_id",
    "error": "status == 'failure' && {message: message} || `null`",
    "result": "result",
    "outputs": "{image_id: result.image_id || image_id}",
    "details": details("owner user_id request_id message schema"),
}

_NOT_IN_ALL_STORES = "not every store has the image: os_glance_failed_import has those that failed"
# A task succeeds even if a store failed, unless all stores are required. A copy succeeds even if no store has the
# image. Only the image itself tells.
_IMAGE_DETAIL = Detail(
    Call("show image", path="/v2/images/{resource_id}", permissions=("get_image",)),
    when="state == 'succeeded' && resource_id && raw.input.backend[?@]",
    facts={
        "resource_id": "id",
        "outputs": "{image_id: id, status: status, stores: stores, failed_stores: os_glance_failed_import}",
    },
    rules=(Rule("item.os_glance_failed_import", PARTIAL, _NOT_IN_ALL_STORES),),
)

# A module has the image in its result. The API and command lines return it alone. A volume that is uploaded has a format, too.
_IMAGE_IDS = ("image.id", "contains(keys(@), 'disk_format') && !image_id && id")

GLANCE_TASK = Service(
    name="glance_task",
    title="Glance: tasks, such as imports of images, by the id of the task",
    doc="https://docs.openstack.org/api-ref/image/v2/index.html#tasks",
    started_by=Start(("contains(keys(@), 'input') && id",)),
    product="image",
    read=Call("show task", path="/v2/tasks/{task_id}", permissions=("tasks_api_access",)),
    facts=_TASK_FACTS,
    states=_TASK_STATES,
    listing=Listing(
        Call(
            "list tasks",
            path="/v2/tasks",
            query={**_PAGE, "type": "{name}", "status": "{native_state}"},
            permissions=("tasks_api_access",),
        ),
        items="tasks",
        pages=_pages("tasks", "next"),
        states=("pending", "processing", "success", "failure"),
        # A list includes neither the image nor the error.
        judge=False,
    ),
    batch=Batch(),
    detail=_IMAGE_DETAIL,
    quota=Quota(4.0),
    advice="Most clouds let only admins ask it; V(glance_import) is for everybody. Glance forgets a task two days after its end.",
)

GLANCE_IMPORT = Service(
    name="glance_import",
    title="Glance: the import of an image, by the id of the image",
    doc="https://docs.openstack.org/api-ref/image/v2/index.html#show-tasks-associated-with-image",
    started_by=Start(_IMAGE_IDS, urls=(r"/v2/images/(?P<task_id>[^/?#]+)/import",)),
    product="image",
    read=Call("list tasks of an image", path="/v2/images/{task_id}/tasks", permissions=("get_image",)),
    # The newest task decides. An image may be imported again, or copied to more stores.
    items="sort_by(tasks, &created_at)[-1:]",
    facts={
        **_TASK_FACTS,
        "id": "image_id",
        "resource_id": "image_id",
        "outputs": "{image_id: image_id, task_id: id}",
    },
    states=_TASK_STATES,
    detail=_IMAGE_DETAIL,
    lasting=True,
    quota=Quota(4.0),
    advice=(
        "The newest task of the image decides, for an image whose import failed stays C(queued). "
        "An image that was uploaded without an import has no task, so it is not found here; wait for V(image)."
    ),
)

IMAGE = Service(
    name="image",
    title="Glance: images, while they are uploaded, imported or made from a server or a volume",
    doc="https://docs.openstack.org/glance/latest/user/statuses.html",
    started_by=Start(
        (*_IMAGE_IDS, "image_id", '"os-volume_upload_image".image_id'),
        headers=(("Location", r"/images/(?P<task_id>[^/?#]+)"),),
    ),
    product="image",
    read=Call("show image", path="/v2/images/{task_id}", permissions=("get_image",)),
    facts={
        "id": "id",
        "resource_id": "id",
        "native_state": "status",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "outputs": "{image_id: id, name: name, size: size, checksum: os_hash_value || checksum, stores: stores}",
        "details": details(
            "owner visibility protected disk_format container_format min_disk min_ram virtual_size tags "
            "file schema checksum os_hash_algo os_hidden os_glance_importing_to_stores "
            "os_glance_failed_import"
        ),
    },
    states={
        "queued": PENDING,
        **_states("saving uploading importing", RUNNING),
        "active": SUCCEEDED,
        **_states("killed deactivated", FAILED),
        **_states("deleted pending_delete", CANCELLED),
    },
    rules=(
        Rule(
            when="native_state == 'queued' && item.os_glance_failed_import && !(item.os_glance_importing_to_stores)",
            state=FAILED,
            because="its import has failed, and an image stays queued then; the service glance_import tells more",
        ),
        # An image is active as soon as one store has it, and stays active while it is copied to others.
        Rule("native_state == 'active' && item.os_glance_importing_to_stores", RUNNING, "other stores lack it yet"),
        Rule("native_state == 'active' && item.os_glance_failed_import", PARTIAL, _NOT_IN_ALL_STORES),
    ),
    listing=Listing(
        Call(
            "list images", path="/v2/images", query={**_PAGE, "status": "{native_state}"}, permissions=("get_images",)
        ),
        items="images",
        pages=_pages("images", "next"),
        states=("queued", "saving", "uploading", "importing", "active", "killed", "deactivated", "pending_delete"),
    ),
    batch=Batch(),
    lasting=True,
    quota=Quota(4.0),
    advice=(
        "An image to which nobody uploads stays C(queued). A server whose snapshot fails deletes the image: "
        "it is then C(vanished). One of a server that boots from a volume is C(active) at once, before the snapshots that it is "
        "made of are: wait for these as V(cinder_snapshot), too. An image that not all stores have that were to is V(partial)."
    ),
)

_VOLUME_TIMES = {"created_at": "created_at", "updated_at": "updated_at"}


def _cinder_list(plural: str, permission: str, **query: str) -> Listing:
    return Listing(
        Call(
            f"list {plural}",
            path=f"/v3/{{project_id}}/{plural}/detail",
            query={**_PAGE, "status": "{native_state}", **query},
            permissions=(permission,),
        ),
        items=plural,
        pages=_pages(plural, f"{plural}_links"),
        states=("creating", "available", "error"),
    )


CINDER_BACKUP = Service(
    name="cinder_backup",
    title="Cinder: backups of volumes",
    doc="https://docs.openstack.org/api-ref/block-storage/v3/index.html#backups-backups",
    started_by=Start(
        (
            *("volume_backup.id", "backup.id"),
            "volume_id && (contains(keys(@), 'object_count') || !contains(keys(@), 'size')) && id",
        )
    ),
    product="block-storage",
    read=Call("show backup", path="/v3/{project_id}/backups/{task_id}", permissions=("backup:get",)),
    root="backup",
    facts={
        "id": "id",
        "resource_id": "volume_id",
        "native_state": "status",
        **_VOLUME_TIMES,
        "error": "{message: fail_reason}",
        "outputs": "{backup_id: id, name: name, snapshot_id: snapshot_id, container: container, size: size}",
        "details": details(
            "availability_zone data_timestamp description encryption_key_id has_dependent_backups "
            'is_incremental metadata object_count "os-backup-project-attr:project_id" user_id'
        ),
    },
    states={
        **_states("creating restoring deleting", RUNNING),
        "available": SUCCEEDED,
        **_states("error error_deleting", FAILED),
        "deleted": CANCELLED,
    },
    # By the API reference, the reason is null unless the backup has failed.
    rules=(SUCCESS_WITH_ERROR,),
    listing=_cinder_list("backups", "backup:get_all", volume_id="{resource_id}"),
    batch=Batch(),
    lasting=True,
    quota=Quota(4.0),
    advice=(
        "It tells whether a backup was made. Not how a restore ended: the backup is C(available) after one that failed, too. "
        "The volume tells that, so wait for V(cinder_volume)."
    ),
)

CINDER_SNAPSHOT = Service(
    name="cinder_snapshot",
    title="Cinder: snapshots of volumes",
    doc="https://docs.openstack.org/api-ref/block-storage/v3/index.html#volume-snapshots-snapshots",
    started_by=Start(
        (
            *("volume_snapshot.id", "snapshot.id"),
            "volume_id && contains(keys(@), 'size') && !contains(keys(@), 'object_count') && id",
        )
    ),
    product="block-storage",
    read=Call("show snapshot", path="/v3/{project_id}/snapshots/{task_id}", permissions=("volume:get_snapshot",)),
    root="snapshot",
    facts={
        "id": "id",
        "resource_id": "volume_id",
        "native_state": "status",
        "progress": '"os-extended-snapshot-attributes:progress"',
        **_VOLUME_TIMES,
        "outputs": "{snapshot_id: id, name: name, size: size}",
        "details": details(
            'consumes_quota description group_snapshot_id metadata "os-extended-snapshot-attributes:project_id" user_id'
        ),
    },
    states={
        **_states("creating backing-up restoring updating deleting unmanaging", RUNNING),
        "available": SUCCEEDED,
        **_states("error error_deleting", FAILED),
        "deleted": CANCELLED,
    },
    no_evidence="It has no error and no parts. Many drivers leave its progress at 0 % until the end.",
    listing=_cinder_list("snapshots", "volume:get_all_snapshots", volume_id="{resource_id}"),
    batch=Batch(),
    lasting=True,
    quota=Quota(4.0),
    advice="Many drivers report a progress of 0 % until the end. C(openstack volume message list) says why one is in error.",
)

# Admins see this field under another name.
_MIGRATION = '(item.migration_status || item."os-vol-mig-status-attr:migstat")'

CINDER_VOLUME = Service(
    name="cinder_volume",
    title="Cinder: volumes, while they are made, extended, retyped, migrated or restored from a backup",
    doc="https://docs.openstack.org/api-ref/block-storage/v3/index.html#volumes-volumes",
    started_by=Start(
        (
            *("volume.id", "restore.volume_id", "backup_id && volume_id"),
            "contains(keys(@), 'attachments') && contains(keys(@), 'bootable') && id",
        ),
        urls=(r"/volumes/(?P<task_id>[^/?#]+)/action",),
    ),
    product="block-storage",
    read=Call("show volume", path="/v3/{project_id}/volumes/{task_id}", permissions=("volume:get",)),
    root="volume",
    facts={
        "id": "id",
        "resource_id": "id",
        "native_state": "status",
        **_VOLUME_TIMES,
        "outputs": "{volume_id: id, name: name, size: size, volume_type: volume_type}",
        "details": details(
            "attachments availability_zone bootable cluster_name consistencygroup_id consumes_quota "
            "description encrypted encryption_key_id group_id metadata migration_status multiattach "
            '"os-vol-host-attr:host" "os-vol-mig-status-attr:migstat" "os-vol-mig-status-attr:name_id" '
            '"os-vol-tenant-attr:tenant_id" provider_id replication_status service_uuid shared_targets '
            "snapshot_id source_volid user_id volume_image_metadata volume_type_id"
        ),
    },
    states={
        **_states("creating downloading uploading extending retyping restoring-backup backing-up deleting", RUNNING),
        **_states("attaching detaching managing reserved", RUNNING),
        **_states("maintenance awaiting-transfer", PENDING),
        **_states("available in-use", SUCCEEDED),
        **_states("error error_restoring error_backing-up error_extending error_managing error_deleting", FAILED),
        "deleted": CANCELLED,
    },
    rules=(
        Rule(
            when="contains(['available', 'in-use'], native_state) && "
            f"contains(['starting', 'migrating', 'completing'], {_MIGRATION} || '')",
            state=RUNNING,
            because="it is being migrated",
        ),
        Rule(
            when=f"contains(['available', 'in-use'], native_state) && {_MIGRATION} == 'error'",
            state=FAILED,
            because="its last migration has failed; an admin can take the note of it away: cinder reset-state "
            "--reset-migration-status",
        ),
    ),
    listing=_cinder_list("volumes", "volume:get_all"),
    batch=Batch(),
    lasting=True,
    quota=Quota(4.0),
    advice=(
        "C(available) and C(in-use) say that nothing goes on, and no error is left. After a restore or an extension that failed, "
        "an error is. A retype, an upload as an image and a backup that fail leave a volume as it was. After an upload wait for "
        "V(image), after a backup for V(cinder_backup), and give a condition for a retype, such as "
        "C(outputs.volume_type == 'fast'). C(openstack volume message list) says why a volume is in error."
    ),
)

_SERVER_BUSY = (
    "image_snapshot image_snapshot_pending image_pending_upload image_uploading image_backup scheduling "
    "block_device_mapping networking spawning updating_password resize_prep resize_migrating resize_migrated resize_finish "
    "resize_reverting resize_confirming rebooting reboot_pending reboot_started rebooting_hard reboot_pending_hard "
    "reboot_started_hard pausing unpausing suspending resuming powering-off powering-on rescuing unrescuing rebuilding "
    "rebuild_block_device_mapping rebuild_spawning migrating deleting soft-deleting restoring shelving "
    "shelving_image_pending_upload shelving_image_uploading shelving_offloading unshelving"
)

NOVA_IMAGE = Service(
    name="nova_image",
    title="Nova: a server that is made an image of, until nothing goes on with it any more",
    doc="https://docs.openstack.org/api-ref/compute/#create-image-createimage-action",
    started_by=Start(("server.id",), urls=(r"/servers/(?P<task_id>[^/?#]+)/action",)),
    product="compute",
    read=Call("show server", path="/v2.1/servers/{task_id}", permissions=("os_compute_api:servers:show",)),
    root="server",
    facts={
        "id": "id",
        "resource_id": "id",
        # Null means idle. If the key is missing, the state is not known.
        "native_state": "contains(keys(@), 'OS-EXT-STS:task_state') && "
        '("OS-EXT-STS:task_state" == `null` && \'idle\' || "OS-EXT-STS:task_state") || `null`',
        "created_at": "created",
        "updated_at": "updated",
        "error": "fault && {code: fault.code, message: fault.message} || `null`",
        "details": details(
            'name status "OS-EXT-STS:vm_state" "OS-EXT-STS:power_state" "OS-EXT-AZ:availability_zone" '
            'addresses config_drive description flavor "os-extended-volumes:volumes_attached" hostId '
            "host_status image key_name locked locked_reason metadata progress server_groups tags "
            "tenant_id trusted_image_certificates user_id"
        ),
    },
    states={**_states(_SERVER_BUSY, RUNNING), "idle": SUCCEEDED},
    rules=(
        Rule(
            when="item.status == 'ERROR' || item.\"OS-EXT-STS:vm_state\" == 'error'",
            state=FAILED,
            because="the server is in error",
        ),
        Rule(when="contains(['DELETED', 'SOFT_DELETED'], item.status || '')", state=CANCELLED, because="it is deleted"),
    ),
    listing=Listing(
        Call("list servers", path="/v2.1/servers/detail", query=_PAGE, permissions=("os_compute_api:servers:detail",)),
        items="servers",
        pages=_pages("servers", "servers_links"),
    ),
    batch=Batch(),
    lasting=True,
    quota=Quota(4.0),
    advice=(
        "It tells that the server has nothing under way any more. Not whether the image is good, for Nova does not keep that: "
        "wait for V(image) with the id that the snapshot gave, wherever there is one. Of a server that boots from a volume, "
        "neither tells when its snapshots are made: wait for these as V(cinder_snapshot)."
    ),
)

SERVICES: dict[str, Service] = {
    service.name: service
    for service in (GLANCE_TASK, GLANCE_IMPORT, IMAGE, CINDER_BACKUP, CINDER_SNAPSHOT, CINDER_VOLUME, NOVA_IMAGE)
}
