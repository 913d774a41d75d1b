# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OpenStack's services have in common: times, projects, and lists that go on after a marker."""

from __future__ import annotations

import datetime
import typing as t

from local_cloud.api import Answer, Api, Call, Problem, Refusal, answer_task, fields_of, visible_tasks, whole_number
from local_cloud.script import Fields, Task

BAD_LIMIT = Problem(400, "badRequest", "limit param must be an integer")
BAD_MARKER = Problem(400, "badRequest", "marker is not found")
OTHER_PROJECT = Problem(400, "badRequest", "Malformed request url")
LONGEST_PAGE = 1000


def naive_time(epoch: float) -> str:
    """As Cinder tells times: UTC to the microsecond, and no zone."""
    return datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")


def zulu_time(epoch: float) -> str:
    """As Glance and Nova do."""
    return datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def own_project(call: Call) -> None:
    """The project in the path is the one of the token."""
    if call.caller and call.params.get("project_id", call.caller.project_id) != call.caller.project_id:
        raise Refusal(OTHER_PROJECT)


def not_there(name: str) -> Problem:
    return Problem(404, "itemNotFound", f"{name} could not be found.")


def page_of(call: Call, filters: t.Sequence[str]) -> tuple[list[Fields], bool]:
    """The items after the marker, as far as the limit, and whether there are more."""
    limit = min(whole_number(call, "limit", LONGEST_PAGE, BAD_LIMIT), LONGEST_PAGE)
    items = [fields_of(call.api, task, scripted) for task, scripted in visible_tasks(call)]
    wanted = {name: call.params[name] for name in filters if call.params.get(name)}
    chosen = [item for item in items if all(str(item.get(name)) == value for name, value in wanted.items())]
    start = 0
    marker = call.params.get("marker")
    if marker:
        ids = [item["id"] for item in chosen]
        if marker not in ids:
            raise Refusal(BAD_MARKER)
        start = ids.index(marker) + 1
    return chosen[start : start + limit], len(chosen) > start + limit


def linked(plural: str, *filters: str) -> Answer:
    """A list whose link says that it goes on, as Cinder and Nova have it."""

    def answer(call: Call) -> Fields:
        items, more = page_of(call, filters)
        link = [{"rel": "next", "href": f"http://127.0.0.1/{plural}?marker={items[-1]['id']}"}] if more else []
        return {plural: items, **({f"{plural}_links": link} if link else {})}

    return answer


def read(service: str, name: str, path: str, answer: Answer = answer_task, **more: t.Any) -> Api:
    """A call that reads."""
    return Api(
        provider="openstack",
        service=service,
        name=name,
        path=path,
        id_param="task_id",
        id_field=more.pop("id_field", "id"),
        answer=answer,
        checks=(own_project,),
        **more,
    )


NO_NAME = Problem(400, "badRequest", "Invalid input for field/attribute name.")


def started(call: Call, service: str, name: object) -> Task:
    """What a call starts: the task that a script has for this name, which is its id."""
    task = call.world.task("openstack", service, str(name))
    if task is None:
        raise Refusal(NO_NAME)
    task.asked(call.now)
    return task


def start(service: str, name: str, path: str, answer: Answer) -> Api:
    """A call that starts something, without the id of it."""
    return Api("openstack", service, name, answer, methods=("POST",), path=path, checks=(own_project,))


Template = t.Callable[[Task], Fields]
