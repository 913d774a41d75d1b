# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module ends that cannot begin."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._module import finish
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask


@pytest.mark.parametrize("missing", [["jmespath"], ["jmespath", "requests"]], ids=len)
def test_all_missing_packages_are_named_at_once(monkeypatch: pytest.MonkeyPatch, missing: list[str]) -> None:
    monkeypatch.setattr(finish, "MISSING", dict.fromkeys(missing, "traceback"))
    told = finish.result_of(lambda: {"tasks": []}, Mask())
    assert told["failed"] is True
    assert told["msg"].endswith(f"{sys.executable} -m pip install {' '.join(missing)}")
    assert f"({' and '.join(missing)})" in told["msg"]
    assert "tasks" not in told
