# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From selectors to targets: what is asked of whom, and one client for each account."""

from __future__ import annotations

import typing as t

from .._api.client import Client, Surroundings
from .._service.selector import Selector
from .._wait.item import Target
from .frontend import Frontend


class Asked(t.NamedTuple):
    """What a look at a target asks for, and the client that asks."""

    selector: Selector
    client: Client


def asked_of(target: Target) -> Asked:
    """What a look at this target asks for."""
    return t.cast(Asked, target.asked)


class Clients:
    """A client for each set of connection options."""

    def __init__(self, frontend: Frontend) -> None:
        self.frontend = frontend
        # Told in the threads of looks, said by the one that waits: core knows warnings of no other thread.
        self.troubles: list[str] = []
        self._clients: dict[tuple[t.Any, ...], Client] = {}

    def of(self, selector: Selector) -> tuple[int, Client]:
        """The client for these options, and its number."""
        key = (selector.provider.name, tuple(sorted((name, str(value)) for name, value in selector.options.items())))
        if key not in self._clients:
            frontend = self.frontend
            around = Surroundings(
                *(
                    frontend.environ,
                    frontend.read,
                    frontend.mask.add,
                    self.troubles.append,
                    frontend.clock,
                    frontend.machine,
                ),
                clean=frontend.mask.text,
            )
            self._clients[key] = Client(selector.provider, selector.options, around, selector.service.parallel)
        return list(self._clients).index(key), self._clients[key]

    def close(self) -> None:
        """Give the connections back."""
        for client in self._clients.values():
            client.close()
