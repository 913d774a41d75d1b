# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of Azure databases: SQL Database, and the flexible servers of PostgreSQL and MySQL."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import SUCCESS_WITH_ERROR, Batch, Cancel, Listing, Pages, Service
from .arm import ENDS, GROUP, HOST, RESOURCE_GROUP, arm_call, in_id, named, start_of, states

_SERVER_NAME = named("server_name", "server")
_OPERATIONS = f"{GROUP}/Microsoft.Sql/servers/{{server_name}}/databases/{{database_name}}/operations"
_OPERATION = f"{_OPERATIONS}/{{task_id}}"
# The API has no call for one of them.
_LIST_OPERATIONS = arm_call(
    "DatabaseOperations_ListByDatabase", _OPERATIONS, "Microsoft.Sql/servers/databases/operations/read"
)

SQL_OPERATION = Service(
    name="sql_operation",
    title="Azure SQL Database: management operations on databases",
    doc="https://learn.microsoft.com/rest/api/sql/database-operations/list-by-database",
    product="management",
    host=HOST,
    version="2021-11-01",
    options=(RESOURCE_GROUP, _SERVER_NAME, named("database_name", "database")),
    read=_LIST_OPERATIONS,
    items="value",
    started_by=start_of(_OPERATION),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.operation",
        "resource_id": "properties.databaseName",
        "native_state": "properties.state",
        "progress": "properties.percentComplete",
        "cancellable": "properties.isCancellable",
        "started_at": "properties.startTime",
        "error": "{code: properties.errorCode, message: properties.errorDescription}",
    },
    states={
        "pending": PENDING,
        **states("inprogress cancelinprogress", RUNNING),
        "succeeded": SUCCEEDED,
        "failed": FAILED,
        "cancelled": CANCELLED,
    },
    rules=(SUCCESS_WITH_ERROR,),
    any_case=True,
    qualified=(in_id(_OPERATION),),
    listing=Listing(_LIST_OPERATIONS, items="value", pages=Pages(0, link="nextLink")),
    batch=Batch(least=2),
    cancel=Cancel(
        arm_call(
            "DatabaseOperations_Cancel",
            f"{_OPERATION}/cancel",
            "Microsoft.Sql/servers/databases/operations/cancel/action",
            method="POST",
        ),
        when="cancellable",
    ),
    advice="The API has no call for one operation: with every look, all of the database are read. An import or an export is an"
    " operation of V(operation), by the URL that its answer tells.",
)

_LTR_BACKUPS = f"{GROUP}/Microsoft.DBforPostgreSQL/flexibleServers/{{server_name}}/ltrBackupOperations"
_LTR_BACKUP = f"{_LTR_BACKUPS}/{{task_id}}"
_LTR_READ = "Microsoft.DBforPostgreSQL/flexibleServers/ltrBackupOperations/read"

POSTGRES_LTR_BACKUP = Service(
    name="postgres_ltr_backup",
    title="Azure Database for PostgreSQL: long-term backups of flexible servers",
    doc="https://learn.microsoft.com/rest/api/postgresql/backups-long-term-retention/get",
    product="management",
    host=HOST,
    version="2024-08-01",
    options=(RESOURCE_GROUP, _SERVER_NAME),
    read=arm_call("LtrBackupOperations_Get", _LTR_BACKUP, _LTR_READ),
    started_by=start_of(_LTR_BACKUP),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.backupName",
        "native_state": "properties.status",
        "progress": "properties.percentComplete",
        "started_at": "properties.startTime",
        "finished_at": "properties.endTime",
        "error": "{code: properties.errorCode, message: properties.errorMessage}",
        "outputs": "{size: properties.datasourceSizeInBytes, data_transferred: properties.dataTransferredInBytes}",
    },
    states={"running": RUNNING, "succeeded": SUCCEEDED, "failed": FAILED, "cancelled": CANCELLED},
    rules=(SUCCESS_WITH_ERROR,),
    any_case=True,
    qualified=(in_id(_LTR_BACKUP, "my-backup"),),
    listing=Listing(
        arm_call("LtrBackupOperations_ListByServer", _LTR_BACKUPS, _LTR_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        judge=False,
    ),
    advice="A backup on demand that is not for the long term tells no state: wait for its operation with V(operation).",
)

_BACKUPS = f"{GROUP}/Microsoft.DBforMySQL/flexibleServers/{{server_name}}/backupsV2"
_BACKUP = f"{_BACKUPS}/{{task_id}}"
_MYSQL_READ = "Microsoft.DBforMySQL/flexibleServers/backupsv2/read"

MYSQL_BACKUP = Service(
    name="mysql_backup",
    title="Azure Database for MySQL: backups of flexible servers on demand",
    doc="https://learn.microsoft.com/rest/api/mysql/long-running-backups/get",
    product="management",
    host=HOST,
    version="2023-12-30",
    options=(RESOURCE_GROUP, _SERVER_NAME),
    read=arm_call("LongRunningBackups_Get", _BACKUP, _MYSQL_READ),
    started_by=start_of(_BACKUP),
    facts={
        "details": "{full_id: id}",
        "id": "id",
        "name": "properties.backupNameV2",
        "native_state": "properties.provisioningState",
        "finished_at": "properties.completedTime",
        "outputs": "{backup_id: id, backup_type: properties.backupType, source: properties.source}",
    },
    states={"creating": RUNNING, **ENDS, "deleting": CANCELLED},
    others=RUNNING,
    any_case=True,
    qualified=(in_id(_BACKUP, "my-backup"),),
    listing=Listing(
        arm_call("LongRunningBackups_List", _BACKUPS, _MYSQL_READ),
        items="value",
        pages=Pages(0, link="nextLink"),
        judge=False,
    ),
    lasting=True,
    no_evidence="ServerBackupV2 has no error and no percentage, and its time of completion comes with its state.",
    advice="The API tells no progress of a backup. An export is an operation of V(operation).",
)
