# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Huawei Cloud hands over temporary keys: IAM, STS, the metadata service of an ECS instance, a pod's agent."""

from __future__ import annotations

import json
import secrets
import typing as t

from local_cloud import accounts
from local_cloud.accounts import Account, Token, stable_id
from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.script import Fields
from local_cloud.services.huawei_iam import MALFORMED, TRACE, problem, stamp

METADATA_TOKEN = stable_id("huawei metadata token")
NO_AGENCY = problem(404, "The agency does not exist.", "Not Found")
NOT_DELEGATED = problem(403, "You have no right to assume the agency.", "Forbidden")
BAD_SECONDS = problem(400, "Invalid duration_seconds.", "Bad Request")
BAD_ID_TOKEN = problem(401, "The id token is invalid.", "Unauthorized")
BAD_OIDC = Problem(403, "STS5.0002", "The token is not trusted by the agency.")


def temporary(call: Call, role: str) -> Account:
    """New keys, which the whole cloud takes until they end."""
    account = Account(
        "huawei",
        access_key="HST" + secrets.token_hex(9).upper(),
        secret_key=secrets.token_urlsafe(30),
        security_token="gQpjbi1ub3J0aC00" + secrets.token_urlsafe(300),
        role=role,
        expires_in=call.world.settings.token_life,
    )
    call.world.add_account(account)
    call.world.counts.tokens += 1
    return account


def credential(account: Account) -> Fields:
    return {
        "access": account.access_key,
        "secret": account.secret_key,
        "securitytoken": account.security_token,
        "expires_at": stamp(account.expires_at),
    }


def read_json(call: Call) -> Fields:
    try:
        told = json.loads(call.body)
    except ValueError:
        raise Refusal(MALFORMED) from None
    return told if isinstance(told, dict) else {}


def security_tokens(call: Call) -> Reply:
    """https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html and iam_04_0002.html"""
    try:
        identity = read_json(call)["auth"]["identity"]
        (method,) = identity["methods"]
        role = METHODS[method](call, identity[method])
        seconds = identity[method].get("duration_seconds", 900)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refusal(MALFORMED) from None
    if not 900 <= int(seconds) <= 86400:
        raise Refusal(BAD_SECONDS)
    return Reply({"credential": credential(temporary(call, role))}, 201)


def by_token(call: Call, told: Fields) -> str:
    return f"user/{call.caller.name if call.caller else ''}"


def by_agency(call: Call, told: Fields) -> str:
    if told["agency_name"] != accounts.HUAWEI_AGENCY:
        raise Refusal(NO_AGENCY)
    delegating = {accounts.HUAWEI_AGENCY_DOMAIN, stable_id(accounts.HUAWEI_AGENCY_DOMAIN)}
    if told.get("domain_id", told.get("domain_name")) not in delegating:
        raise Refusal(NOT_DELEGATED)
    return f"agency/{told['agency_name']}"


METHODS: dict[str, t.Callable[[Call, Fields], str]] = {"token": by_token, "assume_role": by_agency}


def id_token_tokens(call: Call) -> Reply:
    """https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html"""
    told = read_json(call).get("auth", {}).get("id_token", {}).get("id")
    if call.headers.get("x-idp-id") != accounts.HUAWEI_IDP or told != accounts.ID_TOKEN:
        raise Refusal(BAD_ID_TOKEN)
    text = "MII" + secrets.token_urlsafe(1500)
    call.world.tokens[text] = Token("", call.now + call.world.settings.token_life, "federated")
    return Reply(
        {"token": {"expires_at": stamp(call.now + call.world.settings.token_life)}}, 201, {"X-Subject-Token": text}
    )


def assume_with_oidc(call: Call) -> Fields:
    told = read_json(call)
    wanted = (accounts.HUAWEI_OIDC_PROVIDER, accounts.HUAWEI_AGENCY_URN, accounts.ID_TOKEN)
    if (told.get("provider_urn"), told.get("agency_urn"), told.get("id_token")) != wanted:
        raise Refusal(BAD_OIDC)
    account = temporary(call, "oidc")
    keys = {
        "access_key_id": account.access_key,
        "secret_access_key": account.secret_key,
        "security_token": account.security_token,
        "expiration": stamp(account.expires_at),
    }
    return {"assumed_agency": {"urn": told["agency_urn"], "id": told.get("agency_session_name")}, "credentials": keys}


# https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html


def metadata_token(call: Call) -> Reply:
    seconds = call.headers.get("x-metadata-token-ttl-seconds", "")
    return Reply(METADATA_TOKEN) if seconds.isdecimal() else Reply("Bad Request", 400)


def security_key(call: Call) -> Reply:
    if call.headers.get("x-metadata-token", METADATA_TOKEN) != METADATA_TOKEN:
        return Reply("Unauthorized", 401)
    if not any(each.machine_role for each in call.world.accounts if each.provider == "huawei"):
        return Reply("Please configure Cloud Service Agency first", 401)
    return Reply(json.dumps({"credential": credential(temporary(call, "machine"))}))


def pod_identity(call: Call) -> Reply:
    if call.headers.get("authorization") != accounts.ID_TOKEN:
        return Reply("Unauthorized", 401)
    account = temporary(call, "pod")
    told = {
        "accessKeyId": account.access_key,
        "secretAccessKey": account.secret_key,
        "securityToken": account.security_token,
        "expiration": stamp(account.expires_at),
    }
    return Reply(json.dumps(told))


def post(service: str, name: str, path: str, answer: t.Callable[[Call], Fields | Reply], signed: bool = False) -> Api:
    return Api(
        provider="huawei",
        service=service,
        name=name,
        methods=("POST",),
        path=path,
        answer=answer,
        signed=signed,
        request_id_header=TRACE if service == "iam" else "",
    )


def metadata(name: str, method: str, path: str, answer: t.Callable[[Call], Reply]) -> Api:
    return Api(
        provider="huawei", service="metadata", name=name, methods=(method,), path=path, answer=answer, signed=False
    )


APIS = (
    post("iam", "CreateTemporaryAccessKey", "/v3.0/OS-CREDENTIAL/securitytokens", security_tokens, signed=True),
    post("iam", "CreateUnscopedTokenByIdToken", "/v3.0/OS-AUTH/id-token/tokens", id_token_tokens),
    post("sts", "AssumeAgencyWithOIDC", "/v5/agencies/assume-with-oidc", assume_with_oidc),
    post("pod-identity", "Keys", "/pod/keys", pod_identity),
    metadata("Token", "PUT", "/meta-data/latest/api/token", metadata_token),
    metadata("Keys", "GET", "/openstack/latest/securitykey", security_key),
)
