# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs that a cloud hands out: what is sent for them, to which hosts, and what is shown of them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import request_of
from ansible_collections.multicloud.tasks.plugins.module_utils._api.trace import safe_url
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import NotSent, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import as_it_is
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response, address_in
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.links import (
    last_segment,
    reference_of,
    secrets_of_url,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import document_of

CLOUD = "https://management.example"
SIGNED = "&t=638000000000000000&c=MIIHHjCertificate.a-b_c&s=Signature*x~1.0123456789&h=Hash0123456789ab"
PATH = "/subscriptions/S/providers/Made.Up/locations/l/operationStatuses/59fd*A9E6%3a%2F"
URL = f"{CLOUD}{PATH}?api-version=2024-01-01{SIGNED}"
OPERATION = Service(
    "operation",
    "",
    "",
    "x",
    Call("Read operation", path="/{task_id:url}", query={"api-version": "2020-01-01"}),
    {"native_state": "body.status"},
    {"succeeded": "succeeded"},
    envelope=True,
)
AWS = PROVIDERS["aws"]

# endpoint, URL, target that is sent.
SENT: dict[str, tuple[str, str, str]] = {
    "byte for byte": (CLOUD, URL, URL.removeprefix(CLOUD)),
    "the port of the scheme": (CLOUD, f"{CLOUD}:443/o?b=1&a=2", "/o?b=1&a=2&api-version=2020-01-01"),
    "the host in other letters": (CLOUD, "https://Management.EXAMPLE/o?api-version=1", "/o?api-version=1"),
    "no version": (CLOUD, f"{CLOUD}/o", "/o?api-version=2020-01-01"),
    "no path": (CLOUD, f"{CLOUD}?api-version=1", "/?api-version=1"),
    "no value": (CLOUD, f"{CLOUD}/o?api-version&z&a=", "/o?api-version&z&a="),
    "a path alone": (CLOUD, "/o/1?api-version=1", "/o/1?api-version=1"),
    "an endpoint with a path": (f"{CLOUD}/arm", f"{CLOUD}/arm/o?api-version=1", "/arm/o?api-version=1"),
    "this machine": ("http://127.0.0.1:9", "http://127.0.0.1:9/o?api-version=1", "/o?api-version=1"),
    "a long one": (CLOUD, f"{CLOUD}/o?api-version=1&x={'y' * 6316}", f"/o?api-version=1&x={'y' * 6316}"),
}


@pytest.mark.parametrize("name", SENT)
def test_a_url_is_sent_as_it_is(name: str) -> None:
    endpoint, url, target = SENT[name]
    request = request_of(AWS, OPERATION, OPERATION.read, endpoint, {"task_id": "short", "url_of_id": url})
    assert request.target == target
    assert request.query_string == target.partition("?")[2]
    assert request.url.startswith(endpoint.removesuffix("/arm"))


ELSEWHERE: dict[str, tuple[str, str]] = {
    "another host": (CLOUD, "https://evil.example/o"),
    "a host that ends alike": (CLOUD, "https://evil-management.example/o"),
    "a host that begins alike": (CLOUD, "https://management.example.evil.example/o"),
    "a dot at the end": (CLOUD, "https://management.example./o"),
    "another port": (CLOUD, f"{CLOUD}:8443/o"),
    "a port that is none": (CLOUD, f"{CLOUD}:x/o"),
    "no encryption": (CLOUD, "http://management.example/o"),
    "a user": (CLOUD, "https://me@management.example/o"),
    "a user that looks like the host": (CLOUD, "https://management.example@evil.example/o"),
    "a backslash": (CLOUD, "https://management.example\\@evil.example/o"),
    "no scheme": (CLOUD, "//management.example/o"),
    "another scheme": (CLOUD, "ftp://management.example/o"),
    "a fragment": (CLOUD, f"{CLOUD}/o#x"),
    "a space": (CLOUD, f"{CLOUD}/o x"),
    "a line": (CLOUD, f"{CLOUD}/o\r\nHost: evil"),
    "other letters": (CLOUD, "https://manag\u0435ment.example/o"),
    "half an address": (CLOUD, "https://[::1/o"),
    "this machine": (CLOUD, "http://127.0.0.1/o"),
    "another port of this machine": ("http://127.0.0.1:9", "http://127.0.0.1:10/o"),
    "another name of this machine": ("http://127.0.0.1:9", "http://localhost:9/o"),
    "a word": (CLOUD, "o"),
    "nothing": (CLOUD, ""),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_url_elsewhere_is_refused_and_not_shown(name: str) -> None:
    endpoint, url = ELSEWHERE[name]
    with pytest.raises(OptionError, match=r"^task_ids: ") as caught:
        address_in("task_ids", url, endpoint)
    assert "/o" not in str(caught.value).replace("/operations/o", "")
    if url:
        values = {"task_id": "x", "link": url}
        with pytest.raises(NotSent, match="the link to the next page: "):
            request_of(AWS, OPERATION, OPERATION.read, endpoint, values)


SHORT: dict[str, tuple[str, str, str]] = {
    "signed": (URL, f"{PATH}?api-version=2024-01-01", "59fd*A9E6%3a%2F"),
    "a token": (f"{CLOUD}/o/1?x=1&operationToken=abc&sig=d", "/o/1?x=1", "1"),
    "an id": ("/o/1?x=1", "/o/1?x=1", "1"),
    "no path": (f"{CLOUD}/", "/", "/"),
    "a slash at the end": ("HTTPS://h/o/1/", "/o/1/", "1"),
}


@pytest.mark.parametrize("name", SHORT)
def test_the_id_of_a_url_shows_no_signature_and_can_be_given_again(name: str) -> None:
    url, task_id, shown = SHORT[name]
    assert (reference_of("task_ids", url), last_segment(task_id)) == (task_id, shown)
    assert reference_of("task_ids", task_id) == task_id
    provider = AWS._replace(services={"operation": OPERATION})
    (selector,) = selectors_of_one(provider, {"service": "operation", "task_ids": [url], "limit": 100})
    assert (selector.task_id, selector.asked) == (task_id, {"url_of_id": url})


@pytest.mark.parametrize("url", ["o-1", "https://host", "ftp://h/o", "//h/o", "/o#x", "https:/h/o"])
def test_what_is_no_url_of_an_operation_is_refused(url: str) -> None:
    provider = AWS._replace(services={"operation": OPERATION})
    with pytest.raises(OptionError, match=r"^task_ids: this is no URL of an operation"):
        selectors_of_one(provider, {"service": "operation", "task_ids": [url], "limit": 100})


def test_a_signature_is_shown_nowhere() -> None:
    assert secrets_of_url(URL) == {pair.partition("=")[2] for pair in SIGNED[1:].split("&")}
    request = request_of(AWS, OPERATION, OPERATION.read, CLOUD, {"url_of_id": URL, "task_id": "x"})
    assert safe_url(request, as_it_is) == f"{CLOUD}/…/59fd*A9E6%3a%2F"
    headers = {"location": URL, "azure-asyncoperation": URL, "operation-location": "junk", "x": "y"}
    told = document_of(OPERATION, Response(202, headers, None))
    reference = f"{PATH}?api-version=2024-01-01"
    assert told["headers"] == {
        "location": reference,
        "azure-asyncoperation": reference,
        "operation-location": "",
        "x": "y",
    }
    plain = replace_read(OPERATION)
    assert document_of(plain, Response(202, headers, None))["headers"] == headers


def replace_read(service: Service) -> Service:
    """The same service, whose ids are no URLs."""
    return service._replace(read=Call("Read operation", path="/{task_id}"))


def test_the_link_to_a_page_is_complete() -> None:
    link = f"{CLOUD}/jobs?$skipToken=a%2fb&api-version=1"
    call = Call("List", path="/jobs", query={"api-version": "2", "x": "y"})
    request: t.Any = request_of(AWS, OPERATION, call, CLOUD, {"link": link})
    assert request.url == link
