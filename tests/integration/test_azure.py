# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure from a playbook: with a certificate, with the Azure CLI, with its module and the group, and what is refused."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

from integration import scenes
from integration.playing import Player
from integration.test_openstack import QUICK, Json, play, scripted, wait
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.rsa_keys import certificate_of, new_key, pem_of

JOB: Json = {
    "provider": "azure",
    "service": "recovery_services_job",
    "resource_group": "backups",
    "vault_name": "nightly",
    "id": "j-1",
}
GOING, DONE = {"properties": {"status": "InProgress"}}, scenes.AZURE_BACKED_UP
WHO = {"tenant": accounts.AZURE_TENANT, "client_id": accounts.AZURE_CLIENT}
WHERE = {"subscription_id": accounts.AZURE_SUBSCRIPTION}


@pytest.fixture(autouse=True)
def nothing_yet(cloud: LocalCloud) -> None:
    """Each test has a world of its own."""
    cloud.reset()


def lines_of_key() -> list[str]:
    return [line for line in pem_of(new_key()).splitlines() if "-----" not in line]


def azure_cli(folder: pathlib.Path, output: str, code: int = 0) -> str:
    """The PATH of a shell with a command az that prints this."""
    folder.mkdir()
    (folder / "output").write_text(output, encoding="utf-8")
    command = folder / "az"
    command.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\ncat {folder}/output\nexit {code}\n', encoding="utf-8")
    command.chmod(0o700)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_an_application_with_a_certificate_waits(cloud: LocalCloud, player: Player, tmp_path: pathlib.Path) -> None:
    cloud.account(
        "azure",
        access_key=accounts.AZURE_CLIENT,
        domain=accounts.AZURE_TENANT,
        project=accounts.AZURE_SUBSCRIPTION,
        certificate=certificate_of(new_key()),
    )
    cloud.add(scripted("azure", "recovery_services_job", "j-1", GOING, DONE))
    path = tmp_path / "app.pem"
    path.write_text(pem_of(new_key()) + certificate_of(new_key()), encoding="utf-8")
    path.chmod(0o600)
    options = {**WHO, **WHERE, "x509_certificate_path": str(path)}
    played = play(player, [wait(tasks=[JOB], **options)], environ={})
    assert played.code == 0, played.text
    assert played["Wait"]["tasks"][0]["outcome"] == "succeeded"
    text = played.text + json.dumps(played.results)
    assert [line for line in lines_of_key() if line in text] == []


def test_the_azure_cli_gives_the_token_and_the_subscription(
    cloud: LocalCloud, player: Player, tmp_path: pathlib.Path
) -> None:
    token = "eyJhush.cli.token"
    cloud.account("azure", auth_token=token)
    cloud.add(scripted("azure", "recovery_services_job", "j-1", GOING, DONE))
    told = {"accessToken": token, "expires_on": 4102444800, "subscription": accounts.AZURE_SUBSCRIPTION}
    path = azure_cli(tmp_path / "bin", json.dumps(told))
    played = play(player, [wait(tasks=[JOB])], environ={"PATH": path})
    assert played.code == 0, played.text
    assert played["Wait"]["tasks"][0]["outcome"] == "succeeded"
    assert token not in played.text + json.dumps(played.results)
    asked = (tmp_path / "bin" / "asked").read_text(encoding="utf-8").splitlines()
    assert asked == ["account get-access-token --output json --resource https://management.azure.com"]


def test_a_profile_is_named_once_for_a_block(cloud: LocalCloud, player: Player) -> None:
    """The facts that the module returns are waited for."""
    folder = player.home / ".azure"
    folder.mkdir(parents=True)
    values = {**WHO, **WHERE, "secret": accounts.AZURE_SECRET}
    lines = ["[default]", "[nightly]", *(f"{name} = {value}" for name, value in values.items()), ""]
    (folder / "credentials").write_text("\n".join(lines), encoding="utf-8")
    (folder / "credentials").chmod(0o600)
    cloud.add({**scripted("azure", "recovery_services_job", "j-1", GOING, DONE), "from_first_call": True})
    place = {name: JOB[name] for name in ("service", "resource_group", "vault_name")}
    steps = [
        {"name": "Read", "multicloud.tasks.azure_cloud_task_info": {**place, "task_id": "j-1"}, "register": "found"},
        {"name": "Wait", "multicloud.tasks.wait_for_cloud_task": {**QUICK, **PLACE, "tasks": "{{ found.tasks }}"}},
    ]
    groups = {"group/multicloud.tasks.azure": {"profile": "nightly", "endpoint": cloud.url}}
    played = play(player, steps, environ={}, module_defaults=groups)
    assert played.code == 0, played.text
    assert played["Read"]["tasks"][0]["state"] == "running"
    assert played["Wait"]["tasks"][0]["outcome"] == "succeeded"
    assert accounts.AZURE_SECRET not in played.text


PLACE = {name: JOB[name] for name in ("resource_group", "vault_name")}


def test_a_wrong_secret_is_refused_once_and_shown_nowhere(cloud: LocalCloud, player: Player) -> None:
    cloud.add(scripted("azure", "recovery_services_job", "j-1", GOING, DONE))
    options = {**WHO, **WHERE, "secret": "hush-wrong-secret"}
    played = play(player, [wait(tasks=[JOB], **options)], environ={})
    assert played.code
    (task,) = played["Wait"]["tasks"]
    assert task["outcome"] == "unauthorized"
    assert "AADSTS7000215" in played["Wait"]["msg"]
    assert "hush-wrong-secret" not in played.text + json.dumps(played.results)
    assert cloud.calls()["apis"] == {"entra.Token": 1}


REFUSED: dict[str, tuple[Json, str]] = {
    "a user": ({"ad_user": "someone"}, "ad_user"),
    "AD FS": ({**WHO, "secret": "hush-secret", "adfs_authority_url": "https://adfs.example.com"}, "adfs_authority_url"),
    "a metadata URL": ({"cloud_environment": "https://management.local"}, "cloud_environment"),
    "PKCS#12": ({**WHO, "x509_certificate_path": "/run/app.pfx"}, "x509_certificate_path"),
    "an unknown source": ({"auth_source": "keyring"}, "auth_source"),
}


@pytest.mark.parametrize(("options", "name"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_supported_is_refused_by_name(cloud: LocalCloud, player: Player, options: Json, name: str) -> None:
    played = play(player, [wait(tasks=[JOB], **options)], environ={})
    assert played.code
    assert name in played["Wait"]["msg"]
    assert "Traceback" not in played.text
    assert cloud.calls()["total"] == 0
