# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The one way from any answer of any cloud to a task. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._core.errors import NotFound, Unavailable
from .._core.expression import search
from .._core.task import FAILED, RUNNING, SUCCEEDED, UNKNOWN, Facts, Task, undecided
from .._core.values import to_count, to_data, to_flag, to_percent, to_seconds, to_text, to_time
from .._http.message import Response
from .model import Detail, Service, States
from .state import Origin, error_by, judge, ruled, state_of, with_steps


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
    return bool(service and service.refused and search(service.refused, document_of(service, response)))


def read_task(service: Service, told: t.Any, origin: Origin) -> Task:
    """The task that an answer to ``service.read`` tells of.

    Raises NotFound where the answer says that there is none, and Unavailable where it is not what the API promises:
    nothing in it, or another task than the one that was asked for.
    """
    if not isinstance(told, dict):
        raise Unavailable("the answer is not a JSON object")
    if service.absent and search(service.absent, told):
        raise NotFound("the answer holds no task")
    item = _asked_for(service, told, origin) if service.items else search(service.root, told)
    return read_item(service, item, origin, raw=told)


def _asked_for(service: Service, told: Facts, origin: Origin) -> t.Any:
    """The item that was asked for; where there are others only, one of them: the API has not done what it was asked."""
    items = search(service.items, told)
    if not isinstance(items, list):
        raise Unavailable("the answer holds no list of tasks")
    if not items:
        raise NotFound("the answer is a list with no task in it")
    path = service.facts.get("id", "")
    if not path and len(items) > 1:
        raise Unavailable(f"the answer of {service.name} holds {len(items)} tasks, and does not say which is which")
    asked = (item for item in items if path and to_text(search(path, item)) == origin.task_id)
    return next(asked, items[0])


def read_item(
    service: Service,
    item: t.Any,
    origin: Origin,
    overrides: t.Optional[t.Mapping[str, str]] = None,
    raw: t.Optional[Facts] = None,
) -> Task:
    """The task that one item tells of: a whole answer, or an entry of a list (whose facts may sit elsewhere)."""
    if not isinstance(item, dict) or not item:
        raise Unavailable("the answer does not hold what the API promises")
    expressions = {**service.facts, **overrides} if overrides else service.facts
    found = {name: search(expression, item) for name, expression in expressions.items()}
    facts = _normalised(service, found)
    facts["id"] = _own_id(service, expressions, facts["id"], origin.task_id)
    facts["raw"] = raw if raw is not None else item
    told = {name: value for name, value in origin.known.items() if name and value and facts.get(name) is None}
    return judge(service, {**facts, **told}, item, origin)


def _own_id(service: Service, expressions: t.Mapping[str, str], told: t.Optional[str], asked: str) -> str:
    """The task's id. An answer about another task, or about none, says nothing of the one that was asked for."""
    if "id" not in expressions:
        return asked
    if told is None:
        raise Unavailable(f"the answer of {service.name} does not say which task it is about")
    if asked and told != asked:
        raise Unavailable(f"the answer of {service.name} is about another task ({told})")
    return told


def _normalised(service: Service, found: Facts) -> Facts:
    """Raw values by fact name, each turned into its one form."""
    facts: Facts = {name: to_text(found.get(name)) for name in _TEXTS}
    facts.update({name: to_time(found.get(name), service.zone) for name in _TIMES})
    facts["progress"] = to_percent(found.get("progress"), service.scale)
    facts["remaining"] = to_seconds(found.get("remaining"))
    facts["cancellable"] = to_flag(found.get("cancellable"))
    facts["result"] = to_data(found.get("result"))
    facts["outputs"] = named(found.get("outputs"))
    facts["error"] = task_error(found.get("error"))
    facts["counts"] = counts_of(found.get("counts"))
    facts["subtasks"] = subtasks_of(service, facts["name"], to_data(found.get("subtasks")))
    return facts


_TEXTS = ("id", "name", "resource_id", "native_state")
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at")


def task_error(value: t.Any) -> t.Optional[Facts]:
    """``{code, message}`` where at least one of them says something."""
    told = value if isinstance(value, dict) else {"message": value}
    error = {"code": to_text(told.get("code")), "message": to_text(told.get("message"))}
    return error if any(error.values()) else None


def counts_of(value: t.Any) -> t.Optional[Facts]:
    """``{total, succeeded, failed}`` where the API counts."""
    if not isinstance(value, dict):
        return None
    counts = {name: to_count(value.get(name)) for name in ("total", "succeeded", "failed")}
    return counts if any(count is not None for count in counts.values()) else None


def named(value: t.Any) -> Facts:
    """What a task made, by name: from an object, or from a list of {Name, Value}; a name told twice holds a list."""
    if isinstance(value, dict):
        return {str(name): item for name, item in value.items() if item not in (None, "", [], {})}
    outputs: dict[str, list[t.Any]] = {}
    for pair in value if isinstance(value, list) else ():
        name = to_text(pair.get("Name")) if isinstance(pair, dict) else None
        if name and pair.get("Value") not in (None, "", *outputs.get(name, ())):
            outputs.setdefault(name, []).append(pair["Value"])
    return {name: found[0] if len(found) == 1 else found for name, found in outputs.items()}


def subtasks_of(service: Service, name: t.Optional[str], value: t.Any) -> list[Facts]:
    """The sub-tasks in one form. What holds neither a state nor an error is a result like others, not one of sub-tasks."""
    states = next((table for start, table in service.item_states if (name or "").startswith(start)), {})
    values = [value] if isinstance(value, dict) else value
    entries = [search(service.subtask, entry) for entry in (values if isinstance(values, list) else ())]
    found = [entry for entry in entries if isinstance(entry, dict)]
    told = any(to_text(entry.get("native_state")) or task_error(entry.get("error")) for entry in found)
    return [_subtask(states, entry) for entry in found] if told else []


def _subtask(states: States, entry: Facts) -> Facts:
    word = to_text(entry.get("native_state"))
    error = task_error(entry.get("error"))
    state = FAILED if error and not word else state_of(states, word)
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


def add_detail(service: Service, detail: Detail, task: Task, body: t.Any) -> Task:
    """The task with the facts that its second call told; an answer that tells nothing of it takes nothing away."""
    if not isinstance(body, dict):
        return _unchanged(detail, task)
    found = {name: search(expression, body) for name, expression in detail.facts.items()}
    facts = _normalised(service, {"name": task.name, **found})
    fits = facts["resource_id"] == task.resource_id if detail.rules else facts["id"] in (None, task.id)
    if not fits:
        return _unchanged(detail, task)
    told = {name: facts[name] for name in detail.facts if facts[name]}
    outputs = {**task.outputs, **facts["outputs"]}
    known = with_steps(replace(task, **{**told, "outputs": outputs}, raw={**task.raw, detail.name: body}))
    rule, odd = ruled(detail.rules, {**known.facts(), "item": body})
    judged = replace(known, state=rule.state, error=known.error or error_by(rule)) if rule else known
    return replace(judged, state=UNKNOWN, error=undecided(odd)) if odd and judged.succeeded else judged


def _unchanged(detail: Detail, task: Task) -> Task:
    """The task without what an answer does not tell; where that decides, it cannot be judged."""
    if detail.rules:
        raise Unavailable(f"{detail.call.action}: the answer does not tell how the task ended")
    return task
