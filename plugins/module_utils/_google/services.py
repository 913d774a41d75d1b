# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of Google Cloud by name."""

from __future__ import annotations

from .._service.model import Service
from .backups import BACKUPDR_BACKUP, BACKUPDR_OPERATION, FILESTORE_BACKUP, FILESTORE_OPERATION, GKE_BACKUP, GKE_RESTORE
from .build import BUILD
from .compute import COMPUTE_OPERATION, IMAGE, MACHINE_IMAGE, SNAPSHOT
from .data import BIGQUERY_JOB, TRANSFER_OPERATION
from .databases import ALLOYDB_OPERATION, FIRESTORE_OPERATION, SPANNER_OPERATION, SQL_BACKUP, SQL_OPERATION

SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        *(SQL_OPERATION, SQL_BACKUP, ALLOYDB_OPERATION, SPANNER_OPERATION, FIRESTORE_OPERATION),
        *(COMPUTE_OPERATION, SNAPSHOT, IMAGE, MACHINE_IMAGE),
        BUILD,
        *(BACKUPDR_OPERATION, BACKUPDR_BACKUP, FILESTORE_OPERATION, FILESTORE_BACKUP, GKE_BACKUP, GKE_RESTORE),
        *(TRANSFER_OPERATION, BIGQUERY_JOB),
    )
}
