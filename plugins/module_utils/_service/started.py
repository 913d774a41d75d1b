# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read the id of a task, and options that reading it takes, from the registered result of the step that started it. Pure.

Such a step is a module, ``ansible.builtin.uri``, or the command line of a vendor that printed JSON.
"""

from __future__ import annotations

import itertools
import re
import shlex
import typing as t
from urllib.parse import parse_qsl, urlsplit

from .._core.expression import search
from .._core.pattern import MOST_SEARCHED
from .._core.task import Facts
from .._core.values import id_key, to_data, to_text
from .model import Start

# What core writes in place of a secret.
_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_TASK_ID = "task_id"
_IN_PATTERN = f"<{_TASK_ID}>"
# A field, or a field of a field. Any other expression takes an id only if something else is there, too.
_FIELD = re.compile(r'[\w.\[\]"-]+', re.ASCII)


class StartResult(t.NamedTuple):
    """What the result of a step holds of the call that it made.

    ``response`` is what the call returned. ``place`` names the part of the result that holds it. ``header`` returns a header
    of the response, or "". ``problem`` says why this is no answer to a call that has started something, or is "".
    """

    place: str
    response: t.Any
    problem: str = ""
    url: str = ""
    parameters: t.Mapping[str, t.Any] = {}
    header: t.Callable[[str], str] = lambda name: ""


def start_result_of(result: Facts) -> StartResult:
    """Return what a registered result, or the response alone, holds of the call that was made."""
    if isinstance(result.get("stdout"), str):
        return _of_command(result)
    return _of_request(result) if _is_of_request(result) else _of_module(result)


# The result of a command line


def _of_command(result: Facts) -> StartResult:
    code = result.get("rc")
    printed = _as_object(to_data(result["stdout"]))
    problem = f"its command has ended with {code}" if code not in (None, 0) else ""
    if not problem and not isinstance(printed, dict):
        problem = (
            "what its command printed (stdout) is no JSON object; have it print JSON, as openstack does with -f json"
        )
    return StartResult(
        "the JSON that its command printed (stdout)", printed, problem, parameters=_flags(result.get("cmd"))
    )


def _as_object(printed: t.Any) -> t.Any:
    """Return an object. Old command lines of OpenStack print a list of ``{"Field": ..., "Value": ...}``."""
    rows = printed if isinstance(printed, list) else []
    if rows and all(isinstance(row, dict) and {"Field", "Value"} <= set(row) for row in rows):
        return {str(row["Field"]): row["Value"] for row in rows}
    return printed


def _flags(command: t.Any) -> dict[str, str]:
    """Return the flags of a command line by name: ``--RegionId cn-hangzhou`` and ``--RegionId=cn-hangzhou``."""
    words = [str(word) for word in command] if isinstance(command, list) else _words(command)
    flags: dict[str, str] = {}
    for word, following in zip(words, [*words[1:], ""]):
        name, has_value, value = word.partition("=")
        if name.startswith("--"):
            flags.setdefault(name[2:], value if has_value else following)
    return flags


def _words(command: t.Any) -> list[str]:
    try:
        return shlex.split(command) if isinstance(command, str) else []
    except ValueError:
        return []


# The result of ansible.builtin.uri


def _is_of_request(result: Facts) -> bool:
    return isinstance(result.get("status"), int) and not result.keys().isdisjoint(("url", "json"))


def _of_request(result: Facts) -> StartResult:
    """Return the call that ``ansible.builtin.uri`` made. It returns headers in small letters, with underscores for hyphens."""
    status = result["status"]
    arguments = _arguments(result)
    url = str(arguments.get("url") or result.get("url") or "")
    response = result["json"] if "json" in result else to_data(result.get("content"))
    return StartResult(
        "the JSON of its response (json)",
        response,
        "" if 200 <= status < 300 else f"its request was answered with status {status}",
        url,
        {**_texts_in(to_data(arguments.get("body"))), **dict(parse_qsl(_query(url)))},
        lambda name: str(result.get(name.lower().replace("-", "_")) or ""),
    )


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


# The result of another module, or a response alone


def _of_module(result: Facts) -> StartResult:
    return StartResult("it", result, parameters=_texts_in(_arguments(result)))


def _arguments(result: Facts) -> Facts:
    """Return the options of the step, as core adds them to its result."""
    invocation = result.get("invocation")
    arguments = invocation.get("module_args") if isinstance(invocation, dict) else None
    return arguments if isinstance(arguments, dict) else {}


def _texts_in(parameters: t.Any) -> dict[str, str]:
    texts = {name: to_text(value) for name, value in parameters.items()} if isinstance(parameters, dict) else {}
    return {name: text for name, text in texts.items() if text and text != _NO_LOG}


# What is told in it


def ids_in(start: Start, result: StartResult) -> dict[str, str]:
    """Return the ids of tasks that the result tells, each once, with the place of each in words."""
    found = [
        *((text, expression) for expression in start.ids for text in _found(expression, result.response)),
        *((groups.get(_TASK_ID), f"the header {name}") for name, groups in _in_headers(start, result)),
        *((groups.get(_TASK_ID), "the URL of the request") for groups in _in_url(start, result)),
    ]
    places: dict[t.Optional[str], tuple[str, str]] = {}
    for text, place in found:
        if text:
            places.setdefault(id_key(text), (text, place))
    return dict(places.values())


def places_of(start: Start) -> list[str]:
    """Return in words the places where such a result may tell an id: fields of the response, headers, and the URL."""
    fields = dict.fromkeys(expression if _FIELD.fullmatch(expression) else "id" for expression in start.ids)
    headers = [f"the header {name}" for name, dummy in start.headers]
    return [*fields, *headers, *(["the URL of the request"] if any(_IN_PATTERN in each for each in start.urls) else [])]


def options_in_start(starts: t.Sequence[Start], result: StartResult) -> dict[str, str]:
    """Return the options that the result tells. What the response says comes first, then the URL, then the parameters.

    An option that one of these tells in several ways is not told.
    """
    names = dict.fromkeys(name for start in starts for name in _options_of(start))
    told = {
        name: next(filter(None, (_only(texts) for texts in _tellings(starts, name, result))), None) for name in names
    }
    return {name: text for name, text in told.items() if text}


def _options_of(start: Start) -> set[str]:
    in_patterns = {
        name
        for pattern in (*start.urls, *(each for dummy, each in start.headers))
        for name in re.compile(pattern).groupindex
    }
    return {*start.options, *start.parameters, *in_patterns, start.header_option} - {_TASK_ID, ""}


def _tellings(starts: t.Sequence[Start], name: str, result: StartResult) -> t.Iterator[list[t.Optional[str]]]:
    """Yield what the response, its headers and the URL, and the parameters tell of an option."""
    yield [
        text
        for start in starts
        for expression in start.options.get(name, ())
        for text in _found(expression, result.response)
    ]
    yield [
        groups.get(name)
        for start in starts
        for groups in (*(groups for dummy, groups in _in_headers(start, result)), *_in_url(start, result))
    ]
    yield [header for start in starts if start.header_option == name for header, dummy in _in_headers(start, result)]
    yield [to_text(result.parameters.get(each)) for start in starts for each in start.parameters.get(name, ())]


def _only(texts: t.Iterable[t.Optional[str]]) -> t.Optional[str]:
    """Return the text that they all are, apart from those that are none."""
    distinct = {text for text in texts if text}
    return distinct.pop() if len(distinct) == 1 else None


def _found(expression: str, response: t.Any) -> list[str]:
    """Return the texts that a JMESPath finds, one or a list of them."""
    value = search(expression, response)
    texts = [to_text(each) for each in (value if isinstance(value, list) else [value])]
    return [text for text in texts if text and text != _NO_LOG]


def _in_headers(start: Start, result: StartResult) -> list[tuple[str, dict[str, t.Optional[str]]]]:
    """Return the first header that tells something, with what it tells, in a list that is empty if none does."""
    told = ((name, groups) for name, pattern in start.headers for groups in _in_header(pattern, result.header(name)))
    return list(itertools.islice(told, 1))


def _in_header(pattern: str, text: str) -> list[dict[str, t.Optional[str]]]:
    """Return the groups in a header. Without a pattern, the whole text is the id, however long it is."""
    return _groups(pattern, text) if pattern else [{_TASK_ID: text.strip()}] if text.strip() else []


def _in_url(start: Start, result: StartResult) -> t.Iterator[dict[str, t.Optional[str]]]:
    for pattern in start.urls:
        yield from _groups(pattern, result.url)


def _groups(pattern: str, text: str) -> list[dict[str, t.Optional[str]]]:
    """Return the groups of the first match, in a list that is empty if there is none.

    Only the beginning of a long text is searched. A match that goes up to where it is cut may have an id that is cut, too.
    """
    match = re.search(pattern, text[:MOST_SEARCHED])
    is_cut = match is not None and match.end() == MOST_SEARCHED < len(text)
    return [match.groupdict()] if match and not is_cut else []
