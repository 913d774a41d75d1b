# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Tells what a query is for from an earlier run of the same operation, which had ended before anybody waited. Pure.

Clocks differ, and not every API tells when a task ended. So a task that had ended when it was first seen counts as an earlier
one, unless it came into the list later and was created after everything that had been there.
"""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta

from .._core.task import Task, Unjudged, observed_task
from .._core.values import to_datetime

# A task that ended so long before anything else in the list was created belongs to another run. Within one run it is less.
APART = timedelta(hours=1)

Seen = t.Union[Task, Unjudged]


class Sifted(t.NamedTuple):
    """What a query shows: tasks that are wanted in any case, and tasks that had ended when they were first seen."""

    wanted: list[Seen]
    ended: list[Seen]


def latest_of(tasks: t.Iterable[Seen]) -> t.Optional[datetime]:
    """When the latest of these was created, as far as they tell."""
    times = [began for began in map(_began, tasks) if began]
    return max(times, default=None)


def sift(tasks: t.Iterable[Seen], since: t.Optional[datetime]) -> Sifted:
    """Split tasks: those that go on or were created after ``since``, and those that had ended: without ``since``, all."""
    sifted = Sifted([], [])
    for each in tasks:
        began = _began(each)
        fresh = not observed_task(each).terminal or bool(since and began and began > since)
        (sifted.wanted if fresh else sifted.ended).append(each)
    return sifted


def not_of_another_run(ended: t.Iterable[Seen], wanted: t.Sequence[Task]) -> list[Seen]:
    """Those of the ended ones that may belong to what is wanted: the others had ended long before any of that was created."""
    times = [_began(task) for task in wanted]
    known = [began for began in times if began]
    if not known or len(known) < len(times):
        return list(ended)
    return [each for each in ended if not _ended_before(each, min(known) - APART)]


def split_by_time(found: t.Iterable[Seen]) -> tuple[list[Seen], list[Seen]]:
    """Those that tell when they were created, and those that do not."""
    split: tuple[list[Seen], list[Seen]] = ([], [])
    for each in found:
        split[_began(each) is None].append(each)
    return split


def began_at(observed_at: t.Optional[str], seconds: float) -> t.Optional[datetime]:
    """When a wait began, by the time of a look that was so many seconds later."""
    observed = to_datetime(observed_at)
    return observed - timedelta(seconds=seconds) if observed else None


def _began(seen: Seen) -> t.Optional[datetime]:
    task = observed_task(seen)
    return to_datetime(task.created_at or task.started_at)


def _ended_before(seen: Seen, moment: datetime) -> bool:
    task = observed_task(seen)
    ended = to_datetime(task.finished_at or task.updated_at)
    return ended is not None and ended < moment
