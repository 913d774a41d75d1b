# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keys that have to be asked for: what the ways to ask have in common. Pure: what they may use is handed in."""

from __future__ import annotations

import contextlib
import typing as t
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from .._core.errors import CloudError, CredentialsMissing, Throttled, Unauthorized, Unavailable
from .._core.values import Options, read_json, to_datetime
from .._http.message import Request, check_url, is_loopback
from .chain import Chain
from .model import Access, Credentials, LoginContext, NobodyThere, NothingGiven, keys_of
from .source import SESSION, AuthMethod, FieldNames, OddValue, Source, take

# What these say of a call they say of a login, too; any other refusal of one means: not with these credentials.
_KEPT = (Throttled, Unavailable, Unauthorized)


class BaseExchange:
    """The usual answers of an exchange: it holds no secret, and who names it is sure that there are keys."""

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return frozenset()

    def unsure(self) -> bool:
        """Whether it may turn out that there are no keys at all."""
        return False


def stand_in(options: Options) -> str:
    """The stand-in of the cloud on this machine, "" where there is none: beside it nobody else is asked."""
    endpoint = str(options.get("endpoint") or "").rstrip("/")
    return endpoint if is_loopback(urlsplit(endpoint).hostname) else ""


@contextlib.contextmanager
def explaining(what: str, remedy: str = "") -> t.Iterator[None]:
    """Has errors say what it was that could not be got, and refusals what to do about it."""
    try:
        yield
    except CloudError as exc:
        told = _told(exc, what, remedy)
    else:
        return
    raise told


@contextlib.contextmanager
def said_of_login() -> t.Iterator[None]:
    """Has errors say that it is the login that fails, and where it is, unless what has asked says whose keys it asked for."""
    try:
        yield
    except CloudError as exc:
        if not exc.login_at:
            raise
        told = _told(exc, f"the login at {exc.login_at} fails", "check that this is its URL, and the user or keys")
    else:
        return
    raise told


def _told(exc: CloudError, what: str, remedy: str) -> CloudError:
    kind = exc.__class__ if isinstance(exc, _KEPT) else Unauthorized
    way_out = f"; {remedy}" if remedy and issubclass(kind, Unauthorized) else ""
    return kind(
        f"{what}: {exc.message.rstrip('. ')}{way_out}",
        code=exc.code,
        http_status=exc.http_status,
        request_id=exc.request_id,
        retry_after=exc.retry_after,
        served_at=exc.served_at,
    )


def access_in(
    told: t.Any,
    field_names: FieldNames,
    end: str,
    found: Credentials,
    context: LoginContext,
    method: AuthMethod = SESSION,
) -> Access:
    """The keys in an answer, which end at the time that it calls ``end``; one that is not as promised is no answer."""
    values: t.Mapping[str, t.Any] = told if isinstance(told, dict) else {}
    try:
        keys = take(Source(found.source, field_names, values), (method,))
    except OddValue as exc:
        reason = str(exc).partition(f"{found.source}: ")[2].partition(", where")[0]
        raise Unavailable(f"the keys are not in the answer: {reason}, and not a text") from None
    except CredentialsMissing:
        keys = None
    if keys is None:
        raise Unavailable("the keys are not in the answer, it is not what was promised")
    context.on_secret(keys.secrets())
    return Access(keys, {}, to_datetime(values.get(end)))


# It is on the same host: a metadata service that does not answer at once is not there.
METADATA_SECONDS = 1.0
# One that asks the cloud itself, before it answers.
AGENT_SECONDS = 5.0


def ask_metadata(context: LoginContext, request: Request, wanted: str, seconds: float = METADATA_SECONDS) -> str:
    """The text that the metadata service answers with; any other answer is an error that says what was ``wanted``."""
    response = context.machine.ask(request, seconds)
    if response.status == 200:
        return str(response.body)
    kind = Unavailable if response.status >= 500 or response.status == 429 else NothingGiven
    raise kind(f"{request.host} has no {wanted} for this machine (HTTP {response.status})", http_status=response.status)


def fields_of(text: str) -> t.Any:
    """The JSON that an answer of the metadata service is."""
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        raise Unavailable("the answer is not JSON") from None


def try_token(context: LoginContext, request: Request, required: bool) -> str:
    """The token that newer metadata services want; "" where this one has none, unless it is ``required``."""
    try:
        token = ask_metadata(context, request, "token").strip()
    except NobodyThere:
        raise
    except CloudError:
        if required:
            raise
        return ""
    if not (token and token.isascii() and token.isprintable()):
        return ""
    context.on_secret((token,))
    return token


def parts_of_url(option: str, url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Endpoint, path and query of a URL that hands over keys; refused where they would not be safe on their way.

    It may be unencrypted to this machine, and to a neighbour of it that no router leads to.
    """
    try:
        parts = urlsplit(url)
        host, dummy = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if not host:
        # It is not shown: what hands over keys may have a secret in its URL.
        raise CredentialsMissing(f"{option} is not a URL such as http://127.0.0.1:8080/keys")
    endpoint = f"{parts.scheme}://{parts.netloc}"
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    beside = parts.scheme == "http" and parts.username is None and _is_beside(host)
    return endpoint if beside else check_url(option, endpoint), parts.path or "/", query


# A value of a query that is shorter is a word of the URL, which may stand anywhere.
_SHORTEST_SECRET = 8


def secrets_of_query(query: t.Iterable[tuple[str, str]]) -> frozenset[str]:
    """What may be secret in the query of a URL that hands over keys."""
    return frozenset(value for dummy, value in query if len(value) >= _SHORTEST_SECRET)


def ask_for_keys(context: LoginContext, request: Request) -> t.Any:
    """What a URL answers that hands over keys: asked without a proxy where it is a neighbour of this machine."""
    if _is_beside(urlsplit(request.endpoint).hostname):
        return fields_of(ask_metadata(context, request, "keys", AGENT_SECONDS))
    return context.send(request).body


def _is_beside(host: t.Optional[str]) -> bool:
    try:
        return ip_address(host or "").is_link_local
    except ValueError:
        return False


class LastResort(t.NamedTuple):
    """Keys that the machine may have, when there are none in any other place.

    That nobody listens there, or has none to give, is what is said of the last places that were looked in.
    """

    candidates: tuple[Credentials, ...]
    sources: Chain
    looked: tuple[str, ...]

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        return frozenset(value for each in self.candidates for value in each.secrets())

    def unsure(self) -> bool:
        """Whether it may turn out that there are no keys at all."""
        return True

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The keys of the first that has some."""
        reasons: list[str] = []
        for each in self.candidates:
            try:
                return keys_of(each, context)
            except (NobodyThere, NothingGiven) as exc:
                reasons.append(exc.message)
        raise self.sources.absent((*self.looked, *reasons))


def last_resort(sources: Chain, candidates: tuple[Credentials, ...], looked: tuple[str, ...]) -> Credentials:
    """What remains where no place has keys."""
    if not candidates:
        raise sources.absent(looked)
    source = " or ".join(each.source for each in candidates)
    return Credentials(source, exchange=LastResort(candidates, sources, looked))
