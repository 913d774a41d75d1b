# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get a token from Microsoft Entra ID for an application. Pure: the LoginContext sends requests.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .._core.errors import BadDate, CloudError, Unavailable
from .._core.values import to_datetime, to_number, to_text
from .._credentials.exchange import BaseExchange, end_after, explaining, local_endpoint
from .._credentials.model import Access, Credentials, LoginContext
from .._http.message import Request, Response, percent
from .clouds import Cloud

FORM = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The assertion is outside of its time: one of the two clocks is wrong.
_BAD_DATE = "AADSTS700024"
REMEDY = "check tenant, client_id and the secret or certificate, and that the cloud is the right one"


class Proof(t.Protocol):
    """How an application proves who it is."""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""

    def form(self, client_id: str, url: str, context: LoginContext) -> dict[str, str]:
        """Return the fields of the form that prove it. ``url`` is that of the token endpoint."""


@dataclass(frozen=True)
class ClientSecret:
    """A client secret."""

    secret: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.secret,))

    def form(self, client_id: str, url: str, context: LoginContext) -> dict[str, str]:
        """Return the secret."""
        return {"client_secret": self.secret}


@dataclass(frozen=True)
class FederatedToken:
    """A token of an identity provider that the application trusts, such as that of a Kubernetes service account."""

    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.token,))

    def form(self, client_id: str, url: str, context: LoginContext) -> dict[str, str]:
        """Return the token."""
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.token}


@dataclass(frozen=True)
class Application(BaseExchange):
    """An application of Microsoft Entra ID, also called service principal."""

    tenant: str
    client_id: str
    cloud: Cloud
    proof: Proof

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return self.proof.secrets()

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token for Azure Resource Manager."""
        endpoint = local_endpoint(context.options) or f"https://{self.cloud.authority}"
        path = f"/{percent(self.tenant)}/oauth2/v2.0/token"
        fields = {
            "client_id": self.client_id,
            "grant_type": "client_credentials",
            "scope": self.cloud.scope,
            **self.proof.form(self.client_id, endpoint + path, context),
        }
        with explaining(f"Microsoft Entra ID gave no token for the application from {credentials.source}", REMEDY):
            response = _sent(Request("POST", endpoint, path, (), FORM, urlencode(fields).encode()), context)
            return access_of(response, response.body, credentials, context)


def _sent(request: Request, context: LoginContext) -> Response:
    """Send a request. Raise BadDate if it is refused for its time alone."""
    try:
        return context.send(request)
    except CloudError as exc:
        if _BAD_DATE not in exc.message:
            raise
        late = exc
    raise BadDate(late.message, code=late.code, http_status=late.http_status, served_at=late.served_at)


def access_of(response: Response, answer: t.Any, credentials: Credentials, context: LoginContext) -> Access:
    """Return the token in an answer, with its end. Raise Unavailable if the answer does not have the promised form.

    ``answer`` is the body of the response, parsed.
    """
    told: t.Mapping[str, t.Any] = answer if isinstance(answer, dict) else {}
    token, seconds = to_text(told.get("access_token")), to_number(told.get("expires_in"))
    if not token or not (token.isascii() and token.isprintable()) or " " in token:
        raise Unavailable("the token is not in the answer, it is not what was promised")
    context.on_secret((token,))
    ends = end_after(seconds, response, context) if seconds else to_datetime(told.get("expires_on"))
    return Access(Credentials(credentials.source, auth_token=token), {}, ends)
