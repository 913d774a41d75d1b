# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a history of runs says of a task: how long it takes, when to look, and what it can learn from an end."""

from __future__ import annotations

import math
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    PENDING,
    RUNNING,
    STATES,
    SUCCEEDED,
    TERMINAL,
    Task,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.duration import age_of, learnt_from
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.history import (
    LEAST_RUNS,
    MOST_RUNS,
    Law,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target

# Twelve runs of about 15 min.
RUNS = (880.0, 930.0, 850.0, 905.0, 960.0, 890.0, 870.0, 915.0, 900.0, 940.0, 860.0, 895.0)
TARGET = Target("lane", "account", "alibaba", "ecs", "cn-hangzhou", "t-1")
TASK = Task("alibaba", "ecs", "cn-hangzhou", "t-1", RUNNING)
SHARP, CUT = "2026-11-22T10:00:07Z", "2026-11-22T10:00:00Z"


def looks_of(law: Law, until: float) -> list[float]:
    """When a task is looked at that does not end, as long as its history says something."""
    at, looks = 0.0, []
    while at < until:
        wait = law.next_look(at)
        if wait is None:
            break
        at += max(wait, 0.001)
        looks.append(at)
    return looks


def test_expected_is_what_most_runs_took() -> None:
    assert Law(RUNS, 120.0).expected.facts() == {"median": 895.0, "low": 860.0, "high": 940.0, "runs": 12}
    assert Law(RUNS, 120.0).expected.longest == 960.0


def test_looks_begin_when_an_end_is_likely_and_are_densest_then() -> None:
    looks = looks_of(Law(RUNS, 120.0), 3000.0)
    assert 600.0 < looks[0] < 860.0
    gaps = {round(after): after - before for before, after in zip(looks, looks[1:])}
    near = [gap for at, gap in gaps.items() if 860 <= at <= 960]
    assert max(near) < 25.0
    assert looks[-1] < 1500.0


@pytest.mark.parametrize("age", [1500.0, 5000.0, 1e9])
def test_70_a_task_far_off_its_history_is_looked_at_as_without_one(age: float) -> None:
    law = Law(RUNS, 120.0)
    assert law.next_look(age) is None
    assert law.left(age) is None


def test_what_is_left_is_what_half_of_such_tasks_still_need() -> None:
    law = Law(RUNS, 120.0)
    assert law.left(0.0) == pytest.approx(895.0, abs=10.0)
    assert law.left(600.0) == pytest.approx(295.0, abs=10.0)
    # Those that have taken longer than most need a little more.
    assert 0.0 < (law.left(950.0) or 0.0) < 60.0


def test_a_job_that_has_changed_is_learnt_anew() -> None:
    before = Law([900.0 + run for run in range(20)], 120.0)
    after = Law([900.0 + run for run in range(20)] + [1350.0 + run for run in range(12)], 120.0)
    assert before.next_look(1340.0) is None
    assert (after.next_look(1340.0) or math.inf) < 20.0
    assert after.expected.median > 1300.0


def test_between_two_modes_nobody_looks_often() -> None:
    looks = looks_of(Law([300.0 + run for run in range(10)] + [1200.0 + run for run in range(10)], 120.0), 3000.0)
    between = [at for at in looks if 400.0 < at < 1000.0]
    assert len(between) < len(looks) / 4


def test_the_longest_interval_says_how_dense_looks_may_be() -> None:
    dense, sparse = (looks_of(Law(RUNS, longest), 3000.0) for longest in (120.0, 600.0))
    assert len(sparse) < len(dense) / 2


@given(
    runs=st.lists(st.floats(0.1, 1e7), min_size=LEAST_RUNS, max_size=MOST_RUNS + 10),
    age=st.floats(0, 1e8),
    longest=st.floats(0.1, 1e5),
)
def test_any_runs_make_a_law(runs: list[float], age: float, longest: float) -> None:
    law = Law(runs, longest)
    wait, left = law.next_look(age), law.left(age)
    assert wait is None or 0.0 <= wait < math.inf
    assert left is None or 0.0 <= left < math.inf
    assert min(runs[-MOST_RUNS:]) - 0.1 <= law.expected.low <= law.expected.median <= law.expected.high
    assert law.expected.runs == min(len(runs), MOST_RUNS)


def item(task: Task, gap: t.Optional[float] = None, sighted: float = 0.0, reached: float = 900.0) -> Item:
    """A task that the wait has seen from ``sighted`` to ``reached``, and that began at second -10."""
    return Item(TARGET, task=task, sighted=sighted, answered_at=reached, start=-10.0, detection_delay_max=gap)


ENDED = replace(TASK, state=SUCCEEDED, started_at=SHARP, finished_at="2026-11-22T10:15:07Z", duration=900.0)
# name: what was seen, the gap between the last two looks, what is learnt.
LEARNT: dict[str, tuple[Task, t.Optional[float], t.Optional[float]]] = {
    "a start and an end that the API tells": (ENDED, 20.0, 900.0),
    "the same, seen only at its end": (ENDED, None, 900.0),
    "no end told: between the last two looks": (replace(ENDED, finished_at=None), 20.0, 900.0),
    "no end told, and never seen to run": (replace(ENDED, finished_at=None), None, None),
    "no end told, and looks too far apart": (replace(ENDED, finished_at=None), 400.0, None),
    "no duration at the end, but a start": (replace(ENDED, finished_at=None, duration=None), 20.0, 900.0),
    "no duration at all": (replace(ENDED, duration=None, finished_at=None), None, None),
    "a start cut to the minute: begun before it was seen": (
        replace(ENDED, started_at=CUT, duration=910.0),
        20.0,
        905.0,
    ),
    "a start cut to the minute, created as well": (
        replace(ENDED, started_at=None, created_at=CUT, duration=930.0),
        20.0,
        915.0,
    ),
    "an end cut to the minute": (replace(ENDED, finished_at="2026-11-22T10:15:00Z"), 20.0, 930.0),
    "a short run with an end cut to the minute": (
        replace(ENDED, finished_at="2026-11-22T10:15:00Z", duration=100.0),
        20.0,
        None,
    ),
    "no time at all": (replace(ENDED, duration=0.0), 20.0, None),
    **{
        f"no success: {state}": (replace(ENDED, state=state), 20.0, None)
        for state in (*TERMINAL, RUNNING, PENDING)
        if state != SUCCEEDED
    },
}


@pytest.mark.parametrize(("task", "gap", "wanted"), LEARNT.values(), ids=LEARNT.keys())
def test_only_a_success_whose_duration_is_known_well_enough_is_learnt(
    task: Task, gap: t.Optional[float], wanted: t.Optional[float]
) -> None:
    assert learnt_from(item(task, gap)) == wanted


# name: what was seen, the age at second 100.
AGES: dict[str, tuple[Task, t.Optional[float]]] = {
    "from a start that the API tells": (replace(TASK, started_at=SHARP), 110.0),
    "from its creation": (replace(TASK, created_at=SHARP), 110.0),
    "from a start that may be cut: between that and the first look": (replace(TASK, started_at=CUT), 105.0),
    "waits for its turn": (replace(TASK, created_at=SHARP, state=PENDING), None),
}


@pytest.mark.parametrize(("task", "wanted"), AGES.values(), ids=AGES.keys())
def test_an_age_is_known_as_well_as_the_start(task: Task, wanted: t.Optional[float]) -> None:
    assert age_of(item(task), 100.0) == wanted


def test_no_age_is_known_without_a_start() -> None:
    assert age_of(Item(TARGET, task=TASK, sighted=0.0), 100.0) is None
    assert age_of(Item(TARGET), 100.0) is None


@pytest.mark.parametrize("state", [state for state in STATES if state not in TERMINAL])
def test_no_state_breaks_an_age(state: str) -> None:
    age = age_of(item(replace(TASK, state=state, started_at=SHARP)), 100.0)
    assert (age is None) == (state == PENDING)
