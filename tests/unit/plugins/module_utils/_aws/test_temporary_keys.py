# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of AWS that are asked for: roles by options, what cannot be used, what is refused, and what is renewed."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import pathlib
import typing as t
from urllib.parse import parse_qsl

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.provider import AWS
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    CredentialsMissing,
    OptionError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Access, Host, NoMetadataService
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from local_cloud.signatures import Received
from support.clients import NO_HOST
from support.http_stub import Stub, StubResponse
from support.logins import login_context

Files = t.Mapping[str, str]

NOW = datetime.datetime(2026, 11, 30, 12, 0, tzinfo=datetime.timezone.utc)
ROLE = "arn:aws:iam::123456789012:role/reader"
KEYS = {"access_key": "AKIAOPTION", "secret_key": "hush-option"}
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAENVIRON", "AWS_SECRET_ACCESS_KEY": "hush-environ"}
FILE_KEYS = "aws_access_key_id = AKIAFILE\naws_secret_access_key = hush-file\n"
NO_MACHINE = {"AWS_EC2_METADATA_DISABLED": "true"}
CACHE = "~/.aws/sso/cache/{}.json"

PROBE = Service(
    name="probe",
    title="a service",
    doc="",
    product="backup",
    protocol="rest-json",
    read=Call("DescribeThing", "/things/{task_id}"),
    facts={},
    states={},
)


def answer_of_sts(action: str, number: int, ends: datetime.datetime) -> bytes:
    """Keys of a role in XML. Each time they are other ones."""
    return (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
        f"<AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>hush-secret-{number}</SecretAccessKey>"
        f"<SessionToken>hush-token-{number}</SessionToken><Expiration>{ends:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
        f"</Credentials></{action}Result></{action}Response>"
    ).encode()


def error_of_sts(code: str, message: str, status: int = 403) -> StubResponse:
    """A refusal of STS."""
    text = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-9</RequestId></ErrorResponse>"
    )
    return StubResponse(status, text.encode(), {"content-type": "text/xml"})


class Cloud(Stub):
    """STS and one service. ``refusals`` are answered first, each once."""

    def __init__(self) -> None:
        super().__init__(self.reply)
        self.refusals: list[StubResponse] = []
        self.given = 0
        self.now = NOW

    def reply(self, received: Received) -> StubResponse:
        """Answer."""
        if self.refusals:
            return self._dated(self.refusals.pop(0))
        if received.method == "POST":
            self.given += 1
            action = dict(parse_qsl(received.body.decode()))["Action"]
            ends = self.now + datetime.timedelta(hours=1)
            return self._dated(StubResponse(200, answer_of_sts(action, self.given, ends), {"content-type": "text/xml"}))
        return self._dated(StubResponse(200, b'{"Thing": 1}'))

    def _dated(self, response: StubResponse) -> StubResponse:
        date = f"{self.now:%a, %d %b %Y %H:%M:%S} GMT"
        return StubResponse(response.status, response.body, {**response.headers, "date": date})

    def forms(self) -> list[dict[str, str]]:
        """The forms that STS has got."""
        return [dict(parse_qsl(each.body.decode())) for each in self.received if each.method == "POST"]

    def signers(self) -> list[str]:
        """The ids of the keys that calls of the service were signed with."""
        values = [each.headers["authorization"] for each in self.received if each.method == "GET"]
        return [value.partition("Credential=")[2].partition("/")[0] for value in values]


@pytest.fixture
def cloud() -> t.Iterator[Cloud]:
    with Cloud() as stub:
        yield t.cast(Cloud, stub)


class User(t.NamedTuple):
    """What a user has: options, environment and files."""

    options: t.Mapping[str, t.Any] = {}
    environ: t.Mapping[str, str] = {}
    files: t.Mapping[str, str] = {}


@contextlib.contextmanager
def client(user: User, url: str = "", host: Host = NO_HOST, secrets: list[str] | None = None) -> t.Iterator[Client]:
    """A client of the user, at noon."""
    environ = {**({"AWS_ENDPOINT_URL": url} if url else {}), **user.environ}
    machine = host._replace(environ=environ, read_file=user.files.get, clock=lambda: NOW)
    options = {"region": "eu-west-1", **user.options}
    made = Client(AWS, options, machine, ([] if secrets is None else secrets).extend, print)
    with contextlib.closing(made):
        yield made


def ask(made: Client) -> Response:
    """One call of the service."""
    return made.call(PROBE, PROBE.read, {"task_id": "t-1"})


def access_of(user: User, url: str = "", **arguments: t.Any) -> Access:
    """What a login of the user gives."""
    with client(user, url, **arguments) as made:
        return made._current_access(None)


# Roles by options

ROLES: dict[str, tuple[User, dict[str, str], str]] = {
    "keys in options": (User({**KEYS, "role_arn": ROLE}), {}, "AKIAOPTION"),
    "keys in the environment": (User({"role_arn": ROLE}, ENVIRONMENT), {}, "AKIAENVIRON"),
    "keys in the environment, a profile": (
        User({"role_arn": ROLE}, {**ENVIRONMENT, "AWS_PROFILE": "x"}, {"~/.aws/credentials": "[x]\n" + FILE_KEYS}),
        {},
        "AKIAENVIRON",
    ),
    "all that can be said": (
        User(
            {
                **KEYS,
                "role_arn": ROLE,
                "role_session_name": "me",
                "role_external_id": "x/1",
                "role_duration": 900,
                "role_policy": '{"Version": "2012-10-17"}',
            }
        ),
        {
            "RoleSessionName": "me",
            "ExternalId": "x/1",
            "DurationSeconds": "900",
            "Policy": '{"Version": "2012-10-17"}',
        },
        "AKIAOPTION",
    ),
}


@pytest.mark.parametrize(("user", "form", "signer"), ROLES.values(), ids=ROLES.keys())
def test_a_role_of_an_option_is_taken_with_the_keys_that_are_found(
    cloud: Cloud, user: User, form: dict[str, str], signer: str
) -> None:
    with client(user, cloud.url) as made:
        assert [ask(made).status for dummy in range(2)] == [200, 200]
    usual = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "multicloud-tasks"}
    assert cloud.forms() == [{**usual, **form}]
    assert f"Credential={signer}/20261130/eu-west-1/sts/aws4_request" in cloud.received[0].headers["authorization"]
    assert cloud.signers() == ["ASIA1", "ASIA1"]
    assert cloud.received[-1].headers["x-amz-security-token"] == "hush-token-1"


def test_a_role_on_top_of_a_role_is_taken_by_the_first(cloud: Cloud) -> None:
    config = f"[profile first]\nrole_arn = {ROLE}1\ncredential_source = Environment\n"
    user = User({"profile": "first", "role_arn": ROLE}, ENVIRONMENT, {"~/.aws/config": config})
    assert access_of(user, cloud.url).credentials.access_key == "ASIA2"
    assert [form["RoleArn"] for form in cloud.forms()] == [f"{ROLE}1", ROLE]


def test_keys_of_a_role_are_renewed_once_they_have_ended(cloud: Cloud) -> None:
    clock = [NOW]
    environ = {"AWS_ENDPOINT_URL": cloud.url}
    host = NO_HOST._replace(environ=environ, clock=lambda: clock[0])
    with contextlib.closing(Client(AWS, {**KEYS, "role_arn": ROLE, "region": "x"}, host, list, print)) as made:
        ask(made)
        clock[0] = cloud.now = NOW + datetime.timedelta(minutes=59, seconds=30)
        ask(made)
    assert cloud.signers() == ["ASIA1", "ASIA2"]


def test_an_endpoint_on_this_machine_is_all_of_aws(cloud: Cloud) -> None:
    user = User({**KEYS, "role_arn": ROLE, "endpoint": cloud.url}, {"AWS_ENDPOINT_URL": "https://other.example.com"})
    with client(user) as made:
        ask(made)
    assert len(cloud.forms()) == len(cloud.signers()) == 1


STS_PLACES: dict[str, tuple[User, str, str]] = {
    "region": (User(), "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
    "another partition": (User({"region": "cn-north-1"}), "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    "the central one": (
        User(environ={"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}),
        "https://sts.amazonaws.com",
        "us-east-1",
    ),
    "the central one, by the profile": (
        User(files={"~/.aws/config": "[default]\nsts_regional_endpoints = legacy\n"}),
        "https://sts.amazonaws.com",
        "us-east-1",
    ),
    "a region that came later": (
        User({"region": "eu-south-1"}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}),
        "https://sts.eu-south-1.amazonaws.com",
        "eu-south-1",
    ),
    "FIPS": (
        User({"region": "us-east-1", "use_fips_endpoint": True}),
        "https://sts-fips.us-east-1.amazonaws.com",
        "us-east-1",
    ),
    "dualstack": (User({"use_dualstack_endpoint": True}), "https://sts.eu-west-1.api.aws", "eu-west-1"),
    "FIPS, not the central one": (
        User({"use_fips_endpoint": True}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}),
        "https://sts-fips.eu-west-1.amazonaws.com",
        "eu-west-1",
    ),
    "a URL of its own": (
        User(environ={"AWS_ENDPOINT_URL_STS": "https://sts.example.com"}),
        "https://sts.example.com",
        "eu-west-1",
    ),
}


@pytest.mark.parametrize(("user", "url", "region"), STS_PLACES.values(), ids=STS_PLACES.keys())
def test_sts_is_asked_where_botocore_asks_it(user: User, url: str, region: str) -> None:
    asked: list[Request] = []

    def send(request: Request) -> Response:
        asked.append(request)
        raise Unavailable("nobody")

    with client(user._replace(options={**KEYS, "role_arn": ROLE, **user.options})) as made:
        context = login_context(send, options=made.options)
        with pytest.raises(Unavailable):
            AWS.login(made.credentials, context)
    assert asked[0].url == f"{url}/"
    assert f"/20261122/{region}/sts/aws4_request" in asked[0].headers["authorization"]


# What cannot be used is told by name, before any call


def profile(*lines: str, name: str = "default", **others: str) -> User:
    """A user of one profile."""
    section = "default" if name == "default" else f"profile {name}"
    text = "\n".join((f"[{section}]", *lines, *others.values(), ""))
    return User(environ=NO_MACHINE, files={"~/.aws/config": text})


SSO = ("sso_account_id = 1", "sso_role_name = r")
CONTAINER = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
WRONG: dict[str, tuple[User, list[str]]] = {
    "nothing anywhere": (
        User(environ=NO_MACHINE),
        [
            "AWS_ACCESS_KEY_ID",
            "~/.aws/config",
            "AWS_CREDENTIAL_FILE",
            "~/.boto",
            "METADATA_DISABLED is true",
            "profile",
        ],
    ),
    "half a pair in options": (User({"access_key": "AKIAHALF"}), ["options: access_key given without secret_key"]),
    "half a pair in the environment": (
        User(environ={"AWS_ACCESS_KEY_ID": "AKIAHALF"}),
        ["AWS_ACCESS_KEY_ID given without AWS_SECRET_ACCESS_KEY"],
    ),
    "half a pair in a file": (
        profile("aws_access_key_id = x"),
        ["aws_access_key_id given without aws_secret_access_key"],
    ),
    "a profile that is not there": (
        profile("region = x")._replace(options={"profile": "other"}),
        ["the option profile asks for the profile 'other'", "[profile other]", "there are: default"],
    ),
    "a profile of the environment that is not there": (
        User(environ={**ENVIRONMENT, "AWS_PROFILE": "other"}),
        ["AWS_PROFILE asks for the profile 'other'", "there are: none"],
    ),
    "mfa_serial": (
        profile(f"role_arn = {ROLE}", "source_profile = x", "mfa_serial = y"),
        ["has mfa_serial, which asks a person"],
    ),
    "mfa_serial in a chain": (
        profile(
            f"role_arn = {ROLE}",
            "source_profile = x",
            second=f"[profile x]\nrole_arn = {ROLE}\nsource_profile = default\nmfa_serial = y",
        ),
        ["profile 'x' has mfa_serial"],
    ),
    "login_session": (
        profile("login_session = arn:aws:iam::1:user/me", name="me")._replace(options={"profile": "me"}),
        ["login_session of 'aws login'", "aws configure export-credentials --profile me"],
    ),
    "a role without a source": (
        profile(f"role_arn = {ROLE}"),
        ["has role_arn and neither source_profile nor credential_source"],
    ),
    "a role with two sources": (
        profile(f"role_arn = {ROLE}", "source_profile = x", "credential_source = Environment"),
        ["has role_arn and both source_profile and credential_source"],
    ),
    "a source that is not there": (profile(f"role_arn = {ROLE}", "source_profile = x"), ["there is no profile 'x'"]),
    "a source without keys": (
        profile(f"role_arn = {ROLE}", "source_profile = x", second="[profile x]\nregion = y"),
        ["the profile 'x' has no keys"],
    ),
    "a circle": (
        profile(
            f"role_arn = {ROLE}",
            "source_profile = x",
            second=f"[profile x]\nrole_arn = {ROLE}\nsource_profile = default",
        ),
        ["leads round in a circle, default -> x -> default"],
    ),
    "a circle of one": (profile(f"role_arn = {ROLE}", "source_profile = default"), ["circle, default -> default"]),
    "an unknown credential_source": (
        profile(f"role_arn = {ROLE}", "credential_source = Moon"),
        ["credential_source is 'Moon', supported are Environment, Ec2InstanceMetadata, EcsContainer"],
    ),
    "a credential_source without keys": (
        profile(f"role_arn = {ROLE}", "credential_source = Environment"),
        ["credential_source Environment", "AWS_ACCESS_KEY_ID"],
    ),
    "a role for a moment": (
        profile(f"role_arn = {ROLE}", "credential_source = Environment", "duration_seconds = 60", name="me")._replace(
            options={"profile": "me"}, environ=ENVIRONMENT
        ),
        ["duration_seconds is 60", "900 seconds at least and 43200 at most"],
    ),
    "a role for days": (User({**KEYS, "role_arn": ROLE, "role_duration": 90000}), ["role_duration is 90000", "43200"]),
    "details without a role": (User({**KEYS, "role_session_name": "me"}), ["role_session_name given without role_arn"]),
    "a token without a role": (
        User(environ={"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}),
        ["without AWS_ROLE_ARN or role_arn"],
    ),
    "a token that is not there": (
        User(environ={"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": ROLE}),
        ["AWS_WEB_IDENTITY_TOKEN_FILE: file /token: there is no such file"],
    ),
    "a token that is empty": (
        User(environ={"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": ROLE}, files={"/token": "\n"}),
        ["file /token is empty"],
    ),
    "a sign-in without a session": (profile(*SSO, "sso_session = x"), ["no section [sso-session x]"]),
    "half a sign-in": (profile("sso_account_id = 1"), ["has no sso_role_name and no sso_start_url and no sso_region"]),
    "a sign-in that differs": (
        profile(*SSO, "sso_session = x", "sso_region = a", second="[sso-session x]\nsso_region = b\nsso_start_url = c"),
        ["sso_region differs from that in [sso-session x]"],
    ),
    "a sign-in at another host": (
        profile(*SSO, "sso_start_url = c", "sso_region = x.example.com/"),
        ["sso_region is no region to sign in at"],
    ),
    "nobody has signed in": (
        profile(*SSO, "sso_session = x", second="[sso-session x]\nsso_region = b\nsso_start_url = c"),
        ["there is no such file; sign in with: aws sso login"],
    ),
    "a container far away": (User(environ={CONTAINER: "http://keys.example.com/x"}), [CONTAINER, "not encrypted"]),
    "a container at no URL": (User(environ={CONTAINER: "keys"}), [f"{CONTAINER} is not a URL"]),
    "a container with a broken token": (
        User(environ={CONTAINER: "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hush\r\nx: y"}),
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN cannot be right"],
    ),
    "metadata far away": (
        User(environ={"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://meta.example.com"}),
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT", "not encrypted"],
    ),
    "metadata of no kind": (
        User(environ={"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv5"}),
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "is neither ipv4 nor ipv6"],
    ),
    "no region": (User({**KEYS, "region": None}), ["region is missing", "AWS_REGION", "~/.aws/config"]),
}


@pytest.mark.parametrize(("user", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_used_is_told_before_any_call(user: User, told: list[str]) -> None:
    with pytest.raises(OptionError) as caught, client(user):
        pass
    assert [each for each in told if each not in str(caught.value)] == []
    assert "hush" not in str(caught.value)


# What is refused

REFUSALS: dict[str, tuple[StubResponse, type[CloudError], list[str]]] = {
    "a role of others": (
        error_of_sts("AccessDenied", "User is not authorized to perform: sts:AssumeRole"),
        Unauthorized,
        ["AccessDenied: options: the role", "not given to the keys from options", "external id"],
    ),
    "a wrong secret": (error_of_sts("SignatureDoesNotMatch", "The request signature"), BadSignature, ["role/reader"]),
    "an unknown key": (error_of_sts("InvalidClientTokenId", "The security token"), BadSignature, ["role/reader"]),
    "STS throttles": (error_of_sts("Throttling", "Rate exceeded", 400), Throttled, ["role/reader"]),
    "STS out of order": (error_of_sts("InternalFailure", "x", 500), Unavailable, ["role/reader"]),
    "STS gives nothing": (StubResponse(200, b"<AssumeRoleResponse/>"), Unavailable, ["the answer contains no keys"]),
    "STS gives half": (
        StubResponse(200, b"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>"
                     b"</Credentials></AssumeRoleResult></AssumeRoleResponse>"),
        Unavailable,
        ["the answer contains no keys"],
    ),
    "something else answers": (StubResponse(200, b"<html><body>hello"), Unavailable, ["not XML"]),
    "a bomb": (StubResponse(200, b'<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>'), Unavailable, ["XML"]),
}  # fmt: skip


@pytest.mark.parametrize(("refusal", "kind", "told"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_of_sts_is_told(cloud: Cloud, refusal: StubResponse, kind: type[CloudError], told: list[str]) -> None:
    cloud.refusals = [refusal]
    with pytest.raises(kind) as caught:
        access_of(User({**KEYS, "role_arn": ROLE}), cloud.url)
    assert type(caught.value) is kind  # pylint: disable=unidiomatic-typecheck
    assert [each for each in told if each not in str(caught.value)] == []
    assert "hush" not in str(caught.value)
    assert len(cloud.received) == 1


# Dates, and keys that have ended


def refusal(code: str, message: str = "no", status: int = 400, **headers: str) -> StubResponse:
    """A refusal of the service."""
    return StubResponse(status, json.dumps({"__type": code, "message": message}).encode(), dict(headers))


# Each is a way to say that the date is wrong.
SKEWED = {
    "S3": refusal("RequestTimeTooSkewed", status=403),
    "EC2": refusal("RequestExpired"),
    "EC2, of a key": refusal("AuthFailure", status=401),
    "JSON, too old": refusal("InvalidSignatureException", "Signature expired: 20261130T110000Z is now earlier than x"),
    "JSON, too new": refusal("InvalidSignatureException", "Signature not yet current: 20261130T130000Z is still later"),
    "query": refusal("SignatureDoesNotMatch", "Signature expired: x is now earlier than y", 403),
    "the future": refusal("RequestInTheFuture", status=403),
}


@pytest.mark.parametrize("refused", SKEWED.values(), ids=SKEWED.keys())
@pytest.mark.parametrize("minutes", [-90, 6, 90])
def test_a_wrong_clock_is_corrected(cloud: Cloud, refused: StubResponse, minutes: int) -> None:
    cloud.now = NOW + datetime.timedelta(minutes=minutes)
    cloud.refusals = [refused]
    with client(User(KEYS), cloud.url) as made:
        assert ask(made).status == 200
        ask(made)
    dates = [each.headers["x-amz-date"] for each in cloud.received]
    assert dates == ["20261130T120000Z", *[f"{cloud.now:%Y%m%dT%H%M%SZ}"] * 2]


@pytest.mark.parametrize("refused", SKEWED.values(), ids=SKEWED.keys())
def test_a_date_that_is_right_is_not_tried_again(cloud: Cloud, refused: StubResponse) -> None:
    cloud.refusals = [refused]
    with client(User(KEYS), cloud.url) as made, pytest.raises(BadSignature):
        ask(made)
    assert len(cloud.received) == 1


ENDED = {
    "query and S3": refusal("ExpiredToken", status=403),
    "JSON": refusal("ExpiredTokenException"),
    "EC2": refusal("RequestExpired"),
    "S3": refusal("TokenRefreshRequired"),
}


@pytest.mark.parametrize("refused", ENDED.values(), ids=ENDED.keys())
def test_keys_that_have_ended_are_asked_for_again(cloud: Cloud, refused: StubResponse) -> None:
    with client(User({**KEYS, "role_arn": ROLE}), cloud.url) as made:
        ask(made)
        cloud.refusals = [refused]
        assert ask(made).status == 200
    assert cloud.signers() == ["ASIA1", "ASIA1", "ASIA2"]


FATAL = {
    "a key that is not known": refusal("UnrecognizedClientException"),
    "a key of no user": refusal("InvalidClientTokenId", status=403),
    "a key of S3": refusal("InvalidAccessKeyId", status=403),
    "a signature": refusal("SignatureDoesNotMatch", "The request signature we calculated", 403),
    "a signature, JSON": refusal("InvalidSignatureException", "The request signature we calculated"),
    "half a signature": refusal("IncompleteSignature"),
    "half a signature, JSON": refusal("IncompleteSignatureException"),
    "no signature": refusal("MissingAuthenticationTokenException", status=403),
    "a token": refusal("InvalidToken"),
}


@pytest.mark.parametrize("refused", FATAL.values(), ids=FATAL.keys())
def test_a_bad_key_or_signature_is_never_tried_again(cloud: Cloud, refused: StubResponse) -> None:
    cloud.refusals = [refused]
    cloud.now = NOW + datetime.timedelta(hours=2)
    with client(User(KEYS), cloud.url) as made:
        for dummy in range(2):
            with pytest.raises(BadSignature):
                ask(made)
    assert len(cloud.received) == 1


KINDS: dict[str, tuple[StubResponse, type[CloudError]]] = {
    **{
        f"throttled: {code}": (refusal(code), Throttled)
        for code in (
            *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException"),
            *("RequestThrottled", "TooManyRequestsException", "ProvisionedThroughputExceededException"),
            *("TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded"),
            *("LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException"),
            *("CallRateLimitExceededException", "KmsThrottlingException"),
        )
    },
    **{
        f"denied: {code}": (refusal(code), Unauthorized)
        for code in (
            *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException"),
            *("OptInRequired", "NotSignedUp", "AuthorizationHeaderMalformed"),
        )
    },
    **{
        f"for later: {code}": (refusal(code), Unavailable)
        for code in ("RequestTimeout", "RequestTimeoutException", "InternalFailure", "ServiceUnavailable")
    },
    "a quota that is used up": (refusal("ServiceQuotaExceededException"), CloudError),
    "anything else": (refusal("ValidationException"), CloudError),
    "a status for too many": (refusal("X", status=429), Throttled),
}


@pytest.mark.parametrize(("refused", "kind"), KINDS.values(), ids=KINDS.keys())
def test_a_code_is_of_a_kind(cloud: Cloud, refused: StubResponse, kind: type[CloudError]) -> None:
    cloud.refusals = [refused]
    with client(User(KEYS), cloud.url) as made, pytest.raises(CloudError) as caught:
        ask(made)
    assert type(caught.value) is kind  # pylint: disable=unidiomatic-typecheck


# Bodies in which a code stands alone, or beside what only looks like one.
CODES: dict[str, bytes] = {
    "EC2": b"<Response><Errors><Error><Code>Throttling</Code><Message/></Error></Errors></Response>",
    "query": b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code></Error></ErrorResponse>",
    "JSON": b'{"__type": "com.amazon#Throttling", "message": null}',
    "JSON, without a message": b'{"__type": "Throttling"}',
    "capitals": b'{"Code": "Throttling", "Message": ""}',
}


@pytest.mark.parametrize("body", CODES.values(), ids=CODES.keys())
def test_a_code_without_a_message_counts(cloud: Cloud, body: bytes) -> None:
    cloud.refusals = [StubResponse(400, body)]
    with client(User(KEYS), cloud.url) as made, pytest.raises(Throttled) as caught:
        made.call(
            PROBE._replace(protocol="ec2" if body.startswith(b"<") else "rest-json"), PROBE.read, {"task_id": "t"}
        )
    assert caught.value.code == "Throttling"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"x-amz-retry-after": "1500"}, 1.5), ({"retry-after": "7"}, 7.0), ({}, None)],
    ids=["milliseconds", "seconds", "not said"],
)
def test_the_time_to_wait_is_read(cloud: Cloud, headers: dict[str, str], seconds: float | None) -> None:
    cloud.refusals = [refusal("ThrottlingException", "x", 400, **headers)]
    with client(User(KEYS), cloud.url) as made, pytest.raises(Throttled) as caught:
        ask(made)
    assert caught.value.retry_after == seconds


# Sign-ins

SESSION = hashlib.sha1(b"corp").hexdigest()
SSO_CONFIG = (
    "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = Reader\n"
    "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
)
TOKEN: dict[str, t.Any] = {
    "accessToken": "hush-access",
    "expiresAt": "2026-11-30T20:00:00Z",
    "refreshToken": "hush-refresh",
    "clientId": "client",
    "clientSecret": "hush-client",
    "registrationExpiresAt": "2027-01-01T00:00:00Z",
    "scopes": ["sso:account:access"],
}
ROLE_KEYS = {
    "accessKeyId": "ASIASSO",
    "secretAccessKey": "hush-sso",
    "sessionToken": "hush-session",
    "expiration": 1796000000000,
}


def signed_in(**token: t.Any) -> User:
    """A user who has signed in."""
    text = json.dumps({name: value for name, value in {**TOKEN, **token}.items() if value is not None})
    return User(environ=NO_MACHINE, files={"~/.aws/config": SSO_CONFIG, CACHE.format(SESSION): text})


def portal(renewal: StubResponse) -> t.Callable[[Received], StubResponse]:
    """The portal, and what it answers to a renewal."""

    def answer(received: Received) -> StubResponse:
        if received.path == "/token":
            return renewal
        if received.headers["x-amz-sso_bearer_token"] == "hush-revoked":
            return StubResponse(
                401, b'{"message": "Session token not found or invalid"}', {"x-amzn-errortype": "UnauthorizedException"}
            )
        return StubResponse(200, json.dumps({"roleCredentials": ROLE_KEYS}).encode())

    return answer


RENEWED = StubResponse(
    200, json.dumps({"accessToken": "hush-new", "expiresIn": 600, "refreshToken": "hush-next"}).encode()
)
REFUSED = StubResponse(
    400, b'{"error": "invalid_grant", "error_description": "no"}', {"x-amzn-errortype": "InvalidGrantException"}
)
SIGN_INS: dict[str, tuple[User, StubResponse, list[str]]] = {
    "a good token": (signed_in(), REFUSED, ["hush-access"]),
    "a token that ends soon": (signed_in(expiresAt="2026-11-30T12:10:00Z"), RENEWED, ["hush-new"]),
    "a token that ends soon and cannot be renewed": (
        signed_in(expiresAt="2026-11-30T12:10:00Z"),
        REFUSED,
        ["hush-access"],
    ),
    "a token that ends soon, without a way": (
        signed_in(expiresAt="2026-11-30T12:10:00Z", refreshToken=None),
        RENEWED,
        ["hush-access"],
    ),
    "a token that has ended": (signed_in(expiresAt="2026-11-30T11:00:00UTC"), RENEWED, ["hush-new"]),
}


@pytest.mark.parametrize(("user", "renewal", "tokens"), SIGN_INS.values(), ids=SIGN_INS.keys())
def test_a_sign_in_gives_keys(user: User, renewal: StubResponse, tokens: list[str]) -> None:
    written: dict[str, str] = {}
    secrets: list[str] = []
    host = NO_HOST._replace(write_file=written.__setitem__)
    with Stub(portal(renewal)) as stub:
        access = access_of(user, stub.url, host=host, secrets=secrets)
        asked = [each.headers["x-amz-sso_bearer_token"] for each in stub.received if each.method == "GET"]
    assert access.credentials.access_key == "ASIASSO"
    assert access.expires_at == datetime.datetime.fromtimestamp(1796000000, datetime.timezone.utc)
    assert asked == tokens
    assert {"hush-access", "hush-client", "hush-sso", "hush-session", *tokens} <= set(secrets)
    assert bool(written) == ("hush-new" in tokens)
    for path, text in written.items():
        assert path == CACHE.format(SESSION)
        kept = json.loads(text)
        assert (kept["accessToken"], kept["refreshToken"]) == ("hush-new", "hush-next")
        assert (kept["expiresAt"], kept["scopes"]) == ("2026-11-30T12:10:00Z", ["sso:account:access"])


SIGNED_OUT: dict[str, tuple[User, StubResponse]] = {
    "a token that has ended": (signed_in(expiresAt="2026-11-30T11:00:00Z", refreshToken=None), RENEWED),
    "a registration that has ended": (
        signed_in(expiresAt="2026-11-30T11:00:00Z", registrationExpiresAt="2026-11-30T11:00:00Z"),
        RENEWED,
    ),
    "a renewal that is refused": (signed_in(expiresAt="2026-11-30T11:00:00Z"), REFUSED),
    "a token that was taken back": (signed_in(accessToken="hush-revoked"), RENEWED),
}


@pytest.mark.parametrize(("user", "renewal"), SIGNED_OUT.values(), ids=SIGNED_OUT.keys())
def test_who_has_signed_out_is_told_to_sign_in(user: User, renewal: StubResponse) -> None:
    with Stub(portal(renewal)) as stub, pytest.raises(Unauthorized, match="sign in with: aws sso login") as caught:
        access_of(user, stub.url)
    assert "hush" not in str(caught.value)


# Commands, containers and instances

PRINTED: dict[str, tuple[str, str]] = {
    "another version": ('{"Version": 2, "AccessKeyId": "A"}', "keys that are not of Version 1; only those can be used"),
    "a key for a version": ('{"Version": "hush", "AccessKeyId": "A"}', "keys that are not of Version 1"),
    "keys for a version": ('{"Version": {"SecretAccessKey": "hush"}}', "keys that are not of Version 1"),
    "no version": ('{"AccessKeyId": "A"}', "keys that are not of Version 1"),
    "half a pair": ('{"Version": 1, "AccessKeyId": "A"}', "the answer contains no keys"),
    "no JSON": ("hush", "not JSON"),
}


@pytest.mark.parametrize(("output", "told"), PRINTED.values(), ids=PRINTED.keys())
def test_what_a_command_prints_wrongly_is_told(output: str, told: str) -> None:
    host = NO_HOST._replace(run_command=lambda command: output)
    with pytest.raises(CloudError, match=told) as caught:
        access_of(profile("credential_process = give hush"), host=host)
    assert "credential_process of ~/.aws/config, profile 'default'" in str(caught.value)
    assert "hush" not in str(caught.value)


MACHINE_KEYS = {
    "AccessKeyId": "ASIAMACHINE",
    "SecretAccessKey": "hush-s",
    "Token": "hush-t",
    "Expiration": "2026-11-30T18:00:00Z",
}
ROLES_PATH = "/latest/meta-data/iam/security-credentials/"
Answers = t.Mapping[str, tuple[int, str]]
GOOD: Answers = {
    "PUT /latest/api/token": (200, "hush-imds"),
    f"GET {ROLES_PATH}": (200, "web"),
    f"GET {ROLES_PATH}web": (200, json.dumps(MACHINE_KEYS)),
}
NO_V1 = {"AWS_EC2_METADATA_V1_DISABLED": "true"}
# name: what differs, the environment, whether there are keys.
INSTANCES: dict[str, tuple[Answers, Files, bool]] = {
    "good": ({}, {}, True),
    "tokens not known": ({"PUT /latest/api/token": (404, "")}, {}, True),
    "tokens forbidden": ({"PUT /latest/api/token": (403, "")}, {}, True),
    "tokens of another method": ({"PUT /latest/api/token": (405, "")}, {}, True),
    "tokens out of order": ({"PUT /latest/api/token": (503, "")}, {}, True),
    "a request that is wrong": ({"PUT /latest/api/token": (400, "")}, {}, False),
    "tokens not known, which are required": ({"PUT /latest/api/token": (404, "")}, NO_V1, False),
    "no role": ({f"GET {ROLES_PATH}": (404, "")}, {}, False),
    "a page": ({f"GET {ROLES_PATH}": (200, "<html>")}, {}, False),
}


def metadata(answers: Answers, asked: list[Request]) -> t.Callable[[Request, float], Response]:
    """A metadata service."""

    def ask_it(request: Request, seconds: float) -> Response:
        asked.append(request)
        status, text = answers[f"{request.method} {request.path}"]
        return Response(status, {}, text)

    return ask_it


@pytest.mark.parametrize(("answers", "environ", "good"), INSTANCES.values(), ids=INSTANCES.keys())
def test_an_instance_gives_keys_or_there_are_none(answers: Answers, environ: Files, good: bool) -> None:
    asked: list[Request] = []
    host = NO_HOST._replace(ask_metadata=metadata({**GOOD, **answers}, asked))
    if good:
        assert access_of(User(environ=environ), host=host).credentials.access_key == "ASIAMACHINE"
    else:
        with pytest.raises(CredentialsMissing, match="the metadata service of EC2: "):
            access_of(User(environ=environ), host=host)
    assert {request.endpoint for request in asked} == {"http://169.254.169.254"}
    tokens = {request.headers.get("x-aws-ec2-metadata-token") for request in asked[1:]}
    assert tokens <= ({"hush-imds"} if "PUT /latest/api/token" not in answers else {None})


ADDRESSES: dict[str, tuple[Files, str, float]] = {
    "IPv4": ({}, "http://169.254.169.254", 1.0),
    "IPv6": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, "http://[fd00:ec2::254]", 1.0),
    "an address": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://[fd00:ec2::254]/"}, "http://[fd00:ec2::254]", 1.0),
    "a slow one": ({"AWS_METADATA_SERVICE_TIMEOUT": "4"}, "http://169.254.169.254", 4.0),
}


@pytest.mark.parametrize(("environ", "endpoint", "seconds"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_metadata_service_is_asked_where_and_as_long_as_is_said(
    environ: Files, endpoint: str, seconds: float
) -> None:
    asked: list[tuple[str, float]] = []

    def ask_it(request: Request, timeout: float) -> Response:
        asked.append((request.endpoint, timeout))
        return metadata(GOOD, [])(request, timeout)

    access_of(User(environ=environ), host=NO_HOST._replace(ask_metadata=ask_it))
    assert asked == [(endpoint, seconds)] * 3


@pytest.mark.parametrize(
    ("attempts", "failures", "asked", "good"),
    [("", 1, 1, False), ("3", 2, 3, True), ("3", 9, 3, False), ("99", 99, 10, False), ("x", 1, 1, False)],
    ids=["one", "enough", "too few", "too many", "no number"],
)
def test_a_metadata_service_is_asked_as_often_as_is_said(attempts: str, failures: int, asked: int, good: bool) -> None:
    tokens: list[Request] = []

    def ask_it(request: Request, seconds: float) -> Response:
        tokens.extend([request] if request.method == "PUT" else [])
        if len(tokens) <= failures:
            raise NoMetadataService("nobody answers")
        return metadata(GOOD, [])(request, seconds)

    user = User(environ={"AWS_METADATA_SERVICE_NUM_ATTEMPTS": attempts})
    with contextlib.nullcontext() if good else pytest.raises(CredentialsMissing):
        access_of(user, host=NO_HOST._replace(ask_metadata=ask_it))
    assert len(tokens) == asked


CONTAINERS: dict[str, tuple[Files, str]] = {
    "relative": (
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1?id=a"},
        "http://169.254.170.2/v2/credentials/1?id=a",
    ),
    "relative before full": (
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2", CONTAINER: "http://169.254.170.23/v1"},
        "http://169.254.170.2/v2",
    ),
    "EKS": ({CONTAINER: "http://169.254.170.23/v1/credentials"}, "http://169.254.170.23/v1/credentials"),
    "EKS by IPv6": ({CONTAINER: "http://[fd00:ec2::23]/v1/credentials"}, "http://[fd00:ec2::23]/v1/credentials"),
}


@pytest.mark.parametrize(("environ", "url"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_the_agent_of_a_container_is_asked_beside_it(environ: Files, url: str) -> None:
    asked: list[Request] = []

    def ask_it(request: Request, seconds: float) -> Response:
        asked.append(request)
        return Response(200, {}, json.dumps(MACHINE_KEYS))

    token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token"}
    user = User(environ={**environ, **token}, files={"/token": "hush-file\n"})
    secrets: list[str] = []
    access = access_of(user, host=NO_HOST._replace(ask_metadata=ask_it), secrets=secrets)
    assert access.credentials.security_token == "hush-t"
    assert [request.url for request in asked] == [url]
    assert asked[0].headers["authorization"] == "hush-file"
    assert {"hush-file", "hush-s", "hush-t"} <= set(secrets)


@pytest.mark.parametrize("name", ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", CONTAINER])
def test_the_id_of_a_container_is_as_secret_as_its_keys(name: str) -> None:
    own_id = "0e0e0e0e-1111-4222-8333-0000000000c3"
    start = "http://169.254.170.2" if name == CONTAINER else ""
    user = User(environ={name: f"{start}/v2/credentials/{own_id}"})
    secrets: list[str] = []
    host = NO_HOST._replace(ask_metadata=lambda request, seconds: Response(200, {}, json.dumps(MACHINE_KEYS)))
    access_of(user, host=host, secrets=secrets)
    assert own_id in secrets
    assert {"v2", "credentials"}.isdisjoint(secrets)


# Other things that the environment and the profile say

PLACES: dict[str, tuple[User, str]] = {
    "option": (User({"region": "a-1"}, {"AWS_REGION": "b-1"}), "a-1"),
    "AWS_REGION": (User(environ={"AWS_REGION": "b-1", "AWS_DEFAULT_REGION": "c-1"}), "b-1"),
    "AWS_DEFAULT_REGION": (
        User(environ={"AWS_DEFAULT_REGION": "c-1"}, files={"~/.aws/config": "[default]\nregion=d-1"}),
        "c-1",
    ),
    "profile": (User(files={"~/.aws/config": "[default]\nregion = d-1\n"}), "d-1"),
    "named profile": (
        User({"profile": "x"}, files={"~/.aws/config": "[default]\nregion = d-1\n[profile x]\nregion = e-1\n"}),
        "e-1",
    ),
    "both files": (
        User(files={"~/.aws/config": "[default]\nregion = d-1\n", "~/.aws/credentials": "[default]\nregion = f-1\n"}),
        "f-1",
    ),
    "credentials file": (User(files={"~/.aws/credentials": "[default]\nregion = f-1\n"}), "f-1"),
}


@pytest.mark.parametrize(("user", "region"), PLACES.values(), ids=PLACES.keys())
def test_the_region_is_the_first_that_is_said(user: User, region: str) -> None:
    options = {**KEYS, "region": None, **user.options}
    with client(user._replace(options=options)) as made:
        assert made.region == region


BUNDLES: dict[str, tuple[User, tuple[str, str]]] = {
    "environment": (
        User(KEYS, {"AWS_CA_BUNDLE": "/e"}, {"~/.aws/config": "[default]\nca_bundle = /p\n"}),
        ("/e", "AWS_CA_BUNDLE"),
    ),
    "profile": (
        User(KEYS, {}, {"~/.aws/config": "[default]\nca_bundle = /p\n"}),
        ("/p", "~/.aws/config, profile 'default': ca_bundle"),
    ),
    "nothing": (User(KEYS), ("", "")),
}


@pytest.mark.parametrize(("user", "bundle"), BUNDLES.values(), ids=BUNDLES.keys())
def test_certificates_to_trust_are_the_first_that_are_said(user: User, bundle: tuple[str, str]) -> None:
    found = AWS.resolve(user.options, user.environ, user.files.get)
    assert (found.ca_path, found.ca_title) == bundle


def test_a_file_of_keys_that_others_can_read_is_warned_of(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / ".aws" / "credentials"
    path.parent.mkdir()
    path.write_text("[default]\naws_access_key_id = a\naws_secret_access_key = hush\n", encoding="utf-8")
    path.chmod(0o644)
    told: list[str] = []
    with contextlib.closing(Client(AWS, {"region": "x"}, this_host({}), list, told.append)):
        pass
    assert len(told) == 1
    assert "run chmod 600 ~/.aws/credentials" in told[0]


def test_a_renewed_token_is_written_for_its_owner_alone(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    host = this_host({})
    (tmp_path / "cache").mkdir()
    host.write_file("~/cache/x.json", "new")
    assert (tmp_path / "cache" / "x.json").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "cache" / "x.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["x.json"]
    host.write_file("~/nowhere/x.json", "new")
    assert not (tmp_path / "nowhere").exists()


def test_keys_and_tokens_are_told_as_secrets(cloud: Cloud) -> None:
    secrets: list[str] = []
    access_of(User({**KEYS, "security_token": "hush-session", "role_arn": ROLE}), cloud.url, secrets=secrets)
    assert {"hush-option", "hush-session", "hush-secret-1", "hush-token-1"} <= set(secrets)
