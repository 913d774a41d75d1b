# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Reads one task: by id, by resource, with its details; and cancels it."""

from __future__ import annotations

import itertools
import time
import typing as t
from dataclasses import dataclass, replace

from .._core.errors import BadSignature, CloudError, CredentialsExpired, NotFound, Throttled, Unavailable
from .._core.expression import search
from .._core.pattern import matches
from .._core.task import CancelAccepted, Task
from .._http.message import Response
from .._service.error import retry_after_of
from .._service.ids import is_same_task
from .._service.links import URL_OF_ID, has_status, is_by_url
from .._service.model import ACCOUNT, Call, Detail, Fallback, Option, Service, Values, resource_of
from .._service.parse import add_detail, document_of, doubts_of, id_behind, read_item, read_task, wants_detail
from .._service.provider import request_id_of
from .._service.state import Origin, may_open, with_steps
from .._service.template import Fillings, names_needed, required_list_values
from .client import Client

Pause = t.Callable[[int, CloudError], t.Optional[float]]
"""Seconds to wait before another try, by how many there were and what went wrong; None to give up."""


def no_pause(tries: int, error: CloudError) -> t.Optional[float]:
    """No second try."""
    return None


def retrying(call: t.Callable[[], Response], pause: Pause) -> Response:
    """Make a call, as often as ``pause`` allows, and return the answer."""
    for tries in itertools.count(1):
        try:
            return call()
        except CloudError as exc:
            seconds = pause(tries, exc)
            if seconds is None:
                raise
        time.sleep(seconds)
    raise AssertionError("an endless count has ended")


def no_rest() -> None:
    """Let the next call come at once."""


# The status of an answer that has no result yet.
ACCEPTED = 202

# Another way to the same task gives the same of these; every other refusal may be one of that way alone.
FINAL = (BadSignature, CredentialsExpired, Throttled, Unavailable)


@dataclass(eq=False, repr=False)
class TaskReader:
    """Reads single tasks of one service through one client, and counts the calls.

    ``pause`` says how long to wait before a call is tried again; a wait for tasks has a better plan and gives none.
    ``rest`` is called between two calls. ``throttled`` keeps a refusal that spoilt no result, ``retry_after`` the seconds after
    which the last good answer about a task wants the next look.
    """

    client: Client
    service: Service
    pause: Pause = no_pause
    rest: t.Callable[[], None] = no_rest
    calls: int = 0
    throttled: t.Optional[Throttled] = None
    retry_after: t.Optional[float] = None

    def read(self, values: Values) -> Task:
        """Read the task with this id. Raises NotFound if no way to it knows it."""
        task_id = values.get("task_id") or ""
        try:
            return self.with_detail(self.read_without_detail(values), values)
        except NotFound:
            task = self.read_of_resource(values)[0]
            if task is None or not is_same_task(self.service, task.id, task_id):
                raise
            return task

    def cancel(self, values: Values, task: t.Optional[Task], again: bool = False) -> CancelAccepted:
        """Ask the cloud, perhaps ``again``, to cancel a task that was seen. Raises the CloudError that a refusal is."""
        cancel = self.service.cancel
        if not cancel or not task:
            raise CloudError(f"{self.service.name} has no call that cancels a task")
        fillings = {**values, **self._options_of(task, values), "task_id": self._known_id(task.id), "name": task.name}
        self.calls += 1
        response = self.client.call(self.service, cancel.call, fillings, may_be_empty=True, again=again)
        return CancelAccepted(request_id_of(self.client.provider, response) or None)

    # Parts of a read

    def call(self, call: Call, values: Fillings, pause: t.Optional[Pause] = None) -> Response:
        """Make a call, and return the answer."""

        tries = itertools.count()

        def once() -> Response:
            if self.calls:
                self.rest()
            self.calls += 1
            return self.client.call(self.service, call, values, again=next(tries) > 0)

        return retrying(once, pause or self.pause)

    def origin_of(self, response: Response, values: Values, task_id: str = "") -> Origin:
        """What an answer does not say of itself."""
        return Origin(
            provider=self.client.provider.name,
            region=self.client.region,
            now=self.client.now(),
            task_id=task_id,
            request_id=request_id_of(self.client.provider, response) or None,
            request_facts={
                option.fact: values.get(option.name)
                for option in self.service.options
                if self._is_fact(option, task_id)
            },
            doubts=doubts_of(document_of(self.service, response), self.service.refused),
            account=values.get(ACCOUNT) or "",
            options={option.name: values.get(option.name) for option in self.service.options},
        )

    def _is_fact(self, option: Option, task_id: str) -> bool:
        """Whether an answer is certainly about what the option names: of a list, if the option is in its path."""
        return option.required or (not task_id and option.name in required_list_values(self.service))

    def read_without_detail(self, values: Values) -> Task:
        """Read the task with this id by the one call that always shows it."""
        requested = values.get("task_id") or ""
        task_id = self._known_id(requested)
        response = self._answer_about({**values, "task_id": task_id, **self._moved(task_id)})
        self._note_move(task_id, response)
        self.retry_after = retry_after_of(self.client.provider, response)
        origin = self.origin_of(response, values, task_id)
        task = read_task(self.service, document_of(self.service, response), origin)
        if self.service.alias:
            self.client.ids_by_name[self.service.name, requested] = id_behind(self.service, task)
        return task if task_id == requested else replace(task, id=requested)

    def _moved(self, task_id: str) -> Values:
        url = self.client.moved_to.get((self.service.name, task_id)) if is_by_url(self.service) else None
        return {URL_OF_ID: url} if url else {}

    def _note_move(self, task_id: str, response: Response) -> None:
        """Note where the next look goes. An answer with a state of its own may tell only where the result will be."""
        location = response.headers.get("location", "")
        if is_by_url(self.service) and response.status == ACCEPTED and location and not has_status(response.body):
            self.client.moved_to[self.service.name, task_id] = location

    def _known_id(self, requested: str) -> str:
        """The id of a task that was seen under a name, else what was requested. Another task may have the name by now."""
        known = self.client.ids_by_name if self.service.alias else {}
        return known.get((self.service.name, requested), requested)

    def _answer_about(self, values: Values) -> Response:
        """The answer about a task, by the way that is published. One that is not is tried once."""
        fallback = self.service.fallback
        if fallback and self.service.name in self.client.fallen_back:
            return self.call(fallback.call, values)
        try:
            return self.call(self.service.read, values)
        except CloudError as exc:
            if not fallback or not matches(fallback.when, exc.code):
                raise
            return self._fall_back(fallback, values, exc)

    def _fall_back(self, fallback: Fallback, values: Values, refusal: CloudError) -> Response:
        """The answer by the other way, which is taken from now on. If that is not published either, raises the first refusal."""
        try:
            response = self.call(fallback.call, values)
        except CloudError as exc:
            if matches(fallback.when, exc.code):
                raise refusal from exc
            self.client.fallen_back.add(self.service.name)
            raise
        self.client.fallen_back.add(self.service.name)
        return response

    def with_detail(self, task: Task, values: Values, body: t.Any = None) -> Task:
        """Add what the second call shows, if there is one for this task.

        If it fails, the first answer stands alone, but not for an end: what speaks against that may come by asking again.
        """
        detail = self.service.detail
        if not detail or not wants_detail(detail, task):
            return task
        about = {"task_id": self._known_id(task.id), "name": task.name, "resource_id": task.resource_id}
        fillings = {**values, **self._options_of(task, values), **about}
        in_path = names_needed(detail.call.path)
        if any(option.name in in_path and not fillings[option.name] for option in self.service.options):
            return task
        decides = may_open(task.state)
        try:
            detail_body = body or self.call(detail.call, fillings, self.pause if decides else no_pause).body
        except CloudError as exc:
            if detail.rules or (decides and isinstance(exc, FINAL)):
                _say_what_is_missing(exc, detail, task)
                raise
            self.throttled = exc if isinstance(exc, Throttled) else self.throttled
            return task
        return add_detail(self.service, detail, task, detail_body)

    def _options_of(self, task: Task, values: Values) -> Values:
        """What the calls take besides an id, from the options or else from the facts."""
        options = self.service.options
        return {option.name: values.get(option.name) or getattr(task, option.fact, None) for option in options}

    def read_of_resource(self, values: Values) -> tuple[t.Optional[Task], t.Any]:
        """The task that the resource's own call shows, and that answer; None if the call wants more or knows none."""
        finder = self.service.finder
        if not finder or not resource_of(self.service, values):
            return None, None
        try:
            response = self.call(finder.call, values)
        except FINAL:
            raise
        except CloudError:
            return None, None
        if not search(finder.facts["id"], response.body):
            return None, None
        task = read_item(self.service, response.body, self.origin_of(response, values), finder.facts)
        return with_steps(task), response.body


def _say_what_is_missing(error: CloudError, detail: Detail, task: Task) -> None:
    """Make the error of a second call say that the task has ended, and that only this call tells how."""
    if isinstance(error, (Throttled, Unavailable)):
        summary = f"it says {task.native_state}, and {detail.call.action} does not tell how it ended"
        error.message = f"{summary}: {error.message}"
