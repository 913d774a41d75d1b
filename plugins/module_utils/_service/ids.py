# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Compare ids of tasks, whatever their form: short, or with the place of the task in them. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.values import id_key, same_id
from .model import QualifiedId, Service


def forms_of(service: Service, task_id: str) -> list[QualifiedId]:
    """Return the forms that an id seems to have, by the way it begins."""
    if not service.any_case:
        return [form for form in service.qualified if task_id.startswith(form.start)]
    return [form for form in service.qualified if task_id.lower().startswith(form.start.lower())]


def parts_of(service: Service, task_id: str) -> t.Optional[dict[str, str]]:
    """Return what an id in one of its full forms says, by the names of options and ``task_id``; None for another id."""
    groups = _groups(service, task_id)
    return None if groups is None else {name: value for name, value in groups.items() if value}


def left_out_of(service: Service, task_id: str) -> list[str]:
    """Return the options that other ids of the same full form tell: the place that an id tells without them is a whole one.

    The selfLink of a global operation has no zone, so that a zone that was given besides is not about it.
    """
    return [name for name, value in (_groups(service, task_id) or {}).items() if value is None]


def _groups(service: Service, task_id: str) -> t.Optional[dict[str, t.Optional[str]]]:
    flags = re.IGNORECASE if service.any_case else 0
    found = (re.fullmatch(form.pattern, task_id, flags) for form in forms_of(service, task_id))
    return next((match.groupdict() for match in found if match), None)


def place_names(service: Service) -> list[str]:
    """Return the options that ids in a full form tell, apart from the region, which is a fact of its own."""
    names = dict.fromkeys(name for form in service.qualified for name in re.compile(form.pattern).groupindex)
    return [name for name in names if name not in ("task_id", "account", "region")]


def bare_id(service: Service, task_id: str) -> str:
    """Return the part of an id that the calls take."""
    parts = parts_of(service, task_id) if service.qualified else None
    return parts["task_id"] if parts else task_id


def task_key(service: Service, task_id: t.Optional[str]) -> t.Optional[str]:
    """Return a key that is equal for two ids of the same task."""
    return id_key(bare_id(service, task_id), service.any_case) if task_id else task_id


def is_same_task(service: Service, one: t.Optional[str], other: t.Optional[str]) -> bool:
    """Say whether two ids name the same task of a service."""
    return same_id(one, other) or task_key(service, one) == task_key(service, other)


def is_elsewhere(service: Service, task_id: str, options: t.Mapping[str, t.Optional[str]]) -> bool:
    """Say whether a full id tells another place than the ``options``: a task there is another one, of the same name."""
    parts = parts_of(service, task_id) if service.qualified else None
    told = ((options.get(name), part) for name, part in (parts or {}).items() if name != "task_id")
    return any(given and not same_id(given, part, service.any_case) for given, part in told)
