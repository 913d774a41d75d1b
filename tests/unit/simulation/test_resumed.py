# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that goes on by the journal of another."""

from __future__ import annotations

import pytest
from soak.explore import explore
from soak.schedules import Profile

from local_cloud.client import LocalCloud


@pytest.mark.timeout(1200)
def test_waits_that_go_on_by_a_journal(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("resumed", resumed=1.0, faults=(0, 4)), 150)


@pytest.mark.timeout(1200)
def test_answers_that_take_real_time(local_cloud: LocalCloud) -> None:
    explore(local_cloud, Profile("slow", slow=1.0, tasks=(1, 4), faults=(0, 2)), 30)
