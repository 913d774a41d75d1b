# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the errors that a call to a cloud can end with.

`_api` and `_credentials` raise them. `_wait` decides what each means for a wait.
"""

from __future__ import annotations

import typing as t
from datetime import datetime


class OptionError(ValueError):
    """Input that cannot work, found before any call is made. The text names the option and the way out."""


class NothingStarted(OptionError):
    """In check mode no step has started anything, so there is nothing to look at. ``option`` held their results."""

    def __init__(self, option: str) -> None:
        super().__init__(f"{option}: in check mode nothing was started, so there is nothing to look at")


class CredentialsMissing(OptionError):
    """No source has credentials. The text names every source that was searched."""


class CloudError(Exception):
    """A call failed, and repeating it cannot help. Subclasses say when it may.

    ``code`` and ``message`` are the API's own words. ``http_status`` is 0 if there was no response. ``retry_after`` is
    in seconds. ``served_at`` is the time by the server's clock. ``login_at`` is the URL of the login that failed, until
    the message names it. ``keys_from`` is where the refused credentials were found.

    After ``give_up_after`` failures in a row there is no hope, provided that the lane has never had a good answer. If
    ``heals`` is false, an earlier good answer makes no difference.
    """

    kind = "refused"
    give_up_after: t.Optional[int] = None
    heals = True
    login_at = ""
    keys_from = ""

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
        origin = f" (the credentials come from: {self.keys_from})" if self.keys_from else ""
        return f"{self.code}: {text}{origin}" if self.code else f"{text}{origin}"

    def failure(self) -> dict[str, t.Any]:
        """Return the dict that modules return as ``failure``."""
        return {
            "kind": self.kind,
            "code": self.code or None,
            "message": self.message,
            "http_status": self.http_status or None,
            "request_id": self.request_id or None,
        }


class NotSent(CloudError):
    """The question was never put to the API: something is wrong with it here. Not an answer of the API."""


class NotFound(CloudError):
    """The cloud does not know the task: not yet, not any more, or not at all."""

    kind = "not_found"


class Throttled(CloudError):
    """There were too many calls. This is neither success nor failure: call again later and more slowly."""

    kind = "throttled"


class Unavailable(CloudError):
    """There is no usable answer: a 5xx status, a network error, or an unexpected body. A retry may help."""

    kind = "unavailable"


class ListShifted(Unavailable):
    """A list has changed while its pages were read, so that a task may be on none of them."""


class Untrusted(Unavailable):
    """The server's certificate is refused, or the trusted certificates cannot be read. Waiting does not help."""

    give_up_after = 1


class UnknownHost(Unavailable):
    """No name server knows the host: the region or endpoint is wrong, or the host is just starting up."""

    give_up_after = 3


class WrongProtocol(Unavailable):
    """The server does not speak the protocol of the URL, or shares no version of it with this machine."""

    give_up_after = 2


class Redirected(Unavailable):
    """The server redirects to another host. That host must not receive the credentials, so the redirect is not followed."""

    give_up_after = 2


class ProxyRefused(Unavailable):
    """The proxy does not allow connections to this host, or is not a proxy."""

    give_up_after = 2


class ProxyPasswordRefused(ProxyRefused):
    """The proxy refuses the user and password. They are not sent again: some proxies lock a user after a few tries."""

    give_up_after = 1
    heals = False


class Unauthorized(CloudError):
    """Access is denied. A retry does not help."""

    kind = "unauthorized"


class BadSignature(Unauthorized):
    """The key or the signature is refused. Never retry it: five refusals in a row lock a Huawei Cloud key for 5 minutes."""

    kind = "bad_signature"


class BadDate(BadSignature):
    """The date of the request is refused, or may be the cause of the refusal. Retry once if the two clocks differ."""


class DateOrKeysExpired(BadDate):
    """The request has expired: by its date, or because its temporary keys have. If the two clocks agree, it is the keys."""


class CredentialsExpired(Unauthorized):
    """The credentials have expired. Resolve them again, once."""

    kind = "credentials_expired"
