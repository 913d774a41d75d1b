# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of every catalogued service in one wait, each with an end of its own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, FAILED, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import WAIT_FACTS
from ansible_collections.multicloud.tasks.plugins.module_utils._output.result import MAX_WHOLE
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import names_the_task
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import LOST
from local_cloud.client import LocalCloud
from support.shapes import each_value
from support.stage import Stage, Step, Waited, wait
from support.subjects import SUBJECTS, Fields, Subject

SOME = each_value("provider", "batch")
ALL = [f"t-{subject}" for subject in SUBJECTS]
# A call that is about all tasks names none.
NAMED = {f"t-{subject}" for subject in SUBJECTS if names_the_task(subject.service.read)}
ENDS = [(subject, state) for subject in SUBJECTS for state in subject.ends()]


def stages(cloud: LocalCloud) -> list[Stage]:
    """The cloud with every service on it."""
    return [Stage(cloud, subject) for subject in SUBJECTS]


def add_to_all(cloud: LocalCloud, steps: t.Callable[[Stage], t.Sequence[Step]]) -> None:
    """A task of every service, which goes through these steps."""
    cloud.add(*(stage.scripted(f"t-{stage.subject}", *steps(stage)) for stage in stages(cloud)))


def wait_for_all(cloud: LocalCloud, **options: object) -> Waited:
    """One wait for the task of each service."""
    entries = [Stage(cloud, subject).ask(f"t-{subject}") for subject in SUBJECTS]
    return wait(cloud, {"tasks": entries, **options})


def test_50_tasks_of_every_service_are_waited_for_in_one_step(local_cloud: LocalCloud) -> None:
    add_to_all(local_cloud, lambda stage: [stage.going, (20 * (SUBJECTS.index(stage.subject) + 1), SUCCEEDED)])
    waited = wait_for_all(local_cloud, timeout=20 * len(SUBJECTS) + 600)
    assert waited.outcomes == dict.fromkeys(ALL, SUCCEEDED)
    assert [(task["provider"], task["service"]) for task in waited.result["tasks"]] == [
        (subject.provider.name, subject.service.name) for subject in SUBJECTS
    ]
    assert waited.result["requests"] == len(waited.calls)


@pytest.mark.parametrize("bad", SOME, ids=str)
def test_50_one_service_that_fails_ends_the_wait_for_all(local_cloud: LocalCloud, bad: Subject) -> None:
    ends: dict[bool, Step] = {True: (300, FAILED), False: (3000, SUCCEEDED)}
    add_to_all(local_cloud, lambda stage: [stage.going, ends[stage.subject == bad]])
    waited = wait_for_all(local_cloud, interval=60)
    assert waited.outcomes == {**dict.fromkeys(ALL, "abandoned"), f"t-{bad}": FAILED}
    assert waited.result["elapsed"] < 400
    assert f"t-{bad}" in waited.result["msg"]


def test_55_every_service_keeps_to_a_rate_of_its_own(local_cloud: LocalCloud) -> None:
    add_to_all(local_cloud, lambda stage: [stage.going])
    waited = wait_for_all(local_cloud, interval=0.5, timeout=12, rate_limit=1)
    for task_id in NAMED:
        times = [call.at for call in waited.about(task_id)]
        assert len(times) >= 11
        assert min(after - before for before, after in zip(times, times[1:])) >= 1


@pytest.mark.parametrize("dark", SOME, ids=str)
def test_56_a_service_that_is_down_delays_no_other(local_cloud: LocalCloud, dark: Subject) -> None:
    add_to_all(local_cloud, lambda stage: [stage.going, (170, SUCCEEDED)])
    Stage(local_cloud, dark).fault("reset")
    waited = wait_for_all(local_cloud, interval=60, timeout=500, fail_fast=False)
    assert waited.outcomes == {**dict.fromkeys(ALL, SUCCEEDED), f"t-{dark}": "timed_out"}
    for task_id in NAMED - {f"t-{dark}"}:
        assert [round(call.at) for call in waited.about(task_id)] == [0, 60, 120, 180]


def test_60_every_service_has_the_same_facts(local_cloud: LocalCloud) -> None:
    for subject, state in ENDS:
        Stage(local_cloud, subject).add(f"t-{subject}-{state}", state)
    keys: set[frozenset[str]] = set()
    # A longer result that failed is shortened.
    for first in range(0, len(ENDS), MAX_WHOLE):
        some = ENDS[first : first + MAX_WHOLE]
        entries = [Stage(local_cloud, subject).ask(f"t-{subject}-{state}") for subject, state in some]
        waited = wait(local_cloud, {"tasks": entries, "fail_fast": False})
        assert waited.outcomes == {f"t-{subject}-{state}": state for subject, state in some}
        keys |= {frozenset(task) for task in waited.result["tasks"]}
    assert keys == {frozenset({*FACTS, *WAIT_FACTS})}


def templates_of(subject: Subject) -> str:
    """The templates of the call that reads a task."""
    read = subject.service.read
    return " ".join([read.path, *read.query.values()])


def test_64_what_the_calls_need_besides_reaches_the_api_too(local_cloud: LocalCloud) -> None:
    add_to_all(local_cloud, lambda stage: [SUCCEEDED])
    waited = wait_for_all(local_cloud)
    lacking = [
        (str(subject), name)
        for subject in SUBJECTS
        if f"t-{subject}" in NAMED
        for (call,) in [waited.about(f"t-{subject}")]
        for name, value in subject.options().items()
        if f"{{{name}}}" in templates_of(subject) and not call.names(value)
    ]
    assert (waited.outcomes, lacking) == (dict.fromkeys(ALL, SUCCEEDED), [])


# How sight of a task is lost, though it goes on: the fault that does it, and the options of the wait.
LOSING: dict[str, tuple[Fields | None, Fields]] = {
    "timed_out": (None, {}),
    "vanished": ({"kind": "vanish", "after": 90}, {}),
    "stalled": (None, {"stall_timeout": 300}),
    "unreachable": ({"kind": "reset", "after": 90}, {"unreachable_timeout": 300}),
    "unauthorized": ({"kind": "error", "status": 403, "code": "Conformance.Denied", "after": 90}, {}),
    "refused": ({"kind": "error", "status": 400, "code": "Conformance.Refused", "after": 90}, {}),
}


@pytest.mark.parametrize("outcome", LOSING)
def test_21_whoever_lost_sight_of_a_task_says_that_it_may_still_run(local_cloud: LocalCloud, outcome: str) -> None:
    fault, options = LOSING[outcome]
    add_to_all(local_cloud, lambda stage: [stage.going])
    for stage in stages(local_cloud) if fault else ():
        stage.fault(**(fault or {}))
    waited = wait_for_all(local_cloud, interval=60, timeout=900, fail_fast=False, **options)
    assert waited.outcomes == dict.fromkeys(ALL, outcome)
    assert {task["state"] for task in waited.result["tasks"]} <= {"running", "pending"}
    assert [
        task["id"] for task in waited.result["tasks"] if not task["reason"].endswith("the task may still run")
    ] == []
    assert waited.result["msg"].count("the task may still run") == 1


def test_21_so_does_one_that_another_was_given_up_for(local_cloud: LocalCloud) -> None:
    first, *others = SUBJECTS
    add_to_all(local_cloud, lambda stage: [FAILED if stage.subject == first else stage.going])
    waited = wait_for_all(local_cloud)
    reasons = [task["reason"] for task in waited.result["tasks"] if task["outcome"] == "abandoned"]
    assert len(reasons) == len(others)
    assert [reason for reason in reasons if not reason.endswith("; the task may still run")] == []


def test_21_no_way_to_lose_sight_is_left_out() -> None:
    assert {*LOSING, "abandoned", "not_found"} == set(LOST)
