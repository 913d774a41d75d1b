# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, selfLinks and short ids of Google Cloud: what is asked for by each."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._google.provider import GOOGLE
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import selectors_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.ids import bare_id
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Selector
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import path_of, query_of
from local_cloud.catalogued import vectors_of

P = "projects/other-project"
L = f"{P}/locations/europe-west1"
GCE = "https://www.googleapis.com/compute/v1"
IN_L = {"location": "europe-west1"}


class Row(t.NamedTuple):
    service: str
    task_id: str
    path: str
    options: t.Mapping[str, str] = {}
    project: str = "other-project"
    query: tuple[tuple[str, str], ...] = ()


ROWS: dict[str, Row] = {
    "sql: an id": Row("sql_operation", "o", "/v1/projects/mine/operations/o", project="mine"),
    "sql: a name": Row("sql_operation", f"{P}/operations/o", f"/v1/{P}/operations/o"),
    "sql: a selfLink": Row(
        "sql_operation", f"https://sqladmin.googleapis.com/sql/v1beta4/{P}/operations/o", f"/v1/{P}/operations/o"
    ),
    "sql: a backup run": Row(
        "sql_backup", "7", "/v1/projects/mine/instances/db/backupRuns/7", {"instance": "db"}, "mine"
    ),
    "sql: a backup of the project": Row("sql_backup", "b", "/v1/projects/mine/backups/b", project="mine"),
    "sql: the name of a backup run": Row(
        "sql_backup", f"{P}/instances/db/backupRuns/7", f"/v1/{P}/instances/db/backupRuns/7"
    ),
    "sql: the name of a backup, whatever instance is given": Row(
        "sql_backup", f"{P}/backups/b", f"/v1/{P}/backups/b", {"instance": "db"}
    ),
    "compute: an id in a zone": Row(
        "compute_operation",
        "o",
        "/compute/v1/projects/mine/zones/z/operations/o",
        {"zone": "z", "region": "europe-west1"},
        "mine",
    ),
    "compute: an id in a region": Row(
        "compute_operation",
        "o",
        "/compute/v1/projects/mine/regions/europe-west1/operations/o",
        {"region": "europe-west1"},
        "mine",
    ),
    "compute: a global id": Row(
        "compute_operation", "o", "/compute/v1/projects/mine/global/operations/o", project="mine"
    ),
    "compute: a selfLink in a zone": Row(
        "compute_operation", f"{GCE}/{P}/zones/z/operations/o", f"/compute/v1/{P}/zones/z/operations/o"
    ),
    "compute: a selfLink in a region, whatever zone is given": Row(
        "compute_operation",
        f"https://compute.googleapis.com/compute/beta/{P}/regions/europe-west1/operations/o",
        f"/compute/v1/{P}/regions/europe-west1/operations/o",
        {"zone": "europe-west1-b"},
    ),
    "compute: a global selfLink, whatever place is given": Row(
        "compute_operation",
        f"{GCE}/{P}/global/operations/o",
        f"/compute/v1/{P}/global/operations/o",
        {"zone": "europe-west1-b", "region": "europe-west1"},
    ),
    "compute: a snapshot": Row("snapshot", f"{GCE}/{P}/global/snapshots/s", f"/compute/v1/{P}/global/snapshots/s"),
    "compute: an image": Row("image", f"{P}/global/images/i", f"/compute/v1/{P}/global/images/i"),
    "compute: a machine image": Row(
        "machine_image", "m", "/compute/v1/projects/mine/global/machineImages/m", project="mine"
    ),
    "build: a global id": Row("build", "b", "/v1/projects/mine/builds/b", project="mine"),
    "build: an id": Row("build", "b", "/v1/projects/mine/locations/europe-west1/builds/b", IN_L, "mine"),
    "build: a name": Row("build", f"{L}/builds/b", f"/v1/{L}/builds/b"),
    "build: a name without a location, whatever is given": Row("build", f"{P}/builds/b", f"/v1/{P}/builds/b", IN_L),
    **{
        f"{service}: {what}": Row(service, task_id, path, options, project)
        for service in ("backupdr_operation", "filestore_operation", "alloydb_operation")
        for what, task_id, path, options, project in (
            ("an id", "o", "/v1/projects/mine/locations/europe-west1/operations/o", IN_L, "mine"),
            ("a name", f"{L}/operations/o", f"/v1/{L}/operations/o", {}, "other-project"),
        )
    },
    "spanner: on a database": Row(
        "spanner_operation",
        f"{P}/instances/i/databases/d/operations/o",
        f"/v1/{P}/instances/i/databases/d/operations/o",
    ),
    "spanner: on a backup": Row(
        "spanner_operation",
        "o",
        "/v1/projects/mine/instances/i/backups/b/operations/o",
        {"instance": "i", "backup": "b"},
        "mine",
    ),
    "spanner: on an instance, whatever database is given": Row(
        "spanner_operation", f"{P}/instances/i/operations/o", f"/v1/{P}/instances/i/operations/o", {"database": "d"}
    ),
    "firestore: a name": Row(
        "firestore_operation",
        f"{P}/databases/(default)/operations/o",
        f"/v1/{P}/databases/%28default%29/operations/o",
    ),
    "firestore: an id": Row(
        "firestore_operation",
        "o",
        "/v1/projects/mine/databases/%28default%29/operations/o",
        {"database": "(default)"},
        "mine",
    ),
    "backupdr: a backup": Row(
        "backupdr_backup",
        f"{L}/backupVaults/v/dataSources/d/backups/b",
        f"/v1/{L}/backupVaults/v/dataSources/d/backups/b",
    ),
    "filestore: a backup": Row("filestore_backup", f"{L}/backups/b", f"/v1/{L}/backups/b"),
    "gke: a backup": Row("gke_backup", f"{L}/backupPlans/p/backups/b", f"/v1/{L}/backupPlans/p/backups/b"),
    "gke: a restore": Row(
        "gke_restore",
        "r",
        "/v1/projects/mine/locations/europe-west1/restorePlans/p/restores/r",
        {**IN_L, "restore_plan": "p"},
        "mine",
    ),
    "transfer: a name": Row(
        "transfer_operation",
        "transferOperations/transferJobs-1-2",
        "/v1/transferOperations/transferJobs-1-2",
        {},
        "mine",
    ),
    "transfer: an id": Row(
        "transfer_operation", "transferJobs-1-2", "/v1/transferOperations/transferJobs-1-2", {}, "mine"
    ),
    "bigquery: an id": Row("bigquery_job", "j", "/bigquery/v2/projects/mine/jobs/j", {}, "mine"),
    "bigquery: a selfLink": Row(
        "bigquery_job",
        f"https://bigquery.googleapis.com/bigquery/v2/{P}/jobs/j?location=europe-west1",
        f"/bigquery/v2/{P}/jobs/j",
        query=(("location", "europe-west1"),),
    ),
}


def asked(selector: Selector) -> dict[str, t.Optional[str]]:
    """What the templates of the calls are filled with, where the login has found the project mine."""
    project = selector.options.get("project") or "mine"
    return {
        "region": selector.options.get("region"),
        **selector.values,
        "project": project,
        "task_id": selector.task_id,
    }


def read_of(row: Row) -> tuple[Call, dict[str, t.Optional[str]]]:
    (selector,) = selectors_of_one(GOOGLE, {"service": row.service, "task_ids": [row.task_id], **row.options})
    return selector.service.read, asked(selector)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_an_id_in_any_form_is_asked_for_where_its_task_is(row: Row) -> None:
    call, values = read_of(row)
    assert (path_of(call, values), query_of(call, values)) == (row.path, row.query)
    assert values["project"] == row.project
    assert values["task_id"] == bare_id(GOOGLE.services[row.service], row.task_id)


def test_every_service_is_in_the_table() -> None:
    assert {row.service for row in ROWS.values()} == set(GOOGLE.services)


WRONG = {
    "the name of something else": ("sql_operation", f"{P}/instances/db", {}, "projects/my-project/operations/"),
    "a name that goes on": ("snapshot", f"{GCE}/{P}/global/snapshots/s/x", {}, "global/snapshots/"),
    "a name of another location": ("filestore_backup", f"{L}/backups/b", {"location": "us-east1"}, "location"),
    "a name of another project": ("build", f"{L}/builds/b", {"project": "mine"}, "project"),
    "a name with a query": (
        "snapshot",
        f"{P}/global/snapshots/s?x=1",
        {},
        "'projects/other-project/global/snapshots/s' is no id",
    ),
    "dots for a name": ("snapshot", f"{P}/global/snapshots/..", {}, "task_ids: '..' is not an id"),
    "dots for a project": ("sql_operation", "projects/../operations/o", {}, "task_ids: '..' is not an id"),
    "dots for an operation": ("transfer_operation", "transferOperations/..", {}, "task_ids: '..' is not an id"),
    "a selfLink that is not encrypted": (
        "snapshot",
        f"http://x/compute/v1/{P}/global/snapshots/s",
        {},
        "is no id of snapshot",
    ),
    "the URL of another cloud": ("build", "https://management.azure.com/x", {}, "is no id of build"),
    "a URL with a password": ("snapshot", f"https://u:p@x/compute/v1/{P}/global/snapshots/s", {}, "'https://x/compute"),
    "no location": ("filestore_backup", "b", {}, "location is missing"),
    "no plan": ("gke_backup", "b", IN_L, "backup_plan is missing"),
}


@pytest.mark.parametrize(("service", "task_id", "options", "said"), WRONG.values(), ids=WRONG.keys())
def test_an_id_that_cannot_be_placed_is_refused_before_any_call(
    service: str, task_id: str, options: dict[str, str], said: str
) -> None:
    with pytest.raises(OptionError, match=said):
        selectors_of_one(GOOGLE, {"service": service, "task_ids": [task_id], **options})


@pytest.mark.parametrize("name", GOOGLE.services)
def test_facts_of_a_task_are_asked_for_where_it_was_found(name: str) -> None:
    answer = next(each for each in vectors_of("google", name).answers if "facts" in each)
    (found,) = selectors_of_one(GOOGLE, {"service": name, "task_ids": [answer["ask"]["task_id"]], **without_id(answer)})
    (again,), dummy = selectors_of(PROVIDERS, {}, [answer["facts"]], None)
    read = found.service.read
    project = answer["ask"]["project"]
    assert path_of(read, {**asked(again), "project": project}) == path_of(read, {**asked(found), "project": project})


def without_id(answer: t.Mapping[str, t.Any]) -> dict[str, str]:
    return {option: value for option, value in answer["ask"].items() if option != "task_id"}
