# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server that images are imported from: one comes slowly, one not at all."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from local_cloud.signatures import Received
from support.http_stub import Stub, StubResponse

PIECE = b"\0" * 65_536
PIECES = 16
PATIENCE = 120.0


class Source(Stub):
    """``/held`` is given to its end once ``let_go`` is set, ``/quick`` at once; there is nothing else."""

    def __init__(self, port: int) -> None:
        super().__init__(self.give, port)
        self.let_go = threading.Event()

    def give(self, received: Received) -> StubResponse:
        if received.path not in ("/held", "/quick"):
            return StubResponse(404)
        return StubResponse(200, self.pieces(received.path), {"content-length": str(len(PIECE) * PIECES)})

    def pieces(self, path: str) -> t.Iterator[bytes]:
        for number in range(PIECES):
            yield PIECE
            if path == "/held" and number == PIECES // 2:
                self.let_go.wait(PATIENCE)


@contextlib.contextmanager
def source(port: int) -> t.Iterator[Source]:
    """The server, for as long as the block lasts."""
    server = Source(port)
    with server:
        try:
            yield server
        finally:
            server.let_go.set()


def soon(seconds: float, action: t.Callable[[], object]) -> threading.Timer:
    """Does something while a playbook waits."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
