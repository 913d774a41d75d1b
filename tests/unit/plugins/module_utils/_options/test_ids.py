# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that say where their tasks are: what is asked, and what is refused before any call."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timezone

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import info_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Option, QualifiedId, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item, read_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin

AWS = PROVIDERS["aws"]
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
EXPORT = "arn:aws:dynamodb:eu-west-1:123456789012:table/T/export/01700000000000-a1b2c3d4"
CHINESE = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/T/export/01700000000000-a1b2c3d4"
SNAPSHOT = "arn:aws:rds:eu-west-1:123456789012:snapshot:rds:my-db-2026-01-01-00-00"

Told = tuple[str, t.Any]
# What is given, and the region and the id that are asked for.
ASKED: dict[str, tuple[dict[str, t.Any], list[Told]]] = {
    "an ARN": ({"service": "dynamodb_export", "task_ids": [EXPORT]}, [("eu-west-1", EXPORT)]),
    "an ARN and its region": (
        {"service": "dynamodb_export", "task_ids": [EXPORT], "region": "eu-west-1"},
        [("eu-west-1", EXPORT)],
    ),
    "ARNs of two regions": (
        {"service": "dynamodb_export", "task_ids": [EXPORT, CHINESE]},
        [("eu-west-1", EXPORT), ("cn-north-1", CHINESE)],
    ),
    "an ARN that holds the id": (
        {"service": "rds_snapshot", "task_ids": [SNAPSHOT]},
        [("eu-west-1", "rds:my-db-2026-01-01-00-00")],
    ),
    "an ARN and an id": (
        {"service": "rds_snapshot", "task_ids": [SNAPSHOT, "mine"], "region": "eu-west-1"},
        [("eu-west-1", "rds:my-db-2026-01-01-00-00"), ("eu-west-1", "mine")],
    ),
    "an ARN without an account": (
        {"service": "ec2_snapshot", "task_ids": ["arn:aws:ec2:us-gov-west-1::snapshot/snap-1"]},
        [("us-gov-west-1", "snap-1")],
    ),
    "an id that is no ARN": ({"service": "backup_job", "task_ids": ["A-1"], "region": "r-1"}, [("r-1", "A-1")]),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_arn_says_which_region_is_asked(name: str) -> None:
    given, asked = ASKED[name]
    selectors = plan_of(PROVIDERS, {"provider": "aws", **given}, False).selectors
    assert [(each.options["region"], each.task_id) for each in selectors] == asked
    entries = [{**given, "task_ids": [task_id]} for task_id in given["task_ids"]]
    by_entry = plan_of(PROVIDERS, {"provider": "aws", "tasks": entries}, False).selectors
    assert [(each.options["region"], each.task_id) for each in by_entry] == asked
    of_info = selectors_of_one(AWS, check(info_spec(AWS), given))
    assert [(each.options["region"], each.task_id) for each in of_info] == asked


REFUSED: dict[str, tuple[dict[str, t.Any], str]] = {
    "another region": (
        {"service": "dynamodb_export", "task_ids": [EXPORT], "region": "us-east-1"},
        f"region: 'us-east-1' is given, and by its id {EXPORT} is in 'eu-west-1'; leave region out",
    ),
    "another region of an id": (
        {"service": "rds_snapshot", "task_ids": ["mine", SNAPSHOT], "region": "us-east-1"},
        "region: 'us-east-1' is given, and by its id rds:my-db-2026-01-01-00-00 is in 'eu-west-1'",
    ),
    "an ARN of another service": (
        {"service": "dynamodb_export", "task_ids": [SNAPSHOT]},
        "is no id of dynamodb_export; one looks like arn:aws:dynamodb:eu-west-1:123456789012:table/my-table/export/",
    ),
    "an ARN of another thing": (
        {"service": "rds_snapshot", "task_ids": ["arn:aws:rds:eu-west-1:123456789012:db:mine"]},
        "is no id of rds_snapshot; one looks like arn:aws:rds:eu-west-1:123456789012:snapshot:my-snapshot",
    ),
    "an ARN without an end": (
        {"service": "rds_snapshot", "task_ids": ["arn:aws:rds:eu-west-1:123456789012:snapshot:"]},
        "is no id of rds_snapshot",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_id_that_contradicts_is_refused_before_any_call(name: str) -> None:
    given, told = REFUSED[name]
    with pytest.raises(OptionError) as caught:
        plan_of(PROVIDERS, {"provider": "aws", **given}, False)
    assert told in str(caught.value)
    entries = [{**given, "task_ids": given["task_ids"][-1:]}]
    with pytest.raises(OptionError, match=r"^tasks\[0\]: ") as caught:
        plan_of(PROVIDERS, {"provider": "aws", "tasks": entries}, False)
    assert told in str(caught.value)


OF_ACCOUNT = Service(
    "of_account",
    "",
    "",
    "x",
    Call("ShowJob", path="/{account_id}/{task_id}"),
    {},
    {},
    options=(Option("account_id", ("The account.",)),),
    qualified=(QualifiedId("q:", r"q:(?P<region>[^:]*):(?P<account_id>[^:]*):(?P<task_id>.+)", "q:r-1:7:1"),),
)


def test_an_id_may_say_what_an_option_asks_for() -> None:
    provider = AWS._replace(services={"of_account": OF_ACCOUNT})
    options = {"service": "of_account", "limit": 100}
    (selector,) = selectors_of_one(provider, {**options, "task_ids": ["q::7:1"]})
    assert (selector.values, selector.task_id, selector.options["region"]) == ({"account_id": "7"}, "1", None)
    with pytest.raises(OptionError, match="account_id: '8' is given, and by its id 1 is in '7'"):
        selectors_of_one(provider, {**options, "task_ids": ["q::7:1"], "account_id": "8"})
    with pytest.raises(OptionError, match="account_id is missing"):
        selectors_of_one(provider, {**options, "task_ids": ["1"]})


LINK = "https://cloud.example/v1/"
NAME = r"projects/(?P<project>[^/]+)/(zones/(?P<zone>[^/]+)|global)/operations/(?P<task_id>[^/]+)"
IN_FORMS = Service(
    "in_forms",
    "",
    "",
    "x",
    Call("ShowJob", path="/v1/projects/{project}/[zones/{zone}|global]/operations/{task_id}"),
    {"id": "name", "native_state": "status"},
    {"done": "succeeded"},
    options=(Option("project", ("The project.",)), Option("zone", ("The zone.",), required=False)),
    qualified=(
        QualifiedId(LINK, f"{LINK}{NAME}", f"{LINK}projects/p/zones/z/operations/o"),
        QualifiedId("projects/", NAME, "projects/p/global/operations/o"),
    ),
)
# The id that is given, and what it becomes.
OF_FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a link": (f"{LINK}projects/p/zones/z/operations/o-1", {"project": "p", "zone": "z"}, "o-1"),
    "a name": ("projects/p/global/operations/o-1", {"project": "p"}, "o-1"),
    "a short one": ("o-1", {"project": "mine"}, "o-1"),
}
GIVEN = {"service": "in_forms", "limit": 100}


@pytest.mark.parametrize("name", OF_FORMS)
def test_an_id_may_have_one_of_several_forms(name: str) -> None:
    task_id, values, bare = OF_FORMS[name]
    provider = AWS._replace(services={"in_forms": IN_FORMS})
    own = {} if "/" in task_id else {"project": "mine"}
    (selector,) = selectors_of_one(provider, {**GIVEN, **own, "task_ids": [task_id]})
    assert (selector.values, selector.task_id) == (values, bare)
    assert read_task(IN_FORMS, {"name": task_id, "status": "done"}, Origin("aws", None, NOW, bare)).id == bare
    assert read_item(IN_FORMS, {"name": task_id, "status": "done"}, Origin("aws", None, NOW)).id == bare


NO_FORM = [
    (f"{LINK}projects/p/regions/r/operations/o", f"one looks like {LINK}projects/p/zones/z/operations/o"),
    ("projects/p/operations/o", "one looks like projects/p/global/operations/o"),
    ("PROJECTS/p/global/operations/o", "project is missing"),
]


@pytest.mark.parametrize(("task_id", "told"), NO_FORM, ids=["link", "name", "case"])
def test_an_id_that_begins_like_a_form_has_to_have_it(task_id: str, told: str) -> None:
    provider = AWS._replace(services={"in_forms": IN_FORMS})
    with pytest.raises(OptionError, match=re.escape(told)):
        selectors_of_one(provider, {**GIVEN, "task_ids": [task_id]})


def test_the_case_of_an_id_counts_only_where_the_vendor_says_so() -> None:
    any_case = IN_FORMS._replace(any_case=True)
    provider = AWS._replace(services={"in_forms": any_case})
    given = {**GIVEN, "project": "p", "task_ids": ["PROJECTS/P/Global/operations/O"]}
    (selector,) = selectors_of_one(provider, given)
    assert (selector.values, selector.task_id) == ({"project": "P"}, "O")
    with pytest.raises(OptionError, match="project: 'q' is given"):
        selectors_of_one(provider, {**given, "project": "q"})
    told = {"name": "projects/p/GLOBAL/operations/o", "status": "done"}
    assert read_task(any_case, told, Origin("aws", None, NOW, "O")).id == "O"
    with pytest.raises(Unavailable, match="about another task"):
        read_task(IN_FORMS, {**told, "name": told["name"].replace("GLOBAL", "global")}, Origin("aws", None, NOW, "O"))


WITH_SLASHES = IN_FORMS._replace(qualified=(), options=(), read=Call("ShowJob", path="/v1/{task_id:path}"))
EITHER = IN_FORMS._replace(read=Call("ShowJob", path="/[zones/{zone}|projects/{project}]/{task_id}"), qualified=())
NO_PATH: dict[str, tuple[Service, str, str]] = {
    "a way up": (WITH_SLASHES, "projects/../o", "task_ids: 'projects/../o' is no path of names"),
    "a query": (WITH_SLASHES, "projects/o?x=1", "task_ids: 'projects/o?x=1' is no path of names"),
    "no alternative": (
        EITHER._replace(options=tuple(option._replace(required=False) for option in EITHER.options)),
        "o",
        "project is missing: in_forms needs one of project, zone",
    ),
}


@pytest.mark.parametrize("name", NO_PATH)
def test_what_no_path_takes_is_refused_before_any_call(name: str) -> None:
    service, task_id, told = NO_PATH[name]
    provider = AWS._replace(services={"in_forms": service})
    with pytest.raises(OptionError, match=re.escape(told)):
        selectors_of_one(provider, {**GIVEN, "task_ids": [task_id]})
