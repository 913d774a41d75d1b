# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define a task, its states, and what a look at the cloud can return instead of a task. Pure."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field, fields

from .errors import CloudError

PENDING = "pending"
RUNNING = "running"
SUCCEEDED = "succeeded"
PARTIAL = "partial"
FAILED = "failed"
CANCELLED = "cancelled"
EXPIRED = "expired"
SKIPPED = "skipped"
UNKNOWN = "unknown"

TERMINAL: tuple[str, ...] = (SUCCEEDED, PARTIAL, FAILED, CANCELLED, EXPIRED, SKIPPED)
STATES: tuple[str, ...] = (PENDING, RUNNING, *TERMINAL, UNKNOWN)

Facts = dict[str, t.Any]


@dataclass(frozen=True)
class Task:
    """One asynchronous operation in a cloud. A field is None if the API does not report it.

    Times are ISO 8601 in UTC. ``progress`` is 0 to 100 %. ``duration`` and ``remaining`` are in seconds. ``error`` is
    the task's own error, never that of the call.
    """

    provider: str
    service: str
    region: t.Optional[str]
    id: str
    state: str
    native_state: t.Optional[str] = None
    name: t.Optional[str] = None
    resource_id: t.Optional[str] = None
    progress: t.Optional[float] = None
    created_at: t.Optional[str] = None
    started_at: t.Optional[str] = None
    updated_at: t.Optional[str] = None
    finished_at: t.Optional[str] = None
    expires_at: t.Optional[str] = None
    duration: t.Optional[float] = None
    remaining: t.Optional[float] = None
    error: t.Optional[Facts] = None
    result: t.Any = None
    outputs: Facts = field(default_factory=dict)
    details: Facts = field(default_factory=dict)
    counts: t.Optional[Facts] = None
    subtasks: list[Facts] = field(default_factory=list)
    cancellable: t.Optional[bool] = None
    request_id: t.Optional[str] = None
    observed_at: t.Optional[str] = None
    raw: Facts = field(default_factory=dict)

    @property
    def terminal(self) -> bool:
        """Say whether the task has ended. An unknown state is not an end."""
        return self.state in TERMINAL

    @property
    def succeeded(self) -> bool:
        """Say whether the task did everything that it was to do."""
        return self.state == SUCCEEDED

    def facts(self) -> Facts:
        """Return all facts by name. Every key is always present."""
        return {name: getattr(self, name) for name in FACTS}


class Unjudged(t.NamedTuple):
    """A task that has ended, as read in a batch. Only a separate look can tell whether it succeeded.

    If it is ``certain`` that it has not, that look only tells why.
    """

    task: Task
    certain: bool = False


@dataclass(frozen=True)
class NotListed:
    """A list of tasks, as far as it was read, does not contain the task. Only a separate look can tell whether it exists."""


class CancelAccepted(t.NamedTuple):
    """The cloud has accepted a request to cancel a task."""

    request_id: t.Optional[str] = None


_FIELDS: tuple[str, ...] = tuple(item.name for item in fields(Task))
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at", "observed_at")
FACTS: tuple[str, ...] = (*_FIELDS, "terminal", "succeeded")


def task_of(facts: Facts) -> t.Optional[Task]:
    """Return the task with these facts, or None if they are not valid. This is the inverse of ``Task.facts``."""
    values = {name: facts[name] for name in _FIELDS if facts.get(name) is not None}
    steps = values.get("subtasks", [])
    checks = (
        all(isinstance(values.get(name), str) for name in ("provider", "service", "id", "state")),
        all(isinstance(values.get(name, ""), str) for name in ("name", "native_state", "region", *_TIMES)),
        all(isinstance(values.get(name, 0.0), (int, float)) for name in ("progress", "duration", "remaining")),
        all(isinstance(values.get(name, {}), dict) for name in ("outputs", "details", "error", "counts", "raw")),
        isinstance(steps, list) and all(isinstance(step, dict) for step in steps),
        values.get("state") in STATES,
        # If these contradict the state, one of them was not written by a wait.
        facts.get("terminal") in (None, values.get("state") in TERMINAL),
        facts.get("succeeded") in (None, values.get("state") == SUCCEEDED),
        _is_json(values),
    )
    if not all(checks):
        return None
    # Add the keys that the output needs. Everything else in a step stays as it is.
    values["subtasks"] = [
        {"name": None, "state": UNKNOWN, "progress": None, "remaining": None, **step} for step in steps
    ]
    return Task(**{"region": None, **values})


def _is_json(facts: Facts) -> bool:
    """Say whether facts can be written as JSON. Python reads infinity from JSON, but JSON does not allow it."""
    try:
        json.dumps(facts, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


_UNDECIDED = "it cannot be judged"


def undecided(why: str) -> Facts:
    """Return the error of a task that looks successful but may not be, because something contradicts it or is unreadable."""
    return {"code": None, "message": f"{_UNDECIDED}: {why}"}


def does_not_work(expression: str) -> str:
    """Say that a JMESPath rejects the answer. The task cannot be judged: the expression might have changed the verdict."""
    return f"{expression!r} does not work on what was answered"


def why_undecided(task: Task) -> str:
    """Say why a task that looks successful cannot be judged, or return "" if it can."""
    message = str((task.error or {}).get("message") or "")
    return message if task.state == UNKNOWN and message.startswith(_UNDECIDED) else ""


Observation = t.Union[Task, Unjudged, NotListed, t.Sequence[t.Union[Task, Unjudged]], CloudError]


def observed_task(observation: t.Union[Task, Unjudged]) -> Task:
    """Return the task that was observed, whether it is judged or not."""
    return observation.task if isinstance(observation, Unjudged) else observation
