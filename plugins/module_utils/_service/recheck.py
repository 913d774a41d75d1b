# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Judge facts of a task again that somebody hands over, by the rules of a fresh answer. Pure."""

from __future__ import annotations

from datetime import datetime, timezone

from .._core.errors import CloudError
from .._core.task import SUCCEEDED, TERMINAL, UNKNOWN, Facts, Task
from .._core.values import to_text
from .model import Service
from .parse import counts_of, item_states_of, read_item
from .state import Origin, is_worse, may_open, state_of, verdict_on

# No state depends on the time of the look.
_ANY_TIME = datetime(1970, 1, 1, tzinfo=timezone.utc)


def stands(service: Service, task: Task) -> bool:
    """Return whether nothing in the facts of a task that has ended speaks against its state, as far as they tell.

    A state on which no gate opens always stands. What a second call had told is in the facts, but not in ``raw``.
    """
    if not may_open(task.state):
        return True
    doubts: list[str] = []
    facts: Facts = {**task.facts(), "counts": counts_of(task.counts, doubts)}
    facts["subtasks"] = [_checked_item(service, task, item) for item in task.subtasks]
    verdict = verdict_on(service, {**facts, "item": task.raw}, doubts)
    return not is_worse(verdict.state, task.state) and not _is_worse_alone(service, task)


def _checked_item(service: Service, task: Task, item: Facts) -> Facts:
    """Return a sub-task in the form that is weighed. If its word means no success, it is none."""
    word = to_text(item.get("native_state"))
    is_doubtful = item["state"] == SUCCEEDED != state_of(item_states_of(service, task.name), word)
    error = item.get("error")
    return {
        **item,
        "name": to_text(item.get("name")),
        "native_state": word,
        "error": error if isinstance(error, dict) else None,
        "state": UNKNOWN if is_doubtful else item["state"],
    }


def _is_worse_alone(service: Service, task: Task) -> bool:
    """Return whether what the API had sent is read as a task that goes on or has failed. What cannot be read says nothing."""
    origin = Origin(task.provider, task.region, _ANY_TIME, task.id)
    try:
        again = read_item(service, task.raw, origin)
    except CloudError:
        return False
    return again.state != UNKNOWN and is_worse(again.state, task.state) and _is_certain(again)


def _is_certain(again: Task) -> bool:
    """Return whether a state is that of a word. An item of a list may lack what a word is judged by."""
    return again.native_state is not None and (again.state not in TERMINAL or not may_open(again.state))
