# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of Azure by name."""

from __future__ import annotations

from .._service.model import Service
from .automation import AUTOMATION_JOB, PIPELINE_RUN
from .compute import DISK, GALLERY_IMAGE_VERSION, IMAGE, RUN_COMMAND, SNAPSHOT
from .databases import MYSQL_BACKUP, POSTGRES_LTR_BACKUP, SQL_OPERATION
from .recovery import DATA_PROTECTION_JOB, RECOVERY_SERVICES_JOB, SITE_RECOVERY_JOB
from .resources import DEPLOYMENT, OPERATION

SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        *(RECOVERY_SERVICES_JOB, DATA_PROTECTION_JOB, SITE_RECOVERY_JOB),
        *(OPERATION, DEPLOYMENT),
        *(SNAPSHOT, DISK, IMAGE, GALLERY_IMAGE_VERSION, RUN_COMMAND),
        *(SQL_OPERATION, POSTGRES_LTR_BACKUP, MYSQL_BACKUP),
        *(PIPELINE_RUN, AUTOMATION_JOB),
    )
}
