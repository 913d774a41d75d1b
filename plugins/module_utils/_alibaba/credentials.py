# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials and the region of Alibaba Cloud."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile
from .._credentials.model import Credentials
from .._credentials.source import Source, credentials_from, first_set
from .key_names import CHAIN, OPTIONS, REGION_NAMES


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the keys to use, or an exchange for them, with the role that the user asks for."""
    return _static_keys(options, environ) or _from_chain(options, environ, read)


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option, the environment or the profile, or "" if none names one."""
    named = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return named.strip() or _region_of(options, environ, read)


def _static_keys(options: Options, environ: Environ) -> t.Optional[Credentials]:
    """Return keys from options or environment if no role, profile or instance is asked for; else None."""
    role_options = Source("options", OPTIONS, options)
    if options.get("profile") or any(role_options.find(name) for name in OPTIONS):
        return None
    for source in (CHAIN.options(options), *CHAIN.environment(environ)):
        keys = credentials_from(source, CHAIN.methods)
        if keys:
            return None if source.find("role_arn") else keys
    return None


# Import the other sources only when they are needed: that takes longer than everything else about this cloud.


def _from_chain(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    from . import chain  # noqa: PLC0415

    return chain.resolve(options, environ, read)


def _region_of(options: Options, environ: Environ, read: ReadFile) -> str:
    from . import profiles  # noqa: PLC0415

    return profiles.region_of(options, environ, read)
