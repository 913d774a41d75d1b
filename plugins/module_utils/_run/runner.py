# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Runs a wait from its first look to its result: makes looks, sleeps, prints lines, writes the journal."""

from __future__ import annotations

import os
import random
import typing as t
from functools import partial

from .._core.task import TERMINAL, Facts
from .._options.plan import Plan
from .._output.progress import ProgressLines
from .._output.result import (
    MAX_WHOLE,
    failure,
    is_over,
    label,
    lean,
    leaves,
    success,
    summary,
    task_facts,
    without_nothing,
    without_raw,
)
from .._wait.item import Item, Target
from .._wait.lanes import Limits, LookResult, own_rate
from .._wait.policy import ABANDONED, Policy
from .._wait.rate import Allowance, RateLimiter
from .._wait.watch import Watch
from .frontend import Frontend
from .looks import carry_out
from .resume import JournalWriter, records_of, resume
from .targets import Clients, asked_of, joined, lane_name, limits_of
from .workers import Result

if t.TYPE_CHECKING:
    from .history import History

# The longest sleep, in seconds, before the loop checks for an interrupt or a dead parent process.
MAX_SLEEP = 0.5


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
    except Exception:
        raise
    except BaseException:
        # ansible-core raises one at the end of the keyword timeout, and shows nothing of what is returned after it.
        run.leave("cut off")
        raise
    finally:
        run.close()
    return run.result()


def _kind_of_watch(policy: Policy) -> type[Watch]:
    """The class that judges the tasks. Only the event source needs the one that follows lists."""
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
        self.clients.warnings += plan.notes
        self.workers = frontend.workers()
        frontend.wake = self.workers.wake
        self.parent = os.getppid()
        self.changed = False
        self.history = self._open_history()
        policy = plan.policy._replace(law_of=self.history.law_of) if self.history else plan.policy
        targets = joined(plan.selectors, self.clients)
        self.start = self.workers.now()
        self.watch = _kind_of_watch(plan.policy)(
            targets.targets, policy, self._limits, self.start, random.random, targets.weights, self._rate
        )
        items = list(self.watch.items)
        self.entries = [items[number] for number in targets.numbers]
        self.lines = ProgressLines(self.watch, plan.heartbeat, frontend.mask.text)
        self.journal = JournalWriter(plan.journal, self._records, self._warn)
        resume(self.watch, plan)

    def _open_history(self) -> t.Optional[History]:
        """Open the history, if the wait is to have one. Most have none, and its code takes time to import."""
        if not self.plan.history:
            return None
        from .history import History  # noqa: PLC0415

        pace = self.plan.policy.pace
        return History(
            self.plan.history, pace.longest, self.frontend.mask, self.clients.warnings.append, not self.plan.check
        )

    def _limits(self, target: Target) -> Limits:
        return limits_of(target, self.plan)

    def _rate(self, target: Target, allowance: Allowance) -> RateLimiter:
        """Count the calls of a lane, together with other waits on this machine if the user has a place for that."""
        budgets = self.frontend.budgets
        return budgets.rate(lane_name(target), allowance) if budgets else own_rate(target, allowance)

    def _rest(self, rate: RateLimiter, seconds: float) -> None:
        """Pause a look that turns pages, for longer if other waits have queued for calls before it."""
        now = self.workers.now()
        self.workers.rest(max(seconds, rate.turn(now) - now))

    # Driving

    def drive(self) -> None:
        """Look, sleep and listen until all is decided."""
        self._tell(self.workers.now(), force=True)
        while not self.watch.done:
            # Results count before time does: a success that was seen never becomes a timeout.
            self._take(self.workers.results(0.0))
            now = self.workers.now()
            self.watch.tick(now)
            for look in self.watch.due(now):
                first = look.items[0]
                rest = partial(self._rest, self.watch.lane_of(first).rate)
                self.workers.submit(look.lane, self._limits(first.target).parallel, partial(carry_out, look, rest))
            self._listen(now)
            self._stop_if_interrupted()
            self._tell(self.workers.now())
            self._preload()
        self._tell(self.workers.now(), force=True)

    def _preload(self) -> None:
        """Import the modules that were skipped at the start, before an upgrade can replace their files."""
        if not self.watch.done:
            from . import preload  # noqa: F401, PLC0415

    def _listen(self, now: float) -> None:
        if not self.watch.done:
            until = min(self.watch.wake_at(now), self.lines.due, now + MAX_SLEEP)
            self._take(self.workers.results(until - now))

    def _take(self, results: t.Sequence[Result]) -> None:
        for result in results:
            if isinstance(result, LookResult):
                self._take_look(result)

    def _take_look(self, result: LookResult) -> None:
        self.watch.take(result, self.workers.now())
        first = result.look.items[0]
        if first.replaced:
            self._warn_of_limit(first)
            self._warn_of_ended_before(first)

    def _warn_of_ended_before(self, item: Item) -> None:
        """Warn that tasks of a query had ended before, and may belong to an earlier run."""
        if item.ended_before:
            count = len(item.children)
            which = "all" if item.ended_before >= count else str(item.ended_before)
            hint = (
                "the API does not tell when they were created, so they may be older than created_after"
                if item.target.dated
                else "created_after is missing; give it if you mean only tasks that were started since then"
            )
            self.clients.warnings.append(
                f"{label(item)}: {which} of the tasks found ({count}) had ended before this wait first looked, and {hint}"
            )

    def _warn_of_limit(self, item: Item) -> None:
        """Warn that a query has found as many tasks as it may, so that there may be more, of which nobody would hear."""
        selector = asked_of(item.target).selector
        if len(item.children) >= selector.filters.limit:
            self.clients.warnings.append(
                f"limit: {len(item.children)} tasks were found, as many as limit allows, and no other is waited for; "
                "if there are more, give a higher limit, or filters"
            )

    def _stop_if_interrupted(self) -> None:
        """Stop if the user has asked for that, or if the process that wants the result has ended.

        ansible-core does not end its workers.
        """
        if self.frontend.stopped:
            (self.frontend.shout or self.frontend.say)(self.frontend.mask.line(self._farewell("interrupted")))
            self.watch.stop("the wait was interrupted")
        if self.frontend.bound and os.getppid() != self.parent:
            self.watch.stop("ansible has ended")

    def leave(self, how: str) -> None:
        """Write down what is known, and say what may still run: somebody has ended the wait from outside."""
        if any(item.open for item in self.watch.items):
            self.frontend.say(self.frontend.mask.line(self._farewell(how)))
        if self.journal.pending:
            self.journal.write(force=True)

    def _farewell(self, how: str) -> str:
        """What an operator who has pressed Ctrl-C wants to know. Core shows no more than the first line after it."""
        going = [label(item, self.frontend.mask.text) for item in self.watch.items if item.open]
        shown = ", ".join(going[:10]) + (f" and {len(going) - 10} more" if len(going) > 10 else "")
        resume = f"; resume with journal: {self.plan.journal.path}" if self.plan.journal else ""
        return f"{how}, these may still run: {shown}{resume}"

    def _tell(self, now: float, force: bool = False) -> None:
        self.clients.tell_calls()
        lines = self.lines.at(now)
        if self.lines.changed or force or self.journal.pending:
            self.journal.write(force)
        if self.history:
            self.history.learn(self.lines.news)
            self.history.write(now, last=self.watch.done and force)
        if self.frontend.on_change and self.lines.news:
            self.frontend.on_change(self.lines.news)
        for line in lines:
            self.frontend.say(self.frontend.mask.line(line))
        warnings = [self.clients.warnings.pop(0) for dummy in list(self.clients.warnings)]
        for line in [*self.lines.unknown(), *warnings]:
            self._warn(line)

    def _warn(self, line: str) -> None:
        self.frontend.warn(self.frontend.mask.line(line))

    def warn_of_cancel(self) -> None:
        """Say at the start, and not at the deadline, which services cannot cancel their tasks."""
        services = sorted(
            {
                f"{selector.provider.name} {selector.service.name}"
                for selector in self.plan.selectors
                if not selector.service.cancel
            }
        )
        if services and self.plan.cancel:
            names = f"{' and '.join(services)} {'has' if len(services) == 1 else 'have'}"
            self.frontend.say(f"on_timeout: {names} no call to cancel a task, so such tasks continue after the timeout")

    def cancel(self) -> None:
        """Ask the cloud to cancel what has not ended in time, if the user wants that."""
        if not self.plan.cancel or self.frontend.stopped:
            return
        # Few waits come to this, and it takes time to import.
        from .cancel import Canceller  # noqa: PLC0415

        canceller = Canceller(
            self.workers,
            lambda item: self.watch.lane_of(item).rate,
            lambda item: self._limits(item.target).parallel,
            self.plan.policy.grace,
            lambda: self.frontend.stopped,
            self._tell_of_cancel,
        )
        self.changed = canceller.cancel(self.watch, partial(self.journal.write, force=True))

    def _tell_of_cancel(self, item: Item) -> None:
        if item.cancel:
            self.frontend.say(
                self.frontend.mask.line(f"{label(item, self.frontend.mask.text)}: {item.cancel['message']}")
            )

    def close(self) -> None:
        """Let the threads end, and give the connections back."""
        self.watch.close(self.workers.now())
        self.workers.close()
        self.clients.tell_calls()
        self.clients.close()

    # Results

    def _leaves(self) -> list[Item]:
        return leaves(self.entries)

    def _records(self) -> list[Facts]:
        return records_of(self._leaves(), self.plan.secret, self.frontend.mask)

    def _returned(self, items: t.Sequence[Item]) -> list[Item]:
        """The tasks that the result holds."""
        return [item for item in items if not (self.plan.only_unsuccessful and is_over(item))]

    def _shown(self, item: Item, short: bool) -> Facts:
        """The facts of a task as the user gets them. A ``short`` result holds all keys of those that have caused the failure."""
        named = asked_of(item.target).selector.named(task_facts(item))
        facts = named if self.plan.raw else without_raw(named)
        shown = lean(self.frontend.mask.values(facts))
        return without_nothing(shown) if short and (item.good or item.outcome == ABANDONED) else shown

    def result(self) -> Facts:
        """The result as the user gets it."""
        items = self._leaves()
        met = self.watch.met
        elapsed = round(self.workers.now() - self.start, 3)
        facts = {
            "changed": self.changed,
            "tasks": [self._shown(item, not met and len(items) > MAX_WHOLE) for item in self._returned(items)],
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
        if not met and (not self.plan.check or _has_bad_end(items)):
            facts["failed"] = True
        return facts


def _has_bad_end(items: t.Sequence[Item]) -> bool:
    """Whether a task has really failed. In check mode only this, or bad arguments, fails the step."""
    return any(item.outcome in TERMINAL and not item.good for item in items)
