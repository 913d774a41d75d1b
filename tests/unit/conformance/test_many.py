# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many tasks of a service in one wait: behaviours 50 to 58 of docs/behaviours.md."""

from __future__ import annotations

import threading
import typing as t
from collections import Counter

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FAILED, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import now
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from ansible_collections.multicloud.tasks.plugins.module_utils._run.targets import asked_of
from ansible_collections.multicloud.tasks.plugins.module_utils._run.workers import Job, Workers
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Batch, Listing, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look
from support.shapes import each_value
from support.simulated import ENVIRON, Latency
from support.stage import ReceivedCall, Stage, documented
from support.subjects import Fields, Subject, those

BATCHED = those(lambda subject: subject.service.batch)
BATCHING = pytest.mark.parametrize("subject", each_value("provider", ("batch", "pages"), of=BATCHED), ids=str)
ASKING_FOR_MANY = pytest.mark.parametrize(
    "subject",
    each_value("provider", "batch", of=BATCHED, fits=lambda subject: subject.service.batch.call),
    ids=str,
)


def has_pages(service: Service) -> bool:
    """Whether a batch is read by the pages of the list, and it is known how many tasks are on one."""
    return bool(service.batch and not service.batch.call and service.listing and service.listing.pages.size)


ON_PAGES = pytest.mark.parametrize(
    "subject",
    each_value("provider", ("batch", "pages"), of=BATCHED, fits=lambda subject: has_pages(subject.service)),
    ids=str,
)
LISTING = pytest.mark.parametrize(
    "subject", each_value("provider", "pages", fits=lambda subject: subject.service.listing), ids=str
)


@pytest.fixture(params=each_value("provider", ("batch", "parallel")), ids=str)
def subject(request: pytest.FixtureRequest) -> Subject:
    """One service of each shape that matters to many tasks."""
    return request.param  # type: ignore[no-any-return]


def ids(number: int) -> list[str]:
    """Ids of which none is the beginning of another."""
    return [f"t-{n:05}" for n in range(number)]


def batch_of(stage: Stage) -> Batch:
    """How the service looks at many."""
    assert stage.subject.service.batch
    return stage.subject.service.batch


def looks_at_many(stage: Stage, calls: list[ReceivedCall]) -> list[ReceivedCall]:
    """The calls that look at more than one task."""
    service = stage.subject.service
    ways = [part.call for part in (service.batch, service.listing) if part and part.call]
    return [call for call in calls if any(call.is_a(way) for way in ways)]


# What decides


POLICIES: dict[str, tuple[Fields, bool, Fields]] = {
    "all": ({}, False, {"t-good": SUCCEEDED, "t-bad": FAILED, "t-slow": "abandoned"}),
    "all_to_their_end": ({"fail_fast": False}, False, {"t-good": SUCCEEDED, "t-bad": FAILED, "t-slow": SUCCEEDED}),
    "any": ({"required": 1}, True, {"t-good": SUCCEEDED, "t-bad": "abandoned", "t-slow": "abandoned"}),
    "two": ({"required": 2}, True, {"t-good": SUCCEEDED, "t-bad": FAILED, "t-slow": SUCCEEDED}),
}


@pytest.mark.parametrize("name", POLICIES)
def test_50_as_many_as_required_decide_and_every_outcome_is_returned(stage: Stage, name: str) -> None:
    options, good, outcomes = POLICIES[name]
    stage.add("t-good", stage.going, (90, SUCCEEDED))
    stage.add("t-bad", stage.going, (200, FAILED))
    stage.add("t-slow", stage.going, (900, SUCCEEDED))
    waited = stage.wait("t-good", "t-bad", "t-slow", interval=60, **options)
    assert waited.outcomes == outcomes
    assert list(waited.outcomes) == ["t-good", "t-bad", "t-slow"]
    assert waited.result["succeeded"] is good


# Batches


@BATCHING
def test_51_an_id_that_a_batch_leaves_out_is_neither_lost_nor_done(stage: Stage) -> None:
    tasks = stage.add_many(ids(2 * batch_of(stage).least), stage.going, (300, SUCCEEDED))
    missing = tasks[3]
    fault = stage.fault("vanish", task=missing, times=1)
    waited = stage.wait(*tasks, interval=60)
    assert stage.hits(fault) == 1
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
    assert waited.tasks[missing]["looks"] >= 2


@BATCHING
def test_51_an_id_that_no_batch_ever_shows_is_not_found_and_the_others_are_fine(stage: Stage) -> None:
    tasks = stage.add_many(ids(2 * batch_of(stage).least), stage.going, (300, SUCCEEDED))
    stage.fault("vanish", task=tasks[3])
    waited = stage.wait(*tasks, fail_fast=False)
    assert waited.outcomes == {**dict.fromkeys(tasks, SUCCEEDED), tasks[3]: "not_found"}


@ASKING_FOR_MANY
def test_52_one_id_that_spoils_a_batch_does_not_spoil_the_others(stage: Stage) -> None:
    tasks = stage.add_many(ids(2 * batch_of(stage).least), stage.going, (300, SUCCEEDED))
    fault = stage.fault("poison", task=tasks[3])
    waited = stage.wait(*tasks, interval=60)
    assert stage.hits(fault) > 0
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)


@BATCHING
def test_52_a_batch_that_is_not_answered_harms_none_of_its_tasks(stage: Stage) -> None:
    tasks = stage.add_many(ids(2 * batch_of(stage).least), stage.going, (300, SUCCEEDED))
    stage.fault("error", after=50, lasts=30)
    waited = stage.wait(*tasks, interval=60)
    assert any(call.fault for call in looks_at_many(stage, waited.calls))
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)


@BATCHING
def test_53_what_has_ended_leaves_the_batch_and_is_reported_once(stage: Stage) -> None:
    least = batch_of(stage).least
    done = stage.add_many([f"t-done-{n}" for n in range(3)], SUCCEEDED)
    going = stage.add_many(ids(2 * least), stage.going, (900, SUCCEEDED))
    waited = stage.wait(*done, *going, interval=100)
    assert waited.outcomes == dict.fromkeys([*done, *going], SUCCEEDED)
    assert len(looks_at_many(stage, waited.calls)) >= 9
    for task_id in done:
        assert [call for call in waited.about(task_id) if call.at > 50] == []
        assert waited.tasks[task_id]["looks"] <= 2


def test_53_an_end_is_told_once(stage: Stage) -> None:
    stage.add("t-done", SUCCEEDED)
    stage.add("t-slow", stage.going, (900, SUCCEEDED))
    lines = stage.wait("t-done", "t-slow", interval=100).simulated.lines
    assert sum("t-done" in line for line in lines) == 1


@ASKING_FOR_MANY
def test_54_no_call_names_more_ids_than_the_api_takes(stage: Stage) -> None:
    batch = batch_of(stage)
    tasks = stage.add_many(ids(2 * batch.size + 5), stage.going)
    waited = stage.wait(*tasks, timeout=0)
    looks = looks_at_many(stage, waited.calls)
    named = [sum(task_id in call.query or task_id in call.ids for task_id in tasks) for call in looks]
    # The five that are left are asked for together where that is worth it, else alone, be it by the same API.
    joined = [batch.size, batch.size, *([5] if batch.least <= 5 else [])]
    assert [number for number in named if number > 1] == joined
    assert [task["looks"] for task in waited.result["tasks"]] == [1] * len(tasks)
    assert {task["state"] for task in waited.result["tasks"]} == {stage.going}


@BATCHING
def test_54_a_batch_costs_less_calls_than_its_tasks(stage: Stage) -> None:
    tasks = stage.add_many(ids(4 * batch_of(stage).least), stage.going, (450, SUCCEEDED))
    waited = stage.wait(*tasks, interval=100)
    looks = sum(task["looks"] for task in waited.result["tasks"])
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
    assert waited.result["requests"] == len(waited.calls)
    assert len(waited.calls) < looks / 3


@ON_PAGES
def test_54_tasks_that_fill_three_pages_all_come_to_their_end(stage: Stage) -> None:
    listing = stage.subject.service.listing
    assert isinstance(listing, Listing)
    tasks = stage.add_many(ids(2 * listing.pages.size + batch_of(stage).least), stage.going, (90, SUCCEEDED))
    waited = stage.wait(*tasks, interval=60)
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
    # A look begins with the first page, however many ids it is about.
    looks = -(-len(tasks) // batch_of(stage).size)
    assert len([call for call in waited.calls if call.is_a(listing.call)]) == 3 * sum(range(4 - looks, 4))


@ON_PAGES
def test_54_pages_come_no_faster_than_the_api_allows(stage: Stage) -> None:
    service, listing = stage.subject.service, stage.subject.service.listing
    assert isinstance(listing, Listing)
    tasks = stage.add_many(ids(2 * listing.pages.size + batch_of(stage).least), stage.going, (90, SUCCEEDED))
    stage.fault("throttle", **documented(service.quota))
    waited = stage.wait(*tasks, interval=60, timeout=600)
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
    assert waited.result["throttled"] == 0


@LISTING
def test_54_a_list_is_followed_to_its_last_page(stage: Stage) -> None:
    listing = stage.subject.service.listing
    assert isinstance(listing, Listing)
    tasks = stage.add_many(ids(listing.pages.size + 5), stage.going)
    waited = stage.wait(**stage.ask(states=[stage.going], limit=10_000), timeout=0)
    assert sorted(task["id"] for task in waited.result["tasks"]) == tasks
    # The first page is read once more where nothing else ties the second one to it.
    tied = listing.pages.by_item or listing.pages.token.endswith(".id")
    calls = 2 if tied else 3
    assert len([call for call in waited.calls if call.is_a(listing.call)]) == (calls if listing.pages.size else 1)


@LISTING
@pytest.mark.parametrize("part", [1, 0.5])
def test_54_pages_of_a_list_come_no_faster_than_they_may(stage: Stage, part: float) -> None:
    service, listing = stage.subject.service, stage.subject.service.listing
    assert isinstance(listing, Listing)
    tasks = stage.add_many(ids(2 * listing.pages.size + 5), stage.going)
    allowed = part * service.rate
    strict = {"rate": allowed, "burst": 1}
    stage.fault("throttle", **(documented(service.quota) if part == 1 else strict))
    limit = {} if part == 1 else {"rate_limit": allowed}
    asked = stage.ask(states=[stage.going], limit=10_000)
    waited = stage.wait(**asked, **limit, timeout=300, interval=290, request_timeout=5)
    assert sorted(task["id"] for task in waited.result["tasks"]) == tasks
    assert {task["state"] for task in waited.result["tasks"]} == {stage.going}
    assert waited.result["throttled"] == 0


@LISTING
def test_54_a_list_beside_looks_at_other_tasks_keeps_the_rate_of_all(stage: Stage) -> None:
    service, listing = stage.subject.service, stage.subject.service.listing
    assert isinstance(listing, Listing)
    listed = stage.add_many((f"l-{n:05}" for n in range(listing.pages.size + 5)), stage.going)
    others = stage.add_many(ids(15), stage.going)
    stage.fault("throttle", **documented(service.quota))
    entries = [stage.ask(states=[stage.going], limit=10_000), *map(stage.ask, others)]
    waited = stage.wait(tasks=entries, timeout=60 / service.rate, interval=1, fail_fast=False)
    assert set(waited.tasks) == {*listed, *others}
    assert waited.result["throttled"] == 0


@pytest.mark.parametrize("subject", those(lambda subject: subject.service.name == "hbr_restore_job"), ids=str)
def test_54_lists_of_several_kinds_come_no_faster_than_the_api_allows(stage: Stage) -> None:
    tasks = stage.add_many(ids(20), stage.going, (90, SUCCEEDED))
    stage.fault("throttle", **documented(stage.subject.service.quota))
    kinds = ["ECS_FILE", "NAS"]
    entries = [stage.ask(task_id, restore_type=kinds[number % 2]) for number, task_id in enumerate(tasks)]
    waited = stage.wait(tasks=entries, interval=60, timeout=600)
    assert waited.result["throttled"] == 0


# Rates


def busiest(calls: list[ReceivedCall], seconds: float) -> int:
    """The most calls within any stretch of so many seconds."""
    times = [call.at for call in calls]
    return max(sum(start <= at < start + seconds for at in times) for start in times)


@pytest.mark.parametrize("rate", [1, 4])
def test_55_calls_never_exceed_the_rate_whatever_is_wanted(stage: Stage, rate: int) -> None:
    # Too few for a batch, so that each look is a call: wanted are sixteen a second.
    batch = stage.subject.service.batch
    tasks = stage.add_many(ids(min(8, batch.least - 1) if batch else 8), stage.going)
    waited = stage.wait(*tasks, interval=len(tasks) / 16, timeout=25, rate_limit=rate)
    assert len(waited.calls) >= 0.9 * rate * 25
    for seconds in (1, 5, 20):
        assert busiest(waited.calls, seconds) <= rate * seconds


def test_55_tasks_take_turns_where_the_rate_is_short(stage: Stage) -> None:
    tasks = stage.add_many(ids(8), stage.going)
    waited = stage.wait(*tasks, interval=0.5, timeout=60, rate_limit=1)
    looks = Counter(task_id for task_id in tasks for dummy in waited.about(task_id))
    assert max(looks.values()) - min(looks.values()) <= 1


def test_55_an_account_that_is_throttled_does_not_slow_another(stage: Stage) -> None:
    stage.add("t-slow", SUCCEEDED)
    stage.add("t-quick", stage.going, (170, SUCCEEDED))
    # With its own time-out it is another client, and another lane.
    entries = [stage.ask("t-slow", request_timeout=31), stage.ask("t-quick")]
    stage.fault("throttle", task="t-slow", burst=0, retry_after=500)
    waited = stage.wait(tasks=entries, interval=60, timeout=400)
    assert waited.outcomes == {"t-slow": "timed_out", "t-quick": SUCCEEDED}
    assert [round(call.at) for call in waited.about("t-quick")] == [0, 60, 120, 180]


def hangs_for(timeout: float) -> Latency:
    """The looks of the client with this time-out hang."""

    def latency(look: Look) -> float:
        client = asked_of(look.items[0].target).client
        return 10_000 if client.options["request_timeout"] == timeout else 0.05

    return latency


def test_56_an_endpoint_that_hangs_does_not_delay_the_others(stage: Stage) -> None:
    stage.add("t-hung", SUCCEEDED)
    stage.add("t-quick", stage.going, (170, SUCCEEDED))
    entries = [stage.ask("t-hung", request_timeout=31), stage.ask("t-quick")]
    waited = stage.wait(tasks=entries, interval=60, timeout=400, latency=hangs_for(31))
    assert waited.outcomes == {"t-hung": "timed_out", "t-quick": SUCCEEDED}
    assert [round(call.at) for call in waited.about("t-quick")] == [0, 60, 120, 180]


# Twice, and none


def test_57_a_task_that_is_asked_for_twice_is_looked_at_once_and_told_twice(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    stage.add("t-2", stage.going, (90, SUCCEEDED))
    waited = stage.wait("t-1", "t-2", "t-1", interval=60)
    assert [(task["id"], task["outcome"]) for task in waited.result["tasks"]] == [
        ("t-1", SUCCEEDED),
        ("t-2", SUCCEEDED),
        ("t-1", SUCCEEDED),
    ]
    assert [len(waited.about("t-1")), len(waited.about("t-2"))] == [3, 3]
    assert waited.result["summary"] == {"total": 3, SUCCEEDED: 3}


@pytest.mark.parametrize("nothing", [{"tasks": []}, {"task_ids": []}])
def test_57_no_task_at_all_is_refused_at_once(stage: Stage, nothing: Fields) -> None:
    with pytest.raises(OptionError, match="the list is empty"):
        stage.wait(**{**stage.ask(), **nothing})
    assert stage.cloud.calls()["total"] == 0


# Very many


def test_58_a_hundred_tasks_are_waited_for_by_few_looks_at_a_time(stage: Stage) -> None:
    tasks = stage.add_many(ids(100), SUCCEEDED)
    waited = stage.wait(*tasks, rate_limit=100, latency=lambda look: 2.0)
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)
    made = waited.simulated.made
    flying = [sum(other.begun <= each.begun < other.arrived for other in made) for each in made]
    assert max(flying) <= stage.subject.service.parallel
    # In batches they are few looks anyway.
    assert max(flying) > 1 or stage.subject.service.batch


class CountingThreads(Workers):
    """A crew of real threads that remembers how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self.before = threading.active_count()
        self.most = 0

    def submit(self, lane: t.Hashable, parallel: int, job: Job) -> None:
        """Make the look as ever."""
        super().submit(lane, parallel, job)
        self.most = max(self.most, threading.active_count() - self.before)


def test_58_a_thread_is_not_begun_for_every_task(stage: Stage) -> None:
    tasks = stage.add_many(ids(40), SUCCEEDED)
    crew = CountingThreads()
    world = Frontend(Host(now, ENVIRON), Mask(), print, print, workers=lambda: crew)
    options = {"endpoint": stage.cloud.url, "rate_limit": 10_000, "tasks": [stage.ask(task_id) for task_id in tasks]}
    result = wait(plan_of(PROVIDERS, options, False), world)
    assert result["summary"] == {"total": 40, SUCCEEDED: 40}
    assert 0 < crew.most <= stage.subject.service.parallel
