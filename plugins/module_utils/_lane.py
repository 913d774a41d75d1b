# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Looks at single tasks of one lane: by their id, or by the resource that they are at."""

from __future__ import annotations

import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._caller import Caller
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    NotFound,
    Throttled,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._judge import with_steps
from ansible_collections.multicloud.tasks.plugins.module_utils._read import read_item, read_task, told_by
from ansible_collections.multicloud.tasks.plugins.module_utils._service import Values, resource_of
from ansible_collections.multicloud.tasks.plugins.module_utils._task import Task

# Of these, another way to the same task gives the same; every other refusal may be one of that way alone.
FINAL = (BadSignature, CredentialsExpired, Throttled, Unavailable)


class Lane(Caller):
    """The looks at single tasks of one service through one client."""

    def read(self, values: Values) -> Task:
        """The task with this id. Raises NotFound where no way to it knows it."""
        task_id = values.get("task_id") or ""
        try:
            return self.with_detail(self._read(task_id, values), values)
        except NotFound:
            shown = self._by_resource(values)[0]
            if shown is None or shown.id != task_id:
                raise
            return shown

    def _read(self, task_id: str, values: Values) -> Task:
        answer = self.answer_about({**values, "task_id": task_id})
        return read_task(self.service, told_by(self.service, answer), self.look_of(answer, values, task_id))

    def _by_resource(self, values: Values) -> tuple[t.Optional[Task], t.Any]:
        """The task that the resource's own call shows, and that answer; None where the call wants more or knows none."""
        finder = self.service.finder
        if not finder or not resource_of(self.service, values):
            return None, None
        try:
            answer = self.call(finder.call, values)
        except FINAL:
            raise
        except CloudError:
            return None, None
        if not search(finder.facts["id"], answer.body):
            return None, None
        task = read_item(self.service, answer.body, self.look_of(answer, values), finder.facts)
        return with_steps(task), answer.body
