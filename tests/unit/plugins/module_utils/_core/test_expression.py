# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPaths on data that they do not expect."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import (
    find,
    holds,
    problem_of,
    search,
)

DATA: dict[str, t.Any] = {
    "text": "abc",
    "number": 7,
    "steps": [{"order": 1, "note": "x"}, {"order": None}],
    "orders": [1, None],
    "huge": [10**400, 0.5],
    "written": ["false", " None", "NULL"],
}
# What a JMESPath finds, whether it works, and whether it holds; None where that cannot be told.
FOUND: list[tuple[str, t.Any, bool, t.Optional[bool]]] = [
    ("text", "abc", True, True),
    ("nothing", None, True, False),
    ("starts_with(text, 'a')", True, True, True),
    ("starts_with(text, 'b')", False, True, False),
    # A function of something that is not there does not hold.
    ("starts_with(nothing, 'a')", None, False, False),
    ("length(nothing) > `0`", None, False, False),
    ("nothing.more | starts_with(@, 'a')", None, False, False),
    ("starts_with(number, 'a')", None, False, None),
    # Of a list that has something without it, that cannot be told.
    ("steps[?starts_with(note, 'y')]", None, False, None),
    ("length(steps[?starts_with(note, 'y')]) > `0`", None, False, None),
    ("steps[*].starts_with(note, 'y') | [0]", None, False, None),
    ("sort_by(steps, &order)", None, False, None),
    ("max_by(steps, &order).note == 'y'", None, False, None),
    ("sum(orders) > `1`", None, False, None),
    ("map(&length(note), steps)", None, False, None),
    ("avg(huge) > `1`", None, False, None),
    # What is not there has no order, and nothing to choose from. What is there, and of a type without them, cannot be told.
    ("nothing > `0`", None, True, False),
    ("number > `0`", True, True, True),
    ("text > `0`", None, False, None),
    ("orders > `0`", None, False, None),
    ("@ > `0`", None, False, None),
    ("`true` > `0`", None, False, None),
    ("orders[?@ > `0`]", [1], True, True),
    ("steps[?orders > `0`]", [], True, False),
    ("nothing[?order == `9`]", None, True, False),
    ("text[?order == `9`]", None, False, None),
    ("@[?order == `9`]", None, False, None),
    # Here jmespath itself raises what Python raises.
    ("contains(text, number)", None, False, None),
    ("contains(text, nothing)", None, False, None),
    ("orders[::0]", None, False, None),
    ("merge(@, nothing)", None, False, None),
    ("ceil(`1e400`)", None, False, None),
    # To JMESPath these texts are true, and nobody means that.
    ("written[0]", "false", True, None),
    ("written[1]", " None", True, None),
    ("written[2]", "NULL", True, None),
    ("written[0] == 'false'", True, True, True),
    (f"{'!' * 3000}text", None, False, None),
]


@pytest.mark.parametrize(("path", "found", "works", "held"), FOUND, ids=[row[0][:60] for row in FOUND])
def test_what_does_not_work_finds_nothing_and_is_told_from_what_finds_none(
    path: str, found: t.Any, works: bool, held: t.Optional[bool]
) -> None:
    assert find(path, DATA) == (found, works)
    assert search(path, DATA) == found
    assert holds(path, DATA) is held


def test_no_expression_finds_nothing_and_works() -> None:
    assert find("", DATA) == (None, True)


# Each with whether it is valid. That it works on no data of this kind is no fault of it.
PROBLEMS: list[tuple[str, bool]] = [
    ("contains(text, 'a')", True),
    ("contains('abc', nothing)", True),
    ("starts_with(nothing, 'a')", True),
    ("ceil(`1e400`)", True),
    ("a..b", False),
    ("half(a)", False),
    ("length(a, b)", False),
    (f"a[{'9' * 5000}]", False),
    (f"{'!' * 3000}a", False),
]


@pytest.mark.parametrize(("expression", "is_valid"), PROBLEMS, ids=[text[:30] for text, dummy in PROBLEMS])
def test_what_is_wrong_with_an_expression_is_said_in_one_line(expression: str, is_valid: bool) -> None:
    problem = problem_of(expression)
    assert (problem == "") is is_valid
    assert problem.splitlines()[1:] == []
