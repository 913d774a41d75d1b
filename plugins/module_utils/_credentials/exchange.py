# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what all exchanges for temporary keys share: errors, metadata services, URLs that return keys. Pure.

An exchange gets everything that it may use from its LoginContext.
"""

from __future__ import annotations

import contextlib
import re
import typing as t
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, urlsplit

from .._core.errors import CloudError, CredentialsMissing, Throttled, Unauthorized, Unavailable
from .._core.values import Options, read_json, to_datetime, to_http_date
from .._http.message import Request, Response, check_url, is_loopback
from .chain import Chain
from .model import Access, Credentials, LoginContext, NoMetadataKeys, NoMetadataService, keys_of
from .source import SESSION, AuthMethod, FieldNames, NonTextError, Source, credentials_from

# Clouds take dates that are wrong by up to 15 minutes. If clocks differ by less, a refusal has another cause.
WRONG_BY = timedelta(minutes=5)
# These mean the same for a login as for any call. Any other refusal of a login means that the credentials are not accepted.
_KEPT_KINDS = (Throttled, Unavailable, Unauthorized)


class BaseExchange:
    """Default answers of an exchange: it holds no secret, and its keys certainly exist."""

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset()

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return False


def local_endpoint(options: Options) -> str:
    """Return the option ``endpoint`` if it is on this machine, as in tests, else "". Such a server replaces the whole cloud."""
    endpoint = str(options.get("endpoint") or "").rstrip("/")
    return endpoint if is_loopback(urlsplit(endpoint).hostname) else ""


@contextlib.contextmanager
def explaining(what: str, remedy: str = "") -> t.Iterator[None]:
    """Add to errors what could not be obtained, and to refusals what to do about it."""
    try:
        yield
    except CloudError as exc:
        error = _explained(exc, what, remedy)
    else:
        return
    raise error


@contextlib.contextmanager
def naming_login() -> t.Iterator[None]:
    """Name the URL of the login in its errors, unless the exchange has already said whose keys it asked for."""
    try:
        yield
    except CloudError as exc:
        if not exc.login_at:
            raise
        error = _explained(
            exc, f"the login at {exc.login_at} fails", "check that this is its URL, and the user or keys"
        )
    else:
        return
    raise error


def _explained(exc: CloudError, what: str, remedy: str) -> CloudError:
    kind = exc.__class__ if isinstance(exc, _KEPT_KINDS) else Unauthorized
    way_out = f"; {remedy}" if remedy and issubclass(kind, Unauthorized) else ""
    return kind(
        f"{what}: {exc.message.rstrip('. ')}{way_out}",
        code=exc.code,
        http_status=exc.http_status,
        request_id=exc.request_id,
        retry_after=exc.retry_after,
        served_at=exc.served_at,
    )


def access_from(
    answer: t.Any,
    field_names: FieldNames,
    expiry_field: str,
    credentials: Credentials,
    context: LoginContext,
    method: AuthMethod = SESSION,
) -> Access:
    """Return the keys in an answer to an exchange. Raise Unavailable if the answer does not have the promised form.

    ``expiry_field`` names the field with the expiry time. ``credentials`` are those that hold the exchange.
    """
    values: t.Mapping[str, t.Any] = answer if isinstance(answer, dict) else {}
    try:
        keys = credentials_from(Source(credentials.source, field_names, values), (method,))
    except NonTextError as exc:
        reason = str(exc).partition(f"{credentials.source}: ")[2].partition(", where")[0]
        raise Unavailable(f"the keys are not in the answer: {reason}, and not a text") from None
    except CredentialsMissing:
        keys = None
    if keys is None:
        raise Unavailable("the answer contains no keys")
    context.on_secret(keys.secrets())
    return Access(keys, {}, to_datetime(values.get(expiry_field)))


def end_after(seconds: float, response: Response, context: LoginContext) -> datetime:
    """Return when a token ends that lives so many seconds from its response on, by the clock of the one who gave it.

    A clock that differs by little is not told from a response that took its time, so ours counts then.
    """
    ours, theirs = context.stamp().now, to_http_date(response.headers.get("date", ""))
    given = theirs if theirs and abs(theirs - ours) >= WRONG_BY else ours
    return given + timedelta(seconds=min(seconds, _LONGEST_LIFE))


# In seconds. A token that seems to live longer than a year is one whose end is not known.
_LONGEST_LIFE = 366 * 86_400.0


# In seconds. A metadata service is on the same host: if it does not answer at once, there is none.
METADATA_SECONDS = 1.0
# In seconds. An agent on the host asks the cloud before it answers.
AGENT_SECONDS = 5.0


def ask_metadata(context: LoginContext, request: Request, wanted: str, seconds: float = METADATA_SECONDS) -> str:
    """Return the text that the metadata service answers. Raise an error that names what was ``wanted`` if it refuses."""
    response = context.host.ask_metadata(request, seconds)
    if response.status == 200:
        return str(response.body)
    kind = Unavailable if response.status >= 500 or response.status == 429 else NoMetadataKeys
    raise kind(f"{request.host} has no {wanted} for this machine (HTTP {response.status})", http_status=response.status)


def parse_json(text: str) -> t.Any:
    """Parse the JSON in an answer of a metadata service or a command. Raise Unavailable if it is not JSON."""
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        raise Unavailable("the answer is not JSON") from None


def try_token(context: LoginContext, request: Request, required: bool, seconds: float = METADATA_SECONDS) -> str:
    """Return the session token that newer metadata services want, or "" if this one has none and it is not ``required``."""
    try:
        token = ask_metadata(context, request, "token", seconds).strip()
    except NoMetadataService:
        raise
    except CloudError:
        if required:
            raise
        return ""
    if not (token and token.isascii() and token.isprintable()):
        return ""
    context.on_secret((token,))
    return token


class MetadataApi(t.NamedTuple):
    """Where the metadata service of a cloud has the keys of the role of an instance, and by which headers it is asked.

    ``role`` and ``of`` are what messages call such a role and the service that runs the instance. A status in ``fatal``
    for a token means that there is no use in asking without one. With ``may_ignore_tokens``, a request that is refused with
    a token is repeated without it.
    """

    token_path: str
    keys_path: str
    seconds_header: str
    token_header: str
    role: str
    of: str
    fatal: tuple[int, ...] = ()
    may_ignore_tokens: bool = False


# In seconds: how long a session with a metadata service lasts.
_SESSION_SECONDS = "21600"
_ROLE_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)


def metadata_keys(
    context: LoginContext,
    endpoint: str,
    api: MetadataApi,
    role: str = "",
    *,
    v1: bool = True,
    seconds: float = METADATA_SECONDS,
) -> dict[str, t.Any]:
    """Return the answer with the keys of a role of this instance. Ask for the name of the role first if it is not given.

    ``v1`` allows requests without a token. ``seconds`` is the timeout of a request.
    """
    headers = {api.seconds_header: _SESSION_SECONDS}
    token = _metadata_token(context, Request("PUT", endpoint, api.token_path, headers=headers), api, v1, seconds)

    def ask(path: str) -> str:
        request = Request("GET", endpoint, path)
        with_token = request.with_headers({api.token_header: token} if token else {})
        try:
            return ask_metadata(context, with_token, api.role, seconds)
        except NoMetadataService:
            raise
        except CloudError:
            if not (token and v1 and api.may_ignore_tokens):
                raise
        return ask_metadata(context, request, api.role, seconds)

    name = role or _role_name(ask(api.keys_path), api)
    answer = parse_json(ask(api.keys_path + quote(name, safe="+=,@~")))
    if not isinstance(answer, dict) or answer.get("Code", "Success") != "Success":
        raise Unavailable(f"{endpoint} has no keys of the role {name!r} at the moment")
    return answer


def _metadata_token(context: LoginContext, request: Request, api: MetadataApi, v1: bool, seconds: float) -> str:
    try:
        return try_token(context, request, True, seconds)
    except NoMetadataService:
        raise
    except CloudError as exc:
        if not v1 or exc.http_status in api.fatal:
            raise
    return ""


def _role_name(text: str, api: MetadataApi) -> str:
    name = text.strip()
    if not _ROLE_NAME.fullmatch(name):
        raise NoMetadataKeys(f"the server there is not a metadata service of {api.of}")
    return name


def split_keys_url(option: str, url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return endpoint, path and query of a URL that returns keys. Raise CredentialsMissing or OptionError if it is not safe.

    Plain HTTP is allowed to this machine and to link-local addresses, which no router forwards.
    """
    try:
        parts = urlsplit(url)
        host, dummy = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if not host:
        # The URL is not shown, because it may contain a secret.
        raise CredentialsMissing(f"{option} is not a URL such as http://127.0.0.1:8080/keys")
    endpoint = f"{parts.scheme}://{parts.netloc}"
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    is_local_http = parts.scheme == "http" and parts.username is None and _is_link_local(host)
    return endpoint if is_local_http else check_url(option, endpoint), parts.path or "/", query


# A shorter value of a query is an ordinary word, which may occur in any text.
_SHORTEST_SECRET = 8
# A part of a path that is so long and has a digit is an id, and no word. Who knows the id of a container gets its keys.
_SHORTEST_ID = 16


def secrets_of_path(path: str) -> frozenset[str]:
    """Return the parts of the path of a URL that returns keys that may be secret, such as the id of a container."""
    return frozenset(part for part in path.split("/") if len(part) >= _SHORTEST_ID and any(map(str.isdigit, part)))


def secrets_of_query(query: t.Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the values in the query of a URL that returns keys that may be secret."""
    return frozenset(value for dummy, value in query if len(value) >= _SHORTEST_SECRET)


def ask_for_keys(context: LoginContext, request: Request) -> t.Any:
    """Return the answer of a URL that returns keys. A link-local address is called without a proxy."""
    if _is_link_local(urlsplit(request.endpoint).hostname):
        text = ask_metadata(context, request, "keys", AGENT_SECONDS)
        return text if request.formats == ("text",) else parse_json(text)
    return context.send(request).body


# The agents that AWS runs beside a machine or a pod. These addresses are link-local in all but their form.
_AGENTS = frozenset((ip_address("fd00:ec2::23"), ip_address("fd00:ec2::254")))


def _is_link_local(host: t.Optional[str]) -> bool:
    try:
        address = ip_address(host or "")
    except ValueError:
        return False
    return address.is_link_local or address in _AGENTS


class LastResort(t.NamedTuple):
    """Keys that this machine may have, to be tried if no other source has any.

    If none of the candidates answers or has keys, the error lists them after the sources that were searched before.
    """

    candidates: tuple[Credentials, ...]
    chain: Chain
    searched: tuple[str, ...]

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset(value for candidate in self.candidates for value in candidate.secrets())

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return True

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the first candidate that has some."""
        reasons: list[str] = []
        for candidate in self.candidates:
            try:
                return keys_of(candidate, context)
            except (NoMetadataService, NoMetadataKeys) as exc:
                reasons.append(exc.message)
        raise self.chain.no_credentials((*self.searched, *reasons))


def last_resort(chain: Chain, candidates: tuple[Credentials, ...], searched: tuple[str, ...]) -> Credentials:
    """Return credentials that try each candidate at login. Raise CredentialsMissing if there is none."""
    if not candidates:
        raise chain.no_credentials(searched)
    source = " or ".join(candidate.source for candidate in candidates)
    return Credentials(source, exchange=LastResort(candidates, chain, searched))
