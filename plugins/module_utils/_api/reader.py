# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Reads one task: by id, by resource, with its details; and cancels it."""

from __future__ import annotations

import itertools
import time
import typing as t
from dataclasses import dataclass

from .._core.errors import BadSignature, CloudError, CredentialsExpired, NotFound, Throttled, Unavailable
from .._core.expression import search
from .._core.pattern import matches
from .._core.task import CancelAccepted, Task
from .._core.values import same_id
from .._http.message import Response
from .._service.model import Call, Detail, Fallback, Option, Service, Values, resource_of
from .._service.parse import add_detail, document_of, doubts_of, read_item, read_task, wants_detail
from .._service.provider import request_id_of
from .._service.state import Origin, may_open, with_steps
from .._service.template import Fillings, names_in_template, of_a_list
from .client import Client

Pause = t.Callable[[int, CloudError], t.Optional[float]]
"""Seconds to wait before another try, told how many there were and what went wrong; None to give up."""


def no_pause(tries: int, error: CloudError) -> t.Optional[float]:
    """No second try."""
    return None


def retrying(call: t.Callable[[], Response], pause: Pause) -> Response:
    """The answer to a call, tried as often as ``pause`` allows."""
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
    """The next call comes at once."""


@dataclass(eq=False, repr=False)
class Caller:
    """Calls of one service.

    ``pause`` says how long to wait before a call is tried again; who waits for tasks has a better plan and gives none.
    ``rest`` is between two calls. ``calls`` counts them, ``throttled`` keeps a refusal that spoilt no result.
    """

    client: Client
    service: Service
    pause: Pause = no_pause
    rest: t.Callable[[], None] = no_rest
    calls: int = 0
    throttled: t.Optional[Throttled] = None

    def call(self, call: Call, values: Fillings, pause: t.Optional[Pause] = None) -> Response:
        """The answer to a call."""

        def once() -> Response:
            if self.calls:
                self.rest()
            self.calls += 1
            return self.client.call(self.service, call, values)

        return retrying(once, pause or self.pause)

    def look_of(self, response: Response, values: Values, task_id: str = "") -> Origin:
        """What an answer cannot tell of itself."""
        return Origin(
            provider=self.client.provider.name,
            region=self.client.region,
            now=self.client.now(),
            task_id=task_id,
            request_id=request_id_of(self.client.provider, response) or None,
            known={
                option.fact: values.get(option.name)
                for option in self.service.options
                if self._is_told(option, task_id)
            },
            doubts=doubts_of(document_of(self.service, response), self.service.refused),
        )

    def _is_told(self, option: Option, task_id: str) -> bool:
        """Whether what an answer is about is that of the option: of a list that is in its path."""
        return option.required or (not task_id and option.name in of_a_list(self.service))

    def answer_about(self, values: Values) -> Response:
        """The answer about a task, by the way that is published: what is not is asked for once."""
        fallback = self.service.fallback
        if fallback and self.service.name in self.client.fallen_back:
            return self.call(fallback.call, values)
        try:
            return self.call(self.service.read, values)
        except CloudError as exc:
            if not fallback or not matches(fallback.when, exc.code):
                raise
            return self._fall_back(fallback, values, exc)

    def _fall_back(self, fallback: Fallback, values: Values, refused: CloudError) -> Response:
        """The answer of the other way, which is taken from now on; where that is not published either, the first refusal."""
        try:
            response = self.call(fallback.call, values)
        except CloudError as exc:
            if matches(fallback.when, exc.code):
                raise refused from exc
            self.client.fallen_back.add(self.service.name)
            raise
        self.client.fallen_back.add(self.service.name)
        return response

    def with_detail(self, task: Task, values: Values, body: t.Any = None) -> Task:
        """What the second call adds, if there is one for this task.

        Where it fails, the first answer stands alone, but not for an end: what speaks against that may be had by asking again.
        """
        detail = self.service.detail
        if not detail or not wants_detail(detail, task):
            return task
        about = {"task_id": task.id, "name": task.name, "resource_id": task.resource_id}
        asked = {**values, **self._told_besides(task, values), **about}
        if any(
            option.name in names_in_template(detail.call.path) and not asked[option.name]
            for option in self.service.options
        ):
            return task
        decides = may_open(task.state)
        try:
            answer = body or self.call(detail.call, asked, self.pause if decides else no_pause).body
        except CloudError as exc:
            if detail.rules or (decides and isinstance(exc, FINAL)):
                _say_what_is_missing(exc, detail, task)
                raise
            self.throttled = exc if isinstance(exc, Throttled) else self.throttled
            return task
        return add_detail(self.service, detail, task, answer)

    def _told_besides(self, task: Task, values: Values) -> Values:
        """What the calls take besides an id, from the options or else from the facts."""
        options = self.service.options
        return {option.name: values.get(option.name) or getattr(task, option.fact, None) for option in options}

    def cancel(self, values: Values, task: t.Optional[Task]) -> CancelAccepted:
        """Have the cloud asked to cancel a task that was seen; raises the CloudError that a refusal is."""
        call = self.service.cancel
        if not call or not task:
            raise CloudError(f"{self.service.name} has no call that cancels a task")
        asked = {**values, **self._told_besides(task, values), "task_id": task.id, "name": task.name}
        self.calls += 1
        response = self.client.call(self.service, call.call, asked, may_be_empty=True)
        return CancelAccepted(request_id_of(self.client.provider, response) or None)


def _say_what_is_missing(error: CloudError, detail: Detail, task: Task) -> None:
    """Have an error of a second call say that the task has ended, and that only this call tells how."""
    if isinstance(error, (Throttled, Unavailable)):
        said = f"it says {task.native_state}, and {detail.call.action} does not tell how it ended"
        error.message = f"{said}: {error.message}"


# Of these, another way to the same task gives the same; every other refusal may be one of that way alone.
FINAL = (BadSignature, CredentialsExpired, Throttled, Unavailable)


class TaskReader(Caller):
    """The looks at single tasks of one service through one client."""

    def read(self, values: Values) -> Task:
        """The task with this id. Raises NotFound where no way to it knows it."""
        task_id = values.get("task_id") or ""
        try:
            return self.with_detail(self._read(task_id, values), values)
        except NotFound:
            shown = self._by_resource(values)[0]
            if shown is None or not same_id(shown.id, task_id):
                raise
            return shown

    def _read(self, task_id: str, values: Values) -> Task:
        response = self.answer_about({**values, "task_id": task_id})
        return read_task(self.service, document_of(self.service, response), self.look_of(response, values, task_id))

    def _by_resource(self, values: Values) -> tuple[t.Optional[Task], t.Any]:
        """The task that the resource's own call shows, and that answer; None where the call wants more or knows none."""
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
        task = read_item(self.service, response.body, self.look_of(response, values), finder.facts)
        return with_steps(task), response.body
