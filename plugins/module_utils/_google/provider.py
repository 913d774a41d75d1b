# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider Google Cloud: the hosts of its services, how requests carry the token, what errors mean."""

from __future__ import annotations

from .._core.errors import CredentialsExpired, Throttled, Unauthorized, Unavailable
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Codes, Service, Start
from .._service.provider import Provider
from . import credentials
from .bearer import bearer_headers
from .options import OPTIONS
from .places import UNIVERSE
from .services import SERVICES

# From https://cloud.google.com/apis/design/errors. The code counts, never the HTTP status: throttling is a 403, too.
_THROTTLED = (
    *("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"),
    *("concurrentLimitExceeded", "servingLimitExceeded"),
)
_DENIED = (
    *("SERVICE_DISABLED", "BILLING_DISABLED", "USER_PROJECT_DENIED", "CONSUMER_INVALID", "IAM_PERMISSION_DENIED"),
    *("accessNotConfigured", "insufficientPermissions", "notAuthorized", "forbidden"),
)
# A reason says more than the status does, if it is one of these. Any other one may hide that there is no such task.
_REASONS = "[" + ", ".join(f"'{reason}'" for reason in (*_THROTTLED, *_DENIED)) + "]"
ERROR_CODE = (
    f"(error || [0].error).[details[?contains({_REASONS}, reason || '')].reason | [0],"
    f" errors[?contains({_REASONS}, reason || '')].reason | [0], status, errors[0].reason, code][?@] | [0]"
)
CODES: Codes = (
    (f"^({'|'.join(_THROTTLED)}|RESOURCE_EXHAUSTED)$", "", Throttled),
    # Without a reason, compute says it in words alone.
    (r"", r"(?i)rate limit exceeded|quota exceeded for quota metric", Throttled),
    (r"^(UNAVAILABLE|INTERNAL|ABORTED|DEADLINE_EXCEEDED|UNKNOWN|backendError|internalError)$", "", Unavailable),
    (f"^({'|'.join(_DENIED)}|PERMISSION_DENIED)$", "", Unauthorized),
)
# A service says so of a token that has ended or was revoked, and a new login may help.
SERVICE_CODES: Codes = (
    (
        r"^(UNAUTHENTICATED|authError|ACCESS_TOKEN_EXPIRED|ACCESS_TOKEN_TYPE_UNSUPPORTED|HTTP 401|401)$",
        "",
        CredentialsExpired,
    ),
)


def endpoint(service: Service, options: Options) -> str:
    """Return the URL of the service in its universe. No host has a region in it."""
    host = service.host or f"{service.product}.{UNIVERSE}"
    return f"https://{host.removesuffix(UNIVERSE)}{options.get('universe') or UNIVERSE}"


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return a token, and the project that is asked about if no id names one."""
    access = keys_of(resolved, context)
    named = {"project": resolved.project_id, "quota_project": str(context.options.get("quota_project") or "")}
    return access._replace(values={**access.values, **{name: value for name, value in named.items() if value}})


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its token, and with the project that pays for it if that is another one."""
    return request.with_headers({"Accept": "application/json", **bearer_headers(access)})


GOOGLE = Provider(
    name="google",
    title="Google Cloud",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    settings=credentials.settings,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(("status", "message"), ("code", "message"), ("error", "error_description")),
    error_code=ERROR_CODE,
    codes=CODES,
    service_codes=SERVICE_CODES,
    request_id_keys=("x-goog-request-id", "x-cloud-trace-context"),
    region_missing="region is missing: set the option region, such as europe-west1",
    start=Start(
        urls=(r"^https://[a-z0-9.-]+/(?:[a-z0-9/]+/)?projects/(?P<project>[a-z][a-z0-9:.-]*)/",),
        options={
            "project": (
                "targetProject",
                "metadata.build.projectId",
                "logUrl && projectId",
                "jobReference.projectId",
            )
        },
        parameters={"project": ("project",)},
    ),
    # A token is for all regions.
    region_for_login=lambda resolved: False,
    # The regions of all other clouds have a hyphen before their number, or none at all.
    region_names=r"[a-z]+-[a-z]+\d+",
    domains=(UNIVERSE,),
    gives=("project",),
)
