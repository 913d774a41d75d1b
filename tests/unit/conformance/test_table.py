# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/behaviours.md and the tests agree: nothing is claimed without a test, and no test of a behaviour is left out."""

from __future__ import annotations

import ast
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "behaviours.md"
HOW_MANY = 71
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PROOF = re.compile(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`")
NUMBERS = re.compile(r"test_((?:\d\d_)+)")
NO_PROOF = ("Does not apply: ", "Not done: ")
GAPS = "tests/unit/conformance/test_gaps.py"
NOT_YET = "Not yet: "
Functions = t.Mapping[str, t.Collection[str]]


@dataclass(frozen=True)
class Row:
    """One behaviour: what holds, and the files that prove it by a numbered test, or by tests of another name."""

    number: int
    holds: str
    proof: str

    @property
    def files(self) -> set[str]:
        """The files that are to have a test of this number."""
        return {path for path, function in PROOF.findall(self.proof) if not function}

    @property
    def tests(self) -> set[tuple[str, str]]:
        """Tests of another name, each with its file."""
        return {(path, function) for path, function in PROOF.findall(self.proof) if function}


def rows_of(text: str) -> list[Row]:
    """The rows of the table."""
    return [Row(int(number), holds, proof) for number, holds, proof in ROW.findall(text)]


def functions_of_tests() -> dict[str, set[str]]:
    """The functions of every file of tests."""
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return {path.relative_to(ROOT).as_posix(): functions_in(path.read_text(encoding="utf-8")) for path in paths}


def functions_in(source: str) -> set[str]:
    """The names of all functions."""
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def numbers_of(name: str) -> set[int]:
    """The behaviours that a test is about, by its name."""
    found = NUMBERS.match(name)
    return {int(number) for number in found.group(1).strip("_").split("_")} if found else set()


def disagreements(rows: t.Sequence[Row], functions: Functions) -> list[str]:
    """All that is wrong with a table, given the functions of each file of tests."""
    numbers = [row.number for row in rows]
    wrong = [] if numbers == list(range(1, HOW_MANY + 1)) else [f"the numbers are not 1 to {HOW_MANY}: {numbers}"]
    return [*wrong, *(text for row in rows for text in unproven(row, functions)), *unnamed(rows, functions)]


def unproven(row: Row, functions: Functions) -> t.Iterator[str]:
    """What a row claims and nobody tests."""
    numbered = {path for path, names in functions.items() if any(row.number in numbers_of(name) for name in names)}
    yield from (f"{row.number}: {path} has no test_{row.number:02}_" for path in sorted(row.files - numbered))
    yield from (
        f"{row.number}: {path} has no {name}" for path, name in sorted(row.tests) if name not in functions.get(path, ())
    )
    if (GAPS in row.files) is not (NOT_YET in row.holds):
        yield f"{row.number}: what does not hold yet is said with «{NOT_YET.strip()}», and shown in {GAPS}"
    if not row.files | row.tests and not row.proof.startswith(NO_PROOF):
        yield f"{row.number}: it names no test and does not say why: {row.proof}"


def unnamed(rows: t.Sequence[Row], functions: Functions) -> t.Iterator[str]:
    """Tests of a behaviour whose row does not name their file."""
    named = {row.number: row.files for row in rows}
    for path, names in functions.items():
        for name in sorted(names):
            for number in sorted(numbers_of(name)):
                if path not in named.get(number, ()):
                    yield f"{number}: the table does not name {path}, where {name} is"


def test_every_claim_of_the_table_is_tested_and_every_test_is_in_the_table() -> None:
    assert disagreements(rows_of(TABLE.read_text(encoding="utf-8")), functions_of_tests()) == []


def test_a_test_of_this_suite_names_its_behaviour() -> None:
    own = {path: names for path, names in functions_of_tests().items() if path.startswith("tests/unit/conformance/")}
    about_itself = ("test_table.py", "test_subjects.py")
    nameless = [
        name
        for path, names in own.items()
        if not path.endswith(about_itself)
        for name in names
        if name.startswith("test_") and not numbers_of(name)
    ]
    assert nameless == []


HERE = "tests/unit/test_a.py"
GOOD = [Row(number, "It holds.", f"`{HERE}`") for number in range(1, HOW_MANY + 1)]
TESTED = {HERE: {f"test_{number:02}_it_holds" for number in range(1, HOW_MANY + 1)}, "tests/unit/test_b.py": {"test_x"}}
OTHERWISE: dict[str, tuple[list[Row], dict[str, set[str]], str]] = {
    "a_number_is_missing": ([*GOOD[:6], *GOOD[7:]], TESTED, "the numbers are not"),
    "a_number_comes_twice": ([*GOOD, GOOD[0]], TESTED, "the numbers are not"),
    "a_claim_without_a_test": (GOOD, {HERE: TESTED[HERE] - {"test_07_it_holds"}}, "7: .* has no test_07_"),
    "a_file_that_is_not_there": (GOOD, {}, "1: .* has no test_01_"),
    "another_name_that_is_not_there": (
        [Row(1, "x", f"`{HERE}` `tests/unit/test_b.py::test_y`"), *GOOD[1:]],
        TESTED,
        "1: tests/unit/test_b.py has no test_y",
    ),
    "a_test_that_is_left_out": (
        GOOD,
        {**TESTED, "tests/unit/test_b.py": {"test_07_08_both"}},
        "8: the table does not name tests/unit/test_b.py",
    ),
    "a_gap_that_is_not_told": (
        [Row(1, "x", f"`{HERE}` `{GAPS}`"), *GOOD[1:]],
        {**TESTED, GAPS: {"test_01_x"}},
        "1: what does not hold yet is said",
    ),
    "a_gap_that_is_closed": ([Row(1, "x. Not yet: y.", f"`{HERE}`"), *GOOD[1:]], TESTED, "1: what does not hold yet"),
    "a_row_that_says_nothing": ([Row(1, "x", "later"), *GOOD[1:]], TESTED, "1: it names no test"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_table_that_does_not_agree_is_found_out(name: str) -> None:
    rows, functions, expected = OTHERWISE[name]
    assert [text for text in disagreements(rows, functions) if re.search(expected, text)]


def test_a_table_that_agrees_is_fine() -> None:
    assert disagreements(GOOD, TESTED) == []
    reasons = [Row(1, "x", "Not done: because."), Row(2, "x", "Does not apply: because."), *GOOD[2:]]
    assert disagreements(reasons, {HERE: TESTED[HERE] - {"test_01_it_holds", "test_02_it_holds"}}) == []
