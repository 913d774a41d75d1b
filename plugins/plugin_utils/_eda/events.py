# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns what an event source sees into events, each change once, and records what was delivered. Pure."""

from __future__ import annotations

import json
import threading
import typing as t
from datetime import datetime

from ...module_utils._core.task import TERMINAL, Facts
from ...module_utils._core.values import format_time, to_datetime
from ...module_utils._output.mask import Mask
from ...module_utils._output.result import bounded, label, task_facts
from ...module_utils._run.targets import asked_of
from ...module_utils._service.selector import FollowState, Selector
from ...module_utils._wait.item import Item
from ...module_utils._wait.policy import ABANDONED, NOT_FOUND, OUTCOMES, TIMED_OUT, VANISHED

FINAL: frozenset[str] = frozenset({*TERMINAL, NOT_FOUND, VANISHED, TIMED_OUT})
"""A task with one of these statuses is not read again. The other outcomes may pass."""

# How many ended tasks are remembered: of each query, and of all ids.
MAX_REMEMBERED = 10_000


class EventPlace(t.NamedTuple):
    """Where a task is read, as the user wrote it, and the query that selects it, as JSON; ``query`` is "" if its id was given."""

    provider: str
    service: str
    region: str
    endpoint: str
    query: str


def place_of(selector: Selector) -> EventPlace:
    """Return the place of a selector."""
    filters = {**selector.values, **selector.filters.as_options()} if selector.following else None
    query = "" if filters is None else json.dumps(filters, sort_keys=True)
    region, endpoint = (str(selector.options.get(name) or "") for name in ("region", "endpoint"))
    return EventPlace(selector.provider.name, selector.service.name, region, endpoint, query)


class Update(t.NamedTuple):
    """What to record of a task once its event, if there is one, was delivered.

    ``id`` is "" for an update about a list itself. ``ended`` are the tasks that had ended before the source started.
    """

    place: EventPlace
    id: str
    status: str | None
    event: Facts | None = None
    line: str = ""
    bad: bool = False
    ended: t.Mapping[str, str] = {}


class Reporter:
    """Turns what a wait has seen into updates. Remembers the status of each task that it last reported."""

    def __init__(self, only_ends: bool, with_raw: bool, mask: Mask) -> None:
        self.only_ends = only_ends
        self.with_raw = with_raw
        self.mask = mask
        self._seen: dict[tuple[EventPlace, str], str | None] = {}

    def recall(self, place: EventPlace, statuses: t.Mapping[str, str]) -> None:
        """Do not report the statuses again that an earlier run has reported."""
        for task_id, status in statuses.items():
            self._seen.setdefault(_key(place, task_id), status)

    def updates(self, items: t.Iterable[Item]) -> list[Update]:
        """Return the updates to deliver and record for these items."""
        return [update for item in items if item.outcome != ABANDONED for update in self._updates_of(item)]

    def _updates_of(self, item: Item) -> t.Iterator[Update]:
        place, task_id, status = place_of(asked_of(item.target).selector), item.target.task_id or "", status_of(item)
        ended = {name: state for name, state in (item.known or {}).items() if state}
        if task_id and status is None:
            return
        key = _key(place, task_id)
        line = "" if task_id or key in self._seen else self.mask.line(_first_line(item, len(ended)))
        before = self._seen.pop(key, None)
        self._seen[key] = status
        while len(self._seen) > 2 * MAX_REMEMBERED:
            self._seen.pop(next(iter(self._seen), key))
        if status == before or (self.only_ends and status not in OUTCOMES):
            yield Update(place, task_id, status, line=line, ended=ended)
            return
        facts = event_of(item, before, status, self.with_raw)
        yield Update(
            place,
            task_id,
            status,
            {"cloud_task": bounded(self.mask.values(facts))},
            self.mask.line(_line(item, status)),
            status in OUTCOMES and not item.good,
            ended,
        )


def _key(place: EventPlace, task_id: str) -> tuple[EventPlace, str]:
    """Return the key of a task. A task that two queries find is one, but each query has its own list."""
    return (place._replace(query="") if task_id else place), task_id


def status_of(item: Item) -> str | None:
    """Return the status of a task: its outcome, why it is lost from sight, or its state; None if it was never seen."""
    if item.outcome or item.out_of_sight:
        return item.outcome or item.out_of_sight
    return item.task.state if item.task and item.seen_at is not None else None


def event_of(item: Item, before: str | None, status: str | None, with_raw: bool) -> Facts:
    """Return the facts of a task with its outcome, even one that may pass, and with what has changed."""
    facts = task_facts(item)
    if not with_raw:
        del facts["raw"]
    if item.target.task_id is None:
        filters = asked_of(item.target).selector.filters
        facts.update(name=filters.name, resource_id=filters.resource_id)
    return {**facts, "outcome": item.outcome or item.out_of_sight, "change": {"from": before, "to": status}}


def _line(item: Item, status: str | None) -> str:
    return f"{label(item)} {(status or 'is read again').replace('_', ' ')}" + (
        f": {item.reason}" if item.reason else ""
    )


def _first_line(item: Item, ended: int) -> str:
    return f"{label(item)} is followed" + (f"; {ended} that had ended before are ignored" if ended else "")


class Checkpoint:
    """The statuses that were delivered, by place and id: kept in the journal, so that a restart does not deliver them again."""

    def __init__(self, entries: t.Iterable[Facts] = ()) -> None:
        self._lock = threading.Lock()
        self._statuses: dict[EventPlace, dict[str, str]] = {}
        self._read_at: dict[EventPlace, str] = {}
        for entry in entries:
            place = EventPlace(*(str(entry.get(name) or "") for name in EventPlace._fields))
            statuses = entry.get("told")
            saved_statuses = statuses if isinstance(statuses, dict) else {}
            self._statuses[place] = {str(name): str(status) for name, status in saved_statuses.items()}
            if to_datetime(entry.get("read_at")):
                self._read_at[place] = str(entry["read_at"])

    def record(self, update: Update, moment: datetime) -> bool:
        """Record an update; return whether it holds anything to record."""
        with self._lock:
            statuses = self._statuses.setdefault(update.place, {})
            for task_id, state in update.ended.items():
                statuses.setdefault(task_id, state)
            if update.id and update.status:
                statuses.pop(update.id, None)
                statuses[update.id] = update.status
            is_list = not update.id and not update.status
            if is_list:
                self._read_at[update.place] = format_time(moment)
            _forget_ended(statuses)
        return is_list or bool(update.id)

    def statuses(self, place: EventPlace) -> dict[str, str]:
        """Return the delivered statuses of a place, by task id."""
        with self._lock:
            return dict(self._statuses.get(place, {}))

    def entries(self) -> list[Facts]:
        """Return the whole record as entries of the journal."""
        with self._lock:
            return [
                {**place._asdict(), "told": dict(statuses), "read_at": self._read_at.get(place)}
                for place, statuses in self._statuses.items()
            ]

    def selectors(self, selectors: t.Sequence[Selector]) -> list[Selector]:
        """Return the selectors that are left: no task whose end was delivered, but also tasks of a query that had not ended."""
        return [resumed for selector in selectors for resumed in self._resumed(selector)]

    def _resumed(self, selector: Selector) -> t.Iterator[Selector]:
        place = place_of(selector)
        statuses = self.statuses(place)
        if selector.following is None:
            if statuses.get(str(selector.task_id)) not in FINAL:
                yield selector
            return
        if place not in self._read_at:
            yield selector
            return
        following = FollowState(statuses, to_datetime(self._read_at[place]))
        yield selector._replace(following=following)
        for task_id, status in statuses.items():
            if status not in FINAL:
                yield selector._replace(task_id=task_id, following=following)


def _forget_ended(statuses: dict[str, str]) -> None:
    """If more tasks are remembered than allowed, forget the tenth of them that ended first."""
    if len(statuses) > MAX_REMEMBERED:
        for task_id in [name for name, status in statuses.items() if status in FINAL][: MAX_REMEMBERED // 10]:
            del statuses[task_id]
