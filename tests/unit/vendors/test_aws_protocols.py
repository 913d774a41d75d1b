# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call of every service of AWS is the one that botocore makes, and every answer is read as botocore reads it."""

from __future__ import annotations

import json
import re
import typing as t
from datetime import datetime, timezone
from urllib.parse import urlsplit

import pytest

pytest.importorskip("botocore", reason="there is nothing to hold the catalogue against")

from unit.vendors.aws_sdk import (
    body_by,
    full,
    model_of,
    operation_of,
    parameters_of,
    parsed_by,
    protocol_of,
    request_by,
)

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import request_of
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.provider import AWS
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import names_in_expression, search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.xml import read_xml
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import Fillings

ENDPOINT = "https://made-up.eu-west-1.amazonaws.com"
SERVICES = list(AWS.services.values())


def calls_of(service: Service) -> dict[str, Call]:
    """Return all calls of a service by what they are for."""
    parts = {
        "list": service.listing,
        "batch": service.batch,
        "detail": service.detail,
        "find": service.finder,
        "cancel": service.cancel,
        "fallback": service.fallback,
    }
    return {"read": service.read, **{name: part.call for name, part in parts.items() if part and part.call}}


CALLS = [(service, name) for service in SERVICES for name in calls_of(service)]
EACH_CALL = pytest.mark.parametrize(("service", "name"), CALLS, ids=[f"{each.name}-{name}" for each, name in CALLS])
EACH_SERVICE = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
ID = "12345678-ABCD-abcd-1234-1234567890ab"


def id_of(service: Service) -> str:
    """Return an id that the calls of a service take."""
    found = next((re.fullmatch(form.pattern, form.example) for form in service.qualified), None)
    return found["task_id"] if found else ID


def fillings(service: Service, with_filters: bool) -> Fillings:
    """Return a value for whatever a call may name."""
    listing, task_id = service.listing, id_of(service)
    size = next((part.pages.size for part in (listing, service.batch) if part and part.pages), 0)
    always: dict[str, t.Any] = {"task_id": task_id, "task_ids": (task_id, f"{task_id}2"), "region": "eu-west-1"}
    always |= {option.name: "my-own" for option in service.options if option.required}
    filters: dict[str, t.Any] = {"name": "my-name", "resource_id": "arn:aws:x:eu-west-1:123456789012:y/z+ ü"}
    filters |= {
        "created_after": "2026-01-02T03:04:05Z",
        "created_before": "2026-02-02T03:04:05Z",
        "token": "a/b+c=" * 7,
    }
    filters |= {"native_state": listing.states[0] if listing and listing.states else None}
    filters |= {option.name: "my-own" for option in service.options}
    return {**always, "page": "1", "page_size": str(size), **(filters if with_filters else {})}


@EACH_SERVICE
def test_a_service_speaks_the_protocol_of_botocore(service: Service) -> None:
    model = model_of(service.product)
    assert service.protocol == protocol_of(service)
    assert service.target == (model.metadata.get("targetPrefix", "") if service.protocol.startswith("json") else "")
    if service.protocol in ("query", "ec2"):
        assert service.version == model.api_version
    assert service.product == model.endpoint_prefix


@pytest.mark.parametrize("with_filters", [True, False], ids=["filtered", "all"])
@EACH_CALL
def test_a_call_is_that_of_botocore_byte_by_byte(service: Service, name: str, with_filters: bool) -> None:
    call = calls_of(service)[name]
    request = request_of(AWS, service, call, ENDPOINT, fillings(service, with_filters))
    operation = operation_of(service, call)
    expected = request_by(operation, parameters_of(operation, request), ENDPOINT)
    parts = urlsplit(expected.url)
    sent = {header.lower(): value for header, value in request.headers.items()}
    # Of its own headers, botocore names itself and the length, which the transport does.
    ignored = {"user-agent", "content-length", "accept", "x-amzn-query-mode"}
    headers = {header.lower(): _text(value) for header, value in expected.headers.items()}
    assert (request.method, request.path) == (expected.method, parts.path)
    assert sorted(request.query_string.split("&")) == sorted(parts.query.split("&"))
    assert sent == {header: value for header, value in headers.items() if header not in ignored}
    assert request.body == _bytes(expected.body)


def _text(value: t.Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(body: t.Any) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


# Answers


def answers_of(service: Service) -> dict[str, tuple[Call, str, t.Mapping[str, str]]]:
    """Return the calls that show tasks, with the place of the task or the tasks, and the facts that differ."""
    shown: dict[str, tuple[Call, str, t.Mapping[str, str]]] = {
        "read": (service.read, service.items or service.root, {})
    }
    for name, part in (("list", service.listing), ("batch", service.batch)):
        if part and part.call:
            shown[name] = (part.call, part.items, part.facts)
    return shown


SHOWN = [(service, name) for service in SERVICES for name in answers_of(service)]
EACH_ANSWER = pytest.mark.parametrize(("service", "name"), SHOWN, ids=[f"{each.name}-{name}" for each, name in SHOWN])


def read(service: Service, body: bytes) -> t.Any:
    """Return an answer as it is read here."""
    text = body.decode()
    return read_xml(text, service.lists) if service.protocol in ("query", "ec2") else json.loads(text)


def facts_in(service: Service, document: t.Any, place: str, facts: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    """Return the facts of all tasks in an answer, without the item that they were read in."""
    found = search(place, document)
    origin = Origin("aws", "eu-west-1", datetime(2026, 3, 1, 13, 0, tzinfo=timezone.utc))
    tasks = [read_item(service, item, origin, facts) for item in (found if isinstance(found, list) else [found])]
    assert tasks
    return [{name: value for name, value in task.facts().items() if name != "raw"} for task in tasks]


@EACH_ANSWER
def test_an_answer_is_read_as_botocore_reads_it(service: Service, name: str) -> None:
    call, place, facts = answers_of(service)[name]
    operation = operation_of(service, call)
    body = body_by(operation, full(operation.output_shape))
    ours = facts_in(service, read(service, body), place, facts)
    assert ours == facts_in(service, parsed_by(operation, body), place, facts)


@EACH_ANSWER
def test_a_list_is_one_even_if_it_is_empty(service: Service, name: str) -> None:
    call, place, dummy = answers_of(service)[name]
    operation = operation_of(service, call)
    if not re.fullmatch(r"\w+", place) or (name == "read" and not service.items):
        return
    body = body_by(operation, {place: []})
    assert search(place, read(service, body)) == []


@EACH_ANSWER
def test_a_fact_is_where_the_model_has_it(service: Service, name: str) -> None:
    call, place, facts = answers_of(service)[name]
    content = search(place, full(operation_of(service, call).output_shape))
    item = content[0] if isinstance(content, list) else content
    used = {**service.facts, **facts}
    lacking = {} if name == "read" else {"counts", "error", "outputs"}
    for fact, expression in used.items():
        unknown = names_in_expression(expression) - set(item) if expression else set()
        assert not unknown or fact in lacking, f"{fact} is read in {unknown}"


@EACH_ANSWER
def test_the_token_of_the_next_page_is_where_the_model_has_it(service: Service, name: str) -> None:
    part = {"list": service.listing, "batch": service.batch}.get(name)
    if not part or not part.pages:
        return
    content = full(operation_of(service, answers_of(service)[name][0]).output_shape)
    assert search(part.pages.token, content) == "text"


STATES = {service.name: service for service in SERVICES}


def enum_of(service: Service) -> list[str]:
    """Return the words that the model has for the state of a task, if it lists them."""
    shape = operation_of(service, service.read).output_shape
    path: list[str] = re.findall(r"\w+", f"{service.items or service.root}.{service.facts['native_state']}")
    for name in path:
        shape = shape.member if shape.type_name == "list" else shape
        members = {member.serialization.get("name", key): member for key, member in shape.members.items()}
        if name not in members:
            return []
        shape = members[name]
    return list(getattr(shape, "enum", []))


# Words that a model does not list, by service: who says them. Where a model lists none, all words are such.
ELSEWHERE: dict[str, dict[str, str]] = {}


@EACH_SERVICE
def test_every_word_of_ours_is_one_of_the_model_or_says_whose_it_is(service: Service) -> None:
    listed = {word.lower() for word in enum_of(service)}
    others = {word for table in service.tables for word in table} - listed
    assert not listed or others == set(ELSEWHERE.get(service.name, {}))


@EACH_SERVICE
def test_every_word_for_a_state_is_known(service: Service) -> None:
    words = {word.lower() for table in service.tables for word in table}
    assert not {word for word in enum_of(service) if word.lower() not in words}


def test_some_services_have_words_to_know() -> None:
    assert sum(bool(enum_of(service)) for service in SERVICES) >= 4
