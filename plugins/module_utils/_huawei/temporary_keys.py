# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get temporary keys for Huawei Cloud: by agencies and id tokens, from the metadata service or a pod's agent. Pure."""

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
    secrets_of_path,
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
# The durations that the vendor's SDK uses, in seconds.
ID_TOKEN_SECONDS = 6 * 60 * 60
OIDC_SECONDS = 3600
AGENCY_SECONDS = 3600
SESSION_NAME = "multicloud-tasks"

STS_KEYS: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("secret_access_key",),
    "security_token": ("security_token",),
}
# The spellings that the vendor's SDK accepts from a pod identity agent.
POD_KEYS: FieldNames = {
    "access_key": ("access", "accessKeyId", "access_key_id"),
    "secret_key": ("secret", "secretAccessKey", "secret_access_key"),
    "security_token": ("securitytoken", "securityToken", "security_token"),
}


def authenticated(credentials: Credentials, context: LoginContext) -> Access:
    """Return the keys, or the token of a user."""
    return iam.token(credentials, context) if credentials.username else keys_of(credentials, context)


@dataclass(frozen=True)
class Agency:
    """An agency, of this or another account, that trusts the account of ``base``."""

    base: Credentials
    name: str
    domain_name: str = ""
    domain_id: str = ""
    seconds: int = AGENCY_SECONDS

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return self.base.secrets()

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return self.base.may_lack_keys()

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the agency. A given project is one of the delegating account, so ``base`` logs in without it."""
        base_access = authenticated(replace(self.base, project_id="", project_name=""), context)
        delegating = {"domain_id": self.domain_id} if self.domain_id else {"domain_name": self.domain_name}
        role = {"agency_name": self.name, **delegating, "duration_seconds": self.seconds}
        identity = {"methods": ["assume_role"], "assume_role": role}
        with explaining(
            f"{credentials.source}: the agency {self.name!r} of {self.domain_name or self.domain_id!r} is not given to "
            f"the keys from {self.base.source}",
            "see that it delegates to their account, and that their user has the right Agent Operator",
        ):
            return iam.temporary_keys(credentials, context, identity, Access(base_access.credentials))


@dataclass(frozen=True)
class IdToken(BaseExchange):
    """The token of an identity provider, which IAM exchanges for the keys of a federated user."""

    idp_id: str
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the federated user."""
        with explaining(
            f"{credentials.source}: IAM gives no keys for the token of the identity provider {self.idp_id}",
            "see that IAM knows it, and that the file of the token is kept fresh",
        ):
            token = iam.token_for_id(credentials, self.idp_id, self.token, context)
            identity = {"methods": ["token"], "token": {"id": token, "duration_seconds": ID_TOKEN_SECONDS}}
            return iam.temporary_keys(credentials, context, identity)


@dataclass(frozen=True)
class OidcAgency(BaseExchange):
    """A trust agency that is assumed with the token of an OIDC provider, by STS as the vendor's SDK calls it."""

    provider_urn: str
    agency_urn: str
    token: str = field(repr=False)
    session_name: str = SESSION_NAME
    seconds: int = OIDC_SECONDS
    policy: str = ""
    policy_ids: tuple[str, ...] = ()
    endpoint: str = ""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the agency. The token is the only proof: the request is not signed."""
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
            f"{credentials.source}: the agency {self.agency_urn} is not given to the token of {self.provider_urn}",
            "see that it trusts this provider, and that the token is kept fresh",
        ):
            response = context.send(request)
            answer = response.body.get("credentials") if isinstance(response.body, dict) else None
            return access_from(answer, STS_KEYS, "expiration", credentials, context)

    def _url(self, options: Options) -> str:
        region = str(options.get("region") or "cn-north-4")
        return self.endpoint or local_endpoint(options) or f"https://sts.{region}.{iam.domain(options)}"


@dataclass(frozen=True)
class EcsAgency(BaseExchange):
    """The agency of the ECS instance that this runs on, from its metadata service."""

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the agency. Older metadata services have no session tokens."""
        endpoint = local_endpoint(context.options) or METADATA
        request = Request("GET", endpoint, METADATA_KEYS)
        with explaining(credentials.source):
            headers = {"X-Metadata-Token-Ttl-Seconds": TOKEN_SECONDS}
            token = try_token(context, Request("PUT", endpoint, METADATA_TOKEN, headers=headers), required=False)
            with_token = request.with_headers({"X-Metadata-Token": token} if token else {})
            answer = parse_json(ask_metadata(context, with_token, "agency"))
            credential = answer.get("credential") if isinstance(answer, dict) else None
            return access_from(credential, iam.CREDENTIAL, "expires_at", credentials, context)


@dataclass(frozen=True)
class Pod(BaseExchange):
    """The identity of a Kubernetes pod, from an agent on its node."""

    endpoint: str
    path: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return secrets_of_query(self.query) | secrets_of_path(self.path) | {self.token}

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the identity."""
        headers = {**iam.JSON, "Authorization": self.token}
        with explaining(credentials.source, "see that the service account of this pod has an identity"):
            answer = ask_for_keys(context, Request("POST", self.endpoint, self.path, self.query, headers, b"{}"))
            credential = answer if isinstance(answer, dict) else {}
            credential = credential.get("credential") or credential.get("credentials") or credential
            return access_from(
                credential, POD_KEYS, "expires_at" if "expires_at" in credential else "expiration", credentials, context
            )
