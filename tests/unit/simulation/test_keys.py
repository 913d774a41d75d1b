# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that end, are wrong, or are those of a login; and questions for whatever tasks there are."""

from __future__ import annotations

import pytest
from soak.explore import explore
from soak.schedules import Profile

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_keys(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("keys", keys=1.0, faults=(0, 3)), 250)


@pytest.mark.timeout(1200)
def test_queries(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("query", queries=1.0, tasks=(1, 6), faults=(0, 3)), 250)
