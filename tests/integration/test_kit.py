# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in examples/ is valid and documented, and what needs no other product is played on the local cloud."""

from __future__ import annotations

import configparser
import http.server
import json
import pathlib
import sys
import threading
import typing as t
import xml.etree.ElementTree as ET

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import event_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from integration import scenes
from integration.playing import KEYS, ROOT, Json, Played, Player
from integration.test_openstack import scripted
from local_cloud import accounts
from local_cloud.client import LocalCloud

yaml = pytest.importorskip("yaml")

EXAMPLES = ROOT / "examples"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_examples.rst"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
YAML_FILES = sorted(EXAMPLES.rglob("*.yml"))
EXPORT, FAILED, RESTORE = "t-bp67acfmxazb4p1m5yt3", "t-bp67acfmxazb4p1m5re5", "866b2273-f5ce-44bd-bc10-949baeb22163"
FAKE = """#!{python}
import json, pathlib, sys
answers = json.loads(pathlib.Path(__file__).with_name("answers.json").read_text())
called = " ".join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:3]])
print(json.dumps(answers[called]))
"""
ANSWERS: Json = {
    "aliyun ecs ExportImage": {"TaskId": EXPORT, "RequestId": "0E0E0E0E-1111-4222-8333-000000000001"},
    "aliyun hbr CreateBackupJob": {"JobId": "job-000invented", "Success": True},
    "aws backup start-backup-job": {"BackupJobId": "B-0001"},
    "hcloud CBR CreateCheckpoint": {"checkpoint": {"id": "c-0001", "status": "protecting"}},
}
SLOW = {**scenes.RESTORED, "created": "2026-01-31T20:00:00+0800"}
HERE = {"multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}", "min_interval": 1, "max_interval": 2}}


def plays_in(path: pathlib.Path) -> list[Json]:
    return t.cast("list[Json]", yaml.safe_load(path.read_text(encoding="utf-8")))


def play(player: Player, example: str, **keywords: t.Any) -> Played:
    """Play an example as it stands, on the local cloud, with stand-ins for the command lines of the vendors."""
    folder = player.fresh()
    for name in {words.split()[0] for words in ANSWERS}:
        (folder / name).write_text(FAKE.format(python=sys.executable), encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    environ = {**KEYS, "PATH": f"{folder}:{player.environ()['PATH']}", **keywords.pop("environ", {})}
    plays = [{**each, "module_defaults": HERE} for each in plays_in(EXAMPLES / example / "playbook.yml")]
    return player.play(plays, environ=environ, **keywords)


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_a_file_says_how_to_run_it(path: pathlib.Path) -> None:
    """Or, of files that go with another one, what they are."""
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert len([line for line in text.splitlines() if line.startswith("# ")]) > 3 or path.name == "vars.yml"


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_example_is_in_the_guide(folder: str) -> None:
    assert f"examples/{folder}/" in GUIDE.read_text(encoding="utf-8")


def test_the_gate_after_an_export(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(scenes.scene("ecs", EXPORT, scenes.EXPORTING, (1, scenes.EXPORTED)))
    played = play(player, "gate_after_export")
    assert played.code == 0, played.text
    assert "The image is oss://" in played.text


def test_nightly_backups_of_three_clouds_with_a_report(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(
        scripted("alibaba", "hbr_backup_job", "job-000invented", {"Status": "RUNNING"}, {"Status": "COMPLETE"}),
        scripted("aws", "backup_job", "B-0001", {"State": "RUNNING"}, {"State": "COMPLETED"}),
        scripted("huawei", "cbr_checkpoint", "c-0001", {"status": "protecting"}, {"status": "error"}),
    )
    folder = player.fresh()
    huawei = {"region": "cn-north-4", "project_id": accounts.PROJECTS["cn-north-4"], "vault": "v-1"}
    files = {"report": str(folder / "report.html"), "journal": str(folder / "journal.json")}
    played = play(player, "nightly_backups", huawei=huawei, **files)
    assert played.code == 2, played.text
    outcomes = [task["outcome"] for task in played.results["Wait for the tasks"]["localhost"]["tasks"]]
    assert outcomes == ["succeeded", "succeeded", "failed"]
    assert "Nightly backups" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("state", "options", "code", "says"),
    [
        pytest.param(scenes.RESTORED, {}, 0, "The restore took", id="in time"),
        pytest.param(SLOW, {"longest": 600}, 2, "longer than 600 s", id="too slow"),
        pytest.param(scenes.RESTORE_FAILED, {}, 2, "The drill failed: ", id="failed"),
        pytest.param(scenes.RESTORING, {"longest": 0}, 2, "still running", id="still running"),
    ],
)
def test_the_restore_drill(cloud: LocalCloud, player: Player, state: Json, options: Json, code: int, says: str) -> None:
    cloud.reset()
    cloud.add(scenes.restore(RESTORE, state, instance_id=scenes.INSTANCE))
    played = play(player, "restore_drill", **options)
    assert (played.code, says in played.text) == (code, True), played.text


class Channel(http.server.BaseHTTPRequestHandler):
    """A webhook that keeps what it is told."""

    told: t.ClassVar[list[Json]] = []

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *dummy: t.Any) -> None:
        """Say nothing."""


def test_a_channel_is_told_of_a_failure(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.add(scenes.scene("ecs", FAILED, scenes.EXPORT_FAILED))
    Channel.told.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), Channel) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        played = play(player, "notify", task_id=FAILED, slack_webhook=f"http://127.0.0.1:{server.server_port}/hook")
        server.shutdown()
    assert played.code == 2, played.text
    (told,) = Channel.told
    assert "InvalidOSSBucket.NotFound" in told["text"]
    assert "```" in told["text"]


def test_junit_has_a_failed_case_for_a_failed_wait(cloud: LocalCloud, player: Player) -> None:
    config = configparser.ConfigParser()
    config.read(EXAMPLES / "junit" / "ansible.cfg")
    folder = player.fresh()
    cloud.reset()
    cloud.add(scenes.scene("ecs", EXPORT, scenes.EXPORT_FAILED))
    callbacks = f"record,{config['defaults']['callbacks_enabled']}"
    environ = {"ANSIBLE_CALLBACKS_ENABLED": callbacks, "JUNIT_OUTPUT_DIR": str(folder)}
    assert play(player, "gate_after_export", environ=environ).code == 2
    (report,) = folder.glob("*.xml")
    # Which of the two it is depends on the release of ansible-core. Tools that read such files count both as failed.
    found = [
        (case.get("name", ""), bad)
        for case in ET.parse(report).iter("testcase")
        for bad in case
        if bad.tag in ("failure", "error")
    ]
    assert ["Wait for the export" in name and "InvalidOSSBucket" in bad.get("message", "") for name, bad in found] == [
        True
    ]


def test_the_mail_callback_is_configured_by_its_own_section() -> None:
    config = configparser.ConfigParser()
    config.read(EXAMPLES / "notify" / "ansible.cfg")
    assert config["defaults"]["callbacks_enabled"] == "community.general.mail"
    assert {"sender", "to", "smtphost"} <= set(config["callback_mail"])


def test_the_rulebook_names_options_and_playbooks_that_there_are() -> None:
    (rulebook,) = plays_in(EXAMPLES / "eda" / "rulebook.yml")
    options = rulebook["sources"][0]["multicloud.tasks.cloud_task"]
    assert set(options) <= set(event_spec(PROVIDERS))
    started = [rule["action"]["run_playbook"]["name"] for rule in rulebook["rules"] if "run_playbook" in rule["action"]]
    assert started
    assert all((ROOT / name).is_file() for name in started)


def test_the_job_template_runs_a_playbook_that_there_is_and_outlives_its_wait() -> None:
    (setup,) = plays_in(EXAMPLES / "awx" / "setup.yml")
    templates = [step["awx.awx.job_template"] for step in setup["tasks"] if "awx.awx.job_template" in step]
    assert [(ROOT / each["playbook"]).is_file() and each["timeout"] > 7200 for each in templates] == [True]


def test_the_environment_has_this_collection() -> None:
    environment = yaml.safe_load((EXAMPLES / "execution_environment" / "execution-environment.yml").read_text())
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    wanted = [{"name": f"{galaxy['namespace']}.{galaxy['name']}", "version": ">=1.0.0"}]
    assert (environment["version"], environment["dependencies"]["galaxy"]["collections"]) == (3, wanted)
