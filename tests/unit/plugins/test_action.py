# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin and the signals of the process that it runs in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.action.wait_for_cloud_task import _interruptible


@pytest.fixture
def dispositions() -> t.Iterator[None]:
    """Those of the test's own process, as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("dispositions")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("disposition", "stops"),
    [pytest.param(signal.SIG_DFL, 1, id="usual"), pytest.param(signal.SIG_IGN, 0, id="ignored for the background")],
)
def test_a_signal_stops_the_wait_unless_a_shell_has_it_ignored(
    number: signal.Signals, disposition: signal.Handlers, stops: int
) -> None:
    signal.signal(number, disposition)
    stopped: list[None] = []
    with _interruptible(lambda: stopped.append(None)):
        signal.raise_signal(number)
    assert len(stopped) == stops
    assert signal.getsignal(number) == disposition


ECS = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
PROBE = """
import sys
from ansible_collections.multicloud.tasks.plugins.action import wait_for_cloud_task
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
assert plan_of(PROVIDERS, {options!r}, False).selectors
print(*(name.partition(".module_utils.")[2] for name in sys.modules), sep="\\n")
"""


# What takes time to import, and few waits need at once.
LATER = ("_wait.follower", "_service.definition", "_run.cancel", "_output.journal", "_options.entries", "_api.lister")


def test_a_wait_for_one_cloud_imports_no_other_and_nothing_that_it_may_never_need() -> None:
    probe = [sys.executable, "-c", PROBE.format(options=ECS)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    modules = subprocess.run(probe, env=environ, capture_output=True, text=True, check=True).stdout.split()
    assert {"_api.reader", "_alibaba.provider"} <= set(modules)
    assert set(modules) & {"_huawei.provider", "_openstack.provider", "_alibaba.chain", *LATER} == set()
