# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Which looks may begin when: batches, lanes and their rates. Pure."""

from __future__ import annotations

import heapq
import itertools
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from .._core.errors import Throttled
from .._core.task import Observation
from .item import Item, Target
from .rate import Allowance, RateLimiter

# How many looks of one account begin at once until one of them has shown that its key is good. So a bad key causes a few
# refusals, and not one in each lane: six in a row lock a Huawei Cloud key.
UNPROVEN_LOOKS = 3
# A look without an answer for so many seconds is unlikely to be refused, so another lane gets its turn.
SILENCE = 1.0
# How many looks may be without any answer, until one has ended like that: then endpoints hang.
UNANSWERED_LOOKS = 4

# A list may be down while each of its tasks can be read. After so many batches in a row without an answer, the tasks of a lane
# are looked at one by one.
DARK_BATCHES = 2
# Seconds until a batch is tried again: at first, and at most.
WITHOUT_BATCHES = (60.0, 600.0)

# Calls that leave evenly do not arrive evenly. A part of the rate is kept back, so that no second at the other end has too many.
USED = 0.97


class Limits(t.NamedTuple):
    """What a lane may do: calls per second, ids in one look, looks at the same time. Fewer than ``least`` ids are not joined.

    ``burst`` calls may be made at once, and ``window`` is the time over which the vendor counts, or 0: see Allowance.
    If a look at several ids ``turns`` the pages of a list, as a query may, the lane has no other look meanwhile: its calls take
    the whole rate.
    """

    rate: float
    batch: int = 1
    parallel: int = 8
    least: int = 2
    turns: bool = False
    burst: float = 1.0
    window: float = 0.0

    @property
    def allowance(self) -> Allowance:
        """The calls that a lane makes, less than those that it may make."""
        return Allowance(USED * self.rate, self.burst, self.window)


class Look(t.NamedTuple):
    """A look to make now, at all of these items at once. One that turns pages pauses ``page_pause`` seconds between its calls."""

    lane: t.Hashable
    items: tuple[Item, ...]
    begun: float
    page_pause: float = 0.0


class LookResult(t.NamedTuple):
    """What a look has brought: for each item a task, the tasks of a query, or an error.

    ``calls`` is how many calls the look has cost, ``throttled`` a throttling that spoilt no observation. ``retry_after`` are the
    seconds after which the API wants the next look at the task.
    """

    look: Look
    observations: t.Mapping[Item, Observation]
    calls: int = 1
    throttled: t.Optional[Throttled] = None
    retry_after: t.Optional[float] = None


@dataclass(eq=False)
class Lane:
    """The tasks that share limits, the earliest due first.

    A lane is ``proven`` once it has had an answer, so that its key is good, and ``hung`` once a look has ended without one. The
    last look began at ``begun``. ``pushed`` counts the tasks that were to have a first look. While one of its looks is
    ``paging``, no other begins. ``dark`` batches in a row had no answer; until ``singly`` there is no batch.
    """

    limits: Limits
    rate: RateLimiter
    account: t.Hashable
    in_flight: int = 0
    proven: bool = False
    hung: bool = False
    begun: float = 0.0
    pushed: int = 0
    paging: bool = False
    dark: int = 0
    singly: float = 0.0
    queue: list[tuple[float, int, Item]] = field(default_factory=list)

    def trim(self) -> bool:
        """Drop what has ended from the head of the queue; return whether anything is left."""
        while self.queue and not self.queue[0][2].open:
            heapq.heappop(self.queue)
        return bool(self.queue)

    def ready_at(self, now: float) -> float:
        """When the next look may begin, by the queue and the rate alone."""
        return max(self.queue[0][0], self.rate.ready_at(now))

    def batch_brought(self, now: float, answered: bool) -> None:
        """Note whether a batch was answered. If several were not, there is none for a while, each time for twice as long."""
        self.dark = 0 if answered else self.dark + 1
        if self.dark >= DARK_BATCHES:
            first, most = WITHOUT_BATCHES
            self.singly = now + min(most, first * 2 ** min(self.dark - DARK_BATCHES, 10))

    def gather(self, now: float, early: float) -> tuple[Item, ...]:
        """Take the items of the next look from the queue: one, or as many as a batch takes.

        Items join early if they are due within the part ``early`` of the time since they were last reached: a call saved is
        worth more than a moment.
        """
        entries = [heapq.heappop(self.queue)]
        batch = 1 if entries[0][2].alone or now < self.singly else self.limits.batch
        while len(entries) < batch and self.trim() and _joins(self.queue[0][2], now, early):
            entries.append(heapq.heappop(self.queue))
        if len(entries) < self.limits.least:
            for entry in entries[1:]:
                heapq.heappush(self.queue, entry)
            del entries[1:]
        return tuple(entry[2] for entry in entries)


def _joins(item: Item, now: float, early: float) -> bool:
    return not item.alone and item.due_at <= now + early * max(0.0, item.due_at - item.answered_at)


Rates = t.Callable[[Target, Allowance], RateLimiter]
"""What counts the calls in the lane of a target."""


def own_rate(target: Target, allowance: Allowance) -> RateLimiter:
    """Count the calls of this wait alone."""
    return RateLimiter(allowance)


class Schedule:
    """The lanes of a wait."""

    def __init__(self, limits: t.Callable[[Target], Limits], early: float, rates: Rates) -> None:
        self._limits = limits
        self._rates = rates
        self._early = early
        self._order = itertools.count()
        self._lanes: dict[t.Hashable, Lane] = {}

    def lane(self, target: Target) -> Lane:
        """The lane of a target."""
        lane = self._lanes.get(target.lane)
        return lane if lane is not None else self._new(target)

    def _new(self, target: Target) -> Lane:
        limits = self._limits(target)
        rate = self._rates(target, limits.allowance)
        return self._lanes.setdefault(target.lane, Lane(limits, rate, target.account))

    def close(self, now: float) -> None:
        """Make no more looks in any lane."""
        for lane in self._lanes.values():
            lane.rate.close(now)

    def longest_round(self) -> float:
        """Seconds that a look at each task of the slowest lane takes, at its first rate."""
        return max((lane.pushed / lane.limits.rate for lane in self._lanes.values()), default=0.0)

    def time_for(self, items: t.Iterable[Item]) -> float:
        """Seconds that a look at each of these takes in the slowest lane."""
        counts = Counter(item.target.lane for item in items)
        return max((count / self._lanes[key].limits.rate for key, count in counts.items()), default=0.0)

    def push(self, item: Item, due: float) -> None:
        """Queue an item for a look at ``due``. A query joins no batch."""
        item.alone = item.alone or item.target.task_id is None
        item.due_at = due
        lane = self.lane(item.target)
        lane.pushed += item.first_look_at is None
        heapq.heappush(lane.queue, (due, next(self._order), item))

    def due(self, now: float) -> list[Look]:
        """The looks to begin now; those that have waited longest come first."""
        waiting = [(lane.queue[0][0], key) for key, lane in self._lanes.items() if lane.trim()]
        waiting.sort(key=lambda each: each[0])
        return [look for dummy, key in waiting for look in self._due(key, self._lanes[key], now)]

    def _due(self, key: t.Hashable, lane: Lane, now: float) -> t.Iterator[Look]:
        while lane.trim() and lane.queue[0][0] <= now and self._is_free(lane, now) and lane.rate.begin(now):
            lane.in_flight += 1
            lane.begun = now
            items = lane.gather(now, self._early)
            lane.paging = items[0].target.task_id is None or (lane.limits.turns and len(items) > 1)
            look = Look(key, items, now, page_pause=1 / lane.rate.current if lane.paging else 0.0)
            for item in look.items:
                item.looks += 1
                item.first_look_at = now if item.first_look_at is None else item.first_look_at
            yield look

    def wake_at(self, now: float) -> t.Optional[float]:
        """When the next look may begin if no other ends before; None if one has to end first."""
        lanes = (lane for lane in self._lanes.values() if lane.trim())
        times = ((self._free_at(lane, now), lane.ready_at(now)) for lane in lanes)
        return min((max(free, ready) for free, ready in times if free is not None), default=None)

    def _is_free(self, lane: Lane, now: float) -> bool:
        free_at = self._free_at(lane, now)
        return free_at is not None and free_at <= now

    def _free_at(self, lane: Lane, now: float) -> t.Optional[float]:
        """When a lane may have another look if none ends before; None if one has to end first."""
        if lane.paging or lane.in_flight >= (lane.limits.parallel if lane.proven else 1):
            return None
        return now if lane.proven else self._key_free_at(lane.account, now)

    def _key_free_at(self, account: t.Hashable, now: float) -> t.Optional[float]:
        """The same, by what the looks of all lanes have shown about their key."""
        lanes = [lane for lane in self._lanes.values() if lane.account == account]
        if any(lane.proven for lane in lanes):
            return now
        begun = sorted(lane.begun for lane in lanes if lane.in_flight)
        if len(begun) >= UNANSWERED_LOOKS and not any(lane.hung for lane in lanes):
            return None
        latest = begun[-UNPROVEN_LOOKS:]
        return latest[0] + SILENCE if len(latest) == UNPROVEN_LOOKS else now
