# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin and the signals of the process that it runs in."""

from __future__ import annotations

import signal
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.action.wait_for_cloud_task import _interruptible


class Stopped:
    """Notes that it was told to stop."""

    def __init__(self) -> None:
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1


@pytest.fixture
def dispositions() -> t.Iterator[None]:
    """Those of the test's own process, as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("dispositions")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_wait_and_is_then_what_it_was(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_DFL)
    world = Stopped()
    with _interruptible(world):  # type: ignore[arg-type]
        signal.raise_signal(number)
    assert world.stops == 1
    assert signal.getsignal(number) == signal.SIG_DFL


@pytest.mark.usefixtures("dispositions")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_a_shell_has_ignored_for_the_background_stays_ignored(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    world = Stopped()
    with _interruptible(world):  # type: ignore[arg-type]
        signal.raise_signal(number)
    assert world.stops == 0
    assert signal.getsignal(number) == signal.SIG_IGN
