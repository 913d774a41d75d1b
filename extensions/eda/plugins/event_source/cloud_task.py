# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event for each change of a cloud task, for ansible-rulebook."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

DOCUMENTATION = r"""
module: cloud_task
short_description: Send an event for each change of asynchronous cloud tasks
version_added: 1.0.0
description:
  - An event source for C(ansible-rulebook). It looks at asynchronous cloud tasks as M(multicloud.tasks.wait_for_cloud_task) does, at the same
    pace and within the same limits, and sends an event for each change of state, or only when a task ends.
  - With ids, it watches these tasks until they end. Without ids, it watches a list without end, and every new task that matches the
    filters. Tasks that had ended before the source first started are ignored.
  - The source never stops the rulebook. When all tasks with given ids have ended, it is silent. An API that does not answer, throttles or
    refuses is a line in the log and an event, and is asked again. Wrong arguments are an error at the start.
  - An option that says which tasks are meant must not be V(null) or empty. Leave the option out to watch a whole list.
  - Each change is sent once. With O(journal), this also holds across restarts.
author:
  - multicloud.tasks contributors (@multicloud-tasks)
extends_documentation_fragment:
  - multicloud.tasks._services
  - multicloud.tasks._started
  - multicloud.tasks._filters
  - multicloud.tasks._connection
  - multicloud.tasks._looks
options:
  tasks:
    description:
      - A list of tasks to watch. Each entry is a dictionary with O(provider), O(service), O(task_ids) (or C(task_id) or C(id)) and any connection
        option. The other options of the source are the defaults of all entries. Filters apply only to entries without an id. An
        option that no entry can use is an error.
      - An entry without an id is a list that is watched without end.
      - An entry without a task is an error. A text that holds a list as JSON or Python is read.
      - Mutually exclusive with O(task_ids) and O(started_by).
    type: list
    elements: dict
  task_ids:
    description:
      - The ids of the tasks of O(service).
      - Without ids, O(started_by) and O(tasks), the list of O(service) is watched, if the service can list tasks.
      - A text with commas is a list of ids. A text that holds a list as JSON or Python is read.
    type: list
    elements: str
    aliases:
      - task_id
      - id
  events:
    description:
      - Which events to send.
      - V(change) sends an event when a task is first seen, at each change of its state, and for its outcome.
      - V(end) sends an event only for the outcome. That the source lost sight of a task is an outcome too.
    type: str
    choices:
      - change
      - end
    default: change
  raw:
    description:
      - Whether events contain the answer of the API, as the fact C(raw). Secrets in it are masked.
    type: bool
    default: false
  list_interval:
    description:
      - How often to read a list, in seconds. It must be more than 0.
      - The first time, the whole list is read. After that, only tasks created since one hour before the last time are read, unless O(states)
        is given.
    type: str
    default: "60"
  limit:
    description:
      - The largest number of tasks of a list to read, in the order of the API. It must be 1 or more. It does not apply to the first time.
    type: int
    default: 1000
  timeout:
    description:
      - How long a task may take, in seconds since it was given or found. After that, the outcome is V(timed_out), and the task is no longer
        watched. It must be more than 0.
      - This and every other option in seconds accepts units, such as V(30m), V(2h) and V(1h30m).
      - By default, each task is watched until it ends.
    type: str
    aliases:
      - wait_timeout
  delay:
    description:
      - How long to wait before the first look, in seconds.
    type: str
    default: "0"
  interval:
    description:
      - The time between two looks at a task, in seconds. It must be more than 0.
      - By default the interval adapts, as that of M(multicloud.tasks.wait_for_cloud_task).
    type: str
    aliases:
      - wait_sleep
  success_when:
    description:
      - A JMESPath expression on the facts of a task. If the result is true, that is, not V(false), V(null) or empty, the outcome is
        V(succeeded), even if the task still runs.
      - A task that ends while the expression is false has failed. If the expression does not work on the facts of a task, it is false, and a
        line in the log says why.
    type: str
  failure_when:
    description:
      - A JMESPath expression on the facts of a task. If the result is true, the outcome is V(failed), even if the task still runs.
      - It takes precedence over O(success_when) and over the state. If the expression does not work on the facts of a task that has
        ended, the task has failed.
    type: str
  unreachable_timeout:
    description:
      - How long a task or a list may be without a usable answer, in seconds. Network errors, server errors and answers that are not JSON
        count; throttling does not. After that, an event with the outcome V(unreachable) is sent, and the source tries again every
        O(max_interval) seconds. When it gets an answer again, that is a change.
    type: str
    default: "600"
  stall_timeout:
    description:
      - How long a task may show no change of state or progress, in seconds. After that, an event with the outcome V(stalled) is sent, and
        the task is still watched. It must be more than 0.
    type: str
  journal:
    description:
      - The path of a JSON file with the events that were sent. After a restart, none of them is sent again, and changes in the
        meantime are sent. The file is readable only by its owner and holds no secrets.
      - An event is stored after the rulebook has taken it. If the process is killed in between, the event is sent again.
      - Give each source its own path. The file belongs to O(provider), O(service), O(region), O(endpoint) and the filters of the rulebook.
        A list with other filters is a new list.
      - In a container, put the file on a volume that outlives the container.
      - A file that belongs to another user, or that its group or others may write to, is refused.
    type: path
  history:
    description:
      - The path of a file with the durations of earlier tasks, as in M(multicloud.tasks.wait_for_cloud_task). It changes only how often
        tasks without progress are looked at, and the fact C(expected). Waits and other sources can share it.
      - A file that cannot be used is left alone, and a line in the log says why.
    type: path
notes:
  - An event is a dictionary C(cloud_task) with the facts that M(multicloud.tasks.wait_for_cloud_task) returns for a task except C(raw), its
    C(outcome) and C(reason), and a dictionary C(change) with C(from) and C(to), each a state, an outcome or V(null).
  - While a task runs, its outcome is V(null). V(unreachable), V(unauthorized), V(refused) and V(stalled) may be followed by another outcome. All
    other outcomes are final. An event with an empty C(id) is about the list itself.
  - C(ansible-rulebook) needs C(requests), C(jmespath) and C(ansible-core) in its environment. In a container, this is the decision environment.
  - A refused key is not tried again, because more calls might lock the account. An event with the outcome V(unauthorized) is sent for
    everything that needs the key. A new key in the same file is picked up. If the key is an option or in the environment,
    restart the rulebook. Temporary keys are renewed before they expire.
  - Secrets are masked in events, in the journal and in the log.
seealso:
  - module: multicloud.tasks.wait_for_cloud_task
"""

EXAMPLES = r"""
- name: Start a playbook when an export of the account has ended
  hosts: all
  sources:
    - name: Every export of an image, now and in future
      multicloud.tasks.cloud_task:
        provider: alibaba
        service: ecs
        region: cn-hangzhou
        name: ExportImage
        events: end
        journal: /var/lib/eda/exports.json
  rules:
    - name: Use the image
      condition: event.cloud_task.outcome == "succeeded"
      action:
        run_playbook:
          name: playbooks/use_image.yml
          extra_vars:
            image: "{{ event.cloud_task.outputs.OSSObject }}"

    - name: Tell the operators what went wrong
      condition: event.cloud_task.outcome in ["failed", "partial", "cancelled", "expired", "unreachable", "unauthorized", "refused"]
      action:
        run_playbook:
          name: playbooks/alert.yml
          extra_vars:
            text: "{{ event.cloud_task.name }} {{ event.cloud_task.id }}: {{ event.cloud_task.reason }}"

- name: Watch tasks of two clouds that another job has started
  hosts: all
  sources:
    - multicloud.tasks.cloud_task:
        tasks:
          - {provider: alibaba, service: hbr, region: cn-hangzhou, task_id: "{{ install_task_id }}"}
          - {provider: huawei, service: taurusdb, region: cn-north-4, task_id: "{{ restore_task_id }}"}
        timeout: 14400
        stall_timeout: 1800
  rules:
    - name: Show each step
      condition: event.cloud_task.change is defined
      action:
        debug:
          msg: "{{ event.cloud_task.id }} was {{ event.cloud_task.change.from }}, is {{ event.cloud_task.change.to }}"
"""


def _make_importable() -> None:
    """Let the rest of the collection be found: ansible-rulebook runs this file by its path, outside of any package."""
    collections = Path(__file__).absolute().parents[6]
    if str(collections.parent) not in sys.path:
        sys.path.append(str(collections.parent))
    import ansible_collections  # noqa: PLC0415 - there is none before

    # The Python package "ansible" has an ansible_collections of its own, which hides all others.
    if str(collections) not in [str(Path(folder).absolute()) for folder in ansible_collections.__path__]:
        ansible_collections.__path__.append(str(collections))


_make_importable()

from ansible_collections.multicloud.tasks.plugins.plugin_utils._eda.source import Queue, listen  # noqa: E402


async def main(queue: Queue, args: dict[str, t.Any]) -> None:
    """Put an event into the queue for each change, for ever."""
    await listen(queue, args)


if __name__ == "__main__":
    # Seen without a rulebook: python cloud_task.py '{"provider": ..., "service": ..., ...}'
    import asyncio
    import json

    class Shown:
        """Shows each event."""

        async def put(self, item: dict[str, t.Any]) -> None:
            """Show it, as a line of JSON."""
            sys.stdout.write(json.dumps(item) + "\n")
            sys.stdout.flush()

    asyncio.run(main(Shown(), json.loads(sys.argv[1])))
