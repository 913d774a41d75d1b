# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keys for Huawei Cloud that have to be asked for: agencies, and what else hands over temporary keys. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from .._core.values import Options
from .._credentials.exchange import (
    BaseExchange,
    access_from,
    ask_for_keys,
    ask_metadata,
    explaining,
    local_endpoint,
    parse_json,
    secrets_of_query,
    try_token,
)
from .._credentials.model import Access, Credentials, LoginContext, keys_of
from .._credentials.source import FieldNames
from .._http.message import Request
from . import iam

METADATA = "http://169.254.169.254"
METADATA_TOKEN = "/meta-data/latest/api/token"
METADATA_KEYS = "/openstack/latest/securitykey"
TOKEN_SECONDS = "21600"
# What the vendor's SDK asks for in these two cases.
ID_TOKEN_SECONDS = 6 * 60 * 60
OIDC_SECONDS = 3600
AGENCY_SECONDS = 3600
SESSION_NAME = "multicloud-tasks"

STS_KEYS: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("secret_access_key",),
    "security_token": ("security_token",),
}
# The spellings that the vendor's SDK reads from a pod identity agent.
POD_KEYS: FieldNames = {
    "access_key": ("access", "accessKeyId", "access_key_id"),
    "secret_key": ("secret", "secretAccessKey", "secret_access_key"),
    "security_token": ("securitytoken", "securityToken", "security_token"),
}


def authenticated(found: Credentials, context: LoginContext) -> Access:
    """Keys, or the token of a user."""
    return iam.token(found, context) if found.username else keys_of(found, context)


@dataclass(frozen=True)
class Agency:
    """An agency of another account, or of the same one, that trusts the one of ``base``."""

    base: Credentials
    name: str
    domain_name: str = ""
    domain_id: str = ""
    seconds: int = AGENCY_SECONDS

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return self.base.secrets()

    def may_lack_keys(self) -> bool:
        """Whether it may turn out that there are no keys at all."""
        return self.base.may_lack_keys()

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the agency. A project that is named is one of the account that delegates, not of the one that asks."""
        asker = authenticated(replace(self.base, project_id="", project_name=""), context)
        delegating = {"domain_id": self.domain_id} if self.domain_id else {"domain_name": self.domain_name}
        role = {"agency_name": self.name, **delegating, "duration_seconds": self.seconds}
        identity = {"methods": ["assume_role"], "assume_role": role}
        with explaining(
            f"{found.source}: the agency {self.name!r} of {self.domain_name or self.domain_id!r} is not given to the keys from "
            f"{self.base.source}",
            "see that it delegates to their account, and that their user has the right Agent Operator",
        ):
            return iam.temporary_keys(found, context, identity, Access(asker.credentials))


@dataclass(frozen=True)
class IdToken(BaseExchange):
    """Keys for the token of an identity provider, which IAM takes for a federated user."""

    idp_id: str
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys."""
        with explaining(
            f"{found.source}: IAM gives no keys for the token of the identity provider {self.idp_id}",
            "see that IAM knows it, and that the file of the token is kept fresh",
        ):
            token = iam.token_for_id(found, self.idp_id, self.token, context)
            identity = {"methods": ["token"], "token": {"id": token, "duration_seconds": ID_TOKEN_SECONDS}}
            return iam.temporary_keys(found, context, identity)


@dataclass(frozen=True)
class OidcAgency(BaseExchange):
    """A trust agency that is taken with the token of an OIDC provider: STS, as the vendor's SDK asks it."""

    provider_urn: str
    agency_urn: str
    token: str = field(repr=False)
    session_name: str = SESSION_NAME
    seconds: int = OIDC_SECONDS
    policy: str = ""
    policy_ids: tuple[str, ...] = ()
    endpoint: str = ""

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the agency. The token is all the proof there is: nothing is signed."""
        body = {
            "provider_urn": self.provider_urn,
            "agency_urn": self.agency_urn,
            "agency_session_name": self.session_name,
            "id_token": self.token,
            "duration_seconds": self.seconds,
            **({"policy": self.policy} if self.policy else {}),
            **({"policy_ids": list(self.policy_ids)} if self.policy_ids else {}),
        }
        request = Request(
            "POST", self._url(context.options), "/v5/agencies/assume-with-oidc", (), iam.JSON, json.dumps(body).encode()
        )
        with explaining(
            f"{found.source}: the agency {self.agency_urn} is not given to the token of {self.provider_urn}",
            "see that it trusts this provider, and that the token is kept fresh",
        ):
            response = context.send(request)
            told = response.body.get("credentials") if isinstance(response.body, dict) else None
            return access_from(told, STS_KEYS, "expiration", found, context)

    def _url(self, options: Options) -> str:
        region = str(options.get("region") or "cn-north-4")
        return self.endpoint or local_endpoint(options) or f"https://sts.{region}.{iam.domain(options)}"


@dataclass(frozen=True)
class EcsAgency(BaseExchange):
    """The agency of the ECS instance that this runs on, told by its metadata service."""

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the agency; older metadata services know no token."""
        endpoint = local_endpoint(context.options) or METADATA
        request = Request("GET", endpoint, METADATA_KEYS)
        with explaining(found.source):
            headers = {"X-Metadata-Token-Ttl-Seconds": TOKEN_SECONDS}
            token = try_token(context, Request("PUT", endpoint, METADATA_TOKEN, headers=headers), required=False)
            asked = request.with_headers({"X-Metadata-Token": token} if token else {})
            told = parse_json(ask_metadata(context, asked, "agency"))
            credential = told.get("credential") if isinstance(told, dict) else None
            return access_from(credential, iam.CREDENTIAL, "expires_at", found, context)


@dataclass(frozen=True)
class Pod(BaseExchange):
    """The identity of a pod of Kubernetes, told by an agent on its node."""

    endpoint: str
    path: str
    query: tuple[tuple[str, str], ...] = field(repr=False)
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return secrets_of_query(self.query) | {self.token}

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the identity."""
        headers = {**iam.JSON, "Authorization": self.token}
        with explaining(found.source, "see that the service account of this pod has an identity"):
            told = ask_for_keys(context, Request("POST", self.endpoint, self.path, self.query, headers, b"{}"))
            inner = told if isinstance(told, dict) else {}
            inner = inner.get("credential") or inner.get("credentials") or inner
            return access_from(inner, POD_KEYS, "expires_at" if "expires_at" in inner else "expiration", found, context)
