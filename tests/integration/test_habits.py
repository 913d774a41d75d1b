# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people who write playbooks are used to: strategies, run_once, throttle, tags, --diff, jobs in a loop, vaults.

Loops, delegation, environments and check mode are in test_ways.py, proxies in test_hostile.py, no_log in test_secrets.py.
"""

from __future__ import annotations

import json

import pytest

from integration import scenes
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import scene
from local_cloud import accounts
from local_cloud.client import LocalCloud

HOSTS: Json = {"fast": {}, "other": {}, "slow": {}}
SECRETS = {
    "vaulted_key": accounts.ALIBABA_STS_KEY,
    "vaulted_secret": accounts.ALIBABA_STS_SECRET,
    "vaulted_token": accounts.ALIBABA_STS_TOKEN,
}
WITH_VAULT = ("Read", "Wait", "Wait with an entry", "Wait elsewhere", "Wait with the environment")


def add_scenes(cloud: LocalCloud) -> None:
    cloud.add(
        scene("ecs", "e-fast", scenes.EXPORTED),
        scene("ecs", "e-other", scenes.EXPORTED),
        scene("ecs", "e-slow", scenes.EXPORTING),
        scene("ecs", "e-once", scenes.EXPORTED),
        scene("ecs", "e-turns", scenes.EXPORTED),
        scene("ecs", "e-failed", scenes.EXPORT_FAILED),
        {**scene("taurusdb", "r-1", scenes.RESTORED), "detail": [[0, {"sub_task_list": scenes.STEPS_DONE}]]},
    )


@pytest.fixture(scope="module")
def habits(cloud: LocalCloud, player: Player) -> Played:
    """The slow one ends only when the fast one has gone on."""
    add_scenes(cloud)
    playing = player.begin("habits.yml", "--diff", hosts=HOSTS)
    with playing:
        playing.hears(r'"msg": "e-fast"')
        playing.hears(r"\[slow\].*Processing")
        cloud.add(scene("ecs", "e-slow", scenes.EXPORTED))
        return playing.finish()


def moments(played: Played, text: str) -> list[float]:
    """When lines with this text came."""
    return [moment for moment, line in played.said if text in line]


def test_habits_all_played(habits: Played) -> None:
    assert habits.code == 0, habits.text
    assert "Traceback" not in habits.text
    assert habits.text.count("[WARNING]") == 1


def test_free_hosts_do_not_wait_for_each_other(habits: Played) -> None:
    (fast,), (slow,) = moments(habits, '"msg": "e-fast"'), moments(habits, '"msg": "e-slow"')
    assert fast < slow
    assert {host: told["tasks"][0]["id"] for host, told in habits.results["Wait for its own"].items()} == {
        host: f"e-{host}" for host in HOSTS
    }


def test_wait_that_runs_once_is_known_to_every_host(habits: Played) -> None:
    assert len(habits.results["Once for all"]) == 1
    assert {host: told["msg"] for host, told in habits.results["What every host knows"].items()} == dict.fromkeys(
        HOSTS, True
    )


def test_throttled_waits_come_one_after_the_other(habits: Played) -> None:
    seen = moments(habits, "e-turns (ExportImage) succeeded")
    assert len(seen) == len(HOSTS)
    assert all(later - earlier >= 0.6 for earlier, later in zip(seen, seen[1:]))


def test_diff_shows_nothing_for_a_wait(habits: Played) -> None:
    assert [task for task, hosts in habits.results.items() for told in hosts.values() if "diff" in told] == []


def test_groups_of_module_defaults_are_each_for_their_cloud(habits: Played) -> None:
    assert [task["region"] for task in habits["Wait for both"]["tasks"]] == ["cn-hangzhou", "cn-north-4"]
    assert habits["Wait for both"]["summary"] == {"total": 2, "succeeded": 2}


@pytest.mark.parametrize("step", ["Wait with defaults of others", "Wait elsewhere with defaults of others"])
def test_defaults_of_another_service_or_cloud_break_no_wait(habits: Played, step: str) -> None:
    assert habits[step]["summary"] == {"total": 1, "succeeded": 1}


def test_an_option_of_another_service_is_refused_beside_defaults(habits: Played) -> None:
    told = habits["Refuse what is given to the step"]
    assert (told["status"], told["msg"][:47]) == ("failed", "instance_id: rds_backup takes it, and not ecs; ")


def test_info_module_warns_of_an_option_of_another_service(habits: Played) -> None:
    assert "tasks" in habits["Read with defaults of others"]
    assert "instance_id: rds_backup takes it, and not ecs" in " ".join(habits.text.split())


def test_info_module_reads_by_id_whatever_limit_a_play_has_by_default(habits: Played) -> None:
    assert [task["id"] for task in habits["Read by id with a limit by default"]["tasks"]] == ["e-once"]


def test_jobs_of_a_loop_end_each_in_their_own_way(habits: Played) -> None:
    assert habits["See how each of them has ended"]["status"] == "failed"
    good, bad = habits["See how each of them has ended"]["results"]
    assert (good["summary"], good["succeeded"]) == ({"total": 1, "succeeded": 1}, True)
    assert (bad["summary"], bad["succeeded"]) == ({"total": 1, "failed": 1}, False)
    assert "InvalidOSSBucket.NotFound" in bad["msg"]


TAGS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "one": (("--tags", "once"), {"Once for all", "What every host knows"}),
    "never": (("--tags", "asked"), {"Only when asked for by name"}),
}


@pytest.mark.parametrize("name", TAGS)
def test_tags_choose_waits_as_they_choose_any_step(habits: Played, player: Player, name: str) -> None:
    flags, wanted = TAGS[name]
    assert "Only when asked for by name" not in habits.results
    played = player.play("habits.yml", *flags, hosts=HOSTS)
    assert played.code == 0, played.text
    assert set(played.results) == wanted


# The stdout callback, whether the lines of a wait are on stdout.
CALLBACKS = {"default": True, "minimal": True, "oneline": True, "document": False}


@pytest.mark.parametrize("callback", CALLBACKS)
def test_stdout_for_a_program_is_its_document_and_nothing_else(
    habits: Played, player: Player, cloud: LocalCloud, callback: str
) -> None:
    cloud.add(scenes.scene("ecs", "t-document", scenes.EXPORTED))
    asked = {**scenes.ask("ecs", "t-document"), "endpoint": cloud.url}
    steps = [{"name": "Wait", "multicloud.tasks.wait_for_cloud_task": asked}]
    environ = {**KEYS, "ANSIBLE_STDOUT_CALLBACK": callback}
    played = player.play([{"hosts": "localhost", "gather_facts": False, "tasks": steps}], environ=environ)
    assert played.code == 0, played.text
    line = "ecs t-document (ExportImage) succeeded"
    assert (line in played.stdout, line in played.stderr) == (CALLBACKS[callback], not CALLBACKS[callback])
    if not CALLBACKS[callback]:
        assert json.loads(played.stdout)["stats"]["localhost"]["ok"] == 1


@pytest.fixture(scope="module")
def vault(habits: Played, player: Player) -> Played:
    """Keys encrypted by ansible-vault one by one, as people keep them beside other variables."""
    password = player.folder / "password"
    password.write_text("a password\n", encoding="utf-8")
    words = ["encrypt_string", "--vault-password-file", str(password)]
    texts = [player.start("ansible-vault", *words, value, "--name", name).finish() for name, value in SECRETS.items()]
    path = player.folder / "vault.yml"
    path.write_text("".join(text.stdout for text in texts), encoding="utf-8")
    assert "!vault" in path.read_text(encoding="utf-8")
    flags = ("-vvv", "--vault-password-file", str(password), "-e", f"@{path}")
    return player.play("vault.yml", *flags, hosts={"here": {}, "there": {}}, environ={})


@pytest.mark.parametrize("name", WITH_VAULT)
def test_keys_from_a_vault_are_used(vault: Played, name: str) -> None:
    told = vault[name]
    assert told["status"] == "ok", told.get("msg")
    assert told["tasks"][0]["succeeded"] is True


def test_keys_from_a_vault_serve_a_role_and_are_never_shown(vault: Played) -> None:
    assert vault.code == 0, vault.text
    assert vault["What the role has left"]["msg"] is True
    assert [name for name, value in SECRETS.items() if value in vault.text] == []
    assert [name for name, value in SECRETS.items() if value in str(vault.results)] == []
