# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Lines that are shown when they are written, and where; a play that survives the end of whoever reads them. Controller only."""

from __future__ import annotations

import errno
import io
import os
import sys
import typing as t

# The stdout callbacks that write for people, by their collections. Any other may write a document for a program, which a line
# would break. With that of no collection ansible-runner, and so AWX, makes events of all that is shown.
_OF_COLLECTIONS: t.Mapping[str, tuple[str, ...]] = {
    "ansible.builtin": ("default", "minimal", "oneline"),
    "ansible.posix": ("debug", "skippy"),
    "community.general": (
        *("counter_enabled", "default_without_diff", "dense", "diy", "selective", "tasks_only", "timestamp"),
        *("unixy", "yaml"),
    ),
    "": ("awx_display",),
}
_SHORT = frozenset(name for names in _OF_COLLECTIONS.values() for name in names)
# Core sends these on, each to the collection that it has moved to.
_OF_CORE = ("ansible.builtin", "ansible.legacy")


def is_for_people(callback: str) -> bool:
    """Whether the stdout callback of this name writes for people, so that lines may stand between what it writes."""
    collection, dummy, name = callback.rpartition(".")
    return name in (_SHORT if collection in ("", *_OF_CORE) else _OF_COLLECTIONS.get(collection, ()))


class Live(io.TextIOWrapper):
    """A text file that passes on each line at once; when it can no longer, it goes on into nowhere.

    What core's own thread shows, on behalf of workers, must not raise there: the thread would end, and the play would wait for
    it for ever. Where core flushes nothing, it finds out at the very end.
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
        """The buffer is that of another file, which closes it: whoever has put this one away may still write to that."""
        if not self.buffer.closed:
            self.flush()

    def _give_up(self, exc: OSError) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
        # Who has closed a pipe, as head does, knows that there is no more to come.
        if exc.errno != errno.EPIPE:
            sys.stderr.write(
                f"{self.name.strip('<>')} cannot be written ({exc.strerror}), the play goes on without it\n"
            )


def show_lines_at_once() -> None:
    """Have stdout pass on each line of this process, and keep stderr, which does so anyway, from raising."""
    sys.stdout, sys.stderr = _live(sys.stdout), _live(sys.stderr)


def _live(file: t.TextIO) -> t.TextIO:
    if file.__class__ is not io.TextIOWrapper:
        return file
    file.flush()
    return Live(file.buffer, encoding=file.encoding, errors=file.errors, line_buffering=True)
