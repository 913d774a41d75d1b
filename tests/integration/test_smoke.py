# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must work on every version of ansible-core."""

from __future__ import annotations

import json

import pytest

from integration import scenes
from integration.playing import Json, Played, Player
from local_cloud.client import LocalCloud

MODULES = ("alibaba_cloud_task_info", "huawei_cloud_task_info", "wait_for_cloud_task")
SERVICES = ["ecs", "hbr", "bdrc", "taurusdb"]


@pytest.fixture(scope="module")
def smoke(cloud: LocalCloud, player: Player) -> Played:
    cloud.add(
        scenes.scene("ecs", "t-export", scenes.EXPORTING, (4, scenes.EXPORTED)),
        scenes.scene("ecs", "t-broken", scenes.EXPORT_FAILED),
        scenes.scene("hbr", "t-install", scenes.INSTALLING, (4, scenes.INSTALLED)),
        scenes.scene("bdrc", "t-scan", scenes.SCANNING, (4, scenes.SCANNED)),
        scenes.restore("j-restore", scenes.RESTORING, (4, scenes.RESTORED)),
    )
    return player.play("smoke.yml")


def states(result: Json) -> list[str]:
    return [task["state"] for task in result["tasks"]]


def test_smoke_playbook_runs_to_its_end(smoke: Played) -> None:
    assert smoke.code == 0, smoke.text
    assert "Traceback" not in smoke.text


def test_smoke_info_by_id_list_and_missing(smoke: Played) -> None:
    found = smoke["By id"]
    assert [task["id"] for task in found["tasks"]] == ["t-export"]
    assert found["missing"] == ["t-nowhere"]
    assert [task["id"] for task in smoke["List"]["tasks"]] == ["t-broken"]
    assert smoke["Job by id"]["missing"] == ["j-nowhere"]
    assert smoke["Job by id"]["tasks"][0]["name"] == scenes.RESTORE
    assert [task["id"] for task in smoke["Jobs"]["tasks"]] == ["j-restore"]


def test_smoke_wait_for_all_four_services_in_one_step(smoke: Played) -> None:
    gate = smoke["All four at once"]
    assert [task["service"] for task in gate["tasks"]] == SERVICES
    assert states(gate) == ["succeeded"] * 4
    assert (gate["succeeded"], gate["changed"], gate["summary"]) == (True, False, {"total": 4, "succeeded": 4})
    assert gate["tasks"][0]["outputs"]["OSSObject"] == "gate_m-1_t-1.vhd"
    assert "gate_m-1_t-1.vhd succeeded" in smoke["The facts of the export"]["msg"]


def test_smoke_jmespath_works_on_facts(smoke: Played) -> None:
    assert smoke["In JMESPath, from facts"]["succeeded"] is True


def test_smoke_failure_is_told_in_one_line(smoke: Played) -> None:
    failed = smoke["One that fails"]
    assert failed["status"] == "failed"
    assert "\n" not in failed["msg"]
    for word in ("alibaba", "ecs", "t-broken", "ExportImage", "Failed", *scenes.BUCKET_MISSING):
        assert word.rstrip(".") in failed["msg"], failed["msg"]
    assert failed["tasks"][0]["outcome"] == "failed"


def test_smoke_wait_in_the_background(smoke: Played) -> None:
    assert smoke["In the background"]["succeeded"] is True


def test_smoke_ad_hoc_prints_the_facts(cloud: LocalCloud, player: Player, smoke: Played) -> None:
    played, facts = player.ask("alibaba_cloud_task_info", service="ecs", region="cn-hangzhou", task_id="t-broken")
    assert (played.code, facts["tasks"][0]["state"], facts["changed"]) == (0, "failed", False)


def test_smoke_documentation(player: Player) -> None:
    names = [f"multicloud.tasks.{module}" for module in MODULES]
    played = player.start("ansible-doc", "--type", "module", "--json", *names).finish()
    told = json.loads(played.stdout)
    assert sorted(told) == sorted(names), played.stderr
    for name in names:
        assert told[name]["doc"]["options"]["region"]["description"], name
        assert told[name]["examples"], name
        assert told[name]["return"]["tasks"]["description"], name
