# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What action plugins do in the process of Ansible: no worker survives the process that wants its result."""

from __future__ import annotations

import os
import subprocess
import sys

WORKER = """
import os, threading
from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.in_process import bound
if os.fork():
    os.wait()
with bound():
    print("hangs", flush=True)
    threading.Event().wait(120)
"""


def test_a_worker_that_hangs_ends_with_the_one_that_wants_its_result() -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, env=environ) as controller:
        assert controller.stdout
        assert controller.stdout.readline() == b"hangs\n"
        controller.kill()
        # The worker has it open until it ends.
        assert controller.communicate(timeout=60)[0] == b""
