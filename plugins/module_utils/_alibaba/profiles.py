# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read profiles from the two credential files of Alibaba Cloud's tools and SDKs. Pure: their text is passed in."""

from __future__ import annotations

import json
import re
import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, ReadFile
from .._credentials.chain import NotInSource, Unsupported, read_ini, read_text, read_token, section_of
from .._credentials.exchange import split_keys_url
from .._credentials.model import Credentials
from .._credentials.role import SESSION_NAME, seconds_of
from .._credentials.source import (
    KEYS,
    SESSION,
    AuthMethod,
    FieldNames,
    Source,
    credentials_from,
    first_set,
    names_of,
    text_of,
)
from .._http.message import check_url
from .temporary_keys import AssumeRole, Command, EcsRole, KeysUrl, OidcRole, Role, Sts

PROFILE_NAMES = ("ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE")
PROFILE_DISABLED = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"
FILE_NAME = "ALICLOUD_SHARED_CREDENTIALS_FILE"
DEFAULT_FILE = "~/.aliyun/config.json"
INI_NAME = "ALIBABA_CLOUD_CREDENTIALS_FILE"
# The vendor's SDKs for Python and Java look for the first file, those for Go and Node for the second.
INI_FILES = ("~/.alibabacloud/credentials.ini", "~/.alibabacloud/credentials")
INI_SECTION = "default"

SESSION_NAME_VARIABLE = "ALIBABA_CLOUD_ROLE_SESSION_NAME"
STS_HOST = "ALIBABA_CLOUD_STS_ENDPOINT"
STS_REGION = "ALIBABA_CLOUD_STS_REGION"
STS_VPC = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"
METADATA_DISABLED = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"
V1_DISABLED = "ALIBABA_CLOUD_IMDSV1_DISABLED"
PROCESS_DISABLED = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"

# A profile of mode AK may still hold the token of an earlier session. That token is ignored.
LONG_TERM_KEYS = AuthMethod(marks=KEYS.needs, needs=KEYS.needs)

CLI_FIELDS: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("access_key_secret",),
    "security_token": ("sts_token",),
    "role_arn": ("ram_role_arn",),
    # The command line tool writes the first name. The SDK for Python reads the second if there is an OIDC token.
    "role_session_name": ("ram_session_name", "role_session_name"),
    "role_external_id": ("external_id",),
    "role_policy": ("policy",),
    "role_duration": ("expired_seconds",),
    "sts_host": ("sts_endpoint",),
    "sts_region": ("sts_region",),
    "sts_vpc": ("enable_vpc",),
    "ecs_role_name": ("ram_role_name",),
    "oidc_provider_arn": ("oidc_provider_arn",),
    "id_token_file": ("oidc_token_file",),
    "source_profile": ("source_profile",),
    "process_command": ("process_command",),
    "credentials_uri": ("credentials_uri",),
}
INI_FIELDS: FieldNames = {
    "access_key": ("access_key_id",),
    "secret_key": ("access_key_secret",),
    "security_token": ("security_token",),
    "role_arn": ("role_arn",),
    "role_session_name": ("role_session_name",),
    "role_policy": ("policy",),
    "ecs_role_name": ("role_name",),
    "oidc_provider_arn": ("oidc_provider_arn",),
    "id_token_file": ("oidc_token_file_path",),
}

Profile = t.Mapping[str, t.Any]
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


class Entry(t.NamedTuple):
    """A profile of the CLI's file or a section of the INI file, with what its kind may need.

    ``visited`` are the profiles that led here by ``source_profile``.
    """

    source: Source
    environ: Environ
    read: ReadFile
    path: str
    profiles: t.Mapping[str, Profile] = {}
    visited: tuple[str, ...] = ()


# Parts that several kinds need


def role_at(source: Source, environ: Environ) -> Role:
    """Return the role that the source describes."""
    source.need("role_arn")
    name = source.find("role_session_name") or environ.get(SESSION_NAME_VARIABLE) or SESSION_NAME
    return Role(
        source.find("role_arn"),
        name,
        source.find("role_external_id"),
        source.find("role_policy"),
        seconds_of(source, "role_duration"),
        _sts_of(source, environ),
    )


def _sts_of(source: Source, environ: Environ) -> Sts:
    host = source.find("sts_host") or environ.get(STS_HOST, "")
    region = source.find("sts_region") or environ.get(STS_REGION, "")
    if region and not _REGION.fullmatch(region):
        raise CredentialsMissing(
            f"{source.title}: {source.called('sts_region')} is no region to ask STS in, which looks like cn-hangzhou"
        )
    vpc = source.find("sts_vpc") or environ.get(STS_VPC, "")
    # The tool accepts the host with or without a scheme, and always uses TLS.
    endpoint = (
        check_url(f"{source.title}: the endpoint of STS", re.sub(r"^(https?://)?", "https://", host)) if host else ""
    )
    return Sts(endpoint, region, vpc.lower() == "true")


def is_true(name: str, environ: Environ) -> bool:
    """Say whether an environment variable is "true"."""
    return environ.get(name, "").lower() == "true"


def ecs_role(source: Source, environ: Environ) -> EcsRole:
    """Return the role of this instance. Raise CredentialsMissing if the user has disabled it."""
    if is_true(METADATA_DISABLED, environ):
        raise CredentialsMissing(
            f"{source.title}: the role of ECS is not asked for because {METADATA_DISABLED} is true"
        )
    return EcsRole(source.find("ecs_role_name"), not is_true(V1_DISABLED, environ))


def oidc_role(source: Source, environ: Environ, read: ReadFile) -> OidcRole:
    """Return a role that is assumed with the token in a file."""
    source.need("role_arn", "oidc_provider_arn", "id_token_file")
    token = read_token(source.find("id_token_file"), f"{source.title}, {source.called('id_token_file')}", read)
    return OidcRole(role_at(source, environ), source.find("oidc_provider_arn"), token)


def keys_url(url: str, title: str) -> KeysUrl:
    """Return a URL that returns keys. Raise CredentialsMissing or OptionError if it is not safe."""
    return KeysUrl(*split_keys_url(title, url))


# Kinds of profiles


def _keys(method: AuthMethod) -> t.Callable[[Entry], Credentials]:
    def keys(entry: Entry) -> Credentials:
        credentials = credentials_from(entry.source, (method,))
        if credentials is None:
            raise NotInSource(f"file {entry.source.title} has no {names_of(entry.source.field_names, method)}")
        return credentials

    return keys


def _role_of_keys(entry: Entry) -> Credentials:
    entry.source.need(*KEYS.needs)
    return _role_of(_keys(KEYS)(entry), entry)


def _role_of(base: Credentials, entry: Entry) -> Credentials:
    role = role_at(entry.source, entry.environ)
    return Credentials(entry.source.title, exchange=AssumeRole(base, role), file=base.file)


def _role_of_ecs(entry: Entry) -> Credentials:
    return _role_of(_ecs(entry), entry)


def _role_of_profile(entry: Entry) -> Credentials:
    entry.source.need("source_profile")
    try:
        base = _from_profile(entry.source.find("source_profile"), entry)
    except NotInSource as exc:
        reason = str(exc)
    else:
        return _role_of(base, entry)
    # The profile says whose keys are meant, so no other source takes its place.
    raise CredentialsMissing(f"{entry.source.title}, source_profile: {reason}")


def _ecs(entry: Entry) -> Credentials:
    role = ecs_role(entry.source, entry.environ)
    return Credentials(entry.source.title, exchange=role)


def _oidc(entry: Entry) -> Credentials:
    return Credentials(entry.source.title, exchange=oidc_role(entry.source, entry.environ, entry.read))


def _command(entry: Entry) -> Credentials:
    _refuse_disabled(entry)
    entry.source.need("process_command")
    return Credentials(entry.source.title, exchange=Command(entry.source.find("process_command")))


def _url(entry: Entry) -> Credentials:
    _refuse_disabled(entry)
    entry.source.need("credentials_uri")
    url = keys_url(entry.source.find("credentials_uri"), f"{entry.source.title}: credentials_uri")
    return Credentials(entry.source.title, exchange=url)


def _refuse_disabled(entry: Entry) -> None:
    if entry.environ.get(PROCESS_DISABLED, "").lower() in ("1", "true"):
        raise CredentialsMissing(f"{entry.source.title}: not used because {PROCESS_DISABLED} is set")


Kinds = t.Mapping[str, t.Callable[[Entry], Credentials]]
MODES: Kinds = {
    "AK": _keys(LONG_TERM_KEYS),
    "StsToken": _keys(SESSION),
    "RamRoleArn": _role_of_keys,
    "ChainableRamRoleArn": _role_of_profile,
    "RamRoleArnWithRoleName": _role_of_ecs,
    "EcsRamRole": _ecs,
    "OIDC": _oidc,
    "External": _command,
    "CredentialsURI": _url,
}
TYPES: Kinds = {
    "access_key": _keys(LONG_TERM_KEYS),
    "sts": _keys(SESSION),
    "ram_role_arn": _role_of_keys,
    "ecs_ram_role": _ecs,
    "oidc_role_arn": _oidc,
}
_SIGN_IN = (
    "takes a sign-in in a browser: have a profile of mode External run what signs in, or keep its keys in mode StsToken"
)
_NO_KEYS = "has no keys to sign with: use a profile of another mode"
REFUSED: t.Mapping[str, str] = {
    "CloudSSO": _SIGN_IN,
    "OAuth": _SIGN_IN,
    "RsaKeyPair": "was given up by the vendor: use AK or RamRoleArn",
    "rsa_key_pair": "was given up by the vendor: use access_key or ram_role_arn",
    "BearerToken": _NO_KEYS,
    "Anonymous": _NO_KEYS,
}


def _credentials_of_kind(entry: Entry, kind_field: str, kinds: Kinds) -> Credentials:
    """Return the credentials of an entry. ``kind_field`` is the field that names its kind."""
    kind = text_of(entry.source.values.get(kind_field), f"{entry.source.title}: {kind_field}")
    if not kind:
        raise NotInSource(f"file {entry.source.title} is of {kind_field} '', supported are {', '.join(kinds)}")
    if kind not in kinds:
        # A word that nobody knows may be a key that is out of its place, so it is not shown.
        which = (
            f"{kind_field} '{kind}', which {REFUSED[kind]}" if kind in REFUSED else f"a {kind_field} that is not known"
        )
        raise Unsupported(f"{entry.source.title} is of {which}; supported are {', '.join(kinds)}")
    return kinds[kind](entry)


# Files


def from_cli(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    """Return the credentials of the requested profile of the command line tool, or of its current profile."""
    path, profiles, name = _configured(options, environ, read)
    return _from_profile(name, Entry(Source(path, CLI_FIELDS, {}), environ, read, path, profiles))


def _from_profile(name: str, entry: Entry) -> Credentials:
    if name in entry.visited:
        raise CredentialsMissing(
            f"{entry.source.title}: source_profile leads round in a circle, {' -> '.join((*entry.visited, name))}"
        )
    profile = _profile(entry.path, entry.profiles, name)
    source = Source(_title_of(entry.path, name), CLI_FIELDS, profile, entry.path)
    return _credentials_of_kind(entry._replace(source=source, visited=(*entry.visited, name)), "mode", MODES)


def region_of(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> str:
    """Return the region of the profile to use, or "" if there is none."""
    try:
        path, profiles, name = _configured(options, environ, read)
        return text_of(_profile(path, profiles, name).get("region_id"), f"{_title_of(path, name)}: region_id").strip()
    except NotInSource:
        # If the keys come from this profile, that lookup reports what is wrong with it.
        return ""


def _configured(
    options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile
) -> tuple[str, dict[str, Profile], str]:
    """Return the path of the file, its profiles by name, and the name of the one to use."""
    path = environ.get(FILE_NAME) or DEFAULT_FILE
    requested = str(options.get("profile") or "")
    if not requested and is_true(PROFILE_DISABLED, environ):
        raise NotInSource(f"file {path}: not read because {PROFILE_DISABLED} is true")
    config = _read_config(path, read)
    name = requested or first_set(PROFILE_NAMES, environ)[1] or text_of(config.get("current"), f"file {path}: current")
    return path, _by_name(config, path), name


def _profile(path: str, profiles: t.Mapping[str, Profile], name: str) -> Profile:
    if name not in profiles:
        raise NotInSource(f"file {path} has no profile '{name}', there are: {', '.join(profiles) or 'none'}")
    return {field: value for field, value in profiles[name].items() if not _is_unset(value)}


def _is_unset(value: t.Any) -> bool:
    """Whether a value is the 0 that the tool writes for a number that is not set."""
    return isinstance(value, int) and not isinstance(value, bool) and value == 0


def _title_of(path: str, name: str) -> str:
    return f"{path}, profile '{name}'"


def _read_config(path: str, read: ReadFile) -> t.Mapping[str, t.Any]:
    text = read_text(path, read)
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = f", see line {exc.lineno}" if isinstance(exc, json.JSONDecodeError) else ""
        raise NotInSource(f"file {path} is not JSON{line}") from None
    if not isinstance(config, dict):
        raise NotInSource(f"file {path} is not a configuration of the CLI: it holds no JSON object")
    return config


def _by_name(config: t.Mapping[str, t.Any], path: str) -> dict[str, Profile]:
    listed = config.get("profiles")
    profiles = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return {text_of(profile.get("name"), f"file {path}: the name of a profile"): profile for profile in profiles}


def from_ini(options: t.Mapping[str, t.Any], environ: Environ, read: ReadFile) -> Credentials:
    """Return the credentials of the requested section of the vendor's INI file, or of its default section."""
    name = str(options.get("profile") or "") or first_set(PROFILE_NAMES, environ)[1] or INI_SECTION
    named_path = environ.get(INI_NAME)
    reasons: list[str] = []
    for path in (named_path,) if named_path else INI_FILES:
        try:
            values = section_of(read_ini(path, read), name, path)
        except NotInSource as exc:
            reasons.append(str(exc))
        else:
            # The vendor's SDK cuts off everything from the first # on.
            uncommented = {key: value.split("#")[0].strip() for key, value in values.items()}
            source = Source(f"{path}, section [{name}]", INI_FIELDS, uncommented, path)
            return _credentials_of_kind(Entry(source, environ, read, path), "type", TYPES)
    raise NotInSource("; ".join(reasons))
