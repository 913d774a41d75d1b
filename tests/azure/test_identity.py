# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""azure-identity, MSAL and our logins ask the same of Microsoft Entra ID and of managed identities, on this machine."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import typing as t
from urllib.parse import parse_qs

import msal
import msal.managed_identity
import pytest
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._azure import machine
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.provider import AZURE
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.signatures import Received
from support.certificates import Files, issued
from support.http_stub import Stub, StubResponse
from support.rsa_keys import certificate_of, new_key, pem_of

SCOPE = "https://management.azure.com/.default"
TENANT, CLIENT = accounts.AZURE_TENANT, accounts.AZURE_CLIENT
WHO = {"tenant": TENANT, "client_id": CLIENT}
PEM = pem_of(new_key()) + certificate_of(new_key())


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificates but those that a credential is given: requests would prefer those of the environment."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The certificate of the cloud: the vendor's packages send credentials to no other server."""
    return issued(tmp_path_factory.mktemp("tls"), "localhost", "127.0.0.1")


@pytest.fixture
def cloud(tls: Files) -> t.Iterator[LocalCloud]:
    """A local cloud that knows the certificate of the application, and writes down what it is asked."""
    with LocalCloud(certificate=tls.certificate, key=tls.key) as made:
        made.settings(log_requests=True)
        made.account(
            "azure",
            access_key=CLIENT,
            secret_key=accounts.AZURE_SECRET,
            domain=TENANT,
            project=accounts.AZURE_SUBSCRIPTION,
            certificate=certificate_of(new_key()),
        )
        yield made


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """The files of a user."""
    (tmp_path / "app.pem").write_text(PEM, encoding="utf-8")
    (tmp_path / "token").write_text(accounts.ID_TOKEN, encoding="utf-8")
    return tmp_path


@contextlib.contextmanager
def ours(url: str, ca_path: str = "", environ: dict[str, str] | None = None, **options: t.Any) -> t.Iterator[Client]:
    """Our client."""
    known = {"subscription_id": accounts.AZURE_SUBSCRIPTION, **options}
    place = {"endpoint": url, "ca_path": ca_path} if ca_path else {}
    with contextlib.closing(
        Client(AZURE, {**known, **place}, this_host(environ or {}), lambda secrets: None, print)
    ) as made:
        yield made


def token_of(made: Client) -> str:
    """The token of a login."""
    return AZURE.login(made.credentials, made._login_context(False)).credentials.auth_token


# Applications

Verified = t.Mapping[str, t.Any]
"""How a credential of the vendor reaches the stand-in: its authority, and the certificates to trust."""


def by_secret(dummy: pathlib.Path, there: Verified) -> str:
    """A client secret."""
    return ClientSecretCredential(TENANT, CLIENT, accounts.AZURE_SECRET, **there).get_token(SCOPE).token


def by_certificate(folder: pathlib.Path, there: Verified) -> str:
    """A certificate, which azure-identity names by SHA-1."""
    return CertificateCredential(TENANT, CLIENT, str(folder / "app.pem"), **there).get_token(SCOPE).token


def by_chain(folder: pathlib.Path, there: Verified) -> str:
    """A certificate that MSAL names by SHA-256, with its chain."""
    proof = {"private_key": pem_of(new_key()), "public_certificate": certificate_of(new_key())}
    app = msal.ConfidentialClientApplication(
        CLIENT,
        client_credential=proof,
        authority=f"{there['authority']}/{TENANT}",
        instance_discovery=False,
        verify=there["connection_verify"],
    )
    return str(app.acquire_token_for_client([SCOPE])["access_token"])


def by_federation(folder: pathlib.Path, there: Verified) -> str:
    """A token of an identity provider."""
    made = WorkloadIdentityCredential(
        tenant_id=TENANT, client_id=CLIENT, token_file_path=str(folder / "token"), **there
    )
    return made.get_token(SCOPE).token


Theirs = t.Callable[[pathlib.Path, Verified], str]
WAYS: dict[str, tuple[Theirs, t.Mapping[str, str], t.Mapping[str, str]]] = {
    "a secret": (by_secret, {**WHO, "secret": accounts.AZURE_SECRET}, {}),
    "a certificate": (by_certificate, {**WHO, "x509_certificate_path": "{folder}/app.pem", "thumbprint": "{sha1}"}, {}),
    "a certificate with its chain": (
        by_chain,
        {},
        {
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_CLIENT_CERTIFICATE_PATH": "{folder}/app.pem",
            "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": "true",
        },
    ),
    "a federated token": (by_federation, {**WHO, "federated_token_file": "{folder}/token"}, {}),
}
# What MSAL asks for besides: claims about the user, whom an application does not have.
NOT_NEEDED = {"client_info"}


def decoded(text: str) -> dict[str, t.Any]:
    """What a part of a JWT says."""
    return t.cast("dict[str, t.Any]", json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def asked_of(params: t.Mapping[str, str]) -> dict[str, t.Any]:
    """What a login asks, without what differs from one to the next."""
    asked: dict[str, t.Any] = {name: value for name, value in params.items() if name not in NOT_NEEDED}
    assertion = asked.get("client_assertion", "")
    if assertion.count(".") != 2 or assertion == accounts.ID_TOKEN:
        return asked
    header, claims = map(decoded, assertion.split(".")[:2])
    life = round(claims["exp"] - claims["iat"])
    named = {name: value.rstrip("=") if isinstance(value, str) else _plain(value) for name, value in header.items()}
    who = {name: claims[name] for name in ("aud", "iss", "sub")}
    return {**asked, "client_assertion": {"header": named, "claims": who, "life": life, "has_id": bool(claims["jti"])}}


def _plain(chain: list[str]) -> list[str]:
    """The certificates of a chain without the line breaks that MSAL leaves in them."""
    return ["".join(each.split()) for each in chain]


@pytest.mark.parametrize(("theirs", "options", "environ"), WAYS.values(), ids=WAYS.keys())
def test_an_application_asks_what_the_vendor_asks(
    cloud: LocalCloud,
    tls: Files,
    folder: pathlib.Path,
    theirs: Theirs,
    options: t.Mapping[str, str],
    environ: t.Mapping[str, str],
) -> None:
    port = cloud.url.rpartition(":")[2]
    authority = f"https://localhost:{port}"
    there = {"authority": authority, "disable_instance_discovery": True, "connection_verify": tls.certificate}
    assert theirs(folder, there)
    known = {"folder": str(folder), "sha1": sha1_of(certificate_of(new_key()))}
    own = {name: value.format(**known) for name, value in options.items()}
    variables = {name: value.format(**known) for name, value in environ.items()}
    with ours(authority, tls.certificate, variables, **own) as made:
        assert token_of(made)
    first, second = (
        entry["params"] for entry in cloud.log() if entry["api"] == "entra.Token" and entry["status"] == 200
    )
    assert asked_of(second) == asked_of(first)


def sha1_of(pem: str) -> str:
    """The thumbprint of a certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex()


# Managed identities

LONG = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
VARIABLES = (
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
)
COMPARED = ("metadata", "x-identity-header", "authorization")
VM = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "{url}"}
APP = {"IDENTITY_ENDPOINT": "{url}/msi/token", "IDENTITY_HEADER": "hush-header"}
ARC = {"IDENTITY_ENDPOINT": "{url}/arc/token", "IMDS_ENDPOINT": "{url}"}
PLATFORMS: dict[str, tuple[t.Mapping[str, str], dict[str, t.Any], str]] = {
    "a machine": (VM, {}, ""),
    "a machine, by a client id": (VM, {"client_id": CLIENT}, CLIENT),
    "a machine, by the id of a resource": (VM, {"identity_config": {"resource_id": LONG}}, LONG),
    "App Service": (APP, {}, ""),
    "App Service, by a client id": (APP, {"client_id": CLIENT}, CLIENT),
    "App Service, by the id of a resource": (APP, {"identity_config": {"resource_id": LONG}}, LONG),
    "Azure Arc": (ARC, {}, ""),
}


class Platform(Stub):
    """Gives tokens as each platform does. The key of Azure Arc is in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        super().__init__(self.reply)
        self.key = folder / "probe.key"
        self.key.write_text("hush-file", encoding="utf-8")

    def reply(self, received: Received) -> StubResponse:
        """A token, or a challenge."""
        if received.path.startswith("/arc") and "authorization" not in received.headers:
            return StubResponse(401, b"", {"www-authenticate": f"Basic realm={self.key}"})
        body = {"access_token": "t", "expires_in": "86399", "expires_on": "4102444800", "token_type": "Bearer"}
        return StubResponse(200, json.dumps(body).encode(), {"content-type": "application/json"})

    def requests(self) -> list[t.Any]:
        """What was asked, as far as it means something."""
        return [
            (
                each.method,
                each.path,
                parse_qs(each.query),
                {name: value for name, value in each.headers.items() if name in COMPARED},
            )
            for each in self.received
        ]


@pytest.mark.parametrize(("environ", "options", "identity"), PLATFORMS.values(), ids=PLATFORMS.keys())
def test_a_managed_identity_is_asked_for_as_the_vendor_does(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    environ: t.Mapping[str, str],
    options: dict[str, t.Any],
    identity: str,
) -> None:
    arc = dict.fromkeys(msal.managed_identity._supported_arc_platforms_and_their_prefixes, str(tmp_path))
    monkeypatch.setattr(msal.managed_identity, "_supported_arc_platforms_and_their_prefixes", arc)
    monkeypatch.setattr(machine, "ARC_KEY", machine.re.compile(rf"{tmp_path}/probe\.key"))
    with Platform(tmp_path) as stub:
        variables = {name: value.format(url=stub.url) for name, value in environ.items()}
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert ManagedIdentityCredential(**options).get_token(SCOPE).token == "t"
        theirs = t.cast(Platform, stub).requests()
        stub.received.clear()
        with ours("", environ=variables, auth_source="msi", **({"client_id": identity} if identity else {})) as made:
            assert token_of(made) == "t"
        found = t.cast(Platform, stub).requests()
        assert [row[:3] for row in found] == [row[:3] for row in theirs]
        # App Service takes the header of machines from MSAL, and does not need it.
        assert [row[3] for row in found] == [{"metadata": "true", **row[3]} for row in theirs]
