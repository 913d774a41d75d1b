# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Formats tasks as a table of text lines, for the screen of a playbook or for a mail. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from ...module_utils._core.values import is_exact
from ...module_utils._output.result import clock, once_word, spoken
from ...module_utils._wait.estimate import rounded
from ...module_utils._wait.policy import LOOKED_ONCE, TIMED_OUT
from .results import Facts, is_wait, left_out_in, missing_in, tasks_in

HEAD = ("OUTCOME", "TOOK", "TASK", "OPERATION", "WHY")


def table(value: t.Any, limit: int) -> list[str]:
    """Return a head, a line for each task, and a line of counts. Of more than ``limit`` tasks, show failures first."""
    tasks, missing = tasks_in(value), missing_in(value)
    rows = [_row(task) for task in tasks] + [("missing", "-", task_id, "-", "") for task_id in missing]
    shown = rows if len(rows) <= limit else sorted(rows, key=lambda row: row[0] == "succeeded")[:limit]
    left_out = left_out_in(value)
    hidden = len(rows) - len(shown) + sum(left_out.values())
    more = [f"... and {hidden} more"] if hidden else []
    return [*_aligned([HEAD, *shown]), *more, _total(value, counts(tasks, missing, left_out))]


def word(task: Facts) -> str:
    """Return how the wait for a task ended, or its state if nobody waited for it, in words."""
    if task.get("outcome") == TIMED_OUT and f", {LOOKED_ONCE}" in str(task.get("reason")):
        return once_word(task["state"])
    return spoken(task.get("outcome") or task["state"])


def label(task: Facts) -> str:
    """Return the name of a task for people: cloud, service and id."""
    return " ".join(text(task.get(name)) for name in ("provider", "service", "id") if task.get(name))


def why(task: Facts) -> str:
    """Return why a task did not succeed: the reason of the wait, or the error of the task."""
    if word(task) == "succeeded":
        return ""
    error = task.get("error") or {}
    error_text = ": ".join(text(error[name]) for name in ("code", "message") if error.get(name))
    return text(task.get("reason") or error_text)


def took(task: Facts) -> str | None:
    """Return how long a task took. Where the API tells a time to the minute only, it is in minutes, or rounded with a tilde."""
    if task.get("duration") is None:
        return None
    start, end = task.get("started_at") or task.get("created_at"), task.get("finished_at")
    is_known = all(moment is None or is_exact(str(moment)) for moment in (start, end))
    if is_known or (task["duration"] and not task["duration"] % 60):
        return clock(task["duration"])
    return f"~{clock(rounded(task['duration']))}" if task["duration"] else "<1:00"


def text(value: t.Any) -> str:
    """Return a value on one line, without characters that move a cursor or ring a bell."""
    words = " ".join(str(value).split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def counts(tasks: t.Sequence[Facts], missing: t.Sequence[str], left_out: t.Mapping[str, int]) -> dict[str, int]:
    """Return how many tasks ended in which way: success first, then the most frequent. Unknown ids count as missing."""
    counter = Counter(word(task) for task in tasks) + Counter({"missing": len(missing)})
    counter.update({spoken(outcome): number for outcome, number in left_out.items()})
    return dict(sorted(counter.items(), key=lambda count: (count[0] != "succeeded", -count[1])))


def _row(task: Facts) -> tuple[str, ...]:
    progress = task.get("progress")
    percent = f" {progress:.0f} %" if progress is not None and not task.get("terminal") else ""
    return (f"{word(task)}{percent}", took(task) or "-", label(task), text(task.get("name") or "-"), why(task))


def _aligned(rows: t.Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _total(value: t.Any, counted_words: t.Mapping[str, int]) -> str:
    total = sum(counted_words.values())
    counted = ", ".join(f"{count} {name}" for name, count in counted_words.items()) or "nothing"
    totals = f" in {clock(value['elapsed'])}, {value['requests']} calls" if is_wait(value) else ""
    return f"{total} {'task' if total == 1 else 'tasks'}{totals}: {counted}"
