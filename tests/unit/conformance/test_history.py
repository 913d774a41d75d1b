# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that learns: what a history changes, and what it must not change."""

from __future__ import annotations

import json
import pathlib
import random
import re
import stat
import typing as t

import pytest

from local_cloud.client import LocalCloud
from support.shapes import PLAIN, each_value
from support.simulated import SECRETS
from support.stage import Stage, Waited
from support.subjects import SUBJECTS, Subject

# A service that tells when a task began, and neither when it ended nor how far it is.
TAURUSDB = next(subject for subject in SUBJECTS if str(subject) == "huawei-taurusdb")
ENDS = (900.0, 880.0, 910.0, 930.0, 905.0, 890.0)


@pytest.fixture
def history(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the history is to be."""
    return tmp_path / "history.json"


@pytest.fixture(autouse=True)
def same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scatter looks alike in every run: when an end is seen depends on chance, and so does what a wait learns."""
    monkeypatch.setattr(random, "random", random.Random(1).random)


def repeated(stage: Stage, history: pathlib.Path, ends: t.Iterable[float], word: str = "succeeded") -> list[Waited]:
    """One wait after the other for a job that repeats."""
    waits = []
    for end in ends:
        task_id = f"t-{round(end)}"
        stage.add(task_id, stage.going, (end, word))
        waits.append(stage.wait(task_id, history=str(history)))
    return waits


def facts_in(history: pathlib.Path) -> list[dict[str, t.Any]]:
    kinds: list[dict[str, t.Any]] = json.loads(history.read_text())["kinds"]
    return kinds


def test_70_whatever_the_service_a_wait_learns_no_secret_and_no_verdict(stage: Stage, history: pathlib.Path) -> None:
    waits = repeated(stage, history, ENDS)
    assert [(waited.outcome, waited.simulated.warnings) for waited in waits] == [("succeeded", [])] * len(ENDS)
    assert [waited.task["expected"] for waited in waits[:5]] == [None] * 5
    if history.exists():
        assert stat.S_IMODE(history.stat().st_mode) == 0o600
        assert [name for name, secret in SECRETS.items() if secret in history.read_text()] == []
        assert {kind["service"] for kind in facts_in(history)} == {stage.subject.service.name}


@pytest.mark.parametrize("subject", [TAURUSDB], ids=str)
def test_70_from_five_runs_on_it_is_known_how_long_this_takes(stage: Stage, history: pathlib.Path) -> None:
    *before, last = repeated(stage, history, ENDS)
    expected = last.task["expected"]
    assert set(expected) == {"median", "low", "high", "runs"}
    assert expected["runs"] == 5
    assert 860.0 < expected["low"] <= expected["median"] <= expected["high"] < 950.0
    assert last.task["looks"] < 0.75 * min(waited.task["looks"] for waited in before)
    usual = re.compile(r"usually (about 15|14 to 15|15 to 16|14 to 16) min \(5 runs\)")
    assert any(usual.search(line) for line in last.simulated.lines)
    assert any("left" in line for line in last.simulated.lines)
    assert last.task["detection_delay_max"] < min(waited.task["detection_delay_max"] for waited in before)


@pytest.mark.parametrize("subject", [TAURUSDB], ids=str)
def test_70_a_task_far_off_its_history_is_said_to_be_and_looked_at_as_without_one(
    stage: Stage, history: pathlib.Path
) -> None:
    repeated(stage, history, ENDS)
    (late,) = repeated(stage, history, [3000.0])
    assert late.outcome == "succeeded"
    assert any("longer than in any of 6 runs" in line for line in late.simulated.lines)
    assert all("left" not in line for line in late.simulated.lines if "longer than" in line)
    gaps = [gap for call, gap in zip(late.calls, late.gaps, strict=False) if call.at > 1500]
    assert 40.0 < sum(gaps) / len(gaps) < 55.0


@pytest.mark.parametrize("subject", [TAURUSDB], ids=str)
def test_70_an_early_failure_is_seen_early(stage: Stage, history: pathlib.Path) -> None:
    repeated(stage, history, ENDS)
    (failed,) = repeated(stage, history, [200.0], "failed")
    assert failed.outcome == "failed"
    assert failed.result["elapsed"] < 200.0 + 130.0
    assert sum(len(kind["runs"]) for kind in facts_in(history) if not kind["resource_id"]) == len(ENDS)


@pytest.mark.parametrize("subject", [TAURUSDB], ids=str)
def test_71_check_mode_learns_nothing(stage: Stage, history: pathlib.Path) -> None:
    stage.add("t-1", stage.going, (900.0, "succeeded"))
    stage.wait("t-1", history=str(history), check=True)
    assert not history.exists()


def damaged(path: pathlib.Path) -> None:
    path.write_text('{"format": "multicloud.tasks hist')


def foreign(path: pathlib.Path) -> None:
    path.write_text("- hosts: all\n")


def of_another_kind(path: pathlib.Path) -> None:
    path.write_text('[{"provider": "alibaba"}]')


def writable_by_others(path: pathlib.Path) -> None:
    path.write_text("")
    path.chmod(0o666)


def a_folder(path: pathlib.Path) -> None:
    path.mkdir()


def in_no_folder(path: pathlib.Path) -> None:
    path.parent.rmdir()


def too_large(path: pathlib.Path) -> None:
    path.write_bytes(b" " * 4_000_001)


UNUSABLE: dict[str, tuple[t.Callable[[pathlib.Path], None], str]] = {
    "damaged": (damaged, "is no history of waits"),
    "foreign": (foreign, "is no history of waits"),
    "of another kind": (of_another_kind, "is no history of waits"),
    "writable by others": (writable_by_others, "others than its owner may write"),
    "a folder": (a_folder, "history"),
    "in no folder": (in_no_folder, "cannot be written"),
    "too large": (too_large, "has more than 4 MB"),
}


@pytest.mark.parametrize("subject", [TAURUSDB], ids=str)
@pytest.mark.parametrize(("spoil", "why"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_71_a_file_that_cannot_be_used_is_a_warning_and_left_as_it_is(
    stage: Stage, history: pathlib.Path, spoil: t.Callable[[pathlib.Path], None], why: str
) -> None:
    spoil(history)
    before = history.read_bytes() if history.is_file() else None
    stage.add("t-1", stage.going, (900.0, "succeeded"))
    waited = stage.wait("t-1", history=str(history))
    assert waited.outcome == "succeeded"
    (warning,) = waited.simulated.warnings
    assert "history: " in warning
    assert why in warning
    assert (history.read_bytes() if history.is_file() else None) == before


@pytest.mark.parametrize("subject", each_value(*PLAIN)[:1], ids=str)
def test_71_two_waits_for_one_task_count_once(local_cloud: LocalCloud, subject: Subject, history: pathlib.Path) -> None:
    stage = Stage(local_cloud, subject)
    stage.add("t-1", stage.going, (900.0, "succeeded"))
    for dummy in range(2):
        stage.wait("t-1", history=str(history))
    assert [len(kind["runs"]) for kind in facts_in(history)] in ([1], [1, 1])
