# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call over real HTTP: what each way of going wrong becomes, who may be asked, and when a login is renewed."""

from __future__ import annotations

import contextlib
import datetime
import typing as t
from datetime import timedelta

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    CredentialsMissing,
    OptionError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import KEYS, NO_HOST, PASSWORD, RESTORE, client
from support.logins import SharedClock
from support.nowhere import NOWHERE

ECS_TASK: dict[str, t.Any] = {"service": "ecs", "id": "t-1", "script": [[0, {"TaskAction": "ExportImage"}]]}
JOB: dict[str, t.Any] = {"service": "taurusdb", "id": "j-1", "script": [[0, {"name": RESTORE, "status": "Running"}]]}
CALLS = {"alibaba": ("ecs", "t-1"), "huawei": ("taurusdb", "j-1")}


def ask(made: Client) -> t.Any:
    """The body of one answer about the provider's task."""
    service_name, task_id = CALLS[made.provider.name]
    service = made.provider.services[service_name]
    return made.call(service, service.read, {"task_id": task_id}).body


FAULTS: list[tuple[str, dict[str, t.Any], type[CloudError], str]] = [
    ("reset", {}, Unavailable, "no answer from 127.0.0.1"),
    ("stall", {"seconds": 30}, Unavailable, "no answer from 127.0.0.1"),
    ("slow_body", {"bytes_per_second": 20}, Unavailable, "did not end in time"),
    ("truncated", {"cut": "length"}, Unavailable, ""),
    ("truncated", {"cut": "json"}, Unavailable, "not JSON"),
    ("html", {"status": 502}, Unavailable, "HTTP 502"),
    ("html", {"status": 200}, Unavailable, "not JSON"),
    ("html", {"status": 404}, Unavailable, "HTTP 404"),
    ("oversize", {"mebibytes": 9}, Unavailable, "larger than 8 MiB"),
    ("redirect", {"url": "http://127.0.0.1:1/"}, Unavailable, "redirects are not followed"),
    ("error", {"status": 503, "code": "ServiceUnavailable"}, Unavailable, "ServiceUnavailable"),
    ("error", {"status": 400, "code": "MissingParameter"}, CloudError, "MissingParameter"),
    ("error", {"status": 403, "code": "Forbidden.RAM"}, Unauthorized, "Forbidden.RAM"),
    ("throttle", {"rate": 0.001, "burst": 0, "retry_after": 7}, Throttled, ""),
    ("expired", {}, CredentialsExpired, ""),
    ("answer", {"body": float("1e300")}, CloudError, ""),
]


@pytest.mark.parametrize("provider", sorted(CALLS))
@pytest.mark.parametrize(("kind", "about", "expected", "told"), FAULTS)
def test_each_way_of_going_wrong_is_one_kind_of_error(
    local_cloud: LocalCloud, provider: str, kind: str, about: dict[str, t.Any], expected: type[CloudError], told: str
) -> None:
    local_cloud.add(ECS_TASK, JOB)
    local_cloud.fault(kind, f"{provider}.{CALLS[provider][0]}.*", **about)
    with client(provider, local_cloud.url, {**KEYS[provider], "request_timeout": 1.0}) as made:
        if kind == "answer":
            assert ask(made) == 1e300
            return
        with pytest.raises(CloudError) as caught:
            ask(made)
    assert caught.value.kind == expected.kind
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.retry_after == (7.0 if kind == "throttle" else None)


BAD_KEYS: list[tuple[str, dict[str, str], type[CloudError]]] = [
    ("alibaba", {"secret_key": "wrong"}, BadSignature),
    ("alibaba", {"access_key": "LTAInobody"}, BadSignature),
    ("alibaba", {"security_token": "stray"}, BadSignature),
    ("huawei", {"secret_key": "wrong"}, BadSignature),
    ("huawei", {"access_key": "NOBODY"}, BadSignature),
]


@pytest.mark.parametrize(("provider", "change", "expected"), BAD_KEYS)
def test_a_bad_key_is_refused_after_one_call(
    local_cloud: LocalCloud, provider: str, change: dict[str, str], expected: type[CloudError]
) -> None:
    local_cloud.add(ECS_TASK, JOB)
    with client(provider, local_cloud.url, {**KEYS[provider], **change}) as made, pytest.raises(expected) as caught:
        ask(made)
    assert local_cloud.calls()["total"] == 1
    shown = Mask(made.credentials.secrets()).line(str(caught.value))
    for secret in change.values():
        assert secret not in shown


def test_a_token_from_iam_is_renewed_when_it_ends_and_only_then(local_cloud: LocalCloud) -> None:
    local_cloud.add(JOB)
    with client("huawei", local_cloud.url, PASSWORD) as made:
        ask(made)
        ask(made)
        assert local_cloud.calls()["apis"]["iam.KeystoneCreateUserTokenByPassword"] == 1
        local_cloud.fault("expired", "taurusdb.*", times=1)
        ask(made)
        assert local_cloud.calls()["apis"]["iam.KeystoneCreateUserTokenByPassword"] == 2


@pytest.mark.parametrize("keys", [PASSWORD, KEYS["huawei"]], ids=["a token", "keys"])
def test_the_project_of_another_cloud_is_the_one_that_is_named(local_cloud: LocalCloud, keys: dict[str, str]) -> None:
    """Nobody but the stand-in is asked, whatever the domain of the cloud is."""
    project = "0123456789abcdef0123456789abcdef"
    local_cloud.settings(projects={"eu-de": "f" * 32, "eu-de_shop": project})
    local_cloud.add({"provider": "huawei", "service": "taurusdb", "id": "j-1", "script": [[0, {}]]})
    given = {**keys, "region": "eu-de", "cloud_domain": "otc.t-systems.com", "project_name": "eu-de_shop"}
    with client("huawei", local_cloud.url, given) as made:
        taurusdb = made.provider.services["taurusdb"]
        answer = made.call(taurusdb, taurusdb.read, {"task_id": "j-1"})
    assert answer.body["job"]["id"] == "j-1"
    assert local_cloud.log()[-1]["path"] == f"/v3/{project}/jobs"


# What a token of so many seconds costs in logins, looked with every second for twelve of them.
TOKEN_LIVES: list[tuple[float, int]] = [(5.0, 3), (12.0, 2), (3600.0, 1)]


@pytest.mark.parametrize(("life", "logins"), TOKEN_LIVES)
def test_a_token_is_renewed_before_it_ends_and_not_with_every_call(
    local_cloud: LocalCloud, life: float, logins: int
) -> None:
    local_cloud.add(JOB)
    together = SharedClock(local_cloud, life)
    with client("huawei", local_cloud.url, PASSWORD, clock=together.now) as made:
        for dummy in range(12):
            ask(made)
            together.advance(1.0)
    counted = local_cloud.calls()["apis"]
    assert counted["iam.KeystoneCreateUserTokenByPassword"] == logins
    assert local_cloud.calls()["refused"] == {}


class Ticking:
    """A clock that tests move."""

    def __init__(self, **ahead: float) -> None:
        self.ahead = timedelta(**ahead)

    def now(self) -> datetime.datetime:
        """The time on it."""
        return datetime.datetime.now(datetime.timezone.utc) + self.ahead


SKEWS: list[tuple[str, float, str]] = [
    ("alibaba", -63.0, "63 min behind that of Alibaba Cloud"),
    ("alibaba", 40.0, "40 min ahead of that of Alibaba Cloud"),
    ("huawei", -63.0, "63 min behind that of Huawei Cloud"),
    ("huawei", 1500.0, "1500 min ahead of that of Huawei Cloud"),
]


@pytest.mark.parametrize(("provider", "minutes", "said"), SKEWS)
def test_a_clock_that_is_wrong_is_learnt_once_and_said(
    local_cloud: LocalCloud, provider: str, minutes: float, said: str
) -> None:
    local_cloud.add(ECS_TASK, JOB)
    warnings: list[str] = []
    with client(provider, local_cloud.url, warn=warnings.append, clock=Ticking(minutes=minutes).now) as made:
        for dummy in range(3):
            ask(made)
        assert abs(made.now() - Ticking().now()) < timedelta(seconds=5)
    assert len(warnings) == 1
    assert said in warnings[0]
    assert sum(local_cloud.calls()["refused"].values()) == 1


@pytest.mark.parametrize("provider", sorted(CALLS))
def test_a_bad_key_and_a_wrong_clock_are_two_refusals_and_no_third(local_cloud: LocalCloud, provider: str) -> None:
    local_cloud.add(ECS_TASK, JOB)
    options = {**KEYS[provider], "secret_key": "wrong"}
    wrong = Ticking(hours=2)
    with client(provider, local_cloud.url, options, clock=wrong.now) as made, pytest.raises(BadSignature):
        ask(made)
    assert local_cloud.calls()["total"] == 2


def test_credentials_that_stay_expired_are_resolved_again_once(local_cloud: LocalCloud) -> None:
    local_cloud.add(ECS_TASK)
    local_cloud.fault("expired", "ecs.*")
    with client("alibaba", local_cloud.url) as made, pytest.raises(CredentialsExpired):
        ask(made)
    assert local_cloud.calls()["total"] == 2


def test_keys_that_expired_are_read_again_from_where_they_came(local_cloud: LocalCloud) -> None:
    local_cloud.add(ECS_TASK)
    environ = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIold", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "old-secret"}
    local_cloud.account("alibaba", access_key="LTAIold", secret_key="old-secret")
    with client("alibaba", local_cloud.url, {"region": "cn-shanghai"}, environ) as made:
        ask(made)
        local_cloud.fault("expired", "ecs.*", times=1)
        environ.update(
            ALIBABA_CLOUD_ACCESS_KEY_ID=accounts.ALIBABA_KEY, ALIBABA_CLOUD_ACCESS_KEY_SECRET=accounts.ALIBABA_SECRET
        )
        ask(made)
        assert made.credentials.access_key == accounts.ALIBABA_KEY


def test_the_project_is_looked_up_once_and_only_where_it_is_not_given(local_cloud: LocalCloud) -> None:
    local_cloud.add(JOB)
    project = {**KEYS["huawei"], "project_id": accounts.PROJECTS["cn-north-4"]}
    for options, lookups in ((project, None), (KEYS["huawei"], 1)):
        with client("huawei", local_cloud.url, options) as made:
            ask(made)
            ask(made)
        assert local_cloud.calls()["apis"].get("iam.KeystoneListProjects") == lookups


REFUSED: list[tuple[str, dict[str, t.Any], str, type[OptionError], str]] = [
    (
        "alibaba",
        KEYS["alibaba"],
        "http://cloud.example.com",
        OptionError,
        "endpoint: 'http://cloud.example.com' is not",
    ),
    ("alibaba", KEYS["alibaba"], "ecs.cn-shanghai.aliyuncs.com", OptionError, "is not a URL"),
    ("alibaba", KEYS["alibaba"], "https://me:pw@cloud.example.com", OptionError, "only scheme, host, port"),
    ("alibaba", KEYS["alibaba"], "https://cloud.example.com/?a=b", OptionError, "only scheme, host, port"),
    ("alibaba", KEYS["alibaba"], "https://[::1", OptionError, "is not a URL"),
    ("alibaba", {"region": "x"}, "https://cloud.example.com", CredentialsMissing, "~/.aliyun/config.json"),
    ("huawei", {"region": "x"}, "https://cloud.example.com", CredentialsMissing, "~/.huaweicloud/credentials"),
    ("huawei", {**KEYS["huawei"], "region": None}, "https://cloud.example.com", OptionError, "region is missing"),
    (
        "alibaba",
        {**KEYS["alibaba"], "ca_path": f"{NOWHERE}/ca.pem"},
        "https://a.example.com",
        OptionError,
        "ca_path: there",
    ),
    (
        "huawei",
        {**PASSWORD, "iam_endpoint": "http://iam.example.com"},
        "https://a.example.com",
        OptionError,
        "iam_endpoint",
    ),
]


@pytest.mark.parametrize(("provider", "options", "url", "expected", "told"), REFUSED)
def test_what_cannot_work_is_refused_before_any_call(
    provider: str, options: dict[str, t.Any], url: str, expected: type[OptionError], told: str
) -> None:
    with pytest.raises(expected) as caught, client(provider, url, options) as made:
        made.endpoint(made.provider.services[CALLS[provider][0]])
    assert told in str(caught.value)


# name: the variables, what must never be shown of them.
PROXIES: dict[str, tuple[dict[str, str], set[str]]] = {
    "none": ({"NO_PROXY": "a@b", "PATH": "http://me:no@x"}, set()),
    "without a user": ({"https_proxy": "http://proxy.example.com:3128"}, set()),
    "a user alone": ({"https_proxy": "http://me@proxy.example.com:3128"}, set()),
    "a password": ({"HTTPS_PROXY": "http://me:hush@proxy.example.com:3128"}, {"hush", "bWU6aHVzaA=="}),
    "a password that is escaped": ({"all_proxy": "http://me:h%40sh@p:1"}, {"h%40sh", "h@sh", "bWU6aEBzaA=="}),
    "a password without a scheme": ({"ALL_PROXY": "me:hush@p:1"}, {"hush", "bWU6aHVzaA=="}),
}


@pytest.mark.parametrize(("environ", "secrets"), PROXIES.values(), ids=PROXIES)
def test_the_passwords_of_proxies_are_told_before_anything_can_go_wrong(
    environ: dict[str, str], secrets: set[str]
) -> None:
    told: list[str] = []
    with pytest.raises(OptionError):
        Client(PROVIDERS["alibaba"], {}, NO_HOST._replace(environ=environ), told.extend, print)
    assert set(told) == secrets


def test_what_refuses_a_call_is_masked_before_it_is_cut(local_cloud: LocalCloud) -> None:
    told = " ".join([accounts.ALIBABA_SECRET] * 200)
    local_cloud.fault("error", "ecs.*", status=400, code="Odd", message=told)
    mask = Mask()
    options = {**KEYS["alibaba"], "endpoint": local_cloud.url}
    made = Client(PROVIDERS["alibaba"], options, NO_HOST, mask.add, print, clean=mask.text)
    try:
        with pytest.raises(CloudError) as caught:
            ask(made)
    finally:
        made.close()
    assert accounts.ALIBABA_SECRET[:6] not in str(caught.value)
    assert 1000 < len(str(caught.value)) < 2100


REFUSALS: dict[str, tuple[int, str, type[CloudError]]] = {
    "an unknown key": (404, "InvalidAccessKeyId.NotFound", BadSignature),
    "a wrong signature": (400, "SignatureDoesNotMatch", BadSignature),
    "no right": (403, "Forbidden.RAM", Unauthorized),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("place", ["options", "environment"])
def test_a_refusal_says_where_the_credentials_were_found(local_cloud: LocalCloud, name: str, place: str) -> None:
    status, code, kind = REFUSALS[name]
    local_cloud.fault("error", "ecs.*", status=status, code=code, message="It is refused.")
    keys = KEYS["alibaba"] if place == "options" else {"region": "cn-hangzhou"}
    environ = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": KEYS["alibaba"]["access_key"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEYS["alibaba"]["secret_key"],
    }
    host = NO_HOST if place == "options" else NO_HOST._replace(environ=environ)
    made = Client(PROVIDERS["alibaba"], {**keys, "endpoint": local_cloud.url}, host, list, print)
    with contextlib.closing(made), pytest.raises(kind) as caught:
        ask(made)
    assert str(caught.value) == f"{code}: It is refused (the credentials come from: {place})"
    assert caught.value.failure()["message"] == "It is refused."
