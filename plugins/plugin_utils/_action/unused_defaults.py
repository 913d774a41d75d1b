# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Which options of a step are none of its own, but defaults of a play that are about other services and clouds."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_path

from ...module_utils._core.errors import OptionError
from ...module_utils._core.task import Facts
from ...module_utils._core.values import Options
from ...module_utils._options.entries import flatten
from ...module_utils._options.normalize import normalize
from ...module_utils._options.select import Providers
from ...module_utils._options.spec import wait_spec
from ...module_utils._options.unused import Scope, unused_in
from ...module_utils._options.validate import plain, without_aliases
from ...module_utils._output.journal import Journal


def without_unused(providers: Providers, given: Options, usual: t.Collection[str]) -> Options:
    """The options, but for those of the ``usual`` ones that nothing asked for takes.

    They are defaults of a play for steps of all kinds. What somebody has given to this step is left for the complaint.
    """
    spec = wait_spec(providers)
    try:
        own = without_aliases(spec, given)
        scopes = _scopes(providers, own)
        ours = without_aliases(spec, {name: given.get(name) for name in usual})
        # Where what is asked cannot be seen yet, nothing is idle.
        idle = unused_in(scopes, ours) if scopes else []
    except (OptionError, TypeError, AttributeError, ValueError):
        # Whatever is wrong with it is said by who checks it.
        return given
    names = {alias for name in idle if name in spec for alias in (name, *spec[name].get("aliases", ()))}
    return {name: value for name, value in given.items() if name not in usual or name not in names}


def _scopes(providers: Providers, own: Options) -> list[Scope]:
    """What is asked, by what is written and not yet checked."""
    entries = own.get("tasks")
    if entries is None and own.get("journal") and not (own.get("service") or own.get("definition")):
        try:
            entries = Journal(check_type_path(own["journal"])).read()
        except OptionError:
            # Whatever is wrong with it is said by who reads it.
            return [Scope(provider, None, False) for provider in providers.values()]
    if entries is None:
        return _scope(providers, own, {})
    read = normalize(plain({"tasks": entries}), ())["tasks"]
    return [scope for entry in flatten(providers, read, []) for scope in _scope(providers, own, entry.facts)]


def _scope(providers: Providers, own: Options, entry: Facts) -> list[Scope]:
    provider = providers.get(str(entry.get("provider") or own.get("provider")))
    if provider is None:
        return []
    defined = entry.get("definition") or (own.get("definition") and not entry.get("service"))
    service = None if defined else provider.services.get(str(entry.get("service") or own.get("service")))
    ids = (entry.get("id"), entry.get("task_id"), entry.get("task_ids"), own.get("task_ids"))
    return [Scope(provider, service, not any(ids))]
