# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""When a look brought no task: how long one looks again, whom else that concerns, and what is said when it is over. Pure."""

from __future__ import annotations

import typing as t

from .._core.errors import BadSignature, CloudError, CredentialsExpired, NotFound, Unauthorized
from .item import Item
from .pacing import Random
from .policy import MAY_RUN, NOT_FOUND, UNAUTHORIZED, UNREACHABLE, VANISHED, Policy, never_found, standing, unknown
from .schedule import Schedule
from .tally import Tally

# An id that was seen is gone when that many looks in a row do not find it: one may have asked a lagging replica.
LOOKS_TO_VANISH = 2


class LookAgain(t.NamedTuple):
    """It is looked at again, in ``wait`` seconds, or at its own pace; and at the latest at ``limit``, when that may end it."""

    wait: t.Optional[float] = None
    limit: t.Optional[float] = None


class End(t.NamedTuple):
    """It is over with it alone."""

    outcome: str
    reason: str


class LoseSight(t.NamedTuple):
    """It is out of sight, and so are the others in ``together``, which has the item itself, too."""

    together: t.Sequence[Item]
    outcome: str
    reason: str


Decision = t.Union[LookAgain, End, LoseSight]


class ErrorPolicy:
    """What follows from an error, by what the lane of the item, and the others in it, have been answered so far."""

    def __init__(self, policy: Policy, schedule: Schedule, tally: Tally, random: Random) -> None:
        self._policy = policy
        self._schedule = schedule
        self._tally = tally
        self._random = random

    def decide(self, item: Item, now: float, error: CloudError) -> Decision:
        """What becomes of an item whose look brought an error."""
        return _ON_ERROR[error.kind](self, item, now, error)

    def _missing(self, item: Item, now: float, error: CloudError) -> Decision:
        item.reached, item.errors = now, 0
        item.missing += 1
        if item.task is not None:
            return self._gone(item, error)
        since = first_look(item, now)
        limit = since + self._policy.not_found_timeout
        if now >= limit:
            return End(NOT_FOUND, never_found(item.target.task_id is None, item.looks, now - since, error))
        return LookAgain(limit=limit)

    def _gone(self, item: Item, error: CloudError) -> Decision:
        if item.missing >= LOOKS_TO_VANISH and item.task is not None:
            return End(VANISHED, f"it was seen as {standing(item.task)} and is known no more ({error}); {MAY_RUN}")
        return LookAgain(self._policy.pace.interval or self._policy.pace.shortest)

    def _throttled(self, item: Item, now: float, error: CloudError) -> Decision:
        item.reached = now
        ready = self._schedule.lane(item.target).rate.ready_at(now)
        return LookAgain(max(ready - now, self._policy.pace.interval or 0.0))

    def _unavailable(self, item: Item, now: float, error: CloudError) -> Decision:
        item.errors += 1
        if self._is_hopeless(item, error):
            return LoseSight(self._of_lane(item), UNREACHABLE, f"{error}; {MAY_RUN}")
        limit = item.reached + self._policy.unreachable_timeout
        if now >= limit:
            why = f"no good answer for {now - item.reached:.0f} s, the last error: {error}; {MAY_RUN}"
            return LoseSight(self._dark_with(item, now), UNREACHABLE, why)
        told = error.retry_after or 0.0
        # Who says when to come back is not asked before that to find out whether contact is lost.
        wait = max(self._policy.pace.after_errors(item.errors, self._random), told)
        return LookAgain(wait, max(limit, now + told))

    def _is_hopeless(self, item: Item, error: CloudError) -> bool:
        """Whether no answer is to be hoped for: it was tried often enough, and nothing has ever been answered in this lane.

        What has answered may do so again, but for what never heals.
        """
        enough = error.give_up_after
        may_heal = error.heals and self._schedule.lane(item.target).proven
        return enough is not None and item.errors >= enough and not may_heal

    def _of_lane(self, item: Item) -> list[Item]:
        return [other for other in self._tally.open() if other.target.lane == item.target.lane]

    def _dark_with(self, item: Item, now: float) -> list[Item]:
        """Those that are unreachable together: all of a lane that has never answered anybody, else the item alone."""
        if self._schedule.lane(item.target).proven:
            return [item]
        late = now - self._policy.unreachable_timeout
        return [other for other in self._of_lane(item) if other.reached <= late]

    def _refused(self, item: Item, now: float, error: CloudError) -> Decision:
        """A refusal for good. Where the key is refused, nothing more is asked with it."""
        outcome = UNAUTHORIZED if isinstance(error, Unauthorized) else UNREACHABLE
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
    """When an item was first looked at; one that was not is about to be."""
    return now if item.first_look is None else item.first_look


def out_of_time(item: Item, seconds: float) -> str:
    """What is known of an item when so many seconds are over."""
    shown = standing(item.task) if item.task else "never seen"
    error = f", the last answer: {item.error}" if item.error else ""
    if not item.looks:
        error = ", never looked at: the rate of calls did not allow for it"
    if item.unjudged:
        return f"{shown}, it has ended, but how well was not seen in {seconds:g} s{error}"
    query = item.target.task_id is None
    never_known = item.task is None and (query or isinstance(item.error, NotFound))
    may_run = unknown(query) if never_known and item.looks else f"; {MAY_RUN}"
    return f"{shown} after {seconds:g} s{error}{may_run}"
