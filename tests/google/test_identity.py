# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""google-auth and this collection log in to the local cloud with the same credentials: they send the same requests."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
import typing as t
from urllib.parse import parse_qsl, urlsplit

import google.auth
import google.auth.transport.requests
import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.auth import _helpers, compute_engine, identity_pool, impersonated_credentials
from google.auth.credentials import with_scopes_if_required
from google.oauth2 import service_account

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host_io import ask_metadata
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._google.provider import GOOGLE
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.services.google_tokens import POOL
from support.rsa_keys import new_key, pem_of

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
EMAIL = "gate@example-project.iam.gserviceaccount.com"
TARGET = "target@example-project.iam.gserviceaccount.com"
MIDDLE = "projects/-/serviceAccounts/middle@example-project.iam.gserviceaccount.com"
KEY_ID = "0123456789abcdef0123456789abcdef01234567"
URL = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{TARGET}:generateAccessToken"
SERVICE = GOOGLE.services["sql_operation"]
# What a client says of itself, and what every HTTP client adds.
OWN_HEADERS = {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "x-goog-api-client"}
TOKEN = re.compile(r"ya29\.[\w.-]+")
Info = dict[str, t.Any]
Sent = tuple[str, str, t.Any, t.Any, dict[str, str]]
"""Method, path, query, body and headers of a request."""


def sent(method: str, url: str, headers: t.Mapping[str, str], body: bytes | str | None) -> Sent:
    """A request in the form in which two are compared: each login gets another token, and pairs have no order."""
    parts = urlsplit(url)
    text = body.decode() if isinstance(body, bytes) else body or ""
    told = json.loads(text) if text.startswith("{") else sorted(parse_qsl(text))
    kept = {name.lower(): TOKEN.sub("ya29.", value) for name, value in headers.items()}
    own = {name: value for name, value in kept.items() if name not in OWN_HEADERS}
    return method, parts.path, sorted(parse_qsl(parts.query)), told, own


class Redirected(google.auth.transport.requests.Request):
    """What google-auth sends by, to the local cloud whatever the host is. It remembers all requests."""

    def __init__(self, cloud: LocalCloud) -> None:
        super().__init__(requests.Session())
        self.cloud = cloud
        self.sent: list[Sent] = []

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: t.Mapping[str, str] | None = None,
        **more: t.Any,
    ) -> t.Any:
        """Send a request."""
        self.sent.append(sent(method, url, headers or {}, body))
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().__call__(f"{self.cloud.url}{parts.path}{query}", method, body, headers, **more)


def key_info(**changes: t.Any) -> Info:
    known = {"project_id": "example-project", "private_key_id": KEY_ID, "private_key": pem_of(new_key())}
    uri = {"client_email": EMAIL, "token_uri": "https://oauth2.googleapis.com/token"}
    return {"type": "service_account", **known, **uri, **changes}


PERSON: Info = {
    "type": "authorized_user",
    "client_id": "c.apps.googleusercontent.com",
    "client_secret": "client-secret",
    "refresh_token": "1//0refresh/token=",
    "quota_project_id": "pays",
}


def federated(source: Info, **changes: t.Any) -> Info:
    known = {"type": "external_account", "audience": POOL, "token_url": "https://sts.googleapis.com/v1/token"}
    kind = {"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": source}
    return {**known, **kind, **changes}


def acting(source: Info, *delegates: str) -> Info:
    kind = {"type": "impersonated_service_account", "service_account_impersonation_url": URL}
    return {**kind, "source_credentials": source, "delegates": list(delegates)}


JSON_FORMAT = {"type": "json", "subject_token_field_name": "value"}
FILES: dict[str, t.Callable[[pathlib.Path], Info]] = {
    "a key": lambda folder: key_info(),
    "a key with a project that nobody reads": lambda folder: key_info(quota_project_id="pays"),
    "a person": lambda folder: PERSON,
    "acting as another, of a key": lambda folder: acting(key_info()),
    "acting as another, of a person": lambda folder: acting(PERSON),
    "acting as another, by a chain": lambda folder: acting(key_info(), MIDDLE),
    "a token in a file": lambda folder: federated({"file": str(folder / "token")}),
    "a token in JSON": lambda folder: federated({"file": str(folder / "token.json"), "format": JSON_FORMAT}),
    "a token, acting as a service account": lambda folder: federated(
        {"file": str(folder / "token")}, service_account_impersonation_url=URL
    ),
    "a token, acting for half an hour": lambda folder: federated(
        {"file": str(folder / "token")},
        service_account_impersonation_url=URL,
        service_account_impersonation={"token_lifetime_seconds": 1800},
    ),
    "a token, of a client": lambda folder: federated(
        {"file": str(folder / "token")}, client_id="client", client_secret="secret"
    ),
}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime.datetime:
    """The time of both, which stands still: what is signed is the same to the byte."""
    moment = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    monkeypatch.setattr(_helpers, "utcnow", lambda: moment.replace(tzinfo=None))
    return moment


@pytest.fixture
def cloud(local_cloud: LocalCloud) -> LocalCloud:
    """The local cloud, which knows a key, a person, and service accounts that may be acted as."""
    public = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    local_cloud.account("google", access_key=KEY_ID, secret_key=public, username=EMAIL)
    local_cloud.account(
        "google",
        username=PERSON["client_id"],
        password=PERSON["client_secret"],
        security_token=PERSON["refresh_token"],
    )
    local_cloud.account("google", username=TARGET, role="acted as")
    local_cloud.account("google", machine_role="vm@example-project.iam.gserviceaccount.com")
    script = [[0, {"status": "RUNNING"}]]
    local_cloud.add({"provider": "google", "service": "sql_operation", "id": "op-1", "script": script})
    return local_cloud


class Ours(t.NamedTuple):
    """What this collection has sent: for its login, and to the API."""

    logins: list[Sent]
    call: Sent


def ours(
    cloud: LocalCloud,
    options: Info,
    environ: t.Mapping[str, str],
    now: datetime.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Ours:
    """Make one call, and return what was sent."""
    requests_sent: list[Sent] = []

    def note(request: Request) -> None:
        requests_sent.append(sent(request.method, request.url, request.headers, request.body))

    send, ask = Transport.send, ask_metadata
    monkeypatch.setattr(Transport, "send", lambda self, request: (note(request), send(self, request))[1])
    host = Host(
        lambda: now,
        environ,
        lambda path: pathlib.Path(path).read_text(encoding="utf-8") if pathlib.Path(path).is_file() else None,
        lambda request, seconds: (note(request), ask(request, seconds))[1],
    )
    client = Client(GOOGLE, {"endpoint": cloud.url, "project": "p-1", **options}, host, lambda secrets: None, print)
    assert client.call(SERVICE, SERVICE.read, {"task_id": "op-1"}).status == 200
    client.close()
    return Ours(requests_sent[:-1], requests_sent[-1])


def theirs(credentials: t.Any, cloud: LocalCloud) -> tuple[list[Sent], dict[str, str]]:
    """Log in by google-auth, and return what was sent, and the headers of a call with the token."""
    transport = Redirected(cloud)
    credentials.refresh(transport)
    headers: dict[str, str] = {}
    credentials.apply(headers)
    return transport.sent, {name.lower(): TOKEN.sub("ya29.", value) for name, value in headers.items()}


def found_by_google_auth(path: pathlib.Path) -> t.Any:
    """The credentials in a file, before any request."""
    info = json.loads(path.read_text(encoding="utf-8"))
    if info["type"] == "external_account":
        # The way by the file looks for the project at once, with a login of its own.
        return identity_pool.Credentials.from_info(info, scopes=[SCOPE])
    # As google.auth.default does: the scopes of a person were chosen at the sign-in.
    return with_scopes_if_required(google.auth.load_credentials_from_file(str(path))[0], [SCOPE])


@pytest.mark.parametrize("name", FILES)
def test_logins_by_a_file_are_those_of_google_auth(
    name: str,
    cloud: LocalCloud,
    now: datetime.datetime,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "token").write_text(accounts.ID_TOKEN, encoding="utf-8")
    (tmp_path / "token.json").write_text(json.dumps({"value": accounts.ID_TOKEN}), encoding="utf-8")
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps(FILES[name](tmp_path)), encoding="utf-8")
    logins, headers = theirs(found_by_google_auth(path), cloud)
    mine = ours(cloud, {"scopes": [SCOPE]}, {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, now, monkeypatch)
    assert mine.logins == logins
    assert {header: value for header, value in mine.call[4].items() if header in headers} == headers
    assert set(mine.call[4]) == set(headers)


def test_acting_by_an_option_is_that_of_google_auth(
    cloud: LocalCloud, now: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = service_account.Credentials.from_service_account_info(key_info())
    credentials = impersonated_credentials.Credentials(
        source_credentials=source, target_principal=TARGET, target_scopes=[SCOPE], delegates=[], lifetime=3600
    )
    logins, dummy = theirs(credentials, cloud)
    options = {"service_account_contents": json.dumps(key_info()), "impersonate_service_account": TARGET}
    assert ours(cloud, options, {}, now, monkeypatch).logins == logins


SCOPES = {"one": [SCOPE], "two": [SCOPE, "https://www.googleapis.com/auth/compute.readonly"]}


def machine_of_google_auth(cloud: LocalCloud, scopes: list[str] | None) -> list[Sent]:
    """What google-auth asks a machine for its token."""
    logins, dummy = theirs(compute_engine.Credentials(scopes=scopes), cloud)
    return [request for request in logins if request[1].endswith("/token")]


@pytest.mark.parametrize("scopes", SCOPES.values(), ids=SCOPES)
def test_a_machine_is_asked_as_google_auth_asks_it(
    scopes: list[str], cloud: LocalCloud, now: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = machine_of_google_auth(cloud, scopes)
    mine = ours(cloud, {"auth_kind": "machineaccount", "scopes": scopes}, {}, now, monkeypatch).logins
    assert [request for request in mine if request[1].endswith("/token")] == token
    assert {request[4]["metadata-flavor"] for request in mine} == {"Google"}


def test_a_machine_gives_a_token_with_its_own_scopes_if_none_are_wanted(
    cloud: LocalCloud, now: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """google-auth asks for the scopes of the account, and then for a token with all of them, which is the same."""
    (token,) = machine_of_google_auth(cloud, None)
    mine = ours(cloud, {"auth_kind": "machineaccount"}, {}, now, monkeypatch).logins
    assert mine[0][:2] == token[:2]
    assert mine[0][2] == []


@pytest.mark.parametrize("universe", ["googleapis.com", "other.example"])
def test_a_key_signs_its_own_token_where_google_auth_does(
    universe: str, cloud: LocalCloud, now: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = key_info(universe_domain=universe)
    credentials = service_account.Credentials.from_service_account_info(info, scopes=[SCOPE])
    logins, headers = theirs(credentials, cloud)
    requests_sent: list[Sent] = []
    send = Transport.send

    def note(self: Transport, request: Request) -> t.Any:
        requests_sent.append(sent(request.method, request.url, request.headers, request.body))
        return send(self, request)

    monkeypatch.setattr(Transport, "send", note)
    options = {"endpoint": cloud.url, "service_account_contents": json.dumps(info)}
    client = Client(GOOGLE, options, Host(lambda: now), lambda secrets: None, print)
    access = client._current_access(None)
    client.close()
    assert requests_sent == logins
    assert TOKEN.sub("ya29.", f"Bearer {access.credentials.auth_token}") == headers["authorization"]


REFUSED: dict[str, Info] = {
    "a key that is not known": key_info(private_key_id="other"),
    "a key that does not fit": key_info(private_key=pem_of(new_key(2056))),
    "a token that was revoked": {**PERSON, "refresh_token": "1//old"},
    "a client that is not known": {**PERSON, "client_secret": "other"},
    "a service account that may not be acted as": {
        **acting(key_info()),
        "service_account_impersonation_url": URL.replace("target", "no"),
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_google_auth_does_not_try_again_is_sent_once(
    name: str, cloud: LocalCloud, now: datetime.datetime, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps(REFUSED[name]), encoding="utf-8")
    with pytest.raises(google.auth.exceptions.RefreshError) as theirs_error:
        theirs(found_by_google_auth(path), cloud)
    assert not theirs_error.value.retryable
    cloud.control("DELETE", "log")
    with pytest.raises(Exception, match=r"there is no token|may not be acted as") as mine:
        ours(cloud, {}, {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, now, monkeypatch)
    assert mine.value.kind in ("bad_signature", "unauthorized")
    refused = [entry for entry in cloud.log() if entry["status"] >= 400]
    assert len(refused) == 1
