# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of every catalogued service, and the facts or the error that each is: tests/vectors/."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, NotFound, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, STATES, TERMINAL, Task, task_of
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import to_datetime
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of, is_error_inside
from ansible_collections.multicloud.tasks.plugins.module_utils._service.ids import is_same_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.links import is_by_url
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import (
    add_detail,
    document_of,
    is_error,
    read_item,
    read_task,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider, request_id_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import (
    body_of,
    names_the_task,
    path_of,
    query_of,
)
from support.rows import check_each

VECTORS = Path(__file__).parents[4] / "vectors"
SERVICES = [(provider, service) for provider in PROVIDERS.values() for service in provider.services.values()]
# What a table of expected facts leaves out: the body itself, and the time of the look, which is the same in all.
UNTOLD = {"raw", "observed_at"}


@dataclass(frozen=True)
class Table:
    """One vector file."""

    provider: Provider
    service: Service
    now: str
    answers: list[dict[str, t.Any]]
    lists: list[dict[str, t.Any]]

    def look(self, vector: dict[str, t.Any], request_id: str = "") -> Origin:
        """The look that brought an answer."""
        now = to_datetime(self.now)
        assert now is not None
        ask = vector.get("ask", {})
        known = {option.fact: ask.get(option.name) for option in self.service.options if option.required}
        return Origin(
            self.provider.name,
            ask.get("region"),
            now,
            ask.get("task_id", ""),
            request_id or None,
            known,
            options={option.name: ask.get(option.name) for option in self.service.options},
        )


def tables() -> list[Table]:
    """All vector files, each of a service that the catalogue must hold."""
    found = []
    for provider, service in SERVICES:
        told = json.loads((VECTORS / f"{provider.name}_{service.name}.json").read_text(encoding="utf-8"))
        assert (told["provider"], told["service"]) == (provider.name, service.name)
        found.append(Table(provider, service, told["now"], told["answers"], told["lists"]))
    return found


TABLES = tables()
EACH_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.provider.name}-{table.service.name}")
Vector = dict[str, t.Any]


def named(vectors: list[Vector], key: str = "name") -> dict[str, Vector]:
    """The vectors that have this key, by name."""
    rows = {vector["name"]: vector for vector in vectors}
    assert len(rows) == len(vectors), "each vector has a name of its own"
    return {name: vector for name, vector in rows.items() if key in vector}


def read(table: Table, vector: dict[str, t.Any]) -> Task:
    """The task that an answer and its detail tell of, or the error that the answer is."""
    answer = Response(vector["status"], vector["headers"], vector["body"])
    if is_error(table.service, answer) or is_error_inside(table.provider, table.service, answer.body):
        raise error_of(table.provider, table.service, answer)
    task = read_task(
        table.service, document_of(table.service, answer), table.look(vector, request_id_of(table.provider, answer))
    )
    detail = table.service.detail
    return add_detail(table.service, detail, task, vector["detail"]) if detail and "detail" in vector else task


def item_of(service: Service, vector: dict[str, t.Any]) -> t.Any:
    """What an answer has about the task, whatever else is in it."""
    document = document_of(service, Response(vector["status"], vector["headers"], vector["body"]))
    found = search(service.items or service.root, document)
    if not isinstance(found, list):
        return found
    return next(
        item for item in found if is_same_task(service, str(search(service.facts["id"], item)), vector["facts"]["id"])
    )


@EACH_TABLE
def test_an_answer_is_read_as_these_facts(table: Table) -> None:
    check_each(named(table.answers, "facts"), lambda vector: check_facts(table, vector))


def check_facts(table: Table, vector: Vector) -> None:
    task = read(table, vector)
    facts = task.facts()
    assert set(facts) == set(FACTS) == {*vector["facts"], *UNTOLD}
    assert {name: facts[name] for name in vector["facts"]} == vector["facts"]
    assert facts["observed_at"] == table.now
    assert facts["raw"] == item_of(table.service, vector)
    # Facts are plain data, and enough to make the task again.
    assert task_of(json.loads(json.dumps(facts))) == task


@EACH_TABLE
def test_an_answer_is_this_error(table: Table) -> None:
    check_each(named(table.answers, "error"), lambda vector: check_error(table, vector))


def check_error(table: Table, vector: Vector) -> None:
    with pytest.raises(CloudError) as caught:
        read(table, vector)
    error = caught.value
    assert (error.kind, error.code, error.retry_after) == (vector["error"], vector["code"], vector["retry_after"])
    assert error.message
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "table", [table for table in TABLES if table.lists], ids=lambda table: f"{table.provider.name}-{table.service.name}"
)
def test_a_list_is_read_as_these_tasks(table: Table) -> None:
    check_each(named(table.lists), lambda vector: check_list(table, vector))


def check_list(table: Table, vector: Vector) -> None:
    listing = table.service.listing or table.service.batch
    assert listing
    items = search(listing.items, vector["body"])
    assert not is_error_inside(table.provider, table.service, vector["body"])
    if vector["tasks"] is None:
        assert not isinstance(items, list)
        return
    assert isinstance(items, list)
    tasks = [read_item(table.service, item, table.look(vector), listing.facts).facts() for item in items]
    assert [facts["raw"] for facts in tasks] == items
    assert [{name: facts[name] for name in told} for facts, told in zip(tasks, vector["tasks"])] == vector["tasks"]
    assert len(tasks) == len(vector["tasks"])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.service.name)
def test_every_word_of_the_catalogue_has_an_answer(table: Table) -> None:
    told = {
        (vector["facts"]["native_state"] or "").lower(): vector["facts"]["state"]
        for vector in table.answers
        if "facts" in vector and vector["facts"]["state"] in (*TERMINAL, "pending", "running")
    }
    assert set(table.service.states) <= set(told)
    assert set(table.service.states.values()) <= set(STATES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.service.name)
def test_every_kind_of_error_has_an_answer(table: Table) -> None:
    kinds = {vector["error"] for vector in table.answers if "error" in vector}
    told = {kind.kind for dummy, dummy_text, kind in (*table.service.codes, *table.provider.codes)}
    # Without signatures there are no bad ones.
    assert kinds == {"not_found", "throttled", "unavailable", "unauthorized", "credentials_expired", "refused"} | told


TELLING = [table for table in TABLES if "id" in table.service.facts]


@pytest.mark.parametrize("table", TELLING, ids=lambda table: f"{table.provider.name}-{table.service.name}")
def test_the_same_answer_about_another_id_is_no_answer(table: Table) -> None:
    check_each(named(table.answers, "facts"), lambda vector: check_another_id(table, vector))


def check_another_id(table: Table, vector: Vector) -> None:
    other = {**vector, "ask": {**vector["ask"], "task_id": "another-id"}}
    # A call that names no task answers with all that there are, so what is not among them does not exist.
    with pytest.raises(Unavailable if names_the_task(table.service.read) else NotFound):
        read(table, other)


STRANGE_IDS = {
    "plain": ("t-1", "t-1"),
    "slash": ("t/1", "t%2F1"),
    "space": ("t 1", "t%201"),
    "another alphabet": ("任", "%E4%BB%BB"),
    "a query of its own": ("t?a=b&c#d", "t%3Fa%3Db%26c%23d"),
    "percent": ("%2e%2e", "%252e%252e"),
    "a way up": ("../x", "..%2Fx"),
    "line break": ("a\r\nHost: b", "a%0D%0AHost%3A%20b"),
    "a name of a value": ("{region}", "%7Bregion%7D"),
    "tilde": ("~", "~"),
}


@pytest.mark.parametrize(("task_id", "encoded"), STRANGE_IDS.values(), ids=STRANGE_IDS.keys())
def test_an_id_stays_in_its_segment_of_the_path(task_id: str, encoded: str) -> None:
    call = Call("x", path="/api/{task_id}/end")
    assert path_of(call, {"task_id": task_id, "region": "leaked"}) == f"/api/{encoded}/end"


@pytest.mark.parametrize("task_id", [row[0] for row in STRANGE_IDS.values()], ids=STRANGE_IDS.keys())
def test_an_id_stays_in_its_parameter_of_the_query(task_id: str) -> None:
    call = Call("x", query={"TaskId": "{task_id}", "PageSize": "100", "Absent": "{absent}", "Empty": "{empty}"})
    values = {"task_id": task_id, "region": "leaked", "empty": ""}
    assert query_of(call, values) == (("TaskId", task_id), ("PageSize", "100"))


READS = {
    f"{provider.name} {service.name}": service
    for provider, service in SERVICES
    if names_the_task(service.read) and not is_by_url(service)
}


@pytest.mark.parametrize("service", READS.values(), ids=READS.keys())
def test_the_id_is_sent_where_the_api_wants_it(service: Service) -> None:
    besides = {option.name: "x" for option in service.options}
    place = {"region": "somewhere", "project_id": "p1", "project": "p1", "subscription_id": "s1"}
    values = {"task_id": "t 1", **place, "now": "2026-01-31T12:00:00Z", **besides}
    for call in filter(None, (service.read, service.fallback and service.fallback.call)):
        body = body_of(call, values).decode()
        query = " ".join(value for dummy, value in query_of(call, values))
        assert "t%201" in path_of(call, values) or "t 1" in query or "t 1" in body or "t+1" in body
        assert "{" not in path_of(call, values)
