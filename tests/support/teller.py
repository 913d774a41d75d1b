# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that says what it was told to, for APIs that no cloud has: what is asked, and how it is signed, is kept."""

from __future__ import annotations

import json
import threading
import types
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local_cloud.signatures import Received

Told = tuple[int, t.Any]
"""Status and body; None is an empty body."""


class Teller(ThreadingHTTPServer):
    """`with Teller({"GET /jobs/1": [(200, {...})]}) as teller:`; the last answer of a list is given again and again."""

    daemon_threads = True

    def __init__(self, told: t.Mapping[str, t.Sequence[Told]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told = {name: list(answers) for name, answers in told.items()}
        self.received: list[Received] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, received: Received) -> Told:
        self.received.append(received)
        answers = self.told.get(f"{received.method} {received.path}", [(404, {"code": "Nobody", "message": "no"})])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def asked(self) -> list[str]:
        """Method, path and query of all that was asked."""
        return [f"{each.method} {each.path}" + (f"?{each.query}" if each.query else "") for each in self.received]

    def __enter__(self) -> Teller:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One exchange."""

    protocol_version = "HTTP/1.1"
    server: Teller

    def tell(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, dummy, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, body = self.server.answer(Received(self.command, path, query, headers, content))
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = tell

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - as http.server names it
        """Nobody reads it."""
