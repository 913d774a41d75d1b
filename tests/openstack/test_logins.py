# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to log in, at the real Keystone, and the catalog that comes with it."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, OptionError, Unauthorized
from openstack.catalog import PROJECT, USER, USER_PASSWORD
from openstack.client import Openstack, login
from openstack.parts import Site
from openstack.reading import lane

Environ = dict[str, str]


def logged_in(environ: Environ, **options: t.Any) -> str:
    """The project that a login is for; it is good for a real call."""
    with lane(environ, "cinder_volume", **options) as looks:
        looks.reader.client.call(looks.service, looks.service.listing.call, {})  # type: ignore[union-attr]
        return looks.reader.client._current_access(None).values["project_id"]


@pytest.fixture(scope="module")
def project(operator: Openstack) -> str:
    """The id of the operator's project, as the official client has it."""
    return str(operator.ask("token", "issue")["project_id"])


def auth_of(site: Site) -> dict[str, str]:
    names = {"username": USER, "password": USER_PASSWORD, "project_name": PROJECT, "user_domain_name": "Default"}
    return {"auth_url": site.url("keystone"), **names, "project_domain_id": "default"}


def test_an_openrc_environment_will_do(operator: Openstack, project: str) -> None:
    assert logged_in(operator.environ) == project


@pytest.mark.parametrize("ending", ["/v3", "/v3/", "", "/"])
def test_any_form_of_the_url_will_do(site: Site, project: str, ending: str) -> None:
    assert logged_in({}, auth={**auth_of(site), "auth_url": site.url("keystone") + ending}) == project


def test_a_cloud_of_clouds_yaml_will_do(site: Site, project: str, tmp_path: pathlib.Path) -> None:
    auth = auth_of(site)
    password = auth.pop("password")
    lines = [f"      {name}: {value}" for name, value in auth.items()]
    text = "\n".join(
        [
            "clouds:",
            "  other: {}",
            "  here:",
            "    region_name: RegionOne",
            "    interface: internal",
            "    auth:",
            *lines,
        ]
    )
    (tmp_path / "clouds.yaml").write_text(text, encoding="utf-8")
    secure = {"clouds": {"here": {"auth": {"password": password}}}}
    (tmp_path / "secure.yaml").write_text(json.dumps(secure), encoding="utf-8")
    files = {
        "OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml"),
        "OS_CLIENT_SECURE_FILE": str(tmp_path / "secure.yaml"),
    }
    assert logged_in(files, profile="here") == project
    assert logged_in({**files, "OS_CLOUD": "here"}) == project
    with pytest.raises(OptionError, match="has no cloud 'elsewhere', there are: here, other"):
        logged_in(files, profile="elsewhere")


def test_an_application_credential_will_do(site: Site, operator: Openstack, project: str) -> None:
    shown = operator.ask("application", "credential", "create", "gate")
    made = {name.lower(): value for name, value in shown.items()}
    secret = {"application_credential_secret": made["secret"], "auth_url": site.url("keystone")}
    assert logged_in({}, auth={**secret, "application_credential_id": made["id"]}) == project
    by_name = {"application_credential_name": "gate", "username": USER, "user_domain_id": "default"}
    assert logged_in({}, auth={**secret, **by_name}) == project
    environ = {f"OS_{name.upper()}": value for name, value in secret.items()}
    assert (
        logged_in({**environ, "OS_APPLICATION_CREDENTIAL_ID": made["id"], "OS_AUTH_TYPE": "v3applicationcredential"})
        == project
    )


def test_a_token_will_do_with_or_without_a_project(site: Site, operator: Openstack, project: str) -> None:
    auth = {"auth_url": site.url("keystone"), "token": operator.ask("token", "issue")["id"]}
    assert logged_in({}, auth=auth) == project
    assert logged_in({}, auth={**auth, "project_id": project}) == project


def test_a_wrong_password_is_told_without_it(site: Site) -> None:
    with pytest.raises(Unauthorized) as caught:
        logged_in({**login(site), "OS_PASSWORD": "not the password"})
    assert "Keystone at 127.0.0.1" in str(caught.value)
    assert "check auth_url, the user and its domain" in str(caught.value)
    assert "not the password" not in str(caught.value)


def test_a_token_for_no_project_is_told(site: Site) -> None:
    with pytest.raises(CloudError, match="set project_name or project_id"):
        logged_in({**login(site), "OS_PROJECT_NAME": ""})


def test_what_the_catalog_does_not_have_is_told(operator: Openstack) -> None:
    with pytest.raises(CloudError, match="no block-storage in region 'RegionTwo', but in RegionOne"):
        logged_in(operator.environ, region="RegionTwo")


def test_services_are_where_the_official_client_finds_them(operator: Openstack) -> None:
    catalog = {entry["Type"]: entry["Endpoints"] for entry in operator.ask("catalog", "list")}
    for service, kind in (("image", "image"), ("cinder_volume", "block-storage")):
        urls = {each["url"].partition("/v3")[0] for each in catalog[kind]}
        with lane(operator.environ, service) as looks:
            assert {looks.reader.client._located(looks.service, looks.reader.client._current_access(None))} == urls
