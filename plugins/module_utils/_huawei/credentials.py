# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials, project and region of Huawei Cloud, in the order of the vendor's SDK.

Pure: the environment and files are passed in.
"""

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
    shown_number,
)
from .._http.message import check_url
from .temporary_keys import AGENCY_SECONDS, OIDC_SECONDS, SESSION_NAME, Agency, EcsAgency, IdToken, OidcAgency, Pod

# The names of the SDK, of Terraform, those shared with OpenStack, and those of hwceco.hwcollection and community.general.
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
KOOCLI_FILE = "~/.hcloud/config.json"
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
"""The variables that name other sources, or configure them."""


OPTIONS: FieldNames = {
    name: (name,) for name in ("agency_name", "agency_domain_name", "agency_domain_id", "agency_duration")
}
SECTION_FIELDS: FieldNames = {
    "access_key": ("ak",),
    "secret_key": ("sk",),
    "security_token": ("security_token",),
    "idp_id": ("idp_id",),
    "id_token_file": ("id_token_file",),
    "project_id": ("project_id",),
    "iam_endpoint": ("iam_endpoint",),
}

# Within one source an id token takes precedence over keys.
ID_TOKEN_METHOD = AuthMethod(marks=("idp_id", "id_token_file"), needs=("idp_id", "id_token_file"))
ENVIRONMENT_METHODS = (TOKEN, ID_TOKEN_METHOD, KEYS, PASSWORD)
FILE_METHODS = (ID_TOKEN_METHOD, KEYS)

CHAIN = Chain(
    cloud="Huawei Cloud",
    methods=(TOKEN, KEYS, PASSWORD),
    naming_schemes=NAMING_SCHEMES,
    remedy="Give the options access_key and secret_key, or auth_token, or username, password and domain_name, or set "
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write ak and sk into the file.",
)

Options = t.Mapping[str, t.Any]


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the keys to use, or an exchange for them, with the agency that the user asks for."""
    credentials = resolve_first(
        CHAIN,
        options,
        lambda: _from_file(options, environ, read),
        (
            lambda: _from_oidc(environ, read),
            lambda: _from_environment(environ, read),
            lambda: _from_file(options, environ, read),
        ),
        lambda searched: _last_resort(environ, read, searched),
    )
    iam_endpoint = str(options.get("iam_endpoint") or "") or environ.get(IAM_NAME) or credentials.iam_endpoint
    credentials = replace(
        credentials,
        project_id=_project_id(options, environ, credentials),
        project_name=str(options.get("project_name") or "") or credentials.project_name,
        iam_endpoint=iam_endpoint,
    )
    return _in_agency(credentials, Source("options", OPTIONS, options))


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option or the environment, or "" if neither names one."""
    del read  # The credential file of this cloud holds no region. All providers have the same parameters.
    named = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return named.strip()


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the domain of the cloud's hosts, from the option or the environment. The credentials are sent there."""
    del read  # The credential file of this cloud holds no domain.
    named = str(options.get("cloud_domain") or "") or first_set(CLOUD_NAMES, environ)[1]
    domain = named.strip().lower()
    if domain and not _DOMAIN.fullmatch(domain):
        raise OptionError(
            f"cloud_domain: {named!r} is not a domain; give what the cloud's host names end in, such as otc.t-systems.com "
            f"(environment: {' or '.join(CLOUD_NAMES)})"
        )
    return {"cloud_domain": domain}


def _project_id(options: Options, environ: Environ, credentials: Credentials) -> str:
    any_scheme = Source("environment", {"project_id": PROJECT_NAMES}, environ)
    option = CHAIN.options(options).find("project_id")
    return option or credentials.project_id or any_scheme.find("project_id")


def _in_agency(base: Credentials, source: Source) -> Credentials:
    """Return credentials of the agency that the source asks for, to be assumed with ``base``; without an agency, ``base``."""
    agency_options = [source.called(name) for name in OPTIONS if name in source.field_names and source.find(name)]
    if not agency_options:
        return base
    if not source.find("agency_name") or not (source.find("agency_domain_name") or source.find("agency_domain_id")):
        raise CredentialsMissing(
            f"{source.title}: {' and '.join(agency_options)} given, an agency takes {source.called('agency_name')} and "
            f"{source.called('agency_domain_name')} or {source.called('agency_domain_id')}"
        )
    seconds = _duration_of(source, "agency_duration", AGENCY_SECONDS)
    names = (source.find("agency_name"), source.find("agency_domain_name"), source.find("agency_domain_id"))
    exchange = Agency(base, *names, seconds)
    scope = {name: getattr(base, name) for name in ("project_id", "project_name", "iam_endpoint")}
    return Credentials(source.title, exchange=exchange, file=base.file, **scope)


def _duration_of(source: Source, name: str, default: int) -> int:
    text = source.find(name) or str(default)
    if not re.fullmatch(r"\d{3,5}", text, re.ASCII) or not 900 <= int(text) <= 86400:
        raise CredentialsMissing(
            f"{source.title}: {source.called(name)} is {shown_number(text)}; give 900 to 86400 seconds"
        )
    return int(text)


def _credentials_of(source: Source, methods: tuple[AuthMethod, ...], read: ReadFile) -> t.Optional[Credentials]:
    auth_fields = fields_from(source, methods)
    if "idp_id" not in auth_fields:
        return credentials_from(source, methods)
    what = f"{source.title}, {source.called('id_token_file')}"
    exchange = IdToken(auth_fields["idp_id"], read_token(auth_fields["id_token_file"], what, read))
    scope = {name: source.find(name) for name in ("project_id", "iam_endpoint")}
    return Credentials(source.title, exchange=exchange, **scope)


def _from_environment(environ: Environ, read: ReadFile) -> Credentials:
    sources = CHAIN.environment(environ)
    for source in sources:
        credentials = _credentials_of(source, ENVIRONMENT_METHODS, read)
        if credentials:
            return _in_agency(credentials, source)
    raise NotInSource("; ".join(describe(source, ENVIRONMENT_METHODS) for source in sources))


def _from_oidc(environ: Environ, read: ReadFile) -> Credentials:
    """Return the agency of a Kubernetes pod. If only some of its variables are set, they may be meant for other programs."""
    source = Source("environment", OIDC, environ)
    missing = [source.called(name) for name in OIDC if not first_set(OIDC[name], environ)[0]]
    if missing:
        names = " + ".join(" or ".join(OIDC[name]) for name in OIDC)
        which = f" (not set: {', '.join(missing)})" if len(missing) < len(OIDC) else ""
        raise NotInSource(f"environment {names}{which}")
    details = Source("environment", OIDC_DETAILS, environ)
    endpoint = environ.get(STS_NAME)
    exchange = OidcAgency(
        source.find("provider_urn"),
        source.find("agency_urn"),
        _oidc_token(source, environ, read),
        details.find("session_name") or SESSION_NAME,
        _duration_of(details, "duration", OIDC_SECONDS),
        details.find("role_policy"),
        tuple(policy_id.strip() for policy_id in details.find("policy_ids").split(",") if policy_id.strip()),
        check_url(STS_NAME, endpoint) if endpoint else "",
    )
    return Credentials(source.title, exchange=exchange)


def _oidc_token(source: Source, environ: Environ, read: ReadFile) -> str:
    """Return the OIDC token. The variable with the token takes precedence over the one with a file."""
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
        raise NotInSource(f"{exc}{_about_koocli(read)}") from None
    credentials = _credentials_of(Source(where, SECTION_FIELDS, section, path), FILE_METHODS, read)
    if credentials is None:
        raise NotInSource(
            f"file {where} has no {' or '.join(names_of(SECTION_FIELDS, method) for method in reversed(FILE_METHODS))}"
        )
    return credentials


def _about_koocli(read: ReadFile) -> str:
    """Explain that the file of KooCLI cannot be used, if there is one. KooCLI encrypts its keys by default."""
    try:
        read_text(KOOCLI_FILE, read)
    except NotInSource:
        return ""
    return f"; KooCLI's {KOOCLI_FILE} is not read, for the keys in it are encrypted"


def _last_resort(environ: Environ, read: ReadFile, searched: tuple[str, ...]) -> Credentials:
    candidates = (Credentials("the metadata service of ECS", exchange=EcsAgency()),)
    source = Source("environment", POD, environ)
    if not fields_from(source, (AuthMethod(tuple(POD), tuple(POD)),)):
        names = " + ".join(source.called(name) for name in POD)
        return last_resort(CHAIN, candidates, (*searched, f"environment {names}"))
    return last_resort(
        CHAIN, (*candidates, Credentials("the identity of the pod", exchange=_pod(source, read))), searched
    )


def _pod(source: Source, read: ReadFile) -> Pod:
    token = read_token(source.find("id_token_file"), f"environment, {source.called('id_token_file')}", read)
    return Pod(*split_keys_url(source.called("url"), source.find("url")), token)
