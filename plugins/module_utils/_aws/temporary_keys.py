# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get temporary keys from STS of AWS, for keys or for the token of an identity provider. Pure.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from .._core.values import Options
from .._credentials.exchange import BaseExchange, access_from, explaining, local_endpoint
from .._credentials.model import Access, Credentials, LoginContext, keys_of
from .._credentials.role import SESSION_NAME
from .._credentials.source import FieldNames
from .._http.message import Request, Response
from . import endpoints, signature
from .partitions import partition_of
from .protocols import FORM_TYPE

STS = "sts"
STS_VERSION = "2011-06-15"
FORM = {"content-type": FORM_TYPE}
SESSION_KEYS: FieldNames = {
    "access_key": ("AccessKeyId",),
    "secret_key": ("SecretAccessKey",),
    "security_token": ("SessionToken",),
}
# The regions of the time when STS had one endpoint for all.
_WITH_GLOBAL_STS = frozenset(
    (
        *("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    )
)


@dataclass(frozen=True)
class Role:
    """An IAM role, and the parameters to assume it with. If ``seconds`` is 0, STS decides: one hour."""

    arn: str
    session_name: str = SESSION_NAME
    external_id: str = ""
    policy: str = ""
    seconds: int = 0

    def parameters(self) -> dict[str, str]:
        """Return the parameters of AssumeRole, without empty ones."""
        parameters = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": str(self.seconds or ""),
            "ExternalId": self.external_id,
            "Policy": self.policy,
        }
        return {name: value for name, value in parameters.items() if value}


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
        request = _call("AssumeRole", self.role.parameters(), context.options)
        date = context.stamp().now.strftime(signature.DATE)
        with explaining(
            f"{credentials.source}: the role {self.role.arn} is not given to the keys from {base_access.credentials.source}",
            "see that it trusts them, that they may call sts:AssumeRole, and that an external id it wants is given",
        ):
            signed = signature.sign(request, base_access.credentials, scope=_scope(context.options), date=date)
            return _keys_of(context.send(signed), credentials, context)


@dataclass(frozen=True)
class WebIdentity(BaseExchange):
    """A role that is assumed with the token of an OIDC provider, such as that of a Kubernetes service account."""

    role: Role
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((self.token,))

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role. The token is the only proof: the request is not signed."""
        parameters = {**self.role.parameters(), "WebIdentityToken": self.token}
        with explaining(
            f"{credentials.source}: the role {self.role.arn} is not given to the token of web identity",
            "see that it trusts the provider of the token, and that the file of the token is kept fresh",
        ):
            response = context.send(_call("AssumeRoleWithWebIdentity", parameters, context.options))
            return _keys_of(response, credentials, context)


def _call(action: str, parameters: dict[str, str], options: Options) -> Request:
    body = urlencode({"Action": action, "Version": STS_VERSION, **parameters}).encode()
    return Request("POST", _url(options), "/", (), FORM, body, formats=("xml", "json"))


def _keys_of(response: Response, credentials: Credentials, context: LoginContext) -> Access:
    answer = response.body.get("Credentials") if isinstance(response.body, dict) else None
    return access_from(answer, SESSION_KEYS, "Expiration", credentials, context)


def _url(options: Options) -> str:
    """Return the URL of STS, or the option ``endpoint`` if that is on this machine."""
    if local_endpoint(options):
        return local_endpoint(options)
    region = _region(options)
    url = endpoints.configured_url(STS, options)
    if not url and _is_global(options):
        return f"https://{STS}.{partition_of(region).suffix}"
    return url or endpoints.url_of(STS, region, options)


def _scope(options: Options) -> signature.Scope:
    region = _region(options)
    named = local_endpoint(options) or endpoints.configured_url(STS, options)
    is_global = region == "aws-global" or (not named and _is_global(options))
    return signature.Scope(partition_of(region).global_region if is_global else region, STS)


def _is_global(options: Options) -> bool:
    region = _region(options)
    old = bool(options.get("sts_is_global")) and region in _WITH_GLOBAL_STS
    return (old or region == "aws-global") and endpoints.variant_of(options) == (False, False)


def _region(options: Options) -> str:
    return str(options.get("region") or "us-east-1")
