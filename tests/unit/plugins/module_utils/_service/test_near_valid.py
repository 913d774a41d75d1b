# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every recorded answer of every service, bent: it is read as facts or as an error, and a success has nothing against it."""

from __future__ import annotations

import json
import os
import random
import typing as t

import jmespath
import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    Facts,
    NotListed,
    Task,
    Unjudged,
    task_of,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Filters
from local_cloud.catalogued import vectors_of
from support.mutations import MutatedCloud, Mutator, texts_in

# So many bent answers of each service, and half as many lists. For a long search, give more.
HOW_MANY = int(os.environ.get("BENT_ANSWERS", "300"))
GATES = ("succeeded", "partial", "skipped")
Paths = t.Mapping[str, str]
SERVICES = {
    f"{provider.name} {service.name}": (provider, service)
    for provider in PROVIDERS.values()
    for service in provider.services.values()
}
EVERY = pytest.mark.parametrize(("provider", "service"), SERVICES.values(), ids=SERVICES.keys())


# The oracle: what speaks against a state by which a gate may open, found without the code that judges


def against(service: Service, facts: Facts, paths: Paths) -> t.Iterator[str]:
    """All that an item has against being good enough."""
    if facts["state"] not in GATES:
        return
    yield from of_word(service, facts)
    yield from of_counts(facts, paths)
    if service.items_decide:
        yield from of_items(facts, paths)
    for name in ("native_state", "counts", "subtasks"):
        try:
            jmespath.search(paths.get(name) or "@", facts["raw"])
        except jmespath.exceptions.JMESPathError:
            yield f"{name} does not work"


def of_word(service: Service, facts: Facts) -> t.Iterator[str]:
    """A word that never means anything of the kind, unless a rule says so."""
    word = str(facts["native_state"]).lower().replace("canceled", "cancelled")
    meant = {table.get(word) for table in service.tables} | {rule.state for rule in service.rules}
    if not meant & {"succeeded", facts["state"]}:
        yield f"the word {word}"


def is_count(value: t.Any) -> bool:
    """Whether a value is none, or a whole number of things."""
    if isinstance(value, str) and value.strip().isdecimal():
        return True
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and value == int(value)
    return whole or value in (None, "")


def of_counts(facts: Facts, paths: Paths) -> t.Iterator[str]:
    """Counts that cannot be read, or that do not add up to the state."""
    told = jmespath.search(paths["counts"], facts["raw"]) if paths.get("counts") else None
    yield from (f"count {name}: {value!r}" for name, value in (told or {}).items() if not is_count(value))
    counts = facts["counts"] or {}
    total, good, bad = (counts.get(name) for name in ("total", "succeeded", "failed"))
    if facts["state"] == "succeeded" and (bad or (None not in (total, good) and total != good)):
        yield f"counts {counts}"
    if total is not None and (good or 0) + (bad or 0) > total:
        yield f"counts {counts} are more than there are"
    if facts["state"] == "partial" and bad is not None and not good and good is not None:
        yield f"counts {counts} with none that succeeded"


def of_items(facts: Facts, paths: Paths) -> t.Iterator[str]:
    """Items that have not ended well, are more than were counted, or cannot be read."""
    states = [item["state"] for item in facts["subtasks"]]
    fine = {"succeeded"} if facts["state"] == "succeeded" else {*GATES, "failed", "cancelled", "expired"}
    yield from (f"an item {state}" for state in states if state not in fine)
    total = (facts["counts"] or {}).get("total")
    if total is not None and len(states) > total:
        yield f"{len(states)} items of {total}"
    told = jmespath.search(paths.get("subtasks") or "null", facts["raw"])
    if isinstance(told, str) and told.lstrip()[:2] in ('["', "[{", '{"'):
        try:
            json.loads(told)
        except ValueError:
            yield "items that were cut off"
    if isinstance(told, list) and states and len(states) < len(told):
        yield "items that are no items"


def check(service: Service, task: Task, paths: Paths) -> None:
    """A task is plain JSON, makes itself again, and is good only if nothing is against it."""
    facts = task.facts()
    json.dumps(facts, allow_nan=False).encode()
    assert task_of(json.loads(json.dumps(facts))) == task
    assert list(against(service, facts, paths)) == [], json.dumps(facts["raw"])


# The readers


def benders(provider: Provider, service: Service) -> tuple[Mutator, list[Facts], list[Facts]]:
    """What bends the answers of a service, its answers, those that end well more often, and its lists."""
    vectors = vectors_of(provider.name, service.name)
    words = {word for table in service.tables for word in table}
    words |= {word for dummy, table in service.item_states for word in table}
    words |= {text for answer in vectors.answers[:20] for text in texts_in(answer["body"])}
    good = [answer for answer in vectors.answers if (answer.get("facts") or {}).get("state") in GATES]
    dice = random.Random(f"{provider.name} {service.name}")
    return Mutator(dice, sorted(words)), [*vectors.answers, *good * 3], list(vectors.lists)


def lane_of(provider: Provider, service: Service, answers: t.Mapping[str, Response]) -> TaskLister:
    """A lane to a cloud that answers these calls so."""
    return TaskLister(TaskReader(t.cast(t.Any, MutatedCloud(provider, answers)), service))


@EVERY
def test_a_bent_answer_is_facts_or_an_error(provider: Provider, service: Service) -> None:
    bender, answers, dummy = benders(provider, service)
    for answer in bender.rng.choices(answers, k=HOW_MANY):
        given = {service.read.action: Response(answer["status"], answer["headers"], bender.mutated(answer["body"]))}
        if service.detail and "detail" in answer:
            given[service.detail.call.action] = Response(200, {}, bender.mutated(answer["detail"]))
        try:
            task = lane_of(provider, service, given).reader.read(answer.get("ask") or {"task_id": "t-1"})
        except CloudError as exc:
            json.dumps(exc.failure(), allow_nan=False)
            continue
        assert task.id == (answer.get("ask") or {}).get("task_id", "t-1")
        check(service, task, {**service.facts, **(service.detail.facts if service.detail else {})})


@EVERY
def test_a_bent_list_is_tasks_or_an_error(provider: Provider, service: Service) -> None:
    bender, dummy, lists = benders(provider, service)
    if not (lists and service.listing):
        return
    for shown in bender.rng.choices(lists, k=HOW_MANY // 2):
        given = {service.listing.call.action: Response(200, {}, bender.mutated(shown["body"]))}
        try:
            tasks = lane_of(provider, service, given).observe_new(shown.get("ask") or {}, Filters())
        except CloudError:
            continue
        for task in tasks:
            if isinstance(task, Task):
                check(service, task, {**service.facts, **service.listing.facts})


@EVERY
def test_a_bent_batch_is_tasks_or_errors(provider: Provider, service: Service) -> None:
    bender, dummy, lists = benders(provider, service)
    if not (lists and service.batch):
        return
    call = service.batch.call or (service.listing and service.listing.call)
    facts = service.batch.facts if service.batch.call else service.listing and service.listing.facts
    assert call
    for shown in bender.rng.choices(lists, k=HOW_MANY // 2):
        ids = [task["id"] for task in shown["tasks"] or () if task.get("id")] + ["t-1", "t-2"]
        given = {call.action: Response(200, {}, bender.mutated(shown["body"]))}
        seen = lane_of(provider, service, given).read_many(ids, {**(shown.get("ask") or {}), "task_ids": None})
        assert set(seen) == set(ids)
        for task_id, told in seen.items():
            assert isinstance(told, (Task, Unjudged, NotListed, CloudError))
            if isinstance(told, Task):
                assert told.id == task_id
                check(service, told, {**service.facts, **(facts or {})})
