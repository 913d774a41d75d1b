# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Fits the timeout of a wait into that of ``async``, at which ansible-core ends the wait without a result. Pure."""

from __future__ import annotations

import typing as t

from ...module_utils._core.values import to_number
from ...module_utils._options.spec import CONNECTION, WAIT

# The part of ``async`` that is kept for the start and end of a step: this share, at most so many seconds plus the last calls.
RESERVE, RESERVE_SECONDS = 0.5, 10.0

Arguments = t.Mapping[str, t.Any]


def fit_timeout(arguments: Arguments, seconds: float) -> tuple[float, float] | None:
    """Return the timeout that is set and the one that fits into ``seconds``; None if it fits already, or is no number."""
    timeout = _number(arguments, "timeout", WAIT["timeout"]["default"])
    call_timeout = _number(arguments, "request_timeout", CONNECTION["request_timeout"]["default"])
    if not seconds or timeout is None or call_timeout is None:
        return None
    # The last look may take as long as a call may, and so may the calls that cancel tasks after it.
    last_calls = call_timeout * (2 if arguments.get("on_timeout") == "cancel" else 1)
    fits = seconds - min(seconds * RESERVE, RESERVE_SECONDS + max(0.0, last_calls))
    return None if timeout <= fits else (timeout, fits)


def _number(arguments: Arguments, name: str, default: float) -> float | None:
    """Return an argument as a number; a null counts as not set."""
    value = arguments.get(name)
    return default if value is None else to_number(value)
