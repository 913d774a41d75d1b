# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba's own clients follow a task of every catalogued service of theirs to its end, at the local cloud."""

from __future__ import annotations

import importlib
import inspect
import typing as t

import pytest
from unit.vendors.alibaba_sdk import is_model, operation, package_of

from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.subjects import SUBJECTS, Subject

Fields = dict[str, t.Any]
REGION = "cn-shanghai"
ID = "1001"
OTHER = "1002"
CENTERS = ("rds", "tair", "mongodb", "polardb")
NOW = {"FromStartTime": "2026-01-01T00:00:00Z", "ToStartTime": "2036-01-01T00:00:00Z"}


def jobs_by(key: str, *ids: str, **more: str) -> Fields:
    """The filter by which Cloud Backup is asked for jobs."""
    return {"Filters": [{"Key": key, "Operator": "IN", "Values": list(ids)}], **more}


# What each client is asked for one task with, beside a region, and for two at once where it can. In a path an id needs no name.
ONE: dict[str, Fields] = {
    "ecs": {"TaskId": ID},
    "ecs_snapshot": {"SnapshotIds": f'["{ID}"]'},
    "ecs_image": {"ImageId": ID, "Status": "Creating,Available"},
    "ecs_invocation": {"InvokeId": ID},
    "hbr": {"TaskId": ID},
    "hbr_backup_job": jobs_by("JobId", ID, SourceType="UDM_ECS"),
    "hbr_restore_job": jobs_by("RestoreId", ID, RestoreType="OSS"),
    "bdrc": {},
    **{name: {"TaskId": ID, **NOW} for name in CENTERS},
    "rds_backup": {"DBInstanceId": "rm-bp1invented", "BackupJobId": int(ID)},
    "dts": {"DtsJobId": ID},
    "alb": {"JobIds": [ID]},
    "nlb": {"JobIds": [ID]},
    "oos": {"ExecutionId": ID},
    "ros": {"StackId": ID},
    "ack": {},
    "eflo": {"TaskId": ID},
    "cloudcontrol": {},
}
TWO: dict[str, Fields] = {
    "ecs": {"TaskIds": f"{ID},{OTHER}"},
    "ecs_snapshot": {"SnapshotIds": f'["{ID}", "{OTHER}"]'},
    "hbr_backup_job": jobs_by("JobId", ID, OTHER, SourceType="UDM_ECS"),
    **{name: {"TaskId": f"{ID},{OTHER}", **NOW} for name in CENTERS},
    "alb": {"JobIds": [ID, OTHER]},
    "nlb": {"JobIds": [ID, OTHER]},
    "ros": {"StackIds": [ID, OTHER]},
}
CLIENTS = {subject.service.name: subject for subject in SUBJECTS if subject.provider.name == "alibaba"}
BATCHES = {name: subject for name, subject in CLIENTS.items() if subject.service.batch and subject.service.batch.call}


class Client:
    """The vendor's client of a service, with the key spelled out."""

    def __init__(self, service: Service, cloud: LocalCloud) -> None:
        models = importlib.import_module("alibabacloud_tea_openapi.models")
        keys = (accounts.ALIBABA_KEY, accounts.ALIBABA_SECRET)
        config = models.Config(access_key_id=keys[0], access_key_secret=keys[1], region_id=REGION)
        config.protocol, config.endpoint = "HTTP", cloud.url.removeprefix("http://")
        self.client = importlib.import_module(f"{package_of(service)}.client").Client(config)

    def ask(self, call: Call, given: Fields) -> Fields:
        """The answer to a call, as far as the client understands it."""
        name = operation(self.client, call.action).__name__.replace("_with_options", "").replace("with_options", "")
        method = getattr(self.client, name)
        hints = {name: kind for name, kind in t.get_type_hints(method).items() if name != "return"}
        arguments = [
            kind().from_map({"RegionId": REGION, **given}) if is_model(kind) else ID for kind in hints.values()
        ]
        return t.cast(Fields, method(*arguments).body.to_map())


def told(service: Service, answer: Fields) -> str:
    """The state that an answer tells."""
    items = search(service.items, answer) if service.items else [search(service.root, answer)]
    assert len(items) == 1
    word = search(service.facts["native_state"], items[0])
    assert "id" not in service.facts or str(search(service.facts["id"], items[0])) == ID
    return str(word)


def add(cloud: LocalCloud, subject: Subject, *ids: str) -> None:
    """Tasks that end well after a while."""
    script = [[0, subject.showing(subject.going)], [60, subject.showing(SUCCEEDED)]]
    service = subject.service.name
    cloud.add(*({"provider": "alibaba", "service": service, "id": task_id, "script": script} for task_id in ids))


@pytest.mark.parametrize("name", CLIENTS)
def test_its_own_client_follows_a_task_to_its_end(local_cloud: LocalCloud, name: str) -> None:
    subject, service = CLIENTS[name], CLIENTS[name].service
    add(local_cloud, subject, ID, OTHER)
    client = Client(service, local_cloud)
    assert service.states[told(service, client.ask(service.read, ONE[name])).lower()] == subject.going
    local_cloud.advance(60)
    table = {**service.states, **{word: ours for dummy, words in service.states_by for word, ours in words.items()}}
    assert table[told(service, client.ask(service.read, ONE[name])).lower()] == SUCCEEDED


@pytest.mark.parametrize("name", BATCHES)
def test_its_own_client_reads_two_tasks_at_once(local_cloud: LocalCloud, name: str) -> None:
    subject, service = BATCHES[name], BATCHES[name].service
    assert service.batch
    assert service.batch.call
    add(local_cloud, subject, ID, OTHER, "1003")
    items = search(service.batch.items, Client(service, local_cloud).ask(service.batch.call, TWO[name]))
    facts = {**service.facts, **service.batch.facts}
    assert [search(facts["id"], item) for item in items] == [ID, OTHER]


def test_every_client_is_asked() -> None:
    assert set(ONE) == set(CLIENTS)
    assert set(TWO) == set(BATCHES)
    assert all(inspect.ismodule(importlib.import_module(package_of(subject.service))) for subject in CLIENTS.values())
