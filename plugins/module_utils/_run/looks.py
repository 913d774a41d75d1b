# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Makes a look: reads the one task, the batch or the list that it is at."""

from __future__ import annotations

import time
import typing as t
from datetime import timedelta
from functools import partial

from .._api.reader import TaskReader
from .._core.errors import CloudError, NotSent, OptionError
from .._core.task import Observation
from .._wait.item import Item
from .._wait.lanes import Look, LookResult
from .targets import asked_of

if t.TYPE_CHECKING:
    from .._api.lister import TaskLister

Outcome = t.TypeVar("Outcome")


def carry_out(look: Look, rest: t.Callable[[float], None] = time.sleep) -> LookResult:
    """Make a look. One that turns pages rests for so many seconds between its calls."""
    reader, observe = _way(look)
    if look.page_pause:
        reader.rest = partial(rest, look.page_pause)
    observed = caught(observe)
    observations = dict.fromkeys(look.items, observed) if isinstance(observed, CloudError) else observed
    return LookResult(look, observations, max(1, reader.calls), reader.throttled, reader.retry_after)


def caught(call: t.Callable[[], Outcome]) -> t.Union[Outcome, CloudError]:
    """What a call returns, or what went wrong in it: a thread that dies tells nobody."""
    try:
        return call()
    except CloudError as exc:
        return exc
    except OptionError as exc:
        return NotSent(str(exc))
    except Exception as exc:  # noqa: BLE001 - a defect of ours: said in the reason, neither raised nor tried again
        return NotSent(f"internal error: {type(exc).__name__}: {exc}")


def _way(look: Look) -> tuple[TaskReader, t.Callable[[], t.Mapping[Item, Observation]]]:
    """Who makes a look, and how. What sees many tasks takes time to import, and a wait for a few never needs it."""
    item = look.items[0]
    selector, client = asked_of(item.target)
    reader = TaskReader(client, selector.service)
    if item.target.task_id is not None and len(look.items) == 1:
        return reader, lambda: {item: reader.read({**selector.asked, "task_id": item.target.task_id})}
    from .._api.lister import TaskLister  # noqa: PLC0415

    return reader, partial(_observe, TaskLister(reader), look)


def _observe(lister: TaskLister, look: Look) -> dict[Item, Observation]:
    """What a list or a batch shows of each item."""
    items = look.items
    item, selector = items[0], asked_of(items[0].target).selector
    if item.target.task_id is not None:
        return _observe_batch(lister, items)
    if not selector.following:
        return {item: lister.observe(selector.values, selector.filters)}
    read_at = selector.following.read_at
    if item.seen_at is not None:
        read_at = lister.reader.client.now() - timedelta(seconds=look.begun - item.seen_at)
    return {item: lister.observe_new(selector.values, selector.filters.since(read_at), followed=True)}


def _observe_batch(lister: TaskLister, items: t.Sequence[Item]) -> dict[Item, Observation]:
    """The tasks of a batch: one call for all that are asked for with the same values, because a call takes each of these once."""
    groups: dict[frozenset[tuple[str, t.Optional[str]]], list[Item]] = {}
    for item in items:
        groups.setdefault(frozenset(asked_of(item.target).selector.asked.items()), []).append(item)
    observations: dict[Item, Observation] = {}
    for group in groups.values():
        values = asked_of(group[0].target).selector.asked
        by_id = lister.read_many([str(item.target.task_id) for item in group], values)
        observations.update({item: by_id[str(item.target.task_id)] for item in group})
    return observations
