# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in the way below HTTP: what time does not heal is told from what may pass, and both in words for a person."""

from __future__ import annotations

import contextlib
import socket
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    ProxyPasswordRefused,
    ProxyRefused,
    Unavailable,
    UnknownHost,
    WrongProtocol,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http import proxy as _proxy
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from support.connect_proxy import through
from support.sockets import Serve, listening

HOST = "ecs.invented.example"
SECRET = "Kept-1"


def trouble(url: str, **options: t.Any) -> Unavailable:
    with contextlib.closing(Transport({"request_timeout": 20, **options})) as transport:
        with pytest.raises(Unavailable) as caught:
            transport.send(Request("GET", url))
        return caught.value


def saying(answer: bytes) -> Serve:
    """Listens to what comes first, and answers with these bytes, whatever it was."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65_536)

    return serve


def alert(number: int) -> bytes:
    """The record of TLS by which a server ends a handshake."""
    return bytes((0x15, 3, 3, 0, 2, 2, number))


PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
OTHERS = {
    "HTTP": PLAIN,
    "HTTP/1.0": b"HTTP/1.0 400 Bad request version\r\n\r\n",
    "a page": b"<html><body>It works!</body></html>\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "SMTP": b"220 mail.example.com ESMTP\r\n",
    "MySQL": b"\x4a\x00\x00\x00\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00\xff\xf7\xff",
}


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS.keys())
def test_a_port_that_speaks_no_tls_is_said_to_be_none(answer: bytes) -> None:
    with listening(saying(answer)) as port:
        error = trouble(f"https://127.0.0.1:{port}")
    assert str(error) == f"127.0.0.1:{port} does not speak TLS; is it http://, or another port?"
    assert isinstance(error, WrongProtocol)


# The number of an alert; whether it is for good, and words of what is said.
ALERTS: dict[str, tuple[int, bool, str]] = {
    "handshake_failure": (40, True, "do not agree on a way to encrypt"),
    "bad_certificate": (42, True, "requires a client certificate"),
    "unknown_ca": (48, True, "requires a client certificate"),
    "access_denied": (49, True, "requires a client certificate"),
    "protocol_version": (70, True, "no TLS version in common"),
    "insufficient_security": (71, True, "do not agree on a way to encrypt"),
    "unrecognized_name": (112, True, "knows no host of this name"),
    "certificate_required": (116, True, "requires a client certificate"),
    "internal_error": (80, False, "TLS ends with an error"),
    "user_canceled": (90, False, "TLS ends with an error"),
}


@pytest.mark.parametrize(("number", "for_good", "said"), ALERTS.values(), ids=ALERTS.keys())
def test_an_alert_of_tls_is_said_in_words(number: int, for_good: bool, said: str) -> None:
    with listening(saying(alert(number))) as port:
        error = trouble(f"https://127.0.0.1:{port}")
    assert isinstance(error, WrongProtocol) is for_good
    assert said in str(error)
    assert f"127.0.0.1:{port}" in str(error)
    assert [word for word in ("_ssl.c", "SSLError", "[SSL") if word in str(error)] == []


PASSING: dict[str, tuple[bytes, str, str]] = {
    "closed before TLS begins": (b"", "https", "closed while TLS was to begin"),
    "closed in the middle of TLS": (b"\x16\x03\x03\x00\x40\x02", "https", "closed while TLS was to begin"),
    "closed without an answer": (b"", "http", "closed without an answer"),
}


@pytest.mark.parametrize(("answer", "scheme", "said"), PASSING.values(), ids=PASSING.keys())
def test_a_connection_that_is_closed_may_be_answered_later(answer: bytes, scheme: str, said: str) -> None:
    with listening(saying(answer)) as port:
        error = trouble(f"{scheme}://127.0.0.1:{port}")
    assert error.__class__ is Unavailable
    assert said in str(error)


NO_HTTP: dict[str, tuple[bytes, str]] = {
    "TLS": (alert(70), "speaks TLS; is it https://?"),
    "SSH": (OTHERS["SSH"], "does not speak HTTP; is it another port?"),
    "MySQL": (OTHERS["MySQL"], "does not speak HTTP; is it another port?"),
    "HTTP of the future": (b"HTTP/9.9 200 OK\r\n\r\n", "does not speak HTTP; is it another port?"),
}


@pytest.mark.parametrize(("answer", "said"), NO_HTTP.values(), ids=NO_HTTP.keys())
def test_a_port_that_speaks_no_http_is_said_to_be_none(answer: bytes, said: str) -> None:
    with listening(saying(answer)) as port:
        error = trouble(f"http://127.0.0.1:{port}")
    assert str(error) == f"127.0.0.1:{port} {said}"
    assert isinstance(error, WrongProtocol)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..example"])
def test_what_can_be_no_name_of_a_host_is_not_known(host: str) -> None:
    assert isinstance(trouble(f"https://{host}"), UnknownHost)


# Proxies: what it answers to CONNECT; the kind of the error, and words of it.
ANSWERED: dict[str, tuple[str, type[Unavailable], str]] = {
    "403": ("403 Forbidden by policy", ProxyRefused, "answers 403 Forbidden by policy; have it allow this host"),
    "400": ("400 Bad Request", ProxyRefused, "answers 400 Bad Request; is it a proxy for HTTPS"),
    "404": ("404 Not Found", ProxyRefused, "is it a proxy for HTTPS"),
    "405": ("405 Method Not Allowed", ProxyRefused, "is it a proxy for HTTPS"),
    "501": ("501 Not Implemented", ProxyRefused, "is it a proxy for HTTPS"),
    "302": ("302 Found", ProxyRefused, "is it a proxy for HTTPS"),
    "429": ("429 Too Many Requests", Unavailable, "answers 429 Too Many Requests"),
    "500": ("500 Oops", Unavailable, "answers 500 Oops"),
    "502": ("502 Bad Gateway", Unavailable, "answers 502 Bad Gateway"),
    "503": ("503", Unavailable, "answers 503"),
    "504": ("504 Gateway Timeout", Unavailable, "answers 504 Gateway Timeout"),
}


@pytest.mark.parametrize(("status", "kind", "said"), ANSWERED.values(), ids=ANSWERED.keys())
def test_what_a_proxy_answers_is_said_to_be_its_word(
    monkeypatch: pytest.MonkeyPatch, status: str, kind: type[Unavailable], said: str
) -> None:
    with listening(saying(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())) as port:
        through(monkeypatch, f"http://127.0.0.1:{port}")
        error = trouble(f"https://{HOST}")
    assert error.__class__ is kind
    assert str(error).startswith(f"the proxy 127.0.0.1:{port} (HTTPS_PROXY) does not connect to {HOST}: it ")
    assert said in str(error)


BEFORE_AN_ANSWER: dict[str, tuple[str, bytes, type[Unavailable], str]] = {
    "no TLS": ("https", PLAIN, WrongProtocol, "the proxy {0} does not speak TLS; write http://{1} in HTTPS_PROXY"),
    "old TLS": ("https", alert(70), WrongProtocol, "the proxy {0} and this machine have no TLS version in common"),
    "no HTTP": ("http", OTHERS["SSH"], WrongProtocol, "the proxy {0} does not speak HTTP"),
    "TLS": ("http", alert(70), WrongProtocol, "the proxy {0} speaks TLS; is it https://?"),
    "closed": ("http", b"", Unavailable, f"no answer from {HOST} through the proxy {{0}}: the connection was closed"),
}


@pytest.mark.parametrize(("scheme", "answer", "kind", "said"), BEFORE_AN_ANSWER.values(), ids=BEFORE_AN_ANSWER.keys())
def test_a_proxy_that_speaks_something_else_is_named(
    monkeypatch: pytest.MonkeyPatch, scheme: str, answer: bytes, kind: type[Unavailable], said: str
) -> None:
    with listening(saying(answer)) as port:
        through(monkeypatch, f"{scheme}://me:{SECRET}@127.0.0.1:{port}")
        error = trouble(f"https://{HOST}")
    where = f"127.0.0.1:{port}"
    assert error.__class__ is kind
    assert str(error).startswith(said.format(f"{where} (HTTPS_PROXY)", where))
    assert SECRET not in str(error)


REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


def test_a_proxy_that_wants_a_password_says_where_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(saying(REFUSED)) as port:
        through(monkeypatch, f"127.0.0.1:{port}")
        error = trouble(f"https://{HOST}")
    assert error.__class__ is ProxyRefused
    assert str(error) == (
        f"the proxy 127.0.0.1:{port} (HTTPS_PROXY) answers 407 (Proxy Authentication Required): it wants a user and a "
        f"password; put them into HTTPS_PROXY, as in http://user:password@127.0.0.1:{port}"
    )


def test_a_proxy_that_refuses_a_password_is_named_and_the_password_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(saying(REFUSED)) as port:
        through(monkeypatch, f"http://me:{SECRET}@127.0.0.1:{port}")
        error = trouble(f"https://{HOST}")
    assert isinstance(error, ProxyPasswordRefused)
    told = (
        f"the proxy 127.0.0.1:{port} (HTTPS_PROXY) answers 407 (Proxy Authentication Required): it refuses the user or"
    )
    assert str(error).startswith(told)
    assert SECRET not in str(error)


SOCKS = {
    "no way to log in": b"\x05\xff",
    "a refused password": b"\x05\x02",
}


@pytest.mark.parametrize("greeting", SOCKS.values(), ids=SOCKS.keys())
def test_a_socks_proxy_that_refuses_a_password_hears_it_once(monkeypatch: pytest.MonkeyPatch, greeting: bytes) -> None:
    pytest.importorskip("socks")
    passwords: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(greeting)
        passwords.append(connection.recv(65_536))
        connection.sendall(b"\x01\x01")

    with listening(serve) as port:
        through(monkeypatch, f"socks5h://me:{SECRET}@127.0.0.1:{port}")
        errors = [trouble(f"https://{HOST}") for dummy in range(3)]
    assert {error.__class__ for error in errors} == {ProxyPasswordRefused}
    assert f"the proxy 127.0.0.1:{port} (HTTPS_PROXY)" in str(errors[0])
    assert [SECRET for each in passwords if SECRET.encode() in each] == [SECRET][
        : len(passwords) if passwords[0] else 0
    ]


def test_a_refused_password_may_be_good_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        heads.extend(filter(None, [connection.recv(65_536)]))
        connection.sendall(REFUSED)

    with listening(serve) as port:
        through(monkeypatch, f"http://me:{SECRET}@127.0.0.1:{port}")
        for dummy in range(3):
            trouble(f"https://{HOST}")
        assert len(heads) == 1
        monkeypatch.setattr(_proxy, "REFUSAL_SECONDS", -1.0)
        trouble(f"https://{HOST}")
    assert len(heads) == 2
