# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the checks that Galaxy, certification and the community's own tools make of a collection: ``./dev gates``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import typing as t
from pathlib import Path

from tooling.checks import python_links, repository
from tooling.collection import INSTALLED, build, install
from tooling.demo import PLAYBOOK, demo_keys, local_cloud
from tooling.environments import DEV, HOME, REQUIREMENTS, Env, env_for, environment, interpreters, pip_config
from tooling.process import ROOT, Stop, ask, finish, require, run, say

GATES = DEV / "gates"
PYTHONS = ("3.12", "3.13")
REQUIRED_PACKAGES = ("requests", "jmespath")
SESSIONS = ("docs-check", "license-check", "extra-checks")
IMPORTER = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS=True
CHECK_CHANGELOG=True
LOG_LEVEL_MAIN=INFO
"""


def has_no_exceptions(_programs: Path) -> None:
    """Raise Stop if a check of ansible-test is ignored. galaxy-importer warns of such a file even if it is empty."""
    files = sorted(path.name for path in (ROOT / "tests" / "sanity").glob("ignore-*.txt"))
    if files:
        raise Stop(f"there are ignored checks: {', '.join(files)}")


def tools(name: str) -> Path:
    """Return an environment on a Python that all of these tools support."""
    python = next((path for version, path in interpreters().items() if version in PYTHONS), None)
    if python is None:
        raise Stop(f"the tools of the trade need Python {' or '.join(PYTHONS)}")
    return environment(name, "-r", REQUIREMENTS / f"{name}.txt", python=python)


def gate_env(programs: Path, **extra: str | Path) -> Env:
    """Return the environment of tools that make environments: with the user's settings of pip, and every Python on the PATH."""
    pip_config(HOME)
    path = os.pathsep.join([str(programs), str(python_links()), *os.get_exec_path()])
    return env_for(programs, PATH=path, **extra)


def changelog(programs: Path) -> None:
    copy = repository("gates/changelog", env_for(programs))
    require("antsibull-changelog", run(programs / "antsibull-changelog", "lint", cwd=copy, env=env_for(programs)))


def lint_content(programs: Path) -> None:
    """Lint all YAML of the collection with the profile that certification requires."""
    env = gate_env(programs)
    copy = repository("gates/lint", env)
    install(programs, build(programs), INSTALLED)
    env = {**env, "ANSIBLE_COLLECTIONS_PATH": str(INSTALLED)}
    require("ansible-lint", run(programs / "ansible-lint", "--offline", "--strict", "-q", cwd=copy, env=env))


def importer(programs: Path) -> None:
    """Import the tarball as Galaxy does after an upload. A warning is a failure."""
    settings = GATES / "importer.cfg"
    settings.write_text(IMPORTER)
    tarball = build(programs)
    env = gate_env(programs, GALAXY_IMPORTER_CONFIG=settings)
    command = (programs / "python", "-m", "galaxy_importer.main", tarball)
    done = finish(command, cwd=GATES, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = f"{done.stdout}{done.stderr}"
    problems = [line for line in output.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]
    if done.returncode or problems:
        say("\n".join(problems) or output)
        raise Stop(f"galaxy-importer ended with {done.returncode} and {len(problems)} warnings")


def builder(programs: Path) -> None:
    """Check that the build context of an execution environment holds what the collection requires."""
    definition, context = GATES / "environment.yml", GATES / "context"
    tarball = build(programs)
    definition.write_text(
        "version: 3\n"
        "images: {base_image: {name: localhost/base:latest}}\n"
        "dependencies:\n"
        f"  galaxy: {{collections: [{{name: {tarball}, type: file}}]}}\n"
    )
    env = env_for(programs)
    words = ("create", "-f", definition, "-c", context, "--output-filename", "Containerfile")
    ask(programs / "ansible-builder", *words, env=env)
    if "FROM" not in (context / "Containerfile").read_text():
        raise Stop("ansible-builder made no Containerfile")
    install(programs, tarball, INSTALLED)
    output = ask(programs / "ansible-builder", "introspect", INSTALLED, env=env)
    missing = [
        name for name in REQUIRED_PACKAGES if not re.search(rf"{name}.*# from collection multicloud.tasks", output)
    ]
    if missing:
        say(output)
        raise Stop(f"ansible-builder does not find {', '.join(missing)}")


def runner(programs: Path) -> None:
    """Run the demo under ansible-runner, which AWX uses to run playbooks."""
    project = GATES / "runner" / "project"
    project.mkdir(parents=True)
    shutil.copy2(PLAYBOOK, project)
    install(programs, build(programs), INSTALLED)
    with local_cloud(programs) as url:
        words = ("run", GATES / "runner", "-p", PLAYBOOK.name, "--cmdline", f"-e endpoint={url}")
        env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=INSTALLED, **demo_keys())
        output = ask(programs / "ansible-runner", *words, env=env)
    if not re.search(r"^localhost +: ok=\d+ .*failed=0 ", output, re.MULTILINE):
        say(output)
        raise Stop("ansible-runner: the playbook did not run to its end")


def nox(_programs: Path) -> None:
    """Run the sessions of antsibull-nox that need no container."""
    programs = tools("nox")
    env = gate_env(programs)
    copy = repository("gates/nox", env)
    command = (programs / "nox", "--envdir", DEV / "nox", "-R", "-e", *SESSIONS)
    require("nox", run(*command, cwd=copy, env=env))


STAGES: dict[str, t.Callable[[Path], None]] = {
    "no ignored check": has_no_exceptions,
    "antsibull-changelog": changelog,
    "ansible-builder: the context of an execution environment": builder,
    "ansible-lint, profile production": lint_content,
    "ansible-runner: the demo": runner,
    "galaxy-importer": importer,
    f"antsibull-nox: {', '.join(SESSIONS)}": nox,
}


def gates(_arguments: list[str]) -> int:
    started_at = time.monotonic()
    say("=== gates: an environment under .dev")
    programs = tools("gates")
    shutil.rmtree(GATES, ignore_errors=True)
    GATES.mkdir(parents=True)
    for number, (name, stage) in enumerate(STAGES.items(), 1):
        say(f"=== gates {number}/{len(STAGES)}: {name}")
        stage(programs)
    say(f"gates: done - {len(STAGES)} gates are open, {time.monotonic() - started_at:.0f} s")
    return 0
