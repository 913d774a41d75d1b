# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The wait itself: it takes what looks have brought, and says what to look at next, when, and how each task ended.

Pure: it neither sleeps nor calls nor reads a clock, so a thread pool, asyncio and a test's fake clock drive it alike. Times are
seconds on any clock that only goes forward.
"""

from __future__ import annotations

import itertools
import math
import typing as t
from dataclasses import replace
from datetime import datetime

from .._core.errors import CloudError, NotFound, Throttled, Unavailable
from .._core.task import UNKNOWN, NotListed, Observation, Task, Unjudged, observed_task
from .duration import age_of
from .ended_before import Seen, began_at, latest_of, not_of_another_run, sift, split_by_time
from .error_policy import Decision, ErrorPolicy, LookAgain, LoseSight, first_look, out_of_time
from .item import Item, Sight, Target
from .lanes import DARK_BATCHES, Lane, Limits, Look, LookResult, Rates, Schedule, own_rate
from .pacing import Random, time_left
from .policy import ABANDONED, MAY_RUN, STALLED, TIMED_OUT, Policy, outcome_of, standing
from .tally import Tally

# How often, in seconds, the driver checks whether the last looks have ended.
POLL_AFTER_END = 0.05
# The part of a lane's rate that batches may take.
BATCHES_PART = 0.25
# Once the wait is decided, so many failures are still read, to tell why they have failed.
MOST_REASONS = 10
# An item may join a batch early, by this part of its interval.
EARLY = 0.25


class Watch:
    """Many tasks, one policy. ``due`` gives the looks to begin, ``take`` takes their results, until the watch is ``done``."""

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
        self.policy = policy
        self.start = start
        self.deadline = start + policy.timeout
        self.throttled = 0
        self.requests = 0
        self.met = False
        self._random = random
        self._phase = policy.pace.phase(random)
        self._overtime = 0.0
        self._timed_out = False
        # A fixed interval is always obeyed, so nothing is looked at early to fill a batch.
        self._schedule = Schedule(limits, EARLY if policy.pace.interval is None else 0.0, rates)
        self.tally = Tally(policy.success_states, policy.required)
        self._error_policy = ErrorPolicy(policy, self._schedule, self.tally, random)
        self._in_flight: set[Item] = set()
        first = start + min(policy.delay, policy.timeout)
        for target, weight in zip(targets, weights or itertools.repeat(1)):
            self._schedule.push(
                self.tally.add(Item(target, weight, answered_at=first, changed_at=first, waited_since=start)), first
            )

    # What to do next

    @property
    def items(self) -> list[Item]:
        """All items that were asked for, and those that queries have found."""
        return self.tally.items

    @property
    def done(self) -> bool:
        """Whether every task has its outcome."""
        return not self.tally.open_items

    def due(self, now: float) -> list[Look]:
        """The looks to begin now. The result of each goes to ``take``."""
        looks = self._schedule.due(now)
        self._in_flight.update(item for look in looks for item in look.items)
        return looks

    def wake_at(self, now: float) -> float:
        """When there is something to do, if nothing is seen before."""
        end = self.end if now >= self.deadline else self.deadline
        ready = self._schedule.wake_at(now)
        if now >= end:
            # After the end, only looks that are owed or in flight are waited for.
            return ready if ready is not None and ready > now else now + POLL_AFTER_END
        return max(now, end if ready is None else min(end, ready))

    def lane_of(self, item: Item) -> Lane:
        """The lane in which an item is looked at, with its rate."""
        return self._schedule.lane(item.target)

    def changes(self) -> list[Item]:
        """The items of which something new was seen since the last call."""
        return self.tally.changes()

    # What has happened

    def take(self, result: LookResult, now: float) -> None:
        """Take what a look has brought for each of its items."""
        look = result.look
        self._in_flight.difference_update(look.items)
        self.requests += result.calls
        lane = self._schedule.lane(look.items[0].target)
        self._account(lane, result, now)
        self._learn(lane, result, now)
        self._note_batch(lane, result, now)
        for item in look.items:
            if item.open:
                item.retry_after = result.retry_after
                observation = result.observations.get(item, Unavailable("the look brought nothing"))
                self._take_one(item, look, now, observation)
        if any(item.owed for parent in look.items for item in (parent, *parent.children)):
            owed = (item for item in self.tally.open() if item.owed)
            self._overtime = max(self._overtime, self._schedule.time_for(owed))
        self._stop_if_decided()

    def _account(self, lane: Lane, result: LookResult, now: float) -> None:
        """Free the place of a look in its lane, and count the calls that it has cost above one."""
        more = result.calls - 1
        lane.in_flight -= 1
        lane.paging = lane.paging and not result.look.page_pause
        # A look that paused between its calls has kept to the rate, except for the last call.
        lane.rate.take(now, min(more, 1) if result.look.page_pause else more)

    def tick(self, now: float) -> None:
        """Let time pass. Nothing is waited for beyond the deadline and the grace of a look that hangs."""
        if now >= self.deadline + self.policy.grace + self._one_look_each():
            over = now >= self.end
            for item in self.tally.open():
                if over or not item.owed:
                    self._time_out(item)
            self._stop_if_decided()

    def stop(self, reason: str) -> None:
        """Give up on all items that are still open."""
        self._abandon(reason, ())

    def _abandon(self, reason: str, but: t.Collection[Item]) -> None:
        for item in self.tally.open():
            if item not in but:
                self.tally.end(item, ABANDONED, f"{reason}; {MAY_RUN}")

    def _why_failed(self) -> list[Item]:
        """The first few failures whose details are on their way: they tell why it is over. One try is made for each."""
        return [item for item in self.tally.open() if item.doomed and item.error is None][:MOST_REASONS]

    def close(self, now: float) -> None:
        """Make no more looks."""
        self._schedule.close(now)

    def finish(self, item: Item, outcome: str, reason: str, good: bool) -> None:
        """End an item whose end is known already, so that it needs no look."""
        self.tally.end(item, outcome, reason, good)
        self._stop_if_decided()

    # Judgement. Four of these methods are hooks, which Follower overrides: _take_one, _see, _lose and _limit.

    def _learn(self, lane: Lane, result: LookResult, now: float) -> None:
        """Learn from the answers that the key of the lane works, or that the lane is too fast."""
        answers = [*result.observations.values(), *([result.throttled] if result.throttled else [])]
        throttled = [answer for answer in answers if isinstance(answer, Throttled)]
        self.throttled += len({id(answer) for answer in throttled})
        if throttled:
            waits = [answer.retry_after for answer in throttled if answer.retry_after is not None]
            # Cap Retry-After at the deadline, so that a last look is still made.
            most = max(0.0, self.deadline - now)
            lane.rate.throttled(result.look.begun, now, max(waits, default=None), most)
        answered = any(not isinstance(answer, CloudError) or isinstance(answer, NotFound) for answer in answers)
        if answered and not throttled:
            lane.rate.good()
        lane.proven = lane.proven or answered
        lane.hung = lane.hung or any(isinstance(answer, Unavailable) and not answer.http_status for answer in answers)

    def _note_batch(self, lane: Lane, result: LookResult, now: float) -> None:
        """Note whether a batch was answered. If two in a row were not, their tasks are looked at one by one for a while."""
        items = result.look.items
        if len(items) > 1:
            dark = all(isinstance(result.observations.get(item), (Unavailable, type(None))) for item in items)
            lane.batch_brought(now, answered=not dark)

    def _take_one(self, item: Item, look: Look, now: float, observation: Observation) -> None:
        """Take what a look has brought for one of its items."""
        if not observation and item.children:
            self.tally.replace_by_children(item)
            return
        if not observation:
            item.answered = True
            observation = NotFound("nothing matches")
        if isinstance(observation, CloudError):
            self._take_error(item, look, now, observation)
            return
        item.error = None
        if isinstance(observation, NotListed):
            item.alone = True
            self._schedule.push(item, now)
            return
        tasks = [observation] if isinstance(observation, (Task, Unjudged)) else list(observation)
        if item.target.task_id is not None:
            self._take_task(item, look, now, tasks[0])
        else:
            self._find(item, look, now, tasks)

    def _take_error(self, item: Item, look: Look, now: float, error: CloudError) -> None:
        item.error = error
        decision = self._error_policy.decide(item, now, error)
        if len(look.items) > 1 and isinstance(error, (Unavailable, NotFound)):
            decision = self._of_batch(item, decision)
        self._follow(item, now, decision)

    def _of_batch(self, item: Item, decision: Decision) -> Decision:
        """What follows from an error of a batch. It ends nothing, because a look at the task alone may tell more."""
        item.alone = item.alone or item.errors_in_a_row >= DARK_BATCHES or not isinstance(decision, LookAgain)
        return decision if isinstance(decision, LookAgain) else LookAgain(0.0)

    def _find(self, item: Item, look: Look, now: float, found: t.Sequence[Seen]) -> None:
        """Take what a query has found. Take ended tasks only after not_found_timeout without enough others."""
        limit = first_look(item, now) + self.policy.not_found_timeout
        adopted = {child.target.task_id for child in item.children}
        new = [each for each in found if observed_task(each).id not in adopted]
        sifted = sift(new, self._take_baseline(item, now, new))
        wanted = [child.task for child in item.children if child.task] + [*map(observed_task, sifted.wanted)]
        # If fewer tasks remain than are required, count those that had ended as part of this run.
        enough = len(wanted) >= (self.policy.required or 1)
        ended = not_of_another_run(sifted.ended, wanted) if enough else sifted.ended
        # With created_after, the query has already selected by date. Tasks without a creation time are still doubtful.
        meant, ended = split_by_time(ended) if item.target.dated else ([], ended)
        if now >= limit:
            item.ended_before, meant, ended = len(ended), [*meant, *ended], []
        item.held = len(ended)
        self._adopt(item, look, now, [*sifted.wanted, *meant])
        if ended and not self._is_full(item):
            item.answered_at = now
            self._follow(item, now, LookAgain(limit=limit))
        else:
            self.tally.replace_by_children(item)

    def _take_baseline(self, item: Item, now: float, found: t.Sequence[Seen]) -> t.Optional[datetime]:
        """Remember when the latest task of the first answer was created. Return None for the first answer itself."""
        if not item.answered:
            item.answered, item.latest_created_at = True, latest_of(found)
            return None
        observed = [observed_task(each).observed_at for each in found]
        return item.latest_created_at or began_at(next(iter(observed), None), now - self.start)

    def _adopt(self, item: Item, look: Look, now: float, tasks: t.Sequence[Seen]) -> None:
        """Wait for these tasks from now on, as far as the query may find so many."""
        room = None if item.target.most is None else max(0, item.target.most - len(item.children))
        chosen = tasks[:room]
        children = [self._pin(item, observed_task(each).id) for each in chosen]
        item.children += children
        for child, each in zip(children, chosen):
            self._take_task(child, look, now, each)

    def _is_full(self, item: Item) -> bool:
        return item.target.most is not None and len(item.children) >= item.target.most

    def _take_task(self, item: Item, look: Look, now: float, seen: Seen) -> None:
        if isinstance(seen, Task) and not self._is_half_told(item, look):
            self._see(item, look, now, seen)
            return
        task = observed_task(seen)
        # Queue it even after the deadline, because an end that was seen must not become a timeout.
        item.alone, item.answered_at, item.listed, item.unjudged = True, now, True, task.terminal
        item.task = item.task or (replace(task, state=UNKNOWN) if task.terminal else task)
        if isinstance(seen, Unjudged) and seen.certain and self._is_bad(task):
            self.tally.doom(item, task)
        # Why a task has failed is read before anything else.
        self._schedule.push(item, self.start if item.doomed else now)

    def _is_bad(self, task: Task) -> bool:
        return not self.policy.has_conditions and task.state not in self.policy.success_states

    def _is_half_told(self, item: Item, look: Look) -> bool:
        """Whether success_when or failure_when needs facts that this list may leave out."""
        return self.policy.has_conditions and look.items[0].target.task_id is None and not item.target.whole

    def _pin(self, item: Item, task_id: str) -> Item:
        """Add an item of its own for a task that a query has found: from now on the query is about that task."""
        target = item.target._replace(task_id=task_id, label="")
        return self.tally.add(
            Item(
                target, item.weight, looks=item.looks, first_look_at=item.first_look_at, waited_since=item.waited_since
            )
        )

    def _see(self, item: Item, look: Look, now: float, task: Task) -> None:
        """Take a task that can be judged: it has ended, or is looked at again."""
        before, seen_before = item.task, item.seen_at
        task = _merged(before, task)
        if before is None or _shown(before) != _shown(task):
            item.changed_at = now
            self.tally.note(item)
        item.task, item.answered_at, item.seen_at, item.errors_in_a_row, item.not_found_in_a_row = (
            task,
            now,
            look.begun,
            0,
            0,
        )
        item.unjudged = item.listed = False
        self._compare(item, task, now)
        item.first = item.first or Sight(look.begun, task.observed_at, task.progress)
        verdict = outcome_of(self.policy, task)
        if verdict:
            item.detection_delay_max = None if seen_before is None else round(now - seen_before, 3)
            self.tally.end(item, *verdict)
            return
        self.tally.spare(item)
        stall = self.policy.stall_timeout
        if stall is not None and now - item.changed_at >= stall and len(look.items) > 1:
            # A list shows no progress. Before the task counts as stalled, it is looked at alone.
            item.alone = True
            self._schedule.push(item, now)
            return
        item.alone = False
        if stall is not None and now - item.changed_at >= stall:
            self._lose(item, [item], now, STALLED, f"{standing(task)} has not changed for {stall:g} s; {MAY_RUN}")
            return
        left = time_left(task.progress, task.duration, task.remaining)
        wait = self._not_before(item, self._sooner(look, self._next_look(item, now, left)))
        self._again(item, now, wait, item.changed_at + stall if stall is not None else None)

    def _compare(self, item: Item, task: Task, now: float) -> None:
        """Note when the task began, and what a history says of such tasks."""
        item.sighted = now if item.sighted is None else item.sighted
        if not task.terminal:
            item.start = None if task.duration is None else now - task.duration
        item.law = self.policy.law_of(item) if self.policy.law_of else None

    def _follow(self, item: Item, now: float, decision: Decision) -> None:
        if isinstance(decision, LookAgain):
            self._again(
                item, now, self._next_look(item, now, None) if decision.wait is None else decision.wait, decision.limit
            )
        elif isinstance(decision, LoseSight):
            self._lose(item, decision.together, now, decision.outcome, decision.reason)
        else:
            self.tally.end(item, decision.outcome, decision.reason)

    def _lose(self, item: Item, with_it: t.Sequence[Item], now: float, outcome: str, reason: str) -> None:
        """Lose sight of an item, and of others for the same reason. For a wait that is their end."""
        for other in with_it:
            other.error = item.error
            self.tally.end(other, outcome, reason)

    def _next_look(self, item: Item, now: float, left: t.Optional[float]) -> float:
        age = age_of(item, now) if item.law else None
        usual = None if item.law is None or age is None else item.law.next_look(age)
        wait = self.policy.pace.next_look(now - item.waited_since, left, now - item.changed_at, self._random, usual)
        return wait + self._phase if item.looks == 1 else wait

    def _sooner(self, look: Look, wait: float) -> float:
        """Seconds to the next look if one call shows many tasks: the best interval shrinks with the root of their number.

        The batches of a lane leave most of its rate to the details of what has ended.
        """
        lane = self._schedule.lane(look.items[0].target)
        if self.policy.pace.interval is not None or len(look.items) == 1 or lane.limits.turns:
            return wait
        batches = self.tally.open_items / lane.limits.batch
        shortest = max(self.policy.pace.shortest, batches / (BATCHES_PART * lane.rate.current))
        return min(wait, max(shortest, wait / math.sqrt(len(look.items))))

    def _not_before(self, item: Item, wait: float) -> float:
        """Seconds to the next look if the API wants none before. The bounds of the user count more."""
        pace = self.policy.pace
        if item.retry_after is None or pace.interval is not None:
            return wait
        return max(wait, min(item.retry_after, pace.longest))

    def _again(self, item: Item, now: float, wait: float, limit: t.Optional[float] = None) -> None:
        limit_of_all = self._limit(item)
        if now >= limit_of_all:
            self._time_out(item)
            return
        due = now + wait
        if item.owed:
            self._schedule.push(item, due)
            return
        if self.policy.pace.interval is None:
            due = due if limit is None else min(due, max(limit, now))
            # A look just before the last one would bring what the last one brings.
            due = due if due <= limit_of_all - self.policy.pace.shortest else limit_of_all
        self._schedule.push(item, min(due, limit_of_all))

    def _limit(self, item: Item) -> float:
        """Return when the wait for an item is over. A task seen to have ended in a batch is read once more after the deadline."""
        return self.end if item.owed else self.deadline

    def _time_out(self, item: Item) -> None:
        self._timed_out = True
        item.once = self.policy.timeout == 0
        self.tally.end(item, TIMED_OUT, out_of_time(item, self.policy.timeout))

    # The whole

    def _stop_if_decided(self) -> None:
        """Stop once the wait is decided: enough have succeeded, or enough no longer can."""
        tally, required = self.tally, self.tally.required
        self.met = tally.good >= required
        if not self.policy.fail_fast or self.done:
            return
        if self.met:
            self._close_queries()
            self.stop(f"{tally.good} of {required} required succeeded, so the wait did not wait for it")
        # What a query will find is not known yet, nor whether that will be enough.
        if tally.possible < required and not tally.open_queries:
            self._give_up(required)

    def _close_queries(self) -> None:
        """Close queries that have found tasks; only those tasks count."""
        for item in self.tally.open():
            if item.children:
                self.tally.replace_by_children(item)

    def _give_up(self, required: int) -> None:
        """End what is open, because enough can no longer succeed. If the deadline is the reason, it is over for all of them.

        Items whose last look is on its way, or whose end was seen in a batch, then still get their outcome from that.
        """
        if not self._timed_out:
            self._abandon(f"{required} must succeed, which is no longer possible", self._why_failed())
        for item in self.tally.open():
            if item not in self._in_flight and not item.owed:
                self._time_out(item)

    @property
    def end(self) -> float:
        """When it is over, whatever happens: after the deadline and the grace of a look that hangs.

        Tasks that were seen in a batch to have ended are still read, for as long as that takes at the rates of their lanes.
        """
        return self.deadline + self.policy.grace + max(self._one_look_each(), self._overtime)

    def _one_look_each(self) -> float:
        """Return the seconds for one look at every task: with a timeout of 0, each still gets one."""
        return self._schedule.longest_round() if self.policy.timeout == 0 else 0.0


def _merged(before: t.Optional[Task], task: Task) -> Task:
    """The task, with what only an earlier look has shown: a list has no progress, a detail no resource."""
    if before is None:
        return task
    progress = before.progress if task.progress is None and not task.terminal else task.progress
    return replace(task, progress=progress, resource_id=task.resource_id or before.resource_id)


def _shown(task: Task) -> tuple[t.Any, ...]:
    return (
        task.state,
        task.native_state,
        task.progress,
        [(step["state"], step["progress"]) for step in task.subtasks],
    )
