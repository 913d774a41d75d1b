# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turn any answer of any cloud into a task. Every answer goes through this file. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from .._core.errors import NotFound, Unavailable
from .._core.expression import find, holds, holds_an_error, names_in_expression, search
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
from .details import details_of
from .ids import bare_id, is_elsewhere, is_same_task
from .links import is_by_url, without_urls
from .model import Detail, Service, States
from .state import Origin, error_by, first_rule, judge, may_open, state_of, weigh_again, with_steps
from .template import names_the_task


def document_of(service: Service, response: Response) -> t.Any:
    """Return what the JMESPaths of the service are evaluated on: the body, or the whole response."""
    if not service.envelope:
        return response.body
    headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
    if is_by_url(service):
        headers = without_urls(headers)
    return {"status": response.status, "headers": headers, "body": response.body}


def is_error(service: t.Optional[Service], response: Response) -> bool:
    """Say whether a response is an error, by its status or by what the service defines for a 200."""
    if not 200 <= response.status < 300:
        return True
    return bool(service and service.refused and holds(service.refused, document_of(service, response)))


def doubts_of(document: t.Any, *expressions: str) -> tuple[str, ...]:
    """Return a reason for each of the JMESPaths about a whole answer that cannot be evaluated on it."""
    return tuple(
        does_not_work(expression) for expression in expressions if expression and holds(expression, document) is None
    )


def read_task(service: Service, document: t.Any, origin: Origin) -> Task:
    """Return the task in the answer to ``service.read``.

    Raise NotFound if the answer says that there is no such task. Raise Unavailable if it is not what the API promises:
    it is empty, or about another task than the requested one.
    """
    if not isinstance(document, dict):
        raise Unavailable("the answer is not a JSON object")
    if service.absent and holds(service.absent, document):
        raise NotFound("the answer contains no task")
    item = _requested_item(service, document, origin) if service.items else find_in(service.root, document)
    return read_item(service, item, origin._replace(doubts=doubts_of(document, service.absent, service.refused)))


def find_in(expression: str, document: t.Any) -> t.Any:
    """Return the task, or the list of tasks, in a document. Raise Unavailable if the JMESPath cannot be evaluated on it."""
    value, works = find(expression, document)
    if not works:
        raise Unavailable(does_not_work(expression))
    return value


def items_of(expression: str, document: t.Any) -> list[t.Any]:
    """Return the items of a list. Raise Unavailable if there is no list, which is not the same as an empty one."""
    items = find_in(expression, document)
    if not isinstance(items, list):
        raise Unavailable("the answer holds no list of tasks")
    return items


def _requested_item(service: Service, document: Facts, origin: Origin) -> t.Any:
    """Return the requested item. If there are only others, return one of them, so that the caller sees the wrong id."""
    items = items_of(service.items, document)
    if not items:
        raise NotFound("the answer is a list with no task in it")
    path = service.facts.get("id", "")
    if not path and len(items) > 1:
        raise Unavailable(f"the answer of {service.name} holds {len(items)} tasks, and does not say which is which")
    requested = origin.task_id
    matching = [item for item in items if path and _names(service, item, to_text(search(path, item)), requested)]
    if requested and not matching and not names_the_task(service.read):
        raise NotFound("the answer is a list of all tasks, and it is not among them")
    if any(item != matching[0] for item in matching):
        raise Unavailable(f"the answer of {service.name} tells of the same task more than once, and differently")
    return matching[0] if matching else items[0]


def read_item(
    service: Service,
    item: t.Any,
    origin: Origin,
    overrides: t.Optional[t.Mapping[str, str]] = None,
) -> Task:
    """Return the task in one item: that of an answer about one task, or one of a list, whose facts may be in other places.

    ``overrides`` replaces JMESPaths of ``service.facts``. The fact ``raw`` is the item, which rules know as ``item``.
    """
    if not isinstance(item, dict) or not item:
        raise Unavailable("the answer does not hold what the API promises")
    expressions = {**service.facts, **overrides} if overrides else service.facts
    values, doubts = _find_all(service, expressions, item)
    facts = _normalised(service, values, doubts)
    doubts += _unread(service, expressions, values, facts, item)
    facts["id"] = _own_id(service, item, facts["id"], origin) if "id" in expressions else origin.task_id
    _refuse_other_account(service, item, origin.account)
    facts["raw"] = item
    known = {name: value for name, value in origin.request_facts.items() if name and value and facts.get(name) is None}
    return judge(service, {**facts, **known}, item, origin, (*origin.doubts, *doubts))


def _find_all(service: Service, expressions: t.Mapping[str, str], item: t.Any) -> tuple[Facts, list[str]]:
    """Return the value of each fact, and why the task cannot be judged if a JMESPath that matters cannot be evaluated."""
    results = {name: find(expression, item) for name, expression in expressions.items()}
    broken = [name for name, (dummy, works) in results.items() if not works]
    deciding = _deciding(service) if broken else set()
    doubts = [does_not_work(expressions[name]) for name in broken if name in deciding]
    return {name: value for name, (value, dummy) in results.items()}, doubts


def _unread(
    service: Service, expressions: t.Mapping[str, str], values: Facts, facts: Facts, item: Facts
) -> t.Iterator[str]:
    """Yield a doubt for an error or a progress that is told in a form that cannot be read, and that a rule looks at."""
    deciding = _deciding(service)
    if "progress" in deciding and facts["progress"] is None and values.get("progress") not in (None, ""):
        yield "its progress cannot be read"
    path = expressions.get("error", "")
    is_lost = "error" in deciding and path and facts["error"] is None
    if is_lost and (holds_an_error(path, item) or _holds_parts(values.get("error"))):
        yield "it tells of an error that cannot be read"


def _holds_parts(error: t.Any) -> bool:
    """Say whether a code or a message is there that is no text."""
    return isinstance(error, dict) and any(value and isinstance(value, (dict, list, bool)) for value in error.values())


def _deciding(service: Service) -> set[str]:
    """Return the facts that decide on a task: state, counts and items, and whatever rules and tables look at."""
    whens = [when for when, dummy in service.states_by] + [rule.when for rule in service.rules]
    by_name = {"name"} if len(service.item_states) > 1 else set()
    return {"native_state", "counts", "subtasks"}.union(by_name, *map(names_in_expression, whens))


def _own_id(service: Service, item: Facts, actual: t.Optional[str], origin: Origin) -> str:
    """Return the id of the task. Raise Unavailable if the answer has none, or that of another task than the requested one."""
    if actual is None:
        raise Unavailable(f"the answer of {service.name} does not say which task it is about")
    requested = origin.task_id
    if requested and (not _names(service, item, actual, requested) or is_elsewhere(service, actual, origin.options)):
        raise Unavailable(f"the answer of {service.name} is about another task ({actual})")
    return requested or bare_id(service, actual)


def _refuse_other_account(service: Service, item: Facts, account: str) -> None:
    """Raise NotFound for a task of another account than its id says. It has the same name, and is not the one that is meant."""
    actual = account_in(service, item) if account else account
    if actual is None:
        raise Unavailable(f"the answer of {service.name} does not say of which account the task is")
    if actual != account:
        raise NotFound(f"by its id it is of the account {account}, and the credentials are of {actual}")


def account_in(service: Service, item: Facts) -> t.Optional[str]:
    """Return the account that a task is of by its full id in an item; None if that is not told."""
    forms = ((form, to_text(search(form.told_by, item)) or "") for form in service.qualified if form.told_by)
    found = (re.fullmatch(form.pattern, told) for form, told in forms)
    return next((match["account"] for match in found if match), None)


def _names(service: Service, item: t.Any, actual: t.Optional[str], requested: str) -> bool:
    """Say whether what was requested names the task in an item: by its id, or by the name that it has besides."""
    alias = to_text(search(service.alias, item)) if service.alias else None
    return is_same_task(service, actual, requested) or (alias is not None and alias == requested)


def id_behind(service: Service, task: Task) -> str:
    """Return the id that the answer has for a task, which may have been requested by another name."""
    return to_text(search(service.facts.get("id", ""), task.raw)) or task.id


def ids_in(service: Service, document: Facts) -> set[str]:
    """Return the ids of all tasks in an answer, or in an item of one, whichever call it came from."""
    listing, batch, finder = service.listing, service.batch, service.finder
    others = (call.facts.get("id", "") for call in (listing, batch, finder) if call)
    paths = {path for path in (service.facts.get("id", ""), *others) if path}
    content = search(service.items, document) if service.items else search(service.root, document)
    items = [document, *(content if isinstance(content, list) else [content])]
    return {task_id for item in items for path in paths if (task_id := to_text(search(path, item)))}


def _normalised(service: Service, values: Facts, doubts: list[str]) -> Facts:
    """Return each value in its one form, by fact name. Add a doubt for what cannot be read but might decide."""
    facts: Facts = {name: to_text(values.get(name)) for name in _TEXTS}
    facts.update({name: to_time(values.get(name), service.zone) for name in _TIMES})
    if service.others and not isinstance(values.get("native_state"), str):
        facts["native_state"] = None
    facts["progress"] = to_percent(values.get("progress"), service.scale)
    facts["remaining"] = to_seconds(values.get("remaining"))
    facts["cancellable"] = to_flag(values.get("cancellable"))
    facts["result"] = to_data(values.get("result"))
    facts["outputs"] = outputs_of(values.get("outputs"))
    facts["details"] = details_of(values.get("details"))
    facts["error"] = task_error(values.get("error"))
    facts["counts"] = counts_of(values.get("counts"), doubts)
    items = to_data(values.get("subtasks"))
    facts["subtasks"] = subtasks_of(service, facts["name"], items, doubts)
    doubts += [f"its {name} cannot be read" for name in _unreadable(service, facts, items)]
    return facts


def _unreadable(service: Service, facts: Facts, items: t.Any) -> t.Iterator[str]:
    """Yield the name of what should be JSON, or a list of items, and is not. The result may also be anything else."""
    if is_cut_off(facts["result"]):
        yield "result"
    is_readable = items is None or isinstance(items, dict) or bool(facts["subtasks"])
    # Items of which nothing is told are fine only if counts tell of all: ECS fills in their fields for some operations only.
    are_counted = items == [] or None not in (facts["counts"] or {"total": None}).values()
    objects = are_counted and isinstance(items, list) and all(isinstance(item, dict) for item in items)
    is_result = isinstance(items, (str, list)) and items == facts["result"]
    if service.items_decide and not (is_readable or objects or is_result):
        yield "list of items"


_TEXTS = ("id", "name", "resource_id", "native_state")
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at")


def task_error(value: t.Any) -> t.Optional[Facts]:
    """Return ``{code, message}``, or None if both are empty."""
    fields = value if isinstance(value, dict) else {"message": value}
    error = {"code": to_text(fields.get("code")), "message": to_text(fields.get("message"))}
    return error if any(error.values()) else None


def counts_of(value: t.Any, doubts: list[str]) -> t.Optional[Facts]:
    """Return ``{total, succeeded, failed}``, or None if the API does not count. Add a doubt for a count that is not a number."""
    if value is not None and not isinstance(value, dict):
        doubts.append("its counts cannot be read")
    fields = value if isinstance(value, dict) else {}
    counts = {name: to_count(fields.get(name)) for name in ("total", "succeeded", "failed")}
    unreadable = [name for name, count in counts.items() if count is None and fields.get(name) not in (None, "")]
    doubts += [f"its count {name} is {str(fields[name])[:50]!r}" for name in unreadable]
    return counts if any(count is not None for count in counts.values()) else None


def outputs_of(value: t.Any) -> Facts:
    """Return the outputs of a task by name, from an object or a list of {Name, Value}. A name with several values has a list."""
    if isinstance(value, dict):
        return {str(name): item for name, item in value.items() if item not in (None, "", [], {})}
    outputs: dict[str, dict[str, t.Any]] = {}
    for pair in value if isinstance(value, list) else ():
        name = to_text(pair.get("Name")) if isinstance(pair, dict) else None
        if name and pair.get("Value") not in (None, ""):
            outputs.setdefault(name, {}).setdefault(repr(pair["Value"]), pair["Value"])
    lists = {name: list(values.values()) for name, values in outputs.items()}
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items()}


def subtasks_of(service: Service, name: t.Optional[str], value: t.Any, doubts: list[str]) -> list[Facts]:
    """Return the sub-tasks in one form. If no entry has a state, an error or a name, they are results, not sub-tasks."""
    states = item_states_of(service, name)
    values = [value] if isinstance(value, dict) else value
    entries = [find(service.subtask, entry) for entry in (values if isinstance(values, list) else ())]
    if service.items_decide and not all(works for dummy, works in entries):
        doubts.append(does_not_work(service.subtask))
    subtasks = [entry if isinstance(entry, dict) else {} for entry, dummy in entries]
    are_subtasks = any(entry.get(part) not in (None, "") for entry in subtasks for part in ("name", "native_state"))
    are_subtasks = are_subtasks or any(task_error(entry.get("error")) for entry in subtasks)
    return [_subtask(states, entry) for entry in subtasks] if are_subtasks else []


def item_states_of(service: Service, name: t.Optional[str]) -> States:
    """Return the native words of a task's sub-tasks. If its name is unknown, use words that mean the same in all tables."""
    tables = [table for dummy, table in service.item_states]
    if name is None and len(tables) > 1:
        return {word: state for word, state in tables[0].items() if all(other.get(word) == state for other in tables)}
    return next((table for start, table in service.item_states if (name or "").startswith(start)), {})


def _subtask(states: States, entry: Facts) -> Facts:
    word = to_text(entry.get("native_state"))
    error = task_error(entry.get("error"))
    has_no_word = entry.get("native_state") in (None, "")
    state = FAILED if error and has_no_word else state_of(states, word)
    progress = to_percent(entry.get("progress"))
    # TaurusDB's own example calls a step complete at 19 % with 66 s left. The figures are the careful reading.
    contradicted = state == SUCCEEDED and progress is not None and progress < 100
    return {
        "name": to_text(entry.get("name")),
        "state": RUNNING if contradicted else state,
        "native_state": word,
        "progress": progress,
        "remaining": to_seconds(entry.get("remaining")),
        "error": error,
        "outputs": outputs_of(entry.get("outputs")),
    }


def wants_detail(detail: Detail, task: Task) -> bool:
    """Say whether a task needs a second call. Raise Unavailable if that is unknown and the detail decides."""
    wanted = holds(detail.when, task.facts())
    if wanted is None and detail.rules:
        raise Unavailable(does_not_work(detail.when))
    return bool(wanted)


def add_detail(service: Service, detail: Detail, task: Task, body: t.Any) -> Task:
    """Return the task with the facts of the second call. An answer without facts about the task takes nothing away.

    A body that is no such answer may be one when it is asked for again, so no end stands on it.
    """
    if not isinstance(body, dict):
        return _unchanged(detail, task, bool(detail.rules) or may_open(task.state))
    values, doubts = _find_all(service, detail.facts, body)
    facts = _normalised(service, {"name": task.name, **values}, doubts)
    fits = (
        same_id(facts["resource_id"], task.resource_id, service.any_case)
        if detail.rules
        else is_same_task(service, facts["id"] or task.id, task.id)
    )
    if not fits:
        return _unchanged(detail, task, bool(detail.rules))
    new_facts = {name: facts[name] for name in detail.facts if facts[name] and name != "id"}
    merged = {name: {**getattr(task, name), **facts[name]} for name in ("outputs", "details")}
    detailed = with_steps(replace(task, **{**new_facts, **merged}))
    rule, rule_doubts = first_rule(detail.rules, {**detailed.facts(), "item": body})
    judged = replace(detailed, state=rule.state, error=detailed.error or error_by(rule)) if rule else detailed
    return weigh_again(service, judged, (*doubts, *rule_doubts))


def _unchanged(detail: Detail, task: Task, decides: bool) -> Task:
    """Return the task as it is. Raise Unavailable if the missing detail decides how the task ended."""
    if decides:
        raise Unavailable(f"{detail.call.action}: the answer does not tell how the task ended")
    return task
