# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a wait says: the facts it returns, the one line when it fails, the lines while it goes on. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.multicloud.tasks.plugins.module_utils._schedule import Item
from ansible_collections.multicloud.tasks.plugins.module_utils._task import TERMINAL, UNKNOWN, Facts, Task
from ansible_collections.multicloud.tasks.plugins.module_utils._watch import Watch

# From so many tasks on, single ones are not shown as they move: only what goes wrong, and counts.
MANY = 20
# How far progress moves, in percent, and how long it is quiet, in seconds, before a line tells of it.
STEP = 5.0
QUIET = 5.0


def task_facts(item: Item) -> Facts:
    """All facts of a task, and how the wait for it ended; a task that was never seen has them too."""
    target = item.target
    unseen = Task(target.provider, target.service, target.region, target.task_id or "", UNKNOWN)
    return {
        **(item.task or unseen).facts(),
        "outcome": item.outcome,
        "reason": item.reason,
        "looks": item.looks,
        "detection_delay_max": item.detection_delay_max,
    }


def summary(items: t.Sequence[Item]) -> dict[str, int]:
    """How many tasks ended in which way."""
    return {"total": len(items), **Counter(item.outcome for item in items if item.outcome)}


def leaves(entries: t.Sequence[Item]) -> list[Item]:
    """The tasks in the order of asking; what a query found stands in its place."""
    return [leaf for item in entries for leaf in (item.children or [item])]


def label(item: Item) -> str:
    """A task as people call it: provider, service, id and operation."""
    name = item.task.name if item.task else None
    asked = item.target.task_id or item.target.label
    return " ".join(part for part in (item.target.provider, item.target.service, asked, name and f"({name})") if part)


def failure(items: t.Sequence[Item], required: t.Optional[int]) -> str:
    """One line with what an operator needs first: the first bad task, its operation, its state and the provider's error."""
    bad = [item for item in items if not item.good]
    told = [item for item in bad if item.outcome != "abandoned"] or bad
    wanted = "" if required is None else f", {required} required"
    head = f"{len(told)} of {_tasks(len(items))} did not succeed{wanted}"
    if not told:
        return head
    return f"{head}: {label(told[0])} {spoken(told[0].outcome)}: {told[0].reason}{_others(items)}"


def success(items: t.Sequence[Item], elapsed: float) -> str:
    """One line when all is well."""
    return f"{sum(item.good for item in items)} of {_tasks(len(items))} succeeded in {clock(elapsed)}"


def _tasks(number: int) -> str:
    return "1 task" if number == 1 else f"{number} tasks"


def _others(items: t.Sequence[Item]) -> str:
    counts = summary(items)
    del counts["total"]
    return " [" + ", ".join(f"{count} {spoken(word)}" for word, count in counts.items()) + "]" if len(items) > 1 else ""


def spoken(word: t.Optional[str]) -> str:
    """An outcome as words."""
    return (word or "open").replace("_", " ")


def clock(seconds: float) -> str:
    """Seconds as 0:07, 12:30 or 1:00:05."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


class Lines:
    """The lines to show while a wait goes on: changes as they come, and a sign of life after ``heartbeat`` s of silence."""

    def __init__(self, watch: Watch, heartbeat: float) -> None:
        self.watch = watch
        self.heartbeat = heartbeat
        self._said = watch.start
        self._shown: dict[Item, tuple[t.Optional[str], t.Optional[str], float]] = {}
        self._warned: set[tuple[str, str]] = set()
        self._unsaid: list[tuple[str, str]] = []

    @property
    def due(self) -> float:
        """When the next sign of life is due."""
        return self._said + self.heartbeat

    def at(self, now: float) -> list[str]:
        """What there is to say now, oldest first."""
        changed = self.watch.changes()
        self._note_unknown(changed)
        many = len(self.watch.items) > MANY
        shown = [item for item in changed if self._worth(item, many)]
        said = [self._line(item) for item in shown]
        if (many and changed and now - self._said >= QUIET) or (not said and now >= self.due):
            said.append(self._standing(now))
        if said:
            self._said = now
        return [f"{clock(now - self.watch.start)} {line}" for line in said]

    def unknown(self) -> list[str]:
        """What to say of native words that no table holds, each once."""
        new, self._unsaid = self._unsaid, []
        return [
            f"{service} calls a state {word!r}, which is not known here: it is taken neither for an end nor for a success"
            for service, word in new
        ]

    def _note_unknown(self, changed: t.Sequence[Item]) -> None:
        tasks = [item.task for item in changed if item.task and item.task.state == UNKNOWN and item.task.native_state]
        words = {(f"{task.provider} {task.service}", str(task.native_state)) for task in tasks} - self._warned
        self._warned |= words
        self._unsaid += sorted(words)

    def _worth(self, item: Item, many: bool) -> bool:
        """Whether there is news: an end, another word, or a step of progress; of many tasks only what ended badly."""
        if item.children:
            return False
        if many:
            return item.outcome is not None and not item.good and item.outcome != "abandoned"
        native, progress = (item.task.native_state, item.task.progress or 0.0) if item.task else (None, 0.0)
        before = self._shown.get(item)
        if before and before[:2] == (item.outcome, native) and abs(progress - before[2]) < STEP:
            return False
        self._shown[item] = (item.outcome, native, progress)
        return True

    def _line(self, item: Item) -> str:
        if item.outcome:
            return f"{label(item)} {spoken(item.outcome)}" + ("" if item.good else f": {item.reason}")
        return f"{label(item)} {_standing(item)}"

    def _standing(self, now: float) -> str:
        """Counts, and the task that has furthest to go."""
        items = [item for item in self.watch.items if not item.children]
        open_items = [item for item in items if item.open]
        states = Counter(item.task.state if item.task else "not seen yet" for item in open_items)
        counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        ended = f"{len(items) - len(open_items)} of {len(items)} ended"
        if not open_items:
            return ended
        slowest = min(open_items, key=lambda item: (item.task.progress or 0.0) if item.task else 0.0)
        return f"{ended}, {counts}; furthest to go: {label(slowest)} {_standing(slowest)}"


def _standing(item: Item) -> str:
    if item.task is None:
        return f"not seen yet ({item.error})" if item.error else "not seen yet"
    parts = [item.task.native_state or "no state"]
    parts += [] if item.task.progress is None else [f"{item.task.progress:.0f} %"]
    parts += [] if item.task.remaining is None else [f"{clock(item.task.remaining)} left"]
    parts += [_step(item.task)] if _step(item.task) else []
    return ", ".join(parts)


def _step(task: Task) -> str:
    """The step that a task is at."""
    steps = [step for step in task.subtasks if step["state"] not in TERMINAL and step["name"]]
    return f"step {steps[0]['name']}" if steps else ""
