# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wait judges what services show: behaviours 1 to 17 of docs/behaviours.md.

Every word is read of every service, and every end of it is seen in one wait for all (test_mixed.py). What follows from a state is
played with a service for each value that matters in a shape.
"""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    CANCELLED,
    FAILED,
    PARTIAL,
    SUCCEEDED,
    UNKNOWN,
)
from support.shapes import PLAIN, each_end, each_value
from support.stage import Stage
from support.subjects import SUBJECTS, Subject

EVERY_SERVICE = pytest.mark.parametrize("subject", SUBJECTS, ids=str)
EACH_END = each_end("provider", ("lasting", "end"))
EVERY_END = pytest.mark.parametrize(
    ("subject", "state"), EACH_END, ids=[f"{subject}-{state}" for subject, state in EACH_END]
)
NOBODYS_WORD = "Dreaming"


# Services whose API has no word for a failure.
NEVER_FAILING = {"aws-dynamodb_backup": "BackupStatus is CREATING, AVAILABLE or DELETED"}


@EVERY_SERVICE
def test_01_every_service_can_go_on_succeed_and_fail(subject: Subject) -> None:
    assert SUCCEEDED in subject.ends()
    assert (FAILED in subject.ends()) != (str(subject) in NEVER_FAILING)
    assert subject.may(subject.going)


@EVERY_END
def test_01_a_task_that_has_ended_is_one_call_and_no_sleep(stage: Stage, state: str) -> None:
    stage.add("t-1", state)
    waited = stage.wait("t-1")
    assert (waited.outcome, waited.task["state"]) == (state, state)
    assert waited.result["succeeded"] is (state == SUCCEEDED)
    assert waited.times == [0] * stage.subject.calls_at(state)
    assert waited.result["elapsed"] < 1


def test_02_a_task_that_goes_on_for_k_looks_is_seen_to_succeed_by_the_next(stage: Stage) -> None:
    stage.add("t-1", stage.going, (210, SUCCEEDED))
    waited = stage.wait("t-1", interval=60)
    assert waited.outcome == SUCCEEDED
    assert waited.times == [0, 60, 120, 180, 240]
    assert (waited.task["looks"], waited.result["requests"]) == (5, 5)


def test_03_a_failure_ends_the_wait_and_nothing_later_is_fetched(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, FAILED), (150, SUCCEEDED))
    waited = stage.wait("t-1", interval=60)
    assert (waited.outcome, waited.result["failed"]) == (FAILED, True)
    assert waited.times == [0, 60, *[120] * stage.subject.calls_at(FAILED)]


def test_04_of_two_conditions_that_hold_failure_wins(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    holds = f"state == '{stage.going}'"
    assert stage.wait("t-1", success_when=holds).outcome == SUCCEEDED
    waited = stage.wait("t-1", success_when=holds, failure_when=holds)
    assert (waited.outcome, waited.task["state"]) == (FAILED, stage.going)
    assert "failure_when" in waited.reason


LISTING = pytest.mark.parametrize(
    "subject", each_value("provider", "pages", "batch", fits=lambda subject: subject.service.listing), ids=str
)


@LISTING
def test_05_an_empty_list_is_no_success(stage: Stage) -> None:
    waited = stage.wait(**stage.ask(states=[stage.going]), not_found_timeout=60)
    assert [task["outcome"] for task in waited.result["tasks"]] == ["not_found"]
    assert waited.result["succeeded"] is False


@LISTING
def test_05_one_bad_task_of_a_list_is_not_all_of_it(stage: Stage) -> None:
    stage.add("t-good", stage.going, (90, SUCCEEDED))
    stage.add("t-bad", stage.going, (90, FAILED))
    waited = stage.wait(**stage.ask(states=[stage.going]), fail_fast=False)
    assert waited.outcomes == {"t-good": SUCCEEDED, "t-bad": FAILED}
    assert waited.result["succeeded"] is False


def test_06_one_that_succeeds_is_any_of_them(stage: Stage) -> None:
    stage.add("t-bad", FAILED)
    stage.add("t-good", stage.going, (90, SUCCEEDED))
    waited = stage.wait("t-bad", "t-good", required=1)
    assert waited.result["succeeded"] is True
    assert waited.outcomes == {"t-bad": FAILED, "t-good": SUCCEEDED}


def test_06_a_condition_on_a_field_that_is_not_there_does_not_hold_and_breaks_nothing(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, SUCCEEDED))
    waited = stage.wait("t-1", success_when="outputs.nothing[0].more == 'x' || raw.nothing[*].more")
    assert (waited.outcome, waited.task["state"]) == (FAILED, SUCCEEDED)


def test_07_an_error_satisfies_no_condition(stage: Stage) -> None:
    stage.add("t-1", SUCCEEDED)
    stage.fault("error")
    waited = stage.wait("t-1", success_when="id != 'nobody'", unreachable_timeout=300)
    assert waited.outcome == "unreachable"


def test_08_a_key_that_is_called_like_an_error_makes_no_error_of_a_good_answer(stage: Stage) -> None:
    subject = stage.subject
    texts = [subject.service.refused, subject.service.absent, *subject.service.facts.values()]
    codes = [code for code, dummy in subject.provider.error_keys if not any(code in text for text in texts)]
    stage.add("t-1", dict.fromkeys(codes, "Boom"), SUCCEEDED)
    waited = stage.wait("t-1")
    assert (waited.outcome, waited.task["error"], waited.task["looks"]) == (SUCCEEDED, None, 1)


CLOSED = [subject for subject in SUBJECTS if not subject.service.others]
OPEN = [subject for subject in SUBJECTS if subject.service.others]


@EVERY_SERVICE
def test_09_a_word_that_nobody_knows_is_no_end_of_any_service(subject: Subject) -> None:
    assert subject.state_by(NOBODYS_WORD) == (subject.service.others or UNKNOWN)


@pytest.mark.parametrize("subject", each_value("provider", of=OPEN), ids=str)
def test_09_a_word_that_no_table_holds_goes_on_without_a_warning_where_the_vendor_says_so(stage: Stage) -> None:
    stage.add("t-1", stage.subject.saying(NOBODYS_WORD))
    waited = stage.wait("t-1", timeout=600)
    others = stage.subject.service.others
    assert (waited.outcome, waited.task["state"], waited.task["native_state"]) == ("timed_out", others, NOBODYS_WORD)
    assert waited.simulated.warnings == []


@pytest.mark.parametrize("subject", each_value(*PLAIN, of=CLOSED), ids=str)
def test_09_a_word_that_nobody_knows_is_no_end_and_is_warned_of_once(stage: Stage) -> None:
    stage.add("t-1", stage.subject.saying(NOBODYS_WORD))
    waited = stage.wait("t-1", timeout=600)
    assert (waited.outcome, waited.task["state"], waited.task["native_state"]) == ("timed_out", UNKNOWN, NOBODYS_WORD)
    assert [NOBODYS_WORD in warning for warning in waited.simulated.warnings] == [True]


@pytest.mark.parametrize("subject", each_value(*PLAIN, of=CLOSED), ids=str)
def test_09_whoever_wants_such_a_word_to_be_a_failure_says_so(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, stage.subject.saying(NOBODYS_WORD)))
    waited = stage.wait("t-1", interval=60, failure_when="state == 'unknown'")
    assert (waited.outcome, waited.times) == (FAILED, [0, 60, 120])
    assert NOBODYS_WORD in waited.reason


def spellings(subject: Subject) -> set[str]:
    """The words of a service in all letter cases; a word that alone does not say it is told by the vectors."""
    known = [word for word, state in subject.service.states.items() if subject.means(word, state)]
    return {spelt for word in known for spelt in (word.upper(), word.lower(), word.title(), word.swapcase())}


@EVERY_SERVICE
def test_10_the_letter_case_of_a_word_does_not_matter_to_any_service(subject: Subject) -> None:
    states, words = subject.service.states, spellings(subject)
    assert {word: subject.state_by(word) for word in words} == {word: states[word.lower()] for word in words}


def test_10_the_letter_case_of_a_word_does_not_matter(stage: Stage) -> None:
    states, words = stage.subject.service.states, spellings(stage.subject)
    # Where the case of an id does not matter, two of them must differ in more than that.
    ids = {word: f"t-{number}" for number, word in enumerate(sorted(words))}
    for word, task_id in ids.items():
        stage.add(task_id, stage.subject.meaning(word, states[word.lower()]))
    waited = stage.wait(*ids.values(), timeout=60, fail_fast=False, rate_limit=1000)
    told = {id: (task["state"], task["native_state"]) for id, task in waited.tasks.items()}
    assert told == {task_id: (states[word.lower()], word) for word, task_id in ids.items()}


SPELT = {"canceled": "cancelled", "cancelled": "canceled", "canceling": "cancelling", "cancelling": "canceling"}


def spelt_otherwise(word: str) -> str:
    """The word in the other spelling, American or British; itself where it has but one."""
    return next((word.replace(part, other) for part, other in SPELT.items() if part in word), word)


CANCELLING = [
    (subject, word) for subject in SUBJECTS for word in subject.service.states if spelt_otherwise(word) != word
]


@pytest.mark.parametrize(("subject", "word"), CANCELLING, ids=[f"{subject}-{word}" for subject, word in CANCELLING])
def test_10_both_spellings_of_cancelled_are_known_where_one_is(subject: Subject, word: str) -> None:
    assert subject.state_by(spelt_otherwise(word).upper()) == subject.service.states[word]


PLAYED = each_value("provider", of=[subject for subject, dummy in CANCELLING])


@pytest.mark.parametrize("subject", PLAYED, ids=str)
def test_10_nobody_is_warned_of_the_other_spelling(stage: Stage) -> None:
    states = stage.subject.service.states
    for word in (found for found in states if spelt_otherwise(found) != found):
        stage.add(f"t-{word}", stage.subject.saying(spelt_otherwise(word).upper()))
    asked = [f"t-{word}" for word in states if spelt_otherwise(word) != word]
    waited = stage.wait(*asked, timeout=0, fail_fast=False)
    assert {id: task["state"] for id, task in waited.tasks.items()} == {
        f"t-{word}": states[word] for word in states if f"t-{word}" in asked
    }
    assert waited.simulated.warnings == []


@pytest.mark.parametrize("subject", CLOSED, ids=str)
def test_10_a_spelling_of_a_word_that_no_table_holds_is_unknown(subject: Subject) -> None:
    words = [word for word in SPELT if not {word, SPELT[word]} & {*subject.service.states}]
    assert [word for word in words if subject.state_by(word) != UNKNOWN] == []


def test_13_an_answer_that_tells_no_state_is_no_end(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, stage.subject.saying("")))
    waited = stage.wait("t-1", timeout=600)
    assert (waited.outcome, waited.task["state"]) == ("timed_out", UNKNOWN)


SOME_FAILED = pytest.mark.parametrize(
    "subject", each_value("provider", "judging", fits=lambda subject: subject.may(PARTIAL)), ids=str
)


@SOME_FAILED
@pytest.mark.parametrize(("accepted", "good"), [([SUCCEEDED], False), ([SUCCEEDED, PARTIAL], True)])
def test_14_partial_follows_the_policy_and_is_reported_either_way(
    stage: Stage, accepted: list[str], good: bool
) -> None:
    stage.add("t-1", stage.going, (90, PARTIAL))
    waited = stage.wait("t-1", success_states=accepted)
    assert (waited.outcome, waited.result["succeeded"]) == (PARTIAL, good)
    # Where neither a word nor a rule says that some of it failed, numbers do.
    service = stage.subject.service
    told = {*service.states.values(), *(rule.state for rule in service.rules)}
    assert PARTIAL in told or waited.task["counts"]["failed"] > 0


@pytest.mark.parametrize(
    "subject", each_value("provider", "judging", fits=lambda subject: subject.may(CANCELLED)), ids=str
)
def test_15_cancelled_is_an_end_and_another_one_than_failed(stage: Stage) -> None:
    stage.add("t-1", stage.going, (90, CANCELLED), (150, SUCCEEDED))
    waited = stage.wait("t-1", interval=60)
    assert (waited.outcome, waited.result["succeeded"]) == (CANCELLED, False)
    assert waited.times == [0, 60, 120]


@EVERY_END
def test_16_nobody_asks_again_for_a_task_that_has_ended(stage: Stage, state: str) -> None:
    stage.add("t-1", state, (60, SUCCEEDED))
    stage.add("t-2", stage.going, (600, SUCCEEDED))
    waited = stage.wait("t-1", "t-2", interval=100, fail_fast=False)
    assert waited.outcomes == {"t-1": state, "t-2": SUCCEEDED}
    assert (len(waited.about("t-1")), len(waited.about("t-2"))) == (stage.subject.calls_at(state), 7)


MOVING = each_value(*PLAIN, "judging", fits=lambda subject: subject.tells("progress"))
NOT_GOOD = [(subject, state) for subject in MOVING for state in subject.ends() if state != SUCCEEDED]


@pytest.mark.parametrize("subject", MOVING, ids=str)
def test_17_a_task_that_goes_on_at_100_percent_has_not_ended(stage: Stage) -> None:
    stage.add("t-1", stage.going, stage.subject.at_percent(100))
    waited = stage.wait("t-1", timeout=600)
    assert (waited.outcome, waited.task["progress"]) == ("timed_out", 100.0)


@pytest.mark.parametrize(("subject", "state"), NOT_GOOD, ids=[f"{subject}-{state}" for subject, state in NOT_GOOD])
def test_17_100_percent_makes_no_success_of_another_end(stage: Stage, state: str) -> None:
    whole = stage.subject.at_percent(100)
    # What an end says of the progress itself comes last: some services tell a failure by it.
    stage.add("t-1", stage.going, whole, state)
    waited = stage.wait("t-1")
    assert (waited.outcome, waited.result["succeeded"]) == (state, False)
