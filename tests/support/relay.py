# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A relay between a wait and the local cloud: it shows what passes, and adds headers to what the cloud refuses."""

from __future__ import annotations

import http.client
import threading
import types
import typing as t
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Headers = dict[str, str]
# These are of one connection, and each side has its own.
OF_A_CONNECTION = {"connection", "content-length", "transfer-encoding", "date", "server"}


@dataclass(frozen=True)
class Passed:
    """One exchange, header names in lower case."""

    target: str
    status: int
    headers: Headers
    body: bytes


class Relay(ThreadingHTTPServer):
    """`with Relay(cloud.url, told) as relay:`, where ``told`` gives further headers to an answer that refuses."""

    daemon_threads = True

    def __init__(self, behind: str, told: t.Callable[[Headers], Headers] = lambda headers: {}) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = urlsplit(behind).netloc
        self.told = told
        self.passed: list[Passed] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Relay:
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
    """Hands one request on as it is, for its signature is about every byte of it."""

    protocol_version = "HTTP/1.1"
    server: Relay

    def hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        connection = http.client.HTTPConnection(self.server.behind)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        passed = Passed(self.path, answer.status, headers, answer.read())
        connection.close()
        self.server.passed.append(passed)
        self.give_back(passed)

    do_GET = do_POST = hand_on

    def give_back(self, passed: Passed) -> None:
        told = self.server.told(passed.headers) if passed.status >= 400 else {}
        kept = {name: value for name, value in passed.headers.items() if name not in OF_A_CONNECTION}
        self.send_response_only(passed.status)
        own = {"date": passed.headers["date"], "content-length": str(len(passed.body))}
        for name, value in {**kept, **own, **told}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(passed.body)

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - as http.server names it
        """Nobody reads it."""
