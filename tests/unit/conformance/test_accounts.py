# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An id that says its account: a task of the same name in another account is not the one that is meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import QualifiedId
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import NOT_FOUND, UNREACHABLE
from support.stage import Stage
from support.subjects import Fields, Subject, at, merge, those

OWN, OTHER = "123456789012", "999999999999"


def form_of(subject: Subject) -> QualifiedId:
    return subject.service.qualified[0]


NAMED = those(lambda subject: any(form.told_by for form in subject.service.qualified))
EACH_NAMED = pytest.mark.parametrize("subject", NAMED, ids=str)
# What the answer says of the account, and how the wait ends.
TOLD: dict[str, tuple[str | None, str]] = {
    "of the account that is meant": (OWN, SUCCEEDED),
    "of another account": (OTHER, NOT_FOUND),
    "of no account": (None, UNREACHABLE),
}


def arn(stage: Stage, number: int, account: str) -> str:
    """A full id in the region that is asked."""
    example = form_of(stage.subject).example.replace("eu-west-1", stage.subject.options()["region"])
    return f"{example.replace(OWN, account)}{number}"


def bare(stage: Stage, full_id: str) -> str:
    """The part of a full id that the calls take."""
    found = re.fullmatch(form_of(stage.subject).pattern, full_id)
    assert found
    return found["task_id"]


def ended_well(stage: Stage, full_id: str | None) -> Fields:
    """Native fields of a task that has succeeded and tells this full id."""
    told = at(form_of(stage.subject).told_by, full_id or "")
    return merge(stage.subject.showing(SUCCEEDED), told)


@EACH_NAMED
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("name", TOLD)
def test_27_an_id_of_an_account_opens_the_gate_for_no_task_of_another(stage: Stage, name: str, many: bool) -> None:
    account, outcome = TOLD[name]
    batch = stage.subject.service.batch
    asked = [arn(stage, number, OWN) for number in range(2 * batch.least if many and batch else 1)]
    ids = [bare(stage, full_id) for full_id in asked]
    for number, task_id in enumerate(ids):
        stage.add(task_id, ended_well(stage, account and arn(stage, number, account)))
    waited = stage.wait(*asked, not_found_timeout=30, unreachable_timeout=60, fail_fast=False)
    assert waited.outcomes == dict.fromkeys(asked, outcome)
    assert waited.result["succeeded"] is (outcome == SUCCEEDED)


@EACH_NAMED
@pytest.mark.parametrize("account", [OWN, OTHER])
def test_27_a_journal_tells_no_end_of_a_task_of_another_account(stage: Stage, tmp_path: Path, account: str) -> None:
    full_id = arn(stage, 1, account)
    task_id = bare(stage, full_id)
    stage.add(task_id, ended_well(stage, full_id))
    path = str(tmp_path / "journal")
    assert stage.wait(task_id, journal=path).outcomes == {task_id: SUCCEEDED}
    waited = stage.wait(arn(stage, 1, OWN), journal=path, not_found_timeout=30)
    assert waited.outcomes == {arn(stage, 1, OWN): SUCCEEDED if account == OWN else NOT_FOUND}


@EACH_NAMED
@pytest.mark.parametrize("by", ["journal", "facts"])
@pytest.mark.parametrize("account", [OWN, OTHER])
def test_27_who_goes_on_with_what_an_earlier_wait_has_left_means_the_same_account(
    stage: Stage, tmp_path: Path, account: str, by: str
) -> None:
    full_id = arn(stage, 1, OWN)
    path = str(tmp_path / "journal")
    first = stage.wait(full_id, journal=path, not_found_timeout=0)
    assert first.outcomes == {full_id: NOT_FOUND}
    stage.add(bare(stage, full_id), ended_well(stage, arn(stage, 1, account)))
    left = {"journal": path} if by == "journal" else {"tasks": first.result["tasks"], **stage.places()}
    again = stage.wait(**left, not_found_timeout=30)
    assert again.outcomes == {full_id: SUCCEEDED if account == OWN else NOT_FOUND}
