# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Handle URLs that a cloud hands out: those of operations, whose ids they are, and those of the next page of a list. Pure.

They are sent as they are, to the host of the cloud alone. An operation's URL may be signed, so it is shown nowhere as a whole:
the id of its task is the URL without the host and the signature, which can be asked for again, and lines show its last segment.
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._http.message import is_secret_name
from .model import Call, Service

URL_OF_ID = "url_of_id"
"""The name of the value that holds the whole URL of an operation."""
LINK = "link"
"""The name of the value that holds the URL of the next page of a list."""

_WHOLE = re.compile(r"/?\{(\w+):url\}", re.ASCII)
# The parts of a signature of ARM: its time, the certificate, the signature and its hash. The token of the caller authorizes.
_SIGNATURE = ("t", "c", "s", "h")
# A part of a signature is longer. What is shorter may be anything, and is not masked wherever it stands.
_LEAST_SECRET = 16


def is_by_url(service: Service) -> bool:
    """Say whether the ids of a service are URLs."""
    return bool(_WHOLE.fullmatch(service.read.path))


def url_of(call: Call, values: t.Mapping[str, t.Any]) -> str:
    """Return the URL that a call is sent to, or "" if its path says that."""
    whole = _WHOLE.fullmatch(call.path)
    url = (values.get(URL_OF_ID) if whole[1] == "task_id" else None) or values.get(whole[1]) if whole else None
    return str(url or "")


def reference_of(name: str, url: str) -> str:
    """Return the id for an operation's URL: its path, and its query without a signature.

    Raise OptionError that names the option ``name`` if this is no such URL.
    """
    found = re.match(r"(?:https?://[^/?#]*)?(/(?!/)[^?#]*)(?:\?([^#]*))?$", url, re.IGNORECASE)
    if not found:
        raise OptionError(
            f"{name}: this is no URL of an operation; give the whole value of the header that the cloud returned it in, "
            "which begins with https://"
        )
    query = "&".join(pair for pair in (found[2] or "").split("&") if pair and not _is_signature(pair))
    return found[1] + (f"?{query}" if query else "")


def _is_signature(pair: str) -> bool:
    name = pair.partition("=")[0]
    return name.lower() in _SIGNATURE or is_secret_name(name)


def secrets_of_url(url: str) -> set[str]:
    """Return what must not be shown of an operation's URL."""
    pairs = url.partition("?")[2].split("&")
    values = {pair.partition("=")[2] for pair in pairs if _is_signature(pair)}
    return {value for value in values if len(value) >= _LEAST_SECRET}


def has_status(body: t.Any) -> bool:
    """Say whether an answer is about an operation: it tells a status, and is no result."""
    return isinstance(body, dict) and isinstance(body.get("status"), str)


def last_segment(task_id: str) -> str:
    """Return the part of an operation's URL or id that is shown in a line."""
    return task_id.partition("?")[0].rstrip("/").rpartition("/")[2] or "/"


def without_urls(headers: t.Mapping[str, str]) -> dict[str, str]:
    """Return headers whose URLs of operations are ids."""
    return {name: _as_id(value) if _holds_url(name) else value for name, value in headers.items()}


def _holds_url(name: str) -> bool:
    return name.endswith(("location", "-asyncoperation"))


def _as_id(url: str) -> str:
    try:
        return reference_of("", url)
    except OptionError:
        return ""
