# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Credentials, and what a login is given and returns."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from .._core.errors import CloudError, Unauthorized, Unavailable
from .._core.values import Options
from .._http.message import Request, Response


class Exchange(t.Protocol):
    """A way to get keys that have to be asked for: data, until a login asks."""

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""

    def unsure(self) -> bool:
        """Whether it may turn out that there are no keys at all."""

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys; ``found`` are the credentials that this is the exchange of."""


@dataclass(frozen=True)
class Credentials:
    """What a provider's signer needs, or the ``exchange`` that brings it. Secret fields stay out of ``repr``.

    ``source`` says where they were found, ``file`` is the file that holds the keys, where one does. ``ca_path`` is the authority
    that is trusted there, where no option names one, and ``ca_named`` what the user has called it.
    """

    source: str
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    auth_token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    domain_name: str = ""
    project_id: str = ""
    project_name: str = ""
    iam_endpoint: str = ""
    ca_path: str = ""
    ca_named: str = ""
    exchange: t.Optional[Exchange] = None
    file: str = field(default="", compare=False)

    def secrets(self) -> frozenset[str]:
        """Every value that must never be shown."""
        found = (self.access_key, self.secret_key, self.security_token, self.auth_token, self.password)
        own = frozenset(value for value in found if value)
        return own | self.exchange.secrets() if self.exchange else own

    def account(self) -> t.Hashable:
        """Who asks: what is refused to one client is refused to every other whose account is equal."""
        return self.secrets() or self.source

    def unsure(self) -> bool:
        """Whether it may turn out in the login that there are no keys at all."""
        return self.exchange is not None and self.exchange.unsure()


Send = t.Callable[[Request], Response]
"""Sends a request as it is and raises a CloudError for every answer that refuses."""


class NobodyThere(Unavailable):
    """Nobody listens where a machine of the cloud would be told its keys."""


class NothingGiven(Unauthorized):
    """The machine's metadata service answers, but has no keys to give."""


class Access(t.NamedTuple):
    """What a login brought: the credentials, the values they give (``project_id``) and, where they end, when.

    ``catalog`` is what the login told of where services are, in the provider's own words.
    """

    credentials: Credentials
    values: t.Mapping[str, str] = {}
    expires_at: t.Optional[datetime] = None
    catalog: tuple[t.Any, ...] = ()


class Stamp(t.NamedTuple):
    """What makes each request another one: the time, and a number used once."""

    now: datetime
    nonce: str


def _no_metadata(request: Request, seconds: float) -> Response:
    raise NobodyThere(f"{request.host} was not asked")


def _no_commands(command: str) -> str:
    raise CloudError("commands are not run here")


def _no_mode(path: str) -> t.Optional[int]:
    return None


class Machine(t.NamedTuple):
    """What only the machine can tell that this runs on; without another word, nothing.

    ``ask`` asks what is beside it, its metadata service, whose answers are text. ``run`` gives what a command prints.
    ``mode`` gives the permissions of a file, None where they mean nothing.
    """

    ask: t.Callable[[Request, float], Response] = _no_metadata
    run: t.Callable[[str], str] = _no_commands
    mode: t.Callable[[str], t.Optional[int]] = _no_mode


NO_MACHINE = Machine()


class LoginContext(t.NamedTuple):
    """What a login has to work with: every request has a stamp of its own, every secret is told to ``on_secret``."""

    options: Options
    send: Send
    stamp: t.Callable[[], Stamp]
    machine: Machine
    on_secret: t.Callable[[t.Iterable[str]], None]


def keys_of(found: Credentials, context: LoginContext) -> Access:
    """The keys themselves: as they were found, or asked for."""
    return found.exchange.keys(found, context) if found.exchange else Access(found)
