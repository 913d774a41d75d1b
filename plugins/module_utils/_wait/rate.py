# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""How many calls a lane may make: a token bucket that adapts. Pure: time is handed in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

# The least that throttling leaves of a rate.
LEAST_PART = 1 / 64
# The part of the rate that a good call wins back after a throttling.
WON_BACK = 1 / 20
# Less than a call may be missing by rounding.
_ROUNDING = 1e-9


class Allowance(t.NamedTuple):
    """What a lane may do: ``rate`` calls per second on average, and ``burst`` calls at once after a rest.

    If the vendor counts over a ``window`` of so many seconds, it refuses all calls to the end of the one that is used up.
    """

    rate: float
    burst: float = 1.0
    window: float = 0.0


class Standing(t.NamedTuple):
    """How a lane stands, all that its waits share: the ``rate`` now, and the ``tokens`` as of ``at``, one for each call.

    Fewer than 0 tokens are a debt. ``at`` lies ahead while the lane is closed after a throttling; ``closings`` counts these.
    The rate was last halved at ``halved_at``.
    """

    rate: float
    tokens: float
    at: float = 0.0
    closings: int = 0
    halved_at: float = float("-inf")


def fresh(allowance: Allowance) -> Standing:
    """Return how a lane stands that has rested for long."""
    return Standing(allowance.rate, allowance.burst)


@dataclass(eq=False, repr=False)
class RateLimiter:
    """A token bucket for the calls of a lane. A throttled call halves the rate, good ones win it back slowly.

    The bucket may be in debt, because what a look costs is known only after it. A burst shrinks with the rate.
    """

    allowance: Allowance
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        self.standing = fresh(self.allowance)

    @property
    def current(self) -> float:
        """Calls per second now."""
        return self.standing.rate

    def ready_at(self, now: float) -> float:
        """The time from which a look may begin."""
        self._fill(now)
        missing = max(0.0, 1.0 - self.standing.tokens - _ROUNDING)
        return max(now, self.standing.at) + missing / self.standing.rate

    def begin(self, now: float) -> bool:
        """Begin a look, and count its first call, if there may be one now."""
        if self.ready_at(now) > now:
            return False
        self.take(now)
        return True

    def turn(self, now: float) -> float:
        """Count one more call of a look that turns pages, and return when it may be made. Here the look rests for itself."""
        return now

    def take(self, now: float, calls: float = 1.0) -> None:
        """Count calls that are made."""
        self._fill(now)
        self.standing = self.standing._replace(tokens=self.standing.tokens - calls)

    def throttled(self, begun: float, now: float, retry_after: t.Optional[float], most: float = float("inf")) -> None:
        """Note that the API throttled a call: make none before it wants one, and then at half of the rate.

        If it does not say when, a window is waited for to its end, wherever that is. But no pause is longer than ``most``.
        Calls that had ``begun`` before the rate was halved say nothing about the new rate.
        """
        self._fill(now)
        standing = self.standing
        if begun >= standing.halved_at:
            rate = max(standing.rate / 2, self.allowance.rate * LEAST_PART)
            standing = standing._replace(rate=rate, halved_at=now)
        pause = max(self.allowance.window, 1 / standing.rate) if retry_after is None else retry_after
        reopens = max(standing.at, now + min(pause, most))
        # However long that takes, it begins with one call and no burst.
        tokens = min(1.0, min(standing.tokens, 0.0) + (reopens - now) * standing.rate)
        self.standing = standing._replace(tokens=tokens, at=reopens, closings=standing.closings + 1)

    def good(self) -> None:
        """Note that a call was answered, and win back a little of the rate."""
        rate = min(self.allowance.rate, self.standing.rate + self.allowance.rate * WON_BACK)
        self.standing = self.standing._replace(rate=rate)

    def close(self, now: float) -> None:
        """Make no more calls."""

    def _fill(self, now: float) -> None:
        standing = self.standing
        if now > standing.at:
            burst = max(1.0, self.allowance.burst * standing.rate / self.allowance.rate)
            tokens = min(burst, standing.tokens + (now - standing.at) * standing.rate)
            self.standing = standing._replace(tokens=tokens, at=now)
