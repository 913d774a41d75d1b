# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of AWS beside botocore: for the same files and environment, both find the same keys, and ask for them in the same way."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import shlex
import sys
import types
import typing as t
from urllib.parse import parse_qsl, unquote

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.signatures import Received
from support.http_stub import Stub, StubResponse

pytest.importorskip("botocore")

import botocore.credentials
import botocore.exceptions
import botocore.session
import botocore.tokens
from botocore.loaders import Loader

Table = t.Mapping[str, str]
Keys = tuple[str, str, str]

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/reader"
NEXT_ROLE = "arn:aws:iam::210987654321:role/next"
LATER = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=8)
SOON = LATER - datetime.timedelta(hours=8, minutes=-5)
LONG_AGO = LATER - datetime.timedelta(days=3)
LOADER = Loader()
# Reading botocore's models takes longer than all else, so that all sessions share one loader.


def keys_for(*what: str) -> Keys:
    """The keys that the stand-in of AWS gives to somebody: other ones for each role, and for whoever asks for it."""
    digest = hashlib.sha256("|".join(what).encode()).hexdigest()
    return f"ASIA{digest[:16].upper()}", f"hush-secret-{digest[16:32]}", f"hush-token-{digest[32:48]}"


def iso(moment: datetime.datetime) -> str:
    """A time as AWS writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# The stand-in of AWS


def sts(received: Received) -> StubResponse:
    """STS: keys by the role, and by the key or the token that asks for it."""
    form = dict(parse_qsl(received.body.decode()))
    asking = form.get("WebIdentityToken") or key_of(received)
    key, secret, token = keys_for(form["RoleArn"], asking)
    action = form["Action"]
    text = (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
        f"<Expiration>{iso(LATER)}</Expiration></Credentials><AssumedRoleUser><Arn>x</Arn><AssumedRoleId>y</AssumedRoleId>"
        f"</AssumedRoleUser></{action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{action}Response>"
    )
    return StubResponse(200, text.encode(), {"content-type": "text/xml"})


def key_of(received: Received) -> str:
    """The id of the key that a request is signed with, or "" if it is not signed."""
    return received.headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]


def portal(received: Received) -> StubResponse:
    """The portal of IAM Identity Center."""
    query = dict(received.pairs())
    token = received.headers["x-amz-sso_bearer_token"]
    key, secret, session = keys_for("sso", query["account_id"], query["role_name"], token)
    found = {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": session}
    return as_json({"roleCredentials": {**found, "expiration": int(LATER.timestamp() * 1000)}})


def oidc(received: Received) -> StubResponse:
    """The service that renews the token of a sign-in."""
    form = json.loads(received.body)
    renewed = {"accessToken": f"renewed-by-{form['refreshToken']}", "expiresIn": 28800, "tokenType": "Bearer"}
    return as_json({**renewed, "refreshToken": "hush-refresh-2"})


def machine_keys(*what: str) -> StubResponse:
    """Keys in the form of the metadata service."""
    key, secret, token = keys_for(*what)
    found = {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": iso(LATER)}
    return as_json({"Code": "Success", "Type": "AWS-HMAC", **found})


def as_json(body: t.Any) -> StubResponse:
    """An answer in JSON."""
    return StubResponse(200, json.dumps(body).encode(), {"content-type": "application/json"})


METADATA = "/latest/meta-data/iam/security-credentials/"


def aws(received: Received) -> StubResponse:
    """All of AWS behind one URL."""
    answers: dict[tuple[str, str], t.Callable[[Received], StubResponse]] = {
        ("POST", "/"): sts,
        ("GET", "/federation/credentials"): portal,
        ("POST", "/token"): oidc,
        ("PUT", "/latest/api/token"): lambda dummy: StubResponse(200, b"hush-imds-token"),
        ("GET", METADATA): lambda dummy: StubResponse(200, b"web@server"),
        ("GET", f"{METADATA}web@server"): lambda dummy: machine_keys("instance"),
        ("GET", "/container"): lambda each: machine_keys("container", each.headers.get("authorization", "")),
    }
    answer = answers.get((received.method, unquote(received.path)))
    return answer(received) if answer else StubResponse(404, b"nobody")


@pytest.fixture(scope="module")
def _stand_in() -> t.Iterator[Stub]:
    with Stub(aws) as stub:
        yield stub


@pytest.fixture
def cloud(_stand_in: Stub) -> Stub:
    """All of AWS, asked nothing yet."""
    _stand_in.received.clear()
    return _stand_in


# Files and environment

PRINTED = {"Version": 1, "AccessKeyId": "AKIAPRINTED", "SecretAccessKey": "hush-printed"}
SESSION = {**PRINTED, "SessionToken": "hush-printed-token", "Expiration": iso(LATER)}


def printing(output: t.Any) -> str:
    """A command that prints this as JSON."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(f'print({json.dumps(output)!r})')}"


CONFIG = f"""\
[default]
region = us-west-2

[profile keys-in-config]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hush-config

[profile in-both]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hush-config
aws_session_token = hush-config-token

[profile settings-only]
region = eu-central-1

[profile "with space"]
aws_access_key_id = AKIASPACE
aws_secret_access_key = hush-space

[profile role]
role_arn = {ROLE}
source_profile = keys

[profile role-in-full]
role_arn = {ROLE}
source_profile = session
role_session_name = me@example.com
external_id = for-you/12
duration_seconds = 1800

[profile role-of-itself]
role_arn = {ROLE}
source_profile = role-of-itself
aws_access_key_id = AKIAITSELF
aws_secret_access_key = hush-itself

[profile chain]
role_arn = {NEXT_ROLE}
source_profile = role

[profile chain-that-stops-at-keys]
role_arn = {NEXT_ROLE}
source_profile = role-of-itself

[profile role-of-process]
role_arn = {ROLE}
source_profile = process

[profile role-of-sso]
role_arn = {ROLE}
source_profile = sso

[profile role-of-token]
role_arn = {NEXT_ROLE}
source_profile = token

[profile role-of-environment]
role_arn = {ROLE}
credential_source = Environment

[profile role-of-instance]
role_arn = {ROLE}
credential_source = Ec2InstanceMetadata

[profile role-of-container]
role_arn = {ROLE}
credential_source = EcsContainer

[profile token]
role_arn = {ROLE}
web_identity_token_file = {{home}}/token

[profile token-with-name]
role_arn = {ROLE}
role_session_name = pod
web_identity_token_file = {{home}}/token

[profile process]
credential_process = {printing(SESSION)}

[profile process-for-long]
credential_process = {printing(PRINTED)}

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Reader

[profile sso-old]
sso_start_url = https://old.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Reader

[profile sso-soon]
sso_session = soon
sso_account_id = 123456789012
sso_role_name = Reader

[profile all-by-token]
role_arn = {ROLE}
web_identity_token_file = {{home}}/token
source_profile = keys
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Reader
credential_process = {printing(SESSION)}

[profile all-by-role]
role_arn = {ROLE}
source_profile = keys
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Reader
credential_process = {printing(SESSION)}

[profile all-by-sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Reader
credential_process = {printing(SESSION)}
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hush-config

[profile all-by-keys]
credential_process = {printing(SESSION)}
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hush-config

[profile all-by-process]
credential_process = {printing(SESSION)}
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hush-config

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[sso-session soon]
sso_start_url = https://soon.awsapps.com/start
sso_region = us-east-1
"""
CREDENTIALS = """\
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = hush-default

[keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = hush%keys

[session]
aws_access_key_id = ASIASESSION
aws_secret_access_key = hush-session
aws_session_token = hush-session-token

[in-both]
aws_access_key_id = AKIAFIRST
aws_secret_access_key = hush-first

[all-by-token]
aws_access_key_id = AKIAALL
aws_secret_access_key = hush-all

[all-by-role]
aws_access_key_id = AKIAALL
aws_secret_access_key = hush-all

[all-by-sso]
aws_access_key_id = AKIAALL
aws_secret_access_key = hush-all

[all-by-keys]
aws_access_key_id = AKIAALL
aws_secret_access_key = hush-all

[both-tokens]
aws_access_key_id = ASIABOTH
aws_secret_access_key = hush-both
aws_session_token = hush-new-name
aws_security_token = hush-old-name
"""
NO_KEYS = "[other]\nregion = x\n"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAENVIRON", "AWS_SECRET_ACCESS_KEY": "hush-environ"}
OLD_FILE = "AWSAccessKeyId=AKIAOLD\nAWSSecretKey=hush-old\n"
BOTO_FILE = "[Credentials]\naws_access_key_id = AKIABOTO\naws_secret_access_key = hush-boto\n"


NOTHING: Table = types.MappingProxyType({})


class Scene(t.NamedTuple):
    """What a user has, besides the files above: the environment, the profile that an option names, the credentials file."""

    environ: Table = NOTHING
    profile: str | None = None
    credentials: str = CREDENTIALS


def by_profile(name: str, **environ: str) -> Scene:
    """The scene of a profile that the environment names."""
    return Scene({"AWS_PROFILE": name, **environ})


CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container"}
POD = {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"}
SCENES: dict[str, Scene] = {
    "the default section": Scene(),
    "keys of the environment": Scene(ENVIRONMENT),
    "a session of the environment": Scene({**ENVIRONMENT, "AWS_SESSION_TOKEN": "hush-1"}),
    "a session by its old name": Scene({**ENVIRONMENT, "AWS_SECURITY_TOKEN": "hush-2", "AWS_SESSION_TOKEN": "hush-1"}),
    "a token that is left over": Scene({"AWS_SESSION_TOKEN": "hush-1", "AWS_SECRET_ACCESS_KEY": "hush-3"}),
    "an empty key": Scene({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}),
    "keys of the environment, AWS_PROFILE": Scene({**ENVIRONMENT, "AWS_PROFILE": "keys"}),
    "keys of the environment, an option": Scene(ENVIRONMENT, "keys"),
    "a role by an option, keys of the environment": Scene(ENVIRONMENT, "role"),
    "two names of a profile": Scene({"AWS_PROFILE": "keys", "AWS_DEFAULT_PROFILE": "session"}),
    "an option, two names": Scene({"AWS_PROFILE": "keys", "AWS_DEFAULT_PROFILE": "keys"}, "session"),
    "both names of the token in a file": by_profile("both-tokens"),
    "pod": Scene(POD),
    "pod with a name": Scene({**POD, "AWS_ROLE_SESSION_NAME": "waiter"}),
    "pod, keys of the environment": Scene({**POD, **ENVIRONMENT}),
    "pod, a profile with keys": Scene({**POD, "AWS_PROFILE": "keys"}),
    "pod, a profile with a role": Scene({**POD, "AWS_PROFILE": "role"}),
    "pod, a profile with a token": Scene({"AWS_ROLE_ARN": NEXT_ROLE, "AWS_PROFILE": "token"}),
    "pod, an option": Scene(POD, "keys"),
    "pod, an option with a token": Scene({"AWS_ROLE_ARN": NEXT_ROLE}, "token"),
    "a role without a file": Scene({"AWS_ROLE_ARN": ROLE}),
    "container": Scene(CONTAINER, credentials=NO_KEYS),
    "container with a token": Scene(
        {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic hush"}, credentials=NO_KEYS
    ),
    "container with both tokens": Scene(
        {
            **CONTAINER,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hush-variable",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token",
        },
        credentials=NO_KEYS,
    ),
    "container, files with keys": Scene(CONTAINER),
    "container, a profile without keys": Scene(CONTAINER, "settings-only"),
    "instance": Scene(credentials=NO_KEYS),
    "instance, by a profile without keys": Scene({"AWS_PROFILE": "settings-only"}),
    "instance, by an option without keys": Scene({}, "settings-only"),
    "instance that is not asked": Scene({"AWS_EC2_METADATA_DISABLED": "TRUE"}, credentials=NO_KEYS),
    "role of the environment": by_profile("role-of-environment", AWS_SESSION_TOKEN="hush-1"),
    "role of the environment, an option": Scene(ENVIRONMENT, "role-of-environment"),
    "role of the container": by_profile("role-of-container", **CONTAINER),
    "role of a container that is none": by_profile("role-of-container"),
    "role of an instance that is not asked": by_profile("role-of-instance", AWS_EC2_METADATA_DISABLED="true"),
    "old file": Scene({"AWS_CREDENTIAL_FILE": "{home}/old"}, credentials=NO_KEYS),
    "old file, a profile": Scene({"AWS_CREDENTIAL_FILE": "{home}/old"}),
    "both old files, container": Scene(
        {"AWS_CREDENTIAL_FILE": "{home}/old", "BOTO_CONFIG": "{home}/boto", **CONTAINER}, credentials=NO_KEYS
    ),
    "boto file, container": Scene({"BOTO_CONFIG": "{home}/boto", **CONTAINER}, credentials=NO_KEYS),
    "boto file": Scene({"BOTO_CONFIG": "{home}/boto"}, credentials=NO_KEYS),
    **{
        f"profile {name}": by_profile(name)
        for name in (
            *("all-by-token", "all-by-role", "all-by-sso", "all-by-keys", "all-by-process"),
            *("keys", "session", "keys-in-config", "in-both", "with space", "role", "role-in-full", "role-of-itself"),
            *("chain", "chain-that-stops-at-keys", "role-of-process", "role-of-sso", "role-of-token"),
            *(
                "role-of-instance",
                "token",
                "token-with-name",
                "process",
                "process-for-long",
                "sso",
                "sso-old",
                "sso-soon",
            ),
        )
    },
}


@pytest.fixture
def home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A home directory with all files, in an environment without any AWS."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True)
    for provider in (botocore.credentials.SSOProvider, botocore.tokens.SSOTokenProvider):
        monkeypatch.setattr(provider, "_SSO_TOKEN_CACHE_DIR", str(folder))
    (tmp_path / ".aws" / "config").write_text(CONFIG.replace("{home}", str(tmp_path)), encoding="utf-8")
    (tmp_path / "token").write_text("hush-id-token", encoding="utf-8")
    (tmp_path / "old").write_text(OLD_FILE, encoding="utf-8")
    (tmp_path / "boto").write_text(BOTO_FILE, encoding="utf-8")
    write_token(tmp_path, "corp", LATER)
    write_token(tmp_path, "https://old.awsapps.com/start", LATER)
    write_token(tmp_path, "soon", SOON)
    return tmp_path


def token_path(home: pathlib.Path, session: str) -> pathlib.Path:
    """The file that aws sso login writes."""
    return home / ".aws" / "sso" / "cache" / f"{hashlib.sha1(session.encode()).hexdigest()}.json"


def write_token(home: pathlib.Path, session: str, ends: datetime.datetime, **other: str | None) -> None:
    """Sign in."""
    token = {
        "startUrl": f"https://{session}.awsapps.com/start",
        "region": "us-east-1",
        "accessToken": f"hush-{session}",
        "expiresAt": iso(ends),
        "clientId": "client",
        "clientSecret": "hush-client-secret",
        "registrationExpiresAt": iso(LATER),
        "refreshToken": "hush-refresh",
        **other,
    }
    text = json.dumps({name: value for name, value in token.items() if value is not None})
    token_path(home, session).write_text(text, encoding="utf-8")


def environ_of(scene: Scene, cloud: Stub, home: pathlib.Path) -> dict[str, str]:
    """The environment of a scene. The stand-in is all of AWS, its metadata service included."""
    own = {"AWS_ENDPOINT_URL": cloud.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": cloud.url, "AWS_REGION": REGION}
    texts = {**own, "AWS_DEFAULT_REGION": REGION, **scene.environ}
    return {name: text.replace("{url}", cloud.url).replace("{home}", str(home)) for name, text in texts.items()}


def by_botocore(scene: Scene, environ: Table) -> Keys | None:
    """The keys that botocore finds, or None if it finds none."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        session = botocore.session.Session(profile=scene.profile)
        session.register_component("data_loader", LOADER)
        try:
            found = session.get_credentials()
            frozen = found.get_frozen_credentials() if found else None
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            return None
    return (frozen.access_key, frozen.secret_key, frozen.token or "") if frozen else None


def no_link_local(request: Request, seconds: float) -> Response:
    """Ask a metadata service, but none beyond this machine."""
    assert request.host.startswith("127.0.0.1:"), request.host
    return this_host({}).ask_metadata(request, seconds)


@contextlib.contextmanager
def client_of(scene: Scene, environ: Table, secrets: list[str] | None = None, **options: t.Any) -> t.Iterator[Client]:
    """A client of ours in a scene."""
    host = this_host(environ)._replace(ask_metadata=no_link_local)
    given = {"profile": scene.profile, **options}
    made = Client(PROVIDERS["aws"], given, host, ([] if secrets is None else secrets).extend, print)
    with contextlib.closing(made):
        yield made


def by_us(scene: Scene, environ: Table, **options: t.Any) -> Keys | None:
    """The keys that we find, or None if we find none. The error tells of no secret."""
    try:
        with client_of(scene, environ, **options) as made:
            keys = made._current_access(None).credentials
    except (CloudError, OptionError) as exc:
        told = str(exc)
    else:
        return keys.access_key, keys.secret_key, keys.security_token
    assert "hush" not in told
    return None


def said(received: Received) -> tuple[t.Any, ...]:
    """What a request says, without times, signatures, and the name that a session has if the user gives none."""
    form = dict(parse_qsl(received.body.decode())) if received.body[:1] != b"{" else json.loads(received.body)
    if form.get("RoleSessionName", "").startswith(("botocore-session-", "multicloud-tasks")):
        form["RoleSessionName"] = "default"
    signed = received.headers.get("authorization", "").partition(",")[0]
    if "Credential=" in signed:
        key, dummy, *scope = signed.partition("Credential=")[2].split("/")
        signed = "/".join((key, *scope))
    names = ("x-amz-security-token", "x-amz-sso_bearer_token", "x-aws-ec2-metadata-token")
    headers = {name: received.headers.get(name) for name in (*names, "x-aws-ec2-metadata-token-ttl-seconds")}
    return received.method, unquote(received.path), sorted(received.pairs()), form, signed, headers


def write_credentials(home: pathlib.Path, scene: Scene) -> None:
    """Write the credentials file of a scene."""
    path = home / ".aws" / "credentials"
    path.write_text(scene.credentials, encoding="utf-8")
    path.chmod(0o600)


NOTHING_FOUND = {
    "instance that is not asked",
    "role of a container that is none",
    "role of an instance that is not asked",
    "role of the environment",
}


@pytest.mark.parametrize("name", SCENES)
def test_we_find_and_ask_for_the_keys_that_botocore_does(cloud: Stub, home: pathlib.Path, name: str) -> None:
    scene = SCENES[name]
    write_credentials(home, scene)
    environ = environ_of(scene, cloud, home)
    theirs = by_botocore(scene, environ)
    asked_by_them = [said(each) for each in cloud.received]
    cloud.received.clear()
    write_token(home, "soon", SOON)
    ours = by_us(scene, environ)
    assert ours == theirs
    assert [said(each) for each in cloud.received] == asked_by_them
    assert (theirs is None) == (name in NOTHING_FOUND)
