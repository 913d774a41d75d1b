# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials and the region of AWS, as boto3 does, in its order."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._core.values import Environ, Options, ReadFile
from .._credentials.model import Credentials
from .._credentials.source import Source, credentials_from, first_set, text_of
from . import profiles
from .names import CA_NAME, CHAIN, ENVIRONMENT, KEYS_BY_ID, OPTIONS, REGION_NAMES


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the keys to use, or an exchange for them, with the role that the user asks for."""
    credentials = _static_keys(options, environ) or _from_chain(options, environ, read)
    title, path = _trusted(options, environ, read)
    return replace(credentials, ca_path=path, ca_title=title) if path else credentials


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option, the environment or the profile, or "" if none names one."""
    named = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return named.strip() or profiles.region_of(options, environ, read)


def _static_keys(options: Options, environ: Environ) -> t.Optional[Credentials]:
    """Return keys from options or environment if no role and no profile is asked for; else None."""
    role_options = Source("options", OPTIONS, options)
    if any(role_options.find(name) for name in OPTIONS):
        return None
    keys = credentials_from(CHAIN.options(options), CHAIN.methods)
    if keys or options.get("profile"):
        return keys
    return credentials_from(Source("environment", ENVIRONMENT, environ), (KEYS_BY_ID,))


def _trusted(options: Options, environ: Environ, read: ReadFile) -> tuple[str, str]:
    """Return what names the certificates to trust, and their path, or ("", "") if nothing does."""
    if environ.get(CA_NAME):
        return CA_NAME, environ[CA_NAME]
    config = profiles.read_config(options, environ, read)
    title = f"{config.title_of(config.named)}: ca_bundle"
    return title, text_of(config.profile.get("ca_bundle"), title)


# Import the other sources only when they are needed: that takes longer than everything else about this cloud.


def _from_chain(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    from . import chain  # noqa: PLC0415

    return chain.resolve(options, environ, read)
