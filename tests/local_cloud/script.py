# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that moves through a script of (second, native fields). Pure."""

from __future__ import annotations

import bisect
import dataclasses
import typing as t

Fields = dict[str, t.Any]


def merge(below: t.Mapping[str, t.Any], above: t.Mapping[str, t.Any]) -> Fields:
    """Lay one set of fields over another; dicts merge, everything else replaces."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = merge(t.cast(Fields, old), value) if both else value
    return merged


@dataclasses.dataclass(frozen=True)
class Script:
    """The steps, summed up once, because a busy server reads them far more often than it is given new ones."""

    seconds: tuple[float, ...]
    fields: tuple[Fields | None, ...]

    def at(self, second: float) -> Fields | None:
        """All steps up to this second; None before the first one and once the task has vanished."""
        index = bisect.bisect_right(self.seconds, second) - 1
        return self.fields[index] if index >= 0 else None


def read_script(steps: t.Sequence[t.Sequence[t.Any]]) -> Script:
    fields: list[Fields | None] = []
    total: Fields = {}
    ordered = sorted(((float(second), step) for second, step in steps), key=lambda pair: pair[0])
    for dummy, step in ordered:
        total = merge(total, step or {})
        fields.append(None if step is None else total)
    return Script(tuple(second for second, dummy in ordered), tuple(fields))


@dataclasses.dataclass
class Task:
    """One scripted task; `item` holds fields that only a list shows, `detail` those of a second, detailed API.

    With `from_first_call` its seconds count from the first call about its id, or of a list that has it: whoever is slow to ask
    misses nothing.
    """

    service: str
    id: str
    script: list[t.Any]
    provider: str = ""
    region: str = ""
    instance_id: str = ""
    detail: list[t.Any] = dataclasses.field(default_factory=list)
    item: Fields = dataclasses.field(default_factory=dict)
    listed: bool = True
    from_first_call: bool = False
    born: float = 0.0  # epoch seconds on the cloud's clock

    def __post_init__(self) -> None:
        self.states = read_script(self.script)
        self.details = read_script(self.detail)

    def fields(self, now: float) -> Fields | None:
        return self.states.at(self._age(now))

    def detail_fields(self, now: float) -> Fields | None:
        return self.details.at(self._age(now))

    def asked(self, now: float) -> None:
        """A call is about it."""
        if self.from_first_call:
            self.born, self.from_first_call = now, False

    def _age(self, now: float) -> float:
        return 0.0 if self.from_first_call else now - self.born

    def turn(self, now: float, fields: Fields) -> None:
        """Leave the script: from now on these fields hold (a cancelled task)."""
        second = self._age(now)
        self.script = [step for step in self.script if step[0] <= second] + [[second, fields]]
        self.states = read_script(self.script)
