# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What runs a wait: where its lines go, and how it is stopped."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._core.task import Facts
from .._credentials.model import Host
from .._output.mask import Mask
from .._wait.item import Item
from .budget import Budgets
from .workers import Workers


@dataclass(eq=False, repr=False)
class Frontend:
    """What a wait reads from and speaks to.

    A signal handler may call ``stop``. The last line after that goes to ``shout``, because nobody listens to ``say`` any more.
    ``workers`` makes the looks and says how time goes by. ``on_change`` gets the items of which something new was seen. If a
    wait is ``bound`` to the process that wants its result, it ends with that. ``record`` gets every call that was made.
    ``budgets`` are the rates that it shares with other waits on this machine, if it does.
    """

    host: Host
    mask: Mask
    say: t.Callable[[str], None]
    warn: t.Callable[[str], None]
    shout: t.Optional[t.Callable[[str], None]] = None
    workers: t.Callable[[], Workers] = Workers
    on_change: t.Optional[t.Callable[[t.Sequence[Item]], None]] = None
    bound: bool = True
    record: t.Optional[t.Callable[[Facts], None]] = None
    budgets: t.Optional[Budgets] = None
    stopped: bool = False
    wake: t.Optional[t.Callable[[], None]] = None

    def stop(self) -> None:
        """End the wait now. No lock is taken, not even an Event's: core sends a second signal into the first one's handler."""
        self.stopped = True
        if self.wake:
            self.wake()
