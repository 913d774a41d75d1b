# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The journal of a wait: a file that says, at any moment, what is waited for and what has ended."""

from __future__ import annotations

import json
import os
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._task import Facts

# Writing may take this part of the time: a journal of thousands of tasks is not written for each of their changes.
SHARE = 0.05


class Journal:
    """A JSON list of the tasks, each a valid entry of the option ``tasks``. Replaced as a whole, readable by the owner only."""

    def __init__(self, path: str) -> None:
        self.path = Path(path).expanduser()
        self._next = 0.0

    def exists(self) -> bool:
        """Whether an earlier wait has left one; what is no plain file is refused, for to read it may never end."""
        if self.path.exists() and not self.path.is_file():
            raise OptionError(f"journal: {self.path} is no plain file; give the path of one, or of one to be made")
        return self.path.exists()

    def read(self) -> list[Facts]:
        """The tasks it holds."""
        self.exists()
        try:
            entries = json.loads(self.path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise OptionError(
                f"journal: {self.path} cannot be read ({exc.strerror}); give tasks, or the right path"
            ) from exc
        except (ValueError, RecursionError) as exc:
            raise self._foreign("it is not JSON") from exc
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._foreign("it is not a list of tasks")
        for number, entry in enumerate(entries):
            if not all(isinstance(entry.get(name), str) for name in ("provider", "service")):
                raise self._foreign(f"its entry {number} has no provider and service")
        return entries

    def _foreign(self, why: str) -> OptionError:
        return OptionError(f"journal: {self.path} is not a journal of a wait: {why}; remove it, or give another path")

    def write(self, entries: t.Callable[[], list[Facts]], force: bool = False) -> bool:
        """Put the tasks on disk, before anybody is told of them; False where a large journal is not due yet."""
        began = time.monotonic()
        if began < self._next and not force:
            return False
        try:
            self._replace(json.dumps(entries(), default=str))
        except OSError as exc:
            raise OptionError(f"journal: {self.path} cannot be written ({exc.strerror})") from exc
        took = time.monotonic() - began
        self._next = began + took / SHARE if took > SHARE else 0.0
        return True

    def _replace(self, text: str) -> None:
        # mkstemp makes a new file of mode 0600, and replace puts it in place of a link instead of writing through it.
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".journal-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(self.path)
        except OSError:
            Path(temporary).unlink()
            raise
