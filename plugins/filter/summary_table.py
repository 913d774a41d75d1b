# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: summary_table
short_description: Show tasks as a table
version_added: 1.0.0
description:
  - Returns a table as a list of lines. Each task is a line with its outcome, its duration and, if it did not succeed, the reason. The first
    line is a heading, the last one has the counts.
  - M(ansible.builtin.debug) shows a list of lines well. For a mail, join the lines with C(join('\\n')).
author:
  - multicloud.tasks contributors (@multicloud-tasks)
positional: limit
options:
  _input:
    description:
      - The result of M(multicloud.tasks.wait_for_cloud_task) or of an info module, the result of a loop over them, or a list of tasks.
    type: raw
    required: true
  limit:
    description:
      - The largest number of tasks to show. Tasks that did not succeed come first. It must be V(1) or more.
    type: int
    default: 100
seealso:
  - plugin: multicloud.tasks.report
    plugin_type: filter
  - plugin: multicloud.tasks.succeeded
    plugin_type: test
"""

EXAMPLES = r"""
- name: Wait for two exports
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_ids:
      - t-bp67acfmxazb4p1m5yt3
      - t-bp67acfmxazb4p2k8wq0
    fail_fast: false
  register: exports

- name: Show how they ended
  ansible.builtin.debug:
    msg: "{{ exports | multicloud.tasks.summary_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
  sample:
    - OUTCOME    TOOK  TASK                                OPERATION    WHY
    - succeeded  6:00  alibaba ecs t-bp67acfmxazb4p1m5yt3  ExportImage
    - >-
      failed     0:12  alibaba ecs t-bp67acfmxazb4p2k8wq0  ExportImage  InvalidOSSBucket.NotFound: The specified OSS bucket does not exist
    - "2 tasks in 5:52, 13 calls: 1 succeeded, 1 failed"
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._options.validate import plain
from ..plugin_utils._report.table import table


def summary_table(value: t.Any, limit: t.Any = 100) -> list[str]:
    """Return the lines of the table; raise an AnsibleFilterError for a wrong limit, or a value without tasks."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise AnsibleFilterError(f"multicloud.tasks.summary_table: limit must be a number from 1, and not {limit!r}")
    try:
        return table(plain(value), limit)
    except TypeError as exc:
        raise AnsibleFilterError(f"multicloud.tasks.summary_table {exc}") from exc


class FilterModule:
    """The class that ansible-core looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"summary_table": summary_table}
