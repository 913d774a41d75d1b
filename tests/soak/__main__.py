# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m soak [--minutes 30]``: waits for thousands of tasks, over and over; outcomes must be right and memory flat."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import multiprocessing
import pathlib
import random
import resource
import sys
import time
import typing as t
from collections import Counter

from local_cloud.client import ControlPlane, LocalCloud
from soak.crowd import draw_crowd
from soak.oracle import complaints
from soak.play import play
from soak.schedules import Schedule, from_json

# Rounds until everything that is made but once has been made.
WARM = 2
HOURS = 2.0
MOST_GROWTH, MOST_MEGABYTES = 0.10, 8.0


def say(text: str) -> None:
    print(text, flush=True)


def counts(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in outcomes.most_common())


class Round(t.NamedTuple):
    """One wait, and what came of it."""

    calls: int
    seconds: float
    outcomes: Counter[str]
    wrong: list[str]
    megabytes: float

    def line(self) -> str:
        figures = f"{self.seconds:.0f} simulated s, {self.calls} calls, {self.megabytes:.1f} MB"
        return f"{figures}, {counts(self.outcomes)}: {'WRONG' if self.wrong else 'right'}"


def apart(work: t.Callable[[], list[str]]) -> list[str]:
    """What work finds in a process of its own: what the checks hold is not what a wait holds."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=lambda: sender.send(work()))
    child.start()
    sender.close()
    try:
        return t.cast("list[str]", receiver.recv())
    except EOFError:
        return ["the checks have failed, see above"]
    finally:
        child.join()


def play_round(cloud: ControlPlane, schedule: Schedule) -> Round:
    played = play(cloud, schedule)
    wrong = apart(lambda: complaints(played))
    results = [wait.result for wait in played.waits]
    outcomes = Counter(row["outcome"] for result in results for row in result["tasks"])
    seconds = sum(wait.seconds for wait in played.waits)
    return Round(sum(result["requests"] for result in results), seconds, outcomes, wrong, megabytes())


def megabytes() -> float:
    """The memory that this process holds, after it has given back what it can."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    statm = pathlib.Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def soak(cloud: ControlPlane, minutes: float, tasks: int, seed: int) -> int:
    """Rounds until the time is over; how many of them were wrong, and one more if memory has grown."""
    until, rounds = time.monotonic() + 60.0 * minutes, list[Round]()
    while time.monotonic() < until or len(rounds) <= WARM:
        number, began = seed + len(rounds), time.monotonic()
        rounds.append(play_round(cloud, draw_crowd(random.Random(number), tasks, HOURS)))
        say(f"round {len(rounds)} (seed {number}, {time.monotonic() - began:.0f} s): {rounds[-1].line()}")
        tell(rounds[-1].wrong)
    return summed_up(rounds)


def summed_up(rounds: t.Sequence[Round]) -> int:
    """Say it all in three lines."""
    outcomes = sum((found.outcomes for found in rounds), Counter[str]())
    calls, hours = sum(found.calls for found in rounds), sum(found.seconds for found in rounds) / 3600
    before, after = rounds[WARM - 1].megabytes, rounds[-1].megabytes
    grown = after > (1 + MOST_GROWTH) * before + MOST_MEGABYTES
    wrong = sum(bool(found.wrong) for found in rounds)
    say(f"soak: {len(rounds)} rounds, {hours:.1f} simulated hours, {calls} calls, {counts(outcomes)}")
    say(f"soak: {before:.1f} MB after {WARM} rounds, {after:.1f} MB at the end: {'GREW' if grown else 'flat'}")
    say(f"soak: {wrong} rounds were wrong")
    return wrong + grown


def tell(wrong: t.Sequence[str], most: int = 20) -> None:
    for text in wrong[:most]:
        say(f"    {text[:1000]}")
    if len(wrong) > most:
        say(f"    and {len(wrong) - most} more")


def replay(cloud: ControlPlane, schedule: Schedule) -> int:
    """Play one schedule again, and show what the wait said of it."""
    played = play(cloud, schedule)
    for wait in played.waits:
        figures = f"{len(wait.made)} looks, {wait.seconds:.3f} s"
        say("\n".join([*wait.lines, *wait.warnings, wait.result["msg"], figures]))
    wrong = complaints(played)
    tell(wrong)
    say(f"replay: {len(wrong)} complaints{', refused: ' + played.refused if played.refused else ''}")
    return len(wrong)


def arguments(words: t.Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    parser.add_argument(
        "--replay", metavar="SCHEDULE", help="one schedule, as a failed test has printed it, or - for stdin"
    )
    return parser.parse_args(words)


def main(words: t.Sequence[str]) -> int:
    given = arguments(words)
    with LocalCloud() as cloud:
        if given.replay:
            text = sys.stdin.read() if given.replay == "-" else given.replay
            return int(bool(replay(cloud, from_json(text))))
        return int(bool(soak(cloud, given.minutes, given.tasks, given.seed)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
