# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection on every supported ansible-core and on the oldest and the newest Python: ``./dev matrix``.

What runs where:

- Tests of code that ansible-core has no part in run once on the oldest Python that a module may meet, and once on the newest
  one here, in environments that hold no ansible-core at all.
- All other unit tests, playbooks against the built tarball and ``ansible-test sanity`` run on each ansible-core. On each of
  them, modules are also executed by the oldest Python.

A brief run leaves out what is not about ansible-core: long searches, playbooks about time and clouds, the newest Python, and of
sanity what each version of ansible-core finds alike.

With ``--smoke`` nothing runs but a few playbooks against the built tarball on each ansible-core, and its documentation is read.
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

from tooling.checks import sanity, tested
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
"""Versions of ansible-core, and the Python 3.x that each runs on as a controller."""

OLDEST = "3.9"
"""The oldest Python that executes our modules."""

RUNTIME = ROOT / "meta" / "ee-requirements.txt"
UNITS = ROOT / "tests" / "unit" / "plugins"
CONTROLLERS = UNITS / "plugin_utils"
"""Units of what is never shipped to a host: it need not run on the oldest Python."""
PLAYBOOKS = ROOT / "tests" / "integration"
BRIEF = ("test_smoke.py", "test_ways.py", "test_secrets.py", "test_bad_input.py")
"""The playbooks of a brief run: those in which ansible-core itself has a part. The others are about time and clouds."""

SEARCHES = ("test_watch_properties.py",)
"""Units that a brief run leaves out: they search for cases at length, and neither Python nor ansible-core has a part in those."""

PATIENT = ("--numprocesses", "2", "--dist", "loadfile", "--quiet")
LANES = 2
"""So many parts run side by side."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to run: a Python for each version of ansible-core, and its own version; those for tests without ansible-core."""

    cores: dict[str, str]
    versions: dict[str, str]
    skipped: list[str]
    pythons: dict[str, str]
    missing: list[str]
    brief: bool
    smoke: bool


# The plan


def fitting(core: str, found: t.Mapping[str, str]) -> str | None:
    """The newest Python here that a version of ansible-core runs on."""
    return next((f"3.{minor}" for minor in reversed(CORES[core]) if f"3.{minor}" in found), None)


def newest(found: t.Mapping[str, str]) -> str:
    return max(found, key=lambda version: int(version.partition(".")[2]))


def planned(arguments: t.Sequence[str], found: t.Mapping[str, str]) -> Plan:
    wanted = [word for word in arguments if word not in ("--brief", "--smoke")]
    unknown = [core for core in wanted if core not in CORES]
    if unknown:
        raise Stop(f"no such version of ansible-core here: {', '.join(unknown)}; known are {', '.join(CORES)}")
    chosen = {core: fitting(core, found) for core in wanted or CORES}
    versions = {core: version for core, version in chosen.items() if version}
    pythons = [] if "--smoke" in arguments else [OLDEST] if "--brief" in arguments else [OLDEST, newest(found)]
    return Plan(
        cores={core: found[version] for core, version in versions.items()},
        versions=versions,
        skipped=[core for core in chosen if core not in versions],
        pythons={version: found[version] for version in dict.fromkeys(pythons) if version in found},
        missing=[version for version in pythons if version not in found],
        brief="--brief" in arguments,
        smoke="--smoke" in arguments,
    )


def wanted_by(core: str) -> str:
    return f"Python 3.{CORES[core][0]} to 3.{CORES[core][-1]}"


def told(plan: Plan) -> str:
    """What was skipped, in words; nothing when nothing was."""
    cores = [f"ansible-core {core}, for want of {wanted_by(core)}" for core in plan.skipped]
    pythons = [f"tests without ansible-core on Python {version}, which is not here" for version in plan.missing]
    return "; ".join([*cores, *pythons])


class Units(t.NamedTuple):
    """Files of unit tests: those of code that imports ansible-core, and the others."""

    core: list[Path]
    pure: list[Path]


def units(programs: Path) -> Units:
    """All of them, told apart by the Python of the tests."""
    env = env_for(programs, PYTHONPATH=os.pathsep.join([str(TREE), str(ROOT / "tests")]))
    core = [Path(line) for line in ask(programs / "python", "-m", "tooling.imports", UNITS, env=env).splitlines()]
    return Units(core, [path for path in sorted(UNITS.rglob("test_*.py")) if path not in core])


def chosen_units(plan: Plan, found: Units) -> Units:
    """Those of a run."""
    return Units(*([path for path in files if not (plan.brief and path.name in SEARCHES)] for files in found))


# The parts, some side by side: much of each is waiting


@dataclasses.dataclass(frozen=True)
class Shop:
    """What the parts share: the tarball, the tests, environments that are made while others run, homes for ansible-test."""

    plan: Plan
    tarball: Path
    units: Units
    made: t.Mapping[str, concurrent.futures.Future[Path]]
    homes: queue.SimpleQueue[Path]

    def programs(self, name: str) -> Path:
        return self.made[name].result()


def python_programs(version: str, python: str) -> Path:
    """An environment without ansible-core."""
    floors = ("-r", REQUIREMENTS / "floors.txt") if version == OLDEST else ()
    return environment(f"python-{version}", "-r", REQUIREMENTS / "python.txt", *floors, python=python)


def core_programs(core: str, python: str) -> Path:
    return environment(f"core-{core}", f"ansible-core=={core}.*", "-r", REQUIREMENTS / "python.txt", python=python)


def environments(plan: Plan, pool: concurrent.futures.Executor) -> dict[str, concurrent.futures.Future[Path]]:
    """All environments, in the order in which they are wanted."""
    pythons = {version: pool.submit(python_programs, version, python) for version, python in plan.pythons.items()}
    cores = {core: pool.submit(core_programs, core, python) for core, python in plan.cores.items()}
    return {**pythons, **cores}


def on_python(version: str, shop: Shop) -> list[str]:
    """Units without ansible-core."""
    pure = shop.units.pure
    if version == OLDEST:
        pure = [path for path in pure if CONTROLLERS not in path.parents]
    return [tested(shop.programs(version), DEV / "nowhere", *PATIENT, *map(str, pure))]


def documented(programs: Path, installed: Path) -> None:
    """Every module that meta/runtime.yml names is there and has documentation."""
    names = sorted(set(re.findall(r"^ +- (\w+)$", (ROOT / "meta" / "runtime.yml").read_text(), re.MULTILINE)))
    modules = [f"multicloud.tasks.{name}" for name in names]
    env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=installed)
    answer = ask(programs / "ansible-doc", "--type", "module", "--json", *modules, env=env)
    missing = set(modules) - set(json.loads(answer))
    if missing:
        raise Stop(f"ansible-doc does not know {', '.join(sorted(missing))}")


def on_core(core: str, shop: Shop) -> list[str]:
    """The tarball on one ansible-core: it installs, its documentation reads, tests and sanity pass."""
    plan, programs = shop.plan, shop.programs(core)
    installed = DEV / "matrix" / core
    install(programs, shop.tarball, installed)
    documented(programs, installed)
    chosen = [PLAYBOOKS / name for name in BRIEF] if plan.brief else [PLAYBOOKS]
    files = [PLAYBOOKS / "test_smoke.py"] if plan.smoke else [*shop.units.core, *chosen]
    summaries = [tested(programs, installed, *PATIENT, *map(str, files))]
    if OLDEST in plan.pythons:
        words = (*PATIENT, str(PLAYBOOKS / "test_smoke.py"))
        summary = tested(programs, installed, *words, MULTICLOUD_TARGET_PYTHON=shop.programs(OLDEST) / "python")
        summaries.append(f"modules executed by Python {OLDEST}: {summary}")
    return summaries if plan.smoke else [*summaries, checked(core, shop)]


def left_out(core: str, plan: Plan) -> list[str]:
    """What a brief run leaves out of ansible-test sanity, in words for it.

    Pylint, which takes half of the time, is run by the newest core. What is done once for each Python (compile, import) is done
    by the oldest and the newest core; those between do it for their own.
    """
    if not plan.brief:
        return []
    cores = list(plan.cores)
    pylint = [] if core == cores[-1] else ["--skip-test", "pylint"]
    pythons = [] if core in (cores[0], cores[-1]) else ["--python", plan.versions[core]]
    return [*pylint, *pythons]


def checked(core: str, shop: Shop) -> str:
    """Ansible-test sanity. Two at once would make the same environments in one home."""
    home, without = shop.homes.get(), left_out(core, shop.plan)
    try:
        sanity(shop.programs(core), *without, name=f"sanity-{core}", home=home, quiet=True)
    finally:
        shop.homes.put(home)
    return " ".join(["ansible-test sanity passed", *(["with", *without] if without else [])])


def part(name: str, work: t.Callable[[], list[str]]) -> str:
    """One of them from its beginning to its end, and in one line what it told; what is wrong with it, if anything is."""
    began = time.monotonic()
    try:
        told = "; ".join(work())
    except Stop as problem:
        say(f"    {name}: failed - {problem}")
        return f"{name}: {problem}"
    say(f"    {name}: {told}; {time.monotonic() - began:.0f} s")
    return ""


def played(plan: Plan, tarball: Path, found: Units) -> list[str]:
    """All parts, whatever becomes of one of them; what is wrong with them."""
    homes: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for lane in range(LANES):
        homes.put(DEV / f"home-{lane}")
    with concurrent.futures.ThreadPoolExecutor(LANES) as makers, concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        shop = Shop(plan, tarball, found, environments(plan, makers), homes)
        works: dict[str, t.Callable[[], list[str]]] = {
            **{f"Python {each}, no ansible-core": functools.partial(on_python, each, shop) for each in plan.pythons},
            **{f"ansible-core {each}": functools.partial(on_core, each, shop) for each in plan.cores},
        }
        return [problem for problem in lanes.map(part, works, works.values()) if problem]


def matrix(arguments: list[str]) -> int:
    began = time.monotonic()
    plan = planned(arguments, interpreters())
    if not plan.cores:
        raise Stop(f"no interpreter fits: {told(plan)}")
    say("=== matrix: the collection as users get it")
    link_tree()
    programs = requirements("test")
    tarball, found = build(programs), chosen_units(plan, units(programs))
    say(f"=== matrix: {LANES} parts side by side, each told of when it has ended")
    problems = played(plan, tarball, found)
    if problems:
        raise Stop("; ".join(problems))
    skipped = f"; skipped: {told(plan)}" if told(plan) else ""
    say(f"matrix: done - ansible-core {', '.join(plan.cores)}; {time.monotonic() - began:.0f} s{skipped}")
    return 0
