# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of a few bytes, for the tests of what reads from them. One that speaks HTTP is in http_stub."""

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


def answering(*answers: bytes) -> Serve:
    """Answers one request after another on a connection."""

    def serve(connection: socket.socket) -> None:
        for answer in answers:
            if not heard(connection):
                return
            connection.sendall(answer)

    return serve


class Drops:
    """Answers byte by byte, and the clock of who reads them: whenever it is asked, a moment has gone, and one more byte comes.

    The first ones come ``at_once``.
    """

    def __init__(self, answers: t.Sequence[bytes], moment: float, at_once: int) -> None:
        self._answers = answers
        self._moment = moment
        self._at_once = at_once
        self._asked = threading.Semaphore(0)
        self._now = 0.0
        self._over = False

    def monotonic(self) -> float:
        """The seconds on this clock."""
        self._now += self._moment
        self._asked.release()
        return self._now

    def serve(self, connection: socket.socket) -> None:
        """A Serve."""
        answering(*self._answers[: self._at_once])(connection)
        for answer in self._answers[self._at_once :]:
            if not heard(connection):
                return
            for byte in answer:
                self._asked.acquire()
                if self._over:
                    return
                connection.sendall(bytes([byte]))

    def stop(self) -> None:
        """Nobody reads any more."""
        self._over = True
        self._asked.release()


@contextlib.contextmanager
def dripping(monkeypatch: pytest.MonkeyPatch, *answers: bytes, moment: float, at_once: int = 0) -> t.Iterator[str]:
    """The port of a server whose answers come in drops, as many seconds apart: on the clock of the reader, so nobody waits."""
    drops = Drops(answers, moment, at_once)
    monkeypatch.setattr(_response, "time", drops)
    with listening(drops.serve) as port:
        try:
            yield port
        finally:
            drops.stop()
