# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tasks as the info modules do, in this process, with an environment of one's own."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import time
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Task
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import info_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Filters
from openstack.parts import Site

PROVIDER = PROVIDERS["openstack"]
PATIENCE = 60.0


@contextlib.contextmanager
def lane(environ: t.Mapping[str, str], service: str, **options: t.Any) -> t.Iterator[TaskLister]:
    """The looks at a service for one who has this environment."""
    (ask, *dummy) = selectors_of_one(
        PROVIDER, check(info_spec(PROVIDER), {"task_ids": ["x"], "service": service, **options})
    )
    secrets: list[str] = []
    made = Client(PROVIDER, ask.options, this_host(environ), secrets.extend, print)
    try:
        yield TaskLister(TaskReader(made, ask.service))
    finally:
        made.close()


def look(environ: t.Mapping[str, str], service: str, task_id: str, **options: t.Any) -> Task:
    """The task with this id."""
    with lane(environ, service, **options) as looks:
        return looks.reader.read({"task_id": task_id})


def listed(environ: t.Mapping[str, str], service: str, **filters: t.Any) -> dict[str, Task]:
    """The tasks of a list by their ids."""
    with lane(environ, service) as looks:
        return {task.id: task for task in looks.tasks({}, Filters(**filters))}


def ended(environ: t.Mapping[str, str], service: str, task_id: str) -> Task:
    """The task, as soon as it has ended."""
    deadline = time.monotonic() + PATIENCE
    while True:
        task = look(environ, service, task_id)
        if task.terminal:
            return task
        assert time.monotonic() < deadline, f"{service} {task_id} is still {task.native_state}"
        time.sleep(0.2)


def told_by_workers(site: Site, statement: str, *values: str) -> None:
    """Write into Cinder's database what its workers would: they are not here."""
    database = sqlite3.connect(site.home("cinder") / "database.sqlite", timeout=30)
    with contextlib.closing(database), database:
        assert database.execute(statement, values).rowcount == 1


def place(site: Site, volume: str) -> None:
    """Say where a volume is, as the scheduler does: no snapshot is made of one that is nowhere."""
    told_by_workers(site, "UPDATE volumes SET host = 'here@lvm#lvm' WHERE id = ?", volume)


def end_volume(site: Site, volume: str, status: str) -> None:
    """Say what became of a volume, in a word that the admin's call does not take."""
    told_by_workers(site, "UPDATE volumes SET status = ? WHERE id = ?", status, volume)


def end_backup(site: Site, backup: str, status: str, reason: str = "") -> None:
    """Say how a backup has ended. The admin's call for that only hands it to the worker."""
    told_by_workers(site, "UPDATE backups SET status = ?, fail_reason = ? WHERE id = ?", status, reason, backup)


def is_recent(text: str | None) -> bool:
    """Whether a time is of these minutes: what has no zone is UTC."""
    assert text
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return abs(datetime.datetime.now(datetime.timezone.utc) - moment) < datetime.timedelta(minutes=10)
