# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The journal of a wait: a file that says, at any moment, what is waited for and what has ended; one wait holds it at a time."""

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
from .own_file import path_of, refuse_file_of_others, refuse_open_folder

# Writing may take this part of the time: a journal of thousands of tasks is not written for each of their changes.
SHARE = 0.05
# A worker whose ansible-playbook was killed notices it within half a second, and ends. So long, in seconds, a wait that finds
# its journal held hopes for that, and so often it tries.
PATIENCE = 2.0
POLL = 0.1

Mark = tuple[int, int, int, int]
"""By which a file is known to be the one that was written here: a name can be given to another, and a file be filled anew."""


class Journal:
    """A JSON list of the tasks, each a valid entry of the option ``tasks``. Replaced as a whole, readable by the owner only.

    It is believed only if nobody else can have written it, and if it holds none of the options in ``never``, which a wait
    does not write: with them it could have keys sent elsewhere.

    While a wait holds it, the file at the path is locked: each new file is, before it is put in the place of the one before.
    The kernel ends the lock with the process, however that ends.
    """

    def __init__(self, path: str, never: t.Collection[str] = ()) -> None:
        self.path = path_of("journal", path)
        self._never = frozenset(never)
        self._next = 0.0
        self._begun = False
        self._mark: t.Optional[Mark] = None
        self._let_go: t.Callable[[], object] = _nothing

    def exists(self) -> bool:
        """Whether an earlier wait has left one. What is no plain file is refused: to read it may never end."""
        there = self._there()
        refuse_open_folder("journal", self.path)
        if there is not None:
            self._check(there)
        return there is not None

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise OptionError(f"journal: {self.path} is no plain file; give the path of one, or of one to be made")
        refuse_file_of_others("journal", self.path, status)

    def _there(self) -> t.Optional[os.stat_result]:
        try:
            return self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as exc:
            raise self._unreadable(exc) from exc

    def read(self) -> list[Facts]:
        """The tasks it holds."""
        self.exists()
        text = self._text()
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise self._foreign("it is not JSON") from exc
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._foreign("it is not a list of tasks")
        for number, entry in enumerate(entries):
            if not all(isinstance(entry.get(name), str) for name in ("provider", "service")):
                raise self._foreign(f"its entry {number} has no provider and service")
            self._refuse_odd_options(number, entry)
        return entries

    def _text(self) -> str:
        """What it holds. What was opened is what is checked, whatever has taken its name since."""
        try:
            with open(self.path, "rb", opener=_open_file) as file:
                self._check(os.fstat(file.fileno()))
                return file.read().decode("utf-8")
        except OSError as exc:
            raise self._unreadable(exc) from exc
        except UnicodeError as exc:
            raise self._foreign("it is not JSON") from exc

    def _refuse_odd_options(self, number: int, entry: Facts) -> None:
        """No value is shown: it may be a secret."""
        names = sorted(name for name, value in entry.items() if name in self._never and value not in (None, ""))
        if names:
            raise self._foreign(f"its entry {number} has {' and '.join(names)}, which a wait never writes into one")
        named = sorted(name for name, value in entry.items() if "endpoint" in name and _has_user(value))
        if named:
            raise self._foreign(f"its entry {number} has a user in the URL of {' and '.join(named)}")

    def _unreadable(self, exc: OSError) -> OptionError:
        return OptionError(f"journal: {self.path} cannot be read ({exc.strerror}); give tasks, or the right path")

    def _foreign(self, why: str) -> OptionError:
        return OptionError(f"journal: {self.path} is not a journal of a wait: {why}; remove it, or give another path")

    # Holding

    def hold(self) -> None:
        """Keep other waits from it, until ``close`` or the end of the process. One that another wait holds is refused."""
        tries = round(PATIENCE / POLL)
        while not self._take():
            if not tries:
                raise self._in_use()
            tries -= 1
            time.sleep(POLL)
        self._begun = True

    def _take(self) -> bool:
        """Whether the file is held now, or there is none to hold."""
        if self._mark is not None:
            return True
        descriptor = self._open() if self.exists() else None
        if descriptor is None:
            return True
        # Whoever held it may have put another in its place between the opening and the lock.
        if _lock(descriptor) and self._is_at_path(descriptor):
            self._keep(descriptor)
            return True
        os.close(descriptor)
        return False

    def _is_at_path(self, descriptor: int) -> bool:
        there = self._there()
        return there is not None and os.path.samestat(there, os.fstat(descriptor))

    def _open(self) -> t.Optional[int]:
        try:
            # Some file systems lock only what is opened for writing, and some files may only be read.
            return os.open(self.path, (os.O_RDWR if os.access(self.path, os.W_OK) else os.O_RDONLY) | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise self._unreadable(exc) from exc

    def _keep(self, descriptor: int) -> None:
        """Hold this file, and from then on no longer the one before."""
        let_go = self._let_go
        self._mark = _mark(os.fstat(descriptor))
        self._let_go = weakref.finalize(self, os.close, descriptor)
        let_go()

    def _in_use(self) -> OptionError:
        return OptionError(
            f"journal: {self.path} is in use by another wait; give each its own, for instance each host one with "
            "{{ inventory_hostname }} in its path, or run this again when the other has ended"
        )

    def close(self) -> None:
        """Let others have it."""
        self._begun = False
        self._forget()

    def _forget(self) -> None:
        self._mark = None
        self._let_go()

    # Writing

    def write(self, entries: t.Callable[[], list[Facts]], force: bool = False) -> bool:
        """Put the tasks on disk, before anybody is told of them; False where a large journal is not due yet."""
        began = time.monotonic()
        if began < self._next and not force:
            return False
        if not self._begun:
            self.hold()
        try:
            self._replace(json.dumps(entries(), default=str))
        except OSError as exc:
            raise OptionError(f"journal: {self.path} cannot be written ({exc.strerror})") from exc
        finally:
            took = time.monotonic() - began
            self._next = began + took / SHARE if took > SHARE else 0.0
        return True

    def _replace(self, text: str) -> None:
        # mkstemp makes a new file of mode 0600, and replace puts it in place of a link instead of writing through it.
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".journal-")
        try:
            _lock(descriptor)
            with os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) as file:
                file.write(text)
            # What is put in place is on disk: after a loss of power there is the one or the other, but no empty one.
            os.fsync(descriptor)
            self._put(Path(temporary))
        except BaseException:
            os.close(descriptor)
            Path(temporary).unlink(missing_ok=True)
            raise
        self._keep(descriptor)

    def _put(self, temporary: Path) -> None:
        """Give the file its name. Where there was none, another wait that begins in the same moment must not be lost."""
        self._check_place()
        if self._mark is not None or self.path.is_symlink():
            temporary.replace(self.path)
            return
        try:
            os.link(temporary, self.path)
        except FileExistsError as exc:
            raise self._in_use() from exc
        except OSError:
            # Some file systems have no second names.
            temporary.replace(self.path)
        else:
            temporary.unlink()

    def _check_place(self) -> None:
        """See that nothing but our own is written over; where the file is gone, there is nothing that could be."""
        there = self._there()
        if there is None:
            self._forget()
        elif self._mark is not None and _mark(there) != self._mark:
            raise OptionError(
                f"journal: {self.path} is no longer the file that this wait has written, another wait or program has "
                "changed it; it is left as it is"
            )


def _open_file(path: str, flags: int) -> int:
    """It does not wait for somebody to write, should the name be that of a pipe by now."""
    return os.open(path, flags | os.O_NONBLOCK)


def _has_user(url: t.Any) -> bool:
    try:
        return isinstance(url, str) and "@" in urlsplit(url).netloc
    except ValueError:
        return True


def _nothing() -> None:
    """There is nothing to let go of."""


def _mark(status: os.stat_result) -> Mark:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _lock(descriptor: int) -> bool:
    """Whether the file is locked for us now; where files cannot be locked, it is as good as that."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
