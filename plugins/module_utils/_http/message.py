# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define one HTTP exchange as data: the request and the response. Pure."""

from __future__ import annotations

import re
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

    ``formats`` says how the body of the response is written: a good one in the first of them, ``json``, ``xml`` or
    ``text``, an error in any of them. ``lists`` are the elements of XML that are lists even if they are empty.

    With ``raw_query``, path and query are those of a URL that the cloud has given. They are sent byte for byte.
    """

    method: str
    endpoint: str
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: t.Mapping[str, str] = {}
    body: bytes = b""
    formats: tuple[str, ...] = ("json",)
    lists: tuple[str, ...] = ()
    raw_query: t.Optional[str] = None

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
        """Return the query that is sent: as it was given, else sorted by raw key and value. Signers sign exactly these bytes."""
        if self.raw_query is not None:
            return self.raw_query
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


_SECRET_WORD = re.compile(
    r"signature|token|secret|passw|credential|(access|api|private|account)[._-]?key", re.IGNORECASE
)
_SECRET_NAMES = frozenset(("key", "ak", "sk", "sig", "auth", "sign"))


def is_secret_name(name: str) -> bool:
    """Say whether the value of a parameter is never shown, whoever defined it: by a word in its name, or by the whole name."""
    return name.lower() in _SECRET_NAMES or bool(_SECRET_WORD.search(name))


_NOT_IN_URL = frozenset(' "<>\\^`{|}#')


def address_in(name: str, url: str, endpoint: str) -> tuple[str, str, str]:
    """Return scheme and host, path and query of a URL that a cloud has given, byte for byte. It may begin with its path.

    Raise OptionError that calls it ``name`` if it is another URL, or is not at the host of the endpoint. The message does not
    show it.
    """
    if not url.isascii() or not url.isprintable() or _NOT_IN_URL & {*url}:
        raise OptionError(f"{name}: it is no URL: there is a character in it that has no place in one")
    rest = url
    if not url.startswith("/") or url.startswith("//"):
        rest = _after_host(name, url, endpoint)
    path, dummy, query = rest.partition("?")
    return f"{urlsplit(endpoint).scheme}://{Request('GET', endpoint).host}", path or "/", query


def _after_host(name: str, url: str, endpoint: str) -> str:
    """Return what follows the host in a URL. Raise OptionError unless the host is that of the endpoint."""
    try:
        parts = urlsplit(url)
        place, own = _place(url), _place(endpoint)
    except ValueError:
        raise OptionError(f"{name}: it is no URL such as {endpoint}/operations/o") from None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or place != own:
        host = parts.netloc.rpartition("@")[2][:_LONGEST_HOST]
        raise OptionError(
            f"{name}: it is a URL at {parts.scheme or 'no scheme'}://{host}, but keys are sent only to {own[0]}://{own[1]}; "
            "set the option endpoint if the cloud is at another host"
        )
    return url[len(parts.scheme) + len("://") + len(parts.netloc) :]


_LONGEST_HOST = 100


def _place(url: str) -> tuple[str, str, int]:
    """Return what has to be the same for two URLs at one host."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or int(_DEFAULT_PORTS.get(parts.scheme, ":0")[1:])


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
    # With a backslash in it, what sends the request would call another host than the one that was looked at.
    if parts.scheme not in ("http", "https") or not host or _NOT_IN_URL & {*host}:
        raise OptionError(f"{option}: {_shown(url)} is not a URL such as https://ecs.cn-hangzhou.aliyuncs.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise OptionError(f"{option}: only scheme, host, port and a path may be in it")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(
            f"{option}: {_shown(url)} is not encrypted; use https:// (http:// is allowed to this machine only, such as 127.0.0.1)"
        )
    return url.rstrip("/")
