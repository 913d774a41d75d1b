# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The points of results as a file, where matplotlib is there to draw it."""

from __future__ import annotations

import pathlib
import typing as t

OURS = "ours"


def draw(points: t.Mapping[str, t.Any], path: pathlib.Path) -> bool:
    """Draw one panel for each series; False where nothing can draw."""
    try:
        import matplotlib as mpl

        mpl.use("svg")
        from matplotlib import pyplot
    except ImportError:
        return False
    # The same figures are to give the same file.
    mpl.rcParams["svg.hashsalt"] = "bench"
    figure, panels = pyplot.subplots(1, len(points["series"]), figsize=(16, 5.5), squeeze=False)
    for panel, (title, series) in zip(panels[0], points["series"].items()):
        panel.set(xscale="log", yscale="log", title=title, xlabel=points["across"], ylabel=points["up"])
        panel.grid(True, which="both", alpha=0.2)
        for name, across, up in series:
            ours = name.startswith(OURS)
            panel.plot(across, up, "o" if ours else "s", color="tab:green" if ours else "tab:gray")
            panel.annotate(name, (across, up), textcoords="offset points", xytext=(5, 4), fontsize=7)
        panel.margins(0.25)
    figure.suptitle(points["title"])
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    # Paths are drawn with blanks at the ends of their lines, which no file of a collection may have.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")
    return True
