# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of Alibaba Cloud by name."""

from __future__ import annotations

from .._service.model import Service
from .._service.permissions import with_permissions
from . import backups, compute, databases, network, orchestration

_ALL = (
    *compute.SERVICES,
    *backups.SERVICES,
    *databases.SERVICES,
    *network.SERVICES,
    *orchestration.SERVICES,
)
# RAM names the action that allows a call after the call. Most prefixes are the first part of the host name; these are not.
_RAM_CODES = {"r-kvstore": "kvstore", "mongodb": "dds", "eflo-controller": "eflo"}
SERVICES: dict[str, Service] = {
    service.name: with_permissions(service, _RAM_CODES.get(service.product, service.product)) for service in _ALL
}
