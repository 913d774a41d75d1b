# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""One HTTP exchange as data: what is asked, what came back. Pure."""

from __future__ import annotations

import typing as t
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from .._core.errors import OptionError


def percent(text: str) -> str:
    """RFC 3986 encoding of one path segment, query key or query value, as both vendors sign it (``~`` stays)."""
    return quote(text, safe="~")


class Request(t.NamedTuple):
    """A request before or after signing.

    ``endpoint`` is scheme, host and an optional path prefix, without a trailing slash. ``path`` starts with ``/`` and is
    percent-encoded already. ``query`` holds plain (key, value) pairs. ``headers`` are those to send, Host not among them.
    """

    method: str
    endpoint: str
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: t.Mapping[str, str] = {}
    body: bytes = b""

    @property
    def host(self) -> str:
        """The value of the Host header: the port is in it when the endpoint names one."""
        return urlsplit(self.endpoint).netloc

    @property
    def full_path(self) -> str:
        """The path on the wire: the endpoint's own prefix, if any, and ``path``."""
        return urlsplit(self.endpoint).path.rstrip("/") + self.path

    @property
    def query_string(self) -> str:
        """The query on the wire, sorted by raw key and value: byte for byte what the signers sign."""
        return "&".join(f"{percent(key)}={percent(value)}" for key, value in sorted(self.query))

    @property
    def target(self) -> str:
        """Path and query on the wire."""
        query = self.query_string
        return self.full_path + (f"?{query}" if query else "")

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{urlsplit(self.endpoint).scheme}://{self.host}{self.target}"

    def with_headers(self, headers: t.Mapping[str, str]) -> Request:
        """The same request with these headers added."""
        return self._replace(headers={**self.headers, **headers})


class Response(t.NamedTuple):
    """What came back: ``body`` is the decoded JSON, header names are lower case."""

    status: int
    headers: t.Mapping[str, str]
    body: t.Any


def is_loopback(host: t.Optional[str]) -> bool:
    """Whether a host name is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def check_url(option: str, url: str) -> str:
    """The URL without a trailing slash; refused where a request to it would not be safe."""
    try:
        parts = urlsplit(url)
        host, dummy = parts.hostname, parts.port
    except ValueError as exc:
        raise OptionError(f"{option}: {url!r} is not a URL ({exc})") from exc
    if parts.scheme not in ("http", "https") or not host:
        raise OptionError(f"{option}: {url!r} is not a URL such as https://ecs.cn-hangzhou.aliyuncs.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise OptionError(f"{option}: only scheme, host, port and a path may be in it")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(
            f"{option}: {url!r} is not encrypted; use https:// (http:// is allowed to this machine only, such as 127.0.0.1)"
        )
    return url.rstrip("/")
