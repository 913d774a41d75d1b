# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of the load balancers ALB and NLB."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import FAILED, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Listing, Pages, Quota, Service, Start

_STATES = {"processing": RUNNING, "succeeded": SUCCEEDED, "failed": FAILED}
_CODES = ((r"^ResourceNotFound\.JobId$", "", NotFound),)
_JOB = Call("ListAsynJobs", method="POST", query={"JobIds.1": "{task_id}"})

ALB = Service(
    name="alb",
    title="Application Load Balancer: asynchronous jobs",
    doc="https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-listasynjobs",
    started_by=Start(("JobId",)),
    product="alb",
    version="2020-06-16",
    hosts={"cn-hangzhou-finance": "alb.cn-hangzhou.aliyuncs.com"},
    read=_JOB,
    items="Jobs",
    facts={
        "id": "Id",
        "name": "ApiName",
        "resource_id": "ResourceId",
        "native_state": "Status",
        "created_at": "CreateTime",
        "updated_at": "ModifyTime",
        "finished_at": "ModifyTime",
        "error": "{code: ErrorCode, message: ErrorMessage}",
        "details": details("OperateType ResourceType"),
    },
    states=_STATES,
    rules=(SUCCESS_WITH_ERROR,),
    codes=_CODES,
    listing=Listing(
        Call(
            "ListAsynJobs",
            method="POST",
            query={
                "ApiName": "{name}",
                "ResourceIds.1": "{resource_id}",
                "BeginTime": "{created_after:epoch_ms}",
                "EndTime": "{created_before:epoch_ms}",
                "MaxResults": "{page_size}",
                "NextToken": "{token}",
            },
        ),
        items="Jobs",
        pages=Pages(100, token="NextToken"),
    ),
    batch=Batch(
        size=20,
        least=5,
        call=Call("ListAsynJobs", method="POST", query={"JobIds.{n}": "{task_ids:each}", "MaxResults": "100"}),
        items="Jobs",
        judge=True,
    ),
    quota=Quota(4.0),
)

NLB = Service(
    name="nlb",
    title="Network Load Balancer: asynchronous jobs",
    doc="https://www.alibabacloud.com/help/en/slb/network-load-balancer/developer-reference/api-nlb-2022-04-30-listasynjobs",
    started_by=Start(("JobId",)),
    product="nlb",
    version="2022-04-30",
    # There is also GetJobStatus, but it has no word for a failed job.
    read=_JOB,
    items="Jobs",
    facts={"id": "Id", "native_state": "Status"},
    states=_STATES,
    no_evidence="A job has an id and a state, and nothing else.",
    codes=_CODES,
    batch=Batch(
        size=20,
        least=5,
        call=Call("ListAsynJobs", method="POST", query={"JobIds.{n}": "{task_ids:each}"}),
        items="Jobs",
        judge=True,
    ),
    quota=Quota(4.0),
    advice="The API tells nothing of a job but its state, and has no list but of the jobs whose ids are given.",
)

SERVICES = (ALB, NLB)
