# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients of the vendor follow the same tasks of the local cloud as we do, with the login of azure-identity."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.recoveryservicesbackup import RecoveryServicesBackupClient
from azure.mgmt.resource.deployments import DeploymentsMgmtClient

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.provider import AZURE
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.certificates import issued
from support.clients import KEYS, NO_HOST

Json = dict[str, t.Any]
# A test moves the clock of the cloud by so many seconds.
LATER = 60.0


class Followed(t.NamedTuple):
    """A task: the values that it is asked by, what its API says before and after, and how the client of the vendor reads it."""

    values: dict[str, str]
    going: Json
    ended: Json
    client: t.Callable[..., t.Any]
    read: t.Callable[[t.Any], t.Any]
    state: str = "succeeded"


def provisioning(state: str, **more: t.Any) -> Json:
    """What Azure Resource Manager says of a resource."""
    return {"properties": {"provisioningState": state, **more}}


FOLLOWED: dict[str, Followed] = {
    "recovery_services_job": Followed(
        {"task_id": "t-1", "resource_group": "backups", "vault_name": "nightly"},
        {"properties": {"status": "InProgress"}},
        {
            "properties": {
                "status": "Completed",
                "extendedInfo": {"tasksList": [{"taskId": "a", "status": "Completed"}]},
            }
        },
        RecoveryServicesBackupClient,
        lambda made: made.job_details.get("nightly", "backups", "t-1").properties.status,
    ),
    "deployment": Followed(
        {"task_id": "rollout-7", "resource_group": "backups"},
        provisioning("Running"),
        provisioning("Succeeded"),
        DeploymentsMgmtClient,
        lambda made: made.deployments.get("backups", "rollout-7").properties.provisioning_state,
    ),
    "snapshot": Followed(
        {"task_id": "s-1", "resource_group": "backups"},
        provisioning("Creating"),
        provisioning("Succeeded"),
        ComputeManagementClient,
        lambda made: made.snapshots.get("backups", "s-1").provisioning_state,
    ),
    "run_command": Followed(
        {"task_id": "patch-1", "resource_group": "backups", "vm_name": "web1"},
        {"properties": {"instanceView": {"executionState": "Running"}}},
        {"properties": {"instanceView": {"executionState": "Failed", "exitCode": 3}}},
        ComputeManagementClient,
        lambda made: (
            made.virtual_machine_run_commands.get_by_virtual_machine(
                "backups", "web1", "patch-1", expand="instanceView"
            ).instance_view.execution_state
        ),
        "failed",
    ),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[tuple[LocalCloud, str, str]]:
    """A local cloud, its URL, and the certificates to trust: the vendor's packages send tokens to no other server."""
    tls = issued(tmp_path_factory.mktemp("tls"), "localhost", "127.0.0.1")
    with LocalCloud(certificate=tls.certificate, key=tls.key) as cloud:
        yield cloud, f"https://localhost:{cloud.url.rpartition(':')[2]}", tls.certificate


@pytest.mark.parametrize("name", FOLLOWED)
def test_the_client_of_the_vendor_follows_the_same_task(place: tuple[LocalCloud, str, str], name: str) -> None:
    cloud, url, certificate = place
    row, service = FOLLOWED[name], AZURE.services[name]
    cloud.add(
        {
            "provider": "azure",
            "service": name,
            "id": row.values["task_id"],
            "script": [[0, row.going], [LATER, row.ended]],
        }
    )
    trusted = {"connection_verify": certificate}
    who = (accounts.AZURE_TENANT, accounts.AZURE_CLIENT, accounts.AZURE_SECRET)
    credential = ClientSecretCredential(*who, authority=url, disable_instance_discovery=True, **trusted)
    theirs = row.client(
        credential,
        accounts.AZURE_SUBSCRIPTION,
        base_url=url,
        credential_scopes=["https://management.azure.com/.default"],
        api_version=service.version,
        **trusted,
    )
    options = {**KEYS["azure"], "endpoint": url, "ca_path": certificate}
    with contextlib.closing(Client(AZURE, options, NO_HOST, lambda secrets: None, print)) as ours:
        for state in ("running", row.state):
            task = TaskReader(ours, service).read(row.values)
            assert (task.state, task.native_state) == (state, row.read(theirs))
            cloud.advance(LATER)
