# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a benchmark returns: tables, goals and points for a plot. Data, and how it is written."""

from __future__ import annotations

import dataclasses
import typing as t

Cell = t.Union[str, int, float, None]
Row = t.Sequence[Cell]


@dataclasses.dataclass(frozen=True)
class Goal:
    """A figure that is to be at most ``most``, or at least ``least``."""

    name: str
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is as good as it is to be."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def wanted(self) -> str:
        """The goal in words."""
        bounds = {">=": self.least, "<=": self.most}
        return ", ".join(f"{sign} {shown(bound)}" for sign, bound in bounds.items() if bound is not None)

    def facts(self) -> dict[str, t.Any]:
        """As it stands in results.json."""
        return {"name": self.name, "value": self.value, "goal": self.wanted, "met": self.met}


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under a heading."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclasses.dataclass(frozen=True)
class Points:
    """Series of (label, x, y) for a plot on logarithmic axes."""

    title: str
    across: str
    up: str
    series: t.Mapping[str, t.Sequence[tuple[str, float, float]]]


@dataclasses.dataclass(frozen=True)
class Result:
    """All that one benchmark has found; ``notes`` say how it was measured."""

    tables: tuple[Table, ...]
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()
    points: Points | None = None

    def facts(self) -> dict[str, t.Any]:
        """As it stands in results.json."""
        goals = [goal.facts() for goal in self.goals]
        points = dataclasses.asdict(self.points) if self.points else None
        tables = [dataclasses.asdict(table) for table in self.tables]
        return {"tables": tables, "goals": goals, "notes": list(self.notes), "points": points}


def shown(value: Cell) -> str:
    """A number with three digits that count; a text as it is."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return "" if value is None else str(value)


def aligned(columns: t.Sequence[str], rows: t.Sequence[t.Sequence[Cell]]) -> list[str]:
    """A table as lines for a screen."""
    texts = [list(columns), *([shown(cell) for cell in row] for row in rows)]
    widths = [max(len(text) for text in column) for column in zip(*texts)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in texts]


def markdown(columns: t.Sequence[str], rows: t.Sequence[t.Sequence[Cell]]) -> list[str]:
    """A table as lines of Markdown."""
    texts = [[shown(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (list(columns), ["---"] * len(columns), *texts)]
