# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Where keys for Alibaba Cloud may come from, all places in the vendor's own order. Pure: environment and files are handed in."""

from __future__ import annotations

import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, Options, ReadFile
from .._credentials.chain import NotInSource, resolve_first
from .._credentials.exchange import last_resort
from .._credentials.model import Credentials
from .._credentials.source import FieldNames, Source, credentials_from, describe
from .names import CHAIN, OPTIONS
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
from .roles import AssumeRole

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
"""The variables that name other places, or say how they are used."""


ABOUT_ROLE = frozenset(("role_session_name", "role_external_id", "role_policy", "role_duration"))


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use, or whom to ask for them; with a role that is asked for on top."""
    given = Source("options", OPTIONS, options)
    found = _of_instance(given, options, environ) or resolve_first(
        CHAIN,
        options,
        lambda: _from_files(options, environ, read),
        (
            lambda: _from_environment(environ),
            lambda: _from_oidc(environ, read),
            lambda: from_cli(options, environ, read),
            lambda: from_ini(options, environ, read),
        ),
        lambda looked: _at_last(environ, looked),
    )
    return _in_role(found, given, environ)


def _of_instance(given: Source, options: Options, environ: Environ) -> t.Optional[Credentials]:
    """The role of the instance, where an option names it and there are no keys in options, which would win."""
    if not given.find("ecs_role_name") or credentials_from(CHAIN.options(options), CHAIN.methods):
        return None
    return Credentials("the metadata service of ECS", exchange=ecs_role(given, environ))


def _in_role(found: Credentials, source: Source, environ: Environ) -> Credentials:
    """The role that this place asks for, taken with what was found; without one, that itself."""
    if not source.find("role_arn"):
        _refuse_half_a_role(source)
        return found
    return Credentials(source.title, exchange=AssumeRole(found, role_at(source, environ)), file=found.file)


def _refuse_half_a_role(source: Source) -> None:
    given = [source.called(name) for name in source.field_names if name in ABOUT_ROLE and source.find(name)]
    if given:
        raise CredentialsMissing(f"{source.title}: {' and '.join(given)} given without {source.called('role_arn')}")


def _from_environment(environ: Environ) -> Credentials:
    sources = CHAIN.environment(environ)
    for source in sources:
        found = credentials_from(source, CHAIN.methods)
        if found:
            return _in_role(found, source, environ)
    raise NotInSource("; ".join(describe(source, CHAIN.methods) for source in sources))


def _from_oidc(environ: Environ, read: ReadFile) -> Credentials:
    """What a pod of Kubernetes is given; a part of it may be there for others."""
    source = Source("environment", OIDC, environ)
    absent = [source.called(name) for name in OIDC if not source.find(name)]
    if absent:
        names = " + ".join(source.called(name) for name in OIDC)
        which = f" (not set: {', '.join(absent)})" if len(absent) < len(OIDC) else ""
        raise NotInSource(f"environment {names}{which}")
    return Credentials(source.title, exchange=oidc_role(source, environ, read))


def _from_files(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """The profile that is asked for, in the file that has it."""
    reasons: list[str] = []
    for look in (from_cli, from_ini):
        try:
            return look(options, environ, read)
        except NotInSource as exc:
            reasons.append(str(exc))
    raise NotInSource("; ".join(reasons))


def _at_last(environ: Environ, looked: tuple[str, ...]) -> Credentials:
    candidates: tuple[Credentials, ...] = ()
    if is_true(METADATA_DISABLED, environ):
        looked = (*looked, f"the metadata service of ECS: not asked because {METADATA_DISABLED} is true")
    else:
        role = ecs_role(Source("environment", METADATA_ROLE, environ), environ)
        candidates = (Credentials("the metadata service of ECS", exchange=role),)
    url = environ.get(KEYS_URL)
    if url:
        candidates = (*candidates, Credentials(f"environment {KEYS_URL}", exchange=keys_url(url, KEYS_URL)))
    else:
        looked = (*looked, f"environment {KEYS_URL}")
    return last_resort(CHAIN, candidates, looked)
