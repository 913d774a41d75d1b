# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every catalogued service reads what speaks against a word for a success, or says why there is nothing of the kind."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import (
    SUCCESS_WITH_ERROR,
    Call,
    Service,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
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
]
BESIDE += [({"parts": [{"status": "done"}, {"status": "done", **error}]}, state) for error, state in BESIDE]


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
