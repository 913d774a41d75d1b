# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates of calls, and what they become with these values."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import (
    Fillings,
    body_of,
    choices_missing,
    headers_of,
    names_in_template,
    names_needed,
    path_of,
    query_of,
)

VALUES: Fillings = {
    "task_id": 't "1"',
    "now": "2026-03-01T00:30:15Z",
    "created_after": "2026-02-03T04:05:06Z",
    "task_ids": ("a,b", "c"),
    "one_id": ("a",),
    "region": "r",
    "page": "0",
    "page_size": "100",
    "long": "12345678901234567890",
    "endless": "9" * 5000,
    "empty": "",
    "untold": None,
}

# template of one query parameter p, what is sent.
QUERIES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "text": ("Processing", [("p", "Processing")]),
    "a value": ("{task_id}", [("p", 't "1"')]),
    "a value in text": ("id={task_id}.", [("p", 'id=t "1".')]),
    "a value that is not known": ("{untold}", []),
    "a text with a value that is not known": ("id={untold}", []),
    "an empty value": ("{empty}", []),
    "a name that nothing has": ("{nobody}", []),
    "the first known of two": ("{untold|region}", [("p", "r")]),
    "the first of two known": ("{region|task_id}", [("p", "r")]),
    "none known of two": ("{untold|empty}", []),
    "a value as JSON": ("[{task_id:json}]", [("p", '["t \\"1\\""]')]),
    "now": ("{now}", [("p", "2026-03-01T00:30:15Z")]),
    "now without seconds": ("{now:%Y-%m-%dT%H:%MZ}", [("p", "2026-03-01T00:30Z")]),
    "now in seconds": ("{now:epoch}", [("p", "1772325015")]),
    "a number": ("{page_size:int}", [("p", "100")]),
    "now as a number": ("{now:epoch:int}", [("p", "1772325015")]),
    "now in milliseconds": ("{now:epoch_ms}", [("p", "1772325015000")]),
    "days ago": ("{now-29d}", [("p", "2026-01-31T00:30:15Z")]),
    "an hour ago without seconds": ("{now-1h:%Y-%m-%dT%H:%MZ}", [("p", "2026-02-28T23:30Z")]),
    "minutes from now": ("{now+45m}", [("p", "2026-03-01T01:15:15Z")]),
    "a filter with a zone": ("{created_after:%Y-%m-%dT%H:%M:%S+0000}", [("p", "2026-02-03T04:05:06+0000")]),
    "a filter, else days ago": ("{created_after|now-29d}", [("p", "2026-02-03T04:05:06Z")]),
    "no filter, so days ago": ("{untold|now-29d:%Y-%m-%d}", [("p", "2026-01-31")]),
    "no time": ("{region:%Y}", [("p", "r")]),
    "nothing to count from": ("{untold-1d}", []),
    "ids with commas": ("{task_ids}", [("p", "a,b,c")]),
    "ids as JSON": ("{task_ids:json}", [("p", '["a,b","c"]')]),
    "ids each": ("{task_ids:each}", [("p", "a,b"), ("p", "c")]),
    "a text if a value is known": ("{task_id:=status}", [("p", "status")]),
    "a text if ids are known": ("{task_ids:=status}", [("p", "status")]),
    "a text if a value is known that is not": ("{untold:=status}", []),
    "no ids": ("{untold:each}", []),
    "braces that are no name": ("{}", [("p", "{}")]),
}


@pytest.mark.parametrize(("template", "sent"), QUERIES.values(), ids=QUERIES.keys())
def test_a_parameter_is_sent_as(template: str, sent: list[tuple[str, str]]) -> None:
    assert list(query_of(Call("x", query={"p": template}), VALUES)) == sent


def test_parameters_are_numbered_from_1() -> None:
    call = Call("x", query={"Filters.1.Key": "JobId", "Filters.1.Values.{n}": "{task_ids:each}"})
    assert query_of(call, VALUES) == (
        ("Filters.1.Key", "JobId"),
        ("Filters.1.Values.1", "a,b"),
        ("Filters.1.Values.2", "c"),
    )


JSON: dict[str, tuple[dict[str, t.Any], bytes]] = {
    "nothing": ({}, b"{}"),
    "a value": ({"TaskId": "{task_id}"}, b'{"TaskId": "t \\"1\\""}'),
    "numbers and flags": ({"limit": 10, "all": True}, b'{"limit": 10, "all": true}'),
    "ids": ({"ids": "{task_ids:each}"}, b'{"ids": ["a,b", "c"]}'),
    "nested": ({"a": {"b": ["{region}", "{untold}"], "c": "{untold}"}}, b'{"a": {"b": ["r"]}}'),
    "a part of which nothing is known": (
        {"a": [{"b": "{untold}"}, {"c": ["{untold}"]}], "d": "{region}"},
        b'{"d": "r"}',
    ),
    "empty parts": ({"a": [], "b": {}}, b'{"a": [], "b": {}}'),
    "filters": (
        {"f": [{"k": "{region:=Key: 1}", "v": "{region}"}, {"k": "{untold:=Other}", "v": "{untold}"}]},
        b'{"f": [{"k": "Key: 1", "v": "r"}]}',
    ),
    "a number": ({"limit": "{page_size:int}"}, b'{"limit": 100}'),
    "a number of zero": ({"page": "{page:int}"}, b'{"page": 0}'),
    "a number as a text": ({"limit": "{page_size}"}, b'{"limit": "100"}'),
    "a number in a text": ({"limit": "<{page_size:int}"}, b'{"limit": "<100"}'),
    "a number that is not known": ({"limit": "{untold:int}"}, b"{}"),
    "a number that is none": ({"limit": "{region:int}", "id": "{task_id:int}"}, b'{"limit": "r", "id": "t \\"1\\""}'),
    "a number of any length": ({"id": "{long:int}"}, b'{"id": 12345678901234567890}'),
    "a number too long for one": ({"id": "{endless:int}"}, b'{"id": "%s"}' % (b"9" * 5000)),
    "a time as a number": ({"since": "{created_after:epoch:int}"}, b'{"since": 1770091506}'),
    "a time as a long number": ({"since": "{created_after:epoch_ms:int}"}, b'{"since": 1770091506000}'),
    "a time as a text": ({"since": "{created_after:epoch}"}, b'{"since": "1770091506"}'),
    "days ago as a number": ({"since": "{untold|now-29d:epoch:int}"}, b'{"since": 1769819415}'),
}


@pytest.mark.parametrize(("template", "body"), JSON.values(), ids=JSON.keys())
def test_a_body_of_json_is(template: dict[str, t.Any], body: bytes) -> None:
    call = Call("x", json=template)
    assert body_of(call, VALUES) == body
    assert headers_of(call, VALUES) == {"Content-Type": "application/json"}


def test_a_form_is_sent_as_one() -> None:
    call = Call("x", form={"TaskId": "{task_id}", "Absent": "{untold}", "Ids.{n}": "{task_ids:each}"})
    assert body_of(call, VALUES) == b"TaskId=t+%221%22&Ids.1=a%2Cb&Ids.2=c"
    assert headers_of(call, VALUES) == {"Content-Type": "application/x-www-form-urlencoded"}


def test_headers_are_filled() -> None:
    assert headers_of(Call("x", headers={"X-Region": "{region}", "X-None": "{untold}"}), VALUES) == {"X-Region": "r"}
    assert body_of(Call("x"), VALUES) == b""


def test_a_path_without_its_value_is_never_asked_for() -> None:
    with pytest.raises(OptionError, match="instance_id: ShowIt cannot be asked without it"):
        path_of(Call("ShowIt", path="/v3/{instance_id}/x"), VALUES)


SCOPED = "/c/{project}/[zones/{zone}|regions/{place|region:=x}|global]/o/{task_id:path}"
PLACED: Fillings = {"project": "p", "task_id": "1"}
# template, values, path.
PATHS: dict[str, tuple[str, Fillings, str]] = {
    "the first alternative": (SCOPED, {**PLACED, "zone": "z 1", "place": "r"}, "/c/p/zones/z%201/o/1"),
    "the second": (SCOPED, {**PLACED, "place": "r", "region": "q"}, "/c/p/regions/x/o/1"),
    "the default": (SCOPED, {**PLACED, "zone": ""}, "/c/p/global/o/1"),
    "two choices": ("/[a/{a}|b]/[{c}|{d}]", {"d": "4"}, "/b/4"),
    "slashes": ("/v1/{task_id:path}", {"task_id": "a/b c/ü:d%2F/..e"}, "/v1/a/b%20c/%C3%BC%3Ad%252F/..e"),
    "a slash to begin with": ("/{task_id:path}/x", {"task_id": "/s/Groups~1/2026-01-01"}, "/s/Groups~1/2026-01-01/x"),
    "a time is no format of a path": ("/{task_id:path}", {"task_id": "2026-01-01"}, "/2026-01-01"),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_sent_as(name: str) -> None:
    template, values, path = PATHS[name]
    assert path_of(Call("ShowIt", path=template), values) == path


LEADING_ELSEWHERE = ["", "/", "a//b", "//a", "a/", "../a", "a/..", "a/./b", "a?b", "a#b", "a\\b"]


@pytest.mark.parametrize("value", LEADING_ELSEWHERE)
def test_a_value_with_slashes_leads_nowhere_else(value: str) -> None:
    with pytest.raises(OptionError, match=r"^task_id: "):
        path_of(Call("ShowIt", path="/v1/{task_id:path}"), {"task_id": value})


def test_a_path_needs_what_all_of_its_alternatives_need() -> None:
    assert names_needed(SCOPED) == {"project", "task_id"}
    assert names_needed("/[{a}/{b}|{b}]") == {"b"}
    assert choices_missing(Call("x", SCOPED), {"project"}, ["zone", "place", "region"]) == []
    either = Call("x", "/[{a}|{b}/{c}]")
    assert choices_missing(either, {"b"}, ["a", "b", "c"]) == ["a", "b", "c"]
    assert choices_missing(either, {"b", "c"}, ["a", "b", "c"]) == []
    assert choices_missing(either, {"b"}, ["a"]) == []


def test_all_names_of_a_template_are_known() -> None:
    call = Call("x", "/{a}", {"p": "{b|now-1d:%Y}", "q": "x"}, json={"c": ["{d:each}", 1]})
    assert names_in_template([call.path, call.query, call.json]) == {"a", "b", "now", "d"}
