# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks which Keystone: options, clouds.yaml and its companions, the variables of an openrc file."""

from __future__ import annotations

import json
import types
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack import clouds
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.credentials import region, resolve
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.keystone import Keystone, root_of

URL = "https://keystone.example.com:5000/v3"
ROOT = "https://keystone.example.com:5000"
USER = {"username": "op", "password": "pa55 word", "project_name": "gates"}
AUTH = {"auth_url": URL, **USER}
OPENRC = {
    "OS_AUTH_URL": URL,
    "OS_USERNAME": "op",
    "OS_PASSWORD": "pa55 word",
    "OS_PROJECT_NAME": "gates",
    "OS_REGION_NAME": "RegionOne",
}
FILE = "~/.config/openstack/clouds.yaml"
TWO = f"""
clouds:
  prod:
    region_name: North
    interface: internal
    cacert: ~/ca.pem
    auth: {{auth_url: '{URL}', username: op, password: pa55 word, project_name: gates}}
  test:
    regions: [{{name: South}}, East]
    auth_type: v3applicationcredential
    auth: {{auth_url: '{URL}', application_credential_id: abc, application_credential_secret: shh}}
"""
ONE = TWO[: TWO.index("  test:")]

Files = t.Mapping[str, str]
NOTHING: Files = types.MappingProxyType({})


def found(options: t.Mapping[str, t.Any], environ: Files = NOTHING, files: Files = NOTHING) -> Keystone:
    """Whom these places say to ask."""
    exchange = resolve(options, environ, files.get).exchange
    assert isinstance(exchange, Keystone)
    return exchange


def refused(options: t.Mapping[str, t.Any], environ: Files = NOTHING, files: Files = NOTHING) -> str:
    """What is said where nothing will do; no secret is ever in it."""
    with pytest.raises(OptionError) as caught:
        resolve(options, environ, files.get)
    assert "pa55" not in str(caught.value)
    assert "shh" not in str(caught.value)
    return str(caught.value)


CHOSEN: dict[str, tuple[t.Any, Files, Files, tuple[str, str, str]]] = {
    "options": ({"auth": AUTH}, {"OS_CLOUD": "prod"}, {FILE: TWO}, ("password", "public", "")),
    "the option cloud": ({"profile": "prod"}, OPENRC, {FILE: TWO}, ("password", "internal", "North")),
    "another cloud": ({"profile": "test"}, {}, {FILE: TWO}, ("application_credential", "public", "South")),
    "OS_CLOUD": ({}, {**OPENRC, "OS_CLOUD": "prod"}, {FILE: TWO}, ("password", "internal", "North")),
    "envvars is no cloud": ({}, {**OPENRC, "OS_CLOUD": "envvars"}, {FILE: TWO}, ("password", "public", "RegionOne")),
    "openrc": ({}, OPENRC, {FILE: ONE}, ("password", "public", "RegionOne")),
    "the only cloud": ({}, {}, {FILE: ONE}, ("password", "internal", "North")),
    "a file that is named": (
        {},
        {"OS_CLIENT_CONFIG_FILE": "/x"},
        {"/x": ONE, FILE: TWO},
        ("password", "internal", "North"),
    ),
    "the nearest file": ({}, {}, {"./clouds.yaml": ONE, FILE: TWO}, ("password", "internal", "North")),
    "json": (
        {},
        {},
        {"/etc/openstack/clouds.json": json.dumps({"clouds": {"x": {"auth": AUTH}}})},
        ("password", "public", ""),
    ),
    "options over the cloud": (
        {"profile": "prod", "region": "West", "interface": "admin"},
        {},
        {FILE: TWO},
        ("password", "admin", "West"),
    ),
    "an older interface": (
        {},
        {**OPENRC, "OS_ENDPOINT_TYPE": "internalURL"},
        {},
        ("password", "internal", "RegionOne"),
    ),
    "a token": ({"auth": {"auth_url": URL, "token": "gAAAA"}}, {}, {}, ("token", "public", "")),
    "a way that is named": (
        {"auth": {**AUTH, "token": "x"}, "auth_type": "v3password"},
        {},
        {},
        ("password", "public", ""),
    ),
}


@pytest.mark.parametrize(("options", "environ", "files", "wanted"), CHOSEN.values(), ids=CHOSEN)
def test_the_first_place_that_says_which_cloud_counts(
    options: t.Any, environ: Files, files: Files, wanted: tuple[str, str, str]
) -> None:
    exchange = found(options, environ, files)
    assert exchange.url == ROOT
    assert (exchange.method, exchange.interface, region(options, environ, files.get)) == wanted


def test_auth_counts_before_what_the_cloud_says() -> None:
    exchange = found({"profile": "prod", "auth": {"project_name": "other"}}, {}, {FILE: TWO})
    assert exchange.auth == {**USER, "project_name": "other"}


def test_the_secrets_of_a_cloud_may_be_in_a_file_of_their_own() -> None:
    public = json.dumps({"clouds": {"x": {"profile": "firm", "auth": {"username": "op", "project_name": "gates"}}}})
    firm = json.dumps({"public-clouds": {"firm": {"auth": {"auth_url": URL}, "region_name": "North"}}})
    secure = json.dumps({"clouds": {"x": {"auth": {"password": "pa55 word"}}}})
    folder = "~/.config/openstack"
    files = {
        f"{folder}/clouds.yaml": public,
        f"{folder}/secure.yaml": secure,
        f"{folder}/clouds-public.yaml": firm,
    }
    exchange = found({}, {}, files)
    assert (exchange.url, exchange.auth) == (ROOT, USER)
    assert exchange.secrets() == {"pa55 word"}
    # That is the one that others must not read.
    assert resolve({}, {}, files.get).file == f"{folder}/secure.yaml"
    assert resolve({}, {}, {FILE: ONE}.get).file == FILE
    assert region({}, {}, files.get) == "North"


def test_a_certificate_authority_of_the_cloud_is_trusted() -> None:
    assert resolve({}, {}, {FILE: ONE}.get).ca_path == "~/ca.pem"
    assert resolve({}, {**OPENRC, "OS_CACERT": "/ca.pem"}, {}.get).ca_path == "/ca.pem"


REFUSED: dict[str, tuple[t.Any, Files, Files, str]] = {
    "nothing": ({}, {}, {}, "Looked in: options cloud or auth; environment OS_CLOUD; environment OS_AUTH_URL with"),
    "nothing, with a way out": ({}, {}, {}, "Name a cloud of clouds.yaml with the option cloud or OS_CLOUD"),
    "several clouds": ({}, {}, {FILE: TWO}, "of whose clouds none is asked for (prod, test)"),
    "no such cloud": ({"profile": "x"}, OPENRC, {FILE: TWO}, "has no cloud 'x', there are: prod, test"),
    "no such cloud in OS_CLOUD": ({}, {**OPENRC, "OS_CLOUD": "x"}, {FILE: TWO}, "OS_CLOUD asks for 'x'"),
    "no file": ({"profile": "x"}, {}, {}, "there is no such file"),
    "no YAML": ({"profile": "x"}, {}, {FILE: "clouds: ["}, f"file {FILE} is not YAML, see line 1"),
    "clouds that are none": ({"profile": "x"}, {}, {FILE: "clouds: [pa55]"}, "clouds is not an object"),
    "an unknown profile": (
        {"profile": "x"},
        {},
        {FILE: "{clouds: {x: {profile: vexxhost, auth: {password: pa55}}}}"},
        "the profiles that come with openstacksdk are not known here",
    ),
    "no auth_url": ({"auth": USER}, {}, {}, "options has no auth_url"),
    "no password": ({"auth": {"auth_url": URL, "username": "op"}}, {}, {}, "options has no password"),
    "no user": ({"auth": {"auth_url": URL, "password": "pa55"}}, {}, {}, "options has no username or user_id"),
    "half a credential": (
        {"auth": {"auth_url": URL, "application_credential_id": "abc"}},
        {},
        {},
        "options has no application_credential_secret",
    ),
    "a nameless credential": (
        {"auth": {"auth_url": URL, "application_credential_name": "abc", "application_credential_secret": "shh"}},
        {},
        {},
        "has no username or user_id, whose application credential it is",
    ),
    "a way that is not known, with what the environment has": (
        {"auth_type": "v3kerberos"},
        {"OS_AUTH_URL": "https://keystone.example.com/v3", "OS_USERNAME": "me", "OS_PASSWORD": "x"},
        {},
        "auth_type v3kerberos is not known here; it can be password, token",
    ),
    "a cloud that is not there": (
        {"profile": "nope"},
        {},
        {},
        "there is no such file. Name a cloud that can, or leave cloud out to have the environment looked at.",
    ),
    "a way that is not known": (
        {"auth": AUTH, "auth_type": "v3oidcpassword"},
        {},
        {},
        "auth_type v3oidcpassword is not known here; it can be password, token",
    ),
    "an interface that is none": ({}, {**OPENRC, "OS_INTERFACE": "secret"}, {}, "interface 'secret' is none"),
    "a URL that is not encrypted": (
        {"auth": {**AUTH, "auth_url": "http://keystone.example.com"}},
        {},
        {},
        "auth_url: 'http://keystone.example.com' is not encrypted",
    ),
    "an access key": ({"access_key": "a", "auth": AUTH}, {}, {}, "access_key: OpenStack has no access keys"),
    "a token of two lines": ({"auth": {"auth_url": URL, "token": "pa55\nshh"}}, {}, {}, "token cannot be right"),
}


@pytest.mark.parametrize(("options", "environ", "files", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_told_with_the_way_out(options: t.Any, environ: Files, files: Files, said: str) -> None:
    assert said in refused(options, environ, files)


def test_without_pyyaml_json_is_read_and_yaml_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "yaml", None)
    assert found({}, {}, {FILE: json.dumps({"clouds": {"x": {"auth": AUTH}}})}).auth == USER
    with pytest.raises(CredentialsMissing, match="PyYAML is missing on this host"):
        resolve({"profile": "prod"}, {}, {FILE: TWO}.get)


def test_beside_a_stand_in_on_this_machine_keystone_is_there() -> None:
    assert found({"auth": USER, "endpoint": "http://127.0.0.1:99/image"}).url == "http://127.0.0.1:99/identity"


ROOTS = {
    "https://a:5000": "https://a:5000",
    "https://a:5000/v3": "https://a:5000",
    "https://a:5000/v2.0/": "https://a:5000",
    "https://a/identity/v3/": "https://a/identity",
    "https://a/volume/v3/0123456789abcdef0123456789abcdef": "https://a/volume",
    "https://a/v3/01234567-89ab-cdef-0123-456789abcdef": "https://a",
    "https://a/v1/identity": "https://a/v1/identity",
}


@pytest.mark.parametrize(("url", "root"), ROOTS.items())
def test_a_version_and_a_project_at_the_end_of_a_url_are_left_out(url: str, root: str) -> None:
    assert root_of(url) == root
