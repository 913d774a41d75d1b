# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the tests against Microsoft's own suites of operations, its clients and its logins, all on this machine."""

from __future__ import annotations

import time

from tooling.collection import INSTALLED, TREE, build, install, link_tree
from tooling.environments import requirements
from tooling.node import node_packages
from tooling.peers import run_tests
from tooling.process import say

PACKAGES = (
    "@microsoft.azure/autorest.testserver@3.3.51",
    "@azure-tools/azure-http-specs@0.1.0-alpha.38",
    "@typespec/spector@0.1.0-alpha.24",
)
"""What the servers are. They are pinned, because a scenario that changes must be seen as one."""


def test_azure(arguments: list[str]) -> int:
    start = time.monotonic()
    say("=== test-azure 1/3: an environment, and the servers from npm, under .dev (two minutes, once)")
    servers = node_packages("azure", PACKAGES)
    programs = requirements("azure")
    link_tree()
    say("=== test-azure 2/3: the collection, built and installed into .dev")
    install(programs, build(programs), INSTALLED)
    say("=== test-azure 3/3: suites of operations on this machine, azure-core, clients and logins of Microsoft")
    code = run_tests("azure", programs, TREE, arguments, MULTICLOUD_NODE=servers)
    if not code:
        say(f"test-azure: done - {time.monotonic() - start:.0f} s in all, nothing is left running")
    return code
