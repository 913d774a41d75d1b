# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of Alibaba Cloud that are asked for: every way, beside the vendor's own package, from beginning to end."""

from __future__ import annotations

import json
import os
import pathlib
import shlex
import sys
import typing as t
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.temporary_keys import AssumeRole, OidcRole, Role
from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials, Host
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import NO_HOST, THIS_HOST, client
from support.logins import NOON, SharedClock, log_in, missing_keys_message

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_credentials.provider import (
    CLIProfileCredentialsProvider,
    ProfileCredentialsProvider,
    RamRoleArnCredentialsProvider,
    ecs_ram_role,
)
from alibabacloud_credentials.utils import auth_util
from Tea.core import TeaCore

from support.nowhere import NOWHERE

Table = t.Mapping[str, t.Any]

TASK: dict[str, t.Any] = {"service": "ecs", "id": "t-1", "script": [[0, {"TaskAction": "ExportImage"}]]}
REGION = {"region": "cn-shanghai"}
KEYS = {"access_key": accounts.ALIBABA_KEY, "secret_key": accounts.ALIBABA_SECRET}
PAIR = {"access_key_id": accounts.ALIBABA_KEY, "access_key_secret": accounts.ALIBABA_SECRET}
ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
}
OIDC = {
    "ALIBABA_CLOUD_ROLE_ARN": accounts.ALIBABA_ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": accounts.ALIBABA_OIDC_PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/var/run/token",
}
PRINTED = json.dumps(
    {
        "mode": "StsToken",
        "access_key_id": accounts.ALIBABA_STS_KEY,
        "access_key_secret": accounts.ALIBABA_STS_SECRET,
        "sts_token": accounts.ALIBABA_STS_TOKEN,
        "expiration": "2099-01-01T00:00:00Z",
    }
)
TAKEN = {"ram_role_arn": accounts.ALIBABA_ROLE, "ram_session_name": "me"}
MODES: dict[str, dict[str, t.Any]] = {
    "role": {"mode": "RamRoleArn", **PAIR, **TAKEN},
    "role-in-full": {
        "mode": "RamRoleArn",
        **PAIR,
        "ram_role_arn": accounts.ALIBABA_GUARDED_ROLE,
        "ram_session_name": "me.and@you-too",
        "external_id": accounts.ALIBABA_EXTERNAL_ID,
        "policy": '{"Version": "1", "Statement": [{"Action": "ecs:Describe*", "Resource": "*", "Effect": "Allow"}]}',
        "expired_seconds": 1800,
    },
    "chain": {
        "mode": "ChainableRamRoleArn",
        "source_profile": "role",
        "ram_role_arn": accounts.ALIBABA_NEXT_ROLE,
        "ram_session_name": "next",
    },
    "instance": {"mode": "EcsRamRole", "ram_role_name": "waiter"},
    "any-instance": {"mode": "EcsRamRole"},
    "command": {"mode": "External", "process_command": f"{sys.executable} -c {shlex.quote(f'print({PRINTED!r})')}"},
}
OF_TOKEN = {"mode": "OIDC", **TAKEN, "oidc_provider_arn": accounts.ALIBABA_OIDC_PROVIDER}
# The package reads another name than the tool writes.
MODES["pod"] = {**OF_TOKEN, "role_session_name": "me", "oidc_token_file": "/var/run/token"}

Read = t.Callable[[str], "str | None"]


def files(cloud: LocalCloud | None = None, **modes: Table) -> Read:
    """The files of a user who has all of these profiles."""
    url = {"mode": "CredentialsURI", "credentials_uri": f"{cloud.url if cloud else 'http://127.0.0.1'}/keys/waiter"}
    every = {**MODES, "url": url, **modes}
    listed = [{"name": name, **profile} for name, profile in every.items()]
    text = json.dumps({"current": "role", "profiles": listed})
    return {"~/.aliyun/config.json": text, "/var/run/token": accounts.ID_TOKEN}.get


def read_path(path: str) -> str | None:
    """A real file."""
    found = pathlib.Path(path)
    return found.read_text(encoding="utf-8") if found.exists() else None


def ask(made: Client) -> t.Any:
    """The body of one answer."""
    service = made.provider.services["ecs"]
    return made.call(service, service.read, {"task_id": "t-1"}).body


ECS_ROLE = {"ecs-metadata.Token": 1, "ecs-metadata.Role": 1, "ecs-metadata.Keys": 1}
STS_ROLE = {"sts.AssumeRole": 1}

# name: options, environment, the calls by which the keys are got.
WAYS: dict[str, tuple[Table, Table, dict[str, int]]] = {
    "role by options": ({**KEYS, "ram_role_arn": accounts.ALIBABA_ROLE}, {}, STS_ROLE),
    "role by options, keys of the environment": ({"ram_role_arn": accounts.ALIBABA_ROLE}, ENVIRON, STS_ROLE),
    "guarded role by options": (
        {
            **KEYS,
            "ram_role_arn": accounts.ALIBABA_GUARDED_ROLE,
            "role_external_id": accounts.ALIBABA_EXTERNAL_ID,
            "role_session_name": "me",
            "role_duration": 900,
            "role_policy": '{"Version": "1"}',
        },
        {},
        STS_ROLE,
    ),
    "role by options, on top of a role": (
        {"profile": "role", "ram_role_arn": accounts.ALIBABA_NEXT_ROLE},
        {},
        {"sts.AssumeRole": 2},
    ),
    "mode RamRoleArn": ({"profile": "role"}, {}, STS_ROLE),
    "mode RamRoleArn, all of it": ({"profile": "role-in-full"}, {}, STS_ROLE),
    "mode ChainableRamRoleArn": ({"profile": "chain"}, {}, {"sts.AssumeRole": 2}),
    "mode EcsRamRole": ({"profile": "instance"}, {}, {"ecs-metadata.Token": 1, "ecs-metadata.Keys": 1}),
    "mode EcsRamRole, any role": ({"profile": "any-instance"}, {}, ECS_ROLE),
    "mode OIDC": ({"profile": "pod"}, {}, {"sts.AssumeRoleWithOIDC": 1}),
    "mode CredentialsURI": ({"profile": "url"}, {}, {"keys-url.Keys": 1}),
    "mode External": ({"profile": "command"}, {}, {}),
    "token of OIDC": ({}, OIDC, {"sts.AssumeRoleWithOIDC": 1}),
    "role of the instance by options": (
        {"ecs_role_name": "waiter"},
        {},
        {"ecs-metadata.Token": 1, "ecs-metadata.Keys": 1},
    ),
}


@pytest.mark.parametrize(("options", "environ", "calls"), WAYS.values(), ids=WAYS.keys())
def test_keys_are_asked_for_once(
    local_cloud: LocalCloud, options: Table, environ: Table, calls: dict[str, int]
) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    with client(
        "alibaba", local_cloud.url, {**REGION, **options}, dict(environ), files(local_cloud), host=THIS_HOST
    ) as made:
        assert [ask(made)["TaskId"] for dummy in range(2)] == ["t-1", "t-1"]
    assert local_cloud.calls()["apis"] == {**calls, "ecs.DescribeTaskAttribute": 2}
    assert local_cloud.calls()["refused"] == {}


def test_the_instance_is_the_last_resort(local_cloud: LocalCloud) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    with client("alibaba", local_cloud.url, REGION, host=THIS_HOST) as made:
        assert local_cloud.calls()["apis"] == ECS_ROLE
        ask(made)
    assert local_cloud.calls()["apis"] == {**ECS_ROLE, "ecs.DescribeTaskAttribute": 1}


def test_a_url_is_asked_where_the_instance_has_no_role(local_cloud: LocalCloud) -> None:
    local_cloud.add(TASK)
    environ = {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{local_cloud.url}/keys/waiter"}
    with client("alibaba", local_cloud.url, REGION, environ, host=THIS_HOST) as made:
        ask(made)
    assert local_cloud.calls()["apis"]["keys-url.Keys"] == 1


# A faulty metadata service: fault, environment, the calls that it costs, whether there are keys in the end.
OLDER: dict[str, tuple[dict[str, t.Any], Table, dict[str, int], bool]] = {
    "no tokens": ({"kind": "html", "api": "ecs-metadata.Token", "status": 404}, {}, ECS_ROLE, True),
    "tokens out of order": ({"kind": "html", "api": "ecs-metadata.Token", "status": 500}, {}, ECS_ROLE, True),
    "tokens cut off": ({"kind": "reset", "api": "ecs-metadata.Token"}, {}, ECS_ROLE, True),
    "tokens not understood": (
        {"kind": "html", "api": "ecs-metadata.Role", "status": 400, "times": 1},
        {},
        {**ECS_ROLE, "ecs-metadata.Role": 2},
        True,
    ),
    "no tokens, which are required": (
        {"kind": "html", "api": "ecs-metadata.Token", "status": 404},
        {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"},
        {"ecs-metadata.Token": 1},
        False,
    ),
    "tokens not understood, which are required": (
        {"kind": "html", "api": "ecs-metadata.Role", "status": 400},
        {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"},
        {"ecs-metadata.Token": 1, "ecs-metadata.Role": 1},
        False,
    ),
    "something else": (
        {"kind": "html", "api": "ecs-metadata.*", "status": 200},
        {},
        {"ecs-metadata.Token": 1, "ecs-metadata.Role": 1},
        False,
    ),
}


@pytest.mark.parametrize(("fault", "environ", "calls", "good"), OLDER.values(), ids=OLDER.keys())
def test_older_metadata_services_and_none(
    local_cloud: LocalCloud, fault: dict[str, t.Any], environ: Table, calls: dict[str, int], good: bool
) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    local_cloud.fault(**fault)
    if good:
        with client("alibaba", local_cloud.url, REGION, dict(environ), host=THIS_HOST) as made:
            ask(made)
    else:
        told = missing_keys_message(client("alibaba", local_cloud.url, REGION, dict(environ), host=THIS_HOST))
        assert "the metadata service of ECS: " in told
    seen = local_cloud.calls()["apis"]
    assert {name: count for name, count in seen.items() if name.startswith("ecs-metadata")} == calls


def nobody(request: Request, seconds: float) -> Response:
    """A machine outside of any cloud: the address is that of a port that nobody listens at."""
    assert seconds <= 1.0
    return THIS_HOST.ask_metadata(Request(request.method, "http://127.0.0.1:9", request.path), seconds)


def test_a_machine_outside_of_the_cloud_is_told_every_place_that_was_looked_in() -> None:
    asked: list[str] = []

    def outside(request: Request, seconds: float) -> Response:
        asked.append(request.url)
        return nobody(request, seconds)

    told = missing_keys_message(
        client("alibaba", "https://ecs.example.com", REGION, host=NO_HOST._replace(ask_metadata=outside))
    )
    # One question is enough where nobody listens.
    assert asked == ["http://100.100.100.200/latest/api/token"]
    for place in ("options", "environment", "~/.aliyun/config.json", "~/.alibabacloud/credentials", "CREDENTIALS_URI"):
        assert place in told
    assert "the metadata service of ECS: nobody answers at 127.0.0.1:9" in told


# name: options, profiles besides, environment, a fault, the kind of error, what is said.
Refusals = dict[str, tuple[Table, Table, Table, Table, type[CloudError], list[str]]]
NO_FAULT: Table = {}
ROLE_OPTION = {**KEYS, "ram_role_arn": accounts.ALIBABA_ROLE}
REFUSED: Refusals = {
    "role that is not there": (
        {**KEYS, "ram_role_arn": "acs:ram::1:role/none"},
        {},
        {},
        NO_FAULT,
        Unauthorized,
        ["EntityNotExist.Role: options: the role acs:ram::1:role/none is not given to the keys from options", "trusts"],
    ),
    "role of others": (
        {**KEYS, "ram_role_arn": accounts.ALIBABA_GUARDED_ROLE},
        {},
        {},
        NO_FAULT,
        Unauthorized,
        ["NoPermission: ", "role/guarded", "external id"],
    ),
    "policy that is none": (
        {**ROLE_OPTION, "role_policy": "{"},
        {},
        {},
        NO_FAULT,
        Unauthorized,
        ["InvalidParameter.PolicyGrammar"],
    ),
    "secret that is wrong": ({**ROLE_OPTION, "secret_key": "wrong"}, {}, {}, NO_FAULT, BadSignature, ["role/waiter"]),
    "session that has ended": (
        ROLE_OPTION,
        {},
        {},
        {"kind": "expired", "api": "sts.AssumeRole"},
        CredentialsExpired,
        ["InvalidSecurityToken.Expired: options: the role"],
    ),
    "STS throttles": (
        ROLE_OPTION,
        {},
        {},
        {"kind": "throttle", "api": "sts.*", "burst": 0, "rate": 0.001, "retry_after": 7},
        Throttled,
        ["the role acs:ram"],
    ),
    "STS out of order": (
        ROLE_OPTION,
        {},
        {},
        {"kind": "error", "api": "sts.*"},
        Unavailable,
        ["InternalError: options"],
    ),
    "STS cut off": (ROLE_OPTION, {}, {}, {"kind": "reset", "api": "sts.*"}, Unavailable, ["no answer from 127.0.0.1"]),
    "STS gives nothing": (
        ROLE_OPTION,
        {},
        {},
        {"kind": "answer", "api": "sts.*", "body": {"Credentials": {"AccessKeyId": "STS.half"}}},
        Unavailable,
        ["the answer contains no keys"],
    ),
    "STS gives odd keys": (
        ROLE_OPTION,
        {},
        {},
        {
            "kind": "answer",
            "api": "sts.*",
            "body": {"Credentials": {"AccessKeyId": "a\nb", "AccessKeySecret": "c", "SecurityToken": "d"}},
        },
        Unavailable,
        ["the answer contains no keys"],
    ),
    "token that is not taken": (
        {},
        {},
        {**OIDC, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/other"},
        NO_FAULT,
        Unauthorized,
        ["EntityNotExist.OIDCProvider: environment: the role", "oidc-provider/other", "kept fresh"],
    ),
    "no role where one was asked for": (
        {"ecs_role_name": "other"},
        {},
        {},
        NO_FAULT,
        Unauthorized,
        ["the metadata service of ECS: 127.0.0.1", "has no RAM role for this machine (HTTP 404)"],
    ),
    "metadata out of order": (
        {"ecs_role_name": "waiter"},
        {},
        {},
        {"kind": "html", "api": "ecs-metadata.Keys", "status": 503},
        Unavailable,
        ["HTTP 503"],
    ),
    "metadata not ready": (
        {"ecs_role_name": "waiter"},
        {},
        {},
        {"kind": "answer", "api": "ecs-metadata.Keys", "body": {"Code": "Failed"}},
        Unavailable,
        ["no keys of the role 'waiter' at the moment"],
    ),
    "metadata is no JSON": (
        {"ecs_role_name": "waiter"},
        {},
        {},
        {"kind": "html", "api": "ecs-metadata.Keys", "status": 200},
        Unavailable,
        ["not JSON"],
    ),
    "command that fails": (
        {"profile": "mine"},
        {"mode": "External", "process_command": f"{sys.executable} -c 'import sys; sys.exit(\"hush\")'"},
        {},
        NO_FAULT,
        Unavailable,
        ["process_command of ~/.aliyun/config.json, profile 'mine'", "exit status 1"],
    ),
    "command that is not there": (
        {"profile": "mine"},
        {"mode": "External", "process_command": f"{NOWHERE}/hush"},
        {},
        NO_FAULT,
        Unauthorized,
        ["process_command of ~/.aliyun/config.json, profile 'mine'", "No such file", "run it by hand"],
    ),
    "command that is none": (
        {"profile": "mine"},
        {"mode": "External", "process_command": "'hush"},
        {},
        NO_FAULT,
        Unauthorized,
        ["cannot be started"],
    ),
    "command that prints no JSON": (
        {"profile": "mine"},
        {"mode": "External", "process_command": "echo hush"},
        {},
        NO_FAULT,
        Unavailable,
        ["not JSON"],
    ),
    "command that prints half": (
        {"profile": "mine"},
        {"mode": "External", "process_command": 'echo \'{"mode": "StsToken", "access_key_id": "hush"}\''},
        {},
        NO_FAULT,
        Unavailable,
        ["the answer contains no keys"],
    ),
    "command of another mode": (
        {"profile": "mine"},
        {"mode": "External", "process_command": 'echo \'{"mode": "CloudSSO"}\''},
        {},
        NO_FAULT,
        Unauthorized,
        ["keys of another mode", "AK and StsToken"],
    ),
    "command with a key for a mode": (
        {"profile": "mine"},
        {"mode": "External", "process_command": 'echo \'{"mode": "hush"}\''},
        {},
        NO_FAULT,
        Unauthorized,
        ["keys of another mode", "AK and StsToken"],
    ),
    "URL that has none": (
        {"profile": "url"},
        {},
        {},
        {"kind": "answer", "api": "keys-url.*", "body": {"Code": "Error"}},
        Unavailable,
        ["profile 'url'", "does not say that it has any keys"],
    ),
    "URL that refuses": (
        {"profile": "url"},
        {},
        {},
        {"kind": "error", "api": "keys-url.*", "status": 403, "code": "Forbidden"},
        Unauthorized,
        ["Forbidden: ~/.aliyun/config.json, profile 'url'"],
    ),
}


@pytest.mark.parametrize(
    ("options", "profile", "environ", "fault", "kind", "parts"), REFUSED.values(), ids=REFUSED.keys()
)
def test_a_login_that_fails_says_whose_it_was(
    local_cloud: LocalCloud,
    options: Table,
    profile: Table,
    environ: Table,
    fault: Table,
    kind: type[CloudError],
    parts: list[str],
) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    if fault:
        local_cloud.fault(**fault)
    read = files(local_cloud, mine=profile)
    with (
        client("alibaba", local_cloud.url, {**REGION, **options}, dict(environ), read, host=THIS_HOST) as made,
        pytest.raises(CloudError) as caught,
    ):
        ask(made)
    assert caught.value.kind == kind.kind
    told = str(caught.value)
    assert [part for part in parts if part not in told] == []
    for secret in ("hush", accounts.ALIBABA_SECRET, accounts.ID_TOKEN, "STS.half"):
        assert secret not in told
    assert "\n" not in told
    assert caught.value.retry_after == (7.0 if kind is Throttled else None)


# Sources with keys of five seconds: options, environment, the API that hands them over.
SHORT: dict[str, tuple[Table, Table, str]] = {
    "role": (ROLE_OPTION, {}, "sts.AssumeRole"),
    "token of OIDC": ({}, OIDC, "sts.AssumeRoleWithOIDC"),
    "instance": ({"ecs_role_name": "waiter"}, {}, "ecs-metadata.Keys"),
    "last resort": ({"profile": None}, {"ALICLOUD_SHARED_CREDENTIALS_FILE": "/none"}, "ecs-metadata.Keys"),
    "URL": ({"profile": "url"}, {}, "keys-url.Keys"),
}


@pytest.mark.parametrize(("options", "environ", "api"), SHORT.values(), ids=SHORT.keys())
def test_keys_are_renewed_before_they_end(local_cloud: LocalCloud, options: Table, environ: Table, api: str) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    clock = SharedClock(local_cloud, 5.0)
    with client(
        "alibaba",
        local_cloud.url,
        {**REGION, **options},
        dict(environ),
        files(local_cloud),
        clock=clock.now,
        host=THIS_HOST,
    ) as made:
        for dummy in range(12):
            ask(made)
            clock.advance(1.0)
    assert local_cloud.calls()["apis"]["ecs.DescribeTaskAttribute"] == 12
    assert local_cloud.calls()["apis"][api] == 3
    assert local_cloud.calls()["refused"] == {}


# What goes wrong with STS while keys of an hour have half a minute left, and whether the old ones serve so long.
TROUBLES: dict[str, tuple[dict[str, t.Any], bool]] = {
    "throttled": ({"kind": "throttle", "burst": 0, "rate": 0.001}, True),
    "out of order": ({"kind": "error"}, True),
    "cut off": ({"kind": "reset"}, True),
    "refused": ({"kind": "error", "status": 403, "code": "NoPermission"}, False),
}


@pytest.mark.parametrize(("fault", "served"), TROUBLES.values(), ids=TROUBLES.keys())
def test_old_keys_serve_while_nobody_gives_new_ones(
    local_cloud: LocalCloud, fault: dict[str, t.Any], served: bool
) -> None:
    local_cloud.add(TASK)
    clock = SharedClock(local_cloud, 3600.0)
    with client("alibaba", local_cloud.url, {**REGION, **ROLE_OPTION}, clock=clock.now) as made:
        ask(made)
        clock.advance(3570)
        local_cloud.fault(api="sts.*", **fault)
        if not served:
            with pytest.raises(Unauthorized, match="role/waiter"):
                ask(made)
            return
        for dummy in range(5):
            ask(made)
        # They are not asked for with every call, neither.
        assert local_cloud.calls()["apis"]["sts.AssumeRole"] == 2
        clock.advance(60)
        with pytest.raises((Throttled, Unavailable)):
            ask(made)
        local_cloud.clear_faults()
        ask(made)
    assert local_cloud.calls()["refused"] == {}


def test_a_file_that_is_gone_for_a_moment_is_no_end(local_cloud: LocalCloud) -> None:
    local_cloud.add(TASK)
    text = json.dumps({"current": "a", "profiles": [{"name": "a", "mode": "AK", **PAIR}]})
    there: dict[str, str] = {"~/.aliyun/config.json": text}
    with client("alibaba", local_cloud.url, REGION, read=there.get) as made:
        ask(made)
        there.clear()
        local_cloud.fault("expired", "ecs.*", times=2)
        with pytest.raises(Unavailable, match="there is no such file"):
            ask(made)
        there["~/.aliyun/config.json"] = text
        ask(made)


def an_hour_ago() -> datetime:
    """What a clock shows that nobody has set."""
    return datetime.now(timezone.utc) - timedelta(minutes=63)


def test_a_clock_that_is_wrong_is_learnt_from_sts_too(local_cloud: LocalCloud) -> None:
    local_cloud.add(TASK)
    warnings: list[str] = []
    options = {**REGION, **ROLE_OPTION}
    with client("alibaba", local_cloud.url, options, warn=warnings.append, clock=an_hour_ago) as made:
        ask(made)
    assert ["63 min behind that of Alibaba Cloud" in warning for warning in warnings] == [True]
    assert sum(local_cloud.calls()["refused"].values()) == 1


def test_every_secret_on_the_way_is_told(local_cloud: LocalCloud) -> None:
    local_cloud.add(TASK)
    told: list[str] = []
    options = {**REGION, "profile": "chain", "endpoint": local_cloud.url}
    made = Client(PROVIDERS["alibaba"], options, NO_HOST._replace(read_file=files()), told.extend, print)
    ask(made)
    made.close()
    # The keys of the profile, those of the first role, those of the second.
    assert len({secret for secret in told if secret.startswith("STS.")}) == 2
    assert len({secret for secret in told if secret.startswith("CAIS")}) == 2
    assert accounts.ALIBABA_SECRET in told


# Beside what the vendor's STS client sends

# What proves a question, or says in what form the answer is wanted.
FORM_ONLY = frozenset(
    (
        *("Format", "Timestamp", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Signature"),
        *("AccessKeyId", "SecurityToken"),
    )
)

VECTORS = json.loads((pathlib.Path(__file__).parents[4] / "vectors" / "alibaba_roles.json").read_text("utf-8"))[
    "vectors"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_sts_is_asked_as_its_client_asks(vector: dict[str, t.Any]) -> None:
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        keys = {"AccessKeyId": "STS.a", "AccessKeySecret": "b", "SecurityToken": "c"}
        return Response(200, {}, {"Credentials": {**keys, "Expiration": "2026-11-22T13:00:00Z"}})

    role, base = Role(**vector["role"]), Credentials("options", "LTAIa", "b")
    exchange = OidcRole(role, vector["provider_arn"], vector["token"]) if "token" in vector else AssumeRole(base, role)
    got = log_in("alibaba", Credentials("options", exchange=exchange), send=send)
    (asked,) = sent
    headers = {name: asked.headers[name] for name in asked.headers if name in ("x-acs-version", "x-acs-action")}
    known = {**dict(asked.query), **dict(parse_qsl(asked.body.decode()))}
    assert (asked.method, asked.url.partition("?")[0], headers) == (
        "POST",
        "https://sts.aliyuncs.com/",
        vector["headers"],
    )
    assert {name: value for name, value in known.items() if name not in FORM_ONLY} == vector["query"]
    assert got.expires_at == NOON + timedelta(hours=1)
    # A token in a URL would be in the log of every proxy.
    assert vector.get("token", "no token") not in asked.url


# Beside the vendor's package


class Overheard(t.NamedTuple):
    """One question about keys, whichever way it was put."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: frozenset[str]


TOLD_BY = ("x-aliyun-ecs-metadata-token", "x-aliyun-ecs-metadata-token-ttl-seconds")


def overheard(method: str, path: str, parameters: Table, headers: Table) -> Overheard:
    """The question without what differs between two ways to sign it; STS takes both methods."""
    kept = {str(name): str(value) for name, value in parameters.items() if name not in FORM_ONLY}
    names = {name.lower() for name in headers}
    is_sts = "Action" in kept
    return Overheard("" if is_sts else method, path or "/", kept, frozenset(names.intersection(TOLD_BY)))


def unrepeated(asked: list[Overheard]) -> list[Overheard]:
    """The questions in their order, without the second token that the vendor's package gets of the metadata service."""
    return [question for number, question in enumerate(asked) if question not in asked[:number]]


class NoScheduler:
    """In the place of a thread that would ask again after the test."""

    def add_job(self, *job: t.Any, **when: t.Any) -> None:
        """Nothing is done."""

    def start(self) -> None:
        """Nothing is begun."""

    def shutdown(self, wait: bool) -> None:
        """Nothing is to be ended."""


@pytest.fixture
def theirs(local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> list[Overheard]:
    """What the vendor's package asks, which is led to the local cloud."""
    asked: list[Overheard] = []
    send = TeaCore.do_action

    def redirected(request: t.Any, runtime: t.Any = None) -> t.Any:
        asked.append(overheard(request.method, request.pathname, request.query, request.headers))
        request.protocol = "http"
        request.headers["host"] = local_cloud.url.removeprefix("http://")
        return send(request, runtime)

    monkeypatch.setattr(TeaCore, "do_action", staticmethod(redirected))
    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "false")
    monkeypatch.setattr(ecs_ram_role, "BackgroundScheduler", NoScheduler)
    return asked


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> list[Overheard]:
    """What we ask, except for tasks."""
    asked: list[Overheard] = []
    send = Transport.send

    def heard(self: Transport, request: Request) -> Response:
        action = {
            name: request.headers[header]
            for name, header in (("Action", "x-acs-action"), ("Version", "x-acs-version"))
            if header in request.headers
        }
        form = dict(parse_qsl(request.body.decode()))
        if action.get("Version") != "2014-05-26":
            asked.append(overheard(request.method, request.path, {**dict(request.query), **form, **action}, {}))
        return send(self, request)

    monkeypatch.setattr(Transport, "send", heard)
    return asked


def hearing(asked: list[Overheard]) -> Host:
    """This machine, and what it is asked."""

    def heard(request: Request, seconds: float) -> Response:
        asked.append(overheard(request.method, request.path, {}, request.headers))
        return THIS_HOST.ask_metadata(request, seconds)

    return THIS_HOST._replace(ask_metadata=heard)


INI = f"""
[default]
type = ram_role_arn
access_key_id = {accounts.ALIBABA_KEY}
access_key_secret = {accounts.ALIBABA_SECRET}
role_arn = {accounts.ALIBABA_ROLE}
role_session_name = me # a comment
policy = {{"Version": "1"}}

[instance]
type = ecs_ram_role
role_name = waiter

[pod]
type = oidc_role_arn
role_arn = {accounts.ALIBABA_ROLE}
role_session_name = me
oidc_provider_arn = {accounts.ALIBABA_OIDC_PROVIDER}
oidc_token_file_path = TOKEN
"""


@pytest.mark.parametrize("name", ["role", "role-in-full", "chain", "instance", "any-instance", "pod", "command"])
def test_a_profile_is_asked_for_as_the_vendor_asks(
    local_cloud: LocalCloud, theirs: list[Overheard], ours: list[Overheard], tmp_path: pathlib.Path, name: str
) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    (tmp_path / "token").write_text(accounts.ID_TOKEN, encoding="utf-8")
    text = (files()("~/.aliyun/config.json") or "").replace("/var/run/token", str(tmp_path / "token"))
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    provider = CLIProfileCredentialsProvider(profile_name=name, profile_file=str(tmp_path / "config.json"))
    assert provider.get_credentials().get_access_key_id().startswith("STS.")
    environ = {"ALICLOUD_SHARED_CREDENTIALS_FILE": str(tmp_path / "config.json")}
    with client(
        "alibaba", local_cloud.url, {**REGION, "profile": name}, environ, read_path, host=hearing(ours)
    ) as made:
        ask(made)
    assert ours == unrepeated(theirs)
    assert local_cloud.calls()["refused"] == {}


def test_the_local_cloud_checks_what_the_vendor_signs(local_cloud: LocalCloud, theirs: list[Overheard]) -> None:
    wrong = {"access_key_id": accounts.ALIBABA_KEY, "access_key_secret": "wrong"}
    provider = RamRoleArnCredentialsProvider(**wrong, role_arn=accounts.ALIBABA_ROLE, role_session_name="me")
    with pytest.raises(CredentialException, match="SignatureDoesNotMatch"):
        provider.get_credentials()
    assert set(local_cloud.calls()["refused"]) == {"SignatureDoesNotMatch"}


@pytest.mark.parametrize("name", ["default", "instance", "pod"])
def test_a_section_is_asked_for_as_the_vendor_asks(
    local_cloud: LocalCloud, theirs: list[Overheard], ours: list[Overheard], tmp_path: pathlib.Path, name: str
) -> None:
    local_cloud.add(TASK)
    local_cloud.account("alibaba", machine_role="waiter")
    (tmp_path / "token").write_text(accounts.ID_TOKEN, encoding="utf-8")
    path = tmp_path / "credentials.ini"
    path.write_text(INI.replace("TOKEN", str(tmp_path / "token")), encoding="utf-8")
    provider = ProfileCredentialsProvider(profile_name=name, profile_file=str(path))
    assert provider.get_credentials().get_access_key_id().startswith("STS.")
    environ = {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(path)}
    with client(
        "alibaba", local_cloud.url, {**REGION, "profile": name}, environ, read_path, host=hearing(ours)
    ) as made:
        ask(made)
    assert ours == unrepeated(theirs)
