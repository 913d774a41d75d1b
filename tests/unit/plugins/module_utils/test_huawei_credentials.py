# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Huawei Cloud keys, project and region come from. Every secret in here starts with ``hush``."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CredentialsMissing
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.credentials import region, resolve

Table = t.Mapping[str, t.Any]

CONFIG = """
[basic]
ak = hush-file-ak
sk = hush-50%(off)s-%%
project_id = p-file

[global]
domain_id = d-file

[half]
ak = hush-half

[session]
ak = hush-session-ak
sk = hush-session-sk
security_token = hush-session-token
"""
PATH = "~/.huaweicloud/credentials"

KEYS = {"access_key": "hush-ak", "secret_key": "hush-sk"}
LOGIN = {"username": "me", "password": " hush 任 ", "domain_name": "my company"}
SDK = {"HUAWEICLOUD_SDK_AK": "hush-sdk-ak", "HUAWEICLOUD_SDK_SK": "hush-sdk-sk"}
HW = {"HW_ACCESS_KEY": "hush-hw-ak", "HW_SECRET_KEY": "hush-hw-sk"}
HW_LOGIN = {"HW_USER_NAME": "hw-me", "HW_USER_PASSWORD": "hush-hw-pw", "HW_DOMAIN_NAME": "hw-domain"}
OS = {"OS_ACCESS_KEY": "hush-os-ak", "OS_SECRET_KEY": "hush-os-sk"}
OS_LOGIN = {"OS_USERNAME": "os-me", "OS_PASSWORD": "hush-os-pw", "OS_USER_DOMAIN_NAME": "os-domain"}
HWC = {"ANSIBLE_HWC_ACCESS_KEY": "hush-hwc-ak", "ANSIBLE_HWC_SECRET_KEY": "hush-hwc-sk"}
HWC_LOGIN = {"ANSIBLE_HWC_USER": "hwc-me", "ANSIBLE_HWC_PASSWORD": "hush-hwc-pw", "ANSIBLE_HWC_DOMAIN": "hwc-domain"}


def pair(access_key: str, secret_key: str, source: str = "environment", **more: str) -> Credentials:
    """Keys as they are expected."""
    return Credentials(source, access_key=access_key, secret_key=secret_key, **more)


def login(username: str, password: str, domain_name: str) -> Credentials:
    """A login from the environment as it is expected."""
    return Credentials("environment", username=username, password=password, domain_name=domain_name)


IN_FILE = pair("hush-file-ak", "hush-50%(off)s-%%", f"{PATH}, section [basic]", project_id="p-file")
IN_SESSION = pair(
    "hush-session-ak",
    "hush-session-sk",
    f"{PATH}, section [session]",
    security_token="hush-session-token",
)
FROM_SDK = pair("hush-sdk-ak", "hush-sdk-sk")

# name: options, environment, the text of the file, what is found.
FOUND: dict[str, tuple[Table, Table, str | None, Credentials]] = {
    "a token beats all": (
        {"auth_token": "hush-t", **KEYS, **LOGIN, "profile": "session"},
        {**SDK, **HW},
        CONFIG,
        Credentials("options", auth_token="hush-t"),
    ),
    "keys beat a login": (
        {**KEYS, "security_token": "hush-st", **LOGIN},
        SDK,
        CONFIG,
        pair("hush-ak", "hush-sk", "options", security_token="hush-st"),
    ),
    "a login is taken as it is typed": (LOGIN, SDK, CONFIG, Credentials("options", **LOGIN)),
    "options that are not given": (
        dict.fromkeys([*KEYS, *LOGIN, "auth_token", "profile", "project_id"]),
        SDK,
        None,
        FROM_SDK,
    ),
    "a section that is asked for": ({"profile": "session"}, {**SDK, **HW}, CONFIG, IN_SESSION),
    "the SDK's variables": (
        {},
        {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "hush-st", "HUAWEICLOUD_SDK_PROJECT_ID": "p", **HW},
        CONFIG,
        pair("hush-sdk-ak", "hush-sdk-sk", security_token="hush-st", project_id="p"),
    ),
    "the SDK's before a token of others": ({}, {**SDK, "HW_AUTH_TOKEN": "hush-t"}, None, FROM_SDK),
    "HW token": (
        {},
        {**HW, **HW_LOGIN, **OS, "HW_AUTH_TOKEN": "hush-t"},
        None,
        Credentials("environment", auth_token="hush-t"),
    ),
    "HW keys": (
        {},
        {**HW, **HW_LOGIN, "HW_SECURITY_TOKEN": "hush-st", **OS},
        None,
        pair("hush-hw-ak", "hush-hw-sk", security_token="hush-st"),
    ),
    "HW login": ({}, {**HW_LOGIN, **OS}, None, login("hw-me", "hush-hw-pw", "hw-domain")),
    "OS token": ({}, {**OS, "OS_AUTH_TOKEN": "hush-t"}, None, Credentials("environment", auth_token="hush-t")),
    "OS token, older name": (
        {},
        {**OS, "OS_TOKEN": "hush-t"},
        None,
        Credentials("environment", auth_token="hush-t"),
    ),
    "OS keys": (
        {},
        {**OS, "OS_SECURITY_TOKEN": "hush-st", **OS_LOGIN, **HWC},
        None,
        pair("hush-os-ak", "hush-os-sk", security_token="hush-st"),
    ),
    "OS login": ({}, {**OS_LOGIN, "OS_DOMAIN_NAME": "x", **HWC}, None, login("os-me", "hush-os-pw", "os-domain")),
    "OS login, older name": (
        {},
        {"OS_USERNAME": "a", "OS_PASSWORD": "hush", "OS_DOMAIN_NAME": "b"},
        None,
        login("a", "hush", "b"),
    ),
    "HWC keys": ({}, {**HWC, **HWC_LOGIN}, CONFIG, pair("hush-hwc-ak", "hush-hwc-sk")),
    "HWC login": ({}, HWC_LOGIN, CONFIG, login("hwc-me", "hush-hwc-pw", "hwc-domain")),
    "a domain alone is no login": ({"domain_name": "x"}, {"HW_DOMAIN_NAME": "y"}, CONFIG, IN_FILE),
    "the file": ({}, {}, CONFIG, IN_FILE),
    "white space around a key": (
        {name: f"{key}\n" for name, key in KEYS.items()},
        {},
        None,
        pair("hush-ak", "hush-sk", "options"),
    ),
    "project: option first": (
        {"project_id": "p-option"},
        {**HW, "HW_PROJECT_ID": "p-hw"},
        None,
        pair("hush-hw-ak", "hush-hw-sk", project_id="p-option"),
    ),
    "project: then where the keys are": (
        {},
        {**HW, "HUAWEICLOUD_SDK_PROJECT_ID": "p-sdk", "HW_PROJECT_ID": "p-hw"},
        None,
        pair("hush-hw-ak", "hush-hw-sk", project_id="p-hw"),
    ),
    "project: the file's before a variable": ({}, {"HW_PROJECT_ID": "p-hw"}, CONFIG, IN_FILE),
    "project: at last any variable": (
        KEYS,
        {"ANSIBLE_HWC_PROJECT_ID": "p-hwc", "OS_PROJECT_ID": "p-os"},
        None,
        pair("hush-ak", "hush-sk", "options", project_id="p-os"),
    ),
}


@pytest.mark.parametrize(("options", "environ", "text", "expected"), FOUND.values(), ids=FOUND.keys())
def test_keys_are_found(options: Table, environ: Table, text: str | None, expected: Credentials) -> None:
    assert resolve(options, environ, {PATH: text}.get) == expected


def test_the_file_may_be_elsewhere() -> None:
    got = resolve({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/etc/hw"}, {"/etc/hw": CONFIG}.get)
    assert (got.access_key, got.source) == ("hush-file-ak", "/etc/hw, section [basic]")


# name: options, environment, the text of the file, what the message must hold.
MISSING: dict[str, tuple[Table, Table, str | None, list[str]]] = {
    "option half: no secret": ({"access_key": "hush"}, SDK, CONFIG, ["options: access_key given without secret_key"]),
    "option half: no key": ({"secret_key": "hush"}, SDK, CONFIG, ["options: secret_key given without access_key"]),
    "option half: only a token": ({"security_token": "hush"}, SDK, CONFIG, ["without access_key and secret_key"]),
    "option half: no domain": (
        {"username": "me", "password": "hush"},
        HW_LOGIN,
        CONFIG,
        ["options: username and password given without domain_name"],
    ),
    "option half: no password": (
        {"username": "me", "domain_name": "d"},
        {},
        None,
        ["options: username and domain_name given without password"],
    ),
    "environment half": (
        {},
        {"HUAWEICLOUD_SDK_AK": "hush", **HW},
        CONFIG,
        ["_SDK_AK given without HUAWEICLOUD_SDK_SK"],
    ),
    "environment login half": (
        {},
        {"OS_USERNAME": "me", "OS_PASSWORD": "hush"},
        CONFIG,
        ["OS_USERNAME and OS_PASSWORD given without OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME"],
    ),
    "two halves of two families": ({}, {"HW_ACCESS_KEY": "hush", "OS_SECRET_KEY": "hush"}, None, ["HW_SECRET_KEY"]),
    "a token with a line break in it": ({"auth_token": "hush\nX"}, {}, None, ["options: auth_token cannot be right"]),
    "a project outside ascii": ({**KEYS, "project_id": "任"}, {}, None, ["options: project_id cannot be right"]),
    "file not there, section asked for": (
        {"profile": "a"},
        SDK,
        None,
        ["asks for 'a'", f"{PATH}: there is no such file"],
    ),
    "section not there": (
        {"profile": "a"},
        SDK,
        CONFIG,
        [f"{PATH} has no section [a], there are: basic, global, half, session"],
    ),
    "no basic section": ({}, {}, "[global]\ndomain_id = d", [f"{PATH} has no section [basic], there are: global"]),
    "empty file": ({}, {}, "", [f"{PATH} has no section [basic], there are: none"]),
    "section half": ({"profile": "half"}, {}, CONFIG, [f"{PATH}, section [half]: ak given without sk"]),
    "section without keys": ({"profile": "global"}, {}, CONFIG, [f"{PATH}, section [global] has no ak + sk"]),
    "no section at all": ({}, {}, "sk = hush", [f"{PATH} is not an INI file", "see line 1"]),
    "a line that is none": ({}, {}, "[basic]\nhush", [f"{PATH} is not an INI file", "see line 2"]),
    "a key twice": ({}, {}, "[basic]\nsk = hush\nsk = hush", [f"{PATH} is not an INI file", "see line 3"]),
    "nothing anywhere": (
        {},
        {},
        None,
        [
            "No credentials for Huawei Cloud.",
            "options auth_token, access_key + secret_key (+ security_token), username + password + domain_name",
            "HUAWEICLOUD_SDK_AK + HUAWEICLOUD_SDK_SK (+ HUAWEICLOUD_SDK_SECURITY_TOKEN)",
            "HW_AUTH_TOKEN, HW_ACCESS_KEY + HW_SECRET_KEY (+ HW_SECURITY_TOKEN)",
            "HW_USER_NAME + HW_USER_PASSWORD + HW_DOMAIN_NAME",
            "OS_AUTH_TOKEN or OS_TOKEN, OS_ACCESS_KEY + OS_SECRET_KEY (+ OS_SECURITY_TOKEN)",
            "OS_USERNAME + OS_PASSWORD + OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME",
            "ANSIBLE_HWC_ACCESS_KEY + ANSIBLE_HWC_SECRET_KEY",
            "ANSIBLE_HWC_USER + ANSIBLE_HWC_PASSWORD + ANSIBLE_HWC_DOMAIN",
            f"{PATH}: there is no such file",
            "Give the options",
        ],
    ),
}


@pytest.mark.parametrize(("options", "environ", "text", "parts"), MISSING.values(), ids=MISSING.keys())
def test_what_is_wrong_is_said(options: Table, environ: Table, text: str | None, parts: list[str]) -> None:
    with pytest.raises(CredentialsMissing) as caught:
        resolve(options, environ, {PATH: text}.get)
    message = str(caught.value)
    assert [part for part in parts if part not in message] == []
    assert "hush" not in message + repr(caught.value)
    assert "\n" not in message
    assert caught.value.__context__ is None


REGIONS = {
    "option": ({"region": "cn-north-4"}, {"HW_REGION_NAME": "x"}, "cn-north-4"),
    "first variable": ({}, {"HW_REGION_NAME": "a", "OS_REGION_NAME": "b"}, "a"),
    "second variable": ({"region": None}, {"OS_REGION_NAME": "b", "ANSIBLE_HWC_REGION": "c"}, "b"),
    "third variable": ({"region": ""}, {"ANSIBLE_HWC_REGION": "c\n"}, "c"),
    "nowhere": ({}, {}, ""),
}


@pytest.mark.parametrize(("options", "environ", "expected"), REGIONS.values(), ids=REGIONS.keys())
def test_the_region(options: Table, environ: Table, expected: str) -> None:
    assert region(options, environ, {PATH: CONFIG}.get) == expected


def test_no_secret_is_in_the_repr() -> None:
    given = {"auth_token": "hush-t", **KEYS, "security_token": "hush-st", "password": "hush-pw"}
    got = Credentials("test", username="me", **given)
    assert "hush" not in repr(got)
    assert got.secrets() == set(given.values())
