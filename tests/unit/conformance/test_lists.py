# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task and many of them: what a batch or a list tells, does not tell, and tells of what was before."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.ids import bare_id
from local_cloud.script import Fields
from support.shapes import each_value
from support.stage import Stage
from support.subjects import Subject

# Where in its items each service has the id, its lists in tests/vectors show: test_model.py reads them all.
BATCHING = pytest.mark.parametrize(
    "subject", each_value("provider", ("batch", "pages"), fits=lambda subject: subject.service.batch), ids=str
)
LISTING = pytest.mark.parametrize(
    "subject", each_value("provider", "pages", "lasting", fits=lambda subject: subject.service.listing), ids=str
)
READ_OTHERWISE = each_value("provider", ("batch", "pages"), fits=lambda subject: subject.reads_batch_otherwise)


def ids(stage: Stage) -> list[str]:
    """As many ids as a batch is worth it for."""
    assert stage.subject.service.batch
    return [f"t-{number:05}" for number in range(stage.subject.service.batch.least + 2)]


# The item, whichever call told it


def id_in(subject: Subject, raw: Fields) -> set[t.Any]:
    """The id that is in an item, at the place where one of the calls has it."""
    service = subject.service
    parts = (service.batch, service.listing)
    paths = {service.facts.get("id"), *(part.facts.get("id") for part in parts if part and "facts" in part._fields)}
    found = {search(path, raw) for path in paths if path} - {None}
    return {bare_id(service, each) if isinstance(each, str) else each for each in found}


@BATCHING
@pytest.mark.parametrize("state", ["going", SUCCEEDED])
def test_66_raw_is_the_item_of_a_task_in_a_batch_and_alone(stage: Stage, state: str) -> None:
    tasks = stage.add_many(ids(stage), stage.going if state == "going" else state)
    together, alone = stage.wait(*tasks, timeout=0), stage.wait(tasks[0], timeout=0)
    if "id" in stage.subject.service.facts:
        assert id_in(stage.subject, alone.task["raw"]) == {tasks[0]}
        assert [id_in(stage.subject, task["raw"]) for task in together.result["tasks"]] == [{name} for name in tasks]
    if state == SUCCEEDED and stage.subject.service.batch_tells_all:
        assert together.tasks[tasks[0]]["raw"] == alone.task["raw"]


@LISTING
def test_66_raw_is_the_item_of_a_task_in_a_list(stage: Stage) -> None:
    stage.add("t-1", stage.going)
    waited = stage.wait(**stage.ask(states=[stage.going]), timeout=0)
    assert id_in(stage.subject, waited.task["raw"]) == {"t-1"}


# Conditions


@LISTING
@pytest.mark.parametrize("condition", ["success_when", "failure_when"])
def test_67_a_condition_on_what_a_list_shows_is_judged_by_a_look_at_the_task(stage: Stage, condition: str) -> None:
    stage.add("t-1", stage.going)
    asked = stage.ask(states=[stage.going])
    waited = stage.wait(**asked, **{condition: f"state == '{stage.going}'"}, timeout=60)
    assert waited.result["succeeded"] is (condition == "success_when")
    assert bool(waited.about("t-1")) is not stage.subject.service.list_tells_all


@BATCHING
def test_67_a_condition_on_many_is_judged_by_a_look_at_each_unless_a_batch_tells_all(stage: Stage) -> None:
    tasks = stage.add_many(ids(stage), stage.going)
    waited = stage.wait(*tasks, success_when=f"state == '{stage.going}'", timeout=600)
    assert waited.result["succeeded"]
    assert (len(waited.calls) < len(tasks)) is stage.subject.service.batch_tells_all


# What had ended before


@LISTING
def test_68_what_had_ended_before_is_no_end_while_something_else_may_turn_up(stage: Stage) -> None:
    stage.add("t-old", SUCCEEDED)
    stage.add("t-new", (20, stage.going), (50, SUCCEEDED))
    waited = stage.wait(**stage.ask(states=[stage.going, SUCCEEDED]), interval=5, timeout=600)
    assert waited.outcomes["t-new"] == SUCCEEDED
    assert waited.result["elapsed"] >= 50


@LISTING
@pytest.mark.parametrize("limit", [1, 100])
def test_68_what_had_ended_before_is_taken_at_last_with_a_warning(stage: Stage, limit: int) -> None:
    stage.add("t-old", SUCCEEDED)
    asked = stage.ask(states=[stage.going, SUCCEEDED], limit=limit)
    waited = stage.wait(**asked, interval=5, timeout=600, not_found_timeout=30)
    assert waited.outcomes == {"t-old": SUCCEEDED}
    assert 30 <= waited.result["elapsed"] < 40
    assert sum("created_after is missing" in line for line in waited.simulated.warnings) == 1


def lists_times(subject: Subject) -> bool:
    """Whether a list tells when a task was created, if the task itself does."""
    listing = subject.service.listing
    return bool(listing) and all(listing.facts.get(name) != "" for name in ("created_at", "started_at"))


# The local cloud does not read times in the form in which one service wants them.
@pytest.mark.parametrize(
    "subject",
    each_value("provider", "pages", fits=lambda subject: lists_times(subject) and subject.service.name != "dcs"),
    ids=str,
)
def test_68_who_says_since_when_is_answered_at_once(stage: Stage) -> None:
    stage.add("t-old", SUCCEEDED)
    asked = stage.ask(states=[stage.going, SUCCEEDED])
    seen = stage.wait(**asked, timeout=0, not_found_timeout=0).task
    begun = seen["created_at"] or seen["started_at"]
    waited = stage.wait(**asked, created_after=begun or "2026-01-01T00:00:00Z", interval=5, timeout=600)
    assert waited.outcomes == {"t-old": SUCCEEDED}
    # What does not tell when it was created may be of any time, whatever is asked for.
    assert (waited.result["elapsed"] < 5) == bool(begun)
    assert any("may be older than created_after" in line for line in waited.simulated.warnings) == (not begun)


# Batches that are down

DOWN: dict[str, Fields] = {
    "error": {"kind": "error", "status": 500},
    "a page of another server": {"kind": "html", "status": 502},
    "no answer": {"kind": "reset"},
    "no list": {"kind": "answer", "body": {}},
    "half a list": {"kind": "truncated"},
}


# Each service with one fault, and each fault with one service at least.
APART = [
    (READ_OTHERWISE[number % len(READ_OTHERWISE)], [*DOWN][number % len(DOWN)])
    for number in range(max(len(READ_OTHERWISE), len(DOWN)))
]


@pytest.mark.parametrize(("subject", "name"), APART, ids=[f"{subject}-{name}" for subject, name in APART])
def test_69_a_list_that_is_down_takes_down_no_task_that_can_be_read_alone(stage: Stage, name: str) -> None:
    service = stage.subject.service
    tasks = stage.add_many(ids(stage), stage.going, (90, SUCCEEDED))
    (action,) = {part.call.action for part in (service.batch, service.listing) if part and part.call}
    stage.cloud.fault(api=f"{stage.subject.provider.name}.{service.name}.{action}", **DOWN[name])
    waited = stage.wait(*tasks, unreachable_timeout=60, timeout=900)
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
