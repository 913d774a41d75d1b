# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the site: the reference that antsibull-docs makes of the built collection, and the guides. A warning is an error."""

from __future__ import annotations

import re
import shutil
import zlib
from pathlib import Path

from tooling.checks import pytest
from tooling.collection import INSTALLED, build, install, link_tree
from tooling.environments import DEV, env_for, requirements
from tooling.process import ROOT, require, run, say

SITE = ROOT / "docs" / "site"
BUILT = DEV / "docs"
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
"""Labels of Ansible's own site to which the pages of any collection refer, and their addresses there."""

BUILTIN = re.compile(r"\bansible_collections\.ansible\.builtin\.(\w+_(?:module|filter|lookup|test))\b")


def labels(sources: Path) -> dict[str, str]:
    """Return all labels of Ansible's own site to which the pages refer. The docs check verifies that these plugins exist."""
    texts = (path.read_text(encoding="utf-8") for path in sources.rglob("*.rst"))
    names = {match.group(1): match.group() for text in texts for match in BUILTIN.finditer(text)}
    pages = {name: f"collections/ansible/builtin/{page}.html" for page, name in names.items()}
    return {**ANSIBLE_LABELS, **{name: f"{page}#{re.sub('[._]', '-', name)}" for name, page in pages.items()}}


def inventory(targets: dict[str, str]) -> bytes:
    """Return the labels of another site in the format of Sphinx, so that nothing has to be fetched from there."""
    lines = "".join(f"{name} std:label -1 {target} -\n" for name, target in sorted(targets.items()))
    head = ("# Sphinx inventory version 2", "# Project: ansible", "# Version: devel", "# Compressed with zlib.")
    return "".join(f"{line}\n" for line in head).encode() + zlib.compress(lines.encode())


def pages(programs: Path) -> Path:
    """Write the sources of all pages, from the collection as users install it; return their folder."""
    sources = BUILT / "rst"
    shutil.rmtree(BUILT, ignore_errors=True)
    sources.mkdir(parents=True)
    for folder in (BUILT, sources):
        folder.chmod(0o700)  # antsibull-docs requires a folder to which nobody else can write
    install(programs, build(programs), INSTALLED)
    env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=INSTALLED)
    words = ("--config-file", SITE / "antsibull-docs.cfg", "collection", "--use-current", "--fail-on-error")
    code = run(programs / "antsibull-docs", *words, "--dest-dir", sources, "multicloud.tasks", env=env)
    require("antsibull-docs", code)
    shutil.copy2(SITE / "index.rst", sources)
    (BUILT / "ansible_devel.inv").write_bytes(inventory(labels(sources)))
    return sources


def site(programs: Path, sources: Path) -> Path:
    words = ("-b", "html", "-c", SITE, "-d", BUILT / "doctrees", "-j", "2", "-q", "-W", "--keep-going")
    target = BUILT / "html"
    require("sphinx-build", run(programs / "sphinx-build", *words, sources, target, env=env_for(programs)))
    return target


def docs(arguments: list[str]) -> int:
    say("=== docs 1/3: an environment under .dev")
    programs = requirements("docs")
    link_tree()
    say("=== docs 2/3: the site, by antsibull-docs and Sphinx")
    target = site(programs, pages(programs))
    say("=== docs 3/3: its links, its examples, and what a browser shows")
    code = pytest(programs, INSTALLED, "-q", "tests/docs", *arguments, MULTICLOUD_SITE=target)
    require("pytest", code)
    say(f"docs: done - open {(target / 'index.html').relative_to(ROOT)}")
    return 0
