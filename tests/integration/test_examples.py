# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The EXAMPLES of the modules and the playbooks of the guides run as they stand, and those of the README parse."""

from __future__ import annotations

import ast
import json
import os
import pathlib
import re
import sys
import textwrap
import typing as t

import pytest

from integration import scenes
from integration.playing import KEYS, ROOT, Json, Player
from local_cloud import accounts
from local_cloud.client import LocalCloud

yaml = pytest.importorskip("yaml")

MODULES = ("alibaba_cloud_task_info", "huawei_cloud_task_info", "wait_for_cloud_task")
# What an id in a text looks like, and what the local cloud plays for it.
IDS: tuple[tuple[str, t.Callable[[str], Json]], ...] = (
    (r"\bt-bp\w+re5\b", lambda found: scenes.scene("ecs", found, scenes.EXPORT_FAILED)),
    (r"\bt-bp\w+(?<!re5)\b", lambda found: scenes.scene("ecs", found, scenes.EXPORTED)),
    (r"\bt-000i\w+bp\b", lambda found: scenes.scene("hbr", found, scenes.INSTALL_PARTIAL)),
    (r"\bt-000i\w+(?<!bp)\b", lambda found: scenes.scene("hbr", found, scenes.INSTALLED)),
    (r"\bt-0005\w+\b", lambda found: scenes.scene("bdrc", found, scenes.SCANNED)),
    (r"\basa-bp\w+\b", lambda found: scenes.scene("ess", found, scenes.SCALED)),
)
JOB = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
INSTANCE = r"\b[0-9a-f]{32}in07\b"
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
DEFAULTS = {f"multicloud.tasks.{name}": {"endpoint": "{{ endpoint }}"} for name in MODULES}
PROFILES = [
    {"name": name, "mode": "AK", "access_key_id": accounts.ALIBABA_KEY, "access_key_secret": accounts.ALIBABA_SECRET}
    for name in ("backup", "prod", "production", "default")
]

EVENT_TASK = {"outputs": {"OSSBucket": "images", "OSSObject": "gate.vhd"}}
"""What a rulebook hands to the playbook that it starts: the task of the event."""


def examples(module: str) -> str:
    """The text, without importing the module."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    found = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "EXAMPLES"
    )
    return str(ast.literal_eval(next(found)))


def world(text: str) -> list[Json]:
    """A task for every id in a text."""
    tasks = [make(found) for pattern, make in IDS for found in sorted(set(re.findall(pattern, text)))]
    instance = (re.findall(INSTANCE, text) or [scenes.INSTANCE])[0]
    jobs = sorted(set(re.findall(JOB, text)))
    return tasks + [scenes.restore(found, scenes.RESTORED, instance_id=instance) for found in jobs]


@pytest.fixture
def profiles(player: Player) -> None:
    """The profiles that the examples name."""
    config = player.home / ".aliyun" / "config.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text(json.dumps({"current": "default", "profiles": PROFILES}), encoding="utf-8")


def with_aliyun(player: Player, text: str) -> dict[str, str]:
    """The environment of a user who has the vendor's command line: it starts one task of the text after the other."""
    folder = player.fresh()
    ids = dict.fromkeys(re.findall(r"\bt-bp\w+(?<!re5)\b", text))
    program = folder / "aliyun"
    program.write_text(f"#!{sys.executable}\n{ALIYUN}", encoding="utf-8")
    program.chmod(0o755)
    (folder / "ids.json").write_text(json.dumps(list(ids)), encoding="utf-8")
    return {**KEYS, "PATH": os.pathsep.join([str(folder), player.environ()["PATH"]])}


ALIYUN = """
import json, pathlib, sys
ids = pathlib.Path(__file__).with_name("ids.json")
first, *others = json.loads(ids.read_text())
ids.write_text(json.dumps([*others, first]))
assert sys.argv[1:3] == ["ecs", "ExportImage"], sys.argv
print(json.dumps({"TaskId": first, "RequestId": "0E0E0E0E-1111-4222-8333-000000000001"}, indent=2))
"""


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("module", MODULES)
def test_examples_run(cloud: LocalCloud, player: Player, module: str) -> None:
    text = examples(module)
    cloud.reset()
    cloud.add(*world(text))
    play = {
        "name": "Examples",
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": DEFAULTS,
        "tasks": yaml.safe_load(text),
    }
    played = player.play([play], hosts={"localhost": {}, "bastion": {}}, environ=with_aliyun(player, text))
    assert played.code == 0, played.text
    assert "Traceback" not in played.text


def plays(path: pathlib.Path) -> list[Json]:
    """The plays that a guide shows, each with the local cloud as its endpoint; a rulebook is none, though it has hosts."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *\.\. code-block:: yaml\n\n((?:(?: {2,}.*)?\n)+)", text, re.MULTILINE)
    found = [yaml.safe_load(textwrap.dedent(block)) for block in blocks]
    entries = [entry for block in found if isinstance(block, list) for entry in block]
    shown = [entry for entry in entries if "hosts" in entry and "rules" not in entry]
    return [{**play, "module_defaults": here(play.get("module_defaults", {}))} for play in shown]


def here(defaults: Json) -> Json:
    """The defaults of a play, with the local cloud where they say nothing else."""
    return {name: {**DEFAULTS.get(name, {}), **defaults.get(name, {})} for name in {**DEFAULTS, **defaults}}


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("path", [path for path in GUIDES if plays(path)], ids=lambda path: path.stem)
def test_playbooks_of_guides_run(cloud: LocalCloud, player: Player, path: pathlib.Path) -> None:
    cloud.reset()
    text = path.read_text(encoding="utf-8")
    cloud.add(*world(text))
    environ = with_aliyun(player, text)
    played = player.play(plays(path), hosts={"localhost": {}}, environ=environ, task=EVENT_TASK)
    assert played.code == 0, played.text
    assert "Traceback" not in played.text


def test_most_guides_have_a_playbook() -> None:
    assert len([path for path in GUIDES if plays(path)]) >= 6


def test_the_readme_holds_yaml_that_parses() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```ya?ml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert yaml.safe_load(block), block


# Of the tasks that the examples name, none has ended yet.
GOING: tuple[tuple[str, t.Callable[[str], Json]], ...] = (
    (r"\bt-bp\w+\b", lambda found: scenes.scene("ecs", found, scenes.EXPORTING)),
    (r"\bt-000i\w+\b", lambda found: scenes.scene("hbr", found, scenes.INSTALLING)),
    (JOB, lambda found: scenes.restore(found, scenes.RESTORING, instance_id=scenes.INSTANCE)),
)


def readme_plays(text: str) -> list[Json]:
    """The plays of the README, and a play of each list of tasks; a rulebook is none."""
    blocks = [yaml.safe_load(block) for block in re.findall(r"^```ya?ml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    lists = [block for block in blocks if isinstance(block, list) and not any("rules" in entry for entry in block)]
    shown = [
        block[0] if "hosts" in block[0] else {"name": "Tasks", "hosts": "localhost", "tasks": block} for block in lists
    ]
    return [{"gather_facts": False, **play, "module_defaults": here(play.get("module_defaults", {}))} for play in shown]


@pytest.mark.usefixtures("profiles")
def test_examples_of_the_readme_survive_check_mode(cloud: LocalCloud, player: Player) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    cloud.reset()
    ids = ["t-bp67acfmxazb4p1m5yt3", "t-bp67acfmxazb4p2k8wq0"]
    cloud.add(*(make(found) for pattern, make in GOING for found in sorted(set(re.findall(pattern, f"{text} {ids}")))))
    variables = {"export_ids": ids, "journal": str(player.fresh() / "journal.json")}
    played = player.play(readme_plays(text), "--check", hosts={"localhost": {}}, environ=KEYS, **variables)
    assert played.code == 0, played.text
    assert "Traceback" not in played.text
    assert "still running" in played.text
    assert "timed out" not in played.text
