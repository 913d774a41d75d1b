# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options of the Google Cloud info module beyond those of all clouds. Their names are those of google.cloud."""

from __future__ import annotations

import typing as t

AUTH_KINDS = ("accesstoken", "application", "impersonation", "machineaccount", "serviceaccount")

OPTIONS: dict[str, dict[str, t.Any]] = {
    "auth_kind": {"type": "str", "choices": list(AUTH_KINDS)},
    "service_account_file": {"type": "path"},
    "service_account_contents": {"type": "json", "no_log": True},
    "service_account_email": {"type": "str"},
    "impersonate_service_account": {"type": "str"},
    "access_token": {"type": "str", "no_log": True},
    "project": {"type": "str"},
    # Huawei Cloud has it, too: an alias cannot have the name of an option.
    "project_id": {"type": "str"},
    "quota_project": {"type": "str"},
    "scopes": {"type": "list", "elements": "str"},
    "universe_domain": {"type": "str"},
    "env_type": {"type": "str"},
}
