# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Lists and dictionaries that reach an option as text: from an inventory, the command line, a survey or a template. Pure."""

from __future__ import annotations

import functools
import json
import re
import typing as t
import warnings

from .._core.values import read_json

# How such a text begins: as JSON, Python or YAML writes data, or as Python shows what is no plain list, or in quotes.
_DATA = re.compile(r"[\[({<\"']|- |\w{1,40}\([\[({]")


def looks_like_data(text: str) -> bool:
    """Whether a text is that of a list, a dictionary or a quoted text, or a piece of one: no id of a task begins so."""
    return _DATA.match(text.lstrip()) is not None


def is_other_data(text: str) -> bool:
    """Whether it is one that is no list: of a dictionary, or in quotes."""
    return text.lstrip().startswith(("{", "<", '"', "'"))


def parsed(text: str) -> t.Any:
    """The list or dictionary of which this is the text, as JSON or Python writes it; None for every other text."""
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
    """What a Python literal holds, as data of JSON."""
    import ast  # noqa: PLC0415

    with warnings.catch_warnings():
        # They would show a line of the text, whatever is in it.
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(ast.literal_eval(text)))


def named_in(text: str, names: t.Collection[str]) -> t.Iterator[str]:
    """The values that stand beside one of the names in a text, as ``name: value`` or ``name=value``."""
    if not names or not (":" in text or "=" in text):
        return
    for match in _beside(frozenset(names)).finditer(text):
        yield next(value for value in match.groups() if value)


@functools.lru_cache(maxsize=8)
def _beside(names: frozenset[str]) -> t.Pattern[str]:
    return re.compile(_assignment(names))


def _assignment(names: t.Collection[str]) -> str:
    """A pattern for one of the names and the value beside it."""
    choices = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    # A value of one or two letters is no secret, and would mask half of the text.
    value = r"\"([^\"]{3,})\"|'([^']{3,})'|([^\s\"',;}\]={][^\s\"',;}\]]{2,})"
    return rf"(?<!\w)(?:{choices})[\"']?\s{{0,9}}[:=]\s{{0,9}}(?:{value})"
