# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API may say how long to wait, in each way that its provider has: behaviour 23 of docs/behaviours.md."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from support.http_stub import Headers, Relay
from support.shapes import each_value
from support.stage import Stage, Waited
from support.subjects import Fields

StatusAndBody = t.Callable[[Headers], Headers]
THROTTLED: Fields = {"kind": "throttle", "burst": 0, "header": False}
BUSY: Fields = {"kind": "error", "status": 503, "code": "Conformance.Busy", "message": "Try later."}
FAULTS: dict[str, Fields] = {"throttled": THROTTLED, "busy": BUSY}


def number(name: str, per_second: float, seconds: float) -> StatusAndBody:
    """So many seconds, in the unit of the header."""
    return lambda headers: {name: f"{seconds * per_second:.0f}"}


def date(name: str, per_second: float, seconds: float) -> StatusAndBody:
    """The moment, by the clock of the one who answers."""

    def told(headers: Headers) -> Headers:
        return {name: format_datetime(parsedate_to_datetime(headers["date"]) + timedelta(seconds=seconds), usegmt=True)}

    return told


# The headers are those of a provider, and a call that follows the first one may be refused, too.
EACH_VALUE = each_value("provider", "reading")
# Every header that a provider has; one that counts in seconds may hold a date, too.
WAYS = [
    (subject, way, header)
    for subject in EACH_VALUE
    for header in subject.provider.retry_after
    for way in (number, date)
    if way is number or header[1] == 1
]
IDS = [f"{subject}-{header[0]}-{way.__name__}" for subject, way, header in WAYS]
EVERY_WAY = pytest.mark.parametrize(("subject", "way", "header"), WAYS, ids=IDS)
Way = t.Callable[[str, float, float], StatusAndBody]


def relayed(stage: Stage, told: StatusAndBody, **options: t.Any) -> Waited:
    """The wait for t-1, whose refused calls are answered with these headers."""
    with Relay(stage.cloud.url, told) as relay:
        waited = replace(stage, url=relay.url).wait("t-1", **options)
        assert relay.passed
    return waited


@EVERY_WAY
@pytest.mark.parametrize("fault", FAULTS)
def test_23_the_next_call_is_made_when_the_api_wants_it(
    stage: Stage, way: Way, header: tuple[str, float], fault: str
) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault(**FAULTS[fault], times=1)
    # Which is later than contact would be taken for lost.
    waited = relayed(stage, way(*header, 900), unreachable_timeout=600)
    assert waited.outcome == SUCCEEDED
    assert len(waited.calls) == 2
    # A date has whole seconds, and is rounded down by the one who tells it.
    assert 899 <= waited.gaps[0] <= 905


@EVERY_WAY
def test_23_a_good_answer_moves_the_next_look(stage: Stage, way: Way, header: tuple[str, float]) -> None:
    stage.add("t-1", stage.going, (10, SUCCEEDED))
    with Relay(stage.cloud.url, way(*header, 100), of_errors=False) as relay:
        waited = replace(stage, url=relay.url).wait("t-1", max_interval=300)
        assert relay.passed
    assert (waited.outcome, len(waited.gaps)) == (SUCCEEDED, 1)
    assert 99 <= waited.gaps[0] <= 110


@EVERY_WAY
def test_23_however_long_the_api_wants_the_last_call_is_at_the_deadline(
    stage: Stage, way: Way, header: tuple[str, float]
) -> None:
    stage.add("t-1", stage.going, (300, SUCCEEDED))
    stage.fault(**THROTTLED, after=60, times=1)
    waited = relayed(stage, way(*header, 900), interval=90, timeout=600)
    assert (waited.outcome, waited.times) == (SUCCEEDED, [0, 90, 600])


@EVERY_WAY
def test_23_a_throttling_that_never_ends_is_over_at_the_deadline(
    stage: Stage, way: Way, header: tuple[str, float]
) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault(**THROTTLED)
    waited = relayed(stage, way(*header, 200), timeout=500)
    assert (waited.outcome, waited.times[-1]) == ("timed_out", 500)
    assert all(gap >= 199 for gap in waited.gaps[:-1])


@pytest.mark.parametrize("subject", each_value("provider"), ids=str)
@pytest.mark.parametrize("value", ["", "soon", "-5", "NaN", "Sun, 99 Foo 2026 99:99:99 GMT"])
def test_23_a_header_that_says_nothing_is_none(stage: Stage, value: str) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault(**THROTTLED, times=1)
    names = [name for name, dummy in stage.subject.provider.retry_after]
    waited = relayed(stage, lambda headers: dict.fromkeys(names, value))
    assert (waited.outcome, len(waited.calls)) == (SUCCEEDED, 2)
    # A window is waited for to its end.
    assert waited.result["elapsed"] < 10 + stage.subject.service.quota.window
