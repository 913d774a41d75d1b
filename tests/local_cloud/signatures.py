# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who sends this? Signatures are recomputed by the vendors' own signer packages, over the headers the client signed."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import json
import re
import time
import types
import typing as t
from urllib.parse import parse_qsl

from alibabacloud_credentials.utils import parameter_helper
from alibabacloud_tea_openapi.utils import Utils
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from local_cloud import aws
from local_cloud.accounts import Account, Caller
from local_cloud.api import Problem, Refusal
from local_cloud.vendors import VENDORS

if t.TYPE_CHECKING:  # pragma: no cover
    from local_cloud.world import World

SKEW = 15 * 60.0
LOCK_AFTER = 5  # "more than 5 consecutive" failures lock the key
LOCK_SECONDS = 5 * 60.0
ALIBABA_FORM = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})")
HUAWEI_FORM = re.compile(r"SDK-HMAC-SHA256 Access=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})")


@dataclasses.dataclass(frozen=True)
class Received:
    """A request exactly as it came in; header names in lower case."""

    method: str
    path: str
    query: str
    headers: t.Mapping[str, str]
    body: bytes

    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)


FERNET = "gAAAA"
ENTRA_TOKEN = re.compile(
    r"/[^/]+/oauth2/v2\.0/token|/metadata/identity/oauth2/token|/[^/]+/v2\.0/\.well-known/openid-configuration"
)
GOOGLE_BEARER = "Bearer ya29."
GOOGLE_LOGINS = ("/token", "/v1/token")


def provider_of(request: Received) -> str:
    """Keystone's tokens begin as Fernet tokens do. Only Alibaba's clients send x-acs-* headers or name an action in the
    query; its machines have paths of their own."""
    token = request.headers.get("x-auth-token", "")
    if request.path.startswith("/identity/") or token.startswith(FERNET):
        return "openstack"
    if ENTRA_TOKEN.fullmatch(request.path) or (is_bearer(request) and "api-version" in dict(request.pairs())):
        return "azure"
    is_google = request.path in GOOGLE_LOGINS or request.path.startswith("/computeMetadata/")
    if is_google or request.headers.get("authorization", "").startswith(GOOGLE_BEARER):
        return "google"
    if request.headers.get("authorization", "").startswith("AWS4") or any(
        name.startswith("x-amz-") for name in request.headers
    ):
        return "aws"
    named = any(name.startswith("x-acs-") for name in request.headers) or "Action" in dict(request.pairs())
    return "alibaba" if named or request.path.startswith(("/latest/", "/keys/")) else "huawei"


def is_bearer(request: Received) -> bool:
    return request.headers.get("authorization", "").startswith("Bearer ")


def addressed(request: Received) -> dict[str, str]:
    """The headers, with the action that older clients name in the query."""
    if provider_of(request) == "aws":
        action = aws.action_of(request.headers, request.body)
        return {**request.headers, "local-action": action, "local-product": aws.signed_for(request.headers)[1]}
    query = dict(request.pairs())
    older = {"x-acs-version": query.get("Version", "")}
    if "Action" in query:
        older["x-acs-action"] = query["Action"]
    return {**older, **request.headers}


# Alibaba: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature

ALIBABA_SIGNED = (
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
)
INCOMPLETE = Problem(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
UNKNOWN_KEY = Problem(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
MISMATCH = Problem(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.")
NONCE_USED = Problem(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
STALE_DATE = Problem(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
BAD_DATE = Problem(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
NO_STS_TOKEN = Problem(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
BAD_STS_TOKEN = Problem(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
OTHER_STS_TOKEN = Problem(
    400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."
)


def authenticate_alibaba(request: Received, world: World) -> Caller:
    if "SignatureMethod" in dict(request.pairs()):
        return authenticate_rpc(request, world)
    key, signed, signature = parse_alibaba(request)
    account = world.keys.get(("alibaba", key))
    if account is None:
        raise Refusal(UNKNOWN_KEY)
    check_sts_token(request.headers.get("x-acs-security-token", ""), account, world)
    check_date(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ", BAD_DATE, STALE_DATE, world)
    nonce = (key, request.headers["x-acs-signature-nonce"])
    forget_old_nonces(world)
    if nonce in world.nonces:
        raise Refusal(NONCE_USED)
    if not hmac.compare_digest(alibaba_signature(request, signed, account), signature):
        raise Refusal(MISMATCH)
    world.nonces[nonce] = time.time()
    return Caller(key)


def authenticate_rpc(request: Received, world: World) -> Caller:
    """The older signature, in the query: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism"""
    query = dict(request.pairs())
    key, nonce, signature = (query.pop(name, "") for name in ("AccessKeyId", "SignatureNonce", "Signature"))
    if not (key and nonce and signature and query["SignatureMethod"] == "HMAC-SHA1"):
        raise Refusal(INCOMPLETE)
    account = world.keys.get(("alibaba", key))
    if account is None:
        raise Refusal(UNKNOWN_KEY)
    check_sts_token(query.get("SecurityToken", ""), account, world)
    check_date(query.get("Timestamp", ""), "%Y-%m-%dT%H:%M:%SZ", BAD_DATE, STALE_DATE, world)
    whole = {**query, "AccessKeyId": key, "SignatureNonce": nonce}
    text = parameter_helper.compose_string_to_sign(request.method, whole)
    if not hmac.compare_digest(parameter_helper.sign_string(text, account.secret_key + "&"), signature):
        raise Refusal(MISMATCH)
    return Caller(key)


def parse_alibaba(request: Received) -> tuple[str, list[str], str]:
    """The three parts of the header; every x-acs-* header that was sent must be signed."""
    match = ALIBABA_FORM.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise Refusal(INCOMPLETE)
    signed = match[2].split(";")
    sent = [name for name in request.headers if name.startswith("x-acs-")]
    with_body = ["content-type"] if request.body else []
    if not set(ALIBABA_SIGNED) | set(sent) | set(with_body) <= set(signed) <= set(request.headers):
        raise Refusal(INCOMPLETE)
    return match[1], signed, match[3]


def alibaba_signature(request: Received, signed: list[str], account: Account) -> str:
    digest = hashlib.sha256(request.body).hexdigest()
    if request.headers["x-acs-content-sha256"] != digest:
        return ""
    described = types.SimpleNamespace(
        method=request.method,
        pathname=request.path,
        query=dict(request.pairs()),
        headers={name: request.headers[name] for name in signed},
    )
    header: str = Utils.get_authorization(described, "ACS3-HMAC-SHA256", digest, account.access_key, account.secret_key)
    return header.rpartition("Signature=")[2]


def check_sts_token(token: str, account: Account, world: World) -> None:
    if token == account.security_token:
        if world.now() >= account.expires_at:
            raise Refusal(VENDORS["alibaba"].expired)
        return
    known = any(token == other.security_token for other in world.accounts)
    unknown = OTHER_STS_TOKEN if known else BAD_STS_TOKEN
    raise Refusal(unknown if token else NO_STS_TOKEN)


def check_date(text: str, form: str, malformed: Problem, stale: Problem, world: World) -> None:
    try:
        sent = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Refusal(malformed) from None
    if abs(sent.timestamp() - world.date()) > SKEW:
        raise Refusal(stale)


def forget_old_nonces(world: World) -> None:
    """A nonce older than any acceptable date can be forgotten: the date check refuses its replay."""
    limit = time.time() - 2 * SKEW
    while world.nonces and next(iter(world.nonces.values())) < limit:
        world.nonces.popitem(last=False)


# Huawei: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html


def incorrect(reason: str) -> Problem:
    return Problem(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


def authenticate_huawei(request: Received, world: World) -> Caller:
    if "authorization" in request.headers:
        return authenticate_key(request, world)
    if "x-auth-token" in request.headers:
        return authenticate_token(request.headers["x-auth-token"], world)
    if request.path.endswith("/securitytokens"):
        return authenticate_token(token_inside(request.body), world)
    raise Refusal(incorrect("x-auth-token not found"))


def authenticate_token(text: str, world: World) -> Caller:
    token = world.tokens.get(text)
    if token is None:
        raise Refusal(incorrect("decrypt token fail"))
    if world.now() >= token.expires_at:
        raise Refusal(VENDORS["huawei"].expired)
    return Caller(token.username or text[:8], token.project_id)


def token_inside(body: bytes) -> str:
    """The token that is to be changed into temporary keys."""
    try:
        return str(json.loads(body)["auth"]["identity"]["token"]["id"])
    except (ValueError, KeyError, TypeError):
        return ""


def authenticate_key(request: Received, world: World) -> Caller:
    match = HUAWEI_FORM.fullmatch(request.headers["authorization"])
    if match is None or not {"x-sdk-date", "host"} <= set(match[2].split(";")) <= set(request.headers):
        raise Refusal(incorrect("authorization format incorrect"))
    account = world.keys.get(("huawei", match[1]))
    if account is None:
        raise Refusal(incorrect(f"Get secretKey failed,ak:{match[1]},err:ak not exist"))
    check_lock(account, world)
    stale = incorrect("signature expires")
    check_date(request.headers["x-sdk-date"], "%Y%m%dT%H%M%SZ", stale, stale, world)
    check_huawei_signature(request, match[2].split(";"), match[3], account, world)
    if request.headers.get("x-security-token", "") != account.security_token:
        raise Refusal(incorrect("security token mismatch"))
    if world.now() >= account.expires_at:
        raise Refusal(VENDORS["huawei"].expired)
    return Caller(account.access_key)


def check_lock(account: Account, world: World) -> None:
    if world.now() < world.locked.get(account.access_key, 0.0):
        raise Refusal(incorrect("AK access failed to reach the limit,forbidden"))


def check_huawei_signature(
    request: Received, signed: list[str], signature: str, account: Account, world: World
) -> None:
    if hmac.compare_digest(huawei_signature(request, signed, account), signature):
        world.bad_signatures.pop(account.access_key, None)
        return
    world.bad_signatures[account.access_key] += 1
    if world.bad_signatures[account.access_key] > LOCK_AFTER:
        world.counts.lockouts += 1
        world.bad_signatures.pop(account.access_key)
        world.locked[account.access_key] = world.now() + LOCK_SECONDS
    # The real gateway shows its canonical request, and with it whatever headers were signed.
    shown = canonical_request(request, signed, account)
    raise Refusal(incorrect(f"verify aksk signature fail, canonicalRequest:{shown}"))


def describe_huawei(request: Received, signed: list[str]) -> SdkRequest:
    """The signer signs all headers it is given, so it is given exactly those the client signed.

    Their names are in lower case, which keeps it from adding a header of its own for the body's hash.
    """
    return SdkRequest(
        method=request.method,
        resource_path=request.path,
        query_params=request.pairs(),
        header_params={name: request.headers[name] for name in signed},
        body=request.body,
    )


def huawei_signer(account: Account) -> Signer:
    return Signer(types.SimpleNamespace(ak=account.access_key, sk=account.secret_key))


def huawei_signature(request: Received, signed: list[str], account: Account) -> str:
    declared = request.headers.get("x-sdk-content-sha256", "UNSIGNED-PAYLOAD")
    if declared not in ("UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        return ""
    described = huawei_signer(account).sign(describe_huawei(request, signed))
    header: str = described.header_params["Authorization"]
    return header.rpartition("Signature=")[2]


def canonical_request(request: Received, signed: list[str], account: Account) -> str:
    signer = huawei_signer(account)
    text: str = signer._process_canonical_request(describe_huawei(request, signed), sorted(signed))
    return text.replace("\n", "|")


# AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

AWS_FORM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/[^,\s]+, SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})"
)
AWS_DATE = "%Y%m%dT%H%M%SZ"
AWS_SKEW = 5 * 60.0
NOT_SIGNED = Problem(403, "MissingAuthenticationToken", "Missing Authentication Token")
NO_SUCH_TOKEN = Problem(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
NOT_MATCHED = Problem(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details.",
)


def authenticate_aws(request: Received, world: World) -> Caller:
    match = AWS_FORM.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise Refusal(NOT_SIGNED)
    signed = match[2].split(";")
    sent = [name for name in request.headers if name.startswith("x-amz-")]
    if not {"host", "x-amz-date", *sent} <= set(signed) <= set(request.headers):
        raise Refusal(NOT_MATCHED)
    account = world.keys.get(("aws", match[1]))
    if account is None or request.headers.get("x-amz-security-token", "") != account.security_token:
        raise Refusal(NO_SUCH_TOKEN)
    check_aws_date(request.headers["x-amz-date"], world)
    if not hmac.compare_digest(aws_signature(request, signed, account), match[3]):
        raise Refusal(NOT_MATCHED)
    if world.now() >= account.expires_at:
        raise Refusal(VENDORS["aws"].expired)
    return Caller(account.access_key)


def check_aws_date(text: str, world: World) -> None:
    try:
        sent = datetime.datetime.strptime(text, AWS_DATE).replace(tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        raise Refusal(NOT_MATCHED) from None
    if abs(sent - world.date()) > AWS_SKEW:
        way = "Signature expired" if sent < world.date() else "Signature not yet current"
        now = datetime.datetime.fromtimestamp(world.date(), datetime.timezone.utc).strftime(AWS_DATE)
        raise Refusal(Problem(403, "RequestExpired", f"{way}: {text} is more than 5 min. from {now}"))


def aws_signature(request: Received, signed: list[str], account: Account) -> str:
    """The signature that botocore makes of the same request, with the headers that were signed."""
    region, name = aws.signed_for(request.headers)
    url = f"http://{request.headers['host']}{request.path}" + (f"?{request.query}" if request.query else "")
    headers = {header: request.headers[header] for header in signed}
    described = AWSRequest(request.method, url, headers, request.body)
    described.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(BotoCredentials(account.access_key, account.secret_key), name, region)
    text = signer.string_to_sign(described, signer.canonical_request(described))
    return str(signer.signature(text, described))


def authenticate_openstack(request: Received, world: World) -> Caller:
    token = world.tokens.get(request.headers.get("x-auth-token", ""))
    if token is None or world.now() >= token.expires_at:
        raise Refusal(VENDORS["openstack"].expired)
    return Caller(token.username, token.project_id)


NOT_A_TOKEN = Problem(401, "InvalidAuthenticationToken", "The access token is invalid.")
NO_TOKEN = Problem(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")


def authenticate_azure(request: Received, world: World) -> Caller:
    """Azure Resource Manager knows the tokens that Microsoft Entra ID has given for it."""
    if not is_bearer(request):
        raise Refusal(NO_TOKEN)
    token = world.tokens.get(request.headers["authorization"].removeprefix("Bearer "))
    if token is None:
        raise Refusal(NOT_A_TOKEN)
    if world.now() >= token.expires_at:
        raise Refusal(VENDORS["azure"].expired)
    return Caller(token.username, token.project_id)


def authenticate_google(request: Received, world: World) -> Caller:
    token = world.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if token is None or world.now() >= token.expires_at:
        raise Refusal(VENDORS["google"].expired)
    return Caller(token.username or "token", token.project_id)


AUTHENTICATE: dict[str, t.Callable[[Received, World], Caller]] = {
    "alibaba": authenticate_alibaba,
    "aws": authenticate_aws,
    "azure": authenticate_azure,
    "google": authenticate_google,
    "huawei": authenticate_huawei,
    "openstack": authenticate_openstack,
}
