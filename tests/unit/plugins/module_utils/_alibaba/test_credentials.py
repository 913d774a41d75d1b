# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Alibaba Cloud keys and region come from. Every secret in here starts with ``hush``."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import chain
from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.credentials import region, resolve
from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.temporary_keys import (
    AssumeRole,
    Command,
    EcsRole,
    KeysUrl,
    OidcRole,
    Role,
    Sts,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import NoHome
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.exchange import LastResort
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials, Exchange
from support.clients import no_file
from support.logins import log_in
from support.rows import each_row

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
            {"name": "sso", "mode": "CloudSSO", "access_token": "hush-sso"},
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
        log_in("alibaba", resolve(options, environ, files.get))
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
            "there are: work, session, role, sso, half, no-token, empty, no-mode",
            "~/.alibabacloud/credentials.ini: there is no such file",
        ],
    ),
    "profile of the variable not there": ({}, {"ALICLOUD_PROFILE": "nope"}, CONFIG, ["has no profile 'nope'", "work"]),
    "no current profile": ({}, {}, '{"profiles": [{"name": "a"}]}', ["has no profile ''", "there are: a"]),
    "no profiles": ({}, {}, '{"current": "a"}', ["has no profile 'a'", "there are: none"]),
    "profiles are no list": ({}, {}, '{"current": "a", "profiles": {"a": 1}}', ["has no profile 'a'"]),
    "mode not supported": (
        {"profile": "sso"},
        {},
        CONFIG,
        ["~/.aliyun/config.json, profile 'sso' is of mode 'CloudSSO'", "mode External", "supported are AK, StsToken, "],
    ),
    "mode not supported, not asked for": (
        {},
        {"ALICLOUD_PROFILE": "sso"},
        CONFIG,
        ["No credentials for Alibaba Cloud. Looked in: options", "profile 'sso' is of mode 'CloudSSO'"],
    ),
    "no mode": ({"profile": "no-mode"}, {}, CONFIG, ["profile 'no-mode' is of mode ''", "AK, StsToken, RamRoleArn"]),
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
            "ALIBABA_CLOUD_ROLE_ARN + ALIBABA_CLOUD_OIDC_PROVIDER_ARN + ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            "~/.aliyun/config.json: there is no such file",
            "~/.alibabacloud/credentials.ini: there is no such file",
            "~/.alibabacloud/credentials: there is no such file",
            "environment ALIBABA_CLOUD_CREDENTIALS_URI",
            "the metadata service of ECS: 100.100.100.200 was not asked",
            "Give the options",
        ],
    ),
}


def outcome(of: t.Callable[..., Credentials], options: Table, environ: Table) -> str:
    """What comes of looking for keys, in words; for a test alone, so that secrets do not matter."""
    try:
        return repr(dataclasses.asdict(of(options, environ, FILES.get)))
    except CredentialsMissing as exc:
        return str(exc)


PLACES = [*((row[0], row[1]) for row in FOUND.values()), *((row[0], row[1]) for row in MISSING.values())]


@pytest.mark.parametrize(("options", "environ"), PLACES)
def test_keys_that_are_plainly_given_are_those_that_the_whole_chain_finds(options: Table, environ: Table) -> None:
    assert outcome(resolve, options, environ) == outcome(chain.resolve, options, environ)


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
        log_in("alibaba", resolve({}, {}, read))
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


ROLE = "acs:ram::1:role/a"
PROVIDER = "acs:ram::1:oidc-provider/b"
TOKEN_FILES = {"/var/run/token": " hush-id-token\n", "/empty": "\n", "/odd": "hush hush"}
PAIR = {"access_key_id": "hush-id", "access_key_secret": "hush-secret"}
TAKEN = {"ram_role_arn": ROLE, "ram_session_name": "me"}
MODES: dict[str, dict[str, t.Any]] = {
    "role": {"mode": "RamRoleArn", **PAIR, **TAKEN},
    "role-in-full": {
        "mode": "RamRoleArn",
        **PAIR,
        **TAKEN,
        "sts_token": "hush-token",
        "external_id": "x",
        "policy": '{"Version": "1"}',
        "expired_seconds": 900,
        "sts_region": "cn-beijing",
        "enable_vpc": True,
    },
    "role-by-an-endpoint": {
        "mode": "RamRoleArn",
        **PAIR,
        **TAKEN,
        "sts_endpoint": "http://sts.example.com/",
    },
    "role-without-one": {"mode": "RamRoleArn", **PAIR},
    "role-without-keys": {"mode": "RamRoleArn", **TAKEN},
    "role-for-a-moment": {"mode": "RamRoleArn", **PAIR, **TAKEN, "expired_seconds": 60},
    "role-somewhere": {"mode": "RamRoleArn", **PAIR, **TAKEN, "sts_region": "cn-beijing.example.com/?"},
    "instance": {"mode": "EcsRamRole", "ram_role_name": "r"},
    "any-instance": {"mode": "EcsRamRole"},
    "role-of-instance": {"mode": "RamRoleArnWithRoleName", "ram_role_name": "r", **TAKEN},
    "pod": {
        "mode": "OIDC",
        **TAKEN,
        "oidc_provider_arn": PROVIDER,
        "oidc_token_file": "/var/run/token",
    },
    "pod-without-a-file": {"mode": "OIDC", **TAKEN, "oidc_provider_arn": PROVIDER, "oidc_token_file": "/none"},
    "pod-with-an-empty-file": {"mode": "OIDC", **TAKEN, "oidc_provider_arn": PROVIDER, "oidc_token_file": "/empty"},
    "pod-with-an-odd-file": {"mode": "OIDC", **TAKEN, "oidc_provider_arn": PROVIDER, "oidc_token_file": "/odd"},
    "pod-of-nobody": {"mode": "OIDC", **TAKEN, "oidc_token_file": "/var/run/token"},
    "chain": {"mode": "ChainableRamRoleArn", "source_profile": "role", "ram_role_arn": "acs:ram::2:role/c"},
    "chain-to-nowhere": {"mode": "ChainableRamRoleArn", "source_profile": "none", **TAKEN},
    "chain-of-none": {"mode": "ChainableRamRoleArn", **TAKEN},
    "circle": {"mode": "ChainableRamRoleArn", "source_profile": "circle-back", **TAKEN},
    "circle-back": {"mode": "ChainableRamRoleArn", "source_profile": "circle", **TAKEN},
    "command": {"mode": "External", "process_command": "keys --of 'me and you'"},
    "command-of-none": {"mode": "External"},
    "url": {"mode": "CredentialsURI", "credentials_uri": "http://127.0.0.1:8080/keys?role=hush%2Da&x="},
    "url-beside": {"mode": "CredentialsURI", "credentials_uri": "http://169.254.170.2/keys"},
    "url-far": {"mode": "CredentialsURI", "credentials_uri": "https://keys.example.com"},
    "url-unsafe": {"mode": "CredentialsURI", "credentials_uri": "http://keys.example.com/"},
    "url-of-none": {"mode": "CredentialsURI"},
    "rsa": {"mode": "RsaKeyPair", "private_key": "hush"},
    "oauth": {"mode": "OAuth", "oauth_access_token": "hush"},
    "bearer": {"mode": "BearerToken", "bearer_token": "hush"},
    "anonymous": {"mode": "Anonymous"},
    "newer": {"mode": "Telepathy"},
}
CLI = json.dumps({"current": "role", "profiles": [{"name": name, **profile} for name, profile in MODES.items()]})
INI = """
[default]
type = access_key
access_key_id = hush-ini-id  # of the team
access_key_secret = hush-%(ini)s

[work]
type = access_key
access_key_id = hush-work-id
access_key_secret = hush-work

[session]
type = sts
access_key_id = hush-id
access_key_secret = hush-secret
security_token = hush-token

[role]
type = ram_role_arn
access_key_id = hush-id
access_key_secret = hush-secret
role_arn = acs:ram::1:role/a
role_session_name = me
policy = {"Version": "1"}

[instance]
type = ecs_ram_role
role_name = r

[pod]
type = oidc_role_arn
role_arn = acs:ram::1:role/a
role_session_name = me
oidc_provider_arn = acs:ram::1:oidc-provider/b
oidc_token_file_path = /var/run/token

[rsa]
type = rsa_key_pair
public_key_id = hush

[untyped]
access_key_id = hush
"""
JSON_PATH = "~/.aliyun/config.json"
INI_PATH = "~/.alibabacloud/credentials.ini"
BOTH: dict[str, str] = {JSON_PATH: CLI, INI_PATH: INI, **TOKEN_FILES}
NO_METADATA = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
OIDC = {
    "ALIBABA_CLOUD_ROLE_ARN": ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/var/run/token",
}
SERVICE = "the metadata service of ECS"


def of(name: str) -> str:
    """How a profile is called."""
    return f"{JSON_PATH}, profile '{name}'"


def keys(source: str, access_key: str = "hush-id", secret_key: str = "hush-secret", token: str = "") -> Credentials:
    """Keys as they are expected."""
    return Credentials(source, access_key, secret_key, token)


def asked(source: str, exchange: Exchange) -> Credentials:
    """What has to be asked for, as it is expected."""
    return Credentials(source, exchange=exchange)


FIRST = asked(of("role"), AssumeRole(keys(of("role")), Role(ROLE, "me")))
IN_FULL = Role(ROLE, "me", "x", '{"Version": "1"}', 900, Sts(region="cn-beijing", vpc=True))
BY_OPTIONS = {"ram_role_arn": ROLE}

# name: options, environment, what is to be asked for.
ASKED: dict[str, tuple[Table, Table, Credentials]] = {
    "mode RamRoleArn": ({}, {}, FIRST),
    "mode RamRoleArn, all of it": (
        {"profile": "role-in-full"},
        {},
        asked(of("role-in-full"), AssumeRole(keys(of("role-in-full"), token="hush-token"), IN_FULL)),
    ),
    "mode RamRoleArn, STS elsewhere": (
        {"profile": "role-by-an-endpoint"},
        {},
        asked(
            of("role-by-an-endpoint"),
            AssumeRole(keys(of("role-by-an-endpoint")), Role(ROLE, "me", sts=Sts("https://sts.example.com"))),
        ),
    ),
    "mode EcsRamRole": ({"profile": "instance"}, {}, asked(of("instance"), EcsRole("r"))),
    "mode EcsRamRole, no older service": (
        {"profile": "any-instance"},
        {"ALIBABA_CLOUD_IMDSV1_DISABLED": "True"},
        asked(of("any-instance"), EcsRole("", v1=False)),
    ),
    "mode RamRoleArnWithRoleName": (
        {"profile": "role-of-instance"},
        {},
        asked(of("role-of-instance"), AssumeRole(asked(of("role-of-instance"), EcsRole("r")), Role(ROLE, "me"))),
    ),
    "mode OIDC": ({"profile": "pod"}, {}, asked(of("pod"), OidcRole(Role(ROLE, "me"), PROVIDER, "hush-id-token"))),
    "mode ChainableRamRoleArn": (
        {"profile": "chain"},
        {"ALIBABA_CLOUD_ROLE_SESSION_NAME": "you"},
        asked(of("chain"), AssumeRole(FIRST, Role("acs:ram::2:role/c", "you"))),
    ),
    "mode External": ({"profile": "command"}, {}, asked(of("command"), Command("keys --of 'me and you'"))),
    "mode CredentialsURI": (
        {"profile": "url"},
        {},
        asked(of("url"), KeysUrl("http://127.0.0.1:8080", "/keys", (("role", "hush-a"), ("x", "")))),
    ),
    "mode CredentialsURI, beside": (
        {"profile": "url-beside"},
        {},
        asked(of("url-beside"), KeysUrl("http://169.254.170.2", "/keys", ())),
    ),
    "mode CredentialsURI, far": (
        {"profile": "url-far"},
        {},
        asked(of("url-far"), KeysUrl("https://keys.example.com", "/", ())),
    ),
    "a role by options, with keys by options": (
        {**OPTIONS, **BY_OPTIONS},
        {},
        asked("options", AssumeRole(keys("options", "hush-option-id", "hush-option"), Role(ROLE))),
    ),
    "a role by options, all of it": (
        {
            **OPTIONS,
            **BY_OPTIONS,
            "role_session_name": "me",
            "role_external_id": "x",
            "role_policy": '{"Version": "1"}',
            "role_duration": 43200,
        },
        {"ALIBABA_CLOUD_STS_REGION": "cn-beijing", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED": "true"},
        asked(
            "options",
            AssumeRole(
                keys("options", "hush-option-id", "hush-option"),
                Role(ROLE, "me", "x", '{"Version": "1"}', 43200, Sts(region="cn-beijing", vpc=True)),
            ),
        ),
    ),
    "a role by options, with keys from the environment": (
        BY_OPTIONS,
        VENDOR,
        asked("options", AssumeRole(keys("environment", "hush-vendor-id", "hush-vendor"), Role(ROLE))),
    ),
    "a role by options, with a role of a profile": (BY_OPTIONS, {}, asked("options", AssumeRole(FIRST, Role(ROLE)))),
    "a role of the environment goes with its keys": (
        {},
        {
            **OLD,
            "ALICLOUD_ASSUME_ROLE_ARN": ROLE,
            "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "me",
            "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1800",
        },
        asked(
            "environment", AssumeRole(keys("environment", "hush-old-id", "hush-old"), Role(ROLE, "me", seconds=1800))
        ),
    ),
    "a role of the environment, with keys from elsewhere": (
        OPTIONS,
        {"ALICLOUD_ASSUME_ROLE_ARN": ROLE, "ALIBABA_CLOUD_ROLE_ARN": ROLE},
        keys("options", "hush-option-id", "hush-option"),
    ),
    "the role of the instance by options": (
        {"ecs_role_name": "r"},
        VENDOR,
        asked(SERVICE, EcsRole("r")),
    ),
    "the role of the instance by options, beside keys": (
        {"ecs_role_name": "r", **OPTIONS},
        {},
        keys("options", "hush-option-id", "hush-option"),
    ),
    "a role by options, with that of the instance": (
        {"ecs_role_name": "r", **BY_OPTIONS},
        {},
        asked("options", AssumeRole(asked(SERVICE, EcsRole("r")), Role(ROLE))),
    ),
    "a token of OIDC, before any file": (
        {},
        OIDC,
        asked("environment", OidcRole(Role(ROLE), PROVIDER, "hush-id-token")),
    ),
    "keys, before a token of OIDC": ({}, {**OIDC, **VENDOR}, keys("environment", "hush-vendor-id", "hush-vendor")),
    "a token of OIDC without its file": ({}, {**OIDC, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": ""}, FIRST),
    "the profile, before the older file": (
        {},
        {"ALIBABA_CLOUD_PROFILE": "instance"},
        asked(of("instance"), EcsRole("r")),
    ),
    "the older file": (
        {},
        {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"},
        keys(f"{INI_PATH}, section [default]", "hush-ini-id", "hush-%(ini)s"),
    ),
    "the older file, where the newer has no such profile": (
        {},
        {"ALIBABA_CLOUD_PROFILE": "work"},
        keys(f"{INI_PATH}, section [work]", "hush-work-id", "hush-work"),
    ),
    "the older file, where a profile is asked for": (
        {"profile": "work"},
        VENDOR,
        keys(f"{INI_PATH}, section [work]", "hush-work-id", "hush-work"),
    ),
    "type sts": ({"profile": "session"}, {}, keys(f"{INI_PATH}, section [session]", token="hush-token")),
    "another older file": (
        {"profile": "session"},
        {"ALIBABA_CLOUD_CREDENTIALS_FILE": "/etc/old.ini"},
        keys("/etc/old.ini, section [session]", "hush-elsewhere", "hush-secret", "hush-token"),
    ),
}


@pytest.mark.parametrize(("options", "environ", "expected"), ASKED.values(), ids=ASKED.keys())
def test_what_is_to_be_asked_for_is_found(options: Table, environ: Table, expected: Credentials) -> None:
    elsewhere = INI.replace("access_key_id = hush-id", "access_key_id = hush-elsewhere")
    there: dict[str, str] = {**BOTH, "/etc/old.ini": elsewhere}
    got = resolve(options, environ, there.get)
    assert got == expected
    assert "hush" not in repr(got)
    assert all("hush" in secret for secret in got.secrets())


# The kinds of the older file, by themselves: name, what is found there.
TYPES: dict[str, Exchange] = {
    "role": AssumeRole(keys(f"{INI_PATH}, section [role]"), Role(ROLE, "me", policy='{"Version": "1"}')),
    "instance": EcsRole("r"),
    "pod": OidcRole(Role(ROLE, "me"), PROVIDER, "hush-id-token"),
}


@pytest.mark.parametrize(("name", "expected"), TYPES.items(), ids=TYPES.keys())
def test_kinds_of_the_older_file(name: str, expected: Exchange) -> None:
    got = resolve({"profile": name}, {}, {INI_PATH: INI, **TOKEN_FILES}.get)
    assert got == asked(f"{INI_PATH}, section [{name}]", expected)


def test_the_older_file_has_two_names() -> None:
    got = resolve({}, {}, {"~/.alibabacloud/credentials": INI}.get)
    assert got.source == "~/.alibabacloud/credentials, section [default]"


# name: environment, whom to ask at last.
LAST: dict[str, tuple[Table, list[Credentials]]] = {
    "the instance": ({}, [asked(SERVICE, EcsRole())]),
    "the instance, by its role": ({"ALIBABA_CLOUD_ECS_METADATA": "r"}, [asked(SERVICE, EcsRole("r"))]),
    "the instance, by its role in the old way": ({"ALICLOUD_ECS_ROLE_NAME": "r"}, [asked(SERVICE, EcsRole("r"))]),
    "a URL, after the instance": (
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://localhost/a"},
        [
            asked(SERVICE, EcsRole()),
            asked("environment ALIBABA_CLOUD_CREDENTIALS_URI", KeysUrl("http://localhost", "/a", ())),
        ],
    ),
    "a URL alone": (
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://localhost/a", **NO_METADATA},
        [asked("environment ALIBABA_CLOUD_CREDENTIALS_URI", KeysUrl("http://localhost", "/a", ()))],
    ),
}


@pytest.mark.parametrize(("environ", "expected"), LAST.values(), ids=LAST.keys())
def test_who_is_asked_at_last(environ: Table, expected: list[Credentials]) -> None:
    got = resolve({}, environ, no_file)
    assert isinstance(got.exchange, LastResort)
    assert list(got.exchange.candidates) == expected
    assert got.may_lack_keys()


# name: options, environment, what the message must hold.
UNUSABLE: dict[str, tuple[Table, Table, list[str]]] = {
    "role without one": ({"profile": "role-without-one"}, {}, [of("role-without-one"), "has no ram_role_arn"]),
    "role without keys": ({"profile": "role-without-keys"}, {}, ["has no access_key_id and no access_key_secret"]),
    "role without keys, not asked for": (
        {},
        {"ALIBABA_CLOUD_PROFILE": "role-without-keys"},
        [f"{of('role-without-keys')} has no access_key_id"],
    ),
    "chain to nowhere, not asked for": (
        {},
        {"ALIBABA_CLOUD_PROFILE": "chain-to-nowhere"},
        [f"{of('chain-to-nowhere')}, source_profile: file", "has no profile 'none'"],
    ),
    "role for a moment": ({"profile": "role-for-a-moment"}, {}, ["expired_seconds is 60", "900 seconds at least"]),
    "STS in no region": ({"profile": "role-somewhere"}, {}, ["is no region to ask STS in"]),
    "instance, switched off": (
        {"profile": "instance"},
        NO_METADATA,
        [of("instance"), "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"],
    ),
    "instance by options, switched off": (
        {"ecs_role_name": "r"},
        NO_METADATA,
        ["options: the role of ECS is not asked for because ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"],
    ),
    "token file not there": (
        {"profile": "pod-without-a-file"},
        {},
        [of("pod-without-a-file"), "oidc_token_file: file /none: there is no such file"],
    ),
    "token file empty": ({"profile": "pod-with-an-empty-file"}, {}, ["file /empty is empty"]),
    "token file odd": ({"profile": "pod-with-an-odd-file"}, {}, ["the text of /odd cannot be right"]),
    "token of nobody": ({"profile": "pod-of-nobody"}, {}, ["has no oidc_provider_arn"]),
    "token file of the environment not there": (
        {},
        {**OIDC, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/none"},
        ["environment, ALIBABA_CLOUD_OIDC_TOKEN_FILE: file /none: there is no such file"],
    ),
    "chain to nowhere": ({"profile": "chain-to-nowhere"}, {}, ["has no profile 'none', there are: role, "]),
    "chain of none": ({"profile": "chain-of-none"}, {}, ["has no source_profile"]),
    "circle": ({"profile": "circle"}, {}, ["circle -> circle-back -> circle"]),
    "command of none": ({"profile": "command-of-none"}, {}, ["has no process_command"]),
    "command, switched off": (
        {"profile": "command"},
        {"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS": "1"},
        [of("command"), "not used because ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set"],
    ),
    "URL, switched off": (
        {"profile": "url"},
        {"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS": "TRUE"},
        ["not used because ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set"],
    ),
    "URL of none": ({"profile": "url-of-none"}, {}, ["has no credentials_uri"]),
    "RsaKeyPair": ({"profile": "rsa"}, {}, ["of mode 'RsaKeyPair'", "use AK or RamRoleArn", "supported are AK, "]),
    "OAuth": ({"profile": "oauth"}, {}, ["of mode 'OAuth'", "mode External"]),
    "BearerToken": ({"profile": "bearer"}, {}, ["of mode 'BearerToken'", "no keys to sign with"]),
    "Anonymous": ({"profile": "anonymous"}, {}, ["of mode 'Anonymous'"]),
    "a mode that is not known": ({"profile": "newer"}, {}, ["of a mode that is not known; supported are AK, "]),
    "rsa_key_pair": (
        {"profile": "rsa"},
        {"ALICLOUD_SHARED_CREDENTIALS_FILE": "/none"},
        ["section [rsa] is of type 'rsa_key_pair'", "use access_key", "supported are access_key, sts"],
    ),
    "no type": ({"profile": "untyped"}, {}, ["section [untyped] is of type ''", "supported are access_key, sts"]),
    "about a role, without one": (
        {**OPTIONS, "role_external_id": "x", "role_duration": 900},
        {},
        ["options: role_external_id and role_duration given without ram_role_arn"],
    ),
    "a role for a moment": ({**OPTIONS, **BY_OPTIONS, "role_duration": 60}, {}, ["options: role_duration is 60"]),
    "a URL that is none": (
        {},
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "localhost", "ALIBABA_CLOUD_PROFILE": "no"},
        ["ALIBABA_CLOUD_CREDENTIALS_URI is not a URL such as http"],
    ),
    "a URL that is broken": (
        {},
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://[::1/hush", "ALIBABA_CLOUD_PROFILE": "no"},
        ["ALIBABA_CLOUD_CREDENTIALS_URI is not a URL such as http"],
    ),
    "a URL with an odd port, beside": (
        {},
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://169.254.1.1:hush/", "ALIBABA_CLOUD_PROFILE": "no"},
        ["ALIBABA_CLOUD_CREDENTIALS_URI is not a URL such as http"],
    ),
    "a URL with a user, beside": (
        {},
        {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://me:hush@169.254.1.1/", "ALIBABA_CLOUD_PROFILE": "no"},
        ["ALIBABA_CLOUD_CREDENTIALS_URI: only scheme, host, port"],
    ),
    "nothing, and the instance not asked": (
        {},
        {**NO_METADATA, "ALIBABA_CLOUD_PROFILE": "no"},
        [
            "file ~/.aliyun/config.json has no profile 'no'",
            f"file {INI_PATH} has no section [no], there are: default, work",
            "the metadata service of ECS: not asked because ALIBABA_CLOUD_ECS_METADATA_DISABLED is true",
        ],
    ),
    "nothing, and half of a token of OIDC": (
        {},
        {**NO_METADATA, **OIDC, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "", "ALIBABA_CLOUD_PROFILE": "no"},
        ["ALIBABA_CLOUD_OIDC_TOKEN_FILE (not set: ALIBABA_CLOUD_OIDC_PROVIDER_ARN)"],
    ),
}


@pytest.mark.parametrize(("options", "environ", "parts"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_asked_for_is_said(options: Table, environ: Table, parts: list[str]) -> None:
    with pytest.raises(OptionError) as caught:
        resolve(options, environ, BOTH.get)
    message = str(caught.value)
    assert [part for part in parts if part not in message] == []
    assert "hush" not in message + repr(caught.value)
    assert "\n" not in message


def test_a_url_that_is_not_safe_is_refused() -> None:
    with pytest.raises(OptionError) as caught:
        resolve({"profile": "url-unsafe"}, {}, BOTH.get)
    assert f"{of('url-unsafe')}: credentials_uri: 'http://keys.example.com' is not encrypted" in str(caught.value)


# name: network, region, what the role says of STS, where it is asked.
STS_HOSTS: dict[str, tuple[str, str, Sts, str]] = {
    "the centre": ("public", "cn-shanghai", Sts(), "https://sts.aliyuncs.com"),
    "a region": ("public", "cn-shanghai", Sts(region="cn-beijing"), "https://sts.cn-beijing.aliyuncs.com"),
    "a VPC": ("vpc", "cn-shanghai", Sts(), "https://sts-vpc.cn-shanghai.aliyuncs.com"),
    "a VPC, in another region": (
        "vpc",
        "cn-shanghai",
        Sts(region="cn-beijing"),
        "https://sts-vpc.cn-beijing.aliyuncs.com",
    ),
    "a VPC by the profile": ("public", "cn-shanghai", Sts(vpc=True), "https://sts-vpc.cn-shanghai.aliyuncs.com"),
    "a VPC nowhere": ("vpc", "", Sts(), "https://sts.aliyuncs.com"),
    "an endpoint": ("vpc", "cn-shanghai", Sts("https://sts.example.com", "cn-beijing"), "https://sts.example.com"),
}


@pytest.mark.parametrize(("network", "place", "sts", "expected"), STS_HOSTS.values(), ids=STS_HOSTS.keys())
def test_where_sts_is(network: str, place: str, sts: Sts, expected: str) -> None:
    options = {"network": network, "region": place, "endpoint": None}
    assert sts.url(options) == expected
    assert sts.url({**options, "endpoint": "http://127.0.0.1:1/"}) == "http://127.0.0.1:1"
    assert sts.url({**options, "endpoint": "https://ecs.example.com"}) == expected


ACCOUNTS: dict[str, tuple[Credentials, Credentials, bool]] = {
    "the same key": (keys("options"), keys("environment"), True),
    "another key": (keys("options"), keys("options", "hush-other"), False),
    "roles of the same key": (FIRST, asked("options", AssumeRole(keys("options"), Role("acs:ram::3:role/d"))), True),
    "two commands": (asked(of("a"), Command("a")), asked(of("b"), Command("b")), False),
    "the same instance": (asked(SERVICE, EcsRole()), asked(SERVICE, EcsRole()), True),
}


@pytest.mark.parametrize(("one", "other", "same"), ACCOUNTS.values(), ids=ACCOUNTS.keys())
def test_who_shares_the_fate_of_a_key(one: Credentials, other: Credentials, same: bool) -> None:
    assert (one.account() == other.account()) is same
    hash(one.account())


# How a value is written in JSON, the text that is meant, or None where it is refused.
IN_JSON: list[tuple[t.Any, str | None]] = [
    *(("text", "text"), (42, "42"), (1, "1")),
    *((value, None) for value in (1.5, float("inf"), True, False, ["hush"], [], {"a": "hush"}, {})),
]
# name: the fields of a profile, and those of them that are texts.
OF_MODES: dict[str, dict[str, t.Any]] = {
    "AK": {"access_key_id": "hush-a", "access_key_secret": "hush-b"},
    "StsToken": {"access_key_id": "hush-a", "access_key_secret": "hush-b", "sts_token": "hush-c"},
    "RamRoleArn": {
        "access_key_id": "hush-a",
        "access_key_secret": "hush-b",
        "ram_role_arn": "acs:ram::1:role/a",
        "ram_session_name": "s",
        "external_id": "e",
        "policy": "p",
        "sts_endpoint": "sts.aliyuncs.com",
        "sts_region": "cn-hangzhou",
    },
    "EcsRamRole": {"ram_role_name": "r"},
    "External": {"process_command": "true"},
    "CredentialsURI": {"credentials_uri": "https://keys.example.com/"},
}
FIELDS = [(mode, field) for mode, fields in OF_MODES.items() for field in (*fields, "mode", "region_id")]


@each_row(("value", "meant"), IN_JSON)
@pytest.mark.parametrize(("mode", "field"), FIELDS)
def test_a_value_of_the_file_is_a_text_or_is_refused(mode: str, field: str, value: t.Any, meant: str | None) -> None:
    profile = {"name": "p", "mode": mode, **OF_MODES[mode], field: value}
    files = {"~/.aliyun/config.json": json.dumps({"current": "p", "profiles": [profile]})}
    if meant is None:
        of = region if field == "region_id" else resolve
        with pytest.raises(CredentialsMissing) as caught:
            of({}, {}, files.get)
        assert f"profile 'p': {field} is " in str(caught.value)
        assert "put quotes around it" in str(caught.value)
        assert "hush" not in str(caught.value)
    elif field in ("access_key_id", "access_key_secret", "sts_token") and mode != "RamRoleArn":
        assert meant in found({}, {}, files)


def test_a_number_that_is_not_set_and_a_switch_are_none_of_that() -> None:
    more = {"expired_seconds": 0, "enable_vpc": True, "retry_count": 0, "connect_timeout": 0.0}
    profile = {"name": "p", "mode": "RamRoleArn", **OF_MODES["RamRoleArn"], **more}
    exchange = resolve(
        {}, {}, {"~/.aliyun/config.json": json.dumps({"profiles": [profile], "current": "p"})}.get
    ).exchange
    assert isinstance(exchange, AssumeRole)
    assert (exchange.role.seconds, exchange.role.sts.vpc) == (3600, True)


@pytest.mark.parametrize(("value", "meant"), IN_JSON)
def test_the_name_of_a_profile_is_a_text(value: t.Any, meant: str | None) -> None:
    profile = {"name": value, "mode": "AK", **OF_MODES["AK"]}
    for config in (
        {"current": value, "profiles": [profile]},
        {"current": value, "profiles": [{**profile, "name": "x"}]},
    ):
        files = {"~/.aliyun/config.json": json.dumps(config)}
        if meant is None:
            assert "put quotes around it" in said({}, {}, files)
    if meant:
        assert (
            found({"profile": meant}, {}, {"~/.aliyun/config.json": json.dumps({"profiles": [profile]})})[0] == "hush-a"
        )


def test_without_a_home_directory_the_search_goes_on() -> None:
    def read(path: str) -> str:
        assert path.startswith("~")
        raise NoHome(path)

    with pytest.raises(CredentialsMissing) as caught:
        log_in("alibaba", resolve({}, {}, read))
    message = str(caught.value)
    for path in ("~/.aliyun/config.json", "~/.alibabacloud/credentials.ini", "~/.alibabacloud/credentials"):
        assert f"file {path}: there is no home directory" in message
    last = resolve({}, {"ALIBABA_CLOUD_CREDENTIALS_URI": "https://keys.example.com/"}, read).exchange
    assert isinstance(last, LastResort)
    assert "environment ALIBABA_CLOUD_CREDENTIALS_URI" in [each.source for each in last.candidates]
    assert region({}, {}, read) == ""


def test_a_secret_in_the_url_of_keys_is_one() -> None:
    url = "https://keys.example.com/?format=json&token=hush-0123"
    found_keys = resolve({}, {"ALIBABA_CLOUD_CREDENTIALS_URI": url}, no_file)
    assert found_keys.secrets() == {"hush-0123"}


def test_indented_lines_of_an_ini_are_refused_and_not_shown() -> None:
    text = "[default]\ntype = access_key\n  access_key_id = hush-id\n  access_key_secret = hush\n"
    with pytest.raises(CredentialsMissing) as caught:
        resolve({}, {}, {INI_PATH: text}.get)
    assert "the lines after type begin with white space" in str(caught.value)
    assert "hush" not in str(caught.value)
