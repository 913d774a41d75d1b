# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Match regular expressions against text from other systems, in a bounded time. Pure.

The regex engine holds the interpreter lock while it matches. A search that takes forever stops every thread: deadlines,
Ctrl-C and the watchdog of an orphaned process.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
import typing as t

# Search only this many characters. An API names an error at the beginning of its text.
MOST_SEARCHED = 500
# Two repetitions in a row are tried at every pair of positions, which takes a moment. A third would multiply that by 500.
_MAX_WAYS = (MOST_SEARCHED + 1) ** 2


def matches(pattern: str, text: str) -> bool:
    """Say whether the pattern matches in the first MOST_SEARCHED characters of the text."""
    return re.search(pattern, text[:MOST_SEARCHED]) is not None


def problem_of(pattern: str) -> str:
    """Say in one line what is wrong with a regular expression, or return "" if it is valid and its searches are short."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as exc:
        return f"it is no regular expression: {exc}"
    if _ways(_parsed(pattern)) > _MAX_WAYS:
        return (
            "on some texts it would never end; repeat nothing that has a repetition or a choice in itself, "
            "and use at most two of * and +"
        )
    return ""


def _parsed(pattern: str) -> t.Any:
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    return parser.parse(pattern)


def _ways(part: t.Any) -> float:
    """Return in how many ways a parsed pattern can match at one position of a text, at most."""
    ways = 1.0
    for name, value in part:
        ways = min(math.inf, ways * _WAYS_BY_TOKEN.get(str(name), _ways_inside)(value))
    return ways


def _ways_of_repeat(value: t.Any) -> float:
    least, most, inner = int(value[0]), min(int(value[1]), MOST_SEARCHED), _ways(value[2])
    if inner == 1 or most <= 1:
        return inner * (1 + max(0, most - least))
    return inner**most if most * math.log(inner) < math.log(sys.float_info.max) else math.inf


def _ways_of_branch(value: t.Any) -> float:
    return sum(_ways(alternative) for alternative in value[1])


def _ways_inside(value: t.Any) -> float:
    """Multiply the ways of everything that a group, a lookaround or a condition contains. No other token has a choice."""
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return math.prod(_ways(part) for part in parts if type(part).__name__ == "SubPattern")


_WAYS_BY_TOKEN: dict[str, t.Callable[[t.Any], float]] = {
    "MAX_REPEAT": _ways_of_repeat,
    "MIN_REPEAT": _ways_of_repeat,
    "POSSESSIVE_REPEAT": _ways_of_repeat,
    "BRANCH": _ways_of_branch,
}
