# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the resource group of Alibaba Cloud, which several of its task APIs take."""

from __future__ import annotations

from .._service.model import Option

RESOURCE_GROUP = Option(
    "resource_group_id",
    about=(
        "The resource group that the tasks, or what they work on, belong to.",
        "A key that may act in this group only needs it.",
    ),
    required=False,
    selects=False,
)
IN_GROUP = {"ResourceGroupId": "{resource_group_id}"}
"""The parameter, for the query of a call. It is left out if the option is not given."""
