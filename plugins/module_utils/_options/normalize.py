# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Normalizes what a user wrote before it is checked: parses texts of lists, and refuses selecting options that are empty."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.provider import Provider
from .spec import FACT_NAMES, FILTERS, IDS, SELECTING, service_options
from .texts import is_dict_or_quoted, looks_like_data, parse_data
from .validate import check_id, is_empty, parse_dict, type_name

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def selecting_options(providers: t.Iterable[Provider]) -> frozenset[str]:
    """Return the options that select tasks, under all of their names."""
    return SELECTING.union(*map(service_options, providers))


def normalize(options: Options, required: t.Collection[str], prefix: str = "", one: bool = False) -> Facts:
    """Return the options with texts of lists parsed, and the ids of all aliases as ``task_ids``.

    Each of the ``required`` options must hold something, if it is set. With ``one`` a text as ``id`` is one id, commas included.
    """
    refuse_empty(options, required, prefix)
    normalized = {
        name: _READERS[name](f"{prefix}{name}", value) if name in _READERS else value for name, value in options.items()
    }
    # A text of a list may hold nothing, too.
    refuse_empty({name: normalized[name] for name in _READERS if name in normalized}, required, prefix)
    ids_by_option = {name: _ids(name, normalized.pop(name), prefix, one) for name in IDS if name in normalized}
    return {**normalized, **_one_of(ids_by_option, prefix)}


def refuse_empty(options: Options, required: t.Collection[str], prefix: str = "") -> None:
    """Refuse ``required`` options that are set and hold nothing, or a list or dictionary in place of a text."""
    for name, value in options.items():
        if name not in required:
            continue
        if is_empty(value):
            raise OptionError(f"{prefix}{_empty_message(name, value)}")
        if isinstance(value, (list, dict)) and name not in (*IDS, *_READERS, "definition"):
            # Converted to a text, the list or dictionary could not be recognized later.
            raise OptionError(f"{prefix}{name}: it is {type_name(value)}, and not a text; take out of it what is meant")


def normalize_info(options: Options) -> Facts:
    """Normalize the options of an info module, to which null means not set, except for ids."""
    without_id = {name: value for name, value in options.items() if name != "id"}
    id_option = {name: value for name, value in options.items() if name == "id"}
    return {**normalize(without_id, IDS), **id_option}


def _one_of(ids_by_option: t.Mapping[str, list[str]], prefix: str) -> Facts:
    """Return the ids as ``task_ids``. Aliases that are set at once must hold the same ids, so that none is dropped silently."""
    conflicts = [ids for ids in ids_by_option.values() if ids not in list(ids_by_option.values())[:1]]
    if conflicts:
        raise OptionError(
            f"{prefix}{' and '.join(sorted(ids_by_option))} are the same option, and name different tasks; give one of them"
        )
    return {"task_ids": next(iter(ids_by_option.values()))} if ids_by_option else {}


# Options that hold nothing


def _empty_message(name: str, value: t.Any) -> str:
    """Return the message for an option that is set and holds nothing."""
    if name == "tasks" and value == []:
        return "tasks: the list is empty, there is nothing to wait for; skip the step with when: if that is fine"
    if name in IDS and value is not None:
        what = "the list is empty; give ids, or" if value == [] else "an id is empty;"
        return f"{name}: {what} leave the option out to list tasks"
    holds = "is null" if value is None else "is empty"
    return (
        f"{name} {holds}: the variable that should hold it is empty, {_consequence(name)}; "
        f"skip the step with when:, or leave the option out (omit){' to list tasks' if name in IDS else ''}"
    )


def _consequence(name: str) -> str:
    if name in (*IDS, "tasks", "started_by"):
        return "perhaps nothing was started"
    return (
        "without it, more would count as success"
        if name.endswith("_when")
        else "without it, other tasks would be meant too"
    )


# Lists


def _not_a_list(name: str, what: str) -> OptionError:
    option = name.rpartition(" ")[2]
    return OptionError(
        f"{name}: it is {what}, and not a list; a template makes a list of a text of JSON with from_json, "
        f"and the command line takes a list as JSON: -e '{{\"{option}\": [...]}}'"
    )


def _list(name: str, value: t.Any) -> t.Any:
    """Return the list that a text holds; return any other value, and any text that is no data, as it is."""
    if not isinstance(value, str) or not looks_like_data(value):
        return value
    data = parse_data(value)
    if not isinstance(data, list):
        what = "the text of a dictionary" if isinstance(data, dict) else "a text that is neither JSON nor Python"
        raise _not_a_list(name, what)
    return data


def _ids(name: str, value: t.Any, prefix: str, one: bool) -> list[str]:
    """Return the ids of an option, each as it is sent. Messages use the name that the user wrote."""
    data = [value] if isinstance(value, str) and is_dict_or_quoted(value) else _list(f"{prefix}{name}", value)
    if isinstance(data, str):
        data = [data] if one and name == "id" else data.split(",")
    if not isinstance(data, list):
        data = [data]
    if not data:
        raise OptionError(f"{prefix}{_empty_message(name, [])}")
    if None in data:
        raise OptionError(f"{prefix}{_empty_message(name, None).replace('is null', 'holds an id that is null', 1)}")
    return [_id(f"{prefix}{name}", each) for each in data]


def _id(name: str, value: t.Any) -> str:
    data = parse_data(value) if isinstance(value, str) else value
    if isinstance(data, (list, dict)):
        text = "the text of " if isinstance(value, str) else ""
        way_out = "take the id from it, or give the result of a step as started_by"
        raise OptionError(f"{name}: {text}{type_name(data)} is not the id of a task; {way_out}")
    if isinstance(value, (bool, float)):
        raise OptionError(f"{name}: {type_name(value)} is not the id of a task; put the id into quotes")
    return check_id(name, str(value))


# Entries


def _tasks(name: str, value: t.Any) -> list[t.Any]:
    """Return the entries. Each of them, or the whole list, may be a text."""
    if isinstance(value, str) and not looks_like_data(value):
        # Ad hoc commands give them so: provider=... service=... task_id=...
        value = [_pairs(each) for each in value.split(",")]
        if None in value:
            raise _not_a_list(name, "a text")
    entries = _list(name, value)
    if isinstance(entries, dict):
        raise OptionError(f"{name}: it is one dictionary, and not a list; put it into a list, between [ and ]")
    if not isinstance(entries, list):
        raise _not_a_list(name, type_name(entries))
    return [parse_entry(entry, f"{name}[{number}]") for number, entry in enumerate(entries)]


_NO_TASK = (
    "a task; give a dictionary with provider, service and task_id, or ids alone as task_ids beside provider and service"
)
_NO_RESULT = (
    "the result of a step; register the step that started the task, and give that variable as a whole, "
    "or give the id as task_id"
)


def parse_entry(entry: t.Any, location: str, wanted: str = _NO_TASK) -> Facts:
    """Return an entry, parsed if it is a text. Refuse anything else without showing it."""
    data = (parse_data(entry) or _pairs(entry)) if isinstance(entry, str) else entry
    if not isinstance(data, dict):
        raise OptionError(f"{location}: it is {type_name(entry)}, and not {wanted}")
    return data


def parse_result(result: t.Any, location: str) -> Facts:
    """Return the result of a step, parsed if it is a text."""
    return parse_entry(result, location, _NO_RESULT)


def _pairs(text: str) -> t.Optional[Facts]:
    """Parse a text such as ``provider=... service=... task_id=...``; return None if it is no such text."""
    if "=" not in text or looks_like_data(text):
        return None
    try:
        pairs: Facts = parse_dict(text)
    except (TypeError, ValueError):
        return None
    return pairs if all(map(_NAME.fullmatch, pairs)) else None


def _started_by(name: str, value: t.Any) -> list[t.Any]:
    """Return the results of steps, one or a list of them. Each of them, or the list, may be a text."""
    results = parse_data(value) or value if isinstance(value, str) else value
    return [parse_result(each, name) for each in (results if isinstance(results, list) else [results])]


_READERS: t.Mapping[str, t.Callable[[str, t.Any], t.Any]] = {
    "started_by": _started_by,
    "tasks": _tasks,
    "states": _list,
    "success_states": _list,
}


def is_facts(entry: Facts) -> bool:
    """Return whether an entry has facts of a task. If so, names that are filters and facts, such as ``name``, are facts.

    Facts are of a task with an id. Without one the entry is a query, in which a null filter must not pass for a fact.
    """
    has_id = any(name in entry for name in IDS)
    return "id" in entry or (has_id and any(name in entry for name in FACT_NAMES if name not in FILTERS))


def options_in(entry: Facts) -> Facts:
    """Return the options of an entry. Among facts of a task these are the ones that say where to read it, and any others."""
    return {name: value for name, value in entry.items() if name not in FACT_NAMES} if is_facts(entry) else entry
