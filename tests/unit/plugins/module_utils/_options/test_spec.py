# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options as data: the same names and meaning everywhere, secrets known by all of their names."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS
from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import (
    CONNECTION,
    FACT_NAMES,
    FILTERS,
    WAIT,
    Spec,
    info_spec,
    secret_names,
    secrets_in,
    task_spec,
    wait_spec,
    wait_spec_for,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS, SECRETS

SPECS: dict[str, Spec] = {
    **{f"{name}_cloud_task_info": info_spec(provider) for name, provider in PROVIDERS.items()},
    "wait_for_cloud_task": wait_spec(PROVIDERS),
}
SECRET_WORDS = ("secret", "password", "token")


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_every_secret_option_is_marked_as_one(spec: Spec) -> None:
    # The path of a file with a token is no secret.
    named = [name for name in spec if any(word in name for word in SECRET_WORDS)]
    told = {name for name in named if spec[name]["type"] != "path"}
    assert told
    assert {name for name in told if not spec[name].get("no_log")} == set()
    assert spec["access_key"]["no_log"]


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_no_name_stands_for_two_options(spec: Spec) -> None:
    names = [alias for name, option in spec.items() for alias in (name, *option.get("aliases", ()))]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_an_option_means_the_same_for_every_provider(provider: t.Any) -> None:
    spec = task_spec(provider)
    for name, option in {**CONNECTION, **FILTERS}.items():
        assert spec[name] == option
    assert set(provider.options).isdisjoint({*CONNECTION, *FILTERS, *WAIT})
    assert info_spec(provider) == spec
    assert set(info_spec(provider)["service"]["choices"]) == set(provider.services)


def test_options_of_two_providers_of_one_name_are_one_option() -> None:
    seen: dict[str, t.Any] = {}
    for provider in PROVIDERS.values():
        for name, option in provider.options.items():
            assert seen.setdefault(name, option) == option


def test_a_wait_has_every_option_of_every_provider() -> None:
    spec = wait_spec(PROVIDERS)
    for provider in PROVIDERS.values():
        assert set(task_spec(provider)) <= set(spec)
    assert set(WAIT) <= set(spec)
    assert spec["task_ids"]["aliases"] == ["task_id", "id"]


ALIASES = {
    "access_key": ["alicloud_access_key", "access_key_id", "ak"],
    "secret_key": ["access_key_secret", "sk", "alicloud_secret_key"],
    "region": ["alicloud_region", "region_id"],
    "task_ids": ["task_id"],
}


@pytest.mark.parametrize(("name", "aliases"), ALIASES.items(), ids=ALIASES.keys())
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_the_names_that_users_type_already_are_aliases(spec: Spec, name: str, aliases: list[str]) -> None:
    assert set(aliases) <= set(spec[name]["aliases"])


def test_facts_that_are_options_are_those_that_tell_where_to_ask() -> None:
    assert {*FACTS} - {*FACT_NAMES} == {"provider", "service", "region", "id"}
    assert {"outcome", "reason", "looks", "detection_delay_max"} <= {*FACT_NAMES}


def test_secrets_are_known_by_all_of_their_names() -> None:
    names = secret_names(wait_spec(PROVIDERS))
    assert {"secret_key", "sk", "access_key_secret", "ak", "access_key", "password", "auth_token", "sts_token"} <= names
    assert names.isdisjoint({"region", "endpoint", "profile", "username", "task_ids", "id"})


# name: what a user gave, the secrets in it.
GIVEN: dict[str, tuple[t.Any, list[str]]] = {
    "flat": ({"secret_key": "a", "region": "r"}, ["a"]),
    "by another name": ({"sk": "a"}, ["a"]),
    "inside tasks": ({"tasks": [{"password": "a"}, {"auth_token": "b", "id": "t"}]}, ["a", "b"]),
    "deep in a registered result": ({"tasks": [{"results": [{"invocation": {"module_args": {"ak": "a"}}}]}]}, ["a"]),
    "a number": ({"password": 1234}, ["1234"]),
    "wrongly a dictionary": (
        {"password": {"a": "b", "c": [None, "d"]}},
        ["{'a': 'b', 'c': [None, 'd']}", "b", "[None, 'd']", "d"],
    ),
    "the file of a service account": (
        {"service_account_contents": {"type": "service_account", "private_key": "a", "client_email": "b"}},
        ["{'type': 'service_account', 'private_key': 'a', 'client_email': 'b'}", "a"],
    ),
    "none": ({"password": None, "secret_key": ""}, []),
    "not a dict": (["x", 1, None], []),
}


@pytest.mark.parametrize(("given", "expected"), GIVEN.values(), ids=GIVEN.keys())
def test_secrets_are_found_wherever_a_user_gave_them(given: t.Any, expected: list[str]) -> None:
    assert list(secrets_in(given, secret_names(wait_spec(PROVIDERS)))) == expected


# The options of the contract, with their defaults.
DEFAULTS: dict[str, t.Any] = {
    "timeout": 3600,
    "delay": 0,
    "interval": None,
    "min_interval": 2,
    "max_interval": 120,
    "required": "all",
    "on_timeout": "fail",
    "fail_fast": True,
    "success_states": ["succeeded"],
    "success_when": None,
    "failure_when": None,
    "not_found_timeout": 60,
    "unreachable_timeout": 600,
    "stall_timeout": None,
    "rate_limit": None,
    "heartbeat": 60,
    "progress": True,
    "journal": None,
    "history": None,
    "raw": False,
    "return_tasks": "all",
    "provider": None,
    "tasks": None,
}


def test_the_options_of_a_wait_and_their_defaults_are_those_of_the_contract() -> None:
    assert check(WAIT, {}) == DEFAULTS


ECS = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
JOB = {"provider": "huawei", "service": "taurusdb", "task_id": "j-1"}
ALL = ("alibaba", "aws", "azure", "google", "huawei", "openstack")
NEEDED: dict[str, tuple[t.Any, tuple[str, ...]]] = {
    "one cloud": (ECS, ("alibaba",)),
    "its own options, by another name": ({**ECS, "network": "vpc", "alicloud_assume_role_arn": "a"}, ("alibaba",)),
    "options of the wait": ({**ECS, "timeout": 5, "progress": False}, ("alibaba",)),
    "in entries": ({"tasks": [ECS, {"id": "x"}, "odd"]}, ("alibaba",)),
    "two": ({"tasks": [ECS, JOB], "timeout": 5}, ("alibaba", "huawei")),
    "one on top": ({"provider": "huawei", "tasks": [ECS]}, ("alibaba", "huawei")),
    "an option of another cloud": ({**ECS, "project_id": "p"}, ALL),
    "an option of none": ({**ECS, "regoin": "x"}, ALL),
    "none": ({"journal": "x"}, ALL),
    "one that is not known": ({**ECS, "provider": "ibm"}, ALL),
    "one that is no text": ({**ECS, "provider": ["alibaba"]}, ALL),
    "tasks that are no list": ({"tasks": "alibaba"}, ALL),
}


@pytest.mark.parametrize(("given", "clouds"), NEEDED.values(), ids=NEEDED.keys())
def test_a_wait_looks_at_the_options_of_the_clouds_that_it_is_about(given: t.Any, clouds: tuple[str, ...]) -> None:
    assert wait_spec_for(PROVIDERS, given) == wait_spec({name: PROVIDERS[name] for name in clouds})


def test_secrets_are_known_whatever_cloud_they_are_of() -> None:
    assert secret_names(wait_spec(PROVIDERS)) == SECRETS
