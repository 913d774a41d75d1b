# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Counts the items of a wait: how many of the tasks that were asked for go on, have ended well, can still end well. Pure."""

from __future__ import annotations

import typing as t

from .._core.task import Task
from .item import Item
from .policy import LOST, standing


class Tally:
    """Counts tasks as the user gave them: an item that was given twice weighs two. ``needed`` None is all of them."""

    def __init__(self, success_states: t.Collection[str], needed: t.Optional[int]) -> None:
        self.items: list[Item] = []
        self.good = self.bad = 0
        self.open_items = self.open_queries = 0
        self._total = 0
        self._success_states = success_states
        self._needed = needed
        self._changes: list[Item] = []

    @property
    def required(self) -> int:
        """How many must succeed."""
        return self._total if self._needed is None else self._needed

    @property
    def possible(self) -> int:
        """How many of those known so far can succeed."""
        return self._total - self.bad

    def add(self, item: Item) -> Item:
        """Count an item from now on."""
        self.items.append(item)
        self._total += item.weight
        self.open_items += 1
        self.open_queries += item.target.task_id is None
        return item

    def replace_by_children(self, item: Item) -> None:
        """Stop counting an item: its children stand for it."""
        item.replaced = True
        self._close(item)
        self._total -= item.weight

    def end(self, item: Item, outcome: str, reason: str, good: t.Optional[bool] = None) -> None:
        """Give an item its outcome. A second one is ignored."""
        if not item.open:
            return
        doomed = item.doomed
        self.spare(item)
        if doomed and outcome in LOST:
            item.task, outcome, reason, good = doomed, doomed.state, _seen_to_end(doomed, item), None
        item.outcome, item.reason = outcome, reason
        item.good = outcome in self._success_states if good is None else good
        self._close(item)
        self.good += item.weight * item.good
        self.bad += item.weight * (not item.good)
        self.note(item)

    def doom(self, item: Item, task: Task) -> None:
        """Count an item as one that ends badly, which a list shows for certain, while its details are still to be read."""
        self.bad += item.weight * (item.doomed is None)
        item.doomed = task

    def spare(self, item: Item) -> None:
        """Count an item again as one that may end well, because a look at it alone says otherwise than the list."""
        self.bad -= item.weight * (item.doomed is not None)
        item.doomed = None

    def _close(self, item: Item) -> None:
        self.open_items -= 1
        self.open_queries -= item.target.task_id is None

    def open(self) -> list[Item]:
        """The items that still need looks."""
        return [item for item in self.items if item.open]

    def keep_open(self) -> None:
        """Drop the items that have ended: a watch without an end would otherwise hold all of them."""
        self.items = self.open()

    def note(self, item: Item) -> None:
        """Note that something new was seen of an item."""
        self._changes.append(item)

    def changes(self) -> list[Item]:
        """The items of which something new was seen since the last call."""
        changed, self._changes = self._changes, []
        return list(dict.fromkeys(changed))


def _seen_to_end(task: Task, item: Item) -> str:
    """Why a task counts as ended that was only seen in a list."""
    error = f": {item.error}" if item.error else ""
    return f"{standing(task)}; why was not read{error}"
