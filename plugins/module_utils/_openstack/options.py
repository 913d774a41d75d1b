# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the options of the OpenStack info module beyond those of all clouds."""

from __future__ import annotations

import typing as t

from .._credentials.source import FieldNames

# The keys of the option auth, named as in keystoneauth, with their variables.
AUTH: FieldNames = {
    "auth_url": ("OS_AUTH_URL",),
    "username": ("OS_USERNAME",),
    "user_id": ("OS_USER_ID",),
    "password": ("OS_PASSWORD",),
    "user_domain_id": ("OS_USER_DOMAIN_ID",),
    "user_domain_name": ("OS_USER_DOMAIN_NAME",),
    "project_id": ("OS_PROJECT_ID", "OS_TENANT_ID"),
    "project_name": ("OS_PROJECT_NAME", "OS_TENANT_NAME"),
    "project_domain_id": ("OS_PROJECT_DOMAIN_ID",),
    "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
    "default_domain_id": ("OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN"),
    "default_domain_name": ("OS_DEFAULT_DOMAIN_NAME",),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
    "application_credential_id": ("OS_APPLICATION_CREDENTIAL_ID",),
    "application_credential_name": ("OS_APPLICATION_CREDENTIAL_NAME",),
    "application_credential_secret": ("OS_APPLICATION_CREDENTIAL_SECRET",),
}
SECRET = ("password", "token", "application_credential_secret")
INTERFACES = ("public", "internal", "admin")

OPTIONS: dict[str, dict[str, t.Any]] = {
    "auth": {
        "type": "dict",
        "options": {name: {"type": "str", **({"no_log": True} if name in SECRET else {})} for name in AUTH},
    },
    "auth_type": {"type": "str"},
    "interface": {"type": "str", "choices": list(INTERFACES), "aliases": ["endpoint_type"]},
}
