# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What only the machine can tell that this runs on: its files, and what is beside it. Edge."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from .model import Machine

if t.TYPE_CHECKING:
    from .._http.message import Request, Response


def read_file(path: str) -> t.Optional[str]:
    """The text of a file, None where there is none."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


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
        return Path(path).expanduser().stat().st_mode & 0o777 if os.name == "posix" else None
    except OSError:
        return None


THIS_MACHINE = Machine(_ask, _run, mode)
