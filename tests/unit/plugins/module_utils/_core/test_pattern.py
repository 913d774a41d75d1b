# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patterns that users write: used on the beginning of a text, and refused if that might never end."""

from __future__ import annotations

import time

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.pattern import MOST_SEARCHED, matches, problem_of

GOOD = [
    "",
    "^Gone$",
    r"^InvalidTaskId\.NotFound$",
    r"(?i)not[ _]?found|(does|do) not exist",
    r"^API(GW|G|C)\.\d{4}$",
    r"task .* (was )?not found",
    r"task .* of .* not found",
    r"(?i)quota.{0,20}exceeded",
    r"(\d{1,3}\.){3}\d{1,3}",
    r"(?:ab){2,}",
    r"a(?=b)(?!c)",
    r"[^.]+\.[^.]+",
]
BAD = [
    r"(a+)+$",
    r"(a*)*",
    r"(a|ab)*c",
    r"(?:x?)+y",
    r"(.*a){20}",
    r"([a-z]+,?)*!",
    r".*.*.*!",
    r"a+b+c+d",
    r"(?=(a+)+)b",
    r"(?P<x>(\s|x\s)*)\Z",
    r"(((a{1,500}){1,500}){1,500})",
]
BROKEN = ["(", "a**", "[", "(?P<1>x)", r"\1"]


@pytest.mark.parametrize("pattern", GOOD)
def test_a_pattern_that_always_ends_soon_is_taken(pattern: str) -> None:
    assert problem_of(pattern) == ""


@pytest.mark.parametrize("pattern", BAD)
def test_a_pattern_that_may_take_for_ever_is_refused(pattern: str) -> None:
    assert problem_of(pattern).startswith("on some texts it would never end; repeat nothing that has a repetition")


@pytest.mark.parametrize("pattern", BROKEN)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    assert problem_of(pattern).startswith("it is no regular expression: ")


@pytest.mark.parametrize("pattern", GOOD)
@pytest.mark.parametrize("text", ["task of ", "a", "ab", "1.", "task ", ". ", "not"])
def test_what_is_taken_ends_soon(pattern: str, text: str) -> None:
    begun = time.process_time()
    matches(pattern, text * 1_000_000)
    assert time.process_time() - begun < 3


def test_no_more_than_the_beginning_of_a_text_is_searched() -> None:
    assert matches("b$", "a" * (MOST_SEARCHED - 1) + "b")
    assert not matches("b", "a" * MOST_SEARCHED + "b")
