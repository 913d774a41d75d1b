# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keys for Alibaba Cloud that have to be asked for: roles, and what else hands over temporary keys. Pure.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
https://www.alibabacloud.com/help/en/ecs/user-guide/attach-an-instance-ram-role-to-an-ecs-instance
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .._core.errors import CloudError, Unavailable
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
from .._credentials.model import Access, Credentials, LoginContext, NoMetadataKeys, NoMetadataService, keys_of
from .._credentials.source import KEYS, SESSION, AuthMethod, FieldNames
from .._http.message import Request, Response, percent
from . import signature

STS_VERSION = "2015-04-01"
METADATA = "http://100.100.100.200"
METADATA_TOKEN = "/latest/api/token"
METADATA_KEYS = "/latest/meta-data/ram/security-credentials/"
TOKEN_SECONDS = "21600"
SESSION_NAME = "multicloud-tasks"
SECONDS = 3600
DATE = "%Y-%m-%dT%H:%M:%SZ"

SESSION_KEYS: FieldNames = {
    "access_key": ("AccessKeyId",),
    "secret_key": ("AccessKeySecret",),
    "security_token": ("SecurityToken",),
}
PRINTED: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("access_key_secret",),
    "security_token": ("sts_token",),
}
PRINTED_MODES: t.Mapping[str, AuthMethod] = {"": KEYS, "AK": KEYS, "StsToken": SESSION}


@dataclass(frozen=True)
class Sts:
    """Where STS is asked: at an endpoint of its own, in a region, or in the centre; from the internet or from inside a VPC."""

    endpoint: str = ""
    region: str = ""
    vpc: bool = False

    def url(self, options: Options) -> str:
        """The URL; beside a stand-in of the cloud on this machine it is that."""
        return local_endpoint(options) or self.endpoint or f"https://{self._host(options)}"

    def _host(self, options: Options) -> str:
        vpc = self.vpc or options.get("network") == "vpc"
        # From a VPC without a way out, only the region's own can be reached.
        region = self.region or (str(options.get("region") or "") if vpc else "")
        product = "sts-vpc" if vpc and region else "sts"
        return f"{product}.{region}.aliyuncs.com" if region else "sts.aliyuncs.com"


@dataclass(frozen=True)
class Role:
    """A RAM role, and how it is taken."""

    arn: str
    session_name: str = SESSION_NAME
    external_id: str = ""
    policy: str = ""
    seconds: int = SECONDS
    sts: Sts = Sts()

    def parameters(self) -> dict[str, str]:
        """What STS is told of it."""
        told = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": str(self.seconds),
            "ExternalId": self.external_id,
            "Policy": self.policy,
        }
        return {name: value for name, value in told.items() if value}


def _keys(found: Credentials, told: t.Any, context: LoginContext) -> Access:
    return access_from(told, SESSION_KEYS, "Expiration", found, context)


def _keys_of_role(found: Credentials, response: Response, context: LoginContext) -> Access:
    return _keys(found, response.body.get("Credentials") if isinstance(response.body, dict) else None, context)


@dataclass(frozen=True)
class AssumeRole:
    """A role that is taken with the keys of ``base``, which may be those of a role themselves."""

    base: Credentials
    role: Role

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return self.base.secrets()

    def may_lack_keys(self) -> bool:
        """Whether it may turn out that there are no keys at all."""
        return self.base.may_lack_keys()

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the role."""
        own = keys_of(self.base, context)
        request = Request("POST", self.role.sts.url(context.options), "/", tuple(self.role.parameters().items()))
        stamp = context.stamp()
        date = stamp.now.strftime(DATE)
        with explaining(
            f"{found.source}: the role {self.role.arn} is not given to the keys from {own.credentials.source}",
            "see that it trusts them, that they may call sts:AssumeRole, and that an external id it wants is given",
        ):
            signed = signature.sign(
                request, own.credentials, action="AssumeRole", version=STS_VERSION, date=date, nonce=stamp.nonce
            )
            return _keys_of_role(found, context.send(signed), context)


@dataclass(frozen=True)
class OidcRole(BaseExchange):
    """A role that is taken with the token of an OIDC provider, such as that of a Kubernetes service account."""

    role: Role
    provider_arn: str
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the role. The token is all the proof there is: nothing is signed."""
        with explaining(
            f"{found.source}: the role {self.role.arn} is not given to the token of {self.provider_arn}",
            "see that it trusts this provider, and that the file of the token is kept fresh",
        ):
            return _keys_of_role(found, context.send(self._request(context)), context)

    def _request(self, context: LoginContext) -> Request:
        """The action is named in the query, where the gateway looks without a signature; a form keeps the token out of logs."""
        stamp = context.stamp()
        query = {
            "Action": "AssumeRoleWithOIDC",
            "Version": STS_VERSION,
            "Format": "JSON",
            "Timestamp": stamp.now.strftime(DATE),
            "SignatureNonce": stamp.nonce,
        }
        form = {**self.role.parameters(), "OIDCProviderArn": self.provider_arn, "OIDCToken": self.token}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        url = self.role.sts.url(context.options)
        return Request("POST", url, "/", tuple(query.items()), headers, urlencode(form).encode())


@dataclass(frozen=True)
class EcsRole(BaseExchange):
    """The role of the ECS instance that this runs on, told by its metadata service. ``v1`` is to ask without a token."""

    role: str = ""
    v1: bool = True

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the role, whose name is asked for where it is not known."""
        endpoint = local_endpoint(context.options) or METADATA
        with explaining(found.source):
            headers = {"X-aliyun-ecs-metadata-token-ttl-seconds": TOKEN_SECONDS}
            token = try_token(context, Request("PUT", endpoint, METADATA_TOKEN, headers=headers), not self.v1)
            role = self.role or _role_name(self._text(context, endpoint, METADATA_KEYS, token))
            told = parse_json(self._text(context, endpoint, METADATA_KEYS + percent(role), token))
            if not isinstance(told, dict) or told.get("Code") != "Success":
                raise Unavailable(f"{endpoint} has no keys of the role {role!r} at the moment")
            return _keys(found, told, context)

    def _text(self, context: LoginContext, endpoint: str, path: str, token: str) -> str:
        request = Request("GET", endpoint, path)
        try:
            with_token = {"X-aliyun-ecs-metadata-token": token} if token else {}
            return ask_metadata(context, request.with_headers(with_token), "RAM role")
        except NoMetadataService:
            raise
        except CloudError:
            if not (token and self.v1):
                raise
        return ask_metadata(context, request, "RAM role")


def _role_name(text: str) -> str:
    name = text.strip()
    if not re.fullmatch(r"[\w.@-]+", name, re.ASCII):
        raise NoMetadataKeys("what answers there is no metadata service of ECS")
    return name


@dataclass(frozen=True)
class Command(BaseExchange):
    """A command that prints keys, as the command line tool of the vendor runs it."""

    command: str = field(repr=False)

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys that it prints now."""
        with explaining(f"process_command of {found.source}", "run it by hand to see what it says"):
            told = parse_json(context.machine.run(self.command))
            mode = str(told.get("mode") or "") if isinstance(told, dict) else ""
            if mode not in PRINTED_MODES:
                raise CloudError(f"it prints keys of mode {mode!r}; those of AK and StsToken can be used")
            return access_from(told, PRINTED, "expiration", found, context, PRINTED_MODES[mode])


@dataclass(frozen=True)
class KeysUrl(BaseExchange):
    """A URL that hands over keys."""

    endpoint: str
    path: str
    query: tuple[tuple[str, str], ...] = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return secrets_of_query(self.query)

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys that it hands over now."""
        with explaining(found.source, "see why it gives no keys"):
            told = ask_for_keys(context, Request("GET", self.endpoint, self.path, self.query))
            if not isinstance(told, dict) or told.get("Code") != "Success":
                raise Unavailable("the answer does not say that it has any keys")
            return _keys(found, told, context)
