# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The options of the modules, as data. Pure."""

from __future__ import annotations

import typing as t

from .._core.task import FACTS, STATES, TERMINAL
from .._service.provider import Provider
from .texts import named_in, parsed

Spec = dict[str, dict[str, t.Any]]

CONNECTION: Spec = {
    "region": {"type": "str", "aliases": ["region_id", "alicloud_region", "region_name"]},
    "access_key": {
        "type": "str",
        "no_log": True,
        "aliases": ["access_key_id", "alicloud_access_key", "ak"],
    },
    "secret_key": {
        "type": "str",
        "no_log": True,
        "aliases": ["access_key_secret", "secret_access_key", "alicloud_secret_key", "sk"],
    },
    "security_token": {"type": "str", "no_log": True, "aliases": ["sts_token", "alicloud_security_token"]},
    "profile": {"type": "str", "aliases": ["cloud"]},
    "endpoint": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "aliases": ["ca_cert", "cacert"]},
    "request_timeout": {"type": "float", "default": 30.0},
}

FILTERS: Spec = {
    "name": {"type": "str"},
    "resource_id": {"type": "str"},
    "states": {"type": "list", "elements": "str", "choices": list(STATES)},
    "created_after": {"type": "str"},
    "created_before": {"type": "str"},
    "limit": {"type": "int", "default": 100},
}

WAIT: Spec = {
    "provider": {"type": "str"},
    "tasks": {"type": "list", "elements": "dict"},
    "timeout": {"type": "float", "default": 3600.0},
    "delay": {"type": "float", "default": 0.0},
    "interval": {"type": "float"},
    "min_interval": {"type": "float", "default": 2.0},
    "max_interval": {"type": "float", "default": 120.0},
    "required": {"type": "str", "default": "all"},
    "fail_fast": {"type": "bool", "default": True},
    "success_states": {
        "type": "list",
        "elements": "str",
        "choices": list(TERMINAL),
        "default": ["succeeded"],
    },
    "success_when": {"type": "str"},
    "failure_when": {"type": "str"},
    "not_found_timeout": {"type": "float", "default": 60.0},
    "unreachable_timeout": {"type": "float", "default": 600.0},
    "stall_timeout": {"type": "float"},
    "on_timeout": {"type": "str", "choices": ["fail", "cancel"], "default": "fail"},
    "rate_limit": {"type": "float"},
    "heartbeat": {"type": "float", "default": 60.0},
    "progress": {"type": "bool", "default": True},
    "journal": {"type": "path"},
}

LISTEN: Spec = {
    "events": {"type": "str", "choices": ["change", "end"], "default": "change"},
    "list_interval": {"type": "float", "default": 60.0},
    "raw": {"type": "bool", "default": False},
    "timeout": {"type": "float"},
    "limit": {"type": "int", "default": 1000},
}
# Options of a wait that mean nothing to who listens for ever: they are about lines, and about when many tasks are enough.
ONLY_OF_WAIT: tuple[str, ...] = ("on_timeout", "required", "fail_fast", "success_states", "heartbeat", "progress")

# What a wait adds to the facts of a task; such facts are a valid entry of the option tasks, too.
WAITED: tuple[str, ...] = ("outcome", "reason", "looks", "detection_delay_max", "cancel")
# Names of options that are names of facts: in an entry with an id they are facts.
AS_FACTS: tuple[str, ...] = (*(name for name in FACTS if name not in ("provider", "service", "region", "id")), *WAITED)


IDS = ("task_ids", "task_id", "id")
"""The names of the option that holds ids."""
# What says which tasks a wait is about, but for what services take besides: without it there would be others, too.
CHOOSING: frozenset[str] = frozenset(
    ("provider", "tasks", "service", "definition", "project_id", "project_name", *IDS, *FILTERS)
)

DEFINITION: Spec = {"definition": {"type": "dict"}}
ONE_OF = ("service", "definition")
"""Of these an info module takes one."""


def service_spec(names: t.Iterable[str]) -> dict[str, t.Any]:
    """The option service of one provider."""
    return {"type": "str", "choices": sorted(names)}


def besides(provider: Provider) -> Spec:
    """What services of the provider take besides an id, as the catalogue has it."""
    return {option.name: {"type": "str"} for service in provider.services.values() for option in service.options}


def task_spec(provider: Provider) -> Spec:
    """What names tasks of a provider, how it is reached, and which tasks a list is to give."""
    ids: Spec = {"task_ids": {"type": "list", "elements": "str", "aliases": ["task_id"]}}
    service: Spec = {"service": service_spec(provider.services)}
    return {**service, **DEFINITION, **ids, **FILTERS, **CONNECTION, **provider.options, **besides(provider)}


def info_spec(provider: Provider) -> Spec:
    """The options of <provider>_cloud_task_info."""
    return task_spec(provider)


def wait_spec(providers: t.Mapping[str, Provider]) -> Spec:
    """The options of wait_for_cloud_task: those of every provider's tasks, and its own."""
    spec: Spec = {}
    for provider in providers.values():
        spec.update(task_spec(provider))
    spec["task_ids"] = {**spec["task_ids"], "aliases": ["task_id", "id"]}
    return {**spec, "service": {"type": "str"}, **WAIT}


def spec_for(providers: t.Mapping[str, Provider], given: t.Mapping[str, t.Any]) -> Spec:
    """The options of the wait, of those clouds alone that are named where these take all that is given.

    Most waits are about one, and what there is to know of another takes time to import.
    """
    return wait_spec(clouds_for(providers, given))


def clouds_for(providers: t.Mapping[str, Provider], given: t.Mapping[str, t.Any]) -> t.Mapping[str, Provider]:
    """The clouds that are named where these take all that is given, else all of them."""
    entries = given.get("tasks")
    holders = [given, *(entries if isinstance(entries, list) else ())]
    named = {str(holder.get("provider")) for holder in holders if isinstance(holder, dict)}
    some = {name: providers[name] for name in providers if name in named}
    return some if some and set(given) <= option_names({**wait_spec(some), **LISTEN}) else providers


def option_names(spec: Spec) -> frozenset[str]:
    """All names of options, aliases included."""
    return frozenset(name for option, about in spec.items() for name in (option, *about.get("aliases", ())))


def listen_spec(providers: t.Mapping[str, Provider]) -> Spec:
    """The options of the event source: those of the wait that mean something to it, and its own."""
    spec = {name: option for name, option in wait_spec(providers).items() if name not in ONLY_OF_WAIT}
    return {**spec, **LISTEN}


def secret_names(spec: Spec) -> frozenset[str]:
    """The options whose values must not be shown, under all of their names, wherever they are."""
    hidden = {name: option for name, option in spec.items() if option.get("no_log")}
    own = frozenset(alias for name, option in hidden.items() for alias in (name, *option.get("aliases", ())))
    return own.union(*(secret_names(option["options"]) for option in spec.values() if "options" in option))


def holders_of_secrets(spec: Spec) -> frozenset[str]:
    """The options in which such options are."""
    return frozenset(name for name, option in spec.items() if secret_names(option.get("options", {})))


# What a cloud says, which facts hold, and expressions and templates are no options, whatever they look like.
_NO_OPTIONS = frozenset((*AS_FACTS, "success_when", "failure_when", "definition"))


def secrets_in(data: t.Any, names: t.Collection[str], texts: bool = True) -> t.Iterator[str]:
    """The values of secret options anywhere in what a user gave, valid or not; with ``texts`` in texts, too."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from named_in(str(name), names) if texts else ()
            if name in names and value not in (None, ""):
                yield from _texts_of(value)
            else:
                yield from secrets_in(value, names, texts and name not in _NO_OPTIONS)
    elif isinstance(data, list):
        for value in data:
            yield from secrets_in(value, names, texts)
    elif texts and isinstance(data, str):
        inner = parsed(data)
        yield from named_in(data, names) if inner is None else secrets_in(inner, names)


def _texts_of(secret: t.Any) -> t.Iterator[str]:
    """The value of a secret option as a text, and whatever is in it if it is wrongly a list or a dictionary."""
    yield str(secret)
    if isinstance(secret, (list, dict)):
        inner = secret.values() if isinstance(secret, dict) else secret
        for value in inner:
            if value not in (None, ""):
                yield from _texts_of(value)
