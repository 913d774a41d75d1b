# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call names the permissions that it needs, and the policies on the page allow exactly these."""

from __future__ import annotations

import json
import re
import textwrap

import pytest
import yaml

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from tooling.permissions import PAGE, POLICIES, UNCONFIRMED, calls_of, page, section

SERVICES = {f"{name}:{key}": (name, value) for name in PROVIDERS for key, value in PROVIDERS[name].services.items()}
FORMS = {
    "alibaba": r"[a-z]+:[A-Z]\w+",
    "aws": r"[a-z0-9]+:[A-Z]\w+",
    "azure": r"Microsoft\.\w+(/[\w*]+)+/(read|write|action|delete)",
    "google": r"[a-z]+\.[A-Za-z]+\.[A-Za-z]+",
    "huawei": r"[a-z]+:[A-Za-z]+:[A-Za-z]+",
    "openstack": r"(get|tasks)_\w+|(volume|backup):\w+|os_compute_api:[\w:]+",
}
ACTIONS = {
    "azure": lambda policy: policy["Actions"],
    "google": lambda policy: policy["includedPermissions"],
    "openstack": list,
}


@pytest.mark.parametrize("name", SERVICES)
def test_each_call_names_its_permissions_in_the_words_of_the_cloud(name: str) -> None:
    provider, service = SERVICES[name]
    for kind, call in calls_of(service):
        assert call.permissions, f"{kind}: {call.action}"
        assert all(re.fullmatch(FORMS[provider], word) for word in call.permissions), (kind, call.permissions)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_policy_allows_what_the_calls_of_the_services_need_and_no_more(provider: str) -> None:
    needed = {
        word
        for of, service in SERVICES.values()
        if of == provider
        for dummy, call in calls_of(service)
        for word in call.permissions
    }
    *dummy, text = re.findall(
        r"^\.\. code-block:: (?:json|yaml)\n\n((?:(?: {3}.*)?\n)+)", section(PROVIDERS[provider]), re.MULTILINE
    )
    policy = yaml.safe_load(textwrap.dedent(text))
    statements = [word for statement in policy.get("Statement", ()) for word in statement["Action"]]
    allowed = ACTIONS[provider](policy) if provider in ACTIONS else statements
    assert sorted(allowed) == sorted(needed)


@pytest.mark.parametrize("provider", POLICIES)
def test_a_policy_of_each_cloud_can_be_read_by_its_tools(provider: str) -> None:
    services = [service for dummy, service in SERVICES.values()][:3]
    text = POLICIES[provider](services)
    (language, *dummy), body = (
        re.findall(r"code-block:: (\w+)", text)[-1:],
        text.rsplit("code-block::", 1)[1].split("\n", 2)[2],
    )
    assert (json.loads if language == "json" else yaml.safe_load)(textwrap.dedent(body))


def test_what_is_marked_as_not_confirmed_is_asked_for() -> None:
    asked = {
        (provider, service.name, call.action)
        for provider, service in SERVICES.values()
        for dummy, call in calls_of(service)
    }
    assert asked >= UNCONFIRMED


def test_the_page_says_what_the_catalogue_says() -> None:
    """`./dev services` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
