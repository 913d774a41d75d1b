# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oracle notices what it is there for: each check complains of a wait whose story was changed."""

from __future__ import annotations

import dataclasses
import json
import random
import typing as t

import pytest
from soak.crowd import draw_crowd
from soak.dialects import DIALECTS, Dialect, Json
from soak.explore import judged, report
from soak.oracle import CHECKS, complaints
from soak.play import Played, play
from soak.schedules import Profile, Schedule, draw, entry_of, from_json
from soak.shrink import smallest

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.services import BY_HAND
from support.simulated import Simulated

HAS_ENDED: list[t.Any] = [30.0, {"status": "Completed", "process": "100"}]
GOES_ON: list[t.Any] = [0.0, {"status": "Running", "process": "10"}]


def story() -> Schedule:
    """Two jobs and what both cost: one ends well, one goes on for ever."""
    tasks = [("t-0", [GOES_ON, HAS_ENDED]), ("t-1", [GOES_ON])]
    job = {"provider": "huawei", "service": "taurusdb"}
    return Schedule(
        seed=1,
        entries=[entry_of(DIALECTS["taurusdb"], task_id=name) for name, dummy in tasks],
        options={"timeout": 100.0, "fail_fast": False, "interval": 10.0},
        tasks=[{**job, "id": name, "script": script} for name, script in tasks],
        journal=True,
    )


@pytest.fixture
def played(local_cloud: LocalCloud) -> Played:
    found = play(local_cloud, story())
    found.log = list(found.log)
    assert complaints(found) == []
    assert [row["outcome"] for row in found.waits[0].result["tasks"]] == ["succeeded", "timed_out"]
    return found


def rows(played: Played) -> list[Json]:
    return t.cast("list[Json]", played.waits[0].result["tasks"])


def wait(played: Played) -> Simulated:
    return played.waits[0]


# What may be untrue of a wait: one way for each check


def loses_a_row(played: Played) -> None:
    rows(played).pop()


def swaps_rows(played: Played) -> None:
    rows(played).reverse()


def invents_an_outcome(played: Played) -> None:
    rows(played)[1]["outcome"] = "fine"


def says_nothing(played: Played) -> None:
    rows(played)[1]["reason"] = ""


def loses_sight_of_an_end(played: Played) -> None:
    rows(played)[0]["outcome"] = "stalled"


def adds_up_wrongly(played: Played) -> None:
    wait(played).result["summary"]["total"] = 3


def is_green_by_accident(played: Played) -> None:
    wait(played).result.update(succeeded=True, failed=False)


def makes_a_success_up(played: Played) -> None:
    rows(played)[1]["outcome"] = "succeeded"


def makes_a_failure_up(played: Played) -> None:
    rows(played)[1]["outcome"] = "failed"


def does_not_notice_an_end(played: Played) -> None:
    rows(played)[0]["outcome"] = "timed_out"


def takes_too_long(played: Played) -> None:
    wait(played).result["elapsed"] = 131.0


def gives_up_too_early(played: Played) -> None:
    wait(played).seconds = 99.0


def has_never_known_it(played: Played) -> None:
    rows(played)[1]["outcome"] = "not_found"


def was_never_refused(played: Played) -> None:
    rows(played)[1]["outcome"] = "unauthorized"


def looks_again(played: Played) -> None:
    """As if the last look had been at the first task, which had ended by then."""
    made, last = wait(played).made, wait(played).made[-1]
    made[-1] = dataclasses.replace(last, look=last.look._replace(items=made[0].look.items))


def looks_too_often(played: Played) -> None:
    made = wait(played).made
    made[1] = dataclasses.replace(made[1], begun=made[0].begun + 0.5)


def counts_too_little(played: Played) -> None:
    made = wait(played).made
    made[0] = dataclasses.replace(made[0], calls=1)


def shows_a_secret(played: Played) -> None:
    wait(played).lines.append(f"signed with {accounts.HUAWEI_SECRET}")


def writes_a_secret_down(played: Played) -> None:
    played.journals[0] = played.journals[0].replace("t-1", accounts.HUAWEI_KEY)


def has_a_defect(played: Played) -> None:
    rows(played)[1]["reason"] = "internal error: KeyError: 'id'"


def warns_twice(played: Played) -> None:
    wait(played).warnings += ["a strange word", "a strange word"]


def writes_something_else_down(played: Played) -> None:
    entries = json.loads(played.journals[0])
    entries[1]["outcome"] = "succeeded"
    played.journals[0] = json.dumps(entries)


def is_told_lies(played: Played) -> None:
    """As if the cloud had shown an end that is in no script."""
    for entry in t.cast("list[Json]", played.log):
        entry["answer"] = entry["answer"].replace("Running", "Failed")


def takes_a_bad_option(played: Played) -> None:
    played.schedule.bad = "timeout"


CHANGES: tuple[tuple[t.Callable[[Played], None], str], ...] = (
    (takes_a_bad_option, "refuses_bad_options"),
    (loses_a_row, "has_every_entry_in_order"),
    (swaps_rows, "has_every_entry_in_order"),
    (invents_an_outcome, "has_one_outcome_each"),
    (says_nothing, "has_one_outcome_each"),
    (loses_sight_of_an_end, "has_one_outcome_each"),
    (adds_up_wrongly, "adds_up"),
    (is_green_by_accident, "adds_up"),
    (makes_a_success_up, "ends_on_evidence_only"),
    (makes_a_failure_up, "ends_on_evidence_only"),
    (is_told_lies, "tells_what_scripts_say"),
    (does_not_notice_an_end, "keeps_the_end_it_saw"),
    (looks_again, "looks_no_more_at_what_has_ended"),
    (takes_too_long, "ends_in_time"),
    (gives_up_too_early, "loses_sight_with_reason"),
    (has_never_known_it, "loses_sight_with_reason"),
    (was_never_refused, "loses_sight_with_reason"),
    (has_never_known_it, "finds_what_scripts_foretell"),
    (looks_too_often, "keeps_to_its_rates"),
    (counts_too_little, "counts_its_calls"),
    (shows_a_secret, "keeps_secrets"),
    (writes_a_secret_down, "keeps_secrets"),
    (has_a_defect, "keeps_secrets"),
    (warns_twice, "keeps_secrets"),
    (writes_something_else_down, "writes_down_the_same"),
)


@pytest.mark.parametrize(("change", "check"), CHANGES, ids=[change.__name__ for change, dummy in CHANGES])
def test_a_changed_story_is_noticed(played: Played, change: t.Callable[[Played], None], check: str) -> None:
    change(played)
    assert check in {text.partition(":")[0] for text in complaints(played)}


def test_every_check_has_been_seen_to_complain() -> None:
    assert {check.__name__ for check in CHECKS} <= {name for dummy, name in CHANGES}


# The services


def test_a_dialect_is_of_a_service_that_is_played_by_hand() -> None:
    """What is played from the catalogue itself cannot witness against it: those services are the conformance suite's."""
    by_hand = {(api.provider, api.service) for api in BY_HAND}
    catalogue = {(provider.name, name) for provider in PROVIDERS.values() for name in provider.services}
    assert {(dialect.provider, dialect.service) for dialect in DIALECTS.values()} <= by_hand & catalogue


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.service)
def test_a_dialect_knows_good_ends_from_others(dialect: Dialect) -> None:
    good = {dialect.view({**dialect.usual, **fields}).outcome for fields in dialect.good}
    others = {dialect.view({**dialect.usual, **fields}).outcome for fields in dialect.ends if "Success" not in fields}
    assert good == {"succeeded"}
    assert {"failed", None} <= others
    assert "succeeded" not in others


# What is drawn, kept and made smaller


@pytest.mark.parametrize("seed", range(20))
def test_a_schedule_is_json(seed: int) -> None:
    drawn = draw(random.Random(seed), Profile("any", slow=0.5))
    assert from_json(drawn.to_json()).to_json() == drawn.to_json()
    assert drawn == draw(random.Random(seed), Profile("any", slow=0.5))


def test_a_crowd_has_tasks_of_every_service_and_every_trouble() -> None:
    crowd = draw_crowd(random.Random(1), 40, 0.1)
    assert {entry["service"] for entry in crowd.entries} == set(DIALECTS)
    kinds = {fault["kind"] for fault in crowd.faults}
    assert {"throttle", "reset", "poison", "vanish", "oversize", "expired", "truncated", "answer", "html"} <= kinds


def test_the_smallest_schedule_is_what_the_failure_needs() -> None:
    chance = random.Random(4)
    drawn = next(
        one for one in iter(lambda: draw(chance, Profile("any", faults=(3, 6))), None) if one.entries and fails(one)
    )
    small = smallest(drawn, fails)
    assert len(small.entries) == len(small.faults) == 1
    assert (small.journal, small.check, small.accounts) == (False, False, [])
    assert set(small.options) == {"timeout", "fail_fast"}
    assert all(len(task["script"]) == 1 for task in small.tasks)


def fails(schedule: Schedule) -> bool:
    """A made-up defect: of waits with a reset in them."""
    return any(fault["kind"] == "reset" for fault in schedule.faults)


def test_a_report_tells_how_to_play_it_again(local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = story()
    schedule.bad = "timeout"
    wrong = judged(local_cloud, schedule)
    assert [text.partition(":")[0] for text in wrong] == ["refuses_bad_options"]
    lines = report(local_cloud, "story", schedule, wrong).splitlines()
    assert lines[0] == "schedule «story» is wrong:"
    again = from_json(lines[-1].removeprefix("./dev soak --replay '").removesuffix("'"))
    assert judged(local_cloud, again)[:1] == wrong


def test_an_exception_is_a_finding(local_cloud: LocalCloud) -> None:
    schedule = story()
    schedule.settings = {"no_such_setting": 1}
    assert judged(local_cloud, schedule)[0].startswith("raised LocalCloudError")
