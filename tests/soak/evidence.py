# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the cloud really sent: from its log to what was told of which task, and when."""

from __future__ import annotations

import bisect
import itertools
import json
import typing as t
from dataclasses import dataclass

from soak.dialects import READINGS, Dialect, Entry, Reading, View

Key = tuple[str, str]
"""Service and id of a task."""

# Faults after which an answer is as whole as any other.
HARMLESS = ("", "vanish")
# What the cloud's clock and that of the wait may be apart: its seconds are counted from 1970.
EXACT = 1e-3


@dataclass(frozen=True)
class Told:
    """What one answer told of one task.

    ``asked``: the call was about this very task. ``judges``: it tells how well a task has ended. ``sure``: nothing hindered it on
    its way. ``lie``: it was a fault that answered, not the script.
    """

    second: float
    view: View
    asked: bool
    judges: bool
    sure: bool
    lie: bool

    @property
    def decides(self) -> bool:
        """Whether a wait may act on it."""
        return self.judges or self.view.outcome is None


@dataclass(frozen=True)
class Sent:
    """One call and its answer, as far as checks need it. ``told``: of how many tasks it told something."""

    second: float
    service: str
    status: int
    code: str
    fault: str
    told: int


class Evidence:
    """The log, read once and put in order."""

    def __init__(self, log: t.Iterable[Entry], start: float) -> None:
        self.told: dict[Key, list[Told]] = {}
        self.sent: list[Sent] = []
        for entry in log:
            second = entry["now"] - start
            service = str(entry["api"]).partition(".")[0]
            found = list(tellings(entry, second))
            self.sent.append(Sent(second, service, entry["status"], entry["code"], entry["fault"], len(found)))
            for key, told in found:
                self.told.setdefault(key, []).append(told)

    def at(self, key: Key, second: float) -> list[Told]:
        """What was told of a task at this second."""
        told = self.about(key)
        first = bisect.bisect_left(told, second - EXACT, key=lambda one: one.second)
        return list(itertools.takewhile(lambda one: one.second < second + EXACT, told[first:]))

    def about(self, key: Key) -> list[Told]:
        """All that was told of a task, oldest first."""
        return self.told.get(key, [])


def tellings(entry: Entry, second: float) -> t.Iterator[tuple[Key, Told]]:
    """What an answer told of tasks. One about a task that was not asked for tells nothing."""
    if entry["api"] not in READINGS or entry["status"] // 100 != 2:
        return
    dialect, reading = READINGS[entry["api"]]
    asked = reading.asked(entry) if reading.asked else ""
    for item in items_of(reading, entry.get("answer", "")):
        id = item.get(reading.id_field) if reading.id_field else asked
        if isinstance(id, str) and id and id == (asked or id) and dialect.word in item:
            yield (dialect.service, id), telling(dialect, reading, entry, second, item)


def items_of(reading: Reading, text: str) -> list[dict[str, t.Any]]:
    try:
        found = reading.items(json.loads(text))
    except ValueError:
        return []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def telling(dialect: Dialect, reading: Reading, entry: Entry, second: float, item: dict[str, t.Any]) -> Told:
    return Told(
        second,
        dialect.view(item),
        asked=reading.asked is not None,
        judges=reading.judges,
        sure=entry["fault"] in HARMLESS,
        lie=entry["fault"] == "answer",
    )
