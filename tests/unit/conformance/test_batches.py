# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a batch must not cost: conditions, ends seen at the deadline, and those who may read tasks but not list them."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from support.shapes import each_value
from support.stage import Stage

# Their batch is a call of its own, which tells less of a task than a look at it alone.
TELLING_LESS = pytest.mark.parametrize(
    "subject",
    each_value("provider", "batch", fits=lambda subject: subject.service.batch and subject.service.batch.call),
    ids=str,
)
TELLING_PROGRESS = pytest.mark.parametrize(
    "subject",
    each_value(
        "provider",
        "batch",
        fits=lambda subject: subject.service.batch and subject.service.batch.call and subject.tells("progress"),
    ),
    ids=str,
)
# Where a look at one task is the same operation, a right to one is a right to both.
LISTED_APART = pytest.mark.parametrize(
    "subject", each_value("provider", "batch", "pages", fits=lambda subject: subject.reads_batch_otherwise), ids=str
)


def ids(number: int) -> list[str]:
    """Ids of which none is the beginning of another."""
    return [f"t-{n:05}" for n in range(number)]


@TELLING_PROGRESS
def test_04_a_condition_holds_of_many_tasks_as_it_holds_of_few(stage: Stage) -> None:
    assert stage.subject.service.batch
    half = stage.subject.at_percent(50)
    tasks = stage.add_many(ids(2 * stage.subject.service.batch.least), stage.going, (90, half))
    few, many = (
        stage.wait(*some, interval=60, timeout=600, success_when="progress >= `50`") for some in (tasks[:2], tasks)
    )
    assert few.outcomes == dict.fromkeys(tasks[:2], SUCCEEDED)
    assert many.outcomes == dict.fromkeys(tasks, SUCCEEDED)


@TELLING_LESS
def test_35_an_end_that_a_batch_showed_at_the_deadline_is_no_timeout(stage: Stage) -> None:
    tasks = stage.add_many(ids(100), stage.going, (95, SUCCEEDED))
    waited = stage.wait(*tasks, interval=70, timeout=100, request_timeout=5, rate_limit=1)
    assert waited.outcomes == dict.fromkeys(tasks, SUCCEEDED)


@LISTED_APART
def test_52_who_may_read_tasks_but_not_list_them_waits_for_each_alone(stage: Stage) -> None:
    service = stage.subject.service
    assert service.batch
    tasks = stage.add_many(ids(2 * service.batch.least), stage.going, (90, SUCCEEDED))
    lists = [part.call for part in (service.batch, service.listing) if part and part.call]
    (api,) = {call.api for call in stage.wait(*tasks, timeout=0).calls if any(call.is_a(way) for way in lists)}
    stage.cloud.fault("error", f"{stage.subject.provider.name}.{api}", status=403, code="Conformance.Denied")
    assert stage.wait(*tasks, interval=60).outcomes == dict.fromkeys(tasks, SUCCEEDED)
