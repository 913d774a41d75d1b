# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find user, project and Keystone of OpenStack, in the order of openstacksdk. Pure: environment and files are passed in."""

from __future__ import annotations

import re
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

LEGACY_NAMES = {"tenant_id": "project_id", "tenant_name": "project_name", "default_domain": "default_domain_id"}
SETTINGS: FieldNames = {
    "auth_type": ("OS_AUTH_TYPE",),
    "region_name": ("OS_REGION_NAME",),
    "interface": ("OS_INTERFACE", "OS_ENDPOINT_TYPE"),
    "cacert": ("OS_CACERT",),
}
_PROJECT_NAMES = ("project_id", "project_name", "tenant_id", "tenant_name")
# The settings of a cloud that are used.
_SETTING_NAMES = (*AUTH, *LEGACY_NAMES, "auth_type", "region_name", "interface", "endpoint_type", "cacert")
CLOUD_NAME = "OS_CLOUD"
ENVIRONMENT_CLOUD = "envvars"
NAMING_SCHEMES: tuple[FieldNames, ...] = (AUTH, SETTINGS)
REGION_NAMES = SETTINGS["region_name"]
OTHER_NAMES = frozenset((CLOUD_NAME, *clouds.NAMES))

PASSWORD, TOKEN, APPLICATION = "password", "token", "application_credential"
# keystoneauth's names for the methods that are supported here.
AUTH_TYPES = {
    "password": PASSWORD,
    "v3password": PASSWORD,
    "token": TOKEN,
    "v3token": TOKEN,
    "v3applicationcredential": APPLICATION,
}
METHOD_MARKS = {
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
    """The settings of a cloud from one source, before they are checked."""

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
    """Return credentials that get a token from Keystone. Raise CredentialsMissing if something is missing."""
    _refuse_keys(options)
    cloud = cloud_of(options, environ, read)
    method = _method_of(cloud)
    auth = {name: _value(cloud, name) for name in AUTH if cloud.auth.get(name)}
    url = auth.pop("auth_url", "") or _local_keystone(options)
    if not url:
        raise CredentialsMissing(
            f"{cloud.source} has no auth_url: it is the URL of Keystone, https://keystone.example.com:5000/v3"
        )
    _refuse_incomplete(cloud, method, auth)
    interface = str(options.get("interface") or cloud.interface or INTERFACES[0])
    exchange = Keystone(root_of(check_url("auth_url", url)), method, auth, _interface(interface, cloud))
    return Credentials(cloud.source, exchange=exchange, ca_path=cloud.ca_path, ca_title=cloud.ca_title, file=cloud.file)


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option or the cloud, or "" if neither names one."""
    try:
        return str(options.get("region") or "").strip() or cloud_of(options, environ, read).region
    except CredentialsMissing:
        return ""  # resolve reports this error


def cloud_of(options: Options, environ: Environ, read: ReadFile) -> Cloud:
    """Return the cloud from the first source that names one.

    The order is: options, a cloud that is named, variables, and the cloud of a file that has only one.
    """
    auth = {name: str(value) for name, value in (options.get("auth") or {}).items() if value not in (None, "")}
    auth_type = str(options.get("auth_type") or "")
    if options.get("profile"):
        return _cloud_of_option(str(options["profile"]), auth, auth_type, environ, read)
    if auth:
        return Cloud("options", auth, auth_type)
    searched = ["options cloud or auth"]
    for lookup in (_cloud_of_variable, _cloud_of_environment, _only_cloud):
        try:
            cloud = lookup(environ, read)
        except NotInSource as exc:
            searched.append(str(exc))
            continue
        return replace(cloud, auth_type=auth_type or cloud.auth_type)
    raise CredentialsMissing(f"No credentials for OpenStack. Looked in: {'; '.join(searched)}. {REMEDY}")


def _cloud_of_option(name: str, auth: t.Mapping[str, str], auth_type: str, environ: Environ, read: ReadFile) -> Cloud:
    """Return the cloud that the option names. The option auth takes precedence over the file."""
    try:
        return _from_file(name, environ, read, auth, auth_type)
    except NotInSource as exc:
        reason = str(exc)
    raise CredentialsMissing(
        f"The option cloud asks for '{name}', which cannot be used: {reason}. "
        "Name a cloud that can, or leave cloud out to use the environment."
    )


def _cloud_of_variable(environ: Environ, read: ReadFile) -> Cloud:
    name = environ.get(CLOUD_NAME, "")
    if not name or name == ENVIRONMENT_CLOUD:
        raise NotInSource(f"environment {CLOUD_NAME}")
    try:
        return _from_file(name, environ, read)
    except NotInSource as exc:
        reason = str(exc)
    # The user asked for this cloud, so no other one takes its place.
    raise CredentialsMissing(f"{CLOUD_NAME} asks for '{name}', which cannot be used: {reason}.")


def _cloud_of_environment(environ: Environ, read: ReadFile) -> Cloud:
    auth = {name: first_set(names, environ)[1] for name, names in AUTH.items()}
    if not any(auth[mark] for marks in METHOD_MARKS.values() for mark in marks):
        raise NotInSource("environment OS_AUTH_URL with OS_PASSWORD, OS_TOKEN or OS_APPLICATION_CREDENTIAL_SECRET")
    settings = {name: first_set(names, environ)[1] for name, names in SETTINGS.items()}
    return Cloud(
        *(
            "environment",
            auth,
            settings["auth_type"],
            settings["region_name"],
            settings["interface"],
            settings["cacert"],
        ),
        ca_title=first_set(SETTINGS["cacert"], environ)[0],
    )


def _only_cloud(environ: Environ, read: ReadFile) -> Cloud:
    config = clouds.read_clouds(environ, read)
    if len(config.clouds) != 1:
        names = ", ".join(sorted(config.clouds)) or "none"
        raise NotInSource(f"file {config.path}, of whose clouds none is asked for ({names})")
    return _from_file(next(iter(config.clouds)), environ, read)


def _from_file(
    name: str,
    environ: Environ,
    read: ReadFile,
    extra_auth: t.Optional[t.Mapping[str, str]] = None,
    auth_type: str = "",
) -> Cloud:
    config = clouds.read_clouds(environ, read)
    settings = clouds.settings_of(name, config, environ, read)
    title = f"cloud {name} of {config.path}"
    file_auth = settings.get("auth") or {}
    if not isinstance(file_auth, dict):
        raise CredentialsMissing(f"{title}: auth is not an object with auth_url, username and the like")
    texts = {**_texts(settings, title), **_texts(file_auth, title)}
    auth = {LEGACY_NAMES.get(key, key): value for key, value in texts.items()}
    _refuse_empty_project(title, {**settings, **file_auth}, {**auth, **(extra_auth or {})})
    return Cloud(
        title,
        {**auth, **(extra_auth or {})},
        auth_type or texts.get("auth_type", ""),
        texts.get("region_name", "") or _first_region(settings, title),
        texts.get("interface", "") or texts.get("endpoint_type", ""),
        texts.get("cacert", ""),
        f"cacert of {title}",
        config.secure.get(name, config.path),
        config.unread,
    )


def _texts(settings: t.Mapping[str, t.Any], title: str) -> dict[str, str]:
    """Return the used settings as text. A value of another type is an error, because ignoring it could mean another identity."""
    texts = {name: text_of(settings[name], f"{title}: {name}") for name in _SETTING_NAMES if name in settings}
    return {name: text for name, text in texts.items() if text}


def _refuse_empty_project(title: str, settings: t.Mapping[str, t.Any], auth: t.Mapping[str, str]) -> None:
    """Refuse an empty project. Keystone would log in to the user's default project, whichever that is."""
    empty = [name for name in _PROJECT_NAMES if name in settings and settings[name] in (None, "")]
    if empty and not (auth.get("project_id") or auth.get("project_name")):
        raise CredentialsMissing(
            f"{title}: {' and '.join(empty)} is empty; give the project, or leave the line out for the user's default one"
        )


def _first_region(settings: t.Mapping[str, t.Any], title: str) -> str:
    """Return the first of several regions, as openstacksdk does."""
    regions = settings.get("regions")
    first = regions[0] if isinstance(regions, list) and regions else ""
    return text_of(first.get("name") if isinstance(first, dict) else first, f"{title}: the first of its regions")


def _refuse_keys(options: Options) -> None:
    for name in ("access_key", "secret_key", "security_token"):
        if options.get(name):
            raise CredentialsMissing(f"{name}: OpenStack has no access keys; give the option cloud or auth instead")


def _local_keystone(options: Options) -> str:
    """Return the URL of Keystone on this machine, if the option ``endpoint`` is there, else ""."""
    parts = urlsplit(local_endpoint(options))
    return f"{parts.scheme}://{parts.netloc}/identity" if parts.netloc else ""


def _value(cloud: Cloud, name: str) -> str:
    value = str(cloud.auth[name])
    return header_value(value, f"{cloud.source}: {name}") if name in ("token", "auth_url") else value


def _shown_type(auth_type: str) -> str:
    """Return what a message may show of a method: a plugin of Keystone. Any other text may be a secret in the wrong place."""
    return (
        f"auth_type {auth_type}"
        if re.fullmatch(r"v[23][a-z0-9]{1,32}|none|http_basic|noauth", auth_type)
        else "its auth_type"
    )


def _method_of(cloud: Cloud) -> str:
    """Return the authentication method: the one that the source names, else the one whose fields it has."""
    auth_type = cloud.auth_type.lower()
    if auth_type:
        if auth_type not in AUTH_TYPES:
            raise CredentialsMissing(
                f"{cloud.source}: {_shown_type(auth_type)} is not supported; it can be {', '.join(sorted(AUTH_TYPES))}"
            )
        return AUTH_TYPES[auth_type]
    implied = next(
        (method for method, marks in METHOD_MARKS.items() if any(cloud.auth.get(mark) for mark in marks)), ""
    )
    if not implied:
        raise CredentialsMissing(
            f"{cloud.source} has no password, no token and no application credential{_unread(cloud)}"
        )
    return implied


_METHOD_NEEDS: t.Mapping[str, tuple[tuple[str, ...], ...]] = {
    PASSWORD: (("username", "user_id"), ("password",)),
    TOKEN: (("token",),),
    APPLICATION: (("application_credential_id", "application_credential_name"), ("application_credential_secret",)),
}


def _refuse_incomplete(cloud: Cloud, method: str, auth: t.Mapping[str, str]) -> None:
    missing = [" or ".join(names) for names in _METHOD_NEEDS[method] if not any(auth.get(name) for name in names)]
    by_name = method == APPLICATION and not auth.get("application_credential_id")
    if by_name and not (auth.get("username") or auth.get("user_id")):
        missing.append("username or user_id, whose application credential it is")
    if missing:
        raise CredentialsMissing(f"{cloud.source} has no {' and no '.join(missing)}{_unread(cloud)}")


def _unread(cloud: Cloud) -> str:
    """Add that a file which this user may not read might hold more."""
    return f"; {cloud.unread}" if cloud.unread else ""


def _interface(word: str, cloud: Cloud) -> str:
    """Return the interface by its name in the catalog. Older settings say publicURL."""
    name = word.lower().replace("url", "")
    if name not in INTERFACES:
        raise CredentialsMissing(
            f"{cloud.source}: the interface is none that there is; it can be {', '.join(INTERFACES)}"
        )
    return name
