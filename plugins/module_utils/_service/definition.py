# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A service that a user defines as data, checked as a whole. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.expression import holds
from .._core.task import SUCCEEDED
from .._core.values import Options
from .fields import (
    _LABEL,
    Fields,
    Parse,
    _codes,
    _expression,
    _flag,
    _label,
    _list,
    _made,
    _map,
    _name,
    _object,
    _pair,
    _pattern,
    _rate,
    _scale,
    _sent,
    _state,
    _states,
    _text,
    _whole,
    _whole0,
    _wrong,
    _zone,
)
from .model import Batch, Call, Fallback, Listing, Pages, Rule, Service
from .provider import Provider
from .template import names_in_template, problem_in

# What reads can give; the rest of a task's facts follows from these, or from what was asked.
READABLE = (
    *("id", "name", "resource_id", "native_state", "progress", "remaining", "cancellable"),
    *("created_at", "started_at", "updated_at", "finished_at", "expires_at"),
    *("error", "result", "outputs", "counts", "subtasks"),
)


METHODS = ("GET", "POST")
# The verbs of calls that read. In some APIs the name of a call decides what it does, and not its method.
VERBS = (
    *("BatchGet", "Check", "Count", "Describe", "Fetch", "Get", "List", "Lookup", "Poll", "Query", "Read", "Retrieve"),
    *("Search", "Show", "View"),
)
_VERB = re.compile(rf"(?i:{'|'.join(VERBS)})(?![a-z])", re.ASCII)
# Where the name is not sent, the path says what a POST does: the last word of it that is no value.
READING = (
    *("count", "describe", "detail", "details", "filter", "get", "list", "lookup", "query", "read", "retrieve"),
    *("search", "show", "view"),
)


ALWAYS = frozenset(("task_id", "region", "now"))
OF_A_LIST = frozenset(
    (*("name", "resource_id", "native_state", "created_after", "created_before"), "page", "page_size", "token")
)
OF_A_BATCH = frozenset(("task_ids",))


# Those that say whom the request is for, who asks and how long it is are not his to set.
_HEADER = re.compile(r"accept|openstack-api-version|x-(?!sdk|acs|auth|security|subject|project)[a-z0-9-]+", re.ASCII)
_SEGMENTS = re.compile(r"(/[^/?#\\\s]+)+/?|/", re.ASCII)


def service_of(provider: Provider, given: t.Any, options: Options, where: str = "") -> Service:
    """The service that a definition is of; an OptionError names the field that is wrong, and what would be right."""
    place = f"{where}definition"
    names = ALWAYS | frozenset(provider.gives)
    found = _object(_entry(names), ("name", "read", "facts", "states"))(place, given)
    service = Service(**{"title": found["name"], "doc": "", "product": "", **found})
    if service.name in provider.services:
        raise OptionError(f"{place}.name: {service.name} is a service of the catalogue; give another name")
    _check_place(provider, service, options, place)
    if "native_state" not in service.facts:
        raise OptionError(f"{place}.facts: native_state is missing: it tells where the word of the state is")
    if service.items and service.root != Service._field_defaults["root"]:
        raise OptionError(f"{place}.root: the task is the one of items that has its id; leave root out, or items")
    _check_posts(provider, service, place)
    _check_conditions(service, place)
    _check_success(service, place)
    _check_ids(service, place)
    return service


def _entry(names: frozenset[str]) -> Fields:
    """All fields, with how each is read; ``names`` are the values that its calls may name."""
    expressions = _map(_expression, READABLE)
    read = _call(names, "task_id")
    return {
        "name": _name,
        "title": _text,
        "doc": _text,
        "product": _label,
        "version": _sent,
        "host": _text,
        "read": read,
        "fallback": _made(Fallback, {"call": read, "when": _pattern}, "call", "when"),
        "envelope": _flag,
        "root": _expression,
        "items": _expression,
        "scale": _scale,
        "zone": _zone,
        "facts": expressions,
        "subtask": _expression,
        "states": _states,
        "states_by": _list(_pair("when", _expression, "states", _states)),
        "item_states": lambda where, value: (("", _states(where, value)),),
        "items_decide": _flag,
        "rules": _list(
            _made(Rule, {"when": _expression, "state": _state, "because": _text}, "when", "state", "because")
        ),
        "codes": _codes,
        "absent": _expression,
        "refused": _expression,
        "listing": _listing(names, expressions),
        "batch": _batch(names, expressions),
        "rate": _rate,
        "parallel": _whole,
        "lasting": _flag,
    }


def _listing(names: frozenset[str], expressions: Parse) -> Parse:
    pages: Fields = {"size": _whole0, "token": _expression, "total": _expression, "first": _whole0, "by_item": _flag}
    fields: Fields = {
        "call": _call(names | OF_A_LIST),
        "items": _expression,
        "pages": _made(Pages, pages, "size"),
        "facts": expressions,
        "states": _list(_text),
        "judge": _flag,
    }
    made = _made(Listing, fields, "call", "items", "pages")

    def parse(where: str, value: t.Any) -> Listing:
        listing: Listing = made(where, value)
        wanted = "token" if listing.pages.token else "page"
        if (listing.pages.token or listing.pages.size) and wanted not in names_of(listing.call):
            raise OptionError(
                f"{where}.call: nothing in it names {{{wanted}}}, so that no page but the first would be seen; "
                f"if all tasks are on one page, give {where}.pages.size as 0, and no token"
            )
        return listing

    return parse


def _batch(names: frozenset[str], expressions: Parse) -> Parse:
    fields: Fields = {
        "call": _call(names | OF_A_BATCH, "task_ids"),
        "items": _expression,
        "size": _whole,
        "least": _whole,
        "facts": expressions,
        "judge": _flag,
    }
    return _made(Batch, fields, "call", "items", "size", least=2)


def _check_place(provider: Provider, service: Service, options: Options, where: str) -> None:
    """See that what it asks is in the cloud: what is signed with the user's keys is sent nowhere else."""
    for name in provider.must_define:
        if not getattr(service, name) and not (name == "product" and (service.host or options.get("endpoint"))):
            raise OptionError(f"{where}.{name} is missing: calls to {provider.title} cannot be made without it")
    if service.host and not any(_is_in(service.host, domain) for domain in provider.domains):
        raise OptionError(
            f"{where}.host: {service.host!r} is not known to be in {provider.title}, so no keys are shown to it; "
            + _other_host(provider, options)
        )


def _other_host(provider: Provider, options: Options) -> str:
    """The way out for one whose host is not known."""
    if options.get("endpoint"):
        return "leave it out: the option endpoint says where to ask"
    ways = [f"made-up.{domain} or made-up.{{region}}.{domain}" for domain in provider.domains]
    looks = f"it may look like {', '.join(ways)}; " if ways else ""
    return f"{looks}leave it out where product is enough, or set the option endpoint in its place"


def _is_in(host: str, domain: str) -> bool:
    """Whether a host is a service of the cloud: deeper names are those of its customers, in some clouds."""
    start = host[: -len(domain) - 1] if host.endswith(f".{domain}") else ""
    first, dot, second = start.partition(".")
    return bool(_LABEL.fullmatch(first)) and (not dot or second == "{region}")


def _check_posts(provider: Provider, service: Service, where: str) -> None:
    """See that each POST reads, by what the cloud goes by: the name of the call, or its path where the name is not sent."""
    calls = {
        "read": service.read,
        "fallback.call": service.fallback.call if service.fallback else None,
        "listing.call": service.listing.call if service.listing else None,
        "batch.call": service.batch.call if service.batch else None,
    }
    for name, call in calls.items():
        if call and call.method == "POST" and not (_reads(call.path) or (provider.sends_action and call.path == "/")):
            raise OptionError(
                f"{where}.{name}.method: that a POST to {call.path} only reads cannot be seen, and it would be made with every "
                f"look; give a call that is a GET, or whose path ends with one of {', '.join(READING)}"
            )


def _reads(path: str) -> bool:
    """Whether the last word of a path that is no value is one of reading: ``/v3/jobs/batch-query``."""
    words = re.findall(r"[a-z]+", re.sub(r"{[^{}]*}", "", path).lower())
    return bool(words) and words[-1] in READING


# Facts as they are once they have been read; of what the answer itself holds nothing is known.
_STEP = {"name": "x", "state": "failed", "native_state": "x", "progress": 1.0, "remaining": 1.0, "outputs": {}}
_ERROR = {"code": "x", "message": "x"}
_FACTS: t.Mapping[str, t.Any] = {
    **dict.fromkeys(READABLE, "2026-01-01T00:00:00Z"),
    "state": "failed",
    "progress": 1.0,
    "remaining": 1.0,
    "cancellable": True,
    "error": _ERROR,
    "result": None,
    "outputs": {},
    "counts": {"total": 1, "succeeded": 0, "failed": 1},
    "subtasks": [{**_STEP, "error": _ERROR}],
}


def _check_conditions(service: Service, where: str) -> None:
    """See that what decides on a state can do so: a rule on a fact that is of another type would never hold."""
    conditions = {
        **{f"states_by[{number}].when": when for number, (when, dummy) in enumerate(service.states_by)},
        **{f"rules[{number}].when": rule.when for number, rule in enumerate(service.rules)},
    }
    for name, when in conditions.items():
        if holds(when, _FACTS) is None:
            raise OptionError(
                f"{where}.{name}: {when!r} does not work on the facts of a task, for a function in it takes no such value; "
                "error, for instance, is no text but a dict: error.message"
            )


def _check_success(service: Service, where: str) -> None:
    ends = {state for table in service.tables for state in table.values()} | {rule.state for rule in service.rules}
    if SUCCEEDED not in ends:
        raise OptionError(
            f"{where}.states: no word means succeeded, so no task could ever succeed; add the one that does"
        )


def _check_ids(service: Service, where: str) -> None:
    """See that the tasks of a list can be told apart: without ids many would be one, and a batch would tell of none."""
    for name, many in (("listing", service.listing), ("batch", service.batch)):
        if many and not {**service.facts, **many.facts}.get("id"):
            raise OptionError(
                f"{where}.{name}: nothing tells which task an item is; add id to {where}.facts or {where}.{name}.facts"
            )


# Calls


def _call(names: frozenset[str], needed: str = "") -> Parse:
    """A call that names none but these values, and the one that is needed."""
    templates = _map(lambda where, value: _template(where, _text(where, value), names))
    parse = _object(
        {
            "action": _action,
            "path": lambda where, value: _path(where, value, names),
            "method": _method,
            "query": templates,
            "form": templates,
            "json": lambda where, value: _tree(where, value, names),
            "headers": lambda where, value: _headers(where, templates(where, value)),
        },
        ("action",),
    )

    def made(where: str, value: t.Any) -> Call:
        call = Call(**parse(where, value))
        if needed and needed not in names_of(call):
            raise OptionError(f"{where}: nothing in it names {{{needed}}}, so the answer would not be about it")
        if call.form and call.json is not None:
            raise OptionError(f"{where}.form: a call has one body, and this one has json, too; give one of them")
        if call.method == "GET" and (call.form or call.json is not None):
            raise OptionError(f"{where}.method: a call with a body is a POST; give method: POST")
        return call

    return made


def names_of(call: Call) -> set[str]:
    """The values that the parts of a call name that say what is asked for."""
    return names_in_template([call.path, call.query, call.form, call.json])


def _action(where: str, value: t.Any) -> str:
    text = _sent(where, value)
    if not _VERB.match(text):
        raise _wrong(where, value, f"the name of a call that reads: it is to begin with one of {', '.join(VERBS)}")
    return text


def _method(where: str, value: t.Any) -> str:
    if value not in METHODS:
        raise _wrong(where, value, f"{' or '.join(METHODS)}: a definition is to read, not to change")
    return t.cast(str, value)


def _path(where: str, value: t.Any, names: frozenset[str]) -> str:
    if not isinstance(value, str) or not _SEGMENTS.fullmatch(value) or {".", ".."} & set(value.split("/")):
        raise _wrong(
            where, value, "a path on the host of the cloud, such as /v1/jobs/{task_id}; put a query into query"
        )
    return _template(where, value, names)


def _template(where: str, value: str, names: frozenset[str]) -> str:
    problem = problem_in(value)
    if problem:
        raise OptionError(f"{where}: {problem}")
    for name in sorted(names_in_template(value) - names):
        known = ", ".join(f"{{{each}}}" for each in sorted(names))
        raise OptionError(f"{where}: {{{name}}} is no value; there are {known}")
    return value


def _tree(where: str, value: t.Any, names: frozenset[str]) -> t.Any:
    if not isinstance(value, dict):
        raise _wrong(where, value, "a dict")
    for text in _texts(value):
        _template(where, text, names)
    return value


def _texts(tree: t.Any) -> t.Iterator[str]:
    """Every text of a tree that is a template."""
    if isinstance(tree, str):
        yield tree
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for each in inner:
        yield from _texts(each)


def _headers(where: str, headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name.lower()):
            raise OptionError(f"{where}.{name}: this header cannot be set; the request has its own")
        _sent(f"{where}.{name}", value)
    return headers
