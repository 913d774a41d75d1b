# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A task, the words for its state, and what a look may bring instead of one. Pure."""

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
    """One asynchronous operation in a cloud. A field is None where the API does not tell; times are ISO 8601 in UTC.

    ``progress`` is 0 to 100 %, ``duration`` and ``remaining`` are seconds. ``error`` is the task's own, never the call's.
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
    counts: t.Optional[Facts] = None
    subtasks: list[Facts] = field(default_factory=list)
    cancellable: t.Optional[bool] = None
    request_id: t.Optional[str] = None
    observed_at: t.Optional[str] = None
    raw: Facts = field(default_factory=dict)

    @property
    def terminal(self) -> bool:
        """Whether the task has ended; an unknown word is no end."""
        return self.state in TERMINAL

    @property
    def succeeded(self) -> bool:
        """Whether everything it was to do is done."""
        return self.state == SUCCEEDED

    def facts(self) -> Facts:
        """All facts by name, every key always present."""
        return {name: getattr(self, name) for name in FACTS}


class Unjudged(t.NamedTuple):
    """A task that was seen in a batch to have ended: how well, only a look at it alone can tell."""

    task: Task


@dataclass(frozen=True)
class NotListed:
    """A task that a list of all tasks did not show, as far as it was read: a look at it alone can tell."""


class CancelAccepted(t.NamedTuple):
    """The cloud has taken a request to cancel a task."""

    request_id: t.Optional[str] = None


_FIELDS: tuple[str, ...] = tuple(item.name for item in fields(Task))
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at", "observed_at")
FACTS: tuple[str, ...] = (*_FIELDS, "terminal", "succeeded")


def task_of(facts: Facts) -> t.Optional[Task]:
    """The task that facts are of, the inverse of ``Task.facts``; None for what are no such facts."""
    known = {name: facts[name] for name in _FIELDS if facts.get(name) is not None}
    steps = known.get("subtasks", [])
    fit = (
        all(isinstance(known.get(name), str) for name in ("provider", "service", "id", "state")),
        all(isinstance(known.get(name, ""), str) for name in ("name", "native_state", "region", *_TIMES)),
        all(isinstance(known.get(name, 0.0), (int, float)) for name in ("progress", "duration", "remaining")),
        all(isinstance(known.get(name, {}), dict) for name in ("outputs", "error", "counts", "raw")),
        isinstance(steps, list) and all(isinstance(step, dict) for step in steps),
        known.get("state") in STATES,
        _is_json(known),
    )
    if not all(fit):
        return None
    # A step must have what is shown of it; what else there is in it stays as it is.
    known["subtasks"] = [
        {"name": None, "state": UNKNOWN, "progress": None, "remaining": None, **step} for step in steps
    ]
    return Task(**{"region": None, **known})


def _is_json(facts: Facts) -> bool:
    """Whether facts can be written as JSON: infinity, which Python reads there, cannot."""
    try:
        json.dumps(facts, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


_UNDECIDED = "it cannot be judged"


def undecided(why: str) -> Facts:
    """Why a task that might be a success is none: something in what was answered speaks against it, or cannot be read."""
    return {"code": None, "message": f"{_UNDECIDED}: {why}"}


def does_not_work(expression: str) -> str:
    """Why a task cannot be judged whose JMESPath takes no such values as were answered: it might have said otherwise."""
    return f"{expression!r} does not work on what was answered"


def why_undecided(task: Task) -> str:
    """Why a task that might be a success is none, for a person; "" where its state is what its word says."""
    told = str((task.error or {}).get("message") or "")
    return told if task.state == UNKNOWN and told.startswith(_UNDECIDED) else ""


Observation = t.Union[Task, Unjudged, NotListed, t.Sequence[t.Union[Task, Unjudged]], CloudError]


def observed_task(seen: t.Union[Task, Unjudged]) -> Task:
    return seen.task if isinstance(seen, Unjudged) else seen
