# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: terminal
short_description: Whether tasks have ended
version_added: 1.0.0
description:
  - True if there is at least one task and all tasks have ended, successfully or not.
  - After a failed wait, it tells tasks that have ended from tasks that may still run.
  - It is false for an empty list, for ids that the cloud does not know, for unknown states, and for the result of a step that was skipped or
    failed before its first look.
author:
  - multicloud.tasks contributors (@multicloud-tasks)
options:
  _input:
    description:
      - A task, a list of tasks, the result of M(multicloud.tasks.wait_for_cloud_task) or of an info module, or the result of a loop over
        them. Anything else is an error.
    type: raw
    required: true
seealso:
  - plugin: multicloud.tasks.succeeded
    plugin_type: test
"""

EXAMPLES = r"""
- name: Look at some short tasks until all of them have ended
  multicloud.tasks.alibaba_cloud_task_info:
    service: hbr
    region: cn-hangzhou
    task_ids:
      - t-000i7d2l7dqs4avqrjbn
      - t-000i7d2l7dqs4avqrjbp
  register: jobs
  until: jobs is multicloud.tasks.terminal
  retries: 30
  delay: 30
"""

RETURN = r"""
_value:
  description: Whether all tasks in it have ended.
  type: bool
  sample: true
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._options.validate import plain
from ..plugin_utils._report.results import holds


def terminal(value: t.Any) -> bool:
    """Return whether each task in a value has ended; raise an AnsibleFilterError for a value without tasks."""
    try:
        return holds(plain(value), "terminal")
    except TypeError as exc:
        raise AnsibleFilterError(f"multicloud.tasks.terminal {exc}") from exc


class TestModule:
    """The class that ansible-core looks for in this file."""

    def tests(self) -> dict[str, t.Callable[..., bool]]:
        return {"terminal": terminal}
