# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a wait is over, and how: limits of time and number, states and expressions, alone and against each other."""

from __future__ import annotations

import pytest

from integration import scenes
from integration.cases import Case, Table, check, play
from integration.playing import Json, Played, Player
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud
from support.nowhere import NOBODY

QUICK = {"min_interval": 0.1, "max_interval": 0.3, "timeout": 60, "rate_limit": 20}
MAY_RUN = "the task may still run"


def one(service: str, task_id: str, **more: Json) -> dict[str, Json]:
    return {**QUICK, **ask(service, task_id), **more}


def several(*entries: Json, **more: Json) -> dict[str, Json]:
    return {**QUICK, "tasks": list(entries), **more}


def done(**counts: int) -> dict[str, Json]:
    """A summary of so many tasks of each outcome."""
    return {"summary": {"total": sum(counts.values()), **counts}}


def good(**counts: int) -> dict[str, Json]:
    return {**done(**counts), "succeeded": True}


def bad(**counts: int) -> dict[str, Json]:
    return {**done(**counts), "succeeded": False}


def lost(kind: str, task_id: str, **more: Json) -> Json:
    """What looks at this task are answered instead."""
    return {"kind": kind, "api": "*", "task": task_id, **more}


def seen_as(task_id: str, *states: scenes.Fields) -> tuple[Json, ...]:
    """A scan that each look finds in another state; after that it is as its scene says."""
    common = {"TaskId": task_id, "TaskType": "UPDATE_RESOURCES"}
    bodies = [{"Data": {**common, **state}, "RequestId": "r-1"} for state in states]
    return tuple(lost("answer", task_id, times=1, body=body) for body in bodies)


def steps(*percents: int) -> list[scenes.Fields]:
    return [{"TaskStatus": "RUNNING", "Progress": 100 * percent} for percent in percents]


THREE = [ask("ecs", "e-ok"), ask("hbr", "h-slow"), ask("bdrc", "b-failed")]

STALLS: Table = {
    "stalled_after_it_moved": Case(
        one("bdrc", "b-stops", interval=0.4, stall_timeout=1.5),
        (scene("bdrc", "b-stops", scenes.SCANNING),),
        seen_as("b-stops", *steps(10, 20, 30, 40)),
        facts={"outcome": "stalled", "state": "running", "progress": 42.0},
        result=bad(stalled=1),
        status="failed",
        says=("b-stops", "stalled", "RUNNING at 42 %", "1.5 s", MAY_RUN),
    ),
    "slow_but_moving": Case(
        one("bdrc", "b-moves", interval=0.4, stall_timeout=1.5),
        (scene("bdrc", "b-moves", scenes.SCANNED),),
        seen_as("b-moves", *steps(*range(10))),
        facts={"outcome": "succeeded", "looks": 11},
        result=good(succeeded=1),
    ),
    "another_state_is_a_move": Case(
        one("bdrc", "b-turns", interval=0.4, stall_timeout=1.5),
        (scene("bdrc", "b-turns", scenes.SCANNED),),
        seen_as("b-turns", *({"TaskStatus": word, "Progress": 0} for word in ("CREATED", "RUNNING") * 5)),
        facts={"outcome": "succeeded", "looks": 11},
        result=good(succeeded=1),
    ),
    "moves_that_no_list_shows": Case(
        several(ask("ecs", task_ids=[f"e-move-{number}" for number in range(10)]), stall_timeout=1.5),
        tuple(
            scene(
                "ecs",
                f"e-move-{number}",
                *((step / 2, {"TaskProcess": f"{5 * step}%"}) for step in range(18)),
                (9, scenes.EXPORTED),
            )
            for number in range(10)
        ),
        result=good(succeeded=10),
    ),
    "one_stalls_and_the_other_goes_on": Case(
        several(ask("bdrc", "b-stuck"), ask("hbr", "h-later"), stall_timeout=2, fail_fast=False),
        (
            scene("bdrc", "b-stuck", scenes.SCANNING),
            scene("hbr", "h-later", *((step / 2, {"Progress": step}) for step in range(14)), (7, scenes.INSTALLED)),
        ),
        result=bad(stalled=1, succeeded=1),
        status="failed",
        says=("b-stuck", "stalled"),
    ),
}

NUMBERS: Table = {
    "all": Case(
        several(*THREE[:2], required="all", timeout=1),
        (scene("ecs", "e-ok", scenes.EXPORTED), scene("hbr", "h-slow", scenes.INSTALLING)),
        result=bad(succeeded=1, timed_out=1),
        status="failed",
    ),
    "one_of_three": Case(
        several(*THREE[:2], ask("taurusdb", "j-slow"), required=1),
        (scenes.restore("j-slow", scenes.RESTORING),),
        result=good(succeeded=1, abandoned=2),
    ),
    "two_of_three_and_no_more_is_waited_for": Case(
        several(ask("ecs", "e-ok"), ask("bdrc", "b-ok"), ask("hbr", "h-slow"), required=2),
        (scene("bdrc", "b-ok", scenes.SCANNED),),
        result=good(succeeded=2, abandoned=1),
    ),
    "two_of_three_to_the_end_of_all": Case(
        several(ask("ecs", "e-ok"), ask("bdrc", "b-ok"), ask("hbr", "h-fails"), required=2, fail_fast=False),
        (scene("hbr", "h-fails", scenes.INSTALLING, (2, scenes.INSTALL_FAILED)),),
        result=good(succeeded=2, failed=1),
    ),
    "two_of_three_no_longer_possible": Case(
        several(ask("ecs", "e-ok"), ask("bdrc", "b-failed"), ask("hbr", "h-none"), required=2, not_found_timeout=0),
        (scene("bdrc", "b-failed", scenes.SCAN_FAILED),),
        result={"succeeded": False},
        status="failed",
        says=("3 tasks did not succeed, 2 required: 1 failed, 1 not found",),
    ),
    "more_than_there_are": Case(
        several(*THREE, required=4), status="failed", says=("required: 4 tasks", "only 3", "all"), calls=0
    ),
    "half_of_one": Case(several(*THREE, required=0.5), status="failed", says=("required", "0.5")),
    "twice_the_same_is_two": Case(
        several(ask("ecs", "e-ok"), ask("ecs", "e-ok"), ask("hbr", "h-slow"), required=2),
        result=good(succeeded=2, abandoned=1),
    ),
    "two_of_what_a_query_finds": Case(
        {**QUICK, **ask("bdrc", name="FIND_TWO"), "required": 2, "not_found_timeout": 3},
        (
            scene("bdrc", "b-find-0", {"TaskType": "FIND_TWO", **scenes.SCANNED}),
            scene("bdrc", "b-find-1", {"TaskType": "FIND_TWO"}, (1, scenes.SCANNED)),
            scene("bdrc", "b-find-2", {"TaskType": "FIND_TWO"}),
        ),
        result=good(succeeded=2, abandoned=1),
    ),
    "more_than_a_query_finds": Case(
        {**QUICK, **ask("bdrc", name="FIND_ONE"), "required": 2, "not_found_timeout": 0.5},
        (scene("bdrc", "b-only", {"TaskType": "FIND_ONE", **scenes.SCANNED}),),
        result=bad(succeeded=1),
        status="failed",
        says=("2 required",),
    ),
    "stops_at_the_first_failure": Case(
        several(ask("hbr", "h-slow"), ask("taurusdb", "j-slow"), ask("bdrc", "b-failed"), ask("ecs", "e-slow")),
        (scene("ecs", "e-slow", scenes.EXPORTING),),
        result=bad(failed=1, abandoned=3),
        status="failed",
        says=("4 of 4 tasks", "b-failed", "The service-linked role was deleted", "3 abandoned"),
    ),
    "stops_when_one_is_lost": Case(
        several(ask("hbr", "h-slow"), {**ask("ecs", "e-dark"), "endpoint": NOBODY}, unreachable_timeout=0.5),
        result=bad(unreachable=1, abandoned=1),
        status="failed",
        says=("e-dark", "unreachable", MAY_RUN),
    ),
    "a_dark_lane_spoils_no_other": Case(
        several(
            *(ask("ecs", "e-ok"), ask("bdrc", "b-ok"), {**ask("ecs", "e-dark"), "endpoint": NOBODY}),
            unreachable_timeout=0.5,
            fail_fast=False,
        ),
        result=bad(succeeded=2, unreachable=1),
        status="failed",
    ),
}

STATES: Table = {
    "partial_by_default": Case(
        one("hbr", "h-partial"),
        (scene("hbr", "h-partial", scenes.INSTALL_PARTIAL),),
        facts={"outcome": "partial", "succeeded": False, "counts": {"total": 2, "succeeded": 1, "failed": 1}},
        result=bad(partial=1),
        status="failed",
    ),
    "partial_will_do": Case(
        one("hbr", "h-partial", success_states=["succeeded", "partial"]),
        facts={"outcome": "partial", "succeeded": False},
        result=good(partial=1),
    ),
    "only_the_states_that_are_named": Case(
        one("ecs", "e-ok", success_states=["cancelled"]),
        facts={"outcome": "succeeded"},
        result=bad(succeeded=1),
        status="failed",
        says=("e-ok",),
    ),
    "an_end_that_is_wanted": Case(
        one("ecs", "e-cancelled", success_states=["cancelled"]),
        (scene("ecs", "e-cancelled", scenes.EXPORT_CANCELLED),),
        result=good(cancelled=1),
    ),
    "no_such_state": Case(
        one("ecs", "e-ok", success_states=["done"]), status="failed", says=("success_states", "done", "succeeded")
    ),
}

EXPRESSIONS: Table = {
    "success_before_the_end": Case(
        one("hbr", "h-slow", success_when="length(subtasks[?state == 'succeeded']) >= `1`"),
        facts={"outcome": "succeeded", "state": "running", "succeeded": False},
        result=good(succeeded=1),
    ),
    "success_that_comes_later": Case(
        one("bdrc", "b-passes", success_when="progress > `25`"),
        (scene("bdrc", "b-passes", scenes.SCANNING),),
        seen_as("b-passes", *steps(10, 20, 30)),
        facts={"outcome": "succeeded", "state": "running", "progress": 30.0, "looks": 3},
    ),
    "success_that_never_comes": Case(
        one("ecs", "e-ok", success_when="counts.succeeded > `1`"),
        facts={"outcome": "failed", "state": "succeeded"},
        result=bad(failed=1),
        status="failed",
        says=("success_when is false",),
    ),
    "success_over_the_states": Case(
        one("hbr", "h-partial", success_when="counts.failed <= `1`", success_states=["succeeded"]),
        facts={"outcome": "partial"},
        result=good(partial=1),
    ),
    "success_that_is_a_fact_nobody_told": Case(
        one("ecs", "e-slow", success_when="outputs.OSSObject", timeout=1), result=bad(timed_out=1), status="failed"
    ),
    "failure_before_the_end": Case(
        one("taurusdb", "j-breaks", failure_when="subtasks[?state == 'failed']"),
        (
            scenes.restore(
                "j-breaks", scenes.RESTORING, detail=[[0, {"sub_task_list": [scenes.step("RESTORE", "failed", 30)]}]]
            ),
        ),
        facts={"outcome": "failed", "state": "running", "terminal": False},
        result=bad(failed=1),
        status="failed",
        says=("failure_when holds", MAY_RUN),
    ),
    "failure_wins_over_success": Case(
        one("bdrc", "b-stuck", success_when="state == 'running'", failure_when="state == 'running'"),
        facts={"outcome": "failed"},
        result=bad(failed=1),
        status="failed",
        says=("failure_when",),
    ),
    "failure_wins_over_a_good_end": Case(
        one("ecs", "e-ok", failure_when="outputs.OSSBucket == 'images'"),
        facts={"outcome": "failed", "state": "succeeded", "terminal": True},
        result=bad(failed=1),
        status="failed",
    ),
    "failure_that_never_comes": Case(one("ecs", "e-ok", failure_when="error"), result=good(succeeded=1)),
    "an_expression_that_breaks_is_no_success": Case(
        one("ecs", "e-ok", success_when="sum(progress) >= `0`"), status="failed", says=("success_when", "sum(progress)")
    ),
    "a_failure_that_breaks_is_no_success": Case(
        one("ecs", "e-ok", failure_when="starts_with(progress, 'x')"), status="failed", says=("failure_when",)
    ),
}

PATIENCES: Table = {
    "known_after_a_while": Case(
        one("hbr", "h-young"),
        (scene("hbr", "h-young", scenes.INSTALLED),),
        (lost("vanish", "h-young", api="hbr.*", times=4),),
        facts={"outcome": "succeeded", "looks": 5},
    ),
    "never_known": Case(
        one("hbr", "h-none", not_found_timeout=1),
        facts={"outcome": "not_found", "state": "unknown", "raw": None},
        result=bad(not_found=1),
        status="failed",
        says=("h-none", "not found", "TaskNotFound"),
    ),
    "no_patience_with_the_unknown": Case(
        one("taurusdb", "j-none", not_found_timeout=0),
        facts={"outcome": "not_found", "looks": 1},
        status="failed",
    ),
    "gone_in_between": Case(
        one("bdrc", "b-gone", not_found_timeout=60),
        (scene("bdrc", "b-gone", scenes.SCANNING),),
        (lost("vanish", "b-gone", api="bdrc.DescribeTask", skip=1),),
        facts={"outcome": "vanished", "native_state": "RUNNING"},
        result=bad(vanished=1),
        status="failed",
        says=("vanished", MAY_RUN),
    ),
    "an_outage_that_passes": Case(
        one("bdrc", "b-outage", unreachable_timeout=30),
        (scene("bdrc", "b-outage", scenes.SCANNED),),
        (lost("error", "b-outage", times=3), lost("reset", "b-outage", times=2), lost("html", "b-outage", times=2)),
        facts={"outcome": "succeeded", "looks": 8},
    ),
    "an_outage_in_the_middle": Case(
        one("hbr", "h-outage", unreachable_timeout=30),
        (scene("hbr", "h-outage", scenes.INSTALLING, (3, scenes.INSTALLED)),),
        (lost("reset", "h-outage", skip=1, times=3),),
        facts={"outcome": "succeeded"},
    ),
    "an_outage_that_stays": Case(
        one("hbr", "h-dark", unreachable_timeout=1),
        (scene("hbr", "h-dark", scenes.INSTALLING),),
        (lost("error", "h-dark", skip=1),),
        facts={"outcome": "unreachable", "state": "running"},
        result=bad(unreachable=1),
        status="failed",
        says=("no good answer for 1 s", "InternalError", MAY_RUN),
    ),
    "no_patience_with_errors": Case(
        one("ecs", "e-error", unreachable_timeout=0),
        (scene("ecs", "e-error", scenes.EXPORTED),),
        (lost("error", "e-error", times=1),),
        facts={"outcome": "unreachable", "looks": 1},
        status="failed",
    ),
    "throttled_for_ever": Case(
        one("ecs", "e-throttled", timeout=2, unreachable_timeout=0.5),
        (scene("ecs", "e-throttled", scenes.EXPORTED),),
        (lost("throttle", "e-throttled", burst=0, retry_after=1e6),),
        facts={"outcome": "timed_out"},
        result=bad(timed_out=1),
        status="failed",
        says=("Throttling", "2 s"),
    ),
}

LINES: Table = {
    "heartbeat": Case(one("bdrc", "b-stuck", heartbeat=0.3, timeout=2), result=bad(timed_out=1), status="failed"),
    "silent": Case(one("bdrc", "b-stuck", heartbeat=0.3, progress=False, timeout=1), status="failed"),
    "silent_in_words": Case(one("bdrc", "b-stuck", heartbeat=0.3, progress="no", timeout=1), status="failed"),
    "silent_about_a_failure": Case(one("bdrc", "b-failed", progress=False), status="failed", says=("b-failed",)),
}

TABLE: Table = {**STALLS, **NUMBERS, **STATES, **EXPRESSIONS, **PATIENCES, **LINES}


@pytest.fixture(scope="module")
def waits(cloud: LocalCloud, player: Player) -> Played:
    cloud.reset()
    return play(cloud, player, wait=TABLE)


@pytest.fixture(scope="module")
def results(waits: Played) -> dict[str, Json]:
    return waits.results["Wait"]


@pytest.mark.parametrize("name", TABLE)
def test_condition(name: str, results: dict[str, Json]) -> None:
    check(TABLE[name], results[name])


def test_step_fails_if_and_only_if_the_wait_does(results: dict[str, Json]) -> None:
    for name, told in results.items():
        assert (told["status"] == "ok") == bool(told.get("succeeded")), name


def test_outcomes_that_leave_a_task_running_say_so(results: dict[str, Json]) -> None:
    tasks = [task for told in results.values() for task in told.get("tasks", ())]
    running = {task["id"]: task["reason"] for task in tasks if task["state"] in ("running", "pending")}
    by_condition = {task["id"] for task in tasks if task["outcome"] == "succeeded" and not task["terminal"]}
    assert {task_id for task_id, reason in running.items() if MAY_RUN not in reason} <= by_condition


def said(waits: Played, host: str) -> list[str]:
    return [line for dummy, line in waits.said if line.startswith(f"[{host}] ")]


def test_heartbeat_is_heard_and_silence_is_kept(waits: Played) -> None:
    beats = [line for line in said(waits, "heartbeat") if "1 running" in line]
    assert len(beats) >= 3
    assert "alibaba bdrc b-stuck (UPDATE_RESOURCES) RUNNING, 42 %" in beats[-1]
    assert [said(waits, host) for host in LINES if host.startswith("silent")] == [[], [], []]


def test_stall_is_counted_from_the_last_move(results: dict[str, Json]) -> None:
    """The figures are what was asked for, not how fast this machine is."""
    told = results["stalled_after_it_moved"]
    assert told["tasks"][0]["looks"] > 5
    assert told["elapsed"] >= 4 * 0.4 + 1.5


# In a playbook

SKIPPED = {
    "provider": "google",
    "service": "sql_backup",
    "project": "my-project",
    "instance": "prod",
    "id": "1772365800123",
    "raw": {"id": "1772365800123", "status": "SKIPPED"},
    "state": "skipped",
    "native_state": "SKIPPED",
    "terminal": True,
    "outcome": "skipped",
    "observed_at": "2026-01-31T12:00:00Z",
}


@pytest.fixture(scope="module")
def conditions(cloud: LocalCloud, player: Player) -> Played:
    cloud.reset()
    cloud.add(
        scene("ecs", "e-good", scenes.EXPORTED),
        scene("ecs", "e-bad", scenes.EXPORT_FAILED),
        scene("hbr", "h-slow", scenes.INSTALLING, (1800, scenes.INSTALLED)),
        scene("bdrc", "b-good", scenes.SCANNED),
        # Seen twice as running: a wait with a timeout of 0 is done when it has looked.
        scene("bdrc", "b-later", scenes.SCANNED),
    )
    cloud.fault("answer", "bdrc.DescribeTask", task="b-later", times=2, body=later())
    return player.play("conditions.yml", skipped=SKIPPED)


def later() -> Json:
    return {"Data": {"TaskId": "b-later", "TaskType": "UPDATE_RESOURCES", **scenes.SCANNING}, "RequestId": "r-1"}


def test_playbook_goes_on_by_what_the_facts_say(conditions: Played) -> None:
    assert conditions.code == 0, conditions.text
    assert "Never reached" not in conditions.results
    assert conditions["Reached"]["status"] == "ok"


def test_rescue_knows_what_failed_and_what_was_lost(conditions: Played) -> None:
    assert conditions["The rescue knows what failed and what was lost"]["status"] == "ok"
    assert conditions["What was lost is waited for again"]["summary"] == {"total": 1, "succeeded": 1}


def test_playbook_may_have_its_own_idea_of_failure(conditions: Played) -> None:
    assert (conditions["One that may fail"]["status"], conditions["One that may fail"]["succeeded"]) == ("ok", False)
    assert conditions["None that may"]["status"] == "failed"


def test_task_that_was_skipped_is_no_success_unless_that_will_do(conditions: Played) -> None:
    """A backup that Cloud SQL has skipped, as an earlier wait has seen it."""
    told = conditions["An earlier wait saw that there was nothing to do"]
    assert (told["status"], told["summary"], told["requests"]) == ("failed", {"total": 1, "skipped": 1}, 0)
    told = conditions["Nothing to do will do"]
    assert (told["status"], told["summary"], told["succeeded"]) == ("ok", {"total": 1, "skipped": 1}, True)
