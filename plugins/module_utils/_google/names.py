# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the variables and the files that Google Cloud is configured by, as its own tools and collection name them."""

from __future__ import annotations

from .._credentials.chain import Chain
from .._credentials.source import FieldNames

KIND_NAME = "GCP_AUTH_KIND"
APPLICATION = "GOOGLE_APPLICATION_CREDENTIALS"
CONFIG_FOLDER = "CLOUDSDK_CONFIG"
CONFIG_NAME = "CLOUDSDK_ACTIVE_CONFIG_NAME"
NO_MACHINE = "NO_GCE_CHECK"
METADATA_HOSTS = ("GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP")
METADATA_TIMEOUT = "GCE_METADATA_TIMEOUT"

SETTINGS: FieldNames = {
    "project": ("GCP_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GOOGLE_PROJECT", "CLOUDSDK_CORE_PROJECT"),
    "quota_project": ("GOOGLE_CLOUD_QUOTA_PROJECT",),
    "universe_domain": ("GOOGLE_CLOUD_UNIVERSE_DOMAIN",),
    "impersonate_service_account": ("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT"),
    "service_account_email": ("GCP_SERVICE_ACCOUNT_EMAIL",),
    "scopes": ("GCP_SCOPES",),
}
"""The options that the environment may hold in place of the user."""

TOKEN, TOKEN_FILE, CONTENTS, FILE, EITHER = "token", "token_file", "contents", "file", "file or contents"
VARIABLES: tuple[tuple[str, str], ...] = (
    ("GCP_ACCESS_TOKEN", TOKEN),
    ("GCP_SERVICE_ACCOUNT_CONTENTS", CONTENTS),
    ("GCP_SERVICE_ACCOUNT_FILE", FILE),
    ("GOOGLE_CREDENTIALS", EITHER),
    ("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN),
    ("CLOUDSDK_AUTH_ACCESS_TOKEN", TOKEN),
    ("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", TOKEN_FILE),
    ("CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", FILE),
)
"""The variables that hold credentials, and what they hold. The first one that is set counts."""
OPTIONS: tuple[tuple[str, str], ...] = (
    ("access_token", TOKEN),
    ("service_account_contents", CONTENTS),
    ("service_account_file", FILE),
)
"""The options that hold credentials, and what they hold."""

NAMING_SCHEMES: tuple[FieldNames, ...] = (SETTINGS,)
REGION_NAMES: tuple[str, ...] = ()
OTHER_NAMES = frozenset(
    (
        *(name for name, dummy in VARIABLES),
        *(KIND_NAME, APPLICATION, CONFIG_FOLDER, CONFIG_NAME, NO_MACHINE, METADATA_TIMEOUT, *METADATA_HOSTS),
    )
)
"""The variables that hold credentials, name other sources, or configure them."""

CHAIN = Chain(
    cloud="Google Cloud",
    methods=(),
    naming_schemes=NAMING_SCHEMES,
    remedy="Give the option service_account_file or access_token, set GOOGLE_APPLICATION_CREDENTIALS to the path of a file of "
    "credentials, or run 'gcloud auth application-default login'.",
)
