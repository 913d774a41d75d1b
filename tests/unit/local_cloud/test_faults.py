# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults strike the calls they name, as often as they say, and nothing else."""

from __future__ import annotations

import http.client
import json
import typing as t

import pytest

from local_cloud.client import LocalCloud, LocalCloudError
from support.callers import AlibabaCaller, Answer, HuaweiCaller


def with_tasks(cloud: LocalCloud) -> LocalCloud:
    cloud.add(
        *({"service": "ecs", "id": name, "script": [[0, {}]]} for name in ("t-1", "t-2")),
        {"service": "hbr", "id": "t-1", "script": [[0, {}]]},
        {"service": "bdrc", "id": "t-1", "script": [[0, {}]]},
        {"service": "taurusdb", "id": "j-1", "script": [[0, {}]]},
    )
    return cloud


def batch(cloud: LocalCloud, *task_ids: str) -> Answer:
    return AlibabaCaller(cloud.url).rpc("ecs", "DescribeTasks", RegionId="cn-hangzhou", TaskIds=",".join(task_ids))


def ids_in(answer: Answer) -> list[str]:
    return [task["TaskId"] for task in answer.json["TaskSet"]["Task"]]


@pytest.mark.parametrize(
    ("fault", "status", "code", "body"),
    [
        ({"kind": "error"}, 500, "InternalError", b""),
        ({"kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "no"}, 403, "Forbidden.RAM", b'"no"'),
        ({"kind": "expired"}, 400, "InvalidSecurityToken.Expired", b""),
        ({"kind": "vanish"}, 400, "InvalidTaskId.NotFound", b""),
        ({"kind": "throttle", "rate": 1, "burst": 0}, 400, "Throttling.User", b""),
        ({"kind": "empty"}, 200, "", b"{}"),
        ({"kind": "answer", "body": {"Success": False}}, 200, "", b'{"Success": false}'),
        ({"kind": "html"}, 502, None, b"<h1>Bad Gateway</h1>"),
        ({"kind": "html", "status": 200, "message": "Maintenance"}, 200, None, b"<h1>Maintenance</h1>"),
        ({"kind": "redirect", "url": "http://127.0.0.1:9/"}, 302, None, b""),
        ({"kind": "delay", "seconds": 0.001}, 200, "", b'"TaskId":"t-1"'),
        ({"kind": "slow_body", "bytes_per_second": 1e6}, 200, "", b'"TaskId":"t-1"'),
        ({"kind": "poison", "task": "t-1"}, 200, "", b'"TaskId":"t-1"'),
    ],
)
def test_a_fault_answers_in_the_cloud_s_stead(
    local_cloud: LocalCloud, fault: dict[str, t.Any], status: int, code: str | None, body: bytes
) -> None:
    with_tasks(local_cloud).fault(api="ecs.DescribeTaskAttribute", **fault)
    answer = AlibabaCaller(local_cloud.url).ecs()
    assert answer.status == status
    assert code is None or answer.code == code
    assert body in answer.body
    assert AlibabaCaller(local_cloud.url).hbr().status == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "error"}, 500, "APIGW.0601"),
        ({"kind": "error", "status": 500, "code": "DBS.200005", "message": "Server failure."}, 500, "DBS.200005"),
        ({"kind": "expired"}, 401, "APIGW.0307"),
        ({"kind": "vanish"}, 400, "DBS.200543"),
        ({"kind": "throttle", "rate": 1, "burst": 0}, 429, "APIGW.0308"),
    ],
)
def test_a_fault_speaks_the_vendor_s_language(
    local_cloud: LocalCloud, fault: dict[str, t.Any], status: int, code: str
) -> None:
    with_tasks(local_cloud).fault(api="huawei.taurusdb.*", **fault)
    answer = HuaweiCaller(local_cloud.url).job()
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ({"kind": "reset"}, ConnectionResetError),
        ({"kind": "stall", "seconds": 0.01}, ConnectionResetError),
        ({"kind": "truncated"}, http.client.IncompleteRead),
        ({"kind": "truncated", "cut": "json"}, json.JSONDecodeError),
    ],
)
def test_a_fault_breaks_the_connection(
    local_cloud: LocalCloud, fault: dict[str, t.Any], trouble: type[Exception]
) -> None:
    with_tasks(local_cloud).fault(api="ecs.*", **fault)
    with pytest.raises(trouble):
        AlibabaCaller(local_cloud.url).ecs().json.keys()
    assert AlibabaCaller(local_cloud.url).bdrc().status == 200
    assert local_cloud.log()[-2]["fault"] == fault["kind"]


def test_an_oversized_answer_is_sound_json(local_cloud: LocalCloud) -> None:
    with_tasks(local_cloud).fault("oversize", "hbr.*", mebibytes=3)
    answer = AlibabaCaller(local_cloud.url).hbr()
    assert len(answer.json["padding"]) > 3 * 1_048_576


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        ({"times": 2}, ["X", "X", "", "", ""]),
        ({"times": 1, "skip": 2}, ["", "", "X", "", ""]),
        ({"task": "t-1"}, ["X", "X", "X", "X", "X"]),
        ({"task": "t-2"}, ["", "", "", "", ""]),
        ({"lasts": 60}, ["X", "X", "X", "X", "X"]),
    ],
)
def test_a_fault_is_bounded(local_cloud: LocalCloud, limits: dict[str, t.Any], codes: list[str]) -> None:
    with_tasks(local_cloud).fault("error", "ecs.*", code="X", **limits)
    caller = AlibabaCaller(local_cloud.url)
    assert [caller.ecs().code for dummy in codes] == codes


def test_a_timed_fault_ends_with_its_time_or_by_hand(local_cloud: LocalCloud) -> None:
    caller = AlibabaCaller(with_tasks(local_cloud).url)
    local_cloud.fault("error", code="X", lasts=60)
    assert caller.ecs().code == "X"
    local_cloud.advance(60)
    assert caller.ecs().code == ""
    number = local_cloud.fault("error", code="Y")
    assert (caller.ecs().code, local_cloud.clear_faults(number), caller.ecs().code) == ("Y", 1, "")


def test_the_token_bucket_lets_its_rate_through(local_cloud: LocalCloud) -> None:
    """The bucket runs on the cloud's clock: 0.1 per second, or 3 at once."""
    local_cloud.fault("throttle", "ecs.*", rate=0.1, burst=3)
    caller = AlibabaCaller(with_tasks(local_cloud).url)
    refused = [caller.ecs() for dummy in range(5)][3:]
    assert [answer.code for answer in refused] == ["Throttling.User"] * 2
    waits = [int(answer.headers["x-acs-retry-after"]) for answer in refused]
    assert all(8_000 < wait <= 10_000 for wait in waits)
    assert batch(local_cloud, "t-1").code == ""
    local_cloud.advance(20)
    assert [caller.ecs().code for dummy in range(3)] == ["", "", "Throttling.User"]
    assert local_cloud.calls()["throttled"] == {"ecs.DescribeTaskAttribute": 3}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, {"x-acs-retry-after": "2000", "retry-after": "2"}),
        ({"retry_after": 7}, {"x-acs-retry-after": "7000", "retry-after": "7"}),
        ({"header": False}, {}),
    ],
)
def test_throttling_says_when_to_come_back(
    local_cloud: LocalCloud, options: dict[str, t.Any], told: dict[str, str]
) -> None:
    local_cloud.fault("throttle", rate=0.5, burst=0, **options)
    answers = (AlibabaCaller(local_cloud.url).ecs(), HuaweiCaller(local_cloud.url).job())
    said = {name: one.headers[name] for one in answers for name in one.headers if "retry-after" in name}
    assert said == told


def test_one_id_poisons_a_batch(local_cloud: LocalCloud) -> None:
    with_tasks(local_cloud).fault("poison", task="t-2")
    assert (batch(local_cloud, "t-1", "t-2").code, batch(local_cloud, "t-1").code) == ("InvalidParameter", "")
    assert AlibabaCaller(local_cloud.url).ecs("t-2").code == ""


def test_a_vanished_task_is_missing_everywhere(local_cloud: LocalCloud) -> None:
    with_tasks(local_cloud).fault("vanish", "ecs.*", task="t-1")
    assert ids_in(batch(local_cloud, "t-1", "t-2")) == ["t-2"]
    assert ids_in(AlibabaCaller(local_cloud.url).rpc("ecs", "DescribeTasks", RegionId="cn-hangzhou")) == ["t-2"]
    assert AlibabaCaller(local_cloud.url).ecs("t-1").code == "InvalidTaskId.NotFound"


@pytest.mark.parametrize(
    ("kind", "api", "options", "complaint"),
    [
        ("explode", "*", {}, "unknown kind"),
        ("error", "ecs.DescribeNothing", {}, "no API matches"),
        ("error", "*", {"tims": 1}, "tims"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(
    local_cloud: LocalCloud, kind: str, api: str, options: dict[str, t.Any], complaint: str
) -> None:
    with pytest.raises(LocalCloudError, match=complaint):
        local_cloud.fault(kind, api, **options)
