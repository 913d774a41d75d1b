# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider Azure: the hosts of its clouds, how requests carry the token, what errors mean."""

from __future__ import annotations

import typing as t

from .._core.errors import CredentialsExpired, NotFound, Throttled, Unauthorized, Unavailable
from .._core.values import Environ, Options, ReadFile
from .._credentials.exchange import LastResort
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Call, Codes, Service, Start
from .._service.provider import Protocol, Provider
from . import credentials, settings
from .names import CLI_TITLE
from .options import OPTIONS
from .services import SERVICES

_NO_SUBSCRIPTION = (
    "set the option subscription_id, AZURE_SUBSCRIPTION_ID in the environment or subscription_id in the profile, or give the "
    "full resource id of the task"
)
API_VERSION = "api-version"
# The first row is that of Microsoft Entra ID, which words errors as OAuth 2.0 does; any other refusal of a login means that
# the credentials are not accepted. The others are from
# https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors and
# https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/request-limits-and-throttling.
CODES: Codes = (
    (r"^(temporarily_unavailable|server_error)$", "", Unavailable),
    (r"^(TooManyRequests|SubscriptionRequestsThrottled|ResourceRequestsThrottled)$", "", Throttled),
    (r"^(TooManyRequestsReceived|RetryableErrorDueToAnotherOperation|429)$", "", Throttled),
    (r"^InvalidAuthenticationTokenTenant$", "", Unauthorized),
    (r"^(LinkedAuthorizationFailed|AuthorizationPermissionMismatch|RequestDisallowedByPolicy)$", "", Unauthorized),
    (r"^(AuthorizationFailed|AuthorizationFailure|AuthenticationFailed|InvalidAuthenticationToken)$", "", Unauthorized),
    (
        r"^(InternalServerError|ServerTimeout|ServerBusy|CloudInternalError|ServiceUnavailable|GatewayTimeout)$",
        "",
        Unavailable,
    ),
    # That the subscription is not there is no word about the task.
    (r"^(InvalidSubscriptionId|SubscriptionNotFound)$", "", Unauthorized),
    # Every resource provider has a code of its own for what is not there, and all of them end alike. Some have none.
    (r"NotFound$|^404$", "", NotFound),
)
# A token has ended. From Microsoft Entra ID these words mean something else.
SERVICE_CODES: Codes = ((r"^ExpiredAuthenticationToken$", "", CredentialsExpired),)


def endpoint(service: Service, options: Options) -> str:
    """Return the URL of Azure Resource Manager in the cloud."""
    return f"https://{settings.cloud_of(options).host}"


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return "". Azure Resource Manager has one endpoint for all regions."""
    return ""


def unknown(credentials: Credentials, options: Options) -> t.Mapping[str, str]:
    """Return what to do if nobody says which subscription is meant. The Azure CLI says it at login."""
    may_tell = isinstance(credentials.exchange, LastResort) or credentials.source == CLI_TITLE
    return {} if may_tell or options.get("subscription_id") else {"subscription_id": _NO_SUBSCRIPTION}


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return a token, and the subscription that calls are about if the task does not say."""
    access = keys_of(resolved, context)
    own = {name: str(context.options.get(name) or "") for name in ("subscription_id", "api_version")}
    return access._replace(values={**access.values, **{name: value for name, value in own.items() if value}})


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its token, and with the version of the API that the user asks for."""
    wanted = access.values.get("api_version")
    query = tuple((name, wanted if wanted and name == API_VERSION else value) for name, value in request.query)
    headers = {"Accept": "application/json", "Authorization": f"Bearer {access.credentials.auth_token}"}
    return request._replace(query=query).with_headers(headers)


def versioned(service: Service, call: Call) -> Call:
    """Return the call with the version of the API. An operation's own URL has it already."""
    if not service.version or API_VERSION in call.query:
        return call
    return call._replace(query={**call.query, API_VERSION: service.version})


AZURE = Provider(
    name="azure",
    title="Azure",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=region,
    settings=settings.settings,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(("code", "message"), ("error", "error_description"), ("Code", "Message")),
    codes=CODES,
    service_codes=SERVICE_CODES,
    request_id_keys=("x-ms-correlation-request-id", "x-ms-request-id"),
    marked_by="x-ms-correlation-request-id",
    region_missing="",
    start=Start(
        urls=(r"(?i)^https://[^/?#]+/subscriptions/(?P<subscription_id>[^/?#]+)",),
        parameters={"subscription_id": ("subscription_id", "subscription")},
    ),
    region_for_login=lambda resolved: False,
    must_define=(),
    gives=("subscription_id",),
    unknown=unknown,
    protocols={"": Protocol(framed=versioned)},
)
