# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The task APIs of Huawei Cloud that we know: one value each."""

from __future__ import annotations

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import NotFound
from ansible_collections.multicloud.tasks.plugins.module_utils._service import (
    Call,
    Detail,
    Finder,
    Listing,
    Option,
    Pages,
    Service,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._task import (
    CANCELLED,
    FAILED,
    PENDING,
    RUNNING,
    SUCCEEDED,
)

# gaussdb.<region> is this service in some regions and the one of openGauss, with the same paths, in others.
_TAURUSDB_HOSTS = {
    "gaussdbformysql": ("ap-southeast-1", "ap-southeast-2", "cn-north-11", "me-east-1", "tr-west-1"),
    "gaussdb-mysql": ("af-south-1", "cn-east-5", "cn-southwest-3", "la-north-2"),
}
_STEP_STATES = {
    "pending": PENDING,
    "running": RUNNING,
    "complete": SUCCEEDED,
    "completed": SUCCEEDED,
    "success": SUCCEEDED,
    "failed": FAILED,
}
# The only jobs that task-center-detail knows: it shows the steps of a restore.
_WITH_STEPS = (
    "contains(['RestoreTaurusInInstanceToExisted', 'RestoreTaurusInInstanceToCurrent', "
    "'RestoreGaussDBforMySQLNewInstance', 'RestoreTableTaurus'], name)"
)
_DETAIL_PATH = "/v3/{project_id}/instances/{instance_id}/task-center-detail"

TAURUSDB = Service(
    name="taurusdb",
    title="TaurusDB (GaussDB for MySQL): restores, backups and changes of instances",
    doc="https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowTaskDetails.html",
    product="gaussdb",
    hosts={
        region: f"{product}.{region}.myhuaweicloud.com"
        for product, regions in _TAURUSDB_HOSTS.items()
        for region in regions
    },
    read=Call("jobs", path="/v3/{project_id}/jobs", query={"id": "{task_id}"}),
    root="job",
    facts={
        "id": "id",
        "name": "name",
        "native_state": "status",
        "progress": "process",
        "created_at": "created",
        "finished_at": "ended",
        "resource_id": "instance.id",
        "error": "fail_reason",
        "outputs": "entities",
    },
    # Unauthorized: the job waits for a person to authorize it.
    states={
        "pending": PENDING,
        "unauthorized": PENDING,
        "running": RUNNING,
        "completed": SUCCEEDED,
        "failed": FAILED,
        "canceled": CANCELLED,
    },
    subtask="{name: sub_task_name, native_state: status, progress: percent, remaining: remaining_time}",
    item_states=(("", _STEP_STATES),),
    absent="contains(keys(@), 'job') && !job",
    codes=((r"^DBS\.(200543|200002|200045|200408|200602|201028|290011)$", "", NotFound),),
    listing=Listing(
        Call(
            "immediate-jobs",
            path="/v3/{project_id}/immediate-jobs",
            query={
                "status": "{native_state}",
                "job_name": "{name}",
                "start_time": "{created_after:%Y-%m-%dT%H:%M:%S+0000}",
                "end_time": "{created_before:%Y-%m-%dT%H:%M:%S+0000}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="jobs",
        pages=Pages(50, total="total_count", maybe_index=True),
        facts={
            "id": "job_id",
            "name": "job_name",
            "created_at": "created_time",
            "finished_at": "ended_time",
            "resource_id": "instance_id",
            "outputs": "extend_fields",
        },
        states=("Pending", "Running", "Completed", "Failed"),
    ),
    options=(
        Option(
            "instance_id",
            about=(
                "The database instance that the tasks work on.",
                "Without an id and without filters it stands for the one task of the instance that the API shows.",
                "Where it shows none, that is the newest one that goes on, or else the newest one.",
                "A new task is known some seconds after it was started.",
                "A wait therefore takes one that has ended already for it only after C(not_found_timeout), or at its deadline.",
                "Give the id of the task where there is one.",
                "With a filter, the tasks of this instance are listed.",
                "With an id of a task it helps to find the steps of a restore whose job does not name its instance.",
            ),
            required=False,
            fact="resource_id",
        ),
    ),
    detail=Detail(
        Call("task-center-detail", path=_DETAIL_PATH, query={"job_id": "{task_id}", "job_name": "{name}"}),
        when=_WITH_STEPS,
        facts={"id": "job_id", "subtasks": "sub_task_list"},
        name="task_center_detail",
    ),
    finder=Finder(
        option="instance_id",
        call=Call("task-center-detail", path=_DETAIL_PATH),
        facts={
            "id": "job_id",
            "name": "job_name",
            "native_state": "status",
            "resource_id": "instance_id",
            "subtasks": "sub_task_list",
        },
    ),
    # Nothing is published for TaurusDB; RDS, its sibling, allows 60 calls a minute and user. A look may be two calls.
    rate=0.5,
    # Looks that fly when a key is revoked are refused, and six refusals in a row lock it.
    parallel=4,
    advice="A job is known some seconds after it was made, and for a month.",
)

SERVICES: dict[str, Service] = {service.name: service for service in (TAURUSDB,)}
