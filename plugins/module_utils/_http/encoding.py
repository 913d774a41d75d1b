# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Decompress response bodies within the size limit of other bodies. Some servers compress without being asked to. Pure."""

from __future__ import annotations

import typing as t
import zlib

from .._core.errors import Unavailable

GZIP_MAGIC = b"\x1f\x8b"
# Content-Encoding lists the layers, the outermost last. Nobody compresses three times except to do harm.
_MOST_LAYERS = 2
# Nor does anybody send a body in this many pieces. Each is cut off the rest, which takes as long as the rest is.
_MOST_MEMBERS = 100
_UNCOMPRESSED = ("", "identity", "none", "utf-8")
# zlib recognizes the headers of gzip and of zlib. The older meaning of deflate has no header.
_WITH_HEADER, _WITHOUT_HEADER = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS


def decompressed(encodings: str, body: bytes, most: int) -> bytes:
    """Return the body before compression. Raise Unavailable if it is unreadable or larger than ``most`` bytes.

    ``encodings`` is the value of the header Content-Encoding.
    """
    layers = [name.strip() for name in encodings.lower().split(",") if name.strip() not in _UNCOMPRESSED]
    if len(layers) > _MOST_LAYERS:
        raise Unavailable("the answer is compressed several times")
    for name in reversed(layers):
        body = _DECOMPRESSORS.get(name, _unknown(name))(body, most)
    # The header Content-Encoding can get lost on the way.
    return _gunzipped(body, most) if body.startswith(GZIP_MAGIC) else body


def _unknown(name: str) -> t.Callable[[bytes, int], bytes]:
    def read(body: bytes, most: int) -> bytes:
        raise Unavailable(
            f"the answer is compressed as {name[:40]!r}, although it was not asked for, and cannot be read"
        )

    return read


def _gunzipped(body: bytes, most: int) -> bytes:
    """Decompress each member of a gzip body in turn. A body without a gzip header was already decompressed on its way."""
    members: list[bytes] = []
    remaining = most
    while body.startswith(GZIP_MAGIC):
        if len(members) == _MOST_MEMBERS:
            raise Unavailable(f"the answer is compressed in more than {_MOST_MEMBERS} pieces")
        member, body = _inflated(body, _WITH_HEADER, remaining)
        members.append(member)
        remaining -= len(member)
    return b"".join(members) if members else body


def _inflated_either_way(body: bytes, most: int) -> bytes:
    """Decompress a deflate body: with a zlib header as it should be, without one as some send it, or already decompressed."""
    if body.lstrip()[:1] in (b"{", b"["):
        return body
    try:
        return _inflated(body, _WITH_HEADER, most)[0]
    except _Unreadable:
        return _inflated(body, _WITHOUT_HEADER, most)[0]


class _Unreadable(Unavailable):
    """The body is not compressed in this way, or is incomplete."""


def _inflated(body: bytes, window_bits: int, most: int) -> tuple[bytes, bytes]:
    """Decompress the first member of a body. Return its content and the bytes that follow it."""
    decompressor = zlib.decompressobj(window_bits)
    try:
        text = decompressor.decompress(body, most + 1)
    except zlib.error as exc:
        raise _Unreadable("the answer is compressed, and cannot be read: it is damaged") from exc
    if len(text) > most:
        raise Unavailable(f"the answer is larger than {most // 1024} KiB, once it is decompressed")
    if not decompressor.eof:
        raise _Unreadable("the answer is compressed, and cannot be read: it breaks off")
    return text, decompressor.unused_data


_DECOMPRESSORS: dict[str, t.Callable[[bytes, int], bytes]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated_either_way,
}
