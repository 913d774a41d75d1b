# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Options, checked one by one: each complaint names the option."""

from __future__ import annotations

import difflib
import json
import re
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .spec import WAIT, Spec, option_names
from .texts import looks_like_data

try:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
    from ansible.module_utils.common.validation import check_type_dict
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
_NAME = re.compile(r"[\w.-]{1,64}")


def dict_of(text: str) -> Facts:
    """The dictionary that ansible-core reads in a text of JSON or of ``name=value``; TypeError or ValueError if there is none."""
    pairs: Facts = plain(check_type_dict(text))
    return pairs


def plain(data: t.Any) -> t.Any:
    """Data without the tags that ansible-core 2.19 puts on what users write: jmespath does not know them as strings."""
    return json.loads(json.dumps(data, default=str))


def check(spec: Spec, given: Options, where: str = "", one_of: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """The options with their defaults and types; an OptionError for the first that is wrong.

    Of ``one_of`` there must be one.
    """
    groups = [list(one_of)] if one_of else None
    validator = ArgumentSpecValidator(spec, mutually_exclusive=groups, required_one_of=groups)
    # A module's parameters hold every option, those not given as None, which the choices of a list do not allow. A slip in the
    # name of an option that is null is a slip all the same.
    known = option_names(spec)
    result = validator.validate(
        {name: value for name, value in given.items() if value is not None or name not in known}
    )
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
    return f"{'.'.join(map(_shown, path))}: there is no such option here; {hint}there are {', '.join(sorted(spec))}"


def _shown(name: str) -> str:
    """A name of an option as it is shown: where ``name:value`` has become a name, the value may be a secret."""
    match = _NAME.match(name)
    return name if match and match[0] == name else f"{match[0] if match else ''}..."


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
    if looks_like_data(text):
        raise OptionError(
            f"{name}: a text of a list or a dictionary, a piece of one, or a text in quotes is no id of a task; "
            "give the id alone, or a list"
        )
    if not text.isprintable() or not text.strip(".") or text == "None":
        raise OptionError(f"{name}: {text!r} is not an id of a task; give it as the cloud returned it")
    return text


def given_by_user(spec: Spec, given: Options) -> list[str]:
    """The options that the user has given, by their first names: a default of ours is none of his."""
    return list(by_first_name(spec, given))


def by_first_name(spec: Spec, given: Options) -> Facts:
    """What is given, each option under its first name."""
    first = {alias: name for name, about in spec.items() for alias in about.get("aliases", ())}
    return {first.get(name, name): value for name, value in given.items() if value is not None}


def is_nothing(value: t.Any) -> bool:
    """Whether an option that is given holds nothing."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
