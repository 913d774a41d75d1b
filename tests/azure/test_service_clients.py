# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft's management clients read in the local cloud what the collection reads there, by the same paths."""

from __future__ import annotations

import contextlib
import time
import typing as t

import pytest
from azure.core.credentials import AccessToken, AccessTokenInfo
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.recoveryservicesbackup import RecoveryServicesBackupClient
from azure.mgmt.resource.deployments import DeploymentsMgmtClient

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.provider import AZURE
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Task
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.stage import Stage
from support.subjects import SUBJECTS

GROUP = {"resource_group": "backups"}
VAULT = {**GROUP, "vault_name": "nightly"}
# Their clients send no token over plain HTTP unless they are told to.
PLAIN = {"enforce_https": False}


@contextlib.contextmanager
def ours(cloud: LocalCloud) -> t.Iterator[Client]:
    """Our client, logged in by a secret."""
    who = {"tenant": accounts.AZURE_TENANT, "client_id": accounts.AZURE_CLIENT, "secret": accounts.AZURE_SECRET}
    options = {**who, "endpoint": cloud.url, "subscription_id": accounts.AZURE_SUBSCRIPTION}
    with contextlib.closing(Client(AZURE, options, this_host({}), lambda secrets: None, print)) as made:
        yield made


def read(cloud: LocalCloud, service: str, **values: str) -> Task:
    """What we read."""
    with ours(cloud) as client:
        return TaskReader(client, AZURE.services[service]).read({**values, "task_id": "t-1"})


class Token:
    """A credential of azure-core that has our token."""

    def __init__(self, cloud: LocalCloud) -> None:
        with ours(cloud) as client:
            self.text = AZURE.login(client.credentials, client._login_context(False)).credentials.auth_token

    def get_token(self, *dummy: str, **dummy_options: t.Any) -> AccessToken:
        """Return the token, as older clients ask for it."""
        return AccessToken(self.text, int(time.time()) + 3600)

    def get_token_info(self, *dummy: str, options: t.Any = None) -> AccessTokenInfo:
        """Return the token."""
        return AccessTokenInfo(self.text, int(time.time()) + 3600)


def theirs(cloud: LocalCloud, kind: t.Any) -> t.Any:
    """A client of the vendor for the local cloud."""
    return kind(
        Token(cloud),
        accounts.AZURE_SUBSCRIPTION,
        base_url=cloud.url,
        credential_scopes=["https://management.azure.com/.default"],
        retry_total=0,
    )


def stage_of(cloud: LocalCloud, service: str) -> Stage:
    return Stage(cloud, next(each for each in SUBJECTS if str(each) == f"azure-{service}"))


STATES = ("going", "succeeded", "failed")


@pytest.mark.parametrize("state", STATES)
def test_a_snapshot(local_cloud: LocalCloud, state: str) -> None:
    stage = stage_of(local_cloud, "snapshot")
    stage.add("t-1", stage.going if state == "going" else state)
    told = theirs(local_cloud, ComputeManagementClient).snapshots.get("backups", "t-1", **PLAIN)
    task = read(local_cloud, "snapshot", **GROUP)
    assert (told.provisioning_state, told.name) == (task.native_state, "t-1")
    assert told.id == task.details["full_id"] == task.outputs["snapshot_id"]


@pytest.mark.parametrize("state", STATES)
def test_a_job_of_a_vault(local_cloud: LocalCloud, state: str) -> None:
    stage = stage_of(local_cloud, "recovery_services_job")
    stage.add("t-1", stage.going if state == "going" else state)
    client = theirs(local_cloud, RecoveryServicesBackupClient)
    told = client.job_details.get("nightly", "backups", "t-1", **PLAIN)
    task = read(local_cloud, "recovery_services_job", **VAULT)
    assert (told.properties.status, told.properties.operation) == (task.native_state, task.name)
    assert [each.status for each in told.properties.extended_info.tasks_list] == [
        each["native_state"] for each in task.subtasks
    ]
    assert told.properties.extended_info.progress_percentage == task.progress


def test_all_pages_of_the_jobs_of_a_vault(local_cloud: LocalCloud) -> None:
    stage = stage_of(local_cloud, "recovery_services_job")
    ids = stage.add_many([f"t-{number}" for number in range(120)], "succeeded")
    client = theirs(local_cloud, RecoveryServicesBackupClient)
    assert [job.id.rpartition("/")[2] for job in client.backup_jobs.list("nightly", "backups", **PLAIN)] == ids


@pytest.mark.parametrize("state", STATES)
def test_a_deployment_and_its_operations(local_cloud: LocalCloud, state: str) -> None:
    stage = stage_of(local_cloud, "deployment")
    stage.add("t-1", stage.going if state == "going" else state)
    client = theirs(local_cloud, DeploymentsMgmtClient)
    told = client.deployments.get("backups", "t-1", **PLAIN)
    task = read(local_cloud, "deployment", **GROUP)
    assert told.properties.provisioning_state == task.native_state
    scope = f"/subscriptions/{accounts.AZURE_SUBSCRIPTION}/resourceGroups/backups"
    operations = list(client.deployment_operations.list_at_scope(scope, "t-1", **PLAIN))
    if state != "failed":
        assert task.subtasks == []
        return
    assert [each.properties.provisioning_state for each in operations] == [
        each["native_state"] for each in task.subtasks
    ]
    failed = next(each.properties for each in operations if each.properties.provisioning_state == "Failed")
    assert failed.status_message.error.code == task.error["code"]
    assert failed.status_message.error.message in task.error["message"]


def test_a_deployment_that_is_cancelled_by_their_client(local_cloud: LocalCloud) -> None:
    stage = stage_of(local_cloud, "deployment")
    stage.add("t-1", stage.going)
    theirs(local_cloud, DeploymentsMgmtClient).deployments.cancel("backups", "t-1", **PLAIN)
    assert read(local_cloud, "deployment", **GROUP).state == "cancelled"


def test_what_is_not_there(local_cloud: LocalCloud) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        theirs(local_cloud, ComputeManagementClient).snapshots.get("backups", "t-1", **PLAIN)
    assert caught.value.error.code == "ResourceNotFound"


def test_a_token_that_is_none(local_cloud: LocalCloud) -> None:
    client = theirs(local_cloud, ComputeManagementClient)
    local_cloud.reset()
    with pytest.raises(HttpResponseError) as caught:
        client.snapshots.get("backups", "t-1", **PLAIN)
    assert caught.value.error.code == "InvalidAuthenticationToken"
