# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From facts to a state: by native word, by rules, by the items of a task. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace
from datetime import datetime

from .._core.expression import holds
from .._core.task import (
    FAILED,
    PARTIAL,
    PENDING,
    RUNNING,
    SKIPPED,
    SUCCEEDED,
    TERMINAL,
    UNKNOWN,
    Facts,
    Task,
    does_not_work,
    undecided,
)
from .._core.values import format_time, to_datetime
from .model import Rule, Service, States


class Origin(t.NamedTuple):
    """Who was asked, when and with what id: what a task cannot tell of itself.

    ``known`` holds facts that are known from what was asked, where the answer does not tell them; "" is no fact. ``doubts``
    are reasons why an answer cannot be judged, whatever its tasks say.
    """

    provider: str
    region: t.Optional[str]
    now: datetime
    task_id: str = ""
    request_id: t.Optional[str] = None
    known: t.Mapping[str, t.Optional[str]] = {}
    doubts: tuple[str, ...] = ()


# However an item ended, if not well: what it was to do is not done.
_ENDED_BADLY = tuple(state for state in TERMINAL if state != SUCCEEDED)


def state_of(states: States, word: t.Optional[str]) -> str:
    """Our word for a native one. What the table does not hold is unknown: never an end, never success.

    Of a word with two spellings, canceled and cancelled, the table holds one; vendors write both, sometimes in one API.
    """
    if not word:
        return UNKNOWN
    known = states.get(word.lower())
    return known or states.get(_other_spelling(word.lower()), UNKNOWN)


_CANCELLED = re.compile(r"cancel(l?)(ed|ing)")


def _other_spelling(word: str) -> str:
    return _CANCELLED.sub(lambda match: f"cancel{'' if match[1] else 'l'}{match[2]}", word)


def judge(service: Service, facts: Facts, item: t.Any, origin: Origin, doubts: t.Sequence[str] = ()) -> Task:
    """The task with its state: by its word, then by the rules, then by all else; nothing of this makes it better.

    ``doubts`` are reasons why it cannot be told whether it is a success.
    """
    words, odd_words = _words(service, facts)
    facts["state"] = state_of(words, facts["native_state"])
    said_well = facts["state"] == SUCCEEDED
    rule, odd_rules = ruled(service.rules, {**facts, "item": item})
    if rule:
        facts["state"] = rule.state
        # Where only some failed, the item that did tells more than the rule.
        facts["error"] = facts["error"] or (error_by(rule) if rule.state == FAILED else None)
    facts["state"], error = weighed(service, facts, (*doubts, *odd_words, *odd_rules), said_well)
    facts["counts"] = _completed(service, facts["counts"], facts["subtasks"])
    facts["error"] = error or _error_for(facts) or (error_by(rule) if rule else None)
    return _timed(service, facts, origin)


def ruled(rules: t.Iterable[Rule], searched: Facts) -> tuple[t.Optional[Rule], list[str]]:
    """The first rule that holds; and of those before it, why it cannot be told whether they do."""
    doubts: list[str] = []
    for rule in rules:
        told = holds(rule.when, searched)
        if told:
            return rule, doubts
        doubts += [does_not_work(rule.when)] if told is None else []
    return None, doubts


def error_by(rule: Rule) -> t.Optional[Facts]:
    """The error of a task that is judged so by a rule, where it is one; and why it is not judged, where that is what it says."""
    if rule.state == UNKNOWN:
        return undecided(rule.because)
    return {"code": None, "message": rule.because} if rule.state in (FAILED, PARTIAL) else None


def _words(service: Service, facts: Facts) -> tuple[States, list[str]]:
    """The table of words that counts for a task of this kind; and why it cannot be told whether one before it does."""
    doubts: list[str] = []
    for when, table in service.states_by:
        told = holds(when, facts)
        if told:
            return {**service.states, **table}, doubts
        doubts += [does_not_work(when)] if told is None else []
    return service.states, doubts


# By these a gate may open, the best first; every other end is worse.
_MAY_OPEN = (SUCCEEDED, SKIPPED, PARTIAL)


def may_open(state: str) -> bool:
    """Whether a gate may open by a task in this state, so that what speaks against it has to be known."""
    return state in _MAY_OPEN


def weighed(service: Service, facts: Facts, doubts: t.Sequence[str], said_well: bool) -> tuple[str, t.Optional[Facts]]:
    """The state after all that speaks against it: items, counts and doubts; and the error where it cannot be told.

    A task that says it ended well while an item still goes on has not. Where counts and items differ, the worse counts. Of one
    that ``said_well``, all that it was to do has to be accounted for, whatever a rule made of that word.
    """
    state: str = facts["state"]
    if state not in _MAY_OPEN:
        unread = state == UNKNOWN and not facts["native_state"]
        return state, undecided(doubts[0]) if doubts and unread else None
    counts: Counts = facts["counts"] or {}
    items = facts["subtasks"] if service.items_decide else []
    states = [item["state"] for item in items]
    if UNKNOWN in states:
        return UNKNOWN, undecided([*doubts, _of_unknown(items)][0])
    if set(states) & {PENDING, RUNNING}:
        return RUNNING, None
    worst = max(state, _by_counts(counts), _by_items(states, counts), key=_badness)
    reasons = [*doubts, *_contradictions(counts, states)]
    if said_well and counts.get("total") is not None:
        reasons += _untold(service, counts, states)
    return (UNKNOWN, undecided(reasons[0])) if reasons and worst in _MAY_OPEN else (worst, None)


def reweighed(service: Service, task: Task, doubts: t.Sequence[str]) -> Task:
    """The same task after more was told of it."""
    state, error = weighed(service, task.facts(), doubts, task.succeeded)
    finished_at = task.finished_at if state in TERMINAL else None
    return replace(task, state=state, error=error or task.error, finished_at=finished_at)


Counts = t.Mapping[str, t.Optional[int]]


def _badness(state: str) -> int:
    return _MAY_OPEN.index(state) if state in _MAY_OPEN else len(_MAY_OPEN)


def _of_unknown(items: t.Sequence[Facts]) -> str:
    """Why an item spoils a success: what is said of it."""
    item = next(item for item in items if item["state"] == UNKNOWN)
    word, which = item["native_state"], f"its item {item['name'][:100]}" if item["name"] else "one of its items"
    return f"{which} says {word[:100]!r}, which is not known here" if word else f"{which} does not tell its state"


def _by_counts(counts: Counts) -> str:
    """The best that a task can be by its counts; some APIs count only all, and those that succeeded or those that failed."""
    total, good, bad = _three(counts)
    if bad is None and good is not None and total is not None:
        bad = max(0, total - good)
    if not bad:
        return SUCCEEDED
    return PARTIAL if good or (good is None and (total or 0) > bad) else FAILED


def _by_items(states: t.Sequence[str], counts: Counts) -> str:
    """The best that a task can be by its items; those of which the counts tell more are but a part of them."""
    bad = [state for state in states if state in _ENDED_BADLY]
    if not bad or _are_part_of(states, counts):
        return SUCCEEDED
    if PARTIAL in bad or SUCCEEDED in states:
        return PARTIAL
    return bad[0] if len(set(states)) == 1 else FAILED


def _are_part_of(states: t.Sequence[str], counts: Counts) -> bool:
    total, good, bad = _three(counts)
    some_good = states.count(SUCCEEDED)
    fits = good is not None and some_good <= good and bad is not None and len(states) - some_good <= bad
    return fits and total is not None and len(states) < total


def _contradictions(counts: Counts, states: t.Sequence[str]) -> t.Iterator[str]:
    """What counts and items tell that cannot be so."""
    total, good, bad = _three(counts)
    done = states.count(SUCCEEDED)
    if total is not None and len(states) > total:
        yield f"it has {len(states)} items, and counts {total}"
    if good is not None and done > good:
        yield f"{done} of its items have succeeded, and it counts {good}"
    if total is not None and (good or 0) + (bad or 0) > total:
        yield f"it counts {good or 0} that have succeeded and {bad or 0} that have failed, of {total}"


def _untold(service: Service, counts: Counts, states: t.Sequence[str]) -> list[str]:
    """That of some of all that a task was to do neither counts nor items tell how they ended."""
    total, good, bad = _three(counts)
    done, some_bad = states.count(SUCCEEDED), len(states) - states.count(SUCCEEDED)
    if good is None:
        good = done if states or (service.items_decide and bad is None) else (total or 0) - (bad or 0)
    elif bad is None and not states:
        bad = (total or 0) - good
    ended_badly = max(bad or 0, some_bad)
    if good + ended_badly >= (total or 0):
        return []
    return [f"of {total} only {good} are known to have succeeded, and {ended_badly} to have failed"]


def _three(counts: Counts) -> tuple[t.Optional[int], t.Optional[int], t.Optional[int]]:
    return counts.get("total"), counts.get("succeeded"), counts.get("failed")


def _completed(service: Service, counts: t.Optional[Facts], items: list[Facts]) -> t.Optional[Facts]:
    """The counts, completed by the items where these decide and the API does not count failures."""
    if not (service.items_decide and items) or (counts is not None and counts["failed"] is not None):
        return counts
    good = sum(item["state"] == SUCCEEDED for item in items)
    bad = sum(item["state"] in _ENDED_BADLY for item in items)
    told = {name: count for name, count in (counts or {}).items() if count is not None}
    return {"total": len(items), "succeeded": good, "failed": bad, **told}


def _error_for(facts: Facts) -> t.Optional[Facts]:
    """The task's own error, else that of its first item that did not end well; a success has none."""
    if facts["state"] == SUCCEEDED:
        return None
    if facts["error"] or facts["state"] not in (FAILED, PARTIAL, SKIPPED):
        return t.cast(t.Optional[Facts], facts["error"])
    return next((item["error"] for item in facts["subtasks"] if item["state"] in _ENDED_BADLY and item["error"]), None)


def _timed(service: Service, facts: Facts, origin: Origin) -> Task:
    """The finished facts: a task that goes on has no end yet, one that ended has nothing left to do."""
    ended = facts["state"] in TERMINAL
    facts["finished_at"] = facts["finished_at"] if ended else None
    facts["remaining"] = None if ended else facts["remaining"]
    start = to_datetime(facts["started_at"] or facts["created_at"])
    end = to_datetime(facts["finished_at"] or facts["updated_at"]) if ended else origin.now
    return Task(
        provider=origin.provider,
        service=service.name,
        region=origin.region,
        duration=max(0.0, (end - start).total_seconds()) if start and end else None,
        request_id=origin.request_id,
        observed_at=format_time(origin.now),
        **facts,
    )


def with_steps(task: Task) -> Task:
    """Progress and time left as far as the steps tell them and the task does not."""
    if task.terminal:
        return task
    progress = [step["progress"] for step in task.subtasks]
    left = [step["remaining"] for step in task.subtasks if step["remaining"] and step["state"] not in TERMINAL]
    told = bool(progress) and None not in progress
    return replace(
        task,
        progress=round(sum(progress) / len(progress), 2) if task.progress is None and told else task.progress,
        remaining=max(left) if task.remaining is None and left else task.remaining,
    )
