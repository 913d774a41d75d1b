# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider Huawei Cloud: the hosts of its services, how requests are signed, what errors mean."""

from __future__ import annotations

from .._core.errors import BadDate, BadSignature, CredentialsExpired, Throttled, Unauthorized, Unavailable
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp
from .._http.message import Request
from .._service.model import Codes, Service, Start, host_of
from .._service.provider import Provider
from . import credentials, iam
from .options import OPTIONS
from .services import SERVICES
from .temporary_keys import Agency, authenticated

# From https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html. The prefix of the gateway is
# APIGW in the public cloud, and APIG or APIC elsewhere. If no row matches, the HTTP status counts.
CODES: Codes = (
    (r"^API(GW|G|C)\.0308$|^Common\.1503$", "", Throttled),
    (r"^API(GW|G|C)\.0307$|^DBS\.280056$", "", CredentialsExpired),
    (r"^API(GW|G|C)\.0301$", r"(?i)decrypt token|token.{0,20}expired", CredentialsExpired),
    # A text about the key says nothing about the date. Any other refusal of a signature may be due to the date.
    (r"^API(GW|G|C)\.030[135]$", r"(?i)verify.{0,20}signature|secret ?key|reach the limit", BadSignature),
    (r"^API(GW|G|C)\.030[135]$|^RequestTimeTooSkewed$", "", BadDate),
    (r"", r"(?i)signature (has |is )?expire[ds]", BadDate),
    (r"^API(GW|G|C)\.03(02|04|06|10)$", "", Unauthorized),
    # Another operation holds the instance. A retry may succeed later.
    (r"^DBS\.(05000084|200011|200019|200047|201014|201015|201202|201205|212006|212033)$", "", Unavailable),
)


def endpoint(service: Service, options: Options) -> str:
    """Return the URL of the service in the region."""
    region, domain = str(options["region"]), iam.domain(options)
    host, default = host_of(service, region, ""), f"{service.product}.{region}.{domain}"
    # The table of hosts of one cloud does not apply to another cloud.
    return "https://" + (host if host.endswith(f".{domain}") else default)


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return the keys or the token, and the id of the project: the given one, or that of the region."""
    access = authenticated(resolved, context)
    project_id = access.values.get("project_id") or resolved.project_id or iam.project(resolved, access, context)
    return access._replace(
        values={"project_id": project_id, "language": str(context.options.get("language") or "en-us")}
    )


def region_for_login(resolved: Credentials) -> bool:
    """Say whether the login needs a region: to look up its project, or to get a token for a user who assumes an agency."""
    agency = resolved.exchange if isinstance(resolved.exchange, Agency) else None
    return not (resolved.project_id or resolved.project_name) or bool(agency and agency.base.username)


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its token or signature."""
    headers = {"Accept": "application/json", "X-Language": access.values.get("language", "en-us")}
    return iam.signed(request.with_headers(headers), access, stamp)


HUAWEI = Provider(
    name="huawei",
    title="Huawei Cloud",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(
        ("error_code", "error_msg"),
        ("errorCode", "errorMsg"),
        ("errorCode", "errorMessage"),
        ("errCode", "errMsg"),
        ("code", "message"),
    ),
    codes=CODES,
    request_id_keys=("request_id", "x-request-id", "x-iam-trace-id"),
    region_missing=(
        "region is missing: set the option region (cn-north-4, for instance), or HW_REGION_NAME or OS_REGION_NAME in the "
        "environment"
    ),
    start=Start(
        urls=(
            r"^https://[a-z0-9-]+\.(?P<region>[a-z]{2}-[a-z]+-\d+)\.myhuaweicloud\.(?:com|eu)(?:[/:?]|$)",
            r"^https://[a-z0-9-]+\.(?P<region>[a-z]{2}-[a-z]+)\.(?P<cloud_domain>otc\.t-systems\.com)(?:[/:?]|$)",
            r"^https://[^/]+/(?:api/)?v\d(?:\.\d)?/(?:projects/)?(?P<project_id>[0-9a-f]{32})/",
        ),
        options={"region": ("*.location.region_name",), "project_id": ("*.location.project.id",)},
        parameters={
            "region": ("cli-region", "os-region-name", "region"),
            "project_id": ("project_id", "os-project-id"),
        },
    ),
    region_for_login=region_for_login,
    # They are named after directions and countries and numbered; there is none in the USA. Those of partners have other names.
    region_names=r"(?!us-)[a-z]{2}-[a-z]+-\d+|eu-(de|nl|ch\d)",
    domains=("myhuaweicloud.com", "myhuaweicloud.eu"),
    gives=("project_id",),
    settings=credentials.settings,
)
