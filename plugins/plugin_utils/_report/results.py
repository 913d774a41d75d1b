# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a playbook holds in its hands: facts of a task, lists of them, results of this collection's modules. Pure."""

from __future__ import annotations

import typing as t

Facts = dict[str, t.Any]

_WANTED = "facts of a task, a list of them, or what a module of this collection has returned, also in a loop"


def holds(value: t.Any, fact: str) -> bool:
    """Whether ``succeeded`` or ``terminal`` is true of all tasks in a value. It is of none where there are none.

    What a wait says of itself counts for ``succeeded``, for it knows how many were required. An id that the cloud does not
    know has neither ended nor succeeded. A TypeError for what holds no tasks by its nature.
    """
    if isinstance(value, list):
        # All are read, lest an error in a later one hides behind an earlier one that is false.
        found = [holds(entry, fact) for entry in value]
        return bool(found) and all(found)
    if fact == "succeeded" and is_wait(value):
        return value.get("succeeded") is True
    inner = inside(value)
    if inner is not None:
        return holds(inner, fact) and not value.get("missing")
    return value.get(fact) is True


def tasks_in(value: t.Any) -> list[Facts]:
    """The facts of all tasks in a value, in its order; a TypeError for what holds none by its nature."""
    if isinstance(value, list):
        return [task for entry in value for task in tasks_in(entry)]
    inner = inside(value)
    if inner is not None:
        return tasks_in(inner)
    return [value] if is_task(value) else []


def missing_in(value: t.Any) -> list[str]:
    """The ids that the cloud did not know, of all results in a value."""
    if isinstance(value, list):
        return [task_id for entry in value for task_id in missing_in(entry)]
    if not isinstance(value, dict):
        return []
    return [str(task_id) for task_id in value.get("missing") or ()] + missing_in(value.get("results"))


def inside(value: t.Any) -> list[t.Any] | None:
    """What is in a result of a loop or of one module; None for facts of a task, and for a result that holds nothing."""
    if not isinstance(value, dict):
        raise TypeError(f"expects {_WANTED}, and not {value!r:.60}")
    inner = value.get("results", value.get("tasks"))
    if isinstance(inner, list):
        return inner
    if not is_task(value) and not (value.get("failed") or value.get("skipped")):
        keys = ", ".join(sorted(map(str, value))) or "nothing"
        raise TypeError(f"expects {_WANTED}; a dictionary with {keys} is none")
    return None


def is_task(value: Facts) -> bool:
    """Whether these are facts of a task."""
    return isinstance(value.get("state"), str) and "id" in value


def is_wait(value: t.Any) -> bool:
    """Whether it is the result of a wait that was begun."""
    return isinstance(value, dict) and isinstance(value.get("summary"), dict) and "tasks" in value
