# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Huawei's own clients follow a task of every catalogued service to its end at the local cloud, and page through its lists.

The vendor's packages are generated from the descriptions of its APIs: what they send and understand is the contract.
"""

from __future__ import annotations

import importlib
import pathlib
import typing as t
import warnings
from dataclasses import dataclass, field

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.subjects import SUBJECTS, Subject

pytest.importorskip("huaweicloudsdkmrs", reason="the vendor's packages are not installed")

ID = "5eed0000-1111-4222-8333-00000000cafe"
CLUSTER = {"cluster_id": "5eed0000-1111-4222-8333-000000000012"}
INSTANCE = "1234567890abcdef1234567890abcdefin07"
DAYS = {"start_time": "2026-01-01T00:00:00+0000", "end_time": "2036-01-01T00:00:00+0000"}


@dataclass(frozen=True)
class Client:
    """A client of the vendor: its package, and the operations that read one task and list them.

    ``item`` is where an answer has the task, ``[]`` for the only one of a list; ``word`` names the state there, ``key`` the
    parameter of the id. ``listed`` is where an answer has the list, ``id`` the name of an id in that.
    """

    package: str
    name: str
    read: str
    item: str = ""
    word: str = "status"
    key: str = "job_id"
    given: t.Mapping[str, t.Any] = field(default_factory=dict)
    list: str = ""
    listed: str = ""
    id: str = "id"
    filters: t.Mapping[str, t.Any] = field(default_factory=dict)


CLIENTS: dict[str, Client] = {
    "ims": Client("ims.v2", "ImsClient", "ShowJobProgress"),
    "ecs": Client("ecs.v2", "EcsClient", "ShowJob"),
    "evs": Client("evs.v2", "EvsClient", "ShowJob"),
    "cbr": Client(
        "cbr.v1",
        "CbrClient",
        "ShowOpLog",
        "operation_log",
        key="operation_log_id",
        list="ListOpLogs",
        listed="operation_logs",
    ),
    "cbr_backup": Client(
        "cbr.v1", "CbrClient", "ShowBackup", "backup", key="backup_id", list="ListBackups", listed="backups"
    ),
    "cbr_checkpoint": Client("cbr.v1", "CbrClient", "ShowCheckpoint", "checkpoint", key="checkpoint_id"),
    "rds": Client("rds.v3", "RdsClient", "ListJobInfo", "job", key="id", list="ListTasks", listed="tasks"),
    "dds": Client(
        "dds.v3", "DdsClient", "ShowJobDetail", "job", key="id", list="ListTasks", listed="jobs", filters=DAYS
    ),
    "gaussdb": Client(
        "gaussdbforopengauss.v3",
        "GaussDBforopenGaussClient",
        "ShowJobDetail",
        "job",
        key="id",
        list="ListTasks",
        listed="tasks",
        id="job_id",
    ),
    "taurusdb": Client(
        "gaussdb.v3",
        "GaussDBClient",
        "ShowGaussMySqlJobInfo",
        "job",
        key="id",
        list="ListImmediateJobs",
        listed="jobs",
        id="job_id",
    ),
    "taurusdb_backup": Client(
        "gaussdb.v3",
        "GaussDBClient",
        "ShowGaussMySqlBackupList",
        "backups[]",
        key="backup_id",
        list="ShowGaussMySqlBackupList",
        listed="backups",
    ),
    "taurusdb_scheduled": Client(
        "gaussdb.v3",
        "GaussDBClient",
        "ListScheduleJobs",
        "schedules[]",
        "job_status",
        list="ListScheduleJobs",
        listed="schedules",
        id="job_id",
    ),
    "cce": Client("cce.v3", "CceClient", "ShowJob", "status", "phase"),
    "dcs": Client("dcs.v2", "DcsClient", "ShowJobInfo", list="ListCenterTask", listed="tasks", id="job_id"),
    "sfs_turbo": Client("sfsturbo.v1", "SFSTurboClient", "ShowJobDetail"),
    "mrs": Client(
        "mrs.v2",
        "MrsClient",
        "ShowSingleJobExe",
        "job_detail",
        "job_state",
        key="job_execution_id",
        given=CLUSTER,
        list="ShowJobExeListNew",
        listed="job_list",
        id="job_id",
        filters=CLUSTER,
    ),
}
OF_HUAWEI = {subject.service.name: subject for subject in SUBJECTS if subject.provider.name == "huawei"}
LISTS = [name for name, client in CLIENTS.items() if client.list]


def module(client: Client) -> t.Any:
    """The vendor's package. Its sources use what Python no longer likes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"huaweicloudsdk{client.package}")


def ask(client: Client, cloud: LocalCloud, service: str, operation: str, given: t.Mapping[str, t.Any]) -> t.Any:
    """The answer to one operation, as far as the vendor's client understands it."""
    credentials = importlib.import_module("huaweicloudsdkcore.auth.credentials").BasicCredentials(
        accounts.HUAWEI_KEY, accounts.HUAWEI_SECRET, accounts.PROJECTS["cn-north-4"]
    )
    package = module(client)
    builder = getattr(package, client.name).new_builder().with_credentials(credentials)
    made = builder.with_endpoints([cloud.url]).build()
    # Services that share paths have hosts of their own; here they are told apart by a name before the path.
    send = made.do_http_request
    made.do_http_request = lambda **call: send(**{**call, "resource_path": f"/{service}{call['resource_path']}"})
    method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
    return getattr(made, method)(getattr(package, f"{operation}Request")(**given))


def state(client: Client, cloud: LocalCloud, service: str) -> str:
    """The word for the state of the task."""
    told = ask(client, cloud, service, client.read, {client.key: ID, **client.given})
    item = getattr(told, client.item.removesuffix("[]")) if client.item else told
    if client.item.endswith("[]"):
        (item,) = item
    return str(getattr(item, client.word))


@pytest.fixture(autouse=True)
def home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's packages write into the home of whoever imports them."""
    monkeypatch.setenv("HOME", str(tmp_path))


def scripted(subject: Subject, task_id: str) -> dict[str, t.Any]:
    """A task that ends well after a minute."""
    script = [[0, subject.showing(subject.going)], [60, subject.showing(SUCCEEDED)]]
    return {
        "provider": "huawei",
        "service": subject.service.name,
        "id": task_id,
        "script": script,
        "instance_id": INSTANCE,
    }


@pytest.mark.parametrize("name", CLIENTS)
def test_its_own_client_follows_a_task_to_its_end(local_cloud: LocalCloud, name: str) -> None:
    subject, client = OF_HUAWEI[name], CLIENTS[name]
    local_cloud.add(scripted(subject, ID), scripted(subject, "another"))
    assert subject.service.states[state(client, local_cloud, name).lower()] == subject.going
    local_cloud.advance(60)
    assert subject.service.states[state(client, local_cloud, name).lower()] == SUCCEEDED


def status_for_unknown(client: Client, cloud: LocalCloud, service: str) -> int:
    """The HTTP status that the vendor's client is told of an unknown id; 200 is a good answer with nothing in it."""
    refused = importlib.import_module("huaweicloudsdkcore.exceptions.exceptions").ClientRequestException
    try:
        told = ask(client, cloud, service, client.read, {client.key: ID, **client.given})
    except refused as exc:
        return int(exc.status_code)
    return 0 if getattr(told, client.item.removesuffix("[]")) else 200


@pytest.mark.parametrize("name", CLIENTS)
def test_its_own_client_is_told_of_an_unknown_id(local_cloud: LocalCloud, name: str) -> None:
    subject, client = OF_HUAWEI[name], CLIENTS[name]
    local_cloud.add(scripted(subject, "another"))
    known = {vector["status"] for vector in subject.refusals("not_found").values()}
    assert status_for_unknown(client, local_cloud, name) in known


@pytest.mark.parametrize("name", LISTS)
def test_its_own_client_lists_tasks(local_cloud: LocalCloud, name: str) -> None:
    subject, client = OF_HUAWEI[name], CLIENTS[name]
    ids = [f"t-{number}" for number in range(5)]
    local_cloud.add(*(scripted(subject, task_id) for task_id in ids))
    told = ask(client, local_cloud, name, client.list, client.filters)
    assert sorted(getattr(item, client.id) for item in getattr(told, client.listed)) == ids


def test_every_service_is_asked_by_its_own_client() -> None:
    assert set(CLIENTS) == set(OF_HUAWEI)
    assert {name for name, subject in OF_HUAWEI.items() if subject.service.listing} == set(LISTS)
