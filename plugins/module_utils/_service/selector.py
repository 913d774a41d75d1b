# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What is asked of a service: one task, or those that match. Pure."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta

from .._core.task import FAILED, PARTIAL, SUCCEEDED, TERMINAL, Facts, Task
from .._core.values import Options, format_time, same_id, to_datetime
from .model import Listing, Service, Values
from .provider import Provider

# Of a list that is read for ever, what was created so long before the last time is read once more.
OVERLAP = timedelta(hours=1)
# As many tasks as a list may have.
EVERY = 100_000


class Filters(t.NamedTuple):
    """Which tasks of a list are wanted; times are ISO 8601 in UTC."""

    name: t.Optional[str] = None
    resource_id: t.Optional[str] = None
    states: tuple[str, ...] = ()
    created_after: t.Optional[str] = None
    created_before: t.Optional[str] = None
    limit: int = 100

    @property
    def choose(self) -> bool:
        """Whether they choose from what there is; a limit does not."""
        return self._replace(limit=ALL.limit) != ALL

    def given(self) -> Facts:
        """The filters that are set, as options."""
        return {name: value for name, value in self._asdict().items() if value}

    def match(self, task: Task) -> bool:
        """Whether the task is wanted. One whose time the API does not tell (it has not begun) is not left out for that."""
        return (
            self.name in (None, task.name)
            and (self.resource_id is None or same_id(self.resource_id, task.resource_id))
            and (not self.states or task.state in self.states)
            and self._in_time(task)
        )

    def _in_time(self, task: Task) -> bool:
        created = to_datetime(task.created_at or task.started_at)
        after, before = to_datetime(self.created_after), to_datetime(self.created_before)
        return not created or ((not after or created >= after) and (not before or created <= before))

    def since(self, moment: t.Optional[datetime]) -> Filters:
        """The same for a list that was last read then: only what was created later, with room for late entries and wrong clocks.

        One that was never read is wanted in full. A task that comes into a state may have been created long before.
        """
        if moment is None:
            return self._replace(limit=EVERY)
        if self.states:
            return self
        return self._replace(created_after=max(self.created_after or "", format_time(moment - OVERLAP)))


ALL = Filters()


class FollowState(t.NamedTuple):
    """A query that is asked for ever: the ids that it has found, None before it was first read, and when that was."""

    known: t.Optional[t.Mapping[str, str]] = None
    read_at: t.Optional[datetime] = None


class Selector(t.NamedTuple):
    """One task to wait for, or one query for tasks: plain data.

    ``options`` are those of the connection, ``values`` what the calls need besides (``instance_id``); ``record`` is what an
    earlier wait has seen of it, ``definition`` what the user has defined the service by. ``following`` is of a query that is
    asked for ever, and of the tasks that it has found.
    """

    provider: Provider
    service: Service
    options: Options
    values: Values
    task_id: t.Optional[str] = None
    filters: Filters = ALL
    record: t.Optional[Facts] = None
    definition: t.Optional[Facts] = None
    following: t.Optional[FollowState] = None

    @property
    def label(self) -> str:
        """What a query is about."""
        asked = {**self.values, "name": self.filters.name, "resource_id": self.filters.resource_id}
        return " ".join(f"{name}={value}" for name, value in asked.items() if value)


def filter_values(service: Service, listing: Listing, filters: Filters) -> dict[str, t.Optional[str]]:
    """The filters as values for the call; a state only where one native word says it and the API can filter by it."""
    words = {word for word, state in _meanings(service) if may_become(service, state) & set(filters.states)}
    native = [word for word in listing.states if word.lower() in words] if len(words) == 1 else []
    return {
        "name": filters.name,
        "resource_id": filters.resource_id,
        "native_state": native[0] if native else None,
        "created_after": filters.created_after,
        "created_before": filters.created_before,
    }


def _meanings(service: Service) -> set[tuple[str, str]]:
    """Every native word with every state that it may stand for."""
    return {pair for table in service.tables for pair in table.items()}


def may_become(service: Service, state: str) -> set[str]:
    """The states of tasks whose word means this one: what ended well by its word may be judged otherwise by rules and items."""
    of_items = {each for dummy, table in service.item_states for each in table.values() if each in TERMINAL}
    judged = state == SUCCEEDED and (service.items_decide or "counts" in service.facts)
    by_items = {SUCCEEDED, PARTIAL, FAILED} | of_items if judged else {state}
    return by_items | {rule.state for rule in service.rules}
