# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what services of AWS have in common: words of states, ARNs, and the two kinds of filters."""

from __future__ import annotations

import typing as t

from .._service.model import QualifiedId


def states(words: str, state: str) -> dict[str, str]:
    """Map each of these native words to the same state."""
    return dict.fromkeys(words.split(), state)


def in_arn(product: str, start: str, example: str, told_by: str = "") -> QualifiedId:
    """Return the form of ARNs of which the calls take only the part after ``start``, such as ``snapshot:``.

    ``told_by`` is where an answer has the ARN. Give it if the part is a name, which another account may have, too.
    """
    account = r"(?P<account>\d*)" if told_by else r"\d*"
    return _arn(rf"{_place(product, account)}{start}(?P<task_id>.+)", product, f"{start}{example}", told_by)


def whole_arn(product: str, resource: str, example: str) -> QualifiedId:
    """Return the form of ARNs that are ids themselves. ``resource`` is a regular expression for the part after the account."""
    return _arn(rf"(?P<task_id>{_place(product)}{resource})", product, example)


def _place(product: str, account: str = r"\d*") -> str:
    return rf"arn:aws[a-z-]*:{product}:(?P<region>[a-z0-9-]*):{account}:"


def _arn(pattern: str, product: str, example: str, told_by: str = "") -> QualifiedId:
    return QualifiedId("arn:", pattern, f"arn:aws:{product}:eu-west-1:123456789012:{example}", told_by)


Form = t.Mapping[str, str]


def ec2_filter(name: str, value: str, number: int = 1, start: str = "Filter") -> Form:
    """Return the form parameters of a filter of EC2. It is left out if the one value in ``value`` is not known.

    ``value`` is a placeholder, such as ``{resource_id}`` or ``{task_ids:each}``. ``start`` is how the call names its filters.
    """
    return _filter(f"{start}.{number}", "Value", name, value)


def rds_filter(name: str, value: str) -> Form:
    """Return the form parameters of a filter of RDS. It is left out if the one value in ``value`` is not known."""
    return _filter("Filters.Filter.1", "Values.Value", name, value)


def _filter(start: str, values: str, name: str, value: str) -> Form:
    known = value.strip("{}").split(":")[0]
    return {f"{start}.Name": f"{{{known}:={name}}}", f"{start}.{values}.{{n}}": f"{{{known}:each}}"}
