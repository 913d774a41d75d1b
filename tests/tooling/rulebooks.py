# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provides what rulebooks need to run: ansible-rulebook in an environment of its own, and Java."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tooling.environments import REQUIREMENTS, environment, interpreters
from tooling.process import Stop, say

# The rule engine has wheels for these Pythons only.
PYTHONS = ("3.13", "3.12", "3.11")


def programs() -> Path:
    """Return the folder with ansible-rulebook; raise Stop if something is missing for it."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise Stop("ansible-rulebook needs Java 17 or newer, as java on PATH or by JAVA_HOME")
    python = next((path for version, path in interpreters().items() if version in PYTHONS), None)
    if python is None:
        raise Stop(f"ansible-rulebook needs one of Python {', '.join(PYTHONS)}")
    return environment("eda", "-r", REQUIREMENTS / "eda.txt", python=python)


def variables() -> dict[str, Path]:
    """Return the variables by which tests find ansible-rulebook. Without them, tests that need it are skipped."""
    try:
        return {"MULTICLOUD_EDA": programs()}
    except Stop as problem:
        say(f"    rulebooks are not tested: {problem}")
        return {}
