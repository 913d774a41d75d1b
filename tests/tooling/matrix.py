# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests the collection on every supported ansible-core, and on the oldest and the newest Python: ``./dev matrix``.

What runs where:

- Tests of code without ansible-core run once on the oldest Python that may execute a module, and once on the newest Python
  here. Their environments hold no ansible-core.
- All other unit tests, playbooks against the built tarball and ``ansible-test sanity`` run on each ansible-core. On each of
  them, modules are also executed by the oldest Python.

A brief run leaves out what does not depend on ansible-core: long searches, playbooks about time and clouds, the newest Python,
and the parts of sanity that report the same on each version of ansible-core. Between the oldest and the newest ansible-core, it
plays only the playbooks that run modules in every way.

With ``--smoke`` only a few playbooks run against the built tarball on each ansible-core, and its documentation is read.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import json
import os
import queue
import re
import time
import typing as t
from pathlib import Path

from tooling.checks import pytest_summary, sanity
from tooling.collection import TREE, build, install, link_tree
from tooling.environments import DEV, REQUIREMENTS, env_for, environment, interpreters, requirements
from tooling.process import ROOT, Stop, ask, say

CORES = {
    "2.16": range(10, 13),
    "2.17": range(10, 13),
    "2.18": range(11, 14),
    "2.19": range(11, 14),
    "2.20": range(12, 15),
    "2.21": range(12, 15),
}
"""Versions of ansible-core, and the minor versions of Python 3 on which each runs as a controller."""

CANDIDATES = {"2.22": range(13, 15)}
"""Versions of which there are release candidates only. They are tested in full runs, and not in brief ones."""

OLDEST_PYTHON = "3.9"
"""The oldest Python that executes our modules."""

RUNTIME = ROOT / "meta" / "ee-requirements.txt"
UNITS = ROOT / "tests" / "unit" / "plugins"
CONTROLLERS = UNITS / "plugin_utils"
"""Unit tests of code that runs only on controllers, and so need not run on the oldest Python."""
PLAYBOOKS = ROOT / "tests" / "integration"
BRIEF = ("test_smoke.py", "test_ways.py", "test_secrets.py", "test_bad_input.py")
"""The playbooks of a brief run: those that depend on ansible-core. The others are about time and clouds."""

BETWEEN = ("test_smoke.py", "test_ways.py")
"""The playbooks of a brief run on an ansible-core that is neither the oldest nor the newest: every way to run a module."""

SEARCHES = ("test_watch_properties.py",)
"""Unit tests that a brief run leaves out: long searches for cases, which depend neither on Python nor on ansible-core."""

PYTEST_OPTIONS = ("--numprocesses", "2", "--dist", "loadfile", "--quiet")
PARALLEL = 2
"""How many parts run in parallel."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to run: a Python for each ansible-core, with its version, and the Pythons for tests without ansible-core."""

    cores: dict[str, str]
    versions: dict[str, str]
    skipped: list[str]
    pythons: dict[str, str]
    missing: list[str]
    brief: bool
    smoke: bool


# The plan


def newest_supported(core: str, installed: t.Mapping[str, str]) -> str | None:
    """Return the newest Python here on which a version of ansible-core runs; None if there is none."""
    return next((f"3.{minor}" for minor in reversed(pythons_of(core)) if f"3.{minor}" in installed), None)


def pythons_of(core: str) -> range:
    """Return the minor versions of Python 3 on which a version of ansible-core runs."""
    return {**CORES, **CANDIDATES}[core]


def usual_cores(arguments: t.Sequence[str]) -> list[str]:
    """Return the versions of ansible-core that are tested if none is named."""
    return [*CORES, *(() if {"--brief", "--smoke"} & {*arguments} else CANDIDATES)]


def newest(installed: t.Mapping[str, str]) -> str:
    return max(installed, key=lambda version: int(version.partition(".")[2]))


def make_plan(arguments: t.Sequence[str], installed: t.Mapping[str, str]) -> Plan:
    requested = [word for word in arguments if word not in ("--brief", "--smoke")]
    known = [*CORES, *CANDIDATES]
    unknown = [core for core in requested if core not in known]
    if unknown:
        raise Stop(f"no such version of ansible-core here: {', '.join(unknown)}; known are {', '.join(known)}")
    python_of_core = {core: newest_supported(core, installed) for core in requested or usual_cores(arguments)}
    versions = {core: version for core, version in python_of_core.items() if version}
    pythons = (
        []
        if "--smoke" in arguments
        else [OLDEST_PYTHON]
        if "--brief" in arguments
        else [OLDEST_PYTHON, newest(installed)]
    )
    return Plan(
        cores={core: installed[version] for core, version in versions.items()},
        versions=versions,
        skipped=[core for core in python_of_core if core not in versions],
        pythons={version: installed[version] for version in dict.fromkeys(pythons) if version in installed},
        missing=[version for version in pythons if version not in installed],
        brief="--brief" in arguments,
        smoke="--smoke" in arguments,
    )


def supported_pythons(core: str) -> str:
    return f"Python 3.{pythons_of(core)[0]} to 3.{pythons_of(core)[-1]}"


def skipped_text(plan: Plan) -> str:
    """Return what was skipped, in words; "" if nothing was."""
    cores = [f"ansible-core {core}, because there is no {supported_pythons(core)}" for core in plan.skipped]
    pythons = [f"tests without ansible-core on Python {version}, which is not here" for version in plan.missing]
    return "; ".join([*cores, *pythons])


class Units(t.NamedTuple):
    """Files of unit tests: those of code that imports ansible-core, and the others."""

    core: list[Path]
    pure: list[Path]


def units(programs: Path) -> Units:
    """Return all unit tests, sorted by the Python of the tests, because this one has no grimp."""
    env = env_for(programs, PYTHONPATH=os.pathsep.join([str(TREE), str(ROOT / "tests")]))
    core = [Path(line) for line in ask(programs / "python", "-m", "tooling.imports", UNITS, env=env).splitlines()]
    return Units(core, [path for path in sorted(UNITS.rglob("test_*.py")) if path not in core])


def chosen_units(plan: Plan, all_units: Units) -> Units:
    """Return the unit tests that a run needs."""
    return Units(*([path for path in files if not (plan.brief and path.name in SEARCHES)] for files in all_units))


# The parts. Some run in parallel, because they spend much of their time waiting


@dataclasses.dataclass(frozen=True)
class Context:
    """What the parts share: the tarball, the tests, the environments, which are made in parallel, and homes for ansible-test."""

    plan: Plan
    tarball: Path
    units: Units
    environments: t.Mapping[str, concurrent.futures.Future[Path]]
    homes: queue.SimpleQueue[Path]

    def programs(self, name: str) -> Path:
        return self.environments[name].result()


def python_programs(version: str, python: str) -> Path:
    """Make an environment without ansible-core."""
    floors = ("-r", REQUIREMENTS / "floors.txt") if version == OLDEST_PYTHON else ()
    return environment(f"python-{version}", "-r", REQUIREMENTS / "python.txt", *floors, python=python)


def core_programs(core: str, python: str) -> Path:
    release = f"ansible-core>={core}.0rc1,<{core}.99" if core in CANDIDATES else f"ansible-core=={core}.*"
    return environment(f"core-{core}", release, "-r", REQUIREMENTS / "python.txt", python=python)


def environments(plan: Plan, pool: concurrent.futures.Executor) -> dict[str, concurrent.futures.Future[Path]]:
    """Start to make all environments, in the order in which the parts need them."""
    pythons = {version: pool.submit(python_programs, version, python) for version, python in plan.pythons.items()}
    cores = {core: pool.submit(core_programs, core, python) for core, python in plan.cores.items()}
    return {**pythons, **cores}


def on_python(version: str, context: Context) -> list[str]:
    """Run the unit tests without ansible-core; return the summary of pytest."""
    pure = context.units.pure
    if version == OLDEST_PYTHON:
        pure = [path for path in pure if CONTROLLERS not in path.parents]
    return [pytest_summary(context.programs(version), DEV / "nowhere", *PYTEST_OPTIONS, *map(str, pure))]


def check_documentation(programs: Path, installed: Path) -> None:
    """Raise Stop unless every module that meta/runtime.yml names exists and has documentation."""
    names = sorted(set(re.findall(r"^ +- (\w+)$", (ROOT / "meta" / "runtime.yml").read_text(), re.MULTILINE)))
    modules = [f"multicloud.tasks.{name}" for name in names]
    env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=installed)
    answer = ask(programs / "ansible-doc", "--type", "module", "--json", *modules, env=env)
    missing = set(modules) - set(json.loads(answer))
    if missing:
        raise Stop(f"ansible-doc does not know {', '.join(sorted(missing))}")


def is_between(core: str, plan: Plan) -> bool:
    """Return whether a brief run tests an older and a newer ansible-core, too."""
    cores = list(plan.cores)
    return plan.brief and core not in (cores[0], cores[-1])


def playbooks_for(core: str, plan: Plan) -> list[Path]:
    """Return the playbooks to play on an ansible-core, as files or as their folder."""
    names = BETWEEN if is_between(core, plan) else BRIEF
    return [PLAYBOOKS / name for name in names] if plan.brief else [PLAYBOOKS]


def on_core(core: str, context: Context) -> list[str]:
    """Test the tarball on one ansible-core: installation, documentation, tests and sanity. Return the summaries."""
    plan, programs = context.plan, context.programs(core)
    installed = DEV / "matrix" / core
    install(programs, context.tarball, installed)
    check_documentation(programs, installed)
    files = [PLAYBOOKS / "test_smoke.py"] if plan.smoke else [*context.units.core, *playbooks_for(core, plan)]
    summaries = [pytest_summary(programs, installed, *PYTEST_OPTIONS, *map(str, files))]
    if OLDEST_PYTHON in plan.pythons:
        words = (*PYTEST_OPTIONS, str(PLAYBOOKS / "test_smoke.py"))
        summary = pytest_summary(
            programs, installed, *words, MULTICLOUD_TARGET_PYTHON=context.programs(OLDEST_PYTHON) / "python"
        )
        summaries.append(f"modules executed by Python {OLDEST_PYTHON}: {summary}")
    return summaries if plan.smoke else [*summaries, run_sanity(core, context)]


def sanity_exclusions(core: str, plan: Plan) -> list[str]:
    """Return the arguments that leave out parts of ansible-test sanity in a brief run.

    Only the newest core runs pylint, which takes half of the time. Only the oldest and the newest core repeat compile and import
    for each Python; the others run them for their own.
    """
    if not plan.brief:
        return []
    cores = list(plan.cores)
    pylint = [] if core == cores[-1] else ["--skip-test", "pylint"]
    pythons = ["--python", plan.versions[core]] if is_between(core, plan) else []
    return [*pylint, *pythons]


def run_sanity(core: str, context: Context) -> str:
    """Run ansible-test sanity, each in its own home: two in one home would make the same environments at once."""
    home, exclusions = context.homes.get(), sanity_exclusions(core, context.plan)
    try:
        sanity(context.programs(core), *exclusions, name=f"sanity-{core}", home=home, quiet=True)
    finally:
        context.homes.put(home)
    return " ".join(["ansible-test sanity passed", *(["with", *exclusions] if exclusions else [])])


def run_part(name: str, work: t.Callable[[], list[str]]) -> str:
    """Run one part and print its summaries; return the problem, or "" if there is none."""
    started_at = time.monotonic()
    try:
        skipped_text = "; ".join(work())
    except Stop as problem:
        say(f"    {name}: failed - {problem}")
        return f"{name}: {problem}"
    say(f"    {name}: {skipped_text}; {time.monotonic() - started_at:.0f} s")
    return ""


def run_parts(plan: Plan, tarball: Path, files: Units) -> list[str]:
    """Run all parts, even if one fails; return the problems."""
    homes: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(PARALLEL):
        homes.put(DEV / f"home-{number}")
    with (
        concurrent.futures.ThreadPoolExecutor(PARALLEL) as makers,
        concurrent.futures.ThreadPoolExecutor(PARALLEL) as runners,
    ):
        context = Context(plan, tarball, files, environments(plan, makers), homes)
        parts: dict[str, t.Callable[[], list[str]]] = {
            **{f"Python {each}, no ansible-core": functools.partial(on_python, each, context) for each in plan.pythons},
            **{f"ansible-core {each}": functools.partial(on_core, each, context) for each in plan.cores},
        }
        return [problem for problem in runners.map(run_part, parts, parts.values()) if problem]


def matrix(arguments: list[str]) -> int:
    started_at = time.monotonic()
    plan = make_plan(arguments, interpreters())
    if not plan.cores:
        raise Stop(f"no interpreter fits: {skipped_text(plan)}")
    say("=== matrix: the collection as users get it")
    link_tree()
    programs = requirements("test")
    tarball, chosen = build(programs), chosen_units(plan, units(programs))
    say(f"=== matrix: {PARALLEL} parts side by side, each told of when it has ended")
    problems = run_parts(plan, tarball, chosen)
    if problems:
        raise Stop("; ".join(problems))
    skipped = f"; skipped: {skipped_text(plan)}" if skipped_text(plan) else ""
    say(f"matrix: done - ansible-core {', '.join(plan.cores)}; {time.monotonic() - started_at:.0f} s{skipped}")
    return 0
