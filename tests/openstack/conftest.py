# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import pathlib
import typing as t

import pytest

from integration.playing import Player
from openstack.client import Openstack, admin, login
from openstack.parts import Site
from openstack.processes import prepared, services, site_in
from openstack.source import Source
from openstack.source import source as serve
from support.fixtures import local_cloud, local_cloud_server

__all__ = ["local_cloud", "local_cloud_server"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Site]:
    """Keystone, Glance and Cinder, running."""
    where = os.environ.get("MULTICLOUD_OPENSTACK")
    assert where, "these tests need the services of OpenStack: run ./dev test-openstack"
    programs = pathlib.Path(where)
    template = prepared(pathlib.Path(os.environ["MULTICLOUD_OPENSTACK_TEMPLATE"]), programs)
    made = site_in(tmp_path_factory.mktemp("openstack"), programs)
    with services(made, template):
        yield made


@pytest.fixture
def images(site: Site) -> t.Iterator[Source]:
    """Where images come from."""
    with serve(site.source_port) as server:
        yield server


@pytest.fixture(scope="session")
def operator(site: Site) -> Openstack:
    """The client of a user who is no admin."""
    return Openstack(site.programs, login(site))


@pytest.fixture(scope="session")
def root(site: Site) -> Openstack:
    """The client of the admin, who does what the workers of Cinder would."""
    return Openstack(site.programs, admin(site))


@pytest.fixture(scope="session")
def player(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Ansible in a home of its own."""
    return Player(tmp_path_factory.mktemp("player"), "")
