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
      - The registered result of the step that started the task, instead of O(task_ids). It can also be a list of such results, or the result of a loop.
      - The step may be a module, M(ansible.builtin.uri), or a command line of the vendor that printed JSON, such as C(aliyun), C(hcloud)
        and C(openstack) with C(-f json). A response alone is read, too, such as C(export.json).
      - The wait reads the id from the place in which the API of O(service) returns it. The description of each service names that place.
        It also reads O(region) and other options that you do not set, if the response, the URL or the arguments of the step contain
        them. Options that you set take precedence.
      - A result without an id, or with several, is an error. The message says what was looked for, and where.
      - The result of a step that was skipped, failed or still runs in the background is an error. So is a command with an exit code other than
        0, and a response with a status other than 2xx. A skipped item of a loop only causes a warning.
      - Nothing else of the result is kept, shown or written.
    type: list
    elements: dict
"""
