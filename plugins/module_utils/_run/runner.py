# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A wait from its first look to its result: look, sleep, tell, write down."""

from __future__ import annotations

import json
import os
import random
import typing as t
from collections import Counter
from functools import partial

from .._core.errors import OptionError
from .._core.task import TERMINAL, Facts, Task, task_of
from .._options.plan import Plan
from .._output.progress import ProgressLines
from .._output.report import bounded, failure, label, leaves, success, summary, task_facts
from .._service.model import told_by_options
from .._service.selector import Selector
from .._wait.item import Item, Target
from .._wait.policy import Policy, outcome_of
from .._wait.schedule import Limits, LookResult
from .._wait.watch import Watch
from .frontend import Frontend
from .looks import carry_out
from .resume import _asked_before, _identity, _is_defined_alike, _record_of
from .targets import Asked, Clients, asked_of
from .workers import Result

# So often, in seconds, the driver looks up from its sleep: whether it was interrupted, or is an orphan.
LOOK_UP = 0.5


def wait(plan: Plan, frontend: Frontend) -> Facts:
    """Wait, and return the result as the user gets it, secrets masked. Raises OptionError for input that cannot work."""
    try:
        return _waited(plan, frontend)
    finally:
        if plan.journal:
            plan.journal.close()


def _waited(plan: Plan, frontend: Frontend) -> Facts:
    run = Runner(plan, frontend)
    try:
        run.warn_of_cancel()
        run.drive()
        run.cancel()
    finally:
        run.close()
    return run.result()


def _kind_of_watch(policy: Policy) -> type[Watch]:
    """What judges the tasks: only who follows lists for ever needs the one that does."""
    if policy.list_interval is None:
        return Watch
    from .._wait.follower import Follower  # noqa: PLC0415

    return Follower


class Runner:
    """One wait from its first look to its result."""

    def __init__(self, plan: Plan, frontend: Frontend) -> None:
        self.plan = plan
        self.frontend = frontend
        self.clients = Clients(frontend)
        self.clients.troubles += plan.notes
        self.workers = frontend.workers()
        frontend.wake = self.workers.wake
        self.parent = os.getppid()
        self._written = self._unwritten = self._warned = False
        self.changed = False
        # They may ask for any fact, and most batches tell but a few.
        self._has_conditions = bool(plan.policy.success_when or plan.policy.failure_when)
        distinct: dict[tuple[t.Any, ...], tuple[Target, Selector]] = {}
        keys = [self._distinct(selector, distinct) for selector in plan.selectors]
        counts = Counter(keys)
        self.start = self.workers.now()
        self.watch = _kind_of_watch(plan.policy)(
            [target for target, selector in distinct.values()],
            plan.policy,
            self._limits,
            self.start,
            random.random,
            [counts[key] for key in distinct],
        )
        by_key = dict(zip(distinct, list(self.watch.items)))
        self.entries = [by_key[key] for key in keys]
        self.lines = ProgressLines(self.watch, plan.heartbeat, frontend.mask.text)
        self._resume()

    def _distinct(
        self, selector: Selector, distinct: dict[tuple[t.Any, ...], tuple[Target, Selector]]
    ) -> tuple[t.Any, ...]:
        """The key under which the same task, asked for twice, is one: it is looked at once and reported twice."""
        client_key, client = self.clients.of(selector)
        endpoint = client.endpoint(selector.service)
        defined = json.dumps(selector.definition, sort_keys=True) if selector.definition else ""
        lane = (selector.provider.name, selector.service.name, endpoint, client.region, client_key, defined)
        key = (lane, selector.task_id, tuple(sorted(selector.values.items())), selector.filters)
        account = (selector.provider.name, client.credentials.account())
        label = "" if selector.task_id else selector.label
        target = Target(
            lane,
            account,
            selector.provider.name,
            selector.service.name,
            client.region,
            selector.task_id,
            Asked(selector, client),
            label,
            selector.filters.created_after is not None,
            selector.filters.limit,
            selector.service.list_tells_all,
            selector.following.known if selector.following else None,
            told_by_options(selector.service, selector.values),
        )
        distinct.setdefault(key, (target, selector))
        return key

    def _limits(self, target: Target) -> Limits:
        service = asked_of(target).selector.service
        rate = self.plan.rate_limit or service.rate
        if not service.batch or (self._has_conditions and not service.batch_tells_all):
            return Limits(rate, parallel=service.parallel)
        return Limits(rate, service.batch.size, service.parallel, service.batch.least, turns=not service.batch.call)

    def _resume(self) -> None:
        """Go on from what earlier waits have seen. Terminal is absorbing: what has ended is not asked for again."""
        records = {_identity(record): record for record in self.plan.records}
        for item in list(self.watch.items):
            selector = asked_of(item.target).selector
            known = {
                **selector.options,
                **selector.values,
                "provider": item.target.provider,
                "service": item.target.service,
            }
            identity = _identity({**known, "region": item.target.region, "id": item.target.task_id})
            record = _record_of(selector, records.get(identity), self.plan.resumed)
            seen = task_of(record) if record and _is_defined_alike(record, selector) else None
            item.task = seen if self._is_believed(selector, seen) else None
            item.cancel = _asked_before(record)
            if item.task and item.task.terminal:
                self.watch.finish(item, *(outcome_of(self.plan.policy, item.task) or _NOT_JUDGED))

    def _is_believed(self, selector: Selector, seen: t.Optional[Task]) -> bool:
        """Whether what an earlier wait has seen is of what is waited for now: a resource may have ended another operation."""
        if not (seen and seen.terminal):
            return True
        # How it was seen is not written down, and a condition is not judged by what a list may have left out.
        half_told = self._has_conditions and not selector.service.is_told_in_full
        return not half_told and (self.plan.resumed or not selector.service.lasting)

    # Driving

    def drive(self) -> None:
        """Look, sleep and listen until all is decided."""
        self._tell(self.workers.now(), force=True)
        while not self.watch.done:
            # What has been brought counts before time does: a success that was seen is never turned into a timeout.
            self._take(self.workers.results(0.0))
            now = self.workers.now()
            self.watch.tick(now)
            for look in self.watch.due(now):
                parallel = self._limits(look.items[0].target).parallel
                self.workers.submit(look.lane, parallel, partial(carry_out, look, self.workers.rest))
            self._listen(now)
            self._check_on_life()
            self._tell(self.workers.now())
            self._settle()
        self._tell(self.workers.now(), force=True)

    def _settle(self) -> None:
        """Import what was left out for a quick start: under a wait of hours, the collection may be upgraded or removed."""
        if not self.watch.done:
            from . import preload as _later  # noqa: F401, PLC0415

    def _listen(self, now: float) -> None:
        if not self.watch.done:
            until = min(self.watch.wake_at(now), self.lines.due, now + LOOK_UP)
            self._take(self.workers.results(until - now))

    def _take(self, results: t.Sequence[Result]) -> None:
        for result in results:
            if isinstance(result, LookResult):
                self._take_look(result)

    def _take_look(self, result: LookResult) -> None:
        self.watch.take(result, self.workers.now())
        first = result.look.items[0]
        if first.settled:
            self._warn_of_limit(first)
            self._warn_of_earlier(first)

    def _warn_of_earlier(self, item: Item) -> None:
        """Say that what a query has found had ended before, and may not be what is meant."""
        if item.earlier:
            found = len(item.children)
            which = "all" if item.earlier >= found else str(item.earlier)
            hint = (
                "they do not tell when they were created, so created_after may not hold for them"
                if item.target.dated
                else "created_after is missing: give it if only what was started since is meant"
            )
            self.clients.troubles.append(
                f"{label(item)}: {which} of the tasks found ({found}) had ended before this wait first looked, and {hint}"
            )

    def _warn_of_limit(self, item: Item) -> None:
        """Say of a query that found as many tasks as it may that there may be more, of which nobody would hear."""
        selector = asked_of(item.target).selector
        if len(item.children) >= selector.filters.limit:
            self.clients.troubles.append(
                f"limit: {len(item.children)} tasks were found, as many as limit allows, and no other is waited for; "
                "if there are more, give a higher limit, or filters"
            )

    def _check_on_life(self) -> None:
        """Stop where the user has, or where the process that wants the result is gone: core leaves its workers running."""
        if self.frontend.stopped:
            (self.frontend.shout or self.frontend.say)(self.frontend.mask.line(self._farewell()))
            self.watch.stop("the wait was interrupted")
        if self.frontend.bound and os.getppid() != self.parent:
            self.watch.stop("ansible has ended")

    def _farewell(self) -> str:
        """What an operator who has pressed Ctrl-C wants to know; core shows no more than the first line after it."""
        going = [label(item, self.frontend.mask.text) for item in self.watch.items if item.open]
        shown = ", ".join(going[:10]) + (f" and {len(going) - 10} more" if len(going) > 10 else "")
        resume = f"; go on with journal: {self.plan.journal.path}" if self.plan.journal else ""
        return f"interrupted, these may still run: {shown}{resume}"

    def _tell(self, now: float, force: bool = False) -> None:
        lines = self.lines.at(now)
        if self.lines.changed or force or self._unwritten:
            self._write_down(force)
        if self.frontend.seen and self.lines.news:
            self.frontend.seen(self.lines.news)
        for line in lines:
            self.frontend.say(self.frontend.mask.line(line))
        troubles = [self.clients.troubles.pop(0) for dummy in list(self.clients.troubles)]
        for line in [*self.lines.unknown(), *troubles]:
            self.frontend.warn(self.frontend.mask.line(line))

    def warn_of_cancel(self) -> None:
        """Say at the start, and not at the deadline, whose tasks cannot be cancelled."""
        asked = sorted(
            {
                f"{selector.provider.name} {selector.service.name}"
                for selector in self.plan.selectors
                if not selector.service.cancel
            }
        )
        if asked and self.plan.cancel:
            names = f"{' and '.join(asked)} {'has' if len(asked) == 1 else 'have'}"
            self.frontend.say(f"on_timeout: {names} no call to cancel a task, so such tasks go on after the timeout")

    def cancel(self) -> None:
        """Have the cloud asked to cancel what has not ended in time, if that is wanted."""
        if not self.plan.cancel or self.frontend.stopped:
            return
        # Few waits come to this, and it takes time to import.
        from .cancel import Canceller, begin, has_changed, in_reason, share  # noqa: PLC0415

        before = [item for item in self.watch.items if item.cancel]
        asked = begin(self.watch.items)
        self._write_down(force=True)
        for item in self.watch.items:
            if item.cancel and not item.cancel["asked"] and item not in before:
                self._tell_of_cancel(item)
        canceller = Canceller(
            self.workers,
            lambda item: self.watch.lane_of(item).rate,
            lambda item: self._limits(item.target).parallel,
            self.plan.policy.grace,
            lambda: self.frontend.stopped,
            self._tell_of_cancel,
        )
        canceller.ask(asked)
        share(self.watch.items, asked)
        self.changed = has_changed(asked)
        self.watch.requests += canceller.calls
        self.watch.throttled += canceller.throttled
        for item in self.watch.items:
            item.reason = in_reason(item)
        self._write_down(force=True)

    def _tell_of_cancel(self, item: Item) -> None:
        if item.cancel:
            self.frontend.say(
                self.frontend.mask.line(f"{label(item, self.frontend.mask.text)}: {item.cancel['message']}")
            )

    def _write_down(self, force: bool) -> None:
        """Write the journal. If that fails at first, nothing is waited for; later on, the wait is worth more than it."""
        if not self.plan.journal:
            return
        try:
            self._unwritten = not self.plan.journal.write(self._records, force)
            self._written = True
            self._warned = self._warned and self._unwritten
        except OptionError as exc:
            if not self._written:
                raise
            if not self._warned:
                self.frontend.warn(
                    self.frontend.mask.line(f"{exc}; the wait goes on, a new run would not know of the latest changes")
                )
            self._unwritten = self._warned = True

    def close(self) -> None:
        """Let the threads end, and give the connections back."""
        self.workers.close()
        self.clients.close()

    # Results

    def _leaves(self) -> list[Item]:
        return leaves(self.entries)

    def _records(self) -> list[Facts]:
        """The tasks as entries of the option ``tasks``: how to ask again, and what is known."""
        return [bounded(self.frontend.mask.values(self._record(item))) for item in self._leaves()]

    def _record(self, item: Item) -> Facts:
        selector = asked_of(item.target).selector
        options = {**selector.options, **selector.values, "definition": selector.definition}
        asked = {name: value for name, value in options.items() if value is not None and name not in self.plan.secret}
        if item.target.task_id is not None:
            return {**asked, **task_facts(item)}
        return {
            **asked,
            **selector.filters.given(),
            "provider": selector.provider.name,
            "service": selector.service.name,
        }

    def result(self) -> Facts:
        """The result as the user gets it."""
        items = self._leaves()
        met = self.watch.met
        elapsed = round(self.workers.now() - self.start, 3)
        facts = {
            "changed": self.changed,
            "tasks": [bounded(self.frontend.mask.values(task_facts(item))) for item in items],
            "summary": summary(items),
            "succeeded": met,
            "elapsed": elapsed,
            "requests": self.watch.requests,
            "throttled": self.watch.throttled,
        }
        text = success(items, elapsed) if met else failure(items, self.plan.policy.required, self.frontend.mask.text)
        if self.plan.check:
            text = f"check mode, looked once: {text}"
        facts["msg"] = self.frontend.mask.line(text)
        if not met and (not self.plan.check or _ended_badly(items)):
            facts["failed"] = True
        return facts


def _ended_badly(items: t.Sequence[Item]) -> bool:
    """Whether a task has really failed: the only thing, besides bad arguments, that check mode fails on."""
    return any(item.outcome in TERMINAL and not item.good for item in items)


# A task that has ended is always judged; were it not, it must not count as a success.
_NOT_JUDGED = ("failed", "an earlier wait saw it end", False)
