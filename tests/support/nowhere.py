# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A path and an address at which there is nothing on any machine. Both are reserved for this process and end with it."""

from __future__ import annotations

import socket
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="nowhere-")
NOWHERE = f"{FOLDER.name}/nothing"

# A port that is bound but not listened to, so that it refuses every connection.
UNUSED_SOCKET = socket.socket()
UNUSED_SOCKET.bind(("127.0.0.1", 0))
NOBODY = f"http://127.0.0.1:{UNUSED_SOCKET.getsockname()[1]}"
