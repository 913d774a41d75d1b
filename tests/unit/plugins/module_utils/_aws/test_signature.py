# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our Signature Version 4 against botocore's own: a table of requests, then anything Hypothesis thinks of."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._aws import signature
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, percent

pytest.importorskip("botocore")

import botocore.auth
import botocore.awsrequest
import botocore.credentials

NOW = datetime(2026, 11, 30, 12, 36, tzinfo=timezone.utc)
DATE = NOW.strftime(signature.DATE)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
EC2 = "https://ec2.eu-west-1.amazonaws.com"
BACKUP = "https://backup.eu-west-1.amazonaws.com"
KEYS = Credentials("test", access_key="AKIAEXAMPLE", secret_key="hush/hush+Secret")
SESSION = Credentials("test", access_key="ASIAEXAMPLE", secret_key="hush/hush+Secret", security_token="hush/Token==")

ARN = percent("arn:aws:backup:eu-west-1:123456789012:recovery-point:1EB3B5E7")


class Case(t.NamedTuple):
    """A request, what it is signed for, and by whom."""

    request: Request
    name: str = "ec2"
    region: str = "eu-west-1"
    keys: Credentials = KEYS


def json_call(host: str, version: str, target: str, body: bytes = b"{}") -> Request:
    """A call of a JSON protocol."""
    headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": target}
    return Request("POST", f"https://{host}", "/", (), headers, body)


FORM_BODY = b"Action=DescribeSnapshots&Version=2016-11-15&SnapshotId.1=snap-1"
CASES: dict[str, Case] = {
    "nothing but a host": Case(Request("GET", EC2)),
    "a form": Case(Request("POST", EC2, "/", (), FORM, FORM_BODY)),
    "a form, with a session": Case(Request("POST", EC2, "/", (), FORM, FORM_BODY), keys=SESSION),
    "JSON 1.0": Case(
        json_call("dynamodb.eu-west-1.amazonaws.com", "1.0", "DynamoDB_20120810.DescribeExport"), "dynamodb"
    ),
    "JSON 1.1": Case(json_call("ssm.eu-west-1.amazonaws.com", "1.1", "AmazonSSM.ListCommands"), "ssm"),
    "a body in UTF-8": Case(
        json_call("ssm.eu-west-1.amazonaws.com", "1.1", "AmazonSSM.X", "{\u2018é\u2019}".encode()), "ssm"
    ),
    "another signing name than host": Case(
        json_call("states.eu-west-1.amazonaws.com", "1.0", "AWSStepFunctions.X"), "states"
    ),
    "a UUID in the path": Case(Request("GET", BACKUP, "/backup-jobs/A1B2C3D4-1111-2222-3333-444455556666"), "backup"),
    "an ARN in the path": Case(Request("GET", BACKUP, f"/backup-vaults/x/recovery-points/{ARN}"), "backup"),
    "a colon in the path": Case(Request("GET", BACKUP, "/a:b/c"), "backup"),
    "a space in the path": Case(Request("GET", BACKUP, "/my%20vault/x"), "glacier"),
    "a path beyond ASCII": Case(Request("GET", BACKUP, "/jobs/%E1%88%B4"), "backup"),
    "a tilde in the path": Case(Request("GET", BACKUP, "/jobs/~x-._"), "backup"),
    "dots and slashes in the path": Case(Request("GET", EC2, "/a/./b/../c//d")),
    "dots above the root": Case(Request("GET", EC2, "/../../a/..")),
    "a slash at the end": Case(Request("GET", BACKUP, "/backup-jobs/"), "backup"),
    "nothing but slashes": Case(Request("GET", EC2, "//")),
    "a path in the endpoint": Case(Request("GET", f"{EC2}/prefix", "/x")),
    "a query": Case(
        Request("GET", BACKUP, "/backup-jobs/", (("state", "COMPLETED"), ("createdAfter", "2026-11-01T00:00:00Z"))),
        "backup",
    ),
    "an ARN in the query": Case(
        Request("GET", BACKUP, "/", (("resourceArn", "arn:aws:ec2:eu-west-1:1:volume/v"),)), "backup"
    ),
    "a value that is empty": Case(Request("GET", EC2, "/", (("Action", ""), ("b", "1")))),
    "capitals in the query": Case(Request("GET", EC2, "/", (("b", "1"), ("B", "2"), ("a", "3"), ("A", "4")))),
    "a name that is there twice": Case(Request("GET", EC2, "/", (("p", "b"), ("p", "a")))),
    "a name that starts another": Case(Request("GET", EC2, "/", (("p", "b"), ("p-", "a"), ("p%", "c")))),
    "a query beyond ASCII": Case(Request("GET", EC2, "/", (("é", "ü"), ("z", "1")))),
    "spaces and plus signs": Case(Request("GET", EC2, "/", (("a", "x y"), ("b", "x+y")))),
    "a port": Case(Request("POST", "http://127.0.0.1:5055", "/", (), FORM, b"x")),
    "the port of https": Case(Request("GET", f"{EC2}:443")),
    "the port of http": Case(Request("GET", "http://localhost:80")),
    "the port of http with https": Case(Request("GET", "https://localhost:80")),
    "an IPv6 address": Case(Request("GET", "http://[::1]:5055")),
    "spaces in a header": Case(Request("GET", EC2, headers={"X-Amz-Meta": "  a   b  c "})),
    "headers in any order": Case(Request("GET", EC2, headers={"Zoo": "1", "apple": "2", "X-Amz-Z": "3"})),
    "headers that are changed on the way": Case(
        Request(
            "GET",
            EC2,
            headers={"User-Agent": "x", "Expect": "100-continue", "X-Amzn-Trace-Id": "Root=1", "Connection": "close"},
        )
    ),
    "another partition": Case(
        Request("POST", "https://ec2.cn-north-1.amazonaws.com.cn", "/", (), FORM, b"x"), region="cn-north-1"
    ),
    "a service without regions": Case(
        Request("POST", "https://iam.amazonaws.com", "/", (), FORM, b"x"), "iam", "us-east-1"
    ),
    "S3": Case(Request("GET", "https://s3.eu-west-1.amazonaws.com", "/bucket/my%20key"), "s3"),
    "S3, a path with slashes and dots": Case(
        Request("GET", "https://s3.eu-west-1.amazonaws.com", "/bucket//a/./b"), "s3"
    ),
    "S3, with a session": Case(Request("HEAD", "https://b.s3.eu-west-1.amazonaws.com", "/k%2Bk"), "s3", keys=SESSION),
    "S3, a query without a value": Case(
        Request("POST", "https://b.s3.eu-west-1.amazonaws.com", "/k", (("restore", ""),)), "s3"
    ),
}


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    naive = NOW.replace(tzinfo=None)
    if hasattr(botocore.auth, "get_current_datetime"):
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *dummy, **also: naive)
    else:  # older releases ask the module for the time

        class Stopped(datetime):
            @classmethod
            def utcnow(cls) -> datetime:
                return naive

        monkeypatch.setattr(botocore.auth.datetime, "datetime", Stopped)


def by_vendor(case: Case) -> tuple[botocore.awsrequest.AWSRequest, botocore.auth.SigV4Auth]:
    """The request, signed by botocore, and its signer."""
    request = case.request
    asked = botocore.awsrequest.AWSRequest(request.method, request.url, dict(request.headers), request.body)
    keys = botocore.credentials.Credentials(
        case.keys.access_key, case.keys.secret_key, case.keys.security_token or None
    )
    kind = botocore.auth.S3SigV4Auth if case.name == signature.S3 else botocore.auth.SigV4Auth
    signer = kind(keys, case.name, case.region)
    asked.context["payload_signing_enabled"] = True
    signer.add_auth(asked)
    return asked, signer


def by_us(case: Case) -> Request:
    """The request, signed by us."""
    scope = signature.Scope(case.region, case.name)
    return signature.sign(case.request, case.keys, scope=scope, date=DATE)


def lower(headers: t.Mapping[str, str]) -> dict[str, str]:
    """The headers by lower-case name."""
    return {name.lower(): value for name, value in headers.items()}


def unsigned_part(request: botocore.awsrequest.AWSRequest) -> botocore.awsrequest.AWSRequest:
    """The same request as it was when botocore signed it."""
    del request.headers["Authorization"]
    return request


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_request_is_signed_as_botocore_signs_it(case: Case) -> None:
    (theirs, signer), ours = by_vendor(case), by_us(case)
    assert lower(ours.headers) == lower(theirs.headers)
    canonical = signature.canonical_request(ours, case.name)
    assert canonical == signer.canonical_request(unsigned_part(theirs))
    scope = signature.Scope(case.region, case.name)
    assert signature.string_to_sign(canonical, scope, DATE) == signer.string_to_sign(theirs, canonical)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SOME_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SEGMENTS = st.lists(st.one_of(SOME_TEXT, st.sampled_from(["", ".", "..", "~", "a:b", "%"])), max_size=6)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
NAMES = st.from_regex(r"x-[a-z][a-z0-9-]{0,20}", fullmatch=True).filter(lambda name: not name.startswith("x-amz"))
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126))


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    host=st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,30}[a-z0-9])?(:[1-9][0-9]{0,3})?", fullmatch=True),
    segments=SEGMENTS,
    query=st.lists(st.tuples(TEXT, TEXT), max_size=6),
    headers=st.dictionaries(NAMES, PRINTABLE, max_size=5),
    body=st.binary(),
    keys=st.tuples(SECRETS, SECRETS, st.one_of(st.just(""), SECRETS)),
    scope=st.tuples(st.sampled_from(["ec2", "backup", "s3"]), st.sampled_from(["us-east-1", "cn-north-1"])),
)
def test_we_sign_any_request_as_botocore_does(
    *,
    method: str,
    host: str,
    segments: list[str],
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    keys: tuple[str, str, str],
    scope: tuple[str, str],
) -> None:
    path = "/" + "/".join(segment if segment in (".", "..") else percent(segment) for segment in segments)
    request = Request(method, f"https://{host}", path, tuple(query), headers, body)
    credentials = Credentials("test", access_key=keys[0], secret_key=keys[1], security_token=keys[2])
    case = Case(request, *scope, credentials)
    assert by_us(case).headers["authorization"] == by_vendor(case)[0].headers["Authorization"]


# What botocore cannot sign is signed as it is sent.
def test_a_query_is_signed_as_it_is_sent() -> None:
    request = Request("GET", EC2, "/", (("a b", "c/d"),))
    assert signature.canonical_request(request, "ec2").split("\n")[2] == "a%20b=c%2Fd" == urlsplit(request.url).query


def test_a_path_is_encoded_once_more_than_it_is_sent() -> None:
    request = Request("GET", BACKUP, f"/x/{percent('a:b')}")
    assert signature.canonical_request(request, "backup").split("\n")[1] == quote("/x/a%3Ab", safe="/")
    assert urlsplit(request.url).path == "/x/a%3Ab"


def test_no_secret_is_in_a_request() -> None:
    ours = by_us(Case(Request("GET", EC2), keys=SESSION))
    assert SESSION.secret_key not in repr(ours)
    assert ours.headers["x-amz-security-token"] == SESSION.security_token
