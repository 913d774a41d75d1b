# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options that say where a task of Google Cloud is, beside its project."""

from __future__ import annotations

from .._service.model import Option

ZONE = Option("zone", ("The zone of the task, such as V(europe-west1-b).",), required=False)
LOCATION = Option(
    "location", ("The location of the task: a region such as V(europe-west1), a zone, or V(global).",), selects=False
)

UNIVERSE = "googleapis.com"
"""What the host names of all services end in, in the public cloud."""


def host_of(product: str) -> str:
    """Return the host of a service in the public cloud. It has no region in it."""
    return f"{product}.{UNIVERSE}"
