# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the provider AWS: the hosts of its services, how requests are signed, what errors mean."""

from __future__ import annotations

from .._core.errors import (
    BadDate,
    BadSignature,
    CredentialsExpired,
    DateOrKeysExpired,
    Throttled,
    Unauthorized,
    Unavailable,
)
from .._core.values import Options
from .._credentials.model import Access, Credentials, LoginContext, Stamp, keys_of
from .._http.message import Request
from .._service.model import Codes, Service, Start
from .._service.provider import Provider
from . import credentials, endpoints, profiles, signature
from .options import OPTIONS
from .partitions import DOMAINS
from .protocols import CODE_FORM, CODE_HEADERS, ERROR_KEYS, PROTOCOLS, REQUEST_ID_KEYS
from .services import SERVICES

# From https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and botocore's own list of throttling.
# The code counts, never the HTTP status: throttling is a 400 in most APIs.
CODES: Codes = (
    (r"(?i)throttl", "", Throttled),
    (r"^(RequestLimitExceeded|CallRateLimitExceededException|TooManyRequestsException|SlowDown)$", "", Throttled),
    (r"^(ProvisionedThroughputExceededException|TransactionInProgressException)$", "", Throttled),
    (r"^(BandwidthLimitExceeded|LimitExceededException|PriorRequestNotComplete)$", "", Throttled),
    (r"^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$", "", CredentialsExpired),
    # EC2 says this of the date of a request, and of temporary keys that have ended.
    (r"^RequestExpired$", "", DateOrKeysExpired),
    (r"^(RequestTimeTooSkewed|RequestInTheFuture)$", "", BadDate),
    (r"^(InvalidSignatureException|SignatureDoesNotMatch)$", r"(?i)signature (not yet current|expired)", BadDate),
    # EC2 says this of a wrong date, and of any key or signature.
    (r"^AuthFailure$", "", BadDate),
    (r"^(InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature(Exception)?)$", "", BadSignature),
    (r"^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken)$", "", BadSignature),
    (r"^MissingAuthenticationToken(Exception)?$", "", BadSignature),
    (r"^(AccessDenied(Exception)?|UnauthorizedOperation|UnauthorizedException|NotAuthorized)$", "", Unauthorized),
    (r"^(OptInRequired|NotSignedUp|SubscriptionRequiredException|AuthorizationHeaderMalformed)$", "", Unauthorized),
    (r"^(RequestTimeout(Exception)?|IDPCommunicationError|Internal(Error|Failure|ServerError))$", "", Unavailable),
    (r"^(InternalServerException|ServiceUnavailable(Exception)?|Unavailable)$", "", Unavailable),
)


def endpoint(service: Service, options: Options) -> str:
    """Return the URL of the service in the region, or the one that the environment or the profile has for it."""
    return endpoints.url_of(service.product, str(options["region"]), options)


def login(resolved: Credentials, context: LoginContext) -> Access:
    """Return the keys, through their exchange if they have one, and the region that signatures are for."""
    access = keys_of(resolved, context)
    return access._replace(values={"region": str(context.options.get("region") or "")})


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """Return the request with its signature."""
    scope = endpoints.scope_of(service.product, access.values["region"])
    return signature.sign(request, access.credentials, scope=scope, date=stamp.now.strftime(signature.DATE))


AWS = Provider(
    name="aws",
    title="AWS",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    settings=profiles.settings,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=ERROR_KEYS,
    codes=CODES,
    request_id_keys=REQUEST_ID_KEYS,
    region_missing=(
        "region is missing: set the option region (eu-west-1, for instance), AWS_REGION or AWS_DEFAULT_REGION in the "
        "environment, or region in the profile of ~/.aws/config"
    ),
    start=Start(
        urls=(r"^https://[a-z0-9.-]+\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com|api\.aws)",),
        parameters={"region": ("region", "aws_region", "ec2_region")},
    ),
    # Every signature is for a region, whatever the host is.
    region_for_login=lambda resolved: True,
    domains=DOMAINS,
    retry_after=(("x-amz-retry-after", 1000.0), ("retry-after", 1.0)),
    protocols=PROTOCOLS,
    code_headers=CODE_HEADERS,
    code_form=CODE_FORM,
)
