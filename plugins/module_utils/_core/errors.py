# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What can go wrong between us and a cloud: one tree, raised at the client, judged by the one who waits."""

from __future__ import annotations

import typing as t
from datetime import datetime


class OptionError(ValueError):
    """Input that cannot work, found before any call; the text names the option and the way out."""


class CredentialsMissing(OptionError):
    """No credentials in any place that was looked in; the text names every place."""


class CloudError(Exception):
    """An API refused, for good: asking again the same way cannot help.

    ``code`` and ``message`` are the API's own words, ``http_status`` is 0 where there was no answer at all,
    ``retry_after`` is in seconds, ``served_at`` the time by the clock of the one who answered. What may pass, but has not
    after ``give_up_after`` tries in a row, will not: as long as nothing has ever been answered this way. What never ``heals``
    will not even then. ``login_at`` is the URL that a login has asked, until it is said that it was one.
    """

    kind = "refused"
    give_up_after: t.Optional[int] = None
    heals = True
    login_at = ""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        http_status: int = 0,
        request_id: str = "",
        retry_after: t.Optional[float] = None,
        served_at: t.Optional[datetime] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.retry_after = retry_after
        self.served_at = served_at

    def __str__(self) -> str:
        text = self.message.rstrip(". ")
        return f"{self.code}: {text}" if self.code else text

    def failure(self) -> dict[str, t.Any]:
        """The structured form that modules return under ``failure``."""
        return {
            "kind": self.kind,
            "code": self.code or None,
            "message": self.message,
            "http_status": self.http_status or None,
            "request_id": self.request_id or None,
        }


class NotFound(CloudError):
    """The cloud does not know the task (or not yet, or no more)."""

    kind = "not_found"


class Throttled(CloudError):
    """Too many calls: neither success nor failure, ask again later and more slowly."""

    kind = "throttled"


class Unavailable(CloudError):
    """No usable answer: 5xx, network, a body that is not what the API promises. Worth another try."""

    kind = "unavailable"


class Untrusted(Unavailable):
    """The certificate of the one who answers is refused, or those to trust cannot be read. Time does not heal it."""

    give_up_after = 1


class UnknownHost(Unavailable):
    """No name server knows the host: a wrong region or endpoint. One that is just starting up may know it in a moment."""

    give_up_after = 3


class WrongProtocol(Unavailable):
    """Who answers does not speak what the URL says, or has no version of it in common with this machine."""

    give_up_after = 2


class Redirected(Unavailable):
    """The answer is that somebody else is to be asked, who is never told a key."""

    give_up_after = 2


class ProxyRefused(Unavailable):
    """The proxy lets nobody through to this host, or is none."""

    give_up_after = 2


class ProxyPasswordRefused(ProxyRefused):
    """The proxy refuses user and password. They are not sent again: some proxies lock a user after a few tries."""

    give_up_after = 1
    heals = False


class Unauthorized(CloudError):
    """Access denied. Asking again does not help."""

    kind = "unauthorized"


class BadSignature(Unauthorized):
    """The key or the signature is refused. Never retried: five in a row lock a Huawei Cloud key for 5 minutes."""

    kind = "bad_signature"


class BadDate(BadSignature):
    """The date of the request is refused, or may be what is wrong: worth one more try if the two clocks differ."""


class CredentialsExpired(Unauthorized):
    """The credentials ended; worth resolving them again, once."""

    kind = "credentials_expired"
