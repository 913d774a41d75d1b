# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shapes of task APIs, each as an entry that no cloud has: over real HTTP, signed as the vendors' signers do."""

from __future__ import annotations

import contextlib
import typing as t
from functools import partial

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import MOST_NAMELESS, TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    ListShifted,
    NotFound,
    OptionError,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    CANCELLED,
    EXPIRED,
    FAILED,
    PARTIAL,
    PENDING,
    RUNNING,
    SKIPPED,
    SUCCEEDED,
    Unjudged,
    why_undecided,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import task_spec, wait_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.looks import carry_out
from ansible_collections.multicloud.tasks.plugins.module_utils._run.targets import Asked
from ansible_collections.multicloud.tasks.plugins.module_utils._run.workers import Workers
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import (
    Batch,
    Call,
    Cancel,
    Detail,
    Fallback,
    Listing,
    Option,
    Pages,
    Rule,
    Service,
    host_of,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Filters, Selector, filter_values
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.item import Item, Target
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.lanes import Look, LookResult
from local_cloud import accounts
from local_cloud.signatures import alibaba_signature, huawei_signature, parse_alibaba
from support.clients import KEYS, client
from support.http_stub import StatusAndBody, by_table

STATES = {"waiting": PENDING, "running": RUNNING, "done": SUCCEEDED, "failed": FAILED}
PLAIN = Service(
    name="made_up",
    title="An API that no cloud has",
    doc="https://example.com",
    product="made-up",
    version="2020-01-01",
    read=Call("ShowJob", path="/jobs/{task_id}"),
    facts={"id": "id", "name": "kind", "native_state": "state", "progress": "percent", "created_at": "made"},
    states=STATES,
    codes=((r"^NoSuchJob$", "", NotFound),),
)


@contextlib.contextmanager
def asking(
    service: Service, told: t.Mapping[str, t.Sequence[StatusAndBody]], provider: str = "huawei"
) -> t.Iterator[t.Any]:
    """A lane of this service, and the server that it asks."""
    options = {**KEYS[provider], **({"project_id": "p1"} if provider == "huawei" else {})}
    with by_table(told) as teller, client(provider, teller.url, options) as made:
        yield TaskLister(TaskReader(made, service)), teller


# Bodies and their signatures

POSTED = PLAIN._replace(read=Call("ShowJob", path="/show", method="POST", json={"TaskId": "{task_id}"}))
FORMED = PLAIN._replace(read=Call("ShowJob", path="/show", method="POST", form={"TaskId": "{task_id}"}))
BODIES = {"json": (POSTED, b'{"TaskId": "t \\u4efb"}'), "form": (FORMED, b"TaskId=t+%E4%BB%BB")}
SHOWN: dict[str, list[StatusAndBody]] = {"POST /show": [(200, {"id": "t 任", "state": "running"})]}


@pytest.mark.parametrize(("service", "body"), BODIES.values(), ids=BODIES.keys())
def test_a_body_is_sent_and_signed_for_huawei(service: Service, body: bytes) -> None:
    with asking(service, SHOWN) as (lane, teller):
        assert lane.reader.read({"task_id": "t 任"}).state == RUNNING
        (received,) = teller.received
    signed = received.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    account = accounts.Account("huawei", accounts.HUAWEI_KEY, accounts.HUAWEI_SECRET)
    assert received.body == body
    assert "content-type" in signed
    assert huawei_signature(received, signed, account) == received.headers["authorization"].rpartition("=")[2]


@pytest.mark.parametrize(("service", "body"), BODIES.values(), ids=BODIES.keys())
def test_a_body_is_sent_and_signed_for_alibaba(service: Service, body: bytes) -> None:
    with asking(service, SHOWN, "alibaba") as (lane, teller):
        assert lane.reader.read({"task_id": "t 任"}).state == RUNNING
        (received,) = teller.received
    dummy, signed, signature = parse_alibaba(received)
    account = accounts.Account("alibaba", accounts.ALIBABA_KEY, accounts.ALIBABA_SECRET)
    assert received.body == body
    assert "content-type" in signed
    assert alibaba_signature(received, signed, account) == signature


# Two ways to read

OLDER = PLAIN._replace(fallback=Fallback(Call("ShowJobOld", path="/old/{task_id}"), r"^APIGW\.0101$"))
UNPUBLISHED: StatusAndBody = (404, {"error_code": "APIGW.0101", "error_msg": "The API does not exist."})
JOB: StatusAndBody = (200, {"id": "1", "state": "running"})
GONE: StatusAndBody = (400, {"error": {"code": "NoSuchJob", "message": "It does not exist."}})


def test_what_is_not_published_is_asked_for_once_and_then_the_older_way_is_taken() -> None:
    with asking(OLDER, {"GET /jobs/1": [UNPUBLISHED], "GET /old/1": [GONE, JOB]}) as (lane, teller):
        with pytest.raises(NotFound):
            lane.reader.read({"task_id": "1"})
        again = TaskReader(lane.reader.client, lane.service)
        assert [again.read({"task_id": "1"}).state for dummy in range(2)] == [RUNNING, RUNNING]
        assert teller.asked == ["GET /jobs/1", "GET /old/1", "GET /old/1", "GET /old/1"]


def test_where_neither_way_is_published_it_is_said_of_the_first_and_nothing_is_remembered() -> None:
    with asking(OLDER, {"GET /jobs/1": [UNPUBLISHED, JOB], "GET /old/1": [UNPUBLISHED]}) as (lane, teller):
        with pytest.raises(CloudError, match=r"APIGW\.0101"):
            lane.reader.read({"task_id": "1"})
        assert lane.reader.read({"task_id": "1"}).state == RUNNING
        assert teller.asked == ["GET /jobs/1", "GET /old/1", "GET /jobs/1"]


def test_an_error_of_another_kind_leads_to_no_other_way() -> None:
    with asking(OLDER, {"GET /jobs/1": [GONE]}) as (lane, teller):
        with pytest.raises(NotFound):
            lane.reader.read({"task_id": "1"})
        assert teller.asked == ["GET /jobs/1"]


# One task in a list

LISTED = PLAIN._replace(read=Call("ListJobs", path="/jobs", query={"id": "{task_id}"}), items="jobs")
IN_A_LIST: dict[str, tuple[t.Any, t.Union[str, type[CloudError]]]] = {
    "alone": ({"jobs": [{"id": "1", "state": "done"}]}, SUCCEEDED),
    "among others": ({"jobs": [{"id": "2", "state": "done"}, {"id": "1", "state": "running"}]}, RUNNING),
    "an id that is a number": ({"jobs": [{"id": 1, "state": "done"}]}, SUCCEEDED),
    "an empty list": ({"jobs": []}, NotFound),
    "others only": ({"jobs": [{"id": "2", "state": "done"}]}, Unavailable),
    "without an id": ({"jobs": [{"state": "done"}]}, Unavailable),
    "no list": ({"jobs": {"id": "1", "state": "done"}}, Unavailable),
    "nothing": ({}, Unavailable),
    "null": ({"jobs": None}, Unavailable),
    "a list of texts": ({"jobs": ["1"]}, Unavailable),
}


@pytest.mark.parametrize(("body", "expected"), IN_A_LIST.values(), ids=IN_A_LIST.keys())
def test_one_task_is_read_out_of_a_list(body: t.Any, expected: t.Union[str, type[CloudError]]) -> None:
    with asking(LISTED, {"GET /jobs": [(200, body)]}) as (lane, teller):
        if isinstance(expected, str):
            assert lane.reader.read({"task_id": "1"}).state == expected
        else:
            with pytest.raises(expected):
                lane.reader.read({"task_id": "1"})
        assert teller.asked == ["GET /jobs?id=1"]


def test_a_list_of_many_without_ids_tells_of_none() -> None:
    nameless = LISTED._replace(facts={"native_state": "state"})
    told = {"GET /jobs": [(200, {"jobs": [{"state": "done"}, {"state": "done"}]})]}
    with asking(nameless, told) as (lane, dummy), pytest.raises(Unavailable, match="which is which"):
        lane.reader.read({"task_id": "1"})


def test_a_list_whose_items_have_no_ids_is_none() -> None:
    nameless = PLAIN._replace(facts={"native_state": "state"}, listing=Listing(Call("x", "/jobs"), "jobs", Pages(10)))
    told = {"GET /jobs": [(200, {"jobs": [{"state": "done"}, {"state": "running"}]})]}
    with asking(nameless, told) as (lane, dummy), pytest.raises(Unavailable, match="which task it is"):
        lane.tasks({}, Filters())


# State in status and headers

LOCATION = PLAIN._replace(
    envelope=True,
    facts={"native_state": "to_string(status)", "outputs": "body.made", "remaining": 'headers."retry-after"'},
    states={"202": RUNNING, "200": SUCCEEDED, "204": SUCCEEDED},
)
ENVELOPES: dict[str, tuple[StatusAndBody, str]] = {
    "202 and nothing": ((202, None), RUNNING),
    "200 and nothing": ((200, None), SUCCEEDED),
    "200 and a body": ((200, {"made": {"x": "y"}}), SUCCEEDED),
    "201 is no word that is known": ((201, None), "unknown"),
}


@pytest.mark.parametrize(("told", "state"), ENVELOPES.values(), ids=ENVELOPES.keys())
def test_the_status_of_an_answer_may_be_the_state(told: StatusAndBody, state: str) -> None:
    with asking(LOCATION, {"GET /jobs/1": [told]}) as (lane, dummy):
        task = lane.reader.read({"task_id": "1"})
    assert (task.id, task.state, task.native_state) == ("1", state, str(told[0]))
    assert task.raw["body"] == told[1]
    assert task.raw["headers"]["content-length"]


@pytest.mark.parametrize("status", [400, 404, 500, 302])
def test_an_answer_that_refuses_is_no_state(status: int) -> None:
    with asking(LOCATION, {"GET /jobs/1": [(status, None)]}) as (lane, dummy), pytest.raises(CloudError):
        lane.reader.read({"task_id": "1"})


def test_an_empty_answer_is_none_where_the_state_is_in_the_body() -> None:
    with asking(PLAIN, {"GET /jobs/1": [(200, None)]}) as (lane, dummy), pytest.raises(Unavailable, match="is empty"):
        lane.reader.read({"task_id": "1"})


# Not found, whatever it is called

CALLED: dict[str, tuple[tuple[str, str], StatusAndBody]] = {
    "401": (
        (r"^401$", "Malformed request url"),
        (401, {"unauthorized": {"code": "401", "message": "Malformed request url"}}),
    ),
    "403": ((r"^SFS\.TURBO\.9000$", ""), (403, {"errCode": "SFS.TURBO.9000", "errMsg": "gone"})),
    "404 without a word": ((r"^HTTP 404$", ""), (404, None)),
}


@pytest.mark.parametrize(("row", "told"), CALLED.values(), ids=CALLED.keys())
def test_each_service_has_its_own_way_to_say_not_found(row: tuple[str, str], told: StatusAndBody) -> None:
    service = PLAIN._replace(codes=((*row, NotFound),))
    with asking(service, {"GET /jobs/1": [told]}) as (lane, dummy), pytest.raises(NotFound):
        lane.reader.read({"task_id": "1"})
    with asking(PLAIN._replace(codes=()), {"GET /jobs/1": [told]}) as (lane, dummy):
        with pytest.raises(CloudError) as caught:
            lane.reader.read({"task_id": "1"})
        assert not isinstance(caught.value, NotFound)


# Judgement

TWO_FIELDS = PLAIN._replace(rules=(Rule("item.result == 'FAILED'", FAILED, "the result says so"),), root="job")
BY_KIND = PLAIN._replace(states_by=(("name == 'sync'", {"steady": SUCCEEDED, "running": PENDING}),))
ITEM_WORDS = {
    "ok": SUCCEEDED,
    "bad": FAILED,
    "half": PARTIAL,
    "stopped": CANCELLED,
    "late": EXPIRED,
    "skipped": SKIPPED,
}
OF_ITEMS = PLAIN._replace(
    facts={**PLAIN.facts, "subtasks": "items"},
    subtask="{name: @, native_state: @}",
    item_states=(("", ITEM_WORDS),),
    items_decide=True,
)
COUNTED = PLAIN._replace(facts={**PLAIN.facts, "counts": "counts"})
JUDGED: dict[str, tuple[Service, t.Any, str]] = {
    "a good result": (TWO_FIELDS, {"job": {"id": "1", "state": "done", "result": "SUCCEEDED"}}, SUCCEEDED),
    "a bad result": (TWO_FIELDS, {"job": {"id": "1", "state": "done", "result": "FAILED"}}, FAILED),
    "a word of its kind": (BY_KIND, {"id": "1", "kind": "sync", "state": "Steady"}, SUCCEEDED),
    "another meaning": (BY_KIND, {"id": "1", "kind": "sync", "state": "Running"}, PENDING),
    "the usual meaning": (BY_KIND, {"id": "1", "kind": "sync", "state": "failed"}, FAILED),
    **{
        f"a success of which items are {' and '.join(items)}": (
            OF_ITEMS,
            {"id": "1", "state": "done", "items": items},
            state,
        )
        for items, state in (
            (["ok", "ok"], SUCCEEDED),
            (["ok", "stopped"], PARTIAL),
            (["ok", "skipped"], PARTIAL),
            (["ok", "late"], PARTIAL),
            (["ok", "half"], PARTIAL),
            (["half", "bad"], PARTIAL),
            (["stopped", "stopped"], CANCELLED),
            (["skipped"], SKIPPED),
            (["half"], PARTIAL),
            (["stopped", "bad"], FAILED),
            (["bad", "bad"], FAILED),
        )
    },
    **{
        f"a success with the counts {counts}": (COUNTED, {"id": "1", "state": "done", "counts": counts}, state)
        for counts, state in (
            ({"total": 5, "succeeded": 5}, SUCCEEDED),
            ({"total": 5, "succeeded": 3}, PARTIAL),
            ({"total": 5, "succeeded": 0}, FAILED),
            ({"total": 5, "failed": 0}, SUCCEEDED),
            ({"total": 0, "succeeded": 0}, SUCCEEDED),
            ({"succeeded": 3}, SUCCEEDED),
        )
    },
    "a word of another kind": (BY_KIND, {"id": "1", "kind": "migrate", "state": "Steady"}, "unknown"),
}


@pytest.mark.parametrize(("service", "body", "state"), JUDGED.values(), ids=JUDGED.keys())
def test_a_state_may_take_more_than_its_word(service: Service, body: t.Any, state: str) -> None:
    with asking(service, {"GET /jobs/1": [(200, body)]}) as (lane, dummy):
        assert lane.reader.read({"task_id": "1"}).state == state


def test_a_rule_of_a_task_of_which_some_failed_says_why() -> None:
    service = PLAIN._replace(rules=(Rule("item.lost", PARTIAL, "some were lost"),))
    with asking(service, {"GET /jobs/1": [(200, {"id": "1", "state": "done", "lost": 2})]}) as (lane, dummy):
        task = lane.reader.read({"task_id": "1"})
    assert (task.state, task.error) == (PARTIAL, {"code": None, "message": "some were lost"})


# A rule that may not work on what is answered

MENDED = PLAIN._replace(rules=(Rule("contains(item.notes, 'lost')", FAILED, "something was lost"),))
BY_NOTES = PLAIN._replace(
    states_by=(("contains(outputs.notes, 'late')", {"done": EXPIRED}),), facts={**PLAIN.facts, "outputs": "@"}
)
TWO = PLAIN._replace(rules=(*MENDED.rules, Rule("item.lost", PARTIAL, "some were lost")))
UNDECIDED: dict[str, tuple[Service, t.Any, str]] = {
    "it holds": (MENDED, {"state": "done", "notes": "all was lost"}, FAILED),
    "it does not": (MENDED, {"state": "done", "notes": "fine"}, SUCCEEDED),
    "nothing is there": (MENDED, {"state": "done"}, SUCCEEDED),
    "it is of another type": (MENDED, {"state": "done", "notes": {"text": "all was lost"}}, "unknown"),
    "a number": (MENDED, {"state": "done", "notes": 7}, "unknown"),
    "what goes on goes on": (MENDED, {"state": "running", "notes": 7}, RUNNING),
    "a failure is one": (MENDED, {"state": "failed", "notes": 7}, FAILED),
    "another rule holds": (TWO, {"state": "done", "notes": 7, "lost": 2}, "unknown"),
    "no other rule holds": (TWO, {"state": "done", "notes": 7}, "unknown"),
    "the words depend on it": (BY_NOTES, {"state": "done", "notes": 7}, "unknown"),
    "and it holds": (BY_NOTES, {"state": "done", "notes": "late"}, EXPIRED),
}


@pytest.mark.parametrize(("service", "body", "state"), UNDECIDED.values(), ids=UNDECIDED.keys())
def test_a_rule_that_cannot_be_applied_is_no_success(service: Service, body: t.Any, state: str) -> None:
    with asking(service, {"GET /jobs/1": [(200, {"id": "1", **body})]}) as (lane, dummy):
        task = lane.reader.read({"task_id": "1"})
    assert task.state == state
    assert bool(why_undecided(task)) == (state == "unknown")


# A second answer that decides

DECIDED = PLAIN._replace(
    facts={**PLAIN.facts, "resource_id": "image"},
    detail=Detail(
        Call("ShowImage", path="/images/{resource_id}"),
        when="state == 'succeeded'",
        facts={"resource_id": "id", "outputs": "{lost: lost}"},
        rules=(Rule("item.lost", PARTIAL, "some were lost"),),
    ),
)
SECOND: dict[str, tuple[StatusAndBody, t.Union[str, type[CloudError]]]] = {
    "good": ((200, {"id": "i", "lost": ""}), SUCCEEDED),
    "bad": ((200, {"id": "i", "lost": "x"}), PARTIAL),
    "of another one": ((200, {"id": "j", "lost": ""}), Unavailable),
    "of none": ((200, {}), Unavailable),
    "no object": ((200, []), Unavailable),
    "none": ((200, None), Unavailable),
    "a failure": ((503, {"code": "x", "message": "x"}), Unavailable),
    "a refusal": ((403, {"code": "x", "message": "x"}), Unauthorized),
}


@pytest.mark.parametrize(("told", "expected"), SECOND.values(), ids=SECOND.keys())
def test_without_a_second_answer_that_decides_there_is_no_verdict(
    told: StatusAndBody, expected: t.Union[str, type[CloudError]]
) -> None:
    answers = {"GET /jobs/1": [(200, {"id": "1", "state": "done", "image": "i"})], "GET /images/i": [told]}
    with asking(DECIDED, answers) as (lane, dummy):
        if isinstance(expected, str):
            assert lane.reader.read({"task_id": "1"}).state == expected
        else:
            with pytest.raises(expected):
                lane.reader.read({"task_id": "1"})


def test_a_list_is_not_filtered_by_a_word_that_may_be_judged_otherwise() -> None:
    listing = Listing(Call("ListJobs"), "jobs", Pages(10), states=("Done", "Failed"))
    failed = Filters(states=(FAILED,))
    assert filter_values(PLAIN, listing, failed)["native_state"] == "Failed"
    assert filter_values(TWO_FIELDS, listing, failed)["native_state"] is None
    assert filter_values(BY_KIND, listing, Filters(states=(RUNNING,)))["native_state"] is None
    for service in (OF_ITEMS, COUNTED):
        assert filter_values(service, listing, failed)["native_state"] is None


def test_a_zone_and_a_scale_are_those_of_the_api() -> None:
    body = {"id": "1", "state": "running", "percent": 0.25, "made": "2022-11-14 14:31:56"}
    with asking(PLAIN._replace(zone="+08:00", scale=None), {"GET /jobs/1": [(200, body)]}) as (lane, dummy):
        task = lane.reader.read({"task_id": "1"})
    assert (task.progress, task.created_at) == (25.0, "2022-11-14T06:31:56Z")


# Many in one call

LIST = (200, {"jobs": [{"id": "a", "state": "done"}, {"id": "b", "state": "running"}]})
BATCHES: dict[str, tuple[Call, str]] = {
    "commas": (Call("x", "/jobs", {"ids": "{task_ids}"}), "ids=a%2Cb"),
    "JSON": (Call("x", "/jobs", {"ids": "{task_ids:json}"}), "ids=%5B%22a%22%2C%22b%22%5D"),
    "numbered": (Call("x", "/jobs", {"JobIds.{n}": "{task_ids:each}"}), "JobIds.1=a&JobIds.2=b"),
    "repeated": (Call("x", "/jobs", {"id": "{task_ids:each}"}), "id=a&id=b"),
}


@pytest.mark.parametrize(("call", "query"), BATCHES.values(), ids=BATCHES.keys())
def test_the_ids_of_a_batch_are_sent_as_the_api_wants_them(call: Call, query: str) -> None:
    service = PLAIN._replace(batch=Batch(30, 2, call, "jobs", judge=True))
    with asking(service, {"GET /jobs": [LIST]}) as (lane, teller):
        seen = lane.read_many(["a", "b", "c"][:2], {})
        assert {name: each.state for name, each in seen.items()} == {"a": SUCCEEDED, "b": RUNNING}
        assert teller.asked == [f"GET /jobs?{query}"]


def test_what_a_batch_tells_in_full_needs_no_second_look() -> None:
    batch = Batch(30, 2, BATCHES["commas"][0], "jobs")
    with asking(PLAIN._replace(batch=batch), {"GET /jobs": [LIST]}) as (lane, dummy):
        assert isinstance(lane.read_many(["a", "b"], {})["a"], Unjudged)
    whole = PLAIN._replace(batch=batch._replace(judge=True))
    with asking(whole, {"GET /jobs": [LIST]}) as (lane, dummy):
        assert not isinstance(lane.read_many(["a", "b"], {})["a"], Unjudged)
        assert isinstance(lane.read_many(["a", "c"], {})["c"], NotFound)


PAGED = Batch(
    30,
    2,
    Call("x", "/jobs", {"ids": "{task_ids}", "token": "{token}", "max": "{page_size}"}),
    "jobs",
    judge=True,
    pages=Pages(5, token="next"),
)
FIRST = (200, {"jobs": [{"id": "b", "state": "running"}], "next": "2"})
EMPTY = (200, {"jobs": [], "next": "3"})
LAST = (200, {"jobs": [{"id": "a", "state": "done"}], "next": ""})


def test_an_id_on_a_later_page_of_a_batch_is_not_missing() -> None:
    with asking(PLAIN._replace(batch=PAGED), {"GET /jobs": [FIRST, EMPTY, LAST]}) as (lane, teller):
        seen = lane.read_many(["a", "b", "c"], {})
        assert [seen["a"].state, seen["b"].state, type(seen["c"])] == [SUCCEEDED, RUNNING, NotFound]
        assert teller.asked == [f"GET /jobs?ids=a%2Cb%2Cc&max=5{token}" for token in ("", "&token=2", "&token=3")]


def test_pages_of_a_batch_that_lead_back_tell_of_nothing() -> None:
    again = (200, {"jobs": [], "next": "2"})
    told = {"GET /jobs": [FIRST, EMPTY, again, EMPTY]}
    with asking(PLAIN._replace(batch=PAGED), told) as (lane, teller):
        seen = lane.read_many(["a", "b"], {})
        assert [type(each) for each in seen.values()] == [ListShifted, ListShifted]
        assert len(teller.asked) == 3


# Ids and names

ANY_CASE = PLAIN._replace(any_case=True, batch=Batch(30, 2, BATCHES["commas"][0], "jobs", judge=True))


def test_an_id_may_be_in_any_case() -> None:
    told = {"GET /jobs/My-Job": [(200, {"id": "my-job", "state": "running"})], "GET /jobs": [LIST]}
    with asking(ANY_CASE, told) as (lane, dummy):
        task = lane.reader.read({"task_id": "My-Job"})
        assert (task.id, task.state) == ("My-Job", RUNNING)
        assert {name: each.state for name, each in lane.read_many(["A", "b"], {}).items()} == {
            "A": SUCCEEDED,
            "b": RUNNING,
        }
    with asking(ANY_CASE._replace(any_case=False), told) as (lane, dummy):
        assert isinstance(lane.read_many(["A", "b"], {})["A"], NotFound)
        with pytest.raises(Unavailable, match="another task"):
            lane.reader.read({"task_id": "My-Job"})


NAMED = PLAIN._replace(alias="title", cancel=Cancel(Call("StopJob", path="/stop/{task_id}", method="POST")))


def test_after_a_first_look_by_name_only_the_id_is_asked_for() -> None:
    told: dict[str, list[StatusAndBody]] = {
        "GET /jobs/backup": [(200, {"id": "1", "title": "backup", "state": "running"})],
        "GET /jobs/1": [(200, {"id": "1", "title": "backup", "state": "done"})],
        "POST /stop/1": [(200, {})],
    }
    with asking(NAMED, told) as (lane, teller):
        first = lane.reader.read({"task_id": "backup"})
        # Another look has a reader of its own.
        again = TaskReader(lane.reader.client, lane.service).read({"task_id": "backup"})
        lane.reader.cancel({"task_id": "backup"}, again)
        assert [(task.id, task.state) for task in (first, again)] == [("backup", RUNNING), ("backup", SUCCEEDED)]
        assert teller.asked == ["GET /jobs/backup", "GET /jobs/1", "POST /stop/1"]


OTHER_TASKS: dict[str, t.Any] = {
    "another name": {"id": "1", "title": "restore", "state": "done"},
    "no name": {"id": "1", "state": "done"},
    "the name in another case": {"id": "1", "title": "Backup", "state": "done"},
}


@pytest.mark.parametrize("body", OTHER_TASKS.values(), ids=OTHER_TASKS.keys())
def test_an_answer_about_another_name_is_about_another_task(body: t.Any) -> None:
    told = {"GET /jobs/backup": [(200, body)]}
    with asking(NAMED, told) as (lane, dummy), pytest.raises(Unavailable, match="another task"):
        lane.reader.read({"task_id": "backup"})


def test_another_task_of_the_same_name_is_not_the_one_that_was_seen() -> None:
    told: dict[str, list[StatusAndBody]] = {
        "GET /jobs/backup": [(200, {"id": "1", "title": "backup", "state": "running"})],
        "GET /jobs/1": [(200, {"id": "2", "title": "backup", "state": "done"})],
    }
    with asking(NAMED, told) as (lane, dummy):
        assert lane.reader.read({"task_id": "backup"}).state == RUNNING
        with pytest.raises(Unavailable, match="another task"):
            lane.reader.read({"task_id": "backup"})


def test_a_name_is_found_in_a_list_of_one() -> None:
    service = NAMED._replace(read=Call("ListJobs", "/jobs", {"id": "{task_id}"}), items="jobs")
    told = {"GET /jobs": [(200, {"jobs": [{"id": "2"}, {"id": "1", "title": "backup", "state": "done"}]})]}
    with asking(service, told) as (lane, teller):
        assert [lane.reader.read({"task_id": "backup"}).state for dummy in range(2)] == [SUCCEEDED, SUCCEEDED]
        assert teller.asked == ["GET /jobs?id=backup", "GET /jobs?id=1"]


RESOURCE_LISTED = PLAIN._replace(
    listing=Listing(Call("x", "/jobs", {"of": "{resource_id}"}), "jobs", Pages(0), facts={"resource_id": ""})
)


def test_items_of_a_list_are_of_the_resource_by_which_the_api_filters() -> None:
    with asking(RESOURCE_LISTED, {"GET /jobs": [LIST]}) as (lane, teller):
        tasks = lane.tasks({}, Filters(resource_id="r-1"))
        assert [(task.id, task.resource_id) for task in tasks] == [("a", "r-1"), ("b", "r-1")]
        assert [task.resource_id for task in lane.tasks({}, Filters())] == [None, None]
        assert teller.asked == ["GET /jobs?of=r-1", "GET /jobs"]


# The items of a list that the API filters by resource, and the ids that are found of the resource r-1.
OF_RESOURCE: dict[str, tuple[dict[str, t.Any], list[str]]] = {
    "told": ({"of": "r-1"}, ["a"]),
    "not told": ({}, ["a"]),
    "null": ({"of": None}, ["a"]),
    "of an odd type": ({"of": {}}, ["a"]),
    "another one": ({"of": "r-2"}, []),
}


@pytest.mark.parametrize(("item", "found"), OF_RESOURCE.values(), ids=OF_RESOURCE.keys())
def test_a_task_that_does_not_tell_its_resource_does_not_fall_out_of_what_the_api_filters(
    item: dict[str, t.Any], found: list[str]
) -> None:
    service = RESOURCE_LISTED._replace(
        facts={**PLAIN.facts, "resource_id": "of"},
        listing=Listing(Call("x", "/jobs", {"of": "{resource_id}"}), "jobs", Pages(0)),
    )
    with asking(service, {"GET /jobs": [(200, {"jobs": [{"id": "a", "state": "running", **item}]})]}) as (lane, dummy):
        assert [task.id for task in lane.tasks({}, Filters(resource_id="r-1"))] == found


ONE_CALL = Call("ListJobs", "/jobs", {"id": "{task_id}"})
SOME_CALL = ONE_CALL._replace(query={"ids": "{task_ids}"})
ALL_CALL = ONE_CALL._replace(query={"page": "{page}"})
OF_ONE = PLAIN._replace(
    read=ONE_CALL,
    items="jobs",
    listing=Listing(ALL_CALL, "jobs", Pages(9)),
    batch=Batch(30, 2, SOME_CALL, "jobs", judge=True),
)
# Whether a batch, and whether a list, tells of each task what a look at it alone does.
TELLING: dict[str, tuple[Service, bool, bool]] = {
    "the same operation": (OF_ONE, True, True),
    "pages of the same operation": (OF_ONE._replace(batch=Batch()), True, True),
    "no batch": (OF_ONE._replace(batch=None), False, True),
    "no list": (OF_ONE._replace(listing=None), True, False),
    "no list to look for many in": (OF_ONE._replace(listing=None, batch=Batch()), False, False),
    "another operation": (OF_ONE._replace(read=PLAIN.read), False, False),
    "another path": (OF_ONE._replace(read=ONE_CALL._replace(path="/jobs/{task_id}")), False, False),
    "ends that cannot be judged": (
        OF_ONE._replace(
            batch=Batch(30, 2, SOME_CALL, "jobs"), listing=Listing(ALL_CALL, "jobs", Pages(9), judge=False)
        ),
        False,
        False,
    ),
    "facts that sit elsewhere": (
        OF_ONE._replace(
            batch=Batch(30, 2, SOME_CALL, "jobs", {"progress": ""}, judge=True),
            listing=Listing(ALL_CALL, "jobs", Pages(9), {"progress": ""}),
        ),
        False,
        False,
    ),
    "a second call": (OF_ONE._replace(detail=Detail(Call("More"), "id", {})), False, False),
    "two ways to read one": (OF_ONE._replace(fallback=Fallback(Call("ShowJobOld"), "x")), False, False),
}


@pytest.mark.parametrize(("service", "batch", "listing"), TELLING.values(), ids=TELLING.keys())
def test_many_tell_of_each_what_it_tells_alone_where_they_are_read_alike(
    service: Service, batch: bool, listing: bool
) -> None:
    assert (service.batch_tells_all, service.list_tells_all) == (batch, listing)


def test_a_batch_asks_for_those_together_that_are_asked_for_alike() -> None:
    call = Call("x", "/jobs", {"kind": "{kind}", "ids": "{task_ids}"})
    service = PLAIN._replace(batch=Batch(30, 2, call, "jobs", judge=True))
    kinds = {"a": "disk", "b": "disk", "c": "file", "d": "disk", "e": "file"}
    told = [(200, {"jobs": [{"id": name, "state": "done"} for name in names]}) for names in ("abd", "ce")]
    with asking(service, {"GET /jobs": told}) as (lane, teller):
        items = []
        for name, kind in kinds.items():
            ask = Selector(PROVIDERS["huawei"], service, {}, {"kind": kind}, name)
            items.append(
                Item(Target("lane", "account", "huawei", "made_up", None, name, Asked(ask, lane.reader.client)))
            )
        brought = carry_out(Look("lane", tuple(items), 0.0))
        assert {item.target.task_id: seen.state for item, seen in brought.observations.items()} == dict.fromkeys(
            kinds, SUCCEEDED
        )
        assert teller.asked == ["GET /jobs?ids=a%2Cb%2Cd&kind=disk", "GET /jobs?ids=c%2Ce&kind=file"]
        assert brought.calls == 2


# Pages

# What is sent, and the tasks that come: a page is tied to the one before by its last item, or by reading that one again, or all.
OFFSETS: dict[str, tuple[Pages, dict[str, str]]] = {
    "page_by_page": (Pages(2, total="all", first=0), {"0": "ab", "1": "c", "0 again": "ab"}),
    "by_item": (Pages(2, total="all", first=0, by_item=True), {"0": "ab", "1": "bc"}),
    # Its page may be a small one because the API gives no larger ones.
    "as long as there is more": (
        Pages(9, first=0),
        {"0": "ab", "1": "c", "2": "", "0 again": "ab", "1 again": "c", "2 again": ""},
    ),
    "and by item": (
        Pages(9, first=0, by_item=True),
        {"0": "ab", "1": "bc", "2": "c", "0 again": "ab", "1 again": "bc", "2 again": "c"},
    ),
}


@pytest.mark.parametrize(("pages", "told"), OFFSETS.values(), ids=OFFSETS.keys())
def test_pages_are_counted_as_the_api_does(pages: Pages, told: dict[str, str]) -> None:
    call = Call("ListJobs", "/jobs", {"offset": "{page}", "limit": "{page_size}"})
    service = PLAIN._replace(listing=Listing(call, "jobs", pages))
    answers = [
        (200, {"all": 3, "jobs": [{"id": name, "state": "running"} for name in names]}) for names in told.values()
    ]
    with asking(service, {"GET /jobs": answers}) as (lane, teller):
        assert [task.id for task in lane.tasks({}, Filters())] == ["a", "b", "c"]
        assert teller.asked == [f"GET /jobs?limit={pages.size}&offset={page[0]}" for page in told]


OF_A_KIND = PLAIN._replace(listing=Listing(Call("ListJobs", "/jobs"), "jobs", Pages(0)))
TAGGED = OF_A_KIND._replace(facts={**PLAIN.facts, "name": "tags[?key == 'Name'].value | [0]"})
A_DISK: dict[str, t.Any] = {"id": "a", "state": "running", "kind": "disk"}
NO_NAME: dict[str, t.Any] = {"id": "b", "state": "running"}
# name: the service, what the list shows besides, what it shows alone, and the ids of the disks that are found: None for an error.
NAMELESS: dict[str, tuple[Service, dict[str, t.Any], list[StatusAndBody], t.Optional[list[str]]]] = {
    "meant": (OF_A_KIND, NO_NAME, [(200, {**NO_NAME, "kind": "disk"})], ["a", "b"]),
    "not meant": (OF_A_KIND, NO_NAME, [(200, {**NO_NAME, "kind": "file"})], ["a"]),
    "an empty name": (OF_A_KIND, {**NO_NAME, "kind": ""}, [(200, {**NO_NAME, "kind": "file"})], ["a"]),
    "a name of an odd type": (OF_A_KIND, {**NO_NAME, "kind": {}}, [(200, {**NO_NAME, "kind": "disk"})], ["a", "b"]),
    "gone": (OF_A_KIND, NO_NAME, [(404, {"error_code": "NoSuchJob"})], ["a"]),
    "nameless alone, too": (OF_A_KIND, NO_NAME, [(200, NO_NAME)], None),
    "not readable": (OF_A_KIND, NO_NAME, [(500, {"error_code": "Down", "error_msg": "x"})], None),
    "ended long ago": (OF_A_KIND, {**NO_NAME, "made": "2020-01-01T00:00:00Z"}, [], ["a"]),
    "a name that may be missing": (TAGGED, {**NO_NAME, "tags": []}, [], []),
}


@pytest.mark.parametrize("followed", [False, True], ids=["waited for", "followed"])
@pytest.mark.parametrize(("service", "other", "alone", "found"), NAMELESS.values(), ids=NAMELESS.keys())
def test_a_task_without_a_name_does_not_fall_out_of_a_filter(
    service: Service, other: dict[str, t.Any], alone: list[StatusAndBody], found: t.Optional[list[str]], followed: bool
) -> None:
    answers = {"GET /jobs": [(200, {"jobs": [A_DISK, other]})], **({"GET /jobs/b": alone} if alone else {})}
    filters = Filters(name="disk", created_after="2026-01-01T00:00:00Z")
    with asking(service, answers) as (lane, dummy):
        if followed:
            seen = lane.observe_new({}, filters, followed=True)
            assert [each.id for each in seen] == (["a"] if service is OF_A_KIND else [])
        elif found is None:
            for read in (lane.observe, lane.tasks):
                with pytest.raises(Unavailable):
                    read({}, filters)
        else:
            assert [each.id for each in lane.observe({}, filters)] == found
            assert [each.id for each in lane.tasks({}, filters)] == found


def test_so_many_tasks_without_a_name_are_not_read_alone() -> None:
    items = [{**NO_NAME, "id": f"b{number}"} for number in range(MOST_NAMELESS + 1)]
    alone = {f"GET /jobs/{item['id']}": [(200, {**item, "kind": "file"})] for item in items}
    with asking(OF_A_KIND, {"GET /jobs": [(200, {"jobs": items})], **alone}) as (lane, teller):
        with pytest.raises(Unavailable, match="shows b20 without a name"):
            lane.observe({}, Filters(name="disk"))
        assert len(teller.asked) == 1 + MOST_NAMELESS


@pytest.mark.parametrize("followed", [False, True], ids=["waited for", "followed"])
def test_a_task_whose_word_is_not_known_is_in_any_state(followed: bool) -> None:
    odd = {**NO_NAME, "state": "a word that nobody knows"}
    with asking(OF_A_KIND, {"GET /jobs": [(200, {"jobs": [A_DISK, odd]})]}) as (lane, dummy):
        filters = Filters(states=("running",))
        read = lane.observe_new({}, filters, followed=True) if followed else lane.observe({}, filters)
        assert [each.id for each in read] == (["a"] if followed else ["a", "b"])
        assert [each.id for each in lane.tasks({}, filters)] == ["a"]


def test_a_list_may_go_on_after_its_last_item() -> None:
    call = Call("ListJobs", "/jobs", {"marker": "{token}"})
    service = PLAIN._replace(listing=Listing(call, "jobs", Pages(2, token="jobs[-1].id")))
    with asking(service, {"GET /jobs": [LIST, (200, {"jobs": []})]}) as (lane, teller):
        assert len(lane.tasks({}, Filters())) == 2
        assert teller.asked == ["GET /jobs", "GET /jobs?marker=b"]


def test_a_list_that_is_still_read_at_the_end_of_a_wait_is_read_no_further() -> None:
    call = Call("ListJobs", "/jobs", {"marker": "{token}"})
    service = PLAIN._replace(listing=Listing(call, "jobs", Pages(2, token="jobs[-1].id")))
    with asking(service, {"GET /jobs": [LIST, (200, {"jobs": []})]}) as (lane, teller):
        ask = Selector(PROVIDERS["huawei"], service, {}, {}, None, Filters())
        item = Item(Target("lane", "account", "huawei", "made_up", None, None, Asked(ask, lane.reader.client)))
        workers = Workers()
        look = Look("lane", (item,), 0.0, page_pause=3600.0)
        workers.submit(look.lane, 1, partial(carry_out, look, workers.rest))
        workers.close()
        (result,) = workers.results(60)
        assert isinstance(result, LookResult)
        assert str(result.observations[item]) == "the wait is over"
        assert teller.asked == ["GET /jobs"]


# What is needed besides

BESIDES = PLAIN._replace(
    read=Call("ShowJob", path="/instances/{instance_id}/jobs/{task_id}"),
    options=(Option("instance_id", ("The instance.",), fact="resource_id"),),
)


def test_what_was_asked_with_is_a_fact_where_the_answer_does_not_tell_it() -> None:
    with asking(BESIDES, {"GET /instances/i%2F1/jobs/1": [JOB]}) as (lane, dummy):
        assert lane.reader.read({"task_id": "1", "instance_id": "i/1"}).resource_id == "i/1"


ALIBABA = PROVIDERS["alibaba"]
CLOUD = {"alibaba": ALIBABA._replace(services={**ALIBABA.services, "made_up": BESIDES})}
MADE_UP = {"provider": "alibaba", "service": "made_up", "region": "cn-hangzhou"}


def values_of(**given: t.Any) -> list[t.Mapping[str, t.Any]]:
    """What the calls of a wait take besides an id."""
    return [dict(ask.values) for ask in plan_of(CLOUD, given, False).selectors]


def test_an_option_of_an_entry_is_an_option_of_the_modules() -> None:
    for spec in (task_spec(CLOUD["alibaba"]), wait_spec(CLOUD)):
        assert spec["instance_id"] == {"type": "str"}
    assert values_of(**MADE_UP, task_id="1", instance_id="i-1") == [{"instance_id": "i-1"}]
    with pytest.raises(OptionError, match="instance_id is missing: made_up cannot be asked without it"):
        values_of(**MADE_UP, task_id="1")


def test_the_facts_of_a_task_tell_what_it_takes_to_ask_again() -> None:
    facts = {**MADE_UP, "id": "1", "resource_id": "i-1", "state": "running"}
    assert values_of(tasks=[facts]) == [{"instance_id": "i-1"}]
    assert values_of(tasks=[{**facts, "instance_id": "i-2"}]) == [{"instance_id": "i-2"}]


def test_what_an_option_may_be_is_checked() -> None:
    kind = Option("source_type", ("The source.",), choices=("OSS", "NAS"))
    cloud = {"alibaba": ALIBABA._replace(services={"made_up": PLAIN._replace(options=(kind,))})}
    with pytest.raises(OptionError, match="source_type: 'NFS' must be one of OSS, NAS"):
        plan_of(cloud, {**MADE_UP, "task_id": "1", "source_type": "NFS"}, False)


def test_a_token_that_is_a_number_leads_on_too() -> None:
    call = Call("ListJobs", "/jobs", {"marker": "{token}"})
    service = PLAIN._replace(listing=Listing(call, "jobs", Pages(2, token="jobs[-1].id")))
    page = {"jobs": [{"id": 1, "state": "done"}, {"id": 2, "state": "done"}]}
    with asking(service, {"GET /jobs": [(200, page), (200, {"jobs": []})]}) as (lane, teller):
        assert [task.id for task in lane.tasks({}, Filters())] == ["1", "2"]
        assert teller.asked == ["GET /jobs", "GET /jobs?marker=2"]


HOSTS: dict[str, tuple[Service, str, bool, str]] = {
    "usual": (PLAIN, "r1", False, "usual"),
    "one for all regions": (PLAIN._replace(host="ros.example.com"), "r1", False, "ros.example.com"),
    "another name": (PLAIN._replace(host="x.{region}.example.com"), "r1", False, "x.r1.example.com"),
    "one region": (PLAIN._replace(hosts={"r1": "one.example.com"}, host="y"), "r1", False, "one.example.com"),
    "inside": (PLAIN._replace(private_host="in.{region}.example.com", host="y"), "r1", True, "in.r1.example.com"),
    "inside as usual": (PLAIN, "r1", True, "usual"),
}


@pytest.mark.parametrize(("service", "region", "private", "host"), HOSTS.values(), ids=HOSTS.keys())
def test_a_service_is_where_its_entry_says(service: Service, region: str, private: bool, host: str) -> None:
    assert host_of(service, region, "usual", private) == host
