# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Cloud Backup and Recovery (CBR): its tasks, backups and restore points."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SKIPPED, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Call, Codes, Listing, Pages, Quota, Rule, Service, Start
from .shared_tables import not_found_codes

# For a deleted backup CBR returns 401 and says that the URL is malformed.
_CODES: Codes = (
    (r"^BackupService\.6500$", "", NotFound),
    *not_found_codes(r"^BackupService\."),
    (r"^401$", r"^Malformed request url", NotFound),
    (r"^404$", "", NotFound),
)


def _consistency_rule(path: str) -> Rule:
    """Return the rule for a backup of applications that were not quiesced. The code is 0 if they were."""
    return Rule(
        f"state == 'succeeded' && !contains(['', '0', 'null'], to_string({path}.app_consistency_error_code))",
        PARTIAL,
        "the backup was made, but it is not consistent with its applications: app_consistency_error_code says why",
    )


CBR = Service(
    name="cbr",
    title="Cloud Backup and Recovery (CBR) tasks: backups, restores, replications, deletions",
    doc="https://support.huaweicloud.com/intl/en-us/api-cbr/ShowOpLog.html",
    started_by=Start(("operation_log_id", "sync.operation_log_id", "sync[].operation_log_id")),
    product="cbr",
    read=Call("ShowOpLog", path="/v3/{project_id}/operation-logs/{task_id}", permissions=("cbr:tasks:get",)),
    root="operation_log",
    facts={
        "id": "id",
        "name": "operation_type",
        "native_state": "status",
        "progress": "extra_info.common.progress",
        "created_at": "created_at",
        "started_at": "started_at",
        "updated_at": "updated_at",
        "finished_at": "ended_at",
        "resource_id": "extra_info.resource.id",
        "error": "error_info",
        "counts": "{total: not_null(extra_info.vault_delete.total_count, extra_info.remove_resources.total_count),"
        " succeeded: extra_info.sync.sync_backup_num,"
        " failed: not_null(extra_info.vault_delete.fail_count, extra_info.remove_resources.fail_count,"
        " extra_info.sync.err_sync_backup_num)}",
        "outputs": "{checkpoint_id: checkpoint_id, vault_id: vault_id,"
        " backup_id: not_null(extra_info.backup.backup_id, extra_info.restore.backup_id, extra_info.delete.backup_id),"
        " backup_name: extra_info.backup.backup_name,"
        " target_resource_id: extra_info.restore.target_resource_id,"
        " destination_backup_id: extra_info.replication.destination_backup_id,"
        " destination_region: extra_info.replication.destination_region}",
        "details": details("policy_id project_id provider_id vault_name extra_info"),
    },
    # Skipped means that a check failed and nothing was done.
    states={
        "waiting": PENDING,
        "running": RUNNING,
        "success": SUCCEEDED,
        "failed": FAILED,
        "timeout": FAILED,
        "skipped": SKIPPED,
    },
    rules=(SUCCESS_WITH_ERROR, _consistency_rule("item.extra_info.backup")),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListOpLogs",
            permissions=("cbr:tasks:list",),
            path="/v3/{project_id}/operation-logs",
            query={
                "status": "{native_state}",
                "operation_type": "{name}",
                "resource_id": "{resource_id}",
                "start_time": "{created_after}",
                "end_time": "{created_before}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="operation_logs",
        pages=Pages(100, total="count", first=0, by_item=True),
        states=("waiting", "running", "success", "failed", "timeout", "skipped"),
    ),
    quota=Quota(1.6),
    advice="A task that is skipped has done nothing, and is no success unless the user says so.",
)

_BACKUP_STATES = {
    "waiting_protect": PENDING,
    "protecting": RUNNING,
    "available": SUCCEEDED,
    "waiting_restore": PENDING,
    "restoring": RUNNING,
    "waiting_delete": PENDING,
    "deleting": RUNNING,
    "error": FAILED,
}

CBR_BACKUP = Service(
    name="cbr_backup",
    title="Cloud Backup and Recovery (CBR) backups, from their creation until they can be used",
    doc="https://support.huaweicloud.com/intl/en-us/api-cbr/ShowBackup.html",
    started_by=Start(("backup.id", "sync[].backup_id")),
    product="cbr",
    read=Call("ShowBackup", path="/v3/{project_id}/backups/{task_id}", permissions=("cbr:backups:get",)),
    root="backup",
    facts={
        "id": "id",
        "name": "image_type",
        "native_state": "status",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "expires_at": "expired_at",
        "resource_id": "resource_id",
        "outputs": "{checkpoint_id: checkpoint_id, vault_id: vault_id, backup_name: name}",
        "subtasks": "children",
        "details": details(
            "description enterprise_project_id extend_info incremental parent_id project_id protected_at "
            "provider_id replication_records resource_az resource_name resource_size resource_type "
            "scheduled_operation_id version"
        ),
    },
    states=_BACKUP_STATES,
    subtask="{name: not_null(resource_name, name, id), native_state: status, outputs: {backup_id: id}}",
    item_states=(("", _BACKUP_STATES),),
    items_decide=True,
    # There is no rule on replication_records: each copy is a backup of its own, and a failed one may have been repeated.
    rules=(_consistency_rule("item.extend_info.app_consistency"),),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListBackups",
            permissions=("cbr:backups:list",),
            path="/v3/{project_id}/backups",
            query={
                "status": "{native_state}",
                "image_type": "{name}",
                "resource_id": "{resource_id}",
                "start_time": "{created_after}",
                "end_time": "{created_before}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="backups",
        pages=Pages(100, total="count", first=0, by_item=True),
        states=("available", "error"),
    ),
    lasting=True,
    quota=Quota(1.6),
    advice="The name of a backup is its type: backup or replication.",
)

CBR_CHECKPOINT = Service(
    name="cbr_checkpoint",
    title="Cloud Backup and Recovery (CBR) restore points of a vault",
    doc="https://support.huaweicloud.com/intl/en-us/api-cbr/ShowCheckpoint.html",
    started_by=Start(("checkpoint.id",)),
    product="cbr",
    read=Call("ShowCheckpoint", path="/v3/{project_id}/checkpoints/{task_id}", permissions=("cbr:backups:get",)),
    root="checkpoint",
    facts={
        "id": "id",
        "name": "extra_info.name",
        "native_state": "status",
        "created_at": "created_at",
        "resource_id": "vault.id",
        "outputs": "{vault_id: vault.id, vault_name: vault.name, resource_ids: vault.resources[].id}",
        "subtasks": "[vault.resources, vault.skipped_resources][]",
        "details": details("project_id extra_info.description extra_info.retention_duration"),
    },
    # A skipped resource has a code and a reason in place of a state.
    subtask="{name: not_null(name, id), native_state: protect_status || (code || reason) && 'skipped',"
    " error: (code || reason) && {code: code, message: reason}, outputs: {resource_id: id}}",
    item_states=(
        (
            "",
            {
                "available": SUCCEEDED,
                "protecting": RUNNING,
                "restoring": RUNNING,
                "removing": RUNNING,
                "error": FAILED,
                "skipped": SKIPPED,
            },
        ),
    ),
    items_decide=True,
    states={
        "protecting": RUNNING,
        "available": SUCCEEDED,
        "deleting": RUNNING,
        "deleted": CANCELLED,
        "error": FAILED,
        "error-deleting": FAILED,
    },
    codes=_CODES,
    lasting=True,
    quota=Quota(1.6),
    advice="Its RV(tasks[].subtasks) are the resources of the vault, those with a code and a reason that were skipped: a restore"
    " point of some of them is V(partial), one of none is V(skipped).",
)
