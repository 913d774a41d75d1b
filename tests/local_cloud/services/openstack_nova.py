# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nova v2.1: servers, of which a wait reads what is under way."""

from __future__ import annotations

import json

from local_cloud.api import Call, Reply
from local_cloud.script import Fields, Task
from local_cloud.services._openstack import linked, not_there, read, start, started, zulu_time


def server(task: Task) -> Fields:
    return {
        "name": task.id,
        "status": "ACTIVE",
        "OS-EXT-STS:task_state": "image_snapshot_pending",
        "OS-EXT-STS:vm_state": "active",
        "created": zulu_time(task.born),
        "updated": zulu_time(task.born),
    }


def create_image(call: Call) -> Reply:
    """202, and the id of the image in a header alone, as before the microversion 2.45."""
    task = started(call, "image", json.loads(call.body)["createImage"].get("name"))
    return Reply("", 202, {"Location": f"http://127.0.0.1/images/{task.id}"})


APIS = (
    start("nova_image", "create image", "/v2.1/servers/{server_id}/action", create_image),
    read("nova_image", "list servers", "/v2.1/servers/detail", linked("servers", "status"), template=server),
    read(
        "nova_image",
        "show server",
        "/v2.1/servers/{task_id}",
        root="server",
        template=server,
        not_found=not_there("Instance"),
    ),
)
