# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that is left, and continued later: behaviours 30 and 43 to 49 of docs/behaviours.md."""

from __future__ import annotations

import json
import shutil
import stat as modes
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FAILED, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look
from support.clients import KEYS
from support.shapes import each_end, each_value
from support.stage import Stage, Waited
from support.subjects import Fields, Subject

ENDS = each_end("provider", ("lasting", "end"))
EVERY_END = pytest.mark.parametrize(("subject", "state"), ENDS, ids=[f"{subject}-{state}" for subject, state in ENDS])


def test_30_a_journal_that_can_no_longer_be_written_does_not_end_the_wait(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    def latency(look: Look) -> float:
        shutil.rmtree(folder, ignore_errors=True)
        return 0.05

    stage.add("t-1", stage.going, (90, SUCCEEDED))
    waited = stage.wait("t-1", interval=60, latency=latency, journal=str(folder / "journal.json"))
    assert waited.outcome == SUCCEEDED
    assert ["the wait continues" in warning for warning in waited.simulated.warnings] == [True]


def test_43_a_wait_that_is_interrupted_ends_at_once_and_leaves_the_task_alone(stage: Stage) -> None:
    stage.add("t-1", stage.going, (5000, SUCCEEDED))
    waited, last_words = stage.interrupted(100, {"tasks": [stage.ask("t-1")], "interval": 900, "timeout": 7200})
    assert (waited.outcome, waited.times) == ("abandoned", [0])
    # The first line after 100 s is the sign of life at 120 s, and twice a second a wait looks whether it is to stop.
    assert 120 <= waited.result["elapsed"] <= 121
    assert waited.reason == "the wait was interrupted; the task may still run"
    assert ["t-1" in line and "may still run" in line for line in last_words] == [True]
    # The cloud goes on with it: that no call but those that read was made is checked of every wait.
    assert stage.wait("t-1", interval=900, timeout=7200).outcome == SUCCEEDED


def test_45_a_wait_is_gone_on_with_from_its_journal_alone(stage: Stage, tmp_path: Path) -> None:
    journal = str(tmp_path / "journal.json")
    stage.add("t-1", stage.going, (60, SUCCEEDED))
    stage.add("t-2", stage.going, (500, SUCCEEDED))
    first = stage.wait("t-1", "t-2", timeout=100, journal=journal)
    assert first.outcomes == {"t-1": SUCCEEDED, "t-2": "timed_out"}
    second = stage.wait(journal=journal)
    assert second.outcomes == {"t-1": SUCCEEDED, "t-2": SUCCEEDED}
    assert (second.about("t-1"), second.result["requests"]) == ([], len(second.calls))
    assert second.tasks["t-1"]["raw"] == first.tasks["t-1"]["raw"]


def test_45_an_interrupted_wait_is_gone_on_with_too(stage: Stage, tmp_path: Path) -> None:
    journal = str(tmp_path / "journal.json")
    stage.add("t-1", stage.going, (500, SUCCEEDED))
    first, last_words = stage.interrupted(100, {"tasks": [stage.ask("t-1")], "interval": 900, "journal": journal})
    assert first.outcome == "abandoned"
    assert journal in last_words[0]
    assert stage.wait(journal=journal).outcome == SUCCEEDED


def keys(subject: Subject) -> Fields:
    """The keys of the local cloud as options."""
    if subject.provider.name not in KEYS:
        raise subject.lacking("support.clients.KEYS has no keys of its provider; add them")
    return {name: value for name, value in KEYS[subject.provider.name].items() if name not in ("region", "project")}


# Where tasks are, and who asks.
NO_SECRETS = {"subscription_id", "tenant", "client_id"}


def values_in(options: t.Any) -> list[str]:
    """The values of options, those inside of others included."""
    if not isinstance(options, dict):
        return [str(options)]
    return [value for inner in options.values() for value in values_in(inner)]


def test_46_a_journal_holds_no_secret_and_is_for_its_owner_only(stage: Stage, tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    stage.add("t-1", stage.going)
    secrets = keys(stage.subject)
    waited = stage.wait("t-1", timeout=100, journal=str(journal), **secrets)
    assert waited.outcome == "timed_out"
    text = journal.read_text(encoding="utf-8") + json.dumps(waited.result)
    private = {name: value for name, value in secrets.items() if name not in NO_SECRETS}
    assert [secret for secret in values_in(private) if secret in text] == []
    assert modes.S_IMODE(journal.stat().st_mode) == 0o600


FOREIGN: dict[str, str] = {
    "empty": "",
    "no_json": "- task",
    "half": '[{"provider": ',
    "an_object": '{"provider": "x", "service": "y"}',
    "numbers": "[1, 2]",
    "no_provider": '[{"service": "y", "id": "t-1"}]',
    "another_provider": '[{"provider": "nobody", "service": "y", "id": "t-1"}]',
}


@pytest.mark.parametrize("subject", each_value("provider"), ids=str)
@pytest.mark.parametrize("name", FOREIGN)
def test_46_what_is_no_journal_is_refused_before_any_call(stage: Stage, tmp_path: Path, name: str) -> None:
    journal = tmp_path / "journal.json"
    journal.write_text(FOREIGN[name], encoding="utf-8")
    with pytest.raises(OptionError, match=r"journal"):
        stage.wait(journal=str(journal))
    assert stage.cloud.calls()["total"] == 0
    assert journal.read_text(encoding="utf-8") == FOREIGN[name]


@EVERY_END
def test_46_an_end_that_another_service_told_is_not_believed(stage: Stage, tmp_path: Path, state: str) -> None:
    journal = tmp_path / "journal.json"
    stage.add("t-1", state)
    record = {**stage.wait("t-1").task, "endpoint": "https://example.com"}
    journal.write_text(json.dumps([record]), encoding="utf-8")
    assert len(stage.wait("t-1", journal=str(journal)).calls) == stage.subject.calls_at(state)


def plain(waited: Waited) -> t.Any:
    """The tasks of a result as they come out of a registered variable."""
    return json.loads(json.dumps(waited.result["tasks"]))


def test_47_the_result_of_a_wait_that_failed_is_enough_to_go_on(stage: Stage) -> None:
    stage.add("t-1", stage.going, (500, SUCCEEDED))
    first = stage.wait("t-1", timeout=100)
    assert first.outcome == "timed_out"
    assert "t-1" in first.result["msg"]
    assert stage.wait(tasks=plain(first), **stage.places()).outcome == SUCCEEDED


@pytest.mark.parametrize("outcome", ["unreachable", "unauthorized", "not_found"])
def test_47_so_is_that_of_one_that_never_saw_the_task(stage: Stage, outcome: str) -> None:
    faults: dict[str, Fields] = {
        "unreachable": {"kind": "error", "status": 503, "code": "Conformance.Busy", "lasts": 400},
        "unauthorized": {"kind": "error", "status": 403, "code": "Conformance.Denied", "times": 1},
        "not_found": {"kind": "vanish", "lasts": 400},
    }
    stage.add("t-1", SUCCEEDED)
    stage.fault(**faults[outcome])
    first = stage.wait("t-1", unreachable_timeout=300, not_found_timeout=300)
    assert first.outcome == outcome
    stage.cloud.clear_faults()
    assert stage.wait(tasks=plain(first), **stage.places()).outcome == SUCCEEDED


@EVERY_END
def test_49_a_task_that_had_ended_costs_no_call_when_it_is_gone_on_with(
    stage: Stage, tmp_path: Path, state: str
) -> None:
    journal = str(tmp_path / "journal.json")
    stage.add("t-1", state)
    first = stage.wait("t-1", journal=journal)
    second = stage.wait(journal=journal)
    assert (second.calls, second.result["requests"], second.task["looks"]) == ([], 0, 0)
    assert second.result["succeeded"] is first.result["succeeded"] is (state == SUCCEEDED)
    told = ("outcome", "state", "native_state", "error", "outputs", "raw", "finished_at")
    assert [second.task[name] for name in told] == [first.task[name] for name in told]


@pytest.mark.parametrize("ended_first", [True, False], ids=["ended first", "ended last"])
def test_49_an_end_is_not_believed_of_which_two_records_of_one_id_tell_otherwise(
    stage: Stage, tmp_path: Path, ended_first: bool
) -> None:
    journal = tmp_path / "journal.json"
    stage.add("t-1", stage.going, (5000, SUCCEEDED))
    stage.wait("t-1", timeout=10, journal=str(journal))
    (goes_on,) = json.loads(journal.read_text(encoding="utf-8"))
    ended = {**goes_on, "state": SUCCEEDED, "terminal": True, "succeeded": True, "outcome": SUCCEEDED}
    # They may be of two accounts, which no record tells.
    journal.write_text(json.dumps([ended, goes_on] if ended_first else [goes_on, ended]), encoding="utf-8")
    for asked in (("t-1",), ()):
        again = stage.wait(*asked, timeout=10, journal=str(journal))
        assert {task["outcome"] for task in again.result["tasks"]} == {"timed_out"}
        journal.write_text(json.dumps([ended, goes_on] if ended_first else [goes_on, ended]), encoding="utf-8")


def test_49_another_policy_judges_an_end_that_was_seen_anew(stage: Stage, tmp_path: Path) -> None:
    journal = str(tmp_path / "journal.json")
    stage.add("t-1", FAILED)
    assert stage.wait("t-1", journal=journal).result["succeeded"] is False
    second = stage.wait(journal=journal, success_states=[SUCCEEDED, FAILED])
    assert (second.result["succeeded"], second.calls) == (True, [])


def test_49_an_earlier_end_of_a_resource_is_not_taken_for_that_of_the_next_operation(
    stage: Stage, tmp_path: Path
) -> None:
    journal = str(tmp_path / "journal.json")
    stage.add("t-1", SUCCEEDED)
    first = stage.wait("t-1", journal=journal)
    again = [stage.wait("t-1", journal=journal), stage.wait(tasks=plain(first), **stage.places())]
    lasting = stage.subject.service.lasting
    # Facts of an API that tells no id may be those of any task.
    assert [bool(waited.calls) for waited in again] == [lasting, lasting or "id" not in stage.subject.service.facts]
    assert [waited.outcome for waited in again] == [SUCCEEDED] * 2
    assert stage.wait(journal=journal).calls == []
