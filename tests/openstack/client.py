# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official openstack client, as a process of its own: what users start things with."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import typing as t

from openstack.catalog import PROJECT, USER, USER_PASSWORD
from openstack.parts import PASSWORD, Site

Json = t.Any
Environ = dict[str, str]


def login(site: Site, keystone: str = "keystone") -> Environ:
    """What the openrc file of the operator sets."""
    return {
        "OS_AUTH_URL": site.url(keystone) + "/v3",
        "OS_USERNAME": USER,
        "OS_PASSWORD": USER_PASSWORD,
        "OS_PROJECT_NAME": PROJECT,
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
        "OS_IDENTITY_API_VERSION": "3",
    }


def admin(site: Site, keystone: str = "keystone") -> Environ:
    """What the openrc file of the admin sets, for the same project."""
    return {**login(site, keystone), "OS_USERNAME": "admin", "OS_PASSWORD": PASSWORD}


class Openstack:
    """The client of one user."""

    def __init__(self, programs: pathlib.Path, environ: Environ) -> None:
        self.programs = programs
        self.environ = environ

    def run(self, *words: str) -> str:
        """What a command prints."""
        environ = {"PATH": str(self.programs), "no_proxy": "127.0.0.1", "PYTHONWARNINGS": "ignore", **self.environ}
        command = [str(self.programs / "openstack"), *words]
        # Of what is no terminal it would take an image.
        ours, terminal = os.openpty()
        try:
            done = subprocess.run(
                command, check=False, env=environ, stdin=terminal, capture_output=True, text=True, timeout=240
            )
        finally:
            os.close(ours)
            os.close(terminal)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, *words: str) -> Json:
        """The same as data."""
        return json.loads(self.run(*words, "-f", "json"))

    def make(self, *words: str) -> str:
        """The id of what a command makes."""
        return t.cast(str, self.ask(*words)["id"])
