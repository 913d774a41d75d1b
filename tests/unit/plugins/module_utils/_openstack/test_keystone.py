# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Keystone is asked, what its answers bring, and where a token may go."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, Unauthorized, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Access, Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.keystone import Keystone, locate
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.services import (
    CINDER_VOLUME,
    IMAGE,
    NOVA_IMAGE,
)
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import client
from support.logins import login_context

URL = "https://keystone.example.com"
SCOPED = {"token": {"expires_at": "2026-11-22T13:00:00.000000Z", "project": {"id": "p1"}, "catalog": []}}
PROJECT = {"project_name": "gates", "project_domain_name": "Firm"}
SCOPE = {"project": {"name": "gates", "domain": {"name": "Firm"}}}
SECRET = {"application_credential_secret": "shh"}


def asked(way: str, auth: t.Mapping[str, str], answer: Response | None = None) -> tuple[Request, Access]:
    """What Keystone is asked for a login, and what its answer brings."""
    requests: list[Request] = []

    def send(request: Request) -> Response:
        requests.append(request)
        return answer or Response(201, {"x-subject-token": "gAAAA"}, SCOPED)

    found = Credentials("here", exchange=Keystone(URL, way, auth, "public"))
    access = found.exchange.keys(found, login_context(send))  # type: ignore[union-attr]
    return requests[0], access


BODIES: dict[str, tuple[str, dict[str, str], t.Any, t.Any]] = {
    "a password": (
        "password",
        {"username": "op", "password": "pa55", "user_domain_name": "Firm", **PROJECT},
        {"password": {"user": {"name": "op", "domain": {"name": "Firm"}, "password": "pa55"}}},
        SCOPE,
    ),
    "the id of a user": (
        "password",
        {"user_id": "u1", "password": "pa55", "project_id": "p1"},
        {"password": {"user": {"id": "u1", "password": "pa55"}}},
        {"project": {"id": "p1"}},
    ),
    "no domain": (
        "password",
        {"username": "op", "password": "pa55", "project_name": "gates"},
        {"password": {"user": {"name": "op", "domain": {"id": "default"}, "password": "pa55"}}},
        {"project": {"name": "gates", "domain": {"id": "default"}}},
    ),
    "a domain for both": (
        "password",
        {"username": "op", "password": "pa55", "project_name": "gates", "default_domain_id": "d1"},
        {"password": {"user": {"name": "op", "domain": {"id": "d1"}, "password": "pa55"}}},
        {"project": {"name": "gates", "domain": {"id": "d1"}}},
    ),
    "a token for a project": ("token", {"token": "gAAAB", **PROJECT}, {"token": {"id": "gAAAB"}}, SCOPE),
    "an application credential": (
        "application_credential",
        {"application_credential_id": "a1", **SECRET, **PROJECT},
        {"application_credential": {"id": "a1", "secret": "shh"}},
        None,
    ),
    "one by its name": (
        "application_credential",
        {"application_credential_name": "gate", "user_id": "u1", **SECRET},
        {"application_credential": {"name": "gate", "user": {"id": "u1"}, "secret": "shh"}},
        None,
    ),
}


@pytest.mark.parametrize(("way", "auth", "identity", "scope"), BODIES.values(), ids=BODIES)
def test_keystone_is_asked_as_its_api_wants(way: str, auth: dict[str, str], identity: t.Any, scope: t.Any) -> None:
    request, access = asked(way, auth)
    assert (request.method, request.url) == ("POST", f"{URL}/v3/auth/tokens")
    body = json.loads(request.body)["auth"]
    assert body["identity"] == {"methods": [way], **identity}
    assert body.get("scope") == scope
    assert (access.credentials.auth_token, access.values["project_id"]) == ("gAAAA", "p1")
    assert access.expires_at
    assert access.expires_at.hour == 13


def test_a_token_without_a_project_is_shown_and_stays_itself() -> None:
    request, access = asked("token", {"token": "gAAAB"}, Response(200, {}, SCOPED))
    assert (request.method, request.body) == ("GET", b"")
    assert request.headers["X-Auth-Token"] == request.headers["X-Subject-Token"] == "gAAAB"
    assert access.credentials.auth_token == "gAAAB"


BAD: dict[str, tuple[t.Any, type[CloudError]]] = {
    "no object": ([], Unavailable),
    "no token": ({"token": None}, Unavailable),
    "no project": ({"token": {"expires_at": "2026-11-22T13:00:00Z"}}, Unauthorized),
    "no catalog": ({"token": {"project": {"id": "p1"}}}, Unauthorized),
}


@pytest.mark.parametrize(("body", "error"), BAD.values(), ids=BAD)
def test_an_answer_that_is_not_as_promised_is_no_login(body: t.Any, error: type[CloudError]) -> None:
    with pytest.raises(error, match=r"Keystone at keystone\.example\.com gave no token for here"):
        asked("password", {"user_id": "u", "password": "p"}, Response(201, {"x-subject-token": "gAAAA"}, body))


def entry(kind: str, url: str, region: str = "North", interface: str = "public") -> dict[str, t.Any]:
    endpoint = {"interface": interface, "region": region, "region_id": region, "url": url}
    return {"type": kind, "endpoints": [endpoint]}


def access_to(*catalog: t.Any, interface: str = "public") -> Access:
    return Access(Credentials("here"), {"interface": interface}, None, catalog)


def test_a_service_is_where_the_catalog_says_under_any_of_its_names() -> None:
    cinder = "https://cinder.example.com:8776"
    for kind in ("block-storage", "volumev3", "block-store"):
        catalog = access_to(entry("image", "https://glance.example.com"), entry(kind, f"{cinder}/v3/{'0' * 32}"))
        assert locate(CINDER_VOLUME, catalog, {"region": None}) == cinder
    two = access_to(entry("image", "https://n.example.com"), entry("image", "https://s.example.com/v2/", "South"))
    assert locate(IMAGE, two, {"region": "South"}) == "https://s.example.com"
    inner = access_to(entry("image", "https://i.example.com", interface="internal"), interface="internal")
    assert locate(IMAGE, inner, {}) == "https://i.example.com"
    assert locate(IMAGE, access_to(entry("image", "http://127.0.0.1:9292")), {}) == "http://127.0.0.1:9292"


REFUSED: dict[str, tuple[Access, str | None, str]] = {
    "not there": (access_to(entry("volume", "https://x.example.com")), None, "no public endpoint of the service image"),
    "not there at all": (access_to(), None, "no public endpoint"),
    "an entry that is none": (access_to(None, {"type": "image"}), None, "no public endpoint"),
    "another interface": (access_to(entry("image", "https://x", interface="admin")), None, "no public endpoint"),
    "another region": (access_to(entry("image", "https://x")), "South", "no image in region 'South', but in North"),
    "several regions": (
        access_to(entry("image", "https://x"), entry("image", "https://y", "South")),
        None,
        "several regions: set region to one of North, South",
    ),
    "not encrypted": (
        access_to(entry("image", "http://glance.example.com:9292")),
        None,
        "is not one that a token may be sent to: 'http://glance.example.com:9292' is not encrypted",
    ),
    "no URL": (access_to(entry("image", "glance")), None, "is not a URL"),
}


@pytest.mark.parametrize(("access", "region", "said"), REFUSED.values(), ids=REFUSED)
def test_a_token_goes_nowhere_else(access: Access, region: str | None, said: str) -> None:
    with pytest.raises(CloudError) as caught:
        locate(IMAGE, access, {"region": region})
    assert said in str(caught.value)


WAYS = {
    "a password": {
        "username": accounts.OPENSTACK_USER,
        "password": accounts.OPENSTACK_PASSWORD,
        "project_name": accounts.OPENSTACK_PROJECT,
    },
    "an application credential": {
        "application_credential_id": accounts.OPENSTACK_CREDENTIAL,
        "application_credential_secret": accounts.OPENSTACK_SECRET,
    },
}


@pytest.mark.parametrize("auth", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("service", [IMAGE, CINDER_VOLUME, NOVA_IMAGE], ids=lambda service: service.name)
def test_the_catalog_of_the_local_cloud_leads_to_its_services(
    local_cloud: LocalCloud, auth: t.Any, service: t.Any
) -> None:
    given = {"auth": {**auth, "auth_url": f"{local_cloud.url}/identity/v3"}, "endpoint": None}
    with client("openstack", local_cloud.url, given) as made:
        made.options = {**made.options, "endpoint": None}
        answer = made.call(service, service.listing.call, {})
    assert answer.status == 200


def test_a_wrong_password_is_refused_once(local_cloud: LocalCloud) -> None:
    given = {"auth": {**WAYS["a password"], "password": "another", "auth_url": f"{local_cloud.url}/identity"}}
    with client("openstack", local_cloud.url, given) as made, pytest.raises(Unauthorized):
        made.call(IMAGE, IMAGE.read, {"task_id": "t-1"})
    assert local_cloud.calls()["total"] == 1
