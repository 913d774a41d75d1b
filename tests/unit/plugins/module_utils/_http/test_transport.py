# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One exchange over real sockets: it ends in time, and what is in the way is said in words that tell whose turn it is."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
import ssl
import threading
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    OptionError,
    Unavailable,
    UnknownHost,
    Untrusted,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http import transport as _transport
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from support.certificates import Files, issued
from support.sockets import GOOD, Serve, answering, dripping, listening, read_head


def sent(url: str, times: int = 1, **options: t.Any) -> Response:
    """What the last of so many requests is answered."""
    transport = Transport(options)
    transport.check(url)
    with contextlib.closing(transport):
        for dummy in range(times - 1):
            transport.send(Request("GET", url))
        return transport.send(Request("GET", url))


# The bound of time: bytes that come 50 ms after each other, for far longer than the second that there is for all of them.

LONG = b"x" * 4000
DRIPPED = {
    "status line": b"HTTP/1.1 200 " + LONG,
    "header": b"HTTP/1.1 200 OK\r\nX-Padding: " + LONG,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-Padding: x\r\n" * 300,
    "after a 100": b"HTTP/1.1 100 Continue\r\n\r\n" * 150,
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" + LONG,
    "body in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 800,
    "length of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + LONG,
    "trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Padding: " + LONG,
}


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("what", DRIPPED)
def test_an_answer_that_comes_in_drops_is_none_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, what: str, before: int
) -> None:
    answers = [*[GOOD] * before, DRIPPED[what]]
    ends = pytest.raises(Unavailable, match="did not end in time, within 1 s")
    with ends, dripping(monkeypatch, *answers, moment=0.05, at_once=before) as port:
        sent(f"http://127.0.0.1:{port}", len(answers), request_timeout=1)


def test_an_answer_in_drops_that_ends_in_time_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping(monkeypatch, GOOD, moment=0.05) as port:
        assert sent(f"http://127.0.0.1:{port}", request_timeout=20).body == {"a": 42}


def test_what_an_answer_has_left_of_its_time_is_not_that_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping(monkeypatch, *[GOOD] * 5, moment=0.05) as port:
        assert sent(f"http://127.0.0.1:{port}", 5, request_timeout=4).body == {"a": 42}


def test_a_proxy_that_comes_to_no_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tunnel = b"HTTP/1.1 200 Connection established\r\nX-Padding: " + LONG
    with dripping(monkeypatch, tunnel, moment=0.05) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hush@127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(Unavailable) as caught:
            sent("https://ecs.invented.example", request_timeout=1)
    through = f"no answer from ecs.invented.example through the proxy 127.0.0.1:{port} (HTTPS_PROXY): "
    assert str(caught.value).startswith(through)


# Names and addresses

Addresses = list[tuple[t.Any, ...]]


def resolving(
    monkeypatch: pytest.MonkeyPatch, answer: Addresses | OSError, until: threading.Event | None = None
) -> None:
    """Have the name server know this of whatever host; not before something has happened."""

    def getaddrinfo(*dummy: t.Any, **more: t.Any) -> Addresses:
        del more
        if until:
            until.wait()
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def address(host: str, port: str) -> tuple[t.Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, int(port)))


NAMES: dict[str, tuple[int, type[CloudError], str]] = {
    "no such name": (
        socket.EAI_NONAME,
        UnknownHost,
        "the name ecs.invented.example cannot be resolved; check region and endpoint, and the name server",
    ),
    "a name server that has no answer": (
        socket.EAI_AGAIN,
        Unavailable,
        "no answer from ecs.invented.example: told",
    ),
    "a name server that fails": (socket.EAI_FAIL, Unavailable, "no answer from ecs.invented.example: told"),
}


@pytest.mark.parametrize(("number", "kind", "said"), NAMES.values(), ids=NAMES.keys())
def test_a_name_that_is_not_known_is_no_name_server_that_fails(
    monkeypatch: pytest.MonkeyPatch, number: int, kind: type[CloudError], said: str
) -> None:
    resolving(monkeypatch, socket.gaierror(number, "told"))
    with pytest.raises(Unavailable) as caught:
        sent("https://ecs.invented.example")
    assert caught.value.__class__ is kind
    assert str(caught.value).startswith(said)


def test_a_name_of_a_proxy_that_is_not_known_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, socket.gaierror(socket.EAI_NONAME, "told"))
    monkeypatch.setenv("https_proxy", "http://me:hush@proxy.invented.example:3128")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(UnknownHost) as caught:
        sent("https://ecs.invented.example")
    assert "the name of the proxy proxy.invented.example:3128 (https_proxy) cannot be resolved" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_name_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    resolving(monkeypatch, [], until=over)
    with pytest.raises(Unavailable, match="the name server does not answer"):
        sent("https://ecs.invented.example", request_timeout=0.05)
    over.set()


def test_an_address_that_leads_nowhere_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, listening(answering(GOOD)) as port:
        # Who does not accept has connections wait once its queue is full.
        name = full.getsockname()
        waiting = [socket.socket() for dummy in range(4)]
        for each in waiting:
            each.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                each.connect(name)
        resolving(monkeypatch, [address("127.0.0.1", str(name[1])), address("127.0.0.1", port)])
        assert sent("http://127.0.0.1:1", request_timeout=2).body == {"a": 42}
        for each in waiting:
            each.close()


# The end


def test_who_is_done_ends_its_connections_at_once() -> None:
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        answering(GOOD)(connection)
        if not read_head(connection):
            ended.set()

    with listening(serve) as port:
        transport = Transport({})
        transport.send(Request("GET", f"http://127.0.0.1:{port}"))
        assert not ended.is_set()
        transport.close()
        # The transport is still there: nothing was left to its end.
        assert ended.wait(20)
        assert transport


# Certificates


def secured(files: Files) -> Serve:
    """Answers with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            answering(GOOD)(inner)

    return serve


CERTIFICATES: dict[str, tuple[str, tuple[int, int], bool, list[str]]] = {
    "unknown": ("127.0.0.1", (-1, 1), False, ["self", "ca_path", "REQUESTS_CA_BUNDLE", "validate_certs"]),
    "expired": ("127.0.0.1", (-9, -1), True, ["certificate has expired", "renewed", "clock of this machine"]),
    "not good yet": ("127.0.0.1", (1, 9), True, ["not yet valid", "clock of this machine"]),
    "of another host": ("127.0.0.2", (-1, 1), True, ["for another name", "127.0.0.1", "endpoint"]),
}


@pytest.mark.parametrize(("name", "days", "trusted", "said"), CERTIFICATES.values(), ids=CERTIFICATES.keys())
def test_a_certificate_that_is_refused_says_why_and_what_to_do(
    tmp_path: pathlib.Path, name: str, days: tuple[int, int], trusted: bool, said: list[str]
) -> None:
    files = issued(tmp_path, name, days=days)
    with listening(secured(files)) as port:
        options = {"ca_path": files.certificate} if trusted else {}
        with pytest.raises(Untrusted) as caught:
            sent(f"https://127.0.0.1:{port}", **options)
        assert str(caught.value).startswith(f"the certificate of 127.0.0.1:{port} is refused: ")
        assert [word for word in said if word not in str(caught.value)] == []
        assert sent(f"https://127.0.0.1:{port}", validate_certs=False).body == {"a": 42}


def test_a_certificate_that_is_trusted_is_good(tmp_path: pathlib.Path) -> None:
    files = issued(tmp_path)
    with listening(secured(files)) as port:
        assert sent(f"https://127.0.0.1:{port}", ca_path=files.certificate).body == {"a": 42}


BUNDLES: dict[str, tuple[str, str]] = {
    "a key": ("key.pem", "it holds no certificate in PEM form"),
    "an empty file": ("empty", "it holds no certificate in PEM form"),
    "no file": ("missing", "there is no "),
    "a pipe": ("pipe", "it is no plain file"),
    "a folder without hashes": (".", "run openssl rehash"),
}


@pytest.mark.parametrize("variable", ["", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize(("name", "said"), BUNDLES.values(), ids=BUNDLES.keys())
def test_what_holds_no_certificates_to_trust_is_refused_before_any_call(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, variable: str, name: str, said: str
) -> None:
    issued(tmp_path)
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    for each in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(each, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / name))
    options = {} if variable else {"ca_path": str(tmp_path / name)}
    with pytest.raises(OptionError) as caught:
        Transport(options).check("https://127.0.0.1:1")
    assert str(caught.value).startswith(f"{variable or 'ca_path'}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "said"), BUNDLES.values(), ids=BUNDLES.keys())
def test_certificates_that_a_file_names_are_refused_by_what_the_user_calls_them(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    issued(tmp_path)
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(OptionError) as caught:
        Transport({"ca_path": f"~/{name}"}, ca_title="OS_CACERT")
    assert str(caught.value).startswith("OS_CACERT: ")
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    # Who trusts everybody needs none.
    assert Transport({"ca_path": f"~/{name}", "validate_certs": False}, ca_title="OS_CACERT").verify is False


def test_certificates_below_the_home_directory_are_found(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = pathlib.Path(issued(tmp_path).certificate)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Transport({"ca_path": f"~/{certificate.name}"}).verify == str(certificate)


# Proxies

PROXIES = {
    "another scheme": "gopher://me:hush@proxy.example.com:70",
    "no host": "http://",
    "a port that is none": "http://me:hush@proxy.example.com:high",
    "a password with a slash": "http://me:hush/2@proxy.example.com:3128",
    "half an address": "http://[::1",
}


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("proxy", PROXIES.values(), ids=PROXIES.keys())
def test_a_proxy_that_cannot_be_one_is_refused_before_any_call(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(OptionError) as caught:
        Transport({}).check("https://ecs.invented.example")
    assert str(caught.value).startswith(f"{variable}: this proxy cannot be used, ")
    assert "http://proxy.example.com:3128" in str(caught.value)
    assert "hush" not in str(caught.value)
    Transport({}).check("https://127.0.0.1:1")


def test_a_proxy_that_is_down_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for name in ("https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{port}")
    with pytest.raises(Unavailable) as caught:
        sent("https://ecs.invented.example")
    assert caught.value.__class__ is Unavailable
    told = f"no answer from ecs.invented.example through the proxy 127.0.0.1:{port} (HTTPS_PROXY): Connection refused"
    assert str(caught.value).startswith(told)


# Many hosts


def test_the_connections_to_every_host_are_kept_however_many_there_are() -> None:
    accepted: list[int] = []

    def serve(connection: socket.socket) -> None:
        accepted.append(connection.getsockname()[1])
        answering(GOOD, GOOD)(connection)

    with contextlib.ExitStack() as servers, contextlib.closing(Transport({})) as transport:
        urls = [f"http://127.0.0.1:{servers.enter_context(listening(serve))}" for dummy in range(12)]
        for url in urls * 2:
            assert transport.send(Request("GET", url)).body == {"a": 42}
        assert len(accepted) == len(urls)
        # Some versions of urllib3 close what they keep no more: none of these may be dropped.
        assert len(transport._adapter.poolmanager.pools) == len(urls)


# What is in the way of an error's words is not in the way of the error


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_an_error_whose_words_cannot_be_read_is_that_error(
    monkeypatch: pytest.MonkeyPatch, status: int, encoding: str
) -> None:
    monkeypatch.setattr(_transport, "MAX_BODY", 20)
    body = b"\x1f\x8b broken" if encoding else b"x" * 21
    head = f"HTTP/1.1 {status} Odd\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    with listening(answering(head.encode() + body)) as port:
        assert sent(f"http://127.0.0.1:{port}").status == status


@pytest.mark.parametrize("status", [200, 403])
def test_a_byte_order_mark_is_no_part_of_an_answer(status: int) -> None:
    body = b'\xef\xbb\xbf{"a": 42}'
    head = f"HTTP/1.1 {status} Odd\r\nContent-Length: {len(body)}\r\n\r\n"
    with listening(answering(head.encode() + body)) as port:
        assert sent(f"http://127.0.0.1:{port}").body == {"a": 42}


# What the body of an answer is read as: formats of the request, status, body, what it holds or why it is no answer.
JSON, XML = ("json",), ("xml",)
BODIES: dict[str, tuple[tuple[str, ...], int, bytes, t.Any]] = {
    "JSON": (JSON, 200, b'{"a": 42}', {"a": 42}),
    "XML": (XML, 200, b"<R><a>42</a><b/></R>", {"a": "42", "b": []}),
    "XML with a byte order mark": (XML, 200, b"\xef\xbb\xbf<R><a>42</a></R>", {"a": "42"}),
    "nothing": (XML, 200, b" ", None),
    "JSON in place of XML": (("xml", "json"), 200, b'{"a": 42}', "the answer is not XML"),
    "XML in place of JSON": (("json", "xml"), 200, b"<R/>", "the answer is not JSON"),
    "a page in place of XML": (XML, 200, b"<!DOCTYPE html><html></html>", "the answer is not XML"),
    "XML that is cut off": (XML, 200, b"<R><a>42</a>", "the answer is not XML"),
    "XML in another encoding": (XML, 200, b"<R><a>\xfc</a></R>", "the answer is not XML"),
    "an error in XML": (XML, 400, b"<R><a>42</a></R>", {"a": "42"}),
    "an error in the other format": (("xml", "json"), 400, b'{"a": 42}', {"a": 42}),
    "an error in XML to JSON": (("json", "xml"), 400, b"<R><a>42</a></R>", {"a": "42"}),
    "an error in a format that is not asked for": (JSON, 400, b"<R/>", "<R/>"),
    "a page as an error": (("xml", "json"), 502, b"<!DOCTYPE html><p>x</p>", "<!DOCTYPE html><p>x</p>"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_read_in_the_formats_of_its_request(name: str) -> None:
    formats, status, body, content = BODIES[name]
    answer = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
    with listening(answering(answer)) as port, contextlib.closing(Transport({})) as transport:
        request = Request("GET", f"http://127.0.0.1:{port}", formats=formats, lists=("b",))
        if status == 200 and isinstance(content, str):
            with pytest.raises(Unavailable, match=content):
                transport.send(request)
            return
        assert transport.send(request).body == content
