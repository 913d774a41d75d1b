# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of databases: TaurusDB with its backups and scheduled tasks, RDS, DDS and GaussDB."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import (
    SUCCESS_WITH_ERROR,
    Call,
    Codes,
    Detail,
    Finder,
    Listing,
    Option,
    Pages,
    Quota,
    Service,
    Start,
)
from .shared_tables import BACKUP_STATES, DATABASE_CODES, DATABASE_STATES

# In some regions gaussdb.<region> is this service. In others it is GaussDB (openGauss), with the same paths.
_TAURUSDB_REGIONS = {
    "gaussdbformysql": ("ap-southeast-1", "ap-southeast-2", "cn-north-11", "me-east-1", "tr-west-1"),
    "gaussdb-mysql": ("af-south-1", "cn-east-5", "cn-southwest-3", "la-north-2"),
}
_TAURUSDB_HOSTS = {
    **{
        region: f"{product}.{region}.myhuaweicloud.com"
        for product, regions in _TAURUSDB_REGIONS.items()
        for region in regions
    },
    **{region: f"gaussdb-mysql.{region}.otc.t-systems.com" for region in ("eu-de", "eu-nl")},
}
# Regions where gaussdb.<region> is openGauss, from the vendor's SDK.
_GAUSSDB_REGIONS = (
    *("af-north-1", "ap-southeast-5", "cn-east-2", "cn-east-4", "cn-east-5", "cn-north-12", "me-east-1", "tr-west-1"),
)
_BACKUP_CODES: Codes = ((r"^DBS\.(201010|201203|280214)$", "", NotFound),)
_JOB = {
    "id": "id",
    "name": "name",
    "native_state": "status",
    "created_at": "created",
    "finished_at": "ended",
    "resource_id": "instance.id",
    "error": "fail_reason",
}
_STEP = "{name: sub_task_name, native_state: status, progress: percent, remaining: remaining_time}"
_STEP_STATES = {
    "pending": PENDING,
    "running": RUNNING,
    "complete": SUCCEEDED,
    "completed": SUCCEEDED,
    "success": SUCCEEDED,
    "failed": FAILED,
}
# task-center-detail shows the steps of a restore, and knows only these jobs.
_WITH_STEPS = (
    "contains(['RestoreTaurusInInstanceToExisted', 'RestoreTaurusInInstanceToCurrent', "
    "'RestoreGaussDBforMySQLNewInstance', 'RestoreTableTaurus'], name)"
)
_DETAIL_PATH = "/v3/{project_id}/instances/{instance_id}/task-center-detail"

TAURUSDB = Service(
    name="taurusdb",
    title="TaurusDB (GaussDB for MySQL): restores, backups and changes of instances",
    doc="https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowTaskDetails.html",
    started_by=Start(("job_id",)),
    product="gaussdb",
    hosts=_TAURUSDB_HOSTS,
    read=Call("jobs", path="/v3/{project_id}/jobs", query={"id": "{task_id}"}, permissions=("gaussdb:instance:list",)),
    root="job",
    facts={
        **_JOB,
        "progress": "process",
        "outputs": "entities",
        "details": details("instance_name=not_null(instance.name,instance_name)"),
    },
    states=DATABASE_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    subtask=_STEP,
    item_states=(("", _STEP_STATES),),
    # A second call reads the steps after the job has said that it is completed, so they are newer.
    items_decide=True,
    absent="contains(keys(@), 'job') && !job",
    codes=DATABASE_CODES,
    listing=Listing(
        Call(
            "immediate-jobs",
            permissions=("gaussdb:instance:list",),
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
        Call(
            "task-center-detail",
            path=_DETAIL_PATH,
            query={"job_id": "{task_id}", "job_name": "{name}"},
            permissions=("gaussdb:instance:list",),
        ),
        when=_WITH_STEPS,
        facts={"id": "job_id", "subtasks": "sub_task_list", "details": details("instance_name")},
    ),
    finder=Finder(
        option="instance_id",
        call=Call("task-center-detail", path=_DETAIL_PATH, permissions=("gaussdb:instance:list",)),
        facts={
            "id": "job_id",
            "name": "job_name",
            "native_state": "status",
            "resource_id": "instance_id",
            "subtasks": "sub_task_list",
        },
    ),
    # No limit is published for TaurusDB. RDS, which is similar, allows 60 calls per minute and user. A look may be two calls.
    quota=Quota(1.0),
    # Looks in flight when a key is revoked are all refused, and six refusals in a row lock the key.
    parallel=4,
    advice="A job is known some seconds after it was made, and for a month.",
)

TAURUSDB_BACKUP = Service(
    name="taurusdb_backup",
    title="TaurusDB (GaussDB for MySQL) backups, from their creation until they can be used",
    doc="https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowGaussMySqlBackupList.html",
    started_by=Start(("backup.id",)),
    product="gaussdb",
    hosts=_TAURUSDB_HOSTS,
    read=Call(
        "ShowGaussMySqlBackupList",
        path="/v3/{project_id}/backups",
        query={"backup_id": "{task_id}"},
        permissions=("gaussdb:backup:list",),
    ),
    items="backups",
    facts={
        "id": "id",
        "name": "type",
        "native_state": "status",
        "created_at": "begin_time",
        "finished_at": "end_time",
        "resource_id": "instance_id",
        "outputs": "{backup_name: name, size: size}",
        "details": details("take_up_time datastore instance_name backup_level description backup_mode"),
    },
    states=BACKUP_STATES,
    no_evidence="It has no error and no parts: a state, a size and times.",
    codes=DATABASE_CODES + _BACKUP_CODES,
    listing=Listing(
        Call(
            "ShowGaussMySqlBackupList",
            permissions=("gaussdb:backup:list",),
            path="/v3/{project_id}/backups",
            query={
                "instance_id": "{resource_id}",
                "backup_type": "{name}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="backups",
        pages=Pages(100, total="total_count", first=0, by_item=True),
    ),
    quota=Quota(1.6),
    parallel=4,
    advice="An id is that of the backup, not that of the job that makes it. Its name is its type: auto or manual.",
)

TAURUSDB_SCHEDULED = Service(
    name="taurusdb_scheduled",
    title="TaurusDB (GaussDB for MySQL) tasks that wait for their maintenance window",
    doc="https://support.huaweicloud.com/intl/en-us/api-taurusdb/ListScheduleJobs.html",
    started_by=Start(("job_id",)),
    product="gaussdb",
    hosts=_TAURUSDB_HOSTS,
    read=Call(
        "ListScheduleJobs",
        path="/v3/{project_id}/scheduled-jobs",
        query={"job_id": "{task_id}"},
        permissions=("gaussdb:instance:list",),
    ),
    items="schedules",
    facts={
        "id": "job_id",
        "name": "job_name",
        "native_state": "job_status",
        "created_at": "create_time",
        "started_at": "start_time",
        "finished_at": "end_time",
        "resource_id": "instance_id",
        "outputs": "{target_config: target_config}",
        "details": details("instance_name instance_status project_id datastore_type proxy_id proxy_name"),
    },
    states=DATABASE_STATES,
    no_evidence="It has no error and no parts. instance_status is that of the instance, whatever the task did.",
    codes=DATABASE_CODES,
    listing=Listing(
        Call(
            "ListScheduleJobs",
            permissions=("gaussdb:instance:list",),
            path="/v3/{project_id}/scheduled-jobs",
            query={
                "status": "{native_state}",
                "job_name": "{name}",
                "instance_id": "{resource_id}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="schedules",
        pages=Pages(100, total="total_count", first=0, by_item=True),
        states=("Pending", "Running", "Completed", "Failed"),
    ),
    quota=Quota(1.6),
    parallel=4,
    advice="What is to begin in a maintenance window is pending until then: a wait needs a timeout that reaches so far.",
)

RDS = Service(
    name="rds",
    title="Relational Database Service (RDS): creations, restores and changes of instances",
    doc="https://support.huaweicloud.com/intl/en-us/api-rds/rds_08_0001.html",
    started_by=Start(("job_id", "jobId", "workflowId", "workflow_id")),
    product="rds",
    read=Call("ListJobInfo", path="/v3/{project_id}/jobs", query={"id": "{task_id}"}, permissions=("rds:task:list",)),
    root="job",
    facts={
        **_JOB,
        "progress": "process",
        "outputs": "entities",
        "details": details("instance_name=not_null(instance.name,instance_name)"),
    },
    states=DATABASE_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    subtask=_STEP,
    item_states=(("", _STEP_STATES),),
    # A second call reads the steps after the job has said that it is completed, so they are newer.
    items_decide=True,
    absent="contains(keys(@), 'job') && !job",
    codes=(*DATABASE_CODES, (r"^RDS\.5041$", "", NotFound)),
    listing=Listing(
        Call(
            "ListTasks",
            permissions=("rds:task:list",),
            path="/v3/{project_id}/tasklist",
            query={
                "status": "{native_state}",
                "name": "{name}",
                "instance_id": "{resource_id}",
                # The API refuses one time without the other, and keeps no older tasks.
                "start_time": "{created_after|now-30d:epoch_ms}",
                "end_time": "{created_before|now+1d:epoch_ms}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="tasks",
        pages=Pages(50, total="total_count", first=0, by_item=True),
        facts={
            "created_at": "create_time",
            "finished_at": "end_time",
            "resource_id": "instance_id",
            "outputs": "",
        },
        states=("Running", "Completed", "Failed"),
    ),
    options=(
        Option(
            "instance_id",
            about=(
                "The database instance that the tasks work on.",
                "It helps to find the steps of a restore whose job does not name its instance.",
                "Without an id the tasks of this instance are listed.",
            ),
            required=False,
            fact="resource_id",
        ),
    ),
    # This POST only reads.
    detail=Detail(
        Call(
            "ShowTaskDetail",
            permissions=("rds:task:list",),
            method="POST",
            path=_DETAIL_PATH,
            json={"workflow_id": "{task_id}", "workflow_name": "{name}"},
        ),
        when="contains(name, 'Restore')",
        facts={"id": "job_id", "subtasks": "sub_task_list", "details": details("instance_name")},
    ),
    # For each user. A look may be two calls.
    quota=Quota(
        60.0, 60.0, source="https://support.huaweicloud.com/intl/en-us/tr-central-201-api-rds/rds_00_0002.html"
    ),
    parallel=4,
    advice="A job is known some seconds after it was made, and for a month.",
)

DDS = Service(
    name="dds",
    title="Document Database Service (DDS): creations, backups, restores and changes of instances",
    doc="https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0118.html",
    started_by=Start(("job_id",)),
    product="dds",
    read=Call("ShowJobDetail", path="/v3/{project_id}/jobs", query={"id": "{task_id}"}, permissions=("dds:task:list",)),
    root="job",
    facts={
        **_JOB,
        "progress": "progress",
        "details": details("instance_name=not_null(instance.name,instance_name)"),
    },
    states=DATABASE_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    absent="contains(keys(@), 'job') && !job",
    codes=DATABASE_CODES,
    listing=Listing(
        Call(
            "ListTasks",
            permissions=("dds:task:list",),
            path="/v3.1/{project_id}/jobs",
            query={
                "status": "{native_state}",
                "name": "{name}",
                # The API needs both times, and at most 30 days between them.
                "start_time": "{created_after|created_before-30d|now-30d:%Y-%m-%dT%H:%M:%S+0000}",
                "end_time": "{created_before|created_after+30d|now:%Y-%m-%dT%H:%M:%S+0000}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="jobs",
        pages=Pages(100, total="total_count", first=0, by_item=True),
        facts={
            "created_at": "created_at",
            "finished_at": "ended_at",
            "resource_id": "instance_id",
        },
        states=("Running", "Completed", "Failed"),
    ),
    quota=Quota(1.6),
    parallel=4,
    advice="A job is known some seconds after it was made, and for a month.",
)

GAUSSDB = Service(
    name="gaussdb",
    title="GaussDB (openGauss): creations, backups, restores and changes of instances",
    doc="https://support.huaweicloud.com/intl/en-us/api-gaussdb/gaussdb_api_129.html",
    started_by=Start(("job_id",)),
    product="gaussdb-opengauss",
    hosts={region: f"gaussdb.{region}.myhuaweicloud.com" for region in _GAUSSDB_REGIONS},
    read=Call(
        "ShowJobDetail", path="/v3/{project_id}/jobs", query={"id": "{task_id}"}, permissions=("gaussdb:task:list",)
    ),
    root="job",
    facts={
        **_JOB,
        "progress": "progress",
        "details": details("instance_name=not_null(instance.name,instance_info.instance_name)"),
    },
    states=DATABASE_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    absent="contains(keys(@), 'job') && !job",
    codes=DATABASE_CODES,
    listing=Listing(
        Call(
            "ListTasks",
            permissions=("gaussdb:task:list",),
            path="/v3/{project_id}/tasks",
            query={
                "status": "{native_state}",
                "name": "{name}",
                "start_time": "{created_after:epoch_ms}",
                "end_time": "{created_before:epoch_ms}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="tasks",
        pages=Pages(100, total="total_count", first=0, by_item=True),
        facts={
            "id": "job_id",
            "progress": "process",
            "created_at": "created_at",
            "finished_at": "ended_at",
            "resource_id": "instance_info.instance_id",
        },
        states=("Running", "Completed", "Failed"),
    ),
    quota=Quota(1.6),
    parallel=4,
    advice="A job is known some seconds after it was made, and for a month.",
)
