# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Credentials of Alibaba Cloud."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile
from .._credentials.model import Credentials
from .._credentials.source import Source, credentials_from, first_set
from .names import CHAIN, OPTIONS, REGION_NAMES


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """The keys to use, or whom to ask for them; with a role that is asked for on top."""
    return _plain(options, environ) or _from_anywhere(options, environ, read)


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """The region to ask: option, environment, then what the profile says; "" when it is nowhere."""
    given = str(options.get("region") or "") or first_set(REGION_NAMES, environ)[1]
    return given.strip() or _region_of(options, environ, read)


def _plain(options: Options, environ: Environ) -> t.Optional[Credentials]:
    """Keys among the options or in the environment, where nothing asks for another place or a role; None for all else."""
    role = Source("options", OPTIONS, options)
    if options.get("profile") or any(role.find(name) for name in OPTIONS):
        return None
    for source in (CHAIN.options(options), *CHAIN.environment(environ)):
        found = credentials_from(source, CHAIN.methods)
        if found:
            return None if source.find("role_arn") else found
    return None


# What other places there are takes more time to import than all else about the cloud.


def _from_anywhere(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    from . import chain  # noqa: PLC0415

    return chain.resolve(options, environ, read)


def _region_of(options: Options, environ: Environ, read: ReadFile) -> str:
    from . import profiles  # noqa: PLC0415

    return profiles.region_of(options, environ, read)
