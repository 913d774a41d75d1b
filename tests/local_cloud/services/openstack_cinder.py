# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cinder v3: volumes, snapshots and backups, each by id and in a list."""

from __future__ import annotations

import json

from local_cloud.accounts import stable_id
from local_cloud.api import Api, Call, Reply
from local_cloud.script import Fields, Task
from local_cloud.services._openstack import Template, linked, naive_time, not_there, read, start, started


def common(task: Task) -> Fields:
    return {
        "status": "creating",
        "size": 1,
        "created_at": naive_time(task.born),
        "updated_at": naive_time(task.born),
        "name": task.id,
        "description": None,
    }


def backup(task: Task) -> Fields:
    about = {"fail_reason": None, "volume_id": stable_id("volume/0"), "container": None, "snapshot_id": None}
    return {**common(task), **about, "object_count": 0, "is_incremental": False, "has_dependent_backups": False}


def snapshot(task: Task) -> Fields:
    attributes = "os-extended-snapshot-attributes"
    return {**common(task), "volume_id": stable_id("volume/0"), "metadata": {}, f"{attributes}:progress": "0%"}


def volume(task: Task) -> Fields:
    about: Fields = {"volume_type": "__DEFAULT__", "migration_status": None, "attachments": [], "bootable": "false"}
    return {**common(task), **about, "snapshot_id": None, "source_volid": None, "multiattach": False}


def apis(service: str, one: str, template: Template, *filters: str) -> tuple[Api, ...]:
    many = one + "s"
    place = f"/v3/{{project_id}}/{many}"
    return (
        read(service, f"list {many}", f"{place}/detail", linked(many, "status", *filters), template=template),
        read(
            service,
            f"show {one}",
            f"{place}/{{task_id}}",
            root=one,
            template=template,
            not_found=not_there(one.title()),
        ),
    )


def create_backup(call: Call) -> Reply:
    """202, with little more than the id."""
    task = started(call, "cinder_backup", json.loads(call.body)["backup"].get("name"))
    links = [{"rel": "self", "href": f"http://127.0.0.1/backups/{task.id}"}]
    return Reply({"backup": {"id": task.id, "links": links, "name": task.id}}, 202)


APIS = (
    start("cinder_backup", "create backup", "/v3/{project_id}/backups", create_backup),
    *apis("cinder_backup", "backup", backup, "volume_id"),
    *apis("cinder_snapshot", "snapshot", snapshot, "volume_id"),
    *apis("cinder_volume", "volume", volume),
)
