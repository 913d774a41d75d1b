# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks what takes long: ``./dev pytest -m "not slow"`` answers soon, and plays the rest of the units and a few playbooks."""

from __future__ import annotations

import pathlib

import pytest

TESTS = pathlib.Path(__file__).parent
SIMULATIONS = ("test_batches", "test_keys", "test_quiet", "test_resumed", "test_soak", "test_storms")
SLOW = (
    "integration/",
    *(f"unit/simulation/{name}.py" for name in SIMULATIONS),
    "unit/conformance/test_mixed.py",
    "unit/conformance/test_rates.py",
    "unit/plugins/module_utils/_wait/test_watch_properties.py",
)
SOON = ("integration/test_smoke.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before tests are chosen by their marks."""
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        if path.startswith(SLOW) and not path.startswith(SOON):
            item.add_marker(pytest.mark.slow)
