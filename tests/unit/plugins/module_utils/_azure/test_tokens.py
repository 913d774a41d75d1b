# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens for Azure: what each way to log in asks for, what is refused, and what is renewed."""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import json
import typing as t
from urllib.parse import parse_qs

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.provider import AZURE
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    CredentialsExpired,
    CredentialsMissing,
    OptionError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host, NoMetadataService
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.signatures import Received
from support.clients import KEYS, NO_HOST
from support.http_stub import Stub, StubResponse
from support.rsa_keys import certificate_of, new_key, pem_of

Files = t.Mapping[str, str]
JOB = {"task_id": "t-1", "resource_group": "backups", "vault_name": "nightly"}
SERVICE = AZURE.services["recovery_services_job"]
PEM = pem_of(new_key()) + certificate_of(new_key())
FILES = {"/run/app.pem": PEM, "/run/token": accounts.ID_TOKEN}
WHO = {"tenant": accounts.AZURE_TENANT, "client_id": accounts.AZURE_CLIENT}
WHERE = {"subscription_id": accounts.AZURE_SUBSCRIPTION}
SHA1 = hashlib.sha1(base64.b64decode("".join(certificate_of(new_key()).splitlines()[1:-1]))).hexdigest()


class User(t.NamedTuple):
    """What a user has: options, environment and files."""

    options: t.Mapping[str, t.Any] = {}
    environ: t.Mapping[str, str] = {}
    files: Files = FILES


@contextlib.contextmanager
def client(user: User, url: str, host: Host = NO_HOST, secrets: list[str] | None = None) -> t.Iterator[Client]:
    """A client of the user."""
    machine = host._replace(environ=user.environ, read_file=user.files.get)
    options = {**WHERE, **user.options, **({"endpoint": url} if url else {})}
    with contextlib.closing(
        Client(AZURE, options, machine, ([] if secrets is None else secrets).extend, print)
    ) as made:
        yield made


def look(made: Client) -> Response:
    """Read the job."""
    return made.call(SERVICE, SERVICE.read, JOB)


def part_of(token: str, number: int) -> dict[str, t.Any]:
    """Header or claims of a JWT."""
    text = token.split(".")[number]
    return t.cast("dict[str, t.Any]", json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


# Ways to log in, against a cloud that verifies them

BY_CERTIFICATE = {**WHO, "x509_certificate_path": "/run/app.pem"}
SENDS_CHAIN = {
    "AZURE_TENANT_ID": accounts.AZURE_TENANT,
    "AZURE_CLIENT_ID": accounts.AZURE_CLIENT,
    "AZURE_CLIENT_CERTIFICATE_PATH": "/run/app.pem",
    "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": "true",
}
WAYS: dict[str, tuple[User, set[str]]] = {
    "a secret": (User(KEYS["azure"]), set()),
    "a certificate": (User(BY_CERTIFICATE), {"alg", "typ", "x5t#S256"}),
    "a certificate by its thumbprint": (User({**BY_CERTIFICATE, "thumbprint": SHA1.upper()}), {"alg", "typ", "x5t"}),
    "a certificate with its chain": (User({}, SENDS_CHAIN), {"alg", "typ", "x5t#S256", "x5c"}),
    "a federated token": (User({**WHO, "federated_token_file": "/run/token"}), {"alg"}),
}


@pytest.mark.parametrize(("user", "header"), WAYS.values(), ids=WAYS.keys())
def test_an_application_proves_who_it_is(local_cloud: LocalCloud, user: User, header: set[str]) -> None:
    local_cloud.settings(log_requests=True)
    local_cloud.account(
        "azure",
        access_key=accounts.AZURE_CLIENT,
        secret_key=accounts.AZURE_SECRET,
        domain=accounts.AZURE_TENANT,
        project=accounts.AZURE_SUBSCRIPTION,
        certificate=certificate_of(new_key()),
    )
    local_cloud.add({"provider": "azure", "service": "recovery_services_job", "id": "t-1", "script": [[0, {}]]})
    secrets: list[str] = []
    with client(user, local_cloud.url, secrets=secrets) as made:
        assert look(made).status == 200
        assert look(made).status == 200
    logins = [entry["params"] for entry in local_cloud.log() if entry["api"] == "entra.Token"]
    assert len(logins) == 1
    assertion = logins[0].get("client_assertion", "")
    assert set(part_of(assertion, 0) if assertion else {}) == header
    assert logins[0]["scope"] == "https://management.azure.com/.default"
    sent = {logins[0].get("client_secret", ""), assertion} & {accounts.AZURE_SECRET, accounts.ID_TOKEN}
    assert sent <= set(secrets)


def test_the_same_assertion_is_never_sent_twice(local_cloud: LocalCloud) -> None:
    """The local cloud refuses an assertion that it has seen."""
    local_cloud.account("azure", access_key="app", domain=accounts.AZURE_TENANT, certificate=certificate_of(new_key()))
    options = {**BY_CERTIFICATE, "client_id": "app"}
    with client(User(options), local_cloud.url) as first, client(User(options), local_cloud.url) as second:
        for made in (first, second):
            with pytest.raises(CloudError, match="could not be found"):
                look(made)


# What Microsoft Entra ID says


def entra_error(status: int, code: str, text: str) -> StubResponse:
    """A refusal of a login."""
    body = {"error": code, "error_description": text, "trace_id": "x", "correlation_id": "r-9"}
    return StubResponse(status, json.dumps(body).encode(), {"content-type": "application/json", "retry-after": "7"})


class Entra(Stub):
    """Gives tokens of an hour, after ``refusals`` of logins and ``refused`` calls. Its clock is ``ahead`` of ours."""

    def __init__(self) -> None:
        super().__init__(self.reply)
        self.refusals: list[StubResponse] = []
        self.refused = 0
        self.given = 0
        self.ahead = datetime.timedelta(0)

    def reply(self, received: Received) -> StubResponse:
        """Answer a login or a call."""
        if received.method == "POST":
            response = self.refusals.pop(0) if self.refusals else self.token()
        elif self.refused > 0:
            self.refused -= 1
            body = {"error": {"code": "ExpiredAuthenticationToken", "message": "The access token has expired."}}
            response = StubResponse(401, json.dumps(body).encode(), {"x-ms-correlation-request-id": "r-1"})
        else:
            response = StubResponse(200, b'{"name": "t-1"}')
        date = datetime.datetime.now(datetime.timezone.utc) + self.ahead
        return StubResponse(
            response.status, response.body, {**response.headers, "date": f"{date:%a, %d %b %Y %H:%M:%S} GMT"}
        )

    def token(self) -> StubResponse:
        """Another token each time."""
        self.given += 1
        body = {"token_type": "Bearer", "expires_in": 3599, "access_token": f"hush-token-{self.given}"}
        return StubResponse(200, json.dumps(body).encode(), {"content-type": "application/json"})

    def forms(self) -> list[dict[str, str]]:
        """The forms of the logins."""
        return [
            {name: values[0] for name, values in parse_qs(each.body.decode()).items()}
            for each in self.received
            if each.method == "POST"
        ]


@pytest.fixture
def entra() -> t.Iterator[Entra]:
    with Entra() as stub:
        yield t.cast(Entra, stub)


REFUSALS: dict[str, tuple[StubResponse, type[CloudError], str]] = {
    "a wrong secret": (
        entra_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided."),
        Unauthorized,
        "AADSTS7000215",
    ),
    "an unknown application": (
        entra_error(400, "unauthorized_client", "AADSTS700016: Application not found."),
        Unauthorized,
        "AADSTS700016",
    ),
    "an unknown tenant": (
        entra_error(400, "invalid_request", "AADSTS90002: Tenant not found."),
        Unauthorized,
        "AADSTS90002",
    ),
    "too many logins": (entra_error(429, "invalid_request", "AADSTS50196"), Throttled, "AADSTS50196"),
    "no service": (entra_error(503, "temporarily_unavailable", "AADSTS90033"), Unavailable, "AADSTS90033"),
    "no token": (StubResponse(200, b'{"token_type": "Bearer"}'), Unavailable, "not in the answer"),
    "a token that breaks a header": (StubResponse(200, b'{"access_token": "a\\nb"}'), Unavailable, "not in the answer"),
    "a list": (StubResponse(200, b"[]"), Unavailable, "not in the answer"),
    "a page": (StubResponse(502, b"<html>Bad gateway</html>"), Unavailable, "Microsoft Entra ID"),
}


@pytest.mark.parametrize(("refusal", "kind", "text"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_of_a_login_says_what_and_why(
    entra: Entra, refusal: StubResponse, kind: type[CloudError], text: str
) -> None:
    entra.refusals = [refusal]
    with client(User(KEYS["azure"]), entra.url) as made, pytest.raises(kind) as caught:
        look(made)
    assert text in str(caught.value)
    assert "Microsoft Entra ID" in str(caught.value)
    assert accounts.AZURE_SECRET not in str(caught.value)
    assert len(entra.received) == 1


def test_an_assertion_that_is_late_is_made_again_by_the_time_of_the_cloud(entra: Entra) -> None:
    entra.ahead = datetime.timedelta(hours=2)
    entra.refusals = [entra_error(401, "invalid_client", "AADSTS700024: Client assertion is not within its time.")]
    with client(User(BY_CERTIFICATE), entra.url) as made:
        assert look(made).status == 200
    first, second = (part_of(form["client_assertion"], 1) for form in entra.forms())
    assert 7100 < second["iat"] - first["iat"] < 7300
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize(("refused", "logins"), [(0, 1), (1, 2)])
def test_a_token_that_has_ended_is_renewed_once(entra: Entra, refused: int, logins: int) -> None:
    entra.refused = refused
    with client(User(KEYS["azure"]), entra.url) as made:
        assert look(made).status == 200
    assert entra.given == logins
    assert entra.received[-1].headers["authorization"] == f"Bearer hush-token-{logins}"


def test_a_token_that_is_refused_twice_is_not_asked_for_again_and_again(entra: Entra) -> None:
    entra.refused = 99
    with client(User(KEYS["azure"]), entra.url) as made, pytest.raises(CredentialsExpired):
        look(made)
    assert entra.given == 2


def test_a_ready_token_is_sent_and_never_asked_for(entra: Entra) -> None:
    with client(User({"access_token": "hush-own"}), entra.url) as made:
        look(made)
    assert [each.headers["authorization"] for each in entra.received] == ["Bearer hush-own"]


def test_the_version_of_the_api_may_be_another_one(entra: Entra) -> None:
    for options, version in (({}, SERVICE.version), ({"api_version": "2019-05-13"}, "2019-05-13")):
        with client(User({**KEYS["azure"], **options}), entra.url) as made:
            look(made)
        assert entra.received[-1].query == f"api-version={version}"


# Where a login goes

AUTHORITIES = {
    "AzureCloud": ("login.microsoftonline.com", "management.azure.com", "https://management.azure.com/.default"),
    "AzureChinaCloud": (
        "login.chinacloudapi.cn",
        "management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
    ),
    "AzureUSGovernment": (
        "login.microsoftonline.us",
        "management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
    ),
}


@pytest.mark.parametrize(
    ("cloud", "authority", "host", "scope"),
    [(cloud, *row) for cloud, row in AUTHORITIES.items()],
    ids=AUTHORITIES.keys(),
)
@pytest.mark.parametrize("endpoint", ["", "https://arm.example.com"])
def test_a_login_goes_to_the_authority_of_the_cloud_alone(
    monkeypatch: pytest.MonkeyPatch, cloud: str, authority: str, host: str, scope: str, endpoint: str
) -> None:
    """Also if an option says that the services are elsewhere."""
    sent: list[Request] = []

    def send(dummy: t.Any, request: Request) -> Response:
        sent.append(request)
        body = {"access_token": "hush", "expires_in": 3599} if request.method == "POST" else {"name": "t-1"}
        return Response(200, {}, body)

    monkeypatch.setattr(
        "ansible_collections.multicloud.tasks.plugins.module_utils._http.transport.Transport.send", send
    )
    with client(User({**KEYS["azure"], "cloud_environment": cloud}), endpoint) as made:
        look(made)
    login, call = sent
    assert login.endpoint == f"https://{authority}"
    assert login.path == f"/{accounts.AZURE_TENANT}/oauth2/v2.0/token"
    assert parse_qs(login.body.decode())["scope"] == [scope]
    assert call.endpoint == (endpoint or f"https://{host}")


# Managed identities

LONG = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
ARC_FILE = "/var/opt/azcmagent/tokens/probe.key"
TOKEN = {"access_token": "hush-token", "expires_in": "86399", "expires_on": "4102444800", "token_type": "Bearer"}
RESOURCE = "resource=https%3A%2F%2Fmanagement.azure.com"
IMDS = f"/metadata/identity/oauth2/token?api-version=2018-02-01&{RESOURCE}"


def of_platform(url: str) -> dict[str, tuple[User, list[str]]]:
    """Who asks for a token, and what the platform at the URL is asked."""
    msi: dict[str, t.Any] = {"auth_source": "msi"}
    vm = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": url}
    app = {"IDENTITY_ENDPOINT": f"{url}/msi/token", "IDENTITY_HEADER": "hush-header"}
    arc = {"IDENTITY_ENDPOINT": f"{url}/arc/token", "IMDS_ENDPOINT": url}
    quoted = LONG.replace("/", "%2F")
    return {
        "a machine": (User(msi, vm), [f"GET {IMDS}"]),
        "a machine, by a client id": (
            User({**msi, "client_id": "c-1"}, vm),
            [f"GET {IMDS}".replace("&resource", "&client_id=c-1&resource")],
        ),
        "a machine, by the id of a resource": (
            User({**msi, "client_id": LONG}, vm),
            [f"GET {IMDS}".replace("&resource", f"&msi_res_id={quoted}&resource")],
        ),
        "App Service": (User(msi, app), [f"GET /msi/token?api-version=2019-08-01&{RESOURCE}"]),
        "App Service, by the id of a resource": (
            User({**msi, "client_id": LONG}, app),
            [f"GET /msi/token?api-version=2019-08-01&mi_res_id={quoted}&{RESOURCE}"],
        ),
        "Azure Arc": (
            User(msi, arc, {ARC_FILE: "hush-file"}),
            [f"GET /arc/token?api-version=2020-06-01&{RESOURCE}"] * 2,
        ),
    }


def platform(received: Received) -> StubResponse:
    """What a platform answers to a good request."""
    good = received.headers.get("metadata") == "true"
    if received.path.startswith("/msi"):
        good = good and received.headers.get("x-identity-header") == "hush-header"
    if received.path.startswith("/arc") and received.headers.get("authorization") != "Basic hush-file":
        return StubResponse(401, b"", {"www-authenticate": f"Basic realm={ARC_FILE}"})
    return StubResponse(200 if good else 400, json.dumps(TOKEN if good else {}).encode())


@pytest.mark.parametrize("name", of_platform(""))
def test_a_platform_gives_a_token_of_a_managed_identity(name: str) -> None:
    with Stub(platform) as stub:
        user, asked = of_platform(stub.url)[name]
        secrets: list[str] = []
        with client(user, "", this_host({}), secrets) as made:
            access = AZURE.login(made.credentials, made._login_context(False))
        assert stub.asked == asked
        assert access.credentials.auth_token == "hush-token"
        assert access.expires_at is not None
        assert "hush-token" in secrets
        assert "hush" not in repr(made.credentials)


NO_TOKENS: dict[str, tuple[StubResponse, type[CloudError], str]] = {
    "no identity": (
        StubResponse(400, b'{"error": "invalid_request", "error_description": "Identity not found"}'),
        Unauthorized,
        "Identity not found",
    ),
    "another cloud": (StubResponse(404, b"<html>"), Unauthorized, "HTTP 404"),
    "it starts": (StubResponse(410, b""), Unavailable, "HTTP 410"),
    "too often": (StubResponse(429, b""), Unavailable, "HTTP 429"),
    "it fails": (StubResponse(500, b""), Unavailable, "HTTP 500"),
    "no JSON": (StubResponse(200, b"<html>"), Unavailable, "not JSON"),
    "no token": (StubResponse(200, b"{}"), Unavailable, "not in the answer"),
    "a file elsewhere": (
        StubResponse(401, b"", {"www-authenticate": "Basic realm=/etc/shadow.key"}),
        Unauthorized,
        "no file of keys",
    ),
    "a way up": (
        StubResponse(401, b"", {"www-authenticate": "Basic realm=/var/opt/azcmagent/tokens/../../x.key"}),
        Unauthorized,
        "no file of keys",
    ),
    "a file of another kind": (
        StubResponse(401, b"", {"www-authenticate": "Basic realm=/var/opt/azcmagent/tokens/x.txt"}),
        Unauthorized,
        "no file of keys",
    ),
    "no challenge": (StubResponse(401, b""), Unauthorized, "no file of keys"),
    "a file that cannot be read": (
        StubResponse(401, b"", {"www-authenticate": "Basic realm=/var/opt/azcmagent/tokens/none.key"}),
        Unauthorized,
        "cannot be read as a key",
    ),
    "a file that is too long": (
        StubResponse(401, b"", {"www-authenticate": "Basic realm=/var/opt/azcmagent/tokens/long.key"}),
        Unauthorized,
        "cannot be read as a key",
    ),
}
ARC_FILES = {"/etc/shadow.key": "hush", "/var/opt/azcmagent/tokens/long.key": "h" * 4097}


@pytest.mark.parametrize(("answer", "kind", "text"), NO_TOKENS.values(), ids=NO_TOKENS.keys())
def test_a_platform_that_gives_no_token_is_named(answer: StubResponse, kind: type[CloudError], text: str) -> None:
    with Stub(lambda received: answer) as stub:
        user = User({"auth_source": "msi"}, of_platform(stub.url)["Azure Arc"][0].environ, ARC_FILES)
        with client(user, "", this_host({})) as made, pytest.raises(kind) as caught:
            look(made)
        assert text in str(caught.value)
        assert "managed identity of Azure Arc" in str(caught.value)
        assert "hush" not in str(caught.value)
        # Nothing is sent a second time but the text of the right file.
        assert len(stub.received) == 1


def test_a_machine_of_the_local_cloud_has_an_identity(local_cloud: LocalCloud) -> None:
    local_cloud.add({"provider": "azure", "service": "recovery_services_job", "id": "t-1", "script": [[0, {}]]})
    user = User({"auth_source": "msi"})
    with client(user, local_cloud.url, this_host({})) as made, pytest.raises(Unauthorized, match="Identity not found"):
        look(made)
    local_cloud.account("azure", machine_role="waiter")
    with client(user, local_cloud.url, this_host({})) as made:
        assert look(made).status == 200


# The Azure CLI


def cli(output: str, *, signed_in: bool = True, error: CloudError | None = None) -> Host:
    """A machine with the Azure CLI."""

    def run(command: str) -> str:
        if error:
            raise error
        if command.startswith("az account show") and signed_in:
            return ""
        if not output or not command.startswith("az account get-access-token"):
            raise Unavailable("the command ended with exit status 1")
        return output

    return NO_HOST._replace(run_command=run)


CLI_TOKEN = {"accessToken": "hush-cli", "expires_on": 4102444800, "subscription": "s-cli", "tokenType": "Bearer"}


@pytest.mark.parametrize(("options", "wanted"), [({}, "s-cli"), (WHERE, WHERE["subscription_id"])])
def test_the_cli_gives_a_token_and_the_subscription(options: dict[str, str], wanted: str) -> None:
    machine = cli(json.dumps(CLI_TOKEN))._replace(read_file=FILES.get)
    secrets: list[str] = []
    made = Client(AZURE, {"auth_source": "cli", **options}, machine, secrets.extend, print)
    with contextlib.closing(made):
        access = AZURE.login(made.credentials, made._login_context(False))
    assert (access.credentials.auth_token, access.values) == ("hush-cli", {"subscription_id": wanted})
    assert access.expires_at == datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
    assert "hush-cli" in secrets


NO_CLI: dict[str, tuple[Host, type[CloudError], str]] = {
    "not there": (
        cli("", error=CloudError("the command cannot be started: No such file")),
        Unauthorized,
        "az is there",
    ),
    "nobody signed in": (cli("", signed_in=False), Unauthorized, "az login"),
    "it fails": (cli(""), Unavailable, "run it by hand"),
    "no JSON": (cli("Welcome"), Unavailable, "not JSON"),
    "no token": (cli("[]"), Unavailable, "not in the answer"),
}


@pytest.mark.parametrize(("machine", "kind", "text"), NO_CLI.values(), ids=NO_CLI.keys())
def test_a_cli_that_gives_no_token_is_named(machine: Host, kind: type[CloudError], text: str) -> None:
    with client(User({"auth_source": "cli"}), "", machine) as made, pytest.raises(kind, match=text):
        look(made)


def test_what_has_no_credentials_at_all_says_where_it_looked() -> None:
    def nobody(request: Request, seconds: float) -> Response:
        raise NoMetadataService(f"nobody answers at {request.host}")

    machine = cli("", error=CloudError("the command cannot be started: No such file"))._replace(ask_metadata=nobody)
    with pytest.raises(CredentialsMissing) as caught, client(User(files={}), "", machine):
        pass
    message = str(caught.value)
    wanted = (
        "options",
        "AZURE_SECRET",
        "AZURE_CLIENT_SECRET",
        "~/.azure/credentials",
        "az is there",
        "169.254.169.254",
    )
    assert [text for text in wanted if text not in message] == []


NOWHERE: dict[str, tuple[dict[str, t.Any], bool]] = {
    "an application": ({**WHO, "secret": accounts.AZURE_SECRET}, True),
    "a token": ({"access_token": "hush-own"}, True),
    "a machine": ({"auth_source": "msi"}, True),
    # It may tell the subscription when it gives the token.
    "the Azure CLI": ({"auth_source": "cli"}, False),
}


@pytest.mark.parametrize(("options", "early"), NOWHERE.values(), ids=NOWHERE.keys())
@pytest.mark.parametrize("is_local", [True, False], ids=["endpoint", "no endpoint"])
def test_without_a_subscription_nothing_is_asked(options: dict[str, t.Any], early: bool, is_local: bool) -> None:
    def nobody(received: Received) -> StubResponse:
        raise AssertionError(f"{received.path} was asked")

    with Stub(nobody) as stub:
        place = {"endpoint": stub.url} if is_local else {}
        made = Client(AZURE, {**options, **place}, cli('{"accessToken": "hush"}'), list, print)
        with contextlib.closing(made), pytest.raises(OptionError, match=r"^subscription_id") as caught:
            look(made)
        assert stub.received == []
        assert ("AZURE_SUBSCRIPTION_ID" in str(caught.value)) is early
