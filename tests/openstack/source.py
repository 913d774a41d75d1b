# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server that images are imported from: one comes slowly, one not at all."""

from __future__ import annotations

import contextlib
import threading
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = b"\0" * 65_536
PIECES = 16
PATIENCE = 120.0


class Source(ThreadingHTTPServer):
    """``/held`` is given to its end once ``let_go`` is set, ``/quick`` at once; there is nothing else."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.let_go = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        if self.path not in ("/held", "/quick"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(PIECE) * PIECES))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for number in range(PIECES):
                self.wfile.write(PIECE)
                if number == PIECES // 2 and self.path == "/held":
                    self.server.let_go.wait(PATIENCE)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - as http.server names it
        """Nobody reads it."""


@contextlib.contextmanager
def source(port: int) -> t.Iterator[Source]:
    """The server, for as long as the block lasts."""
    with Source(port) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()


def soon(seconds: float, action: t.Callable[[], object]) -> threading.Timer:
    """Does something while a playbook waits."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
