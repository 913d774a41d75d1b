# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what all operations of google.longrunning have in common, whichever API answers.

See https://docs.cloud.google.com/storage/docs/json_api/v1/operations for such an operation.
"""

from __future__ import annotations

import typing as t

from .._core.task import CANCELLED, FAILED, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import Batch, Call, Cancel, Listing, Pages, Rule, Service, Start
from .places import LOCATION as IN_LOCATION
from .places import host_of
from .words import CODES, ID, INCOMPLETE, LOCATION, items, names

FACTS: t.Mapping[str, str] = {
    "id": "name",
    "name": "metadata.verb",
    "resource_id": "metadata.target",
    # Protocol buffers leave out what is false. What is neither true nor false is shown as it is.
    "native_state": '"done" == `true` && \'done\' || contains([`null`, `false`], "done") && \'running\' || "done"',
    "created_at": "metadata.createTime",
    "finished_at": "metadata.endTime",
    "error": "{code: error.code, message: error.message}",
    "result": "response",
    "outputs": "{resource: response.name}",
    "details": details(
        'full_name=name type=metadata."@type" metadata.statusMessage metadata.statusDetail metadata.requestedCancellation'
        " metadata.cancelRequested"
    ),
}
STATES: t.Mapping[str, str] = {"running": RUNNING, "done": SUCCEEDED}

_DONE = "item.done == `true`"
_HAS_ERROR = "item.error != `null`"
CANCELLED_RULE = Rule(
    f"{_DONE} && {_HAS_ERROR} && item.error.code == `1`",
    CANCELLED,
    "it was cancelled",
)
FAILED_RULE = Rule(f"{_DONE} && {_HAS_ERROR}", FAILED, "it is done, with an error")
RULES: tuple[Rule, ...] = (
    CANCELLED_RULE,
    FAILED_RULE,
    Rule(
        "state == 'succeeded' && item.done != `true`",
        UNKNOWN,
        "its field done is neither true nor false",
    ),
    Rule(
        "state == 'succeeded' && type(item.response) != 'object'",
        UNKNOWN,
        "it is done, with neither a response nor an error",
    ),
)
STARTED = ("contains(name || '', '/operations/') && name",)
PLACE = {"location": ("location", "region")}


def in_location(
    name: str, title: str, doc: str, product: str, *, advice: str = "", facts: t.Optional[t.Mapping[str, str]] = None
) -> Service:
    """Return the service of the operations of an API that has them under a project and a location."""
    host = host_of(product)
    example = "projects/my-project/locations/europe-west1/operations/operation-1772366400000-1a2b3c"
    path = "/v1/projects/{project}/locations/{location}/operations"
    return Service(
        name=name,
        title=title,
        doc=doc,
        product=product,
        host=host,
        options=(IN_LOCATION,),
        read=Call("GetOperation", path=f"{path}/{{task_id}}", permissions=(f"{product}.operations.get",)),
        started_by=Start(STARTED, parameters=PLACE),
        facts={fact: path for fact, path in {**FACTS, **(facts or {})}.items() if path},
        states=STATES,
        rules=RULES,
        codes=CODES,
        refused=INCOMPLETE,
        qualified=names(f"{LOCATION}/operations/{ID}", example, f"{host}/v1"),
        listing=Listing(
            Call(
                "ListOperations",
                path=path,
                query={"pageSize": "{page_size}", "pageToken": "{token}"},
                permissions=(f"{product}.operations.list",),
            ),
            items=items("operations"),
            pages=Pages(100, token="nextPageToken"),
        ),
        batch=Batch(),
        cancel=Cancel(
            Call(
                "CancelOperation",
                path=f"{path}/{{task_id}}:cancel",
                method="POST",
                json={},
                permissions=(f"{product}.operations.cancel",),
            )
        ),
        advice=advice or FORGOTTEN,
    )


FORGOTTEN = "The API forgets an operation some time after its end, and then says that there is none."
