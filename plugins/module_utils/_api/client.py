# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Makes signed calls to a cloud: logs in, renews credentials, corrects the clock."""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import typing as t
from datetime import datetime, timedelta
from functools import partial

from .._core.errors import (
    BadDate,
    BadSignature,
    CloudError,
    CredentialsExpired,
    CredentialsMissing,
    DateOrKeysExpired,
    NotSent,
    OptionError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from .._core.task import Facts
from .._core.values import Clean, Options, as_it_is, format_time, to_http_date
from .._credentials.exchange import WRONG_BY, naming_login
from .._credentials.model import Access, Credentials, Host, LoginContext, Stamp
from .._http.environment import secrets_of_proxies
from .._http.message import Request, Response, address_in, check_url
from .._http.transport import Transport
from .._service.error import error_of, is_error_inside
from .._service.links import LINK, secrets_of_url, url_of
from .._service.model import Call, Service, Values
from .._service.parse import is_error
from .._service.provider import Provider, protocol_of, request_id_of
from .._service.regions import owners_elsewhere
from .._service.template import Fillings, body_of, headers_of, names_needed, path_of, query_of

if t.TYPE_CHECKING:
    from .trace import Tracer

# How long before its end a token is renewed; one with a short life in the last quarter of it.
RENEW_BEFORE = timedelta(seconds=60)


Result = t.TypeVar("Result")


class Client:
    """Calls one provider with one set of connection options; logs in on first use, and again when the login expires.

    Secrets are reported to ``on_secret``, and warnings to ``warn``. ``clean`` masks a text before it
    is cut. ``record`` gets every call that was made, as data. ``fallen_back`` holds the services whose endpoint lacks the
    preferred read call, so that the other one is used. ``ids_by_name`` holds the ids of tasks that were asked for by other
    names, by service and name; ``moved_to`` the URLs at which the cloud wants to be asked for a task next, by service and id.
    """

    def __init__(
        self,
        provider: Provider,
        options: Options,
        host: Host,
        on_secret: t.Callable[[t.Iterable[str]], None],
        warn: t.Callable[[str], None],
        *,
        clean: Clean = as_it_is,
        parallel: int = 8,
        record: t.Optional[t.Callable[[Facts], None]] = None,
    ) -> None:
        on_secret(secrets_of_proxies(host.environ))
        region = options.get("region") or provider.region(options, host.environ, host.read_file) or None
        self.provider = provider
        found = provider.settings(options, host.environ, host.read_file)
        self.options: Options = {**options, **found, "region": region}
        self._resolve: t.Callable[[], Credentials] = partial(
            provider.resolve, self.options, host.environ, host.read_file
        )
        self._host, self._on_secret, self._warn, self._clean = host, on_secret, warn, clean
        self._tracer = self._tracer_for(record) if record else None
        self.credentials = self._resolve()
        on_secret(self.credentials.secrets())
        self._endpoints: dict[str, str] = {}
        self._check(provider)
        own = {} if options.get("ca_path") else {"ca_path": self.credentials.ca_path}
        self._transport = Transport({**options, **own}, parallel, self.credentials.ca_title if own else "")
        self._lock, self._login_lock = threading.Lock(), threading.Lock()
        self._access: t.Optional[Access] = None
        self._refusal: t.Optional[BadSignature] = None
        # By the clock of this machine, except the last one.
        self._renew_at: t.Optional[datetime] = None
        self._ends_at: t.Optional[datetime] = None
        self._login_date_of_cloud: t.Optional[datetime] = None
        self._ahead = timedelta(0)
        self.fallen_back: set[str] = set()
        self.ids_by_name: dict[tuple[str, str], str] = {}
        self.moved_to: dict[tuple[str, str], str] = {}
        self._warn_of_readers(self.credentials.file)
        if self.credentials.may_lack_keys():
            self._log_in_early()

    def _tracer_for(self, record: t.Callable[[Facts], None]) -> Tracer:
        """Few want to see the calls, and what records them takes time to import."""
        from .trace import Tracer  # noqa: PLC0415

        return Tracer(record, self._host.clock, self._clean, partial(request_id_of, self.provider))

    def now(self) -> datetime:
        """The time by the clock of the cloud, as far as that is known."""
        return self._host.clock() + self._ahead

    @property
    def region(self) -> t.Optional[str]:
        """The region, from the options or from where the vendor's own tools find it."""
        return t.cast(t.Optional[str], self.options["region"])

    def endpoint(self, service: Service) -> str:
        """The URL of a service; "" if only a login tells. Raises OptionError if the options do not tell."""
        own = self.options.get("endpoint")
        if self.provider.locate and not own:
            return ""
        place = f"{service.name} {service.product} {service.host}"
        if place not in self._endpoints:
            if not self.region and ("region" in service.needs or (service.in_region and not own)):
                raise OptionError(self.provider.region_missing)
            self._refuse_unknown(service)
            url = own or self.provider.endpoint(service, self.options)
            self._endpoints[place] = check_url("endpoint", url)
            self._transport.check(self._endpoints[place])
        return self._endpoints[place]

    def check_address(self, service: Service, values: Values) -> None:
        """Refuse a task whose id is a URL at another host, before any call. Raises OptionError."""
        url, endpoint = url_of(service.read, values), self.endpoint(service)
        self._on_secret(secrets_of_url(url))
        if url and endpoint:
            address_in("task_ids", url, endpoint)

    def _refuse_unknown(self, service: Service) -> None:
        """Refuse a service that cannot be read without a value that no login will give."""
        for name, remedy in self.provider.unknown(self.credentials, self.options).items():
            if name in names_needed(service.read.path):
                raise OptionError(f"{name} is missing: {service.name} cannot be asked without it; {remedy}")

    def _check(self, provider: Provider) -> None:
        if self.region and not re.fullmatch(provider.region_form, self.region, re.ASCII):
            raise OptionError(
                f"region: {self.region!r} cannot be one; give it as the cloud writes it, such as cn-north-4"
            )
        self._refuse_foreign_region(provider)
        urls = {"endpoint": self.options.get("endpoint"), "iam_endpoint": self.credentials.iam_endpoint}
        for name, value in urls.items():
            if value:
                check_url(name, value)
        if not self.region and provider.region_for_login(self.credentials):
            raise OptionError(provider.region_missing)

    def _refuse_foreign_region(self, provider: Provider) -> None:
        """Refuse a region of another cloud, unless the user says where the cloud is."""
        if any(self.options.get(name) for name in ("endpoint", "cloud_domain", "iam_endpoint")):
            return
        owners = owners_elsewhere(self.region or "", provider.region_names)
        if owners:
            raise OptionError(
                f"region: {self.region!r} is one of {' and '.join(owners)}, and none of {provider.title}; give the region there, "
                "for instance where a default of the play is meant for another cloud, or an endpoint"
            )

    def _warn_of_readers(self, path: str) -> None:
        """Warn if others can read the file that holds the keys."""
        mode = self._host.file_mode(path) if path else None
        if mode is not None and mode & 0o044:
            self._warn(
                f"{path} holds keys, and not only its owner can read it (its mode is {mode:04o}): run chmod 600 {path}"
            )

    def _log_in_early(self) -> None:
        """Log in now, so that missing keys are reported before anything is waited for, like any other bad input."""
        with contextlib.suppress(CloudError):
            self._current_access(None)

    def call(
        self, service: Service, call: Call, values: Fillings, may_be_empty: bool = False, again: bool = False
    ) -> Response:
        """Make a signed call and return the answer. Raises the CloudError of a refusal, or of an answer without JSON.

        ``again`` says that the same call was made before and has failed.
        """
        try:
            response = self._called(service, call, values, again)
        except Unauthorized as exc:
            source = self.credentials.source
            exc.keys_from = "" if source in exc.message else source
            raise
        return response if may_be_empty or service.envelope else _not_empty(response)

    def _called(self, service: Service, call: Call, values: Fillings, again: bool) -> Response:
        # Wrong options are refused before a login.
        self.endpoint(service)
        access = self._current_access(None)
        try:
            return self._with_right_date(lambda late: self._sign_and_send(service, call, values, access, again or late))
        except Unauthorized as exc:
            other = self._other_access(access, exc)
        return self._with_right_date(lambda late: self._sign_and_send(service, call, values, other, True))

    def _other_access(self, refused: Access, refusal: Unauthorized) -> Access:
        """The access with which to repeat a refused call; raises the refusal if there is none."""
        # A token is no key: it is wrong only once it has ended or was revoked.
        of_token = bool(refused.credentials.auth_token) and refusal.http_status == 401
        of_session = bool(refused.credentials.security_token) and isinstance(refusal, DateOrKeysExpired)
        if of_token or of_session or isinstance(refusal, CredentialsExpired):
            return self._current_access(refused)
        if isinstance(refusal, BadSignature):
            return self._with_other_keys(refused, refusal)
        raise refusal

    def _with_right_date(self, attempt: t.Callable[[bool], Result]) -> Result:
        """Try; if the date is refused and our clock is wrong, take the time of the cloud and try once more.

        The attempt gets whether it is the second one.
        """
        dated = self.now()
        try:
            return attempt(False)
        except BadDate as exc:
            if exc.served_at is None or abs(exc.served_at - dated) < WRONG_BY:
                raise
            self._learn_time(exc.served_at)
        return attempt(True)

    def _learn_time(self, served_at: datetime) -> None:
        """Use the cloud's clock from now on, or that of this machine again if the two agree."""
        ahead = served_at - self._host.clock()
        ahead = timedelta(0) if abs(ahead) < WRONG_BY else ahead
        with self._lock:
            if abs(ahead - self._ahead) < WRONG_BY:
                return
            self._ahead = ahead
        if ahead:
            self._warn_of_clock(ahead)

    def _warn_of_clock(self, ahead: timedelta) -> None:
        minutes = abs(ahead) / timedelta(minutes=1)
        way = "behind" if ahead > timedelta(0) else "ahead of"
        self._warn(
            f"the clock of this machine is {minutes:.0f} min {way} that of {self.provider.title}, which refuses such dates: "
            "requests are signed with the time of the cloud; set the clock right"
        )

    def _current_access(self, ended: t.Optional[Access]) -> Access:
        """The access to use, renewed if it is the one that ``ended`` or is about to end."""
        with self._login_lock:
            if self._refusal is not None:
                return self._replaced(self._refusal)
            try:
                if self._access is None:
                    self._access = self._new_access()
                elif self._access is ended or self._is_renewal_due():
                    self._access = self._renewed_access(self._access, ended)
            except BadSignature as exc:
                self._refusal = exc
                raise
            return self._access

    def _with_other_keys(self, refused: Access, refusal: BadSignature) -> Access:
        """The access by keys other than those that were refused."""
        with self._login_lock:
            if self._access is not None and self._access is not refused:
                return self._access
            if refused.expires_at is not None:
                # Temporary keys: forget them, so that the next call requests new ones.
                self._access = None
                raise refusal
            return self._replaced(refusal)

    def _replaced(self, refusal: BadSignature) -> Access:
        """The access by keys that have since replaced refused ones. The refused ones are not tried again."""
        self._refusal = refusal
        credentials = self._resolved_anew()
        if credentials is None or credentials.secrets() == self.credentials.secrets():
            raise refusal.with_traceback(None)
        self.credentials, self._refusal = credentials, None
        try:
            self._access = self._new_access()
        except BadSignature as exc:
            self._refusal = exc
            raise
        return self._access

    def _resolved_anew(self) -> t.Optional[Credentials]:
        """The credentials as they are now; None if there are none at the moment."""
        try:
            return self._resolve()
        except OptionError:
            return None

    def _new_access(self) -> Access:
        self._on_secret(self.credentials.secrets())
        self._login_date_of_cloud = None
        with naming_login():
            access = self._with_right_date(
                lambda late: self.provider.login(self.credentials, self._login_context(late))
            )
        self._on_secret(access.credentials.secrets())
        self._ends_at = self._end_of(access)
        self._renew_at = _renew_at(self._host.clock(), self._ends_at)
        return access

    def _end_of(self, access: Access) -> t.Optional[datetime]:
        """When an access ends, by the clock of this machine, which may be wrong.

        A token that seems expired on arrival is used until it is refused: a new one would be the same.
        """
        if access.expires_at is None:
            return None
        since, answered_at = self.now(), self._login_date_of_cloud
        disagree = answered_at and abs(answered_at - since) >= WRONG_BY
        left = access.expires_at - (answered_at if answered_at and disagree else since)
        return self._host.clock() + left if left > timedelta(0) else None

    def _renewed_access(self, access: Access, ended: t.Optional[Access]) -> Access:
        """Return a new access. If none can be had, the old one serves until it expires."""
        try:
            self.credentials = self._resolve()
            return self._new_access()
        except (Throttled, Unavailable, CredentialsMissing) as exc:
            if access is not ended and self._ends_at and self._host.clock() < self._ends_at:
                self._renew_at = _renew_at(self._host.clock(), self._ends_at)
                return access
            if not isinstance(exc, CredentialsMissing):
                raise
            # They were there: a file is being rewritten, or a metadata service restarts.
            trouble = Unavailable(str(exc))
        raise trouble

    def _login_context(self, again: bool) -> LoginContext:
        host = self._host._replace(ask_metadata=self._ask_metadata, run_command=self._run_command)
        return LoginContext(
            self.options, partial(self._send_login_request, again=again), self._stamp, host, self._on_secret
        )

    def _ask_metadata(self, request: Request, seconds: float) -> Response:
        """Ask a service beside this machine, for a login."""
        return self._note_date(self._traced(request, lambda: self._host.ask_metadata(request, seconds)))

    def _run_command(self, command: str) -> str:
        """Run a command that prints keys, for a login."""
        run = self._host.run_command
        return self._tracer.run(command, run) if self._tracer else run(command)

    def _note_date(self, response: Response) -> Response:
        """Note the time of the cloud from an answer to a login."""
        self._login_date_of_cloud = to_http_date(response.headers.get("date", ""))
        return response

    def _is_renewal_due(self) -> bool:
        return self._renew_at is not None and self._host.clock() >= self._renew_at

    def _sign_and_send(self, service: Service, call: Call, values: Fillings, access: Access, again: bool) -> Response:
        fillings = {"region": self.region, "now": format_time(self.now()), **values, **access.values}
        request = request_of(self.provider, service, call, self._located(service, access), fillings)
        signed = self.provider.sign(request, service, call.action, access, self._stamp())
        return self._traced(signed, lambda: self._exchange(signed, service), service, call, again)

    def _located(self, service: Service, access: Access) -> str:
        """The URL of a service, after the login."""
        url = self.endpoint(service)
        return url if url or not self.provider.locate else self.provider.locate(service, access, self.options)

    def _stamp(self) -> Stamp:
        return Stamp(self.now(), secrets.token_hex(16))

    def _send_login_request(self, request: Request, again: bool = False) -> Response:
        """Send a request of a login. Mark its errors as errors of the login, not of a task."""
        try:
            response = self._traced(request, lambda: self._exchange(request, None), again=again)
            return _not_empty(self._note_date(response))
        except CloudError as exc:
            exc.login_at = request.endpoint
            raise

    def _traced(
        self,
        request: Request,
        exchange: t.Callable[[], Response],
        service: t.Optional[Service] = None,
        call: t.Optional[Call] = None,
        again: bool = False,
    ) -> Response:
        """Make an exchange, and record it if anybody wants to know. Without a service it is one of a login."""
        return self._tracer.send(request, exchange, service, call, again) if self._tracer else exchange()

    def _exchange(self, request: Request, service: t.Optional[Service]) -> Response:
        response = self._transport.send(request)
        if not is_error(service, response) and not (service and is_error_inside(self.provider, service, response.body)):
            return response
        raise error_of(self.provider, service, response, self._clean)

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()


def request_of(provider: Provider, service: Service, call: Call, endpoint: str, fillings: Fillings) -> Request:
    """Return the request of a call, not signed yet. Raises OptionError if a value of its path is not known."""
    protocol = protocol_of(provider, service)
    framed = protocol.framed(service, call)
    endpoint, path, raw_query = _place_of(framed, endpoint, fillings)
    return Request(
        framed.method,
        endpoint,
        path,
        query_of(framed, fillings) if raw_query is None else (),
        headers_of(framed, fillings),
        body_of(framed, fillings),
        protocol.formats,
        service.lists,
        raw_query,
    )


def _place_of(call: Call, endpoint: str, fillings: Fillings) -> tuple[str, str, t.Optional[str]]:
    """Return where a call goes: endpoint, path, and the query if the cloud has given the whole URL.

    The link to the next page of a list is complete. The URL of an operation may lack parameters that the call has.
    """
    link = fillings.get(LINK)
    if isinstance(link, str) and link:
        try:
            return address_in("the link to the next page", link, endpoint)
        except OptionError as exc:
            raise NotSent(str(exc)) from None
    url = url_of(call, fillings)
    if not url:
        return endpoint, path_of(call, fillings), None
    origin, path, query = address_in("task_ids", url, endpoint)
    known = {pair.partition("=")[0] for pair in query.split("&")}
    missing = Request("GET", "", query=tuple(pair for pair in query_of(call, fillings) if pair[0] not in known))
    return origin, path, "&".join(filter(None, (query, missing.query_string)))


def _not_empty(response: Response) -> Response:
    if response.body is None:
        raise Unavailable("the answer is empty", http_status=response.status)
    return response


def _renew_at(since: datetime, ends: t.Optional[datetime]) -> t.Optional[datetime]:
    """When to renew a token: before it ends, so that no call is made with one that ends on the way."""
    if ends is None:
        return None
    return ends - min(RENEW_BEFORE, max(timedelta(0), ends - since) / 4)
