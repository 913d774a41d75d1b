# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user of a wait sees: behaviours 59 to 64 of docs/behaviours.md."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, FAILED, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._core.xml import read_xml
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import WAIT_FACTS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import names_the_task
from support.http_stub import Relay, RelayedExchange
from support.shapes import one_of_each
from support.stage import RESULT, Stage
from support.subjects import Fields, Subject

BUSY: Fields = {"kind": "error", "status": 503, "code": "Conformance.Busy"}
DENIED: Fields = {"kind": "error", "status": 403, "code": "Conformance.Denied"}
ENDINGS: dict[str, tuple[str, Fields | None, str]] = {
    "good": (SUCCEEDED, None, SUCCEEDED),
    "bad": (FAILED, None, FAILED),
    "slow": ("going", None, "timed_out"),
    "dark": ("going", {**BUSY, "after": 90}, "unreachable"),
    "denied": ("going", {**DENIED, "after": 90}, "unauthorized"),
    "gone": ("going", {"kind": "vanish", "after": 90}, "vanished"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_59_nothing_is_ever_changed_and_facts_are_there_in_failure_too(stage: Stage, name: str) -> None:
    step, fault, outcome = ENDINGS[name]
    stage.add("t-1", stage.going, (60, stage.going if step == "going" else step))
    if fault:
        stage.fault(**fault)
    waited = stage.wait("t-1", interval=60, timeout=1800)
    assert waited.result["changed"] is False
    assert waited.result.get("failed", False) is (outcome != SUCCEEDED)
    assert (waited.outcome, waited.task["state"]) == (outcome, stage.going if step == "going" else step)
    assert waited.task["native_state"]
    assert waited.task["observed_at"]
    assert waited.task["raw"]


def test_59_failed_is_by_policy_only(stage: Stage) -> None:
    stage.add("t-1", FAILED)
    waited = stage.wait("t-1", success_states=[FAILED])
    assert (waited.outcome, waited.result["succeeded"]) == (FAILED, True)
    assert "failed" not in waited.result


def test_60_one_and_many_and_none_that_is_known_have_one_shape(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.add("t-2", FAILED)
    shapes = [
        stage.wait("t-1"),
        stage.wait("t-1", "t-2", fail_fast=False),
        stage.wait("t-nobody", not_found_timeout=10),
        stage.wait(**stage.ask("t-1")),
    ]
    assert [len(waited.result["tasks"]) for waited in shapes] == [1, 2, 1, 1]
    assert [set(waited.result) - {"failed"} for waited in shapes] == [RESULT] * 4
    for task in itertools.chain.from_iterable(waited.result["tasks"] for waited in shapes):
        assert set(task) == {*FACTS, *WAIT_FACTS}
        assert all(isinstance(task[name], (dict, list)) for name in ("outputs", "raw", "subtasks"))
        assert json.loads(json.dumps(task)) == task


@pytest.mark.parametrize("state", ["going", SUCCEEDED, FAILED, "unknown to the cloud"])
def test_61_check_mode_looks_once_does_not_sleep_and_says_so(stage: Stage, state: str) -> None:
    if state != "unknown to the cloud":
        stage.add("t-1", stage.going if state == "going" else state, (1, SUCCEEDED))
    waited = stage.wait("t-1", check=True, delay=300, interval=60, timeout=3600)
    assert (waited.times, waited.result["elapsed"] < 1) == ([0] * stage.subject.calls_at(state), True)
    assert waited.result["msg"].startswith("check mode, looked once: ")
    # Only a task that has really failed is a failure.
    assert waited.result.get("failed", False) is (state == FAILED)
    assert waited.result["succeeded"] is (state == SUCCEEDED)


@pytest.mark.parametrize("heartbeat", [60, 240])
def test_63_there_is_a_sign_of_life_though_nothing_changes(stage: Stage, heartbeat: int) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait("t-1", interval=900, timeout=3600, heartbeat=heartbeat)
    at = [seconds(line) for line in waited.simulated.lines]
    assert max(after - before for before, after in itertools.pairwise(at)) <= heartbeat + 1
    assert at[-1] >= 3600 - 1
    assert waited.task["native_state"] in waited.simulated.lines[3]


def seconds(line: str) -> int:
    """The time at the beginning of a line."""
    parts = [int(part) for part in line.split(maxsplit=1)[0].split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def test_63_a_change_is_told_when_it_is_seen(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    lines = stage.wait("t-1", interval=60, heartbeat=3600).simulated.lines
    assert [seconds(line) for line in lines] == [0, 120]
    assert str(stage.subject.word(stage.going)).lower() in lines[0].lower()
    assert "succeeded" in lines[1]


def in_paths(subject: Subject) -> bool:
    """Whether an id may come in full as a path of its own."""
    return any(form.start == "/" for form in subject.service.qualified)


ODD_IDS = ("t-1 2", "t/1", "t%2F1", "t+1&x=y", "..t", "t~!*'()", "ü-任务", "T-1", "t-1" * 60)


BY_ID = one_of_each("provider", "asking", fits=lambda subject: names_the_task(subject.service.read))
# Where an id may also come as the last part of a path, there is no slash in it.
ODD = [(subject, odd) for subject in BY_ID for odd in ODD_IDS if "/" not in odd or not in_paths(subject)]


@pytest.mark.parametrize(("subject", "task_id"), ODD, ids=[f"{odd}-{subject}" for subject, odd in ODD])
def test_64_an_id_reaches_the_api_as_it_is(stage: Stage, task_id: str) -> None:
    stage.add(task_id, SUCCEEDED)
    stage.add("t-1", FAILED)
    waited = stage.wait(task_id)
    assert waited.outcomes == {task_id: SUCCEEDED}
    assert list(stage.cloud.calls()["tasks"]) == [task_id]


LOGINS = ("/auth/tokens", "/oauth2/v2.0/token")


def request_ids(stage: Stage, passed: RelayedExchange) -> set[str]:
    """All under which the vendor's support may find a call."""
    text = passed.body.decode()
    body = read_xml(text) if text.startswith("<") else json.loads(text)
    keys = stage.subject.provider.request_id_keys
    return {str(value) for key in keys for value in (body.get(key), passed.headers.get(key.lower())) if value}


def test_64_the_id_of_the_last_look_is_kept_for_support(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    with Relay(stage.cloud.url) as relay:
        waited = replace(stage, url=relay.url).wait("t-1", interval=60)
        told = [request_ids(stage, each) for each in relay.passed if not each.target.endswith(LOGINS)]
    assert len(told) == 3
    assert waited.task["request_id"] in told[-1]
    assert waited.task["request_id"] not in told[0]
