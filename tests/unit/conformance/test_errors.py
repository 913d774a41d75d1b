# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service may answer instead of a task: behaviours 18 and 24 to 29 of docs/behaviours.md.

What each answer of each service means is read in tests/unit/plugins/module_utils/_service/test_model.py.
"""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from support.shapes import each_value
from support.stage import Stage

pytestmark = pytest.mark.parametrize("subject", each_value(("provider", "refusing"), "protocol", "reading"), ids=str)
REFUSED = {"refused": "refused", "unauthorized": "unauthorized", "bad_signature": "unauthorized"}


# Permanent


def test_18_an_error_that_no_table_knows_ends_the_wait_at_once_with_its_words(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault("error", status=400, code="Conformance.Refused", message="It is refused for good")
    waited = stage.wait("t-1")
    assert (waited.outcome, waited.times, waited.result["elapsed"] < 1) == ("refused", [0], True)
    assert "Conformance.Refused: It is refused for good" in waited.reason
    assert "Conformance.Refused: It is refused for good" in waited.result["msg"]


@pytest.mark.parametrize("kind", REFUSED)
def test_24_whoever_is_refused_for_good_does_not_try_again(stage: Stage, kind: str) -> None:
    for name, refusal in stage.subject.refusals(kind).items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal)
        waited = play.wait("t-1")
        assert (waited.outcome, waited.times) == (REFUSED[kind], [0] * stage.subject.calls_for(refusal)), name
        assert (refusal["code"] or str(refusal["status"])) in waited.reason, name
        assert waited.reason.endswith("; the task may still run"), name


def test_24_a_refusal_in_the_middle_ends_a_wait_that_has_seen_the_task(stage: Stage) -> None:
    stage.add("t-1", stage.going, (600, SUCCEEDED))
    stage.fault("error", status=403, code="Conformance.Denied", message="No right", after=90)
    waited = stage.wait("t-1", interval=60)
    assert (waited.outcome, waited.task["state"], waited.times) == ("unauthorized", stage.going, [0, 60, 120])
    assert waited.reason.endswith("; the task may still run")


# Credentials that end


def test_25_credentials_that_ended_are_found_anew_once(stage: Stage) -> None:
    for name, refusal in stage.subject.refusals("credentials_expired").items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal, times=1)
        waited = play.wait("t-1")
        assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 0]), name


def test_25_credentials_that_stay_ended_are_refused_and_the_task_may_still_run(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    stage.fault("expired", after=30)
    waited = stage.wait("t-1", interval=60)
    assert (waited.outcome, waited.times) == ("unauthorized", [0, 60, 60])
    assert waited.reason.endswith("; the task may still run")


# Not found


def test_26_an_id_that_is_not_known_yet_is_waited_for(stage: Stage) -> None:
    stage.add("t-1", (40, stage.going), (600, SUCCEEDED))
    waited = stage.wait("t-1", not_found_timeout=60)
    assert waited.outcome == SUCCEEDED


def test_26_every_word_for_an_unknown_id_is_waited_with(stage: Stage) -> None:
    for name, refusal in stage.subject.refusals("not_found").items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal, times=1)
        waited = play.wait("t-1")
        assert (waited.outcome, waited.task["looks"]) == (SUCCEEDED, 2), name


def test_26_a_task_that_was_seen_and_is_gone_has_vanished(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, None))
    waited = stage.wait("t-1", interval=60, not_found_timeout=3600)
    assert (waited.outcome, waited.task["state"]) == ("vanished", stage.going)
    assert waited.times == [0, 60, 120, 180]
    assert waited.reason.endswith("; the task may still run")


def test_26_one_look_that_misses_a_task_is_no_end_of_it(stage: Stage) -> None:
    stage.add("t-1", stage.going, (200, SUCCEEDED))
    stage.fault("vanish", after=50, lasts=20)
    waited = stage.wait("t-1", interval=60)
    assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 60, 120, 180, 240])


def test_27_an_id_that_is_never_known_says_in_how_many_looks(stage: Stage) -> None:
    waited = stage.wait("t-nobody", delay=60, interval=60, not_found_timeout=300)
    assert (waited.outcome, waited.result["failed"]) == ("not_found", True)
    assert waited.times == [60, 120, 180, 240, 300, 360]
    assert "did not know it in 6 looks over 300 s" in waited.reason
    assert "t-nobody" in waited.result["msg"]


# No usable answer


ODD_BODIES: dict[str, t.Any] = {
    "empty": {},
    "a_list": [],
    "text": "succeeded",
    "number": 100,
    "true": True,
    "something_else": {"status": "ok", "succeeded": True, "progress": 100},
    "nested": {"data": {"task": {"status": "Finished"}}, "Data": "COMPLETE"},
}


@pytest.mark.parametrize("name", ODD_BODIES)
def test_28_a_body_of_another_shape_is_no_answer_and_no_defect_of_ours(stage: Stage, name: str) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault("answer", body=ODD_BODIES[name])
    waited = stage.wait("t-1", timeout=600, unreachable_timeout=120)
    assert waited.outcome in ("unreachable", "timed_out")
    assert "Error:" not in waited.reason
    assert waited.reason.endswith("; the task may still run")


def test_28_nothing_that_is_not_an_answer_ever_counts_as_one(stage: Stage) -> None:
    for name, refusal in stage.subject.refusals("unavailable").items():
        play = stage.again()
        play.add("t-1", SUCCEEDED)
        play.answers(refusal)
        waited = play.wait("t-1", unreachable_timeout=60)
        assert waited.outcome == "unreachable", name


@pytest.mark.parametrize("status", [302, 418, 599])
def test_29_an_odd_status_is_told(stage: Stage, status: int) -> None:
    stage.add("t-1", SUCCEEDED)
    kind = "redirect" if status == 302 else "answer"
    stage.fault(kind, status=status, url=f"{stage.cloud.url}/elsewhere")
    waited = stage.wait("t-1", unreachable_timeout=60)
    assert waited.outcome == "unreachable"
    assert f"HTTP {status}" in waited.reason
