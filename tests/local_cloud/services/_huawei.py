# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Huawei's services have in common."""

from __future__ import annotations

from local_cloud.api import Call, Check, Problem, Refusal


def own_project(problem: Problem) -> Check:
    """The path, the header and a token must name the same project, and it must be one of the account's."""

    def check(call: Call) -> None:
        project = call.params["project_id"]
        token_project = call.caller.project_id if call.caller else ""
        named = (call.headers.get("x-project-id", project), token_project or project)
        if project not in call.world.settings.projects.values() or set(named) != {project}:
            raise Refusal(problem)

    return check
