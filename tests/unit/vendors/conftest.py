# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import os

# Where the vendors' packages are not installed there is nothing to hold the catalogue against.
NEEDED = ("local_cloud", "aiohttp", "alibabacloud_rds20140815")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, NEEDED)) else ["test_*.py"]
# A client without keys would look for a metadata server.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

if not collect_ignore_glob:
    from support.fixtures import local_cloud, local_cloud_server

    __all__ = ["local_cloud", "local_cloud_server"]
