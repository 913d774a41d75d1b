# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for servers of other projects to start, and stops them."""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
import time
import typing as t

# Such a server does not report that it is ready, so it is polled.
POLL = 0.1


def await_ready(
    name: str, process: subprocess.Popen[bytes], log: pathlib.Path, is_ready: t.Callable[[], bool], seconds: float
) -> None:
    """Return when the server is ready. Fail with the end of its log if it stops, or is not ready in time."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        assert process.poll() is None, f"{name} has stopped:\n{tail(log)}"
        assert time.monotonic() < deadline, f"{name} does not answer:\n{tail(log)}"
        time.sleep(POLL)


def tail(path: pathlib.Path, lines: int = 30) -> str:
    """Return the last lines of a log."""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def end(process: subprocess.Popen[bytes]) -> None:
    """Terminate the server, and kill it if it does not stop within ten seconds."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
        return
    process.kill()
    process.wait()
