# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A path and an address at which there is nothing, whatever a machine holds. Both are made for this process and go with it."""

from __future__ import annotations

import socket
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="nowhere-")
NOWHERE = f"{FOLDER.name}/nothing"

# A port that is taken and listened to by nobody: it refuses every connection.
SILENT = socket.socket()
SILENT.bind(("127.0.0.1", 0))
NOBODY = f"http://127.0.0.1:{SILENT.getsockname()[1]}"
