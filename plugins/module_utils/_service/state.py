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
from .._core.task import FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED, TERMINAL, UNKNOWN, Facts, Task, undecided
from .._core.values import format_time, to_datetime
from .model import Rule, Service, States


class Origin(t.NamedTuple):
    """Who was asked, when and with what id: what a task cannot tell of itself.

    ``known`` holds facts that are known from what was asked, where the answer does not tell them; "" is no fact.
    """

    provider: str
    region: t.Optional[str]
    now: datetime
    task_id: str = ""
    request_id: t.Optional[str] = None
    known: t.Mapping[str, t.Optional[str]] = {}


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


def judge(service: Service, facts: Facts, item: t.Any, origin: Origin) -> Task:
    """The task with its state: by its word, then by the rules, then by its items; nothing of this makes it better."""
    words, odd_word = _words(service, facts)
    facts["state"] = state_of(words, facts["native_state"])
    rule, odd_rule = ruled(service.rules, {**facts, "item": item})
    odd = odd_word or odd_rule
    if rule:
        facts["state"] = rule.state
        # Where only some failed, the item that did tells more than the rule.
        facts["error"] = facts["error"] or (error_by(rule) if rule.state == FAILED else None)
    if service.items_decide and not _tells_failures(facts["counts"]):
        facts["counts"] = _count(facts["subtasks"]) or facts["counts"]
        facts["state"] = _by_items(facts["state"], facts["subtasks"])
    facts["state"] = _by_failures(service, facts)
    if odd and facts["state"] == SUCCEEDED:
        facts["state"], facts["error"] = UNKNOWN, undecided(odd)
    facts["error"] = _error_for(facts) or (error_by(rule) if rule else None)
    return _timed(service, facts, origin)


def ruled(rules: t.Iterable[Rule], searched: Facts) -> tuple[t.Optional[Rule], str]:
    """The first rule that holds; and the JMESPath of one before it of which that cannot be told, "" where there is none."""
    odd = ""
    for rule in rules:
        told = holds(rule.when, searched)
        if told:
            return rule, odd
        odd = odd or (rule.when if told is None else "")
    return None, odd


def error_by(rule: Rule) -> t.Optional[Facts]:
    """The error of a task that is judged so by a rule, where it is one."""
    return {"code": None, "message": rule.because} if rule.state in (FAILED, PARTIAL) else None


def _words(service: Service, facts: Facts) -> tuple[States, str]:
    """The table of words that counts for a task of this kind; and the JMESPath of another of which that cannot be told."""
    odd = ""
    for when, table in service.states_by:
        told = holds(when, facts)
        if told:
            return {**service.states, **table}, odd
        odd = odd or (when if told is None else "")
    return service.states, odd


def _tells_failures(counts: t.Optional[Facts]) -> bool:
    return counts is not None and counts["failed"] is not None


def _count(items: list[Facts]) -> t.Optional[Facts]:
    good = sum(item["state"] == SUCCEEDED for item in items)
    bad = sum(item["state"] in _ENDED_BADLY for item in items)
    return {"total": len(items), "succeeded": good, "failed": bad} if items else None


def _by_items(state: str, items: list[Facts]) -> str:
    """A task that says it ended well while an item still goes on, or says a word nobody knows, has not."""
    open_states = [item["state"] for item in items if item["state"] in (UNKNOWN, PENDING, RUNNING)]
    if state != SUCCEEDED or not open_states:
        return state
    return UNKNOWN if UNKNOWN in open_states else RUNNING


def _by_failures(service: Service, facts: Facts) -> str:
    """A success is one only if neither the counts nor an item tells of one that did not end well."""
    counts = facts["counts"] or {}
    states = [item["state"] for item in facts["subtasks"]] if service.items_decide else []
    bad = [state for state in states if state in _ENDED_BADLY]
    if facts["state"] != SUCCEEDED or not (bad or _fall_short(counts)):
        return t.cast(str, facts["state"])
    if _some_succeeded(counts) or PARTIAL in bad:
        return PARTIAL
    return bad[0] if len(set(states)) == 1 else FAILED


def _fall_short(counts: t.Mapping[str, t.Optional[int]]) -> bool:
    """Whether the counts tell of a failure: by its own count, or as what all but those that succeeded are."""
    if counts.get("failed") is not None:
        return bool(counts["failed"])
    total, succeeded = counts.get("total"), counts.get("succeeded")
    return total is not None and succeeded is not None and succeeded < total


def _some_succeeded(counts: t.Mapping[str, t.Optional[int]]) -> bool:
    """Whether the counts tell of a success: some APIs count only all and those that failed."""
    if counts.get("succeeded") is not None:
        return bool(counts["succeeded"])
    return (counts.get("total") or 0) > (counts.get("failed") or 0)


def _error_for(facts: Facts) -> t.Optional[Facts]:
    """The task's own error, else that of its first failed item; a success has none, whatever a field still holds."""
    if facts["state"] == SUCCEEDED:
        return None
    if facts["error"] or facts["state"] not in (FAILED, PARTIAL):
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
