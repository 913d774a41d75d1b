# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that end while a wait goes on, and a clock that is wrong."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import typing as t

import pytest

from integration import scenes
from integration.cases import Case, Table, play
from integration.playing import Json, Played, Player, until
from integration.scenes import ask, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud

LIFE = 5.0
"""Seconds that a token lives. What is in files ends when the test says so: never because a machine was slow."""
LIVES = 3
PROVIDERS = ("alibaba", "huawei")
MAY_RUN = "the task may still run"
EXPIRED = {"alibaba": "InvalidSecurityToken.Expired", "huawei": "APIGW.0307"}


@dataclasses.dataclass(frozen=True)
class Key:
    """One generation of a temporary key; no two of them have anything in common."""

    provider: str
    name: str
    number: int

    @property
    def facts(self) -> dict[str, str]:
        mark = f"{self.provider.title()}{self.name.title()}{self.number}"
        token = accounts.stable_id(f"token/{mark}")
        return {
            "access_key": f"STS.{mark}Key00001" if self.provider == "alibaba" else f"{mark.upper()}AK01",
            "secret_key": f"{mark}Secret{accounts.stable_id(mark)}",
            "security_token": f"CAIS{mark}{token}",
        }

    def begin(self, cloud: LocalCloud) -> None:
        cloud.account(self.provider, **self.facts)

    def end(self, cloud: LocalCloud) -> None:
        """From now on the cloud says that it has expired."""
        cloud.account(self.provider, **self.facts, expires_in=0)


def write(path: pathlib.Path, text: str) -> None:
    """In one step, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def profile(key: Key) -> dict[str, str]:
    found = key.facts
    names = {"access_key": "access_key_id", "secret_key": "access_key_secret", "security_token": "sts_token"}
    return {"name": key.name, "mode": "StsToken", **{names[name]: value for name, value in found.items()}}


def section(key: Key) -> str:
    found = key.facts
    names = {"access_key": "ak", "secret_key": "sk", "security_token": "security_token"}
    return "\n".join([f"[{key.name}]", *(f"{names[name]} = {value}" for name, value in found.items()), ""])


def write_files(home: pathlib.Path, keys: t.Sequence[Key]) -> None:
    """What the vendors' own tools write, with these keys in it."""
    alibaba = [profile(key) for key in keys if key.provider == "alibaba"]
    write(home / ".aliyun" / "config.json", json.dumps({"current": "none", "profiles": alibaba}))
    huawei = [section(key) for key in keys if key.provider == "huawei"]
    write(home / ".huaweicloud" / "credentials", "\n".join(huawei))


SERVICES = {"alibaba": "ecs", "huawei": "taurusdb"}
USER = {"username": "long-lived", "password": "Long-lived pässword 1", "domain_name": "acme"}
GONE = {"username": "short-lived", "password": "Short-lived pässword 2", "domain_name": "acme"}
TOKEN = "MIIShortLivedToken0123456789"
REPLACED = tuple(f"{provider}_replaced" for provider in PROVIDERS)
GOOD = (*REPLACED, "password", "file_gone_for_a_while")
STALE = (*(f"{provider}_stale" for provider in PROVIDERS), "password_gone", "token_given")
ROWS = (*GOOD, *STALE, "file_gone")


def own_file(player: Player, name: str) -> pathlib.Path:
    return player.folder / f"{name}.json"


def write_own_file(player: Player, key: Key) -> None:
    write(own_file(player, key.name), json.dumps({"current": key.name, "profiles": [profile(key)]}))


def rows(player: Player) -> Table:
    """Each waits with credentials of its own for a task of its own, and looks twice a second."""
    quick = {"interval": 0.5, "timeout": 100, "rate_limit": 10}
    of_files = {
        f"{provider}_{name}": {**ask(SERVICES[provider], f"t-{provider}_{name}"), "profile": name}
        for provider in PROVIDERS
        for name in ("replaced", "stale")
    }
    by_token = {"auth_token": TOKEN, "project_id": accounts.PROJECTS["cn-north-4"]}
    given: dict[str, Json] = {
        **of_files,
        "password": {**ask("taurusdb", "t-password"), **USER},
        "password_gone": {**ask("taurusdb", "t-password_gone"), **GONE},
        "token_given": {**ask("taurusdb", "t-token_given"), **by_token},
        "file_gone": {**ask("ecs", "t-file_gone"), "profile": "gone", "unreachable_timeout": 2},
        "file_gone_for_a_while": {**ask("ecs", "t-file_gone_for_a_while"), "profile": "back"},
    }
    files = {"file_gone": "gone", "file_gone_for_a_while": "back"}
    own = {name: {"ALICLOUD_SHARED_CREDENTIALS_FILE": str(own_file(player, key))} for name, key in files.items()}
    journals = {name: {"journal": str(player.folder / f"{name}.journal")} for name in given}
    return {
        name: Case({**quick, **asked, **journals[name]}, variables=own.get(name, {})) for name, asked in given.items()
    }


@dataclasses.dataclass(frozen=True)
class Lived:
    """A wait that has gone through many lives of its credentials."""

    played: Played
    calls: Json
    log: list[Json]
    keys: list[Key]
    journals: str

    def result(self, name: str) -> Json:
        return self.played.results["Wait"][name]

    def codes(self, name: str) -> list[str]:
        """How the cloud answered each look at the task of a row; "" where all was well."""
        return [entry["code"] for entry in self.log if re.search(rf"(TaskId|id)=t-{name}\b", entry["query"])]


def acted(name: str, state: str, secrets: t.Sequence[str] = ()) -> Json:
    """The task of a row, running or ended; its operation may be called by what nobody is to see."""
    if name.startswith(("alibaba", "file")):
        called = {"TaskAction": " ".join(["ExportImage", *secrets])}
        return scene("ecs", f"t-{name}", {**{"running": scenes.EXPORTING, "ended": scenes.EXPORTED}[state], **called})
    called = {"name": " ".join([scenes.RESTORE, *secrets])}
    return scenes.restore(f"t-{name}", {**{"running": scenes.RESTORING, "ended": scenes.RESTORED}[state], **called})


def begin(cloud: LocalCloud, player: Player) -> list[Key]:
    """The first generation of everything."""
    cloud.reset()
    cloud.settings(token_life=LIFE)
    cloud.add(*(acted(name, "running") for name in ROWS))
    cloud.account("huawei", **account(USER))
    # Its first token is good, and when that has ended nobody knows it any more.
    cloud.account("huawei", **account(GONE), expires_in=2 * LIFE)
    cloud.account("huawei", auth_token=TOKEN, project="cn-north-4")
    keys = [Key(provider, name, 0) for provider in PROVIDERS for name in ("replaced", "stale")]
    own = [Key("alibaba", name, 0) for name in ("gone", "back")]
    for key in (*keys, *own):
        key.begin(cloud)
    write_files(player.home, keys)
    for key in own:
        write_own_file(player, key)
    return [*keys, *own]


def account(user: dict[str, str]) -> dict[str, str]:
    return {"username": user["username"], "password": user["password"], "domain": user["domain_name"]}


def looks(cloud: LocalCloud, name: str) -> int:
    return int(cloud.calls()["tasks"].get(f"t-{name}", 0))


def end_for_good(cloud: LocalCloud, player: Player, keys: t.Iterable[Key]) -> None:
    """What nobody replaces, or not yet."""
    for name in ("gone", "back"):
        own_file(player, name).unlink()
    for key in keys:
        if key.name != "replaced":
            key.end(cloud)
    cloud.account("huawei", auth_token=TOKEN, project="cn-north-4", expires_in=0)


def bring_back(cloud: LocalCloud, player: Player) -> Key:
    """The next generation into the file that was gone, when that has been noticed."""
    noticed = looks(cloud, "file_gone_for_a_while") + 1
    until(lambda: looks(cloud, "file_gone_for_a_while") > noticed)
    key = Key("alibaba", "back", 1)
    key.begin(cloud)
    write_own_file(player, key)
    return key


def replace(cloud: LocalCloud, player: Player, every: t.Sequence[Key], number: int) -> list[Key]:
    """The next generation into the files, the one before to its end, and some looks with the new one."""
    before = [key for key in every if (key.name, key.number) == ("replaced", number)]
    keys = [dataclasses.replace(key, number=number + 1) for key in before]
    for key in keys:
        key.begin(cloud)
    write_files(player.home, [*keys, *(key for key in every if key.name == "stale")])
    for key in before:
        key.end(cloud)
    for name in REPLACED:
        # The look that is refused, the same once more with the new key, and one that knows nothing of the old one.
        goal = looks(cloud, name) + 3
        until(lambda name=name, goal=goal: looks(cloud, name) >= goal)  # type: ignore[misc]
    return keys


def secrets_of(name: str, keys: t.Iterable[Key]) -> list[str]:
    """All that a row has ever had to keep."""
    own = {f"{provider}_replaced": (provider, "replaced") for provider in PROVIDERS}
    own["file_gone_for_a_while"] = ("alibaba", "back")
    if name == "password":
        return [USER["password"]]
    return [secret for key in keys if (key.provider, key.name) == own[name] for secret in key.facts.values()]


@pytest.fixture(scope="module")
def lived(cloud: LocalCloud, player: Player) -> Lived:
    every = begin(cloud, player)
    table = rows(player)
    hosts = {
        name: {"groups": ["wait"], "arguments": case.arguments, "variables": case.variables}
        for name, case in table.items()
    }
    with player.begin("cases.yml", "-vvv", hosts=hosts, environ={}) as playing:
        until(lambda: all(looks(cloud, name) for name in ROWS))
        began = cloud.now()
        end_for_good(cloud, player, every)
        every.append(bring_back(cloud, player))
        for number in range(LIVES):
            every += replace(cloud, player, every, number)
        until(lambda: cloud.now() > began + LIVES * LIFE)
        cloud.add(*(acted(name, "ended", secrets_of(name, every)) for name in GOOD))
        played = playing.finish()
    journals = "".join(path.read_text(encoding="utf-8") for path in sorted(player.folder.glob("*.journal")))
    return Lived(played, cloud.calls(), cloud.log(), every, journals)


def test_all_played(lived: Lived) -> None:
    assert lived.played.code == 0, lived.played.text
    assert "Traceback" not in lived.played.text
    assert lived.calls["lockouts"] == 0


@pytest.mark.parametrize("name", GOOD)
def test_wait_outlives_its_credentials(lived: Lived, name: str) -> None:
    told = lived.result(name)
    assert (told["status"], told["summary"]) == ("ok", {"total": 1, "succeeded": 1}), told["msg"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_key_in_a_file_is_read_again_when_it_has_ended_and_no_sooner(lived: Lived, provider: str) -> None:
    codes = lived.codes(f"{provider}_replaced")
    refused = [number for number, code in enumerate(codes) if code]
    assert [codes[number] for number in refused] == [EXPIRED[provider]] * LIVES
    # The same call at once with the next key, which is good for many looks.
    assert all(not codes[number + 1] for number in refused)


def test_logins_are_no_more_than_needed(lived: Lived) -> None:
    elapsed = lived.result("password")["elapsed"]
    assert elapsed > LIVES * LIFE
    tokens = [entry for entry in lived.log if entry["path"] == "/v3/auth/tokens" and entry["status"] == 201]
    # Each is renewed in the last quarter of its life; the user that is known no more had two lives.
    assert LIVES < len(tokens) <= 1 + elapsed / (LIFE * 3 / 4) + 3
    projects = [entry["code"] for entry in lived.log if entry["path"] == "/v3/projects"]
    # One for each key, and one that the key that was not replaced was refused.
    assert projects.count("") == 1 + LIVES + 1
    assert len(projects) == 1 + LIVES + 2


@pytest.mark.parametrize("name", STALE)
def test_wait_whose_credentials_are_not_replaced_says_that_the_task_may_still_run(lived: Lived, name: str) -> None:
    told = lived.result(name)
    assert (told["status"], told["summary"]) == ("failed", {"total": 1, "unauthorized": 1}), told["msg"]
    assert MAY_RUN in told["tasks"][0]["reason"]
    assert MAY_RUN in told["msg"]
    assert f"t-{name}" in told["msg"]


def test_wait_whose_keys_are_nowhere_any_more_says_so(lived: Lived) -> None:
    """For a while they may be: a file is being written anew."""
    told = lived.result("file_gone")
    assert (told["status"], told["summary"]) == ("failed", {"total": 1, "unreachable": 1}), told["msg"]
    assert "gone.json: there is no such file" in told["msg"]
    assert MAY_RUN in told["msg"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_key_that_is_not_replaced_is_tried_once_more_and_never_again(lived: Lived, provider: str) -> None:
    """With Huawei Cloud the second time is at the login, which finds the project."""
    codes = lived.codes(f"{provider}_stale")
    refused = [code for code in codes if code]
    assert refused == [EXPIRED[provider]] * (2 if provider == "alibaba" else 1)
    assert codes[-len(refused) :] == refused
    assert lived.result(f"{provider}_stale")["tasks"][0]["state"] == "running"


def test_no_generation_of_a_secret_is_shown_returned_or_written(lived: Lived) -> None:
    secrets = [secret for key in lived.keys for secret in key.facts.values()]
    secrets += [USER["password"], GONE["password"], TOKEN]
    assert len(secrets) == len(set(secrets)) > 3 * LIVES
    told = lived.played.text + json.dumps(lived.played.results, ensure_ascii=False) + lived.journals
    assert [secret for secret in secrets if secret in told] == []
    # They were there to be seen.
    for name in GOOD:
        masked = lived.result(name)["tasks"][0]["name"].split("********")
        assert len(masked) == 1 + len(secrets_of(name, lived.keys))
    # Tokens that the cloud has made up.
    assert re.findall(r"MII[\w-]{40}", told) == []


# A wrong clock

HOUR = 3600.0


def clock_rows() -> Table:
    quick = {"interval": 0.3, "timeout": 60, "rate_limit": 10}
    user = {"username": accounts.HUAWEI_USER, "password": accounts.HUAWEI_PASSWORD}
    user["domain_name"] = accounts.HUAWEI_DOMAIN
    return {
        **{f"by_key_of_{name}": Case({**quick, **ask(SERVICES[name], f"t-{name}")}) for name in PROVIDERS},
        "by_password": Case({**quick, **ask("taurusdb", "t-password"), **user}),
    }


TITLES = {"alibaba": "Alibaba Cloud", "huawei": "Huawei Cloud"}


def set_the_clock(cloud: LocalCloud) -> None:
    """The cloud is an hour ahead of us."""
    cloud.reset()
    cloud.settings(dates_are="clock")
    cloud.advance(HOUR)


def wrong_dates(cloud: LocalCloud) -> int:
    return sum("InvalidTimeStamp" in entry["code"] or "0301" in entry["code"] for entry in cloud.log())


def test_wait_goes_by_the_clock_of_the_cloud_and_says_that_ours_is_wrong(cloud: LocalCloud, player: Player) -> None:
    set_the_clock(cloud)
    cloud.add(scene("ecs", "t-alibaba", scenes.EXPORTED))
    cloud.add(*(scenes.restore(f"t-{name}", scenes.RESTORED) for name in ("huawei", "password")))
    for service in SERVICES.values():
        # Some looks more, lest each of them learns the time anew.
        cloud.fault("vanish", f"{service}.*", times=2)
    played = play(cloud, player, wait=clock_rows())
    assert set(played.results) == {"Wait"}
    for name, told in played.results["Wait"].items():
        assert (name, told["status"], told["summary"]) == (name, "ok", {"total": 1, "succeeded": 1})
    # Whoever comes with a token sends no date.
    assert wrong_dates(cloud) == len(PROVIDERS)
    assert_warned(played, *TITLES.values())


def assert_warned(played: Played, *titles: str) -> None:
    text = " ".join(played.text.split())
    assert text.count("the clock of this machine is") == len(titles)
    for title in titles:
        assert f"the clock of this machine is 60 min behind that of {title}" in text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_read_goes_by_the_clock_of_the_cloud_and_says_that_ours_is_wrong(
    cloud: LocalCloud, player: Player, provider: str
) -> None:
    set_the_clock(cloud)
    cloud.add({**acted("alibaba_stale" if provider == "alibaba" else "password", "running"), "id": "t-1"})
    asked = {name: value for name, value in ask(SERVICES[provider], "t-1").items() if name != "provider"}
    played, facts = player.ask(f"{provider}_cloud_task_info", **asked)
    assert (played.code, facts["tasks"][0]["state"]) == (0, "running"), played.text
    # From the start, which only the cloud's clock has seen, to now.
    assert 0 <= facts["tasks"][0]["duration"] < HOUR / 2
    assert wrong_dates(cloud) == 1
    assert_warned(played, TITLES[provider])
