# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a run: docs/bench/results.md, results.json beside it, and plots."""

from __future__ import annotations

import json
import os
import pathlib
import platform
import time
import typing as t

from ansible.release import __version__ as core

from bench.plot import draw
from bench.result import markdown

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "bench"
HEAD = """\
# Benchmarks

Made by `./dev bench --write`; what is measured and how is in `tests/bench`. Ratios are of what was measured side by side in one
run, on one machine and one local cloud, which runs as a process of its own; absolute figures are of that machine."""

Json = t.Any


def machine() -> dict[str, Json]:
    """What the figures depend on."""
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "python": platform.python_version(),
        "ansible_core": core,
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def load() -> float:
    """How busy the machine is: processes that want a CPU, in the last minute."""
    return round(os.getloadavg()[0], 2)


def section(name: str, found: t.Mapping[str, Json], plotted: bool) -> t.Iterator[str]:
    """One benchmark as Markdown."""
    about = found["machine"]
    yield f"## {name}\n"
    yield (
        f"{about['date']}, Python {about['python']}, ansible-core {about['ansible_core']}, {about['cpus']} CPUs, load "
        f"{about['load'][0]} before and {about['load'][1]} after, {about['seconds']} s."
    )
    yield from (f"\n{note[0].upper()}{note[1:]}." for note in found["notes"])
    for table in found["tables"]:
        yield f"\n### {table['title']}\n"
        yield from markdown(table["columns"], table["rows"])
    if plotted:
        yield f"\n![{found['points']['title']}]({name}.svg)"
    yield "\n### Goals\n"
    rows = [
        (goal["name"], goal["value"], goal["goal"], "met" if goal["met"] else "**missed**") for goal in found["goals"]
    ]
    yield from markdown(("goal", "value", "wanted", ""), rows)


def write(results: t.Mapping[str, Json], say: t.Callable[[str], None]) -> None:
    """Write what was found; what earlier runs found of other benchmarks stays."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "results.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    every = {**before, **results}
    path.write_text(json.dumps(every, indent=1) + "\n", encoding="utf-8")
    plotted = {name for name in results if plot(name, results[name], say)}
    plotted |= {name for name in before if name not in results and (FOLDER / f"{name}.svg").exists()}
    texts = ["\n".join(section(name, every[name], name in plotted)) for name in every]
    (FOLDER / "results.md").write_text("\n\n".join([HEAD, *texts]) + "\n", encoding="utf-8")
    say(f"written: {', '.join(sorted(file.name for file in FOLDER.iterdir()))} in docs/bench")


def plot(name: str, found: t.Mapping[str, Json], say: t.Callable[[str], None]) -> bool:
    """Whether there is a plot of it now."""
    if not found["points"]:
        return False
    drawn = draw(found["points"], FOLDER / f"{name}.svg")
    if not drawn:
        say("no plot: matplotlib is not here (tests/requirements/bench.txt names it)")
    return drawn
