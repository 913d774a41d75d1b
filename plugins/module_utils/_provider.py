# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A cloud as one value: how it is reached, how its requests are signed and what its errors mean. Pure."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime
from email.utils import parsedate_to_datetime

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import Credentials, Environ, ReadFile
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import (
    CloudError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._read import told_by
from ansible_collections.multicloud.tasks.plugins.module_utils._request import Answer, Request
from ansible_collections.multicloud.tasks.plugins.module_utils._service import Codes, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._values import to_number, to_text

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


def refusal(provider: Provider, service: t.Optional[Service], answer: Answer) -> t.Optional[CloudError]:
    """The error that an answer is, classified by its code; None where it is a good one.

    An answer that refuses without a code is no word of the API: something between us and it has answered. It is worth
    another try, but for 401 and 403: trying a refused key again may lock it.
    """
    good = 200 <= answer.status < 300
    if good and not (service and service.refused and search(service.refused, told_by(service, answer))):
        return None
    code, message = _told(provider, answer.body)
    if provider.marked_by in answer.headers:
        code, message = code or str(answer.status), _text_of(message or answer.body)
    kind = _kind(provider, service, code, message, answer.status)
    return kind(
        message or _UNTOLD.get(answer.status // 100, "") + f"HTTP {answer.status} without an explanation",
        code=code,
        http_status=answer.status,
        request_id=request_id_of(provider, answer),
        retry_after=_retry_after(provider, answer),
        served_at=_date(answer.headers.get("date", "")),
    )


_UNTOLD = {3: "redirects are not followed, is the endpoint right? "}


def _told(provider: Provider, body: t.Any) -> tuple[str, str]:
    """Code and message, at the top of the body or one level down."""
    levels = [("", body), *body.items()] if isinstance(body, dict) else []
    told = [
        (_code(provider, name, to_text(level.get(code)) or ""), to_text(level.get(message)) or "")
        for name, level in levels
        for code, message in provider.error_keys
        if isinstance(level, dict) and (level.get(code) or level.get(message))
    ]
    # Several names of messages share one of a code: that which is there tells more.
    return next((pair for pair in told if all(pair)), told[0] if told else ("", ""))


def _code(provider: Provider, name: str, told: str) -> str:
    """The code, or the name of the object that holds it, where that is what tells it."""
    named = provider.named_errors and told.isdecimal() and name not in ("", "error")
    return name if named else told


def _text_of(page: t.Any) -> str:
    """What a page of HTML says below its title."""
    body = re.sub(r"(?is)<head>.*?</head>|<h1>.*?</h1>|<[^>]*>", " ", page) if isinstance(page, str) else ""
    return " ".join(body.split())[:500]


def _kind(provider: Provider, service: t.Optional[Service], code: str, message: str, status: int) -> type[CloudError]:
    rows = (*(service.codes if service else ()), *provider.codes)
    word = code or f"HTTP {status}"
    for on_code, on_message, kind in rows:
        if re.search(on_code, word) and re.search(on_message, message):
            return kind
    # HBR refuses with a 200 whose code is the status that was meant.
    meant = int(code) if status < 300 and re.fullmatch(r"[45]\d\d", code) else status
    return _by_status(meant, bool(code))


_BY_STATUS: dict[int, type[CloudError]] = {401: Unauthorized, 403: Unauthorized, 408: Unavailable, 429: Throttled}


def _by_status(status: int, told: bool) -> type[CloudError]:
    """The meaning of an error whose code no table holds."""
    worth_retrying = status >= 500 or status < 300 or not told
    return _BY_STATUS.get(status, Unavailable if worth_retrying else CloudError)


def request_id_of(provider: Provider, answer: Answer) -> str:
    """The id of the call, by which the vendor's support finds it."""
    body = answer.body if isinstance(answer.body, dict) else {}
    found = (to_text(body.get(key)) or answer.headers.get(key.lower()) for key in provider.request_id_keys)
    return next((value for value in found if value), "")


def _retry_after(provider: Provider, answer: Answer) -> t.Optional[float]:
    for header, per_second in provider.retry_after:
        seconds = _seconds(answer.headers.get(header, ""), answer.headers.get("date", ""))
        if seconds is not None and seconds >= 0:
            return seconds / per_second
    return None


def _seconds(value: str, served_at: str) -> t.Optional[float]:
    """A number as it is, or the seconds from the answer's own date to a given one."""
    number = to_number(value)
    if number is not None:
        return number
    until, date = _date(value), _date(served_at)
    return (until - date).total_seconds() if until and date else None


def _date(value: str) -> t.Optional[datetime]:
    """An HTTP date; None for what is none, or tells no zone."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else None
