# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of steps that started tasks, in the place of ids: at every entry point, in every form, and what is refused."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import NothingStarted, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import Options
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import Plan, event_plan_of, plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.results import resolve_results_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Selector

Json = t.Any
ENTRIES: dict[str, t.Callable[[Options], Plan]] = {
    "wait": lambda given: plan_of(PROVIDERS, given, False),
    "check mode": lambda given: plan_of(PROVIDERS, given, True),
    "event source": lambda given: event_plan_of(PROVIDERS, given).plan,
}
ECS: Options = {"provider": "alibaba", "service": "ecs"}


def export(task_id: Json = "t-1", region: str = "cn-hangzhou", **more: Json) -> Json:
    words = ["aliyun", "ecs", "ExportImage", "--RegionId", region]
    return {"changed": True, "failed": False, "rc": 0, "cmd": words, "stdout": json.dumps({"TaskId": task_id}), **more}


def item(task_id: str, **more: Json) -> Json:
    return export(task_id, item=task_id, ansible_loop_var="item", **more)


BACKUP: Json = {"changed": True, "backup": {"id": "b-1", "name": "b"}}
SKIPPED: Json = {"changed": False, "skipped": True, "skip_reason": "x", "item": "c", "ansible_loop_var": "item"}
LOOP: Json = {"changed": True, "msg": "All items completed", "results": [item("t-1"), SKIPPED, item("t-2")]}


def asked(selectors: t.Sequence[Selector]) -> list[tuple[str, t.Optional[str], t.Any]]:
    return [(each.service.name, each.task_id, each.options.get("region")) for each in selectors]


def said(make: t.Callable[[Options], Plan], given: Options) -> str:
    with pytest.raises(OptionError) as caught:
        make(given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


ONE = [("ecs", "t-1", "cn-hangzhou")]
TWO = [("ecs", "t-1", "cn-hangzhou"), ("ecs", "t-2", "cn-hangzhou")]
FORMS: dict[str, tuple[Options, list[tuple[str, str, t.Any]]]] = {
    "flat": ({**ECS, "started_by": export()}, ONE),
    "flat, a list": ({**ECS, "started_by": [export("t-1"), export("t-2")]}, TWO),
    "flat, a loop": ({**ECS, "started_by": LOOP}, TWO),
    "flat, the results of a loop": ({**ECS, "started_by": LOOP["results"]}, TWO),
    "flat, in two regions": (
        {**ECS, "started_by": [export(), export("t-2", "cn-beijing")]},
        [*ONE, ("ecs", "t-2", "cn-beijing")],
    ),
    "flat, as a text": ({**ECS, "started_by": json.dumps(export())}, ONE),
    "flat, as a text of a list": ({**ECS, "started_by": json.dumps([export("t-1"), export("t-2")])}, TWO),
    "flat, what was printed": ({**ECS, "started_by": '{"TaskId": "t-1"}', "region": "r"}, [("ecs", "t-1", "r")]),
    "flat, the response alone": ({**ECS, "started_by": {"TaskId": "t-1"}}, [("ecs", "t-1", None)]),
    "entries that are results": ({**ECS, "tasks": [export("t-1"), export("t-2")]}, TWO),
    "entries that are results of a loop": ({**ECS, "tasks": LOOP["results"]}, TWO),
    "an entry that is a loop": ({**ECS, "tasks": [LOOP]}, TWO),
    "a result beside an id": ({**ECS, "region": "cn-hangzhou", "tasks": [export(), {"id": "t-2"}]}, TWO),
    "an entry with a result": ({"tasks": [{**ECS, "started_by": export()}]}, ONE),
    "an entry with a loop": ({"tasks": [{**ECS, "started_by": LOOP}]}, TWO),
    "entries of two clouds": (
        {
            "tasks": [
                {**ECS, "started_by": export()},
                {"provider": "openstack", "service": "cinder_backup", "started_by": BACKUP},
            ]
        },
        [*ONE, ("cinder_backup", "b-1", None)],
    ),
    "an entry of another service than the step": (
        {**ECS, "tasks": [export(), {"service": "ecs_image", "started_by": {"ImageId": "m-1"}}]},
        [*ONE, ("ecs_image", "m-1", None)],
    ),
    "a job in the background that has finished": (
        {**ECS, "started_by": export(ansible_job_id="j1.2", started=1, finished=1)},
        ONE,
    ),
}


@pytest.mark.parametrize(("given", "wanted"), FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_results_stand_for_their_ids(make: t.Callable[[Options], Plan], given: Options, wanted: Json) -> None:
    assert asked(make(given).selectors) == wanted


LEFT_OUT: dict[str, tuple[Options, str]] = {
    "flat": ({**ECS, "started_by": LOOP}, "started_by.results[1]"),
    "flat, the results": ({**ECS, "started_by": LOOP["results"]}, "started_by[1]"),
    "an entry that is a loop": ({**ECS, "tasks": [LOOP]}, "tasks[0].results[1]"),
    "an entry with a loop": ({"tasks": [{**ECS, "started_by": LOOP}]}, "tasks[0].started_by.results[1]"),
}


@pytest.mark.parametrize(("given", "place"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_items_that_a_loop_skipped_are_left_out_and_a_line_says_so(
    make: t.Callable[[Options], Plan], given: Options, place: str
) -> None:
    notes = make(given).notes
    assert len(notes) == 1
    assert notes[0].endswith(f"so that nothing was started: {place}")


GIVEN: dict[str, tuple[Options, t.Any]] = {
    "nothing": ({}, "cn-hangzhou"),
    "a region": ({"region": "cn-beijing"}, "cn-beijing"),
    "by another name": ({"region_id": "cn-beijing"}, "cn-beijing"),
    "null": ({"region": None}, "cn-hangzhou"),
}


@pytest.mark.parametrize(("more", "region"), GIVEN.values(), ids=GIVEN.keys())
def test_an_option_that_is_given_wins_over_what_a_result_tells(more: Options, region: t.Any) -> None:
    for given in (
        {**ECS, **more, "started_by": export()},
        {**ECS, **more, "tasks": [export()]},
        {**ECS, **more, "tasks": [{"started_by": export()}]},
        {"tasks": [{**ECS, **more, "started_by": export()}]},
    ):
        assert asked(plan_of(PROVIDERS, given, False).selectors) == [("ecs", "t-1", region)]


def test_what_a_service_needs_besides_the_id_is_taken_from_the_call() -> None:
    words = ["aliyun", "hbr", "CreateRestoreJob", "--RestoreType", "ECS_FILE"]
    result = {"changed": True, "rc": 0, "cmd": words, "stdout": '{"RestoreId": "r-1"}'}
    given = {"provider": "alibaba", "service": "hbr_restore_job", "started_by": result}
    assert [dict(each.values) for each in plan_of(PROVIDERS, given, False).selectors] == [{"restore_type": "ECS_FILE"}]
    text = said(ENTRIES["wait"], {**given, "started_by": {"RestoreId": "r-1"}})
    assert text.startswith("restore_type is missing")


DEFINED: Json = {
    "name": "scaling",
    "product": "ess",
    "version": "2022-02-22",
    "read": {"action": "DescribeScalingActivities", "query": {"Id": "{task_id}"}},
    "facts": {"native_state": "StatusCode", "id": "Id"},
    "states": {"Successful": "succeeded"},
}


def test_a_definition_may_say_where_the_id_is() -> None:
    defined = {**DEFINED, "started_by": {"ids": ["ScalingActivityId"]}}
    given = {"provider": "alibaba", "region": "r", "definition": defined}
    result = {"changed": True, "ScalingActivityId": "asa-1"}
    for tasks in ({"started_by": result}, {"tasks": [result]}, {"tasks": [{"started_by": result}]}):
        assert asked(plan_of(PROVIDERS, {**given, **tasks}, False).selectors) == [("scaling", "asa-1", "r")]
    named = {**given, "tasks": [{"service": "scaling", "started_by": result}]}
    assert asked(plan_of(PROVIDERS, named, False).selectors) == [("scaling", "asa-1", "r")]
    text = said(ENTRIES["wait"], {**given, "definition": DEFINED, "started_by": result})
    assert text.startswith("started_by: the definition does not say where a result holds the id")


REFUSED: dict[str, tuple[Options, list[str]]] = {
    "null": ({**ECS, "started_by": None}, ["started_by is null", "perhaps nothing was started"]),
    "an empty list": ({**ECS, "started_by": []}, ["started_by is empty", "perhaps nothing was started"]),
    "an empty list in an entry": ({"tasks": [{**ECS, "started_by": []}]}, ["tasks[0]: started_by is empty"]),
    "null in an entry": ({"tasks": [{**ECS, "started_by": None}]}, ["tasks[0]: started_by is null"]),
    "a text": ({**ECS, "started_by": "t-1"}, ["started_by: it is a text, and not the result of a step", "task_id"]),
    "a text among results": ({**ECS, "started_by": [export(), "t-1"]}, ["started_by: it is a text"]),
    "a text in an entry": ({"tasks": [{**ECS, "started_by": "t-1"}]}, ["tasks[0].started_by: it is a text"]),
    "a number": ({**ECS, "started_by": 5}, ["started_by: it is a number"]),
    "beside an id": ({**ECS, "started_by": export(), "task_id": "t-2"}, ["started_by: give either", "not both"]),
    "beside an id in an entry": (
        {"tasks": [{**ECS, "started_by": export(), "id": "t-2"}]},
        ["tasks[0]: started_by: give either started_by or id, not both"],
    ),
    "beside tasks": ({**ECS, "started_by": export(), "tasks": [export()]}, ["either started_by or tasks, not both"]),
    "beside a filter": ({**ECS, "started_by": export(), "resource_id": "m-1"}, ["resource_id: it chooses from a list"]),
    "no provider": ({"service": "ecs", "started_by": export()}, ["provider is missing"]),
    "no service": ({"provider": "alibaba", "started_by": export()}, ["service is missing: alibaba has"]),
    "another service": (
        {"provider": "alibaba", "service": "esc", "started_by": export()},
        ["service: did you mean ecs?"],
    ),
    "no service in an entry": (
        {"tasks": [{"provider": "alibaba", "started_by": export()}]},
        ["tasks[0]: service is missing"],
    ),
    "a result without a service": (
        {"provider": "alibaba", "tasks": [export()]},
        ["tasks[0]: it is the result of another step", "started_by: ...", "task_id: ..."],
    ),
    "none": (
        {**ECS, "started_by": {"changed": False, "status": "Available"}},
        ["started_by: it has no id of a task of alibaba ecs", "looked for TaskId in it", "task_id"],
    ),
    "none in an entry": (
        {**ECS, "tasks": [export(), {"changed": False}]},
        ["tasks[1]: it has no id of a task of alibaba ecs", "looked for TaskId in it"],
    ),
    "none in a loop": (
        {"tasks": [{**ECS, "started_by": {"results": [item("t-1"), item("")]}}]},
        ["tasks[0].started_by.results[1]: it has no id", "in the JSON that its command printed (stdout)"],
    ),
    "several": (
        {**ECS, "started_by": export(["t-1", "t-2"])},
        ["started_by: it has several ids of a task of alibaba ecs", "'t-1' (TaskId) and 't-2' (TaskId)", "task_id"],
    ),
    "a step that was skipped": (
        {**ECS, "started_by": {"changed": False, "skipped": True}},
        ["started_by: it is the result of a step that was skipped"],
    ),
    "an entry that was skipped": (
        {**ECS, "tasks": [export(), {"changed": False, "skipped": True}]},
        ["tasks[1]: it is the result of a step that was skipped"],
    ),
    "a step that has failed": (
        {**ECS, "started_by": export(failed=True, msg="non-zero return code")},
        ["started_by: it is the result of a step that has failed", "non-zero return code"],
    ),
    "an item that has failed": (
        {**ECS, "started_by": {"results": [item("t-1"), item("t-2", failed=True, msg="no")], "failed": True}},
        ["started_by.results[1]: it is the result of a step that has failed"],
    ),
    "an entry that has failed": (
        {**ECS, "tasks": [export(failed=True, msg="no")]},
        ["tasks[0]: it is the result of a step that has failed"],
    ),
    "a loop of which all was skipped": (
        {**ECS, "started_by": {"changed": False, "skipped": True, "results": [SKIPPED, SKIPPED]}},
        ["started_by: it is the result of a step that was skipped"],
    ),
    "a loop of which all was skipped beside another": (
        {**ECS, "started_by": [export(), {"changed": False, "skipped": True, "results": [SKIPPED]}]},
        ["started_by[1]: it is the result of a step that was skipped"],
    ),
    "the results of a loop of which all was skipped": (
        {**ECS, "started_by": [SKIPPED, SKIPPED]},
        ["started_by: every item of the loop was skipped"],
    ),
    "a loop without items": (
        {**ECS, "started_by": {"changed": False, "skipped": True, "results": []}},
        ["started_by: it is the result of a step that was skipped"],
    ),
    "a step in the background": (
        {**ECS, "started_by": {"changed": True, "ansible_job_id": "j1", "started": 1, "finished": 0}},
        ["started_by: it is the result of a step that still runs in the background"],
    ),
    "a step that has failed, and tells an id of something else": (
        {**ECS, "started_by": export(failed=True, msg="no", id="i-1")},
        ["started_by: it is the result of a step that has failed"],
    ),
    "a step that was skipped, and tells an id of something else": (
        {**ECS, "started_by": export(skipped=True, id="i-1")},
        ["started_by: it is the result of a step that was skipped"],
    ),
    "a step in the background that tells an id of something else": (
        {**ECS, "started_by": export(ansible_job_id="j1", started=1, finished=0, id="i-1")},
        ["started_by: it is the result of a step that still runs in the background"],
    ),
    "a step that has not reached its host": (
        {**ECS, "started_by": export(unreachable=True, msg="no route")},
        ["started_by: it is the result of a step that has not reached its host", "no route"],
    ),
    "an entry that has not reached its host": (
        {**ECS, "tasks": [export(unreachable=True, msg="no route")]},
        ["tasks[0]: it is the result of a step that has not reached its host"],
    ),
    "a command that was made to pass": (
        {**ECS, "started_by": export(rc=3)},
        ["started_by: it has started no known task: its command has ended with 3"],
    ),
}


@pytest.mark.parametrize(("given", "fragments"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_what_tells_no_task_is_refused_in_words(
    make: t.Callable[[Options], Plan], given: Options, fragments: list[str]
) -> None:
    text = said(make, given)
    assert [fragment for fragment in fragments if fragment not in text] == []


# Check mode

DRY: Json = {"changed": True, "skipped": True, "rc": 0, "msg": "Command would have run if not in check mode"}
DRY_URI: Json = {
    "changed": False,
    "skipped": True,
    "msg": "remote module (ansible.builtin.uri) does not support check mode",
}
DRY_MODULE: Json = {"changed": True, "failed": False}
DRY_LOOP: Json = {"changed": True, "skipped": True, "results": [{**DRY, "item": "a", "ansible_loop_var": "item"}]}
DRIES = {"a command": DRY, "uri": DRY_URI, "a module": DRY_MODULE, "a loop": DRY_LOOP}


@pytest.mark.parametrize("dry", DRIES.values(), ids=DRIES.keys())
def test_in_check_mode_a_step_that_would_have_started_something_is_left_out(dry: Json) -> None:
    for given, place in (
        ({**ECS, "started_by": [dry, export()]}, "started_by[0]"),
        ({**ECS, "tasks": [dry, export()], "required": "2"}, "tasks[0]"),
        ({"tasks": [{**ECS, "started_by": dry}, {**ECS, "started_by": export()}]}, "tasks[0].started_by"),
    ):
        plan = plan_of(PROVIDERS, given, True)
        assert asked(plan.selectors) == ONE
        assert len(plan.notes) == 1
        assert plan.notes[0].startswith(f"left out, because steps in check mode have started nothing: {place}")
        assert said(ENTRIES["wait"], {**given, "required": "1"}).startswith(place)


@pytest.mark.parametrize("dry", DRIES.values(), ids=DRIES.keys())
def test_in_check_mode_there_may_be_nothing_to_look_at(dry: Json) -> None:
    for given in (
        {**ECS, "started_by": dry},
        {**ECS, "tasks": [dry]},
        {"tasks": [{**ECS, "started_by": [dry, dry]}]},
    ):
        with pytest.raises(NothingStarted, match="in check mode nothing was started"):
            plan_of(PROVIDERS, given, True)
    params = {"service": "ecs", "started_by": [dry]}
    with pytest.raises(NothingStarted):
        resolve_results_of_one(PROVIDERS["alibaba"], params, True)
    with pytest.raises(OptionError, match=r"^started_by"):
        resolve_results_of_one(PROVIDERS["alibaba"], params, False)


def test_a_step_that_its_own_condition_skipped_is_refused_in_check_mode_too() -> None:
    skipped = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}
    for given in ({**ECS, "started_by": skipped}, {**ECS, "tasks": [skipped]}):
        assert "was skipped" in said(ENTRIES["check mode"], given)


# Info modules

INFO: dict[str, tuple[Options, list[str], t.Any]] = {
    "one": ({"started_by": [export()]}, ["t-1"], "cn-hangzhou"),
    "a loop": ({"started_by": [LOOP]}, ["t-1", "t-2"], "cn-hangzhou"),
    "with a region": ({"started_by": [export()], "region": "r"}, ["t-1"], "r"),
    "none": ({"task_ids": ["t-5"]}, ["t-5"], None),
}


@pytest.mark.parametrize(("given", "ids", "region"), INFO.values(), ids=INFO.keys())
def test_an_info_module_takes_results_for_ids(given: Options, ids: list[str], region: t.Any) -> None:
    params = {"service": "ecs", "definition": None, "task_ids": None, "region": None, "started_by": None, **given}
    resolved, dummy = resolve_results_of_one(PROVIDERS["alibaba"], params, False)
    assert {name: resolved[name] for name in ("task_ids", "region", "started_by")} == {
        "task_ids": ids,
        "region": region,
        "started_by": None,
    }
    assert resolved.keys() == params.keys()


def test_an_info_module_reads_of_one_place_only() -> None:
    with pytest.raises(OptionError, match="started_by: the results are of tasks in several places"):
        resolve_results_of_one(
            PROVIDERS["alibaba"], {"service": "ecs", "started_by": [export(), export("t-2", "cn-x")]}, False
        )


def test_no_part_of_a_result_but_the_id_is_in_the_plan() -> None:
    plan = plan_of(
        PROVIDERS, {**ECS, "started_by": export(Hush="hush-hush", invocation={"module_args": {"x": "hush"}})}, False
    )
    fields = [selector._asdict() for selector in plan.selectors]
    assert fields
    # The catalogue itself has such words.
    assert "hush" not in repr([{**each, "provider": "", "service": ""} for each in fields])
