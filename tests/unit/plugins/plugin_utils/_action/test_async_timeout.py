# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which timeout fits into the time that a step has in the background."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.async_timeout import fit_timeout

# name: the arguments, the seconds of the background, what is given and what fits.
ROWS: dict[str, tuple[dict[str, t.Any], float, tuple[float, float] | None]] = {
    "not in the background": ({}, 0, None),
    "short enough": ({"timeout": 60}, 3600, None),
    "by default": ({}, 3600, (3600, 3560)),
    "null": ({"timeout": None, "request_timeout": None}, 3600, (3600, 3560)),
    "a text": ({"timeout": "3600"}, 3600, (3600, 3560)),
    "with a unit": ({"timeout": "2h"}, 3600, (7200, 3560)),
    "by its other name": ({"wait_timeout": "2h"}, 3600, (7200, 3560)),
    "no number": ({"timeout": "an hour"}, 3600, None),
    "a call may hang beyond the end": ({"timeout": 3580}, 3600, (3580, 3560)),
    "a call may hang for long": ({"request_timeout": 90}, 3600, (3600, 3500)),
    "a call that may hang for no number": ({"request_timeout": "x"}, 3600, None),
    "then it is to be cancelled": ({"on_timeout": "cancel"}, 3600, (3600, 3530)),
    "half of a short time": ({}, 10, (3600, 5)),
}


@pytest.mark.parametrize("name", ROWS)
def test_timeout_fits_into_the_background(name: str) -> None:
    arguments, seconds, expected = ROWS[name]
    assert fit_timeout(arguments, seconds) == expected
