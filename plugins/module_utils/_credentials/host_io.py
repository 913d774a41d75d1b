# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Call the metadata service of this machine, and run commands that print keys. Does I/O."""

from __future__ import annotations

import contextlib
import http.client
import os
import selectors
import shlex
import signal
import subprocess
import time
import typing as t
from urllib.parse import urlsplit

from .._core.errors import CloudError, Unavailable
from .._http.connection import TimedResponse
from .._http.encoding import decompressed
from .._http.message import Request, Response
from .model import NoMetadataService

# The vendor's own package waits as long for a command.
RUN_SECONDS = 60.0
MAX_TEXT = 64 * 1024


def ask_metadata(request: Request, seconds: float) -> Response:
    """Send one request to a metadata service. It uses no proxy and follows no redirects."""
    parts = urlsplit(request.endpoint)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    connection.response_class = TimedResponse
    with contextlib.closing(connection):
        try:
            connection.connect()
        except OSError as exc:
            raise NoMetadataService(f"nobody answers at {request.host}: {_reason(exc)}") from None
        try:
            connection.request(request.method, request.target, request.body or None, dict(request.headers))
            response = connection.getresponse()
            content = _read_all(lambda remaining: response.read1(MAX_TEXT), seconds)
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
        except (OSError, http.client.HTTPException) as exc:
            raise Unavailable(f"no answer from {request.host}: {_reason(exc)}") from None
    headers = {name.lower(): value for name, value in response.getheaders()}
    text = decompressed(headers.get("content-encoding", ""), content, MAX_TEXT).decode("utf-8", "replace")
    return Response(response.status, headers, text)


def run_command(command: str, seconds: float = RUN_SECONDS) -> str:
    """Return what a command prints. It gets no shell and no input. Its stderr is not shown, because it may be secret."""
    try:
        arguments = shlex.split(command)
        # run_command of a module has no timeout, and the action plugin has no module.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as exc:
        raise CloudError(f"the command cannot be started: {_reason(exc)}") from None
    with process:
        try:
            return _output_of(process, seconds)
        except BaseException:
            if process.returncode is None:
                # The command has a session of its own, so this also ends everything that it started.
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
            raise


def _output_of(process: subprocess.Popen[bytes], seconds: float) -> str:
    deadline = time.monotonic() + seconds
    try:
        text = _read_all(lambda remaining: _read(process, remaining), seconds).decode("utf-8", "replace")
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise Unavailable(f"the command did not end within {seconds:g} s") from None
    if code:
        raise Unavailable(f"the command ended with exit status {code}")
    return text


def _read(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Return what was printed since the last read, or b"" at the end."""
    if process.stdout is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(seconds):
            raise TimeoutError
    return os.read(process.stdout.fileno(), MAX_TEXT)


def _read_all(read: t.Callable[[float], bytes], seconds: float) -> bytes:
    """Read until the end, within the limits of time and size."""
    deadline = time.monotonic() + seconds
    text = b""
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        chunk = read(remaining)
        if not chunk:
            return text
        text += chunk
        if len(text) > MAX_TEXT:
            raise Unavailable(f"there is more than {MAX_TEXT // 1024} KiB of text, keys are shorter")


def _reason(exc: BaseException) -> str:
    name = type(exc).__name__
    # Before Python 3.10 the timeout of a socket is not a TimeoutError.
    return getattr(exc, "strerror", None) or ("timed out" if "timeout" in name.lower() else name)
