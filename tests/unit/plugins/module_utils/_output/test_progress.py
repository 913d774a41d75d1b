# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines while a wait goes on."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    NotFound,
    Throttled,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Observation, Task, Unjudged
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._output.progress import (
    MANY_TASKS,
    MAX_ERROR,
    MAX_LINE,
    MAX_NAMED,
    ProgressLines,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._output.result import (
    MAX_NAME,
    MAX_REASON,
    clock,
    failure,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.history import Law
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Limits, LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.pacing import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import Policy
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.watch import Watch
from support.fake_watch import BROKEN, EVERY, sees, task, watching


def test_a_change_is_one_line_and_no_change_is_none() -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=task("a", progress=10.0))
    assert lines.at(0.0) == ["0:00 alibaba ecs a (ExportImage) Running, 10 %"]
    assert lines.at(1.0) == []
    sees(watch, 10.0, a=task("a", progress=12.0))
    assert lines.at(10.0) == []
    sees(watch, 20.0, a=task("a", progress=15.0, remaining=66.0))
    assert lines.at(20.0) == ["0:20 alibaba ecs a (ExportImage) Running, 15 %, about 1:06 left"]
    sees(watch, 30.0, a=task("a", "succeeded", progress=100.0))
    assert lines.at(30.0) == ["0:30 alibaba ecs a (ExportImage) succeeded"]
    assert lines.at(31.0) == []


def test_small_steps_of_progress_add_up_to_a_line() -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 1e9)
    said = []
    for n in range(13):
        sees(watch, EVERY * n, a=task("a", progress=float(n)))
        said.append(len(lines.at(EVERY * n)))
    assert said == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]


def test_a_bad_end_says_why() -> None:
    watch = watching(["b"])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, b=BROKEN)
    (line,) = lines.at(0.0)
    assert line.startswith("0:00 alibaba ecs b (ExportImage) failed: InvalidOSSBucket.NotFound")


# name: when the task was seen, the facts of it, what the line says.
COMPARED: dict[str, tuple[float, dict[str, t.Any], str]] = {
    "no progress": (600.0, {}, "Running, about {left} left, usually 15 to 16 min (5 runs), unchanged for 10:00"),
    "longer than any": (990.0, {}, "Running, longer than in any of 5 runs, unchanged for 16:30"),
    "the API's own estimate goes first": (
        600.0,
        {"remaining": 90.0},
        "Running, about 1:30 left, usually 15 to 16 min (5 runs), unchanged for 10:00",
    ),
    "waits for its turn": (600.0, {"state": "pending"}, "Pending, usually 15 to 16 min (5 runs), unchanged for 10:00"),
    "no start is told": (600.0, {"duration": None}, "Running, usually 15 to 16 min (5 runs), unchanged for 10:00"),
}


@pytest.mark.parametrize(("at", "facts", "wanted"), COMPARED.values(), ids=COMPARED.keys())
def test_a_task_is_compared_with_its_history(at: float, facts: dict[str, t.Any], wanted: str) -> None:
    law = Law([900.0, 898.0, 930.0, 899.0, 980.0], 120.0)
    watch = watching(["a"], law_of=lambda item: law, timeout=1e5)
    lines = ProgressLines(watch, 60.0)
    for second in (0.0, at):
        sees(watch, second, a=task("a", **{"duration": second, **facts}))
        (line,) = lines.at(second)
    left = clock(law.left(at) or 0.0)
    assert line.endswith(f"alibaba ecs a (ExportImage) {wanted.format(left=left)}")


def test_the_step_that_a_task_is_at_is_shown() -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 60.0)
    steps = [
        {"name": "INIT", "state": "succeeded", "progress": 100.0},
        {"name": "COPY", "state": "running", "progress": 1.0},
    ]
    sees(watch, 0.0, a=task("a", subtasks=steps))
    assert lines.at(0.0) == ["0:00 alibaba ecs a (ExportImage) Running, step COPY"]


@pytest.mark.parametrize("tasks", [1, 3, MANY_TASKS + 1, 100])
def test_there_is_a_sign_of_life_after_every_heartbeat_of_silence(tasks: int) -> None:
    ids = [f"t{n}" for n in range(tasks)]
    watch = watching(ids, timeout=1000)
    lines = ProgressLines(watch, 60.0)
    said = []
    for n in range(60):
        sees(watch, EVERY * n, **{id: task(id) for id in ids})
        said += [EVERY * n] * bool(lines.at(EVERY * n))
    assert max(later - earlier for earlier, later in zip([0.0, *said], said)) <= 60.0
    assert said[-1] > 500


# Times of day as they come of adding fractions: a driver sleeps until ``due``, and must then find that it is.
@pytest.mark.parametrize("tasks", [1, MANY_TASKS + 1])
@pytest.mark.parametrize("heartbeat", [60.0, 0.1, 1 / 3])
def test_when_a_sign_of_life_is_due_there_is_one(tasks: int, heartbeat: float) -> None:
    ids = [f"t{n}" for n in range(tasks)]
    watch = watching(ids, timeout=1e6)
    lines = ProgressLines(watch, heartbeat)
    sees(watch, 0.1, **{id: task(id) for id in ids})
    lines.at(0.7)
    for dummy in range(1000):
        now = lines.due
        assert lines.at(now)
        assert lines.due > now


# How long yet: facts that looks at 0, 30, 60 and 90 s see, and what is shown as left at so many seconds.
LEFT: dict[str, tuple[dict[str, t.Any], dict[float, str]]] = {
    "the API's own word": ({"remaining": 66.0}, {0.0: "1:06", 25.0: "0:41", 30.0: "1:06", 60.0: "1:06"}),
    "its own word is over": ({"remaining": 20.0}, {0.0: "0:20", 19.0: "0:01", 20.0: "", 29.0: "", 30.0: "0:20"}),
    "its own word before progress": ({"remaining": 66.0, "progress": 50.0, "duration": 10.0}, {0.0: "1:06"}),
    "progress": ({"progress": 20.0, "duration": 20.0}, {0.0: "1:20", 20.0: "1:00", 60.0: "0:20", 80.0: "", 90.0: ""}),
    "progress that has only begun": ({"progress": 9.9, "duration": 20.0}, {0.0: "", 60.0: ""}),
    "no progress": ({"duration": 20.0}, {0.0: "", 60.0: ""}),
    "progress of nobody knows how long": ({"progress": 20.0}, {0.0: "", 60.0: ""}),
    "all of it": ({"progress": 100.0, "duration": 20.0}, {0.0: ""}),
    "all of it, by its own word": ({"remaining": 0.0}, {0.0: ""}),
}


@pytest.mark.parametrize(("facts", "shown"), LEFT.values(), ids=LEFT.keys())
def test_how_long_yet_is_told_as_far_as_it_can_be(facts: dict[str, t.Any], shown: dict[float, str]) -> None:
    for now, left in shown.items():
        watch = watching(["a"], pace=Pace(interval=30.0))
        lines = ProgressLines(watch, 1e-3)
        said = []
        for at in sorted({*range(0, int(now) + 1, 30), now}):
            took = {"duration": facts["duration"] + at} if "duration" in facts else {}
            sees(watch, at, a=task("a", **{**facts, **took}))
            said += lines.at(at)
        assert said[-1].partition(", about ")[2].partition(" left")[0] == left


def test_a_sign_of_life_names_the_task_and_how_long_it_has_not_changed() -> None:
    watch = watching(["a"], pace=Pace(interval=50.0))
    lines = ProgressLines(watch, 60.0)
    said = []
    for now in range(0, 3600, 10):
        sees(watch, float(now), a=task("a", progress=42.0))
        said += lines.at(float(now))
    assert said[:4] == [
        "0:00 alibaba ecs a (ExportImage) Running, 42 %",
        "1:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running, 42 %",
        "2:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running, 42 %, unchanged for 1:40",
        "3:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running, 42 %, unchanged for 2:30",
    ]
    assert len(said) == len(set(said)) == 60


def test_a_sign_of_life_does_not_claim_to_know_what_was_not_looked_at() -> None:
    watch = watching(["a"], pace=Pace(interval=600.0))
    lines = ProgressLines(watch, 300.0)
    sees(watch, 0.0, a=task("a", progress=42.0))
    lines.at(0.0)
    assert lines.at(300.0) == ["5:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running, 42 %, seen 5:00 ago"]


def test_a_sign_of_life_before_the_first_look_says_when_that_is() -> None:
    lines = ProgressLines(watching(["a"], delay=100.0), 60.0)
    assert lines.at(60.0) == [
        "1:00 0 of 1 ended, 1 not looked at yet: alibaba ecs a not looked at yet, first look in 0:40"
    ]
    assert lines.due == 120.0


def test_few_tasks_are_all_named() -> None:
    watch = watching(["a", "b", "c", "d"])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=task("a", progress=30.0), b=task("b", "succeeded"), c=task("c", "pending"), d=task("d"))
    lines.at(0.0)
    (line,) = lines.at(60.0)
    assert line == (
        "1:00 1 of 4 ended (1 succeeded), 2 running, 1 pending: alibaba ecs a (ExportImage) Running, 30 %, seen 1:00 ago; "
        "alibaba ecs c (ExportImage) Pending, seen 1:00 ago; alibaba ecs d (ExportImage) Running, seen 1:00 ago"
    )


@pytest.mark.parametrize("tasks", range(1, MANY_TASKS + 1))
def test_so_many_are_named_as_a_line_holds(tasks: int) -> None:
    ids = [f"task-{n:02}" for n in range(tasks)]
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id, progress=50.0 + n) for n, id in enumerate(ids)})
    lines.at(0.0)
    sees(watch, 30.0, **{id: task(id, progress=50.0 + n) for n, id in enumerate(ids)})
    (line,) = lines.at(60.0)
    named = [id for id in ids if id in line]
    assert named == ids or (len(named) == MAX_NAMED and "; slowest: " in line)
    assert len(line) < MAX_LINE + 10 or len(named) == MAX_NAMED


# What a look brings after a good one at 0 s, and what is said of the task then.
TROUBLES: dict[str, tuple[CloudError, str]] = {
    "unavailable": (Unavailable("HTTP 503", code="Busy"), "no answer for 1:00: Busy: HTTP 503"),
    "throttled": (Throttled("slow down.", code="Throttling.User"), "throttled for 1:00: Throttling.User: slow down"),
    "not found": (NotFound("who?", code="InvalidTaskId"), "not found for 1:00: InvalidTaskId: who?"),
}


@pytest.mark.parametrize(("error", "said"), TROUBLES.values(), ids=TROUBLES.keys())
def test_a_sign_of_life_tells_why_nothing_moves(error: CloudError, said: str) -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=task("a", progress=50.0, duration=100.0))
    lines.at(0.0)
    sees(watch, 59.0, a=error)
    assert lines.at(60.0) == [f"1:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running, 50 %, {said}"]


def test_one_bad_answer_is_not_worth_a_word() -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 60.0)
    for now in (0.0, 20.0, 40.0):
        sees(watch, now, a=task("a"))
        lines.at(now)
    sees(watch, 50.0, a=Unavailable("HTTP 503"))
    assert lines.at(60.0) == ["1:00 0 of 1 ended, 1 running: alibaba ecs a (ExportImage) Running"]


@pytest.mark.parametrize(
    ("id", "error", "said"),
    [
        (
            "a",
            Unavailable("no answer from ecs.invented"),
            "a not seen yet, no answer for 1:00: no answer from ecs.invented",
        ),
        ("a", NotFound("who?", code="No"), "a not seen yet, not found for 1:00: No: who?"),
        (None, NotFound("nothing matches"), "name=Export not seen yet, nothing found for 1:00: nothing matches"),
    ],
)
def test_a_sign_of_life_tells_of_what_was_never_seen(id: t.Optional[str], error: CloudError, said: str) -> None:
    watch = watching([id], unreachable_timeout=1e5, not_found_timeout=1e5)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{str(id): error})
    assert lines.at(0.0) == []
    assert lines.at(60.0) == [f"1:00 0 of 1 ended, 1 not seen yet: alibaba ecs {said}"]


def test_what_cannot_be_read_from_the_first_look_on_is_told_soon_and_once() -> None:
    watch = watching(["a", "b"], unreachable_timeout=1e5)
    lines = ProgressLines(watch, 3600.0)
    said = []
    for n in range(20):
        sees(watch, EVERY * n, a=task("a"), b=Unavailable("no answer from ecs.invented"))
        said += [line for line in lines.at(EVERY * n) if "no answer" in line]
    (line,) = said
    assert line.endswith("b not seen yet, no answer for 0:30: no answer from ecs.invented")


def test_what_a_sign_of_life_has_told_of_is_not_told_again_at_once() -> None:
    watch = watching(["a"], unreachable_timeout=1e5)
    lines = ProgressLines(watch, 30.0)
    said = []
    for now in range(0, 50, 5):
        sees(watch, float(now), a=Unavailable("no answer from ecs.invented"))
        said += lines.at(float(now))
    assert [line.partition(" ")[0] for line in said] == ["0:30"]


def test_others_that_move_do_not_hide_that_one_cannot_be_read() -> None:
    watch = watching(["a", "b"])
    lines = ProgressLines(watch, 60.0)
    said = []
    for n in range(20):
        seen = Unavailable("HTTP 503") if n else task("b")
        sees(watch, EVERY * n, a=task("a", progress=5.0 * n), b=seen)
        said += [line for line in lines.at(EVERY * n) if "no answer" in line]
    assert [line.partition("b (ExportImage) ")[2] for line in said] == [
        "Running, no answer for 1:00: HTTP 503",
        "Running, no answer for 2:00: HTTP 503",
        "Running, no answer for 3:00: HTTP 503",
    ]


def test_one_bad_answer_is_not_worth_a_word_beside_others_that_move() -> None:
    watch = watching(["a", "b"])
    lines = ProgressLines(watch, 60.0)
    for n in range(20):
        sees(watch, EVERY * n, a=task("a", progress=5.0 * n), b=Unavailable("HTTP 503") if n % 2 else task("b"))
        assert not [line for line in lines.at(EVERY * n) if "ended" in line]


def finds(watch: Watch, now: float, *found: Task) -> None:
    """A query brings these tasks."""
    for look in watch.due(now):
        watch.take(LookResult(look, {item: list(found) for item in look.items}), now)


def test_what_a_query_finds_is_shown_and_the_query_no_more() -> None:
    watch = watching([None], not_found_timeout=0.0)
    lines = ProgressLines(watch, 60.0)
    finds(watch, 0.0, task("q1"), task("q2", "succeeded"))
    assert lines.at(0.0) == [
        "0:00 alibaba ecs q1 (ExportImage) Running",
        "0:00 alibaba ecs q2 (ExportImage) succeeded",
    ]
    assert lines.at(60.0) == [
        "1:00 1 of 2 ended (1 succeeded), 1 running: alibaba ecs q1 (ExportImage) Running, seen 1:00 ago"
    ]


def test_a_task_that_was_asked_for_twice_counts_twice_as_in_the_result() -> None:
    targets = [Target("lane", "account", "alibaba", "ecs", "r", id) for id in ("a", "b")]
    watch = Watch(targets, Policy(fail_fast=False), lambda target: Limits(1e4, 10), 0.0, lambda: 0.5, [2, 1])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=task("a", "succeeded"), b=task("b"))
    lines.at(0.0)
    assert lines.at(60.0)[0].startswith("1:00 2 of 3 ended (2 succeeded), 1 running: alibaba ecs b")


def test_what_a_list_shows_as_ended_is_neither_running_nor_an_unknown_word() -> None:
    watch = watching(["a"], timeout=70.0)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=t.cast(Observation, Unjudged(task("a", "succeeded"))))
    assert lines.at(60.0) == [
        "1:00 0 of 1 ended, 1 ended, reading the details: alibaba ecs a (ExportImage) ended, reading the details"
    ]
    watch.stop("the wait was interrupted")
    lines.at(61.0)
    assert lines.unknown() == []


# Many tasks


def test_of_many_tasks_those_that_have_ended_are_not_the_slowest() -> None:
    ids = [f"t{n:03}" for n in range(30)]
    watch = watching(ids, timeout=600.0)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id) for id in ids})
    ended = {id: t.cast(Observation, Unjudged(task(id, "succeeded"))) for id in ids[1:]}
    sees(watch, 10.0, t000=task("t000"), **ended)
    assert lines.at(60.0) == [
        "1:00 0 of 30 ended, 1 running, 29 ended, reading the details; slowest: alibaba ecs t000 (ExportImage) Running"
    ]


def ids_of(tasks: int) -> list[str]:
    return [f"t{n:03}" for n in range(tasks)]


def test_many_tasks_are_counts_and_now_and_then_the_slowest() -> None:
    ids = ids_of(500)
    watch = watching(ids, timeout=1e5)
    lines = ProgressLines(watch, 60.0)
    said: list[str] = []
    for n in range(20):
        seen: dict[str, Observation] = {
            id: task(id, progress=min(99.0, 30.0 + n + number * 0.1), duration=100.0 + EVERY * n)
            for number, id in enumerate(ids)
        }
        seen.update({id: task(id, "succeeded") for id in ids[100 : 100 + 20 * n]})
        seen.update({id: task(id, "pending") for id in ids[480:] if n < 10})
        sees(watch, EVERY * n, **seen)
        said += lines.at(EVERY * n)
    assert said[:2] == [
        "0:10 20 of 500 ended (20 succeeded), 460 running, 20 pending, about 4:04 left at least",
        "0:20 40 of 500 ended (40 succeeded), 440 running, 20 pending, about 4:15 left at least",
    ]
    assert next(line for line in said if "slowest" in line) == (
        "1:00 120 of 500 ended (120 succeeded), 360 running, 20 pending, about 4:44 left at least; "
        "slowest: alibaba ecs t000 (ExportImage) Running, 36 %, about 4:44 left; "
        "alibaba ecs t001 (ExportImage) Running, 36 %, about 4:43 left; "
        "alibaba ecs t002 (ExportImage) Running, 36 %, about 4:41 left"
    )
    assert ["slowest" in line for line in said].count(True) == 3
    assert len(said) == 14


def test_hours_of_many_tasks_are_a_page_or_two() -> None:
    ids = ids_of(100)
    watch = watching(ids, timeout=1e5)
    lines = ProgressLines(watch, 60.0)
    said: list[str] = []
    for n in range(360 * 3):
        sees(
            watch,
            EVERY * n,
            **{id: task(id, "succeeded" if number * 11 < n else "running") for number, id in enumerate(ids)},
        )
        said += lines.at(EVERY * n)
    assert 180 < len(said) < 180 + 30


def test_counts_that_are_the_same_are_not_said_again() -> None:
    ids = ids_of(MANY_TASKS + 1)
    watch = watching(ids, timeout=1e5)
    lines = ProgressLines(watch, 1000.0)
    said = []
    for n in range(20):
        sees(watch, EVERY * n, **{id: task(id, progress=float(n)) for id in ids})
        said += lines.at(EVERY * n)
    assert said == [f"0:10 0 of {MANY_TASKS + 1} ended, {MANY_TASKS + 1} running"]


@pytest.mark.parametrize("tasks", [1, MANY_TASKS + 1])
def test_a_change_that_is_not_worth_a_line_is_one_nevertheless(tasks: int) -> None:
    ids = ids_of(tasks)
    watch = watching(ids)
    lines = ProgressLines(watch, 1e6)
    told = []
    for n, progress in enumerate([1.0, 1.0, 2.0, 2.0]):
        sees(watch, EVERY * n, **{id: task(id, progress=progress) for id in ids})
        told.append((bool(lines.at(EVERY * n)), lines.changed))
    assert [changed for said, changed in told] == [True, False, True, False]
    assert (False, True) in told


# How many tasks fail, and whether one by one; how many lines there are, and what is not shown in full.
FLOODS: list[tuple[int, bool, int, list[str]]] = [
    (500, False, 5, ["0:00 and 497 more failed"]),
    (150, True, 45, []),
]


@pytest.mark.parametrize(("tasks", "one_by_one", "most", "more"), FLOODS)
def test_many_tasks_that_fail_do_not_flood(tasks: int, one_by_one: bool, most: int, more: list[str]) -> None:
    ids = ids_of(tasks)
    watch = watching(ids, timeout=1e5)
    lines = ProgressLines(watch, 60.0)
    broken = {id: task(id, "failed", error={"code": "Boom", "message": f"it broke {id}"}) for id in ids}
    said = []
    for n in range(tasks if one_by_one else 1):
        sees(watch, EVERY * n, **{**broken, **({id: task(id) for id in ids[n + 1 :]} if one_by_one else {})})
        said += lines.at(EVERY * n)
    assert [line for line in said if " more " in line] == more
    assert ["it broke" in line for line in said].count(True) == MAX_NAMED
    assert said[-1].endswith(f" {tasks} of {tasks} ended ({tasks} failed)")
    assert len(said) <= most


def test_of_bad_ends_the_first_of_a_new_kind_is_told_first() -> None:
    ids = ids_of(100)
    watch = watching(ids)
    lines = ProgressLines(watch, 1e6)
    bad: dict[str, Observation] = {
        id: task(id, "failed", error={"code": "Boom", "message": "it broke"}) for id in ids[:80]
    }
    bad["t070"] = task("t070", "failed", error={"code": "Crash", "message": "it fell"})
    bad["t071"] = task("t071", "cancelled")
    sees(watch, 0.0, **bad, **{id: task(id) for id in ids[80:]})
    assert lines.at(0.0) == [
        "0:00 alibaba ecs t000 (ExportImage) failed: Boom: it broke (native state Failed)",
        "0:00 alibaba ecs t070 (ExportImage) failed: Crash: it fell (native state Failed)",
        "0:00 alibaba ecs t071 (ExportImage) cancelled: native state Cancelled",
        "0:00 and 77 more failed",
    ]
    sees(watch, 10.0, **dict.fromkeys(ids[80:85], bad["t000"]), **dict.fromkeys(ids[85:], bad["t070"]))
    assert [line[5:] for line in lines.at(10.0)] == [
        "alibaba ecs t085 (ExportImage) failed: Crash: it fell (native state Failed)",
        "alibaba ecs t086 (ExportImage) failed: Crash: it fell (native state Failed)",
        "and 18 more failed",
        "100 of 100 ended (99 failed, 1 cancelled)",
    ]


def test_bad_ends_are_told_together_every_few_seconds() -> None:
    ids = ids_of(50)
    watch = watching(ids, pace=Pace(interval=1.0))
    lines = ProgressLines(watch, 1e6)
    told = {}
    for n in range(11):
        bad = {id: task(id, "failed", error={"code": f"Boom{id}", "message": "it broke"}) for id in ids[: n + 1]}
        sees(watch, float(n), **{**{id: task(id) for id in ids}, **bad})
        told[n] = sum("it broke" in line for line in lines.at(float(n)))
    assert told == {**dict.fromkeys(range(11), 0), 0: 1, 5: MAX_NAMED, 10: MAX_NAMED}


def test_what_tells_no_progress_is_not_among_the_slowest_as_long_as_others_are_to_be_told_of() -> None:
    ids = ids_of(40)
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0)
    for now in (0.0, 30.0, 60.0):
        seen = {id: task(id, progress=90.0 + now / 30, duration=10.0 + now) for id in ids[20:22]}
        sees(watch, now, **{**{id: task(id) for id in ids}, **seen})
        said = lines.at(now)
    assert [id for id in ids if id in said[-1]] == ["t000", "t020", "t021"]


def test_what_was_given_up_for_another_is_only_counted() -> None:
    ids = ids_of(50)
    watch = watching(ids, fail_fast=True)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id) for id in ids})
    lines.at(0.0)
    sees(watch, 10.0, **{id: task(id, "failed") if id == "t007" else task(id) for id in ids})
    assert lines.at(10.0) == [
        "0:10 alibaba ecs t007 (ExportImage) failed: native state Failed",
        "0:10 50 of 50 ended (1 failed, 49 abandoned)",
    ]


def test_many_tasks_that_cannot_be_read_are_counted_and_one_says_why() -> None:
    ids = ids_of(60)
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id, progress=10.0) for id in ids})
    lines.at(0.0)
    dark = {id: Unavailable("HTTP 503", code="Busy") for id in ids[:25]}
    for now in (10.0, 50.0):
        sees(watch, now, **dark, **{id: task(id, progress=10.0) for id in ids[25:]})
    (line,) = lines.at(60.0)
    assert line == (
        "1:00 0 of 60 ended, 60 running; 25 cannot be read: alibaba ecs t000 (ExportImage) no answer for 1:00: Busy: HTTP 503; "
        "slowest: alibaba ecs t025 (ExportImage) Running, 10 %; alibaba ecs t026 (ExportImage) Running, 10 %; "
        "alibaba ecs t027 (ExportImage) Running, 10 %"
    )
    sees(watch, 110.0, **{id: Unavailable("HTTP 503", code="Busy") for id in ids})
    (line,) = lines.at(120.0)
    assert line.endswith("60 cannot be read: alibaba ecs t000 (ExportImage) no answer for 2:00: Busy: HTTP 503")


def test_the_last_line_of_many_tasks_says_how_they_ended() -> None:
    ids = ids_of(MANY_TASKS + 1)
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id) for id in ids})
    lines.at(0.0)
    sees(watch, 1.0, **{id: task(id) for id in ids})
    sees(watch, 10.0, **{id: task(id, "succeeded") for id in ids})
    assert lines.at(10.0) == [f"0:10 {MANY_TASKS + 1} of {MANY_TASKS + 1} ended ({MANY_TASKS + 1} succeeded)"]
    assert lines.at(10.1) == []


class Counted(list[Item]):
    """A list that knows how often it was gone through."""

    times = 0

    def __iter__(self) -> t.Iterator[Item]:
        self.times += 1
        return super().__iter__()


def test_many_tasks_are_only_gone_through_when_there_is_something_to_say() -> None:
    ids = ids_of(1000)
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, **{id: task(id) for id in ids})
    lines.at(10.0)
    watch.tally.items = items = Counted(watch.items)
    for n in range(100):
        assert lines.at(10.0 + n * 0.4) == []
    assert items.times == 0
    assert lines.at(60.0)
    assert items.times > 0


def test_an_unknown_word_is_warned_of_once() -> None:
    watch = watching(["a", "b"])
    lines = ProgressLines(watch, 60.0)
    sees(watch, 0.0, a=task("a", "unknown", native_state="Archived"), b=task("b", "unknown", native_state="Archived"))
    lines.at(0.0)
    (warning,) = lines.unknown()
    assert warning.startswith("alibaba ecs calls a state 'Archived', which is unknown here: ")
    assert warning.endswith("it counts neither as an end nor as a success")
    sees(watch, 10.0, a=task("a", "unknown", native_state="Archived"), b=task("b", "unknown", native_state="Melted"))
    lines.at(10.0)
    assert ["Melted" in line for line in lines.unknown()] == [True]
    assert lines.unknown() == []


def test_a_line_moves_no_cursor_and_is_one() -> None:
    watch = watching(["a"])
    lines = ProgressLines(watch, 60.0)
    odd = "\x1b[2J\r\n\u2028\u202e\x9b\x00\ud800"
    sees(watch, 0.0, a=task("a", "failed", name=odd, native_state=odd, error={"code": odd, "message": odd}))
    for text in (*lines.at(0.0), failure(watch.items, None)):
        assert odd in text
        assert Mask().line(text).isprintable()


# Cutting

SECRET = "zebra okapi quagga"
LONG = "x" * 2**17


def test_no_half_of_a_secret_is_shown_where_a_text_is_cut() -> None:
    mask = Mask([SECRET])
    for before in range(MAX_REASON):
        watch = watching(["b"])
        lines = ProgressLines(watch, 60.0, mask.text)
        told = {"code": "Boom", "message": "-" * before + SECRET + "-" * MAX_REASON}
        sees(watch, 0.0, b=task("b", "failed", error=told))
        for text in (*lines.at(0.0), failure(watch.items, None, mask.text)):
            assert "…" in text
            assert not [word for word in SECRET.split() if word[:3] in mask.line(text)]


ENDLESS: dict[str, Observation] = {
    "message": task("a-1", "failed", error={"code": "Boom", "message": LONG}),
    "code": task("a-1", "failed", error={"code": LONG, "message": "it broke"}),
    "name": task("a-1", "failed", error={"code": "Boom", "message": LONG}, name=LONG),
    "native state": task("a-1", "unknown", native_state=LONG),
    "step": task("a-1", subtasks=[{"name": LONG, "state": "running", "progress": 1.0}]),
    "error of the call": Unavailable(LONG, code="Boom"),
    "code of the call": Unavailable("no", code=LONG),
}


@pytest.mark.parametrize("seen", ENDLESS.values(), ids=ENDLESS.keys())
@pytest.mark.parametrize("others", [0, 2, MANY_TASKS])
def test_a_line_is_of_a_sane_length_whatever_an_api_says(seen: Observation, others: int) -> None:
    ids = ["a-1", *(f"o{n}" for n in range(others))]
    watch = watching(ids)
    lines = ProgressLines(watch, 60.0, Mask().text)
    told = []
    for now in (0.0, 60.0, 120.0):
        sees(watch, now, **{id: task(id) for id in ids[1:]}, **{"a-1": seen})
        told += [*lines.at(now), *lines.unknown(), failure(watch.items, None, Mask().text)]
    assert max(len(line) for line in told) < MAX_REASON + 4 * (2 * MAX_NAME + MAX_ERROR)
    about = [line for line in told if "a-1" in line and "…" in line]
    assert about
    if getattr(seen, "code", "") == "Boom" or "Boom" in str(getattr(seen, "error", "")):
        assert all("Boom" in line for line in about)
