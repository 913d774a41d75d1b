# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the tests against moto, an emulator of AWS that verifies every signature, on this machine alone."""

from __future__ import annotations

import os
import time

from tooling.collection import INSTALLED, TREE, build, install, link_tree
from tooling.environments import env_for, requirements
from tooling.process import ROOT, run, say


def test_aws(arguments: list[str]) -> int:
    start = time.monotonic()
    say("=== test-aws 1/3: an environment under .dev")
    programs = requirements("test")
    link_tree()
    say("=== test-aws 2/3: the collection, built and installed into .dev")
    install(programs, build(programs), INSTALLED)
    say("=== test-aws 3/3: moto on this machine, boto3, playbooks that wait")
    path = os.pathsep.join([str(TREE), str(ROOT / "tests")])
    env = env_for(programs, MULTICLOUD_BIN=programs, MULTICLOUD_INSTALLED=INSTALLED, PYTHONPATH=path)
    code = run(programs / "python", "-m", "pytest", "tests/aws", "-o", "timeout=300", *arguments, env=env)
    if not code:
        say(f"test-aws: done - {time.monotonic() - start:.0f} s in all, nothing is left running")
    return code
