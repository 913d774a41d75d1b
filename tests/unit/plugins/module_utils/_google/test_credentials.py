# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where credentials of Google Cloud come from: each way by itself, their order, and what cannot be used."""

from __future__ import annotations

import contextlib
import datetime
import json
import typing as t

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    OptionError,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host_io import ask_metadata
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._google.provider import GOOGLE
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.services.google_tokens import POOL
from local_cloud.signatures import Received
from support.http_stub import Stub, StubResponse
from support.rsa_keys import new_key, pem_of

EMAIL = "gate@example-project.iam.gserviceaccount.com"
TARGET = "target@example-project.iam.gserviceaccount.com"
KEY_ID = "0123456789abcdef0123456789abcdef01234567"
PROJECT = "example-project"
ADC = "~/.config/gcloud/application_default_credentials.json"
SERVICE = GOOGLE.services["sql_operation"]
Info = dict[str, t.Any]


def service_account(**changes: t.Any) -> Info:
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": KEY_ID,
        "private_key": pem_of(new_key()),
        "client_email": EMAIL,
        "client_id": "100000000000000000001",
        "token_uri": "https://oauth2.googleapis.com/token",
        **changes,
    }


def person(**changes: t.Any) -> Info:
    known = {"client_id": "c.apps.googleusercontent.com", "client_secret": "hush-client-secret"}
    return {"type": "authorized_user", **known, "refresh_token": "1//0hush-refresh-token", **changes}


IMPERSONATION = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{TARGET}:generateAccessToken"


def federated(source: Info, **changes: t.Any) -> Info:
    return {
        "type": "external_account",
        "audience": POOL,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": source,
        **changes,
    }


def acting(source: Info, **changes: t.Any) -> Info:
    kind = {"type": "impersonated_service_account", "service_account_impersonation_url": IMPERSONATION}
    return {**kind, "source_credentials": source, "delegates": [], **changes}


class User(t.NamedTuple):
    """What a user has: options, environment and files."""

    options: t.Mapping[str, t.Any] = {}
    environ: t.Mapping[str, str] = {}
    files: t.Mapping[str, str] = {}


def with_file(info: t.Any, **changes: t.Any) -> User:
    """A user whose application default credentials these are."""
    text = info if isinstance(info, str) else json.dumps(info)
    return User({"project": PROJECT}, {"GOOGLE_APPLICATION_CREDENTIALS": "/c.json"}, {"/c.json": text})._replace(
        **changes
    )


@contextlib.contextmanager
def client(
    user: User,
    cloud: LocalCloud,
    secrets: list[str] | None = None,
    warnings: list[str] | None = None,
    ahead: float = 0.0,
    clock: t.Callable[[], datetime.datetime] | None = None,
) -> t.Iterator[Client]:
    """A client of the user, whose clock may be wrong."""

    def now() -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead)

    host = Host(clock or now, user.environ, user.files.get, ask_metadata)
    made = Client(
        GOOGLE,
        {"endpoint": cloud.url, **user.options},
        host,
        ([] if secrets is None else secrets).extend,
        ([] if warnings is None else warnings).append,
    )
    with contextlib.closing(made):
        yield made


def ask(made: Client) -> Response:
    """One look at an operation that the cloud has."""
    return made.call(SERVICE, SERVICE.read, {"task_id": "op-1"})


@pytest.fixture
def cloud(local_cloud: LocalCloud) -> LocalCloud:
    """The local cloud. It knows a key, a person, a service account that may be acted as, and an operation."""
    public = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    cloud = local_cloud
    cloud.account("google", access_key=KEY_ID, secret_key=public, username=EMAIL)
    own = person()
    cloud.account(
        "google",
        username=own["client_id"],
        password=own["client_secret"],
        security_token=own["refresh_token"],
    )
    cloud.account("google", username=TARGET, role="acted as")
    cloud.add({"provider": "google", "service": "sql_operation", "id": "op-1", "script": [[0, {"status": "RUNNING"}]]})
    return cloud


def calls(cloud: LocalCloud) -> list[str]:
    """The calls that the cloud has got, in their order."""
    return [entry["api"].partition(".")[2] or entry["path"] for entry in cloud.log()]


SA, PERSON = json.dumps(service_account()), json.dumps(person())
IN_FILE = {"file": "/token"}
TOKEN_FILES = {"/token": accounts.ID_TOKEN, "/token.json": json.dumps({"value": accounts.ID_TOKEN})}
JSON_FORMAT = {"type": "json", "subject_token_field_name": "value"}
READ = "sql.operations.get"
TOKENS, ACTED, STS = ["token", READ], ["token", "generateAccessToken", READ], ["exchangeToken", READ]


def files_of(info: Info) -> User:
    user = with_file(info)
    return user._replace(files={**user.files, **TOKEN_FILES})


WAYS: dict[str, tuple[User, list[str]]] = {
    "a token as an option": (User({"access_token": accounts.GOOGLE_TOKEN, "project": "p-1"}), [READ]),
    "a token of google.cloud": (
        User(environ={"GCP_ACCESS_TOKEN": accounts.GOOGLE_TOKEN, "GCP_PROJECT": "p-1"}),
        [READ],
    ),
    "a token of Terraform": (
        User({"project_id": "p-1"}, {"GOOGLE_OAUTH_ACCESS_TOKEN": accounts.GOOGLE_TOKEN}),
        [READ],
    ),
    "a token of gcloud": (User({"project": "p-1"}, {"CLOUDSDK_AUTH_ACCESS_TOKEN": accounts.GOOGLE_TOKEN}), [READ]),
    "a file with a token": (
        User({"project": "p-1"}, {"CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": "/t"}, {"/t": f"{accounts.GOOGLE_TOKEN}\n"}),
        [READ],
    ),
    "a file as an option": (User({"service_account_file": "/k"}, files={"/k": SA}), TOKENS),
    "its contents as an option": (User({"service_account_contents": SA}), TOKENS),
    "a file of google.cloud": (User(environ={"GCP_SERVICE_ACCOUNT_FILE": "/k"}, files={"/k": SA}), TOKENS),
    "contents of google.cloud": (User(environ={"GCP_SERVICE_ACCOUNT_CONTENTS": SA}), TOKENS),
    "a file of Terraform": (User(environ={"GOOGLE_CREDENTIALS": "/k"}, files={"/k": SA}), TOKENS),
    "contents of Terraform": (User(environ={"GOOGLE_CREDENTIALS": f"\n {SA}"}), TOKENS),
    "a file that the libraries know": (with_file(service_account()), TOKENS),
    "the file of gcloud": (User({"project": "p-1"}, files={ADC: PERSON}), TOKENS),
    "the file of gcloud elsewhere": (
        User({"project": "p-1"}, {"CLOUDSDK_CONFIG": "/g"}, {"/g/application_default_credentials.json": PERSON}),
        TOKENS,
    ),
    "a person": (with_file(person()), TOKENS),
    "a key in PKCS#1": (with_file(service_account(private_key=pem_of(new_key(), "PKCS#1"))), TOKENS),
    "an old host of tokens": (with_file(service_account(token_uri="https://accounts.google.com/o/oauth2/token")), None),
    "acting as another, by an option": (
        with_file(service_account())._replace(options={"impersonate_service_account": TARGET}),
        ACTED,
    ),
    "acting as another, by a variable": (
        User(environ={"GCP_SERVICE_ACCOUNT_CONTENTS": SA, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT": TARGET}),
        ACTED,
    ),
    "acting as another, by the kind": (
        with_file(person())._replace(
            options={"auth_kind": "impersonation", "service_account_email": TARGET, "project": "p-1"}
        ),
        ACTED,
    ),
    "acting as another, with a token": (
        User(
            {
                "access_token": accounts.GOOGLE_TOKEN,
                "impersonate_service_account": f"{EMAIL}, {TARGET}",
                "project": "p-1",
            }
        ),
        ["generateAccessToken", READ],
    ),
    "a file that acts as another, of a person": (with_file(acting(person())), ACTED),
    "a file that acts as another, of a key": (
        with_file(acting(service_account(), delegates=[f"projects/-/serviceAccounts/{EMAIL}"])),
        ACTED,
    ),
    "a token of others in a file": (files_of(federated(IN_FILE)), STS),
    "a token of others in JSON": (files_of(federated({"file": "/token.json", "format": JSON_FORMAT})), STS),
    "a token of others, acting as a service account": (
        files_of(federated(IN_FILE, service_account_impersonation_url=IMPERSONATION)),
        ["exchangeToken", "generateAccessToken", READ],
    ),
    "a file of the kind that is asked for": (
        User({"auth_kind": "serviceaccount", "service_account_file": "/k"}, {"GCP_ACCESS_TOKEN": "x"}, {"/k": SA}),
        TOKENS,
    ),
    "the token, by the kind, beside a file": (
        User(
            {
                "auth_kind": "accesstoken",
                "access_token": accounts.GOOGLE_TOKEN,
                "service_account_file": "/k",
                "project": "p",
            }
        ),
        [READ],
    ),
    "the kind in the environment": (
        User({"project": "p-1"}, {"GCP_AUTH_KIND": "application", "GCP_ACCESS_TOKEN": "x"}, {ADC: PERSON}),
        TOKENS,
    ),
}
WAYS.pop("an old host of tokens")


@pytest.mark.parametrize(("user", "asked"), WAYS.values(), ids=WAYS.keys())
def test_credentials_of_each_kind_read_a_task_and_stay_secret(user: User, asked: list[str], cloud: LocalCloud) -> None:
    secrets: list[str] = []
    with client(user, cloud, secrets) as made:
        assert ask(made).body["name"] == "op-1"
        ask(made)
        shown = repr(made.credentials) + str(made.credentials.identity()) + made.credentials.source
    assert calls(cloud) == [*asked, READ]
    tokens = [account for account in secrets if account.startswith("ya29.")]
    assert tokens
    assert [secret for secret in secrets if secret in shown] == []
    assert "hush" not in shown
    assert "PRIVATE KEY" not in shown


def test_all_that_is_secret_is_reported_before_it_is_sent(cloud: LocalCloud) -> None:
    secrets: list[str] = []
    with client(with_file(service_account()), cloud, secrets) as made:
        ask(made)
    pem = service_account()["private_key"]
    assert pem in secrets
    assert set(pem.split("\n")[1:-2]) <= set(secrets)
    assert [secret for secret in secrets if secret.count(".") == 2 and secret.startswith("eyJ")]


# The machine


def test_the_machine_is_the_last_place_and_knows_its_project(cloud: LocalCloud) -> None:
    cloud.account("google", machine_role="vm@x.iam.gserviceaccount.com", project="project-of-the-machine")
    with client(User(), cloud) as made:
        ask(made)
    assert calls(cloud) == ["machineToken", "machineUniverse", "machineProject", READ]
    assert "/projects/project-of-the-machine/" in cloud.log()[-1]["path"]


def test_one_of_several_accounts_of_the_machine_is_taken(cloud: LocalCloud) -> None:
    cloud.account("google", machine_role="vm@x.iam.gserviceaccount.com")
    options = {"auth_kind": "machineaccount", "service_account_email": "vm@x.iam.gserviceaccount.com", "project": "p-1"}
    with client(User(options, {"GCP_ACCESS_TOKEN": "x"}), cloud) as made:
        ask(made)
    assert calls(cloud) == ["machineToken", "machineUniverse", READ]


def test_a_machine_of_another_universe_gives_its_token_to_none_of_this(cloud: LocalCloud) -> None:
    cloud.account("google", machine_role="vm@x.iam.gserviceaccount.com", domain="other.example")
    with (
        pytest.raises(Unauthorized, match=r"in the universe other.example.*set universe_domain"),
        client(User({"project": "p-1"}), cloud) as made,
    ):
        ask(made)
    assert READ not in calls(cloud)


def test_without_any_credentials_all_places_are_named(cloud: LocalCloud) -> None:
    with pytest.raises(OptionError) as caught, client(User({"project": "p-1"}), cloud) as made:
        ask(made)
    named = (
        "access_token",
        "GCP_ACCESS_TOKEN",
        "GOOGLE_APPLICATION_CREDENTIALS",
        ADC,
        "for this machine",
        "gcloud auth",
    )
    assert [name for name in named if name not in str(caught.value)] == []


# Refusals


def test_a_key_that_is_refused_is_sent_once(cloud: LocalCloud) -> None:
    other = service_account(private_key=pem_of(new_key(2056)))
    with client(with_file(other), cloud) as made:
        for dummy in range(3):
            with pytest.raises(BadSignature, match=r"Invalid JWT Signature.*neither deleted nor disabled"):
                ask(made)
    assert calls(cloud) == ["token"]


LOGINS: dict[str, tuple[User, type[CloudError], str]] = {
    "a refresh token that was revoked": (
        with_file(person(refresh_token="1//0old")),
        BadSignature,
        "expired or revoked.*gcloud auth application-default login",
    ),
    "an unknown client": (with_file(person(client_secret="hush-other")), BadSignature, "client was not found"),
    "a service account that is not known": (
        with_file(service_account(client_email="nobody@x.iam.gserviceaccount.com")),
        BadSignature,
        "account not found",
    ),
    "one that may not be acted as": (
        with_file(service_account())._replace(options={"impersonate_service_account": "no@x.iam.gserviceaccount.com"}),
        Unauthorized,
        "getAccessToken.*roles/iam.serviceAccountTokenCreator",
    ),
    "a provider that is not known": (files_of(federated(IN_FILE, audience="//iam/x")), Unauthorized, "audience"),
    "a token that is not believed": (
        files_of(federated({"file": "/other"}))._replace(
            files={"/c.json": json.dumps(federated({"file": "/other"})), "/other": "eyJ.other.token-of-others"}
        ),
        BadSignature,
        "rejected",
    ),
}


@pytest.mark.parametrize(("user", "kind", "text"), LOGINS.values(), ids=LOGINS.keys())
def test_a_refused_login_says_what_to_do(user: User, kind: type[CloudError], text: str, cloud: LocalCloud) -> None:
    with client(user, cloud) as made, pytest.raises(kind, match=text) as caught:
        ask(made)
    assert "hush" not in str(caught.value)
    assert READ not in calls(cloud)


@pytest.mark.parametrize("ahead", [3600.0 * 7, -3600.0 * 7])
def test_a_wrong_clock_is_set_by_the_date_of_the_answer(cloud: LocalCloud, ahead: float) -> None:
    warnings: list[str] = []
    with client(with_file(service_account()), cloud, warnings=warnings, ahead=ahead) as made:
        ask(made)
        ask(made)
    assert calls(cloud) == ["token", "token", READ, READ]
    assert ["the clock of this machine" in warning for warning in warnings] == [True]


# Renewal


def test_tokens_are_renewed_before_they_end(cloud: LocalCloud) -> None:
    moved = [0.0]

    def now() -> datetime.datetime:
        return datetime.datetime.fromtimestamp(cloud.now(), datetime.timezone.utc)

    cloud.settings(dates_are="clock")
    with client(with_file(service_account()), cloud, clock=now) as made:
        for seconds in (0, 3500, 50, 3500):
            moved[0] += seconds
            cloud.advance(seconds)
            ask(made)
    assert calls(cloud) == ["token", READ, READ, "token", READ, READ]
    assert {entry["status"] for entry in cloud.log()} == {200}


def test_a_token_that_was_revoked_is_asked_for_again_once(cloud: LocalCloud) -> None:
    secrets: list[str] = []
    with client(with_file(person()), cloud, secrets) as made:
        ask(made)
        cloud.revoke(auth_token=next(secret for secret in secrets if secret.startswith("ya29.c.")))
        ask(made)
    assert calls(cloud) == ["token", READ, READ, "token", READ]


# What cannot be used is refused before any call


def broken(**changes: t.Any) -> User:
    return with_file({**service_account(), **changes})


def lacking(name: str, info: Info) -> User:
    return with_file({key: value for key, value in info.items() if key != name})


EVIL = "https://sts.googleapis.com.evil.example/v1/token"
WRONG: dict[str, tuple[User, str]] = {
    "a file that is not there": (
        User(environ={"GOOGLE_APPLICATION_CREDENTIALS": "/no"}),
        "GOOGLE_APPLICATION_CREDENTIALS: file /no: there is no such file",
    ),
    "a file as an option that is not there": (
        User({"service_account_file": "/no"}),
        "option service_account_file: file /no",
    ),
    "a file that is not JSON": (with_file("hush: not JSON"), r"file /c.json .* is not JSON"),
    "a file that is a list": (with_file("[1]"), "is not a JSON object"),
    "the file of gcloud, damaged": (User(files={ADC: "hush"}), "application_default_credentials.json is not JSON"),
    "contents that are not JSON": (
        User({"service_account_contents": "hush"}),
        "option service_account_contents is not JSON",
    ),
    "no type": (
        lacking("type", service_account()),
        "of the type 'none'; supported are authorized_user, external_account",
    ),
    "an unknown type": (broken(type="moon"), "of the type 'moon'"),
    "a sign-in of a workforce": (
        broken(type="external_account_authorized_user"),
        "external_account_authorized_user, which is not supported: .*print-access-token",
    ),
    "a cloud that is distributed": (
        broken(type="gdch_service_account"),
        "gdch_service_account, which is not supported",
    ),
    "no email": (lacking("client_email", service_account()), "has no client_email"),
    "no key": (lacking("private_key", service_account()), "has no private_key"),
    "a key that is encrypted": (
        broken(private_key=pem_of(new_key(), password=b"hush")),
        r"private_key is encrypted, .*openssl pkey",
    ),
    "a key that is damaged": (
        broken(private_key="-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        "private_key is damaged",
    ),
    "a key that is a number": (broken(private_key=1.5), "private_key is a number with a fraction"),
    "no refresh token": (lacking("refresh_token", person()), "has no refresh_token"),
    "a token address of somebody else": (broken(token_uri=EVIL), "token_uri is at sts.googleapis.com.evil.example"),
    "a token address that only ends alike": (
        broken(token_uri="https://evilgoogleapis.com/token"),
        "token_uri is at evilgoogleapis.com, which is no host of googleapis.com",
    ),
    "a token address with a backslash": (
        broken(token_uri="https://evil.example\\.googleapis.com/token"),
        "token_uri: 'https://evil.example",
    ),
    "a project that pays, with a line break": (
        with_file(person(), options={"quota_project": "mine\r\nx: y"}),
        "quota_project: ",
    ),
    "a token address that is not encrypted": (
        broken(token_uri="http://oauth2.googleapis.com/token"),
        "is not encrypted",
    ),
    "a token address with a user": (
        broken(token_uri="https://oauth2.googleapis.com@evil.example/token"),
        "only scheme, host, port and a path",
    ),
    "an exchange of somebody else": (files_of(federated(IN_FILE, token_url=EVIL)), "token_url is at"),
    "acting by somebody else": (
        files_of(federated(IN_FILE, service_account_impersonation_url=f"https://evil.example/x/{TARGET}:g")),
        "service_account_impersonation_url is at evil.example",
    ),
    "acting as nobody": (
        files_of(federated(IN_FILE, service_account_impersonation_url="https://iamcredentials.googleapis.com/v1/x")),
        "is no URL that ends in",
    ),
    "a universe that only the file names": (
        files_of(federated(IN_FILE, universe_domain="evil.example", token_url="https://sts.evil.example/v1/token")),
        "universe evil.example, to which the token of your identity provider would be sent",
    ),
    "two universes": (
        broken(universe_domain="a.example")._replace(options={"universe_domain": "b.example"}),
        "universe_domain is b.example, but .* is for a.example",
    ),
    "no domain": (User({"universe_domain": "x/y"}), "universe_domain: 'x/y' cannot be one"),
    "a program": (
        files_of(federated({"executable": {"command": "hush"}})),
        "credential_source with executable is not supported: .*file",
    ),
    "a call of AWS": (files_of(federated({"environment_id": "aws1"})), "environment_id is not supported: .*OIDC"),
    "a certificate": (files_of(federated({"certificate": {}})), "certificate is not supported"),
    "no source": (files_of({**federated({}), "credential_source": None}), "credential_source is missing"),
    "two sources": (files_of(federated({"file": "/token", "url": "https://x.example/t"})), "needs either file or url"),
    "a token that is not there": (files_of(federated({"file": "/none"})), "file /none: there is no such file"),
    "an empty token": (
        files_of(federated({"file": "/e"}))._replace(
            files={"/c.json": json.dumps(federated({"file": "/e"})), "/e": " \n"}
        ),
        "file /e has no token",
    ),
    "a field that is not there": (
        files_of(federated({"file": "/token.json", "format": {**JSON_FORMAT, "subject_token_field_name": "other"}})),
        "file /token.json has no other",
    ),
    "a format that is not known": (
        files_of(federated({**IN_FILE, "format": {"type": "xml"}})),
        "neither text, nor json",
    ),
    "a URL that is not encrypted": (files_of(federated({"url": "http://idp.example/t"})), "is not encrypted"),
    "acting twice": (with_file(acting(acting(person()))), "give the chain as delegates"),
    "acting without a source": (with_file(acting(t.cast(t.Any, None))), "has no source_credentials"),
    "a life that is too long": (
        files_of(
            federated(
                IN_FILE,
                service_account_impersonation_url=IMPERSONATION,
                service_account_impersonation={"token_lifetime_seconds": 1e6},
            )
        ),
        "token_lifetime_seconds is no whole number from 600 to 43200",
    ),
    "two options": (
        User({"access_token": "hush", "service_account_contents": SA}),
        "access_token and service_account_contents are given",
    ),
    "a kind without its key": (User({"auth_kind": "serviceaccount"}), "auth_kind is serviceaccount, and nothing"),
    "a kind without its token": (User({"auth_kind": "accesstoken"}), "set access_token, or one of GCP_ACCESS_TOKEN"),
    "a kind that is not known": (
        User(environ={"GCP_AUTH_KIND": "magic"}),
        "GCP_AUTH_KIND is 'magic'; it is one of accesst",
    ),
    "acting as none": (User({"auth_kind": "impersonation", "access_token": "x"}), "give impersonate_service_account"),
    "acting as what is no account": (
        User({"access_token": "x", "impersonate_service_account": "a/../b"}),
        "impersonate_service_account: 'a/../b' cannot be one",
    ),
    "an account of the machine that is none": (
        User({"auth_kind": "machineaccount", "service_account_email": "a/b"}),
        "service_account_email: 'a/b' cannot be one",
    ),
    "a token with a line break": (User({"access_token": "hush\nx"}), "access_token cannot be right"),
    "an access key": (User({"access_key": "x"}), "access_key: Google Cloud has none; give service_account_file"),
    "a profile": (User({"profile": "x"}), "profile: Google Cloud has none"),
    "two projects": (
        User({"project": "a", "project_id": "b", "access_token": "x"}),
        "project and project_id mean the same",
    ),
    "a project that is none": (User({"project": "a/b", "access_token": "x"}), "project: 'a/b' cannot be one"),
    "a host of metadata that is none": (User(environ={"GCE_METADATA_HOST": "h/../x"}), "GCE_METADATA_HOST: 'h/../x'"),
    "a time that is none": (User(environ={"GCE_METADATA_TIMEOUT": "soon"}), "GCE_METADATA_TIMEOUT: 'soon'"),
    "a machine that is not to be asked": (User(environ={"NO_GCE_CHECK": "true"}), "NO_GCE_CHECK keeps the machine"),
}


@pytest.mark.parametrize(("user", "text"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_used_is_refused_before_any_call(user: User, text: str, cloud: LocalCloud) -> None:
    with pytest.raises(OptionError, match=text) as caught, client(user, cloud):
        pass
    assert "hush" not in str(caught.value)
    assert "AAAA" not in str(caught.value)
    assert calls(cloud) == []


# Where requests go, and what they are paid by


def test_a_key_of_another_universe_signs_its_own_token(cloud: LocalCloud) -> None:
    secrets: list[str] = []
    user = broken(universe_domain="other.example")
    with client(user, cloud, secrets) as made, pytest.raises(CloudError):
        ask(made)
    # The local cloud is of the public universe, and believes no such token.
    assert "token" not in calls(cloud)
    assert [secret for secret in secrets if secret.startswith("eyJ")]
    options = {"universe": "other.example"}
    assert GOOGLE.endpoint(SERVICE, options) == "https://sqladmin.other.example"
    assert GOOGLE.endpoint(SERVICE, {}) == "https://sqladmin.googleapis.com"


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (with_file(person(quota_project_id="of-file"), options={"quota_project": "mine", "project": "p-1"}), "mine"),
        (
            User(
                {"access_token": accounts.GOOGLE_TOKEN, "project": "p-1"},
                {"GOOGLE_CLOUD_QUOTA_PROJECT": "of-variable"},
            ),
            "of-variable",
        ),
        (with_file(person(quota_project_id="of-file")), "of-file"),
        (with_file(person()), None),
    ],
    ids=["an option", "a variable", "the file", "none"],
)
def test_the_project_that_pays_is_named(user: User, expected: str | None, cloud: LocalCloud) -> None:
    cloud.settings(log_requests=True)
    with client(user, cloud) as made:
        ask(made)
    assert cloud.log()[-1]["headers"].get("x-goog-user-project") == expected


def key_file(environ: t.Mapping[str, str], **options: str) -> User:
    user = broken()
    return user._replace(environ={**user.environ, **environ}, options=options)


PROJECTS: dict[str, tuple[User, str]] = {
    "the option before all": (
        key_file({"GCP_PROJECT": "p-2"}, project="p-1"),
        "p-1",
    ),
    "a variable before the file": (
        key_file({"GOOGLE_CLOUD_PROJECT": "p-2"}),
        "p-2",
    ),
    "the file": (key_file({}), PROJECT),
    "the configuration of gcloud": (
        User(
            files={
                ADC: PERSON,
                "~/.config/gcloud/active_config": "work\n",
                "~/.config/gcloud/configurations/config_work": "[core]\nproject = p-gcloud\n",
            }
        ),
        "p-gcloud",
    ),
    "the configuration that a variable names": (
        User(
            environ={"CLOUDSDK_ACTIVE_CONFIG_NAME": "play"},
            files={ADC: PERSON, "~/.config/gcloud/configurations/config_play": "[core]\nproject = p-play\n"},
        ),
        "p-play",
    ),
}


@pytest.mark.parametrize(("user", "project"), PROJECTS.values(), ids=PROJECTS.keys())
def test_the_project_is_found_in_the_order_of_the_libraries(user: User, project: str, cloud: LocalCloud) -> None:
    with client(user, cloud) as made:
        ask(made)
    assert cloud.log()[-1]["path"] == f"/v1/projects/{project}/operations/op-1"


# Tokens that a URL returns


class Provider(Stub):
    """An identity provider that gives a token to who has the right header."""

    def __init__(self, body: bytes) -> None:
        super().__init__(self.reply)
        self.body = body

    def reply(self, received: Received) -> StubResponse:
        """Answer."""
        known = received.headers.get("authorization") == "Bearer hush-request-token"
        return StubResponse(200, self.body) if known else StubResponse(403, b"hush")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_of_others_is_taken_from_a_url(form: str, cloud: LocalCloud) -> None:
    body = {"text": accounts.ID_TOKEN, "json": json.dumps({"value": accounts.ID_TOKEN})}[form].encode()
    with Provider(body) as provider:
        source = {
            "url": f"{provider.url}/token?audience=hush-audience",
            "headers": {"Authorization": "Bearer hush-request-token"},
            **({"format": JSON_FORMAT} if form == "json" else {}),
        }
        secrets: list[str] = []
        with client(files_of(federated(source)), cloud, secrets) as made:
            ask(made)
            assert "hush" not in repr(made.credentials)
    assert provider.asked == ["GET /token?audience=hush-audience"]
    assert calls(cloud) == STS
    assert {accounts.ID_TOKEN, "hush-request-token", "hush-audience"} <= set(secrets)


def test_a_provider_that_refuses_is_named(cloud: LocalCloud) -> None:
    with Provider(b"") as provider:
        source = {"url": f"{provider.url}/token", "headers": {"Authorization": "Bearer hush-other"}}
        with client(files_of(federated(source)), cloud) as made, pytest.raises(Unauthorized, match="identity provider"):
            ask(made)
    assert calls(cloud) == []


def test_an_answer_without_a_token_is_none(cloud: LocalCloud) -> None:
    with Provider(b'{"other": 1}') as provider:
        headers = {"Authorization": "Bearer hush-request-token"}
        source = {"url": f"{provider.url}/token", "headers": headers, "format": JSON_FORMAT}
        with client(files_of(federated(source)), cloud) as made, pytest.raises(Unavailable, match="has no value"):
            ask(made)
