# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What an event source tells, and what it has told: an event for each change, each of them once. Pure."""

from __future__ import annotations

import json
import threading
import typing as t
from datetime import datetime

from ...module_utils._core.task import TERMINAL, Facts
from ...module_utils._core.values import format_time, to_datetime
from ...module_utils._output.mask import Mask
from ...module_utils._output.report import bounded, label, task_facts
from ...module_utils._run.targets import asked_of
from ...module_utils._service.selector import FollowState, Selector
from ...module_utils._wait.item import Item
from ...module_utils._wait.policy import ABANDONED, NOT_FOUND, OUTCOMES, TIMED_OUT, VANISHED

FINAL: frozenset[str] = frozenset({*TERMINAL, NOT_FOUND, VANISHED, TIMED_OUT})
"""What a task is not looked at after; the other outcomes may pass."""

# So many tasks that have ended are remembered, of each query and of those that were asked for by their ids.
MEMORY = 10_000


class EventPlace(t.NamedTuple):
    """Where a task is asked for, as the user has written it, and by which query: JSON, "" where its id was given."""

    provider: str
    service: str
    region: str
    endpoint: str
    query: str


def place_of(selector: Selector) -> EventPlace:
    """Where, and by which query."""
    asked = {**selector.values, **selector.filters.as_options()} if selector.following else None
    query = "" if asked is None else json.dumps(asked, sort_keys=True)
    region, endpoint = (str(selector.options.get(name) or "") for name in ("region", "endpoint"))
    return EventPlace(selector.provider.name, selector.service.name, region, endpoint, query)


class Note(t.NamedTuple):
    """What is to be remembered of a task once its event, if it is worth one, was taken.

    ``ended`` are tasks that had ended before anybody listened; the id of a note about a list itself is "".
    """

    place: EventPlace
    id: str
    status: str | None
    event: Facts | None = None
    line: str = ""
    bad: bool = False
    ended: t.Mapping[str, str] = {}


class Reporter:
    """Makes notes of what a wait has seen. ``known`` is how each task stood when it was last told of."""

    def __init__(self, only_ends: bool, with_raw: bool, mask: Mask) -> None:
        self.only_ends = only_ends
        self.with_raw = with_raw
        self.mask = mask
        self._seen: dict[tuple[EventPlace, str], str | None] = {}

    def recall(self, place: EventPlace, statuses: t.Mapping[str, str]) -> None:
        """What was told before is not told again."""
        for task_id, status in statuses.items():
            self._seen.setdefault(_key(place, task_id), status)

    def notes(self, items: t.Iterable[Item]) -> list[Note]:
        """What there is to tell and to remember of these."""
        return [note for item in items if item.outcome != ABANDONED for note in self._note(item)]

    def _note(self, item: Item) -> t.Iterator[Note]:
        place, task_id, status = place_of(asked_of(item.target).selector), item.target.task_id or "", status_of(item)
        ended = {name: state for name, state in (item.known or {}).items() if state}
        if task_id and status is None:
            return
        key = _key(place, task_id)
        line = "" if task_id or key in self._seen else self.mask.line(_beginning(item, len(ended)))
        before = self._seen.pop(key, None)
        self._seen[key] = status
        while len(self._seen) > 2 * MEMORY:
            self._seen.pop(next(iter(self._seen), key))
        if status == before or (self.only_ends and status not in OUTCOMES):
            yield Note(place, task_id, status, line=line, ended=ended)
            return
        facts = event_of(item, before, status, self.with_raw)
        yield Note(
            place,
            task_id,
            status,
            {"cloud_task": bounded(self.mask.values(facts))},
            self.mask.line(_line(item, status)),
            status in OUTCOMES and not item.good,
            ended,
        )


def _key(place: EventPlace, task_id: str) -> tuple[EventPlace, str]:
    """A task that two queries find is one; a list that cannot be read is one of each query."""
    return (place._replace(query="") if task_id else place), task_id


def status_of(item: Item) -> str | None:
    """How a task stands in one word: its outcome, why it is lost from sight, or its state; None if it was never seen."""
    if item.outcome or item.lost:
        return item.outcome or item.lost
    return item.task.state if item.task and item.seen is not None else None


def event_of(item: Item, before: str | None, status: str | None, with_raw: bool) -> Facts:
    """The facts of a task, with its outcome, also one that may pass, and what has changed."""
    facts = task_facts(item)
    if not with_raw:
        del facts["raw"]
    if item.target.task_id is None:
        filters = asked_of(item.target).selector.filters
        facts.update(name=filters.name, resource_id=filters.resource_id)
    return {**facts, "outcome": item.outcome or item.lost, "change": {"from": before, "to": status}}


def _line(item: Item, status: str | None) -> str:
    return f"{label(item)} {(status or 'is read again').replace('_', ' ')}" + (
        f": {item.reason}" if item.reason else ""
    )


def _beginning(item: Item, ended: int) -> str:
    return f"{label(item)} is followed" + (f"; {ended} that had ended before are left alone" if ended else "")


class Book:
    """What was told, by place and id: kept in the journal, so that it is not told again."""

    def __init__(self, entries: t.Iterable[Facts] = ()) -> None:
        self._lock = threading.Lock()
        self._told: dict[EventPlace, dict[str, str]] = {}
        self._read_at: dict[EventPlace, str] = {}
        for entry in entries:
            place = EventPlace(*(str(entry.get(name) or "") for name in EventPlace._fields))
            told = entry.get("told")
            statuses = told if isinstance(told, dict) else {}
            self._told[place] = {str(name): str(status) for name, status in statuses.items()}
            if to_datetime(entry.get("read_at")):
                self._read_at[place] = str(entry["read_at"])

    def take(self, note: Note, moment: datetime) -> bool:
        """Remember what a note is about; whether there is anything to remember."""
        with self._lock:
            told = self._told.setdefault(note.place, {})
            for task_id, state in note.ended.items():
                told.setdefault(task_id, state)
            if note.id and note.status:
                told.pop(note.id, None)
                told[note.id] = note.status
            is_list = not note.id and not note.status
            if is_list:
                self._read_at[note.place] = format_time(moment)
            _forget_ended(told)
        return is_list or bool(note.id)

    def told(self, place: EventPlace) -> dict[str, str]:
        """The tasks of a place, and how they stood when they were told of."""
        with self._lock:
            return dict(self._told.get(place, {}))

    def entries(self) -> list[Facts]:
        """All of it, for the journal."""
        with self._lock:
            return [
                {**place._asdict(), "told": dict(told), "read_at": self._read_at.get(place)}
                for place, told in self._told.items()
            ]

    def selectors(self, selectors: t.Sequence[Selector]) -> list[Selector]:
        """What is still to be asked: no task whose end was told, but those that a query has found and that went on then."""
        return [more for selector in selectors for more in self._resumed(selector)]

    def _resumed(self, selector: Selector) -> t.Iterator[Selector]:
        place = place_of(selector)
        told = self.told(place)
        if selector.following is None:
            if told.get(str(selector.task_id)) not in FINAL:
                yield selector
            return
        if place not in self._read_at:
            yield selector
            return
        following = FollowState(told, to_datetime(self._read_at[place]))
        yield selector._replace(following=following)
        for task_id, status in told.items():
            if status not in FINAL:
                yield selector._replace(task_id=task_id, following=following)


def _forget_ended(told: dict[str, str]) -> None:
    """Forget the first of those that have ended where they are too many, a tenth at once."""
    if len(told) > MEMORY:
        for task_id in [name for name, status in told.items() if status in FINAL][: MEMORY // 10]:
            del told[task_id]
