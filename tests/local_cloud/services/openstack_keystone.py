# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone v3: tokens for a password, a token or an application credential, each with the catalog of this cloud."""

from __future__ import annotations

import datetime
import json
import secrets
import typing as t

from local_cloud.accounts import OPENSTACK_PROJECT, Account, Token, stable_id
from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.script import Fields
from local_cloud.signatures import FERNET

PATH = "/identity/v3/auth/tokens"
REGION = "RegionOne"


def problem(status: int, title: str, message: str) -> Problem:
    return Problem(status, "error", message, {"error": {"code": status, "message": message, "title": title}})


UNAUTHORIZED = problem(401, "Unauthorized", "The request you have made requires authentication.")
MALFORMED = problem(400, "Bad Request", "Expecting to find auth in request body.")
NO_TOKEN = problem(404, "Not Found", "Failed to validate token")
# What each service of the catalog is called there, and its path.
CATALOG = (("image", ""), ("block-storage", "/v3/{project}"), ("compute", "/v2.1"))


def by_password(call: Call, told: Fields) -> Account | None:
    user = told["user"]
    domain = user.get("domain", {})
    return call.world.user_of("openstack", user["name"], user["password"], domain.get("id") or domain["name"].lower())


def by_credential(call: Call, told: Fields) -> Account | None:
    account = call.world.keys.get(("openstack", told["id"]))
    return account if account and account.secret_key == told["secret"] else None


def by_token(call: Call, told: Fields) -> Account | None:
    token = call.world.tokens.get(told["id"])
    alive = token is not None and call.now < token.expires_at
    return Account("openstack", username=token.username if token else "") if alive else None


METHODS: dict[str, t.Callable[[Call, Fields], Account | None]] = {
    "password": by_password,
    "application_credential": by_credential,
    "token": by_token,
}


def named(name: str, **more: t.Any) -> Fields:
    return {"id": stable_id(name), "name": name, **more}


def scoped(call: Call, method: str, auth: Fields) -> str:
    """The project, "" without one. An application credential has its own, and takes no other."""
    if method == "application_credential":
        return OPENSTACK_PROJECT
    asked = auth.get("scope", {}).get("project")
    if asked is None:
        return ""
    if asked.get("name", OPENSTACK_PROJECT) != OPENSTACK_PROJECT:
        raise Refusal(UNAUTHORIZED)
    if asked.get("id", stable_id(OPENSTACK_PROJECT)) != stable_id(OPENSTACK_PROJECT):
        raise Refusal(UNAUTHORIZED)
    return OPENSTACK_PROJECT


def create_token(call: Call) -> Reply:
    try:
        auth = json.loads(call.body)["auth"]
        method = auth["identity"]["methods"][0]
        account = METHODS[method](call, auth["identity"][method])
        project = scoped(call, method, auth)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Refusal(MALFORMED) from None
    if account is None or call.now >= account.expires_at:
        raise Refusal(UNAUTHORIZED)
    text = FERNET + "AB" + secrets.token_urlsafe(150)
    life = call.world.settings.token_life
    token = Token(stable_id(project) if project else "", call.now + life, account.username)
    call.world.tokens[text] = token
    call.world.counts.tokens += 1
    return Reply({"token": token_body(call, token, project)}, 201, {"X-Subject-Token": text})


def show_token(call: Call) -> Fields:
    """A token may be shown to who has it."""
    text = call.headers.get("x-subject-token", "")
    token = call.world.tokens.get(text)
    if token is None or call.now >= token.expires_at or call.headers.get("x-auth-token") != text:
        raise Refusal(UNAUTHORIZED if token is None else NO_TOKEN)
    return {"token": token_body(call, token, OPENSTACK_PROJECT if token.project_id else "")}


def token_body(call: Call, token: Token, project: str) -> Fields:
    moment = datetime.datetime.fromtimestamp(token.expires_at, datetime.timezone.utc)
    domain = {"id": "default", "name": "Default"}
    place = f"http://{call.headers.get('host', '')}"
    scope = {"project": named(project, domain=domain), "catalog": catalog(place, token.project_id)} if project else {}
    return {
        "methods": ["password"],
        "user": named(token.username, domain=domain, password_expires_at=None),
        "expires_at": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "issued_at": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "is_domain": False,
        "roles": [named("member")],
        **scope,
    }


def catalog(place: str, project_id: str) -> list[Fields]:
    return [
        {
            "type": kind,
            "name": kind,
            "id": stable_id(kind),
            "endpoints": [
                {
                    "id": stable_id(kind + interface),
                    "interface": interface,
                    "region": REGION,
                    "region_id": REGION,
                    "url": place + path.replace("{project}", project_id),
                }
                for interface in ("public", "internal", "admin")
            ],
        }
        for kind, path in CATALOG
    ]


APIS = (
    Api("openstack", "keystone", "create token", create_token, methods=("POST",), path=PATH, signed=False),
    Api("openstack", "keystone", "show token", show_token, path=PATH, signed=False),
)
