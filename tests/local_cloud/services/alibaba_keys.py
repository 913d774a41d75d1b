# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Alibaba Cloud hands over temporary keys: STS, the metadata service of an ECS instance, and a URL of one's own."""

from __future__ import annotations

import datetime
import json
import re
import secrets
import typing as t

from local_cloud.accounts import (
    ALIBABA_OIDC_PROVIDER,
    ALIBABA_ROLES,
    ID_TOKEN,
    Account,
    stable_id,
)
from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.script import Fields

STS = "2015-04-01"
METADATA_TOKEN = "AQ" + stable_id("metadata token")
METADATA_KEYS = "/latest/meta-data/ram/security-credentials"

# https://api.alibabacloud.com/document/Sts/2015-04-01/errorCode
NO_ROLE = Problem(404, "EntityNotExist.Role", "The role not exists: the specified role.")
NOT_ALLOWED = Problem(403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
BAD_SECONDS = Problem(400, "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/12hr.")
BAD_NAME = Problem(400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
BAD_POLICY = Problem(400, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.")
BAD_ID_TOKEN = Problem(400, "AuthenticationFail.OIDCToken.Invalid", "This OIDC Token is invalid.")
NO_PROVIDER = Problem(404, "EntityNotExist.OIDCProvider", "The OIDC provider does not exist.")


def temporary(call: Call, role: str) -> Fields:
    """New keys of a role, which the whole cloud takes until they end."""
    account = Account(
        "alibaba",
        access_key="STS." + secrets.token_hex(12),
        secret_key=secrets.token_urlsafe(30),
        security_token="CAIS" + secrets.token_urlsafe(300),
        role=role,
        expires_in=call.world.settings.token_life,
    )
    call.world.add_account(account)
    call.world.counts.tokens += 1
    ends = datetime.datetime.fromtimestamp(account.expires_at, datetime.timezone.utc)
    return {
        "AccessKeyId": account.access_key,
        "AccessKeySecret": account.secret_key,
        "SecurityToken": account.security_token,
        "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def check_role(call: Call) -> None:
    """What both ways to take a role have in common."""
    if not re.fullmatch(r"[\w.@=-]{2,64}", call.params["RoleSessionName"], re.ASCII):
        raise Refusal(BAD_NAME)
    seconds = call.params.get("DurationSeconds", "3600")
    if not seconds.isdecimal() or not 900 <= int(seconds) <= 43200:
        raise Refusal(BAD_SECONDS)
    try:
        json.loads(call.params.get("Policy") or "{}")
    except ValueError:
        raise Refusal(BAD_POLICY) from None
    if call.params["RoleArn"] not in ALIBABA_ROLES:
        raise Refusal(NO_ROLE)


def assume_role(call: Call) -> Fields:
    role = ALIBABA_ROLES[call.params["RoleArn"]]
    asker = call.world.keys["alibaba", call.caller.name if call.caller else ""]
    if asker.role != role.trusts or call.params.get("ExternalId", "") != role.external_id:
        raise Refusal(NOT_ALLOWED)
    return assumed(call)


def assume_role_with_oidc(call: Call) -> Fields:
    if call.params["OIDCProviderArn"] != ALIBABA_OIDC_PROVIDER:
        raise Refusal(NO_PROVIDER)
    if call.params["OIDCToken"] != ID_TOKEN:
        raise Refusal(BAD_ID_TOKEN)
    told = {"Subject": "local-cloud", "Issuer": "https://oidc.example.com", "ClientIds": "sts.aliyuncs.com"}
    return {**assumed(call), "OIDCTokenInfo": told}


def assumed(call: Call) -> Fields:
    arn = f"{call.params['RoleArn']}/{call.params['RoleSessionName']}"
    user = {"Arn": arn, "AssumedRoleId": f"33157794895460****:{call.params['RoleSessionName']}"}
    return {"AssumedRoleUser": user, "Credentials": temporary(call, call.params["RoleArn"])}


# https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata


def refused(status: int) -> Reply:
    return Reply(f"<html><head><title>{status}</title></head></html>", status)


def instance_role(call: Call) -> str:
    """The name of the role that the instance has, "" for none; a token that is sent must be right."""
    if call.headers.get("x-aliyun-ecs-metadata-token", METADATA_TOKEN) != METADATA_TOKEN:
        return ""
    roles = (account.machine_role for account in call.world.accounts if account.provider == "alibaba")
    return next((role for role in roles if role), "")


def metadata_token(call: Call) -> Reply:
    seconds = call.headers.get("x-aliyun-ecs-metadata-token-ttl-seconds", "")
    return Reply(METADATA_TOKEN) if seconds.isdecimal() and 1 <= int(seconds) <= 21600 else refused(400)


def metadata_role(call: Call) -> Reply:
    role = instance_role(call)
    return Reply(role) if role else refused(404)


def metadata_keys(call: Call) -> Reply:
    role = instance_role(call)
    if not role or call.params["role"] != role:
        return refused(404)
    return Reply(json.dumps({**temporary(call, role), "Code": "Success", "LastUpdated": "2026-11-22T00:00:00Z"}))


def keys_of_url(call: Call) -> Fields:
    return {**temporary(call, call.params["name"]), "Code": "Success"}


def sts(name: str, answer: t.Callable[[Call], Fields], *required: str, signed: bool) -> Api:
    return Api(
        provider="alibaba",
        service="sts",
        name=name,
        version=STS,
        methods=("GET", "POST"),
        required=("RoleArn", "RoleSessionName", *required),
        checks=(check_role,),
        answer=answer,
        signed=signed,
    )


def unsigned(service: str, name: str, method: str, path: str, answer: t.Callable[[Call], Fields | Reply]) -> Api:
    return Api(
        provider="alibaba", service=service, name=name, methods=(method,), path=path, answer=answer, signed=False
    )


APIS = (
    sts("AssumeRole", assume_role, signed=True),
    sts("AssumeRoleWithOIDC", assume_role_with_oidc, "OIDCProviderArn", "OIDCToken", signed=False),
    unsigned("ecs-metadata", "Token", "PUT", "/latest/api/token", metadata_token),
    unsigned("ecs-metadata", "Role", "GET", METADATA_KEYS, metadata_role),
    unsigned("ecs-metadata", "Keys", "GET", METADATA_KEYS + "/{role}", metadata_keys),
    unsigned("keys-url", "Keys", "GET", "/keys/{name}", keys_of_url),
)
