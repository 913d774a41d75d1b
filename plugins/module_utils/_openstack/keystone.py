# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get a token from Keystone, and find endpoints in the catalog that comes with it. Pure: the LoginContext sends requests.

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
_TOKENS_PATH = "/auth/tokens"
TOKENS = f"/v3{_TOKENS_PATH}"
_VERSION = re.compile(r"/v\d+(\.\d+)?(/([0-9a-f]{32}|[0-9a-f-]{36}|\d+))?/?$", re.ASCII)
# Maps the service types that are used here to their names in catalogs, the current name first.
TYPES: t.Mapping[str, tuple[str, ...]] = {
    "image": ("image",),
    "block-storage": ("block-storage", "volumev3", "block-store", "volume"),
    "compute": ("compute",),
}
REMEDY = "check auth_url, the user and its domain, and the project and its domain"


def root_of(url: str) -> str:
    """Return the URL without a version, a project or the path of tokens at its end. Every call adds these itself."""
    bare = url.rstrip("/")
    bare = bare[: -len(_TOKENS_PATH)] if bare.endswith(_TOKENS_PATH) else bare
    return _VERSION.sub("", bare).rstrip("/")


@dataclass(frozen=True)
class Keystone:
    """An exchange of a password, a token or an application credential for a token with a catalog.

    ``auth`` describes user and project, with the names of keystoneauth.
    """

    url: str
    method: str
    auth: t.Mapping[str, str] = field(repr=False)
    interface: str

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        names = ("password", "token", "application_credential_secret")
        return frozenset(self.auth[name] for name in names if self.auth.get(name))

    def may_lack_keys(self) -> bool:
        """Say whether the login may find that there are no keys at all."""
        return False

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the token, its project and the catalog."""
        with explaining(f"Keystone at {urlsplit(self.url).netloc} gave no token for {credentials.source}", REMEDY):
            response = context.send(self._request())
            return _access(credentials, response, self.interface, self.auth.get("token", ""))

    def _request(self) -> Request:
        if self.method == "token" and not _scope(self.auth):
            # Use the token as it is. It already has a project.
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


def _domain(auth: t.Mapping[str, str], owner: str) -> dict[str, str]:
    """Return the domain of a user or project. The default is that of the openstack client."""
    for prefix in (owner, "default"):
        for key in ("id", "name"):
            value = auth.get(f"{prefix}_domain_{key}")
            if value:
                return {key: value}
    return {"id": "default"}


def _scope(auth: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return the project that the token is requested for, or {} if none is named."""
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


def _access(credentials: Credentials, response: Response, interface: str, own_token: str) -> Access:
    token = response.headers.get("x-subject-token", "") or own_token
    token_body = response.body.get("token") if isinstance(response.body, dict) else None
    if not token or not isinstance(token_body, dict):
        raise Unavailable("its answer is not what the API promises")
    project, catalog = token_body.get("project"), token_body.get("catalog")
    if not isinstance(project, dict) or not project.get("id") or not isinstance(catalog, list):
        raise CloudError(
            "the token is for no project, so it has no catalog of services; set project_name or project_id"
        )
    end = to_datetime(token_body.get("expires_at"))
    values = {"project_id": str(project["id"]), "interface": interface}
    return Access(Credentials(credentials.source, auth_token=token), values, end, tuple(catalog))


def locate(service: Service, access: Access, options: Options) -> str:
    """Return the URL of a service from the catalog, by interface and region. Raise CloudError if there is no safe one."""
    interface = access.values["interface"]
    endpoints = _endpoints_of(access.catalog, service.product, interface)
    if not endpoints:
        types = ", ".join(sorted({str(entry.get("type")) for entry in access.catalog if isinstance(entry, dict)}))
        raise CloudError(
            f"the catalog has no {interface} endpoint of the service {service.product} ({service.name}); "
            f"it has services of the types {types or 'none'}"
        )
    region = options.get("region")
    urls = [url for name, url in endpoints if region in (None, "", name)]
    regions = sorted({name for name, dummy in endpoints})
    if not urls:
        raise CloudError(f"the catalog has no {service.product} in region {region!r}, but in {', '.join(regions)}")
    if not region and len(regions) > 1:
        raise CloudError(
            f"the catalog has {service.product} in several regions: set region to one of {', '.join(regions)}"
        )
    return _checked_root(service, interface, urls[0])


def _endpoints_of(catalog: t.Sequence[t.Any], product: str, interface: str) -> list[tuple[str, str]]:
    """Return (region, URL) of each endpoint, for the first name of the service that the catalog has."""
    for name in TYPES.get(product, (product,)):
        matches = [
            (str(endpoint.get("region_id") or endpoint.get("region") or ""), str(endpoint["url"]))
            for entry in catalog
            if isinstance(entry, dict) and entry.get("type") == name
            for endpoint in entry.get("endpoints") or ()
            if isinstance(endpoint, dict) and endpoint.get("interface") == interface and endpoint.get("url")
        ]
        if matches:
            return matches
    return []


def _checked_root(service: Service, interface: str, url: str) -> str:
    try:
        return root_of(check_url("endpoint", url))
    except OptionError as exc:
        reason = str(exc).partition(": ")[2]
    raise CloudError(
        f"the catalog's {interface} endpoint of {service.product} is not one that a token may be sent to: {reason}. "
        "Set interface to one that is https, or endpoint to a URL that is"
    )
