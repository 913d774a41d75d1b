# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebook of the collection in ansible-rulebook, as a process of its own, on the local cloud with faults switched on."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import typing as t

import pytest
import yaml

from integration.playing import HERE, ROOT, Player, Playing, until
from integration.scenes import EXPORT_FAILED, EXPORTED
from local_cloud.client import LocalCloud

Json = t.Any

RULEBOOK = ROOT / "extensions" / "eda" / "rulebooks" / "image_export.yml"
PROGRAMS = pathlib.Path(os.environ.get("MULTICLOUD_EDA") or ROOT / ".dev" / "venv" / "eda" / "bin")
FAULTS: tuple[tuple[str, dict[str, Json]], ...] = (
    ("throttle", {"rate": 1.0, "burst": 2}),
    ("error", {"status": 503, "skip": 1, "times": 2}),
    ("reset", {"skip": 4, "times": 2}),
)


def missing() -> str:
    """What is not there to run a rulebook with, if anything."""
    if not (PROGRAMS / "ansible-rulebook").exists():
        return "there is no ansible-rulebook here; ./dev eda makes an environment with it"
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        return "ansible-rulebook needs Java 17 or newer, and there is no java on PATH"
    return ""


@pytest.fixture(scope="module", autouse=True)
def _rulebooks_run() -> None:
    """Skip where they cannot, but not where somebody counts on them."""
    why = missing()
    if why and os.environ.get("MULTICLOUD_EDA_REQUIRED"):
        pytest.fail(why)
    if why:
        pytest.skip(why)


def export(task_id: str, seconds: float, image: str) -> Json:
    """An export that succeeds after so many seconds."""
    made = json.loads(json.dumps(EXPORTED).replace("gate_m-1_t-1.vhd", image))
    going = {"TaskStatus": "Processing", "TaskProcess": "40%"}
    script = [[0, going], [seconds, made]] if seconds else [[0, made]]
    return {"service": "ecs", "id": task_id, "region": "cn-hangzhou", "script": script}


class Rulebook:
    """A folder in which the rulebook runs, and what its playbooks have left there."""

    def __init__(self, player: Player, folder: pathlib.Path) -> None:
        self.player = player
        self.folder = folder
        self.plays = folder / "plays"
        self.runs = folder / "runs"
        self.journal = folder / "events.json"
        self.plays.mkdir()
        self.runs.mkdir()
        # A rulebook copies the whole folder of a playbook for each run, so that is to be a small one.
        shutil.copy(HERE / "eda" / "note.yml", self.plays)

    def files(self, **more: Json) -> tuple[pathlib.Path, pathlib.Path, pathlib.Path]:
        """The collection's rulebook with what differs here, an inventory, and the variables."""
        rulebook = yaml.safe_load(RULEBOOK.read_text(encoding="utf-8"))
        source = rulebook[0]["sources"][0]["multicloud.tasks.cloud_task"]
        source.update(
            {"endpoint": self.player.endpoint, "list_interval": 2, "max_interval": 3, "min_interval": 1, **more}
        )
        for rule in rulebook[0]["rules"]:
            rule["action"]["run_playbook"]["extra_vars"].update({"folder": str(self.runs), "rule": rule["name"]})
        hosts = {"local": {"ansible_connection": "local", "ansible_python_interpreter": str(PROGRAMS / "python")}}
        note = str(self.plays / "note.yml")
        variables = {"region": "cn-hangzhou", "journal": str(self.journal)}
        return (
            self.write("rulebook.yml", rulebook),
            self.write("inventory.yml", {"all": {"hosts": hosts}}),
            self.write("vars.yml", {**variables, "on_success": note, "on_trouble": note}),
        )

    def write(self, name: str, data: Json) -> pathlib.Path:
        path = self.folder / name
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
        return path

    def start(self, **more: Json) -> Playing:
        """Start ansible-rulebook, as a user does."""
        rulebook, inventory, variables = self.files(**more)
        environ = self.player.environ()
        environ["PATH"] = os.pathsep.join([str(PROGRAMS), *os.get_exec_path()])
        del environ["ANSIBLE_CALLBACKS_ENABLED"]
        environ.update({name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ})
        words = ["--rulebook", str(rulebook), "-i", str(inventory), "--vars", str(variables), "--verbose"]
        command = [str(PROGRAMS / "ansible-rulebook"), *words]
        return Playing(command, environ, self.folder / "record.json")

    def listens(self) -> bool:
        """Whether the list was read: what had ended before that is left alone."""
        return self.journal.exists() and '"read_at": "' in self.journal.read_text(encoding="utf-8")

    def noted(self) -> list[Json]:
        """The tasks of which the playbook was told, once for each run."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.runs.glob("run-*.json"))]


@pytest.fixture
def rulebook(player: Player, tmp_path: pathlib.Path) -> Rulebook:
    return Rulebook(player, tmp_path)


def ended(playing: Playing, number: int = signal.SIGTERM, patience: float = 30.0) -> float:
    """Seconds that it takes to end when it is told to."""
    began = time.monotonic()
    playing.interrupt(number)
    playing.process.wait(patience)
    return time.monotonic() - began


def test_a_playbook_is_started_once_for_an_export_that_ends_whatever_the_cloud_does(
    cloud: LocalCloud, rulebook: Rulebook
) -> None:
    cloud.reset()
    cloud.add(export("t-before", 0, "before.vhd"))
    for kind, how in FAULTS:
        cloud.fault(kind, **how)
    with rulebook.start() as playing:
        until(rulebook.listens)
        cloud.add(export("t-first", 6, "first.vhd"))
        until(rulebook.noted)
        cloud.add(export("t-second", 3, "second.vhd"))
        until(lambda: len(rulebook.noted()) == 2)
        # Nothing more comes while the same is seen again and again.
        seen = cloud.calls()
        until(lambda: cloud.calls() != seen)
        time.sleep(5)
        assert playing.process.poll() is None
        assert ended(playing) < 20
    tasks = sorted(rulebook.noted(), key=lambda task: str(task["id"]))
    assert [(task["id"], task["outcome"]) for task in tasks] == [("t-first", "succeeded"), ("t-second", "succeeded")]
    assert [task["outputs"]["OSSObject"] for task in tasks] == ["first.vhd", "second.vhd"]
    assert tasks[0]["change"]["to"] == "succeeded"

    # And after a restart: what ended in the meantime is told, what was told is not.
    cloud.clear_faults()
    cloud.add(export("t-meanwhile", 0, "meanwhile.vhd"), {**export("t-broken", 0, ""), "script": [[0, EXPORT_FAILED]]})
    with rulebook.start() as playing:
        until(lambda: len(rulebook.noted()) == 4)
        time.sleep(3)
        ended(playing)
    assert sorted((task["id"], task["rule"]) for task in rulebook.noted()) == [
        ("t-broken", "An export did not succeed, or is out of sight"),
        *((f"t-{name}", "An image is in its bucket") for name in ("first", "meanwhile", "second")),
    ]


def test_wrong_arguments_end_the_rulebook_at_its_start_with_the_name_of_the_option(rulebook: Rulebook) -> None:
    with rulebook.start(list_intervall=3) as playing:
        playing.hears("did you mean list_interval")
        assert playing.process.wait(60) != 0


def test_the_source_runs_beside_the_python_package_ansible(player: Player, tmp_path: pathlib.Path) -> None:
    package = tmp_path / "ansible_collections"
    package.mkdir()
    (package / "__init__.py").touch()
    source = (
        player.collections / "ansible_collections/multicloud/tasks/extensions/eda/plugins/event_source/cloud_task.py"
    )
    asked = json.dumps({"provider": "alibaba", "service": "nothing"})
    environ = {**player.environ(), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [str(PROGRAMS / "python"), str(source), asked], env=environ, capture_output=True, text=True, check=False
    )
    assert "service" in done.stderr.splitlines()[-1]
    assert "OptionError" in done.stderr.splitlines()[-1]
