# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors that pass, and throttling: behaviours 19 to 22 of docs/behaviours.md."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from support.stage import Stage
from support.subjects import Fields

BUSY: Fields = {"kind": "error", "status": 503, "code": "Conformance.Busy", "message": "Try later."}
TRANSIENT: dict[str, Fields] = {
    "throttled": {"kind": "throttle", "burst": 0, "header": False},
    "throttled_for_5_s": {"kind": "throttle", "burst": 0, "retry_after": 5},
    "500": {"kind": "error"},
    "503": BUSY,
    "reset": {"kind": "reset"},
    "stall": {"kind": "stall", "seconds": 5},
    "slow_body": {"kind": "slow_body", "bytes_per_second": 10},
    "truncated": {"kind": "truncated"},
    "truncated_json": {"kind": "truncated", "cut": "json"},
    "html": {"kind": "html"},
    "html_200": {"kind": "html", "status": 200},
    "empty": {"kind": "empty"},
    "a_list": {"kind": "answer", "body": []},
    "oversize": {"kind": "oversize", "mebibytes": 9},
}
# These cost the real time of a time-out.
SLOW = ("stall", "slow_body")


@pytest.mark.parametrize("name", TRANSIENT)
def test_19_what_passes_is_tolerated_and_the_success_after_it_counts(stage: Stage, name: str) -> None:
    stage.add("t-1", SUCCEEDED)
    times = 1 if name in SLOW else 2
    fault = stage.fault(**TRANSIENT[name], times=times)
    waited = stage.wait("t-1", request_timeout=0.4 if name in SLOW else 30)
    assert (waited.outcome, stage.hits(fault)) == (SUCCEEDED, times)
    assert waited.result["throttled"] == (times if name.startswith("throttled") else 0)
    # A machine that is busy may make one more look slow.
    assert waited.task["looks"] == times + 1 or (name in SLOW and waited.task["looks"] > times)


def test_19_an_answer_without_an_end_is_not_read_to_its_end(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault(**TRANSIENT["oversize"])
    waited = stage.wait("t-1", timeout=0)
    assert waited.outcome == "timed_out"
    assert "the answer is larger than 8 MiB" in waited.reason


@pytest.mark.parametrize("kind", ["throttled", "unavailable"])
def test_19_every_passing_error_of_the_service_is_tolerated(stage: Stage, kind: str) -> None:
    for name, refusal in stage.subject.refusals(kind).items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal, times=1)
        waited = play.wait("t-1")
        assert (waited.outcome, waited.task["looks"]) == (SUCCEEDED, 2), name


def test_20_a_good_look_begins_the_tolerance_anew(stage: Stage) -> None:
    stage.add("t-1", stage.going, (1000, SUCCEEDED))
    stage.fault(**BUSY, after=10, lasts=400)
    stage.fault(**BUSY, after=500, lasts=400)
    waited = stage.wait("t-1", interval=60, unreachable_timeout=600)
    assert waited.outcome == SUCCEEDED
    assert sum(call.fault == "error" for call in waited.calls) >= 12


def test_21_without_a_good_look_for_too_long_contact_is_lost_and_nothing_has_failed(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    stage.fault(**BUSY, after=100)
    waited = stage.wait("t-1", interval=60, unreachable_timeout=600)
    assert (waited.outcome, waited.task["state"]) == ("unreachable", stage.going)
    assert 660 <= waited.result["elapsed"] <= 721
    assert "no good answer for 6" in waited.reason
    assert "Conformance.Busy: Try later" in waited.reason
    assert waited.reason.endswith("; the task may still run")


# Throttled


def test_22_throttling_alone_decides_nothing_and_slows_the_wait(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault("throttle", burst=0, header=False)
    waited = stage.wait("t-1", timeout=3600, unreachable_timeout=60)
    assert (waited.outcome, waited.result["succeeded"]) == ("timed_out", False)
    assert waited.result["throttled"] == len(waited.calls)
    # The last one is at the deadline, whenever that is.
    gaps = [round(gap, 3) for gap in waited.gaps[:-1]]
    assert gaps == sorted(gaps)
    # A window is waited for to its end from the first time on.
    window = stage.subject.service.quota.window
    assert gaps[0] >= window if window else gaps[-1] > 16 * gaps[0]
    assert waited.reason.endswith("; the task may still run")


def test_22_no_word_for_throttling_is_ever_a_success_or_a_failure(stage: Stage) -> None:
    for name, refusal in stage.subject.refusals("throttled").items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal)
        waited = play.wait("t-1", timeout=60)
        assert (waited.outcome, waited.result["throttled"]) == ("timed_out", len(waited.calls)), name
