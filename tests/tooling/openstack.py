# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the tests against the real Keystone, Glance and Cinder, which run here as long as the tests do."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from tooling.collection import INSTALLED, TREE, build, install, link_tree
from tooling.environments import DEV, REQUIREMENTS, env_for, environment, interpreters, requirements
from tooling.process import ROOT, Stop, require, run, say

PYTHONS = ("3.11", "3.12", "3.13")
"""The Pythons on which this release of OpenStack runs. The first that is installed is used."""

WANTED = REQUIREMENTS / "openstack.txt"


def services() -> Path:
    """Return the programs of Keystone, Glance, Cinder and the openstack client."""
    pythons = interpreters()
    python = next((pythons[version] for version in PYTHONS if version in pythons), None)
    if python is None:
        raise Stop(f"these services of OpenStack need one of Python {', '.join(PYTHONS)}")
    return environment("openstack", "-r", WANTED, python=python)


def template() -> Path:
    """Return the folder of databases and keys that is kept between runs. Other versions or another set-up get another folder."""
    texts = [path.read_text() for path in (WANTED, *sorted((ROOT / "tests" / "openstack").glob("[a-z]*.py")))]
    contents = [text for text in texts if "def test_" not in text]
    return DEV / "openstack" / hashlib.sha256("".join(contents).encode()).hexdigest()[:16]


def test_openstack(arguments: list[str]) -> int:
    start = time.monotonic()
    say("=== test-openstack 1/4: environments under .dev (the services: a minute or two, once)")
    programs = requirements("test")
    openstack = services()
    link_tree()
    say("=== test-openstack 2/4: the collection, built and installed into .dev")
    install(programs, build(programs), INSTALLED)
    say("=== test-openstack 3/4: databases, keys and a catalog (once)")
    path = os.pathsep.join([str(TREE), str(ROOT / "tests")])
    variables = {"MULTICLOUD_OPENSTACK": openstack, "MULTICLOUD_OPENSTACK_TEMPLATE": template()}
    env = env_for(programs, MULTICLOUD_BIN=programs, MULTICLOUD_INSTALLED=INSTALLED, PYTHONPATH=path, **variables)
    require("the set-up", run(programs / "python", "-m", "openstack", template(), openstack, env=env))
    say("=== test-openstack 4/4: the services on this machine, the openstack client, playbooks that wait")
    # Long timeout, because the first test waits for the services to start.
    code = run(programs / "python", "-m", "pytest", "tests/openstack", "-o", "timeout=900", *arguments, env=env)
    if not code:
        say(f"test-openstack: done - {time.monotonic() - start:.0f} s in all, nothing is left running")
    return code
