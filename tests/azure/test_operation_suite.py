# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every scenario of Microsoft's suite of asynchronous operations: what azure-core makes of it, and what the collection does.

A wait is never green where azure-core fails. In two scenarios it is stricter.
"""

from __future__ import annotations

import json
import os
import pathlib
import socket
import typing as t
from urllib.parse import urlsplit

import pytest
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy, RetryPolicy
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.polling.arm_polling import ARMPolling

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import CANCELLED, FAILED, SUCCEEDED
from support.azure_operations import ENDED_AT_ONCE, NOT_STARTED, Start, followed
from support.azure_suites import TESTSERVER, CookieRelay, autorest

PACKAGES = pathlib.Path(os.environ.get("MULTICLOUD_NODE", ""))
SWAGGER = PACKAGES / "node_modules" / TESTSERVER / "swagger" / "lro.json"
WITH_BODY = ("PUT", "POST", "PATCH")


class Scenario(t.NamedTuple):
    start: Start
    options: dict[str, t.Any]


def scenarios() -> dict[str, Scenario]:
    """The scenarios by the names that the suite gives them."""
    if not SWAGGER.is_file():
        return {}
    paths = json.loads(SWAGGER.read_text(encoding="utf-8-sig"))["paths"]
    return {
        operation["operationId"]: Scenario(
            Start(method.upper(), path, {} if method.upper() in WITH_BODY else None),
            operation.get("x-ms-long-running-operation-options") or {},
        )
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


SCENARIOS = scenarios()
ENDS = {"failed": FAILED, "canceled": CANCELLED}
# The URL in Location says with status 200 that the operation has failed or was cancelled. azure-core takes the status 200
# for the end, and does not look at the body.
STRICTER = {
    "LROs_deleteProvisioning202DeletingFailed200": FAILED,
    "LROs_deleteProvisioning202Deletingcanceled200": CANCELLED,
}
# What has ended when the answer to the start comes, or tells of no operation: there is nothing to wait for.
WITHOUT_A_WAIT = {
    *("LROs_put200Succeeded", "LROs_put201Succeeded", "LROs_put200SucceededNoState", "LROs_delete204Succeeded"),
    *("LROSADs_putError201NoProvisioningStatePayload", "LROSADs_delete204Succeeded", "LROSADs_post202NoLocation"),
    "LROSADs_put200InvalidJson",
}


@pytest.fixture(scope="module")
def server() -> t.Iterator[str]:
    assert SCENARIOS, "these tests need Microsoft's servers of operations: run ./dev test-azure"
    with autorest(PACKAGES) as url:
        yield url


def by_azure_core(scenario: Scenario, base: str) -> str:
    """How azure-core sees the operation end: "" if well, else the name of the exception or the state."""
    policies = [RequestIdPolicy(), HeadersPolicy(), RetryPolicy(retry_total=3, retry_backoff_factor=0)]
    client = ARMPipelineClient(base_url=base, policies=policies)
    start = scenario.start
    body = {} if start.body is None else {"json": start.body}
    try:
        first = client.send_request(
            HttpRequest(start.method, base + start.path, **body), _return_pipeline_response=True
        )
        if first.http_response.status_code >= 400:
            raise HttpResponseError(response=first.http_response)
        poller: LROPoller[t.Any] = LROPoller(
            client, first, lambda response: None, ARMPolling(0, lro_options=scenario.options or None)
        )
        poller.wait(20)
        return "" if poller.done() else "going on"
    except (AzureError, ValueError) as exc:
        return end_in(getattr(exc, "response", None)) or type(exc).__name__


def end_in(response: t.Any) -> str:
    """The end that the last answer has told azure-core, if that is what it has failed for."""
    try:
        body = response.json()
        word = body.get("status") or (body.get("properties") or {}).get("provisioningState")
    except (AttributeError, ValueError):
        return ""
    return ENDS.get(str(word).lower(), "") if response.status_code < 300 else ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_wait_ends_as_azure_core_does_or_is_stricter(server: str, name: str) -> None:
    scenario = SCENARIOS[name]
    with CookieRelay(server) as relay:
        theirs = by_azure_core(scenario, relay.url)
    with CookieRelay(server) as relay:
        ours = followed(scenario.start, relay.url)
    assert (ours.end == ENDED_AT_ONCE) is (name in WITHOUT_A_WAIT), ours
    if name in STRICTER:
        assert (ours.end, theirs) == (STRICTER[name], ""), ours
    elif ours.end == NOT_STARTED:
        assert theirs, ours
    elif ours.end != ENDED_AT_ONCE:
        assert (ours.end == SUCCEEDED) == (theirs == ""), (ours, theirs)
        # Where both have seen the operation end badly, it is the same end.
        assert theirs not in ENDS.values() or ours.end == theirs, (ours, theirs)


def test_the_server_listens_at_one_address(server: str) -> None:
    """A server that listens at all addresses would take this one, too."""
    with socket.create_server(("127.0.0.2", urlsplit(server).port or 0)) as other:
        assert other.getsockname()[0] == "127.0.0.2"


def test_the_suite_has_what_is_compared() -> None:
    """A suite of which little is left would prove little."""
    assert len(SCENARIOS) >= 78
    assert {*STRICTER, *WITHOUT_A_WAIT} <= {*SCENARIOS}
