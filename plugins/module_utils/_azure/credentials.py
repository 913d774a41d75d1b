# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials of Azure, in the order of azure.azcollection. Pure: environment and files are passed in."""

from __future__ import annotations

import typing as t

from .._core.values import Environ, Options, ReadFile
from .._credentials.chain import read_token
from .._credentials.model import Credentials
from .._credentials.source import Source, fields_from
from .entra import Application, ClientSecret, FederatedToken, Proof
from .names import METHODS
from .settings import cloud_of, find_source


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the credentials of the first source that has some, else those that this machine may have."""
    found = find_source(options, environ, read)
    if found.source is None:
        return _from_machine(options, environ, found.searched)
    return _from_source(found.source, options, read)


def _from_source(source: Source, options: Options, read: ReadFile) -> Credentials:
    fields = fields_from(source, METHODS)
    if fields.get("access_token"):
        return Credentials(source.title, auth_token=fields["access_token"], file=source.file)
    proof = _proof(source, fields, read)
    application = Application(fields["tenant"], fields["client_id"], cloud_of(options), proof)
    return Credentials(source.title, exchange=application, file=source.file)


def _proof(source: Source, fields: t.Mapping[str, str], read: ReadFile) -> Proof:
    """Return what proves who the application is."""
    if fields.get("secret"):
        return ClientSecret(fields["secret"])
    if fields.get("federated_token_file"):
        what = f"{source.title}: {source.called('federated_token_file')}"
        return FederatedToken(read_token(fields["federated_token_file"], what, read))
    return _certificate(source, fields, read)


# Import the other ways only when they are needed: that takes longer than everything else about this cloud.


def _certificate(source: Source, fields: t.Mapping[str, str], read: ReadFile) -> Proof:
    from .certificate import certificate_of  # noqa: PLC0415

    return certificate_of(source, fields, read)


def _from_machine(options: Options, environ: Environ, searched: tuple[str, ...]) -> Credentials:
    from .machine import machine_credentials  # noqa: PLC0415

    return machine_credentials(options, environ, searched)
