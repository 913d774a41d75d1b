# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Builds the data of a report, which the role's page shows and the filter ``report`` returns. Pure."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime

from ...module_utils._core.task import TERMINAL
from ...module_utils._core.values import to_datetime
from ...module_utils._output.result import clock, usual
from ...module_utils._wait.policy import LOST
from .results import Facts, holds, is_wait, left_out_in, missing_in, tasks_in
from .table import counts, text, took, why, word
from .timeline import Axis, Span, axis_of, span_of, wait_of

# The kinds of looks on the page: "warn" has ended, but not well; "lost" was not seen to end; "open" still runs.
KINDS: dict[str, str] = {
    **dict.fromkeys(TERMINAL, "bad"),
    **dict.fromkeys(LOST, "lost"),
    "succeeded": "good",
    "partial": "warn",
    "skipped": "warn",
}
# The facts that a report holds. What the API itself has sent is left out: it is long, and has not been checked for secrets.
REPORTED_FACTS = (
    *("provider", "service", "region", "id", "name", "resource_id"),
    *("state", "native_state", "terminal", "succeeded", "outcome", "progress"),
    *("created_at", "started_at", "finished_at", "observed_at", "duration", "remaining"),
    *("error", "reason", "outputs", "counts", "subtasks", "looks", "detection_delay_max", "expected", "request_id"),
)


def report(value: t.Any, title: str, now: str | None) -> Facts:
    """Return the data of a report. ``now`` is the time of writing in ISO 8601, UTC, or None if it is not known."""
    tasks, missing, moment = tasks_in(value), missing_in(value), to_datetime(now)
    wait = value if is_wait(value) else {}
    reported = [_reported(task) for task in tasks]
    counted = counts(tasks, missing, left_out_in(value))
    return {
        "title": text(title),
        "written_at": now,
        "succeeded": holds(value, "succeeded"),
        "message": text(wait.get("msg") or ""),
        "counts": {"total": sum(counted.values()), **counted},
        "elapsed": wait.get("elapsed"),
        "waited": clock(wait["elapsed"]) if wait else None,
        "requests": wait.get("requests"),
        "throttled": wait.get("throttled"),
        "tasks": reported,
        "missing": missing,
        "timeline": _timeline(tasks, wait, moment),
    }


def _reported(task: Facts) -> Facts:
    return {
        **{name: task.get(name) for name in REPORTED_FACTS},
        "kind": KINDS.get(task.get("outcome") or task["state"], "open"),
        "word": word(task),
        "why": why(task),
        "took": took(task),
        "usual": usual(task["expected"]) if task.get("expected") else None,
        "steps": _steps(task.get("subtasks") or ()),
        "made": [
            {"name": text(name), "value": shown_value(output)} for name, output in (task.get("outputs") or {}).items()
        ],
    }


def _steps(steps: t.Sequence[Facts]) -> list[Facts]:
    """Return the steps of a task; none if there is only one, without a name, because that is the task itself."""
    return [_step(step) for step in steps] if len(steps) > 1 or any(step.get("name") for step in steps) else []


def _step(step: Facts) -> Facts:
    """Return a step or an item. If it has ended it looks like a task that has, else like one that runs."""
    return {
        "name": text(step.get("name") or step["state"]),
        "word": step["state"],
        "kind": KINDS.get(step["state"], "open"),
        "progress": step.get("progress"),
        "why": why({**step, "reason": None}),
    }


def shown_value(value: t.Any) -> str:
    """Return a value for people: a text as it is, anything else as JSON."""
    return text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _timeline(tasks: t.Sequence[Facts], wait: Facts, now: datetime | None) -> Facts | None:
    """Return the bars in the order of the tasks, in percent of the width; None if no time is known."""
    wait_span = wait_of(wait, now)
    spans = [span_of(task, now, wait_span) for task in tasks]
    axis = axis_of([*spans, wait_span])
    if axis is None:
        return None
    return {
        "from": _iso(axis.start),
        "to": _iso(axis.end),
        "ticks": axis.ticks(),
        "bars": [_bar(axis, span) for span in spans],
        "wait": _bar(axis, wait_span),
    }


def _bar(axis: Axis, span: Span | None) -> Facts | None:
    return None if span is None else {**axis.part(span), "from": _iso(span[0]), "to": _iso(span[1])}


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
