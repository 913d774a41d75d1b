# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table of rows in one test is as strict as a test for each row."""

from __future__ import annotations

import inspect

import pytest

from support.rows import check_each, each_row

SEEN: list[tuple[int, str, str]] = []


@pytest.fixture
def fixture() -> str:
    return "made"


@pytest.mark.parametrize("letter", ["a", "b"])
@each_row(("number", "word"), [(1, "one"), (2, "two")], ids=["first", "second"])
def test_each_row_is_checked_with_fixtures_and_parameters(number: int, word: str, letter: str, fixture: str) -> None:
    assert fixture == "made"
    SEEN.append((number, word, letter))
    if (number, letter) == (2, "b"):
        assert SEEN == [(1, "one", "a"), (2, "two", "a"), (1, "one", "b"), (2, "two", "b")]


def test_all_rows_that_fail_are_named_and_none_is_left_out() -> None:
    checked: list[int] = []

    @each_row("number", range(10), ids=map(str, range(10)))
    def check(number: int) -> None:
        checked.append(number)
        assert number < 3, f"{number} is too large"

    assert [*inspect.signature(check).parameters] == []
    with pytest.raises(
        AssertionError, match=r"(?s)^7 of 10 rows fail:.*4 3: AssertionError: 3 is too.*so do: 9 8, 10 9$"
    ):
        check()
    assert checked == [*range(10)]


def test_a_row_that_raises_nothing_where_it_should_fails() -> None:
    def check(row: int) -> None:
        with pytest.raises(ValueError, match="x"):
            int(row)

    with pytest.raises(AssertionError, match="1 of 1 rows fail:\nit: Failed: DID NOT RAISE"):
        check_each({"it": 1}, check)


def test_an_empty_table_and_a_wrong_name_are_no_tests() -> None:
    with pytest.raises(AssertionError, match="nothing is tested"):
        check_each({}, print)
    with pytest.raises(AssertionError, match="does not take"):
        each_row("other", [1])(lambda number: None)
