# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What speaks against a success: counts, items, results that cannot be read, and expressions that do not work."""

from __future__ import annotations

import itertools
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    CANCELLED,
    FAILED,
    PARTIAL,
    RUNNING,
    SKIPPED,
    SUCCEEDED,
    UNKNOWN,
    Task,
    why_undecided,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import (
    Batch,
    Call,
    Detail,
    Listing,
    Pages,
    Rule,
    Service,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Filters
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from support.mutations import NOW, MutatedCloud

WORDS = {"done": SUCCEEDED, "half": PARTIAL, "idle": SKIPPED, "broken": FAILED, "going": RUNNING, "gone": CANCELLED}
COUNTED = Service(
    name="made_up",
    title="An API that no cloud has",
    doc="",
    product="made-up",
    read=Call("ShowJob"),
    facts={"id": "id", "native_state": "state", "counts": "counts", "subtasks": "steps", "result": "result"},
    states=WORDS,
    subtask="{name: name, native_state: state, error: error}",
    item_states=(("", WORDS),),
    items_decide=True,
)
DONE: dict[str, t.Any] = {"id": "t-1", "state": "done"}


def read(item: dict[str, t.Any], service: Service = COUNTED) -> Task:
    """The task that an item of an answer tells of."""
    return read_item(service, item, Origin("alibaba", None, NOW, "t-1"))


def counted(total: t.Any, good: t.Any, bad: t.Any) -> dict[str, t.Any]:
    """Counts as the API tells them."""
    return {"counts": {"total": total, "succeeded": good, "failed": bad}}


def steps(*words: t.Any) -> dict[str, t.Any]:
    """Items in these states."""
    return {"steps": [{"state": word} for word in words]}


# What is said besides the word of a task that says done, the state that it is in, and what the reason says.
ROWS: dict[str, tuple[dict[str, t.Any], str, str]] = {
    "nothing": ({}, SUCCEEDED, ""),
    "all have succeeded": ({**counted(2, 2, 0), **steps("done", "done")}, SUCCEEDED, ""),
    "all counted, one listed": ({**counted(2, 2, 0), **steps("done")}, SUCCEEDED, ""),
    "only a total, all listed": ({**counted(2, None, None), **steps("done", "done")}, SUCCEEDED, ""),
    "counts as text": (counted("2", "2", "0"), SUCCEEDED, ""),
    "empty counts": (counted("", "", ""), SUCCEEDED, ""),
    "nothing to do": (counted(0, 0, 0), SUCCEEDED, ""),
    "all but one": (counted(2, 1, None), PARTIAL, ""),
    "one has failed": ({**counted(2, 1, 1), **steps("broken")}, PARTIAL, ""),
    "failed by counts, well by items": ({**counted(1, 0, 1), **steps("done")}, FAILED, ""),
    "well by counts, failed by items": ({**counted(2, 2, 0), **steps("broken", "broken")}, FAILED, ""),
    "partial by counts, failed by items": ({**counted(2, 1, 1), **steps("broken", "broken")}, FAILED, ""),
    "failed by counts, partial by items": ({**counted(2, 0, 2), **steps("done", "broken")}, FAILED, ""),
    "one item was cancelled": (steps("gone"), CANCELLED, ""),
    "an item goes on": ({**counted(2, 2, 0), **steps("done", "going")}, RUNNING, ""),
    "an item says an odd word": ({**counted(2, 2, 0), **steps("done", "Strange")}, UNKNOWN, "'Strange'"),
    "an item says no word": (steps("done", None), UNKNOWN, "does not tell its state"),
    "an item says a flag": (steps(True), UNKNOWN, "does not tell its state"),
    "an item is a name": ({"steps": [{"name": "i-1"}]}, UNKNOWN, "its item i-1 does not tell its state"),
    "an item is null": ({"steps": [{"state": "done"}, None]}, UNKNOWN, "does not tell its state"),
    "none of three": (counted(3, 0, 0), UNKNOWN, "of 3 only 0"),
    "one of three, one failed": (counted(3, 1, 1), UNKNOWN, "of 3 only 1"),
    "more than are listed": ({**counted(3, None, None), **steps("done")}, UNKNOWN, "of 3 only 1"),
    "more, and none is listed": (counted(3, None, None), UNKNOWN, "of 3 only 0"),
    "more items than there are": ({**counted(1, 1, 0), **steps("done", "done")}, UNKNOWN, "it has 2 items"),
    "more succeeded than counted": ({**counted(None, 1, 0), **steps("done", "done")}, UNKNOWN, "it counts 1"),
    "more than the total": (counted(2, 3, 0), UNKNOWN, "of 2"),
    "both of one": (counted(1, 1, 1), UNKNOWN, "of 1"),
    "a negative count": (counted(-1, 1, 0), UNKNOWN, "count total is '-1'"),
    "a negative count of failures": (counted(1, 1, -1), UNKNOWN, "count failed is '-1'"),
    "half a failure": (counted(1, 1, 0.5), UNKNOWN, "count failed is '0.5'"),
    "a percentage": (counted("100%", 1, 0), UNKNOWN, "count total is '100%'"),
    "a word for a count": (counted(1, 1, "many"), UNKNOWN, "count failed is 'many'"),
    "a flag for a count": (counted(1, 1, False), UNKNOWN, "count failed is 'False'"),
    "a list for a count": (counted(1, [1], 0), UNKNOWN, "count succeeded is '[1]'"),
    "no counts but a text": ({"counts": "2 of 2"}, UNKNOWN, "counts cannot be read"),
    "a failure that cannot be counted": (counted("many", 0, 1), FAILED, ""),
    "a result that was cut off": ({"result": '[{"a": 1}, {"b"'}, UNKNOWN, "result cannot be read"),
    "a result without its beginning": ({"result": '"state": "broken"}]'}, UNKNOWN, "result cannot be read"),
    "a result that is a line of a log": ({"result": "[12:00] all is done"}, SUCCEEDED, ""),
    "items that were cut off": ({"steps": '[{"state": "done"}, {"st'}, UNKNOWN, "list of items cannot be read"),
    "items that are a number": ({"steps": 3}, UNKNOWN, "list of items cannot be read"),
    "items that are words": ({"steps": ["broken", "broken"]}, UNKNOWN, "list of items cannot be read"),
    "items that are null": ({"steps": [None, None]}, UNKNOWN, "list of items cannot be read"),
    "items under another name of their state": (
        {"steps": [{"odd": "broken"}]},
        UNKNOWN,
        "list of items cannot be read",
    ),
    "items that are empty": ({"steps": [{}, {}]}, UNKNOWN, "list of items cannot be read"),
    "items that tell nothing, some counted": (
        {**counted(None, 1, 0), **steps("")},
        UNKNOWN,
        "list of items cannot be read",
    ),
    "items that tell nothing, all counted": ({**counted(1, 1, 0), **steps("")}, SUCCEEDED, ""),
    "no items": (steps(), SUCCEEDED, ""),
    "items that are words, as the result": ({"steps": ["i-1"], "result": ["i-1"]}, SUCCEEDED, ""),
    "items as a text of JSON": ({"steps": '[{"state": "broken"}]'}, FAILED, ""),
}


@pytest.mark.parametrize(("told", "state", "why"), ROWS.values(), ids=ROWS.keys())
def test_a_success_is_one_only_if_nothing_speaks_against_it(told: dict[str, t.Any], state: str, why: str) -> None:
    task = read({**DONE, **told})
    assert task.state == state
    assert why in why_undecided(task)
    assert bool(why_undecided(task)) == (state == UNKNOWN)


@pytest.mark.parametrize("word", ["half", "idle"])
@pytest.mark.parametrize("told", [row[0] for row in ROWS.values() if row[1] == UNKNOWN and "of 3" not in row[2]])
def test_what_cannot_be_judged_is_no_partial_success_either(word: str, told: dict[str, t.Any]) -> None:
    assert read({**DONE, **told, "state": word}).state == UNKNOWN


RULED = COUNTED._replace(
    rules=(Rule("item.odd == 'partial'", PARTIAL, "odd"), Rule("item.odd == 'skipped'", SKIPPED, "odd"))
)


@pytest.mark.parametrize("rule", ["partial", "skipped"])
@pytest.mark.parametrize("told", [row[0] for row in ROWS.values() if row[1] == UNKNOWN])
def test_a_rule_makes_no_success_that_cannot_be_judged_one_of_some(rule: str, told: dict[str, t.Any]) -> None:
    assert read({**DONE, **told, "odd": rule}, RULED).state == UNKNOWN


# The word that an answer has, and the state, if every word but those of ends means that it goes on.
OTHER_WORDS: list[tuple[t.Any, str]] = [
    ("done", SUCCEEDED),
    ("Broken", FAILED),
    ("canceled", UNKNOWN),
    ("Dequeued", RUNNING),
    ('InProgress:{ "a": 1', RUNNING),
    ("", UNKNOWN),
    ("  ", UNKNOWN),
    (None, UNKNOWN),
    (7, UNKNOWN),
    (True, UNKNOWN),
    (["done"], UNKNOWN),
    ({"a": "done"}, UNKNOWN),
]


@pytest.mark.parametrize(("word", "state"), OTHER_WORDS, ids=map(str, range(len(OTHER_WORDS))))
def test_every_other_word_goes_on_where_the_vendor_says_so(word: t.Any, state: str) -> None:
    item = {"id": "t-1", "state": word}
    goes_on = COUNTED._replace(others=RUNNING, items_decide=False)
    assert read(item, goes_on).state == (RUNNING if word == "canceled" else state)
    assert read(item, goes_on._replace(states={**WORDS, "cancelled": CANCELLED})).state == (
        CANCELLED if word == "canceled" else state
    )
    assert read(item, goes_on._replace(others="")).state == (UNKNOWN if state == RUNNING else state)


STARTED_ONLY = Rule("state == 'succeeded' && item.jobId", SKIPPED, "it has only started job {item.jobId} of {name}")
REASONS: dict[str, tuple[dict[str, t.Any], str, t.Optional[str]]] = {
    "a value": ({"jobId": "j-1"}, SKIPPED, "it has only started job j-1 of (not told)"),
    "a number": ({"jobId": 7}, SKIPPED, "it has only started job 7 of (not told)"),
    "no text": ({"jobId": {"a": 1}}, SKIPPED, "it has only started job (not told) of (not told)"),
    "braces of its own": ({"jobId": "{id}"}, SKIPPED, "it has only started job {id} of (not told)"),
    "a long value": ({"jobId": "x" * 9000}, SKIPPED, f"job {'x' * 149}…{'x' * 50} of"),
    "no job": ({}, SUCCEEDED, None),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_rule_says_what_the_answer_tells(name: str) -> None:
    told, state, reason = REASONS[name]
    task = read({**DONE, **told}, COUNTED._replace(rules=(STARTED_ONLY,), items_decide=False))
    assert task.state == state
    assert (reason in task.error["message"]) if reason and task.error else task.error is reason


GATES: dict[tuple[str, str], str] = {
    ("half", "going"): RUNNING,
    ("idle", "going"): RUNNING,
    ("half", "broken"): FAILED,
    ("idle", "broken"): FAILED,
    ("half", "done"): PARTIAL,
    ("idle", "done"): SKIPPED,
    ("broken", "done"): FAILED,
    ("gone", "broken"): CANCELLED,
    ("going", "Strange"): RUNNING,
}


@pytest.mark.parametrize(("word", "item"), GATES)
def test_an_item_makes_no_state_better_and_those_that_may_open_a_gate_worse(word: str, item: str) -> None:
    assert read({**DONE, **steps(item), "state": word}).state == GATES[word, item]


def test_no_counts_and_items_at_all_break_the_judge_or_open_a_gate_wrongly() -> None:
    numbers = (None, 0, 1, 2, -1, 0.5, "x", [], {})
    kinds = ("done", "broken", "going", "half", None)
    lists = [(), *((kind,) for kind in kinds), *itertools.product(kinds, repeat=2)]
    for three, words in itertools.product(itertools.product(numbers, repeat=3), lists):
        task = read({**DONE, **counted(*three), **(steps(*words) if words else {})})
        total, good, bad = (number if number in (0, 1, 2) and number is not None else None for number in three)
        if task.state == SUCCEEDED:
            assert not [number for number in three if number in (-1, 0.5, "x", [], {})], three
            assert not bad
            assert set(words) in (set(), {"done"}, {None})
            listed = words.count("done")
            assert total is None or (good == total if good is not None else total == listed or bad == 0)


# Expressions that do not work on what was answered

ODD = "starts_with(odd, 'x')"
MANY = "contains(steps[].order | sort(@), `9`)"
PART = "length(steps[?starts_with(note, `x`)])"
ANSWER = {**DONE, "odd": 7, "steps": [{"state": "done", "order": 1}, {"state": "done", "order": "2", "note": "x"}]}
PLAIN = COUNTED._replace(facts={"id": "id", "native_state": "state"}, items_decide=False)
DECIDING: dict[str, t.Callable[[str], Service]] = {
    "counts": lambda path: PLAIN._replace(facts={**PLAIN.facts, "counts": f"{{failed: {path}}}"}),
    "subtasks": lambda path: COUNTED._replace(facts={**PLAIN.facts, "subtasks": path}),
    "subtask": lambda path: COUNTED._replace(facts={**PLAIN.facts, "subtasks": "[@]"}, subtask=f"{{name: {path}}}"),
    "native_state": lambda path: PLAIN._replace(facts={**PLAIN.facts, "native_state": path}),
    "rules": lambda path: PLAIN._replace(rules=(Rule(f"item | {path}", FAILED, "it has failed"),)),
    "a fact that a rule asks for": lambda path: PLAIN._replace(
        facts={**PLAIN.facts, "outputs": f"{{a: {path}}}"}, rules=(Rule("outputs.a", FAILED, "it has failed"),)
    ),
    "states_by": lambda path: PLAIN._replace(
        facts={**PLAIN.facts, "outputs": "@"}, states_by=((f"outputs | {path}", {"done": FAILED}),)
    ),
    "refused": lambda path: PLAIN._replace(refused=path),
    "absent": lambda path: PLAIN._replace(absent=path),
    "root": lambda path: PLAIN._replace(root=f"[@][?{path}]"),
    "items": lambda path: PLAIN._replace(items=f"[@][?{path}]"),
    "when of a detail that decides": lambda path: PLAIN._replace(
        facts={**PLAIN.facts, "outputs": "@"},
        detail=Detail(Call("ShowMore"), f"outputs | {path}", {}, (Rule("item.odd", FAILED, "it has failed"),)),
    ),
    "rule of a detail": lambda path: PLAIN._replace(
        detail=Detail(Call("ShowMore"), "@", {}, (Rule(f"item | {path}", FAILED, "it has failed"),))
    ),
    "items of a detail": lambda path: COUNTED._replace(
        facts=PLAIN.facts, detail=Detail(Call("ShowMore"), "@", {"subtasks": path})
    ),
}
PATHS = {"of another type": ODD, "of a list with both": MANY, "of a list with holes": PART}


def lane(service: Service, **answers: t.Any) -> TaskLister:
    """A lane to a cloud whose calls answer so."""
    told = {name: Response(200, {}, body) for name, body in answers.items()}
    return TaskLister(TaskReader(t.cast(t.Any, MutatedCloud(PROVIDERS["alibaba"], told)), service))


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
@pytest.mark.parametrize("field", DECIDING)
def test_an_expression_that_decides_and_does_not_work_is_no_success_and_is_named(field: str, path: str) -> None:
    try:
        task = lane(DECIDING[field](path), ShowJob=ANSWER, ShowMore=ANSWER).reader.read({"task_id": "t-1"})
    except Unavailable as exc:
        told = str(exc)
    else:
        assert task.state == UNKNOWN
        told = why_undecided(task)
    assert path in told


@pytest.mark.parametrize("fact", ["progress", "outputs", "created_at", "resource_id", "error"])
def test_an_expression_that_decides_nothing_spoils_nothing(fact: str) -> None:
    assert read(ANSWER, PLAIN._replace(facts={**PLAIN.facts, fact: ODD})).state == SUCCEEDED


MANY_OF: dict[str, t.Callable[[Listing], Listing]] = {
    "items": lambda listing: listing._replace(items=f"jobs[?{ODD}]"),
    "token": lambda listing: listing._replace(pages=Pages(2, token=ODD)),
    "total": lambda listing: listing._replace(pages=Pages(2, total=ODD)),
    "counts": lambda listing: listing._replace(facts={"counts": f"{{failed: {ODD}}}"}),
}


@pytest.mark.parametrize("field", MANY_OF)
def test_a_list_whose_expressions_do_not_work_holds_no_success(field: str) -> None:
    listing = MANY_OF[field](Listing(Call("ListJobs"), "jobs", Pages(0)))
    service = PLAIN._replace(listing=listing, batch=Batch(call=listing.call, items=listing.items, judge=True))
    asked = lane(service._replace(batch=service.batch and service.batch._replace(facts=listing.facts)))
    asked = lane(asked.service, ListJobs={"odd": 7, "jobs": [ANSWER]})
    try:
        seen: list[t.Any] = asked.tasks({}, Filters())
    except Unavailable as exc:
        seen = [exc]
    if field not in ("token", "total"):
        seen += asked.read_many(["t-1", "t-2"], {}).values()
    assert seen
    assert not [each for each in seen if isinstance(each, Task) and each.state != UNKNOWN]


def test_a_list_that_may_have_been_refused_holds_no_success() -> None:
    listing = Listing(Call("ListJobs"), "jobs", Pages(0))
    asked = lane(PLAIN._replace(listing=listing, refused=ODD), ListJobs={"odd": 7, "jobs": [DONE]})
    assert [task.state for task in asked.tasks({}, Filters())] == [UNKNOWN]


# Which task it is

TWICE = {"jobs": [DONE, {**DONE, "state": "broken"}]}


def test_an_answer_that_tells_of_one_task_twice_and_differently_tells_nothing_of_it() -> None:
    listing = Listing(Call("ListJobs"), "jobs", Pages(0))
    batch = Batch(call=listing.call, items="jobs", judge=True)
    asked = lane(PLAIN._replace(items="jobs", listing=listing, batch=batch), ShowJob=TWICE, ListJobs=TWICE)
    with pytest.raises(Unavailable, match="more than once"):
        asked.reader.read({"task_id": "t-1"})
    seen = asked.read_many(["t-1", "t-2"], {})
    assert {task_id: type(each) for task_id, each in seen.items()} == {"t-1": Unavailable, "t-2": Unavailable}


UUID = "7e57ab1e-0000-4000-8000-00000000000a"
FORMS = [(UUID, UUID.upper()), (UUID.replace("-", ""), UUID), (UUID.upper(), UUID.replace("-", ""))]


@pytest.mark.parametrize(("asked_for", "told"), FORMS)
def test_a_task_has_the_id_that_it_was_asked_for_by(asked_for: str, told: str) -> None:
    listing = Listing(Call("ListJobs"), "jobs", Pages(0))
    jobs = {"jobs": [{**DONE, "id": told}]}
    service = PLAIN._replace(items="jobs", listing=listing, batch=Batch(call=listing.call, items="jobs", judge=True))
    alone = lane(service, ShowJob=jobs).reader.read({"task_id": asked_for})
    together = lane(service, ListJobs=jobs).read_many([asked_for, "t-2"], {})[asked_for]
    turned = lane(service._replace(batch=Batch()), ListJobs=jobs).read_many([asked_for, "t-2"], {})[asked_for]
    assert [task.id for task in (alone, together, turned) if isinstance(task, Task)] == [asked_for] * 3
