# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our ACS3-HMAC-SHA256 against the vendor's own: a table of recorded results, then anything Hypothesis thinks of."""

from __future__ import annotations

import hashlib
import json
import typing as t
from pathlib import Path

import pytest
from alibabacloud_tea_openapi.utils import Utils, get_canonical_query_string, get_canonicalized_headers
from darabonba.request import DaraRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import signature
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, percent

VECTORS = json.loads((Path(__file__).parents[4] / "vectors" / "alibaba_signatures.json").read_text("utf-8"))["vectors"]

EVERY_PLANE = st.text(st.characters(exclude_categories=["Cs"]))
PRESENT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
# The SDK signs keys as they are and sends them encoded: only keys that need no encoding can be compared.
KEYS = st.from_regex(r"[A-Za-z0-9._~-]+", fullmatch=True)
NAMES = st.from_regex(r"[a-z][a-z0-9-]*", fullmatch=True)
HOSTS = st.from_regex(r"[a-z0-9.-]+(:[1-9][0-9]{0,4})?", fullmatch=True)
HEXES = st.text("0123456789abcdef", min_size=1)


def of_vendor(request: Request, headers: t.Mapping[str, str]) -> DaraRequest:
    """The request as the vendor's signer wants it; it takes a mapping, so each key comes once."""
    asked = DaraRequest()
    asked.method = request.method
    asked.pathname = request.full_path
    asked.query = dict(request.query)
    asked.headers = {"host": request.host, **headers}
    return asked


def vendor_authorization(request: Request, headers: t.Mapping[str, str], access_key: str, secret_key: str) -> str:
    """What the vendor's signer says, which signs every header that it is given."""
    payload = hashlib.sha256(request.body).hexdigest()
    asked = of_vendor(request, headers)
    return str(Utils.get_authorization(asked, "ACS3-HMAC-SHA256", payload, access_key, secret_key))


def vendor_canonical_request(request: Request, headers: t.Mapping[str, str]) -> str:
    """The vendor's signer keeps this to itself, but not its parts."""
    lines, names = get_canonicalized_headers(of_vendor(request, headers).headers)
    query = get_canonical_query_string(dict(request.query))
    payload = hashlib.sha256(request.body).hexdigest()
    return f"{request.method}\n{request.full_path}\n{query}\n{lines}\n{names}\n{payload}"


def request_of(vector: t.Mapping[str, t.Any]) -> Request:
    """The request of a vector, not signed."""
    return Request(
        method=vector["method"],
        endpoint=vector["endpoint"],
        path=vector["path"],
        query=tuple((key, value) for key, value in vector["query"]),
        headers={"content-type": vector["content_type"]} if vector["content_type"] else {},
        body=vector["body"].encode(),
    )


def signed(vector: t.Mapping[str, t.Any]) -> Request:
    """The request of a vector, signed by us."""
    call = {name: vector[name] for name in ("action", "version", "date", "nonce")}
    return signature.sign(request_of(vector), Credentials("test", **vector["credentials"]), **call)


def signed_part(headers: t.Mapping[str, str]) -> dict[str, str]:
    """The headers that are signed, but for Host."""
    return {name: value for name, value in headers.items() if name not in ("accept", "authorization")}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vector_is_what_the_vendor_signs(vector: t.Mapping[str, t.Any]) -> None:
    request, headers = request_of(vector), signed_part(vector["headers"])
    keys = (vector["credentials"]["access_key"], vector["credentials"]["secret_key"])
    assert vendor_authorization(request, headers, *keys) == vector["headers"]["authorization"]
    assert vendor_canonical_request(request, headers) == vector["canonical_request"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vector_is_what_we_sign_and_send(vector: t.Mapping[str, t.Any]) -> None:
    ours = signed(vector)
    assert ours.headers == vector["headers"]
    assert signature.canonical_request(ours, signature.signed_names(ours)) == vector["canonical_request"]
    assert ours.url == vector["url"]


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST"]),
    host=HOSTS,
    segments=st.lists(PRESENT),
    query=st.dictionaries(KEYS, EVERY_PLANE),
    body=st.binary(),
    keys=st.tuples(PRESENT, PRESENT),
    token=EVERY_PLANE,
    nonce=HEXES,
)
def test_we_sign_any_call_as_the_vendor_does(
    *,
    method: str,
    host: str,
    segments: list[str],
    query: dict[str, str],
    body: bytes,
    keys: tuple[str, str],
    token: str,
    nonce: str,
) -> None:
    path = "/" + "/".join(percent(segment) for segment in segments)
    content = {"Content-Type": "application/json; charset=utf-8"} if body else {}
    request = Request(method, f"https://{host}", path, tuple(query.items()), content, body)
    credentials = Credentials("test", access_key=keys[0], secret_key=keys[1], security_token=token)
    call = {"action": "DescribeTask", "version": "2017-09-08", "date": "2026-03-04T05:06:07Z", "nonce": nonce}
    ours = signature.sign(request, credentials, **call)
    assert ours.headers["authorization"] == vendor_authorization(request, signed_part(ours.headers), *keys)


@settings(deadline=None)
@given(
    endpoint=st.sampled_from(["https://ecs.aliyuncs.com", "http://127.0.0.1:8080", "https://proxy.example/ecs"]),
    query=st.dictionaries(KEYS, EVERY_PLANE),
    headers=st.dictionaries(NAMES, EVERY_PLANE),
    keys=st.tuples(PRESENT, PRESENT),
)
def test_we_sign_any_headers_as_the_vendor_does(
    endpoint: str, query: dict[str, str], headers: dict[str, str], keys: tuple[str, str]
) -> None:
    request = Request("GET", endpoint, "/", tuple(query.items()), {name.title(): headers[name] for name in headers})
    ours = signature.authorization(request, *keys, {"host", *headers})
    assert ours == vendor_authorization(request, headers, *keys)


@given(PRESENT)
def test_an_id_in_a_path_is_encoded_as_the_vendor_encodes_it(task_id: str) -> None:
    assert percent(task_id) == Utils.get_encode_param(task_id)


# What the vendor's signer cannot say: it takes each key once, and it signs a key as it is although it goes out encoded.
BEYOND_THE_VENDOR = [
    pytest.param([("b", "2"), ("a", "z"), ("a", "y")], "a=y&a=z&b=2", id="a repeated key, sorted by value"),
    pytest.param([("名", "1")], "%E5%90%8D=1", id="a key that needs encoding, signed as sent"),
]


@pytest.mark.parametrize(("query", "expected"), BEYOND_THE_VENDOR)
def test_what_is_signed_is_what_is_sent(query: list[tuple[str, str]], expected: str) -> None:
    request = Request("GET", "https://ecs.aliyuncs.com", query=tuple(query))
    assert signature.canonical_request(request, ["host"]).split("\n")[2] == expected
    assert request.url.endswith(f"?{expected}")


def test_the_vendor_signs_a_key_as_it_is() -> None:
    assert get_canonical_query_string({"名": "1"}) == "名=1"


def test_neither_accept_nor_user_agent_is_signed() -> None:
    request = Request("GET", "https://ecs.aliyuncs.com", headers={"User-Agent": "x", "Accept": "y", "X-Acs-Z": "z"})
    assert signature.signed_names(request) == ["host", "x-acs-z"]
