# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone, Glance and Cinder as data: their settings, the commands that make their databases, and how they are run. Pure."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

PASSWORD = "Pa55-of-the-admin"
REGION = "RegionOne"
PAGE = 1
"""No list has more items on a page, however many are asked for."""
Sections = t.Mapping[str, t.Mapping[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Site:
    """Where everything is: a folder for this run, the programs of OpenStack, a port for each service."""

    folder: pathlib.Path
    programs: pathlib.Path
    ports: t.Mapping[str, int]
    source_port: int  # of the web server that images are imported from
    user: str = ""
    group: str = ""

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def home(self, name: str) -> pathlib.Path:
        """The folder of one service."""
        return self.folder / name

    def database(self, name: str) -> dict[str, str]:
        return {"connection": f"sqlite:///{self.home(name) / 'database.sqlite'}"}


@dataclasses.dataclass(frozen=True)
class Part:
    """One service: its WSGI application, the file of its settings, commands that prepare it, variables it runs with.

    ``ready`` is a path that it answers as soon as it is up.
    """

    name: str
    wsgi: str
    file: str
    settings: t.Callable[[Site], Sections]
    prepare: t.Callable[[Site], t.Sequence[t.Sequence[str]]]
    environ: t.Callable[[Site], t.Mapping[str, str]]
    ready: str = "/"


def ini(sections: Sections) -> str:
    """The settings as oslo.config reads them."""
    blocks = (
        "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in found.items())])
        for name, found in sections.items()
    )
    return "\n\n".join(blocks) + "\n"


def gunicorn(site: Site, part: Part) -> str:
    """Keystone and Cinder read the command line as theirs, so gunicorn is told everything in a file."""
    return f"wsgi_app = {part.wsgi!r}\nbind = '127.0.0.1:{site.ports[part.name]}'\nthreads = 4\ngraceful_timeout = 1\n"


def service_user(site: Site) -> dict[str, str]:
    """How Glance and Cinder ask Keystone whose token it is that they are shown."""
    return {
        "www_authenticate_uri": site.url("keystone"),
        "auth_url": site.url("keystone"),
        "auth_type": "password",
        "username": "admin",
        "password": PASSWORD,
        "project_name": "admin",
        "user_domain_id": "default",
        "project_domain_id": "default",
        # A token that was revoked is to be refused at once.
        "token_cache_time": -1,
    }


def keystone_settings(site: Site, seconds: int = 3600) -> Sections:
    home = site.home("keystone")
    return {
        "DEFAULT": {"use_stderr": "true"},
        "database": site.database("keystone"),
        "token": {"provider": "fernet", "expiration": seconds},
        "fernet_tokens": {"key_repository": home / "fernet"},
        "credential": {"key_repository": home / "credential"},
        "cache": {"enabled": "false"},
        # A password is to be checked, not guarded: what makes that slow would make every test slow.
        "identity": {"password_hash_algorithm": "bcrypt", "password_hash_rounds": "4"},
    }


def keystone_prepare(site: Site) -> list[list[str]]:
    manage = ["keystone-manage", "--config-file", str(site.home("keystone") / "keystone.conf")]
    owner = ["--keystone-user", site.user, "--keystone-group", site.group]
    return [
        [*manage, "db_sync"],
        [*manage, "fernet_setup", *owner],
        [*manage, "credential_setup", *owner],
        [*manage, "bootstrap", f"--bootstrap-password={PASSWORD}", f"--bootstrap-region-id={REGION}"],
    ]


def glance_settings(site: Site) -> Sections:
    home = site.home("glance")
    return {
        "DEFAULT": {
            "use_stderr": "true",
            "enabled_backends": "fs:file",
            "enabled_import_methods": "[web-download,glance-direct]",
            "node_staging_uri": f"file://{home / 'staging'}",
            "worker_self_reference_url": site.url("glance"),
            "api_limit_max": PAGE,
        },
        "database": site.database("glance"),
        "glance_store": {"default_backend": "fs"},
        "fs": {"filesystem_store_datadir": home / "images"},
        "os_glance_tasks_store": {"filesystem_store_datadir": home / "tasks"},
        "os_glance_staging_store": {"filesystem_store_datadir": home / "staging"},
        "keystone_authtoken": service_user(site),
        "paste_deploy": {"flavor": "keystone", "config_file": site.programs.parent / "etc/glance/glance-api-paste.ini"},
        "oslo_concurrency": {"lock_path": home / "locks"},
        "import_filtering_opts": {
            "allowed_schemes": "[http]",
            "allowed_hosts": "[127.0.0.1]",
            "allowed_ports": f"[{site.source_port}]",
        },
    }


def cinder_settings(site: Site) -> Sections:
    home = site.home("cinder")
    return {
        "DEFAULT": {
            "use_stderr": "true",
            # What the API hands to the workers goes nowhere: states change when the test says so, by the admin's API.
            "transport_url": "fake://",
            "auth_strategy": "keystone",
            "osapi_max_limit": PAGE,
            "state_path": home / "state",
            "api_paste_config": site.programs.parent / "etc" / "cinder" / "api-paste.ini",
            "resource_query_filters_file": site.programs.parent / "etc" / "cinder" / "resource_filters.json",
        },
        "database": site.database("cinder"),
        "keystone_authtoken": service_user(site),
        "oslo_concurrency": {"lock_path": home / "locks"},
    }


def file_of(site: Site, part: Part) -> pathlib.Path:
    return site.home(part.name) / part.file


def _keystone_environ(site: Site) -> dict[str, str]:
    return {"OS_KEYSTONE_CONFIG_FILES": str(site.home("keystone") / "keystone.conf")}


def _short_environ(site: Site) -> dict[str, str]:
    return {"OS_KEYSTONE_CONFIG_FILES": str(site.home("keystone-short") / "keystone.conf")}


KEYSTONE = Part(
    "keystone",
    "keystone.wsgi.api:application",
    "keystone.conf",
    keystone_settings,
    keystone_prepare,
    _keystone_environ,
    ready="/v3",
)
SHORT_LIFE = 20
# The same Keystone once more, with the same database and keys: its tokens end after seconds.
KEYSTONE_SHORT = Part(
    "keystone-short",
    KEYSTONE.wsgi,
    KEYSTONE.file,
    lambda site: keystone_settings(site, SHORT_LIFE),
    lambda site: [],
    _short_environ,
    ready="/v3",
)
GLANCE = Part(
    "glance",
    "glance.wsgi.api:application",
    "glance-api.conf",
    glance_settings,
    lambda site: [["glance-manage", "--config-file", str(site.home("glance") / "glance-api.conf"), "db_sync"]],
    lambda site: {"OS_GLANCE_CONFIG_DIR": str(site.home("glance"))},
)
CINDER = Part(
    "cinder",
    "cinder.wsgi.api:application",
    ".cinder/cinder.conf",
    cinder_settings,
    lambda site: [["cinder-manage", "--config-file", str(file_of(site, CINDER)), "db", "sync"]],
    # Cinder looks for its settings in the home of its user.
    lambda site: {"HOME": str(site.home("cinder"))},
)
PARTS = (KEYSTONE, KEYSTONE_SHORT, GLANCE, CINDER)
