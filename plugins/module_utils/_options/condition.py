# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Compiles the options success_when and failure_when: JMESPath on the facts of a task."""

from __future__ import annotations

import difflib
import typing as t

from .._core.errors import OptionError
from .._core.expression import SEARCH_ERRORS, evaluate, is_written_false, names_in_expression
from .._core.task import FACTS, Facts
from .._wait.policy import Condition

try:
    import jmespath
except ImportError:  # the modules report this themselves before anything here runs
    pass


def condition(name: str, expression: t.Optional[str]) -> t.Optional[Condition]:
    """Return a JMESPath on a task's facts as a function; raise an OptionError for what is visibly wrong before any call."""
    if not expression:
        return None
    try:
        compiled = jmespath.compile(expression)
    except SEARCH_ERRORS as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {' '.join(str(exc).split())}") from exc
    _refuse_unknown_functions(name, expression, compiled)
    refuse_unknown_facts(name, expression, FACTS)
    _refuse_constant(name, expression, compiled.parsed)

    def holds(facts: Facts) -> bool:
        try:
            value = evaluate(expression, facts)
        except SEARCH_ERRORS as exc:
            raise OptionError(f"{name}: {expression!r} does not work on the facts of a task: {exc}") from exc
        if is_written_false(value):
            raise OptionError(
                f"{name}: {expression!r} finds the text {value!r}, which is true in JMESPath; compare it with what is to hold"
            )
        # These values are false in JMESPath. A 0 is true there.
        return value is not False and value is not None and value not in ("", [], {})

    return holds


def refuse_unknown_facts(name: str, expression: str, facts: t.Collection[str]) -> None:
    """Refuse a name that is no fact: a condition on it would hold for all tasks, or for none."""
    for fact in sorted(names_in_expression(expression) - set(facts)):
        close = difflib.get_close_matches(fact, facts, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise OptionError(
            f"{name}: {expression!r}: there is no fact {fact}; {hint}there are {', '.join(sorted(facts))}"
        )


def _refuse_constant(name: str, expression: str, parsed: t.Mapping[str, t.Any]) -> None:
    """Refuse a condition that reads no fact, such as the text of a list. Its result would be the same for all tasks."""
    if not _looks_at_facts(parsed):
        raise OptionError(
            f"{name}: {expression!r} uses no fact of a task, so it would be true for all tasks or for none; name a fact "
            "without quotes, as in progress > `50`"
        )


def _looks_at_facts(node: t.Mapping[str, t.Any]) -> bool:
    return node["type"] in ("field", "current", "identity") or any(map(_looks_at_facts, node["children"]))


def _refuse_unknown_functions(name: str, expression: str, compiled: t.Any) -> None:
    """Refuse unknown functions, which only a call finds. Ignore wrong types in that call: real facts may fit."""
    try:
        compiled.search(dict.fromkeys(FACTS))
    except (jmespath.exceptions.UnknownFunctionError, jmespath.exceptions.ArityError) as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {exc}") from exc
    except SEARCH_ERRORS:
        return
