# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the local cloud has for simulations: a clock that stands still, troubles that come later, a log of what was sent."""

from __future__ import annotations

import json
import typing as t

import pytest
from soak.dialects import ECS
from soak.schedules import entry_of

from local_cloud.client import LocalCloud
from support.callers import AlibabaCaller
from support.simulated import simulate

TASK = {"service": "ecs", "id": "t-1", "script": [[0, {}], [60, {"TaskStatus": "Finished"}]]}
WHERE: dict[str, t.Any] = {"clock": "stopped", "dates_are": "clock"}


def test_a_clock_that_is_stopped_goes_on_only_where_it_is_moved(local_cloud: LocalCloud) -> None:
    local_cloud.settings(clock="stopped")
    before = local_cloud.now()
    assert local_cloud.now() == before
    assert local_cloud.advance(7.5) == before + 7.5
    local_cloud.settings(offset_is="index")
    assert local_cloud.now() == before + 7.5
    local_cloud.settings(clock="real")
    assert local_cloud.now() != local_cloud.now()


@pytest.mark.parametrize(("second", "status"), [(0.0, 200), (9.9, 200), (10.0, 503), (14.9, 503), (15.0, 200)])
def test_a_fault_comes_later_and_goes(local_cloud: LocalCloud, second: float, status: int) -> None:
    local_cloud.settings(clock="stopped")
    local_cloud.add(TASK)
    local_cloud.fault("html", after=10.0, lasts=5.0, status=503)
    local_cloud.advance(second)
    assert AlibabaCaller(local_cloud.url).ecs().status == status


def test_a_world_is_begun_with_all_that_is_in_it(local_cloud: LocalCloud) -> None:
    local_cloud.control(
        "POST", "reset", {"settings": {"clock": "stopped"}, "tasks": [TASK], "faults": [{"kind": "empty"}]}
    )
    state = local_cloud.state()
    assert (state["tasks"], len(state["faults"]), state["settings"]["clock"]) == (1, 1, "stopped")


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({}, '"TaskStatus":"Processing"'),
        ({"kind": "error"}, '"Code":"InternalError"'),
        ({"kind": "answer", "body": [1]}, "[1]"),
        ({"kind": "slow_body", "bytes_per_second": 1e6}, '"TaskStatus":"Processing"'),
        ({"kind": "truncated"}, ""),
        ({"kind": "reset"}, ""),
    ],
)
def test_the_log_has_what_was_sent_whole(local_cloud: LocalCloud, fault: dict[str, t.Any], answer: str) -> None:
    local_cloud.settings(log_answers=True, **WHERE)
    local_cloud.add(TASK)
    if fault:
        local_cloud.fault(**fault, times=1)
    start = local_cloud.now()
    simulate(local_cloud, {"tasks": [entry_of(ECS, task_id="t-1")], "timeout": 0})
    entry = local_cloud.log()[0]
    assert entry["now"] == pytest.approx(start)
    assert answer in entry["answer"]
    assert bool(entry["answer"]) == bool(answer)


def test_the_log_is_taken_in_pieces(local_cloud: LocalCloud) -> None:
    local_cloud.settings(log_length=5)
    local_cloud.add(TASK)
    for dummy in range(7):
        AlibabaCaller(local_cloud.url).ecs()
    assert [len(local_cloud.control("DELETE", "log", first=3)) for dummy in range(3)] == [3, 2, 0]


def test_a_simulated_wait_is_the_same_every_time(local_cloud: LocalCloud) -> None:
    """On a clock that only it moves, however long it really takes."""
    played = []
    for dummy in range(2):
        local_cloud.reset()
        local_cloud.settings(**WHERE)
        local_cloud.add(TASK)
        wait = simulate(local_cloud, {"tasks": [entry_of(ECS, task_id="t-1")], "interval": 7})
        played.append(([made.begun for made in wait.made], wait.seconds, json.dumps(wait.outcomes())))
    assert played[0] == played[1]
    assert played[0][0] == pytest.approx([7.05 * count for count in range(10)])
