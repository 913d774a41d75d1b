# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the vendors' pages say of each service, written down a second time: the oracle shares no reader with the wait.

Only a service that the local cloud plays by a file of its own can have a `Dialect` here: the others are played from their
entries and vectors, which would be no second witness.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from urllib.parse import parse_qs

Json = dict[str, t.Any]
Fields = dict[str, t.Any]
"""Native fields of a task."""
Entry = dict[str, t.Any]
"""An entry of the local cloud's log."""

SUCCEEDED, PARTIAL, FAILED = "succeeded", "partial", "failed"


@dataclass(frozen=True)
class Reading:
    """Where the answers of one call tell of tasks.

    ``items`` finds them in a body, ``body`` makes one of them. ``asked`` finds the one id that a call was about; there is none
    for a list. What does not ``judge`` tells that a task has ended, but not how well.
    """

    id_field: str
    items: t.Callable[[t.Any], t.Any]
    body: t.Callable[[list[t.Any]], Fields]
    asked: t.Callable[[Entry], str] | None = None
    judges: bool = True


@dataclass(frozen=True)
class Dialect:
    """One service: how a script writes a task, and how an answer is to be read.

    ``write`` gives native fields for a word and a progress of 0 to 100 or anything else. ``good`` are ends that are a success,
    ``ends`` others, and what looks like an end without being one. ``outcome`` is what an item means if the task has ended.
    ``unknown`` is the error of an unknown id, ``usual`` what the cloud shows where a script says nothing else.
    """

    provider: str
    service: str
    region: str
    word: str
    write: t.Callable[[str, t.Any], Fields]
    good: tuple[Fields, ...]
    ends: tuple[Fields, ...]
    outcome: t.Callable[[Fields], str | None]
    unknown: tuple[int, str]
    usual: Fields
    readings: t.Mapping[str, Reading]

    def view(self, item: Fields) -> View:
        """What an item says, as far as a wait may act on it."""
        return View(text(item.get(self.word)), self.outcome(item))


class View(t.NamedTuple):
    """A native word, and the outcome that it means if the task has ended."""

    word: str
    outcome: str | None


def text(value: t.Any) -> str:
    return value if isinstance(value, str) else ""


def dicts(value: t.Any) -> list[Fields]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def dig(body: t.Any, *names: str) -> t.Any:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def whole(body: t.Any) -> list[t.Any]:
    return [body]


def first(items: list[t.Any]) -> Fields:
    return next(iter(dicts(items)), {})


def in_query(name: str) -> t.Callable[[Entry], str]:
    return lambda entry: parse_qs(entry["query"]).get(name, [""])[0]


def last_segment(entry: Entry) -> str:
    return str(entry["path"]).rpartition("/")[2]


def by_items(good: int, bad: int) -> str:
    """What a task that says it ended well is worth, if some of its items failed."""
    if not bad:
        return SUCCEEDED
    return PARTIAL if good else FAILED


# Alibaba Cloud ECS: the counts decide, as far as the items do not contradict them; where there are none, the items do.


def ecs_write(word: str, progress: t.Any) -> Fields:
    return {"TaskStatus": word, "TaskProcess": f"{progress}%"}


# In both spellings, whichever of them the vendor writes.
CANCELLED = {"canceled": "cancelled", "cancelled": "cancelled"}


def ecs_items(*words: str) -> Fields:
    return {"OperationProgressSet": {"OperationProgress": [{"OperationStatus": word} for word in words]}}


def ecs_outcome(item: Fields) -> str | None:
    word = text(item.get("TaskStatus")).lower()
    if word != "finished":
        return {"failed": FAILED, "deleted": "cancelled"}.get(word)
    steps = [
        text(step.get("OperationStatus")).lower()
        for step in dicts(dig(item, "OperationProgressSet", "OperationProgress"))
    ]
    good, bad, total = item.get("SuccessCount"), item.get("FailedCount"), item.get("TotalCount")
    if set(steps) - {"success", "failed"}:
        return None
    if bad is None:
        good, bad = steps.count("success"), 0
    elif (good or 0) + max(bad, steps.count("failed")) < (total or 0):
        return None
    return by_items(good or 0, bad + steps.count("failed"))


FINISHED: Fields = {"TaskStatus": "Finished", "TaskProcess": "100%"}
UNCOUNTED: Fields = {**FINISHED, "TotalCount": None, "SuccessCount": None, "FailedCount": None}
ECS = Dialect(
    provider="alibaba",
    service="ecs",
    region="cn-shanghai",
    word="TaskStatus",
    write=ecs_write,
    good=(
        {**FINISHED, "SuccessCount": 1},
        {**FINISHED, "TotalCount": 2, "SuccessCount": 2, **ecs_items("Success", "Success")},
        {**UNCOUNTED, **ecs_items("Success")},
        {**FINISHED, "TaskStatus": "FINISHED", "SuccessCount": 1},
    ),
    ends=(
        {"TaskStatus": "Failed"},
        {"TaskStatus": "deleted"},
        {**FINISHED, "TotalCount": 2, "SuccessCount": 1, "FailedCount": 1},
        {**FINISHED, "TotalCount": 2, "FailedCount": 2},
        {**FINISHED, "SuccessCount": 0, **ecs_items("Failed")},
        {**UNCOUNTED, **ecs_items("Success", "Failed")},
        {**UNCOUNTED, **ecs_items("Success", "Processing")},
        {**UNCOUNTED, **ecs_items("Success", "Sucess")},
    ),
    outcome=ecs_outcome,
    unknown=(400, "InvalidTaskId.NotFound"),
    usual={"SuccessCount": 0, "FailedCount": 0},
    readings={
        "ecs.DescribeTaskAttribute": Reading("TaskId", whole, first, in_query("TaskId")),
        "ecs.DescribeTasks": Reading(
            id_field="TaskId",
            items=lambda body: dig(body, "TaskSet", "Task"),
            body=lambda items: {"TaskSet": {"Task": items}, "TotalCount": len(items)},
            judges=False,
        ),
    },
)

# Alibaba Cloud Backup: no id in the answer, the state in Description, the clients as JSON in Result.


def hbr_write(word: str, progress: t.Any) -> Fields:
    return {"Description": word, "Progress": progress}


def hbr_clients(*words: str) -> Fields:
    clients = [{"instanceId": f"i-{number}", "clientStatus": word} for number, word in enumerate(words)]
    return {"Result": json.dumps(clients)}


def hbr_result(item: Fields) -> list[Fields]:
    try:
        return dicts(json.loads(text(item.get("Result")) or "[]"))
    except ValueError:
        return []


def hbr_outcome(item: Fields) -> str | None:
    if item.get("Progress") == -1:
        return FAILED
    word = text(item.get("Description")).lower()
    if word != "completed":
        return {"expired": "expired", **CANCELLED}.get(word)
    states = [text(client.get("clientStatus")).lower() for client in hbr_result(item)]
    bad = sum(state.endswith("_failed") or state in ("not_installed", "stopped", "deactivated") for state in states)
    good = states.count("activated")
    return by_items(good, bad) if good + bad == len(states) else None


COMPLETED: Fields = {"Description": "completed", "Progress": 100}
HBR = Dialect(
    provider="alibaba",
    service="hbr",
    region="cn-shanghai",
    word="Description",
    write=hbr_write,
    good=(COMPLETED, {**COMPLETED, **hbr_clients("ACTIVATED", "ACTIVATED")}, {**COMPLETED, "Description": "COMPLETED"}),
    ends=(
        {"Description": "expired"},
        {"Description": "Cancelled"},
        {**COMPLETED, "Progress": -1},
        {"Description": "created", "Progress": -1},
        {**COMPLETED, **hbr_clients("ACTIVATED", "INSTALL_FAILED")},
        {**COMPLETED, **hbr_clients("NOT_INSTALLED")},
        {**COMPLETED, **hbr_clients("ACTIVATED", "INSTALLING")},
        {**COMPLETED, **hbr_clients("ACTIVE")},
        {**COMPLETED, "Success": False, "Code": "500"},
    ),
    outcome=hbr_outcome,
    unknown=(404, "TaskNotFound"),
    usual={"Success": True},
    readings={
        "hbr.DescribeTask": Reading(
            id_field="",
            items=lambda body: whole(body) if dig(body, "Success") is True else [],
            body=lambda items: {**first(items), "Success": False},
            asked=in_query("TaskId"),
        )
    },
)

# Alibaba Cloud Backup and Disaster Recovery Center: progress up to 10000.


def bdrc_write(word: str, progress: t.Any) -> Fields:
    return {"TaskStatus": word, "Progress": progress * 100 if isinstance(progress, int) else progress}


BDRC_ENDS = {"complete": SUCCEEDED, "failed": FAILED, "expired": "expired", **CANCELLED}
BDRC = Dialect(
    provider="alibaba",
    service="bdrc",
    region="cn-shanghai",
    word="TaskStatus",
    write=bdrc_write,
    good=(
        {"TaskStatus": "COMPLETE", "Progress": 10_000},
        {"TaskStatus": "complete", "TaskResult": '{"scanned": 3}'},
    ),
    ends=(
        {"TaskStatus": "FAILED", "ErrorMessage": "QuotaExceeded"},
        {"TaskStatus": "EXPIRED"},
        {"TaskStatus": "Canceled"},
        {"TaskStatus": "COMPLETED", "Progress": 10_000},
    ),
    outcome=lambda item: BDRC_ENDS.get(text(item.get("TaskStatus")).lower()),
    unknown=(404, "ResourceNotFound"),
    usual={},
    readings={
        "bdrc.DescribeTask": Reading(
            id_field="TaskId",
            items=lambda body: [dig(body, "Data")],
            body=lambda items: {"Data": first(items)},
            asked=last_segment,
        ),
        "bdrc.DescribeTasks": Reading(
            id_field="TaskId",
            items=lambda body: dig(body, "Data", "Content"),
            body=lambda items: {"Data": {"Content": items, "NextToken": ""}},
        ),
    },
)

# Huawei Cloud TaurusDB: one word for all, in three calls.


def taurusdb_write(word: str, progress: t.Any) -> Fields:
    return {"status": word, "process": str(progress)}


TAURUSDB_ENDS = {"completed": SUCCEEDED, "failed": FAILED, **CANCELLED}
TAURUSDB = Dialect(
    provider="huawei",
    service="taurusdb",
    region="cn-north-4",
    word="status",
    write=taurusdb_write,
    good=({"status": "Completed", "process": "100"}, {"status": "COMPLETED", "entities": {"instance": "i-1"}}),
    ends=(
        {"status": "Failed", "fail_reason": "DBS.200005: no space left"},
        {"status": "Canceled"},
        {"status": "Complete", "process": "100"},
    ),
    outcome=lambda item: TAURUSDB_ENDS.get(text(item.get("status")).lower()),
    unknown=(400, "DBS.200543"),
    usual={},
    readings={
        "taurusdb.ShowGaussMySqlJobInfo": Reading(
            id_field="id",
            items=lambda body: [dig(body, "job")],
            body=lambda items: {"job": first(items)},
            asked=in_query("id"),
        ),
        "taurusdb.ListImmediateJobs": Reading(
            id_field="job_id",
            items=lambda body: dig(body, "jobs"),
            body=lambda items: {"jobs": items, "total_count": len(items)},
        ),
        "taurusdb.ShowTaskDetails": Reading("job_id", whole, first),
    },
)

DIALECTS: dict[str, Dialect] = {dialect.service: dialect for dialect in (ECS, HBR, BDRC, TAURUSDB)}
READINGS: dict[str, tuple[Dialect, Reading]] = {
    api: (dialect, reading) for dialect in DIALECTS.values() for api, reading in dialect.readings.items()
}
