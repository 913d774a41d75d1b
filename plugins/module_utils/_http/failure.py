# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Why there is no answer: what requests, urllib3 and OpenSSL raise, in words for a person."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from .._core.errors import Unavailable, UnknownHost, Untrusted
from .environment import BUNDLE_VARIABLES
from .message import Request

try:
    import urllib3
except ImportError:  # the modules say so in their own words before anything here runs
    pass


_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
# Of OpenSSL's codes for what is wrong with a certificate.
_ENDED, _NOT_YET, _NAMES = 10, 9, (62, 64)


def failure_of(request: Request, exc: BaseException, proxy: str, seconds: float) -> Unavailable:
    """What is in the way of an answer, in words that tell whose turn it is; ``proxy`` is the one that was asked, if any."""
    cause = _innermost(exc)
    through = f" through the proxy {proxy}" if proxy else ""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Untrusted(f"the certificate of {request.host}{through} is refused: {_distrust(cause)}")
    if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
        return UnknownHost(_unknown(request, proxy))
    if isinstance(cause, (socket.timeout, urllib3.exceptions.TimeoutError)):
        return Unavailable(f"no answer from {request.host}{through}: it did not end in time, within {seconds:g} s")
    return Unavailable(f"no answer from {request.host}{through}: {_told(cause)}")


def _unknown(request: Request, proxy: str) -> str:
    if proxy:
        return f"the name of the proxy {proxy} is not known; check it, and the name server of this machine"
    host = urlsplit(request.endpoint).hostname
    return f"the name {host} is not known; check region and endpoint, and the name server of this machine"


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a certificate, and the way out."""
    code, why = error.verify_code, error.verify_message.rstrip(".")
    if code in _NAMES:
        return f"it is for another name ({why}); give the endpoint by a name that is in it"
    if code in (_ENDED, _NOT_YET):
        return f"{why}; it is to be renewed, if the clock of this machine is right"
    return (
        f"{why}; if an authority of your own has signed it, name its certificate in ca_path, or in {BUNDLE_VARIABLES[0]}. "
        "validate_certs: false would trust anybody, with your keys"
    )


def _innermost(exc: BaseException) -> BaseException:
    """The reason that others are wrapped around."""
    while True:
        inner = getattr(exc, "reason", None) or next((arg for arg in exc.args if isinstance(arg, BaseException)), None)
        if not isinstance(inner, BaseException):
            return exc
        exc = inner


def _told(exc: BaseException) -> str:
    """A reason without the object addresses and URLs that libraries put into it."""
    if isinstance(exc, OSError) and exc.strerror and not isinstance(exc, ssl.SSLError):
        return exc.strerror
    text = str(exc).rsplit(">: ", 1)[-1].rsplit("object at 0x", 1)[-1]
    return f"{type(exc).__name__}: {text}"
