# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The points of results as a file, where matplotlib is there to draw it."""

from __future__ import annotations

import pathlib
import typing as t

NEAR = 0.05
OURS = "ours"

Point = tuple[str, float, float]


def together(series: t.Iterable[Point]) -> list[Point]:
    """Points that lie on one another are one, with all of their names."""
    seen: list[Point] = []
    for name, across, up in series:
        near = next((n for n, other in enumerate(seen) if is_near(across, other[1]) and is_near(up, other[2])), None)
        if near is None:
            seen.append((name, across, up))
        else:
            seen[near] = (f"{seen[near][0]}\n{name}", *seen[near][1:])
    return seen


def is_near(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * other


def draw(points: t.Mapping[str, t.Any], path: pathlib.Path) -> bool:
    """Draw one panel for each series; False where nothing can draw."""
    try:
        import matplotlib as mpl

        mpl.use("svg")
        from matplotlib import pyplot, ticker
    except ImportError:
        return False
    # The same figures are to give the same file.
    mpl.rcParams["svg.hashsalt"] = "bench"
    figure, panels = pyplot.subplots(1, len(points["series"]), figsize=(16, 5.5), squeeze=False)
    for panel, (title, series) in zip(panels[0], points["series"].items()):
        panel.set(xscale="log", yscale="log", title=title, xlabel=points["across"], ylabel=points["up"])
        panel.grid(True, which="both", alpha=0.2)
        for name, across, up in together(series):
            ours = name.startswith(OURS)
            panel.plot(across, up, "o" if ours else "s", color="tab:green" if ours else "tab:gray")
            # Ours to the left of its point, the others to the right: they lie close together.
            beside, where = ("right", (-6, -8)) if ours else ("left", (5, 4))
            panel.annotate(name, (across, up), textcoords="offset points", xytext=where, ha=beside, fontsize=7)
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter(ticker.ScalarFormatter())
            axis.set_minor_formatter(ticker.NullFormatter())
        panel.margins(0.4, 0.25)
    figure.suptitle(points["title"])
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    # Paths are drawn with blanks at the ends of their lines, which no file of a collection may have.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")
    return True
