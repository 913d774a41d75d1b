# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible as processes of its own, and has a temporary collection of things to compare ours with."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

from local_cloud import accounts

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REGION = "cn-shanghai"
ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
    "ANSIBLE_LOCALHOST_WARNING": "0",
    "ANSIBLE_NOCOLOR": "1",
    "LC_ALL": "C.UTF-8",
}

ACTION = """\
from __future__ import annotations

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        return {"changed": False}
"""

MODULE = """\
from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule({})
    module.exit_json(changed=False)


main()
"""

SDK_MODULE = """\
from __future__ import annotations

import os

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule({"endpoint": {"required": True}, "region": {"required": True}, "task_id": {"required": True}})
    given = module.params
    config = Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        region_id=given["region"],
    )
    config.protocol, config.endpoint = "HTTP", given["endpoint"].removeprefix("http://")
    request = models.DescribeTaskAttributeRequest(region_id=given["region"], task_id=given["task_id"])
    module.exit_json(changed=False, task=Client(config).describe_task_attribute(request).body.to_map())


main()
"""

GET_MODULE = """\
from __future__ import annotations

import jmespath
import requests
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule({"url": {"required": True}})
    answer = requests.get(module.params["url"], timeout=10)
    module.exit_json(changed=False, now=jmespath.search("now", answer.json()))


main()
"""

GET_ACTION = """\
from __future__ import annotations

import jmespath
import requests
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        answer = requests.get(self._task.args["url"], timeout=10)
        return {"changed": False, "now": jmespath.search("now", answer.json())}
"""

FILES = {
    "modules/plain_get.py": GET_MODULE,
    "action/noop.py": ACTION,
    "modules/noop.py": MODULE,
    "action/get_here.py": GET_ACTION,
    "modules/get_here.py": MODULE,
    "modules/sdk_task_info.py": SDK_MODULE,
}
"""The collection bench.lab: an action and a module that do nothing, the least that an action and a module with our requirements
can do, and a module that makes one call by the vendor's client."""


class AnsibleFailed(RuntimeError):
    """ansible did not end as it was to; the text is what it said."""


class Ansible:
    """ansible in a folder of its own, with both collections."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.programs = pathlib.Path(os.environ.get("MULTICLOUD_BIN") or pathlib.Path(sys.executable).parent)
        ours = os.environ.get("MULTICLOUD_INSTALLED") or str(link_tree(folder))
        self.environ = {**os.environ, **ENVIRON, "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join([ours, str(folder)])}
        # What stands in the way of a single clean start: its own settings and its own temporary files.
        self.environ["ANSIBLE_CONFIG"] = str(folder / "ansible.cfg")
        python = folder / "another-python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        self.sent = {"ansible_python_interpreter": str(python)}
        """With these variables our info modules are sent, as they are to other hosts: the same Python by another name."""

    def run(self, program: str, *words: str) -> str:
        """What it prints; AnsibleFailed when it fails."""
        command = [str(self.programs / program), *words]
        done = subprocess.run(
            command,
            env=self.environ,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AnsibleFailed(f"{program} {words[:3]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def ask(self, module: str, variables: t.Mapping[str, str] | None = None, **arguments: t.Any) -> str:
        """A module ad hoc."""
        given = {"-a": arguments, "-e": variables}
        words = [word for flag, data in given.items() if data for word in (flag, json.dumps(data))]
        return self.run("ansible", "localhost", "-m", module, *words)

    def play(self, *tasks: t.Mapping[str, t.Any]) -> str:
        """A playbook of these tasks."""
        path = self.folder / "play.json"
        path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
        return self.run("ansible-playbook", str(path))


def link_tree(folder: pathlib.Path) -> pathlib.Path:
    """The checkout as a collection."""
    link = folder / "tree" / "ansible_collections" / "multicloud" / "tasks"
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT)
    return folder / "tree"


@contextlib.contextmanager
def ansible() -> t.Iterator[Ansible]:
    """Ansible for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = pathlib.Path(name)
        (folder / "ansible.cfg").touch()
        for path, text in FILES.items():
            file = folder / "ansible_collections" / "bench" / "lab" / "plugins" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield Ansible(folder)
