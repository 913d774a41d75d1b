# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing goes wrong but the tasks: every outcome is known beforehand."""

from __future__ import annotations

import pytest
from soak.explore import explore
from soak.schedules import Profile

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_quiet_days(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("quiet", faults=(0, 0), keys=0.0), 500)
