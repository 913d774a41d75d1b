# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output that the README shows for its first example is what that example prints."""

from __future__ import annotations

import os
import re
import textwrap

import pytest

from integration import scenes
from integration.playing import KEYS, ROOT, Json, Player
from local_cloud.client import LocalCloud

yaml = pytest.importorskip("yaml")

README = ROOT / "README.md"
FRONT = ROOT / "docs" / "site" / "index.rst"
OUTPUT = re.compile(r"(?<=^```text\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
SHOWN = re.compile(r"(?<=code-block:: text\n\n)(?: {3}.*\n)+\n")
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXPORT, RESTORE = "t-bp67acfmxazb4p1m5yt3", "866b2273-f5ce-44bd-bc10-949baeb22163"
# What depends on how fast a machine is.
VARIABLE = re.compile(r"\d+:\d\d|\d+ %")


def world() -> list[Json]:
    """An export of eight seconds, and a restore of five. They begin with the first look, however slow the machine is."""
    progress = [(second, {"TaskProcess": f"{percent}%"}) for second, percent in ((0, 12), (4, 58))]
    export = scenes.scene("ecs", EXPORT, *progress, (8, scenes.EXPORTED), from_first_call=True)
    running = {**scenes.RESTORING, "process": "55%"}
    restored = (5, scenes.RESTORED)
    return [export, scenes.restore(RESTORE, (0, running), restored, instance_id=scenes.INSTANCE, from_first_call=True)]


def lines_of(text: str) -> set[str]:
    """The lines of an output without what varies from run to run."""
    return {VARIABLE.sub("#", line.rstrip()) for line in text.splitlines() if line.strip()}


def write(readme: str, output: str) -> None:
    """Write an output into the README and into the front page of the site."""
    README.write_text(OUTPUT.sub(lambda _: f"{output}\n", readme, count=1), encoding="utf-8")
    front = FRONT.read_text(encoding="utf-8")
    block = textwrap.indent(output, "   ")
    FRONT.write_text(SHOWN.sub(lambda _: f"{block}\n\n", front, count=1), encoding="utf-8")


def test_the_front_page_of_the_site_shows_the_same() -> None:
    shown = SHOWN.search(FRONT.read_text(encoding="utf-8"))
    assert shown
    assert (
        textwrap.dedent(shown.group()).strip() == (OUTPUT.search(README.read_text(encoding="utf-8")) or [""])[0].strip()
    )


def test_the_readme_shows_what_its_example_prints(cloud: LocalCloud, player: Player) -> None:
    """With MULTICLOUD_WRITE_README=1 the output of this run is written into the README."""
    readme = README.read_text(encoding="utf-8")
    (play,) = yaml.safe_load((EXAMPLE.search(readme) or [""])[1])
    here = {"module_defaults": {"multicloud.tasks.wait_for_cloud_task": {"endpoint": "{{ endpoint }}"}}}
    cloud.reset()
    cloud.add(*world())
    played = player.play([{**play, **here}], environ=KEYS)
    assert played.code == 0, played.text
    step = re.search(
        r"^TASK \[Wait for an export and a restore\].*?^ok: \[localhost\]$", played.stdout, re.DOTALL | re.MULTILINE
    )
    assert step, played.stdout
    if os.environ.get("MULTICLOUD_WRITE_README"):
        write(readme, step[0])
        readme = README.read_text(encoding="utf-8")
    shown = (OUTPUT.search(readme) or [""])[0]
    assert lines_of(shown) == lines_of(step[0])
