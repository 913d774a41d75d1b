# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long until the next look: rule 8 of the design, as tables."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import (
    ADAPTIVE,
    Pace,
    time_left,
)

# name: seconds waited, seconds left, seconds without a change, seconds to the next look without jitter.
NEXT: dict[str, tuple[float, t.Optional[float], float, float]] = {
    "at the start": (0.0, None, 0.0, 7.158),
    "at the start with an estimate": (0.0, 1000.0, 0.0, 2.0),
    "without progress, the cube root of the time and a head start of 3 s": (21.0, None, 0.0, 2 * 7.158),
    "without progress, twice that at eight times the time": (189.0, None, 0.0, 4 * 7.158),
    "without progress, at most 40 % of the longest": (5000.0, None, 5000.0, 48.0),
    "less than half of what is left": (900.0, 100.0, 9.0, 43.0),
    "of what is left, at least the shortest": (900.0, 1.0, 0.0, 2.0),
    "nothing left": (900.0, 0.0, 0.0, 2.0),
    "nothing left, for long": (900.0, 0.0, 400.0, 40.0),
    "nothing left, for very long": (9000.0, 0.0, 8000.0, 120.0),
    "at most a quarter of what was waited": (400.0, 1000.0, 0.0, 100.0),
    "at most a quarter of what was waited, however still": (40.0, 0.0, 200.0, 10.0),
    "at most the longest": (10_000.0, 10_000.0, 0.0, 120.0),
}


@pytest.mark.parametrize(("waited", "left", "still", "wanted"), NEXT.values(), ids=NEXT.keys())
def test_the_adaptive_interval_follows_what_is_left_and_what_was_waited(
    waited: float, left: t.Optional[float], still: float, wanted: float
) -> None:
    assert ADAPTIVE.next_look(waited, left, still, lambda: 0.5) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(("waited", "left", "still", "wanted"), NEXT.values(), ids=NEXT.keys())
def test_jitter_is_ten_percent_at_most_and_stays_in_bounds(
    waited: float, left: t.Optional[float], still: float, wanted: float
) -> None:
    for chance, factor in ((0.0, 0.9), (0.25, 0.95), (0.75, 1.05), (1.0, 1.1)):
        got = ADAPTIVE.next_look(waited, left, still, chance_of(chance))
        assert 2.0 <= got <= 120.0
        assert 0.9 * wanted - 1e-3 <= got <= 1.1 * wanted + 1e-3
        if 2.3 < wanted < 109:
            assert got == pytest.approx(factor * wanted, rel=1e-4)


# name: seconds waited, what a history wants, seconds left, seconds to the next look without jitter.
USUAL: dict[str, tuple[float, float, t.Optional[float], float]] = {
    "as a history wants": (900.0, 14.0, None, 14.0),
    "no end is likely soon, early on": (0.0, 800.0, None, 90.0),
    "no end is likely soon, later": (50.0, 800.0, None, 100.0),
    "no end is likely soon, at most the longest": (900.0, 800.0, None, 120.0),
    "at least the shortest": (900.0, 0.5, None, 2.0),
    "what the task tells goes before its history": (900.0, 800.0, 100.0, 43.0),
}


@pytest.mark.parametrize(("waited", "usual", "left", "wanted"), USUAL.values(), ids=USUAL.keys())
def test_a_history_sets_the_interval_of_a_task_that_tells_nothing(
    waited: float, usual: float, left: t.Optional[float], wanted: float
) -> None:
    assert ADAPTIVE.next_look(waited, left, 0.0, lambda: 0.5, usual) == pytest.approx(wanted)
    assert Pace(7.0).next_look(waited, left, 0.0, lambda: 0.5, usual) == 7.0


@given(
    waited=st.floats(0, 1e7),
    left=st.one_of(st.none(), st.floats(0, 1e7)),
    still=st.floats(0, 1e7),
    usual=st.one_of(st.none(), st.floats(0, 1e7)),
    chance=st.floats(0, 1),
    shortest=st.floats(0.001, 100),
    more=st.floats(0, 1e4),
)
def test_the_adaptive_interval_is_always_within_its_bounds(
    waited: float,
    left: t.Optional[float],
    still: float,
    usual: t.Optional[float],
    chance: float,
    shortest: float,
    more: float,
) -> None:
    pace = Pace(None, shortest, shortest + more)
    assert shortest <= pace.next_look(waited, left, still, lambda: chance, usual) <= shortest + more


@pytest.mark.parametrize("interval", [0.1, 1.0, 30.0, 200.0, 86_400.0])
def test_a_fixed_interval_is_what_it_is(interval: float) -> None:
    pace = Pace(interval, 2.0, 120.0)
    assert {pace.next_look(waited, left, 0.0, lambda: 1.0) for waited in (0.0, 1e6) for left in (None, 1.0)} == {
        interval
    }
    assert pace.after_errors(7, lambda: 0.0) == interval
    assert pace.phase(lambda: 1.0) == 0.0


def test_the_second_look_comes_at_a_moment_of_its_own() -> None:
    assert [ADAPTIVE.phase(chance_of(chance)) for chance in (0.0, 0.5, 1.0)] == [0.0, 1.0, 2.0]


BACKOFF = {1: 4.0, 2: 8.0, 3: 16.0, 4: 32.0, 5: 64.0, 6: 120.0, 7: 120.0, 10**6: 120.0}


@pytest.mark.parametrize(("errors", "bound"), BACKOFF.items())
def test_errors_wait_anywhere_under_a_doubling_bound(errors: int, bound: float) -> None:
    assert ADAPTIVE.after_errors(errors, lambda: 1.0) == bound
    assert ADAPTIVE.after_errors(errors, lambda: 0.5) == max(2.0, bound / 2)
    assert ADAPTIVE.after_errors(errors, lambda: 0.0) == 2.0


# name: progress, seconds it took so far, the API's own estimate, seconds left.
LEFT: dict[str, tuple[t.Optional[float], t.Optional[float], t.Optional[float], t.Optional[float]]] = {
    "the API's own word": (10.0, 100.0, 66.0, 66.0),
    "the API says none": (10.0, 100.0, 0.0, 0.0),
    "half done": (50.0, 100.0, None, 100.0),
    "a tenth done": (10.0, 60.0, None, 540.0),
    "all done": (100.0, 100.0, None, 0.0),
    "nothing done tells nothing": (0.0, 100.0, None, None),
    "no progress": (None, 100.0, None, None),
    "no time": (50.0, None, None, None),
    "just begun": (50.0, 0.0, None, 0.0),
}


@pytest.mark.parametrize(("progress", "took", "remaining", "left"), LEFT.values(), ids=LEFT.keys())
def test_the_time_left_is_told_or_estimated(
    progress: t.Optional[float], took: t.Optional[float], remaining: t.Optional[float], left: t.Optional[float]
) -> None:
    assert time_left(progress, took, remaining) == left


def chance_of(value: float) -> t.Callable[[], float]:
    """A chance that is always the same."""
    return lambda: value
