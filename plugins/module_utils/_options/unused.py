# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Options that would do nothing for what is asked: they are about another service or cloud, or about a list. Pure."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.values import Options
from .._service.model import Service
from .._service.provider import Provider
from .._service.selector import Selector
from .spec import CONNECTION, FILTERS, WAIT, besides

Providers = t.Mapping[str, Provider]
_EMPTY: tuple[t.Any, ...] = (None, "", [], {})
_ALWAYS = frozenset((*CONNECTION, *WAIT, "service", "definition", "task_ids"))


class Scope(t.NamedTuple):
    """What is asked, as far as it says which options count: ``service`` is None where the catalogue has none such."""

    provider: Provider
    service: t.Optional[Service]
    lists: bool

    def takes(self, option: str) -> bool:
        """Whether the option, by its first name, means something here."""
        own = {each.name for each in self.service.options} if self.service else ()
        return (
            option in _ALWAYS or option in own or (self.lists and option in FILTERS) or option in self.provider.options
        )


def scopes_of(selectors: t.Iterable[Selector]) -> list[Scope]:
    """What is asked, each kind of it once."""
    kinds = {
        (selector.provider.name, selector.service.name, selector.task_id is None): selector for selector in selectors
    }
    return [Scope(selector.provider, selector.service, lists) for (dummy, dummy, lists), selector in kinds.items()]


def unused_in(scopes: t.Sequence[Scope], options: Options) -> list[str]:
    """The names of those options that nothing asked for takes. Of one that is empty nobody expects anything."""
    return [
        name
        for name, value in options.items()
        if value not in _EMPTY and not any(scope.takes(name) for scope in scopes)
    ]


def refuse_unused(providers: Providers, scopes: t.Sequence[Scope], options: Options, where: str = "") -> None:
    """Refuse the first option that would do nothing: whoever gave it expects something of it."""
    for name in unused_in(scopes, options):
        raise OptionError(f"{where}{complaint(providers, scopes, name)}")


def complaint(providers: Providers, scopes: t.Sequence[Scope], name: str) -> str:
    """Why an option would do nothing, who takes it, and the way out."""
    if name in FILTERS:
        return (
            f"{name}: it chooses from a list of tasks, but what is asked for is given by its id; "
            f"leave {name} out, or the id"
        )
    asked = sorted({scope.service.name for scope in scopes if scope.service})
    return (
        f"{name}: {_taken_by(providers, scopes, name)}, and not {' or '.join(asked) or 'what is asked for'}; "
        "leave it out, or give the service that is meant"
    )


def _taken_by(providers: Providers, scopes: t.Sequence[Scope], name: str) -> str:
    """Who takes an option: services of the clouds that are asked, else of all of them, else the clouds that have it."""
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


def fitting(providers: Providers, provider: t.Any, service: t.Any, options: Options) -> Options:
    """The options of a step that was taken, but for those of other services: it did without them."""
    cloud = providers.get(str(provider))
    known = cloud.services.get(str(service)) if cloud else None
    own = {option.name for option in known.options} if known else set()
    others = {name for each in providers.values() for name in besides(each)} - own if cloud else set()
    return {name: value for name, value in options.items() if name not in others}
