# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What the errors of a cloud mean: an answer that refuses, as one of ours. Pure."""

from __future__ import annotations

import typing as t

from .._core.errors import CloudError, Redirected, Throttled, Unauthorized, Unavailable
from .._core.pattern import matches
from .._core.values import Clean, as_it_is, cut, to_http_date, to_number, to_text
from .._http.message import Response
from .model import Service
from .provider import Provider, request_id_of

_REDIRECTED = (
    "redirects are not followed (HTTP {status}): the endpoint is wrong, or a definition has to read by a call that is "
    "answered without one, such as a list"
)
_BY_STATUS: dict[int, type[CloudError]] = {
    401: Unauthorized,
    403: Unauthorized,
    407: Unauthorized,
    408: Unavailable,
    429: Throttled,
}
# Nobody who asks for patience means more than a day, in seconds.
_MOST_PATIENCE = 86_400.0


def error_of(
    provider: Provider, service: t.Optional[Service], response: Response, clean: Clean = as_it_is
) -> CloudError:
    """The error that an answer is, classified by its code. Secrets go out of its words before these are cut.

    An answer that refuses without a code is no word of the API: something between us and it has answered. It is worth
    another try, but for 401 and 403: trying a refused key again may lock it.
    """
    code, message = _told(provider, response.body)
    if provider.marked_by in response.headers:
        code, message = code or str(response.status), _text_of(message or response.body, clean)
    kind = _kind(provider, service, code, message, response.status)
    return kind(
        cut(_said(message, response.status, clean)),
        code=cut(code, clean=clean),
        http_status=response.status,
        request_id=request_id_of(provider, response),
        retry_after=_retry_after(provider, response),
        served_at=to_http_date(response.headers.get("date", "")),
    )


def _said(message: str, status: int, clean: Clean) -> str:
    """What the answer says, and of one that redirects in any case what that means."""
    if not 300 <= status < 400:
        return clean(message) or f"HTTP {status} without an explanation"
    told = _text_of(message, clean)
    return _REDIRECTED.format(status=status) + (f"; the answer says: {told}" if told else "")


def _told(provider: Provider, body: t.Any) -> tuple[str, str]:
    """Code and message, at the top of the body or one level down."""
    levels = [("", body), *body.items()] if isinstance(body, dict) else []
    told = [
        (_code(provider, name, to_text(level.get(code)) or ""), to_text(level.get(message)) or "")
        for name, level in levels
        for code, message in provider.error_keys
        if isinstance(level, dict) and (level.get(code) or level.get(message))
    ]
    # Several names of messages share one of a code: that which is there tells more.
    return next((pair for pair in told if all(pair)), told[0] if told else ("", ""))


def _code(provider: Provider, name: str, told: str) -> str:
    """The code, or the name of the object that holds it, where that is what tells it."""
    named = provider.named_errors and told.isdecimal() and name not in ("", "error")
    return name if named else told


def _text_of(page: t.Any, clean: Clean) -> str:
    """What a page of HTML says below its title. It is read once, and no more of it than any page needs."""
    if not isinstance(page, str):
        return ""
    said, hidden = [], ""
    for number, piece in enumerate(clean(page).split("<", _MOST_TAGS)[:_MOST_TAGS]):
        tag, closed, text = piece.partition(">")
        name = "".join(tag[:10].lower().split()[:1]) if number and closed else ""
        if name[:1].isalpha() or name[:1] in ("/", "!", "?"):
            hidden = _hidden_by(name, hidden)
        else:
            text = piece
        said.append("" if hidden else text)
    return " ".join(" ".join(said).split())


def _hidden_by(tag: str, hidden: str) -> str:
    """The part of a page whose text is left out from a tag on, "" for none."""
    if hidden:
        return "" if tag == f"/{hidden}" else hidden
    return tag if tag in _NO_WORDS else ""


# Parts of a page that tell nothing, or the status again, and more tags than the page of an error has.
_MOST_TAGS = 10_000
_NO_WORDS = ("head", "h1", "script", "style")


def _kind(provider: Provider, service: t.Optional[Service], code: str, message: str, status: int) -> type[CloudError]:
    if 300 <= status < 400:
        return Redirected
    rows = (*service.codes, *provider.service_codes, *provider.codes) if service else provider.codes
    word = code or f"HTTP {status}"
    for on_code, on_message, kind in rows:
        if matches(on_code, word) and matches(on_message, message):
            return kind
    # HBR refuses with a 200 whose code is the status that was meant.
    meant = int(code) if status < 300 and len(code) == 3 and code.isdecimal() and code[0] in "45" else status
    return _by_status(meant, bool(code))


def _by_status(status: int, told: bool) -> type[CloudError]:
    """The meaning of an error whose code no table holds."""
    worth_retrying = status >= 500 or status < 300 or not told
    return _BY_STATUS.get(status, Unavailable if worth_retrying else CloudError)


def _retry_after(provider: Provider, response: Response) -> t.Optional[float]:
    for header, per_second in provider.retry_after:
        seconds = _seconds(response.headers.get(header, ""), response.headers.get("date", ""))
        if seconds is not None and seconds >= 0:
            return min(seconds / per_second, _MOST_PATIENCE)
    return None


def _seconds(value: str, served_at: str) -> t.Optional[float]:
    """A number as it is, or the seconds from the answer's own date to a given one."""
    number = to_number(value)
    if number is not None:
        return number
    until, date = to_http_date(value), to_http_date(served_at)
    return (until - date).total_seconds() if until and date else None
