# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of a wait: a file that is whole, private and never written through a link."""

from __future__ import annotations

import json
import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._journal import Journal

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
    path.chmod(0o666)
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
    path.hardlink_to(victim)
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
    with pytest.raises(OptionError, match="cannot be written"):
        written(tmp_path, ENTRIES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["absent/journal.json", "file/journal.json"])
def test_a_place_that_cannot_be_written_is_told_of(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        written(tmp_path / place, ENTRIES)
    assert str(caught.value).startswith(f"journal: {tmp_path / place} cannot be written (")
