# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Calls of the catalogue filled with values: path, query, headers and body of a request. Pure.

A template is text with placeholders: ``{task_id}``, ``["{task_id}"]``, ``/v3/{project_id}/jobs/{task_id}``. What depends on a
value that is not known is left out; a path without one of its values cannot be asked for.

``{now-30d}``          a time, so much later or earlier: ``s``, ``m``, ``h`` or ``d``; ``now`` is the clock of the cloud
``{a|b}``              the first of these that is known
``{now:%Y-%m-%dT%H:%MZ}``  a time in another format than ISO 8601, in UTC; ``{now:epoch}`` and ``{now:epoch_ms}`` as a number
``{task_ids}``         the ids of a batch, joined by commas; ``{task_ids:json}`` is a JSON array in a text
``{task_ids:each}``    one parameter for each id: ``{"id": "{task_ids:each}"}`` is id=a&id=b, and with ``{n}`` in its name they
                       are numbered: ``{"JobIds.{n}": "{task_ids:each}"}`` is JobIds.1=a&JobIds.2=b; in JSON it is a list
"""

from __future__ import annotations

import json
import re
import typing as t
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from .._core.errors import OptionError
from .._core.values import format_time, to_datetime
from .._http.message import percent
from .model import Call, Service

Filling = t.Union[None, str, t.Sequence[str]]
Fillings = t.Mapping[str, Filling]
Pairs = tuple[tuple[str, str], ...]

_TERM = r"[A-Za-z_]\w*(?:[+-]\d+[smhd])?"
PLACEHOLDER = re.compile(rf"\{{({_TERM}(?:\|{_TERM})*)(?::([^{{}}]*))?\}}", re.ASCII)
_MOMENT = re.compile(r"(\w+?)([+-]\d+)([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EACH = ":each}"
NUMBER = "{n}"
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


class _Unknown(LookupError):
    """A value is not known; the text is its name."""


def of_a_list(service: Service) -> set[str]:
    """The values without which a service lists nothing: those in the path of its list."""
    return names_in_template(service.listing.call.path) if service.listing else set()


def names_in_template(template: t.Any) -> set[str]:
    """The values that a template names."""
    if isinstance(template, str):
        terms = (term for match in PLACEHOLDER.finditer(template) for term in match[1].split("|"))
        return {re.split("[+-]", term)[0] for term in terms}
    inner: t.Iterable[t.Any] = ()
    if isinstance(template, t.Mapping):
        inner = template.values()
    elif isinstance(template, (list, tuple)):
        inner = template
    return set().union(*(names_in_template(each) for each in inner))


# What looks like the beginning of a placeholder and is none; a text may hold JSON, whose names have quotes.
_BROKEN = re.compile(r"\{[A-Za-z_][^{}\"]*\}?", re.ASCII)
_FORM = re.compile(r"(?:[^%]|%%)*%[A-Za-z](?:[^%]|%[A-Za-z%])*", re.ASCII)
_FORMS = ("epoch", "epoch_ms", "json", "each")
_SOME_TIME = "2026-01-31T12:00:00Z"


def problem_in(template: str) -> str:
    """What is wrong with the placeholders of a template, in a line; "" where nothing is."""
    broken = _BROKEN.search(PLACEHOLDER.sub("", template))
    if broken:
        return f"{broken[0]!r} is no placeholder; one looks like {{task_id}}, {{now-30d}} or {{now:epoch}}"
    for match in PLACEHOLDER.finditer(template):
        form = match[2]
        if form is not None and form not in _FORMS and not _FORM.fullmatch(form):
            return (
                f"{match[0]!r} has no such format; there are {', '.join(_FORMS)}, and those of dates such as %Y-%m-%d"
            )
        try:
            _value(match, dict.fromkeys(names_in_template(match[0]), _SOME_TIME))
        except (OverflowError, ValueError):
            return f"{match[0]!r} is a time that no calendar has"
    return ""


def path_of(call: Call, values: Fillings) -> str:
    """The path with its values percent-encoded: an id cannot leave its segment."""
    try:
        return PLACEHOLDER.sub(lambda match: percent(_value(match, values)), call.path)
    except _Unknown as exc:
        raise OptionError(f"{exc}: {call.action} cannot be asked without it, and it is not known") from None


def query_of(call: Call, values: Fillings) -> Pairs:
    """The query parameters that have a value."""
    return _pairs(call.query, values)


def headers_of(call: Call, values: Fillings) -> dict[str, str]:
    """The headers that have a value, and the type of the body, if there is one."""
    given = dict(_pairs(call.headers, values))
    if call.json is not None:
        return {"Content-Type": JSON_TYPE, **given}
    return {"Content-Type": FORM_TYPE, **given} if call.form else given


def body_of(call: Call, values: Fillings) -> bytes:
    """The body: JSON, a form, or nothing."""
    if call.json is not None:
        return json.dumps(_tree(call.json, values) or {}, separators=(",", ":")).encode()
    return urlencode(_pairs(call.form, values)).encode() if call.form else b""


def _pairs(templates: t.Mapping[str, str], values: Fillings) -> Pairs:
    return tuple(pair for name, template in templates.items() for pair in _pairs_of(name, template, values))


def _pairs_of(name: str, template: str, values: Fillings) -> t.Iterator[tuple[str, str]]:
    if template.endswith(_EACH):
        for number, each in enumerate(_each(template, values), 1):
            yield name.replace(NUMBER, str(number)), each
        return
    value = filled(template, values)
    if value:
        yield name, value


def filled(template: str, values: Fillings) -> t.Optional[str]:
    """The text; None where a value that it needs is not known."""
    try:
        return PLACEHOLDER.sub(lambda match: _value(match, values), template)
    except _Unknown:
        return None


def _each(template: str, values: Fillings) -> list[str]:
    value = values.get(template[1 : -len(_EACH)])
    return [value] if isinstance(value, str) else list(value or ())


def _tree(template: t.Any, values: Fillings) -> t.Any:
    """A template of JSON: what has no value is None, and is left out of what it is in."""
    if isinstance(template, str):
        return _each(template, values) or None if template.endswith(_EACH) else filled(template, values) or None
    if isinstance(template, t.Mapping):
        known = {name: _tree(each, values) for name, each in template.items()}
        return {name: each for name, each in known.items() if each is not None}
    if isinstance(template, (list, tuple)):
        return [each for each in (_tree(part, values) for part in template) if each is not None]
    return template


def _value(match: t.Match[str], values: Fillings) -> str:
    terms, form = match[1].split("|"), match[2]
    known = (_term(term, values) for term in terms)
    value = next((found for found in known if found), None)
    if value is None:
        raise _Unknown(terms[0])
    return _formatted(value, form)


def _term(term: str, values: Fillings) -> Filling:
    """The value of one name, at another time where the term says so."""
    moment = None if term.isidentifier() else _MOMENT.fullmatch(term)
    if not moment:
        return values.get(term)
    start = to_datetime(values.get(moment[1]))
    return format_time(start + timedelta(**{_UNITS[moment[3]]: int(moment[2])})) if start else None


def _formatted(value: t.Union[str, t.Sequence[str]], form: t.Optional[str]) -> str:
    if form == "json":
        return json.dumps(value, separators=(",", ":"))
    text = value if isinstance(value, str) else ",".join(value)
    moment = to_datetime(text) if form else None
    return _time(moment, str(form)) if moment else text


def _time(moment: datetime, form: str) -> str:
    seconds = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1)
    numbers = {"epoch": seconds, "epoch_ms": seconds * 1000}
    return str(numbers[form]) if form in numbers else moment.strftime(form)
