# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the tests of a folder that need an environment with the clients of a vendor."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from tooling.collection import INSTALLED
from tooling.environments import env_for
from tooling.process import ROOT, run


def run_tests(folder: str, programs: Path, tree: Path, arguments: t.Sequence[str], **extra: str | Path) -> int:
    """Run pytest on a folder in ``tests`` and return its exit code."""
    path = os.pathsep.join([str(tree), str(ROOT / "tests")])
    env = env_for(programs, MULTICLOUD_BIN=programs, MULTICLOUD_INSTALLED=INSTALLED, PYTHONPATH=path, **extra)
    return run(programs / "python", "-m", "pytest", f"tests/{folder}", *arguments, env=env)
