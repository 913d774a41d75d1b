# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Options, checked one by one: each complaint names the option."""

from __future__ import annotations

import difflib
import json
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .spec import WAIT, Spec

try:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
except ImportError:  # without ansible-core only the event source may run, and that says so in its own words
    pass


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


def given_by_user(spec: Spec, given: Options) -> list[str]:
    """The options that the user has given, by their first names: a default of ours is none of his."""
    return list(by_first_name(spec, given))


def by_first_name(spec: Spec, given: Options) -> Facts:
    """What is given, each option under its first name."""
    first = {alias: name for name, about in spec.items() for alias in about.get("aliases", ())}
    return {first.get(name, name): value for name, value in given.items() if value is not None}


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
