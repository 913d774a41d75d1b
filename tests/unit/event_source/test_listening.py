# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event source tells, in simulated time: each change once, for ever, whatever goes wrong, and after a restart."""

from __future__ import annotations

import json
import random
import typing as t
from functools import partial
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.plugin_utils._eda import events as _events
from ansible_collections.multicloud.tasks.plugins.plugin_utils._eda.source import Source
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.event_source import listen
from support.nowhere import NOWHERE

DONE = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1}
BROKEN = {"TaskStatus": "Failed", "FailedCount": 1}
ECS = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}
HOUR = 3600.0


def export(task_id: str, *steps: t.Any, **item: t.Any) -> dict[str, t.Any]:
    return {"service": "ecs", "id": task_id, "region": "cn-hangzhou", "script": [list(step) for step in steps], **item}


# Given tasks


def test_each_change_of_state_is_one_event_however_often_it_is_looked_at(local_cloud: LocalCloud) -> None:
    moves = [(60.0 * n, {"TaskProcess": f"{n}%"}) for n in range(1, 60)]
    local_cloud.add(export("t-1", (0, {"TaskStatus": "Waiting", "TaskProcess": "0%"}), *moves, (HOUR, DONE)))
    local_cloud.add(export("t-2", (0, {}), (HOUR / 2, {"TaskStatus": "Processing"}), (HOUR, BROKEN)))
    heard = listen(local_cloud, {**ECS, "task_ids": ["t-1", "t-2"]}, 2 * HOUR)
    assert [told for told in heard.told() if told[0] == "t-2"] == [
        ("t-2", None, "running"),
        ("t-2", "running", "failed"),
    ]
    assert [told[2] for told in heard.told() if told[0] == "t-1"][-1] == "succeeded"
    assert len(heard.told()) == len(set(heard.told()))
    assert len(heard.made) > 30


def test_with_events_end_only_ends_are_told(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {"TaskProcess": "0%"}), (HOUR, DONE)))
    heard = listen(local_cloud, {**ECS, "task_id": "t-1", "events": "end"}, 2 * HOUR)
    assert heard.told() == [("t-1", "running", "succeeded")]
    assert (heard.facts()["outcome"], heard.facts()["succeeded"]) == ("succeeded", True)


def test_an_event_holds_all_facts_but_the_raw_answer(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, DONE)))
    facts = listen(local_cloud, {**ECS, "task_id": "t-1"}, 60).facts()
    more = listen(local_cloud, {**ECS, "task_id": "t-1", "raw": "yes"}, 60).facts()
    assert "raw" not in facts
    assert more["raw"]["TaskId"] == "t-1"
    assert set(more) - set(facts) == {"raw"}
    assert json.loads(json.dumps(facts)) == facts


def test_when_all_given_tasks_have_ended_nothing_is_asked_any_more(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, DONE)))
    heard = listen(local_cloud, {**ECS, "task_id": "t-1"}, 24 * HOUR)
    assert len(heard.made) == 1


def test_a_timeout_is_one_of_each_task_and_final(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {"TaskProcess": "10%"}), (2 * HOUR, DONE)))
    heard = listen(local_cloud, {**ECS, "task_id": "t-1", "timeout": HOUR}, 3 * HOUR)
    assert heard.told() == [("t-1", None, "running"), ("t-1", "running", "timed_out")]
    assert heard.events[-1][0] == pytest.approx(HOUR, abs=1)
    assert "may still run" in heard.facts()["reason"]


def test_an_id_that_nobody_knows_is_told_of_once(local_cloud: LocalCloud) -> None:
    heard = listen(local_cloud, {**ECS, "task_id": "t-typo"}, HOUR)
    assert heard.told() == [("t-typo", None, "not_found")]


# A task of each cloud: what is asked for, and what it shows as it goes on and at its end.
CLOUDS: dict[str, tuple[dict[str, str], dict[str, t.Any], dict[str, t.Any]]] = {
    "alibaba": (ECS, {"TaskStatus": "Processing"}, DONE),
    "azure": (
        {
            "provider": "azure",
            "service": "recovery_services_job",
            "resource_group": "backups",
            "vault_name": "nightly",
        },
        {"properties": {"status": "InProgress"}},
        {"properties": {"status": "Completed", "extendedInfo": {"tasksList": [{"status": "Completed"}]}}},
    ),
    "aws": (
        {"provider": "aws", "service": "backup_job", "region": "eu-west-1"},
        {"State": "RUNNING"},
        {"State": "COMPLETED"},
    ),
    "google": (
        {"provider": "google", "service": "sql_operation"},
        {"status": "RUNNING"},
        {"status": "DONE"},
    ),
    "huawei": (
        {"provider": "huawei", "service": "taurusdb", "region": "cn-north-4"},
        {"status": "Running"},
        {"status": "Completed"},
    ),
    "openstack": (
        {"provider": "openstack", "service": "cinder_backup"},
        {"status": "creating"},
        {"status": "available"},
    ),
}


@pytest.mark.parametrize(("asked", "going", "done"), CLOUDS.values(), ids=CLOUDS.keys())
def test_the_end_of_a_task_of_each_cloud_is_told(
    local_cloud: LocalCloud, asked: dict[str, str], going: dict[str, t.Any], done: dict[str, t.Any]
) -> None:
    named = {"provider": asked["provider"], "service": asked["service"], "id": "t-1"}
    local_cloud.add({**named, "script": [[0, going], [HOUR, done]]})
    heard = listen(local_cloud, {**asked, "task_id": "t-1"}, 2 * HOUR)
    assert heard.told() == [("t-1", None, "running"), ("t-1", "running", "succeeded")]
    assert {name: heard.facts()[name] for name in named} == named


# Lists that are followed


def test_a_list_is_followed_for_ever_and_each_new_task_is_told_of(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-old", (0, DONE)), export("t-going", (0, {"TaskProcess": "1%"}), (HOUR, DONE)))
    plans = {
        at: lambda number=number: local_cloud.add(export(f"t-{number}", (0, {}), (600, DONE)))
        for number, at in enumerate((2 * HOUR, 9 * HOUR, 30 * HOUR))
    }
    heard = listen(local_cloud, {**ECS, "name": "ExportImage", "events": "end", "list_interval": 900}, 36 * HOUR, plans)
    ids = [told[0] for told in heard.told()]
    assert ids == ["t-going", "t-0", "t-1", "t-2"]
    assert {told[2] for told in heard.told()} == {"succeeded"}


def test_a_task_that_begins_and_ends_between_two_looks_at_the_list_is_told_of(local_cloud: LocalCloud) -> None:
    plans = {HOUR + 10: lambda: local_cloud.add(export("t-quick", (0, DONE)))}
    heard = listen(local_cloud, ECS, 2 * HOUR, plans)
    assert heard.told() == [("t-quick", None, "succeeded")]
    assert heard.events[0][0] < HOUR + 10 + 61


def test_what_other_filters_leave_out_is_no_event(local_cloud: LocalCloud) -> None:
    plans = {60.0: lambda: local_cloud.add(export("t-import", (0, {"TaskAction": "ImportImage", **DONE})))}
    assert listen(local_cloud, {**ECS, "name": "ExportImage"}, HOUR, plans).told() == []


def test_a_list_of_failures_tells_of_a_task_when_it_fails_however_old_it_is(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {}), (12 * HOUR, BROKEN)))
    heard = listen(local_cloud, {**ECS, "states": ["failed"], "list_interval": 900}, 13 * HOUR)
    assert heard.told() == [("t-1", None, "failed")]


def test_half_a_day_of_a_quiet_list_costs_one_call_each_time(local_cloud: LocalCloud) -> None:
    local_cloud.add(*(export(f"t-{number}", (0, DONE)) for number in range(250)))
    heard = listen(local_cloud, {**ECS, "list_interval": 300}, 12 * HOUR)
    assert heard.told() == []
    pages = [made.calls for made in heard.made]
    assert pages[0] >= 3
    assert set(pages[15:]) == {1}
    assert len(heard.made) == pytest.approx(12 * 12, abs=3)


def test_what_has_ended_is_dropped_from_the_watch(local_cloud: LocalCloud) -> None:
    plans = {
        120.0 * number: lambda number=number: local_cloud.add(export(f"t-{number}", (0, {}), (300, DONE)))
        for number in range(1, 41)
    }
    heard = listen(local_cloud, {**ECS, "events": "end"}, 2 * HOUR, plans)
    assert len(heard.told()) == 40
    items = {item for made in heard.made[-10:] for item in made.look.items}
    assert [item.target.task_id for item in items] == [None]


def test_each_task_of_a_list_has_a_timeout_of_its_own(local_cloud: LocalCloud) -> None:
    plans = {2 * HOUR: lambda: local_cloud.add(export("t-slow", (0, {})))}
    heard = listen(local_cloud, {**ECS, "timeout": HOUR, "list_interval": 300}, 4 * HOUR, plans)
    assert heard.told() == [("t-slow", None, "running"), ("t-slow", "running", "timed_out")]
    assert heard.events[-1][0] == pytest.approx(3 * HOUR, abs=310)


def test_tasks_of_an_instance_are_followed_all_of_them(local_cloud: LocalCloud) -> None:
    def job(task_id: str, *steps: t.Any) -> dict[str, t.Any]:
        item = {"instance_id": "inst-1"}
        return {"service": "taurusdb", "id": task_id, "region": "cn-north-4", "script": list(steps), "item": item}

    done = {"status": "Completed", "process": "100"}
    local_cloud.add(job("j-0", [0, done]), job("j-1", [0, done]))
    plans = {
        100.0: lambda: local_cloud.add(job("j-2", [0, {"status": "Running"}], [500, done])),
        101.0: lambda: local_cloud.add(job("j-3", [0, {"status": "Running"}], [900, done])),
    }
    given = {"provider": "huawei", "service": "taurusdb", "region": "cn-north-4", "instance_id": "inst-1"}
    heard = listen(local_cloud, {**given, "events": "end"}, HOUR, plans)
    assert [told[0] for told in heard.told()] == ["j-2", "j-3"]


# Faults

FAULTS = [
    ("throttle", {"rate": 0.01, "burst": 1}),
    ("error", {"status": 503}),
    ("reset", {}),
    ("html", {}),
    ("truncated", {}),
]


@pytest.mark.parametrize(("kind", "how"), FAULTS)
def test_a_fault_of_five_minutes_changes_no_event(local_cloud: LocalCloud, kind: str, how: dict[str, t.Any]) -> None:
    local_cloud.add(export("t-1", (0, {}), (100, DONE)))
    local_cloud.fault(kind, after=30.0, lasts=300.0, **how)
    plans = {200.0: lambda: local_cloud.add(export("t-2", (0, DONE)))}
    heard = listen(local_cloud, {**ECS, "events": "end"}, HOUR, plans)
    assert sorted(heard.told()) == [("t-1", "running", "succeeded"), ("t-2", None, "succeeded")]


def test_an_outage_of_an_hour_is_two_events_and_the_end_is_not_missed(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {"TaskProcess": "5%"}), (3 * HOUR, DONE)))
    local_cloud.fault("error", status=503, after=HOUR, lasts=HOUR)
    heard = listen(local_cloud, {**ECS, "task_id": "t-1"}, 4 * HOUR)
    assert [told[1:] for told in heard.told()] == [
        (None, "running"),
        ("running", "unreachable"),
        ("unreachable", "running"),
        ("running", "succeeded"),
    ]
    assert heard.facts(1)["outcome"] == "unreachable"
    assert heard.facts(1)["terminal"] is False
    assert heard.facts(2)["outcome"] is None


def test_a_list_that_cannot_be_read_is_told_of_and_read_again(local_cloud: LocalCloud) -> None:
    local_cloud.fault("error", status=503, after=HOUR, lasts=HOUR)
    plans = {1.5 * HOUR: lambda: local_cloud.add(export("t-meanwhile", (0, DONE)))}
    heard = listen(local_cloud, {**ECS, "name": "ExportImage", "list_interval": 300}, 4 * HOUR, plans)
    assert heard.told() == [
        ("", None, "unreachable"),
        ("", "unreachable", None),
        ("t-meanwhile", None, "succeeded"),
    ]
    assert heard.facts(0)["name"] == "ExportImage"
    assert "no good answer" in heard.facts(0)["reason"]
    assert "may still run" not in heard.facts(0)["reason"]


def test_an_account_that_may_not_is_asked_again_until_it_may(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {}), (3 * HOUR, DONE)))
    local_cloud.fault("error", status=403, code="Forbidden.RAM", after=HOUR, lasts=HOUR)
    heard = listen(local_cloud, {**ECS, "task_id": "t-1"}, 4 * HOUR)
    assert [told[2] for told in heard.told()] == ["running", "unauthorized", "running", "succeeded"]


def test_a_refused_key_is_told_of_and_never_tried_again(local_cloud: LocalCloud) -> None:
    wrong = {"access_key": accounts.ALIBABA_KEY, "secret_key": "wrong-" + "x" * 24}
    heard = listen(local_cloud, {**ECS, **wrong, "task_ids": ["t-1", "t-2", "t-3"]}, 3 * HOUR)
    assert sorted(heard.told()) == [(f"t-{number}", None, "unauthorized") for number in (1, 2, 3)]
    assert len(local_cloud.log()) == 1


def test_a_key_that_was_changed_in_its_file_is_taken_from_there(local_cloud: LocalCloud) -> None:
    """First the file is changed, then the old key is ended, or the other way round: nobody has to restart anything."""
    local_cloud.add(export("t-1", (0, {}), (3 * HOUR, DONE)))
    local_cloud.account("alibaba", access_key="LTAInewkey0001", secret_key="new-secret-0001")
    old = {"mode": "AK", "access_key_id": accounts.ALIBABA_KEY, "access_key_secret": accounts.ALIBABA_SECRET}
    new = {"mode": "AK", "access_key_id": "LTAInewkey0001", "access_key_secret": "new-secret-0001"}
    held = [old]

    def read(path: str) -> str | None:
        profile = {"name": "default", "region_id": "cn-hangzhou", **held[0]}
        return json.dumps({"current": "default", "profiles": [profile]}) if path.endswith("config.json") else None

    plans = {HOUR: lambda: local_cloud.revoke(accounts.ALIBABA_KEY), 2 * HOUR: lambda: held.insert(0, new)}
    heard = listen(local_cloud, {**ECS, "task_id": "t-1"}, 4 * HOUR, plans, environ={}, read=read)
    assert [told[2] for told in heard.told()] == ["running", "unauthorized", "running", "succeeded"]


def test_a_task_that_stands_still_is_told_of_and_watched_further(local_cloud: LocalCloud) -> None:
    local_cloud.add(export("t-1", (0, {"TaskProcess": "5%"}), (3 * HOUR, {"TaskProcess": "9%"}), (4 * HOUR, DONE)))
    heard = listen(local_cloud, {**ECS, "task_id": "t-1", "stall_timeout": HOUR}, 5 * HOUR)
    told = [each[2] for each in heard.told()]
    assert told[:3] == ["running", "stalled", "running"]
    assert told[-1] == "succeeded"


def test_secrets_are_in_no_event(local_cloud: LocalCloud) -> None:
    secret = accounts.ALIBABA_SECRET
    local_cloud.add(export("t-1", (0, {**DONE, "RegionId": f"leaks {secret}"})))
    heard = listen(
        local_cloud,
        {**ECS, "task_id": "t-1", "raw": True, "secret_key": secret, "access_key": accounts.ALIBABA_KEY},
        60,
    )
    assert secret not in json.dumps(heard.events)
    assert "leaks ********" in json.dumps(heard.events)


def test_a_condition_that_does_not_work_is_a_line_and_never_a_success(
    local_cloud: LocalCloud, caplog: pytest.LogCaptureFixture
) -> None:
    local_cloud.add(export("t-1", (0, {}), (600, DONE)), export("t-2", (0, {}), (600, DONE)))
    wrong = {"success_when": "starts_with(counts, 'x')"}
    heard = listen(local_cloud, {**ECS, "task_id": "t-1", **wrong, "events": "end"}, HOUR)
    assert heard.told() == [("t-1", "running", "failed")]
    assert any("success_when" in line for line in caplog.messages)
    other = listen(
        local_cloud, {**ECS, "task_id": "t-2", "failure_when": "starts_with(counts, 'x')", "events": "end"}, HOUR
    )
    assert [told[2] for told in other.told()] == ["failed"]


# Restarts


def test_after_a_restart_nothing_is_told_twice_and_nothing_is_missed(local_cloud: LocalCloud, tmp_path: Path) -> None:
    given = {**ECS, "name": "ExportImage", "journal": str(tmp_path / "events.json")}
    local_cloud.add(export("t-old", (0, DONE)), export("t-1", (0, {}), (2 * HOUR, DONE)))
    first = listen(local_cloud, given, HOUR)
    local_cloud.add(export("t-2", (0, {}), (600, DONE)), export("t-3", (0, {}), (48 * HOUR, DONE)))
    local_cloud.advance(24 * HOUR)
    second = listen(local_cloud, given, HOUR)
    local_cloud.advance(48 * HOUR)
    third = listen(local_cloud, given, HOUR)
    assert first.told() == [("t-1", None, "running")]
    assert sorted(second.told()) == [
        ("t-1", "running", "succeeded"),
        ("t-2", None, "succeeded"),
        ("t-3", None, "running"),
    ]
    assert third.told() == [("t-3", "running", "succeeded")]


def test_what_was_seen_but_not_taken_comes_again_after_a_crash(local_cloud: LocalCloud, tmp_path: Path) -> None:
    given = {**ECS, "task_ids": ["t-1", "t-2"], "journal": str(tmp_path / "events.json"), "events": "end"}
    local_cloud.add(export("t-1", (0, DONE)), export("t-2", (0, DONE)))
    first = listen(local_cloud, given, HOUR, dies_after=1)
    second = listen(local_cloud, given, HOUR)
    third = listen(local_cloud, given, HOUR)
    assert sorted(first.told() + second.told()) == [("t-1", None, "succeeded"), ("t-2", None, "succeeded")]
    assert third.told() == []
    assert third.made == []


def test_a_list_that_is_new_in_the_rulebook_does_not_tell_of_the_past(local_cloud: LocalCloud, tmp_path: Path) -> None:
    given = {**ECS, "journal": str(tmp_path / "events.json")}
    local_cloud.add(export("t-1", (0, DONE)))
    assert listen(local_cloud, {**given, "name": "ImportImage"}, HOUR).told() == []
    assert listen(local_cloud, {**given, "name": "ExportImage"}, HOUR).told() == []


def test_the_journal_holds_no_secret(local_cloud: LocalCloud, tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    local_cloud.add(export("t-1", (0, DONE)))
    keys = {"access_key": accounts.ALIBABA_KEY, "secret_key": accounts.ALIBABA_SECRET}
    listen(local_cloud, {**ECS, **keys, "task_id": "t-1", "journal": str(path)}, HOUR)
    text = path.read_text(encoding="utf-8")
    assert '"t-1": "succeeded"' in text
    assert not [secret for secret in keys.values() if secret in text]
    assert path.stat().st_mode & 0o077 == 0


def test_of_very_many_tasks_only_the_latest_are_remembered(
    monkeypatch: pytest.MonkeyPatch, local_cloud: LocalCloud
) -> None:
    monkeypatch.setattr(_events, "MAX_REMEMBERED", 20)
    local_cloud.add(*(export(f"t-{number}", (0, {}), (60 + number, DONE)) for number in range(60)))
    heard = listen(local_cloud, {**ECS, "task_ids": [f"t-{number}" for number in range(60)], "events": "end"}, HOUR)
    assert len(heard.told()) == 60
    told = heard.source.checkpoint.entries()[0]["told"]
    assert 10 <= len(told) <= 21


# Bad arguments

BAD = [
    ({"service": "ecs"}, "provider is missing"),
    ({"provider": "alibaba"}, "service is missing"),
    ({**ECS, "service": "hbr"}, "task_ids is missing"),
    ({**ECS, "task_id": None}, "task_id is null"),
    ({**ECS, "events": "ends"}, "events"),
    ({**ECS, "required": 1}, "required: there is no such option here"),
    ({**ECS, "list_intervall": 3}, "did you mean list_interval?"),
    ({**ECS, "list_interval": 0}, "list_interval: 0 must be more than 0"),
    ({**ECS, "timeout": 0}, "timeout: it must be more than 0"),
    ({**ECS, "min_interval": 9, "max_interval": 3}, "min_interval"),
    ({**ECS, "success_when": "]"}, "success_when"),
    ({"tasks": []}, "tasks: the list is empty"),
    ({**ECS, "task_id": "t-1", "instance_id": "rm-1"}, "instance_id: rds_backup takes it, and not ecs"),
    ({**ECS, "task_id": "t-1", "name": "ExportImage"}, "name: it chooses from a list"),
    ({"tasks": [{**ECS, "id": "t-1", "instance_id": "i"}]}, r"tasks\[0\]: instance_id: rds_backup takes it"),
    ({"tasks": ["t-1"]}, r"tasks\[0\]: it is a text, and not a task; give a dictionary"),
    ({**ECS, "journal": f"{NOWHERE}/all.json"}, "journal: "),
]


@pytest.mark.parametrize(("args", "text"), BAD)
def test_wrong_arguments_are_an_error_that_names_the_option(args: dict[str, t.Any], text: str) -> None:
    with pytest.raises(OptionError, match=text.replace("?", r"\?")):
        Source(args)


def test_an_error_holds_no_secret() -> None:
    with pytest.raises(OptionError) as caught:
        Source({**ECS, "secret_key": "hush-hush", "events": "hush-hush"})
    assert "hush-hush" not in str(caught.value)


def test_the_journal_of_a_wait_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "wait.json"
    text = json.dumps([{"provider": "alibaba", "service": "ecs", "id": "t-1"}])
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match="not of an event source"):
        Source({**ECS, "journal": str(path)})
    assert path.read_text(encoding="utf-8") == text


# All of it at once

TROUBLES: tuple[tuple[str, dict[str, t.Any]], ...] = (
    *FAULTS,
    ("empty", {}),
    ("expired", {}),
    ("slow_body", {"bytes_per_second": 1e6}),
)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_goes_wrong_each_end_is_told_once_and_truly(
    local_cloud: LocalCloud, tmp_path: Path, seed: int
) -> None:
    """Random faults, a restart and a crash in the middle of it: in the end everybody has heard the truth."""
    dice = random.Random(seed)
    ends: dict[str, str] = {}
    plans: dict[float, t.Callable[[], object]] = {}
    for number in range(8):
        good = dice.random() < 0.5
        ends[f"t-{number}"] = "succeeded" if good else "failed"
        task = export(f"t-{number}", (0, {}), (dice.uniform(0, HOUR), DONE if good else BROKEN))
        plans[120 + dice.uniform(0, HOUR)] = lambda task=task: local_cloud.add(task)
    for dummy in range(6):
        kind, how = dice.choice(TROUBLES)
        begin = partial(local_cloud.fault, kind, lasts=dice.uniform(10, 900), **how)
        plans[130 + dice.uniform(0, 1.5 * HOUR)] = begin
    given = {**ECS, "events": "end", "journal": str(tmp_path / "events.json"), "unreachable_timeout": 300}
    first = listen(
        local_cloud, given, HOUR, {at: plan for at, plan in plans.items() if at < HOUR}, dies_after=dice.randrange(4)
    )
    later = {at - HOUR: plan for at, plan in plans.items() if at >= HOUR}
    second = listen(local_cloud, given, 3 * HOUR, later)
    told = [each for each in first.told() + second.told() if each[0] and each[2] not in ("unreachable", "unauthorized")]
    assert sorted((task_id, end) for task_id, dummy, end in told) == sorted(ends.items())
