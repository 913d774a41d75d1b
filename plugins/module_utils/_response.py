# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.
"""An HTTP response that ends in time, however it comes. Edge: it reads from a socket."""

from __future__ import annotations

import http.client
import io
import socket
import time
import typing as t


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
