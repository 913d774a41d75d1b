# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What progress fields show while a task runs: models of many tasks, and the shapes of recorded ones. Data and arithmetic."""

from __future__ import annotations

import bisect
import random
import typing as t

Shows = t.Callable[[float], t.Optional[float]]
"""The progress, in %, that a task shows when a part (0 to 1) of its time is over."""

Shape = tuple[tuple[float, t.Optional[float]], ...]

SHAPES: dict[str, Shape] = {
    "jumps of a snapshot": ((0, 0), (0.08, 4), (0.1, 31), (0.45, 33), (0.5, 67), (0.85, 72), (0.9, 99)),
    "stuck at 0 until it ends": ((0, 0),),
    "stuck at 99 for half of the time": ((0, 0), (0.1, 20), (0.2, 45), (0.35, 80), (0.5, 99)),
    "no progress field at all": ((0, None),),
    "told only after a third": ((0, None), (0.34, 30), (0.5, 50), (0.75, 75), (0.95, 95)),
    "falls back with a second phase": ((0, 0), (0.2, 40), (0.4, 90), (0.5, 0), (0.6, 20), (0.8, 60), (0.98, 95)),
    "a pause in the middle": ((0, 0), (0.1, 20), (0.2, 40), (0.3, 50), (0.7, 52), (0.8, 70), (0.9, 85), (0.98, 96)),
    "phases of a restore, 10 % each": tuple((part / 10, 10.0 * part) for part in range(10)),
}
"""Points of (part of the time, % shown from then on), None where the API shows none."""


def along(shape: Shape) -> Shows:
    """Progress that moves in steps."""
    parts = [part for part, dummy in shape]
    return lambda part: shape[max(0, bisect.bisect_right(parts, part) - 1)][1]


def curved(noise: float, chance: random.Random) -> Shows:
    """Whole per cents of part**k with a k of this task's own: 1 when there is no noise."""
    power = chance.lognormvariate(0.0, noise) if noise else 1.0
    return lambda part: float(int(100 * part**power + 1e-9))


def silent(chance: random.Random) -> Shows:
    """No progress."""
    return lambda part: None


MODELS: dict[str, t.Callable[[random.Random], Shows]] = {
    "exact progress": lambda chance: curved(0.0, chance),
    "mildly non-linear": lambda chance: curved(0.3, chance),
    "badly non-linear": lambda chance: curved(1.0, chance),
    "no progress": silent,
}
