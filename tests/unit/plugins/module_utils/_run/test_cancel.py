# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the cloud after the deadline, over real HTTP in simulated time: behaviour 44 of docs/behaviours.md."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from local_cloud.client import LocalCloud
from support.simulated import Cancellation, Simulated, simulate

Json = dict[str, t.Any]
ECS: Json = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}
LATE: Json = {**ECS, "timeout": 60, "interval": 30, "on_timeout": "cancel"}
RUNS: Json = {"TaskStatus": "Processing", "TaskProcess": "40%"}
ENDED: Json = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1}
NEVER: Json = {"asked": True, "accepted": None, "error": None, "request_id": None}


def add(cloud: LocalCloud, task_id: str, *steps: t.Any) -> None:
    script = [step if isinstance(step, list) else [0, step] for step in steps]
    cloud.add({"service": "ecs", "id": task_id, "script": script})


def log(cloud: LocalCloud) -> list[Json]:
    return [entry for entry in cloud.log() if entry["api"] == "ecs.CancelTask"]


def told(simulated: Simulated) -> dict[str, t.Any]:
    return {task["id"]: task["cancel"] for task in simulated.result["tasks"]}


def test_44_what_has_not_ended_is_cancelled_once_and_the_rest_is_left_alone(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    add(local_cloud, "t-done", RUNS, [40, ENDED])
    add(local_cloud, "t-bad", {"TaskStatus": "Failed"})
    waited = simulate(
        local_cloud,
        {**LATE, "task_ids": ["t-late", "t-done", "t-bad", "t-nobody"], "fail_fast": False, "not_found_timeout": 20},
    )
    assert waited.outcomes() == {
        "t-late": "timed_out",
        "t-done": "succeeded",
        "t-bad": "failed",
        "t-nobody": "not_found",
    }
    assert len(log(local_cloud)) == 1
    asked = told(waited).pop("t-late")
    assert (asked["asked"], asked["accepted"], asked["error"]) == (True, True, None)
    assert asked["request_id"]
    assert {name: each for name, each in told(waited).items() if each} == {"t-late": asked}
    assert (waited.result["changed"], waited.result["failed"]) == (True, True)
    late = next(task for task in waited.result["tasks"] if task["id"] == "t-late")
    assert late["reason"].endswith("the task may still run; the cloud accepted the request to cancel it")
    assert any("t-late" in line and "accepted the request" in line for line in waited.lines)
    again = simulate(local_cloud, {**ECS, "task_ids": ["t-late"], "timeout": 60})
    assert again.outcomes() == {"t-late": "cancelled"}


def test_44_a_task_that_was_found_twice_is_cancelled_once(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    entries = [{"task_id": "t-late"}, {"states": ["running"]}, {"name": "ExportImage"}]
    waited = simulate(local_cloud, {**LATE, "tasks": entries})
    assert [task["id"] for task in waited.result["tasks"]] == ["t-late"] * 3
    assert len(log(local_cloud)) == 1
    answer, *others = (task["cancel"] for task in waited.result["tasks"])
    assert (answer["asked"], answer["accepted"]) == (True, True)
    assert others == [answer] * 2


def test_44_by_default_nothing_is_touched(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    waited = simulate(local_cloud, {**LATE, "on_timeout": "fail", "task_ids": ["t-late"]})
    assert (waited.outcomes(), told(waited), log(local_cloud)) == ({"t-late": "timed_out"}, {"t-late": None}, [])
    assert waited.result["changed"] is False


def test_44_nothing_is_cancelled_in_check_mode(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    waited = simulate(local_cloud, {**LATE, "task_ids": ["t-late"]}, check=True)
    assert (told(waited), log(local_cloud), waited.result["changed"]) == ({"t-late": None}, [], False)


def test_44_what_is_given_up_for_another_task_is_not_cancelled(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    add(local_cloud, "t-bad", {"TaskStatus": "Failed"})
    waited = simulate(local_cloud, {**LATE, "task_ids": ["t-late", "t-bad"]})
    assert waited.outcomes() == {"t-late": "abandoned", "t-bad": "failed"}
    assert (told(waited), log(local_cloud)) == ({"t-late": None, "t-bad": None}, [])


# Native fields, faults, options; whether it is asked, and whether that is taken; what is said.
WHYS: dict[str, tuple[Json, Json, bool, t.Optional[bool], str]] = {
    "the cloud says no": ({**RUNS, "SupportCancel": "false"}, {}, False, None, "cannot be cancelled"),
    "a refusal": (
        {**RUNS, "TaskAction": "ModifyDiskSpec"},
        {},
        True,
        False,
        "refused the request to cancel it (InvalidTaskId.TaskActionNotSupport",
    ),
    "no right to": (
        RUNS,
        {"kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No."},
        True,
        False,
        "refused the request to cancel it (Forbidden.RAM: No (the credentials come from: environment))",
    ),
    "a broken answer": (RUNS, {"kind": "html", "status": 502}, True, None, "it is unknown"),
    "a connection that breaks": (RUNS, {"kind": "reset"}, True, None, "it is unknown"),
}


@pytest.mark.parametrize(("fields", "fault", "asked", "accepted", "said"), WHYS.values(), ids=WHYS.keys())
def test_44_what_was_answered_is_told(
    local_cloud: LocalCloud, fields: Json, fault: Json, asked: bool, accepted: t.Optional[bool], said: str
) -> None:
    add(local_cloud, "t-late", fields)
    if fault:
        local_cloud.fault(**{**fault, "api": "ecs.CancelTask"})
    waited = simulate(local_cloud, {**LATE, "task_ids": ["t-late"]})
    answer = told(waited)["t-late"]
    assert (answer["asked"], answer["accepted"]) == (asked, accepted)
    assert said in answer["message"]
    assert said in waited.result["msg"]
    assert len(log(local_cloud)) <= 1
    assert waited.outcomes() == {"t-late": "timed_out"}
    # A request that may have been taken may have changed something.
    assert waited.result["changed"] is (asked and accepted is not False)


def test_44_a_service_that_cannot_cancel_says_so(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, {"Progress": 10}]]})
    waited = simulate(local_cloud, {**LATE, "service": "hbr", "task_ids": ["t-1"]})
    assert told(waited)["t-1"]["asked"] is False
    assert "hbr has no call that cancels a task" in waited.result["msg"]
    # Of two clouds that have a service of this name, only one may cancel.
    assert (
        "on_timeout: alibaba hbr has no call to cancel a task, so such tasks continue after the timeout"
        in waited.lines[0]
    )
    assert waited.lines[-1].endswith("t-1 (InstallBackupClientsTask): hbr has no call that cancels a task")
    assert waited.result["changed"] is False


def test_44_a_task_that_was_never_seen_is_not_cancelled(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)
    local_cloud.fault("error", "ecs.DescribeTaskAttribute", status=500, code="InternalError")
    waited = simulate(local_cloud, {**LATE, "task_ids": ["t-late"]})
    assert told(waited)["t-late"]["asked"] is False
    assert ("never seen" in waited.result["msg"], log(local_cloud)) == (True, [])


def test_44_a_throttled_request_is_made_again_and_the_rate_is_kept(local_cloud: LocalCloud) -> None:
    ids = [f"t-{number}" for number in range(6)]
    for task_id in ids:
        add(local_cloud, task_id, RUNS)
    local_cloud.fault("throttle", "ecs.CancelTask", rate=1.0, burst=1)
    waited = simulate(local_cloud, {**LATE, "task_ids": ids, "rate_limit": 2}, record=True)
    assert [each["accepted"] for each in told(waited).values()] == [True] * 6
    whys = [call["why"] for call in waited.calls if call["action"] == "CancelTask"]
    assert (whys.count("cancel"), whys.count("retry of cancel")) == (6, waited.result["throttled"])
    assert len(waited.calls) == waited.result["requests"]
    asks = [made.begun for made in waited.made if isinstance(made.look, Cancellation)]
    assert len(asks) == 6 + waited.result["throttled"]
    assert all(later - earlier >= 0.5 for earlier, later in zip(asks, asks[1:]))


def test_44_a_wait_that_goes_on_does_not_ask_again(local_cloud: LocalCloud, tmp_path: Path) -> None:
    add(local_cloud, "t-late", {**RUNS, "TaskAction": "ModifyDiskSpec"})
    journal = tmp_path / "journal.json"
    first = simulate(local_cloud, {**LATE, "task_ids": ["t-late"], "journal": str(journal)})
    (entry,) = json.loads(journal.read_text(encoding="utf-8"))
    assert entry["cancel"] == told(first)["t-late"]
    second = simulate(local_cloud, {"journal": str(journal), "on_timeout": "cancel", "timeout": 60})
    third = simulate(local_cloud, {"tasks": second.result["tasks"], "on_timeout": "cancel", "timeout": 60})
    lean = [{**facts, "raw": None} for facts in second.result["tasks"]]
    fourth = simulate(local_cloud, {"tasks": lean, "on_timeout": "cancel", "timeout": 60})
    for waited in (second, third, fourth):
        assert (waited.outcomes(), told(waited)) == ({"t-late": "timed_out"}, told(first))
        assert waited.result["changed"] is False
    assert len(log(local_cloud)) == 1


def test_44_what_is_asked_is_written_down_before(local_cloud: LocalCloud, tmp_path: Path) -> None:
    add(local_cloud, "t-late", RUNS)
    journal = tmp_path / "journal.json"
    seen: list[t.Any] = []

    def latency(look: t.Any) -> float:
        if isinstance(look, Cancellation):
            seen.extend(json.loads(journal.read_text(encoding="utf-8")))
        return 0.05

    simulate(local_cloud, {**LATE, "task_ids": ["t-late"], "journal": str(journal)}, latency)
    assert [entry["cancel"] for entry in seen] == [{**NEVER, "message": "not answered yet"}]


def test_44_an_answer_that_does_not_come_holds_nobody_up(local_cloud: LocalCloud) -> None:
    add(local_cloud, "t-late", RUNS)

    def latency(look: t.Any) -> float:
        return 9000.0 if isinstance(look, Cancellation) else 0.05

    waited = simulate(local_cloud, {**LATE, "task_ids": ["t-late"], "request_timeout": 20}, latency)
    assert told(waited)["t-late"] == {**NEVER, "message": "not answered yet"}
    assert 80 <= waited.seconds <= 82
    assert waited.result["changed"] is True
