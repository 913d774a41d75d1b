# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Google Cloud from a playbook and ad hoc: with a key of a service account, with its module and the group."""

from __future__ import annotations

import json
import pathlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from integration.playing import Player
from integration.test_openstack import Json, play, scripted, wait
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.rsa_keys import new_key, pem_of

EMAIL = "gate@example-project.iam.gserviceaccount.com"
KEY_ID = "0123456789abcdef0123456789abcdef01234567"
OPERATION: Json = {"provider": "google", "service": "sql_operation", "id": "op-1"}
SCRIPT = scripted("google", "sql_operation", "op-1", {"status": "RUNNING"}, {"status": "DONE"})
SA: Json = {
    "type": "service_account",
    "project_id": "example-project",
    "private_key_id": KEY_ID,
    "client_email": EMAIL,
    "token_uri": "https://oauth2.googleapis.com/token",
}


@pytest.fixture
def key(cloud: LocalCloud) -> Json:
    """The key of a service account that the cloud knows."""
    public = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    cloud.account("google", access_key=KEY_ID, secret_key=public, username=EMAIL)
    return {**SA, "private_key": pem_of(new_key())}


def lines_of(key: Json) -> list[str]:
    return [line for line in key["private_key"].splitlines() if "-----" not in line]


def shown(key: Json, text: str) -> list[str]:
    return [line for line in lines_of(key) if line in text]


@pytest.mark.parametrize("form", ["file", "text", "dictionary", "environment"])
def test_a_key_of_a_service_account_is_enough(
    cloud: LocalCloud, player: Player, key: Json, form: str, tmp_path: pathlib.Path
) -> None:
    cloud.add(SCRIPT)
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key), encoding="utf-8")
    path.chmod(0o600)
    options = {
        "file": {"service_account_file": str(path)},
        "text": {"service_account_contents": json.dumps(key)},
        "dictionary": {"service_account_contents": key},
        "environment": {},
    }[form]
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(path)} if form == "environment" else {}
    played = play(player, [wait(tasks=[OPERATION], **options)], environ=environ)
    assert played.code == 0, played.text
    assert played["Wait"]["tasks"][0]["outcome"] == "succeeded"
    assert shown(key, played.text + json.dumps(played.results)) == []
    assert "/projects/example-project/" in cloud.log()[-1]["path"]


@pytest.mark.parametrize("form", ["file", "dictionary"])
def test_a_bad_key_is_refused_once_and_shown_nowhere(
    cloud: LocalCloud, player: Player, key: Json, form: str, tmp_path: pathlib.Path
) -> None:
    other = {**key, "private_key": pem_of(new_key(2056))}
    path = tmp_path / "key.json"
    path.write_text(json.dumps(other), encoding="utf-8")
    cloud.add(SCRIPT)
    options = {"file": {"service_account_file": str(path)}, "dictionary": {"service_account_contents": other}}[form]
    cloud.control("DELETE", "log")
    played = play(player, [wait(tasks=[OPERATION, {**OPERATION, "id": "op-2"}], **options)], environ={})
    assert {task["outcome"] for task in played["Wait"]["tasks"]} == {"unauthorized"}
    assert "Invalid JWT Signature" in played["Wait"]["msg"]
    assert shown(other, played.text + json.dumps(played.results)) == []
    assert [entry["api"] for entry in cloud.log()] == ["tokens.token"]


def test_the_module_and_its_group(cloud: LocalCloud, player: Player) -> None:
    cloud.add({**OPERATION, "script": [[0, {"status": "DONE"}]]})
    steps: list[Json] = [
        {
            "name": "Read",
            "multicloud.tasks.google_cloud_task_info": {"service": "sql_operation", "task_ids": ["op-1", "op-2"]},
        },
        {"name": "List", "multicloud.tasks.google_cloud_task_info": {"service": "sql_operation"}},
    ]
    defaults = {
        "group/multicloud.tasks.google": {
            "endpoint": "{{ endpoint }}",
            "project": accounts.GOOGLE_PROJECT,
            "access_token": accounts.GOOGLE_TOKEN,
        }
    }
    played = play(player, steps, environ={}, module_defaults=defaults)
    assert played.code == 0, played.text
    assert [task["id"] for task in played["Read"]["tasks"]] == ["op-1"]
    assert played["Read"]["missing"] == ["op-2"]
    assert [task["state"] for task in played["List"]["tasks"]] == ["succeeded"]
    assert accounts.GOOGLE_TOKEN not in played.text + json.dumps(played.results)


def test_ad_hoc_without_a_project_it_says_what_is_missing(cloud: LocalCloud, player: Player) -> None:
    cloud.add(SCRIPT)
    played, result = player.ask("google_cloud_task_info", service="sql_operation", task_id="op-1", endpoint=cloud.url)
    assert played.code
    assert "give the option project" in result["msg"]
