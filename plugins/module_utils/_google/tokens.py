# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get tokens of Google Cloud for keys, for refresh tokens and for tokens of others. Pure: the LoginContext sends requests.

https://developers.google.com/identity/protocols/oauth2/service-account

https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token

https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
"""

from __future__ import annotations

import base64
import contextlib
import json
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from .._core.errors import BadDate, BadSignature, CloudError, Unavailable
from .._core.pattern import matches
from .._core.values import Options, to_http_date, to_number
from .._credentials.exchange import (
    BaseExchange,
    access_from,
    ask_for_keys,
    explaining,
    local_endpoint,
    secrets_of_query,
)
from .._credentials.model import Access, Credentials, LoginContext, keys_of
from .._credentials.rsa import PrivateKey, jwt_of
from .._credentials.source import TOKEN, FieldNames, header_value
from .._http.message import Request, Response
from .._service.model import Codes
from .bearer import bearer_headers
from .places import UNIVERSE

TOKEN_URL = f"https://oauth2.{UNIVERSE}/token"
SCOPE = f"https://www.{UNIVERSE}/auth/cloud-platform"
# What a service account asks for that only gets tokens of another one.
IAM_SCOPE = f"https://www.{UNIVERSE}/auth/iam"
SECONDS = 3600
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
# Clocks that differ by less agree. The client measures the end of a token by the same.
WRONG_BY = timedelta(minutes=5)

# What a login says, by https://www.rfc-editor.org/rfc/rfc6749#section-5.2 and google-auth. A refused key is never sent again.
REFUSALS: Codes = (
    # An assertion is refused for its times alone if the clock of this machine is wrong.
    (r"^invalid_grant$", r"(?i)reasonable timeframe|iat and exp|short-lived token|in the future", BadDate),
    (r"^(invalid_grant|invalid_client|unauthorized_client|invalid_rapt)$", "", BadSignature),
    (r"^(internal_failure|server_error|temporarily_unavailable)$", "", Unavailable),
)

_OAUTH: FieldNames = {"auth_token": ("access_token",)}
_IAM: FieldNames = {"auth_token": ("accessToken",)}


@contextlib.contextmanager
def classifying() -> t.Iterator[None]:
    """Classify the refusals of a login by their words."""
    try:
        yield
    except CloudError as exc:
        error = _classified(exc)
    else:
        return
    raise error


def _classified(exc: CloudError) -> CloudError:
    rows = (
        kind
        for on_code, on_message, kind in REFUSALS
        if matches(on_code, exc.code) and matches(on_message, exc.message)
    )
    kind = next(rows, None)
    if kind is None:
        return exc
    error = kind(
        exc.message,
        code=exc.code,
        http_status=exc.http_status,
        request_id=exc.request_id,
        retry_after=exc.retry_after,
        served_at=exc.served_at,
    )
    error.login_at = exc.login_at
    return error


def root_of(options: Options, url: str) -> str:
    """Return scheme and host of a URL of a login; those of the option ``endpoint`` if it is on this machine."""
    parts = urlsplit(local_endpoint(options) or url)
    return f"{parts.scheme}://{parts.netloc}"


def post(context: LoginContext, url: str, headers: t.Mapping[str, str], body: bytes) -> Response:
    """Send a request of a login, and return the answer."""
    request = Request("POST", root_of(context.options, url), urlsplit(url).path or "/", (), headers, body)
    with classifying():
        return context.send(request)


def access_of(
    response: Response, credentials: Credentials, context: LoginContext, values: t.Mapping[str, str]
) -> Access:
    """Return the token in an answer with ``access_token`` and ``expires_in``."""
    answer = response.body if isinstance(response.body, dict) else {}
    access = access_from(answer, _OAUTH, "", credentials, context, TOKEN)
    return access._replace(values=values, expires_at=_end_of(answer.get("expires_in"), response, context))


def _end_of(seconds: t.Any, response: Response, context: LoginContext) -> t.Optional[datetime]:
    """Return when a token ends, by the clock of the cloud if that of this machine is wrong; None if nobody says it."""
    number = to_number(seconds)
    if number is None or not 0 < number < SECONDS * 24 * 365:
        return None
    now, served_at = context.stamp().now, to_http_date(response.headers.get("date", ""))
    since = served_at if served_at and abs(served_at - now) >= WRONG_BY else now
    return since + timedelta(seconds=number)


def values_of(quota_project: str) -> dict[str, str]:
    """Return the values of a login that a file of credentials has."""
    return {"quota_project": quota_project} if quota_project else {}


@dataclass(frozen=True)
class ServiceAccount(BaseExchange):
    """The key of a service account. It gets a token, or signs its own where the universe is another than the public one."""

    email: str
    key_id: str
    key: PrivateKey = field(repr=False)
    pem: str = field(repr=False)
    token_url: str = TOKEN_URL
    scopes: tuple[str, ...] = (SCOPE,)
    universe: str = UNIVERSE

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown: the key, and each of its lines."""
        lines = (line.strip() for line in self.pem.splitlines() if "-----" not in line)
        return frozenset((self.pem, *(line for line in lines if len(line) >= 16)))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token."""
        now = context.stamp().now
        if self.universe != UNIVERSE:
            return self._self_signed(credentials, context, now)
        assertion = self._jwt(now, {"iss": self.email, "aud": TOKEN_URL, "scope": " ".join(self.scopes)}, ())
        context.on_secret((assertion,))
        body = urlencode({"assertion": assertion, "grant_type": BEARER}).encode()
        with explaining(
            f"{credentials.source}: there is no token for the key {self.key_id} of {self.email}",
            "see that this key was neither deleted nor disabled, and that the service account is enabled",
        ):
            return access_of(post(context, self.token_url, FORM, body), credentials, context, {})

    def _self_signed(self, credentials: Credentials, context: LoginContext, now: datetime) -> Access:
        """Return a token that nobody is asked for. https://google.aip.dev/auth/4111"""
        token = self._jwt(now, {"scope": " ".join(self.scopes)}, (self.email, self.email))
        context.on_secret((token,))
        end = now + timedelta(seconds=SECONDS)
        return Access(Credentials(credentials.source, auth_token=token), {}, end)

    def _jwt(self, now: datetime, claims: t.Mapping[str, str], whose: tuple[str, ...]) -> str:
        since = int(now.timestamp())
        times = {"iat": since, "exp": since + SECONDS}
        header = {"typ": "JWT", "alg": "RS256", "kid": self.key_id}
        return jwt_of(header, {**dict(zip(("iss", "sub"), whose)), **times, **claims}, self.key)


@dataclass(frozen=True)
class AuthorizedUser(BaseExchange):
    """The refresh token of a person, as ``gcloud auth application-default login`` leaves it. Its scopes were chosen then."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    quota_project: str = ""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.client_secret, self.refresh_token))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }
        with explaining(
            f"{credentials.source}: there is no token for its refresh token",
            "sign in again with 'gcloud auth application-default login'",
        ):
            response = post(context, TOKEN_URL, FORM, urlencode(form).encode())
            return access_of(response, credentials, context, values_of(self.quota_project))


@dataclass(frozen=True)
class Impersonated(BaseExchange):
    """A service account that is acted as with the token of ``base``. Each of ``delegates`` allows it to the next one."""

    base: Credentials
    email: str
    url: str
    delegates: t.Optional[tuple[str, ...]] = ()
    scopes: tuple[str, ...] = (SCOPE,)
    seconds: int = SECONDS
    quota_project: str = ""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return self.base.secrets()

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return self.base.may_lack_keys()

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token of the service account."""
        base = keys_of(self.base, context)
        delegates = None if self.delegates is None else [f"projects/-/serviceAccounts/{one}" for one in self.delegates]
        body = {"delegates": delegates, "scope": list(self.scopes), "lifetime": f"{self.seconds}s"}
        headers = bearer_headers(base)
        with explaining(
            f"{credentials.source}: {self.email} may not be acted as with the credentials from {base.credentials.source}",
            "give them the role roles/iam.serviceAccountTokenCreator on it, and see that the IAM Credentials API is enabled",
        ):
            response = post(context, self.url, {**JSON, **headers}, json.dumps(body).encode())
            access = access_from(response.body, _IAM, "expireTime", credentials, context, TOKEN)
        # The project that pays for the calls of the base does not pay for these.
        place = {name: value for name, value in base.values.items() if name != "quota_project"}
        return access._replace(values={**place, **values_of(self.quota_project)})


class Subject(t.NamedTuple):
    """Where the token of an identity provider is: a ``token`` from a file, or a URL that returns it.

    ``name`` is the field of a JSON document that holds it, or "" if the answer is the token itself.
    """

    token: str = ""
    endpoint: str = ""
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: t.Mapping[str, str] = {}
    name: str = ""


@dataclass(frozen=True)
class ExternalAccount(BaseExchange):
    """Workload identity federation: the token of an identity provider is exchanged for one of Google Cloud."""

    audience: str
    token_type: str
    token_url: str
    subject: Subject = field(repr=False)
    scopes: tuple[str, ...] = (SCOPE,)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    user_project: str = ""
    quota_project: str = ""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        headers = (value for value in self.subject.headers.values() if len(value) >= 8)
        bare = (value.partition(" ")[2] for value in self.subject.headers.values())
        own = {self.subject.token, self.client_secret, *headers, *(text for text in bare if len(text) >= 8)}
        return frozenset(own - {""}) | secrets_of_query(self.subject.query)

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token."""
        with explaining(
            f"{credentials.source}: the identity provider is not believed",
            "see that audience is the full name of the provider in its pool, and that the token is fresh and meant for it",
        ):
            response = post(context, self.token_url, self._headers(), urlencode(self._form(context)).encode())
            return access_of(response, credentials, context, values_of(self.quota_project))

    def _headers(self) -> dict[str, str]:
        if not self.client_id:
            return FORM
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return {**FORM, "Authorization": f"Basic {pair}"}

    def _form(self, context: LoginContext) -> dict[str, str]:
        form = {
            "grant_type": EXCHANGE,
            "audience": self.audience,
            "scope": " ".join(self.scopes),
            "requested_token_type": ACCESS_TOKEN,
            "subject_token": self.subject.token or _asked_token(self.subject, context),
            "subject_token_type": self.token_type,
        }
        options = json.dumps({"userProject": self.user_project}) if self.user_project and not self.client_id else ""
        return {**form, **({"options": quote(options)} if options else {})}


def _asked_token(subject: Subject, context: LoginContext) -> str:
    """Return the token that a URL returns."""
    formats = ("json",) if subject.name else ("text",)
    request = Request("GET", subject.endpoint, subject.path, subject.query, subject.headers, formats=formats)
    answer = ask_for_keys(context, request)
    token = token_in(answer, subject.name, f"the answer of {request.host}")
    context.on_secret((token,))
    return token


def token_in(answer: t.Any, name: str, what: str) -> str:
    """Return the token of an identity provider in a text or a document. Raise Unavailable if it is not there."""
    token = answer.get(name) if name and isinstance(answer, dict) else answer
    if not isinstance(token, str) or not token.strip():
        raise Unavailable(f"{what} has no {name or 'token'}")
    return header_value(token, f"{what}: the token")
