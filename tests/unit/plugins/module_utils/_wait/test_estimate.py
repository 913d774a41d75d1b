# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of the time of a task whose API tells minutes only."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._output.progress import ProgressLines
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.estimate import duration_of, rounded
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Sight, Target
from support.fake_watch import sees, task, watching

Json = dict[str, t.Any]
NOON = "2026-01-31T12:00:00Z"


def lines_of(created_at: str, durations: t.Sequence[float], progress: t.Sequence[float]) -> list[str]:
    """The lines of a wait that looks every 10 s at a task."""
    watch = watching(["a"])
    lines = ProgressLines(watch, 1.0)
    shown: list[str] = []
    for number, (duration, percent) in enumerate(zip(durations, progress)):
        sees(watch, 10.0 * number, a=task("a", progress=percent, created_at=created_at, duration=duration))
        shown += lines.at(10.0 * number)
    return shown


def test_a_time_left_does_not_come_from_a_start_that_is_cut_to_the_minute() -> None:
    # It was created 50 s after the minute, and takes 100 s.
    shown = lines_of(NOON, [50, 60, 70, 80], [0, 10, 20, 30])
    assert [line.partition("about ")[2] for line in shown] == ["", "1:30 left", "1:20 left", "1:10 left"]


def test_a_start_to_the_second_is_taken_at_once() -> None:
    shown = lines_of("2026-01-31T12:00:01Z", [50, 60], [50, 60])
    assert shown[0].endswith("about 0:50 left")


def test_a_task_that_was_seen_to_gain_little_has_no_time_left_yet() -> None:
    shown = lines_of(NOON, [50, 60, 70], [40, 42, 44])
    assert not [line for line in shown if "left" in line]


# name: created, first seen, finished and last seen (in seconds of the minute), what the API's times suggest, what is told.
DURATIONS: dict[str, tuple[str, str | None, str | None, str, float, float]] = {
    "all within one minute": ("12:00:00", "12:00:40", "12:00:00", "12:00:52", 0, 12),
    "it goes on": ("12:00:00", "12:00:40", None, "12:00:52", 52, 12),
    "its end is exact": ("12:00:00", "12:00:40", "12:01:10", "12:01:12", 70, 30),
    "its start is exact": ("12:00:20", "12:00:40", "12:01:00", "12:01:12", 40, 52),
    "both are exact": ("12:00:20", "12:00:40", "12:01:10", "12:01:12", 50, 50),
    "it was first seen long after": ("12:00:00", "12:30:00", "12:40:10", "12:40:20", 2410, 2380.5),
    "it was never seen before": ("12:00:00", None, "12:40:10", "12:40:20", 2410, 2380.5),
}


@pytest.mark.parametrize("name", DURATIONS)
def test_a_duration_does_not_come_from_times_that_are_cut_to_the_minute(name: str) -> None:
    created, first, finished, seen, told, expected = DURATIONS[name]
    times: Json = {"created_at": created, "finished_at": finished, "observed_at": seen}
    facts = {fact: f"2026-01-31T{moment}Z" for fact, moment in times.items() if moment}
    state = "succeeded" if finished else "running"
    item = Item(Target("lane", "account", "alibaba", "ecs", "r", "a"), first=None)
    item.first = Sight(0.0, f"2026-01-31T{first}Z", None) if first else None
    assert duration_of(item, task("a", state, duration=told, **facts)) == expected


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3, 10), (53, 50), (104, 100), (147, 150), (599, 600), (1234, 1260)], ids=str
)
def test_what_is_uncertain_is_rounded(seconds: float, shown: float) -> None:
    assert rounded(seconds) == shown
