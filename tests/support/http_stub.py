# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers by a function, by a table, or as another server does. It records all requests."""

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
StatusAndBody = tuple[int, t.Any]
"""Status and body; None stands for an empty body."""
HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "server"}


@dataclass(frozen=True)
class StubResponse:
    """A response. If the body comes in pieces, its length must be among the headers."""

    status: int
    body: bytes | t.Iterable[bytes] = b""
    headers: Headers = field(default_factory=dict)


class Stub(ThreadingHTTPServer):
    """`with Stub(answer) as stub:` serves what the function ``answer`` returns for a request."""

    daemon_threads = True

    def __init__(self, answer: t.Callable[[Received], StubResponse], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.received: list[Received] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    @property
    def asked(self) -> list[str]:
        """Method, path and query of each request."""
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
    """Handles one request."""

    protocol_version = "HTTP/1.1"
    server: Stub

    def exchange(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, dummy, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, path, query, headers, content)
        self.server.received.append(received)
        response = self.server.answer(received)
        pieces = [response.body] if isinstance(response.body, bytes) else response.body
        length = {"content-length": str(len(response.body))} if isinstance(response.body, bytes) else {}
        self.send_response_only(response.status)
        for name, value in {"date": formatdate(usegmt=True), **length, **response.headers}.items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # the client may close the connection early
            self.end_headers()
            for piece in pieces if self.command != "HEAD" else ():
                self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = exchange

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - as http.server names it
        """Log nothing."""


def target_of(received: Received) -> str:
    """Return the path with its query, as it was requested."""
    return received.path + (f"?{received.query}" if received.query else "")


def by_table(table: t.Mapping[str, t.Sequence[StatusAndBody]]) -> Stub:
    """`with by_table({"GET /jobs/1": [(200, {...})]}) as stub:` answers in turn, and repeats the last answer of a list."""
    answers_left = {name: list(answers) for name, answers in table.items()}

    def answer(received: Received) -> StubResponse:
        answers = answers_left.get(f"{received.method} {received.path}", [(404, {"code": "Nobody", "message": "no"})])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        return StubResponse(status, b"" if body is None else json.dumps(body).encode())

    return Stub(answer)


@dataclass(frozen=True)
class RelayedExchange:
    """A request that a relay has forwarded, and its response; header names in lower case."""

    target: str
    status: int
    headers: Headers
    body: bytes


class Relay(Stub):
    """`with Relay(cloud.url, extra_headers) as relay:`; these headers are added to error responses, or else to good ones."""

    def __init__(
        self, behind: str, extra_headers: t.Callable[[Headers], Headers] = lambda headers: {}, of_errors: bool = True
    ) -> None:
        super().__init__(self.forward)
        self.of_errors = of_errors
        self.behind = urlsplit(behind).netloc
        self.extra_headers = extra_headers
        self.passed: list[RelayedExchange] = []

    def __enter__(self) -> Relay:
        super().__enter__()
        return self

    def forward(self, received: Received) -> StubResponse:
        """Forward a request unchanged, because its signature covers every byte, and return the response."""
        connection = http.client.HTTPConnection(self.behind)
        with contextlib.closing(connection):
            connection.putrequest(received.method, target_of(received), skip_host=True, skip_accept_encoding=True)
            for name, value in received.headers.items():
                connection.putheader(name, value)
            connection.endheaders(received.body)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            passed = RelayedExchange(target_of(received), response.status, headers, response.read())
        self.passed.append(passed)
        kept = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
        extra = self.extra_headers(headers) if (passed.status >= 400) is self.of_errors else {}
        return StubResponse(passed.status, passed.body, {**kept, **extra})
