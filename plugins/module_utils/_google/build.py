# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task API of Cloud Build, which also imports and exports images of Compute Engine."""

from __future__ import annotations

from .._core.task import CANCELLED, EXPIRED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Cancel, Listing, Option, Pages, Rule, Service, Start
from .places import host_of
from .words import CODES, ID, INCOMPLETE, PROJECT, items, names, states

_HOST = host_of("cloudbuild")
_BUILDS = "/v1/projects/{project}/[locations/{location}/builds|builds]"
_WORDS = {
    **states("pending queued", PENDING),
    "working": RUNNING,
    "success": SUCCEEDED,
    **states("failure internal_error", FAILED),
    **states("timeout expired", EXPIRED),
    "cancelled": CANCELLED,
}
_ENDED_BADLY = "contains(['FAILURE', 'INTERNAL_ERROR', 'TIMEOUT', 'EXPIRED', 'CANCELLED'], status)"

BUILD = Service(
    name="build",
    title="Cloud Build: builds, also those that import and export images",
    doc="https://docs.cloud.google.com/build/docs/api/reference/rest/v1/projects.builds",
    product="cloudbuild",
    host=_HOST,
    options=(
        Option(
            "location",
            about=("The region of a build that is not one of the global ones.", "The full name of a build tells it."),
            required=False,
        ),
    ),
    read=Call("GetBuild", path=f"{_BUILDS}/{{task_id}}", permissions=("cloudbuild.builds.get",)),
    started_by=Start(
        # An operation holds the build, and gcloud prints the build itself.
        ("metadata.build.[name, id][?@] | [0]", "logUrl && [name, id][?@] | [0]"),
        parameters={"location": ("region", "location")},
    ),
    facts={
        "id": "id",
        "name": "substitutions.TRIGGER_NAME",
        "native_state": "status",
        "created_at": "createTime",
        "started_at": "startTime",
        "finished_at": "finishTime",
        "error": f"failureInfo && {{code: failureInfo.type, message: failureInfo.detail || statusDetail}}"
        f" || {_ENDED_BADLY} && {{message: statusDetail}}",
        "subtasks": "steps",
        "outputs": "{log_url: logUrl, images: results.images[].{name: name, digest: digest},"
        " artifact_manifest: results.artifactManifest}",
        "details": details("full_name=name statusDetail buildTriggerId tags timeout queueTtl logsBucket"),
    },
    subtask="{name: id || name, native_state: status, error: exitCode && exitCode != `0`"
    " && {code: exitCode, message: 'it has ended with this exit code'}}",
    states=_WORDS,
    item_states=(("", _WORDS),),
    rules=(
        # A step that may fail says nothing about the build.
        Rule(
            f"state == 'succeeded' && item.steps[?{_ENDED_BADLY} && !allowFailure && !allowExitCodes]",
            PARTIAL,
            "one of its steps has failed that must not fail",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?contains(['pending', 'running'], state)]",
            RUNNING,
            "one of its steps has not ended",
        ),
        Rule(
            "state == 'succeeded' && subtasks[?native_state && state == 'unknown']",
            UNKNOWN,
            "one of its steps says what is not known here",
        ),
        SUCCESS_WITH_ERROR,
    ),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=names(
        rf"{PROJECT}/(?:locations/(?P<location>[^/?#]+)/)?builds/{ID}",
        "projects/my-project/locations/europe-west1/builds/7e57ab1e-0000-4000-8000-000000000001",
        f"{_HOST}/v1",
    ),
    listing=Listing(
        Call(
            "ListBuilds",
            path=_BUILDS,
            query={"filter": 'status="{native_state}"', "pageSize": "{page_size}", "pageToken": "{token}"},
            permissions=("cloudbuild.builds.list",),
        ),
        items=items("builds"),
        pages=Pages(100, token="nextPageToken"),
        states=tuple(word.upper() for word in _WORDS),
    ),
    batch=Batch(),
    cancel=Cancel(
        Call(
            "CancelBuild",
            path=f"{_BUILDS}/{{task_id}}:cancel",
            method="POST",
            json={},
            permissions=("cloudbuild.builds.update",),
        )
    ),
    advice="A build that took longer than its timeout is V(expired): an export of an image has two hours unless its timeout"
    " is set.",
)
