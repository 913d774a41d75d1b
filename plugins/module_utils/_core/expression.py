# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""JMESPaths of the catalogue. Pure."""

from __future__ import annotations

import functools
import traceback
import typing as t

try:
    import jmespath
    from jmespath.visitor import TreeInterpreter
except ImportError:  # the modules say so in their own words before anything here runs
    pass


@functools.cache
def compiled(expression: str) -> t.Any:
    """The expression, ready to search with; jmespath's own error where it is none."""
    return jmespath.compile(expression)


@functools.cache
def _finder(expression: str) -> t.Callable[[t.Any], t.Any]:
    """What searches by this expression. jmespath itself makes an interpreter for every search, which is half of its cost."""
    return functools.partial(TreeInterpreter().visit, compiled(expression).parsed)


# What a search may end with: jmespath's own errors are ValueErrors, and its functions compute with any number there is.
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def find(expression: str, data: t.Any) -> tuple[t.Any, bool]:
    """What a JMESPath finds, and whether it works on these data: where a function of it takes no such value, it finds nothing."""
    try:
        return (_finder(expression)(data) if expression else None), True
    except _BROKEN:
        return None, False


def search(expression: str, data: t.Any) -> t.Any:
    """What a JMESPath of the catalogue finds; an answer of another shape than promised has nothing at that place."""
    return find(expression, data)[0]


def holds(expression: str, data: t.Any) -> t.Optional[bool]:
    """Whether a JMESPath holds; None where it cannot be told, for a function of it takes no such value.

    A function of something that is not there does not hold. Of a list that has something without it, that cannot be told.
    """
    try:
        return bool(_finder(expression)(data))
    except jmespath.exceptions.JMESPathTypeError as exc:
        return False if exc.actual_type == "null" and not _is_inside(exc) else None
    except _BROKEN:
        return None


def _is_inside(error: Exception) -> bool:
    """Whether a search failed on an element of a list, and not on what a function was given."""
    names = [frame.f_code.co_name for frame, dummy in traceback.walk_tb(error.__traceback__)]
    return any(name.startswith("_func_") or name.endswith("projection") for name in names)


# Of these only the first part is searched in the whole, the others in what that has found.
_INTO = ("subexpression", "pipe", "index_expression", "projection", "value_projection", "filter_projection")


def names_in_expression(expression: str) -> set[str]:
    """The names that a JMESPath looks for in what it is given."""
    return _names(compiled(expression).parsed)


def _names(node: t.Mapping[str, t.Any]) -> set[str]:
    if node["type"] == "field":
        return {node["value"]}
    inner = node["children"][:1] if node["type"] in _INTO else node["children"]
    return set().union(*(_names(each) for each in inner if node["type"] != "expref"))


def problem_of(expression: str) -> str:
    """What is wrong with a JMESPath, in a line; "" where it is one."""
    try:
        compiled(expression).search({})
    except (jmespath.exceptions.UnknownFunctionError, jmespath.exceptions.ArityError) as exc:
        return " ".join(str(exc).split())
    except jmespath.exceptions.JMESPathTypeError:
        return ""
    except jmespath.exceptions.JMESPathError as exc:
        return " ".join(str(exc).split())
    return ""
