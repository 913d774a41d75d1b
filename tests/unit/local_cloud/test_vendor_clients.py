# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendors' own clients are happy with the local cloud."""

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest

from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.services.huawei_taurusdb import DEFAULT_INSTANCE

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

from alibabacloud_bdrc20230808 import models as bdrc_models
from alibabacloud_bdrc20230808.client import Client as BdrcClient
from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_hbr20170908 import models as hbr_models
from alibabacloud_hbr20170908.client import Client as HbrClient
from alibabacloud_tea_openapi import models as open_api_models
from alibabacloud_tea_openapi.exceptions import ClientException, ThrottlingException

REGION = "cn-hangzhou"
EXPORTED = {
    "OperationProgress": [
        {
            "OperationStatus": "Success",
            "ErrorCode": "",
            "ErrorMsg": "",
            "RelatedItemSet": {"RelatedItem": [{"Name": "OSSObject", "Value": "image.vhd"}]},
        }
    ]
}
FINISHED = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1, "OperationProgressSet": EXPORTED}


def alibaba(kind: t.Any, cloud: LocalCloud, sts: bool = False) -> t.Any:
    """A client with the key spelled out: a default credentials chain would look for a metadata server."""
    pair = (accounts.ALIBABA_STS_KEY, accounts.ALIBABA_STS_SECRET) if sts else ()
    key, secret = pair or (accounts.ALIBABA_KEY, accounts.ALIBABA_SECRET)
    config = open_api_models.Config(access_key_id=key, access_key_secret=secret, region_id=REGION)
    config.security_token = accounts.ALIBABA_STS_TOKEN if sts else None
    config.protocol, config.endpoint = "HTTP", cloud.url.removeprefix("http://")
    return kind(config)


@pytest.fixture(scope="session")
def gaussdb(tmp_path_factory: pytest.TempPathFactory) -> t.Any:
    """The client's package; importing it writes an id into the home directory."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        import huaweicloudsdkgaussdb.v3 as package
    return package


@pytest.fixture
def home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def taurusdb(gaussdb: t.Any, home: pathlib.Path, local_cloud: LocalCloud) -> t.Any:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials

    project = accounts.PROJECTS["cn-north-4"]
    credentials = BasicCredentials(accounts.HUAWEI_KEY, accounts.HUAWEI_SECRET, project)
    builder = gaussdb.GaussDBClient.new_builder().with_credentials(credentials)
    return builder.with_endpoints([local_cloud.url]).build()


def attribute_request(task_id: str) -> t.Any:
    return ecs_models.DescribeTaskAttributeRequest(region_id=REGION, task_id=task_id)


@pytest.mark.parametrize("sts", [False, True])
def test_ecs_client_follows_a_task_to_its_end(local_cloud: LocalCloud, sts: bool) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "region": REGION, "script": [[0, {}], [5, FINISHED]]})
    client = alibaba(EcsClient, local_cloud, sts)
    assert client.describe_task_attribute(attribute_request("t-1")).body.task_status == "Processing"
    local_cloud.advance(5)
    body = client.describe_task_attribute(attribute_request("t-1")).body
    assert {name: body.to_map()[name] for name in FINISHED} == FINISHED
    assert body.support_cancel == "true"
    assert (body.task_action, body.total_count, body.region_id) == ("ExportImage", 1, REGION)


def test_ecs_client_pages_through_a_list(local_cloud: LocalCloud) -> None:
    local_cloud.add(*({"service": "ecs", "id": f"t-{number}", "script": [[0, {}]]} for number in range(25)))
    client = alibaba(EcsClient, local_cloud)
    seen: list[str] = []
    for page in (1, 2, 3):
        request = ecs_models.DescribeTasksRequest(region_id=REGION, page_number=page)
        body = client.describe_tasks(request).body
        assert (body.total_count, body.page_size, body.page_number) == (25, 10, page)
        seen += [task.task_id for task in body.task_set.task]
    assert seen == [f"t-{number}" for number in range(25)]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"task_ids": "t-1,t-3,t-unknown"}, ["t-1", "t-3"]),
        ({"task_status": "Finished"}, ["t-2"]),
        ({"task_status": "Waiting"}, ["t-1", "t-2", "t-3"]),
        ({"task_action": "ImportImage"}, ["t-3"]),
        ({"resource_ids": ["m-3", "m-4"]}, ["t-3"]),
        ({"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-03T00:00:00Z"}, ["t-3"]),
        ({"page_size": 2, "page_number": 2}, ["t-3"]),
    ],
)
def test_ecs_client_filters_a_list(local_cloud: LocalCloud, filters: dict[str, t.Any], found: list[str]) -> None:
    third = {"TaskAction": "ImportImage", "ResourceId": "m-3", "CreationTime": "2026-01-02T10:00Z"}
    scripts: dict[str, dict[str, t.Any]] = {"t-1": {}, "t-2": FINISHED, "t-3": third}
    local_cloud.add(*({"service": "ecs", "id": name, "script": [[0, step]]} for name, step in scripts.items()))
    request = ecs_models.DescribeTasksRequest(region_id=REGION, **filters)
    body = alibaba(EcsClient, local_cloud).describe_tasks(request).body
    assert [task.task_id for task in body.task_set.task] == found


def test_ecs_list_tells_less_than_the_task_itself(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, FINISHED]]})
    request = ecs_models.DescribeTasksRequest(region_id=REGION, task_ids="t-1")
    item = alibaba(EcsClient, local_cloud).describe_tasks(request).body.to_map()["TaskSet"]["Task"][0]
    told = ["CreationTime", "FinishedTime", "ResourceId", "SupportCancel", "TaskAction", "TaskId", "TaskStatus"]
    assert sorted(item) == told


def test_ecs_client_cancels(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {}], [9, FINISHED]]})
    client = alibaba(EcsClient, local_cloud)
    request = ecs_models.CancelTaskRequest(region_id=REGION, task_id="t-1")
    client.cancel_task(request)
    local_cloud.advance(20)
    assert client.describe_task_attribute(attribute_request("t-1")).body.task_status == "Deleted"
    with pytest.raises(ClientException) as caught:
        client.cancel_task(request)
    assert (caught.value.code, caught.value.status_code) == ("InvalidTaskId.IncorrectTaskStatus", 403)


def test_hbr_client_reads_a_task(local_cloud: LocalCloud) -> None:
    ended = {"Description": "completed", "Progress": 100, "Result": "[]", "CompletedTime": 1_700_000_000}
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, {}], [5, ended]]})
    client = alibaba(HbrClient, local_cloud)
    request = hbr_models.DescribeTaskRequest(task_id="t-1")
    before = client.describe_task(request).body
    assert (before.description, before.progress, before.success, before.code) == ("created", 0, True, "200")
    local_cloud.advance(5)
    after = client.describe_task(request).body.to_map()
    assert {name: after[name] for name in ended} == ended


def test_bdrc_client_reads_a_task(local_cloud: LocalCloud) -> None:
    ended = {"TaskStatus": "COMPLETE", "Progress": 10_000, "CompleteTime": 1_700_000_000, "TaskResult": "{}"}
    odd = "t/1 ~x"
    local_cloud.add({"service": "bdrc", "id": odd, "script": [[0, {}], [5, ended]]})
    client = alibaba(BdrcClient, local_cloud)
    assert client.describe_task(odd).body.data.task_status == "CREATED"
    local_cloud.advance(5)
    body = client.describe_task(odd).body.to_map()
    assert {name: body["Data"][name] for name in ended} == ended
    assert body["RequestId"] != body["Data"]["RequestId"]


def test_bdrc_client_pages_by_token(local_cloud: LocalCloud) -> None:
    local_cloud.add(*({"service": "bdrc", "id": f"t-{number}", "script": [[0, {}]]} for number in range(25)))
    client = alibaba(BdrcClient, local_cloud)
    seen: list[str] = []
    token: str | None = None
    sizes: list[int] = []
    while token != "":
        request = bdrc_models.DescribeTasksRequest(max_results=3, next_token=token)
        data = client.describe_tasks(request).body.data
        token, sizes = data.next_token, [*sizes, len(data.content)]
        seen += [task.task_id for task in data.content]
    assert (sizes, seen) == ([10, 10, 5], [f"t-{number}" for number in range(25)])


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (
            lambda cloud: alibaba(EcsClient, cloud).describe_task_attribute(attribute_request("t-9")),
            400,
            "InvalidTaskId.NotFound",
        ),
        (
            lambda cloud: alibaba(HbrClient, cloud).describe_task(hbr_models.DescribeTaskRequest(task_id="t-9")),
            404,
            "TaskNotFound",
        ),
        (lambda cloud: alibaba(BdrcClient, cloud).describe_task("t-9"), 404, "ResourceNotFound"),
    ],
)
def test_alibaba_clients_learn_that_a_task_is_unknown(
    local_cloud: LocalCloud, ask: t.Callable[[LocalCloud], t.Any], status: int, code: str
) -> None:
    with pytest.raises(ClientException) as caught:
        ask(local_cloud)
    assert (caught.value.status_code, caught.value.code) == (status, code)


def test_alibaba_client_recognizes_throttling(local_cloud: LocalCloud) -> None:
    local_cloud.fault("throttle", "ecs.*", rate=1, burst=0, retry_after=1.5)
    with pytest.raises(ThrottlingException) as caught:
        alibaba(EcsClient, local_cloud).describe_task_attribute(attribute_request("t-1"))
    assert (caught.value.code, caught.value.retry_after) == ("Throttling.User", 1500)


def test_huawei_client_follows_a_job(gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud) -> None:
    ended = {"status": "Failed", "ended": "2026-11-22T11:20:00+0800", "fail_reason": "no space"}
    script = [[0, {"process": "60%"}], [5, {**ended, "process": ""}]]
    local_cloud.add({"service": "taurusdb", "id": "j-1", "region": "cn-north-4", "script": script})
    request = gaussdb.ShowGaussMySqlJobInfoRequest(id="j-1")
    job = taurusdb.show_gauss_my_sql_job_info(request).job
    assert (job.status, job.process, job.instance.id) == ("Running", "60%", DEFAULT_INSTANCE)
    local_cloud.advance(5)
    job = taurusdb.show_gauss_my_sql_job_info(request).job.to_dict()
    assert {name: job[name] for name in ended} == ended


@pytest.mark.parametrize(("offset_is", "second"), [("page", "2"), ("index", "11")])
def test_huawei_client_pages_through_jobs(
    gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud, offset_is: str, second: str
) -> None:
    local_cloud.settings(offset_is=offset_is)
    local_cloud.add(*({"service": "taurusdb", "id": f"j-{number}", "script": [[0, {}]]} for number in range(12)))
    local_cloud.add({"service": "taurusdb", "id": "j-unlisted", "script": [[0, {}]], "listed": False})
    pages = [taurusdb.list_immediate_jobs(gaussdb.ListImmediateJobsRequest(offset=at)) for at in ("1", second)]
    assert [page.total_count for page in pages] == [12, 12]
    assert [job.job_id for page in pages for job in page.jobs] == [f"j-{number}" for number in reversed(range(12))]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "Completed"}, ["j-2"]),
        ({"job_id": "j-1"}, ["j-1"]),
        ({"job_name": "RestoreTableTaurus"}, ["j-2"]),
        ({"end_time": "2026-01-03T00:00:00+0000"}, ["j-2"]),
        ({"start_time": "2026-01-03T00:00:00+0000"}, ["j-1"]),
    ],
)
def test_huawei_client_filters_jobs(
    gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud, filters: dict[str, str], found: list[str]
) -> None:
    second = {"status": "Completed", "name": "RestoreTableTaurus", "created": "2026-01-02T10:00:00+0800"}
    local_cloud.add(
        {"service": "taurusdb", "id": "j-1", "script": [[0, {}]]},
        {"service": "taurusdb", "id": "j-2", "script": [[0, second]]},
    )
    jobs = taurusdb.list_immediate_jobs(gaussdb.ListImmediateJobsRequest(**filters)).jobs
    assert [job.job_id for job in jobs] == found
    assert all(job.show_detail for job in jobs)


def test_huawei_client_reads_the_steps_of_a_restore(gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud) -> None:
    steps = [{"sub_task_name": "INIT", "percent": 19, "status": "complete", "remaining_time": 66}]
    detail = [[0, {"sub_task_list": steps}]]
    local_cloud.add({"service": "taurusdb", "id": "j-1", "script": [[0, {}]], "detail": detail})
    name = "RestoreTaurusInInstanceToExisted"
    request = gaussdb.ShowTaskDetailsRequest(instance_id=DEFAULT_INSTANCE, job_id="j-1", job_name=name)
    details = taurusdb.show_task_details(request)
    assert (details.job_id, details.job_name, details.status) == ("j-1", name, None)
    # The service sends numbers where its client declares strings, and the client converts.
    told = [{name: str(value) for name, value in step.items()} for step in steps]
    assert [step.to_dict() for step in details.sub_task_list] == told


@pytest.mark.parametrize(
    ("instance", "job", "name", "status", "code"),
    [
        ("not-an-id", "j-1", "RestoreTableTaurus", 400, "DBS.280404"),
        ("0" * 32 + "in07", "j-1", "RestoreTableTaurus", 404, "DBS.200002"),
        (DEFAULT_INSTANCE, None, "RestoreTableTaurus", 400, "DBS.200001"),
        (DEFAULT_INSTANCE, "j-1", None, 400, "DBS.280001"),
        (DEFAULT_INSTANCE, "j-1", "ResizeFlavor", 400, "DBS.280001"),
        (DEFAULT_INSTANCE, "j-9", "RestoreTableTaurus", 400, "DBS.200543"),
    ],
)
def test_huawei_client_learns_why_there_are_no_details(
    gaussdb: t.Any,
    taurusdb: t.Any,
    local_cloud: LocalCloud,
    instance: str,
    job: str | None,
    name: str | None,
    status: int,
    code: str,
) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    local_cloud.add({"service": "taurusdb", "id": "j-1", "script": [[0, {}]]})
    with pytest.raises(ClientRequestException) as caught:
        taurusdb.show_task_details(gaussdb.ShowTaskDetailsRequest(instance_id=instance, job_id=job, job_name=name))
    assert (caught.value.status_code, caught.value.error_code) == (status, code)


def test_details_by_instance_alone_are_a_setting(gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud) -> None:
    local_cloud.settings(documented_detail=True)
    detail = [[0, {"status": "Running"}]]
    local_cloud.add({"service": "taurusdb", "id": "j-1", "script": [[0, {}]], "detail": detail})
    details = taurusdb.show_task_details(gaussdb.ShowTaskDetailsRequest(instance_id=DEFAULT_INSTANCE))
    assert (details.job_id, details.status) == ("j-1", "Running")


def test_huawei_client_learns_that_a_job_is_unknown(gaussdb: t.Any, taurusdb: t.Any) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    with pytest.raises(ClientRequestException) as caught:
        taurusdb.show_gauss_my_sql_job_info(gaussdb.ShowGaussMySqlJobInfoRequest(id="j-9"))
    assert (caught.value.status_code, caught.value.error_code) == (400, "DBS.200543")
    assert len(caught.value.request_id) == 32


def test_huawei_client_is_throttled(gaussdb: t.Any, taurusdb: t.Any, local_cloud: LocalCloud) -> None:
    """The client throws the code of a 429 away (facts); the status is what it keeps."""
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    local_cloud.fault("throttle", "taurusdb.*", rate=1, burst=0)
    with pytest.raises(ClientRequestException) as caught:
        taurusdb.show_gauss_my_sql_job_info(gaussdb.ShowGaussMySqlJobInfoRequest(id="j-1"))
    assert caught.value.status_code == 429


def test_huawei_client_looks_its_project_up(gaussdb: t.Any, home: pathlib.Path, local_cloud: LocalCloud) -> None:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.region.region import Region

    local_cloud.account("huawei", access_key="LOOKUP", secret_key="lookup-secret")
    local_cloud.add({"service": "taurusdb", "id": "j-1", "region": "eu-west-101", "script": [[0, {}]]})
    credentials = BasicCredentials("LOOKUP", "lookup-secret").with_iam_endpoint(local_cloud.url)
    builder = gaussdb.GaussDBClient.new_builder().with_credentials(credentials)
    client = builder.with_region(Region("eu-west-101", local_cloud.url)).build()
    assert client.show_gauss_my_sql_job_info(gaussdb.ShowGaussMySqlJobInfoRequest(id="j-1")).job.id == "j-1"
    assert local_cloud.calls()["apis"]["iam.KeystoneListProjects"] == 1
