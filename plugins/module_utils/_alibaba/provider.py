# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider Alibaba Cloud: the hosts of its services, how requests are signed, what errors mean."""

from __future__ import annotations

from .._core.errors import (
    BadDate,
    BadSignature,
    CredentialsExpired,
    OptionError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Codes, Service, Start, host_of
from .._service.provider import Provider
from . import credentials, signature
from .options import OPTIONS
from .services import SERVICES

# From https://www.alibabacloud.com/help/en/ecs/developer-reference/public-error-codes and the pages of the services.
# The code counts, never the HTTP status: throttling is a 400, and a missing task is a 400 in one API and a 404 in
# another.
CODES: Codes = (
    (r"(?i)throttl|RequestLimitExceeded|^SystemBusy", "", Throttled),
    (r"", r"(?i)flow control|too many requests", Throttled),
    (r"^(InvalidSecurityToken|SecurityToken)\.?Expired", "", CredentialsExpired),
    (r"^InvalidParameter", r"SecurityToken\.Expired", CredentialsExpired),
    (r"^SignatureNonceUsed$", "", Unavailable),
    # A wrong date has many names. One product calls it a missing parameter.
    (r"(?i)^(Invalid|Illegal|Missing|Expired)?[._]?Time_?Stamp|^RequestTime(Expired|TooSkewed)$", "", BadDate),
    (r"(?i)^(Invalid|Illegal|Missing)_?Param", r"(?i)\bparameter .?timestamp\b|\bparam date\b|x-acs-date", BadDate),
    (r"", r"(?i)specified time ?stamp or date value", BadDate),
    (r"^(SignatureDoesNotMatch|IncompleteSignature|InvalidAccessKeyId|InvalidSecurityToken)", "", BadSignature),
    (r"^(MissingSecurityToken|InvalidCredentials)", "", BadSignature),
    (r"^(Forbidden|NoPermission|RiskControl|InDebt|ServiceNot(Activated|Opened))", "", Unauthorized),
    (r"^(InternalError|ServiceUnavailable|ServiceInitializing)", "", Unavailable),
)


def endpoint(service: Service, options: Options) -> str:
    """Return the URL of the service in the region, on the public network or inside a VPC."""
    region = str(options["region"])
    if service.regions and region not in service.regions:
        raise OptionError(
            f"region: {service.name} is in {', '.join(service.regions)} only, not in {region!r}; "
            "if the cloud has opened it there since, set endpoint"
        )
    private = options.get("network") == "vpc"
    default = f"{service.product}-vpc.{region}.aliyuncs.com" if private else f"{service.product}.{region}.aliyuncs.com"
    return "https://" + host_of(service, region, default, private)


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return the keys, through their exchange if they have one. Keys need no other login."""
    return keys_of(resolved, context)


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its signature."""
    date = stamp.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return signature.sign(
        request, access.credentials, action=action, version=service.version, date=date, nonce=stamp.nonce
    )


ALIBABA = Provider(
    name="alibaba",
    title="Alibaba Cloud",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(("ErrCode", "ErrMessage"), ("Code", "Message"), ("code", "message")),
    codes=CODES,
    request_id_keys=("RequestId", "requestId", "x-acs-request-id"),
    region_missing=(
        "region is missing: set the option region (cn-hangzhou, for instance), ALIBABA_CLOUD_REGION_ID in the environment, "
        "or region_id in the profile of ~/.aliyun/config.json"
    ),
    start=Start(
        urls=(r"^https://[a-z0-9-]+\.(?P<region>[a-z]{2}-[a-z0-9-]+)\.aliyuncs\.com(?:[/:?]|$)",),
        options={"region": ("RegionId", "region_id", "*.region_id")},
        parameters={"region": ("RegionId", "region", "region_id", "alicloud_region")},
    ),
    region_for_login=lambda resolved: False,
    # In China they are named after cities, elsewhere after directions; those of the government after both.
    region_names=r"cn-(?!(north|south|east|west|central|(north|south)(east|west))-\d+$)[a-z]+(-.+)?|(?!cn-)[a-z]{2}-[a-z]+-\d+(-.+)?",
    domains=("aliyuncs.com",),
    must_define=("product", "version"),
    retry_after=(("x-acs-retry-after", 1000.0), ("retry-after", 1.0)),
    sends_action=True,
)
