# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wait uses its time: behaviours 31 to 41 of docs/behaviours.md."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look
from support.shapes import PLAIN, each_value
from support.simulated import Latency
from support.stage import Stage
from support.subjects import Fields

BUSY: Fields = {"kind": "error", "status": 503, "code": "Conformance.Busy", "message": "Try later."}


def takes(seconds: float) -> Latency:
    """Every look takes so long."""
    return lambda look: seconds


def slow_from(number: int, seconds: float) -> Latency:
    """The looks take long from the n-th on."""
    numbers = itertools.count(1)
    return lambda look: seconds if next(numbers) >= number else 0.05


def test_31_a_timeout_names_the_task_its_last_state_the_time_and_the_last_error(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    stage.fault(**BUSY, after=450)
    waited = stage.wait("t-1", interval=60, timeout=600)
    assert waited.outcome == "timed_out"
    word = waited.task["native_state"]
    for text in (word, "after 600 s", "Conformance.Busy: Try later"):
        assert text in waited.reason
    options = stage.subject.options()
    for text in (options["provider"], options["service"], "t-1", word, "timed out", "after 600 s", "Conformance.Busy"):
        assert text in waited.result["msg"]
    assert waited.reason.endswith("; the task may still run")


def test_31_a_timeout_without_any_error_tells_of_none(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    stage.fault(**BUSY, after=90, lasts=200)
    waited = stage.wait("t-1", interval=60, timeout=600)
    assert (waited.outcome, waited.task["state"]) == ("timed_out", stage.going)
    assert "the last answer" not in waited.reason


def test_32_the_deadline_counts_the_time_that_calls_take(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", latency=takes(25), interval=1, timeout=100)
    # The look in flight at the deadline is the last one.
    assert (waited.outcome, waited.times) == ("timed_out", [0, 26, 52, 78])
    assert waited.result["elapsed"] == 103


def test_33_the_last_look_falls_on_the_deadline(stage: Stage) -> None:
    stage.add("t-1", stage.going, (101, SUCCEEDED))
    waited = stage.wait("t-1", interval=70, timeout=100)
    assert (waited.outcome, waited.times) == ("timed_out", [0, 70, 100])


def test_33_a_success_that_the_last_look_sees_is_one(stage: Stage) -> None:
    stage.add("t-1", stage.going, (99, SUCCEEDED))
    waited = stage.wait("t-1", interval=70, timeout=100)
    assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 70, 100])


def test_33_an_adaptive_wait_has_its_last_look_at_the_deadline_too(stage: Stage) -> None:
    stage.add("t-1", stage.going, (1799, SUCCEEDED))
    waited = stage.wait("t-1", timeout=1800)
    assert (waited.outcome, waited.times[-1]) == (SUCCEEDED, 1800)


def test_34_a_success_in_flight_at_the_deadline_wins(stage: Stage) -> None:
    stage.add("t-1", stage.going, (95, SUCCEEDED))
    waited = stage.wait("t-1", latency=takes(20), interval=90, timeout=100)
    assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 100])
    assert waited.result["elapsed"] == 120


def test_35_a_success_that_was_seen_is_never_turned_into_a_timeout(stage: Stage) -> None:
    stage.add("t-done", stage.going, (30, SUCCEEDED))
    stage.add("t-slow", stage.going)
    waited = stage.wait("t-done", "t-slow", interval=50, timeout=100)
    assert waited.outcomes == {"t-done": SUCCEEDED, "t-slow": "timed_out"}
    assert [task["succeeded"] for task in waited.result["tasks"]] == [True, False]


def test_35_a_success_in_the_moment_of_the_deadline_is_one(stage: Stage) -> None:
    stage.add("t-1", stage.going, (60, SUCCEEDED))
    waited = stage.wait("t-1", latency=takes(10), interval=80, timeout=100)
    assert (waited.outcome, waited.result["elapsed"]) == (SUCCEEDED, 100)


def test_36_a_look_that_hangs_does_not_hold_the_wait_beyond_its_grace(stage: Stage) -> None:
    stage.add("t-1", stage.going, (10, SUCCEEDED))
    waited = stage.wait("t-1", latency=slow_from(2, 10_000), interval=20, timeout=100, request_timeout=45)
    assert (waited.outcome, waited.task["state"]) == ("timed_out", stage.going)
    assert waited.result["elapsed"] == 145


def test_36_a_first_look_that_hangs_does_not_either(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    waited = stage.wait("t-1", latency=takes(10_000), timeout=100, request_timeout=45)
    assert (waited.outcome, waited.result["elapsed"]) == ("timed_out", 145)
    assert waited.reason.endswith("; the task may still run")


@pytest.mark.parametrize(("state", "outcome"), [("going", "timed_out"), (SUCCEEDED, SUCCEEDED)])
def test_37_without_any_time_there_is_one_look(stage: Stage, state: str, outcome: str) -> None:
    stage.add("t-1", stage.going if state == "going" else state, (1, SUCCEEDED))
    waited = stage.wait("t-1", timeout=0)
    assert (waited.outcome, waited.times) == (outcome, [0])


def test_37_a_wait_that_names_no_time_has_an_hour(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", interval=900)
    assert (waited.outcome, waited.times) == ("timed_out", [0, 900, 1800, 2700, 3600])


def test_37_the_time_may_be_longer_than_the_usual(stage: Stage) -> None:
    stage.add("t-1", stage.going, (70_000, SUCCEEDED))
    waited = stage.wait("t-1", interval=3600, timeout=86_400)
    assert waited.outcome == SUCCEEDED
    assert 70_000 <= waited.result["elapsed"] <= 73_600


def test_38_between_n_looks_are_n_minus_1_intervals(stage: Stage) -> None:
    stage.add("t-1", stage.going, (125, SUCCEEDED))
    waited = stage.wait("t-1", interval=42, latency=takes(0))
    assert waited.times == [0, 42, 84, 126]
    assert waited.result["elapsed"] == 126


def test_39_the_adaptive_interval_stays_within_its_bounds(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", timeout=3600, min_interval=5, max_interval=90)
    # The second look of a wait comes at a moment of its own, and the last one at the deadline.
    assert len(waited.gaps) > 30
    assert all(5 <= gap <= 90.1 for gap in waited.gaps[1:-1])
    assert waited.times[-1] == 3600


@pytest.mark.parametrize("interval", [0.5, 30, 900])
def test_40_an_interval_that_the_user_gives_is_always_obeyed(stage: Stage, interval: float) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", interval=interval, timeout=12 * interval, latency=takes(0), rate_limit=100)
    assert [round(gap, 2) for gap in waited.gaps] == [interval] * 12


@pytest.mark.parametrize("fault", [BUSY, {"kind": "vanish"}, {"kind": "throttle", "burst": 0, "header": False}])
def test_40_it_is_obeyed_whatever_the_cloud_answers(stage: Stage, fault: Fields) -> None:
    stage.add("t-1", stage.going)
    stage.fault(**fault, after=1000, times=1)
    waited = stage.wait("t-1", interval=300, timeout=3600, latency=takes(0))
    assert any(call.fault for call in waited.calls)
    assert waited.times == list(range(0, 3601, 300))


def test_41_a_task_that_does_not_move_has_stalled(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", interval=60, stall_timeout=300)
    assert (waited.outcome, waited.task["state"]) == ("stalled", stage.going)
    assert 300 <= waited.result["elapsed"] <= 361
    assert "has not changed for 300 s" in waited.reason
    assert waited.reason.endswith("; the task may still run")


def test_41_without_the_option_nothing_stalls(stage: Stage) -> None:
    stage.add("t-1", stage.going, (7000, SUCCEEDED))
    assert stage.wait("t-1", timeout=7200, interval=600).outcome == SUCCEEDED


def test_41_another_word_is_a_move(stage: Stage) -> None:
    words = [word for word, state in stage.subject.service.states.items() if state in ("running", "pending")]
    moves = [(250.0 * number, stage.subject.saying(word)) for number, word in enumerate(itertools.islice(words * 2, 4))]
    stage.add("t-1", *moves, (1000, SUCCEEDED))
    waited = stage.wait("t-1", interval=60, stall_timeout=300)
    # A service with one word for a task that goes on moves by its progress alone.
    assert waited.outcome == (SUCCEEDED if len(words) > 1 else "stalled")


@pytest.mark.parametrize("subject", each_value(*PLAIN, fits=lambda subject: subject.tells("progress")), ids=str)
def test_41_progress_is_a_move(stage: Stage) -> None:
    moves = [(250.0 * number, stage.subject.at_percent(10 * number)) for number in range(5)]
    stage.add("t-1", stage.going, *moves, (1190, stage.subject.at_percent(100)), (1200, SUCCEEDED))
    assert stage.wait("t-1", interval=60, stall_timeout=300).outcome == SUCCEEDED


def test_42_looks_that_a_machine_slept_through_are_not_made_up_for(stage: Stage) -> None:
    asleep = iter([0.05, 0.05, 3000.0])

    def latency(look: Look) -> float:
        return next(asleep, 0.05)

    stage.add("t-1", stage.going, (2000, SUCCEEDED))
    waited = stage.wait("t-1", interval=60, latency=latency, timeout=3600)
    assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 60, 120, 3180])
