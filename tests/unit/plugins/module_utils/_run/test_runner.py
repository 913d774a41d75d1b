# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait as the action plugin and the module run it: threads, real HTTP to the local cloud, looks every few milliseconds."""

from __future__ import annotations

import json
import pathlib
import shutil
import socket
import stat
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import now
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.budget import Budgets
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.rate import Allowance, RateLimiter
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import INSTANCE
from support.simulated import simulate

ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "AWS_ACCESS_KEY_ID": accounts.AWS_KEY,
    "AWS_SECRET_ACCESS_KEY": accounts.AWS_SECRET,
    "AZURE_TENANT": accounts.AZURE_TENANT,
    "AZURE_CLIENT_ID": accounts.AZURE_CLIENT,
    "AZURE_SECRET": accounts.AZURE_SECRET,
    "AZURE_SUBSCRIPTION_ID": accounts.AZURE_SUBSCRIPTION,
    "GCP_ACCESS_TOKEN": accounts.GOOGLE_TOKEN,
    "HUAWEICLOUD_SDK_AK": accounts.HUAWEI_KEY,
    "HUAWEICLOUD_SDK_SK": accounts.HUAWEI_SECRET,
}
SECRETS = [ENVIRON["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], ENVIRON["HUAWEICLOUD_SDK_SK"], ENVIRON["HUAWEICLOUD_SDK_AK"]]
ENTRIES: dict[str, dict[str, str]] = {
    "ecs": {"provider": "alibaba", "service": "ecs", "region": "cn-shanghai"},
    "hbr": {"provider": "alibaba", "service": "hbr", "region": "cn-shanghai"},
    "bdrc": {"provider": "alibaba", "service": "bdrc", "region": "cn-shanghai"},
    "taurusdb": {"provider": "huawei", "service": "taurusdb", "region": "cn-north-4"},
}
RUNNING: dict[str, dict[str, t.Any]] = {
    "ecs": {"TaskStatus": "Processing"},
    "hbr": {"Description": "created"},
    "bdrc": {"TaskStatus": "RUNNING"},
    "taurusdb": {"status": "Running"},
}
ENDED: dict[str, dict[str, t.Any]] = {
    "ecs": {"TaskStatus": "Finished", "TotalCount": 1, "SuccessCount": 1, "FailedCount": 0},
    "hbr": {"Description": "completed", "Progress": 100},
    "bdrc": {"TaskStatus": "COMPLETE"},
    "taurusdb": {"status": "Completed"},
}


class Waited(t.NamedTuple):
    """What a wait has returned and said."""

    result: dict[str, t.Any]
    lines: list[str]
    warnings: list[str]

    def outcomes(self) -> list[str]:
        return [task["outcome"] for task in self.result["tasks"]]


def waited(
    url: str, entries: t.Sequence[t.Mapping[str, t.Any]] | None, check: bool = False, **options: t.Any
) -> Waited:
    """Wait for these tasks with a look every 20 ms."""
    given = {"endpoint": url, "interval": 0.02, "timeout": 20, "rate_limit": 500, "request_timeout": 2, **options}
    tasks = {} if entries is None else {"tasks": [dict(entry) for entry in entries]}
    lines: list[str] = []
    warnings: list[str] = []
    world = Frontend(Host(now, ENVIRON), Mask(), lines.append, warnings.append)
    return Waited(wait(plan_of(PROVIDERS, {"raw": True, **given, **tasks}, check), world), lines, warnings)


def scripted(
    service: str, task_id: str, *steps: tuple[float, dict[str, t.Any] | None], **more: t.Any
) -> dict[str, t.Any]:
    """A task that runs at first, for the local cloud."""
    return {"service": service, "id": task_id, "script": [[0, RUNNING[service]], *map(list, steps)], **more}


def entry(service: str, task_id: str, **more: t.Any) -> dict[str, t.Any]:
    """An entry of the option tasks."""
    return {**ENTRIES[service], "task_id": task_id, **more}


def test_tasks_of_both_clouds_are_waited_for_in_one_step(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(scripted(service, f"t-{service}", (1.0, ENDED[service])) for service in ENTRIES))
    seen = waited(local_cloud.url, [entry(service, f"t-{service}") for service in ENTRIES])
    assert seen.outcomes() == ["succeeded"] * 4
    assert [task["id"] for task in seen.result["tasks"]] == [f"t-{service}" for service in ENTRIES]
    assert seen.result["summary"] == {"total": 4, "succeeded": 4}
    assert seen.result["succeeded"] is True
    assert "failed" not in seen.result
    assert seen.result["msg"].startswith("4 of 4 tasks succeeded")
    assert all(set(FACTS) < set(task) for task in seen.result["tasks"])
    delays = [task["detection_delay_max"] for task in seen.result["tasks"] if task["looks"] > 1]
    assert delays
    assert all(0 < delay < 5 for delay in delays)
    assert (
        seen.result["requests"] == local_cloud.calls()["total"] - 1
    )  # the login of one of the clouds looks up a project


def test_a_task_asked_for_twice_is_looked_at_once_and_told_twice(local_cloud: LocalCloud) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, ENDED["ecs"]]]})
    seen = waited(local_cloud.url, [entry("ecs", "t-1"), entry("ecs", "t-1")])
    assert seen.outcomes() == ["succeeded", "succeeded"]
    assert local_cloud.calls()["total"] == 1


def test_the_job_of_an_instance_is_pinned_when_it_is_first_seen(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("taurusdb", "j-1", (0.2, ENDED["taurusdb"]), instance_id=INSTANCE))
    seen = waited(local_cloud.url, [{**ENTRIES["taurusdb"], "instance_id": INSTANCE}])
    assert [(task["id"], task["outcome"]) for task in seen.result["tasks"]] == [("j-1", "succeeded")]


def test_what_a_list_finds_is_waited_for(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(scripted("bdrc", f"t-{n}", (0.2, ENDED["bdrc"])) for n in range(3)))
    seen = waited(local_cloud.url, [{**ENTRIES["bdrc"], "states": ["running"]}])
    assert sorted(task["id"] for task in seen.result["tasks"]) == ["t-0", "t-1", "t-2"]
    assert seen.result["succeeded"] is True


def test_a_list_that_finds_nothing_is_no_success(local_cloud: LocalCloud) -> None:
    seen = waited(local_cloud.url, [{**ENTRIES["bdrc"], "states": ["running"]}], not_found_timeout=0.1)
    assert seen.outcomes() == ["not_found"]
    assert (seen.result["failed"], seen.result["succeeded"]) == (True, False)


def test_a_throttling_cloud_slows_the_wait_and_decides_nothing(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(scripted("hbr", f"t-{n}", (0.3, ENDED["hbr"])) for n in range(5)))
    local_cloud.fault("throttle", "hbr.*", rate=20, burst=3, retry_after=0.05)
    seen = waited(local_cloud.url, [entry("hbr", f"t-{n}") for n in range(5)])
    assert seen.outcomes() == ["succeeded"] * 5
    assert seen.result["throttled"] > 0


def test_a_dead_lane_does_not_hold_another(local_cloud: LocalCloud) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
        local_cloud.add(scripted("ecs", "t-1", (0.2, ENDED["ecs"])))
        entries = [entry("ecs", "t-1"), entry("hbr", "t-2", endpoint=dead)]
        seen = waited(local_cloud.url, entries, unreachable_timeout=0.5, fail_fast=False)
    assert seen.outcomes() == ["succeeded", "unreachable"]
    assert "may still run" in seen.result["tasks"][1]["reason"]


def test_a_hung_cloud_ends_the_wait_at_its_deadline_and_grace(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("ecs", "t-1"))
    local_cloud.fault("stall", "ecs.*", seconds=30)
    seen = waited(local_cloud.url, [entry("ecs", "t-1")], timeout=0.2, request_timeout=0.5)
    assert seen.outcomes() == ["timed_out"]


def test_a_bad_key_ends_every_task_of_the_account_after_few_calls(local_cloud: LocalCloud) -> None:
    bad = {"access_key": accounts.HUAWEI_KEY, "secret_key": "not-the-secret", "project_id": "0" * 32}
    seen = waited(local_cloud.url, [entry("taurusdb", f"j-{n}", **bad) for n in range(40)], fail_fast=False)
    assert seen.outcomes() == ["unauthorized"] * 40
    assert local_cloud.calls()["total"] <= 3
    assert "not-the-secret" not in json.dumps(seen.result)


def test_a_journal_holds_no_secret_and_a_second_wait_goes_on_from_it(
    local_cloud: LocalCloud, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "journal.json"
    local_cloud.add(scripted("ecs", "t-1", (0.05, ENDED["ecs"])), scripted("ecs", "t-2"))
    keys = {"access_key": accounts.ALIBABA_KEY, "secret_key": accounts.ALIBABA_SECRET}
    options = {"timeout": 0.3, "journal": str(path), **keys}
    first = waited(local_cloud.url, [entry("ecs", "t-1"), entry("ecs", "t-2")], **options)
    assert first.outcomes() == ["succeeded", "timed_out"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [record["outcome"] for record in json.loads(path.read_text())] == ["succeeded", "timed_out"]
    assert not [secret for secret in SECRETS + list(keys.values()) if secret in path.read_text()]
    local_cloud.add({"service": "ecs", "id": "t-2", "script": [[0, ENDED["ecs"]]]})
    before = local_cloud.calls()["total"]
    second = waited(local_cloud.url, None, journal=str(path))
    assert second.outcomes() == ["succeeded", "succeeded"]
    assert local_cloud.calls()["total"] == before + 1
    assert second.result["tasks"][0]["native_state"] == "Finished"
    again = waited(local_cloud.url, json.loads(path.read_text()))
    assert again.outcomes() == ["succeeded", "succeeded"]
    assert local_cloud.calls()["total"] == before + 1


def test_a_wait_that_is_stopped_ends_at_once_and_says_what_may_still_run(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("ecs", "t-1"))
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        world.stop()

    world = Frontend(Host(now, ENVIRON), Mask(), say, lines.append)
    given = {"endpoint": local_cloud.url, "interval": 600, "tasks": [entry("ecs", "t-1")]}
    result = wait(plan_of(PROVIDERS, given, False), world)
    assert [task["outcome"] for task in result["tasks"]] == ["abandoned"]
    assert any("interrupted, these may still run: alibaba ecs t-1" in line for line in lines)


def test_check_mode_looks_once_and_fails_on_a_real_failure_only(local_cloud: LocalCloud) -> None:
    failed = {"TaskStatus": "Failed"}
    local_cloud.add(scripted("ecs", "t-1"), {"service": "ecs", "id": "t-bad", "script": [[0, failed]]})
    running = waited(local_cloud.url, [entry("ecs", "t-1"), entry("ecs", "t-nobody")], check=True, fail_fast=False)
    assert "failed" not in running.result
    assert running.result["msg"].startswith("check mode, looked once: ")
    assert local_cloud.calls()["total"] == 2
    assert waited(local_cloud.url, [entry("ecs", "t-bad")], check=True).result["failed"] is True


def test_a_word_that_nobody_knows_is_warned_of_once_and_is_no_end(local_cloud: LocalCloud) -> None:
    odd = {"service": "bdrc", "script": [[0, {"TaskStatus": "DREAMING"}], [0.2, ENDED["bdrc"]]]}
    local_cloud.add({**odd, "id": "t-1"}, {**odd, "id": "t-2"})
    seen = waited(local_cloud.url, [entry("bdrc", "t-1"), entry("bdrc", "t-2")])
    assert seen.outcomes() == ["succeeded", "succeeded"]
    assert [warning for warning in seen.warnings if "'DREAMING'" in warning] == seen.warnings
    assert len(seen.warnings) == 1


def test_a_condition_that_does_not_work_on_facts_is_an_error_of_the_play(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("ecs", "t-1"))
    with pytest.raises(OptionError, match="success_when"):
        waited(local_cloud.url, [entry("ecs", "t-1")], success_when="contains(progress, 'x')")


SHOWN = {"TaskId": "t-1", **ENDED["ecs"]}
RECORDS: list[tuple[dict[str, t.Any], list[str], bool]] = [
    ({"state": "succeeded", "native_state": "Finished", "outcome": "succeeded"}, ["succeeded"], True),
    ({"state": "failed", "native_state": "Failed", "outcome": "failed"}, ["failed"], False),
]


@pytest.mark.parametrize(("record", "outcomes", "met"), RECORDS)
def test_what_an_earlier_wait_saw_end_is_judged_without_a_call(
    local_cloud: LocalCloud, record: dict[str, t.Any], outcomes: list[str], met: bool
) -> None:
    told = {**ENTRIES["ecs"], "id": "t-1", "raw": SHOWN, "observed_at": "2026-01-31T12:00:00Z", **record}
    seen = waited(local_cloud.url, [told])
    assert (seen.outcomes(), seen.result["succeeded"], "failed" in seen.result) == (outcomes, met, not met)
    assert local_cloud.calls()["total"] == 0


NO_RECORDS: list[dict[str, t.Any]] = [
    {"outcome": "succeeded", "observed_at": "2026-01-31T12:00:00Z"},
    # Conditions of an earlier wait ended it, not the cloud.
    {"outcome": "succeeded", "state": "running", "observed_at": "2026-01-31T12:00:00Z"},
    {"outcome": "failed", "state": "running", "observed_at": "2026-01-31T12:00:00Z"},
    {"outcome": "succeeded", "state": "splendid", "observed_at": "2026-01-31T12:00:00Z"},
    {"outcome": "succeeded", "state": "succeeded"},
    {"outcome": "succeeded", "state": "succeeded", "observed_at": "2026-01-31T12:00:00Z", "progress": "much"},
    {"state": "succeeded", "terminal": True, "observed_at": "2026-01-31T12:00:00Z"},
]


@pytest.mark.parametrize("record", NO_RECORDS)
def test_what_no_wait_has_seen_end_is_asked_for_again(local_cloud: LocalCloud, record: dict[str, t.Any]) -> None:
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, {"Description": "cancelled"}]]})
    assert waited(local_cloud.url, [{**ENTRIES["hbr"], "id": "t-1", **record}]).outcomes() == ["cancelled"]


@pytest.mark.parametrize("secret", ["fail", "failed", "succeeded", "tasks", "o", "changed", "outcome"])
def test_a_secret_that_is_like_a_key_of_ours_does_not_turn_a_wait_green(local_cloud: LocalCloud, secret: str) -> None:
    local_cloud.account("alibaba", access_key="LTAIshort", secret_key=secret)
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {"TaskStatus": "Failed"}]]})
    keys = {"access_key": "LTAIshort", "secret_key": secret}
    result = waited(local_cloud.url, [entry("ecs", "t-1", **keys)]).result
    assert (result["failed"], result["succeeded"], result["changed"]) == (True, False, False)
    assert set(FACTS) < set(result["tasks"][0])


def test_a_batch_sees_ends_and_asks_for_them_one_by_one(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(scripted("ecs", f"t-{n:02}", (0.2, ENDED["ecs"])) for n in range(30)))
    seen = waited(local_cloud.url, [entry("ecs", f"t-{n:02}") for n in range(30)], interval=0.1)
    assert seen.outcomes() == ["succeeded"] * 30
    assert {task["counts"]["succeeded"] for task in seen.result["tasks"]} == {1}
    calls = local_cloud.calls()["apis"]
    assert calls["ecs.DescribeTaskAttribute"] == 30
    assert calls["ecs.DescribeTasks"] < 15


def journaled(url: str, tmp_path: pathlib.Path, **change: t.Any) -> str:
    """A journal in which the task t-1 has ended, as a wait has written it, with some changes."""
    path = tmp_path / "journal.json"
    waited(url, [entry("hbr", "t-1")], journal=str(path))
    (record,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**record, **change}]), encoding="utf-8")
    return str(path)


OTHERS: list[tuple[dict[str, t.Any], int]] = [
    ({}, 0),
    ({"region": "cn-beijing"}, 1),
    ({"endpoint": "https://example.com"}, 1),
    ({"profile": "other"}, 1),
    ({"id": "t-2"}, 1),
    ({"service": "bdrc"}, 1),
    ({"id": ["t-1"]}, 1),
    ({"asked_as": "0123456789abcdef"}, 1),
    ({"asked_as": None}, 1),
    ({"counts": {"total": 3, "succeeded": 1, "failed": 2}}, 1),
    ({"native_state": "failed"}, 1),
]


@pytest.mark.parametrize(("change", "calls"), OTHERS)
def test_a_journal_beside_tasks_is_believed_of_the_same_task_only(
    local_cloud: LocalCloud, tmp_path: pathlib.Path, change: dict[str, t.Any], calls: int
) -> None:
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, ENDED["hbr"]]]})
    path = journaled(local_cloud.url, tmp_path, **change)
    before = local_cloud.calls()["total"]
    assert waited(local_cloud.url, [entry("hbr", "t-1")], journal=path).outcomes() == ["succeeded"]
    assert local_cloud.calls()["total"] - before == calls


@pytest.mark.parametrize("resumed", [False, True], ids=["beside tasks", "alone"])
@pytest.mark.parametrize("same", [True, False], ids=["the same keys", "other keys"])
def test_a_journal_tells_accounts_apart(
    local_cloud: LocalCloud, tmp_path: pathlib.Path, same: bool, resumed: bool
) -> None:
    """The keys are in the environment, so no option says whose they are."""
    local_cloud.account("alibaba", access_key="LTAIother", secret_key="another-secret")
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, ENDED["hbr"]]]})
    path = journaled(local_cloud.url, tmp_path)
    before = local_cloud.calls()["total"]
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIother", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "another-secret"}
    given: dict[str, t.Any] = {"journal": path, "endpoint": local_cloud.url, "timeout": 5}
    tasks = {} if resumed else {"tasks": [entry("hbr", "t-1")]}
    world = Frontend(Host(now, ENVIRON if same else {**ENVIRON, **keys}), Mask(), print, print)
    result = wait(plan_of(PROVIDERS, {**given, **tasks}, False), world)
    assert [task["outcome"] for task in result["tasks"]] == ["succeeded"]
    assert local_cloud.calls()["total"] - before == (0 if same else 1)
    assert "LTAI" not in pathlib.Path(path).read_text(encoding="utf-8")


def test_a_journal_that_can_no_longer_be_written_does_not_end_the_wait(
    local_cloud: LocalCloud, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    local_cloud.add(scripted("hbr", "t-1", (0.2, ENDED["hbr"])))
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        shutil.rmtree(folder, ignore_errors=True)

    warnings: list[str] = []
    world = Frontend(Host(now, ENVIRON), Mask(), say, warnings.append)
    given = {
        "endpoint": local_cloud.url,
        "interval": 0.02,
        "journal": str(folder / "j.json"),
        "tasks": [entry("hbr", "t-1")],
    }
    assert wait(plan_of(PROVIDERS, given, False), world)["succeeded"] is True
    assert len(warnings) == 1
    assert "the wait continues" in warnings[0]


def test_an_old_job_of_an_instance_is_not_taken_for_the_one_to_come(local_cloud: LocalCloud) -> None:
    old = {"service": "taurusdb", "instance_id": INSTANCE, "id": "j-old", "script": [[0, ENDED["taurusdb"]]]}
    new = {"service": "taurusdb", "instance_id": INSTANCE, "id": "j-new"}
    local_cloud.add(
        old, {**new, "script": [[0.2, RUNNING["taurusdb"]], [0.5, {"status": "Failed", "fail_reason": "no"}]]}
    )
    seen = waited(local_cloud.url, [{**ENTRIES["taurusdb"], "instance_id": INSTANCE}])
    assert [(task["id"], task["outcome"]) for task in seen.result["tasks"]] == [("j-new", "failed")]


def test_an_ended_job_is_the_one_where_no_other_turns_up(local_cloud: LocalCloud) -> None:
    old = {"service": "taurusdb", "instance_id": INSTANCE, "id": "j-old", "script": [[0, ENDED["taurusdb"]]]}
    local_cloud.add(old)
    query = {**ENTRIES["taurusdb"], "instance_id": INSTANCE}
    for options in ({"not_found_timeout": 0.2}, {"timeout": 0, "not_found_timeout": 0}):
        assert waited(local_cloud.url, [query], **options).outcomes() == ["succeeded"]


@pytest.mark.parametrize("timeout", [0, 0.3])
def test_an_ended_job_is_not_taken_before_another_may_turn_up(local_cloud: LocalCloud, timeout: float) -> None:
    old = {"service": "taurusdb", "instance_id": INSTANCE, "id": "j-old", "script": [[0, ENDED["taurusdb"]]]}
    local_cloud.add(old)
    seen = waited(local_cloud.url, [{**ENTRIES["taurusdb"], "instance_id": INSTANCE}], timeout=timeout)
    assert seen.outcomes() == ["timed_out"]
    assert "only tasks that had ended before the wait were found" in seen.result["msg"]
    assert "give created_after, or a shorter not_found_timeout" in seen.result["msg"]


def test_what_a_list_shows_as_ended_is_looked_at_within_the_rate(local_cloud: LocalCloud) -> None:
    local_cloud.add(*({"service": "ecs", "id": f"t-{n:02}", "script": [[0, ENDED["ecs"]]]} for n in range(40)))
    seen = waited(local_cloud.url, [{**ENTRIES["ecs"], "name": "ExportImage"}], rate_limit=12, not_found_timeout=0)
    assert seen.outcomes() == ["succeeded"] * 40
    assert seen.result["elapsed"] >= 40 / 12 - 0.1


def test_a_look_at_every_task_is_made_even_without_time(local_cloud: LocalCloud) -> None:
    local_cloud.add(*({"service": "hbr", "id": f"t-{n:02}", "script": [[0, ENDED["hbr"]]]} for n in range(30)))
    entries = [entry("hbr", f"t-{n:02}") for n in range(30)]
    # One round takes fifteen seconds, three times as long as the wait has for a last look.
    seen = simulate(local_cloud, {"tasks": entries, "timeout": 0, "rate_limit": 2, "request_timeout": 5})
    assert list(seen.outcomes().values()) == ["succeeded"] * 30
    assert seen.seconds > 14


def test_waits_of_one_account_share_a_rate_and_others_do_not(local_cloud: LocalCloud, tmp_path: pathlib.Path) -> None:
    local_cloud.add(*({"service": service, "id": "t-1", "script": [[0, ENDED[service]]]} for service in ("hbr", "ecs")))
    options = {**entry("hbr", "t-1"), "rate_limit": 0.1}
    first = simulate(local_cloud, options, budgets=Budgets(tmp_path))
    # Its time begins anew, as if it had been started at the same moment.
    second = simulate(local_cloud, options, budgets=Budgets(tmp_path))
    elsewhere = simulate(local_cloud, {**entry("ecs", "t-1"), "rate_limit": 0.1}, budgets=Budgets(tmp_path))
    alone = simulate(local_cloud, options)
    assert [round(seen.made[0].begun) for seen in (first, second, elsewhere, alone)] == [0, 10, 0, 0]
    assert len(list(tmp_path.iterdir())) == 2


class CountingTurns(RateLimiter):
    """A rate of a lane that other waits might share: it counts the pages that have asked for a place."""

    turns = 0

    def turn(self, now: float) -> float:
        """Count a page, and let it come a moment later than its own pause."""
        self.turns += 1
        return now + 0.1


class OneRate(Budgets):
    """Budgets that give the same rate to every lane."""

    def __init__(self, rate: RateLimiter) -> None:
        self._rate = rate

    def rate(self, lane: t.Sequence[str], allowance: Allowance) -> RateLimiter:
        """Return the only rate."""
        return self._rate


def test_pages_of_a_list_take_turns_with_other_waits(local_cloud: LocalCloud) -> None:
    ids = [f"t-{n:04}" for n in range(1100)]
    local_cloud.add(*({"service": "bdrc", "id": each, "script": [[0, RUNNING["bdrc"]]]} for each in ids))
    rate = CountingTurns(Allowance(100.0))
    options = {**ENTRIES["bdrc"], "endpoint": local_cloud.url, "task_ids": ids, "timeout": 0}
    frontend = Frontend(Host(now, ENVIRON), Mask(), lambda line: None, lambda line: None, budgets=OneRate(rate))
    result = wait(plan_of(PROVIDERS, options, False), frontend)
    assert rate.turns == result["requests"] - 1 >= 2
    assert result["elapsed"] >= 0.1 * rate.turns


def test_progress_that_a_list_does_not_tell_is_no_stall(local_cloud: LocalCloud) -> None:
    steps = [(0.1 * n, {"TaskProcess": f"{n}%"}) for n in range(1, 12)]
    local_cloud.add(*(scripted("ecs", f"t-{n:02}", *steps, (1.2, ENDED["ecs"])) for n in range(12)))
    seen = waited(local_cloud.url, [entry("ecs", f"t-{n:02}") for n in range(12)], interval=0.1, stall_timeout=0.5)
    assert seen.outcomes() == ["succeeded"] * 12


NULLS: list[dict[str, t.Any]] = [
    {"tasks": [{**ENTRIES["ecs"], "task_id": None}]},
    {"tasks": [{**ENTRIES["ecs"], "id": None}]},
    {**ENTRIES["ecs"], "task_id": None},
    {**ENTRIES["ecs"], "task_ids": None},
    {**ENTRIES["ecs"], "task_ids": [None]},
    {"tasks": [{**ENTRIES["ecs"], "task_id": "None"}]},
]


@pytest.mark.parametrize("given", NULLS)
def test_an_id_that_is_null_does_not_mean_all_tasks(given: dict[str, t.Any]) -> None:
    with pytest.raises(OptionError, match=r"task_ids?|id"):
        plan_of(PROVIDERS, given, False)


def test_a_journal_is_not_resumed_where_an_id_is_given(local_cloud: LocalCloud, tmp_path: pathlib.Path) -> None:
    local_cloud.add({"service": "hbr", "id": "t-1", "script": [[0, ENDED["hbr"]]]})
    path = journaled(local_cloud.url, tmp_path)
    given = {"provider": "alibaba", "region": "cn-shanghai", "task_id": "t-9", "journal": path}
    with pytest.raises(OptionError, match="service is missing"):
        plan_of(PROVIDERS, given, False)


BAD_REGIONS = ("evil.com/", "a..b", "cn hangzhou", "x\ny", "CN-HANGZHOU", "-cn", "user@host", "a:1")


@pytest.mark.parametrize("region", BAD_REGIONS)
def test_a_region_cannot_lead_the_credentials_elsewhere(region: str) -> None:
    given = {"provider": "huawei", "service": "taurusdb", "task_id": "j-1", "region": region}
    with pytest.raises(OptionError, match="region: "):
        wait(plan_of(PROVIDERS, given, False), Frontend(Host(now, ENVIRON), Mask(), print, print))


def test_check_mode_looks_at_every_task_and_finds_the_one_that_failed(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(scripted("hbr", f"t-{n}") for n in range(20)))
    local_cloud.add({"service": "hbr", "id": "t-19", "script": [[0, {"Description": "cancelled"}]]})
    entries = [entry("hbr", f"t-{n}") for n in range(20)]
    for options in ({"check": True}, {"timeout": 0}):
        seen = waited(local_cloud.url, entries, **t.cast("dict[str, t.Any]", options))
        assert seen.outcomes() == ["timed_out"] * 19 + ["cancelled"]
        assert seen.result["failed"] is True


DEFINITION: dict[str, t.Any] = {
    "name": "my_exports",
    "product": "ecs",
    "version": "2014-05-26",
    "read": {"action": "DescribeTaskAttribute", "query": {"RegionId": "{region}", "TaskId": "{task_id}"}},
    "facts": {"id": "TaskId", "native_state": "TaskStatus"},
    "states": {"Finished": "succeeded", "Processing": "running"},
}
# What has changed in a definition since its journal was written, and how often is asked for what had ended.
REDEFINED: dict[str, tuple[dict[str, t.Any], int, str]] = {
    "nothing": ({}, 0, "succeeded"),
    "what its words mean": ({"states": {"Finished": "failed", "Done": "succeeded"}}, 1, "failed"),
    "where it is read": ({"read": {**DEFINITION["read"], "headers": {"Accept": "application/json"}}}, 1, "succeeded"),
}


@pytest.mark.parametrize(("changes", "calls", "outcome"), REDEFINED.values(), ids=REDEFINED.keys())
def test_an_end_that_another_definition_has_seen_is_none(
    local_cloud: LocalCloud, tmp_path: pathlib.Path, changes: dict[str, t.Any], calls: int, outcome: str
) -> None:
    local_cloud.add(scripted("ecs", "t-1", (0.0, ENDED["ecs"])))
    one = {"provider": "alibaba", "region": "cn-shanghai", "task_id": "t-1", "journal": str(tmp_path / "journal")}
    assert waited(local_cloud.url, None, definition=DEFINITION, **one).outcomes() == ["succeeded"]
    again = waited(local_cloud.url, None, definition={**DEFINITION, **changes}, **one)
    assert (again.outcomes(), again.result["requests"]) == ([outcome], calls)


def test_facts_of_an_api_that_tells_no_id_may_be_of_any_task_and_its_journal_is_of_this_one(
    local_cloud: LocalCloud, tmp_path: pathlib.Path
) -> None:
    local_cloud.add(scripted("hbr", "t-1", (0.0, ENDED["hbr"])), scripted("hbr", "t-2"))
    options: dict[str, t.Any] = {"timeout": 0.5, "journal": str(tmp_path / "journal.json")}
    ended = waited(local_cloud.url, [entry("hbr", "t-1")], **options).result["tasks"]
    for handed_over in ([{**ended[0], "id": "t-2"}], [{**ended[0], "id": "t-2", "raw": {}}]):
        assert waited(local_cloud.url, handed_over, timeout=0.5).outcomes() == ["timed_out"]
    again = waited(local_cloud.url, ended, **options)
    assert (again.outcomes(), again.result["requests"]) == (["succeeded"], 0)
    resumed = waited(local_cloud.url, None, **options)
    assert (resumed.outcomes(), resumed.result["requests"]) == (["succeeded"], 0)


def test_facts_that_were_given_another_id_tell_nothing_of_it(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("ecs", "t-1", (0.0, ENDED["ecs"])), scripted("ecs", "t-2"))
    ended = waited(local_cloud.url, [entry("ecs", "t-1")]).result["tasks"][0]
    again = waited(local_cloud.url, [ended, {**ended, "id": "t-2"}], timeout=0.5)
    assert (again.outcomes(), again.result["tasks"][0]["looks"]) == (["succeeded", "timed_out"], 0)


@pytest.mark.parametrize(("limit", "warned"), [(2, True), (3, False)])
def test_a_query_that_finds_as_many_as_it_may_says_so(local_cloud: LocalCloud, limit: int, warned: bool) -> None:
    local_cloud.add(*(scripted("ecs", f"t-{number}", (0.0, ENDED["ecs"])) for number in range(2)))
    asked = {"provider": "alibaba", "service": "ecs", "region": "cn-shanghai", "created_after": "2000-01-01"}
    seen = waited(local_cloud.url, None, **asked, limit=limit)
    assert seen.result["summary"]["total"] == 2
    assert [line.startswith("limit: 2 tasks were found") for line in seen.warnings] == [True] * warned


@pytest.mark.parametrize("lasting", [False, True])
def test_facts_do_not_tell_which_definition_they_are_of_so_their_end_is_asked_for_anew(
    local_cloud: LocalCloud, lasting: bool
) -> None:
    local_cloud.add(scripted("ecs", "t-1", (0.0, ENDED["ecs"])))
    defined = {"provider": "alibaba", "region": "cn-shanghai", "definition": {**DEFINITION, "lasting": lasting}}
    first = waited(local_cloud.url, [{**defined, "task_id": "t-1"}])
    again = waited(local_cloud.url, first.result["tasks"], **defined)
    assert (first.outcomes(), again.outcomes()) == (["succeeded"], ["succeeded"])
    assert again.result["requests"] == 1


# Answers of HBR tell no id, so facts that are handed over are asked for anew in any case.
@pytest.mark.parametrize(("service", "looks"), [("ecs", 0), ("bdrc", 0), ("hbr", 1)])
def test_a_condition_is_not_judged_by_what_an_earlier_wait_may_have_half_seen(
    local_cloud: LocalCloud, service: str, looks: int
) -> None:
    local_cloud.add(scripted(service, "t-1", (0.0, ENDED[service])))
    first = waited(local_cloud.url, [entry(service, "t-1")])
    plain = waited(local_cloud.url, first.result["tasks"])
    again = waited(local_cloud.url, first.result["tasks"], success_when="succeeded")
    assert (first.outcomes(), plain.outcomes(), again.outcomes()) == (["succeeded"],) * 3
    assert (plain.result["requests"], again.result["requests"] > 0) == (looks, True)


def test_a_journal_that_check_mode_has_not_written_is_no_error_and_no_success(
    local_cloud: LocalCloud, tmp_path: pathlib.Path
) -> None:
    journal = str(tmp_path / "journal.json")
    checked = waited(local_cloud.url, None, check=True, journal=journal)
    assert (checked.result["succeeded"], checked.result.get("failed"), checked.outcomes()) == (False, None, [])
    assert [line for line in checked.warnings if line == f"journal: {journal} is not there yet"]
    with pytest.raises(OptionError, match="journal"):
        waited(local_cloud.url, None, journal=journal)


def test_what_goes_on_in_check_mode_is_still_running(local_cloud: LocalCloud) -> None:
    local_cloud.add(scripted("ecs", "t-1"))
    for options, check in (({}, True), ({"timeout": 0}, False)):
        seen = waited(local_cloud.url, [entry("ecs", "t-1")], check=check, **options)
        shown = " ".join([*seen.lines, seen.result["msg"], seen.result["tasks"][0]["reason"]])
        assert "1 of 1 task had not ended: " in seen.result["msg"]
        assert "still running" in seen.result["msg"]
        assert "looked once" in seen.result["tasks"][0]["reason"]
        assert "timed out" not in shown
        assert " 0 s" not in shown
        assert (seen.outcomes(), seen.result.get("failed")) == (["timed_out"], None if check else True)
