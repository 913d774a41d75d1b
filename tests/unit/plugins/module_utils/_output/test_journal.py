# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of a wait: a file that is whole, private, never written through a link, and of one wait at a time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import unjournaled_options
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import wait_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._output import journal as _journal
from ansible_collections.multicloud.tasks.plugins.module_utils._output.journal import MAX_SHARE, PATIENCE, Journal
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS

ENTRIES: list[dict[str, t.Any]] = [
    {"provider": "alibaba", "service": "ecs", "id": "t-1", "outcome": None},
    {"provider": "alibaba", "service": "hbr", "id": "任"},
]
OTHER = [{"provider": "alibaba", "service": "ecs", "id": "t-2"}]


def written(path: Path, entries: list[dict[str, t.Any]]) -> bool:
    """Write these entries now."""
    return Journal(str(path)).write(lambda: entries, force=True)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    assert written(path, ENTRIES)
    assert Journal(str(path)).read() == ENTRIES
    assert json.loads(path.read_text(encoding="utf-8")) == ENTRIES


def test_a_second_writing_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    assert written(path, ENTRIES)
    assert written(path, OTHER)
    assert Journal(str(path)).read() == OTHER


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_its_owner_may_read_it(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "journal.json"
    path.write_text("[]", encoding="utf-8")
    path.chmod(0o644)
    before = os.umask(mask)
    try:
        written(path, ENTRIES)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_else_is_left_in_its_directory(tmp_path: Path) -> None:
    written(tmp_path / "journal.json", ENTRIES)
    assert [path.name for path in tmp_path.iterdir()] == ["journal.json"]


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    link = tmp_path / "journal.json"
    link.symlink_to(victim)
    written(link, ENTRIES)
    assert victim.read_text(encoding="utf-8") == "precious"
    assert not link.is_symlink()
    assert Journal(str(link)).read() == ENTRIES


def test_a_second_name_of_the_file_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    path = tmp_path / "journal.json"
    os.link(victim, path)
    written(path, ENTRIES)
    assert victim.read_text(encoding="utf-8") == "precious"


def test_a_reader_never_sees_half_of_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    written(path, ENTRIES)
    with path.open(encoding="utf-8") as reader:
        half = reader.read(5)
        written(path, OTHER * 1000)
        assert json.loads(half + reader.read()) == ENTRIES


def test_entries_that_cannot_be_told_leave_the_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    written(path, ENTRIES)

    def broken() -> list[dict[str, t.Any]]:
        raise RuntimeError("no entries")

    with pytest.raises(RuntimeError):
        Journal(str(path)).write(broken, force=True)
    assert Journal(str(path)).read() == ENTRIES


def test_its_path_may_be_in_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Journal("~/journal.json").write(lambda: ENTRIES, force=True)
    assert Journal(str(tmp_path / "journal.json")).read() == ENTRIES


# name: the bytes of the file, what the message says of it.
FOREIGN = {
    "empty": (b"", "it is not JSON"),
    "text": (b"hello", "it is not JSON"),
    "half a journal": (b'[{"id": "t-1"', "it is not JSON"),
    "not UTF-8": (b"\xff\xfe[]", "it is not JSON"),
    "nested without end": (b"[" * 100_000, "it is not JSON"),
    "an object": (b"{}", "it is not a list of tasks"),
    "null": (b"null", "it is not a list of tasks"),
    "a list of something else": (b'[{"id": "t-1"}, "t-2"]', "it is not a list of tasks"),
    "a list of others": (b'[{"my": "own"}]', "its entry 0 has no provider and service"),
}


@pytest.mark.parametrize(("content", "said"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "journal.json"
    path.write_bytes(content)
    with pytest.raises(OptionError) as caught:
        Journal(str(path)).read()
    assert str(caught.value) == f"journal: {path} is not a journal of a wait: {said}; remove it, or give another path"


def test_a_journal_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        Journal(str(tmp_path / "absent.json")).read()
    assert "journal: " in str(caught.value)
    assert "absent.json cannot be read (No such file or directory); give tasks, or the right path" in str(caught.value)


def test_a_directory_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="is no plain file"):
        Journal(str(tmp_path)).read()
    with pytest.raises(OptionError, match="is no plain file"):
        written(tmp_path, ENTRIES)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_the_system_refuses_is_told_of(tmp_path: Path) -> None:
    for refused in (Journal(str(tmp_path / ("x" * 300))).exists, Journal(str(tmp_path / ("x" * 300))).hold):
        with pytest.raises(OptionError, match=r"^journal: .* cannot be read \(File name too long\); give tasks"):
            refused()


@pytest.mark.parametrize("place", ["absent/journal.json", "file/journal.json"])
def test_a_place_that_cannot_be_written_is_told_of(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        written(tmp_path / place, ENTRIES)
    assert str(caught.value).startswith(f"journal: {tmp_path / place} cannot be written (")


# One wait at a time


class Time:
    """A clock that stands still; what is to ``happen`` while somebody sleeps does."""

    def __init__(self, happen: t.Callable[[], object] = list) -> None:
        self.seconds = 100.0
        self.slept = 0.0
        self.happen = happen

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.happen()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    faked = Time()
    monkeypatch.setattr(_journal, "time", faked)
    return faked


OTHER_WAIT = """
import json, sys
from ansible_collections.multicloud.tasks.plugins.module_utils._output.journal import Journal
journal = Journal(sys.argv[1])
for line in sys.stdin:
    name, *entries = json.loads(line)
    getattr(journal, name)(*([lambda: entries[0], True] if entries else []))
    print(name, flush=True)
"""


class OtherWait:
    """Another process with the same journal, that does what it is told and says so when it has."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", OTHER_WAIT, str(path)]
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)

    def does(self, name: str, *entries: list[dict[str, t.Any]]) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([name, *entries]) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"{name}\n"

    def is_killed(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def others(tmp_path: Path) -> t.Iterator[OtherWait]:
    other = OtherWait(tmp_path / "journal.json")
    try:
        yield other
    finally:
        other.is_killed()


HELD: dict[str, list[tuple[t.Any, ...]]] = {
    "one that it found": [("hold",)],
    "one that it has replaced": [("hold",), ("write", OTHER)],
    "one that it has replaced again": [("write", OTHER), ("write", ENTRIES), ("write", OTHER)],
    "one that it was asked for twice": [("hold",), ("hold",)],
}


@pytest.mark.parametrize("steps", HELD.values(), ids=HELD.keys())
def test_what_another_wait_holds_is_refused_and_left_as_it_is(
    tmp_path: Path, others: OtherWait, time: Time, steps: list[tuple[t.Any, ...]]
) -> None:
    path = tmp_path / "journal.json"
    path.write_text("[]", encoding="utf-8")
    for step in steps:
        others.does(*step)
    before, opened = path.read_bytes(), descriptors()
    for refused in (Journal(str(path)).hold, lambda: written(path, ENTRIES)):
        time.slept = 0.0
        with pytest.raises(OptionError) as caught:
            refused()
        assert str(caught.value) == (
            f"journal: {path} is in use by another wait; give each its own, for instance each host one with "
            "{{ inventory_hostname }} in its path, or run this again when the other has ended"
        )
        assert time.slept == pytest.approx(PATIENCE)
        assert not descriptors() - opened
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["journal.json"]


def test_what_another_wait_holds_can_be_read(tmp_path: Path, others: OtherWait) -> None:
    others.does("write", OTHER)
    assert Journal(str(tmp_path / "journal.json")).read() == OTHER


def test_the_kernel_lets_go_of_what_a_killed_wait_held(tmp_path: Path, others: OtherWait, time: Time) -> None:
    others.does("write", OTHER)
    time.happen = others.is_killed
    journal = Journal(str(tmp_path / "journal.json"))
    journal.hold()
    assert 0 < time.slept < PATIENCE
    assert journal.read() == OTHER


def test_what_the_other_has_written_at_its_end_is_what_is_gone_on_with(
    tmp_path: Path, others: OtherWait, time: Time
) -> None:
    others.does("write", ENTRIES)

    def ends() -> None:
        others.does("write", OTHER)
        others.does("close")

    time.happen = ends
    journal = Journal(str(tmp_path / "journal.json"))
    journal.hold()
    assert journal.read() == OTHER
    assert journal.write(lambda: ENTRIES, force=True)
    assert journal.read() == ENTRIES


def test_a_wait_that_has_ended_holds_nothing(tmp_path: Path, others: OtherWait) -> None:
    path = tmp_path / "journal.json"
    journal = Journal(str(path))
    assert journal.write(lambda: ENTRIES, force=True)
    journal.close()
    others.does("write", OTHER)
    assert Journal(str(path)).read() == OTHER


def test_a_journal_that_nobody_knows_any_more_holds_nothing(tmp_path: Path, others: OtherWait) -> None:
    path = tmp_path / "journal.json"
    written(path, ENTRIES)
    others.does("write", OTHER)
    assert Journal(str(path)).read() == OTHER


def test_a_file_that_is_replaced_before_it_is_locked_is_not_the_one_that_is_held(
    tmp_path: Path, others: OtherWait, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.json"
    written(path, ENTRIES)

    flock = fcntl.flock

    def late(descriptor: int, flags: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        others.does("write", OTHER)
        others.does("close")
        flock(descriptor, flags)

    monkeypatch.setattr(fcntl, "flock", late)
    journal = Journal(str(path))
    journal.hold()
    assert journal.read() == OTHER
    with pytest.raises(OptionError, match="in use"):
        Journal(str(path)).hold()


def test_of_two_that_begin_at_once_without_a_file_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    first, second = Journal(str(path)), Journal(str(path))
    first.hold()
    second.hold()
    assert first.write(lambda: ENTRIES, force=True)
    for dummy in range(2):
        with pytest.raises(OptionError, match="in use by another wait"):
            second.write(lambda: OTHER, force=True)
    assert first.write(lambda: ENTRIES, force=True)
    assert Journal(str(path)).read() == ENTRIES
    assert [file.name for file in tmp_path.iterdir()] == ["journal.json"]


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_turns_up_in_the_last_moment_is_not_written_over(
    tmp_path: Path, others: OtherWait, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    path = tmp_path / "journal.json"
    journal = Journal(str(path))
    if gone:
        assert journal.write(lambda: ENTRIES, force=True)
        path.unlink()
    link = os.link

    def late(source: Path, target: Path) -> None:
        others.does("write", OTHER)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(OptionError, match="in use by another wait"):
        journal.write(lambda: ENTRIES, force=True)
    assert Journal(str(path)).read() == OTHER
    assert [file.name for file in tmp_path.iterdir()] == ["journal.json"]


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("[]", encoding="utf-8")
    other.replace(path)


def filled_anew(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


def filled_with_as_much(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"t-1", b"t-9"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))


def replaced_by_a_copy(path: Path) -> None:
    before, content = path.stat(), path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced_by_a_link(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_text("precious", encoding="utf-8")
    path.unlink()
    path.symlink_to(victim)


def replaced_by_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES = [
    replaced,
    filled_anew,
    filled_with_as_much,
    replaced_by_a_copy,
    replaced_by_a_link,
    replaced_by_a_directory,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("resumed", [False, True])
def test_what_somebody_else_has_put_there_is_not_written_over(
    tmp_path: Path, change: t.Callable[[Path], None], resumed: bool
) -> None:
    path = tmp_path / "journal.json"
    if resumed:
        written(path, ENTRIES)
    journal = Journal(str(path))
    if resumed:
        journal.hold()
    else:
        assert journal.write(lambda: ENTRIES, force=True)
    change(path)
    there = path.lstat().st_ino
    content = [] if path.is_dir() else [path.read_bytes()]
    for dummy in range(2):
        with pytest.raises(OptionError) as caught:
            journal.write(lambda: OTHER, force=True)
        assert str(caught.value) == (
            f"journal: {path} is no longer the file that this wait has written, another wait or program has changed it; "
            "it is left as it is"
        )
    assert path.lstat().st_ino == there
    assert [path.read_bytes() for dummy in content] == content


def test_a_file_that_is_gone_is_made_anew_and_held(tmp_path: Path, time: Time) -> None:
    path = tmp_path / "journal.json"
    journal = Journal(str(path))
    for dummy in range(2):
        assert journal.write(lambda: ENTRIES, force=True)
        path.unlink()
    assert journal.write(lambda: OTHER, force=True)
    assert Journal(str(path)).read() == OTHER
    with pytest.raises(OptionError, match="in use"):
        Journal(str(path)).hold()


def test_a_link_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.symlink_to(tmp_path / "nowhere")
    written(path, ENTRIES)
    assert not path.is_symlink()
    assert Journal(str(path)).read() == ENTRIES


NO_LOCKS = [errno.ENOLCK, errno.ENOTSUP, errno.EBADF, errno.EINVAL, errno.ENOSYS]


@pytest.mark.parametrize("number", NO_LOCKS, ids=errno.errorcode.get)
def test_a_file_system_without_locks_does_not_stop_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "journal.json"

    def flock(descriptor: int, flags: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    first, second = Journal(str(path)), Journal(str(path))
    for entries in (ENTRIES, OTHER):
        assert first.write(lambda: entries, force=True)  # noqa: B023 - called at once
    second.hold()
    assert second.read() == OTHER
    assert second.write(lambda: ENTRIES, force=True)
    with pytest.raises(OptionError, match="is no longer the file"):
        first.write(lambda: OTHER, force=True)
    assert second.read() == ENTRIES


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EMLINK], ids=errno.errorcode.get)
def test_a_file_system_without_second_names_does_not_stop_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def link(source: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)
    written(tmp_path / "journal.json", ENTRIES)
    assert Journal(str(tmp_path / "journal.json")).read() == ENTRIES
    assert [file.name for file in tmp_path.iterdir()] == ["journal.json"]


def test_it_has_one_descriptor_open_that_no_program_inherits(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    before = descriptors()
    journal = Journal(str(path))
    for dummy in range(5):
        assert journal.write(lambda: ENTRIES, force=True)
        (descriptor,) = descriptors_of(path)
        assert descriptors() - before <= {descriptor}
        assert not os.get_inheritable(descriptor)
    journal.close()
    journal.hold()
    (descriptor,) = descriptors_of(path)
    assert not os.get_inheritable(descriptor)
    journal.close()
    assert not descriptors_of(path)
    assert not descriptors() - before


def descriptors() -> set[int]:
    """The open descriptors of this process."""
    found = set()
    for descriptor in range(1024):
        with contextlib.suppress(OSError):
            os.fstat(descriptor)
            found.add(descriptor)
    return found


def descriptors_of(path: Path) -> list[int]:
    """The open descriptors of this process that are of a file. Other threads may open and close others meanwhile."""
    found = []
    for descriptor in range(1024):
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                found.append(descriptor)
    return found


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace"), (json, "dumps")])
def test_what_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: t.Any, name: str
) -> None:
    before = descriptors()

    def full(*dummy: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(owner, name, full)
    with pytest.raises(OptionError, match=r"cannot be written \(No space left on device\)"):
        written(tmp_path / "journal.json", ENTRIES)
    assert list(tmp_path.iterdir()) == []
    assert not descriptors() - before


def test_it_is_whole_and_on_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.json"
    written(path, ENTRIES)
    synced = []

    def fsync(descriptor: int) -> None:
        synced.append((json.loads(os.pread(descriptor, 1 << 20, 0)), Journal(str(path)).read()))

    monkeypatch.setattr(os, "fsync", fsync)
    written(path, OTHER)
    assert synced == [(OTHER, ENTRIES)]


# Seconds that a writing takes; those from its beginning in which a writing that is not forced is not due.
SHARES = {0.0: 0.0, MAX_SHARE / 2: 0.0, MAX_SHARE * 2: 2.0, 1.0: 20.0}


@pytest.mark.parametrize("broken", [False, True], ids=["written", "failed"])
@pytest.mark.parametrize(("cost", "pause"), SHARES.items())
def test_writing_takes_a_small_part_of_the_time(
    tmp_path: Path, time: Time, cost: float, pause: float, broken: bool
) -> None:
    journal = Journal(str(tmp_path / "journal.json"))

    def slow() -> list[dict[str, t.Any]]:
        time.seconds += cost
        if broken:
            raise OSError(errno.EIO, "Input/output error")
        return ENTRIES

    def writes() -> bool:
        try:
            return journal.write(slow)
        except OptionError:
            return True

    began = time.seconds
    assert writes()
    time.seconds = began + pause - 0.01 * bool(pause)
    assert writes() is not bool(pause)
    time.seconds = began + pause + 0.01
    assert writes()


def other(path: Path) -> None:
    """Give a file to another user; only root can."""
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534, follow_symlinks=False)


def linked(path: Path) -> None:
    """Put a link that another user has made in the place of the file."""
    path.rename(path.with_name("own.json"))
    path.symlink_to("own.json")
    other(path)


def linked_to_nothing(path: Path) -> None:
    """Put a link there that another user has made, to a file that is yet to be."""
    path.unlink()
    path.symlink_to("victim.json")
    other(path)


def in_an_open_folder(path: Path) -> None:
    """Have a link of our own lead into a folder where anybody may replace files."""
    folder = path.with_name("open")
    folder.mkdir()
    folder.chmod(0o777)
    path.rename(folder / "a.json")
    path.symlink_to(folder / "a.json")


# name: what is done to a journal that holds what a wait has written, what is said then; "" where it is believed.
OWNED: dict[str, tuple[t.Callable[[Path], object], str]] = {
    "as it was written": (lambda path: None, ""),
    **{f"mode {mode:04o}": (lambda path, mode=mode: path.chmod(mode), "") for mode in (0o400, 0o600, 0o640, 0o644)},
    **{
        f"mode {mode:04o}": (
            lambda path, mode=mode: path.chmod(mode),
            f"others than its owner may write to PATH (its mode is {mode:04o})",
        )
        for mode in (0o620, 0o602, 0o660, 0o664, 0o666, 0o777)
    },
    "of another user": (other, "PATH belongs to nobody (uid 65534), and this runs as "),
    "a link of another user": (linked, "PATH is a link that nobody (uid 65534) has made"),
    "a link of another user to nothing": (linked_to_nothing, "PATH is a link that nobody (uid 65534) has made"),
    "a sticky folder": (lambda path: path.parent.chmod(0o1777), ""),
    "a folder of a group": (lambda path: path.parent.chmod(0o775), ""),
    "a folder of everybody": (lambda path: path.parent.chmod(0o777), "anybody may replace files in the folder"),
    "a link into a folder of everybody": (in_an_open_folder, "anybody may replace files in the folder"),
}


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("use", [Journal.read, Journal.hold, Journal.exists], ids=["read", "hold", "exists"])
@pytest.mark.parametrize(("change", "said"), OWNED.values(), ids=OWNED)
def test_a_journal_that_others_can_have_written_is_refused(
    tmp_path: Path, change: t.Callable[[Path], object], said: str, use: t.Callable[[Journal], object]
) -> None:
    path = tmp_path / "folder" / "journal.json"
    path.parent.mkdir(mode=0o700)
    written(path, ENTRIES)
    change(path)
    refused = pytest.raises(OptionError) if said else contextlib.nullcontext()
    with refused as caught:
        use(Journal(str(path)))
    if said:
        text = str(t.cast("pytest.ExceptionInfo[OptionError]", caught).value)
        assert text.startswith("journal: ")
        assert said.replace("PATH", str(path)) in text
        assert "give" in text


def test_what_is_opened_is_what_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody puts another file there between the two."""
    path = tmp_path / "journal.json"
    written(path, ENTRIES)
    journal = Journal(str(path))
    path.chmod(0o666)
    monkeypatch.setattr(Journal, "exists", lambda self: True)
    with pytest.raises(OptionError, match="others than its owner may write"):
        journal.read()


def test_a_new_journal_is_not_begun_where_anybody_may_replace_it(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(OptionError, match="anybody may replace files in the folder"):
        Journal(str(folder / "journal.json")).hold()


@pytest.mark.parametrize("given", ["~/journal.json", "~nobody-of-this-name/journal.json"])
def test_without_a_home_directory_a_path_below_it_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    def nobody(self: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nobody)
    with pytest.raises(OptionError) as caught:
        Journal(given)
    assert str(caught.value).startswith(f"journal: {given}: there is no home directory; give a path")


SECRET_OPTIONS = sorted(unjournaled_options(wait_spec(PROVIDERS)))
# name: what a record holds besides, what is said.
ODD_RECORDS: dict[str, tuple[dict[str, t.Any], str]] = {
    **{
        name: ({name: {"password": "hush"} if name == "auth" else "hush"}, f"has {name}, which")
        for name in SECRET_OPTIONS
    },
    "two of them": ({"sk": "hush", "ak": "hush"}, "has ak and sk, which"),
    "a user in an endpoint": ({"endpoint": "https://me:hush@evil.example.com"}, "has a user in the URL of endpoint"),
    "one in that of IAM": (
        {"iam_endpoint": "https://hush@evil.example.com/v3"},
        "has a user in the URL of iam_endpoint",
    ),
    "no URL": ({"endpoint": "https://[hush"}, "has a user in the URL of endpoint"),
}


@pytest.mark.parametrize(("besides", "said"), ODD_RECORDS.values(), ids=ODD_RECORDS)
def test_a_record_with_what_a_wait_never_writes_is_refused_without_its_value(
    tmp_path: Path, besides: dict[str, t.Any], said: str
) -> None:
    path = tmp_path / "journal.json"
    written(path, [ENTRIES[0], {**ENTRIES[1], **besides}])
    with pytest.raises(OptionError) as caught:
        Journal(str(path), frozenset(SECRET_OPTIONS)).read()
    assert f"its entry 1 {said}" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_record_whose_secret_options_are_empty_is_one_of_a_wait(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    entries = [{**ENTRIES[0], "auth": None, "secret_key": "", "endpoint": "http://127.0.0.1:1"}]
    written(path, entries)
    assert Journal(str(path), frozenset(SECRET_OPTIONS)).read() == entries
