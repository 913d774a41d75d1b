# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Tell what a login needs of the machine that this runs on: files, the time, metadata services, commands. Does I/O."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import select
import tempfile
import time
import typing as t
from datetime import datetime, timezone
from pathlib import Path

from .._core.values import Environ, NoHome
from .host_io import ask_metadata, run_command
from .model import Host

# Editors and shells of Windows write a byte order mark. That of UTF-8 is dropped, the others tell the encoding.
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# No file of keys is larger, and no pipe of keys takes longer, in seconds. A device may have no end, and a pipe nobody who writes.
MAX_BYTES = 8 * 1024 * 1024
READ_SECONDS = 5.0


def _expanded(path: str) -> Path:
    """Return the path with ``~`` replaced by the home directory. Raise NoHome if there is none."""
    if path.split("/", maxsplit=1)[0] == "~" and os.environ.get("HOME") == "":
        raise NoHome(path)
    try:
        return Path(path).expanduser()
    except (KeyError, RuntimeError):  # KeyError is from Python 3.9
        raise NoHome(path) from None


def read_file(path: str) -> t.Optional[str]:
    """Return the text of a file, or None if there is no such file."""
    try:
        data = _content(_expanded(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8-sig")
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _content(path: Path) -> bytes:
    """Return the content of a file, or of a pipe. Raise OSError if it is too large, or does not end in time."""
    deadline = time.monotonic() + READ_SECONDS
    # To open a pipe would else wait for somebody who writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        content = bytearray()
        while len(content) <= MAX_BYTES:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise OSError(
                    errno.ETIMEDOUT, f"it is no plain file, and nothing came from it within {READ_SECONDS:g} s"
                )
            chunk = os.read(descriptor, 65536)
            if not chunk:
                return bytes(content)
            content += chunk
    finally:
        os.close(descriptor)
    raise OSError(errno.EFBIG, f"it is larger than {MAX_BYTES // 2**20} MiB, files with keys are smaller")


def file_mode(path: str) -> t.Optional[int]:
    """Return the permissions of a file, or None if they do not say who may read it."""
    try:
        return _expanded(path).stat().st_mode & 0o777 if os.name == "posix" else None
    except (OSError, NoHome):
        return None


def write_file(path: str, text: str) -> None:
    """Replace the text of a file that only its owner may read, at once. Keep the old one if that is not possible."""
    with contextlib.suppress(OSError, NoHome):
        target = _expanded(path)
        with tempfile.NamedTemporaryFile("w", dir=target.parent, encoding="utf-8", delete=False) as file:
            file.write(text)
        Path(file.name).replace(target)


def now() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(timezone.utc)


def this_host(environ: Environ) -> Host:
    """Return this machine, with the environment of the step."""
    return Host(now, environ, read_file, ask_metadata, run_command, file_mode, write_file)
