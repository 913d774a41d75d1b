# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What is beside this machine: its metadata service, and commands that print keys. Edge."""

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
from .model import NobodyThere

# As long as the vendor's own package waits for a command.
RUN_SECONDS = 60.0
MAX_TEXT = 64 * 1024


def ask(request: Request, seconds: float) -> Response:
    """One question to what is beside this machine. No proxy may see it, and redirects are not followed."""
    parts = urlsplit(request.endpoint)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    connection.response_class = TimedResponse
    with contextlib.closing(connection):
        try:
            connection.connect()
        except OSError as exc:
            raise NobodyThere(f"nobody answers at {request.host}: {_reason(exc)}") from None
        try:
            connection.request(request.method, request.target, request.body or None, dict(request.headers))
            response = connection.getresponse()
            content = _whole(lambda left: response.read1(MAX_TEXT), seconds)
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
        except (OSError, http.client.HTTPException) as exc:
            raise Unavailable(f"no answer from {request.host}: {_reason(exc)}") from None
    headers = {name.lower(): value for name, value in response.getheaders()}
    text = decompressed(headers.get("content-encoding", ""), content, MAX_TEXT).decode("utf-8", "replace")
    return Response(response.status, headers, text)


def run(command: str, seconds: float = RUN_SECONDS) -> str:
    """What a command prints. It gets no shell and no input, and what it says on stderr is not shown: it may be secret."""
    try:
        words = shlex.split(command)
        # run_command of a module ends nothing in time, and the action plugin has no module.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as exc:
        raise CloudError(f"the command cannot be started: {_reason(exc)}") from None
    with process:
        try:
            return _printed(process, seconds)
        except BaseException:
            if process.returncode is None:
                # It is a session of its own: whatever it has started ends with it.
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
            raise


def _printed(process: subprocess.Popen[bytes], seconds: float) -> str:
    deadline = time.monotonic() + seconds
    try:
        text = _whole(lambda left: _read(process, left), seconds).decode("utf-8", "replace")
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise Unavailable(f"the command did not end within {seconds:g} s") from None
    if code:
        raise Unavailable(f"the command ended with exit status {code}")
    return text


def _read(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """What has been printed; b"" at the end of it."""
    if process.stdout is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(seconds):
            raise TimeoutError
    return os.read(process.stdout.fileno(), MAX_TEXT)


def _whole(read: t.Callable[[float], bytes], seconds: float) -> bytes:
    """All that is read until the end, within the bounds of time and size."""
    deadline = time.monotonic() + seconds
    text = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        piece = read(left)
        if not piece:
            return text
        text += piece
        if len(text) > MAX_TEXT:
            raise Unavailable(f"there is more than {MAX_TEXT // 1024} KiB of text, which no keys take")


def _reason(exc: BaseException) -> str:
    name = type(exc).__name__
    # Before Python 3.10 that of a socket is no TimeoutError.
    return getattr(exc, "strerror", None) or ("timed out" if "timeout" in name.lower() else name)
