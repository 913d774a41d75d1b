# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Explain why there is no response: what urllib3, http.client and OpenSSL raise, in words for a person.

The class of the error says whether a retry may help.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
from urllib.parse import urlsplit

from .._core.errors import ProxyPasswordRefused, ProxyRefused, Unavailable, UnknownHost, Untrusted, WrongProtocol
from .environment import BUNDLE_VARIABLES, Proxy
from .message import Request
from .proxy import ProxyError, causes, is_hostname_mismatch, refuses_password, status_of

try:
    import urllib3
except ImportError:  # the modules report a missing library before they use this file
    pass


_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
# OpenSSL's codes for what is wrong with a certificate.
_EXPIRED, _NOT_YET_VALID, _WRONG_NAME = 10, 9, (62, 64)


class Trouble(t.NamedTuple):
    """A request without a response: its cause, and whether it happened ``at_proxy``. ``proxy`` is None if none is used."""

    request: Request
    cause: BaseException
    proxy: t.Optional[Proxy]
    at_proxy: bool
    seconds: float

    @property
    def whose(self) -> str:
        """Name the server or proxy that has the problem."""
        return f"the proxy {self.proxy}" if self.at_proxy else f"{self.request.host}{self.through}"

    @property
    def through(self) -> str:
        """Name the proxy on the way, for a message."""
        return f" through the proxy {self.proxy}" if self.proxy else ""


def failure_of(request: Request, exc: BaseException, proxy: t.Optional[Proxy], seconds: float) -> Unavailable:
    """Return the error for a request without a response. Its message says what to change; ``proxy`` is the one used, if any."""
    reasons = causes(exc)
    at_proxy = proxy is not None and any(isinstance(reason, ProxyError) for reason in reasons)
    trouble = Trouble(request, reasons[-1], proxy, at_proxy, seconds)
    errors = (explain(trouble) for explain in _EXPLANATIONS)
    return next((error for error in errors if error), None) or _temporary(trouble, _reason_text(trouble.cause))


def _temporary(trouble: Trouble, why: str) -> Unavailable:
    """Return an error that a retry may heal."""
    return Unavailable(f"no answer from {trouble.request.host}{trouble.through}: {why}")


def _out_of_time(trouble: Trouble) -> t.Optional[Unavailable]:
    cause, exceptions = trouble.cause, urllib3.exceptions
    is_over = isinstance(cause, (socket.timeout, exceptions.TimeoutError))
    # Some versions of urllib3 derive immediate failures from the timeout error.
    if not is_over or isinstance(cause, exceptions.NewConnectionError):
        return None
    return _temporary(trouble, f"it did not end in time, within {trouble.seconds:g} s")


# Names


def _no_such_host(trouble: Trouble) -> t.Optional[Unavailable]:
    cause = trouble.cause
    if not isinstance(cause, socket.gaierror) or cause.errno not in _NO_SUCH_NAME:
        return None
    if trouble.at_proxy:
        return UnknownHost(
            f"the name of the proxy {trouble.proxy} cannot be resolved; check it, and the name server of this machine"
        )
    host = urlsplit(trouble.request.endpoint).hostname
    return UnknownHost(
        f"the name {host} cannot be resolved; check region and endpoint, and the name server of this machine"
    )


# Proxies


def _refused_password(trouble: Trouble) -> t.Optional[Unavailable]:
    if not refuses_password(trouble.cause):
        return None
    proxy = trouble.proxy
    answer = "answers 407 (Proxy Authentication Required)" if status_of(trouble.cause) else "has answered"
    if proxy and not proxy.has_user:
        return ProxyRefused(
            f"the proxy {proxy} {answer}: it wants a user and a password; put them into {proxy.variable}, "
            f"as in {proxy.scheme}://user:password@{proxy.address}"
        )
    return ProxyPasswordRefused(
        f"the proxy {proxy} {answer}: it refuses the user or the password in {proxy and proxy.variable}. They are not sent "
        "again; put the right ones there, with what is no letter or digit as %40 and the like"
    )


# A proxy may answer these differently in a moment. With a 5xx it says that it cannot reach the host itself.
_MAY_PASS = (408, 425, 429)


def _refused_tunnel(trouble: Trouble) -> t.Optional[Unavailable]:
    status = status_of(trouble.cause)
    if not status:
        return None
    refusal = f"the proxy {trouble.proxy} does not connect to {trouble.request.host}: it answers {_status_line(trouble.cause)}"
    if status in _MAY_PASS or (status >= 500 and status not in (501, 505)):
        return Unavailable(refusal)
    if status == 403:
        return ProxyRefused(
            f"{refusal}; have it allow this host, or name the host in NO_PROXY if it can be reached without"
        )
    return ProxyRefused(f"{refusal}; is it a proxy for HTTPS, and its port the right one?")


def _status_line(cause: BaseException) -> str:
    """Return the status, and the proxy's text about it."""
    text = str(cause).partition(": ")[2]
    return " ".join(text.split())


# TLS

_NOT_TLS = "does not speak TLS"
_NO_CLIENT = "requires a client certificate, which this collection cannot send"
_NO_NAME = "knows no host of this name, so TLS does not begin; check the name"
_NO_VERSION = "and this machine have no TLS version in common; update the older one"
_NO_CIPHER = (
    "and this machine do not agree on a way to encrypt: one of them is too old for the other, whose policy "
    "(that of OpenSSL here) forbids it"
)
# Parts of OpenSSL's names for reasons. The first that matches counts. Any other reason may be temporary.
_TLS: tuple[tuple[str, str], ...] = (
    ("WRONG_VERSION_NUMBER", _NOT_TLS),
    ("RECORD_LAYER_FAILURE", _NOT_TLS),
    ("UNKNOWN_PROTOCOL", _NOT_TLS),
    ("HTTP_REQUEST", _NOT_TLS),
    ("HTTPS_PROXY_REQUEST", _NOT_TLS),
    ("LENGTH_TOO_LONG", _NOT_TLS),
    ("BAD_RECORD_TYPE", _NOT_TLS),
    ("UNEXPECTED_MESSAGE", _NOT_TLS),
    ("CERTIFICATE_REQUIRED", _NO_CLIENT),
    ("ALERT_BAD_CERTIFICATE", _NO_CLIENT),
    ("ALERT_NO_CERTIFICATE", _NO_CLIENT),
    ("ALERT_UNKNOWN_CA", _NO_CLIENT),
    ("ALERT_ACCESS_DENIED", _NO_CLIENT),
    ("UNRECOGNIZED_NAME", _NO_NAME),
    ("PROTOCOL", _NO_VERSION),
    ("VERSION", _NO_VERSION),
    ("HANDSHAKE_FAILURE", _NO_CIPHER),
    ("INSUFFICIENT_SECURITY", _NO_CIPHER),
    ("CIPHER", _NO_CIPHER),
    ("KEY_TOO_SMALL", _NO_CIPHER),
    ("LEGACY", _NO_CIPHER),
    ("NO_SHARED", _NO_CIPHER),
)


def _untrusted(trouble: Trouble) -> t.Optional[Unavailable]:
    cause = trouble.cause
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Untrusted(f"the certificate of {trouble.whose} is refused: {_certificate_problem(cause)}")
    if is_hostname_mismatch(cause):
        return Untrusted(f"the certificate of {trouble.whose} is refused: {_for_another_name(_reason_text(cause))}")
    return None


def _no_tls(trouble: Trouble) -> t.Optional[Unavailable]:
    cause = trouble.cause
    if not isinstance(cause, ssl.SSLError):
        return None
    reason = _reason_of(cause)
    why = next((words for part, words in _TLS if part in reason), "")
    if not why:
        return _temporary(trouble, _broken_off(cause, reason))
    return WrongProtocol(f"{trouble.whose} {why}{_other_scheme(trouble) if why == _NOT_TLS else ''}")


def _reason_of(cause: ssl.SSLError) -> str:
    """Return OpenSSL's name for a reason. Some versions have no name for a reason that others name."""
    reason = getattr(cause, "reason", None) or str(cause)
    return str(reason).upper().replace(" ", "_")


def _other_scheme(trouble: Trouble) -> str:
    """Suggest another scheme or port for a server that does not speak TLS."""
    if trouble.at_proxy and trouble.proxy:
        return f"; write http://{trouble.proxy.address} in {trouble.proxy.variable}, or is it another port?"
    return "; is it http://, or another port?"


def _broken_off(cause: ssl.SSLError, reason: str) -> str:
    if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) or "EOF" in reason:
        return "the connection was closed while TLS was to begin or to go on"
    return f"TLS ends with an error ({reason.lower().replace('_', ' ')})"


def _certificate_problem(error: ssl.SSLCertVerificationError) -> str:
    """Say what is wrong with a certificate, and what to do about it."""
    code, why = error.verify_code, error.verify_message.rstrip(".")
    if code in _WRONG_NAME:
        return _for_another_name(why)
    if code in (_EXPIRED, _NOT_YET_VALID):
        return f"{why}; it is to be renewed, if the clock of this machine is right"
    return (
        f"{why}; if an authority of your own has signed it, name its certificate in ca_path, or in {BUNDLE_VARIABLES[0]}. "
        "validate_certs: false would trust anybody, with your keys"
    )


def _for_another_name(why: str) -> str:
    return f"it is for another name ({why}); give the endpoint by a name that is in it"


# HTTP


def _no_http(trouble: Trouble) -> t.Optional[Unavailable]:
    """Explain that the server speaks another protocol. If the connection just closes, the protocol is unknown."""
    cause = trouble.cause
    is_other = isinstance(cause, (http.client.BadStatusLine, http.client.UnknownProtocol))
    if not is_other or isinstance(cause, http.client.RemoteDisconnected):
        return None
    if str(cause.args[0] if cause.args else "").lstrip("'\"").startswith(("\x15\x03", "\\x15\\x03")):
        return WrongProtocol(f"{trouble.whose} speaks TLS; is it https://?")
    return WrongProtocol(f"{trouble.whose} does not speak HTTP; is it another port?")


def _reason_text(exc: BaseException) -> str:
    """Return the text of an error without the object addresses and URLs that libraries put into it."""
    if isinstance(exc, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(exc, OSError) and exc.strerror and not isinstance(exc, ssl.SSLError):
        return exc.strerror
    text = str(exc).rsplit(">: ", 1)[-1].rsplit("object at 0x", 1)[-1]
    return f"{type(exc).__name__}: {text}"


_EXPLANATIONS: tuple[t.Callable[[Trouble], t.Optional[Unavailable]], ...] = (
    _untrusted,
    _no_tls,
    _no_such_host,
    _out_of_time,
    _refused_password,
    _refused_tunnel,
    _no_http,
)
