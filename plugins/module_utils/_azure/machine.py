# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get a token for Azure from what is on this machine: its managed identity, or the Azure CLI. Pure.

https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token

https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity

https://learn.microsoft.com/en-us/azure/azure-arc/servers/managed-identity-authentication
"""

from __future__ import annotations

import re
import shlex
import typing as t
from dataclasses import dataclass, field

from .._core.errors import CloudError, OptionError, Unavailable
from .._core.values import Environ, Options
from .._credentials.chain import Unsupported
from .._credentials.exchange import (
    METADATA_SECONDS,
    BaseExchange,
    explaining,
    last_resort,
    local_endpoint,
    parse_json,
    secrets_of_query,
    split_keys_url,
)
from .._credentials.model import Access, Credentials, LoginContext, NoMetadataKeys
from .._credentials.source import header_value
from .._http.message import Request, Response
from .entra import access_of
from .names import ARC, CHAIN, CLI_TITLE, ENDPOINT, ENDPOINT_SECRET, ENDPOINT_THUMBPRINT, IMDS_HOST, OLD_ENDPOINT
from .settings import CLI, MSI, auth_source, cloud_of

IMDS = "http://169.254.169.254"
IMDS_PATH = "/metadata/identity/oauth2/token"
# In seconds. The service asks Microsoft Entra ID before it answers.
TOKEN_SECONDS = 10.0
METADATA: t.Mapping[str, str] = {"metadata": "true"}
# The agent of Azure Arc proves by a file that who asks may read what only administrators may.
ARC_KEY = re.compile(r"/var/opt/azcmagent/tokens/[A-Za-z0-9][\w.-]*\.key", re.ASCII)
ARC_REALM = re.compile(r"Basic realm=(\S+)", re.ASCII)
ARC_MOST = 4096


class Platform(t.NamedTuple):
    """How a platform gives tokens of managed identities. ``resource_parameter`` takes the full id of an identity."""

    title: str
    version: str
    resource_parameter: str


VM = Platform("the metadata service of Azure", "2018-02-01", "msi_res_id")
APP_SERVICE = Platform("the managed identity of App Service", "2019-08-01", "mi_res_id")
ARC_AGENT = Platform("the managed identity of Azure Arc", "2020-06-01", "msi_res_id")


@dataclass(frozen=True)
class ManagedIdentity(BaseExchange):
    """The identity that a platform of Azure gives to what runs on it.

    ``identity`` is the client id or the full resource id of a user-assigned one, "" for that of the system. ``header`` is
    a secret that the platform wants. If it ``probes``, the platform may not be there at all, and has to answer at once.
    """

    platform: Platform
    endpoint: str
    path: str
    audience: str
    identity: str = ""
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    header: str = field(default="", repr=False)
    probes: bool = False

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return (frozenset((self.header,)) if self.header else frozenset()) | secrets_of_query(self.query)

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token for Azure Resource Manager."""
        remedy = "see that this machine has a managed identity, and that client_id is that of one of them"
        with explaining(credentials.source, remedy):
            request = self._request(context)
            if self.probes:
                context.host.ask_metadata(Request("GET", request.endpoint, request.path), METADATA_SECONDS)
            response = context.host.ask_metadata(request, TOKEN_SECONDS)
            if self.platform is ARC_AGENT and response.status == 401:
                response = context.host.ask_metadata(_proven(request, response, context), TOKEN_SECONDS)
            return access_of(response, _body_of(response), credentials, context)

    def _request(self, context: LoginContext) -> Request:
        by_resource = self.identity.startswith("/")
        name = self.platform.resource_parameter if by_resource else "client_id"
        own = ((name, self.identity),) if self.identity else ()
        query = (*self.query, ("api-version", self.platform.version), ("resource", self.audience), *own)
        endpoint = (local_endpoint(context.options) if self.platform is VM else "") or self.endpoint
        headers = {**METADATA, **({"x-identity-header": self.header} if self.header else {})}
        return Request("GET", endpoint, self.path, query, headers)


def _proven(request: Request, response: Response, context: LoginContext) -> Request:
    """Return the request with the text of the file that the agent of Azure Arc names."""
    realm = ARC_REALM.search(response.headers.get("www-authenticate", ""))
    if not realm or not ARC_KEY.fullmatch(realm[1]):
        # Any other path would have a secret of this machine sent to whoever answers.
        raise CloudError(
            f"it names no file of keys in {ARC_KEY.pattern.rpartition('/')[0]}, and no other file is read for it"
        )
    try:
        key = context.host.read_file(realm[1])
    except (OSError, ValueError):
        key = None
    if not key or len(key) > ARC_MOST or not key.isprintable():
        raise NoMetadataKeys(f"{realm[1]} cannot be read as a key; it takes the group himds, or root")
    context.on_secret((key,))
    return request.with_headers({"authorization": f"Basic {key}"})


def _body_of(response: Response) -> t.Any:
    """Return the answer of a platform. Raise an error that shows what it says if it gives no token."""
    if response.status == 200:
        return parse_json(str(response.body))
    kind = Unavailable if response.status >= 500 or response.status in (410, 429) else NoMetadataKeys
    text = " ".join(_reason(response).split())
    raise kind(f"it gives no token (HTTP {response.status}){': ' if text else ''}{text}", http_status=response.status)


def _reason(response: Response) -> str:
    try:
        told = parse_json(str(response.body))
    except Unavailable:
        return ""
    text = told.get("error_description") or told.get("message") if isinstance(told, dict) else ""
    return text[:300] if isinstance(text, str) else ""


_PLAIN = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True)
class AzureCli(BaseExchange):
    """The account that is signed in to the Azure CLI."""

    audience: str
    tenant: str = ""
    subscription: str = ""

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token, and the subscription that is set in the CLI."""
        answer = parse_json(self._output(context))
        told: dict[str, t.Any] = answer if isinstance(answer, dict) else {}
        # Older versions tell the end in the time of the machine alone, without a zone.
        access = access_of(
            Response(200, {}, None), {**told, "access_token": told.get("accessToken")}, credentials, context
        )
        subscription = told.get("subscription")
        return access._replace(values={"subscription_id": subscription} if isinstance(subscription, str) else {})

    def _output(self, context: LoginContext) -> str:
        try:
            return context.host.run_command(self.command())
        except Unavailable as exc:
            if _is_signed_in(context):
                raise Unavailable(
                    f"az account get-access-token: {exc.message}; run it by hand to see what it says"
                ) from None
        except CloudError as exc:
            raise NoMetadataKeys(f"the Azure CLI: {exc.message}; see that az is there") from None
        raise NoMetadataKeys("the Azure CLI: nobody is signed in; run az login")

    def command(self) -> str:
        """Return the command that prints a token. It takes one of tenant and subscription."""
        place = ["--tenant", self.tenant] if self.tenant else []
        place = place or (["--subscription", self.subscription] if self.subscription else [])
        return shlex.join(
            ["az", "account", "get-access-token", "--output", "json", "--resource", self.audience, *place]
        )


def _is_signed_in(context: LoginContext) -> bool:
    try:
        context.host.run_command("az account show --output none")
    except CloudError:
        return False
    return True


def machine_credentials(options: Options, environ: Environ, searched: tuple[str, ...]) -> Credentials:
    """Return credentials that this machine gives at login: those that the user wants, else the first that there are."""
    wanted = auth_source(options, environ)
    if wanted == CLI:
        return _cli(options)
    if wanted == MSI:
        return _managed_identity(options, environ, probes=False)
    if searched and wanted != "auto":
        raise CHAIN.no_credentials(searched)
    try:
        identities: tuple[Credentials, ...] = (_managed_identity(options, environ, probes=True),)
    except Unsupported as exc:
        searched, identities = (*searched, str(exc)), ()
    return last_resort(CHAIN, (_cli(options), *identities), searched)


def _cli(options: Options) -> Credentials:
    places = {name: str(options.get(name) or "") for name in ("tenant", "subscription_id")}
    for name, value in places.items():
        if value and not _PLAIN.fullmatch(value):
            raise OptionError(f"{name}: {value!r} cannot be one; give its id")
    exchange = AzureCli(cloud_of(options).audience, places["tenant"], places["subscription_id"])
    return Credentials(CLI_TITLE, exchange=exchange)


def _managed_identity(options: Options, environ: Environ, probes: bool) -> Credentials:
    """Return the managed identity of the platform that this runs on, which the environment tells."""
    audience, identity = cloud_of(options).audience, str(options.get("client_id") or "")
    if environ.get(ENDPOINT_THUMBPRINT):
        raise Unsupported(f"{ENDPOINT_THUMBPRINT}: the managed identity of Service Fabric is not supported")
    if not environ.get(ENDPOINT) and environ.get(OLD_ENDPOINT):
        raise Unsupported(
            f"{OLD_ENDPOINT}: the managed identity of Cloud Shell and of Azure Machine Learning is not supported; use az login"
        )
    if environ.get(ENDPOINT) and (environ.get(ENDPOINT_SECRET) or environ.get(ARC)):
        return _of_environment(environ, audience, identity)
    endpoint = _local_url(IMDS_HOST, environ[IMDS_HOST])[0] if environ.get(IMDS_HOST) else IMDS
    exchange = ManagedIdentity(VM, endpoint, IMDS_PATH, audience, identity, probes=probes)
    return Credentials(VM.title, exchange=exchange)


def _of_environment(environ: Environ, audience: str, identity: str) -> Credentials:
    """Return the identity of App Service, or of Azure Arc, at the URL that the environment has."""
    header = header_value(environ.get(ENDPOINT_SECRET, ""), ENDPOINT_SECRET)
    platform = APP_SERVICE if header else ARC_AGENT
    if platform is ARC_AGENT and identity:
        raise Unsupported("client_id: machines of Azure Arc have the identity of the system alone; leave it out")
    endpoint, path, query = _local_url(ENDPOINT, environ[ENDPOINT])
    exchange = ManagedIdentity(platform, endpoint, path, audience, identity, query, header)
    return Credentials(platform.title, exchange=exchange)


def _local_url(name: str, url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return endpoint, path and query of a URL of this machine. Raise OptionError if it is another one."""
    endpoint, path, query = split_keys_url(name, url)
    if not endpoint.startswith("http://"):
        raise OptionError(f"{name} is not on this machine, and managed identities are asked for nowhere else")
    return endpoint, path, query
