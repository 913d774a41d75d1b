# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Sign requests with Signature Version 4 of AWS. Pure: the time is passed in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from urllib.parse import quote

from .._credentials.model import Credentials
from .._http.message import Request

ALGORITHM = "AWS4-HMAC-SHA256"
DATE = "%Y%m%dT%H%M%SZ"
S3 = "s3"
"""S3 signs the path as it is sent, and wants the hash of the body in a header."""
HASH_HEADER = "x-amz-content-sha256"

# A proxy, a load balancer or the HTTP library may add or change these. botocore leaves out the same ones.
UNSIGNED = frozenset(
    (
        *(
            "authorization",
            "baggage",
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
        ),
        *("proxy-connection", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade"),
        *("user-agent", "x-amzn-trace-id"),
    )
)


class Scope(t.NamedTuple):
    """What a signature is good for: one region, and the signing name of one service."""

    region: str
    name: str

    def on(self, date: str) -> str:
        """Return the credential scope on a date, ``YYYYMMDDTHHMMSSZ``."""
        return f"{date[:8]}/{self.region}/{self.name}/aws4_request"


def sign(request: Request, credentials: Credentials, *, scope: Scope, date: str) -> Request:
    """Return the signed request. ``date`` is UTC ``YYYYMMDDTHHMMSSZ``. Services accept 5 to 15 minutes of clock skew."""
    headers = {"x-amz-date": date}
    if credentials.security_token:
        headers["x-amz-security-token"] = credentials.security_token
    if scope.name == S3:
        headers[HASH_HEADER] = _sha256(request.body)
    unsigned = request.with_headers(headers)
    return unsigned.with_headers({"authorization": authorization(unsigned, credentials, scope, date)})


def authorization(request: Request, credentials: Credentials, scope: Scope, date: str) -> str:
    """Return the Authorization header of a complete request."""
    text = string_to_sign(canonical_request(request, scope.name), scope, date)
    signature = hmac.new(_signing_key(credentials.secret_key, scope, date), text.encode(), hashlib.sha256).hexdigest()
    names = ";".join(sorted(_signed_headers(request)))
    credential = f"{credentials.access_key}/{scope.on(date)}"
    return f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"


def string_to_sign(canonical: str, scope: Scope, date: str) -> str:
    """Return the text that the key signs."""
    return "\n".join((ALGORITHM, date, scope.on(date), _sha256(canonical.encode())))


def canonical_request(request: Request, signing_name: str) -> str:
    """Return the canonical form of the request, of which a hash is signed."""
    headers = _signed_headers(request)
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    path = request.full_path if signing_name == S3 else quote(_normalized(request.full_path), safe="/~")
    query = _canonical_query(request.query_string)
    digest = headers.get(HASH_HEADER) or _sha256(request.body)
    return "\n".join((request.method.upper(), path, query, lines, ";".join(sorted(headers)), digest))


def _signed_headers(request: Request) -> dict[str, str]:
    headers = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    return {"host": request.host, **{name: value for name, value in headers.items() if name not in UNSIGNED}}


def _normalized(path: str) -> str:
    """Return the path without ``.``, ``..`` and empty segments. A slash at the end stays."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if segments and path.endswith("/") else ""
    return "/" + "/".join(segments) + end


def _canonical_query(query: str) -> str:
    """Return the query that is sent, sorted by its encoded names and values."""
    return "&".join("=".join(pair) for pair in sorted(each.split("=", 1) for each in query.split("&"))) if query else ""


def _signing_key(secret_key: str, scope: Scope, date: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in scope.on(date).split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
