# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the proxies and certificates that environment variables name, and check that they can be used."""

from __future__ import annotations

import errno
import os
import re
import ssl
import stat
import typing as t
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

from .._core.errors import OptionError
from .._core.values import Environ

try:
    import urllib3
except ImportError:  # the modules report a missing library before they use this file
    pass


PROXY_VARIABLES = ("https_proxy", "all_proxy")
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXY_LIKE = "http://proxy.example.com:3128"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+", re.ASCII)


class Proxy(t.NamedTuple):
    """A proxy, named by host and port because its URL may hold a password, and by the variable that sets it."""

    address: str
    variable: str
    scheme: str
    has_user: bool

    def __str__(self) -> str:
        return f"{self.address} ({self.variable})"


def name_of_proxy(proxy: t.Optional[str]) -> t.Optional[Proxy]:
    """Return what a message may say about a proxy, or None if there is none."""
    if not proxy:
        return None
    parts = urllib3.util.parse_url(proxy)
    address = f"{parts.host}:{parts.port}" if parts.port else f"{parts.host}"
    return Proxy(address, variable_of(PROXY_VARIABLES), parts.scheme or "http", bool(parts.auth))


def secrets_of_proxies(environ: Environ) -> frozenset[str]:
    """Return the secrets in the proxy variables: passwords, in all the forms in which they are written or sent."""
    secrets: set[str] = set()
    for name, url in environ.items():
        user, dummy, password = url.rpartition("@")[0].rpartition("//")[2].partition(":")
        if name.lower().endswith("_proxy") and password:
            user_info = f"{unquote(user)}:{unquote(password)}".encode("utf-8", "replace")
            secrets |= {password, unquote(password), b64encode(user_info).decode()}
    return frozenset(secrets)


def variable_of(names: t.Sequence[str]) -> str:
    """Return which of these variables is set, as the environment spells it; else the first.

    None may be set if the proxy comes from the settings of a desktop.
    """
    spellings = {name.lower(): name for name in os.environ if os.environ[name]}
    return next((spellings[name.lower()] for name in names if name.lower() in spellings), names[0])


def check_bundle(path: str, name: str) -> None:
    """Check that the trusted certificates can be read. An OptionError names the option or variable that points to them."""
    try:
        files = [file.name for file in Path(path).iterdir()] if Path(path).is_dir() else None
        if files is None and not stat.S_ISREG(Path(path).stat().st_mode):
            # OpenSSL would wait for somebody who writes to a pipe, or read a device without an end.
            raise OSError(errno.EINVAL, "it is no plain file")
        if files is None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except FileNotFoundError:
        homeless = " because there is no home directory" if path.startswith("~") else ""
        raise OptionError(
            f"{name}: there is no {path}{homeless}; give the file or directory of the certificates to trust"
        ) from None
    except OSError as exc:
        why = "it holds no certificate in PEM form" if isinstance(exc, ssl.SSLError) else exc.strerror
        raise OptionError(
            f"{name}: the certificates in {path} cannot be read ({why}); give a file that begins with -----BEGIN CERTIFICATE-----"
        ) from None
    if files is not None and not any(_HASHED.fullmatch(file) for file in files):
        raise OptionError(
            f"{name}: no certificate in {path} can be found by its hash; run openssl rehash {path}, or give a file"
        )
