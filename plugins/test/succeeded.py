# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: succeeded
short_description: Whether tasks have succeeded
version_added: 1.0.0
description:
  - True if there is at least one task and all tasks have succeeded.
  - For the result of M(multicloud.tasks.wait_for_cloud_task), true if the wait succeeded. The wait knows how many tasks were required and what
    counts as success. In check mode, it is true only if all tasks had already succeeded.
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
  - plugin: multicloud.tasks.terminal
    plugin_type: test
"""

EXAMPLES = r"""
- name: Delete the source only when the whole restore is done
  ansible.builtin.debug:
    msg: The old instance may go
  when: restore.tasks[0] is multicloud.tasks.succeeded
"""

RETURN = r"""
_value:
  description: Whether all tasks in it have succeeded.
  type: bool
  sample: true
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._options.validate import plain
from ..plugin_utils._report.results import holds


def succeeded(value: t.Any) -> bool:
    """Return whether each task in a value has succeeded; raise an AnsibleFilterError for a value without tasks."""
    try:
        return holds(plain(value), "succeeded")
    except TypeError as exc:
        raise AnsibleFilterError(f"multicloud.tasks.succeeded {exc}") from exc


class TestModule:
    """The class that ansible-core looks for in this file."""

    def tests(self) -> dict[str, t.Callable[..., bool]]:
        return {"succeeded": succeeded}
