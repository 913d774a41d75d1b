# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A cloud as one value: how it is reached, how its requests are signed and where its errors are told. Pure."""

from __future__ import annotations

import typing as t
from datetime import datetime

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import Credentials, Environ, ReadFile
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CloudError, Unauthorized, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._request import Answer, Request
from ansible_collections.multicloud.tasks.plugins.module_utils._service import Codes, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._values import to_text

Options = t.Mapping[str, t.Any]
Send = t.Callable[[Request], Answer]
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


def _no_settings(options: Options, environ: Environ) -> Options:
    return {}


def _no_metadata(request: Request, seconds: float) -> Answer:
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

    ask: t.Callable[[Request, float], Answer] = _no_metadata
    run: t.Callable[[str], str] = _no_commands
    mode: t.Callable[[str], t.Optional[int]] = _no_mode


NO_MACHINE = Machine()


class Means(t.NamedTuple):
    """What a login has to work with: every request has a stamp of its own, every secret is told to ``on_secret``."""

    options: Options
    send: Send
    stamp: t.Callable[[], Stamp]
    machine: Machine
    on_secret: t.Callable[[t.Iterable[str]], None]


class Provider(t.NamedTuple):
    """A cloud.

    ``settings`` gives options that the environment has where they are not given.

    Its services are in ``domains``, at hosts that are no customer's; a service that a user defines ``must_define`` these fields,
    and its calls may name what a login ``gives``. ``options`` is the argument spec of what it has besides the common options.
    ``error_keys`` are the names under which its error bodies hold code and message. ``codes`` classifies errors of all its
    services. ``region_missing`` says where a region may come from, ``region_for_login`` whether these credentials cannot do
    without. ``retry_after`` has the headers that say how long to wait, each with the number of them in a second.

    Where only a login tells the endpoints, ``locate`` finds them in what it brought, and ``endpoint`` is not asked.
    ``region_form`` is what the name of a region looks like. ``marked_by`` is a header of every answer of its APIs: one that has
    it is the word of the API even where its body has no code (a page), and the status is its code then. With ``named_errors``
    the code in ``{"itemNotFound": {"code": 404}}`` is the name. Where it ``sends_action``, the name of a call to the path ``/``
    says what it does.
    """

    name: str
    title: str
    services: t.Mapping[str, Service]
    options: t.Mapping[str, dict[str, t.Any]]
    resolve: t.Callable[[Options, Environ, ReadFile], Credentials]
    region: t.Callable[[Options, Environ, ReadFile], str]
    endpoint: t.Callable[[Service, Options], str]
    login: t.Callable[[Credentials, Means], Access]
    sign: t.Callable[[Request, Service, str, Access, Stamp], Request]
    error_keys: tuple[tuple[str, str], ...]
    codes: Codes
    request_id_keys: tuple[str, ...]
    region_missing: str
    region_for_login: t.Callable[[Credentials], bool]
    retry_after: tuple[tuple[str, float], ...] = (("retry-after", 1.0),)
    domains: tuple[str, ...] = ()
    settings: t.Callable[[Options, Environ], Options] = _no_settings
    must_define: tuple[str, ...] = ("product",)
    gives: tuple[str, ...] = ()
    locate: t.Optional[t.Callable[[Service, Access, Options], str]] = None
    # It becomes part of host names, and the credentials go to that host.
    region_form: str = r"[a-z0-9]+(-[a-z0-9]+)*"
    marked_by: str = ""
    named_errors: bool = False
    sends_action: bool = False


def keys_of(found: Credentials, means: Means) -> Access:
    """The keys themselves: as they were found, or asked for."""
    return found.exchange.keys(found, means) if found.exchange else Access(found)


def request_id_of(provider: Provider, answer: Answer) -> str:
    """The id of the call, by which the vendor's support finds it."""
    body = answer.body if isinstance(answer.body, dict) else {}
    found = (to_text(body.get(key)) or answer.headers.get(key.lower()) for key in provider.request_id_keys)
    return next((value for value in found if value), "")
