# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find what holds the credentials of Azure, the subscription and the cloud. Pure: environment and files are passed in.

The order is that of azure.azcollection: options, a profile that is named, the environment, and the default profile.
"""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from .._core.errors import CredentialsMissing, OptionError
from .._core.values import Environ, Options, ReadFile
from .._credentials.chain import NotInSource, Unsupported, read_ini, section_of
from .._credentials.source import FieldNames, Source, describe, fields_from
from .clouds import CLOUDS, PUBLIC, Cloud
from .names import (
    ADFS,
    AUTH_SOURCE,
    AUTHORITY,
    CHAIN,
    CREDENTIALS_FILE,
    DEFAULT_PROFILE,
    METHODS,
    PASSWORD_NAMES,
    PLACES,
    PROFILE,
)
from .options import AUTH_SOURCES

AUTO, CLI, CREDENTIAL_FILE, ENVIRONMENT, MSI = AUTH_SOURCES
# A profile has the names of the options.
_OWN_NAMES: FieldNames = {
    name: (name,)
    for name in (*(name for method in METHODS for name in method.fields() if name != "send_certificate_chain"), *PLACES)
}
_PASSWORD_REMEDY = (
    "a login by user and password is not supported, because Microsoft Entra ID refuses it where a second factor is "
    "wanted; use an application (tenant, client_id, secret), a managed identity or az login"
)
_KEY_REMEDY = "leave it out, and give the application by tenant, client_id and secret"
_ADFS_REMEDY = "AD FS is not supported; leave it out, and use an application of Microsoft Entra ID"


class Finding(t.NamedTuple):
    """The source that holds credentials, None if none does. ``searched`` describes those that were searched."""

    source: t.Optional[Source]
    searched: tuple[str, ...] = ()


def find_source(options: Options, environ: Environ, read: ReadFile) -> Finding:
    """Return the first source that holds credentials. Raise CredentialsMissing if one holds what cannot be used."""
    wanted = auth_source(options, environ)
    searched: list[str] = []
    for look in _LOOKS[wanted]:
        try:
            source = look(options, environ, read)
        except NotInSource as exc:
            searched.append(str(exc))
            continue
        if source:
            return Finding(source, tuple(searched))
    return Finding(None, tuple(searched))


def auth_source(options: Options, environ: Environ) -> str:
    """Return where credentials are looked for. Raise OptionError if that is unknown, or contradicts the options."""
    wanted = str(options.get("auth_source") or "")
    if wanted not in ("", AUTO):
        _refuse_ignored(wanted, options)
        return wanted
    named = environ.get(AUTH_SOURCE, "").lower()
    if named not in ("", *AUTH_SOURCES):
        raise OptionError(f"{AUTH_SOURCE} is {named!r}; it is one of {', '.join(AUTH_SOURCES)}")
    has_own = any(options.get(mark) for method in METHODS for mark in method.marks)
    return AUTO if wanted or has_own or not named else named


def _refuse_ignored(wanted: str, options: Options) -> None:
    """Refuse options that the wanted source would leave unused."""
    used = {CLI: ("tenant",), MSI: ("client_id",), CREDENTIAL_FILE: ("profile",)}.get(wanted, ())
    names = (*dict.fromkeys(name for method in METHODS for name in method.fields()), "profile")
    ignored = [name for name in names if options.get(name) and name not in used]
    if ignored:
        raise OptionError(f"{ignored[0]}: it does not count with auth_source {wanted}; leave one of them out")


def _from_options(options: Options, environ: Environ, read: ReadFile) -> t.Optional[Source]:
    """Return the options as a source if they hold credentials."""
    source = Source("options", _OWN_NAMES, options)
    if fields_from(source, METHODS):
        return source
    if options.get("client_id"):
        raise CredentialsMissing(
            "client_id: it is given without a secret, an x509_certificate_path or a federated_token_file; give one of "
            "them, or set auth_source to msi if it is that of a managed identity"
        )
    raise NotInSource(describe(source, METHODS))


def _from_named_profile(options: Options, environ: Environ, read: ReadFile) -> t.Optional[Source]:
    """Return the profile that an option or the environment names, None if none does."""
    for title, name in (("The option profile", options.get("profile")), (PROFILE, environ.get(PROFILE))):
        if name:
            return _requested_profile(title, str(name), read)
    return None


def _requested_profile(title: str, name: str, read: ReadFile) -> Source:
    try:
        return _profile(name, read)
    except NotInSource as exc:
        reason = str(exc)
    raise CredentialsMissing(f"{title} asks for '{name}', which cannot be used: {reason}")


def _from_default_profile(options: Options, environ: Environ, read: ReadFile) -> t.Optional[Source]:
    return _profile(DEFAULT_PROFILE, read)


def _profile(name: str, read: ReadFile) -> Source:
    """Return a profile that holds credentials. Raise NotInSource if it does not."""
    section = section_of(read_ini(CREDENTIALS_FILE, read), name, CREDENTIALS_FILE)
    title = f"{CREDENTIALS_FILE}, section [{name}]"
    if section.get("adfs_authority_url"):
        raise Unsupported(f"{title}: adfs_authority_url: {_ADFS_REMEDY}")
    source = Source(title, _OWN_NAMES, section, CREDENTIALS_FILE)
    if fields_from(source, METHODS):
        return source
    if section.get("ad_user"):
        raise Unsupported(f"{title}: ad_user: {_PASSWORD_REMEDY}")
    raise NotInSource(describe(source, METHODS))


def _from_environment(options: Options, environ: Environ, read: ReadFile) -> t.Optional[Source]:
    """Return the environment as a source, with the names of the first scheme that holds credentials."""
    if environ.get(ADFS):
        raise Unsupported(f"{ADFS}: {_ADFS_REMEDY}")
    sources = [Source(each.title, {**each.field_names, **PLACES}, environ) for each in CHAIN.environment(environ)]
    for source in sources:
        if fields_from(source, METHODS):
            return source
    users = [name for name in PASSWORD_NAMES if environ.get(name)]
    if users:
        raise Unsupported(f"environment: {' and '.join(users)}: {_PASSWORD_REMEDY}")
    raise NotInSource("; ".join(describe(source, METHODS) for source in sources))


_Look = t.Callable[[Options, Environ, ReadFile], t.Optional[Source]]
_LOOKS: t.Mapping[str, tuple[_Look, ...]] = {
    AUTO: (_from_options, _from_named_profile, _from_environment, _from_default_profile),
    ENVIRONMENT: (_from_environment,),
    CREDENTIAL_FILE: (_from_named_profile, _from_default_profile),
    CLI: (),
    MSI: (),
}


def refuse_unsupported(options: Options) -> None:
    """Raise OptionError if an option asks for a login that is not supported."""
    for name in ("access_key", "secret_key", "security_token"):
        if options.get(name):
            raise OptionError(f"{name}: Azure has no access keys; {_KEY_REMEDY}")
    if options.get("ad_user"):
        raise OptionError(f"ad_user: {_PASSWORD_REMEDY}")
    if options.get("adfs_authority_url"):
        raise OptionError(f"adfs_authority_url: {_ADFS_REMEDY}")


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the subscription and the name of the cloud: those of the options, else those that go with the credentials."""
    refuse_unsupported(options)
    source = find_source(options, environ, read).source
    known = [
        Source("options", _OWN_NAMES, options),
        *([source] if source else []),
        Source("environment", PLACES, environ),
    ]
    subscription = next((value for each in known if (value := each.find("subscription_id"))), None)
    named = [(each, name) for each in known if (name := each.find("cloud_environment"))]
    cloud = _cloud_named(*named[0]) if named else _cloud_by_authority(environ)
    return {"subscription_id": subscription, "cloud_environment": cloud.name}


def cloud_of(options: Options) -> Cloud:
    """Return the cloud that the settings name."""
    return CLOUDS[str(options["cloud_environment"])]


def _cloud_named(source: Source, name: str) -> Cloud:
    if name not in CLOUDS:
        raise OptionError(
            f"{source.title}: {source.called('cloud_environment')} is {name!r}; it is one of {', '.join(CLOUDS)}. "
            "Azure Stack and other clouds with a metadata URL of their own are not supported"
        )
    return CLOUDS[name]


def _cloud_by_authority(environ: Environ) -> Cloud:
    """Return the cloud whose Microsoft Entra ID the environment names. Credentials go to no other host."""
    text = environ.get(AUTHORITY, "").strip()
    host = _host_of(text) if text else PUBLIC.authority
    found = next((cloud for cloud in CLOUDS.values() if cloud.authority == host), None)
    if found is None:
        hosts = ", ".join(cloud.authority for cloud in CLOUDS.values())
        raise OptionError(
            f"{AUTHORITY} is none of {hosts}, and credentials are sent to no other host; set it to one of them"
        )
    return found


def _host_of(url: str) -> str:
    """Return the host of a URL, with or without a scheme; "" if it is none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").netloc.lower()
    except ValueError:
        return ""
