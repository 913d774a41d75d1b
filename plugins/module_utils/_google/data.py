# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs that move data: Storage Transfer Service and BigQuery."""

from __future__ import annotations

from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import Batch, Call, Cancel, Listing, Option, Pages, QualifiedId, Rule, Service, Start
from . import longrunning
from .places import host_of
from .words import CODES, ID, INCOMPLETE, items, states

_TRANSFER = host_of("storagetransfer")
_COUNTERS = "metadata.counters."


def _sum(names: str, start: str = _COUNTERS) -> str:
    """Return the JMESPath of the sum of counters. They are numbers in texts, and what is 0 is left out."""
    return f"sum([{', '.join(f'to_number({start}{name} || `0`)' for name in names.split())}])"


_FAILED = _sum("objectsFromSourceFailed objectsFailedToDeleteFromSink directoriesFailedToListFromSource")
_UNREADABLE = _sum(
    "unsupportedS3GlacierObjectsSkippedCount unrestoredDeepArchiveObjectsSkippedCount"
    " bytesFromSourceFailed bytesFailedToDeleteFromSink",
    f"item.{_COUNTERS}",
)

TRANSFER_OPERATION = Service(
    name="transfer_operation",
    title="Storage Transfer Service: operations, which are runs of transfer jobs",
    doc="https://docs.cloud.google.com/storage-transfer/docs/reference/rest/v1/transferOperations",
    product="storagetransfer",
    host=_TRANSFER,
    read=Call(
        "transferOperations.get",
        path="/v1/transferOperations/{task_id}",
        permissions=("storagetransfer.operations.get",),
    ),
    started_by=Start(("starts_with(name || '', 'transferOperations/') && name",)),
    facts={
        "id": "name",
        "name": "metadata.transferJobName",
        "resource_id": "metadata.transferJobName",
        "native_state": "metadata.status",
        "started_at": "metadata.startTime",
        "finished_at": "metadata.endTime",
        "error": "metadata.errorBreakdowns[0] && {code: metadata.errorBreakdowns[0].errorCode,"
        " message: metadata.errorBreakdowns[0].errorLogEntries[0].errorDetails[0]}"
        " || {code: error.code, message: error.message}",
        # What was found and not copied because it is there already is no failure, so there is no total.
        "counts": f"{{succeeded: to_number({_COUNTERS}objectsCopiedToSink || `0`), failed: {_FAILED}}}",
        "outputs": f"{{copied: {_COUNTERS}objectsCopiedToSink, size: {_COUNTERS}bytesCopiedToSink,"
        f" found: {_COUNTERS}objectsFoundFromSource, already_there: {_COUNTERS}objectsFromSourceSkippedBySync,"
        f" deleted: {_COUNTERS}objectsDeletedFromSink}}",
        "details": details("metadata.projectId errors=metadata.errorBreakdowns[].{code:errorCode,count:errorCount}"),
    },
    states={
        **states("queued paused", PENDING),
        **states("in_progress suspending", RUNNING),
        "success": SUCCEEDED,
        "failed": FAILED,
        "aborted": CANCELLED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.metadata.counters && type(item.metadata.counters) != 'object'",
            UNKNOWN,
            "its counters cannot be read",
        ),
        longrunning.CANCELLED_RULE,
        longrunning.FAILED_RULE,
        Rule("state == 'succeeded' && item.done != `true`", RUNNING, "it is not done"),
        Rule(
            f"state == 'succeeded' && (counts.failed > `0` || {_UNREADABLE} > `0` || item.metadata.errorBreakdowns)",
            PARTIAL,
            "some of its objects were not transferred",
        ),
    ),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=(
        QualifiedId(
            "transferOperations/",
            rf"transferOperations/{ID}",
            "transferOperations/transferJobs-1234567890123456789-1772366400000000",
        ),
    ),
    listing=Listing(
        Call(
            "transferOperations.list",
            path="/v1/transferOperations",
            query={
                "filter": '{"projectId":"{project}"}',
                "pageSize": "{page_size}",
                "pageToken": "{token}",
            },
            permissions=("storagetransfer.operations.list",),
        ),
        items=items("operations"),
        pages=Pages(256, token="nextPageToken"),
    ),
    batch=Batch(),
    cancel=Cancel(
        Call(
            "transferOperations.cancel",
            path="/v1/transferOperations/{task_id}:cancel",
            method="POST",
            json={},
            permissions=("storagetransfer.operations.cancel",),
        )
    ),
    advice="An operation of which objects have failed is V(partial), and V(failed) if none was copied. What is there already"
    " is not copied again, and is no failure.",
)

_BIGQUERY = host_of("bigquery")
_PLACE = {"location": "{location}"}

BIGQUERY_JOB = Service(
    name="bigquery_job",
    title="BigQuery: jobs, such as loads, extracts, copies and queries",
    doc="https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs",
    product="bigquery",
    host=_BIGQUERY,
    options=(
        Option(
            "location",
            about=(
                "The location of the job. Outside of the multi-regions US and EU a job is not found without it.",
                "The full id of a job tells it.",
            ),
            required=False,
        ),
    ),
    read=Call(
        "jobs.get",
        path="/bigquery/v2/projects/{project}/jobs/{task_id}",
        query=_PLACE,
        permissions=("bigquery.jobs.get",),
    ),
    started_by=Start(
        ("jobReference.jobId",),
        options={"location": ("jobReference.location",)},
    ),
    facts={
        "id": "jobReference.jobId",
        "name": "configuration.jobType",
        "resource_id": "configuration.load.destinationTable.tableId || configuration.extract.sourceTable.tableId",
        "native_state": "status.state",
        "progress": "statistics.completionRatio",
        "created_at": "statistics.creationTime",
        "started_at": "statistics.startTime",
        "finished_at": "statistics.endTime",
        "error": "{code: status.errorResult.reason, message: status.errorResult.message}",
        "outputs": "{files: statistics.extract.destinationUriFileCounts, rows: statistics.load.outputRows,"
        " size: statistics.load.outputBytes, bad_records: statistics.load.badRecords}",
        "details": details(
            "selfLink jobReference.location jobReference.projectId user_email statistics.parentJobId statistics.numChildJobs"
            " warnings=status.errors[].{reason:reason,message:message}"
        ),
    },
    scale=1.0,
    states={"pending": PENDING, "running": RUNNING, "done": SUCCEEDED},
    rules=(
        Rule(
            "state == 'succeeded' && item.status.errorResult.reason == 'stopped'",
            CANCELLED,
            "it was cancelled",
        ),
        # What is among its errors alone did not stop it.
        Rule("state == 'succeeded' && item.status.errorResult != `null`", FAILED, "it is done, with an error"),
    ),
    codes=CODES,
    refused=INCOMPLETE,
    qualified=(
        QualifiedId(
            "https://",
            r"https://[a-z0-9.-]+/bigquery/v2/projects/(?P<project>[^/]+)/jobs/(?P<task_id>[^/?]+)"
            r"(?:\?location=(?P<location>[^&]+))?",
            f"https://{_BIGQUERY}/bigquery/v2/projects/my-project/jobs/job_1a2b3c?location=europe-west1",
        ),
    ),
    listing=Listing(
        Call(
            "jobs.list",
            path="/bigquery/v2/projects/{project}/jobs",
            query={
                "stateFilter": "{native_state}",
                "minCreationTime": "{created_after:epoch_ms}",
                "maxCreationTime": "{created_before:epoch_ms}",
                "projection": "full",
                "maxResults": "{page_size}",
                "pageToken": "{token}",
            },
            permissions=("bigquery.jobs.list",),
        ),
        items=items("jobs"),
        pages=Pages(100, token="nextPageToken"),
        states=("pending", "running", "done"),
    ),
    batch=Batch(),
    cancel=Cancel(
        Call(
            "jobs.cancel",
            path="/bigquery/v2/projects/{project}/jobs/{task_id}/cancel",
            method="POST",
            query=_PLACE,
            permissions=("bigquery.jobs.update",),
        )
    ),
    advice="A job that is C(DONE) has failed if it has an errorResult; other errors did not stop it, and are in the details."
    " A list has the jobs of the one who asks.",
)
