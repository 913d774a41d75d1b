# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the demo: a playbook that waits for tasks of two clouds, on a cloud that runs here."""

from __future__ import annotations

import contextlib
import re
import runpy
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
def local_cloud(programs: Path) -> t.Iterator[str]:
    """Run the local cloud as a process for the length of the block; yield its URL."""
    log = DEV / "local_cloud.log"
    env = env_for(programs, PYTHONPATH=ROOT / "tests", PYTHONUNBUFFERED="1")
    command = [str(programs / "python"), "-m", "local_cloud", "--scenario", str(SCENARIO), "--until-stdin-closes"]
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
        "HUAWEICLOUD_SDK_AK": accounts["HUAWEI_KEY"],
        "HUAWEICLOUD_SDK_SK": accounts["HUAWEI_SECRET"],
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
