# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else an API tells about a task: how its fields are named, and what becomes of their values."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.definition import service_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.details import (
    details,
    details_of,
    snake_case,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Detail, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import add_detail, read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin

NAMES = {
    "HttpCode": "http_code",
    "KMSKeyId": "kms_key_id",
    "SnapshotSN": "snapshot_sn",
    "OSNameEn": "os_name_en",
    "TemplateURL": "template_url",
    "NotificationURLs": "notification_urls",
    "NodeIDs": "node_ids",
    "taskId": "task_id",
    "subJobId": "sub_job_id",
    "IsSupportIoOptimized": "is_support_io_optimized",
    "instance_name": "instance_name",
    "os-backup-project-attr:project_id": "os_backup_project_attr_project_id",
    "OS-EXT-STS:vm_state": "os_ext_sts_vm_state",
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=NAMES)
def test_a_field_has_its_own_name_in_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


PATHS = {
    "TaskName": "{task_name: TaskName}",
    "TaskName a.subJobId": "{task_name: TaskName, sub_job_id: a.subJobId}",
    '"OS-EXT-STS:vm_state"': '{os_ext_sts_vm_state: "OS-EXT-STS:vm_state"}',
    'x."os-y:z"': '{os_y_z: x."os-y:z"}',
    "name=not_null(a.name,b)": "{name: not_null(a.name,b)}",
}


@pytest.mark.parametrize(("paths", "expected"), PATHS.items(), ids=PATHS)
def test_fields_are_found_at_their_paths(paths: str, expected: str) -> None:
    assert details(paths) == expected


# name: the value of a field, and what is told of it; None is nothing.
VALUES: dict[str, tuple[t.Any, t.Any]] = {
    "a text": ("HIGH", "HIGH"),
    "an object as a text": ('{"resourceTypes": ["ACS::OSS::Bucket"]}', {"resourceTypes": ["ACS::OSS::Bucket"]}),
    "a list as a text": (' [{"a": 1}]', [{"a": 1}]),
    "a number as a text": ("200", "200"),
    "a flag as a text": ("true", "true"),
    "a text that begins like JSON": ("[info] started", "[info] started"),
    "JSON that is cut off": ('{"a": ', '{"a": '),
    "nested too deep": ("[" * 99 + "]" * 99, "[" * 99 + "]" * 99),
    "a number": (0, 0),
    "a flag": (False, False),
    "an empty list": ([], []),
    "null": (None, None),
    "an empty text": ("", None),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_json_is_parsed_and_other_texts_stay_texts(value: t.Any, expected: t.Any) -> None:
    assert details_of({"field": value}) == ({} if expected is None else {"field": expected})


@pytest.mark.parametrize("value", [None, "text", 7, ["a"], True], ids=repr)
def test_what_is_no_object_has_no_details(value: t.Any) -> None:
    assert details_of(value) == {}


ORIGIN = Origin("alibaba", None, datetime(2026, 3, 1, tzinfo=timezone.utc), "j-1")
SERVICE = Service(
    name="jobs",
    title="",
    doc="",
    product="",
    read=Call("GetJob"),
    facts={"id": "Id", "native_state": "Status", "details": details("Owner Host")},
    states={"done": SUCCEEDED},
    no_evidence="none",
)
DETAIL = Detail(Call("GetSteps"), "`true`", {"details": details("Host Steps")})


def test_a_second_answer_adds_to_the_details_of_the_first() -> None:
    first = read_item(SERVICE, {"Id": "j-1", "Status": "done", "Owner": "me", "Host": "old"}, ORIGIN)
    task = add_detail(SERVICE, DETAIL, first, {"Host": "new", "Steps": 3})
    assert (first.details, task.details) == ({"owner": "me", "host": "old"}, {"owner": "me", "host": "new", "steps": 3})


def test_a_definition_may_tell_details() -> None:
    definition = {
        "name": "my_jobs",
        "product": "made-up",
        "version": "2020-01-01",
        "read": {"action": "ShowJob", "path": "/v1/jobs/{task_id}"},
        "facts": {"id": "id", "native_state": "state", "details": "{priority: Priority, scope: Scope}"},
        "states": {"Done": "succeeded"},
        "rules": [{"when": "details.priority == 'LOW'", "state": "partial", "because": "of its priority"}],
    }
    service = service_of(PROVIDERS["alibaba"], definition, {})
    item = {"id": "j-1", "state": "Done", "Priority": "LOW", "Scope": '["a"]'}
    task = read_item(service, item, ORIGIN)
    assert (task.details, task.state) == ({"priority": "LOW", "scope": ["a"]}, "partial")


def test_a_list_may_lack_details() -> None:
    item = {"Id": "j-1", "Status": "done", "Owner": "me"}
    assert read_item(SERVICE, item, ORIGIN).details == {"owner": "me"}
    assert read_item(SERVICE, item, ORIGIN, {"details": ""}).details == {}
