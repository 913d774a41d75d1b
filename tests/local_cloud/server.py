# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP server: receives, asks who it is, lets faults strike, answers, and writes it all down."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import pathlib
import signal
import ssl
import sys
import time
import typing as t
from email.utils import formatdate
from urllib.parse import parse_qsl

from aiohttp import web

from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.aws import action_of
from local_cloud.catalogued import all_apis
from local_cloud.control import Cloud, command
from local_cloud.effects import EFFECTS, Exchange, sent
from local_cloud.routing import Routes
from local_cloud.signatures import AUTHENTICATE, Received, addressed, provider_of
from local_cloud.vendors import VENDORS, Vendor
from local_cloud.world import BadInstruction

CONTROL_PREFIX = "/_cloud/"
FORM = "application/x-www-form-urlencoded"
# Parameters that say how to call or to answer, whatever is called.
OF_PROTOCOL = {
    "aws": ("Action", "Version"),
    "google": ("$alt", "$prettyPrint", "alt", "key", "prettyPrint", "quotaUser"),
}
# Huawei tokens are kilobytes long, and a hundred task ids make a long line.
LONGEST_LINE = 65_536


def to_json(value: t.Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclasses.dataclass
class Conversation:
    """One request and what is to be written down about it."""

    cloud: Cloud
    request: web.BaseRequest
    received: Received
    entry: dict[str, t.Any]

    def __post_init__(self) -> None:
        self.provider = provider_of(self.received)
        self.vendor: Vendor = VENDORS[self.provider]
        self.request_id = self.vendor.new_request_id()
        self.request_id_header = self.vendor.request_id_header
        self.api: Api | None = None

    def call(self) -> Call:
        """The request as parameters of a known API."""
        received = self.received
        api, found = self.cloud.routes.find(self.provider, received.method, received.path, addressed(received))
        form = received.body if received.headers.get("content-type", "").startswith(FORM) else b""
        params = {
            **dict(received.pairs()),
            **dict(parse_qsl(form.decode(errors="replace"), keep_blank_values=True)),
            **found,
        }
        self.api = api
        of_protocol = OF_PROTOCOL.get(self.provider, ())
        params = {name: value for name, value in params.items() if name not in of_protocol}
        url = f"http://{received.headers.get('host', '')}{received.path}"
        call = Call(api, params, self.cloud.world, received.headers, received.body, url=url)
        self.entry.update(api=api.key, ids=list(call.task_ids))
        if self.cloud.world.settings.log_requests:
            self.entry.update(params=params, headers=dict(received.headers))
        self.request_id_header = api.request_id_header or self.request_id_header
        call.world.counts.call(api.key, call.task_ids)
        call.world.asked(api.provider, api.service, call.task_ids)
        return call

    def authenticate(self, call: Call) -> None:
        if not call.api.signed:
            return
        try:
            call.caller = AUTHENTICATE[self.provider](self.received, call.world)
        except Refusal as refusal:
            call.world.counts.refused[refusal.problem.code] += 1
            raise

    async def respond(self) -> web.StreamResponse:
        try:
            call = self.call()
            self.authenticate(call)
            exchange = Exchange(self.request, call, self.vendor, lambda: self.answer(call))
            return await self.struck(exchange) or self.answer(call)
        except Refusal as refusal:
            return self.refuse(refusal)

    async def struck(self, exchange: Exchange) -> web.StreamResponse | None:
        """The first fault that answers in the API's stead."""
        for fault in list(exchange.call.world.faults.values()):
            wait = fault.strike(exchange.call)
            if wait is None:
                continue
            self.entry["fault"] = fault.kind
            response = await EFFECTS[fault.kind](fault, exchange, wait)
            if response is not None:
                return response
        return None

    def answer(self, call: Call) -> web.Response:
        try:
            check_parameters(call, self.vendor)
            said = call.api.answer(call)
        except Refusal as refusal:
            return self.refuse(refusal)
        reply = said if isinstance(said, Reply) else Reply(said)
        if isinstance(reply.body, str):
            # Azure names the request in answers without a body, too.
            own = {self.request_id_header: self.request_id} if self.provider == "azure" else {}
            return web.Response(status=reply.status, text=reply.body, headers={**own, **reply.headers})
        return self.render(reply.status, self.vendor.answer_body(reply.body, self.request_id), reply.headers)

    def refuse(self, refusal: Refusal) -> web.Response:
        problem: Problem = refusal.problem
        self.entry["code"] = problem.code
        body = self.vendor.error_body(problem, self.request_id, self.received.headers.get("host", ""))
        return self.render(problem.status, body, refusal.headers)

    def render(self, status: int, body: t.Any, headers: t.Mapping[str, str]) -> web.Response:
        date = formatdate(self.cloud.world.date(), usegmt=True)
        if self.vendor.written:
            status, content, own = self.vendor.written(self.api, status, body, self.request_id)
            return web.Response(status=status, body=content, headers={"Date": date, **own, **headers})
        usual = {"Content-Type": self.vendor.content_type, "Date": date, self.request_id_header: self.request_id}
        return web.Response(status=status, body=to_json(body), headers={**usual, **headers})


def check_parameters(call: Call, vendor: Vendor) -> None:
    for name in call.api.required:
        if not call.params.get(name):
            raise Refusal(call.api.missing.get(name) or vendor.missing(name))
    for check in call.api.checks:
        check(call)


async def receive(request: web.BaseRequest) -> Received:
    path, dummy, query = request.raw_path.partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Received(request.method, path, query, headers, await request.read())


async def converse(cloud: Cloud, request: web.BaseRequest) -> web.StreamResponse:
    """Answer as a vendor, and log it whatever becomes of the connection."""
    received = await receive(request)
    world, began = cloud.world, time.monotonic()
    action = received.headers.get("x-acs-action", "") or action_of(received.headers, received.body)
    entry: dict[str, t.Any] = {"time": time.time(), "method": received.method, "path": received.path}
    entry |= {
        "now": world.now(),
        "query": received.query,
        "action": action,
        "api": "",
        "status": 0,
        "code": "",
        "fault": "",
    }
    try:
        response = await Conversation(cloud, request, received, entry).respond()
        entry["status"] = 0 if request.transport is None or request.transport.is_closing() else response.status
        if world.settings.log_answers:
            entry["answer"] = sent(response)
        return response
    finally:
        entry["ms"] = round((time.monotonic() - began) * 1000, 3)
        world.record(entry)


async def control(cloud: Cloud, request: web.BaseRequest) -> web.StreamResponse:
    name = request.path.removeprefix(CONTROL_PREFIX).strip("/")
    try:
        result = command(cloud, request.method, name, request.query, await request.read())
        return web.Response(body=to_json(result), content_type="application/json")
    except BadInstruction as problem:
        return web.Response(status=400, body=to_json({"error": str(problem)}), content_type="application/json")


def handler_of(cloud: Cloud) -> t.Callable[[web.BaseRequest], t.Awaitable[web.StreamResponse]]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        # A signed request is a cloud client's, whatever path it takes.
        if request.path.startswith(CONTROL_PREFIX) and "Authorization" not in request.headers:
            return await control(cloud, request)
        return await converse(cloud, request)

    return handle


@dataclasses.dataclass(frozen=True)
class Options:
    """How to listen."""

    port: int = 0
    port_file: pathlib.Path | None = None
    scenario: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    certificate: str = ""
    key: str = ""
    until_stdin_closes: bool = False


def tls_of(options: Options) -> ssl.SSLContext | None:
    if not options.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.key or None)
    return context


def announce(options: Options, port: int) -> None:
    """The port file in one step, so that no reader sees half of it; then one line on stdout."""
    scheme = "https" if options.certificate else "http"
    text = json.dumps({"url": f"{scheme}://127.0.0.1:{port}", "pid": os.getpid()})
    if options.port_file is not None:
        partial = options.port_file.with_name(options.port_file.name + ".part")
        partial.write_text(text, encoding="utf-8")
        partial.replace(options.port_file)
    print(text, flush=True)


def stop_event(options: Options) -> asyncio.Event:
    """Set by SIGTERM or SIGINT, and when the parent is gone if that was asked for."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    return stop


async def serve(options: Options) -> None:
    cloud = Cloud(Routes(all_apis()), options.scenario)
    cloud.begin()
    lengths = {"max_line_size": LONGEST_LINE, "max_field_size": LONGEST_LINE}
    handle = handler_of(cloud)
    server = web.Server(handle, request_factory=None, handler_cancellation=True, loop=None, access_log=None, **lengths)
    runner = web.ServerRunner(server, shutdown_timeout=0.2)
    await runner.setup()
    stop = stop_event(options)
    site = web.TCPSite(runner, "127.0.0.1", options.port, ssl_context=tls_of(options), backlog=4096)
    await site.start()
    announce(options, runner.addresses[0][1])
    await stop.wait()
    await runner.cleanup()
