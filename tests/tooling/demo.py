# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the demo: a playbook that waits for tasks of every cloud, on a cloud that runs here."""

from __future__ import annotations

import contextlib
import json
import re
import runpy
import shlex
import signal
import subprocess
import time
import typing as t
from pathlib import Path

from tooling.collection import INSTALLED, build, install
from tooling.environments import DEV, Env, env_for, requirements
from tooling.process import ROOT, Stop, end, require, run, say

PLAYBOOK = ROOT / "tests" / "demo" / "demo.yml"
SCENARIO = ROOT / "tests" / "demo" / "scenario.json"


@contextlib.contextmanager
def local_cloud(programs: Path, scenario: Path = SCENARIO) -> t.Iterator[str]:
    """Run the local cloud as a process for the length of the block; yield its URL."""
    log = DEV / "local_cloud.log"
    env = env_for(programs, PYTHONPATH=ROOT / "tests", PYTHONUNBUFFERED="1")
    command = [str(programs / "python"), "-m", "local_cloud", "--scenario", str(scenario), "--until-stdin-closes"]
    with log.open("w") as output:
        streams: dict[str, t.Any] = {"stdin": subprocess.PIPE, "stdout": output, "stderr": output}
        process = subprocess.Popen(command, env=env, text=True, start_new_session=True, **streams)
    try:
        yield url_from(log, process)
    finally:
        process.terminate()
        end(process)


def url_from(log: Path, process: subprocess.Popen[str], patience: float = 60.0) -> str:
    """Return the URL that the server prints once it listens; raise Stop if it does not within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        url = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if url:
            return url.group()
        time.sleep(0.05)
    say(log.read_text().rstrip())
    raise Stop("the local cloud did not start")


def demo_keys() -> Env:
    """Return the invented keys of the local cloud as the variables that each vendor's own tools read."""
    accounts = runpy.run_path(str(ROOT / "tests" / "local_cloud" / "accounts.py"))
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts["ALIBABA_KEY"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts["ALIBABA_SECRET"],
        "AWS_ACCESS_KEY_ID": accounts["AWS_KEY"],
        "AWS_SECRET_ACCESS_KEY": accounts["AWS_SECRET"],
        "AZURE_TENANT": accounts["AZURE_TENANT"],
        "AZURE_CLIENT_ID": accounts["AZURE_CLIENT"],
        "AZURE_SECRET": accounts["AZURE_SECRET"],
        "AZURE_SUBSCRIPTION_ID": accounts["AZURE_SUBSCRIPTION"],
        "GCP_ACCESS_TOKEN": accounts["GOOGLE_TOKEN"],
        "GOOGLE_CLOUD_PROJECT": accounts["GOOGLE_PROJECT"],
        "HUAWEICLOUD_SDK_AK": accounts["HUAWEI_KEY"],
        "HUAWEICLOUD_SDK_SK": accounts["HUAWEI_SECRET"],
        "OS_APPLICATION_CREDENTIAL_ID": accounts["OPENSTACK_CREDENTIAL"],
        "OS_APPLICATION_CREDENTIAL_SECRET": accounts["OPENSTACK_SECRET"],
    }


def demo(_arguments: list[str]) -> int:
    start = time.monotonic()
    say("=== demo 1/4: an environment under .dev")
    programs = requirements("demo")
    say("=== demo 2/4: the collection, built and installed into .dev")
    install(programs, build(programs), INSTALLED)
    say("=== demo 3/4: the local cloud")
    with local_cloud(programs) as url:
        say(f"    answers at {url}")
        say(f"=== demo 4/4: ansible-playbook {PLAYBOOK.relative_to(ROOT)}")
        env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=INSTALLED, **demo_keys())
        code = run(programs / "ansible-playbook", PLAYBOOK, "-e", f"endpoint={url}", env=env)
    require("the playbook", code)
    say(f"demo: done - the playbook ran to its end, {time.monotonic() - start:.0f} s in all; ./dev clean removes .dev")
    return 0


PROVIDERS = {"taurusdb": "huawei", "recovery_services_job": "azure"}
"""The provider of a service of a scenario that names none, if it is not Alibaba Cloud."""
REGIONS = {"alibaba": "cn-shanghai", "aws": "eu-west-1", "huawei": "cn-north-4"}
"""The region of the tasks of a scenario that name none, by the providers that need one."""

OPTIONS = {"recovery_services_job": {"resource_group": "backups", "vault_name": "nightly"}}
"""What else a service of the scenario is asked by."""


def cloud(arguments: list[str]) -> int:
    """Keep the local cloud running, with the tasks of a scenario: that of the demo, or the JSON file that is given."""
    programs = requirements("demo")
    install(programs, build(programs), INSTALLED)
    scenario = patient(Path(arguments[0]) if arguments else SCENARIO)
    with local_cloud(programs, scenario) as url:
        say(how_to_use(programs, url, json.loads(scenario.read_text(encoding="utf-8"))["tasks"]))
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    say("cloud: done - the local cloud has stopped")
    return 0


def patient(path: Path) -> Path:
    """Write the scenario once more, with tasks that begin when somebody asks for them; return the file."""
    if not path.is_file():
        raise Stop(f"there is no scenario in {path}; tests/demo/scenario.json shows what one looks like")
    scenario = json.loads(path.read_text(encoding="utf-8"))
    tasks = [{"from_first_call": True, **task} for task in scenario["tasks"]]
    written = DEV / "scenario.json"
    written.write_text(json.dumps({**scenario, "tasks": tasks}), encoding="utf-8")
    return written


def how_to_use(programs: Path, url: str, tasks: list[dict[str, t.Any]]) -> str:
    """Return what a user types in another terminal."""
    path = f"{programs}:$PATH"
    variables = {**demo_keys(), "ANSIBLE_COLLECTIONS_PATH": str(INSTALLED), "LOCAL_CLOUD": url}
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    waits = [wait_for(task, url) for task in tasks]
    return "\n".join(
        [
            f"The local cloud answers at {url} until you press Ctrl-C. In another terminal, type:",
            "",
            *(f'export PATH="{path}"', *exports),
            "",
            "Then wait for a task. Each begins when it is asked for, and runs once:",
            "",
            *waits,
            "",
            "In a playbook of your own, give the same ids, and under module_defaults of the play:",
            "",
            "  multicloud.tasks.wait_for_cloud_task:",
            "    endpoint: \"{{ lookup('ansible.builtin.env', 'LOCAL_CLOUD') }}\"",
        ]
    )


def wait_for(task: dict[str, t.Any], url: str) -> str:
    """Return the ad hoc command that waits for a task of a scenario."""
    provider = task.get("provider") or PROVIDERS.get(task["service"], "alibaba")
    options = {
        "provider": provider,
        "service": task["service"],
        "region": task.get("region") or REGIONS.get(provider, ""),
        **OPTIONS.get(task["service"], {}),
        "task_id": task["id"],
        "endpoint": url,
    }
    words = " ".join(f"{name}={value}" for name, value in options.items() if value)
    return f"ansible localhost -m multicloud.tasks.wait_for_cloud_task -a {shlex.quote(words)}"
