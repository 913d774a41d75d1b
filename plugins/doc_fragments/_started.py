# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The option that takes the results of steps that started tasks."""

    DOCUMENTATION = r"""
options:
  started_by:
    description:
      - The registered result of the step that started the task, instead of O(task_ids). Or a list of such results, or that of a loop.
      - The step may be a module, M(ansible.builtin.uri), or a command line of the vendor that printed JSON, such as C(aliyun), C(hcloud)
        and C(openstack) with C(-f json). A response alone is read, too, such as C(export.json).
      - The wait reads the id from the place in which the API of O(service) returns it. The description of each service names that place.
        It also reads O(region) and other options that you do not set, if the response, the URL or the arguments of the step contain
        them. Options that you set take precedence.
      - A result that tells no id is an error, and so is one that tells several. The message says what was looked for, and where.
      - The result of a step that was skipped, has failed or still runs in the background is an error. So is a command that ended with
        another code than 0, and a request that was answered with a status other than 2xx. An item of a loop that was skipped is
        left out, and a warning says so.
      - Nothing else of the result is kept, shown or written.
    type: list
    elements: dict
"""
