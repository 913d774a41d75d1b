# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The way to a proxy: trouble there is no trouble behind it, and a password that it refuses is sent once."""

from __future__ import annotations

import functools
import http.client
import threading
import time
import typing as t

try:
    import urllib3
except ImportError:  # the modules say so in their own words before anything here runs
    pass

# A refusal counts for all that a wait asks at about the same time. Later the same password may be good again.
REMEMBERED = 600.0
Step = t.Callable[..., t.Any]
Password = t.Optional[tuple[t.Any, ...]]


class AtProxy(OSError):
    """What went wrong on the way to a proxy, or what the proxy itself has answered: nothing has reached the endpoint yet."""


def at_proxy(step: Step) -> Step:
    """The same step of a connection, whose trouble is that of the proxy."""

    @functools.wraps(step)
    def asked(connection: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return step(connection, *args, **kwargs)
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as exc:
            raise AtProxy(exc) from exc
        except ValueError as exc:
            if is_wrong_name(exc):
                raise AtProxy(exc) from exc
            raise

    return asked


def with_password(step: Step, password_of: t.Callable[[t.Any], Password]) -> Step:
    """The same step, which sends the password of the proxy, if there is one; not again once that was refused."""

    @functools.wraps(step)
    def asked(connection: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        password = password_of(connection)
        attempt = functools.partial(step, connection, *args, **kwargs)
        return _turn_of(password).take(attempt, connection.timeout) if password else attempt()

    return asked


def sent_to_tunnel(connection: t.Any) -> Password:
    """User and password that go to an HTTP proxy, and where it is."""
    headers = {name.lower(): value for name, value in (getattr(connection, "_tunnel_headers", None) or {}).items()}
    password = headers.get("proxy-authorization")
    return (connection._dns_host, connection.port, password) if password else None


def sent_to_socks(connection: t.Any) -> Password:
    """The same for a SOCKS proxy."""
    options = getattr(connection, "_socks_options", None) or {}
    return tuple(sorted((name, str(value)) for name, value in options.items())) if options.get("username") else None


class _Turn:
    """Has those who send the same password take turns, until one is let through: until then it may be a wrong one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._good = False
        self._refused_at = float("-inf")
        self._refusal: tuple[t.Any, ...] = ()

    def take(self, attempt: t.Callable[[], t.Any], seconds: t.Optional[float]) -> t.Any:
        """What the attempt gives. Who has waited for so long goes on: a password is refused at once or not at all."""
        mine = not self._good and self._lock.acquire(timeout=-1 if seconds is None else seconds)
        try:
            if time.monotonic() - self._refused_at < REMEMBERED:
                raise AtProxy(*self._refusal)
            return self._made(attempt)
        finally:
            if mine:
                self._lock.release()

    def _made(self, attempt: t.Callable[[], t.Any]) -> t.Any:
        try:
            gained = attempt()
        except AtProxy as exc:
            if refuses_password(exc):
                self._good, self._refused_at, self._refusal = False, time.monotonic(), exc.args
            raise
        self._good = True
        return gained


_TURNS: dict[tuple[t.Any, ...], _Turn] = {}
_TURNS_LOCK = threading.Lock()


def _turn_of(password: tuple[t.Any, ...]) -> _Turn:
    with _TURNS_LOCK:
        return _TURNS.setdefault(password, _Turn())


# What a proxy has answered

_REFUSED = "Tunnel connection failed: "


def status_of(exc: BaseException) -> int:
    """The status with which a proxy has refused to connect; 0 where it has not."""
    before, told, after = str(exc).partition(_REFUSED)
    return int(after[:3]) if told and not before and after[:3].isdecimal() else 0


def refuses_password(exc: BaseException) -> bool:
    """Whether a proxy has refused the user or the password."""
    return any(status_of(each) == 407 or type(each).__name__.startswith("SOCKS5Auth") for each in causes(exc))


def is_wrong_name(exc: BaseException) -> bool:
    """Whether a certificate is for another name, as urllib3 before 2 says it."""
    return type(exc).__name__ == "CertificateError"


def causes(exc: BaseException) -> list[BaseException]:
    """An error, and the reasons that it is wrapped around, down to the innermost."""
    found: list[BaseException] = []
    inner: t.Optional[BaseException] = exc
    while inner is not None and inner not in found:
        found.append(inner)
        inner = _reason_of(inner)
    return found


def _reason_of(exc: BaseException) -> t.Optional[BaseException]:
    """What an error is wrapped around. What PySocks has raised, urllib3 tells in its text alone."""
    before = exc.__cause__ or exc.__context__
    of_socks = before if type(before).__module__ == "socks" else None
    told = (getattr(exc, "reason", None), getattr(exc, "socket_err", None), *exc.args, of_socks)
    return next((each for each in told if isinstance(each, BaseException)), None)
