# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import random

import pytest

from local_cloud.client import LocalCloud
from support.fixtures import local_cloud_server
from support.shapes import PLAIN, each_value
from support.stage import Stage, prepare
from support.subjects import Subject

__all__ = ["local_cloud_server"]


@pytest.fixture(autouse=True)
def chance(request: pytest.FixtureRequest) -> None:
    """Scatter the looks of a test alike in every run, and those of each test in another way."""
    random.seed(request.node.nodeid)


@pytest.fixture
def local_cloud(local_cloud_server: LocalCloud) -> LocalCloud:
    """A fresh cloud whose clock stands."""
    prepare(local_cloud_server)
    return local_cloud_server


@pytest.fixture(params=each_value(*PLAIN), ids=str)
def subject(request: pytest.FixtureRequest) -> Subject:
    """A service for each value that matters in a shape; a test about other parts of it, or about all services, names its own."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def stage(local_cloud: LocalCloud, subject: Subject) -> Stage:
    """The local cloud with that service on it."""
    return Stage(local_cloud, subject)
