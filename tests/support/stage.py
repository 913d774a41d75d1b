# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a wait is played: tasks of one service in the local cloud, simulated time, and every call that was made.

Whatever a test is about, ``seen`` checks of each wait what must hold of all of them.
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
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import WAIT_FACTS, task_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait as play
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import LOST, MAY_RUN, OUTCOMES
from local_cloud.client import LocalCloud
from local_cloud.script import Fields, merge
from support.lanes import no_file
from support.simulated import (
    ENVIRON,
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
class Asked:
    """One call that the cloud has received: when, in simulated seconds, what for, and what became of it."""

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
        """Whether the call is about a task."""
        text = unquote(f"{self.path}?{self.query}")
        return task_id in self.ids or re.search(rf"(?<![\w-]){re.escape(task_id)}(?![\w-])", text) is not None

    def is_a(self, call: Call) -> bool:
        """Whether it is this call of the catalogue."""
        path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(call.path))
        return bool(
            self.method == call.method and re.search(rf"{path}$", self.path) and self.action in ("", call.action)
        )


@dataclass
class Waited:
    """A wait that was played, and its calls without those of logins."""

    simulated: Simulated
    calls: list[Asked] = field(default_factory=list)

    @property
    def result(self) -> Fields:
        """What the user gets."""
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
        """Seconds from call to call."""
        return [after.at - before.at for before, after in zip(self.calls, self.calls[1:], strict=False)]

    def about(self, task_id: str) -> list[Asked]:
        """The calls that name a task."""
        return [call for call in self.calls if call.names(task_id)]


def asked_of(entry: Fields, start: float) -> Asked:
    """A call as the log of the local cloud has it."""
    texts = {name: entry[name] for name in ("api", "method", "path", "query", "action", "fault")}
    # Of a call that the client has left, the cloud knows no end.
    at, ids = entry.get("now", math.nan) - start, tuple(entry.get("ids", ()))
    return Asked(at=at, ids=ids, answer=entry.get("answer", ""), **texts)


def prepare(cloud: LocalCloud) -> None:
    """Begin anew, with the clock stopped before anything happens by it; what is answered, and when, is written down."""
    cloud.reset(settings={"clock": "stopped", "dates_are": "clock", "log_answers": True})


def wait(cloud: LocalCloud, given: Fields, latency: Latency = prompt, check: bool = False) -> Waited:
    """A wait, played to its end; what must hold of every wait is checked of this one."""
    return seen(cloud, simulate(cloud, given, latency, check=check))


def seen(cloud: LocalCloud, simulated: Simulated) -> Waited:
    """A wait that has ended with the calls that it made, checked."""
    # What is taken from the log is not there when the next wait of a test has ended.
    log = cloud.control("DELETE", "log")
    entries = [entry for entry in log if entry["api"].partition(".")[0] in KNOWN_SERVICES]
    waited = Waited(simulated, [asked_of(entry, simulated.start) for entry in entries])
    check_result(waited.result, simulated.order.check)
    for task in waited.result["tasks"]:
        check_task(task)
    check_calls(waited.calls)
    told = json.dumps([waited.result, simulated.lines, simulated.warnings])
    assert [name for name, secret in ENVIRON.items() if secret in told] == []
    return waited


def check_result(result: Fields, check_mode: bool) -> None:
    """A wait changes nothing, has one shape, and is red whenever it is not green."""
    assert set(result) - {"failed"} == RESULT
    assert result["changed"] is False
    assert "\n" not in result["msg"]
    assert check_mode or result.get("failed", False) is not result["succeeded"]
    counts = [task["outcome"] for task in result["tasks"]]
    assert result["summary"] == {"total": len(counts), **{word: counts.count(word) for word in counts}}


def check_task(task: Fields) -> None:
    """Every key is there, the words are known ones, and who lost sight of a task does not say that it has ended."""
    assert set(task) == {*FACTS, *WAIT_FACTS}
    assert task["outcome"] in OUTCOMES
    assert task["state"] in STATES
    assert task["reason"]
    assert "internal error" not in task["reason"]
    assert task["succeeded"] is (task["state"] == SUCCEEDED)
    # An id that the cloud never knew, too, may be of one that runs: in another region, or for another account.
    if task["outcome"] in LOST:
        assert task["reason"].endswith(MAY_RUN)


def check_calls(calls: t.Sequence[Asked]) -> None:
    """A wait only reads: no call is made that the catalogue does not have."""
    assert [call for call in calls if not any(call.is_a(known) for known in KNOWN_CALLS)] == []


@dataclass
class Stage:
    """The local cloud with one service in it; ``url`` is for a wait that is to reach it by another way."""

    cloud: LocalCloud
    subject: Subject
    url: str = ""

    @property
    def going(self) -> str:
        """The state of a task that goes on."""
        return self.subject.going

    def add(self, task_id: str, *steps: Step) -> None:
        """A task that goes through these steps, of the plain sort: one look at it is one call."""
        self.cloud.add(self.scripted(task_id, *steps))

    def add_many(self, task_ids: t.Iterable[str], *steps: Step) -> list[str]:
        """Several that do the same; returns their ids."""
        added = list(task_ids)
        self.cloud.add(*(self.scripted(task_id, *steps) for task_id in added))
        return added

    def scripted(self, task_id: str, *steps: Step) -> Fields:
        """A task as the local cloud takes it."""
        (first, shown), *others = [step if isinstance(step, tuple) else (0.0, step) for step in steps]
        # Before its first step there is no task.
        begin = [first, merge(self.subject.plain(), self.fields(shown) or {})]
        script = [begin, *([second, self.fields(step)] for second, step in others)]
        provider, service = self.subject.provider.name, self.subject.service.name
        return {"provider": provider, "service": service, "id": task_id, "script": script}

    def fields(self, step: str | Fields | None) -> Fields | None:
        """Native fields of a step."""
        return self.subject.showing(step) if isinstance(step, str) else step

    def fault(self, kind: str, **options: t.Any) -> int:
        """Switch a fault on, for the APIs of the service."""
        return self.cloud.fault(kind, self.subject.apis, **options)

    def answers(self, refusal: Fields, **options: t.Any) -> int:
        """Have the service answer as the vectors have it."""
        return self.fault("answer", status=refusal["status"], body=refusal["body"], **options)

    def hits(self, fault: int) -> int:
        """How often a fault has struck."""
        return next(int(each["hits"]) for each in self.cloud.faults() if each["id"] == fault)

    def places(self) -> Fields:
        """Where the service is. Those that share paths are told apart by their names in the endpoint."""
        known = {
            "endpoint": f"{self.url or self.cloud.url}/{self.subject.service.name}",
            "iam_endpoint": self.cloud.url,
        }
        return {name: place for name, place in known.items() if name in task_spec(self.subject.provider)}

    def ask(self, task_id: str | None = None, **more: t.Any) -> Fields:
        """An entry of the option tasks."""
        named = {} if task_id is None else {"task_id": task_id}
        return {**self.subject.options(), **self.places(), **named, **more}

    def wait(self, *task_ids: str, latency: Latency = prompt, check: bool = False, **options: t.Any) -> Waited:
        """Wait for tasks of the service; without ids for what the options say."""
        tasks = {"tasks": [self.ask(task_id) for task_id in task_ids]} if task_ids else {}
        return wait(self.cloud, {**tasks, **options}, latency, check)

    def interrupted(self, after: float, given: Fields) -> tuple[Waited, list[str]]:
        """A wait that is stopped as a signal does it, with the first line from then on; and what it says as it goes."""
        time = SimulatedTime(self.cloud)
        crew = SimulatedWorkers(time)
        lines: list[str] = []
        last_words: list[str] = []

        def say(line: str) -> None:
            lines.append(line)
            if time.seconds >= after:
                world.stop()

        world = Frontend(
            dict(ENVIRON), no_file, Mask(), say, lines.append, last_words.append, workers=lambda: crew, clock=time.clock
        )
        order = plan_of(PROVIDERS, {"endpoint": self.cloud.url, **given}, False)
        with contextlib.closing(time):
            result = play(order, world)
        simulated = Simulated(result, lines, [], crew.made, time.start, time.seconds, order)
        return seen(self.cloud, simulated), last_words

    def again(self) -> Stage:
        """The stage as it was at the beginning, for another wait of the same test."""
        prepare(self.cloud)
        return Stage(self.cloud, self.subject)
