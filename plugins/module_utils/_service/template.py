# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Fill the templates of a call with values: path, query, headers and body of a request. Pure.

A template is text with placeholders: ``{task_id}``, ``["{task_id}"]``, ``/v3/{project_id}/jobs/{task_id}``. A parameter
that depends on an unknown value is left out. A path needs all of its values.

``{now-30d}``          a time with an offset in ``s``, ``m``, ``h`` or ``d``; ``now`` is the clock of the cloud
``{a|b}``              the first of these that is known
``{now:%Y-%m-%dT%H:%MZ}``  a time in another format than ISO 8601, in UTC; ``{now:epoch}`` and ``{now:epoch_ms}`` as a number
``{task_ids}``         the ids of a batch, joined by commas; ``{task_ids:json}`` is a JSON array in a text
``{task_ids:each}``    one parameter for each id: ``{"id": "{task_ids:each}"}`` is id=a&id=b. With ``{n}`` in its name they
                       are numbered: ``{"JobIds.{n}": "{task_ids:each}"}`` is JobIds.1=a&JobIds.2=b. In JSON it is a list
``{page_size:int}``    a whole number in JSON, in place of a text; ``{created_after:epoch:int}`` is one, too
``{name:=Status}``     the text ``Status`` if the name is known: a filter is left out with its value

In a path besides:

``{task_id:path}``     a value with slashes: they stay, and each segment is encoded
``{task_id:url}``      alone: the value is a URL that the cloud has given, which is sent as it is; see links.py
``[zones/{zone}|regions/{region}|global]``  alternatives: the first whose values are all known is taken
"""

from __future__ import annotations

import json
import re
import typing as t
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from .._core.errors import OptionError
from .._core.values import LONGEST, format_time, to_datetime
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
_INT = ":int"
_CONSTANT = "="
NUMBER = "{n}"
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


class _Unknown(LookupError):
    """A value is not known. The text is its name."""


def required_list_values(service: Service) -> set[str]:
    """Return the values without which a service cannot list tasks: those in the path of its list."""
    return names_needed(service.listing.call.path) if service.listing else set()


_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_IN_BRACES = re.compile(r"\{[^{}]*\}")
_OR = "\0"


def paths_in(template: str) -> list[str]:
    """Return every path that a template with alternatives stands for, the preferred ones first."""
    choice = _CHOICE.search(template)
    if not choice:
        return [template]
    before, after = template[: choice.start()], template[choice.end() :]
    return [path for part in _parts_of(choice[1]) for path in paths_in(f"{before}{part}{after}")]


def _parts_of(choice: str) -> list[str]:
    """Return the alternatives of a choice. A bar in a placeholder is its own."""
    masked = _IN_BRACES.sub(lambda braces: braces[0].replace("|", _OR), choice)
    return [part.replace(_OR, "|") for part in masked.split("|")]


def names_needed(path: str) -> set[str]:
    """Return the values without which none of the alternatives of a path can be taken."""
    return set.intersection(*map(names_in_template, paths_in(path)))


def names_the_task(call: Call) -> bool:
    """Say whether a call is about the task with one id. Without the id, it answers about all tasks."""
    return "task_id" in names_in_template([call.path, call.query, call.form, call.json, call.headers])


def names_in_template(template: t.Any) -> set[str]:
    """Return the values that a template refers to."""
    if isinstance(template, str):
        terms = (term for match in PLACEHOLDER.finditer(template) for term in match[1].split("|"))
        return {re.split("[+-]", term)[0] for term in terms}
    children: t.Iterable[t.Any] = ()
    if isinstance(template, t.Mapping):
        children = template.values()
    elif isinstance(template, (list, tuple)):
        children = template
    return set().union(*(names_in_template(child) for child in children))


# This matches the beginning of a placeholder that is not complete. JSON in a text is allowed: its names have quotes.
_MALFORMED = re.compile(r"\{[A-Za-z_][^{}\"]*\}?", re.ASCII)
_DATE_FORMAT = re.compile(r"(?:[^%]|%%)*%[A-Za-z](?:[^%]|%[A-Za-z%])*", re.ASCII)
_PATH, _URL = "path", "url"
_FORMATS = ("epoch", "epoch_ms", "json", "each", "int", "epoch:int", "epoch_ms:int", _PATH, _URL)
_SAMPLE_TIME = "2026-01-31T12:00:00Z"


def problem_in(template: str) -> str:
    """Say in one line what is wrong with the placeholders of a template, or return "" if they are valid."""
    malformed = _MALFORMED.search(PLACEHOLDER.sub("", template))
    if malformed:
        return f"{malformed[0]!r} is no placeholder; one looks like {{task_id}}, {{now-30d}} or {{now:epoch}}"
    for match in PLACEHOLDER.finditer(template):
        format_name = match[2]
        is_known = format_name is None or format_name in _FORMATS or format_name.startswith(_CONSTANT)
        if not is_known and not _DATE_FORMAT.fullmatch(format_name):
            return (
                f"{match[0]!r} has no such format; there are {', '.join(_FORMATS)}, and those of dates such as %Y-%m-%d"
            )
        try:
            _value(match, dict.fromkeys(names_in_template(match[0]), _SAMPLE_TIME))
        except (OverflowError, ValueError):
            return f"{match[0]!r} is a time that no calendar has"
    return ""


def path_of(call: Call, values: Fillings) -> str:
    """Return the path with its values percent-encoded, so that an id cannot leave its segment.

    Raise OptionError if a value is not known, or is no path where one is needed.
    """
    paths = paths_in(call.path)
    path = next((each for each in paths if all(values.get(name) for name in names_in_template(each))), paths[-1])
    try:
        return PLACEHOLDER.sub(lambda match: _in_path(match, values), path)
    except _Unknown as exc:
        raise OptionError(
            f"{exc}: {call.action} cannot be asked without it, and it is not known; give the option {exc}"
        ) from None


def _in_path(match: t.Match[str], values: Fillings) -> str:
    value = _value(match, values)
    if match[2] == _URL:
        return value
    if match[2] != _PATH and not value.strip("."):
        raise OptionError(
            f"{match[1]}: {value!r} is no name, but leads to another path; give it as the cloud returned it"
        )
    return _with_slashes(match[1], value) if match[2] == _PATH else percent(value)


def _with_slashes(name: str, value: str) -> str:
    """Return a path encoded segment by segment. Raise OptionError for one that would lead elsewhere."""
    segments = value.removeprefix("/").split("/")
    if not all(segments) or {".", ".."} & {*segments} or {"?", "#", "\\"} & {*value}:
        raise OptionError(
            f"{name}: {value!r} is no path of names such as projects/p/operations/o; give it as the cloud returned it, "
            "without a query, and without empty parts or dots for parts"
        )
    return "/".join(map(percent, segments))


def check_path(call: Call, values: Fillings, names: t.Mapping[str, str]) -> None:
    """Refuse values that the path of a call cannot take, before the call. Values that are not known yet are left alone.

    ``names`` are the names of options for values. Raise OptionError that names the option.
    """
    for match in PLACEHOLDER.finditer(call.path):
        value = values.get(match[1])
        if match[2] == _PATH and isinstance(value, str):
            _with_slashes(names.get(match[1], match[1]), value)


def choices_missing(call: Call, known: t.Container[str], options: t.Collection[str]) -> list[str]:
    """Return the options of which a path needs one if none is known, else nothing. ``known`` are values, by their names."""
    for choice in _CHOICE.finditer(call.path):
        parts = [names_in_template(part) for part in _parts_of(choice[1])]
        by_options = all(names and names <= {*options} for names in parts)
        if by_options and not any(all(name in known for name in names) for names in parts):
            return sorted(set().union(*parts))
    return []


def query_of(call: Call, values: Fillings) -> Pairs:
    """Return the query parameters that have a value."""
    return _pairs(call.query, values)


def headers_of(call: Call, values: Fillings) -> dict[str, str]:
    """Return the headers that have a value, and the Content-Type if there is a body."""
    headers = dict(_pairs(call.headers, values))
    if call.json is not None:
        return {"Content-Type": JSON_TYPE, **headers}
    return {"Content-Type": FORM_TYPE, **headers} if call.form else headers


def body_of(call: Call, values: Fillings) -> bytes:
    """Return the body: JSON, a form, or nothing."""
    if call.json is not None:
        return json.dumps(_tree(call.json, values) or {}).encode()
    return urlencode(_pairs(call.form, values)).encode() if call.form else b""


def _pairs(templates: t.Mapping[str, str], values: Fillings) -> Pairs:
    return tuple(pair for name, template in templates.items() for pair in _pairs_of(name, template, values))


def _pairs_of(name: str, template: str, values: Fillings) -> t.Iterator[tuple[str, str]]:
    if template.endswith(_EACH):
        for number, item in enumerate(_each(template, values), 1):
            yield name.replace(NUMBER, str(number)), item
        return
    value = filled(template, values)
    if value:
        yield name, value


def filled(template: str, values: Fillings) -> t.Optional[str]:
    """Return the filled text, or None if a value that it needs is not known."""
    try:
        return PLACEHOLDER.sub(lambda match: _value(match, values), template)
    except _Unknown:
        return None


def _each(template: str, values: Fillings) -> list[str]:
    value = values.get(template[1 : -len(_EACH)])
    return [value] if isinstance(value, str) else list(value or ())


def _tree(template: t.Any, values: Fillings) -> t.Any:
    """Fill a JSON template. A part without a value becomes None, and is left out of the dict or list that contains it.

    A dict or list of which nothing is left is such a part, too.
    """
    if isinstance(template, str):
        value = _leaf(template, values)
        return value or (value if value == 0 else None)
    if isinstance(template, t.Mapping):
        filled_parts = {name: _tree(value, values) for name, value in template.items()}
        known = {name: value for name, value in filled_parts.items() if value is not None}
        return known if known or not template else None
    if isinstance(template, (list, tuple)):
        items = [value for value in (_tree(part, values) for part in template) if value is not None]
        return items if items or not template else None
    return template


def _leaf(template: str, values: Fillings) -> t.Union[str, int, list[str], None]:
    """Fill a text of a JSON template. If it is a single placeholder that says so, it becomes a list or a number."""
    if template.endswith(_EACH):
        return _each(template, values)
    text = filled(template, values)
    if not text or not template.endswith(f"{_INT}}}") or not PLACEHOLDER.fullmatch(template):
        return text
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else text


def _value(match: t.Match[str], values: Fillings) -> str:
    terms, format_name = match[1].split("|"), match[2]
    candidates = (_term(term, values) for term in terms)
    value = next((candidate for candidate in candidates if candidate), None)
    if value is None:
        raise _Unknown(terms[0])
    return _formatted(value, format_name)


def _term(term: str, values: Fillings) -> Filling:
    """Return the value of a name, moved in time if the term has an offset."""
    moment = None if term.isidentifier() else _MOMENT.fullmatch(term)
    if not moment:
        return values.get(term)
    start = to_datetime(values.get(moment[1]))
    return format_time(start + timedelta(**{_UNITS[moment[3]]: int(moment[2])})) if start else None


def _formatted(value: t.Union[str, t.Sequence[str]], format_name: t.Optional[str]) -> str:
    if format_name and format_name.startswith(_CONSTANT):
        return format_name[len(_CONSTANT) :]
    if format_name == "json":
        return json.dumps(value, separators=(",", ":"))
    text = value if isinstance(value, str) else ",".join(value)
    if format_name in (_PATH, _URL):
        return text
    form = f":{format_name or ''}".removesuffix(_INT)[1:]
    moment = to_datetime(text) if form else None
    return _time(moment, form) if moment else text


def _time(moment: datetime, format_name: str) -> str:
    seconds = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1)
    numbers = {"epoch": seconds, "epoch_ms": seconds * 1000}
    return str(numbers[format_name]) if format_name in numbers else moment.strftime(format_name)
