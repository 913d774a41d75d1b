# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""boto3 follows a task of each service of AWS to its end at the local cloud, turns pages, and waits with its waiters."""

from __future__ import annotations

import re
import typing as t

import botocore.config
import botocore.exceptions
import pytest
from unit.vendors.aws_sdk import as_sent, model_of, operation_of, parameters_of

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import request_of
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.subjects import SUBJECTS, Subject

OF_AWS = {subject.service.name: subject for subject in SUBJECTS if subject.provider.name == "aws"}
BATCHED = [name for name, each in OF_AWS.items() if each.service.batch and each.service.batch.call]
LISTED = {name: subject for name, subject in OF_AWS.items() if subject.service.listing}


def id_of(subject: Subject, number: int = 1) -> str:
    """An id that the vendor's client takes."""
    found = next((re.fullmatch(form.pattern, form.example) for form in subject.service.qualified), None)
    return f"{found['task_id']}{number}" if found else f"00000000-0000-4000-8000-{number:012}"


def scripted(subject: Subject, task_id: str) -> dict[str, t.Any]:
    """A task that ends well after a minute."""
    script = [[0, subject.showing(subject.going)], [60, subject.showing(SUCCEEDED)]]
    return {"provider": "aws", "service": subject.service.name, "id": task_id, "script": script}


def client_of(subject: Subject, cloud: LocalCloud, secret: str = accounts.AWS_SECRET) -> t.Any:
    # Where only botocore is installed, there is no other client to hold the local cloud against.
    boto3 = pytest.importorskip("boto3")
    return boto3.client(
        model_of(subject.service.product).service_name,
        region_name="eu-west-1",
        endpoint_url=f"{cloud.url}/{subject.service.name}",
        aws_access_key_id=accounts.AWS_KEY,
        aws_secret_access_key=secret,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def parameters(subject: Subject, call: Call, **values: t.Any) -> dict[str, t.Any]:
    """What the vendor's client is given for a call."""
    needed = {option.name: "my-own" for option in subject.service.options if option.required}
    request = request_of(subject.provider, subject.service, call, "https://x", {**needed, **values})
    return parameters_of(operation_of(subject.service, call), request)


def ask(subject: Subject, client: t.Any, call: Call, **values: t.Any) -> t.Any:
    """What the vendor's client reads in the answer to a call, under the names that members have in it."""
    operation = operation_of(subject.service, call)
    told = client._make_api_call(call.action, parameters(subject, call, **values))
    told.pop("ResponseMetadata")
    return as_sent(operation, told)


def state(subject: Subject, client: t.Any) -> str:
    """The word for the state of the task."""
    service = subject.service
    found = search(service.items or service.root, ask(subject, client, service.read, task_id=id_of(subject)))
    (item,) = found if isinstance(found, list) else [found]
    return str(search(service.facts["native_state"], item)).lower()


@pytest.mark.parametrize("name", OF_AWS)
def test_boto3_follows_a_task_to_its_end(local_cloud: LocalCloud, name: str) -> None:
    subject = OF_AWS[name]
    local_cloud.add(scripted(subject, id_of(subject)), scripted(subject, id_of(subject, 2)))
    client = client_of(subject, local_cloud)
    assert subject.service.states[state(subject, client)] == subject.going
    local_cloud.advance(60)
    assert subject.service.states[state(subject, client)] == SUCCEEDED


@pytest.mark.parametrize("name", OF_AWS)
def test_boto3_is_told_of_an_unknown_id(local_cloud: LocalCloud, name: str) -> None:
    subject = OF_AWS[name]
    known = {vector["code"] for vector in subject.refusals("not_found").values()}
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        ask(subject, client_of(subject, local_cloud), subject.service.read, task_id=id_of(subject))
    assert caught.value.response["Error"]["Code"] in known
    assert caught.value.response["Error"]["Message"]


REFUSED = {"AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException"}


@pytest.mark.parametrize("name", OF_AWS)
def test_boto3_is_refused_with_another_secret(local_cloud: LocalCloud, name: str) -> None:
    subject = OF_AWS[name]
    local_cloud.add(scripted(subject, id_of(subject)))
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        state(subject, client_of(subject, local_cloud, "another"))
    assert caught.value.response["Error"]["Code"] in REFUSED


@pytest.mark.parametrize("name", LISTED)
def test_boto3_turns_the_pages_of_a_list(local_cloud: LocalCloud, name: str) -> None:
    subject, listing = LISTED[name], LISTED[name].service.listing
    assert listing
    ids = [id_of(subject, number) for number in range(25)]
    local_cloud.add(*(scripted(subject, task_id) for task_id in ids))
    client, token, found = client_of(subject, local_cloud), None, []
    while True:
        told = ask(subject, client, listing.call, page_size="20", token=token)
        found += search(listing.items, told)
        token = search(listing.pages.token, told)
        if not token:
            break
    path = {**subject.service.facts, **listing.facts}["id"]
    assert sorted(str(search(path, item)) for item in found) == sorted(ids)


@pytest.mark.parametrize("name", BATCHED)
def test_boto3_reads_several_in_one_call(local_cloud: LocalCloud, name: str) -> None:
    subject, batch = OF_AWS[name], OF_AWS[name].service.batch
    assert batch
    assert batch.call
    ids = [id_of(subject, number) for number in range(3)]
    local_cloud.add(*(scripted(subject, task_id) for task_id in ids[:2]))
    told = ask(subject, client_of(subject, local_cloud), batch.call, task_ids=tuple(ids))
    path = {**subject.service.facts, **batch.facts}["id"]
    assert sorted(str(search(path, item)) for item in search(batch.items, told)) == ids[:2]


# Which waiter of boto3 is for the same end.
WAITERS = {
    "ec2_snapshot": "snapshot_completed",
    "ec2_image": "image_available",
    "ec2_import_snapshot": "snapshot_imported",
    "rds_snapshot": "db_snapshot_available",
    "rds_cluster_snapshot": "db_cluster_snapshot_available",
    "rds_instance": "db_instance_available",
    "rds_cluster": "db_cluster_available",
    "redshift_snapshot": "snapshot_available",
    "dynamodb_table": "table_exists",
    "imagebuilder_image": "image_available",
    "dynamodb_export": "export_completed",
}


@pytest.mark.parametrize("name", WAITERS)
def test_the_waiter_of_boto3_sees_the_end(local_cloud: LocalCloud, name: str) -> None:
    subject = OF_AWS[name]
    local_cloud.add(scripted(subject, id_of(subject)))
    client, call = client_of(subject, local_cloud), subject.service.read
    waiter, once = client.get_waiter(WAITERS[name]), {"WaiterConfig": {"Delay": 0, "MaxAttempts": 1}}
    with pytest.raises(botocore.exceptions.WaiterError, match="Max attempts exceeded"):
        waiter.wait(**parameters(subject, call, task_id=id_of(subject)), **once)
    local_cloud.advance(60)
    waiter.wait(**parameters(subject, call, task_id=id_of(subject)), **once)
