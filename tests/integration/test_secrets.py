# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is shown, returned or written, wherever it came from and whatever goes wrong."""

from __future__ import annotations

import html
import json
import pathlib
import typing as t
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from integration import scenes
from integration.cases import TASKS, Case, Table, play
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import ask, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.nowhere import NOBODY

# Accounts of this file alone: what is looked for is nowhere else. Some hold what URLs, JSON or regular expressions escape.
KEY, SECRET, TOKEN = "LTAI5tKeptSecret00001", 'Kept/Secret+Of=Alibaba%41"quoted"0001', "CAISKept+Token/0001=="
PAIR = ("LTAI5tKeptSecret00002", "KeptSecretOfAlibabaWithoutToken0002")
HUAWEI_KEY, HUAWEI_SECRET = "KEPTSECRETHUAWEIAK01", "KeptSecretOfHuawei0123456789abcdefghijkl"
AUTH_TOKEN = "MIIKeptHuaweiToken0123456789"
PASSWORD = "Kept päss wörd %s 'q' <&>"
SECRETS = (KEY, SECRET, TOKEN, *PAIR, HUAWEI_KEY, HUAWEI_SECRET, AUTH_TOKEN, PASSWORD)

STS = {"access_key": KEY, "secret_key": SECRET, "security_token": TOKEN}
LASTING = {"access_key": PAIR[0], "secret_key": PAIR[1]}
HUAWEI = {"access_key": HUAWEI_KEY, "secret_key": HUAWEI_SECRET}
BY_PASSWORD = {"username": "kept-user", "password": PASSWORD, "domain_name": "kept"}
BY_TOKEN = {"auth_token": AUTH_TOKEN, "project_id": accounts.PROJECTS["cn-north-4"]}
NOTHING = dict.fromkeys(KEYS, "")
ENVIRONMENT = {
    **NOTHING,
    "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
    "ALIBABA_CLOUD_SECURITY_TOKEN": TOKEN,
    "HW_USER_NAME": "kept-user",
    "HW_USER_PASSWORD": PASSWORD,
    "HW_DOMAIN_NAME": "kept",
}

ECS = ask("ecs", "t-1")
BROKEN = ask("ecs", "t-broken")
ECHO = ask("ecs", "t-echo")
JOB = ask("taurusdb", "j-1")


def info(asked: Json, **more: Json) -> Json:
    return {**{name: value for name, value in asked.items() if name != "provider"}, **more}


def row(arguments: dict[str, Json], status: str = "ok", **variables: str) -> Case:
    return Case(arguments, status=status, variables={**NOTHING, **variables})


QUICK = {"timeout": 5, "unreachable_timeout": 0.3, "not_found_timeout": 0.3, "min_interval": 0.1}
ALIBABA: Table = {
    "options": row(info(ECS, **STS)),
    "aliases": row(info(ECS, alicloud_access_key=PAIR[0], alicloud_secret_key=PAIR[1])),
    "environment": row(info(ECS), **ENVIRONMENT),
    "profile": row(info(ECS, profile="kept")),
    "cloud_that_echoes_keys": row(info(ECHO, **STS), "failed"),
    "wrong_signature": row(info(ECS, access_key=PAIR[0], secret_key=SECRET), "failed"),
    "half_a_pair": row(info(ECS, access_key=KEY), "failed"),
    "secret_in_the_wrong_option": row(info(ECS, **LASTING, endpoint=f"https://{PAIR[1]}@ecs.aliyuncs.com"), "failed"),
    "secret_as_an_id": row({**info(ECS, **LASTING), "task_id": PAIR[1]}),
}
HUAWEI_ROWS: Table = {
    "huawei_options": row(info(JOB, **HUAWEI)),
    "huawei_token": row(info(JOB, **BY_TOKEN)),
    "huawei_environment": row(info(JOB), **ENVIRONMENT),
    "huawei_password": row(info(JOB, **BY_PASSWORD)),
    "huawei_wrong_token": row(info(JOB, auth_token=AUTH_TOKEN[::-1], project_id=BY_TOKEN["project_id"]), "failed"),
    "huawei_unknown_option": row(info(JOB, **HUAWEI, passwd="x"), "failed"),
}
WAIT: Table = {
    "wait_options": row({**QUICK, **ECS, **STS}),
    "wait_environment": row({**QUICK, "tasks": [ECS, JOB]}, **ENVIRONMENT),
    "wait_profile": row({**QUICK, **ECS, "profile": "kept"}),
    "wait_entries": row(
        {**QUICK, "tasks": [{**ECS, **STS}, {**JOB, **BY_PASSWORD}, {**JOB, **BY_TOKEN}, {**JOB, **HUAWEI}]}
    ),
    "wait_failed": row({**QUICK, **BROKEN, **STS}, "failed"),
    "wait_cloud_that_echoes_keys": row({**QUICK, **ECHO, **STS}, "failed"),
    "wait_wrong_signature": row({**QUICK, **ECS, "access_key": PAIR[0], "secret_key": SECRET}, "failed"),
    "wait_unknown_option": row({**QUICK, **ECS, **STS, "secret_keys": "x"}, "failed"),
    "wait_unknown_option_in_an_entry": row({"tasks": [{**ECS, **STS, "secret_keys": "x"}]}, "failed"),
    "wait_wrong_type": row({**QUICK, **ECS, **STS, "timeout": SECRET}, "failed"),
    "wait_entry_that_is_no_dict": row({"tasks": [SECRET], **LASTING, "secret_key": SECRET}, "failed"),
    "wait_key_of_a_wrong_type": row({**QUICK, **ECS, "access_key": KEY, "secret_key": {"nested": SECRET}}, "failed"),
    "wait_half_a_pair": row({**QUICK, **ECS, "secret_key": SECRET}, "failed"),
    "wait_broken_expression": row({**QUICK, **ECS, **STS, "success_when": f"'{SECRET}' == "}, "failed"),
    "wait_unknown_provider": row({**QUICK, **ECS, **STS, "provider": SECRET}, "failed"),
    "wait_nobody_listens": row({**QUICK, **ECS, **STS, "endpoint": NOBODY}, "failed"),
}
TABLES: dict[str, Table] = {"alibaba": ALIBABA, "huawei": HUAWEI_ROWS, "wait": WAIT}
PROFILES = {
    "current": "kept",
    "profiles": [{"name": "kept", "mode": "AK", "access_key_id": PAIR[0], "access_key_secret": PAIR[1]}],
}


def forms(secret: str) -> set[str]:
    """A secret as an API may send it back."""
    return {
        *(secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]),
        *(json.dumps(json.dumps(secret))[3:-3], json.dumps(secret)[1:-1].replace("/", "\\/")),
        *(quote(secret, safe="~"), quote(secret), quote_plus(secret)),
        *(html.escape(secret), html.escape(secret, quote=False), b64encode(f"me:{secret}".encode()).decode()),
    }


def leaked(text: str) -> list[str]:
    """The secrets in a text, in any form a log may show them."""
    return [secret for secret in SECRETS if any(form in text for form in forms(secret))]


def stage(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    cloud.account("alibaba", access_key=KEY, secret_key=SECRET, security_token=TOKEN)
    cloud.account("alibaba", access_key=PAIR[0], secret_key=PAIR[1])
    cloud.account("huawei", access_key=HUAWEI_KEY, secret_key=HUAWEI_SECRET)
    cloud.account("huawei", username="kept-user", password=PASSWORD, domain="kept")
    cloud.account("huawei", auth_token=AUTH_TOKEN, project="cn-north-4")
    cloud.add(
        scene("ecs", "t-1", scenes.EXPORTED),
        scene("ecs", "t-broken", scenes.EXPORT_FAILED),
        scene("ecs", "t-echo", scenes.EXPORTED),
        scenes.restore("j-1", scenes.RESTORED),
    )
    told = f"The key {KEY} with the secret {SECRET} and the token {TOKEN} is not allowed to do this."
    told += " ".join(sorted(form for secret in (KEY, SECRET, TOKEN) for form in forms(secret)))
    cloud.fault("error", "ecs.*", task="t-echo", status=403, code="Forbidden.RAM", message=told)
    config = player.home / ".aliyun" / "config.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text(json.dumps(PROFILES), encoding="utf-8")


@pytest.fixture(scope="module")
def spoken(cloud: LocalCloud, player: Player) -> Played:
    """Every row at the loudest."""
    stage(cloud, player)
    return play(cloud, player, "-vvvvv", **TABLES)


ROWS = [(group, name) for group, table in TABLES.items() for name in table]


@pytest.mark.parametrize(("group", "name"), ROWS, ids=[name for dummy, name in ROWS])
def test_result_holds_no_secret(group: str, name: str, spoken: Played) -> None:
    told = spoken.results[TASKS[group]][name]
    assert told["status"] == TABLES[group][name].status, told.get("msg")
    assert leaked(json.dumps(told, ensure_ascii=False)) == []
    assert leaked(str(told.get("msg"))) == []


def test_nothing_said_at_the_loudest_holds_a_secret(spoken: Played) -> None:
    # The keyword environment: of a module is core's own to show: it is in the command line that starts the module.
    ours = [line for line in spoken.text.splitlines() if " EXEC /bin/sh -c 'ALIBABA_CLOUD_ACCESS_KEY_ID=" not in line]
    assert [line for line in ours if leaked(line)] == []


SECRET_TASKS: Json = [
    {
        "name": "Wait under no_log",
        "multicloud.tasks.wait_for_cloud_task": "{{ asked | combine(broken) }}",
        "no_log": True,
        "ignore_errors": True,
    },
    {
        "name": "Ask under no_log",
        "multicloud.tasks.alibaba_cloud_task_info": "{{ asked | combine({'task_id': 't-echo'}) }}",
        "no_log": True,
        "ignore_errors": True,
    },
    {
        "name": "Wait with a journal",
        "multicloud.tasks.wait_for_cloud_task": "{{ asked | combine({'journal': folder ~ '/secret.json'}) }}",
    },
    {
        "name": "Wait in the background",
        "multicloud.tasks.wait_for_cloud_task": "{{ asked }}",
        "async": 60,
        "poll": 1,
    },
    {
        "name": "Fail in the background",
        "multicloud.tasks.wait_for_cloud_task": "{{ asked | combine({'task_id': 't-echo'}) }}",
        "async": 60,
        "poll": 1,
        "ignore_errors": True,
    },
    {
        "name": "Entries in the background",
        "multicloud.tasks.wait_for_cloud_task": {"tasks": ["{{ asked }}"], "endpoint": "{{ endpoint }}"},
        "async": 60,
        "poll": 1,
    },
    {
        "name": "Wait elsewhere",
        "multicloud.tasks.wait_for_cloud_task": {"tasks": ["{{ asked }}"]},
        "delegate_to": "elsewhere",
    },
    {
        "name": "A list in the list in the background",
        "multicloud.tasks.wait_for_cloud_task": {"tasks": [["{{ asked }}"]]},
        "async": 60,
        "poll": 1,
        "ignore_errors": True,
    },
    {
        "name": "Wait in a loop over keys",
        "multicloud.tasks.wait_for_cloud_task": "{{ asked | combine({'task_id': item}) }}",
        "loop": ["t-1", "t-echo"],
        "ignore_errors": True,
    },
]


@pytest.fixture(scope="module")
def whispered(cloud: LocalCloud, player: Player, spoken: Played) -> Played:
    """Background, other hosts, journal and no_log, at the loudest; the keys come as variables."""
    stage(cloud, player)
    asked = {**info(ECS), "endpoint": cloud.url, **STS, "provider": "alibaba"}
    plays = [{"name": "Secrets", "hosts": "localhost", "gather_facts": False, "tasks": SECRET_TASKS}]
    plays[0]["tasks"][1]["multicloud.tasks.alibaba_cloud_task_info"] = "{{ asked_info }}"
    return player.play(
        plays,
        "-vvvvv",
        hosts={"localhost": {}, "elsewhere": {}},
        environ={},
        asked=asked,
        asked_info={**info(ECHO), "endpoint": cloud.url, **STS},
        broken={"task_id": "t-echo"},
        folder=str(player.folder),
    )


def test_nothing_in_the_background_elsewhere_or_under_no_log_holds_a_secret(whispered: Played) -> None:
    assert whispered.code == 0, whispered.text
    assert [line for line in whispered.text.splitlines() if leaked(line)] == []
    assert leaked(json.dumps(whispered.results, ensure_ascii=False)) == []


@pytest.mark.parametrize(
    "name", ["Wait with a journal", "Wait in the background", "Entries in the background", "Wait elsewhere"]
)
def test_wait_with_secrets_still_works(whispered: Played, name: str) -> None:
    assert whispered[name]["succeeded"] is True


def test_no_file_that_is_left_holds_a_secret(whispered: Played, player: Player) -> None:
    assert (player.folder / "secret.json").stat().st_mode & 0o777 == 0o600
    # What core ships to run a module in the background holds the arguments, and core removes it some seconds later.
    left = [player.folder / "secret.json", *files(player.async_dir), *files(player.home / ".ansible")]
    assert [str(path) for path in left if leaked(path.read_text(encoding="utf-8", errors="replace"))] == []


def files(folder: pathlib.Path) -> t.Iterator[pathlib.Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("module", ["alibaba_cloud_task_info", "wait_for_cloud_task"])
@pytest.mark.parametrize("way", ["profile", "environment"])
def test_ad_hoc_with_profile_or_environment_shows_no_secret(
    cloud: LocalCloud, player: Player, module: str, way: str
) -> None:
    stage(cloud, player)
    asked = {**ECHO, **QUICK} if module == "wait_for_cloud_task" else info(ECHO)
    more: Json = {"profile": "kept"} if way == "profile" else {}
    environ = {name: value for name, value in ENVIRONMENT.items() if value} if way == "environment" else {}
    played, dummy = player.ask(module, "-vvvvv", environ=environ, **{**asked, **more})
    assert played.code == 2
    assert "Forbidden.RAM" in played.text
    own = [KEY, SECRET, TOKEN] if way == "environment" else list(PAIR)
    assert [secret for secret in leaked(played.text) if secret in own] == []
