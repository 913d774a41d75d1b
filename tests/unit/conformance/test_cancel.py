# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the cloud after the deadline, with every catalogued service that can cancel: behaviour 44 of
docs/behaviours.md. That the call is one of the vendor's, tests/unit/vendors/test_alibaba_contracts.py shows."""

from __future__ import annotations

import typing as t
from urllib.parse import parse_qsl

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import CANCELLED, FAILED, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Cancel
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import protocol_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import path_of, query_of
from support.shapes import each_value
from support.simulated import Latency, Simulated, prompt, simulate
from support.stage import Stage, received_call
from support.subjects import Fields, those

ALL_CANCELLING = those(lambda subject: subject.service.cancel)
CANCELLING = pytest.mark.parametrize("subject", each_value("provider", "asking", of=ALL_CANCELLING), ids=str)
UNABLE = pytest.mark.parametrize(
    "subject", each_value("provider", fits=lambda subject: not subject.service.cancel), ids=str
)
LATE: Fields = {"timeout": 60, "interval": 30, "on_timeout": "cancel", "fail_fast": False}
REFUSED: Fields = {"kind": "error", "status": 403, "code": "Conformance.Denied", "message": "No."}
DARK: Fields = {"kind": "html", "status": 502}

# What meets the call that cancels; whether it is taken, what is told of it, and what becomes of the task.
ANSWERS: dict[str, tuple[Fields, t.Optional[bool], Fields | None, str, str]] = {
    "taken": ({}, True, None, "the cloud accepted the request to cancel it", CANCELLED),
    "refused": (
        REFUSED,
        False,
        {"code": "Conformance.Denied", "message": "No."},
        "the cloud refused the request to cancel it (Conformance.Denied: No",
        "timed_out",
    ),
    "not answered": (
        DARK,
        None,
        None,
        "it is unknown whether the cloud accepted the request to cancel it",
        "timed_out",
    ),
}


def waited_for(stage: Stage, *task_ids: str, latency: Latency = prompt, **more: t.Any) -> Simulated:
    """A wait for tasks of the service that may cancel."""
    return simulate(stage.cloud, {"tasks": [stage.ask(task_id) for task_id in task_ids], **LATE, **more}, latency)


def cancel_of(stage: Stage) -> Cancel:
    """How the service is asked to cancel."""
    assert stage.subject.service.cancel
    return stage.subject.service.cancel


def requests(stage: Stage) -> list[Fields]:
    """The calls that ask to cancel."""
    log = stage.cloud.control("DELETE", "log")
    return [entry for entry in log if received_call(entry, 0).is_a(cancel_of(stage).call)]


def cancelling_api(stage: Stage) -> str:
    """The name by which a fault strikes that call alone."""
    return f"{stage.subject.apis.removesuffix('*')}{cancel_of(stage).call.action}"


# The call is each service's own; what follows from an answer that does not take it is not.
ANSWERED = [(subject, "taken") for subject in ALL_CANCELLING] + [
    (subject, name) for name in ANSWERS if name != "taken" for subject in each_value("provider", of=ALL_CANCELLING)
]


@pytest.mark.parametrize(("subject", "name"), ANSWERED, ids=[f"{subject}-{name}" for subject, name in ANSWERED])
def test_44_what_goes_on_at_the_deadline_is_cancelled_and_what_was_answered_is_told(stage: Stage, name: str) -> None:
    fault, accepted, error, said, then = ANSWERS[name]
    stage.add("t-late", stage.going)
    stage.add("t-done", SUCCEEDED)
    if fault:
        stage.cloud.fault(**fault, api=cancelling_api(stage))
    waited = waited_for(stage, "t-late", "t-done")
    assert waited.outcomes() == {"t-late": "timed_out", "t-done": SUCCEEDED}
    told = {task["id"]: task["cancel"] for task in waited.result["tasks"]}
    assert told["t-done"] is None
    assert (told["t-late"]["asked"], told["t-late"]["accepted"]) == (True, accepted)
    assert told["t-late"]["message"].startswith(said)
    assert error is None or told["t-late"]["error"] == error
    assert accepted is None or told["t-late"]["request_id"]
    assert said in waited.result["msg"]
    assert waited.result["changed"] is (accepted is not False)
    check_request(stage, requests(stage))
    stage.cloud.clear_faults()
    # Some APIs have no word of their own for a task that was cancelled: it has failed.
    has_no_word = then == CANCELLED and CANCELLED not in stage.subject.ends()
    assert waited_for(stage, "t-late").outcomes() == {"t-late": FAILED if has_no_word else then}


def check_request(stage: Stage, asked: list[Fields]) -> None:
    """One call for the one task, with the parameters of the catalogue, each of which has a value, and no other."""
    call = cancel_of(stage).call
    (request,) = asked
    values = {**stage.ask(), "task_id": "t-late"}
    framed = protocol_of(stage.subject.provider, stage.subject.service).framed(stage.subject.service, call)
    assert (request["method"], request["action"] or call.action) == (framed.method, call.action)
    assert request["path"].endswith(path_of(call, values))
    assert dict(parse_qsl(request["query"])) == dict(query_of(framed, values))


@CANCELLING
def test_44_a_service_that_can_cancel_is_not_asked_to_by_default(stage: Stage) -> None:
    stage.add("t-late", stage.going)
    waited = waited_for(stage, "t-late", on_timeout="fail")
    assert (waited.outcomes(), waited.result["tasks"][0]["cancel"]) == ({"t-late": "timed_out"}, None)
    assert (requests(stage), waited.result["changed"]) == ([], False)


@CANCELLING
def test_44_the_local_cloud_cancels_nothing_that_has_ended(stage: Stage) -> None:
    stage.add("t-late", stage.going, (60.1, SUCCEEDED))
    # The request comes when the task has just ended, which nobody has seen.
    waited = waited_for(stage, "t-late", latency=lambda look: 0.2)
    told = waited.result["tasks"][0]["cancel"]
    assert (told["asked"], told["accepted"], waited.result["changed"]) == (True, False, False)
    assert waited_for(stage, "t-late").outcomes() == {"t-late": SUCCEEDED}


@UNABLE
def test_44_a_service_that_cannot_cancel_says_so(stage: Stage) -> None:
    stage.add("t-late", stage.going)
    waited = waited_for(stage, "t-late")
    told = waited.result["tasks"][0]["cancel"]
    assert (told["asked"], told["accepted"]) == (False, None)
    assert told["message"] == f"{stage.subject.service.name} has no call that cancels a task"
    assert waited.result["changed"] is False
