# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Sign requests with Alibaba Cloud's ACS3-HMAC-SHA256, both RPC and ROA calls. Pure: the time and the nonce are passed in.

https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t

from .._credentials.model import Credentials
from .._http.message import Request

ALGORITHM = "ACS3-HMAC-SHA256"


def sign(request: Request, credentials: Credentials, *, action: str, version: str, date: str, nonce: str) -> Request:
    """Return the signed request, to be sent once. ``date`` is UTC ``YYYY-MM-DDTHH:MM:SSZ``. Each attempt needs a new nonce."""
    headers = {
        "accept": "application/json",
        "x-acs-action": action,
        "x-acs-version": version,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": _sha256(request.body),
    }
    if credentials.security_token:
        headers["x-acs-security-token"] = credentials.security_token
    unsigned = request.with_headers(headers)
    authorization_header = authorization(
        unsigned, credentials.access_key, credentials.secret_key, signed_names(unsigned)
    )
    return unsigned.with_headers({"authorization": authorization_header})


def signed_names(request: Request) -> list[str]:
    """Return the headers to sign. The SDK also signs user-agent and accept, but a proxy may rewrite those."""
    names = {name.lower() for name in request.headers}
    return sorted({"host"} | {name for name in names if name == "content-type" or name.startswith("x-acs-")})


def authorization(request: Request, access_key: str, secret_key: str, names: t.Collection[str]) -> str:
    """Return the Authorization header of a complete request. ``names`` are the headers to sign, in lower case."""
    text = f"{ALGORITHM}\n{_sha256(canonical_request(request, names).encode())}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={access_key},SignedHeaders={';'.join(sorted(names))},Signature={signature}"


def canonical_request(request: Request, names: t.Collection[str]) -> str:
    """Return the canonical form of the request, which is what gets signed."""
    headers = {"host": request.host, **{name.lower(): value.strip() for name, value in request.headers.items()}}
    sorted_names = sorted(names)
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted_names)
    return "\n".join(
        (request.method, request.full_path, request.query_string, lines, ";".join(sorted_names), _sha256(request.body))
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
