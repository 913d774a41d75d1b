# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How AWS words answers and errors in each of its protocols, and how it finds out which call was made. Pure."""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from local_cloud.api import Api, Problem
from local_cloud.script import Fields

SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
FORM = "application/x-www-form-urlencoded"
JSON = "application/x-amz-json-"
# The names of entries in a list, where they are neither EC2's nor the usual ones. The wrappers are those of the catalogue.
ENTRIES = {
    "CacheClusters": "CacheCluster",
    "DBClusterSnapshots": "DBClusterSnapshot",
    "DBClusters": "DBCluster",
    "DBInstances": "DBInstance",
    "DBSnapshots": "DBSnapshot",
    "ExportTasks": "ExportTask",
    "NodeSnapshots": "NodeSnapshot",
    "TagList": "Tag",
}
SNAPSHOTS = {"redshift": "Snapshot", "elasticache": "Snapshot"}

# What a code is called in other protocols: of EC2, of the query protocol, of JSON; each with its status.
Wording = tuple[tuple[int, str], tuple[int, str], tuple[int, str]]
WORDINGS: dict[str, Wording] = {
    "InvalidClientTokenId": (
        (401, "AuthFailure"),
        (403, "InvalidClientTokenId"),
        (400, "UnrecognizedClientException"),
    ),
    "SignatureDoesNotMatch": (
        (401, "AuthFailure"),
        (403, "SignatureDoesNotMatch"),
        (400, "InvalidSignatureException"),
    ),
    "RequestExpired": ((400, "RequestExpired"), (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
    "ExpiredToken": ((400, "ExpiredToken"), (403, "ExpiredToken"), (400, "ExpiredTokenException")),
    "MissingAuthenticationToken": (
        (403, "MissingAuthenticationToken"),
        (403, "MissingAuthenticationToken"),
        (400, "MissingAuthenticationTokenException"),
    ),
    "Throttling": ((503, "RequestLimitExceeded"), (400, "Throttling"), (400, "ThrottlingException")),
    "InternalFailure": ((500, "InternalError"), (500, "InternalFailure"), (500, "InternalServerError")),
    "InvalidAction": ((400, "InvalidAction"), (400, "InvalidAction"), (404, "UnknownOperationException")),
}


def action_of(headers: t.Mapping[str, str], body: bytes) -> str:
    """The name of the call, if it is sent."""
    if "x-amz-target" in headers:
        return headers["x-amz-target"].rpartition(".")[2]
    is_form = headers.get("content-type", "").startswith(FORM)
    return dict(parse_qsl(body.decode(errors="replace"))).get("Action", "") if is_form else ""


def signed_for(headers: t.Mapping[str, str]) -> tuple[str, str]:
    """The region and the name of the service that a request is signed for."""
    found = SCOPE.search(headers.get("authorization", ""))
    return (found[1], found[2]) if found else ("", "")


def error_body(problem: Problem, dummy: str, dummy_host: str) -> Fields:
    """The code and the text of an error; its protocol says how they are written."""
    told = problem.extra.get("Error", problem.extra)
    message = told.get("message") or told.get("Message") or problem.message
    return {"Code": problem.code, "Message": message}


def written(api: Api | None, status: int, body: t.Any, request_id: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer in the protocol of its API."""
    protocol = api.protocol if api else "query"
    is_error = status >= 400 and isinstance(body, dict) and set(body) == {"Code", "Message"}
    if is_error:
        status, code = worded(protocol, status, str(body["Code"]))
        return (status, *_WRITERS[protocol](api, {"Code": code, "Message": body["Message"]}, request_id, True))
    return (status, *_WRITERS[protocol](api, body, request_id, False))


def worded(protocol: str, status: int, code: str) -> tuple[int, str]:
    """The status and the code that an error has in a protocol."""
    words = WORDINGS.get(code)
    if not words:
        return status, code
    return words[0 if protocol == "ec2" else 1 if protocol == "query" else 2]


def _written_json(api: Api | None, body: t.Any, request_id: str, is_error: bool) -> tuple[bytes, dict[str, str]]:
    told = {"__type": f"com.amazonaws.local#{body['Code']}", "message": body["Message"]} if is_error else body
    version = api.protocol.removeprefix("json-") if api else "1.1"
    return _to_json(told), {"Content-Type": f"{JSON}{version}", "x-amzn-RequestId": request_id}


def _written_rest(dummy: Api | None, body: t.Any, request_id: str, is_error: bool) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
    if not is_error:
        return _to_json(body), headers
    code = {"x-amzn-ErrorType": f"{body['Code']}:http://internal.amazon.com/coral/com.amazonaws.local/"}
    return _to_json({"message": body["Message"]}), {**headers, **code}


def _to_json(value: t.Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _written_query(api: Api | None, body: t.Any, request_id: str, is_error: bool) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
    if is_error:
        told = {"Error": {"Type": "Sender", **body}, "RequestId": request_id}
        return document("ErrorResponse", told), headers
    name = api.name if api else ""
    told = {f"{name}Result": without_id(body), "ResponseMetadata": {"RequestId": request_id}}
    return document(f"{name}Response", told, product=api.product if api else ""), headers


def _written_ec2(api: Api | None, body: t.Any, request_id: str, is_error: bool) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": "text/xml;charset=UTF-8", "x-amzn-requestid": request_id}
    if is_error:
        return document("Response", {"Errors": {"Error": body}, "RequestID": request_id}), headers
    told = {"requestId": request_id, **without_id(body)}
    return document(f"{api.name if api else ''}Response", told, "item"), headers


def without_id(body: Fields) -> Fields:
    """An answer of a vector without the id of its request."""
    return {name: value for name, value in body.items() if name.lower() != "requestid"}


_WRITERS: dict[str, t.Callable[[Api | None, t.Any, str, bool], tuple[bytes, dict[str, str]]]] = {
    "json-1.0": _written_json,
    "json-1.1": _written_json,
    "rest-json": _written_rest,
    "query": _written_query,
    "ec2": _written_ec2,
}


def document(root: str, content: Fields, entry: str = "", product: str = "") -> bytes:
    """An XML document. ``entry`` names the entries of all lists, where it does not depend on the list."""
    namespace = f"http://{product or 'ec2'}.amazonaws.com/doc/local/"
    inner = "".join(element(name, value, entry, product) for name, value in content.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{inner}</{root}>'.encode()


def element(name: str, value: t.Any, entry: str, product: str) -> str:
    """An element with all that it holds. A value that is not known has none."""
    if value is None:
        return ""
    if isinstance(value, dict):
        inner = "".join(element(key, each, entry, product) for key, each in value.items())
    elif isinstance(value, list):
        tag = entry or ENTRIES.get(name) or (SNAPSHOTS.get(product) if name == "Snapshots" else "") or "member"
        inner = "".join(element(tag, each, entry, product) for each in value)
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{name}>{inner}</{name}>"
