# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What follows from an error: how long to go on looking, which other tasks it concerns, and what to say at the end. Pure."""

from __future__ import annotations

import typing as t

from .._core.errors import BadSignature, CloudError, CredentialsExpired, NotFound, NotSent, Unauthorized
from .item import Item
from .lanes import Schedule
from .pacing import Random
from .policy import (
    LOOKED_ONCE,
    MAY_RUN,
    NOT_FOUND,
    REFUSED,
    UNAUTHORIZED,
    UNREACHABLE,
    VANISHED,
    Policy,
    never_found,
    standing,
    unknown,
)
from .tally import Tally

# How many looks in a row must not find a task that was seen before it counts as gone: one may have reached a lagging replica.
LOOKS_TO_VANISH = 2


class LookAgain(t.NamedTuple):
    """Look again in ``wait`` seconds, or at the usual pace; and at the latest at ``limit``, when that look may end it."""

    wait: t.Optional[float] = None
    limit: t.Optional[float] = None


class End(t.NamedTuple):
    """End this item alone."""

    outcome: str
    reason: str


class LoseSight(t.NamedTuple):
    """Lose sight of all items in ``together``, this one among them."""

    together: t.Sequence[Item]
    outcome: str
    reason: str


Decision = t.Union[LookAgain, End, LoseSight]


class ErrorPolicy:
    """Decides what follows from an error, by what has been answered so far in the lane of the item and to others in it."""

    def __init__(self, policy: Policy, schedule: Schedule, tally: Tally, random: Random) -> None:
        self._policy = policy
        self._schedule = schedule
        self._tally = tally
        self._random = random

    def decide(self, item: Item, now: float, error: CloudError) -> Decision:
        """Decide what becomes of an item whose look brought an error."""
        return _ON_ERROR[error.kind](self, item, now, error)

    def _missing(self, item: Item, now: float, error: CloudError) -> Decision:
        item.answered_at, item.errors_in_a_row = now, 0
        item.not_found_in_a_row += 1
        if item.task is not None:
            return self._gone(item, error)
        since = first_look(item, now)
        limit = since + self._policy.not_found_timeout
        if now >= limit:
            return End(NOT_FOUND, never_found(item.target.task_id is None, item.looks, now - since, error))
        return LookAgain(limit=limit)

    def _gone(self, item: Item, error: CloudError) -> Decision:
        if item.not_found_in_a_row >= LOOKS_TO_VANISH and item.task is not None:
            return End(VANISHED, f"it was seen as {standing(item.task)} and is no longer known ({error}); {MAY_RUN}")
        return LookAgain(self._policy.pace.interval or self._policy.pace.shortest)

    def _throttled(self, item: Item, now: float, error: CloudError) -> Decision:
        item.answered_at = now
        ready = self._schedule.lane(item.target).rate.ready_at(now)
        return LookAgain(max(ready - now, self._policy.pace.interval or 0.0))

    def _unavailable(self, item: Item, now: float, error: CloudError) -> Decision:
        item.errors_in_a_row += 1
        if self._is_hopeless(item, error):
            return LoseSight(self._of_lane(item), UNREACHABLE, f"{error}; {MAY_RUN}")
        limit = item.answered_at + self._policy.unreachable_timeout
        if now >= limit:
            why = f"no good answer for {now - item.answered_at:.0f} s, the last error: {error}; {MAY_RUN}"
            return LoseSight(self._dark_with(item, now), UNREACHABLE, why)
        pause = error.retry_after or 0.0
        # A server that says when to come back is not asked before that, even if contact would count as lost by then.
        wait = max(self._policy.pace.after_errors(item.errors_in_a_row, self._random), pause)
        return LookAgain(wait, max(limit, now + pause))

    def _is_hopeless(self, item: Item, error: CloudError) -> bool:
        """Whether another try is useless: there were enough of them, and this lane has not had a single answer.

        A server that has answered once may do so again, unless the error is one that does not heal.
        """
        tries = error.give_up_after
        may_heal = error.heals and self._schedule.lane(item.target).proven
        return tries is not None and item.errors_in_a_row >= tries and not may_heal

    def _of_lane(self, item: Item) -> list[Item]:
        return [other for other in self._tally.open() if other.target.lane == item.target.lane]

    def _dark_with(self, item: Item, now: float) -> list[Item]:
        """The items that are unreachable together: all of a lane without a single answer so far, else this one alone."""
        if self._schedule.lane(item.target).proven:
            return [item]
        late = now - self._policy.unreachable_timeout
        return [other for other in self._of_lane(item) if other.answered_at <= late]

    def _refused(self, item: Item, now: float, error: CloudError) -> Decision:
        """Lose sight for good of what is refused. If the key is refused, nothing more is asked with it."""
        if isinstance(error, NotSent):
            return LoseSight([item], UNREACHABLE, f"{error}; {MAY_RUN}")
        outcome = UNAUTHORIZED if isinstance(error, Unauthorized) else REFUSED
        return LoseSight(self._hit_by(item, error), outcome, f"the API refuses: {error}; {MAY_RUN}")

    def _hit_by(self, item: Item, error: CloudError) -> list[Item]:
        if isinstance(error, (BadSignature, CredentialsExpired)):
            return [other for other in self._tally.open() if other.target.account == item.target.account]
        if isinstance(error, Unauthorized) and not self._schedule.lane(item.target).proven:
            return self._of_lane(item)
        return [item]


_ON_ERROR: dict[str, t.Callable[[ErrorPolicy, Item, float, CloudError], Decision]] = {
    "not_found": ErrorPolicy._missing,
    "throttled": ErrorPolicy._throttled,
    "unavailable": ErrorPolicy._unavailable,
    "unauthorized": ErrorPolicy._refused,
    "bad_signature": ErrorPolicy._refused,
    "credentials_expired": ErrorPolicy._refused,
    "refused": ErrorPolicy._refused,
}


def first_look(item: Item, now: float) -> float:
    """When an item was first looked at; if it was not yet, that is now."""
    return now if item.first_look_at is None else item.first_look_at


_HELD = (
    "that is taken only after not_found_timeout, which is longer than the wait: "
    "give created_after, or a shorter not_found_timeout"
)


def out_of_time(item: Item, seconds: float) -> str:
    """What is known of an item after so many seconds."""
    shown = standing(item.task) if item.task else "never seen"
    error = f", the last answer: {item.error}" if item.error else ""
    if not item.looks:
        error = ", never looked at, because the rate limit left no room"
    if item.unjudged:
        return f"{shown}, it has ended, but whether it succeeded was not seen{_looked(seconds)}{error}"
    query = item.target.task_id is None
    if item.held:
        return f"only tasks that had ended before the wait were found{_looked(seconds)}{error}: {_HELD}; {MAY_RUN}"
    unseen = item.task is None and (query or isinstance(item.error, NotFound))
    may_run = unknown(query) if unseen and item.looks else f"; {MAY_RUN}"
    return f"{shown}{_looked(seconds)}{error}{may_run}"


def _looked(seconds: float) -> str:
    """Say how long was waited; with a timeout of 0 nobody waits."""
    return f" after {seconds:g} s" if seconds else f", {LOOKED_ONCE}"
