# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Proxies and certificates that environment variables name."""

from __future__ import annotations

import os
import re
import ssl
import typing as t
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

from .._core.errors import OptionError
from .._core.values import Environ

try:
    import urllib3
except ImportError:  # the modules say so in their own words before anything here runs
    pass


PROXY_VARIABLES = ("https_proxy", "all_proxy")
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXY_LIKE = "http://proxy.example.com:3128"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+", re.ASCII)


class Proxy(t.NamedTuple):
    """A proxy by host and port, for there may be a password in its URL, and by the variable that names it."""

    where: str
    variable: str
    scheme: str
    has_user: bool

    def __str__(self) -> str:
        return f"{self.where} ({self.variable})"


def name_of_proxy(proxy: t.Optional[str]) -> t.Optional[Proxy]:
    """What may be said of a proxy."""
    if not proxy:
        return None
    parts = urllib3.util.parse_url(proxy)
    where = f"{parts.host}:{parts.port}" if parts.port else f"{parts.host}"
    return Proxy(where, variable_of(PROXY_VARIABLES), parts.scheme or "http", bool(parts.auth))


def secrets_of_proxies(environ: Environ) -> frozenset[str]:
    """What must never be shown of the proxies that variables name: passwords, and what is sent in their place."""
    found: set[str] = set()
    for name, url in environ.items():
        user, dummy, password = url.rpartition("@")[0].rpartition("//")[2].partition(":")
        if name.lower().endswith("_proxy") and password:
            sent = f"{unquote(user)}:{unquote(password)}".encode("utf-8", "replace")
            found |= {password, unquote(password), b64encode(sent).decode()}
    return frozenset(found)


def variable_of(names: t.Sequence[str]) -> str:
    """Which of these variables is set, as it is written there; the settings of a desktop may stand in for all of them."""
    found = {name.lower(): name for name in os.environ if os.environ[name]}
    return next((found[name.lower()] for name in names if name.lower() in found), names[0])


def check_bundle(path: str, name: str) -> None:
    """See that the certificates to trust are there; an OptionError names the option or the variable that points to them."""
    try:
        names = [each.name for each in Path(path).iterdir()] if Path(path).is_dir() else None
        if names is None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except FileNotFoundError:
        homeless = ", for there is no home directory" if path.startswith("~") else ""
        raise OptionError(
            f"{name}: there is no {path}{homeless}; give the file or directory of the certificates to trust"
        ) from None
    except OSError as exc:
        why = "it holds no certificate in PEM form" if isinstance(exc, ssl.SSLError) else exc.strerror
        raise OptionError(
            f"{name}: the certificates in {path} cannot be read ({why}); give a file that begins with -----BEGIN CERTIFICATE-----"
        ) from None
    if names is not None and not any(_HASHED.fullmatch(each) for each in names):
        raise OptionError(
            f"{name}: no certificate in {path} can be found by its hash; run openssl rehash {path}, or give a file"
        )
