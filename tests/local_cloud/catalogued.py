# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services without a file of their own: their routes are those of the catalogue, their answers those of their vectors.

An answer is the first of the vectors that shows a task which goes on, with the id and the times of the task at hand, and its
script laid over the item that tells of it. What the service says of an unknown id or a foreign project are its vectors' errors.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
import functools
import json
import math
import pathlib
import re
import typing as t
from urllib.parse import urlencode

from ansible_collections.multicloud.tasks.plugins.module_utils._aws import endpoints
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import CANCELLED, FAILED, TERMINAL
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import to_datetime
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service import model as catalogue
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Listing, Pages, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import document_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider, protocol_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import (
    NUMBER,
    PLACEHOLDER,
    names_in_template,
    paths_in,
)
from local_cloud.api import Api, Call, Check, Problem, Refusal, Reply, all_seen, find_task, not_found, visible_tasks
from local_cloud.script import Fields, Task, merge
from local_cloud.services import BY_HAND
from local_cloud.services._alibaba import check_region
from local_cloud.services._azure import own_subscription, right_version
from local_cloud.services._huawei import own_project

# How Azure pages a list that has no size of its own, and the parameter of its links.
PAGE = 50
# The status of an answer without a body to a call that cancels, where the vendor's client takes no other one.
EMPTY_ANSWERS = {"Deployments_Cancel": 204, "JobCancellations_Trigger": 202}
SKIP_TOKEN = "$skipToken"
VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
PLAIN_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
TIMES = ("created_at", "started_at", "updated_at", "finished_at", "expires_at")
CLOCK_FACE = re.compile(r"(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d)(:\d\d)?)?")
# The year 5138 in seconds: a larger number is in milliseconds.
MILLISECONDS_FROM = 100_000_000_000


class NotTold(AssertionError):
    """Neither the catalogue nor the vectors tell what is needed to play a service; the text says what to add."""


def at(path: str, value: t.Any) -> Fields:
    """An object that has the value at a path of names."""
    first, *rest = path.split(".")
    return {first: at(".".join(rest), value) if rest else value}


def is_plain(path: str) -> bool:
    """Whether a JMESPath is a path of names, at which a value can be written."""
    return PLAIN_PATH.fullmatch(path) is not None


def moved(value: t.Any, seconds: float) -> t.Any:
    """A time as it was written, so many seconds later; what is no time stays."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value:
        return value + int(seconds * (1000 if value >= MILLISECONDS_FROM else 1))
    if not isinstance(value, str) or to_datetime(value) is None:
        return value
    if value.strip().isdigit():
        return str(moved(int(value), seconds))
    return CLOCK_FACE.sub(lambda face: _moved_face(face, seconds), value, count=1)


def _moved_face(face: re.Match[str], seconds: float) -> str:
    date, between, minute, second = face.groups()
    shown = datetime.datetime.fromisoformat(f"{date}T{minute or '00:00'}{second or ''}")
    later = shown + datetime.timedelta(seconds=math.floor(seconds))  # no clock is ahead
    time_of_day = later.strftime("%H:%M:%S" if second else "%H:%M")
    return later.strftime("%Y-%m-%d") + (f"{between}{time_of_day}" if minute else "")


def read_token(text: str, problem: Problem) -> int:
    """The position in an opaque token that this server made; anything else is refused."""
    try:
        return int(base64.urlsafe_b64decode(text.encode()).decode().removeprefix("from:"))
    except (ValueError, binascii.Error):
        raise Refusal(problem) from None


def write_token(position: int) -> str:
    # Some vendors' clients refuse a token that is shorter than an id.
    return base64.urlsafe_b64encode(f"from:{position:032}".encode()).decode()


@dataclasses.dataclass(frozen=True)
class Vectors:
    """A vector file: what a service answers."""

    name: str
    answers: t.Sequence[Fields] = ()
    lists: t.Sequence[Fields] = ()

    def first(self, of: t.Sequence[Fields], fits: t.Callable[[Fields], t.Any], wanted: str) -> Fields:
        """The first that fits; NotTold says which is wanted."""
        found = next((vector for vector in of if fits(vector)), None)
        if found is None:
            raise NotTold(f"tests/vectors/{self.name}.json has no {wanted}; add one")
        return found

    def going(self) -> Fields:
        """An answer about a task that goes on."""
        states = ("running", "pending")
        return self.first(
            self.answers,
            lambda vector: (vector.get("facts") or {}).get("state") in states,
            "answer whose facts say running or pending",
        )

    def ended(self, state: str) -> Fields:
        """An answer about a task that has ended like this."""
        return self.first(
            self.answers,
            lambda vector: (vector.get("facts") or {}).get("state") == state,
            f"answer whose facts say {state}",
        )

    def cancelled(self) -> Fields:
        """An answer about a task that was cancelled; where the API has no word of its own for it, about one that has failed."""
        try:
            return self.ended(CANCELLED)
        except NotTold:
            return self.ended(FAILED)

    def error(self, kind: str, status: int = 0) -> Fields:
        """An answer that is an error of this kind, if need be with this status."""
        return self.first(
            self.answers,
            lambda vector: (
                vector.get("error") == kind
                and isinstance(vector["body"], dict)
                and vector["status"] == (status or vector["status"])
            ),
            f"answer whose error is {kind}",
        )

    def detail(self) -> Fields:
        """The second answer about a task that goes on."""
        return self.first(self.answers, lambda vector: isinstance(vector.get("detail"), dict), "answer with a detail")


def vectors_of(provider: str, service: str) -> Vectors:
    """The vectors of a service; a file that is not there holds none."""
    path = VECTORS / f"{provider}_{service}.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return Vectors(path.stem, told.get("answers", ()), told.get("lists", ()))


def with_id(body: Fields, old: str, new: str) -> Fields:
    """The same body with another id wherever the old one is in it."""
    text = json.dumps(body)
    renamed = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]) if old else text
    return t.cast(Fields, json.loads(renamed))


def document_in(service: Service, vector: Fields) -> t.Any:
    """What the expressions of a service see of an answer: its body, or all of it."""
    return document_of(service, Response(vector["status"], vector["headers"], vector["body"]))


def by_words(path: str) -> list[str]:
    """All paths that a template stands for, those with more words of their own first: what is a word is no value."""
    return sorted(paths_in(path), key=lambda each: each.count("{"))


def lists_in(tree: t.Any) -> t.Iterator[list[t.Any]]:
    """All lists in a document, the outer ones first."""
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    if isinstance(tree, list):
        yield tree
    for each in inner:
        yield from lists_in(each)


def item_in(service: Service, told: t.Any) -> Fields | None:
    """What an answer tells of a task: an object, or the only item of a list."""
    found = search(service.items or service.root, told)
    item = found[0] if isinstance(found, list) and found else found
    return item if isinstance(item, dict) else None


@dataclasses.dataclass(frozen=True)
class Played:
    """One catalogued service and how it answers."""

    provider: Provider
    service: Service
    vectors: Vectors

    @functools.cached_property
    def template(self) -> Fields:
        """The answer that all others are made of."""
        return self.vectors.going()

    def body(self, task: Task, scripted: Fields) -> Fields:
        """The whole answer about one task."""
        body = with_id(document_in(self.service, self.template), self.template["ask"]["task_id"], task.id)
        item = item_in(self.service, body)
        if item is None:
            raise NotTold(f"{self.vectors.name}: its first answer that goes on has no task where the catalogue says")
        written = merge(self._of_task(item, task), scripted)
        # A JMESPath hands out the object itself: what is written into it is written into the body.
        item.clear()
        item.update(written)
        return body

    def item(self, task: Task, scripted: Fields) -> Fields:
        """What the answer tells of the task itself."""
        return item_in(self.service, self.body(task, scripted)) or {}

    def _of_task(self, item: Fields, task: Task) -> Fields:
        """The item with the task's own times, and its resource where it has one."""
        told = to_datetime(self.template["facts"]["created_at"] or self.template["facts"]["started_at"])
        later = task.born - told.timestamp() if told else 0.0
        for path in self._paths(TIMES):
            value = search(path, item)
            item = item if value is None else merge(item, at(path, moved(value, later)))
        for path in self._paths(("resource_id",))[:1] if task.instance_id else ():
            item = merge(item, at(path, task.instance_id))
        return item

    def _paths(self, names: t.Iterable[str]) -> list[str]:
        """Where these facts are, each at one path or at the first of several that has a value."""
        either = (path for name in names for path in self.service.facts.get(name, "").split(" || "))
        return [path for path in either if is_plain(path)]

    def listed(self, facts: t.Mapping[str, str], template: Fields, task: Task, scripted: Fields) -> Fields:
        """The same task as an item of a list has it."""
        item = self.item(task, scripted)
        if not facts:
            return merge(merge(template, item), task.item)
        for name, path in {**self.service.facts, **facts}.items():
            value = search(self.service.facts.get(name, ""), item)
            template = merge(template, at(path, value)) if is_plain(path) and value is not None else template
        return merge(template, task.item)

    def list_of(self, items: str) -> tuple[Fields, list[t.Any], Fields]:
        """The body of a list, the list in it, which is emptied, and an item of it."""
        found = self.vectors.first(self.vectors.lists, lambda vector: search(items, vector["body"]), "list with items")
        body = json.loads(json.dumps(found["body"]))
        first = search(items, body)[0]
        # An expression may gather the items of several lists: all go where the first one is.
        entries = next(each for each in lists_in(body) if any(item is first for item in each))
        template = dict(first)
        entries.clear()
        return body, entries, template

    # Refusals

    def problem(self, kind: str, status: int = 0) -> Problem:
        """A refusal as the vectors have it."""
        vector = self.vectors.error(kind, status)
        return Problem(vector["status"], vector["code"], kind, extra=vector["body"])

    def bad_parameter(self) -> Problem:
        return self.problem("refused", 400)

    # Answers

    def answer(self, call: Call, asked: t.Sequence[catalogue.Call]) -> Fields | Reply:
        """One task, several by their ids, what a second call adds, or a list: whatever the request has values for."""
        service = self.service
        check_known(call, asked, self.bad_parameter())
        # Several ids may be where the one of a look alone is.
        for known in sorted(asked, key=lambda one: not (service.batch and one is service.batch.call)):
            sent = values_of(known, call)
            ids = sent.get("task_ids", ())
            if service.detail and known is service.detail.call:
                return self.detail(call, sent)
            if service.cancel and known is service.cancel.call:
                return self.cancel(call, "".join(sent.get("task_id", ())))
            if service.batch and known is service.batch.call and (len(ids) > 1 or (ids and known is asked[-1])):
                return self.batch(call, ids)
            if known in self.reads and sent.get("task_id"):
                return self.task(call, "".join(sent["task_id"]))
            if service.listing and known is service.listing.call:
                return self.page(call, service.listing, sent)
        raise Refusal(self.bad_parameter())

    @property
    def reads(self) -> tuple[catalogue.Call, ...]:
        """The ways to one task."""
        return (self.service.read, *((self.service.fallback.call,) if self.service.fallback else ()))

    def task(self, call: Call, task_id: str) -> Fields | Reply:
        """One task; of an unknown id what the vectors have: an error, or a good answer with nothing in it."""
        vector = self.vectors.error("not_found")
        try:
            task, scripted = find_task(call, task_id)
            if not self.shows(call, task, scripted):
                raise not_found(call)
            return self.replied(self.body(task, scripted))
        except Refusal:
            if vector["status"] < 400 and not call.world.settings.problem_for(call.api.key):
                return Reply(vector["body"], vector["status"])
            raise

    def replied(self, told: Fields) -> Reply:
        """What is sent: where the expressions are about all of an answer, its parts."""
        if not self.service.envelope:
            return Reply(told, self.template["status"])
        body = told["body"]
        return Reply("" if body is None else body, told["status"], told["headers"])

    def detail(self, call: Call, sent: Sent) -> Fields:
        """What only a second call tells of a task."""
        task, dummy = find_task(call, "".join(sent.get("task_id", "")))
        vector = self.vectors.detail()
        return merge(with_id(vector["detail"], vector["ask"]["task_id"], task.id), task.detail_fields(call.now) or {})

    def cancel(self, call: Call, task_id: str) -> Fields | Reply:
        """What goes on is cancelled from the next look on; what has ended is not."""
        task, scripted = find_task(call, task_id)
        path = self.service.facts["native_state"]
        word = str(search(path, self.item(task, scripted))).lower()
        if self.service.states.get(word) in TERMINAL:
            raise Refusal(self.bad_parameter())
        task.turn(call.now, self.cancelled_fields())
        status = EMPTY_ANSWERS.get(call.api.name)
        return Reply("", status) if status else {}

    def cancelled_fields(self) -> Fields:
        """What a task that was cancelled shows: its word, or all that its vector has where the word says only that it ended."""
        vector, path = self.vectors.cancelled(), self.service.facts["native_state"]
        word = vector["facts"]["native_state"]
        if is_plain(path) and self.service.states.get(word.lower()) == vector["facts"]["state"]:
            return at(path, word)
        told = with_id(vector["body"], vector["ask"]["task_id"], self.template["ask"]["task_id"])
        item, before = item_in(self.service, told) or {}, item_in(self.service, self.template["body"]) or {}
        return {name: value for name, value in item.items() if before.get(name) != value}

    def shows(self, call: Call, task: Task, scripted: Fields) -> bool:
        """Whether such a call shows the task at all."""
        usual = USUAL.get((self.provider.name, self.service.name, call.api.name))
        if not usual:
            return True
        name, value, fits = usual
        return fits(self.item(task, scripted), call.params.get(name) or value)

    def batch(self, call: Call, task_ids: t.Sequence[str]) -> Fields:
        """Those of several ids that are known."""
        batch = self.service.batch
        assert batch
        body, entries, template = self.list_of(batch.items)
        ids = dict.fromkeys(task_ids)
        if len(ids) > batch.size:
            raise Refusal(self.bad_parameter())
        tasks = (call.world.task(self.provider.name, self.service.name, task_id) for task_id in ids)
        entries.extend(self.listed(batch.facts, template, *seen) for seen in all_seen(call, tasks))
        return merge(body, told_of_pages(batch.pages, len(entries), len(entries))) if batch.pages else body

    def page(self, call: Call, listing: Listing, sent: Sent) -> Fields:
        """What matches, page by page."""
        body, entries, template = self.list_of(listing.items)
        chosen = [seen for seen in visible_tasks(call) if self.shows(call, *seen)]
        facts = {**self.service.facts, **listing.facts}
        told = [
            (option.fact, sent[option.name]) for option in self.service.options if option.fact and option.name in sent
        ]
        # Who turns hundreds of pages without a filter need not wait until each page has made all tasks.
        if told or FILTERS & set(sent):
            known = [(seen, self.listed(listing.facts, template, *seen)) for seen in chosen]
            chosen = [seen for seen, item in known if matches(item, facts, sent) and is_told(item, facts, told)]
        usual = listing.pages.size or (PAGE if listing.pages.link else 0)
        size = self.number(sent, "page_size", usual, 1) if usual else len(chosen)
        start = self.start(call, listing.pages, sent, size)
        entries.extend(self.listed(listing.facts, template, *seen) for seen in chosen[start : start + size])
        following = start + size
        link = link_of(call, following) if listing.pages.link and following < len(chosen) else ""
        linked = at(listing.pages.link, link) if listing.pages.link else {}
        return merge(merge(body, told_of_pages(listing.pages, len(chosen), following)), linked)

    def start(self, call: Call, pages: Pages, sent: Sent, size: int) -> int:
        """The position of the page that is asked for."""
        token = "".join(sent.get("token", "")) or call.params.get(SKIP_TOKEN, "")
        if token:
            return read_token(token, self.bad_parameter())
        number = self.number(sent, "page", pages.first, pages.first) - pages.first
        return number if pages.by_item else number * size

    def number(self, sent: Sent, name: str, usual: int, least: int) -> int:
        """A whole number that was sent, or the usual one."""
        text = "".join(sent.get(name, "")) or str(usual)
        if not text.isdigit() or int(text) < least:
            raise Refusal(self.bad_parameter())
        return int(text)

    # Routes

    def apis(self) -> tuple[Api, ...]:
        """The service's routes, each once, whatever it is used for."""
        service = self.service
        # The list comes last: it is what is asked for when no id is sent.
        parts = (service.batch, service.detail, service.cancel, service.listing)
        calls = [*self.reads, *(part.call for part in parts if part and part.call)]
        routes: dict[tuple[str, str, str], list[catalogue.Call]] = {}
        for call in calls:
            routes.setdefault((call.action, call.method, call.path), []).append(call)
        return tuple(self.api(asked, path) for asked in routes.values() for path in by_words(asked[0].path))

    def api(self, asked: t.Sequence[catalogue.Call], path: str) -> Api:
        """One route, with what can be asked by it."""
        call, rpc = protocol_of(self.provider, self.service).framed(self.service, asked[0]), self.is_rpc(asked[0])
        not_found = self.vectors.error("not_found")
        return Api(
            provider=self.provider.name,
            service=self.service.name,
            name=call.action,
            answer=lambda received: self.answer(received, asked),
            version=self.service.version,
            methods=("GET", "POST") if rpc else (call.method,),
            path="" if rpc else path,
            required=self.required(asked) if not call.json else (),
            id_param=next(filter(None, (id_key(one) for one in asked)), ""),
            batch=any("task_ids" in names_in_template([one.query, one.form, one.json]) for one in asked),
            not_found=self.problem("not_found") if not_found["status"] >= 400 else None,
            checks=self.checks(call),
            product=endpoints.scope_of(self.service.product, "eu-west-1").name if self.provider.name == "aws" else "",
            protocol=self.service.protocol,
            find_ids=(lambda received: ids_in(received, asked)) if self.service.protocol else None,
        )

    def is_rpc(self, call: catalogue.Call) -> bool:
        """Whether headers name the call, whatever its method is."""
        return self.provider.name == "alibaba" and call.path == "/"

    def required(self, asked: t.Sequence[catalogue.Call]) -> tuple[str, ...]:
        """The parameters without which none of the calls can be."""
        besides = {option.name for option in self.service.options if option.required}
        names = {*self.service.needs, *besides, "task_id"}
        each = [{key for key, template in templates(call) if names_in_template(template) & names} for call in asked]
        return tuple(sorted(set.intersection(*each)))

    def checks(self, call: catalogue.Call) -> tuple[Check, ...]:
        """Whose project it is, or whether there is such a region."""
        if self.provider.name == "azure":
            return (own_subscription, right_version(self.service.version))
        own = (own_project(self.problem("unauthorized", 403)),) if "{project_id}" in call.path else ()
        return (*own, *((check_region,) if call.query.get("RegionId") == "{region}" else ()))


Sent = t.Mapping[str, t.Sequence[str]]
"""What a request has, by the names that the catalogue has for it."""


def templates(call: catalogue.Call) -> list[tuple[str, str]]:
    """The parameters of a call with their templates, wherever they are sent; those of a JSON body have paths for names."""
    return [*call.query.items(), *call.form.items(), *leaves(call.json or {})]


def leaves(tree: t.Any, path: str = "") -> t.Iterator[tuple[str, str]]:
    """The texts and numbers in a JSON document, by their paths. The place of a filter in a list of them is its own name."""
    if isinstance(tree, (str, int)) and not isinstance(tree, bool):
        yield path, str(tree)
    inner: t.Iterable[tuple[t.Any, t.Any]] = tree.items() if isinstance(tree, dict) else ()
    for name, each in enumerate(tree) if isinstance(tree, list) else inner:
        place = filter_name(each) if isinstance(tree, list) else ""
        yield from leaves(each, ".".join(filter(None, (path, place or str(name)))))


def filter_name(item: t.Any) -> str:
    """The name of a filter, from a request or from its template; "" if an item is none."""
    named = [str(item[key]) for key in ("key", "Key", "name", "Name") if isinstance(item, dict) and key in item]
    if not named or len(item) != 2:
        return ""
    placeholder = PLACEHOLDER.fullmatch(named[0])
    return str(placeholder[2]).removeprefix("=") if placeholder else named[0]


def id_key(call: catalogue.Call) -> str:
    """Where the ids are."""
    if "task_id" in names_in_template(call.path):
        return "task_id"
    return next((key for key, template in templates(call) if names_in_template(template) & {"task_id", "task_ids"}), "")


def values_of(known: catalogue.Call, call: Call) -> dict[str, tuple[str, ...]]:
    """What was sent, by the names that the catalogue has for it."""
    in_path = names_in_template(known.path)
    found: dict[str, tuple[str, ...]] = {name: (call.params[name],) for name in in_path if name in call.params}
    others: set[str] = set()
    given = {**call.params, **json_params(call)}
    for key, template in templates(known):
        placeholder = PLACEHOLDER.search(template)
        if placeholder:
            around = template[: placeholder.start()], template[placeholder.end() :]
            values = tuple(filter(None, (between(text, *around) for text in values_at(key, given))))
            # Of what may stand in for another, the first is what it means.
            name = re.split(r"[|+-]", placeholder[1])[0]
            if (placeholder[2] or "").startswith("="):
                # The name of a filter: what is under another one is something else.
                others |= {name} if values and values != (placeholder[2][1:],) else set()
                continue
            found.update({name: split(values, name, placeholder[2])} if values else {})
    return {name: values for name, values in found.items() if name not in others}


def ids_in(call: Call, asked: t.Sequence[catalogue.Call]) -> tuple[str, ...]:
    """The ids that a request is about, whichever of these calls it is."""
    sent = [values_of(known, call) for known in asked]
    each = (ids for values in sent for ids in (values.get("task_ids", ()), values.get("task_id", ())))
    return next((ids for ids in each if ids), ())


def between(text: str, before: str, after: str) -> str:
    """What a text has at the place of a placeholder; "" where it is another text."""
    fits = text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after)
    return text[len(before) : len(text) - len(after)] if fits else ""


def values_at(key: str, given: t.Mapping[str, str]) -> tuple[str, ...]:
    """The values of a parameter, or of all that are numbered."""
    pattern = re.compile(re.escape(key).replace(re.escape(NUMBER), r"\d+") + r"(\.\d+)?")
    return tuple(value for name, value in given.items() if pattern.fullmatch(name) and value)


def split(values: tuple[str, ...], name: str, form: str | None) -> tuple[str, ...]:
    """Several ids that came in one text."""
    if form == "json":
        return tuple(json.loads(values[0]))
    if name == "task_ids" and form is None:
        return tuple(one.strip() for one in values[0].split(",") if one.strip())
    return values


def json_params(call: Call) -> dict[str, str]:
    """The texts of a JSON body, by their paths."""
    if not call.headers.get("content-type", "").startswith(("application/json", "application/x-amz-json")):
        return {}
    try:
        return dict(leaves(json.loads(call.body or b"{}")))
    except ValueError:
        return {}


def check_known(call: Call, asked: t.Sequence[catalogue.Call], problem: Problem) -> None:
    """Refuse a parameter that the catalogue has in none of these calls: what nobody reads would be a filter that is ignored."""
    keys = [
        key for known in asked for key in (*(key for key, dummy in templates(known)), *names_in_template(known.path))
    ]
    besides = {name: value for name, value in call.params.items() if name != SKIP_TOKEN or call.api.provider != "azure"}
    if any(not any(values_at(key, {name: "x"}) for key in keys) for name in besides):
        raise Refusal(problem)


def is_told(item: Fields, facts: t.Mapping[str, str], told: t.Sequence[tuple[str, t.Sequence[str]]]) -> bool:
    """Whether an item is of what the options of the call name, as far as it tells."""
    return all(search(facts.get(fact, ""), item) in (None, *values) for fact, values in told)


def in_status(item: Fields, words: str) -> bool:
    """Whether an image has one of these; a word that is nobody's yet is not hidden from who asks for several."""
    word, asked = str(item.get("Status")).lower(), words.lower().split(",")
    return word in asked or (len(asked) > 1 and word not in PROVIDERS["alibaba"].services["ecs_image"].states)


JOB_TYPES = {"online": "MIGRATION", "sync": "SYNC", "subscribe": "SUBSCRIBE"}
# What a call shows that leaves a parameter out, where that is not all.
USUAL: dict[tuple[str, str, str], tuple[str, str, t.Callable[[Fields, str], bool]]] = {
    ("alibaba", "ecs_image", "DescribeImages"): ("Status", "Available", in_status),
    ("alibaba", "dts", "DescribeDtsJobs"): (
        "JobType",
        "MIGRATION",
        lambda item, kind: JOB_TYPES.get(item["JobType"], kind) == kind,
    ),
}
FILTERS = {"native_state", "name", "resource_id", "created_after", "created_before"}


def matches(item: Fields, facts: t.Mapping[str, str], sent: Sent) -> bool:
    """Whether an item of a list passes the filters that were sent."""
    words = [word.lower() for word in sent.get("native_state", ())]
    if words and str(search(facts.get("native_state", ""), item)).lower() not in words:
        return False
    for name in ("name", "resource_id"):
        if sent.get(name) and search(facts.get(name, ""), item) not in sent[name]:
            return False
    created = to_datetime(search(facts.get("created_at", "") or facts.get("started_at", ""), item))
    after, before = (to_datetime("".join(sent.get(name, ""))) for name in ("created_after", "created_before"))
    return created is None or ((after is None or after <= created) and (before is None or created <= before))


def link_of(call: Call, following: int) -> str:
    """The URL of the next page, as Azure Resource Manager writes it."""
    asked = {name: value for name, value in call.params.items() if name.startswith("$")}
    query = {"api-version": call.api.version, **asked, SKIP_TOKEN: write_token(following)}
    return f"{call.url}?{urlencode(query)}"


def told_of_pages(pages: Pages, total: int, following: int) -> Fields:
    """What an answer says of the pages that follow."""
    told: Fields = {}
    if is_plain(pages.token):
        told = merge(told, at(pages.token, write_token(following) if following < total else ""))
    if is_plain(pages.total):
        told = merge(told, at(pages.total, total))
    return told


def all_apis(providers: t.Iterable[Provider] = tuple(PROVIDERS.values())) -> tuple[Api, ...]:
    """The routes that are written by hand, and those of every catalogued service that has none of them."""
    by_hand = {(api.provider, api.service) for api in BY_HAND}
    played = (
        Played(provider, service, vectors_of(provider.name, service.name))
        for provider in providers
        for service in provider.services.values()
        if (provider.name, service.name) not in by_hand
    )
    return (*BY_HAND, *(api for service in played for api in service.apis()))
