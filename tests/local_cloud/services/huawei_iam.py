# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Huawei Cloud IAM v3: tokens for a password or an agency, and the lookup of project ids."""

from __future__ import annotations

import datetime
import json
import secrets
import typing as t

from local_cloud.accounts import Account, Token, stable_id
from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.script import Fields
from local_cloud.signatures import authenticate_token

TRACE = "X-IAM-Trace-Id"


def problem(status: int, message: str, title: str) -> Problem:
    error = {"message": message, "code": status, "title": title}
    return Problem(status, f"IAM.{status}", message, {"error": error})


WRONG_PASSWORD = problem(401, "The username or password is wrong.", "Unauthorized")
UNKNOWN_PROJECT = problem(401, "The project does not exist or the user has no right to it.", "Unauthorized")
MALFORMED = problem(400, "Request body is invalid.", "Bad Request")


def stamp(epoch: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def named(name: str, **more: t.Any) -> Fields:
    return {"id": stable_id(name), "name": name, **more}


def by_password(call: Call, identity: Fields) -> Account:
    user = identity["password"]["user"]
    account = call.world.user(user["name"], user["password"], user["domain"]["name"])
    if account is None or call.now >= account.expires_at:
        raise Refusal(WRONG_PASSWORD)
    return account


def by_agency(call: Call, identity: Fields) -> Account:
    """An agency of another domain; asking for it needs a token of one's own."""
    caller = authenticate_token(call.headers.get("x-auth-token", ""), call.world)
    agency = identity["assume_role"]
    return Account("huawei", username=f"{caller.name}/{agency['agency_name']}", domain=agency["domain_name"])


METHODS: dict[str, t.Callable[[Call, Fields], Account]] = {"password": by_password, "assume_role": by_agency}


def scoped_project(call: Call, scope: Fields) -> tuple[str, str]:
    """Name and id of the project; a scope of a domain, or none, is a token without a project."""
    asked = scope.get("project")
    if asked is None:
        return "", ""
    for name, project_id in call.world.settings.projects.items():
        if asked.get("id", project_id) == project_id and asked.get("name", name) == name:
            return name, project_id
    raise Refusal(UNKNOWN_PROJECT)


def create_token(call: Call) -> Reply:
    try:
        auth = json.loads(call.body)["auth"]
        methods = auth["identity"]["methods"]
        account = METHODS[methods[0]](call, auth["identity"])
        project, project_id = scoped_project(call, auth.get("scope") or {})
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Refusal(MALFORMED) from None
    # Real ones are kilobytes long, too.
    text = "MII" + secrets.token_urlsafe(1500)
    life = call.world.settings.token_life
    call.world.tokens[text] = Token(project_id, call.now + life, account.username)
    call.world.counts.tokens += 1
    body = token_body(call, account, methods, life)
    if project:
        body["project"] = {"id": project_id, "name": project, "domain": named(account.domain)}
    return Reply({"token": body}, 201, {"X-Subject-Token": text})


def token_body(call: Call, account: Account, methods: list[str], life: float) -> Fields:
    """The times are told in the cloud's own clock, as any cloud does."""
    domain = named(account.domain)
    catalog: Fields = {} if call.params.get("nocatalog") else {"catalog": []}
    return {
        "expires_at": stamp(call.now + life),
        "issued_at": stamp(call.now),
        "methods": methods,
        "roles": [named("te_admin")],
        "user": named(account.username, domain=domain, password_expires_at=""),
        **catalog,
    }


def project_item(name: str, project_id: str) -> Fields:
    domain_id = stable_id("acme")
    link = f"https://iam.example.com/v3/projects/{project_id}"
    return {
        "domain_id": domain_id,
        "parent_id": domain_id,
        "is_domain": False,
        "name": name,
        "description": "",
        "links": {"next": None, "previous": None, "self": link},
        "id": project_id,
        "enabled": True,
    }


def list_projects(call: Call) -> Fields:
    wanted = call.params.get("name")
    projects = call.world.settings.projects.items()
    found = [project_item(name, project_id) for name, project_id in projects if wanted in (None, name)]
    links = {"next": None, "previous": None, "self": "https://iam.example.com/v3/projects"}
    return {"projects": found, "links": links}


APIS = (
    Api(
        provider="huawei",
        service="iam",
        name="KeystoneCreateUserTokenByPassword",
        methods=("POST",),
        path="/v3/auth/tokens",
        answer=create_token,
        request_id_header=TRACE,
        signed=False,
    ),
    Api(
        provider="huawei",
        service="iam",
        name="KeystoneListProjects",
        path="/v3/projects",
        answer=list_projects,
        request_id_header=TRACE,
    ),
)
