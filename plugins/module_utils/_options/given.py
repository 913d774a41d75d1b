# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a user gave, before it is checked: texts of lists are read, and what narrows a wait but holds nothing is refused."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.provider import Provider
from .spec import AS_FACTS, CHOOSING, FILTERS, IDS, besides
from .texts import is_other_data, looks_like_data, parsed
from .validate import check_id, dict_of, is_nothing, kind_of

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def narrowing(providers: t.Iterable[Provider]) -> frozenset[str]:
    """The options that say which tasks are meant, under all of their names."""
    return CHOOSING.union(*map(besides, providers))


def as_given(given: Options, choosing: t.Collection[str], where: str = "", one: bool = False) -> Facts:
    """What is given, with lists in the place of their texts, and all ids as ``task_ids``.

    Of ``choosing`` each must hold something. With ``one`` a text as ``id`` is one id, whatever is in it.
    """
    refuse_nothing(given, choosing, where)
    read = {
        name: _READERS[name](f"{where}{name}", value) if name in _READERS else value for name, value in given.items()
    }
    # A text of a list may hold nothing, too.
    refuse_nothing({name: read[name] for name in _READERS if name in read}, choosing, where)
    named = {name: _ids(name, read.pop(name), where, one) for name in IDS if name in read}
    return {**read, **_one_of(named, where)}


def refuse_nothing(given: Options, choosing: t.Collection[str], where: str = "") -> None:
    """Refuse those of ``choosing`` that are given and hold nothing, or hold data in the place of a text."""
    for name, value in given.items():
        if name not in choosing:
            continue
        if is_nothing(value):
            raise OptionError(f"{where}{_why_nothing(name, value)}")
        if isinstance(value, (list, dict)) and name not in (*IDS, *_READERS, "definition"):
            # It would become a text in which nobody finds the list or dictionary again.
            raise OptionError(f"{where}{name}: it is {kind_of(value)}, and not a text; take out of it what is meant")


def ids_as_given(given: Options) -> Facts:
    """The same for an info module, to which null is as good as not given but for ids."""
    known = {name: value for name, value in given.items() if name != "id"}
    others = {name: value for name, value in given.items() if name == "id"}
    return {**as_given(known, IDS), **others}


def _one_of(named: t.Mapping[str, list[str]], where: str) -> Facts:
    """The ids under the first name of the option. Under two names they must be the same: none is dropped unseen."""
    different = [ids for ids in named.values() if ids not in list(named.values())[:1]]
    if different:
        raise OptionError(
            f"{where}{' and '.join(sorted(named))} are the same option, and name different tasks; give one of them"
        )
    return {"task_ids": next(iter(named.values()))} if named else {}


# Options that hold nothing


def _why_nothing(name: str, value: t.Any) -> str:
    """What to say of an option that is given and holds nothing."""
    if name == "tasks" and value == []:
        return "tasks: the list is empty, there is nothing to wait for; skip the step with when: if that is fine"
    if name in IDS and value is not None:
        what = "the list is empty; give ids, or" if value == [] else "an id is empty;"
        return f"{name}: {what} leave the option out to list tasks"
    holds = "is null" if value is None else "is empty"
    missing = "perhaps nothing was started" if name in (*IDS, "tasks") else "without it other tasks would be meant, too"
    return (
        f"{name} {holds}: what was to give it has none, {missing}; "
        f"skip the step with when:, or leave the option out (omit){' to list tasks' if name in IDS else ''}"
    )


# Lists


def _no_list(name: str, what: str) -> OptionError:
    option = name.rpartition(" ")[2]
    return OptionError(
        f"{name}: it is {what}, and not a list; a template makes a list of a text of JSON with from_json, "
        f"and the command line takes a list as JSON: -e '{{\"{option}\": [...]}}'"
    )


def _list(name: str, value: t.Any) -> t.Any:
    """A list in the place of its text; a text of any other kind is left as it is."""
    if not isinstance(value, str) or not looks_like_data(value):
        return value
    data = parsed(value)
    if not isinstance(data, list):
        what = "the text of a dictionary" if isinstance(data, dict) else "a text that is neither JSON nor Python"
        raise _no_list(name, what)
    return data


def _ids(name: str, value: t.Any, where: str, one: bool) -> list[str]:
    """The ids that an option holds, each as it is sent; the complaint has the name that the user wrote."""
    data = [value] if isinstance(value, str) and is_other_data(value) else _list(f"{where}{name}", value)
    if isinstance(data, str):
        data = [data] if one and name == "id" else data.split(",")
    if not isinstance(data, list):
        data = [data]
    if not data:
        raise OptionError(f"{where}{_why_nothing(name, [])}")
    if None in data:
        raise OptionError(f"{where}{_why_nothing(name, None).replace('is null', 'holds an id that is null', 1)}")
    return [_id(f"{where}{name}", each) for each in data]


def _id(name: str, value: t.Any) -> str:
    data = parsed(value) if isinstance(value, str) else value
    if isinstance(data, (list, dict)):
        text = "the text of " if isinstance(value, str) else ""
        raise OptionError(f"{name}: {text}{kind_of(data)} is no id of a task; take the id out of it")
    if isinstance(value, (bool, float)):
        raise OptionError(f"{name}: {kind_of(value)} is no id of a task; put the id into quotes")
    return check_id(name, str(value))


# Entries


def _tasks(name: str, value: t.Any) -> list[t.Any]:
    """The entries, of which one, or all, may be a text."""
    if isinstance(value, str) and not looks_like_data(value):
        # As ad hoc commands give them: provider=... service=... task_id=...
        value = [_pairs(each) for each in value.split(",")]
        if None in value:
            raise _no_list(name, "a text")
    entries = _list(name, value)
    if isinstance(entries, dict):
        raise OptionError(f"{name}: it is one dictionary, and not a list; put it into a list, between [ and ]")
    if not isinstance(entries, list):
        raise _no_list(name, kind_of(entries))
    return [entry_of(entry, f"{name}[{number}]") for number, entry in enumerate(entries)]


def entry_of(entry: t.Any, place: str) -> Facts:
    """An entry, or what its text holds; anything else is refused, and not shown."""
    data = (parsed(entry) or _pairs(entry)) if isinstance(entry, str) else entry
    if not isinstance(data, dict):
        raise OptionError(
            f"{place}: it is {kind_of(entry)}, and not a task; give a dictionary with provider, service and task_id, "
            "or ids alone as task_ids beside provider and service"
        )
    return data


def _pairs(text: str) -> t.Optional[Facts]:
    """What a text such as ``provider=... service=... task_id=...`` holds; None for what is none."""
    if "=" not in text or looks_like_data(text):
        return None
    try:
        pairs: Facts = dict_of(text)
    except (TypeError, ValueError):
        return None
    return pairs if all(map(_NAME.fullmatch, pairs)) else None


_READERS: t.Mapping[str, t.Callable[[str, t.Any], t.Any]] = {
    "tasks": _tasks,
    "states": _list,
    "success_states": _list,
}


def is_facts(entry: Facts) -> bool:
    """Whether an entry has facts of a task, so that what may be a filter or a fact, such as ``name``, is a fact."""
    return "id" in entry or any(name in entry for name in AS_FACTS if name not in FILTERS)


def options_in(entry: Facts) -> Facts:
    """What of an entry are options: of facts of a task those that say where to ask, and whatever was put beside them."""
    return {name: value for name, value in entry.items() if name not in AS_FACTS} if is_facts(entry) else entry
