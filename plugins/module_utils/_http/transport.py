# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Send a request over HTTP, bounded in time and size. Only this package uses requests and urllib3.

``Transport.send`` returns the response as it is. If there is none, it raises Unavailable, which says why.
"""

from __future__ import annotations

import contextlib
import os
import sys
import typing as t
from urllib.parse import urlsplit

from .._core.errors import NotSent, OptionError, Unavailable, Untrusted
from .._core.values import Options, read_json
from .connection import exact_target, with_deadline
from .encoding import decompressed
from .environment import BUNDLE_VARIABLES, PROXY_LIKE, PROXY_VARIABLES, Proxy, check_bundle, name_of_proxy, variable_of
from .failure import failure_of
from .message import Request, Response, is_loopback

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
except ImportError:  # the modules report a missing library before they use this file
    pass


USER_AGENT = "multicloud.tasks/1.0.0"
MAX_BODY = 8 * 1024 * 1024


class Transport:
    """A pool of connections to any number of endpoints.

    ``ca_title`` is what the user calls the trusted certificates, if they do not come from the option ``ca_path``.
    """

    def __init__(self, options: Options, parallel: int = 8, ca_title: str = "") -> None:
        self.timeout = float(options.get("request_timeout") or 30)
        self._timeout = urllib3.Timeout(total=self.timeout)  # each exchange measures with its own clone
        # The path may come from a file or a variable, where ~ is not expanded. Without a home directory it stays as it is.
        ca_path = os.path.expanduser(str(options.get("ca_path") or ""))  # noqa: PTH111 - Path.expanduser would raise then
        self.verify: t.Union[bool, str] = ca_path or True
        self._ca_title = ca_title or "ca_path"
        if options.get("validate_certs") is False:
            self.verify = False
            _silence_warnings()
        if isinstance(self.verify, str):
            check_bundle(self.verify, self._ca_title)
        # The adapter handles proxies and certificates. A Session would also keep cookies and prepare to follow
        # redirects. Some versions of urllib3 close the least recently used pool when there are too many, so there is no
        # limit.
        self._adapter = HTTPAdapter(pool_connections=sys.maxsize, pool_maxsize=parallel, max_retries=0)
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._proxies: dict[str, t.Optional[Proxy]] = {}

    def check(self, endpoint: str) -> None:
        """Check that an endpoint can be called. An OptionError names the option or variable that prevents it."""
        self._pool(endpoint)

    def send(self, request: Request) -> Response:
        """Send one request and return the response. Redirects are not followed: the credentials are for this host only."""
        own_headers = {"User-Agent": USER_AGENT, "Host": request.host, "Content-Length": str(len(request.body))}
        exact = exact_target(request.target) if request.raw_query is not None else contextlib.nullcontext()
        try:
            with exact:
                response = self._pool(request.endpoint).request(
                    request.method,
                    request.target,
                    body=request.body,
                    headers={**own_headers, **request.headers},
                    retries=False,
                    redirect=False,
                    timeout=self._timeout,
                    preload_content=False,
                )
            return _response_of(request, response)
        except OptionError as exc:
            raise Untrusted(str(exc)) from None
        except (OSError, urllib3.exceptions.HTTPError) as exc:
            raise failure_of(request, exc, self._proxies.get(request.endpoint), self.timeout) from exc
        except ValueError:
            # The text of this error from http.client holds the header's value, which may be a secret.
            raise NotSent("the request cannot be sent: its host or a credential holds a character it may not") from None

    def _pool(self, endpoint: str) -> urllib3.HTTPConnectionPool:
        """Return the connections to an endpoint, with the proxies and certificates that the environment names."""
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
        """Close the connections. The adapter drops its pools, but leaves their sockets to the garbage collector."""
        for pool in list(self._pools.values()):  # an abandoned look may still add a pool
            pool.close()
        self._adapter.close()


# Connections to an endpoint


def _pool_by(adapter: t.Any, endpoint: str, settings: t.Mapping[str, t.Any]) -> urllib3.HTTPConnectionPool:
    try:
        pool = _pool_of(adapter, endpoint, settings)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as exc:
        # The text of the error holds the URL of the proxy, perhaps with a password.
        why = "SOCKS needs the Python package PySocks" if "SOCKS" in str(exc) else "it is no URL of a proxy"
        raise OptionError(
            f"{variable_of(PROXY_VARIABLES)}: this proxy cannot be used, {why}; it must look like {PROXY_LIKE}, "
            "or name the host in NO_PROXY if no proxy is wanted"
        ) from None
    pool.ConnectionCls = with_deadline(pool.ConnectionCls)
    return pool


def _pool_of(adapter: t.Any, endpoint: str, settings: t.Mapping[str, t.Any]) -> urllib3.HTTPConnectionPool:
    proxies, verify, cert = settings["proxies"], settings["verify"], settings["cert"]
    if hasattr(adapter, "get_connection_with_tls_context"):
        request = requests.Request("GET", endpoint).prepare()
        pool = adapter.get_connection_with_tls_context(request, verify=verify, proxies=proxies, cert=cert)
    else:  # before requests 2.32
        pool = adapter.get_connection(endpoint, proxies)
        adapter.cert_verify(pool, endpoint, verify, cert)
    return t.cast("urllib3.HTTPConnectionPool", pool)


def _silence_warnings() -> None:
    """Silence the warning of each call: the user has switched the check off with an option."""
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


# The response


def _response_of(request: Request, response: urllib3.BaseHTTPResponse) -> Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_good = 200 <= response.status < 300
    try:
        content = _decompressed(headers.get("content-encoding", ""), _read_body(response))
    except BaseException as exc:
        # The rest of the body must not be taken for the response to the next call.
        response.close()
        if is_good or not isinstance(exc, Unavailable):
            raise
        # An error status counts whether its body can be read or not. Otherwise a refused key would be tried again.
        return Response(response.status, headers, str(exc))
    response.release_conn()
    if not content.strip():
        return Response(response.status, headers, None)
    for name in request.formats[:1] if is_good else request.formats:
        with contextlib.suppress(ValueError, RecursionError):
            return Response(response.status, headers, _READERS[name](request, content.decode("utf-8-sig")))
    if is_good:
        raise Unavailable(f"the answer is not {request.formats[0].upper()}", http_status=response.status)
    return Response(response.status, headers, content.decode("utf-8", "replace"))


def _read_json(dummy: Request, text: str) -> t.Any:
    return read_json(text)


def _read_xml(request: Request, text: str) -> t.Any:
    """Return what an XML document holds. Few APIs answer in XML, and its parser takes time to import."""
    from .._core.xml import read_xml  # noqa: PLC0415

    return read_xml(text, request.lists)


def _read_text(dummy: Request, text: str) -> t.Any:
    return text


_READERS: dict[str, t.Callable[[Request, str], t.Any]] = {"json": _read_json, "text": _read_text, "xml": _read_xml}


def _decompressed(encodings: str, content: bytes) -> bytes:
    """Return the body before compression."""
    if not encodings and not content.startswith(b"\x1f\x8b"):
        return content
    return decompressed(encodings, content, MAX_BODY)


def _read_body(response: urllib3.BaseHTTPResponse) -> bytes:
    """Read the body within the limits of time and size. A server that never stops sending counts as giving no answer."""
    read = getattr(response, "read1", response.read)
    chunks: list[bytes] = []
    size = 0
    while True:
        # Do not decompress here: that would get around the limit. Decompression has a limit of its own.
        chunk = read(65536, decode_content=False)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            raise Unavailable(f"the answer is larger than {MAX_BODY // 2**20} MiB")
