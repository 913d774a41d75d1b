# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Drops defaults of a play that are about other services and clouds than the step that they were given to."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_path

from ...module_utils._core.errors import OptionError
from ...module_utils._core.task import Facts
from ...module_utils._core.values import Options
from ...module_utils._options.entries import flatten
from ...module_utils._options.normalize import normalize
from ...module_utils._options.results import resolve_results
from ...module_utils._options.select import Providers
from ...module_utils._options.spec import wait_spec
from ...module_utils._options.unused import Scope, unused_in
from ...module_utils._options.validate import plain, without_aliases
from ...module_utils._output.journal import Journal


def without_unused(providers: Providers, arguments: Options, defaults: t.Collection[str]) -> Options:
    """Return the arguments without those of the ``defaults`` that nothing in the step takes.

    They are defaults of a play for steps of all kinds. An unused option that was set for this step stays, and is refused later.
    """
    spec = wait_spec(providers)
    try:
        options = without_aliases(spec, arguments)
        scopes = _scopes(providers, options)
        default_options = without_aliases(spec, {name: arguments.get(name) for name in defaults})
        # If the step does not say yet what it reads, no option is unused.
        unused = unused_in(scopes, default_options) if scopes else []
    except (OptionError, TypeError, AttributeError, ValueError):
        # The check of the options reports what is wrong with them.
        return arguments
    names = {alias for name in unused if name in spec for alias in (name, *spec[name].get("aliases", ()))}
    return {name: value for name, value in arguments.items() if name not in defaults or name not in names}


def _scopes(providers: Providers, options: Options) -> list[Scope]:
    """Return the scopes of options that are not checked yet."""
    entries = options.get("tasks")
    if entries is None and options.get("journal") and not (options.get("service") or options.get("definition")):
        try:
            entries = Journal(check_type_path(options["journal"])).read()
        except OptionError:
            # The wait reports what is wrong with its journal.
            return [Scope(provider, None, False) for provider in providers.values()]
    if entries is None:
        return _scope(providers, options, {})
    normalized = normalize(plain({**options, "tasks": entries}), ())
    resolved, dummy = resolve_results(providers, normalized, False)
    return [
        scope
        for entry in flatten(providers, resolved["tasks"], [])
        for scope in _scope(providers, options, entry.facts)
    ]


def _scope(providers: Providers, options: Options, entry: Facts) -> list[Scope]:
    provider = providers.get(str(entry.get("provider") or options.get("provider")))
    if provider is None:
        return []
    definition = entry.get("definition") or (options.get("definition") and not entry.get("service"))
    service = None if definition else provider.services.get(str(entry.get("service") or options.get("service")))
    ids = (
        entry.get("id"),
        entry.get("task_id"),
        entry.get("task_ids"),
        options.get("task_ids"),
        options.get("started_by"),
    )
    return [Scope(provider, service, not any(ids))]
