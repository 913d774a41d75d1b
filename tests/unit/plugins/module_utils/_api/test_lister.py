# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks over real HTTP: by id, by resource, in lists and in batches, and what each of them costs."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qsl

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    NotFound,
    NotSent,
    Throttled,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, NotListed, Task, Unjudged
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Listing, Pages, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import ALL, Filters
from local_cloud.client import LocalCloud
from local_cloud.signatures import Received
from support.clients import INSTANCE, RESTORE, lister
from support.http_stub import Stub, StubResponse, target_of
from support.unsigned import UNSIGNED

REGION: dict[str, str] = {"region": "cn-shanghai"}
UNKNOWN_IDS: list[tuple[str, str]] = [
    ("alibaba", "ecs"),
    ("alibaba", "hbr"),
    ("alibaba", "bdrc"),
    ("huawei", "taurusdb"),
]
ODD_IDS = ("t-1/2", "t 1", "t-任", "t?a=b&c#d", "t%2F1", "t~1*+'")
SCRIPTS: dict[str, dict[str, t.Any]] = {
    "ecs": {"TaskStatus": "Processing"},
    "hbr": {"Description": "created"},
    "bdrc": {"TaskStatus": "RUNNING"},
    "taurusdb": {"status": "Running"},
}


@pytest.mark.parametrize(("provider", "service"), UNKNOWN_IDS)
def test_an_id_that_nobody_knows_is_not_found(local_cloud: LocalCloud, provider: str, service: str) -> None:
    with lister(provider, service, local_cloud.url) as made, pytest.raises(NotFound):
        made.reader.read({"task_id": "t-nobody"})
    assert made.reader.calls == 1


@pytest.mark.parametrize(("provider", "service"), UNKNOWN_IDS)
@pytest.mark.parametrize("task_id", ODD_IDS)
def test_an_odd_id_reaches_the_api_as_it_is(local_cloud: LocalCloud, provider: str, service: str, task_id: str) -> None:
    local_cloud.add({"service": service, "id": task_id, "script": [[0, SCRIPTS[service]]]})
    with lister(provider, service, local_cloud.url) as made:
        task = made.reader.read({"task_id": task_id})
    assert (task.id, task.state) == (task_id, "running")
    assert set(task.facts()) == set(FACTS)


def job(task_id: str, created: str, **more: t.Any) -> dict[str, t.Any]:
    """A restore of an instance that runs."""
    fields = {"name": RESTORE, "status": "Running", "created": created, "process": "40%"}
    steps = {"sub_task_list": [{"sub_task_name": "INIT", "percent": 50, "status": "Running", "remaining_time": 9}]}
    return {
        "service": "taurusdb",
        "id": task_id,
        "instance_id": INSTANCE,
        "script": [[0, fields]],
        "detail": [[0, steps]],
        **more,
    }


OLD, NEW = job("j-old", "2026-01-01T08:00:00+0800"), job("j-new", "2026-01-01T09:00:00+0800")
# How the cloud is, and the calls that lead to the newest job of an instance.
FINDING: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"documented_detail": True}, ["ShowTaskDetails", "ShowGaussMySqlJobInfo"]),
    ({}, ["ShowTaskDetails", "ListImmediateJobs", "ShowGaussMySqlJobInfo", "ShowTaskDetails"]),
]


@pytest.mark.parametrize(("settings", "calls"), FINDING)
def test_the_newest_job_of_an_instance_is_found_and_judged_by_its_id(
    local_cloud: LocalCloud, settings: dict[str, t.Any], calls: list[str]
) -> None:
    local_cloud.settings(**settings)
    local_cloud.add(OLD, NEW)
    rests: list[int] = []
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        made.reader.rest = lambda: rests.append(made.reader.calls)
        task = made.tasks({"instance_id": INSTANCE}, ALL)[0]
    assert rests == list(range(1, len(calls)))
    assert (task.id, task.state, task.progress, task.remaining) == ("j-new", "running", 40.0, 9.0)
    assert [step["name"] for step in task.subtasks] == ["INIT"]
    asked = [entry["api"].rpartition(".")[2] for entry in local_cloud.log() if entry["api"].startswith("taurusdb.")]
    assert asked == calls
    assert made.reader.calls == len(calls)


def test_a_job_that_only_its_instance_shows_is_no_success(local_cloud: LocalCloud) -> None:
    """As the vendor's page has it: no status, and a step that is complete at 19 % with 66 s left."""
    step = {"sub_task_name": "INIT", "percent": 19, "status": "complete", "remaining_time": 66}
    shown = {"job_id": "j-1", "job_name": RESTORE, "instance_id": INSTANCE, "sub_task_list": [step]}
    local_cloud.fault("answer", "taurusdb.ShowTaskDetails", body=shown)
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        task = made.tasks({"instance_id": INSTANCE}, ALL)[0]
        again = made.reader.read({"instance_id": INSTANCE, "task_id": "j-1"})
    for seen in (task, again):
        assert (seen.id, seen.state, seen.native_state, seen.terminal) == ("j-1", "unknown", None, False)
        assert (seen.progress, seen.remaining) == (19.0, 66.0)


SPOILT_DETAILS: list[dict[str, t.Any]] = [
    {"kind": "error", "status": 500, "code": "DBS.108000"},
    {"kind": "html", "status": 502},
    {"kind": "reset"},
    {"kind": "throttle", "rate": 0.001, "burst": 0},
    {"kind": "answer", "body": []},
]


@pytest.mark.parametrize("fault", SPOILT_DETAILS)
def test_a_second_call_that_fails_never_spoils_the_first(local_cloud: LocalCloud, fault: dict[str, t.Any]) -> None:
    local_cloud.add(NEW)
    local_cloud.fault(**{**fault, "api": "taurusdb.ShowTaskDetails"})
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        task = made.reader.read({"task_id": "j-new"})
    assert (task.state, task.progress, task.subtasks) == ("running", 40.0, [])
    assert (made.reader.throttled is not None) == (fault["kind"] == "throttle")


REFUSED_DETAILS: list[dict[str, t.Any]] = [
    {"kind": "error", "status": 400, "code": "DBS.280001"},
    {"kind": "error", "status": 403, "code": "DBS.200006"},
    {"kind": "error", "status": 404, "code": "DBS.200543"},
    {"kind": "answer", "body": {"job_id": "j-another", "sub_task_list": []}},
]
ENDED: dict[str, t.Any] = {**NEW, "script": [[0, {"name": RESTORE, "status": "Completed", "progress": "100"}]]}


@pytest.mark.parametrize("fault", SPOILT_DETAILS)
def test_no_end_stands_while_the_steps_of_it_may_still_be_told(
    local_cloud: LocalCloud, fault: dict[str, t.Any]
) -> None:
    local_cloud.add(ENDED)
    local_cloud.fault(**{**fault, "api": "taurusdb.ShowTaskDetails"})
    with lister("huawei", "taurusdb", local_cloud.url) as made, pytest.raises((Unavailable, Throttled)) as raised:
        made.reader.read({"task_id": "j-new"})
    assert "does not tell how" in str(raised.value)


@pytest.mark.parametrize("fault", SPOILT_DETAILS)
def test_a_failure_stands_whatever_becomes_of_its_steps(local_cloud: LocalCloud, fault: dict[str, t.Any]) -> None:
    local_cloud.add({**NEW, "script": [[0, {"name": RESTORE, "status": "Failed", "fail_reason": "no space"}]]})
    local_cloud.fault(**{**fault, "api": "taurusdb.ShowTaskDetails"})
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        assert made.reader.read({"task_id": "j-new"}).state == "failed"


@pytest.mark.parametrize("fault", REFUSED_DETAILS)
def test_an_end_stands_whose_steps_are_not_to_be_had(local_cloud: LocalCloud, fault: dict[str, t.Any]) -> None:
    local_cloud.add(ENDED)
    local_cloud.fault(**{**fault, "api": "taurusdb.ShowTaskDetails"})
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        task = made.reader.read({"task_id": "j-new"})
    assert (task.state, task.subtasks) == ("succeeded", [])


def test_an_end_in_a_list_is_left_for_a_look_that_tells_its_steps(local_cloud: LocalCloud) -> None:
    step = {"sub_task_name": "INIT", "percent": 100, "status": "Failed"}
    plain = {
        **ENDED,
        "id": "j-plain",
        "script": [[0, {"name": "CreateGaussDBforMySQLInstance", "status": "Completed"}]],
    }
    local_cloud.add({**ENDED, "detail": [[0, {"sub_task_list": [step]}]]}, plain)
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        seen = made.observe_new({}, Filters())
        listed = made.tasks({}, Filters())
        found = made.tasks({"instance_id": INSTANCE}, ALL)[0]
    assert [each.task.id for each in seen if isinstance(each, Unjudged)] == ["j-new"]
    assert {task.id: task.state for task in listed} == {"j-new": "failed", "j-plain": "succeeded"}
    assert found.state == {"j-new": "failed", "j-plain": "succeeded"}[found.id]


def test_a_job_without_steps_is_not_asked_for_them(local_cloud: LocalCloud) -> None:
    local_cloud.add({**NEW, "script": [[0, {"name": "CreateGaussDBforMySQLInstance", "status": "Running"}]]})
    with lister("huawei", "taurusdb", local_cloud.url) as made:
        made.reader.read({"task_id": "j-new"})
    assert made.reader.calls == 1


def many(service: str, number: int, **fields: t.Any) -> list[dict[str, t.Any]]:
    """So many tasks of a service."""
    return [
        {"service": service, "id": f"t-{n:03}", "script": [[0, {**SCRIPTS[service], **fields}]]} for n in range(number)
    ]


# service, tasks, limit, found, calls of the list: each page is read once more to see that none was lost, but for the last one of
# two, and of a list with a total
PAGED: list[tuple[str, str, int, int, int, int, dict[str, t.Any]]] = [
    ("alibaba", "ecs", 250, 1000, 250, 5, {}),
    ("alibaba", "ecs", 250, 150, 150, 3, {}),
    ("alibaba", "ecs", 0, 100, 0, 1, {}),
    ("alibaba", "bdrc", 1100, 2000, 1100, 6, {}),
    ("huawei", "taurusdb", 120, 1000, 120, 5, {}),
    ("huawei", "taurusdb", 120, 1000, 120, 6, {"offset_is": "index"}),
]


@pytest.mark.parametrize(("provider", "service", "number", "limit", "found", "calls", "settings"), PAGED)
def test_a_list_is_followed_to_its_end_or_to_the_limit(
    local_cloud: LocalCloud,
    provider: str,
    service: str,
    number: int,
    limit: int,
    found: int,
    calls: int,
    settings: dict[str, t.Any],
) -> None:
    local_cloud.settings(**settings)
    if number:
        local_cloud.add(*many(service, number))
    with lister(provider, service, local_cloud.url) as made:
        tasks = made.tasks({}, Filters(limit=limit))
    assert len({task.id for task in tasks}) == len(tasks) == found
    assert made.reader.calls == calls


IMPORT = {"TaskAction": "ImportImage"}
MIXED: list[dict[str, t.Any]] = [
    {"service": "ecs", "id": "t-run", "script": [[0, {"TaskAction": "ExportImage", "TaskStatus": "Processing"}]]},
    {
        "service": "ecs",
        "id": "t-old",
        "script": [[0, {**IMPORT, "TaskStatus": "Waiting", "CreationTime": "2020-01-01T00:00Z"}]],
    },
    {
        "service": "ecs",
        "id": "t-part",
        "script": [[0, {**IMPORT, "TaskStatus": "Finished", "TotalCount": 2, "SuccessCount": 1, "FailedCount": 1}]],
    },
]
FILTERED: list[tuple[Filters, list[str], dict[str, str]]] = [
    (Filters(), ["t-run", "t-old", "t-part"], {}),
    (Filters(states=("running",)), ["t-run"], {"TaskStatus": "Processing"}),
    (Filters(states=("pending",)), ["t-old"], {}),
    (Filters(states=("running", "pending")), ["t-run", "t-old"], {}),
    (Filters(states=("succeeded",)), [], {"TaskStatus": "Finished"}),
    (Filters(states=("partial",)), ["t-part"], {"TaskStatus": "Finished"}),
    (Filters(states=("failed",)), [], {}),
    (Filters(states=("failed", "partial")), ["t-part"], {}),
    (Filters(name="ExportImage"), ["t-run"], {"TaskAction": "ExportImage"}),
    (Filters(created_after="2021-01-01T00:00:00Z"), ["t-run", "t-part"], {"StartTime": "2021-01-01T00:00:00Z"}),
    (Filters(created_before="2021-01-01T00:00:00Z"), ["t-old"], {"EndTime": "2021-01-01T00:00:00Z"}),
]


@pytest.mark.parametrize(("filters", "found", "sent"), FILTERED)
def test_a_list_is_filtered_by_the_api_where_it_can_and_here_in_any_case(
    local_cloud: LocalCloud, filters: Filters, found: list[str], sent: dict[str, str]
) -> None:
    local_cloud.add(*MIXED)
    with lister("alibaba", "ecs", local_cloud.url) as made:
        tasks = made.tasks({}, filters)
    assert sorted(task.id for task in tasks) == sorted(found)
    query = next(entry["query"] for entry in local_cloud.log() if entry["api"] == "ecs.DescribeTasks")
    asked = {"TaskStatus", "TaskAction", "StartTime", "EndTime"}
    assert {name: value for name, value in parse_qsl(query) if name in asked} == sent


@pytest.mark.parametrize("wanted", ["4C3B7A01-989A-4C34-876C-4699F3766457", "4c3b7a01989a4c34876c4699f3766457"])
def test_a_resource_is_compared_as_an_id_is(wanted: str) -> None:
    told = "4c3b7a01-989a-4c34-876c-4699f3766457"
    seen = Task("openstack", "cinder_backup", None, "b-1", "running", resource_id=told)
    assert Filters(resource_id=wanted).match(seen)
    assert not Filters(resource_id=wanted[:-1] + "8").match(seen)


@pytest.mark.parametrize("any_case", [False, True])
def test_the_case_of_a_resource_counts_unless_the_service_says_otherwise(any_case: bool) -> None:
    seen = Task("azure", "made_up", None, "b-1", "running", resource_id="/Subscriptions/S/vms/V")
    assert Filters(resource_id="/subscriptions/s/vms/v").match(seen, any_case) is any_case
    assert not Filters(resource_id="/subscriptions/s/vms/w").match(seen, any_case)


NO_LISTS: list[tuple[str, t.Any]] = [("answer", {}), ("answer", []), ("answer", {"RequestId": "r"}), ("empty", None)]


@pytest.mark.parametrize(("provider", "service"), [row for row in UNKNOWN_IDS if row[1] != "hbr"])
@pytest.mark.parametrize(("kind", "body"), NO_LISTS)
def test_an_answer_without_a_list_is_not_an_empty_one(
    local_cloud: LocalCloud, provider: str, service: str, kind: str, body: t.Any
) -> None:
    local_cloud.fault(kind, f"{service}.*", **({} if body is None else {"body": body}))
    with lister(provider, service, local_cloud.url) as made, pytest.raises(Unavailable):
        made.tasks({}, Filters())


def looked(local_cloud: LocalCloud, ids: t.Sequence[str]) -> tuple[dict[str, t.Any], int]:
    """What a look at many ECS tasks at once brings, and the number of its calls."""
    with lister("alibaba", "ecs", local_cloud.url) as made:
        seen = made.read_many(ids, REGION)
    assert list(seen) == list(ids)
    return seen, made.reader.calls


def test_a_batch_is_one_call_and_those_that_have_ended_want_a_closer_look(local_cloud: LocalCloud) -> None:
    local_cloud.add(*many("ecs", 100))
    local_cloud.add({**MIXED[2], "id": "t-005"})
    ids = [f"t-{n:03}" for n in range(99)] + ["t-nobody"]
    seen, calls = looked(local_cloud, ids)
    assert calls == 1
    assert isinstance(seen["t-005"], Unjudged)
    assert isinstance(seen["t-nobody"], NotFound)
    assert {seen[task_id].state for task_id in ids if task_id not in ("t-005", "t-nobody")} == {"running"}


def bdrc_looked(local_cloud: LocalCloud, ids: t.Sequence[str]) -> tuple[dict[str, t.Any], int]:
    """What a look at many BDRC tasks brings, whose list knows no ids, and the number of its calls."""
    with lister("alibaba", "bdrc", local_cloud.url) as made:
        return made.read_many(ids, REGION), made.reader.calls


# How many tasks the account has, how many are looked at, the calls that costs, how many are left for a look alone.
BIG_LISTS: list[tuple[int, int, int, int]] = [
    (400, 400, 1, 0),
    (1200, 1200, 3, 0),
    (1200, 20, 3, 0),
    # To turn 5 pages for 2 ids would cost more than 2 looks.
    (2500, 2, 2, 2),
]


@pytest.mark.parametrize(("tasks", "looked_at", "calls", "left"), BIG_LISTS)
def test_a_list_that_knows_no_ids_is_read_as_far_as_that_saves_calls(
    local_cloud: LocalCloud, tasks: int, looked_at: int, calls: int, left: int
) -> None:
    local_cloud.add(*many("bdrc", tasks))
    ids = [f"t-{number:03}" for number in range(tasks)][-looked_at:]
    seen, cost = bdrc_looked(local_cloud, ids)
    assert (cost, sum(isinstance(each, NotListed) for each in seen.values())) == (calls, left)
    assert {each.state for each in seen.values() if isinstance(each, Task)} <= {"running"}
    assert list(seen) == ids


def test_what_a_list_of_all_does_not_show_is_neither_gone_nor_done(local_cloud: LocalCloud) -> None:
    local_cloud.add(*many("bdrc", 20))
    seen, calls = bdrc_looked(local_cloud, [*(f"t-{number:03}" for number in range(15)), "t-nobody"])
    assert calls == 1
    assert isinstance(seen["t-nobody"], NotListed)


def test_a_list_of_all_that_is_refused_leaves_each_to_a_look_alone(local_cloud: LocalCloud) -> None:
    local_cloud.fault("error", "bdrc.DescribeTasks", status=400, code="InvalidParameter")
    seen, dummy = bdrc_looked(local_cloud, ["t-1", "t-2"])
    assert seen == {"t-1": NotListed(), "t-2": NotListed()}


def test_one_id_that_poisons_a_batch_does_not_hide_the_others(local_cloud: LocalCloud) -> None:
    local_cloud.add(*many("ecs", 40))
    local_cloud.fault("poison", "ecs.*", task="t-017")
    seen, calls = looked(local_cloud, [f"t-{n:03}" for n in range(40)])
    assert {task.state for task in seen.values()} == {"running"}
    assert calls <= 20


def test_an_item_that_cannot_be_read_makes_no_other_id_unknown(local_cloud: LocalCloud) -> None:
    good = {"TaskId": "t-000", "TaskStatus": "Processing"}
    local_cloud.fault(
        "answer", "ecs.*", body={"TotalCount": 2, "TaskSet": {"Task": [good, {"TaskStatus": "Finished"}]}}
    )
    seen, dummy = looked(local_cloud, ["t-000", "t-001"])
    assert seen["t-000"].state == "running"
    assert seen["t-001"].kind == "unavailable"


ALL_FAIL: list[tuple[dict[str, t.Any], type[CloudError]]] = [
    ({"kind": "throttle", "rate": 0.001, "burst": 0}, Throttled),
    ({"kind": "reset"}, Unavailable),
]


@pytest.mark.parametrize(("fault", "expected"), ALL_FAIL)
def test_a_batch_that_is_not_answered_is_asked_once(
    local_cloud: LocalCloud, fault: dict[str, t.Any], expected: type[CloudError]
) -> None:
    local_cloud.add(*many("ecs", 40))
    local_cloud.fault(**{**fault, "api": "ecs.*"})
    seen, calls = looked(local_cloud, [f"t-{n:03}" for n in range(40)])
    assert calls == 1
    assert {type(error) for error in seen.values()} == {expected}


LINKED = Service(
    "linked",
    "",
    "",
    "x",
    Call("ShowJob", path="/jobs/{task_id}"),
    {"id": "name", "native_state": "status"},
    {"done": "succeeded"},
    listing=Listing(Call("ListJobs", path="/jobs", query={"v": "1"}), "value", Pages(0, link="nextLink")),
)
SECOND = "/jobs?v=1&$skipToken=b%2fa*&a=1"


def linked(stub: Stub) -> TaskLister:
    """A lister of a cloud whose lists go on at URLs."""
    provider = UNSIGNED._replace(services={"linked": LINKED})
    client = Client(provider, {"endpoint": stub.url}, this_host({}), lambda secrets: None, lambda warning: None)
    return TaskLister(TaskReader(client, LINKED))


def pages_of(*links: str | None) -> Stub:
    """Serve a page of one job for each of these links to the next one. ``{url}`` in a link is the server's own URL."""
    names = {"/jobs?v=1": 0, SECOND: 1}

    def answer(received: Received) -> StubResponse:
        number = names[target_of(received)]
        link = links[number]
        next_link = link.replace("{url}", stub.url) if link else link
        job = {"name": f"j-{number}", "status": "done"}
        return StubResponse(200, json.dumps({"value": [job], "nextLink": next_link}).encode())

    stub = Stub(answer)
    return stub


@pytest.mark.parametrize("link", [f"{{url}}{SECOND}", SECOND], ids=["a URL", "a path"])
def test_a_list_goes_on_at_the_url_that_it_tells(link: str) -> None:
    with pages_of(link, None) as stub:
        assert [task.id for task in linked(stub).tasks({}, Filters())] == ["j-0", "j-1"]
        # The first page is read again, because nothing else ties the second to it.
        assert stub.asked == ["GET /jobs?v=1", f"GET {SECOND}", "GET /jobs?v=1"]


@pytest.mark.parametrize("link", ["https://evil.example/jobs", "http://127.0.0.1:1/jobs", "//evil.example/", "jobs"])
def test_a_list_that_goes_on_elsewhere_is_no_list(link: str) -> None:
    with pages_of(link) as stub:
        with pytest.raises(NotSent, match="the link to the next page"):
            linked(stub).tasks({}, Filters())
        assert stub.asked == ["GET /jobs?v=1"]


@pytest.mark.parametrize("link", [7, {"a": 1}, ["/jobs"]])
def test_a_link_that_is_no_text_is_no_end_of_a_list(link: t.Any) -> None:
    body = json.dumps({"value": [{"name": "j-0", "status": "done"}], "nextLink": link}).encode()
    with Stub(lambda received: StubResponse(200, body)) as stub, pytest.raises(CloudError):
        linked(stub).tasks({}, Filters())
