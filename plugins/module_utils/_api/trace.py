# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Records the calls that are made, each as plain data without secrets, for whoever wants to see them."""

from __future__ import annotations

import os
import shlex
import time
import typing as t
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from .._core.errors import CloudError
from .._core.task import Facts
from .._core.values import Clean, cut
from .._http.message import Request, Response, is_secret_name, percent
from .._service.links import last_segment
from .._service.model import Call, Service

Record = t.Callable[[Facts], None]
"""Takes what is known of a call once it has ended."""
Answer = t.TypeVar("Answer")

LOGIN = "login"
RUN = "RUN"
"""Stands for a command in place of a method of HTTP."""
MASKED = "********"
# The most characters of a code or the id of a call.
MAX_WORD = 200


def why_of(service: Service, call: Call) -> str:
    """Return why the service makes this call."""
    parts = {
        "cancel": service.cancel,
        "detail": service.detail,
        "batch": service.batch,
        "list page": service.listing,
    }
    return next((why for why, part in parts.items() if part and part.call is call), "look")


def safe_url(request: Request, clean: Clean) -> str:
    """Return the URL of a request without secrets: neither a known one, nor the value of a parameter that may hold one."""
    parts = urlsplit(request.endpoint)
    query = "&".join(
        f"{percent(name)}={MASKED if is_secret_name(name) else percent(value)}" for name, value in sorted(request.query)
    )
    host = parts.netloc.rpartition("@")[2]
    if request.raw_query is not None:
        # The cloud has given this URL, and may have signed it.
        return cut(clean(f"{parts.scheme}://{host}/…/{last_segment(request.path)}"))
    url = f"{parts.scheme}://{host}{request.full_path}{f'?{query}' if query else ''}"
    return cut(clean(url))


@dataclass(frozen=True)
class Tracer:
    """Measures calls and records them. ``clock`` tells the time of day, ``id_of`` the id of a call from its response."""

    record: Record
    clock: t.Callable[[], datetime]
    clean: Clean
    id_of: t.Callable[[Response], str]

    def send(
        self,
        request: Request,
        exchange: t.Callable[[], Response],
        service: t.Optional[Service],
        call: t.Optional[Call],
        again: bool,
    ) -> Response:
        """Make an HTTP exchange, and record it however it ends. Without a service it is one of a login."""
        why = why_of(service, call) if service and call else LOGIN
        subject = {
            "why": f"retry of {why}" if again else why,
            "action": call.action if call else None,
            "method": request.method,
            "url": safe_url(request, self.clean),
        }
        return self._timed(subject, exchange, lambda response: (response.status, self.id_of(response)))

    def run(self, command: str, run: t.Callable[[str], str]) -> str:
        """Run a command of a login, and record it by the name of its program: its arguments may be secret."""
        subject = {"why": LOGIN, "action": None, "method": RUN, "url": self.clean(_program_of(command))}
        return self._timed(subject, lambda: run(command), lambda text: (None, ""))

    def _timed(
        self,
        subject: Facts,
        act: t.Callable[[], Answer],
        told: t.Callable[[Answer], tuple[t.Optional[int], str]],
    ) -> Answer:
        start, begun = self.clock(), time.monotonic()
        made: Facts = {"time": start.isoformat(timespec="milliseconds").replace("+00:00", "Z"), **subject}
        status, code, request_id = None, "internal", ""
        try:
            answer = act()
            (status, request_id), code = told(answer), ""
            return answer
        except CloudError as exc:
            status, code, request_id = exc.http_status, exc.code, exc.request_id
            code = code or ("" if status else type(exc).__name__)
            raise
        finally:
            milliseconds = round((time.monotonic() - begun) * 1000)
            ended = {"status": status or None, "code": self._brief(code), "request_id": self._brief(request_id)}
            self.record({**made, **ended, "ms": milliseconds})

    def _brief(self, text: str) -> t.Optional[str]:
        """Return what an API says, which may be hostile, masked and of bounded length; None if it says nothing."""
        return cut(self.clean(text), MAX_WORD) or None


def _program_of(command: str) -> str:
    """Return the program that a command line starts, without its folder."""
    try:
        return os.path.basename(shlex.split(command)[0])  # noqa: PTH119 - it is a text, not a path of this machine
    except (ValueError, IndexError):
        return ""


def line_of(call: Facts) -> str:
    """Return a call as one line."""
    told = " ".join(str(call[name]) for name in ("status", "code") if call[name] is not None)
    request_id = f", request {call['request_id']}" if call["request_id"] else ""
    is_silent = call["status"] is None and call["method"] != RUN
    ended = f"no answer ({call['code']})" if is_silent else told or "done"
    why = " ".join(filter(None, (call["why"], call["action"])))
    return f"{call['time']} {why}: {call['method']} {call['url']} -> {ended}{request_id}, {call['ms']} ms"
