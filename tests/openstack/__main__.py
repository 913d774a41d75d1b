# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes what every run begins with: ``python -m openstack FOLDER PROGRAMS``."""

from __future__ import annotations

import pathlib
import sys

from openstack.processes import prepared

prepared(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
