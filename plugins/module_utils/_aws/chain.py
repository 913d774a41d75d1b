# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Look for keys of AWS in all sources, in the order of boto3. Pure: the environment and files are passed in.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, Options, ReadFile, to_number
from .._credentials.chain import NotInSource, Unsupported, read_ini, read_text, read_token, resolve_first, section_of
from .._credentials.exchange import METADATA_SECONDS, last_resort, split_keys_url
from .._credentials.model import Credentials
from .._credentials.role import SESSION_NAME, refuse_details_without_role, seconds_of
from .._credentials.source import FieldNames, Source, credentials_from, describe, first_set
from . import machine, sso
from .names import (
    BOTO_FILES,
    BOTO_NAME,
    CHAIN,
    CONTAINER_TOKEN,
    CONTAINER_TOKEN_FILE,
    ENVIRONMENT,
    FULL_URI,
    KEYS_BY_ID,
    METADATA_DISABLED,
    OLD_FILE,
    OPTIONS,
    PROFILE,
    RELATIVE_URI,
    WEB_IDENTITY,
)
from .profiles import Config, Section, is_on, read_config, setting
from .temporary_keys import AssumeRole, Role, WebIdentity

MOST_SECONDS = 43_200
MOST_ATTEMPTS = 10
# It becomes part of the name of the host that the token goes to.
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
OLD_KEYS: FieldNames = {"access_key": ("AWSAccessKeyId",), "secret_key": ("AWSSecretKey",)}


class Place(t.NamedTuple):
    """A profile to look for keys in, with what its ways may need.

    ``with_environment`` says that the environment of a pod counts, too. ``visited`` are the profiles that led here by
    ``source_profile``.
    """

    name: str
    config: Config
    environ: Environ
    read: ReadFile
    with_environment: bool = True
    visited: tuple[str, ...] = ()

    @property
    def values(self) -> Section:
        """Return the values of the profile."""
        return self.config.profiles.get(self.name, {})

    @property
    def source(self) -> Source:
        """Return the values of the profile as a source."""
        return Source(self.config.title_of(self.name), PROFILE, self.values)


Found = t.Optional[Credentials]
Way = t.Callable[[Place], Found]
"""Returns the credentials that a profile gives in one way, or None if it does not use that way."""


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the keys to use, or an exchange for them, with the role that the user asks for."""
    config = read_config(options, environ, read)
    place = Place(config.named, config, environ, read, not config.requested)
    credentials = resolve_first(
        CHAIN,
        options,
        lambda: _from_profile_or_machine(place),
        (lambda: _from_environment(environ), lambda: _from_profile(place), lambda: _from_old_files(environ, read)),
        lambda searched: _from_machine(place, searched),
    )
    return _in_role(credentials, Source("options", OPTIONS, options))


def _in_role(base: Credentials, source: Source) -> Credentials:
    """Return credentials of the role that the source asks for, to be assumed with ``base``; without a role, ``base``."""
    if not source.find("role_arn"):
        refuse_details_without_role(source)
        return base
    return Credentials(source.title, exchange=AssumeRole(base, _role_at(source)), file=base.file)


def _role_at(source: Source) -> Role:
    seconds = seconds_of(source, "role_duration", most=MOST_SECONDS) if source.find("role_duration") else 0
    return Role(
        source.find("role_arn"),
        source.find("role_session_name") or SESSION_NAME,
        source.find("role_external_id"),
        source.find("role_policy"),
        seconds,
    )


def _from_environment(environ: Environ) -> Credentials:
    source = Source("environment", ENVIRONMENT, environ)
    credentials = credentials_from(source, (KEYS_BY_ID,))
    if credentials is None:
        raise NotInSource(describe(source, (KEYS_BY_ID,)))
    return credentials


# Profiles


def _from_profile_or_machine(place: Place) -> Credentials:
    """Return the credentials of a profile that an option names; of the machine if it has none but other settings."""
    try:
        return _from_profile(place)
    except NotInSource as exc:
        searched = str(exc)
    return _from_machine(place, (searched,))


def _from_profile(place: Place) -> Credentials:
    credentials = _assumed(place) or _by_ways(place)
    if credentials is None:
        paths = f"{place.config.config_path} and {place.config.credentials_path}"
        raise NotInSource(f"files {paths}: {_lack_of(place)}")
    return credentials


def _lack_of(place: Place) -> str:
    if place.name not in place.config.profiles:
        return f"neither has a profile '{place.name}'"
    kinds = "aws_access_key_id, role_arn, web_identity_token_file, sso_session, credential_process"
    return f"the profile '{place.name}' has none of {kinds}"


def _by_ways(place: Place) -> Found:
    """Return the credentials of a profile that assumes no role with the keys of another one."""
    for way in WAYS:
        credentials = way(place)
        if credentials:
            return credentials
    return None


def _assumed(place: Place) -> Found:
    source = place.source
    if not _assumes(source):
        return None
    if source.find("mfa_serial"):
        raise Unsupported(
            f"{source.title} has mfa_serial, which asks a person for a code: get the keys of the session before, and give "
            "them as access_key, secret_key and security_token"
        )
    base = _base_of(place)
    return Credentials(source.title, exchange=AssumeRole(base, _role_at(source)), file=base.file)


def _assumes(source: Source) -> bool:
    return bool(source.find("role_arn")) and not source.find("id_token_file")


def _base_of(place: Place) -> Credentials:
    """Return the credentials by which a profile assumes its role."""
    source = place.source
    named = [name for name in ("source_profile", "credential_source") if source.find(name)]
    if len(named) != 1:
        has = "both source_profile and credential_source" if named else "neither source_profile nor credential_source"
        raise CredentialsMissing(f"{source.title} has role_arn and {has}: give one of them")
    if named == ["credential_source"]:
        return _from_credential_source(place)
    return _from_source_profile(place, source.find("source_profile"))


def _from_source_profile(place: Place, name: str) -> Credentials:
    title = f"{place.source.title}, source_profile"
    if name not in place.config.profiles:
        known = ", ".join(place.config.profiles)
        raise CredentialsMissing(f"{title}: there is no profile '{name}', there are: {known}")
    next_place = place._replace(name=name, with_environment=False, visited=(*place.visited, place.name))
    has_keys = any(next_place.source.find(field) for field in ("access_key", "secret_key"))
    is_itself_with_keys = name == place.name and has_keys
    if name in next_place.visited and not is_itself_with_keys:
        raise CredentialsMissing(f"{title} leads round in a circle, {' -> '.join((*next_place.visited, name))}")
    assumed = None if has_keys else _assumed(next_place)
    credentials = assumed or _by_ways(next_place)
    if credentials is None:
        raise CredentialsMissing(f"{title}: the profile '{name}' has no keys, and no way to get some")
    return credentials


def _from_credential_source(place: Place) -> Credentials:
    source = place.source
    named = source.find("credential_source")
    if named not in CREDENTIAL_SOURCES:
        raise CredentialsMissing(
            f"{source.title}: credential_source is '{named}', supported are {', '.join(CREDENTIAL_SOURCES)}"
        )
    try:
        return CREDENTIAL_SOURCES[named](place)
    except NotInSource as exc:
        reason = str(exc)
    # The profile says whose keys are meant, so no other source takes its place.
    raise CredentialsMissing(f"{source.title}, credential_source {named}: not set is {reason}")


def _by_web_identity(place: Place) -> Found:
    """Return the role of a pod, or that of a profile. Each value may come from the environment or from the profile."""
    own = place.source
    pod = Source("environment", WEB_IDENTITY, place.environ if place.with_environment else {})
    found = {name: pod if pod.find(name) else own for name in WEB_IDENTITY}
    path = found["id_token_file"].find("id_token_file")
    if not path:
        return None
    asking = found["id_token_file"]
    what = f"{asking.title}, {asking.called('id_token_file')}"
    arn = found["role_arn"].find("role_arn")
    if not arn:
        raise CredentialsMissing(f"{what} is given without {pod.called('role_arn')} or role_arn of the profile")
    name = found["role_session_name"].find("role_session_name") or SESSION_NAME
    return Credentials(asking.title, exchange=WebIdentity(Role(arn, name), read_token(path, what, place.read)))


def _by_sso(place: Place) -> Found:
    source = place.source
    if not (source.find("sso_account_id") or source.find("sso_role_name")):
        return None
    merged = _with_session(place)
    merged.need("sso_account_id", "sso_role_name", "sso_start_url", "sso_region")
    values = (merged.find("sso_start_url"), merged.find("sso_region"), merged.find("sso_session"))
    session = sso.Session(*values)
    if not _REGION.fullmatch(session.region):
        raise CredentialsMissing(f"{source.title}: sso_region is no region to sign in at, which looks like eu-west-1")
    token = sso.read_token(session, source.title, place.read)
    exchange = sso.Sso(session, merged.find("sso_account_id"), merged.find("sso_role_name"), token)
    return Credentials(source.title, exchange=exchange)


def _with_session(place: Place) -> Source:
    """Return the profile with the values of its ``[sso-session x]``. Two different values are an error."""
    source, config = place.source, place.config
    name = source.find("sso_session")
    if name and name not in config.sso_sessions:
        raise CredentialsMissing(
            f"{source.title}: sso_session is '{name}', but {config.config_path} has no section [sso-session {name}]"
        )
    session = config.sso_sessions[name] if name else {}
    differing = [key for key, value in session.items() if place.values.get(key, value) != value]
    if differing:
        raise CredentialsMissing(f"{source.title}: {' and '.join(differing)} differs from that in [sso-session {name}]")
    return Source(source.title, PROFILE, {**place.values, **session})


def _by_keys_in(sections: str, path: str) -> Way:
    """Return the way to find keys in one of the two files."""

    def keys(place: Place) -> Found:
        values = getattr(place.config, sections).get(place.name, {})
        file = getattr(place.config, path)
        return credentials_from(Source(f"{file}, profile '{place.name}'", PROFILE, values, file), (KEYS_BY_ID,))

    return keys


def _by_login(place: Place) -> Found:
    if place.source.find("login_session"):
        name = place.name
        raise Unsupported(
            f"{place.source.title} has login_session of 'aws login', whose keys only the vendor's own tool can renew: "
            f"make a profile with credential_process = aws configure export-credentials --profile {name} --format process"
        )
    return None


def _by_process(place: Place) -> Found:
    command = place.source.find("process_command")
    return Credentials(place.source.title, exchange=machine.Process(command)) if command else None


WAYS: tuple[Way, ...] = (
    _by_web_identity,
    _by_sso,
    _by_keys_in("from_credentials", "credentials_path"),
    _by_login,
    _by_process,
    _by_keys_in("from_config", "config_path"),
)


# Files of older tools


def _from_old_files(environ: Environ, read: ReadFile) -> Credentials:
    reasons: list[str] = []
    for lookup in (_from_old_file, _from_boto_file):
        try:
            return lookup(environ, read)
        except NotInSource as exc:
            reasons.append(str(exc))
    raise NotInSource("; ".join(reasons))


def _from_old_file(environ: Environ, read: ReadFile) -> Credentials:
    path = environ.get(OLD_FILE)
    if not path:
        raise NotInSource(f"environment {OLD_FILE}")
    pairs = [line.partition("=") for line in read_text(path, read).splitlines() if "=" in line]
    source = Source(path, OLD_KEYS, {name.strip(): value.strip() for name, dummy, value in pairs}, path)
    return _keys_in(source)


def _from_boto_file(environ: Environ, read: ReadFile) -> Credentials:
    reasons: list[str] = []
    for path in (environ[BOTO_NAME],) if environ.get(BOTO_NAME) else BOTO_FILES:
        try:
            section = section_of(read_ini(path, read), "Credentials", path)
            return _keys_in(Source(path, {name: PROFILE[name] for name in ("access_key", "secret_key")}, section, path))
        except NotInSource as exc:
            reasons.append(str(exc))
    raise NotInSource("; ".join(reasons))


def _keys_in(source: Source) -> Credentials:
    credentials = credentials_from(source, (KEYS_BY_ID,))
    if credentials is None:
        raise NotInSource(f"file {describe(source, (KEYS_BY_ID,))}")
    return credentials


# What the machine itself is given


def _from_machine(place: Place, searched: tuple[str, ...]) -> Credentials:
    """Return the role of the container, else that of the instance. A container that has one is no place to look further."""
    try:
        return _from_container(place)
    except NotInSource as exc:
        searched = (*searched, str(exc))
    try:
        candidates: tuple[Credentials, ...] = (_from_instance(place),)
    except NotInSource as exc:
        candidates, searched = (), (*searched, str(exc))
    return last_resort(CHAIN, candidates, searched)


def _from_container(place: Place) -> Credentials:
    environ = place.environ
    name, uri = first_set((RELATIVE_URI, FULL_URI), environ)
    if not name:
        raise NotInSource(f"environment {RELATIVE_URI} or {FULL_URI}")
    parts = split_keys_url(name, f"{machine.CONTAINER}{uri}" if name == RELATIVE_URI else uri)
    token = _container_token(environ, place.read)
    return Credentials(f"the agent of the container, environment {name}", exchange=machine.Container(*parts, token))


def _container_token(environ: Environ, read: ReadFile) -> str:
    if environ.get(CONTAINER_TOKEN_FILE):
        return read_token(environ[CONTAINER_TOKEN_FILE], f"environment, {CONTAINER_TOKEN_FILE}", read)
    token = environ.get(CONTAINER_TOKEN, "").strip()
    if not (token.isascii() and token.isprintable()):
        raise CredentialsMissing(
            f"environment: {CONTAINER_TOKEN} cannot be right, it holds control or special characters"
        )
    return token


def _from_instance(place: Place) -> Credentials:
    config, environ = place.config, place.environ
    if environ.get(METADATA_DISABLED, "").lower() == "true":
        raise NotInSource(f"the metadata service of EC2: not asked because {METADATA_DISABLED} is true")
    timeout = to_number(setting("metadata_service_timeout", config, environ)) or METADATA_SECONDS
    v1 = not is_on("ec2_metadata_v1_disabled", config, environ)
    attempts = to_number(setting("metadata_service_num_attempts", config, environ)) or 1
    exchange = machine.Instance(_metadata_url(config, environ), v1, timeout, min(int(attempts), MOST_ATTEMPTS))
    return Credentials("the metadata service of EC2", exchange=exchange)


def _metadata_url(config: Config, environ: Environ) -> str:
    name = "ec2_metadata_service_endpoint"
    url = setting(name, config, environ)
    if url:
        endpoint, path, dummy = split_keys_url(f"AWS_{name.upper()}", url)
        return endpoint + path.rstrip("/")
    mode = setting(f"{name}_mode", config, environ).lower() or "ipv4"
    if mode not in METADATA_URLS:
        raise CredentialsMissing(f"AWS_{name.upper()}_MODE or {name}_mode is neither ipv4 nor ipv6; give one of them")
    return METADATA_URLS[mode]


METADATA_URLS: t.Mapping[str, str] = {"ipv4": machine.METADATA, "ipv6": machine.METADATA_IPV6}
CREDENTIAL_SOURCES: t.Mapping[str, t.Callable[[Place], Credentials]] = {
    "Environment": lambda place: _from_environment(place.environ),
    "Ec2InstanceMetadata": _from_instance,
    "EcsContainer": _from_container,
}
