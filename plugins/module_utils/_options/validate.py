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
# Larger ones have no float, and their digits fill a page.
_SHOWN = 1e300
_KINDS: tuple[tuple[t.Any, str], ...] = (
    ((bool,), "a boolean"),
    ((int, float), "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a dictionary"),
)
# What ansible-core raises for values that it did not expect, instead of a complaint.
_UNEXPECTED = (TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
_NAME = re.compile(r"[\w.-]{1,64}")


def dict_of(text: str) -> Facts:
    """The dictionary that ansible-core reads in a text of JSON or of ``name=value``; TypeError or ValueError if there is none."""
    pairs: Facts = plain(check_type_dict(text))
    return pairs


def plain(data: t.Any) -> t.Any:
    """Data without the tags that ansible-core 2.19 puts on what users write: jmespath does not know them as strings."""
    return json.loads(json.dumps(data, default=str))


def kind_of(value: t.Any) -> str:
    """What a value is, in words: what is refused may hold a secret, and is not shown."""
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "null")


def check(spec: Spec, given: Options, where: str = "", one_of: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """The options with their defaults and types; an OptionError for the first that is wrong.

    Of ``one_of`` there must be one.
    """
    # A module's parameters hold every option, those not given as None, which the choices of a list do not allow. A slip in the
    # name of an option that is null is a slip all the same.
    known = option_names(spec)
    told = {name: value for name, value in given.items() if value is not None or name not in known}
    _refuse_data(spec, told, where)
    result = _validated(spec, told, [list(one_of)] if one_of else None, where)
    for path in sorted(map(_path, result.unsupported_parameters)):
        raise OptionError(f"{where}{_unknown(spec, path, bool(where))}")
    if result.error_messages:
        raise OptionError(f"{where}{_named(spec, told, result.error_messages[0])}")
    options = t.cast(dict[str, t.Any], result.validated_parameters)
    check_numbers(options, where)
    return options


def _refuse_data(spec: Spec, given: Options, where: str) -> None:
    """Refuse lists and dictionaries in the place of texts: of one ansible-core makes a text, which nobody meant."""
    for option, about in spec.items():
        for name in {option, *about.get("aliases", ())} & set(given):
            value = given[name]
            if about["type"] in ("str", "path") and isinstance(value, (list, dict)):
                raise OptionError(
                    f"{where}{name}: it is {kind_of(value)}, and not a text; take out of it what is meant"
                )
            if "options" in about and isinstance(value, dict):
                _refuse_data(about["options"], value, f"{where}{name}.")


def _validated(spec: Spec, given: Options, groups: t.Optional[list[list[str]]], where: str) -> t.Any:
    """What ansible-core says of the options; where it stumbles over one, that is found and refused."""
    try:
        return ArgumentSpecValidator(spec, mutually_exclusive=groups, required_one_of=groups).validate(dict(given))
    except _UNEXPECTED:
        name = _culprit(spec, given)
    kind = kind_of(given.get(name))
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
            raise OptionError(f"{where}{name}: {_shown_number(value)} must be {wanted}, and less than {MOST:g}")


def _shown_number(value: float) -> str:
    return "it" if abs(value) >= _SHOWN else f"{value:g}"


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
