# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Checks that nobody but this user can have written a file, so that its content can be trusted. Reads the file system."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

from .._core.errors import OptionError

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def path_of(option: str, text: str) -> Path:
    """Return the path that an option gives, with ``~`` expanded; raise an OptionError if there is no home directory."""
    try:
        path = Path(text).expanduser()
        os.fsencode(path)
    except (KeyError, RuntimeError):  # KeyError is from Python 3.9
        # There is no HOME, and the user is not in the user database either.
        raise OptionError(
            f"{option}: {text}: there is no home directory; give a path that does not begin with ~, or set HOME"
        ) from None
    except UnicodeError:
        path = None
    if path is None or "\0" in text:
        raise OptionError(f"{option}: {text!r} holds what no path may; give another path")
    return path


def refuse_file_of_others(
    option: str, path: Path, status: os.stat_result, harm: str = "say what has succeeded"
) -> None:
    """Refuse a file that somebody else owns or may write to. ``status`` is that of the open file, or of the path.

    ``harm`` is what anybody who can write to it could do: a journal may say that a task has succeeded, which opens the gate.
    """
    way_out = "remove it if you do not know it, or give another path"
    if status.st_uid != os.geteuid():
        raise OptionError(
            f"{option}: {path} belongs to {_name_of(status.st_uid)}, and this runs as {_name_of(os.geteuid())}: who wrote it "
            f"could {harm}; {way_out}"
        )
    if status.st_mode & _OTHERS_WRITE:
        raise OptionError(
            f"{option}: others than its owner may write to {path} (its mode is {stat.S_IMODE(status.st_mode):04o}), and "
            f"could {harm}; {way_out}, or run chmod 600 {path} if you trust what it says"
        )
    refuse_link_of_others(option, path)


def refuse_open_folder(option: str, path: Path) -> None:
    """Refuse a folder in which anybody may replace the file. /tmp is fine, because it is sticky."""
    for folder in (path.parent, _target(path).parent):
        status = _status(folder.stat)
        if status and status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
            mode = f"{stat.S_IMODE(status.st_mode):04o}"
            raise OptionError(
                f"{option}: {path}: anybody may replace files in the folder {folder} (its mode is {mode}); "
                f"give a path in another folder, or run chmod o-w {folder}"
            )


def refuse_link_of_others(option: str, path: Path) -> None:
    """Refuse a link that somebody else has made, whether it leads to a file or to none: it would be made in another place."""
    link = _status(path.lstat)
    if link and stat.S_ISLNK(link.st_mode) and link.st_uid != os.geteuid():
        raise OptionError(
            f"{option}: {path} is a link that {_name_of(link.st_uid)} has made, possibly to another file; remove it, or "
            "give another path"
        )


def _target(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links that lead round in a circle
        return path


def _status(stat_call: t.Callable[[], os.stat_result]) -> t.Optional[os.stat_result]:
    try:
        return stat_call()
    except OSError:
        return None


def _name_of(uid: int) -> str:
    # Imported late, because few waits refuse a file.
    import pwd  # noqa: PLC0415

    try:
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"
