# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of Huawei Cloud by name."""

from __future__ import annotations

from .._service.model import Service
from .backups import CBR, CBR_BACKUP, CBR_CHECKPOINT
from .compute import CCE, DCS, ECS, EVS, IMS, MRS, SFS_TURBO
from .databases import DDS, GAUSSDB, RDS, TAURUSDB, TAURUSDB_BACKUP, TAURUSDB_SCHEDULED

SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        *(CBR, CBR_BACKUP, CBR_CHECKPOINT),
        *(IMS, ECS, EVS, CCE, DCS, SFS_TURBO, MRS),
        *(TAURUSDB, TAURUSDB_BACKUP, TAURUSDB_SCHEDULED, RDS, DDS, GAUSSDB),
    )
}
