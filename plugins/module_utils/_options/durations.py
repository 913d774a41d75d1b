# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Reads durations, such as 90, 30m or 1h30m, as seconds. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.values import Options, to_number

_UNITS: t.Mapping[str, float] = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_SPAN = re.compile(
    "".join(rf"(?:(?P<{unit}>\d{{1,9}}(?:\.\d{{1,9}})?) ?{unit} ?)?" for unit in _UNITS), re.ASCII | re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?\d{1,300}(\.\d{0,300})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_MAX_SHOWN = 30


def seconds_of(value: t.Any) -> t.Optional[float]:
    """Return the seconds of a number, or of a text such as ``90``, ``30m`` or ``1h30m``; None if it is no duration."""
    if not isinstance(value, str):
        return to_number(value)
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    match = _SPAN.fullmatch(text) if text else None
    parts = match.groupdict() if match else {}
    return sum(float(number) * _UNITS[unit] for unit, number in parts.items() if number) if match else None


def with_seconds(options: Options, names: t.Collection[str], prefix: str = "") -> dict[str, t.Any]:
    """Return the options with those of these names in seconds; raise an OptionError for one that is no duration."""
    return {
        name: _seconds(name, value, prefix) if name in names and value is not None else value
        for name, value in options.items()
    }


def _seconds(name: str, value: t.Any, prefix: str) -> float:
    seconds = seconds_of(value)
    if seconds is None:
        shown = f"{value!r}" if len(str(value)) <= _MAX_SHOWN else "it"
        raise OptionError(
            f"{prefix}{name}: {shown} is not a duration; give seconds, or numbers with units, such as 90, 30m, 2h or 1h30m"
        )
    return seconds
