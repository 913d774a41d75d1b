# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Where keys, project and region for Huawei Cloud come from. Pure: environment and files are handed in."""

from __future__ import annotations

import configparser
import typing as t
from dataclasses import replace

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import (
    KEYS,
    PASSWORD,
    TOKEN,
    Credentials,
    Environ,
    Family,
    Place,
    ReadFile,
    Sources,
    describe,
    first_set,
    read_text,
    search,
    take,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CredentialsMissing

# The SDK's names, Terraform's, those it shares with OpenStack, and those of hwceco.hwcollection and community.general.
FAMILIES: tuple[Family, ...] = (
    {
        "access_key": ("HUAWEICLOUD_SDK_AK",),
        "secret_key": ("HUAWEICLOUD_SDK_SK",),
        "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN",),
        "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID",),
    },
    {
        "auth_token": ("HW_AUTH_TOKEN",),
        "access_key": ("HW_ACCESS_KEY",),
        "secret_key": ("HW_SECRET_KEY",),
        "security_token": ("HW_SECURITY_TOKEN",),
        "username": ("HW_USER_NAME",),
        "password": ("HW_USER_PASSWORD",),
        "domain_name": ("HW_DOMAIN_NAME",),
        "project_id": ("HW_PROJECT_ID",),
    },
    {
        "auth_token": ("OS_AUTH_TOKEN", "OS_TOKEN"),
        "access_key": ("OS_ACCESS_KEY",),
        "secret_key": ("OS_SECRET_KEY",),
        "security_token": ("OS_SECURITY_TOKEN",),
        "username": ("OS_USERNAME",),
        "password": ("OS_PASSWORD",),
        "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
        "project_id": ("OS_PROJECT_ID",),
    },
    {
        "access_key": ("ANSIBLE_HWC_ACCESS_KEY",),
        "secret_key": ("ANSIBLE_HWC_SECRET_KEY",),
        "username": ("ANSIBLE_HWC_USER",),
        "password": ("ANSIBLE_HWC_PASSWORD",),
        "domain_name": ("ANSIBLE_HWC_DOMAIN",),
        "project_id": ("ANSIBLE_HWC_PROJECT_ID",),
    },
)
PROJECT_NAMES = tuple(name for family in FAMILIES for name in family["project_id"])
REGION_NAMES = ("HW_REGION_NAME", "OS_REGION_NAME", "ANSIBLE_HWC_REGION")
IAM_NAME = "HUAWEICLOUD_SDK_IAM_ENDPOINT"
FILE_NAME = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
DEFAULT_FILE = "~/.huaweicloud/credentials"
DEFAULT_SECTION = "basic"

SECTION: Family = {
    "access_key": ("ak",),
    "secret_key": ("sk",),
    "security_token": ("security_token",),
    "project_id": ("project_id",),
    "iam_endpoint": ("iam_endpoint",),
}

SOURCES = Sources(
    cloud="Huawei Cloud",
    ways=(TOKEN, KEYS, PASSWORD),
    families=FAMILIES,
    remedy="Give the options access_key and secret_key, or auth_token, or username, password and domain_name, or set "
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write ak and sk into the file.",
)


def resolve(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use: options, then a section of the file that was asked for, then environment, then the file."""
    found = search(SOURCES, options, environ, lambda: _from_file(options, environ, read))
    iam = str(options.get("iam_endpoint") or "") or environ.get(IAM_NAME) or found.iam_endpoint
    return replace(found, project_id=_project_id(options, environ, found), iam_endpoint=iam)


def region(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> str:
    """The region to ask: option, then environment; "" when it is nowhere."""
    del read  # The file of this cloud holds no region; the arguments are the same for every provider.
    given = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return given.strip()


def _project_id(options: t.Mapping[str, t.Any], environ: Environ, found: Credentials) -> str:
    anywhere = Place("environment", {"project_id": PROJECT_NAMES}, environ)
    given = SOURCES.options(options).find("project_id")
    return given or found.project_id or anywhere.find("project_id")


def _from_file(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    path = environ.get(FILE_NAME) or DEFAULT_FILE
    name = str(options.get("profile") or DEFAULT_SECTION)
    sections = _sections(path, read)
    if not sections.has_section(name):
        there = ", ".join(sections.sections()) or "none"
        raise CredentialsMissing(f"{path} has no section [{name}], there are: {there}")
    where = f"{path}, section [{name}]"
    found = take(Place(where, SECTION, dict(sections.items(name))), (KEYS,))
    if found is None:
        raise CredentialsMissing(f"{where} has no {describe(SECTION, (KEYS,))}")
    return found


def _sections(path: str, read: ReadFile) -> configparser.ConfigParser:
    text = read_text(path, read)
    if text is None:
        raise CredentialsMissing(f"{path}: there is no such file")
    # A secret may hold a percent sign.
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as exc:
        # Its own text would quote the line, and with it the secret.
        raise CredentialsMissing(
            f"{path} is not an INI file of sections with lines of name = value{_line(exc)}"
        ) from None
    return parser


def _line(exc: configparser.Error) -> str:
    errors = getattr(exc, "errors", None)
    number = errors[0][0] if errors else getattr(exc, "lineno", None)
    return f", see line {number}" if number else ""
