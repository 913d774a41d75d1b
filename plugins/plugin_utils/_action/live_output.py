# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Shows lines as soon as they are written, and keeps a play alive whose output nobody reads any more. Controller only."""

from __future__ import annotations

import errno
import io
import os
import sys
import typing as t

# The stdout callbacks that write for people, by collection. Any other may write a document for a program, which a line would
# break. The one without a collection is that of ansible-runner, and so of AWX, which makes events of all output.
_FOR_PEOPLE: t.Mapping[str, tuple[str, ...]] = {
    "ansible.builtin": ("default", "minimal", "oneline"),
    "ansible.posix": ("debug", "skippy"),
    "community.general": (
        *("counter_enabled", "default_without_diff", "dense", "diy", "selective", "tasks_only", "timestamp"),
        *("unixy", "yaml"),
    ),
    "": ("awx_display",),
}
_SHORT_NAMES = frozenset(name for names in _FOR_PEOPLE.values() for name in names)
# ansible-core redirects callbacks of these collections to those that now hold them.
_CORE_COLLECTIONS = ("ansible.builtin", "ansible.legacy")


def is_for_people(callback: str) -> bool:
    """Return whether the stdout callback of this name writes for people, so that lines may stand between its output."""
    collection, dummy, name = callback.rpartition(".")
    return name in (_SHORT_NAMES if collection in ("", *_CORE_COLLECTIONS) else _FOR_PEOPLE.get(collection, ()))


class Live(io.TextIOWrapper):
    """A text file that passes on each line at once, and discards output once it cannot be written.

    The thread of ansible-core that shows what workers say must not raise: it would end, and the play would wait for it for ever.
    If ansible-core does not flush, the error shows only at the very end.
    """

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as exc:
            self._give_up(exc)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as exc:
            self._give_up(exc)

    def close(self) -> None:
        """Flush, but leave the buffer open: another file owns and closes it, and may still write to it."""
        if not self.buffer.closed:
            self.flush()

    def _give_up(self, exc: OSError) -> None:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, self.fileno())
        os.close(devnull)
        # A reader that closes the pipe, as head does, wants no more output.
        if exc.errno != errno.EPIPE:
            sys.stderr.write(
                f"{self.name.strip('<>')} cannot be written ({exc.strerror}), the play continues without it\n"
            )


def show_lines_at_once() -> None:
    """Make stdout pass on each line of this process at once, and keep stdout and stderr from raising."""
    sys.stdout, sys.stderr = _live(sys.stdout), _live(sys.stderr)


def _live(file: t.TextIO) -> t.TextIO:
    if file.__class__ is not io.TextIOWrapper:
        return file
    file.flush()
    return Live(file.buffer, encoding=file.encoding, errors=file.errors, line_buffering=True)
