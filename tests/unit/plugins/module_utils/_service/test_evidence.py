# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every catalogued service reads what speaks against a word for a success, or says why there is nothing of the kind."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import (
    SUCCESS_WITH_ERROR,
    Call,
    Service,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import document_of, read_item, read_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from local_cloud.catalogued import vectors_of
from support.subjects import SUBJECTS, Subject, those


def evidence_of(service: Service) -> set[str]:
    """By what a service takes back what a word for a success says."""
    facts = {*service.facts, *(service.detail.facts if service.detail else ())}
    rules = (*service.rules, *(service.detail.rules if service.detail else ()))
    found = {
        "counts": "counts" in facts,
        "sub-tasks": service.items_decide and "subtasks" in facts,
        "rules": any(rule.state != SUCCEEDED for rule in rules),
    }
    return {what for what, there in found.items() if there}


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_a_service_reads_what_speaks_against_a_success_or_says_why_not(subject: Subject) -> None:
    service = subject.service
    assert bool(evidence_of(service)) != bool(service.no_evidence)
    assert not service.no_evidence or service.no_evidence.endswith(".")


WITH_EVIDENCE = those(lambda subject: evidence_of(subject.service))


def succeeds_by_its_word(subject: Subject, facts: t.Mapping[str, t.Any]) -> bool:
    """Whether the word of an answer is one of those that mean a success."""
    word = (facts["native_state"] or "").lower()
    return any(table.get(word) == SUCCEEDED for table in subject.service.tables)


@pytest.mark.parametrize("subject", WITH_EVIDENCE, ids=str)
def test_an_answer_shows_a_word_for_a_success_that_is_none_and_one_that_is(subject: Subject) -> None:
    told = [answer["facts"] for answer in subject.answers if "facts" in answer]
    states = {facts["state"] for facts in told if succeeds_by_its_word(subject, facts)}
    assert SUCCEEDED in states
    assert states - {SUCCEEDED}


COPY = Service(
    name="copy",
    title="",
    doc="",
    product="copy",
    read=Call("ShowJob"),
    facts={"id": "id", "native_state": "status", "error": "{code: code, message: message}", "subtasks": "parts"},
    states={"done": SUCCEEDED},
    subtask="{native_state: status, error: {code: code, message: message}}",
    item_states=(("", {"done": SUCCEEDED}),),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
)

# What an answer tells of an error beside its success, and the state of the task.
BESIDE: list[tuple[dict[str, t.Any], str]] = [
    ({}, SUCCEEDED),
    ({"code": "", "message": ""}, SUCCEEDED),
    ({"code": None, "message": None}, SUCCEEDED),
    ({"code": "0", "message": ""}, SUCCEEDED),
    ({"code": 0}, SUCCEEDED),
    ({"code": "IMG.0134"}, "partial"),
    ({"message": "no driver"}, "partial"),
    ({"code": "IMG.0134", "message": "no driver"}, "partial"),
    ({"code": "", "message": "no driver"}, "partial"),
    ({"code": 17, "message": ""}, "partial"),
    ({"code": ["IMG.0134"]}, "unknown"),
    ({"message": {"text": "no driver"}}, "unknown"),
]
BESIDE += [
    ({"parts": [{"status": "done"}, {"status": "done", **error}]}, state)
    for error, state in BESIDE
    if state != "unknown"
]


@pytest.mark.parametrize(("error", "state"), BESIDE, ids=str)
def test_an_error_beside_a_success_is_told_and_one_that_is_empty_is_none(error: dict[str, t.Any], state: str) -> None:
    look = Origin("huawei", None, datetime(2026, 3, 1, tzinfo=timezone.utc), "j-1")
    task = read_item(COPY, {"id": "j-1", "status": "done", **error}, look)
    assert task.state == state
    assert (task.error is None) is (state == SUCCEEDED)


# service, what a success of it also tells, and the state of the task then.
COUNTS: list[tuple[str, dict[str, t.Any], str]] = [
    ("ssm_command", {"TargetCount": 5, "CompletedCount": 5}, "succeeded"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": 3}, "unknown"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": 0}, "unknown"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": -1}, "unknown"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": "many"}, "unknown"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": 4, "ErrorCount": 1}, "partial"),
    ("ssm_command", {"TargetCount": 5, "CompletedCount": 4, "DeliveryTimedOutCount": 1}, "partial"),
    ("ssm_command", {"TriggeredAlarms": [{"Name": "a", "State": "ALARM"}]}, "partial"),
    ("ssm_command", {"TriggeredAlarms": [{"Name": "a", "State": "UNKNOWN"}]}, "succeeded"),
    ("ssm_automation", {"TriggeredAlarms": [{"Name": "a", "State": "ALARM"}]}, "partial"),
    ("ssm_automation", {"TargetsSummary": {"TotalCount": 5, "SuccessfulCount": 5, "FailedCount": 0}}, "succeeded"),
    ("ssm_automation", {"TargetsSummary": {"TotalCount": 5, "SuccessfulCount": 3, "FailedCount": 0}}, "unknown"),
    ("ssm_automation", {"TargetsSummary": {"TotalCount": 5, "SuccessfulCount": 3, "FailedCount": 2}}, "partial"),
    (
        "cloudformation_stack_set_operation",
        {"StatusDetails": {"TotalStackInstancesCount": "4", "FailedStackInstancesCount": "1"}},
        "partial",
    ),
    (
        "cloudformation_stack_set_operation",
        {"StackSetDriftDetectionDetails": {"InProgressStackInstancesCount": "2"}},
        "running",
    ),
    (
        "cloudformation_stack_set_operation",
        {"StackSetDriftDetectionDetails": {"DriftDetectionStatus": "IN_PROGRESS"}},
        "running",
    ),
    *(
        ("cloudformation_stack_set_operation", {"StackSetDriftDetectionDetails": {"DriftDetectionStatus": word}}, state)
        for word, state in [("COMPLETED", "succeeded"), ("FAILED", "partial"), ("PARTIAL_SUCCESS", "partial")]
    ),
    (
        "cloudformation_stack_set_operation",
        {"StackSetDriftDetectionDetails": {"FailedStackInstancesCount": "1"}},
        "partial",
    ),
    ("datasync_execution", {"ReportResult": {"Status": "ERROR"}}, "partial"),
    ("datasync_execution", {"ReportResult": {"Status": "SUCCESS"}}, "succeeded"),
    ("oos", {"Counters": {"Total": 3, "Success": 3, "Failed": 0}}, "succeeded"),
    *(
        ("oos", {"Counters": {"Total": 3, "Success": 2, word: 1}}, "unknown")
        for word in ("Running", "Waiting", "Started", "Queued", "Pending")
    ),
    ("oos", {"Counters": {"Total": 3, "Success": 2, "Failed": 1}}, "partial"),
    ("ros", {"ResourceProgress": {"TotalResourceCount": 3, "SuccessResourceCount": 3}}, "succeeded"),
    # Resources that need not be made are in the total, too.
    (
        "ros",
        {"ResourceProgress": {"TotalResourceCount": 3, "SuccessResourceCount": 2, "FailedResourceCount": 0}},
        "succeeded",
    ),
]


@pytest.mark.parametrize(("name", "told", "state"), COUNTS)
def test_a_success_on_fewer_targets_than_it_was_for_is_none(name: str, told: dict[str, t.Any], state: str) -> None:
    (subject,) = [each for each in SUBJECTS if each.service.name == name and each.provider.name != "huawei"]
    service = subject.service
    good = [
        answer
        for answer in subject.answers
        if answer.get("facts", {}).get("state") == SUCCEEDED and "detail" not in answer
    ]
    content = search(service.items or service.root, good[0]["body"])
    item = content[0] if isinstance(content, list) else content
    task = read_item(service, {**item, **told}, Origin("p", "r", datetime.now(timezone.utc)))
    assert task.state == state
    assert not task.succeeded or state == SUCCEEDED


def bent(body: t.Any, path: str, value: t.Any) -> t.Any:
    """The same body with another value at a path."""
    name, dummy, rest = path.partition(".")
    if isinstance(body, list):
        return [*body[: int(name)], bent(body[int(name)], rest, value), *body[int(name) + 1 :]] if rest else value
    inner = body if isinstance(body, dict) else {}
    return {**inner, name: bent(inner.get(name), rest, value) if rest else value}


UNREADABLE_ERRORS: list[t.Any] = ["boom", ["boom"], [{"reason": "x"}], {"innererror": {"code": "x"}}, True]
# Where an error is beside a success, in any form that the API does not promise.
ERRORS = {
    "azure operation": "error",
    "azure deployment": "properties.error",
    "azure recovery_services_job": "properties.errorDetails",
    "azure data_protection_job": "properties.errorDetails",
    "azure site_recovery_job": "properties.errors",
    "azure postgres_ltr_backup": "properties.errorMessage",
    "azure pipeline_run": "message",
    "azure automation_job": "properties.exception",
    "google sql_operation": "error",
    "google sql_backup": "error",
    "google compute_operation": "error",
    "google backupdr_operation": "error",
    "google firestore_operation": "error",
    "google transfer_operation": "error",
    "google build": "failureInfo",
    "google bigquery_job": "status.errorResult",
}
TASKS, SUBTASKS = "properties.extendedInfo.tasksList", "properties.extendedInfo.subTasks"
VIEW, COUNTERS = "properties.instanceView.exitCode", "metadata.counters"
# What a success also tells, and the state of the task then.
BENT: list[tuple[str, str, t.Any, str]] = [
    *(
        ("azure snapshot", "properties.completionPercent", value, "unknown")
        for value in (-1, 101, "abc", "NaN", True, [9])
    ),
    *(("azure disk", "properties.completionPercent", value, "running") for value in (99, "99.9", 99.999)),
    *(("azure snapshot", "properties.completionPercent", value, "succeeded") for value in (100, "100", None)),
    *(
        ("azure recovery_services_job", TASKS, [{"taskId": "a", "status": word}], state)
        for word, state in [
            ("InProgress", "running"),
            ("NotStarted", "running"),
            ("Odd", "unknown"),
            ("failed", "partial"),
        ]
    ),
    ("azure recovery_services_job", TASKS, [{"taskId": "a", "status": "Skipped"}], "succeeded"),
    ("azure recovery_services_job", TASKS, "a, b", "unknown"),
    ("azure data_protection_job", SUBTASKS, [{"taskName": "a", "taskStatus": "InProgress"}], "running"),
    ("azure data_protection_job", SUBTASKS, ["a"], "unknown"),
    ("azure site_recovery_job", "properties.tasks", [{"taskId": "a", "state": "InProgress"}], "running"),
    ("azure site_recovery_job", "properties.tasks", {"a": 1}, "unknown"),
    ("azure site_recovery_job", "properties.stateDescription", "partiallysucceeded", "partial"),
    ("azure site_recovery_job", "properties.stateDescription", "SKIPPED", "skipped"),
    ("azure site_recovery_job", "properties.stateDescription", "Failed", "unknown"),
    *(
        ("azure run_command", "properties.provisioningState", word, state)
        for word, state in [("failed", "failed"), ("Canceled", "failed"), ("creating", "running"), ("Odd", "unknown")]
    ),
    ("azure run_command", "properties.provisioningState", "SUCCEEDED", "succeeded"),
    ("azure run_command", VIEW, 0, "succeeded"),
    ("azure run_command", VIEW, 1, "failed"),
    ("azure gallery_image_version", "properties.replicationStatus.aggregatedState", "inprogress", "running"),
    *(
        ("google firestore_operation", "metadata.operationState", word, state)
        for word, state in [("PROCESSING", "running"), ("CANCELLING", "running"), ("ODD", "unknown"), (5, "unknown")]
    ),
    *(("google alloydb_operation", "response", value, "unknown") for value in (None, "", False, "x", [])),
    ("google alloydb_operation", "response", {}, "succeeded"),
    *(("google compute_operation", "httpErrorStatusCode", value, "unknown") for value in ("forbidden", True, [403])),
    ("google compute_operation", "httpErrorStatusCode", "403", "failed"),
    ("google transfer_operation", COUNTERS, "many", "unknown"),
    ("google transfer_operation", f"{COUNTERS}.bytesFromSourceFailed", "5", "partial"),
    ("google transfer_operation", "metadata.errorBreakdowns", [{}], "partial"),
    ("google build", "steps", [{"name": "a", "status": "WORKING"}], "running"),
    ("google build", "steps", [{"name": "a", "status": "ODD"}], "unknown"),
]


def bent_state(name: str, path: str, value: t.Any) -> str:
    """The state of a task whose answer is that of a success but for one value."""
    provider, dummy, service_name = name.partition(" ")
    service = PROVIDERS[provider].services[service_name]
    answers = vectors_of(provider, service_name).answers
    good = [answer for answer in answers if (answer.get("facts") or {}).get("state") == SUCCEEDED]
    answer = next(each for each in good if each["status"] == 200)
    look = Origin(provider, None, datetime(2026, 3, 1, tzinfo=timezone.utc), answer["ask"]["task_id"])
    response = Response(200, answer["headers"], bent(answer["body"], path, value))
    return read_task(service, document_of(service, response), look).state


@pytest.mark.parametrize(("name", "path", "value", "state"), BENT, ids=str)
def test_a_success_against_which_something_speaks_is_none(name: str, path: str, value: t.Any, state: str) -> None:
    assert bent_state(name, path, value) == state


@pytest.mark.parametrize("error", UNREADABLE_ERRORS, ids=str)
@pytest.mark.parametrize(("name", "path"), ERRORS.items(), ids=str)
def test_an_error_in_another_form_than_promised_is_no_success(name: str, path: str, error: t.Any) -> None:
    assert bent_state(name, path, error) in ("unknown", "failed", "partial")
    assert bent_state(name, path, None) == SUCCEEDED


# service, the full id in the answer with {} for a place, the place, and whether it is the one that was asked for.
OF_ANOTHER_PLACE: list[tuple[str, str, str, bool]] = [
    ("azure disk", "/subscriptions/s/resourceGroups/{}/providers/Microsoft.Compute/disks/t", "backups", True),
    ("azure disk", "/subscriptions/s/resourceGroups/{}/providers/Microsoft.Compute/disks/t", "BACKUPS", True),
    ("azure disk", "/subscriptions/s/resourceGroups/{}/providers/Microsoft.Compute/disks/t", "others", False),
    ("google filestore_backup", "projects/p/locations/{}/backups/t", "europe-west1", True),
    ("google filestore_backup", "projects/p/locations/{}/backups/t", "us-east1", False),
]


@pytest.mark.parametrize(("name", "form", "place", "same"), OF_ANOTHER_PLACE, ids=str)
def test_a_task_of_the_same_name_in_another_place_is_another_one(name: str, form: str, place: str, same: bool) -> None:
    provider, dummy, service_name = name.partition(" ")
    service = PROVIDERS[provider].services[service_name]
    options = {"resource_group": "backups", "location": "europe-west1"}
    look = Origin(provider, None, datetime(2026, 3, 1, tzinfo=timezone.utc), "t", options=options)
    item = {service.facts["id"]: form.format(place), "state": "READY", "properties": {"provisioningState": "Succeeded"}}
    if same:
        assert read_task(service, item, look).succeeded
        return
    with pytest.raises(Unavailable, match="another task"):
        read_task(service, item, look)
