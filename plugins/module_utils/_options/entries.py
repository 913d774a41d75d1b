# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns entries into selectors: those of the option tasks, registered results among them, and the records of a journal."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.ids import is_same_task, parts_of, place_names
from .._service.model import Service
from .._service.provider import Provider
from .._service.selector import Selector
from .normalize import normalize, options_in, parse_entry, refuse_empty, selecting_options
from .select import Providers, check_entry, provider_of, refuse_unbounded, selectors_of_one
from .spec import CONNECTION, FACT_NAMES, FILTERS, IDS, SELECTING, option_names, task_spec, wait_spec
from .unused import refuse_unused, scopes_of, without_other_services
from .validate import is_empty, type_name, without_aliases

# What core writes in place of a secret.
_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class LocatedEntry(t.NamedTuple):
    """The facts or options of one entry, and its location in the input, such as ``tasks[0].results[1]``."""

    location: str
    facts: Facts


def flatten(
    providers: Providers, entries: t.Sequence[t.Any], left_out: list[str], location: str = "tasks", loop: bool = False
) -> list[LocatedEntry]:
    """Replace the results of info modules, and of loops over them, by the tasks that they hold; lose none.

    A skipped item of a loop has started nothing: its location is added to ``left_out`` instead.
    """
    flat: list[LocatedEntry] = []
    for number, each in enumerate(entries):
        item_location = f"{location}[{number}]"
        entry = parse_entry(each, item_location)
        if was_skipped(entry, loop):
            left_out.append(item_location)
        else:
            flat += _unpack(providers, entry, item_location, left_out)
    return flat


def skipped_notes(left_out: t.Sequence[str], entries: t.Sequence[LocatedEntry], option: str = "tasks") -> list[str]:
    """Return what to say about skipped items of a loop; raise an OptionError if nothing else is left."""
    if not entries:
        raise OptionError(
            f"{option}: every item of the loop was skipped, there is nothing to wait for; "
            "skip the step with when: if that is fine"
        )
    if not left_out:
        return []
    first = f"{', '.join(left_out[:5])}{f' and {len(left_out) - 5} more' if len(left_out) > 5 else ''}"
    return [f"{option}: left out as items of a loop that were skipped, so that nothing was started: {first}"]


def was_skipped(entry: Facts, loop: bool) -> bool:
    """Return whether an entry is the result of a skipped item of a loop."""
    of_loop = loop or "item" in entry or "ansible_loop_var" in entry
    return of_loop and entry.get("skipped") is True and not any(entry.get(name) for name in ("id", "tasks", "results"))


def _unpack(providers: Providers, entry: Facts, location: str, left_out: list[str]) -> list[LocatedEntry]:
    """Return the tasks that a registered result holds, or the entry itself."""
    key = next((name for name in ("results", "tasks") if entry.get(name) is not None), "")
    if not key and not ("results" in entry or "tasks" in entry):
        _refuse_result(providers, entry, f"{location}: ")
        return [LocatedEntry(location, entry)]
    items, missing = entry.get(key), entry.get("missing") or []
    if not isinstance(items, list) or not isinstance(missing, list):
        raise OptionError(f"{location}: it looks like a registered result, but has no list of tasks")
    _refuse_two_meanings(entry, location)
    if not items:
        refuse_no_task(entry, f"{location}: ")
    entries = flatten(providers, items, left_out, f"{location}.{key}", key == "results")
    entries += [
        LocatedEntry(f"{location}.missing[{number}]", _missing_entry(providers, entry, task_id, location))
        for number, task_id in enumerate(missing)
    ]
    if not entries:
        raise OptionError(f"{location}: {_no_task_message('was skipped', 'skipped') if items else _EMPTY_RESULT}")
    return entries


def _refuse_two_meanings(entry: Facts, location: str) -> None:
    """Refuse a dictionary that names tasks in two ways: nobody can tell which of them are meant, and one would be lost."""
    names = [name for name in (*IDS, "results", "tasks") if entry.get(name) is not None]
    if len(names) > 1:
        raise OptionError(
            f"{location}: it names tasks as {' and as '.join(names)}; give one of them, the others as entries of their own"
        )


_EMPTY_RESULT = (
    "it is the result of a step that has found no task, so nothing would be waited for in its place; "
    "repeat that step until it finds one, or leave the result out if that is fine"
)


def _no_task_message(was: str, word: str) -> str:
    return (
        f"it is the result of a step that {was}, and holds no task to wait for; "
        f"if that is fine, leave it out with reject('{word}')"
    )


def _refuse_result(providers: Providers, entry: Facts, prefix: str) -> None:
    """Refuse the result of a step that reports no tasks, and any other dictionary that says nothing of a task."""
    refuse_no_task(entry, prefix)
    if is_result(entry) or not (entry.keys() & _TASK_KEYS or entry.keys() & selecting_options(providers.values())):
        what = "the result of another step" if is_result(entry) else type_name(entry)
        raise OptionError(
            f"{prefix}it is {what}, and no facts of a task; if it has started one, say of what, as in "
            "{provider: ..., service: ..., started_by: ...}, or take the id out of it, as in "
            "{provider: ..., service: ..., task_id: ...}"
        )


def is_result(entry: Facts) -> bool:
    """Return whether an entry is the registered result of a step. Facts of a task and options are none."""
    return not entry.keys().isdisjoint(_RESULT_KEYS)


_TASK_KEYS = frozenset((*SELECTING, *option_names(CONNECTION), *FACT_NAMES))
# Every result of a step has some of these, and facts of a task have none.
_RESULT_KEYS = frozenset(("changed", "failed", "skipped", "rc", "msg", "invocation", "ansible_facts", "ansible_job_id"))


def _missing_entry(providers: Providers, entry: Facts, task_id: str, location: str) -> Facts:
    """Return an entry for an id that was missing when the result was registered: the cloud may know it by now."""
    invocation = entry.get("invocation")
    arguments = invocation.get("module_args") if isinstance(invocation, dict) else None
    first = next((each for each in entry.get("tasks") or () if isinstance(each, dict)), {})
    options = {**(arguments or {})}
    for name in ("provider", "service", "region"):
        options[name] = entry.get(name) or first.get(name) or options.get(name)
    # Filters are dropped because only the id is read now, and the placeholder because it is no value.
    dropped = {*option_names(FILTERS), "task_ids", "task_id"}
    kept = {
        name: value
        for name, value in options.items()
        if name not in dropped and value != _NO_LOG and not is_empty(value)
    }
    if "service" not in kept:
        raise OptionError(
            f"{location}: its missing id {task_id} has no service; add it to tasks with provider and service"
        )
    return {**without_other_services(providers, kept.get("provider"), kept["service"], kept), "task_ids": [task_id]}


def selectors_of_entries(
    providers: Providers, wait_options: Options, entries: t.Sequence[LocatedEntry], unbounded: bool
) -> list[Selector]:
    """Return the selectors of all entries, with the options of the wait as defaults.

    Unless ``unbounded``, refuse an entry that is about all tasks of a service.
    """
    return [
        selector
        for entry in entries
        for selector in _selectors_of_entry(providers, wait_options, entry.facts, f"{entry.location}: ", unbounded)
    ]


def _selectors_of_entry(
    providers: Providers, wait_options: Options, entry: Facts, prefix: str, unbounded: bool
) -> list[Selector]:
    """Return the selectors of one entry. If it has an id, its facts of a task are no options, because they are read anew."""
    options = normalize(options_in(entry), SELECTING, prefix, one=True)
    provider = provider_of(providers, entry.get("provider") or wait_options.get("provider"), prefix)
    spec = task_spec(provider)
    defaults = {name: value for name, value in wait_options.items() if name in spec}
    refuse_empty(options_in(entry), selecting_options(providers.values()), prefix)
    options_and_facts = {name: value for name, value in {**entry, **options}.items() if name not in IDS}
    entry_options = {
        name: value for name, value in options_and_facts.items() if value is not None or _is_unknown(providers, name)
    }
    if "task_ids" in options:
        entry_options = {name: value for name, value in entry_options.items() if name not in FACT_NAMES}
        entry_options["task_ids"] = options["task_ids"]
        defaults = {name: value for name, value in defaults.items() if name not in FILTERS}
    merged = {**_defaults_for(defaults, entry_options), **_options_from_facts(provider, entry), **entry_options}
    merged.pop("provider", None)
    selectors = selectors_of_one(provider, check_entry(providers, provider, merged, prefix), prefix)
    if not unbounded:
        refuse_unbounded(selectors, prefix)
    refuse_unused(providers, scopes_of(selectors), without_aliases(spec, {**entry_options, **_filters(entry)}), prefix)
    return [_with_record(selector, entry) for selector in selectors]


def _is_unknown(providers: Providers, name: str) -> bool:
    """Return whether a name is neither an option nor a fact. A null under the name of another cloud's option is ignored."""
    return name not in _TASK_KEYS and name not in option_names(wait_spec(providers))


def _filters(entry: Facts) -> Facts:
    """Return the filters of an entry, without those that are facts of a task in it."""
    options = options_in(entry)
    return {name: options[name] for name in FILTERS if name in options}


def _options_from_facts(provider: Provider, facts: Facts) -> Facts:
    """Return the options that a service requires in addition to the id, as far as the facts in the entry hold them."""
    service = provider.services.get(str(facts.get("service"))) if facts.get("id") else None
    required = {option.name: facts.get(option.fact) for option in service.options if option.required} if service else {}
    known = {name: value for name, value in required.items() if value is not None}
    return {**known, **_place_in_details(service, facts)} if service else known


def _place_in_details(service: Service, facts: Facts) -> Facts:
    """Return what the details in the facts of a task say of its place: by its full id, or by the names of the options."""
    details = facts.get("details")
    told = {name: text for name, text in details.items() if isinstance(text, str)} if isinstance(details, dict) else {}
    parts = next((found for text in told.values() if (found := parts_of(service, text))), {})
    is_own = is_same_task(service, parts.get("task_id"), str(facts.get("id")))
    # What has a slash is the full name of something.
    names = {name: text for name, text in told.items() if "/" not in text}
    place = parts if is_own else names
    return {name: place[name] for name in place_names(service) if name in place}


def _defaults_for(defaults: Options, entry: Options) -> Options:
    """Return the defaults for an entry; the service and the definition only if the entry is about the same service."""
    defined = defaults.get("definition")
    defined_name = defined.get("name") if isinstance(defined, dict) else None
    dropped = set()
    if entry.get("definition") is not None or entry.get("service") is not None:
        dropped.add("service")
    if entry.get("service") not in (None, defined_name) or entry.get("definition") is not None:
        dropped.add("definition")
    return {name: value for name, value in defaults.items() if name not in dropped}


def refuse_no_task(entry: Facts, prefix: str) -> None:
    """Refuse the result of a step that was skipped, has failed or still runs: it holds no task, so no gate may pass."""
    # Facts of a task have an id, and may say of the task that it has failed.
    if not entry.get("id"):
        refuse_no_start(entry, prefix)


def refuse_no_start(result: Facts, prefix: str) -> None:
    """Refuse the same of what is certainly the result of a step, whatever else is in it."""
    if result.get("ansible_job_id") and not result.get("finished"):
        raise OptionError(
            f"{prefix}it is the result of a step that still runs in the background, and has no task yet; "
            "wait for that step with ansible.builtin.async_status first"
        )
    for word, was in _NO_START:
        if result.get(word) is True:
            message = " ".join(str(result.get("msg") or "").split())
            raise OptionError(prefix + _no_task_message(was, word) + (f"; the step said: {message}" if message else ""))


_NO_START = (("skipped", "was skipped"), ("failed", "has failed"), ("unreachable", "has not reached its host"))


def _with_record(selector: Selector, entry: Facts) -> Selector:
    if "outcome" not in entry or not entry.get("observed_at"):
        return selector
    return selector._replace(record=entry)
