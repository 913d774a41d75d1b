# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns checked options into selectors: the tasks or lists that are to be read."""

from __future__ import annotations

import difflib
import re
import typing as t

from .._core.errors import OptionError
from .._core.values import Options, to_number, to_time
from .._service.ids import forms_of, left_out_of, parts_of
from .._service.links import is_by_url, reference_of
from .._service.model import Call, Option, Service, resource_of
from .._service.provider import Provider
from .._service.selector import ALL, Filters, Selector
from .._service.template import check_path, choices_missing, names_in_template, required_list_values
from .spec import CONNECTION, FILTERS, task_spec
from .validate import check, check_id, plain

Providers = t.Mapping[str, Provider]
# No cloud is older.
_FIRST = "2000-01-01T00:00:00Z"


def filters_of(options: Options, prefix: str = "") -> Filters:
    """Return the filters, with times in the form that the APIs want."""
    times = {name: _time(name, options.get(name), prefix) for name in ("created_after", "created_before")}
    return Filters(
        name=options.get("name"),
        resource_id=options.get("resource_id"),
        states=tuple(options.get("states") or ()),
        limit=options["limit"],
        **times,
    )


def _time(name: str, value: t.Optional[str], prefix: str) -> t.Optional[str]:
    if value is None:
        return None
    moment = to_time(value)
    # A bare number this small is no time since 1970 but a span, of hours or days: all that ever was would be meant.
    if moment is None or (to_number(value) is not None and moment < _FIRST):
        raise OptionError(f"{prefix}{name}: {value!r} is not a time such as 2026-01-31T12:00:00Z")
    return moment


def selectors_of_one(provider: Provider, options: Options, prefix: str = "") -> list[Selector]:
    """Return the selectors of checked options of one provider: one for each id, or a query if there is no id."""
    definition = options.get("definition")
    service = (
        provider.services[options["service"]] if definition is None else defined_service(provider, options, prefix)
    )
    ids = options.get("task_ids")
    if ids is None:
        values = _values(service, options, prefix)
        if not service.listing and not resource_of(service, values):
            raise OptionError(f"{prefix}task_ids is missing: {service.name} has no call that lists tasks")
        _check_list(service, values, prefix)
        filters = _with_resource(service, values, filters_of(options, prefix), prefix)
        connection = _connection(provider, options)
        _check_paths(service, [service.listing.call] if service.listing else [], values, prefix)
        return [Selector(provider, service, connection, values, None, filters, definition=definition)]
    if not ids:
        raise OptionError(f"{prefix}task_ids: the list is empty; give ids, or leave the option out to list tasks")
    checked = [check_id(f"{prefix}task_ids", task_id) for task_id in ids]
    if service.qualified:
        return [_placed(provider, service, options, task_id, prefix) for task_id in checked]
    values = _values(service, options, prefix)
    if is_by_url(service):
        return [_by_url(provider, service, options, values, url, prefix) for url in checked]
    for task_id in checked:
        _check_paths(service, [service.read], {**values, "task_id": task_id}, prefix)
    connection = _connection(provider, options)
    return [Selector(provider, service, connection, values, task_id, definition=definition) for task_id in checked]


def _by_url(
    provider: Provider, service: Service, options: Options, values: t.Mapping[str, str], url: str, prefix: str
) -> Selector:
    """Return the selector of an operation by its URL."""
    task_id, definition = reference_of(f"{prefix}task_ids", url), options.get("definition")
    return Selector(provider, service, _connection(provider, options), values, task_id, definition=definition, url=url)


def _connection(provider: Provider, options: Options) -> Options:
    return {name: options.get(name) for name in (*CONNECTION, *provider.options)}


def _placed(provider: Provider, service: Service, options: Options, task_id: str, prefix: str) -> Selector:
    """Return the selector of one id, with what the id says of the place of the task."""
    full_id = task_id
    left_out = dict.fromkeys(left_out_of(service, task_id))
    task_id, place = _place_of(service, task_id, prefix)
    account = place.pop("account", "")
    for name, value in place.items():
        given = options.get(name)
        if given not in (None, "", value) and not (service.any_case and str(given).lower() == value.lower()):
            raise OptionError(
                f"{prefix}{name}: {options[name]!r} is given, and by its id {task_id} is in {value!r}; "
                f"leave {name} out, or give an entry of tasks to each of them"
            )
    placed = {**options, **left_out, **place}
    values = _values(service, placed, prefix)
    _check_paths(service, [service.read], {**values, "task_id": task_id}, prefix)
    connection, definition = _connection(provider, placed), options.get("definition")
    selector = Selector(provider, service, connection, values, task_id, definition=definition)
    return selector._replace(account=account, full_id=full_id) if account else selector


def _place_of(service: Service, task_id: str, prefix: str) -> tuple[str, dict[str, str]]:
    """Return the id that the calls take, and what its full form says besides, by the names of options."""
    forms = forms_of(service, task_id)
    if not forms and "://" not in task_id:
        return task_id, {}
    parts = parts_of(service, task_id)
    if parts is None:
        examples = " or ".join(form.example for form in forms or service.qualified)
        raise OptionError(f"{prefix}task_ids: {_shown(task_id)} is no id of {service.name}; one looks like {examples}")
    for part in parts.values():
        check_id(f"{prefix}task_ids", part)
    return parts.pop("task_id"), parts


def _shown(task_id: str) -> str:
    """Return what may be shown of what may be any URL: no password, and no query, which may be a signature."""
    return repr(re.sub(r"//[^/?#]*@", "//", task_id).partition("?")[0])


def _check_paths(service: Service, calls: t.Iterable[Call], values: t.Mapping[str, str], prefix: str) -> None:
    """Refuse values that the path of a call cannot take, or of which it lacks one, before any call."""
    options = [option.name for option in service.options]
    for call in calls:
        check_path(call, values, {"task_id": f"{prefix}task_ids"})
        missing = choices_missing(call, values, options)
        if missing:
            raise OptionError(f"{prefix}{missing[0]} is missing: {service.name} needs one of {', '.join(missing)}")


def _with_resource(service: Service, values: t.Mapping[str, str], filters: Filters, prefix: str) -> Filters:
    """Return the filters with the resource that an option names, if the call that lists does not take that option itself."""
    named = (option.name for option in service.options if option.fact == "resource_id" and option.name in values)
    for name in set(named) - _selecting_options(service):
        if filters.resource_id not in (None, values[name]):
            raise OptionError(f"{prefix}{name} and resource_id name two resources; give one of them")
        filters = filters._replace(resource_id=values[name])
    return filters


def _selecting_options(service: Service) -> set[str]:
    """Return the options by which a service selects tasks: those of its list, and of the call that finds a task."""
    names = {service.finder.option} if service.finder else set()
    return names | (names_in_template(service.listing.call) if service.listing else set())


def refuse_unbounded(selectors: t.Iterable[Selector], prefix: str = "") -> None:
    """Refuse to wait for all tasks of a service, which include those of other people. A limit selects nothing."""
    for selector in selectors:
        options = selector.service.options
        selecting = {option.name for option in options if option.selects and not option.choices}
        selecting &= _selecting_options(selector.service)
        if (
            selector.task_id is None
            and selector.filters._replace(limit=ALL.limit) == ALL
            and not selecting & set(selector.values)
        ):
            also = "".join(f", {name}" for name in sorted(selecting))
            raise OptionError(
                f"{prefix}task_ids is missing: with neither ids nor a filter the wait would be about all tasks of "
                f"{selector.service.name}, whoever has started them; give ids, or filters ({_FILTERS}{also})"
            )


_FILTERS = ", ".join(name for name in FILTERS if name != "limit")


def defined_service(provider: Provider, options: Options, prefix: str) -> Service:
    """Return the service that a user defines. Few do, and its parser takes time to import."""
    from .._service.definition import service_of  # noqa: PLC0415

    return service_of(provider, plain(options["definition"]), options, prefix)


def _values(service: Service, options: Options, prefix: str) -> dict[str, str]:
    """Return the values that calls of the service take in addition to an id."""
    values: dict[str, str] = {}
    for option in service.options:
        value = options.get(option.name)
        if not value:
            if option.required:
                raise OptionError(f"{prefix}{_missing_message(service, option)}")
            continue
        if option.choices and value not in option.choices:
            raise OptionError(f"{prefix}{option.name}: {value!r} must be one of {', '.join(option.choices)}")
        values[option.name] = check_id(f"{prefix}{option.name}", value)
    return values


def _check_list(service: Service, values: t.Mapping[str, str], prefix: str) -> None:
    """Refuse a list whose path lacks a value."""
    needed = required_list_values(service)
    for option in service.options:
        if option.name in needed and option.name not in values:
            raise OptionError(
                f"{prefix}{option.name} is missing: {service.name} lists tasks of one only; give it, or ids"
            )


def _missing_message(service: Service, option: Option) -> str:
    what = f"one of {', '.join(option.choices)}" if option.choices else f"it: {option.about[0].rstrip('.')}"
    fact = f", or the facts of a task, whose {option.fact} it is" if option.fact else ""
    return f"{option.name} is missing: {service.name} cannot be asked without it; give {what}{fact}"


def check_entry(providers: Providers, provider: Provider, entry: Options, prefix: str) -> dict[str, t.Any]:
    """Return the options of one entry, checked against its provider. The other providers serve only the messages."""
    definition = entry.get("definition")
    if definition is not None:
        return check(task_spec(provider), _without_service(entry, prefix), prefix)
    check_service(providers, provider, entry.get("service"), prefix)
    return check(task_spec(provider), entry, prefix)


def check_service(providers: Providers, provider: Provider, service: t.Any, prefix: str) -> None:
    """Refuse a service that the provider does not have. The other providers serve only the message."""
    services = ", ".join(sorted(provider.services))
    if not service:
        raise OptionError(f"{prefix}service is missing: {provider.name} has {services}, or give a definition")
    # A list: what a user writes there need not be hashable.
    if service not in list(provider.services):
        raise OptionError(
            f"{prefix}service: {_suggestion(providers, provider, service)}"
            f"{provider.name} has {services}, and no {service!r}; "
            "where it is the name of a definition, give that definition, too"
        )


def _suggestion(providers: Providers, provider: Provider, service: t.Any) -> str:
    """Return a hint for a service that the provider does not have: the providers that have it, or a similar name."""
    owners = [name for name, other in sorted(providers.items()) if service in list(other.services)]
    if owners:
        return f"{service} is one of {' and '.join(owners)}; "
    close = difflib.get_close_matches(str(service), provider.services, 1)
    return f"did you mean {close[0]}? " if close else ""


def _without_service(entry: Options, prefix: str) -> Options:
    """Return the options without the service, which is only the name of their definition."""
    definition = entry["definition"]
    name = definition.get("name") if isinstance(definition, dict) else None
    if entry.get("service") not in (None, name):
        raise OptionError(
            f"{prefix}service: {entry['service']!r} is not the name of the definition, {name!r}; give one of them"
        )
    return {option: value for option, value in entry.items() if option != "service"}


def provider_of(providers: Providers, name: t.Optional[str], prefix: str) -> Provider:
    """Return the provider of this name."""
    if not isinstance(name, str) or not name:
        raise OptionError(f"{prefix}provider is missing: give one of {', '.join(sorted(providers))}")
    if name not in providers:
        raise OptionError(f"{prefix}provider: {name!r} is not known; give one of {', '.join(sorted(providers))}")
    return providers[name]
