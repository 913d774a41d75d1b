# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A cloud service's task API as one value. Pure data: what it says is read by _template, _read and _judge."""

from __future__ import annotations

import typing as t

from .._core.errors import CloudError
from .._core.task import PARTIAL

Values = t.Mapping[str, t.Optional[str]]
States = t.Mapping[str, str]
Codes = tuple[tuple[str, str, type[CloudError]], ...]
"""Rows of (regular expression on the code, the same on the message, what it means); the first row that matches decides.

An answer that refuses without a code has the code ``HTTP 404``, or whatever its status is.
"""


class Call(t.NamedTuple):
    """One request of an API, of templates as _template has them.

    A path needs all of its values; a parameter of ``query``, ``form``, ``json`` or ``headers`` whose value is not known is left
    out. ``json`` is sent as a body of JSON, ``form`` as one of a form.
    """

    action: str
    path: str = "/"
    query: t.Mapping[str, str] = {}
    method: str = "GET"
    json: t.Optional[t.Mapping[str, t.Any]] = None
    form: t.Mapping[str, str] = {}
    headers: t.Mapping[str, str] = {}


class Pages(t.NamedTuple):
    """How a list goes on: by a ``token`` from the last answer (JMESPath), or by counting ``page`` up to ``total`` items.

    One of ``size`` 0 has all on one page.

    A ``token`` may be the id of the last item. ``page`` begins with ``first`` and counts pages, or items where ``by_item`` is
    set. ``maybe_index``: sources differ on whether the number counts pages or items; the answers show it.
    """

    size: int
    token: str = ""
    total: str = ""
    maybe_index: bool = False
    first: int = 1
    by_item: bool = False


class Listing(t.NamedTuple):
    """The call that lists tasks. ``items`` is a JMESPath, ``facts`` overrides the service's where the items differ.

    ``states`` holds the native words that the API can filter by. Where an item does not tell enough to ``judge`` a task
    that ended (no counts, no error), such a task is read once more by its id.
    """

    call: Call
    items: str
    pages: Pages
    facts: t.Mapping[str, str] = {}
    states: tuple[str, ...] = ()
    judge: bool = True


class Batch(t.NamedTuple):
    """How many ids are asked for at once, at most ``size``; worth it from ``least`` ids on.

    ``call`` has them in ``{task_ids}``. Without one, the pages of the service's list are turned: each such look begins with the
    first page, so it is about as many ids as there are. ``facts`` overrides the
    service's where the items differ: "" is a fact that they do not tell. Where an item does not tell enough to ``judge`` a
    task that ended, such a task is read once more by its id.
    """

    size: int = 10_000
    least: int = 10
    call: t.Optional[Call] = None
    items: str = ""
    facts: t.Mapping[str, str] = {}
    judge: bool = False


class Fallback(t.NamedTuple):
    """The ``call`` that reads a task where the first one is not published, which codes that match ``when`` say."""

    call: Call
    when: str


class Cancel(t.NamedTuple):
    """The call that asks the cloud to cancel a task; made where the JMESPath ``when`` holds on its facts, if there is one."""

    call: Call
    when: str = ""


class Rule(t.NamedTuple):
    """A verdict that the state's word alone does not give: where the JMESPath ``when`` holds, it is ``state``.

    It is searched in the facts, and in ``item``, what they were read from.
    """

    when: str
    state: str
    because: str


ERROR_BESIDE_SUCCESS = Rule(
    "state == 'succeeded' && (error && error.code != '0' ||"
    " subtasks[?state == 'succeeded' && error && error.code != '0'])",
    PARTIAL,
    "it or a part of it says that it has ended well, and tells of an error",
)
"""For an API that documents the error of a task, and of a sub-task, as one of those that failed: a success has none."""


class Detail(t.NamedTuple):
    """A second call that adds facts to a task; made when the JMESPath ``when`` holds on its facts.

    ``rules`` are those of a task that takes both answers to judge, ``item`` is the second: without it there is no verdict.
    """

    call: Call
    when: str
    facts: t.Mapping[str, str]
    rules: tuple[Rule, ...] = ()


class Finder(t.NamedTuple):
    """How the task of a resource is found where only the resource is known: ``option`` names it, ``call`` may know."""

    option: str
    call: Call
    facts: t.Mapping[str, str]


class Option(t.NamedTuple):
    """What the calls of a service take besides an id: an option of the modules, and a value of the templates.

    ``about`` is its documentation, sentences with semantic markup. ``fact`` names the fact of a task that holds it, so that the
    facts of a task are enough to ask for it again.
    """

    name: str
    about: tuple[str, ...]
    required: bool = True
    fact: str = ""
    choices: tuple[str, ...] = ()


class Service(t.NamedTuple):
    """One task API.

    Where it is: ``product`` is the first part of its host names. ``hosts`` has the regions whose host name is another, ``host``
    is that of all others (``ros.aliyuncs.com``, or with ``{region}``), ``private_host`` the one inside of the cloud's network;
    ``regions`` are all of them where they are few; ``version`` is its API version. It is asked for what ``options`` there are
    besides an id, and ``needs`` a region even where an endpoint is given.

    How it is read: ``fallback`` where ``read`` is not published. With an ``envelope`` the answer is ``{status, headers, body}``,
    and may have no body. The task is what the JMESPath ``root`` finds; where ``items`` are to be found instead, it is the one of
    them that has its id, and an empty list is no such task. ``facts`` maps fact names to JMESPaths on it. Progress is on a
    ``scale`` from 0, of None a fraction or percents, whatever it looks like. ``zone`` (``+08:00``) is that of times without one.
    ``subtask`` is a JMESPath on each entry of the list that the fact ``subtasks`` found. ``absent`` and ``refused`` are JMESPaths
    that say of a 200 answer «no such task» and «the call failed».

    How it is judged: ``states`` maps native words (lower case) to ours; ``states_by`` has tables that count before it where a
    JMESPath holds on the facts; ``item_states`` is for sub-tasks, by the beginning of the task's name. Where ``items_decide``, a
    task that ended well is only as good as its sub-tasks. Where it is ``lasting``, the id is that of a resource, on which one
    operation after the other works: that one was seen to end says nothing of the next.

    What speaks against a word for a success is read: by ``counts``, by sub-tasks that decide, or by a rule. ``no_evidence``
    says why there is none of these, "" where there is one: what the vendor's model of an answer has, and why that tells nothing.

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
    host: str = ""
    private_host: str = ""
    hosts: t.Mapping[str, str] = {}
    regions: tuple[str, ...] = ()
    fallback: t.Optional[Fallback] = None
    envelope: bool = False
    root: str = "@"
    items: str = ""
    scale: t.Optional[float] = 100.0
    zone: str = ""
    subtask: str = ""
    states_by: tuple[tuple[str, States], ...] = ()
    item_states: tuple[tuple[str, States], ...] = ()
    items_decide: bool = False
    rules: tuple[Rule, ...] = ()
    codes: Codes = ()
    absent: str = ""
    refused: str = ""
    needs: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    listing: t.Optional[Listing] = None
    batch: t.Optional[Batch] = None
    detail: t.Optional[Detail] = None
    finder: t.Optional[Finder] = None
    cancel: t.Optional[Cancel] = None
    lasting: bool = False
    no_evidence: str = ""
    rate: float = 1.0
    parallel: int = 8
    advice: str = ""

    @property
    def batch_tells_all(self) -> bool:
        """Whether a look at many tells of each what a look at it alone does."""
        if not self.batch or not self.batch.call:
            return bool(self.batch) and self.list_tells_all
        return self.batch.judge and self._tells_as_one(self.batch.call, self.batch.facts)

    @property
    def list_tells_all(self) -> bool:
        """Whether a list tells of each task what a look at it alone does."""
        listing = self.listing
        return bool(listing and listing.judge and self._tells_as_one(listing.call, listing.facts))

    @property
    def is_told_in_full(self) -> bool:
        """Whether every way to see a task tells all of it."""
        return (not self.batch or self.batch_tells_all) and (not self.listing or self.list_tells_all)

    def _tells_as_one(self, call: Call, facts: t.Mapping[str, str]) -> bool:
        """Whether it is the operation that one task is read by, so that its items are the same, and no second one adds to it."""
        one = self.read
        same = (call.action, call.method, call.path) == (one.action, one.method, one.path)
        return same and not facts and not self.detail and not self.fallback

    @property
    def in_region(self) -> bool:
        """Whether its host name has the region in it."""
        return not self.host or "{region}" in self.host

    @property
    def tables(self) -> tuple[States, ...]:
        """All tables of native words."""
        return (self.states, *(table for dummy, table in self.states_by))


def resource_of(service: Service, values: Values) -> t.Optional[str]:
    """The resource that the values name, for a service that can find a task by it."""
    return values.get(service.finder.option) if service.finder else None


def told_by_options(service: Service, values: Values) -> dict[str, str]:
    """The facts that the options of a service hold, by name."""
    told = {option.fact: values.get(option.name) for option in service.options}
    return {fact: value for fact, value in told.items() if fact and value}


def host_of(service: Service, region: str, usual: str, private: bool = False) -> str:
    """The host name of the service in a region; ``usual`` is the one that the provider's services have."""
    if private:
        return (service.private_host or usual).replace("{region}", region)
    return service.hosts.get(region) or (service.host or usual).replace("{region}", region)
