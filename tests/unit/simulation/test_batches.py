# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enough tasks of the services that are asked in batches, and what spoils a batch."""

from __future__ import annotations

import pytest
from soak.explore import explore
from soak.schedules import Profile

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_batches(local_cloud: LocalCloud) -> None:
    profile = Profile("batch", tasks=(10, 14), services=("ecs", "bdrc"), one_service=0.8, faults=(0, 5))
    explore(local_cloud, profile, 250)
