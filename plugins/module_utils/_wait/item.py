# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What is waited for, and all that was seen of it. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from .._core.errors import CloudError
from .._core.task import Facts, Task

if t.TYPE_CHECKING:
    from .history import Law


class Target(t.NamedTuple):
    """What is looked at. ``task_id`` is None while only a query for it is known.

    ``asked`` is what the one who looks needs for that; the rules of waiting do not look into it.
    A query may at first show what had ended before anybody waited, unless it is ``dated``: the user has said since when. It finds
    ``most`` tasks at most. If it is ``whole``, it shows of each task what a look at it alone shows. A query that is followed may
    have been read before: ``known`` are the ids that it found. ``facts`` are those that the options hold: they are enough to ask
    again if nothing was seen.

    Targets of one ``lane`` share its limits. Lanes of one ``account`` share the fate of its key.
    """

    lane: t.Hashable
    account: t.Hashable
    provider: str
    service: str
    region: t.Optional[str]
    task_id: t.Optional[str]
    asked: object = None
    label: str = ""
    dated: bool = False
    most: t.Optional[int] = None
    whole: bool = True
    known: t.Optional[t.Mapping[str, str]] = None
    facts: t.Mapping[str, str] = {}


class Sight(t.NamedTuple):
    """When a task was seen, by the clock of the watch and as the API's answer says, and its progress then."""

    at: float
    observed_at: t.Optional[str]
    progress: t.Optional[float]


@dataclass(eq=False)
class Item:
    """One target and all that was seen of it.

    An item that is to be looked at ``alone`` joins no batch. An ``unjudged`` task has ended, but nobody knows yet how well. A
    task that was ``listed`` is not judged by that. One that a list shows to have ended badly for certain is ``doomed``: this is
    what the list shows of it, and counts whatever becomes of the look that tells why.

    ``others`` is when the latest task was created that a query showed when it was first ``answered``. A query is ``settled`` once
    its ``children`` stand for it; ``earlier`` of them had ended before.

    ``lost`` is why a task is out of sight that is looked for again. ``known`` is what a query that is followed has found: every
    id, with the state of those that had ended before anybody listened. ``cancel`` is what the cloud was asked to do about the
    task after the deadline, and what it has answered. ``first`` is its first sight. One that has not ended is looked at
    ``once`` if nobody waits for it. ``law`` is what a history of such tasks says, ``sighted`` when this one was first seen,
    and ``start`` when it began, by its API.
    """

    target: Target
    weight: int = 1
    task: t.Optional[Task] = None
    outcome: t.Optional[str] = None
    good: bool = False
    reason: str = ""
    looks: int = 0
    detection_delay_max: t.Optional[float] = None
    error: t.Optional[CloudError] = None
    children: list[Item] = field(default_factory=list)
    cancel: t.Optional[Facts] = None
    settled: bool = False
    answered: bool = False
    others: t.Optional[datetime] = None
    earlier: int = 0
    alone: bool = False
    unjudged: bool = False
    listed: bool = False
    doomed: t.Optional[Task] = None
    due: float = 0.0
    first_look: t.Optional[float] = None
    reached: float = 0.0
    seen: t.Optional[float] = None
    changed: float = 0.0
    errors: int = 0
    missing: int = 0
    begun: float = 0.0
    lost: t.Optional[str] = None
    once: bool = False
    known: t.Optional[dict[str, str]] = None
    law: t.Optional[Law] = None
    sighted: t.Optional[float] = None
    start: t.Optional[float] = None
    first: t.Optional[Sight] = None

    @property
    def open(self) -> bool:
        """Whether it is still looked at."""
        return self.outcome is None and not self.settled

    @property
    def owed(self) -> bool:
        """Whether it was seen among others, and still needs a look of its own."""
        return self.unjudged or self.listed
