# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of Azure by name."""

from __future__ import annotations

from .._service.model import Service
from .recovery import RECOVERY_SERVICES_JOB

SERVICES: dict[str, Service] = {service.name: service for service in (RECOVERY_SERVICES_JOB,)}
