# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials, the project and the universe of Google Cloud, in the order of its own libraries and collection.

Pure: the environment and files are passed in.

https://cloud.google.com/docs/authentication/application-default-credentials
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from .._core.errors import CredentialsMissing, OptionError
from .._core.values import Environ, Options, ReadFile, to_number
from .._credentials.chain import NoFile, NotInSource, read_ini, read_text, read_token
from .._credentials.exchange import last_resort
from .._credentials.model import Credentials
from .._credentials.source import first_set, header_value, text_of
from . import names
from .options import AUTH_KINDS
from .places import UNIVERSE

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.:_-]+@[A-Za-z0-9.-]+", re.ASCII)
_PROJECT = re.compile(r"([a-z0-9.-]+:)?[a-z0-9][a-z0-9-]*", re.ASCII)
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", re.ASCII)
_FOREIGN = ("access_key", "secret_key", "security_token", "profile")


class Found(t.NamedTuple):
    """Where credentials are: a ``token``, or what a file at ``path`` holds; with neither, it is the machine."""

    title: str
    token: str = ""
    info: t.Mapping[str, t.Any] = {}
    path: str = ""


class Place(t.NamedTuple):
    """Where to look."""

    options: Options
    environ: Environ
    read: ReadFile


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the token to use, or an exchange for one, with the service account that the user wants to act as."""
    place = Place(options, environ, read)
    chain = _chain_of(place)
    found, searched = find(place)
    base = _credentials_of(found, searched, place, is_base=bool(chain))
    credentials = _acting_as(base, chain, place) if chain else base
    project = setting("project", place) or base.project_id or _project_of_gcloud(place)
    return replace(
        credentials, project_id=_checked(_is_project, "project", project, "a project id, such as my-project-123")
    )


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option. One of the environment would make a regional task of a global one."""
    return str(options.get("region") or "").strip()


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the project, the one that pays, and the universe, as far as options, environment or the file name them."""
    place = Place(options, environ, read)
    return {
        "project": setting("project", place),
        "quota_project": _checked(
            _is_project, "quota_project", setting("quota_project", place), "a project id, such as my-project-123"
        ),
        # The option stays what the user has said: a file that names a universe is not a user who trusts it.
        "universe": _universe_of(place),
    }


def setting(name: str, place: Place) -> str:
    """Return an option, or what the environment has for it."""
    value = _option(name, place) or first_set(names.SETTINGS[name], place.environ)[1]
    return value.strip()


def _option(name: str, place: Place) -> str:
    value = str(place.options.get(name) or "").strip()
    if name != "project":
        return value
    other = str(place.options.get("project_id") or "").strip()
    if value and other and value != other:
        raise OptionError("project and project_id mean the same, and name different projects; give one of them")
    return value or other


def _is_domain(text: str) -> bool:
    return _DOMAIN.fullmatch(text) is not None


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_project(text: str) -> bool:
    return _PROJECT.fullmatch(text) is not None


def _is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None


def _checked(fits: t.Callable[[str], bool], name: str, value: str, wanted: str) -> str:
    if value and not fits(value):
        raise OptionError(f"{name}: {value!r} cannot be one; give {wanted}")
    return value


def _scopes_of(place: Place) -> tuple[str, ...]:
    scopes = place.options.get("scopes") or first_set(names.SETTINGS["scopes"], place.environ)[1].split(",")
    return tuple(header_value(str(scope), "scopes") for scope in scopes if str(scope).strip())


def _universe_of(place: Place) -> str:
    """Return the universe that the user names, or that of the key of a service account, or the public one."""
    named = _trusted_universe(place)
    found, dummy = find(place)
    if not found.info:
        return named or UNIVERSE
    told = text_of(found.info.get("universe_domain"), f"{found.title}: universe_domain").strip().lower()
    if named and told and told != named:
        raise OptionError(
            f"universe_domain is {named}, but {found.title} is for {told}; give the credentials of that universe"
        )
    return _checked(_is_domain, "universe_domain", named or told or UNIVERSE, "a domain such as googleapis.com")


def _trusted_universe(place: Place) -> str:
    named = setting("universe_domain", place).lower()
    return _checked(_is_domain, "universe_domain", named, "what the hosts of the cloud end in, such as googleapis.com")


# Where credentials are


def find(place: Place) -> tuple[Found, tuple[str, ...]]:
    """Return where the credentials are, and where they were looked for before. Raise CredentialsMissing if nothing can be."""
    _refuse_foreign(place)
    kind = _kind_of(place)
    return _FINDERS[kind](place)


def _refuse_foreign(place: Place) -> None:
    for name in _FOREIGN:
        if place.options.get(name):
            raise CredentialsMissing(
                f"{name}: Google Cloud has none; give service_account_file, service_account_contents or access_token instead"
            )


def _kind_of(place: Place) -> str:
    option = str(place.options.get("auth_kind") or "")
    kind = option or place.environ.get(names.KIND_NAME, "").strip().lower()
    if kind and kind not in AUTH_KINDS:
        raise CredentialsMissing(f"{names.KIND_NAME} is {kind!r}; it is one of {', '.join(AUTH_KINDS)}")
    return kind


def _anywhere(place: Place) -> tuple[Found, tuple[str, ...]]:
    named = _in_options(place, dict(names.OPTIONS)) or _in_environment(place, dict(names.VARIABLES))
    if named:
        return named, ()
    variables = ", ".join(name for name, dummy in names.VARIABLES)
    searched = (f"options {', '.join(name for name, dummy in names.OPTIONS)}", f"environment {variables}")
    return _application(place, searched)


def _in_options(place: Place, kinds: t.Mapping[str, str]) -> t.Optional[Found]:
    given = [name for name in kinds if place.options.get(name) not in (None, "")]
    if len(given) > 1:
        raise CredentialsMissing(
            f"options: {' and '.join(given)} are given; give one of them, or auth_kind to say which"
        )
    return _READERS[kinds[given[0]]](f"option {given[0]}", str(place.options[given[0]]), place) if given else None


def _in_environment(place: Place, kinds: t.Mapping[str, str]) -> t.Optional[Found]:
    name, value = first_set(kinds, place.environ)
    return _READERS[kinds[name]](f"environment {name}", value, place) if name else None


def _tokens(place: Place) -> tuple[Found, tuple[str, ...]]:
    return _of_kind("accesstoken", (names.TOKEN, names.TOKEN_FILE), place)


def _service_accounts(place: Place) -> tuple[Found, tuple[str, ...]]:
    return _of_kind("serviceaccount", (names.CONTENTS, names.FILE, names.EITHER), place)


def _of_kind(kind: str, wanted: tuple[str, ...], place: Place) -> tuple[Found, tuple[str, ...]]:
    in_options, in_environment = (
        {name: holds for name, holds in table if holds in wanted} for table in (names.OPTIONS, names.VARIABLES)
    )
    found = _in_options(place, in_options) or _in_environment(place, in_environment)
    if found:
        return found, ()
    raise CredentialsMissing(
        f"auth_kind is {kind}, and nothing that it takes is given: set {' or '.join(in_options)}, or one of "
        f"{', '.join(in_environment)} in the environment"
    )


def _machine(place: Place) -> tuple[Found, tuple[str, ...]]:
    return Found("the machine"), ()


def _application_alone(place: Place) -> tuple[Found, tuple[str, ...]]:
    return _application(place, ())


def _application(place: Place, searched: tuple[str, ...]) -> tuple[Found, tuple[str, ...]]:
    """Return the application default credentials."""
    path = place.environ.get(names.APPLICATION, "")
    if path:
        return _from_file(f"environment {names.APPLICATION}", path, place), searched
    own = f"{_folder(place)}/application_default_credentials.json"
    try:
        text = read_text(own, place.read)
    except NoFile as exc:
        return Found("the machine"), (*searched, f"environment {names.APPLICATION}", str(exc))
    except NotInSource as exc:
        reason = str(exc)
    else:
        return Found(f"file {own}", info=_parsed(text, f"file {own}"), path=own), searched
    raise CredentialsMissing(f"{reason}; mend it, or remove it")


def _folder(place: Place) -> str:
    return place.environ.get(names.CONFIG_FOLDER, "").rstrip("/") or "~/.config/gcloud"


_FINDERS: t.Mapping[str, t.Callable[[Place], tuple[Found, tuple[str, ...]]]] = {
    "": _anywhere,
    "accesstoken": _tokens,
    "application": _application_alone,
    "impersonation": _anywhere,
    "machineaccount": _machine,
    "serviceaccount": _service_accounts,
}


# What holds them


def _from_token(title: str, value: str, place: Place) -> Found:
    return Found(title, token=header_value(value, title))


def _from_token_file(title: str, path: str, place: Place) -> Found:
    return Found(title, token=read_token(path, title, place.read))


def _from_contents(title: str, value: str, place: Place) -> Found:
    return Found(title, info=_parsed(value, title))


def _from_file(title: str, path: str, place: Place) -> Found:
    try:
        text = read_text(path, place.read)
    except NotInSource as exc:
        raise CredentialsMissing(f"{title}: {exc}") from None
    what = f"file {path} ({title})"
    return Found(what, info=_parsed(text, what), path=path)


# Import what reads files and gets tokens only when it is needed: it takes longer than everything else about this cloud.


def _parsed(text: str, title: str) -> t.Mapping[str, t.Any]:
    from .files import parse  # noqa: PLC0415

    return parse(text, title)


def _from_either(title: str, value: str, place: Place) -> Found:
    return (_from_contents if value.lstrip().startswith("{") else _from_file)(title, value, place)


_READERS: t.Mapping[str, t.Callable[[str, str, Place], Found]] = {
    names.TOKEN: _from_token,
    names.TOKEN_FILE: _from_token_file,
    names.CONTENTS: _from_contents,
    names.FILE: _from_file,
    names.EITHER: _from_either,
}


def _credentials_of(found: Found, searched: tuple[str, ...], place: Place, is_base: bool) -> Credentials:
    """Return the credentials that were found. A ``base`` only gets tokens of another service account."""
    if found.token:
        return Credentials(found.title, auth_token=found.token, file="")
    if not found.info:
        return _machine_credentials(place, searched, is_base)
    from . import files  # noqa: PLC0415

    trusted = _trusted_universe(place) or UNIVERSE
    file = files.File(found.title, found.info, place.read, _scopes_of(place), trusted, found.path)
    return files.credentials_of(files.for_iam(file) if is_base else file)


def _machine_credentials(place: Place, searched: tuple[str, ...], is_base: bool) -> Credentials:
    disabled = place.environ.get(names.NO_MACHINE, "").lower() in ("true", "1", "yes")
    if disabled and _kind_of(place) != "machineaccount":
        raise names.CHAIN.no_credentials((*searched, f"{names.NO_MACHINE} keeps the machine from being asked"))
    from .machine import METADATA, TIMEOUT, Machine  # noqa: PLC0415

    host = _metadata_host(place)
    email = _checked(
        _is_email, "service_account_email", setting("service_account_email", place), "the email of an account"
    )
    machine = Machine(
        f"http://{host}" if host else METADATA,
        email or "default",
        () if is_base else _scopes_of(place),
        _timeout_of(place) or TIMEOUT,
        _trusted_universe(place) or UNIVERSE,
    )
    return last_resort(names.CHAIN, (Credentials("the metadata service of Google Cloud", exchange=machine),), searched)


def _metadata_host(place: Place) -> str:
    name, host = first_set(names.METADATA_HOSTS, place.environ)
    return _checked(_is_host, name, host.strip(), "a host, with or without a port")


def _timeout_of(place: Place) -> t.Optional[float]:
    text = place.environ.get(names.METADATA_TIMEOUT, "")
    seconds = to_number(text)
    if text and (seconds is None or not 0 < seconds <= 60):
        raise OptionError(f"{names.METADATA_TIMEOUT}: {text!r} is no number of seconds up to 60")
    return seconds


# Service accounts that are acted as


def _chain_of(place: Place) -> tuple[str, ...]:
    """Return the emails of the service accounts to act as, the last of which is the one that is wanted."""
    text = setting("impersonate_service_account", place)
    if not text and str(place.options.get("auth_kind") or "") == "impersonation":
        text = setting("service_account_email", place)
        if not text:
            raise CredentialsMissing(
                "auth_kind is impersonation: give impersonate_service_account, the email of the account"
            )
    emails = tuple(email.strip() for email in text.split(",") if email.strip())
    for email in emails:
        _checked(
            _is_email, "impersonate_service_account", email, "emails such as reader@my-project.iam.gserviceaccount.com"
        )
    return emails


def _acting_as(base: Credentials, chain: tuple[str, ...], place: Place) -> Credentials:
    from . import tokens  # noqa: PLC0415

    *delegates, email = chain
    universe = _universe_of(place)
    url = f"https://iamcredentials.{universe}/v1/projects/-/serviceAccounts/{email}:generateAccessToken"
    exchange = tokens.Impersonated(base, email, url, tuple(delegates), _scopes_of(place) or (tokens.SCOPE,))
    return Credentials(f"{email}, acted as with {base.source}", exchange=exchange, file=base.file)


# The project


def _project_of_gcloud(place: Place) -> str:
    """Return the project of the active configuration of gcloud, or "" if there is none."""
    folder = _folder(place)
    try:
        name = place.environ.get(names.CONFIG_NAME, "") or read_text(f"{folder}/active_config", place.read).strip()
        parser = read_ini(f"{folder}/configurations/config_{name or 'default'}", place.read)
    except NotInSource:
        return ""
    return parser.get("core", "project", fallback="").strip()
