# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keystone: a token, and the catalog that comes with it. Pure: what it may use is handed in.

https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .._core.errors import CloudError, OptionError, Unavailable
from .._core.values import Options, to_datetime
from .._credentials.exchange import explaining
from .._credentials.model import Access, Credentials, LoginContext
from .._http.message import Request, Response, check_url
from .._service.model import Service

JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_OF_TOKENS = "/auth/tokens"
TOKENS = f"/v3{_OF_TOKENS}"
_VERSION = re.compile(r"/v\d+(\.\d+)?(/([0-9a-f]{32}|[0-9a-f-]{36}|\d+))?/?$", re.ASCII)
# The names by which a catalog calls what the catalogue of services here calls by the first of them.
TYPES: t.Mapping[str, tuple[str, ...]] = {
    "image": ("image",),
    "block-storage": ("block-storage", "volumev3", "block-store", "volume"),
    "compute": ("compute",),
}
REMEDY = "check auth_url, the user and its domain, and the project and its domain"


def root_of(url: str) -> str:
    """The URL without a version and a project at its end, or the path of tokens: every call names these itself."""
    bare = url.rstrip("/")
    bare = bare[: -len(_OF_TOKENS)] if bare.endswith(_OF_TOKENS) else bare
    return _VERSION.sub("", bare).rstrip("/")


@dataclass(frozen=True)
class Keystone:
    """An exchange of a password, a token or an application credential for a token with a catalog.

    ``auth`` holds what is known of user and project, by the names of keystoneauth.
    """

    url: str
    method: str
    auth: t.Mapping[str, str] = field(repr=False)
    interface: str

    def secrets(self) -> frozenset[str]:
        """Every value in it that must never be shown."""
        names = ("password", "token", "application_credential_secret")
        return frozenset(self.auth[name] for name in names if self.auth.get(name))

    def may_lack_keys(self) -> bool:
        """Whether it may turn out that there are no keys at all."""
        return False

    def keys(self, found: Credentials, context: LoginContext) -> Access:
        """The token, the project that it is for, and where the services are."""
        with explaining(f"Keystone at {urlsplit(self.url).netloc} gave no token for {found.source}", REMEDY):
            response = context.send(self._request())
            return _access(found, response, self.interface, self.auth.get("token", ""))

    def _request(self) -> Request:
        if self.method == "token" and not _scope(self.auth):
            # As it is: its project is the one that it was made for.
            token = self.auth["token"]
            return Request("GET", self.url, TOKENS, (), {**JSON, "X-Auth-Token": token, "X-Subject-Token": token})
        return Request("POST", self.url, TOKENS, (), JSON, json.dumps(_body(self.method, self.auth)).encode())


def _body(method: str, auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    identity = {"methods": [method], method: _IDENTITY[method](auth)}
    scope = {} if method == "application_credential" else _scope(auth)
    return {"auth": {"identity": identity, **({"scope": scope} if scope else {})}}


def _user(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    if auth.get("user_id"):
        return {"id": auth["user_id"]}
    return {"name": auth.get("username", ""), "domain": _domain(auth, "user")}


def _domain(auth: t.Mapping[str, str], whose: str) -> dict[str, str]:
    """The domain of a user or project; where none is named it is the one that the openstack client takes."""
    for prefix in (whose, "default"):
        for key in ("id", "name"):
            value = auth.get(f"{prefix}_domain_{key}")
            if value:
                return {key: value}
    return {"id": "default"}


def _scope(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    """The project that the token is to be for; nothing where none is named."""
    if auth.get("project_id"):
        return {"project": {"id": auth["project_id"]}}
    if auth.get("project_name"):
        return {"project": {"name": auth["project_name"], "domain": _domain(auth, "project")}}
    return {}


def _by_password(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {"user": {**_user(auth), "password": auth["password"]}}


def _by_token(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {"id": auth["token"]}


def _by_application(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    secret = {"secret": auth["application_credential_secret"]}
    if auth.get("application_credential_id"):
        return {"id": auth["application_credential_id"], **secret}
    return {"name": auth["application_credential_name"], "user": _user(auth), **secret}


_IDENTITY: dict[str, t.Callable[[t.Mapping[str, str]], dict[str, t.Any]]] = {
    "password": _by_password,
    "token": _by_token,
    "application_credential": _by_application,
}


def _access(found: Credentials, response: Response, interface: str, given: str) -> Access:
    text = response.headers.get("x-subject-token", "") or given
    told = response.body.get("token") if isinstance(response.body, dict) else None
    if not text or not isinstance(told, dict):
        raise Unavailable("its answer is not what the API promises")
    project, catalog = told.get("project"), told.get("catalog")
    if not isinstance(project, dict) or not project.get("id") or not isinstance(catalog, list):
        raise CloudError(
            "the token is for no project, so it has no catalog of services; set project_name or project_id"
        )
    end = to_datetime(told.get("expires_at"))
    values = {"project_id": str(project["id"]), "interface": interface}
    return Access(Credentials(found.source, auth_token=text), values, end, tuple(catalog))


def locate(service: Service, access: Access, options: Options) -> str:
    """The URL of a service, as the catalog has it for the interface and the region; where the token may go."""
    interface = access.values["interface"]
    found = _endpoints(access.catalog, service.product, interface)
    if not found:
        types = ", ".join(sorted({str(entry.get("type")) for entry in access.catalog if isinstance(entry, dict)}))
        raise CloudError(
            f"the catalog has no {interface} endpoint of the service {service.product} ({service.name}); "
            f"it has services of the types {types or 'none'}"
        )
    region = options.get("region")
    urls = [url for name, url in found if region in (None, "", name)]
    regions = sorted({name for name, dummy in found})
    if not urls:
        raise CloudError(f"the catalog has no {service.product} in region {region!r}, but in {', '.join(regions)}")
    if not region and len(regions) > 1:
        raise CloudError(
            f"the catalog has {service.product} in several regions: set region to one of {', '.join(regions)}"
        )
    return _safe(service, interface, urls[0])


def _endpoints(catalog: t.Sequence[t.Any], product: str, interface: str) -> list[tuple[str, str]]:
    """Region and URL of each endpoint, of the first of the service's names that the catalog has."""
    for name in TYPES.get(product, (product,)):
        found = [
            (str(each.get("region_id") or each.get("region") or ""), str(each["url"]))
            for entry in catalog
            if isinstance(entry, dict) and entry.get("type") == name
            for each in entry.get("endpoints") or ()
            if isinstance(each, dict) and each.get("interface") == interface and each.get("url")
        ]
        if found:
            return found
    return []


def _safe(service: Service, interface: str, url: str) -> str:
    try:
        return root_of(check_url("endpoint", url))
    except OptionError as exc:
        reason = str(exc).partition(": ")[2]
    raise CloudError(
        f"the catalog's {interface} endpoint of {service.product} is not one that a token may be sent to: {reason}. "
        "Set interface to one that is https, or endpoint to a URL that is"
    )
