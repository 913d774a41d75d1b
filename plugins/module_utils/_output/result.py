# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Builds the result of a wait: the facts of its tasks, their summary, and one line for a person. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from .._core.task import PENDING, RUNNING, UNKNOWN, Facts, Task
from .._core.values import Clean, cut
from .._wait.estimate import duration_of
from .._wait.item import Item
from .._wait.policy import ABANDONED

# The most characters of a reason, and of a name or an id.
MAX_REASON = 500
MAX_NAME = 120
# The most characters of a text that a task has made, such as a URL or what a command printed.
MAX_OUTPUT = 8000
# ansible-core prints the result of a step that fails. Of more tasks than this, only those that have failed are told in full.
MAX_WHOLE = 50


def task_facts(item: Item) -> Facts:
    """Return all facts of a task and how the wait for it ended, also for a task that was never seen."""
    target = item.target
    unseen = Task(target.provider, target.service, target.region, target.task_id or "", UNKNOWN).facts()
    return {
        **(_seen_facts(item, item.task) if item.task else {**unseen, **target.facts}),
        "outcome": item.outcome,
        "reason": item.reason,
        "looks": item.looks,
        "detection_delay_max": item.detection_delay_max,
        "expected": item.law.expected.facts() if item.law else None,
        "cancel": item.cancel,
    }


def _seen_facts(item: Item, task: Task) -> Facts:
    return {**task.facts(), "duration": duration_of(item, task)}


def bounded(facts: Facts) -> Facts:
    """Return masked facts with the texts in them cut to a length that a person reads. ``raw`` stays as the API sent it."""
    shortened = {
        "reason": _cut(facts.get("reason")),
        "error": _with_brief_message(facts.get("error")),
        "cancel": _with_brief_message(facts.get("cancel")),
        "details": {name: _cut(value) for name, value in (facts.get("details") or {}).items()},
        "subtasks": [_with_brief_error(step) for step in facts.get("subtasks") or ()],
    }
    return {**facts, **{name: value for name, value in shortened.items() if name in facts}}


def without_raw(facts: Facts) -> Facts:
    """Return the facts without what the API has sent."""
    return {**facts, "raw": None}


def lean(facts: Facts) -> Facts:
    """Return masked facts with bounded texts, those of the task's own outputs included, unless ``raw`` is there as well."""
    shown = bounded(facts)
    if facts["raw"] is not None:
        return shown
    return {name: _shortened(value) if isinstance(value, (dict, list, str)) else value for name, value in shown.items()}


def without_nothing(facts: Facts) -> Facts:
    """Return the facts without those that hold nothing, and without a sole step that is the task itself."""
    kept = {name: value for name, value in facts.items() if value not in (None, {}, [])}
    steps = kept.get("subtasks", ())
    if len(steps) == 1 and not steps[0].get("name"):
        del kept["subtasks"]
    return kept


def _shortened(data: t.Any) -> t.Any:
    """Return data with its texts cut. It is not nested deeper than ``read_json`` allows."""
    if isinstance(data, str):
        return cut(data, MAX_OUTPUT)
    if isinstance(data, dict):
        return {name: _shortened(value) for name, value in data.items()}
    return [_shortened(value) for value in data] if isinstance(data, (list, tuple)) else data


def is_over(item: Item) -> bool:
    """Return whether a task has ended and succeeded, so that nobody needs to act on it."""
    return item.good and item.task is not None and item.task.terminal


def _with_brief_error(step: t.Any) -> t.Any:
    return {**step, "error": _with_brief_message(step["error"])} if isinstance(step, dict) and "error" in step else step


def _with_brief_message(error: t.Any) -> t.Any:
    return {**error, "message": _cut(error["message"])} if isinstance(error, dict) and "message" in error else error


def _cut(text: t.Any) -> t.Any:
    return cut(text) if isinstance(text, str) else text


def summary(items: t.Sequence[Item]) -> dict[str, int]:
    """Return how many tasks there are, and how many ended in which way."""
    return {"total": len(items), **Counter(item.outcome for item in items if item.outcome)}


def leaves(entries: t.Sequence[Item]) -> list[Item]:
    """Return the tasks in the order of the options. The tasks that a query found stand in its place."""
    return [leaf for item in entries for leaf in (*item.children, *([] if item.replaced else [item]))]


def brief(text: str, max_length: int, clean: t.Optional[Clean]) -> str:
    """Return the text, cut if it is too long. Without ``clean``, which masks secrets, nothing is cut: a cut could hide one."""
    return text if clean is None else cut(text, max_length, clean)


def label(item: Item, clean: t.Optional[Clean] = None) -> str:
    """Return the name of a task for people: provider, service, id and operation. A query is named after its filters."""
    id_or_query = item.target.label or item.target.task_id or "query"
    parts = [item.target.provider, item.target.service, brief(id_or_query, MAX_NAME, clean)]
    if item.task and item.task.name:
        parts.append(f"({brief(item.task.name, MAX_NAME, clean)})")
    return " ".join(parts)


def failure(items: t.Sequence[Item], required: t.Optional[int], clean: t.Optional[Clean] = None) -> str:
    """Return one line for an operator: the first task that failed, its operation, its state and the provider's error."""
    bad = [item for item in items if not item.good]
    causes = [item for item in bad if item.outcome != ABANDONED] or bad
    requirement = "" if required is None else f", {required} required"
    if required is not None and len(items) < required:
        requirement += f" and only {len(items)} found"
    verdict = "had not ended" if bad and all(item.once for item in bad) else "did not succeed"
    head = f"{len(bad)} of {_tasks(len(items))} {verdict}{requirement}"
    if not bad:
        all_good = f"{_tasks(len(items))} succeeded{requirement}"
        return f"{all_good}: check what is asked for, and whether all that was to be started was"
    return f"{head}: {_counted(bad)}{ending(causes[0], clean)}"


def success(items: t.Sequence[Item], elapsed: float) -> str:
    """Return one line that says how many tasks succeeded, and how long that took."""
    return f"{sum(item.good for item in items)} of {_tasks(len(items))} succeeded in {clock(elapsed)}"


def _tasks(number: int) -> str:
    return "1 task" if number == 1 else f"{number} tasks"


def _counted(bad: t.Sequence[Item]) -> str:
    """Return how many tasks ended in which bad way, if there is more than one; what was abandoned last."""
    counts = Counter(map(word_for, sorted(bad, key=lambda item: item.outcome == ABANDONED)))
    return ", ".join(f"{count} {word}" for word, count in counts.items()) + "; " if len(bad) > 1 else ""


def ending(item: Item, clean: t.Optional[Clean]) -> str:
    """Return a task and how it ended badly."""
    return f"{label(item, clean)} {word_for(item)}: {brief(item.reason, MAX_REASON, clean)}"


def word_for(item: Item) -> str:
    """Return the outcome of a task in words. One that was looked at once has not timed out: nobody waited for it."""
    return once_word(item.task.state if item.task else UNKNOWN) if item.once else spoken(item.outcome)


def once_word(state: str) -> str:
    """Return how a task stands that was looked at once."""
    return _ONCE.get(state, "not seen to end")


_ONCE = {RUNNING: "still running", PENDING: "still pending"}
ONCE_WORDS = (*_ONCE.values(), once_word(UNKNOWN))
"""All words for tasks that were looked at once."""


def spoken(word: t.Optional[str]) -> str:
    """Return an outcome in words."""
    return (word or "open").replace("_", " ")


def clock(seconds: float) -> str:
    """Format seconds as 0:07, 12:30 or 1:00:05."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


# The units of what is usual: the most seconds that are told in it, its seconds, its name.
_UNITS = ((120.0, 1.0, "s"), (7200.0, 60.0, "min"), (float("inf"), 3600.0, "h"))


def usual(expected: Facts) -> str:
    """Return the fact ``expected`` in words: usually 41 to 46 min (12 runs)."""
    high = float(expected["high"])
    dummy, seconds, unit = next((each for each in _UNITS if high < each[0]), _UNITS[-1])
    low, high = (round(float(expected[name]) / seconds, 1 if unit == "h" else 0) for name in ("low", "high"))
    span = f"about {low:g}" if low == high else f"{low:g} to {high:g}"
    return f"usually {span} {unit} ({expected['runs']} runs)"
