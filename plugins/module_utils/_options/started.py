# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns registered results of the steps that started tasks into ids, and into options where a result tells them.

The ids replace the results before anything else is done with the options, so no result gets into a journal or to another host.
"""

from __future__ import annotations

import typing as t

from .._core.errors import NothingStarted, OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.model import Service, Start
from .._service.provider import Provider
from .._service.started import StartResult, ids_in, options_in_start, places_of, start_result_of
from .entries import LocatedEntry, is_result, refuse_no_start, refuse_no_task, skipped_notes, was_skipped
from .normalize import parse_entry, parse_result, refuse_empty
from .select import Providers, check_service, defined_service, provider_of
from .spec import IDS, task_spec
from .validate import without_aliases

OPTION = "started_by"
# Keys of an entry that holds tasks or results. It is taken apart here and elsewhere, and is no result of a start itself.
_HOLDERS = ("results", "tasks")


class _Step(t.NamedTuple):
    """The options of a step, which are defaults of its entries, and whether it runs in check mode.

    ``notes`` collects what to say to the user, ``unstarted`` the places of results that tell no id because of check mode.
    """

    providers: Providers
    options: Options
    check: bool
    notes: list[str]
    unstarted: list[str]

    @property
    def all_notes(self) -> list[str]:
        """Return what to say to the user."""
        return [*self.notes, *([_unstarted_note(self.unstarted)] if self.unstarted else [])]


def without_results(providers: Providers, arguments: Options, check: bool) -> tuple[Facts, list[str]]:
    """Return normalized arguments of a wait, or of the event source, with ids in place of results; and notes for the user.

    A result is the value of ``started_by``, of the step or of an entry of ``tasks``. If the step gives provider and
    service, it is an entry of ``tasks``, too. Raise NothingStarted if check mode has left no task.
    """
    step = _Step(providers, {name: value for name, value in arguments.items() if name != OPTION}, check, [], [])
    if arguments.get(OPTION) is not None:
        _refuse_both(arguments, ("tasks", *IDS))
        return {**step.options, **_flat(_started(step, {}, arguments[OPTION], ""))}, step.all_notes
    entries = arguments.get("tasks")
    if not isinstance(entries, list):
        return dict(arguments), []
    resolved = _entries(step, entries, "tasks")
    if entries and not resolved:
        raise NothingStarted("tasks")
    return {**arguments, "tasks": resolved}, step.all_notes


def _flat(entries: list[Facts]) -> Facts:
    """Return the options of a step for these entries: ids if the entries differ in nothing else, or else ``tasks``."""
    ids = [task_id for entry in entries for task_id in entry["task_ids"]]
    alike = [{**entry, "task_ids": ids} for entry in entries]
    return alike[0] if all(each == alike[0] for each in alike) else {"tasks": entries}


def without_results_of_one(provider: Provider, params: Options, check: bool) -> tuple[Facts, list[str]]:
    """Return the parameters of an info module with ids in place of results; and notes for the user."""
    arguments = {name: value for name, value in params.items() if value is not None}
    resolved, notes = without_results({provider.name: provider}, {**arguments, "provider": provider.name}, check)
    if "tasks" in resolved:
        raise OptionError(
            f"{OPTION}: the results are of tasks in several places, such as regions; read them with a step for each"
        )
    del resolved["provider"]
    return {**params, **resolved, OPTION: None}, notes


# Entries of tasks


def _entries(step: _Step, entries: t.Sequence[t.Any], location: str) -> list[Facts]:
    return [each for number, entry in enumerate(entries) for each in _replaced(step, entry, f"{location}[{number}]")]


def _replaced(step: _Step, entry: t.Any, location: str) -> list[Facts]:
    """Return the entries that replace one: as many as it has results, or itself."""
    entry = parse_entry(entry, location)
    if entry.get(OPTION) is not None and not is_result(entry):
        refuse_empty(entry, (OPTION,), f"{location}: ")
        _refuse_both(entry, IDS, f"{location}: ")
        own = {name: value for name, value in entry.items() if name != OPTION}
        return [{**own, **each} for each in _started(step, own, entry[OPTION], location)]
    key = next((name for name in _HOLDERS if isinstance(entry.get(name), list)), "")
    if key:
        inner = _entries(step, entry[key], f"{location}.{key}")
        return [{**entry, key: inner}] if inner or not entry[key] else []
    if _is_left_out(step, entry, location):
        return []
    return _result_as_entry(step, entry, location)


def _result_as_entry(step: _Step, entry: Facts, location: str) -> list[Facts]:
    """Return what replaces a result that is an entry. What holds tasks, or has started nothing, is for others to judge."""
    has_service = step.options.get("service") is not None or step.options.get("definition") is not None
    holds_tasks = not entry.keys().isdisjoint(_HOLDERS)
    if not is_result(entry) or not has_service or holds_tasks or _has_started_nothing(entry):
        return [entry]
    return _entry_of(step, {}, LocatedEntry(location, entry), f"{location}: ")


def _has_started_nothing(entry: Facts) -> bool:
    goes_on = entry.get("ansible_job_id") and not entry.get("finished")
    return bool(entry.get("skipped") or entry.get("failed") or entry.get("unreachable") or goes_on)


def _refuse_both(options: Options, others: t.Collection[str], prefix: str = "") -> None:
    for name in others:
        if options.get(name) is not None:
            raise OptionError(f"{prefix}{OPTION}: give either {OPTION} or {name}, not both")


# Results, one by one


def _started(step: _Step, own: Options, results: t.Any, location: str) -> list[Facts]:
    """Return an entry for each result. ``location`` is that of the entry that has the results, or "" for the step itself."""
    left_out: list[str] = []
    option = f"{location}.{OPTION}" if location else OPTION
    leaves = _leaves(results if isinstance(results, list) else [results], option, left_out, step.check)
    step.notes.extend(skipped_notes(left_out, leaves, option))
    prefix = f"{location}: " if location else ""
    entries = [entry for leaf in leaves for entry in _entries_of_leaf(step, own, leaf, prefix)]
    if not entries and not location:
        raise NothingStarted(option)
    return entries


def _leaves(
    results: t.Sequence[t.Any], location: str, left_out: list[str], check: bool, loop: bool = False
) -> list[LocatedEntry]:
    """Return the results of single steps: those of a loop one by one, without the items that it skipped."""
    leaves: list[LocatedEntry] = []
    for number, each in enumerate(results):
        place = f"{location}[{number}]" if loop or len(results) > 1 else location
        result = parse_result(each, place)
        if was_skipped(result, loop) and not (check and _was_skipped_by_check_mode(result)):
            left_out.append(place)
        elif _is_loop(result):
            items = _leaves(result["results"], f"{place}.results", left_out, check, True)
            if not items:
                refuse_no_task({"skipped": True}, f"{place}: ")
            leaves += items
        else:
            leaves.append(LocatedEntry(place, result))
    return leaves


def _is_loop(result: Facts) -> bool:
    """Return whether a result is that of a loop. A response may have a field of the same name."""
    items = result.get("results")
    return isinstance(items, list) and any(isinstance(item, dict) and "ansible_loop_var" in item for item in items)


def _entries_of_leaf(step: _Step, own: Options, leaf: LocatedEntry, prefix: str) -> list[Facts]:
    if _is_left_out(step, leaf.facts, leaf.location):
        return []
    refuse_no_start(leaf.facts, f"{leaf.location}: ")
    return _entry_of(step, own, leaf, prefix)


# Check mode


def _is_left_out(step: _Step, result: Facts, location: str) -> bool:
    """Return whether a step has started nothing only because of check mode, and write down where its result stands."""
    is_left_out = step.check and _was_skipped_by_check_mode(result)
    if is_left_out:
        step.unstarted.append(location)
    return is_left_out


def _was_skipped_by_check_mode(result: Facts) -> bool:
    """Return whether a step was skipped because it cannot run in check mode, and not by its own condition."""
    return result.get("skipped") is True and "check mode" in str(result.get("msg"))


def _unstarted_note(places: t.Sequence[str]) -> str:
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"left out, because steps in check mode have started nothing: {', '.join(places[:5])}{more}"


# What a result tells


def _entry_of(step: _Step, own: Options, leaf: LocatedEntry, prefix: str) -> list[Facts]:
    """Return the id that a result tells, and the options that it tells and the user has not given."""
    provider = provider_of(step.providers, own.get("provider") or step.options.get("provider"), prefix)
    service = _service_of(step, provider, own, prefix)
    result = start_result_of(leaf.facts)
    if step.check and service.started_by and _only_says_that_it_would(service.started_by, result):
        step.unstarted.append(leaf.location)
        return []
    task_id = _only_id(provider, service, result, f"{leaf.location}: ")
    spec = task_spec(provider)
    given = without_aliases(spec, {**step.options, **own})
    starts = [start for start in (service.started_by, provider.start) if start]
    told = {
        name: value for name, value in options_in_start(starts, result).items() if name in spec and name not in given
    }
    return [{**told, "task_ids": [task_id]}]


def _only_says_that_it_would(start: Start, result: StartResult) -> bool:
    """Return whether the result may be that of a module in check mode, which says that it would change something."""
    is_of_module = isinstance(result.response, dict) and result.response.get("changed") is True
    return is_of_module and not ids_in(start, result)


def _service_of(step: _Step, provider: Provider, own: Options, prefix: str) -> Service:
    """Return the service that the entry names, else that of the step."""
    options = {**step.options, **own}
    name = own.get("service") or (None if own.get("definition") else step.options.get("service"))
    for definition in (own.get("definition"), step.options.get("definition")):
        if isinstance(definition, dict) and name in (None, definition.get("name")):
            return defined_service(provider, {**options, "definition": definition}, prefix)
    check_service(step.providers, provider, name, prefix)
    return provider.services[str(name)]


def _only_id(provider: Provider, service: Service, result: StartResult, prefix: str) -> str:
    """Return the one id that a result tells, or say what was looked for and where."""
    if service.started_by is None:
        raise OptionError(
            f"{prefix}the definition does not say where a result holds the id; give {OPTION} in it, or the id as task_id"
        )
    if result.problem:
        raise OptionError(f"{prefix}it has started no known task: {result.problem}")
    ids = ids_in(service.started_by, result)
    if len(ids) == 1:
        return next(iter(ids))
    task = f"a task of {provider.name} {service.name}"
    if ids:
        found = " and ".join(f"{task_id!r} ({place})" for task_id, place in ids.items())
        raise OptionError(f"{prefix}it has several ids of {task}, {found}; give the one that is meant as task_id")
    raise OptionError(
        f"{prefix}it has no id of {task}; looked for {', '.join(places_of(service.started_by))} in {result.place}. "
        "Give the result of the step that started the task, or the id as task_id"
    )
