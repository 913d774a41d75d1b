# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A connection that is made and read within a deadline."""

from __future__ import annotations

import functools
import http.client
import io
import ipaddress
import queue
import socket
import threading
import time
import typing as t

from .proxy import at_proxy, sent_to_socks, sent_to_tunnel, with_password

try:
    import urllib3
except ImportError:  # the modules say so in their own words before anything here runs
    pass


class _Reader(io.RawIOBase):
    """What comes from a socket, until the time is over that the socket had for one read when this was made."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._pieces = sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + (sock.gettimeout() or float("inf"))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> t.Optional[int]:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        if left < float("inf"):
            self._sock.settimeout(left)
        return self._pieces.readinto(buffer)

    def close(self) -> None:
        self._pieces.close()
        super().close()


class _Source:
    """As much of a socket as a response wants of it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_Reader(self._sock), 65536)


class TimedResponse(http.client.HTTPResponse):
    """A response whose head and body are there within the timeout of its socket, together.

    That of a socket bounds each single read: a server that sends a byte now and then would be listened to for ever.
    """

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(t.cast(socket.socket, _Source(sock)), *args, **kwargs)


# Connecting


@functools.cache
def with_deadline(connections: t.Any) -> t.Any:
    """The same class of connections, made and read in time; whoever connects in a way of its own (SOCKS) goes on to do so."""
    tunnel = with_password(at_proxy(connections._tunnel), sent_to_tunnel)
    members: dict[str, t.Any] = {"response_class": TimedResponse, "_tunnel": tunnel}
    if hasattr(connections, "_connect_tls_proxy"):
        members["_connect_tls_proxy"] = at_proxy(connections._connect_tls_proxy)
    if connections._new_conn is urllib3.connection.HTTPConnection._new_conn:
        members["_new_conn"] = _new_conn
    else:
        members["_new_conn"] = with_password(at_proxy(connections._new_conn), sent_to_socks)
    return type(connections.__name__, (connections,), members)


def _new_conn(connection: t.Any) -> socket.socket:
    """A new socket, to the proxy where there is one."""
    connect = at_proxy(_connected) if getattr(connection, "_tunnel_host", None) else _connected
    return t.cast(socket.socket, connect(connection))


def _connected(connection: t.Any) -> socket.socket:
    """A new socket: each address of the host has an equal part of what is left of the time, for the first may lead nowhere."""
    seconds = connection.timeout
    deadline = time.monotonic() + seconds
    addresses = _addresses(connection._dns_host, connection.port, seconds)
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


def _addresses(host: str, port: int, seconds: float) -> list[t.Any]:
    """What the name server knows of a host. It has no timeout of its own; a thread that waits for it holds nobody up."""
    if _is_address(host):
        # It is its own answer: nobody is asked, and no thread is begun.
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    found: queue.SimpleQueue[t.Union[list[t.Any], OSError]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as exc:
            found.put(exc)
        except UnicodeError:
            # A part of it is too long, or holds what no name may.
            found.put(socket.gaierror(socket.EAI_NONAME, "it is no name"))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        response = found.get(timeout=seconds)
    except queue.Empty:
        raise OSError("the name server does not answer") from None
    if isinstance(response, OSError):
        raise response
    return response
