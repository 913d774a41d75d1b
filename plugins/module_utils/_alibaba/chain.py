# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Look for keys of Alibaba Cloud in all sources, in the vendor's own order. Pure: the environment and files are passed in."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile
from .._credentials.chain import NotInSource, resolve_first
from .._credentials.exchange import last_resort
from .._credentials.model import Credentials
from .._credentials.role import refuse_details_without_role
from .._credentials.source import FieldNames, Source, credentials_from, describe
from .key_names import CHAIN, OPTIONS
from .profiles import (
    FILE_NAME,
    INI_NAME,
    METADATA_DISABLED,
    PROCESS_DISABLED,
    PROFILE_DISABLED,
    PROFILE_NAMES,
    SESSION_NAME_VARIABLE,
    STS_HOST,
    STS_REGION,
    STS_VPC,
    V1_DISABLED,
    ecs_role,
    from_cli,
    from_ini,
    is_true,
    keys_url,
    oidc_role,
    role_at,
)
from .temporary_keys import AssumeRole

OIDC: FieldNames = {
    "role_arn": ("ALIBABA_CLOUD_ROLE_ARN",),
    "oidc_provider_arn": ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN",),
    "id_token_file": ("ALIBABA_CLOUD_OIDC_TOKEN_FILE",),
}
METADATA_ROLE: FieldNames = {"ecs_role_name": ("ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME")}
KEYS_URL = "ALIBABA_CLOUD_CREDENTIALS_URI"
OTHER_NAMES = frozenset(
    (
        *(name for field_names in (OIDC, METADATA_ROLE) for names in field_names.values() for name in names),
        *PROFILE_NAMES,
        *(FILE_NAME, INI_NAME, KEYS_URL, SESSION_NAME_VARIABLE, STS_HOST, STS_REGION, STS_VPC),
        *(PROFILE_DISABLED, METADATA_DISABLED, V1_DISABLED, PROCESS_DISABLED),
    )
)
"""The variables that name other sources, or configure them."""


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the keys to use, or an exchange for them, with the role that the user asks for."""
    option_source = Source("options", OPTIONS, options)
    credentials = _from_instance_role(option_source, options, environ) or resolve_first(
        CHAIN,
        options,
        lambda: _from_files(options, environ, read),
        (
            lambda: _from_environment(environ),
            lambda: _from_oidc(environ, read),
            lambda: from_cli(options, environ, read),
            lambda: from_ini(options, environ, read),
        ),
        lambda searched: _last_resort(environ, searched),
    )
    return _in_role(credentials, option_source, environ)


def _from_instance_role(option_source: Source, options: Options, environ: Environ) -> t.Optional[Credentials]:
    """Return the role of the instance if an option names it. Keys in options take precedence."""
    if not option_source.find("ecs_role_name") or credentials_from(CHAIN.options(options), CHAIN.methods):
        return None
    return Credentials("the metadata service of ECS", exchange=ecs_role(option_source, environ))


def _in_role(base: Credentials, source: Source, environ: Environ) -> Credentials:
    """Return credentials of the role that the source asks for, to be assumed with ``base``; without a role, ``base``."""
    if not source.find("role_arn"):
        refuse_details_without_role(source)
        return base
    return Credentials(source.title, exchange=AssumeRole(base, role_at(source, environ)), file=base.file)


def _from_environment(environ: Environ) -> Credentials:
    sources = CHAIN.environment(environ)
    for source in sources:
        credentials = credentials_from(source, CHAIN.methods)
        if credentials:
            return _in_role(credentials, source, environ)
    raise NotInSource("; ".join(describe(source, CHAIN.methods) for source in sources))


def _from_oidc(environ: Environ, read: ReadFile) -> Credentials:
    """Return the role of a Kubernetes pod. If only some of its variables are set, they may be meant for other programs."""
    source = Source("environment", OIDC, environ)
    missing = [source.called(name) for name in OIDC if not source.find(name)]
    if missing:
        names = " + ".join(source.called(name) for name in OIDC)
        which = f" (not set: {', '.join(missing)})" if len(missing) < len(OIDC) else ""
        raise NotInSource(f"environment {names}{which}")
    return Credentials(source.title, exchange=oidc_role(source, environ, read))


def _from_files(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the credentials of the requested profile from the first file that has it."""
    reasons: list[str] = []
    for lookup in (from_cli, from_ini):
        try:
            return lookup(options, environ, read)
        except NotInSource as exc:
            reasons.append(str(exc))
    raise NotInSource("; ".join(reasons))


def _last_resort(environ: Environ, searched: tuple[str, ...]) -> Credentials:
    candidates: tuple[Credentials, ...] = ()
    if is_true(METADATA_DISABLED, environ):
        searched = (*searched, f"the metadata service of ECS: not asked because {METADATA_DISABLED} is true")
    else:
        role = ecs_role(Source("environment", METADATA_ROLE, environ), environ)
        candidates = (Credentials("the metadata service of ECS", exchange=role),)
    url = environ.get(KEYS_URL)
    if url:
        candidates = (*candidates, Credentials(f"environment {KEYS_URL}", exchange=keys_url(url, KEYS_URL)))
    else:
        searched = (*searched, f"environment {KEYS_URL}")
    return last_resort(CHAIN, candidates, searched)
