# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keeps the journal of a wait: a file that says at any moment what is waited for and what has ended. One wait locks it."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import tempfile
import time
import typing as t
import weakref
from pathlib import Path
from urllib.parse import urlsplit

from .._core.errors import OptionError
from .._core.task import Facts
from .own_file import path_of, refuse_file_of_others, refuse_link_of_others, refuse_open_folder

# Writing may take at most this share of the time, so a journal of thousands of tasks is not written at each change.
MAX_SHARE = 0.05
# A worker whose ansible-playbook was killed ends within half a second. A wait that finds its journal locked tries again for this
# long, in seconds, at this interval.
PATIENCE = 2.0
POLL_INTERVAL = 0.1

FileIdentity = tuple[int, int, int, int]
"""Identifies a file by device, inode, size and time of change: its name may be given to another file."""


class Journal:
    """A JSON list of tasks, each a valid entry of the option ``tasks``. Replaced as a whole, and readable by the owner only.

    It is trusted only if nobody else can have written it, and if it holds no ``forbidden`` option. A wait never writes those,
    and they could send keys elsewhere.

    While a wait holds it, the file at the path is locked. Each new file is locked before it replaces the one before. The
    kernel releases the lock when the process ends, however it ends.
    """

    def __init__(self, path: str, forbidden: t.Collection[str] = ()) -> None:
        self.path = path_of("journal", path)
        self._forbidden = frozenset(forbidden)
        self._next_write = 0.0
        self._is_held = False
        self._identity: t.Optional[FileIdentity] = None
        self._release: t.Callable[[], object] = _no_release

    def exists(self) -> bool:
        """Return whether an earlier wait has left a journal. Refuse what is no regular file, because reading it may never end."""
        current = self._stat_path()
        refuse_open_folder("journal", self.path)
        if current is None:
            refuse_link_of_others("journal", self.path)
        else:
            self._check(current)
        return current is not None

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise OptionError(f"journal: {self.path} is no plain file; give the path of one, or of one to be made")
        refuse_file_of_others("journal", self.path, status)

    def _stat_path(self) -> t.Optional[os.stat_result]:
        try:
            return self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as exc:
            raise self._unreadable_error(exc) from exc

    def read(self) -> list[Facts]:
        """Return the tasks in the file; raise an OptionError if it is no journal, or cannot be trusted."""
        self.exists()
        text = self._text()
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise self._not_a_journal("it is not JSON") from exc
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._not_a_journal("it is not a list of tasks")
        for number, entry in enumerate(entries):
            if not all(isinstance(entry.get(name), str) for name in ("provider", "service")):
                raise self._not_a_journal(f"its entry {number} has no provider and service")
            self._refuse_odd_options(number, entry)
        return entries

    def _text(self) -> str:
        """Return the text of the file. Check the open file, because another may have taken its name since."""
        try:
            with open(self.path, "rb", opener=_open_file) as file:
                self._check(os.fstat(file.fileno()))
                return file.read().decode("utf-8")
        except OSError as exc:
            raise self._unreadable_error(exc) from exc
        except UnicodeError as exc:
            raise self._not_a_journal("it is not JSON") from exc

    def _refuse_odd_options(self, number: int, entry: Facts) -> None:
        """Refuse options that a wait never writes. The message shows no value, because it may be a secret."""
        names = sorted(name for name, value in entry.items() if name in self._forbidden and value not in (None, ""))
        if names:
            raise self._not_a_journal(
                f"its entry {number} has {' and '.join(names)}, which a wait never writes into one"
            )
        with_user = sorted(name for name, value in entry.items() if "endpoint" in name and _has_user(value))
        if with_user:
            raise self._not_a_journal(f"its entry {number} has a user in the URL of {' and '.join(with_user)}")

    def _unreadable_error(self, exc: OSError) -> OptionError:
        return OptionError(f"journal: {self.path} cannot be read ({exc.strerror}); give tasks, or the right path")

    def _not_a_journal(self, why: str) -> OptionError:
        return OptionError(f"journal: {self.path} is not a journal of a wait: {why}; remove it, or give another path")

    # Holding

    def hold(self) -> None:
        """Lock the journal until ``close`` or the end of the process; raise an OptionError if another wait holds it."""
        tries_left = round(PATIENCE / POLL_INTERVAL)
        while not self._try_lock():
            if not tries_left:
                raise self._in_use_error()
            tries_left -= 1
            time.sleep(POLL_INTERVAL)
        self._is_held = True

    def _try_lock(self) -> bool:
        """Return whether the file is locked now, or there is none to lock."""
        if self._identity is not None:
            return True
        descriptor = self._open() if self.exists() else None
        if descriptor is None:
            return True
        # The wait that held the lock may have replaced the file after it was opened here.
        if _lock(descriptor) and self._is_at_path(descriptor):
            self._adopt(descriptor)
            return True
        os.close(descriptor)
        return False

    def _is_at_path(self, descriptor: int) -> bool:
        current = self._stat_path()
        return current is not None and os.path.samestat(current, os.fstat(descriptor))

    def _open(self) -> t.Optional[int]:
        try:
            # Some file systems lock only files that are open for writing, and some files are read-only.
            return os.open(self.path, (os.O_RDWR if os.access(self.path, os.W_OK) else os.O_RDONLY) | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise self._unreadable_error(exc) from exc

    def _adopt(self, descriptor: int) -> None:
        """Hold the lock of this file, and release the one of the file before."""
        release_previous = self._release
        self._identity = _identity(os.fstat(descriptor))
        self._release = weakref.finalize(self, os.close, descriptor)
        release_previous()

    def _in_use_error(self) -> OptionError:
        return OptionError(
            f"journal: {self.path} is in use by another wait; give each its own, for instance each host one with "
            "{{ inventory_hostname }} in its path, or run this again when the other has ended"
        )

    def close(self) -> None:
        """Release the journal for other waits."""
        self._is_held = False
        self._unlock()

    def _unlock(self) -> None:
        self._identity = None
        self._release()

    # Writing

    def write(self, entries: t.Callable[[], list[Facts]], force: bool = False) -> bool:
        """Write the tasks to disk; return False if a large journal is not due yet. Call it before anything is reported."""
        started_at = time.monotonic()
        if started_at < self._next_write and not force:
            return False
        if not self._is_held:
            self.hold()
        try:
            self._replace(json.dumps(entries(), default=str))
        except OSError as exc:
            raise OptionError(f"journal: {self.path} cannot be written ({exc.strerror})") from exc
        finally:
            duration = time.monotonic() - started_at
            self._next_write = started_at + duration / MAX_SHARE if duration > MAX_SHARE else 0.0
        return True

    def _replace(self, text: str) -> None:
        # mkstemp makes a new file of mode 0600. replace puts it in place of a link instead of writing through it.
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".journal-")
        try:
            _lock(descriptor)
            with os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) as file:
                file.write(text)
            # The file is on disk before it gets its name, so that a loss of power leaves no empty file.
            os.fsync(descriptor)
            self._move_into_place(Path(temporary))
        except BaseException:
            os.close(descriptor)
            Path(temporary).unlink(missing_ok=True)
            raise
        self._adopt(descriptor)

    def _move_into_place(self, temporary: Path) -> None:
        """Give the file its name. If there was no journal, do not overwrite one that another wait creates at this moment."""
        self._refuse_changed_file()
        if self._identity is not None or self.path.is_symlink():
            temporary.replace(self.path)
            return
        try:
            os.link(temporary, self.path)
        except FileExistsError as exc:
            raise self._in_use_error() from exc
        except OSError:
            # Some file systems have no hard links.
            temporary.replace(self.path)
        else:
            temporary.unlink()

    def _refuse_changed_file(self) -> None:
        """Refuse to overwrite a file that this wait has not written. If the file is gone, forget its lock."""
        current = self._stat_path()
        if current is None:
            self._unlock()
        elif self._identity is not None and _identity(current) != self._identity:
            raise OptionError(
                f"journal: {self.path} is no longer the file that this wait has written, another wait or program has "
                "changed it; it is left as it is"
            )


def _open_file(path: str, flags: int) -> int:
    """Open without blocking: the name may by now be that of a pipe, which would wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK)


def _has_user(url: t.Any) -> bool:
    try:
        return isinstance(url, str) and "@" in urlsplit(url).netloc
    except ValueError:
        return True


def _no_release() -> None:
    """Do nothing: there is no lock yet."""


def _identity(status: os.stat_result) -> FileIdentity:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _lock(descriptor: int) -> bool:
    """Return whether the file is locked for us now. On file systems without locks, return True."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
