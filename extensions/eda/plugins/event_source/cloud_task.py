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
short_description: An event for each change of asynchronous tasks of any clouds
description:
  - An event source for C(ansible-rulebook). It looks at asynchronous tasks of clouds as M(multicloud.tasks.wait_for_cloud_task) does,
    in batches, at the same pace and within the same limits, and makes an event of each change of their state, or of each end only.
  - Tasks that are given by their ids are watched to their end. Without ids it follows a list. What matches the filters is watched,
    now and whenever something new turns up, and there is no end to that. What had ended before the source began for the first
    time is left alone.
  - The source never stops the rulebook. When all tasks that were given by their ids have ended, it is quiet. An API that does not
    answer, throttles or refuses is a line in the log and an event, and is asked again. Wrong arguments are an error at the start.
  - An option that says which tasks are meant must hold something when it is given. These are O(provider), O(service), O(definition),
    O(tasks), O(task_ids), O(started_by), the filters, O(project_id), O(project_name), and what services take besides, such as O(instance_id).
    V(null), an empty text and an empty list are an error. Leave the option out to follow a whole list.
  - Each change is one event, however often it is looked at. With O(journal) that is so across restarts, too.
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
      - What to watch, a list of dictionaries. Each has the options by which tasks are chosen and reached, O(provider), O(service),
        O(task_ids) (also called C(task_id) and C(id)) and all others that O(provider) has. The other options of the source are
        their defaults, the filters among them only where an entry has no id. An option that none of the entries takes is an error.
      - An entry without an id is a list that is followed for ever.
      - An entry that brings no task is an error. A text of the list, as JSON or Python writes it, is read.
      - Use either this, or O(task_ids), or O(started_by).
    type: list
    elements: dict
  task_ids:
    description:
      - The ids of the tasks of O(service).
      - When neither this nor O(started_by) nor O(tasks) is given, the list of O(service) is followed, as far as that can list tasks.
      - A text is cut at its commas, unless it is that of a list, as JSON or Python writes it, which is read.
    type: list
    elements: str
    aliases:
      - task_id
      - id
  events:
    description:
      - What is worth an event.
      - V(change) is each change of state, the first sight of a task included, and each outcome.
      - V(end) is each outcome only. That a task was lost from sight is one, too.
    type: str
    choices:
      - change
      - end
    default: change
  raw:
    description:
      - Whether events hold what the API has said, untouched but for masked secrets, as the fact C(raw).
    type: bool
    default: false
  list_interval:
    description:
      - How often a list is read, in seconds. It must be more than 0.
      - When it is read for the first time, it is read in full. Later only what was created since the last time is asked for, and an
        hour more, unless O(states) is given.
    type: str
    default: "60"
  limit:
    description:
      - How many tasks of a list are read at most, in the order of the API. It must be 1 or more, and does not count for the first time.
    type: int
    default: 1000
  timeout:
    description:
      - How long a task may take, in seconds from when it was given or found. After that the outcome is V(timed_out), and it is
        not watched any more. It must be more than 0.
      - Like every option in seconds, it may have units instead, as in V(30m), V(2h) or V(1h30m).
      - When it is not given, each task is watched for as long as it takes.
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
      - When it is not given, the interval adapts, as that of M(multicloud.tasks.wait_for_cloud_task) does.
    type: str
    aliases:
      - wait_sleep
  success_when:
    description:
      - A JMESPath on the facts of a task. The outcome is V(succeeded) when it finds something else than V(false), V(null) or an empty
        text, list or dictionary, even before the task has ended.
      - A task that ends while it does not hold has failed. Where the expression does not work on the facts of a task, it does
        not hold, and a line in the log says why.
    type: str
  failure_when:
    description:
      - A JMESPath on the facts of a task. When it finds something, the outcome is V(failed), even before the task has ended.
      - It wins over O(success_when) and over the state. Where the expression does not work on the facts of a task that has ended,
        that task has failed.
    type: str
  unreachable_timeout:
    description:
      - How long a task, or a list, may be without a usable answer, in seconds. Network errors, answers that are no JSON and server
        errors count, throttling does not. After that there is an event with the outcome V(unreachable), and it is asked again
        every O(max_interval) seconds. When it is seen again, that is a change.
    type: str
    default: "600"
  stall_timeout:
    description:
      - How long a task may be without any change of state or progress, in seconds. After that there is an event with the outcome
        V(stalled), and the task is watched further. It must be more than 0.
    type: str
  journal:
    description:
      - The path of a file that says which events there were, as JSON. After a restart none of them comes again, and what
        has changed in the meantime does. It can be read by its owner only, and holds no secret.
      - An event is written down when the rulebook has taken it. If all of that is killed between the two, the event comes again.
      - One source holds it at a time, so give each source a path of its own. What it says belongs to O(provider), O(service),
        O(region), O(endpoint) and the filters as they are written in the rulebook. A list with other filters is a new list.
      - In a container the path is to be on a volume that outlives it.
      - A file that belongs to another user, or that its group or others may write to, is refused.
    type: path
  history:
    description:
      - The path of a file with how long tasks took before, as of M(multicloud.tasks.wait_for_cloud_task). It sets how often a task is
        looked at that tells no progress, and the fact C(expected), and nothing else. It may be shared with waits and other sources.
      - A file that cannot be used is left as it is, and a line in the log says why.
    type: path
notes:
  - An event is a dictionary C(cloud_task) with all facts that M(multicloud.tasks.wait_for_cloud_task) returns of a task, but for
    C(raw), its C(outcome) and C(reason), and a dictionary C(change) with the words C(from) and C(to), each a state, an outcome or
    V(null).
  - While a task goes on the outcome is V(null). V(unreachable), V(unauthorized), V(refused) and V(stalled) may pass, all others
    are final. An event whose C(id) is empty is about the list itself.
  - C(requests), C(jmespath) and C(ansible-core) must be there where C(ansible-rulebook) runs. In a container that is the decision
    environment.
  - A key that is refused is not tried again, lest the account is locked. There is an event with the outcome V(unauthorized) for all that
    needs it. A new key in the place of the old one in a file is taken from there. Where keys are options or in the environment,
    start the rulebook anew. Temporary keys are renewed before they end.
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
