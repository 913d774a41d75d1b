# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the collection of this checkout importable if nothing else does, because the local cloud reads its catalogue."""

from __future__ import annotations

import importlib.util
import pathlib
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES: dict[str, list[str]] = {
    "ansible_collections": [],
    "ansible_collections.multicloud": [],
    "ansible_collections.multicloud.tasks": [str(ROOT)],
}


def importable() -> None:
    """Add packages for the folders around the collection, which a checkout does not have."""
    if importlib.util.find_spec("ansible_collections") is not None:
        return
    for name, path in PACKAGES.items():
        package = types.ModuleType(name)
        package.__path__ = path
        sys.modules[name] = package
