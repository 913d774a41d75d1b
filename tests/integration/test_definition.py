# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that the user defines: the worked example of the guide as it stands, and what may become of it."""

from __future__ import annotations

import json
import re

import pytest

from integration import scenes
from integration.playing import KEYS, ROOT, Json, Played, Player
from integration.scenes import scene
from local_cloud.client import LocalCloud

yaml = pytest.importorskip("yaml")

FIRST, SECOND = "asa-bp175o6f6ego3r2j4i3h", "asa-bp175o6f6ego3r2j4i3i"


def example() -> Json:
    """The playbook of the guide."""
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_definition.rst").read_text(encoding="utf-8")
    (block,) = re.findall(r"^\.\. code-block:: yaml\n\n((?:(?: {3}.*)?\n)+)", text, re.MULTILINE)
    (play,) = yaml.safe_load(block)
    return play


SCALING: Json = example()["vars"]["scaling"]


@pytest.fixture(scope="module")
def guide(cloud: LocalCloud, player: Player) -> Played:
    cloud.add(scene("ess", FIRST, scenes.SCALING, (4, scenes.SCALED)), scene("ess", SECOND, scenes.SCALED))
    play = example()
    play["module_defaults"] = {"multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}", "interval": 0.2}}
    return player.play([play], environ=KEYS)


@pytest.fixture(scope="module")
def played(cloud: LocalCloud, player: Player) -> Played:
    cloud.add(
        scene("ess", "asa-done", scenes.SCALED),
        scene("ess", "asa-part", scenes.SCALED_IN_PART),
        scene("ess", "asa-odd", {"StatusCode": "Finished"}),
        scene("ess", "asa-runs", scenes.SCALING),
        scene("ecs", "e-done", scenes.EXPORTED),
    )
    return player.play("definition.yml", environ=KEYS, scaling=example()["vars"]["scaling"], folder=str(player.folder))


def test_the_worked_example_runs_as_it_stands(guide: Played) -> None:
    assert guide.code == 0, guide.text
    result = guide["Wait for both"]
    assert [(task["id"], task["service"], task["outcome"]) for task in result["tasks"]] == [
        (FIRST, "scaling", "succeeded"),
        (SECOND, "scaling", "succeeded"),
    ]
    assert result["tasks"][0]["resource_id"] == "asg-localcloud000001"
    assert result["tasks"][0]["progress"] == 100.0
    assert result["tasks"][0]["finished_at"] == "2026-01-31T12:19:00Z"


def test_its_tasks_have_the_facts_of_all_others(played: Played) -> None:
    result = played["Info"]
    (task,) = result["tasks"]
    assert (task["state"], task["native_state"], task["terminal"]) == ("partial", "Warning", True)
    assert task["error"] == {"code": None, "message": "1 of 2 ECS instances were created."}
    assert result["missing"] == ["asa-nobody"]


def test_its_facts_and_results_are_waited_for(played: Played) -> None:
    assert played["Facts"]["tasks"][0]["outcome"] == "partial"
    assert "1 of 2 ECS instances were created" in played["Facts"]["msg"]
    assert [task["outcome"] for task in played["Result"]["tasks"]] == ["partial", "not_found"]


def test_its_facts_alone_are_not_enough_and_that_is_said(played: Played) -> None:
    assert (
        "and no 'scaling'; where it is the name of a definition, give that definition, too"
        in played["Facts alone"]["msg"]
    )


def test_a_word_that_it_does_not_hold_is_no_success(played: Played) -> None:
    (task,) = played["Odd"]["tasks"]
    assert (task["outcome"], task["state"], task["native_state"]) == ("timed_out", "unknown", "Finished")


def test_it_stands_beside_the_catalogue(played: Played) -> None:
    assert [(task["service"], task["outcome"]) for task in played["Mixed"]["tasks"]] == [
        ("scaling", "succeeded"),
        ("ecs", "succeeded"),
    ]


def test_no_key_is_shown_to_a_host_that_it_names(played: Played) -> None:
    said = played["Away"]["msg"]
    assert said.startswith("definition.host: 'evil.example.com' is not known to be in Alibaba Cloud")
    assert "the option endpoint says where to ask" in said


def test_a_wrong_field_is_named(played: Played) -> None:
    assert played["Wrong"]["msg"].startswith(
        "definition.states.Done: 'fine' is not one of our states: pending, running"
    )


def test_check_mode_looks_once(played: Played) -> None:
    assert (played["Check"]["requests"], played["Check"].get("failed", False)) == (1, False)


def test_it_is_shipped_with_the_wait(played: Played) -> None:
    assert [task["outcome"] for task in played["Background"]["tasks"]] == ["succeeded"]


def test_a_journal_is_enough_to_go_on(played: Played, player: Player) -> None:
    assert [task["outcome"] for task in played["Begun"]["tasks"]] == ["succeeded", "timed_out"]
    assert [task["outcome"] for task in played["Resumed"]["tasks"]] == ["succeeded", "timed_out"]
    entries = json.loads((player.folder / "scaling.json").read_text(encoding="utf-8"))
    assert [entry["definition"]["name"] for entry in entries] == ["scaling", "scaling"]


def test_ad_hoc(played: Played, player: Player) -> None:
    del played
    given = {"region": "cn-hangzhou", "definition": example()["vars"]["scaling"], "task_id": "asa-done"}
    ended, result = player.ask("wait_for_cloud_task", environ=KEYS, provider="alibaba", **given)
    assert ended.code == 0, ended.text
    assert [task["outcome"] for task in result["tasks"]] == ["succeeded"]
    ended, result = player.ask("alibaba_cloud_task_info", environ=KEYS, **given)
    assert [task["state"] for task in result["tasks"]] == ["succeeded"]
