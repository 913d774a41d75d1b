# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Compile and evaluate JMESPath expressions: those of the catalogue of services and those of users. Pure."""

from __future__ import annotations

import functools
import itertools
import re
import traceback
import typing as t

try:
    import jmespath
    from jmespath.visitor import TreeInterpreter
except ImportError:  # the modules report a missing library before they use this file
    TreeInterpreter = object


@functools.cache
def compiled(expression: str) -> t.Any:
    """Return the compiled expression. Raise jmespath's own error if it is not valid."""
    return jmespath.compile(expression)


class _Interpreter(TreeInterpreter):  # type: ignore[misc]
    """To JMESPath, a value of a type that an operator does not take is like none at all. Here that is an error."""

    def visit_comparator(self, node: t.Mapping[str, t.Any], value: t.Any) -> t.Any:
        """Which of two numbers is larger: a list, an object or a flag is none."""
        found = super().visit_comparator(node, value)
        if found is None and any(isinstance(self.visit(each, value), (bool, list, dict)) for each in node["children"]):
            raise TypeError("there is no order of such values")
        return found

    def visit_filter_projection(self, node: t.Mapping[str, t.Any], value: t.Any) -> t.Any:
        """Those of a list that fit: what is no list has none to choose from."""
        found = super().visit_filter_projection(node, value)
        if found is None and self.visit(node["children"][0], value) is not None:
            raise TypeError("there is no list to choose from")
        return found


@functools.cache
def _finder(expression: str) -> t.Callable[[t.Any], t.Any]:
    """Return a function that evaluates the expression. jmespath itself builds an interpreter per search: half the cost."""
    return functools.partial(_Interpreter().visit, compiled(expression).parsed)


# jmespath's own errors are ValueErrors. Its functions and operators check no type but their own, and raise what Python raises,
# as for a text that is compared with a number. An expression of thousands of levels is too deep for the parser.
SEARCH_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def evaluate(expression: str, data: t.Any) -> t.Any:
    """Return what a JMESPath finds. Raise one of SEARCH_ERRORS if it cannot be evaluated on the data."""
    return _finder(expression)(data)


def find(expression: str, data: t.Any) -> tuple[t.Any, bool]:
    """Return what a JMESPath finds, and whether it could be evaluated. A function that rejects its argument finds nothing."""
    try:
        return (_finder(expression)(data) if expression else None), True
    except SEARCH_ERRORS:
        return None, False


def search(expression: str, data: t.Any) -> t.Any:
    """Return what a JMESPath finds, or None if the data have another shape than the API promises."""
    return find(expression, data)[0]


# APIs write these where they mean what is false. To JMESPath every text is true.
_WRITTEN_FALSE = ("false", "none", "null")


def is_written_false(value: t.Any) -> bool:
    """Say whether a value is a text that writes out what is false, so that nobody can tell which of both is meant."""
    return isinstance(value, str) and value.strip().lower() in _WRITTEN_FALSE


def holds(expression: str, data: t.Any) -> t.Optional[bool]:
    """Say whether a JMESPath condition holds, or return None if a function in it rejects its argument.

    A function of a missing value does not hold. If a list contains an element without the value, the result is unknown. So it
    is if a text such as "false" is found.
    """
    try:
        value = _finder(expression)(data)
        return None if is_written_false(value) else bool(value)
    except jmespath.exceptions.JMESPathTypeError as exc:
        return False if exc.actual_type == "null" and not _is_inside(exc) else None
    except SEARCH_ERRORS:
        return None


def _is_inside(error: Exception) -> bool:
    """Say whether a search failed on an element of a list, rather than on the argument of a function."""
    names = [frame.f_code.co_name for frame, dummy in traceback.walk_tb(error.__traceback__)]
    return any(name.startswith("_func_") or name.endswith("projection") for name in names)


# In these nodes only the first child is searched in the whole document. The others are searched in its result.
_CHAINED = ("subexpression", "pipe", "index_expression", "projection", "value_projection", "filter_projection")


def names_in_expression(expression: str) -> set[str]:
    """Return the names that a JMESPath looks up in the top level of its input."""
    return _names(compiled(expression).parsed)


def _names(node: t.Mapping[str, t.Any]) -> set[str]:
    if node["type"] == "field":
        return {node["value"]}
    inner = node["children"][:1] if node["type"] in _CHAINED else node["children"]
    return set().union(*(_names(child) for child in inner if node["type"] != "expref"))


_ERROR_NAME = re.compile(r"error|failure|exception", re.IGNORECASE)


@functools.cache
def error_fields(expression: str) -> tuple[t.Any, ...]:
    """Return the places in which a JMESPath looks for an error, by their names: ``a.error`` for ``a.error.{code: code}``."""
    return tuple(_error_fields(compiled(expression).parsed))


def _error_fields(node: t.Mapping[str, t.Any]) -> t.Iterator[t.Any]:
    """Yield the first part of each path that is called an error."""
    parts = node["children"] if node["type"] == "subexpression" else [node]
    fields = list(itertools.takewhile(lambda field: field["type"] == "field", map(_without_index, parts)))
    length = next((number for number, field in enumerate(fields, 1) if _ERROR_NAME.search(field["value"])), 0)
    if length:
        yield {"type": "subexpression", "children": fields[:length]}
        return
    inner = node["children"][:1] if node["type"] in _CHAINED else node["children"]
    yield from (found for child in inner for found in _error_fields(child))


def _without_index(node: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Return the list of a path such as ``errors[0]``."""
    return t.cast(t.Mapping[str, t.Any], node["children"][0]) if node["type"] == "index_expression" else node


def holds_an_error(expression: str, data: t.Any) -> bool:
    """Say whether something is where a JMESPath looks for an error, in whatever form."""
    return any(_says_something(_Interpreter().visit(place, data)) for place in error_fields(expression))


def _says_something(value: t.Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_says_something, value.values() if isinstance(value, dict) else value))
    return value not in (None, "", False)


def problem_of(expression: str) -> str:
    """Say in one line what is wrong with a JMESPath, or return "" if it is valid. It need not work on any data."""
    try:
        valid = compiled(expression)
    except SEARCH_ERRORS as exc:
        return _in_one_line(exc)
    try:
        valid.search({})
    except (jmespath.exceptions.UnknownFunctionError, jmespath.exceptions.ArityError) as exc:
        return _in_one_line(exc)
    except SEARCH_ERRORS:
        return ""
    return ""


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
