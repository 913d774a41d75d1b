# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A cloud as one value. Pure."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile, to_text
from .._credentials.model import Access, Credentials, LoginContext, Stamp
from .._http.message import Request, Response
from .model import Codes, Service


def _no_settings(options: Options, environ: Environ) -> Options:
    return {}


class Provider(t.NamedTuple):
    """A cloud.

    ``settings`` gives options that the environment has where they are not given.

    Its services are in ``domains``, at hosts that are no customer's; a service that a user defines ``must_define`` these fields,
    and its calls may name what a login ``gives``. ``options`` is the argument spec of what it has besides the common options.
    ``error_keys`` are the names under which its error bodies hold code and message. ``codes`` classifies errors of all its
    services and of its logins, ``service_codes`` those of services alone, be they of the catalogue or defined by a user.
    ``region_missing`` says where a region may come from, ``region_for_login`` whether these credentials cannot do without.
    ``retry_after`` has the headers that say how long to wait, each with the number of them in a second.

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
    login: t.Callable[[Credentials, LoginContext], Access]
    sign: t.Callable[[Request, Service, str, Access, Stamp], Request]
    error_keys: tuple[tuple[str, str], ...]
    codes: Codes
    request_id_keys: tuple[str, ...]
    region_missing: str
    region_for_login: t.Callable[[Credentials], bool]
    service_codes: Codes = ()
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


def request_id_of(provider: Provider, response: Response) -> str:
    """The id of the call, by which the vendor's support finds it."""
    body = response.body if isinstance(response.body, dict) else {}
    found = (to_text(body.get(key)) or response.headers.get(key.lower()) for key in provider.request_id_keys)
    return next((value for value in found if value), "")
