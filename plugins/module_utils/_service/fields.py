# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Parse and check the fields of a definition one by one. Pure."""

from __future__ import annotations

import difflib
import re
import typing as t

from .._core import pattern
from .._core.errors import CloudError, NotFound, OptionError, Throttled, Unauthorized, Unavailable
from .._core.expression import problem_of
from .._core.task import STATES, UNKNOWN
from .._core.values import is_zone
from .model import Codes

Parse = t.Callable[[str, t.Any], t.Any]
Fields = t.Mapping[str, Parse]


MEANINGS: t.Mapping[str, type[CloudError]] = {
    kind.kind: kind for kind in (NotFound, Throttled, Unavailable, Unauthorized, CloudError)
}


EITHER_SCALE = "either"


_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
parse_IDENTIFIER = re.compile(r"[A-Za-z]\w*", re.ASCII)
HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)


# Parsers: each takes the path of a field and its value. It returns the parsed value or raises OptionError.


def invalid_value(where: str, value: t.Any, wanted: str) -> OptionError:
    return OptionError(f"{where}: {value!r} is not {wanted}")


def object_of(fields: Fields, required: t.Sequence[str] = ()) -> Parse:
    """Return the parser of a dict with these fields, of which ``required`` must be present."""

    def parse(where: str, value: t.Any) -> dict[str, t.Any]:
        if not isinstance(value, dict):
            raise invalid_value(where, value, f"a dict with {', '.join(required or fields)}")
        for name in value:
            if name not in fields:
                close = difflib.get_close_matches(str(name), fields, 1)
                hint = f"did you mean {close[0]}? " if close else ""
                raise OptionError(f"{where}.{name}: there is no such field; {hint}there are {', '.join(fields)}")
        for name in required:
            if value.get(name) is None:
                raise OptionError(f"{where}.{name} is missing")
        return {
            name: fields[name](f"{where}.{name}", field_value)
            for name, field_value in value.items()
            if field_value is not None
        }

    return parse


def built_of(kind: t.Callable[..., t.Any], fields: Fields, *required: str, **defaults: t.Any) -> Parse:
    """Return the parser of a dict with these fields that builds a ``kind`` from them."""
    parse = object_of(fields, required)
    return lambda where, value: kind(**{**defaults, **parse(where, value)})


def pair_of(first: str, parse_first: Parse, second: str, parse_second: Parse) -> Parse:
    """Return the parser of a dict with two fields that builds a tuple of their values."""
    parse = object_of({first: parse_first, second: parse_second}, (first, second))
    return lambda where, value: tuple(parse(where, value)[name] for name in (first, second))


def list_of(parse_entry: Parse) -> Parse:
    """Return the parser of a list of entries, given the parser of an entry."""

    def parse(where: str, value: t.Any) -> tuple[t.Any, ...]:
        if not isinstance(value, list):
            raise invalid_value(where, value, "a list")
        return tuple(parse_entry(f"{where}[{number}]", entry) for number, entry in enumerate(value))

    return parse


def map_of(parse_entry: Parse, names: t.Sequence[str] = ()) -> Parse:
    """Return the parser of a dict from names to values. If ``names`` is set, only these are allowed."""
    if names:
        return object_of(dict.fromkeys(names, parse_entry))

    def parse(where: str, value: t.Any) -> dict[str, t.Any]:
        if not isinstance(value, dict):
            raise invalid_value(where, value, "a dict")
        return {str(name): parse_entry(f"{where}.{name}", entry) for name, entry in value.items()}

    return parse


def parse_text(where: str, value: t.Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not str(value).strip():
        raise invalid_value(where, value, "a text")
    return str(value)


def parse_header_text(where: str, value: t.Any) -> str:
    """Parse a text that becomes part of a header."""
    text = parse_text(where, value)
    if not (text.isascii() and text.isprintable()):
        raise invalid_value(where, value, "a text of printable letters of ASCII in one line, as a header takes them")
    return text


def parse_name(where: str, value: t.Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise invalid_value(where, value, "a name such as my_jobs: small letters, digits and underscores")
    return value


def parse_host_label(where: str, value: t.Any) -> str:
    if not isinstance(value, str) or not HOST_LABEL.fullmatch(value):
        raise invalid_value(where, value, "the first part of a host name, such as ecs")
    return value


def parse_identifier(where: str, value: t.Any) -> str:
    text = parse_text(where, value)
    if not parse_IDENTIFIER.fullmatch(text):
        raise invalid_value(where, value, "a name of letters, digits and underscores")
    return text


def parse_choice(names: t.Iterable[str]) -> Parse:
    """Return the parser of one of these names."""
    known = tuple(sorted(names))

    def parse(where: str, value: t.Any) -> str:
        if value not in known:
            raise invalid_value(where, value, f"one of {', '.join(known)}")
        return t.cast(str, value)

    return parse


def parse_flag(where: str, value: t.Any) -> bool:
    if not isinstance(value, bool):
        raise invalid_value(where, value, "true or false")
    return value


def _number(where: str, value: t.Any, least: float, wanted: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < 1e9:
        raise invalid_value(where, value, wanted)
    return value


def _integer(where: str, value: t.Any, least: int, wanted: str) -> int:
    number = _number(where, value, least, wanted)
    if number != int(number):
        raise invalid_value(where, value, wanted)
    return int(number)


def parse_non_negative_int(where: str, value: t.Any) -> int:
    return _integer(where, value, 0, "a whole number")


def parse_positive_int(where: str, value: t.Any) -> int:
    return _integer(where, value, 1, "a whole number of 1 or more")


def parse_rate(where: str, value: t.Any) -> float:
    return float(_number(where, value, 0.001, "a number of calls per second"))


def parse_calls(where: str, value: t.Any) -> float:
    return float(_number(where, value, 1, "the number of calls that are allowed, 1 or more"))


def parse_seconds(where: str, value: t.Any) -> float:
    return float(_number(where, value, 1, "the seconds in which so many calls are allowed, 1 or more"))


def parse_scale(where: str, value: t.Any) -> t.Optional[float]:
    if value == EITHER_SCALE:
        return None
    return float(
        _number(where, value, 0.001, f"the number that stands for 100 %, such as 100 or 1, or {EITHER_SCALE!r}")
    )


def parse_zone(where: str, value: t.Any) -> str:
    if not isinstance(value, str) or not is_zone(value):
        raise invalid_value(where, value, "a zone such as +08:00")
    return value


def parse_expression(where: str, value: t.Any) -> str:
    problem = problem_of(value) if isinstance(value, str) else "it is no text"
    if problem:
        raise invalid_value(where, value, f"a JMESPath: {problem}")
    return t.cast(str, value)


def parse_pattern(where: str, value: t.Any) -> str:
    text = parse_text(where, value)
    problem = pattern.problem_of(text)
    if problem:
        raise invalid_value(where, value, f"a pattern that can be used: {problem}")
    return text


def parse_state(where: str, value: t.Any) -> str:
    states = [state for state in STATES if state != UNKNOWN]
    if value not in states:
        raise invalid_value(where, value, f"one of our states: {', '.join(states)}")
    return t.cast(str, value)


def parse_states(where: str, value: t.Any) -> dict[str, str]:
    """Parse a table of native words. Return it in lower case, and refuse a word with two meanings."""
    map_of(parse_state)(where, value)
    states: dict[str, str] = {}
    for word, state in value.items():
        if isinstance(word, bool) or word is None:
            raise OptionError(f"{where}.{word}: YAML takes this for no text; put the word into quotes")
        lower = str(word).strip().lower()
        if states.get(lower, state) != state:
            raise OptionError(
                f"{where}.{word}: it is there twice, as {states[lower]} and as {state}; capital letters do not count"
            )
        states[lower] = state
    return states


def parse_codes(where: str, value: t.Any) -> Codes:
    fields = {"code": parse_pattern, "message": parse_pattern, "means": _meaning}
    rows = list_of(object_of(fields, ("means",)))(where, value)
    return tuple((row.get("code", ""), row.get("message", ""), MEANINGS[row["means"]]) for row in rows)


def _meaning(where: str, value: t.Any) -> str:
    if value not in MEANINGS:
        raise invalid_value(where, value, f"one of {', '.join(MEANINGS)}")
    return t.cast(str, value)
