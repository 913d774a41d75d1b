# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a history: what it keeps, what it refuses, and that waits which end together lose nothing."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import pathlib
import stat
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._output.history import (
    FORMAT,
    MOST_KINDS,
    HistoryFile,
    InUseError,
    Kind,
    Run,
    merged,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.history import MOST_RUNS

KIND = Kind("alibaba", "ecs", "abc", "ExportImage", "")


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "history.json"


def runs(*seconds: float) -> list[Run]:
    return [Run(each, f"m-{each:g}") for each in seconds]


def test_what_is_added_is_read_again(path: pathlib.Path) -> None:
    file = HistoryFile(str(path))
    assert file.read() == {}
    assert file.add({KIND: runs(1.5)}) == {KIND: runs(1.5)}
    other = KIND._replace(resource_id="i-1")
    file.add({KIND: runs(2.5), other: runs(3.0)})
    assert HistoryFile(str(path)).read() == {KIND: runs(1.5, 2.5), other: runs(3.0)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_mode_that_lets_others_read_is_taken_back(path: pathlib.Path) -> None:
    path.write_text("")
    path.chmod(0o644)
    HistoryFile(str(path)).add({KIND: runs(1.0)})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_latest_runs_and_kinds_are_kept() -> None:
    kinds = {KIND._replace(name=str(number)): runs(1.0) for number in range(MOST_KINDS)}
    more = merged(kinds, {KIND._replace(name="0"): runs(*range(2, 100)), KIND: runs(7.0)})
    assert len(more) == MOST_KINDS
    assert list(more)[-2:] == [KIND._replace(name="0"), KIND]
    assert KIND._replace(name="1") not in more
    assert more[KIND._replace(name="0")] == runs(*range(100 - MOST_RUNS, 100))


def test_a_run_counts_once() -> None:
    assert merged({KIND: runs(1.0, 2.0)}, {KIND: [Run(1.1, "m-1"), Run(3.0, "m-3")]}) == {KIND: runs(1.0, 2.0, 3.0)}


UNSOUND: dict[str, t.Any] = {
    "no list": 5,
    "text for seconds": ["1", "m"],
    "true": [True, "m"],
    "below 0": [-1, "m"],
    "0": [0, "m"],
    "not a number": [float("nan"), "m"],
    "endless": [float("inf"), "m"],
    "no float is so large": [10**400, "m"],
    "longer than any task": [1e300, "m"],
    "shorter than any task": [5e-324, "m"],
    "no mark": [1.0],
    "a mark that is none": [1.0, 5],
    "more": [1.0, "m", 3],
}


@pytest.mark.parametrize("run", UNSOUND.values(), ids=UNSOUND.keys())
def test_a_run_that_is_not_sound_is_left_out(path: pathlib.Path, run: t.Any) -> None:
    kind = {**KIND._asdict(), "runs": [run, [5.0, "m-5"]]}
    path.write_text(json.dumps({"format": FORMAT, "kinds": [kind, {"runs": [run]}, {"runs": 3}, 4]}))
    path.chmod(0o600)
    assert HistoryFile(str(path)).read() == {KIND: runs(5.0)}


NO_HISTORY = {
    "no JSON": "- hosts: all",
    "bytes": b"\xff\xfe\x00",
    "deep": "[" * 100_000,
    "a journal": '[{"provider": "alibaba", "service": "ecs"}]',
    "another format": '{"format": "multicloud.tasks history 2", "kinds": []}',
    "no kinds": json.dumps({"format": FORMAT}),
}


@pytest.mark.parametrize("text", NO_HISTORY.values(), ids=NO_HISTORY.keys())
def test_71_what_is_no_history_is_neither_read_nor_written_over(path: pathlib.Path, text: t.Union[str, bytes]) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(data)
    path.chmod(0o600)
    file = HistoryFile(str(path))
    for use in (file.read, lambda: file.add({KIND: runs(1.0)})):
        with pytest.raises(OptionError, match=r"^history: .* is no history of waits.*give another path"):
            use()
    assert path.read_bytes() == data
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_pipe_is_refused_at_once(path: pathlib.Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OptionError, match="is no plain file"):
        HistoryFile(str(path)).read()


def test_a_link_to_ones_own_file_is_followed_and_replaced(path: pathlib.Path) -> None:
    target = path.with_name("target.json")
    HistoryFile(str(target)).add({KIND: runs(1.0)})
    path.symlink_to(target)
    HistoryFile(str(path)).add({KIND: runs(2.0)})
    assert HistoryFile(str(path)).read() == {KIND: runs(1.0, 2.0)}


# name: who has made a link to a file that is not there, and what is said.
TO_NOTHING = {
    "of ones own": (None, "is a link to a file that is not there"),
    "of another user": (65534, "is a link that"),
}


@pytest.mark.parametrize("use", [HistoryFile.read, lambda file: file.add({KIND: runs(1.0)})], ids=["read", "add"])
@pytest.mark.parametrize(("uid", "told"), TO_NOTHING.values(), ids=TO_NOTHING)
def test_no_file_is_made_through_a_link(
    path: pathlib.Path, uid: int | None, told: str, use: t.Callable[[HistoryFile], object]
) -> None:
    target = path.with_name("victim.json")
    path.symlink_to(target)
    if uid and os.geteuid():
        pytest.skip("only root can give a link away")
    if uid:
        os.chown(path, uid, uid, follow_symlinks=False)
    with pytest.raises(OptionError, match=f"history: .* {told}"):
        use(HistoryFile(str(path)))
    assert not target.exists()
    assert path.is_symlink()


def test_who_cannot_write_says_so(path: pathlib.Path) -> None:
    with pytest.raises(OptionError, match=r"history: .* cannot be written \(No such file or directory\)"):
        HistoryFile(str(path / "missing")).add({KIND: runs(1.0)})


def test_a_file_that_another_wait_writes_is_waited_for_and_not_for_ever(path: pathlib.Path) -> None:
    file = HistoryFile(str(path))
    file.add({KIND: runs(1.0)})
    with path.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InUseError, match="in use by other waits"):
            file.add({KIND: runs(2.0)}, patience=0.1)
    assert file.add({KIND: runs(2.0)}) == {KIND: runs(1.0, 2.0)}


def _add_many(path: str, first: int, count: int) -> None:
    for number in range(first, first + count):
        HistoryFile(path).add({KIND: runs(float(number))}, patience=30.0)


def test_waits_that_end_together_lose_nothing(path: pathlib.Path) -> None:
    context = multiprocessing.get_context("fork")
    waits = [context.Process(target=_add_many, args=(str(path), 1 + 10 * number, 10)) for number in range(5)]
    for wait in waits:
        wait.start()
    for wait in waits:
        wait.join()
    assert [wait.exitcode for wait in waits] == [0] * 5
    assert sorted(run.seconds for run in HistoryFile(str(path)).read()[KIND]) == [
        float(number) for number in range(1, 51)
    ]
    assert [each.name for each in path.parent.iterdir()] == [path.name]
