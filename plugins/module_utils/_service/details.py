# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name and normalize what an API tells about a task besides the common facts. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.task import Facts
from .._core.values import to_data

# The last capital of an acronym that a word follows begins that word: KMSKey is KMS and Key, URLs is one word.
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z](?!\b))")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")


def snake_case(name: str) -> str:
    """Return the name of a field in snake case: ``HttpCode`` is ``http_code``, ``KMSKeyId`` ``kms_key_id``."""
    return _SEPARATORS.sub("_", _WORD_START.sub("_", name)).strip("_").lower()


def details(paths: str) -> str:
    """Return the JMESPath of the fact ``details`` for the fields at these paths, which are separated by spaces.

    A field has its own name in snake case. ``new_name=path`` gives it another one; such a path may be any JMESPath
    without spaces.
    """
    pairs = (_pair(path) for path in paths.split())
    return "{" + ", ".join(f"{name}: {path}" for name, path in pairs) + "}"


def _pair(path: str) -> tuple[str, str]:
    name, equals, renamed = path.partition("=")
    if equals:
        return name, renamed
    last = path.rsplit('"', 2)[-2] if path.endswith('"') else path.rsplit(".", 1)[-1]
    return snake_case(last), path


def details_of(value: t.Any) -> Facts:
    """Return the details that have a value. Objects and lists that are JSON in a text are parsed, other texts stay texts."""
    fields = value if isinstance(value, dict) else {}
    parsed = {str(name): _parsed(detail) for name, detail in fields.items()}
    return {name: detail for name, detail in parsed.items() if detail not in (None, "")}


def _parsed(value: t.Any) -> t.Any:
    if not (isinstance(value, str) and value.lstrip().startswith(("{", "["))):
        return value
    data = to_data(value)
    return data if isinstance(data, (dict, list)) else value
