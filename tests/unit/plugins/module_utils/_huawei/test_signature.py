# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our SDK-HMAC-SHA256 against the vendor's own: a table of recorded results, then anything Hypothesis thinks of."""

from __future__ import annotations

import datetime
import json
import typing as t
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, percent
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei import signature

VECTORS = json.loads((Path(__file__).parents[4] / "vectors" / "huawei_signatures.json").read_text("utf-8"))["vectors"]

EVERY_PLANE = st.text(st.characters(exclude_categories=["Cs"]))
PRESENT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
HOSTS = st.from_regex(r"[a-z0-9.-]+(:[1-9][0-9]{0,4})?", fullmatch=True)
PATHS = st.one_of(
    st.lists(PRESENT).map(lambda segments: "/" + "/".join(percent(segment) for segment in segments)),
    EVERY_PLANE.map(lambda text: f"/{text}"),
)
CONTENT_TYPES = st.sampled_from(
    ["", "application/json", "application/json;charset=utf8", "application/bson", "text/plain", " application/json"]
)
# From 2000 to 2100.
DATES = st.integers(946684800, 4102444800).map(
    lambda seconds: datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
)


def of_vendor(request: Request, headers: t.Mapping[str, str]) -> SdkRequest:
    """The request as the vendor's signer wants it; it signs every header that it is given, and alters them."""
    return SdkRequest(
        method=request.method,
        schema=urlsplit(request.endpoint).scheme,
        host=request.host,
        resource_path=request.full_path,
        query_params=list(request.query),
        header_params=dict(headers),
        body=request.body,
    )


def sent_by_vendor(request: Request, headers: t.Mapping[str, str], access_key: str, secret_key: str) -> SdkRequest:
    """The request after the vendor's signer."""
    return Signer(SimpleNamespace(ak=access_key, sk=secret_key)).sign(of_vendor(request, headers))


def headers_of_vendor(request: Request, date: str, project_id: str, token: str) -> dict[str, str]:
    """The headers that the SDK hands to its signer, but for its User-Agent."""
    added = {"X-Sdk-Date": date, "X-Project-Id": project_id, "X-Security-Token": token}
    return {**request.headers, **{name: value for name, value in added.items() if value}}


def vendor_canonical_request(request: Request, headers: t.Mapping[str, str], keys: t.Mapping[str, str]) -> str:
    """What the vendor's signer signs."""
    signer = Signer(SimpleNamespace(ak=keys["access_key"], sk=keys["secret_key"]))
    asked = of_vendor(request, {**headers, "Host": request.host})
    signer._process_content_header(asked)
    return str(signer._process_canonical_request(asked, signer._process_signed_headers(asked)))


def request_of(vector: t.Mapping[str, t.Any]) -> Request:
    """The request of a vector, not signed."""
    return Request(
        method=vector["method"],
        endpoint=vector["endpoint"],
        path=vector["path"],
        query=tuple((key, value) for key, value in vector["query"]),
        headers={"Content-Type": vector["content_type"]} if vector["content_type"] else {},
        body=vector["body"].encode(),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vector_is_what_the_vendor_signs(vector: t.Mapping[str, t.Any]) -> None:
    request, keys = request_of(vector), vector["credentials"]
    headers = headers_of_vendor(request, vector["date"], vector["project_id"], keys.get("security_token", ""))
    theirs = sent_by_vendor(request, headers, keys["access_key"], keys["secret_key"])
    assert theirs.header_params == {**vector["headers"], "Host": request.host}
    assert theirs.url == vector["url"]
    assert vendor_canonical_request(request, headers, keys) == vector["canonical_request"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vector_is_what_we_sign_and_send(vector: t.Mapping[str, t.Any]) -> None:
    credentials = Credentials("test", **vector["credentials"])
    ours = signature.sign(request_of(vector), credentials, date=vector["date"], project_id=vector["project_id"])
    assert ours.headers == vector["headers"]
    assert ours.url == vector["url"]
    as_signed = ours.with_headers({name: value.encode("latin-1").decode() for name, value in ours.headers.items()})
    assert signature.canonical_request(as_signed, signature.signed_names(ours)) == vector["canonical_request"]


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "post", "DELETE"]),
    host=HOSTS,
    path=PATHS,
    query=st.lists(st.tuples(EVERY_PLANE, EVERY_PLANE)),
    content_type=CONTENT_TYPES,
    body=st.binary(),
    keys=st.tuples(PRESENT, PRESENT),
    token=EVERY_PLANE,
    project_id=EVERY_PLANE,
    date=DATES,
)
def test_we_sign_any_call_as_the_vendor_does(
    *,
    method: str,
    host: str,
    path: str,
    query: list[tuple[str, str]],
    content_type: str,
    body: bytes,
    keys: tuple[str, str],
    token: str,
    project_id: str,
    date: str,
) -> None:
    content = {"Content-Type": content_type} if content_type else {}
    request = Request(method, f"https://{host}", path, tuple(query), content, body)
    credentials = Credentials("test", access_key=keys[0], secret_key=keys[1], security_token=token)
    ours = signature.sign(request, credentials, date=date, project_id=project_id)
    theirs = sent_by_vendor(request, headers_of_vendor(request, date, project_id, token), *keys)
    assert {**ours.headers, "Host": request.host} == theirs.header_params
    assert ours.url == theirs.url


@settings(deadline=None)
@given(
    names=st.sets(st.from_regex(r"[a-z][a-z0-9-]*", fullmatch=True)),
    values=st.lists(EVERY_PLANE, min_size=1),
    keys=st.tuples(PRESENT, PRESENT),
)
def test_we_sign_any_headers_as_the_vendor_does(names: set[str], values: list[str], keys: tuple[str, str]) -> None:
    headers = {name: values[number % len(values)] for number, name in enumerate(sorted(names - {"host"}))}
    headers["x-sdk-date"] = "20260304T050607Z"
    request = Request("GET", "https://ims.cn-north-4.myhuaweicloud.com", "/v1/jobs", headers=headers)
    theirs = sent_by_vendor(request, headers, *keys)
    assert signature.authorization(request, *keys, {"host", *headers}) == theirs.header_params["Authorization"]


# What a proxy may rewrite, and a name that the gateway drops, stay out of the signature.
SIGNED = [
    pytest.param({}, ["host"], id="nothing else"),
    pytest.param({"User-Agent": "a", "Accept": "b", "Connection": "c"}, ["host"], id="what others rewrite"),
    pytest.param({"X-Sdk-Date": "a", "x_odd": "b", "X-A_B": "c"}, ["host", "x-sdk-date"], id="underscores"),
    pytest.param(
        {"content-type": "a", "X-LANGUAGE": "b"}, ["content-type", "host", "x-language"], id="whatever the case"
    ),
]


@pytest.mark.parametrize(("headers", "expected"), SIGNED)
def test_the_headers_that_are_signed(headers: dict[str, str], expected: list[str]) -> None:
    assert signature.signed_names(Request("GET", "https://ims.example", headers=headers)) == expected


def test_a_header_beyond_latin_1_goes_out_as_the_bytes_that_were_signed() -> None:
    request = Request("GET", "https://ims.example")
    ours = signature.sign(request, Credentials("test"), date="20260304T050607Z", project_id=" 任 ")
    assert ours.headers["X-Project-Id"].encode("latin-1").decode() == "任"
