# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of Huawei Cloud that are asked for: every way, beside the vendor's own package, from beginning to end."""

from __future__ import annotations

import json
import logging
import pathlib
import typing as t
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials, Host
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei import temporary_keys
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import NO_HOST, PASSWORD, THIS_HOST, client
from support.logins import NOON, SharedClock, log_in, missing_keys_message
from support.nowhere import NOBODY

Table = t.Mapping[str, t.Any]

JOB: dict[str, t.Any] = {"service": "taurusdb", "id": "j-1", "script": [[0, {"status": "Running"}]]}
REGION = {"region": "cn-north-4"}
PROJECT = accounts.PROJECTS["cn-north-4"]
KEYS = {"access_key": accounts.HUAWEI_KEY, "secret_key": accounts.HUAWEI_SECRET}
AGENCY = {"agency_name": accounts.HUAWEI_AGENCY, "agency_domain_name": accounts.HUAWEI_AGENCY_DOMAIN}
IDP = {"HUAWEICLOUD_SDK_IDP_ID": accounts.HUAWEI_IDP, "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/var/run/token"}
OIDC = {
    "HUAWEICLOUD_OIDC_PROVIDER_URN": accounts.HUAWEI_OIDC_PROVIDER,
    "HUAWEICLOUD_OIDC_AGENCY_URN": accounts.HUAWEI_AGENCY_URN,
    "HUAWEICLOUD_OIDC_TOKEN_FILE": "/var/run/token",
}
CONFIG = f"[basic]\nidp_id = {accounts.HUAWEI_IDP}\nid_token_file = /var/run/token\n"
FILES = {"~/.huaweicloud/credentials": CONFIG, "/var/run/token": accounts.ID_TOKEN}


def no_config(path: str) -> str | None:
    return accounts.ID_TOKEN if path == "/var/run/token" else None


def ask(made: Client) -> t.Any:
    """The body of one answer."""
    service = made.provider.services["taurusdb"]
    return made.call(service, service.read, {"task_id": "j-1"}).body


KEYS_CALL = "iam.CreateTemporaryAccessKey"
TOKEN_CALL = "iam.KeystoneCreateUserTokenByPassword"
ID_CALL = "iam.CreateUnscopedTokenByIdToken"
INSTANCE = {"metadata.Token": 1, "metadata.Keys": 1}

# name: options, environment, whether there is a file, the calls by which the keys are got.
WAYS: dict[str, tuple[Table, Table, bool, dict[str, int]]] = {
    "agency": ({**KEYS, **AGENCY}, {}, False, {KEYS_CALL: 1}),
    "agency by its id": (
        {
            **KEYS,
            "agency_name": accounts.HUAWEI_AGENCY,
            "agency_domain_id": accounts.stable_id(accounts.HUAWEI_AGENCY_DOMAIN),
            "agency_duration": 86400,
        },
        {},
        False,
        {KEYS_CALL: 1},
    ),
    "agency for a user": ({**PASSWORD, **AGENCY}, {}, False, {TOKEN_CALL: 1, KEYS_CALL: 1}),
    "agency of the environment": (
        {},
        {
            "HW_ACCESS_KEY": accounts.HUAWEI_KEY,
            "HW_SECRET_KEY": accounts.HUAWEI_SECRET,
            "HW_ASSUME_ROLE_AGENCY_NAME": accounts.HUAWEI_AGENCY,
            "HW_ASSUME_ROLE_DOMAIN_NAME": accounts.HUAWEI_AGENCY_DOMAIN,
        },
        False,
        {KEYS_CALL: 1},
    ),
    "agency for an instance": (AGENCY, {}, False, {**INSTANCE, KEYS_CALL: 1}),
    "identity provider": ({}, IDP, False, {ID_CALL: 1, KEYS_CALL: 1}),
    "identity provider in the file": ({}, {}, True, {ID_CALL: 1, KEYS_CALL: 1}),
    "token of OIDC": ({}, OIDC, True, {"sts.AssumeAgencyWithOIDC": 1}),
    "instance": ({}, {}, False, INSTANCE),
}


@pytest.mark.parametrize(("options", "environ", "file", "calls"), WAYS.values(), ids=WAYS.keys())
def test_keys_are_asked_for_once(
    local_cloud: LocalCloud, options: Table, environ: Table, file: bool, calls: dict[str, int]
) -> None:
    local_cloud.add(JOB)
    local_cloud.account("huawei", machine_role="watchers")
    read = FILES.get if file else no_config
    with client("huawei", local_cloud.url, {**REGION, **options}, dict(environ), read, host=THIS_HOST) as made:
        assert [ask(made)["job"]["id"] for dummy in range(2)] == ["j-1", "j-1"]
    more = {"iam.KeystoneListProjects": 1, "taurusdb.ShowGaussMySqlJobInfo": 2}
    assert local_cloud.calls()["apis"] == {**calls, **more}
    assert local_cloud.calls()["refused"] == {}


def test_a_project_that_is_named_is_not_looked_for(local_cloud: LocalCloud) -> None:
    local_cloud.add(JOB)
    for options in ({**KEYS, **AGENCY}, {**PASSWORD, **AGENCY}):
        with client("huawei", local_cloud.url, {**REGION, **options, "project_id": PROJECT}) as made:
            ask(made)
    assert "iam.KeystoneListProjects" not in local_cloud.calls()["apis"]


def test_a_pod_is_asked_where_the_instance_has_no_agency(local_cloud: LocalCloud) -> None:
    local_cloud.add(JOB)
    environ = {
        "HC_CONTAINER_CREDENTIALS_FULL_URI": f"{local_cloud.url}/pod/keys",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token",
    }
    with client("huawei", local_cloud.url, REGION, environ, no_config, host=THIS_HOST) as made:
        ask(made)
    counted = local_cloud.calls()["apis"]
    assert {name: counted[name] for name in (*INSTANCE, "pod-identity.Keys")} == {**INSTANCE, "pod-identity.Keys": 1}


def test_a_neighbour_is_asked_without_a_proxy(local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that no router leads to stands for the agent on the node."""
    local_cloud.add(JOB)
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    asked: list[tuple[str, float]] = []

    def beside(request: Request, seconds: float) -> Response:
        asked.append((request.endpoint, seconds))
        moved = Request(request.method, local_cloud.url, request.path, (), request.headers, request.body)
        return THIS_HOST.ask_metadata(moved, seconds)

    environ = {
        "HC_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/pod/keys",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token",
    }
    with client(
        "huawei", local_cloud.url, REGION, environ, no_config, host=NO_HOST._replace(ask_metadata=beside)
    ) as made:
        ask(made)
    assert asked[-1] == ("http://169.254.170.2", 5.0)


def test_an_older_metadata_service_knows_no_token(local_cloud: LocalCloud) -> None:
    local_cloud.add(JOB)
    local_cloud.account("huawei", machine_role="watchers")
    local_cloud.fault("html", "metadata.Token", status=404)
    with client("huawei", local_cloud.url, REGION, host=THIS_HOST) as made:
        ask(made)


def test_a_machine_outside_of_the_cloud_is_told_every_place_that_was_looked_in() -> None:
    asked: list[str] = []

    def outside(request: Request, seconds: float) -> Response:
        asked.append(request.url)
        assert seconds <= 1.0
        return THIS_HOST.ask_metadata(Request(request.method, NOBODY, request.path), seconds)

    told = missing_keys_message(
        client("huawei", "https://db.example.com", REGION, host=NO_HOST._replace(ask_metadata=outside))
    )
    assert asked == ["http://169.254.169.254/meta-data/latest/api/token"]
    for place in ("options", "environment", "~/.huaweicloud/credentials", "HC_CONTAINER_CREDENTIALS_FULL_URI"):
        assert place in told
    assert f"the metadata service of ECS: nobody answers at {NOBODY.removeprefix('http://')}" in told


def test_an_instance_without_an_agency_is_told_so(local_cloud: LocalCloud) -> None:
    told = missing_keys_message(client("huawei", local_cloud.url, REGION, host=THIS_HOST))
    assert "has no agency for this machine (HTTP 401)" in told


# name: options, environment, a fault, the kind of error, what is said.
REFUSED: dict[str, tuple[Table, Table, Table, type[CloudError], list[str]]] = {
    "agency that is not there": (
        {**KEYS, **AGENCY, "agency_name": "none"},
        {},
        {},
        Unauthorized,
        ["options: the agency 'none' of 'delegating company' is not given to the keys from options", "Agent Operator"],
    ),
    "agency of others": (
        {**KEYS, **AGENCY, "agency_domain_name": "others"},
        {},
        {},
        Unauthorized,
        ["403: options: the agency 'watchers' of 'others'"],
    ),
    "secret that is wrong": (
        {**KEYS, **AGENCY, "secret_key": "wrong"},
        {},
        {},
        BadSignature,
        ["APIGW.0301: options: the agency 'watchers'"],
    ),
    "password that is wrong": (
        {**PASSWORD, **AGENCY, "password": "wrong"},
        {},
        {},
        Unauthorized,
        ["password is wrong"],
    ),
    "token that is not taken": (
        {},
        {**IDP, "HUAWEICLOUD_SDK_IDP_ID": "other"},
        {},
        Unauthorized,
        ["environment: IAM gives no keys for the token of the identity provider other", "kept fresh"],
    ),
    "token of OIDC that is not taken": (
        {},
        {**OIDC, "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::1:agency:none"},
        {},
        Unauthorized,
        ["STS5.0002: environment: the agency iam::1:agency:none is not given to the token of"],
    ),
    "IAM throttles": (
        {**KEYS, **AGENCY},
        {},
        {"kind": "throttle", "api": KEYS_CALL, "burst": 0, "rate": 0.001, "retry_after": 7},
        Throttled,
        ["APIGW.0308: options: the agency"],
    ),
    "IAM out of order": ({**KEYS, **AGENCY}, {}, {"kind": "error", "api": KEYS_CALL}, Unavailable, ["APIGW.0601"]),
    "IAM gives nothing": (
        {**KEYS, **AGENCY},
        {},
        {"kind": "answer", "api": KEYS_CALL, "body": {"credential": {"access": "a"}}},
        Unavailable,
        ["the answer contains no keys"],
    ),
    "IAM gives no token": ({}, IDP, {"kind": "answer", "api": ID_CALL, "body": {}}, Unavailable, ["IAM gave no token"]),
    "STS cut off": ({}, OIDC, {"kind": "reset", "api": "sts.*"}, Unavailable, ["no answer from 127.0.0.1"]),
}


@pytest.mark.parametrize(("options", "environ", "fault", "kind", "parts"), REFUSED.values(), ids=REFUSED.keys())
def test_a_login_that_fails_says_whose_it_was(
    local_cloud: LocalCloud, options: Table, environ: Table, fault: Table, kind: type[CloudError], parts: list[str]
) -> None:
    local_cloud.add(JOB)
    if fault:
        local_cloud.fault(**fault)
    login = client("huawei", local_cloud.url, {**REGION, **options}, dict(environ), no_config)
    with login as made, pytest.raises(CloudError) as caught:
        ask(made)
    assert caught.value.kind == kind.kind
    told = str(caught.value)
    assert [part for part in parts if part not in told] == []
    for secret in (accounts.HUAWEI_SECRET, accounts.HUAWEI_PASSWORD, accounts.ID_TOKEN):
        assert secret not in told


# Sources with keys of five seconds: options, environment, the API that hands them over.
SHORT: dict[str, tuple[Table, Table, str]] = {
    "agency": ({**KEYS, **AGENCY}, {}, KEYS_CALL),
    "identity provider": ({}, IDP, KEYS_CALL),
    "token of OIDC": ({}, OIDC, "sts.AssumeAgencyWithOIDC"),
    "instance": ({}, {}, "metadata.Keys"),
}


@pytest.mark.parametrize(("options", "environ", "api"), SHORT.values(), ids=SHORT.keys())
def test_keys_are_renewed_before_they_end(local_cloud: LocalCloud, options: Table, environ: Table, api: str) -> None:
    local_cloud.add(JOB)
    local_cloud.account("huawei", machine_role="watchers")
    clock = SharedClock(local_cloud, 5.0)
    with client(
        "huawei",
        local_cloud.url,
        {**REGION, **options},
        dict(environ),
        no_config,
        clock=clock.now,
        host=THIS_HOST,
    ) as made:
        for dummy in range(12):
            ask(made)
            clock.advance(1.0)
    assert local_cloud.calls()["apis"]["taurusdb.ShowGaussMySqlJobInfo"] == 12
    assert local_cloud.calls()["apis"][api] == 3
    assert local_cloud.calls()["refused"] == {}


# Beside what the vendor's IAM client sends

VECTORS = json.loads((pathlib.Path(__file__).parents[4] / "vectors" / "huawei_roles.json").read_text("utf-8"))[
    "vectors"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_iam_is_asked_as_its_client_asks(vector: dict[str, t.Any]) -> None:
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        keys = {"access": "HSTA", "secret": "b", "securitytoken": "c", "expires_at": "2026-11-22T13:00:00.000000Z"}
        return Response(201, {}, {"credential": keys})

    exchange = temporary_keys.Agency(Credentials("options", "AK", "b"), **vector["agency"])
    found = Credentials("options", exchange=exchange, project_id="p")
    got = log_in("huawei", found, send=send, options={"region": "cn-north-4"})
    (asked,) = sent
    assert (asked.method, asked.path) == (vector["method"], vector["path"])
    assert asked.endpoint == "https://iam.cn-north-4.myhuaweicloud.com"
    assert json.loads(asked.body) == vector["body"]
    assert got.expires_at == NOON + timedelta(hours=1)
    assert got.values["project_id"] == "p"


def test_a_project_that_is_named_is_of_the_account_that_delegates() -> None:
    """The user who asks for the agency has none of that id: his token is for the region."""
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        keys = {"access": "HSTA", "secret": "b", "securitytoken": "c", "expires_at": "2026-11-22T13:00:00.000000Z"}
        return Response(201, {"x-subject-token": "t"}, {"credential": keys, "token": {"project": {"id": "own"}}})

    base = Credentials("options", username="me", password="b", domain_name="c", project_id="theirs")
    found = Credentials("options", exchange=temporary_keys.Agency(base, "a", "d"), project_id="theirs")
    got = log_in("huawei", found, send=send, options={"region": "cn-north-4"})
    assert json.loads(sent[0].body)["auth"]["scope"] == {"project": {"name": "cn-north-4"}}
    assert sent[1].headers["X-Auth-Token"] == "t"
    assert got.values["project_id"] == "theirs"


# Beside the vendor's package


class Overheard(t.NamedTuple):
    """One question about keys."""

    method: str
    path: str
    body: t.Any
    headers: dict[str, str]


TOLD_BY = ("x-idp-id", "x-metadata-token", "x-metadata-token-ttl-seconds", "authorization")


def overheard(method: str, path: str, body: bytes | str | None, headers: Table) -> Overheard:
    """The question; a token of this world is another one with every answer."""
    told = {name.lower(): str(value) for name, value in headers.items() if name.lower() in TOLD_BY}
    asked = json.loads(body) if body else None
    if isinstance(asked, dict) and "token" in asked.get("auth", {}).get("identity", {}):
        asked["auth"]["identity"]["token"]["id"] = "a token"
    return Overheard(method, path, asked, told)


@pytest.fixture
def sdk(tmp_path_factory: pytest.TempPathFactory) -> t.Any:
    """The accessors of the vendor's package; importing it writes an id into the home directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from huaweicloudsdkcore.auth import internal
    return internal


def http() -> t.Any:
    """What the vendor's package sends with."""
    from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
    from huaweicloudsdkcore.http.http_client import HttpClient
    from huaweicloudsdkcore.http.http_config import HttpConfig

    return HttpClient(HttpConfig.get_default_config(), None, DefaultExceptionHandler(), logging.getLogger("sdk"))


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> list[Overheard]:
    """What the vendor's package asks."""
    asked: list[Overheard] = []
    send = requests.Session.send

    def heard(self: requests.Session, request: requests.PreparedRequest, **more: t.Any) -> requests.Response:
        asked.append(overheard(request.method or "", urlsplit(request.url or "").path, request.body, request.headers))
        return send(self, request, **more)

    monkeypatch.setattr(requests.Session, "send", heard)
    return asked


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> list[Overheard]:
    """What we ask, except for tasks and projects."""
    asked: list[Overheard] = []
    send = Transport.send

    def heard(self: Transport, request: Request) -> Response:
        if request.method == "POST":
            asked.append(overheard(request.method, request.path, request.body, request.headers))
        return send(self, request)

    monkeypatch.setattr(Transport, "send", heard)
    return asked


def hearing(asked: list[Overheard]) -> Host:
    """This machine, and what it is asked."""

    def heard(request: Request, seconds: float) -> Response:
        asked.append(overheard(request.method, request.path, request.body, request.headers))
        return THIS_HOST.ask_metadata(request, seconds)

    return NO_HOST._replace(ask_metadata=heard)


def accessors(sdk: t.Any, url: str, path: pathlib.Path) -> dict[str, t.Any]:
    """Each way of the vendor's package, ready to be asked; one of them knows only its own address."""
    sdk.MetadataAccessor._METADATA_ENDPOINT = url
    token = path.read_text(encoding="utf-8")
    oidc = sdk.OidcStsAccessor(
        accounts.HUAWEI_OIDC_PROVIDER, accounts.HUAWEI_AGENCY_URN, token, temporary_keys.SESSION_NAME
    )
    return {
        "identity provider": sdk.FederalAccessor(),
        "token of OIDC": oidc,
        "instance": sdk.MetadataAccessor(),
        "pod": sdk.PodIdentityAccessor(f"{url}/pod/keys", str(path)),
    }


@pytest.mark.parametrize("name", ["identity provider", "token of OIDC", "instance", "pod"])
def test_keys_are_asked_for_as_the_vendor_asks(
    local_cloud: LocalCloud,
    sdk: t.Any,
    theirs: list[Overheard],
    ours: list[Overheard],
    tmp_path: pathlib.Path,
    name: str,
) -> None:
    local_cloud.add(JOB)
    environs: dict[str, dict[str, str]] = {
        "identity provider": IDP,
        "token of OIDC": OIDC,
        "pod": {
            "HC_CONTAINER_CREDENTIALS_FULL_URI": f"{local_cloud.url}/pod/keys",
            "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token",
        },
    }
    if name == "instance":
        local_cloud.account("huawei", machine_role="watchers")
    token = tmp_path / "token"
    token.write_text(accounts.ID_TOKEN, encoding="utf-8")
    settings = {"iam_endpoint": local_cloud.url, "sts_endpoint": local_cloud.url, "http_client": http()}
    got = accessors(sdk, local_cloud.url, token)[name].get_credential(
        **settings, idp_id=accounts.HUAWEI_IDP, id_token_file=str(token)
    )
    assert got.access.startswith("HST")
    asked = ours if name != "pod" else []
    with client("huawei", local_cloud.url, REGION, environs.get(name, {}), no_config, host=hearing(asked)) as made:
        ask(made)
    assert ours == theirs
    assert local_cloud.calls()["refused"] == {}
