# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A watch without an end: it reads lists again and again, and looks again for what it has lost from sight. Pure."""

from __future__ import annotations

import math
import typing as t

from .._core.errors import CloudError, NotFound
from .._core.task import NotListed, Observation, Task, Unjudged, observed_task
from .item import Item, Target
from .lanes import Limits, Look, Rates, own_rate
from .pacing import Random
from .policy import MAY_RUN, STALLED, Policy
from .watch import Watch

# How many ids of a list are remembered at least, the latest.
MEMORY = 10_000

Seen = t.Union[Task, Unjudged]


class Follower(Watch):
    """Repeats every query without an end, and watches each task that it finds to its end, with a timeout of its own.

    Tasks that had ended when a list was first read are left alone: nobody was listening yet. A task or a list that cannot be
    read any more is ``lost``, and is looked for again. A client does not try a refused key again; new keys may work.
    """

    def __init__(
        self,
        targets: t.Sequence[Target],
        policy: Policy,
        limits: t.Callable[[Target], Limits],
        start: float,
        random: Random,
        weights: t.Optional[t.Sequence[int]] = None,
        rates: Rates = own_rate,
    ) -> None:
        super().__init__(targets, policy, limits, start, random, weights, rates)
        self.deadline = math.inf
        for item in self.items:
            item.known = None if item.target.known is None else dict(item.target.known)

    # The hooks of Watch

    def _limit(self, item: Item) -> float:
        if item.target.task_id is None:
            return math.inf
        return item.waited_since + self.policy.timeout + (self.policy.grace if item.owed else 0.0)

    def _take_one(self, item: Item, look: Look, now: float, observation: Observation) -> None:
        if item.target.task_id is None and isinstance(observation, NotFound):
            self._read(item, look, now, ())
        elif item.target.task_id is None and not isinstance(observation, (CloudError, NotListed)):
            self._read(item, look, now, [observation] if isinstance(observation, (Task, Unjudged)) else observation)
        else:
            super()._take_one(item, look, now, observation)

    def _see(self, item: Item, look: Look, now: float, task: Task) -> None:
        unchanged_since = item.changed_at
        super()._see(item, look, now, task)
        stands_still = item.out_of_sight == STALLED and item.changed_at == unchanged_since
        if item.out_of_sight and item.open and not stands_still:
            item.out_of_sight, item.reason = None, ""
            self.tally.note(item)

    def _lose(self, item: Item, with_it: t.Sequence[Item], now: float, outcome: str, reason: str) -> None:
        """Look again after a while. The others learn of it by looks of their own."""
        if now >= self._limit(item):
            self._time_out(item)
            return
        if item.out_of_sight != outcome:
            self.tally.note(item)
        # A list runs in no cloud.
        item.out_of_sight, item.reason = outcome, reason if item.target.task_id else reason.removesuffix(f"; {MAY_RUN}")
        pause = self.policy.pace.interval or self.policy.pace.longest
        self._schedule.push(item, min(now + pause, self._limit(item)))

    # Lists

    def _read(self, item: Item, look: Look, now: float, tasks: t.Sequence[Seen]) -> None:
        """Take a list, and watch from now on what is new in it."""
        self.tally.keep_open()
        item.error, item.errors_in_a_row, item.not_found_in_a_row, item.answered_at, item.seen_at = (
            None,
            0,
            0,
            now,
            look.begun,
        )
        first, memory = item.known is None, item.known or {}
        new = _remember(memory, tasks, first)
        item.known = memory
        for each in new:
            child = self._pin(item, observed_task(each).id)
            child.waited_since = now
            self._take_task(child, look, now, each)
        if first or new or item.out_of_sight:
            item.out_of_sight, item.reason = None, ""
            self.tally.note(item)
        self._schedule.push(item, now + (self.policy.list_interval or self.policy.pace.longest))


def _remember(memory: dict[str, str], tasks: t.Sequence[Seen], first: bool) -> list[Seen]:
    """Note the ids of what a list shows, the latest last; return those that are new and to be watched."""
    latest_last = sorted(tasks, key=lambda each: observed_task(each).created_at or "~")
    new = []
    for each in latest_last:
        task = observed_task(each)
        if task.id not in memory and not (first and task.terminal):
            new.append(each)
        state = memory.pop(task.id, task.state if first and task.terminal else "")
        memory[task.id] = state
    while len(memory) > max(MEMORY, 2 * len(tasks)):
        del memory[next(iter(memory))]
    return new
