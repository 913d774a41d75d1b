# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Convert the values of all clouds (times, numbers, texts, JSON) to one form each, and name shared types. Pure."""

from __future__ import annotations

import json
import math
import re
import typing as t
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?:(Z|UTC)|([+-])(\d\d):?(\d\d)(?:\s*UTC)?)?",
    re.ASCII,
)
# 04-Jun-2015 18:11:06:586
_NAMED_MONTH = re.compile(r"(\d\d)-([A-Z][a-z]{2})-(\d{4})( \d\d:\d\d:\d\d)(?:[:.,]\d+)?((?:[^\d\n].*)?)", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONE = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d*)?\s*%?", re.ASCII)
# No number or time is longer. Converting a longer text to a number could take too long.
LONGEST = 400
# No task API nests a tenth as deep. Programs that read the results, such as Jinja, fail at a few hundred levels.
MAX_DEPTH = 64
# This is the year 5138 in seconds, or 1973 in milliseconds. No task is that late or that early, so larger is
# milliseconds.
_MILLISECONDS_FROM = 100_000_000_000


def to_datetime(value: t.Any, zone: str = "") -> t.Optional[datetime]:
    """Return a time in UTC, or None if the value is not a time. 0, "" and the year 1, which .NET writes for none, are not.

    The value is epoch seconds or milliseconds, or ISO 8601 of any precision and zone. The month may be a name:
    04-Jun-2015. ``zone``, such as ``+08:00``, applies to a text without a zone. The default is UTC.
    """
    if isinstance(value, bool) or not value:
        return None
    number = to_number(value)
    if number is not None:
        return _from_epoch(number)
    match = _match(value.strip()) if isinstance(value, str) and len(value) <= LONGEST else None
    return _from_match(match, zone) if match else None


def _match(text: str) -> t.Optional[t.Match[str]]:
    return _TIME.fullmatch(text) or _TIME.fullmatch(_with_numbers(text))


def is_zone(text: str) -> bool:
    """Say whether ``to_datetime`` accepts the text as a zone."""
    return _ZONE.fullmatch(text) is not None


def _with_numbers(text: str) -> str:
    """Return the same time with a number for its month."""
    match = _NAMED_MONTH.fullmatch(text)
    if not match or match[2] not in _MONTHS:
        return text
    return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02d}-{match[1]}{match[4]}{match[5]}"


def _from_epoch(number: float) -> t.Optional[datetime]:
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, timezone.utc) if seconds > 0 else None
    except (OverflowError, OSError, ValueError):
        return None


def _from_match(match: t.Match[str], zone: str) -> t.Optional[datetime]:
    *moment, utc, sign, hours, minutes = match.groups("0")
    year, month, day, hour, minute, second = map(int, moment)
    default = _ZONE.fullmatch(zone) if utc == sign == "0" else None
    sign, hours, minutes = default.groups() if default else (sign, hours, minutes)
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if int(year) <= 1:
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        return local + offset if sign == "-" else local - offset
    except (OverflowError, ValueError):
        return None


def to_time(value: t.Any, zone: str = "") -> t.Optional[str]:
    """Return the time as text, ``2015-11-23T02:13:00Z``, or None."""
    moment = to_datetime(value, zone)
    return format_time(moment) if moment else None


# No date in a header is longer.
_LONGEST_DATE = 100


def to_http_date(value: str) -> t.Optional[datetime]:
    """Return the time of an HTTP date header, or None if it is not a time or has no zone."""
    try:
        moment = parsedate_to_datetime(value[:_LONGEST_DATE])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def format_time(moment: datetime) -> str:
    """Format a time in UTC to the second."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def is_exact(moment: str) -> bool:
    """Say whether a time as ``format_time`` writes it is known to the second. One that ends a minute may be cut to it."""
    return not moment.endswith(":00Z")


def to_number(value: t.Any) -> t.Optional[float]:
    """Return a finite float from a number or a text, with or without a percent sign; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not (len(value) <= LONGEST and _NUMBER.fullmatch(value.strip())):
        return None
    try:
        number = float(value.strip().rstrip("% ")) if isinstance(value, str) else float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def to_count(value: t.Any) -> t.Optional[int]:
    """Return a whole number of zero or more, else None. Fractions, percentages and texts with a minus are not counts."""
    if isinstance(value, str) and ("%" in value or "-" in value):
        return None
    number = to_number(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def to_percent(value: t.Any, scale: t.Optional[float] = 100.0) -> t.Optional[float]:
    """Return 0 to 100 % from a number or text on a scale of 0 to ``scale``, or None if it is outside the scale.

    Without a scale, the value itself tells a fraction from a percentage. 1 can be either, so it gives None.
    """
    number = to_number(value)
    if scale is None:
        scale = 1.0 if number is not None and number < 1 else 100.0
        number = None if number == 1 else number
    if number is None or not 0 <= number <= scale:
        return None
    # What is not complete is never rounded to what is.
    return 100.0 if number == scale else min(round(100.0 * number / scale, 2), 99.99)


_SPAN = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?"
    r"|(?:(\d{1,6})\.)?(\d{1,6}):(\d\d):(\d\d(?:\.\d{1,9})?)"
    r"|(\d{1,12}(?:\.\d{1,9})?)s",
    re.ASCII,
)
_SPAN_UNITS = (86400, 3600, 60, 1)


def to_seconds(value: t.Any) -> t.Optional[float]:
    """Return seconds, zero or more, else None.

    The value is a number or a span of time: ``PT5M`` (ISO 8601, without years and months), ``1.00:05:00`` (.NET) or ``120s``
    (Google).
    """
    number = to_number(value)
    if number is None and isinstance(value, str) and len(value) <= LONGEST:
        number = _span(value.strip())
    return number if number is not None and number >= 0 else None


def _span(text: str) -> t.Optional[float]:
    """Return the seconds of a span of time, or None if the text is none."""
    match = _SPAN.fullmatch(text)
    if not match or not any(match.groups()):
        return None
    iso, clock, seconds = match.groups()[:4], match.groups()[4:8], match[9]
    parts = iso if any(iso) else clock
    return float(seconds) if seconds else sum(float(part or 0) * unit for part, unit in zip(parts, _SPAN_UNITS))


def to_flag(value: t.Any) -> t.Optional[bool]:
    """Return a boolean from JSON or from the text "true" or "false", else None."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def to_text(value: t.Any) -> t.Optional[str]:
    """Return a text that is not empty, else None. Numbers become text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None


# These match the beginning and the end of a JSON array or object. A log line may begin with a bracket, too.
_BEGINNING = re.compile(r'\s*(\{\s*("|\}|\Z)|\[\s*(["\[\]{]|\Z))')
_ENDING = re.compile(r'["\]}]\s*[\]}]\Z')


def to_data(value: t.Any) -> t.Any:
    """Return what a JSON document in a string holds. Other text stays text, and "" becomes None."""
    if not isinstance(value, str):
        return value
    try:
        return read_json(value) if value.strip() else None
    except (ValueError, RecursionError):
        return value


def is_cut_off(value: t.Any) -> bool:
    """Say whether a text that ``to_data`` could not read looks like incomplete JSON."""
    return isinstance(value, str) and bool(_BEGINNING.match(value) or _ENDING.search(value.rstrip()[-100:]))


# A UUID has 32 hexadecimal digits, in either case, with or without hyphens.
_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def id_key(task_id: t.Optional[str], any_case: bool = False) -> t.Optional[str]:
    """Return a key that is equal for two ids of the same thing: the digits of a UUID, else the text itself.

    If ``any_case``, ids that differ only in upper and lower case are the same.
    """
    task_id = task_id.lower() if task_id and any_case else task_id
    return task_id.replace("-", "").lower() if task_id and _UUID.fullmatch(task_id) else task_id


def same_id(one: t.Optional[str], other: t.Optional[str], any_case: bool = False) -> bool:
    """Say whether two ids name the same thing."""
    return id_key(one, any_case) == id_key(other, any_case)


def read_json(text: str) -> t.Any:
    """Return what a JSON document holds. A number that is too large for a float, such as 1e999, stays a text.

    Raise ValueError if it is not JSON, is nested too deep, cannot be written as UTF-8, or gives one name two values.
    """
    data = json.loads(
        text, parse_int=_integer, parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_object
    )
    if "\\ud" in text.lower():
        # Half of a surrogate pair is valid JSON but not valid text. Ansible could not print it.
        data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    return data


def _integer(digits: str) -> int:
    if len(digits) > LONGEST:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(text: str) -> t.Union[float, str]:
    """Return the number, or its text if it is none: a count of that size is unreadable, which is not the same as absent."""
    number = float(text)
    return number if math.isfinite(number) else text


def _object(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    """Return an object. Of a name with two values nobody can tell which is meant; Python would take the last."""
    data = dict(pairs)
    if len(data) < len(pairs) and any(data[name] != value for name, value in pairs):
        raise ValueError("it gives a name two values")
    return data


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(data: t.Any) -> int:
    level, depth = [data], 0
    while level and depth <= MAX_DEPTH:
        containers = [item for item in level if isinstance(item, (dict, list))]
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
        depth += bool(containers)
    return depth


Environ = t.Mapping[str, str]
ReadFile = t.Callable[[str], t.Optional[str]]
"""Returns the text of a file, with ``~`` expanded, or None if there is no such file. Raises NoHome if ``~`` has no meaning."""


class NoHome(Exception):
    """There is no home directory: HOME is not set and the user is not in the passwd file, as in many containers."""


Options = t.Mapping[str, t.Any]

Clean = t.Callable[[str], str]
"""Removes secrets from a text."""


def as_it_is(text: str) -> str:
    """Return the text unchanged, because no secrets are known."""
    return text


# A message, reason or line is cut to this many characters. That is enough for a person, and limits a hostile API.
MOST_SHOWN = 2000


def cut(text: str, most: int = MOST_SHOWN, clean: Clean = as_it_is) -> str:
    """Shorten a text to ``most`` characters. Keep its head, with the code of an error, and its tail, with the way out.

    ``clean`` removes secrets before the cut, because half a secret would not be recognized.
    """
    cleaned = text if len(text) <= most else clean(text)
    tail = most // 4
    return cleaned if len(cleaned) <= most else f"{cleaned[: most - tail - 1]}…{cleaned[-tail:]}"
