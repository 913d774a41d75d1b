# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of images, servers, disks, clusters, caches and file systems: their jobs."""

from __future__ import annotations

from .._core.errors import CloudError, NotFound
from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED, UNKNOWN
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Call, Fallback, Listing, Option, Pages, Quota, Rule, Service, Start
from .shared_tables import JOB_STATES, not_found_codes

_SUB_JOB = "{name: job_type, native_state: status, error: {code: error_code, message: fail_reason}, outputs: entities}"

IMS = Service(
    name="ims",
    title="Image Management Service (IMS): exports, imports, copies and creations of images",
    doc="https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0911.html",
    started_by=Start(("job_id",)),
    product="ims",
    read=Call("ShowJobProgress", path="/v1/cloudimages/job/{task_id}", permissions=("ims:imageJobs:getPercentage",)),
    # This call is deprecated in regions that publish the other one, and the only one elsewhere.
    fallback=Fallback(
        Call("ShowJob", path="/v1/{project_id}/jobs/{task_id}", permissions=("ims:images:get",)),
        when=r"^API(GW|G|C)\.0101$",
    ),
    facts={
        "id": "job_id",
        "name": "job_type",
        "native_state": "status",
        "progress": "entities.process_percent",
        "started_at": "begin_time",
        "finished_at": "end_time",
        "resource_id": "entities.image_id",
        # alarm_code is left out: it warns about an image that was created.
        "error": "{code: error_code || entities.error_code || entities.addition_error_code,"
        " message: fail_reason || entities.error || entities.addition_error_msg}",
        "counts": "{total: entities.sub_jobs_list && length(entities.sub_jobs_list)}",
        "outputs": "{image_id: entities.image_id, image_name: entities.image_name,"
        " image_ids: not_null(entities.sub_jobs_result, `[]`)[].entities.image_id}",
        # The jobs of a batch. A copy to several projects has only image, project and status.
        "subtasks": "entities.sub_jobs_result || entities.results",
        "details": details("entities.current_task entities.subJobId entities.sub_jobs_list entities.alarm_code"),
    },
    # Some sources show a fraction, others a percentage.
    scale=None,
    states=JOB_STATES,
    subtask="{name: not_null(job_type, image_id), native_state: status, error: {code: error_code, message: fail_reason},"
    " outputs: {image_id: not_null(entities.image_id, image_id), image_name: entities.image_name}}",
    item_states=(("", JOB_STATES),),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^IMG\.0023$", "", NotFound),),
    quota=Quota(1.6),
    advice="The image that a job made is its output image_id. A job may end well although one of its images failed:"
    " it is partial then.",
)

ECS = Service(
    name="ecs",
    title="Elastic Cloud Server (ECS): creations, deletions and changes of servers",
    doc="https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_0901.html",
    started_by=Start(("job_id",)),
    product="ecs",
    read=Call("ShowJob", path="/v1/{project_id}/jobs/{task_id}", permissions=("ecs:cloudServers:get",)),
    facts={
        "id": "job_id",
        "name": "job_type",
        "native_state": "status",
        "started_at": "begin_time",
        "finished_at": "end_time",
        "resource_id": "entities.server_id",
        "error": "{code: error_code, message: fail_reason}",
        "outputs": "{server_id: entities.server_id, nic_id: entities.nic_id,"
        " server_ids: not_null(entities.sub_jobs, `[]`)[].entities.server_id}",
        "counts": "{total: entities.sub_jobs_total}",
        "subtasks": "entities.sub_jobs",
    },
    states=JOB_STATES,
    subtask="{name: job_type, native_state: status,"
    " error: {code: error_code, message: not_null(entities.errorcode_message, fail_reason)}, outputs: entities}",
    item_states=(("", JOB_STATES),),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
    codes=((r"^Common\.0011$", "", NotFound), (r"^404$", "", NotFound)),
    quota=Quota(1.6),
    advice="The servers that a job made are its output server_ids.",
)

# Newer pages of the EVS reference have two more words.
_DISK_STATES = {**JOB_STATES, "waiting_execute": PENDING, "listening": RUNNING}

EVS = Service(
    name="evs",
    title="Elastic Volume Service (EVS): creations, expansions and deletions of disks",
    doc="https://support.huaweicloud.com/intl/en-us/api-evs/evs_04_0054.html",
    started_by=Start(("job_id",)),
    product="evs",
    read=Call("ShowJob", path="/v1/{project_id}/jobs/{task_id}", permissions=("evs:volumes:get",)),
    facts={
        "id": "job_id",
        "name": "job_type",
        "native_state": "status",
        "started_at": "begin_time",
        "finished_at": "end_time",
        "resource_id": "entities.volume_id",
        "error": "{code: error_code, message: fail_reason}",
        "outputs": "{volume_id: entities.volume_id, name: entities.name,"
        " volume_ids: not_null(entities.sub_jobs, `[]`)[].entities.volume_id}",
        "subtasks": "entities.sub_jobs",
        "details": details("entities.volume_type entities.size"),
    },
    states=_DISK_STATES,
    subtask=_SUB_JOB,
    item_states=(("", _DISK_STATES),),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
    # By the list of error codes, Common.0011 means that a job cannot be queried, or that there is no id at all.
    codes=((r"^Common\.0011$", "", NotFound), *not_found_codes(r"^EVS\."), (r"^404$", "", NotFound)),
    quota=Quota(1.6),
    advice="The disks that a job made are its outputs volume_id and volume_ids.",
)

_PHASES = {"initializing": PENDING, "running": RUNNING, "success": SUCCEEDED, "failed": FAILED}

CCE = Service(
    name="cce",
    title="Cloud Container Engine (CCE): creations and deletions of clusters and nodes",
    doc="https://support.huaweicloud.com/intl/en-us/api-cce/cce_02_0247.html",
    started_by=Start(("status.jobID", "jobID", "jobid")),
    product="cce",
    read=Call("ShowJob", path="/api/v3/projects/{project_id}/jobs/{task_id}", permissions=("cce:job:get",)),
    facts={
        "id": "metadata.uid",
        "name": "spec.type",
        "native_state": "status.phase",
        "created_at": "metadata.creationTimestamp",
        "updated_at": "metadata.updateTimestamp",
        "resource_id": "spec.resourceID",
        # The reason is set for every change of phase, not only for failures.
        "error": "status.phase == 'Failed' && status.reason || null",
        "outputs": "{cluster_id: spec.clusterUID, resource_id: spec.resourceID, resource_name: spec.resourceName}",
        # A sub-job may have sub-jobs, too.
        "subtasks": "[spec.subJobs, spec.subJobs[].spec.subJobs[]][]",
        "details": details("spec.extendParam status.reason"),
    },
    states=_PHASES,
    subtask="{name: spec.type, native_state: status.phase, error: status.phase == 'Failed' && status.reason || null,"
    " outputs: {resource_id: spec.resourceID, resource_name: spec.resourceName}}",
    item_states=(("", _PHASES),),
    items_decide=True,
    codes=not_found_codes(r"^CCE"),
    quota=Quota(1.6),
)

DCS = Service(
    name="dcs",
    title="Distributed Cache Service (DCS): changes, backups and restores of instances",
    doc="https://support.huaweicloud.com/api-dcs/ShowJobInfo.html",
    started_by=Start(("job_id",)),
    product="dcs",
    read=Call("ShowJobInfo", path="/v2/{project_id}/jobs/{task_id}", permissions=("dcs:instance:get",)),
    facts={
        "id": "job_id",
        "name": "job_type",
        "native_state": "status",
        "started_at": "begin_time",
        "finished_at": "end_time",
        "error": "fail_reason",
    },
    # The first four words are those of jobs. The list of tasks documents none, so the others come from the same list of DMS.
    states={**JOB_STATES, "created": PENDING, "executing": RUNNING, "failed": FAILED, "cancelled": CANCELLED},
    rules=(SUCCESS_WITH_ERROR,),
    # The list of error codes gives each an old number and a new one. It has none for a missing job, one for an invalid
    # id, and one with a similar text for a wrong URL.
    codes=(
        (r"^(111404001|DCS\.4001)$", "", CloudError),
        (r"^(111400070|DCS\.4070)$", "", NotFound),
        *not_found_codes(r"^(DCS\.|111)\d+$"),
    ),
    listing=Listing(
        Call(
            "ListCenterTask",
            permissions=("dcs:instance:list",),
            path="/v2/{project_id}/tasks",
            query={
                "start_time": "{created_after:%Y%m%d%H%M%S}",
                "end_time": "{created_before:%Y%m%d%H%M%S}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="tasks",
        pages=Pages(100, total="task_count", first=0, by_item=True),
        facts={
            "id": "job_id",
            "name": "name",
            "started_at": "created_at",
            "updated_at": "updated_at",
            "finished_at": "",
            "error": "",
        },
        # Only the job of a task says how it ended.
        judge=False,
    ),
    quota=Quota(1.6),
)

_SHARE_STATES = {"waiting": PENDING, "running": RUNNING, "success": SUCCEEDED, "failed": FAILED}

SFS_TURBO = Service(
    name="sfs_turbo",
    title="Scalable File Service Turbo (SFS Turbo): creations, expansions and changes of file systems",
    doc="https://support.huaweicloud.com/api-sfsturbo/ShowJobDetail.html",
    started_by=Start(("job_id", "jobId")),
    product="sfs-turbo",
    read=Call(
        "ShowJobDetail", path="/v1/{project_id}/sfs-turbo/jobs/{task_id}", permissions=("sfsturbo:shares:getShare",)
    ),
    facts={
        "id": "job_id",
        "name": "job_type",
        "native_state": "status",
        "started_at": "begin_time",
        "finished_at": "end_time",
        "error": "{code: error_code, message: fail_reason}",
        "subtasks": "sub_jobs",
    },
    states=_SHARE_STATES,
    subtask=_SUB_JOB,
    item_states=(("", _SHARE_STATES),),
    items_decide=True,
    rules=(SUCCESS_WITH_ERROR,),
    # By the list of error codes, 0019 means a job id that does not exist. For a deleted job, the API says that access
    # is denied.
    codes=((r"^SFS\.TURBO\.(0019|9000)$", "", NotFound), *not_found_codes(r"^SFS\.TURBO\.")),
    quota=Quota(1.6),
)

MRS = Service(
    name="mrs",
    title="MapReduce Service (MRS): jobs of a cluster, such as Spark, Hive and Flink",
    doc="https://support.huaweicloud.com/intl/en-us/api-mrs/mrs_02_0086.html",
    started_by=Start(
        ("job_submit_result.job_id",),
        urls=(r"/clusters/(?P<cluster_id>[^/?#]+)/job-executions",),
        parameters={"cluster_id": ("cluster_id",)},
    ),
    product="mrs",
    read=Call(
        "ShowSingleJobExe",
        path="/v2/{project_id}/clusters/{cluster_id}/job-executions/{task_id}",
        permissions=("mrs:job:get",),
    ),
    root="job_detail",
    facts={
        "id": "job_id",
        "name": "job_name",
        "native_state": "job_state",
        "progress": "job_progress",
        "created_at": "submitted_time",
        "started_at": "started_time",
        "finished_at": "finished_time",
        "outputs": "{app_id: app_id, launcher_id: launcher_id, tracking_url: tracking_url}",
        "details": details("user job_result job_type elapsed_time queue"),
    },
    states={
        "new": PENDING,
        "new_saving": PENDING,
        "submitted": PENDING,
        "accepted": PENDING,
        "running": RUNNING,
        "finished": SUCCEEDED,
        "failed": FAILED,
        "killed": CANCELLED,
    },
    # The state finished does not say how the job ended. Until then its result is UNDEFINED.
    rules=(
        Rule(
            "state == 'succeeded' && item.job_result == 'FAILED'",
            FAILED,
            "the job has finished, and its result is FAILED",
        ),
        Rule("state == 'succeeded' && item.job_result == 'KILLED'", CANCELLED, "the job was stopped"),
        Rule("state == 'succeeded' && item.job_result != 'SUCCEEDED'", UNKNOWN, "its result is not known"),
    ),
    # By the list of error codes, 0176 means a missing job, with HTTP 400, or with HTTP 500 on older pages.
    codes=((r"^0176$", "", NotFound), *not_found_codes(r"^(MRS\.)?\d+$")),
    options=(Option("cluster_id", about=("The cluster that runs the jobs.",), fact="resource_id"),),
    listing=Listing(
        Call(
            "ShowJobExeListNew",
            permissions=("mrs:job:list",),
            path="/v2/{project_id}/clusters/{cluster_id}/job-executions",
            query={
                "job_name": "{name}",
                "job_state": "{native_state}",
                "submitted_time_begin": "{created_after:epoch_ms}",
                "submitted_time_end": "{created_before:epoch_ms}",
                "offset": "{page}",
                "limit": "{page_size}",
            },
        ),
        items="job_list",
        pages=Pages(50, total="total_record", maybe_index=True),
        states=("NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING", "FINISHED", "FAILED", "KILLED"),
    ),
    quota=Quota(1.6),
)
