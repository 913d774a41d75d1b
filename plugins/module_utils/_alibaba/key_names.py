# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the keys and regions of Alibaba Cloud in options and environment variables."""

from __future__ import annotations

from .._credentials.chain import Chain
from .._credentials.source import KEYS, FieldNames

# The vendor's own names, those of its command line tool, and those of Terraform and the alibaba.alicloud collection.
NAMING_SCHEMES: tuple[FieldNames, ...] = (
    {
        "access_key": ("ALIBABA_CLOUD_ACCESS_KEY_ID",),
        "secret_key": ("ALIBABA_CLOUD_ACCESS_KEY_SECRET",),
        "security_token": ("ALIBABA_CLOUD_SECURITY_TOKEN",),
    },
    {
        "access_key": ("ALIBABACLOUD_ACCESS_KEY_ID",),
        "secret_key": ("ALIBABACLOUD_ACCESS_KEY_SECRET",),
        "security_token": ("ALIBABACLOUD_SECURITY_TOKEN",),
    },
    {
        "access_key": ("ALICLOUD_ACCESS_KEY", "ALICLOUD_ACCESS_KEY_ID"),
        "secret_key": ("ALICLOUD_SECRET_KEY", "ALICLOUD_SECRET_ACCESS_KEY", "ALICLOUD_ACCESS_KEY_SECRET"),
        "security_token": ("ALICLOUD_SECURITY_TOKEN",),
        "role_arn": ("ALICLOUD_ASSUME_ROLE_ARN",),
        "role_session_name": ("ALICLOUD_ASSUME_ROLE_SESSION_NAME",),
        "role_duration": ("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",),
    },
)
REGION_NAMES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "ALICLOUD_REGION")

OPTIONS: FieldNames = {
    "role_arn": ("ram_role_arn",),
    "role_session_name": ("role_session_name",),
    "role_external_id": ("role_external_id",),
    "role_policy": ("role_policy",),
    "role_duration": ("role_duration",),
    "ecs_role_name": ("ecs_role_name",),
}

CHAIN = Chain(
    cloud="Alibaba Cloud",
    methods=(KEYS,),
    naming_schemes=NAMING_SCHEMES,
    remedy="Give the options access_key and secret_key, or set ALIBABA_CLOUD_ACCESS_KEY_ID and "
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile with the option profile.",
)
