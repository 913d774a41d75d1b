# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The options success_when and failure_when: JMESPath on the facts of a task."""

from __future__ import annotations

import difflib
import typing as t

from .._core.errors import OptionError
from .._core.expression import names_in_expression
from .._core.task import FACTS, Facts
from .._wait.policy import Condition

try:
    import jmespath
except ImportError:  # the modules say so in their own words before anything here runs
    pass


def condition(name: str, expression: t.Optional[str]) -> t.Optional[Condition]:
    """A JMESPath on a task's facts as a function; what is wrong with it is said before any call where it can be seen."""
    if not expression:
        return None
    try:
        compiled = jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {' '.join(str(exc).split())}") from exc
    _refuse_unknown_functions(name, expression, compiled)
    refuse_unknown_facts(name, expression, FACTS)
    _refuse_constant(name, expression, compiled.parsed)

    def holds(facts: Facts) -> bool:
        try:
            found = compiled.search(facts)
        except jmespath.exceptions.JMESPathError as exc:
            raise OptionError(f"{name}: {expression!r} does not work on the facts of a task: {exc}") from exc
        # What JMESPath itself calls false; a 0 is something.
        return found is not False and found is not None and found not in ("", [], {})

    return holds


def refuse_unknown_facts(name: str, expression: str, known: t.Collection[str]) -> None:
    """A name that no fact has would never be found: a condition with it holds for all tasks, or for none."""
    for fact in sorted(names_in_expression(expression) - set(known)):
        close = difflib.get_close_matches(fact, known, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise OptionError(
            f"{name}: {expression!r}: there is no fact {fact}; {hint}there are {', '.join(sorted(known))}"
        )


def _refuse_constant(name: str, expression: str, parsed: t.Mapping[str, t.Any]) -> None:
    """What looks at no fact holds for every task, or for none; the text of a list is such a constant to JMESPath."""
    if not _looks_at_facts(parsed):
        raise OptionError(
            f"{name}: {expression!r} looks at no fact of a task, so it would hold for all tasks, or for none; name a fact "
            "without quotes, as in progress > `50`"
        )


def _looks_at_facts(node: t.Mapping[str, t.Any]) -> bool:
    return node["type"] in ("field", "current", "identity") or any(map(_looks_at_facts, node["children"]))


def _refuse_unknown_functions(name: str, expression: str, compiled: t.Any) -> None:
    """A function that does not exist is found only by calling it; types are another matter, for a real task may have them."""
    try:
        compiled.search(dict.fromkeys(FACTS))
    except (jmespath.exceptions.UnknownFunctionError, jmespath.exceptions.ArityError) as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {exc}") from exc
    except jmespath.exceptions.JMESPathError:
        return
