# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may define, and what is said of a field that is wrong: before any call, and by its name."""

from __future__ import annotations

import copy
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import NotFound, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import wait_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service import definition as _definition
from ansible_collections.multicloud.tasks.plugins.module_utils._service import fields as _fields
from ansible_collections.multicloud.tasks.plugins.module_utils._service.definition import service_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import (
    Batch,
    Call,
    Fallback,
    Listing,
    Pages,
    Service,
    Start,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import problem_in

Json = t.Any
ALIBABA, HUAWEI = PROVIDERS["alibaba"], PROVIDERS["huawei"]
GOOD: dict[str, Json] = {
    "name": "my_jobs",
    "product": "made-up",
    "version": "2020-01-01",
    "read": {"action": "ShowJob", "path": "/v1/jobs/{task_id}", "query": {"Since": "{now-1d}"}},
    "facts": {"id": "id", "native_state": "state"},
    "states": {"Done": "succeeded", "Broken": "failed"},
}
CALL: Json = {"action": "ListJobs", "path": "/v1/jobs"}
GONE: Json = ...


def changed(path: str, value: Json) -> dict[str, Json]:
    """The good definition with another value at a path; an ellipsis takes it away."""
    made = copy.deepcopy(GOOD)
    *outer, last = path.split("/") if path else [""]
    inner = made
    for name in outer:
        inner = inner[name]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return made


# What is wrong: where, and with what; what is said of it.
WRONG: dict[str, tuple[str, Json, list[str]]] = {
    "unknown field": ("stats", {}, ["definition.stats", "no such field", "did you mean states?"]),
    "no name": ("name", GONE, ["definition.name is missing"]),
    "a bad name": ("name", "My Jobs", ["definition.name", "such as my_jobs"]),
    "a name of the catalogue": ("name", "ecs", ["definition.name", "of the catalogue", "another name"]),
    "no product": ("product", GONE, ["definition.product is missing"]),
    "a product that leads elsewhere": ("product", "evil.example.com/", ["definition.product", "such as ecs"]),
    "a product of a customer": ("product", "1234.cn-hangzhou.fc", ["definition.product", "such as ecs"]),
    "no version": ("version", GONE, ["definition.version is missing"]),
    "another host": ("host", "evil.example.com", ["definition.host", "no keys are shown", "endpoint", "aliyuncs.com"]),
    "a host that ends alike": ("host", "evilaliyuncs.com", ["definition.host", "no keys"]),
    "a host that begins alike": ("host", "ecs.aliyuncs.com.evil.com", ["definition.host", "no keys"]),
    "a host with a port": ("host", "evil.com:1@ecs.aliyuncs.com", ["definition.host", "no keys"]),
    "a host with a path": ("host", "evil.com/.aliyuncs.com", ["definition.host", "no keys"]),
    "a host with a query": ("host", "evil.com?.aliyuncs.com", ["definition.host", "no keys"]),
    "the function of a customer": ("host", "123.cn-hangzhou.fc.aliyuncs.com", ["definition.host", "no keys"]),
    "the bucket of a customer": ("host", "evil.oss-cn-hangzhou.aliyuncs.com", ["definition.host", "no keys"]),
    "no read": ("read", GONE, ["definition.read is missing"]),
    "a read that is no dict": ("read", "ShowJob", ["definition.read", "a dict with action"]),
    "no action": ("read/action", GONE, ["definition.read.action is missing"]),
    "a read of no id": ("read/path", "/v1/jobs", ["definition.read", "{task_id}"]),
    "a path on another host": ("read/path", "https://evil.com/{task_id}", ["definition.read.path", "on the host"]),
    "a path of another host": ("read/path", "//evil.com/{task_id}", ["definition.read.path", "on the host"]),
    "a path that is none": ("read/path", "jobs/{task_id}", ["definition.read.path", "on the host"]),
    "a path with a query": ("read/path", "/jobs?id={task_id}", ["definition.read.path", "put a query into query"]),
    "a path that goes up": ("read/path", "/a/../{task_id}", ["definition.read.path", "on the host"]),
    "a path with a space": ("read/path", "/a b/{task_id}", ["definition.read.path", "on the host"]),
    "a path with a line break": ("read/path", "/a\r\nX: {task_id}", ["definition.read.path", "on the host"]),
    "a call that deletes": ("read/method", "DELETE", ["definition.read.method", "GET or POST", "not change anything"]),
    "an action that deletes": ("read/action", "DeleteInstance", ["definition.read.action", "that reads", "Describe"]),
    "an action that starts": ("read/action", "startJob", ["definition.read.action", "that reads"]),
    "a call that puts": ("read/method", "put", ["definition.read.method", "GET or POST"]),
    "a body in a GET": ("read/json", {"a": "b"}, ["definition.read.method", "method: POST"]),
    "an unknown value": ("read/query", {"a": "{taskid}"}, ["definition.read.query.a", "{taskid}", "{task_id}"]),
    "an unknown value in a body": ("read/json", {"a": ["{x}"]}, ["definition.read.json", "{x}", "{task_id}"]),
    "a value of another cloud": ("read/path", "/{project_id}/{task_id}", ["definition.read.path", "{project_id}"]),
    "a header of ours": ("read/headers", {"Authorization": "x"}, ["definition.read.headers.Authorization"]),
    "a header of the signature": ("read/headers", {"x-acs-date": "x"}, ["definition.read.headers.x-acs-date"]),
    "the host as a header": ("read/headers", {"Host": "evil.com"}, ["definition.read.headers.Host"]),
    "half an alternative": ("read/path", "/v1/[a/{task_id}", ["definition.read.path", "a path on the host"]),
    "an alternative that leads up": (
        "read/path",
        "/v1/[../{task_id}|x]",
        ["definition.read.path", "a path on the host"],
    ),
    "an alternative of no value": (
        "read/path",
        "/v1/[{zone}|x]/{task_id}",
        ["definition.read.path", "{zone} is no value"],
    ),
    "a post that may end with any word": (
        "read",
        {"action": "QueryJobs", "method": "POST", "path": "/v1/query/{task_id:path}"},
        ["definition.read.method"],
    ),
    "a post of which one alternative changes": (
        "read",
        {"action": "QueryJobs", "method": "POST", "path": "/v1/{task_id}/[query|start]"},
        ["definition.read.method"],
    ),
    "an end for other words": ("others", "succeeded", ["definition.others", "pending, running"]),
    "half a placeholder": ("read/path", "/v1/jobs/{task_id", ["definition.read.path", "'{task_id'", "{task_id}"]),
    "a time in no unit": ("read/query/Since", "{now-5x}", ["definition.read.query.Since", "'{now-5x}'", "{now-30d}"]),
    "a format that is none": ("read/query/Since", "{now:epoc}", ["definition.read.query.Since", "{now:epoc}", "epoch"]),
    "half a format": ("read/query/Since", "{now:%}", ["definition.read.query.Since", "{now:%}", "%Y-%m-%d"]),
    "a time beyond all calendars": ("read/query/Since", "{now-999999d}", ["definition.read.query.Since", "calendar"]),
    "half a placeholder in a body": ("read/json", {"a": ["{task_id"]}, ["definition.read.json", "'{task_id'"]),
    "a body and another": (
        "read",
        {**GOOD["read"], "method": "POST", "json": {"a": "b"}, "form": {"a": "b"}},
        ["definition.read.form", "json", "give one"],
    ),
    "a verb that only begins alike": (
        "read/action",
        "CheckoutOrder",
        ["definition.read.action", "that reads", "Check"],
    ),
    "an action in two lines": ("read/action", "ShowJob\r\nX-A: b", ["definition.read.action", "one line"]),
    "a version in other letters": ("version", "２０２０", ["definition.version", "ASCII"]),
    "a header in other letters": ("read/headers", {"X-A": "ü"}, ["definition.read.headers.X-A", "ASCII"]),
    "half a look": ("parallel", 1.5, ["definition.parallel", "a whole number"]),
    "a word in both cases": (
        "states",
        {"DONE": "failed", "done": "succeeded"},
        ["definition.states.done", "twice", "failed", "succeeded"],
    ),
    "a word that YAML has read": ("states", {True: "succeeded"}, ["definition.states.True", "quotes"]),
    "a rule on a dict": (
        "rules",
        [{"when": "contains(error, 'boom')", "state": "failed", "because": "x"}],
        ["definition.rules[0].when", "does not work", "error.message"],
    ),
    "words by a dict": (
        "states_by",
        [{"when": "starts_with(counts, 'x')", "states": {"Done": "succeeded"}}],
        ["definition.states_by[0].when", "does not work"],
    ),
    "a list whose pages are not turned": (
        "listing",
        {"call": CALL, "items": "jobs", "pages": {"size": 9, "total": "all"}},
        ["definition.listing.call", "{page}", "size as 0"],
    ),
    "a list whose token is not sent": (
        "listing",
        {"call": {**CALL, "query": {"page": "{page}"}}, "items": "jobs", "pages": {"size": 9, "token": "next"}},
        ["definition.listing.call", "{token}"],
    ),
    "no facts": ("facts", GONE, ["definition.facts is missing"]),
    "an unknown fact": ("facts/status", "state", ["definition.facts.status", "native_state"]),
    "no state": ("facts/native_state", GONE, ["definition.facts", "native_state is missing"]),
    "a bad JMESPath": ("facts/progress", "a..b", ["definition.facts.progress", "'a..b'", "JMESPath"]),
    "an unknown function": ("facts/progress", "half(a)", ["definition.facts.progress", "half"]),
    "a JMESPath that is none": ("facts/progress", 7, ["definition.facts.progress", "JMESPath"]),
    "a bad root": ("root", "a[", ["definition.root", "JMESPath"]),
    "a word of none of our states": (
        "states/Odd",
        "finished",
        ["definition.states.Odd", "'finished'", "pending", "expired"],
    ),
    "unknown as a meaning": ("states/Odd", "unknown", ["definition.states.Odd"]),
    "states the wrong way round": ("states", {"succeeded": "Done"}, ["definition.states.succeeded", "'Done'"]),
    "no success": ("states", {"Broken": "failed"}, ["definition.states", "succeeded"]),
    "no states": ("states", {}, ["definition.states", "succeeded"]),
    "states that are a list": ("states", ["Done"], ["definition.states", "a dict"]),
    "a bad scale": ("scale", 0, ["definition.scale", "100 %"]),
    "a bad zone": ("zone", "CET", ["definition.zone", "+08:00"]),
    "a rate of nothing": ("rate", 0, ["definition.rate", "calls per second"]),
    "a rate that is a flag": ("rate", True, ["definition.rate"]),
    "a quota of nothing": ("quota", {"calls": 0}, ["definition.quota.calls", "1 or more"]),
    "a quota in no time": ("quota", {"calls": 9, "seconds": 0.1}, ["definition.quota.seconds", "1 or more"]),
    "a quota without calls": ("quota", {"seconds": 60}, ["definition.quota.calls is missing"]),
    "no looks at a time": ("parallel", 0, ["definition.parallel"]),
    "a bad pattern": (
        "codes",
        [{"code": "(", "means": "not_found"}],
        ["definition.codes[0].code", "no regular expression"],
    ),
    "a bad meaning": ("codes", [{"code": "x", "means": "gone"}], ["definition.codes[0].means", "not_found"]),
    "a code without a meaning": ("codes", [{"code": "x"}], ["definition.codes[0].means is missing"]),
    "a reason with a bad JMESPath": (
        "rules",
        [{"when": "error", "state": "failed", "because": "see {item..x}"}],
        ["definition.rules[0].because", "JMESPath"],
    ),
    "a rule without a reason": (
        "rules",
        [{"when": "a", "state": "failed"}],
        ["definition.rules[0].because is missing"],
    ),
    "a list without pages": ("listing", {"call": CALL, "items": "jobs"}, ["definition.listing.pages is missing"]),
    "a batch of no ids": ("batch", {"call": CALL, "items": "x", "size": 3}, ["definition.batch.call", "{task_ids}"]),
    "a second way of no id": ("fallback", {"call": CALL, "when": "x"}, ["definition.fallback.call", "{task_id}"]),
    "a call to cancel": ("cancel", {"call": CALL}, ["definition.cancel", "no such field"]),
    "a word for lasting": ("lasting", "yes", ["definition.lasting", "true or false"]),
    "a POST to a path that does not read": (
        "read",
        {"action": "ShowJob", "method": "POST", "path": "/v1/jobs/{task_id}"},
        ["definition.read.method", "a POST to /v1/jobs/{task_id}", "is a GET", "query"],
    ),
    "a start without ids": ("started_by", {"headers": []}, ["definition.started_by.ids is missing"]),
    "a start with a bad path": ("started_by", {"ids": ["a["]}, ["definition.started_by.ids[0]", "a JMESPath"]),
    "a header without the id": (
        "started_by",
        {"ids": [], "headers": [{"name": "Location", "pattern": "/jobs/(.+)"}]},
        ["definition.started_by.headers[0].pattern", "(?P<task_id>"],
    ),
    "regions": ("hosts", {"r": "evil.com"}, ["definition.hosts", "no such field"]),
}


@pytest.mark.parametrize(("path", "value", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_field_is_named_with_the_way_out(path: str, value: Json, said: list[str]) -> None:
    with pytest.raises(OptionError) as caught:
        service_of(ALIBABA, changed(path, value), {})
    text = str(caught.value)
    assert [part for part in said if part not in text] == []
    assert "\n" not in text


def test_a_root_beside_items_is_refused() -> None:
    with pytest.raises(OptionError, match=r"definition\.root: .*leave root out"):
        service_of(ALIBABA, {**changed("items", "jobs"), "root": "body"}, {})


WORDS = {"a number": ({2: "succeeded"}, "2"), "white space around it": ({" Done ": "succeeded"}, "done")}


@pytest.mark.parametrize(("states", "word"), WORDS.values(), ids=WORDS.keys())
def test_a_word_is_taken_as_an_answer_would_have_it(states: Json, word: str) -> None:
    assert service_of(ALIBABA, changed("states", states), {}).states == {word: "succeeded"}


TEXTS = ['{"k": "{task_id}"}', "{task_ids:json}", "{now:%H:%MZ}", "{now-30d:epoch_ms}", "{name|task_id}", "{}"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_may_hold_braces_of_its_own(text: str) -> None:
    assert problem_in(text) == ""


@pytest.mark.parametrize("given", ["my_jobs", [], 7, {}], ids=str)
def test_what_is_no_definition_is_refused(given: Json) -> None:
    with pytest.raises(OptionError, match="definition"):
        service_of(ALIBABA, given, {})


HOSTS = ["made-up.aliyuncs.com", "made-up.{region}.aliyuncs.com"]


MANY: dict[str, Json] = {
    "listing": {"call": CALL, "items": "jobs", "pages": {"size": 0}},
    "batch": {"call": {**CALL, "query": {"ids": "{task_ids}"}}, "items": "jobs", "size": 9},
}


@pytest.mark.parametrize("name", MANY)
def test_tasks_of_a_list_have_to_be_told_apart(name: str) -> None:
    many = {**changed("facts/id", GONE), name: MANY[name]}
    with pytest.raises(OptionError, match=rf"definition\.{name}: nothing tells .* add id to definition\.facts"):
        service_of(ALIBABA, many, {})
    assert service_of(ALIBABA, {**many, name: {**MANY[name], "facts": {"id": "id"}}}, {})


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_of_the_cloud_will_do(host: str) -> None:
    assert service_of(ALIBABA, {**changed("product", GONE), "host": host}, {}).host == host


def test_where_the_endpoint_is_given_no_host_is_needed() -> None:
    assert service_of(ALIBABA, changed("product", GONE), {"endpoint": "https://example.com"}).product == ""


def test_a_project_is_known_where_a_login_gives_it() -> None:
    given = changed("read/path", "/v1/{project_id}/{task_id}")
    assert service_of(HUAWEI, given, {}).read.path == "/v1/{project_id}/{task_id}"


# The path of a POST, and whether it reads.
POSTS = {
    "/v1/{project_id}/jobs/query": True,
    "/v1/{project_id}/jobs/batch-query": True,
    "/v3/{project_id}/instances/{task_id}/task-center-detail": True,
    "/v1/jobs/list/{task_id}": True,
    "/v1/jobs/Search": True,
    "/": False,
    "/v1/jobs/{task_id}": False,
    "/v1/servers/{task_id}/action": False,
    "/v1/query/{task_id}/restart": False,
    "/v1/backups/{task_id}/restore": False,
    "/v1/querying": False,
}


ENDPOINT = {"endpoint": "https://jobs.example.com"}


@pytest.mark.parametrize(("path", "reads"), POSTS.items(), ids=POSTS.keys())
def test_a_post_reads_where_its_path_says_so(path: str, reads: bool) -> None:
    read = {"action": "ShowJobs", "method": "POST", "path": path, "json": {"id": "{task_id}"}}
    if reads:
        assert service_of(HUAWEI, changed("read", read), ENDPOINT).read.path == path
        return
    with pytest.raises(OptionError, match=r"definition\.read\.method: that a POST to /"):
        service_of(HUAWEI, changed("read", read), ENDPOINT)


CHANGES: Json = {"action": "ShowJobs", "method": "POST", "path": "/v1/jobs/start", "json": {"a": "{task_id}"}}
PLACES: dict[str, Json] = {
    "read": CHANGES,
    "fallback": {"call": CHANGES, "when": "x"},
    "listing": {"call": {**CHANGES, "json": {}}, "items": "jobs", "pages": {"size": 0}},
    "batch": {"call": {**CHANGES, "json": {"a": "{task_ids}"}}, "items": "jobs", "size": 5},
}


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
@pytest.mark.parametrize("place", PLACES)
def test_a_post_that_may_change_something_is_refused_anywhere_in_any_cloud(provider: Provider, place: str) -> None:
    with pytest.raises(OptionError, match=rf"definition\.{place}(\.call)?\.method: that a POST to /v1/jobs/start only"):
        service_of(provider, {**GOOD, place: PLACES[place]}, ENDPOINT)


def test_a_post_of_alibaba_cloud_goes_by_its_name() -> None:
    read = {"action": "DescribeJob", "method": "POST", "query": {"Id": "{task_id}"}}
    assert service_of(ALIBABA, changed("read", read), {}).read.method == "POST"


def test_all_that_is_defined_is_in_the_service() -> None:
    given = {
        **GOOD,
        "fallback": {"call": {"action": "ShowOld", "method": "POST", "json": {"Id": "{task_id}"}}, "when": "^Nope$"},
        "scale": "either",
        "lasting": True,
        "states_by": [{"when": "name == 'sync'", "states": {"Steady": "succeeded"}}],
        "item_states": {"OK": "succeeded"},
        "codes": [{"code": "^Gone$", "means": "not_found"}],
        "rules": [{"when": "item.bad", "state": "failed", "because": "it is bad"}],
        "listing": {
            "call": {"action": "ListIt", "query": {"a": "{name}", "p": "{page}"}},
            "items": "x",
            "pages": {"size": 10, "first": 0},
        },
        "batch": {
            "call": {"action": "BatchGetIt", "query": {"ids": "{task_ids}"}},
            "items": "x",
            "size": 30,
            "judge": True,
        },
    }
    service = service_of(ALIBABA, given, {})
    assert service.states == {"done": "succeeded", "broken": "failed"}
    assert service.codes == (("^Gone$", "", NotFound),)
    assert service.states_by == (("name == 'sync'", {"steady": "succeeded"}),)
    assert service.item_states == (("", {"ok": "succeeded"}),)
    assert service.scale is None
    assert service.lasting is True
    assert service.fallback == Fallback(Call("ShowOld", method="POST", json={"Id": "{task_id}"}), "^Nope$")
    assert service.listing == Listing(Call("ListIt", query={"a": "{name}", "p": "{page}"}), "x", Pages(10, first=0))
    assert service.batch == Batch(30, 2, Call("BatchGetIt", query={"ids": "{task_ids}"}), "x", judge=True)


def test_a_definition_says_where_a_result_tells_the_id() -> None:
    given = {
        **GOOD,
        "started_by": {"ids": ["Job.Id"], "headers": [{"name": "Location", "pattern": "/(?P<task_id>.+)"}]},
    }
    service = service_of(ALIBABA, given, {})
    assert service.started_by == Start(("Job.Id",), (("Location", "/(?P<task_id>.+)"),))


@pytest.mark.parametrize(
    ("given", "rate", "burst"),
    [
        ({}, 1.0, 1.0),
        ({"rate": 7}, 7.0, 1.0),
        ({"quota": {"calls": 7}}, 3.5, 1.0),
        ({"quota": {"calls": 300, "seconds": 60}}, 2.0, 120.0),
    ],
    ids=["left out", "a rate", "by the second", "a window"],
)
def test_a_rate_is_used_in_full_and_a_quota_in_part(given: dict[str, t.Any], rate: float, burst: float) -> None:
    quota = service_of(ALIBABA, {**{k: v for k, v in GOOD.items() if k != "rate"}, **given}, {}).quota
    assert (quota.rate, quota.burst) == (pytest.approx(rate), burst)


def test_a_rate_and_a_quota_are_too_much() -> None:
    with pytest.raises(OptionError, match=r"definition\.rate: give rate, .* or quota"):
        service_of(ALIBABA, {**GOOD, "rate": 1, "quota": {"calls": 9}}, {})


def test_a_definition_has_fields_of_the_catalogue_only() -> None:
    fields = {**_definition._definition_fields(frozenset()), **_definition._protocol_fields(())}
    # A rate is another way to write a quota.
    assert set(fields) <= {*Service._fields, "rate"}


GUIDE = Path(__file__).parents[5] / "docs" / "docsite" / "rst" / "guide_definition.rst"


def test_the_guide_has_every_field_fact_and_meaning() -> None:
    told = set(re.findall(r"``(\w+)``", GUIDE.read_text(encoding="utf-8")))
    wanted = {
        *_definition._definition_fields(frozenset()),
        *_definition._protocol_fields(()),
        *_definition.READABLE,
        *_fields.MEANINGS,
        _fields.EITHER_SCALE,
    }
    assert not wanted - told


# Together with service


def asked(**given: Json) -> list[tuple[str, t.Optional[str], bool]]:
    """Service and id of what is asked, and whether it is by a definition."""
    options = {"provider": "alibaba", "region": "cn-shanghai", **given}
    return [
        (ask.service.name, ask.task_id, bool(ask.definition)) for ask in plan_of(PROVIDERS, options, False).selectors
    ]


TOGETHER: dict[str, tuple[Json, list[tuple[str, t.Optional[str], bool]]]] = {
    "a definition alone": ({"definition": GOOD, "task_id": "1"}, [("my_jobs", "1", True)]),
    "and its name": ({"definition": GOOD, "service": "my_jobs", "task_id": "1"}, [("my_jobs", "1", True)]),
    "a default": ({"definition": GOOD, "tasks": [{"id": "1"}]}, [("my_jobs", "1", True)]),
    "facts of one of its tasks": (
        {"definition": GOOD, "tasks": [{"provider": "alibaba", "service": "my_jobs", "id": "1", "state": "running"}]},
        [("my_jobs", "1", True)],
    ),
    "a default beside another service": (
        {"definition": GOOD, "tasks": [{"service": "ecs", "id": "1"}, {"id": "2"}]},
        [("ecs", "1", False), ("my_jobs", "2", True)],
    ),
    "a service as the default": (
        {"service": "ecs", "tasks": [{"id": "1"}, {"definition": GOOD, "id": "2"}]},
        [("ecs", "1", False), ("my_jobs", "2", True)],
    ),
    "another definition": (
        {"definition": GOOD, "tasks": [{"definition": {**GOOD, "name": "other"}, "id": "1"}]},
        [("other", "1", True)],
    ),
}


@pytest.mark.parametrize(("given", "expected"), TOGETHER.values(), ids=TOGETHER.keys())
def test_a_definition_counts_where_no_other_service_is_named(given: Json, expected: Json) -> None:
    assert asked(**given) == expected


REFUSED: dict[str, tuple[Json, str]] = {
    "two services": ({"definition": GOOD, "service": "ecs", "task_id": "1"}, "not the name of the definition"),
    "its name alone": ({"service": "my_jobs", "task_id": "1"}, "give that definition, too"),
    "neither": ({"task_id": "1"}, "or give a definition"),
    "a list that it has not": ({"definition": GOOD}, "my_jobs has no call that lists tasks"),
    "an entry that is wrong": ({"tasks": [{"definition": {}, "id": "1"}]}, r"tasks\[0\]: definition is empty"),
}


@pytest.mark.parametrize(("given", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_go_together_is_refused(given: Json, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        asked(**given)


def test_the_wait_knows_the_option() -> None:
    assert wait_spec(PROVIDERS)["definition"] == {"type": "dict"}
