# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Never green by accident: what holds for the wait and for the readers whatever a cloud answers, and whenever."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    NotFound,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    FACTS,
    STATES,
    SUCCEEDED,
    Observation,
    Task,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import (
    add_detail,
    is_error,
    read_item,
    read_task,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin, may_open
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.error_policy import LOOKS_TO_VANISH
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, Look, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import OUTCOMES, Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import Watch
from support.shapes import Part, each_value

# The wait: any answers, at any time

SECONDS = st.one_of(st.sampled_from([0.0, 0.1, 1.0, 5.0, 60.0]), st.floats(0, 200))
WORDS = st.sampled_from(STATES)
RETRY_AFTER = st.one_of(st.none(), st.sampled_from([0.0, 0.3, 7.0, 900.0]))
ERRORS: st.SearchStrategy[CloudError] = st.one_of(
    st.builds(lambda seconds: Throttled("busy", retry_after=seconds), RETRY_AFTER),
    st.builds(lambda seconds: Unavailable("down", retry_after=seconds), RETRY_AFTER),
    st.sampled_from([NotFound, CloudError, Unauthorized, BadSignature, CredentialsExpired]).map(
        lambda kind: kind("no")
    ),
)


def made(kind: t.Callable[..., t.Any], **fields: st.SearchStrategy[t.Any]) -> st.SearchStrategy[t.Any]:
    """Values of a kind with these fields drawn and the others as they are by default; `st.builds` draws all of a named tuple."""
    return st.fixed_dictionaries(fields).map(lambda given: kind(**given))


POLICIES = made(
    Policy,
    timeout=SECONDS,
    delay=SECONDS,
    pace=made(Pace, interval=st.one_of(st.none(), st.floats(0.1, 100)), shortest=st.floats(0.1, 5)),
    required=st.one_of(st.none(), st.integers(1, 5)),
    fail_fast=st.booleans(),
    not_found_timeout=SECONDS,
    unreachable_timeout=SECONDS,
    stall_timeout=st.one_of(st.none(), st.floats(0.1, 100)),
    grace=st.floats(0.1, 30),
)
LIMITS = made(Limits, rate=st.floats(0.05, 20), batch=st.integers(1, 4), parallel=st.integers(1, 4))
PROGRESS = st.one_of(st.none(), st.floats(0, 100))


def seen_task(id: str, state: str, progress: t.Optional[float]) -> Task:
    """A task as a reader gives it; an unknown state comes with a word that sounds like success."""
    return Task(
        "alibaba", "ecs", "r", id, state, native_state="Success" if state == "unknown" else state, progress=progress
    )


class AnyCloud(RuleBasedStateMachine):
    """A driver that is told anything, in any order and at any time, and a clock that stands, runs and jumps."""

    @initialize(
        policy=POLICIES,
        limits=LIMITS,
        tasks=st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 1), st.booleans(), st.integers(1, 3)), min_size=1, max_size=8
        ),
        start=st.sampled_from([0.0, 12.5, 1e6, 4e9]),
        random=st.randoms(use_true_random=False),
    )
    def begin(
        self,
        policy: Policy,
        limits: Limits,
        tasks: list[tuple[int, int, bool, int]],
        start: float,
        random: t.Any,
    ) -> None:
        targets = [
            Target((lane, account), account, "alibaba", "ecs", "r", None if query else f"t-{number}")
            for number, (lane, account, query, dummy) in enumerate(tasks)
        ]
        weights = [weight for *dummies, weight in tasks]
        self.watch = Watch(targets, policy, lambda target: limits, start, random.random, weights)
        self.now = start
        self.flights: list[Look] = []
        self.told: dict[Item, Observation] = {}
        self.ended: dict[Item, tuple[t.Any, ...]] = {}
        self.known_bad: set[t.Hashable] = set()
        self.stopped = False

    @rule(seconds=SECONDS)
    def let_time_pass(self, seconds: float) -> None:
        self.now += seconds
        self.drive()

    @rule(seconds=st.floats(200, 5000))
    def sleep_like_a_laptop(self, seconds: float) -> None:
        self.now += seconds
        self.drive()

    @rule()
    def sleep_until_there_is_something_to_do(self) -> None:
        self.now = self.watch.wake_at(self.now)
        self.drive()

    def drive(self) -> None:
        """What every driver does when it wakes."""
        self.watch.tick(self.now)
        for look in self.watch.due(self.now):
            assert look.items
            assert look.begun == self.now
            for item in look.items:
                assert item.outcome is None, "a task that has ended is looked at"
                assert not item.replaced, "a query that has found its tasks is looked at"
                assert all(item not in other.items for other in self.flights), "a task is looked at twice at once"
                assert item.target.account not in self.known_bad, "a key that was refused is used again"
            self.flights.append(look)
        assert self.watch.due(self.now) == []
        if not self.watch.done and not self.flights:
            assert self.watch.wake_at(self.now) > self.now, "the driver would spin"

    @precondition(lambda self: self.flights)
    @rule(data=st.data(), seconds=SECONDS)
    def a_look_brings_something(self, data: st.DataObject, seconds: float) -> None:
        self.now += seconds
        look = self.flights.pop(data.draw(st.integers(0, len(self.flights) - 1), label="which"))
        observations: dict[Item, Observation] = {}
        for item in look.items:
            seen = data.draw(self.sighting(item), label=str(item.target.task_id))
            if seen is not None:
                observations[item] = seen
            if item.open:
                self.told[item] = seen if seen is not None else Unavailable("nothing")
            if isinstance(seen, (BadSignature, CredentialsExpired)) and item.open:
                self.known_bad.add(item.target.account)
        before = set(self.watch.items)
        hidden = data.draw(st.one_of(st.none(), st.builds(lambda: Throttled("busy"))), label="hidden")
        calls = data.draw(st.integers(1, 5), label="calls")
        self.watch.take(LookResult(look, observations, calls, hidden), self.now)
        for child in set(self.watch.items) - before:
            assert child.task is not None
            self.told[child] = child.task
            parents = [item for item in look.items if child in item.children]
            assert len(parents) == 1, "a task of a query has one query"
            assert child.task in self.found(self.told[parents[0]]), "a query is pinned to what it found"

    @staticmethod
    def found(seen: Observation) -> t.Sequence[Task]:
        """The tasks that a query was told of."""
        return [seen] if isinstance(seen, Task) else [] if isinstance(seen, CloudError) else seen

    @staticmethod
    def sighting(item: Item) -> st.SearchStrategy[t.Optional[Observation]]:
        """Whatever a look at this item may bring; None is nothing at all."""
        id = item.target.task_id
        tasks = st.builds(
            seen_task, st.sampled_from(["t-0", "q-1", "q-2"]) if id is None else st.just(id), WORDS, PROGRESS
        )
        some: st.SearchStrategy[t.Optional[Observation]] = st.one_of(st.none(), ERRORS, tasks, tasks)
        return some if id is not None else st.one_of(some, st.lists(tasks, max_size=3))

    @precondition(lambda self: not self.stopped)
    @rule(sure=st.integers(0, 20))
    def a_person_interrupts(self, sure: int) -> None:
        if sure == 20:
            self.stopped = True
            self.watch.stop("interrupted")

    def counted(self) -> list[Item]:
        """What has, or will have, an outcome."""
        return [item for item in self.watch.items if not item.replaced]

    @invariant()
    def success_is_only_what_the_task_itself_has_said(self) -> None:
        for item in self.counted():
            if item.good or item.outcome == "succeeded":
                said = self.told[item]
                assert isinstance(said, Task)
                assert said.state == "succeeded"
                assert item.good
                assert item.outcome == "succeeded"

    @invariant()
    def vanished_is_only_what_was_seen_and_missed(self) -> None:
        for item in self.counted():
            if item.outcome == "vanished":
                assert item.task is not None
                assert item.not_found_in_a_row >= LOOKS_TO_VANISH

    @invariant()
    def an_outcome_never_changes(self) -> None:
        for item in self.counted():
            if item.outcome is not None:
                now = item.outcome, item.good, item.reason, item.task, item.looks
                assert self.ended.setdefault(item, now) == now
                assert item.outcome in OUTCOMES
                assert item.reason
        assert all(item.outcome is not None for item in self.ended)

    @invariant()
    def the_wait_is_met_only_by_enough_successes(self) -> None:
        if self.watch.met:
            counted = self.counted()
            good = sum(item.weight for item in counted if item.good)
            required = self.watch.policy.required
            assert good >= (sum(item.weight for item in counted) if required is None else required)

    @invariant()
    def the_next_thing_to_do_is_never_in_the_past(self) -> None:
        assert self.watch.wake_at(self.now) >= self.now

    @invariant()
    def done_is_when_everything_has_its_outcome(self) -> None:
        assert self.watch.done == all(item.outcome is not None for item in self.counted())

    def teardown(self) -> None:
        if not hasattr(self, "watch"):
            return
        self.now = max(self.now, self.watch.end)
        self.drive()
        assert self.watch.done
        assert all(item.outcome in OUTCOMES for item in self.counted())
        self.success_is_only_what_the_task_itself_has_said()
        self.an_outcome_never_changes()
        self.the_wait_is_met_only_by_enough_successes()
        for look in self.flights:
            ended = {item: seen_task("t-0", "succeeded", 100.0) for item in look.items}
            self.watch.take(LookResult(look, ended), self.now + 1)
        self.an_outcome_never_changes()
        assert self.watch.due(self.now + 1e6) == []


TestAnyCloud = AnyCloud.TestCase
TestAnyCloud.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


# The readers: any JSON at all

SERVICES = {
    f"{provider.name}-{service.name}": (provider, service)
    for provider in PROVIDERS.values()
    for service in provider.services.values()
}
VECTORS = Path(__file__).parents[4] / "vectors"
Place = tuple[t.Union[str, int], ...]


def places(body: t.Any, word: str, at: Place = ()) -> t.Iterator[Place]:
    """Where a word is in a document."""
    if body == word:
        yield at
    inner: t.Iterable[tuple[t.Any, t.Any]] = enumerate(body) if isinstance(body, list) else ()
    for key, each in body.items() if isinstance(body, dict) else inner:
        yield from places(each, word, (*at, key))


def success_of(provider: Provider, service: Service) -> tuple[Place, set[str]] | None:
    """Where an API says how a task stands, and its words for success, as the answers of its vectors show it.

    None where no single word of an answer says it: what stands for a word is made of several of its fields.
    """
    name = f"{provider.name}_{service.name}.json"
    answers = json.loads((VECTORS / name).read_text(encoding="utf-8"))["answers"]
    good = [answer for answer in answers if "facts" in answer and answer["facts"]["succeeded"]]
    found = [place for answer in good for place in places(answer["body"], answer["facts"]["native_state"])]
    return (min(found, key=len), {answer["facts"]["native_state"].lower() for answer in good}) if found else None


SUCCESS: dict[str, tuple[Place, set[str]]] = {
    name: told for name, known in SERVICES.items() if (told := success_of(*known)) is not None
}
# Keys and words that the APIs use, so that what is made up reaches every corner of the readers.
KEYS = [
    "TaskId",
    "TaskAction",
    "TaskStatus",
    "TaskProcess",
    "SupportCancel",
    "TotalCount",
    "SuccessCount",
    "FailedCount",
    "CreationTime",
    "FinishedTime",
    "OperationProgressSet",
    "OperationProgress",
    "OperationStatus",
    "ErrorCode",
    "ErrorMsg",
    "RelatedItemSet",
    "RelatedItem",
    "Name",
    "Value",
    "Progress",
    "RequestId",
    "CompletedTime",
    "Result",
    "Description",
    "UpdatedTime",
    "Success",
    "Code",
    "Message",
    "CreatedTime",
    "instanceId",
    "clientId",
    "clientStatus",
    "errorCode",
    "Data",
    "TaskName",
    "TaskType",
    "ErrorMessage",
    "StartTime",
    "CompleteTime",
    "ExpireTime",
    "TaskResult",
    "TaskSet",
    "Task",
    "Content",
    "job",
    "id",
    "name",
    "status",
    "created",
    "ended",
    "process",
    "instance",
    "entities",
    "fail_reason",
    "sub_task_list",
    "sub_task_name",
    "percent",
    "remaining_time",
    "job_id",
    "job_name",
    "jobs",
    "error_code",
    "error_msg",
    "error",
    "code",
    "message",
]
TEXTS = [
    "t-1",
    "Finished",
    "completed",
    "COMPLETE",
    "Completed",
    "created",
    "Processing",
    "RUNNING",
    "Failed",
    "Success",
    "100%",
    "-1",
    "60%",
    "",
    " ",
    "true",
    "false",
    "InstallBackupClientsTask",
    "UninstallBackupClientsTask",
    "ACTIVATED",
    "NaN",
    "NOT_INSTALLED",
    "2026-03-01T11:40Z",
    "2026-03-01T19:50:00+0800",
    "9999-12-31T23:59:59-2359",
    "0001-01-01T00:00:00+2359",
    "[" * 500,
    '{"a": 1e999}',
    "Throttling",
    "\x1b[31m\r\n",
    "任",
    "\ud800",
    "1_0",
    "٣",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10_001),
    st.sampled_from([2**63, 10**300, -(10**300), float("inf"), float("-inf"), 1e308, 253402300800, -1.0]),
    st.floats(allow_nan=False),
    st.sampled_from(TEXTS),
    st.text(max_size=5),
)


def nested(inner: st.SearchStrategy[t.Any]) -> st.SearchStrategy[t.Any]:
    """JSON one level deeper; now and then as text within JSON, as these APIs like it."""
    plain = st.one_of(
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
        st.lists(inner, max_size=3),
    )
    return st.one_of(plain, plain, plain.map(json.dumps))


JSON = st.recursive(LEAVES, nested, max_leaves=15)


@st.composite
def likely(draw: st.DrawFn, name: str) -> t.Any:
    """An answer of the service's own shape, with anything in its places."""
    path, words = SUCCESS[name]
    body: t.Any = draw(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
    known = st.sampled_from([*sorted(words), *(word.upper() for word in sorted(words))])
    body[path[-1]] = draw(st.one_of(known, JSON))
    for id in ("TaskId", "id", "job_id"):
        body[id] = draw(st.one_of(st.just("t-1"), JSON))
    for key in reversed(path[:-1]):
        body = [body] if key == 0 else {key: body, "RequestId": draw(LEAVES)}
    return body


def says_success(name: str, word: t.Any) -> bool:
    """Whether a word is one that means success; of a service without words nothing can be said."""
    return name not in SUCCESS or str(word).strip().lower() in SUCCESS[name][1]


def told_word(name: str, body: t.Any) -> t.Any:
    """The word in the place where this API says how a task stands."""
    for key in SUCCESS[name][0] if name in SUCCESS else ():
        inside = isinstance(body, dict) or (isinstance(body, list) and key == 0 and body)
        body = (body[0] if key == 0 else body.get(key)) if inside else None
    return body


def look(provider: Provider, task_id: str = "t-1") -> Origin:
    """A look at a task."""
    return Origin(provider.name, "r", datetime(2026, 3, 1, 12, tzinfo=timezone.utc), task_id)


def names_of(*parts: Part, fits: t.Callable[[Service], t.Any] = bool) -> list[str]:
    """A service for each value in these parts of a shape: all services are read by one reader.

    The recorded answers of every service are bent in test_near_valid.py.
    """
    return [str(subject) for subject in each_value(*parts, fits=lambda subject: fits(subject.service))]


ANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("name", names_of("provider", "judging", "reading"))
@ANY
@given(data=st.data())
def test_any_json_is_a_task_or_a_cloud_error(name: str, data: st.DataObject) -> None:
    provider, service = SERVICES[name]
    body = data.draw(st.one_of(JSON, likely(name), likely(name)) if name in SUCCESS else JSON)
    try:
        task = read_task(service, body, look(provider))
    except CloudError:
        return
    facts = task.facts()
    assert set(facts) == set(FACTS)
    assert task.state in STATES
    assert task.id == "t-1"
    assert task.progress is None or 0 <= task.progress <= 100
    assert task.duration is None or task.duration >= 0
    assert task.remaining is None or task.remaining >= 0
    assert task.finished_at is None or task.terminal
    if task.succeeded:
        assert says_success(name, told_word(name, body))
        assert all(step["state"] != "failed" for step in task.subtasks if not task.counts)
        assert not (task.counts and task.counts["failed"])
        assert task.error is None


@pytest.mark.parametrize("name", names_of("provider", "judging", fits=lambda service: service.detail))
@ANY
@given(data=st.data())
def test_any_json_after_a_task_neither_breaks_it_nor_makes_it_better(name: str, data: st.DataObject) -> None:
    provider, service = SERVICES[name]
    assert service.detail
    body = data.draw(st.one_of(JSON, st.fixed_dictionaries({"job_id": st.just("t-1"), "sub_task_list": JSON})))
    for word in service.states:
        task = read_item(service, {"id": "t-1", "job_id": "t-1", "image_id": "t-1", "status": word}, look(provider))
        try:
            detailed = add_detail(service, service.detail, task, body)
        except CloudError:
            # If the second answer decides, one that tells nothing is no verdict.
            assert service.detail.rules or may_open(task.state)
            continue
        assert (detailed.id, detailed.name) == (task.id, task.name)
        worse = set(STATES) - {SUCCEEDED} if may_open(task.state) else set()
        assert detailed.state in {task.state, *(rule.state for rule in service.detail.rules), *worse}
        assert task.succeeded or not detailed.succeeded
        assert detailed.progress is None or 0 <= detailed.progress <= 100


@pytest.mark.parametrize("name", names_of("provider", "judging", "pages", fits=lambda service: service.listing))
@ANY
@given(data=st.data())
def test_any_entry_of_a_list_is_a_task_or_a_cloud_error(name: str, data: st.DataObject) -> None:
    provider, service = SERVICES[name]
    assert service.listing
    item = data.draw(st.one_of(JSON, st.dictionaries(st.sampled_from(KEYS), JSON)))
    try:
        task = read_item(service, item, look(provider, ""), service.listing.facts)
    except CloudError:
        return
    assert task.id
    if task.succeeded:
        path = service.listing.facts.get("native_state", service.facts["native_state"])
        assert says_success(name, search(path, item))


CASES: list[tuple[Provider, t.Optional[Service]]] = [
    *(SERVICES[name] for name in names_of(("provider", "refusing"), "protocol")),
    *((provider, None) for provider in PROVIDERS.values()),
]


@pytest.mark.parametrize(("provider", "service"), CASES, ids=lambda value: value and value.name)
@ANY
@given(
    status=st.one_of(st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 503]), st.integers(100, 599)),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "x-acs-retry-after", "date", "x-request-id"]),
        st.one_of(
            st.sampled_from(["Sun, 01 Mar 2026 12:00:45 GMT", "Sun, 99 Mar", "-5", "inf", "1e400"]), st.text(max_size=8)
        ),
    ),
    body=JSON,
)
def test_any_answer_is_good_or_a_cloud_error(
    provider: Provider, service: t.Optional[Service], status: int, headers: dict[str, str], body: t.Any
) -> None:
    answer = Response(status, headers, body)
    if not is_error(service, answer):
        assert 200 <= status < 300
        return
    error = error_of(provider, service, answer)
    assert error.message
    assert error.http_status == status
    assert error.retry_after is None or 0 <= error.retry_after < float("inf")
    assert isinstance(error.failure()["message"], str)
