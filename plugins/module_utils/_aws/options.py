# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options of the AWS info module beyond those of all clouds."""

from __future__ import annotations

import typing as t

from .._credentials.role import ROLE_OPTIONS

OPTIONS: dict[str, dict[str, t.Any]] = {
    "role_arn": {"type": "str"},
    **ROLE_OPTIONS,
    "use_dualstack_endpoint": {"type": "bool"},
    "use_fips_endpoint": {"type": "bool"},
}
