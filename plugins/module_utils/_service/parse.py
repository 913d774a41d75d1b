# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The one way from any answer of any cloud to a task. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._core.errors import NotFound, Unavailable
from .._core.expression import find, holds, names_in_expression, search
from .._core.task import FAILED, RUNNING, SUCCEEDED, Facts, Task, does_not_work
from .._core.values import (
    is_cut_off,
    same_id,
    to_count,
    to_data,
    to_flag,
    to_percent,
    to_seconds,
    to_text,
    to_time,
)
from .._http.message import Response
from .model import Detail, Service, States
from .state import Origin, error_by, judge, may_open, reweighed, ruled, state_of, with_steps


def document_of(service: Service, response: Response) -> t.Any:
    """What the expressions of the service are about: the body, or all of the answer."""
    if not service.envelope:
        return response.body
    headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
    return {"status": response.status, "headers": headers, "body": response.body}


def is_error(service: t.Optional[Service], response: Response) -> bool:
    """Whether an answer refuses the call, by its status or by what the service says in a good one."""
    if not 200 <= response.status < 300:
        return True
    return bool(service and service.refused and holds(service.refused, document_of(service, response)))


def doubts_of(told: t.Any, *expressions: str) -> tuple[str, ...]:
    """Of JMESPaths that say what a whole answer is, those of which it cannot be told whether they hold."""
    return tuple(does_not_work(each) for each in expressions if each and holds(each, told) is None)


def read_task(service: Service, told: t.Any, origin: Origin) -> Task:
    """The task that an answer to ``service.read`` tells of.

    Raises NotFound where the answer says that there is none, and Unavailable where it is not what the API promises:
    nothing in it, or another task than the one that was asked for.
    """
    if not isinstance(told, dict):
        raise Unavailable("the answer is not a JSON object")
    if service.absent and holds(service.absent, told):
        raise NotFound("the answer holds no task")
    item = _asked_for(service, told, origin) if service.items else found_by(service.root, told)
    return read_item(service, item, origin._replace(doubts=doubts_of(told, service.absent, service.refused)))


def found_by(expression: str, told: t.Any) -> t.Any:
    """Where the task is, or the list that it is in; an answer on which the JMESPath does not work tells of none."""
    found, works = find(expression, told)
    if not works:
        raise Unavailable(does_not_work(expression))
    return found


def items_of(expression: str, told: t.Any) -> list[t.Any]:
    """The items of a list; an answer without a list is not one with an empty list."""
    items = found_by(expression, told)
    if not isinstance(items, list):
        raise Unavailable("the answer holds no list of tasks")
    return items


def _asked_for(service: Service, told: Facts, origin: Origin) -> t.Any:
    """The item that was asked for; where there are others only, one of them: the API has not done what it was asked."""
    items = items_of(service.items, told)
    if not items:
        raise NotFound("the answer is a list with no task in it")
    path = service.facts.get("id", "")
    if not path and len(items) > 1:
        raise Unavailable(f"the answer of {service.name} holds {len(items)} tasks, and does not say which is which")
    asked = [item for item in items if path and same_id(to_text(search(path, item)), origin.task_id)]
    if any(item != asked[0] for item in asked):
        raise Unavailable(f"the answer of {service.name} tells of the same task more than once, and differently")
    return asked[0] if asked else items[0]


def read_item(
    service: Service,
    item: t.Any,
    origin: Origin,
    overrides: t.Optional[t.Mapping[str, str]] = None,
) -> Task:
    """The task that one item tells of: that of an answer about it alone, or one of many (whose facts may sit elsewhere).

    Whichever call told it, ``raw`` is that item: what the rules of the service know as ``item``.
    """
    if not isinstance(item, dict) or not item:
        raise Unavailable("the answer does not hold what the API promises")
    expressions = {**service.facts, **overrides} if overrides else service.facts
    found, doubts = _find_all(service, expressions, item)
    facts = _normalised(service, found, doubts)
    facts["id"] = _own_id(service, expressions, facts["id"], origin.task_id)
    facts["raw"] = item
    told = {name: value for name, value in origin.known.items() if name and value and facts.get(name) is None}
    return judge(service, {**facts, **told}, item, origin, (*origin.doubts, *doubts))


def _find_all(service: Service, expressions: t.Mapping[str, str], item: t.Any) -> tuple[Facts, list[str]]:
    """What each fact is read from; and why it cannot be judged by those that decide and whose JMESPath does not work."""
    found = {name: find(expression, item) for name, expression in expressions.items()}
    broken = [name for name, (dummy, works) in found.items() if not works]
    deciding = _deciding(service) if broken else set()
    doubts = [does_not_work(expressions[name]) for name in broken if name in deciding]
    return {name: value for name, (value, dummy) in found.items()}, doubts


def _deciding(service: Service) -> set[str]:
    """The facts by which a task is judged: state, counts and items, and what rules and tables ask for."""
    whens = [when for when, dummy in service.states_by] + [rule.when for rule in service.rules]
    by_name = {"name"} if len(service.item_states) > 1 else set()
    return {"native_state", "counts", "subtasks"}.union(by_name, *map(names_in_expression, whens))


def _own_id(service: Service, expressions: t.Mapping[str, str], told: t.Optional[str], asked: str) -> str:
    """The task's id. An answer about another task, or about none, says nothing of the one that was asked for."""
    if "id" not in expressions:
        return asked
    if told is None:
        raise Unavailable(f"the answer of {service.name} does not say which task it is about")
    if asked and not same_id(told, asked):
        raise Unavailable(f"the answer of {service.name} is about another task ({told})")
    return asked or told


def ids_in(service: Service, told: Facts) -> set[str]:
    """The ids of all tasks that an answer, or an item of one, tells of: by whatever call it came."""
    listing, batch, finder = service.listing, service.batch, service.finder
    others = (each.facts.get("id", "") for each in (listing, batch, finder) if each)
    paths = {path for path in (service.facts.get("id", ""), *others) if path}
    inner = search(service.items, told) if service.items else search(service.root, told)
    items = [told, *(inner if isinstance(inner, list) else [inner])]
    return {found for item in items for path in paths if (found := to_text(search(path, item)))}


def _normalised(service: Service, found: Facts, doubts: list[str]) -> Facts:
    """Raw values by fact name, each turned into its one form; what cannot be read, and might decide, is a doubt more."""
    facts: Facts = {name: to_text(found.get(name)) for name in _TEXTS}
    facts.update({name: to_time(found.get(name), service.zone) for name in _TIMES})
    facts["progress"] = to_percent(found.get("progress"), service.scale)
    facts["remaining"] = to_seconds(found.get("remaining"))
    facts["cancellable"] = to_flag(found.get("cancellable"))
    facts["result"] = to_data(found.get("result"))
    facts["outputs"] = named(found.get("outputs"))
    facts["error"] = task_error(found.get("error"))
    facts["counts"] = counts_of(found.get("counts"), doubts)
    items = to_data(found.get("subtasks"))
    facts["subtasks"] = subtasks_of(service, facts["name"], items, doubts)
    doubts += [f"its {name} cannot be read" for name in _unreadable(service, facts["result"], items)]
    return facts


def _unreadable(service: Service, result: t.Any, items: t.Any) -> t.Iterator[str]:
    """What was to be JSON, or items, and is not; where the result may hold items, it may hold a plain text as well."""
    if is_cut_off(result):
        yield "result"
    plain = items is None or isinstance(items, (list, dict)) or (isinstance(items, str) and items == result)
    if service.items_decide and not plain:
        yield "list of items"


_TEXTS = ("id", "name", "resource_id", "native_state")
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at")


def task_error(value: t.Any) -> t.Optional[Facts]:
    """``{code, message}`` where at least one of them says something."""
    told = value if isinstance(value, dict) else {"message": value}
    error = {"code": to_text(told.get("code")), "message": to_text(told.get("message"))}
    return error if any(error.values()) else None


def counts_of(value: t.Any, doubts: list[str]) -> t.Optional[Facts]:
    """``{total, succeeded, failed}`` where the API counts; a count that is none is a doubt."""
    if value is not None and not isinstance(value, dict):
        doubts.append("its counts cannot be read")
    told = value if isinstance(value, dict) else {}
    counts = {name: to_count(told.get(name)) for name in ("total", "succeeded", "failed")}
    odd = [name for name, count in counts.items() if count is None and told.get(name) not in (None, "")]
    doubts += [f"its count {name} is {str(told[name])[:50]!r}" for name in odd]
    return counts if any(count is not None for count in counts.values()) else None


def named(value: t.Any) -> Facts:
    """What a task made, by name: from an object, or from a list of {Name, Value}; a name told twice holds a list."""
    if isinstance(value, dict):
        return {str(name): item for name, item in value.items() if item not in (None, "", [], {})}
    outputs: dict[str, dict[str, t.Any]] = {}
    for pair in value if isinstance(value, list) else ():
        name = to_text(pair.get("Name")) if isinstance(pair, dict) else None
        if name and pair.get("Value") not in (None, ""):
            outputs.setdefault(name, {}).setdefault(repr(pair["Value"]), pair["Value"])
    values = {name: list(found.values()) for name, found in outputs.items()}
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def subtasks_of(service: Service, name: t.Optional[str], value: t.Any, doubts: list[str]) -> list[Facts]:
    """The sub-tasks in one form. What holds neither a state nor an error nor a name is a result like others, and no sub-task."""
    states = _item_states(service, name)
    values = [value] if isinstance(value, dict) else value
    entries = [find(service.subtask, entry) for entry in (values if isinstance(values, list) else ())]
    if service.items_decide and not all(works for dummy, works in entries):
        doubts.append(does_not_work(service.subtask))
    found = [entry if isinstance(entry, dict) else {} for entry, dummy in entries]
    told = any(entry.get(part) not in (None, "") for entry in found for part in ("name", "native_state"))
    told = told or any(task_error(entry.get("error")) for entry in found)
    return [_subtask(states, entry) for entry in found] if told else []


def _item_states(service: Service, name: t.Optional[str]) -> States:
    """The words of sub-tasks of a task of this name; of one that does not tell it, those that mean the same whatever it is."""
    tables = [table for dummy, table in service.item_states]
    if name is None and len(tables) > 1:
        return {word: state for word, state in tables[0].items() if all(each.get(word) == state for each in tables)}
    return next((table for start, table in service.item_states if (name or "").startswith(start)), {})


def _subtask(states: States, entry: Facts) -> Facts:
    word = to_text(entry.get("native_state"))
    error = task_error(entry.get("error"))
    untold = entry.get("native_state") in (None, "")
    state = FAILED if error and untold else state_of(states, word)
    progress = to_percent(entry.get("progress"))
    # TaurusDB's own example calls a step complete at 19 % with 66 s left: the figures are the careful reading.
    contradicted = state == SUCCEEDED and progress is not None and progress < 100
    return {
        "name": to_text(entry.get("name")),
        "state": RUNNING if contradicted else state,
        "native_state": word,
        "progress": progress,
        "remaining": to_seconds(entry.get("remaining")),
        "error": error,
        "outputs": named(entry.get("outputs")),
    }


def wants_detail(detail: Detail, task: Task) -> bool:
    """Whether a second call is to be made for a task; where the detail decides, it must be told."""
    told = holds(detail.when, task.facts())
    if told is None and detail.rules:
        raise Unavailable(does_not_work(detail.when))
    return bool(told)


def add_detail(service: Service, detail: Detail, task: Task, body: t.Any) -> Task:
    """The task with the facts that its second call told; an answer that tells nothing of it takes nothing away.

    What is no such answer at all may be another one when it is asked for again, so no end stands on it.
    """
    if not isinstance(body, dict):
        return _unchanged(detail, task, bool(detail.rules) or may_open(task.state))
    found, doubts = _find_all(service, detail.facts, body)
    facts = _normalised(service, {"name": task.name, **found}, doubts)
    fits = facts["resource_id"] == task.resource_id if detail.rules else same_id(facts["id"] or task.id, task.id)
    if not fits:
        return _unchanged(detail, task, bool(detail.rules))
    told = {name: facts[name] for name in detail.facts if facts[name] and name != "id"}
    outputs = {**task.outputs, **facts["outputs"]}
    known = with_steps(replace(task, **{**told, "outputs": outputs}))
    rule, odd = ruled(detail.rules, {**known.facts(), "item": body})
    judged = replace(known, state=rule.state, error=known.error or error_by(rule)) if rule else known
    return reweighed(service, judged, (*doubts, *odd))


def _unchanged(detail: Detail, task: Task, decides: bool) -> Task:
    """The task without what an answer does not tell; where that decides, it cannot be judged."""
    if decides:
        raise Unavailable(f"{detail.call.action}: the answer does not tell how the task ended")
    return task
