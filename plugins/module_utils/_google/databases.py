# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of the databases of Google Cloud."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import Batch, Call, Codes, Listing, Pages, Rule, Service, Start
from .places import host_of

_CODES: Codes = ((r"^(404|NOT_FOUND|notFound|operationDoesNotExist)$", "", NotFound),)

SQL_OPERATION = Service(
    name="sql_operation",
    title="Cloud SQL: operations, such as exports, imports, backups, restores and clones",
    doc="https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/operations/get",
    product="sqladmin",
    host=host_of("sqladmin"),
    read=Call(
        "sql.operations.get",
        path="/v1/projects/{project}/operations/{task_id}",
        permissions=("cloudsql.instances.get",),
    ),
    started_by=Start(("kind == 'sql#operation' && name",)),
    facts={
        "id": "name",
        "name": "operationType",
        "resource_id": "targetId",
        "native_state": "status",
        "created_at": "insertTime",
        "started_at": "startTime",
        "finished_at": "endTime",
        "error": "error.errors[0].{code: code, message: message}",
        "outputs": "{uri: exportContext.uri, backup_id: backupContext.backupId, backup: backupContext.name}",
        "details": details("targetProject user apiWarning importContext exportContext backupContext subOperationType"),
    },
    states={"pending": PENDING, "running": RUNNING, "done": SUCCEEDED},
    rules=(
        Rule(
            "state == 'succeeded' && (item.error || error)",
            FAILED,
            "it is done, and it tells of an error: done means ended here, well or not",
        ),
    ),
    codes=_CODES,
    listing=Listing(
        Call(
            "sql.operations.list",
            path="/v1/projects/{project}/operations",
            query={"instance": "{resource_id}", "maxResults": "{page_size}", "pageToken": "{token}"},
            permissions=("cloudsql.instances.get",),
        ),
        # A list without any operation has no items at all.
        items="items || kind == 'sql#operationsList' && `[]`",
        pages=Pages(100, token="nextPageToken"),
    ),
    batch=Batch(),
)
