# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Huawei Cloud TaurusDB (GaussDB for MySQL) v3: jobs, their list, and the step-by-step view of a restore."""

from __future__ import annotations

import datetime
import re
import typing as t

from local_cloud.accounts import stable_id
from local_cloud.api import (
    Answer,
    Api,
    Call,
    Check,
    Problem,
    Refusal,
    all_seen,
    answer_task,
    fields_of,
    visible_tasks,
    whole_number,
)
from local_cloud.script import Fields, Task, merge
from local_cloud.services._huawei import own_project

INSTANCE_ID = re.compile(r"[0-9a-f]{32}in07")
# The only job names that the detail call takes:
# https://support.huaweicloud.com/intl/tr-tr/api-taurusdb/ShowTaskDetails.html, table 2.
DETAILED_JOBS = (
    "RestoreTaurusInInstanceToExisted",
    "RestoreTaurusInInstanceToCurrent",
    "RestoreGaussDBforMySQLNewInstance",
    "RestoreTableTaurus",
)
LIMITS = (10, 20, 50)
DEFAULT_INSTANCE = stable_id("instance/0") + "in07"

UNKNOWN_JOB = Problem(400, "DBS.200543", "The job does not exist.")
UNKNOWN_INSTANCE = Problem(404, "DBS.200002", "The DB instance does not exist.")
BAD_INSTANCE = Problem(400, "DBS.280404", "Invalid DB instance ID or node ID format.")
PARAMETER_ERROR = Problem(400, "DBS.280001", "Parameter error.")
PARAMETER_MISSING = Problem(400, "DBS.200001", "Parameter error.")
OTHER_PROJECT = Problem(403, "DBS.200044", "Resource not found or permission denied.")


def local_time(epoch: float) -> str:
    """TaurusDB tells times with an offset without a colon."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.fromtimestamp(epoch, zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def read_time(text: str) -> float:
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()


def instance_of(task: Task) -> Fields:
    return {"id": task.instance_id or DEFAULT_INSTANCE, "name": "taurusdb-local"}


def job_template(task: Task) -> Fields:
    return {
        "name": "RestoreTaurusInInstanceToExisted",
        "status": "Running",
        "created": local_time(task.born),
        "ended": "",
        "process": "",
        "instance": instance_of(task),
        "entities": {},
    }


def check_instance(call: Call) -> None:
    if not INSTANCE_ID.fullmatch(call.params["instance_id"]):
        raise Refusal(BAD_INSTANCE)


def tasks_of_instance(call: Call) -> list[Task]:
    instance_id = call.params["instance_id"]
    tasks = [task for task in call.world.tasks_of("huawei", "taurusdb") if instance_of(task)["id"] == instance_id]
    if not tasks and instance_id not in call.world.settings.instances:
        raise Refusal(UNKNOWN_INSTANCE)
    return [task for task, dummy in all_seen(call, tasks)]


def named_job(call: Call, tasks: t.Iterable[Task]) -> Task:
    """As the service does: job_id and job_name are mandatory, and only restores have details."""
    for name, problem in (("job_id", PARAMETER_MISSING), ("job_name", PARAMETER_ERROR)):
        if not call.params.get(name):
            raise Refusal(problem)
    if call.params["job_name"] not in DETAILED_JOBS:
        raise Refusal(PARAMETER_ERROR)
    found = next((task for task in tasks if task.id == call.params["job_id"]), None)
    if found is None:
        raise Refusal(UNKNOWN_JOB)
    return found


def newest_job(call: Call, tasks: t.Sequence[Task]) -> Task:
    """As one page of the vendor reads: the instance alone is enough."""
    wanted = call.params.get("job_id")
    found = [task for task in tasks if not wanted or task.id == wanted]
    if not found:
        raise Refusal(UNKNOWN_JOB)
    return found[-1]


def task_details(call: Call) -> Fields:
    choose = newest_job if call.world.settings.documented_detail else named_job
    task = choose(call, tasks_of_instance(call))
    job = fields_of(call.api, task, task.fields(call.now) or {})
    shown = {
        "instance_id": job["instance"]["id"],
        "instance_name": job["instance"]["name"],
        "job_id": task.id,
        "job_name": job["name"],
        "sub_task_list": [],
    }
    return merge(shown, task.detail_fields(call.now) or {})


def list_item(task: Task, job: Fields) -> Fields:
    """The same job in the list's words."""
    item = {
        "instance_id": job["instance"]["id"],
        "instance_name": job["instance"]["name"],
        "instance_status": "normal",
        "job_id": task.id,
        "order_id": None,
        "job_name": job["name"],
        "status": job["status"],
        "process": job["process"],
        "created_time": job["created"],
        "ended_time": job["ended"],
        "fail_reason": job.get("fail_reason", ""),
        "show_detail": job["name"] in DETAILED_JOBS,
        "extend_fields": {},
    }
    return merge(item, task.item)


def in_period(call: Call) -> t.Callable[[Fields], bool]:
    try:
        start = read_time(call.params["start_time"]) if call.params.get("start_time") else float("-inf")
        end = read_time(call.params["end_time"]) if call.params.get("end_time") else float("inf")
    except ValueError:
        raise Refusal(PARAMETER_ERROR) from None
    return lambda item: not item["created_time"] or start <= read_time(item["created_time"]) <= end


def first_row(call: Call, limit: int) -> int:
    """The document calls `offset` an index that starts at 1; the vendor's terraform provider counts pages."""
    offset = whole_number(call, "offset", 1, PARAMETER_ERROR)
    if offset < 1 or limit not in LIMITS:
        raise Refusal(PARAMETER_ERROR)
    return (offset - 1) * (limit if call.world.settings.offset_is == "page" else 1)


def immediate_jobs(call: Call) -> Fields:
    """Newest first, as the console shows them."""
    limit = whole_number(call, "limit", 10, PARAMETER_ERROR)
    first = first_row(call, limit)
    jobs = [list_item(task, fields_of(call.api, task, scripted)) for task, scripted in visible_tasks(call)]
    names = sorted({job["job_name"] for job in jobs})
    chosen = list(filter(in_period(call), reversed(jobs)))
    for name in ("status", "job_name", "job_id"):
        wanted = call.params.get(name)
        chosen = [job for job in chosen if not wanted or job[name] == wanted]
    return {"jobs": chosen[first : first + limit], "total_count": len(chosen), "action_names": names}


def get(name: str, path: str, id_param: str, answer: Answer = answer_task, **more: t.Any) -> Api:
    checks: tuple[Check, ...] = more.pop("checks", ())
    return Api(
        provider="huawei",
        service="taurusdb",
        name=name,
        path="/v3/{project_id}" + path,
        id_param=id_param,
        id_field="id",
        template=job_template,
        not_found=UNKNOWN_JOB,
        checks=(own_project(OTHER_PROJECT), *checks),
        answer=answer,
        **more,
    )


APIS = (
    get("ShowGaussMySqlJobInfo", "/jobs", "id", root="job", required=("id",), missing={"id": PARAMETER_ERROR}),
    get("ListImmediateJobs", "/immediate-jobs", "job_id", immediate_jobs),
    get(
        "ShowTaskDetails",
        "/instances/{instance_id}/task-center-detail",
        "job_id",
        task_details,
        checks=(check_instance,),
    ),
)
