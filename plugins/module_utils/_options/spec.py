# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Defines the options of the wait, the info modules and the event source as argument specs of ansible-core. Pure."""

from __future__ import annotations

import typing as t

from .._core.task import FACTS, STATES, TERMINAL
from .._service.model import Option
from .._service.provider import Provider
from .texts import parse_data, values_assigned

Spec = dict[str, dict[str, t.Any]]

CONNECTION: Spec = {
    "region": {"type": "str", "aliases": ["region_id", "alicloud_region", "aws_region", "region_name"]},
    "access_key": {
        "type": "str",
        "no_log": True,
        "aliases": ["access_key_id", "alicloud_access_key", "aws_access_key", "aws_access_key_id", "ak"],
    },
    "secret_key": {
        "type": "str",
        "no_log": True,
        "aliases": [
            *("access_key_secret", "secret_access_key", "alicloud_secret_key"),
            *("aws_secret_access_key", "aws_secret_key", "sk"),
        ],
    },
    "security_token": {
        "type": "str",
        "no_log": True,
        "aliases": ["sts_token", "alicloud_security_token", "aws_session_token", "session_token"],
    },
    "profile": {"type": "str", "aliases": ["aws_profile", "cloud"]},
    "endpoint": {"type": "str", "aliases": ["aws_endpoint_url", "endpoint_url"]},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "aliases": ["aws_ca_bundle", "ca_cert", "cacert"]},
    "request_timeout": {"type": "str", "default": "30"},
}

FILTERS: Spec = {
    "name": {"type": "str", "aliases": ["operation"]},
    "resource_id": {"type": "str"},
    "states": {"type": "list", "elements": "str", "choices": list(STATES)},
    "created_after": {"type": "str"},
    "created_before": {"type": "str"},
    "limit": {"type": "int", "default": 100},
}

WAIT: Spec = {
    "provider": {"type": "str"},
    "tasks": {"type": "list", "elements": "dict"},
    "timeout": {"type": "str", "default": "3600", "aliases": ["wait_timeout"]},
    "delay": {"type": "str", "default": "0"},
    "interval": {"type": "str", "aliases": ["wait_sleep"]},
    "min_interval": {"type": "str", "default": "2"},
    "max_interval": {"type": "str", "default": "120"},
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
    "not_found_timeout": {"type": "str", "default": "60"},
    "unreachable_timeout": {"type": "str", "default": "600"},
    "stall_timeout": {"type": "str"},
    "on_timeout": {"type": "str", "choices": ["fail", "cancel"], "default": "fail"},
    "rate_limit": {"type": "float"},
    "heartbeat": {"type": "str", "default": "60"},
    "progress": {"type": "bool", "default": True},
    "journal": {"type": "path"},
    "history": {"type": "path"},
    "raw": {"type": "bool", "default": False},
    "return_tasks": {"type": "str", "choices": ["all", "unsuccessful"], "default": "all"},
}

EVENT_SOURCE: Spec = {
    "events": {"type": "str", "choices": ["change", "end"], "default": "change"},
    "list_interval": {"type": "str", "default": "60"},
    "raw": {"type": "bool", "default": False},
    "timeout": {"type": "str", "aliases": ["wait_timeout"]},
    "limit": {"type": "int", "default": 1000},
}
DURATIONS: frozenset[str] = frozenset(
    (
        *("request_timeout", "timeout", "delay", "interval", "min_interval", "max_interval", "not_found_timeout"),
        *("unreachable_timeout", "stall_timeout", "heartbeat", "list_interval", "role_duration"),
    )
)
"""Options in seconds. ansible-core takes them as texts, because they may have units; a check makes floats of them."""

# The options of a wait that mean nothing to the event source: it shows no lines, and no number of successes ends it.
WAIT_ONLY: tuple[str, ...] = (
    *("on_timeout", "required", "fail_fast", "success_states", "heartbeat", "progress", "return_tasks"),
)

# The facts that a wait adds to those of a task. The option tasks takes them, too.
WAIT_FACTS: tuple[str, ...] = ("outcome", "reason", "looks", "detection_delay_max", "expected", "cancel")
# What a journal says of a task besides: as whom it was asked for.
ASKED_AS = "asked_as"
# Options that have the name of a fact. In an entry with an id they are facts.
FACT_NAMES: tuple[str, ...] = (
    *(name for name in FACTS if name not in ("provider", "service", "region", "id")),
    *WAIT_FACTS,
    ASKED_AS,
)


IDS = ("task_ids", "task_id", "id")
"""The names of the option that holds ids."""
# The options that select tasks, apart from those of single services. Without them a wait would be about other tasks, too.
SELECTING: frozenset[str] = frozenset(
    (
        *("provider", "tasks", "service", "definition", "started_by", "project", "project_id", "project_name"),
        *("subscription_id",),
        *IDS,
        *FILTERS,
        *FILTERS["name"]["aliases"],
    )
)

STARTED_BY: Spec = {"started_by": {"type": "list", "elements": "dict"}}

DEFINITION: Spec = {"definition": {"type": "dict"}}
ONE_OF = ("service", "definition")
"""An info module takes exactly one of these."""


def service_spec(names: t.Iterable[str]) -> dict[str, t.Any]:
    """Return the option ``service`` of one provider."""
    return {"type": "str", "choices": sorted(names)}


def service_options(provider: Provider) -> Spec:
    """Return the options that services of the provider take in addition to an id, as the catalogue defines them."""
    return {option.name: _spec_of(option) for service in provider.services.values() for option in service.options}


def _spec_of(option: Option) -> dict[str, t.Any]:
    return {"type": "str", "no_log": True} if option.secret else {"type": "str"}


def task_spec(provider: Provider) -> Spec:
    """Return the options that select tasks of a provider, filter its lists and configure the connection to it."""
    ids: Spec = {"task_ids": {"type": "list", "elements": "str", "aliases": ["task_id"]}}
    service: Spec = {"service": service_spec(provider.services)}
    own = {**provider.options, **service_options(provider)}
    return {**service, **DEFINITION, **ids, **STARTED_BY, **FILTERS, **CONNECTION, **own}


def info_spec(provider: Provider) -> Spec:
    """Return the options of <provider>_cloud_task_info."""
    return task_spec(provider)


def wait_spec(providers: t.Mapping[str, Provider]) -> Spec:
    """Return the options of wait_for_cloud_task: those of every provider's tasks, and its own."""
    spec: Spec = {}
    for provider in providers.values():
        spec.update(task_spec(provider))
    spec["task_ids"] = {**spec["task_ids"], "aliases": ["task_id", "id"]}
    return {**spec, "service": {"type": "str"}, **WAIT}


def wait_spec_for(providers: t.Mapping[str, Provider], arguments: t.Mapping[str, t.Any]) -> Spec:
    """Return the options of the wait, limited to the providers that the arguments name.

    Most waits are about one provider, and the services of another take time to import.
    """
    return wait_spec(providers_for(providers, arguments))


def providers_for(providers: t.Mapping[str, Provider], arguments: t.Mapping[str, t.Any]) -> t.Mapping[str, Provider]:
    """Return the providers that the arguments name if these know all the options that are set, else all providers."""
    entries = arguments.get("tasks")
    option_sets = [arguments, *(entries if isinstance(entries, list) else ())]
    named = {str(each.get("provider")) for each in option_sets if isinstance(each, dict)}
    specs = {name: providers[name] for name in providers if name in named}
    return specs if specs and set(arguments) <= option_names({**wait_spec(specs), **EVENT_SOURCE}) else providers


def option_names(spec: Spec) -> frozenset[str]:
    """Return all names of options, aliases included."""
    return frozenset(name for option, about in spec.items() for name in (option, *about.get("aliases", ())))


def event_spec(providers: t.Mapping[str, Provider]) -> Spec:
    """Return the options of the event source: those of the wait that apply to it, and its own."""
    spec = {name: option for name, option in wait_spec(providers).items() if name not in WAIT_ONLY}
    return {**spec, **EVENT_SOURCE}


def secret_names(spec: Spec) -> frozenset[str]:
    """Return the options whose values must not be shown, nested ones and aliases included."""
    hidden = {name: option for name, option in spec.items() if option.get("no_log")}
    own = frozenset(alias for name, option in hidden.items() for alias in (name, *option.get("aliases", ())))
    return own.union(*(secret_names(option["options"]) for option in spec.values() if "options" in option))


def secret_containers(spec: Spec) -> frozenset[str]:
    """Return the options that contain secret options."""
    return frozenset(name for name, option in spec.items() if secret_names(option.get("options", {})))


# These hold facts from a cloud, expressions or templates. Nothing in them is an option, even if it looks like one.
_NO_SECRETS_INSIDE = frozenset((*FACT_NAMES, "success_when", "failure_when", "definition"))


def secrets_in(data: t.Any, names: t.Collection[str], texts: bool = True) -> t.Iterator[str]:
    """Yield the values of secret options anywhere in the user's input, valid or not; with ``texts`` also inside texts."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from values_assigned(str(name), names) if texts else ()
            if name in names and value not in (None, ""):
                yield from _texts_of(value)
            else:
                yield from secrets_in(value, names, texts and name not in _NO_SECRETS_INSIDE)
    elif isinstance(data, list):
        for value in data:
            yield from secrets_in(value, names, texts)
    elif texts and isinstance(data, str):
        inner = parse_data(data)
        yield from values_assigned(data, names) if inner is None else secrets_in(inner, names)


# What else stands beside a key in an object that holds one, such as the file of a service account. Masked, these words and names
# would be missing wherever they occur.
_PUBLIC_INSIDE = frozenset(
    (
        *("type", "project_id", "client_email", "client_id", "auth_uri", "token_uri", "token_url", "universe_domain"),
        *("audience", "subject_token_type", "quota_project_id", "service_account_impersonation_url"),
        *("auth_provider_x509_cert_url", "client_x509_cert_url"),
    )
)


def _texts_of(secret: t.Any) -> t.Iterator[str]:
    """The value of a secret option as a text, and whatever is secret in it if it is a list or a dictionary."""
    yield str(secret)
    if isinstance(secret, (list, dict)):
        named = secret.items() if isinstance(secret, dict) else enumerate(secret)
        for name, value in named:
            if value not in (None, "") and name not in _PUBLIC_INSIDE:
                yield from _texts_of(value)
