# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From checked options to selectors: which task, or which tasks, are asked for."""

from __future__ import annotations

import difflib
import typing as t

from .._core.errors import OptionError
from .._core.values import Options, to_number, to_time
from .._service.model import Option, Service, resource_of
from .._service.provider import Provider
from .._service.selector import ALL, Filters, Selector
from .._service.template import names_in_template, required_list_values
from .spec import CONNECTION, FILTERS, task_spec
from .validate import check, check_id, plain

Providers = t.Mapping[str, Provider]
# No cloud is older.
_FIRST = "2000-01-01T00:00:00Z"


def filters_of(options: Options, where: str = "") -> Filters:
    """The filters, with times as the APIs want them."""
    times = {name: _time(name, options.get(name), where) for name in ("created_after", "created_before")}
    return Filters(
        name=options.get("name"),
        resource_id=options.get("resource_id"),
        states=tuple(options.get("states") or ()),
        limit=options["limit"],
        **times,
    )


def _time(name: str, value: t.Optional[str], where: str) -> t.Optional[str]:
    if value is None:
        return None
    moment = to_time(value)
    # A bare number this small is no time since 1970 but a span, of hours or days: all that ever was would be meant.
    if moment is None or (to_number(value) is not None and moment < _FIRST):
        raise OptionError(f"{where}{name}: {value!r} is not a time such as 2026-01-31T12:00:00Z")
    return moment


def selectors_of_one(provider: Provider, options: Options, where: str = "") -> list[Selector]:
    """What is asked by checked options of one provider: one task for each id, or a query where there is none."""
    definition = options.get("definition")
    service = provider.services[options["service"]] if definition is None else _defined(provider, options, where)
    values = _values(service, options, where)
    connection = {name: options.get(name) for name in (*CONNECTION, *provider.options)}
    ids = options.get("task_ids")
    if ids is None:
        if not service.listing and not resource_of(service, values):
            raise OptionError(f"{where}task_ids is missing: {service.name} has no call that lists tasks")
        _check_list(service, values, where)
        filters = _with_resource(service, values, filters_of(options, where), where)
        return [Selector(provider, service, connection, values, None, filters, definition=definition)]
    if not ids:
        raise OptionError(f"{where}task_ids: the list is empty; give ids, or leave the option out to list tasks")
    checked = [check_id(f"{where}task_ids", task_id) for task_id in ids]
    return [Selector(provider, service, connection, values, task_id, definition=definition) for task_id in checked]


def _with_resource(service: Service, values: t.Mapping[str, str], filters: Filters, where: str) -> Filters:
    """The filters, with the resource that an option of the service names where the list itself does not take that option."""
    named = (option.name for option in service.options if option.fact == "resource_id" and option.name in values)
    for name in set(named) - _asked_with(service):
        if filters.resource_id not in (None, values[name]):
            raise OptionError(f"{where}{name} and resource_id name two resources; give one of them")
        filters = filters._replace(resource_id=values[name])
    return filters


def _asked_with(service: Service) -> set[str]:
    """The options that say to a service which tasks are meant: those of its list, and of the call that finds a task."""
    found = {service.finder.option} if service.finder else set()
    return found | (names_in_template(service.listing.call) if service.listing else set())


def refuse_unbounded(selectors: t.Iterable[Selector], where: str = "") -> None:
    """Refuse what is about all tasks of a service, those of other people among them: a limit chooses none."""
    for selector in selectors:
        choosing = {option.name for option in selector.service.options if not option.choices} & _asked_with(
            selector.service
        )
        if (
            selector.task_id is None
            and selector.filters._replace(limit=ALL.limit) == ALL
            and not choosing & set(selector.values)
        ):
            also = "".join(f", {name}" for name in sorted(choosing))
            raise OptionError(
                f"{where}task_ids is missing: with neither ids nor a filter the wait would be about all tasks of "
                f"{selector.service.name}, whoever has started them; give ids, or filters ({_FILTERS}{also})"
            )


_FILTERS = ", ".join(name for name in FILTERS if name != "limit")


def _defined(provider: Provider, options: Options, where: str) -> Service:
    """The service that a user defines. Few do, and what reads it takes time to import."""
    from .._service.definition import service_of  # noqa: PLC0415

    return service_of(provider, plain(options["definition"]), options, where)


def _values(service: Service, options: Options, where: str) -> dict[str, str]:
    """What the calls of the service take besides an id."""
    values: dict[str, str] = {}
    for option in service.options:
        value = options.get(option.name)
        if not value:
            if option.required:
                raise OptionError(f"{where}{_missing(service, option)}")
            continue
        if option.choices and value not in option.choices:
            raise OptionError(f"{where}{option.name}: {value!r} must be one of {', '.join(option.choices)}")
        values[option.name] = check_id(f"{where}{option.name}", value)
    return values


def _check_list(service: Service, values: t.Mapping[str, str], where: str) -> None:
    """See that what is in the path of a list is told."""
    needed = required_list_values(service)
    for option in service.options:
        if option.name in needed and option.name not in values:
            raise OptionError(
                f"{where}{option.name} is missing: {service.name} lists tasks of one only; give it, or ids"
            )


def _missing(service: Service, option: Option) -> str:
    what = f"one of {', '.join(option.choices)}" if option.choices else f"it: {option.about[0].rstrip('.')}"
    fact = f", or the facts of a task, whose {option.fact} it is" if option.fact else ""
    return f"{option.name} is missing: {service.name} cannot be asked without it; give {what}{fact}"


def check_entry(providers: Providers, provider: Provider, entry: Options, where: str) -> dict[str, t.Any]:
    """The options of one entry, checked against its provider; the others are only for the complaint."""
    known = ", ".join(sorted(provider.services))
    defined = entry.get("definition")
    if defined is not None:
        return check(task_spec(provider), _without_service(entry, where), where)
    if not entry.get("service"):
        raise OptionError(f"{where}service is missing: {provider.name} has {known}, or give a definition")
    # A list: what a user writes there need not be hashable.
    if entry["service"] not in list(provider.services):
        raise OptionError(
            f"{where}service: {_meant(providers, provider, entry['service'])}"
            f"{provider.name} has {known}, and no {entry['service']!r}; "
            "where it is the name of a definition, give that definition, too"
        )
    return check(task_spec(provider), entry, where)


def _meant(providers: Providers, provider: Provider, service: t.Any) -> str:
    """What may have been meant by a service that the provider does not have: the first that the complaint says."""
    owners = [name for name, other in sorted(providers.items()) if service in list(other.services)]
    if owners:
        return f"{service} is one of {' and '.join(owners)}; "
    close = difflib.get_close_matches(str(service), provider.services, 1)
    return f"did you mean {close[0]}? " if close else ""


def _without_service(entry: Options, where: str) -> Options:
    """The same options without the service, which is the name of its definition."""
    defined = entry["definition"]
    name = defined.get("name") if isinstance(defined, dict) else None
    if entry.get("service") not in (None, name):
        raise OptionError(
            f"{where}service: {entry['service']!r} is not the name of the definition, {name!r}; give one of them"
        )
    return {option: value for option, value in entry.items() if option != "service"}


def provider_of(providers: Providers, name: t.Optional[str], where: str) -> Provider:
    """The provider of this name."""
    if not isinstance(name, str) or not name:
        raise OptionError(f"{where}provider is missing: give one of {', '.join(sorted(providers))}")
    if name not in providers:
        raise OptionError(f"{where}provider: {name!r} is not known; give one of {', '.join(sorted(providers))}")
    return providers[name]
