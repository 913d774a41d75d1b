# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""How long a wait in the background may take: when that time is over core ends it, and nobody learns of any task. Pure."""

from __future__ import annotations

import typing as t

from ...module_utils._core.values import to_number
from ...module_utils._options.spec import CONNECTION, WAIT

# So much of the time in the background is left for the start and the end: a share, at most so many seconds and hanging calls.
RESERVE, RESERVE_SECONDS = 0.5, 10.0

Arguments = t.Mapping[str, t.Any]


def cut(arguments: Arguments, seconds: float) -> tuple[float, float] | None:
    """The timeout that is given and the one that fits into so many seconds; None where it does, or is no number."""
    given = _number(arguments, "timeout", WAIT["timeout"]["default"])
    hangs = _number(arguments, "request_timeout", CONNECTION["request_timeout"]["default"])
    if not seconds or given is None or hangs is None:
        return None
    # The last look may hang for as long as a call may, and then those to cancel.
    last = hangs * (2 if arguments.get("on_timeout") == "cancel" else 1)
    fits = seconds - min(seconds * RESERVE, RESERVE_SECONDS + max(0.0, last))
    return None if given <= fits else (given, fits)


def _number(arguments: Arguments, name: str, default: float) -> float | None:
    """One that is null is not given."""
    value = arguments.get(name)
    return default if value is None else to_number(value)
