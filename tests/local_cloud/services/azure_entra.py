# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft Entra ID: tokens for applications, by the client credentials flow of OAuth 2.0."""

from __future__ import annotations

import secrets

from local_cloud.accounts import Account, Token
from local_cloud.api import Api, Call, Problem, Refusal
from local_cloud.script import Fields

SCOPES = ("https://management.azure.com/.default",)


def problem(status: int, code: str, number: int, text: str) -> Problem:
    """An error as Microsoft Entra ID words it."""
    message = f"AADSTS{number}: {text}"
    return Problem(status, code, message, {"error": code, "error_description": message, "error_codes": [number]})


NO_TENANT = problem(400, "invalid_request", 90002, "Tenant not found.")
NO_APPLICATION = problem(400, "unauthorized_client", 700016, "The application was not found in the directory.")
WRONG_SECRET = problem(401, "invalid_client", 7000215, "Invalid client secret provided.")
WRONG_SCOPE = problem(400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
WRONG_GRANT = problem(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")


def give_token(call: Call) -> Fields:
    """A token for Azure Resource Manager, if the application has proven who it is."""
    if call.params.get("grant_type") != "client_credentials":
        raise Refusal(WRONG_GRANT)
    account = application(call)
    if call.params.get("scope") not in SCOPES:
        raise Refusal(WRONG_SCOPE)
    if call.params.get("client_secret") != account.secret_key or call.now >= account.expires_at:
        raise Refusal(WRONG_SECRET)
    return token_for(call, account)


def application(call: Call) -> Account:
    """The account of the application that the request names."""
    known = [account for account in call.world.accounts if account.provider == "azure"]
    if call.params["tenant"] not in {account.domain for account in known}:
        raise Refusal(NO_TENANT)
    account = call.world.keys.get(("azure", call.params.get("client_id", "")))
    if account is None or account.domain != call.params["tenant"]:
        raise Refusal(NO_APPLICATION)
    return account


def token_for(call: Call, account: Account) -> Fields:
    """A new token, and how long it lives."""
    life = call.world.settings.token_life
    text = f"eyJ0eXAiOiJKV1QifQ.{secrets.token_urlsafe(120)}.{secrets.token_urlsafe(32)}"
    call.world.tokens[text] = Token(account.project, call.now + life, account.access_key)
    call.world.counts.tokens += 1
    return {"token_type": "Bearer", "expires_in": int(life), "ext_expires_in": int(life), "access_token": text}


APIS = (
    Api("azure", "entra", "Token", give_token, methods=("POST",), path="/{tenant}/oauth2/v2.0/token", signed=False),
)
