# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How calls are named in each protocol of AWS, what their errors are read as, and what a definition cannot do to them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import request_of
from ansible_collections.multicloud.tasks.plugins.module_utils._aws import protocols as _protocols
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    NotFound,
    OptionError,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.definition import service_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import request_id_of

Json = t.Any
# The protocols matter here, and not how keys are found or requests signed.
AWS = PROVIDERS["huawei"]._replace(
    name="aws",
    title="AWS",
    services={},
    domains=("amazonaws.com",),
    gives=(),
    must_define=("product", "protocol"),
    protocols=_protocols.PROTOCOLS,
    error_keys=_protocols.ERROR_KEYS,
    code_headers=_protocols.CODE_HEADERS,
    code_form=_protocols.CODE_FORM,
    request_id_keys=_protocols.REQUEST_ID_KEYS,
    codes=((r"^GoneException$|\.NotFound$", "", NotFound),),
    service_codes=(),
    marked_by="",
)


def service(protocol: str, call: Call) -> Service:
    return Service("x", "", "", "x", call, {}, {}, version="2020-02-02", protocol=protocol, target="X_1", lists=("As",))


FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
JSON = {"X-Amz-Target": "X_1.DescribeX", "Content-Type": "application/x-amz-json-1.0"}
ABOUT_ONE = Call("DescribeX", json={"Id": "{task_id}", "Max": "{page_size:int}"})
SENT: dict[str, tuple[str, Call, Request]] = {
    "json 1.0": ("json-1.0", ABOUT_ONE, Request("POST", "https://x", headers=JSON, body=b'{"Id": "a/b", "Max": 5}')),
    "json 1.1": (
        "json-1.1",
        Call("DescribeX"),
        Request("POST", "https://x", headers={**JSON, "Content-Type": "application/x-amz-json-1.1"}, body=b"{}"),
    ),
    "query": (
        "query",
        Call("DescribeX", form={"Id": "{task_id}", "Marker": "{token}"}),
        Request("POST", "https://x", headers=FORM, body=b"Action=DescribeX&Version=2020-02-02&Id=a%2Fb"),
    ),
    "ec2": (
        "ec2",
        Call("DescribeX", form={"Filter.1.Name": "id", "Filter.1.Value.{n}": "{task_ids:each}"}),
        Request(
            "POST",
            "https://x",
            headers=FORM,
            body=b"Action=DescribeX&Version=2020-02-02&Filter.1.Name=id&Filter.1.Value.1=a&Filter.1.Value.2=b",
        ),
    ),
    "rest-json": (
        "rest-json",
        Call("DescribeX", path="/x/{task_id}", query={"max": "{page_size}"}),
        Request("GET", "https://x", "/x/a%2Fb", (("max", "5"),)),
    ),
    "rest-json with a body": (
        "rest-json",
        Call("ListX", path="/ListX", method="POST", json={"max": "{page_size:int}"}),
        Request("POST", "https://x", "/ListX", headers={"Content-Type": "application/json"}, body=b'{"max": 5}'),
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_a_call_is_named_as_its_protocol_does(name: str) -> None:
    protocol, call, request = SENT[name]
    values = {"task_id": "a/b", "task_ids": ("a", "b"), "page_size": "5", "token": None}
    is_xml = protocol in ("query", "ec2")
    formats = ("xml", "json") if is_xml else ("json", "xml")
    sent = request_of(AWS, service(protocol, call), call, "https://x", values)
    assert sent == request._replace(formats=formats, lists=("As",))


# Headers and body of an error, its code and message, and what it is.
ERRORS: dict[str, tuple[int, dict[str, str], Json, str, str, type[CloudError]]] = {
    "json": (400, {}, {"__type": "GoneException", "message": "m"}, "GoneException", "m", NotFound),
    "json with a namespace": (400, {}, {"__type": "a.b#GoneException", "Message": "m"}, "GoneException", "m", NotFound),
    "json without a message": (400, {}, {"__type": "a#GoneException"}, "GoneException", "", NotFound),
    "rest-json": (404, {"x-amzn-errortype": "GoneException"}, {"message": "m"}, "GoneException", "m", NotFound),
    "rest-json with a page": (
        404,
        {"x-amzn-errortype": "a#GoneException:http://x.amazonaws.com/doc/"},
        {"message": None},
        "GoneException",
        "",
        NotFound,
    ),
    "rest-json with the code in the body": (
        400,
        {},
        {"code": "GoneException", "message": "m"},
        "GoneException",
        "m",
        NotFound,
    ),
    "the header before the body": (
        400,
        {"x-amzn-errortype": "GoneException"},
        {"code": "Other", "message": "m"},
        "GoneException",
        "m",
        NotFound,
    ),
    "a service that once spoke query": (
        400,
        {"x-amzn-query-error": "X.NotFound;Sender"},
        {"__type": "a#OtherException", "message": "m"},
        "X.NotFound",
        "m",
        NotFound,
    ),
    "query": (
        404,
        {},
        {"Error": {"Type": "Sender", "Code": "X.NotFound", "Message": "m"}, "RequestId": "r"},
        "X.NotFound",
        "m",
        NotFound,
    ),
    "a gateway": (403, {}, {"message": "Forbidden"}, "", "Forbidden", Unauthorized),
    "a page": (502, {}, "<html><h1>Bad Gateway</h1></html>", "", "", Unavailable),
    "nothing": (503, {}, None, "", "", Unavailable),
    "an unknown code": (400, {}, {"__type": "OddException", "message": "m"}, "OddException", "m", CloudError),
    "an empty header": (400, {"x-amzn-errortype": " "}, {"__type": "GoneException"}, "GoneException", "", NotFound),
    "a code of signs": (400, {"x-amzn-errortype": "#:;"}, None, "#:;", "", CloudError),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_read_in_each_of_its_forms(name: str) -> None:
    status, headers, body, code, message, kind = ERRORS[name]
    error = error_of(AWS, None, Response(status, headers, body))
    assert (error.code, type(error).__name__) == (code, kind.__name__)
    assert message in error.message


@pytest.mark.parametrize("key", ["RequestId", "requestId", "RequestID", "x-amzn-requestid", "x-amz-request-id"])
def test_a_call_has_the_id_by_which_support_finds_it(key: str) -> None:
    is_header = key.startswith("x-")
    answer = Response(200, {key: "r-1"} if is_header else {}, {} if is_header else {key: "r-1"})
    assert request_id_of(AWS, answer) == "r-1"


def defined(protocol: Json, call: Json, **fields: Json) -> dict[str, Json]:
    return {
        "name": "mine",
        "product": "made-up",
        "protocol": protocol,
        "version": "2020-02-02",
        "target": "X_1",
        "read": call,
        "facts": {"native_state": "Status"},
        "states": {"Done": "succeeded"},
        **fields,
    }


POSTED = {"action": "DescribeX", "method": "POST", "json": {"Id": "{task_id}"}}
FORMED = {"action": "DescribeX", "form": {"Id": "{task_id}"}, "method": "POST"}
READ = {"action": "GetX", "path": "/x/{task_id}"}
GOOD: dict[str, dict[str, Json]] = {
    "rest-json with a version": defined("rest-json", {**READ, "query": {"version": "2"}}),
    "json-1.0": defined("json-1.0", POSTED),
    "json-1.1": defined("json-1.1", POSTED),
    "rest-json": defined("rest-json", READ, version=None, target=None),
    "query": defined("query", FORMED, lists=["Xs"]),
    "ec2": defined("ec2", FORMED),
    "rest-json with a body": defined("rest-json", {**POSTED, "path": "/x/list"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_definition_speaks_each_protocol(name: str) -> None:
    made = service_of(AWS, GOOD[name], {})
    assert (made.protocol, made.lists) == (GOOD[name]["protocol"], tuple(GOOD[name].get("lists", ())))


ANOTHER = "action alone says what the call does"
WRONG: dict[str, tuple[dict[str, Json], str]] = {
    "no protocol": (defined(None, FORMED), "definition.protocol is missing"),
    "a protocol that is none": (defined("soap", FORMED), "definition.protocol: 'soap' is not one of ec2, json-1.0"),
    "no target": (defined("json-1.0", POSTED, target=None), "definition.target is missing"),
    "no version": (defined("query", FORMED, version=None), "definition.version is missing"),
    "a target of another call": (defined("json-1.0", POSTED, target="X.DeleteX"), "definition.target: "),
    "a target with a value": (defined("json-1.0", POSTED, target="{task_id}"), "definition.target: "),
    "an action with a value": (
        defined("ec2", {**FORMED, "action": "Get{task_id}"}),
        "definition.read.action: 'Get{task_id}' is no name of a call",
    ),
    "an action that changes": (defined("ec2", {**FORMED, "action": "DeleteX"}), "definition.read.action"),
    "the header of another call": (
        defined("json-1.0", {**POSTED, "headers": {"X-Amz-Target": "X_1.DeleteX"}}),
        "definition.read.headers.X-Amz-Target",
    ),
    "a header of the signature": (
        defined("ec2", {**FORMED, "headers": {"x-amz-date": "x"}}),
        "definition.read.headers.x-amz-date",
    ),
    "the parameter of another call": (
        defined("ec2", {**FORMED, "form": {"Action": "DeleteX", "Id": "{task_id}"}}),
        f"definition.read.form.Action: definition.read.{ANOTHER}",
    ),
    "the parameter in other letters": (
        defined("query", {**FORMED, "form": {"action": "x", "Id": "{task_id}"}}),
        ANOTHER,
    ),
    "the parameter with a space": (
        defined("query", {**FORMED, "form": {"Action ": "x", "Id": "{task_id}"}}),
        ANOTHER,
    ),
    "another version": (defined("query", {**FORMED, "form": {"Version": "x", "Id": "{task_id}"}}), ANOTHER),
    "the query of another call": (defined("query", {**FORMED, "query": {"Action": "DeleteX"}}), ANOTHER),
    "the query of another protocol": (
        defined("rest-json", {"action": "GetX", "query": {"Action": "DeleteX", "Id": "{task_id}"}}),
        ANOTHER,
    ),
    "a list of another call": (
        defined(
            "ec2",
            FORMED,
            listing={
                "call": {"action": "ListX", "method": "POST", "form": {"ACTION": "DeleteX"}},
                "items": "x",
                "pages": {"size": 0},
                "facts": {"id": "id"},
            },
        ),
        "definition.listing.call.form.ACTION",
    ),
    "a path of another protocol": (defined("ec2", {**FORMED, "path": "/delete-x"}), "definition.read.method"),
    "a body that changes": (defined("rest-json", {**POSTED, "path": "/x"}), "definition.read.method"),
    "a body to the root": (defined("rest-json", POSTED), "definition.read.method"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_definition_names_no_call_but_its_own(name: str) -> None:
    given, told = WRONG[name]
    with pytest.raises(OptionError) as caught:
        service_of(AWS, given, {})
    assert told in str(caught.value)


@pytest.mark.parametrize("field", ["protocol", "target", "lists"])
def test_only_a_provider_with_protocols_has_their_fields(field: str) -> None:
    given = defined("ec2", READ)
    given = {name: value for name, value in given.items() if name not in ("protocol", "target")}
    with pytest.raises(OptionError, match=rf"definition\.{field}: there is no such field"):
        service_of(PROVIDERS["alibaba"], {**given, field: "ec2"}, {})
