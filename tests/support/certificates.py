# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes certificates for servers on this machine, which only clients with their authority trust."""

from __future__ import annotations

import datetime
import pathlib
import typing as t

import trustme


class Files(t.NamedTuple):
    """Paths of a certificate with that of its authority, which is to be trusted, and of its key."""

    certificate: str
    key: str


def issued(folder: pathlib.Path, *names: str, days: tuple[int, int] = (-1, 1)) -> Files:
    """Issue a certificate for these names, by default this machine, valid from and until so many days from now."""
    authority, now = trustme.CA(), datetime.datetime.now(datetime.timezone.utc)
    first, last = (now + datetime.timedelta(days=day) for day in days)
    certificate = authority.issue_cert(*(names or ["127.0.0.1"]), not_before=first, not_after=last)
    files = Files(str(folder / "cert.pem"), str(folder / "key.pem"))
    certificate.private_key_pem.write_to_path(files.key)
    for blob in (*certificate.cert_chain_pems, authority.cert_pem):
        blob.write_to_path(files.certificate, append=True)
    return files
