# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define credentials, what a login works with, and what it returns."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from .._core.errors import CloudError, Unauthorized, Unavailable
from .._core.values import Options, ReadFile
from .._http.message import Request, Response


class Exchange(t.Protocol):
    """A way to get keys from a service or command. It does nothing until a login calls ``keys``."""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys. ``credentials`` are the credentials that hold this exchange."""


@dataclass(frozen=True)
class Credentials:
    """What the signer of a provider needs, or the ``exchange`` that gets it. Secret fields stay out of ``repr``.

    ``source`` says where they were found, and ``file`` is the file that holds the keys, if any. ``ca_path`` names the
    certificates to trust if no option does, and ``ca_title`` is what the user calls that setting.
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
    ca_title: str = ""
    exchange: t.Optional[Exchange] = None
    file: str = field(default="", compare=False)

    def secrets(self) -> frozenset[str]:
        """Return every value that must never be shown."""
        secret_fields = (self.access_key, self.secret_key, self.security_token, self.auth_token, self.password)
        own = frozenset(value for value in secret_fields if value)
        return own | self.exchange.secrets() if self.exchange else own

    def account(self) -> t.Hashable:
        """Return a key for the account. A refusal for one client counts for every client with an equal account."""
        return self.secrets() or self.source

    def identity(self) -> tuple[str, ...]:
        """Return what names the account without its secrets, alike in every process that finds the same credentials."""
        names = (self.access_key, self.username, self.domain_name, self.project_id, self.project_name)
        # The repr of an exchange leaves out what is secret.
        parts = (*names, repr(self.exchange) if self.exchange else "")
        return parts if any(parts) else (self.source,)

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return self.exchange is not None and self.exchange.may_lack_keys()


Send = t.Callable[[Request], Response]
"""Sends a request as it is. Raises a CloudError if the answer is an error."""


class NoMetadataService(Unavailable):
    """Nothing listens at the address of the metadata service."""


class NoMetadataKeys(Unauthorized):
    """The metadata service answers, but has no keys for this machine."""


class Access(t.NamedTuple):
    """The result of a login: the credentials to sign with, and the ``values`` that come with them (``project_id``).

    ``expires_at`` is None if they do not expire. ``catalog`` lists the endpoints of services in the provider's own
    format.
    """

    credentials: Credentials
    values: t.Mapping[str, str] = {}
    expires_at: t.Optional[datetime] = None
    catalog: tuple[t.Any, ...] = ()


class Stamp(t.NamedTuple):
    """What makes each request unique: the time, and a nonce."""

    now: datetime
    nonce: str


def _no_file(path: str) -> t.Optional[str]:
    return None


def _no_metadata(request: Request, seconds: float) -> Response:
    raise NoMetadataService(f"{request.host} was not asked")


def _no_commands(command: str) -> str:
    raise CloudError("commands are not run here")


def _no_mode(path: str) -> t.Optional[int]:
    return None


def _no_writing(path: str, text: str) -> None:
    """Keep nothing."""


class Host(t.NamedTuple):
    """What the machine that this runs on tells. By default it tells nothing but the time.

    ``read_file`` returns the text of a file, or None if there is none. ``clock`` returns the time of day, in UTC.
    ``ask_metadata`` sends a request to a metadata service, with a timeout in seconds; the body of its response is text.
    ``run_command`` returns what a command prints. ``file_mode`` returns the permissions of a file, or None if they mean
    nothing. ``write_file`` replaces the text of a file that only its owner may read; it does not fail.
    """

    clock: t.Callable[[], datetime]
    environ: t.Mapping[str, str] = {}
    read_file: ReadFile = _no_file
    ask_metadata: t.Callable[[Request, float], Response] = _no_metadata
    run_command: t.Callable[[str], str] = _no_commands
    file_mode: t.Callable[[str], t.Optional[int]] = _no_mode
    write_file: t.Callable[[str, str], None] = _no_writing


class LoginContext(t.NamedTuple):
    """What a login works with. Each request needs a new ``stamp``. Every secret must be reported to ``on_secret``."""

    options: Options
    send: Send
    stamp: t.Callable[[], Stamp]
    host: Host
    on_secret: t.Callable[[t.Iterable[str]], None]


def keys_of(credentials: Credentials, context: LoginContext) -> Access:
    """Return the keys themselves: the credentials as they are, or the result of their exchange."""
    return credentials.exchange.keys(credentials, context) if credentials.exchange else Access(credentials)
