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
from .given import as_given, entry_of, narrowing, options_in, refuse_nothing
from .select import Providers, check_entry, provider_of, refuse_unbounded, selectors_of_one
from .spec import AS_FACTS, CHOOSING, CONNECTION, FILTERS, IDS, option_names, task_spec, wait_spec
from .unused import fitting, refuse_unused, scopes_of
from .validate import by_first_name, is_nothing, kind_of

# What core puts in the place of a secret.
_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Placed(t.NamedTuple):
    """An entry, and where it stands."""

    place: str
    entry: Facts


def flatten(
    providers: Providers, entries: t.Sequence[t.Any], left_out: list[str], where: str = "tasks", loop: bool = False
) -> list[Placed]:
    """Entries, with the results of info modules and of loops over them replaced by the tasks they hold; none is lost.

    Where an item of a loop was skipped nothing was started: ``left_out`` takes its place.
    """
    flat: list[Placed] = []
    for number, each in enumerate(entries):
        place = f"{where}[{number}]"
        entry = entry_of(each, place)
        if _was_skipped(entry, loop):
            left_out.append(place)
        else:
            flat += _unpacked(providers, entry, place, left_out)
    return flat


def note_of(left_out: t.Sequence[str], placed: t.Sequence[Placed]) -> list[str]:
    """What to say of items of a loop that were skipped; where all of them were, there is nothing to wait for."""
    if not placed:
        raise OptionError(
            "tasks: every item of the loop was skipped, there is nothing to wait for; skip the step with when: if that is fine"
        )
    if not left_out:
        return []
    first = f"{', '.join(left_out[:5])}{f' and {len(left_out) - 5} more' if len(left_out) > 5 else ''}"
    return [f"tasks: left out as items of a loop that were skipped, so that nothing was started: {first}"]


def _was_skipped(entry: Facts, loop: bool) -> bool:
    """Whether an entry is the result of an item of a loop that was skipped."""
    of_loop = loop or "item" in entry or "ansible_loop_var" in entry
    return of_loop and entry.get("skipped") is True and not any(entry.get(name) for name in ("id", "tasks", "results"))


def _unpacked(providers: Providers, entry: Facts, place: str, left_out: list[str]) -> list[Placed]:
    """The tasks that a registered result holds, or the entry itself."""
    key = next((name for name in ("results", "tasks") if entry.get(name) is not None), "")
    if not key and not ("results" in entry or "tasks" in entry):
        _refuse_result(providers, entry, f"{place}: ")
        return [Placed(place, entry)]
    inner, missing = entry.get(key), entry.get("missing") or []
    if not isinstance(inner, list) or not isinstance(missing, list):
        raise OptionError(f"{place}: it looks like a registered result, but holds no list of tasks")
    if not inner:
        _refuse_empty(entry, f"{place}: ")
    held = flatten(providers, inner, left_out, f"{place}.{key}", key == "results")
    held += [
        Placed(f"{place}.missing[{number}]", _asked_again(providers, entry, task_id, place))
        for number, task_id in enumerate(missing)
    ]
    if not held:
        raise OptionError(f"{place}: {_brings_none('was skipped', 'skipped') if inner else _BRINGS_NOTHING}")
    return held


_BRINGS_NOTHING = (
    "it is the result of a step that has found no task, so nothing would be waited for in its place; "
    "repeat that step until it finds one, or leave the result out if that is fine"
)


def _brings_none(was: str, word: str) -> str:
    return (
        f"it is the result of a step that {was}, and holds no task to wait for; "
        f"if that is fine, leave it out with reject('{word}')"
    )


def _refuse_result(providers: Providers, entry: Facts, where: str) -> None:
    """Refuse the result of a step that knows nothing of tasks, and whatever else has nothing of a task."""
    _refuse_empty(entry, where)
    if entry.keys() & _OF_A_STEP or not (entry.keys() & _KNOWN or entry.keys() & narrowing(providers.values())):
        what = "the result of another step" if entry.keys() & _OF_A_STEP else kind_of(entry)
        raise OptionError(
            f"{where}it is {what}, and no facts of a task; take the id out of it, as in "
            "{provider: ..., service: ..., task_id: ...}"
        )


_KNOWN = frozenset((*CHOOSING, *option_names(CONNECTION), *AS_FACTS))
# What every result of a step has, and facts of a task never have.
_OF_A_STEP = frozenset(("changed", "failed", "skipped", "rc", "msg", "invocation", "ansible_facts", "ansible_job_id"))


def _asked_again(providers: Providers, entry: Facts, task_id: str, place: str) -> Facts:
    """An id that the cloud did not know when it was registered: it may by now, and is waited for like the others."""
    invocation = entry.get("invocation")
    arguments = invocation.get("module_args") if isinstance(invocation, dict) else None
    first = next((each for each in entry.get("tasks") or () if isinstance(each, dict)), {})
    known = {**(arguments or {})}
    for name in ("provider", "service", "region"):
        known[name] = entry.get(name) or first.get(name) or known.get(name)
    # Nor filters, for the id is all that is asked for, nor the placeholder that core puts in the place of a secret.
    dropped = {*FILTERS, "task_ids", "task_id"}
    kept = {
        name: value
        for name, value in known.items()
        if name not in dropped and value != _NO_LOG and not is_nothing(value)
    }
    if "service" not in kept:
        raise OptionError(
            f"{place}: its missing id {task_id} has no service; add it to tasks with provider and service"
        )
    return {**fitting(providers, kept.get("provider"), kept["service"], kept), "task_ids": [task_id]}


def selectors_of_entries(
    providers: Providers, own: Options, entries: t.Sequence[Placed], unbounded: bool
) -> list[Selector]:
    """What all of them ask for, with the options of the wait as defaults. Only with ``unbounded`` may one be about all tasks."""
    return [
        selector
        for placed in entries
        for selector in _selectors_of_entry(providers, own, placed.entry, f"{placed.place}: ", unbounded)
    ]


def _selectors_of_entry(
    providers: Providers, own: Options, entry: Facts, where: str, unbounded: bool
) -> list[Selector]:
    """What an entry asks for. Facts of a task in it are no options: with an id, what they say is found out anew."""
    options = as_given(options_in(entry), CHOOSING, where, one=True)
    provider = provider_of(providers, entry.get("provider") or own.get("provider"), where)
    spec = task_spec(provider)
    defaults = {name: value for name, value in own.items() if name in spec}
    refuse_nothing(options_in(entry), narrowing((provider,)), where)
    given = {name: value for name, value in {**entry, **options}.items() if name not in IDS}
    entry_options = {name: value for name, value in given.items() if value is not None or _is_slip(providers, name)}
    if "task_ids" in options:
        entry_options = {name: value for name, value in entry_options.items() if name not in AS_FACTS}
        entry_options["task_ids"] = options["task_ids"]
        defaults = {name: value for name, value in defaults.items() if name not in FILTERS}
    merged = {**_fitting(defaults, entry_options), **_besides(provider, entry), **entry_options}
    merged.pop("provider", None)
    selectors = selectors_of_one(provider, check_entry(providers, provider, merged, where), where)
    if not unbounded:
        refuse_unbounded(selectors, where)
    refuse_unused(providers, scopes_of(selectors), by_first_name(spec, {**entry_options, **_filters(entry)}), where)
    return [_with_record(selector, entry) for selector in selectors]


def _is_slip(providers: Providers, name: str) -> bool:
    """Whether a name is that of no option and no fact: null in the place of another cloud's option is as good as not given."""
    return name not in _KNOWN and name not in option_names(wait_spec(providers))


def _filters(entry: Facts) -> Facts:
    """What an entry has of filters; those that are facts of a task in it are none."""
    options = options_in(entry)
    return {name: options[name] for name in FILTERS if name in options}


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
            raise OptionError(where + _brings_none(was, word) + (f"; the step said: {said}" if said else ""))


def _with_record(selector: Selector, entry: Facts) -> Selector:
    if "outcome" not in entry or not entry.get("observed_at"):
        return selector
    return selector._replace(record=entry)
