# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A cloud service's task API as one value, and the one function that reads a task out of any answer. Pure."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field, replace
from datetime import datetime

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CloudError, NotFound, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._request import percent
from ansible_collections.multicloud.tasks.plugins.module_utils._task import (
    FAILED,
    PARTIAL,
    PENDING,
    RUNNING,
    SUCCEEDED,
    TERMINAL,
    UNKNOWN,
    Facts,
    Task,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._values import (
    format_time,
    to_count,
    to_data,
    to_datetime,
    to_flag,
    to_percent,
    to_seconds,
    to_text,
    to_time,
)

try:
    import jmespath
except ImportError:  # the modules say so in their own words before anything here runs
    pass

Values = t.Mapping[str, t.Optional[str]]
States = t.Mapping[str, str]
Codes = tuple[tuple[str, str, type[CloudError]], ...]
"""Rows of (regular expression on the code, the same on the message, what it means); the first row that matches decides."""


@dataclass(frozen=True)
class Call:
    """One request of an API. ``{name}`` stands for a value; a query parameter whose value is not known is left out."""

    action: str
    path: str = "/"
    query: t.Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"


@dataclass(frozen=True)
class Pages:
    """How a list goes on: by a ``token`` from the last answer (JMESPath), or by counting ``page`` up to ``total`` items.

    ``maybe_index``: sources differ on whether the number counts pages or items; the answers show it.
    """

    size: int
    token: str = ""
    total: str = ""
    maybe_index: bool = False


@dataclass(frozen=True)
class Listing:
    """The call that lists tasks. ``items`` is a JMESPath, ``facts`` overrides the service's where the items differ.

    ``states`` holds the native words that the API can filter by. Where an item does not tell enough to ``judge`` a task
    that ended (no counts, no error), such a task is read once more by its id.
    """

    call: Call
    items: str
    pages: Pages
    facts: t.Mapping[str, str] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    judge: bool = True


@dataclass(frozen=True)
class Batch:
    """How many ids are asked for at once, at most ``size``; worth it from ``least`` ids on.

    ``call`` has them joined by commas in ``{task_ids}``. Without one, the pages of the service's list are turned. ``facts``
    overrides the service's where the items differ: "" is a fact that they do not tell.
    """

    size: int
    least: int
    call: t.Optional[Call] = None
    items: str = ""
    facts: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Detail:
    """A second call that adds facts to a task; made when the JMESPath ``when`` holds on its facts."""

    call: Call
    when: str
    facts: t.Mapping[str, str]
    name: str


@dataclass(frozen=True)
class Finder:
    """How the task of a resource is found where only the resource is known: ``option`` names it, ``call`` may know."""

    option: str
    call: Call
    facts: t.Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """A verdict that the state's word alone does not give: where the JMESPath ``when`` holds on the facts, it is ``state``."""

    when: str
    state: str
    because: str


@dataclass(frozen=True)
class Service:
    """One task API.

    ``product`` is the first part of its host names, ``hosts`` has the regions whose host name is another, ``regions`` all
    of them where they are few; ``version`` is its API version. ``facts`` maps fact names to JMESPaths
    on the item found at ``root`` of the answer. ``subtask`` is a JMESPath on each entry of the list that the fact
    ``subtasks`` found. ``states`` maps native words (lower case) to ours; ``item_states`` does so for sub-tasks, by the
    beginning of the task's name. Where ``items_decide``, a task that ended well is only as good as
    its sub-tasks. ``absent`` and ``refused`` are JMESPaths that say of a 200 answer «no such task» and «the call failed».
    ``rate`` is the default of looks per second of a lane, ``parallel`` of its looks at the same time.
    """

    name: str
    title: str
    doc: str
    product: str
    read: Call
    facts: t.Mapping[str, str]
    states: States
    version: str = ""
    hosts: t.Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    root: str = "@"
    scale: float = 100.0
    subtask: str = ""
    item_states: tuple[tuple[str, States], ...] = ()
    items_decide: bool = False
    rules: tuple[Rule, ...] = ()
    codes: Codes = ()
    absent: str = ""
    refused: str = ""
    needs: tuple[str, ...] = ()
    listing: t.Optional[Listing] = None
    batch: t.Optional[Batch] = None
    detail: t.Optional[Detail] = None
    finder: t.Optional[Finder] = None
    rate: float = 1.0
    parallel: int = 8
    advice: str = ""

    @property
    def batch_tells_all(self) -> bool:
        """Whether a look at many tells of each what a look at it alone does."""
        return bool(self.batch and not self.batch.call and self.listing and self.listing.judge)


def resource_of(service: Service, values: Values) -> t.Optional[str]:
    """The resource that the values name, for a service that can find a task by it."""
    return values.get(service.finder.option) if service.finder else None


@functools.cache
def _compiled(expression: str) -> t.Any:
    return jmespath.compile(expression)


def search(expression: str, data: t.Any) -> t.Any:
    """What a JMESPath of the catalogue finds; an answer of another shape than promised has nothing at that place."""
    try:
        return _compiled(expression).search(data) if expression else None
    except jmespath.exceptions.JMESPathError:
        return None


def path_of(call: Call, values: Values) -> str:
    """The path with its values percent-encoded: an id cannot leave its segment."""
    path = call.path
    for name, value in values.items():
        path = path.replace("{" + name + "}", percent(value or ""))
    return path


def query_of(call: Call, values: Values) -> tuple[tuple[str, str], ...]:
    """The query parameters that have a value."""
    filled = ((key, _fill(template, values)) for key, template in call.query.items())
    return tuple((key, value) for key, value in filled if value)


def _fill(template: str, values: Values) -> t.Optional[str]:
    if template.startswith("{") and template.endswith("}"):
        return values.get(template[1:-1])
    return template


@dataclass(frozen=True)
class Look:
    """Who was asked, when and with what id: what a task cannot tell of itself."""

    provider: str
    region: t.Optional[str]
    now: datetime
    task_id: str = ""
    request_id: t.Optional[str] = None


def read_task(service: Service, body: t.Any, look: Look) -> Task:
    """The task that an answer to ``service.read`` tells of.

    Raises NotFound where the answer says that there is none, and Unavailable where it is not what the API promises:
    nothing in it, or another task than the one that was asked for.
    """
    if not isinstance(body, dict):
        raise Unavailable("the answer is not a JSON object")
    if service.absent and search(service.absent, body):
        raise NotFound("the answer holds no task")
    return read_item(service, search(service.root, body), look, raw=body)


def read_item(
    service: Service,
    item: t.Any,
    look: Look,
    overrides: t.Optional[t.Mapping[str, str]] = None,
    raw: t.Optional[Facts] = None,
) -> Task:
    """The task that one item tells of: a whole answer, or an entry of a list (whose facts may sit elsewhere)."""
    if not isinstance(item, dict) or not item:
        raise Unavailable("the answer does not hold what the API promises")
    expressions = {**service.facts, **overrides} if overrides else service.facts
    found = {name: search(expression, item) for name, expression in expressions.items()}
    facts = _normalised(service, found)
    facts["id"] = _own_id(service, expressions, facts["id"], look.task_id)
    facts["raw"] = raw if raw is not None else item
    return judge(service, facts, look)


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
    facts.update({name: to_time(found.get(name)) for name in _TIMES})
    facts["progress"] = to_percent(found.get("progress"), service.scale)
    facts["remaining"] = to_seconds(found.get("remaining"))
    facts["cancellable"] = to_flag(found.get("cancellable"))
    facts["result"] = to_data(found.get("result"))
    facts["outputs"] = named(found.get("outputs"))
    facts["error"] = error_of(found.get("error"))
    facts["counts"] = counts_of(found.get("counts"))
    facts["subtasks"] = subtasks_of(service, facts["name"], to_data(found.get("subtasks")))
    return facts


_TEXTS = ("id", "name", "resource_id", "native_state")
_TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at")


def error_of(value: t.Any) -> t.Optional[Facts]:
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


def state_of(states: States, word: t.Optional[str]) -> str:
    """Our word for a native one. What the table does not hold is unknown: never an end, never success."""
    return states.get(word.lower(), UNKNOWN) if word else UNKNOWN


def subtasks_of(service: Service, name: t.Optional[str], value: t.Any) -> list[Facts]:
    """The sub-tasks in one form. What holds neither a state nor an error is a result like others, not one of sub-tasks."""
    states = next((table for start, table in service.item_states if (name or "").startswith(start)), {})
    values = [value] if isinstance(value, dict) else value
    entries = [search(service.subtask, entry) for entry in (values if isinstance(values, list) else ())]
    found = [entry for entry in entries if isinstance(entry, dict)]
    told = any(to_text(entry.get("native_state")) or error_of(entry.get("error")) for entry in found)
    return [_subtask(states, entry) for entry in found] if told else []


def _subtask(states: States, entry: Facts) -> Facts:
    word = to_text(entry.get("native_state"))
    error = error_of(entry.get("error"))
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


def judge(service: Service, facts: Facts, look: Look) -> Task:
    """The task with its state: by its word, then by the rules, then by its items; nothing of this makes it better."""
    facts["state"] = state_of(service.states, facts["native_state"])
    rule = next((rule for rule in service.rules if search(rule.when, facts)), None)
    if rule:
        facts["state"] = rule.state
        if rule.state == FAILED:
            facts["error"] = facts["error"] or {"code": None, "message": rule.because}
    if service.items_decide and not _tells_failures(facts["counts"]):
        facts["counts"] = _count(facts["subtasks"]) or facts["counts"]
        facts["state"] = _by_items(facts["state"], facts["subtasks"])
    facts["state"] = _by_failures(service, facts)
    facts["error"] = _error_for(facts)
    return _timed(service, facts, look)


def _tells_failures(counts: t.Optional[Facts]) -> bool:
    return counts is not None and counts["failed"] is not None


def _count(items: list[Facts]) -> t.Optional[Facts]:
    good = sum(item["state"] == SUCCEEDED for item in items)
    bad = sum(item["state"] == FAILED for item in items)
    return {"total": len(items), "succeeded": good, "failed": bad} if items else None


def _by_items(state: str, items: list[Facts]) -> str:
    """A task that says it ended well while an item still goes on, or says a word nobody knows, has not."""
    open_states = [item["state"] for item in items if item["state"] in (UNKNOWN, PENDING, RUNNING)]
    if state != SUCCEEDED or not open_states:
        return state
    return UNKNOWN if UNKNOWN in open_states else RUNNING


def _by_failures(service: Service, facts: Facts) -> str:
    """A success is one only if neither the counts nor an item tells of a failure."""
    counts = facts["counts"] or {}
    failed_item = service.items_decide and any(item["state"] == FAILED for item in facts["subtasks"])
    if facts["state"] != SUCCEEDED or not (counts.get("failed") or failed_item):
        return t.cast(str, facts["state"])
    return PARTIAL if counts.get("succeeded") else FAILED


def _error_for(facts: Facts) -> t.Optional[Facts]:
    """The task's own error, else that of its first failed item; a success has none, whatever a field still holds."""
    if facts["state"] == SUCCEEDED:
        return None
    if facts["error"] or facts["state"] not in (FAILED, PARTIAL):
        return t.cast(t.Optional[Facts], facts["error"])
    return next((item["error"] for item in facts["subtasks"] if item["state"] == FAILED and item["error"]), None)


def _timed(service: Service, facts: Facts, look: Look) -> Task:
    """The finished facts: a task that goes on has no end yet, one that ended has nothing left to do."""
    ended = facts["state"] in TERMINAL
    facts["finished_at"] = facts["finished_at"] if ended else None
    facts["remaining"] = None if ended else facts["remaining"]
    start = to_datetime(facts["started_at"] or facts["created_at"])
    end = to_datetime(facts["finished_at"] or facts["updated_at"]) if ended else look.now
    return Task(
        provider=look.provider,
        service=service.name,
        region=look.region,
        duration=max(0.0, (end - start).total_seconds()) if start and end else None,
        request_id=look.request_id,
        observed_at=format_time(look.now),
        **facts,
    )


def add_detail(service: Service, detail: Detail, task: Task, body: t.Any) -> Task:
    """The task with the facts that its second call told; an answer that tells nothing of it takes nothing away."""
    if not isinstance(body, dict):
        return task
    found = {name: search(expression, body) for name, expression in detail.facts.items()}
    facts = _normalised(service, {"name": task.name, **found})
    if facts["id"] not in (None, task.id):
        return task
    told = {name: facts[name] for name in detail.facts if facts[name]}
    return with_steps(replace(task, **told, raw={**task.raw, detail.name: body}))


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
