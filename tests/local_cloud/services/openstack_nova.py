# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nova v2.1: servers, of which a wait reads what is under way."""

from __future__ import annotations

from local_cloud.script import Fields, Task
from local_cloud.services._openstack import linked, not_there, read, zulu_time


def server(task: Task) -> Fields:
    return {
        "name": task.id,
        "status": "ACTIVE",
        "OS-EXT-STS:task_state": "image_snapshot_pending",
        "OS-EXT-STS:vm_state": "active",
        "created": zulu_time(task.born),
        "updated": zulu_time(task.born),
    }


APIS = (
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
