# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only tasks of Azure do, over HTTP: full ids in any letters, facts that are given again, operations by their URLs."""

from __future__ import annotations

import json
import typing as t

import pytest

from local_cloud import accounts
from local_cloud.catalogued import item_in
from local_cloud.client import LocalCloud
from local_cloud.script import Fields
from support.stage import Stage, Waited, prepare, wait
from support.subjects import SUBJECTS, Subject

AZURE = [subject for subject in SUBJECTS if subject.provider.name == "azure"]
SUBSCRIPTION = accounts.AZURE_SUBSCRIPTION
PLACES = {
    "Azure-AsyncOperation": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/operations/",
    "Location": f"/subscriptions/{SUBSCRIPTION}/operationresults/",
}
SIGNATURE = "&t=639&c=MIIHHjCCBgagAwIBAgIQ&s=c2lnbmF0dXJlLW9mLXRoZS11cmw&h=aGFzaC1vZi10aGUtdXJs"


@pytest.fixture
def cloud(local_cloud_server: LocalCloud) -> LocalCloud:
    """A fresh cloud whose clock stands."""
    prepare(local_cloud_server)
    return local_cloud_server


def full_id(subject: Subject, task_id: str) -> str:
    """The resource id of a task, in the place that the vectors name."""
    item = item_in(subject.service, subject.answers[0]["body"])
    assert item
    return f"{item['id'].rpartition('/')[0]}/{task_id}"


@pytest.mark.parametrize("change", [str, str.upper, lambda text: text.replace("resourceGroups", "resourcegroups")])
@pytest.mark.parametrize("subject", AZURE, ids=str)
def test_a_full_id_in_any_letters_tells_where_its_task_is(
    cloud: LocalCloud, subject: Subject, change: t.Callable[[str], str]
) -> None:
    Stage(cloud, subject).add("7E57-1", "succeeded")
    entry = {"provider": "azure", "service": subject.service.name, "task_ids": [change(full_id(subject, "7E57-1"))]}
    waited = wait(cloud, entry)
    assert (waited.outcome, waited.task["id"]) == ("succeeded", "7E57-1")


@pytest.mark.parametrize("subject", AZURE, ids=str)
@pytest.mark.parametrize("named", ["by_options", "by_id"])
def test_the_facts_of_a_task_are_enough_to_read_it_again(cloud: LocalCloud, subject: Subject, named: str) -> None:
    stage = Stage(cloud, subject)
    stage.add("t-1", stage.going, (500, "succeeded"))
    by_id = {"provider": "azure", "service": subject.service.name, "task_ids": [full_id(subject, "t-1")]}
    first = wait(cloud, {**(by_id if named == "by_id" else stage.ask("t-1")), "timeout": 100})
    assert first.outcome == "timed_out"
    assert wait(cloud, {"tasks": again(first)}).outcome == "succeeded"


def again(waited: Waited) -> t.Any:
    """The tasks of a result as they come out of a registered variable."""
    return json.loads(json.dumps(waited.result["tasks"]))


def test_an_id_of_another_resource_group_than_the_option_names_is_refused(cloud: LocalCloud) -> None:
    subject = AZURE[0]
    entry = {**Stage(cloud, subject).ask(), "task_ids": [full_id(subject, "t-1").replace("/backups/", "/others/")]}
    with pytest.raises(Exception, match="resource_group: 'backups' is given, and by its id"):
        wait(cloud, entry)


# Operations, by their URLs


def operation(cloud: LocalCloud, header: str, *steps: t.Any) -> str:
    """Add an operation to the cloud, and return its signed URL."""
    cloud.add({"provider": "azure", "service": "operation", "id": "59fd*A9E6", "script": [*steps]})
    return f"{cloud.url}{PLACES[header]}59fd*A9E6?api-version=2023-04-02{SIGNATURE}"


ENDS: dict[str, tuple[Fields, str]] = {
    "Succeeded": ({"status": "Succeeded"}, "succeeded"),
    "Failed": ({"status": "Failed", "error": {"code": "Conflict", "message": "It is in use."}}, "failed"),
    "Canceled": ({"status": "Canceled"}, "cancelled"),
    "started a job": (
        {"status": "Succeeded", "properties": {"objectType": "OperationStatusJobExtendedInfo", "jobId": "job-1"}},
        "skipped",
    ),
}
BY_HEADER = [(header, end) for header in PLACES for end in ENDS if header != "Location" or end != "started a job"]


@pytest.mark.parametrize(("header", "end"), BY_HEADER, ids=[f"{header}-{end}" for header, end in BY_HEADER])
def test_an_operation_is_followed_by_its_url_to_its_end(cloud: LocalCloud, header: str, end: str) -> None:
    fields, state = ENDS[end]
    url = operation(cloud, header, (0, {}), (100, fields))
    waited = wait(cloud, {"provider": "azure", "service": "operation", "task_ids": [url]})
    assert (waited.outcome, waited.task["state"]) == (state, state)
    text = json.dumps([waited.result, waited.simulated.lines, waited.simulated.warnings])
    assert [part for part in ("MIIHHj", "c2lnbmF0dXJl", "aGFzaC1v") if part in text] == []


def test_an_operation_that_has_only_started_a_job_names_it(cloud: LocalCloud) -> None:
    url = operation(cloud, "Azure-AsyncOperation", (0, ENDS["started a job"][0]))
    waited = wait(cloud, {"provider": "azure", "service": "operation", "task_ids": [url]})
    assert waited.result["succeeded"] is False
    assert "wait for recovery_services_job with the id job-1" in waited.reason


def test_an_operation_at_another_host_is_refused_before_any_call(cloud: LocalCloud) -> None:
    url = "https://example.com/subscriptions/x/operationresults/1"
    with pytest.raises(Exception, match="keys are sent only to"):
        wait(cloud, {"provider": "azure", "service": "operation", "task_ids": [url]})
    assert cloud.log() == []
