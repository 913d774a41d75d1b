# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from integration.playing import Player
from local_cloud.client import LocalCloud
from support.fixtures import local_cloud, local_cloud_server

__all__ = ["local_cloud", "local_cloud_server"]


@pytest.fixture(scope="module")
def cloud(local_cloud_server: LocalCloud) -> LocalCloud:
    """A world for a whole file, where one playbook is played and many tests look at what came of it."""
    local_cloud_server.reset()
    return local_cloud_server


@pytest.fixture(scope="module")
def player(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Ansible in a home of its own."""
    return Player(tmp_path_factory.mktemp("player"), cloud.url)
