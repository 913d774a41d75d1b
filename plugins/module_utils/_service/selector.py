# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what is requested from a service: one task, or all tasks that match filters. Pure."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta

from .._core.task import FAILED, PARTIAL, SUCCEEDED, TERMINAL, Facts, Task
from .._core.values import Options, format_time, same_id, to_datetime
from .links import URL_OF_ID
from .model import ACCOUNT, SUCCESS_WITH_ERROR, Listing, Service, Values
from .provider import Provider
from .state import may_open

# A followed list is read again from this long before the last time it was read.
OVERLAP = timedelta(hours=1)
# A list may have this many tasks.
MAX_TASKS = 100_000


class Filters(t.NamedTuple):
    """Which tasks of a list are wanted. Times are ISO 8601 in UTC."""

    name: t.Optional[str] = None
    resource_id: t.Optional[str] = None
    states: tuple[str, ...] = ()
    created_after: t.Optional[str] = None
    created_before: t.Optional[str] = None
    limit: int = 100

    @property
    def are_selective(self) -> bool:
        """Say whether the filters choose some of the tasks. A limit alone does not."""
        return self._replace(limit=ALL.limit) != ALL

    def as_options(self) -> Facts:
        """Return the filters that are set, by the names of the options."""
        return {name: value for name, value in self._asdict().items() if value}

    def match(self, task: Task, any_case: bool = False) -> bool:
        """Say whether the task is wanted. A task without a time, which has not started, is not filtered by time.

        With ``any_case``, upper and lower case mean the same in the id of its resource.
        """
        return (
            self.name in (None, task.name)
            and (self.resource_id is None or same_id(self.resource_id, task.resource_id, any_case))
            and (not self.states or task.state in self.states)
            and self._in_time(task)
        )

    def _in_time(self, task: Task) -> bool:
        created = to_datetime(task.created_at or task.started_at)
        after, before = to_datetime(self.created_after), to_datetime(self.created_before)
        return not created or ((not after or created >= after) and (not before or created <= before))

    def since(self, moment: t.Optional[datetime]) -> Filters:
        """Return the filters for reading a list again that was last read at ``moment``, or in full if that is None.

        Only tasks created later are wanted, with a margin for late entries and wrong clocks. A filter by state wants
        old tasks, too: they may just have changed to that state.
        """
        if moment is None:
            return self._replace(limit=MAX_TASKS)
        if self.states:
            return self
        return self._replace(created_after=max(self.created_after or "", format_time(moment - OVERLAP)))


ALL = Filters()


class FollowState(t.NamedTuple):
    """The state of a query that is followed: the ids found so far, None before the first read, and the time of the last read."""

    known: t.Optional[t.Mapping[str, str]] = None
    read_at: t.Optional[datetime] = None


class Selector(t.NamedTuple):
    """One task to wait for, or one query for tasks, as plain data.

    ``options`` are those of the connection, ``values`` what else the calls need (``instance_id``). ``record`` is what
    an earlier wait has recorded, ``definition`` the user's definition of the service. ``following`` is set for a query
    that is followed, and for the tasks that it found. ``account`` is that of the task, if its id says so; then ``full_id`` is
    that id, as the user gave it. ``url`` is the whole URL of an operation.
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
    account: str = ""
    url: str = ""
    full_id: str = ""

    @property
    def asked(self) -> Values:
        """Return the values for reading the task, with the account that the answer must be of, and the URL of the task."""
        besides = {name: value for name, value in ((ACCOUNT, self.account), (URL_OF_ID, self.url)) if value}
        return {**self.values, **besides} if besides else self.values

    def named(self, facts: Facts) -> Facts:
        """Return the facts of the task under an id that is enough to ask for it again, and for no task of another account."""
        return {**facts, "id": self.full_id} if self.full_id else facts

    @property
    def label(self) -> str:
        """Describe a query in a few words."""
        criteria = {**self.values, "name": self.filters.name, "resource_id": self.filters.resource_id}
        return " ".join(f"{name}={value}" for name, value in criteria.items() if value)


def filter_values(service: Service, listing: Listing, filters: Filters) -> dict[str, t.Optional[str]]:
    """Return the filters as values for a call. A state is included if it has one native word and the API can filter by it."""
    words = {word for word, state in _meanings(service) if possible_states(service, state) & set(filters.states)}
    native = [word for word in listing.states if word.lower() in words] if len(words) == 1 else []
    return {
        "name": filters.name,
        "resource_id": filters.resource_id,
        "native_state": native[0] if native and service.others not in filters.states else None,
        "created_after": filters.created_after,
        "created_before": filters.created_before,
    }


def _meanings(service: Service) -> set[tuple[str, str]]:
    """Return every native word with every state that it can stand for."""
    return {pair for table in service.tables for pair in table.items()}


def possible_states(service: Service, state: str) -> set[str]:
    """Return the states that a task can have whose word means ``state``. Rules and items may change a success."""
    item_results = {
        item_state for dummy, table in service.item_states for item_state in table.values() if item_state in TERMINAL
    }
    items_count = state == SUCCEEDED and (service.items_decide or "counts" in service.facts)
    by_items = {SUCCEEDED, PARTIAL, FAILED} | item_results if items_count else {state}
    return by_items | {rule.state for rule in service.rules}


def ends_badly(service: Service, state: str) -> bool:
    """Return whether this end, as a list shows it, stays one that is no success. What else is read may only change a success."""
    rules = {*service.rules, *(service.detail.rules if service.detail else ())} - {SUCCESS_WITH_ERROR}
    return state in TERMINAL and not may_open(state) and not any(may_open(rule.state) for rule in rules)
