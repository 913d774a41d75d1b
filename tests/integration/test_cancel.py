# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook can have done about tasks that have not ended in time, and that nothing is done unless it says so."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from integration import scenes
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import scene
from local_cloud.client import LocalCloud

LATE = ("e-left", "e-late", "e-behind", "e-adhoc")


@pytest.fixture(scope="module")
def played(cloud: LocalCloud, player: Player) -> Played:
    cloud.add(
        *(scene("ecs", task_id, scenes.EXPORTING) for task_id in LATE),
        scene("ecs", "e-done", scenes.EXPORTED),
        scene("ecs", "e-firm", {"TaskAction": "ModifyDiskSpec"}),
        scene("hbr", "h-late", scenes.INSTALLING),
    )
    return player.play("cancel.yml", environ=KEYS, folder=str(player.folder))


def answers(result: Json) -> Json:
    return {
        task["id"]: task["cancel"] and (task["cancel"]["asked"], task["cancel"]["accepted"]) for task in result["tasks"]
    }


def test_by_default_and_in_check_mode_nothing_is_touched(played: Played) -> None:
    for name in ("By default", "In check mode"):
        assert (answers(played[name]), played[name]["changed"]) == ({"e-left": None}, False)
    assert played["In check mode"].get("failed", False) is False


def test_what_has_not_ended_is_cancelled_and_the_rest_is_left_alone(played: Played) -> None:
    result = played["Cancel"]
    expected = {"e-late": (True, True), "e-done": None, "e-firm": (True, False), "h-late": (False, None)}
    assert answers(result) == expected
    assert (result["succeeded"], result["changed"]) == (False, True)
    assert "the cloud accepted the request to cancel it" in result["msg"]
    said = "the cloud refused the request to cancel it (InvalidTaskId.TaskActionNotSupport"
    assert any(line.startswith("[localhost] ") and said in line for line in played.stdout.splitlines())


def test_a_wait_that_goes_on_asks_nothing_again_and_sees_the_end(played: Played) -> None:
    result = played["Go on"]
    outcomes = {task["id"]: task["outcome"] for task in result["tasks"]}
    assert outcomes == {"e-late": "cancelled", "e-done": "succeeded", "e-firm": "timed_out", "h-late": "timed_out"}
    assert answers(result)["e-firm"] == (True, False)
    assert result["changed"] is False


def test_it_is_shipped_with_the_wait(played: Played) -> None:
    assert answers(played["In the background"]) == {"e-behind": (True, True)}


def test_each_task_was_asked_for_once_and_those_alone(played: Played, cloud: LocalCloud, player: Player) -> None:
    del played
    arguments: Json = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "timeout": 0}
    ended, result = player.ask("wait_for_cloud_task", environ=KEYS, task_id="e-adhoc", on_timeout="cancel", **arguments)
    assert (ended.code, answers(result)) == (2, {"e-adhoc": (True, True)})
    asked = [dict(parse_qsl(entry["query"]))["TaskId"] for entry in cloud.log() if entry["api"] == "ecs.CancelTask"]
    assert asked == ["e-late", "e-firm", "e-behind", "e-adhoc"]
