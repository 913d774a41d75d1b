# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read an XML answer as the dicts, lists and texts that JMESPaths work on. Pure.

XML does not say what is a list, so the service names the elements that are: see ``read_xml``. Import this file only where
an answer is XML. Most waits never need it.
"""

from __future__ import annotations

import typing as t
from xml.parsers import expat

from .values import MAX_DEPTH

# An element that holds nothing but these is a list in every API that has them.
_LIST_ITEMS = ("item", "member")
# Between the namespace and the name of an element. It cannot be in either.
_SEPARATOR = " "
# What stands before ``Response`` in the name of a document that holds errors.
_OF_ERRORS = ("", "Error")


class _Element(t.NamedTuple):
    """An element that is being read: its name, its children and their values, and its text."""

    name: str
    children: list[tuple[str, t.Any]]
    texts: list[str]


def read_xml(text: str, lists: t.Collection[str] = ()) -> dict[str, t.Any]:
    """Return what the root of an XML document holds, by name. Namespaces and attributes are left out, and all values are text.

    An element is a list if its name is in ``lists``, or if it holds nothing but ``item`` or ``member``. An element of
    ``lists`` without children is an empty list. Any other element without children is its text, perhaps "". A child that
    is there more than once is a list of its values.

    What AWS wraps around an answer is taken off. The members of ``XResult`` and ``ResponseMetadata`` in an ``XResponse``
    are at the top, and so is the first error of ``Errors`` in a ``Response``. See
    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and
    https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html.

    Raise ValueError if it is not XML, is nested too deep, or declares a document type. Entities are declared there, and a
    few of them expand to any length.
    """
    reader = _Reader(frozenset(lists))
    try:
        reader.read(text)
    except expat.ExpatError as exc:
        raise ValueError(f"it is not XML: {exc}") from exc
    name, content = reader.root
    return _unwrapped(name, content) if isinstance(content, dict) else {}


class _Reader:
    """Builds the value of each element when it ends. ``root`` is the name and the value of the whole document."""

    def __init__(self, lists: frozenset[str]) -> None:
        self._lists = lists
        self._open: list[_Element] = []
        self.root: tuple[str, t.Any] = ("", "")

    def read(self, text: str) -> None:
        # The text is decoded already, so a declared encoding means nothing any more.
        parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(text.encode("utf-8"), True)

    def _refuse(self, *dummy: t.Any) -> None:
        raise ValueError("it declares a document type")

    def _start(self, name: str, dummy: t.Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} deep")
        self._open.append(_Element(name.rpartition(_SEPARATOR)[2], [], []))

    def _text(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _end(self, dummy: str) -> None:
        element = self._open.pop()
        self.root = (element.name, self._value(element))
        if self._open:
            self._open[-1].children.append(self.root)

    def _value(self, element: _Element) -> t.Any:
        text = "".join(element.texts)
        if not element.children:
            return [] if element.name in self._lists and not text.strip() else text
        if element.name in self._lists or _are_list_items(element.children):
            return [value for dummy, value in element.children]
        return _by_name(element.children)


def _are_list_items(children: list[tuple[str, t.Any]]) -> bool:
    first = children[0][0]
    return first in _LIST_ITEMS and all(name == first for name, dummy in children)


def _by_name(children: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    """Return the values by name. A name with several values has a list of them."""
    values: dict[str, list[t.Any]] = {}
    for name, value in children:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _unwrapped(root: str, content: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the members of the wrappers at the top, with the other members. The later of two of one name counts."""
    action = root[: -len("Response")] if root.endswith("Response") else None
    names = (
        () if action is None else ("ResponseMetadata", f"{action}Result") if action not in _OF_ERRORS else ("Errors",)
    )
    inner = [members for name in names if (members := _members(content.get(name))) is not None]
    outer = {name: value for name, value in content.items() if name not in names or _members(value) is None}
    return {name: value for members in (outer, *inner) for name, value in members.items()}


def _members(value: t.Any) -> t.Optional[dict[str, t.Any]]:
    """Return the members of a wrapper; those of an empty one are none. Return None if it is not a wrapper but a value."""
    if isinstance(value, dict):
        return {name: each[0] if name == "Error" and isinstance(each, list) else each for name, each in value.items()}
    return {} if isinstance(value, str) and not value.strip() else None
