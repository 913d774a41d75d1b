# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every field that the vendors' models have of a task is a fact or one of its details, unless it is said here why not."""

from __future__ import annotations

import importlib
import typing as t
import warnings

import jmespath
import pytest
from unit.vendors.test_unread import ALIBABA, HUAWEI, filled, item_of_alibaba, names_in

from ansible_collections.multicloud.tasks.plugins.module_utils._service.details import snake_case
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service

pytest.importorskip("huaweicloudsdkims", reason="there is nothing to hold the catalogue against")

SECRETS = "what the task was given to work with, which may hold secrets"
OF_THE_CALL = "it is about the call, not about the task"
REGION = "the fact region, which is that of the call"
FORMAT = "the same in every answer"
REQUEST_ID = {"RequestId": "the fact request_id"}
LEFT_OUT: dict[tuple[str, str], dict[str, str]] = {
    ("alibaba", "ecs"): {"RegionId": REGION, **REQUEST_ID},
    ("alibaba", "ecs_snapshot"): {"RegionId": REGION},
    ("alibaba", "ecs_invocation"): dict.fromkeys(("CommandContent", "Parameters"), SECRETS),
    ("alibaba", "hbr"): REQUEST_ID,
    **{("alibaba", name): {"RegionId": REGION} for name in ("rds", "tair", "mongodb", "polardb")},
    ("alibaba", "dts"): {
        **dict.fromkeys(("Code", "DynamicMessage", "ErrCode", "ErrMessage", "HttpStatusCode", "Success"), OF_THE_CALL),
        **dict.fromkeys(
            ("DbObjectOssUrl", "DbObjectOssUrlExpireTime"), "a signed URL, which is a key to what is behind it"
        ),
        "Reserved": SECRETS,
        **REQUEST_ID,
    },
    ("alibaba", "oos"): {"Parameters": SECRETS},
    ("alibaba", "ros"): {"Parameters": SECRETS, "RegionId": REGION, **REQUEST_ID},
    ("alibaba", "ack"): {"parameters": SECRETS},
    ("alibaba", "eflo"): REQUEST_ID,
    ("alibaba", "cloudcontrol"): {"regionId": REGION},
    ("huawei", "ecs"): {"code": OF_THE_CALL, "message": OF_THE_CALL},
    ("huawei", "cce"): {"kind": FORMAT, "apiVersion": FORMAT},
    ("huawei", "sfs_turbo"): {"X-request-id": "the fact request_id"},
    ("huawei", "mrs"): dict.fromkeys(("arguments", "properties"), SECRETS),
    ("huawei", "rds"): {
        **dict.fromkeys(("created_at", "instance_id", "job_name"), "a fact of the job, which the first answer has"),
        "update_at": "of the steps",
        "X-request-id": OF_THE_CALL,
    },
}
# The models of a task that is read alone, and of a second answer about it, in Huawei's packages.
MODELS: dict[str, tuple[str, list[str]]] = {
    "cbr": ("cbr.v1", ["OperationLog"]),
    "cbr_backup": ("cbr.v1", ["BackupResp"]),
    "cbr_checkpoint": ("cbr.v1", ["CheckpointCreate"]),
    "ims": ("ims.v2", ["ShowJobProgressResponse", "ShowJobResponse"]),
    "ecs": ("ecs.v2", ["ShowJobResponse"]),
    "evs": ("evs.v2", ["ShowJobResponse"]),
    "cce": ("cce.v3", ["ShowJobResponse"]),
    "dcs": ("dcs.v2", ["ShowJobInfoResponse"]),
    "sfs_turbo": ("sfsturbo.v1", ["ShowJobDetailResponse"]),
    "mrs": ("mrs.v2", ["JobQueryBean"]),
    "taurusdb": ("gaussdb.v3", ["GetJobInfoDetail", "ShowTaskDetailsResponse"]),
    "taurusdb_backup": ("gaussdb.v3", ["Backups"]),
    "taurusdb_scheduled": ("gaussdb.v3", ["ScheduleTask"]),
    "rds": ("rds.v3", ["GetJobInfoResponseBodyJob", "ShowTaskDetailResponse"]),
    "dds": ("dds.v3", ["JobDetail"]),
    "gaussdb": ("gaussdbforopengauss.v3", ["JobDetail"]),
}


def pairs_of(service: Service) -> list[tuple[str, t.Any]]:
    """The names of the details of a service, each with the parsed JMESPath that finds it."""
    expression = service.facts.get("details")
    parsed = jmespath.compile(expression).parsed if expression else {"children": []}
    return [(pair["value"], pair["children"][0]) for pair in parsed["children"]]


def last_names(node: t.Any) -> set[str]:
    """The fields at which the paths in a parsed JMESPath end."""
    if node["type"] == "field":
        return {node["value"]}
    children = node["children"][-1:] if node["type"] == "subexpression" else node["children"]
    return set().union(*map(last_names, children))


def told_by(service: Service) -> tuple[set[str], set[str]]:
    """The fields that a service reads for facts and details, and those that it hands over as they are or as sub-tasks."""
    detail, finder = service.detail, service.finder
    paths = [*service.facts.values(), service.subtask, *(detail.facts.values() if detail else ())]
    paths += finder.facts.values() if finder else ()
    whole = {path["value"] for dummy, path in pairs_of(service) if path["type"] == "field"}
    whole |= {service.facts.get(name, "") for name in ("outputs", "result")}
    subtasks = filter(None, (facts.get("subtasks") for facts in (service.facts, detail.facts if detail else {})))
    whole |= set().union(*(last_names(jmespath.compile(path).parsed) for path in subtasks))
    return set().union(*map(names_in, paths)), whole


def untold(item: t.Any, names: set[str], whole: set[str]) -> set[str]:
    """The fields of a task that are neither a fact nor a detail; of an object that is read in part, those of its parts."""
    found: set[str] = set()
    for name, value in item.items():
        part = value[0] if isinstance(value, list) and value else value
        in_part = isinstance(part, dict) and name not in whole and names & set(part)
        found |= {name} if name not in names else untold(part, names, whole) if in_part else set()
    return found


def items_of_huawei(name: str) -> list[dict[str, t.Any]]:
    package, models = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module(f"huaweicloudsdk{package}")
    return [filled(module, model) for model in models]


ITEMS: dict[tuple[str, str], t.Callable[[], list[dict[str, t.Any]]]] = {
    **{("alibaba", name): lambda service=service: [item_of_alibaba(service)] for name, service in ALIBABA.items()},
    **{("huawei", name): lambda name=name: items_of_huawei(name) for name in HUAWEI},
}
CATALOGUES = {"alibaba": ALIBABA, "huawei": HUAWEI}


@pytest.mark.parametrize("key", ITEMS, ids="-".join)
def test_what_the_model_of_a_task_has_is_a_fact_or_a_detail(key: tuple[str, str]) -> None:
    provider, name = key
    service = CATALOGUES[provider][name]
    missing = set().union(*(untold(item, *told_by(service)) for item in ITEMS[key]()))
    assert missing == set(LEFT_OUT.get(key, {}))


@pytest.mark.parametrize("key", ITEMS, ids="-".join)
def test_a_detail_has_the_name_of_a_field_in_snake_case(key: tuple[str, str]) -> None:
    provider, name = key
    pairs = pairs_of(CATALOGUES[provider][name])
    assert [detail for detail, path in pairs if detail not in {snake_case(field) for field in last_names(path)}] in (
        [],
        # An object that has a name is named after it, as lists of the same API do.
        ["instance_name"],
    )
