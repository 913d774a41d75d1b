# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Puts ids in place of the results of steps that started tasks. Few waits have results, and their code takes time to import."""

from __future__ import annotations

from .._core.task import Facts
from .._core.values import Options
from .._service.provider import Provider
from .select import Providers


def resolve_results(providers: Providers, arguments: Options, check: bool) -> tuple[Facts, list[str]]:
    """Return normalized arguments of a wait, or of the event source, with ids in place of results; and notes for the user."""
    if arguments.get("tasks") is None and arguments.get("started_by") is None:
        return dict(arguments), []
    from .started import without_results  # noqa: PLC0415

    return without_results(providers, arguments, check)


def resolve_results_of_one(provider: Provider, params: Options, check: bool) -> tuple[Facts, list[str]]:
    """Return the parameters of an info module with ids in place of results; and notes for the user."""
    if params.get("started_by") is None:
        return dict(params), []
    from .started import without_results_of_one  # noqa: PLC0415

    return without_results_of_one(provider, params, check)
