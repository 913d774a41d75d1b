# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: report
short_description: The data of a report about tasks
version_added: 1.0.0
description:
  - Returns what people want to know after a wait, including a timeline of the tasks. The role P(multicloud.tasks.gate#role) writes this
    data as a page and as JSON.
  - C(raw) and C(result) of the tasks are left out.
author:
  - multicloud.tasks contributors (@multicloud-tasks)
positional: title
options:
  _input:
    description:
      - The result of M(multicloud.tasks.wait_for_cloud_task) or of an info module, the result of a loop over them, or a list of tasks.
    type: raw
    required: true
  title:
    description: The title of the report.
    type: str
    default: Cloud tasks
  now:
    description:
      - The time of the report, in ISO 8601. It is taken as the end of the wait.
      - Without it, the report has no time and does not show the period of the wait.
    type: str
seealso:
  - plugin: multicloud.tasks.summary_table
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Wait for an export
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_id: t-bp67acfmxazb4p1m5yt3
  register: export

- name: Store the report as JSON
  ansible.builtin.copy:
    content: "{{ export | multicloud.tasks.report('Nightly export', now(utc=true).isoformat()) | to_nice_json }}"
    dest: /var/reports/export.json
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    title:
      description: The title.
      type: str
      returned: always
      sample: Nightly export
    written_at:
      description: When the report was written, in UTC. V(null) if no time was given.
      type: str
      returned: always
      sample: "2026-01-31T12:19:05Z"
    succeeded:
      description: Whether the wait succeeded. If the input is not the result of a wait, whether all tasks succeeded.
      type: bool
      returned: always
      sample: true
    message:
      description: The message of the wait. Empty if the input is not the result of a wait.
      type: str
      returned: always
      sample: 1 of 1 task succeeded in 5:52
    counts:
      description: The number of tasks, C(total), and the number of tasks of each outcome.
      type: dict
      returned: always
      sample:
        total: 1
        succeeded: 1
    elapsed:
      description: How long the wait took, in seconds. V(null) if the input is not the result of a wait.
      type: float
      returned: always
      sample: 352.418
    waited:
      description: The same as a text.
      type: str
      returned: always
      sample: "5:52"
    requests:
      description: How many calls the wait made. V(null) if the input is not the result of a wait.
      type: int
      returned: always
      sample: 9
    throttled:
      description: How many of these calls the API throttled. V(null) if the input is not the result of a wait.
      type: int
      returned: always
      sample: 0
    tasks:
      description:
        - The tasks in their order, each with the facts that are not about the API, see RV(multicloud.tasks.wait_for_cloud_task#module:tasks),
          and with how they are shown.
      type: list
      elements: dict
      returned: always
      contains:
        kind:
          description: How the task is shown. V(good), V(warn), V(bad), V(lost) if the wait lost sight of it, or V(open).
          type: str
          returned: always
          sample: good
        word:
          description: The outcome as text, or the state if nobody waited for the task.
          type: str
          returned: always
          sample: succeeded
        why:
          description: Why it did not succeed. Empty if it did.
          type: str
          returned: always
          sample: ""
        took:
          description: Its duration as a text.
          type: str
          returned: always
          sample: "6:00"
        steps:
          description: Its steps or items, each with C(name), C(word), C(kind), C(progress) and C(why).
          type: list
          elements: dict
          returned: always
          sample:
            - name: RESTORE_DATA
              word: succeeded
              kind: good
              progress: 100.0
              why: ""
        made:
          description: What it created, each with C(name) and C(value) as texts.
          type: list
          elements: dict
          returned: always
          sample:
            - name: OSSObject
              value: gate_m-bp67acfmxazb4ph2aefv_t-bp67acfmxazb4p1m5yt3.vhd
    missing:
      description: The ids that the cloud did not know, of the results of info modules.
      type: list
      elements: str
      returned: always
      sample: []
    timeline:
      description:
        - Where the bars are, C(left) and C(width) in percent of the width, C(from) and C(to) in UTC. V(null) if no time is known.
      type: dict
      returned: always
      contains:
        from:
          description: The time at the left edge.
          type: str
          returned: always
          sample: "2026-01-31T12:13:00Z"
        to:
          description: The time at the right edge.
          type: str
          returned: always
          sample: "2026-01-31T12:19:05Z"
        ticks:
          description: Round times and where they are.
          type: list
          elements: dict
          returned: always
          sample:
            - left: 16.438
              text: "12:14"
            - left: 49.315
              text: "12:16"
            - left: 82.192
              text: "12:18"
        bars:
          description: A bar for each task in its order, V(null) if its start is not known.
          type: list
          elements: dict
          returned: always
          sample:
            - left: 0.0
              width: 98.63
              from: "2026-01-31T12:13:00Z"
              to: "2026-01-31T12:19:00Z"
        wait:
          description: When the wait went on, V(null) if that is not known.
          type: dict
          returned: always
          sample:
            left: 3.562
            width: 96.438
            from: "2026-01-31T12:13:13Z"
            to: "2026-01-31T12:19:05Z"
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._core.values import to_time
from ..module_utils._options.validate import plain
from ..plugin_utils._report.page_data import report as report_of


def report(value: t.Any, title: str = "Cloud tasks", now: str | None = None) -> dict[str, t.Any]:
    """Return the data of a report; raise an AnsibleFilterError for a wrong time, or a value without tasks."""
    if now is not None and not to_time(now):
        raise AnsibleFilterError(f"multicloud.tasks.report: now must be a time in ISO 8601, and not {now!r}")
    try:
        return report_of(plain(value), str(title), to_time(now))
    except TypeError as exc:
        raise AnsibleFilterError(f"multicloud.tasks.report {exc}") from exc


class FilterModule:
    """The class that ansible-core looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"report": report}
