# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m bench [--write] [names]``: runs benchmarks and shows what they find. Goals are told, not enforced."""

from __future__ import annotations

import argparse
import sys
import time
import typing as t

from bench import forks, looks, pace, report, scale, startup, together, until
from bench.result import Result, aligned

BENCHMARKS: dict[str, t.Callable[[t.Callable[[str], None]], Result]] = {
    "looks": looks.run,
    "until": until.run,
    "scale": scale.run,
    "together": together.run,
    "forks": forks.run,
    "pace": pace.run,
    "startup": startup.run,
}


def say(text: str) -> None:
    print(text, flush=True)


def show(result: Result) -> None:
    """The tables as they come."""
    for table in result.tables:
        say("\n".join(["", table.title, *aligned(table.columns, table.rows)]))
    for note in result.notes:
        say(f"({note})")


def one(name: str) -> dict[str, t.Any]:
    """Run one benchmark; what it found, and on which machine."""
    say(f"\n=== bench {name} (load {report.load()})")
    began, before = time.monotonic(), report.load()
    result = BENCHMARKS[name](lambda text: say(f"    {text}"))
    show(result)
    about = {**report.machine(), "load": [before, report.load()], "seconds": round(time.monotonic() - began)}
    return {"machine": about, **result.facts()}


def summary(results: t.Mapping[str, t.Any]) -> list[str]:
    """Every goal, met or missed."""
    rows = [
        (name, goal["name"], goal["value"], goal["goal"], "met" if goal["met"] else "MISSED")
        for name, found in results.items()
        for goal in found["goals"]
    ]
    missed = sum(row[-1] == "MISSED" for row in rows)
    lines = aligned(("bench", "goal", "value", "wanted", ""), rows)
    return ["", *lines, f"bench: done - {len(rows) - missed} of {len(rows)} goals met"]


def main(words: t.Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument(
        "--write", action="store_true", help="write docs/bench, with a plot where matplotlib is installed"
    )
    given = parser.parse_args(words)
    unknown = sorted(set(given.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    results = {name: one(name) for name in given.names or BENCHMARKS}
    if given.write:
        report.write(results, say)
    say("\n".join(summary(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
