# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The soak in small: one round of its code, and what it makes of what it finds."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from soak.__main__ import MOST_MEGABYTES, Round, apart, play_round, replay, summed_up
from soak.crowd import draw_crowd
from soak.schedules import Profile, draw

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_a_round_of_the_soak_is_right(local_cloud: LocalCloud) -> None:
    crowd = draw_crowd(random.Random(0), 200, 0.25)
    found = play_round(local_cloud, crowd)
    assert found.wrong == []
    assert sum(found.outcomes.values()) == len(crowd.entries)
    assert found.outcomes["succeeded"] > 20
    assert found.seconds >= 900


@pytest.mark.parametrize(
    ("held", "wrong", "code"),
    [
        ([90.0, 100.0, 100.0], [], 0),
        ([10.0, 100.0, 110.0 + MOST_MEGABYTES], [], 0),
        ([100.0, 100.0, 110.1 + MOST_MEGABYTES], [], 1),
        ([100.0, 100.0, 100.0], ["adds_up: it does not"], 3),
    ],
)
def test_the_code_tells_of_growth_and_of_what_was_wrong(held: list[float], wrong: list[str], code: int) -> None:
    assert summed_up([Round(10, 3600.0, Counter(succeeded=1), wrong, megabytes) for megabytes in held]) == code


def test_checks_that_fail_are_not_checks_that_pass() -> None:
    assert apart(lambda: ["one"]) == ["one"]
    assert apart(lambda: [str(1 / 0)]) == ["the checks have failed, see above"]


def test_a_schedule_can_be_played_again(local_cloud: LocalCloud, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(local_cloud, draw(random.Random(3), Profile("any", bad_options=0.0))) == 0
    assert "replay: 0 complaints" in capsys.readouterr().out
