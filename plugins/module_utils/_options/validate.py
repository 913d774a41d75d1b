# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Checks options against their spec. Every message names the option."""

from __future__ import annotations

import difflib
import json
import re
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .durations import with_seconds
from .spec import DURATIONS, WAIT, Spec, option_names
from .texts import looks_like_data

try:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
    from ansible.module_utils.common.validation import check_type_dict
except ImportError:  # without ansible-core only the event source may run, and it reports that itself
    pass


# The smallest value of each numeric option, and whether that value itself is allowed.
_MINIMUMS: dict[str, tuple[float, bool]] = {
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


MAXIMUM = 1e9
# Larger ones have no float, and their digits fill a page.
_SHOWN = 1e300
_TYPE_NAMES: tuple[tuple[t.Any, str], ...] = (
    ((bool,), "a boolean"),
    ((int, float), "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a dictionary"),
)
# What ansible-core raises for values that it did not expect, instead of a complaint.
_UNEXPECTED = (TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
_NAME = re.compile(r"[\w.-]{1,64}")


def parse_dict(text: str) -> Facts:
    """Parse a text of JSON or of ``name=value`` pairs as ansible-core does; raise TypeError or ValueError if it is neither."""
    pairs: Facts = plain(check_type_dict(text))
    return pairs


def plain(data: t.Any) -> t.Any:
    """Return the data without the tags that ansible-core 2.19 adds to user input: jmespath does not treat those as strings."""
    return json.loads(json.dumps(data, default=str))


def type_name(value: t.Any) -> str:
    """Return the type of a value in words. The value itself may hold a secret, so messages show only its type."""
    return next((word for kind, word in _TYPE_NAMES if isinstance(value, kind)), "null")


def check(spec: Spec, arguments: Options, prefix: str = "", one_of: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """Return the options with their defaults and types; raise an OptionError for the first that is wrong.

    Exactly one of ``one_of`` must be set.
    """
    # A module's parameters hold every option. Those that are not set are None, which the choices of a list do not allow. A null
    # under an unknown name stays, because the name is misspelt all the same.
    names = option_names(spec)
    values = {name: value for name, value in arguments.items() if value is not None or name not in names}
    _refuse_data(spec, values, prefix)
    _refuse_contradictions(spec, values, prefix)
    # Before ansible-core converts them: each version of it says something else of an infinite limit.
    check_numbers({name: value for name, value in values.items() if type_name(value) == "a number"}, prefix)
    result = _validated(spec, values, [list(one_of)] if one_of else None, prefix)
    for path in sorted(map(_path, result.unsupported_parameters)):
        raise OptionError(f"{prefix}{_unknown_message(spec, path, bool(prefix))}")
    if result.error_messages:
        raise OptionError(f"{prefix}{_named(spec, values, result.error_messages[0])}")
    return in_seconds(t.cast(dict[str, t.Any], result.validated_parameters), prefix)


def in_seconds(options: Options, prefix: str = "") -> dict[str, t.Any]:
    """Return options of valid types with their durations in seconds; raise an OptionError for a number out of range."""
    converted = with_seconds(options, DURATIONS, prefix)
    check_numbers(converted, prefix)
    return converted


def _refuse_data(spec: Spec, given: Options, where: str) -> None:
    """Refuse lists and dictionaries in the place of texts: of one ansible-core makes a text, which nobody meant."""
    for option, about in spec.items():
        for name in {option, *about.get("aliases", ())} & set(given):
            value = given[name]
            if about["type"] in ("str", "path") and isinstance(value, (list, dict)):
                raise OptionError(
                    f"{where}{name}: it is {type_name(value)}, and not a text; take out of it what is meant"
                )
            if "options" in about and isinstance(value, dict):
                _refuse_data(about["options"], value, f"{where}{name}.")


def _refuse_contradictions(spec: Spec, values: Options, prefix: str) -> None:
    """Refuse an option that is set by two of its names to two values: ansible-core would take either without a word."""
    for option in (*sorted(DURATIONS), "name"):
        names = [name for name in (option, *spec.get(option, {}).get("aliases", ())) if name in values]
        if any(values[name] != values[names[0]] for name in names[1:]):
            raise OptionError(
                f"{prefix}{' and '.join(names)} are the same option, and hold different values; give one of them"
            )


def _validated(spec: Spec, given: Options, groups: t.Optional[list[list[str]]], where: str) -> t.Any:
    """What ansible-core says of the options; where it stumbles over one, that is found and refused."""
    try:
        return ArgumentSpecValidator(spec, mutually_exclusive=groups, required_one_of=groups).validate(dict(given))
    except _UNEXPECTED:
        name = _culprit(spec, given)
    kind = type_name(given.get(name))
    raise OptionError(
        f"{where}{name}: {kind} cannot be read as {_own(spec, name)[1]}; give what the documentation says"
    )


def _named(spec: Spec, given: Options, complaint: str) -> str:
    """A complaint of ansible-core with the name of the option, which some of them leave out."""
    if any(name in complaint for name in (*spec, *given)):
        return complaint
    return f"{_culprit(spec, given)}: {complaint}"


def _culprit(spec: Spec, given: Options) -> str:
    """The option that ansible-core does not take, found by trying each alone."""
    return next((name for name, value in given.items() if not _is_taken(_own(spec, name)[0], name, value)), "options")


def _is_taken(own: Spec, name: str, value: t.Any) -> bool:
    try:
        return not ArgumentSpecValidator(own).validate({name: value}).error_messages
    except _UNEXPECTED:
        return False


def _own(spec: Spec, name: str) -> tuple[Spec, str]:
    """What the specification has on an option, by whichever of its names, and the type that it is of."""
    own = {option: about for option, about in spec.items() if name in option_names({option: about})}
    return own, next((str(about["type"]) for about in own.values()), "")


def _path(unknown: t.Any) -> tuple[str, ...]:
    """Return the names that lead to an option: ansible-core gives a text, or a tuple for a nested option."""
    return tuple(map(str, unknown)) if isinstance(unknown, tuple) else (str(unknown),)


def _unknown_message(spec: Spec, path: tuple[str, ...], in_entry: bool) -> str:
    *outer, name = path
    for option in outer:
        spec = spec[option]["options"]
    candidates = [alias for option, about in spec.items() for alias in (option, *about.get("aliases", ()))]
    close = difflib.get_close_matches(name, candidates, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    if in_entry and name in option_names(WAIT):
        hint = "it is about the whole wait: give it beside tasks; "
    return f"{'.'.join(map(_safe_name, path))}: there is no such option here; {hint}there are {', '.join(sorted(spec))}"


def _safe_name(name: str) -> str:
    """Return the name of an option as it may be shown: in ``name:value`` the value may be a secret, so it is cut off."""
    match = _NAME.match(name)
    return name if match and match[0] == name else f"{match[0] if match else ''}..."


def check_numbers(options: Options, prefix: str = "") -> None:
    """Refuse numbers out of range, and say what the range is."""
    for name, (least, allowed) in _MINIMUMS.items():
        value = options.get(name)
        if value is not None and not (least <= value < MAXIMUM and (allowed or value > least)):
            wanted = f"{least} or more" if allowed else f"more than {least}"
            raise OptionError(f"{prefix}{name}: {_shown_number(value)} must be {wanted}, and less than {MAXIMUM:g}")


def _shown_number(value: float) -> str:
    return "it" if abs(value) >= _SHOWN else f"{value:g}"


def check_id(name: str, value: str) -> str:
    """Return the id stripped, or refuse it: some APIs put it into a path, and dots alone would lead to another path."""
    text = value.strip()
    if not text:
        raise OptionError(f"{name}: an id is empty; leave the option out to list tasks")
    if looks_like_data(text):
        raise OptionError(
            f"{name}: a text of a list or a dictionary, a piece of one, or a text in quotes is not the id of a task; "
            "give the id alone, or a list"
        )
    if not text.isprintable() or not text.strip(".") or text == "None":
        raise OptionError(f"{name}: {text!r} is not an id of a task; give it as the cloud returned it")
    return text


def set_by_user(spec: Spec, options: Options) -> list[str]:
    """Return the options that the user has set, without aliases. Defaults do not count."""
    return list(without_aliases(spec, options))


def without_aliases(spec: Spec, options: Options) -> Facts:
    """Return the options that are set, with aliases replaced by the names of the options."""
    first = {alias: name for name, about in spec.items() for alias in about.get("aliases", ())}
    return {first.get(name, name): value for name, value in options.items() if value is not None}


def is_empty(value: t.Any) -> bool:
    """Return whether the value of an option holds nothing."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
