# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Say what the services of Azure Resource Manager have in common: paths, options and words."""

from __future__ import annotations

from .._service.model import Option
from .clouds import PUBLIC

HOST = PUBLIC.host
"""The host of all services. The provider replaces it in other clouds."""
GROUP = "/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers"
"""What the path of a resource begins with."""

RESOURCE_GROUP = Option("resource_group", ("The resource group of the resource.",))
