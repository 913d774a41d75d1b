# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud Backup (HBR) 2017-09-08: the state is in Description, the result is JSON in a string."""

from __future__ import annotations

from local_cloud.api import Api, Problem
from local_cloud.script import Fields, Task


def task_template(task: Task) -> Fields:
    return {
        "Success": True,
        "Code": "200",
        "Message": "successful",
        "Name": "InstallBackupClientsTask",
        "Description": "created",
        "Progress": 0,
        "Result": "",
        "CreatedTime": int(task.born),
        "UpdatedTime": int(task.born),
    }


APIS = (
    Api(
        provider="alibaba",
        service="hbr",
        name="DescribeTask",
        version="2017-09-08",
        methods=("GET", "POST"),
        id_param="TaskId",
        template=task_template,
        not_found=Problem(404, "TaskNotFound", "The specified task doesn't exist."),
    ),
)
