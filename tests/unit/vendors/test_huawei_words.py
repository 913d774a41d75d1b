# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every word for a state that Huawei's own packages document is known to the catalogue; lists are filtered by such words."""

from __future__ import annotations

import importlib
import json
import re
import typing as t
import warnings
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.services import SERVICES
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin

pytest.importorskip("huaweicloudsdkims", reason="there is nothing to hold the catalogue against")

VECTORS = Path(__file__).parents[2] / "vectors"
# The forms in which the packages name words: "SUCCESS：", "- available:", "值为\u201cRunning\u201d", "available,deleting,error".
NAMED = re.compile(r"(?<![\w.-])([A-Za-z][\w-]*)(?=[：:])")
QUOTED = re.compile("\u201c(\\w+)\u201d")
LISTED = re.compile(r"^\s*\S+:((?:[a-z-]+,)+[a-z-]+)$", re.MULTILINE)
# What stands before a colon besides words.
NO_WORDS = {"param", "type", "rtype", "return", "class"}

# Which property of which model documents the words.
TOLD: list[tuple[str, str, str, str]] = [
    ("ims", "ims.v2", "ShowJobProgressResponse", "status"),
    ("ims", "ims.v2", "ShowJobResponse", "status"),
    ("ecs", "ecs.v2", "ShowJobResponse", "status"),
    ("evs", "evs.v2", "ShowJobResponse", "status"),
    ("cbr_backup", "cbr.v1", "BackupResp", "status"),
    ("cbr_checkpoint", "cbr.v1", "CheckpointCreate", "status"),
    ("rds", "rds.v3", "GetJobInfoResponseBodyJob", "status"),
    ("rds", "rds.v3", "GetTaskDetailListRspJobs", "status"),
    ("rds", "rds.v3", "Task", "status"),
    ("rds", "rds.v3", "ListTasksRequest", "status"),
    ("dds", "dds.v3", "JobInfo", "status"),
    ("dds", "dds.v3", "ListTasksRequest", "status"),
    ("taurusdb", "gaussdb.v3", "GetJobInfoDetail", "status"),
    ("taurusdb", "gaussdb.v3", "TaskDetailInfo", "status"),
    ("taurusdb_backup", "gaussdb.v3", "Backups", "status"),
    ("taurusdb_scheduled", "gaussdb.v3", "ScheduleTask", "job_status"),
    ("taurusdb_scheduled", "gaussdb.v3", "ListScheduleJobsRequest", "status"),
    ("cce", "cce.v3", "JobStatus", "phase"),
    ("sfs_turbo", "sfsturbo.v1", "ShowJobDetailResponse", "status"),
    ("mrs", "mrs.v2", "JobQueryBean", "job_state"),
    ("mrs", "mrs.v2", "ShowJobExeListNewRequest", "job_state"),
]
ITEMS_TOLD: list[tuple[str, str, str, str]] = [
    ("ims", "ims.v2", "SubJobResult", "status"),
    ("ecs", "ecs.v2", "SubJob", "status"),
    ("evs", "evs.v2", "SubJob", "status"),
    ("sfs_turbo", "sfsturbo.v1", "GetSubJobDetail", "status"),
    ("cce", "cce.v3", "JobStatus", "phase"),
    ("taurusdb", "gaussdb.v3", "SubTaskInfo", "status"),
]
# Models whose texts name no word: their words come from pages.
SILENT = {"cbr", "dcs", "gaussdb"}


def words_of(package: str, model: str, name: str) -> set[str]:
    """The words that the text of a property names, in lower case."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = getattr(getattr(importlib.import_module(f"huaweicloudsdk{package}"), model), name).__doc__
    found = [*NAMED.findall(text), *QUOTED.findall(text)]
    found += [word for line in LISTED.findall(text) for word in line.split(",")]
    return {word.lower() for word in found} - NO_WORDS


@pytest.mark.parametrize(("name", "package", "model", "told"), TOLD, ids=str)
def test_every_word_that_is_documented_has_a_meaning(name: str, package: str, model: str, told: str) -> None:
    documented = words_of(package, model, told)
    assert len(documented) > 1, "the text has changed its form: nothing can be read out of it"
    assert documented - set().union(*SERVICES[name].tables) == set()


@pytest.mark.parametrize(("name", "package", "model", "told"), ITEMS_TOLD, ids=str)
def test_every_word_of_an_item_that_is_documented_has_a_meaning(name: str, package: str, model: str, told: str) -> None:
    documented = words_of(package, model, told)
    assert len(documented) > 1
    assert documented - set().union(*(table for dummy, table in SERVICES[name].item_states)) == set()


def test_every_service_is_held_against_its_package() -> None:
    assert {name for name, *dummy in TOLD} | SILENT == set(SERVICES)


FILTERS = [row for row in TOLD if row[2].endswith("Request")]


@pytest.mark.parametrize(("name", "package", "model", "told"), FILTERS, ids=str)
def test_a_list_is_filtered_by_words_that_the_filter_takes(name: str, package: str, model: str, told: str) -> None:
    listing = SERVICES[name].listing
    assert listing
    assert {word.lower() for word in listing.states} <= words_of(package, model, told)


def test_every_result_of_a_finished_job_has_a_meaning() -> None:
    """MRS says by two words how a job has ended."""
    results = words_of("mrs.v2", "JobQueryBean", "job_result")
    told = json.loads((VECTORS / "huawei_mrs.json").read_text(encoding="utf-8"))["answers"][0]
    states: dict[str, str] = {}
    for word in results:
        detail = {**told["body"]["job_detail"], "job_state": "FINISHED", "job_result": word.upper()}
        look = Origin("huawei", None, datetime.now(timezone.utc), told["ask"]["task_id"])
        states[word] = read_task(SERVICES["mrs"], {"job_detail": detail}, look).state
    assert states == {"succeeded": "succeeded", "failed": "failed", "killed": "cancelled", "undefined": "unknown"}


def test_the_words_that_are_known_beyond_the_texts_are_few() -> None:
    """A change of the vendor's words is seen here: a word of ours that no text has is old, or is told elsewhere."""
    beyond: dict[str, t.Any] = {}
    for name in sorted({name for name, *dummy in TOLD}):
        documented = set().union(*(words_of(*row) for service, *row in TOLD if service == name))
        beyond[name] = sorted(set().union(*SERVICES[name].tables) - documented)
    assert {name: words for name, words in beyond.items() if words} == {
        "dds": ["canceled", "pending", "unauthorized"],
        "evs": ["listening", "waiting_execute"],
        "rds": ["canceled", "pending", "unauthorized"],
        "taurusdb": ["canceled", "unauthorized"],
        "taurusdb_scheduled": ["canceled", "unauthorized"],
    }
