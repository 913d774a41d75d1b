# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keeps secrets out of everything that is shown or returned, and text that would fool a terminal or ansible-core. Pure.

Contract of this package: every line, result and journal entry is masked before it is cut, shown or written.
"""

from __future__ import annotations

import threading
import typing as t

from .._core.values import cut
from .secret_forms import Secret, Span

MASKED = "********"
# ansible-core marks its own data with keys of the first kind, and the types of values with keys of the second.
RESERVED = ("_ansible_", "__ansible_")


class Mask:
    """Replaces every secret that it knows, in any of its forms: ansible-core masks nothing that an action plugin says."""

    def __init__(self, secrets: t.Iterable[str] = ()) -> None:
        self._secrets: dict[str, Secret] = {}
        self._lock = threading.Lock()
        self.add(secrets)

    def add(self, secrets: t.Iterable[str]) -> None:
        """Add secrets. Thread-safe, because two threads may log in at once."""
        with self._lock:
            forms = {form for secret in secrets for form in _tidied(secret)}
            new = {secret: Secret(secret) for secret in forms if secret and secret not in self._secrets}
            # The table is replaced, not changed, so that a thread that masks right now keeps the one it has.
            self._secrets = {**self._secrets, **new}

    def text(self, text: str) -> str:
        """Return the text with each secret masked; overlapping ones as one."""
        spans = sorted(span for secret in self._secrets.values() for span in secret.spans(text))
        if not spans:
            return text
        parts, position = [], 0
        for start, end in _joined(spans):
            parts += [text[position:start], MASKED]
            position = end
        return "".join((*parts, text[position:]))

    def line(self, text: str) -> str:
        """Return the text masked, on one line of bounded length. Escape what could move a cursor or forge a line."""
        shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in self.text(text))
        # An escaped character may have been part of a secret, so mask again.
        return cut(self.text(shown))

    def values(self, facts: dict[str, t.Any]) -> dict[str, t.Any]:
        """Mask the values of our own facts, but keep their names even if one is a secret: playbooks decide by them."""
        return {name: self.data(value) for name, value in facts.items()}

    def data(self, data: t.Any) -> t.Any:
        """Mask data, keys included. Iterative, because a hostile API may nest its answer without end."""
        root: list[t.Any] = [None]
        todo: list[tuple[t.Any, t.Any, t.Any]] = [(root, 0, data)]
        while todo:
            container, key, value = todo.pop()
            copied = self._inside(value)
            container[key] = self.text(value) if isinstance(value, str) else value
            if copied is not None:
                copy, items = copied
                container[key] = copy
                todo += [(copy, name, item) for name, item in items]
        return root[0]

    def _key(self, key: str) -> str:
        """Mask a key, and rename it if ansible-core reserves it: core would drop the key, or refuse the whole result."""
        return self.text(f"api{key}" if key.startswith(RESERVED) else key)

    def _inside(self, value: t.Any) -> t.Optional[tuple[t.Any, list[tuple[t.Any, t.Any]]]]:
        """Return an empty container like ``value``, and the items to mask into it; None if ``value`` is no container."""
        if isinstance(value, dict):
            items = [(self._key(key) if isinstance(key, str) else key, item) for key, item in value.items()]
            return dict.fromkeys(key for key, item in items), items
        if isinstance(value, (list, tuple)):
            return [None] * len(value), list(enumerate(value))
        return None


def _tidied(secret: str) -> tuple[str, ...]:
    """Return the secret, and what messages show of it whose white space and last full stop have been tidied."""
    return secret, secret.strip(), secret.rstrip(". "), " ".join(secret.split())


def _joined(spans: t.Iterable[Span]) -> list[Span]:
    """Merge overlapping spans. The spans must be sorted."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
