# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks which Keystone: options, clouds.yaml and its companions, the variables of an openrc file."""

from __future__ import annotations

import json
import re
import types
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing, OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import NoHome
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack import clouds
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.credentials import region, resolve
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.keystone import Keystone, root_of
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.options import AUTH as AUTH_NAMES
from support.rows import each_row

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
    of_cloud, of_openrc = resolve({}, {}, {FILE: ONE}.get), resolve({}, {**OPENRC, "OS_CACERT": "/ca.pem"}, {}.get)
    assert (of_cloud.ca_path, of_cloud.ca_title) == ("~/ca.pem", f"cacert of cloud prod of {FILE}")
    assert (of_openrc.ca_path, of_openrc.ca_title) == ("/ca.pem", "OS_CACERT")


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
        "the profiles that come with openstacksdk are not supported",
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
        "auth_type v3kerberos is not supported; it can be password, token",
    ),
    "a cloud that is not there": (
        {"profile": "nope"},
        {},
        {},
        "there is no such file. Name a cloud that can, or leave cloud out to use the environment.",
    ),
    "a way that is not known": (
        {"auth": AUTH, "auth_type": "v3oidcpassword"},
        {},
        {},
        "auth_type v3oidcpassword is not supported; it can be password, token",
    ),
    "a secret in the place of a way": (
        {"auth": AUTH, "auth_type": "hush-4me"},
        {},
        {},
        "its auth_type is not supported; it can",
    ),
    "an interface that is none": (
        {},
        {**OPENRC, "OS_INTERFACE": "secret"},
        {},
        "the interface is none that there is; it can be",
    ),
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
    "https://a:5000/v3/auth/tokens": "https://a:5000",
    "https://a/identity/v3/auth/tokens/": "https://a/identity",
    "https://a/auth/tokens": "https://a",
}


@pytest.mark.parametrize(("url", "root"), ROOTS.items())
def test_a_version_and_a_project_at_the_end_of_a_url_are_left_out(url: str, root: str) -> None:
    assert root_of(url) == root


# name: how a value is written in YAML, the text that is meant, or what is said of it.
WRITTEN: dict[str, tuple[str, str | None]] = {
    "a text": ("abc", "abc"),
    "a text in quotes": ("'2024-01-01'", "2024-01-01"),
    "a number in quotes": ('"1"', "1"),
    "a whole number": ("12345678", "12345678"),
    "one": ("1", "1"),
    "zero": ("0", "0"),
    "a negative number": ("-5", "-5"),
    "a number with zeros before it": ("0001", "0001"),
    "an octal number": ("0777", "0777"),
    "a hexadecimal number": ("0x1F", "0x1F"),
    "a number of 32 digits": ("12345678901234567890123456789012", "12345678901234567890123456789012"),
    "a number with underscores": ("1_000", "1_000"),
    "a number of minutes": ("12:30", "12:30"),
    "an equals sign": ("=", "="),
    "a number that is said to be a text": ("!!str 1.5", "1.5"),
    "a fraction": ("12.5", None),
    "a fraction that ends with zero": ("2024.50", None),
    "an exponent": ("1.0e+3", None),
    "infinity": (".inf", None),
    "no number": (".NaN", None),
    **{word: (word, None) for word in ("on", "off", "yes", "no", "true", "False", "On", "NO")},
    "a date": ("2024-01-01", None),
    "a time": ("2024-01-01T10:00:00Z", None),
    "a list": ("[pa55]", None),
    "an empty list": ("[]", None),
    "an object": ("{a: pa55}", None),
    "an empty object": ("{}", None),
    "binary data": ("!!binary cGE1NQ==", None),
    "a date that is none": ("2024-13-45", None),
}
SURROUNDINGS = {
    "auth": "clouds: {x: {auth: {BASE, NAME: VALUE}}}",
    "the cloud": "clouds: {x: {auth: {BASE}, NAME: VALUE}}",
}
BASE = {"auth_url": f"'{URL}'", "username": "op", "password": "pa55", "project_name": "gates"}
OF_TOKEN = {"auth_url": f"'{URL}'", "project_name": "gates"}
OF_APPLICATION = {"auth_url": f"'{URL}'", "application_credential_id": "abc", "application_credential_secret": "shh"}


def file_with(form: str, name: str, value: str) -> str:
    """A clouds.yaml in which a field has a value."""
    base = OF_APPLICATION if name.startswith("application") else OF_TOKEN if name == "token" else BASE
    rest = ", ".join(f"{key}: {told}" for key, told in base.items() if key != name)
    return form.replace("BASE", rest).replace("NAME", name).replace("VALUE", value)


@pytest.mark.parametrize("form", SURROUNDINGS.values(), ids=SURROUNDINGS)
@pytest.mark.parametrize("name", [name for name in AUTH_NAMES if name != "auth_url"])
@each_row(("value", "meant"), WRITTEN.values(), ids=WRITTEN)
def test_a_value_is_the_text_that_is_written_or_is_refused(value: str, meant: str | None, name: str, form: str) -> None:
    files = {FILE: file_with(form, name, value)}
    if meant is None:
        message = refused({"profile": "x"}, {}, files)
        assert f"cloud x of {FILE}: {name} is " in message
        assert "put quotes around it" in message
        assert "2024" not in message
        assert "12.5" not in message
    else:
        assert found({"profile": "x"}, {}, files).auth[name] == meant


@pytest.mark.parametrize("name", ["auth_url", "auth_type", "interface", "region_name", "cacert", "endpoint_type"])
@each_row("value", [value for value, meant in WRITTEN.values() if meant is None])
def test_what_is_no_text_is_refused_in_every_other_field(name: str, value: str) -> None:
    files = {FILE: file_with(SURROUNDINGS["the cloud"], name, value)}
    message = refused({"profile": "x"}, {}, files)
    assert re.search(rf"{name} is .*put quotes around it", message)


@pytest.mark.parametrize(("value", "meant"), WRITTEN.values(), ids=WRITTEN)
def test_names_of_regions_profiles_and_clouds_are_texts(value: str, meant: str | None) -> None:
    base = ", ".join(f"{key}: {told}" for key, told in BASE.items())
    regions = {FILE: f"clouds: {{x: {{regions: [{value}], auth: {{{base}}}}}}}"}
    named = {FILE: f"clouds: {{x: {{regions: [{{name: {value}}}], auth: {{{base}}}}}}}"}
    profile = {
        FILE: f"clouds: {{x: {{profile: {value}, auth: {{password: pa55}}}}}}",
        "~/.config/openstack/clouds-public.yaml": f"public-clouds: {{'{meant}': {{auth: {{{base}}}}}}}",
    }
    if meant is None:
        # An object is a region with more to say of it.
        for files in (profile, *([] if value.startswith("{") else [regions])):
            assert "put quotes around it" in refused({"profile": "x"}, {}, files)
        return
    assert region({"profile": "x"}, {}, regions.get) == meant
    assert region({"profile": "x"}, {}, named.get) == meant
    assert found({"profile": "x"}, {}, profile).auth["username"] == "op"


@pytest.mark.parametrize("name", ["2024", "1.10", "on", "2024-01-01", "0001"])
def test_a_cloud_is_called_as_it_stands_in_the_file(name: str) -> None:
    base = ", ".join(f"{key}: {told}" for key, told in BASE.items())
    assert found({"profile": name}, {}, {FILE: f"clouds: {{{name}: {{auth: {{{base}}}}}}}"}).auth["username"] == "op"


# The same in JSON: what is written, what is meant.
IN_JSON: list[tuple[str, str | None]] = [
    *(("1", "1"), ("12345678901234567890123456789012", "12345678901234567890123456789012"), ('"1.5"', "1.5")),
    *((value, None) for value in ("1.5", "1e3", "true", "false", "[]", "{}", "NaN", "-Infinity")),
]


@pytest.mark.parametrize(("value", "meant"), IN_JSON)
@pytest.mark.parametrize("name", ["project_name", "password", "user_domain_name"])
def test_json_is_read_alike(name: str, value: str, meant: str | None) -> None:
    auth = json.dumps({key: told for key, told in AUTH.items() if key != name})[1:-1]
    files = {"./clouds.json": f'{{"clouds": {{"x": {{"auth": {{{auth}, "{name}": {value}}}}}}}}}'}
    if meant is None:
        assert "put quotes around it" in refused({"profile": "x"}, {}, files)
    else:
        assert found({"profile": "x"}, {}, files).auth[name] == meant


@pytest.mark.parametrize("value", ["", "~", "null", "''"])
@pytest.mark.parametrize("name", ["project_name", "project_id", "tenant_name", "tenant_id"])
def test_a_project_without_a_name_is_not_the_default_one_of_the_user(name: str, value: str) -> None:
    text = f"clouds:\n  x:\n    auth:\n      auth_url: '{URL}'\n      username: op\n      password: pa55\n      {name}: {value}\n"
    assert f"{name} is empty; give the project" in refused({"profile": "x"}, {}, {FILE: text})
    other = "project_id" if name == "project_name" else "project_name"
    assert found({"profile": "x"}, {}, {FILE: f"{text}      {other}: p\n"}).auth[other] == "p"
    assert found({"profile": "x", "auth": {"project_id": "p"}}, {}, {FILE: text}).auth["project_id"] == "p"


@pytest.mark.parametrize("auth", ["[a]", "pa55", "1", "on"])
def test_an_auth_that_is_none_is_refused(auth: str) -> None:
    assert "auth is not an object" in refused({"profile": "x"}, {}, {FILE: f"clouds: {{x: {{auth: {auth}}}}}"})


PLACES = ["./", "/xdg/openstack/", "~/.config/openstack/", "/site/openstack/", "/etc/openstack/"]
XDG = {"XDG_CONFIG_HOME": "/xdg", "XDG_CONFIG_DIRS": "/site:/other"}


@pytest.mark.parametrize("stem", ["clouds", "secure", "clouds-public"])
@pytest.mark.parametrize("first", range(15))
def test_files_are_looked_for_in_the_order_of_openstacksdk(first: int, stem: str) -> None:
    places = [f"{place}{stem}.{ending}" for place in PLACES for ending in ("yaml", "yml", "json")]
    key = "public-clouds" if stem == "clouds-public" else "clouds"
    files = {place: json.dumps({key: {"x": {"auth": {**AUTH, "username": place}}}}) for place in places[first:]}
    if stem != "clouds":
        files["./clouds.yaml"] = json.dumps({"clouds": {"x": {"auth": {"password": "pa55"}, "profile": "x"}}})
    if stem == "secure":
        files["./clouds-public.yaml"] = json.dumps({"public-clouds": {"x": {}}})
    assert found({"profile": "x"}, XDG, files).auth["username"] == places[first]


FOLDERS = {
    "none is named": ({}, (".", "~/.config/openstack", "/etc/xdg/openstack", "/etc/openstack")),
    "both are": (XDG, (".", "/xdg/openstack", "~/.config/openstack", "/site/openstack", "/etc/openstack")),
    "both are empty": (
        {"XDG_CONFIG_HOME": " ", "XDG_CONFIG_DIRS": ""},
        (".", "~/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"),
    ),
}


@pytest.mark.parametrize(("environ", "wanted"), FOLDERS.values(), ids=FOLDERS)
def test_folders(environ: Files, wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "USER_FOLDER", "~/.config")
    monkeypatch.setattr(clouds, "SITE_FOLDER", "/etc/xdg")
    assert clouds.folders(environ) == wanted
    message = refused({"profile": "x"}, environ)
    assert f"file {', '.join(f'{folder}/clouds.yaml' for folder in wanted)}: there is no such file" in message


def test_places_that_cannot_be_looked_at_are_skipped_and_named() -> None:
    def read(path: str) -> str | None:
        if path.startswith("~"):
            raise NoHome(path)
        if path.startswith("/xdg"):
            raise PermissionError(13, "Permission denied")
        return ONE if path == "/etc/openstack/clouds.yaml" else None

    assert resolve({}, XDG, read).source == "cloud prod of /etc/openstack/clouds.yaml"
    with pytest.raises(CredentialsMissing) as caught:
        resolve({}, XDG, lambda path: None if path.startswith("/etc") else read(path))
    said = str(caught.value)
    assert "file ./clouds.yaml, /site/openstack/clouds.yaml, /etc/openstack/clouds.yaml: there is no such file" in said
    assert "file /xdg/openstack/clouds.yaml cannot be read: Permission denied" in said
    assert "file ~/.config/openstack/clouds.yaml: there is no home directory" in said


def test_a_file_of_secrets_that_cannot_be_read_is_named_where_one_is_missing() -> None:
    def read(path: str) -> str | None:
        if path == "~/.config/openstack/secure.yaml":
            raise PermissionError(13, "Permission denied")
        return ONE.replace(", password: pa55 word", "") if path == FILE else None

    with pytest.raises(
        CredentialsMissing, match=r"has no password.*; file ~/\.config/openstack/secure\.yaml cannot be read"
    ):
        resolve({}, {}, read)
