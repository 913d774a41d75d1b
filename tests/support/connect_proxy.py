# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A CONNECT proxy on this machine, with or without TLS, that leads to one port whatever host a client names."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
import typing as t

import pytest

from support.certificates import Files
from support.sockets import listening, read_head

PROXY_NAMES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


def through(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Make the environment name this proxy and no other."""
    for name in PROXY_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", url)


class ConnectProxy:
    """Connects clients that send ``password`` (``user:password``) to a ``port``. Records the heads of all requests."""

    def __init__(self, port: str, tls: Files | None = None, password: str = "") -> None:
        self._port = int(port)
        self._password = password
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if tls and self._context:
            self._context.load_cert_chain(*tls)
        self.heads: list[str] = []

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection."""
        if not self._context:
            self._answer(connection)
            return
        with self._context.wrap_socket(connection, server_side=True) as inner:
            self._answer(inner)

    def _answer(self, connection: socket.socket) -> None:
        head = read_head(connection).decode()
        if not head:
            return
        self.heads.append(head)
        expected = base64.b64encode(self._password.encode()).decode()
        if expected not in head:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self._port)) as target:
            copier = threading.Thread(target=_copy, args=(target, connection), daemon=True)
            copier.start()
            _copy(connection, target)
            copier.join(20)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            data = source.recv(65_536)
            if not data:
                break
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def connect_proxy(port: str, tls: Files | None = None, password: str = "") -> t.Iterator[tuple[str, ConnectProxy]]:
    """Yield host and port of such a proxy, and the proxy."""
    proxy = ConnectProxy(port, tls, password)
    with listening(proxy.serve) as own:
        yield f"127.0.0.1:{own}", proxy
