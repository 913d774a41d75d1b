# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long an access is used that ends: by the time of the one who gave it, however wrong the clock of this machine is."""

from __future__ import annotations

import datetime
import json
import typing as t
from datetime import timedelta

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unauthorized
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import KEYS, PASSWORD, THIS_HOST, client
from support.gateway import Gateway, ask, behind, defined
from support.logins import SharedClock

Table = t.Mapping[str, t.Any]

SHANGHAI, NORTH = {"region": "cn-shanghai"}, {"region": "cn-north-4"}
AGENCY = {"agency_name": accounts.HUAWEI_AGENCY, "agency_domain_name": accounts.HUAWEI_AGENCY_DOMAIN}
OIDC = {
    "ALIBABA_CLOUD_ROLE_ARN": accounts.ALIBABA_ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": accounts.ALIBABA_OIDC_PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/token",
}
IDP = {"HUAWEICLOUD_SDK_IDP_ID": accounts.HUAWEI_IDP, "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/token"}
TRUST = {
    "HUAWEICLOUD_OIDC_PROVIDER_URN": accounts.HUAWEI_OIDC_PROVIDER,
    "HUAWEICLOUD_OIDC_AGENCY_URN": accounts.HUAWEI_AGENCY_URN,
    "HUAWEICLOUD_OIDC_TOKEN_FILE": "/token",
}
# How one logs in: provider, options, environment, the call that gives what ends.
WAYS: dict[str, tuple[str, Table, Table, str]] = {
    "a role": ("alibaba", {**KEYS["alibaba"], "ram_role_arn": accounts.ALIBABA_ROLE}, {}, "sts.AssumeRole"),
    "a role for a token": ("alibaba", SHANGHAI, OIDC, "sts.AssumeRoleWithOIDC"),
    "the role of an instance": ("alibaba", {**SHANGHAI, "ecs_role_name": "waiter"}, {}, "ecs-metadata.Keys"),
    "a URL": ("alibaba", {**SHANGHAI, "profile": "url"}, {}, "keys-url.Keys"),
    "a user": ("huawei", PASSWORD, {}, "iam.KeystoneCreateUserTokenByPassword"),
    "an agency": ("huawei", {**KEYS["huawei"], **AGENCY}, {}, "iam.CreateTemporaryAccessKey"),
    "an agency for a user": ("huawei", {**PASSWORD, **AGENCY}, {}, "iam.CreateTemporaryAccessKey"),
    "an identity provider": ("huawei", NORTH, IDP, "iam.CreateTemporaryAccessKey"),
    "an agency for a token": ("huawei", NORTH, TRUST, "sts.AssumeAgencyWithOIDC"),
    "the agency of an instance": ("huawei", NORTH, {}, "metadata.Keys"),
    "an application": ("azure", KEYS["azure"], {}, "entra.Token"),
    "a managed identity": (
        "azure",
        {"auth_source": "msi", "subscription_id": accounts.AZURE_SUBSCRIPTION},
        {},
        "entra.MachineToken",
    ),
    "an application credential": ("openstack", KEYS["openstack"], {}, "keystone.create token"),
}
TASKS = {
    "alibaba": ("ecs", {}),
    "azure": ("recovery_services_job", {}),
    "huawei": ("taurusdb", {}),
    "openstack": ("glance_task", {}),
}
LIFE, LOOKS, EVERY = 3600.0, 60, 120.0
CLOCKS = [-1440.0, -70.0, -59.0, 0.0, 59.0, 70.0, 1440.0]


def files(cloud: LocalCloud) -> t.Callable[[str], str | None]:
    """The files of a user who has keys at a URL, and a token."""
    url = {"name": "url", "mode": "CredentialsURI", "credentials_uri": f"{cloud.url}/keys/waiter"}
    profiles = json.dumps({"current": "none", "profiles": [url]})
    return {"~/.aliyun/config.json": profiles, "/token": accounts.ID_TOKEN}.get


def look(made: Client) -> None:
    """One look at the provider's task."""
    service = made.provider.services[TASKS[made.provider.name][0]]
    made.call(service, service.read, {"task_id": "t-1", "resource_group": "g", "vault_name": "v"})


@pytest.mark.parametrize("minutes", CLOCKS)
@pytest.mark.parametrize(("provider", "options", "environ", "login"), WAYS.values(), ids=WAYS.keys())
def test_a_clock_that_is_wrong_does_not_log_in_more_often(
    local_cloud: LocalCloud, provider: str, options: Table, environ: Table, login: str, minutes: float
) -> None:
    """Two hours of looks with a token of one hour: three logins at most, whatever this machine takes for the time."""
    name, fields = TASKS[provider]
    local_cloud.add({"provider": provider, "service": name, "id": "t-1", "script": [[0, fields]]})
    if provider != "openstack":
        local_cloud.account(provider, machine_role="waiter")
    together = SharedClock(local_cloud, LIFE)

    def clock() -> datetime.datetime:
        return together.now() + timedelta(minutes=minutes)

    with client(
        provider, local_cloud.url, dict(options), dict(environ), files(local_cloud), clock=clock, host=THIS_HOST
    ) as made:
        for dummy in range(LOOKS):
            look(made)
            together.advance(EVERY)
    calls = local_cloud.calls()
    assert 2 <= calls["apis"][login] <= 3, calls["apis"]
    # Of the date, and never of a token.
    assert sum(calls["refused"].values()) <= 1, calls["refused"]


EXPIRED: dict[str, tuple[int, t.Any]] = {
    "alibaba": (400, {"Code": "InvalidSecurityToken.Expired", "Message": "Specified SecurityToken is expired."}),
    "huawei": (401, {"error_code": "APIGW.0307", "error_msg": "The token must be updated."}),
    "openstack": (401, {"error": {"code": 401, "title": "Unauthorized", "message": "Authentication is required."}}),
}
KEYSTONE = {"auth_url": "http://127.0.0.1:1"}
USER = {**KEYSTONE, "username": "op", "password": "pa55", "project_name": "p"}
TOKEN = {**KEYSTONE, "token": "gAAAAB", "project_name": "p"}
CREDENTIAL = {**KEYS["openstack"]["auth"], **KEYSTONE}
PAIR = {"access_key": "AK", "secret_key": "SK", "project_id": "p1"}
# name: provider, options, environment.
IN_MEMORY: dict[str, tuple[str, Table, Table]] = {
    "a role": ("alibaba", {**KEYS["alibaba"], "ram_role_arn": accounts.ALIBABA_ROLE}, {}),
    "a role for a token": ("alibaba", SHANGHAI, OIDC),
    "a user of Huawei Cloud": ("huawei", PASSWORD, {}),
    "an agency": ("huawei", {**NORTH, **PAIR, **AGENCY}, {}),
    "a user of OpenStack": ("openstack", {"auth": USER, "region": "r"}, {}),
    "a token for a project": ("openstack", {"auth": TOKEN, "region": "r"}, {}),
    "a token as it is": ("openstack", {"auth": {**KEYSTONE, "token": "gAAAAB"}, "region": "r"}, {}),
    "an application credential": ("openstack", {"auth": CREDENTIAL, "region": "r"}, {}),
}


@pytest.mark.parametrize("dates", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("minutes", [0.0, 10.0])
@pytest.mark.parametrize("is_defined", [False, True], ids=["catalogue", "definition"])
@pytest.mark.parametrize(("provider", "options", "environ"), IN_MEMORY.values(), ids=IN_MEMORY.keys())
def test_what_has_ended_when_it_is_given_serves_until_it_is_refused(
    provider: str, options: Table, environ: Table, is_defined: bool, minutes: float, dates: bool
) -> None:
    gateway = Gateway(bad=EXPIRED[provider], dates=dates, ends="2026-11-22T11:50:00Z")
    gateway.ahead = timedelta(minutes=minutes)
    read = {"/token": accounts.ID_TOKEN}.get
    with behind(gateway, provider, [], dict(options), environ=dict(environ), read=read) as made:
        service = defined(made) if is_defined else made.provider.services[TASKS[provider][0]]
        for times, logins in ((0, 1), (1, 2)):
            gateway.times = times
            for dummy in range(9):
                assert ask(made, service) == {"id": "t-1"}
            assert (gateway.logins, gateway.refused) == (logins, times)


# What says that a token has ended, or was revoked: whatever the service, and however it says so.
REVOKED: dict[str, tuple[str, Table, tuple[int, t.Any]]] = {
    "OpenStack, told": ("openstack", {"auth": USER, "region": "r"}, EXPIRED["openstack"]),
    "OpenStack, by name": ("openstack", {"auth": USER, "region": "r"}, (401, {"unauthorized": {"code": 401}})),
    "OpenStack, untold": ("openstack", {"auth": USER, "region": "r"}, (401, None)),
    "Huawei Cloud, told": ("huawei", PASSWORD, EXPIRED["huawei"]),
    "Huawei Cloud, of a project": (
        "huawei",
        PASSWORD,
        (
            401,
            {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information: decrypt token fail"},
        ),
    ),
    "Huawei Cloud, of a service": ("huawei", PASSWORD, (401, {"error": {"code": "401", "message": "Unauthorized"}})),
    "Huawei Cloud, in other words": ("huawei", PASSWORD, (401, {"error_code": "APIGW.0301", "error_msg": "no"})),
    "Huawei Cloud, untold": ("huawei", PASSWORD, (401, None)),
}


@pytest.mark.parametrize("is_defined", [False, True], ids=["catalogue", "definition"])
@pytest.mark.parametrize(("provider", "options", "refusal"), REVOKED.values(), ids=REVOKED.keys())
def test_a_token_that_a_service_refuses_is_renewed_once(
    provider: str, options: Table, refusal: tuple[int, t.Any], is_defined: bool
) -> None:
    gateway = Gateway(bad=refusal)
    gateway.ahead = timedelta(seconds=1)
    with behind(gateway, provider, [], dict(options)) as made:
        service = defined(made) if is_defined else made.provider.services[TASKS[provider][0]]
        ask(made, service)
        gateway.times = 1
        assert ask(made, service) == {"id": "t-1"}
        assert (gateway.logins, gateway.refused) == (2, 1)
        gateway.times = 9
        with pytest.raises(Unauthorized):
            ask(made, service)
    assert (gateway.logins, gateway.refused) == (3, 3)
