# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers as a test says: by a function, by a table, or as the server behind it does. What is asked is kept."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import types
import typing as t
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from local_cloud.signatures import Received

Headers = dict[str, str]
Told = tuple[int, t.Any]
"""Status and body; None is an empty body."""
OF_A_CONNECTION = {"connection", "content-length", "transfer-encoding", "server"}


@dataclass(frozen=True)
class Given:
    """An answer; what comes in pieces has its length among the headers."""

    status: int
    body: bytes | t.Iterable[bytes] = b""
    headers: Headers = field(default_factory=dict)


class Stub(ThreadingHTTPServer):
    """`with Stub(answer) as stub:`, where the function makes an answer of a request."""

    daemon_threads = True

    def __init__(self, answer: t.Callable[[Received], Given], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.received: list[Received] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    @property
    def asked(self) -> list[str]:
        """Method, path and query of all that was asked."""
        return [f"{each.method} {target_of(each)}" for each in self.received]

    def __enter__(self) -> Stub:
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
    server: Stub

    def exchange(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, dummy, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, path, query, headers, content)
        self.server.received.append(received)
        given = self.server.answer(received)
        pieces = [given.body] if isinstance(given.body, bytes) else given.body
        length = {"content-length": str(len(given.body))} if isinstance(given.body, bytes) else {}
        self.send_response_only(given.status)
        for name, value in {"date": formatdate(usegmt=True), **length, **given.headers}.items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # whoever does not want all of it goes
            self.end_headers()
            for piece in pieces if self.command != "HEAD" else ():
                self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = exchange

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - as http.server names it
        """Nobody reads it."""


def target_of(received: Received) -> str:
    """The path with its query, as it was asked for."""
    return received.path + (f"?{received.query}" if received.query else "")


def by_table(table: t.Mapping[str, t.Sequence[Told]]) -> Stub:
    """`with by_table({"GET /jobs/1": [(200, {...})]}) as stub:`; the last answer of a list is given again and again."""
    left = {name: list(answers) for name, answers in table.items()}

    def answer(received: Received) -> Given:
        answers = left.get(f"{received.method} {received.path}", [(404, {"code": "Nobody", "message": "no"})])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        return Given(status, b"" if body is None else json.dumps(body).encode())

    return Stub(answer)


@dataclass(frozen=True)
class Passed:
    """One exchange that went through a relay, header names in lower case."""

    target: str
    status: int
    headers: Headers
    body: bytes


class Relay(Stub):
    """`with Relay(cloud.url, told) as relay:`, where ``told`` gives further headers to an answer that refuses."""

    def __init__(self, behind: str, told: t.Callable[[Headers], Headers] = lambda headers: {}) -> None:
        super().__init__(self.hand_on)
        self.behind = urlsplit(behind).netloc
        self.told = told
        self.passed: list[Passed] = []

    def __enter__(self) -> Relay:
        super().__enter__()
        return self

    def hand_on(self, received: Received) -> Given:
        """What the server behind answers to the request as it is, for its signature is about every byte of it."""
        connection = http.client.HTTPConnection(self.behind)
        with contextlib.closing(connection):
            connection.putrequest(received.method, target_of(received), skip_host=True, skip_accept_encoding=True)
            for name, value in received.headers.items():
                connection.putheader(name, value)
            connection.endheaders(received.body)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            passed = Passed(target_of(received), answer.status, headers, answer.read())
        self.passed.append(passed)
        kept = {name: value for name, value in headers.items() if name not in OF_A_CONNECTION}
        return Given(passed.status, passed.body, {**kept, **(self.told(headers) if passed.status >= 400 else {})})
