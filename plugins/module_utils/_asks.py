# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From what a user wrote to what is asked: options checked one by one, each complaint with the option's name."""

from __future__ import annotations

import difflib
import json
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._ask import Ask, Filters
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._options import (
    CONNECTION,
    WAIT,
    Spec,
    task_spec,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import Options, Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service import Option, Service, resource_of
from ansible_collections.multicloud.tasks.plugins.module_utils._task import Facts
from ansible_collections.multicloud.tasks.plugins.module_utils._template import of_a_list
from ansible_collections.multicloud.tasks.plugins.module_utils._values import to_time

try:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
except ImportError:  # without ansible-core only the event source may run, and that says so in its own words
    pass

Providers = t.Mapping[str, Provider]

# The smallest value of a number, and whether that itself is allowed.
_LEAST: dict[str, tuple[float, bool]] = {
    "timeout": (0, True),
    "delay": (0, True),
    "interval": (0, False),
    "min_interval": (0, False),
    "max_interval": (0, False),
    "not_found_timeout": (0, True),
    "unreachable_timeout": (0, True),
    "stall_timeout": (0, False),
    "rate_limit": (0, False),
    "heartbeat": (0, False),
    "request_timeout": (0, False),
    "list_interval": (0, False),
    "limit": (1, True),
}


MOST = 1e9


def plain(data: t.Any) -> t.Any:
    """Data without the tags that ansible-core 2.19 puts on what users write: jmespath does not know them as strings."""
    return json.loads(json.dumps(data, default=str))


def check(spec: Spec, given: Options, where: str = "", one_of: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """The options with their defaults and types; an OptionError for the first that is wrong.

    Of ``one_of`` there must be one.
    """
    groups = [list(one_of)] if one_of else None
    validator = ArgumentSpecValidator(spec, mutually_exclusive=groups, required_one_of=groups)
    # A module's parameters hold every option, those not given as None, which the choices of a list do not allow.
    result = validator.validate({name: value for name, value in given.items() if value is not None})
    for path in sorted(map(_path, result.unsupported_parameters)):
        raise OptionError(f"{where}{_unknown(spec, path, bool(where))}")
    if result.error_messages:
        raise OptionError(f"{where}{result.error_messages[0]}")
    options = t.cast(dict[str, t.Any], result.validated_parameters)
    check_numbers(options, where)
    return options


def _path(unknown: t.Any) -> tuple[str, ...]:
    """The names that lead to an option: ansible-core gives a text, and a tuple for one inside of another."""
    return tuple(map(str, unknown)) if isinstance(unknown, tuple) else (str(unknown),)


def _unknown(spec: Spec, path: tuple[str, ...], in_entry: bool) -> str:
    *outer, name = path
    for option in outer:
        spec = spec[option]["options"]
    names = [alias for option, about in spec.items() for alias in (option, *about.get("aliases", ()))]
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    if in_entry and name in WAIT:
        hint = "it is about the whole wait: give it beside tasks; "
    return f"{'.'.join(path)}: there is no such option here; {hint}there are {', '.join(sorted(spec))}"


def check_numbers(options: Options, where: str = "") -> None:
    """Refuse numbers that make no sense, with what would."""
    for name, (least, allowed) in _LEAST.items():
        value = options.get(name)
        if value is not None and not (least <= value < MOST and (allowed or value > least)):
            wanted = f"{least} or more" if allowed else f"more than {least}"
            raise OptionError(f"{where}{name}: {value:g} must be {wanted}, and less than {MOST:g}")


def check_id(name: str, value: str) -> str:
    """An id that can be sent: the paths of some APIs hold it, so one of dots alone would name another path."""
    text = value.strip()
    if not text:
        raise OptionError(f"{name}: an id is empty; leave the option out to list tasks")
    if not text.isprintable() or not text.strip(".") or text == "None":
        raise OptionError(f"{name}: {text!r} is not an id of a task; give it as the cloud returned it")
    return text


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
    if moment is None:
        raise OptionError(f"{where}{name}: {value!r} is not a time such as 2026-01-31T12:00:00Z")
    return moment


def asks_of_one(provider: Provider, options: Options, where: str = "") -> list[Ask]:
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
        return [Ask(provider, service, connection, values, None, filters_of(options, where), definition=definition)]
    if not ids:
        raise OptionError(f"{where}task_ids: the list is empty; give ids, or leave the option out to list tasks")
    checked = [check_id(f"{where}task_ids", task_id) for task_id in ids]
    return [Ask(provider, service, connection, values, task_id, definition=definition) for task_id in checked]


def _defined(provider: Provider, options: Options, where: str) -> Service:
    """The service that a user defines. Few do, and what reads it takes time to import."""
    from ansible_collections.multicloud.tasks.plugins.module_utils._definition import service_of  # noqa: PLC0415

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
    needed = of_a_list(service)
    for option in service.options:
        if option.name in needed and option.name not in values:
            raise OptionError(
                f"{where}{option.name} is missing: {service.name} lists tasks of one only; give it, or ids"
            )


def _missing(service: Service, option: Option) -> str:
    what = f"one of {', '.join(option.choices)}" if option.choices else f"it: {option.about[0].rstrip('.')}"
    fact = f", or the facts of a task, whose {option.fact} it is" if option.fact else ""
    return f"{option.name} is missing: {service.name} cannot be asked without it; give {what}{fact}"


def refuse_null_ids(given: Options, where: str = "") -> None:
    """Refuse an id that is there but null: without any id tasks are listed, and whoever gave one wanted no strangers."""
    for name in ("task_ids", "task_id", "id"):
        value = given.get(name, "")
        if value is None or (isinstance(value, list) and None in value):
            holds = "is null" if value is None else "holds an id that is null"
            raise OptionError(
                f"{where}{name} {holds}: what was to give the id has none, perhaps nothing was started; "
                "skip the step with when:, or leave the option out (omit) to list tasks"
            )


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


def given_by_user(spec: Spec, given: Options) -> list[str]:
    """The options that the user has given, by their first names: a default of ours is none of his."""
    return list(by_first_name(spec, given))


def by_first_name(spec: Spec, given: Options) -> Facts:
    """What is given, each option under its first name."""
    first = {alias: name for name, about in spec.items() for alias in about.get("aliases", ())}
    return {first.get(name, name): value for name, value in given.items() if value is not None}


def provider_of(providers: Providers, name: t.Optional[str], where: str) -> Provider:
    """The provider of this name."""
    if not isinstance(name, str) or not name:
        raise OptionError(f"{where}provider is missing: give one of {', '.join(sorted(providers))}")
    if name not in providers:
        raise OptionError(f"{where}provider: {name!r} is not known; give one of {', '.join(sorted(providers))}")
    return providers[name]


def refuse_odd_tasks(given: Options) -> None:
    """Refuse what is no list of dictionaries, in our own words: core only tells of types."""
    refuse_null_ids(given)
    tasks = given.get("tasks")
    if isinstance(tasks, dict):
        raise OptionError("tasks: it is one dictionary, and not a list; put it into a list, between [ and ]")
    for number, entry in enumerate(tasks if isinstance(tasks, list) else ()):
        # A text may be a dictionary as core understands it.
        if not isinstance(entry, dict) and not (isinstance(entry, str) and ("=" in entry or "{" in entry)):
            raise OptionError(f"tasks[{number}]: {no_task(entry)}")


def no_task(entry: t.Any) -> str:
    """What to say of something among the tasks that is none."""
    return (
        f"{entry!r} is not a task; give a dictionary with provider, service and task_id, "
        "or ids alone as task_ids beside provider and service"
    )
