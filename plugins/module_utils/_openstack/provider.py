# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""OpenStack: how a request becomes its, and what its errors mean. Where its services are, the catalog says."""

from __future__ import annotations

from .._core.errors import CredentialsExpired, NotFound, Throttled, Unauthorized
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Codes, Service
from .._service.provider import Provider
from . import credentials, keystone
from .options import OPTIONS
from .services import SERVICES

# Nova and Cinder name their errors. Those of Keystone and Glance have the status as their code, in the body (401, "404 Not
# Found") or on the answer alone.
CODES: Codes = (
    (r"^404\b|^itemNotFound$", "", NotFound),
    (r"^(413|429)\b|^overLimit$", "", Throttled),
    (r"^40[13]\b|^(unauthorized|forbidden)$", "", Unauthorized),
)
# Of a service, not of Keystone: the token has ended or was revoked, another one may be had.
SERVICE_CODES: Codes = ((r"^(HTTP )?401\b|^unauthorized$", "", CredentialsExpired),)


def endpoint(service: Service, options: Options) -> str:
    """Only the catalog that comes with a token knows."""
    return ""


def login(found: Credentials, context: LoginContext) -> Access:
    """A token, its project, and the catalog."""
    return keys_of(found, context)


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """The request with its token. No microversion: what is read here has been there since the first of them."""
    return request.with_headers({"Accept": "application/json", "X-Auth-Token": access.credentials.auth_token})


def region_for_login(found: Credentials) -> bool:
    """A token is good for every region."""
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
    region_for_login=region_for_login,
    locate=keystone.locate,
    region_form=r"[^\s/?#]+",
    marked_by="x-openstack-request-id",
    named_errors=True,
    gives=("project_id",),
)
