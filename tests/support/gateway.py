# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gateway in memory with a clock of its own, which refuses wrong dates and other requests that a test wants refused."""

from __future__ import annotations

import contextlib
import datetime
import re
import typing as t
from email.utils import format_datetime

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from ansible_collections.multicloud.tasks.plugins.module_utils._service.definition import service_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from support.clients import KEYS, client
from support.logins import NOON

SKEW = datetime.timedelta(minutes=15)
URL = "http://127.0.0.1:1"
DEFINITION: dict[str, t.Any] = {
    "name": "my_jobs",
    "product": "made-up",
    "version": "2020-01-01",
    "read": {"action": "ShowJob", "path": "/v1/jobs/{task_id}"},
    "facts": {"id": "id", "native_state": "state"},
    "states": {"Done": "succeeded"},
}


def logins(ends: str) -> dict[str, tuple[int, t.Any]]:
    """Return the answer to each login by its path or action. Everything that a login returns expires at ``ends``."""
    endpoint = {"region_id": "r", "interface": "public", "url": URL}
    catalog = [{"type": name, "endpoints": [endpoint]} for name in ("image", "made-up")]
    token = {"project": {"id": "p1"}, "expires_at": ends, "catalog": catalog}
    agency = {"access": "AGENCYAK", "secret": "agency-secret", "securitytoken": "agency-token", "expires_at": ends}
    role = {"AccessKeyId": "STS.role", "AccessKeySecret": "role-secret", "SecurityToken": "role-token"}
    return {
        "/v3/auth/tokens": (201, {"token": token}),
        "/v3/projects": (200, {"projects": [{"id": "p1"}]}),
        "/v3.0/OS-CREDENTIAL/securitytokens": (201, {"credential": agency}),
        "AssumeRole": (200, {"Credentials": {**role, "Expiration": ends}}),
        "AssumeRoleWithOIDC": (200, {"Credentials": {**role, "Expiration": ends}}),
    }


def defined(api_client: Client) -> Service:
    """Return the service that a user defines, in the cloud of this client."""
    return service_of(api_client.provider, DEFINITION, api_client.options)


class Gateway:
    """``ahead`` is how far the client's clock is ahead of the gateway's, where it is always noon. ``stale`` answers a wrong date.

    The next ``times`` calls of a service are answered with ``bad``. ``refused`` counts both, and ``logins`` counts logins, whose
    results expire at ``ends``.
    """

    def __init__(
        self,
        stale: tuple[int, t.Any] = (401, None),
        bad: tuple[int, t.Any] = (401, None),
        times: float = 0,
        dates: bool = True,
        ends: str = "2099-01-01T00:00:00Z",
    ) -> None:
        self.stale, self.bad, self.times, self.dates = stale, bad, times, dates
        self.answers = logins(ends)
        self.ahead = datetime.timedelta(0)
        self.asked: list[Request] = []
        self.refused = self.logins = 0

    def clock(self) -> datetime.datetime:
        """Return the time on the client's clock."""
        return NOON + self.ahead

    def send(self, request: Request) -> Response:
        """Return the answer to a request."""
        self.asked.append(request)
        date = {"date": format_datetime(NOON, usegmt=True)} if self.dates else {}
        status, body = self._stale_answer(request) or self._login_answer(request) or self._service_answer()
        return Response(status, {**date, "x-subject-token": f"gAAAA{len(self.asked)}"}, body)

    def _stale_answer(self, request: Request) -> tuple[int, t.Any] | None:
        stale = self._is_stale(request)
        self.refused += stale
        return self.stale if stale else None

    def _service_answer(self) -> tuple[int, t.Any]:
        bad = self.times > 0
        self.times -= bad
        self.refused += bad
        return self.bad if bad else (200, {"id": "t-1"})

    def _login_answer(self, request: Request) -> tuple[int, t.Any] | None:
        action = request.headers.get("x-acs-action") or dict(request.query).get("Action") or request.path
        self.logins += action in self.answers
        return self.answers.get(action)

    def _is_stale(self, request: Request) -> bool:
        headers = {name.lower(): value for name, value in request.headers.items()}
        date_text = headers.get("x-acs-date") or headers.get("x-sdk-date") or dict(request.query).get("Timestamp")
        if not date_text:
            return False
        date = datetime.datetime.strptime(re.sub("[-:]", "", date_text).replace("Z", "+0000"), "%Y%m%dT%H%M%S%z")
        return abs(date - NOON) > SKEW


@contextlib.contextmanager
def behind(
    gateway: Gateway,
    provider: str,
    warnings: list[str],
    options: dict[str, t.Any] | None = None,
    **machine_options: t.Any,
) -> t.Iterator[Client]:
    """Yield a client that sends all requests to this gateway."""
    keys = KEYS[provider] if options is None else options
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "send", lambda self, request: gateway.send(request))
        with client(provider, URL, keys, warn=warnings.append, clock=gateway.clock, **machine_options) as api_client:
            yield api_client


def ask(api_client: Client, service: Service) -> t.Any:
    """Return the body of the answer to a call that reads a task."""
    return api_client.call(service, service.read, {"task_id": "t-1"}).body
