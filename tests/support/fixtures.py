# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for a conftest to import: one server per session, reset for each test."""

from __future__ import annotations

import typing as t

import pytest

from local_cloud.client import LocalCloud


@pytest.fixture(scope="session")
def local_cloud_server() -> t.Iterator[LocalCloud]:
    with LocalCloud() as cloud:
        yield cloud


@pytest.fixture
def local_cloud(local_cloud_server: LocalCloud) -> LocalCloud:
    local_cloud_server.reset()
    return local_cloud_server
