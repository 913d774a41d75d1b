# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of backups of Google Cloud: Backup and DR, Filestore and Backup for GKE."""

from __future__ import annotations

import typing as t

from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import Batch, Call, Listing, Option, Pages, Rule, Service, Start, States
from . import longrunning
from .places import LOCATION as IN_LOCATION
from .places import host_of
from .words import CODES, ID, INCOMPLETE, LOCATION, items, names, states

BACKUPDR_OPERATION = longrunning.in_location(
    "backupdr_operation",
    "Backup and DR: operations, such as backups and restores",
    "https://docs.cloud.google.com/backup-disaster-recovery/docs/reference/rest/v1/projects.locations.operations",
    "backupdr",
    advice="An operation that only triggers a backup may end before the backup: wait for V(backupdr_backup).",
)

FILESTORE_OPERATION = longrunning.in_location(
    "filestore_operation",
    "Filestore: operations on instances, backups and snapshots",
    "https://docs.cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.operations",
    "file",
)


def _resource(
    name: str,
    title: str,
    doc: str,
    product: str,
    parents: t.Sequence[tuple[str, Option]],
    collection: str,
    *,
    permission: str,
    facts: t.Mapping[str, str],
    more: str,
    states: States,
    rules: tuple[Rule, ...] = (),
    no_evidence: str = "",
    advice: str = "",
) -> Service:
    """Return the service of a kind of resource that is made in the background.

    ``parents`` are the parts of its name between the location and ``collection``, each with the option that holds it.
    """
    host = host_of(product)
    path = "".join(f"{part}/{{{option.name}}}/" for part, option in parents)
    pattern = "".join(rf"{part}/(?P<{option.name}>[^/?#]+)/" for part, option in parents)
    example = "".join(f"{part}/my-{option.name.replace('_', '-')}/" for part, option in parents)
    path = f"/v1/projects/{{project}}/locations/{{location}}/{path}{collection}"
    return Service(
        name=name,
        title=title,
        doc=doc,
        product=product,
        host=host,
        options=(IN_LOCATION, *(option for dummy, option in parents)),
        read=Call(f"{collection}.get", path=f"{path}/{{task_id}}", permissions=(f"{product}.{permission}.get",)),
        started_by=Start(
            (
                # The operation that makes it, or the resource itself.
                f"metadata.verb == 'create' && contains(metadata.target || '', '/{collection}/') && metadata.target",
                f"state && contains(name || '', '/{collection}/') && name",
            ),
            parameters={**longrunning.PLACE, **{option.name: _flags(option.name) for dummy, option in parents}},
        ),
        facts={
            "id": "name",
            "native_state": "state",
            "created_at": "createTime",
            **facts,
            "details": details(f"full_name=name {more}"),
        },
        states=states,
        rules=rules,
        codes=CODES,
        refused=INCOMPLETE,
        qualified=names(
            rf"{LOCATION}/{pattern}{collection}/{ID}",
            f"projects/my-project/locations/europe-west1/{example}{collection}/my-{name.replace('_', '-')}",
            f"{host}/v1",
        ),
        listing=Listing(
            Call(
                f"{collection}.list",
                path=path,
                query={"pageSize": "{page_size}", "pageToken": "{token}"},
                permissions=(f"{product}.{permission}.list",),
            ),
            items=items(collection),
            pages=Pages(100, token="nextPageToken"),
        ),
        batch=Batch(),
        no_evidence=no_evidence,
        advice=advice,
    )


def _flags(name: str) -> tuple[str, ...]:
    """Return how a command line and a body of a request call an option."""
    return (name.replace("_", "-"), name)


def _parent(name: str, what: str) -> Option:
    return Option(name, about=(what, "The full name tells it."))


BACKUPDR_BACKUP = _resource(
    "backupdr_backup",
    "Backup and DR: backups in backup vaults",
    "https://docs.cloud.google.com/backup-disaster-recovery/docs/reference/rest/v1/projects.locations.backupVaults.dataSources.backups",
    "backupdr",
    (
        ("backupVaults", _parent("backup_vault", "The backup vault that holds the backup.")),
        ("dataSources", _parent("data_source", "The data source in the vault that the backup is of.")),
    ),
    "backups",
    permission="bvbackups",
    facts={
        "name": "backupType",
        "resource_id": "gcpResource.gcpResourcename",
        "updated_at": "updateTime",
        "expires_at": "expireTime",
        "outputs": "{backup: name, size: resourceSizeBytes, consistency_time: consistencyTime}",
    },
    more="description labels enforcedRetentionEndTime verificationSummary",
    states={
        **states("creating uploading", RUNNING),
        "active": SUCCEEDED,
        "error": FAILED,
        "deleting": CANCELLED,
    },
    no_evidence="A backup has no error and no counts beside its state. What a later verification found is a detail.",
)

FILESTORE_BACKUP = _resource(
    "filestore_backup",
    "Filestore: backups of instances",
    "https://docs.cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.backups",
    "file",
    (),
    "backups",
    permission="backups",
    facts={
        "name": "sourceFileShare",
        "resource_id": "sourceInstance",
        "outputs": "{backup: name, size: storageBytes, capacity_gb: capacityGb}",
    },
    more="description labels sourceInstanceTier fileSystemProtocol downloadBytes",
    states={
        **states("creating finalizing", RUNNING),
        "ready": SUCCEEDED,
        "invalid": FAILED,
        "deleting": CANCELLED,
    },
    no_evidence="A backup has no error and no counts beside its state.",
)

_GKE_FACTS = {
    "updated_at": "updateTime",
    "finished_at": "completeTime",
    # The reason is that of any state, so it is an error only of a failure.
    "error": "state == 'FAILED' && {message: stateReason}",
}
_GKE_STATES = {
    "creating": PENDING,
    "in_progress": RUNNING,
    "succeeded": SUCCEEDED,
    "failed": FAILED,
    "deleting": CANCELLED,
}

GKE_BACKUP = _resource(
    "gke_backup",
    "Backup for GKE: backups of clusters",
    "https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans.backups",
    "gkebackup",
    (("backupPlans", _parent("backup_plan", "The backup plan that the backup is of.")),),
    "backups",
    permission="backups",
    facts={
        **_GKE_FACTS,
        "resource_id": "clusterMetadata.cluster",
        "expires_at": "retainExpireTime",
        "outputs": "{backup: name, size: sizeBytes, resources: resourceCount, volumes: volumeCount, pods: podCount}",
    },
    more="description labels stateReason manual permissiveMode",
    states=_GKE_STATES,
    no_evidence="A backup counts what it holds, and has no count of what it lacks.",
)

GKE_RESTORE = _resource(
    "gke_restore",
    "Backup for GKE: restores of backups to clusters",
    "https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.restorePlans.restores",
    "gkebackup",
    (("restorePlans", _parent("restore_plan", "The restore plan that the restore is of.")),),
    "restores",
    permission="restores",
    facts={
        **_GKE_FACTS,
        "resource_id": "cluster",
        # What is 0 is left out.
        "counts": "{succeeded: sum([resourcesRestoredCount || `0`, volumesRestoredCount || `0`]),"
        " failed: resourcesFailedCount || `0`}",
        "outputs": "{backup: backup, restored: resourcesRestoredCount, volumes: volumesRestoredCount,"
        " excluded: resourcesExcludedCount}",
    },
    more="description labels stateReason",
    states={**_GKE_STATES, "validating": RUNNING},
    rules=(
        Rule(
            "state == 'succeeded' && item.resourcesFailedCount && item.resourcesFailedCount > `0`",
            PARTIAL,
            "some of its resources could not be restored",
        ),
    ),
    advice="A restore that C(SUCCEEDED) with resources that failed is V(partial), and V(failed) if it has restored nothing."
    " What was restored may not run yet at its end.",
)
