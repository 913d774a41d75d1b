# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not signed as the vendors demand is refused with the vendors' codes."""

from __future__ import annotations

import typing as t
from functools import partial
from urllib.parse import quote

import pytest

from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.callers import AlibabaCaller, HuaweiCaller, send, utc

ALIBABA_DATE = "%Y-%m-%dT%H:%M:%SZ"
HUAWEI_DATE = "%Y%m%dT%H%M%SZ"
STS: dict[str, t.Any] = {
    "access_key": accounts.ALIBABA_STS_KEY,
    "secret_key": accounts.ALIBABA_STS_SECRET,
    "security_token": accounts.ALIBABA_STS_TOKEN,
}


def with_task(cloud: LocalCloud) -> LocalCloud:
    cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {}]]})
    cloud.add({"service": "taurusdb", "id": "j-1", "script": [[0, {}]]})
    return cloud


def by_now(caller: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller with dates as of now: those of a table are minutes old when a test comes late in a run."""
    before = caller.get("before", {})
    return {**caller, "before": {name: value() if callable(value) else value for name, value in before.items()}}


@pytest.mark.parametrize(
    ("caller", "status", "code"),
    [
        ({}, 200, ""),
        (STS, 200, ""),
        ({"prefix": "/ecs"}, 200, ""),
        ({"before": {"x-acs-date": partial(utc, ALIBABA_DATE, -5)}}, 200, ""),
        ({"after": {"authorization": None}}, 400, "IncompleteSignature"),
        ({"after": {"authorization": "Basic Zm9v"}}, 400, "IncompleteSignature"),
        ({"after": {"x-acs-date": None}}, 400, "IncompleteSignature"),
        ({"before": {"host": None}, "after": {"host": "example"}}, 400, "IncompleteSignature"),
        ({"after": {"x-acs-unsigned": "1"}}, 400, "IncompleteSignature"),
        ({"before": {"x-acs-content-sha256": None}}, 400, "IncompleteSignature"),
        ({"access_key": "LTAI5tNobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"secret_key": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"after": {"accept": "*/*"}}, 400, "SignatureDoesNotMatch"),
        ({"after": {"host": "elsewhere.example"}}, 400, "SignatureDoesNotMatch"),
        ({"before": {"x-acs-content-sha256": "0" * 64}}, 400, "SignatureDoesNotMatch"),
        ({"before": {"x-acs-date": partial(utc, ALIBABA_DATE, -30)}}, 400, "InvalidTimeStamp.Expired"),
        ({"before": {"x-acs-date": partial(utc, ALIBABA_DATE, 30)}}, 400, "InvalidTimeStamp.Expired"),
        ({"before": {"x-acs-date": "yesterday"}}, 400, "InvalidTimeStamp.Format"),
        ({**STS, "security_token": ""}, 400, "MissingSecurityToken"),
        ({**STS, "security_token": "made-up"}, 400, "InvalidSecurityToken.Malformed"),
        (
            {"security_token": accounts.ALIBABA_STS_TOKEN},
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
    ],
)
def test_alibaba_judges_a_request(local_cloud: LocalCloud, caller: dict[str, t.Any], status: int, code: str) -> None:
    answer = AlibabaCaller(with_task(local_cloud).url, **by_now(caller)).ecs()
    assert (answer.status, answer.code) == (status, code)
    assert sum(local_cloud.calls()["refused"].values()) == (status != 200)
    assert code == "" or sorted(answer.json) == ["Code", "HostId", "Message", "Recommend", "RequestId"]


def test_alibaba_refuses_a_replayed_nonce(local_cloud: LocalCloud) -> None:
    caller = AlibabaCaller(with_task(local_cloud).url, before={"x-acs-signature-nonce": "once"})
    assert [caller.ecs().code for dummy in range(3)] == ["", "SignatureNonceUsed", "SignatureNonceUsed"]


def test_alibaba_sts_credentials_expire_and_can_be_replaced(local_cloud: LocalCloud) -> None:
    with_task(local_cloud).account("alibaba", **STS, expires_in=60)
    caller = AlibabaCaller(local_cloud.url, **STS)
    assert caller.ecs().code == ""
    local_cloud.advance(60)
    assert caller.ecs().code == "InvalidSecurityToken.Expired"
    local_cloud.account("alibaba", **STS, expires_in=60)
    assert caller.ecs().code == ""


def test_the_clock_of_tasks_does_not_make_signatures_old(local_cloud: LocalCloud) -> None:
    with_task(local_cloud).advance(86_400)
    assert (AlibabaCaller(local_cloud.url).ecs().status, HuaweiCaller(local_cloud.url).job().status) == (200, 200)


@pytest.mark.parametrize("task_id", ["t-1", "t a~b*c+d/e", "t-任务"])
def test_alibaba_paths_and_queries_are_signed_as_sent(local_cloud: LocalCloud, task_id: str) -> None:
    local_cloud.add(*({"service": service, "id": task_id, "script": [[0, {}]]} for service in ("bdrc", "ecs", "hbr")))
    for prefix in ("", "/ecs", "/ecs/"):
        assert AlibabaCaller(local_cloud.url, prefix=prefix.rstrip("/")).ecs(task_id).code == ""
    caller = AlibabaCaller(local_cloud.url)
    assert (caller.hbr(task_id).code, caller.bdrc(task_id).code) == ("", "")
    assert AlibabaCaller(local_cloud.url, prefix="/bdrc").bdrc(task_id).json["Data"]["TaskId"] == task_id
    assert caller.form("ecs", "DescribeTaskAttribute", RegionId="cn-hangzhou", TaskId=task_id).code == ""


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda one: one.rpc("ecs", "DescribeTaskAttribute", TaskId="t-1"), 400, "MissingParameter"),
        (lambda one: one.rpc("ecs", "DescribeTaskAttribute", RegionId="cn-hangzhou"), 400, "MissingParameter"),
        (
            lambda one: one.rpc("ecs", "DescribeTasks", RegionId="atlantis", TaskIds="t-1"),
            400,
            "InvalidRegionId.NotFound",
        ),
        (
            lambda one: one.rpc("ecs", "DescribeTasks", RegionId="cn-hangzhou", PageSize="101"),
            400,
            "InvalidParameter",
        ),
        (
            lambda one: one.rpc("ecs", "DescribeTasks", RegionId="cn-hangzhou", TaskIds=",".join(map(str, range(101)))),
            400,
            "InvalidParameter",
        ),
        (lambda one: one.rpc("ecs", "DescribeNothing"), 404, "InvalidAction.NotFound"),
        (lambda one: one.rpc("1999-01-01", "DescribeTasks"), 400, "NoSuchVersion"),
        (lambda one: one.send("GET", "/api/v9", "DescribeTask", "2023-08-08", {}), 404, "InvalidApi.NotFound"),
        (
            lambda one: one.send("GET", "/api/v1/tasks/t-1", "DescribeTask", "2014-05-26", {}),
            400,
            "NoSuchVersion",
        ),
        (
            lambda one: one.send("GET", "/api/v1/tasks", "DescribeTasks", "2023-08-08", {"NextToken": "forged"}),
            400,
            "BadRequest.InvalidNextToken",
        ),
    ],
)
def test_alibaba_wants_known_actions_and_whole_parameters(
    local_cloud: LocalCloud, ask: t.Callable[[AlibabaCaller], t.Any], status: int, code: str
) -> None:
    answer = ask(AlibabaCaller(local_cloud.url))
    assert (answer.status, answer.code) == (status, code)


def test_a_task_of_another_region_is_unknown(local_cloud: LocalCloud) -> None:
    local_cloud.add(
        {"service": "ecs", "id": "t-1", "region": "cn-beijing", "script": [[0, {}]]},
        {"service": "taurusdb", "id": "j-1", "region": "eu-west-101", "script": [[0, {}]]},
    )
    assert AlibabaCaller(local_cloud.url).ecs().code == "InvalidTaskId.NotFound"
    assert HuaweiCaller(local_cloud.url).job().code == "DBS.200543"
    assert HuaweiCaller(local_cloud.url, region="eu-west-101").job().code == ""


@pytest.mark.parametrize(
    ("caller", "status", "message"),
    [
        ({}, 200, ""),
        ({"prefix": "/taurusdb"}, 200, ""),
        ({"before": {"x-project-id": accounts.PROJECTS["cn-north-4"]}}, 200, ""),
        ({"before": {"x-sdk-date": partial(utc, HUAWEI_DATE, -5)}}, 200, ""),
        ({"after": {"Authorization": None}}, 401, "x-auth-token not found"),
        ({"after": {"Authorization": "SDK-HMAC-SHA256 nonsense"}}, 401, "authorization format incorrect"),
        ({"access_key": "NOBODY"}, 401, "Get secretKey failed"),
        ({"secret_key": "wrong"}, 401, "verify aksk signature fail, canonicalRequest:GET|/v3/"),
        ({"after": {"host": "elsewhere.example"}}, 401, "verify aksk signature fail"),
        ({"after": {"content-type": "text/plain"}}, 401, "verify aksk signature fail"),
        ({"before": {"x-sdk-date": partial(utc, HUAWEI_DATE, -30)}}, 401, "signature expires"),
        ({"before": {"x-sdk-date": partial(utc, HUAWEI_DATE, 30)}}, 401, "signature expires"),
        ({"security_token": "made-up"}, 401, "security token mismatch"),
        ({"auth_token": "made-up"}, 401, "decrypt token fail"),
    ],
)
def test_huawei_judges_a_request(local_cloud: LocalCloud, caller: dict[str, t.Any], status: int, message: str) -> None:
    answer = HuaweiCaller(with_task(local_cloud).url, **by_now(caller)).job()
    assert (answer.status, answer.code) == (status, "APIGW.0301" if message else "")
    assert message in answer.json.get("error_msg", "")
    assert len(answer.headers["x-request-id"]) == 32
    assert message == "" or sorted(answer.json) == ["error_code", "error_msg", "request_id"]


def test_huawei_locks_a_key_after_more_than_five_bad_signatures(local_cloud: LocalCloud) -> None:
    good = HuaweiCaller(with_task(local_cloud).url)
    bad = HuaweiCaller(local_cloud.url, secret_key="wrong")
    assert [bad.job().status for dummy in range(5)] == [401] * 5
    assert good.job().status == 200
    assert [bad.job().status for dummy in range(6)] == [401] * 6
    assert "AK access failed to reach the limit,forbidden" in good.job().json["error_msg"]
    assert (local_cloud.calls()["lockouts"], local_cloud.state()["locked"]) == (1, [accounts.HUAWEI_KEY])
    local_cloud.advance(300)
    assert good.job().status == 200


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda one: one.get("/nothing"), 404, "APIGW.0101"),
        (lambda one: one.send("POST", f"/v3/{accounts.PROJECTS['cn-north-4']}/jobs", {}, b"{}"), 404, "APIGW.0101"),
        (lambda one: one.send("GET", f"/v3/{'0' * 32}/jobs", {"id": "j-1"}), 403, "DBS.200044"),
        (lambda one: one.get("/jobs"), 400, "DBS.280001"),
        (lambda one: one.get("/jobs", id="j-9 *~+/"), 400, "DBS.200543"),
        (lambda one: one.get("/immediate-jobs", limit="11"), 400, "DBS.280001"),
        (lambda one: one.get("/immediate-jobs", start_time="today"), 400, "DBS.280001"),
        (lambda one: one.get(f"/instances/{quote('i 1')}/task-center-detail"), 400, "DBS.280404"),
    ],
)
def test_huawei_wants_known_paths_and_whole_parameters(
    local_cloud: LocalCloud, ask: t.Callable[[HuaweiCaller], t.Any], status: int, code: str
) -> None:
    answer = ask(HuaweiCaller(local_cloud.url))
    assert (answer.status, answer.code) == (status, code)


def test_huawei_tokens_are_issued_used_and_expire(local_cloud: LocalCloud) -> None:
    with_task(local_cloud).settings(token_life=60)
    issued = HuaweiCaller(local_cloud.url).login()
    token = issued.json["token"]
    assert (issued.status, token["project"]["id"]) == (201, accounts.PROJECTS["cn-north-4"])
    assert len(issued.headers["x-iam-trace-id"]) == 32
    assert "catalog" not in token
    caller = HuaweiCaller(local_cloud.url, auth_token=issued.headers["x-subject-token"])
    assert caller.job().status == 200
    assert local_cloud.calls()["tokens"] == 1
    local_cloud.advance(60)
    late = caller.job()
    assert (late.status, late.code, late.json["error_msg"]) == (401, "APIGW.0307", "The token must be updated.")


def test_a_token_is_good_for_its_own_project_only(local_cloud: LocalCloud) -> None:
    token = HuaweiCaller(local_cloud.url).login(region="eu-west-101").headers["x-subject-token"]
    answer = HuaweiCaller(local_cloud.url, auth_token=token).job()
    assert (answer.status, answer.code) == (403, "DBS.200044")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b'{"auth": {"identity": {"methods": ["magic"]}}}', 400),
        (b'{"auth": {"identity": {"methods": ["password"], "password": {"user": 7}}}}', 400),
    ],
)
def test_iam_refuses_a_malformed_login(local_cloud: LocalCloud, body: bytes, status: int) -> None:
    answer = send(local_cloud.url, "POST", "/v3/auth/tokens", {"host": "localhost"}, body)
    assert (answer.status, answer.json["error"]["code"]) == (status, status)


def test_iam_refuses_a_wrong_password(local_cloud: LocalCloud) -> None:
    answer = HuaweiCaller(local_cloud.url).login(password="guess")
    assert (answer.status, answer.json["error"]["title"]) == (401, "Unauthorized")
    assert local_cloud.calls()["tokens"] == 0


def test_accounts_come_and_go(local_cloud: LocalCloud) -> None:
    with_task(local_cloud).account("huawei", access_key="NEW", secret_key="new-secret")
    local_cloud.account("huawei", auth_token="ready-made", project="cn-north-4", expires_in=10)
    caller = HuaweiCaller(local_cloud.url, "NEW", "new-secret")
    token = HuaweiCaller(local_cloud.url, auth_token="ready-made")
    assert (caller.job().status, token.job().status) == (200, 200)
    assert local_cloud.revoke(access_key="NEW", auth_token="ready-made") == 2
    assert (caller.job().status, token.job().status) == (401, 401)


def test_temporary_huawei_keys_need_their_token_until_they_expire(local_cloud: LocalCloud) -> None:
    facts: dict[str, t.Any] = {"access_key": "TEMP", "secret_key": "temp-secret", "security_token": "temp-token"}
    with_task(local_cloud).account("huawei", **facts, expires_in=10)
    caller = HuaweiCaller(local_cloud.url, **facts)
    assert caller.job().status == 200
    local_cloud.advance(10)
    assert (caller.job().status, caller.job().code) == (401, "APIGW.0307")


def test_the_control_plane_is_not_for_signed_requests(local_cloud: LocalCloud) -> None:
    assert HuaweiCaller(local_cloud.url).send("GET", "/_cloud/state", {}).code == "APIGW.0101"
    assert send(local_cloud.url, "GET", "/_cloud/state", {"host": "localhost"}).status == 200
