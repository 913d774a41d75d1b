# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Fits the timeout of a wait into that of ``async``, at which ansible-core ends the wait without a result. Pure."""

from __future__ import annotations

import typing as t

from ...module_utils._options.durations import seconds_of
from ...module_utils._options.spec import CONNECTION, WAIT, Spec

# The part of ``async`` that is kept for the start and end of a step: this share, at most so many seconds plus the last calls.
RESERVE, RESERVE_SECONDS = 0.5, 10.0

Arguments = t.Mapping[str, t.Any]


def fit_timeout(arguments: Arguments, seconds: float) -> tuple[float, float] | None:
    """Return the timeout that is set and the one that fits into ``seconds``; None if it fits already, or is no duration."""
    timeout, call_timeout = (
        _seconds(arguments, spec, name) for spec, name in ((WAIT, "timeout"), (CONNECTION, "request_timeout"))
    )
    if not seconds or timeout is None or call_timeout is None:
        return None
    # The last look may take as long as a call may, and so may the calls that cancel tasks after it.
    last_calls = call_timeout * (2 if arguments.get("on_timeout") == "cancel" else 1)
    fits = seconds - min(seconds * RESERVE, RESERVE_SECONDS + max(0.0, last_calls))
    return None if timeout <= fits else (timeout, fits)


def _seconds(arguments: Arguments, spec: Spec, option: str) -> float | None:
    """Return an option in seconds, by whichever of its names it is set; a null counts as not set."""
    names = (option, *spec[option].get("aliases", ()))
    values = [arguments[name] for name in names if arguments.get(name) is not None]
    return seconds_of(next(iter(values), spec[option]["default"]))
