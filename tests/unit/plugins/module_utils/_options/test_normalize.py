# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What says which tasks a wait is about must say it: nothing, a text in pieces or a result without a task opens no gate."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Task
from ansible_collections.multicloud.tasks.plugins.module_utils._module.info import checked_params
from ansible_collections.multicloud.tasks.plugins.module_utils._options.normalize import selecting_options
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import Plan, event_plan_of, plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import (
    FACT_NAMES,
    FILTERS,
    IDS,
    secrets_in,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._options.texts import parse_data
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS, SECRETS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import names_in_template
from support.rows import each_row

Options = dict[str, t.Any]

ECS: Options = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}
ONE: Options = {**ECS, "task_ids": ["t-1"]}
FACTS = Task("alibaba", "ecs", "cn-hangzhou", "t-7", "running").facts()
WAITED = {
    **FACTS,
    "outcome": "timed_out",
    "reason": "x",
    "looks": 3,
    "detection_delay_max": None,
    "expected": None,
    "cancel": None,
}
FOUND = {"tasks": [FACTS], "missing": [], "changed": False, "failed": False}
EMPTY = {"tasks": [], "missing": [], "changed": False, "failed": False}
SKIPPED = {"skipped": True, "changed": False, "item": "b", "skip_reason": "Conditional result was False"}

ENTRIES: dict[str, t.Callable[[Options], Plan]] = {
    "wait": lambda given: plan_of(PROVIDERS, given, False),
    "check mode": lambda given: plan_of(PROVIDERS, given, True),
    "event source": lambda given: event_plan_of(PROVIDERS, given).plan,
}


def said(make: t.Callable[[Options], Plan], given: Options) -> str:
    """The complaint about these options."""
    with pytest.raises(OptionError) as caught:
        make(given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def ids_of(order: Plan) -> list[t.Optional[str]]:
    return [ask.task_id for ask in order.selectors]


# Options that narrow

CHOOSING = sorted(selecting_options(PROVIDERS.values()))
NOTHING = {"null": None, "an empty text": "", "a blank text": "  ", "an empty list": [], "an empty dictionary": {}}


def test_every_option_that_a_service_takes_besides_an_id_narrows() -> None:
    named = {option.name for cloud in PROVIDERS.values() for each in cloud.services.values() for option in each.options}
    assert named | {*FILTERS, *IDS, "tasks", "service", "definition", "provider"} <= {*CHOOSING}


@each_row("value", NOTHING.values(), ids=NOTHING.keys())
@pytest.mark.parametrize("name", CHOOSING)
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_an_option_that_narrows_but_holds_nothing_is_refused_by_its_name(
    make: t.Callable[[Options], Plan], name: str, value: t.Any
) -> None:
    assert said(make, {**ONE, name: value}).startswith(name)
    if name != "tasks":
        assert said(make, {"tasks": [FACTS, {**ONE, name: value}]}).startswith(f"tasks[1]: {name}")


@each_row("value", NOTHING.values(), ids=NOTHING.keys())
@pytest.mark.parametrize("name", ["success_when", "failure_when"])
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_a_condition_that_holds_nothing_is_refused_by_its_name(
    make: t.Callable[[Options], Plan], name: str, value: t.Any
) -> None:
    complaint = said(make, {**ONE, name: value})
    assert complaint.startswith(name)
    assert "more would count as success" in complaint


@each_row("value", NOTHING.values(), ids=NOTHING.keys())
@each_row("fact", sorted({*FACT_NAMES} - {*FILTERS}))
@pytest.mark.parametrize("name", sorted({*FACT_NAMES} & {*FILTERS}))
def test_without_an_id_nothing_makes_an_empty_filter_a_fact(name: str, fact: str, value: t.Any) -> None:
    entry = {**ECS, "created_after": "2026-01-01T00:00:00Z", name: value, fact: None}
    assert said(ENTRIES["wait"], {"tasks": [entry]}).startswith(f"tasks[0]: {name} is ")


@pytest.mark.parametrize("name", [name for name in CHOOSING if name not in (*IDS, "tasks")])
def test_to_an_info_module_null_is_not_given(name: str) -> None:
    assert (
        checked_params(PROVIDERS["alibaba"], {"service": "ecs", **({name: None} if name in FILTERS else {})})[
            "task_ids"
        ]
        is None
    )


@pytest.mark.parametrize("value", [None, "", [], [None], [""]], ids=repr)
@pytest.mark.parametrize("name", ["task_ids", "task_id"])
@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_to_an_info_module_an_id_that_is_nothing_is_none(provider: Provider, name: str, value: t.Any) -> None:
    with pytest.raises(OptionError, match=rf"^{name}\b"):
        checked_params(provider, {"service": next(iter(provider.services)), name: value})


NULL_FACTS = {name: None for name in FACT_NAMES if name != "state"}


@pytest.mark.parametrize("facts", [FACTS, WAITED, {**FACTS, **NULL_FACTS}, {**ECS, "id": "t-7", **NULL_FACTS}])
def test_facts_may_be_null(facts: Options) -> None:
    assert ids_of(plan_of(PROVIDERS, {"tasks": [facts]}, False)) == ["t-7"]


@pytest.mark.parametrize("name", sorted({*FILTERS} - {*FACT_NAMES}))
def test_what_is_put_beside_facts_is_an_option(name: str) -> None:
    assert said(ENTRIES["wait"], {"tasks": [{**FACTS, name: None}]}).startswith(f"tasks[0]: {name} is null")


@pytest.mark.parametrize("tasks", [None, "", [], " "], ids=repr)
def test_only_a_wait_without_tasks_goes_on_with_a_journal(tmp_path: Path, tasks: t.Any) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(json.dumps([FACTS]), encoding="utf-8")
    assert said(ENTRIES["wait"], {"journal": str(journal), "tasks": tasks}).startswith("tasks")
    assert ids_of(plan_of(PROVIDERS, {"journal": str(journal)}, True)) == ["t-7"]


DATA: list[t.Any] = [["d-1"], {"id": "d-1"}]


@pytest.mark.parametrize("value", DATA, ids=repr)
@pytest.mark.parametrize("name", sorted({*CHOOSING} - {*IDS, "tasks", "started_by", "states", "definition"}))
def test_data_in_the_place_of_a_text_is_refused(name: str, value: t.Any) -> None:
    assert "and not a text" in said(ENTRIES["wait"], {**ECS, name: value})


# Waits about everybody's tasks

LISTING = [(cloud, each) for cloud in PROVIDERS.values() for each in cloud.services.values() if each.listing]


def needed(service: Service) -> Options:
    """What a list of the service takes at least, none of which says whose tasks are meant."""
    groups = {option.name: "g-1" for option in service.options if not option.selects}
    return {**groups, **{option.name: option.choices[0] for option in service.options if option.choices}}


@pytest.mark.parametrize(("cloud", "service"), LISTING, ids=[service.name for dummy, service in LISTING])
def test_a_wait_with_neither_ids_nor_filters_is_refused(cloud: Provider, service: Service) -> None:
    asked = {"provider": cloud.name, "service": service.name, "region": "r-1", "limit": 7, **needed(service)}
    assert "missing: " in said(ENTRIES["wait"], asked)
    assert "tasks[0]: " in said(ENTRIES["wait"], {"tasks": [asked]})
    filtered = {**asked, "name": "x", **{option.name: "x" for option in service.options if not option.choices}}
    assert ids_of(plan_of(PROVIDERS, {"tasks": [filtered]}, False)) == [None]


@pytest.mark.parametrize("name", [name for name in FILTERS if name != "limit"])
def test_any_filter_will_do(name: str) -> None:
    values = {"states": ["running"], "created_after": "2026-01-31", "created_before": "2026-01-31"}
    assert ids_of(plan_of(PROVIDERS, {**ECS, name: values.get(name, "x")}, False)) == [None]


def test_an_event_source_may_follow_a_whole_list() -> None:
    assert ids_of(event_plan_of(PROVIDERS, ECS).plan) == [None]
    assert ids_of(event_plan_of(PROVIDERS, {"tasks": [ECS, FACTS]}).plan) == [None, "t-7"]


RESOURCES = [
    (cloud, each, option.name)
    for cloud, each in LISTING
    for option in each.options
    if option.fact == "resource_id" and not option.choices
]


@pytest.mark.parametrize(("cloud", "service", "name"), RESOURCES, ids=[f"{s.name} {n}" for d, s, n in RESOURCES])
def test_an_option_that_names_the_resource_is_a_filter(cloud: Provider, service: Service, name: str) -> None:
    """Either the list is asked with it, or it chooses from the list."""
    assert service.listing
    (ask,) = plan_of(PROVIDERS, {"provider": cloud.name, "service": service.name, name: "in07"}, False).selectors
    finds = bool(service.finder and service.finder.option == name)
    assert (ask.filters.resource_id == "in07") is not (finds or name in names_in_template(service.listing.call))


def test_two_names_of_a_resource_must_not_name_two() -> None:
    rds = {"provider": "huawei", "service": "rds", "instance_id": "in01"}
    assert "instance_id and resource_id name two" in said(ENTRIES["wait"], {**rds, "resource_id": "in02"})


def test_a_limit_beside_a_journal_does_not_say_what_is_waited_for(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(json.dumps([{**ECS, "name": "ExportImage"}]), encoding="utf-8")
    order = plan_of(PROVIDERS, {"journal": str(journal), "limit": 5}, True)
    assert (order.resumed, order.selectors[0].filters.name, order.selectors[0].filters.limit) == (
        True,
        "ExportImage",
        5,
    )


def test_a_journal_of_everybodys_tasks_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(json.dumps([{**ECS, "limit": 100}]), encoding="utf-8")
    assert said(ENTRIES["wait"], {"journal": str(journal)}).startswith("journal[0]: task_ids is missing")


# Texts of lists

IDS_AS_TEXT = {
    "JSON": '["t-1", "t-2"]',
    "JSON with white space": ' [ "t-1" ,\n "t-2" ]\n',
    "Python": "['t-1', 't-2']",
    "Python with a comma at the end": "['t-1','t-2',]",
    "a tuple of Python": "('t-1', 't-2')",
    "commas": "t-1,t-2",
    "commas and blanks": " t-1 , t-2 ",
    "a list": ["t-1", "t-2"],
}


@pytest.mark.parametrize("text", IDS_AS_TEXT.values(), ids=IDS_AS_TEXT.keys())
@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_ids_are_the_list_that_their_text_is(make: t.Callable[[Options], Plan], name: str, text: t.Any) -> None:
    assert ids_of(make({**ECS, name: text})) == ["t-1", "t-2"]
    if name != "id" or not isinstance(text, str) or not text.strip().startswith("t-"):
        assert ids_of(make({"tasks": [{**ECS, name: text}]})) == ["t-1", "t-2"]
    if name != "id":
        assert checked_params(PROVIDERS["alibaba"], {"service": "ecs", name: text})["task_ids"] == ["t-1", "t-2"]


def test_an_id_with_a_blank_is_one_id() -> None:
    assert ids_of(plan_of(PROVIDERS, {**ECS, "task_id": "t-1 t-2"}, False)) == ["t-1 t-2"]


NO_IDS = {
    "YAML": "[t-1, t-2]",
    "a list of YAML": "- t-1",
    "lines of YAML": "- t-1\n- t-2\n",
    "half a list": '["t-1", "t-2"',
    "a dictionary": {"value": "t-1"},
    "a dictionary as JSON": '{"TaskId": "t-1", "RequestId": "r"}',
    "a dictionary as Python": "{'TaskId': 't-1'}",
    "half a dictionary": '{"TaskId": "t-1"',
    "a set": "{'t-1', 't-2'}",
    "ids in quotes": '"t-1", "t-2"',
    "a list in a list": [["t-1"]],
    "the text of a list in a list": ['["t-1", "t-2"]'],
    "a dictionary in a list": [{"id": "t-1"}],
    "the text of a dictionary in a list": ['{"id": "t-1"}'],
    "keys of a dictionary": "dict_keys(['t-1', 't-2'])",
    "a generator": "<generator object do_map at 0x7f00>",
    "a template": "{{ export.id }}",
    "a fraction": 1.5,
    "a boolean": True,
    "an empty list as text": "[]",
    "null as text": "[null]",
    "None as text": "[None]",
}


@pytest.mark.parametrize("value", NO_IDS.values(), ids=NO_IDS.keys())
@pytest.mark.parametrize("name", IDS)
def test_what_is_no_id_is_refused_by_the_name_that_was_written(name: str, value: t.Any) -> None:
    for make in ENTRIES.values():
        assert said(make, {**ECS, name: value}).startswith(name)
        assert said(make, {"tasks": [FACTS, {**ECS, name: value}]}).startswith(f"tasks[1]: {name}")
    if name != "id":
        with pytest.raises(OptionError, match=f"^{name}"):
            checked_params(PROVIDERS["alibaba"], {"service": "ecs", name: value})


def test_two_names_of_the_ids_must_not_name_different_ones() -> None:
    for given in ({**ECS, "task_ids": ["a"], "task_id": "b"}, {**ECS, "id": "a", "task_ids": ["a", "b"]}):
        assert "are the same option, and name different tasks" in said(ENTRIES["wait"], given)
        assert said(ENTRIES["wait"], {"tasks": [given]}).startswith("tasks[0]: ")
    assert ids_of(plan_of(PROVIDERS, {**ECS, "task_ids": ["a"], "task_id": "a"}, False)) == ["a"]


ENTRIES_AS_TEXT = {
    "JSON": json.dumps([ONE, {**ECS, "id": "t-2"}]),
    "Python": repr([ONE, {**ECS, "id": "t-2", "profile": None}]),
    "a list of texts": [json.dumps(ONE), repr({**ECS, "id": "t-2"})],
    "pairs": ["provider=alibaba service=ecs region=r id=t-1", "provider=alibaba service=ecs region=r id=t-2"],
    "pairs in a text": "provider=alibaba service=ecs id=t-1,provider=alibaba service=ecs id=t-2",
}


@pytest.mark.parametrize("tasks", ENTRIES_AS_TEXT.values(), ids=ENTRIES_AS_TEXT.keys())
def test_entries_are_the_list_that_their_text_is(tasks: t.Any) -> None:
    for make in ENTRIES.values():
        assert ids_of(make({"tasks": tasks})) == ["t-1", "t-2"]


@pytest.mark.parametrize("name", ["states", "success_states"])
@pytest.mark.parametrize("text", ['["succeeded", "failed"]', "['succeeded', 'failed']", "succeeded,failed"])
def test_states_are_the_list_that_their_text_is(name: str, text: str) -> None:
    order = plan_of(PROVIDERS, {**ECS, "name": "x", name: text}, False)
    assert ("succeeded", "failed") in (order.selectors[0].filters.states, order.policy.success_states)
    assert said(ENTRIES["wait"], {**ECS, name: "[succeeded, failed]"}).startswith(
        f"{name}: it is a text that is neither"
    )


# Results that bring no task

COMMAND = {"changed": True, "failed": False, "rc": 0, "stdout": "t-1", "cmd": ["aliyun"]}
NO_TASK: dict[str, tuple[t.Any, str]] = {
    "a text": ("x", "it is a text"),
    "an id": ("t-bp1aaaa0001", "it is a text"),
    "null": (None, "it is null"),
    "a number": (7, "it is a number"),
    "a list": ([FACTS], "it is a list"),
    "a list as text": (json.dumps([FACTS]), "it is a text"),
    "nothing": ({}, "no facts of a task"),
    "a query that found none": (EMPTY, "it is the result of a step that has found no task"),
    "a step that has failed": ({"failed": True, "msg": "no"}, "has failed"),
    "a step in the background": ({"ansible_job_id": "j", "started": 1, "finished": 0, "changed": True}, "background"),
    "a command that printed no JSON": (COMMAND, "is no JSON object"),
    "a command with an id": ({**COMMAND, "id": "t-1"}, "is no JSON object"),
    "a call of another API": ({"changed": False, "status": 200, "json": {"job_id": "t-1"}}, "it has no id of a task"),
    "a module that lists what it did": ({"changed": True, "results": ["Installed: x"]}, ".results[0]: it is a text"),
    "an output": ({"sensitive": False, "type": "string", "value": "t-1"}, "no facts of a task"),
    "tasks that are null": ({"tasks": None}, "has no list of tasks"),
    "results that are null": ({"results": None, "changed": False}, "has no list of tasks"),
    "missing ids that are none": ({"tasks": [], "missing": 5}, "has no list of tasks"),
}
AMONG: dict[str, tuple[t.Callable[[t.Any], Options], str]] = {
    "first": (lambda bad: {"tasks": [bad, FACTS]}, "tasks[0]"),
    "last": (lambda bad: {"tasks": [FACTS, bad]}, "tasks[1]"),
    "after a result": (lambda bad: {"tasks": [FOUND, bad]}, "tasks[1]"),
    "in a loop": (lambda bad: {"tasks": [FACTS, {"results": [FOUND, bad]}]}, "tasks[1].results[1]"),
    "in a loop with skipped items": (
        lambda bad: {"tasks": [{"results": [SKIPPED, bad, FOUND]}]},
        "tasks[0].results[1]",
    ),
    "in a result": (lambda bad: {"tasks": [{"tasks": [bad, FACTS]}]}, "tasks[0].tasks[0]"),
}


@pytest.mark.parametrize(("bad", "fragment"), NO_TASK.values(), ids=NO_TASK.keys())
@pytest.mark.parametrize(("among", "place"), AMONG.values(), ids=AMONG.keys())
def test_what_brings_no_task_is_refused_wherever_it_stands(
    among: t.Callable[[t.Any], Options], place: str, bad: t.Any, fragment: str
) -> None:
    for make in ENTRIES.values():
        text = said(make, {**ECS, **among(bad)})
        assert text.startswith(place)
        assert fragment in text


def test_a_missing_id_is_one_id_whatever_is_in_it() -> None:
    assert ids_of(plan_of(PROVIDERS, {"tasks": [{**FOUND, "missing": ["a,b"]}]}, False)) == ["t-7", "a,b"]
    assert said(ENTRIES["wait"], {"tasks": [{**FOUND, "missing": [None]}]}).startswith("tasks[0].missing[0]: task_ids")


LOOPS: dict[str, tuple[t.Any, list[str]]] = {
    "a loop": ([{"results": [FOUND, SKIPPED]}], ["tasks[0].results[1]"]),
    "its results": ([SKIPPED, FOUND], ["tasks[0]"]),
    "by another name of the item": (
        [FOUND, {"skipped": True, "ansible_loop_var": "disk", "disk": "d"}],
        ["tasks[1]"],
    ),
    "none": ([FOUND], []),
}


@pytest.mark.parametrize(("tasks", "left_out"), LOOPS.values(), ids=LOOPS.keys())
def test_items_of_a_loop_that_were_skipped_are_left_out_and_a_line_says_so(tasks: t.Any, left_out: list[str]) -> None:
    for make in ENTRIES.values():
        order = make({"tasks": tasks})
        assert ids_of(order) == ["t-7"]
        assert [place for place in left_out if place in " ".join(order.notes)] == left_out
        assert len(order.notes) == bool(left_out)


ALL_SKIPPED: dict[str, tuple[t.Any, str]] = {
    "a loop": ([{"results": [SKIPPED, SKIPPED]}], "tasks[0]: it is the result of a step that was skipped"),
    "a loop beside another": ([FOUND, {"results": [SKIPPED]}], "tasks[1]: it is the result of a step that was skipped"),
    "its results": ([SKIPPED, SKIPPED], "tasks: every item of the loop was skipped"),
    "a step": ([FOUND, {"skipped": True, "changed": False}], "tasks[1]: it is the result of a step that was skipped"),
}


@pytest.mark.parametrize(("tasks", "text"), ALL_SKIPPED.values(), ids=ALL_SKIPPED.keys())
def test_where_all_was_skipped_there_is_nothing_to_wait_for(tasks: t.Any, text: str) -> None:
    assert said(ENTRIES["wait"], {"tasks": tasks}).startswith(text)


# Secrets in what is refused

HUSH = "TOPSEKRET"
LEAKS: dict[str, t.Any] = {
    "a text": f"service: ecs, secret_key: {HUSH}, task_id: t-1",
    "pairs": f"service=ecs secret_key={HUSH} nothing=1",
    "pairs of which one is a slip": f"service: ecs secret_key={HUSH}",
    "a text of JSON": f'{{"service": "ecs", "secret_key": "{HUSH}", "nothing": 1}}',
    "broken JSON": f'{{"service": "ecs", "secret_key": "{HUSH}"',
    "a value with all in it": {"service": f"ecs, secret_key: {HUSH}"},
    "a region with all in it": {**ONE, "service": "esc", "region": f"cn-hangzhou secret_key={HUSH}"},
    "a name with the value in it": {**ONE, f"secret_key:{HUSH}": None},
    "a name with the value and a blank in it": {**ONE, f"secret_key {HUSH}": None},
    "a time": {**ECS, "created_after": f'today, sk: "{HUSH}"'},
    "an id": {**ECS, "task_id": f"t-1\nsecret_key: {HUSH}"},
    "a provider": {"provider": f"alibaba secret_key: '{HUSH}'", "id": "1"},
    "only the secret": HUSH,
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_a_complaint_about_an_entry_shows_no_secret(leak: t.Any) -> None:
    from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask

    for given in ({"provider": "alibaba", "tasks": [leak]}, leak if isinstance(leak, dict) else {"tasks": leak}):
        text = said(ENTRIES["wait"], given)
        assert HUSH not in Mask(secrets_in(given, SECRETS)).line(text)


def test_a_slip_in_the_name_of_what_is_null_is_a_slip() -> None:
    assert said(ENTRIES["wait"], {**ECS, "name": "x", "resource": None}).startswith("resource: there is no such option")
    assert said(ENTRIES["wait"], {"tasks": [{**ONE, "regoin": None}]}).startswith("tasks[0]: regoin: there is no such")
    assert ids_of(plan_of(PROVIDERS, {"tasks": [{**ONE, "username": None, "auth": None}]}, False)) == ["t-1"]


def test_what_a_cloud_says_is_no_secret_of_the_user() -> None:
    facts = {**FACTS, "raw": {"Url": "https://x/?token=abc"}, "error": {"code": "x", "message": "password: wrong"}}
    condition = {"success_when": "outputs.token == 'made' || {token: outputs.password}.token"}
    assert list(secrets_in({"tasks": [facts], **condition, "name": "sk = {x}"}, SECRETS)) == []


@pytest.mark.parametrize(
    "text", ["[" * 5000, "(" * 3000 + ")" * 3000, "{" * 50_000, "[" + "-" * 20_000 + "1]", "  [1, 2"]
)
def test_a_hostile_text_is_no_list(text: str) -> None:
    assert parse_data(text) is None
