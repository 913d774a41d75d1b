# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Huawei Cloud keys, project and region come from. Every secret in here starts with ``hush``."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import NoHome
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.exchange import LastResort
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials, Exchange
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.credentials import region, resolve, settings
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.iam import endpoint
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.temporary_keys import (
    Agency,
    EcsAgency,
    IdToken,
    OidcAgency,
    Pod,
)
from support.clients import no_file
from support.logins import log_in

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
LOGIN: dict[str, t.Any] = {"username": "me", "password": " hush 任 ", "domain_name": "my company"}
SDK = {"HUAWEICLOUD_SDK_AK": "hush-sdk-ak", "HUAWEICLOUD_SDK_SK": "hush-sdk-sk"}
HW = {"HW_ACCESS_KEY": "hush-hw-ak", "HW_SECRET_KEY": "hush-hw-sk"}
HW_LOGIN = {"HW_USER_NAME": "hw-me", "HW_USER_PASSWORD": "hush-hw-pw", "HW_DOMAIN_NAME": "hw-domain"}
OS = {"OS_ACCESS_KEY": "hush-os-ak", "OS_SECRET_KEY": "hush-os-sk"}
OS_LOGIN = {"OS_USERNAME": "os-me", "OS_PASSWORD": "hush-os-pw", "OS_USER_DOMAIN_NAME": "os-domain"}
HWC = {"ANSIBLE_HWC_ACCESS_KEY": "hush-hwc-ak", "ANSIBLE_HWC_SECRET_KEY": "hush-hwc-sk"}
HWC_LOGIN = {"ANSIBLE_HWC_USER": "hwc-me", "ANSIBLE_HWC_PASSWORD": "hush-hwc-pw", "ANSIBLE_HWC_DOMAIN": "hwc-domain"}


def pair(access_key: str, secret_key: str, source: str = "environment", **more: t.Any) -> Credentials:
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
    "lines that are indented": (
        {},
        {},
        "[basic]\nak = a\n  sk = hush",
        [f"file {PATH}, section [basic]: the lines after ak begin with white space"],
    ),
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
            "HUAWEICLOUD_OIDC_PROVIDER_URN + HUAWEICLOUD_OIDC_AGENCY_URN + HUAWEICLOUD_OIDC_ID_TOKEN or ",
            "HUAWEICLOUD_SDK_IDP_ID + HUAWEICLOUD_SDK_ID_TOKEN_FILE",
            f"{PATH}: there is no such file",
            "HC_CONTAINER_CREDENTIALS_FULL_URI + HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "the metadata service of ECS: 169.254.169.254 was not asked",
            "Give the options",
        ],
    ),
}


@pytest.mark.parametrize(("options", "environ", "text", "parts"), MISSING.values(), ids=MISSING.keys())
def test_what_is_wrong_is_said(options: Table, environ: Table, text: str | None, parts: list[str]) -> None:
    with pytest.raises(CredentialsMissing) as caught:
        log_in("huawei", resolve(options, environ, {PATH: text}.get))
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


@pytest.mark.parametrize("there", [True, False], ids=["it is there", "it is not there"])
def test_the_file_of_the_tool_is_named_where_there_is_one(there: bool) -> None:
    files = {"~/.hcloud/config.json": '{"profiles": [{"name": "default", "secretAccessKey": "hush-encrypted"}]}'}
    with pytest.raises(CredentialsMissing) as caught:
        resolve({"profile": "default"}, {}, files.get if there else {}.get)
    assert (
        "KooCLI's ~/.hcloud/config.json is not read, for the keys in it are encrypted" in str(caught.value)
    ) == there
    assert "hush" not in str(caught.value)


def test_no_secret_is_in_the_repr() -> None:
    given: dict[str, t.Any] = {"auth_token": "hush-t", **KEYS, "security_token": "hush-st", "password": "hush-pw"}
    got = Credentials("test", username="me", **given)
    assert "hush" not in repr(got)
    assert got.secrets() == set(given.values())


# What has to be asked for

ID_TOKEN_FILES = {"/var/run/token": "hush-id-token\n", "/var/run/other token": "hush-other", "/empty": ""}
IDP_CONFIG = """
[basic]
idp_id = idp
id_token_file = /var/run/token
ak = hush-ak
sk = hush-sk
project_id = p-file
iam_endpoint = https://iam.example.com

[half]
idp_id = idp
ak = hush-ak
sk = hush-sk
"""
AGENCY = {"agency_name": "an agency", "agency_domain_name": "another company"}
HW_AGENCY = {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d", "HW_ASSUME_ROLE_DURATION": "900"}
IDP = {"HUAWEICLOUD_SDK_IDP_ID": "idp", "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/var/run/other token"}
OIDC = {
    "HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::1:oidc-provider:a",
    "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::1:agency:b",
    "HUAWEICLOUD_OIDC_TOKEN_FILE": "/var/run/token",
}
OIDC_MORE = {
    "HUAWEICLOUD_OIDC_ID_TOKEN": "hush-direct",
    "HUAWEICLOUD_OIDC_SESSION_NAME": "me",
    "HUAWEICLOUD_OIDC_DURATION_SECONDS": "1800",
    "HUAWEICLOUD_OIDC_POLICY": '{"Version": "5.0"}',
    "HUAWEICLOUD_OIDC_POLICY_IDS": "a, b,",
    "HUAWEICLOUD_SDK_STS_ENDPOINT": "https://sts.example.com/",
}
POD = {
    "HC_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/v1/keys?a=b",
    "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token",
}
URNS = (OIDC["HUAWEICLOUD_OIDC_PROVIDER_URN"], OIDC["HUAWEICLOUD_OIDC_AGENCY_URN"])
SERVICE = "the metadata service of ECS"


def asked(source: str, exchange: Exchange, **more: t.Any) -> Credentials:
    """What has to be asked for, as it is expected."""
    return Credentials(source, exchange=exchange, **more)


# name: options, environment, the text of the file, what is to be asked for.
ASKED: dict[str, tuple[Table, Table, str | None, Credentials]] = {
    "a token of OIDC before all of the environment": (
        {},
        {**OIDC, **IDP, **SDK, "HUAWEICLOUD_SDK_PROJECT_ID": "p"},
        CONFIG,
        asked("environment", OidcAgency(*URNS, "hush-id-token"), project_id="p"),
    ),
    "a token of OIDC, all of it": (
        {},
        {**OIDC, **OIDC_MORE},
        None,
        asked(
            "environment",
            OidcAgency(*URNS, "hush-direct", "me", 1800, '{"Version": "5.0"}', ("a", "b"), "https://sts.example.com"),
        ),
    ),
    "a token of OIDC without an agency": (
        {},
        {**OIDC, "HUAWEICLOUD_OIDC_AGENCY_URN": "", **SDK},
        CONFIG,
        FROM_SDK,
    ),
    "options before a token of OIDC": (KEYS, OIDC, None, pair("hush-ak", "hush-sk", "options")),
    "a token of an identity provider before keys": (
        {},
        {**IDP, **SDK},
        CONFIG,
        asked("environment", IdToken("idp", "hush-other")),
    ),
    "a token of an identity provider in the file": (
        {},
        {},
        IDP_CONFIG,
        asked(
            f"{PATH}, section [basic]",
            IdToken("idp", "hush-id-token"),
            project_id="p-file",
            iam_endpoint="https://iam.example.com",
        ),
    ),
    "an agency by options": (
        {**KEYS, **AGENCY, "project_id": "p", "iam_endpoint": "https://iam.example.com"},
        {},
        None,
        asked(
            "options",
            Agency(
                pair("hush-ak", "hush-sk", "options", project_id="p", iam_endpoint="https://iam.example.com"),
                "an agency",
                "another company",
            ),
            project_id="p",
            iam_endpoint="https://iam.example.com",
        ),
    ),
    "an agency by options, with a login of the environment": (
        {"agency_name": "a", "agency_domain_id": "d", "agency_duration": 86400},
        HW_LOGIN,
        None,
        asked("options", Agency(login("hw-me", "hush-hw-pw", "hw-domain"), "a", "", "d", 86400)),
    ),
    "an agency of the environment goes with its keys": (
        {},
        {**HW, **HW_AGENCY},
        None,
        asked("environment", Agency(pair("hush-hw-ak", "hush-hw-sk"), "a", "", "d", 900)),
    ),
    "an agency of the environment, with keys from elsewhere": ({}, {**SDK, **HW_AGENCY}, None, FROM_SDK),
}


@pytest.mark.parametrize(("options", "environ", "text", "expected"), ASKED.values(), ids=ASKED.keys())
def test_what_is_to_be_asked_for_is_found(
    options: Table, environ: Table, text: str | None, expected: Credentials
) -> None:
    got = resolve(options, environ, {PATH: text, **ID_TOKEN_FILES}.get)
    assert got == expected
    assert "hush" not in repr(got)
    assert all("hush" in secret for secret in got.secrets())
    hash(got.account())


# name: environment, whom to ask at last.
LAST: dict[str, tuple[Table, list[Credentials]]] = {
    "the instance": ({}, [asked(SERVICE, EcsAgency())]),
    "a pod, after the instance": (
        POD,
        [
            asked(SERVICE, EcsAgency()),
            asked("the identity of the pod", Pod("http://169.254.170.2", "/v1/keys", (("a", "b"),), "hush-id-token")),
        ],
    ),
}


@pytest.mark.parametrize(("environ", "expected"), LAST.values(), ids=LAST.keys())
def test_who_is_asked_at_last(environ: Table, expected: list[Credentials]) -> None:
    got = resolve({}, environ, ID_TOKEN_FILES.get)
    assert isinstance(got.exchange, LastResort)
    assert list(got.exchange.candidates) == expected
    assert got.may_lack_keys()


# name: options, environment, the text of the file, what the message must hold.
UNUSABLE: dict[str, tuple[Table, Table, str | None, list[str]]] = {
    "half of an identity provider": (
        {},
        {"HUAWEICLOUD_SDK_IDP_ID": "idp", **SDK},
        None,
        ["HUAWEICLOUD_SDK_IDP_ID given without HUAWEICLOUD_SDK_ID_TOKEN_FILE"],
    ),
    "half of an identity provider in the file": (
        {"profile": "half"},
        {},
        IDP_CONFIG,
        [f"{PATH}, section [half]: idp_id given without id_token_file"],
    ),
    "a token file that is not there": (
        {},
        {**IDP, "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/none"},
        None,
        ["environment, HUAWEICLOUD_SDK_ID_TOKEN_FILE: file /none: there is no such file"],
    ),
    "a token file that is empty": (
        {},
        {**OIDC, "HUAWEICLOUD_OIDC_TOKEN_FILE": "/empty"},
        None,
        ["HUAWEICLOUD_OIDC_TOKEN_FILE: file /empty is empty"],
    ),
    "a life that is none": (
        {},
        {**OIDC, "HUAWEICLOUD_OIDC_DURATION_SECONDS": "1h"},
        None,
        ["HUAWEICLOUD_OIDC_DURATION_SECONDS is no number; give 900 to 86400 seconds"],
    ),
    "an agency of nobody": (
        {**KEYS, "agency_name": "a"},
        {},
        None,
        ["options: agency_name given, an agency takes agency_name and agency_domain_name or agency_domain_id"],
    ),
    "an agency without a name": (
        {},
        {**HW, "HW_ASSUME_ROLE_DOMAIN_NAME": "d"},
        None,
        ["HW_ASSUME_ROLE_DOMAIN_NAME given, an agency takes HW_ASSUME_ROLE_AGENCY_NAME and "],
    ),
    "an agency for a moment": ({**KEYS, **AGENCY, "agency_duration": 60}, {}, None, ["agency_duration is 60"]),
    "half of a pod": (
        {},
        {**POD, "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": ""},
        None,
        ["HC_CONTAINER_CREDENTIALS_FULL_URI given without HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
    ),
}


@pytest.mark.parametrize(("options", "environ", "text", "parts"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_asked_for_is_said(options: Table, environ: Table, text: str | None, parts: list[str]) -> None:
    with pytest.raises(CredentialsMissing) as caught:
        resolve(options, environ, {PATH: text, **ID_TOKEN_FILES}.get)
    message = str(caught.value)
    assert [part for part in parts if part not in message] == []
    assert "hush" not in message + repr(caught.value)


# name: an environment with one address that keys or tokens would go to, what the message must hold.
UNSAFE: dict[str, tuple[Table, str]] = {
    "STS": (
        {**OIDC, "HUAWEICLOUD_SDK_STS_ENDPOINT": "http://sts.example.com"},
        "SDK_STS_ENDPOINT: 'http://sts.example.com'",
    ),
    "a pod": (
        {**POD, "HC_CONTAINER_CREDENTIALS_FULL_URI": "http://keys.example.com/"},
        "CREDENTIALS_FULL_URI: 'http://keys.example.com'",
    ),
}


@pytest.mark.parametrize(("environ", "part"), UNSAFE.values(), ids=UNSAFE.keys())
def test_an_address_that_is_not_safe_is_refused(environ: Table, part: str) -> None:
    with pytest.raises(OptionError) as caught:
        resolve({}, environ, ID_TOKEN_FILES.get)
    assert f"{part} is not encrypted" in str(caught.value)


# name: what was found, the options, where IAM is.
IAM: dict[str, tuple[dict[str, t.Any], Table, str]] = {
    "the region's": ({}, {"region": "cn-north-4"}, "https://iam.cn-north-4.myhuaweicloud.com"),
    "in Europe": ({}, {"region": "eu-west-101"}, "https://iam.eu-west-101.myhuaweicloud.eu"),
    "another cloud's": (
        {},
        {"region": "eu-de", "cloud_domain": "otc.t-systems.com"},
        "https://iam.eu-de.otc.t-systems.com",
    ),
    "another cloud's central one": (
        {},
        {"region": None, "cloud_domain": "example.com"},
        "https://iam.example.com",
    ),
    "as Keystone's variables have it": (
        {"iam_endpoint": "https://iam.eu-de.otc.t-systems.com/v3/"},
        {"region": "eu-de"},
        "https://iam.eu-de.otc.t-systems.com",
    ),
    "with the path of tokens": (
        {"iam_endpoint": "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens/"},
        {"region": "eu-de"},
        "https://iam.eu-de.otc.t-systems.com",
    ),
    "the central one": ({}, {"region": None, "endpoint": "https://db.example.com"}, "https://iam.myhuaweicloud.com"),
    "beside a stand-in": ({}, {"region": "cn-north-4", "endpoint": "http://127.0.0.1:1/"}, "http://127.0.0.1:1"),
    "as given": (
        {"iam_endpoint": "https://iam.example.com/"},
        {"region": "cn-north-4", "endpoint": "http://127.0.0.1:1"},
        "https://iam.example.com",
    ),
}


@pytest.mark.parametrize(("found", "options", "expected"), IAM.values(), ids=IAM.keys())
def test_where_iam_is(found: dict[str, t.Any], options: Table, expected: str) -> None:
    assert endpoint(Credentials("options", **found), options) == expected


# name: options, environment, the domain.
CLOUDS: dict[str, tuple[Table, Table, str]] = {
    "nowhere": ({}, {}, ""),
    "option": ({"cloud_domain": "otc.t-systems.com"}, {"HW_CLOUD": "example.com"}, "otc.t-systems.com"),
    "terraform's": ({}, {"HW_CLOUD": " OTC.t-systems.com "}, "otc.t-systems.com"),
    "the older collection's": ({"cloud_domain": None}, {"ANSIBLE_HWC_CLOUD": "example.com"}, "example.com"),
}


@pytest.mark.parametrize(("options", "environ", "expected"), CLOUDS.values(), ids=CLOUDS.keys())
def test_which_cloud_it_is(options: Table, environ: Table, expected: str) -> None:
    assert settings(options, environ, no_file) == {"cloud_domain": expected}


@pytest.mark.parametrize(
    "wrong", ["https://otc.t-systems.com", "otc", "a b.com", "evil.com/x", "x@y.com", "-a.com", "a..b"]
)
def test_what_is_no_domain_is_refused_before_any_credentials_go_there(wrong: str) -> None:
    with pytest.raises(OptionError, match=r"cloud_domain: .* is not a domain.*otc\.t-systems\.com.*HW_CLOUD"):
        settings({}, {"HW_CLOUD": wrong}, no_file)


USER = {"username": "u", "password": "p-secret", "domain_name": "d"}
OPENRC = {"OS_USERNAME": "u", "OS_PASSWORD": "p-secret", "OS_USER_DOMAIN_NAME": "d"}
# name: options, environment, id and name of the project, where IAM is.
SCOPES: dict[str, tuple[Table, Table, tuple[str, str, str]]] = {
    "options": ({**USER, "project_name": "eu-de_shop"}, {}, ("", "eu-de_shop", "")),
    "openrc": (
        {},
        {**OPENRC, "OS_PROJECT_NAME": "eu-de_shop", "OS_AUTH_URL": "https://iam.example.com/v3"},
        ("", "eu-de_shop", "https://iam.example.com/v3"),
    ),
    "openrc of old": ({}, {**OPENRC, "OS_TENANT_NAME": "eu-de_shop"}, ("", "eu-de_shop", "")),
    "an id and a name": ({}, {**OPENRC, "OS_PROJECT_ID": "i", "OS_PROJECT_NAME": "n"}, ("i", "n", "")),
    "terraform's": (
        {},
        {"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s", "HW_PROJECT_NAME": "n", "HW_AUTH_URL": "https://iam.example.com"},
        ("", "n", "https://iam.example.com"),
    ),
    "the option before the environment": (
        {"project_name": "mine"},
        {**OPENRC, "OS_PROJECT_NAME": "n"},
        ("", "mine", ""),
    ),
    "another set's": ({}, {**OPENRC, "HW_PROJECT_NAME": "n", "HW_AUTH_URL": "https://iam.example.com"}, ("", "", "")),
}


@pytest.mark.parametrize(("options", "environ", "expected"), SCOPES.values(), ids=SCOPES.keys())
def test_which_project_a_token_is_for(options: Table, environ: Table, expected: tuple[str, str, str]) -> None:
    found = resolve(options, environ, {}.get)
    assert (found.project_id, found.project_name, found.iam_endpoint) == expected


def test_without_a_home_directory_the_search_goes_on() -> None:
    def read(path: str) -> str:
        assert path.startswith("~")
        raise NoHome(path)

    last = resolve({}, {}, read).exchange
    assert isinstance(last, LastResort)
    assert "file ~/.huaweicloud/credentials: there is no home directory" in last.searched
