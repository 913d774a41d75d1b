# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which a playbook comes to a wait and leaves it: loops, background, other hosts, journal, Ctrl-C."""

from __future__ import annotations

import json
import pathlib
import signal
import stat
import subprocess
import time

import pytest

from integration import scenes
from integration.playing import KEYS, PATIENCE, Json, Played, Player, Playing
from integration.scenes import ask, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud

STS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_STS_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_STS_SECRET,
    "ALIBABA_CLOUD_SECURITY_TOKEN": accounts.ALIBABA_STS_TOKEN,
}
WRONG = {**STS, "ALIBABA_CLOUD_SECURITY_TOKEN": "CAISNotTheToken"}
FINE = {
    "From facts": 1,
    "From a loop with an id that comes later": 3,
    "From facts of a wait": 1,
    "Retried until it is good": 1,
    "In the background": 1,
    "Looked after": 1,
    "Elsewhere": 2,
    "Elsewhere with keys of its own": 1,
    "With keys in the environment of the task": 1,
    "Without keys again": 1,
    "Gone on": 3,
    "Run again": 2,
}


@pytest.fixture(scope="module")
def ways(cloud: LocalCloud, player: Player) -> Played:
    cloud.add(
        scene("ecs", "e-1", scenes.EXPORTED),
        scene("ecs", "e-later", scenes.EXPORTED),
        scene("ecs", "e-failed", scenes.EXPORT_FAILED),
        scene("ecs", "e-runs", scenes.EXPORTING),
        scene("ecs", "e-resumed", scenes.EXPORTING, (1800, scenes.EXPORTED)),
        scene("hbr", "h-1", scenes.INSTALLED),
        scene("bdrc", "b-1", scenes.SCANNED),
    )
    cloud.fault("vanish", "ecs.*", task="e-later", times=2)
    hosts: Json = {"localhost": {}, "elsewhere": {}}
    return player.play("ways.yml", hosts=hosts, folder=str(player.folder), sts=STS, wrong=WRONG)


@pytest.mark.parametrize("name", FINE)
def test_wait_comes_to_a_good_end(ways: Played, name: str) -> None:
    told = ways[name]
    assert told["status"] == "ok", told.get("msg")
    assert (told["succeeded"], told["changed"], len(told["tasks"])) == (True, False, FINE[name])


def test_ways_all_played(ways: Played) -> None:
    assert ways.code == 0, ways.text
    assert "Traceback" not in ways.text


def test_wait_takes_missing_ids_of_a_loop(ways: Played) -> None:
    assert ways["Loop of reads"]["results"][2]["missing"] == ["e-later"]
    assert [task["id"] for task in ways["From a loop with an id that comes later"]["tasks"]] == [
        "e-1",
        "h-1",
        "e-later",
    ]


def test_wait_in_a_loop_tells_of_each_item(ways: Played) -> None:
    told = ways["Loop of waits"]
    # What callbacks are handed of an item is another matter: since ansible-core 2.21 it is without ``failed``.
    assert ways["What a loop of waits tells"]["msg"] == ["e-failed"]
    assert [result["tasks"][0]["outcome"] for result in told["results"]] == ["succeeded", "failed", "succeeded"]


def test_wait_is_rescued_with_its_facts(ways: Played) -> None:
    assert ways["That fails"]["status"] == "failed"
    assert ways["That is rescued"]["msg"] == "InvalidOSSBucket.NotFound 1"


def test_wait_fails_in_the_background_with_the_same_message(ways: Played) -> None:
    here, there = ways["That fails"], ways["Fails in the background"]
    assert there["status"] == "failed"
    assert there["msg"] == here["msg"]
    assert there["tasks"][0]["outcome"] == "failed"


def test_wait_ends_before_its_time_in_the_background_is_over(ways: Played) -> None:
    told = ways["Too long for the background"]
    assert (told["status"], told["tasks"][0]["outcome"]) == ("failed", "timed_out")
    assert "timeout: it is cut from 60 to 12 s, for async ends the step after 24 s" in " ".join(ways.text.split())


def test_results_of_steps_that_failed_are_left_out_as_the_message_says(ways: Played) -> None:
    told = ways["Refuse what has failed"]["msg"]
    assert "tasks[1]: it is the result of a step that has failed" in told
    assert "leave it out with reject('failed'); the step said: task_id: '..' is not an id of a task" in told
    assert [task["id"] for task in ways["Leave out what was skipped or has failed"]["tasks"]] == ["e-1"]


def test_wait_uses_the_keys_of_its_own_environment(ways: Played) -> None:
    told = ways["With wrong keys in the environment of the task"]
    assert (told["status"], told["summary"]) == ("failed", {"total": 1, "unauthorized": 1})


def test_check_mode_looks_once_and_does_not_fail_on_a_task_that_runs(ways: Played, player: Player) -> None:
    told = ways["Look once"]
    assert (told["status"], told["succeeded"], told["tasks"][0]["looks"]) == ("ok", False, 1)
    assert told["elapsed"] < 1
    assert "check mode" in told["msg"]
    assert not (player.folder / "checked.json").exists()


def test_check_mode_fails_on_a_task_that_failed(ways: Played) -> None:
    assert ways["Look once at one that has failed"]["status"] == "failed"
    assert ways["Look once at one nobody knows"]["status"] == "ok"


def test_wait_for_nothing_is_refused(ways: Played) -> None:
    told = ways["Never skipped by an empty loop"]
    assert told["status"] == "failed"
    assert told["msg"].startswith("tasks: the list is empty")


def test_keyword_timeout_ends_the_wait_and_the_journal_is_there(ways: Played, player: Player) -> None:
    told = ways["Ended by the keyword timeout"]
    assert told["status"] == "failed"
    assert "5" in told["msg"]
    assert [task["id"] for task in read_journal(player.folder / "timeout.json")] == ["e-runs"]


def read_journal(path: pathlib.Path) -> list[Json]:
    return list(json.loads(path.read_text(encoding="utf-8")))


def test_journal_is_private_and_holds_no_secret(ways: Played, player: Player) -> None:
    path = player.folder / "journal.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [secret for secret in KEYS.values() if secret in path.read_text(encoding="utf-8")] == []
    assert [task["outcome"] for task in read_journal(path)] == ["succeeded"] * len(read_journal(path))


def test_journal_is_gone_on_with_without_asking_what_had_ended(ways: Played, cloud: LocalCloud) -> None:
    before, after = ways["Written down"], ways["Gone on"]
    assert [task["outcome"] for task in before["tasks"]] == ["succeeded", "timed_out", "succeeded"]
    assert [task["outcome"] for task in after["tasks"]] == ["succeeded"] * 3
    assert [task["looks"] for task in after["tasks"]] == [0, 1, 0]
    assert after["requests"] == 1
    assert after["tasks"][0]["outputs"] == before["tasks"][0]["outputs"]
    assert cloud.calls()["tasks"]["b-1"] == 1


def test_journal_spares_a_playbook_that_is_run_again_what_had_ended(ways: Played) -> None:
    told = ways["Run again"]
    assert [(task["outcome"], task["looks"]) for task in told["tasks"]] == [("succeeded", 0), ("succeeded", 1)]
    assert told["tasks"][0]["outputs"] == ways["Written down"]["tasks"][0]["outputs"]


WAIT_FOR_EVER: Json = [
    {
        "name": "Wait",
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Wait",
                "multicloud.tasks.wait_for_cloud_task": {
                    **scenes.ask("ecs"),
                    "endpoint": "{{ endpoint }}",
                    "task_ids": ["{{ own }}"],
                    "min_interval": 0.2,
                    "heartbeat": "{{ heartbeat }}",
                    "journal": "{{ folder }}/{{ inventory_hostname }}.json",
                },
            }
        ],
    }
]


def wait_for_ever(
    cloud: LocalCloud, player: Player, folder: pathlib.Path, *hosts: str, heartbeat: float = 0.3, **environ: str
) -> Playing:
    """A wait on each of these hosts, for a task that does not end, with a journal in a folder."""
    cloud.reset()
    cloud.add(*(scene("ecs", f"e-{host}", scenes.EXPORTING) for host in hosts))
    own = {host: {"own": f"e-{host}"} for host in hosts}
    environ = {**KEYS, **environ}
    return player.begin(WAIT_FOR_EVER, hosts=own, environ=environ, folder=str(folder), heartbeat=heartbeat)


def test_interrupt_ends_the_wait_at_once_and_says_what_still_runs(cloud: LocalCloud, player: Player) -> None:
    folder = player.fresh()
    playing = wait_for_ever(cloud, player, folder, "one", "two")
    for host in ("one", "two"):
        playing.hears(rf"\[{host}\].*1 running")
    began = time.monotonic()
    playing.interrupt()
    played = playing.finish()
    assert time.monotonic() - began < 2
    assert played.code == 99
    assert "Traceback" not in played.text
    for host in ("one", "two"):
        last = [line for line in played.text.splitlines() if line.startswith(f"[{host}]")][-1]
        assert f"e-{host}" in last
        assert "may still run" in last
        assert read_journal(folder / f"{host}.json")[0]["id"] == f"e-{host}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_nothing_is_asked_after_a_signal_and_the_journal_can_be_gone_on_with(
    cloud: LocalCloud, player: Player, number: signal.Signals
) -> None:
    folder = player.fresh()
    playing = wait_for_ever(cloud, player, folder, "one")
    playing.hears(r"\[one\].*1 running")
    playing.interrupt(number)
    played = playing.finish()
    assert played.code != 0
    assert "Traceback" not in played.text
    cloud.add(scene("ecs", "e-one", scenes.EXPORTED))
    total = cloud.calls()["total"]
    # While a second run goes on, a worker that was left over would still ask.
    play = wait_with(player, journal=str(folder / "one.json"))
    assert play["Wait"]["succeeded"] is True
    assert cloud.calls()["total"] == total + 1


def wait_with(player: Player, *flags: str, **arguments: Json) -> Played:
    """A playbook of one wait."""
    tasks = [{"name": "Wait", "multicloud.tasks.wait_for_cloud_task": {"endpoint": player.endpoint, **arguments}}]
    return player.play([{"name": "Wait", "hosts": "localhost", "gather_facts": False, "tasks": tasks}], *flags)


@pytest.mark.parametrize("unbuffered", ["1", ""], ids=["unbuffered", "as_a_ci_job_runs_it"])
def test_lines_come_while_the_wait_goes_on(cloud: LocalCloud, player: Player, unbuffered: str) -> None:
    # No sign of life that would fill a buffer: were the line held back, it would come at the end and not before.
    playing = wait_for_ever(cloud, player, player.fresh(), "one", heartbeat=3600, PYTHONUNBUFFERED=unbuffered)
    try:
        assert "40 %" in playing.hears(r"\[one\].*Processing")
        assert playing.process.poll() is None
    finally:
        # Only now the task is done: the line before was not held back until the end.
        cloud.add(scene("ecs", "e-one", scenes.EXPORTED))
        played = playing.finish()
    assert played["Wait"]["succeeded"] is True


def test_server_that_throttles_by_the_bucket_slows_the_wait_and_nothing_else(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    ids = [f"h-{number}" for number in range(8)]
    cloud.add(*(scene("hbr", task_id, scenes.INSTALLED) for task_id in ids))
    cloud.fault("throttle", "hbr.*", rate=4, burst=2)
    told = wait_with(player, **scenes.ask("hbr"), task_ids=ids, rate_limit=50, min_interval=0.1)["Wait"]
    assert told["summary"] == {"total": 8, "succeeded": 8}
    assert told["throttled"] > 0
    assert told["throttled"] == cloud.calls()["throttled"]["hbr.DescribeTask"]
    assert told["requests"] == cloud.calls()["apis"]["hbr.DescribeTask"]


# Pipes

UNREAD = """
set -o pipefail
"$@" %s | head -n 1
"""


@pytest.mark.parametrize(("buffered", "streams"), [(True, ""), (False, "2>&1")])
def test_play_goes_on_to_its_end_when_nobody_reads_any_more(
    cloud: LocalCloud, player: Player, streams: str, buffered: bool
) -> None:
    cloud.add(scene("ecs", "e-piped", scenes.EXPORTING, (2, scenes.EXPORTED)))
    mark = player.fresh() / "mark"
    wait = {**ask("ecs", "e-piped"), "endpoint": cloud.url, "interval": 0.2, "heartbeat": 0.1, "timeout": 30}
    steps = [
        {"multicloud.tasks.wait_for_cloud_task": wait},
        {"ansible.builtin.copy": {"content": "", "dest": str(mark)}},
    ]
    playbook = player.write("piped", [{"hosts": "localhost", "gather_facts": False, "tasks": steps}])
    environ = player.environ()
    if buffered:
        del environ["PYTHONUNBUFFERED"]
    command = ["bash", "-c", UNREAD % streams, "bash", str(player.programs / "ansible-playbook"), str(playbook)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
    # It ended well, with all of its steps, though nobody heard of them.
    assert (done.returncode, mark.exists(), done.stdout.count("\n")) == (0, True, 1), done.stderr
    assert "Broken pipe" not in done.stderr
