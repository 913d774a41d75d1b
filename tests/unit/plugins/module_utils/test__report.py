# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a wait says: facts, the one line of a failure, and the lines while it goes on."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import NotFound, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._pace import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._report import (
    MANY,
    Lines,
    clock,
    failure,
    label,
    leaves,
    spoken,
    success,
    summary,
    task_facts,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._schedule import Item, Limits, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._task import FACTS, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._watch import (
    OUTCOMES,
    Policy,
    Sighting,
    Watch,
)

EVERY = 10.0


def task(id: str, state: str = "running", progress: t.Optional[float] = None, **facts: t.Any) -> Task:
    """A task as a reader gives it."""
    told: dict[str, t.Any] = {"native_state": state.title(), "name": "ExportImage", **facts}
    return Task("alibaba", "ecs", "r", id, state, progress=progress, **told)


def watching(ids: t.Sequence[t.Optional[str]], **options: t.Any) -> Watch:
    """A wait that looks every 10 s."""
    targets = [Target("lane", "account", "alibaba", "ecs", "r", id, label="" if id else "name=Export") for id in ids]
    policy = Policy(pace=Pace(interval=EVERY), fail_fast=False, **options)
    return Watch(targets, policy, lambda target: Limits(1e4, 10_000), 0.0, lambda: 0.5)


def sees(watch: Watch, now: float, **seen: Sighting) -> None:
    """One look at everything that is due."""
    for look in watch.due(now):
        watch.saw(look, now, {item: seen[str(item.target.task_id)] for item in look.items})


CLOCK = {
    0.0: "0:00",
    7.9: "0:07",
    59.999: "0:59",
    60.0: "1:00",
    750.0: "12:30",
    3599.0: "59:59",
    3605.0: "1:00:05",
    360_000.0: "100:00:00",
}


@pytest.mark.parametrize(("seconds", "shown"), CLOCK.items())
def test_seconds_are_shown_as_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_the_facts_of_a_task_are_all_there_and_how_its_wait_ended() -> None:
    watch = watching(["a", "b"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=NotFound("no"))
    seen, unseen = (task_facts(item) for item in watch.items)
    assert list(seen) == list(unseen) == [*FACTS, "outcome", "reason", "looks", "detection_delay_max"]
    assert (seen["state"], seen["outcome"], seen["looks"]) == ("succeeded", "succeeded", 1)
    assert (unseen["id"], unseen["state"], unseen["outcome"], unseen["provider"]) == ("b", "unknown", None, "alibaba")


def test_a_summary_counts_every_outcome_and_the_total() -> None:
    watch = watching(["a", "b", "c"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=task("b", "failed"), c=task("c", "succeeded"))
    assert summary(watch.items) == {"total": 3, "succeeded": 2, "failed": 1}


def test_what_a_query_found_stands_in_its_place() -> None:
    watch = watching(["a", None, "b"])
    entries = list(watch.items)
    now = 0.0
    while not watch.done:
        now = watch.wake_at(now)
        for look in watch.due(now):
            found: dict[Item, Sighting] = {
                item: [task("q1"), task("q2")] if item.target.task_id is None else task(item.target.task_id)
                for item in look.items
            }
            watch.saw(look, now, found)
    assert [item.target.task_id for item in leaves(entries)] == ["a", "q1", "q2", "b"]


def test_a_label_is_what_people_call_a_task() -> None:
    watch = watching(["a", None])
    assert [label(item) for item in watch.items] == ["alibaba ecs a", "alibaba ecs name=Export"]
    sees(watch, 0.0, a=task("a"), **{"None": []})
    assert label(watch.items[0]) == "alibaba ecs a (ExportImage)"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_spoken_in_words(outcome: str) -> None:
    assert "_" not in spoken(outcome)
    assert spoken(None) == "open"


BROKEN = task("b", "failed", error={"code": "InvalidOSSBucket.NotFound", "message": "The bucket is gone"})


def test_a_failure_is_one_line_with_what_an_operator_needs_first() -> None:
    watch = watching(["a", "b", "c"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=BROKEN, c=task("c", "cancelled"))
    assert failure(watch.items, None) == (
        "2 of 3 tasks did not succeed: alibaba ecs b (ExportImage) failed: InvalidOSSBucket.NotFound: "
        "The bucket is gone (native state Failed) [1 succeeded, 1 failed, 1 cancelled]"
    )


def test_a_failure_of_the_only_task_needs_no_counts() -> None:
    watch = watching(["b"])
    sees(watch, 0.0, b=BROKEN)
    assert failure(watch.items, None).endswith(
        "did not succeed: alibaba ecs b (ExportImage) failed: InvalidOSSBucket.NotFound: The bucket is gone (native state Failed)"
    )


def test_a_failure_names_what_was_required() -> None:
    watch = watching(["a", "b"], required=2)
    sees(watch, 0.0, a=task("a", "succeeded"), b=BROKEN)
    assert failure(watch.items, 2).startswith("1 of 2 tasks did not succeed, 2 required: alibaba ecs b")


def test_a_failure_names_a_cause_before_those_that_were_abandoned_for_it() -> None:
    watch = watching(["a", "b"])
    sees(watch, 0.0, a=task("a"), b=BROKEN)
    watch.stop("all must succeed, which is no longer possible")
    assert "alibaba ecs b (ExportImage) failed" in failure(watch.items, None)
    assert failure(watch.items, None).endswith("[1 abandoned, 1 failed]")


def test_a_failure_where_all_was_abandoned_still_names_one() -> None:
    watch = watching(["a", "b"])
    watch.stop("the wait was interrupted")
    assert "alibaba ecs a abandoned: the wait was interrupted; the task may still run" in failure(watch.items, None)


def test_a_failure_names_an_id_that_was_never_found() -> None:
    watch = watching(["b"], not_found_timeout=0)
    sees(watch, 0.0, b=NotFound("The specified TaskId does not exist.", code="InvalidTaskId.NotFound"))
    line = failure(watch.items, None)
    assert "alibaba ecs b not found: the cloud did not know it in 1 looks over 0 s (InvalidTaskId.NotFound" in line


def test_success_is_one_line_too() -> None:
    watch = watching(["a", "b"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=task("b", "succeeded"))
    assert success(watch.items, 65.2) == "2 of 2 tasks succeeded in 1:05"


# The lines


def test_a_change_is_one_line_and_no_change_is_none() -> None:
    watch = watching(["a"])
    lines = Lines(watch, 60.0)
    sees(watch, 0.0, a=task("a", progress=10.0))
    assert lines.at(0.0) == ["0:00 alibaba ecs a (ExportImage) Running, 10 %"]
    assert lines.at(1.0) == []
    sees(watch, 10.0, a=task("a", progress=12.0))
    assert lines.at(10.0) == []
    sees(watch, 20.0, a=task("a", progress=15.0, remaining=66.0))
    assert lines.at(20.0) == ["0:20 alibaba ecs a (ExportImage) Running, 15 %, 1:06 left"]
    sees(watch, 30.0, a=task("a", "succeeded", progress=100.0))
    assert lines.at(30.0) == ["0:30 alibaba ecs a (ExportImage) succeeded"]
    assert lines.at(31.0) == []


def test_small_steps_of_progress_add_up_to_a_line() -> None:
    watch = watching(["a"])
    lines = Lines(watch, 1e9)
    said = []
    for n in range(13):
        sees(watch, EVERY * n, a=task("a", progress=float(n)))
        said.append(len(lines.at(EVERY * n)))
    assert said == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]


def test_a_bad_end_says_why() -> None:
    watch = watching(["b"])
    lines = Lines(watch, 60.0)
    sees(watch, 0.0, b=BROKEN)
    (line,) = lines.at(0.0)
    assert line.startswith("0:00 alibaba ecs b (ExportImage) failed: InvalidOSSBucket.NotFound")


def test_the_step_that_a_task_is_at_is_shown() -> None:
    watch = watching(["a"])
    lines = Lines(watch, 60.0)
    steps = [
        {"name": "INIT", "state": "succeeded", "progress": 100.0},
        {"name": "COPY", "state": "running", "progress": 1.0},
    ]
    sees(watch, 0.0, a=task("a", subtasks=steps))
    assert lines.at(0.0) == ["0:00 alibaba ecs a (ExportImage) Running, step COPY"]


@pytest.mark.parametrize("tasks", [1, 3, MANY + 1, 500])
def test_there_is_a_sign_of_life_after_every_heartbeat_of_silence(tasks: int) -> None:
    ids = [f"t{n}" for n in range(tasks)]
    watch = watching(ids, timeout=1000)
    lines = Lines(watch, 60.0)
    said = []
    for n in range(60):
        sees(watch, EVERY * n, **{id: task(id) for id in ids})
        said += [EVERY * n] * bool(lines.at(EVERY * n))
    assert max(later - earlier for earlier, later in zip([0.0, *said], said)) <= 60.0
    assert said[-1] > 500


def test_a_sign_of_life_tells_of_a_task_that_was_never_seen() -> None:
    watch = watching(["a"], unreachable_timeout=1e5)
    lines = Lines(watch, 60.0)
    sees(watch, 0.0, a=Unavailable("no answer from ecs.invented"))
    assert lines.at(0.0) == []
    assert lines.at(60.0) == [
        "1:00 0 of 1 ended, 1 not seen yet; furthest to go: alibaba ecs a not seen yet (no answer from ecs.invented)"
    ]
    assert lines.due == 120.0


def test_many_tasks_do_not_flood() -> None:
    ids = [f"t{n}" for n in range(500)]
    watch = watching(ids)
    lines = Lines(watch, 60.0)
    said = []
    for n in range(10):
        seen: dict[str, Sighting] = {id: task(id, progress=float(n * 10)) for id in ids}
        if n == 5:
            seen["t7"] = task("t7", "failed", error={"code": "Boom", "message": "it broke"})
        sees(watch, EVERY * n, **seen)
        said += lines.at(EVERY * n)
    assert len(said) <= 11
    assert sum("t7 (ExportImage) failed: Boom: it broke" in line for line in said) == 1
    assert any("1 of 500 ended, 499 running; furthest to go: alibaba ecs t" in line for line in said)


def test_the_last_line_of_many_tasks_says_that_all_have_ended() -> None:
    ids = [f"t{n}" for n in range(MANY + 1)]
    watch = watching(ids)
    lines = Lines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id) for id in ids})
    lines.at(0.0)
    sees(watch, 10.0, **{id: task(id, "succeeded") for id in ids})
    assert lines.at(10.0) == [f"0:10 {MANY + 1} of {MANY + 1} ended"]


def test_an_unknown_word_is_warned_of_once() -> None:
    watch = watching(["a", "b"])
    lines = Lines(watch, 60.0)
    sees(watch, 0.0, a=task("a", "unknown", native_state="Archived"), b=task("b", "unknown", native_state="Archived"))
    lines.at(0.0)
    (warning,) = lines.unknown()
    assert warning.startswith("alibaba ecs calls a state 'Archived', which is not known here: ")
    assert warning.endswith("it is taken neither for an end nor for a success")
    sees(watch, 10.0, a=task("a", "unknown", native_state="Archived"), b=task("b", "unknown", native_state="Melted"))
    lines.at(10.0)
    assert ["Melted" in line for line in lines.unknown()] == [True]
    assert lines.unknown() == []
