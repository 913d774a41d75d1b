# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait's judgement and its use of time, on a fake clock. Tests are named after the list in docs/behaviours.md."""

from __future__ import annotations

import heapq
import itertools
import math
import random
import typing as t
from dataclasses import dataclass, field, replace

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    NotFound,
    NotSent,
    ProxyPasswordRefused,
    ProxyRefused,
    Redirected,
    Throttled,
    Unauthorized,
    Unavailable,
    UnknownHost,
    Untrusted,
    WrongProtocol,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    TERMINAL,
    UNKNOWN,
    NotListed,
    Observation,
    Task,
    Unjudged,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, Look, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import OUTCOMES, Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import BATCHES_PART, MOST_REASONS, Watch

START = 1000.0
HANGS = math.inf
EASY = Limits(rate=1000.0, batch=1, parallel=8)


def task(state: str = "running", id: str = "t-1", **facts: t.Any) -> Task:
    """A task as a reader gives it."""
    return Task("alibaba", "ecs", "r", id, state, **{"native_state": state.title(), "name": "ExportImage", **facts})


RUNNING, DONE, FAILED = task(), task("succeeded"), task("failed", error={"code": "Boom", "message": "it broke"})
ODD = task(UNKNOWN, native_state="Archived")
MISSING = NotFound("The specified TaskId does not exist.", code="InvalidTaskId.NotFound", http_status=400)
BUSY = Throttled("too many", code="Throttling.User", http_status=400)
DOWN = Unavailable("no answer from ecs.invented: ConnectionError")
DENIED = Unauthorized("denied", code="Forbidden.RAM", http_status=403)
INVALID = CloudError("no such region", code="InvalidRegionId.NotFound", http_status=400)
FORGED = BadSignature("refused", code="SignatureDoesNotMatch", http_status=403)
ENDED = CredentialsExpired("ended", code="InvalidSecurityToken.Expired", http_status=400)


@dataclass(frozen=True)
class Moment:
    """What a script is asked: the n-th look (from 1) at a task, so many seconds after the start, alone or ``together``."""

    id: str
    n: int
    at: float
    together: bool = False


Seen = t.Union[Observation, tuple[Observation, float]]
"""What is seen, and in how many seconds if not in no time."""
Script = t.Callable[[Moment], Seen]


def series(*seen: Seen) -> Script:
    """One sighting for each look; the last one stays."""
    return lambda moment: seen[min(moment.n, len(seen)) - 1]


def timeline(*rows: tuple[float, Seen]) -> Script:
    """What is seen from so many seconds on."""
    return lambda moment: [seen for since, seen in rows if since <= moment.at][-1]


def growing(length: float, end: Task = DONE) -> Script:
    """A task whose progress is exact."""

    def seen(moment: Moment) -> Seen:
        if moment.at >= length:
            return replace(end, id=moment.id)
        return task(id=moment.id, progress=100.0 * moment.at / length, duration=moment.at)

    return seen


def target(id: t.Optional[str] = "t-1", lane: str = "lane", account: str = "account") -> Target:
    """Something to look at."""
    return Target(lane, account, "alibaba", "ecs", "r", id)


@dataclass
class Made:
    """A look that was begun, in seconds after the start."""

    at: float
    lane: t.Hashable
    ids: tuple[str, ...]


@dataclass
class Simulation:
    """Drives a Watch by scripts over simulated time: what a look brings arrives when its slowest answer does."""

    scripts: t.Mapping[str, Script]
    policy: Policy = field(default_factory=Policy)
    targets: t.Optional[t.Sequence[Target]] = None
    weights: t.Optional[t.Sequence[int]] = None
    limits: t.Callable[[Target], Limits] = lambda target: EASY
    random: t.Callable[[], float] = lambda: 0.5
    start: float = START
    retry_after: t.Optional[float] = None
    looks: list[Made] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        targets = self.targets or [target(id) for id in self.scripts]
        self.watch = Watch(targets, self.policy, self.limits, self.start, self.random, self.weights)
        self.now = self.start
        self._order = itertools.count()
        self._arrivals: list[tuple[float, int, Look, dict[Item, Observation]]] = []
        self._counts: dict[str, int] = {}

    def run(self, steps: int = 100_000) -> Simulation:
        """Until the watch is done."""
        for dummy in range(steps):
            self.watch.tick(self.now)
            for look in self.watch.due(self.now):
                self._begin(look)
            if self.watch.done:
                return self
            self._sleep()
            while self._arrivals and self._arrivals[0][0] <= self.now:
                dummy_at, dummy_order, look, observations = heapq.heappop(self._arrivals)
                self.watch.take(LookResult(look, observations, retry_after=self.retry_after), self.now)
        raise AssertionError("the watch does not come to an end")

    def _begin(self, look: Look) -> None:
        assert look.begun == self.now
        assert all(item.open for item in look.items)
        ids = tuple(item.target.task_id or "query" for item in look.items)
        self.looks.append(Made(self.now - self.start, look.lane, ids))
        observations: dict[Item, Observation] = {}
        latency = 0.0
        for item, id in zip(look.items, ids):
            self._counts[id] = self._counts.get(id, 0) + 1
            seen = self.scripts[id](Moment(id, self._counts[id], self.now - self.start, len(ids) > 1))
            timed = isinstance(seen, tuple) and not isinstance(seen, Unjudged) and len(seen) == 2
            sighting, took = seen if timed else (seen, 0.0)
            observations[item] = t.cast(Observation, sighting)
            latency = max(latency, t.cast(float, took))
        if latency < HANGS:
            heapq.heappush(self._arrivals, (self.now + latency, next(self._order), look, observations))

    def _sleep(self) -> None:
        wake = self.watch.wake_at(self.now)
        arrival = self._arrivals[0][0] if self._arrivals else HANGS
        assert min(wake, arrival) > self.now or arrival == self.now, "the driver would spin"
        self.sleeps.append(min(wake, arrival) - self.now)
        self.now = min(wake, arrival)

    @property
    def elapsed(self) -> float:
        """Seconds from the start to the end."""
        return self.now - self.start

    @property
    def times(self) -> list[float]:
        """When looks were begun."""
        return [look.at for look in self.looks]

    @property
    def gaps(self) -> list[float]:
        """Seconds between looks."""
        return [later - earlier for earlier, later in zip(self.times, self.times[1:])]

    @property
    def item(self) -> Item:
        """The only task."""
        (item,) = [item for item in self.watch.items if not item.replaced]
        return item

    @property
    def outcomes(self) -> dict[str, t.Optional[str]]:
        """Outcomes by id."""
        return {item.target.task_id or "query": item.outcome for item in self.watch.items if not item.replaced}

    def asked(self, id: str) -> int:
        """How often a task was looked at."""
        return sum(look.ids.count(id) for look in self.looks)


def one(script: Script, **options: t.Any) -> Simulation:
    """The whole wait for one task."""
    return Simulation({"t-1": script}, Policy(**options)).run()


def many(scripts: t.Mapping[str, Script], **options: t.Any) -> Simulation:
    """The whole wait for some tasks of one lane."""
    return Simulation(scripts, Policy(**options)).run()


# State judgement


def test_01_already_terminal_at_the_first_look_is_one_look_and_no_sleep() -> None:
    sim = one(series(DONE))
    assert (sim.item.outcome, sim.times, sim.elapsed, sim.watch.met) == ("succeeded", [0.0], 0.0, True)
    assert sim.item.detection_delay_max is None


@pytest.mark.parametrize("k", [1, 2, 7])
def test_02_k_looks_at_a_task_that_goes_on_then_success_are_k_plus_1_looks(k: int) -> None:
    sim = one(series(*[RUNNING] * k, DONE))
    assert (sim.item.outcome, len(sim.looks), sim.item.looks) == ("succeeded", k + 1, k + 1)


def test_03_terminal_failure_stops_at_once() -> None:
    sim = one(series(RUNNING, FAILED, DONE))
    assert (sim.item.outcome, len(sim.looks), sim.watch.met) == ("failed", 2, False)
    assert sim.item.reason == "Boom: it broke (native state Failed)"


JUDGED = {state: state for state in TERMINAL}


@pytest.mark.parametrize(("state", "outcome"), JUDGED.items(), ids=JUDGED.keys())
def test_04_every_terminal_state_is_its_own_outcome_and_only_success_is_good(state: str, outcome: str) -> None:
    sim = one(series(RUNNING, task(state)))
    assert (sim.item.outcome, sim.item.good, sim.watch.met) == (outcome, state == "succeeded", state == "succeeded")


CONDITIONS = {
    "success_when on a running task": (RUNNING, "succeeded", True),
    "success_when does not hold on a success": (task("succeeded", progress=1.0), "failed", False),
    "success_when holds on a partial": (task("partial", resource_id="good"), "partial", True),
    "neither holds on a failure": (task("failed", progress=1.0), "failed", False),
    "both hold: failure wins": (task("succeeded", resource_id="bad"), "failed", False),
}


@pytest.mark.parametrize(("seen", "outcome", "good"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_04_conditions_decide_and_failure_wins(seen: Task, outcome: str, good: bool) -> None:
    sim = one(
        series(seen),
        success_when=lambda facts: facts["resource_id"] in ("good", "bad") or facts["progress"] is None,
        failure_when=lambda facts: facts["resource_id"] == "bad",
    )
    assert (sim.item.outcome, sim.item.good, sim.watch.met) == (outcome, good, good)


def test_04_failure_when_ends_a_task_that_goes_on() -> None:
    sim = one(series(task(progress=1.0), task(progress=2.0)), failure_when=lambda facts: facts["progress"] == 2.0)
    assert (sim.item.outcome, sim.item.looks) == ("failed", 2)
    assert "failure_when holds on Running at 2 %" in sim.item.reason


def test_05_an_empty_list_is_not_all_of_it() -> None:
    sim = Simulation({"query": series([])}, Policy(not_found_timeout=5, timeout=100), [target(None)]).run()
    assert (sim.item.outcome, sim.watch.met) == ("not_found", False)


def test_05_one_bad_task_of_a_list_is_not_all_of_it() -> None:
    sim = Simulation({"query": series([DONE, task("failed", "t-2")])}, Policy(), [target(None)]).run()
    assert (sim.outcomes, sim.watch.met) == ({"t-1": "succeeded", "t-2": "failed"}, False)


ERRORS: dict[str, tuple[Observation, str, str]] = {
    "throttled": (BUSY, "timed_out", "Throttling.User"),
    "unavailable": (DOWN, "timed_out", "ConnectionError"),
    "not found": (MISSING, "not_found", "InvalidTaskId.NotFound"),
    "nothing": ([], "not_found", "nothing matches"),
    "unknown word": (ODD, "timed_out", "Archived"),
    "100 % in no known word": (replace(ODD, progress=100.0), "timed_out", "Archived"),
    "access denied": (DENIED, "unauthorized", "Forbidden.RAM"),
    "bad signature": (FORGED, "unauthorized", "SignatureDoesNotMatch"),
    "expired": (ENDED, "unauthorized", "InvalidSecurityToken.Expired"),
    "refused": (INVALID, "refused", "InvalidRegionId.NotFound"),
    "not sent": (NotSent("the request cannot be sent"), "unreachable", "the request cannot be sent"),
}


@pytest.mark.parametrize(("seen", "outcome", "said"), ERRORS.values(), ids=ERRORS.keys())
def test_07_no_error_is_ever_success(seen: Observation, outcome: str, said: str) -> None:
    sim = one(series(seen), timeout=300)
    assert (sim.item.outcome, sim.item.good, sim.watch.met) == (outcome, False, False)
    assert said in sim.item.reason


def test_09_an_unknown_word_is_waited_with_and_is_no_success() -> None:
    assert one(series(RUNNING, ODD, DONE)).item.outcome == "succeeded"
    sim = one(series(ODD), timeout=60)
    assert (sim.item.outcome, sim.elapsed) == ("timed_out", 60.0)
    assert sim.item.reason == "Archived after 60 s; the task may still run"


def test_14_partial_follows_the_policy_and_is_reported_either_way() -> None:
    assert one(series(task("partial"))).watch.met is False
    sim = one(series(task("partial")), success_states=("succeeded", "partial"))
    assert (sim.item.outcome, sim.watch.met) == ("partial", True)


def test_14_success_states_without_succeeded_take_success_for_bad() -> None:
    sim = one(series(DONE), success_states=("skipped",))
    assert (sim.item.outcome, sim.item.good) == ("succeeded", False)


def test_15_cancelled_is_terminal_and_not_failed() -> None:
    sim = one(series(RUNNING, task("cancelled"), DONE))
    assert (sim.item.outcome, sim.item.looks) == ("cancelled", 2)


def test_16_a_terminal_state_is_absorbing() -> None:
    sim = many({"t-1": series(DONE, FAILED), "t-2": series(*[task(id="t-2")] * 5, task("succeeded", "t-2"))})
    assert (sim.asked("t-1"), sim.outcomes["t-1"]) == (1, "succeeded")
    assert sim.watch.due(sim.now + 1e6) == []


def test_17_100_percent_is_no_success() -> None:
    assert one(series(task(progress=100.0), task("failed", progress=100.0))).item.outcome == "failed"
    assert one(series(task(progress=100.0)), timeout=60).item.outcome == "timed_out"


# Errors while looking


PERMANENT = {"denied": DENIED, "invalid": INVALID, "bad signature": FORGED, "expired": ENDED}


@pytest.mark.parametrize("error", PERMANENT.values(), ids=PERMANENT.keys())
def test_18_24_a_permanent_error_ends_the_wait_at_once_with_code_and_message(error: CloudError) -> None:
    sim = one(series(RUNNING, error, DONE))
    assert (sim.item.looks, sim.item.good) == (2, False)
    assert sim.item.reason == f"the API refuses: {error}; the task may still run"


TRANSIENT: dict[str, Observation] = {"throttled": BUSY, "unavailable": DOWN, "not known yet": MISSING}


@pytest.mark.parametrize("error", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_19_transient_errors_are_tolerated(error: Observation) -> None:
    assert one(series(error, error, DONE)).item.outcome == "succeeded"
    assert one(series(RUNNING, error, DONE)).item.outcome == "succeeded"


def test_19_throttled_looks_are_counted() -> None:
    sim = one(series(BUSY, BUSY, DOWN, DONE))
    assert (sim.watch.throttled, sim.watch.requests, sim.item.looks) == (2, 4, 4)


def test_20_a_good_look_resets_the_tolerance() -> None:
    dark = timeline((0, DOWN), (300, RUNNING), (430, DOWN), (900, RUNNING), (1030, DOWN), (1500, DONE))
    sim = one(dark, unreachable_timeout=590, timeout=2000)
    assert sim.item.outcome == "succeeded"


def test_21_without_a_good_look_for_long_the_outcome_is_unreachable() -> None:
    sim = one(timeline((0, RUNNING), (10, DOWN)), unreachable_timeout=100)
    assert sim.item.outcome == "unreachable"
    assert 100 <= sim.elapsed <= 110
    assert "no good answer for 1" in sim.item.reason
    assert "ConnectionError" in sim.item.reason
    assert sim.item.reason.endswith("the task may still run")


def test_21_tries_while_in_the_dark_grow_apart_up_to_the_longest_interval() -> None:
    sim = Simulation({"t-1": series(DOWN)}, Policy(timeout=1e5, unreachable_timeout=1e4), random=lambda: 1.0).run()
    assert sim.gaps[:7] == [4.0, 8.0, 16.0, 32.0, 64.0, 120.0, 120.0]
    assert max(sim.gaps) == 120.0


def test_22_throttling_alone_is_a_timeout_and_slows_down() -> None:
    limits = Limits(rate=1.0)
    sim = Simulation({"t-1": series(BUSY)}, Policy(timeout=600), limits=lambda target: limits).run()
    assert sim.item.outcome == "timed_out"
    assert sim.gaps[:3] == pytest.approx([2.0, 4.0, 8.0], rel=0.04)
    assert sim.watch.throttled == len(sim.looks)


RETRY_AFTER = {"seconds": 7.0, "part of a second": 0.25, "none at all": 0.0, "long": 90.0}


@pytest.mark.parametrize("seconds", RETRY_AFTER.values(), ids=RETRY_AFTER.keys())
def test_23_retry_after_is_honoured(seconds: float) -> None:
    busy = Throttled("too many", code="Throttling", retry_after=seconds)
    sim = one(series(busy, DONE))
    assert sim.gaps[0] >= seconds
    assert sim.gaps[0] <= max(seconds, 1.0) + 0.1


# What a good answer says of the next look, and the gaps until then with these bounds.
WANTED_AFTER: dict[str, tuple[float, dict[str, t.Any], tuple[float, float]]] = {
    "later than usual": (50.0, {}, (50, 51)),
    "sooner than usual": (0.0, {}, (1, 9)),
    "later than the longest interval": (600.0, {"pace": Pace(longest=90)}, (90, 91)),
    "later than the deadline": (100.0, {"timeout": 60}, (60, 60)),
    "than a fixed interval": (50.0, {"pace": Pace(interval=7)}, (7, 7)),
}


@pytest.mark.parametrize("name", WANTED_AFTER)
def test_23_a_good_answer_says_when_the_next_look_is_wanted(name: str) -> None:
    seconds, options, (least, most) = WANTED_AFTER[name]
    scripts = {"t-1": series(RUNNING, DONE)}
    sim = Simulation(scripts, Policy(**options), retry_after=seconds).run()
    assert sim.outcomes == {"t-1": "succeeded"}
    assert least <= sim.gaps[0] <= most + 2.1


def test_23_retry_after_of_an_unavailable_api_is_honoured() -> None:
    sim = one(series(Unavailable("maintenance", http_status=503, retry_after=45.0), DONE))
    assert sim.gaps[0] >= 45


def test_35_a_success_that_the_last_look_brings_is_no_timeout_though_another_was_one_a_moment_before() -> None:
    scripts = {"t-1": series(RUNNING), "t-2": timeline((0, task(id="t-2")), (60, task("succeeded", "t-2")))}
    targets = [target("t-1"), target("t-2", lane="another")]
    sim = Simulation(scripts, Policy(timeout=60, pace=Pace(interval=60)), targets).run()
    assert sim.outcomes == {"t-1": "timed_out", "t-2": "succeeded"}


def test_23_whoever_says_when_to_come_back_is_not_asked_before_that_to_find_out_whether_contact_is_lost() -> None:
    away = Unavailable("maintenance", http_status=503, retry_after=900.0)
    assert one(series(away, DONE), unreachable_timeout=600).times == [0.0, pytest.approx(900, abs=1)]
    sim = one(series(away), unreachable_timeout=600)
    assert (len(sim.times), sim.item.outcome) == (2, "unreachable")
    assert sim.item.reason.startswith("no good answer for 900 s, ")


def test_23_a_busy_api_is_asked_at_the_deadline_whatever_it_has_said() -> None:
    away = Unavailable("maintenance", http_status=503, retry_after=900.0)
    assert one(series(away, DONE), timeout=700).times == [0.0, 700.0]


HOPELESS: dict[str, tuple[CloudError, int]] = {
    "certificate": (Untrusted("the certificate of ecs.invented is refused: self-signed"), 1),
    "name": (UnknownHost("the name ecs.invented is not known"), 3),
    "no TLS": (WrongProtocol("ecs.invented does not speak TLS"), 2),
    "a redirect": (Redirected("redirects are not followed"), 2),
    "a proxy that forbids the host": (ProxyRefused("the proxy proxy.invented does not connect to ecs.invented"), 2),
    "a proxy that refuses the password": (ProxyPasswordRefused("the proxy proxy.invented answers 407"), 1),
}


@pytest.mark.parametrize(("error", "looks"), HOPELESS.values(), ids=HOPELESS.keys())
def test_21_where_nothing_has_ever_been_answered_no_wonder_is_waited_for(error: CloudError, looks: int) -> None:
    sim = one(series(error))
    assert (sim.item.outcome, len(sim.times)) == ("unreachable", looks)
    assert sim.elapsed <= 15
    assert sim.item.reason == f"{error}; the task may still run"


@pytest.mark.parametrize("error", [error for error, dummy in HOPELESS.values() if error.heals])
def test_21_what_has_answered_before_may_do_so_again(error: CloudError) -> None:
    assert one(series(RUNNING, *[error] * 6, DONE)).item.outcome == "succeeded"
    sim = one(series(RUNNING, error), unreachable_timeout=300)
    assert (sim.item.outcome, sim.elapsed >= 300) == ("unreachable", True)


def test_21_a_password_that_is_refused_is_no_better_for_having_been_good_before() -> None:
    sim = one(series(RUNNING, ProxyPasswordRefused("the proxy proxy.invented answers 407")))
    assert (sim.item.outcome, len(sim.times)) == ("unreachable", 2)


def test_21_a_name_that_is_known_after_a_moment_is_no_end() -> None:
    error = HOPELESS["name"][0]
    assert one(series(error, error, RUNNING, DONE)).item.outcome == "succeeded"


def test_21_what_is_hopeless_for_one_is_so_for_all_of_its_lane_and_for_no_other() -> None:
    scripts = {
        "t-1": series(HOPELESS["certificate"][0]),
        "t-2": series(HOPELESS["certificate"][0]),
        "t-3": series(DONE),
    }
    targets = [target("t-1"), target("t-2"), target("t-3", lane="another", account="another")]
    sim = Simulation(scripts, Policy(fail_fast=False), targets).run()
    assert sim.outcomes == {"t-1": "unreachable", "t-2": "unreachable", "t-3": "succeeded"}
    assert sim.asked("t-1") + sim.asked("t-2") == 1


def test_23_retry_after_is_capped_by_the_deadline() -> None:
    sim = one(series(Throttled("too many", code="Throttling", retry_after=900.0), DONE), timeout=60)
    assert (sim.times, sim.elapsed, sim.item.outcome) == ([0.0, 60.0], 60.0, "succeeded")


def test_23_a_throttled_wait_ends_at_its_deadline() -> None:
    sim = one(series(Throttled("too many", code="Throttling", retry_after=900.0)), timeout=60)
    assert (sim.elapsed, sim.item.outcome) == (60.0, "timed_out")


def test_25_credentials_that_ended_say_that_the_task_may_still_run() -> None:
    sim = one(series(RUNNING, ENDED))
    assert (sim.item.outcome, sim.item.task) == ("unauthorized", RUNNING)
    assert sim.item.reason.endswith("the task may still run")


def test_26_an_id_not_known_yet_is_tolerated_for_a_while() -> None:
    assert one(timeline((0, MISSING), (50, RUNNING), (70, DONE)), not_found_timeout=60).item.outcome == "succeeded"


def test_26_the_time_for_an_unknown_id_starts_with_the_first_look() -> None:
    sim = one(timeline((0, MISSING), (150, DONE)), not_found_timeout=60, delay=100)
    assert sim.item.outcome == "succeeded"


def test_26_a_task_that_was_seen_and_is_gone_has_vanished() -> None:
    sim = one(series(RUNNING, MISSING))
    assert (sim.item.outcome, sim.item.looks) == ("vanished", 3)
    assert "it was seen as Running" in sim.item.reason
    assert sim.item.reason.endswith("the task may still run")


def test_26_one_look_that_misses_a_seen_task_is_no_end() -> None:
    assert one(series(RUNNING, MISSING, RUNNING, MISSING, DONE)).item.outcome == "succeeded"


def test_27_an_id_never_found_says_in_how_many_looks() -> None:
    sim = one(series(MISSING), not_found_timeout=30)
    assert (sim.item.outcome, sim.elapsed) == ("not_found", 30.0)
    assert sim.item.reason.startswith(f"the cloud did not know it in {len(sim.looks)} looks over 30 s (Invalid")
    assert sim.item.reason.endswith(
        "); check the id, and that it is of this service, region and account; the task may still run"
    )


def test_27_a_query_that_never_finds_anything_says_what_to_check() -> None:
    sim = query(series([]), {}, not_found_timeout=30)
    assert sim.item.outcome == "not_found"
    assert sim.item.reason.startswith(
        f"nothing was found in {len(sim.looks)} looks over 30 s (nothing matches); check what"
    )
    assert sim.item.reason.endswith("service, region and account; the task may still run")


def test_27_an_id_that_was_not_known_until_the_deadline_says_what_to_check() -> None:
    sim = one(series(MISSING), timeout=30, not_found_timeout=60)
    assert sim.item.outcome == "timed_out"
    assert sim.item.reason.endswith(
        "check the id, and that it is of this service, region and account; the task may still run"
    )


@pytest.mark.parametrize("seconds", [0.0, 1.0, 60.0])
def test_27_not_found_comes_as_soon_as_its_time_is_over(seconds: float) -> None:
    assert one(series(MISSING), not_found_timeout=seconds).elapsed == seconds


def test_28_a_look_that_brings_nothing_for_an_item_is_no_answer() -> None:
    sim = Simulation({"t-1": series(DONE)})
    (look,) = sim.watch.due(START)
    sim.watch.take(LookResult(look, {}), START)
    assert (sim.item.outcome, str(sim.item.error)) == (None, "the look brought nothing")


# Time


def test_31_a_timeout_names_the_last_state_the_time_and_the_last_error() -> None:
    sim = one(series(task(progress=40.0), DOWN), timeout=20)
    assert sim.item.reason == (
        "Running at 40 % after 20 s, the last answer: no answer from ecs.invented: ConnectionError; "
        "the task may still run"
    )
    assert one(series(BUSY), timeout=20).item.reason.startswith("never seen after 20 s, the last answer: Throttling")


def test_32_the_deadline_counts_the_latency_of_calls() -> None:
    sim = one(series((RUNNING, 25.0)), timeout=100, grace=30)
    assert sim.item.outcome == "timed_out"
    assert sim.elapsed <= 130


def test_33_the_last_look_falls_on_the_deadline() -> None:
    for timeout in (1.0, 7.0, 60.0, 100.5, 3600.0):
        sim = one(series(RUNNING), timeout=timeout)
        assert sim.times[-1] == timeout
        assert sim.elapsed == timeout
        assert min(sim.gaps) >= min(2.0, timeout)


def test_33_success_at_the_deadline_is_success() -> None:
    assert one(timeline((0, RUNNING), (100, DONE)), timeout=100).item.outcome == "succeeded"
    assert one(timeline((0, RUNNING), (100.1, DONE)), timeout=100).item.outcome == "timed_out"


def test_33_a_fixed_interval_has_its_last_look_at_the_deadline_too() -> None:
    assert one(series(RUNNING), timeout=70, pace=Pace(interval=30)).times == [0.0, 30.0, 60.0, 70.0]


def test_34_success_in_flight_at_the_deadline_wins() -> None:
    sim = one(timeline((0, RUNNING), (100, (DONE, 29.0))), timeout=100, grace=30)
    assert (sim.item.outcome, sim.elapsed) == ("succeeded", 129.0)


def test_34_a_look_in_flight_at_the_deadline_is_the_last_one() -> None:
    sim = one(timeline((0, (RUNNING, 0.0)), (90, (RUNNING, 20.0))), timeout=100, pace=Pace(interval=90))
    assert (sim.times, sim.elapsed, sim.item.outcome) == ([0.0, 90.0], 110.0, "timed_out")


def test_35_a_success_seen_is_never_turned_into_a_timeout() -> None:
    sim = many({"t-1": series(DONE), "t-2": series(task(id="t-2"))}, timeout=50)
    assert sim.outcomes == {"t-1": "succeeded", "t-2": "timed_out"}


def test_36_a_look_that_hangs_ends_at_the_deadline_and_the_grace() -> None:
    sim = one(series(RUNNING, (DONE, HANGS)), timeout=100, grace=30)
    assert (sim.item.outcome, sim.elapsed) == ("timed_out", 130.0)
    assert sim.item.reason.startswith("Running after 100 s")


def test_36_an_answer_that_comes_after_all_changes_nothing() -> None:
    sim = Simulation({"t-1": series(DONE)}, Policy(timeout=10, grace=5))
    (look,) = sim.watch.due(START)
    sim.watch.tick(START + 15)
    sim.watch.take(LookResult(look, {look.items[0]: DONE}), START + 20)
    assert (sim.item.outcome, sim.item.good, sim.watch.met) == ("timed_out", False, False)


AT_ONCE: dict[str, tuple[Observation, str]] = {
    "succeeded": (DONE, "succeeded"),
    "failed": (FAILED, "failed"),
    "running": (RUNNING, "timed_out"),
    "throttled": (BUSY, "timed_out"),
    "unavailable": (DOWN, "timed_out"),
    "not found": (MISSING, "timed_out"),
}


@pytest.mark.parametrize(("seen", "outcome"), AT_ONCE.values(), ids=AT_ONCE.keys())
def test_37_timeout_0_is_one_look(seen: Observation, outcome: str) -> None:
    sim = one(series(seen), timeout=0, delay=50)
    assert (sim.item.outcome, sim.times, sim.elapsed) == (outcome, [0.0], 0.0)


def test_37_the_first_look_comes_after_the_delay() -> None:
    assert one(series(DONE), delay=45).times == [45.0]
    assert one(series(DONE), delay=1e6, timeout=60).times == [60.0]


def test_38_n_looks_need_n_minus_1_sleeps_of_the_interval() -> None:
    sim = one(series(RUNNING, RUNNING, DONE), pace=Pace(interval=15))
    assert (sim.times, [sleep for sleep in sim.sleeps if sleep]) == ([0.0, 15.0, 30.0], [15.0, 15.0])


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_39_the_adaptive_interval_is_bounded(chance: float) -> None:
    policy = Policy(timeout=40_000, pace=Pace(shortest=5, longest=300))
    sim = Simulation({"t-1": series(RUNNING)}, policy, random=lambda: chance).run()
    assert min(sim.gaps) >= 5
    assert 0.9 * 17.8 <= sim.gaps[0] <= 1.1 * 17.9 + 5
    # Without progress, a part of the longest: nothing tells how near the end is.
    assert 108 <= max(sim.gaps[:-1]) <= 132.001
    sim = one(series(task(progress=0.1, duration=1e4)), timeout=40_000.0, pace=Pace(shortest=5, longest=300))
    assert 270 <= max(sim.gaps[:-1]) <= 300.001


def test_39_a_task_that_stands_at_99_percent_is_in_no_hurry() -> None:
    sim = one(timeline((0, task(progress=99.0, duration=100.0)), (3600, DONE)))
    assert len(sim.looks) < 100
    assert sim.elapsed <= 3600 + 120


def test_39_waits_that_begin_together_do_not_march_in_step() -> None:
    waits = [Simulation({"t-1": series(RUNNING)}, random=random.Random(seed).random) for seed in range(50)]
    seconds = sorted(wait.run().times[1] for wait in waits)
    assert 6.4 <= seconds[0] < 7.2
    assert 8.6 < seconds[-1] <= 9.9


INTERVALS = {"small": 0.1, "ordinary": 30.0, "over three minutes": 200.0, "an hour": 3600.0}
MIXED: dict[str, Observation] = {
    "running": RUNNING,
    "nearly done": task(progress=99.0, duration=1e4),
    "unavailable": DOWN,
}


@pytest.mark.parametrize("interval", INTERVALS.values(), ids=INTERVALS.keys())
@pytest.mark.parametrize("seen", MIXED.values(), ids=MIXED.keys())
def test_40_a_fixed_interval_is_always_obeyed(interval: float, seen: Observation) -> None:
    sim = one(series(seen), timeout=10.5 * interval, unreachable_timeout=1e9, pace=Pace(interval, 2, 120))
    assert sim.gaps[:-1] == pytest.approx([interval] * 10)


def test_40_a_fixed_interval_is_obeyed_by_an_id_that_is_not_known() -> None:
    assert one(series(MISSING), not_found_timeout=60, pace=Pace(interval=45)).times == [0.0, 45.0, 90.0]


def test_41_a_task_that_does_not_move_has_stalled() -> None:
    sim = one(timeline((0, task(progress=1.0)), (100, task(progress=2.0))), stall_timeout=200)
    assert sim.item.outcome == "stalled"
    assert 300 <= sim.elapsed <= 320
    assert sim.item.reason == "Running at 2 % has not changed for 200 s; the task may still run"


MOVES = {
    "progress": lambda n: task(progress=float(n)),
    "state": lambda n: task(("pending", "running")[n % 2]),
    "native state": lambda n: task(native_state=f"Phase{n}"),
    "a step": lambda n: task(subtasks=[{"name": "COPY", "state": "running", "progress": float(n)}]),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_41_a_task_that_moves_has_not_stalled(move: t.Callable[[int], Task]) -> None:
    sim = one(lambda moment: move(moment.n) if moment.at < 900 else DONE, stall_timeout=130)
    assert sim.item.outcome == "succeeded"


def test_41_without_the_option_nothing_stalls() -> None:
    assert one(timeline((0, RUNNING), (3000, DONE))).item.outcome == "succeeded"


def test_42_a_clock_that_jumps_still_brings_one_more_look() -> None:
    sim = Simulation({"t-1": series(DONE)}, Policy(timeout=100, delay=10))
    sim.now += 105
    assert sim.run().item.outcome == "succeeded"


def test_42_an_answer_that_slept_with_the_laptop_counts() -> None:
    sim = one(series(RUNNING, (DONE, 5000.0)), timeout=10_000, grace=30)
    assert sim.item.outcome == "succeeded"


def test_43_a_wait_that_is_stopped_ends_what_is_open() -> None:
    sim = Simulation({"t-1": series(DONE), "t-2": series(RUNNING)})
    first, second = sim.watch.due(START)[0], sim.watch
    second.take(LookResult(first, {first.items[0]: DONE}), START)
    second.stop("the wait was interrupted")
    assert sim.outcomes == {"t-1": "succeeded", "t-2": "abandoned"}
    assert second.items[1].reason == "the wait was interrupted; the task may still run"
    assert (second.done, second.met, second.due(START + 10)) == (True, False, [])


def test_49_a_task_whose_end_is_known_is_not_looked_at() -> None:
    sim = Simulation({"t-1": series(FAILED), "t-2": series(task("succeeded", "t-2"))})
    sim.watch.finish(sim.watch.items[0], outcome="succeeded", reason="as the journal says", good=True)
    sim.watch.finish(sim.watch.items[0], outcome="failed", reason="as nobody says", good=False)
    sim.run()
    assert (sim.asked("t-1"), sim.watch.met, sim.watch.items[0].looks) == (0, True, 0)
    assert (sim.outcomes["t-1"], sim.watch.items[0].reason) == ("succeeded", "as the journal says")


# Many tasks


def five(*states: str) -> dict[str, Script]:
    """Tasks that end one after the other, 100 s apart."""
    return {
        f"t-{n}": timeline((0, task(id=f"t-{n}")), (100.0 * n, task(state, f"t-{n}")))
        for n, state in enumerate(states, 1)
    }


S, F, P = "succeeded", "failed", "partial"
A = "abandoned"
QUORUM: dict[str, tuple[dict[str, Script], dict[str, t.Any], list[str], bool]] = {
    "all": (five(S, S, S), {}, [S, S, S], True),
    "all, one fails": (five(S, F, S, S), {}, [S, F, A, A], False),
    "all, one fails, see them all": (five(S, F, S, S), {"fail_fast": False}, [S, F, S, S], False),
    "any": (five(S, S, S), {"required": 1}, [S, A, A], True),
    "any, the first fails": (five(F, S, S), {"required": 1}, [F, S, A], True),
    "any, see them all": (five(S, F, S), {"required": 1, "fail_fast": False}, [S, F, S], True),
    "any, all fail": (five(F, F, F), {"required": 1}, [F, F, F], False),
    "2 of 4": (five(F, S, F, S), {"required": 2}, [F, S, F, S], True),
    "3 of 4, no longer possible": (five(F, S, F, S), {"required": 3}, [F, S, F, A], False),
    "3 of 4, no longer possible, see them all": (
        five(F, S, F, S),
        {"required": 3, "fail_fast": False},
        [F, S, F, S],
        False,
    ),
    "partial counts": (five(P, S), {"success_states": (S, P)}, [P, S], True),
    "partial does not count": (five(P, S), {}, [P, A], False),
    "more than there are": (five(S, S), {"required": 3}, [A, A], False),
}


@pytest.mark.parametrize(("scripts", "options", "outcomes", "met"), QUORUM.values(), ids=QUORUM.keys())
def test_50_as_many_as_required_decide(
    scripts: dict[str, Script], options: dict[str, t.Any], outcomes: list[str], met: bool
) -> None:
    sim = many(scripts, **options)
    assert (list(sim.outcomes.values()), sim.watch.met) == (outcomes, met)


def test_50_the_reason_of_an_abandoned_task_says_why() -> None:
    assert many(five(F, S)).watch.items[1].reason == (
        "2 must succeed, which is no longer possible; the task may still run"
    )
    assert many(five(S, S), required=1).watch.items[1].reason == (
        "1 of 1 required succeeded, so the wait did not wait for it; the task may still run"
    )


def batches(rate: float = 1000.0, batch: int = 100, parallel: int = 8) -> t.Callable[[Target], Limits]:
    """Limits of a lane that takes many ids in one look."""
    return lambda target: Limits(rate, batch, parallel)


def test_51_an_id_missing_from_a_batch_is_not_seen_yet() -> None:
    scripts = {"t-1": series(task("succeeded")), "t-2": timeline((0, MISSING), (40, task("succeeded", "t-2")))}
    sim = Simulation(scripts, Policy(), limits=batches()).run()
    assert (sim.looks[0].ids, sim.outcomes) == (("t-1", "t-2"), {"t-1": "succeeded", "t-2": "succeeded"})


def test_51_a_batch_that_drops_an_id_has_not_answered_for_it() -> None:
    sim = Simulation({"t-1": series(DONE), "t-2": series(DONE)}, limits=batches())
    (look,) = sim.watch.due(START)
    sim.watch.take(LookResult(look, {look.items[0]: DONE}), START)
    assert sim.outcomes == {"t-1": "succeeded", "t-2": None}


def test_51_a_task_that_a_list_of_all_does_not_show_is_looked_at_alone() -> None:
    scripts = {
        "t-1": timeline((0, task(id="t-1")), (30, task("succeeded", "t-1"))),
        "t-2": series(NotListed(), task("succeeded", "t-2")),
    }
    sim = Simulation(scripts, Policy(), limits=batches()).run()
    assert [look.ids for look in sim.looks][:2] == [("t-1", "t-2"), ("t-2",)]
    assert sim.looks[1].at < 0.01
    assert sim.outcomes == {"t-1": "succeeded", "t-2": "succeeded"}


def test_52_an_error_for_one_of_a_batch_does_not_touch_the_others() -> None:
    scripts = {"t-1": series(INVALID), "t-2": series(task(id="t-2"), task("succeeded", "t-2"))}
    sim = Simulation(scripts, Policy(fail_fast=False), limits=batches()).run()
    assert sim.outcomes == {"t-1": "refused", "t-2": "succeeded"}


def test_53_what_has_ended_leaves_the_batch() -> None:
    sim = Simulation(five(S, S, S, S, S), Policy(), limits=batches()).run()
    assert [len(look.ids) for look in sim.looks][:1] == [5]
    assert sim.looks[-1].ids == ("t-5",)
    ended = {f"t-{n}": 100.0 * n for n in range(1, 6)}
    assert not any(look.at > ended[id] + 60 for look in sim.looks for id in look.ids)
    assert all(item.outcome == "succeeded" for item in sim.watch.items)


@pytest.mark.parametrize(("tasks", "sizes"), [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
def test_54_a_batch_holds_as_many_as_the_api_takes(tasks: int, sizes: list[int]) -> None:
    scripts = {f"t-{n}": series(task("succeeded", f"t-{n}")) for n in range(tasks)}
    sim = Simulation(scripts, Policy(), limits=batches()).run()
    assert [len(look.ids) for look in sim.looks] == sizes


def test_54_tasks_that_are_nearly_due_join_a_batch() -> None:
    scripts = {f"t-{n}": growing(900.0 + n) for n in range(50)}
    sim = Simulation(scripts, Policy(), limits=batches()).run()
    assert sum(len(look.ids) for look in sim.looks) > 10 * len(sim.looks)
    assert all(item.outcome == "succeeded" for item in sim.watch.items)


def test_54_with_a_fixed_interval_nothing_joins_early() -> None:
    scripts: dict[str, Script] = {"t-1": series(RUNNING), "t-2": series((task(id="t-2"), 5.0))}
    policy = Policy(timeout=100, pace=Pace(interval=30))
    sim = Simulation(scripts, policy, [target("t-1", "a"), target("t-2", "b")], limits=batches()).run()
    assert [look.at for look in sim.looks if look.lane == "a"] == [0.0, 30.0, 60.0, 90.0, 100.0]
    assert [look.at for look in sim.looks if look.lane == "b"] == [0.0, 35.0, 70.0, 100.0]


@pytest.mark.parametrize("rate", [0.2, 0.5, 2.0, 2.5, 10.0])
def test_55_looks_never_exceed_the_rate_over_any_window(rate: float) -> None:
    scripts = {f"t-{n}": series(task(id=f"t-{n}")) for n in range(40)}
    sim = Simulation(scripts, Policy(timeout=300), limits=batches(rate, batch=1)).run()
    allowed = max(2.0, 2 * rate)
    # The window that holds most for its length begins where the looks before it are furthest behind the rate.
    behind = math.inf
    for before, at in enumerate(sim.times):
        behind = min(behind, before - rate * at)
        assert before + 1 - rate * at - behind <= allowed + 1e-6
    assert len(sim.times) > 0.9 * 300 * min(rate, 0.3)


def test_55_a_look_that_costs_many_calls_is_paid_for() -> None:
    sim = Simulation({f"t-{n}": series(task(id=f"t-{n}")) for n in range(3)}, limits=batches(1.0, 1))
    (look,) = sim.watch.due(START)
    sim.watch.take(LookResult(look, {look.items[0]: DONE}, calls=11), START)
    assert sim.watch.due(START) == []
    assert sim.watch.wake_at(START) - START == pytest.approx(11.0, rel=0.04)
    assert sim.watch.requests == 11


def test_55_tasks_take_turns() -> None:
    scripts = {f"t-{n}": series(task(id=f"t-{n}")) for n in range(10)}
    sim = Simulation(scripts, Policy(timeout=200), limits=batches(0.5, batch=1)).run()
    counts = [sim.asked(f"t-{n}") for n in range(10)]
    assert max(counts) - min(counts) <= 1


def test_55_a_throttled_lane_does_not_slow_another() -> None:
    busy = Throttled("too many", code="Throttling", retry_after=50.0)
    scripts: dict[str, Script] = {"t-1": series(busy), "t-2": series(task(id="t-2"))}
    targets = [target("t-1", "slow"), target("t-2", "quick")]
    limits = batches(1.0, 1)
    sim = Simulation(scripts, Policy(timeout=100, pace=Pace(interval=5)), targets, limits=limits).run()
    assert [look.at for look in sim.looks if look.lane == "quick"] == pytest.approx([5.0 * n for n in range(21)])
    assert len([look for look in sim.looks if look.lane == "slow"]) <= 3


def test_55_a_hidden_throttling_slows_the_lane_and_is_counted() -> None:
    sim = Simulation({"t-1": series(RUNNING), "t-2": series(RUNNING)}, limits=batches(1.0, 1))
    (look,) = sim.watch.due(START)
    throttled = Throttled("too many", retry_after=30.0)
    sim.watch.take(LookResult(look, {look.items[0]: RUNNING}, 2, throttled), START)
    assert (sim.watch.throttled, sim.watch.items[0].task) == (1, RUNNING)
    assert sim.watch.due(START + 29) == []
    assert sim.watch.due(START + 31)


def test_55_parallel_looks_are_bounded() -> None:
    scripts = {f"t-{n}": series((task("succeeded", f"t-{n}"), 10.0)) for n in range(20)}
    sim = Simulation(scripts, Policy(), limits=batches(1000.0, 1, parallel=4)).run()
    times = [0.0] + [10.0] * 4 + [20.0] * 4 + [30.0] * 4 + [40.0] * 4 + [50.0] * 3
    assert [look.at for look in sim.looks] == pytest.approx(times, abs=0.1)


def test_56_a_lane_that_hangs_does_not_delay_another() -> None:
    scripts: dict[str, Script] = {"t-1": series((DONE, HANGS)), "t-2": growing(60.0)}
    targets = [target("t-1", "dead", "one"), target("t-2", "quick", "two")]
    sim = Simulation(scripts, Policy(timeout=200, grace=10), targets).run()
    assert sim.outcomes == {"t-1": "timed_out", "t-2": "succeeded"}
    assert [look.at for look in sim.looks if look.lane == "quick"][-1] <= 65


def test_56_lanes_that_hang_do_not_keep_another_of_a_proven_account_from_its_looks() -> None:
    scripts: dict[str, Script] = {
        "t-0": series(task(id="t-0")),
        **{f"t-{n}": series((RUNNING, HANGS)) for n in (1, 2, 3)},
        "t-4": series(task("succeeded", "t-4")),
    }
    targets = [target(id, id) for id in scripts]
    sim = Simulation(scripts, Policy(timeout=300, fail_fast=False), targets).run()
    assert sim.outcomes["t-4"] == "succeeded"


# How many lanes of an account that has shown nothing yet hang, the timeout of their calls, and when the one that does not is
# looked at.
HUNG = [
    (1, 30.0, 0.0),
    (2, 30.0, 0.0),
    (3, 30.0, 1.0),
    (4, 30.0, 30.0),
    (7, 30.0, 31.0),
    (20, 30.0, 36.0),
    (20, 2.0, 8.0),
    (50, 5.0, 20.0),
]


@pytest.mark.parametrize("provider", ["alibaba", "huawei", "openstack"])
@pytest.mark.parametrize(("hung", "timeout", "at"), HUNG)
def test_56_lanes_that_hang_do_not_starve_another_of_an_unproven_account(
    provider: str, hung: int, timeout: float, at: float
) -> None:
    scripts: dict[str, Script] = {f"hung-{n}": series((DOWN, timeout)) for n in range(hung)}
    scripts["t-good"] = series(task("succeeded", "t-good"))
    targets = [target(id, id)._replace(provider=provider) for id in scripts]
    sim = Simulation(scripts, Policy(timeout=300, grace=timeout, required=1), targets).run()
    assert sim.outcomes["t-good"] == "succeeded"
    assert [look.at for look in sim.looks if look.ids == ("t-good",)] == [pytest.approx(at, abs=1.0)]


def test_56_a_lane_that_has_waited_longest_comes_first() -> None:
    """Those that hang are due once more before the last has been looked at, and let it pass."""
    scripts: dict[str, Script] = {f"hung-{n}": series((DOWN, 3.0)) for n in range(30)}
    scripts["t-good"] = series(task("succeeded", "t-good"))
    policy = Policy(timeout=300, grace=3, required=1, pace=Pace(interval=0.5))
    sim = Simulation(scripts, policy, [target(id, id) for id in scripts]).run()
    first = [look.ids[0] for look in sim.looks if look.ids[0].startswith("hung")][:30]
    assert (sim.outcomes["t-good"], len(set(first))) == ("succeeded", 30)


def test_57_a_duplicate_is_looked_at_once_and_counts_twice() -> None:
    scripts = five(S, F, S)
    sim = Simulation(scripts, Policy(required=3, fail_fast=False), weights=[2, 1, 1]).run()
    assert (sim.watch.met, sim.asked("t-1")) == (True, sim.watch.items[0].looks)
    assert Simulation(scripts, Policy(required=4, fail_fast=False), weights=[2, 1, 1]).run().watch.met is False


def test_57_no_task_at_all_is_done_at_once() -> None:
    watch = Watch([], Policy(), lambda target: EASY, START, lambda: 0.5)
    assert (watch.done, watch.due(START)) == (True, [])


# The key of an account


def refused_calls(lanes: int, per_lane: int, latency: float) -> int:
    """How many calls are made with a key that is refused."""
    ids = [f"t-{lane}-{n}" for lane in range(lanes) for n in range(per_lane)]
    scripts: dict[str, Script] = {id: series((FORGED, latency)) for id in ids}
    sim = Simulation(scripts, Policy(fail_fast=False), [target(id, id[:-2]) for id in ids]).run()
    assert set(sim.outcomes.values()) == {"unauthorized"}
    assert sim.elapsed == latency
    return len(sim.looks)


# How long a refusal takes, and how many there are at most: six in a row lock a key.
REFUSALS = [(0.0, 3), (0.75, 3), (1.0, 3), (1.25, 4), (5.0, 4), (25.0, 4), (600.0, 4)]


@pytest.mark.parametrize(("latency", "most"), REFUSALS)
@pytest.mark.parametrize(("lanes", "per_lane"), [(1, 9), (2, 9), (9, 1), (9, 9), (99, 1)])
def test_a_bad_key_is_used_a_few_times_at_most(lanes: int, per_lane: int, latency: float, most: int) -> None:
    assert refused_calls(lanes, per_lane, latency) <= most


# What else may hang or go wrong beside lanes that refuse the key after so many seconds.
BESIDE: dict[str, tuple[int, Seen, float, int]] = {
    "three hang": (3, (RUNNING, HANGS), 0.2, 1),
    "two hang, and refusals are slow": (2, (RUNNING, HANGS), 20.0, 2),
    "three run into a timeout": (3, (DOWN, 30.0), 0.2, 1),
    "nine run into a timeout": (9, (DOWN, 30.0), 0.2, 3),
    "nine run into a timeout, and refusals take a second": (9, (DOWN, 30.0), 1.0, 4),
    "nine refuse connections": (9, DOWN, 0.2, 3),
    "nine are down": (9, Unavailable("down", http_status=503), 0.2, 3),
    "nine are throttled": (9, BUSY, 0.2, 3),
}


@pytest.mark.parametrize(("others", "seen", "latency", "most"), BESIDE.values(), ids=BESIDE.keys())
@pytest.mark.parametrize("behind", [False, True], ids=["bad first", "bad last"])
def test_endpoints_that_hang_do_not_have_a_bad_key_tried_more_often(
    others: int, seen: Seen, latency: float, most: int, behind: bool
) -> None:
    beside: dict[str, Script] = {f"other-{n}": series(seen) for n in range(others)}
    bad: dict[str, Script] = {f"bad-{n}": series((FORGED, latency)) for n in range(20)}
    scripts = {**beside, **bad} if behind else {**bad, **beside}
    targets = [target(id, id) for id in scripts]
    sim = Simulation(scripts, Policy(timeout=300, grace=30, fail_fast=False), targets).run()
    refused = [look for look in sim.looks if look.ids[0].startswith("bad")]
    assert len(refused) <= (most if behind else 4)
    assert set(sim.outcomes.values()) == {"unauthorized"}


def test_a_bad_key_does_not_stop_another_account() -> None:
    scripts: dict[str, Script] = {"t-1": series(FORGED), "t-2": growing(100.0), "t-3": series(FORGED)}
    targets = [target("t-1", "a", "bad"), target("t-2", "b", "good"), target("t-3", "c", "bad")]
    sim = Simulation(scripts, Policy(fail_fast=False), targets).run()
    assert sim.outcomes == {"t-1": "unauthorized", "t-2": "succeeded", "t-3": "unauthorized"}


def test_a_denial_in_a_lane_that_never_answered_ends_the_lane() -> None:
    scripts: dict[str, Script] = {f"t-{n}": series(DENIED) for n in range(9)}
    sim = Simulation(scripts, Policy(fail_fast=False)).run()
    assert (len(sim.looks), set(sim.outcomes.values())) == (1, {"unauthorized"})


def test_a_denial_of_one_task_does_not_end_the_others() -> None:
    scripts: dict[str, Script] = {"t-1": growing(100.0), "t-2": series(task(id="t-2"), DENIED)}
    sim = Simulation(scripts, Policy(fail_fast=False)).run()
    assert sim.outcomes == {"t-1": "succeeded", "t-2": "unauthorized"}


def test_a_lane_in_the_dark_since_its_start_ends_as_a_whole() -> None:
    scripts: dict[str, Script] = {f"t-{n}": series((DOWN, 30.0)) for n in range(20)}
    sim = Simulation(scripts, Policy(timeout=3600, unreachable_timeout=100)).run()
    assert (set(sim.outcomes.values()), sim.elapsed <= 160) == ({"unreachable"}, True)


# Queries


def query(script: Script, more: t.Mapping[str, Script], **options: t.Any) -> Simulation:
    """The whole wait for what a query finds."""
    return Simulation({"query": script, **more}, Policy(**options), [target(None)]).run()


def test_a_query_is_pinned_to_the_tasks_that_it_found_first() -> None:
    found = [task(), task(id="t-2")]
    sim = query(series(found, [task(id="t-3")]), {"t-1": growing(60.0), "t-2": growing(90.0)})
    assert (sim.outcomes, sim.asked("query"), sim.watch.met) == ({"t-1": S, "t-2": S}, 1, True)


def test_a_query_that_finds_one_task_is_pinned_to_it() -> None:
    sim = query(series(task()), {"t-1": growing(60.0)})
    assert (sim.outcomes, sim.asked("query")) == ({"t-1": S}, 1)


def test_a_query_finds_what_has_ended_already() -> None:
    sim = query(series([DONE, task("failed", "t-2")]), {}, fail_fast=False, not_found_timeout=0.0)
    assert (sim.outcomes, len(sim.looks)) == ({"t-1": S, "t-2": F}, 1)


# What had ended before


def run_of(day: int, state: str = "succeeded", id: str = "", hour: int = 0, **facts: t.Any) -> Task:
    """A task that was created on a day of January, and took half an hour if it has ended."""
    created, finished = f"2026-01-{day:02}T{hour:02}:00:00Z", f"2026-01-{day:02}T{hour:02}:30:00Z"
    told = {"created_at": created, "finished_at": finished if state in TERMINAL else None, **facts}
    return task(state, id or f"t-{day}", **told)


UNTOLD: dict[str, t.Any] = {"created_at": None, "finished_at": None}
OLD, OTHER_OLD, OLD_FAILURE = run_of(1), run_of(2), run_of(1, "failed")
# The task of the day before began when the wait did: it goes on, or has ended since.
NOW, NOW_DONE, NOW_FAILED = run_of(9, "running", "t-now"), run_of(9, id="t-now"), run_of(9, "failed", "t-now")
ENDS_AT_30: dict[str, Script] = {"t-now": timeline((0, NOW), (30, NOW_DONE)), "t-1": series(OLD)}
QUERIES: dict[str, tuple[Script, dict[str, t.Any], dict[str, t.Any], dict[str, str], float, int]] = {
    # The query, the options, the target, and the outcomes, when it was over at the latest, and how many had ended before.
    "only what had ended": (series([OLD, OTHER_OLD]), {}, {}, {"t-1": S, "t-2": S}, 60, 2),
    "only what had failed": (series([OLD_FAILURE]), {}, {}, {"t-1": F}, 60, 1),
    "as long as asked for": (series([OLD]), {"not_found_timeout": 20.0}, {}, {"t-1": S}, 20, 1),
    "not at an earlier deadline": (series([OLD]), {"timeout": 15.0}, {}, {"query": "timed_out"}, 15, 0),
    "not in one look": (series([OLD]), {"timeout": 0.0}, {}, {"query": "timed_out"}, 0, 0),
    "in one look, if it is asked for": (
        series([OLD]),
        {"timeout": 0.0, "not_found_timeout": 0.0},
        {},
        {"t-1": S},
        0,
        1,
    ),
    "who says since when": (series([OLD]), {}, {"dated": True}, {"t-1": S}, 0, 0),
    "who says since when, of one that tells no time": (
        series([replace(OLD, **UNTOLD)]),
        {},
        {"dated": True},
        {"t-1": S},
        60,
        1,
    ),
    "who says since when, and a new one turns up": (
        timeline((0, [replace(OLD, **UNTOLD)]), (4, [replace(OLD, **UNTOLD), NOW])),
        {},
        {"dated": True},
        {"t-now": S, "t-1": S},
        60,
        1,
    ),
    "a new one turns up": (timeline((0, [OLD]), (4, [OLD, NOW])), {}, {}, {"t-now": S}, 45, 0),
    "a new one turns up before": (timeline((0, [OLD]), (4, [NOW, OLD])), {}, {}, {"t-now": S}, 45, 0),
    "a new one that has ended by then": (timeline((0, [OLD]), (4, [OLD, NOW_DONE])), {}, {}, {"t-now": S}, 30, 0),
    "a new one that has failed by then": (timeline((0, [OLD]), (4, [OLD, NOW_FAILED])), {}, {}, {"t-now": F}, 30, 0),
    "a new one is all that is left": (timeline((0, [OLD]), (4, [NOW])), {}, {}, {"t-now": S}, 45, 0),
    "a new one goes on already": (series([OLD, NOW]), {}, {}, {"t-now": S}, 45, 0),
    "an old failure is of another run": (series([OLD_FAILURE, NOW]), {}, {}, {"t-now": S}, 45, 0),
    "one is enough, and the old one is not it": (series([OLD, NOW]), {"required": 1}, {}, {"t-now": S}, 45, 0),
    "two are needed, and the old one is the other": (
        series([OLD, NOW]),
        {"required": 2},
        {},
        {"t-1": S, "t-now": S},
        60,
        1,
    ),
    # Of what was started together, some may have ended before anybody looked.
    "a failure of the same run": (
        series([run_of(9, "failed", "t-1", hour=1), run_of(9, "running", "t-now", hour=1)]),
        {"fail_fast": False},
        {},
        {"t-1": F, "t-now": S},
        60,
        1,
    ),
    "times that are not told": (series([task("succeeded"), task(id="t-now")]), {}, {}, {"t-1": S, "t-now": S}, 60, 1),
    "an older one that turns up later": (
        timeline((0, [OTHER_OLD]), (4, [OTHER_OLD, OLD])),
        {},
        {},
        {"t-1": S, "t-2": S},
        60,
        2,
    ),
    "an old one after an empty list": (timeline((0, []), (4, [OLD])), {}, {}, {"t-1": S}, 60, 1),
    "one that tells no time turns up": (
        timeline((0, [OLD]), (4, [OLD, replace(DONE, id="t-x", **UNTOLD)])),
        {},
        {},
        {"t-1": S, "t-x": S},
        60,
        2,
    ),
    "no more than asked for": (series([OLD, OTHER_OLD, NOW]), {}, {"most": 1}, {"t-now": S}, 45, 0),
    "no more old ones than asked for": (series([OLD, OTHER_OLD]), {}, {"most": 1}, {"t-1": S}, 60, 1),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_takes_what_had_ended_before_only_where_nothing_else_turns_up(name: str) -> None:
    script, options, about, outcomes, latest, earlier = QUERIES[name]
    asked = target(None)._replace(**about)
    sim = Simulation({"query": script, **ENDS_AT_30}, Policy(**options), [asked]).run()
    assert sim.outcomes == outcomes
    assert sim.elapsed <= latest
    (query_item,) = [item for item in sim.watch.items if item.target.task_id is None]
    assert min(query_item.ended_before, len(query_item.children)) == earlier
    # Nothing that had ended when it was first seen has ended the wait before its time.
    if earlier:
        assert sim.elapsed == latest


def test_a_query_that_fails_while_an_old_end_is_held_is_no_success() -> None:
    scripts = {"query": series([task("succeeded"), task(id="t-now")], DENIED), "t-now": series(NOW_DONE)}
    sim = Simulation(scripts, Policy(), [target(None)]).run()
    assert not sim.watch.met
    assert sim.outcomes["query"] == "unauthorized"


# What a list does not tell

HALF = target(None)._replace(whole=False, dated=True)


@pytest.mark.parametrize("state", ["running", "succeeded", "failed"])
@pytest.mark.parametrize("when", ["success_when", "failure_when"])
def test_a_condition_is_not_judged_by_what_a_list_tells(when: str, state: str) -> None:
    def holds(facts: t.Mapping[str, t.Any]) -> bool:
        return not facts["outputs"]

    scripts = {"query": series([task(state)]), "t-1": series(task(state, outputs={"x": 1}))}
    policy = Policy(**{when: holds, "timeout": 20.0, "not_found_timeout": 0.0})
    sim = Simulation(scripts, policy, [HALF]).run()
    ended = F if when == "success_when" else state
    assert sim.outcomes == {"t-1": "timed_out" if state == "running" else ended}
    assert sim.asked("t-1") >= 1
    whole = Simulation({"query": series([task(state)])}, policy, [HALF._replace(whole=True)]).run()
    assert whole.watch.met == (when == "success_when")
    assert whole.asked("t-1") == 0


@pytest.mark.parametrize("timeout", [0.0, 20.0])
def test_what_a_list_shows_at_the_deadline_is_still_looked_at_alone(timeout: float) -> None:
    names = [f"t-{number}" for number in range(100)]
    listed = [task("succeeded", name) for name in names]
    shown = timeline((0, [] if timeout else listed), (20, listed))
    scripts = {"query": shown, **{name: series(task("succeeded", name, outputs={"x": 1})) for name in names}}
    policy = Policy(
        success_when=lambda facts: bool(facts["outputs"]),
        timeout=timeout,
        not_found_timeout=timeout,
        pace=Pace(interval=5.0),
        grace=5.0,
    )
    sim = Simulation(scripts, policy, [HALF], limits=lambda target: Limits(2.0)).run()
    assert set(sim.outcomes.values()) == {S}


# Batches that are not answered

TOGETHER = Limits(rate=4.0, batch=100, parallel=8)
TWELVE = [f"t-{number}" for number in range(12)]


def apart(alone: Script, together: Script) -> Script:
    """A task of which a batch tells something else than a look at it alone."""
    return lambda moment: (together if moment.together else alone)(moment)


def in_batches(scripts: t.Mapping[str, Script], **options: t.Any) -> Simulation:
    """The whole wait for tasks that a lane looks at together."""
    return Simulation(scripts, Policy(**options), limits=lambda target: TOGETHER).run()


DARK: dict[str, tuple[Seen, dict[str, t.Any]]] = {
    "down": (DOWN, {}),
    "down, and given up on soon": (DOWN, {"unreachable_timeout": 0.0}),
    "down, at a fixed pace": (DOWN, {"pace": Pace(interval=5.0)}),
    "it hangs until it is given up": ((DOWN, 30.0), {}),
    "it hangs for longer than it may be dark": ((DOWN, 30.0), {"unreachable_timeout": 20.0}),
    "untrusted": (Untrusted("no"), {}),
    "an unknown host": (UnknownHost("no"), {}),
    "it shows none": (MISSING, {}),
    "it shows none, and none is waited for": (MISSING, {"not_found_timeout": 0.0}),
}


@pytest.mark.parametrize(("seen", "options"), DARK.values(), ids=DARK.keys())
def test_a_batch_that_tells_nothing_ends_none_of_its_tasks(seen: Seen, options: dict[str, t.Any]) -> None:
    scripts = {name: apart(growing(300.0), series(seen)) for name in TWELVE}
    sim = in_batches(scripts, **options)
    assert set(sim.outcomes.values()) == {S}


def test_after_two_batches_without_an_answer_tasks_are_looked_at_one_by_one_and_a_batch_is_tried_again() -> None:
    back = timeline((0, DOWN), (400, DONE))
    sim = in_batches({name: apart(growing(2000.0), back) for name in TWELVE}, pace=Pace(shortest=10.0, longest=10.0))
    batches = [look.at for look in sim.looks if len(look.ids) > 1]
    alone = [look.at for look in sim.looks if len(look.ids) == 1]
    assert set(sim.outcomes.values()) == {S}
    assert batches[1] < min(alone) < batches[2]
    # The next one comes after a minute, and then after twice as long each time.
    assert [round(later - earlier, -1) for earlier, later in zip(batches[1:4], batches[2:5])] == [60, 120, 240]
    assert max(sum(at <= other < at + 1 for other in alone) for at in alone) <= TOGETHER.rate


def test_a_batch_that_cannot_tell_of_one_task_leaves_that_one_alone() -> None:
    scripts = {name: growing(300.0) for name in TWELVE}
    scripts["t-3"] = apart(growing(300.0), series(DOWN))
    sim = in_batches(scripts, unreachable_timeout=60.0)
    assert set(sim.outcomes.values()) == {S}
    alone = [look.ids for look in sim.looks if len(look.ids) == 1]
    assert set(alone) == {("t-3",)}


@pytest.mark.parametrize("seen", [FORGED, ENDED], ids=["a bad signature", "credentials that have ended"])
def test_a_key_that_a_batch_was_refused_with_is_not_used_again(seen: CloudError) -> None:
    sim = in_batches({name: series(seen) for name in TWELVE})
    assert set(sim.outcomes.values()) == {"unauthorized"}
    assert len(sim.looks) == 1


def test_what_is_neither_read_in_a_batch_nor_alone_is_out_of_reach_as_ever() -> None:
    sim = in_batches({name: series(DOWN) for name in TWELVE}, unreachable_timeout=100.0, fail_fast=False)
    assert set(sim.outcomes.values()) == {"unreachable"}
    missing = in_batches({name: series(MISSING) for name in TWELVE}, not_found_timeout=30.0, fail_fast=False)
    assert set(missing.outcomes.values()) == {"not_found"}


# Ends that a batch shows

WHY = task("failed", error={"code": "Boom", "message": "it broke"})


def failing(at: float, alone: Seen, *, certain: bool = True) -> Script:
    """A task that a batch shows as failed after so many seconds, and what a look at it alone shows then."""

    def seen(moment: Moment) -> Seen:
        if moment.at < at:
            return task(id=moment.id)
        return Unjudged(task("failed", moment.id), certain) if moment.together else alone

    return seen


# name: what a look at the task alone shows, and the reason of the outcome.
LOOKED_AT_ALONE: dict[str, tuple[Seen, str]] = {
    "why": (WHY, "Boom: it broke (native state Failed)"),
    "nothing": (DOWN, f"native state Failed; why was not read: {DOWN}"),
    "that it is throttled": (BUSY, f"native state Failed; why was not read: {BUSY}"),
    "that it is gone": (MISSING, f"native state Failed; why was not read: {MISSING}"),
    "that it must not be read": (DENIED, f"native state Failed; why was not read: {DENIED}"),
}


@pytest.mark.parametrize(("alone", "reason"), LOOKED_AT_ALONE.values(), ids=LOOKED_AT_ALONE.keys())
def test_a_failure_that_a_batch_shows_decides_at_once_and_is_read_once(alone: Seen, reason: str) -> None:
    scripts: dict[str, Script] = {name: series(task(id=name)) for name in TWELVE}
    scripts["t-7"] = failing(50.0, alone)
    sim = in_batches(scripts)
    failed = next(item for item in sim.watch.items if item.target.task_id == "t-7")
    assert (failed.outcome, failed.good, failed.reason) == ("failed", False, reason)
    assert {outcome for id, outcome in sim.outcomes.items() if id != "t-7"} == {"abandoned"}
    assert sim.looks[-1].ids == ("t-7",)
    assert sum(look.ids == ("t-7",) for look in sim.looks) == 1
    assert sim.elapsed < 70
    assert failed.task
    assert failed.task.state == "failed"


def test_a_failure_that_a_batch_shows_is_read_before_what_may_have_succeeded() -> None:
    scripts: dict[str, Script] = {
        name: apart(growing(20.0), timeline((0, task(id=name)), (20, Unjudged(task("succeeded", name)))))
        for name in TWELVE
    }
    scripts["t-11"] = failing(20.0, replace(WHY, id="t-11"))
    sim = in_batches(scripts, fail_fast=False)
    alone = [look.ids[0] for look in sim.looks if len(look.ids) == 1]
    assert alone[0] == "t-11"
    assert sorted(alone) == sorted(TWELVE)
    assert sim.outcomes == {**dict.fromkeys(TWELVE, S), "t-11": "failed"}


@pytest.mark.parametrize("options", [{}, {"fail_fast": False}], ids=["fail fast", "to the end"])
def test_a_failure_that_was_seen_is_never_lost(options: dict[str, t.Any]) -> None:
    scripts = {name: failing(20.0, (DOWN, HANGS)) for name in TWELVE}
    sim = in_batches(scripts, timeout=100.0, grace=10.0, **options)
    assert set(sim.outcomes.values()) == {"failed"}
    assert not sim.watch.met


def test_of_many_failures_a_few_are_read_once_it_is_decided() -> None:
    scripts = {f"t-{number}": failing(20.0, WHY) for number in range(60)}
    sim = in_batches(scripts)
    assert set(sim.outcomes.values()) == {"failed"}
    assert sum(len(look.ids) == 1 for look in sim.looks) == MOST_REASONS


@pytest.mark.parametrize(
    ("certain", "options"),
    [(False, {}), (True, {"success_states": ("succeeded", "failed")}), (True, {"required": 11})],
    ids=["it is not certain", "it counts as a success", "it need not succeed"],
)
def test_a_failure_that_a_batch_shows_decides_nothing_if(certain: bool, options: dict[str, t.Any]) -> None:
    scripts: dict[str, Script] = {name: growing(300.0) for name in TWELVE}
    scripts["t-7"] = failing(50.0, replace(DONE, id="t-7") if not certain else WHY, certain=certain)
    sim = in_batches(scripts, **options)
    assert sim.watch.met
    assert sim.outcomes == {**dict.fromkeys(TWELVE, S), "t-7": "failed" if certain else S}


def test_a_task_that_goes_on_although_a_batch_shows_it_as_failed_is_waited_for() -> None:
    scripts: dict[str, Script] = {name: growing(300.0) for name in TWELVE}
    scripts["t-7"] = apart(
        growing(300.0), timeline((0, task(id="t-7")), (50, Unjudged(task("failed", "t-7"), True)), (90, DONE))
    )
    sim = in_batches(scripts, fail_fast=False)
    assert sim.outcomes == dict.fromkeys(TWELVE, S)
    assert sim.watch.met


def test_many_tasks_of_one_call_are_looked_at_more_often_than_one() -> None:
    blind = {
        f"t-{number}": timeline((0, task(id=f"t-{number}")), (300, replace(DONE, id=f"t-{number}")))
        for number in range(100)
    }
    many = [look.at for look in in_batches(blind).looks]
    one = [look.at for look in Simulation({"t-0": blind["t-0"]}, limits=lambda target: TOGETHER).run().looks]
    late = [after - before for before, after in zip(many, many[1:]) if before > 100]
    assert max(late) < 10
    assert len(many) < 100 * len(one) / 10
    assert max(after - before for before, after in zip(one, one[1:])) > 20


def test_batches_leave_most_of_the_rate_to_details() -> None:
    blind = {
        f"t-{number}": timeline((0, task(id=f"t-{number}")), (600, replace(DONE, id=f"t-{number}")))
        for number in range(1000)
    }
    limits = Limits(rate=4.0, batch=100, parallel=8)
    sim = Simulation(blind, Policy(), limits=lambda target: limits).run()
    looks = [look.at for look in sim.looks if 100 < look.at < 600]
    assert len(looks) / 500 <= BATCHES_PART * limits.rate * 1.2


def test_a_query_that_finds_nothing_yet_asks_again() -> None:
    sim = query(timeline((0, []), (30, [DONE])), {})
    assert (sim.outcomes, sim.watch.met) == ({"t-1": S}, True)


def test_more_than_a_query_has_found_so_far_can_be_required() -> None:
    sim = query(timeline((0, []), (30, [DONE, task("succeeded", "t-2")])), {}, required=2)
    assert (sim.outcomes, sim.watch.met) == ({"t-1": S, "t-2": S}, True)


def test_tasks_of_a_query_that_vanish_are_told_of() -> None:
    assert query(series([task()]), {"t-1": series(MISSING)}).outcomes == {"t-1": "vanished"}


# What is told of it


def test_the_detection_delay_is_from_the_look_before_to_the_answer_that_saw_the_end() -> None:
    sim = one(timeline((0, RUNNING), (30, (DONE, 4.0))), pace=Pace(interval=30))
    assert (sim.elapsed, sim.item.detection_delay_max) == (34.0, 34.0)


def test_changes_are_told_once_and_in_order() -> None:
    sim = Simulation({"t-1": series(RUNNING)}, Policy(pace=Pace(interval=10)))
    brought = [RUNNING, RUNNING, task(progress=5.0), DONE]
    told = []
    for n, seen in enumerate(brought):
        (look,) = sim.watch.due(START + 10 * n)
        sim.watch.take(LookResult(look, {look.items[0]: seen}), START + 10 * n)
        told.append(len(sim.watch.changes()))
    assert told == [1, 0, 1, 1]
    assert sim.watch.changes() == []


def test_every_outcome_has_been_reached() -> None:
    reached = {
        *(one(series(task(state))).item.outcome for state in TERMINAL),
        one(series(RUNNING), timeout=1).item.outcome,
        one(series(MISSING)).item.outcome,
        one(series(RUNNING, MISSING)).item.outcome,
        one(series(RUNNING), stall_timeout=5).item.outcome,
        one(series(DOWN)).item.outcome,
        one(series(DENIED)).item.outcome,
        one(series(INVALID)).item.outcome,
        *many(five(F, S)).outcomes.values(),
    }
    assert reached == set(OUTCOMES)
