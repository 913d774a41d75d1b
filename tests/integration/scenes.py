# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks for the local cloud to play: native fields at their stages, in each service's own words."""

from __future__ import annotations

import json
import time
import typing as t

from local_cloud import accounts

REGION = {"alibaba": "cn-hangzhou", "huawei": "cn-north-4"}
RESTORE = "RestoreTaurusInInstanceToExisted"

Fields = dict[str, t.Any]


def instance(number: int) -> str:
    """A database instance; 0 is the one of a task that names none."""
    return accounts.stable_id(f"instance/{number}") + "in07"


INSTANCE = instance(0)


def operation(status: str, code: str = "", message: str = "", **items: str) -> Fields:
    related = [{"Name": name, "Value": value} for name, value in items.items()]
    one = {
        "OperationStatus": status,
        "ErrorCode": code,
        "ErrorMsg": message,
        "RelatedItemSet": {"RelatedItem": related},
    }
    return {"OperationProgressSet": {"OperationProgress": [one]}}


def clients(**states: str) -> str:
    """The result of an HBR job: JSON in a string, one entry per instance, a code after a colon."""
    pairs = [(name.replace("_", "-"), *state.partition(":")[::2]) for name, state in states.items()]
    return json.dumps(
        [
            {"instanceId": name, "clientId": f"c-{name}", "clientStatus": status, "errorCode": code}
            for name, status, code in pairs
        ]
    )


def step(name: str, status: str, percent: int, left: int = 0) -> Fields:
    return {"sub_task_name": name, "status": status, "percent": percent, "remaining_time": left}


EXPORTING: Fields = {"TaskProcess": "40%"}
EXPORTED: Fields = {
    "TaskStatus": "Finished",
    "TaskProcess": "100%",
    "SuccessCount": 1,
    "SupportCancel": "false",
    "FinishedTime": "2026-01-31T12:19Z",
    **operation("Success", OSSBucket="images", OSSObject="gate_m-1_t-1.vhd"),
}
BUCKET_MISSING = ("InvalidOSSBucket.NotFound", "The specified OSS bucket does not exist.")
EXPORT_FAILED: Fields = {
    "TaskStatus": "Failed",
    "FailedCount": 1,
    "FinishedTime": "2026-01-31T12:03Z",
    **operation("Failed", *BUCKET_MISSING),
}
EXPORT_PARTIAL: Fields = {
    "TaskStatus": "Finished",
    "TaskProcess": "100%",
    "TotalCount": 3,
    "SuccessCount": 2,
    "FailedCount": 1,
    **operation("Failed", "DiskCategory.OperationConflict", "The disk is busy."),
}
EXPORT_CANCELLED: Fields = {"TaskStatus": "Deleted", "SupportCancel": "false"}

INSTALLING: Fields = {"Progress": 40, "Result": clients(i_1="INSTALLING", i_2="ACTIVATED")}
INSTALLED: Fields = {
    "Description": "completed",
    "Progress": 100,
    "CompletedTime": 1_769_861_940,
    "Result": clients(i_1="ACTIVATED", i_2="ACTIVATED"),
}
INSTALL_PARTIAL: Fields = {
    **INSTALLED,
    "Result": clients(i_1="ACTIVATED", i_2="INSTALL_FAILED:CloudAssistNotRunningOnInstance"),
}
INSTALL_FAILED: Fields = {"Description": "completed", "Progress": -1, "Result": ""}
INSTALL_EXPIRED: Fields = {"Description": "expired", "Progress": 30, "Result": ""}

SCANNING: Fields = {"TaskStatus": "RUNNING", "Progress": 4200}
SCANNED: Fields = {
    "TaskStatus": "COMPLETE",
    "Progress": 10000,
    "CompleteTime": 1_769_861_940,
    "TaskResult": json.dumps({"resourceCounts": [{"resourceType": "ACS::OSS::Bucket", "count": 2}]}),
}
SCAN_FAILED: Fields = {"TaskStatus": "FAILED", "Progress": 4200, "ErrorMessage": "The service-linked role was deleted."}
SCAN_EXPIRED: Fields = {"TaskStatus": "EXPIRED", "Progress": 4200}
SCAN_CANCELLED: Fields = {"TaskStatus": "CANCELED", "Progress": 4200}

SCALING: Fields = {"StatusCode": "InProgress", "Progress": 50}
SCALED: Fields = {"StatusCode": "Successful", "Progress": 100, "EndTime": "2026-01-31T12:19Z"}
SCALED_IN_PART: Fields = {**SCALED, "StatusCode": "Warning", "StatusMessage": "1 of 2 ECS instances were created."}

RESTORING: Fields = {"status": "Running"}
RESTORED: Fields = {
    "status": "Completed",
    "process": "100",
    "ended": "2026-01-31T20:19:00+0800",
    "entities": {"instance": {"endpoint": "192.168.0.10:3306"}},
}
RESTORE_FAILED: Fields = {"status": "Failed", "fail_reason": "The backup file is damaged."}
RESTORE_WAITS: Fields = {"status": "Unauthorized"}
STEPS = [step("INIT", "complete", 100), step("RESTORE_DATA", "running", 30, 66)]
STEPS_DONE = [step("INIT", "complete", 100), step("RESTORE_DATA", "complete", 100)]
# The vendor's own example: no status at the top, a step that is «complete» at 19 % with 66 s left.
STEPS_EXAMPLE = [step("INIT", "complete", 19, 66)]


def scene(service: str, task_id: str, *states: Fields | tuple[float, Fields | None], **more: t.Any) -> Fields:
    """A task that has these states, one after the other at the seconds given, from the beginning where none is."""
    script = [list(state) if isinstance(state, tuple) else [0, state] for state in states]
    return {"service": service, "id": task_id, "script": script, **more}


def restore(task_id: str, *states: Fields | tuple[float, Fields | None], **more: t.Any) -> Fields:
    """A restore with its steps, which are complete when it is."""
    told = scene("taurusdb", task_id, *states)
    return {
        **told,
        "detail": [[when, {"sub_task_list": _steps_beside(state)}] for when, state in told["script"]],
        **more,
    }


def _steps_beside(state: Fields | None) -> list[Fields]:
    return STEPS_DONE if state and state.get("status") == "Completed" else STEPS


def ask(service: str, task_id: str | None = None, **more: t.Any) -> Fields:
    """An entry of the option tasks."""
    provider = "huawei" if service == "taurusdb" else "alibaba"
    named = {} if task_id is None else {"task_id": task_id}
    return {"provider": provider, "service": service, "region": REGION[provider], **named, **more}


def minutes_ago(minutes: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60 * minutes))


# A job of Azure Backup, and each part of it.
AZURE_BACKED_UP: Fields = {
    "properties": {
        "status": "Completed",
        "extendedInfo": {"tasksList": [{"taskId": "Take Snapshot", "status": "Completed"}]},
    }
}
