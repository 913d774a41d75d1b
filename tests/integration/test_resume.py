# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that is killed, interrupted or cut off, and another that goes on where it was: nothing is lost or asked twice."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import stat
import threading
import typing as t

import pytest

from integration import scenes
from integration.cases import Case, Table, check, play
from integration.playing import KEYS, Json, Played, Player, Playing, until
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud

QUICK = {"min_interval": 0.2, "max_interval": 0.5, "rate_limit": 50, "fail_fast": False}
RUNNING = {
    "ecs": scenes.EXPORTING,
    "hbr": scenes.INSTALLING,
    "bdrc": scenes.SCANNING,
    "taurusdb": scenes.RESTORING,
}
# More than what a pipe takes at once, 64 KiB.
LARGE = {**scenes.INSTALLING, "Result": scenes.clients(**{f"i_{number}": "INSTALLING" for number in range(800)})}
ENDED = {"ecs": scenes.EXPORTED, "hbr": scenes.INSTALLED, "bdrc": scenes.SCANNED, "taurusdb": scenes.RESTORED}


def name(service: str, host: str) -> str:
    return f"{service}-of-{host}"


def acted(service: str, host: str, state: scenes.Fields) -> Json:
    """A task that has this state until it is given another one."""
    make = scenes.restore if service == "taurusdb" else lambda *given: scene("ecs", *given)
    return {**make(name(service, host), state), "service": service}


def read_journal(path: pathlib.Path) -> list[Json]:
    """What the journal holds; nothing while there is none yet."""
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def ended(path: pathlib.Path) -> dict[str, Json]:
    """The tasks that the journal has seen end."""
    return {task["id"]: task for task in read_journal(path) if task.get("terminal")}


def waiting(
    cloud: LocalCloud, player: Player, arguments: dict[str, Json], playbook: str | list[Json] = "cases.yml"
) -> Playing:
    """A wait that goes on, on each of these hosts."""
    hosts = {host: {"groups": ["wait"], "arguments": {**QUICK, **given}} for host, given in arguments.items()}
    return player.begin(playbook, hosts=hosts)


# Killed, in three situations at once


@dataclasses.dataclass(frozen=True)
class Killed:
    """What was left of a wait whose ansible-playbook was killed, and what came of those that went on with it."""

    gone: bool
    code: int
    journals: dict[str, list[Json]]
    modes: set[int]
    texts: str
    before: Json
    after: Json
    played: Played


SITUATIONS = ("unanswered", "some_ended", "all_run")
WAYS = ("With its entries", "With nothing else", "With the same tasks")
LIKE_THIS: dict[str, scenes.Fields] = {"ecs": scenes.EXPORTED, "hbr": scenes.INSTALL_FAILED}
"""How two tasks had ended in the one situation, before the kill."""


def set_the_stage(cloud: LocalCloud) -> None:
    cloud.reset()
    for host in SITUATIONS:
        cloud.add(*(acted(service, host, state) for service, state in RUNNING.items()))
    cloud.add(*(acted(service, "some_ended", state) for service, state in LIKE_THIS.items()))
    for service in RUNNING:
        cloud.fault("stall", f"{service}.*", task=name(service, "unanswered"), seconds=600)


def is_the_moment(cloud: LocalCloud, folder: pathlib.Path) -> bool:
    """Whether each host is in its situation."""
    asked = cloud.calls()["tasks"]
    seen = {host: [task for task in read_journal(folder / host) if task["native_state"]] for host in SITUATIONS}
    return (
        all(name(service, "unanswered") in asked for service in RUNNING)
        and len(ended(folder / "some_ended")) == len(LIKE_THIS)
        and len(seen["all_run"]) == len(seen["some_ended"]) == len(RUNNING)
    )


def copies(folder: pathlib.Path, host: str) -> dict[str, str]:
    """A journal for each way to go on with it."""
    made = {way: str(folder / f"{host}-{way}") for way in ("entries", "alone", "again")}
    for path in made.values():
        shutil.copy(folder / host, path)
    return made


@pytest.fixture(scope="module")
def killed(cloud: LocalCloud, player: Player) -> Killed:
    folder = player.fresh()
    set_the_stage(cloud)
    entries = {host: [ask(service, name(service, host)) for service in RUNNING] for host in SITUATIONS}
    arguments = {host: {"tasks": entries[host], "journal": str(folder / host)} for host in SITUATIONS}
    with waiting(cloud, player, arguments) as playing:
        until(lambda: is_the_moment(cloud, folder))
        playing.kill()
        gone = playing.is_gone(30)
    before = cloud.calls()
    journals = {host: read_journal(folder / host) for host in SITUATIONS}
    modes = {stat.S_IMODE((folder / host).stat().st_mode) for host in SITUATIONS}
    texts = "".join((folder / host).read_text(encoding="utf-8") for host in SITUATIONS)
    cloud.clear_faults()
    cloud.add(*(acted(service, host, state) for host in SITUATIONS for service, state in still_open(host).items()))
    hosts = {host: {"journals": copies(folder, host), "arguments": arguments[host]} for host in SITUATIONS}
    played = player.play("resume.yml", hosts=hosts)
    return Killed(gone, playing.process.returncode, journals, modes, texts, before, cloud.calls(), played)


def still_open(host: str) -> dict[str, scenes.Fields]:
    """How those end that ran when ansible was killed."""
    return {service: state for service, state in ENDED.items() if host != "some_ended" or service not in LIKE_THIS}


def test_worker_whose_ansible_was_killed_ends_by_itself(killed: Killed) -> None:
    assert (killed.code, killed.gone) == (-signal.SIGKILL, True)


def test_worker_that_has_much_to_tell_ends_by_itself_too(cloud: LocalCloud, player: Player) -> None:
    """More than the pipe to the ansible that was killed can hold."""
    cloud.reset()
    cloud.add(scene("hbr", "h-large", LARGE))
    with waiting(cloud, player, {"one": ask("hbr", "h-large")}) as playing:
        playing.hears("h-large")
        playing.kill()
        assert playing.is_gone(30)


def test_journal_is_private_and_holds_all_that_was_known(killed: Killed) -> None:
    assert killed.modes == {0o600}
    assert [secret for secret in KEYS.values() if secret in killed.texts] == []
    for host, tasks in killed.journals.items():
        assert [task["id"] for task in tasks] == [name(service, host) for service in RUNNING]
    assert {task["native_state"] for task in killed.journals["unanswered"]} == {None}
    assert [task["outcome"] for task in killed.journals["some_ended"]][:2] == ["succeeded", "failed"]


def test_journal_is_written_when_something_changes_however_many_are_waited_for(
    cloud: LocalCloud, player: Player
) -> None:
    """Of many tasks not every change is shown, but every one is written down."""
    cloud.reset()
    journal = player.fresh() / "journal.json"
    ids = [f"h-{number:02}" for number in range(30)]
    cloud.add(*(scene("hbr", task_id, scenes.INSTALLING) for task_id in ids))
    cloud.add(*(scene("hbr", task_id, scenes.INSTALLED) for task_id in ids[:20]))
    with waiting(cloud, player, {"one": {**ask("hbr", task_ids=ids), "journal": str(journal)}}):
        until(lambda: len(ended(journal)) == 20, 15)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", SITUATIONS)
def test_nothing_is_lost(killed: Killed, host: str, way: str) -> None:
    told = killed.played.results[way][host]
    assert [task["id"] for task in told["tasks"]] == [name(service, host) for service in RUNNING]
    outcomes = {task["service"]: task["outcome"] for task in told["tasks"]}
    assert outcomes == {**dict.fromkeys(RUNNING, "succeeded"), **({"hbr": "failed"} if host == "some_ended" else {})}
    assert (told["status"], told["succeeded"]) == (("failed", False) if host == "some_ended" else ("ok", True))


@pytest.mark.parametrize("way", WAYS)
def test_what_had_ended_is_told_as_it_was_and_not_asked_for(killed: Killed, way: str) -> None:
    tasks = killed.played.results[way]["some_ended"]["tasks"]
    # Answers of HBR tell no id. Only a journal is believed then, and not facts that a play hands over.
    assert [task["looks"] > 0 for task in tasks] == [False, way == "With its entries", True, True]
    for before, after in zip(killed.journals["some_ended"][:2], tasks[:2], strict=True):
        assert [after[fact] for fact in ("outputs", "error")] == [before[fact] for fact in ("outputs", "error")]
        assert (bool(before["raw"]), after["raw"]) == (True, None)


def test_the_cloud_hears_no_more_of_what_had_ended(killed: Killed) -> None:
    for service in RUNNING:
        task_id = name(service, "some_ended")
        more = killed.after["tasks"][task_id] - killed.before["tasks"][task_id]
        assert bool(more) == (service != "ecs"), service


def test_a_wait_that_goes_on_tells_what_the_operator_would_have_been_told(killed: Killed) -> None:
    said = {killed.played.results[way]["some_ended"]["msg"] for way in WAYS}
    assert len(said) == 1
    assert "hbr-of-some_ended" in said.pop()


# Killed again and again, while the journal is being read


class Reader:
    """Reads a journal all the time."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.versions: list[str] = []
        self.problems: list[str] = []
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Reader:
        self.thread.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self.enough.set()
        self.thread.join(30)

    def _read(self) -> None:
        while not self.enough.wait(0.002):
            try:
                self._look()
            except FileNotFoundError:
                self.problems += ["it was gone"] if self.versions else []
            except (ValueError, AssertionError) as exc:
                self.problems.append(str(exc))

    def _look(self) -> None:
        with self.path.open(encoding="utf-8") as file:
            assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600, "others may read it"
            text = file.read()
        if [text] != self.versions[-1:]:
            assert len(json.loads(text)) == len(CHAIN), "it does not hold every task"
            self.versions.append(text)


CHAIN = [f"h-{number:02}" for number in range(12)]


def chained(player: Player, journal: pathlib.Path) -> list[Json]:
    """A wait whose worker writes down its process id.

    It shows no lines: a worker that is killed while it hands one to ansible keeps the lock of the queue that ansible itself needs
    to come to its end, and no ansible-core gets over that.
    """
    own = "{{ lookup('pipe', 'echo $PPID > ' ~ folder ~ '/pid; echo 60') }}"
    entries = [ask("hbr", task_id) for task_id in CHAIN]
    wait = {**QUICK, "endpoint": player.endpoint, "heartbeat": own, "journal": str(journal), "tasks": entries}
    wait["progress"] = False
    tasks = [{"name": "Wait", "multicloud.tasks.wait_for_cloud_task": wait}]
    return [{"name": "Wait", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]


def test_journal_is_whole_at_every_moment_however_often_the_wait_is_killed(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    folder = player.fresh()
    journal = folder / "journal.json"
    cloud.add(*(scene("hbr", task_id, scenes.INSTALLING) for task_id in CHAIN))
    counts: dict[str, int] = {}
    with Reader(journal) as reader:
        for goal in (4, 8):
            cloud.add(*(scene("hbr", task_id, (number / 10, scenes.INSTALLED)) for number, task_id in to_end(goal)))
            with player.begin(chained(player, journal), folder=str(folder)) as playing:
                until(lambda goal=goal: len(ended(journal)) >= goal)  # type: ignore[misc]
                asked = cloud.calls()["tasks"]
                counts.update({task_id: asked[task_id] for task_id in ended(journal)})
                kill_one_way_or_the_other(playing, folder, goal)
        cloud.add(*(scene("hbr", task_id, scenes.INSTALLED) for dummy, task_id in to_end(len(CHAIN))))
        played = player.play(chained(player, journal), folder=str(folder))
    assert played["Wait"]["summary"] == {"total": len(CHAIN), "succeeded": len(CHAIN)}
    assert {task_id: cloud.calls()["tasks"][task_id] for task_id in counts} == counts
    assert reader.problems == []
    # How many it has seen is a matter of how busy this machine is.
    assert len(reader.versions) > 5


def to_end(goal: int) -> list[tuple[int, str]]:
    """The next tasks of the chain that are to end."""
    return list(enumerate(CHAIN[goal - 4 : goal]))


def kill_one_way_or_the_other(playing: Playing, folder: pathlib.Path, goal: int) -> None:
    """First ansible, whose worker then still has the journal when the next run begins; then the worker, as a full memory does."""
    if goal == 4:
        playing.kill()
        return
    os.kill(int((folder / "pid").read_text(encoding="utf-8")), signal.SIGKILL)
    assert playing.finish().code != 0


# Interrupted

INTERRUPTIONS: dict[str, tuple[tuple[signal.Signals, ...], scenes.Fields]] = {
    "interrupt": ((signal.SIGINT,), scenes.INSTALLING),
    "terminate": ((signal.SIGTERM,), scenes.INSTALLING),
    "interrupt_impatiently": ((signal.SIGINT, signal.SIGINT), scenes.INSTALLING),
    "interrupt_what_has_much_to_tell": ((signal.SIGINT,), LARGE),
    "terminate_what_has_much_to_tell": ((signal.SIGTERM,), LARGE),
}


MUCH = {"interrupt_what_has_much_to_tell", "terminate_what_has_much_to_tell"}


@pytest.mark.parametrize("case", INTERRUPTIONS)
def test_interrupted_wait_says_what_may_still_run_and_can_be_gone_on_with(
    cloud: LocalCloud, player: Player, case: str
) -> None:
    numbers, state = INTERRUPTIONS[case]
    cloud.reset()
    journal = player.fresh() / "journal.json"
    cloud.add(scene("ecs", "e-done", scenes.EXPORTED), scene("hbr", "h-open", state))
    entries = [ask("ecs", "e-done"), ask("hbr", "h-open")]
    with waiting(cloud, player, {"one": {"tasks": entries, "journal": str(journal), "heartbeat": 0.5}}) as playing:
        playing.hears(r"\[one\].* 1 of 2 ended.* 1 running")
        for number in numbers:
            playing.interrupt(number)
        played = playing.finish()
        assert playing.is_gone(30)
    assert played.code != 0
    assert "Traceback" not in played.text
    last = [line for line in played.text.splitlines() if line.startswith("[one]")][-1]
    assert "interrupted, these may still run: alibaba hbr h-open" in last
    assert "e-done" not in last
    assert last.endswith(f"resume with journal: {journal}")
    cloud.add(scene("hbr", "h-open", scenes.INSTALLED))
    with waiting(cloud, player, {"one": {"journal": str(journal)}}) as playing:
        told = playing.finish()["Wait"]
    assert told["summary"] == {"total": 2, "succeeded": 2}
    assert [task["looks"] for task in told["tasks"]] == [0, 1]


def test_wait_that_the_keyword_timeout_cuts_off_can_be_gone_on_with(cloud: LocalCloud, player: Player) -> None:
    cloud.reset()
    journal = player.fresh() / "journal.json"
    cloud.add(scene("ecs", "e-1", scenes.EXPORTED), scene("hbr", "h-1", scenes.INSTALLING, (1800, scenes.INSTALLED)))
    tasks = [ask("ecs", "e-1"), ask("hbr", "h-1")]
    arguments = {**QUICK, "endpoint": cloud.url, "tasks": tasks, "journal": str(journal)}
    played = player.play("keyword_timeout.yml", arguments=arguments)
    assert played.code == 0, played.text
    assert "Traceback" not in played.text
    cut_off = [line for line in played.text.splitlines() if "cut off, these may still run: " in line]
    assert len(cut_off) == 1
    assert "alibaba hbr h-1" in cut_off[0]
    assert "e-1" not in cut_off[0]
    assert f"resume with journal: {journal}" in cut_off[0]
    told = played["That goes on"]
    assert [(task["outcome"], task["looks"] > 0) for task in told["tasks"]] == [
        ("succeeded", False),
        ("succeeded", True),
    ]


# Paths that cannot be a journal

ONE = {**ask("ecs", "e-1"), "timeout": 5, "not_found_timeout": 0.1}
FOREIGN: dict[str, str | bytes] = {
    "an_empty_file": "",
    "a_text": "These are my notes.\n",
    "a_dict": '{"tasks": []}',
    "a_list_of_texts": '["t-1"]',
    "tasks_without_a_service": '[{"provider": "alibaba", "id": "e-1"}]',
    "half_a_journal": '[{"provider": "alibaba", "service": "ecs", "id": "e-',
    "bytes": b"\x80\x81\x00",
}


@pytest.fixture(scope="module")
def places(cloud: LocalCloud, player: Player) -> pathlib.Path:
    """Things that are at the path of a journal, and are none."""
    folder = player.folder / "places"
    folder.mkdir()
    for kind, content in FOREIGN.items():
        (folder / kind).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "a_directory").mkdir()
    os.mkfifo(folder / "a_pipe")
    (folder / "open_to_all").write_text("[]", encoding="utf-8")
    (folder / "open_to_all").chmod(0o666)
    (folder / "open").mkdir()
    (folder / "open").chmod(0o777)
    (folder / "with_a_password").write_text(
        json.dumps([{**ask("ecs", "e-1"), "auth": {"password": "x"}}]), encoding="utf-8"
    )
    (folder / "a_link_to_a_text").symlink_to(folder / "a_text")
    (folder / "a_link_to_nothing").symlink_to(folder / "nothing")
    return folder


REFUSED: dict[str, tuple[str, str]] = {
    **{kind: (kind, "is not a journal of a wait") for kind in FOREIGN},
    "a_link_to_a_text": ("a_link_to_a_text", "is not a journal of a wait"),
    "a_directory": ("a_directory", "is no plain file"),
    "a_pipe": ("a_pipe", "is no plain file"),
    "open_to_all": ("open_to_all", "others than its owner may write to"),
    "in_an_open_folder": ("open/journal.json", "anybody may replace files in the folder"),
    "with_a_password": ("with_a_password", "its entry 0 has auth, which a wait never writes into one"),
    "in_no_directory": ("nowhere/journal.json", "cannot be written"),
    "below_a_file": ("a_text/journal.json", "cannot be written"),
}


@pytest.fixture(scope="module")
def refused(cloud: LocalCloud, player: Player, places: pathlib.Path) -> tuple[Played, Json]:
    """Each with tasks to write down and, where there is something to read, without."""
    cloud.reset()
    cloud.add(scene("ecs", "e-1", scenes.EXPORTED))
    played = play(cloud, player, wait=refused_rows(places))
    return played, cloud.calls()


def refused_rows(folder: pathlib.Path) -> Table:
    with_tasks = {
        kind: Case({**ONE, "journal": str(folder / path)}, status="failed", says=("journal: ", path, says))
        for kind, (path, says) in REFUSED.items()
    }
    alone = {
        f"{kind}_alone": Case({"journal": str(folder / path)}, status="failed", says=("journal: ", path))
        for kind, (path, dummy) in REFUSED.items()
    }
    return {**with_tasks, **alone}


@pytest.mark.parametrize("kind", [*REFUSED, *(f"{kind}_alone" for kind in REFUSED)])
def test_path_that_is_no_journal_is_refused(refused: tuple[Played, Json], places: pathlib.Path, kind: str) -> None:
    check(refused_rows(places)[kind], refused[0].results["Wait"][kind])


def test_path_that_is_no_journal_costs_no_call_and_is_left_as_it_was(
    refused: tuple[Played, Json], places: pathlib.Path
) -> None:
    assert refused[1]["total"] == 0
    assert "Traceback" not in refused[0].text
    for kind, content in FOREIGN.items():
        assert (places / kind).read_bytes() == (content if isinstance(content, bytes) else content.encode())


@pytest.fixture(scope="module")
def accepted(cloud: LocalCloud, player: Player, places: pathlib.Path, refused: tuple[Played, Json]) -> Played:
    """Links, and a journal that others may read or nobody may write: what is written is a file of its owner."""
    for kind in ("read_by_all", "read_only", "a_target"):
        (places / kind).write_text("[]", encoding="utf-8")
    (places / "read_by_all").chmod(0o644)
    (places / "read_only").chmod(0o444)
    (places / "a_link_to_a_journal").symlink_to(places / "a_target")
    return play(cloud, player, wait={kind: Case({**ONE, "journal": str(places / kind)}) for kind in ACCEPTED})


ACCEPTED = ("read_by_all", "read_only", "a_link_to_a_journal", "a_link_to_nothing")


@pytest.mark.parametrize("kind", ACCEPTED)
def test_journal_becomes_a_private_file_and_nothing_is_written_through_a_link(
    accepted: Played, places: pathlib.Path, kind: str
) -> None:
    assert accepted.results["Wait"][kind]["status"] == "ok", accepted.results["Wait"][kind]["msg"]
    status = (places / kind).lstat()
    assert (stat.S_ISREG(status.st_mode), stat.S_IMODE(status.st_mode)) == (True, 0o600)
    assert [task["outcome"] for task in read_journal(places / kind)] == ["succeeded"]
    assert (places / "a_target").read_text(encoding="utf-8") == "[]"
    assert not (places / "nothing").exists()


@contextlib.contextmanager
def no_place_to_write(folder: pathlib.Path) -> t.Iterator[None]:
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_directory_that_may_not_be_written_to_is_named(cloud: LocalCloud, player: Player) -> None:
    folder = player.fresh()
    with no_place_to_write(folder):
        played = play(cloud, player, wait={"one": Case({**ONE, "journal": str(folder / "journal.json")})})
    told = played.results["Wait"]["one"]
    assert (told["status"], f"journal: {folder}/journal.json cannot be written" in told["msg"]) == ("failed", True)
