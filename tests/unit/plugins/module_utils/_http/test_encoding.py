# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that come compressed although nobody asked: read like others, within the same bound, or refused in words."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
import typing as t
import zlib

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host_io import ask_metadata
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import MAX_BODY, Transport
from support.sockets import answering, listening

TEXT = json.dumps({"a": 42, "padding": "x" * 2000}).encode()


def raw(text: bytes) -> bytes:
    """Deflate without a head, as some servers send it."""
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(text) + machine.flush()


READ: dict[str, tuple[str, bytes]] = {
    "not at all": ("", TEXT),
    "identity": ("identity", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "in capitals": ("GZIP", gzip.compress(TEXT)),
    "x-gzip": ("x-gzip", gzip.compress(TEXT)),
    "gzip in two parts": ("gzip", gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])),
    "gzip and something after it": ("gzip", gzip.compress(TEXT) + b"\x00" * 100),
    "gzip, and no header says so": ("", gzip.compress(TEXT)),
    "gzip, and a header says otherwise": ("identity", gzip.compress(TEXT)),
    "a header alone": ("gzip", TEXT),
    "a header of deflate alone": ("deflate", TEXT),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "deflate without a head": ("deflate", raw(TEXT)),
    "twice": ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    "twice, each otherwise": ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    "once, and then not": ("gzip, identity", gzip.compress(TEXT)),
}
BOMB = gzip.compress(b" " * (MAX_BODY + 1))
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "br": ("br", b"\x8b\x03\x80{}\x03", "compressed as 'br', although it was not asked for"),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd\x04\x00", "compressed as 'zstd'"),
    "a long name": ("x" * 5000, b"{}", f"compressed as '{'x' * 40}'"),
    "three times": ("gzip, gzip, gzip", b"", "compressed several times"),
    "many pieces": ("gzip", gzip.compress(b"") * 100 + gzip.compress(TEXT), "compressed in more than 100 pieces"),
    "so many pieces that cutting them takes minutes": ("gzip", gzip.compress(b"") * 300_000, "more than 100 pieces"),
    "half of it": ("gzip", gzip.compress(TEXT)[:30], "it breaks off"),
    "damaged": ("gzip", gzip.compress(TEXT)[:-8] + b"\x00" * 8, "it is damaged"),
    "no deflate": ("deflate", b"\xff\xff\xff\xff", "it is damaged"),
    "a bomb": ("gzip", BOMB, "larger than 8192 KiB, once it is decompressed"),
    "a bomb of many parts": ("gzip", gzip.compress(b" " * 2**20) * 9, "larger than"),
    "a bomb in a bomb": ("gzip, gzip", gzip.compress(BOMB), "larger than 8192 KiB, once it is decompressed"),
    "a bomb of deflate": ("deflate", zlib.compress(b" " * (MAX_BODY + 1)), "larger than 8192 KiB"),
}


def answer(encoding: str, body: bytes, status: int = 200) -> bytes:
    named = f"Content-Encoding: {encoding}\r\n" if encoding else ""
    return f"HTTP/1.1 {status} OK\r\n{named}Content-Length: {len(body)}\r\n\r\n".encode() + body


def sent(*answers: bytes) -> t.Any:
    with listening(answering(*answers)) as port, contextlib.closing(Transport({"request_timeout": 20})) as transport:
        return [transport.send(Request("GET", f"http://127.0.0.1:{port}")).body for dummy in answers][-1]


@pytest.mark.parametrize(("encoding", "body"), READ.values(), ids=READ.keys())
def test_a_compressed_answer_is_read(encoding: str, body: bytes) -> None:
    assert sent(answer(encoding, body), answer(encoding, body)) == json.loads(TEXT)


@pytest.mark.parametrize(("encoding", "body"), READ.values(), ids=READ.keys())
def test_a_compressed_page_of_an_error_is_read(encoding: str, body: bytes) -> None:
    assert sent(answer(encoding, body, 503)) == json.loads(TEXT)


@pytest.mark.parametrize(("encoding", "body"), READ.values(), ids=READ.keys())
def test_a_compressed_answer_of_a_metadata_service_is_read(encoding: str, body: bytes) -> None:
    with listening(answering(answer(encoding, body))) as port:
        assert ask_metadata(Request("GET", f"http://127.0.0.1:{port}"), 20.0).body == TEXT.decode()


@pytest.mark.parametrize(("encoding", "body", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_no_answer_and_says_why(encoding: str, body: bytes, said: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unavailable) as caught:
        sent(answer(encoding, body))
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("encoding", "body"),
    [REFUSED["a bomb"][:2], ("gzip", gzip.compress(b" " * 65_537))],
    ids=["a bomb", "more than keys take"],
)
def test_no_metadata_service_tells_more_than_keys_take(encoding: str, body: bytes) -> None:
    with listening(answering(answer(encoding, body))) as port, pytest.raises(Unavailable, match="larger than 64 KiB"):
        ask_metadata(Request("GET", f"http://127.0.0.1:{port}"), 20.0)
