# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of databases of Google Cloud: Cloud SQL, AlloyDB, Spanner and Firestore."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SKIPPED, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Cancel, Listing, Option, Pages, Rule, Service, Start
from . import longrunning
from .places import host_of
from .words import CODES, ID, INCOMPLETE, PROJECT, items, names, states

_SQL = host_of("sqladmin")
_SQL_INSTANCE = Option(
    "instance",
    about=(
        "The instance of Cloud SQL.",
        "Backups of an instance are found by it. Without it, a backup is one that has a name of its own in the project.",
    ),
    required=False,
    fact="resource_id",
)

SQL_OPERATION = Service(
    name="sql_operation",
    title="Cloud SQL: operations, such as exports, imports, backups, restores and clones",
    doc="https://docs.cloud.google.com/sql/docs/mysql/admin-api/rest/v1/operations",
    product="sqladmin",
    host=_SQL,
    options=(
        Option(
            "instance",
            about=("The instance of Cloud SQL whose operations are listed.",),
            required=False,
            fact="resource_id",
        ),
    ),
    read=Call(
        "sql.operations.get",
        path="/v1/projects/{project}/operations/{task_id}",
        permissions=("cloudsql.instances.get",),
    ),
    started_by=Start(
        ("kind == 'sql#operation' && (selfLink || name)",),
        parameters={"instance": ("instance",)},
    ),
    facts={
        "id": "name",
        "name": "operationType",
        "resource_id": "targetId",
        "native_state": "status",
        "created_at": "insertTime",
        "started_at": "startTime",
        "finished_at": "endTime",
        "error": "{code: error.errors[0].code, message: error.errors[0].message}",
        "outputs": "{uri: exportContext.uri || importContext.uri, backup_id: backupContext.backupId,"
        " backup: backupContext.name, warning: apiWarning.message}",
        "details": details("user targetProject targetLink selfLink"),
    },
    states={"pending": PENDING, "running": RUNNING, "done": SUCCEEDED},
    rules=(Rule("state == 'succeeded' && item.error != `null`", FAILED, "it is done, with an error"),),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=names(
        rf"{PROJECT}/operations/{ID}",
        "projects/my-project/operations/7e57ab1e-0000-4000-8000-000000000001",
        f"{_SQL}/v1",
    ),
    listing=Listing(
        Call(
            "sql.operations.list",
            path="/v1/projects/{project}/operations",
            query={
                "instance": "{instance|resource_id}",
                "maxResults": "{page_size}",
                "pageToken": "{token}",
            },
            permissions=("cloudsql.instances.get", "cloudsql.instances.list"),
        ),
        items=items("items"),
        pages=Pages(100, token="nextPageToken"),
    ),
    batch=Batch(),
    # The API refuses to cancel any other kind.
    cancel=Cancel(
        Call(
            "sql.operations.cancel",
            path="/v1/projects/{project}/operations/{task_id}/cancel",
            method="POST",
            json={},
            permissions=("cloudsql.instances.get", "cloudsql.instances.update"),
        ),
        when="contains(['EXPORT', 'IMPORT'], name)",
    ),
    advice="An operation that is C(DONE) has failed if it has an error. One that was just started may not be found at first.",
)

SQL_BACKUP = Service(
    name="sql_backup",
    title="Cloud SQL: backups of instances, automatic ones and those on demand",
    doc="https://docs.cloud.google.com/sql/docs/mysql/admin-api/rest/v1/backupRuns",
    product="sqladmin",
    host=_SQL,
    options=(_SQL_INSTANCE,),
    read=Call(
        "sql.backupRuns.get",
        path="/v1/projects/{project}/[instances/{instance}/backupRuns|backups]/{task_id}",
        permissions=("cloudsql.backupRuns.get",),
    ),
    started_by=Start(
        (
            "kind == 'sql#backupRun' && (selfLink || id)",
            "kind == 'sql#operation' && backupContext && (backupContext.name || backupContext.backupId)",
        ),
        options={
            "instance": (
                "kind == 'sql#backupRun' && instance",
                "kind == 'sql#operation' && !(backupContext.name) && targetId",
            ),
        },
        parameters={"instance": ("instance", "i")},
    ),
    facts={
        "id": "id || name",
        "name": "type",
        "resource_id": "instance",
        # A backup run has a status, a backup of the project a state.
        "native_state": '"status" || state',
        "created_at": "enqueuedTime || backupInterval.startTime",
        "started_at": "startTime || backupInterval.startTime",
        "finished_at": "endTime || backupInterval.endTime",
        "error": "{code: error.code, message: error.message}",
        "outputs": "{self_link: selfLink, location: location, size: maxChargeableBytes}",
        "details": details("selfLink description backupKind databaseVersion windowStartTime timeZone"),
    },
    states={
        **states("enqueued overdue", PENDING),
        "running": RUNNING,
        "successful": SUCCEEDED,
        **states("failed deletion_failed", FAILED),
        "skipped": SKIPPED,
        **states("deletion_pending deleting deleted", CANCELLED),
    },
    rules=(SUCCESS_WITH_ERROR,),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=(
        *names(
            rf"{PROJECT}/(?:instances/(?P<instance>[^/?#]+)/backupRuns|backups)/{ID}",
            "projects/my-project/instances/my-instance/backupRuns/1772366400000",
            f"{_SQL}/v1",
        ),
    ),
    listing=Listing(
        Call(
            "sql.backupRuns.list",
            path="/v1/projects/{project}/instances/[{instance}|-]/backupRuns",
            query={"maxResults": "{page_size}", "pageToken": "{token}"},
            permissions=("cloudsql.backupRuns.list",),
        ),
        items=items("items"),
        pages=Pages(100, token="nextPageToken"),
    ),
    advice="A backup that is C(OVERDUE) has missed its window, and is V(pending): see what keeps the instance busy. One that was"
    " C(SKIPPED), since the instance was idle, is V(skipped). The id of a backup run counts for one instance, so give"
    " O(instance), or the full name. A list has the backup runs, and not the backups of the project.",
)

ALLOYDB_OPERATION = longrunning.in_location(
    "alloydb_operation",
    "AlloyDB: operations on clusters, instances and backups",
    "https://docs.cloud.google.com/alloydb/docs/reference/rest/v1/projects.locations.operations",
    "alloydb",
)

SPANNER_OPERATION = longrunning.in_location(
    "spanner_operation",
    "Spanner: operations on backups, restores and databases",
    "https://docs.cloud.google.com/spanner/docs/reference/rest/v1/projects.instances.databases.operations",
    "spanner",
    facts={
        "resource_id": "metadata.name || metadata.database",
        "name": "",
        "progress": "metadata.progress.progressPercent",
        "created_at": "metadata.progress.startTime",
        "finished_at": "metadata.progress.endTime",
        "details": details(
            'full_name=name type=metadata."@type" metadata.sourceBackup metadata.database metadata.cancelTime'
            " metadata.optimizeDatabaseOperationName"
        ),
    },
)._replace(
    options=(
        Option("instance", about=("The instance of Spanner.", "The full name of an operation tells it.")),
        Option(
            "database",
            about=("The database that the operation is on.", "Without it and O(backup), it is one on the instance."),
            required=False,
        ),
        Option(
            "backup",
            about=("The backup that the operation makes or copies, if it is not on a database.",),
            required=False,
        ),
    ),
    started_by=Start(longrunning.STARTED, parameters={"instance": ("instance",)}),
    read=Call(
        "GetOperation",
        path="/v1/projects/{project}/instances/{instance}/[databases/{database}/|backups/{backup}/|]operations/{task_id}",
        permissions=(
            "spanner.databaseOperations.get",
            "spanner.backupOperations.get",
            "spanner.instanceOperations.get",
        ),
    ),
    qualified=names(
        rf"{PROJECT}/instances/(?P<instance>[^/?#]+)/(?:databases/(?P<database>[^/?#]+)/|backups/(?P<backup>[^/?#]+)/)?"
        rf"operations/{ID}",
        "projects/my-project/instances/my-instance/backups/my-backup/operations/_auto_1a2b3c",
        "spanner.googleapis.com/v1",
    ),
    listing=Listing(
        Call(
            "ListOperations",
            path="/v1/projects/{project}/instances/{instance}/[databases/{database}/operations|backups/{backup}/operations|backupOperations]",
            query={"pageSize": "{page_size}", "pageToken": "{token}"},
            permissions=("spanner.databaseOperations.list", "spanner.backupOperations.list"),
        ),
        items=items("operations"),
        pages=Pages(100, token="nextPageToken"),
    ),
    cancel=Cancel(
        Call(
            "CancelOperation",
            path="/v1/projects/{project}/instances/{instance}/[databases/{database}/|backups/{backup}/|]operations/{task_id}:cancel",
            method="POST",
            json={},
            permissions=(
                "spanner.databaseOperations.cancel",
                "spanner.backupOperations.cancel",
                "spanner.instanceOperations.cancel",
            ),
        )
    ),
    advice="A list has the operations of O(database) or O(backup), or else those of all backups of the instance. A database that"
    " is restored is usable at the end of its operation, and optimized by another one, whose name is the detail"
    " C(optimize_database_operation_name).",
)

_FIRESTORE_DATABASE = Option(
    "database",
    about=("The database, such as V((default\\)).", "The full name of an operation tells it."),
)

FIRESTORE_OPERATION = longrunning.in_location(
    "firestore_operation",
    "Firestore: exports, imports and restores of databases",
    "https://docs.cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.operations",
    "firestore",
    facts={
        "name": "",
        "resource_id": "metadata.database || metadata.outputUriPrefix || metadata.inputUriPrefix",
        "created_at": "metadata.startTime",
        "progress": "metadata.progressPercentage.completedWork",
        "outputs": "{output_uri_prefix: response.outputUriPrefix, resource: response.name}",
        "details": details(
            'full_name=name type=metadata."@type" metadata.operationState metadata.backup metadata.snapshotTime'
            " documents=metadata.progressDocuments.completedWork"
            " estimated_documents=metadata.progressDocuments.estimatedWork"
        ),
    },
)._replace(
    options=(_FIRESTORE_DATABASE,),
    started_by=Start(longrunning.STARTED, parameters={"database": ("database",)}),
    read=Call(
        "GetOperation",
        path="/v1/projects/{project}/databases/{database}/operations/{task_id}",
        permissions=("datastore.operations.get",),
    ),
    # Both fields say how it ended, and the worse counts.
    rules=(
        *longrunning.RULES,
        Rule(
            "state == 'succeeded' && item.metadata.operationState == 'FAILED'",
            FAILED,
            "its operationState is FAILED",
        ),
        Rule(
            "state == 'succeeded' && item.metadata.operationState == 'CANCELLED'",
            CANCELLED,
            "its operationState is CANCELLED",
        ),
        Rule(
            "state == 'succeeded' && contains(['INITIALIZING', 'PROCESSING', 'CANCELLING', 'FINALIZING'],"
            " item.metadata.operationState || '')",
            RUNNING,
            "it is done, and its operationState says that it goes on",
        ),
        Rule(
            "state == 'succeeded' && !contains(['SUCCESSFUL', 'OPERATION_STATE_UNSPECIFIED'],"
            " item.metadata.operationState || 'SUCCESSFUL')",
            UNKNOWN,
            "it is done, and its operationState is not known here",
        ),
    ),
    qualified=names(
        rf"{PROJECT}/databases/(?P<database>[^/?#]+)/operations/{ID}",
        "projects/my-project/databases/(default)/operations/ASA1MTAwNDQxNAgadGx1YWZlZAcSlJAYfQ",
        "firestore.googleapis.com/v1",
    ),
    listing=Listing(
        Call(
            "ListOperations",
            path="/v1/projects/{project}/databases/{database}/operations",
            query={"pageSize": "{page_size}", "pageToken": "{token}"},
            permissions=("datastore.operations.list",),
        ),
        items=items("operations"),
        pages=Pages(100, token="nextPageToken"),
    ),
    cancel=Cancel(
        Call(
            "CancelOperation",
            path="/v1/projects/{project}/databases/{database}/operations/{task_id}:cancel",
            method="POST",
            json={},
            permissions=("datastore.operations.cancel",),
        )
    ),
    advice="An export or an import counts its documents in the details, and has no percentage.",
)
