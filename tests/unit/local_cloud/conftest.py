# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util

# Where the server's library or the vendors' clients are not installed there is nothing to prove here.
NEEDED = ("local_cloud", "aiohttp", "alibabacloud_ecs20140526", "huaweicloudsdkgaussdb")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, NEEDED)) else ["test_*.py"]

if not collect_ignore_glob:
    from support.fixtures import local_cloud, local_cloud_server

    __all__ = ["local_cloud", "local_cloud_server"]
