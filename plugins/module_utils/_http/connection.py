# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Make connections and read responses within a deadline.

The timeout of a socket applies to each single read. A server that sends one byte now and then would hold a call
forever.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import ipaddress
import queue
import socket
import threading
import time
import typing as t

from .proxy import raising_proxy_error, socks_credentials, tunnel_credentials, with_password_gate

try:
    import urllib3
except ImportError:  # the modules report a missing library before they use this file
    pass


class _Reader(io.RawIOBase):
    """Read from a socket until a deadline: the timeout that the socket had when this object was made."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._pieces = sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + (sock.gettimeout() or float("inf"))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> t.Optional[int]:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise socket.timeout("timed out")
        if remaining < float("inf"):
            self._sock.settimeout(remaining)
        return self._pieces.readinto(buffer)

    def close(self) -> None:
        self._pieces.close()
        super().close()


class _DeadlineSocket:
    """The part of a socket that a response uses."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_Reader(self._sock), 65536)


class TimedResponse(http.client.HTTPResponse):
    """A response whose head and body must arrive together within the timeout of the socket."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(t.cast(socket.socket, _DeadlineSocket(sock)), *args, **kwargs)


# Connecting


@functools.cache
def with_deadline(connections: t.Any) -> t.Any:
    """Return a subclass of a connection class that connects and reads within the timeout.

    A class with its own way to connect, such as SOCKS, keeps it.
    """
    tunnel = with_password_gate(raising_proxy_error(connections._tunnel), tunnel_credentials)
    members: dict[str, t.Any] = {"response_class": TimedResponse, "_tunnel": tunnel}
    members["putrequest"] = _with_exact_target(connections.putrequest)
    if hasattr(connections, "_connect_tls_proxy"):
        members["_connect_tls_proxy"] = raising_proxy_error(connections._connect_tls_proxy)
    if connections._new_conn is urllib3.connection.HTTPConnection._new_conn:
        members["_new_conn"] = _new_conn
    else:
        members["_new_conn"] = with_password_gate(raising_proxy_error(connections._new_conn), socks_credentials)
    return type(connections.__name__, (connections,), members)


_exact = threading.local()


@contextlib.contextmanager
def exact_target(target: str) -> t.Iterator[None]:
    """Send the target of the next request of this thread byte for byte. urllib3 would rewrite some of its escapes."""
    _exact.target = target
    try:
        yield
    finally:
        _exact.target = None


def _with_exact_target(putrequest: t.Callable[..., None]) -> t.Callable[..., None]:
    def put(connection: t.Any, method: str, url: str, *args: t.Any, **kwargs: t.Any) -> None:
        putrequest(connection, method, getattr(_exact, "target", None) or url, *args, **kwargs)

    return put


def _new_conn(connection: t.Any) -> socket.socket:
    """Return a new socket, to the proxy if there is one."""
    connect = raising_proxy_error(_connect) if getattr(connection, "_tunnel_host", None) else _connect
    return t.cast(socket.socket, connect(connection))


def _connect(connection: t.Any) -> socket.socket:
    """Return a new socket to the first address of the host that accepts.

    Each address gets an equal share of the remaining time, because the first may not respond.
    """
    seconds = connection.timeout
    deadline = time.monotonic() + seconds
    addresses = _resolve(connection._dns_host, connection.port, seconds)
    failed: OSError = OSError("the host has no address")
    for number, (family, kind, protocol, dummy, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(max(0.001, deadline - time.monotonic()) / (len(addresses) - number))
            sock.connect(address)
        except OSError as exc:
            sock.close()
            failed = exc
        else:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            return sock
    raise failed


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _resolve(host: str, port: int, seconds: float) -> list[t.Any]:
    """Return the addresses of a host. A lookup has no timeout of its own, so it runs in a thread that may be abandoned."""
    if _is_address(host):
        # An address needs no lookup, and no thread.
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    results: queue.SimpleQueue[t.Union[list[t.Any], OSError]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            results.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as exc:
            results.put(exc)
        except UnicodeError:
            # A label is too long, or has a character that names may not contain.
            results.put(socket.gaierror(socket.EAI_NONAME, "it is no name"))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise OSError("the name server does not answer") from None
    if isinstance(result, OSError):
        raise result
    return result
