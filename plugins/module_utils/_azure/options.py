# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options of the Azure info module beyond those of all clouds. They have the names of azure.azcollection."""

from __future__ import annotations

import typing as t

AUTH_SOURCES = ("auto", "cli", "credential_file", "env", "msi")

OPTIONS: dict[str, dict[str, t.Any]] = {
    "subscription_id": {"type": "str"},
    "tenant": {"type": "str"},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "no_log": True},
    "x509_certificate_path": {"type": "path"},
    "thumbprint": {"type": "str"},
    "federated_token_file": {"type": "path", "no_log": False},
    "access_token": {"type": "str", "no_log": True},
    "ad_user": {"type": "str"},
    "adfs_authority_url": {"type": "str"},
    "auth_source": {"type": "str", "choices": list(AUTH_SOURCES)},
    "cloud_environment": {"type": "str"},
    "api_version": {"type": "str"},
}
