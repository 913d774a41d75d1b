# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials of Azure, in the order of azure.azcollection. Pure: environment and files are passed in."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile
from .._credentials.model import Credentials
from .._credentials.source import Source, describe, fields_from
from .entra import Application, ClientSecret
from .names import CHAIN, METHODS
from .settings import cloud_of


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the credentials of the first source that has some. Raise CredentialsMissing if none has."""
    sources = (CHAIN.options(options), *CHAIN.environment(environ))
    for source in sources:
        found = _from_source(source, options)
        if found:
            return found
    raise CHAIN.no_credentials(describe(source, METHODS) for source in sources)


def _from_source(source: Source, options: Options) -> t.Optional[Credentials]:
    fields = fields_from(source, METHODS)
    if not fields:
        return None
    if fields.get("access_token"):
        return Credentials(source.title, auth_token=fields["access_token"])
    proof = ClientSecret(fields["secret"])
    return Credentials(
        source.title, exchange=Application(fields["tenant"], fields["client_id"], cloud_of(options), proof)
    )
