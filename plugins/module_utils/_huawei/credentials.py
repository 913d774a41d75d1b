# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Where keys, project and region for Huawei Cloud come from, in the order of the vendor's SDK. Pure: environment and
files are handed in."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from .._core.errors import CredentialsMissing, OptionError
from .._core.values import Environ, ReadFile
from .._credentials.chain import Chain, NotInSource, read_ini, read_text, read_token, resolve_first, section_of
from .._credentials.exchange import last_resort, split_keys_url
from .._credentials.model import Credentials
from .._credentials.source import (
    KEYS,
    PASSWORD,
    TOKEN,
    AuthMethod,
    FieldNames,
    Source,
    credentials_from,
    describe,
    fields_from,
    first_set,
    header_value,
    names_of,
)
from .._http.message import check_url
from .roles import AGENCY_SECONDS, OIDC_SECONDS, SESSION_NAME, Agency, EcsAgency, IdToken, OidcAgency, Pod

# The SDK's names, Terraform's, those it shares with OpenStack, and those of hwceco.hwcollection and community.general.
NAMING_SCHEMES: tuple[FieldNames, ...] = (
    {
        "access_key": ("HUAWEICLOUD_SDK_AK",),
        "secret_key": ("HUAWEICLOUD_SDK_SK",),
        "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN",),
        "idp_id": ("HUAWEICLOUD_SDK_IDP_ID",),
        "id_token_file": ("HUAWEICLOUD_SDK_ID_TOKEN_FILE",),
        "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID",),
    },
    {
        "auth_token": ("HW_AUTH_TOKEN",),
        "access_key": ("HW_ACCESS_KEY",),
        "secret_key": ("HW_SECRET_KEY",),
        "security_token": ("HW_SECURITY_TOKEN",),
        "username": ("HW_USER_NAME",),
        "password": ("HW_USER_PASSWORD",),
        "domain_name": ("HW_DOMAIN_NAME",),
        "project_id": ("HW_PROJECT_ID",),
        "project_name": ("HW_PROJECT_NAME",),
        "iam_endpoint": ("HW_AUTH_URL",),
        "agency_name": ("HW_ASSUME_ROLE_AGENCY_NAME",),
        "agency_domain_name": ("HW_ASSUME_ROLE_DOMAIN_NAME",),
        "agency_domain_id": ("HW_ASSUME_ROLE_DOMAIN_ID",),
        "agency_duration": ("HW_ASSUME_ROLE_DURATION",),
    },
    {
        "auth_token": ("OS_AUTH_TOKEN", "OS_TOKEN"),
        "access_key": ("OS_ACCESS_KEY",),
        "secret_key": ("OS_SECRET_KEY",),
        "security_token": ("OS_SECURITY_TOKEN",),
        "username": ("OS_USERNAME",),
        "password": ("OS_PASSWORD",),
        "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
        "project_id": ("OS_PROJECT_ID",),
        "project_name": ("OS_PROJECT_NAME", "OS_TENANT_NAME"),
        "iam_endpoint": ("OS_AUTH_URL",),
    },
    {
        "access_key": ("ANSIBLE_HWC_ACCESS_KEY",),
        "secret_key": ("ANSIBLE_HWC_SECRET_KEY",),
        "username": ("ANSIBLE_HWC_USER",),
        "password": ("ANSIBLE_HWC_PASSWORD",),
        "domain_name": ("ANSIBLE_HWC_DOMAIN",),
        "project_id": ("ANSIBLE_HWC_PROJECT_ID",),
        "project_name": ("ANSIBLE_HWC_PROJECT",),
        "iam_endpoint": ("ANSIBLE_HWC_IDENTITY_ENDPOINT",),
    },
)
PROJECT_NAMES = tuple(name for field_names in NAMING_SCHEMES for name in field_names["project_id"])
REGION_NAMES = ("HW_REGION_NAME", "OS_REGION_NAME", "ANSIBLE_HWC_REGION")
CLOUD_NAMES = ("HW_CLOUD", "ANSIBLE_HWC_CLOUD")
IAM_NAME = "HUAWEICLOUD_SDK_IAM_ENDPOINT"
STS_NAME = "HUAWEICLOUD_SDK_STS_ENDPOINT"
FILE_NAME = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
DEFAULT_FILE = "~/.huaweicloud/credentials"
DEFAULT_SECTION = "basic"
TOOL_FILE = "~/.hcloud/config.json"
OIDC: FieldNames = {
    "provider_urn": ("HUAWEICLOUD_OIDC_PROVIDER_URN",),
    "agency_urn": ("HUAWEICLOUD_OIDC_AGENCY_URN",),
    "id_token": ("HUAWEICLOUD_OIDC_ID_TOKEN", "HUAWEICLOUD_OIDC_TOKEN_FILE"),
}
OIDC_FILE: FieldNames = {"id_token_file": ("HUAWEICLOUD_OIDC_TOKEN_FILE",)}
OIDC_DETAILS: FieldNames = {
    "session_name": ("HUAWEICLOUD_OIDC_SESSION_NAME",),
    "duration": ("HUAWEICLOUD_OIDC_DURATION_SECONDS",),
    "role_policy": ("HUAWEICLOUD_OIDC_POLICY",),
    "policy_ids": ("HUAWEICLOUD_OIDC_POLICY_IDS",),
}
POD: FieldNames = {
    "url": ("HC_CONTAINER_CREDENTIALS_FULL_URI",),
    "id_token_file": ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",),
}
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.ASCII)
OTHER_NAMES = frozenset(
    (
        *(
            name
            for field_names in (OIDC, OIDC_FILE, OIDC_DETAILS, POD)
            for names in field_names.values()
            for name in names
        ),
        *(IAM_NAME, STS_NAME, FILE_NAME, *CLOUD_NAMES),
    )
)
"""The variables that name other places, or say how they are used."""


OPTIONS: FieldNames = {
    name: (name,) for name in ("agency_name", "agency_domain_name", "agency_domain_id", "agency_duration")
}
SECTION: FieldNames = {
    "access_key": ("ak",),
    "secret_key": ("sk",),
    "security_token": ("security_token",),
    "idp_id": ("idp_id",),
    "id_token_file": ("id_token_file",),
    "project_id": ("project_id",),
    "iam_endpoint": ("iam_endpoint",),
}

# In one place it counts before keys.
ID_TOKEN = AuthMethod(marks=("idp_id", "id_token_file"), needs=("idp_id", "id_token_file"))
IN_ENVIRONMENT = (TOKEN, ID_TOKEN, KEYS, PASSWORD)
IN_FILE = (ID_TOKEN, KEYS)

CHAIN = Chain(
    cloud="Huawei Cloud",
    methods=(TOKEN, KEYS, PASSWORD),
    naming_schemes=NAMING_SCHEMES,
    remedy="Give the options access_key and secret_key, or auth_token, or username, password and domain_name, or set "
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write ak and sk into the file.",
)

Options = t.Mapping[str, t.Any]


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use, or whom to ask for them; with an agency that is asked for on top."""
    found = resolve_first(
        CHAIN,
        options,
        lambda: _from_file(options, environ, read),
        (
            lambda: _from_oidc(environ, read),
            lambda: _from_environment(environ, read),
            lambda: _from_file(options, environ, read),
        ),
        lambda looked: _at_last(environ, read, looked),
    )
    iam = str(options.get("iam_endpoint") or "") or environ.get(IAM_NAME) or found.iam_endpoint
    found = replace(
        found,
        project_id=_project_id(options, environ, found),
        project_name=str(options.get("project_name") or "") or found.project_name,
        iam_endpoint=iam,
    )
    return _in_agency(found, Source("options", OPTIONS, options))


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """The region to ask: option, then environment; "" when it is nowhere."""
    del read  # The file of this cloud holds no region; the arguments are the same for every provider.
    given = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return given.strip()


def settings(options: Options, environ: Environ) -> Options:
    """The domain that the cloud's hosts are in: option, then environment; the credentials go there."""
    given = str(options.get("cloud_domain") or "") or first_set(CLOUD_NAMES, environ)[1]
    domain = given.strip().lower()
    if domain and not _DOMAIN.fullmatch(domain):
        raise OptionError(
            f"cloud_domain: {given!r} is not a domain; give what the cloud's host names end in, such as otc.t-systems.com "
            f"(environment: {' or '.join(CLOUD_NAMES)})"
        )
    return {"cloud_domain": domain}


def _project_id(options: Options, environ: Environ, found: Credentials) -> str:
    anywhere = Source("environment", {"project_id": PROJECT_NAMES}, environ)
    given = CHAIN.options(options).find("project_id")
    return given or found.project_id or anywhere.find("project_id")


def _in_agency(found: Credentials, source: Source) -> Credentials:
    """The agency that this place asks for, by what was found; without one, that itself."""
    given = [source.called(name) for name in OPTIONS if name in source.field_names and source.find(name)]
    if not given:
        return found
    if not source.find("agency_name") or not (source.find("agency_domain_name") or source.find("agency_domain_id")):
        raise CredentialsMissing(
            f"{source.title}: {' and '.join(given)} given, an agency takes {source.called('agency_name')} and "
            f"{source.called('agency_domain_name')} or {source.called('agency_domain_id')}"
        )
    seconds = _seconds(source, "agency_duration", AGENCY_SECONDS)
    names = (source.find("agency_name"), source.find("agency_domain_name"), source.find("agency_domain_id"))
    exchange = Agency(found, *names, seconds)
    beside = {name: getattr(found, name) for name in ("project_id", "project_name", "iam_endpoint")}
    return Credentials(source.title, exchange=exchange, file=found.file, **beside)


def _seconds(source: Source, name: str, usual: int) -> int:
    text = source.find(name) or str(usual)
    if not re.fullmatch(r"\d{3,5}", text, re.ASCII) or not 900 <= int(text) <= 86400:
        raise CredentialsMissing(f"{source.title}: {source.called(name)} is {text}; give 900 to 86400 seconds")
    return int(text)


def _take(source: Source, methods: tuple[AuthMethod, ...], read: ReadFile) -> t.Optional[Credentials]:
    found = fields_from(source, methods)
    if "idp_id" not in found:
        return credentials_from(source, methods)
    what = f"{source.title}, {source.called('id_token_file')}"
    exchange = IdToken(found["idp_id"], read_token(found["id_token_file"], what, read))
    beside = {name: source.find(name) for name in ("project_id", "iam_endpoint")}
    return Credentials(source.title, exchange=exchange, **beside)


def _from_environment(environ: Environ, read: ReadFile) -> Credentials:
    sources = CHAIN.environment(environ)
    for source in sources:
        found = _take(source, IN_ENVIRONMENT, read)
        if found:
            return _in_agency(found, source)
    raise NotInSource("; ".join(describe(source, IN_ENVIRONMENT) for source in sources))


def _from_oidc(environ: Environ, read: ReadFile) -> Credentials:
    """What a pod of Kubernetes is given; a part of it may be there for others."""
    source = Source("environment", OIDC, environ)
    absent = [source.called(name) for name in OIDC if not first_set(OIDC[name], environ)[0]]
    if absent:
        names = " + ".join(" or ".join(OIDC[name]) for name in OIDC)
        which = f" (not set: {', '.join(absent)})" if len(absent) < len(OIDC) else ""
        raise NotInSource(f"environment {names}{which}")
    details = Source("environment", OIDC_DETAILS, environ)
    endpoint = environ.get(STS_NAME)
    exchange = OidcAgency(
        source.find("provider_urn"),
        source.find("agency_urn"),
        _oidc_token(source, environ, read),
        details.find("session_name") or SESSION_NAME,
        _seconds(details, "duration", OIDC_SECONDS),
        details.find("role_policy"),
        tuple(each.strip() for each in details.find("policy_ids").split(",") if each.strip()),
        check_url(STS_NAME, endpoint) if endpoint else "",
    )
    return Credentials(source.title, exchange=exchange)


def _oidc_token(source: Source, environ: Environ, read: ReadFile) -> str:
    """The token itself counts before a file that holds one."""
    token, file = OIDC["id_token"]
    if environ.get(token):
        return header_value(environ[token], f"environment: {token}")
    return read_token(environ[file], f"environment, {file}", read)


def _from_file(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    path = environ.get(FILE_NAME) or DEFAULT_FILE
    name = str(options.get("profile") or DEFAULT_SECTION)
    where = f"{path}, section [{name}]"
    try:
        section = section_of(read_ini(path, read), name, path)
    except NotInSource as exc:
        raise NotInSource(f"{exc}{_beside(read)}") from None
    found = _take(Source(where, SECTION, section, path), IN_FILE, read)
    if found is None:
        raise NotInSource(
            f"file {where} has no {' or '.join(names_of(SECTION, method) for method in reversed(IN_FILE))}"
        )
    return found


def _beside(read: ReadFile) -> str:
    """That the tool's own file is of no use, for those who have one: it encrypts keys unless it is told not to."""
    try:
        read_text(TOOL_FILE, read)
    except NotInSource:
        return ""
    return f"; KooCLI's {TOOL_FILE} is not read, for the keys in it are encrypted"


def _at_last(environ: Environ, read: ReadFile, looked: tuple[str, ...]) -> Credentials:
    candidates = (Credentials("the metadata service of ECS", exchange=EcsAgency()),)
    source = Source("environment", POD, environ)
    if not fields_from(source, (AuthMethod(tuple(POD), tuple(POD)),)):
        names = " + ".join(source.called(name) for name in POD)
        return last_resort(CHAIN, candidates, (*looked, f"environment {names}"))
    return last_resort(
        CHAIN, (*candidates, Credentials("the identity of the pod", exchange=_pod(source, read))), looked
    )


def _pod(source: Source, read: ReadFile) -> Pod:
    token = read_token(source.find("id_token_file"), f"environment, {source.called('id_token_file')}", read)
    return Pod(*split_keys_url(source.called("url"), source.find("url")), token)
