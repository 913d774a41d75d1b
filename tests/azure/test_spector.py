# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of the suite for Azure's newer clients, of Azure Resource Manager and of data planes, by each of their URLs.

What is seen in every look is compared with what azure-core receives, and so is the end.
"""

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest
from azure.core.pipeline.policies import RequestIdPolicy, SansIOHTTPPolicy
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.polling.arm_polling import ARMPolling

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from support.azure_operations import HEADERS, Followed, Start, followed
from support.azure_suites import CookieRelay, spector

PACKAGES = pathlib.Path(os.environ.get("MULTICLOUD_NODE", ""))
OF_ARM, OF_DATA = "api-version=2023-12-01-preview", "api-version=2022-12-01-preview"
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
GROUP = f"{SUBSCRIPTION}/resourceGroups/test-rg/providers"
ORDER = f"{GROUP}/Azure.ResourceManager.OperationTemplates/orders/order1"
LARGE = f"{GROUP}/Azure.ResourceManager.LargeHeader/largeHeaders/header1/two6k"
USER = "/azure/core/lro/standard/users/madge"
ASYNC, OPERATION, LOCATION = HEADERS
MONITORED = ("InProgress", "Succeeded")

# How it is started, the header whose URL is followed, and the word of each look.
OPERATIONS: dict[str, tuple[Start, str, tuple[str, ...]]] = {
    "a resource is made": (
        Start("PUT", f"{ORDER}?{OF_ARM}", {"location": "eastus", "properties": {"productId": "product1", "amount": 1}}),
        ASYNC,
        MONITORED,
    ),
    "an action": (Start("POST", f"{ORDER}/export?{OF_ARM}", {"format": "csv"}), ASYNC, MONITORED),
    "an action, by its result": (
        Start("POST", f"{ORDER}/export?{OF_ARM}", {"format": "csv"}),
        LOCATION,
        ("HTTP 202", "HTTP 200"),
    ),
    "a resource is deleted": (Start("DELETE", f"{ORDER}?{OF_ARM}"), LOCATION, ("HTTP 202", "HTTP 204")),
    "URLs of six thousand characters": (Start("POST", f"{LARGE}?{OF_ARM}"), ASYNC, MONITORED),
    "URLs of six thousand characters, by its result": (
        Start("POST", f"{LARGE}?{OF_ARM}"),
        LOCATION,
        ("HTTP 202", "HTTP 200"),
    ),
    "a user is made": (Start("PUT", f"{USER}?{OF_DATA}", {"role": "contributor"}), OPERATION, MONITORED),
    "a user is deleted": (Start("DELETE", f"{USER}?{OF_DATA}"), OPERATION, MONITORED),
    "a user is exported": (Start("POST", f"{USER}:export?{OF_DATA}&format=json"), OPERATION, MONITORED),
    "a call that takes long": (
        Start("POST", f"/azure/core/lro/rpc/generations:submit?{OF_DATA}", {"prompt": "text"}),
        OPERATION,
        MONITORED,
    ),
}


@pytest.fixture(scope="module")
def server() -> t.Iterator[str]:
    assert PACKAGES.name, "these tests need Microsoft's servers of operations: run ./dev test-azure"
    with spector(PACKAGES) as url:
        yield url


class Version(SansIOHTTPPolicy[t.Any, t.Any]):
    """Adds the version to the URL of a data plane's operation, as generated clients do."""

    def on_request(self, request: t.Any) -> None:
        url = request.http_request.url
        request.http_request.url = url if "api-version" in url else f"{url}?{OF_DATA}"


def is_well_for_azure_core(start: Start, base: str) -> bool:
    client = ARMPipelineClient(base_url=base, policies=[RequestIdPolicy(), Version()])
    body = {} if start.body is None else {"json": start.body}
    first = client.send_request(HttpRequest(start.method, base + start.path, **body), _return_pipeline_response=True)
    poller: LROPoller[t.Any] = LROPoller(client, first, lambda response: None, ARMPolling(0))
    poller.wait(20)
    return poller.done() and poller.status() == "Succeeded"


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_ends_well_for_both(server: str, name: str) -> None:
    start, header, words = OPERATIONS[name]
    version = OF_DATA if header == OPERATION else ""
    with CookieRelay(server) as relay:
        assert is_well_for_azure_core(start, relay.url)
        assert followed(start, relay.url, version, by=header) == Followed(SUCCEEDED, words, header)


def test_the_url_of_a_data_plane_needs_a_version(server: str) -> None:
    """Without one it is refused, which is no end of the operation."""
    start, header, dummy_words = OPERATIONS["a user is made"]
    with CookieRelay(server) as relay:
        ended = followed(start, relay.url, by=header)
    assert ended.end not in (SUCCEEDED, "failed", "going on")
