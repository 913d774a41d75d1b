# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Parses lists and dictionaries that arrive as text: from an inventory, the command line, a survey or a template. Pure."""

from __future__ import annotations

import functools
import json
import re
import typing as t
import warnings

from .._core.values import read_json

# How such a text begins: with JSON, a Python literal, a YAML list, the repr of a Python object, or a quote. A single word in
# parentheses is none: Firestore calls a database (default).
_DATA = re.compile(r"[\[{<\"']|\((?![\w-]+\)$)|- |\w{1,40}\([\[({]")


def looks_like_data(text: str) -> bool:
    """Return whether a text is, or begins like, a list, a dictionary or a quoted text. No id of a task begins like that."""
    return _DATA.match(text.lstrip()) is not None


def is_dict_or_quoted(text: str) -> bool:
    """Return whether a text that looks like data is a dictionary, an object or a quoted text, and so no list."""
    return text.lstrip().startswith(("{", "<", '"', "'"))


def parse_data(text: str) -> t.Any:
    """Return the list or dictionary that a text of JSON or a Python literal holds; None for any other text."""
    if not text.lstrip().startswith(("[", "{", "(")):
        return None
    for read in (read_json, _literal):
        try:
            data = read(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(data, (list, dict)):
            return data
    return None


def _literal(text: str) -> t.Any:
    """Return what a Python literal holds, as JSON data."""
    import ast  # noqa: PLC0415

    with warnings.catch_warnings():
        # The warnings would show a line of the text, which may hold a secret.
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(ast.literal_eval(text)))


def values_assigned(text: str, names: t.Collection[str]) -> t.Iterator[str]:
    """Yield the values that a text assigns to one of the names, as ``name: value`` or ``name=value``."""
    if not names or not (":" in text or "=" in text):
        return
    for match in _assignment_pattern(frozenset(names)).finditer(text):
        yield next((value for value in match.groups() if value), "")


@functools.lru_cache(maxsize=8)
def _assignment_pattern(names: frozenset[str]) -> t.Pattern[str]:
    return re.compile(_assignment(names))


def _assignment(names: t.Collection[str]) -> str:
    """A pattern for one of the names and the value beside it."""
    choices = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    # A value of one or two letters is no secret, and masking it would hide half of every message.
    value = r"\"([^\"]{3,})\"|'([^']{3,})'|([^\s\"',;}\]={][^\s\"',;}\]]{2,})"
    return rf"(?<!\w)(?:{choices})[\"']?\s{{0,9}}[:=]\s{{0,9}}(?:{value})"
