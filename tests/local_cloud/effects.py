# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a fault does to an exchange: one function per kind, in one table. Edge: speaks to the socket."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import socket
import struct
import typing as t

from aiohttp import web

from local_cloud.api import Call, Problem, Refusal
from local_cloud.faults import Fault
from local_cloud.vendors import Vendor

PROXY_PAGE = "<html><head><title>{0} {1}</title></head><body><h1>{1}</h1><hr>local-cloud proxy</body></html>"
CHUNK = b"x" * 65_536
TICK = 0.1


@dataclasses.dataclass
class Exchange:
    """A proven call on its way to an answer."""

    request: web.BaseRequest
    call: Call
    vendor: Vendor
    answer: t.Callable[[], web.Response]


# An effect answers, refuses, or returns None to let the call go on.
Effect = t.Callable[[Fault, Exchange, float], t.Awaitable["web.StreamResponse | None"]]


async def throttle(fault: Fault, exchange: Exchange, wait: float) -> None:
    call, vendor = exchange.call, exchange.vendor
    call.world.counts.throttled[call.api.key] += 1
    asked = wait if fault.retry_after is None else fault.retry_after
    raise Refusal(worded(fault, vendor.throttled), vendor.throttle_headers(asked) if fault.header else {})


def worded(fault: Fault, usual: Problem) -> Problem:
    """The vendor's usual problem, unless the fault says otherwise."""
    return Problem(fault.status or usual.status, fault.code or usual.code, fault.message or usual.message)


async def error(fault: Fault, exchange: Exchange, dummy: float) -> None:
    raise Refusal(worded(fault, exchange.vendor.internal))


async def expired(fault: Fault, exchange: Exchange, dummy: float) -> None:
    raise Refusal(worded(fault, exchange.vendor.expired))


async def poison(fault: Fault, exchange: Exchange, dummy: float) -> None:
    usual = Problem(400, "InvalidParameter", f"The specified parameter is not valid: {fault.task}.")
    raise Refusal(worded(fault, usual))


async def vanish(fault: Fault, exchange: Exchange, dummy: float) -> None:
    exchange.call.hidden.add(fault.task or "*")


async def delay(fault: Fault, exchange: Exchange, dummy: float) -> None:
    await asyncio.sleep(fault.seconds)


async def reset(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    """SO_LINGER 0 makes the kernel answer with RST instead of FIN."""
    transport = exchange.request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


async def stall(fault: Fault, exchange: Exchange, wait: float) -> web.StreamResponse:
    await asyncio.sleep(fault.seconds or 60.0)
    return await reset(fault, exchange, wait)


async def html(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    status = fault.status or 502
    page = PROXY_PAGE.format(status, fault.message or "Bad Gateway")
    return web.Response(status=status, text=page, content_type="text/html")


async def answer(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    """Any JSON: what an API is not documented to say, but may."""
    text = json.dumps({} if fault.body is None else fault.body).encode()
    headers = {"Content-Type": exchange.vendor.content_type, **fault.headers}
    return web.Response(status=fault.status or 200, body=text, headers=headers)


async def empty(fault: Fault, exchange: Exchange, wait: float) -> web.StreamResponse:
    return await answer(fault, exchange, wait)


async def redirect(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    return web.Response(status=fault.status or 302, headers={"Location": fault.url})


async def begin(exchange: Exchange, whole: web.Response, length: int) -> web.StreamResponse:
    """An answer whose body is written by hand."""
    stream = web.StreamResponse(status=whole.status, headers=whole.headers)
    stream.content_length = length
    await stream.prepare(exchange.request)
    return stream


def body_of(whole: web.Response) -> bytes:
    return whole.body if isinstance(whole.body, bytes) else b""


SENT: t.Final = "sent"


def sent(response: web.StreamResponse) -> str:
    """The text of a body that has been sent whole."""
    body = body_of(response) if isinstance(response, web.Response) else response.get(SENT, b"")
    return body.decode(errors="replace")


async def slow_body(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    whole = exchange.answer()
    body = body_of(whole)
    stream = await begin(exchange, whole, len(body))
    size = max(1, int(fault.bytes_per_second * TICK))
    with contextlib.suppress(ConnectionError):
        for start in range(0, len(body), size):
            await asyncio.sleep(size / fault.bytes_per_second if start else 0.0)
            await stream.write(body[start : start + size])
        stream[SENT] = body
    return stream


async def truncated(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    """Either the connection ends before the promised length, or half a JSON comes as if it were whole."""
    whole = exchange.answer()
    body = body_of(whole)
    half = body[: len(body) // 2]
    stream = await begin(exchange, whole, len(half) if fault.cut == "json" else len(body))
    await stream.write(half)
    if fault.cut != "json" and exchange.request.transport is not None:
        exchange.request.transport.close()
    return stream


async def oversize(fault: Fault, exchange: Exchange, dummy: float) -> web.StreamResponse:
    """A well-formed answer with a field of so many MiB; a client that stops reading ends it."""
    head, tail = b'{"padding":"', b'"}'
    chunks = int(fault.mebibytes * 1_048_576) // len(CHUNK) + 1
    stream = await begin(exchange, exchange.answer(), len(head) + chunks * len(CHUNK) + len(tail))
    with contextlib.suppress(ConnectionError):
        await stream.write(head)
        for dummy_chunk in range(chunks):
            await stream.write(CHUNK)
        await stream.write(tail)
    return stream


EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        throttle,
        error,
        expired,
        poison,
        vanish,
        delay,
        reset,
        stall,
        html,
        answer,
        empty,
        redirect,
        slow_body,
        truncated,
        oversize,
    )
}
