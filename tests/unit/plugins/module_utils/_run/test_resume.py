# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which facts of an earlier wait are about the task that is asked for: over all answers and lists of tests/vectors/."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Facts, Task, task_of
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.resume import record_about
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import document_of, read_item, read_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.recheck import stands
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Selector
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from local_cloud.catalogued import vectors_of

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SERVICES = {
    f"{provider.name} {service.name}": (provider, service)
    for provider in PROVIDERS.values()
    for service in provider.services.values()
}
TELLING = {name: known for name, known in SERVICES.items() if "id" in known[1].facts}
BY_SERVICE = pytest.mark.parametrize(("provider", "service"), TELLING.values(), ids=TELLING.keys())


def seen_by(provider: Provider, service: Service) -> t.Iterator[Facts]:
    """The facts of every task that the vectors of a service show, alone or in a list."""
    vectors = vectors_of(provider.name, service.name)
    listing = service.listing or service.batch
    for answer in vectors.answers:
        if answer.get("facts"):
            told = document_of(service, Response(answer["status"], answer["headers"], answer["body"]))
            yield read_task(service, told, Origin(provider.name, None, NOW, answer["ask"]["task_id"])).facts()
    for shown in vectors.lists:
        items = search(listing.items, shown["body"]) if listing else None
        for item in items if isinstance(items, list) and listing else ():
            try:
                yield read_item(service, item, Origin(provider.name, None, NOW), listing.facts).facts()
            except CloudError:
                continue


def believed(provider: Provider, service: Service, task_id: str, record: Facts) -> bool:
    """Whether facts that a play hands over are taken for those of this id."""
    return record_about(Selector(provider, service, {}, {}, task_id, record=record), None, False) is not None


@BY_SERVICE
def test_facts_are_those_of_the_id_that_the_api_told(provider: Provider, service: Service) -> None:
    shown = list(seen_by(provider, service))
    assert shown
    for facts in shown:
        assert believed(provider, service, facts["id"], facts)
        assert not believed(provider, service, facts["id"], {**facts, "raw": {}})


@BY_SERVICE
def test_what_is_but_a_part_of_what_was_told_is_another_id(provider: Provider, service: Service) -> None:
    for facts in seen_by(provider, service):
        told = json.dumps(facts["raw"])
        others = {told[start : start + size] for start in range(0, len(told), 7) for size in (1, 5, len(facts["id"]))}
        others |= {facts["id"][1:], facts["id"][:-1], facts["id"] + "0", facts["id"] + " "}
        for other in others - {facts["id"]}:
            assert not believed(provider, service, other, {**facts, "id": other})


PART = SERVICES["openstack cinder_volume"]
UUID = "7E57AB1E-0000-4000-8000-00000000000A"
# An id that is asked for, the one that the API told, and whether they name the same.
FORMS: list[tuple[str, t.Any, bool]] = [
    (UUID, UUID.lower(), True),
    (UUID.replace("-", ""), UUID.lower(), True),
    (UUID, UUID[:-1] + "B", False),
    ("412", 412, True),
    ("41", 412, False),
    ("0412", 412, False),
    ("T-1", "t-1", False),
    ("true", True, False),
    ("None", None, False),
]


@pytest.mark.parametrize(("asked", "told", "same"), FORMS)
def test_ids_are_compared_as_what_they_name(asked: str, told: t.Any, same: bool) -> None:
    provider, service = PART
    facts = {"id": asked, "raw": {"id": told, "name": asked}}
    assert believed(provider, service, asked, facts) is same


def test_an_answer_that_tells_of_two_tasks_is_about_neither() -> None:
    provider, service = SERVICES["huawei dds"]
    raw = {"jobs": [{"id": "a"}, {"id": "b"}], "job": {"id": "a"}, "id": "b"}
    assert not [one for one in ("a", "b") if believed(provider, service, one, {"id": one, "raw": raw})]


def successes() -> dict[str, tuple[Service, Task]]:
    """A recorded success of each service that has one, as the facts that a wait hands over."""
    found = {}
    for name, (provider, service) in SERVICES.items():
        for answer in vectors_of(provider.name, service.name).answers:
            if answer.get("facts", {}).get("state") == "succeeded" and "detail" not in answer:
                told = document_of(service, Response(answer["status"], answer["headers"], answer["body"]))
                found[name] = (service, read_task(service, told, Origin("p", None, NOW, answer["ask"]["task_id"])))
    return found


SUCCESSES = successes()
# What speaks against a success, if the service knows such facts.
AGAINST: dict[str, dict[str, t.Any]] = {
    "some have failed": {"counts": {"total": 3, "succeeded": 2, "failed": 1}},
    "more than there are": {"counts": {"total": 1, "succeeded": 3, "failed": 3}},
    "not all have ended": {"counts": {"total": 3, "succeeded": 1, "failed": 0}},
    "a negative count": {"counts": {"total": 3, "succeeded": 3, "failed": -1}},
    "a count that is a text": {"counts": {"total": 3, "succeeded": "many", "failed": 0}},
    "a count that is a list": {"counts": {"total": [3], "succeeded": 3, "failed": 0}},
    "another word": {"native_state": "a word that nobody knows"},
    "no word": {"native_state": None},
}


@pytest.mark.parametrize(("service", "task"), SUCCESSES.values(), ids=SUCCESSES)
def test_a_recorded_success_stands(service: Service, task: Task) -> None:
    assert stands(service, task)
    again = task_of(json.loads(json.dumps(task.facts())))
    assert again
    assert stands(service, again)


@pytest.mark.parametrize("change", AGAINST.values(), ids=AGAINST)
@pytest.mark.parametrize(("service", "task"), SUCCESSES.values(), ids=SUCCESSES)
def test_a_success_that_its_own_facts_contradict_is_asked_for_again(
    service: Service, task: Task, change: dict[str, t.Any]
) -> None:
    changed = task_of({**task.facts(), **change})
    assert changed
    assert not stands(service, changed)
    # An end on which no gate opens stays one.
    assert stands(service, replace(changed, state="failed"))


@pytest.mark.parametrize("state", ["failed", "running", "unknown", "pending", "cancelled"])
@pytest.mark.parametrize(("service", "task"), SUCCESSES.values(), ids=SUCCESSES)
def test_a_success_with_a_sub_task_that_is_none_is_asked_for_again(service: Service, task: Task, state: str) -> None:
    step = {"name": "a", "state": state, "native_state": None, "progress": None, "remaining": None, "error": None}
    believed_again = stands(service, replace(task, subtasks=[step], counts=None))
    # A rule may look at sub-tasks where they do not decide by themselves.
    by_rule = any("subtasks[" in rule.when for rule in service.rules)
    assert believed_again is not service.items_decide or (by_rule and not believed_again)


@pytest.mark.parametrize(("service", "task"), SUCCESSES.values(), ids=SUCCESSES)
def test_a_sub_task_is_no_better_than_its_word(service: Service, task: Task) -> None:
    step = {"name": "a", "state": "succeeded", "native_state": "odd", "progress": None, "remaining": None, "error": 1}
    decides = service.items_decide or any("state == 'unknown'" in rule.when for rule in service.rules)
    assert stands(service, replace(task, subtasks=[step], counts=None)) is not decides


@pytest.mark.parametrize("name", SUCCESSES)
def test_what_the_api_had_sent_decides_over_what_is_said_of_it(name: str) -> None:
    service, task = SUCCESSES[name]
    raws = [
        read_task(
            service, document_of(service, Response(200, answer["headers"], answer["body"])), Origin("p", None, NOW)
        )
        for answer in vectors_of(SERVICES[name][0].name, service.name).answers
        if answer.get("facts", {}).get("state") in ("failed", "running") and not {"detail"} & answer.keys()
    ]
    for other in raws:
        assert not stands(service, replace(task, raw=other.raw)) or "id" not in service.facts or other.id != task.id
