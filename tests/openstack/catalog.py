# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an installer of OpenStack tells Keystone of: the services and where they are, and the users of the tests."""

from __future__ import annotations

import json
import typing as t
import urllib.request

from openstack.parts import PASSWORD, REGION, Site

USER = "operator"
USER_PASSWORD = "Pa55 of the operator"
PROJECT = "gates"
# Name, type, the path of the URL, and the interfaces, as installers register them.
SERVICES = (
    ("keystone", "identity", "/v3", ("public", "internal")),
    ("glance", "image", "", ("public", "internal")),
    ("cinder", "block-storage", "/v3/%(tenant_id)s", ("public", "internal")),
)


def call(url: str, body: t.Any = None, token: str = "", method: str = "") -> tuple[t.Any, str]:
    """The answer of Keystone and the token in it."""
    headers = {"Content-Type": "application/json", **({"X-Auth-Token": token} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers, method=method or None)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as response:
        text = response.read()
        return json.loads(text) if text else None, response.headers.get("X-Subject-Token", "")


def password_of(name: str, password: str, project: str) -> dict[str, t.Any]:
    domain = {"id": "default"}
    user = {"name": name, "password": password, "domain": domain}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": {"project": {"name": project, "domain": domain}}}}


def register(site: Site) -> None:
    """The catalog, and a user who is no admin."""
    keystone = site.url("keystone") + "/v3"
    dummy, token = call(f"{keystone}/auth/tokens", password_of("admin", PASSWORD, "admin"))
    known = {each["type"]: each["id"] for each in call(f"{keystone}/services", token=token)[0]["services"]}
    for name, kind, path, interfaces in SERVICES:
        if kind not in known:
            made = call(f"{keystone}/services", {"service": {"name": name, "type": kind}}, token)[0]
            known[kind] = made["service"]["id"]
        for interface in interfaces:
            endpoint = {
                "interface": interface,
                "region": REGION,
                "url": site.url(name) + path,
                "service_id": known[kind],
            }
            call(f"{keystone}/endpoints", {"endpoint": endpoint}, token)
    add_user(keystone, token)


def add_user(keystone: str, token: str) -> None:
    """A project, its operator, and the admin in it."""
    project = call(f"{keystone}/projects", {"project": {"name": PROJECT, "domain_id": "default"}}, token)[0]["project"]
    user = {"name": USER, "password": USER_PASSWORD, "domain_id": "default"}
    call(f"{keystone}/users", {"user": user}, token)
    users, roles = (
        {each["name"]: each["id"] for each in call(f"{keystone}/{kind}", token=token)[0][kind]}
        for kind in ("users", "roles")
    )
    for name, role in ((USER, "member"), ("admin", "admin")):
        grant = f"{keystone}/projects/{project['id']}/users/{users[name]}/roles/{roles[role]}"
        call(grant, token=token, method="PUT")
