# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Reads many tasks: a batch of ids, all that a list shows, the task of a resource."""

from __future__ import annotations

import itertools
import typing as t
from collections import Counter
from dataclasses import replace
from functools import partial

from .._core.errors import CloudError, NotFound, Unauthorized, Unavailable
from .._core.task import STATES, UNKNOWN, NotListed, Task, Unjudged, observed_task
from .._http.message import Response
from .._service.ids import task_key
from .._service.model import Batch, Call, Listing, Values, resource_of
from .._service.parse import items_of, read_item, wants_detail
from .._service.selector import Filters, ends_badly, filter_values, possible_states
from .._service.template import names_in_template
from .pages import Shown, turned, turned_once, turned_whole
from .reader import FINAL, TaskReader

MAX_TASKS = 100_000
# So many tasks of a list are read alone because the list does not tell their names.
MOST_NAMELESS = 20
# So many tasks that had ended before are read beyond the limit of a query, because what is wanted may come after them.
MOST_ENDED = 500

Listed = t.Union[Task, Unjudged, NotListed, CloudError]


class TaskLister:
    """Reads many tasks of one service, and those whose ids are not known yet; its ``reader`` makes and counts the calls."""

    def __init__(self, reader: TaskReader) -> None:
        self.reader = reader
        self.service = reader.service

    def tasks(self, values: Values, filters: Filters) -> list[Task]:
        """The task of a resource if nothing but the resource is given, else what a list shows."""
        if resource_of(self.service, values) and not filters.are_selective:
            return [self._find(values)]
        return self._list(values, self._with_resource(values, filters))

    def observe(self, values: Values, filters: Filters) -> list[t.Union[Task, Unjudged]]:
        """The same, but tasks that have ended are left for a closer look if the list does not tell how."""
        if resource_of(self.service, values) and not filters.are_selective:
            return [self._find(values)]
        if filters.created_after or not self.service.listing:
            return self.observe_new(values, filters)
        matching = self._matching(values, self._with_resource(values, filters))
        return list(_beyond_ended(matching, filters.limit))

    def observe_new(self, values: Values, filters: Filters, followed: bool = False) -> list[t.Union[Task, Unjudged]]:
        """What the list shows, if there is one, else the task of the resource.

        Of a list that is ``followed``, only what certainly matches counts: whoever follows it waits for nothing in it.
        """
        if not self.service.listing:
            return [self._find(values)]
        matching = self._matching(values, self._with_resource(values, filters), certain=followed)
        return list(itertools.islice(matching, filters.limit))

    def _with_resource(self, values: Values, filters: Filters) -> Filters:
        return filters._replace(resource_id=filters.resource_id or resource_of(self.service, values))

    def _find(self, values: Values) -> Task:
        """The task of a resource: the one that its own call knows, else the newest in the list; judged by its id."""
        current, body = self.reader.read_of_resource(values)
        candidate = current or self._newest(values)
        try:
            task = self.reader.read_without_detail({**values, "task_id": candidate.id})
        except NotFound:
            task = candidate
        return self.reader.with_detail(task, values, body)

    def _newest(self, values: Values) -> Task:
        resource = resource_of(self.service, values)
        matching = self._matching(values, Filters(resource_id=resource))
        tasks = [observed_task(listed) for listed in itertools.islice(matching, MAX_TASKS)]
        if not tasks:
            raise NotFound(f"no task of {resource} is known")
        # One that goes on is meant rather than one that has ended, whichever is newer.
        return max(tasks, key=lambda task: (not task.terminal, task.created_at or ""))

    def read_many(self, task_ids: t.Sequence[str], values: Values) -> dict[str, Listed]:
        """What one call for all shows of each id, or the pages of the list."""
        batch = t.cast(Batch, self.service.batch)
        return self._by_ids(batch, batch.call, task_ids, values) if batch.call else self._on_pages(task_ids, values)

    def _by_ids(self, batch: Batch, call: Call, task_ids: t.Sequence[str], values: Values) -> dict[str, Listed]:
        """What one call for all shows. If it is refused, one id may have spoilt it, so each half is asked for alone."""
        if len(task_ids) == 1:
            return {task_ids[0]: self._try_read(task_ids[0], values)}
        try:
            return self._listed(batch, call, task_ids, values)
        except FINAL as exc:
            return dict.fromkeys(task_ids, exc)
        except Unauthorized:
            # A key that may not list tasks may still read each of them.
            return dict.fromkeys(task_ids, NotListed())
        except CloudError:
            middle = len(task_ids) // 2
            halves = (task_ids[:middle], task_ids[middle:])
            both = [self._by_ids(batch, call, half, values) for half in halves]
            return {task_id: listed for half in both for task_id, listed in half.items()}

    def _try_read(self, task_id: str, values: Values) -> Listed:
        try:
            return self.reader.read({**values, "task_id": task_id})
        except CloudError as exc:
            return exc

    def _listed(self, batch: Batch, call: Call, task_ids: t.Sequence[str], values: Values) -> dict[str, Listed]:
        """Each id as the list has it. One that is not in it was not seen, and no item takes another's place."""
        read = self._batch_items(batch, call, task_ids, values)
        tasks = self._by_key(read)
        absent: CloudError = NotFound("not in the list of tasks")
        if len(tasks) < len(read):
            absent = Unavailable("the list has an item that cannot be read, or the same task more than once")
        listed = self._under_ids(task_ids, tasks, batch.judge)
        return {task_id: listed.get(task_id, absent) for task_id in task_ids}

    def _batch_items(
        self, batch: Batch, call: Call, task_ids: t.Sequence[str], values: Values
    ) -> list[t.Union[Task, CloudError]]:
        """Every item of the answer, or of its pages if it may have some."""

        def page(paging: Values) -> Shown:
            response = self.reader.call(call, {**paging, "task_ids": tuple(task_ids)})
            items = items_of(batch.items, response.body)
            return Shown([self._try_item(item, response, values, batch.facts) for item in items], response.body)

        if not batch.pages:
            return list(page(values).read)
        return [each for shown in turned_whole(batch.pages, values, page) for each in shown]

    def _on_pages(self, task_ids: t.Sequence[str], values: Values) -> dict[str, Listed]:
        """Each id as a page of the list has it. Once pages may cost more than they save, the rest is left for looks alone."""
        listing = t.cast(Listing, self.service.listing)
        wanted = dict.fromkeys(task_ids)
        listed: dict[str, Listed] = {}
        before = self.reader.calls
        try:
            for page in turned_once(listing.pages, values, partial(self._page, listing)):
                missing = [task_id for task_id in wanted if task_id not in listed]
                listed.update(self._under_ids(missing, self._by_key(page), listing.judge))
                if self.reader.calls - before >= len(wanted) - len(listed):
                    break
        except FINAL as exc:
            return {**dict.fromkeys(task_ids, exc), **listed}
        except CloudError:
            pass
        return {task_id: listed.get(task_id, NotListed()) for task_id in task_ids}

    def _try_item(
        self, item: t.Any, response: Response, values: Values, facts: t.Mapping[str, str]
    ) -> t.Union[Task, CloudError]:
        try:
            task = read_item(self.service, item, self.reader.origin_of(response, values), facts)
        except CloudError as exc:
            return exc
        # Without ids all items would be one task.
        return task if task.id else Unavailable(f"an item of {self.service.name} does not say which task it is")

    def _list(self, values: Values, filters: Filters) -> list[Task]:
        """What matches, as far as ``limit``; filtered by the API if it can, and here in any case."""
        closer = (self._closer(listed, values) for listed in self._matching(values, filters))
        wanted = (task for task in closer if task and filters.match(task, self.service.any_case))
        return list(itertools.islice(wanted, filters.limit))

    def _matching(self, values: Values, filters: Filters, certain: bool = False) -> t.Iterator[t.Union[Task, Unjudged]]:
        """What may match, as the list shows it. Unless it has to be ``certain``, a task in an unknown state is in any state."""
        listing = self.service.listing
        if not listing:
            raise CloudError(f"{self.service.name} has no call that lists tasks")
        in_any_state = filters._replace(states=())
        tasks = self._tasks(listing, {**values, **filter_values(self.service, listing, filters)})
        named = tasks if certain or filters.name is None else self._named(listing, tasks, values, filters)
        for task in named:
            states = possible_states(self.service, task.state)
            in_state = states & set(filters.states or STATES) or (task.state == UNKNOWN and not certain)
            if in_state and in_any_state.match(task, self.service.any_case):
                yield self._judged(task, listing.judge)

    def _named(self, listing: Listing, tasks: t.Iterator[Task], values: Values, filters: Filters) -> t.Iterator[Task]:
        """The tasks, each with its name. One that the list shows without a name may be meant, so it is read alone.

        Raises Unavailable if its name stays unknown: nobody can tell then whether all that is meant was seen.
        """
        may_lack_one = _is_looked_up({**self.service.facts, **listing.facts}.get("name", ""))
        otherwise = filters._replace(name=None, states=())
        nameless = 0
        for task in tasks:
            if task.name is not None or may_lack_one or not otherwise.match(task, self.service.any_case):
                yield task
                continue
            nameless += 1
            name = self._name_of(task, values) if nameless <= MOST_NAMELESS else None
            if name is None:
                raise Unavailable(
                    f"the list of {self.service.name} shows {task.id} without a name, so it may be one of those that are "
                    "meant; give ids, or other filters"
                )
            yield replace(task, name=name)

    def _name_of(self, task: Task, values: Values) -> t.Optional[str]:
        """The name of a task, read alone. One that has gone since has none that is asked for."""
        try:
            return self.reader.read_without_detail({**values, "task_id": task.id}).name
        except NotFound:
            return ""

    def _judged(self, task: Task, tells_all: bool) -> t.Union[Task, Unjudged]:
        """Return the task, or mark it for a closer look if it has ended and a call of its own tells more about how."""
        detail = self.service.detail
        if not task.terminal or (tells_all and not (detail and wants_detail(detail, task))):
            return task
        return Unjudged(task, ends_badly(self.service, task.state))

    def _under_ids(
        self, task_ids: t.Iterable[str], tasks: t.Mapping[t.Optional[str], Task], judge: bool
    ) -> dict[str, t.Union[Task, Unjudged]]:
        """Those of the tasks that were asked for, under their ids as the user wrote them."""
        shown = {task_id: tasks.get(self._key(task_id)) for task_id in task_ids}
        wanted = {task_id: replace(task, id=task_id) for task_id, task in shown.items() if task}
        return {task_id: self._judged(task, judge) for task_id, task in wanted.items()}

    def _by_key(self, read: t.Iterable[t.Union[Task, CloudError]]) -> dict[t.Optional[str], Task]:
        """Tasks by what is the same for all forms of their ids. A task that an answer shows twice is left out: which is right?"""
        tasks = [task for task in read if isinstance(task, Task)]
        counts = Counter(self._key(task.id) for task in tasks)
        return {self._key(task.id): task for task in tasks if counts[self._key(task.id)] == 1}

    def _key(self, task_id: str) -> t.Optional[str]:
        return task_key(self.service, task_id)

    def _closer(self, listed: t.Union[Task, Unjudged], values: Values) -> t.Optional[Task]:
        """The task as it can be judged; None if it has gone since it was listed."""
        if isinstance(listed, Task):
            return listed
        try:
            task = self.reader.read({**values, "task_id": listed.task.id})
        except NotFound:
            return None
        return replace(task, resource_id=task.resource_id or listed.task.resource_id)

    def _tasks(self, listing: Listing, values: Values) -> t.Iterator[Task]:
        """Every task of every page, each once. A list with an item that cannot be read raises the error."""
        for page in turned(listing.pages, values, partial(self._page, listing)):
            for task in page:
                if isinstance(task, CloudError):
                    raise task
                yield task

    def _page(self, listing: Listing, values: Values) -> Shown:
        """One page of a list; an item that cannot be read is an error in its place."""
        response = self.reader.call(listing.call, values)
        items = items_of(listing.items, response.body)
        read = [self._try_item(item, response, values, listing.facts) for item in items]
        return Shown([self._of_filter(listing, each, values) for each in read], response.body)

    def _of_filter(
        self, listing: Listing, read: t.Union[Task, CloudError], values: Values
    ) -> t.Union[Task, CloudError]:
        """The task with the resource by which the API has filtered, if its item does not tell of which resource it is."""
        filtered = values.get("resource_id") if "resource_id" in names_in_template(listing.call) else None
        if not filtered or isinstance(read, CloudError):
            return read
        return replace(read, resource_id=read.resource_id or filtered)


def _is_looked_up(path: str) -> bool:
    """Return whether a name is looked up among others, such as tags. A task may have none then."""
    return not path or "[?" in path


def _beyond_ended(tasks: t.Iterator[t.Union[Task, Unjudged]], limit: int) -> t.Iterator[t.Union[Task, Unjudged]]:
    """As many as the limit allows of those that go on. What had ended before does not keep them out, up to a bound."""
    going = 0
    for number, task in enumerate(tasks, 1):
        yield task
        going += not observed_task(task).terminal
        if going >= limit or number >= limit + MOST_ENDED:
            return
