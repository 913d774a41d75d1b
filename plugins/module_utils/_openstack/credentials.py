# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Where user, project and Keystone come from, in the order of openstacksdk. Pure: environment and files are handed in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from .._core.errors import CredentialsMissing
from .._core.values import Environ, ReadFile
from .._credentials.chain import NotInSource
from .._credentials.exchange import local_endpoint
from .._credentials.model import Credentials
from .._credentials.source import FieldNames, first_set, header_value, text_of
from .._http.message import check_url
from . import clouds
from .keystone import Keystone, root_of
from .options import AUTH, INTERFACES

Options = t.Mapping[str, t.Any]

OLDER = {"tenant_id": "project_id", "tenant_name": "project_name", "default_domain": "default_domain_id"}
SETTINGS: FieldNames = {
    "auth_type": ("OS_AUTH_TYPE",),
    "region_name": ("OS_REGION_NAME",),
    "interface": ("OS_INTERFACE", "OS_ENDPOINT_TYPE"),
    "cacert": ("OS_CACERT",),
}
_PROJECT = ("project_id", "project_name", "tenant_id", "tenant_name")
# What is used of a cloud.
_NAMES = (*AUTH, *OLDER, "auth_type", "region_name", "interface", "endpoint_type", "cacert")
CLOUD_NAME = "OS_CLOUD"
IN_ENVIRONMENT = "envvars"
NAMING_SCHEMES: tuple[FieldNames, ...] = (AUTH, SETTINGS)
REGION_NAMES = SETTINGS["region_name"]
OTHER_NAMES = frozenset((CLOUD_NAME, *clouds.NAMES))

PASSWORD, TOKEN, APPLICATION = "password", "token", "application_credential"
# The words of keystoneauth for the ways there are here.
WAYS = {
    "password": PASSWORD,
    "v3password": PASSWORD,
    "token": TOKEN,
    "v3token": TOKEN,
    "v3applicationcredential": APPLICATION,
}
MARKS = {
    APPLICATION: ("application_credential_id", "application_credential_name", "application_credential_secret"),
    TOKEN: ("token",),
    PASSWORD: ("password", "username", "user_id"),
}
REMEDY = (
    "Name a cloud of clouds.yaml with the option cloud or OS_CLOUD, give the option auth, or set OS_AUTH_URL and the other "
    "variables of an openrc file."
)


@dataclass(frozen=True)
class Cloud:
    """One place's words about a cloud, before they are checked."""

    source: str
    auth: t.Mapping[str, str] = field(repr=False)
    auth_type: str = ""
    region: str = ""
    interface: str = ""
    ca_path: str = ""
    ca_title: str = ""
    file: str = ""
    unread: str = ""


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Whom to ask for a token, and as whom."""
    _refuse_keys(options)
    cloud = chosen(options, environ, read)
    method = _way(cloud)
    auth = {name: _value(cloud, name) for name in AUTH if cloud.auth.get(name)}
    url = auth.pop("auth_url", "") or _beside(options)
    if not url:
        raise CredentialsMissing(
            f"{cloud.source} has no auth_url: it is the URL of Keystone, https://keystone.example.com:5000/v3"
        )
    _refuse_half(cloud, method, auth)
    interface = str(options.get("interface") or cloud.interface or INTERFACES[0])
    exchange = Keystone(root_of(check_url("auth_url", url)), method, auth, _interface(interface, cloud))
    return Credentials(cloud.source, exchange=exchange, ca_path=cloud.ca_path, ca_title=cloud.ca_title, file=cloud.file)


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """The region to ask: the option, else that of the cloud; "" where none is named."""
    try:
        return str(options.get("region") or "").strip() or chosen(options, environ, read).region
    except CredentialsMissing:
        return ""  # which says so itself, when the credentials are looked for


def chosen(options: Options, environ: Environ, read: ReadFile) -> Cloud:
    """The first place that says which cloud: options, a cloud that is named, variables, the only cloud of the file."""
    given = {name: str(value) for name, value in (options.get("auth") or {}).items() if value not in (None, "")}
    auth_type = str(options.get("auth_type") or "")
    if options.get("profile"):
        return _asked(str(options["profile"]), given, auth_type, environ, read)
    if given:
        return Cloud("options", given, auth_type)
    looked = ["options cloud or auth"]
    for look in (_named, _in_environment, _only):
        try:
            cloud = look(environ, read)
        except NotInSource as exc:
            looked.append(str(exc))
            continue
        return replace(cloud, auth_type=auth_type or cloud.auth_type)
    raise CredentialsMissing(f"No credentials for OpenStack. Looked in: {'; '.join(looked)}. {REMEDY}")


def _asked(name: str, given: t.Mapping[str, str], auth_type: str, environ: Environ, read: ReadFile) -> Cloud:
    """The cloud that the option names. What the option auth gives besides counts before what the file says."""
    try:
        return _from_file(name, environ, read, given, auth_type)
    except NotInSource as exc:
        reason = str(exc)
    raise CredentialsMissing(
        f"The option cloud asks for '{name}', which cannot be used: {reason}. "
        "Name a cloud that can, or leave cloud out to have the environment looked at."
    )


def _named(environ: Environ, read: ReadFile) -> Cloud:
    name = environ.get(CLOUD_NAME, "")
    if not name or name == IN_ENVIRONMENT:
        raise NotInSource(f"environment {CLOUD_NAME}")
    try:
        return _from_file(name, environ, read)
    except NotInSource as exc:
        reason = str(exc)
    # It was asked for: no other cloud takes its place.
    raise CredentialsMissing(f"{CLOUD_NAME} asks for '{name}', which cannot be used: {reason}.")


def _in_environment(environ: Environ, read: ReadFile) -> Cloud:
    auth = {name: first_set(names, environ)[1] for name, names in AUTH.items()}
    if not any(auth[mark] for marks in MARKS.values() for mark in marks):
        raise NotInSource("environment OS_AUTH_URL with OS_PASSWORD, OS_TOKEN or OS_APPLICATION_CREDENTIAL_SECRET")
    told = {name: first_set(names, environ)[1] for name, names in SETTINGS.items()}
    return Cloud(
        *("environment", auth, told["auth_type"], told["region_name"], told["interface"], told["cacert"]),
        ca_title=first_set(SETTINGS["cacert"], environ)[0],
    )


def _only(environ: Environ, read: ReadFile) -> Cloud:
    found = clouds.read_clouds(environ, read)
    if len(found.clouds) != 1:
        names = ", ".join(sorted(found.clouds)) or "none"
        raise NotInSource(f"file {found.path}, of whose clouds none is asked for ({names})")
    return _from_file(next(iter(found.clouds)), environ, read)


def _from_file(
    name: str,
    environ: Environ,
    read: ReadFile,
    given: t.Optional[t.Mapping[str, str]] = None,
    auth_type: str = "",
) -> Cloud:
    found = clouds.read_clouds(environ, read)
    settings = clouds.settings_of(name, found, environ, read)
    where = f"cloud {name} of {found.path}"
    told = settings.get("auth") or {}
    if not isinstance(told, dict):
        raise CredentialsMissing(f"{where}: auth is not an object with auth_url, username and the like")
    words = {**_texts(settings, where), **_texts(told, where)}
    auth = {OLDER.get(key, key): value for key, value in words.items()}
    _refuse_empty_project(where, {**settings, **told}, {**auth, **(given or {})})
    return Cloud(
        where,
        {**auth, **(given or {})},
        auth_type or words.get("auth_type", ""),
        words.get("region_name", "") or _first_region(settings, where),
        words.get("interface", "") or words.get("endpoint_type", ""),
        words.get("cacert", ""),
        f"cacert of {where}",
        found.secure.get(name, found.path),
        found.unread,
    )


def _texts(settings: t.Mapping[str, t.Any], where: str) -> dict[str, str]:
    """What is written of all that is used here. Nothing that is there is taken for absent because it looks like no text."""
    found = {name: text_of(settings[name], f"{where}: {name}") for name in _NAMES if name in settings}
    return {name: text for name, text in found.items() if text}


def _refuse_empty_project(where: str, settings: t.Mapping[str, t.Any], auth: t.Mapping[str, str]) -> None:
    """Refuse a project without a name: a login for none would be for the user's default one, whichever that is."""
    empty = [name for name in _PROJECT if name in settings and settings[name] in (None, "")]
    if empty and not (auth.get("project_id") or auth.get("project_name")):
        raise CredentialsMissing(
            f"{where}: {' and '.join(empty)} is empty; give the project, or leave the line out for the user's default one"
        )


def _first_region(settings: t.Mapping[str, t.Any], where: str) -> str:
    """Of several regions openstacksdk takes the first, too."""
    regions = settings.get("regions")
    first = regions[0] if isinstance(regions, list) and regions else ""
    return text_of(first.get("name") if isinstance(first, dict) else first, f"{where}: the first of its regions")


def _refuse_keys(options: Options) -> None:
    for name in ("access_key", "secret_key", "security_token"):
        if options.get(name):
            raise CredentialsMissing(f"{name}: OpenStack has no access keys; give the option cloud or auth instead")


def _beside(options: Options) -> str:
    """Keystone beside a stand-in of the cloud on this machine."""
    parts = urlsplit(local_endpoint(options))
    return f"{parts.scheme}://{parts.netloc}/identity" if parts.netloc else ""


def _value(cloud: Cloud, name: str) -> str:
    value = str(cloud.auth[name])
    return header_value(value, f"{cloud.source}: {name}") if name in ("token", "auth_url") else value


def _way(cloud: Cloud) -> str:
    """How to prove who asks: as the place says, else by what it has."""
    word = cloud.auth_type.lower()
    if word:
        if word not in WAYS:
            raise CredentialsMissing(
                f"{cloud.source}: auth_type {cloud.auth_type} is not known here; it can be {', '.join(sorted(WAYS))}"
            )
        return WAYS[word]
    found = next((method for method, marks in MARKS.items() if any(cloud.auth.get(mark) for mark in marks)), "")
    if not found:
        raise CredentialsMissing(
            f"{cloud.source} has no password, no token and no application credential{_unread(cloud)}"
        )
    return found


_NEEDS: t.Mapping[str, tuple[tuple[str, ...], ...]] = {
    PASSWORD: (("username", "user_id"), ("password",)),
    TOKEN: (("token",),),
    APPLICATION: (("application_credential_id", "application_credential_name"), ("application_credential_secret",)),
}


def _refuse_half(cloud: Cloud, method: str, auth: t.Mapping[str, str]) -> None:
    absent = [" or ".join(names) for names in _NEEDS[method] if not any(auth.get(name) for name in names)]
    by_name = method == APPLICATION and not auth.get("application_credential_id")
    if by_name and not (auth.get("username") or auth.get("user_id")):
        absent.append("username or user_id, whose application credential it is")
    if absent:
        raise CredentialsMissing(f"{cloud.source} has no {' and no '.join(absent)}{_unread(cloud)}")


def _unread(cloud: Cloud) -> str:
    """That there may be more in a file which this user may not read."""
    return f"; {cloud.unread}" if cloud.unread else ""


def _interface(word: str, cloud: Cloud) -> str:
    """The word of the catalog; older settings say publicURL."""
    name = word.lower().replace("url", "")
    if name not in INTERFACES:
        raise CredentialsMissing(f"{cloud.source}: interface {word!r} is none; it can be {', '.join(INTERFACES)}")
    return name
