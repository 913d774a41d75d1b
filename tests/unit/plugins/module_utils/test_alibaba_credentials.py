# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Alibaba Cloud keys and region come from. Every secret in here starts with ``hush``."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.credentials import region, resolve
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CredentialsMissing

Table = t.Mapping[str, t.Any]

CONFIG = json.dumps(
    {
        "current": "work",
        "profiles": [
            {
                "name": "work",
                "mode": "AK",
                "access_key_id": "hush-work-id",
                "access_key_secret": "hush-work",
                "sts_token": "hush-of-an-earlier-session",
                "region_id": "cn-shanghai",
            },
            {
                "name": "session",
                "mode": "StsToken",
                "access_key_id": "hush-session-id",
                "access_key_secret": "hush-session",
                "sts_token": "hush-token",
            },
            {"name": "role", "mode": "RamRoleArn", "access_key_id": "hush-role", "access_key_secret": "hush-role"},
            {"name": "half", "mode": "AK", "access_key_id": "hush-half", "region_id": "eu-west-1"},
            {"name": "no-token", "mode": "StsToken", "access_key_id": "hush-x", "access_key_secret": "hush-y"},
            {"name": "empty", "mode": "AK", "access_key_id": "", "access_key_secret": None},
            {"name": "no-mode"},
            "not a profile",
        ],
    }
)
FILES = {"~/.aliyun/config.json": CONFIG}

OPTIONS = {"access_key": "hush-option-id", "secret_key": "hush-option"}
VENDOR = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "hush-vendor-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hush-vendor"}
TOOL = {"ALIBABACLOUD_ACCESS_KEY_ID": "hush-tool-id", "ALIBABACLOUD_ACCESS_KEY_SECRET": "hush-tool"}
OLD = {"ALICLOUD_ACCESS_KEY": "hush-old-id", "ALICLOUD_SECRET_KEY": "hush-old"}


def found(options: Table, environ: Table, files: Table) -> tuple[str, str, str, str]:
    """Key, secret, token, and where they were found."""
    got = resolve(options, environ, files.get)
    return got.access_key, got.secret_key, got.security_token, got.source


def said(options: Table, environ: Table, files: Table) -> str:
    """The message when there is nothing to use; nothing in it, nor in what it came from, is a secret."""
    with pytest.raises(CredentialsMissing) as caught:
        resolve(options, environ, files.get)
    assert "hush" not in str(caught.value) + repr(caught.value)
    assert caught.value.__context__ is None
    assert "\n" not in str(caught.value)
    return str(caught.value)


WORK = ("hush-work-id", "hush-work", "", "~/.aliyun/config.json, profile 'work'")
SESSION = ("hush-session-id", "hush-session", "hush-token", "~/.aliyun/config.json, profile 'session'")

# name: options, environment, files, what is found.
FOUND = {
    "options": (OPTIONS, {}, {}, ("hush-option-id", "hush-option", "", "options")),
    "options with a token": (
        {**OPTIONS, "security_token": "hush-t"},
        {},
        {},
        ("hush-option-id", "hush-option", "hush-t", "options"),
    ),
    "options beat the profile, the environment and the file": (
        {**OPTIONS, "profile": "session"},
        {**VENDOR, "ALIBABA_CLOUD_SECURITY_TOKEN": "hush-not-of-this-pair"},
        FILES,
        ("hush-option-id", "hush-option", "", "options"),
    ),
    "options that are not given": (
        {"access_key": None, "secret_key": "", "security_token": None, "profile": None},
        VENDOR,
        {},
        ("hush-vendor-id", "hush-vendor", "", "environment"),
    ),
    "a profile that is asked for beats the environment": ({"profile": "session"}, VENDOR, FILES, SESSION),
    "a profile that is asked for beats the variable": (
        {"profile": "session"},
        {"ALICLOUD_PROFILE": "work"},
        FILES,
        SESSION,
    ),
    "a profile that is asked for is read even if the file is switched off": (
        {"profile": "work"},
        {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"},
        FILES,
        WORK,
    ),
    "the vendor's variables": ({}, VENDOR, FILES, ("hush-vendor-id", "hush-vendor", "", "environment")),
    "the vendor's variables with a token": (
        {},
        {**VENDOR, "ALIBABA_CLOUD_SECURITY_TOKEN": "hush-t"},
        {},
        ("hush-vendor-id", "hush-vendor", "hush-t", "environment"),
    ),
    "the vendor's before the tool's": (
        {},
        {**OLD, **TOOL, **VENDOR},
        {},
        ("hush-vendor-id", "hush-vendor", "", "environment"),
    ),
    "the tool's before the old ones": ({}, {**OLD, **TOOL}, {}, ("hush-tool-id", "hush-tool", "", "environment")),
    "a family has its own token": (
        {},
        {**VENDOR, **TOOL, "ALIBABACLOUD_SECURITY_TOKEN": "hush-t"},
        {},
        ("hush-vendor-id", "hush-vendor", "", "environment"),
    ),
    "the old ones": (
        {},
        {**OLD, "ALICLOUD_SECURITY_TOKEN": "hush-t"},
        {},
        ("hush-old-id", "hush-old", "hush-t", "environment"),
    ),
    "the old ones by their second names": (
        {},
        {"ALICLOUD_ACCESS_KEY_ID": "hush-a", "ALICLOUD_SECRET_ACCESS_KEY": "hush-b"},
        {},
        ("hush-a", "hush-b", "", "environment"),
    ),
    "the old ones by their third name": (
        {},
        {"ALICLOUD_ACCESS_KEY_ID": "hush-a", "ALICLOUD_ACCESS_KEY_SECRET": "hush-c"},
        {},
        ("hush-a", "hush-c", "", "environment"),
    ),
    "an empty variable is none": (
        {},
        {**dict.fromkeys(VENDOR, ""), **OLD},
        {},
        ("hush-old-id", "hush-old", "", "environment"),
    ),
    "white space around a key": (
        {},
        {name: f" {value}\n" for name, value in VENDOR.items()},
        {},
        ("hush-vendor-id", "hush-vendor", "", "environment"),
    ),
    "the current profile": ({}, {}, FILES, WORK),
    "the profile of the vendor's variable": (
        {},
        {"ALIBABA_CLOUD_PROFILE": "session", "ALIBABACLOUD_PROFILE": "work"},
        FILES,
        SESSION,
    ),
    "the profile of the tool's variable": ({}, {"ALIBABACLOUD_PROFILE": "session"}, FILES, SESSION),
    "the profile of the old variable": ({}, {"ALICLOUD_PROFILE": "session"}, FILES, SESSION),
    "another file": (
        {},
        {"ALICLOUD_SHARED_CREDENTIALS_FILE": "/etc/a.json"},
        {"/etc/a.json": CONFIG},
        (*WORK[:3], "/etc/a.json, profile 'work'"),
    ),
    "not switched off": ({}, {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "false"}, FILES, WORK),
}


@pytest.mark.parametrize(("options", "environ", "files", "expected"), FOUND.values(), ids=FOUND.keys())
def test_keys_are_found(options: Table, environ: Table, files: Table, expected: tuple[str, str, str, str]) -> None:
    assert found(options, environ, files) == expected


# name: options, environment, the text of the file, what the message must hold.
MISSING: dict[str, tuple[Table, Table, str | None, list[str]]] = {
    "option half: no secret": (
        {"access_key": "hush"},
        VENDOR,
        CONFIG,
        ["options: access_key given without secret_key"],
    ),
    "option half: no key": ({"secret_key": "hush"}, VENDOR, CONFIG, ["options: secret_key given without access_key"]),
    "option half: only a token": (
        {"security_token": "hush"},
        VENDOR,
        CONFIG,
        ["options: security_token given without access_key and secret_key"],
    ),
    "environment half": (
        {},
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": "hush", **OLD},
        CONFIG,
        ["ALIBABA_CLOUD_ACCESS_KEY_ID given without ALIBABA_CLOUD_ACCESS_KEY_SECRET;"],
    ),
    "environment half, many names": (
        {},
        {"ALICLOUD_SECRET_ACCESS_KEY": "hush"},
        CONFIG,
        ["ALICLOUD_SECRET_ACCESS_KEY given without ALICLOUD_ACCESS_KEY or ALICLOUD_ACCESS_KEY_ID;"],
    ),
    "two halves of two families": (
        {},
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": "hush", "ALICLOUD_SECRET_KEY": "hush"},
        None,
        ["ALIBABA_CLOUD_ACCESS_KEY_ID given without ALIBABA_CLOUD_ACCESS_KEY_SECRET;"],
    ),
    "a key with a line break in it": (
        {**OPTIONS, "access_key": "hush\nX"},
        {},
        None,
        ["options: access_key cannot be right", "control character"],
    ),
    "a key with a space in it": (
        {**OPTIONS, "secret_key": "hush hush"},
        {},
        None,
        ["options: secret_key cannot be right"],
    ),
    "a token outside ascii": (
        {**OPTIONS, "security_token": "hush-任"},
        {},
        None,
        ["options: security_token cannot be"],
    ),
    "file not there, profile asked for": (
        {"profile": "work"},
        VENDOR,
        None,
        ["option profile asks for 'work'", "~/.aliyun/config.json: there is no such file"],
    ),
    "profile not there": (
        {"profile": "nope"},
        VENDOR,
        CONFIG,
        [
            "~/.aliyun/config.json has no profile 'nope'",
            "there are: work, session, role, half, no-token, empty, no-mode",
        ],
    ),
    "profile of the variable not there": ({}, {"ALICLOUD_PROFILE": "nope"}, CONFIG, ["has no profile 'nope'", "work"]),
    "no current profile": ({}, {}, '{"profiles": [{"name": "a"}]}', ["has no profile ''", "there are: a"]),
    "no profiles": ({}, {}, '{"current": "a"}', ["has no profile 'a'", "there are: none"]),
    "profiles are no list": ({}, {}, '{"current": "a", "profiles": {"a": 1}}', ["has no profile 'a'"]),
    "mode not supported": (
        {"profile": "role"},
        {},
        CONFIG,
        ["~/.aliyun/config.json, profile 'role' is of mode 'RamRoleArn', supported are AK and StsToken"],
    ),
    "no mode": ({"profile": "no-mode"}, {}, CONFIG, ["profile 'no-mode' is of mode ''", "AK and StsToken"]),
    "profile half": (
        {"profile": "half"},
        {},
        CONFIG,
        ["profile 'half': access_key_id given without access_key_secret"],
    ),
    "session without a token": (
        {"profile": "no-token"},
        {},
        CONFIG,
        ["profile 'no-token': access_key_id and access_key_secret given without sts_token"],
    ),
    "profile without keys": (
        {"profile": "empty"},
        {},
        CONFIG,
        ["profile 'empty' has no access_key_id + access_key_secret"],
    ),
    "broken json": ({}, {}, '{"access_key_secret": "hush", ', ["~/.aliyun/config.json is not JSON", "line 1"]),
    "not an object": ({}, {}, '["hush"]', ["~/.aliyun/config.json is not a configuration"]),
    "nested without end": ({}, {}, "[" * 100000, ["~/.aliyun/config.json is not JSON"]),
    "switched off": (
        {},
        {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "TRUE"},
        CONFIG,
        ["~/.aliyun/config.json: not read because ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true"],
    ),
    "nothing anywhere": (
        {},
        {},
        None,
        [
            "No credentials for Alibaba Cloud.",
            "options access_key + secret_key (+ security_token)",
            *(f"{name}_ACCESS_KEY_ID + {name}_ACCESS_KEY_SECRET" for name in ("ALIBABA_CLOUD", "ALIBABACLOUD")),
            *(f"{name}_SECURITY_TOKEN" for name in ("ALIBABA_CLOUD", "ALIBABACLOUD", "ALICLOUD")),
            "ALICLOUD_ACCESS_KEY or ALICLOUD_ACCESS_KEY_ID + ",
            "ALICLOUD_SECRET_KEY or ALICLOUD_SECRET_ACCESS_KEY or ALICLOUD_ACCESS_KEY_SECRET",
            "~/.aliyun/config.json: there is no such file",
            "Give the options",
        ],
    ),
}


@pytest.mark.parametrize(("options", "environ", "text", "parts"), MISSING.values(), ids=MISSING.keys())
def test_what_is_wrong_is_said(options: Table, environ: Table, text: str | None, parts: list[str]) -> None:
    message = said(options, environ, {"~/.aliyun/config.json": text})
    assert [part for part in parts if part not in message] == []


UNREADABLE = {
    "not allowed": (PermissionError(13, "Permission denied"), "cannot be read: Permission denied"),
    "not text": (UnicodeDecodeError("utf-8", b"hush\xff", 6, 7, "hush"), "cannot be read: it is not UTF-8 text"),
}


@pytest.mark.parametrize(("error", "expected"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_named(error: Exception, expected: str) -> None:
    def read(_path: str) -> str:
        raise error

    with pytest.raises(CredentialsMissing) as caught:
        resolve({}, {}, read)
    assert f"~/.aliyun/config.json {expected}" in str(caught.value)
    assert "hush" not in str(caught.value)


REGIONS = {
    "option": ({"region": "eu-central-1"}, {"ALIBABA_CLOUD_REGION_ID": "x"}, "{", "eu-central-1"),
    "first variable": ({}, {"ALIBABA_CLOUD_REGION_ID": "a", "ALIBABACLOUD_REGION_ID": "b"}, "{", "a"),
    "second variable": ({}, {"ALIBABACLOUD_REGION_ID": "b", "ALICLOUD_REGION_ID": "c"}, None, "b"),
    "third variable": ({}, {"ALICLOUD_REGION_ID": "c", "ALICLOUD_REGION": "d"}, None, "c"),
    "fourth variable": ({"region": None}, {"ALICLOUD_REGION": "d"}, CONFIG, "d"),
    "current profile": ({}, {}, CONFIG, "cn-shanghai"),
    "current profile, keys from elsewhere": (OPTIONS, VENDOR, CONFIG, "cn-shanghai"),
    "profile asked for": ({"profile": "half"}, {}, CONFIG, "eu-west-1"),
    "profile without a region": ({"profile": "session"}, {}, CONFIG, ""),
    "profile not there": ({"profile": "nope"}, {}, CONFIG, ""),
    "broken file": ({}, {}, "{", ""),
    "switched off": ({}, {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, CONFIG, ""),
    "nowhere": ({}, {}, None, ""),
}


@pytest.mark.parametrize(("options", "environ", "text", "expected"), REGIONS.values(), ids=REGIONS.keys())
def test_the_region(options: Table, environ: Table, text: str | None, expected: str) -> None:
    assert region(options, environ, {"~/.aliyun/config.json": text}.get) == expected


def test_no_secret_is_in_the_repr() -> None:
    got = resolve({**OPTIONS, "security_token": "hush-t"}, {}, FILES.get)
    assert "hush" not in repr(got)
    assert got.secrets() == {"hush-option-id", "hush-option", "hush-t"}
