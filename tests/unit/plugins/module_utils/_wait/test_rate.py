# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many calls a lane may make: rules 2 and 7 of the design, as tables."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Quota
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.rate import Allowance, RateLimiter


def taken(rate: RateLimiter, start: float, end: float) -> list[float]:
    """When looks are made by one who makes as many as it may."""
    times = []
    now = start
    while now <= end:
        ready = rate.ready_at(now)
        if ready > now:
            now = ready
            continue
        assert rate.begin(now)
        times.append(now)
    return times


@pytest.mark.parametrize(("nominal", "burst"), [(0.1, 2.0), (0.5, 2.0), (2.0, 4.0), (2.5, 5.0), (20.0, 40.0)])
@pytest.mark.parametrize("start", [0.0, 12_345.678, 1e6, 1e9])
def test_looks_are_never_more_than_the_burst_and_the_rate(nominal: float, burst: float, start: float) -> None:
    times = taken(RateLimiter(Allowance(nominal, burst)), start, start + 60)
    assert times[: int(burst)] == [start] * int(burst)
    for first, last in itertools.combinations_with_replacement(range(0, len(times), max(1, len(times) // 60)), 2):
        assert last - first + 1 <= burst + nominal * (times[last] - times[first]) + 1e-3
    assert len(times) >= burst + 60 * nominal - 1.01


def test_a_rest_fills_the_bucket_to_the_burst_only() -> None:
    rate = RateLimiter(Allowance(1.0, 3.0))
    assert len(taken(rate, 0.0, 0.0)) == 3
    assert len(taken(rate, 1000.0, 1000.0)) == 3


def test_debt_is_paid_before_the_next_look() -> None:
    rate = RateLimiter(Allowance(2.0, 2.0))
    rate.take(0.0, 10)
    assert rate.ready_at(0.0) == pytest.approx(4.5)
    assert rate.ready_at(3.0) == pytest.approx(4.5)


def test_a_throttled_call_halves_the_rate_as_far_as_a_sixty_fourth() -> None:
    rate = RateLimiter(Allowance(8.0, 2.0))
    seen = []
    for now in range(8):
        rate.throttled(float(now), float(now), 0.0)
        seen.append(rate.current)
    assert seen == [4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.125, 0.125]


def test_calls_that_were_on_their_way_when_the_rate_was_halved_do_not_halve_it_again() -> None:
    rate = RateLimiter(Allowance(8.0, 2.0))
    rate.throttled(0.0, 1.0, 0.0)
    rate.throttled(0.5, 1.5, 20.0)
    assert (rate.current, rate.ready_at(2.0)) == (4.0, 21.5)
    rate.throttled(2.0, 3.0, 0.0)
    assert rate.current == 2.0


def test_good_calls_win_the_rate_back_slowly_and_no_further() -> None:
    rate = RateLimiter(Allowance(10.0, 2.0))
    rate.throttled(0.0, 0.0, 0.0)
    seen = []
    for dummy in range(12):
        rate.good()
        seen.append(rate.current)
    assert seen == pytest.approx([5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.0, 10.0])


def test_nothing_is_sent_before_the_time_a_throttling_tells() -> None:
    rate = RateLimiter(Allowance(100.0, 200.0))
    rate.throttled(10.0, 10.0, 30.0)
    assert rate.ready_at(10.0) == 40.0
    rate.throttled(11.0, 11.0, 1.0)
    assert rate.ready_at(11.0) == 40.0


def test_a_throttling_that_tells_no_time_costs_one_call_at_the_new_rate() -> None:
    rate = RateLimiter(Allowance(1.0, 2.0))
    rate.throttled(0.0, 0.0, None)
    assert rate.ready_at(0.0) == 2.0


def test_a_clock_that_goes_back_gives_no_calls() -> None:
    rate = RateLimiter(Allowance(1.0, 2.0))
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
    rate, now, times = RateLimiter(Allowance(nominal, 2.0)), 0.0, []
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


def test_a_window_is_waited_for_to_its_end_unless_the_api_says_when() -> None:
    rate = RateLimiter(Allowance(4.0, 100.0, 60.0))
    rate.take(0.0, 90)
    rate.throttled(1.0, 1.0, None)
    assert (rate.current, rate.ready_at(1.0)) == (2.0, 61.0)
    told = RateLimiter(Allowance(4.0, 100.0, 60.0))
    told.throttled(1.0, 1.0, 5.0)
    assert told.ready_at(1.0) == 6.0


def test_after_a_throttling_a_lane_begins_slowly_and_its_bursts_are_halved_with_its_rate() -> None:
    rate = RateLimiter(Allowance(4.0, 100.0, 60.0))
    rate.throttled(0.0, 0.0, None)
    assert len(taken(rate, 60.0, 60.4)) == 1
    assert len(taken(rate, 1000.0, 1000.0)) == 50


@pytest.mark.parametrize(
    ("calls", "seconds"), [(500, 60), (150, 60), (60, 60), (100, 60), (10, 1), (20, 1), (1.6, 1), (4, 1)], ids=str
)
@pytest.mark.parametrize("busy", [0.0, 30.0], ids=["from the start", "after a rest"])
def test_a_lane_stays_within_the_quota_in_any_window_and_within_its_part_on_average(
    calls: float, seconds: float, busy: float
) -> None:
    quota = Quota(calls, seconds)
    times = taken(RateLimiter(Allowance(quota.rate, quota.burst, quota.window)), busy, busy + 20 * seconds)
    window = max(seconds, 1 / quota.rate)
    most = max(sum(start <= at < start + window for at in times) for start in times)
    part = 0.8 * calls if quota.is_window else 1 + 0.5 * calls * window
    assert most <= part + 1e-6
    assert len(times) <= 0.5 * calls / seconds * (times[-1] - times[0]) + quota.burst + 1
