# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keys and region for Alibaba Cloud where they are plainly given; else the whole chain of places is asked. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import (
    KEYS,
    Credentials,
    Environ,
    Family,
    Place,
    ReadFile,
    Sources,
    first_set,
    take,
)

# The vendor's own names, those of its command line tool, and those of Terraform and of the alibaba.alicloud collection.
FAMILIES: tuple[Family, ...] = (
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

OPTIONS: Family = {
    "role_arn": ("ram_role_arn",),
    "role_session_name": ("role_session_name",),
    "role_external_id": ("role_external_id",),
    "role_policy": ("role_policy",),
    "role_duration": ("role_duration",),
    "ecs_role_name": ("ecs_role_name",),
}

SOURCES = Sources(
    cloud="Alibaba Cloud",
    ways=(KEYS,),
    families=FAMILIES,
    remedy="Give the options access_key and secret_key, or set ALIBABA_CLOUD_ACCESS_KEY_ID and "
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile with the option profile.",
)

Options = t.Mapping[str, t.Any]


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use, or whom to ask for them; with a role that is asked for on top."""
    return _plain(options, environ) or _from_anywhere(options, environ, read)


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """The region to ask: option, environment, then what the profile says; "" when it is nowhere."""
    given = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return given.strip() or _region_of(options, environ, read)


def _plain(options: Options, environ: Environ) -> t.Optional[Credentials]:
    """Keys among the options or in the environment, where nothing asks for another place or a role; None for all else."""
    role = Place("options", OPTIONS, options)
    if options.get("profile") or any(role.find(name) for name in OPTIONS):
        return None
    for place in (SOURCES.options(options), *SOURCES.environment(environ)):
        found = take(place, SOURCES.ways)
        if found:
            return None if place.find("role_arn") else found
    return None


# What other places there are takes more time to import than all else about the cloud.


def _from_anywhere(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import chain  # noqa: PLC0415

    return chain.resolve(options, environ, read)


def _region_of(options: Options, environ: Environ, read: ReadFile) -> str:
    from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import profiles  # noqa: PLC0415

    return profiles.region_of(options, environ, read)
