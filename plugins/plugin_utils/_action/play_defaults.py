# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Finds arguments that come from module_defaults: ansible-core merges these before a plugin sees its arguments. Pure."""

from __future__ import annotations

import typing as t

from ...module_utils._options.spec import Spec

COLLECTION_PREFIX = "multicloud.tasks."

Arguments = t.Mapping[str, t.Any]


def play_defaults(
    module_defaults: t.Iterable[t.Any], action: str, arguments: Arguments, template: t.Callable[[t.Any], t.Any]
) -> frozenset[str]:
    """Return the names of the arguments that equal the module_defaults of the action or of a group of this collection."""
    defaults: dict[str, t.Any] = {}
    for keyword in module_defaults:
        for name, values in keyword.items():
            if name == action or name.startswith(f"group/{COLLECTION_PREFIX}"):
                # Nothing is templated yet: ansible-core up to 2.18 keeps the values as written, newer ones as templates.
                defaults.update(template(values) or {})
    return frozenset(name for name, value in defaults.items() if name in arguments and arguments[name] == value)


def without_shadowed(spec: Spec, arguments: Arguments, defaults: t.Collection[str]) -> dict[str, t.Any]:
    """Return the arguments without the ``defaults`` for which the step sets another name of the same option."""
    shadowed = {
        name
        for option, about in spec.items()
        for names in [{option, *about.get("aliases", ())} & set(arguments)]
        for name in names & set(defaults)
        if names - set(defaults)
    }
    return {name: value for name, value in arguments.items() if name not in shadowed}
