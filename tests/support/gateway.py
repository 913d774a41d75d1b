# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gateway in memory, with a clock of its own: it refuses dates that are wrong, and whatever else a test wants refused."""

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
from support.lanes import KEYS, client
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
    """What each login is answered, by its path or action; all that it brings ends then."""
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


def defined(made: Client) -> Service:
    """The service of a user, in the cloud of this client."""
    return service_of(made.provider, DEFINITION, made.options)


class Gateway:
    """``ahead`` is by how much the clock of the client is ahead of its own, which stands at noon. ``stale`` answers a wrong date.

    The next ``times`` calls of a service are answered as ``bad``. ``refused`` counts both, ``logins`` what else was asked. What
    a login brings ``ends`` then.
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
        """The clock of the client."""
        return NOON + self.ahead

    def send(self, request: Request) -> Response:
        """The answer to a request."""
        self.asked.append(request)
        date = {"date": format_datetime(NOON, usegmt=True)} if self.dates else {}
        status, body = self._stale(request) or self._logged_in(request) or self._of_service()
        return Response(status, {**date, "x-subject-token": f"gAAAA{len(self.asked)}"}, body)

    def _stale(self, request: Request) -> tuple[int, t.Any] | None:
        stale = self._is_stale(request)
        self.refused += stale
        return self.stale if stale else None

    def _of_service(self) -> tuple[int, t.Any]:
        bad = self.times > 0
        self.times -= bad
        self.refused += bad
        return self.bad if bad else (200, {"id": "t-1"})

    def _logged_in(self, request: Request) -> tuple[int, t.Any] | None:
        action = request.headers.get("x-acs-action") or dict(request.query).get("Action") or request.path
        self.logins += action in self.answers
        return self.answers.get(action)

    def _is_stale(self, request: Request) -> bool:
        headers = {name.lower(): value for name, value in request.headers.items()}
        told = headers.get("x-acs-date") or headers.get("x-sdk-date") or dict(request.query).get("Timestamp")
        if not told:
            return False
        date = datetime.datetime.strptime(re.sub("[-:]", "", told).replace("Z", "+0000"), "%Y%m%dT%H%M%S%z")
        return abs(date - NOON) > SKEW


@contextlib.contextmanager
def behind(
    gateway: Gateway, provider: str, warnings: list[str], options: dict[str, t.Any] | None = None, **more: t.Any
) -> t.Iterator[Client]:
    """A client whose requests all go to this gateway."""
    keys = KEYS[provider] if options is None else options
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "send", lambda self, request: gateway.send(request))
        with client(provider, URL, keys, warn=warnings.append, clock=gateway.clock, **more) as made:
            yield made


def ask(made: Client, service: Service) -> t.Any:
    """The body of one answer about a task."""
    return made.call(service, service.read, {"task_id": "t-1"}).body
