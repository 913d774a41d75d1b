# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options of the Huawei Cloud info module beyond those of all clouds."""

from __future__ import annotations

import typing as t

OPTIONS: dict[str, dict[str, t.Any]] = {
    "cloud_domain": {"type": "str"},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "auth_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "iam_endpoint": {"type": "str"},
    "agency_name": {"type": "str"},
    "agency_domain_name": {"type": "str"},
    "agency_domain_id": {"type": "str"},
    "agency_duration": {"type": "int"},
    "language": {"type": "str", "choices": ["en-us", "zh-cn"], "default": "en-us", "aliases": ["x_language"]},
}
