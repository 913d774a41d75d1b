# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No field of the vendors' models that may speak against a success is left unread, unless it is said here why."""

from __future__ import annotations

import importlib
import re
import types
import typing as t
import warnings

import jmespath
import pytest
from unit.vendors.alibaba_sdk import contract, package_of

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.services import SERVICES as ALIBABA
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.services import SERVICES as HUAWEI
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service

pytest.importorskip("huaweicloudsdkims", reason="there is nothing to hold the catalogue against")

TELLING = re.compile(
    r"err|fail|skip|reason|message|warn|alarm|status|state|phase|result|success|total|count|done|retry"
    r"|available|usable|consisten|dropped|exit",
    re.IGNORECASE,
)
# What has such a name, and does not tell how the task ended.
ACCOUNT = dict.fromkeys(
    ("CrossAccountRoleName", "CrossAccountType", "CrossAccountUserId"), "an account, which is no count"
)
MOVED = "what was moved: of an increment, or of what is not moved twice, that is less than all there is"
REPORT = "the names of files, which are there however the job went"
OF_THE_CALL = "it is about the call"
OF_THE_INSTANCE = "the instance's state, whatever the task did"
STARTED = "why the task was started"
UNREAD: dict[tuple[str, str], dict[str, str]] = {
    ("alibaba", "ecs_snapshot"): {"Available": "whether it can be used now: some can while they are made"},
    ("alibaba", "ecs_image"): {
        "DetectionOptions": "how the vendor rates the system in the image",
        "Usable": "not documented; Status has a word for an image that cannot be used",
    },
    ("alibaba", "ecs_invocation"): {
        "Dropped": "how much of what the command wrote is not kept",
        "OssOutputErrorCode": "whether what the command wrote was stored elsewhere, too",
        "OssOutputErrorInfo": "likewise",
        "OssOutputStatus": "likewise",
    },
    ("alibaba", "hbr"): {"Message": OF_THE_CALL},
    ("alibaba", "hbr_backup_job"): {
        **dict.fromkeys(("BytesDone", "BytesTotal", "FilesDone", "FilesTotal", "ItemsDone", "ItemsTotal"), MOVED),
        "Report": REPORT,
        **ACCOUNT,
    },
    ("alibaba", "hbr_restore_job"): {
        **dict.fromkeys(("BytesDone", "BytesTotal", "ItemsDone", "ItemsTotal"), MOVED),
        **dict.fromkeys(("MeteringBytesDone", "MeteringBytesTotal"), "what is paid for"),
        "FailbackDetail": "a text, of which nothing is documented",
        "OtsDetail": "how many channels a table is restored by",
        "Report": REPORT,
        **ACCOUNT,
    },
    ("alibaba", "rds"): {"ReasonCode": STARTED},
    ("alibaba", "tair"): {"ReasonCode": STARTED},
    ("alibaba", "mongodb"): {"ReasonCode": STARTED},
    ("alibaba", "polardb"): {"ReasonCode": STARTED},
    ("alibaba", "dts"): {
        **dict.fromkeys(("DynamicMessage", "ErrCode", "ErrMessage", "ErrMsg", "HttpStatusCode"), OF_THE_CALL),
        **dict.fromkeys(
            ("MaxRetryTime", "RetryCount", "RetryTarget", "RetryTime"), "Retrying tells whether it goes on"
        ),
        **dict.fromkeys(
            ("DataEtlStatus", "DataInitializationStatus", "PrecheckStatus", "StructureInitializationStatus"),
            "a stage of a part, whose Status has a word for the failure of each",
        ),
        "ApprovalProcessStatus": "of a person who has to approve; the job has not begun before",
        "DatabaseCount": "how many databases there are",
        "ReverseJob": "the job of the other direction, which has an id of its own",
    },
    ("alibaba", "oos"): {
        **dict.fromkeys(
            ("LastSuccessfulTriggerTime", "LastTriggerStatus", "LastTriggerStatusMessage"),
            "of the last execution that a trigger has made, which has an id of its own",
        ),
        "AccountId": "an account, which is no count",
        "ResourceStatus": "the state of a resource, whatever the execution did",
        "WaitingStatus": "what an execution that is Waiting waits for",
    },
    ("alibaba", "ros"): {
        **dict.fromkeys(("InProgressResourceCount", "PendingResourceCount"), "told while a stack is made"),
        **dict.fromkeys(
            ("CheckedStackResourceCount", "NotCheckedStackResourceCount", "StackDriftStatus"),
            "what the last check for drift has found: a stack that has drifted was checked well",
        ),
        "Log": "what tools have written",
        "Message": "OperationInfo does not say of which operation it is; the reason of a failure is in StatusReason",
        "SuccessResourceCount": "resources that need not be made are in the total, too",
    },
    ("alibaba", "ack"): {"events": "what went on: an error that was overcome is among them"},
    ("huawei", "cbr"): {
        "app_consistency_error_message": "app_consistency_error_code tells whether there is one",
        "app_consistency_status": "0 where no consistency was wanted, too",
        "message": OF_THE_CALL,
        "update_expiration_time": "how many backups are kept longer",
    },
    ("huawei", "cbr_backup"): {"replication_records": "each copy elsewhere is a backup of its own"},
    ("huawei", "cbr_checkpoint"): {"backup_count": "how many backups of a resource there are"},
    ("huawei", "ims"): {"alarm_code": "a warning about an image that was made"},
    ("huawei", "ecs"): {"message": OF_THE_CALL},
    ("huawei", "dcs"): {
        "details": "what was to be changed",
        "error_code": "in lists only; a task of a list that has ended is read alone",
    },
    ("huawei", "taurusdb"): {"instance_status": OF_THE_INSTANCE},
    ("huawei", "taurusdb_scheduled"): {"instance_status": OF_THE_INSTANCE},
    ("huawei", "rds"): {"instance_status": OF_THE_INSTANCE},
    ("huawei", "gaussdb"): {"instance_info": OF_THE_INSTANCE},
}
# The models of a task in Huawei's packages: of one that is read alone, and of an item of a list.
MODELS: dict[str, tuple[str, list[str]]] = {
    "cbr": ("cbr.v1", ["OperationLog"]),
    "cbr_backup": ("cbr.v1", ["BackupResp"]),
    "cbr_checkpoint": ("cbr.v1", ["CheckpointCreate"]),
    "ims": ("ims.v2", ["ShowJobProgressResponse", "ShowJobResponse"]),
    "ecs": ("ecs.v2", ["ShowJobResponse"]),
    "evs": ("evs.v2", ["ShowJobResponse"]),
    "cce": ("cce.v3", ["ShowJobResponse"]),
    "dcs": ("dcs.v2", ["ShowJobInfoResponse", "ListCenterTasksResp"]),
    "sfs_turbo": ("sfsturbo.v1", ["ShowJobDetailResponse"]),
    "mrs": ("mrs.v2", ["JobQueryBean"]),
    "taurusdb": ("gaussdb.v3", ["GetJobInfoDetail", "TaskDetailInfo", "ShowTaskDetailsResponse"]),
    "taurusdb_backup": ("gaussdb.v3", ["Backups"]),
    "taurusdb_scheduled": ("gaussdb.v3", ["ScheduleTask"]),
    "rds": ("rds.v3", ["GetJobInfoResponseBodyJob", "Task", "ShowTaskDetailResponse"]),
    "dds": ("dds.v3", ["JobDetail", "JobInfo"]),
    "gaussdb": ("gaussdbforopengauss.v3", ["JobDetail", "TaskDetailResult"]),
}


def names_in(expression: str) -> set[str]:
    """The fields that a JMESPath looks for."""
    found: set[str] = set()
    nodes = [jmespath.compile(expression).parsed] if expression else []
    while nodes:
        node = nodes.pop()
        found |= {node["value"]} if node["type"] == "field" else set()
        nodes += node["children"]
    return found


def read_by(service: Service) -> set[str]:
    """The fields that an entry reads to judge a task. What it only hands over as details decides nothing."""
    detail = service.detail
    facts = [path for name, path in service.facts.items() if name != "details"]
    rules = (*service.rules, *(detail.rules if detail else ()))
    paths = [service.root, service.items, service.absent, service.refused, service.subtask, *facts]
    paths += [*(rule.when for rule in rules), *(detail.facts.values() if detail else ())]
    return set().union(*map(names_in, paths))


def unread(value: t.Any, read: set[str]) -> set[str]:
    """The fields of a task that may tell how it ended, and that nobody reads: of an object that is not read, its name."""
    found: set[str] = set()
    for name, inner in value.items():
        part = inner[0] if isinstance(inner, list) and inner else inner
        below = unread(part, read if name in read else set()) if isinstance(part, dict) else set()
        tells = bool(below) or bool(TELLING.search(name))
        found |= below if name in read else ({name} if tells else set())
    return found


def item_of_alibaba(service: Service) -> dict[str, t.Any]:
    """A task as the vendor's client expects it, with every field."""
    answer = contract(package_of(service), service.read.action).answer
    found = search(service.items or service.root, answer)
    return t.cast("dict[str, t.Any]", found[0] if isinstance(found, list) else found)


def filled(module: types.ModuleType, name: str, above: tuple[str, ...] = ()) -> dict[str, t.Any]:
    """A model of Huawei's with every field."""
    model = getattr(module, name)
    found: dict[str, t.Any] = {}
    for attribute, kind in model.openapi_types.items():
        names = re.findall(r"\w+", kind)
        inner = next((part for part in names if hasattr(getattr(module, part, None), "openapi_types")), None)
        told = filled(module, inner, (*above, name)) if inner and inner not in above else "x"
        found[model.attribute_map[attribute]] = told
    return found


def unread_of_huawei(name: str) -> set[str]:
    """What nobody reads in the models of a service."""
    package, models = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module(f"huaweicloudsdk{package}")
    return set().union(*(unread(filled(module, model), read_by(HUAWEI[name])) for model in models))


@pytest.mark.parametrize("service", ALIBABA.values(), ids=ALIBABA)
def test_what_is_unread_in_the_models_of_alibaba_is_so_for_a_reason(service: Service) -> None:
    assert unread(item_of_alibaba(service), read_by(service)) == set(UNREAD.get(("alibaba", service.name), {}))


@pytest.mark.parametrize("name", HUAWEI)
def test_what_is_unread_in_the_models_of_huawei_is_so_for_a_reason(name: str) -> None:
    assert unread_of_huawei(name) == set(UNREAD.get(("huawei", name), {}))


def test_a_reason_is_one_of_a_service_that_there_is() -> None:
    assert set(UNREAD) <= {("alibaba", name) for name in ALIBABA} | {("huawei", name) for name in HUAWEI}
    assert all(reason for reasons in UNREAD.values() for reason in reasons.values())
