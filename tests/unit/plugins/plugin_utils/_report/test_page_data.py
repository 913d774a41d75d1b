# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections import Counter

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import OUTCOMES
from ansible_collections.multicloud.tasks.plugins.plugin_utils._report import page_data as _page
from ansible_collections.multicloud.tasks.plugins.plugin_utils._report import results as _results
from ansible_collections.multicloud.tasks.plugins.plugin_utils._report import table as _table
from ansible_collections.multicloud.tasks.plugins.plugin_utils._report import timeline as _timeline

Json = t.Any
NOW = "2026-01-31T12:20:00Z"


def facts(task_id: str, state: str = "succeeded", **more: Json) -> Json:
    """A task as the modules return it, as far as anything here looks."""
    ended = state not in ("pending", "running", "unknown")
    told = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "id": task_id, "name": "ExportImage"}
    times = {"created_at": "2026-01-31T12:13:00Z", "started_at": None, "observed_at": "2026-01-31T12:19:04Z"}
    judged = {"state": state, "terminal": ended, "succeeded": state == "succeeded", "progress": None}
    return {**told, **times, **judged, "duration": None, "finished_at": None, "outputs": {}, "error": None, **more}


def waited(*tasks: Json, succeeded: bool = True, **more: Json) -> Json:
    """The result of a wait."""
    ended = [{"outcome": task["state"], "reason": "", **task} for task in tasks]
    summary = {"total": len(tasks), **Counter(task["outcome"] for task in ended)}
    told = {"summary": summary, "elapsed": 352.4, "requests": 13, "throttled": 0, "msg": "said"}
    return {"tasks": ended, "succeeded": succeeded, **told, **more}


def read(*tasks: Json, missing: t.Sequence[str] = ()) -> Json:
    """The result of an info module."""
    return {"changed": False, "failed": False, "tasks": list(tasks), "missing": list(missing)}


GOOD, BAD, RUNS = facts("t-good"), facts("t-bad", "failed"), facts("t-runs", "running")
ODD = facts("t-odd", "unknown", native_state="Surprising")
REFUSED = {"failed": True, "changed": False, "msg": "provider is missing"}
SKIPPED = {"skipped": True, "changed": False}

# A value, whether all of it has succeeded, and whether all of it has ended.
VALUES: dict[str, tuple[Json, bool, bool]] = {
    "facts": (GOOD, True, True),
    "facts of one that failed": (BAD, False, True),
    "facts of one that runs": (RUNS, False, False),
    "a word that nobody knows": (ODD, False, False),
    "a list": ([GOOD, GOOD], True, True),
    "a list with one that failed": ([GOOD, BAD], False, True),
    "a list with one that runs": ([RUNS, GOOD], False, False),
    "nothing": ([], False, False),
    "a read": (read(GOOD), True, True),
    "a read with an id that is not known": (read(GOOD, missing=["t-none"]), False, False),
    "a read that found nothing": (read(), False, False),
    "a loop of reads": ({"results": [read(GOOD), read(BAD)]}, False, True),
    "a loop over nothing": ({"results": [], "skipped": True}, False, False),
    "a loop with a step that was skipped": ({"results": [read(GOOD), SKIPPED]}, False, False),
    "a loop with an id that is not known": ({"results": [read(GOOD), read(missing=["t-none"])]}, False, False),
    "a wait": (waited(GOOD), True, True),
    "a wait for any": (waited(GOOD, RUNS), True, False),
    "a wait that takes partial for success": (waited(facts("t-part", "partial")), True, True),
    "a wait that failed": (waited(GOOD, BAD, succeeded=False), False, True),
    "a wait that failed although all succeeded": (waited(GOOD, succeeded=False), False, True),
    "a wait that lost sight": (waited({**RUNS, "outcome": "timed_out"}, succeeded=False), False, False),
    "a wait that leaves out all": ({**waited(GOOD, GOOD), "tasks": []}, True, True),
    "a wait that leaves out what succeeded": ({**waited(GOOD, BAD, succeeded=False), "tasks": [BAD]}, False, True),
    "a wait that leaves out what succeeded, and one runs": (
        {**waited(GOOD, RUNS, succeeded=False), "tasks": [RUNS]},
        False,
        False,
    ),
    "a wait that found nothing": ({**waited(GOOD), "tasks": [], "summary": {"total": 0}}, True, False),
    "a loop of waits": ({"results": [waited(GOOD), waited(BAD, succeeded=False)]}, False, True),
    "a wait that was refused": (REFUSED, False, False),
    "a step that was skipped": (SKIPPED, False, False),
    "a truth that is none": ({**GOOD, "succeeded": "yes", "terminal": 1}, False, False),
}
NO_VALUES: dict[str, tuple[Json, str]] = {
    "text": ("t-1", "'t-1'"),
    "null": (None, "None"),
    "a list with a text": ([RUNS, "t-1"], "'t-1'"),
    "another result": ({"stdout": "", "rc": 0}, "rc, stdout"),
    "an empty dictionary": ({}, "nothing"),
}


@pytest.mark.parametrize("name", VALUES)
def test_success_and_end_are_told_of_whatever_a_playbook_holds(name: str) -> None:
    value, succeeded, terminal = VALUES[name]
    assert (_results.holds(value, "succeeded"), _results.holds(value, "terminal")) == (succeeded, terminal)


@pytest.mark.parametrize("name", NO_VALUES)
@pytest.mark.parametrize("fact", ["succeeded", "terminal"])
def test_what_holds_no_tasks_is_an_error(name: str, fact: str) -> None:
    value, said = NO_VALUES[name]
    with pytest.raises(TypeError, match="expects facts of a task") as caught:
        _results.holds(value, fact)
    assert said in str(caught.value)


LOST = {**RUNS, "outcome": "timed_out", "reason": "the task may still run", "progress": 40.0, "duration": 3600}
FAILED = {**BAD, "error": {"code": "NoBucket", "message": "There\n is none."}, "duration": 12.0}
TABLES: dict[str, tuple[Json, list[str]]] = {
    "a wait": (
        waited({**GOOD, "duration": 360.0}, {**FAILED, "reason": "NoBucket: none (native state Failed)"}),
        [
            "OUTCOME    TOOK   TASK                OPERATION    WHY",
            "succeeded  6:00   alibaba ecs t-good  ExportImage",
            "failed     ~0:10  alibaba ecs t-bad   ExportImage  NoBucket: none (native state Failed)",
            "2 tasks in 5:52, 13 calls: 1 succeeded, 1 failed",
        ],
    ),
    "a task that was lost": (
        waited(LOST),
        [
            "OUTCOME         TOOK     TASK                OPERATION    WHY",
            "timed out 40 %  1:00:00  alibaba ecs t-runs  ExportImage  the task may still run",
            "1 task in 5:52, 13 calls: 1 timed out",
        ],
    ),
    "a read": (
        read(FAILED, missing=["t-none"]),
        [
            "OUTCOME  TOOK   TASK               OPERATION    WHY",
            "failed   ~0:10  alibaba ecs t-bad  ExportImage  NoBucket: There is none.",
            "missing  -      t-none             -",
            "2 tasks: 1 failed, 1 missing",
        ],
    ),
    "a wait that leaves out what succeeded": (
        {**waited(GOOD, GOOD, {**BAD, "outcome": "failed"}, succeeded=False), "tasks": [{**BAD, "outcome": "failed"}]},
        [
            "OUTCOME  TOOK  TASK               OPERATION    WHY",
            "failed   -     alibaba ecs t-bad  ExportImage",
            "... and 2 more",
            "3 tasks in 5:52, 13 calls: 2 succeeded, 1 failed",
        ],
    ),
    "a task that was looked at once": (
        [{**RUNS, "outcome": "timed_out", "reason": "Processing, looked once; the task may still run"}],
        [
            "OUTCOME        TOOK  TASK                OPERATION    WHY",
            "still running  -     alibaba ecs t-runs  ExportImage  Processing, looked once; the task may still run",
            "1 task: 1 still running",
        ],
    ),
    "times within one minute": (
        [{**GOOD, "finished_at": GOOD["created_at"], "duration": 0.0}],
        [
            "OUTCOME    TOOK   TASK                OPERATION    WHY",
            "succeeded  <1:00  alibaba ecs t-good  ExportImage",
            "1 task: 1 succeeded",
        ],
    ),
    "nothing": ([], ["OUTCOME  TOOK  TASK  OPERATION  WHY", "0 tasks: nothing"]),
    "a task that was never seen": (
        [{**ODD, "provider": "huawei", "region": None, "name": None, "outcome": "not_found", "reason": "never seen"}],
        [
            "OUTCOME    TOOK  TASK              OPERATION  WHY",
            "not found  -     huawei ecs t-odd  -          never seen",
            "1 task: 1 not found",
        ],
    ),
    "a text that would move the cursor": (
        [{**BAD, "id": "t-\x1b[2J", "error": {"code": None, "message": "a\x07b\r\nc\u202ed"}}],
        [
            "OUTCOME  TOOK  TASK                 OPERATION    WHY",
            "failed   -     alibaba ecs t-?[2J  ExportImage  a?b c?d".replace("t-?[2J  ", "t-?[2J   "),
            "1 task: 1 failed",
        ],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_table_shows_a_line_for_each_task(name: str) -> None:
    value, lines = TABLES[name]
    assert [line.split() for line in _table.table(value, 100)] == [line.split() for line in lines]


def test_columns_of_a_table_stand_below_their_heads() -> None:
    value, lines = TABLES["a wait"]
    assert _table.table(value, 100) == lines


def test_long_table_shows_first_what_did_not_succeed() -> None:
    value = [facts(f"t-{number}", "failed" if number == 7 else "succeeded") for number in range(9)]
    lines = _table.table(value, 3)
    assert [line.split()[4] for line in lines[1:4]] == ["t-7", "t-0", "t-1"]
    assert lines[4:] == ["... and 6 more", "9 tasks: 8 succeeded, 1 failed"]


# Time


def at(clock: str) -> Json:
    return f"2026-01-31T{clock}Z"


SPANS: dict[str, tuple[Json, t.Optional[tuple[str, str]]]] = {
    "from creation to end": ({"created_at": at("12:13:00"), "finished_at": at("12:19:00")}, ("12:13:00", "12:19:00")),
    "from the start rather than the creation": (
        {"created_at": at("12:13:00"), "started_at": at("12:14:00"), "finished_at": at("12:19:00")},
        ("12:14:00", "12:19:00"),
    ),
    "to when it was last seen": (
        {"started_at": at("12:14:00"), "observed_at": at("12:15:00")},
        ("12:14:00", "12:15:00"),
    ),
    "to now": ({"started_at": at("12:14:00")}, ("12:14:00", "12:20:00")),
    "by its duration": ({"finished_at": at("12:19:00"), "duration": 60.0}, ("12:18:00", "12:19:00")),
    "clocks that do not agree": (
        {"started_at": at("12:14:00"), "observed_at": at("12:13:00")},
        ("12:14:00", "12:14:00"),
    ),
    "no start": ({"finished_at": at("12:19:00")}, None),
    "nothing": ({}, None),
    "no time": ({"created_at": "soon", "finished_at": at("12:19:00")}, None),
    "a duration without end": ({"finished_at": at("12:19:00"), "duration": 1e300}, None),
}


@pytest.mark.parametrize("name", SPANS)
def test_bar_lasts_as_long_as_the_task(name: str) -> None:
    task, wanted = SPANS[name]
    span = _timeline.span_of(task, _timeline.to_datetime(NOW))
    assert (span and tuple(moment.strftime("%H:%M:%S") for moment in span)) == wanted


# The two ends of an axis, and the times that are written below it.
TICKS: dict[str, tuple[str, str, list[str]]] = {
    "a second": ("2026-01-31T12:13:00Z", "2026-01-31T12:13:01Z", ["12:13:00", "12:13:01"]),
    "half a minute": ("2026-01-31T12:13:04Z", "2026-01-31T12:13:34Z", ["12:13:10", "12:13:20", "12:13:30"]),
    "minutes": ("2026-01-31T12:13:00Z", "2026-01-31T12:20:00Z", ["12:14", "12:16", "12:18", "12:20"]),
    "over midnight": ("2026-01-31T21:30:00Z", "2026-02-01T03:00:00Z", ["22:00", "Feb 01", "02:00"]),
    "days": ("2026-01-30T21:30:00Z", "2026-02-03T03:00:00Z", ["Jan 31", "Feb 01", "Feb 02", "Feb 03"]),
    "years": ("2023-01-30T21:30:00Z", "2026-02-02T03:00:00Z", ["2023-12-19", "2024-12-18", "2025-12-18"]),
}


@pytest.mark.parametrize("name", TICKS)
def test_round_times_are_written_below_the_bars(name: str) -> None:
    start, end, wanted = TICKS[name]
    moments = _timeline.to_datetime(start), _timeline.to_datetime(end)
    axis = _timeline.axis_of([t.cast("_timeline.Span", moments)])
    assert axis
    ticks = axis.ticks()
    assert [tick["text"] for tick in ticks] == wanted
    places = [tick["left"] for tick in ticks]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 100


@pytest.mark.parametrize("seconds", [1, 7, 59, 61, 3_599, 86_399, 86_401, 40_000_000, 4_000_000_000])
def test_times_below_the_bars_are_some_but_not_too_many(seconds: int) -> None:
    start = _timeline.datetime(2026, 1, 31, 12, 13, 7, tzinfo=_timeline.timezone.utc)
    axis = _timeline.Axis(start, start + _timeline.timedelta(seconds=seconds))
    assert 1 <= len(axis.ticks()) <= (_timeline.MAX_PARTS + 1 if seconds < 1_000_000_000 else 20)


# The report

SHOWN = waited(
    facts("t-1", finished_at=at("12:19:00"), duration=360.0, outputs={"OSSObject": "a.vhd", "disks": [1, "ü"]}),
    {**RUNS, "started_at": at("12:15:00"), "outcome": "timed_out", "reason": "may still run"},
    {**ODD, "created_at": None, "observed_at": None, "outcome": "not_found", "reason": "never seen"},
    succeeded=False,
    elapsed=300.0,
    msg="2 of 3 tasks did not succeed",
)


def test_report_tells_what_the_page_shows() -> None:
    told = _page.report(SHOWN, "Nightly", NOW)
    assert {name: told[name] for name in ("title", "succeeded", "message", "waited", "requests", "written_at")} == {
        "title": "Nightly",
        "succeeded": False,
        "message": "2 of 3 tasks did not succeed",
        "waited": "5:00",
        "requests": 13,
        "written_at": NOW,
    }
    assert told["counts"] == {"total": 3, "succeeded": 1, "timed out": 1, "not found": 1}
    assert [(task["kind"], task["word"], task["took"]) for task in told["tasks"]] == [
        ("good", "succeeded", "6:00"),
        ("lost", "timed out", None),
        ("lost", "not found", None),
    ]
    assert told["tasks"][0]["made"] == [
        {"name": "OSSObject", "value": "a.vhd"},
        {"name": "disks", "value": '[1, "ü"]'},
    ]


def test_report_tells_what_is_usual() -> None:
    expected = {"median": 900.0, "low": 870.0, "high": 960.0, "runs": 12}
    first, *others = SHOWN["tasks"]
    told = _page.report({**SHOWN, "tasks": [{**first, "expected": expected}, *others]}, "Nightly", NOW)["tasks"]
    assert [task["usual"] for task in told] == ["usually 14 to 16 min (12 runs)", None, None]
    assert told[0]["expected"] == expected


def test_report_puts_bars_where_their_times_are() -> None:
    line = _page.report(SHOWN, "Nightly", NOW)["timeline"]
    assert (line["from"], line["to"]) == (at("12:13:00"), NOW)
    assert line["bars"] == [
        # The API tells no seconds: its end was seen four seconds after the minute.
        {"left": 0.0, "width": 86.667, "from": at("12:13:00"), "to": at("12:19:04")},
        {"left": 28.571, "width": 58.096, "from": at("12:15:00"), "to": at("12:19:04")},
        None,
    ]
    assert line["wait"] == {"left": 28.571, "width": 71.429, "from": at("12:15:00"), "to": NOW}


def test_report_keeps_what_an_api_said_to_itself() -> None:
    task = facts("t-1", raw={"Secret": "raw-secret"}, result={"Secret": "result-secret"})
    assert "secret" not in str(_page.report(waited(task), "", NOW)).lower()


def test_report_without_any_time_has_no_timeline() -> None:
    told = _page.report([{**GOOD, "created_at": None}], "Title", None)
    assert told["timeline"] is None
    assert (told["elapsed"], told["waited"], told["message"]) == (None, None, "")
    assert told["succeeded"] is True


def test_report_counts_ids_that_are_not_known() -> None:
    told = _page.report({"results": [read(GOOD), read(missing=["t-none"])]}, "Title", NOW)
    assert told["missing"] == ["t-none"]
    assert told["counts"] == {"total": 2, "succeeded": 1, "missing": 1}
    assert told["succeeded"] is False


def test_every_outcome_is_shown_as_what_it_is() -> None:
    kinds = {outcome: _page.KINDS[outcome] for outcome in OUTCOMES}
    assert [outcome for outcome, kind in kinds.items() if kind == "good"] == ["succeeded"]
    assert set(kinds.values()) == {"good", "warn", "bad", "lost"}
    assert kinds["abandoned"] == "lost"
