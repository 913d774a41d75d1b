# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""How the wait for a task may end: the words, the policy, and the judgement of what was seen. Pure."""

from __future__ import annotations

import typing as t

from .._core.task import FAILED, SUCCEEDED, TERMINAL, Facts, Task
from .pacing import ADAPTIVE, Pace

if t.TYPE_CHECKING:
    from .history import Law
    from .item import Item

TIMED_OUT = "timed_out"
NOT_FOUND = "not_found"
VANISHED = "vanished"
STALLED = "stalled"
UNREACHABLE = "unreachable"
UNAUTHORIZED = "unauthorized"
REFUSED = "refused"
ABANDONED = "abandoned"
LOST: tuple[str, ...] = (TIMED_OUT, NOT_FOUND, VANISHED, STALLED, UNREACHABLE, UNAUTHORIZED, REFUSED, ABANDONED)
"""Why we stopped seeing a task, as opposed to how it ended."""


OUTCOMES: tuple[str, ...] = (*TERMINAL, *LOST)

MAY_RUN = "the task may still run"
LOOKED_ONCE = "looked once"

Condition = t.Callable[[Facts], bool]


class Policy(t.NamedTuple):
    """When to look and when to stop, in seconds. Fields mean what the options of the same names do; ``required`` None is all.

    ``law_of`` returns what a history says of tasks like this one, if it says anything: it sets the pace, and judges nothing.
    Only a wait without an end has a ``list_interval``: the time between two reads of a list. Its timeout is that of each task.
    """

    timeout: float = 3600.0
    delay: float = 0.0
    pace: Pace = ADAPTIVE
    required: t.Optional[int] = None
    fail_fast: bool = True
    success_states: tuple[str, ...] = (SUCCEEDED,)
    success_when: t.Optional[Condition] = None
    failure_when: t.Optional[Condition] = None
    not_found_timeout: float = 60.0
    unreachable_timeout: float = 600.0
    stall_timeout: t.Optional[float] = None
    grace: float = 30.0
    list_interval: t.Optional[float] = None
    law_of: t.Optional[t.Callable[[Item], t.Optional[Law]]] = None

    @property
    def has_conditions(self) -> bool:
        """Whether the facts of a task decide. A condition may ask for any fact, and most batches tell but a few."""
        return bool(self.success_when or self.failure_when)


def outcome_of(policy: Policy, task: Task) -> t.Optional[tuple[str, str, bool]]:
    """Outcome, reason and whether it counts as success, if the task is decided; None while it goes on. Failure wins."""
    if policy.failure_when and policy.failure_when(task.facts()):
        return FAILED, f"failure_when holds on {standing(task)}" + ("" if task.terminal else f"; {MAY_RUN}"), False
    if policy.success_when:
        return _by_condition(policy.success_when, task)
    if not task.terminal:
        return None
    return task.state, standing(task), task.state in policy.success_states


def _by_condition(condition: Condition, task: Task) -> t.Optional[tuple[str, str, bool]]:
    if condition(task.facts()):
        return task.state if task.terminal else SUCCEEDED, f"success_when holds on {standing(task)}", True
    if not task.terminal:
        return None
    outcome = FAILED if task.succeeded else task.state
    return outcome, f"{standing(task)}, and success_when is false", False


def standing(task: Task) -> str:
    """How a task stands or has ended, in the provider's words. The error comes first: it is what people look for."""
    error = _error_text(task.error)
    if task.terminal:
        native = f"native state {task.native_state or 'not told'}"
        return f"{error} ({native})" if error else native
    progress = "" if task.progress is None else f" at {task.progress:g} %"
    return f"{task.native_state or 'no state'}{progress}" + (f": {error}" if error else "")


def _error_text(error: t.Optional[Facts]) -> str:
    parts = (error or {}).get("code"), (error or {}).get("message")
    return ": ".join(str(part).rstrip(". ") for part in parts if part)


def never_found(query: bool, looks: int, seconds: float, error: object) -> str:
    """Say that the cloud does not know an id, or has nothing that a query asks for, and what to check: the task may be there."""
    what = "nothing was found" if query else "the cloud did not know it"
    return f"{what} in {'1 look' if looks == 1 else f'{looks} looks'} over {seconds:.0f} s ({error}){unknown(query)}"


def unknown(query: bool) -> str:
    """What to check if nothing of a task was seen."""
    check = "what is asked for, and its" if query else "the id, and that it is of this"
    return f"; check {check} service, region and account; {MAY_RUN}"
