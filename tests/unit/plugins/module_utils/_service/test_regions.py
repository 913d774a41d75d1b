# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A region of another cloud is refused before any call, and none that may exist is."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.regions import OWNERS
from support.clients import KEYS, NO_HOST
from support.rows import each_row

# Each provider, and regions of others that cannot be its own.
FOREIGN: dict[str, str] = {
    "alibaba": "cn-north-4 cn-east-3 cn-southwest-2 cn-northwest-1 eu-de eastus westeurope us-central1 europe-west1 asia-east1",
    "huawei": "cn-hangzhou cn-shanghai cn-hongkong cn-hangzhou-finance us-east-1 us-gov-west-1 eastus us-central1 asia-east1",
    "openstack": "",
}
# Regions that each has, or that it may open any day.
OWN: dict[str, str] = {
    "alibaba": (
        "cn-hangzhou cn-hongkong cn-wuhan-lr cn-shanghai-finance-1 cn-north-2-gov-1 us-east-1 us-west-1 us-southeast-1 "
        "na-south-1 ap-southeast-7 ap-northeast-2 eu-central-1 eu-west-1 me-east-1 me-central-1 cn-lanzhou sa-east-1 af-south-1"
    ),
    "huawei": (
        "cn-north-4 cn-north-12 cn-southwest-2 cn-east-5 ap-southeast-3 af-south-1 af-north-1 la-south-2 na-mexico-1 sa-brazil-1 "
        "tr-west-1 me-east-1 eu-west-0 eu-west-101 eu-de eu-nl eu-ch2 my-kualalumpur-1 ru-moscow-1 ap-northeast-1 eu-central-1"
    ),
    # They may have any name, see the first test.
    "openstack": "",
}
WAYS: dict[str, dict[str, dict[str, str]]] = {
    "alibaba": {"endpoint": {"endpoint": "https://ecs.example.com"}},
    "huawei": {"endpoint": {"endpoint": "https://ecs.example.com"}, "domain": {"cloud_domain": "example.com"}},
}


def client(provider: str, region: str, **options: t.Any) -> Client:
    """A client that may make no call."""
    return Client(PROVIDERS[provider], {**KEYS[provider], "region": region, **options}, NO_HOST, list, print)


def rows(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(provider, region) for provider, regions in table.items() for region in regions.split()]


def test_every_provider_is_in_the_tables() -> None:
    assert set(FOREIGN) == set(OWN) == {"alibaba", "huawei", "openstack"}
    assert [name for name in FOREIGN if PROVIDERS[name].region_names] == ["alibaba", "huawei"]


@pytest.mark.parametrize(("provider", "region"), rows(FOREIGN))
def test_a_region_of_another_cloud_is_refused(provider: str, region: str) -> None:
    with pytest.raises(OptionError, match=rf"^region: '{region}' is one of .*, and none of ") as caught:
        client(provider, region)
    assert PROVIDERS[provider].title in str(caught.value)
    assert all(owner in str(caught.value) for owner in OWNERS[region])


@pytest.mark.parametrize(("provider", "region"), rows(OWN))
def test_a_region_that_may_exist_is_asked(provider: str, region: str) -> None:
    assert client(provider, region).region == region


@pytest.mark.parametrize(("provider", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_who_says_where_the_cloud_is_may_name_any_region(provider: str, way: str) -> None:
    region = FOREIGN[provider].split()[0]
    assert client(provider, region, **WAYS[provider][way]).region == region


@each_row(("region", "owners"), OWNERS.items(), ids=OWNERS.keys())
def test_no_provider_refuses_its_own_regions(region: str, owners: list[str]) -> None:
    for provider in PROVIDERS.values():
        if provider.title in owners:
            assert client(provider.name, region).region == region
