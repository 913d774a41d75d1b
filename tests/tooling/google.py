# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the tests against Google's own judges of operations, its clients and its logins, all on this machine."""

from __future__ import annotations

import time

from tooling.collection import INSTALLED, TREE, build, install, link_tree
from tooling.environments import requirements
from tooling.peers import run_tests
from tooling.process import say


def test_google(arguments: list[str]) -> int:
    start = time.monotonic()
    say("=== test-google 1/3: an environment under .dev (a minute, once)")
    programs = requirements("google")
    link_tree()
    say("=== test-google 2/3: the collection, built and installed into .dev")
    install(programs, build(programs), INSTALLED)
    say("=== test-google 3/3: verdicts, clients and logins of Google on this machine")
    code = run_tests("google", programs, TREE, arguments)
    if not code:
        say(f"test-google: done - {time.monotonic() - start:.0f} s in all, nothing is left running")
    return code
