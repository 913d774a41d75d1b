# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result holds: ansible-core prints all of it when a step fails."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import WAIT_FACTS
from local_cloud.client import LocalCloud
from support.simulated import Simulated, simulate

Json = dict[str, t.Any]
ECS: Json = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "rate_limit": 100}
MADE: Json = {
    "TaskStatus": "Finished",
    "TaskProcess": "100%",
    "OperationProgressSet": {
        "OperationProgress": [
            {
                "OperationStatus": "Success",
                "ErrorCode": "",
                "ErrorMsg": "",
                "RelatedItemSet": {
                    "RelatedItem": [
                        {"Name": "OSSBucket", "Value": "exports"},
                        {"Name": "OSSObject", "Value": "m-bp67acfmxazb4ph2aefv_system.raw.tar.gz"},
                    ]
                },
            }
        ]
    },
    "TotalCount": 1,
    "SuccessCount": 1,
    "FailedCount": 0,
}
FAILED: Json = {
    **MADE,
    "TaskStatus": "Failed",
    "SuccessCount": 0,
    "FailedCount": 1,
    "OperationProgressSet": {
        "OperationProgress": [
            {
                "OperationStatus": "Failed",
                "ErrorCode": "InvalidOSSBucket.NotFound",
                "ErrorMsg": "The specified OSS bucket does not exist.",
                "RelatedItemSet": {"RelatedItem": []},
            }
        ]
    },
}
NUMBER = 300
ALL = {*FACTS, *WAIT_FACTS}
BAD = "t-bp67acfmxazb4p1m0042"


def exports(cloud: LocalCloud, **options: t.Any) -> Simulated:
    """Wait for exports of which one fails."""
    ids = [f"t-bp67acfmxazb4p1m{number:04}" for number in range(NUMBER)]
    for task_id in ids:
        cloud.add({"service": "ecs", "id": task_id, "script": [[0, FAILED if task_id == BAD else MADE]]})
    return simulate(cloud, {**ECS, "task_ids": ids, "fail_fast": False, "raw": False, **options})


# What is asked for, how many tasks the result holds, and the kilobytes that ansible-core may print at most.
SIZES: dict[str, tuple[Json, int, int]] = {
    "all": ({}, NUMBER, 200),
    "only what needs somebody": ({"return_tasks": "unsuccessful"}, 1, 10),
}


@pytest.mark.parametrize(("options", "number", "kilobytes"), SIZES.values(), ids=SIZES.keys())
def test_the_result_of_a_wait_that_fails_is_short(
    local_cloud: LocalCloud, options: Json, number: int, kilobytes: int
) -> None:
    result = exports(local_cloud, **options).result
    assert len(json.dumps(result)) < kilobytes * 1000
    assert (len(result["tasks"]), result["summary"]) == (number, {"total": 300, "succeeded": 299, "failed": 1})
    assert result["msg"].startswith(f"1 of 300 tasks did not succeed: alibaba ecs {BAD} ")
    assert [task.get("raw") for task in result["tasks"]] == [None] * number
    assert [task["error"]["code"] for task in result["tasks"] if task["id"] == BAD] == ["InvalidOSSBucket.NotFound"]


def test_raw_is_there_for_who_asks_for_it(local_cloud: LocalCloud) -> None:
    result = exports(local_cloud, raw=True, return_tasks="unsuccessful").result
    assert [task["raw"]["TaskStatus"] for task in result["tasks"]] == ["Failed"]


def test_conditions_and_the_journal_see_raw_all_the_same(local_cloud: LocalCloud, tmp_path: t.Any) -> None:
    journal = str(tmp_path / "journal.json")
    condition = "raw.TaskStatus == 'Failed'"
    result = exports(local_cloud, success_when=condition, return_tasks="unsuccessful", journal=journal).result
    assert (result["summary"], result["msg"][:10]) == ({"total": 300, "failed": 300}, "299 of 300")
    assert BAD not in [task["id"] for task in result["tasks"]]
    again = simulate(local_cloud, {"journal": journal, "raw": False, "return_tasks": "all"})
    assert (again.result["requests"], len(again.result["tasks"])) == (0, NUMBER)


def test_a_task_that_goes_on_is_returned_even_if_it_counts_as_success(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {"TaskStatus": "Processing"}]]})
    options = {**ECS, "task_ids": ["t-1"], "success_when": "state == 'running'", "return_tasks": "unsuccessful"}
    result = simulate(local_cloud, options).result
    assert (result["succeeded"], [task["id"] for task in result["tasks"]]) == (True, ["t-1"])


def test_only_a_long_result_that_fails_leaves_out_facts_that_hold_nothing(local_cloud: LocalCloud) -> None:
    result = exports(local_cloud).result
    names = {task["id"]: set(task) for task in result["tasks"]}
    assert names.pop(BAD) == ALL
    assert all(own < ALL for own in names.values())
    assert all(task["outputs"]["OSSBucket"] == "exports" for task in result["tasks"] if task["id"] != BAD)
    few = list(names)[:40]
    short = simulate(local_cloud, {**ECS, "task_ids": [*few, BAD], "fail_fast": False, "raw": False}).result
    good = simulate(local_cloud, {**ECS, "task_ids": list(names), "raw": False}).result
    assert [set(task) for task in short["tasks"]] == [ALL] * 41
    assert [set(task) for task in good["tasks"]] == [ALL] * 299


def test_what_was_given_up_for_a_failure_is_short_too(local_cloud: LocalCloud) -> None:
    ids = [f"t-bp67acfmxazb4p1m{number:04}" for number in range(NUMBER)]
    for task_id in ids:
        state = FAILED if task_id == BAD else {"TaskStatus": "Processing", "TaskProcess": "10%"}
        local_cloud.add({"service": "ecs", "id": task_id, "script": [[0, state]]})
    result = simulate(local_cloud, {**ECS, "task_ids": ids, "raw": False}).result
    assert result["summary"] == {"total": 300, "failed": 1, "abandoned": 299}
    assert len(json.dumps(result)) < 200_000
