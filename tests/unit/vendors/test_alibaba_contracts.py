# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every Alibaba entry asks a real operation with real parameters, and reads fields that its answer has: the vendor's own
clients say so."""

from __future__ import annotations

import re
import typing as t

import jmespath
import pytest
from unit.vendors.alibaba_sdk import PLACEHOLDER, Contract, contract, host_of, package_of

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.provider import endpoint
from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.services import SERVICES
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._service import template as _template
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from local_cloud.services._alibaba import REGIONS

# What an answer holds although its description does not say so, and why we look for it.
OLD_OR_INNER = {
    # In the JSON text of Result.
    "hbr": {"instanceId", "clientStatus", "errorCode", "clientId"},
    # In the objects of Outputs, of which the client knows nothing.
    "ros": {"OutputKey", "OutputValue"},
    # In the object of Counters, by the example of its description.
    "oos": {"Total", "Failed"},
}
PUBLIC = sorted(REGIONS | {"cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1"})
# Where the client has an old host name, and the page of the endpoints has the usual one.
DOCUMENTED = {"ecs": {"cn-hangzhou": "https://ecs.cn-hangzhou.aliyuncs.com"}}


def calls_of(service: Service) -> dict[str, Call]:
    """Every call of an entry, by what it is for."""
    parts = {
        "read": service.read,
        "list": service.listing and service.listing.call,
        "batch": service.batch and service.batch.call,
        "detail": service.detail and service.detail.call,
        "finder": service.finder and service.finder.call,
        "cancel": service.cancel and service.cancel.call,
    }
    return {what: call for what, call in parts.items() if call}


def told_of(service: Service, call: Call) -> Contract:
    """What the vendor's client says of a call."""
    return contract(package_of(service), call.action)


def numbered(names: t.Iterable[str]) -> set[str]:
    """The names of parameters, the first of those that are numbered."""
    return {name.replace(_template.NUMBER, "1") for name in names}


CALLS = {
    f"{service.name} {what}: {call.action}": (service, call)
    for service in SERVICES.values()
    for what, call in calls_of(service).items()
}


@pytest.mark.parametrize(("service", "call"), CALLS.values(), ids=CALLS)
def test_a_call_is_an_operation_of_the_version_with_its_parameters(service: Service, call: Call) -> None:
    told = told_of(service, call)
    assert (told.version, told.method) == (service.version, call.method)
    assert _template.PLACEHOLDER.sub(PLACEHOLDER, call.path) == told.path
    assert numbered(call.query) <= set(told.query)
    assert numbered({**call.form, **(call.json or {})}) <= set(told.body)


@pytest.mark.parametrize(("service", "call"), CALLS.values(), ids=CALLS)
def test_a_call_has_what_the_operation_cannot_do_without(service: Service, call: Call) -> None:
    assert told_of(service, call).required <= numbered({**call.query, **call.form, **(call.json or {})})


GROUP = "ResourceGroupId"


@pytest.mark.parametrize(("service", "call"), CALLS.values(), ids=CALLS)
def test_a_resource_group_goes_to_every_operation_that_takes_one_and_to_no_other(service: Service, call: Call) -> None:
    told = told_of(service, call)
    assert (GROUP in {**call.query, **call.form}) is (GROUP in {**told.query, **told.body})
    assert GROUP not in call.query or "resource_group_id" in [option.name for option in service.options]


def names_in(expression: str) -> set[str]:
    """The fields that a JMESPath looks for."""
    found: set[str] = set()
    nodes = [jmespath.compile(expression).parsed] if expression else []
    while nodes:
        node = nodes.pop()
        found |= {node["value"]} if node["type"] == "field" else set()
        nodes += node["children"]
    return found


def keys_of(value: t.Any) -> set[str]:
    """All names in an answer."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def expressions_of(service: Service) -> dict[str, list[str]]:
    """What an entry looks for in the answers of each of its operations."""
    listing, batch = service.listing, service.batch
    found = {service.read.action: [service.root, service.items, service.absent, service.refused, service.subtask]}
    found[service.read.action] += service.facts.values()
    if listing:
        found.setdefault(listing.call.action, []).extend((listing.items, listing.pages.token, listing.pages.total))
        found[listing.call.action] += listing.facts.values()
    if batch and batch.call:
        found.setdefault(batch.call.action, []).extend((batch.items, *batch.facts.values()))
    return found


LOOKED_FOR = {
    f"{service.name}: {action}": (service, action, expressions)
    for service in SERVICES.values()
    for action, expressions in expressions_of(service).items()
}


@pytest.mark.parametrize(("service", "action", "expressions"), LOOKED_FOR.values(), ids=LOOKED_FOR)
def test_what_is_looked_for_is_in_the_answer(service: Service, action: str, expressions: list[str]) -> None:
    wanted = set().union(*map(names_in, expressions))
    answer = contract(package_of(service), action).answer
    assert wanted - keys_of(answer) - OLD_OR_INNER.get(service.name, set()) == set()


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_every_fact_is_found_at_its_place(service: Service) -> None:
    answer = told_of(service, service.read).answer
    item = search(service.items, answer)[0] if service.items else search(service.root, answer)
    plain = {name: path for name, path in service.facts.items() if re.fullmatch(r"[\w.]+", path)}
    assert {name: path for name, path in plain.items() if search(path, item) is None} == {}


LISTS = {name: service for name, service in SERVICES.items() if service.listing}


@pytest.mark.parametrize("service", LISTS.values(), ids=LISTS)
def test_every_item_of_a_list_has_the_facts_that_it_is_read_by(service: Service) -> None:
    assert service.listing
    items = search(service.listing.items, told_of(service, service.listing.call).answer)
    # Details that a list does not tell are left out of them.
    facts = {**service.facts, **service.listing.facts, "details": ""}
    known = OLD_OR_INNER.get(service.name, set())
    missing = {name: path for name, path in facts.items() if names_in(path) - keys_of(items) - known}
    # What a list does not tell is not asked of it by accident: the entry says so.
    assert missing == {} or not service.listing.judge


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_is_asked_where_its_own_client_asks(service: Service) -> None:
    regions = service.regions or PUBLIC
    asked = {region: endpoint(service, {"region": region}) for region in regions}
    own = {region: f"https://{host_of(package_of(service), region)}" for region in regions}
    assert asked == {**own, **DOCUMENTED.get(service.product, {})}
