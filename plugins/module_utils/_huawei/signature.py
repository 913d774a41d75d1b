# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Huawei Cloud SDK-HMAC-SHA256. Pure: the time is handed in.

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
    """The request as it may be sent: ``date`` is UTC ``YYYYMMDDTHHMMSSZ``, the gateway allows 15 minutes of drift."""
    headers = {"X-Sdk-Date": date}
    if project_id:
        headers["X-Project-Id"] = project_id
    if credentials.security_token:
        headers["X-Security-Token"] = credentials.security_token
    content_type = _lower(request.headers).get("content-type", "")
    if content_type and not content_type.startswith(HASHED_TYPES):
        headers[HASH_HEADER] = "UNSIGNED-PAYLOAD"
    ready = request.with_headers(headers)
    proof = authorization(ready, credentials.access_key, credentials.secret_key, signed_names(ready))
    wire = {name: _on_the_wire(value) for name, value in ready.headers.items()}
    return ready.with_headers({**wire, "Authorization": proof})


def signed_names(request: Request) -> list[str]:
    """The headers to sign. The SDK signs all it sends, but a proxy may rewrite User-Agent, Accept and their like.

    Names with an underscore never count, the gateway drops them.
    """
    names = {name for name in _lower(request.headers) if "_" not in name}
    return sorted({"host"} | {name for name in names if name == "content-type" or name.startswith("x-")})


def authorization(request: Request, access_key: str, secret_key: str, names: t.Collection[str]) -> str:
    """The Authorization header of a request that has all its headers; ``names`` are those to sign, in lower case."""
    digest = hashlib.sha256(canonical_request(request, names).encode()).hexdigest()
    text = f"{ALGORITHM}\n{_lower(request.headers)['x-sdk-date']}\n{digest}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(sorted(names))}, Signature={signature}"


def canonical_request(request: Request, names: t.Collection[str]) -> str:
    """What is signed: the request in its one canonical spelling."""
    headers = {"host": request.host, **{name: value.strip() for name, value in _lower(request.headers).items()}}
    ordered = sorted(names)
    lines = "".join(f"{name}:{headers[name]}\n" for name in ordered)
    return "\n".join(
        (
            request.method.upper(),
            _canonical_path(request.full_path),
            request.query_string,
            lines,
            ";".join(ordered),
            _payload_hash(request.body, headers),
        )
    )


def _canonical_path(path: str) -> str:
    # The gateway decodes before it splits, so that an encoded slash counts as a real one, and it wants a slash at the
    # end, which is not on the wire.
    canonical = "/".join(percent(segment) for segment in unquote(path).split("/"))
    return canonical if canonical.endswith("/") else f"{canonical}/"


def _payload_hash(body: bytes, headers: t.Mapping[str, str]) -> str:
    declared = headers.get(HASH_HEADER.lower(), "") if body else ""
    return declared or hashlib.sha256(body).hexdigest()


def _lower(headers: t.Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _on_the_wire(value: str) -> str:
    # What is signed is UTF-8; HTTP libraries send a header as Latin-1, so this makes them send those very bytes.
    return value.strip().encode().decode("latin-1")
