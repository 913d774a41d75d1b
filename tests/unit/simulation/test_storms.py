# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Never green by accident: everything goes wrong, at any time, for a while or for good."""

from __future__ import annotations

import pytest
from soak.explore import explore
from soak.schedules import Profile

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_storms(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("storm", faults=(1, 8)), 700)
