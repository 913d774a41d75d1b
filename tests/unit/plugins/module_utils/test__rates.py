# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The default rate of each service never runs into the quota that its vendor documents, however many tasks are waited for."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.client import LocalCloud
from local_cloud.lanes import INSTANCE
from local_cloud.simulated import simulate

SERVICES = [(provider, service) for provider, about in PROVIDERS.items() for service in about.services]
# Calls per second that the vendor lets through for one account, as its pages say; where they say nothing of the API itself, the
# least that they say of its neighbours.
QUOTAS: dict[str, float] = {
    "ecs": 500 / 60,  # "500 to 1000 calls a minute" for most of its APIs
    "hbr": 600 / 60,
    "bdrc": 10.0,
    "taurusdb": 60 / 60,  # that of RDS
}
TASKS = 250


@pytest.mark.parametrize(("provider", "service"), SERVICES)
def test_the_default_rate_is_below_the_quota_of_the_vendor(
    local_cloud: LocalCloud, provider: str, service: str
) -> None:
    about = PROVIDERS[provider].services[service]
    field = about.facts["native_state"]
    running, ended = (
        next(word for word, state in about.states.items() if state == wanted) for wanted in ("running", "succeeded")
    )
    script: list[t.Any] = [[0, {field: running, "name": "Backup"}], [300, {field: ended}]]
    local_cloud.add(
        *({"service": service, "id": f"t-{n}", "script": script, "instance_id": INSTANCE} for n in range(TASKS))
    )
    local_cloud.fault("throttle", f"{service}.*", rate=QUOTAS[service], burst=1)
    entry = {
        "provider": provider,
        "service": service,
        "region": "cn-shanghai" if provider == "alibaba" else "cn-north-4",
    }
    waited = simulate(local_cloud, {**entry, "task_ids": [f"t-{n}" for n in range(TASKS)], "timeout": 7200})
    assert waited.result["summary"] == {"total": TASKS, "succeeded": TASKS}
    assert waited.result["throttled"] == 0
    assert local_cloud.calls()["throttled"] == {}
