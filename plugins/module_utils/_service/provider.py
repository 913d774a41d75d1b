# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define a cloud as data and functions. Pure."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile, to_text
from .._credentials.model import Access, Credentials, LoginContext, Stamp
from .._http.message import Request, Response
from .model import Call, Codes, Service, Start


def _no_settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    return {}


def _nothing(credentials: Credentials, options: Options) -> t.Mapping[str, str]:
    return {}


def _as_it_is(service: Service, call: Call) -> Call:
    return call


class Protocol(t.NamedTuple):
    """How an API learns which call is made, and what it answers in.

    ``framed`` returns a call with the headers, parameters and method that say so. It takes them from the call's action and
    from the fields of the service that ``needs`` lists. ``own`` are the names of these headers and parameters, in lower
    case: a definition must not use them to name another call. If it ``sends_action``, the name of a call to the path ``/``
    says what it does. ``formats`` are those of ``Request``.
    """

    framed: t.Callable[[Service, Call], Call] = _as_it_is
    needs: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    sends_action: bool = False
    formats: tuple[str, ...] = ("json",)


class Provider(t.NamedTuple):
    """A cloud: its services, how to log in and sign requests, and what its errors mean.

    ``settings`` returns options that the environment or a file holds and the user has not given. ``options`` is the argument spec
    beyond the common options. ``region_missing`` says where a region may come from. ``region_for_login`` says whether a
    login with these credentials needs one. ``region_form`` is a regular expression for the name of a region.
    ``region_names`` is one for the names that its public regions have or may get; "" if they can have any name.

    Services: their hosts are in ``domains``. A service that a user defines ``must_define`` these fields, and its calls
    may refer to the values that a login ``gives``. ``unknown`` are those of them that a login with these credentials and
    options will not give, each with what to do about it. If only a login knows the endpoints, ``locate`` finds them in its
    result, and ``endpoint`` is not called. If a provider ``sends_action``, the name of a call to the path ``/`` says
    what it does. If its services speak several ``protocols``, each service names one.

    Starts: ``start`` says where the results of steps that started tasks tell options of the connection, whatever the
    service.

    Errors: ``error_keys`` are the names of code and message in an error body. The JMESPath ``error_code`` finds a code that
    says more, and comes first. ``codes`` classifies the errors of all
    services and of logins, ``service_codes`` those of services alone, from the catalogue or from a user. ``marked_by``
    is a header of every response of the APIs. A response with it comes from the API even if its body has no code; then
    the status is the code. With ``named_errors``, the code in ``{"itemNotFound": {"code": 404}}`` is the name. A code in
    one of ``code_headers`` comes before that of the body. ``code_form`` is a regular expression that finds the code in a
    longer text, such as ``Throttled`` in ``ns#Throttled:https://host/``.
    ``retry_after`` lists the headers with the time to wait, each with its units per second. The JMESPath ``retry_delay``
    finds it in a body, and comes first. A good answer may have it, too.
    """

    name: str
    title: str
    services: t.Mapping[str, Service]
    options: t.Mapping[str, dict[str, t.Any]]
    resolve: t.Callable[[Options, Environ, ReadFile], Credentials]
    region: t.Callable[[Options, Environ, ReadFile], str]
    endpoint: t.Callable[[Service, Options], str]
    login: t.Callable[[Credentials, LoginContext], Access]
    sign: t.Callable[[Request, Service, str, Access, Stamp], Request]
    error_keys: tuple[tuple[str, str], ...]
    codes: Codes
    request_id_keys: tuple[str, ...]
    region_missing: str
    region_for_login: t.Callable[[Credentials], bool]
    service_codes: Codes = ()
    retry_after: tuple[tuple[str, float], ...] = (("retry-after", 1.0),)
    retry_delay: str = ""
    domains: tuple[str, ...] = ()
    settings: t.Callable[[Options, Environ, ReadFile], Options] = _no_settings
    must_define: tuple[str, ...] = ("product",)
    gives: tuple[str, ...] = ()
    unknown: t.Callable[[Credentials, Options], t.Mapping[str, str]] = _nothing
    locate: t.Optional[t.Callable[[Service, Access, Options], str]] = None
    # The region becomes part of host names, and the credentials go to that host.
    region_form: str = r"[a-z0-9]+(-[a-z0-9]+)*"
    region_names: str = ""
    marked_by: str = ""
    named_errors: bool = False
    start: Start = Start()
    error_code: str = ""
    code_headers: tuple[str, ...] = ()
    code_form: str = ""
    sends_action: bool = False
    protocols: t.Mapping[str, Protocol] = {}


def protocol_of(provider: Provider, service: Service) -> Protocol:
    """Return the protocol of a service. If it names none, calls are sent as they are, and answers are JSON."""
    return provider.protocols.get(service.protocol) or Protocol(sends_action=provider.sends_action)


def request_id_of(provider: Provider, response: Response) -> str:
    """Return the id of the call, by which the vendor's support finds it, or ""."""
    body = response.body if isinstance(response.body, dict) else {}
    ids = (to_text(body.get(key)) or response.headers.get(key.lower()) for key in provider.request_id_keys)
    return next((value for value in ids if value), "")
