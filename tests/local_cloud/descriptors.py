# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pipes and sockets can be read."""

from __future__ import annotations

import selectors
import typing as t

if t.TYPE_CHECKING:

    class WithDescriptor(t.Protocol):
        def fileno(self) -> int:
            """The number of its descriptor."""


Source = t.TypeVar("Source", bound="int | WithDescriptor")


def readable(*sources: Source, patience: float | None = None) -> list[Source]:
    """Those that have something to read, or are at their end, once one has or *patience* seconds are over.

    Unlike `select.select` it knows descriptors beyond 1023.
    """
    with selectors.DefaultSelector() as selector:
        for source in sources:
            selector.register(source, selectors.EVENT_READ, source)
        return [key.data for key, dummy in selector.select(patience)]
