# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts, the clock, the counts, the scenario: what the control plane promises."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.api import Api
from local_cloud.client import LocalCloud, LocalCloudError, environment
from local_cloud.routing import Routes
from local_cloud.script import merge, read_script
from local_cloud.world import SECONDS, Seconds
from support.callers import AlibabaCaller, HuaweiCaller
from support.certificates import issued
from support.stage import Stage
from support.subjects import SUBJECTS

SCENARIO = {
    "settings": {"not_found": {"bdrc.*": [404, "TaskNotFound", "No such task."]}},
    "accounts": [{"provider": "alibaba", "access_key": "LTAI5tScenario", "secret_key": "scenario"}],
    "tasks": [{"service": "bdrc", "id": "t-1", "script": [[0, {}]]}],
    "faults": [{"kind": "error", "api": "bdrc.DescribeTask", "task": "t-1", "times": 1, "code": "ServiceUnavailable"}],
}


def looks(cloud: LocalCloud, seconds: t.Sequence[int]) -> list[str]:
    """State or error code at each of these seconds of the cloud's clock."""
    seen, now = [], 0
    for second in seconds:
        cloud.advance(second - now)
        now = second
        answer = AlibabaCaller(cloud.url).ecs()
        seen.append(answer.code or answer.json["TaskStatus"])
    return seen


@pytest.mark.parametrize(
    ("script", "seconds", "states"),
    [
        ([[0, {}]], [0, 100], ["Processing", "Processing"]),
        (
            [[0, {}], [5, {"TaskStatus": "Finished"}]],
            [0, 4, 5, 9],
            ["Processing", "Processing", "Finished", "Finished"],
        ),
        ([[5, {"TaskStatus": "Failed"}]], [0, 4, 5], ["InvalidTaskId.NotFound", "InvalidTaskId.NotFound", "Failed"]),
        ([[0, {}], [8, None]], [7, 8, 900], ["Processing", "InvalidTaskId.NotFound", "InvalidTaskId.NotFound"]),
        (
            [[0, {"TaskStatus": "Paused"}], [2, None], [4, {}]],
            [0, 2, 4],
            ["Paused", "InvalidTaskId.NotFound", "Paused"],
        ),
        ([[3, {"TaskStatus": "Finished"}], [0, {}]], [0, 3], ["Processing", "Finished"]),
    ],
)
def test_a_task_follows_its_script(
    local_cloud: LocalCloud, script: list[t.Any], seconds: list[int], states: list[str]
) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": script})
    assert looks(local_cloud, seconds) == states


def test_the_seconds_of_a_task_may_count_from_the_first_call_about_it(local_cloud: LocalCloud) -> None:
    script = [[0, {}], [5, {"TaskStatus": "Finished"}]]
    local_cloud.add(
        {"service": "ecs", "id": "t-1", "script": script, "from_first_call": True},
        {"service": "ecs", "id": "t-2", "script": script},
    )
    local_cloud.advance(60)
    AlibabaCaller(local_cloud.url).ecs("t-2")
    assert looks(local_cloud, [0, 4, 5]) == ["Processing", "Processing", "Finished"]


@pytest.mark.parametrize("service", ["bdrc", "hbr_restore_job"])
def test_a_list_that_names_no_id_is_about_every_task_that_it_can_see(local_cloud: LocalCloud, service: str) -> None:
    subject = next(each for each in SUBJECTS if each.service.name == service)
    assert subject.service.listing
    size = subject.service.listing.pages.size
    stage = Stage(local_cloud, subject)
    script = [[0, subject.showing(stage.going)], [5, subject.showing("succeeded")]]
    tasks = [{"service": service, "id": f"t-{n}", "script": script, "from_first_call": True} for n in range(size + 1)]
    local_cloud.add(*tasks)
    local_cloud.advance(60)
    waited = stage.wait(*(task["id"] for task in tasks), interval=4)
    assert (set(waited.outcomes.values()), waited.times[0], waited.times[-1] < 20) == ({"succeeded"}, 0, True)


fields = st.recursive(
    st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6
)
objects = st.dictionaries(st.sampled_from("abc"), fields, max_size=3)


@given(objects, objects)
def test_merging_keeps_all_of_the_upper_and_is_idempotent(below: t.Any, above: t.Any) -> None:
    merged = merge(below, above)
    assert merge(merged, above) == merged
    assert set(merged) == set(below) | set(above)
    assert merge({}, above) == above


@given(st.lists(st.tuples(st.integers(0, 20), st.none() | objects), max_size=6), st.integers(0, 25))
def test_a_script_is_the_sum_of_its_past(steps: t.Any, second: int) -> None:
    past = sorted((step for step in steps if step[0] <= second), key=lambda step: step[0])
    expected: t.Any = None
    if past and past[-1][1] is not None:
        expected = {}
        for dummy, step in past:
            expected = merge(expected, step or {})
    assert read_script(steps).at(second) == expected


def test_calls_are_counted_and_logged_without_secrets(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {}]]})
    caller = AlibabaCaller(local_cloud.url)
    caller.ecs()
    caller.rpc("ecs", "DescribeTasks", RegionId="cn-hangzhou", TaskIds="t-1,t-9")
    caller.rpc("hbr", "DescribeTask", TaskId="t-9", Token="hush")
    calls = local_cloud.calls()
    assert calls["apis"] == {"ecs.DescribeTaskAttribute": 1, "ecs.DescribeTasks": 1, "hbr.DescribeTask": 1}
    assert calls["tasks"] == {"t-1": 2, "t-9": 2}
    assert (calls["total"], calls["statuses"]) == (3, {"200": 2, "404": 1})
    assert 1 <= calls["peak_per_second"]["*"] <= 3
    last = local_cloud.log(last=1)[0]
    assert (last["action"], last["status"], last["code"]) == ("DescribeTask", 404, "TaskNotFound")
    assert "hush" not in last["query"]


def test_the_clock_goes_along_with_a_file_and_stands_where_it_left_off(
    local_cloud: LocalCloud, tmp_path: pathlib.Path
) -> None:
    local_cloud.settings(clock="stopped")
    (tmp_path / "seconds").write_bytes(SECONDS.pack(0.0))
    seconds = Seconds(str(tmp_path / "seconds"))
    start = local_cloud.follow(str(tmp_path / "seconds"))
    seconds.write(3600.0)
    assert local_cloud.now() == pytest.approx(start + 3600)
    assert local_cloud.advance(10) == pytest.approx(start + 3610)
    assert local_cloud.follow("") == pytest.approx(start + 3610)
    seconds.write(7200.0)
    assert local_cloud.now() == pytest.approx(start + 3610)


def test_a_scenario_is_what_a_reset_goes_back_to() -> None:
    with LocalCloud(SCENARIO) as cloud:
        caller = AlibabaCaller(cloud.url, "LTAI5tScenario", "scenario")
        expected = ["ServiceUnavailable", "", "TaskNotFound"]
        assert [caller.bdrc().code, caller.bdrc().code, caller.bdrc("t-9").code] == expected
        cloud.remove()
        cloud.advance(1_000)
        cloud.reset()
        assert [caller.bdrc().code, caller.bdrc().code, caller.bdrc("t-9").code] == expected
        assert cloud.state()["clock"]["offset"] == 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda cloud: cloud.add({"service": "moon", "id": "t-1", "script": []}), "unknown service"),
        (lambda cloud: cloud.add({"service": "ecs", "id": "t-1", "scrip": []}), "scrip"),
        (lambda cloud: cloud.add({"service": "ecs", "id": "t-1", "script": [7]}), "int"),
        (lambda cloud: cloud.settings(colour="blue"), "colour"),
        (lambda cloud: cloud.account("moon", access_key="x"), "unknown provider"),
        (lambda cloud: cloud.advance(-1), "time only goes on"),
        (lambda cloud: cloud.control("GET", "nothing"), "no such call"),
    ],
)
def test_a_misspelt_instruction_is_an_error(
    local_cloud: LocalCloud, change: t.Callable[[LocalCloud], t.Any], complaint: str
) -> None:
    with pytest.raises(LocalCloudError, match=complaint):
        change(local_cloud)


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(LocalCloudError, match="unknown section"):
        LocalCloud({"weather": "fine"}).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_writes_its_port_file_and_stops_cleanly(tmp_path: pathlib.Path, number: int) -> None:
    path = tmp_path / "port.json"
    command = [sys.executable, "-m", "local_cloud", "--port-file", str(path), "--until-stdin-closes"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        announced = process.stdout.readline() if process.stdout else b""
        written = path.read_bytes()
        process.send_signal(number)
        dummy, complaints = process.communicate(timeout=20)
    assert written == announced.strip()
    assert (process.returncode, complaints) == (0, b"")


def test_the_server_does_not_outlive_the_one_who_started_it() -> None:
    cloud = LocalCloud()
    cloud.start()
    process = cloud.process
    assert process is not None
    assert process.stdin is not None
    assert process.pid == cloud.pid
    process.stdin.close()
    assert process.wait(20) == 0
    cloud.stop()


def test_the_server_speaks_tls(tmp_path: pathlib.Path) -> None:
    files = issued(tmp_path)
    with LocalCloud(certificate=files.certificate, key=files.key) as cloud:
        assert cloud.url.startswith("https://127.0.0.1:")
        assert cloud.state()["tasks"] == 0


def test_a_host_serves_many_services_by_prefix(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "taurusdb", "id": "j-1", "script": [[0, {}]]})
    assert HuaweiCaller(local_cloud.url, prefix="/taurusdb").job().status == 200
    assert HuaweiCaller(local_cloud.url, prefix="/iam").job().code == "APIGW.0101"
    assert AlibabaCaller(local_cloud.url, prefix="/hbr").ecs().code == "NoSuchVersion"


def test_a_service_is_one_entry() -> None:
    """Services that share a path: the prefix tells them apart, without one the first owns it."""
    path = "/v3/{project_id}/jobs"
    apis = [Api(provider="huawei", service=name, name="ShowJob", path=path, id_param="id") for name in ("rds", "dds")]
    routes = Routes(apis)
    for asked, service in (("", "rds"), ("/rds", "rds"), ("/dds", "dds")):
        api, found = routes.find("huawei", "GET", f"{asked}/v3/{'0' * 32}/jobs", {})
        assert (api.service, found) == (service, {"project_id": "0" * 32})


def test_nothing_is_left_in_the_home_directory(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of the vendors' packages write a tracking id there when they are imported."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with LocalCloud() as cloud:
        assert HuaweiCaller(cloud.url).job().code == "DBS.200543"
    assert list(tmp_path.iterdir()) == []
