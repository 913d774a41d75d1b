# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A watch for ever, told what was seen and when: no list is missed, nothing is watched twice, nothing unknown is an end."""

from __future__ import annotations

import math
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    NotFound,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Observation, Task, Unjudged
from ansible_collections.multicloud.tasks.plugins.module_utils._wait import follower as _vigil
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.follower import Follower
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import Policy

LIST = Target("lane", "account", "alibaba", "ecs", "cn-hangzhou", None)


def task(name: str, state: str, created_at: str = "2026-01-31T12:00:00Z") -> Task:
    return Task("alibaba", "ecs", "cn-hangzhou", name, state, state, created_at=created_at)


def vigil(target: Target = LIST, **policy: t.Any) -> Follower:
    told = {"timeout": math.inf, "list_interval": 60.0, "fail_fast": False, **policy}
    return Follower([target], Policy(**told), lambda dummy: Limits(1000.0), 0.0, lambda: 0.5)


def look(watch: Follower, now: float, *seen: Observation) -> list[Item]:
    """Answer all looks that are due with the first of these for a list, the second for a task; what has changed."""
    for each in watch.due(now):
        brought = {item: seen[0] if item.target.task_id is None else seen[-1] for item in each.items}
        watch.take(LookResult(each, brought), now)
    return watch.changes()


def watched(watch: Follower) -> list[str]:
    return [item.target.task_id or "" for item in watch.items if item.open]


@pytest.mark.parametrize("first", [[], NotFound("none")])
def test_an_empty_list_is_no_error_and_what_comes_then_is_new(first: Observation) -> None:
    watch = vigil()
    look(watch, 0.0, first)
    look(watch, 60.0, [task("t-1", "succeeded")])
    ended = [item.target.task_id for item in watch.items if item.outcome]
    assert ended == ["t-1"]
    assert not watch.done


def test_of_the_first_list_only_what_goes_on_is_watched() -> None:
    watch = vigil()
    changed = look(
        watch, 0.0, [task("t-old", "succeeded"), Unjudged(task("t-older", "failed")), task("t-1", "running")]
    )
    assert watched(watch) == ["", "t-1"]
    assert [item.known for item in changed if item.known] == [{"t-old": "succeeded", "t-older": "failed", "t-1": ""}]


def test_what_was_known_from_before_is_not_new_and_the_rest_is_though_it_has_ended() -> None:
    watch = vigil(Target("lane", "account", "alibaba", "ecs", "cn-hangzhou", None, known={"t-1": "succeeded"}))
    look(watch, 0.0, [task("t-1", "succeeded"), task("t-2", "failed")])
    assert [item.target.task_id for item in watch.items if item.outcome] == ["t-2"]


def test_no_task_is_watched_twice() -> None:
    watch = vigil()
    for count in range(5):
        look(watch, 60.0 * count, [task("t-1", "running"), task("t-2", "pending")], task("t-1", "running"))
    assert sorted(watched(watch)) == ["", "t-1", "t-2"]


def test_what_has_ended_is_dropped_and_still_known() -> None:
    watch = vigil()
    look(watch, 0.0, [])
    look(watch, 60.0, [task("t-1", "succeeded")])
    look(watch, 120.0, [task("t-1", "succeeded")])
    assert watched(watch) == [""]
    assert len(watch.items) == 1
    assert watch.items[0].known == {"t-1": ""}


def test_of_a_long_list_the_latest_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vigil, "MEMORY", 3)
    watch = vigil()
    found = [task(f"t-{day}", "succeeded", f"2026-01-{day:02}T00:00:00Z") for day in (9, 8, 7, 6, 5, 4, 3)]
    look(watch, 0.0, found)
    look(watch, 60.0, found[:1])
    assert list(watch.items[0].known or ()) == ["t-7", "t-8", "t-9"]


ERRORS: list[CloudError] = [
    Unavailable("down"),
    Unauthorized("no"),
    Throttled("slow"),
    CloudError("refused"),
    NotFound("unknown"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_no_error_ends_a_list_or_makes_a_success(error: CloudError) -> None:
    watch = vigil()
    for count in range(500):
        look(watch, 30.0 * count, error)
    assert watched(watch) == [""]
    assert not [item for item in watch.items if item.outcome]
    changed = look(watch, 1e6, [task("t-1", "running")])
    assert watch.items[0].out_of_sight is None
    assert changed


@pytest.mark.parametrize(
    ("error", "word"),
    [(Unavailable("down"), "unreachable"), (Unauthorized("no"), "unauthorized"), (CloudError("no"), "refused")],
)
def test_what_is_lost_is_told_once_and_found_again(error: CloudError, word: str) -> None:
    watch = vigil(Target("lane", "account", "alibaba", "ecs", "cn-hangzhou", "t-1"))
    look(watch, 0.0, task("t-1", "running"))
    told = [item.out_of_sight for count in range(1, 100) for item in look(watch, 60.0 * count, error)]
    assert told == [word]
    assert [item.out_of_sight for item in look(watch, 9000.0, task("t-1", "running"))] == [None]
    assert [item.outcome for item in look(watch, 9999.0, task("t-1", "succeeded"))] == ["succeeded"]
    assert watch.done


def test_a_timeout_holds_for_what_is_lost_too() -> None:
    watch = vigil(Target("lane", "account", "alibaba", "ecs", "cn-hangzhou", "t-1"), timeout=3600.0)
    look(watch, 0.0, task("t-1", "running"))
    told = [
        item.outcome or item.out_of_sight
        for count in range(1, 100)
        for item in look(watch, 60.0 * count, Unauthorized("no"))
    ]
    assert told == ["unauthorized", "timed_out"]
