# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait: every outcome, every option, every fault of a cloud. All rows of the tables wait side by side."""

from __future__ import annotations

import pytest

from integration import scenes
from integration.cases import Case, Table, check, play
from integration.playing import Json, Played, Player
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud
from support.nowhere import NOBODY

QUICK = {"min_interval": 0.1, "max_interval": 0.3, "timeout": 30, "rate_limit": 20}
FACTS = {
    *("provider", "service", "region", "id", "name", "resource_id", "state", "native_state", "terminal", "succeeded"),
    *("progress", "created_at", "started_at", "updated_at", "finished_at", "expires_at", "duration", "remaining"),
    *("error", "result", "outputs", "details", "counts", "subtasks", "cancellable", "request_id", "observed_at", "raw"),
    *("outcome", "reason", "looks", "detection_delay_max", "expected", "cancel"),
}
RESULT = {"changed", "tasks", "summary", "succeeded", "elapsed", "requests", "throttled", "msg"}
MAY_RUN = "the task may still run"


def one(service: str, task_id: str, **more: Json) -> dict[str, Json]:
    """The arguments of a wait for one task, quick enough for a test."""
    return {**QUICK, **ask(service, task_id), **more}


def several(*entries: Json, **more: Json) -> dict[str, Json]:
    return {**QUICK, "tasks": list(entries), **more}


def ended(outcome: str, count: int = 1, **others: int) -> dict[str, Json]:
    """A result whose tasks ended in this way."""
    counts = {outcome: count, **others}
    total = sum(counts.values())
    return {"summary": {"total": total, **counts}, "succeeded": counts.get("succeeded") == total, "changed": False}


GOOD = ended("succeeded")

OUTCOMES: dict[str, Case] = {
    "succeeded_at_once": Case(one("ecs", "e-ok"), (scene("ecs", "e-ok", scenes.EXPORTED),), result=GOOD, calls=1),
    "succeeded_later": Case(
        one("hbr", "h-later"),
        # Its seconds count from the first look, so that a look finds it running however late this host begins.
        (scene("hbr", "h-later", scenes.INSTALLING, (2, scenes.INSTALLED), from_first_call=True),),
        result=GOOD,
        facts={"outcome": "succeeded", "state": "succeeded"},
    ),
    "restored_by_instance": Case(
        {**QUICK, **ask("taurusdb", instance_id=scenes.instance(1))},
        (scenes.restore("j-later", scenes.RESTORING, (4, scenes.RESTORED), instance_id=scenes.instance(1)),),
        facts={"outcome": "succeeded", "id": "j-later"},
    ),
    "partial": Case(
        one("hbr", "h-partial"),
        (scene("hbr", "h-partial", scenes.INSTALL_PARTIAL),),
        facts={"outcome": "partial"},
        result=ended("partial"),
        status="failed",
        says=("h-partial", "InstallBackupClientsTask", "partial", "CloudAssistNotRunningOnInstance"),
    ),
    "partial_is_good_enough": Case(
        one("hbr", "h-partial", success_states=["succeeded", "partial"]),
        facts={"outcome": "partial", "state": "partial"},
        result={"succeeded": True},
    ),
    "failed": Case(
        one("ecs", "e-failed"),
        (scene("ecs", "e-failed", scenes.EXPORTING, (1, scenes.EXPORT_FAILED)),),
        facts={"outcome": "failed", "state": "failed", "native_state": "Failed"},
        result=ended("failed"),
        status="failed",
        says=("ecs", "e-failed", "ExportImage", "Failed", "InvalidOSSBucket.NotFound", "OSS bucket does not exist"),
    ),
    "cancelled": Case(
        one("bdrc", "b-cancelled"),
        (scene("bdrc", "b-cancelled", scenes.SCAN_CANCELLED),),
        facts={"outcome": "cancelled"},
        status="failed",
        says=("cancelled", "CANCELED"),
    ),
    "expired": Case(
        one("hbr", "h-expired"),
        (scene("hbr", "h-expired", scenes.INSTALL_EXPIRED),),
        facts={"outcome": "expired"},
        status="failed",
        says=("expired",),
    ),
    "timed_out": Case(
        one("ecs", "e-slow", timeout=1),
        (scene("ecs", "e-slow", scenes.EXPORTING),),
        facts={"outcome": "timed_out", "state": "running"},
        result=ended("timed_out"),
        status="failed",
        says=("timed out", "e-slow", "Processing", "40 %", "1 s", MAY_RUN),
    ),
    "waits_for_a_person": Case(
        one("taurusdb", "j-asks", timeout=1),
        (scenes.restore("j-asks", scenes.RESTORE_WAITS),),
        facts={"outcome": "timed_out", "state": "pending"},
        status="failed",
        says=("Unauthorized",),
    ),
    "not_found": Case(
        one("bdrc", "b-none", not_found_timeout=0.5),
        facts={"outcome": "not_found", "state": "unknown", "raw": None},
        result=ended("not_found"),
        status="failed",
        says=(
            "b-none",
            "not found",
            "looks",
            "check the id, and that it is of this service, region and account",
            MAY_RUN,
        ),
    ),
    "not_known_yet": Case(
        one("taurusdb", "j-fresh"),
        (scenes.restore("j-fresh", scenes.RESTORED),),
        ({"kind": "vanish", "api": "taurusdb.ShowGaussMySqlJobInfo", "task": "j-fresh", "times": 2},),
        facts={"outcome": "succeeded", "looks": 3},
    ),
    "vanished": Case(
        one("ecs", "e-gone"),
        (scene("ecs", "e-gone", scenes.EXPORTING),),
        ({"kind": "vanish", "api": "ecs.*", "task": "e-gone", "skip": 1},),
        facts={"outcome": "vanished", "native_state": "Processing"},
        result=ended("vanished"),
        status="failed",
        says=("vanished", "InvalidTaskId.NotFound", MAY_RUN),
    ),
    "one_lagging_replica_is_no_end": Case(
        one("ecs", "e-lag"),
        (scene("ecs", "e-lag", scenes.EXPORTING, (4, scenes.EXPORTED)),),
        ({"kind": "vanish", "api": "ecs.*", "task": "e-lag", "skip": 1, "times": 1},),
        facts={"outcome": "succeeded"},
    ),
    "stalled": Case(
        one("bdrc", "b-stuck", stall_timeout=0.6),
        (scene("bdrc", "b-stuck", scenes.SCANNING),),
        facts={"outcome": "stalled", "state": "running"},
        status="failed",
        says=("stalled", "RUNNING", "42 %", "0.6 s", MAY_RUN),
    ),
    "unreachable": Case(
        one("hbr", "h-dark", unreachable_timeout=0.6),
        (scene("hbr", "h-dark", scenes.INSTALLED),),
        ({"kind": "html", "api": "hbr.*", "task": "h-dark"},),
        facts={"outcome": "unreachable", "state": "unknown"},
        status="failed",
        says=("unreachable", "502", MAY_RUN),
    ),
    "nobody_listens": Case(
        one("ecs", "e-ok", endpoint=NOBODY, unreachable_timeout=0.6),
        facts={"outcome": "unreachable"},
        status="failed",
        says=("unreachable", NOBODY.removeprefix("http://"), "refused"),
    ),
    "unauthorized": Case(
        one("ecs", "e-denied"),
        (scene("ecs", "e-denied", scenes.EXPORTED),),
        (
            {
                "kind": "error",
                "api": "ecs.*",
                "task": "e-denied",
                "status": 403,
                "code": "Forbidden.RAM",
                "message": "User not authorized to operate on the specified resource.",
            },
        ),
        facts={"outcome": "unauthorized"},
        status="failed",
        says=("unauthorized", "Forbidden.RAM", MAY_RUN),
        calls=1,
    ),
    "refused_for_good": Case(
        one("ecs", "e-invalid"),
        (scene("ecs", "e-invalid", scenes.EXPORTED),),
        (
            {
                "kind": "error",
                "api": "ecs.*",
                "task": "e-invalid",
                "status": 400,
                "code": "InvalidParameter",
                "message": "Not valid.",
            },
        ),
        status="failed",
        says=("InvalidParameter", "Not valid"),
        calls=1,
    ),
    "wrong_secret_is_never_tried_again": Case(
        several(
            *(ask("taurusdb", f"j-locked-{number}") for number in range(6)),
            access_key="LOCALCLOUDHUAWEIAK02",
            secret_key="NotTheSecretOfThisKey000000000000000000000",
        ),
        result=ended("unauthorized", 6),
        status="failed",
        says=("unauthorized", "APIGW.0301"),
    ),
    "abandoned": Case(
        several(ask("ecs", "e-slow"), ask("ecs", "e-failed")),
        result=ended("failed", 1, abandoned=1),
        status="failed",
        says=("1 failed", "1 abandoned", "e-failed"),
    ),
    "every_task_to_its_end": Case(
        several(ask("bdrc", "b-cancelled"), ask("hbr", "h-in-the-end"), fail_fast=False),
        (scene("hbr", "h-in-the-end", scenes.INSTALLING, (2, scenes.INSTALLED), from_first_call=True),),
        result={"summary": {"total": 2, "cancelled": 1, "succeeded": 1}, "succeeded": False},
        status="failed",
        says=("1 of 2 tasks did not succeed: ",),
    ),
    "any_will_do": Case(
        several(ask("ecs", "e-slow"), ask("ecs", "e-ok"), ask("ecs", "e-failed"), required="1"),
        result={"succeeded": True},
    ),
    "two_are_wanted_and_one_is_left": Case(
        several(ask("ecs", "e-ok"), ask("bdrc", "b-cancelled"), ask("hbr", "h-expired"), required=2),
        result={"succeeded": False},
        status="failed",
        says=("2 required",),
    ),
    "a_word_nobody_knows": Case(
        one("ecs", "e-odd", timeout=1),
        (scene("ecs", "e-odd", {"TaskStatus": "Archived", "TaskProcess": "100%"}),),
        facts={"outcome": "timed_out", "state": "unknown", "native_state": "Archived", "succeeded": False},
        status="failed",
        says=("Archived",),
    ),
    "done_by_100_percent_is_not_done": Case(
        one("bdrc", "b-100", timeout=1),
        (scene("bdrc", "b-100", {"TaskStatus": "RUNNING", "Progress": 10000}),),
        facts={"outcome": "timed_out", "progress": 100.0},
        status="failed",
    ),
    "missing_ids_beside_good_ones": Case(
        several(ask("ecs", "e-ok"), ask("ecs", "e-none"), not_found_timeout=0.5),
        result=ended("succeeded", 1, not_found=1),
        status="failed",
        says=("e-none",),
    ),
}

OPTIONS: dict[str, Case] = {
    "timeout_0_of_a_task_that_runs": Case(
        one("ecs", "e-slow", timeout=0),
        facts={"outcome": "timed_out", "looks": 1, "state": "running"},
        status="failed",
        says=("still running", "looked once"),
    ),
    "timeout_0_of_a_task_that_is_done": Case(one("ecs", "e-ok", timeout=0), facts={"outcome": "succeeded", "looks": 1}),
    "success_when": Case(
        one("bdrc", "b-stuck", success_when="progress >= `42` && contains(native_state, 'RUN')"),
        facts={"outcome": "succeeded", "state": "running"},
        result={"succeeded": True},
    ),
    "success_when_does_not_hold": Case(
        one("ecs", "e-ok", success_when="outputs.OSSObject == 'another.vhd'"),
        facts={"outcome": "failed", "state": "succeeded"},
        status="failed",
        says=("success_when is false",),
    ),
    "failure_when_wins": Case(
        one("ecs", "e-ok", success_when="succeeded", failure_when="counts.succeeded < `2`"),
        facts={"outcome": "failed"},
        status="failed",
        says=("failure_when",),
    ),
    "expression_that_breaks": Case(
        one("ecs", "e-ok", success_when="length(progress) > `1`"),
        status="failed",
        says=("success_when", "length(progress)"),
    ),
    "duplicates_are_looked_at_once": Case(
        several(ask("hbr", "h-twice"), ask("hbr", "h-twice"), ask("hbr", "h-twice")),
        (scene("hbr", "h-twice", scenes.INSTALLED),),
        result={"requests": 1, **ended("succeeded", 3)},
        calls=1,
    ),
    "delay": Case(one("ecs", "e-ok", delay=1), facts={"looks": 1}, result=GOOD),
    "fixed_interval": Case(one("bdrc", "b-stuck", interval=0.5, timeout=2), status="failed"),
    "rate_limit": Case(
        one("bdrc", "b-stuck", interval=0.05, timeout=2, rate_limit=2),
        status="failed",
    ),
    "heartbeat": Case(one("bdrc", "b-stuck", heartbeat=0.3, timeout=5), status="failed"),
    "without_progress": Case(one("bdrc", "b-stuck", progress=False, heartbeat=0.3, timeout=1), status="failed"),
    "a_batch": Case(
        several(*(ask("ecs", f"e-batch-{number:02}") for number in range(20))),
        tuple(scene("ecs", f"e-batch-{number:02}", scenes.EXPORTED) for number in range(20)),
        result=ended("succeeded", 20),
    ),
    "a_batch_with_ids_nobody_knows": Case(
        several(*(ask("ecs", f"e-nobody-{number:02}") for number in range(12)), not_found_timeout=0.5, fail_fast=False),
        result=ended("not_found", 12),
        status="failed",
    ),
    "a_batch_with_one_that_spoils_it": Case(
        several(*(ask("ecs", f"e-poison-{number:02}") for number in range(12)), fail_fast=False),
        tuple(scene("ecs", f"e-poison-{number:02}", scenes.EXPORTED) for number in range(12)),
        ({"kind": "poison", "api": "ecs.DescribeTasks", "task": "e-poison-07"},),
        result=ended("succeeded", 12),
    ),
    "an_api_that_lists": Case(
        {**QUICK, **ask("bdrc", name="CHECK_RULES"), "not_found_timeout": 0.5},
        tuple(scene("bdrc", f"b-rule-{n}", {"TaskType": "CHECK_RULES"}, (4, scenes.SCANNED)) for n in range(3)),
        result=ended("succeeded", 3),
    ),
    "an_api_that_lists_too_few": Case(
        {**QUICK, **ask("bdrc", name="CHECK_TWO"), "required": 3, "not_found_timeout": 0.5},
        tuple(scene("bdrc", f"b-two-{n}", {**scenes.SCANNED, "TaskType": "CHECK_TWO"}) for n in range(2)),
        result={"succeeded": False, "summary": {"total": 2, "succeeded": 2}},
        status="failed",
        says=("2 tasks succeeded, 3 required and only 2 found: check what is asked for",),
    ),
    "an_api_that_lists_nothing": Case(
        {**QUICK, **ask("bdrc", name="CHECK_NONE"), "not_found_timeout": 0.5},
        result=ended("not_found"),
        status="failed",
        says=("nothing was found in", "check what is asked for, and its service, region and account", MAY_RUN),
    ),
}

# What an API may do to a call, and how the wait calls it when it never ends.
FAULTS: dict[str, tuple[Json, str]] = {
    "throttle": ({"kind": "throttle", "burst": 0, "retry_after": 0.1}, "timed_out"),
    "throttle_without_a_header": ({"kind": "throttle", "burst": 0, "header": False}, "timed_out"),
    "error": ({"kind": "error"}, "unreachable"),
    "busy": ({"kind": "error", "status": 503, "code": "ServiceUnavailable", "message": "Try later."}, "unreachable"),
    "expired": ({"kind": "expired"}, "unauthorized"),
    "delay": ({"kind": "delay", "seconds": 2}, "unreachable"),
    "reset": ({"kind": "reset"}, "unreachable"),
    "stall": ({"kind": "stall", "seconds": 2}, "unreachable"),
    "slow_body": ({"kind": "slow_body", "bytes_per_second": 50}, "unreachable"),
    "truncated": ({"kind": "truncated"}, "unreachable"),
    "truncated_json": ({"kind": "truncated", "cut": "json"}, "unreachable"),
    "html": ({"kind": "html"}, "unreachable"),
    "html_200": ({"kind": "html", "status": 200}, "unreachable"),
    "empty": ({"kind": "empty"}, "unreachable"),
    "a_list": ({"kind": "answer", "body": []}, "unreachable"),
    "nonsense": ({"kind": "answer", "body": {"TaskStatus": "Finished", "TaskProcess": "100%"}}, "unreachable"),
    "another_task": ({"kind": "answer", "body": {"TaskId": "e-other", "TaskStatus": "Finished"}}, "unreachable"),
    "redirect": ({"kind": "redirect", "url": "http://127.0.0.1:9/"}, "unreachable"),
    "oversize": ({"kind": "oversize", "mebibytes": 9}, "unreachable"),
    "vanish": ({"kind": "vanish"}, "not_found"),
}
ONCE: dict[str, Case] = {
    f"{name}_once": Case(
        one("ecs", f"once-{name}", request_timeout=0.8),
        (scene("ecs", f"once-{name}", scenes.EXPORTED),),
        ({**fault, "api": "ecs.DescribeTaskAttribute", "task": f"once-{name}", "times": 1},),
        facts={"outcome": "succeeded"},
        calls=2,
    )
    for name, (fault, dummy) in FAULTS.items()
}
FOREVER: dict[str, Case] = {
    f"{name}_forever": Case(
        one(
            *("ecs", f"ever-{name}"),
            request_timeout=0.8,
            timeout=6,
            unreachable_timeout=2,
            not_found_timeout=1,
        ),
        (scene("ecs", f"ever-{name}", scenes.EXPORTED),),
        ({**fault, "api": "ecs.DescribeTaskAttribute", "task": f"ever-{name}"},),
        facts={"outcome": outcome, "succeeded": False},
        status="failed",
        result={"succeeded": False},
    )
    for name, (fault, outcome) in FAULTS.items()
}

TABLE: Table = {**OUTCOMES, **OPTIONS, **ONCE, **FOREVER}


@pytest.fixture(scope="module")
def waits(cloud: LocalCloud, player: Player) -> Played:
    return play(cloud, player, wait=TABLE)


@pytest.fixture(scope="module")
def results(waits: Played) -> dict[str, Json]:
    return waits.results["Wait"]


@pytest.fixture(scope="module")
def asked(waits: Played, cloud: LocalCloud) -> Json:
    """What the cloud has counted."""
    return cloud.calls()


@pytest.mark.parametrize("name", TABLE)
def test_wait(name: str, results: dict[str, Json]) -> None:
    check(TABLE[name], results[name])


def test_wait_returns_every_key_whatever_the_outcome(results: dict[str, Json]) -> None:
    seen = {name: told for name, told in results.items() if "tasks" in told}
    assert set(TABLE) - set(seen) == {"expression_that_breaks"}
    assert {name: RESULT - set(told) for name, told in seen.items() if RESULT - set(told)} == {}
    assert {frozenset(task) for told in seen.values() for task in told["tasks"]} == {frozenset(FACTS)}


def test_wait_never_says_changed_nor_throws(waits: Played, results: dict[str, Json]) -> None:
    assert waits.code == 0, waits.stderr
    assert "Traceback" not in waits.text
    assert "internal error" not in waits.text
    assert {name for name, told in results.items() if told["changed"]} == set()


def test_wait_makes_no_more_calls_than_needed(asked: Json) -> None:
    counted = {
        name: case for name, case in TABLE.items() if case.calls and case.scene and "e-ok" not in str(case.scene)
    }
    told = {name: asked["tasks"][case.scene[0]["id"]] for name, case in counted.items()}
    assert told == {name: case.calls for name, case in counted.items()}


def test_wait_does_not_lock_a_key(asked: Json) -> None:
    assert asked["lockouts"] == 0
    assert asked["refused"].get("APIGW.0301", 0) <= 3


def test_wait_keeps_its_times(results: dict[str, Json]) -> None:
    assert results["delay"]["elapsed"] >= 1
    assert results["timeout_0_of_a_task_that_runs"]["elapsed"] < 1
    assert 1 <= results["timed_out"]["elapsed"] < 3
    assert 2 <= results["fixed_interval"]["elapsed"] < 4
    assert 3 <= results["fixed_interval"]["tasks"][0]["looks"] <= 6
    assert results["rate_limit"]["requests"] <= 4 + 2 * 2 + 1


def test_wait_for_a_batch_asks_by_the_batch(asked: Json) -> None:
    for number in range(20):
        # Once in the list, once for its details.
        assert asked["tasks"][f"e-batch-{number:02}"] == 2


def said(waits: Played, host: str) -> list[str]:
    return [line for dummy, line in waits.said if line.startswith(f"[{host}] ")]


def test_wait_shows_lines_that_name_the_host(waits: Played) -> None:
    lines = said(waits, "succeeded_later")
    assert any("h-later" in line and "created" in line and "40 %" in line for line in lines)
    assert "succeeded" in lines[-1]


def test_wait_shows_a_sign_of_life_when_nothing_changes(waits: Played) -> None:
    assert len(said(waits, "heartbeat")) >= 4
    assert "1 running" in said(waits, "heartbeat")[-2]


def test_wait_without_progress_is_silent(waits: Played) -> None:
    assert said(waits, "without_progress") == []


def test_wait_warns_of_a_word_nobody_knows(waits: Played) -> None:
    assert "'Archived'" in waits.text
