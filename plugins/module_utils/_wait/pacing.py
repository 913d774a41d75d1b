# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""How long until the next look. Pure: time and chance are handed in."""

from __future__ import annotations

import math
import typing as t

Random = t.Callable[[], float]
"""A number from 0 to 1."""


# The reasons for these figures, and a comparison with other schedules, are in docs/ and in the benchmark.
OF_REMAINING = 0.43
OF_WAITED = 0.25
OF_STILL = 0.10
# If nothing tells what is left. Nobody waits for less than HEAD_START times the shortest interval before a second look.
BLIND = 0.204
HEAD_START = 1.5
MOST_BLIND = 0.4
# With a history, while no end is likely: in parts of the longest interval, and of the time waited.
UNLIKELY = 0.75
OF_WAITED_UNLIKELY = 2.0
JITTER = 0.1


class Pace(t.NamedTuple):
    """Bounds of the time between two looks at a task, in seconds; ``interval`` fixes it."""

    interval: t.Optional[float] = None
    shortest: float = 2.0
    longest: float = 120.0

    def next_look(
        self, waited: float, left: t.Optional[float], still: float, random: Random, usual: t.Optional[float] = None
    ) -> float:
        """Seconds to the next look, by the time already ``waited`` and by what is ``left``, if something tells that.

        If nothing does, ``usual`` is when a history of such tasks wants the next look, if there is one.
        """
        if self.interval is not None:
            return self.interval
        wanted = self._unseen(waited, usual) if left is None else _in_view(waited, left, still)
        return self.bounded(self.bounded(wanted) * (1 + JITTER * (2 * random() - 1)))

    def _unseen(self, waited: float, usual: t.Optional[float]) -> float:
        """Seconds to the next look if the task tells nothing: what is usual, but a task may fail long before its usual end."""
        if usual is None:
            return self._blind(waited)
        return min(usual, max(UNLIKELY * self.longest, OF_WAITED_UNLIKELY * waited))

    def _blind(self, waited: float) -> float:
        """Seconds to the next look if nothing tells what is left: the cube root of the time waited, scaled, within a bound.

        The less time has passed, the likelier is the end in the next second. The best looks follow that, and grow apart slowly.
        """
        slowly = math.pow(self.longest**2 * (waited + HEAD_START * self.shortest), 1 / 3)
        return min(BLIND * slowly, MOST_BLIND * self.longest)

    def phase(self, random: Random) -> float:
        """Seconds to add after the first look, so that waits that begin together do not march in step."""
        return self.shortest * random() if self.interval is None else 0.0

    def after_errors(self, errors: int, random: Random) -> float:
        """Seconds to the next try after so many errors in a row: full jitter under a doubling bound."""
        if self.interval is not None:
            return self.interval
        bound = min(self.longest, self.shortest * 2 ** min(errors, 20))
        return self.bounded(bound * random())

    def bounded(self, seconds: float) -> float:
        """Keep a time within the bounds."""
        return min(self.longest, max(self.shortest, seconds))


def _in_view(waited: float, left: float, still: float) -> float:
    """A part of what is left, bounded by a part of the time waited.

    A task that seems about to end, and has not moved for ``still`` seconds, is in no hurry.
    """
    return min(max(OF_REMAINING * left, OF_STILL * still), OF_WAITED * waited)


ADAPTIVE = Pace()


def time_left(progress: t.Optional[float], took: t.Optional[float], remaining: t.Optional[float]) -> t.Optional[float]:
    """Seconds that a task still needs: the API's own word, else what its progress in the time it ``took`` suggests."""
    if remaining is not None:
        return remaining
    if progress is None or took is None or progress <= 0:
        return None
    return took * (100.0 - progress) / progress
