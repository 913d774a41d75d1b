# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of a few bytes, for the tests of what reads from them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import typing as t

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a": 42}'
Serve = t.Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(serve: Serve) -> t.Iterator[str]:
    """The port of a server on this machine, each of whose connections is served in a thread."""
    server = socket.create_server(("127.0.0.1", 0))

    def work(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve(connection)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=work, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield str(server.getsockname()[1])
    finally:
        server.close()


def heard(connection: socket.socket) -> bytes:
    """The head of a request; b"" once there is none any more."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65_536)
        if not more:
            return b""
        head += more
    return head


def answering(*answers: bytes, apart: float = 0.0) -> Serve:
    """Answers one request after another on a connection, its last one byte by byte where they come ``apart``."""

    def serve(connection: socket.socket) -> None:
        for number, answer in enumerate(answers):
            if not heard(connection):
                return
            if not apart or number < len(answers) - 1:
                connection.sendall(answer)
                continue
            for byte in answer:
                connection.sendall(bytes([byte]))
                time.sleep(apart)

    return serve
