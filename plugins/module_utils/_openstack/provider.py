# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider OpenStack: how requests carry the token, what errors mean. The catalog knows the hosts of services."""

from __future__ import annotations

from .._core.errors import CredentialsExpired, NotFound, Throttled, Unauthorized
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Codes, Service, Start
from .._service.provider import Provider
from . import credentials, keystone
from .options import OPTIONS
from .services import SERVICES

# Nova and Cinder name their errors. Keystone and Glance use the status as code, in the body (401, "404 Not Found") or
# only as the status of the response.
CODES: Codes = (
    (r"^404\b|^itemNotFound$", "", NotFound),
    (r"^(413|429)\b|^overLimit$", "", Throttled),
    (r"^40[13]\b|^(unauthorized|forbidden)$", "", Unauthorized),
)
# If a service answers this, the token has expired or was revoked, and a new login may help. From Keystone it means that
# the login is refused.
SERVICE_CODES: Codes = ((r"^(HTTP )?401\b|^unauthorized$", "", CredentialsExpired),)


def endpoint(service: Service, options: Options) -> str:
    """Return "". Only the catalog that comes with a token knows the endpoints."""
    return ""


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return a token, its project, and the catalog."""
    return keys_of(resolved, context)


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its token. No microversion is needed: everything that is read has existed since the first one."""
    return request.with_headers({"Accept": "application/json", "X-Auth-Token": access.credentials.auth_token})


def region_for_login(resolved: Credentials) -> bool:
    """Return False. A token is valid in every region."""
    return False


OPENSTACK = Provider(
    name="openstack",
    title="OpenStack",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(("code", "message"), ("code", "title")),
    codes=CODES,
    service_codes=SERVICE_CODES,
    request_id_keys=("x-openstack-request-id", "x-compute-request-id"),
    region_missing="region is missing: set the option region to one of those that the catalog has",
    start=Start(
        options={"region": ("*.location.region_name",)},
        parameters={"region": ("os-region-name", "region_name")},
    ),
    region_for_login=region_for_login,
    locate=keystone.locate,
    region_form=r"[^\s/?#]+",
    marked_by="x-openstack-request-id",
    named_errors=True,
    gives=("project_id",),
)
