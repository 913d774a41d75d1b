# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get temporary keys for AWS by the token that ``aws sso login`` has left. Pure: the text of its file is passed in.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .._core.errors import CloudError, CredentialsMissing, Unauthorized, Unavailable
from .._core.values import Options, ReadFile, format_time, to_datetime, to_number
from .._credentials.chain import NotInSource, read_text
from .._credentials.exchange import BaseExchange, access_from, explaining, local_endpoint
from .._credentials.model import Access, Credentials, LoginContext
from .._credentials.source import FieldNames, header_value
from .._http.message import Request
from . import endpoints

FOLDER = "~/.aws/sso/cache"
OIDC, PORTAL = "oidc", "portal.sso"
JSON = {"content-type": "application/json"}
REFRESH_BEFORE = timedelta(minutes=15)
KEYS: FieldNames = {
    "access_key": ("accessKeyId",),
    "secret_key": ("secretAccessKey",),
    "security_token": ("sessionToken",),
}
_FOR_REFRESH = ("refreshToken", "clientId", "clientSecret", "registrationExpiresAt")
_SECRET = ("accessToken", "refreshToken", "clientSecret")


@dataclass(frozen=True)
class Session:
    """A sign-in: the URL of its portal and the region of IAM Identity Center. One without a name is never renewed."""

    start_url: str
    region: str
    name: str = ""

    @property
    def path(self) -> str:
        """Return the path of the file that holds its token."""
        key = hashlib.sha1((self.name or self.start_url).encode(), usedforsecurity=False).hexdigest()
        return f"{FOLDER}/{key}.json"


@dataclass(frozen=True)
class Sso(BaseExchange):
    """A role of an account that a person has signed in to. ``token`` is what the file of the session holds."""

    session: Session
    account_id: str
    role_name: str
    token: t.Mapping[str, t.Any] = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset(self._text(name) for name in _SECRET) - {""}

    def _text(self, name: str) -> str:
        value = self.token.get(name)
        return value if isinstance(value, str) else ""

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role, with a token that is renewed before it ends."""
        with explaining(
            f"{credentials.source}: no keys for the role {self.role_name} of the account {self.account_id}",
            "sign in with: aws sso login",
        ):
            access_token = self._fresh_token(context)
            query = (("account_id", self.account_id), ("role_name", self.role_name))
            headers = {"x-amz-sso_bearer_token": access_token}
            url = _url(PORTAL, self.session, context.options)
            body = context.send(Request("GET", url, "/federation/credentials", query, headers)).body
            answer = body.get("roleCredentials") if isinstance(body, dict) else None
            return access_from(answer, KEYS, "expiration", credentials, context)

    def _fresh_token(self, context: LoginContext) -> str:
        now, ends = context.stamp().now, to_datetime(self._text("expiresAt"))
        if ends and ends - now >= REFRESH_BEFORE:
            return self._text("accessToken")
        try:
            return self._refreshed(now, context)
        except CloudError:
            if ends and ends > now:
                return self._text("accessToken")
            raise

    def _refreshed(self, now: datetime, context: LoginContext) -> str:
        """Return a new token, and write it to the file for the vendor's own tools. The old one may have become useless."""
        registered_until = to_datetime(self._text("registrationExpiresAt"))
        can_refresh = self.session.name and all(self._text(name) for name in _FOR_REFRESH)
        if not can_refresh or not registered_until or registered_until <= now:
            raise Unauthorized(
                f"the token in {self.session.path} ended at {self._text('expiresAt')}, and cannot be renewed"
            )
        answer = context.send(self._refresh_request(context)).body
        values = answer if isinstance(answer, dict) else {}
        access_token, seconds = values.get("accessToken"), to_number(values.get("expiresIn"))
        if not isinstance(access_token, str) or not access_token or seconds is None:
            raise Unavailable("the new token is not in the answer")
        refresh_token = str(values.get("refreshToken") or self._text("refreshToken"))
        context.on_secret((access_token, refresh_token))
        new = {"accessToken": access_token, "refreshToken": refresh_token, "expiresAt": _date(now, seconds)}
        session = {"startUrl": self.session.start_url, "region": self.session.region}
        context.host.write_file(self.session.path, json.dumps({**self.token, **session, **new}))
        return access_token

    def _refresh_request(self, context: LoginContext) -> Request:
        names = ("clientId", "clientSecret", "refreshToken")
        form = {"grantType": "refresh_token", **{name: self._text(name) for name in names}}
        url = _url(OIDC, self.session, context.options)
        return Request("POST", url, "/token", (), JSON, json.dumps(form).encode())


def _date(now: datetime, seconds: float) -> str:
    return str(format_time(now.replace(microsecond=0) + timedelta(seconds=int(seconds))))


def _url(product: str, session: Session, options: Options) -> str:
    return local_endpoint(options) or endpoints.url_of(product, session.region, options)


def read_token(session: Session, title: str, read: ReadFile) -> dict[str, t.Any]:
    """Return what the file of a session holds. Raise CredentialsMissing if there is no token in it."""
    try:
        token = _parsed(read_text(session.path, read))
    except NotInSource as exc:
        reason = str(exc)
    else:
        if all(isinstance(token.get(name), str) and token[name] for name in ("accessToken", "expiresAt")):
            return {**token, "accessToken": header_value(token["accessToken"], f"{session.path}: accessToken")}
        reason = f"file {session.path} has no accessToken with expiresAt"
    raise CredentialsMissing(f"{title}: {reason}; sign in with: aws sso login")


def _parsed(text: str) -> dict[str, t.Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    return values if isinstance(values, dict) else {}
