# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task, its facts, and the words for its state."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, STATES, TERMINAL, Task, task_of

# The list of the contract, in its order there.
CONTRACT = [
    "provider",
    "service",
    "region",
    "id",
    "name",
    "resource_id",
    "state",
    "native_state",
    "terminal",
    "succeeded",
    "progress",
    "created_at",
    "started_at",
    "updated_at",
    "finished_at",
    "expires_at",
    "duration",
    "remaining",
    "error",
    "result",
    "outputs",
    "details",
    "counts",
    "subtasks",
    "cancellable",
    "request_id",
    "observed_at",
    "raw",
]
FULL = Task(
    provider="huawei",
    service="taurusdb",
    region="cn-north-4",
    id="job-1",
    state="partial",
    native_state="Completed",
    name="RestoreTableTaurus",
    resource_id="in07",
    progress=100.0,
    created_at="2026-03-01T11:00:00Z",
    started_at="2026-03-01T11:01:00Z",
    updated_at="2026-03-01T11:02:00Z",
    finished_at="2026-03-01T11:03:00Z",
    expires_at="2026-03-02T11:03:00Z",
    duration=120.0,
    remaining=0.0,
    error={"code": "X", "message": "y"},
    result=[1, {"a": None}],
    outputs={"backup_id": "b"},
    counts={"total": 2, "succeeded": 1, "failed": 1},
    subtasks=[{"name": "INIT", "state": "running", "progress": 1.0, "remaining": None}],
    cancellable=False,
    request_id="r",
    observed_at="2026-03-01T12:00:00Z",
    raw={"job": {}},
)
BARE = Task("alibaba", "hbr", None, "t-1", "unknown")


def test_the_facts_are_those_of_the_contract() -> None:
    assert sorted(FACTS) == sorted(CONTRACT)
    assert len(set(FACTS)) == len(FACTS)


@pytest.mark.parametrize("task", [FULL, BARE], ids=["full", "bare"])
def test_every_fact_is_always_there(task: Task) -> None:
    assert tuple(task.facts()) == FACTS


def test_what_is_not_told_is_none_or_empty() -> None:
    facts = BARE.facts()
    told = {name for name, value in facts.items() if value is not None}
    assert told == {
        "provider",
        "service",
        "id",
        "state",
        "terminal",
        "succeeded",
        "outputs",
        "details",
        "subtasks",
        "raw",
    }
    assert (facts["outputs"], facts["details"], facts["subtasks"], facts["raw"]) == ({}, {}, [], {})


@pytest.mark.parametrize("task", [FULL, BARE], ids=["full", "bare"])
def test_facts_make_the_task_again(task: Task) -> None:
    assert task_of(json.loads(json.dumps(task.facts()))) == task
    assert task_of({**task.facts(), "outcome": "failed", "reason": "x", "looks": 1}) == task


ENDS = {
    "pending": (False, False),
    "running": (False, False),
    "succeeded": (True, True),
    "partial": (True, False),
    "failed": (True, False),
    "cancelled": (True, False),
    "expired": (True, False),
    "skipped": (True, False),
    "unknown": (False, False),
}


@pytest.mark.parametrize(("state", "ends"), ENDS.items(), ids=ENDS.keys())
def test_a_state_is_an_end_or_not_and_one_is_success(state: str, ends: tuple[bool, bool]) -> None:
    task = Task("alibaba", "ecs", "r", "t-1", state)
    assert (task.terminal, task.succeeded) == ends


def test_the_states_are_those_of_the_contract() -> None:
    assert sorted(STATES) == sorted(ENDS)
    assert sorted(TERMINAL) == sorted(state for state, (terminal, dummy) in ENDS.items() if terminal)


def test_two_tasks_share_nothing() -> None:
    first, second = Task("a", "b", None, "1", "running"), Task("a", "b", None, "2", "running")
    first.outputs["x"] = 1
    assert second.outputs == {}


@pytest.mark.parametrize("where", ["progress", "raw", "outputs", "details", "subtasks"])
def test_facts_with_a_number_that_json_has_not_are_of_no_task(where: str) -> None:
    odd = {"progress": float("inf"), "raw": {"a": [float("nan")]}, "outputs": {"a": float("-inf")}}
    odd["details"] = odd["outputs"]
    steps = [{**FULL.subtasks[0], "progress": float("inf")}]
    assert task_of({**FULL.facts(), where: {**odd, "subtasks": steps}[where]}) is None


@pytest.mark.parametrize(
    "changed", [{"terminal": False}, {"succeeded": False}, {"state": "running"}, {"state": "failed"}]
)
def test_facts_that_contradict_their_state_are_no_record(changed: dict[str, t.Any]) -> None:
    ended = Task("alibaba", "ecs", "r", "t-1", "succeeded").facts()
    assert task_of(ended)
    assert task_of({**ended, **changed}) is None
    assert task_of({**ended, "terminal": None, "succeeded": None})
