# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate of a lane that the waits of a machine share: their queue, their file, and all that may be wrong with it."""

from __future__ import annotations

import fcntl
import json
import os
import random
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._run import budget
from ansible_collections.multicloud.tasks.plugins.module_utils._run.budget import (
    SIZE,
    Budgets,
    Record,
    SharedRateLimiter,
    budgets_of,
    from_bytes,
    machine_start,
    to_bytes,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.rate import (
    Allowance,
    RateLimiter,
    Standing,
)

START = 5_000.0
STARTED = machine_start()
LANE = ("alibaba", "ecs", "https://ecs.example.com", "cn-hangzhou", "", "an-account")
TWO = Allowance(2.0)


def waits(folder: Path, count: int, allowance: Allowance = TWO) -> list[RateLimiter]:
    """Rate limiters as so many waits have them."""
    return [Budgets(folder).rate(LANE, allowance) for dummy in range(count)]


def played(rates: t.Sequence[RateLimiter], seconds: float, step: float = 0.01) -> list[tuple[float, int]]:
    """When which wait made a call, if all of them want one all the time."""
    calls, numbers = [], list(range(len(rates)))
    chance = random.Random(1)
    for tick in range(int(seconds / step)):
        now = START + tick * step
        chance.shuffle(numbers)
        calls += [
            (now, number) for number in numbers if rates[number].ready_at(now) <= now and rates[number].begin(now)
        ]
    return calls


def busiest(calls: t.Sequence[tuple[float, int]], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    times = [at for at, dummy in calls]
    return max(sum(start <= at < start + seconds for at in times) for start in times)


@pytest.mark.parametrize("count", [1, 2, 20])
def test_all_waits_together_make_no_more_calls_than_one_may(tmp_path: Path, count: int) -> None:
    calls = played(waits(tmp_path, count), 30)
    assert 58 <= len(calls) <= 61
    assert busiest(calls, 1) <= 3
    assert busiest(calls, 10) <= 21


def test_waits_take_turns(tmp_path: Path) -> None:
    calls = played(waits(tmp_path, 7), 70)
    by_wait = [[at for at, number in calls if number == wait] for wait in range(7)]
    gaps = [after - before for times in by_wait for before, after in zip(times, times[1:])]
    assert max(gaps) <= 3.5 + 0.1


def test_a_burst_is_one_for_all(tmp_path: Path) -> None:
    calls = played(waits(tmp_path, 5, Allowance(1.0, 40.0, 60.0)), 10)
    assert 40 <= len([at for at, dummy in calls if at < START + 0.1]) <= 41
    assert len(calls) <= 51


def test_a_throttled_call_slows_all_of_them(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    assert first.begin(START)
    assert not second.begin(START)
    first.throttled(START, START + 0.1, 20.0)
    assert not second.begin(START + 0.6)
    assert second.ready_at(START + 0.6) >= START + 20.1
    assert second.current == 1.0
    calls = [at for at, dummy in played([first, second], 40)]
    assert min(calls) >= START + 20.1
    assert len(calls) <= 21


def test_a_rate_is_won_back_by_all(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    first.throttled(START, START, 0.0)
    for dummy in range(4):
        first.good()
        second.begin(START + 1)
        second.good()
    assert second.current == pytest.approx(1.8)


def test_the_lowest_limit_holds_for_all_until_nobody_has_it_any_more(tmp_path: Path) -> None:
    (low,) = waits(tmp_path, 1, Allowance(0.5))
    (high,) = waits(tmp_path, 1, Allowance(10.0))
    assert len(played([low, high], 20)) <= 12
    assert high.current == 0.5
    assert not high.begin(START + 21) or high.current == 0.5
    high.take(START + 20 + budget.MEMORY + 3)
    assert high.current == 10.0


@pytest.mark.parametrize("others", [0, 1], ids=["nobody", "somebody"])
def test_a_limit_ends_with_its_wait_unless_somebody_else_has_it(tmp_path: Path, others: int) -> None:
    low, *same = waits(tmp_path, 1 + others, Allowance(0.5))
    (high,) = waits(tmp_path, 1, Allowance(10.0))
    low.begin(START)
    low.close(START + 1)
    for other in same:
        other.begin(START + 1)
    high.take(START + 2)
    assert high.current == (0.5 if others else 10.0)


def test_a_throttling_voids_the_places_of_all_and_is_no_debt(tmp_path: Path) -> None:
    first, *others = waits(tmp_path, 10)
    for rate in (first, *others):
        rate.begin(START)
    first.throttled(START, START + 0.1, 10.0)
    calls = [at - START for at, dummy in played([first, *others], 14)]
    assert min(calls) == pytest.approx(10.1, abs=0.02)
    assert len(calls) == 4


def test_what_was_throttled_long_ago_is_forgotten(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    first.throttled(START, START, 1.0)
    second.take(START + 1 + budget.REST + 1)
    assert second.current == 2.0


def test_calls_of_pages_queue_with_the_others(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    assert first.begin(START)
    assert [first.turn(START) - START, second.turn(START) - START] == pytest.approx([0.5, 1.0])
    assert not second.begin(START)
    assert second.ready_at(START) == pytest.approx(START + 1.5)


def test_a_place_that_was_not_used_in_time_is_queued_for_again(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    assert first.begin(START)
    assert not second.begin(START)
    assert [first.begin(START + at) for at in (5, 5, 5.5)] == [True, False, True]
    assert not second.begin(START + 5.5)


# The file


def test_a_file_is_of_the_user_alone_and_tells_nothing_of_the_account(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "lanes"
    (rate,) = waits(folder, 1)
    rate.begin(START)
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert file.stat().st_size == SIZE
    assert set(json.loads(file.read_bytes())) == {"lane", "allowance", "until", "started"}
    assert not any(part in file.name for part in LANE if part)


def test_each_lane_and_account_has_a_file_of_its_own(tmp_path: Path) -> None:
    lanes = [LANE, (*LANE[:-1], "another"), ("alibaba", "hbr", *LANE[2:])]
    assert [Budgets(tmp_path).rate(lane, TWO).begin(START) for lane in lanes] == [True, True, True]
    assert len(list(tmp_path.iterdir())) == 3


SECRETS = {"secret_key": "a-secret", "security_token": "a-token", "auth_token": "another", "password": "a-word"}


def test_no_secret_is_part_of_what_names_an_account() -> None:
    credentials = Credentials("options", access_key="an-id", username="me", **SECRETS)
    assert set(credentials.identity()) == {"an-id", "me", ""}
    assert Credentials("a file", **SECRETS).identity() == ("a file",)


def damaged(**changes: t.Any) -> bytes:
    """A file of a lane with other numbers."""
    good = json.loads(to_bytes(Record(Standing(2.0, -9.0, START), TWO, START + 60), STARTED))
    return json.dumps({**good, **changes}).encode()


# name: what is in the file of a lane.
DAMAGED: dict[str, bytes] = {
    "nothing": b"",
    "no text": b"\xff\x00\xff" * 100,
    "no JSON": b"{" * SIZE,
    "too deep": b"[" * SIZE,
    "a list": b"[1, 2]",
    "cut off": damaged()[:40],
    "too few numbers": damaged(lane=[1.0, 2.0]),
    "words": damaged(lane=["a", "b", 1, 1, 1]),
    "not a number": damaged(lane=[2.0, float("nan"), START, 0, -1]),
    "endless": damaged(lane=[2.0, 1.0, START, float("inf"), -1]),
    "no rate": damaged(lane=[0, 1.0, START, 0, -1]),
    "more than allowed": damaged(lane=[1e9, 1.0, START, 0, -1]),
    "a rate that never ends": damaged(lane=[1e-9, -1.0, START, 0, -1]),
    "less than throttling leaves": damaged(lane=[2.0 / 70, 1.0, START, 0, -1]),
    "a rate below zero": damaged(lane=[-2.0, 1.0, START, 0, -1]),
    "a call in a hundred days": damaged(lane=[1e-7, 1.0, START, 0, -1], allowance=[1e-7, 1.0, 0.0]),
    "a limit of nothing": damaged(allowance=[0.0, 1.0, 0.0]),
    "a limit below zero": damaged(allowance=[-2.0, 1.0, 0.0]),
    "a limit that holds for longer than any": damaged(until=START + 3600),
    "a window of years": damaged(allowance=[2.0, 1.0, 1e8]),
    "a window below zero": damaged(allowance=[2.0, 1.0, -1.0]),
    "more savings than a burst": damaged(lane=[2.0, 5.0, START, 0, -1]),
    "a debt for hours": damaged(lane=[2.0, -20_000.0, START, 0, -1]),
    "closed less than never": damaged(lane=[2.0, 1.0, START, -1, -1]),
    "halved tomorrow": damaged(lane=[2.0, 1.0, START, 0, START + 1e5]),
    "savings for a year": damaged(lane=[2.0, 1e7, START, 0, -1]),
    "a debt for a year": damaged(lane=[2.0, -1e7, START, 0, -1]),
    "closed for days": damaged(lane=[2.0, -9.0, START + 1e6, 0, -1]),
    "of an earlier start of the machine": damaged(started=STARTED - 3600, lane=[2.0, -9.0, START + 3600, 0, -1]),
    "before the clock was set": damaged(started=STARTED + 60),
    "a limit that holds for ever": damaged(until=START + 1e7),
    "a burst of nothing": damaged(allowance=[2.0, 0.0, 0.0]),
}


def test_a_good_file_is_believed() -> None:
    record = from_bytes(damaged(), START, STARTED)
    assert record
    assert (record.standing.tokens, record.allowance, record.until) == (-9.0, TWO, START + 60)


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_ignored_and_mended_and_gives_no_calls(tmp_path: Path, content: bytes) -> None:
    assert from_bytes(content, START, STARTED) is None
    (rate,) = waits(tmp_path, 1)
    rate.begin(START - 10)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    times = [START + tick / 100 for tick in range(500)]
    made = 0
    for now in times:
        if rate.ready_at(now) <= now and rate.begin(now):
            made += 1
            file.write_bytes(content)
    assert 9 <= made <= 11
    rate.begin(START + 6)
    assert from_bytes(file.read_bytes(), START + 6, STARTED)


def linked(file: Path) -> None:
    """Put a link in the place of a file."""
    target = file.with_name("elsewhere")
    target.write_text("precious")
    file.symlink_to(target)


def linked_hard(file: Path) -> None:
    """Put a second name of another file in its place."""
    target = file.with_name("elsewhere")
    target.write_text("precious")
    target.chmod(0o600)
    os.link(target, file)


def readable(file: Path) -> None:
    """Put a file there that others may read."""
    file.write_text("precious")
    file.chmod(0o644)


# name: what lies where the file of a lane belongs.
FOREIGN: dict[str, t.Callable[[Path], object]] = {
    "a link": linked,
    "a second name": linked_hard,
    "a file that others may read": readable,
    "a folder": Path.mkdir,
    "a pipe": lambda file: os.mkfifo(file, 0o600),
}


@pytest.mark.parametrize("put", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_not_a_file_of_ours_is_left_alone_and_costs_nothing_but_the_sharing(
    tmp_path: Path, put: t.Callable[[Path], object]
) -> None:
    path = tmp_path / "lane"
    put(path)
    rates = [SharedRateLimiter(path, TWO) for dummy in range(2)]
    assert len(played(rates, 10)) == pytest.approx(40, abs=2)
    for file in tmp_path.iterdir():
        assert not file.is_file() or file.read_text() == "precious"


# name: the environment of a user who has no place for such files.
HOMELESS: dict[str, dict[str, str]] = {
    "no home": {},
    "an empty home": {"HOME": ""},
    "a home that is no path": {"HOME": "home/me"},
    "a cache that is no path": {"XDG_CACHE_HOME": "cache"},
}


@pytest.mark.parametrize("environ", HOMELESS.values(), ids=HOMELESS.keys())
def test_without_a_home_every_wait_counts_for_itself(environ: dict[str, str]) -> None:
    assert budgets_of(environ) is None


def test_the_files_lie_in_the_cache_of_the_user(tmp_path: Path) -> None:
    for environ in ({"HOME": str(tmp_path)}, {"HOME": "/nowhere", "XDG_CACHE_HOME": str(tmp_path / ".cache")}):
        budgets = budgets_of(environ)
        assert budgets
        assert budgets.rate(LANE, TWO).begin(START + 100) is (len(environ) == 1)
        assert len(list((tmp_path / ".cache" / "multicloud.tasks" / "lanes").iterdir())) == 1


# name: a home that is of no use.
USELESS: dict[str, str] = {"that is a file": "file/x", "that is a device": "/dev/null", "with a zero byte": "/a\0b"}


@pytest.mark.parametrize("home", USELESS.values(), ids=USELESS.keys())
def test_a_home_that_can_hold_no_file_costs_nothing_but_the_sharing(tmp_path: Path, home: str) -> None:
    (tmp_path / "file").touch()
    budgets = budgets_of({"HOME": str(tmp_path / home)})
    assert budgets
    assert not isinstance(budgets.rate(LANE, TWO), SharedRateLimiter)


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert not isinstance(Budgets(tmp_path).rate(LANE, TWO), SharedRateLimiter)


def test_a_disk_that_is_full_costs_nothing_but_the_sharing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*dummy: object) -> int:
        raise OSError(28, "No space left on device")

    first, second = waits(tmp_path, 2)
    monkeypatch.setattr(budget.os, "pwrite", refuse)
    assert [rate.begin(START) for rate in (first, second, first, second)] == [True, True, False, False]


def test_files_that_nobody_has_used_for_long_are_removed(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for file in (old, new):
        file.touch()
    os.utime(old, (0, 0))
    Budgets(tmp_path).rate(LANE, TWO)
    assert (old.exists(), new.exists()) == (False, True)


# Locks

HOLD = """
import fcntl, os, signal, sys
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
signal.pause()
"""


def holder(file: Path) -> subprocess.Popen[str]:
    """A process that holds the lock of a file until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_process_that_dies_with_the_lock_leaves_it_behind(tmp_path: Path) -> None:
    first, second = waits(tmp_path, 2)
    first.begin(START)
    (file,) = tmp_path.iterdir()
    process = holder(file)
    process.kill()
    process.communicate()
    assert not second.begin(START)
    assert second.ready_at(START) == pytest.approx(START + 0.5)


def test_a_lock_that_is_never_given_back_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "PATIENCE", 0.02)
    first, second = waits(tmp_path, 2)
    first.begin(START)
    (file,) = tmp_path.iterdir()
    process = holder(file)
    try:
        assert second.begin(START)
        assert not second.begin(START)
    finally:
        process.kill()
        process.communicate()


def test_a_lock_that_others_hold_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = waits(tmp_path, 2)
    first.begin(START)
    (path,) = tmp_path.iterdir()
    file = os.open(path, os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            fcntl.flock(file, fcntl.LOCK_UN)

    monkeypatch.setattr(time, "sleep", nap)
    assert not second.begin(START)
    os.close(file)
    assert len(naps) == 3
    assert isinstance(second, SharedRateLimiter)


def test_a_process_that_was_forked_while_the_file_was_locked_keeps_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lane"
    with budget._locked(path) as file:
        child = os.dup(file)
    with budget._locked(path):
        pass
    os.close(child)
