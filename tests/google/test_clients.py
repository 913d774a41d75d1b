# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Google's own clients ask the local cloud, and agree with it and with this collection about operations."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Facts
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import KEYS
from support.gcloud import NEEDS_GCLOUD, wait_for_sql_operation
from support.simulated import simulate

OPERATION = {"provider": "google", "service": "sql_operation", "id": "op-1"}
FAILED = {"status": "DONE", "error": {"errors": [{"code": "ERROR_RDBMS", "message": "could not write"}]}}


def outcome(cloud: LocalCloud, task_id: str) -> Facts:
    """What a wait of this collection says."""
    options = {**KEYS["google"], **OPERATION, "id": task_id, "endpoint": cloud.url, "timeout": 30}
    options["task_ids"] = [options.pop("id")]
    return t.cast(Facts, simulate(cloud, options).result["tasks"][0])


def client(cloud: LocalCloud, token: str = accounts.GOOGLE_TOKEN) -> t.Any:
    return build(
        "sqladmin",
        "v1",
        credentials=Credentials(token),
        client_options={"api_endpoint": cloud.url},
        static_discovery=True,
    ).operations()


def test_the_discovery_client_reads_and_lists_the_same_operations(local_cloud: LocalCloud) -> None:
    ids = [f"op-{number}" for number in range(5)]
    local_cloud.add(*({**OPERATION, "id": each, "script": [[0, {"status": "DONE"}]]} for each in ids))
    operations = client(local_cloud)
    assert operations.get(project=accounts.GOOGLE_PROJECT, operation="op-3").execute()["status"] == "DONE"
    found, request = [], operations.list(project=accounts.GOOGLE_PROJECT, maxResults=2)
    while request is not None:
        page = request.execute()
        found += [item["name"] for item in page["items"]]
        request = operations.list_next(request, page)
    assert found == ids


def test_the_discovery_client_understands_what_is_not_there(local_cloud: LocalCloud) -> None:
    with pytest.raises(HttpError, match="operationDoesNotExist") as refused:
        client(local_cloud).get(project=accounts.GOOGLE_PROJECT, operation="none").execute()
    assert refused.value.status_code == 404


def test_the_discovery_client_asks_for_another_token_if_one_is_refused(local_cloud: LocalCloud) -> None:
    local_cloud.add({**OPERATION, "script": [[0, {"status": "DONE"}]]})
    with pytest.raises(RefreshError):
        client(local_cloud, "ya29.other").get(project=accounts.GOOGLE_PROJECT, operation="op-1").execute()


ENDS: dict[str, tuple[dict[str, t.Any], int, str, str]] = {
    "well": ({"status": "DONE"}, 0, "", "succeeded"),
    "with an error": (FAILED, 1, "could not write", "failed"),
}


@NEEDS_GCLOUD
@pytest.mark.parametrize("name", ENDS)
def test_gcloud_waits_to_the_same_end(name: str, local_cloud: LocalCloud, tmp_path: pathlib.Path) -> None:
    end, code, text, expected = ENDS[name]
    local_cloud.add({**OPERATION, "script": [[0, {"status": "RUNNING"}], [2, end]]})
    run = wait_for_sql_operation("op-1", accounts.GOOGLE_PROJECT, accounts.GOOGLE_TOKEN, local_cloud.url, tmp_path)
    assert run.returncode == code, run.stderr
    assert text in run.stderr
    assert outcome(local_cloud, "op-1")["outcome"] == expected
