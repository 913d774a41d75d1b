# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plugin as a file: what it refuses, where it is found, and that what is said of it works."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import re
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.multicloud.tasks.extensions.eda.plugins.event_source import cloud_task
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import event_plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.client import LocalCloud
from support.simulated import ENVIRON, SECRETS

Json = t.Any

PLUGIN = Path(cloud_task.__file__)
ROOT = PLUGIN.parents[4]
RULEBOOKS = ROOT / "extensions" / "eda" / "rulebooks"
ECS = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


def test_wrong_arguments_are_raised_before_anything_is_asked(local_cloud: LocalCloud) -> None:
    async def play() -> None:
        await cloud_task.main(asyncio.Queue(1), {**ECS, "endpoint": local_cloud.url, "event": "end"})

    with pytest.raises(OptionError, match="did you mean events"):
        asyncio.run(play())
    assert local_cloud.log() == []


def test_without_any_keys_it_is_said_where_they_were_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ENVIRON:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    with pytest.raises(OptionError, match="ALIBABA_CLOUD_ACCESS_KEY_ID"):
        asyncio.run(cloud_task.main(asyncio.Queue(1), dict(ECS)))


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO], ids=logging.getLevelName)
def test_calls_are_logged_for_debugging_only(
    local_cloud: LocalCloud, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {"TaskStatus": "Failed", "FailedCount": 1}]]})
    queue: asyncio.Queue[Json] = asyncio.Queue(1)

    async def play() -> None:
        source = asyncio.create_task(cloud_task.main(queue, {**ECS, "endpoint": local_cloud.url, "task_id": "t-1"}))
        await asyncio.wait_for(queue.get(), 20)
        source.cancel()

    with caplog.at_level(level, "multicloud.tasks.cloud_task"):
        asyncio.run(play())
    lines = [message for message in caplog.messages if "look DescribeTaskAttribute: POST " in message]
    assert len(lines) == (1 if level == logging.DEBUG else 0)
    assert not any(secret in message for message in caplog.messages for secret in SECRETS.values())


def test_it_is_found_beside_the_python_package_ansible(tmp_path: Path) -> None:
    """That package has an ansible_collections of its own, which hides all others."""
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "__init__.py").touch()
    tree = next(folder for folder in PLUGIN.parents if folder.name == "tasks").parents[2]
    script = f"import runpy; print(runpy.run_path({str(PLUGIN)!r})['main'])"
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert tree.name != "ansible_collections"
    told = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert "function main" in told.stdout


# Documentation


def sources(rulebook: Json) -> t.Iterator[Json]:
    for ruleset in rulebook:
        for source in ruleset["sources"]:
            yield source["multicloud.tasks.cloud_task"]


@pytest.mark.parametrize("text", [cloud_task.EXAMPLES, *(path.read_text() for path in RULEBOOKS.glob("*.yml"))])
def test_every_rulebook_that_is_shown_has_arguments_that_work(text: str) -> None:
    found = list(sources(yaml.safe_load(text)))
    assert found
    for args in found:
        plain = {name: value for name, value in args.items() if name != "journal"}
        # What ansible-rulebook puts in the place of variables.
        assert event_plan_of(
            PROVIDERS, json.loads(re.sub(r"\{\{ \w+ \}\}", "cn-hangzhou", json.dumps(plain)))
        ).plan.selectors


def test_the_guide_shows_the_rulebook_that_is_tested() -> None:
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_eda.rst").read_text(encoding="utf-8")
    text = (RULEBOOKS / "image_export.yml").read_text(encoding="utf-8")
    assert textwrap.indent(text[text.index("- name") :], "   ") in guide


def test_galaxy_is_told_of_the_extension() -> None:
    told = yaml.safe_load((ROOT / "meta" / "extensions.yml").read_text(encoding="utf-8"))
    folders = [entry["args"]["ext_dir"] for entry in told["extensions"]]
    assert [ROOT / "extensions" / folder for folder in folders] == [PLUGIN.parent]


def test_all_missing_packages_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OptionError, match="ansible-core and jmespath and requests are missing") as caught:
        asyncio.run(cloud_task.main(asyncio.Queue(1), {}))
    assert str(caught.value).endswith(f"{sys.executable} -m pip install ansible-core jmespath requests")
