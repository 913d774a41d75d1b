#!/usr/bin/python
# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: huawei_cloud_task_info
"""

from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.cloud import HUAWEI
from ansible_collections.multicloud.tasks.plugins.module_utils._module import run_info


def main() -> None:
    run_info(HUAWEI)


if __name__ == "__main__":
    main()
