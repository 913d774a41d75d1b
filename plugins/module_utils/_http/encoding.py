# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Bodies that come compressed although nobody asked: read within the same bound as others. Pure."""

from __future__ import annotations

import typing as t
import zlib

from .._core.errors import Unavailable

GZIP_MAGIC = b"\x1f\x8b"
# Each names what was done last at its end. Nobody compresses three times but to harm.
_MOST_LAYERS = 2
_WHOLE = ("", "identity", "none", "utf-8")
# For gzip and zlib alike zlib looks at the head; what has no head at all is the older meaning of deflate.
_WITH_HEAD, _WITHOUT = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS


def unpacked(named: str, body: bytes, most: int) -> bytes:
    """The body as it was before it was compressed; Unavailable where that is more than ``most`` bytes, or cannot be read."""
    layers = [name.strip() for name in named.lower().split(",") if name.strip() not in _WHOLE]
    if len(layers) > _MOST_LAYERS:
        raise Unavailable("the answer is compressed several times")
    for name in reversed(layers):
        body = _READERS.get(name, _unknown(name))(body, most)
    # A header that was lost on the way.
    return _gunzipped(body, most) if body.startswith(GZIP_MAGIC) else body


def _unknown(name: str) -> t.Callable[[bytes, int], bytes]:
    def read(body: bytes, most: int) -> bytes:
        raise Unavailable(
            f"the answer is compressed as {name[:40]!r}, although it was not asked for, and cannot be read"
        )

    return read


def _gunzipped(body: bytes, most: int) -> bytes:
    """What one part of gzip after the other holds; a body without the head of one was decompressed on its way."""
    parts: list[bytes] = []
    left = most
    while body.startswith(GZIP_MAGIC):
        part, body = _inflated(body, _WITH_HEAD, left)
        parts.append(part)
        left -= len(part)
    return b"".join(parts) if parts else body


def _inflated_either_way(body: bytes, most: int) -> bytes:
    """Deflate: with the head of zlib as it should be, without as some send it, or decompressed on its way."""
    if body.lstrip()[:1] in (b"{", b"["):
        return body
    try:
        return _inflated(body, _WITH_HEAD, most)[0]
    except _Unreadable:
        return _inflated(body, _WITHOUT, most)[0]


class _Unreadable(Unavailable):
    """It is not compressed in this way, or breaks off."""


def _inflated(body: bytes, way: int, most: int) -> tuple[bytes, bytes]:
    """What a compressed part holds, and what comes after it."""
    machine = zlib.decompressobj(way)
    try:
        text = machine.decompress(body, most + 1)
    except zlib.error as exc:
        raise _Unreadable("the answer is compressed, and cannot be read: it is damaged") from exc
    if len(text) > most:
        raise Unavailable(f"the answer is larger than {most // 1024} KiB, once it is decompressed")
    if not machine.eof:
        raise _Unreadable("the answer is compressed, and cannot be read: it breaks off")
    return text, machine.unused_data


_READERS: dict[str, t.Callable[[bytes, int], bytes]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated_either_way,
}
