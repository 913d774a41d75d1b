# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A history that the forks of a playbook share, on the controller and in a module."""

from __future__ import annotations

import json
import pathlib
import stat

import pytest

from integration import scenes
from integration.cases import Case, check, play
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud

HOSTS = 8
STARTED = 1_769_861_007


def scan(task_id: str, seconds: int) -> scenes.Fields:
    """A scan that has ended, and took so long."""
    return scene("bdrc", task_id, {**scenes.SCANNED, "StartTime": STARTED, "CompleteTime": STARTED + seconds})


def waits_for(task_id: str, history: pathlib.Path) -> Case:
    return Case(
        {**ask("bdrc", task_id), "history": str(history)},
        (scan(task_id, 901),),
        facts={"outcome": "succeeded"},
    )


@pytest.fixture(scope="module")
def folder(player: Player) -> pathlib.Path:
    return player.fresh()


@pytest.fixture(scope="module")
def first(cloud: LocalCloud, player: Player, folder: pathlib.Path) -> Played:
    """Many hosts side by side, each with a task of its own."""
    path = folder / "history.json"
    foreign = folder / "foreign.yml"
    foreign.write_text("- hosts: all\n", encoding="utf-8")
    table = {f"host_{number}": waits_for(f"b-{number}", path) for number in range(HOSTS)}
    return play(cloud, player, wait={**table, "foreign": waits_for("b-foreign", foreign)})


@pytest.fixture(scope="module")
def second(cloud: LocalCloud, player: Player, folder: pathlib.Path, first: Played) -> Played:
    """The same later on: the runs are known."""
    return play(cloud, player, wait={"later": waits_for("b-later", folder / "history.json")})


def kinds_in(path: pathlib.Path) -> list[Json]:
    return list(json.loads(path.read_text(encoding="utf-8"))["kinds"])


def test_hosts_that_wait_side_by_side_lose_no_run(first: Played, folder: pathlib.Path, second: Played) -> None:
    for name, result in first.results["Wait"].items():
        check(waits_for(name, folder), result)
    path = folder / "history.json"
    (kind,) = [kind for kind in kinds_in(path) if not kind["resource_id"]]
    assert [run[0] for run in kind["runs"]] == [901.0] * (HOSTS + 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [secret for secret in KEYS.values() if secret in path.read_text(encoding="utf-8")] == []
    assert sorted(each.name for each in folder.iterdir()) == ["foreign.yml", "history.json"]


def test_a_later_wait_knows_the_runs(second: Played) -> None:
    (task,) = second.results["Wait"]["later"]["tasks"]
    assert task["expected"] == {"median": 901.0, "low": 901.0, "high": 901.0, "runs": HOSTS}


def test_a_file_of_something_else_is_a_warning(first: Played, folder: pathlib.Path) -> None:
    assert "is no history of waits" in first.text
    assert first.results["Wait"]["foreign"]["status"] == "ok"
    assert (folder / "foreign.yml").read_text(encoding="utf-8") == "- hosts: all\n"
