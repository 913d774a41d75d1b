# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An upgrade removes the collection under a wait of hours: what the wait needs later must be there from the start."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from integration import scenes
from integration.playing import KEYS, Json, Player, until
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud

SERVICES = {"t-many": "hbr", "t-late": "ecs"}


@pytest.fixture
def copy(player: Player, tmp_path: pathlib.Path) -> pathlib.Path:
    """A collection that nobody else uses."""
    shutil.copytree(
        player.collections / "ansible_collections" / "multicloud" / "tasks" / "plugins",
        tmp_path / "ansible_collections" / "multicloud" / "tasks" / "plugins",
    )
    return tmp_path


def step(player: Player) -> Json:
    """A wait that comes to errors, throttling, lists and a request to cancel, one after the other."""
    return {
        "name": "Wait",
        "ignore_errors": True,
        "multicloud.tasks.wait_for_cloud_task": {
            "endpoint": player.endpoint,
            "tasks": [ask(service, task_id) for task_id, service in SERVICES.items()],
            "interval": 0.3,
            "timeout": 8,
            "fail_fast": False,
            "on_timeout": "cancel",
        },
    }


def test_a_wait_goes_on_without_its_collection(cloud: LocalCloud, player: Player, copy: pathlib.Path) -> None:
    cloud.add(scene("hbr", "t-many", scenes.INSTALLING), scene("ecs", "t-late", scenes.EXPORTING))
    play = [{"name": "Wait", "hosts": "localhost", "gather_facts": False, "tasks": [step(player)]}]
    with player.begin(play, environ={**KEYS, "ANSIBLE_COLLECTIONS_PATH": str(copy)}) as playing:
        # More than a first look at each: the wait has been found to go on.
        until(lambda: all(cloud.calls()["tasks"].get(task_id, 0) >= 2 for task_id in SERVICES))
        shutil.rmtree(copy)
        cloud.fault("throttle", "hbr.*", burst=0, times=1)
        cloud.fault("vanish", "ecs.*", times=1)
        until(lambda: cloud.calls()["throttled"] or None)
        cloud.add(scene("hbr", "t-many", scenes.INSTALLED))
        played = playing.finish()
    result = played["Wait"]
    assert {task["id"]: task["outcome"] for task in result["tasks"]} == {"t-many": "succeeded", "t-late": "timed_out"}
    assert result["tasks"][1]["cancel"]["accepted"] is True, result["tasks"][1]
    assert "internal error" not in played.text
