# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What errors of Google Cloud mean, in the forms that its old and its new APIs have for them, and its hosts."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    CredentialsExpired,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._google.provider import GOOGLE, endpoint
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service

INFO = "type.googleapis.com/google.rpc.ErrorInfo"
PROBE = Service("probe", "a service", "", "compute", Call("get"), {}, {})


def body(status: str = "", reason: str = "", info: str = "", message: str = "no", **more: t.Any) -> dict[str, t.Any]:
    """An error as the APIs word it."""
    parts: dict[str, t.Any] = {
        "status": status,
        "errors": [{"message": message, "domain": "global", "reason": reason}] if reason else [],
        "details": [{"@type": "type.googleapis.com/google.rpc.Help"}, {"@type": INFO, "reason": info}] if info else [],
    }
    return {"error": {"message": message, **{name: value for name, value in parts.items() if value}, **more}}


ERRORS: dict[str, tuple[int, t.Any, type[CloudError], str]] = {
    "the rate of compute": (403, body(reason="rateLimitExceeded"), Throttled, "rateLimitExceeded"),
    "the rate of a user": (403, body("PERMISSION_DENIED", "userRateLimitExceeded"), Throttled, "userRateLimitExceeded"),
    "the rate of BigQuery": (403, body(reason="quotaExceeded"), Throttled, "quotaExceeded"),
    "the rate, in details": (
        429,
        body("RESOURCE_EXHAUSTED", "", "RATE_LIMIT_EXCEEDED"),
        Throttled,
        "RATE_LIMIT_EXCEEDED",
    ),
    "the rate, by its status": (429, body("RESOURCE_EXHAUSTED"), Throttled, "RESOURCE_EXHAUSTED"),
    "the rate, by its text": (
        403,
        body(code=403, message="Quota exceeded for quota metric 'Read requests'"),
        Throttled,
        "403",
    ),
    "an API that is off": (
        403,
        body("PERMISSION_DENIED", "accessNotConfigured", "SERVICE_DISABLED"),
        Unauthorized,
        "SERVICE_DISABLED",
    ),
    "no billing": (403, body("PERMISSION_DENIED", "", "BILLING_DISABLED"), Unauthorized, "BILLING_DISABLED"),
    "no permission": (403, body("PERMISSION_DENIED"), Unauthorized, "PERMISSION_DENIED"),
    "no permission, as the old APIs say it": (403, body(reason="forbidden"), Unauthorized, "forbidden"),
    "a project that may not be charged": (
        403,
        body("PERMISSION_DENIED", "", "USER_PROJECT_DENIED"),
        Unauthorized,
        "USER_PROJECT_DENIED",
    ),
    "a token that has ended": (401, body("UNAUTHENTICATED", "authError"), CredentialsExpired, "UNAUTHENTICATED"),
    "a token that has ended, as the old APIs say it": (401, body(reason="authError"), CredentialsExpired, "authError"),
    "a page that wants a token": (401, "<html>", CredentialsExpired, ""),
    "not at the moment": (503, body("UNAVAILABLE"), Unavailable, "UNAVAILABLE"),
    "in the way of another": (409, body("ABORTED"), Unavailable, "ABORTED"),
    "too slow": (504, body("DEADLINE_EXCEEDED"), Unavailable, "DEADLINE_EXCEEDED"),
    "an error inside": (500, body(reason="backendError"), Unavailable, "backendError"),
    "a page of the front end": (502, "<html>", Unavailable, ""),
    "a wrong argument": (400, body("INVALID_ARGUMENT", "invalid"), CloudError, "INVALID_ARGUMENT"),
    "a wrong state": (400, body("FAILED_PRECONDITION"), CloudError, "FAILED_PRECONDITION"),
    "nothing there, with a reason of its own": (
        404,
        body("NOT_FOUND", "notFound", "RESOURCE_GONE"),
        CloudError,
        "NOT_FOUND",
    ),
    "a list of errors": (404, [body("NOT_FOUND")], CloudError, "NOT_FOUND"),
}


@pytest.mark.parametrize(("status", "answer", "kind", "code"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_mean_what_their_codes_say(status: int, answer: t.Any, kind: type[CloudError], code: str) -> None:
    error = error_of(GOOGLE, PROBE, Response(status, {}, answer))
    assert (error.__class__, error.code) == (kind, code)


@pytest.mark.parametrize(
    ("host", "universe", "expected"),
    [
        ("", "", "https://compute.googleapis.com"),
        ("bigquery.googleapis.com", "", "https://bigquery.googleapis.com"),
        ("", "s3ns.example", "https://compute.s3ns.example"),
        ("bigquery.googleapis.com", "s3ns.example", "https://bigquery.s3ns.example"),
    ],
)
def test_hosts_are_those_of_a_product_in_a_universe(host: str, universe: str, expected: str) -> None:
    assert endpoint(PROBE._replace(host=host), {"universe": universe}) == expected
