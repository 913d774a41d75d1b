# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Reads the values that a playbook holds: facts of a task, lists of them, and results of this collection's modules. Pure.

Contract of this package: no empty, skipped, failed or missing value ever counts as success. A value that cannot hold tasks raises
a TypeError, which the filters and tests turn into an error of their own.
"""

from __future__ import annotations

import typing as t
from collections import Counter

Facts = dict[str, t.Any]

_EXPECTED = "facts of a task, a list of them, or what a module of this collection has returned, also in a loop"


def holds(value: t.Any, fact: str) -> bool:
    """Return whether ``succeeded`` or ``terminal`` is true of all tasks in a value; False if there are none.

    For ``succeeded`` the result of a wait decides, because it knows how many were required. An id that the cloud does not
    know has neither ended nor succeeded. Raise a TypeError for a value that cannot hold tasks.
    """
    if isinstance(value, list):
        # Evaluate all entries, so that an error in a later one is raised even if an earlier one is false.
        answers = [holds(entry, fact) for entry in value]
        return bool(answers) and all(answers)
    if fact == "succeeded" and is_wait(value):
        return value.get("succeeded") is True
    items = items_in(value)
    if items is not None:
        # What a result leaves out has ended and succeeded.
        return (holds(items, fact) or bool(left_out_in(value) and not items)) and not value.get("missing")
    return value.get(fact) is True


def tasks_in(value: t.Any) -> list[Facts]:
    """Return the facts of all tasks in a value, in its order; raise a TypeError for a value that cannot hold tasks."""
    if isinstance(value, list):
        return [task for entry in value for task in tasks_in(entry)]
    items = items_in(value)
    if items is not None:
        return tasks_in(items)
    return [value] if is_task(value) else []


def missing_in(value: t.Any) -> list[str]:
    """Return the ids that the cloud did not know, of all results in a value."""
    if isinstance(value, list):
        return [task_id for entry in value for task_id in missing_in(entry)]
    if not isinstance(value, dict):
        return []
    return [str(task_id) for task_id in value.get("missing") or ()] + missing_in(value.get("results"))


def left_out_in(value: t.Any) -> Counter[str]:
    """Return how many tasks the results in a value leave out, by their outcome: a wait may return only those to act on."""
    if isinstance(value, list):
        return sum(map(left_out_in, value), Counter())
    if not is_wait(value):
        return left_out_in(value["results"]) if isinstance(value, dict) and "results" in value else Counter()
    outcomes = Counter({name: number for name, number in value["summary"].items() if name != "total"})
    return outcomes - Counter(task.get("outcome") for task in tasks_in(value))


def items_in(value: t.Any) -> list[t.Any] | None:
    """Return the items of a loop's result or of a module's; None for facts of a task, and for a failed or skipped result."""
    if not isinstance(value, dict):
        raise TypeError(f"expects {_EXPECTED}, and not {value!r:.60}")
    items = value.get("results", value.get("tasks"))
    if isinstance(items, list):
        return items
    if not is_task(value) and not (value.get("failed") or value.get("skipped")):
        keys = ", ".join(sorted(map(str, value))) or "nothing"
        raise TypeError(f"expects {_EXPECTED}; a dictionary with {keys} is none")
    return None


def is_task(value: Facts) -> bool:
    """Return whether a dictionary holds facts of a task."""
    return isinstance(value.get("state"), str) and "id" in value


def is_wait(value: t.Any) -> bool:
    """Return whether a value is the result of a wait that has started."""
    return isinstance(value, dict) and isinstance(value.get("summary"), dict) and "tasks" in value
