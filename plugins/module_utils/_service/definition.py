# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Build a service from the option ``definition``, checked as a whole. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.expression import holds
from .._core.task import PENDING, RUNNING, SUCCEEDED
from .._core.values import Options
from .fields import (
    HOST_LABEL,
    Fields,
    Parse,
    built_of,
    invalid_value,
    list_of,
    map_of,
    object_of,
    pair_of,
    parse_calls,
    parse_choice,
    parse_codes,
    parse_expression,
    parse_flag,
    parse_header_text,
    parse_host_label,
    parse_IDENTIFIER,
    parse_identifier,
    parse_name,
    parse_non_negative_int,
    parse_pattern,
    parse_positive_int,
    parse_rate,
    parse_scale,
    parse_seconds,
    parse_state,
    parse_states,
    parse_text,
    parse_zone,
)
from .model import Batch, Call, Fallback, Listing, Pages, Quota, Rule, Service, Start
from .provider import Provider, protocol_of
from .state import PLACE_IN_REASON
from .template import names_in_template, paths_in, problem_in

# The facts that a definition can map. A task's other facts follow from these, or from the request.
READABLE = (
    *("id", "name", "resource_id", "native_state", "progress", "remaining", "cancellable"),
    *("created_at", "started_at", "updated_at", "finished_at", "expires_at"),
    *("error", "result", "outputs", "details", "counts", "subtasks"),
)


METHODS = ("GET", "POST")
# Verbs of calls that read. In some APIs the name of a call decides what it does, not its HTTP method.
VERBS = (
    *("BatchGet", "Check", "Count", "Describe", "Fetch", "Get", "List", "Lookup", "Poll", "Query", "Read", "Retrieve"),
    *("Search", "Show", "View"),
)
_VERB = re.compile(rf"(?i:{'|'.join(VERBS)})(?![a-z])", re.ASCII)
# If the name of a call is not sent, its path says what a POST does: the last word that is not a placeholder.
READ_WORDS = (
    *("count", "describe", "detail", "details", "filter", "get", "list", "lookup", "query", "read", "retrieve"),
    *("search", "show", "view"),
)


COMMON_VALUES = frozenset(("task_id", "region", "now"))
LIST_VALUES = frozenset(
    (*("name", "resource_id", "native_state", "created_after", "created_before"), "page", "page_size", "token")
)
BATCH_VALUES = frozenset(("task_ids",))


# A definition cannot set headers that name the target, the sender or the length of a request.
_HEADER = re.compile(
    r"accept|openstack-api-version|x-(?!sdk|acs|amz|auth|security|subject|project)[a-z0-9-]+", re.ASCII
)
_PATH = re.compile(r"(/[^/?#\\\s]+)+/?|/", re.ASCII)


def service_of(provider: Provider, definition: t.Any, options: Options, where: str = "") -> Service:
    """Return the service that ``definition`` describes. Raise OptionError with the wrong field and the way to correct it.

    ``where`` is prefixed to the name of the option, for a definition that is part of a list.
    """
    path = f"{where}definition"
    names = COMMON_VALUES | frozenset(provider.gives)
    fields = {**_definition_fields(names), **(_protocol_fields(provider.protocols) if provider.protocols else {})}
    values = object_of(fields, ("name", "read", "facts", "states"))(path, definition)
    service = Service(**{"title": values["name"], "doc": "", "product": "", **_with_quota(path, values)})
    if service.name in provider.services:
        raise OptionError(f"{path}.name: {service.name} is a service of the catalogue; give another name")
    _check_host(provider, service, options, path)
    if "native_state" not in service.facts:
        raise OptionError(f"{path}.facts: native_state is missing: it tells where the word of the state is")
    if service.items and service.root != Service._field_defaults["root"]:
        raise OptionError(f"{path}.root: the task is the one of items that has its id; leave root out, or items")
    _check_names(provider, service, path)
    _check_posts(provider, service, path)
    _check_conditions(service, path)
    _check_success(service, path)
    _check_ids(service, path)
    return service


def _with_quota(path: str, values: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the fields of a service. A ``rate`` is what a lane makes; of a ``quota`` it takes a part."""
    if "rate" not in values:
        return values
    if "quota" in values:
        raise OptionError(
            f"{path}.rate: give rate, which is used in full, or quota, of which a part is used, but not both"
        )
    quota = Quota(values["rate"], share=1.0)
    return {"quota": quota, **{name: value for name, value in values.items() if name != "rate"}}


def _definition_fields(names: frozenset[str]) -> Fields:
    """Return all fields with their parsers. ``names`` are the values that the calls may refer to."""
    expressions = map_of(parse_expression, READABLE)
    read = _call(names, "task_id")
    return {
        "name": parse_name,
        "title": parse_text,
        "doc": parse_text,
        "product": parse_host_label,
        "version": parse_header_text,
        "host": parse_text,
        "read": read,
        "fallback": built_of(Fallback, {"call": read, "when": parse_pattern}, "call", "when"),
        "envelope": parse_flag,
        "root": parse_expression,
        "items": parse_expression,
        "scale": parse_scale,
        "zone": parse_zone,
        "facts": expressions,
        "subtask": parse_expression,
        "states": parse_states,
        "states_by": list_of(pair_of("when", parse_expression, "states", parse_states)),
        "others": parse_choice((PENDING, RUNNING)),
        "item_states": lambda where, value: (("", parse_states(where, value)),),
        "items_decide": parse_flag,
        "rules": list_of(
            built_of(
                Rule,
                {"when": parse_expression, "state": parse_state, "because": _reason},
                "when",
                "state",
                "because",
            )
        ),
        "codes": parse_codes,
        "absent": parse_expression,
        "refused": parse_expression,
        "listing": _listing(names, expressions),
        "batch": _batch(names, expressions),
        "started_by": built_of(Start, {"ids": list_of(parse_expression), "headers": list_of(_id_in_header)}, "ids"),
        "rate": parse_rate,
        "quota": built_of(Quota, {"calls": parse_calls, "seconds": parse_seconds}, "calls"),
        "parallel": parse_positive_int,
        "lasting": parse_flag,
    }


def _reason(where: str, value: t.Any) -> str:
    """Parse the reason of a rule, whose places are JMESPaths in braces."""
    text = parse_text(where, value)
    for place in PLACE_IN_REASON.finditer(text):
        parse_expression(where, place[1])
    return text


def _id_in_header(where: str, value: t.Any) -> tuple[str, str]:
    """Parse the name of a header and the regular expression of the id in it, and return both for ``Start.headers``."""
    name, pattern = pair_of("name", parse_header_text, "pattern", parse_pattern)(where, value)
    if "task_id" not in re.compile(pattern).groupindex:
        raise invalid_value(
            f"{where}.pattern", pattern, "a pattern with a group for the id, as in /jobs/(?P<task_id>[^/]+)"
        )
    return name, pattern


def _protocol_fields(protocols: t.Iterable[str]) -> Fields:
    """Return the fields that a definition has besides if services of its provider speak several protocols."""
    return {"protocol": parse_choice(protocols), "target": parse_identifier, "lists": list_of(parse_text)}


def _listing(names: frozenset[str], expressions: Parse) -> Parse:
    pages: Fields = {
        "size": parse_non_negative_int,
        "token": parse_expression,
        "link": parse_expression,
        "total": parse_expression,
        "first": parse_non_negative_int,
        "by_item": parse_flag,
    }
    fields: Fields = {
        "call": _call(names | LIST_VALUES),
        "items": parse_expression,
        "pages": built_of(Pages, pages, "size"),
        "facts": expressions,
        "states": list_of(parse_text),
        "judge": parse_flag,
    }
    made = built_of(Listing, fields, "call", "items", "pages")

    def parse(where: str, value: t.Any) -> Listing:
        listing: Listing = made(where, value)
        wanted = "token" if listing.pages.token else "page"
        if listing.pages.link:
            return listing
        if (listing.pages.token or listing.pages.size) and wanted not in names_in_call(listing.call):
            raise OptionError(
                f"{where}.call: nothing in it names {{{wanted}}}, so only the first page would be read; "
                f"if all tasks are on one page, give {where}.pages.size as 0, and no token"
            )
        return listing

    return parse


def _batch(names: frozenset[str], expressions: Parse) -> Parse:
    fields: Fields = {
        "call": _call(names | BATCH_VALUES, "task_ids"),
        "items": parse_expression,
        "size": parse_positive_int,
        "least": parse_positive_int,
        "facts": expressions,
        "judge": parse_flag,
    }
    return built_of(Batch, fields, "call", "items", "size", least=2)


def _check_host(provider: Provider, service: Service, options: Options, where: str) -> None:
    """Check that calls stay within the cloud. What is signed with the user's keys is sent nowhere else."""
    for name in (*provider.must_define, *protocol_of(provider, service).needs):
        if not getattr(service, name) and not (name == "product" and (service.host or options.get("endpoint"))):
            raise OptionError(f"{where}.{name} is missing: calls to {provider.title} cannot be made without it")
    if service.host and not any(_is_in(service.host, domain) for domain in provider.domains):
        raise OptionError(
            f"{where}.host: {service.host!r} is not known to be in {provider.title}, so no keys are shown to it; "
            + _other_host(provider, options)
        )


def _other_host(provider: Provider, options: Options) -> str:
    """Return the advice for a host that is not known."""
    if options.get("endpoint"):
        return "leave it out: the option endpoint says where to ask"
    examples = [f"made-up.{domain} or made-up.{{region}}.{domain}" for domain in provider.domains]
    advice = f"it may look like {', '.join(examples)}; " if examples else ""
    return f"{advice}leave it out where product is enough, or set the option endpoint in its place"


def _is_in(host: str, domain: str) -> bool:
    """Say whether a host is a service of the cloud. In some clouds, deeper names belong to customers."""
    start = host[: -len(domain) - 1] if host.endswith(f".{domain}") else ""
    first, dot, second = start.partition(".")
    return bool(HOST_LABEL.fullmatch(first)) and (not dot or second == "{region}")


def _calls_of(service: Service) -> dict[str, Call]:
    """Return the calls of a definition by their fields."""
    calls = {
        "read": service.read,
        "fallback.call": service.fallback.call if service.fallback else None,
        "listing.call": service.listing.call if service.listing else None,
        "batch.call": service.batch.call if service.batch else None,
    }
    return {name: call for name, call in calls.items() if call}


def _check_names(provider: Provider, service: Service, where: str) -> None:
    """Check that nothing but the action names what a call does. Else a call could say that it reads, and do something else."""
    own = protocol_of(provider, service).own
    for field, call in _calls_of(service).items():
        _check_own_names(own, call, f"{where}.{field}")
        if own and not parse_IDENTIFIER.fullmatch(call.action):
            raise OptionError(f"{where}.{field}.action: {call.action!r} is no name of a call, such as DescribeJobs")


def _check_own_names(own: t.Collection[str], call: Call, where: str) -> None:
    parts = {"headers": call.headers, "query": call.query, "form": call.form}
    for part, name in ((part, name) for part, templates in parts.items() for name in templates):
        if name.strip().lower() in own:
            raise OptionError(
                f"{where}.{part}.{name}: {where}.action alone says what the call does, and sets this; leave it out"
            )


def _check_posts(provider: Provider, service: Service, where: str) -> None:
    """Check that each POST only reads. The cloud decides by the name of the call, or by its path if the name is not sent."""
    protocol = protocol_of(provider, service)
    for name, call in _calls_of(service).items():
        is_post = protocol.framed(service, call).method == "POST"
        if is_post and not (_reads(call.path) or (protocol.sends_action and call.path == "/")):
            raise OptionError(
                f"{where}.{name}.method: that a POST to {call.path} only reads cannot be seen, and it would be made with every "
                f"look; give a call that is a GET, or whose path ends with one of {', '.join(READ_WORDS)}"
            )


def _reads(path: str) -> bool:
    """Say whether the last word of a path that is not a placeholder means reading: ``/v3/jobs/batch-query``.

    A value with slashes may end with any word.
    """
    words = [re.findall(r"[a-z]+", re.sub(r"{[^{}]*}", "", each).lower()) for each in paths_in(path)]
    return ":path}" not in path and all(each and each[-1] in READ_WORDS for each in words)


# Sample facts as they are after parsing. The content of the answer itself is not known.
_SAMPLE_STEP = {"name": "x", "state": "failed", "native_state": "x", "progress": 1.0, "remaining": 1.0, "outputs": {}}
_SAMPLE_ERROR = {"code": "x", "message": "x"}
_SAMPLE_FACTS: t.Mapping[str, t.Any] = {
    **dict.fromkeys(READABLE, "2026-01-01T00:00:00Z"),
    "state": "failed",
    "progress": 1.0,
    "remaining": 1.0,
    "cancellable": True,
    "error": _SAMPLE_ERROR,
    "result": None,
    "outputs": {},
    "details": {},
    "counts": {"total": 1, "succeeded": 0, "failed": 1},
    "subtasks": [{**_SAMPLE_STEP, "error": _SAMPLE_ERROR}],
}


def _check_conditions(service: Service, where: str) -> None:
    """Check that each condition can be evaluated. One that treats a fact as another type would never hold."""
    conditions = {
        **{f"states_by[{number}].when": when for number, (when, dummy) in enumerate(service.states_by)},
        **{f"rules[{number}].when": rule.when for number, rule in enumerate(service.rules)},
    }
    for name, when in conditions.items():
        if holds(when, _SAMPLE_FACTS) is None:
            raise OptionError(
                f"{where}.{name}: {when!r} does not work on the facts of a task, for a function in it takes no such value; "
                "error, for instance, is no text but a dict: error.message"
            )


def _check_success(service: Service, where: str) -> None:
    """Check that a task can succeed."""
    ends = {state for table in service.tables for state in table.values()} | {rule.state for rule in service.rules}
    if SUCCEEDED not in ends:
        raise OptionError(
            f"{where}.states: no word means succeeded, so no task could ever succeed; add the one that does"
        )


def _check_ids(service: Service, where: str) -> None:
    """Check that the tasks of a list have ids. Without them all tasks would be one, and a batch would match none."""
    for name, source in (("listing", service.listing), ("batch", service.batch)):
        if source and not {**service.facts, **source.facts}.get("id"):
            raise OptionError(
                f"{where}.{name}: nothing tells which task an item is; add id to {where}.facts or {where}.{name}.facts"
            )


# Calls


def _call(names: frozenset[str], needed: str = "") -> Parse:
    """Return the parser of a call that may refer only to ``names``, and must refer to ``needed``."""
    templates = map_of(lambda where, value: _template(where, parse_text(where, value), names))
    parse = object_of(
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

    def build(where: str, value: t.Any) -> Call:
        call = Call(**parse(where, value))
        if needed and needed not in names_in_call(call):
            raise OptionError(f"{where}: nothing in it names {{{needed}}}, so the answer would not be about it")
        if call.form and call.json is not None:
            raise OptionError(f"{where}.form: a call has one body, and this one has json, too; give one of them")
        if call.method == "GET" and (call.form or call.json is not None):
            raise OptionError(f"{where}.method: a call with a body is a POST; give method: POST")
        return call

    return build


def names_in_call(call: Call) -> set[str]:
    """Return the values that a call refers to in the parts that say what is read."""
    return names_in_template([call.path, call.query, call.form, call.json])


def _action(where: str, value: t.Any) -> str:
    text = parse_header_text(where, value)
    if not _VERB.match(text):
        raise invalid_value(
            where, value, f"the name of a call that reads: it must begin with one of {', '.join(VERBS)}"
        )
    return text


def _method(where: str, value: t.Any) -> str:
    if value not in METHODS:
        raise invalid_value(where, value, f"{' or '.join(METHODS)}: a definition must read, not change anything")
    return t.cast(str, value)


def _path(where: str, value: t.Any, names: frozenset[str]) -> str:
    if not isinstance(value, str) or value.count("[") > 1 or not all(map(_is_path, paths_in(value))):
        raise invalid_value(
            where, value, "a path on the host of the cloud, such as /v1/jobs/{task_id}; put a query into query"
        )
    if ":url}" in value:
        raise invalid_value(where, value, "a path: only services of the catalogue take whole URLs for ids")
    return _template(where, value, names)


def _is_path(path: str) -> bool:
    return bool(_PATH.fullmatch(path)) and not {".", ".."} & {*path.split("/")} and not {"[", "]"} & {*path}


def _template(where: str, value: str, names: frozenset[str]) -> str:
    problem = problem_in(value)
    if problem:
        raise OptionError(f"{where}: {problem}")
    for name in sorted(names_in_template(value) - names):
        known = ", ".join(f"{{{known_name}}}" for known_name in sorted(names))
        raise OptionError(f"{where}: {{{name}}} is no value; there are {known}")
    return value


def _tree(where: str, value: t.Any, names: frozenset[str]) -> t.Any:
    if not isinstance(value, dict):
        raise invalid_value(where, value, "a dict")
    for text in _texts(value):
        _template(where, text, names)
    return value


def _texts(tree: t.Any) -> t.Iterator[str]:
    """Yield every text of a tree. Each is a template."""
    if isinstance(tree, str):
        yield tree
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for child in children:
        yield from _texts(child)


def _headers(where: str, headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name.lower()):
            raise OptionError(f"{where}.{name}: this header cannot be set; the request has its own")
        parse_header_text(f"{where}.{name}", value)
    return headers
