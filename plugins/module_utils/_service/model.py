# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define a service's task API as data. Pure.

template.py fills its calls, parse.py reads the answers, and state.py judges them.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CloudError
from .._core.task import PARTIAL

Values = t.Mapping[str, t.Optional[str]]
States = t.Mapping[str, str]
Codes = tuple[tuple[str, str, type[CloudError]], ...]
"""Rows of (regular expression for the code, one for the message, kind of error). The first row that matches counts.

An error response without a code has its status as code, such as ``HTTP 404``.
"""


class Call(t.NamedTuple):
    """One request of an API. Its texts are templates, see template.py.

    A path needs all of its values. A parameter of ``query``, ``form``, ``json`` or ``headers`` without a value is left
    out. ``json`` is sent as a JSON body, ``form`` as a form body.

    ``permissions`` are those that the credentials need for the call, in the words of the cloud's own policies.
    """

    action: str
    path: str = "/"
    query: t.Mapping[str, str] = {}
    method: str = "GET"
    json: t.Optional[t.Mapping[str, t.Any]] = None
    form: t.Mapping[str, str] = {}
    headers: t.Mapping[str, str] = {}
    permissions: tuple[str, ...] = ()


class Pages(t.NamedTuple):
    """How to get the next page of a list: with a ``token`` from the last answer, or by page number up to ``total`` items.

    ``token`` and ``total`` are JMESPaths. A token may be the id of the last item. ``link`` is one, too, in place of a token:
    it finds the whole URL of the next page. If ``size`` is 0, there is only one page, unless there is a token or a link.

    ``page`` starts at ``first``. It counts pages, or items if ``by_item`` is set. If ``maybe_index`` is set, the
    documentation is unclear about that, and the answers show it.
    """

    size: int
    token: str = ""
    total: str = ""
    maybe_index: bool = False
    first: int = 1
    by_item: bool = False
    link: str = ""


class Listing(t.NamedTuple):
    """The call that lists tasks. ``items`` is a JMESPath. ``facts`` overrides those of the service if the items differ.

    ``states`` holds the native words that the API can filter by. Set ``judge`` to false if an item does not say whether
    a task that ended has succeeded (no counts, no error). Such a task is read again by its id.
    """

    call: Call
    items: str
    pages: Pages
    facts: t.Mapping[str, str] = {}
    states: tuple[str, ...] = ()
    judge: bool = True


class Batch(t.NamedTuple):
    """How to read many ids with one call: ``size`` at most, and only from ``least`` ids on.

    ``call`` takes the ids as ``{task_ids}``. Its answer may have ``pages``. Without a call, all pages of the service's list
    are read, each time from the first page on.

    ``facts`` overrides those of the service if the items differ. "" means that they lack the fact. Set ``judge`` to
    false if an item does not say whether a task that ended has succeeded. Such a task is read again by its id.
    """

    size: int = 10_000
    least: int = 10
    call: t.Optional[Call] = None
    items: str = ""
    facts: t.Mapping[str, str] = {}
    judge: bool = False
    pages: t.Optional[Pages] = None


class Fallback(t.NamedTuple):
    """The ``call`` that reads a task if the first one is not published there, which error codes that match ``when`` say."""

    call: Call
    when: str


class Cancel(t.NamedTuple):
    """The call that asks the cloud to cancel a task. If ``when`` is set, this JMESPath must hold on the task's facts."""

    call: Call
    when: str = ""


class Rule(t.NamedTuple):
    """A verdict beyond the native word of a state: if the JMESPath ``when`` holds, the state is ``state``.

    ``when`` is evaluated on the facts, on ``item``, the part of the answer that they come from, and on ``options``, the
    values of the service's options. So is each JMESPath in braces in ``because``: ``wait for its job {item.properties.jobId}``.
    """

    when: str
    state: str
    because: str


SUCCESS_WITH_ERROR = Rule(
    "state == 'succeeded' && (error && error.code != '0' ||"
    " subtasks[?state == 'succeeded' && error && error.code != '0'])",
    PARTIAL,
    "it or a part of it says that it has ended well, and tells of an error",
)
"""For APIs that document an error, of a task or a sub-task, only for failures. A success with an error is doubtful."""


class Detail(t.NamedTuple):
    """A second call that adds facts to a task, made if the JMESPath ``when`` holds on its facts.

    ``rules`` need both answers. ``item`` is the second answer; without it the task cannot be judged.
    """

    call: Call
    when: str
    facts: t.Mapping[str, str]
    rules: tuple[Rule, ...] = ()


class Finder(t.NamedTuple):
    """How to find a task if only its resource is known. ``option`` names the resource, and ``call`` may find its task."""

    option: str
    call: Call
    facts: t.Mapping[str, str]


class Start(t.NamedTuple):
    """Where the result of the step that started a task tells its id, and options that reading it takes.

    ``ids`` are JMESPaths on the response to the call that started it. So are those of ``options``, by the name of the
    option. The response is the body of an API, the JSON that a command line printed, or the result of a module.

    ``urls`` are regular expressions for the URL of the call, ``headers`` for a header of the response, with its name.
    Their groups are named ``task_id``, or as the option that they hold. With the expression "", the whole header is the id.
    Of several headers, the first that tells something counts. ``header_option`` is the option that takes its name.
    ``parameters`` are names of the call's own parameters, by the name of the option: of its query or body, of flags of a
    command line, of options of a module.
    """

    ids: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    urls: tuple[str, ...] = ()
    options: t.Mapping[str, tuple[str, ...]] = {}
    parameters: t.Mapping[str, tuple[str, ...]] = {}
    header_option: str = ""


# The part of a quota that a lane takes on average, by whether the quota is counted over a window or by the second. In a window
# it may take the same part once more at once, so that what ends together is read in one burst: at most four fifths of any window.
WINDOW_SHARE = 0.4
SECOND_SHARE = 0.5


class Quota(t.NamedTuple):
    """What a vendor allows: ``calls`` in ``seconds``, as its page ``source`` says. Without a source it is our careful guess.

    Over more than a second it is a window, in which calls may come in a burst. ``share`` is the part that a lane takes on
    average; None is half of a limit by the second, and two fifths of a window.
    """

    calls: float
    seconds: float = 1.0
    source: str = ""
    share: t.Optional[float] = None

    @property
    def is_window(self) -> bool:
        """Say whether calls are counted over more than a second."""
        return self.seconds > 1.0

    @property
    def rate(self) -> float:
        """Return the calls per second that a lane makes on average."""
        usual = WINDOW_SHARE if self.is_window else SECOND_SHARE
        return self.calls / self.seconds * (usual if self.share is None else self.share)

    @property
    def burst(self) -> float:
        """Return the calls that a lane may make at once after a rest."""
        return max(1.0, WINDOW_SHARE * self.calls) if self.is_window else 1.0

    @property
    def window(self) -> float:
        """Return the seconds over which the vendor counts if that is a window, else 0."""
        return self.seconds if self.is_window else 0.0


ACCOUNT = "account_of_id"
"""The name of the value that holds the account that a qualified id is of."""


class QualifiedId(t.NamedTuple):
    """The form of an id that also says where its task is, such as an ARN.

    Each begins with ``start``. ``pattern`` is a regular expression for the whole: its group ``task_id`` is what the calls
    take, ``region`` the region, and any other group a value of the option of that name. ``example`` is shown if an id that
    begins like this does not match. An id of another form is asked for as it is.

    The group ``account`` is the account. The credentials alone say which account is asked, so if ``told_by`` is the JMESPath
    of this form in an answer, a task of another account is not the one that is meant.
    """

    start: str
    pattern: str
    example: str
    told_by: str = ""


class Option(t.NamedTuple):
    """A value besides the id that the calls of a service need: an option of the modules, and a value of the templates.

    ``about`` is its documentation, sentences with semantic markup. ``fact`` names the fact of a task that holds it, so
    that the facts of a task are enough to read it again. A ``secret`` is never shown or written down. Set ``selects`` to
    false if a wait for all tasks that have this value would still be about tasks of other people.
    """

    name: str
    about: tuple[str, ...]
    required: bool = True
    fact: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    selects: bool = True


class Service(t.NamedTuple):
    """One task API.

    Where it is: ``product`` is the first part of its host names. ``hosts`` maps regions with another host name to it.
    ``host`` is the host name in all other regions (``ros.aliyuncs.com``, or with ``{region}``), ``private_host`` the
    one inside the cloud's network. ``regions`` lists all regions if they are few. ``version`` is the API version.
    ``protocol`` is one of the provider's: how the API learns which call is made, and what it answers in. ``target`` is the
    prefix of a call's name, where the protocol has one.
    ``options`` are needed in addition to an id, and ``needs`` says that a region is needed even if an endpoint is given.

    How it is read: with ``read``, or with ``fallback`` if that is not published. With an ``envelope``, the JMESPaths
    see ``{status, headers, body}``, and the body may be empty. In XML, the elements ``lists`` are lists even if they are
    empty, and all values are text: see _core/xml.py. The task is what the JMESPath ``root`` finds. If
    ``items`` is set, the task is the item with its id, and an empty list means that there is no such task. ``facts``
    maps fact names to JMESPaths on the task. Progress goes from 0 to ``scale``. If that is None, the value is a
    fraction or a percentage. ``zone`` (``+08:00``) applies to times without a zone. ``subtask`` is a JMESPath on each
    entry of the fact ``subtasks``. ``absent`` and ``refused`` are JMESPaths that hold on a 200 response that means "no
    such task" or "the call failed".

    How it is judged: ``states`` maps native words (lower case) to ours. A table of ``states_by`` comes first if its
    JMESPath holds on the facts. ``others`` is the state of a word that no table holds, if the vendor says that every word
    but those of ends means that it goes on; it is never an end. ``item_states`` are tables for sub-tasks, by the
    beginning of the task's name. If
    ``items_decide``, a task that ended well is only as good as its sub-tasks. If it is ``lasting``, the id is that of a
    resource with one operation after another: the end of one says nothing about the next.

    What names a task: ``any_case`` says that upper and lower case mean the same in its id, and in that of its
    resource. ``alias`` is a JMESPath to a name that a task has besides its id, and that the calls take in its place.
    The name may be given to another task later, so after the first look only the id is asked for. ``qualified`` are
    the forms of ids that say where the task is. An id in one of them and the part that the calls take are the same
    id.

    A word for success must be confirmed by ``counts``, by sub-tasks that decide, or by a rule. ``no_evidence`` says why
    there is none of these: what the vendor's model of an answer has, and why that says nothing. Else it is "".

    How it is found: ``started_by`` says where the result of a step that started a task tells its id.

    ``quota`` is what the vendor allows of calls, of which a lane takes a part; ``parallel`` is the most simultaneous looks.
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
    others: str = ""
    item_states: tuple[tuple[str, States], ...] = ()
    items_decide: bool = False
    rules: tuple[Rule, ...] = ()
    codes: Codes = ()
    absent: str = ""
    refused: str = ""
    any_case: bool = False
    alias: str = ""
    qualified: tuple[QualifiedId, ...] = ()
    protocol: str = ""
    target: str = ""
    lists: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    listing: t.Optional[Listing] = None
    batch: t.Optional[Batch] = None
    detail: t.Optional[Detail] = None
    finder: t.Optional[Finder] = None
    cancel: t.Optional[Cancel] = None
    lasting: bool = False
    no_evidence: str = ""
    started_by: t.Optional[Start] = None
    quota: Quota = Quota(2.0)
    parallel: int = 8
    advice: str = ""

    @property
    def rate(self) -> float:
        """Return the calls per second that a lane makes on average, unless the user sets a limit."""
        return self.quota.rate

    @property
    def batch_tells_all(self) -> bool:
        """Say whether a batch tells as much about each task as a separate look does."""
        if not self.batch or not self.batch.call:
            return bool(self.batch) and self.list_tells_all
        return self.batch.judge and self._tells_as_one(self.batch.call, self.batch.facts)

    @property
    def list_tells_all(self) -> bool:
        """Say whether a list tells as much about each task as a separate look does."""
        listing = self.listing
        return bool(listing and listing.judge and self._tells_as_one(listing.call, listing.facts))

    @property
    def all_reads_tell_all(self) -> bool:
        """Say whether every way to read a task tells all about it."""
        return (not self.batch or self.batch_tells_all) and (not self.listing or self.list_tells_all)

    def _tells_as_one(self, call: Call, facts: t.Mapping[str, str]) -> bool:
        """Say whether this is the call that reads one task, so that its items are the same, and no second call adds to them."""
        read = self.read
        is_same_call = (call.action, call.method, call.path) == (read.action, read.method, read.path)
        return is_same_call and not facts and not self.detail and not self.fallback

    @property
    def in_region(self) -> bool:
        """Say whether its host name contains the region."""
        return not self.host or "{region}" in self.host

    @property
    def tables(self) -> tuple[States, ...]:
        """Return all tables of native words."""
        return (self.states, *(table for dummy, table in self.states_by))


def resource_of(service: Service, values: Values) -> t.Optional[str]:
    """Return the resource that the values name, if the service can find a task by its resource; else None."""
    return values.get(service.finder.option) if service.finder else None


def facts_from_options(service: Service, values: Values) -> dict[str, str]:
    """Return the facts that the options of a service hold, by name."""
    values_by_fact = {option.fact: values.get(option.name) for option in service.options}
    return {fact: value for fact, value in values_by_fact.items() if fact and value}


def host_of(service: Service, region: str, default: str, private: bool = False) -> str:
    """Return the host name of the service in a region. ``default`` is that of the provider's other services."""
    if private:
        return (service.private_host or default).replace("{region}", region)
    return service.hosts.get(region) or (service.host or default).replace("{region}", region)
