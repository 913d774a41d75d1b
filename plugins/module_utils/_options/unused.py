# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Finds options that would do nothing because they belong to another service, another cloud or a list. Pure."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.values import Options
from .._service.model import Service
from .._service.provider import Provider
from .._service.selector import Selector
from .spec import CONNECTION, FILTERS, WAIT, service_options

Providers = t.Mapping[str, Provider]
_EMPTY: tuple[t.Any, ...] = (None, "", [], {})
_ALWAYS = frozenset((*CONNECTION, *WAIT, "service", "definition", "task_ids", "started_by"))


class Scope(t.NamedTuple):
    """What a selector is about, as far as it decides which options apply; ``service`` is None if the catalogue lacks it."""

    provider: Provider
    service: t.Optional[Service]
    lists: bool

    def takes(self, option: str) -> bool:
        """Return whether the option applies here. ``option`` is its name, not an alias."""
        own = {each.name for each in self.service.options} if self.service else ()
        return (
            option in _ALWAYS or option in own or (self.lists and option in FILTERS) or option in self.provider.options
        )


def scopes_of(selectors: t.Iterable[Selector]) -> list[Scope]:
    """Return the scopes of the selectors, each once."""
    kinds = {
        (selector.provider.name, selector.service.name, selector.task_id is None): selector for selector in selectors
    }
    return [Scope(selector.provider, selector.service, lists) for (dummy, dummy, lists), selector in kinds.items()]


def unused_in(scopes: t.Sequence[Scope], options: Options) -> list[str]:
    """Return the names of the options that no scope takes. Empty options are ignored, because nobody expects anything of them."""
    return [
        name
        for name, value in options.items()
        if value not in _EMPTY and not any(scope.takes(name) for scope in scopes)
    ]


def refuse_unused(providers: Providers, scopes: t.Sequence[Scope], options: Options, prefix: str = "") -> None:
    """Refuse the first option that would do nothing: the user expects it to have an effect."""
    for name in unused_in(scopes, options):
        raise OptionError(f"{prefix}{unused_message(providers, scopes, name)}")


def unused_message(providers: Providers, scopes: t.Sequence[Scope], name: str) -> str:
    """Return why an option would do nothing, which services take it, and what to do about it."""
    if name in FILTERS:
        return (
            f"{name}: it chooses from a list of tasks, but what is asked for is given by its id; "
            f"leave {name} out, or the id"
        )
    services = sorted({scope.service.name for scope in scopes if scope.service})
    return (
        f"{name}: {_taken_by(providers, scopes, name)}, and not {' or '.join(services) or 'what is asked for'}; "
        "leave it out, or give the service that is meant"
    )


def _taken_by(providers: Providers, scopes: t.Sequence[Scope], name: str) -> str:
    """Return which services take an option: those of the providers in scope, else of all, else the providers that have it."""
    here = {scope.provider.name: scope.provider for scope in scopes}
    takers = _takers(here, name) or _takers(providers, name)
    if not takers:
        takers = [other.title for other in providers.values() if name in other.options]
    return f"{' and '.join(takers)} {'take' if len(takers) > 1 else 'takes'} it"


def _takers(providers: Providers, name: str) -> list[str]:
    return [
        service.name
        for provider in providers.values()
        for service in provider.services.values()
        if name in [option.name for option in service.options]
    ]


def without_other_services(providers: Providers, provider: t.Any, service: t.Any, options: Options) -> Options:
    """Return the options without those of other services. The step that they come from has run without them."""
    cloud = providers.get(str(provider))
    entry = cloud.services.get(str(service)) if cloud else None
    own = {option.name for option in entry.options} if entry else set()
    others = {name for each in providers.values() for name in service_options(each)} - own if cloud else set()
    return {name: value for name, value in options.items() if name not in others}
