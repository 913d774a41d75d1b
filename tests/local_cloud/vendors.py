# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How each vendor words errors, throttling and request ids: one value per vendor."""

from __future__ import annotations

import dataclasses
import math
import typing as t
import uuid

from local_cloud import aws
from local_cloud.api import Api, Problem
from local_cloud.script import Fields


@dataclasses.dataclass(frozen=True)
class Vendor:
    """The gateway's manners, shared by all services of a provider."""

    name: str
    content_type: str
    new_request_id: t.Callable[[], str]
    request_id_header: str
    error_body: t.Callable[[Problem, str, str], Fields]
    answer_body: t.Callable[[Fields, str], Fields]
    throttled: Problem
    throttle_headers: t.Callable[[float], dict[str, str]]
    expired: Problem
    internal: Problem
    missing: t.Callable[[str], Problem]
    # Where the API decides how an answer is written: its status, body and headers.
    written: t.Callable[[Api | None, int, t.Any, str], tuple[int, bytes, dict[str, str]]] | None = None


def alibaba_error(problem: Problem, request_id: str, host: str) -> Fields:
    link = f"https://api.aliyun.com/troubleshoot?q={problem.code}&requestId={request_id}"
    body = {"RequestId": request_id, "HostId": host, "Code": problem.code, "Message": problem.message}
    # What a vector has is sent as it is: some services have names of their own for the same.
    told = {name: request_id if name.lower() == "requestid" else value for name, value in problem.extra.items()}
    return told or {**body, "Recommend": link}


def alibaba_missing(parameter: str) -> Problem:
    message = f'The input parameter "{parameter}" that is mandatory for processing this request is not supplied.'
    return Problem(400, "MissingParameter", message)


def huawei_error(problem: Problem, request_id: str, dummy: str) -> Fields:
    """Only the gateway's own errors carry the request id in the body; services put it in the header alone."""
    gateway = {"request_id": request_id} if problem.code.startswith("APIGW.") else {}
    body = {"error_msg": problem.message, "error_code": problem.code}
    return {**(dict(problem.extra) or body), **gateway}


ALIBABA = Vendor(
    name="alibaba",
    content_type="application/json;charset=utf-8",
    new_request_id=lambda: str(uuid.uuid4()).upper(),
    request_id_header="x-acs-request-id",
    error_body=alibaba_error,
    answer_body=lambda fields, request_id: {**fields, "RequestId": request_id},
    throttled=Problem(400, "Throttling.User", "Request was denied due to user flow control."),
    throttle_headers=lambda seconds: {"x-acs-retry-after": str(math.ceil(seconds * 1000))},
    expired=Problem(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),
    internal=Problem(500, "InternalError", "The request processing has failed due to some unknown error."),
    missing=alibaba_missing,
)

HUAWEI = Vendor(
    name="huawei",
    content_type="application/json",
    new_request_id=lambda: uuid.uuid4().hex,
    request_id_header="X-Request-Id",
    error_body=huawei_error,
    answer_body=lambda fields, dummy: fields,
    throttled=Problem(
        429,
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second",
    ),
    throttle_headers=lambda seconds: {"Retry-After": str(max(1, math.ceil(seconds)))},
    expired=Problem(401, "APIGW.0307", "The token must be updated."),
    internal=Problem(500, "APIGW.0601", "Internal server error."),
    missing=lambda parameter: Problem(400, "APIGW.0201", f"API request error: {parameter} is missing."),
)


def openstack_error(problem: Problem, dummy: str, dummy_host: str) -> Fields:
    """Under the name of the problem, as Cinder and Nova have it; Keystone and Glance have words of their own."""
    return dict(problem.extra) or {problem.code: {"code": problem.status, "message": problem.message}}


OPENSTACK = Vendor(
    name="openstack",
    content_type="application/json",
    new_request_id=lambda: f"req-{uuid.uuid4()}",
    request_id_header="x-openstack-request-id",
    error_body=openstack_error,
    answer_body=lambda fields, dummy: fields,
    throttled=Problem(429, "overLimit", "This request was rate-limited."),
    throttle_headers=lambda seconds: {"Retry-After": str(max(1, math.ceil(seconds)))},
    expired=Problem(401, "error", "The request you have made requires authentication."),
    internal=Problem(500, "computeFault", "The server has either erred or is incapable of performing the operation."),
    missing=lambda parameter: Problem(400, "badRequest", f"{parameter} is a required property"),
)

AWS = Vendor(
    name="aws",
    content_type="application/json",
    new_request_id=lambda: str(uuid.uuid4()),
    request_id_header="x-amzn-RequestId",
    error_body=aws.error_body,
    answer_body=lambda fields, dummy: fields,
    throttled=Problem(400, "Throttling", "Rate exceeded"),
    throttle_headers=lambda seconds: {"x-amz-retry-after": str(math.ceil(seconds * 1000))},
    expired=Problem(403, "ExpiredToken", "The security token included in the request is expired"),
    internal=Problem(500, "InternalFailure", "The request has failed for an unknown reason"),
    missing=lambda parameter: Problem(400, "MissingParameter", f"The request must contain the parameter {parameter}"),
    written=aws.written,
)


def azure_error(problem: Problem, dummy: str, dummy_host: str) -> Fields:
    """In an object, as Azure Resource Manager has it; Microsoft Entra ID and some resource providers have words of their own."""
    return dict(problem.extra) or {"error": {"code": problem.code, "message": problem.message}}


AZURE = Vendor(
    name="azure",
    content_type="application/json; charset=utf-8",
    new_request_id=lambda: str(uuid.uuid4()),
    request_id_header="x-ms-correlation-request-id",
    error_body=azure_error,
    answer_body=lambda fields, dummy: fields,
    throttled=Problem(
        429,
        "SubscriptionRequestsThrottled",
        "Number of requests for subscription exceeded the limit. Please try again after some time.",
    ),
    throttle_headers=lambda seconds: {"Retry-After": str(max(1, math.ceil(seconds)))},
    expired=Problem(
        401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."
    ),
    internal=Problem(500, "InternalServerError", "Encountered internal server error."),
    missing=lambda parameter: Problem(400, "InvalidRequestContent", f"The request content has no {parameter}."),
)


def google_error(problem: Problem, dummy: str, dummy_host: str) -> Fields:
    """As all APIs of Google word it; a login has the words of OAuth 2."""
    return dict(problem.extra) or {
        "error": {"code": problem.status, "message": problem.message, "status": problem.code}
    }


GOOGLE = Vendor(
    name="google",
    content_type="application/json; charset=UTF-8",
    new_request_id=lambda: f"{uuid.uuid4().hex}/1",
    request_id_header="X-Cloud-Trace-Context",
    error_body=google_error,
    answer_body=lambda fields, dummy: fields,
    # Compute Engine says it with 403, and never how long to wait.
    throttled=Problem(
        403,
        "rateLimitExceeded",
        "Rate Limit Exceeded",
        extra={
            "error": {
                "code": 403,
                "message": "Rate Limit Exceeded",
                "errors": [{"message": "Rate Limit Exceeded", "domain": "usageLimits", "reason": "rateLimitExceeded"}],
            }
        },
    ),
    throttle_headers=lambda seconds: {},
    expired=Problem(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential.",
    ),
    internal=Problem(500, "INTERNAL", "Internal error encountered."),
    missing=lambda parameter: Problem(400, "INVALID_ARGUMENT", f"Required parameter: {parameter}"),
)

VENDORS = {vendor.name: vendor for vendor in (ALIBABA, AWS, AZURE, GOOGLE, HUAWEI, OPENSTACK)}
