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
    """What is looked at: a task, or a query for tasks. Targets of one lane share its limits."""

    lane: t.Hashable
    # Lanes of one account share the fate of its key.
    account: t.Hashable
    provider: str
    service: str
    region: t.Optional[str]
    # None as long as only a query is known.
    task_id: t.Optional[str]
    # What a look needs. The rules of waiting do not look into it.
    asked: object = None
    label: str = ""
    # Whether the user has said since when a query is about tasks. If not, it may show tasks that had ended before the wait.
    dated: bool = False
    # How many tasks a query finds at most.
    most: t.Optional[int] = None
    # Whether a query shows of each task what a look at it alone shows.
    whole: bool = True
    # The ids that a followed query found when it was read before.
    known: t.Optional[t.Mapping[str, str]] = None
    # The facts that the options hold. They are enough to ask again if nothing was seen.
    facts: t.Mapping[str, str] = {}


class Sight(t.NamedTuple):
    """When a task was seen, by the clock of the watch and as the API's answer says, and its progress then."""

    at: float
    observed_at: t.Optional[str]
    progress: t.Optional[float]


@dataclass(eq=False)
class Item:
    """One target and all that was seen of it. Times are in seconds, by the clock of the watch."""

    target: Target
    weight: int = 1
    task: t.Optional[Task] = None
    outcome: t.Optional[str] = None
    good: bool = False
    reason: str = ""
    looks: int = 0
    detection_delay_max: t.Optional[float] = None
    error: t.Optional[CloudError] = None
    # The tasks that a query has found. Once they stand for the query, it is replaced.
    children: list[Item] = field(default_factory=list)
    replaced: bool = False
    # Whether a query was answered, and when the latest task in its first answer was created.
    answered: bool = False
    latest_created_at: t.Optional[datetime] = None
    # How many of the children had ended before the wait, and how many such tasks are held until not_found_timeout is over.
    ended_before: int = 0
    held: int = 0
    # What the cloud was asked to do about the task after the deadline, and what it has answered.
    cancel: t.Optional[Facts] = None
    # Whether it joins no batch.
    alone: bool = False
    # Whether it has ended, but it is not known yet how well.
    unjudged: bool = False
    # Whether only a list has shown it, by which it is not judged.
    listed: bool = False
    # What a list shows of a task that has ended badly for certain. It counts even if the look that tells why fails.
    doomed: t.Optional[Task] = None
    due_at: float = 0.0
    first_look_at: t.Optional[float] = None
    # When the API last gave a good answer about it, when it was last seen, and when it last changed.
    answered_at: float = 0.0
    seen_at: t.Optional[float] = None
    changed_at: float = 0.0
    # After how many seconds the API wants the next look, by its last answer.
    retry_after: t.Optional[float] = None
    errors_in_a_row: int = 0
    not_found_in_a_row: int = 0
    waited_since: float = 0.0
    # Why a task is out of sight that is looked for again.
    out_of_sight: t.Optional[str] = None
    # Whether it is looked at once, because nobody waits for it.
    once: bool = False
    # The ids that a followed query has found, each with the state of a task that had ended before anybody listened.
    known: t.Optional[dict[str, str]] = None
    # What a history of such tasks says.
    law: t.Optional[Law] = None
    # When the task was first seen, when it began by its API, and that first sight.
    sighted: t.Optional[float] = None
    start: t.Optional[float] = None
    first: t.Optional[Sight] = None

    @property
    def open(self) -> bool:
        """Whether it is still looked at."""
        return self.outcome is None and not self.replaced

    @property
    def owed(self) -> bool:
        """Whether it was seen among others, and still needs a look of its own."""
        return self.unjudged or self.listed
