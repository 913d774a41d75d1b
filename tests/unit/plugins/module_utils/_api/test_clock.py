# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that is wrong, is set right, or changes again: what is learnt from a refusal of a date, and how often one is tried."""

from __future__ import annotations

import typing as t
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import BadSignature
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from local_cloud import accounts
from support.clients import KEYS
from support.gateway import SKEW, Gateway, ask, behind, defined
from support.logins import NOON

Body = tuple[int, dict[str, t.Any]]

MANDATORY = 'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.'
EXPIRED = "Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature time:"
STALE: dict[str, tuple[str, Body]] = {
    "expired": ("alibaba", (400, {"Code": "InvalidTimeStamp.Expired", "Message": "It is expired."})),
    "expired, in other letters": ("alibaba", (400, {"Code": "InvalidTimestamp.Expired", "Message": "It is expired."})),
    "illegal": ("alibaba", (400, {"Code": "IllegalTimestamp", "Message": MANDATORY})),
    "missing": ("alibaba", (400, {"Code": "MissingTimestamp", "Message": "Timestamp is mandatory for this action."})),
    "a parameter": ("alibaba", (400, {"Code": "MissingParameter", "Message": MANDATORY})),
    "a parameter, in short": ("alibaba", (400, {"Code": "InvalidParam", "Message": "The Param Date is invalid."})),
    "another product": ("alibaba", (400, {"Code": "RequestTimeExpired", "Message": "It is expired."})),
    "another product, skewed": ("alibaba", (403, {"Code": "RequestTimeTooSkewed", "Message": "Too large."})),
    "another code": (
        "alibaba",
        (400, {"code": "A.New.Code", "message": "Specified time stamp or date value is expired."}),
    ),
    "the gateway": ("huawei", (401, {"error_code": "APIGW.0301", "error_msg": f"{EXPIRED}20211217T064303Z"})),
    "the gateway elsewhere": ("huawei", (401, {"error_code": "APIG.0301", "error_msg": "signature expires"})),
    "a gateway for apps": (
        "huawei",
        (401, {"error_code": "APIC.0303", "error_msg": "Incorrect app authentication information: signature expired"}),
    ),
    "the gateway, in short": ("huawei", (401, {"error_code": "APIGW.0305", "error_msg": "Incorrect information."})),
    "a service itself": ("huawei", (401, {"error": {"code": "401", "message": "The signature has expired"}})),
    "a store": ("huawei", (403, {"code": "RequestTimeTooSkewed", "message": "The difference is too large."})),
}
FIRST = dict(reversed(STALE.values()))
CATALOGUED = {"alibaba": "ecs", "huawei": "evs"}
WRONG = [-1440.0, -70.0, -20.0, 20.0, 70.0, 1440.0]
ROLE = {**KEYS["alibaba"], "ram_role_arn": accounts.ALIBABA_ROLE}
OIDC = {
    "ALIBABA_CLOUD_ROLE_ARN": accounts.ALIBABA_ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": accounts.ALIBABA_OIDC_PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/token",
}
AGENCY = {**KEYS["huawei"], "agency_name": "a", "agency_domain_name": "d"}
PROJECT = {**KEYS["huawei"], "project_id": "p1"}
# How one logs in that sends a date, and how many calls a login takes.
LOGINS: dict[str, tuple[str, dict[str, t.Any], dict[str, str], int]] = {
    "keys": ("alibaba", KEYS["alibaba"], {}, 0),
    "a role": ("alibaba", ROLE, {}, 1),
    "a role for a token": ("alibaba", {"region": "cn-shanghai"}, OIDC, 1),
    "keys of a project": ("huawei", PROJECT, {}, 0),
    "keys that look for their project": ("huawei", KEYS["huawei"], {}, 1),
    "an agency": ("huawei", AGENCY, {}, 2),
}


def service(made: t.Any, is_defined: bool) -> Service:
    """A service of the catalogue, or one of a user."""
    return defined(made) if is_defined else made.provider.services[CATALOGUED[made.provider.name]]


@pytest.mark.parametrize("minutes", WRONG)
@pytest.mark.parametrize("is_defined", [False, True], ids=["catalogue", "definition"])
@pytest.mark.parametrize(("provider", "stale"), STALE.values(), ids=STALE.keys())
def test_a_refused_date_is_corrected_whatever_it_is_called(
    provider: str, stale: Body, is_defined: bool, minutes: float
) -> None:
    gateway, warnings = Gateway(stale), list[str]()
    gateway.ahead = timedelta(minutes=minutes)
    with behind(gateway, provider, warnings) as made:
        for dummy in range(3):
            assert ask(made, service(made, is_defined)) == {"id": "t-1"}
        assert made.now() == NOON
    way = "ahead of" if minutes > 0 else "behind"
    assert gateway.refused == 1
    assert len(warnings) == 1
    assert f"{abs(minutes):.0f} min {way} that of {made.provider.title}" in warnings[0]


@pytest.mark.parametrize("minutes", WRONG)
@pytest.mark.parametrize(("provider", "options", "environ", "calls"), LOGINS.values(), ids=LOGINS.keys())
def test_a_date_that_is_refused_at_a_login_is_corrected(
    provider: str, options: dict[str, t.Any], environ: dict[str, str], calls: int, minutes: float
) -> None:
    gateway, warnings = Gateway(FIRST[provider]), list[str]()
    gateway.ahead = timedelta(minutes=minutes)
    with behind(gateway, provider, warnings, options, environ=environ, read={"/token": "eyJ"}.get) as made:
        ask(made, service(made, False))
    assert (gateway.refused, len(gateway.asked), len(warnings)) == (1, calls + 2, 1)


CHANGES: dict[str, list[tuple[float, int]]] = {
    "set right": [(-20.0, 1), (0.0, 1), (0.0, 0)],
    "set right, and wrong once more": [(-20.0, 1), (0.0, 1), (-20.0, 1)],
    "nearly right": [(20.0, 1), (4.0, 1), (-4.0, 0), (14.0, 0)],
    "from one side to the other": [(70.0, 1), (-70.0, 1), (70.0, 1)],
    "ever more": [(16.0, 1), (30.0, 0), (45.0, 1), (120.0, 1)],
    "never wrong enough": [(14.0, 0), (-14.0, 0), (0.0, 0)],
}


@pytest.mark.parametrize("provider", CATALOGUED)
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
def test_a_clock_that_changes_is_learnt_anew(provider: str, changes: list[tuple[float, int]]) -> None:
    gateway, warnings, said = Gateway(FIRST[provider]), list[str](), 0
    with behind(gateway, provider, warnings) as made:
        for minutes, refused in changes:
            gateway.ahead, gateway.refused = timedelta(minutes=minutes), 0
            ask(made, service(made, False))
            assert gateway.refused == refused
            # Nobody has to do anything about a clock that is right.
            said += bool(refused and abs(minutes) >= 5)
            assert len(warnings) == said


@given(st.sampled_from(sorted(CATALOGUED)), st.lists(st.integers(-3000, 3000), min_size=1, max_size=12))
def test_no_change_of_the_clock_costs_more_than_one_refusal(provider: str, minutes: list[int]) -> None:
    gateway = Gateway(FIRST[provider])
    with behind(gateway, provider, []) as made:
        for each in minutes:
            gateway.ahead, gateway.refused = timedelta(minutes=each), 0
            ask(made, service(made, False))
            assert gateway.refused <= 1
            assert abs(made.now() - NOON) <= SKEW


# What every call of a service is answered, by how many minutes the clock is wrong, and how many calls that makes.
DENIED = "Specified signature is not matched with our calculation."
FORGED = "Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v3/x-sdk-date:"
NO_KEY = "Incorrect IAM authentication information: Get secretKey failed,ak:AK,err:ak not exist"
LOCKED = "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden"
FINAL: dict[str, tuple[str, Body, float, int]] = {
    **{f"the clocks agree: {name}": (provider, body, 0.0, 1) for name, (provider, body) in STALE.items()},
    **{f"corrected: {name}": (provider, body, 10.0, 2) for name, (provider, body) in STALE.items()},
    **{f"both are wrong: {name}": (provider, body, 70.0, 2) for name, (provider, body) in STALE.items()},
    "a signature": ("alibaba", (400, {"Code": "SignatureDoesNotMatch", "Message": DENIED}), 10.0, 1),
    "a key": ("alibaba", (404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "Not found."}), 10.0, 1),
    "the signature at the gateway": ("huawei", (401, {"error_code": "APIGW.0301", "error_msg": FORGED}), 10.0, 1),
    "the key at the gateway": ("huawei", (401, {"error_code": "APIGW.0301", "error_msg": NO_KEY}), 10.0, 1),
    "a key that is locked": ("huawei", (401, {"error_code": "APIG.0301", "error_msg": LOCKED}), 10.0, 1),
}


@pytest.mark.parametrize(("provider", "bad", "minutes", "calls"), FINAL.values(), ids=FINAL.keys())
def test_a_key_that_is_refused_is_not_tried_for_long(provider: str, bad: Body, minutes: float, calls: int) -> None:
    gateway = Gateway(FIRST[provider], bad, times=9)
    gateway.ahead = timedelta(minutes=minutes)
    keys = {**KEYS[provider], "project_id": "p1"} if provider == "huawei" else KEYS[provider]
    with behind(gateway, provider, [], keys) as made:
        for dummy in range(3):
            with pytest.raises(BadSignature):
                ask(made, service(made, False))
    assert len(gateway.asked) == calls


@pytest.mark.parametrize("provider", CATALOGUED)
def test_a_refusal_that_tells_no_time_teaches_nothing(provider: str) -> None:
    gateway, warnings = Gateway(FIRST[provider], dates=False), list[str]()
    gateway.ahead = timedelta(hours=2)
    keys = {**KEYS[provider], "project_id": "p1"} if provider == "huawei" else KEYS[provider]
    with behind(gateway, provider, warnings, keys) as made, pytest.raises(BadSignature):
        ask(made, service(made, False))
    assert (len(gateway.asked), warnings) == (1, [])
