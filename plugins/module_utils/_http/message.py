# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define one HTTP exchange as data: the request and the response. Pure."""

from __future__ import annotations

import typing as t
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from .._core.errors import OptionError


def percent(text: str) -> str:
    """Percent-encode one path segment, query key or query value by RFC 3986, as both vendors sign it (``~`` stays)."""
    return quote(text, safe="~")


_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Request(t.NamedTuple):
    """A request before or after signing.

    ``endpoint`` is scheme, host and an optional path prefix, without a trailing slash. ``path`` starts with ``/`` and
    is already percent-encoded. ``query`` holds plain (key, value) pairs. ``headers`` does not include Host.

    ``formats`` says how the body of the response is written: a good one in the first of them, ``json`` or ``xml``, an
    error in any of them. ``lists`` are the elements of XML that are lists even if they are empty.
    """

    method: str
    endpoint: str
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: t.Mapping[str, str] = {}
    body: bytes = b""
    formats: tuple[str, ...] = ("json",)
    lists: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Return the value of the Host header. It includes the port if the endpoint names one that its scheme does not imply."""
        parts = urlsplit(self.endpoint)
        return parts.netloc.removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))

    @property
    def full_path(self) -> str:
        """Return the path that is sent: the endpoint's own prefix, if any, and ``path``."""
        return urlsplit(self.endpoint).path.rstrip("/") + self.path

    @property
    def query_string(self) -> str:
        """Return the query that is sent, sorted by raw key and value. The signers sign exactly these bytes."""
        return "&".join(f"{percent(key)}={percent(value)}" for key, value in sorted(self.query))

    @property
    def target(self) -> str:
        """Return the path and query that are sent."""
        query = self.query_string
        return self.full_path + (f"?{query}" if query else "")

    @property
    def url(self) -> str:
        """Return the whole URL."""
        return f"{urlsplit(self.endpoint).scheme}://{self.host}{self.target}"

    def with_headers(self, headers: t.Mapping[str, str]) -> Request:
        """Return the same request with these headers added."""
        return self._replace(headers={**self.headers, **headers})


class Response(t.NamedTuple):
    """A response. Header names are lower case. ``body`` is what the JSON or XML holds, None if there is no body, else text."""

    status: int
    headers: t.Mapping[str, str]
    body: t.Any


def is_loopback(host: t.Optional[str]) -> bool:
    """Say whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _may_hold_secret(url: str) -> bool:
    """Return whether a text in the place of a URL may hold a password, or a secret in a query."""
    return any(mark in url for mark in "@?#")


def _shown(url: str) -> str:
    return "it" if _may_hold_secret(url) else repr(url)


def check_url(option: str, url: str) -> str:
    """Return the URL without a trailing slash. Raise OptionError if a request to it would not be safe."""
    try:
        parts = urlsplit(url)
        host, dummy = parts.hostname, parts.port
    except ValueError as exc:
        why = "" if _may_hold_secret(url) else f" ({exc})"
        raise OptionError(f"{option}: {_shown(url)} is not a URL{why}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise OptionError(f"{option}: {_shown(url)} is not a URL such as https://ecs.cn-hangzhou.aliyuncs.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise OptionError(f"{option}: only scheme, host, port and a path may be in it")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(
            f"{option}: {_shown(url)} is not encrypted; use https:// (http:// is allowed to this machine only, such as 127.0.0.1)"
        )
    return url.rstrip("/")
