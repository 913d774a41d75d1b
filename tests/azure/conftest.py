# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This folder is no package: it would hide the vendor's own packages, which have its name.
from __future__ import annotations

from support.fixtures import local_cloud, local_cloud_server

__all__ = ["local_cloud", "local_cloud_server"]
