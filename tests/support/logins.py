# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provides what logins need, for tests of logins alone: a machine without credentials, and no network."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import (
    Access,
    Credentials,
    Host,
    LoginContext,
    Stamp,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.client import ControlPlane
from support.clients import NO_HOST

NOON = datetime.datetime(2026, 11, 22, 12, 0, 0, tzinfo=datetime.timezone.utc)


def no_network(request: Request) -> Response:
    """Fail, because this test must send nothing."""
    raise AssertionError(f"{request.url} was asked")


def login_context(
    send: t.Callable[[Request], Response] = no_network,
    host: Host = NO_HOST,
    options: t.Mapping[str, t.Any] | None = None,
    on_secret: t.Callable[[t.Iterable[str]], None] = lambda secrets: None,
) -> LoginContext:
    """Return the context of a login: it is noon, and every request has another nonce."""
    nonces = (f"{number:032x}" for number in itertools.count(1))
    return LoginContext(options or {}, send, lambda: Stamp(NOON, next(nonces)), host, on_secret)


def log_in(provider: str, credentials: Credentials, **arguments: t.Any) -> Access:
    """Return the access that a login with these credentials gets."""
    return PROVIDERS[provider].login(credentials, login_context(**arguments))


def missing_keys_message(login: contextlib.AbstractContextManager[Client]) -> str:
    """Return the message of a client that finds no keys."""
    with pytest.raises(CredentialsMissing) as caught:
        contextlib.ExitStack().enter_context(login)
    return str(caught.value)


class SharedClock:
    """One clock for the client and the cloud, which moves only when a test advances it."""

    def __init__(self, cloud: ControlPlane, token_life: float) -> None:
        cloud.settings(clock="stopped", dates_are="clock", token_life=token_life)
        self.cloud = cloud
        self.time = datetime.datetime.fromtimestamp(cloud.now(), datetime.timezone.utc)

    def now(self) -> datetime.datetime:
        """Return the time on both clocks."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Advance both clocks."""
        self.time += datetime.timedelta(seconds=seconds)
        self.cloud.advance(seconds)
