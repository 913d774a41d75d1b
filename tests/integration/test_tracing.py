# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With -vvv every call is seen: as lines of the wait, and in the results of modules; without it, nothing is."""

from __future__ import annotations

import re

import pytest

from integration import scenes
from integration.playing import Json, Played, Player
from integration.scenes import scene
from local_cloud import accounts
from local_cloud.client import LocalCloud

LINE = re.compile(
    r"^<localhost> \d{4}-\d\d-\d\dT[\d:.]+Z (\w[\w ]*): (GET|POST) (http\S+) -> (\d+)(?: (\S+))?, request (\S+), \d+ ms$",
    re.MULTILINE,
)
HANGZHOU: Json = {"region": "cn-hangzhou"}
ECS: Json = {"service": "ecs", "task_id": "t-1", **HANGZHOU}
WAIT: Json = {"provider": "alibaba", **ECS, "timeout": 5}
SECRETS = (accounts.ALIBABA_KEY, accounts.ALIBABA_SECRET)


@pytest.fixture(autouse=True)
def tasks(cloud: LocalCloud) -> None:
    cloud.reset()
    cloud.add(scene("ecs", "t-1", scenes.EXPORTED), scene("hbr", "t-1", scenes.INSTALLED))


def lines(played: Played) -> list[tuple[str, ...]]:
    """The lines of calls on the screen."""
    return LINE.findall(played.text)


def test_the_wait_shows_a_line_for_each_call(cloud: LocalCloud, player: Player) -> None:
    played, facts = player.ask("wait_for_cloud_task", "-vvv", **WAIT)
    assert played.code == 0, played.text
    entry = cloud.log()[-1]
    assert [line[:2] + line[3:5] for line in lines(played)] == [("look DescribeTaskAttribute", "POST", "200", "")]
    (dummy, dummy2, url, dummy3, dummy4, request_id) = lines(played)[0]
    assert url == f"{cloud.url}{entry['path']}?{entry['query']}"
    assert request_id == facts["tasks"][0]["request_id"]
    assert "calls" not in facts
    assert not any(secret in played.text for secret in SECRETS)


@pytest.mark.parametrize("flag", ["-vv", "--one-line"])
def test_with_less_than_vvv_nothing_is_shown_or_returned(player: Player, flag: str) -> None:
    played = player.ask("wait_for_cloud_task", flag, **WAIT)[0]
    info = player.ask("alibaba_cloud_task_info", flag, **ECS)[0]
    assert (played.code, info.code) == (0, 0), played.text + info.text
    assert lines(played) == lines(info) == []
    assert '"calls"' not in played.text + info.text


def test_a_step_with_no_log_shows_no_call(player: Player) -> None:
    step = {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": {**WAIT, "endpoint": "{{ endpoint }}"}}
    plays = [
        [{"hosts": "localhost", "gather_facts": False, "tasks": [{**step, "no_log": hidden}]}]
        for hidden in (False, True)
    ]
    assert [len(lines(player.play(play, "-vvv"))) for play in plays] == [1, 0]


def test_an_info_module_returns_its_calls(player: Player) -> None:
    token = "an-access-token-0123"
    played, facts = player.ask("alibaba_cloud_task_info", "-vvv", **{**ECS, "service": "hbr"}, token=token)
    assert played.code == 0, played.text
    (call,) = facts["calls"]
    assert (call["why"], call["action"], call["method"], call["status"]) == ("look", "DescribeTask", "POST", 200)
    assert call["url"].endswith("/?TaskId=t-1&Token=********")
    assert call["request_id"] == facts["tasks"][0]["request_id"]
    assert not any(secret in played.text for secret in (*SECRETS, token))


def test_a_failed_info_module_returns_them_too(player: Player) -> None:
    keys = {"access_key": accounts.ALIBABA_KEY, "secret_key": "wrong-wrong"}
    played, facts = player.ask("alibaba_cloud_task_info", "-vvv", **ECS, **keys)
    assert played.code != 0
    assert [(call["status"], call["code"]) for call in facts["calls"]] == [(400, "SignatureDoesNotMatch")]


def test_a_wait_that_runs_as_a_module_returns_its_calls(player: Player) -> None:
    step = {
        "name": "Wait",
        "multicloud.tasks.wait_for_cloud_task": {
            "provider": "huawei",
            "service": "taurusdb",
            "region": "cn-north-4",
            "task_id": "j-1",
            "timeout": 0,
            "username": accounts.HUAWEI_USER,
            "password": accounts.HUAWEI_PASSWORD,
            "domain_name": accounts.HUAWEI_DOMAIN,
            "endpoint": "{{ endpoint }}",
        },
        "async": 60,
        "poll": 1,
        "ignore_errors": True,
    }
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [step]}]
    verbose, quiet = player.play(play, "-vvv"), player.play(play)
    calls = [(call["why"], call["action"], call["status"], call["code"]) for call in verbose["Wait"]["calls"]]
    assert calls == [("login", None, 201, None), ("look", "jobs", 400, "DBS.200543")]
    assert accounts.HUAWEI_PASSWORD not in verbose.text
    assert "calls" not in quiet["Wait"]
