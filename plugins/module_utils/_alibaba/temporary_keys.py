# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get temporary keys for Alibaba Cloud: by roles, from the metadata service, by a command or a URL. Pure.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole

https://www.alibabacloud.com/help/en/ecs/user-guide/attach-an-instance-ram-role-to-an-ecs-instance
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .._core.errors import CloudError, Unavailable
from .._core.values import Options
from .._credentials.exchange import (
    BaseExchange,
    MetadataApi,
    access_from,
    ask_for_keys,
    explaining,
    local_endpoint,
    metadata_keys,
    parse_json,
    secrets_of_path,
    secrets_of_query,
)
from .._credentials.model import Access, Credentials, LoginContext, keys_of
from .._credentials.role import SECONDS, SESSION_NAME
from .._credentials.source import KEYS, SESSION, AuthMethod, FieldNames
from .._http.message import Request, Response
from . import signature

STS_VERSION = "2015-04-01"
METADATA = "http://100.100.100.200"
API = MetadataApi(
    token_path="/latest/api/token",
    keys_path="/latest/meta-data/ram/security-credentials/",
    seconds_header="X-aliyun-ecs-metadata-token-ttl-seconds",
    token_header="X-aliyun-ecs-metadata-token",
    role="RAM role",
    of="ECS",
    may_ignore_tokens=True,
)
DATE = "%Y-%m-%dT%H:%M:%SZ"

SESSION_KEYS: FieldNames = {
    "access_key": ("AccessKeyId",),
    "secret_key": ("AccessKeySecret",),
    "security_token": ("SecurityToken",),
}
COMMAND_KEYS: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("access_key_secret",),
    "security_token": ("sts_token",),
}
COMMAND_MODES: t.Mapping[str, AuthMethod] = {"": KEYS, "AK": KEYS, "StsToken": SESSION}


@dataclass(frozen=True)
class Sts:
    """The STS endpoint to call: one that is given, one of a region, or the central one; public or inside a VPC."""

    endpoint: str = ""
    region: str = ""
    vpc: bool = False

    def url(self, options: Options) -> str:
        """Return the URL of STS, or the option ``endpoint`` if that is on this machine."""
        return local_endpoint(options) or self.endpoint or f"https://{self._host(options)}"

    def _host(self, options: Options) -> str:
        vpc = self.vpc or options.get("network") == "vpc"
        # From a VPC without internet access, only the region's own endpoint can be reached.
        region = self.region or (str(options.get("region") or "") if vpc else "")
        product = "sts-vpc" if vpc and region else "sts"
        return f"{product}.{region}.aliyuncs.com" if region else "sts.aliyuncs.com"


@dataclass(frozen=True)
class Role:
    """A RAM role, and the parameters to assume it with."""

    arn: str
    session_name: str = SESSION_NAME
    external_id: str = ""
    policy: str = ""
    seconds: int = SECONDS
    sts: Sts = Sts()

    def parameters(self) -> dict[str, str]:
        """Return the parameters of AssumeRole, without empty ones."""
        parameters = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": str(self.seconds),
            "ExternalId": self.external_id,
            "Policy": self.policy,
        }
        return {name: value for name, value in parameters.items() if value}


def _keys(credentials: Credentials, answer: t.Any, context: LoginContext) -> Access:
    return access_from(answer, SESSION_KEYS, "Expiration", credentials, context)


def _keys_of_role(credentials: Credentials, response: Response, context: LoginContext) -> Access:
    return _keys(credentials, response.body.get("Credentials") if isinstance(response.body, dict) else None, context)


@dataclass(frozen=True)
class AssumeRole:
    """A role that is assumed with the keys of ``base``, which may come from a role themselves."""

    base: Credentials
    role: Role

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return self.base.secrets()

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return self.base.may_lack_keys()

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role."""
        base_access = keys_of(self.base, context)
        request = Request("POST", self.role.sts.url(context.options), "/", tuple(self.role.parameters().items()))
        stamp = context.stamp()
        date = stamp.now.strftime(DATE)
        with explaining(
            f"{credentials.source}: the role {self.role.arn} is not given to the keys from {base_access.credentials.source}",
            "see that it trusts them, that they may call sts:AssumeRole, and that an external id it wants is given",
        ):
            signed = signature.sign(
                request, base_access.credentials, action="AssumeRole", version=STS_VERSION, date=date, nonce=stamp.nonce
            )
            return _keys_of_role(credentials, context.send(signed), context)


@dataclass(frozen=True)
class OidcRole(BaseExchange):
    """A role that is assumed with the token of an OIDC provider, such as that of a Kubernetes service account."""

    role: Role
    provider_arn: str
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role. The token is the only proof: the request is not signed."""
        with explaining(
            f"{credentials.source}: the role {self.role.arn} is not given to the token of {self.provider_arn}",
            "see that it trusts this provider, and that the file of the token is kept fresh",
        ):
            return _keys_of_role(credentials, context.send(self._request(context)), context)

    def _request(self, context: LoginContext) -> Request:
        """Build the request. Its action is in the query, where the gateway reads it without a signature.

        The parameters are sent as a form, which keeps the token out of access logs.
        """
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
    """The role of the ECS instance that this runs on, from its metadata service. ``v1`` allows requests without a token."""

    role: str = ""
    v1: bool = True

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role. Ask for its name first if it is not given."""
        endpoint = local_endpoint(context.options) or METADATA
        with explaining(credentials.source):
            return _keys(credentials, metadata_keys(context, endpoint, API, self.role, v1=self.v1), context)


@dataclass(frozen=True)
class Command(BaseExchange):
    """A command that prints keys, as the vendor's command line tool runs it."""

    command: str = field(repr=False)

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Run the command and return the keys that it prints."""
        with explaining(f"process_command of {credentials.source}", "run it by hand to see its message"):
            output = parse_json(context.host.run_command(self.command))
            mode = str(output.get("mode") or "") if isinstance(output, dict) else ""
            if mode not in COMMAND_MODES:
                # What stands there may be a key that is out of its place, so it is not shown.
                raise CloudError("it prints keys of another mode than AK and StsToken; only those can be used")
            return access_from(output, COMMAND_KEYS, "expiration", credentials, context, COMMAND_MODES[mode])


@dataclass(frozen=True)
class KeysUrl(BaseExchange):
    """A URL that returns keys."""

    endpoint: str
    path: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return secrets_of_query(self.query) | secrets_of_path(self.path)

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Call the URL and return its keys."""
        with explaining(credentials.source, "see why it gives no keys"):
            answer = ask_for_keys(context, Request("GET", self.endpoint, self.path, self.query))
            if not isinstance(answer, dict) or answer.get("Code") != "Success":
                raise Unavailable("the answer does not say that it has any keys")
            return _keys(credentials, answer, context)
