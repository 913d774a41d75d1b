# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a wait says when it is over: the facts of its tasks, and one line for a person. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from .._core.task import UNKNOWN, Facts, Task
from .._core.values import Clean, cut
from .._wait.item import Item
from .._wait.policy import ABANDONED

# Characters: of the reason of an end, of a name or an id.
REASON = 500
NAME = 120


def task_facts(item: Item) -> Facts:
    """All facts of a task, and how the wait for it ended; a task that was never seen has them too."""
    target = item.target
    unseen = Task(target.provider, target.service, target.region, target.task_id or "", UNKNOWN).facts()
    return {
        **(item.task.facts() if item.task else {**unseen, **target.facts}),
        "outcome": item.outcome,
        "reason": item.reason,
        "looks": item.looks,
        "detection_delay_max": item.detection_delay_max,
        "cancel": item.cancel,
    }


def bounded(facts: Facts) -> Facts:
    """Facts that are masked, with the words in them at a length that a person reads; what the API has sent stays in ``raw``."""
    brief_ones = {
        "reason": _cut(facts.get("reason")),
        "error": _with_brief_message(facts.get("error")),
        "cancel": _with_brief_message(facts.get("cancel")),
        "subtasks": [_with_brief_error(step) for step in facts.get("subtasks") or ()],
    }
    return {**facts, **{name: value for name, value in brief_ones.items() if name in facts}}


def _with_brief_error(step: t.Any) -> t.Any:
    return {**step, "error": _with_brief_message(step["error"])} if isinstance(step, dict) and "error" in step else step


def _with_brief_message(told: t.Any) -> t.Any:
    return {**told, "message": _cut(told["message"])} if isinstance(told, dict) and "message" in told else told


def _cut(text: t.Any) -> t.Any:
    return cut(text) if isinstance(text, str) else text


def summary(items: t.Sequence[Item]) -> dict[str, int]:
    """How many tasks ended in which way."""
    return {"total": len(items), **Counter(item.outcome for item in items if item.outcome)}


def leaves(entries: t.Sequence[Item]) -> list[Item]:
    """The tasks in the order of asking; what a query found stands in its place."""
    return [leaf for item in entries for leaf in (*item.children, *([] if item.settled else [item]))]


def brief(text: str, most: int, clean: t.Optional[Clean]) -> str:
    """The text, cut if it is too long; where nobody can tell secrets nothing is cut."""
    return text if clean is None else cut(text, most, clean)


def label(item: Item, clean: t.Optional[Clean] = None) -> str:
    """A task as people call it: provider, service, id and operation; a query by what it asks for."""
    asked = item.target.task_id or item.target.label or "query"
    parts = [item.target.provider, item.target.service, brief(asked, NAME, clean)]
    if item.task and item.task.name:
        parts.append(f"({brief(item.task.name, NAME, clean)})")
    return " ".join(parts)


def failure(items: t.Sequence[Item], required: t.Optional[int], clean: t.Optional[Clean] = None) -> str:
    """One line with what an operator needs first: the first bad task, its operation, its state and the provider's error."""
    bad = [item for item in items if not item.good]
    told = [item for item in bad if item.outcome != ABANDONED] or bad
    wanted = "" if required is None else f", {required} required"
    if required is not None and len(items) < required:
        wanted += f" and only {len(items)} found"
    head = f"{len(told)} of {_tasks(len(items))} did not succeed{wanted}"
    if not told:
        all_good = f"{_tasks(len(items))} succeeded{wanted}"
        return f"{all_good}: check what is asked for, and whether all that was to be started was"
    return f"{head}: {ending(told[0], clean)}{_others(items)}"


def success(items: t.Sequence[Item], elapsed: float) -> str:
    """One line when all is well."""
    return f"{sum(item.good for item in items)} of {_tasks(len(items))} succeeded in {clock(elapsed)}"


def _tasks(number: int) -> str:
    return "1 task" if number == 1 else f"{number} tasks"


def _others(items: t.Sequence[Item]) -> str:
    counts = summary(items)
    del counts["total"]
    return " [" + ", ".join(f"{count} {spoken(word)}" for word, count in counts.items()) + "]" if len(items) > 1 else ""


def ending(item: Item, clean: t.Optional[Clean]) -> str:
    """A task and how it ended badly."""
    return f"{label(item, clean)} {spoken(item.outcome)}: {brief(item.reason, REASON, clean)}"


def spoken(word: t.Optional[str]) -> str:
    """An outcome as words."""
    return (word or "open").replace("_", " ")


def clock(seconds: float) -> str:
    """Seconds as 0:07, 12:30 or 1:00:05."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"
