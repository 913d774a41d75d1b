# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tooling.imports FOLDER`` prints the tests in a folder of ``tests`` that need ansible-core, one path a line.

A test needs it if it imports it, directly or through others. Run this with the Python of the tests: ``./dev`` has no grimp.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

TESTS = Path(__file__).resolve().parents[1]
PACKAGES = ("ansible_collections.multicloud.tasks.plugins", "local_cloud", "soak", "support", "tooling")
CORE = ("ansible", "ansible_test")


def module_of(path: Path) -> str:
    """Return the dotted name by which grimp knows a file of tests."""
    return ".".join(path.relative_to(TESTS).with_suffix("").parts)


def need_core(folder: Path) -> list[Path]:
    """Return the tests in a folder that import ansible-core."""
    graph = grimp.build_graph(*PACKAGES, module_of(folder), include_external_packages=True, cache_dir=None)
    core = [name for name in CORE if name in graph.modules]
    reaching = set().union(*(graph.find_downstream_modules(name) for name in core))
    return [path for path in sorted(folder.rglob("test_*.py")) if module_of(path) in reaching]


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path}\n" for path in need_core(Path(sys.argv[1]))))
