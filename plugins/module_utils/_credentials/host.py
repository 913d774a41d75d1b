# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What only the machine can tell that this runs on: its files, and what is beside it. Edge."""

from __future__ import annotations

import codecs
import os
import typing as t
from pathlib import Path

from .._core.values import NoHome
from .model import Machine

if t.TYPE_CHECKING:
    from .._http.message import Request, Response


# Editors and shells of Windows write such a mark. That of UTF-8 is taken away, the others tell how to read what follows.
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _at(path: str) -> Path:
    """The path with the home directory in the place of ``~``."""
    if path.split("/", maxsplit=1)[0] == "~" and os.environ.get("HOME") == "":
        raise NoHome(path)
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise NoHome(path) from None


def read_file(path: str) -> t.Optional[str]:
    """The text of a file, None where there is none."""
    try:
        data = _at(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8-sig")
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _ask(request: Request, seconds: float) -> Response:
    """One question to what is beside this machine. Few keys come from there, and what asks takes time to import."""
    from .host_io import ask  # noqa: PLC0415

    return ask(request, seconds)


def _run(command: str) -> str:
    """What a command prints."""
    from .host_io import run  # noqa: PLC0415

    return run(command)


def mode(path: str) -> t.Optional[int]:
    """The permissions of a file; None where it has none that would tell who may read it."""
    try:
        return _at(path).stat().st_mode & 0o777 if os.name == "posix" else None
    except (OSError, NoHome):
        return None


THIS_MACHINE = Machine(_ask, _run, mode)
