# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the state of a task from its facts: by its native word, by rules, by counts and by its items. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace
from datetime import datetime

from .._core.expression import holds, search
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
from .._core.values import cut, format_time, to_datetime, to_text
from .model import Rule, Service, States


class Origin(t.NamedTuple):
    """Where and when a task was read, and its id: what the task itself does not say.

    ``request_facts`` are facts from the request, for facts that the answer lacks; "" is no fact. ``doubts`` are reasons why
    the answer cannot be judged, whatever its tasks say. ``account`` is that of the task, if its id says so. ``options`` are the
    values of the service's options, which rules know as ``options``.
    """

    provider: str
    region: t.Optional[str]
    now: datetime
    task_id: str = ""
    request_id: t.Optional[str] = None
    request_facts: t.Mapping[str, t.Optional[str]] = {}
    doubts: tuple[str, ...] = ()
    account: str = ""
    options: t.Mapping[str, t.Optional[str]] = {}


# An item that ended in one of these states has not done what it was to do.
_ENDED_BADLY = tuple(state for state in TERMINAL if state != SUCCEEDED)


def state_of(states: States, word: t.Optional[str], others: str = "") -> str:
    """Return our state for a native word. A word that is not in the table is ``others``, or unknown: it is never an end.

    The table holds one spelling of canceled or cancelled. Vendors write both, sometimes in one API.
    """
    if not word:
        return UNKNOWN
    state = states.get(word.lower())
    return state or states.get(_other_spelling(word.lower()), others or UNKNOWN)


_CANCELLED = re.compile(r"cancel(l?)(ed|ing)")


def _other_spelling(word: str) -> str:
    return _CANCELLED.sub(lambda match: f"cancel{'' if match[1] else 'l'}{match[2]}", word)


def judge(service: Service, facts: Facts, item: t.Any, origin: Origin, doubts: t.Sequence[str] = ()) -> Task:
    """Return the task with its state.

    ``doubts`` are reasons why the task cannot be called a success.
    """
    facts["state"], rule, error = verdict_on(service, {**facts, "item": item, "options": origin.options}, doubts)
    # If only some items failed, the error of the failed item says more than the rule.
    facts["error"] = facts["error"] or (error_by(rule) if rule and rule.state == FAILED else None)
    facts["counts"] = _completed(service, facts["counts"], facts["subtasks"])
    facts["error"] = error or _error_for(facts) or (error_by(rule) if rule else None)
    return _task_from(service, facts, origin)


class Verdict(t.NamedTuple):
    """The state of a task, the rule that holds, and why the state is unknown if it is."""

    state: str
    rule: t.Optional[Rule]
    error: t.Optional[Facts]


def verdict_on(service: Service, document: Facts, doubts: t.Sequence[str]) -> Verdict:
    """Return the verdict on facts by their word, then by rules, counts and items. These never make the state better.

    ``document`` holds the facts, and what rules know besides: ``item`` and ``options``.
    """
    words, word_doubts = _words(service, document)
    by_word = state_of(words, document["native_state"], service.others)
    rule, rule_doubts = first_rule(service.rules, {**document, "state": by_word})
    by_rule = {**document, "state": rule.state if rule else by_word}
    state, error = weigh(service, by_rule, (*doubts, *word_doubts, *rule_doubts), by_word == SUCCEEDED)
    return Verdict(state, rule, error)


def first_rule(rules: t.Iterable[Rule], document: Facts) -> tuple[t.Optional[Rule], list[str]]:
    """Return the first rule that holds, and why rules before it cannot be evaluated."""
    doubts: list[str] = []
    for rule in rules:
        result = holds(rule.when, document)
        if result:
            return rule._replace(because=_because(rule, document)), doubts
        doubts += [does_not_work(rule.when)] if result is None else []
    return None, doubts


# The most characters of a value from the answer in the reason of a rule.
_MOST_OF_VALUE = 200
PLACE_IN_REASON = re.compile(r"\{([^{}]+)\}")


def _because(rule: Rule, document: Facts) -> str:
    """Return the reason of a rule, with what the answer says in its places."""

    def told(place: t.Match[str]) -> str:
        value = to_text(search(place[1], document))
        return cut(value, _MOST_OF_VALUE) if value else "(not told)"

    return PLACE_IN_REASON.sub(told, rule.because)


def error_by(rule: Rule) -> t.Optional[Facts]:
    """Return the error of a task whose state a rule sets, or None if that state needs no reason."""
    if rule.state == UNKNOWN:
        return undecided(rule.because)
    return {"code": None, "message": rule.because} if rule.state in (FAILED, PARTIAL, SKIPPED) else None


def _words(service: Service, facts: Facts) -> tuple[States, list[str]]:
    """Return the table of native words for this task, and why tables before it cannot be evaluated."""
    doubts: list[str] = []
    for when, table in service.states_by:
        result = holds(when, facts)
        if result:
            return {**service.states, **table}, doubts
        doubts += [does_not_work(when)] if result is None else []
    return service.states, doubts


# A gate may accept these states, the best first. All other ends are worse.
_ACCEPTABLE = (SUCCEEDED, SKIPPED, PARTIAL)


def is_worse(state: str, than: str) -> bool:
    """Return whether a gate would accept this state less than the other."""
    return _badness(state) > _badness(than)


def may_open(state: str) -> bool:
    """Return whether a gate may open on this state. If so, everything that contradicts the state has to be known."""
    return state in _ACCEPTABLE


def weigh(service: Service, facts: Facts, doubts: t.Sequence[str], said_well: bool) -> tuple[str, t.Optional[Facts]]:
    """Return the state after everything that contradicts it: items, counts and doubts. Add the error if it becomes unknown.

    A task that reports success while an item is still running has not ended. If counts and items differ, take the
    worse. If the task ``said_well``, all that it was to do has to be accounted for, whatever a rule made of that word.
    """
    state: str = facts["state"]
    if state not in _ACCEPTABLE:
        has_no_word = state == UNKNOWN and not facts["native_state"]
        return state, undecided(doubts[0]) if doubts and has_no_word else None
    counts: Counts = facts["counts"] or {}
    items = facts["subtasks"] if service.items_decide else []
    states = [item["state"] for item in items]
    if UNKNOWN in states:
        return UNKNOWN, undecided([*doubts, _unknown_item(items)][0])
    if set(states) & {PENDING, RUNNING}:
        return RUNNING, None
    worst = max(state, _by_counts(counts), _by_items(states, counts), key=_badness)
    reasons = [*doubts, *_contradictions(counts, states)]
    if said_well and counts.get("total") is not None:
        reasons += _unaccounted(service, counts, states)
    return (UNKNOWN, undecided(reasons[0])) if reasons and worst in _ACCEPTABLE else (worst, None)


def weigh_again(service: Service, task: Task, doubts: t.Sequence[str]) -> Task:
    """Return the same task, weighed again after facts were added."""
    state, error = weigh(service, task.facts(), doubts, task.succeeded)
    finished_at = task.finished_at if state in TERMINAL else None
    return replace(task, state=state, error=error or task.error, finished_at=finished_at)


Counts = t.Mapping[str, t.Optional[int]]


def _badness(state: str) -> int:
    return _ACCEPTABLE.index(state) if state in _ACCEPTABLE else len(_ACCEPTABLE)


def _unknown_item(items: t.Sequence[Facts]) -> str:
    """Say which item has an unknown state."""
    item = next(item for item in items if item["state"] == UNKNOWN)
    word, which = item["native_state"], f"its item {item['name'][:100]}" if item["name"] else "one of its items"
    return f"{which} says {word[:100]!r}, which is not known here" if word else f"{which} does not tell its state"


def _by_counts(counts: Counts) -> str:
    """Return the best state that the counts allow. Some APIs count only the total and one of succeeded and failed."""
    total, good, bad = _totals(counts)
    if bad is None and good is not None and total is not None:
        bad = max(0, total - good)
    if not bad:
        return SUCCEEDED
    return PARTIAL if good or (good is None and (total or 0) > bad) else FAILED


def _by_items(states: t.Sequence[str], counts: Counts) -> str:
    """Return the best state that the items allow. If the counts cover more items than are listed, the counts decide."""
    bad = [state for state in states if state in _ENDED_BADLY]
    if not bad or _are_part_of(states, counts):
        return SUCCEEDED
    if PARTIAL in bad or SUCCEEDED in states:
        return PARTIAL
    return bad[0] if len(set(states)) == 1 else FAILED


def _are_part_of(states: t.Sequence[str], counts: Counts) -> bool:
    total, good, bad = _totals(counts)
    some_good = states.count(SUCCEEDED)
    fits = good is not None and some_good <= good and bad is not None and len(states) - some_good <= bad
    return fits and total is not None and len(states) < total


def _contradictions(counts: Counts, states: t.Sequence[str]) -> t.Iterator[str]:
    """Yield the contradictions between counts and items."""
    total, good, bad = _totals(counts)
    succeeded = states.count(SUCCEEDED)
    if total is not None and len(states) > total:
        yield f"it has {len(states)} items, and counts {total}"
    if good is not None and succeeded > good:
        yield f"{succeeded} of its items have succeeded, and it counts {good}"
    if total is not None and (good or 0) + (bad or 0) > total:
        yield f"it counts {good or 0} that have succeeded and {bad or 0} that have failed, of {total}"


def _unaccounted(service: Service, counts: Counts, states: t.Sequence[str]) -> list[str]:
    """Return the reason for doubt if counts and items leave open how some of the total ended."""
    total, good, bad = _totals(counts)
    succeeded, some_bad = states.count(SUCCEEDED), len(states) - states.count(SUCCEEDED)
    if good is None:
        good = succeeded if states or (service.items_decide and bad is None) else (total or 0) - (bad or 0)
    elif bad is None and not states:
        bad = (total or 0) - good
    ended_badly = max(bad or 0, some_bad)
    if good + ended_badly >= (total or 0):
        return []
    return [f"of {total} only {good} are known to have succeeded, and {ended_badly} to have failed"]


def _totals(counts: Counts) -> tuple[t.Optional[int], t.Optional[int], t.Optional[int]]:
    """Return the total and the numbers that succeeded and failed."""
    return counts.get("total"), counts.get("succeeded"), counts.get("failed")


def _completed(service: Service, counts: t.Optional[Facts], items: list[Facts]) -> t.Optional[Facts]:
    """Return the counts, completed from the items if these decide and the API does not count failures."""
    if not (service.items_decide and items) or (counts is not None and counts["failed"] is not None):
        return counts
    good = sum(item["state"] == SUCCEEDED for item in items)
    bad = sum(item["state"] in _ENDED_BADLY for item in items)
    known_counts = {name: count for name, count in (counts or {}).items() if count is not None}
    return {"total": len(items), "succeeded": good, "failed": bad, **known_counts}


def _error_for(facts: Facts) -> t.Optional[Facts]:
    """Return the task's own error, else that of its first item that did not end well. A success has no error."""
    if facts["state"] == SUCCEEDED:
        return None
    if facts["error"] or facts["state"] not in (FAILED, PARTIAL, SKIPPED):
        return t.cast(t.Optional[Facts], facts["error"])
    return next((item["error"] for item in facts["subtasks"] if item["state"] in _ENDED_BADLY and item["error"]), None)


def _task_from(service: Service, facts: Facts, origin: Origin) -> Task:
    """Build the task from the finished facts. A running task has no end yet, and an ended one has no time left."""
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
    """Return a running task with progress and remaining time from its steps, if it does not report them itself."""
    if task.terminal:
        return task
    progress = [step["progress"] for step in task.subtasks]
    remaining = [step["remaining"] for step in task.subtasks if step["remaining"] and step["state"] not in TERMINAL]
    all_report = bool(progress) and None not in progress
    return replace(
        task,
        progress=round(sum(progress) / len(progress), 2) if task.progress is None and all_report else task.progress,
        remaining=max(remaining) if task.remaining is None and remaining else task.remaining,
    )
