# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Auto Scaling 2014-08-28: an API that the catalogue does not hold, for those who define a service of their own.

https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-describescalingactivities
"""

from __future__ import annotations

from local_cloud.api import Api, Call, Problem, Refusal, all_seen, fields_of, visible_tasks
from local_cloud.script import Fields, Task
from local_cloud.services._alibaba import check_region
from local_cloud.services.alibaba_ecs import minute

NEITHER = Problem(
    400,
    "MissingParameter",
    'The input parameter "ScalingGroupId" or "ScalingActivityId.N" that is mandatory is not supplied.',
)


def template(task: Task) -> Fields:
    return {
        "ScalingGroupId": "asg-localcloud000001",
        "Description": "Add 2 instances",
        "Cause": "A user requests to execute scaling rule",
        "StartTime": minute(task.born),
        "Progress": 0,
        "StatusCode": "InProgress",
        "StatusMessage": "",
    }


def activities(call: Call) -> Fields:
    """Ids that are not known are left out without an error."""
    ids = [value for name, value in call.params.items() if name.startswith("ScalingActivityId.")]
    group = call.params.get("ScalingGroupId", "")
    if not ids and not group:
        raise Refusal(NEITHER)
    found = (
        all_seen(call, (call.world.task("alibaba", "ess", task_id) for task_id in ids)) if ids else visible_tasks(call)
    )
    items = [fields_of(call.api, task, scripted) for task, scripted in found]
    page = [item for item in items if group in ("", item["ScalingGroupId"])]
    counted = {"TotalCount": len(page), "PageNumber": 1, "PageSize": 50}
    return {**counted, "ScalingActivities": {"ScalingActivity": page[:50]}}


APIS = (
    Api(
        provider="alibaba",
        service="ess",
        name="DescribeScalingActivities",
        version="2014-08-28",
        methods=("GET", "POST"),
        answer=activities,
        required=("RegionId",),
        id_param="ScalingActivityId.1",
        id_field="ScalingActivityId",
        template=template,
        checks=(check_region,),
    ),
)
