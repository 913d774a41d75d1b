# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Where keys and region for Alibaba Cloud come from. Pure: environment and files are handed in."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import (
    KEYS,
    SESSION,
    Credentials,
    Environ,
    Family,
    Place,
    ReadFile,
    Sources,
    Way,
    describe,
    first_set,
    read_text,
    search,
    take,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CredentialsMissing

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
    },
)
REGION_NAMES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_NAMES = ("ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE")
PROFILE_DISABLED = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"
FILE_NAME = "ALICLOUD_SHARED_CREDENTIALS_FILE"
DEFAULT_FILE = "~/.aliyun/config.json"

PROFILE: Family = {
    "access_key": ("access_key_id",),
    "secret_key": ("access_key_secret",),
    "security_token": ("sts_token",),
}
# A profile of mode AK may still hold the token of an earlier session: it is not looked at there.
LASTING = Way(marks=KEYS.needs, needs=KEYS.needs)
MODES: t.Mapping[str, Way] = {"AK": LASTING, "StsToken": SESSION}

SOURCES = Sources(
    cloud="Alibaba Cloud",
    ways=(KEYS,),
    families=FAMILIES,
    remedy="Give the options access_key and secret_key, or set ALIBABA_CLOUD_ACCESS_KEY_ID and "
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile of mode AK or StsToken with the option profile.",
)

Profile = t.Mapping[str, t.Any]


def resolve(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use: options, then a profile that was asked for, then environment, then the CLI's own profile."""
    return search(SOURCES, options, environ, lambda: _from_profile(options, environ, read))


def region(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> str:
    """The region to ask: option, environment, then what the profile says; "" when it is nowhere."""
    given = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return given.strip() or _profile_region(options, environ, read)


def _from_profile(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    where, profile = _profile(options, environ, read)
    mode = str(profile.get("mode") or "")
    if mode not in MODES:
        raise CredentialsMissing(f"{where} is of mode '{mode}', supported are {' and '.join(MODES)}")
    found = take(Place(where, PROFILE, profile), (MODES[mode],))
    if found is None:
        raise CredentialsMissing(f"{where} has no {describe(PROFILE, (LASTING,))}")
    return found


def _profile_region(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> str:
    try:
        return str(_profile(options, environ, read)[1].get("region_id") or "").strip()
    except CredentialsMissing:
        # Who needs the profile for its keys is told there what is wrong with it.
        return ""


def _profile(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> tuple[str, Profile]:
    """The profile to use, and what to call it in a message."""
    path = environ.get(FILE_NAME) or DEFAULT_FILE
    asked = str(options.get("profile") or "")
    if not asked and environ.get(PROFILE_DISABLED, "").lower() == "true":
        raise CredentialsMissing(f"{path}: not read because {PROFILE_DISABLED} is true")
    config = _config(path, read)
    name = asked or first_set(PROFILE_NAMES, environ)[1] or str(config.get("current") or "")
    profiles = _by_name(config)
    if name not in profiles:
        there = ", ".join(profiles) or "none"
        raise CredentialsMissing(f"{path} has no profile '{name}', there are: {there}")
    return f"{path}, profile '{name}'", profiles[name]


def _config(path: str, read: ReadFile) -> t.Mapping[str, t.Any]:
    text = read_text(path, read)
    if text is None:
        raise CredentialsMissing(f"{path}: there is no such file")
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise CredentialsMissing(f"{path} is not JSON: {exc}") from None
    if not isinstance(config, dict):
        raise CredentialsMissing(f"{path} is not a configuration of the CLI: it holds no JSON object")
    return config


def _by_name(config: t.Mapping[str, t.Any]) -> dict[str, Profile]:
    listed = config.get("profiles")
    profiles = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return {str(profile.get("name") or ""): profile for profile in profiles}
