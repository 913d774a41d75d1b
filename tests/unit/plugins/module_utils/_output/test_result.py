# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a wait says when it is over: facts, and one line."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import NotFound
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, Observation
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import MASKED, Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._output.result import (
    bounded,
    brief,
    clock,
    failure,
    label,
    lean,
    leaves,
    spoken,
    success,
    summary,
    task_facts,
    usual,
    without_raw,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import LookResult
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import OUTCOMES
from support.fake_watch import BROKEN, sees, task, watching

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
    assert (
        list(seen)
        == list(unseen)
        == [*FACTS, "outcome", "reason", "looks", "detection_delay_max", "expected", "cancel"]
    )
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
            found: dict[Item, Observation] = {
                item: [task("q1"), task("q2")] if item.target.task_id is None else task(item.target.task_id)
                for item in look.items
            }
            watch.take(LookResult(look, found), now)
    assert [item.target.task_id for item in leaves(entries)] == ["a", "q1", "q2", "b"]


def test_a_label_is_what_people_call_a_task() -> None:
    watch = watching(["a", None])
    assert [label(item) for item in watch.items] == ["alibaba ecs a", "alibaba ecs name=Export"]
    sees(watch, 0.0, a=task("a"), **{"None": []})
    assert label(watch.items[0]) == "alibaba ecs a (ExportImage)"
    query = Item(Target("lane", "account", "alibaba", "ecs", "r", None))
    assert label(query) == "alibaba ecs query"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_spoken_in_words(outcome: str) -> None:
    assert "_" not in spoken(outcome)
    assert spoken(None) == "open"


def test_a_failure_is_one_line_with_what_an_operator_needs_first() -> None:
    watch = watching(["a", "b", "c"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=BROKEN, c=task("c", "cancelled"))
    assert failure(watch.items, None) == (
        "2 of 3 tasks did not succeed: 1 failed, 1 cancelled; alibaba ecs b (ExportImage) failed: "
        "InvalidOSSBucket.NotFound: The bucket is gone (native state Failed)"
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


# What is required of a query that has found so many, and what is said of that.
TOO_FEW: dict[str, tuple[int, int, str]] = {
    "all is well but their number": (
        2,
        0,
        "2 tasks succeeded, 3 required and only 2 found: check what is asked for, and whether all that was to be started was",
    ),
    "one alone": (1, 0, "1 task succeeded, 3 required and only 1 found: check what is asked for, "),
    "one has failed": (2, 1, "1 of 2 tasks did not succeed, 3 required and only 2 found: alibaba ecs t-0 "),
    "enough": (3, 1, "1 of 3 tasks did not succeed, 3 required: alibaba ecs t-0 "),
}


@pytest.mark.parametrize(("found", "failed", "said"), TOO_FEW.values(), ids=TOO_FEW.keys())
def test_a_query_that_finds_too_few_says_so(found: int, failed: int, said: str) -> None:
    watch = watching([None], required=3, not_found_timeout=0.0)
    (look,) = watch.due(0.0)
    states = ["failed"] * failed + ["succeeded"] * (found - failed)
    tasks = [task(f"t-{number}", state) for number, state in enumerate(states)]
    watch.take(LookResult(look, {watch.items[0]: tasks}), 0.0)
    assert watch.done
    assert not watch.met
    assert failure(leaves([watch.items[0]]), 3).startswith(said)


def test_a_failure_names_a_cause_before_those_that_were_abandoned_for_it() -> None:
    watch = watching(["a", "b"])
    sees(watch, 0.0, a=task("a"), b=BROKEN)
    watch.stop("all must succeed, which is no longer possible")
    assert "alibaba ecs b (ExportImage) failed" in failure(watch.items, None)
    assert failure(watch.items, None).startswith("2 of 2 tasks did not succeed: 1 failed, 1 abandoned; alibaba ecs b ")


def test_a_failure_where_all_was_abandoned_still_names_one() -> None:
    watch = watching(["a", "b"])
    watch.stop("the wait was interrupted")
    assert "alibaba ecs a abandoned: the wait was interrupted; the task may still run" in failure(watch.items, None)


def test_a_failure_names_an_id_that_was_never_found() -> None:
    watch = watching(["b"], not_found_timeout=0)
    sees(watch, 0.0, b=NotFound("The specified TaskId does not exist.", code="InvalidTaskId.NotFound"))
    line = failure(watch.items, None)
    assert "alibaba ecs b not found: the cloud did not know it in 1 look over 0 s (InvalidTaskId.NotFound" in line


def test_success_is_one_line_too() -> None:
    watch = watching(["a", "b"])
    sees(watch, 0.0, a=task("a", "succeeded"), b=task("b", "succeeded"))
    assert success(watch.items, 65.2) == "2 of 2 tasks succeeded in 1:05"


# Cutting

CUTS = {
    "short": ("abc", 20, "abc"),
    "just short enough": ("a" * 20, 20, "a" * 20),
    "head and tail": ("Code: " + "x" * 100 + " (Failed)", 20, "Code: xxxxxxxx…iled)"),
    "a secret that is longer than its mask": ("hush" * 20 + "abc", 20, f"{MASKED}abc"),
    "a secret in front of the cut": ("hush" * 20 + "x" * 100, 20, f"{MASKED}xxxxxx…xxxxx"),
}


@pytest.mark.parametrize(("text", "most", "shown"), CUTS.values(), ids=CUTS.keys())
def test_what_is_too_long_is_shown_by_its_head_and_its_tail(text: str, most: int, shown: str) -> None:
    assert brief(text, most, Mask(["hush" * 20]).text) == shown
    assert brief(text, most, None) == text


# name: where there are words in facts.
WORDS: dict[str, t.Callable[[str], dict[str, t.Any]]] = {
    "a reason": lambda text: {"reason": text},
    "an error": lambda text: {"error": {"code": "E", "message": text}},
    "a cancellation": lambda text: {"cancel": {"asked": True, "message": text}},
    "a detail": lambda text: {"details": {"note": text, "size": 7}},
    "the error of a step": lambda text: {"subtasks": [{"name": "a", "error": {"code": "E", "message": text}}]},
}


@pytest.mark.parametrize("place", WORDS.values(), ids=WORDS)
def test_words_in_facts_are_of_bounded_length_and_shown_without_secrets(
    place: t.Callable[[str], dict[str, t.Any]],
) -> None:
    mask = Mask(["Hush4me" * 100])
    facts = {**place("x" * 1450 + "Hush4me" * 10_000 + "the end"), "raw": "y" * 9000}
    shown = bounded(mask.values(facts))
    assert list(shown) == list(facts)
    assert shown["raw"] == facts["raw"]
    assert len(str(shown)) < 9000 + 2200
    assert "ush4" not in str(shown)
    assert bounded(place("short")) == place("short")


@pytest.mark.parametrize("nothing", [{}, {"reason": None, "error": None, "cancel": None, "subtasks": []}])
def test_facts_without_words_stay_as_they_are(nothing: dict[str, t.Any]) -> None:
    assert bounded(nothing) == nothing


# name: low and high in seconds, what is said.
USUAL: dict[str, tuple[float, float, str]] = {
    "seconds": (41.0, 46.4, "usually 41 to 46 s (12 runs)"),
    "minutes": (2460.0, 2760.0, "usually 41 to 46 min (12 runs)"),
    "the same minute": (2460.0, 2465.0, "usually about 41 min (12 runs)"),
    "hours": (5400.0, 9000.0, "usually 1.5 to 2.5 h (12 runs)"),
    "days": (90_000.0, 180_000.0, "usually 25 to 50 h (12 runs)"),
}


@pytest.mark.parametrize(("low", "high", "wanted"), USUAL.values(), ids=USUAL.keys())
def test_what_is_usual_is_told_in_a_unit_that_fits(low: float, high: float, wanted: str) -> None:
    assert usual({"median": low, "low": low, "high": high, "runs": 12}) == wanted


def test_a_failure_counts_what_was_given_up_for_it() -> None:
    names = [f"t-{number}" for number in range(60)]
    watch = watching(names)
    ended = {name: task(name, "succeeded") for name in names[:19]}
    sees(watch, 0.0, **ended, **{name: task(name) for name in names[20:]}, **{names[19]: replace(BROKEN, id=names[19])})
    watch.stop("all must succeed, which is no longer possible")
    assert failure(watch.items, None).startswith(
        "41 of 60 tasks did not succeed: 1 failed, 40 abandoned; alibaba ecs t-19 (ExportImage) failed: "
    )


# What is seen in the only look: the line about it.
ONCE: dict[str, tuple[t.Any, str]] = {
    "it runs": (
        task("a"),
        "1 of 1 task had not ended: alibaba ecs a (ExportImage) still running: Running, looked once; the task may still run",
    ),
    "it has not begun": (task("a", "pending"), "still pending: "),
    "its state is not known": (task("a", "unknown"), "not seen to end: "),
    "it has failed": (replace(BROKEN, id="a"), "1 of 1 task did not succeed: alibaba ecs a (ExportImage) failed: "),
}


@pytest.mark.parametrize(("seen", "line"), ONCE.values(), ids=ONCE.keys())
def test_a_task_that_was_looked_at_once_has_not_timed_out(seen: t.Any, line: str) -> None:
    watch = watching(["a"], timeout=0)
    sees(watch, 0.0, a=seen)
    shown = failure(watch.items, None)
    assert line in shown
    assert "timed out" not in shown
    assert " 0 s" not in shown


LONG = "x" * 20_000


def test_facts_without_raw_have_texts_of_bounded_length() -> None:
    facts = {
        **task("a").facts(),
        "result": {"log": [LONG]},
        "outputs": {"url": "u" * 2000, "log": LONG},
        "subtasks": [{"name": "a", "outputs": {"log": LONG}}],
    }
    shown = lean(without_raw(facts))
    assert shown["raw"] is None
    assert shown["outputs"]["url"] == "u" * 2000
    assert len(json.dumps(shown)) < 3 * 8000 + 4000
    whole = lean({**facts, "raw": {"log": LONG}})
    assert (whole["result"], whole["raw"]) == ({"log": [LONG]}, {"log": LONG})
