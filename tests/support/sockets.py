# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that send a few bytes, for tests of what reads them. A server that speaks HTTP is in http_stub."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._http import connection as _response

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a": 42}'
Serve = t.Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(serve: Serve) -> t.Iterator[str]:
    """Yield the port of a server on this machine that serves each connection in a thread."""
    server = socket.create_server(("127.0.0.1", 0))

    def handle(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve(connection)

    def accept_all() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=handle, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept_all, daemon=True).start()
    try:
        yield str(server.getsockname()[1])
    finally:
        server.close()


def read_head(connection: socket.socket) -> bytes:
    """Return the head of a request; b"" at the end of the connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(65_536)
        if not received:
            return b""
        head += received
    return head


def answering(*answers: bytes) -> Serve:
    """Return a function that answers one request after another on a connection."""

    def serve(connection: socket.socket) -> None:
        for answer in answers:
            if not read_head(connection):
                return
            connection.sendall(answer)

    return serve


class DrippingServer:
    """Answers byte by byte, and is the clock of the reader: each time the reader asks for the time, ``moment`` seconds pass and
    one byte is sent. The first ``at_once`` answers are sent whole.
    """

    def __init__(self, answers: t.Sequence[bytes], moment: float, at_once: int) -> None:
        self._answers = answers
        self._moment = moment
        self._at_once = at_once
        self._reads = threading.Semaphore(0)
        self._now = 0.0
        self._over = False

    def monotonic(self) -> float:
        """Advance the clock, allow one more byte, and return the seconds."""
        self._now += self._moment
        self._reads.release()
        return self._now

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection."""
        answering(*self._answers[: self._at_once])(connection)
        for answer in self._answers[self._at_once :]:
            if not read_head(connection):
                return
            for byte in answer:
                self._reads.acquire()
                if self._over:
                    return
                connection.sendall(bytes([byte]))

    def stop(self) -> None:
        """Stop, because nobody reads any more."""
        self._over = True
        self._reads.release()


@contextlib.contextmanager
def dripping(monkeypatch: pytest.MonkeyPatch, *answers: bytes, moment: float, at_once: int = 0) -> t.Iterator[str]:
    """Yield the port of a server whose answers come byte by byte, ``moment`` seconds apart on the reader's own clock."""
    server = DrippingServer(answers, moment, at_once)
    monkeypatch.setattr(_response, "time", server)
    with listening(server.serve) as port:
        try:
            yield port
        finally:
            server.stop()
