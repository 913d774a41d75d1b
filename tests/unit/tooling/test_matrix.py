# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the matrix plans to run, which tests need ansible-core, and that contributors' CI runs all of it."""

from __future__ import annotations

import re
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from tooling import imports
from tooling.imports import need_core
from tooling.matrix import (
    BETWEEN,
    BRIEF,
    CANDIDATES,
    CORES,
    PLAYBOOKS,
    SEARCHES,
    UNITS,
    Units,
    chosen_units,
    make_plan,
    playbooks_for,
    sanity_exclusions,
    skipped_text,
    units,
)
from tooling.process import ROOT, Stop

OURS = "ansible_collections.multicloud.tasks.plugins.module_utils"
ALL = {f"3.{minor}": f"/bin/python3.{minor}" for minor in range(8, 14)}
TOLD = [
    *(ROOT / name for name in (".ci/run", "README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst")),
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize(
    ("found", "arguments", "cores", "skipped"),
    [
        pytest.param(ALL, [], [*CORES, *CANDIDATES], [], id="all of them"),
        pytest.param(ALL, ["--brief"], list(CORES), [], id="no candidate in a brief run"),
        pytest.param(ALL, ["2.16", "--brief"], ["2.16"], [], id="one"),
        pytest.param(ALL, ["2.21", "--smoke"], ["2.21"], [], id="smoke"),
        pytest.param(
            {"3.9": "a", "3.11": "b"},
            [],
            ["2.16", "2.17", "2.18", "2.19"],
            ["2.20", "2.21", "2.22"],
            id="no new Python",
        ),
        pytest.param({"3.9": "a"}, [], [], [*CORES, *CANDIDATES], id="only an old one"),
    ],
)
def test_a_core_without_a_python_is_skipped_and_named(
    found: dict[str, str], arguments: list[str], cores: list[str], skipped: list[str]
) -> None:
    plan = make_plan(arguments, found)
    assert (list(plan.cores), plan.skipped) == (cores, skipped)
    assert all(f"ansible-core {core}, because there is no Python 3." in skipped_text(plan) for core in skipped)


def test_a_core_gets_the_newest_python_that_it_runs_on() -> None:
    cores = make_plan([], ALL).cores
    assert (cores["2.16"], cores["2.18"], cores["2.21"]) == ("/bin/python3.12", "/bin/python3.13", "/bin/python3.13")


def test_tests_without_ansible_core_run_on_the_oldest_and_the_newest_python() -> None:
    assert list(make_plan([], ALL).pythons) == ["3.9", "3.13"]
    assert list(make_plan(["--brief"], ALL).pythons) == ["3.9"]
    assert "on Python 3.9, which is not here" in skipped_text(make_plan([], {"3.12": "a"}))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([], dict.fromkeys([*CORES, *CANDIDATES], ""), id="all"),
        pytest.param(
            ["--brief"],
            {
                "2.16": "--skip-test pylint",
                "2.17": "--skip-test pylint --python 3.12",
                "2.18": "--skip-test pylint --python 3.13",
                "2.19": "--skip-test pylint --python 3.13",
                "2.20": "--skip-test pylint --python 3.13",
                "2.21": "",
            },
            id="brief",
        ),
        pytest.param(["--brief", "2.18"], {"2.18": ""}, id="a brief run of one"),
    ],
)
def test_sanity_is_whole_but_for_what_other_cores_of_a_brief_run_find_alike(
    arguments: list[str], expected: dict[str, str]
) -> None:
    plan = make_plan(arguments, ALL)
    assert {core: " ".join(sanity_exclusions(core, plan)) for core in plan.cores} == expected


def test_the_oldest_and_the_newest_core_play_all_playbooks_of_a_run() -> None:
    def names(core: str, *arguments: str) -> tuple[str, ...]:
        return tuple(path.name for path in playbooks_for(core, make_plan(arguments, ALL)))

    assert names("2.16", "--brief") == names("2.21", "--brief") == names("2.19", "--brief", "2.19") == BRIEF
    assert {names(core, "--brief") for core in CORES if core not in ("2.16", "2.21")} == {BETWEEN}
    assert {names(core) for core in CORES} == {(PLAYBOOKS.name,)}


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(Stop, match=r"2\.15.*known are 2\.16"):
        make_plan(["2.15"], ALL)


@pytest.fixture(scope="module")
def found() -> Units:
    return units(Path(sys.executable).parent)


def test_every_unit_test_of_the_plugins_runs_with_or_without_ansible_core(found: Units) -> None:
    core, pure = ({str(path.relative_to(UNITS)) for path in files} for files in found)
    assert {"test_documentation.py", "module_utils/_options/test_plan.py"} <= core
    assert {"module_utils/_wait/test_watch.py", "module_utils/_alibaba/test_credentials.py"} <= pure
    assert not core & pure


CORES_USERS = {
    "itself": ("from ansible.errors import AnsibleError", True),
    "late": ("def f():\n    import ansible.constants", True),
    "through others": (f"from {OURS}._module.finish import answer", True),
    "through others, relatively": ("from . import test_itself", True),
    "not at all": (f"from {OURS}._wait.watch import Watch", False),
    "not at all, but by its name": ("import ansible_collections", False),
}


def test_what_a_test_needs_is_found_through_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "invented_tests"
    folder.mkdir()
    for name, (source, _needed) in CORES_USERS.items():
        (folder / f"test_{re.sub('[ ,]+', '_', name)}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(imports, "TESTS", tmp_path)
    wanted = [f"test_{re.sub('[ ,]+', '_', name)}.py" for name, (_source, needed) in CORES_USERS.items() if needed]
    assert [path.name for path in need_core(folder)] == sorted(wanted)


def test_the_files_of_a_brief_run_exist(found: Units) -> None:
    assert all((PLAYBOOKS / name).is_file() for name in BRIEF)
    assert set(BETWEEN) < set(BRIEF)
    assert set(SEARCHES) <= {path.name for files in found for path in files}
    brief = chosen_units(make_plan(["--brief"], ALL), found)
    assert not set(SEARCHES) & {path.name for files in brief for path in files}


# The workflows


def workflow(path: Path) -> dict[str, t.Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_workflow_has_a_job_for_every_core() -> None:
    rows = workflow(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["matrix"]["strategy"]["matrix"]["include"]
    assert [row["core"] for row in rows] == list(CORES)
    assert all(int(row["python"].partition(".")[2]) in CORES[row["core"]] for row in rows)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_uses_actions_of_one_commit(path: Path) -> None:
    assert workflow(path)["permissions"] == {"contents": "read"}
    used = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in used)


@pytest.mark.parametrize("path", [*WORKFLOWS, *TOLD], ids=lambda path: path.name)
def test_every_command_that_is_told_of_exists(path: Path) -> None:
    known = set(re.findall(r'^    "(\w+)": \(', (ROOT / "dev").read_text(encoding="utf-8"), re.MULTILINE))
    assert known
    assert set(re.findall(r"\./dev (\w+)", path.read_text(encoding="utf-8"))) <= known
