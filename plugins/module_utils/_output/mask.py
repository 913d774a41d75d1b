# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keeps secrets, and what would play tricks on a terminal or on ansible-core, out of all that is shown or returned. Pure."""

from __future__ import annotations

import threading
import typing as t

from .._core.values import cut
from .forms import Secret, Span

MASKED = "********"
# By keys of the one kind core tells its own data from that of modules, and by those of the other what type a value is of.
RESERVED = ("_ansible_", "__ansible_")


class Mask:
    """Replaces every secret it was told of, wherever it stands: core masks nothing that an action plugin says."""

    def __init__(self, secrets: t.Iterable[str] = ()) -> None:
        self._secrets: dict[str, Secret] = {}
        self._lock = threading.Lock()
        self.add(secrets)

    def add(self, secrets: t.Iterable[str]) -> None:
        """Learn more secrets. Two threads may have logged in at once."""
        with self._lock:
            told = {form for secret in secrets for form in _tidied(secret)}
            new = {secret: Secret(secret) for secret in told if secret and secret not in self._secrets}
            # Who masks at this moment goes on with the table of before.
            self._secrets = {**self._secrets, **new}

    def text(self, text: str) -> str:
        """The text without the secrets; where two overlap, without either."""
        spans = sorted(span for secret in self._secrets.values() for span in secret.spans(text))
        if not spans:
            return text
        kept, at = [], 0
        for start, end in _joined(spans):
            kept += [text[at:start], MASKED]
            at = end
        return "".join((*kept, text[at:]))

    def line(self, text: str) -> str:
        """The text without the secrets, on one line of bounded length: what could move a cursor or forge a line is escaped."""
        shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in self.text(text))
        # What was escaped may have been a part of one.
        return cut(self.text(shown))

    def values(self, facts: dict[str, t.Any]) -> dict[str, t.Any]:
        """The same for facts of ours: their names stay, whatever a secret is called, for decisions hang on them."""
        return {name: self.data(value) for name, value in facts.items()}

    def data(self, data: t.Any) -> t.Any:
        """The same for data, keys included; without recursion, for a hostile API may nest its answer without end."""
        root: list[t.Any] = [None]
        todo: list[tuple[t.Any, t.Any, t.Any]] = [(root, 0, data)]
        while todo:
            place, key, value = todo.pop()
            inner = self._inside(value)
            place[key] = self.text(value) if isinstance(value, str) else value
            if inner is not None:
                made, items = inner
                place[key] = made
                todo += [(made, name, item) for name, item in items]
        return root[0]

    def _key(self, key: str) -> str:
        """A key that means something to ansible-core is given another name: it would drop the key, or refuse the whole result."""
        return self.text(f"api{key}" if key.startswith(RESERVED) else key)

    def _inside(self, value: t.Any) -> t.Optional[tuple[t.Any, list[tuple[t.Any, t.Any]]]]:
        """An empty container for a masked copy of this one, and what is to be in it; None for what is no container."""
        if isinstance(value, dict):
            items = [(self._key(key) if isinstance(key, str) else key, item) for key, item in value.items()]
            return dict.fromkeys(key for key, item in items), items
        if isinstance(value, (list, tuple)):
            return [None] * len(value), list(enumerate(value))
        return None


def _tidied(secret: str) -> tuple[str, ...]:
    """It, and what is left of it in a message whose white space and last full stop have been tidied."""
    return secret, secret.strip(), secret.rstrip(". "), " ".join(secret.split())


def _joined(spans: t.Iterable[Span]) -> list[Span]:
    """The spans, in their order, with those that overlap made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
