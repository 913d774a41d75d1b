# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a play's module_defaults have given to a step: core merges it into the arguments before a plugin sees them. Pure."""

from __future__ import annotations

import typing as t

OURS = "multicloud.tasks."

Arguments = t.Mapping[str, t.Any]


def play_defaults(
    module_defaults: t.Iterable[t.Any], action: str, arguments: Arguments, template: t.Callable[[t.Any], t.Any]
) -> frozenset[str]:
    """The names of arguments that are as module_defaults have them, those of the action or of a group of this collection."""
    found: dict[str, t.Any] = {}
    for keyword in module_defaults:
        for name, values in keyword.items():
            if name == action or name.startswith(f"group/{OURS}"):
                # Core leaves them as they are written up to 2.18, and as templates from then on.
                found.update(template(values) or {})
    return frozenset(name for name, value in found.items() if name in arguments and arguments[name] == value)
