# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Connect to a proxy. Tell errors of the proxy from errors behind it, and send a refused password only once."""

from __future__ import annotations

import functools
import http.client
import threading
import time
import typing as t

try:
    import urllib3
except ImportError:  # the modules report a missing library before they use this file
    pass

# A refusal is remembered for this many seconds. After that the same password may have become valid.
REFUSAL_SECONDS = 600.0
Step = t.Callable[..., t.Any]
ProxyCredentials = t.Optional[tuple[t.Any, ...]]


class ProxyError(OSError):
    """The connection to the proxy failed, or the proxy refused. The request has not reached the endpoint."""


def raising_proxy_error(step: Step) -> Step:
    """Wrap a connection step so that its errors are raised as ProxyError."""

    @functools.wraps(step)
    def wrapped(connection: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return step(connection, *args, **kwargs)
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as exc:
            raise ProxyError(exc) from exc
        except ValueError as exc:
            if is_hostname_mismatch(exc):
                raise ProxyError(exc) from exc
            raise

    return wrapped


def with_password_gate(step: Step, credentials_of: t.Callable[[t.Any], ProxyCredentials]) -> Step:
    """Wrap a connection step that sends the proxy password, so that a refused password is not sent again."""

    @functools.wraps(step)
    def wrapped(connection: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        credentials = credentials_of(connection)
        attempt = functools.partial(step, connection, *args, **kwargs)
        return _gate_of(credentials).run(attempt, connection.timeout) if credentials else attempt()

    return wrapped


def tunnel_credentials(connection: t.Any) -> ProxyCredentials:
    """Return the HTTP proxy's host and port, and the user and password sent to it; None if there is no password."""
    headers = {name.lower(): value for name, value in (getattr(connection, "_tunnel_headers", None) or {}).items()}
    password = headers.get("proxy-authorization")
    return (connection._dns_host, connection.port, password) if password else None


def socks_credentials(connection: t.Any) -> ProxyCredentials:
    """Return what is sent to a SOCKS proxy, its user and password included; None if there is no user."""
    options = getattr(connection, "_socks_options", None) or {}
    return tuple(sorted((name, str(value)) for name, value in options.items())) if options.get("username") else None


class _PasswordGate:
    """Let threads with the same password take turns until it is accepted once. Until then it may be wrong."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accepted = False
        self._refused_at = float("-inf")
        self._refusal: tuple[t.Any, ...] = ()

    def run(self, attempt: t.Callable[[], t.Any], seconds: t.Optional[float]) -> t.Any:
        """Return the result of the attempt. A thread stops waiting for its turn after ``seconds``, or never if that is None."""
        locked = not self._accepted and self._lock.acquire(timeout=-1 if seconds is None else seconds)
        try:
            if time.monotonic() - self._refused_at < REFUSAL_SECONDS:
                raise ProxyError(*self._refusal)
            return self._attempt(attempt)
        finally:
            if locked:
                self._lock.release()

    def _attempt(self, attempt: t.Callable[[], t.Any]) -> t.Any:
        try:
            result = attempt()
        except ProxyError as exc:
            if refuses_password(exc):
                self._accepted, self._refused_at, self._refusal = False, time.monotonic(), exc.args
            raise
        self._accepted = True
        return result


_GATES: dict[tuple[t.Any, ...], _PasswordGate] = {}
_GATES_LOCK = threading.Lock()


def _gate_of(credentials: tuple[t.Any, ...]) -> _PasswordGate:
    with _GATES_LOCK:
        return _GATES.setdefault(credentials, _PasswordGate())


# What a proxy answered

_TUNNEL_REFUSED = "Tunnel connection failed: "


def status_of(exc: BaseException) -> int:
    """Return the status with which a proxy refused a connection, or 0 if it did not."""
    before, marker, after = str(exc).partition(_TUNNEL_REFUSED)
    return int(after[:3]) if marker and not before and after[:3].isdecimal() else 0


def refuses_password(exc: BaseException) -> bool:
    """Say whether a proxy has refused the user or the password."""
    return any(status_of(cause) == 407 or type(cause).__name__.startswith("SOCKS5Auth") for cause in causes(exc))


def is_hostname_mismatch(exc: BaseException) -> bool:
    """Say whether a certificate is for another name, as urllib3 before version 2 reports it."""
    return type(exc).__name__ == "CertificateError"


def causes(exc: BaseException) -> list[BaseException]:
    """Return an error and the errors that it wraps, down to the innermost."""
    chain: list[BaseException] = []
    error: t.Optional[BaseException] = exc
    while error is not None and error not in chain:
        chain.append(error)
        error = _reason_of(error)
    return chain


def _reason_of(exc: BaseException) -> t.Optional[BaseException]:
    """Return the error that an error wraps. urllib3 keeps PySocks's errors only as text, so those are taken from the context."""
    context = exc.__cause__ or exc.__context__
    socks_error = context if type(context).__module__ == "socks" else None
    candidates = (getattr(exc, "reason", None), getattr(exc, "socket_err", None), *exc.args, socks_error)
    return next((candidate for candidate in candidates if isinstance(candidate, BaseException)), None)
