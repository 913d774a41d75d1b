# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Say what the services of Azure Resource Manager have in common: paths, options and words."""

from __future__ import annotations

import re
import typing as t

from .._core.task import CANCELLED, FAILED, SUCCEEDED
from .._service.model import Call, Option, QualifiedId, Quota, Start
from .clouds import PUBLIC

HOST = PUBLIC.host
"""The host of all services. The provider replaces it in other clouds."""
GROUP = "/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers"
"""What the path of a resource begins with."""

RESOURCE_GROUP = Option(
    "resource_group", ("The name of the resource group. The full resource id of a task tells it, too.",), selects=False
)


# From https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations: any other word is of a resource or of
# an operation that goes on.
ENDS = {"succeeded": SUCCEEDED, "failed": FAILED, "canceled": CANCELLED}

# What Azure Resource Manager itself allows: the reads that one principal may make in a subscription. All that the principal does
# there counts, and a resource provider may allow less.
QUOTA = Quota(
    25.0,
    source="https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling",
    share=0.2,
)

_SAMPLES = {
    "subscription_id": "0e0e0e0e-0000-4000-8000-000000000001",
    "task_id": "7e57ab1e-0000-4000-8000-000000000001",
}
# Where the result of a step has the resource id of what it started: as the REST API and the command line az return it, and as
# modules of azure.azcollection do.
_PLACES = "id, response.id, response[0].id, state.id, deployment.id"


def states(words: str, state: str) -> dict[str, str]:
    """Map each of these native words to the same state."""
    return dict.fromkeys(words.split(), state)


def is_one_of(path: str, words: str) -> str:
    """Return the JMESPath that holds if a path is one of the words, in any usual letter case."""
    spellings = dict.fromkeys(form for word in words.split() for form in (word, word.lower(), word.upper()))
    return f"contains({list(spellings)}, {path} || '')"


def named(name: str, what: str, selects: bool = True) -> Option:
    """Return the option for the name of ``what``, which is a part of the resource ids of tasks, too."""
    return Option(name, (f"The name of the {what}. The full resource id of a task tells it, too.",), selects=selects)


def in_id(path: str, task_id: str = _SAMPLES["task_id"]) -> QualifiedId:
    """Return the form of resource ids that are the ``path`` of a call. ``task_id`` is the last part of the example."""
    example = re.sub(
        r"\{(\w+)\}", lambda match: {**_SAMPLES, "task_id": task_id}.get(match[1]) or _sample(match[1]), path
    )
    return QualifiedId("/", rf"(?i){_pattern(path, '(?P<{}>[^/?#]+)')}", example)


def _sample(name: str) -> str:
    """Return a sample for an option: ``my-vault`` for ``vault_name``."""
    return "my-" + name.removesuffix("_name").replace("_", "-")


def _pattern(path: str, group: str) -> str:
    """Return a regular expression for a path in which ``group`` stands for each value, with its name between its braces."""
    parts = re.split(r"\{(\w+)\}", path)
    return "".join(group.format(part) if number % 2 else re.escape(part) for number, part in enumerate(parts))


def start_of(path: str, *ids: str) -> Start:
    """Return where a step tells of a task whose resource id is the ``path``: in its result, or by the URL that it called.

    ``ids`` are JMESPaths besides.
    """
    kind = path.rsplit("/", 2)[1]
    found = f"[{_PLACES}][?contains(@ || '', '/{kind}/')] | [0]"
    return Start((*ids, found), urls=(rf"(?i)^https://[^/?#]+(?P<task_id>{_pattern(path, '[^/?#]+')})(?:\?|$)",))


def arm_call(
    action: str, path: str, permission: str, query: t.Optional[t.Mapping[str, str]] = None, **fields: t.Any
) -> Call:
    """Return a call that needs one ``permission``, an action in the words of roles of Azure."""
    return Call(action, path=path, query=query or {}, permissions=(permission,), **fields)
