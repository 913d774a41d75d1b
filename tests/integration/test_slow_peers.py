# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers whose slowness only real time can show: what waits for them is in C."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from support.sockets import listening

# A second and what a machine with much to do needs besides: far less than what never ends would take.
SOON = 3.0


def drop_of_tls(connection: socket.socket) -> None:
    """The head of a record, and then its body without end, at a pace at which no single read is slow.

    It takes real time: OpenSSL reads by the clock of the machine, which is not the one that a test can drive.
    """
    connection.recv(65_536)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    for dummy in range(400):
        connection.sendall(b"\x02")
        time.sleep(0.05)


def test_a_handshake_that_comes_to_no_end_is_not_waited_for() -> None:
    with listening(drop_of_tls) as port, contextlib.closing(Transport({"request_timeout": 1})) as transport:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="within 1 s"):
            transport.send(Request("GET", f"https://127.0.0.1:{port}"))
        assert time.monotonic() - began < SOON
