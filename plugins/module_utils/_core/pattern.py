# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Regular expressions that meet what others have written: in a bounded time, whatever the text. Pure.

The engine holds all threads of the process while it matches, so a search that takes for ever lets nothing else happen:
no deadline, no Ctrl-C, no end of an orphan.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
import typing as t

# A text is searched so far. What an API says of an error is at its beginning.
MOST_SEARCHED = 500
# Two repetitions after each other are tried at every pair of places, which takes a moment; a third would multiply that by 500.
_MOST_WAYS = (MOST_SEARCHED + 1) ** 2


def found(pattern: str, text: str) -> bool:
    """Whether a pattern is in the beginning of a text."""
    return re.search(pattern, text[:MOST_SEARCHED]) is not None


def problem_of(pattern: str) -> str:
    """What is wrong with a regular expression, in a line; "" where it is one that always ends soon."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as exc:
        return f"it is no regular expression: {exc}"
    if _ways(_parsed(pattern)) > _MOST_WAYS:
        return (
            "on some texts it would take for ever; repeat nothing that has a repetition or a choice in itself, "
            "and use at most two of * and +"
        )
    return ""


def _parsed(pattern: str) -> t.Any:
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    return parser.parse(pattern)


def _ways(part: t.Any) -> float:
    """In how many ways a part of a parsed pattern may match at one place of a text, at most."""
    ways = 1.0
    for name, value in part:
        ways = min(math.inf, ways * _OF_KIND.get(str(name), _ways_inside)(value))
    return ways


def _ways_of_repeat(value: t.Any) -> float:
    least, most, inner = int(value[0]), min(int(value[1]), MOST_SEARCHED), _ways(value[2])
    if inner == 1 or most <= 1:
        return inner * (1 + max(0, most - least))
    return inner**most if most * math.log(inner) < math.log(sys.float_info.max) else math.inf


def _ways_of_branch(value: t.Any) -> float:
    return sum(_ways(each) for each in value[1])


def _ways_inside(value: t.Any) -> float:
    """Those of all that a group, a lookaround or a condition holds; nothing else has a choice."""
    inner = value if isinstance(value, (tuple, list)) else (value,)
    return math.prod(_ways(each) for each in inner if type(each).__name__ == "SubPattern")


_OF_KIND: dict[str, t.Callable[[t.Any], float]] = {
    "MAX_REPEAT": _ways_of_repeat,
    "MIN_REPEAT": _ways_of_repeat,
    "POSSESSIVE_REPEAT": _ways_of_repeat,
    "BRANCH": _ways_of_branch,
}
