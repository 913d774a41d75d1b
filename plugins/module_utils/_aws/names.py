# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the keys, files and settings of AWS in options, environment variables and profiles, as boto3 and amazon.aws do."""

from __future__ import annotations

from .._credentials.chain import Chain
from .._credentials.role import ROLE_OPTIONS
from .._credentials.source import KEYS, AuthMethod, FieldNames

# The second names are those of the amazon.aws collection. boto3 prefers the older name of the token.
ENVIRONMENT: FieldNames = {
    "access_key": ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
    "secret_key": ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
    "security_token": ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"),
}
NAMING_SCHEMES: tuple[FieldNames, ...] = (ENVIRONMENT,)
PROFILE: FieldNames = {
    "access_key": ("aws_access_key_id",),
    "secret_key": ("aws_secret_access_key",),
    "security_token": ("aws_security_token", "aws_session_token"),
    "role_arn": ("role_arn",),
    "role_session_name": ("role_session_name",),
    "role_external_id": ("external_id",),
    "role_duration": ("duration_seconds",),
    "source_profile": ("source_profile",),
    "credential_source": ("credential_source",),
    "mfa_serial": ("mfa_serial",),
    "id_token_file": ("web_identity_token_file",),
    "sso_session": ("sso_session",),
    "sso_start_url": ("sso_start_url",),
    "sso_region": ("sso_region",),
    "sso_account_id": ("sso_account_id",),
    "sso_role_name": ("sso_role_name",),
    "login_session": ("login_session",),
    "process_command": ("credential_process",),
}
WEB_IDENTITY: FieldNames = {
    "role_arn": ("AWS_ROLE_ARN",),
    "role_session_name": ("AWS_ROLE_SESSION_NAME",),
    "id_token_file": ("AWS_WEB_IDENTITY_TOKEN_FILE",),
}
OPTIONS: FieldNames = {name: (name,) for name in ("role_arn", *ROLE_OPTIONS)}

# A token or a secret alone does not stop boto3 from looking elsewhere, and other programs leave them behind.
KEYS_BY_ID = AuthMethod(marks=("access_key",), needs=KEYS.needs, extras=("security_token",))

PROFILE_NAMES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
DEFAULT_PROFILE = "default"
REGION_NAMES = ("AWS_REGION", "AWS_DEFAULT_REGION")
CONFIG_NAME, CONFIG_FILE = "AWS_CONFIG_FILE", "~/.aws/config"
CREDENTIALS_NAME, CREDENTIALS_FILE = "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"
CA_NAME = "AWS_CA_BUNDLE"

RELATIVE_URI, FULL_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
CONTAINER_TOKEN_FILE, CONTAINER_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
METADATA_DISABLED = "AWS_EC2_METADATA_DISABLED"
OLD_FILE = "AWS_CREDENTIAL_FILE"
BOTO_NAME, BOTO_FILES = "BOTO_CONFIG", ("/etc/boto.cfg", "~/.boto")
ENDPOINT = "AWS_ENDPOINT_URL"
# The second one is that of the amazon.aws collection.
ENDPOINT_NAMES = (ENDPOINT, "AWS_URL")
SETTINGS = (
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "ignore_configured_endpoint_urls",
    "sts_regional_endpoints",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "metadata_service_timeout",
    "metadata_service_num_attempts",
)
"""What a profile may set. The environment comes first, with the same names in upper case after ``AWS_``."""
OTHER_NAMES = frozenset(
    (
        *(name for names in WEB_IDENTITY.values() for name in names),
        *(*PROFILE_NAMES, CONFIG_NAME, CREDENTIALS_NAME, CA_NAME, METADATA_DISABLED, OLD_FILE, BOTO_NAME),
        *ENDPOINT_NAMES,
        *(RELATIVE_URI, FULL_URI, CONTAINER_TOKEN_FILE, CONTAINER_TOKEN),
        *(f"AWS_{name.upper()}" for name in SETTINGS),
    )
)
"""The variables that name other sources, or configure them."""

CHAIN = Chain(
    cloud="AWS",
    methods=(KEYS,),
    naming_schemes=NAMING_SCHEMES,
    remedy="Give the options access_key and secret_key, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a "
    "profile with the option profile.",
)
