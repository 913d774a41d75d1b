# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Sign requests with Huawei Cloud's SDK-HMAC-SHA256. Pure: the time is passed in.

https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from urllib.parse import unquote

from .._credentials.model import Credentials
from .._http.message import Request, percent

ALGORITHM = "SDK-HMAC-SHA256"

HASH_HEADER = "X-Sdk-Content-Sha256"
HASHED_TYPES = ("application/json", "application/bson")


def sign(request: Request, credentials: Credentials, *, date: str, project_id: str = "") -> Request:
    """Return the signed request. ``date`` is UTC ``YYYYMMDDTHHMMSSZ``. The gateway accepts 15 minutes of clock skew."""
    headers = {"X-Sdk-Date": date}
    if project_id:
        headers["X-Project-Id"] = project_id
    if credentials.security_token:
        headers["X-Security-Token"] = credentials.security_token
    content_type = _lower(request.headers).get("content-type", "")
    if content_type and not content_type.startswith(HASHED_TYPES):
        headers[HASH_HEADER] = "UNSIGNED-PAYLOAD"
    unsigned = request.with_headers(headers)
    authorization_header = authorization(
        unsigned, credentials.access_key, credentials.secret_key, signed_names(unsigned)
    )
    encoded = {name: _as_sent(value) for name, value in unsigned.headers.items()}
    return unsigned.with_headers({**encoded, "Authorization": authorization_header})


def signed_names(request: Request) -> list[str]:
    """Return the headers to sign. The SDK signs all, but a proxy may rewrite User-Agent, Accept and similar headers.

    Names with an underscore are not signed, because the gateway drops them.
    """
    names = {name for name in _lower(request.headers) if "_" not in name}
    return sorted({"host"} | {name for name in names if name == "content-type" or name.startswith("x-")})


def authorization(request: Request, access_key: str, secret_key: str, names: t.Collection[str]) -> str:
    """Return the Authorization header of a complete request. ``names`` are the headers to sign, in lower case."""
    digest = hashlib.sha256(canonical_request(request, names).encode()).hexdigest()
    text = f"{ALGORITHM}\n{_lower(request.headers)['x-sdk-date']}\n{digest}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(sorted(names))}, Signature={signature}"


def canonical_request(request: Request, names: t.Collection[str]) -> str:
    """Return the canonical form of the request, which is what gets signed."""
    headers = {"host": request.host, **{name: value.strip() for name, value in _lower(request.headers).items()}}
    sorted_names = sorted(names)
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted_names)
    return "\n".join(
        (
            request.method.upper(),
            _canonical_path(request.full_path),
            request.query_string,
            lines,
            ";".join(sorted_names),
            _payload_hash(request.body, headers),
        )
    )


def _canonical_path(path: str) -> str:
    # The gateway decodes the path before it splits it, so an encoded slash counts as a slash. It also expects a slash
    # at the end, which is not sent.
    canonical = "/".join(percent(segment) for segment in unquote(path).split("/"))
    return canonical if canonical.endswith("/") else f"{canonical}/"


def _payload_hash(body: bytes, headers: t.Mapping[str, str]) -> str:
    declared = headers.get(HASH_HEADER.lower(), "") if body else ""
    return declared or hashlib.sha256(body).hexdigest()


def _lower(headers: t.Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _as_sent(value: str) -> str:
    # The signature is over UTF-8. HTTP libraries send headers as Latin-1, so this makes them send the same bytes.
    return value.strip().encode().decode("latin-1")
