# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turn an error response of a cloud into one of our errors. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CloudError, Redirected, Throttled, Unauthorized, Unavailable
from .._core.expression import names_in_expression, search
from .._core.pattern import MOST_SEARCHED, matches
from .._core.values import Clean, as_it_is, cut, to_http_date, to_number, to_seconds, to_text
from .._http.message import Response
from .model import Codes, Service
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
# What codes of all clouds are called that say that the same question may be answered a moment later.
_TEMPORARY: Codes = (
    (
        r"(?i)throttl|too[_.]?many[_.]?requests|request[_.]?limit[_.]?exceeded|rate[_.]?(limit[_.]?)?exceeded|slow[_.]?down",
        "",
        Throttled,
    ),
    (r"(?i)time[_.]?d?[_.]?out(([_.]?error|exception)?|\.\w+)$", "", Unavailable),
    (r"(?i)(internal[_.]?(server|service)?|backend)[_.]?(error|failure|fault|exception)", "", Unavailable),
    (
        r"(?i)(service|server)[_.]?(temporarily[_.]?)?unavailable|^(internal|unavailable|deadline_exceeded)$",
        "",
        Unavailable,
    ),
    (r"(?i)(service|server|system|backend)[_.]?(is[_.]?)?busy|retry[_.]?later|transient", "", Unavailable),
)
# Other codes may have these words in them: those of a parameter that is wrong, and those of a key, which is tried once only.
_LASTING = (
    r"(?i)^(invalid|illegal|malformed|missing|unsupported|unknown|wrong)|parameter|signature|key|token|auth|credential"
)
_REFUSED = (401, 403, 407)
# A Retry-After of more than a day, in seconds, is not meant.
_MAX_RETRY_AFTER = 86_400.0


def error_of(
    provider: Provider, service: t.Optional[Service], response: Response, clean: Clean = as_it_is
) -> CloudError:
    """Return the error that a response means, classified by its code. ``clean`` removes secrets before texts are cut.

    An error response without a code does not come from the API but from something in between, so it is worth a retry.
    401 and 403 are exceptions: to retry a refused key may lock it.
    """
    code, message = _code_and_message(provider, response.body)
    code = (to_text(search(provider.error_code, response.body)) if provider.error_code else None) or code
    # A secret in it is taken out first: a part of one would not be known as one.
    code = _found_code(provider, clean(next(_codes_in_headers(provider, response), code)))
    if provider.marked_by in response.headers:
        code, message = code or str(response.status), _text_of(message or response.body, clean)
    kind = _kind(provider, service, code, message, response.status)
    return kind(
        cut(_message_of(message, response.status, clean)),
        code=cut(code, clean=clean),
        http_status=response.status,
        request_id=request_id_of(provider, response),
        retry_after=retry_after_of(provider, response),
        served_at=to_http_date(response.headers.get("date", "")),
    )


def _message_of(message: str, status: int, clean: Clean) -> str:
    """Return the text of the response. For a redirect, explain first what it means."""
    if not 300 <= status < 400:
        return clean(message) or f"HTTP {status} without an explanation"
    text = _text_of(message, clean)
    return _REDIRECTED.format(status=status) + (f"; the answer says: {text}" if text else "")


def _code_and_message(provider: Provider, body: t.Any) -> tuple[str, str]:
    """Return the code and the message, from the top of the body or one level down."""
    levels = [("", body), *body.items()] if isinstance(body, dict) else []
    pairs = [
        (_code(provider, name, to_text(level.get(code)) or ""), to_text(level.get(message)) or "")
        for name, level in levels
        for code, message in provider.error_keys
        if isinstance(level, dict) and (level.get(code) or level.get(message))
    ]
    # Several names for the message share one name for the code. Prefer a pair that has both to one that has one of them.
    return next((pair for test in (all, any) for pair in pairs if test(pair)), ("", ""))


def is_error_inside(provider: Provider, service: Service, body: t.Any) -> bool:
    """Say whether the body of a good answer is an error: its code is in the place that the provider has for errors.

    If the answer holds anything else that the service reads, that may be a task with a code of its own. Then the error counts
    only if the service reads no code there, and if it is one of the catalog. A service that a user defines may have any.
    """
    if not isinstance(body, dict):
        return False
    levels = [each for each in _error_levels(provider, body) if _has_error(provider, each[1])]
    read = _read_at_top(service) - {*provider.request_id_keys} if levels else set()
    is_listed = provider.services.get(service.name) is service
    for name, level in levels:
        own = {name} if name else {key for keys in provider.error_keys for key in keys}
        is_bare = not any(body.get(each) for each in read - own)
        if is_bare or (is_listed and not read & own & body.keys() and _has_error(provider, level, with_message=True)):
            return True
    return False


def _error_levels(provider: Provider, body: dict[str, t.Any]) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """Yield the objects in which an answer holds its error, each with its name. The body itself has none."""
    yield "", body
    for name, value in body.items():
        is_alone = provider.named_errors and len(body) == 1
        if isinstance(value, dict) and (name in _ERROR_NAMES or is_alone):
            yield name, value


def _has_error(provider: Provider, level: dict[str, t.Any], with_message: bool = False) -> bool:
    """Say whether an object has the code of an error, perhaps only if it also has a message."""
    messages: dict[str, list[str]] = {}
    for code_name, name in provider.error_keys:
        code, message = to_text(level.get(code_name)), to_text(level.get(name))
        if code is not None and not _says_well(code):
            messages.setdefault(code_name, []).extend([message] if message else [])
    return any((texts or not with_message) and not any(map(_says_well, texts)) for texts in messages.values())


def _says_well(text: str) -> bool:
    """Say whether a code or a message is that of a success."""
    number = int(text) if text.isdecimal() and len(text) < _LONGEST_STATUS else -1
    return number == 0 or 200 <= number < 300 or text.lower() in _WELL


_ERROR_NAMES = ("error", "Error")
_WELL = ("ok", "success", "succeeded", "successful", "accepted")
# A longer number is no status.
_LONGEST_STATUS = 10


def _read_at_top(service: Service) -> set[str]:
    """Return the names that a service reads at the top of its answers, which may be in an envelope."""
    listing, batch, detail, finder = service.listing, service.batch, service.detail, service.finder
    pages = [each.pages for each in (listing, batch) if each and each.pages]
    expressions = [service.root, service.items, service.absent, service.refused]
    expressions += [each.items for each in (listing, batch) if each]
    expressions += [path for each in pages for path in (each.token, each.total)]
    expressions += [path for each in (detail, finder) if each for path in each.facts.values()]
    if service.root == "@" and not service.items:
        expressions += [*service.facts.values(), *(rule.when for rule in service.rules)]
    if service.envelope:
        expressions = [_IN_BODY.sub("", expression) for expression in expressions]
    return set().union(*(names_in_expression(expression) for expression in expressions if expression))


_IN_BODY = re.compile(r"\bbody\.(?=[\w\"])")


def _codes_in_headers(provider: Provider, response: Response) -> t.Iterator[str]:
    """Yield the codes that the headers of a response hold."""
    return (code for name in provider.code_headers if (code := response.headers.get(name, "").strip()))


def _found_code(provider: Provider, text: str) -> str:
    """Return the code in a text, or the whole text if its form is another than expected."""
    found = re.search(provider.code_form, text[:MOST_SEARCHED]) if provider.code_form else None
    return (found[0] if found else text).strip()


def _code(provider: Provider, name: str, code: str) -> str:
    """Return the code, or the name of the object that holds it if that name is the code."""
    named = provider.named_errors and code.isdecimal() and name not in ("", "error")
    return name if named else code


def _text_of(page: t.Any, clean: Clean) -> str:
    """Return the text of an HTML page below its title. Read the page once, up to a limit of tags."""
    if not isinstance(page, str):
        return ""
    texts, hidden_tag = [], ""
    for number, piece in enumerate(clean(page).split("<", _MAX_TAGS)[:_MAX_TAGS]):
        tag, closed, text = piece.partition(">")
        name = "".join(tag[:10].lower().split()[:1]) if number and closed else ""
        if name[:1].isalpha() or name[:1] in ("/", "!", "?"):
            hidden_tag = _hidden_by(name, hidden_tag)
        else:
            text = piece
        texts.append("" if hidden_tag else text)
    return " ".join(" ".join(texts).split())


def _hidden_by(tag: str, hidden_tag: str) -> str:
    """Return the element whose text is left out after this tag, or "" if there is none."""
    if hidden_tag:
        return "" if tag == f"/{hidden_tag}" else hidden_tag
    return tag if tag in _HIDDEN_TAGS else ""


# The limit is more tags than an error page has. The text of these elements says nothing, or repeats the status.
_MAX_TAGS = 10_000
_HIDDEN_TAGS = ("head", "h1", "script", "style")


def _kind(provider: Provider, service: t.Optional[Service], code: str, message: str, status: int) -> type[CloudError]:
    if 300 <= status < 400:
        return Redirected
    rows = (*service.codes, *provider.service_codes, *provider.codes) if service else provider.codes
    word = code or f"HTTP {status}"
    lasting = status in _REFUSED or matches(_LASTING, word)
    for on_code, on_message, kind in (*rows, *(() if lasting else _TEMPORARY)):
        if matches(on_code, word) and matches(on_message, message):
            return kind
    # HBR refuses with HTTP 200. The code of the body is the status that it means.
    meant = int(code) if status < 300 and len(code) == 3 and code.isdecimal() and code[0] in "45" else status
    return _by_status(meant, bool(code))


def _by_status(status: int, has_code: bool) -> type[CloudError]:
    """Return the kind of an error whose code is in no table."""
    worth_retrying = status >= 500 or status < 300 or not has_code
    return _BY_STATUS.get(status, Unavailable if worth_retrying else CloudError)


def retry_after_of(provider: Provider, response: Response) -> t.Optional[float]:
    """Return the seconds after which the API wants the next call about the same, or None if it does not say."""
    told = to_seconds(search(provider.retry_delay, response.body)) if provider.retry_delay else None
    if told is not None:
        return min(told, _MAX_RETRY_AFTER)
    for header, per_second in provider.retry_after:
        seconds = _seconds(response.headers.get(header, ""), response.headers.get("date", ""))
        if seconds is not None and seconds >= 0:
            return min(seconds / per_second, _MAX_RETRY_AFTER)
    return None


def _seconds(value: str, served_at: str) -> t.Optional[float]:
    """Return a number as it is, or the seconds from the response's own date to the date in ``value``."""
    number = to_number(value)
    if number is not None:
        return number
    until, date = to_http_date(value), to_http_date(served_at)
    return (until - date).total_seconds() if until and date else None
