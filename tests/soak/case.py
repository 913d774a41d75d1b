# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One wait and all that there is to judge it by, in the forms in which checks need it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import cached_property

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud.script import Script, read_script
from soak.dialects import Json, View
from soak.evidence import Evidence, Key, Told
from soak.schedules import ALMOST, Schedule
from support.simulated import PlayedLook, Simulated

# The last turn of a wait's loop.
MOMENT = 0.1

Complaints = t.Iterator[str]
Verdict = tuple[str, bool]
"""An outcome, and whether it is a success."""


@dataclass
class Case:
    """One of the waits of a schedule, and what there is to judge it by."""

    schedule: Schedule
    wait: Simulated
    evidence: Evidence
    journal: str
    earlier: t.Sequence[Simulated] = ()

    @property
    def since(self) -> float:
        """When it began, in seconds since the first wait of its schedule did."""
        return self.wait.start - (self.earlier[0].start if self.earlier else self.wait.start)

    @property
    def rows(self) -> list[Json]:
        return t.cast("list[Json]", self.wait.result["tasks"])

    @property
    def options(self) -> Json:
        return self.schedule.options

    @property
    def timeout(self) -> float:
        return 0.0 if self.schedule.check else float(self.options["timeout"])

    @property
    def grace(self) -> float:
        return float(self.options.get("request_timeout", 30.0))

    @cached_property
    def scripts(self) -> dict[Key, Json]:
        return {(task["service"], task["id"]): task for task in self.schedule.tasks}

    @cached_property
    def hurried(self) -> set[Key]:
        """Tasks whose calls have so little real time that a busy machine may be too slow for them."""
        hurried = (entry for entry in self.schedule.entries if "request_timeout" in entry)
        return {(entry["service"], entry["task_id"]) for entry in hurried}

    @cached_property
    def known(self) -> set[Key]:
        """What an earlier wait has seen the end of, unless a condition has it read again: a batch may have told half of it."""
        ended = (row for wait in self.earlier for row in wait.result["tasks"] if row["terminal"])
        return {key_of(row) for row in ended if not self.is_read_again(row)} - self.asked_as_another

    @cached_property
    def asked_as_another(self) -> set[Key]:
        """Tasks with keys of their own. No journal has the keys, so a resumed wait asks as another account."""
        own = (entry for entry in self.schedule.entries if {"access_key", "username"} & entry.keys())
        return (
            {(entry["service"], entry["task_id"]) for entry in own if "task_id" in entry}
            if self.schedule.resumed
            else set()
        )

    def is_read_again(self, row: Json) -> bool:
        """Whether a condition is there that cannot be judged by what an earlier wait has written down."""
        conditions = self.options.get("success_when") or self.options.get("failure_when")
        service = PROVIDERS[row["provider"]].services[row["service"]]
        return bool(conditions) and not service.all_reads_tell_all

    @cached_property
    def seen(self) -> list[Seen]:
        """What looks at single tasks have brought in time, in the order of their beginning."""
        return [seen for made in self.wait.made for seen in self._seen(made)]

    def _seen(self, made: PlayedLook) -> t.Iterator[Seen]:
        for item in made.look.items:
            key = (item.target.service, item.target.task_id or "")
            for told in self.evidence.at(key, self.since + made.begun):
                verdict = decided(self.options, told.view) if told.decides else None
                sure = told.sure and key not in self.hurried and item in made.open
                yield Seen(key, item, made, told, verdict, sure)

    @cached_property
    def surely_seen(self) -> set[Key]:
        return {seen.key for seen in self.seen if seen.sure}

    @cached_property
    def states(self) -> dict[Key, Script]:
        return {key: read_script(task["script"]) for key, task in self.scripts.items()}

    def about(self, key: Key) -> list[Told]:
        return [told for told in self.evidence.about(key) if told.second <= self.since + self.wait.seconds]


class Seen(t.NamedTuple):
    """What a look has brought of a task, and what that means; ``sure``, if nothing kept it from being noticed."""

    key: Key
    item: t.Hashable
    made: PlayedLook
    told: Told
    verdict: Verdict | None
    sure: bool


def key_of(row: Json) -> Key:
    return row["service"], row["id"]


def shown(row: Json) -> str:
    return f"{row['service']} {row['id']} {row['outcome']} ({row['reason']})"


def decided(options: Json, view: View) -> Verdict | None:
    """The outcome of a task that is seen like this, and whether it is a success; None while it goes on."""
    if "failure_when" in options and view.word == ALMOST:
        return "failed", False
    if "success_when" in options:
        if view.word == ALMOST:
            return view.outcome or "succeeded", True
        return None if view.outcome is None else ("failed" if view.outcome == "succeeded" else view.outcome, False)
    good = view.outcome in options.get("success_states", ["succeeded"])
    return None if view.outcome is None else (view.outcome, good)


def required(case: Case) -> int:
    wanted = case.options.get("required", "all")
    return len(case.rows) if wanted == "all" else int(wanted)


def is_good(case: Case, row: Json) -> bool:
    """Whether an outcome is a success that rests on what was sent."""
    told = (told for told in case.about(key_of(row)) if told.decides)
    return any(decided(case.options, one.view) == (row["outcome"], True) for one in told)


def rate_of(case: Case, provider: str, service: str) -> float:
    return float(case.options.get("rate_limit") or PROVIDERS[provider].services[service].rate)


def burst_of(case: Case, provider: str, service: str) -> float:
    return 1.0 if case.options.get("rate_limit") else PROVIDERS[provider].services[service].quota.burst
