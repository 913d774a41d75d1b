# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A table of tasks as lines of text, for the screen of a playbook or for a mail. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from ...module_utils._output.report import clock, spoken
from .results import Facts, is_wait, missing_in, tasks_in

HEAD = ("OUTCOME", "TOOK", "TASK", "OPERATION", "WHY")


def table(value: t.Any, limit: int) -> list[str]:
    """A head, a line for each task, and a line that counts; of more than ``limit`` tasks those that matter most."""
    tasks, missing = tasks_in(value), missing_in(value)
    rows = [_row(task) for task in tasks] + [("missing", "-", task_id, "-", "") for task_id in missing]
    shown = rows if len(rows) <= limit else sorted(rows, key=lambda row: row[0] == "succeeded")[:limit]
    left = [f"... and {len(rows) - len(shown)} more"] if len(shown) < len(rows) else []
    return [*_aligned([HEAD, *shown]), *left, _total(value, tasks, missing)]


def word(task: Facts) -> str:
    """How the wait for a task ended; the state of one that was not waited for."""
    return spoken(task.get("outcome") or task["state"])


def label(task: Facts) -> str:
    """A task as people call it: cloud, service and id."""
    return " ".join(text(task.get(name)) for name in ("provider", "service", "id") if task.get(name))


def why(task: Facts) -> str:
    """Why a task did not succeed: the reason of the wait, or the error of the task."""
    if word(task) == "succeeded":
        return ""
    error = task.get("error") or {}
    told = ": ".join(text(error[name]) for name in ("code", "message") if error.get(name))
    return text(task.get("reason") or told)


def text(value: t.Any) -> str:
    """A value on one line, without what would move a cursor or a bell."""
    words = " ".join(str(value).split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def counts(tasks: t.Sequence[Facts], missing: t.Sequence[str]) -> dict[str, int]:
    """How many tasks ended in which way, success first, then the most frequent; ids that are not known are in it."""
    counted = Counter(word(task) for task in tasks) + Counter({"missing": len(missing)})
    return dict(sorted(counted.items(), key=lambda count: (count[0] != "succeeded", -count[1])))


def _row(task: Facts) -> tuple[str, ...]:
    progress = task.get("progress")
    at = f" {progress:.0f} %" if progress is not None and not task.get("terminal") else ""
    took = "-" if task.get("duration") is None else clock(task["duration"])
    return (f"{word(task)}{at}", took, label(task), text(task.get("name") or "-"), why(task))


def _aligned(rows: t.Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _total(value: t.Any, tasks: t.Sequence[Facts], missing: t.Sequence[str]) -> str:
    number = len(tasks) + len(missing)
    counted = ", ".join(f"{count} {name}" for name, count in counts(tasks, missing).items()) or "nothing"
    in_all = f" in {clock(value['elapsed'])}, {value['requests']} calls" if is_wait(value) else ""
    return f"{number} {'task' if number == 1 else 'tasks'}{in_all}: {counted}"
