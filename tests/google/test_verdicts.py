# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Google's own code makes of an answer about an operation, beside what the collection does.

A task is a success only if the operation is one to Google's libraries, and to gcloud where it is installed. Of an answer that
contradicts itself, or tells nothing, it is none.
"""

from __future__ import annotations

import pathlib
import typing as t
from datetime import datetime, timezone

import pytest
from google.api_core import operation
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import AnonymousCredentials
from google.cloud.compute_v1 import GlobalOperationsClient, SnapshotsClient
from google.longrunning import operations_pb2
from google.protobuf import json_format, struct_pb2

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    CANCELLED,
    FAILED,
    PENDING,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.ids import bare_id
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import document_of, read_task
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from support.gcloud import NEEDS_GCLOUD, wait_for_sql_operation
from support.http_stub import by_table

NOW = datetime(2026, 3, 1, 13, tzinfo=timezone.utc)
SERVICES = PROVIDERS["google"].services
Body = dict[str, t.Any]
INVALID = "invalid"
"""Google's libraries cannot read the answer at all."""


def ours(service: Service, body: Body, task_id: str) -> str:
    """The state of a task by the collection, or the kind of an error."""
    try:
        origin = Origin("google", None, NOW, task_id)
        return read_task(service, document_of(service, Response(200, {}, body)), origin).state
    except CloudError as exc:
        return type(exc).__name__


# Long-running operations

MADE = {"@type": "type.googleapis.com/google.protobuf.Struct", "value": {"name": "a-backup"}}
# The answer without its name; how Google's library and the collection see it.
LONG_RUNNING: dict[str, tuple[Body, str, str]] = {
    "nothing is told": ({}, RUNNING, RUNNING),
    "not done": ({"done": False}, RUNNING, RUNNING),
    "not done, with metadata": ({"done": False, "metadata": {}}, RUNNING, RUNNING),
    "a response before it is done": ({"response": MADE}, RUNNING, RUNNING),
    "an error before it is done": ({"error": {"code": 9, "message": "m"}}, RUNNING, RUNNING),
    "done with a response": ({"done": True, "response": MADE}, SUCCEEDED, SUCCEEDED),
    "failed": ({"done": True, "error": {"code": 9, "message": "m"}}, FAILED, FAILED),
    "failed without a message": ({"done": True, "error": {"code": 13}}, FAILED, FAILED),
    "cancelled": ({"done": True, "error": {"code": 1, "message": "m"}}, CANCELLED, CANCELLED),
    "an error without a code": ({"done": True, "error": {}}, FAILED, FAILED),
    "an error of code 0": ({"done": True, "error": {"code": 0, "message": "OK"}}, FAILED, FAILED),
    "done with neither": ({"done": True}, FAILED, UNKNOWN),
    "done with a response that is null": ({"done": True, "response": None}, FAILED, UNKNOWN),
    "done with both": ({"done": True, "error": {"code": 9}, "response": MADE}, INVALID, FAILED),
    "done in a text": ({"done": "true", "response": MADE}, INVALID, UNKNOWN),
    "done in a number": ({"done": 1, "response": MADE}, INVALID, UNKNOWN),
}


def by_api_core(body: Body) -> str:
    """How google.api_core sees a long-running operation."""
    try:
        told = json_format.ParseDict({"name": "operations/o", **body}, operations_pb2.Operation())
    except json_format.ParseError:
        return INVALID
    followed = operation.Operation(told, lambda **options: told, lambda: None, struct_pb2.Struct)
    if not followed.done():
        return RUNNING
    if followed.cancelled():
        return CANCELLED
    return FAILED if followed.exception(timeout=5) else SUCCEEDED


def is_long_running(service: Service) -> bool:
    return "done" in service.facts["native_state"] and bool(service.qualified)


OF_EACH = [(service, name) for service in SERVICES.values() if is_long_running(service) for name in LONG_RUNNING]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_google_sees_a_long_running_operation_so(name: str) -> None:
    body, theirs, dummy_own = LONG_RUNNING[name]
    assert by_api_core(body) == theirs


@pytest.mark.parametrize(("service", "name"), OF_EACH, ids=[f"{service.name}-{name}" for service, name in OF_EACH])
def test_a_long_running_operation_is_no_better_than_google_says(service: Service, name: str) -> None:
    body, theirs, own = LONG_RUNNING[name]
    full_name = service.qualified[0].example
    assert ours(service, {"name": full_name, **body}, bare_id(service, full_name)) == own
    assert own != SUCCEEDED or theirs == SUCCEEDED


# Operations of Compute Engine

REFUSED = {"errors": [{"code": "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "message": "in use"}]}
WARNED = [{"code": "NO_RESULTS_ON_PAGE", "message": "w"}]
COMPUTE: dict[str, tuple[Body, str, str]] = {
    "pending": ({"status": "PENDING"}, RUNNING, PENDING),
    "running": ({"status": "RUNNING", "progress": 100}, RUNNING, RUNNING),
    "running, with an error": ({"status": "RUNNING", "error": REFUSED}, RUNNING, RUNNING),
    "done": ({"status": "DONE", "progress": 100}, SUCCEEDED, SUCCEEDED),
    "done, with warnings": ({"status": "DONE", "warnings": WARNED}, SUCCEEDED, SUCCEEDED),
    "failed": (
        {"status": "DONE", "error": REFUSED, "httpErrorStatusCode": 400, "httpErrorMessage": "BAD REQUEST"},
        FAILED,
        FAILED,
    ),
    "failed by its status alone": (
        {"status": "DONE", "httpErrorStatusCode": 403, "httpErrorMessage": "FORBIDDEN"},
        FAILED,
        FAILED,
    ),
    "a word that nobody knows": ({"status": "WEIRD"}, RUNNING, UNKNOWN),
}


def by_compute_client(body: Body) -> str:
    """How the client of Compute Engine sees an operation that it has started."""
    table = {
        f"{method} /compute/v1/projects/p/global/{path}": [(200, body)]
        for method, path in (("DELETE", "snapshots/s"), ("GET", "operations/o"))
    }
    with by_table(table) as stub:
        options = ClientOptions(api_endpoint=stub.url)
        client = SnapshotsClient(credentials=AnonymousCredentials(), client_options=options)
        # It would make the client that reads operations without our endpoint.
        reader = GlobalOperationsClient(credentials=AnonymousCredentials(), client_options=options)
        client.transport._extended_operations_services["global_operations"] = reader
        followed = client.delete(project="p", snapshot="s")
        if not followed.done():
            return RUNNING
        try:
            followed.result(timeout=5)
        except GoogleAPICallError:
            return FAILED
        return SUCCEEDED


@pytest.mark.parametrize("name", COMPUTE)
def test_an_operation_of_compute_is_no_better_than_google_says(name: str) -> None:
    body, theirs, own = COMPUTE[name]
    told = {"name": "o", "id": "1", "kind": "compute#operation", **body}
    assert by_compute_client(told) == theirs
    assert own != SUCCEEDED or theirs == SUCCEEDED
    assert ours(SERVICES["compute_operation"], told, "o") == own


# Operations of Cloud SQL

NO_SPACE = {"kind": "sql#operationErrors", "errors": [{"kind": "sql#operationError", "code": "ERROR_RDBMS"}]}
SQL: dict[str, tuple[Body, bool, str]] = {
    "done": ({"status": "DONE"}, True, SUCCEEDED),
    "failed": ({"status": "DONE", "error": NO_SPACE}, False, FAILED),
}


def is_well_for_gcloud(body: Body, folder: pathlib.Path) -> bool:
    """How ``gcloud sql operations wait`` sees an operation."""
    running = {name: value for name, value in body.items() if name != "error"} | {"status": "RUNNING"}
    answers = [(200, running), (200, body)]
    table = {f"GET /{version}/projects/p/operations/o": answers for version in ("v1", "v1beta4", "sql/v1beta4")}
    with by_table(table) as stub:
        run = wait_for_sql_operation("o", "p", "a-token", stub.url, folder)
        assert len(stub.asked) >= 2, run.stderr
        assert "HTTPError" not in run.stderr
        return run.returncode == 0


@NEEDS_GCLOUD
@pytest.mark.parametrize("name", SQL)
def test_an_operation_of_cloud_sql_is_no_better_than_gcloud_says(name: str, tmp_path: pathlib.Path) -> None:
    body, theirs, own = SQL[name]
    told = {"kind": "sql#operation", "name": "o", "operationType": "EXPORT", "targetProject": "p", **body}
    assert is_well_for_gcloud(told, tmp_path) is theirs
    assert ours(SERVICES["sql_operation"], told, "o") == own
