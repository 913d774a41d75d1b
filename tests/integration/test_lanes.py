# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits of many hosts that share the rate of an account, as they do for a user with a home."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from integration.playing import KEYS, Played, Player
from local_cloud.client import LocalCloud

HOSTS = [f"lane-{number}" for number in range(5)]
FINISHED = {"TaskStatus": "Finished", "TaskProcess": "100%", "SuccessCount": 1}
ASKED = {
    "provider": "alibaba",
    "service": "ecs",
    "region": "cn-shanghai",
    "endpoint": "{{ endpoint }}",
    "task_id": "e-{{ inventory_hostname }}",
    "min_interval": 0.5,
    "timeout": 60,
    "rate_limit": 2,
}
PLAY = [
    {"hosts": "all", "gather_facts": False, "tasks": [{"name": "Wait", "multicloud.tasks.wait_for_cloud_task": ASKED}]}
]


class Shared(t.NamedTuple):
    """A play of waits that share a rate: what it has shown, when its calls came in, and the cache of the user."""

    played: Played
    times: list[float]
    cache: pathlib.Path


@pytest.fixture(scope="module")
def shared(cloud: LocalCloud, player: Player) -> Shared:
    """The play, in which all tasks end after some seconds."""
    cache = player.fresh()
    script = [[0, {"TaskProcess": "40%"}], [12, FINISHED]]
    cloud.add(*({"service": "ecs", "id": f"e-{host}", "script": script} for host in HOSTS))
    environ = {**KEYS, "XDG_CACHE_HOME": str(cache)}
    played = player.play(t.cast("list[t.Any]", PLAY), hosts={host: {} for host in HOSTS}, environ=environ)
    names = {f"e-{host}" for host in HOSTS}
    return Shared(played, [entry["now"] for entry in cloud.log() if names & {*entry.get("ids", ())}], cache)


def test_every_host_hears_of_its_end(shared: Shared) -> None:
    ended = shared.played.results["Wait"]
    assert {host: result["tasks"][0]["outcome"] for host, result in ended.items()} == dict.fromkeys(HOSTS, "succeeded")


def test_all_waits_together_keep_to_the_rate_limit(shared: Shared) -> None:
    assert len(shared.times) >= 2 * len(HOSTS)
    # Calls that leave at their times may arrive together.
    assert max(sum(start <= at < start + 3 for at in shared.times) for start in shared.times) <= 2 * 3 + 2


def test_the_file_that_they_share_is_the_user_s_alone_and_holds_no_secret(shared: Shared) -> None:
    (file,) = (each for each in shared.cache.rglob("*") if each.is_file())
    assert file.parent == shared.cache / "multicloud.tasks" / "lanes"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(secret in file.read_text(encoding="ascii") + file.name for secret in KEYS.values())
