# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Sends a request over HTTP, bounded in time and size. Only this package knows requests and urllib3.

``Transport.send`` returns the response as it is, or raises Unavailable, which says what is in the way and whether it may pass.
"""

from __future__ import annotations

import os
import sys
import typing as t
from urllib.parse import urlsplit

from .._core.errors import CloudError, OptionError, Unavailable, Untrusted
from .._core.values import Options, read_json
from .connection import with_deadline
from .environment import BUNDLE_VARIABLES, PROXY_LIKE, PROXY_VARIABLES, Proxy, check_bundle, name_of_proxy, variable_of
from .message import Request, Response, is_loopback

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
except ImportError:  # the modules say so in their own words before anything here runs
    pass


USER_AGENT = "multicloud.tasks/1.0.0"
MAX_BODY = 8 * 1024 * 1024


class Transport:
    """A pool of connections. ``send`` gives the answer to a request as it is, or raises Unavailable.

    ``ca_named`` is what the user calls the authorities, where no option ``ca_path`` names them.
    """

    def __init__(self, options: Options, parallel: int = 8, ca_named: str = "") -> None:
        self.timeout = float(options.get("request_timeout") or 30)
        self._timeout = urllib3.Timeout(total=self.timeout)  # each exchange counts on a clone of it
        # It may come from a file or a variable, in which ~ stands as it was written. Without a home directory it stays.
        ca_path = os.path.expanduser(str(options.get("ca_path") or ""))  # noqa: PTH111 - that of Path raises then
        self.verify: t.Union[bool, str] = ca_path or True
        self._ca_named = ca_named or "ca_path"
        if options.get("validate_certs") is False:
            self.verify = False
            _silence_warnings()
        if isinstance(self.verify, str):
            check_bundle(self.verify, self._ca_named)
        # It knows proxies and certificates. A Session would keep cookies and prepare to follow redirects besides.
        # Some versions of urllib3 close the pool of the host that was asked the longest ago when there are too many of them.
        self._adapter = HTTPAdapter(pool_connections=sys.maxsize, pool_maxsize=parallel, max_retries=0)
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._proxies: dict[str, t.Optional[Proxy]] = {}

    def check(self, endpoint: str) -> None:
        """See that an endpoint can be asked at all; an OptionError names the option or the variable that is in the way."""
        self._pool(endpoint)

    def send(self, request: Request) -> Response:
        """One exchange. Redirects are not followed: the credentials are for the host that was asked."""
        own = {"User-Agent": USER_AGENT, "Host": request.host, "Content-Length": str(len(request.body))}
        try:
            response = self._pool(request.endpoint).request(
                request.method,
                request.target,
                body=request.body,
                headers={**own, **request.headers},
                retries=False,
                redirect=False,
                timeout=self._timeout,
                preload_content=False,
            )
            return _answer(response)
        except OptionError as exc:
            raise Untrusted(str(exc)) from None
        except (OSError, urllib3.exceptions.HTTPError) as exc:
            # Most waits hear of none, and what tells one from the other takes time to import.
            from .failure import failure_of  # noqa: PLC0415

            raise failure_of(request, exc, self._proxies.get(request.endpoint), self.timeout) from exc
        except ValueError:
            # From http.client, whose text holds the header's value: it may be a secret.
            raise CloudError(
                "the request cannot be sent: its host or a credential holds a character it may not"
            ) from None

    def _pool(self, endpoint: str) -> urllib3.HTTPConnectionPool:
        """The connections to an endpoint, by the proxies and with the certificates that the environment names."""
        if endpoint not in self._pools:
            settings = requests.Session().merge_environment_settings(endpoint, {}, None, self.verify, None)
            proxies = {} if is_loopback(urlsplit(endpoint).hostname) else settings["proxies"]
            self._check_trust(settings["verify"], endpoint)
            self._pools[endpoint] = _pool_by(self._adapter, endpoint, {**settings, "proxies": proxies})
            self._proxies[endpoint] = name_of_proxy(requests.utils.select_proxy(endpoint, proxies))
        return self._pools[endpoint]

    def _check_trust(self, verify: t.Union[bool, str, None], endpoint: str) -> None:
        if verify is not self.verify and isinstance(verify, str) and endpoint.startswith("https:"):
            check_bundle(verify, variable_of(BUNDLE_VARIABLES))

    def close(self) -> None:
        """Give the connections back. The adapter forgets its pools, but leaves their sockets to the garbage collector."""
        for pool in list(self._pools.values()):  # a look that nobody waits for any more may still add one
            pool.close()
        self._adapter.close()


# Who is asked, and by which way


def _pool_by(adapter: t.Any, endpoint: str, settings: t.Mapping[str, t.Any]) -> urllib3.HTTPConnectionPool:
    try:
        pool = _pool_of(adapter, endpoint, settings)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as exc:
        # Its text holds the URL of the proxy, and with that perhaps a password.
        why = "SOCKS needs the Python package PySocks" if "SOCKS" in str(exc) else "it is no URL of a proxy"
        raise OptionError(
            f"{variable_of(PROXY_VARIABLES)}: this proxy cannot be used, {why}; it is to look like {PROXY_LIKE}, "
            "or name the host in NO_PROXY if no proxy is wanted"
        ) from None
    pool.ConnectionCls = with_deadline(pool.ConnectionCls)
    return pool


def _pool_of(adapter: t.Any, endpoint: str, settings: t.Mapping[str, t.Any]) -> urllib3.HTTPConnectionPool:
    proxies, verify, cert = settings["proxies"], settings["verify"], settings["cert"]
    if hasattr(adapter, "get_connection_with_tls_context"):
        asked = requests.Request("GET", endpoint).prepare()
        found = adapter.get_connection_with_tls_context(asked, verify=verify, proxies=proxies, cert=cert)
    else:  # before requests 2.32
        found = adapter.get_connection(endpoint, proxies)
        adapter.cert_verify(found, endpoint, verify, cert)
    return t.cast("urllib3.HTTPConnectionPool", found)


def _silence_warnings() -> None:
    """The user has switched the check off by an option; one warning per call would tell nothing."""
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


# What was answered, or not


def _answer(response: urllib3.BaseHTTPResponse) -> Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_good = 200 <= response.status < 300
    try:
        content = _plain(headers.get("content-encoding", ""), _read(response))
    except BaseException as exc:
        # What is left of it must not be taken for the answer to the next call.
        response.close()
        if is_good or not isinstance(exc, Unavailable):
            raise
        # What refuses does so whether its words can be read or not: a key must not be tried again for that.
        return Response(response.status, headers, str(exc))
    response.release_conn()
    if not content.strip():
        return Response(response.status, headers, None)
    try:
        return Response(response.status, headers, read_json(content.decode("utf-8-sig")))
    except (ValueError, RecursionError) as exc:
        if is_good:
            raise Unavailable("the answer is not JSON", http_status=response.status) from exc
        return Response(response.status, headers, content.decode("utf-8", "replace"))


def _plain(named: str, content: bytes) -> bytes:
    """A body as it was before it was compressed. Most are not, and what reads one takes time to import."""
    if not named and not content.startswith(b"\x1f\x8b"):
        return content
    from .encoding import unpacked  # noqa: PLC0415

    return unpacked(named, content, MAX_BODY)


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """The body, within the bounds: a server that never ends is one that gives no answer."""
    read = getattr(response, "read1", response.read)
    chunks: list[bytes] = []
    size = 0
    while True:
        # What is compressed would be a way round the bound: it is decompressed within one of its own.
        chunk = read(65536, decode_content=False)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            raise Unavailable(f"the answer is larger than {MAX_BODY // 2**20} MiB")
