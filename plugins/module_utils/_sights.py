# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Looks at a batch of tasks, and at what a list or a resource gives."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ansible_collections.multicloud.tasks.plugins.module_utils._ask import Ask
from ansible_collections.multicloud.tasks.plugins.module_utils._lists import Lists
from ansible_collections.multicloud.tasks.plugins.module_utils._schedule import Item, Looking
from ansible_collections.multicloud.tasks.plugins.module_utils._watch import Sighting


def sight(lists: Lists, look: Looking) -> dict[Item, Sighting]:
    """What such a look has seen of each."""
    items = look.items
    asks: list[Ask] = [item.target.ask[0] for item in items]
    if items[0].target.task_id is None and asks[0].following:
        read_at = asks[0].following.read_at
        if items[0].seen is not None:
            read_at = lists.client.now() - timedelta(seconds=look.begun - items[0].seen)
        return {items[0]: lists.news(asks[0].values, asks[0].filters.since(read_at))}
    if items[0].target.task_id is None:
        return {items[0]: lists.glimpse(asks[0].values, asks[0].filters)}
    return _sight_many(lists, items)


def _sight_many(lists: Lists, items: t.Sequence[Item]) -> dict[Item, Sighting]:
    """The tasks of a batch: one call for all that are asked for with the same values, for it takes each of these once."""
    groups: dict[frozenset[tuple[str, t.Optional[str]]], list[Item]] = {}
    for item in items:
        groups.setdefault(frozenset(item.target.ask[0].values.items()), []).append(item)
    found: dict[Item, Sighting] = {}
    for group in groups.values():
        seen = lists.read_many([str(item.target.task_id) for item in group], group[0].target.ask[0].values)
        found.update({item: seen[str(item.target.task_id)] for item in group})
    return found
