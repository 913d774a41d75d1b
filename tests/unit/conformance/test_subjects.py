# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The suite itself: every catalogued service is played, and one that cannot be says what to add."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from urllib.parse import quote

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FAILED, PARTIAL, RUNNING, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Detail, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import paths_in
from local_cloud.client import LocalCloud, LocalCloudError
from support.shapes import PLAIN, SHAPED, WORDS, Part, Shape, each_end, each_value, one_of_each, shape_of
from support.stage import ReceivedCall, Stage, check_calls
from support.subjects import SUBJECTS, Fields, NotTold, Subject, at, subject_of, those, without

PROVIDER: Provider = next(iter(PROVIDERS.values()))
STATES = {"busy": RUNNING, "done": SUCCEEDED}
NEW = Service(
    name="new",
    title="A service that was added to the catalogue a moment ago",
    doc="https://example.com",
    product="new",
    read=Call("Read", path="/{task_id}"),
    facts={"id": "Id", "native_state": "Job.State", "counts": "{failed: Bad}"},
    states=STATES,
)
ODD = {"native_state": "not_null(State, Status)"}
DETAIL = Detail(Call("More", path="/more"), when="name == 'Restore'", facts={})
ANSWERED: Fields = {"status": 200, "headers": {}}
IN_DETAIL: Fields = {
    **ANSWERED,
    "facts": {"name": "Restore", "state": RUNNING, "native_state": "busy"},
    "body": {"Id": "t-0"},
}
NOT_TOLD: dict[str, tuple[Subject, t.Callable[[Subject], object], str]] = {
    "region": (Subject(PROVIDER, NEW, ()), Subject.options, "needs region; add it to the ask of its vectors"),
    "state": (Subject(PROVIDER, NEW, ()), lambda subject: subject.showing(FAILED), "add an answer whose facts say so"),
    "word": (Subject(PROVIDER, NEW._replace(facts=ODD), ()), lambda subject: subject.saying("x"), "no plain path"),
    "name": (
        Subject(PROVIDER, NEW._replace(detail=DETAIL, facts={**NEW.facts, "name": "Name"}), (IN_DETAIL,)),
        Subject.plain,
        "add an answer with a name for which it does not",
    ),
    "refusal": (Subject(PROVIDER, NEW, ()), lambda subject: subject.refusals("throttled"), "whose error is throttled"),
}


@pytest.mark.parametrize("name", NOT_TOLD)
def test_a_service_that_cannot_be_played_says_what_to_add(name: str) -> None:
    subject, use, said = NOT_TOLD[name]
    with pytest.raises(NotTold, match=rf"{subject}: .*{said}.*tests/vectors/{PROVIDER.name}_new\.json"):
        use(subject)


def test_a_service_that_the_local_cloud_does_not_play_fails(local_cloud: LocalCloud) -> None:
    stage = Stage(local_cloud, Subject(PROVIDER, NEW, ()))
    with pytest.raises(LocalCloudError, match=f"unknown service {PROVIDER.name}/new"):
        stage.add("t-1", RUNNING)


def test_a_service_without_a_vector_file_is_a_subject_too() -> None:
    assert subject_of(PROVIDER, NEW).answers == ()


def test_a_test_of_no_service_at_all_is_refused() -> None:
    for choose in (those, lambda fits: one_of_each("provider", fits=fits)):
        with pytest.raises(AssertionError, match="no catalogued service is of this sort"):
            choose(lambda subject: False)


def test_every_service_of_every_provider_is_played() -> None:
    played = [(subject.provider.name, subject.service.name) for subject in SUBJECTS]
    in_the_catalogue = [(provider.name, name) for provider in PROVIDERS.values() for name in provider.services]
    # Its ids are URLs: tests/azure follows Microsoft's own suites with it, and test_azure_services.py plays it.
    assert played == [each for each in in_the_catalogue if each != ("azure", "operation")]


READ = ReceivedCall(at=0, api="new.Read", method="GET", path="/v1/t-1", query="", action="Read", fault="", answer="")
OTHERS: dict[str, Fields] = {
    "another_action": {"action": "CancelTask"},
    "another_method": {"method": "DELETE"},
    "another_path": {"path": "/v1/t-1/cancel"},
}


def test_a_call_of_the_catalogue_is_known_by_method_path_and_action() -> None:
    call = Call("Read", path="/v1/{task_id}")
    assert READ.is_a(call)
    assert replace(READ, path="/new/v1/t-1", action="").is_a(call)
    assert [name for name, other in OTHERS.items() if replace(READ, **other).is_a(call)] == []


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_a_call_that_changes_something_is_found_out(subject: Subject) -> None:
    read = subject.service.read
    asked = replace(
        READ, method=read.method, path=paths_in(read.path)[0].replace("{", "").replace("}", ""), action=read.action
    )
    check_calls([asked])
    for other in OTHERS.values():
        with pytest.raises(AssertionError):
            check_calls([asked, replace(asked, **other)])


@pytest.mark.parametrize("task_id", ["t-1", "t-1 2", "t/1"])
def test_a_call_about_a_task_is_known_by_its_id(task_id: str) -> None:
    assert replace(READ, path=f"/v1/{quote(task_id, safe='')}").names(task_id)
    assert replace(READ, path="/", query=f"TaskIds=x%2C{quote(task_id)}%2Cy").names(task_id)
    assert not replace(READ, path=f"/v1/{quote(task_id + '2', safe='')}").names(task_id)


def test_what_a_task_shows_is_derived_from_the_catalogue() -> None:
    told: Fields = {
        **ANSWERED,
        "facts": {"native_state": "Done", "state": PARTIAL, "name": "Backup"},
        "body": {"Id": "another", "Job": {"State": "Done"}, "Bad": 1},
    }
    subject = Subject(PROVIDER, NEW, (told, IN_DETAIL))
    assert subject.showing(SUCCEEDED) == {"Job": {"State": "Done"}}
    assert subject.showing(RUNNING) == {"Job": {"State": "busy"}}
    assert subject.showing(PARTIAL) == {"Job": {"State": "Done"}, "Bad": 1}
    assert subject.ends() == [SUCCEEDED, PARTIAL, FAILED]


def test_values_are_put_at_a_path_and_taken_away() -> None:
    assert at("a.b", 1) == {"a": {"b": 1}}
    assert without({"a": {"b": 1, "c": 2}, "d": 3}, "a.b") == {"a": {"c": 2}, "d": 3}
    assert without({"a": 1}, "a") == without({"a": 1}, "a.b") == {}
    assert without({"a": 1}, "b.c") == {"a": 1}


# Shapes


def test_every_field_of_a_service_is_played_by_its_shape_or_read_of_every_service() -> None:
    assert sorted([*SHAPED, *WORDS]) == sorted(Service._fields)


@pytest.mark.parametrize(
    "parts", [("provider", "reading", "lasting"), ("provider",), ("quota", "parallel", "batch"), Shape._fields], ids=str
)
def test_each_shape_is_that_of_one_service(parts: tuple[str, ...]) -> None:
    def seen(subject: Subject) -> tuple[t.Any, ...]:
        return tuple(getattr(shape_of(subject), part) for part in parts)

    chosen = [seen(subject) for subject in one_of_each(*parts)]
    assert len(chosen) == len({*chosen})
    assert {*chosen} == {seen(subject) for subject in SUBJECTS}


def seen_in(subject: Subject, part: Part) -> t.Any:
    return tuple(getattr(shape_of(subject), name) for name in ([part] if isinstance(part, str) else part))


@pytest.mark.parametrize("parts", [PLAIN, ("provider", ("batch", "pages"), "quota"), Shape._fields], ids=str)
def test_each_value_of_each_part_is_that_of_a_service_and_those_are_few(parts: tuple[Part, ...]) -> None:
    chosen = each_value(*parts)
    values = [{seen_in(subject, part) for subject in SUBJECTS} for part in parts]
    assert [{seen_in(subject, part) for subject in chosen} for part in parts] == values
    assert max(map(len, values)) <= len(chosen) <= sum(map(len, values))
    assert len(chosen) < len(one_of_each(*Shape._fields))


def test_each_end_is_played_and_so_is_each_provider_with_one() -> None:
    ends = {(shape_of(subject).lasting, state) for subject in SUBJECTS for state in subject.ends()}
    chosen = each_end("provider", ("lasting", "end"))
    assert {(shape_of(subject).lasting, state) for subject, state in chosen} == ends
    assert {subject.provider.name for subject, dummy in chosen} == {*PROVIDERS}
    assert [state for subject, state in chosen if state not in subject.ends()] == []
