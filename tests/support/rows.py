# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of many cheap rows in one test: a test of its own for each row would cost more than the row itself."""

from __future__ import annotations

import functools
import inspect
import typing as t

import pytest

Row = t.TypeVar("Row")
Test = t.Callable[..., None]
SHOWN = 5
"""How many of the rows that fail are shown with their reasons; the others are named."""


def check_each(rows: t.Mapping[str, Row], check: t.Callable[[Row], object]) -> None:
    """Check every row, even if one fails; fail with the names of those that do, and why."""
    assert rows, "the table is empty: nothing is tested"
    wrong: dict[str, BaseException] = {}
    for name, row in rows.items():
        try:
            check(row)
        except (Exception, pytest.fail.Exception) as exc:  # noqa: BLE001 - a row that crashes must not hide the others
            wrong[name] = exc
    if wrong:
        raise AssertionError(report(wrong, len(rows))) from next(iter(wrong.values()))


def report(wrong: t.Mapping[str, BaseException], number: int) -> str:
    """Return the rows that failed, and why."""
    reasons = [f"{name}: {type(exc).__name__}: {exc}" for name, exc in wrong.items()]
    more = [f"and so do: {', '.join([*wrong][SHOWN:])}"] if len(wrong) > SHOWN else []
    return "\n".join([f"{len(wrong)} of {number} rows fail:", *reasons[:SHOWN], *more])


def _by_name(arguments: tuple[str, ...], row: t.Sequence[t.Any]) -> dict[str, t.Any]:
    assert len(row) == len(arguments), f"{row} has not one value for each of {arguments}"
    return {name: row[place] for place, name in enumerate(arguments)}


def each_row(
    names: str | tuple[str, ...], rows: t.Iterable[t.Any], ids: t.Iterable[str] | None = None
) -> t.Callable[[Test], Test]:
    """Decorate a test to check these rows one after the other; the arguments are those of `pytest.mark.parametrize`.

    Use it for pure functions. A test that needs a fresh fixture for each row is parametrized instead.
    """
    arguments = (names,) if isinstance(names, str) else names
    values = [_by_name(arguments, [row] if isinstance(names, str) else row) for row in rows]
    labels = list(ids) if ids is not None else [", ".join(map(repr, row.values())) for row in values]
    assert len(values) == len(labels), "each row has one name"
    table = {f"{place + 1} {labels[place]}": row for place, row in enumerate(values)}

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def check_rows(**fixtures: t.Any) -> None:
            check_each(table, lambda row: test(**fixtures, **row))

        signature = inspect.signature(test)
        others = [parameter for name, parameter in signature.parameters.items() if name not in arguments]
        assert len(others) == len(signature.parameters) - len(arguments), f"{test.__name__} does not take {arguments}"
        # pytest asks this signature which fixtures the test needs.
        vars(check_rows)["__signature__"] = signature.replace(parameters=others)
        return check_rows

    return decorate
