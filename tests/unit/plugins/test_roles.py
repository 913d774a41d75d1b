# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles say of themselves is what they do, and what they know of services is about services that there are."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

from ansible_collections.multicloud.tasks.plugins.module_utils._options import spec as _options
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS

Json = t.Any

ROLES = pathlib.Path(_options.__file__).parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir())
WAIT = {f"gate_{name}": about for name, about in _options.WAIT.items() if name != "provider"}
SERVICES = {f"{provider.name}.{name}" for provider in PROVIDERS.values() for name in provider.services}


def load(role: str, name: str) -> Json:
    return yaml.safe_load((ROLES / role / name).read_text(encoding="utf-8"))


def options_of(role: str) -> dict[str, Json]:
    return dict(load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"])


@pytest.mark.parametrize("role", NAMES)
def test_defaults_are_documented_as_they_are(role: str) -> None:
    documented = {name: about["default"] for name, about in options_of(role).items() if "default" in about}
    assert documented == (load(role, "defaults/main.yml") or {})


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_begins_with_the_name_of_the_role_and_is_in_its_readme(role: str) -> None:
    readme = (ROLES / role / "README.md").read_text(encoding="utf-8")
    for name in options_of(role):
        assert name.startswith(f"{role}_")
        assert f"`{name}`" in readme or name == "gate_advice", name


@pytest.mark.parametrize("role", NAMES)
def test_options_of_roles_are_described_in_sentences(role: str) -> None:
    for name, about in options_of(role).items():
        for text in about["description"]:
            assert re.match(r"[A-Z]", text), f"{name}: {text}"
            assert text.endswith("."), f"{name}: {text}"


@pytest.mark.parametrize("name", WAIT)
def test_gate_has_every_option_of_the_wait(name: str) -> None:
    documented, wanted = options_of("gate")[name], WAIT[name]
    if name == "gate_tasks":
        # A text of a list is for the wait to read: core would cut it at its commas.
        wanted = {"type": "raw"}
    assert {key: documented.get(key) for key in ("type", "elements", "choices")} == {
        key: wanted.get(key) for key in ("type", "elements", "choices")
    }


def test_gate_hands_every_option_on() -> None:
    block = next(task for task in load("gate", "tasks/main.yml") if "block" in task)["block"]
    handed = block[0]["multicloud.tasks.wait_for_cloud_task"]
    assert {f"gate_{name}" for name in handed} == set(WAIT)
    assert all(f"gate_{name} | default(" in value for name, value in handed.items())


@pytest.mark.parametrize("role", ["gate_backup", "gate_image_export"])
def test_roles_know_services_that_there_are(role: str) -> None:
    known = set(load(role, "defaults/main.yml")[f"{role}_services"])
    assert known <= SERVICES
