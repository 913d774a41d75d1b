# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What an earlier wait has seen, and the records for the next one."""

from __future__ import annotations

import json
import typing as t

from .._core.task import Facts
from .._core.values import same_id
from .._service.parse import ids_in
from .._service.selector import Selector

# Where a task is asked for, and as whom.
_WHOSE = (
    *("provider", "service", "region", "endpoint", "profile", "ram_role_arn", "ecs_role_name"),
    *("agency_name", "agency_domain_name", "agency_domain_id", "project_id", "instance_id", "cluster_id", "id"),
)


def _record_of(selector: Selector, journalled: t.Optional[Facts], resumed: bool) -> t.Optional[Facts]:
    """What an earlier wait has seen of the task: by the facts that are handed over, or else by the journal.

    Where that wait was ``resumed``, its journal has handed over the facts.
    """
    records = ((selector.record, resumed), (journalled, True))
    return next((record for record, written in records if record and _is_about(record, selector, written)), None)


def _asked_before(record: t.Optional[Facts]) -> t.Optional[Facts]:
    """What an earlier wait has asked the cloud to do: it is not asked a second time."""
    told = record.get("cancel") if record else None
    return told if isinstance(told, dict) and told.get("asked") is True else None


def _is_defined_alike(record: Facts, selector: Selector) -> bool:
    """Whether what was seen was judged by the same definition, if by any: another may be of another API, or call it a failure."""
    before, now_given = (
        json.dumps(each, sort_keys=True, default=str) for each in (record.get("definition"), selector.definition)
    )
    return before == now_given


def _is_about(record: Facts, selector: Selector, written: bool) -> bool:
    """Whether what was answered is about the task that is asked for, by the id that it tells: facts may have been given another.

    Where the API tells no id, only a record is believed that was ``written`` down by a wait, and in nobody's hands since.
    """
    if not selector.task_id or "id" not in selector.service.facts:
        return written
    raw = record.get("raw")
    told = ids_in(selector.service, raw) if isinstance(raw, dict) else set()
    return bool(told) and all(same_id(each, selector.task_id) for each in told)


def _identity(record: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """By which a record is known to be of a task: where and as whom it is asked for, and its id."""
    return tuple(str(record.get(name)) for name in _WHOSE)
