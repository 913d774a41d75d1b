# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long until the next look, and how many looks a lane may make: rule 8 of the design, as tables."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import (
    ADAPTIVE,
    Pace,
    RateLimiter,
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


# The rate


def taken(rate: RateLimiter, start: float, end: float) -> list[float]:
    """When looks are made by one who makes as many as it may."""
    times = []
    now = start
    while now <= end:
        ready = rate.ready_at(now)
        if ready > now:
            now = ready
            continue
        rate.take(now)
        times.append(now)
    return times


@pytest.mark.parametrize(("nominal", "burst"), [(0.1, 2.0), (0.5, 2.0), (2.0, 4.0), (2.5, 5.0), (20.0, 40.0)])
@pytest.mark.parametrize("start", [0.0, 12_345.678, 1e6, 1e9])
def test_looks_are_never_more_than_the_burst_and_the_rate(nominal: float, burst: float, start: float) -> None:
    times = taken(RateLimiter(nominal, burst), start, start + 60)
    assert times[: int(burst)] == [start] * int(burst)
    for first, last in itertools.combinations_with_replacement(range(0, len(times), max(1, len(times) // 60)), 2):
        assert last - first + 1 <= burst + nominal * (times[last] - times[first]) + 1e-3
    assert len(times) >= burst + 60 * nominal - 1.01


def test_a_rest_fills_the_bucket_to_the_burst_only() -> None:
    rate = RateLimiter(1.0, 3.0)
    assert len(taken(rate, 0.0, 0.0)) == 3
    assert len(taken(rate, 1000.0, 1000.0)) == 3


def test_debt_is_paid_before_the_next_look() -> None:
    rate = RateLimiter(2.0, 2.0)
    rate.take(0.0, 10)
    assert rate.ready_at(0.0) == pytest.approx(4.5)
    assert rate.ready_at(3.0) == pytest.approx(4.5)


def test_a_throttled_call_halves_the_rate_as_far_as_a_sixty_fourth() -> None:
    rate = RateLimiter(8.0, 2.0)
    seen = []
    for now in range(8):
        rate.throttled(float(now), float(now), 0.0)
        seen.append(rate.current)
    assert seen == [4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.125, 0.125]


def test_calls_that_were_on_their_way_when_the_rate_was_halved_do_not_halve_it_again() -> None:
    rate = RateLimiter(8.0, 2.0)
    rate.throttled(0.0, 1.0, 0.0)
    rate.throttled(0.5, 1.5, 20.0)
    assert (rate.current, rate.ready_at(2.0)) == (4.0, 21.5)
    rate.throttled(2.0, 3.0, 0.0)
    assert rate.current == 2.0


def chance_of(value: float) -> t.Callable[[], float]:
    """A chance that is always the same."""
    return lambda: value


def test_good_calls_win_the_rate_back_slowly_and_no_further() -> None:
    rate = RateLimiter(10.0, 2.0)
    rate.throttled(0.0, 0.0, 0.0)
    seen = []
    for dummy in range(12):
        rate.good()
        seen.append(rate.current)
    assert seen == pytest.approx([5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.0, 10.0])


def test_nothing_is_sent_before_the_time_a_throttling_tells() -> None:
    rate = RateLimiter(100.0, 200.0)
    rate.throttled(10.0, 10.0, 30.0)
    assert rate.ready_at(10.0) == 40.0
    rate.throttled(11.0, 11.0, 1.0)
    assert rate.ready_at(11.0) == 40.0


def test_a_throttling_that_tells_no_time_costs_one_call_at_the_new_rate() -> None:
    rate = RateLimiter(1.0, 2.0)
    rate.throttled(0.0, 0.0, None)
    assert rate.ready_at(0.0) == 2.0


def test_a_clock_that_goes_back_gives_no_calls() -> None:
    rate = RateLimiter(1.0, 2.0)
    rate.take(100.0, 2)
    assert rate.ready_at(50.0) > 50.0
    assert rate.ready_at(100.5) == pytest.approx(101.0)


@given(
    steps=st.lists(
        st.tuples(st.floats(0, 20), st.sampled_from(["take", "good", "throttled"]), st.floats(0, 30)), max_size=60
    ),
    nominal=st.floats(0.05, 50),
)
def test_whatever_happens_looks_never_exceed_the_burst_and_the_rate(
    steps: list[tuple[float, str, float]], nominal: float
) -> None:
    rate, now, times = RateLimiter(nominal, 2.0), 0.0, []
    for pause, what, seconds in steps:
        now += pause
        if what == "good":
            rate.good()
        elif what == "throttled":
            rate.throttled(now, now, seconds)
            assert rate.ready_at(now) >= now + seconds
        elif rate.ready_at(now) <= now:
            rate.take(now)
            times.append(now)
        assert nominal / 64 <= rate.current <= nominal
    for first, last in itertools.combinations_with_replacement(range(len(times)), 2):
        assert last - first + 1 <= 2.0 + nominal * (times[last] - times[first]) + 1e-6
