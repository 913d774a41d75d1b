# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every word for a state that Alibaba's own clients document is known to the catalogue; lists are filtered by such words."""

from __future__ import annotations

import re
import typing as t

import pytest
from unit.vendors.alibaba_sdk import comments, model, package_of

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.services import SERVICES
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service

# The lines of a list: "- **Running**: it runs", "*   Succeeded", "- `fail`: it failed".
LISTED = re.compile(r"^ *[-*] +[*`]*(\w+)[*`]*(?= *(?::|$))", re.MULTILINE)
# Words in a sentence: "Valid values: Started, Queued, and Cancelled."
SAID = re.compile(r"Valid values: *((?:\w+, )+(?:and )?\w+)\.")
# A line for each word.
ALONE = re.compile(r"^(\w+)\.?$", re.MULTILINE)
QUOTED = re.compile(r"`(\w+)`")
# What a filter takes besides states.
ANY = {"all"}

CENTERS = ("rds", "tair", "mongodb", "polardb")
# Which field of which model documents the words.
TOLD: list[tuple[str, str, str]] = [
    ("ecs", "DescribeTasksRequest", "TaskStatus"),
    ("ecs_snapshot", "DescribeSnapshotsRequest", "Status"),
    ("ecs_image", "DescribeImagesRequest", "Status"),
    ("ecs_invocation", "DescribeInvocationsRequest", "InvokeStatus"),
    ("hbr", "DescribeTaskResponseBody", "Description"),
    ("bdrc", "DescribeTaskResponseBodyData", "TaskStatus"),
    ("bdrc", "DescribeTasksRequest", "TaskStatus"),
    *((service, "DescribeHistoryTasksRequest", "Status") for service in CENTERS),
    *(
        (service, "DescribeHistoryTasksResponseBodyItems", "Status")
        for service in ("rds", "tair", "mongodb", "polardb")
    ),
    ("dts", "DescribeDtsJobDetailResponseBody", "Status"),
    ("dts", "DescribeDtsJobsRequest", "Status"),
    ("dts", "DescribeDtsJobsResponseBodyDtsJobList", "Status"),
    ("oos", "ListExecutionsResponseBodyExecutions", "Status"),
    ("oos", "ListExecutionsRequest", "Status"),
    ("ros", "GetStackResponseBody", "Status"),
    ("alb", "ListAsynJobsResponseBodyJobs", "Status"),
    ("nlb", "ListAsynJobsResponseBodyJobs", "Status"),
    ("nlb", "GetJobStatusResponseBody", "Status"),
    ("ack", "DescribeTaskInfoResponseBody", "state"),
    ("cloudcontrol", "GetTaskResponseBodyTask", "status"),
]
ITEMS_TOLD = [("ack", "DescribeTaskInfoResponseBodyTaskResult", "status")]
# Models whose comments name no word: their words come from pages and from the vendor's own tools.
SILENT = {"eflo", "hbr_backup_job", "hbr_restore_job", "rds_backup"}


def words_of(service: Service, name: str, field: str) -> set[str]:
    """The words that a comment names, in lower case."""
    comment = comments(model(package_of(service), name)).get(field, "")
    found = LISTED.findall(comment) + [word for text in SAID.findall(comment) for word in re.findall(r"\w+", text)]
    found += [word for form in (ALONE, QUOTED) for word in form.findall(comment)]
    return {word.lower() for word in found} - ANY - {"and"}


@pytest.mark.parametrize(("name", "told", "field"), TOLD, ids=lambda value: value)
def test_every_word_that_is_documented_has_a_meaning(name: str, told: str, field: str) -> None:
    service = SERVICES[name]
    documented = words_of(service, told, field)
    assert len(documented) > 1, "the comment has changed its form: nothing can be read out of it"
    assert documented - set().union(*service.tables) == set()


@pytest.mark.parametrize(("name", "told", "field"), ITEMS_TOLD, ids=lambda value: value)
def test_every_word_of_an_item_that_is_documented_has_a_meaning(name: str, told: str, field: str) -> None:
    service = SERVICES[name]
    documented = words_of(service, told, field)
    assert len(documented) > 1
    assert documented - set().union(*(table for dummy, table in service.item_states)) == set()


def test_every_service_is_held_against_its_client() -> None:
    assert {name for name, *dummy in TOLD} | SILENT == set(SERVICES)


FILTERS: list[tuple[str, str, str]] = [
    ("ecs", "DescribeTasksRequest", "TaskStatus"),
    ("ecs_snapshot", "DescribeSnapshotsRequest", "Status"),
    ("bdrc", "DescribeTasksRequest", "TaskStatus"),
    *((service, "DescribeHistoryTasksRequest", "Status") for service in CENTERS[:3]),
    ("oos", "ListExecutionsRequest", "Status"),
]


@pytest.mark.parametrize(("name", "told", "field"), FILTERS, ids=lambda value: value)
def test_a_list_is_filtered_by_words_that_the_filter_takes(name: str, told: str, field: str) -> None:
    service = SERVICES[name]
    assert service.listing
    assert {word.lower() for word in service.listing.states} <= words_of(service, told, field)


def test_the_words_that_are_known_beyond_the_comments_are_few() -> None:
    """A change of the vendor's words is seen here: a word of ours that no comment has is old, or is told elsewhere."""
    beyond: dict[str, t.Any] = {}
    for name in sorted({name for name, *dummy in TOLD}):
        documented = set().union(*(words_of(SERVICES[row], told, field) for row, told, field in TOLD if row == name))
        beyond[name] = sorted(set().union(*SERVICES[name].tables) - documented)
    assert {name: words for name, words in beyond.items() if words} == {
        "ack": ["canceled", "cancelled", "failed", "paused"],
        "ecs": ["deleted", "paused", "pending", "waiting"],
    }
