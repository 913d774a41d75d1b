# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Asks the cloud, once for each task, to cancel what has not ended by the deadline, if the user wants that.

A request is written down before it is made, so that a wait that goes on by the journal does not make it again.
"""

from __future__ import annotations

import typing as t
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

from .._api.reader import TaskReader
from .._core.errors import CloudError, Throttled, Unavailable
from .._core.expression import search
from .._core.task import CancelAccepted, Facts
from .._wait.item import Item
from .._wait.policy import TIMED_OUT
from .._wait.rate import RateLimiter
from .._wait.watch import Watch
from .looks import caught
from .targets import asked_of
from .workers import Result, Workers

# How often a call is tried in all if it is throttled: then it was not made.
TRIES = 3
# The longest sleep, in seconds.
NAP = 0.5
_TOO_LATE = "the wait ended before the cloud could be asked to cancel it"


def begin(items: t.Iterable[Item]) -> list[Item]:
    """Choose the items whose tasks are to be cancelled, mark them as asked, and note of the others why not.

    An item that was asked for earlier stays as it is. A task that was found twice is asked for once.
    """
    items = list(items)
    late = [item for item in items if item.outcome == TIMED_OUT and item.target.task_id is not None and not item.cancel]
    tasks = {_task(item) for item in items if item.cancel and item.cancel["asked"]}
    chosen: list[Item] = []
    for item in late:
        why = _why_not(item)
        item.cancel = _asked("not answered yet") if why is None else _not_asked(why)
        if why is None and _task(item) not in tasks:
            tasks.add(_task(item))
            chosen.append(item)
    return chosen


def share(items: t.Iterable[Item], chosen: t.Iterable[Item]) -> None:
    """Note the same answer in both places of a task that was found twice."""
    answers = {_task(item): item.cancel for item in chosen}
    for item in items:
        if item.cancel and item.cancel["asked"]:
            item.cancel = answers.get(_task(item), item.cancel)


def _task(item: Item) -> t.Hashable:
    """What identifies a task: a query may find one that the user has also given by its id."""
    return item.target.lane, item.target.task_id


def _why_not(item: Item) -> t.Optional[str]:
    """Why the cloud is not to be asked; None if it is."""
    service = asked_of(item.target).selector.service
    cancel = service.cancel
    if not cancel:
        return f"{service.name} has no call that cancels a task"
    if item.unjudged:
        return "it had ended"
    if item.task is None:
        return "it was never seen, so it may not be running"
    if cancel.when and not search(cancel.when, item.task.facts()):
        return "the cloud says that it cannot be cancelled"
    return None


def _asked(message: str) -> Facts:
    return {"asked": True, "accepted": None, "message": message, "error": None, "request_id": None}


def _not_asked(why: str) -> Facts:
    return {**_asked(why), "asked": False}


def facts_of(response: t.Union[CancelAccepted, CloudError]) -> Facts:
    """What the cloud has answered, as facts. If there is no usable answer, it may have taken the request."""
    if isinstance(response, CancelAccepted):
        return {
            **_asked("the cloud accepted the request to cancel it"),
            "accepted": True,
            "request_id": response.request_id,
        }
    error = {"code": response.code or None, "message": response.message}
    details = {"error": error, "request_id": response.request_id or None}
    if isinstance(response, Unavailable):
        return {**_asked(f"it is unknown whether the cloud accepted the request to cancel it ({response})"), **details}
    return {**_asked(f"the cloud refused the request to cancel it ({response})"), **details, "accepted": False}


def _never_taken(refused: Throttled) -> Facts:
    """What became of a request that was throttled until there was no time left."""
    return {
        **facts_of(refused),
        "message": f"the cloud refused the request to cancel it until the wait ended ({refused})",
    }


def in_reason(item: Item) -> str:
    """The reason for an outcome, with what became of the request to cancel the task."""
    return f"{item.reason}; {item.cancel['message']}" if item.cancel and item.outcome == TIMED_OUT else item.reason


def has_changed(items: t.Iterable[Item]) -> bool:
    """Whether something was changed, or may have been."""
    requests = [item.cancel for item in items if item.cancel and item.cancel["asked"]]
    return any(request["accepted"] is not False for request in requests)


class CancelResult(t.NamedTuple):
    """What a cloud has answered to a request to cancel a task, which was sent at ``begun``."""

    item: Item
    begun: float
    answer: t.Union[CancelAccepted, CloudError]
    calls: int


def request_cancel(item: Item, begun: float, again: bool) -> CancelResult:
    """Ask the cloud to cancel a task, perhaps ``again`` because it did not take the request."""
    selector, client = asked_of(item.target)
    reader = TaskReader(client, selector.service)
    answer = caught(lambda: reader.cancel(selector.values, item.task, again))
    return CancelResult(item, begun, answer, max(1, reader.calls))


@dataclass
class Canceller:
    """The calls that cancel, made by the workers of the wait: within the rate of each lane, and in a bounded time."""

    workers: Workers
    rate_of: t.Callable[[Item], RateLimiter]
    parallel: t.Callable[[Item], int]
    patience: float
    stopped: t.Callable[[], bool]
    on_answer: t.Callable[[Item], None]
    calls: int = 0
    throttled: int = 0
    _tries: dict[Item, int] = field(default_factory=lambda: defaultdict(int))
    _refused: dict[Item, Throttled] = field(default_factory=dict)

    def cancel(self, watch: Watch, write: t.Callable[[], None]) -> bool:
        """Ask for all tasks that have not ended in time; return whether something was changed, or may have been."""
        asked_earlier = [item for item in watch.items if item.cancel]
        chosen = begin(watch.items)
        write()
        for item in watch.items:
            if item.cancel and not item.cancel["asked"] and item not in asked_earlier:
                self.on_answer(item)
        self.ask(chosen)
        share(watch.items, chosen)
        watch.requests += self.calls
        watch.throttled += self.throttled
        for item in watch.items:
            item.reason = in_reason(item)
        write()
        return has_changed(chosen)

    def ask(self, items: t.Sequence[Item]) -> None:
        """Ask for each of these; what is not answered in time stays unanswered."""
        waiting: list[Item] = list(items)
        in_flight: list[Item] = []
        end = self.workers.now() + self.patience + self._time_for(items)
        while (waiting or in_flight) and self.workers.now() < end and not self.stopped():
            self._begin(waiting, in_flight)
            for result in self.workers.results(self._sleep(waiting)):
                self.calls += result.calls
                waiting += self._take(result, in_flight)
        for item in waiting:
            item.cancel = _never_taken(self._refused[item]) if item in self._refused else _not_asked(_TOO_LATE)

    def _time_for(self, items: t.Sequence[Item]) -> float:
        counts: dict[t.Hashable, float] = defaultdict(float)
        for item in items:
            counts[item.target.lane] += 1 / self.rate_of(item).current
        return max(counts.values(), default=0.0)

    def _begin(self, waiting: list[Item], in_flight: list[Item]) -> None:
        now = self.workers.now()
        for item in list(waiting):
            in_lane = sum(other.target.lane == item.target.lane for other in in_flight)
            if in_lane < self.parallel(item) and self.rate_of(item).begin(now):
                waiting.remove(item)
                in_flight.append(item)
                self._tries[item] += 1
                again = self._tries[item] > 1
                self.workers.submit(item.target.lane, self.parallel(item), partial(request_cancel, item, now, again))

    def _sleep(self, waiting: t.Sequence[Item]) -> float:
        now = self.workers.now()
        ready = [self.rate_of(item).ready_at(now) - now for item in waiting]
        return min([NAP, *(seconds for seconds in ready if seconds > 0)])

    def _take(self, result: Result, in_flight: list[Item]) -> list[Item]:
        """Note an answer; return the item if it is to be tried again. A look that comes back this late is not of interest."""
        if not isinstance(result, CancelResult):
            return []
        item, answer = result.item, result.answer
        in_flight.remove(item)
        if isinstance(answer, Throttled):
            self.throttled += 1
            self.rate_of(item).throttled(result.begun, self.workers.now(), answer.retry_after)
            self._refused[item] = answer
            if self._tries[item] < TRIES:
                return [item]
        item.cancel = facts_of(answer)
        self.on_answer(item)
        return []
