# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From selectors to targets: one client for each account, duplicates joined."""

from __future__ import annotations

import typing as t

from .._api.client import Client, Surroundings
from .._service.selector import Ask
from .frontend import World


class _Clients:
    """A client for each set of connection options."""

    def __init__(self, world: World) -> None:
        self.world = world
        # Told in the threads of looks, said by the one that waits: core knows warnings of no other thread.
        self.troubles: list[str] = []
        self._clients: dict[tuple[t.Any, ...], Client] = {}

    def of(self, ask: Ask) -> tuple[int, Client]:
        """The client for these options, and its number."""
        key = (ask.provider.name, tuple(sorted((name, str(value)) for name, value in ask.options.items())))
        if key not in self._clients:
            world = self.world
            around = Surroundings(
                world.environ, world.read, world.mask.add, self.troubles.append, world.clock, world.machine
            )
            self._clients[key] = Client(ask.provider, ask.options, around, ask.service.parallel)
        return list(self._clients).index(key), self._clients[key]

    def close(self) -> None:
        """Give the connections back."""
        for client in self._clients.values():
            client.close()
