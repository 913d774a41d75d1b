# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays waits for tasks of one service in the local cloud, in simulated time, and records every call.

Whatever a test is about, ``checked_wait`` checks what must hold of every wait.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import unquote

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, STATES, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import WAIT_FACTS, task_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._output.result import MAX_WHOLE
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait as play
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Quota
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import paths_in
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import LOST, MAY_RUN, OUTCOMES
from local_cloud.client import LocalCloud
from local_cloud.script import Fields, merge
from support.simulated import (
    ENVIRON,
    SECRETS,
    Latency,
    Simulated,
    SimulatedTime,
    SimulatedWorkers,
    prompt,
    simulate,
)
from support.subjects import SUBJECTS, Subject

RESULT = {"changed", "tasks", "summary", "succeeded", "elapsed", "requests", "throttled", "msg"}
KNOWN_SERVICES = {subject.service.name for subject in SUBJECTS}
KNOWN_CALLS = [call for subject in SUBJECTS for call in subject.calls]
Step = str | Fields | None | tuple[float, str | Fields | None]
"""One of our states, native fields or None (gone): from the beginning, or from so many seconds on."""


@dataclass(frozen=True)
class ReceivedCall:
    """A call that the cloud has received: its time in simulated seconds, its API, and its answer."""

    at: float
    api: str
    method: str
    path: str
    query: str
    action: str
    fault: str
    answer: str
    ids: tuple[str, ...] = ()

    def names(self, task_id: str) -> bool:
        """Return whether the call is about a task."""
        text = unquote(f"{self.path}?{self.query}")
        return task_id in self.ids or re.search(rf"(?<![\w-]){re.escape(task_id)}(?![\w-])", text) is not None

    def is_a(self, call: Call) -> bool:
        """Return whether it is this call of the catalogue. A protocol that sends its name makes it a POST to the root."""
        paths = "|".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) for path in paths_in(call.path))
        is_method = self.method == call.method or (self.method, call.path) == ("POST", "/")
        return bool(is_method and self.action in ("", call.action) and re.search(rf"(?:{paths})$", self.path))


@dataclass
class Waited:
    """A wait that was played, and its calls without those of logins."""

    simulated: Simulated
    calls: list[ReceivedCall] = field(default_factory=list)

    @property
    def result(self) -> Fields:
        """The result of the step."""
        return self.simulated.result

    @property
    def tasks(self) -> dict[str, Fields]:
        """The tasks of the result by id."""
        return {task["id"]: task for task in self.result["tasks"]}

    @property
    def task(self) -> Fields:
        """The only task."""
        (task,) = self.result["tasks"]
        return t.cast(Fields, task)

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each task by its id."""
        return self.simulated.outcomes()

    @property
    def outcome(self) -> str:
        """The outcome of the only task."""
        return t.cast(str, self.task["outcome"])

    @property
    def reason(self) -> str:
        """The reason of the only task."""
        return t.cast(str, self.task["reason"])

    @property
    def times(self) -> list[int]:
        """When calls were made, in whole simulated seconds."""
        return [round(call.at) for call in self.calls]

    @property
    def gaps(self) -> list[float]:
        """The seconds between successive calls."""
        return [after.at - before.at for before, after in zip(self.calls, self.calls[1:], strict=False)]

    def about(self, task_id: str) -> list[ReceivedCall]:
        """Return the calls that name a task."""
        return [call for call in self.calls if call.names(task_id)]


def received_call(entry: Fields, start: float) -> ReceivedCall:
    """Return a call from an entry of the local cloud's log."""
    texts = {name: entry[name] for name in ("api", "method", "path", "query", "action", "fault")}
    # The cloud has no time for a call that the client has abandoned.
    at, ids = entry.get("now", math.nan) - start, tuple(entry.get("ids", ()))
    return ReceivedCall(at=at, ids=ids, answer=entry.get("answer", ""), **texts)


def documented(quota: Quota) -> Fields:
    """Return the options of a throttle that lets through what a quota allows, counted as strictly as a vendor might."""
    if quota.is_window:
        return {"calls": int(quota.calls), "window": quota.seconds}
    return {"rate": quota.rate, "burst": 1}


def prepare(cloud: LocalCloud) -> None:
    """Reset the cloud, stop its clock before anything depends on it, and have it log its answers."""
    cloud.reset(settings={"clock": "stopped", "dates_are": "clock", "log_answers": True})


def wait(cloud: LocalCloud, options: Fields, latency: Latency = prompt, check: bool = False) -> Waited:
    """Play a wait to its end, and check what must hold of every wait."""
    return checked_wait(cloud, simulate(cloud, options, latency, check=check))


def checked_wait(cloud: LocalCloud, simulated: Simulated) -> Waited:
    """Return a finished wait with its calls, after all checks."""
    # Reading the log clears it, so that the next wait of the test finds only its own calls.
    log = cloud.control("DELETE", "log")
    entries = [entry for entry in log if entry["api"].partition(".")[0] in KNOWN_SERVICES]
    waited = Waited(simulated, [received_call(entry, simulated.start) for entry in entries])
    check_result(waited.result, simulated.plan.check)
    tasks = waited.result["tasks"]
    is_shortened = len(tasks) > MAX_WHOLE and not waited.result["succeeded"]
    for task in tasks:
        check_task(task, is_shortened)
    check_calls(waited.calls)
    text = json.dumps([waited.result, simulated.lines, simulated.warnings])
    assert [name for name, secret in SECRETS.items() if secret in text] == []
    return waited


def check_result(result: Fields, check_mode: bool) -> None:
    """Check that a wait changes nothing, that its result is complete, and that it fails unless it has succeeded."""
    assert set(result) - {"failed"} == RESULT
    assert result["changed"] is False
    assert "\n" not in result["msg"]
    assert check_mode or result.get("failed", False) is not result["succeeded"]
    counts = [task["outcome"] for task in result["tasks"]]
    assert result["summary"] == {"total": len(counts), **{word: counts.count(word) for word in counts}}


def check_task(task: Fields, is_shortened: bool) -> None:
    """Check that a task has all facts, uses known words, and does not claim an end if it was lost from sight.

    A long result that failed is shortened: tasks that are not the cause lack what is empty.
    """
    missing = {*FACTS, *WAIT_FACTS} - set(task)
    assert not missing or (is_shortened and (task["succeeded"] or task["outcome"] == "abandoned"))
    assert set(task) <= {*FACTS, *WAIT_FACTS}
    assert task["outcome"] in OUTCOMES
    assert task["state"] in STATES
    assert task["reason"]
    assert "internal error" not in task["reason"]
    assert task["succeeded"] is (task["state"] == SUCCEEDED)
    # This holds for unknown ids, too: the task may run in another region, or in another account.
    if task["outcome"] in LOST:
        assert task["reason"].endswith(MAY_RUN)


def check_calls(calls: t.Sequence[ReceivedCall]) -> None:
    """Check that a wait only reads, and makes only calls of the catalogue."""
    assert [call for call in calls if not any(call.is_a(known) for known in KNOWN_CALLS)] == []


@dataclass
class Stage:
    """The local cloud with tasks of one service; ``url`` is another way to it for the wait."""

    cloud: LocalCloud
    subject: Subject
    url: str = ""

    @property
    def going(self) -> str:
        """The state of a task that has not ended."""
        return self.subject.going

    def add(self, task_id: str, *steps: Step) -> None:
        """Add a task that goes through these steps and needs one call for each look."""
        self.cloud.add(self.scripted(task_id, *steps))

    def add_many(self, task_ids: t.Iterable[str], *steps: Step) -> list[str]:
        """Add tasks that all go through these steps; return their ids."""
        added = list(task_ids)
        self.cloud.add(*(self.scripted(task_id, *steps) for task_id in added))
        return added

    def scripted(self, task_id: str, *steps: Step) -> Fields:
        """Return a task in the form that the local cloud takes."""
        (first, shown), *others = [step if isinstance(step, tuple) else (0.0, step) for step in steps]
        # Before its first step the task does not exist.
        begin = [first, merge(self.subject.plain(), self.fields(shown) or {})]
        script = [begin, *([second, self.fields(step)] for second, step in others)]
        provider, service = self.subject.provider.name, self.subject.service.name
        return {"provider": provider, "service": service, "id": task_id, "script": script}

    def fields(self, step: str | Fields | None) -> Fields | None:
        """Return the native fields of a step."""
        return self.subject.showing(step) if isinstance(step, str) else step

    def fault(self, kind: str, **options: t.Any) -> int:
        """Switch on a fault for the APIs of the service; return its number."""
        return self.cloud.fault(kind, self.subject.apis, **options)

    def answers(self, refusal: Fields, **options: t.Any) -> int:
        """Make the service answer with a refusal of the vectors; return the number of the fault."""
        code = {
            name: refusal["headers"][name] for name in self.subject.provider.code_headers if name in refusal["headers"]
        }
        return self.fault("answer", status=refusal["status"], body=refusal["body"], headers=code, **options)

    def hits(self, fault: int) -> int:
        """Return how often a fault has struck."""
        return next(int(each["hits"]) for each in self.cloud.faults() if each["id"] == fault)

    def places(self) -> Fields:
        """Return the endpoints. Each has the name of the service in its path, because services share paths.

        Those of Azure share none, and the login is at the same endpoint.
        """
        name = "" if self.subject.provider.name == "azure" else f"/{self.subject.service.name}"
        endpoints = {
            "endpoint": f"{self.url or self.cloud.url}{name}",
            "iam_endpoint": self.cloud.url,
        }
        return {name: endpoint for name, endpoint in endpoints.items() if name in task_spec(self.subject.provider)}

    def ask(self, task_id: str | None = None, **more: t.Any) -> Fields:
        """Return an entry of the option tasks."""
        id_option = {} if task_id is None else {"task_id": task_id}
        return {**self.subject.options(), **self.places(), **id_option, **more}

    def wait(self, *task_ids: str, latency: Latency = prompt, check: bool = False, **options: t.Any) -> Waited:
        """Wait for tasks of the service, or without ids for what the options select."""
        tasks = {"tasks": [self.ask(task_id) for task_id in task_ids]} if task_ids else {}
        return wait(self.cloud, {**tasks, **options}, latency, check)

    def interrupted(self, after: float, options: Fields) -> tuple[Waited, list[str]]:
        """Play a wait that is stopped at its first line after ``after`` seconds; return it and its last lines."""
        time = SimulatedTime(self.cloud)
        workers = SimulatedWorkers(time)
        lines: list[str] = []
        last_words: list[str] = []

        def show_line(line: str) -> None:
            lines.append(line)
            if time.seconds >= after:
                frontend.stop()

        frontend = Frontend(
            Host(time.clock, ENVIRON),
            Mask(),
            show_line,
            lines.append,
            last_words.append,
            workers=lambda: workers,
        )
        plan = plan_of(PROVIDERS, {"endpoint": self.cloud.url, "raw": True, **options}, False)
        with contextlib.closing(time):
            result = play(plan, frontend)
        simulated = Simulated(result, lines, [], workers.made, time.start, time.seconds, plan)
        return checked_wait(self.cloud, simulated), last_words

    def again(self) -> Stage:
        """Reset the stage for another wait of the same test."""
        prepare(self.cloud)
        return Stage(self.cloud, self.subject)
