# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Glance v2: images, tasks, and the tasks of an image. Its errors have a code of their own form."""

from __future__ import annotations

from local_cloud.accounts import stable_id
from local_cloud.api import Call, Problem, find_task
from local_cloud.script import Fields, Task, merge
from local_cloud.services._openstack import naive_time, page_of, read, zulu_time

NOT_FOUND = Problem(
    404,
    "404 Not Found",
    "No such thing found",
    {"message": "No such thing found<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"},
)


def task_template(task: Task) -> Fields:
    return {
        "type": "api_image_import",
        "status": "pending",
        "owner": stable_id("project/gates"),
        "message": "",
        "result": None,
        "created_at": zulu_time(task.born),
        "updated_at": zulu_time(task.born),
        "image_id": stable_id("image/0"),
        "input": {"image_id": stable_id("image/0")},
    }


def image_task(task: Task) -> Fields:
    """The same, as it is told of an image: with times of another form."""
    times = {"created_at": naive_time(task.born), "updated_at": naive_time(task.born)}
    return {**task_template(task), **times, "id": stable_id(task.id)}


def image_template(task: Task) -> Fields:
    return {
        "name": task.id,
        "status": "queued",
        "size": None,
        "checksum": None,
        "os_hash_value": None,
        "created_at": zulu_time(task.born),
        "updated_at": zulu_time(task.born),
        "self": f"/v2/images/{task.id}",
    }


# An item of a list tells less.
LISTED = ("id", "type", "status", "owner", "created_at", "updated_at", "expires_at")


def list_tasks(call: Call) -> Fields:
    items, more = page_of(call, ("type", "status"))
    shown = [{name: item[name] for name in LISTED if name in item} for item in items]
    return {"tasks": shown, "first": "/v2/tasks", **next_link("tasks", items, more)}


def list_images(call: Call) -> Fields:
    items, more = page_of(call, ("status",))
    return {"images": items, "first": "/v2/images", **next_link("images", items, more)}


def next_link(plural: str, items: list[Fields], more: bool) -> Fields:
    return {"next": f"/v2/{plural}?marker={items[-1]['id']}"} if more else {}


def tasks_of_image(call: Call) -> Fields:
    """The scripted task is the newest; one that failed came before it where there is an ``earlier`` one."""
    task, scripted = find_task(call, call.params["task_id"])
    identity = {"image_id": task.id, "input": {"image_id": task.id}}
    return {"tasks": [merge(merge(image_task(task), identity), scripted)]}


def image_of_import(call: Call) -> Fields:
    task, scripted = find_task(call, call.params["task_id"])
    status = "active" if scripted.get("status") == "success" else "queued"
    return {"id": task.id, "status": status, "stores": "fs", "os_glance_failed_import": ""}


APIS = (
    read("glance_task", "list tasks", "/v2/tasks", list_tasks, template=task_template),
    read("glance_task", "show task", "/v2/tasks/{task_id}", template=task_template, not_found=NOT_FOUND),
    read("glance_import", "list tasks of an image", "/v2/images/{task_id}/tasks", tasks_of_image, not_found=NOT_FOUND),
    read("image", "list images", "/v2/images", list_images, template=image_template),
    read("image", "show image", "/v2/images/{task_id}", template=image_template, not_found=NOT_FOUND),
    read("glance_import", "show image", "/v2/images/{task_id}", image_of_import, not_found=NOT_FOUND),
)
