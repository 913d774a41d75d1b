# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What entries ask for: those of the option tasks, registered results among them, and the records of a journal."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.provider import Provider
from .._service.selector import Selector
from .select import Providers, check_entry, provider_of, selectors_of_one
from .spec import AS_FACTS, FILTERS, task_spec
from .unused import fitting, refuse_unused, scopes_of
from .validate import by_first_name, no_task, refuse_null_ids

# What core puts in the place of a secret.
_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def flatten(providers: Providers, entries: t.Sequence[t.Any], where: str = "tasks") -> list[Facts]:
    """Entries, with the results of info modules and of loops over them replaced by the tasks they hold; none is lost."""
    flat: list[Facts] = []
    for number, entry in enumerate(entries):
        place = f"{where}[{number}]"
        if not isinstance(entry, dict):
            raise OptionError(f"{place}: {no_task(entry)}")
        inner = entry.get("results", entry.get("tasks"))
        flat += [entry] if inner is None else _unpacked(providers, entry, inner, place)
    return flat


def _unpacked(providers: Providers, entry: Facts, inner: t.Any, place: str) -> list[Facts]:
    if not isinstance(inner, list):
        raise OptionError(f"{place}: it looks like a registered result, but holds no list of tasks")
    if not inner:
        _refuse_empty(entry, f"{place}: ")
    again = [_asked_again(providers, entry, task_id, place) for task_id in entry.get("missing") or ()]
    return flatten(providers, inner, place) + again


def _asked_again(providers: Providers, entry: Facts, task_id: str, place: str) -> Facts:
    """An id that the cloud did not know when it was registered: it may by now, and is waited for like the others."""
    invocation = entry.get("invocation")
    arguments = invocation.get("module_args") if isinstance(invocation, dict) else None
    first: Facts = next(iter(entry.get("tasks") or ()), {})
    known = {**(arguments or {})}
    for name in ("provider", "service", "region"):
        known[name] = entry.get(name) or first.get(name) or known.get(name)
    # Nor filters, for the id is all that is asked for, nor the placeholder that core puts in the place of a secret.
    dropped = {*FILTERS, "task_ids", "task_id"}
    kept = {name: value for name, value in known.items() if name not in dropped and value not in (None, _NO_LOG)}
    if "service" not in kept:
        raise OptionError(
            f"{place}: its missing id {task_id} has no service; add it to tasks with provider and service"
        )
    return {**fitting(providers, kept.get("provider"), kept["service"], kept), "task_id": task_id}


def selectors_of_entries(providers: Providers, own: Options, entries: t.Sequence[Facts], source: str) -> list[Selector]:
    """What all of them ask for, with the options of the wait as defaults."""
    return [
        selector
        for number, entry in enumerate(entries)
        for selector in _selectors_of_entry(providers, own, entry, f"{source}[{number}]: ")
    ]


def _selectors_of_entry(providers: Providers, own: Options, entry: Facts, where: str) -> list[Selector]:
    """What an entry asks for. Facts of a task in it are no options: with an id, what they say is found out anew."""
    _refuse_empty(entry, where)
    refuse_null_ids(entry, where)
    provider = provider_of(providers, entry.get("provider") or own.get("provider"), where)
    spec = task_spec(provider)
    defaults = {name: value for name, value in own.items() if name in spec}
    if entry.get("id") and str(entry.get("task_id", entry["id"])) != str(entry["id"]):
        raise OptionError(f"{where}id and task_id are the same option, and name two tasks; give one of them")
    entry_options = {name: value for name, value in entry.items() if name != "id" and value is not None}
    if entry.get("id") is not None:
        # One id, whatever is in it: a text would be taken for a list with commas.
        entry_options["task_id"] = [entry["id"]] if isinstance(entry["id"], str) else entry["id"]
    if "task_id" in entry_options or "task_ids" in entry_options:
        entry_options = {name: value for name, value in entry_options.items() if name not in AS_FACTS}
        defaults = {name: value for name, value in defaults.items() if name not in FILTERS}
    merged = {**_fitting(defaults, entry_options), **_besides(provider, entry), **entry_options}
    merged.pop("provider", None)
    selectors = selectors_of_one(provider, check_entry(providers, provider, merged, where), where)
    refuse_unused(providers, scopes_of(selectors), by_first_name(spec, {**entry_options, **_filters(entry)}), where)
    return [_with_record(selector, entry) for selector in selectors]


def _filters(entry: Facts) -> Facts:
    """What an entry has of filters. Where it has facts, or an id as facts have it, those that are names of facts are facts."""
    facts = "id" in entry or any(name in entry for name in AS_FACTS if name not in FILTERS)
    return {name: entry[name] for name in FILTERS if name in entry and not (facts and name in AS_FACTS)}


def _besides(provider: Provider, facts: Facts) -> Facts:
    """What a service takes besides an id, as far as facts of a task in the entry tell it."""
    service = provider.services.get(str(facts.get("service"))) if facts.get("id") else None
    told = {option.name: facts.get(option.fact) for option in service.options if option.required} if service else {}
    return {name: value for name, value in told.items() if value is not None}


def _fitting(defaults: Options, entry: Options) -> Options:
    """The defaults, of a service and its definition only what is about the service of this entry."""
    defined = defaults.get("definition")
    about = defined.get("name") if isinstance(defined, dict) else None
    dropped = set()
    if entry.get("definition") is not None or entry.get("service") is not None:
        dropped.add("service")
    if entry.get("service") not in (None, about) or entry.get("definition") is not None:
        dropped.add("definition")
    return {name: value for name, value in defaults.items() if name not in dropped}


def _refuse_empty(entry: Facts, where: str) -> None:
    """A registered result of a step that was skipped or has failed holds no task; a gate must not pass for that."""
    if entry.get("ansible_job_id") and not entry.get("id"):
        raise OptionError(
            f"{where}it is the result of a step that goes on in the background, and holds no task yet; "
            "wait for that step with ansible.builtin.async_status first"
        )
    for word, was in (("skipped", "was skipped"), ("failed", "has failed")):
        if entry.get(word) is True and not entry.get("id"):
            said = " ".join(str(entry.get("msg") or "").split())
            raise OptionError(
                f"{where}it is the result of a step that {was}, and holds no task to wait for; "
                f"if that is fine, leave it out with reject('{word}')" + (f"; the step said: {said}" if said else "")
            )


def _with_record(selector: Selector, entry: Facts) -> Selector:
    if "outcome" not in entry or not entry.get("observed_at"):
        return selector
    return selector._replace(record=entry)
