# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a wait learns from the ends that it sees, and what it knows from those of earlier waits. Nothing here ends a wait."""

from __future__ import annotations

import hashlib
import json
import typing as t

from .._core.errors import OptionError
from .._core.values import cut
from .._output.history import PATIENCE, HistoryFile, InUseError, Kind, Run, Runs, merged
from .._output.mask import Mask
from .._wait.duration import learnt_from
from .._wait.history import LEAST_RUNS, Law
from .._wait.item import Item
from .targets import asked_of

# Seconds between two writes while a wait goes on, which may be one without an end.
WRITE_INTERVAL = 30.0
# The most characters of a name or an id.
MAX_TEXT = 200
# Who asks, besides the region and the names and ids in the credentials.
_ROLES = (
    "profile",
    "ram_role_arn",
    "ecs_role_name",
    "agency_name",
    "agency_domain_name",
    "agency_domain_id",
    "project_id",
)


class History:
    """The history of one wait. If its file cannot be used, the wait warns and continues without a history."""

    def __init__(
        self, path: str, longest: float, mask: Mask, warn: t.Callable[[str], None], writes: bool = True
    ) -> None:
        self._longest, self._mask, self._warn = longest, mask, warn
        self._writes = writes
        self._file: t.Optional[HistoryFile] = None
        self._runs: Runs = {}
        self._new: Runs = {}
        self._laws: dict[Kind, t.Optional[Law]] = {}
        self._accounts: dict[t.Hashable, str] = {}
        self._next_write = 0.0
        try:
            file = HistoryFile(path)
            self._runs = file.read()
            self._file = file
        except OptionError as exc:
            warn(f"{exc}; the wait continues without a history")

    def law_of(self, item: Item) -> t.Optional[Law]:
        """Return what is known of tasks like this one: of the same resource, or else of the same operation on any resource."""
        if not self._runs:
            return None
        return next((law for law in map(self._law, self._kinds(item)) if law), None)

    def _law(self, kind: Kind) -> t.Optional[Law]:
        if kind not in self._laws:
            runs = self._runs.get(kind, [])
            enough = len(runs) >= LEAST_RUNS
            self._laws[kind] = Law([run.seconds for run in runs], self._longest) if enough else None
        return self._laws[kind]

    def learn(self, items: t.Iterable[Item]) -> None:
        """Learn from those of the items that have succeeded."""
        for item in items:
            seconds = learnt_from(item) if self._file and self._writes and item.outcome else None
            if seconds is not None:
                run = Run(seconds, _mark(item))
                self._new = merged(self._new, {kind: [run] for kind in reversed(self._kinds(item))})

    def write(self, now: float, last: bool = False) -> None:
        """Write what was learnt, if it is time to."""
        if not (self._file and self._new and (last or now >= self._next_write)):
            return
        self._next_write = now + WRITE_INTERVAL
        try:
            self._runs = self._file.add(self._new, PATIENCE if last else 0.0)
            self._laws.clear()
            self._new = {}
        except InUseError as exc:
            if last:
                self._warn(f"{exc}; what this wait has learnt is not written")
        except OptionError as exc:
            self._warn(f"{exc}; the wait learns nothing")
            self._file = None

    def _kinds(self, item: Item) -> list[Kind]:
        """Return the kinds of a task, the narrowest first. If each resource has but one run, the operation is what repeats."""
        task, target = item.task, item.target
        name, resource = (self._text(getattr(task, fact, None)) for fact in ("name", "resource_id"))
        kind = Kind(target.provider, target.service, self._account(item), name, resource)
        return [kind, kind._replace(resource_id="")] if resource else [kind]

    def _text(self, text: t.Optional[str]) -> str:
        return cut(self._mask.text(text or ""), MAX_TEXT)

    def _account(self, item: Item) -> str:
        """Return a hash of who asks where, without keys that are secret or change."""
        lane = item.target.lane
        if lane not in self._accounts:
            options, who = asked_of(item.target).selector.options, asked_of(item.target).client.credentials
            names = (who.username, who.domain_name, who.project_id, who.project_name, who.iam_endpoint)
            key = "" if who.security_token or who.exchange else who.access_key
            about = [item.target.region, key, *names, *(str(options.get(name) or "") for name in _ROLES)]
            self._accounts[lane] = _hash(about)
        return self._accounts[lane]


def _mark(item: Item) -> str:
    """Return what is the same for each wait that sees this end."""
    task = item.task
    times = (task.started_at, task.created_at, task.finished_at) if task else ()
    return _hash([item.target.provider, item.target.service, item.target.region, item.target.task_id, *times])


def _hash(data: t.Any) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
